//! The front matter of an article → [`FrontMatter`].

use std::ops::Range;

use jiff::civil::Date;
use jiff::tz::{Offset, TimeZone};
use jiff::{Timestamp, Zoned};

use super::{Credit, FrontMatter, Origin, Published, provenance};
use crate::config::{Rights, read_rights};
use crate::diagnostic::{At, problems};
use crate::fields::{Fields, Value};
use crate::file::SitePath;
use crate::gazetteer::site::not_a_place;
use crate::gazetteer::{Gazetteer, PlaceId};
use crate::route::{Route, RouteProblem};
use crate::text::script::Script;

/// Clocks in China are eight hours ahead of UTC all year.
const CHINA_HOURS: i8 = 8;

/// Reads all fields and reports what is wrong with them. `None` if a field that must be there is not.
pub(super) fn read(
    fields: Fields<'_, '_>,
    path: &SitePath,
    guess: Script,
    (default_rights, gazetteer): (Rights, &Gazetteer),
) -> Option<FrontMatter> {
    let rights = read_rights(&fields, "rights");
    let title = fields.required_string("title");
    let slug = fields.string("slug");
    let route = route(&fields, slug.as_ref(), path);
    let front = FrontMatter {
        title: title.as_ref().map(|it| it.value.trim().to_owned()).unwrap_or_default(),
        subtitle: text(&fields, "subtitle"),
        date: date(&fields, "date"),
        updated: date(&fields, "updated"),
        script: script(&fields).unwrap_or(guess),
        source: source(&fields),
        byline: byline(&fields),
        cities: cities(&fields, gazetteer),
        topics: fields.has("topics").then(|| fields.strings("topics")),
        summary: text(&fields, "summary"),
        route: route.clone().unwrap_or_else(|| Route::known(&[])),
        slug,
        aliases: aliases(&fields),
        draft: fields.boolean("draft").is_some_and(|it| it.value),
        rights,
        published: rights.unwrap_or(default_rights),
        expires: date(&fields, "expires"),
        auto_links: fields.boolean("auto_links").map(|it| it.value),
        raw: fields.table("raw").and_then(provenance::read),
        spellings: fields.text_pairs("words"),
        extra: fields.free_table("extra"),
    };
    fields.finish();
    (title.is_some() && route.is_some()).then_some(front)
}

/// A text that is not blank.
fn text(fields: &Fields<'_, '_>, key: &'static str) -> Option<String> {
    fields.string(key).map(|it| it.value.trim().to_owned()).filter(|it| !it.is_empty())
}

/// The article's page: its slug, or the stem of its file.
fn route(fields: &Fields<'_, '_>, slug: Option<&Value<String>>, path: &SitePath) -> Option<Route> {
    let name = slug.map_or(path.stem(), |it| it.value.as_str());
    let at = || slug.map_or(At::File(path.clone()), |it| fields.document.at(&it.span));
    checked(fields, at, name, Route::page(&["articles", name]))
}

/// Reports an address that is none.
fn checked(
    fields: &Fields<'_, '_>,
    at: impl Fn() -> At,
    address: &str,
    route: Result<Route, RouteProblem>,
) -> Option<Route> {
    let report = |problem: RouteProblem| {
        let diagnostic = problems::invalid_route(at(), address, &problem.to_string());
        fields.document.report(diagnostic);
    };
    route.map_err(report).ok()
}

/// Old addresses; a missing slash at either end is supplied.
fn aliases(fields: &Fields<'_, '_>) -> Vec<Value<Route>> {
    let alias = |it: Value<String>| {
        let address = format!("/{}/", it.value.trim_matches('/'));
        let is_file = it.value.to_lowercase().ends_with(".html");
        let address = if is_file { address.trim_end_matches('/') } else { &address };
        let route =
            checked(fields, || fields.document.at(&it.span), &it.value, Route::new(address))?;
        Some(Value { value: route, span: it.span })
    };
    fields.strings("aliases").into_iter().filter_map(alias).collect()
}

fn script(fields: &Fields<'_, '_>) -> Option<Script> {
    let tag = fields.string("script")?;
    let script = Script::from_tag(&tag.value);
    if script.is_none() {
        invalid(
            fields,
            &tag.span,
            "script",
            "no such script",
            "write one of `zh-Hans`, `zh-Hant`, `zh-Hant-TW`, `zh-Hant-HK`, or leave it out",
        );
    }
    script
}

fn invalid(fields: &Fields<'_, '_>, span: &Range<usize>, key: &str, why: &str, hint: &str) {
    fields.document.report(problems::invalid_value(fields.document.at(span), key, why, hint));
}

fn source(fields: &Fields<'_, '_>) -> Origin {
    match fields.string_or_table("source") {
        None => Origin::default(),
        Some(Ok(name)) => Origin { name: Some(name.value), ..Origin::default() },
        Some(Err(table)) => {
            let source = Origin {
                name: text(&table, "name"),
                url: table.web_address("url").map(|it| it.value),
                edition: text(&table, "edition"),
                column: text(&table, "column"),
                section: table.strings("section").into_iter().map(|it| it.value).collect(),
            };
            table.finish();
            source
        }
    }
}

fn byline(fields: &Fields<'_, '_>) -> Vec<Credit> {
    let name = |it: Value<String>| Credit { role: None, name: it.value, affiliation: None };
    let credit = |table: Fields<'_, '_>| {
        let name = table.required_string("name");
        let (role, affiliation) = (text(&table, "role"), text(&table, "affiliation"));
        table.finish();
        Some(Credit { role, name: name?.value, affiliation })
    };
    fields.strings_or_tables("byline", name, credit)
}

/// The places of `cities`, each once.
fn cities(fields: &Fields<'_, '_>, gazetteer: &Gazetteer) -> Vec<PlaceId> {
    let mut cities = Vec::new();
    for name in fields.strings("cities") {
        match gazetteer.resolve(&name.value) {
            Ok(id) if !cities.contains(&id) => cities.push(id),
            Ok(_) => {}
            Err(why) => fields.document.report(not_a_place(
                fields.document.at(&name.span),
                &name.value,
                why,
            )),
        }
    }
    cities
}

/// A date; one that does not exist is reported.
fn date(fields: &Fields<'_, '_>, key: &'static str) -> Option<Published> {
    let value = fields.date_text(key)?;
    let date = published(value.value.trim());
    if date.is_none() {
        fields
            .document
            .report(problems::invalid_date(fields.document.at(&value.span), &value.value));
    }
    date
}

/// Reads `2023-03-10`, `2023-03-10T08:00:00+08:00`, `2023-03-10 08:00` (in China), `2023年3月10日`.
fn published(text: &str) -> Option<Published> {
    let china = TimeZone::fixed(Offset::constant(CHINA_HOURS));
    let zoned: Zoned = match text.parse::<Timestamp>() {
        Ok(instant) => instant.to_zoned(china),
        Err(_) if text.contains('年') => {
            let found = crate::text::date::find(text).filter(|it| it.span == (0..text.len()))?;
            found.in_year(None)?.to_zoned(china).ok()?
        }
        Err(_) if text.len() == "2023-03-10".len() => {
            text.parse::<Date>().ok()?.to_zoned(china).ok()?
        }
        Err(_) => text.parse::<jiff::civil::DateTime>().ok()?.to_zoned(china).ok()?,
    };
    Some(Published { day: zoned.date(), instant: zoned.timestamp() })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates() {
        let day = |text| published(text).map(|it| (it.day.to_string(), it.instant.to_string()));
        let on = |day: &str, instant: &str| Some((day.to_owned(), instant.to_owned()));
        assert_eq!(day("2023-03-10"), on("2023-03-10", "2023-03-09T16:00:00Z"));
        assert_eq!(day("2023年3月10日"), on("2023-03-10", "2023-03-09T16:00:00Z"));
        assert_eq!(day("2023-03-10T23:30:00Z"), on("2023-03-11", "2023-03-10T23:30:00Z"));
        assert_eq!(day("2023-03-10 08:00"), on("2023-03-10", "2023-03-10T00:00:00Z"));
        for bad in ["2023-02-30", "2023年2月30日", "10/3/2023", "", "昨天"] {
            assert_eq!(day(bad), None, "{bad}");
        }
    }
}

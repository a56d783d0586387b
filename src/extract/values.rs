//! Lines with their roles → the values of a draft.

use std::collections::BTreeMap;

use jiff::civil::Date;

use super::Dated;
use super::lines::{Line, Role};
use super::words::{labelled, prefix, words};
use crate::article::{Credit, Origin};
use crate::gazetteer::{Gazetteer, Level, PlaceId};
use crate::text::date;
use crate::text::fold::fold;
use crate::text::typography;

/// A draft is about at most this many places.
const MAX_CITIES: usize = 3;

/// A place named in the headline counts as often as this many times in the text.
const TITLE_WEIGHT: f64 = 5.0;

/// A county named once counts as often as this many larger places.
const COUNTY_WEIGHT: f64 = 1.5;

/// A place is one the article is about if it has this share of the first one's score.
const MIN_SHARE: f64 = 0.2;

/// A date without a year is the article's own only this near to the head of its text, in bytes.
const OPENING: usize = 40;

/// The texts of all lines with a role.
pub(super) fn of_role(lines: &[Line], role: Role) -> impl Iterator<Item = &str> {
    lines
        .iter()
        .filter(move |line| line.role == role)
        .map(|line| line.text.as_str())
}

/// The kicker without its dash.
pub(super) fn subtitle(lines: &[Line]) -> Option<String> {
    let line = of_role(lines, Role::Subtitle).next()?;
    Some(typography::set(
        line.trim_start_matches(['—', '-', '─', ' ']),
    ))
}

/// The day of the dateline; else a day at the head of the text, in the year the text names most often.
pub(super) fn date(lines: &[Line]) -> Option<Dated> {
    let exact = of_role(lines, Role::Dateline)
        .chain(of_role(lines, Role::Source))
        .find_map(|line| date::find(line)?.in_year(None));
    if let Some(day) = exact {
        return Some(Dated {
            day,
            inferred: None,
        });
    }
    let opening = of_role(lines, Role::Paragraph).next()?;
    let found = date::find(opening).filter(|it| it.span.start <= OPENING)?;
    if let Some(day) = found.in_year(None) {
        return Some(Dated {
            day,
            inferred: None,
        });
    }
    let (year, times) = commonest_year(lines)?;
    let day: Date = found.in_year(Some(year))?;
    let inferred = format!(
        "the text says `{}`, and names the year {year} most often ({times})",
        &opening[found.span]
    );
    Some(Dated {
        day,
        inferred: Some(inferred),
    })
}

/// The year that the text names most often, the later one of equals.
fn commonest_year(lines: &[Line]) -> Option<(i16, usize)> {
    let mut counted: BTreeMap<i16, usize> = BTreeMap::new();
    for year in of_role(lines, Role::Paragraph).flat_map(date::years) {
        *counted.entry(year).or_default() += 1;
    }
    counted.into_iter().max_by_key(|(_, count)| *count)
}

/// Paper, edition, series and section.
pub(super) fn source(lines: &[Line]) -> Origin {
    let mut origin = Origin::default();
    for line in of_role(lines, Role::Dateline) {
        read_dateline(line, &mut origin);
    }
    for line in of_role(lines, Role::Source) {
        let name = labelled(line, &words().sources)
            .map(|(_, name)| name.split([' ', '\u{3000}', '|']).next().unwrap_or(name));
        origin.name = origin.name.or(name.map(str::to_owned));
    }
    origin.column = of_role(lines, Role::Series).next().map(str::to_owned);
    let breadcrumb =
        of_role(lines, Role::Breadcrumb).find(|line| line.contains(['>', '＞', '»', '›']));
    let parts = breadcrumb
        .into_iter()
        .flat_map(|line| line.split(['>', '＞', '»', '›']))
        .map(str::trim);
    origin.section = parts
        .filter(|part| !matches!(*part, "正文" | "首页" | "首頁"))
        .map(str::to_owned)
        .collect();
    origin
}

/// `青島日報2022年2月19日5版` → the paper and the edition.
fn read_dateline(line: &str, origin: &mut Origin) {
    let Some(found) = date::find(line) else {
        return;
    };
    let before = line[..found.span.start]
        .trim()
        .trim_end_matches(['：', ':', '|', '/', '丨'])
        .trim();
    let name = before
        .rsplit([' ', '\u{3000}', '：', ':'])
        .next()
        .unwrap_or(before);
    let is_paper = words()
        .papers
        .iter()
        .any(|ending| fold(name).ends_with(ending.as_str()));
    if is_paper && origin.name.is_none() {
        origin.name = Some(name.to_owned());
    }
    let after = &line[found.span.end..];
    let edition = after
        .split(|c: char| !(c.is_alphanumeric()))
        .find(|part| part.ends_with('版') && part.chars().count() > 1);
    origin.edition = origin
        .edition
        .take()
        .or(edition.map(|it| it.trim_start_matches('第').to_owned()));
}

/// The people of all byline lines.
pub(super) fn byline(lines: &[Line]) -> Vec<Credit> {
    of_role(lines, Role::Byline).flat_map(read_byline).collect()
}

/// `視頻攝制:青島日報社/觀海新聞記者 閆曉陽 金璐` → two people, with role and affiliation.
fn read_byline(line: &str) -> Vec<Credit> {
    let (role, rest) = match labelled(line, &words().roles) {
        Some((role, rest)) => (role, rest),
        None => line.split_at(prefix(line, &words().reporters).unwrap_or(0)),
    };
    let (affiliation, names) = reporter(rest).map_or((None, rest), |(paper, _, names)| {
        (Some(paper).filter(|it| !it.is_empty()), names)
    });
    people(role, affiliation, names)
}

/// Splits `青島日報/觀海新聞記者 王濤` into the paper, the word for reporters and the names.
fn reporter(text: &str) -> Option<(&str, &str, &str)> {
    let mut starts = text.char_indices().map(|(at, _)| at);
    let (start, length) =
        starts.find_map(|at| Some((at, prefix(&text[at..], &words().reporters)?)))?;
    let names = text[start + length..].trim_start_matches(['/', '／', ':', '：', ' ', '\u{3000}']);
    Some((text[..start].trim(), &text[start..start + length], names))
}

/// One entry for each name.
fn people(role: &str, affiliation: Option<&str>, names: &str) -> Vec<Credit> {
    let names = names
        .split([' ', '\u{3000}', '、', '，', ',', '/', '／'])
        .map(str::trim)
        .filter(|name| !name.is_empty());
    let credit = |name: &str| Credit {
        role: Some(role.to_owned()),
        name: name.to_owned(),
        affiliation: affiliation.map(str::to_owned),
    };
    names.map(credit).collect()
}

/// Takes `（青島日報/觀海新聞記者 王濤）` off the end of a paragraph.
pub(super) fn inline_byline(paragraph: &str) -> (&str, Vec<Credit>) {
    /// Longer brackets are part of the text.
    const LONGEST: usize = 40;
    let inside = paragraph
        .strip_suffix([')', '）'])
        .and_then(|it| Some((it.rfind(['(', '（'])?, it)));
    let Some((open, closed)) = inside else {
        return (paragraph, Vec::new());
    };
    let bracket = closed[open..].trim_start_matches(['(', '（']).trim();
    match reporter(bracket) {
        Some((paper, role, names))
            if bracket.chars().count() <= LONGEST && !names.is_empty() && !names.contains('。') =>
        {
            let affiliation = Some(paper).filter(|it| !it.is_empty());
            (
                paragraph[..open].trim_end(),
                people(role, affiliation, names),
            )
        }
        _ => (paragraph, Vec::new()),
    }
}

/// The places an article is about: those it names most, the headline counting more, and a county more than
/// what it belongs to, for the narrower a place, the more its name says (诸城 before 青岛 in an article on
/// 诸城 that looks to 青岛). A province is only one of them when no place inside it is.
pub(super) fn cities(title: &str, text: &str, gazetteer: &Gazetteer) -> Vec<PlaceId> {
    let head = format!("{title}\n");
    let mut counted: BTreeMap<PlaceId, f64> = BTreeMap::new();
    for mention in gazetteer.find(&format!("{head}{text}")) {
        let weight = if mention.span.start < head.len() {
            TITLE_WEIGHT
        } else {
            1.0
        };
        *counted.entry(mention.place).or_default() += weight;
    }
    let inside = |province: PlaceId, id: PlaceId| gazetteer.ancestors(id).any(|it| it == province);
    let level = |id: PlaceId| gazetteer.place(id).level;
    let mut ranked: Vec<(PlaceId, f64)> = counted.iter().map(|(id, count)| (*id, *count)).collect();
    ranked.retain(|(id, _)| {
        level(*id) != Level::Province || !counted.keys().any(|other| inside(*id, *other))
    });
    for (id, score) in &mut ranked {
        *score *= if level(*id) == Level::County {
            COUNTY_WEIGHT
        } else {
            1.0
        };
    }
    ranked.sort_by(|a, b| b.1.total_cmp(&a.1).then(a.0.cmp(&b.0)));
    let most = ranked.first().map_or(0.0, |(_, score)| *score);
    ranked.retain(|(_, score)| *score >= most * MIN_SHARE);
    ranked
        .into_iter()
        .map(|(id, _)| id)
        .take(MAX_CITIES)
        .collect()
}

//! What a site knows, for other programs: JSON, CSV, `GeoJSON`.
//!
//! In: the catalogue and the gazetteer. Out: texts. What is in a record is known without the bodies of articles.

mod articles;

use std::collections::BTreeMap;

use serde::{Serialize, Serializer};
use serde_json::{Value, json};

use crate::annotate::{Annotated, FigureStated, Meta};
use crate::catalog::{ArticleId, Catalog, NameEntry, PlaceEntry};
use crate::config::BaseUrl;
use crate::facts::{Exactness, Kind, Measure, Milestone, Status};
use crate::gazetteer::{Gazetteer, Level, PlaceId};
use crate::name::Sort;
use crate::route::Route;

pub use articles::{ArticleSummary, TopicRecord, articles, topics};

/// What can be written as a table.
pub trait Record: Serialize {
    /// Its fields in their order, which a table without records has for its head, too.
    const COLUMNS: &'static [&'static str];
}

impl<T: Record> Record for &T {
    const COLUMNS: &'static [&'static str] = T::COLUMNS;
}

impl Record for PlaceRecord {
    const COLUMNS: &'static [&'static str] = &[
        "code",
        "name",
        "name_hant",
        "aliases",
        "level",
        "slug",
        "path",
        "parent",
        "members",
        "lon",
        "lat",
        "articles",
        "articles_below",
        "mentions",
        "first",
        "last",
    ];
}

impl Record for FigureRecord {
    const COLUMNS: &'static [&'static str] = &[
        "what",
        "number",
        "unit",
        "value",
        "high",
        "exactness",
        "currency",
        "base",
        "base_unit",
        "measure",
        "status",
        "of",
        "place",
        "place_code",
        "topics",
        "date",
        "title",
        "path",
        "sentence",
    ];
}

impl Record for NameRecord {
    const COLUMNS: &'static [&'static str] = &[
        "name", "kind", "aliases", "path", "offices", "steps", "times", "articles", "first", "last",
    ];
}

/// A place of the site.
#[derive(Debug, Serialize)]
pub struct PlaceRecord {
    /// The code of GB/T 2260, or the synthetic one of divisions below 台湾, 香港 and 澳门.
    pub code: Option<String>,
    /// The full name in Simplified characters.
    pub name: String,
    /// The full name in Traditional characters.
    pub name_hant: String,
    /// Other names.
    pub aliases: Vec<String>,
    /// `province`, `prefecture`, `county`, `zone` or `region`.
    pub level: Level,
    /// Its part of the address.
    pub slug: String,
    /// Its page: the whole address, if the site says where it is published.
    pub path: String,
    /// The name of the division it belongs to.
    pub parent: Option<String>,
    /// The names of the divisions that a zone or region lies in.
    pub members: Vec<String>,
    /// Longitude and latitude of its seat in degrees (GeoNames, CC BY 4.0).
    pub lon: Option<f64>,
    /// See `lon`.
    pub lat: Option<f64>,
    /// How many articles are about it.
    pub articles: usize,
    /// How many articles are about places below it.
    pub articles_below: usize,
    /// How many articles only name it.
    pub mentions: usize,
    /// The day of the first article about it or naming it.
    pub first: Option<String>,
    /// The day of the latest one.
    pub last: Option<String>,
}

/// The places of a site that have a page: those of the gazetteer in its order, then the zones of no table.
#[must_use]
pub fn places(catalog: &Catalog, gazetteer: &Gazetteer, base_url: &BaseUrl) -> Vec<PlaceRecord> {
    let of_table = catalog.places.iter().map(|(id, entry)| {
        let place = gazetteer.place(*id);
        let route = gazetteer.route(*id);
        let name = |id: PlaceId| gazetteer.place(id).name.clone();
        PlaceRecord {
            code: place.code.clone(),
            name: place.name.clone(),
            name_hant: place.name_hant.clone(),
            aliases: place.aliases.clone(),
            level: place.level,
            slug: place.slug.clone(),
            path: address(&route, base_url),
            parent: place.parent.map(name),
            members: place.members.iter().copied().map(name).collect(),
            lon: place.seat.map(|it| it.0),
            lat: place.seat.map(|it| it.1),
            ..counted(catalog, entry)
        }
    });
    let open = catalog.zones.iter().map(|(key, zone)| {
        let route = Gazetteer::zone_route(key);
        PlaceRecord {
            name: zone.name.clone(),
            name_hant: zone.name_hant.clone(),
            slug: key.clone(),
            path: address(&route, base_url),
            ..counted(catalog, &zone.entry)
        }
    });
    of_table.chain(open).collect()
}

/// A record with the numbers of a place, and no names yet.
fn counted(catalog: &Catalog, entry: &PlaceEntry) -> PlaceRecord {
    let all = entry.all();
    let day = |id: &ArticleId| day(&catalog.article(*id).meta);
    PlaceRecord {
        code: None,
        name: String::new(),
        name_hant: String::new(),
        aliases: Vec::new(),
        level: Level::Zone,
        slug: String::new(),
        path: String::new(),
        parent: None,
        members: Vec::new(),
        lon: None,
        lat: None,
        articles: entry.own.len(),
        articles_below: entry.below.len(),
        mentions: entry.mentions.len(),
        first: all.iter().rev().find_map(day),
        last: all.iter().find_map(day),
    }
}

/// Why records can be written.
const MEMORY: &str = "memory takes any record";

const PLAIN: &str = "records hold nothing but text and numbers";

/// Records as a JSON list.
#[must_use]
pub fn json<T: Serialize>(records: impl IntoIterator<Item = T>) -> String {
    let mut bytes = Vec::new();
    serde_json::Serializer::new(&mut bytes).collect_seq(records).expect(PLAIN);
    String::from_utf8(bytes).expect("JSON is UTF-8") + "\n"
}

/// As a `GeoJSON` collection (RFC 7946); places whose seat is not known have no geometry.
#[must_use]
pub fn geojson(places: &[PlaceRecord]) -> String {
    let feature = |it: &PlaceRecord| {
        let geometry = match (it.lon, it.lat) {
            (Some(lon), Some(lat)) => json!({ "type": "Point", "coordinates": [lon, lat] }),
            _ => Value::Null,
        };
        let mut properties = json!(it);
        if let Some(fields) = properties.as_object_mut() {
            fields.shift_remove("lon");
            fields.shift_remove("lat");
        }
        json!({ "type": "Feature", "geometry": geometry, "properties": properties })
    };
    let features: Vec<Value> = places.iter().map(feature).collect();
    let attribution = "coordinates: GeoNames, https://www.geonames.org, CC BY 4.0";
    json!({ "type": "FeatureCollection", "attribution": attribution, "features": features })
        .to_string()
        + "\n"
}

/// A figure of the site.
#[derive(Debug, Serialize)]
pub struct FigureRecord {
    /// What it is about.
    pub what: String,
    /// The number as written.
    pub number: String,
    /// The unit as written.
    pub unit: String,
    /// The value in that unit, 万 and 亿 worked in; of a range the lower one.
    pub value: f64,
    /// Of a range the upper value, else the same.
    pub high: f64,
    /// `exact`, `about`, `over` or `under`.
    pub exactness: Exactness,
    /// The currency of money (ISO 4217).
    pub currency: Option<&'static str>,
    /// The lower value in `base_unit`: to be compared and sorted by.
    pub base: f64,
    /// The currency, `m²`, `m`, `t`, `m³`, `W`, `kWh` or `h`; else the unit as written.
    pub base_unit: String,
    /// `money`, `area`, `people` and so on.
    pub measure: Measure,
    /// `planned`, `signed`, `under_way` or `done`, if the article says so.
    pub status: Option<Status>,
    /// The person, organisation or project that it is said of.
    pub of: Option<String>,
    /// The name of the division that it is said of.
    pub place: Option<String>,
    /// Its code.
    pub place_code: Option<String>,
    /// The topics of its article.
    pub topics: Vec<String>,
    /// The day of its article.
    pub date: Option<String>,
    /// The headline of its article.
    pub title: String,
    /// The page of its article: the whole address, if the site says where it is published.
    pub path: String,
    /// Its sentence; none of the body of an article that may not be published in full.
    pub sentence: Option<String>,
}

/// All figures, the newest article first.
pub fn figures<'a>(
    catalog: &'a Catalog,
    gazetteer: &'a Gazetteer,
    base_url: &'a BaseUrl,
) -> impl Iterator<Item = FigureRecord> + use<'a> {
    let records = |it: ArticleRecord<'_>| it.records().collect::<Vec<_>>();
    article_figures((catalog, |id| catalog.article(id)), gazetteer, base_url, catalog.ids())
        .flat_map(records)
}

/// The figures of an article, with what they share.
#[derive(Debug, Serialize)]
pub struct ArticleRecord<'a> {
    /// The headline.
    pub title: &'a str,
    /// Its day.
    pub date: Option<String>,
    /// Its page: the whole address, if the site says where it is published.
    pub path: String,
    /// Its topics.
    pub topics: Vec<&'a str>,
    /// The sentences that state figures; none of the body of an article that may not be published in full.
    pub sentences: Vec<&'a str>,
    /// Its figures, in the order of the text.
    pub figures: Vec<StatedRecord<'a>>,
}

/// A figure below its article; the fields are those of [`FigureRecord`], and what is not known is left out.
#[derive(Debug, Serialize)]
#[expect(missing_docs, reason = "see `FigureRecord`")]
pub struct StatedRecord<'a> {
    pub what: &'a str,
    pub number: &'a str,
    pub unit: &'a str,
    pub value: f64,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub high: Option<f64>,
    pub exactness: Exactness,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub currency: Option<&'static str>,
    pub base: f64,
    pub base_unit: &'a str,
    pub measure: Measure,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub status: Option<Status>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub of: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub place: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub place_code: Option<&'a str>,
    /// Its sentence, by its number in [`ArticleRecord::sentences`].
    #[serde(skip_serializing_if = "Option::is_none")]
    pub sentence: Option<usize>,
}

impl ArticleRecord<'_> {
    /// Its figures, each with its article.
    fn records(&self) -> impl Iterator<Item = FigureRecord> {
        let own = |it: Option<&str>| it.map(str::to_owned);
        self.figures.iter().map(move |it| FigureRecord {
            what: it.what.to_owned(),
            number: it.number.to_owned(),
            unit: it.unit.to_owned(),
            value: it.value,
            high: it.high.unwrap_or(it.value),
            exactness: it.exactness,
            currency: it.currency,
            base: it.base,
            base_unit: it.base_unit.to_owned(),
            measure: it.measure,
            status: it.status,
            of: own(it.of),
            place: own(it.place),
            place_code: own(it.place_code),
            topics: self.topics.iter().map(|it| (*it).to_owned()).collect(),
            date: self.date.clone(),
            title: self.title.to_owned(),
            path: self.path.clone(),
            sentence: it.sentence.map(|it| self.sentences[it].to_owned()),
        })
    }
}

/// The figures of some articles, by article: those that state any. An article may say something else of itself than in
/// the catalogue.
pub fn article_figures<'a>(
    (catalog, article): (&'a Catalog, impl Fn(ArticleId) -> &'a Annotated + Copy + 'a),
    gazetteer: &'a Gazetteer,
    base_url: &'a BaseUrl,
    articles: impl IntoIterator<Item = ArticleId>,
) -> impl Iterator<Item = ArticleRecord<'a>> {
    let of_article = move |id: ArticleId| {
        let meta = &article(id).meta;
        let mut sentences: Vec<u32> = Vec::new();
        let mut sentence = |number: u32| {
            let known = sentences.iter().rposition(|it| *it == number);
            known.unwrap_or_else(|| {
                sentences.push(number);
                sentences.len() - 1
            })
        };
        let place = |id: PlaceId| gazetteer.place(id);
        let figure = |it: &'a FigureStated| StatedRecord {
            what: &it.what,
            number: it.number(),
            unit: it.unit(),
            value: it.low,
            high: (it.high > it.low).then_some(it.high),
            exactness: it.exactness,
            currency: it.currency,
            base: it.base,
            base_unit: it.base_unit(),
            measure: it.measure,
            status: it.status,
            of: it.of.map(|at| name_of(catalog, article(id), id, at as usize)),
            place: it.place.map(|id| place(id).name.as_str()),
            place_code: it.place.and_then(|id| place(id).code.as_deref()),
            sentence: it.at.as_ref().map(|it| sentence(it.sentence)),
        };
        let figures = meta.stated.figures.iter().map(figure).collect();
        ArticleRecord {
            title: &meta.title,
            date: day(meta),
            path: address(&meta.route, base_url),
            topics: catalog.topics_of(id).map(|it| it.title.as_str()).collect(),
            sentences: sentences.iter().map(|it| &*meta.stated.sentences[*it as usize]).collect(),
            figures,
        }
    };
    let stated = move |id: &ArticleId| !article(*id).meta.stated.figures.is_empty();
    articles.into_iter().filter(stated).map(of_article)
}

/// A name that an article states, as its page calls it, if it has one.
fn name_of<'a>(catalog: &'a Catalog, it: &'a Annotated, id: ArticleId, at: usize) -> &'a str {
    let entry = catalog.names.of_article[id.index()][at].map(|it| &catalog.names.entries[it].name);
    entry.unwrap_or(&it.meta.stated.names[at].name)
}

/// A person, an organisation or a project of the site.
#[derive(Debug, Serialize)]
pub struct NameRecord {
    /// Its name.
    pub name: String,
    /// `person`, `organisation`, `project` or `document`.
    pub kind: Kind,
    /// Its other names, in Simplified characters.
    pub aliases: Vec<String>,
    /// Its page.
    pub path: String,
    /// Of a person the offices, in the order of time, each with the day of the first article that gives it.
    pub offices: Vec<OfficeRecord>,
    /// Of a project what it passed through.
    pub steps: Vec<StepRecord>,
    /// How often it is named.
    pub times: usize,
    /// How many articles name it.
    pub articles: usize,
    /// The day of the first one.
    pub first: Option<String>,
    /// The day of the latest one.
    pub last: Option<String>,
}

/// An office of a person.
#[derive(Debug, Serialize)]
pub struct OfficeRecord {
    /// The office.
    pub office: String,
    /// Whether the article says that the person leaves it.
    pub left: bool,
    /// Since when it is held, or when it is left, as far as the article says: `2021-02-26`, `2021-02`, `2021`.
    pub day: Option<String>,
    /// The day of the article.
    pub date: Option<String>,
    /// The page of the article.
    pub path: String,
}

/// A step of a project.
#[derive(Debug, Serialize)]
pub struct StepRecord {
    /// What.
    pub milestone: Milestone,
    /// Whether it lay ahead.
    pub planned: bool,
    /// When, as far as the article says.
    pub day: Option<String>,
    /// The day of the article.
    pub date: Option<String>,
    /// The page of the article.
    pub path: String,
}

/// The people, organisations or projects with a page, by their folded names.
#[must_use]
pub fn names(catalog: &Catalog, sort: Sort, base_url: &BaseUrl) -> Vec<NameRecord> {
    let of_sort = catalog.names.entries.iter().filter(|it| Sort::of(it.kind) == sort);
    of_sort.map(|it| name_record(catalog, it, base_url)).collect()
}

fn name_record(catalog: &Catalog, it: &NameEntry, base_url: &BaseUrl) -> NameRecord {
    let oldest_first =
        || it.articles.iter().rev().map(|(id, at)| (&catalog.article(*id).meta, *at));
    let mut offices: Vec<OfficeRecord> = Vec::new();
    let mut steps: Vec<StepRecord> = Vec::new();
    for (meta, at) in oldest_first() {
        let (name, path) = (&meta.stated.names[at], address(&meta.route, base_url));
        for office in &name.offices {
            let left = office.left;
            let since = office.day.clone();
            if offices.iter().all(|it| it.office != office.office || it.left != left) {
                let (office, path) = (office.office.clone(), path.clone());
                offices.push(OfficeRecord { office, left, day: since, date: day(meta), path });
            }
        }
        steps.extend(name.told_steps().map(|it| StepRecord {
            milestone: it.milestone,
            planned: it.planned,
            day: it.day.clone(),
            date: day(meta),
            path: path.clone(),
        }));
    }
    NameRecord {
        name: it.name.clone(),
        kind: it.kind,
        aliases: it.forms.iter().filter(|form| **form != it.name).cloned().collect(),
        path: address(&it.route, base_url),
        offices,
        steps,
        times: it.times,
        articles: it.articles.len(),
        first: oldest_first().find_map(|(meta, _)| day(meta)),
        last: oldest_first().rev().find_map(|(meta, _)| day(meta)),
    }
}

/// The whole address of a page, or the one below the site's root.
fn address(route: &Route, base_url: &BaseUrl) -> String {
    base_url.permalink(route).unwrap_or_else(|| route.href(&base_url.path))
}

/// The day of an article.
fn day(meta: &Meta) -> Option<String> {
    meta.date.map(|it| it.day.to_string())
}

/// Records as JSON, one a line.
#[must_use]
pub fn json_lines<T: Serialize>(records: impl IntoIterator<Item = T>) -> String {
    let line = |it: T| serde_json::to_string(&it).expect(PLAIN) + "\n";
    records.into_iter().map(line).collect()
}

/// The figures of some articles as CSV with a head: the columns of [`FigureRecord`].
#[must_use]
pub fn figures_table<'a>(articles: impl IntoIterator<Item = ArticleRecord<'a>>) -> String {
    let mut writer = csv::Writer::from_writer(Vec::new());
    writer.write_record(FigureRecord::COLUMNS).expect(MEMORY);
    let mut words: BTreeMap<_, [String; 3]> = BTreeMap::new();
    for article in articles {
        let topics = article.topics.join("|");
        for it in &article.figures {
            let choices = (it.exactness, it.measure, it.status);
            let [exactness, measure, status] = words.entry(choices).or_insert_with(|| {
                [json!(it.exactness), json!(it.measure), json!(it.status)].map(|it| cell(&it))
            });
            let [value, high, base] =
                [it.value, it.high.unwrap_or(it.value), it.base].map(|it| cell(&json!(it)));
            let row: [&str; 19] = [
                it.what,
                it.number,
                it.unit,
                &value,
                &high,
                exactness,
                it.currency.unwrap_or_default(),
                &base,
                it.base_unit,
                measure,
                status,
                it.of.unwrap_or_default(),
                it.place.unwrap_or_default(),
                it.place_code.unwrap_or_default(),
                &topics,
                article.date.as_deref().unwrap_or_default(),
                article.title,
                &article.path,
                it.sentence.map_or("", |it| article.sentences[it]),
            ];
            writer.write_record(row).expect(MEMORY);
        }
    }
    finished(writer)
}

/// Records as CSV with a head: lists are joined by `|`, tables in them are JSON.
#[must_use]
pub fn table<T: Record>(records: impl IntoIterator<Item = T>) -> String {
    let mut writer = csv::Writer::from_writer(Vec::new());
    writer.write_record(T::COLUMNS).expect(MEMORY);
    for record in records {
        let record = json!(record);
        writer.write_record(T::COLUMNS.iter().map(|it| cell(&record[it]))).expect(MEMORY);
    }
    finished(writer)
}

fn finished(writer: csv::Writer<Vec<u8>>) -> String {
    let bytes = writer.into_inner().expect(MEMORY);
    String::from_utf8(bytes).expect("CSV of texts is text")
}

fn cell(value: &Value) -> String {
    match value {
        Value::Null => String::new(),
        Value::String(text) => text.clone(),
        Value::Array(items) => items.iter().map(cell).collect::<Vec<_>>().join("|"),
        other => other.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_table_of_nothing_has_a_head() {
        let head = table::<NameRecord>([]);
        assert_eq!(head, "name,kind,aliases,path,offices,steps,times,articles,first,last\n");
    }
}

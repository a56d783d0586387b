//! The compiled-in tables.

use std::collections::BTreeMap;

use csv::StringRecord;
use serde::Deserialize;

use super::{Level, Place, PlaceId};

/// The divisions, one a line, parents before their children, in the order of codes.
const DIVISIONS: &str = include_str!("data/divisions.csv");

/// Zones and regions.
const ZONES: &str = include_str!("data/zones.csv");

/// Ways to name places that are no places: 鲁, 青潍, 岛城.
const WAYS: &str = include_str!("data/ways.csv");

/// Names that are ordinary words too, one a line; `generic` behind those that are hardly ever anything else.
const ORDINARY: &str = include_str!("data/ordinary.txt");

/// Short names of counties that people know without being told where they are, one a line.
const KNOWN: &str = include_str!("data/known.txt");

/// A line of `divisions.csv`.
#[derive(Deserialize)]
struct Division<'a> {
    code: &'a str,
    name: &'a str,
    short_name: &'a str,
    level: &'a str,
    parent_code: &'a str,
    slug: &'a str,
    pinyin: &'a str,
    name_hant: &'a str,
    lon: Option<f64>,
    lat: Option<f64>,
    official: u8,
}

/// A line of `zones.csv`.
#[derive(Deserialize)]
struct Zone<'a> {
    name: &'a str,
    kind: &'a str,
    slug: &'a str,
    members: &'a str,
    aliases: &'a str,
    name_hant: &'a str,
}

/// A line of `ways.csv`.
#[derive(Deserialize)]
pub(super) struct Way {
    pub(super) name: String,
    /// `province`, `province-weak` (which stands for much else) and `city`: a one-character name; `pair`: several places side by side; `nickname`.
    pub(super) kind: String,
    /// The codes of the places, separated by spaces.
    pub(super) codes: String,
}

/// All places: the divisions, then zones and regions, each in the order of its table.
pub(super) fn places() -> Vec<Place> {
    let mut ids: BTreeMap<String, PlaceId> = BTreeMap::new();
    let mut places = Vec::new();
    for record in records(DIVISIONS) {
        let row: Division<'_> = record.deserialize(None).expect(WELL_FORMED);
        let id = PlaceId(u16::try_from(places.len()).expect("fewer than 65,536 divisions"));
        ids.insert(row.code.to_owned(), id);
        places.push(division(&row, &ids));
    }
    for record in records(ZONES) {
        places.push(zone(&record.deserialize(None).expect(WELL_FORMED), &ids));
    }
    places
}

fn division(row: &Division<'_>, ids: &BTreeMap<String, PlaceId>) -> Place {
    Place {
        code: Some(row.code.to_owned()),
        name: row.name.to_owned(),
        short_name: row.short_name.to_owned(),
        aliases: Vec::new(),
        ignored: Vec::new(),
        name_hant: row.name_hant.to_owned(),
        level: match row.level {
            "province" => Level::Province,
            "prefecture" => Level::Prefecture,
            _ => Level::County,
        },
        parent: ids.get(row.parent_code).copied(),
        members: Vec::new(),
        slug: row.slug.to_owned(),
        pinyin: row.pinyin.to_owned(),
        seat: row.lon.zip(row.lat),
        official: row.official == 1,
    }
}

fn zone(row: &Zone<'_>, ids: &BTreeMap<String, PlaceId>) -> Place {
    let members: Vec<PlaceId> =
        row.members.split(' ').filter_map(|code| ids.get(code).copied()).collect();
    let level = if row.kind == "region" { Level::Region } else { Level::Zone };
    Place {
        code: None,
        name: row.name.to_owned(),
        short_name: row.name.to_owned(),
        aliases: row.aliases.split('|').filter(|it| !it.is_empty()).map(str::to_owned).collect(),
        ignored: Vec::new(),
        name_hant: row.name_hant.to_owned(),
        level,
        parent: super::parent_of_zone(level, &members),
        members,
        slug: row.slug.to_owned(),
        pinyin: String::new(),
        seat: None,
        official: false,
    }
}

/// The ways to name places.
pub(super) fn ways() -> impl Iterator<Item = Way> {
    records(WAYS).map(|it| it.deserialize(None).expect(WELL_FORMED))
}

/// The names that are ordinary words too; whether they are hardly ever anything else (老城区).
pub(super) fn ordinary_names() -> impl Iterator<Item = (&'static str, bool)> {
    ORDINARY.lines().map(|line| match line.split_once(' ') {
        Some((name, _)) => (name, true),
        None => (line, false),
    })
}

/// The short names of counties that people know.
pub(super) fn known_names() -> impl Iterator<Item = &'static str> {
    KNOWN.lines()
}

/// The rows of a table, without its head.
fn records(table: &'static str) -> impl Iterator<Item = StringRecord> {
    csv::Reader::from_reader(table.as_bytes()).into_records().map(|it| it.expect(WELL_FORMED))
}

/// Why the tables can be read.
const WELL_FORMED: &str = "the compiled-in table is well formed, which a test reads through";

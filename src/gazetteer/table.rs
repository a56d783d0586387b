//! The compiled-in tables.

use std::collections::BTreeMap;

use serde::Deserialize;

use super::{Level, Place, PlaceId};
use crate::text::fold::fold;

/// The divisions, one a line, parents before their children's codes in the order of codes.
const DIVISIONS: &str = include_str!("data/divisions.csv");

/// Short names that are ordinary words too.
const BLOCKLIST: &str = include_str!("data/bare_blocklist.csv");

/// A line of `divisions.csv`.
#[derive(Deserialize)]
struct Row {
    code: String,
    name: String,
    short_name: String,
    level: String,
    parent_code: String,
    slug: String,
    pinyin: String,
    name_hant: String,
    lon: Option<f64>,
    lat: Option<f64>,
    official: u8,
}

/// All divisions in the order of the table.
pub(super) fn divisions() -> Vec<Place> {
    let rows: Vec<Row> = rows(DIVISIONS);
    let ids: BTreeMap<String, PlaceId> =
        (0..).map(PlaceId).zip(&rows).map(|(id, row)| (row.code.clone(), id)).collect();
    rows.into_iter().map(|row| place(row, &ids)).collect()
}

fn place(row: Row, ids: &BTreeMap<String, PlaceId>) -> Place {
    Place {
        parent: ids.get(&row.parent_code).copied(),
        level: match row.level.as_str() {
            "province" => Level::Province,
            "prefecture" => Level::Prefecture,
            _ => Level::County,
        },
        code: row.code,
        name: row.name,
        short_name: row.short_name,
        name_hant: row.name_hant,
        slug: row.slug,
        pinyin: row.pinyin,
        seat: row.lon.zip(row.lat),
        official: row.official == 1,
    }
}

/// The folded short names of the blocklist, sorted.
pub(super) fn blocklist() -> Vec<String> {
    #[derive(Deserialize)]
    struct Blocked {
        short_name: String,
    }
    let mut names: Vec<String> =
        rows::<Blocked>(BLOCKLIST).into_iter().map(|it| fold(&it.short_name)).collect();
    names.sort();
    names
}

fn rows<T: for<'de> Deserialize<'de>>(table: &str) -> Vec<T> {
    let rows = csv::Reader::from_reader(table.as_bytes()).into_deserialize();
    rows.map(|row| row.expect("the compiled-in table is well formed, which a test reads through"))
        .collect()
}

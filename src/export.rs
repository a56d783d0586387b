//! What a site knows, for other programs: JSON, CSV, `GeoJSON`.
//!
//! In: the catalogue and the gazetteer. Out: texts. What is in a record is known without the bodies of articles.

use serde::Serialize;
use serde_json::{Value, json};

use crate::catalog::{Catalog, PlaceEntry};
use crate::config::BaseUrl;
use crate::gazetteer::{Gazetteer, Level, PlaceId};

/// The columns of the CSV, in their order.
const COLUMNS: [&str; 16] = [
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
            path: base_url.permalink(&route).unwrap_or_else(|| route.href(&base_url.path)),
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
            path: base_url.permalink(&route).unwrap_or_else(|| route.href(&base_url.path)),
            ..counted(catalog, &zone.entry)
        }
    });
    of_table.chain(open).collect()
}

/// A record with the numbers of a place, and no names yet.
fn counted(catalog: &Catalog, entry: &PlaceEntry) -> PlaceRecord {
    let all = entry.all();
    let day = |id: &crate::catalog::ArticleId| {
        catalog.article(*id).meta.date.map(|it| it.day.to_string())
    };
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

/// As a JSON list.
#[must_use]
pub fn json(places: &[PlaceRecord]) -> String {
    serde_json::to_string(places).expect("records hold nothing but text and numbers") + "\n"
}

/// As CSV with a head; lists are joined by `|`.
#[must_use]
pub fn csv(places: &[PlaceRecord]) -> String {
    let mut writer = csv::Writer::from_writer(Vec::new());
    let row = |it: &PlaceRecord| {
        let number = |it: Option<f64>| it.map(|it| it.to_string()).unwrap_or_default();
        let level = json!(it.level);
        [
            it.code.clone().unwrap_or_default(),
            it.name.clone(),
            it.name_hant.clone(),
            it.aliases.join("|"),
            level.as_str().unwrap_or_default().to_owned(),
            it.slug.clone(),
            it.path.clone(),
            it.parent.clone().unwrap_or_default(),
            it.members.join("|"),
            number(it.lon),
            number(it.lat),
            it.articles.to_string(),
            it.articles_below.to_string(),
            it.mentions.to_string(),
            it.first.clone().unwrap_or_default(),
            it.last.clone().unwrap_or_default(),
        ]
    };
    writer.write_record(COLUMNS).expect("memory takes any record");
    for place in places {
        writer.write_record(row(place)).expect("memory takes any record");
    }
    let bytes = writer.into_inner().expect("memory takes any record");
    String::from_utf8(bytes).expect("CSV of texts is text")
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

//! The places that an article is about.
//!
//! In: headline and text. Out: up to three places, the first one first.

use std::collections::BTreeMap;

use crate::gazetteer::{Gazetteer, Level, PlaceId};

/// A draft is about at most this many places.
const MAX_CITIES: usize = 3;

/// A place named in the headline counts as often as this many times in the text.
const TITLE_WEIGHT: f64 = 5.0;

/// A county named once counts as often as this many larger places.
const COUNTY_WEIGHT: f64 = 1.5;

/// A place besides the first is one the article is about if it is named twice and has this share of the
/// first one's score.
const MIN_SHARE: f64 = 0.2;

/// The places an article is about: those it names most, the headline counting more, and a county more than
/// what it belongs to, for the narrower a place, the more its name says (诸城 before 青岛 in an article on
/// 诸城 that looks to 青岛). A province is only one of them when no place inside it is.
pub(super) fn cities(title: &str, text: &str, gazetteer: &Gazetteer) -> Vec<PlaceId> {
    let head = format!("{title}\n");
    let mut counted: BTreeMap<PlaceId, (usize, f64)> = BTreeMap::new();
    for mention in gazetteer.find(&format!("{head}{text}")) {
        let is_county = gazetteer.place(mention.place).level == Level::County;
        let in_title = mention.span.start < head.len();
        let weight =
            if is_county { COUNTY_WEIGHT } else { 1.0 } * if in_title { TITLE_WEIGHT } else { 1.0 };
        let (times, score) = counted.entry(mention.place).or_default();
        (*times, *score) = (*times + 1, *score + weight);
    }
    let has_part =
        |id: PlaceId| counted.keys().any(|it| gazetteer.ancestors(*it).any(|it| it == id));
    let province = |id: PlaceId| gazetteer.place(id).level == Level::Province;
    let mut ranked: Vec<(PlaceId, usize, f64)> =
        counted.iter().map(|(id, (n, score))| (*id, *n, *score)).collect();
    ranked.retain(|(id, ..)| !(province(*id) && has_part(*id)));
    ranked.sort_by(|a, b| b.2.total_cmp(&a.2).then(a.0.cmp(&b.0)));
    let Some((first, _, most)) = ranked.first().copied() else {
        return Vec::new();
    };
    ranked.retain(|(id, times, score)| *id == first || (*times > 1 && *score >= most * MIN_SHARE));
    ranked.into_iter().map(|(id, ..)| id).take(MAX_CITIES).collect()
}

//! What templates see of places: the tree, the map, a place's page and the lists below it.

use serde::Serialize;

use super::{CardView, CountView, DateView, LeadingView, LinkView, ListView, Shared};
use crate::annotate::Sentence;
use crate::gazetteer::Level;

/// All places, as a tree.
#[derive(Debug, Serialize)]
pub struct PlacesView {
    /// The provinces that articles are about.
    pub provinces: Vec<PlaceNode>,
    /// The provinces that articles only name, or name places in.
    pub only_named: Vec<PlaceNode>,
    /// Zones and regions.
    pub zones: Vec<CountView>,
    /// Where the places are; `None` if that is known of too few.
    pub map: Option<MapView>,
}

/// A place in the tree.
#[derive(Debug, Serialize)]
pub struct PlaceNode {
    /// Its page.
    pub href: String,
    /// Its name.
    pub name: String,
    /// How many articles are about it or a place below it.
    pub count: usize,
    /// The places below it that articles are about.
    pub children: Vec<PlaceNode>,
    /// Of a province the places in it that are only named.
    pub mentioned: Vec<Shared<LinkView>>,
}

/// Places on a map; all numbers are units of its view box.
#[derive(Debug, Serialize)]
pub struct MapView {
    /// How wide it is.
    pub width: i32,
    /// How high it is.
    pub height: i32,
    /// The seats of all divisions around, as the `d` of a path of dots.
    pub ground: String,
    /// The places, the one with most articles first.
    pub dots: Vec<DotView>,
}

/// A place on a map.
#[derive(Debug, Serialize)]
pub struct DotView {
    /// Its page.
    pub href: String,
    /// Its name.
    pub text: String,
    /// How many articles are about it.
    pub count: usize,
    /// From the left.
    pub x: i32,
    /// From the top.
    pub y: i32,
    /// The radius.
    pub r: i32,
    /// Where its name stands, if there is room for it.
    pub label: Option<LabelView>,
}

/// Where the name of a place stands on a map.
#[derive(Debug, Serialize)]
pub struct LabelView {
    /// From the left.
    pub x: i32,
    /// From the top, the middle of the line.
    pub y: i32,
    /// Which end of the name `x` is, as the `text-anchor` of SVG: `start`, `middle` or `end`.
    pub anchor: &'static str,
}

/// A place, a zone or a region.
#[derive(Debug, Serialize)]
pub struct PlaceView {
    /// Its name in the script of the tree.
    pub name: String,
    /// Its name in Simplified and in Traditional characters.
    pub names: [String; 2],
    /// The code of GB/T 2260; `None` for what has none there.
    pub code: Option<String>,
    /// `province`, `prefecture`, `county`, `zone` or `region`.
    pub level: Level,
    /// What the first page of the list shows besides it; the other pages never change.
    pub about: Option<PlaceAbout>,
    /// The articles about it.
    pub list: ListView,
}

/// What a place's first page shows besides its articles.
#[derive(Debug, Serialize)]
pub struct PlaceAbout {
    /// What an editor wrote about it.
    pub html: String,
    /// The newest of the articles about places below it.
    pub below: Vec<Shared<CardView>>,
    /// How many articles are about places below it.
    pub below_total: usize,
    /// The page with all of them, if `below` shows fewer.
    pub below_href: Option<String>,
    /// The newest of the articles that only name it.
    pub mentions: Vec<MentionView>,
    /// How many articles only name it.
    pub mention_total: usize,
    /// The page with all of them, if `mentions` shows fewer.
    pub mentions_href: Option<String>,
    /// The places directly below it.
    pub children: Vec<CountView>,
    /// The places below it that articles only name.
    pub only_named: Vec<Shared<LinkView>>,
    /// The zones in it.
    pub zones: Vec<CountView>,
    /// The divisions that a zone or region lies in.
    pub members: Vec<Shared<LinkView>>,
    /// The topics of its articles.
    pub topics: Vec<CountView>,
    /// Lists of its articles on one topic each.
    pub crossings: Vec<CountView>,
    /// The people, organisations, projects and figures that stand out.
    pub leading: LeadingView,
    /// The places that articles name together with it.
    pub together: Option<TogetherView>,
    /// The day of the first article about it or naming it.
    pub first: Option<DateView>,
    /// The day of the latest one.
    pub last: Option<DateView>,
}

/// An article that names a place, a person, an organisation or a project.
#[derive(Debug, Serialize)]
pub struct MentionView {
    /// The article.
    pub article: Shared<CardView>,
    /// How often it names it.
    pub times: usize,
    /// The sentences that name it, of a place the first ones; each has `before`, `name` and `after`.
    pub sentences: Vec<Sentence>,
}

/// The places that are named together with one, as a picture; all numbers are units of its view box.
#[derive(Debug, Serialize)]
pub struct TogetherView {
    /// How wide the picture is.
    pub width: i32,
    /// How high it is.
    pub height: i32,
    /// Where the place itself stands.
    pub x: i32,
    /// From the top.
    pub y: i32,
    /// The others, the most frequent first.
    pub places: Vec<TogetherPlace>,
}

/// A place that is named together with another.
#[derive(Debug, Serialize)]
pub struct TogetherPlace {
    /// Its page.
    pub href: String,
    /// Its name.
    pub text: String,
    /// How many articles name both.
    pub count: usize,
    /// Where it stands, from the left.
    pub x: i32,
    /// From the top.
    pub y: i32,
    /// Where the foot of its name stands, from the top.
    pub label_y: i32,
    /// How wide the line to it is, in tenths.
    pub width: i32,
}

/// All articles about places below one, or a page of them.
#[derive(Debug, Serialize)]
pub struct BelowView {
    /// The articles.
    pub list: ListView,
}

/// All articles that name a place, or a page of them.
#[derive(Debug, Serialize)]
pub struct MentionsView {
    /// The articles.
    pub mentions: Vec<MentionView>,
    /// How many there are; on the first page only.
    pub total: Option<usize>,
    /// The page with newer ones.
    pub newer: Option<String>,
    /// The page with older ones.
    pub older: Option<String>,
}

/// All zones and regions.
#[derive(Debug, Serialize)]
pub struct ZonesView {
    /// Regions of several divisions.
    pub regions: Vec<CountView>,
    /// Development zones, new areas, parks.
    pub zones: Vec<CountView>,
}

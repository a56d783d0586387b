//! Articles and topics as records. Nothing of an article stands here that the edit of its text alone changes.

use serde::Serialize;

use super::{Record, address, day};
use crate::annotate::Annotated;
use crate::catalog::{ArticleId, Catalog};
use crate::config::{BaseUrl, Rights};
use crate::gazetteer::{Gazetteer, PlaceId};
use crate::text::script::Script;

impl Record for ArticleSummary {
    const COLUMNS: &'static [&'static str] = &[
        "title",
        "subtitle",
        "date",
        "updated",
        "path",
        "script",
        "source",
        "source_url",
        "edition",
        "authors",
        "summary",
        "places",
        "place_codes",
        "topics",
        "rights",
        "file",
        "raw",
        "raw_sha256",
    ];
}

/// An article of the site.
#[derive(Debug, Serialize)]
pub struct ArticleSummary {
    /// The headline.
    pub title: String,
    /// Kicker or deck.
    pub subtitle: Option<String>,
    /// The day of publication.
    pub date: Option<String>,
    /// The day it was last changed.
    pub updated: Option<String>,
    /// Its page: the whole address, if the site says where it is published.
    pub path: String,
    /// The script it is shown in.
    pub script: Script,
    /// The paper.
    pub source: Option<String>,
    /// The page of the article there.
    pub source_url: Option<String>,
    /// The edition there.
    pub edition: Option<String>,
    /// Who made it.
    pub authors: Vec<String>,
    /// A few sentences.
    pub summary: String,
    /// The names of the places it is about.
    pub places: Vec<String>,
    /// Their codes of GB/T 2260, as far as they have one.
    pub place_codes: Vec<String>,
    /// Its topics.
    pub topics: Vec<String>,
    /// `full` or `excerpt`.
    pub rights: Rights,
    /// Its file in the folder of the site.
    pub file: String,
    /// The raw article it was made of.
    pub raw: Option<String>,
    /// The SHA-256 of that.
    pub raw_sha256: Option<String>,
}

/// The articles, the newest first; `known` has each as it is now.
pub fn articles<'a>(
    catalog: &'a Catalog,
    known: impl Fn(ArticleId) -> &'a Annotated + 'a,
    (gazetteer, traditional): (&'a Gazetteer, bool),
    base_url: &'a BaseUrl,
) -> impl Iterator<Item = ArticleSummary> + 'a {
    catalog.ids().map(move |id| {
        let it = known(id);
        let (meta, front) = (&it.meta, &it.article.front);
        let name = |id: &PlaceId| gazetteer.place(*id).name_in(traditional).to_owned();
        let code = |id: &PlaceId| gazetteer.place(*id).code.clone();
        ArticleSummary {
            title: meta.title.clone(),
            subtitle: front.subtitle.clone(),
            date: day(meta),
            updated: front.updated.map(|it| it.day.to_string()),
            path: address(&meta.route, base_url),
            script: meta.script,
            source: front.source.name.clone(),
            source_url: front.source.url.clone(),
            edition: front.source.edition.clone(),
            authors: front.byline.iter().map(|it| it.name.clone()).collect(),
            summary: meta.summary.clone(),
            places: meta.cities.iter().map(name).collect(),
            place_codes: meta.cities.iter().filter_map(code).collect(),
            topics: catalog.topics_of(id).map(|it| it.title.clone()).collect(),
            rights: front.published,
            file: it.article.path.to_string(),
            raw: front.raw.as_ref().map(|it| it.path.to_string()),
            raw_sha256: front.raw.as_ref().map(|it| it.sha256.clone()),
        }
    })
}

impl Record for TopicRecord {
    const COLUMNS: &'static [&'static str] = &["title", "path", "articles", "first", "last"];
}

/// A topic of the site.
#[derive(Debug, Serialize)]
pub struct TopicRecord {
    /// Its name.
    pub title: String,
    /// Its page: the whole address, if the site says where it is published.
    pub path: String,
    /// How many articles it has.
    pub articles: usize,
    /// The day of the first one.
    pub first: Option<String>,
    /// The day of the latest one.
    pub last: Option<String>,
}

/// The topics: those with a file in the order of their files, then the others by name.
pub fn topics<'a>(
    catalog: &'a Catalog,
    base_url: &'a BaseUrl,
) -> impl Iterator<Item = TopicRecord> + 'a {
    let day_of = |id: &ArticleId| day(&catalog.article(*id).meta);
    catalog.topics.iter().map(move |it| TopicRecord {
        title: it.title.clone(),
        path: address(&it.route, base_url),
        articles: it.articles.len(),
        first: it.articles.iter().rev().find_map(day_of),
        last: it.articles.iter().find_map(day_of),
    })
}

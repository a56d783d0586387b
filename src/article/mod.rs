//! An article: front matter and body, understood.
//!
//! In: the text of `content/articles/*.md`. Out: an [`Article`], or the problems that keep it off the site.
//! Each file is read for itself, so that files can be read in parallel and remembered by their hash.

mod front_matter;
pub mod provenance;

use std::collections::BTreeMap;
use std::sync::Arc;

use jiff::Timestamp;
use jiff::civil::Date;
use serde::Serialize;

use crate::config::{Config, Rights};
use crate::diagnostic::{At, Diagnostic, Severity, Span, problems};
use crate::fields::{Document, Free, Value};
use crate::file::SitePath;
use crate::gazetteer::{Gazetteer, PlaceId};
use crate::markdown::{
    self,
    body::{Body, Link},
};
use crate::route::Route;
use crate::text::script::Script;

/// The folder of the articles.
pub const FOLDER: &str = "content/articles";

/// Whether a file is an article.
#[must_use]
pub fn is_article(path: &SitePath) -> bool {
    path.below(FOLDER).is_some() && path.extension() == "md"
}

/// One article.
#[derive(Debug, Clone)]
pub struct Article {
    /// Its file.
    pub path: SitePath,
    /// The text of the file.
    pub text: Arc<str>,
    /// What its front matter says.
    pub front: FrontMatter,
    /// Its body.
    pub body: Body,
    /// Where the body begins in the file, in bytes.
    pub body_start: usize,
}

impl Article {
    /// A stretch of the file, for diagnostics.
    #[must_use]
    pub fn at(&self, bytes: std::ops::Range<usize>) -> At {
        At::Span(Span { path: self.path.clone(), text: Arc::clone(&self.text), bytes })
    }
}

/// The front matter of an article, every value checked.
#[derive(Debug, Clone, PartialEq)]
pub struct FrontMatter {
    /// The headline.
    pub title: String,
    /// Kicker or deck.
    pub subtitle: Option<String>,
    /// When it was published; `None` if nobody knows.
    pub date: Option<Published>,
    /// When it was last changed.
    pub updated: Option<Published>,
    /// The script it is written in.
    pub script: Script,
    /// The paper it is from.
    pub source: Origin,
    /// Who made it.
    pub byline: Vec<Credit>,
    /// The places it is about.
    pub cities: Vec<PlaceId>,
    /// The topics it names, as written, with their place in the file; `None` if it does not say which it has.
    pub topics: Option<Vec<Value<String>>>,
    /// What lists show of it, if an editor wrote that.
    pub summary: Option<String>,
    /// Its page.
    pub route: Route,
    /// Where the address is written, if it is.
    pub slug: Option<Value<String>>,
    /// Old addresses that lead to it, with their place in the file.
    pub aliases: Vec<Value<Route>>,
    /// Not to be published yet.
    pub draft: bool,
    /// How much of it may be published, if the file says so.
    pub rights: Option<Rights>,
    /// How much of it is published: what the file says, else what the site says.
    pub published: Rights,
    /// The last day on which it is published, if there is one.
    pub expires: Option<Published>,
    /// The raw article it was made of.
    pub raw: Option<provenance::Raw>,
    /// Whether the first mention of a place links to its page, if the file says so.
    pub auto_links: Option<bool>,
    /// Words in Simplified and in Traditional characters that win over the conversion.
    pub spellings: Vec<(String, String)>,
    /// Fields that only templates know.
    pub extra: BTreeMap<String, Free>,
}

impl FrontMatter {
    /// Whether only a summary and facts may be published.
    #[must_use]
    pub fn is_excerpt(&self) -> bool {
        self.published == Rights::Excerpt
    }
}

/// When something was published.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Published {
    /// The day, in China.
    pub day: Date,
    /// The instant; the first of the day if only that is known.
    pub instant: Timestamp,
}

/// Where an article comes from.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Origin {
    /// The paper or site.
    pub name: Option<String>,
    /// Its page there.
    pub url: Option<String>,
    /// The edition: 5版.
    pub edition: Option<String>,
    /// The series or column: 凰探第1091期.
    pub column: Option<String>,
    /// The section, from the top: 青岛, 要闻.
    pub section: Vec<String>,
}

/// A person or an office that had a part in an article.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Credit {
    /// What they did, in the words of the article: 撰文.
    pub role: Option<String>,
    /// Their name.
    pub name: String,
    /// Whom they work for.
    pub affiliation: Option<String>,
}

/// Reads an article. `None` if something in it is wrong; the problems say what.
#[must_use]
pub fn parse(
    path: &SitePath,
    text: &Arc<str>,
    config: &Config,
    gazetteer: &Gazetteer,
) -> (Option<Article>, Vec<Diagnostic>) {
    let parts = match markdown::split(text) {
        Ok(parts) => parts,
        Err(problem) => return (None, vec![markdown::problem(path, text, &problem)]),
    };
    let body = markdown::body::render_for(config, &text[parts.body.clone()]);
    let guess = Script::guess(&body.text);
    let (front, mut diagnostics) = Document::read(path, text, parts.front_matter, |fields| {
        front_matter::read(fields, path, guess, (config.rights, gazetteer))
    });
    let Some(front) =
        front.filter(|_| diagnostics.iter().all(|it| it.severity == Severity::Warning))
    else {
        return (None, diagnostics);
    };
    let article = Article {
        path: path.clone(),
        text: Arc::clone(text),
        front,
        body,
        body_start: parts.body.start,
    };
    if article.front.date.is_none() && !article.front.draft {
        diagnostics.push(problems::missing_date(At::File(path.clone())));
    }
    let unsafe_link = |link: &Link| {
        let span = &link.span;
        let at = article.at(article.body_start + span.start..article.body_start + span.end);
        problems::unsafe_link(at, &link.target)
    };
    diagnostics.extend(article.body.unsafe_links.iter().map(unsafe_link));
    (Some(article), diagnostics)
}

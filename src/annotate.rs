//! What an article's text names.
//!
//! In: an [`Article`]. Out: [`Annotated`], the article with its [`Meta`]. Each article is read for itself.

use std::collections::BTreeMap;

use crate::article::{Article, Published};
use crate::gazetteer::find::Named;
use crate::gazetteer::{Gazetteer, PlaceId};
use crate::route::Route;
use crate::text::script::Script;
use crate::text::sentence;

/// A summary made by the program fills at most this many columns, three lines of a card.
const SUMMARY_COLUMNS: usize = 180;

/// An article and its signature.
#[derive(Debug, Clone)]
pub struct Annotated {
    /// The article.
    pub article: Article,
    /// What other pages may know of it.
    pub meta: Meta,
}

/// The signature of an article: all that any page but its own can show or sort by. An edit that leaves it
/// equal cannot touch another page.
#[derive(Debug, Clone, PartialEq)]
pub struct Meta {
    /// Its page.
    pub route: Route,
    /// The headline.
    pub title: String,
    /// When it was published.
    pub date: Option<Published>,
    /// The script it is written in.
    pub script: Script,
    /// The paper it is from.
    pub source: Option<String>,
    /// What a list shows of it.
    pub summary: String,
    /// The places it is about.
    pub cities: Vec<PlaceId>,
    /// The other places it names, the most frequent first.
    pub mentions: Vec<PlaceId>,
}

/// Reads an article for what it names.
#[must_use]
pub fn annotate(article: Article, gazetteer: &Gazetteer) -> Annotated {
    let front = &article.front;
    let mut mentions = mentions(&article, gazetteer);
    mentions.retain(|id| !front.cities.contains(id));
    let meta = Meta {
        route: front.route.clone(),
        title: front.title.clone(),
        date: front.date,
        script: front.script,
        source: front.source.name.clone(),
        summary: front.summary.clone().unwrap_or_else(|| summary(&article.body.text)),
        cities: front.cities.clone(),
        mentions,
    };
    Annotated { article, meta }
}

/// The places of title and body, the most frequent first, then in the order of the text.
fn mentions(article: &Article, gazetteer: &Gazetteer) -> Vec<PlaceId> {
    let text = format!("{}\n{}", article.front.title, article.body.text);
    let mut counted: BTreeMap<PlaceId, (usize, usize)> = BTreeMap::new();
    for mention in gazetteer.read(&text, &article.front.cities).mentions {
        if let Named::Place(id) = mention.named {
            counted.entry(id).or_insert((0, mention.span.start)).0 += 1;
        }
    }
    let mut ranked: Vec<_> = counted.into_iter().collect();
    ranked.sort_by_key(|(_, (count, first))| (std::cmp::Reverse(*count), *first));
    ranked.into_iter().map(|(id, _)| id).collect()
}

/// The first block that is a sentence, in as many sentences as fit.
fn summary(text: &str) -> String {
    let first = text
        .lines()
        .find(|line| line.contains(['。', '！', '？', '；']))
        .or_else(|| text.lines().next());
    sentence::summary(first.unwrap_or_default(), SUMMARY_COLUMNS)
}

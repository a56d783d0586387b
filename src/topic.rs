//! The topics of a site.
//!
//! In: `content/topics/<slug>.md`. Out: [`Topics`], which knows what a name means and which topics a text
//! speaks of. Names and terms are compared folded. Nothing here knows of articles.

use std::collections::BTreeMap;
use std::ops::Range;
use std::sync::Arc;

use aho_corasick::{AhoCorasick, MatchKind};
use unicode_normalization::UnicodeNormalization;

use crate::diagnostic::{At, Diagnostic, Span, problems};
use crate::fields::{Document, Fields, Value};
use crate::file::SitePath;
use crate::markdown::{
    self,
    body::{Body, Link},
};
use crate::route::Route;
use crate::text::fold::fold;

/// The folder of the topics.
pub const FOLDER: &str = "content/topics";

/// A topic scores this much for each term in the title, besides what the text gives.
const TITLE_WEIGHT: f64 = 2.0;

/// Below this score a topic is not proposed: two ordinary terms, or one that nearly decides.
const MIN_SCORE: f64 = 2.0;

/// A topic is proposed only if it has this share of the best one's score.
const MIN_SHARE: f64 = 0.3;

/// No more topics than these are proposed for one article.
const MAX_PROPOSED: usize = 6;

/// A topic as its file describes it.
#[derive(Debug, Clone, PartialEq)]
pub struct Topic {
    /// The file.
    pub path: SitePath,
    /// What the front matter says.
    names: Names,
    /// The page.
    pub route: Route,
    /// What the file says below its front matter.
    pub body: Body,
    /// The text of the file.
    text: Arc<str>,
    /// Where the body begins in it, in bytes.
    body_start: usize,
}

/// The front matter of a topic.
#[derive(Debug, Clone, PartialEq)]
struct Names {
    title: Value<String>,
    /// Other names that articles may use.
    aliases: Vec<Value<String>>,
    /// The words that speak for it.
    terms: Vec<Term>,
}

impl Topic {
    /// The name.
    #[must_use]
    pub fn title(&self) -> &str {
        &self.names.title.value
    }

    /// Its other names.
    pub fn aliases(&self) -> impl Iterator<Item = &str> {
        self.names.aliases.iter().map(|it| it.value.as_str())
    }

    /// Where a link of the body stands in the file, for diagnostics.
    #[must_use]
    pub fn at_link(&self, link: &Link) -> At {
        self.at(self.body_start + link.span.start..self.body_start + link.span.end)
    }

    fn at(&self, bytes: Range<usize>) -> At {
        At::Span(Span { path: self.path.clone(), text: Arc::clone(&self.text), bytes })
    }
}

/// A word that speaks for a topic.
#[derive(Debug, Clone, PartialEq)]
struct Term {
    term: String,
    /// How much: 1 is ordinary, 2 nearly decides, less is weak.
    weight: f64,
}

/// Reads the file of a topic. `None` if it cannot be used.
#[must_use]
pub fn parse(
    path: &SitePath,
    text: &Arc<str>,
    base_path: &str,
) -> (Option<Topic>, Vec<Diagnostic>) {
    let parts = match markdown::split(text) {
        Ok(parts) => parts,
        Err(problem) => return (None, vec![markdown::problem(path, text, &problem)]),
    };
    let (names, mut diagnostics) = Document::read(path, text, parts.front_matter, read);
    let route = Route::page(&["topics", path.stem()]).map_err(|problem| {
        problems::invalid_route(At::File(path.clone()), path.stem(), &problem.to_string())
    });
    let body = markdown::body::render(&text[parts.body.clone()], base_path);
    match (names, route) {
        (Some(names), Ok(route)) => {
            let (text, body_start) = (Arc::clone(text), parts.body.start);
            (Some(Topic { path: path.clone(), names, route, body, text, body_start }), diagnostics)
        }
        (_, route) => {
            diagnostics.extend(route.err());
            (None, diagnostics)
        }
    }
}

/// The front matter; `None` without a title.
fn read(fields: Fields<'_, '_>) -> Option<Names> {
    let title = fields.required_string("title");
    let mut aliases = fields.strings("aliases");
    aliases.retain(|it| !it.value.trim().is_empty());
    let term = |value: Value<String>| Term { term: value.value, weight: 1.0 };
    let weighted = |table: Fields<'_, '_>| {
        let term = table.required_string("term");
        let weight = table.decimal("weight").map_or(1.0, |it| it.value);
        table.finish();
        Some(Term { term: term?.value, weight })
    };
    let terms = fields.strings_or_tables("match", term, weighted);
    fields.finish();
    Some(Names { title: title?, aliases, terms })
}

/// All topics of a site that have a file.
#[derive(Default)]
pub struct Topics {
    all: Vec<Topic>,
    by_name: BTreeMap<String, usize>,
    terms: Option<Terms>,
}

/// The terms of all topics, to be found in one pass.
struct Terms {
    automaton: AhoCorasick,
    /// For each pattern the topics it speaks for, with its weight.
    owners: Vec<Vec<(usize, f64)>>,
}

/// A topic that a text speaks of.
#[derive(Debug, Clone, PartialEq)]
pub struct Proposal {
    /// The title of the topic.
    pub topic: String,
    /// How much the text speaks of it.
    pub score: f64,
}

impl Topics {
    /// Collects topics. Of two files that would have one page the first stays; a name that two topics claim
    /// belongs to the first.
    #[must_use]
    pub fn new(mut topics: Vec<Topic>) -> (Self, Vec<Diagnostic>) {
        let mut diagnostics = Vec::new();
        let mut pages: BTreeMap<String, SitePath> = BTreeMap::new();
        topics.retain(|topic| {
            let owner = pages.entry(topic.route.file_key()).or_insert_with(|| topic.path.clone());
            let is_first = *owner == topic.path;
            if !is_first {
                let (at, owner) = (At::File(topic.path.clone()), format!("`{owner}`"));
                let (route, title) = (topic.route.as_str(), topic.title());
                diagnostics.push(problems::duplicate_route(at, route, title, &owner));
            }
            is_first
        });
        let mut by_name: BTreeMap<String, usize> = BTreeMap::new();
        for (i, topic) in topics.iter().enumerate() {
            for name in std::iter::once(&topic.names.title).chain(&topic.names.aliases) {
                let known = by_name.entry(name_key(&name.value)).or_insert(i);
                if *known != i {
                    let (at, other) = (topic.at(name.span.clone()), topics[*known].path.as_str());
                    diagnostics.push(problems::duplicate_topic(at, &name.value, other));
                }
            }
        }
        for (i, topic) in topics.iter().enumerate() {
            by_name.entry(name_key(topic.path.stem())).or_insert(i);
        }
        let terms = Terms::new(&topics);
        (Self { all: topics, by_name, terms }, diagnostics)
    }

    /// The topics in the order of their files.
    #[must_use]
    pub fn all(&self) -> &[Topic] {
        &self.all
    }

    /// The topic with this title, alias or slug, in either script, as an index into [`Topics::all`].
    #[must_use]
    pub fn named(&self, name: &str) -> Option<usize> {
        self.by_name.get(&name_key(name)).copied()
    }

    /// The topics that an article speaks of, the strongest first. A term counts once for being there and
    /// little more for each repetition (1 + ln n), and again for standing in the title. Terms are found
    /// longest first, so 海洋 in 海洋经济 does not count for itself.
    #[must_use]
    pub fn propose(&self, title: &str, text: &str) -> Vec<Proposal> {
        let Some(terms) = &self.terms else {
            return Vec::new();
        };
        let (in_title, in_text) = (terms.count(title), terms.count(text));
        let mut scores = vec![0.0; self.all.len()];
        for (pattern, owners) in terms.owners.iter().enumerate() {
            let repeated = |n: f64| if n > 0.0 { 1.0 + n.ln() } else { 0.0 };
            let found = repeated(in_text[pattern] + in_title[pattern])
                + TITLE_WEIGHT * in_title[pattern].min(1.0);
            for (topic, weight) in owners {
                scores[*topic] += weight * found;
            }
        }
        let best = scores.iter().copied().fold(0.0, f64::max);
        let mut proposals: Vec<Proposal> = std::iter::zip(&self.all, scores)
            .filter(|(_, score)| *score >= MIN_SCORE.max(best * MIN_SHARE))
            .map(|(topic, score)| Proposal { topic: topic.title().to_owned(), score })
            .collect();
        proposals.sort_by(|a, b| b.score.total_cmp(&a.score));
        proposals.truncate(MAX_PROPOSED);
        proposals
    }
}

/// What two names share if they are one topic: folded, in lower case, NFC.
#[must_use]
pub fn name_key(name: &str) -> String {
    fold(name.trim()).to_lowercase().nfc().collect()
}

impl Terms {
    fn new(topics: &[Topic]) -> Option<Self> {
        let mut owners: BTreeMap<String, Vec<(usize, f64)>> = BTreeMap::new();
        for (i, topic) in topics.iter().enumerate() {
            for term in topic.names.terms.iter().filter(|it| !it.term.trim().is_empty()) {
                owners.entry(fold(term.term.trim())).or_default().push((i, term.weight));
            }
        }
        let automaton = AhoCorasick::builder()
            .match_kind(MatchKind::LeftmostLongest)
            .ascii_case_insensitive(true)
            .build(owners.keys())
            .ok()?;
        Some(Self { automaton, owners: owners.into_values().collect() })
    }

    /// How often each term stands in a text.
    fn count(&self, text: &str) -> Vec<f64> {
        let mut counts = vec![0.0; self.owners.len()];
        for found in self.automaton.find_iter(&fold(text)) {
            counts[found.pattern().as_usize()] += 1.0;
        }
        counts
    }
}

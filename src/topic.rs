//! The topics of a site.
//!
//! In: `content/topics/<slug>.md`. Out: [`Topics`], which knows what a name means and which topics a text
//! speaks of. Names and terms are compared folded. Nothing here knows of articles.

use std::collections::BTreeMap;
use std::ops::Range;
use std::sync::{Arc, OnceLock};

use serde::Serialize;
use unicode_normalization::UnicodeNormalization;

use crate::config::Config;
use crate::diagnostic::{At, Diagnostic, Span, problems};
use crate::fields::{Document, Fields, Value};
use crate::file::{ContentHash, SitePath};
use crate::markdown::{
    self,
    body::{Body, Link},
};
use crate::route::Route;
use crate::text::dictionary::Dictionary;
use crate::text::fold::fold;
use crate::text::word_tree::{WordId, WordTree};

/// The folder of the topics.
pub const FOLDER: &str = "content/topics";

/// A topic scores this much for each term in the title, besides what the text gives.
const TITLE_WEIGHT: f64 = 2.0;

/// And this much for each term in a heading.
const HEADING_WEIGHT: f64 = 1.0;

/// Below this score a topic is not proposed: an ordinary term once, or a weak one in the headline.
const MIN_SCORE: f64 = 1.0;

/// A topic is proposed only if it has this share of the best one's score.
const MIN_SHARE: f64 = 0.15;

/// No term is worth more: it would decide alone.
const MAX_WEIGHT: f64 = 10.0;

/// No more topics than these are proposed for one article.
const MAX_PROPOSED: usize = 12;

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

    /// Where the title stands, for diagnostics.
    #[must_use]
    pub fn at_title(&self) -> At {
        self.at(self.names.title.span.clone())
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
    config: &Config,
) -> (Option<Topic>, Vec<Diagnostic>) {
    let parts = match markdown::split(text) {
        Ok(parts) => parts,
        Err(problem) => return (None, vec![markdown::problem(path, text, &problem)]),
    };
    let (names, mut diagnostics) = Document::read(path, text, parts.front_matter, read);
    let route = Route::page(&["topics", path.stem()]).map_err(|problem| {
        problems::invalid_route(At::File(path.clone()), path.stem(), &problem.to_string())
    });
    let body = markdown::body::render_for(config, &text[parts.body.clone()]);
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
        let weight = table.decimal("weight");
        let document = table.document;
        table.finish();
        let is_weight = |it: f64| it > 0.0 && it <= MAX_WEIGHT;
        if let Some(weight) = weight.as_ref().filter(|it| !is_weight(it.value)) {
            let at = document.at(&weight.span);
            let why = format!("a weight is above 0 and at most {MAX_WEIGHT}");
            let hint = "1 is ordinary, 2 nearly decides, 0.5 is weak";
            document.report(problems::invalid_value(at, "weight", &why, hint));
            return None;
        }
        Some(Term { term: term?.value, weight: weight.map_or(1.0, |it| it.value) })
    };
    let mut terms = fields.strings_or_tables("match", term, weighted);
    terms.retain(|it| !it.term.trim().is_empty());
    fields.finish();
    Some(Names { title: title?, aliases, terms })
}

/// All topics of a site that have a file.
#[derive(Default)]
pub struct Topics {
    all: Vec<Topic>,
    by_name: BTreeMap<String, usize>,
    /// Made when a text is first looked at: there are thousands of terms.
    terms: OnceLock<Terms>,
    /// The hash of what topics are proposed by.
    pub fingerprint: Option<ContentHash>,
}

/// The terms of all topics, to be found in one pass.
struct Terms {
    /// The terms, folded and in lower case, with their numbers.
    finder: WordTree,
    /// The terms by their numbers.
    written: Vec<String>,
    /// For each the topics it speaks for, with its weight.
    owners: Vec<Vec<(usize, f64)>>,
}

/// A topic that a text speaks of.
#[derive(Debug, Clone, PartialEq)]
pub struct Proposal {
    /// The title of the topic.
    pub topic: String,
    /// How much the text speaks of it.
    pub score: f64,
    /// Whether that is enough to propose it.
    pub proposed: bool,
    /// The terms that speak for it, the strongest first.
    pub terms: Vec<Counted>,
}

/// A term of a topic and where a text has it.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Counted {
    /// The term, folded.
    pub term: String,
    /// What it is worth.
    pub weight: f64,
    /// How often the headline has it.
    pub title: usize,
    /// How often the headings have it.
    pub headings: usize,
    /// How often the text has it, with its headings.
    pub text: usize,
}

/// A topic with its score, as an index into [`Topics::all`].
struct Scored {
    topic: usize,
    score: f64,
    proposed: bool,
    /// The terms, by their numbers, with their weights and how often headline, headings and text have them.
    terms: Vec<(usize, f64, [usize; 3])>,
}

impl Scored {
    const fn new(topic: usize) -> Self {
        Self { topic, score: 0.0, proposed: false, terms: Vec::new() }
    }
}

/// What a term is worth that headline, headings and text have so often. It counts once for being there and little
/// more for each repetition (1 + ln n), and again for standing in the headline or in a heading.
fn score(weight: f64, [title, headings, text]: [usize; 3]) -> f64 {
    let all = f64::from(u32::try_from(title + text).unwrap_or(u32::MAX));
    let repeated = if all > 0.0 { 1.0 + all.ln() } else { 0.0 };
    let once = |n: usize, weight: f64| if n > 0 { weight } else { 0.0 };
    weight * (repeated + once(title, TITLE_WEIGHT) + once(headings, HEADING_WEIGHT))
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
        for topic in topics.iter().filter(|it| it.names.terms.is_empty()) {
            diagnostics.push(problems::topic_without_terms(topic.at_title(), topic.title()));
        }
        let said: Vec<_> = topics.iter().map(|it| (it.title(), &it.names.terms)).collect();
        let fingerprint =
            (!said.is_empty()).then(|| ContentHash::of(format!("{said:?}").as_bytes()));
        (Self { all: topics, by_name, terms: OnceLock::new(), fingerprint }, diagnostics)
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

    /// The topics that an article speaks of, the strongest first: those that it is proposed for, then the others that
    /// it has terms of. Headline, headings and text come folded. Terms are counted as words, on folded text: longest first, so 海洋 in 海洋经济 does not count for
    /// itself, and not across other words: 海洋 in 上海洋山.
    #[must_use]
    pub fn score(&self, title: &[char], headings: &[Vec<char>], text: &[char]) -> Vec<Proposal> {
        let terms = self.terms.get_or_init(|| Terms::new(&self.all));
        let proposal = |it: Scored| {
            let mut counted: Vec<(f64, Counted)> = Vec::with_capacity(it.terms.len());
            for (term, weight, times) in it.terms {
                let [title, headings, text] = times;
                let term = terms.written[term].clone();
                let counts = Counted { term, weight, title, headings, text };
                counted.push((score(weight, times), counts));
            }
            counted.sort_by(|a, b| b.0.total_cmp(&a.0));
            Proposal {
                topic: self.all[it.topic].title().to_owned(),
                score: it.score,
                proposed: it.proposed,
                terms: counted.into_iter().map(|(_, it)| it).collect(),
            }
        };
        self.scored(title, headings, text).into_iter().map(proposal).collect()
    }

    /// The titles of the topics that an article is proposed for, the strongest first; see [`Topics::score`].
    #[must_use]
    pub fn propose(&self, title: &[char], headings: &[Vec<char>], text: &[char]) -> Vec<String> {
        let proposed = self.scored(title, headings, text).into_iter().filter(|it| it.proposed);
        proposed.map(|it| self.all[it.topic].title().to_owned()).collect()
    }

    fn scored(&self, title: &[char], headings: &[Vec<char>], text: &[char]) -> Vec<Scored> {
        let terms = self.terms.get_or_init(|| Terms::new(&self.all));
        let headings = headings.iter().map(|it| (1, it.as_slice()));
        let mut found: Vec<(usize, usize)> = Vec::new();
        for (part, text) in [(0, title)].into_iter().chain(headings).chain([(2, text)]) {
            terms.each(text, |term| found.push((term, part)));
        }
        found.sort_unstable();
        let mut topics: BTreeMap<usize, Scored> = BTreeMap::new();
        for of_term in found.chunk_by(|a, b| a.0 == b.0) {
            let term = of_term[0].0;
            let mut times = [0; 3];
            for (_, part) in of_term {
                times[*part] += 1;
            }
            for (topic, weight) in &terms.owners[term] {
                let it = topics.entry(*topic).or_insert_with(|| Scored::new(*topic));
                it.score += score(*weight, times);
                it.terms.push((term, *weight, times));
            }
        }
        let mut scored: Vec<Scored> = topics.into_values().collect();
        scored.sort_by(|a, b| b.score.total_cmp(&a.score));
        let best = scored.first().map_or(0.0, |it| it.score);
        for it in scored.iter_mut().take(MAX_PROPOSED) {
            it.proposed = it.score >= MIN_SCORE.max(best * MIN_SHARE);
        }
        scored
    }
}

/// What two names share if they are one topic: folded, in lower case, NFC.
#[must_use]
pub fn name_key(name: &str) -> String {
    fold(name.trim()).to_lowercase().nfc().collect()
}

impl Terms {
    fn new(topics: &[Topic]) -> Self {
        let mut owners: BTreeMap<String, Vec<(usize, f64)>> = BTreeMap::new();
        for (i, topic) in topics.iter().enumerate() {
            for term in topic.names.terms.iter().filter(|it| !it.term.trim().is_empty()) {
                let term_key = fold(term.term.trim()).to_ascii_lowercase();
                owners.entry(term_key).or_default().push((i, term.weight));
            }
        }
        let (written, owners): (Vec<String>, Vec<_>) = owners.into_iter().unzip();
        let finder = WordTree::new(written.iter().map(String::as_str));
        Self { finder, written, owners }
    }

    /// Tells each term that stands in a text as a word, by its number; of terms in one another the longest.
    fn each(&self, text: &[char], mut tell: impl FnMut(usize)) {
        let chars: Vec<char> = text.iter().map(char::to_ascii_lowercase).collect();
        let words = Dictionary::built_in();
        let mut at = 0;
        while at < chars.len() {
            // 汽车 in 汽车城市, which is no 汽车城.
            let mut longest = None;
            self.finder.at_head(&chars[at..], |length, WordId(term)| {
                if is_word(&chars, at..at + length, words) {
                    longest = Some((length, term));
                }
            });
            if let Some((_, term)) = longest {
                tell(term as usize);
            }
            at += longest.map_or(1, |it| it.0);
        }
    }
}

/// Whether a piece of a folded text stands there as a word: no other word goes across its borders, no letters go on.
fn is_word(text: &[char], span: Range<usize>, words: &Dictionary) -> bool {
    let latin = |at: usize| text.get(at).is_some_and(char::is_ascii_alphanumeric);
    let before = span.start > 0 && latin(span.start) && latin(span.start - 1);
    let behind = latin(span.end - 1) && latin(span.end);
    !before && !behind && !words.cuts(text, &span)
}

//! The index of the search, as files for the browser.
//!
//! In: the terms of each article and of the pages of places, topics, people, organisations and projects, and what a result shows of them in each tree.
//! Out: files. The index is the same for all trees, for terms are folded; what a result shows is not.
//!
//! | file | |
//! |---|---|
//! | `search/index.gz` | how many articles, the names of all other files |
//! | `search/index/<number>-<hash>.bin` | a shard: terms with the articles and pages they lead to ([`shard`]) |
//! | `search/records/<block>-<hash>.gz` | what results show of sixteen articles |
//! | `search/entities/<block>-<hash>.gz` | what results show of the pages of places, topics, people, organisations and projects |
//! | `search/fold-<hash>.gz` | the characters that a query is folded by |
//!
//! Articles are numbered from the oldest on, so that a new one changes no number. A file is small, and has the hash
//! of its content in its name: a browser keeps it for ever. The postings of pairs are sorted in batches, so that what
//! they need does not grow with the site.

pub mod bits;
mod characters;
mod check;
mod files;
pub mod shard;

use std::collections::BTreeMap;
use std::sync::Arc;

use serde::Serialize;

pub use check::check;
pub use files::{ENTITIES, Edited, IndexFile, Indexed, block, index_route};

use crate::text::terms::{self, FieldTerms, Reader, Terms};

/// What the index is made of.
#[derive(Debug, Clone)]
pub struct Source {
    /// The terms of each article, the oldest first.
    pub articles: Vec<Arc<FieldTerms>>,
    /// The articles whose page does not show all that they are found by, in order: their text is not published, or
    /// another tree says something else.
    pub closed: Arc<Vec<u32>>,
    /// Terms that a reader chooses, `c:370200`, with their articles in order.
    pub filters: Arc<Vec<(String, Vec<u32>)>>,
    /// The pages of places, topics, people, organisations and projects: their numbers, and all their names.
    pub entities: Arc<Vec<(u32, Vec<String>)>>,
    /// What results show, in each tree.
    pub trees: Arc<Vec<TreeSource>>,
}

impl Source {
    /// Puts what an edited article is found by in place of what it was found by, which is handed back. `None` if its page
    /// shows now what it did not show of that, or the reverse: then more than its terms has changed.
    pub fn set(
        &mut self,
        number: usize,
        terms: Arc<FieldTerms>,
        is_closed: bool,
    ) -> Option<Arc<FieldTerms>> {
        let was_closed = self.closed.binary_search(&u32::try_from(number).ok()?).is_ok();
        let is_same = is_closed == was_closed;
        is_same.then(|| std::mem::replace(&mut self.articles[number], terms))
    }
}

/// What results show in a tree.
#[derive(Debug)]
pub struct TreeSource {
    /// The folder of the tree.
    pub folder: String,
    /// Of each article, the oldest first.
    pub records: Vec<Record>,
    /// Of the pages of places, topics, people, organisations and projects, by their numbers.
    pub entities: BTreeMap<u32, Entity>,
}

/// What a result shows of an article: address below the tree, headline, day, paper, script, places, rights.
#[derive(Debug, Clone, Serialize)]
pub struct Record(
    pub String,
    pub String,
    pub String,
    pub String,
    pub &'static str,
    pub Vec<String>,
    pub &'static str,
);

impl Record {
    /// What stands for the rights of an article that is published in full.
    pub const FULL: &str = "full";
}

/// What a result shows of the page of a place, a topic or a name: address below the tree, name, kind, number of articles.
#[derive(Debug, Clone, Serialize)]
pub struct Entity(pub String, pub String, pub String, pub usize);

/// The terms of a name, as of a place.
fn name_terms(names: &[String]) -> Terms {
    let mut reader = Reader::of_names();
    for it in names {
        reader.read(it);
    }
    reader.finish()
}

/// A term that a query may ask for.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Term {
    /// Two Han characters, or one.
    Pair(u32),
    /// A word, a number or a filter.
    Word(String),
}

/// The terms that a text in a query asks for; a character beside other terms asks for nothing by itself.
#[must_use]
pub fn query_terms(text: &str) -> Vec<Term> {
    let collect = |terms: &Terms| -> Vec<Term> {
        let pairs = terms.pairs.iter().map(|it| Term::Pair(*it));
        pairs.chain(terms.words().map(|it| Term::Word(it.to_owned()))).collect()
    };
    let found = collect(&terms::of(text));
    if found.is_empty() { collect(&name_terms(&[text.to_owned()])) } else { found }
}

//! The self-test of the index: every page is found by its title and its names.
//!
//! In: the files of a site as they are written, and what has to be found. Out: what is not. It reads the files as the
//! browser does, and takes terms from titles by rules of its own, not by those that the index was made by.

use std::collections::{BTreeMap, BTreeSet};

use flate2::read::GzDecoder;
use serde_json::Value;

use super::files::DIGITS;
use super::shard::{self, Lists};
use super::{Source, Term, query_terms};
use crate::text::is_han;

/// What is not found, in words: what was asked for, and the page.
#[must_use]
pub fn check<'a>(source: &Source, files: impl Iterator<Item = (&'a str, &'a [u8])>) -> Vec<String> {
    let files: BTreeMap<&str, &[u8]> = files.collect();
    let mut missing = Vec::new();
    for tree in source.trees.iter() {
        let index = match Index::open(&files, &tree.folder) {
            Ok(index) => index,
            Err(problem) => return vec![problem],
        };
        for (number, record) in (0..).zip(&tree.records) {
            for query in queries(&record.1) {
                if !index.articles(&query).contains(&number) {
                    missing.push(format!("`{query}` does not find `{}`", record.0));
                }
            }
        }
        let page = |number: &u32| tree.entities.get(number).map_or("", |it| it.0.as_str());
        for (number, names) in source.entities.iter() {
            for name in names.iter().filter(|it| it.chars().any(char::is_alphanumeric)) {
                if !index.entities(name).contains(number) {
                    missing.push(format!("`{name}` does not find `{}`", page(number)));
                }
            }
        }
    }
    missing
}

/// What a title has to be found by: every two neighbouring Han characters, every Latin word, every number.
fn queries(title: &str) -> BTreeSet<String> {
    let chars: Vec<char> = title.chars().collect();
    let pairs = chars.windows(2).filter(|it| it.iter().all(|c| is_han(*c)));
    let pairs = pairs.map(|it| it.iter().collect());
    let words = title.split(|c: char| !c.is_alphabetic() || is_han(c));
    let numbers = title.split(|c: char| !c.is_numeric() || c.is_alphabetic());
    let singles = chars.iter().filter(|c| is_han(**c)).map(char::to_string);
    let latin = words.chain(numbers).filter(|it| !it.is_empty()).map(str::to_owned);
    pairs.chain(latin).chain(singles).collect()
}

/// An index as its files have it.
struct Index {
    terms: BTreeMap<Term, Lists>,
    /// The buckets of rare pairs of each shard.
    buckets: Vec<Vec<Vec<u32>>>,
}

impl Index {
    fn open(files: &BTreeMap<&str, &[u8]>, folder: &str) -> Result<Self, String> {
        let file = |path: &str| files.get(path).copied().ok_or(format!("there is no `{path}`"));
        let path = format!("/{folder}search/index.gz");
        let index: Value = serde_json::from_reader(GzDecoder::new(file(&path)?))
            .map_err(|why| format!("`{path}`: {why}"))?;
        let names = index["shards"].as_str().unwrap_or_default();
        let count = u32::try_from(names.len() / DIGITS).unwrap_or(u32::MAX);
        let articles = index["articles"].as_u64().and_then(|it| usize::try_from(it).ok());
        let universe = shard::universe(articles.unwrap_or(0));
        let mut opened = Self { terms: BTreeMap::new(), buckets: Vec::new() };
        for number in 0..count {
            let at = number as usize * DIGITS;
            let name = names.get(at..at + DIGITS).unwrap_or_default();
            let path = format!("/search/index/{number}-{name}.bin");
            let read = shard::read(file(&path)?, universe).ok_or(format!("`{path}` is damaged"))?;
            let stray = read.terms.iter().find(|(term, _)| shard::number(term, count) != number);
            if let Some((term, _)) = stray {
                return Err(format!("`{path}` holds a term of another shard: {term:?}"));
            }
            opened.terms.extend(read.terms);
            opened.buckets.push(read.buckets);
        }
        Ok(opened)
    }

    /// The articles that may have all terms of a query; of a single character those with it in their titles.
    fn articles(&self, query: &str) -> BTreeSet<u32> {
        let list = |term: &Term| match self.terms.get(term) {
            Some(lists) => lists.articles.as_slice(),
            None => self.rare(term),
        };
        common(query_terms(query).iter().map(list))
    }

    /// The pages with a name that has all terms of a query.
    fn entities(&self, query: &str) -> BTreeSet<u32> {
        let list = |term: &Term| self.terms.get(term).map_or(&[][..], |it| &it.fields[2]);
        common(query_terms(query).iter().map(list))
    }

    /// The articles of the bucket of a rare pair.
    fn rare(&self, term: &Term) -> &[u32] {
        let Term::Pair(pair) = term else { return &[] };
        let count = u32::try_from(self.buckets.len()).unwrap_or(u32::MAX);
        let buckets = &self.buckets[shard::pair_number(*pair, count) as usize];
        match u32::try_from(buckets.len()) {
            Ok(0) | Err(_) => &[],
            Ok(count) => &buckets[shard::bucket(*pair, count) as usize],
        }
    }
}

/// What all lists have in common.
fn common<'a>(lists: impl Iterator<Item = &'a [u32]>) -> BTreeSet<u32> {
    let sets = lists.map(|it| it.iter().copied().collect::<BTreeSet<u32>>());
    sets.reduce(|a, b| a.intersection(&b).copied().collect()).unwrap_or_default()
}

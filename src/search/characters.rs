//! Which characters the texts and names of a site have, and how the browser folds those of a query.
//!
//! In: terms. Out: counts, which an edit changes by its own terms alone, and the table of pairs as a file.

use std::collections::BTreeMap;
use std::sync::Arc;

use rayon::prelude::*;
use serde::{Deserialize, Serialize};

use super::Source;
use super::files::packed;
use crate::text::fold;
use crate::text::terms::{FieldTerms, Terms};

/// In how many terms of texts and names each character stands, folded.
#[derive(Clone, Serialize, Deserialize)]
pub(super) struct Characters {
    /// Those of the basic plane.
    basic: Vec<u32>,
    /// Those beyond it.
    beyond: BTreeMap<u32, u32>,
    /// How many articles there are.
    pub(super) articles: usize,
}

impl Characters {
    pub(super) fn of(source: &Source, entities: &[(u32, Terms)]) -> Self {
        let none = || Self { basic: vec![0; 1 << 16], beyond: BTreeMap::new(), articles: 0 };
        let count = |mut all: Self, it: &Arc<FieldTerms>| {
            all.add(&it.all);
            all
        };
        let mut all = source.articles.par_iter().fold(none, count).reduce(none, Self::with);
        for (_, terms) in entities {
            all.add(terms);
        }
        all.articles = source.articles.len();
        all
    }

    fn with(mut self, other: Self) -> Self {
        std::iter::zip(&mut self.basic, other.basic).for_each(|(a, b)| *a += b);
        other.beyond.into_iter().for_each(|(c, n)| *self.beyond.entry(c).or_default() += n);
        self
    }

    fn each(terms: &Terms) -> impl Iterator<Item = u32> + '_ {
        let pairs = terms.pairs.iter().flat_map(|it| [it >> 16, it & 0xffff]);
        pairs.chain(terms.words.chars().map(u32::from).filter(|it| *it > 0xffff))
    }

    fn count(&mut self, c: u32) -> &mut u32 {
        match self.basic.get_mut(c as usize) {
            Some(count) => count,
            None => self.beyond.entry(c).or_default(),
        }
    }

    pub(super) fn add(&mut self, terms: &Terms) {
        Self::each(terms).for_each(|c| *self.count(c) += 1);
    }

    pub(super) fn remove(&mut self, terms: &Terms) {
        Self::each(terms).for_each(|c| *self.count(c) -= 1);
    }

    fn has(&self, c: char) -> bool {
        let c = c as u32;
        let count = self.basic.get(c as usize).copied();
        count.unwrap_or_else(|| self.beyond.get(&c).copied().unwrap_or(0)) > 0
    }

    /// Whether the same ones stand anywhere.
    pub(super) fn are_same(&self, other: &Self) -> bool {
        let beyond = |it: &Self| -> Vec<u32> {
            it.beyond.iter().filter(|it| *it.1 > 0).map(|it| *it.0).collect()
        };
        std::iter::zip(&self.basic, &other.basic).all(|(a, b)| (*a > 0) == (*b > 0))
            && beyond(self) == beyond(other)
    }
}

/// The pairs of characters that a query is folded by, of those that the site has, compressed: each as the differences
/// of both characters from those of the last pair, with a sign in the lowest bit, as LEB128.
pub(super) fn folded_characters(known: &Characters) -> Vec<u8> {
    let (mut bytes, mut last) = (Vec::new(), (0, 0));
    for (from, to) in fold::search_table().filter(|(_, to)| known.has(*to)) {
        let next = (i64::from(u32::from(from)), i64::from(u32::from(to)));
        for difference in [next.0 - last.0, next.1 - last.1] {
            let mut number = (difference << 1 ^ difference >> 63).unsigned_abs();
            while number >= 0x80 {
                bytes.push(number.to_le_bytes()[0] | 0x80);
                number >>= 7;
            }
            bytes.push(number.to_le_bytes()[0]);
        }
        last = next;
    }
    packed(&bytes)
}

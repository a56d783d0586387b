//! All words of a list at all places of a text, in one pass.
//!
//! In: words, folded; then a folded text. Out: every word that stands in it, overlapping ones too. What a word means,
//! and whether it is meant, is decided elsewhere.

use std::ops::Range;

use rustc_hash::FxHashMap;

/// How many characters the first step looks up directly: all of Unicode's first plane.
const DIRECT: usize = 1 << 16;

/// A tree of words by their characters. It takes a quarter of a megabyte, and a step for each character; lists that are
/// short or live shortly are [`WordMap`](super::word_list::WordMap)s.
pub struct WordTree {
    /// The node after a first character; 0 where no word begins so.
    first: Vec<u32>,
    /// The node after a further one; after a first one beyond the first plane, from node 0.
    further: FxHashMap<u64, u32>,
    /// For each node the word that ends there.
    ends: Vec<Option<WordId>>,
}

/// A word, by its place in the list that [`WordTree::new`] was given.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct WordId(pub u32);

/// A word found: where it stands, in characters.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Found {
    /// The word.
    pub word: WordId,
    /// Where it stands, in characters.
    pub span: Range<usize>,
}

/// A node and the character that goes on from it.
fn key(node: u32, c: char) -> u64 {
    u64::from(node) << 32 | u64::from(u32::from(c))
}

impl WordTree {
    /// Takes up words; an empty one is never found, and of two equal ones the first is.
    pub fn new<'a>(words: impl Iterator<Item = &'a str>) -> Self {
        let (first, further) = (vec![0; DIRECT], FxHashMap::default());
        let mut tree = Self { first, further, ends: vec![None] };
        for (id, word) in (0..).map(WordId).zip(words) {
            tree.add(id, word);
        }
        tree
    }

    fn add(&mut self, id: WordId, word: &str) {
        let mut node = 0;
        for c in word.chars() {
            let new = u32::try_from(self.ends.len()).expect("some thousand words");
            let next = match self.first.get_mut(c as usize).filter(|_| node == 0) {
                Some(next) => next,
                None => self.further.entry(key(node, c)).or_default(),
            };
            if *next == 0 {
                *next = new;
                self.ends.push(None);
            }
            node = *next;
        }
        if node != 0 {
            self.ends[node as usize].get_or_insert(id);
        }
    }

    /// Tells the words that a piece of text begins with, with their lengths, the shortest first.
    pub fn at_head(&self, text: &[char], mut tell: impl FnMut(usize, WordId)) {
        let Some((first, rest)) = text.split_first() else { return };
        let mut node = match self.first.get(*first as usize) {
            Some(0) => return,
            Some(node) => *node,
            None => self.further.get(&key(0, *first)).copied().unwrap_or(0),
        };
        let mut rest = (2..).zip(rest);
        let mut length = 1;
        while node != 0 {
            if let Some(word) = self.ends[node as usize] {
                tell(length, word);
            }
            let Some((to, c)) = rest.next() else { return };
            length = to;
            node = self.further.get(&key(node, *c)).copied().unwrap_or(0);
        }
    }

    /// All words of a text: by where they begin, the longest first.
    #[must_use]
    pub fn find(&self, text: &[char]) -> Vec<Found> {
        let mut found = Vec::with_capacity(text.len() / 8);
        for start in 0..text.len() {
            let before = found.len();
            self.at_head(&text[start..], |length, word| {
                found.push(Found { word, span: start..start + length });
            });
            found[before..].reverse();
        }
        found
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn all_words_at_all_places() {
        let words = ["青岛", "青岛市", "岛市", "市北区", "x", "", "𬭸元素"];
        let tree = WordTree::new(words.into_iter());
        let text: Vec<char> = "在青岛市北区x𬭸元素".chars().collect();
        let found: Vec<(&str, Range<usize>)> =
            tree.find(&text).into_iter().map(|it| (words[it.word.0 as usize], it.span)).collect();
        assert_eq!(
            found,
            [
                ("青岛市", 1..4),
                ("青岛", 1..3),
                ("岛市", 2..4),
                ("市北区", 3..6),
                ("x", 6..7),
                ("𬭸元素", 7..10)
            ]
        );
    }
}

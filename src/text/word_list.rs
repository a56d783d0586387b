//! Lists of words that a piece of text may begin or end with.
//!
//! In: words in Simplified characters, from a table; then pieces of folded text. Out: the longest word that stands
//! there.

use rustc_hash::FxHashMap;
use serde::Deserialize;

/// WordList, to be compared with the head or the end of a piece of text.
#[derive(Debug, Default, Deserialize)]
#[serde(from = "Vec<String>")]
pub struct WordList {
    /// The longest first.
    all: Vec<Vec<char>>,
    /// By their first and by their last characters, in the order of `all`.
    heads: FxHashMap<char, Vec<usize>>,
    ends: FxHashMap<char, Vec<usize>>,
}

impl From<Vec<String>> for WordList {
    fn from(words: Vec<String>) -> Self {
        let mut all: Vec<Vec<char>> = words.iter().map(|it| it.chars().collect()).collect();
        all.sort_by(|a, b| b.len().cmp(&a.len()).then_with(|| a.cmp(b)));
        let mut sorted = Self { all, ..Self::default() };
        for (i, word) in sorted.all.iter().enumerate() {
            let (Some(first), Some(last)) = (word.first(), word.last()) else { continue };
            sorted.heads.entry(*first).or_default().push(i);
            sorted.ends.entry(*last).or_default().push(i);
        }
        sorted
    }
}

impl WordList {
    /// The length of the longest word that a piece of text begins with.
    #[must_use]
    pub fn at_head(&self, text: &[char]) -> Option<usize> {
        let words = self.heads.get(text.first()?)?;
        words.iter().map(|it| &self.all[*it]).find(|it| text.starts_with(it)).map(Vec::len)
    }

    /// The length of the longest word that a piece of text ends with.
    #[must_use]
    pub fn at_end(&self, text: &[char]) -> Option<usize> {
        let words = self.ends.get(text.last()?)?;
        words.iter().map(|it| &self.all[*it]).find(|it| text.ends_with(it)).map(Vec::len)
    }

    /// Whether a piece of text is one of the words.
    #[must_use]
    pub fn has(&self, text: &[char]) -> bool {
        !text.is_empty() && self.at_head(text) == Some(text.len())
    }

    /// The words, the longest first.
    pub fn all(&self) -> impl Iterator<Item = &[char]> {
        self.all.iter().map(Vec::as_slice)
    }
}

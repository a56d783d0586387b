//! Lists of words that a piece of text may begin or end with.
//!
//! In: words in Simplified characters, from a table, each perhaps with what it means; then pieces of folded text. Out:
//! the longest word that stands there. A look-up takes two steps, however many words there are.

use rustc_hash::FxHashMap;
use serde::Deserialize;

/// Words without a meaning of their own.
pub type WordList = WordMap<()>;

/// Characters that something may begin or end with: a quick answer that is sometimes yes for others.
#[derive(Debug, Clone, Default)]
pub struct SomeChars([u64; 32]);

impl SomeChars {
    const fn place(c: char) -> (usize, u64) {
        let number = c as usize;
        ((number >> 6) & 31, 1 << (number & 63))
    }

    /// Adds a character.
    pub fn insert(&mut self, c: char) {
        let (word, bit) = Self::place(c);
        self.0[word] |= bit;
    }

    /// Whether a character may be one of them.
    #[must_use]
    pub const fn may_have(&self, c: char) -> bool {
        let (word, bit) = Self::place(c);
        self.0[word] & bit != 0
    }
}

/// Words, to be compared with the head or the end of a piece of text, each with what it means.
#[derive(Debug, Clone)]
pub struct WordMap<T> {
    /// The longest first.
    all: Vec<(Vec<char>, T)>,
    /// By their first two and by their last two characters, in the order of `all`; of one character by that and NUL.
    heads: FxHashMap<[char; 2], Vec<u32>>,
    ends: FxHashMap<[char; 2], Vec<u32>>,
    firsts: SomeChars,
    lasts: SomeChars,
}

/// What stands for the second character of a word that has but one.
const NONE: char = '\0';

impl<T> Default for WordMap<T> {
    fn default() -> Self {
        Self::from_chars(std::iter::empty())
    }
}

impl<'de> Deserialize<'de> for WordList {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let words: Vec<String> = Vec::deserialize(deserializer)?;
        Ok(Self::new(words.iter().map(|it| (it.as_str(), ()))))
    }
}

impl<T> WordMap<T> {
    /// Collects words; of two equal ones the first counts.
    pub fn new<'a>(words: impl Iterator<Item = (&'a str, T)>) -> Self {
        Self::from_chars(words.map(|(word, meaning)| (word.chars().collect(), meaning)))
    }

    /// The same of words as characters.
    pub fn from_chars(words: impl Iterator<Item = (Vec<char>, T)>) -> Self {
        let (mut firsts, mut lasts) = (SomeChars::default(), SomeChars::default());
        let mut all: Vec<(Vec<char>, T)> = words.filter(|(word, _)| !word.is_empty()).collect();
        all.sort_by(|a, b| b.0.len().cmp(&a.0.len()).then_with(|| a.0.cmp(&b.0)));
        let (mut heads, mut ends) = (FxHashMap::default(), FxHashMap::default());
        for (i, (word, _)) in (0..).zip(&all) {
            let last = word.len() - 1;
            let (second, before) = if last == 0 { (NONE, NONE) } else { (word[1], word[last - 1]) };
            firsts.insert(word[0]);
            lasts.insert(word[last]);
            heads.entry([word[0], second]).or_insert_with(Vec::new).push(i);
            ends.entry([before, word[last]]).or_insert_with(Vec::new).push(i);
        }
        Self { all, heads, ends, firsts, lasts }
    }

    /// The longest word that a piece of text begins with: its length and what it means.
    #[must_use]
    pub fn head(&self, text: &[char]) -> Option<(usize, &T)> {
        let first = *text.first().filter(|c| self.firsts.may_have(**c))?;
        let fits = |i: &u32| self.word(*i).filter(|(word, _)| text.starts_with(word));
        let long = text.get(1).and_then(|second| self.heads.get(&[first, *second]));
        let long = long.and_then(|it| it.iter().find_map(fits));
        let (word, meaning) = long.or_else(|| self.word(self.heads.get(&[first, NONE])?[0]))?;
        Some((word.len(), meaning))
    }

    /// The longest word that a piece of text ends with: its length and what it means.
    #[must_use]
    pub fn end(&self, text: &[char]) -> Option<(usize, &T)> {
        let (last, rest) = text.split_last().filter(|(c, _)| self.lasts.may_have(**c))?;
        let fits = |i: &u32| self.word(*i).filter(|(word, _)| text.ends_with(word));
        let long = rest.last().and_then(|before| self.ends.get(&[*before, *last]));
        let long = long.and_then(|it| it.iter().find_map(fits));
        let (word, meaning) = long.or_else(|| self.word(self.ends.get(&[NONE, *last])?[0]))?;
        Some((word.len(), meaning))
    }

    fn word(&self, i: u32) -> Option<(&[char], &T)> {
        self.all.get(i as usize).map(|(word, meaning)| (word.as_slice(), meaning))
    }

    /// The length of the longest word that a piece of text begins with.
    #[must_use]
    pub fn at_head(&self, text: &[char]) -> Option<usize> {
        self.head(text).map(|it| it.0)
    }

    /// The length of the longest word that a piece of text ends with.
    #[must_use]
    pub fn at_end(&self, text: &[char]) -> Option<usize> {
        self.end(text).map(|it| it.0)
    }

    /// Whether a piece of text is one of the words.
    #[must_use]
    pub fn has(&self, text: &[char]) -> bool {
        !text.is_empty() && self.at_head(text) == Some(text.len())
    }

    /// Whether there are none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.all.is_empty()
    }

    /// The words, the longest first.
    pub fn all(&self) -> impl Iterator<Item = &[char]> {
        self.all.iter().map(|it| it.0.as_slice())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_longest_word_counts() {
        let words = WordMap::new([("市长", 1), ("副市长", 2), ("长", 3), ("市", 4)].into_iter());
        let chars = |text: &str| text.chars().collect::<Vec<char>>();
        assert_eq!(words.end(&chars("林副市长")), Some((3, &2)));
        assert_eq!(words.end(&chars("成长")), Some((1, &3)));
        assert_eq!(words.head(&chars("市长林")), Some((2, &1)));
        assert_eq!(words.head(&chars("市")), Some((1, &4)));
        assert_eq!(words.head(&chars("区")), None);
        assert!(words.has(&chars("副市长")) && !words.has(&chars("副市")));
    }
}

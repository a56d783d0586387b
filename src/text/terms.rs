//! What a text is found by: pairs of neighbouring Han characters, words and numbers.
//!
//! In: texts. Out: [`Terms`]. Everything is folded first, so 青島 gives what 青岛 gives; full-width letters and
//! digits are half-width ones, capitals are small. Pairs need no dictionary and cannot miss: 同城化 is found by 同城
//! and 城化, wherever a segmenter would cut. `theme/search.js` reads a query by the same rules.

use serde::{Deserialize, Serialize};

use super::fold::SearchFolding;
use super::is_han;

/// A word is cut after this many characters.
const MAX_WORD: usize = 32;

/// Full-width ASCII (U+FF01 to U+FF5E) lies so far behind ASCII.
const WIDE: u32 = 0xfee0;

/// What a text is found by, each term once.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Terms {
    /// Two neighbouring Han characters, `first << 16 | second`; a character alone has none behind it. They are in the
    /// order of [`place`]. Characters beyond the basic plane are in `words`.
    #[serde(with = "four_bytes")]
    pub pairs: Box<[u32]>,
    /// Words of letters and numbers, a line each, in the order of their bytes.
    pub words: Box<str>,
}

impl Terms {
    /// The words.
    pub fn words(&self) -> impl Iterator<Item = &str> {
        self.words.lines()
    }

    /// All that two texts are found by.
    #[must_use]
    pub fn with(&self, other: &Self) -> Self {
        let mut reader = Reader::default();
        reader.add(self);
        reader.add(other);
        reader.finish()
    }
}

/// What an article is found by, apart by where it stands.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct FieldTerms {
    /// By anything in it.
    pub all: Terms,
    /// By its headline.
    pub title: Terms,
    /// By its headings.
    pub headings: Terms,
}

impl FieldTerms {
    /// The terms of a headline, of headings, and of all other text.
    #[must_use]
    pub fn new<'a>(title: &str, headings: impl Iterator<Item = &'a str>, text: &[&str]) -> Self {
        let (mut of_title, mut of_headings) = (Reader::of_names(), Reader::default());
        of_title.read(title);
        headings.for_each(|it| of_headings.read(it));
        let mut all = Reader::default();
        for it in text {
            all.read(it);
        }
        let (title, headings) = (of_title.finish(), of_headings.finish());
        all.add(&title);
        all.add(&headings);
        Self { all: all.finish(), title, headings }
    }

    /// What is found by either.
    #[must_use]
    pub fn with(&self, other: &Self) -> Self {
        Self {
            all: self.all.with(&other.all),
            title: self.title.with(&other.title),
            headings: self.headings.with(&other.headings),
        }
    }
}

/// Numbers of four bytes each, which are read ten times as fast as numbers of any length.
mod four_bytes {
    use serde::de::Error;
    use serde::{Deserialize, Deserializer, Serializer};

    pub(super) fn serialize<S: Serializer>(all: &[u32], to: S) -> Result<S::Ok, S::Error> {
        let bytes: Vec<u8> = all.iter().flat_map(|it| it.to_le_bytes()).collect();
        to.serialize_bytes(&bytes)
    }

    pub(super) fn deserialize<'de, D: Deserializer<'de>>(from: D) -> Result<Box<[u32]>, D::Error> {
        let (all, rest) = <&[u8]>::deserialize(from)?.as_chunks::<4>();
        if !rest.is_empty() {
            return Err(D::Error::custom("no numbers of four bytes"));
        }
        Ok(all.iter().map(|it| u32::from_le_bytes(*it)).collect())
    }
}

/// How many places there are.
pub const PLACES: u32 = 1 << 12;

/// Where a pair stands in an index: those of one first character lie around one place, and places are far apart for
/// first characters that are near (Fibonacci hashing).
#[must_use]
pub const fn place(pair: u32) -> u32 {
    /// 2³² divided by the golden ratio.
    const MULTIPLIER: u32 = 0x9e37_79b1;
    /// Second characters spread over so many places, less one.
    const SPREAD: u32 = 15;
    (((pair >> 16).wrapping_mul(MULTIPLIER) >> 16) + (pair & SPREAD)) & (PLACES - 1)
}

/// Collects the terms of texts.
#[derive(Default)]
pub struct Reader {
    folding: SearchFolding,
    pairs: Vec<u32>,
    /// The words so far, a line each.
    words: String,
    /// Where the word that is being read begins in them.
    word: usize,
    /// Single characters count too.
    alone: bool,
}

/// What a character is part of.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    Han,
    Letters,
    Digits,
    Nothing,
}

impl Reader {
    /// A reader for short texts, of which each Han character is a term too: headlines and names.
    #[must_use]
    pub fn of_names() -> Self {
        Self { alone: true, ..Self::default() }
    }

    /// Adds terms of another text.
    pub fn add(&mut self, terms: &Terms) {
        self.pairs.extend_from_slice(&terms.pairs);
        self.words.push_str(&terms.words);
        self.end_word();
    }

    /// Reads a text. No term goes on in the next one.
    pub fn read(&mut self, text: &str) {
        let (mut before, mut kind) = ('\0', Kind::Nothing);
        for c in text.chars() {
            let c = if c.is_ascii() { c.to_ascii_lowercase() } else { self.folded(c) };
            let now = kind_of(c);
            if now != kind {
                self.end_word();
            }
            match now {
                Kind::Han => {
                    if kind == Kind::Han {
                        self.pair(before, c);
                    }
                    if self.alone {
                        self.single(c);
                    }
                }
                Kind::Letters | Kind::Digits => self.words.push(lower(c)),
                Kind::Nothing => {}
            }
            (before, kind) = (c, now);
        }
        self.end_word();
    }

    fn folded(&self, c: char) -> char {
        if let Some(narrow) = narrow(c) {
            return narrow.to_ascii_lowercase();
        }
        self.folding.of(c)
    }

    fn pair(&mut self, first: char, second: char) {
        match (u16::try_from(u32::from(first)), u16::try_from(u32::from(second))) {
            (Ok(first), Ok(second)) => self.pairs.push(u32::from(first) << 16 | u32::from(second)),
            _ => self.word([first, second]),
        }
    }

    fn single(&mut self, c: char) {
        match u16::try_from(u32::from(c)) {
            Ok(c) => self.pairs.push(u32::from(c) << 16),
            Err(_) => self.word([c]),
        }
    }

    /// Adds a word that is known.
    fn word(&mut self, word: impl IntoIterator<Item = char>) {
        self.words.extend(word);
        self.end_word();
    }

    fn end_word(&mut self) {
        if self.words.len() > self.word {
            let word = &self.words[self.word..];
            // Words of other texts come as lines.
            let end = word.char_indices().nth(MAX_WORD).filter(|_| !word.contains('\n'));
            if let Some((end, _)) = end {
                self.words.truncate(self.word + end);
            }
            self.words.push('\n');
            self.word = self.words.len();
        }
    }

    /// All terms read so far.
    #[must_use]
    pub fn finish(self) -> Terms {
        let key = |pair: &u32| u64::from(place(*pair)) << 32 | u64::from(*pair);
        let mut keys: Vec<u64> = self.pairs.iter().map(key).collect();
        keys.sort_unstable();
        keys.dedup();
        let mut words: Vec<&str> = self.words.lines().collect();
        words.sort_unstable();
        words.dedup();
        let pairs = keys.iter().map(|key| (key & 0xffff_ffff) as u32).collect();
        Terms { pairs, words: words.join("\n").into() }
    }
}

/// The terms of a text.
#[must_use]
pub fn of(text: &str) -> Terms {
    let mut reader = Reader::default();
    reader.read(text);
    reader.finish()
}

/// The ASCII character of a full-width one.
fn narrow(c: char) -> Option<char> {
    matches!(c, '\u{ff01}'..='\u{ff5e}').then(|| char::from_u32(u32::from(c) - WIDE)).flatten()
}

/// A small letter for a capital; one that would become two characters stays.
fn lower(c: char) -> char {
    let mut small = c.to_lowercase();
    small.next().filter(|_| small.next().is_none()).unwrap_or(c)
}

fn kind_of(c: char) -> Kind {
    if is_han(c) {
        Kind::Han
    } else if c.is_alphabetic() {
        Kind::Letters
    } else if c.is_numeric() {
        Kind::Digits
    } else {
        Kind::Nothing
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(terms: &Terms) -> String {
        let character = |it: u32| char::from_u32(it).filter(|it| *it != '\0');
        let pair = |it: &u32| -> String {
            [character(it >> 16), character(it & 0xffff)].into_iter().flatten().collect()
        };
        let mut all: Vec<String> = terms.pairs.iter().map(pair).collect();
        all.extend(terms.words().map(str::to_owned));
        all.sort();
        all.join(" ")
    }

    #[test]
    fn terms_of_texts() {
        for (text, expected) in [
            ("青島港", "岛港 青岛"),
            ("A股，5G与Ｇ２０", "20 5 a g"),
            ("同城化。化", "同城 城化"),
            ("iPhone15发布", "15 iphone 发布"),
            ("１２．5%", "12 5"),
            ("𠮷野家", "野家 𠮷野"),
            ("", ""),
        ] {
            assert_eq!(shown(&of(text)), expected, "{text}");
        }
        let mut names = Reader::of_names();
        names.read("鲁港𠮷");
        names.read("鲁");
        assert_eq!(shown(&names.finish()), "港 港𠮷 鲁 鲁港 𠮷");
        assert_eq!(of(&"x".repeat(40)).words().map(str::len).collect::<Vec<_>>(), [MAX_WORD]);
        assert_eq!(of("青岛a").with(&of("青岛港b")), of("青岛a 岛港b"));
    }
}

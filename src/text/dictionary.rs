//! The words of ordinary Chinese, and what kind of word each is.
//!
//! In: `dictionary.txt`, the words of one to four characters that are no names, with how often they are used; then
//! folded text. Out: whether a piece of text is a word, what kind of word, and how a piece of text is most likely
//! read as words. It tells names from ordinary text around an anchor; whole texts are not segmented.
//! Words and frequencies are those of jieba's dictionary (MIT, © 2013 Sun Junyi), folded.

use std::ops::Range;
use std::sync::OnceLock;

use super::packed::PackedWords;

/// The words, one a line: the word, its likelihood, its kind.
const WORDS: &str = include_str!("dictionary.txt");

/// The likelihood of a character that the table does not have: 20 times in the 60 million words of the dictionary.
pub const RARE: i32 = -14_914;

/// No piece of text that is read as words is longer.
const WINDOW: usize = 24;

/// What kind of word it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// A verb: 推进.
    Verb,
    /// A preposition, a conjunction, an adverb, a pronoun: 此次.
    Function,
    /// A noun, an adjective, or anything else: 企业.
    Other,
}

/// A word of the table.
#[derive(Clone, Copy)]
struct Word {
    /// The natural logarithm of how often it is used, as a share of all words, in thousandths: whole numbers are
    /// the same on any machine.
    likelihood: i32,
    /// `None` for the name of a place, which is here for what it cuts: 上海 in 上海洋山.
    kind: Option<Kind>,
}

/// The words.
pub struct Dictionary {
    words: PackedWords<Word>,
    /// The likelihood of each character of the first plane as a word of its own.
    singles: Vec<i32>,
}

/// How many characters are looked up directly: all of Unicode's first plane.
const DIRECT: usize = 1 << 16;

/// The lengths of the words that a piece of text is read as.
#[derive(Debug, Clone)]
pub struct Lengths {
    all: [u8; WINDOW],
    first: usize,
}

impl Lengths {
    /// The lengths, in characters.
    #[must_use]
    pub fn iter(&self) -> impl DoubleEndedIterator<Item = usize> {
        self.all[self.first..].iter().map(|it| usize::from(*it))
    }
}

/// A line of the table: the word and what it is.
fn line_of(line: &str) -> Option<(&str, Word)> {
    let mut parts = line.split(' ');
    let (word, likelihood, kind) = (parts.next()?, parts.next()?, parts.next()?);
    let kind = match kind {
        "v" => Some(Kind::Verb),
        "s" => Some(Kind::Function),
        "p" => None,
        _ => Some(Kind::Other),
    };
    Some((word, Word { likelihood: likelihood.parse().ok()?, kind }))
}

impl Dictionary {
    /// The compiled-in words, read once.
    #[must_use]
    pub fn built_in() -> &'static Self {
        static BUILT_IN: OnceLock<Dictionary> = OnceLock::new();
        BUILT_IN.get_or_init(Self::read)
    }

    fn read() -> Self {
        let lines = || WORDS.lines().filter_map(line_of);
        let mut singles = vec![RARE; DIRECT];
        for (word, it) in lines() {
            let mut chars = word.chars();
            if let (Some(c), None) = (chars.next(), chars.next())
                && let Some(single) = singles.get_mut(c as usize)
            {
                *single = it.likelihood;
            }
        }
        Self { words: lines().collect(), singles }
    }

    /// Tells each word of a piece of text, and each character as a word: from, to, likelihood; in the order of where
    /// they begin.
    fn each(&self, text: &[char], mut tell: impl FnMut(usize, usize, i32)) {
        for start in 0..text.len() {
            tell(start, start + 1, self.likelihood_of_char(text[start]));
            self.words.at_head(&text[start..], |length, it| {
                tell(start, start + length, it.likelihood);
            });
        }
    }

    /// What kind of word a piece of text is; `None` if it is no word.
    #[must_use]
    pub fn kind(&self, word: &[char]) -> Option<Kind> {
        self.words.get(word)?.kind
    }

    /// Whether a piece of text is a word, and no name of a place.
    #[must_use]
    pub fn knows(&self, word: &[char]) -> bool {
        self.kind(word).is_some()
    }

    /// Whether a piece of text is the name of a place that people know: 横滨.
    #[must_use]
    pub fn is_place(&self, word: &[char]) -> bool {
        self.words.get(word).is_some_and(|it| it.kind.is_none())
    }

    /// How likely a single character is as a word, as a logarithm in thousandths.
    #[must_use]
    pub fn likelihood_of_char(&self, c: char) -> i32 {
        self.singles.get(c as usize).copied().unwrap_or(RARE)
    }

    /// Whether the words of `text` are likelier so that one of them crosses a border of `span`, as 上海 does that of
    /// 海洋 in 上海洋山.
    #[must_use]
    pub fn cuts(&self, text: &[char], span: &Range<usize>) -> bool {
        self.joins(text, span.start) || self.joins(text, span.end)
    }

    /// Whether the words around a place of a text are likelier so that one of them goes across it.
    #[must_use]
    pub fn joins(&self, text: &[char], at: usize) -> bool {
        /// How many characters before and behind are read.
        const AROUND: usize = 5;
        if !self.words.crosses(text, at) {
            return false;
        }
        let is_word_char = |c: &&char| super::is_han(**c);
        let before = text[..at].iter().rev().take(AROUND).take_while(is_word_char).count();
        let behind = text[at..].iter().take(AROUND).take_while(is_word_char).count();
        let best = self.best(&text[at - before..at + behind]);
        before > 0
            && behind > 0
            && best[before + behind] > best[before] + self.likelihood_of(&text[at..at + behind])
    }

    /// The logarithm of the likelihood of a piece of text, read as the likeliest words, in thousandths. No more than
    /// its first 24 characters are read.
    #[must_use]
    pub fn likelihood_of(&self, text: &[char]) -> i32 {
        self.best(text)[text.len().min(WINDOW)]
    }

    /// The same for the heads of a piece of text, by their lengths.
    fn best(&self, text: &[char]) -> [i32; WINDOW + 1] {
        let mut best = [i32::MIN / 2; WINDOW + 1];
        best[0] = 0;
        self.each(&text[..text.len().min(WINDOW)], |start, end, likelihood| {
            best[end] = best[end].max(best[start] + likelihood);
        });
        best
    }

    /// The likeliest words of a piece of text, as their lengths. No more than its first 24 characters are read.
    #[must_use]
    pub fn words(&self, text: &[char]) -> Lengths {
        let text = &text[..text.len().min(WINDOW)];
        let mut best = [(i32::MIN / 2, 0_u8); WINDOW + 1];
        best[0].0 = 0;
        self.each(text, |start, end, likelihood| {
            if best[start].0 + likelihood > best[end].0 {
                #[expect(clippy::cast_possible_truncation, reason = "no word is longer than four")]
                let length = (end - start) as u8;
                best[end] = (best[start].0 + likelihood, length);
            }
        });
        let mut lengths = Lengths { all: [0; WINDOW], first: WINDOW };
        let mut at = text.len();
        while at > 0 {
            lengths.first -= 1;
            lengths.all[lengths.first] = best[at].1;
            at -= usize::from(best[at].1);
        }
        lengths
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn chars(text: &str) -> Vec<char> {
        text.chars().collect()
    }

    #[test]
    fn words_and_their_kinds() {
        let words = Dictionary::built_in();
        for (word, kind) in [
            ("企业", Some(Kind::Other)),
            ("推进", Some(Kind::Verb)),
            ("此次", Some(Kind::Function)),
            ("软控", None),
        ] {
            assert_eq!(words.kind(&chars(word)), kind, "{word}");
        }
        let lengths = words.words(&chars("推进产业项目建设"));
        assert_eq!(lengths.iter().collect::<Vec<_>>(), [2, 2, 2, 2]);
    }

    #[test]
    fn words_across_a_border() {
        let words = Dictionary::built_in();
        for (text, span, cut) in [
            ("发展海洋经济", 2..4, false),
            ("树干部分腐朽", 1..3, true),
            ("党员干部带头", 2..4, false),
            ("加强港口建设", 2..4, false),
        ] {
            assert_eq!(words.cuts(&chars(text), &span), cut, "{text}");
        }
    }
}

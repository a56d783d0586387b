//! The words of ordinary Chinese, and what kind of word each is.
//!
//! In: `dictionary.txt`, the words of one to four characters that are no names, with how often they are used; then
//! folded text. Out: whether a piece of text is a word, what kind of word, and how a piece of text is most likely
//! read as words. It tells names from ordinary text around an anchor; whole texts are not segmented.
//! Words and frequencies are those of jieba's dictionary (MIT, © 2013 Sun Junyi), folded.

use std::ops::Range;
use std::sync::OnceLock;

use rustc_hash::FxHashMap;

/// The words, one a line: the word, its likelihood, its kind.
const WORDS: &str = include_str!("dictionary.txt");

/// No word of the table is longer.
pub const LONGEST: usize = 4;

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

/// The words by their packed characters.
pub struct Dictionary {
    words: FxHashMap<u64, Word>,
    /// The likelihood of each character of the first plane as a word of its own.
    singles: Vec<i32>,
    /// The hashes of the first two characters of all longer words, a bit each: most pairs begin no word.
    pairs: Vec<u64>,
}

/// How many characters are looked up directly: all of Unicode's first plane.
const DIRECT: usize = 1 << 16;

/// How many bits tell whether two characters begin a word: some sixteen for each pair that does.
const PAIR_BITS: usize = 1 << 19;

/// The place of the bit of two characters.
const fn pair_bit(a: char, b: char) -> (usize, u64) {
    let hash =
        (a as usize).wrapping_mul(0x9e37_79b1).wrapping_add((b as usize).wrapping_mul(0x85eb_ca77));
    let bit = (hash >> 7) % PAIR_BITS;
    (bit >> 6, 1 << (bit & 63))
}

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

/// A word, packed: up to four characters of the first plane; `None` of any other.
pub(crate) fn packed(chars: impl Iterator<Item = char>) -> Option<u64> {
    let mut key = 0;
    for (at, c) in chars.enumerate() {
        if at == LONGEST {
            return None;
        }
        key = key << 16 | u64::from(u16::try_from(c as u32).ok()?);
    }
    Some(key)
}

/// A line of the table: the packed word and what it is.
fn line_of(line: &str) -> Option<(u64, Word)> {
    let mut parts = line.split(' ');
    let (word, likelihood, kind) = (parts.next()?, parts.next()?, parts.next()?);
    let kind = match kind {
        "v" => Some(Kind::Verb),
        "s" => Some(Kind::Function),
        "p" => None,
        _ => Some(Kind::Other),
    };
    Some((packed(word.chars())?, Word { likelihood: likelihood.parse().ok()?, kind }))
}

impl Dictionary {
    /// The compiled-in words, read once.
    #[must_use]
    pub fn built_in() -> &'static Self {
        static BUILT_IN: OnceLock<Dictionary> = OnceLock::new();
        BUILT_IN.get_or_init(Self::read)
    }

    fn read() -> Self {
        let mut words = FxHashMap::default();
        let (mut singles, mut pairs) = (vec![RARE; DIRECT], vec![0; PAIR_BITS / 64]);
        for line in WORDS.lines() {
            let Some((key, word)) = line_of(line) else { continue };
            words.insert(key, word);
            let mut chars = line.split(' ').next().unwrap_or_default().chars();
            match (chars.next(), chars.next()) {
                (Some(a), Some(b)) => {
                    let (word, bit) = pair_bit(a, b);
                    pairs[word] |= bit;
                }
                (Some(c), None) => singles[c as usize] = word.likelihood,
                _ => {}
            }
        }
        Self { words, singles, pairs }
    }

    /// Whether some word may begin with two characters.
    fn may_begin(&self, text: &[char], at: usize) -> bool {
        let Some(next) = text.get(at + 1) else { return false };
        let (word, bit) = pair_bit(text[at], *next);
        self.pairs[word] & bit != 0
    }

    /// Tells each word of a piece of text, and each character as a word: from, to, likelihood; in the order of where
    /// they begin.
    fn each(&self, text: &[char], mut tell: impl FnMut(usize, usize, i32)) {
        for start in 0..text.len() {
            tell(start, start + 1, self.likelihood_of_char(text[start]));
            if !self.may_begin(text, start) {
                continue;
            }
            for end in start + 2..=(start + LONGEST).min(text.len()) {
                if let Some(likelihood) = self.likelihood(&text[start..end]) {
                    tell(start, end, likelihood);
                }
            }
        }
    }

    /// What kind of word a piece of text is; `None` if it is no word.
    #[must_use]
    pub fn kind(&self, word: &[char]) -> Option<Kind> {
        self.word(word)?.kind
    }

    /// Whether a piece of text is a word, and no name of a place.
    #[must_use]
    pub fn knows(&self, word: &[char]) -> bool {
        self.kind(word).is_some()
    }

    /// Whether a piece of text is the name of a place that people know: 横滨.
    #[must_use]
    pub fn is_place(&self, word: &[char]) -> bool {
        self.word(word).is_some_and(|it| it.kind.is_none())
    }

    fn word(&self, word: &[char]) -> Option<&Word> {
        self.words.get(&packed(word.iter().copied())?)
    }

    fn likelihood(&self, word: &[char]) -> Option<i32> {
        Some(self.word(word)?.likelihood)
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
        let is_word_char = |c: &&char| super::is_han(**c);
        let before = text[..at].iter().rev().take(AROUND).take_while(is_word_char).count();
        let behind = text[at..].iter().take(AROUND).take_while(is_word_char).count();
        if before == 0 || behind == 0 || !self.crosses(text, at) {
            return false;
        }
        let whole = self.likelihood_of(&text[at - before..at + behind]);
        whole
            > self.likelihood_of(&text[at - before..at])
                + self.likelihood_of(&text[at..at + behind])
    }

    /// Whether some word of the table goes across a place of a text.
    fn crosses(&self, text: &[char], at: usize) -> bool {
        (2..=LONGEST).any(|length| {
            let first = (at + 1).saturating_sub(length);
            (first..at).any(|from| {
                from + length <= text.len()
                    && self.may_begin(text, from)
                    && self.likelihood(&text[from..from + length]).is_some()
            })
        })
    }

    /// The logarithm of the likelihood of a piece of text, read as the likeliest words, in thousandths. No more than
    /// its first 24 characters are read.
    #[must_use]
    pub fn likelihood_of(&self, text: &[char]) -> i32 {
        let text = &text[..text.len().min(WINDOW)];
        let mut best = [i32::MIN / 2; WINDOW + 1];
        best[0] = 0;
        self.each(text, |start, end, likelihood| {
            best[end] = best[end].max(best[start] + likelihood);
        });
        best[text.len()]
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

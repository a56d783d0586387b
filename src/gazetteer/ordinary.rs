//! Ordinary words that a name of a place may stand in by accident.
//!
//! In: `data/words.txt`, words with how often they are used, and which of them no name goes on at. Out: whether a
//! name at some place of a text is cut by a word (巴中 in 在巴中国移民 by 中国, 山西 in 华家山西麓 by 西麓) or stands
//! inside a longer one (桥头 in 桥头堡).
//! Frequencies are those of jieba's dictionary.

use std::ops::Range;
use std::sync::OnceLock;

use crate::text::dictionary::RARE;
use crate::text::packed::{LONGEST, PackedWords};

/// The words, one a line with its frequency.
const WORDS: &str = include_str!("data/words.txt");

/// A word is common from here on: 1,500 times, about as common as 光明.
const COMMON: i32 = -10_597;

/// What cannot be.
const IMPOSSIBLE: i32 = i32::MIN / 2;

/// How many characters before and behind a name are read with it.
const AROUND: usize = 3;

/// Names longer than this with what is around them are no accident.
const WINDOW: usize = 16;

/// What a word of the table is.
#[derive(Clone, Copy, PartialEq)]
enum Kind {
    Plain,
    /// A verb, a preposition or the like, at which a name ends.
    Stop,
    /// The name of a place, here for its frequency.
    Place,
}

/// A word of the table.
#[derive(Clone, Copy)]
struct Word {
    /// The natural logarithm of how often it is used, as a share of all words, in thousandths: whole numbers are
    /// the same on any machine.
    likelihood: i32,
    kind: Kind,
}

/// The words.
pub(super) struct Ordinary {
    words: PackedWords<Word>,
}

impl Ordinary {
    /// The compiled-in words, read once.
    pub(super) fn built_in() -> &'static Self {
        static BUILT_IN: OnceLock<Ordinary> = OnceLock::new();
        BUILT_IN.get_or_init(|| {
            let word = |line: &'static str| {
                let (word, count) = line.split_once(' ')?;
                let (count, kind) = match count.split_once(' ') {
                    Some((count, "stop")) => (count, Kind::Stop),
                    Some((count, _)) => (count, Kind::Place),
                    None => (count, Kind::Plain),
                };
                Some((word, Word { likelihood: count.parse().ok()?, kind }))
            };
            Self { words: WORDS.lines().filter_map(word).collect() }
        })
    }

    fn kind(&self, word: &[char]) -> Option<Kind> {
        Some(self.words.get(word)?.kind)
    }

    /// How likely a word is; `None` if it is not in the table.
    fn likelihood(&self, word: &[char]) -> Option<i32> {
        Some(self.words.get(word)?.likelihood)
    }

    /// Whether a piece of text is a word, and not only a place's name.
    pub(super) fn knows(&self, word: &[char]) -> bool {
        word.len() <= LONGEST && self.kind(word).is_some_and(|it| it != Kind::Place)
    }

    /// Whether a piece of text begins with a verb, a preposition or the like.
    pub(super) fn stop_at_head(&self, text: &[char]) -> bool {
        (2..=3.min(text.len())).any(|length| self.is_stop(&text[..length]))
    }

    /// Whether a piece of text ends with one.
    pub(super) fn stop_at_end(&self, text: &[char]) -> bool {
        (2..=3.min(text.len())).any(|length| self.is_stop(&text[text.len() - length..]))
    }

    /// The first characters of all verbs, prepositions and the like.
    pub(super) fn stops() -> impl Iterator<Item = char> {
        let stops = WORDS.lines().filter(|line| line.ends_with(" stop"));
        stops.filter_map(|line| line.chars().next())
    }

    fn is_stop(&self, word: &[char]) -> bool {
        self.kind(word) == Some(Kind::Stop)
    }

    /// Whether a piece of text is a word so common that a place of this name is hardly ever meant.
    pub(super) fn is_common(&self, word: &[char]) -> bool {
        self.likelihood(word).is_some_and(|it| it > COMMON)
    }

    /// Whether a longer word holds the name.
    pub(super) fn holds(&self, text: &[char], name: &Range<usize>) -> bool {
        let shortest = name.len() + 1;
        (shortest..=LONGEST.min(text.len())).any(|length| {
            let first = name.end.saturating_sub(length);
            (first..=name.start.min(text.len() - length))
                .any(|start| start + length >= name.end && self.knows(&text[start..start + length]))
        })
    }

    /// Whether the text around a name is likelier read as words that cut it. `weight` is how much likelier the
    /// place is in the news than in the books that the frequencies are from, as a logarithm in thousandths.
    pub(super) fn cuts(&self, text: &[char], name: &Range<usize>, weight: i32) -> bool {
        let is_name_char = |c: &&char| crate::text::is_name_char(**c);
        if name.len() + 2 * AROUND > WINDOW {
            return false;
        }
        let before = text[..name.start].iter().rev().take(AROUND).take_while(is_name_char).count();
        let behind = text[name.end..].iter().take(AROUND).take_while(is_name_char).count();
        let window = &text[name.start - before..name.end + behind];
        let (start, end) = (before, before + name.len());
        if !self.words.crosses(window, start) && !self.words.crosses(window, end) {
            return false;
        }
        let place = self.likelihood(&window[start..end]).map_or(RARE, |it| it.max(RARE));
        let best = self.best(window, |from, to| {
            from < start && to > start && to < end || from > start && from < end && to > end
        });
        let before = best[start].0;
        let behind = self.best(&window[end..], |_, _| false)[window.len() - end].0;
        best[window.len()].1 > before + place + weight + behind
    }

    /// The logarithms of the likelihood of the heads of a piece of text, by their lengths, read as the likeliest words;
    /// and of the likeliest readings that have a word for which `crossing` holds.
    fn best(
        &self,
        text: &[char],
        crossing: impl Fn(usize, usize) -> bool,
    ) -> [(i32, i32); WINDOW + 1] {
        let mut best = [(IMPOSSIBLE, IMPOSSIBLE); WINDOW + 1];
        best[0].0 = 0;
        for start in 0..text.len() {
            let (any, crossed) = best[start];
            let mut read = |end: usize, likelihood: i32| {
                let before = if crossing(start, end) { any } else { crossed };
                let to = &mut best[end];
                *to = (to.0.max(any + likelihood), to.1.max(before + likelihood));
            };
            read(start + 1, self.likelihood(&text[start..=start]).unwrap_or(RARE));
            self.words.at_head(&text[start..], |length, it| read(start + length, it.likelihood));
        }
        best
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn reads(text: &str, name: &str) -> bool {
        let at =
            text.find(name).map(|at| text[..at].chars().count()).expect("the name stands there");
        let span = at..at + name.chars().count();
        let text: Vec<char> = text.chars().collect();
        let words = Ordinary::built_in();
        !words.holds(&text, &span) && !words.cuts(&text, &span, 693)
    }

    #[test]
    fn words_and_places() {
        for (text, name) in [
            ("在巴中国移民", "巴中"),
            ("推广安全生产", "广安"),
            ("确保定期检修", "保定"),
            ("发挥桥头堡作用", "桥头"),
            ("长治久安", "长治"),
            ("江海城市研究", "海城市"),
        ] {
            assert!(!reads(text, name), "{text}");
        }
        for (text, name) in [
            ("在青岛召开", "青岛"),
            ("山东部分地区", "山东"),
            ("广东省会", "广东"),
            ("与潍坊合作", "潍坊"),
            ("落户广安的企业", "广安"),
        ] {
            assert!(reads(text, name), "{text}");
        }
    }
}

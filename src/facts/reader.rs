//! A text being read: its words around a place, and where a name that ends there begins.

use std::ops::Range;

use super::lexicon::Lexicon;
use super::number;
use crate::text::dictionary::{Dictionary, Kind};
use crate::text::is_han;
use crate::text::is_name_char;

/// No name is longer.
pub(super) const LONGEST: usize = 28;

/// What stands behind the name of a part of a town.
const AREAS: [&str; 5] = ["片区", "社区", "街区", "组团", "小区"];

/// The dictionary reads no more at a time.
const AT_ONCE: usize = 24;

/// A folded text, and where it names places.
pub(super) struct Reader<'a> {
    pub(super) text: &'a [char],
    /// The places named, in order; they may lie in one another.
    pub(super) places: &'a [Range<usize>],
    /// For each character the longest place around it, counted from 1; 0 where there is none.
    around: Vec<u32>,
    pub(super) lexicon: &'static Lexicon,
    pub(super) words: &'static Dictionary,
}

/// The words before a place at which a name ends.
pub(super) struct Head {
    /// The words, in order; of what lies behind the last word at which no name goes on.
    pub(super) tokens: Vec<Token>,
}

/// A word before the ending of a name.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Token {
    pub(super) span: Range<usize>,
    pub(super) sort: Sort,
}

/// What a word says of the name that it is a part of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Sort {
    /// The name of a place.
    Place,
    /// What no dictionary knows, letters and digits: a name's own.
    Own,
    /// An ordinary word.
    Word,
}

impl<'a> Reader<'a> {
    pub(super) fn new(text: &'a [char], places: &'a [Range<usize>]) -> Self {
        let mut around = vec![0; text.len()];
        for (number, place) in (1_u32..).zip(places) {
            for at in &mut around[place.clone()] {
                let other = (*at as usize).checked_sub(1).map_or(0, |it| places[it].len());
                if other <= place.len() {
                    *at = number;
                }
            }
        }
        Self { text, places, around, lexicon: Lexicon::built_in(), words: Dictionary::built_in() }
    }

    /// The characters of a range.
    pub(super) fn slice(&self, span: &Range<usize>) -> &'a [char] {
        &self.text[span.clone()]
    }

    /// The place named around or at a character, the longest.
    pub(super) fn place_at(&self, at: usize) -> Option<&'a Range<usize>> {
        let number = *self.around.get(at)?;
        self.places.get((number as usize).checked_sub(1)?)
    }

    /// The places that end at a character.
    pub(super) fn places_to(&self, end: usize) -> impl Iterator<Item = &'a Range<usize>> {
        let first = self.places.partition_point(|it| it.start + LONGEST < end);
        self.places[first..]
            .iter()
            .take_while(move |it| it.start < end)
            .filter(move |it| it.end == end)
    }

    /// The words of a piece of text; places are words of their own.
    pub(super) fn tokens(&self, span: Range<usize>) -> Vec<Range<usize>> {
        let mut tokens = Vec::with_capacity(span.len() / 2 + 1);
        let mut at = span.start;
        while at < span.end {
            if let Some(place) = self.place_at(at).filter(|it| it.start == at && it.end <= span.end)
            {
                tokens.push(place.clone());
                at = place.end;
                continue;
            }
            let first = self.places.partition_point(|it| it.start <= at);
            let mut near = self.places[first..].iter().take_while(|it| it.start < span.end);
            let next = near.find(|it| it.end <= span.end);
            let mut end = next.map_or(span.end, |it| it.start.min(span.end)).min(at + AT_ONCE);
            if self.text[at].is_ascii_alphanumeric() {
                let digits =
                    self.text[at..end].iter().take_while(|c| number::digit(**c).is_some()).count();
                let latin = self.text[at..end].iter().take_while(|c| !is_han(**c)).count();
                let latin = if digits > 0 { digits } else { latin };
                tokens.push(at..at + latin.max(1));
                at += latin.max(1);
                continue;
            }
            if let Some(latin) = self.text[at..end].iter().position(|c| !is_han(*c)) {
                end = at + latin.max(1);
            }
            for length in self.words.words(&self.text[at..end]).iter() {
                tokens.push(at..at + length);
                at += length;
            }
        }
        tokens
    }

    /// Whether a word is one at which no name goes on: a verb, a preposition or the like, or one of our list.
    pub(super) fn is_stop(&self, token: &Range<usize>) -> bool {
        let word = &self.text[token.clone()];
        let is_verb = || matches!(self.words.kind(word), Some(Kind::Verb | Kind::Function));
        let is_stop = self.lexicon.stops.has(word) || (word.len() > 1 && is_verb());
        is_stop && !self.places_to(token.end).any(|it| it == token)
    }

    /// Whether a name may go on in an ending at a place: a character of a name stands before it, and no such word as 的.
    pub(super) fn may_end(&self, at: usize) -> bool {
        let before = at.checked_sub(1).map(|at| self.text[at]);
        before.is_some_and(|c| {
            let is_part = is_name_char(c) || matches!(c, '）' | ')' | '”' | '」');
            is_part
                && !matches!(
                    c,
                    '的' | '了'
                        | '等'
                        | '和'
                        | '与'
                        | '及'
                        | '个'
                        | '各'
                        | '该'
                        | '在'
                        | '是'
                        | '对'
                        | '将'
                        | '这'
                        | '此'
                )
        })
    }

    /// The words before the ending of a name at `end`, back to a mark or to a word at which no name goes on. `across`
    /// says of a word that it is part of a name all the same.
    pub(super) fn head(&self, end: usize, across: impl Fn(&[char]) -> bool) -> Head {
        let start = self.run_start(end);
        let all = self.tokens(start..end);
        let mut tokens: Vec<Token> = Vec::with_capacity(all.len());
        for (i, span) in all.iter().enumerate().rev() {
            let (span, word) = (span.clone(), &self.text[span.clone()]);
            let before = i.checked_sub(1).map(|at| &all[at]);
            if self.ends_name(&span, before) && !across(word) && !self.is_joined(&span) {
                break;
            }
            // 13个项目, 2021年赛轮集团; but 329复线.
            let is_number = number::digit(word[0]).is_some();
            if is_number && !(tokens.is_empty() && word.len() > 1) {
                break;
            }
            tokens.push(Token { sort: self.sort(&span), span });
            if is_number {
                break;
            }
        }
        tokens.reverse();
        // …（庭州银行）副行长: no name begins in brackets or behind them.
        let closes = |it: &Token| matches!(self.text[it.span.start], '）' | ')');
        let opens = |it: &Token| matches!(self.text[it.span.start], '（' | '(');
        if let Some(close) = tokens.iter().position(closes)
            && !tokens[..close].iter().any(opens)
        {
            tokens.drain(..=close);
        }
        self.settle_own(&mut tokens);
        Head { tokens }
    }

    /// Whether no name goes on at a word. A single character that is a word only sometimes (能, 都) does not end a name
    /// beside one that is none, or a rare one: 绿能, 古都.
    fn ends_name(&self, token: &Range<usize>, before: Option<&Range<usize>>) -> bool {
        const RARE: i32 = -9_300;
        if token.len() > 1 {
            return self.is_stop(token);
        }
        // 聚力, which the dictionary does not have.
        if before.is_some_and(|it| {
            it.len() == 1 && self.lexicon.stops.has(&self.text[it.start..token.end])
        }) {
            return true;
        }
        let c = self.text[token.start];
        // 8个光伏项目
        let counted = before.is_some_and(|it| number::begins(self.text[it.start]))
            || token.start > 0 && number::digit(self.text[token.start - 1]).is_some();
        if counted
            && matches!(
                c,
                '个' | '家'
                    | '项'
                    | '条'
                    | '座'
                    | '处'
                    | '名'
                    | '位'
                    | '所'
                    | '批'
                    | '类'
                    | '种'
                    | '台'
                    | '辆'
            )
        {
            return true;
        }
        let single = before
            .is_some_and(|it| it.len() == 1 && is_han(self.text[it.start]) && !self.is_stop(it));
        let rare = self
            .text
            .get(token.end)
            .is_some_and(|c| is_han(*c) && self.words.likelihood_of_char(*c) < RARE);
        self.is_stop(token) && !(self.lexicon.weak_stops.has(&[c]) && (single || rare))
    }

    /// Characters that no word takes are a name's own if they are rare enough side by side: 协鑫, but not 大 in 大项目
    /// nor 城新 in 科技城新厂区.
    fn settle_own(&self, tokens: &mut [Token]) {
        /// No likelier than this, on average, are two characters of a name, as a logarithm in thousandths; and more.
        const TWO: i32 = -9_150;
        const MORE: i32 = -8_300;
        let is_char = |it: &Token| {
            it.sort == Sort::Own && it.span.len() == 1 && is_han(self.text[it.span.start])
        };
        let mut at = 0;
        while at < tokens.len() {
            let run = tokens[at..].iter().take_while(|it| is_char(it)).count();
            if run == 0 {
                at += 1;
                continue;
            }
            let span = tokens[at].span.start..tokens[at + run - 1].span.end;
            let all: i32 =
                self.slice(&span).iter().map(|c| self.words.likelihood_of_char(*c)).sum();
            let least = if run == 2 {
                2 * TWO
            } else {
                MORE.saturating_mul(i32::try_from(run).unwrap_or(1))
            };
            // 望海片区
            let names_area = tokens
                .get(at + run)
                .is_some_and(|it| super::is_one_of(self.slice(&it.span), &AREAS));
            let is_own = (run > 1 && (all <= least || names_area))
                || self.lexicon.own_words.at_head(self.slice(&span)).is_some();
            if !is_own {
                tokens[at..at + run].iter_mut().for_each(|it| it.sort = Sort::Word);
            }
            at += run;
        }
    }

    /// Where the characters of names before a place begin; a bracket with a place in it is one of them.
    fn run_start(&self, end: usize) -> usize {
        let mut at = end;
        while at > 0 && end - at < LONGEST {
            let c = self.text[at - 1];
            let is_latin = |at: Option<&char>| at.is_some_and(char::is_ascii_alphabetic);
            // Nusa Ban集团
            let between_words = c == ' '
                && is_latin(self.text.get(at))
                && at > 1
                && is_latin(self.text.get(at - 2));
            if is_name_char(c) || c == '·' || between_words {
                at -= 1;
            } else if matches!(c, '）' | ')') {
                let from = at.saturating_sub(8);
                let Some(open) =
                    self.text[from..at - 1].iter().rposition(|c| matches!(c, '（' | '('))
                else {
                    break;
                };
                at = from + open;
            } else {
                break;
            }
        }
        at
    }

    /// Where a name in Latin letters ends that begins at a place: words with a capital letter, two lower ones at least.
    pub(super) fn latin_words(&self, at: usize) -> Option<usize> {
        let word = |at: usize| {
            let word = self.text[at.min(self.text.len())..]
                .iter()
                .take(LONGEST)
                .take_while(|c| c.is_ascii_alphabetic() || **c == '.')
                .count();
            let is_name = word > 1
                && self.text[at].is_ascii_uppercase()
                && self.text[at + 1].is_ascii_lowercase();
            is_name.then_some(at + word)
        };
        let mut end = word(at)?;
        while self.text.get(end) == Some(&' ')
            && end < at + 2 * LONGEST
            && let Some(next) = word(end + 1)
        {
            end = next;
        }
        let letters = self.text[at..end].iter().filter(|c| c.is_ascii_lowercase()).count();
        (letters > 2 && self.text.get(end).is_none_or(|c| !c.is_ascii_alphanumeric()))
            .then_some(end)
    }

    /// Whether a cue of a single character is only a piece of a word: 将 of 将军, 未 of 未来, 拟 of 虚拟.
    pub(super) fn is_piece(&self, at: usize, length: usize) -> bool {
        length == 1 && self.words.cuts(self.text, &(at..at + 1))
    }

    /// Whether a word stands in a name such as 住房和城乡建设.
    fn is_joined(&self, token: &Range<usize>) -> bool {
        let from = token.start.saturating_sub(10);
        (from..=token.start).any(|at| {
            let rest = &self.text[at..(at + 14).min(self.text.len())];
            self.lexicon.joined.at_head(rest).is_some_and(|length| at + length >= token.end)
        })
    }

    /// Whether a word is a place that the text names, not just one that people know.
    pub(super) fn is_place(&self, span: &Range<usize>) -> bool {
        self.place_at(span.start).is_some_and(|it| it == span)
    }

    /// What a word says of a name.
    pub(super) fn sort(&self, span: &Range<usize>) -> Sort {
        let word = &self.text[span.clone()];
        if self.is_place(span) || self.lexicon.countries.has(word) || self.words.is_place(word) {
            Sort::Place
        } else if word.len() == 1 || !self.words.knows(word) {
            Sort::Own
        } else {
            Sort::Word
        }
    }
}

impl Head {
    /// Where a name begins: at the first word that only a name has. Ordinary words before it are not its own.
    pub(super) fn start(&self) -> Option<usize> {
        self.tokens.iter().find(|it| it.sort != Sort::Word).map(|it| it.span.start)
    }
}

//! The words around a name, from `forms.toml`: what a zone, a company, a road or a person's name looks like.
//!
//! In: a folded text and a range of its characters. Out: what the words before and behind it say of it.

use std::ops::Range;
use std::sync::OnceLock;

use rustc_hash::FxHashMap;
use serde::Deserialize;

use super::ordinary::Ordinary;
use crate::text::is_han;

/// Words, to be compared with the head or the end of a piece of text.
#[derive(Debug, Default, Deserialize)]
#[serde(from = "Vec<String>")]
pub(super) struct Words {
    /// The longest first.
    all: Vec<Vec<char>>,
    /// By their first and by their last characters, in the order of `all`.
    heads: FxHashMap<char, Vec<usize>>,
    ends: FxHashMap<char, Vec<usize>>,
}

impl From<Vec<String>> for Words {
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

impl Words {
    /// The length of the longest word that a piece of text begins with.
    pub(super) fn at_head(&self, text: &[char]) -> Option<usize> {
        let words = self.heads.get(text.first()?)?;
        words.iter().map(|it| &self.all[*it]).find(|it| text.starts_with(it)).map(Vec::len)
    }

    /// The length of the longest word that a piece of text ends with.
    pub(super) fn at_end(&self, text: &[char]) -> Option<usize> {
        let words = self.ends.get(text.last()?)?;
        words.iter().map(|it| &self.all[*it]).find(|it| text.ends_with(it)).map(Vec::len)
    }

    /// Whether a piece of text is one of the words.
    pub(super) fn has(&self, text: &[char]) -> bool {
        !text.is_empty() && self.at_head(text) == Some(text.len())
    }

    /// The words, the longest first.
    pub(super) fn all(&self) -> impl Iterator<Item = &[char]> {
        self.all.iter().map(Vec::as_slice)
    }
}

/// The words of `forms.toml`, a field for each of its lists; what they are stands there.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Forms {
    pub(super) zones: Words,
    pub(super) regions: Words,
    pub(super) modifiers: Words,
    pub(super) generic: Words,
    companies: Words,
    schools: Words,
    papers: Words,
    open_endings: Words,
    roads: Words,
    no_roads: Words,
    settlements: Words,
    sides: Words,
    products: Words,
    features: Words,
    no_features: Words,
    stops: Words,
    surnames: Words,
    titles: Words,
    said: Words,
    before_place: Words,
    after_place: Words,
    pub(super) joint: Words,
    pub(super) before_one: Words,
    pub(super) after_one: Words,
}

/// Something whose name holds a place's, so that the place is not meant.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Holder {
    Company,
    School,
    Paper,
    Person,
    /// A road, a bay, a village or a hill.
    Feature,
}

/// No more characters than these stand between a place and `有限公司`.
const LONG_NAME: usize = 16;

/// No more than these between a place and a short ending such as `集团`.
const SHORT_NAME: usize = 6;

impl Forms {
    /// The compiled-in words, read once.
    pub(super) fn built_in() -> &'static Self {
        static BUILT_IN: OnceLock<Forms> = OnceLock::new();
        BUILT_IN.get_or_init(|| {
            toml::from_str(include_str!("forms.toml"))
                .expect("the compiled-in lists are well formed, which every test reads")
        })
    }

    /// What the name at `span` is only a part of, if anything. `is_county` is whether a county is named by its
    /// short name: rivers and streets have such names too. `goes_on` is whether another name begins behind it.
    pub(super) fn holder(
        &self,
        text: &[char],
        span: &Range<usize>,
        is_county: bool,
        goes_on: bool,
    ) -> Option<Holder> {
        let behind = &text[span.end..];
        let followed =
            |by: &Words, but: &Words| by.at_head(behind).is_some() && but.at_head(behind).is_none();
        let is_feature = followed(&self.roads, &self.no_roads)
            || followed(&self.settlements, &self.no_features)
            || (is_county && followed(&self.features, &self.no_features));
        // 锦田河南岸, 吕梁山西麓
        let is_side = matches!(text[span.end - 1], '东' | '南' | '西' | '北')
            && self.sides.at_head(behind).is_some()
            && span.start > 0
            && is_han(text[span.start - 1]);
        if (is_feature && !goes_on) || is_side || self.products.at_head(behind).is_some() {
            return Some(Holder::Feature);
        }
        if self.is_person(text, span) {
            return Some(Holder::Person);
        }
        self.organisation(behind)
    }

    /// The company, school or paper whose name goes on in the text behind a place.
    fn organisation(&self, behind: &[char]) -> Option<Holder> {
        for at in 0..=LONG_NAME.min(behind.len()) {
            let rest = &behind[at..];
            if self.open_endings.at_head(rest).is_some() {
                return None;
            }
            let kinds = [
                (&self.companies, Holder::Company),
                (&self.schools, Holder::School),
                (&self.papers, Holder::Paper),
            ];
            for (endings, holder) in kinds {
                if let Some(length) = endings.at_head(rest)
                    && (at <= SHORT_NAME || (length > 3 && holder == Holder::Company))
                {
                    return Some(holder);
                }
            }
            let goes_on = rest.first().is_some_and(|c| super::is_name_char(*c));
            if !goes_on || self.stop_at_head(rest) {
                return None;
            }
        }
        None
    }

    /// Whether the name is a person's or a piece of one: 记者李广安, 学者许昌明说, 王保定说.
    fn is_person(&self, text: &[char], span: &Range<usize>) -> bool {
        let said = |at: usize| {
            let behind = &text[at.min(text.len())..];
            self.said.at_head(behind).is_some_and(|length| length > 1 || is_han(behind[0]))
        };
        // 企业家, 工程师, 负责人
        let calling = |c: &char| matches!(c, '者' | '长' | '员' | '师' | '家' | '工' | '民' | '人');
        let titled = |before: &[char]| {
            self.titles.at_end(before).is_some() || before.last().is_some_and(calling)
        };
        // 许昌|明, where the family name is a piece of the place's.
        let (before, rest) = (&text[..span.start], span.end);
        if self.surnames.has(&text[span.start..=span.start])
            && titled(before)
            && (said(rest) || said(rest + 1))
        {
            return true;
        }
        let Some(at) = span.start.checked_sub(1) else { return false };
        if !self.surnames.has(&text[at..span.start]) {
            return false;
        }
        let before = &text[..at];
        let begins = before.last().is_none_or(|c| !super::is_name_char(*c));
        let ends = text.get(rest).is_none_or(|c| !super::is_name_char(*c));
        // 于 and the like are prepositions more often than family names.
        let sure = !matches!(text[at], '于' | '安' | '任' | '向' | '常' | '和' | '从');
        (titled(before) && (said(rest) || ends)) || (begins && sure && said(rest))
    }

    /// Whether a name may begin at the end of a piece of text: a word ends there at which no name goes on.
    pub(super) fn name_may_begin(&self, before: &[char]) -> bool {
        before.last().is_none_or(|c| !super::is_name_char(*c))
            || self.stops.at_end(before).is_some()
            || Ordinary::built_in().stop_at_end(before)
    }

    /// Whether a piece of text begins with a word at which no name goes on.
    pub(super) fn stop_at_head(&self, text: &[char]) -> bool {
        self.stops.at_head(text).is_some() || Ordinary::built_in().stop_at_head(text)
    }

    /// Whether the words around leave no doubt that a place is meant: 在昆山, 昆山、太仓等地.
    pub(super) fn says_place(&self, text: &[char], span: &Range<usize>) -> bool {
        self.before_place.at_end(&text[..span.start]).is_some()
            || self.after_place.at_head(&text[span.end..]).is_some()
            || text[..span.start].ends_with(&['、'])
    }
}

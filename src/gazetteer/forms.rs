//! The words around a name, from `forms.toml`: what a zone, a company, a road or a person's name looks like.
//!
//! In: a folded text and a range of its characters. Out: what the words before and behind it say of it.

use std::ops::Range;
use std::sync::OnceLock;

use serde::Deserialize;

use super::ordinary::Ordinary;
use crate::text::is_han;
use crate::text::word_list::WordList;

/// The words of `forms.toml`, a field for each of its lists; what they are stands there.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Forms {
    pub(super) zones: WordList,
    pub(super) regions: WordList,
    pub(super) modifiers: WordList,
    pub(super) generic: WordList,
    companies: WordList,
    schools: WordList,
    papers: WordList,
    open_endings: WordList,
    roads: WordList,
    no_roads: WordList,
    settlements: WordList,
    sides: WordList,
    products: WordList,
    features: WordList,
    no_features: WordList,
    stops: WordList,
    surnames: WordList,
    titles: WordList,
    said: WordList,
    before_place: WordList,
    after_place: WordList,
    pub(super) joint: WordList,
    pub(super) before_one: WordList,
    pub(super) after_one: WordList,
    /// For each character of the first plane what [`Forms::begins`] says.
    #[serde(skip)]
    begins: OnceLock<Vec<bool>>,
}

/// How many characters are looked up directly: all of Unicode's first plane.
const DIRECT: usize = 1 << 16;

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

    /// Whether the name at `span` is only a part of another: of a company's, a school's, a paper's, a road's, a bay's, a
    /// village's or a hill's. `is_county` is whether a county is named by its
    /// short name: rivers and streets have such names too. `goes_on` is whether another name begins behind it.
    pub(super) fn hold(
        &self,
        text: &[char],
        span: &Range<usize>,
        is_county: bool,
        goes_on: bool,
    ) -> bool {
        let behind = &text[span.end..];
        let followed = |by: &WordList, but: &WordList| {
            by.at_head(behind).is_some() && but.at_head(behind).is_none()
        };
        let is_feature = followed(&self.roads, &self.no_roads)
            || followed(&self.settlements, &self.no_features)
            || (is_county && followed(&self.features, &self.no_features));
        // 锦田河南岸, 吕梁山西麓
        let is_side = matches!(text[span.end - 1], '东' | '南' | '西' | '北')
            && self.sides.at_head(behind).is_some()
            && span.start > 0
            && is_han(text[span.start - 1]);
        (is_feature && !goes_on)
            || is_side
            || self.products.at_head(behind).is_some()
            || self.is_organisation(behind)
    }

    /// Whether the name of a company, a school or a paper goes on in the text behind a place.
    fn is_organisation(&self, behind: &[char]) -> bool {
        for at in 0..=LONG_NAME.min(behind.len()) {
            let rest = &behind[at..];
            let Some(first) = rest.first().filter(|c| crate::text::is_name_char(**c)) else {
                return false;
            };
            if !self.begins(*first) {
                continue;
            }
            // 大学生; and 一家上海公司 is one of 上海.
            let is_plain = at == 0 && rest.starts_with(&['公', '司']);
            if is_plain || self.open_endings.at_head(rest).is_some() {
                return false;
            }
            let company = self.companies.at_head(rest);
            let short = company.or(self.schools.at_head(rest)).or(self.papers.at_head(rest));
            if (short.is_some() && at <= SHORT_NAME) || company.is_some_and(|length| length > 3) {
                return true;
            }
            if self.stop_at_head(rest) {
                return false;
            }
        }
        false
    }

    /// Whether a word begins with a character that ends the name of an organisation, or at which no name goes on.
    fn begins(&self, first: char) -> bool {
        let lists =
            || [&self.companies, &self.schools, &self.papers, &self.open_endings, &self.stops];
        let table = self.begins.get_or_init(|| {
            let mut table = vec![false; DIRECT];
            let firsts =
                lists().into_iter().flat_map(WordList::all).filter_map(|it| it.first().copied());
            for c in firsts.chain(Ordinary::stops()) {
                if let Some(it) = table.get_mut(c as usize) {
                    *it = true;
                }
            }
            table
        });
        table.get(first as usize).copied().unwrap_or(true)
    }

    /// How much speaks for it that a name is the given name behind a family name: two for a title before that
    /// (记者李广安) or a word such as 说 behind it (，王保定说), one where only a clause begins with it; nothing else.
    pub(super) fn person(&self, text: &[char], span: &Range<usize>) -> Option<usize> {
        let at = span.start.checked_sub(1)?;
        // 于 and the like are prepositions more often than family names.
        let sure = !matches!(
            text[at],
            '于' | '安' | '任' | '向' | '常' | '和' | '从' | '万' | '江' | '高'
        );
        if !sure || span.len() != 2 || !self.surnames.has(&text[at..span.start]) {
            return None;
        }
        let before = &text[..at];
        if self.titled(before) || self.in_list_of_people(before) {
            return Some(2);
        }
        let begins = before.last().is_none_or(|c| !crate::text::is_name_char(*c));
        begins.then(|| if self.said(text, span.end) { 2 } else { 1 })
    }

    /// Whether a piece of text ends in a list of people: 记者王大力、.
    fn in_list_of_people(&self, before: &[char]) -> bool {
        /// Names of people have two or three characters.
        const NAMES: std::ops::RangeInclusive<usize> = 2..=3;
        let mut rest = before;
        while let Some((mark, list)) = rest.split_last()
            && *mark == '、'
        {
            let start =
                list.iter().rposition(|c| !crate::text::is_name_char(*c)).map_or(0, |it| it + 1);
            let item = &list[start..];
            let ends_in_name =
                NAMES.filter(|it| *it < item.len()).any(|it| self.titled(&item[..item.len() - it]));
            if ends_in_name {
                return true;
            }
            if !NAMES.contains(&item.len()) {
                return false;
            }
            rest = &list[..start];
        }
        false
    }

    /// Whether a title stands at the end of a piece of text: 记者, 企业家.
    fn titled(&self, before: &[char]) -> bool {
        let calling = |c: &char| {
            matches!(c, '者' | '长' | '员' | '师' | '家' | '工' | '民' | '人' | '农' | '主')
        };
        self.titles.at_end(before).is_some() || before.last().is_some_and(calling)
    }

    /// Whether a word such as 说 stands at a place of a text.
    fn said(&self, text: &[char], at: usize) -> bool {
        let behind = &text[at.min(text.len())..];
        self.said.at_head(behind).is_some_and(|length| length > 1 || is_han(behind[0]))
    }

    /// Whether the family name is a piece of the place's: 学者许昌明说.
    pub(super) fn is_whole_person(&self, text: &[char], span: &Range<usize>) -> bool {
        let reports = text[span.end..].starts_with(&['报', '道']);
        self.surnames.has(&text[span.start..=span.start])
            && !reports
            && self.titled(&text[..span.start])
            && (self.said(text, span.end) || self.said(text, span.end + 1))
    }

    /// Whether a name may begin at the end of a piece of text: a word ends there at which no name goes on.
    pub(super) fn name_may_begin(&self, before: &[char]) -> bool {
        before.last().is_none_or(|c| !crate::text::is_name_char(*c))
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

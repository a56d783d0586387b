//! The tables of words behind features and values.
//!
//! In: `words.toml` and what `site.toml` adds to it. Out: [`Words`]. Words are compared folded, half-width, in
//! lower case and without spaces; they are never shown.

use std::collections::BTreeMap;

use aho_corasick::AhoCorasick;

use super::normal::normal_char;
use crate::config::Lists;

/// What a label stands in front of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Label {
    /// A day.
    Date,
    /// A paper.
    Source,
    /// Names.
    Role,
    /// A section.
    Section,
    /// Something that says nothing of the article, for a word or two.
    Other,
    /// Something that says nothing of the article, to the end of the line.
    Line,
}

/// The words, ready to be looked up.
#[derive(Debug)]
pub struct Words {
    pub(super) labels: Table<Label>,
    pub(super) roles: Table,
    pub(super) reporters: Table,
    pub(super) trails: Table,
    pub(super) trail_ends: Table,
    pub(super) own: Table,
    pub(super) papers: Endings,
    pub(super) bodies: Endings,
    pub(super) publishers: Endings,
    pub(super) dispatches: Endings,
    pub(super) credits: Table,
    pub(super) photo_ends: Endings,
    pub(super) photo_heads: Table,
    pub(super) furniture: Table,
    pub(super) legal: Option<AhoCorasick>,
    pub(super) appeals: Option<AhoCorasick>,
    pub(super) formats: Endings,
    pub(super) endings: Table,
    pub(super) headings: Table,
    pub(super) openers: Table,
    pub(super) surnames: Table,
    pub(super) series: Table,
    pub(super) notes: Table,
    pub(super) author_notes: Table,
    pub(super) accounts: Table,
    pub(super) scenes: Option<AhoCorasick>,
    pub(super) todays: Table,
    pub(super) series_heads: Table,
    pub(super) sites: Endings,
    pub(super) nobody: Table,
    pub(super) ahead: Endings,
    pub(super) present: Table,
    pub(super) regions: Table,
}

impl Words {
    /// The compiled-in words and those that a site adds to them.
    ///
    /// # Panics
    /// Never: that the compiled-in table is well formed is what every test of extraction reads.
    #[must_use]
    pub fn new(added: &Lists) -> Self {
        let built_in: Lists =
            toml::from_str(include_str!("words.toml")).expect("a well-formed table");
        let list = |name: &str| {
            let words = [&built_in, added].into_iter().filter_map(|it| it.get(name)).flatten();
            words.map(|it| key(it)).filter(|it| !it.is_empty()).collect::<Vec<_>>()
        };
        let table = |name: &str| Table::new(list(name).into_iter().map(|it| (it, ())));
        // Of a word in several lists the last one counts.
        let kinds = [
            ("lines", Label::Line),
            ("others", Label::Other),
            ("sections", Label::Section),
            ("roles", Label::Role),
            ("sources", Label::Source),
            ("dates", Label::Date),
        ];
        let labels = kinds
            .into_iter()
            .flat_map(|(name, kind)| list(name).into_iter().map(move |it| (it, kind)));
        let anywhere = |name: &str| {
            let words = list(name).into_iter().map(|it| it.into_iter().collect::<String>());
            Some(AhoCorasick::new(words).expect("a few hundred words make a small automaton"))
        };
        Self {
            labels: Table::new(labels),
            roles: table("roles"),
            reporters: table("reporters"),
            trails: table("trails"),
            trail_ends: table("trail_ends"),
            own: table("own"),
            papers: Endings::new(list("papers")),
            bodies: Endings::new(list("bodies")),
            publishers: Endings::new(list("publishers")),
            dispatches: Endings::new(list("dispatches")),
            credits: table("credits"),
            photo_ends: Endings::new(list("photo_ends")),
            photo_heads: table("photo_heads"),
            furniture: table("furniture"),
            legal: anywhere("legal"),
            appeals: anywhere("appeals"),
            formats: Endings::new(list("formats")),
            endings: table("endings"),
            headings: table("heading_words"),
            openers: table("openers"),
            surnames: table("surnames"),
            series: table("series"),
            notes: table("notes"),
            author_notes: table("author_notes"),
            accounts: table("accounts"),
            scenes: anywhere("scenes"),
            todays: table("todays"),
            series_heads: table("series_heads"),
            sites: Endings::new(list("sites")),
            nobody: table("nobody"),
            ahead: Endings::new(list("ahead")),
            present: table("present"),
            regions: table("regions"),
        }
    }
}

impl Words {
    /// Where a text that begins with a word for pictures goes on, spaces passed over: the mark in 图片来源：某某.
    pub(super) fn credit_marks(&self, text: &[char]) -> impl Iterator<Item = usize> {
        let next = |(it, ()): (usize, ())| Some(it + text[it..].iter().position(|c| *c != ' ')?);
        self.credits.prefixes(text).filter_map(next)
    }
}

fn key(word: &str) -> Vec<char> {
    word.chars().map(normal_char).filter(|c| *c != ' ').collect()
}

/// Words by which a text may begin.
#[derive(Debug)]
pub(super) struct Table<T = ()> {
    /// By their first character, the longest first.
    words: BTreeMap<char, Vec<(Vec<char>, T)>>,
}

impl<T: Copy> Table<T> {
    fn new(words: impl Iterator<Item = (Vec<char>, T)>) -> Self {
        let mut table: BTreeMap<char, Vec<(Vec<char>, T)>> = BTreeMap::new();
        for (word, kind) in words {
            let same = table.entry(word[0]).or_default();
            same.retain(|(it, _)| *it != word);
            same.push((word, kind));
        }
        for same in table.values_mut() {
            same.sort_by_key(|(word, _)| std::cmp::Reverse(word.len()));
        }
        Self { words: table }
    }

    /// The longest word that the text begins with, spaces inside it passed over, and how many characters of
    /// the text it takes.
    pub(super) fn prefix(&self, text: &[char]) -> Option<(usize, T)> {
        self.prefixes(text).next()
    }

    /// All words that the text begins with, the longest first.
    pub(super) fn prefixes(&self, text: &[char]) -> impl Iterator<Item = (usize, T)> {
        let same = text.first().and_then(|c| self.words.get(c)).map_or(&[][..], Vec::as_slice);
        same.iter().filter_map(move |(word, kind)| Some((spaced_length(text, word)?, *kind)))
    }

    /// Whether the text is one of the words.
    pub(super) fn has(&self, text: &[char]) -> bool {
        self.prefix(text).is_some_and(|(length, _)| length == text.len())
    }
}

/// How many characters of a text a word takes at its head, up to two spaces between two characters of the
/// word passed over (编　辑).
fn spaced_length(text: &[char], word: &[char]) -> Option<usize> {
    let mut at = 0;
    for (i, c) in word.iter().enumerate() {
        let most = if i == 0 { 0 } else { 2 };
        at += text[at..].iter().take(most).take_while(|it| **it == ' ').count();
        if text.get(at) != Some(c) {
            return None;
        }
        at += 1;
    }
    Some(at)
}

/// Words in which a text may end.
#[derive(Debug)]
pub(super) struct Endings(Table);

impl Endings {
    fn new(words: Vec<Vec<char>>) -> Self {
        Self(Table::new(words.into_iter().map(|it| (it.into_iter().rev().collect(), ()))))
    }

    /// How many characters the longest ending of a text takes.
    pub(super) fn suffix(&self, text: &[char]) -> Option<usize> {
        /// No ending is longer.
        const LONGEST: usize = 24;
        let tail: Vec<char> = text.iter().rev().take(LONGEST).copied().collect();
        self.0.prefix(&tail).map(|(length, ())| length)
    }

    /// Whether a text ends so, and something stands in front: 海岸日报, not 日报.
    pub(super) fn ends_name(&self, text: &[char]) -> bool {
        self.suffix(text).is_some_and(|it| it < text.len())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::WORD_LISTS;

    #[test]
    fn the_lists_are_those_of_the_file() {
        let lists: Lists = toml::from_str(include_str!("words.toml")).expect("well formed");
        assert_eq!(lists.keys().map(String::as_str).collect::<Vec<_>>(), WORD_LISTS);
        assert!(lists.values().flatten().all(|word| !key(word).is_empty()));
    }

    #[test]
    fn words_are_found_folded_and_spaced() {
        let words = Words::new(&Lists::from([("roles".to_owned(), vec!["校阅".to_owned()])]));
        let text: Vec<char> = "編　輯：某某".chars().map(normal_char).collect();
        assert_eq!(words.labels.prefix(&text), Some((3, Label::Role)));
        let text: Vec<char> = "校閱／某某".chars().map(normal_char).collect();
        assert_eq!(words.labels.prefix(&text), Some((2, Label::Role)));
        let text: Vec<char> = "海岸日報".chars().map(normal_char).collect();
        assert_eq!(words.papers.suffix(&text), Some(2));
    }
}

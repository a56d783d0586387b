//! The tables of words behind the rules.

use std::sync::OnceLock;

use serde::Deserialize;

use crate::text::fold::fold;

/// The words of `words.toml`.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Words {
    pub(super) roles: Vec<String>,
    pub(super) credits: Vec<String>,
    pub(super) sources: Vec<String>,
    pub(super) papers: Vec<String>,
    pub(super) reporters: Vec<String>,
    pub(super) furniture: Vec<String>,
}

/// The compiled-in words.
pub(super) fn words() -> &'static Words {
    static WORDS: OnceLock<Words> = OnceLock::new();
    WORDS.get_or_init(|| {
        toml::from_str(include_str!("words.toml"))
            .expect("the compiled-in table is well formed, which every test of extraction reads")
    })
}

/// Splits `撰文/庄建成` or `来源：青岛日报` at its separator if one of the words stands in front of it.
pub(super) fn labelled<'a>(line: &'a str, words: &[String]) -> Option<(&'a str, &'a str)> {
    let (label, rest) = line.split_once(['/', '／', ':', '：', '|', '｜'])?;
    let (label, rest) = (label.trim(), rest.trim());
    let folded = fold(&label.replace([' ', '\u{3000}'], ""));
    (words.contains(&folded) && !rest.is_empty()).then_some((label, rest))
}

/// The word that a text begins with, the longest that fits; its length in bytes of the text.
pub(super) fn prefix(text: &str, words: &[String]) -> Option<usize> {
    let lengths = words
        .iter()
        .filter(|word| fold(text).starts_with(word.as_str()))
        .map(|word| word.chars().count());
    lengths
        .max()
        .map(|n| text.char_indices().nth(n).map_or(text.len(), |(at, _)| at))
}

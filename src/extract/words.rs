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
    let folded = fold(text);
    let fits = words.iter().filter(|word| folded.starts_with(word.as_str()));
    let longest = fits.map(|word| word.chars().count()).max()?;
    Some(text.char_indices().nth(longest).map_or(text.len(), |(at, _)| at))
}

/// Whom somebody reports for, as what, and who they are.
pub(super) struct Reporter<'a> {
    pub(super) paper: Option<&'a str>,
    pub(super) role: &'a str,
    pub(super) names: &'a str,
}

/// Reads `青島日報/觀海新聞記者 王濤`: a paper, a word for reporters, names.
pub(super) fn reporter(text: &str) -> Option<Reporter<'_>> {
    let mut starts = text.char_indices().map(|(at, _)| at);
    let (start, length) =
        starts.find_map(|at| Some((at, prefix(&text[at..], &words().reporters)?)))?;
    let (paper, role) = (text[..start].trim(), &text[start..start + length]);
    let names = text[start + length..].trim_start_matches(['/', '／', ':', '：', ' ', '\u{3000}']);
    Some(Reporter { paper: Some(paper).filter(|it| !it.is_empty()), role, names })
}

/// A line without the brackets around all of it.
pub(super) fn unbracketed(line: &str) -> &str {
    let inside = line.strip_prefix(['(', '（']).and_then(|it| it.strip_suffix([')', '）']));
    inside.map_or(line, str::trim)
}

/// Whether a text is the name of a paper, station or site by its ending.
pub(super) fn is_paper(text: &str) -> bool {
    let folded = fold(text);
    words().papers.iter().any(|ending| folded.ends_with(ending.as_str()))
}

//! Markdown files: front matter and body.
//!
//! In: the text of a file. Out: where its front matter and its body stand ([`split`]), and the body as HTML
//! with what other stages ask about it ([`body::render`]). What the front matter means is decided elsewhere.

// The steps of a body, and last what takes them.
pub mod extensions;
mod parse;
mod flank;
mod marked;
mod attributes;
mod bare_links;
mod bare_address;
mod as_written;
mod footnotes;
mod breaks;
mod clean;
pub mod text;
mod harmless;
mod figures;
mod ids;
pub mod body;

use std::ops::Range;
use std::sync::Arc;

use crate::decode::BOM;
use crate::diagnostic::{At, Diagnostic, Span, problems};
use crate::file::SitePath;

/// The line before and after front matter.
const FENCE: &str = "+++";

/// Where the two halves of a file stand, in bytes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Parts {
    /// The TOML between the fences.
    pub front_matter: Range<usize>,
    /// All that follows.
    pub body: Range<usize>,
}

/// Why a file has no front matter.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum NoParts {
    /// It does not begin with `+++`; where something else begins.
    Missing(usize),
    /// The fence at this place has no second one.
    Unclosed(Range<usize>),
}

/// Splits a file at its fences. A byte-order mark and blank lines may stand before the first one, lines may
/// end in CR LF, fences in spaces.
///
/// # Errors
/// There is no front matter, or no end to it.
pub fn split(text: &str) -> Result<Parts, NoParts> {
    let head = text.trim_start_matches(|c: char| c == BOM || c.is_whitespace());
    let start = text.len() - head.len();
    let fence = start..start + FENCE.len();
    if !head.lines().next().is_some_and(is_fence) {
        return Err(NoParts::Missing(start));
    }
    let mut at = start;
    let mut toml = None;
    for line in head.split_inclusive('\n') {
        let next = at + line.len();
        match (toml, is_fence(line)) {
            (None, _) => toml = Some(next),
            (Some(begin), true) => {
                return Ok(Parts { front_matter: begin..at, body: next..text.len() });
            }
            _ => {}
        }
        at = next;
    }
    Err(NoParts::Unclosed(fence))
}

/// The diagnostic for a file that cannot be split.
#[must_use]
pub fn problem(path: &SitePath, text: &Arc<str>, why: &NoParts) -> Diagnostic {
    let at = |bytes: &Range<usize>| {
        At::Span(Span { path: path.clone(), text: Arc::clone(text), bytes: bytes.clone() })
    };
    match why {
        NoParts::Missing(start) => problems::missing_front_matter(at(&(*start..*start))),
        NoParts::Unclosed(fence) => problems::unclosed_front_matter(at(fence)),
    }
}

fn is_fence(line: &str) -> bool {
    line.trim_end() == FENCE
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn halves() {
        for (text, expected) in [
            ("+++\na = 1\n+++\nbody\n", Ok(("a = 1\n", "body\n"))),
            ("+++\r\na = 1\r\n+++\r\nbody", Ok(("a = 1\r\n", "body"))),
            ("\u{feff}\n+++ \na = 1\n+++", Ok(("a = 1\n", ""))),
            ("+++\n+++\n+++\n", Ok(("", "+++\n"))),
            ("+++\na = '++++'\n+++\n青", Ok(("a = '++++'\n", "青"))),
            ("", Err(NoParts::Missing(0))),
            ("# 标题\n", Err(NoParts::Missing(0))),
            ("\n---\na: 1\n---\n", Err(NoParts::Missing(1))),
            ("++++\n", Err(NoParts::Missing(0))),
            ("+++\na = 1\n", Err(NoParts::Unclosed(0..3))),
            ("+++", Err(NoParts::Unclosed(0..3))),
        ] {
            let found = split(text).map(|parts| (&text[parts.front_matter], &text[parts.body]));
            assert_eq!(found, expected, "{text:?}");
        }
    }
}

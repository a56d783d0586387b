//! What an article says about the raw article it was made of, and whether a person has edited it since.
//!
//! In: the `[raw]` table, the text of a Markdown file. Out: [`Raw`]; [`is_generated`]. Both are decided from
//! the file alone, so that a fresh clone decides the same.

use std::fmt::Write;

use sha2::{Digest, Sha256};
use toml::de::{DeTable, DeValue};

use crate::diagnostic::problems;
use crate::fields::Fields;
use crate::file::SitePath;
use crate::markdown;

/// The key whose line is left out when the rest is hashed.
const GENERATED: &str = "generated = ";

/// The raw article behind an article.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Raw {
    /// Its file.
    pub path: SitePath,
    /// The SHA-256 of its bytes, in hexadecimal, when the article was made.
    pub sha256: String,
}

/// Reads the `[raw]` table. A path that leaves the site is reported.
pub(super) fn read(table: Fields<'_, '_>) -> Option<Raw> {
    let path = table.required_string("path");
    let sha256 = table.string("sha256").map(|it| it.value).unwrap_or_default();
    table.ignore("generated");
    let checked = path.and_then(|it| {
        let path = SitePath::new(&it.value);
        if path.is_none() {
            table
                .document
                .report(problems::invalid_raw_path(table.document.at(&it.span), &it.value));
        }
        path
    });
    table.finish();
    checked.map(|path| Raw { path, sha256 })
}

/// The raw article that a Markdown file names, whatever is wrong with its front matter. Where that cannot be
/// read, as it has lost a fence, or a merge has left its marks in it, the lines count that the program writes.
#[must_use]
pub fn raw(text: &str) -> Option<Raw> {
    let Ok(parts) = markdown::split(text) else { return in_lines(text) };
    let (table, errors) = DeTable::parse_recoverable(&text[parts.front_matter]);
    let raw = value(table.get_ref(), "raw").and_then(DeValue::as_table);
    let string = |key| value(raw?, key)?.as_str();
    match string("path").and_then(SitePath::new) {
        Some(path) => Some(Raw { path, sha256: string("sha256").unwrap_or_default().to_owned() }),
        None if errors.is_empty() => None,
        None => in_lines(text),
    }
}

/// What the lines `path = "…"` and `sha256 = "…"` say, wherever they stand.
fn in_lines(text: &str) -> Option<Raw> {
    let value = |key: &str| {
        let value =
            text.lines().find_map(|line| line.trim().strip_prefix(key)?.strip_prefix(" = \""))?;
        value.strip_suffix('"')
    };
    let path = SitePath::new(value("path")?)?;
    Some(Raw { path, sha256: value("sha256").unwrap_or_default().to_owned() })
}

fn value<'a, 'i>(table: &'a DeTable<'i>, key: &str) -> Option<&'a DeValue<'i>> {
    table.iter().find(|(name, _)| name.get_ref() == key).map(|(_, value)| value.get_ref())
}

/// The slug in the front matter of a file that the program wrote.
#[must_use]
pub fn slug(generated: &str) -> Option<String> {
    let line = generated.lines().find_map(|line| line.strip_prefix("slug = \""))?;
    line.trim_end().strip_suffix('"').map(str::to_owned)
}

/// The SHA-256 of some bytes, as `sha256sum` prints it.
#[must_use]
pub fn sha256(bytes: &[u8]) -> String {
    hex(Sha256::digest(bytes).as_slice())
}

fn hex(digest: &[u8]) -> String {
    digest.iter().fold(String::with_capacity(64), |mut hex, byte| {
        write!(hex, "{byte:02x}").expect("a string takes any text");
        hex
    })
}

/// The SHA-256 of a raw article as it is, and as it would be with the line ends LF and CR LF: a checkout may
/// change those, and nothing else. In UTF-16 line ends are other bytes; there only the first one means anything.
pub fn hashes(bytes: &[u8]) -> impl Iterator<Item = String> {
    let with_ends = |end: &'static [u8]| {
        let mut hasher = Sha256::new();
        for line in bytes.split_inclusive(|it| *it == b'\n') {
            match line.strip_suffix(b"\n") {
                Some(line) => {
                    hasher.update(line.strip_suffix(b"\r").unwrap_or(line));
                    hasher.update(end);
                }
                None => hasher.update(line),
            }
        }
        hex(hasher.finalize().as_slice())
    };
    let ends: [&[u8]; 2] = [b"\n", b"\r\n"];
    std::iter::once_with(|| sha256(bytes)).chain(ends.into_iter().map(with_ends))
}

/// The hash of a raw article that a text holds; none if the raw article is another one now.
#[must_use]
pub fn known(text: &str, raw: &[u8]) -> Option<String> {
    hashes(raw).find(|it| text.contains(it))
}

/// Adds the line that says who wrote a file: the hash of all the rest, in front of the closing fence.
#[must_use]
pub fn sign(unsigned: &str) -> String {
    let hash = sha256(unsigned.as_bytes());
    let close = unsigned.find("\n+++\n").map_or(0, |it| it + 1);
    format!("{}{GENERATED}\"{hash}\"\n{}", &unsigned[..close], &unsigned[close..])
}

/// Whether a file is, but for its line ends, what the program wrote.
#[must_use]
pub fn is_generated(text: &str) -> bool {
    let text = text.replace("\r\n", "\n");
    let Some(start) = text.find(&format!("\n{GENERATED}")).map(|it| it + 1) else {
        return false;
    };
    let end = text[start..].find('\n').map_or(text.len(), |it| start + it + 1);
    let written = text[start + GENERATED.len()..end].trim().trim_matches('"');
    let rest = format!("{}{}", &text[..start], &text[end..]);
    written == sha256(rest.as_bytes())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_signed_file_is_known_again() {
        let file = sign("+++\ntitle = \"青岛\"\n+++\n\n正文。\n");
        assert!(is_generated(&file));
        assert!(is_generated(&file.replace('\n', "\r\n")));
        assert!(!is_generated(&file.replace("正文", "改过")));
        assert!(!is_generated(&file.replace("青岛", "潍坊")));
        assert!(!is_generated("+++\ntitle = \"青岛\"\n+++\n"));
    }
}

//! Bytes → the text that a stage can read.
//!
//! In: a file as it was read. Out: its text, or the one diagnostic that says why it has none. A text is never
//! changed on the way, so that offsets in it are offsets in the file.

use std::sync::Arc;

use crate::diagnostic::{At, Diagnostic, Span, problems};
use crate::file::{Data, SourceFile};

/// The byte-order mark that some editors put at the head of a file.
pub const BOM: char = '\u{feff}';

/// The text of a file, with its problems that do not stand in the way of reading it.
///
/// # Errors
/// The file is too large, empty, not UTF-8, or holds U+0000.
pub fn text(file: &SourceFile, max_bytes: u64) -> Result<(Arc<str>, Vec<Diagnostic>), Diagnostic> {
    let whole = || At::File(file.path.clone());
    let bytes = file.data.bytes().len() as u64;
    if bytes > max_bytes {
        return Err(problems::file_too_large(whole(), bytes, max_bytes));
    }
    let text = match &file.data {
        Data::Text(text) => text,
        Data::Binary(bytes) => return Err(problems::not_utf8(whole(), guess(bytes))),
    };
    if text.chars().all(|c| c == BOM || c.is_whitespace()) {
        return Err(problems::empty_file(whole()));
    }
    let at = |start: usize, length: usize| {
        At::Span(Span {
            path: file.path.clone(),
            text: Arc::clone(text),
            bytes: start..start + length,
        })
    };
    if let Some(nul) = text.find('\0') {
        return Err(problems::nul_character(at(nul, 1)));
    }
    let marks = if text.starts_with(BOM) {
        vec![problems::byte_order_mark(at(0, BOM.len_utf8()))]
    } else {
        Vec::new()
    };
    Ok((Arc::clone(text), marks))
}

/// The encoding that bytes look like, for the hint: byte pairs of the ranges that Chinese text uses most.
fn guess(bytes: &[u8]) -> Option<&'static str> {
    if bytes.starts_with(&[0xff, 0xfe]) || bytes.starts_with(&[0xfe, 0xff]) {
        return Some("UTF-16");
    }
    let mut pairs = [0_usize; 3];
    let mut rest = bytes;
    while let [first, tail @ ..] = rest {
        let (Some(second), false) = (tail.first(), first.is_ascii()) else {
            rest = tail;
            continue;
        };
        let kind = match (first, second) {
            (0xb0..=0xf7, 0xa1..=0xfe) => 0,
            (0xa4..=0xc6, 0x40..=0x7e) => 1,
            _ => 2,
        };
        pairs[kind] += 1;
        rest = &tail[1..];
    }
    let [gb, big5, other] = pairs;
    match () {
        () if gb + big5 <= other => None,
        () if big5 * 4 > gb => Some("Big5"),
        () => Some("GB18030 (GBK)"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn encodings_are_recognised() {
        let gbk = [0xc7, 0xe0, 0xb5, 0xba, 0xb8, 0xdb, b'\n', 0xd0, 0xc2, 0xd4, 0xf6];
        let big5 = [0xab, 0x43, 0xae, 0x71, 0xb4, 0xe4, 0xb7, 0x73, 0xbc, 0x57, 0xa4, 0x40];
        assert_eq!(guess(&gbk), Some("GB18030 (GBK)"));
        assert_eq!(guess(&big5), Some("Big5"));
        assert_eq!(guess(&[0xff, 0xfe, 0x52, 0x97]), Some("UTF-16"));
        assert_eq!(guess(&[0x80, 0x00, 0x81]), None);
    }
}

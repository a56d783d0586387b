//! Bytes → the text that a stage can read.
//!
//! In: a file as it was read. Out: its text, or the one diagnostic that says why it has none. A text in UTF-8 is
//! never changed on the way, so that offsets in it are offsets in the file. Only raw articles may be in
//! another encoding.

use std::borrow::Cow;
use std::sync::Arc;

use chardetng::{EncodingDetector, Iso2022JpDetection, Utf8Detection};
use encoding_rs::{BIG5, Encoding, GB18030, GBK, UTF_8};

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
        Data::Binary(bytes) => {
            return Err(problems::not_utf8(whole(), guess(bytes).map(Encoding::name)));
        }
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

/// The text of a raw article.
#[derive(Debug)]
pub struct RawText {
    /// The text.
    pub text: Arc<str>,
    /// The encoding it was in: `UTF-8`, `GB18030`, `Big5` …
    pub encoding: &'static str,
    /// What can be said of the file.
    pub problems: Vec<Diagnostic>,
}

/// The text of a raw article, which may be in an encoding of China or Taiwan; what was recognised is said.
/// U+0000 in it is no reason to refuse it.
///
/// # Errors
/// The file is too large, empty, or in no encoding that can be recognised.
pub fn raw(file: &SourceFile, max_bytes: u64) -> Result<RawText, Diagnostic> {
    let whole = || At::File(file.path.clone());
    let bytes = file.data.bytes();
    if bytes.len() as u64 > max_bytes {
        return Err(problems::file_too_large(whole(), bytes.len() as u64, max_bytes));
    }
    let (text, encoding, mut problems): (Arc<str>, _, _) = match &file.data {
        Data::Text(text) => (Arc::clone(text), UTF_8.name(), Vec::new()),
        Data::Binary(bytes) => {
            let likely = [declared(bytes), guess(bytes)];
            let decoded = likely.into_iter().flatten().find_map(|it| decoded(bytes, it));
            let Some((encoding, text, unreadable)) = decoded else {
                return Err(problems::unknown_encoding(whole()));
            };
            let name = if encoding == GBK { "GB18030" } else { encoding.name() };
            (text.into(), name, vec![problems::foreign_encoding(whole(), name, unreadable)])
        }
    };
    if text.chars().all(|c| c == BOM || c == '\0' || c.is_whitespace()) {
        return Err(problems::empty_file(whole()));
    }
    if let Some(nul) = text.find('\0') {
        let span = Span { path: file.path.clone(), text: Arc::clone(&text), bytes: nul..nul + 1 };
        problems.push(problems::nul_in_raw(At::Span(span)));
    }
    Ok(RawText { text, encoding, problems })
}

/// As much of the text of a file as can be read, in whatever encoding it is.
#[must_use]
pub fn readable(file: &SourceFile) -> Cow<'_, str> {
    match &file.data {
        Data::Text(text) => Cow::Borrowed(text),
        Data::Binary(bytes) => {
            let text = guess(bytes).map(|it| it.decode(bytes).0);
            text.unwrap_or_else(|| String::from_utf8_lossy(bytes))
        }
    }
}

/// The encodings in which Chinese texts are saved, but for UTF-8.
const CHINESE: [&Encoding; 3] = [GBK, GB18030, BIG5];

/// Of so many characters one may be unreadable, as where a page was cut; with more the encoding is another.
const READABLE: usize = 200;

/// The text in an encoding, and how many of its characters cannot be read; `None` if those are too many.
fn decoded(
    bytes: &[u8],
    encoding: &'static Encoding,
) -> Option<(&'static Encoding, String, usize)> {
    let (text, encoding, _) = encoding.decode(bytes);
    let unreadable = text.chars().filter(|c| *c == char::REPLACEMENT_CHARACTER).count();
    (unreadable * READABLE <= text.chars().count())
        .then(|| (encoding, text.into_owned(), unreadable))
}

/// The encoding that a web page says it has: `<meta charset="gb2312">`.
fn declared(bytes: &[u8]) -> Option<&'static Encoding> {
    /// Browsers look no further.
    const HEAD: usize = 1024;
    let head = String::from_utf8_lossy(&bytes[..bytes.len().min(HEAD)]).to_ascii_lowercase();
    let value = head.split("charset=").nth(1)?.trim_start_matches(['"', '\'', ' ']);
    let label: String =
        value.chars().take_while(|c| c.is_ascii_alphanumeric() || "-_:".contains(*c)).collect();
    Encoding::for_label(label.as_bytes()).filter(|it| CHINESE.contains(it))
}

/// The encoding that bytes look like: one of Chinese text, or nothing.
fn guess(bytes: &[u8]) -> Option<&'static Encoding> {
    if let Some((encoding, _)) = Encoding::for_bom(bytes) {
        return Some(encoding).filter(|it| *it != UTF_8);
    }
    let mut detector = EncodingDetector::new(Iso2022JpDetection::Deny);
    detector.feed(bytes, true);
    let found = detector.guess(None, Utf8Detection::Deny);
    CHINESE.contains(&found).then_some(found)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn encodings_are_recognised() {
        let gbk = [0xc7, 0xe0, 0xb5, 0xba, 0xb8, 0xdb, b'\n', 0xd0, 0xc2, 0xd4, 0xf6];
        let big5 = [0xab, 0x43, 0xae, 0x71, 0xb4, 0xe4, 0xb7, 0x73, 0xbc, 0x57, 0xa4, 0x40];
        let name = |bytes: &[u8]| guess(bytes).map(Encoding::name);
        assert_eq!(name(&gbk), Some("GBK"));
        assert_eq!(name(&big5), Some("Big5"));
        assert_eq!(name(&[0xff, 0xfe, 0x52, 0x97]), Some("UTF-16LE"));
        assert_eq!(name(&[0x80, 0x00, 0x81]), None);
        assert_eq!(declared(b"<meta charset='gb2312'>"), Some(GBK));
        assert_eq!(declared(b"<meta charset=utf-8>"), None);
    }
}

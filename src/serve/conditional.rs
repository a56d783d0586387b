//! What of a file goes out.
//!
//! In: the conditions and the range of a request, the entity tag and the length of what is there. Out: a
//! [`Part`]. The rules are those of RFC 9110, sections 13 and 14. Of several ranges none is picked: the whole
//! file goes out, which the RFC allows.

use std::ops::Range;

use hyper::header::{HeaderName, IF_MATCH, IF_NONE_MATCH, IF_RANGE, RANGE};
use hyper::{HeaderMap, Method};

/// What of a file goes out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Part {
    /// All of it.
    Whole,
    /// These bytes, at least one.
    Bytes(Range<usize>),
    /// A range was asked for in which there is nothing.
    NoBytes,
    /// Nothing: the client has it.
    Unchanged,
    /// Nothing: the client asked for another one.
    Other,
}

/// Decides what goes out. `etag` is a strong entity tag with its quotation marks.
pub(super) fn part(method: &Method, headers: &HeaderMap, etag: &str, length: usize) -> Part {
    if headers.contains_key(IF_MATCH) && !lists(headers, &IF_MATCH, etag, false) {
        return Part::Other;
    }
    if lists(headers, &IF_NONE_MATCH, etag, true) {
        return Part::Unchanged;
    }
    let is_same = headers.get(IF_RANGE).is_none_or(|it| it.as_bytes() == etag.as_bytes());
    let mut ranges = headers.get_all(RANGE).iter();
    match (ranges.next(), ranges.next()) {
        (Some(range), None) if is_same && method == Method::GET => {
            range.to_str().ok().and_then(|it| bytes(it, length)).unwrap_or(Part::Whole)
        }
        _ => Part::Whole,
    }
}

/// Whether a header lists an entity tag, or `*`.
fn lists(headers: &HeaderMap, name: &HeaderName, etag: &str, takes_weak: bool) -> bool {
    let lines = headers.get_all(name).iter().filter_map(|it| it.to_str().ok());
    let mut tags = lines.flat_map(|line| line.split(',')).map(str::trim);
    tags.any(|it| it == "*" || it == etag || takes_weak && it.strip_prefix("W/") == Some(etag))
}

/// Reads `bytes=0-99`, `bytes=100-`, `bytes=-100`; `None` if it is anything else, or several.
fn bytes(range: &str, length: usize) -> Option<Part> {
    let (unit, range) = range.split_once('=')?;
    let (first, last) = range.trim().split_once('-')?;
    if !unit.trim().eq_ignore_ascii_case("bytes") {
        return None;
    }
    let range = match (first, last) {
        ("", count) => length.saturating_sub(number(count)?)..length,
        (first, "") => number(first)?..length,
        (first, last) => {
            let (first, last) = (number(first)?, number(last)?);
            (first <= last).then(|| first..length.min(last.saturating_add(1)))?
        }
    };
    Some(if range.is_empty() { Part::NoBytes } else { Part::Bytes(range) })
}

/// A number without a sign; one beyond all files is the largest one.
fn number(digits: &str) -> Option<usize> {
    let is_number = !digits.is_empty() && digits.bytes().all(|it| it.is_ascii_digit());
    is_number.then(|| digits.parse().unwrap_or(usize::MAX))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ranges_are_read_strictly() {
        let cases = [
            ("bytes=0-0", Some(Part::Bytes(0..1))),
            ("bytes=0-9", Some(Part::Bytes(0..10))),
            ("bytes=0-99", Some(Part::Bytes(0..10))),
            ("Bytes=3-", Some(Part::Bytes(3..10))),
            ("bytes=-3", Some(Part::Bytes(7..10))),
            ("bytes=-99", Some(Part::Bytes(0..10))),
            ("bytes=9-18446744073709551615", Some(Part::Bytes(9..10))),
            ("bytes=9-99999999999999999999999", Some(Part::Bytes(9..10))),
            ("bytes=10-", Some(Part::NoBytes)),
            ("bytes=10-20", Some(Part::NoBytes)),
            ("bytes=99999999999999999999999-", Some(Part::NoBytes)),
            ("bytes=-0", Some(Part::NoBytes)),
            ("bytes=5-4", None),
            ("bytes=-", None),
            ("bytes=", None),
            ("bytes", None),
            ("bytes=0-1,3-4", None),
            ("bytes=0-1,", None),
            ("bytes=+1-2", None),
            ("bytes=1--2", None),
            ("bytes=0x1-2", None),
            ("lines=0-1", None),
        ];
        for (range, expected) in cases {
            assert_eq!(bytes(range, 10), expected, "{range}");
        }
        assert_eq!(bytes("bytes=0-", 0), Some(Part::NoBytes));
        assert_eq!(bytes("bytes=-5", 0), Some(Part::NoBytes));
    }
}

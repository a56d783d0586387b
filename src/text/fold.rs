//! Folding: one function, per character, that makes 青島 and 青岛 equal.
//!
//! In: text in any script. Out: text to match with, never to show. The table is OpenCC's answer for single
//! characters (`t2s`, then `tw2s` and `hk2s` for the forms of Taiwan and Hong Kong, as 衞 → 卫), kept in
//! `fold.txt`; a test derives it again. A character that `t2s` leaves or produces stays, and folding twice
//! changes nothing.

use std::ops::Range;
use std::sync::OnceLock;

/// Pairs that OpenCC does not have: 巿 (fú, U+5DFF) is typed and scanned for 市 (U+5E02).
pub const OUR_PAIRS: [(char, char); 1] = [('巿', '市')];

/// The table as lines of two characters: the one that is folded, and what it becomes.
pub const TABLE: &str = include_str!("fold.txt");

/// How many characters share a page of the look-up table.
const PAGE: usize = 256;

/// The look-up table: pages of the characters that change, `None` where nothing on a page does.
type Pages = Vec<Option<Box<[char; PAGE]>>>;

fn pages() -> &'static Pages {
    static PAGES: OnceLock<Pages> = OnceLock::new();
    PAGES.get_or_init(|| {
        let mut pages: Pages = Vec::new();
        for (from, to) in table() {
            let page = from as usize / PAGE;
            pages.resize(pages.len().max(page + 1), None);
            let unchanged = || Box::new(std::array::from_fn(|i| char_at(page * PAGE + i)));
            pages[page].get_or_insert_with(unchanged)[from as usize % PAGE] = to;
        }
        pages
    })
}

/// The character with this number; the gaps of Unicode stand for themselves as U+FFFD, and are never asked for.
fn char_at(number: usize) -> char {
    u32::try_from(number).ok().and_then(char::from_u32).unwrap_or(char::REPLACEMENT_CHARACTER)
}

/// All pairs of the table.
pub fn table() -> impl Iterator<Item = (char, char)> {
    let pairs = TABLE.lines().filter_map(|line| {
        let mut chars = line.chars();
        Some((chars.next()?, chars.next()?))
    });
    pairs.chain(OUR_PAIRS)
}

/// Folds one character: 臺 → 台, 島 → 岛, 岛 → 岛, a → a.
#[must_use]
pub fn fold_char(c: char) -> char {
    fold_with(pages(), c)
}

fn fold_with(pages: &Pages, c: char) -> char {
    match pages.get(c as usize / PAGE) {
        Some(Some(page)) => page[c as usize % PAGE],
        _ => c,
    }
}

/// Folds a text: 臺北市 → 台北市.
#[must_use]
pub fn fold(text: &str) -> String {
    text.chars().map(fold_char).collect()
}

/// A text as folded characters, each with the byte of the original it stands at.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Folded {
    /// The folded characters.
    pub chars: Vec<char>,
    /// The byte of the original where each begins, and the length of the original.
    bytes: Vec<usize>,
}

impl Folded {
    /// Folds a text and remembers the way back.
    #[must_use]
    pub fn new(original: &str) -> Self {
        let pages = pages();
        // A Han character takes three bytes.
        let expected = original.len() / 3 + 8;
        let (mut chars, mut bytes) =
            (Vec::with_capacity(expected), Vec::with_capacity(expected + 1));
        for (offset, c) in original.char_indices() {
            chars.push(fold_with(pages, c));
            bytes.push(offset);
        }
        bytes.push(original.len());
        Self { chars, bytes }
    }

    /// The bytes of the original for a range of characters.
    ///
    /// # Panics
    /// If the range reaches beyond the text.
    #[must_use]
    pub fn original(&self, chars: &Range<usize>) -> Range<usize> {
        self.bytes[chars.start]..self.bytes[chars.end]
    }

    /// The folded text of a range of characters.
    #[must_use]
    pub fn text(&self, chars: &Range<usize>) -> String {
        self.chars[chars.clone()].iter().collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_scripts_meet() {
        for (a, b) in [
            ("青島", "青岛"),
            ("臺北", "台北"),
            ("即墨區委書記韓世軍", "即墨区委书记韩世军"),
            ("天津巿", "天津市"),
            ("裏裡", "里里"),
            ("a1。", "a1。"),
        ] {
            assert_eq!(fold(a), b);
        }
    }

    #[test]
    fn folding_twice_changes_nothing() {
        for (from, to) in table() {
            assert_eq!(fold_char(from), to, "{from}");
            assert_eq!(fold_char(to), to, "{from} → {to}");
        }
    }

    #[test]
    fn characters_lead_back() {
        // A pair of characters of three and of four bytes.
        let (from, to) = table().find(|(a, b)| a.len_utf8() != b.len_utf8()).expect("such a pair");
        let original = format!("青{from}島{from}x");
        let folded = Folded::new(&original);
        assert_eq!(folded.text(&(0..5)), format!("青{to}岛{to}x"));
        for (at, (offset, c)) in original.char_indices().enumerate() {
            assert_eq!(folded.original(&(at..at + 1)), offset..offset + c.len_utf8());
        }
        assert_eq!(folded.original(&(0..5)), 0..original.len());
    }
}

//! Folding: one function, per character, that makes 青島 and 青岛 equal.
//!
//! In: text in any script. Out: text to match with, never to show. The table is OpenCC's answer for single
//! characters (`t2s`, then `tw2s` and `hk2s` for the forms of Taiwan and Hong Kong, as 衞 → 卫), kept in
//! `fold.txt`; a test derives it again. A character that `t2s` leaves or produces stays, and folding twice
//! changes nothing.

use std::collections::BTreeMap;
use std::ops::Range;
use std::sync::OnceLock;

/// Pairs that OpenCC does not have: 巿 (fú, U+5DFF) is typed and scanned for 市 (U+5E02).
pub const OUR_PAIRS: [(char, char); 1] = [('巿', '市')];

/// The table as lines of two characters: the one that is folded, and what it becomes.
pub const TABLE: &str = include_str!("fold.txt");

/// What the search folds besides, for phrases are converted so: 沿着 → 沿著, 凭借 → 憑藉. Each pair is one that a
/// phrase of OpenCC's dictionaries can bring about and single characters do not; tests convert texts. Places
/// are not matched with it: 像山 is not 象山.
pub const MORE: &str = include_str!("fold_more.txt");

/// How many characters share a page of the look-up table.
const PAGE: usize = 256;

/// The look-up table: pages of the characters that change, `None` where nothing on a page does.
type Pages = Vec<Option<Box<[char; PAGE]>>>;

fn pages() -> &'static Pages {
    static PAGES: OnceLock<Pages> = OnceLock::new();
    PAGES.get_or_init(|| pages_of(table()))
}

fn search_pages() -> &'static Pages {
    static PAGES: OnceLock<Pages> = OnceLock::new();
    PAGES.get_or_init(|| pages_of(search_table()))
}

fn pages_of(table: impl Iterator<Item = (char, char)>) -> Pages {
    let mut pages: Pages = Vec::new();
    for (from, to) in table {
        let page = from as usize / PAGE;
        pages.resize(pages.len().max(page + 1), None);
        let unchanged = || Box::new(std::array::from_fn(|i| char_at(page * PAGE + i)));
        pages[page].get_or_insert_with(unchanged)[from as usize % PAGE] = to;
    }
    pages
}

/// The character with this number; the gaps of Unicode stand for themselves as U+FFFD, and are never asked for.
fn char_at(number: usize) -> char {
    u32::try_from(number).ok().and_then(char::from_u32).unwrap_or(char::REPLACEMENT_CHARACTER)
}

/// The pairs that stand in a file, a line each.
fn pairs(text: &str) -> impl Iterator<Item = (char, char)> + '_ {
    text.lines().filter_map(|line| {
        let mut chars = line.chars();
        Some((chars.next()?, chars.next()?))
    })
}

/// All pairs of the table.
pub fn table() -> impl Iterator<Item = (char, char)> {
    pairs(TABLE).chain(OUR_PAIRS)
}

/// All pairs by which the search folds, in order.
pub fn search_table() -> impl Iterator<Item = (char, char)> {
    let more: BTreeMap<char, char> = pairs(MORE).collect();
    let last = |c: char| more.get(&c).copied().unwrap_or(c);
    let mut all: BTreeMap<char, char> = more.clone();
    all.extend(table().map(|(from, to)| (from, last(to))));
    all.into_iter().filter(|(from, to)| from != to)
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

/// Folds characters as the search does.
#[derive(Clone, Copy)]
pub struct SearchFolding(&'static Pages);

impl Default for SearchFolding {
    fn default() -> Self {
        Self(search_pages())
    }
}

impl SearchFolding {
    /// Folds one character: 島 → 岛, 著 → 着.
    #[must_use]
    pub fn of(self, c: char) -> char {
        fold_with(self.0, c)
    }

    /// Whether two texts fold to the same.
    #[must_use]
    pub fn same(self, a: &str, b: &str) -> bool {
        a == b || a.chars().map(|c| self.of(c)).eq(b.chars().map(|c| self.of(c)))
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

    /// The characters that begin in a range of bytes of the original.
    #[must_use]
    pub fn within(&self, bytes: &Range<usize>) -> &[char] {
        let char_at = |byte: usize| self.bytes.partition_point(|it| *it < byte);
        let chars = char_at(bytes.start)..char_at(bytes.end).min(self.chars.len());
        self.chars.get(chars).unwrap_or_default()
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
    fn the_search_folds_more() {
        let folding = SearchFolding::default();
        for (from, to) in search_table() {
            assert_eq!((folding.of(from), folding.of(to)), (to, to), "{from}");
        }
        assert!(folding.same("沿著計畫", "沿着计划") && !folding.same("沿", "着"));
        for (from, to) in table() {
            assert_eq!(folding.of(from), folding.of(to), "{from}");
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
        let island = original.find('島').expect("it stands there");
        assert_eq!(folded.within(&(island..original.len())), ['岛', to, 'x']);
    }
}

//! Folding: one function, per character, that makes 青島 and 青岛 equal.
//!
//! In: text in any script. Out: text to match with, never to show. The table is OpenCC's answer for single
//! characters (`t2s`, then `tw2s` and `hk2s` for the forms of Taiwan and Hong Kong, as 衞 → 卫), kept in
//! `fold.txt`; a test derives it again. A character that `t2s` leaves or produces stays, and folding twice
//! changes nothing.

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
    match pages().get(c as usize / PAGE) {
        Some(Some(page)) => page[c as usize % PAGE],
        _ => c,
    }
}

/// Folds a text: 臺北市 → 台北市.
#[must_use]
pub fn fold(text: &str) -> String {
    text.chars().map(fold_char).collect()
}

/// A folded text that knows where its characters came from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Folded {
    /// The folded text.
    pub text: String,
    /// Where the two texts get out of step: byte of the folded text, byte of the original.
    steps: Vec<(usize, usize)>,
}

impl Folded {
    /// Folds a text and remembers the way back.
    #[must_use]
    pub fn new(original: &str) -> Self {
        let mut text = String::with_capacity(original.len());
        let mut steps = Vec::new();
        for (offset, c) in original.char_indices() {
            let folded = fold_char(c);
            text.push(folded);
            if folded.len_utf8() != c.len_utf8() {
                steps.push((text.len(), offset + c.len_utf8()));
            }
        }
        Self { text, steps }
    }

    /// The byte of the original for a byte of the folded text (both at the head of a character).
    #[must_use]
    pub fn original(&self, folded: usize) -> usize {
        let behind = self.steps.partition_point(|(at, _)| *at <= folded);
        match behind.checked_sub(1).map(|it| self.steps[it]) {
            Some((at, original)) => original + (folded - at),
            None => folded,
        }
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
    fn offsets_lead_back() {
        // A pair of characters of three and of four bytes.
        let (from, to) = table().find(|(a, b)| a.len_utf8() != b.len_utf8()).expect("such a pair");
        let original = format!("青{from}島{from}x");
        let folded = Folded::new(&original);
        assert_eq!(folded.text, format!("青{to}岛{to}x"));
        for (character, (offset, _)) in folded.text.char_indices().enumerate() {
            let expected = original.char_indices().nth(character).expect("as many characters").0;
            assert_eq!(folded.original(offset), expected, "character {character}");
        }
        assert_eq!(folded.original(folded.text.len()), original.len());
    }
}

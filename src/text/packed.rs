//! Words of up to four characters with what is known of them, to be looked up fast.
//!
//! In: words; then pieces of folded text. Out: what is known of a piece, of the words that it begins with, and whether
//! a word goes across a place of it.

use rustc_hash::FxHashMap;

/// No word is longer.
pub(crate) const LONGEST: usize = 4;

/// Words of up to four characters of the first plane; others are left out.
pub(crate) struct PackedWords<T> {
    /// By the numbers of their characters, 16 bits each.
    words: FxHashMap<u64, T>,
    /// The first two characters of all longer ones, to tell that most pairs begin none: a bit each, a power of two
    /// of them; a bit is sometimes set for others.
    heads: Vec<u64>,
}

/// A character in front of which others stand.
fn with(key: u64, c: char) -> Option<u64> {
    Some(key << 16 | u64::from(u16::try_from(c).ok()?))
}

/// The bit of two characters, of any number of bits.
const fn bit(a: char, b: char) -> usize {
    let hash =
        (a as usize).wrapping_mul(0x9e37_79b1).wrapping_add((b as usize).wrapping_mul(0x85eb_ca77));
    hash >> 7
}

impl<'a, T> FromIterator<(&'a str, T)> for PackedWords<T> {
    fn from_iter<I: IntoIterator<Item = (&'a str, T)>>(words: I) -> Self {
        let mut all = FxHashMap::default();
        let mut pairs: Vec<usize> = Vec::new();
        for (word, meaning) in words {
            let mut chars = word.chars();
            let key =
                chars.clone().try_fold(0, with).filter(|_| chars.clone().nth(LONGEST).is_none());
            let Some(key) = key else { continue };
            all.insert(key, meaning);
            if let (Some(a), Some(b)) = (chars.next(), chars.next()) {
                pairs.push(bit(a, b));
            }
        }
        // Eight bits for each word.
        let mut heads = vec![0; (pairs.len() / 8).next_power_of_two()];
        for bit in pairs {
            let last = heads.len() - 1;
            heads[(bit >> 6) & last] |= 1 << (bit & 63);
        }
        Self { words: all, heads }
    }
}

impl<T> PackedWords<T> {
    fn may_begin(&self, a: char, b: char) -> bool {
        let bit = bit(a, b);
        self.heads[(bit >> 6) & (self.heads.len() - 1)] & 1 << (bit & 63) != 0
    }

    /// What is known of a word.
    pub(crate) fn get(&self, word: &[char]) -> Option<&T> {
        if let [a, b, ..] = word
            && (word.len() > LONGEST || !self.may_begin(*a, *b))
        {
            return None;
        }
        self.words.get(&word.iter().try_fold(0, |key, c| with(key, *c))?)
    }

    /// Tells the words of two characters or more that a piece of text begins with: their lengths and what is known
    /// of them.
    pub(crate) fn at_head(&self, text: &[char], mut tell: impl FnMut(usize, &T)) {
        let [a, b, rest @ ..] = text else { return };
        if !self.may_begin(*a, *b) {
            return;
        }
        let mut key = with(0, *a).and_then(|key| with(key, *b));
        for length in 2..=LONGEST {
            let Some(found) = key else { return };
            if let Some(meaning) = self.words.get(&found) {
                tell(length, meaning);
            }
            key = rest.get(length - 2).and_then(|c| with(found, *c));
        }
    }

    /// Whether some word goes across a place of a text.
    pub(crate) fn crosses(&self, text: &[char], at: usize) -> bool {
        (at.saturating_sub(LONGEST - 1)..at).any(|from| {
            let last = (from + LONGEST).min(text.len());
            if !text.get(from + 1).is_some_and(|b| self.may_begin(text[from], *b)) {
                return false;
            }
            let mut key = text[from..at].iter().try_fold(0, |key, c| with(key, *c));
            text[at..last.max(at)].iter().any(|c| {
                key = key.and_then(|key| with(key, *c));
                key.is_some_and(|key| self.words.contains_key(&key))
            })
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_at_heads_and_across_places() {
        let words: PackedWords<usize> =
            ["上", "上海", "海洋", "海洋经济", "海洋经济区", "𬭸元"].into_iter().zip(1..).collect();
        let text: Vec<char> = "上海洋经济区𬭸元".chars().collect();
        assert_eq!(words.get(&text[..1]), Some(&1));
        assert_eq!(words.get(&text[..2]), Some(&2));
        assert_eq!((words.get(&text[1..6]), words.get(&text[6..])), (None, None));
        let mut found = Vec::new();
        words.at_head(&text[1..], |length, meaning| found.push((length, *meaning)));
        assert_eq!(found, [(2, 3), (4, 4)]);
        let across: Vec<bool> = (0..=text.len()).map(|at| words.crosses(&text, at)).collect();
        assert_eq!(across, [false, true, true, true, true, false, false, false, false]);
    }
}

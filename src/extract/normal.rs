//! Text as the rules compare it.
//!
//! In: a text. Out: one character for each of its characters: folded, half-width, in lower case, every space
//! the same; and where each stands. Nothing of it is ever shown.

use crate::text::fold::fold_char;

/// One character as the rules compare it: 報 → 报, ：→ :, Ａ → a.
pub(super) fn normal_char(c: char) -> char {
    match c {
        '\u{ff01}'..='\u{ff5e}' => half_width(c).to_ascii_lowercase(),
        '\u{3000}' | '\u{a0}' | '\t' => ' ',
        c if c.is_ascii() => c.to_ascii_lowercase(),
        c => fold_char(c),
    }
}

/// The letters and digits of a text: what two copies of it share that differ in script, marks and space.
pub(super) fn letters(text: &str) -> impl Iterator<Item = char> + '_ {
    text.chars().map(normal_char).filter(|c| c.is_alphanumeric())
}

fn half_width(c: char) -> char {
    char::from_u32(c as u32 - 0xfee0).unwrap_or(c)
}

/// A text and its normal characters.
#[derive(Debug)]
pub(super) struct Normal<'a> {
    pub(super) text: &'a str,
    pub(super) chars: Vec<char>,
    /// Where each character begins in the text, in bytes, and where the text ends.
    offsets: Vec<usize>,
}

impl<'a> Normal<'a> {
    pub(super) fn new(text: &'a str) -> Self {
        let offsets = text.char_indices().map(|(at, _)| at).chain([text.len()]).collect();
        Self { text, chars: text.chars().map(normal_char).collect(), offsets }
    }

    /// The bytes of some characters.
    pub(super) fn bytes(&self, chars: std::ops::Range<usize>) -> std::ops::Range<usize> {
        self.offsets[chars.start]..self.offsets[chars.end]
    }

    /// The text of some characters.
    pub(super) fn slice(&self, chars: std::ops::Range<usize>) -> &'a str {
        &self.text[self.bytes(chars)]
    }

    /// The character that begins at this byte.
    pub(super) fn char_at(&self, byte: usize) -> usize {
        self.offsets.partition_point(|it| *it < byte)
    }
}

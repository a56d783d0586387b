//! What Chinese text needs, whatever site it stands on.
//!
//! Texts in, texts and facts about them out. Nothing here knows of articles, places or sites.

pub mod convert;
pub mod date;
pub mod dictionary;
pub mod doubt;
pub mod fold;
pub mod opencc;
pub mod order;
pub(crate) mod packed;
pub mod script;
pub mod sentence;
pub mod terms;
pub mod typography;
pub mod word_list;
pub mod word_tree;

/// Whether a character is a Han character (URO, extensions, compatibility ideographs, 〇).
#[must_use]
pub const fn is_han(c: char) -> bool {
    matches!(c, '\u{3400}'..='\u{4dbf}' | '\u{4e00}'..='\u{9fff}' | '\u{f900}'..='\u{faff}' | '\u{20000}'..='\u{323af}' | '〇' | '々')
}

/// Whether a character may be a part of a name: a Han character, a letter or a digit.
#[must_use]
pub fn is_name_char(c: char) -> bool {
    // Punctuation of Chinese text takes long to look up.
    let is_mark = matches!(c, '\u{2000}'..='\u{206f}' | '\u{3000}'..='\u{3004}' | '\u{3008}'..='\u{3020}' | '\u{ff00}'..='\u{ff0f}' | '\u{ff1a}'..='\u{ff20}');
    is_han(c) || c.is_ascii_alphanumeric() || (!c.is_ascii() && !is_mark && c.is_alphanumeric())
}

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
pub mod script;
pub mod sentence;
pub mod terms;
pub mod typography;
pub mod word_list;

/// Whether a character is a Han character (URO, extensions, compatibility ideographs, 〇).
#[must_use]
pub const fn is_han(c: char) -> bool {
    matches!(c, '\u{3400}'..='\u{4dbf}' | '\u{4e00}'..='\u{9fff}' | '\u{f900}'..='\u{faff}' | '\u{20000}'..='\u{323af}' | '〇' | '々')
}

//! Which script a text is written in.
//!
//! In: a text. Out: a [`Script`]. A guess from characters only; it never looks at regions' vocabulary.

use std::sync::OnceLock;

use serde::{Deserialize, Serialize};

use super::fold::fold_char;

/// A script, with the region that decides its forms where that matters (BCP 47).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum Script {
    /// Simplified Chinese.
    #[serde(rename = "zh-Hans")]
    Hans,
    /// Traditional Chinese, in OpenCC's own standard forms.
    #[serde(rename = "zh-Hant")]
    Hant,
    /// Traditional Chinese as in Taiwan.
    #[serde(rename = "zh-Hant-TW")]
    HantTw,
    /// Traditional Chinese as in Hong Kong.
    #[serde(rename = "zh-Hant-HK")]
    HantHk,
}

impl Script {
    /// All of them.
    pub const ALL: [Self; 4] = [Self::Hans, Self::Hant, Self::HantTw, Self::HantHk];

    /// The tag for `lang` attributes and front matter: `zh-Hant-TW`.
    #[must_use]
    pub const fn tag(self) -> &'static str {
        match self {
            Self::Hans => "zh-Hans",
            Self::Hant => "zh-Hant",
            Self::HantTw => "zh-Hant-TW",
            Self::HantHk => "zh-Hant-HK",
        }
    }

    /// The script with this tag, in any case.
    #[must_use]
    pub fn from_tag(tag: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|it| it.tag().eq_ignore_ascii_case(tag))
    }

    /// Whether its characters are the Traditional ones.
    #[must_use]
    pub const fn is_traditional(self) -> bool {
        !matches!(self, Self::Hans)
    }

    /// The language and region as the Open Graph protocol writes them.
    #[must_use]
    pub const fn locale(self) -> &'static str {
        match self {
            Self::Hans => "zh_CN",
            Self::Hant | Self::HantTw => "zh_TW",
            Self::HantHk => "zh_HK",
        }
    }

    /// What its readers call it, in its own characters; beside another Traditional script with its region.
    #[must_use]
    pub const fn name(self, with_region: bool) -> &'static str {
        match (self, with_region) {
            (Self::Hans, _) => "简体",
            (Self::HantTw, true) => "臺灣繁體",
            (Self::HantHk, true) => "香港繁體",
            (_, _) => "繁體",
        }
    }

    /// Guesses from the characters: Traditional if as many of them fold to others (島) as are Simplified ones
    /// (岛), for some of those (台, 里, 后) stand in both. A text with neither
    /// counts as Simplified.
    #[must_use]
    pub fn guess(text: &str) -> Self {
        let sides = sides();
        let mut counts = [0_usize; 3];
        for c in text.chars() {
            let side = sides.get(c as usize).copied().unwrap_or_else(|| side(c));
            counts[side as usize] += 1;
        }
        let [_, traditional, simplified] = counts;
        if traditional > 0 && traditional >= simplified { Self::Hant } else { Self::Hans }
    }
}

/// The characters that OpenCC writes otherwise in Traditional text (`s2t`, each alone), in order; a test
/// derives them again. A few of them (台, 里, 后) also stand in Traditional texts, far more rarely than
/// characters that fold.
pub const SIMPLIFIED: &str = include_str!("simplified.txt");

/// What a character says of the script it stands in.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Side {
    /// Nothing.
    Neither,
    /// It folds to another one.
    Traditional,
    /// It is a Simplified one that Traditional text rarely has.
    Simplified,
}

fn side(c: char) -> Side {
    static CHARACTERS: OnceLock<Vec<char>> = OnceLock::new();
    let simplified = CHARACTERS.get_or_init(|| SIMPLIFIED.trim_end().chars().collect());
    if fold_char(c) != c {
        Side::Traditional
    } else if simplified.binary_search(&c).is_ok() {
        Side::Simplified
    } else {
        Side::Neither
    }
}

/// The sides of the characters of the basic plane.
fn sides() -> &'static [Side] {
    static SIDES: OnceLock<Vec<Side>> = OnceLock::new();
    let of = |number: u32| char::from_u32(number).map_or(Side::Neither, side);
    SIDES.get_or_init(|| (0..=0xffff).map(of).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn guesses() {
        for (text, script) in [
            ("青岛港新增航线", Script::Hans),
            ("青島港新增航線", Script::Hant),
            ("台灣的里長與皇后", Script::Hant),
            ("家家戶戶回到山上，商家從十二家增加到三十家", Script::Hant),
            ("家家户户回到山上，商家从十二家增加到三十家", Script::Hans),
            ("台北", Script::Hans),
            ("abc", Script::Hans),
            ("", Script::Hans),
        ] {
            assert_eq!(Script::guess(text), script, "{text}");
        }
    }

    #[test]
    fn tags() {
        assert_eq!(Script::from_tag("zh-hant-tw"), Some(Script::HantTw));
        assert_eq!(Script::from_tag("zh"), None);
    }
}

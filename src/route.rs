//! Addresses on the site.
//!
//! In: text from anywhere (`slug`, `aliases`, file names, the gazetteer). Out: a [`Route`], which cannot
//! leave the site, cannot be two things on one disk, and is the only kind of address past this module.

use std::fmt;
use std::sync::Arc;

use percent_encoding::{AsciiSet, CONTROLS, utf8_percent_encode};
use serde::{Deserialize, Serialize};
use unicode_normalization::UnicodeNormalization;

/// The longest part of a route in bytes: file systems take 255, the rest is for `.html` and its like.
const MAX_PART_BYTES: usize = 200;

/// The longest route in bytes.
const MAX_ROUTE_BYTES: usize = 800;

/// What is escaped in a link, besides everything that is not ASCII (RFC 3986, `pchar`).
const ESCAPED: &AsciiSet = &CONTROLS
    .add(b' ')
    .add(b'"')
    .add(b'#')
    .add(b'%')
    .add(b'<')
    .add(b'>')
    .add(b'?')
    .add(b'[')
    .add(b'\\')
    .add(b']')
    .add(b'^')
    .add(b'`')
    .add(b'{')
    .add(b'|')
    .add(b'}');

/// An address below the site's base path: `/`, `/cities/qingdao/`, `/theme/style-1a2b3c4d.css`.
///
/// It is NFC, starts with `/`, and has no empty part, dot segment, control or invisible character, and no
/// name that some file system reserves. Two routes are the same place if their [`Route::key`]s are equal.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Route(Arc<str>);

/// Why a text is no route.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RouteProblem {
    /// Nothing is left of it, or one of its parts.
    Empty,
    /// `.` or `..`, or a part that begins or ends with a dot or a space.
    Dots,
    /// A control, invisible or reserved character.
    Character(char),
    /// A name that a file system reserves, as `con` on Windows.
    Reserved,
    /// Longer than file systems take.
    TooLong,
}

impl fmt::Display for RouteProblem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Empty => f.write_str("it has an empty part"),
            Self::Dots => f.write_str("a part of it begins or ends with a dot or a space"),
            Self::Character(c) => write!(f, "it holds the character `{}`", c.escape_debug()),
            Self::Reserved => f.write_str("some file systems reserve this name"),
            Self::TooLong => f.write_str("it is too long for a file name"),
        }
    }
}

impl Route {
    /// Checks an address that starts with `/`; one that ends with `/` is a page, another a file.
    ///
    /// # Errors
    /// What is wrong with it.
    pub fn new(address: &str) -> Result<Self, RouteProblem> {
        let address: String = address.nfc().collect();
        let rest = address.strip_prefix('/').ok_or(RouteProblem::Empty)?;
        if address.len() > MAX_ROUTE_BYTES {
            return Err(RouteProblem::TooLong);
        }
        let parts = rest.strip_suffix('/').unwrap_or(rest);
        if address != "/" {
            parts.split('/').try_for_each(check_part)?;
        }
        Ok(Self(address.into()))
    }

    /// The page `/a/b/` for the parts `a`, `b`; a part may not hold a `/`.
    ///
    /// # Errors
    /// What is wrong with a part.
    pub fn page(parts: &[&str]) -> Result<Self, RouteProblem> {
        if parts.iter().any(|part| part.contains('/')) {
            return Err(RouteProblem::Character('/'));
        }
        match parts {
            [] => Self::new("/"),
            parts => Self::new(&format!("/{}/", parts.join("/"))),
        }
    }

    /// A route from parts that are known to be good: constants and slugs that a test covers.
    ///
    /// # Panics
    /// If a part is no part of a route.
    #[must_use]
    pub fn known(parts: &[&str]) -> Self {
        Self::page(parts).expect("constants and tested slugs make good routes")
    }

    /// The address as text, not escaped.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// What two addresses share if they may be one file somewhere: lower case, NFC.
    #[must_use]
    pub fn key(&self) -> String {
        self.0.to_lowercase().nfc().collect()
    }

    /// What two addresses share if they are one file somewhere: [`Route::file`] in lower case, NFC.
    #[must_use]
    pub fn file_key(&self) -> String {
        self.file().to_lowercase().nfc().collect()
    }

    /// A page below this one: `/cities/` and `qingdao` → `/cities/qingdao/`.
    ///
    /// # Errors
    /// What is wrong with the part.
    pub fn join(&self, part: &str) -> Result<Self, RouteProblem> {
        check_part(part)?;
        Self::new(&format!("{}{part}/", self.0))
    }

    /// The address in the folder of a tree: `zh-hant/`, or nothing.
    #[must_use]
    pub fn in_folder(&self, folder: &str) -> Self {
        if folder.is_empty() {
            self.clone()
        } else {
            Self(format!("/{folder}{}", &self.0[1..]).into())
        }
    }

    /// The address as it stands in a link, below `base_path` (`/` or `/repo/`), percent-encoded.
    #[must_use]
    pub fn href(&self, base_path: &str) -> String {
        let path = self.0.strip_prefix('/').unwrap_or(&self.0);
        format!("{base_path}{}", utf8_percent_encode(path, ESCAPED))
    }

    /// The file that holds it, below the output folder: `/a/` → `a/index.html`.
    #[must_use]
    pub fn file(&self) -> String {
        let path = self.0.trim_start_matches('/');
        if path.is_empty() || path.ends_with('/') {
            format!("{path}index.html")
        } else {
            path.to_owned()
        }
    }
}

impl TryFrom<String> for Route {
    type Error = RouteProblem;

    fn try_from(address: String) -> Result<Self, RouteProblem> {
        Self::new(&address)
    }
}

impl From<Route> for String {
    fn from(route: Route) -> Self {
        route.0.as_ref().into()
    }
}

impl fmt::Display for Route {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// Checks one part of a route.
fn check_part(part: &str) -> Result<(), RouteProblem> {
    if part.is_empty() {
        return Err(RouteProblem::Empty);
    }
    if part.len() > MAX_PART_BYTES {
        return Err(RouteProblem::TooLong);
    }
    if part.starts_with(['.', ' ']) || part.ends_with(['.', ' ']) {
        return Err(RouteProblem::Dots);
    }
    if let Some(c) = part.chars().find(|&c| is_forbidden(c)) {
        return Err(RouteProblem::Character(c));
    }
    if is_reserved(part) { Err(RouteProblem::Reserved) } else { Ok(()) }
}

/// Control characters, what Windows forbids, and what a reader cannot see.
fn is_forbidden(c: char) -> bool {
    c.is_control()
        || matches!(c, '/' | '\\' | ':' | '*' | '?' | '"' | '<' | '>' | '|')
        || matches!(c, '\u{ad}' | '\u{61c}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{feff}' | '\u{e0000}'..='\u{e007f}')
}

/// Device names of Windows, with any extension: `con`, `nul.txt`, `com1`.
fn is_reserved(part: &str) -> bool {
    let stem = part.split('.').next().unwrap_or(part).trim_end().to_ascii_lowercase();
    match stem.as_str() {
        "con" | "prn" | "aux" | "nul" => true,
        _ => {
            let digit = stem.strip_prefix("com").or_else(|| stem.strip_prefix("lpt"));
            digit.is_some_and(|d| {
                matches!(
                    d,
                    "0" | "1" | "2" | "3" | "4" | "5" | "6" | "7" | "8" | "9" | "¹" | "²" | "³"
                )
            })
        }
    }
}

/// The address that is most like one of which a letter or two may be wrong.
pub fn near<'a>(wrong: &str, known: impl Iterator<Item = &'a str>) -> Option<&'a str> {
    let wrong_at_most = (wrong.chars().count() / 4).min(2);
    // Most are told apart by what they have in common at both ends, which is far quicker than to compare them whole.
    let is_alike = |it: &&str| {
        let (length, longer) = (wrong.len().min(it.len()), wrong.len().max(it.len()));
        let same =
            |pairs: &mut dyn Iterator<Item = (u8, u8)>| pairs.take_while(|(a, b)| a == b).count();
        let start = same(&mut wrong.bytes().zip(it.bytes()));
        let end = same(&mut wrong.bytes().rev().zip(it.bytes().rev()));
        // Two characters of Chinese are six bytes.
        longer - length <= 6 && longer <= (start + end).min(length) + 6
    };
    let scored = known.filter(is_alike).map(|it| (strsim::damerau_levenshtein(wrong, it), it));
    scored.filter(|it| (1..=wrong_at_most).contains(&it.0)).min().map(|it| it.1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn good_routes() {
        for good in ["/", "/articles/青岛/", "/404.html", "/theme/style-1a2b.css", "/a b/"] {
            assert!(Route::new(good).is_ok(), "{good}");
        }
    }

    #[test]
    fn bad_routes() {
        use RouteProblem::{Character, Dots, Empty, Reserved, TooLong};
        let long = format!("/{}/", "长".repeat(80));
        for (bad, why) in [
            ("", Empty),
            ("a", Empty),
            ("//", Empty),
            ("/a//b/", Empty),
            ("/../a/", Dots),
            ("/a/./", Dots),
            ("/.digest-manifest", Dots),
            ("/a./", Dots),
            ("/a\0/", Character('\0')),
            ("/a\u{202e}b/", Character('\u{202e}')),
            ("/a\\b/", Character('\\')),
            ("/CON/", Reserved),
            ("/nul.txt/", Reserved),
            ("/com1/", Reserved),
            (long.as_str(), TooLong),
        ] {
            assert_eq!(Route::new(bad), Err(why), "{bad:?}");
        }
        assert_eq!(Route::page(&["articles", "../x"]), Err(Character('/')));
    }

    #[test]
    fn one_place_has_one_key() {
        let composed = Route::new("/Caf\u{e9}/").expect("good");
        let decomposed = Route::new("/cafe\u{301}/").expect("good");
        assert_ne!(composed, decomposed);
        assert_eq!(composed.key(), decomposed.key());
    }

    #[test]
    fn links_and_files() {
        let route = Route::new("/articles/青岛 #1/").expect("good");
        assert_eq!(route.href("/repo/"), "/repo/articles/%E9%9D%92%E5%B2%9B%20%231/");
        assert_eq!(route.file(), "articles/青岛 #1/index.html");
        assert_eq!(Route::known(&[]).file(), "index.html");
        assert_eq!(Route::new("/404.html").expect("good").file(), "404.html");
    }
}

//! A file of the site, as the rest of the program knows it.
//!
//! In: what [`crate::source`] read. Out: [`SitePath`], the only kind of path past that edge, and
//! [`SourceFile`], its content with a hash. Nothing here touches the disk.

use std::cell::Cell;
use std::fmt;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{Duration, SystemTime};

use serde::{Deserialize, Serialize};

/// The path of a file below the site's root: UTF-8, separated by `/`, without `.`, `..` or a root.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct SitePath(Arc<str>);

impl SitePath {
    /// A path, or `None` if it is absolute, empty, climbs (`..`) or holds a control character.
    #[must_use]
    pub fn new(path: &str) -> Option<Self> {
        let fits = path.split('/').all(|part| !matches!(part, "" | "." | ".."))
            && !path.contains(|c: char| c.is_control() || c == '\\')
            && !has_drive_letter(path);
        fits.then(|| Self(path.into()))
    }

    /// The path as it is written in messages and front matter.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The last part: `content/articles/a.md` → `a.md`.
    #[must_use]
    pub fn file_name(&self) -> &str {
        self.0.rsplit('/').next().unwrap_or(&self.0)
    }

    /// The last part without its extension: `content/articles/a.md` → `a`.
    #[must_use]
    pub fn stem(&self) -> &str {
        let name = self.file_name();
        match name.rsplit_once('.') {
            Some((stem, _)) if !stem.is_empty() => stem,
            _ => name,
        }
    }

    /// The extension in lower case, empty if there is none.
    #[must_use]
    pub fn extension(&self) -> String {
        match self.file_name().rsplit_once('.') {
            Some((stem, extension)) if !stem.is_empty() => extension.to_ascii_lowercase(),
            _ => String::new(),
        }
    }

    /// The rest of the path below `folder`, if it is there: `theme/a.css` below `theme` → `a.css`.
    #[must_use]
    pub fn below(&self, folder: &str) -> Option<&str> {
        self.0.strip_prefix(folder)?.strip_prefix('/')
    }

    /// Where the file is on disk.
    #[must_use]
    pub fn on_disk(&self, root: &Path) -> PathBuf {
        let mut path = root.to_path_buf();
        path.extend(self.0.split('/'));
        path
    }
}

/// `C:` at the head of a path would leave the root on Windows.
fn has_drive_letter(path: &str) -> bool {
    let mut chars = path.chars();
    chars.next().is_some_and(|c| c.is_ascii_alphabetic()) && chars.next() == Some(':')
}

impl TryFrom<String> for SitePath {
    type Error = &'static str;

    fn try_from(path: String) -> Result<Self, Self::Error> {
        Self::new(&path).ok_or("no path below a site")
    }
}

impl From<SitePath> for String {
    fn from(path: SitePath) -> Self {
        path.as_str().to_owned()
    }
}

impl fmt::Display for SitePath {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

thread_local! {
    /// Whole values are hashed four times as fast as their pieces one by one.
    static BYTES: Cell<Vec<u8>> = const { Cell::new(Vec::new()) };
}

/// The hash of some content (BLAKE3): equal hashes, equal content.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct ContentHash([u8; 32]);

impl ContentHash {
    /// The hash of these bytes.
    #[must_use]
    pub fn of(bytes: &[u8]) -> Self {
        Self(*blake3::hash(bytes).as_bytes())
    }

    /// The hash of what was written into a hasher.
    #[must_use]
    pub fn from_hasher(hasher: &blake3::Hasher) -> Self {
        Self(*hasher.finalize().as_bytes())
    }

    /// The hash of a value that holds nothing but text, numbers and lists of such.
    #[must_use]
    pub fn of_value(value: &impl Serialize) -> Self {
        let mut bytes = BYTES.take();
        bytes.clear();
        let bytes = postcard::to_extend(value, bytes).expect("memory takes text and numbers");
        let hash = Self::of(&bytes);
        BYTES.set(bytes);
        hash
    }

    /// A hash written as 64 hexadecimal digits.
    #[must_use]
    pub fn from_hex(hex: &str) -> Option<Self> {
        blake3::Hash::from_hex(hex).ok().map(|hash| Self(*hash.as_bytes()))
    }

    /// The raw 32 bytes.
    #[must_use]
    pub const fn as_bytes(&self) -> &[u8; 32] {
        &self.0
    }

    /// The first `digits` hexadecimal digits (64 at most).
    #[must_use]
    pub fn hex(&self, digits: usize) -> String {
        let mut text = blake3::Hash::from_bytes(self.0).to_hex().to_string();
        text.truncate(digits);
        text
    }
}

/// What a file holds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Data {
    /// Valid UTF-8, exactly as on disk.
    Text(Arc<str>),
    /// Anything else.
    Binary(Arc<[u8]>),
}

impl Data {
    /// Takes bytes as text if they are UTF-8.
    #[must_use]
    pub fn new(bytes: Vec<u8>) -> Self {
        match String::from_utf8(bytes) {
            Ok(text) => Self::Text(text.into()),
            Err(error) => Self::Binary(error.into_bytes().into()),
        }
    }

    /// The bytes, exactly as on disk.
    #[must_use]
    pub fn bytes(&self) -> &[u8] {
        match self {
            Self::Text(text) => text.as_bytes(),
            Self::Binary(bytes) => bytes,
        }
    }
}

/// What tells, without reading a file, that it is the one that was read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Stamp {
    /// Its length in bytes.
    pub length: u64,
    /// When its content was changed last, since 1970.
    pub modified: Duration,
    /// What else the system says of it, where it does: which file it is, and when anything of it was changed last, in
    /// seconds and nanoseconds.
    pub identity: [u64; 3],
}

/// How long after 1970 something was.
#[must_use]
pub fn since_epoch(time: SystemTime) -> Duration {
    time.duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default()
}

/// A file that was read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SourceFile {
    /// Where it is.
    pub path: SitePath,
    /// What it holds.
    pub data: Data,
    /// The hash of its bytes.
    pub hash: ContentHash,
}

impl SourceFile {
    /// A file with this content.
    #[must_use]
    pub fn new(path: SitePath, bytes: Vec<u8>) -> Self {
        let hash = ContentHash::of(&bytes);
        Self { path, data: Data::new(bytes), hash }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_stay_below_the_root() {
        for good in ["a", "content/articles/青岛.md", ".github/x", "a..b/c"] {
            assert!(SitePath::new(good).is_some(), "{good}");
        }
        for bad in ["", "/a", "a/", "a//b", "../a", "a/../b", "./a", "a\\b", "C:/a", "a\0b"] {
            assert!(SitePath::new(bad).is_none(), "{bad:?}");
        }
    }

    #[test]
    fn the_parts_of_a_path() {
        let path = SitePath::new("content/articles/2023.青岛.MD").expect("a good path");
        assert_eq!(
            (path.file_name(), path.stem(), &*path.extension()),
            ("2023.青岛.MD", "2023.青岛", "md")
        );
        assert_eq!(path.below("content"), Some("articles/2023.青岛.MD"));
        assert_eq!(path.below("cont"), None);
        let hidden = SitePath::new(".hidden").expect("a good path");
        assert_eq!((hidden.stem(), &*hidden.extension()), (".hidden", ""));
    }
}

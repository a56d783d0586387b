//! Paths of requests → places on the site.
//!
//! In: a path as it came. Out: a [`Place`] below the base path, or that it is none. A path is decoded once and
//! taken apart once; what is left holds no `.`, `..`, backslash, control character or escaped slash, so nothing
//! behind this module can be led out of the site, not even if it kept its files on a disk.

use percent_encoding::{AsciiSet, CONTROLS, percent_decode_str, utf8_percent_encode};

/// The folder of our own addresses; a page of the site below it is not shown.
const OWN: &str = "_digest";

/// The script's name in that folder.
const SCRIPT: &str = "reload.js";

/// The events' name in that folder.
const EVENTS: &str = "events";

/// What is escaped in a base path besides what is not ASCII. A `%` stays: the path may be escaped already.
const ESCAPED: &AsciiSet = &CONTROLS.add(b' ').add(b'"').add(b'<').add(b'>').add(b'`');

/// The path below which the site stands.
#[derive(Debug)]
pub(super) struct Base {
    /// Escaped, with a slash at both ends.
    path: String,
    /// Its parts, not escaped.
    parts: Vec<String>,
}

/// Where a request goes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Place {
    /// `/`, or the base path without its last slash: the home page is near.
    BeforeBase,
    /// Somewhere else on the host.
    Outside,
    /// The script of the preview.
    Script,
    /// The events of the preview.
    Events,
    /// A path below the base path, not escaped, without a slash in front: `articles/x/`, or empty.
    Site(String),
    /// Below the base path, but nothing can be there.
    Nowhere,
}

/// A path that no browser sends by itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct BadPath;

impl Base {
    /// `/repo/`; slashes that are missing at its ends are added.
    pub(super) fn new(path: &str) -> Self {
        let inside = path.trim_matches('/');
        let path = if inside.is_empty() { "/".to_owned() } else { format!("/{inside}/") };
        let decode = |part: &str| percent_decode_str(part).decode_utf8_lossy().into_owned();
        let parts = inside.split('/').filter(|it| !it.is_empty()).map(decode).collect();
        Self { path: utf8_percent_encode(&path, ESCAPED).to_string(), parts }
    }

    /// The path as it stands in addresses, with a slash at both ends.
    pub(super) fn path(&self) -> &str {
        &self.path
    }

    /// The address of the script.
    pub(super) fn script(&self) -> String {
        format!("{}{OWN}/{SCRIPT}", self.path)
    }

    /// Finds the place of a path.
    pub(super) fn place(&self, path: &str) -> Result<Place, BadPath> {
        let parts = parts(path)?;
        let Some(rest) = parts.strip_prefix(&*self.parts) else {
            return Ok(if parts == [""] { Place::BeforeBase } else { Place::Outside });
        };
        let Some((last, folders)) = rest.split_last() else {
            return Ok(Place::BeforeBase);
        };
        let is_nowhere = folders.iter().any(String::is_empty) || has_drive_letter(&rest[0]);
        Ok(match (&*rest[0], rest.len(), &**last) {
            (OWN, 2, SCRIPT) => Place::Script,
            (OWN, 2, EVENTS) => Place::Events,
            (OWN, _, _) => Place::Nowhere,
            _ if is_nowhere => Place::Nowhere,
            _ => Place::Site(rest.join("/")),
        })
    }
}

/// The decoded parts of a path; the last one is empty if the path ends with a slash.
fn parts(path: &str) -> Result<Vec<String>, BadPath> {
    path.strip_prefix('/').ok_or(BadPath)?.split('/').map(part).collect()
}

/// Decodes one part, and refuses what could lead elsewhere.
fn part(part: &str) -> Result<String, BadPath> {
    let mut escapes = part.split('%').skip(1);
    let is_escape =
        |it: &str| it.len() >= 2 && it.as_bytes()[..2].iter().all(u8::is_ascii_hexdigit);
    let decoded = percent_decode_str(part).decode_utf8().map_err(|_| BadPath)?;
    let is_dots = matches!(&*decoded, "." | "..");
    let is_bad = |c: char| c.is_control() || matches!(c, '/' | '\\');
    if !escapes.all(is_escape) || is_dots || decoded.contains(is_bad) {
        return Err(BadPath);
    }
    Ok(decoded.into_owned())
}

/// `C:` at the head of a path would leave a folder on Windows.
fn has_drive_letter(part: &str) -> bool {
    matches!(part.as_bytes(), [letter, b':', ..] if letter.is_ascii_alphabetic())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[expect(clippy::unnecessary_wraps, reason = "what it is compared with is a result")]
    fn site(path: &str) -> Result<Place, BadPath> {
        Ok(Place::Site(path.to_owned()))
    }

    #[test]
    fn a_path_is_decoded_once() {
        let base = Base::new("/repo/");
        assert_eq!(base.place("/repo/"), site(""));
        assert_eq!(base.place("/repo/articles/%E9%9D%92%e5%b2%9b/"), site("articles/青岛/"));
        assert_eq!(base.place("/repo/%252e%252e/a"), site("%2e%2e/a"));
        assert_eq!(base.place("/%72epo/a+b"), site("a+b"));
        assert_eq!(base.place("/repo/..a/..."), site("..a/..."));
    }

    #[test]
    fn what_leads_elsewhere_is_refused() {
        let base = Base::new("/repo/");
        for path in [
            "/repo/../x",
            "/repo/%2e%2E/x",
            "/repo/.%2e/x",
            "/repo/./x",
            "/repo/a%2fb",
            "/repo/a%5cb",
            "/repo/a\\b",
            "/repo/%00",
            "/repo/a%0d%0ab",
            "/repo/%c2%85",
            "/repo/%7f",
            "/repo/%",
            "/repo/%4",
            "/repo/%zz",
            "/repo/%+1",
            "/repo/%c0%ae%c0%ae/x",
            "/repo/%ff",
            "repo/",
            "*",
            "",
            "/..",
            "/%2e",
        ] {
            assert_eq!(base.place(path), Err(BadPath), "{path}");
        }
    }

    #[test]
    fn the_base_path_is_not_the_root_of_the_host() {
        let base = Base::new("/repo/");
        assert_eq!(base.place("/"), Ok(Place::BeforeBase));
        assert_eq!(base.place("/repo"), Ok(Place::BeforeBase));
        for path in ["/rep", "/repository/", "/Repo/", "//repo/", "/x/repo/", "//"] {
            assert_eq!(base.place(path), Ok(Place::Outside), "{path}");
        }
        for path in [
            "/repo//",
            "/repo//x",
            "/repo/a//b",
            "/repo/C:/x",
            "/repo/c:x",
            "/repo/_digest",
            "/repo/_digest/",
            "/repo/_digest/x",
            "/repo/_digest/events/",
        ] {
            assert_eq!(base.place(path), Ok(Place::Nowhere), "{path}");
        }
        assert_eq!(base.place("/repo/_digest/reload.js"), Ok(Place::Script));
        assert_eq!(base.place("/repo/_digest/events"), Ok(Place::Events));
    }

    #[test]
    fn a_base_path_may_be_any() {
        assert_eq!(Base::new("").path(), "/");
        assert_eq!(Base::new("/").place("/"), site(""));
        assert_eq!(Base::new("/").place("//evil.example/"), Ok(Place::Nowhere));
        assert_eq!(Base::new("a/b").path(), "/a/b/");
        let (plain, escaped) = (Base::new("/新闻/"), Base::new("/%E6%96%B0%E9%97%BB/"));
        assert_eq!(plain.path(), escaped.path());
        assert_eq!(plain.place("/%E6%96%B0%E9%97%BB/x"), site("x"));
    }
}

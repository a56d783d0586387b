//! A file's name → whether it is a by-product of a program.
//!
//! Editors write more than the file: locks, backups, swap files, and the new text under another name until
//! it is whole. Nothing here looks at the disk.

use std::ffi::OsStr;

/// What the names of such files end with, in any case of letters.
const ENDINGS: [&str; 9] =
    ["~", ".tmp", ".temp", ".swp", ".swo", ".swx", ".part", ".partial", ".crdownload"];

/// What the systems keep in folders that people look at.
const OF_SYSTEMS: [&str; 3] = ["thumbs.db", "ehthumbs.db", "desktop.ini"];

/// Before the six random characters of `QSaveFile` of Qt and `g_file_set_contents` of GNOME stands a name with
/// one of these extensions: `a.md.Xk3fQz`.
const EXTENSIONS: [&str; 14] = [
    "md", "markdown", "html", "htm", "toml", "css", "js", "json", "jsonl", "svg", "txt", "xml",
    "yaml", "csv",
];

/// How many random characters these end with.
const RANDOM: usize = 6;

/// Vim asks whether a folder can be written to with a file `4913`; if there is one, `5036` and so on.
const VIM_FIRST: u32 = 4913;
const VIM_STEP: u32 = 123;
const VIM_LAST: u32 = VIM_FIRST + 100 * VIM_STEP;

/// Whether a file of this name is hidden or a by-product, and so no part of a site.
#[must_use]
pub fn is_side_file(name: &OsStr) -> bool {
    let name = &*name.to_string_lossy();
    let lower = &*name.to_ascii_lowercase();
    is_hidden(OsStr::new(name))
        || ENDINGS.iter().any(|it| lower.ends_with(it))
        || OF_SYSTEMS.contains(&lower)
        || (name.len() > 1 && name.starts_with('#') && name.ends_with('#'))
        || name.starts_with("~$")
        || name.starts_with("~syncthing~")
        || ["___jb_tmp___", "___jb_old___", "___jb_bak___"].iter().any(|it| name.ends_with(it))
        || is_vim_probe(name)
        || has_random_ending(name)
}

/// Whether a name begins with a dot, as those of hidden files and folders do.
pub(crate) fn is_hidden(name: &OsStr) -> bool {
    name.as_encoded_bytes().starts_with(b".")
}

fn is_vim_probe(name: &str) -> bool {
    let number = name.parse::<u32>().ok().filter(|it| (VIM_FIRST..=VIM_LAST).contains(it));
    number.is_some_and(|it| (it - VIM_FIRST).is_multiple_of(VIM_STEP))
}

fn has_random_ending(name: &str) -> bool {
    let Some((stem, random)) = name.rsplit_once('.') else {
        return false;
    };
    let is_random = random.len() == RANDOM
        && random.bytes().all(|it| it.is_ascii_alphanumeric())
        && random.bytes().any(|it| !it.is_ascii_lowercase());
    is_random && stem.rsplit_once('.').is_some_and(|(_, it)| EXTENSIONS.contains(&it))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn by_products_are_known_by_their_names() {
        for name in [
            ".a.md.swp",
            ".#a.md",
            "#a.md#",
            "a.md~",
            "a.md.~3~",
            "4913",
            "5036",
            "a.md___jb_tmp___",
            "a.md___jb_old___",
            ".goutputstream-ABC123",
            "a.md.Xk3fQz",
            "a.TMP",
            ".DS_Store",
            "Thumbs.db",
            "~$a.docx",
        ] {
            assert!(is_side_file(OsStr::new(name)), "{name}");
        }
    }

    #[test]
    fn what_people_write_is_none() {
        for name in
            ["a.md", "2024", "4914", "#", "a.md.backup", "v1.0.Readme", "c#", "新闻.md", "tmp"]
        {
            assert!(!is_side_file(OsStr::new(name)), "{name}");
        }
    }
}

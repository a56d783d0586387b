//! The list of the files that the program wrote into an output folder; its presence marks the folder as ours.
//!
//! It lies in the folder itself, so that state elsewhere may be lost at any time. It is text, sorted, and the
//! same for the same site:
//! ```text
//! digest manifest 1
//! <64 hexadecimal digits> <length> <path>
//! pending <path>
//! ```

use std::collections::BTreeMap;
use std::fs;
use std::io::{self, Write};
use std::path::Path;
use std::time::SystemTime;

use anyhow::{Context, Result};

use crate::file::{ContentHash, Stamp, since_epoch};
use crate::render::Seal;
use crate::source;

/// The name of the file.
pub(super) const FILE: &str = ".digest-manifest";

/// The first line; another number is another format.
const HEAD: &str = "digest manifest 1";

/// What is known of a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Entry {
    /// It was written with this content.
    Written(Seal),
    /// It was about to be written when the program last was seen.
    Pending,
}

/// The files by their path below the output folder.
#[derive(Debug, Clone, Default)]
pub(super) struct Manifest {
    entries: BTreeMap<String, Entry>,
    /// Its stamp when it was put in place, and its hash; no file of ours is younger unless somebody changed it.
    saved: Option<(Stamp, ContentHash)>,
}

/// Says in the manifest of a folder that files are about to be written. What it said of them before counts no more.
pub(super) fn announce(out: &Path, files: &[&str]) -> Result<()> {
    let path = out.join(FILE);
    let lines: Vec<String> = files.iter().map(|it| format!("pending {it}\n")).collect();
    let file = fs::File::options().append(true).open(&path);
    file.and_then(|mut it| it.write_all(lines.concat().as_bytes()))
        .with_context(|| format!("cannot write `{}`", path.display()))
}

impl Manifest {
    /// Reads the manifest of a folder; an empty one if there is none. Lines that cannot be read are passed
    /// over: their files count as somebody else's, and are kept.
    pub(super) fn read(out: &Path) -> Result<Self> {
        let path = out.join(FILE);
        let context = || format!("cannot read `{}`", path.display());
        match fs::read(&path) {
            Ok(bytes) => {
                let saved = Some((source::stamp(&path)?, ContentHash::of(&bytes)));
                Ok(Self { entries: parse(&String::from_utf8_lossy(&bytes)), saved })
            }
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(Self::default()),
            Err(error) => Err(error).with_context(context),
        }
    }

    /// Puts the manifest in place by rename.
    pub(super) fn save(&mut self, out: &Path) -> Result<()> {
        let path = out.join(FILE);
        let text = self.text();
        super::replace(&path, text.as_bytes())?;
        self.saved = Some((source::stamp(&path)?, ContentHash::of(text.as_bytes())));
        Ok(())
    }

    /// Its hash on disk.
    pub(super) fn hash(&self) -> Option<ContentHash> {
        self.saved.map(|it| it.1)
    }

    /// Whether the manifest in a folder is this one.
    pub(super) fn is_as_saved(&self, out: &Path) -> bool {
        self.saved.is_some_and(|(stamp, _)| source::stamp(&out.join(FILE)).ok() == Some(stamp))
    }

    /// Takes in what is written and what is gone; says whether that changes anything.
    pub(super) fn put<'a>(
        &mut self,
        written: &[(&str, Entry)],
        gone: impl Iterator<Item = &'a str>,
    ) -> bool {
        let mut changed = false;
        for (file, entry) in written {
            if self.entries.get(*file) != Some(entry) {
                changed = true;
                self.entries.insert((*file).to_owned(), entry.clone());
            }
        }
        gone.fold(changed, |changed, file| self.entries.remove(file).is_some() || changed)
    }

    /// Takes the manifest away.
    pub(super) fn remove(out: &Path) {
        drop(fs::remove_file(out.join(FILE)));
    }

    fn text(&self) -> String {
        let line = |(path, entry): (&String, &Entry)| match entry {
            Entry::Written(Seal { hash, length }) => {
                format!("{} {length} {path}\n", hash.hex(64))
            }
            Entry::Pending => format!("pending {path}\n"),
        };
        std::iter::once(format!("{HEAD}\n")).chain(self.entries.iter().map(line)).collect()
    }

    pub(super) fn get(&self, file: &str) -> Option<&Entry> {
        self.entries.get(file)
    }

    pub(super) fn files(&self) -> impl Iterator<Item = &str> {
        self.entries.keys().map(String::as_str)
    }

    /// Whether it was read from disk.
    pub(super) const fn is_on_disk(&self) -> bool {
        self.saved.is_some()
    }

    /// Whether a file with this time of change is as the manifest found it.
    pub(super) fn is_at_least_as_new_as(&self, modified: SystemTime) -> bool {
        self.saved.is_some_and(|(saved, _)| since_epoch(modified) <= saved.modified)
    }
}

fn parse(text: &str) -> BTreeMap<String, Entry> {
    let mut lines = text.lines();
    if lines.next() != Some(HEAD) {
        return BTreeMap::new();
    }
    lines.filter_map(parse_line).collect()
}

fn parse_line(line: &str) -> Option<(String, Entry)> {
    let is_inside = |path: &str| crate::file::SitePath::new(path).is_some();
    if let Some(path) = line.strip_prefix("pending ") {
        return is_inside(path).then(|| (path.to_owned(), Entry::Pending));
    }
    let (hash, rest) = line.split_once(' ')?;
    let (length, path) = rest.split_once(' ')?;
    let seal = Seal { hash: ContentHash::from_hex(hash)?, length: length.parse().ok()? };
    is_inside(path).then(|| (path.to_owned(), Entry::Written(seal)))
}

//! Which build changed what: a line for each build that wrote something, the last one last.
//!
//! In: the files of the site that changed, the files that were written for it. Out: the last build that wrote a file. It
//! is for people; nothing is built by it, and lines that cannot be read are passed over.

use std::fs::{self, File};
use std::io::Write;
use std::path::{Path, PathBuf};
use std::time::Duration;

use anyhow::{Context, Result};
use serde::{Deserialize, Serialize};

use crate::file::SitePath;

/// The file, below `.digest/`.
const FILE: &str = "journal";

/// A journal is begun anew when it is longer.
const MAX_BYTES: u64 = 16 << 20;

/// Of a build that wrote more files than these their names are not kept.
const MAX_FILES: usize = 2_000;

/// A build.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Entry {
    /// When it began, in seconds since 1970.
    pub at: u64,
    /// The output folder.
    pub out: PathBuf,
    /// The files of the site that had changed, come or gone; `None` if that is not known, as of a first build.
    pub sources: Option<Vec<SitePath>>,
    /// The files that were written, below the output folder; `None` if they were many.
    pub files: Option<Vec<String>>,
    /// How many these were.
    pub written: usize,
}

impl Entry {
    /// A build that began at this time, since 1970, and wrote these files into a folder.
    ///
    /// # Errors
    /// The folder cannot be used.
    pub fn new(
        began: Duration,
        out: &Path,
        sources: Option<Vec<SitePath>>,
        files: &[String],
    ) -> Result<Self> {
        let names = (files.len() <= MAX_FILES).then(|| files.to_vec());
        let (at, out) = (began.as_secs(), absolute(out)?);
        Ok(Self { at, out, sources, files: names, written: files.len() })
    }
}

/// Notes a build of a site, if it wrote anything.
///
/// # Errors
/// The disk fails.
pub fn note(root: &Path, entry: &Entry) -> Result<()> {
    let path = root.join(".digest").join(FILE);
    if entry.written == 0 || path.is_symlink() {
        return Ok(());
    }
    let is_long = fs::metadata(&path).is_ok_and(|it| it.len() > MAX_BYTES);
    // The line before may have been cut off.
    let line = serde_json::to_string(entry).context("a build cannot be written down")?;
    let line = format!("\n{line}");
    let mut options = File::options();
    let options = if is_long { options.write(true).truncate(true) } else { options.append(true) };
    let file = options.create(true).open(&path);
    file.and_then(|mut it| it.write_all(line.as_bytes()))
        .with_context(|| format!("cannot write `{}`", path.display()))
}

/// The last build that wrote a file of an output folder, or may have: one of many files does not say which.
#[must_use]
pub fn last(root: &Path, out: &Path, file: &str) -> Option<Entry> {
    let (out, text) = (absolute(out).ok()?, fs::read(root.join(".digest").join(FILE)).ok()?);
    let lines = text.split(|it| *it == b'\n').rev();
    let mut entries = lines.filter_map(|it| serde_json::from_slice::<Entry>(it).ok());
    let wrote = |it: &Entry| it.files.as_ref().is_none_or(|all| all.iter().any(|it| it == file));
    entries.find(|it| it.out == out && wrote(it))
}

/// A folder by its whole path.
pub(super) fn absolute(path: &Path) -> Result<PathBuf> {
    std::path::absolute(path).with_context(|| format!("cannot use the folder `{}`", path.display()))
}

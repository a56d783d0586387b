//! What stands where a file of the site belongs, and how the file gets there.
//!
//! In: the output folder, the names of the files, the manifest of the last build. Out: a [`Place`] for each, looked at
//! once, and what came of putting the file there. Nothing is written through a symbolic link.

use std::collections::BTreeSet;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};
use rayon::prelude::*;

use super::manifest::{Entry, Manifest};
use super::write_new;
use crate::diagnostic::Diagnostic;
use crate::file::ContentHash;
use crate::render::{Asked, Output, Seal};

/// The folder in the output folder in which files wait for their places.
pub(super) const WAITING: &str = ".digest-new";

/// What stands where a file belongs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Place {
    /// Nothing.
    Free,
    /// A file of ours; and whether it is as it was written, by its length and its time.
    Ours(Seal, bool),
    /// A file that may be ours: it was about to be written when the program last was seen.
    Pending,
    /// A file that the manifest does not name.
    Unknown,
    /// A folder or a link, or what lies behind a link.
    Blocked,
}

/// What came of a file.
pub(super) enum Put {
    /// It was right.
    Right(Seal),
    /// It was written.
    New(Seal),
    /// It waits for its place.
    Waiting(Seal),
    /// Somebody else's file stands there.
    Foreign,
    /// It could not be made.
    Failed(Vec<Diagnostic>),
}

/// What makes a file, unless what is known of it is enough.
pub(super) type Asking<'a> = &'a dyn Fn(&Seal) -> bool;

/// Looks at the places of all files.
pub(super) fn look<'a>(
    out: &Path,
    names: impl Iterator<Item = &'a str>,
    old: &Manifest,
) -> Vec<Place> {
    let names: Vec<&str> = names.collect();
    if !old.is_on_disk() {
        // Then the folder is empty, or there is none.
        return vec![Place::Free; names.len()];
    }
    let folders: BTreeSet<&str> =
        names.iter().filter_map(|it| Some(it.rsplit_once('/')?.0)).collect();
    let folders: Vec<&str> = folders.into_iter().collect();
    let is_blocked = |folder: &&str| passes_link(out, &format!("{folder}/"));
    let blocked: Vec<bool> = folders.par_iter().map(is_blocked).collect();
    let behind_link = |name: &str| {
        let folder = name.rsplit_once('/').map(|it| it.0);
        folder.and_then(|it| folders.binary_search(&it).ok()).is_some_and(|at| blocked[at])
    };
    let place = |name: &&str| {
        if behind_link(name) {
            return Place::Blocked;
        }
        let Ok(metadata) = fs::symlink_metadata(out.join(name)) else {
            return Place::Free;
        };
        match old.get(name) {
            _ if !metadata.is_file() => Place::Blocked,
            None => Place::Unknown,
            Some(Entry::Pending) => Place::Pending,
            Some(Entry::Written(seal)) => {
                let is_old = || metadata.modified().is_ok_and(|it| old.is_at_least_as_new_as(it));
                Place::Ours(*seal, seal.length == metadata.len() && is_old())
            }
        }
    };
    names.par_iter().map(place).collect()
}

/// Whether a folder on the way to a file is a symbolic link, or a file.
pub(super) fn passes_link(out: &Path, file: &str) -> bool {
    let folders = file.match_indices('/').map(|(at, _)| out.join(&file[..at]));
    folders.into_iter().any(|folder| fs::symlink_metadata(folder).is_ok_and(|it| !it.is_dir()))
}

impl Place {
    /// Puts a file into its place, or beside it, until all files are made.
    pub(super) fn put(
        self,
        out: &Path,
        name: &str,
        get: impl Fn(Asking<'_>) -> Result<Asked, Vec<Diagnostic>>,
    ) -> Result<Put> {
        let enough = |seal: &Seal| self == Self::Ours(*seal, true);
        let output = match get(&enough) {
            Err(problems) => return Ok(Put::Failed(problems)),
            Ok(Asked::Known(seal)) => return Ok(Put::Right(seal)),
            Ok(Asked::Made(output)) => output,
        };
        let (path, seal) = (out.join(name), output.seal());
        let context = || format!("cannot write `{}`", path.display());
        match self {
            Self::Unknown if is_equal(&path, &output) => Ok(Put::Right(seal)),
            Self::Blocked | Self::Unknown => Ok(Put::Foreign),
            Self::Ours(known, untouched)
                if known == seal && (untouched || is_equal(&path, &output)) =>
            {
                Ok(Put::Right(seal))
            }
            Self::Free => {
                write_into_folder(&path, &output.bytes).with_context(context)?;
                Ok(Put::New(seal))
            }
            Self::Ours(..) | Self::Pending => {
                let waiting = waiting(out, name);
                fs::create_dir_all(out.join(WAITING)).with_context(context)?;
                write_new(&waiting, &output.bytes).with_context(context)?;
                Ok(Put::Waiting(seal))
            }
        }
    }
}

/// Writes a file that is not there, and makes its folder if need be.
fn write_into_folder(path: &Path, bytes: &[u8]) -> io::Result<()> {
    match (write_new(path, bytes), path.parent()) {
        (Err(error), Some(folder)) if error.kind() == io::ErrorKind::NotFound => {
            fs::create_dir_all(folder)?;
            write_new(path, bytes)
        }
        (written, _) => written,
    }
}

/// Where a file waits for its place.
fn waiting(out: &Path, name: &str) -> PathBuf {
    out.join(WAITING).join(ContentHash::of(name.as_bytes()).hex(32))
}

/// Moves a file that waits into its place.
pub(super) fn take(out: &Path, name: &str) -> Result<()> {
    let path = out.join(name);
    fs::rename(waiting(out, name), &path)
        .with_context(|| format!("cannot write `{}`", path.display()))
}

fn is_equal(path: &Path, output: &Output) -> bool {
    fs::read(path).is_ok_and(|bytes| ContentHash::of(&bytes) == output.hash)
}

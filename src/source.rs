//! Folders → [`Sources`].
//!
//! In: the root of a site on disk. Out: every file the site is made of, in the order of paths, each as it is.
//! What cannot be used (a symbolic link out of the root, a file name that only some systems can have, a file
//! above the limit) becomes a diagnostic; a disk that fails becomes an error. Nothing is decoded here beyond
//! telling UTF-8 from the rest, and nothing is written.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use anyhow::{Context, Result};
use rayon::prelude::*;
use walkdir::{DirEntry, WalkDir};

use crate::config;
use crate::diagnostic::{At, Diagnostic, problems};
use crate::file::{SitePath, SourceFile};

/// The folders a site is made of, besides `site.toml`.
pub const FOLDERS: [&str; 3] = ["content", "templates", "theme"];

/// Files above this are never read, whatever `site.toml` says, so that a stray disk image does not fill the
/// memory: 1 GiB.
const MAX_FILE_BYTES: u64 = 1 << 30;

/// Everything a site is made of.
#[derive(Debug, Clone, Default)]
pub struct Sources {
    /// The files by their path.
    pub files: BTreeMap<SitePath, Arc<SourceFile>>,
    /// What could not be read, and why.
    pub diagnostics: Vec<Diagnostic>,
}

impl Sources {
    /// The files below a folder, in the order of their paths.
    pub fn below<'a>(&'a self, folder: &'a str) -> impl Iterator<Item = &'a Arc<SourceFile>> {
        self.files.values().filter(move |file| file.path.below(folder).is_some())
    }

    /// The file with this path.
    #[must_use]
    pub fn get(&self, path: &str) -> Option<&Arc<SourceFile>> {
        self.files.get(&SitePath::new(path)?)
    }
}

/// Reads a site. Hidden files and folders are passed over, as editors keep theirs there.
///
/// # Errors
/// The root is no folder, or a file in it cannot be read.
pub fn scan(root: &Path) -> Result<Sources> {
    let real_root = root
        .canonicalize()
        .with_context(|| format!("cannot open the folder `{}`", root.display()))?;
    let mut found = Vec::new();
    let mut diagnostics = Vec::new();
    for start in FOLDERS.into_iter().chain([config::FILE]) {
        walk(&root.join(start), root, &real_root, &mut found, &mut diagnostics);
    }
    let read: Vec<Result<Read>> = found.into_par_iter().map(read).collect();
    let mut files = BTreeMap::new();
    for read in read {
        match read? {
            Read::File(file) => drop(files.insert(file.path.clone(), Arc::new(file))),
            Read::TooLarge(diagnostic) => diagnostics.push(diagnostic),
        }
    }
    Ok(Sources { files, diagnostics })
}

/// A file that will be read.
struct Entry {
    path: SitePath,
    on_disk: PathBuf,
}

/// Lists the files below `start` (which may be a file, or missing).
fn walk(
    start: &Path,
    root: &Path,
    real_root: &Path,
    found: &mut Vec<Entry>,
    diagnostics: &mut Vec<Diagnostic>,
) {
    let entries = WalkDir::new(start).follow_links(true).sort_by_file_name().into_iter();
    for entry in entries.filter_entry(|entry| {
        !is_hidden(entry) && stays_inside(entry.path(), entry.path_is_symlink(), real_root)
    }) {
        match entry {
            Ok(entry) if entry.file_type().is_dir() => {
                report_links(entry.path(), root, real_root, diagnostics);
            }
            Ok(entry) => match site_path(entry.path(), root) {
                Ok(path) => found.push(Entry { path, on_disk: entry.into_path() }),
                Err(diagnostic) => diagnostics.push(diagnostic),
            },
            Err(error) => diagnostics.extend(walk_error(&error, root)),
        }
    }
}

fn is_hidden(entry: &DirEntry) -> bool {
    entry.depth() > 0 && entry.file_name().as_encoded_bytes().starts_with(b".")
}

/// Whether a path is no symbolic link, or one to a place below the root.
fn stays_inside(path: &Path, is_link: bool, real_root: &Path) -> bool {
    !is_link || path.canonicalize().is_ok_and(|target| target.starts_with(real_root))
}

/// Reports the symbolic links of a folder that lead out of the site; the walk passes over them.
fn report_links(folder: &Path, root: &Path, real_root: &Path, diagnostics: &mut Vec<Diagnostic>) {
    let Ok(entries) = fs::read_dir(folder) else {
        return;
    };
    for entry in entries.flatten() {
        let is_link = entry.file_type().is_ok_and(|it| it.is_symlink());
        let hidden = entry.file_name().as_encoded_bytes().starts_with(b".");
        if is_link && !hidden && !stays_inside(&entry.path(), true, real_root) {
            diagnostics.push(problems::link_out_of_site(at(&entry.path(), root)));
        }
    }
}

/// A loop of symbolic links is the site's problem, as is a file that vanished; a missing start is none.
fn walk_error(error: &walkdir::Error, root: &Path) -> Option<Diagnostic> {
    let missing = error.io_error().is_some_and(|it| it.kind() == std::io::ErrorKind::NotFound);
    let path = error.path()?;
    (!missing || path.is_symlink()).then(|| problems::link_out_of_site(at(path, root)))
}

fn at(path: &Path, root: &Path) -> At {
    site_path(path, root).map_or(At::Site, At::File)
}

/// The path below the root, if every system can have it.
fn site_path(path: &Path, root: &Path) -> Result<SitePath, Diagnostic> {
    let relative = path.strip_prefix(root).unwrap_or(path);
    let text = relative.to_str().map(|it| it.replace(std::path::MAIN_SEPARATOR, "/"));
    text.as_deref().and_then(SitePath::new).ok_or_else(|| {
        let parent = relative.parent().and_then(Path::to_str).and_then(SitePath::new);
        let name =
            relative.file_name().map(|it| it.to_string_lossy().into_owned()).unwrap_or_default();
        problems::unusable_file_name(parent.map_or(At::Site, At::File), &name)
    })
}

/// What became of a file.
enum Read {
    File(SourceFile),
    TooLarge(Diagnostic),
}

fn read(entry: Entry) -> Result<Read> {
    let context = || format!("cannot read `{}`", entry.on_disk.display());
    let size = fs::metadata(&entry.on_disk).with_context(context)?.len();
    if size > MAX_FILE_BYTES {
        return Ok(Read::TooLarge(problems::file_too_large(
            At::File(entry.path),
            size,
            MAX_FILE_BYTES,
        )));
    }
    let bytes = fs::read(&entry.on_disk).with_context(context)?;
    Ok(Read::File(SourceFile::new(entry.path, bytes)))
}

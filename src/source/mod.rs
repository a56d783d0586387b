//! Folders → [`Sources`].
//!
//! In: the root of a site on disk. Out: every file the site is made of, in the order of paths, each as it is.
//! What cannot be used (a symbolic link out of the root, a file name that only some systems can have, a file
//! above the limit) becomes a diagnostic; a disk that fails becomes an error. Nothing is decoded here beyond
//! telling UTF-8 from the rest, and nothing is written.

pub mod side_files;

use std::collections::{BTreeMap, BTreeSet};
use std::ffi::OsStr;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use anyhow::{Context, Result, bail};
use rayon::prelude::*;
use walkdir::{DirEntry, WalkDir};

use crate::config;
use crate::diagnostic::{At, Diagnostic, problems};
use crate::file::{SitePath, SourceFile, Stamp, since_epoch};

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
    /// The stamps of those that were read from disk.
    pub stamps: BTreeMap<SitePath, Stamp>,
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

/// Reads a site. Hidden files and folders are passed over, and what editors leave beside files.
///
/// # Errors
/// The root is no folder, or a file or folder in it cannot be read.
pub fn scan(root: &Path) -> Result<Sources> {
    scan_some(root, &FOLDERS)
}

/// Reads `site.toml` and some folders of a site.
///
/// # Errors
/// As [`scan`].
pub fn scan_some(root: &Path, folders: &[&str]) -> Result<Sources> {
    let scan = Scan::of(root, folders)?;
    let Scan { found, mut diagnostics, .. } = scan;
    let read: Vec<Result<Read>> = found.into_par_iter().map(read).collect();
    let (mut files, mut stamps) = (BTreeMap::new(), BTreeMap::new());
    for read in read {
        match read? {
            Read::File(file, stamp) => {
                stamps.insert(file.path.clone(), stamp);
                files.insert(file.path.clone(), Arc::new(file));
            }
            Read::TooLarge(diagnostic) => diagnostics.push(diagnostic),
        }
    }
    Ok(Sources { files, stamps, diagnostics })
}

/// The files of a site with their stamps, in the order of their paths; none is read. `None` if something is there that
/// [`scan`] tells of.
///
/// # Errors
/// As [`scan`].
pub fn stamps(root: &Path) -> Result<Option<Vec<(SitePath, PathBuf, Stamp)>>> {
    let scan = Scan::of(root, &FOLDERS)?;
    if !scan.diagnostics.is_empty() {
        return Ok(None);
    }
    let stamp = |Entry { path, on_disk }: Entry| {
        let stamp = stamp(&on_disk)?;
        Ok((path, on_disk, stamp))
    };
    let mut found: Vec<_> = scan.found.into_par_iter().map(stamp).collect::<Result<Vec<_>>>()?;
    found.sort_unstable_by(|a, b| a.0.cmp(&b.0));
    Ok(Some(found))
}

/// The stamp of a file as it is now.
///
/// # Errors
/// The file cannot be read.
pub fn stamp(on_disk: &Path) -> Result<Stamp> {
    let found = fs::metadata(on_disk).and_then(|it| Ok((it.modified()?, it)));
    let (modified, metadata) =
        found.with_context(|| format!("cannot read `{}`", on_disk.display()))?;
    let (length, modified) = (metadata.len(), since_epoch(modified));
    Ok(Stamp { length, modified, identity: identity(&metadata) })
}

#[cfg(unix)]
fn identity(metadata: &fs::Metadata) -> [u64; 3] {
    use std::os::unix::fs::MetadataExt;
    [metadata.ino(), metadata.ctime().unsigned_abs(), metadata.ctime_nsec().unsigned_abs()]
}

#[cfg(not(unix))]
const fn identity(_: &fs::Metadata) -> [u64; 3] {
    [0; 3]
}

impl Sources {
    /// Reads the files at some paths again, which lie below the root, and says whether any has changed. Folders, links
    /// and whatever is no plain file may change more than themselves: then nothing is done, and all has to be read again.
    ///
    /// # Errors
    /// A file cannot be read.
    pub fn update(&mut self, root: &Path, paths: &BTreeSet<PathBuf>) -> Result<Option<bool>> {
        let real_root = real(root)?;
        let leads_out =
            |it: &Path| it.canonicalize().is_ok_and(|real| !real.starts_with(&real_root));
        let mut changes = Vec::new();
        for on_disk in paths {
            let Ok(path) = site_path(on_disk, root) else { return Ok(None) };
            // A scan would not come here.
            if path.as_str().split('/').any(|it| side_files::is_side_file(OsStr::new(it))) {
                continue;
            }
            if leads_out(on_disk) {
                return Ok(None);
            }
            let is_told = |it: &Diagnostic| it.at.path() == Some(&path);
            if self.diagnostics.iter().any(is_told) {
                return Ok(None);
            }
            match fs::symlink_metadata(on_disk) {
                Ok(it) if it.is_file() => {
                    let entry = Entry { path: path.clone(), on_disk: on_disk.clone() };
                    match read(entry)? {
                        Read::File(file, stamp) => changes.push((path, Some((file, stamp)))),
                        Read::TooLarge(_) => return Ok(None),
                    }
                }
                Err(error) if error.kind() == std::io::ErrorKind::NotFound => {
                    let folder = format!("{path}/");
                    let is_below = |it: &SitePath| it.as_str().starts_with(&folder);
                    if self.files.keys().any(is_below) {
                        return Ok(None);
                    }
                    changes.push((path, None));
                }
                _ => return Ok(None),
            }
        }
        let mut is_changed = false;
        for (path, file) in changes {
            match file {
                // One that is as it was is no other one.
                Some((file, stamp)) => {
                    self.stamps.insert(path.clone(), stamp);
                    if self.files.get(&path).is_none_or(|it| it.hash != file.hash) {
                        is_changed = true;
                        self.files.insert(path, Arc::new(file));
                    }
                }
                None => {
                    self.stamps.remove(&path);
                    is_changed |= self.files.remove(&path).is_some();
                }
            }
        }
        Ok(Some(is_changed))
    }
}

/// A file that will be read.
struct Entry {
    path: SitePath,
    on_disk: PathBuf,
}

/// What has been found so far.
struct Scan<'a> {
    root: &'a Path,
    /// The root with all links resolved.
    real_root: PathBuf,
    found: Vec<Entry>,
    diagnostics: Vec<Diagnostic>,
}

/// A root with all links resolved.
fn real(root: &Path) -> Result<PathBuf> {
    root.canonicalize().with_context(|| format!("cannot open the folder `{}`", root.display()))
}

impl<'a> Scan<'a> {
    /// Lists `site.toml` and what is in some folders.
    fn of(root: &'a Path, folders: &[&str]) -> Result<Self> {
        let (found, diagnostics) = (Vec::new(), Vec::new());
        let mut scan = Self { root, real_root: real(root)?, found, diagnostics };
        for start in folders.iter().chain([&config::FILE]) {
            scan.walk(&root.join(start))?;
        }
        Ok(scan)
    }

    /// Lists the files below `start`, which may be a file, or missing.
    fn walk(&mut self, start: &Path) -> Result<()> {
        let mut entries = WalkDir::new(start).follow_links(true).sort_by_file_name().into_iter();
        while let Some(entry) = entries.next() {
            match entry {
                Ok(entry) if self.passes_over(&entry) => {
                    if entry.file_type().is_dir() {
                        entries.skip_current_dir();
                    }
                }
                Ok(entry) if entry.file_type().is_dir() => {}
                Ok(entry) => self.add(entry),
                Err(error) => self.walk_error(error)?,
            }
        }
        Ok(())
    }

    /// Whether an entry is hidden, or a symbolic link that leads out of the site, which is reported.
    fn passes_over(&mut self, entry: &DirEntry) -> bool {
        if entry.depth() > 0 && side_files::is_side_file(entry.file_name()) {
            return true;
        }
        let inside =
            |path: &Path| path.canonicalize().is_ok_and(|it| it.starts_with(&self.real_root));
        let leads_out = entry.path_is_symlink() && !inside(entry.path());
        if leads_out {
            self.diagnostics.push(problems::link_out_of_site(at(entry.path(), self.root)));
        }
        leads_out
    }

    /// Takes a file, unless its name or its kind (a pipe, a device) cannot be used.
    fn add(&mut self, entry: DirEntry) {
        match site_path(entry.path(), self.root) {
            Ok(path) if entry.file_type().is_file() => {
                self.found.push(Entry { path, on_disk: entry.into_path() });
            }
            Ok(path) => self.diagnostics.push(problems::not_a_file(At::File(path))),
            Err(diagnostic) => self.diagnostics.push(diagnostic),
        }
    }

    /// A symbolic link in a circle or to nowhere is the site's problem, a missing start is none, all else is
    /// the machine's.
    fn walk_error(&mut self, error: walkdir::Error) -> Result<()> {
        let path = error.path().map(Path::to_path_buf).unwrap_or_default();
        let missing = error.io_error().is_some_and(|it| it.kind() == std::io::ErrorKind::NotFound);
        if error.loop_ancestor().is_some() || (missing && path.is_symlink()) {
            self.diagnostics.push(problems::link_out_of_site(at(&path, self.root)));
        } else if !missing {
            return Err(error).with_context(|| format!("cannot read `{}`", path.display()));
        }
        Ok(())
    }
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

/// Reads one file, which may lie anywhere. Its path is the one below the root, or only its name.
///
/// # Errors
/// The file cannot be read, or its name cannot be used on every system.
pub fn file(root: &Path, on_disk: &Path) -> Result<SourceFile> {
    let real = |path: &Path| {
        path.canonicalize().with_context(|| format!("cannot read `{}`", path.display()))
    };
    let below = |root: &Path| site_path(&real(on_disk).ok()?, &real(root).ok()?).ok();
    let name = || SitePath::new(on_disk.file_name()?.to_str()?);
    let path = below(root)
        .or_else(name)
        .with_context(|| format!("the name of `{}` cannot be used", on_disk.display()))?;
    match read(Entry { path, on_disk: real(on_disk)? })? {
        Read::File(file, _) => Ok(file),
        Read::TooLarge(_) => bail!("`{}` is larger than any article", on_disk.display()),
    }
}

/// What became of a file.
enum Read {
    File(SourceFile, Stamp),
    TooLarge(Diagnostic),
}

fn read(entry: Entry) -> Result<Read> {
    let context = || format!("cannot read `{}`", entry.on_disk.display());
    // Before the content: a change in between makes the stamp another one.
    let stamp = stamp(&entry.on_disk)?;
    let size = stamp.length;
    if size > MAX_FILE_BYTES {
        return Ok(Read::TooLarge(problems::file_too_large(
            At::File(entry.path),
            size,
            MAX_FILE_BYTES,
        )));
    }
    let bytes = fs::read(&entry.on_disk).with_context(context)?;
    Ok(Read::File(SourceFile::new(entry.path, bytes), stamp))
}

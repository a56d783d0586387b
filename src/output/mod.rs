//! Outputs → disk.
//!
//! In: every file of the site, the output folder. Out: the folder holds exactly those files and what others
//! put there. The steps:
//! 1. the folder is refused if it is not ours: it holds files but no manifest, or it holds the sources;
//! 2. files on disk are compared with the manifest of the last build, and each output with both;
//! 3. a manifest that says which files are about to change is put in place;
//! 4. they are written: a file that exists is replaced by rename, a new one written in place;
//! 5. files of the last build that are no output any more are removed, and folders that this leaves empty
//!    (before 2, if a file stands where a folder has to be, or the reverse);
//! 6. the new manifest is put in place by rename.
//!
//! Killed between any two of these, the next build knows every file that may be ours and puts it right.
//! Files that the program did not write are never changed, and nothing is followed through a symbolic link.

mod manifest;

use std::collections::BTreeSet;
use std::fs::{self, File};
use std::io::{self, Write};
use std::path::{Component, Path, PathBuf};

use anyhow::{Context, Result, bail};
use rayon::prelude::*;

use crate::diagnostic::{At, Diagnostic, problems};
use crate::engine::{NewArticle, Progress};
use crate::file::ContentHash;
use crate::render::Output;
use crate::source::FOLDERS;
use manifest::{Entry, Manifest};

/// What a build did to the output folder.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Written {
    /// Files written, new or changed.
    pub written: usize,
    /// Files that were right already.
    pub unchanged: usize,
    /// Files of earlier builds removed.
    pub removed: usize,
    /// Outputs that other people's files stand in the way of.
    pub diagnostics: Vec<Diagnostic>,
}

/// Checks that a folder may be written to, and returns it with all links resolved. Does nothing to it.
///
/// # Errors
/// It holds the sources, is inside them, or holds files of somebody else.
pub fn check(root: &Path, out: &Path) -> Result<PathBuf> {
    let root = real(root)?;
    let real_out = real(out)?;
    if root.starts_with(&real_out) {
        bail!(
            "the output folder `{}` holds the site's sources; choose another with `--out`",
            out.display()
        );
    }
    for folder in FOLDERS.iter().map(|it| real(&root.join(it))) {
        if real_out.starts_with(folder?) {
            bail!(
                "the output folder `{}` is one of the site's sources; choose another with `--out`",
                out.display()
            );
        }
    }
    if real_out.is_file() {
        bail!("the output folder `{}` is a file", out.display());
    }
    let ours = real_out.join(manifest::FILE).is_file();
    if !ours && !has_nothing(&real_out)? {
        bail!(
            "the output folder `{}` holds files and was not made by `digest`; name an empty or a new folder with `--out`",
            out.display()
        );
    }
    Ok(real_out)
}

/// The place of a path, links and `..` resolved part by part, although its last parts may not exist yet.
fn real(path: &Path) -> Result<PathBuf> {
    let context = || format!("cannot use the folder `{}`", path.display());
    let mut there = PathBuf::new();
    for part in std::path::absolute(path).with_context(context)?.components() {
        if part == Component::ParentDir {
            there.pop();
            continue;
        }
        there.push(part);
        match there.canonicalize() {
            Ok(real) => there = real,
            Err(error) if error.kind() == io::ErrorKind::NotFound => {}
            Err(error) => return Err(error).with_context(context),
        }
    }
    Ok(there)
}

/// Whether a folder is missing, or empty but for a manifest that a killed build had not put in place yet.
fn has_nothing(folder: &Path) -> Result<bool> {
    let unfinished = temporary(&folder.join(manifest::FILE));
    match fs::read_dir(folder) {
        Ok(mut entries) => Ok(entries.all(|it| it.is_ok_and(|it| it.path() == unfinished))),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(true),
        Err(error) => {
            Err(error).with_context(|| format!("cannot read the folder `{}`", folder.display()))
        }
    }
}

/// Makes the output folder hold these files.
///
/// # Errors
/// The folder cannot be used ([`check`]), or the disk fails.
pub fn write(root: &Path, out: &Path, outputs: &[Output], progress: &Progress) -> Result<Written> {
    let out = &*check(root, out)?;
    let old = Manifest::read(out)?;
    remove_unfinished(out, &old);
    let files: BTreeSet<String> = outputs.iter().map(|output| output.route.file()).collect();
    let stale: Vec<&str> = old.files().filter(|file| !files.contains(*file)).collect();
    let mut result = Written::default();
    let (first, last): (Vec<&str>, Vec<&str>) =
        stale.into_iter().partition(|file| is_in_the_way(file, &files));
    result.removed += remove_all(out, &first)?;
    let difference = compare(out, outputs, &old);
    result.unchanged = outputs.len() - difference.changed.len() - difference.foreign.len();
    let foreign = difference.foreign.iter();
    result.diagnostics = foreign.map(|file| problems::foreign_file(At::Site, file)).collect();
    if difference.changed.is_empty() && difference.new == old && old.is_on_disk() {
        return Ok(result);
    }
    fs::create_dir_all(out)
        .with_context(|| format!("cannot create the folder `{}`", out.display()))?;
    difference.pending.save(out)?;
    make_folders(out, difference.changed.iter().map(|(output, _)| output.route.file()))?;
    progress.expect(difference.changed.len());
    difference.changed.par_iter().try_for_each(|(output, state)| {
        progress.step();
        put(out, output, *state)
    })?;
    result.removed += remove_all(out, &last)?;
    result.written = difference.changed.len();
    difference.new.save(out)?;
    Ok(result)
}

/// What the outputs change about an output folder.
struct Difference<'a> {
    /// The manifest when everything is written.
    new: Manifest,
    /// The manifest while it is being written.
    pending: Manifest,
    /// The outputs to write.
    changed: Vec<(&'a Output, State)>,
    /// The files of somebody else that stand where outputs belong.
    foreign: Vec<String>,
}

/// Compares the outputs with the disk and the manifest of the last build.
fn compare<'a>(out: &Path, outputs: &'a [Output], old: &Manifest) -> Difference<'a> {
    let states: Vec<State> = outputs.par_iter().map(|output| state(out, output, old)).collect();
    let (changed, foreign) = (Vec::new(), Vec::new());
    let mut difference =
        Difference { new: Manifest::default(), pending: old.clone(), changed, foreign };
    for (output, state) in std::iter::zip(outputs, states) {
        let file = output.route.file();
        if state == State::Foreign {
            difference.foreign.push(file);
            continue;
        }
        if state != State::Right {
            difference.pending.insert(file.clone(), Entry::Pending);
            difference.changed.push((output, state));
        }
        difference
            .new
            .insert(file, Entry::Written { hash: output.hash, length: output.bytes.len() as u64 });
    }
    difference
}

/// Whether an old file stands where a folder has to be, or the reverse.
fn is_in_the_way(old: &str, files: &BTreeSet<String>) -> bool {
    let below = format!("{old}/");
    let has_below =
        files.range(below.clone()..).next().is_some_and(|file| file.starts_with(&below));
    has_below || old.match_indices('/').any(|(at, _)| files.contains(&old[..at]))
}

/// Removes what a killed build had begun to write beside a file.
fn remove_unfinished(out: &Path, old: &Manifest) {
    drop(fs::remove_file(temporary(&out.join(manifest::FILE))));
    let pending = old.files().filter(|file| old.get(file) == Some(&Entry::Pending));
    pending.for_each(|file| drop(fs::remove_file(temporary(&out.join(file)))));
}

/// How an output and the disk compare.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum State {
    /// Nothing stands there.
    New,
    /// A file of ours stands there, with other content, or unknown content.
    Changed,
    /// The file is there, with this content.
    Right,
    /// Somebody else's file, or a folder or link, stands there.
    Foreign,
}

fn state(out: &Path, output: &Output, old: &Manifest) -> State {
    let file = output.route.file();
    let path = out.join(&file);
    if passes_link(out, &file) {
        return State::Foreign;
    }
    let Ok(metadata) = fs::symlink_metadata(&path) else {
        return State::New;
    };
    let entry = old.get(&file);
    match entry {
        _ if !metadata.is_file() => State::Foreign,
        None if is_equal(&path, output) => State::Right,
        None => State::Foreign,
        Some(Entry::Written { hash, length })
            if *hash == output.hash && *length == metadata.len() =>
        {
            let untouched = metadata.modified().is_ok_and(|it| old.is_at_least_as_new_as(it));
            if untouched || is_equal(&path, output) { State::Right } else { State::Changed }
        }
        Some(_) => State::Changed,
    }
}

/// Whether a folder on the way to a file is a symbolic link.
fn passes_link(out: &Path, file: &str) -> bool {
    let folders = file.match_indices('/').map(|(at, _)| out.join(&file[..at]));
    folders.into_iter().any(|folder| fs::symlink_metadata(folder).is_ok_and(|it| !it.is_dir()))
}

fn is_equal(path: &Path, output: &Output) -> bool {
    fs::read(path).is_ok_and(|bytes| ContentHash::of(&bytes) == output.hash)
}

fn make_folders(out: &Path, files: impl Iterator<Item = String>) -> Result<()> {
    let folders: BTreeSet<PathBuf> =
        files.filter_map(|file| out.join(file).parent().map(Path::to_path_buf)).collect();
    folders.iter().try_for_each(|folder| {
        fs::create_dir_all(folder)
            .with_context(|| format!("cannot create the folder `{}`", folder.display()))
    })
}

/// Writes a file. A reader of a file that exists sees the old one or the new one, never a half.
fn put(out: &Path, output: &Output, state: State) -> Result<()> {
    let path = out.join(output.route.file());
    if state == State::New {
        return write_new(&path, &output.bytes)
            .with_context(|| format!("cannot write `{}`", path.display()));
    }
    replace(&path, &output.bytes)
}

/// Replaces a file by rename, and keeps no half-written one.
fn replace(path: &Path, bytes: &[u8]) -> Result<()> {
    let temporary = temporary(path);
    let result = write_new(&temporary, bytes).and_then(|()| fs::rename(&temporary, path));
    result
        .inspect_err(|_| drop(fs::remove_file(&temporary)))
        .with_context(|| format!("cannot write `{}`", path.display()))
}

/// Writes a file that is not there; what a killed build left under its name goes, and no link is followed.
fn write_new(path: &Path, bytes: &[u8]) -> io::Result<()> {
    match fs::remove_file(path) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
        _ => {}
    }
    File::create_new(path)?.write_all(bytes)
}

/// The name under which a file is written before it takes its place.
fn temporary(path: &Path) -> PathBuf {
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    path.with_file_name(format!(".{name}.digest-new"))
}

/// Removes files of an earlier build; says how many of them were there.
fn remove_all(out: &Path, files: &[&str]) -> Result<usize> {
    files.iter().try_fold(0, |removed, file| Ok(removed + usize::from(remove(out, file)?)))
}

/// Removes a file of an earlier build and the folders that this leaves empty; says whether it was there.
fn remove(out: &Path, file: &str) -> Result<bool> {
    let path = out.join(file);
    let is_file = path.symlink_metadata().is_ok_and(|it| !it.is_dir());
    if passes_link(out, file) || !is_file {
        return Ok(false);
    }
    fs::remove_file(&path).with_context(|| format!("cannot remove `{}`", path.display()))?;
    let mut folder = path.parent();
    while let Some(empty) = folder.filter(|it| *it != out && fs::remove_dir(it).is_ok()) {
        folder = empty.parent();
    }
    Ok(true)
}

/// Writes an article made of a raw article into `content/`. One that a person has changed since it was read,
/// or whose folder lies outside the site, is left alone; says whether it was written.
///
/// # Errors
/// The disk fails.
pub fn save(root: &Path, article: &NewArticle) -> Result<bool> {
    let path = article.path.on_disk(root);
    let context = || format!("cannot write `{}`", path.display());
    let folder = path.parent().unwrap_or(root);
    if !real(folder)?.starts_with(real(root)?) {
        return Ok(false);
    }
    if let Some(known) = article.replaces {
        let unchanged = fs::read(&path).is_ok_and(|bytes| ContentHash::of(&bytes) == known);
        if unchanged {
            replace(&path, article.text.as_bytes())?;
        }
        return Ok(unchanged);
    }
    fs::create_dir_all(folder).with_context(context)?;
    put_new(&path, article.text.as_bytes()).with_context(context)
}

/// Writes a whole new file, or nothing if there is one already; says whether it was written.
fn put_new(path: &Path, bytes: &[u8]) -> io::Result<bool> {
    let temporary = temporary(path);
    write_new(&temporary, bytes)?;
    let linked = fs::hard_link(&temporary, path);
    drop(fs::remove_file(&temporary));
    match linked {
        Ok(()) => Ok(true),
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists => Ok(false),
        // A file system without hard links.
        Err(_) => File::create_new(path)?.write_all(bytes).map(|()| true),
    }
}

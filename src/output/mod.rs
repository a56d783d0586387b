//! Outputs → disk.
//!
//! In: the files of the site, the output folder. Out: the folder holds exactly those files and what others
//! put there. The steps:
//! 1. the folder is refused if it is not ours: it holds files but no manifest, or it holds the sources;
//! 2. files on disk are compared with the manifest of the last build (`places`);
//! 3. the manifest is told which files are about to appear;
//! 4. each file is made, unless it is known to be right, and written: a new one in its place, one that replaces another
//!    in a folder beside, where it waits until all are made, so that a mistake in a template changes nothing;
//! 5. the manifest is told which files are about to change, and they are replaced by rename;
//! 6. files of the last build that are no output any more are removed, and folders that this leaves empty
//!    (before 2, if a file stands where a folder has to be, or the reverse);
//! 7. the new manifest is put in place by rename.
//!
//! Killed between any two of these, the next build knows every file that may be ours and puts it right.
//! Files that the program did not write are never changed, and nothing is followed through a symbolic link.

mod manifest;
mod places;

use std::collections::BTreeSet;
use std::fs::{self, File};
use std::io::{self, Write};
use std::path::{Component, Path, PathBuf};

use anyhow::{Context, Result, bail};
use rayon::prelude::*;

use crate::diagnostic::{self, At, Diagnostic, problems};
use crate::engine::{Built, NewArticle, Progress};
use crate::file::ContentHash;
use crate::render::{self, Asked, Files, Output, Seal};
use crate::route::Route;
use crate::source::FOLDERS;
use manifest::{Entry, Manifest};
use places::{Place, Put, passes_link};

/// What a build did to the output folder.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Written {
    /// How many files were written, new or changed.
    pub written: usize,
    /// Their names below the output folder.
    pub names: Vec<String>,
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

/// The files of the site in an output folder, by their names below it.
///
/// # Errors
/// The manifest cannot be read.
pub fn files(out: &Path) -> Result<Vec<String>> {
    Ok(Manifest::read(out)?.files().map(str::to_owned).collect())
}

/// The files of a site as they lie in an output folder.
pub struct OnDisk<'a> {
    out: &'a Path,
    routes: Vec<Route>,
}

impl<'a> OnDisk<'a> {
    /// Those with these names below it.
    ///
    /// # Errors
    /// A name is none of a site.
    pub fn new(out: &'a Path, files: &[String]) -> Result<Self> {
        let route = |it: &String| {
            let path =
                it.strip_suffix("index.html").filter(|it| it.is_empty() || it.ends_with('/'));
            let route = Route::new(&format!("/{}", path.unwrap_or(it)));
            route.map_err(|why| anyhow::anyhow!("`{it}` is no file of a site: {why}"))
        };
        Ok(Self { out, routes: files.iter().map(route).collect::<Result<_>>()? })
    }
}

impl Files for OnDisk<'_> {
    fn routes(&self) -> Vec<&Route> {
        self.routes.iter().collect()
    }

    fn file(&self, at: usize, _: &dyn Fn(&Seal) -> bool) -> Result<Asked, Vec<Diagnostic>> {
        let route = &self.routes[at];
        // What is gone meanwhile has no links.
        let bytes = fs::read(self.out.join(route.file())).unwrap_or_default();
        Ok(Asked::Made(Output::new(route.clone(), bytes)))
    }
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

/// What came of writing.
#[derive(Debug)]
pub enum Outcome {
    /// The folder holds the files.
    Written(Written),
    /// A template is wrong, and the folder is as it was.
    Failed(Vec<Diagnostic>),
}

/// New articles into `content/`, files into the output folder; `None` if there is nothing to write.
///
/// # Errors
/// The folder cannot be used, or the disk fails.
pub fn put(
    root: &Path,
    folder: &mut Folder,
    built: &mut Built,
    progress: &Progress,
) -> Result<Option<Written>> {
    if let Err(error) = save_all(root, built) {
        folder.known = None;
        return Err(error);
    }
    let Some(site) = &built.site else { return Ok(None) };
    match folder.write(&**site, progress)? {
        Outcome::Written(written) => {
            built.diagnostics.extend(written.diagnostics.iter().cloned());
            Ok(Some(written))
        }
        Outcome::Failed(problems) => {
            built.diagnostics.extend(problems);
            Ok(None)
        }
    }
}

/// An output folder, and what is known of it between two builds.
pub struct Folder {
    root: PathBuf,
    out: PathBuf,
    /// The manifest as this program put it in place last.
    known: Option<Manifest>,
}

impl Folder {
    /// The output folder of a site; nothing is done to it.
    #[must_use]
    pub fn new(root: &Path, out: &Path) -> Self {
        Self { root: root.to_owned(), out: out.to_owned(), known: None }
    }

    /// An output folder, if its manifest is this one and every file is as it was written.
    ///
    /// # Errors
    /// The folder cannot be used ([`check`]).
    pub fn whole(root: &Path, out: &Path, hash: ContentHash) -> Result<Option<Self>> {
        let real = &*check(root, out)?;
        let manifest = Manifest::read(real)?;
        if manifest.hash() != Some(hash) {
            return Ok(None);
        }
        let places = places::look(real, manifest.files(), &manifest);
        let is_right = places.iter().all(|it| matches!(it, Place::Ours(_, true)));
        let folder = Self { known: Some(manifest), ..Self::new(root, out) };
        Ok(is_right.then_some(folder))
    }

    /// Puts some files into the folder, and takes some away; `None` if it is not as it was left here.
    ///
    /// # Errors
    /// As [`Self::write`].
    pub fn patch(&mut self, files: &[Output], gone: &[Route]) -> Result<Option<Written>> {
        let known = self.known.take();
        let out = &*check(&self.root, &self.out)?;
        let Some(old) = known.filter(|it| it.is_as_saved(out)) else { return Ok(None) };
        let all: Vec<usize> = (0..files.len()).collect();
        remove_unfinished(out)?;
        let task = Task::of_some(files, &all, gone, old);
        let (outcome, manifest) = task.run(out, files, &Progress::default())?;
        self.known = manifest;
        Ok(match outcome {
            Outcome::Written(written) => Some(written),
            Outcome::Failed(_) => None,
        })
    }

    /// How many files it holds, as far as is known.
    #[must_use]
    pub fn files(&self) -> usize {
        self.known.as_ref().map_or(0, |it| it.files().count())
    }

    /// Makes the folder hold these files. They are made one by one and none is kept, so a site may be larger than the
    /// memory; a mistake in a template leaves the folder as it was all the same. If the site says which of its files
    /// may differ from the last one, and that was written here, only these are looked at.
    ///
    /// # Errors
    /// The folder cannot be used ([`check`]), or the disk fails.
    pub fn write<F: Files + ?Sized>(&mut self, files: &F, progress: &Progress) -> Result<Outcome> {
        // Whatever goes wrong from here on, the folder is not that of the last site any more.
        let known = self.known.take();
        let out = &*check(&self.root, &self.out)?;
        let known = known.filter(|it| it.is_as_saved(out));
        let task = match (files.touched(), known) {
            (Some((touched, gone)), Some(old)) => Task::of_some(files, touched, gone, old),
            _ => Task::of_all(files, Manifest::read(out)?),
        };
        remove_unfinished(out)?;
        let (outcome, manifest) = task.run(out, files, progress)?;
        self.known = manifest;
        Ok(outcome)
    }

    /// The hash of its manifest, as it was put in place last.
    #[must_use]
    pub fn manifest(&self) -> Option<ContentHash> {
        self.known.as_ref().and_then(Manifest::hash)
    }
}

/// What is to be done to an output folder.
struct Task {
    /// The manifest of the last build.
    old: Manifest,
    /// The files that are looked at: their numbers and their names.
    names: Vec<(usize, String)>,
    /// The files of the last build that go before the others come, as they stand in the way, and after.
    first: Vec<String>,
    last: Vec<String>,
    /// How many other files are right without a look.
    untouched: usize,
}

impl Task {
    fn of_all<F: Files + ?Sized>(files: &F, old: Manifest) -> Self {
        let names: Vec<(usize, String)> =
            files.routes().iter().map(|it| it.file()).enumerate().collect();
        let all: BTreeSet<&str> = names.iter().map(|it| it.1.as_str()).collect();
        let stale = old.files().filter(|file| !all.contains(*file));
        let (first, last) = stale.map(str::to_owned).partition(|file| is_in_the_way(file, &all));
        Self { old, first, last, untouched: 0, names }
    }

    fn of_some<F: Files + ?Sized>(
        files: &F,
        touched: &[usize],
        gone: &[Route],
        old: Manifest,
    ) -> Self {
        let routes = files.routes();
        let names: Vec<_> = touched.iter().map(|at| (*at, routes[*at].file())).collect();
        let last: Vec<_> =
            gone.iter().map(Route::file).filter(|it| old.get(it).is_some()).collect();
        let known = names.iter().filter(|(_, name)| old.get(name).is_some()).count();
        let untouched = old.files().count() - known - last.len();
        Self { old, names, first: Vec::new(), last, untouched }
    }

    /// Does it; hands back the manifest that is in place then.
    fn run<F: Files + ?Sized>(
        self,
        out: &Path,
        files: &F,
        progress: &Progress,
    ) -> Result<(Outcome, Option<Manifest>)> {
        let Self { mut old, names, first, last, untouched } = self;
        if !first.is_empty() {
            // What goes before the others come does not come back: so all of them are made once for nothing.
            let mistakes = render::mistakes(files);
            if !mistakes.is_empty() {
                // What the next site says of this one is not true of the folder.
                return Ok((Outcome::Failed(mistakes), None));
            }
        }
        let mut removed = remove_all(out, &first)?;
        let places = places::look(out, names.iter().map(|it| it.1.as_str()), &old);
        begin(out, &names, &places, &old)?;
        let put = |((at, name), place): (&(usize, String), &Place)| {
            progress.step();
            place.put(out, name, |enough| files.file(*at, enough))
        };
        let put: Result<Vec<_>> = (&names, &places).into_par_iter().map(put).collect();
        let mut done = Done::default();
        std::iter::zip(&names, put?).for_each(|((_, name), put)| done.add(name, put));
        if !done.problems.is_empty() {
            undo(out, &names, &places, &old)?;
            // One mistake may be on many pages.
            diagnostic::sort(&mut done.problems);
            return Ok((Outcome::Failed(done.problems), None));
        }
        let gone = first.iter().chain(&last).map(String::as_str);
        let is_changed = old.put(&done.entries, gone.chain(done.foreign.iter().copied()));
        if !done.written.is_empty() || is_changed || !old.is_on_disk() {
            done.replace(out)?;
            removed += remove_all(out, &last)?;
            old.save(out)?;
        }
        let Done { written: names, foreign, .. } = done;
        let written = names.len();
        let looked_at = places.len();
        let diagnostics = foreign.iter().map(|it| problems::foreign_file(At::Site, it)).collect();
        let unchanged = untouched + looked_at - written - foreign.len();
        // What stands in the way is told each time.
        let known = foreign.is_empty().then_some(old);
        Ok((Outcome::Written(Written { written, names, unchanged, removed, diagnostics }), known))
    }
}

/// Has it stand in the manifest that new files are about to appear.
fn begin(out: &Path, names: &[(usize, String)], places: &[Place], old: &Manifest) -> Result<()> {
    let new: Vec<&str> = free(names, places).collect();
    if new.is_empty() {
        return Ok(());
    }
    let context = |it: &Path| format!("cannot create the folder `{}`", it.display());
    fs::create_dir_all(out).with_context(|| context(out))?;
    if !old.is_on_disk() {
        Manifest::default().save(out)?;
    }
    manifest::announce(out, &new)
}

/// The files that nothing stands in the place of.
fn free<'a>(
    names: &'a [(usize, String)],
    places: &'a [Place],
) -> impl Iterator<Item = &'a str> + use<'a> {
    let free = std::iter::zip(names, places).filter(|(_, it)| **it == Place::Free);
    free.map(|((_, name), _)| name.as_str())
}

/// Takes back what was written: the new files, and those that were to replace others.
fn undo(out: &Path, names: &[(usize, String)], places: &[Place], old: &Manifest) -> Result<()> {
    remove_unfinished(out)?;
    for name in free(names, places) {
        remove(out, name)?;
    }
    if old.is_on_disk() {
        return old.clone().save(out);
    }
    Manifest::remove(out);
    // A folder that was empty before may stay.
    drop(fs::remove_dir(out));
    Ok(())
}

/// What has been done to the folder.
#[derive(Default)]
struct Done<'a> {
    /// What the manifest says of them when everything is written.
    entries: Vec<(&'a str, Entry)>,
    /// The files that wait for their places.
    replaced: Vec<&'a str>,
    written: Vec<String>,
    /// The files of somebody else that stand where ours belong.
    foreign: Vec<&'a str>,
    /// What is wrong with templates.
    problems: Vec<Diagnostic>,
}

impl<'a> Done<'a> {
    fn add(&mut self, name: &'a str, put: Put) {
        let (seal, is_new) = match put {
            Put::Foreign => return self.foreign.push(name),
            Put::Failed(problems) => return self.problems.extend(problems),
            Put::Right(seal) => (seal, false),
            Put::New(seal) => (seal, true),
            Put::Waiting(seal) => {
                self.replaced.push(name);
                (seal, true)
            }
        };
        self.written.extend(is_new.then(|| name.to_owned()));
        self.entries.push((name, Entry::Written(seal)));
    }

    /// Puts the waiting files into their places.
    fn replace(&self, out: &Path) -> Result<()> {
        if self.replaced.is_empty() {
            return Ok(());
        }
        manifest::announce(out, &self.replaced)?;
        self.replaced.iter().try_for_each(|name| places::take(out, name))?;
        remove_unfinished(out)
    }
}

/// Whether an old file stands where a folder has to be, or the reverse.
fn is_in_the_way(old: &str, files: &BTreeSet<&str>) -> bool {
    let below = format!("{old}/");
    let has_below =
        files.range(below.as_str()..).next().is_some_and(|file| file.starts_with(&below));
    has_below || old.match_indices('/').any(|(at, _)| files.contains(&old[..at]))
}

/// Removes what waits for its place since a build was killed.
fn remove_unfinished(out: &Path) -> Result<()> {
    drop(fs::remove_file(temporary(&out.join(manifest::FILE))));
    let waiting = out.join(places::WAITING);
    let removed = match fs::symlink_metadata(&waiting) {
        Ok(it) if it.is_dir() => fs::remove_dir_all(&waiting),
        Ok(_) => fs::remove_file(&waiting),
        Err(_) => return Ok(()),
    };
    removed.with_context(|| format!("cannot remove `{}`", waiting.display()))
}

/// Puts a file in place by rename, in a folder that is there, and keeps no half-written one.
///
/// # Errors
/// The disk fails.
pub fn replace(path: &Path, bytes: &[u8]) -> Result<()> {
    let temporary = temporary(path);
    let result = write_new(&temporary, bytes).and_then(|()| fs::rename(&temporary, path));
    result
        .inspect_err(|_| drop(fs::remove_file(&temporary)))
        .with_context(|| format!("cannot write `{}`", path.display()))
}

/// Writes a file that is not there; what a killed build left under its name goes, and no link is followed.
fn write_new(path: &Path, bytes: &[u8]) -> io::Result<()> {
    let file = match File::create_new(path) {
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {
            fs::remove_file(path)?;
            File::create_new(path)
        }
        created => created,
    };
    file?.write_all(bytes)
}

/// The name under which a file is written before it takes its place.
fn temporary(path: &Path) -> PathBuf {
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    path.with_file_name(format!(".{name}.digest-new"))
}

/// Removes files of an earlier build; says how many of them were there.
fn remove_all(out: &Path, files: &[String]) -> Result<usize> {
    files.iter().try_fold(0, |removed, file| Ok(removed + usize::from(remove(out, file)?)))
}

/// Removes a file of an earlier build and the folders that this leaves empty; says whether it was there.
fn remove(out: &Path, file: &str) -> Result<bool> {
    let path = out.join(file);
    let there = path.symlink_metadata();
    if passes_link(out, file) || there.as_ref().is_ok_and(fs::Metadata::is_dir) {
        return Ok(false);
    }
    if there.is_ok() {
        fs::remove_file(&path).with_context(|| format!("cannot remove `{}`", path.display()))?;
    }
    // Also where a killed build has removed the file and not its folder.
    let is_gone = |folder: &Path| match fs::remove_dir(folder) {
        Err(error) => error.kind() == io::ErrorKind::NotFound,
        Ok(()) => true,
    };
    let mut folder = path.parent();
    while let Some(empty) = folder.filter(|it| *it != out && is_gone(it)) {
        folder = empty.parent();
    }
    Ok(there.is_ok())
}

/// Writes the articles made of raw articles into `content/` ([`save`]).
///
/// # Errors
/// The disk fails.
pub fn save_all(root: &Path, built: &Built) -> Result<()> {
    built.new_articles.iter().try_for_each(|it| save(root, it).map(drop))
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

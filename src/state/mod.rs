//! What a build leaves behind for the next process, in `.digest/` of the site.
//!
//! In: what a build read, and what came of it. Out: the same again, if nothing has changed since; the files that the edit
//! of a text touches, if nothing else has; else what is known of pages, so that those are not rendered again that are as
//! they were. It is a help and never needed: what is missing, damaged, of another version of the program or of another
//! request counts as not there, and the build goes its whole way.
//!
//! | file | |
//! |---|---|
//! | `last-build` | what was asked for and told, the stamps of all files of the site, which `site` belongs to it |
//! | `site` | what an edit needs of the site, and where the pieces of the two following files lie |
//! | `articles` | of each article what an edit of it needs |
//! | `terms` | of each article what it is found by |
//! | `pages` | the keys of all pages, with what was made of them |
//! | `journal` | which build wrote what, for people ([`journal`]) |
//!
//! Each is put in place by rename, but that an edit adds pieces at the end of `terms`; what is read of it and of
//! `articles` carries its hash. So a build that is killed, at any time, leaves either the state before it, or none.
//!
//! A file counts as unchanged if its length, its times and, where there is one, its number are; one that was so young when it was read that a change a
//! moment later might have the same time is read again, as git does it.

mod edit;
pub mod journal;
mod pieces;
mod told;

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{Duration, Instant};

use anyhow::{Context, Result};
use rayon::prelude::*;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

use crate::catalog::Withheld;
use crate::engine::{Built, Counts, Engine, KnownPages, Request};
use crate::file::{ContentHash, SitePath, SourceFile, Stamp};
use crate::output::{self, Folder, Written};
use crate::source::{self, Sources};
use journal::Entry;
use told::Told;

/// The first line of a file; another number is another format.
const HEAD: &[u8] = b"digest state 3\n";

/// Clocks of file systems go in steps no longer than this: those of FAT in two seconds.
const TICK: Duration = Duration::from_secs(2);

/// What a build was made of, and what came of it.
#[derive(Debug, Clone, Serialize, Deserialize)]
struct LastBuild {
    program: String,
    base_url: Option<String>,
    today: String,
    drafts: bool,
    /// The output folder, in the encoding of the system.
    out: Vec<u8>,
    /// When the files of the site began to be read.
    began: Duration,
    files: Vec<Known>,
    /// The manifest of the output folder.
    manifest: ContentHash,
    diagnostics: Vec<Told>,
    withheld: Vec<(SitePath, Withheld)>,
    articles: usize,
    pages: usize,
    /// The hash of the file `site`.
    site: ContentHash,
}

/// A file of the site: its path, the hash of its content, its stamp.
type Known = (SitePath, ContentHash, Stamp);

/// A file of the site as it is now: its path, where it lies, its stamp.
type Found = (SitePath, PathBuf, Stamp);

/// What decides, besides the files, what a build makes.
#[derive(Clone, Copy)]
pub struct Asked<'a> {
    /// The program: its version, and what tells one of its builds from another.
    pub program: &'a str,
    /// The folder of the site.
    pub root: &'a Path,
    /// The output folder.
    pub out: &'a Path,
    /// What is wanted.
    pub request: &'a Request,
    /// When the build began, since 1970.
    pub began: Duration,
}

impl Asked<'_> {
    fn file(&self, name: &str) -> PathBuf {
        file(self.root, name)
    }

    fn base_url(&self) -> Option<String> {
        self.request.base_url.as_ref().map(|it| format!("{it:?}"))
    }

    fn out(&self) -> Result<Vec<u8>> {
        Ok(journal::absolute(self.out)?.into_os_string().into_encoded_bytes())
    }

    /// Notes the build in the journal.
    fn note(&self, sources: Option<Vec<SitePath>>, written: &Written) -> Result<()> {
        let entry = Entry::new(self.began, self.out, sources, &written.names)?;
        journal::note(self.root, &entry)
    }

    /// The last build.
    fn last(&self) -> Option<LastBuild> {
        load(&self.file("last-build")).map(|it| it.0)
    }

    /// Whether a build was asked for the same.
    fn is(&self, last: &LastBuild) -> Result<bool> {
        Ok(last.program == self.program
            && last.base_url == self.base_url()
            && last.today == self.request.today.to_string()
            && last.drafts == self.request.drafts
            && last.out == self.out()?)
    }
}

/// How a build is done.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Way {
    /// By what the last one left, as far as that goes.
    Shortest,
    /// As if all had changed.
    Whole,
    /// So too, and nothing is left for the next one: others may change the site meanwhile.
    Forgetful,
}

/// Builds a site on disk; nothing is written if it could not be built.
///
/// # Errors
/// The site cannot be read, the output folder cannot be used, or the disk fails.
pub fn build(asked: Asked<'_>, engine: &mut Engine, way: Way) -> Result<(Built, Option<Written>)> {
    let last = asked.last();
    let out = asked.out()?;
    if let (Way::Shortest, Some(last)) = (way, &last)
        && let Some((built, written)) = again(asked, engine, last)?
    {
        return Ok((built, Some(written)));
    }
    let start = Instant::now();
    let sources = source::scan(asked.root)?;
    let read = start.elapsed();
    if way == Way::Shortest {
        engine.recall(pages(asked.root, asked.program));
    }
    let mut built = engine.build(&sources, asked.request);
    built.timings.insert(0, ("read", read));
    let before_write = Instant::now();
    let mut folder = Folder::new(asked.root, asked.out);
    let written = output::put(asked.root, &mut folder, &mut built, &engine.progress)?;
    built.timings.push(("write", before_write.elapsed()));
    if let (Some(written), true) = (&written, way != Way::Forgetful) {
        let before = last.filter(|it| it.out == out);
        let changed = before.map(|it| difference(&it.files, &sources));
        drop(asked.note(changed, written));
    }
    // What cannot be remembered is only done again; a site is built without it.
    // Where somebody else's file stood in the way, the next build looks again.
    let is_whole = written.as_ref().is_some_and(|it| it.diagnostics.is_empty());
    if let (Some(manifest), true) = (folder.manifest(), is_whole && way != Way::Forgetful) {
        drop(remember(asked, engine, &sources, &built, manifest));
    }
    Ok((built, written))
}

/// The build, if nothing has changed since the last one but the texts of some articles: then the output folder holds what
/// a whole build would put there.
fn again(asked: Asked<'_>, engine: &Engine, last: &LastBuild) -> Result<Option<(Built, Written)>> {
    if !asked.is(last)? {
        return Ok(None);
    }
    let Some(found) = source::stamps(asked.root)? else { return Ok(None) };
    let Some(changed) = changed(&found, last) else { return Ok(None) };
    let Some(folder) = Folder::whole(asked.root, asked.out, last.manifest)? else {
        return Ok(None);
    };
    if changed.is_empty() {
        let unchanged = folder.files();
        let built = last.built();
        return Ok(built.map(|it| (it, Written { unchanged, ..Written::default() })));
    }
    edit::edit(asked, engine, last, folder, (&found, &changed))
}

/// The numbers of the files that have changed; `None` if one came or went.
fn changed(found: &[Found], last: &LastBuild) -> Option<Vec<usize>> {
    let young = last.began.saturating_sub(TICK);
    let is_same = |(found, known): (&Found, &Known)| {
        let ((_, on_disk, stamp), (_, hash, old)) = (found, known);
        let is_sure = stamp == old && stamp.modified < young;
        is_sure || fs::read(on_disk).is_ok_and(|it| ContentHash::of(&it) == *hash)
    };
    let is_known = |(found, known): (&Found, &Known)| found.0 == known.0;
    let is_like =
        found.len() == last.files.len() && std::iter::zip(found, &last.files).all(is_known);
    let same: Vec<bool> =
        is_like.then(|| (found, &last.files).into_par_iter().map(is_same).collect())?;
    Some((0..same.len()).filter(|it| !same[*it]).collect())
}

/// The files that have changed, come or gone.
fn difference(before: &[Known], sources: &Sources) -> Vec<SitePath> {
    let old: BTreeMap<&SitePath, ContentHash> =
        before.iter().map(|(path, hash, _)| (path, *hash)).collect();
    let new = sources.files.iter().filter(|(path, file)| old.get(path) != Some(&file.hash));
    let gone = old.keys().copied().filter(|path| !sources.files.contains_key(*path));
    new.map(|it| it.0).chain(gone).cloned().collect()
}

/// Remembers a build whose files are in the output folder, with the manifest as it is there.
fn remember(
    asked: Asked<'_>,
    engine: &Engine,
    sources: &Sources,
    built: &Built,
    manifest: ContentHash,
) -> Result<()> {
    let file = |(path, file): (&SitePath, &Arc<SourceFile>)| {
        Some((path.clone(), file.hash, *sources.stamps.get(path)?))
    };
    let files: Option<Vec<_>> = sources.files.iter().map(file).collect();
    // What was made of raw articles will be read as files by the next build.
    let (Some(files), Some(kept), true) = (files, engine.keep(), built.new_articles.is_empty())
    else {
        return forget(asked);
    };
    let site = edit::keep(asked, &kept)?;
    if let Some(pages) = &built.site {
        save(&asked.file("pages"), &(asked.program, pages.known()))?;
    }
    let last = LastBuild {
        program: asked.program.to_owned(),
        base_url: asked.base_url(),
        today: asked.request.today.to_string(),
        drafts: asked.request.drafts,
        out: asked.out()?,
        began: asked.began,
        files,
        manifest,
        diagnostics: built.diagnostics.iter().map(Told::of).collect(),
        withheld: built.withheld.clone(),
        articles: built.counts.articles,
        pages: built.counts.pages,
        site,
    };
    save(&asked.file("last-build"), &last).map(drop)
}

/// What the last build of a site by this program knew of pages.
#[must_use]
pub fn pages(root: &Path, program: &str) -> KnownPages {
    let pages: Option<((String, KnownPages), _)> = load(&file(root, "pages"));
    pages.map(|it| it.0).filter(|it| it.0 == program).map(|it| it.1).unwrap_or_default()
}

fn file(root: &Path, name: &str) -> PathBuf {
    root.join(".digest").join(name)
}

/// Forgets the last build.
fn forget(asked: Asked<'_>) -> Result<()> {
    let file = asked.file("last-build");
    match fs::remove_file(&file) {
        Err(error) if error.kind() != std::io::ErrorKind::NotFound => {
            Err(error).with_context(|| format!("cannot remove `{}`", file.display()))
        }
        _ => Ok(()),
    }
}

/// Puts a file in place that holds a value and its hash, which it hands back.
fn save(file: &Path, value: &impl Serialize) -> Result<ContentHash> {
    let bytes = pieces::bytes(value);
    let hash = ContentHash::of(&bytes);
    output::replace(file, &[HEAD, hash.as_bytes(), &bytes].concat())?;
    Ok(hash)
}

/// The value in a file, if it is there and whole, and its hash.
fn load<T: DeserializeOwned>(file: &Path) -> Option<(T, ContentHash)> {
    let bytes = fs::read(file).ok()?;
    let (hash, bytes) = bytes.strip_prefix(HEAD)?.split_at_checked(32)?;
    let found = ContentHash::of(bytes);
    if found.as_bytes() != hash {
        return None;
    }
    Some((postcard::from_bytes(bytes).ok()?, found))
}

impl LastBuild {
    /// What came of it; `None` if it cannot be read.
    fn built(&self) -> Option<Built> {
        let mut built = Built::default();
        built.diagnostics = self.diagnostics.iter().map(Told::diagnostic).collect::<Option<_>>()?;
        built.withheld.clone_from(&self.withheld);
        built.counts = Counts { articles: self.articles, pages: self.pages, ..Counts::default() };
        Some(built)
    }
}

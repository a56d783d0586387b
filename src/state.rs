//! What a build leaves behind for the next process, in `.digest/` of the site.
//!
//! In: what a build read, and what came of it. Out: the same again, if nothing has changed since. It is a help and never
//! needed: what is missing, damaged, of another version of the program or of another request counts as not there, and the
//! build goes its whole way. It is put in place by rename, and carries the hash of itself.
//!
//! A file counts as unchanged if its length and its time are; one that was so young when it was read that a change a
//! moment later might have the same time is read again, as git does it.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use anyhow::{Context, Result};
use jiff::civil::Date;
use rayon::prelude::*;
use serde::{Deserialize, Serialize};

use crate::diagnostic::{At, Diagnostic, Severity, Span};
use crate::engine::{Built, Counts, Request};
use crate::file::{ContentHash, SitePath, SourceFile, Stamp};
use crate::output;
use crate::source::{self, Sources};

/// The file, below `.digest/`.
const FILE: &str = "last-build";

/// Its first line; another number is another format.
const HEAD: &[u8] = b"digest last build 1\n";

/// Clocks of file systems go in steps no longer than this.
const TICK: Duration = Duration::from_millis(50);

/// What a build was made of, and what came of it.
#[derive(Debug, Serialize, Deserialize)]
struct LastBuild {
    program: String,
    base_url: Option<String>,
    today: String,
    out: PathBuf,
    /// When the files of the site began to be read.
    began: Duration,
    files: Vec<Known>,
    /// The manifest of the output folder.
    manifest: Stamp,
    diagnostics: Vec<Told>,
    withheld: Vec<(String, Option<String>)>,
    articles: usize,
    pages: usize,
}

/// A file of the site: its path, the hash of its content, its stamp.
type Known = (String, [u8; 32], Stamp);

/// A diagnostic; of a text its span.
#[derive(Debug, Serialize, Deserialize)]
struct Told {
    id: String,
    severity: u8,
    message: String,
    hint: Option<String>,
    path: Option<String>,
    span: Option<(usize, usize, Arc<str>)>,
}

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
}

impl Asked<'_> {
    fn file(&self) -> PathBuf {
        self.root.join(".digest").join(FILE)
    }

    fn base_url(&self) -> Option<String> {
        self.request.base_url.as_ref().map(|it| format!("{it:?}"))
    }

    fn out(&self) -> Result<PathBuf> {
        std::path::absolute(self.out)
            .with_context(|| format!("cannot use the folder `{}`", self.out.display()))
    }
}

/// What came of the last build, and how many files its output folder has, if a build now would give the same.
///
/// # Errors
/// The folder of the site cannot be read, or the output folder cannot be used.
pub fn unchanged(asked: Asked<'_>) -> Result<Option<(Built, usize)>> {
    let Some(last) = read(&asked.file()) else { return Ok(None) };
    let is_same = last.program == asked.program
        && last.base_url == asked.base_url()
        && last.today == asked.request.today.to_string()
        && last.out == asked.out()?;
    if !is_same || !has_same_files(asked.root, &last)? {
        return Ok(None);
    }
    let Some(files) = output::holds(asked.root, asked.out, last.manifest)? else { return Ok(None) };
    Ok(last.built().map(|built| (built, files)))
}

/// Remembers a build whose files are in the output folder, with the manifest as it is there. `began` is when reading the
/// site began, since 1970.
///
/// # Errors
/// The disk fails.
pub fn remember(
    asked: Asked<'_>,
    sources: &Sources,
    built: &Built,
    manifest: Stamp,
    began: Duration,
) -> Result<()> {
    let file = |(path, file): (&SitePath, &Arc<SourceFile>)| {
        Some((path.to_string(), *file.hash.as_bytes(), *sources.stamps.get(path)?))
    };
    let files: Option<Vec<_>> = sources.files.iter().map(file).collect();
    // What was made of raw articles will be read as files by the next build.
    let (Some(files), true) = (files, built.new_articles.is_empty()) else { return forget(asked) };
    let withheld = built.withheld.iter();
    let last = LastBuild {
        program: asked.program.to_owned(),
        base_url: asked.base_url(),
        today: asked.request.today.to_string(),
        out: asked.out()?,
        began,
        files,
        manifest,
        diagnostics: built.diagnostics.iter().map(Told::of).collect(),
        withheld: withheld
            .map(|(it, day)| (it.to_string(), day.map(|it| it.to_string())))
            .collect(),
        articles: built.counts.articles,
        pages: built.counts.pages,
    };
    let bytes = postcard::to_stdvec(&last).expect("it holds nothing but text, numbers and lists");
    let hash = ContentHash::of(&bytes);
    output::replace(&asked.file(), &[HEAD, hash.as_bytes(), &bytes].concat())
}

/// Forgets the last build.
fn forget(asked: Asked<'_>) -> Result<()> {
    let file = asked.file();
    match fs::remove_file(&file) {
        Err(error) if error.kind() != std::io::ErrorKind::NotFound => {
            Err(error).with_context(|| format!("cannot remove `{}`", file.display()))
        }
        _ => Ok(()),
    }
}

/// The last build, if it is there and whole.
fn read(file: &Path) -> Option<LastBuild> {
    let bytes = fs::read(file).ok()?;
    let (hash, bytes) = bytes.strip_prefix(HEAD)?.split_at_checked(32)?;
    (ContentHash::of(bytes).as_bytes() == hash).then(|| postcard::from_bytes(bytes).ok()).flatten()
}

/// Whether a site has the files that it had.
fn has_same_files(root: &Path, last: &LastBuild) -> Result<bool> {
    let Some(found) = source::stamps(root)? else { return Ok(false) };
    if found.len() != last.files.len() {
        return Ok(false);
    }
    let young = last.began.saturating_sub(TICK);
    let is_same = |(found, known): (&(SitePath, PathBuf, Stamp), &Known)| {
        let ((path, on_disk, stamp), (old_path, hash, old)) = (found, known);
        let is_sure = stamp == old && stamp.modified < young;
        let is_read_the_same =
            || fs::read(on_disk).is_ok_and(|it| ContentHash::of(&it).as_bytes() == hash);
        path.as_str() == old_path && (is_sure || is_read_the_same())
    };
    Ok((&found, &last.files).into_par_iter().all(is_same))
}

impl Told {
    fn of(it: &Diagnostic) -> Self {
        let span = match &it.at {
            At::Span(Span { text, bytes, .. }) => Some((bytes.start, bytes.end, Arc::clone(text))),
            _ => None,
        };
        Self {
            id: it.id.to_owned(),
            severity: it.severity as u8,
            message: it.message.clone(),
            hint: it.hint.clone(),
            path: it.at.path().map(ToString::to_string),
            span,
        }
    }

    fn diagnostic(self) -> Option<Diagnostic> {
        let path = self.path.as_deref().map(SitePath::new);
        let at = match (path, self.span) {
            (None, _) => At::Site,
            (Some(path), None) => At::File(path?),
            (Some(path), Some((start, end, text))) => {
                At::Span(Span { path: path?, text, bytes: start..end })
            }
        };
        let severities = [Severity::Error, Severity::Warning, Severity::Note];
        Some(Diagnostic {
            // A process reads this once, and the names are few.
            id: self.id.leak(),
            severity: *severities.get(usize::from(self.severity))?,
            message: self.message,
            at,
            hint: self.hint,
        })
    }
}

impl LastBuild {
    /// What came of it; `None` if it cannot be read.
    fn built(self) -> Option<Built> {
        let withheld = |(path, day): (String, Option<String>)| {
            let day: Option<Option<Date>> = day.map(|it| it.parse().ok());
            Some((SitePath::new(&path)?, day.map_or(Some(None), |it| it.map(Some))?))
        };
        let mut built = Built::default();
        built.diagnostics =
            self.diagnostics.into_iter().map(Told::diagnostic).collect::<Option<_>>()?;
        built.withheld = self.withheld.into_iter().map(withheld).collect::<Option<_>>()?;
        built.counts = Counts { articles: self.articles, pages: self.pages, ..Counts::default() };
        Some(built)
    }
}

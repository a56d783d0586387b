//! Which article was made of which raw article.
//!
//! In: the Markdown files of the articles, the raw articles. Out: [`Owners`], and the raw articles that can
//! become articles. Decided from the files alone, and so that no raw article becomes a second article because
//! something is wrong with the first one: it may be a draft, or corrected.

use std::collections::BTreeMap;
use std::sync::Arc;

use rayon::prelude::*;

use super::import::Files;
use crate::article::provenance;
use crate::decode;
use crate::diagnostic::{At, Diagnostic, problems};
use crate::extract::markdown::HASH_DIGITS;
use crate::file::{ContentHash, SitePath, SourceFile};

/// The articles, by the raw articles they were made of.
#[derive(Default)]
pub(super) struct Owners {
    articles: BTreeMap<SitePath, SitePath>,
    /// Articles whose raw article is gone.
    lost: Vec<Lost>,
    /// The files that name no raw article.
    nameless: Vec<SitePath>,
}

/// An article whose raw article is gone.
struct Lost {
    raw: provenance::Raw,
    article: SitePath,
    /// The lines of its front matter that its raw article would give it again.
    lines: Vec<String>,
}

impl Owners {
    /// Reads what the articles say. A raw article that nobody names, but that is what an article was made of
    /// under a name that is gone, was renamed.
    pub(super) fn new(files: &Files, raw: &Files, diagnostics: &mut Vec<Diagnostic>) -> Self {
        let mut owners = Self::default();
        for file in files.values() {
            let text = decode::readable(file);
            match provenance::raw(&text) {
                Some(it) if !raw.contains_key(&it.path) => {
                    let lines = text.lines().filter(|it| is_telling(it)).map(str::to_owned);
                    let lines = lines.collect();
                    owners.lost.push(Lost { raw: it, article: file.path.clone(), lines });
                }
                Some(it) => match owners.articles.get(&it.path) {
                    Some(first) => diagnostics.push(problems::second_article(
                        At::File(file.path.clone()),
                        it.path.as_str(),
                        first.as_str(),
                    )),
                    None => _ = owners.articles.insert(it.path, file.path.clone()),
                },
                None => owners.nameless.push(file.path.clone()),
            }
        }
        if !owners.lost.is_empty() {
            owners.find_renamed(raw);
        }
        owners
    }

    fn find_renamed(&mut self, raw: &Files) {
        let unowned = raw.values().filter(|it| !self.articles.contains_key(&it.path));
        for file in unowned.collect::<Vec<_>>() {
            let is_it = |it: &Lost| provenance::known(&it.raw.sha256, file.data.bytes()).is_some();
            if let Some(found) = self.lost.iter().position(is_it) {
                self.articles.insert(file.path.clone(), self.lost.swap_remove(found).article);
            }
        }
    }

    /// The article that was made of a raw article.
    pub(super) fn article(&self, raw: &SitePath) -> Option<&SitePath> {
        self.articles.get(raw)
    }

    /// A file without a raw article that has the name of an article made of these bytes: it may be that
    /// article, emptied, or without its table `[raw]`.
    pub(super) fn nameless(&self, sha256: &str) -> Option<&SitePath> {
        self.nameless.iter().find(|it| {
            let hash = it.stem().rsplit('-').next().unwrap_or_default();
            hash.len() >= HASH_DIGITS && sha256.starts_with(hash)
        })
    }

    /// The article of a raw article that is gone, if it tells the same as a new one: the raw article was
    /// renamed and changed.
    pub(super) fn lost(&self, new: &str) -> Option<(&SitePath, &SitePath)> {
        let lines: Vec<&str> = new.lines().filter(|it| is_telling(it)).collect();
        let is_same = |it: &&Lost| it.lines.iter().any(|line| lines.contains(&line.as_str()));
        self.lost.iter().find(is_same).map(|it| (&it.article, &it.raw.path))
    }

    /// The articles whose raw articles are gone, with what those were.
    pub(super) fn all_lost(&self) -> impl Iterator<Item = (&SitePath, &SitePath)> {
        self.lost.iter().map(|it| (&it.article, &it.raw.path))
    }
}

/// A line of front matter by which an article is known again: its headline.
fn is_telling(line: &str) -> bool {
    line.starts_with("title = ")
}

/// The raw articles without those that say what another one says: of those that differ in nothing but white
/// space and encoding, the one that has an article stays, else the first by its path.
pub(super) fn without_copies(
    raw: Files,
    owners: &Owners,
    max_bytes: u64,
    diagnostics: &mut Vec<Diagnostic>,
) -> Vec<Arc<SourceFile>> {
    let (owned, others): (Vec<_>, Vec<_>) =
        raw.into_values().partition(|it| owners.article(&it.path).is_some());
    let files: Vec<_> = owned.into_iter().chain(others).collect();
    let said: Vec<ContentHash> = files.par_iter().map(|it| said(it, max_bytes)).collect();
    let mut first: BTreeMap<ContentHash, SitePath> = BTreeMap::new();
    let mut kept = Vec::new();
    for (file, said) in std::iter::zip(files, said) {
        match first.get(&said) {
            Some(other) if owners.article(&file.path).is_none() => diagnostics
                .push(problems::duplicate_raw(At::File(file.path.clone()), other.as_str())),
            _ => {
                first.entry(said).or_insert_with(|| file.path.clone());
                kept.push(file);
            }
        }
    }
    kept.sort_by(|a, b| a.path.cmp(&b.path));
    kept
}

/// The hash of what a raw article says.
fn said(file: &SourceFile, max_bytes: u64) -> ContentHash {
    let Ok(raw) = decode::raw(file, max_bytes) else { return file.hash };
    let mut hasher = blake3::Hasher::new();
    for word in raw.text.trim_start_matches(decode::BOM).split_whitespace() {
        hasher.update(word.as_bytes());
    }
    ContentHash::from_hasher(&hasher)
}

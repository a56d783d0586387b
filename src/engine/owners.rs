//! Which article was made of which raw article.
//!
//! In: the Markdown files of the articles, the raw articles. Out: [`Owners`], and the raw articles that can
//! become articles. Decided from the files alone, and with care: a second article must not be made because
//! something is wrong with the first one, which may be a draft, or corrected.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use rayon::prelude::*;

use super::import::{BESIDE, Files};
use crate::article::provenance;
use crate::decode;
use crate::diagnostic::{At, Diagnostic, problems};
use crate::extract::markdown::HASH_DIGITS;
use crate::file::{ContentHash, SitePath, SourceFile};

/// The articles, by the raw articles they were made of.
#[derive(Default)]
pub(super) struct Owners {
    articles: BTreeMap<SitePath, SitePath>,
    /// Files that lie beside an article and are none themselves.
    pub(super) beside: Files,
    /// Articles whose raw article is gone.
    lost: Vec<Lost>,
    /// The lost articles by what stands in them: headline with day, and each paragraph.
    said: BTreeMap<ContentHash, Vec<usize>>,
    /// Files that name no raw article, by the hashes in them: whole ones, and the beginnings of some.
    nameless: BTreeMap<String, SitePath>,
}

/// An article whose raw article is gone.
struct Lost {
    raw: provenance::Raw,
    article: SitePath,
    /// How many paragraphs it has.
    paragraphs: usize,
}

impl Owners {
    /// Reads what the files say, and takes out of them those that lie beside an article. A raw article that
    /// nobody names, but that is what an article was made of under a name that is gone, was renamed.
    pub(super) fn new(files: &mut Files, raw: &Files, diagnostics: &mut Vec<Diagnostic>) -> Self {
        let claim = |(path, file): (&SitePath, &Arc<SourceFile>)| {
            (path.clone(), provenance::raw(&decode::readable(file)))
        };
        let mut claims: BTreeMap<_, _> = files.par_iter().map(claim).collect();
        let mut owners = Self { beside: take_beside(files, &claims), ..Self::default() };
        let mut lost = Vec::new();
        for file in files.values() {
            match claims.remove(&file.path).flatten() {
                Some(it) if !raw.contains_key(&it.path) => lost.push((it, file)),
                Some(it) => match owners.articles.get(&it.path) {
                    Some(first) => diagnostics.push(problems::second_article(
                        At::File(file.path.clone()),
                        it.path.as_str(),
                        first.as_str(),
                    )),
                    None => _ = owners.articles.insert(it.path, file.path.clone()),
                },
                None => {
                    for hash in hashes_in(&file.path, &decode::readable(file)) {
                        owners.nameless.entry(hash).or_insert_with(|| file.path.clone());
                    }
                }
            }
        }
        if !lost.is_empty() {
            owners.find_renamed(&mut lost, raw);
        }
        for (raw, file) in lost {
            owners.add_lost(raw, file);
        }
        owners
    }

    /// Gives lost articles the raw articles that nobody names and that have their hash.
    fn find_renamed(&mut self, lost: &mut Vec<(provenance::Raw, &Arc<SourceFile>)>, raw: &Files) {
        let unowned: Vec<_> =
            raw.values().filter(|it| !self.articles.contains_key(&it.path)).collect();
        let mut by_hash: BTreeMap<String, &SitePath> = BTreeMap::new();
        let hashes: Vec<Vec<String>> =
            unowned.par_iter().map(|it| provenance::hashes(it.data.bytes()).collect()).collect();
        for (file, hashes) in std::iter::zip(unowned, hashes) {
            for hash in hashes {
                by_hash.entry(hash).or_insert(&file.path);
            }
        }
        lost.retain(|(raw, file)| {
            let found = by_hash.get(&raw.sha256).filter(|it| !self.articles.contains_key(**it));
            if let Some(found) = found {
                self.articles.insert((*found).clone(), file.path.clone());
            }
            found.is_none()
        });
    }

    fn add_lost(&mut self, raw: provenance::Raw, file: &SourceFile) {
        let (headline, paragraphs) = telling(&decode::readable(file));
        for it in headline.into_iter().chain(paragraphs.iter().copied()) {
            self.said.entry(it).or_default().push(self.lost.len());
        }
        let paragraphs = paragraphs.len();
        self.lost.push(Lost { raw, article: file.path.clone(), paragraphs });
    }

    /// The article that was made of a raw article.
    pub(super) fn article(&self, raw: &SitePath) -> Option<&SitePath> {
        self.articles.get(raw)
    }

    /// A file that names no raw article, but holds the hash of this one in its text or its name: it may be its
    /// article, damaged.
    pub(super) fn nameless(&self, raw: &SourceFile) -> Option<&SitePath> {
        if self.nameless.is_empty() {
            return None;
        }
        provenance::hashes(raw.data.bytes()).find_map(|own| {
            (HASH_DIGITS..=own.len()).rev().find_map(|it| self.nameless.get(&own[..it]))
        })
    }

    /// The articles whose raw articles are gone and that tell what a new one does, headline and day or half of
    /// the paragraphs: the raw article was renamed and changed. Each with what its raw article was.
    pub(super) fn lost(&self, new: &str) -> Vec<(&SitePath, &SitePath)> {
        if self.lost.is_empty() {
            return Vec::new();
        }
        let (headline, paragraphs) = telling(new);
        let holding = |it: &ContentHash| self.said.get(it).into_iter().flatten().copied();
        let mut found: BTreeSet<usize> = headline.iter().flat_map(holding).collect();
        let mut shared: BTreeMap<usize, usize> = BTreeMap::new();
        for at in paragraphs.iter().flat_map(holding) {
            *shared.entry(at).or_default() += 1;
        }
        let half = shared.into_iter().filter(|(at, count)| count * 2 >= self.lost[*at].paragraphs);
        found.extend(half.map(|(at, _)| at));
        found.into_iter().map(|at| (&self.lost[at].article, &self.lost[at].raw.path)).collect()
    }

    /// The articles whose raw articles are gone, with what those were.
    pub(super) fn all_lost(&self) -> impl Iterator<Item = (&SitePath, &SitePath)> {
        self.lost.iter().map(|it| (&it.article, &it.raw.path))
    }
}

/// Takes out of the files those that lie beside an article: `a.new.md` beside `a.md`, or, if that was renamed,
/// beside the article that names the same raw article.
fn take_beside(files: &mut Files, claims: &BTreeMap<SitePath, Option<provenance::Raw>>) -> Files {
    let is_beside = |path: &SitePath| path.as_str().ends_with(BESIDE);
    let raw = |path: &SitePath| claims.get(path)?.as_ref().map(|it| &it.path);
    let owned: BTreeSet<_> = claims.keys().filter(|it| !is_beside(it)).filter_map(raw).collect();
    let names: BTreeSet<SitePath> = files.keys().map(super::import::new_path).collect();
    let fits = |path: &SitePath, _: &mut _| {
        is_beside(path) && (names.contains(path) || raw(path).is_some_and(|it| owned.contains(it)))
    };
    files.extract_if(.., fits).collect()
}

/// What an article is known again by: its headline and day, if it has both, and its paragraphs.
fn telling(text: &str) -> (Option<ContentHash>, BTreeSet<ContentHash>) {
    /// A shorter line is a heading, or may stand in any article.
    const SHORTEST: usize = 60;
    let field = |key: &str| text.lines().find(|it| it.starts_with(key));
    let day = |it: &'_ str| it.split(" #").next().unwrap_or_default().trim().to_owned();
    let headline = field("title = ").zip(field("date = ").map(day));
    let headline =
        headline.map(|(title, day)| ContentHash::of(format!("{title}\n{day}").as_bytes()));
    let lines =
        text.lines().map(str::trim).filter(|it| it.len() >= SHORTEST && !it.contains(" = "));
    (headline, lines.map(|it| ContentHash::of(it.as_bytes())).collect())
}

/// The SHA-256 hashes that stand in a file, whole; and their beginnings, at the end of its name and its slug.
pub(super) fn hashes_in(path: &SitePath, text: &str) -> Vec<String> {
    const DIGITS: usize = 64;
    let is_hash = |it: &str| it.bytes().all(|it| it.is_ascii_hexdigit());
    let whole = text.split(|c: char| !c.is_ascii_alphanumeric()).filter(|it| it.len() == DIGITS);
    let slug = provenance::slug(text);
    let named = [Some(path.stem()), slug.as_deref()].into_iter().flatten();
    let named = named.filter_map(|it| it.rsplit('-').next()).filter(|it| it.len() >= HASH_DIGITS);
    whole.chain(named).filter(|it| is_hash(it)).map(str::to_owned).collect()
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

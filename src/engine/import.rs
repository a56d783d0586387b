//! Raw articles → Markdown files.
//!
//! In: the files of the inbox, the articles there are. Out: the Markdown files of all articles, those made or
//! made anew among them. A raw article without an article gets one; one whose article is still the program's
//! has it written anew if that changes anything; one whose article a person has edited, and that has changed
//! since, gets a file beside the article.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use rayon::prelude::*;
use serde::Serialize;

use super::owners::{self, Owners};
use super::{Built, NewArticle, Progress, difference};
use crate::article::{self, provenance};
use crate::config::Config;
use crate::decode;
use crate::diagnostic::{At, Diagnostic, Severity, Span, problems};
use crate::extract::words::Words;
use crate::extract::{self, Draft, Raw, markdown, review};
use crate::file::{SitePath, SourceFile};
use crate::gazetteer::Gazetteer;
use crate::name::Names;
use crate::source::Sources;
use crate::topic::Topics;

/// What the name of a file ends in that lies beside an edited article and is no article itself. Without an
/// article of that name it is an article.
pub(super) const BESIDE: &str = ".new.md";

/// Files by their path.
pub(super) type Files = BTreeMap<SitePath, Arc<SourceFile>>;

/// What an import reads.
#[derive(Clone, Copy)]
pub(super) struct Context<'a> {
    pub(super) config: &'a Config,
    pub(super) gazetteer: &'a Gazetteer,
    pub(super) topics: &'a Topics,
    /// What the site says of people, organisations and projects.
    pub(super) names: &'a Names,
    pub(super) words: &'a Words,
    pub(super) progress: &'a Progress,
}

impl Context<'_> {
    fn extract(&self) -> extract::Context<'_> {
        extract::Context {
            gazetteer: self.gazetteer,
            topics: self.topics,
            words: self.words,
            given: &self.names.given,
        }
    }
}

/// The files below a folder that fit.
fn below(sources: &Sources, folder: &str, fits: fn(&SitePath) -> bool) -> Files {
    let files = sources.below(folder).filter(move |it| fits(&it.path));
    files.map(|it| (it.path.clone(), Arc::clone(it))).collect()
}

/// The slugs that raw articles keep, as they have articles.
pub(super) fn kept_slugs(sources: &Sources) -> BTreeMap<SitePath, String> {
    let mut files = below(sources, article::FOLDER, article::is_article);
    let raw = below(sources, extract::FOLDER, extract::is_raw);
    let owners = Owners::new(&mut files, &raw, &mut Vec::new());
    let slug = |it: &SitePath| provenance::slug(&decode::readable(files.get(owners.article(it)?)?));
    raw.keys().filter_map(|it| Some((it.clone(), slug(it)?))).collect()
}

/// The Markdown files of all articles: those of the site, and those made of raw articles just now.
pub(super) fn articles(context: Context<'_>, sources: &Sources, built: &mut Built) -> Files {
    let mut files = below(sources, article::FOLDER, article::is_article);
    let raw = below(sources, extract::FOLDER, extract::is_raw);
    let owners = Owners::new(&mut files, &raw, &mut built.diagnostics);
    let most = context.config.max_article_bytes;
    let raw = owners::without_copies(raw, &owners, most, &mut built.diagnostics);
    context.progress.expect(raw.len());
    let imported: Vec<Imported> = raw
        .par_iter()
        .map(|file| {
            let owner = owners.article(&file.path).and_then(|path| files.get(path));
            let beside = owner.and_then(|it| owners.beside.get(&new_path(&it.path)));
            let imported = import(context, file, owner, beside, markdown::HASH_DIGITS);
            context.progress.step();
            imported
        })
        .collect();
    let awaited: BTreeSet<SitePath> = imported.iter().filter_map(|it| it.beside.clone()).collect();
    let leftover = owners.beside.keys().filter(|it| !awaited.contains(it));
    built.diagnostics.extend(leftover.map(|it| problems::leftover_new_file(At::File(it.clone()))));
    let mut missing: BTreeMap<_, _> = owners.all_lost().collect();
    for (file, mut imported) in std::iter::zip(raw, imported) {
        for (article, problem) in in_the_way(&owners, &file, &imported) {
            imported.article = None;
            imported.notes.clear();
            imported.problems.push(problem);
            missing.remove(article);
        }
        add(context, &file, imported, &mut files, built);
    }
    let missing = missing
        .into_iter()
        .map(|(article, raw)| problems::missing_raw(At::File(article.clone()), raw.as_str()));
    built.diagnostics.extend(missing);
    files
}

/// What an article's file says of raw articles: whether it is still the program's, which one it was made of, and by which
/// hashes it may be known.
pub(super) fn asks_for(path: &SitePath, text: &str) -> impl Serialize {
    let raw = provenance::raw(text).map(|it| (it.path, it.sha256));
    let is_beside = path.as_str().ends_with(BESIDE);
    (provenance::is_generated(text), is_beside, raw, owners::hashes_in(path, text))
}

/// What came of a raw article.
#[derive(Default)]
struct Imported {
    /// A file to be written.
    article: Option<NewArticle>,
    problems: Vec<Diagnostic>,
    /// What a person should confirm.
    notes: Vec<Diagnostic>,
    /// Where a file may lie beside the edited article that says what it would be now.
    beside: Option<SitePath>,
}

/// The articles there are that a new one may be a second copy of, though they do not say so.
fn in_the_way<'a>(
    owners: &'a Owners,
    raw: &SourceFile,
    imported: &Imported,
) -> Vec<(&'a SitePath, Diagnostic)> {
    let Some(new) = &imported.article else { return Vec::new() };
    if owners.article(&raw.path).is_some() {
        return Vec::new();
    }
    let raw_path = raw.path.as_str();
    if let Some(article) = owners.nameless(raw) {
        let at = At::File(article.clone());
        return vec![(article, problems::article_exists(at, raw_path))];
    }
    let moved = |(article, old): (&'a SitePath, &SitePath)| {
        let at = At::File(article.clone());
        (article, problems::moved_raw(at, old.as_str(), raw_path))
    };
    owners.lost(&new.text).into_iter().map(moved).collect()
}

/// Adds an article made of a raw article. If another article has its name, its own gets more of the hash; if
/// that name is taken as well, the other file is somebody's and stays.
fn add(
    context: Context<'_>,
    raw: &SourceFile,
    imported: Imported,
    files: &mut Files,
    built: &mut Built,
) {
    let taken =
        |files: &Files, it: &NewArticle| it.replaces.is_none() && files.contains_key(&it.path);
    let Imported { mut article, problems, notes, beside } = imported;
    built.diagnostics.extend(problems);
    built.notes.extend(notes);
    if article.as_ref().is_some_and(|it| taken(files, it)) {
        article = import(context, raw, None, None, markdown::MORE_HASH_DIGITS).article;
    }
    let Some(article) = article else { return };
    if taken(files, &article) {
        let at = At::File(article.path);
        built.diagnostics.push(problems::article_exists(at, raw.path.as_str()));
        return;
    }
    if beside.as_ref() != Some(&article.path) {
        built.counts.extracted += 1;
        let file = SourceFile::new(article.path.clone(), article.text.clone().into_bytes());
        files.insert(article.path.clone(), Arc::new(file));
    }
    built.new_articles.push(article);
}

/// What a raw article asks for: a new file, an old one written anew, one beside an edited one, or nothing.
fn import(
    context: Context<'_>,
    file: &SourceFile,
    owner: Option<&Arc<SourceFile>>,
    beside: Option<&Arc<SourceFile>>,
    digits: usize,
) -> Imported {
    let mut imported = Imported::default();
    let known = owner.and_then(|it| provenance::known(&decode::readable(it), file.data.bytes()));
    let edited = owner.filter(|it| !provenance::is_generated(&decode::readable(it)));
    if edited.is_some() && known.is_some() {
        return imported;
    }
    imported.beside = edited.map(|it| new_path(&it.path));
    let raw = match extract::read(file, context.config.max_article_bytes, context.extract()) {
        Ok(raw) => raw,
        Err(problem) => {
            imported.problems.push(problem);
            return imported;
        }
    };
    let (notes, problems) =
        raw.problems.iter().cloned().partition(|it| it.severity == Severity::Note);
    (imported.notes, imported.problems) = (notes, problems);
    let Some(draft) = &raw.extraction.draft else {
        imported.problems.push(problems::no_article(At::File(file.path.clone())));
        return imported;
    };
    imported.problems.extend(impossible_day(file, &raw, draft));
    let sha256 = known.unwrap_or_else(|| provenance::sha256(file.data.bytes()));
    let from = provenance::Raw { path: file.path.clone(), sha256 };
    let slug = owner.and_then(|it| provenance::slug(&decode::readable(it)));
    let slug = slug.unwrap_or_else(|| markdown::slug(draft, &from, context.gazetteer, digits));
    let text = markdown::write(draft, &from, &slug, context.gazetteer);
    match edited {
        Some(owner) => imported.put_beside(owner, beside, &from, text),
        None => {
            let path = owner.map_or_else(|| article_path(&slug), |it| it.path.clone());
            imported.notes.extend(review::notes(&file.path, &format!("`{path}`"), &raw, draft));
            imported.article = new_article(text, path, &file.path, owner.map(|it| &**it));
        }
    }
    imported
}

/// The day that a raw article gives and that does not exist.
fn impossible_day(file: &SourceFile, raw: &Raw, draft: &Draft) -> Option<Diagnostic> {
    let bytes = draft.impossible_date.clone()?;
    let span = Span { path: file.path.clone(), text: Arc::clone(&raw.text), bytes: bytes.clone() };
    let written = raw.text.get(bytes).unwrap_or_default();
    Some(problems::impossible_day(At::Span(span), written))
}

impl Imported {
    /// An edited article whose raw article has changed: what it would be now goes into a file beside it, and
    /// the diagnostic says what differs.
    fn put_beside(
        &mut self,
        owner: &SourceFile,
        beside: Option<&Arc<SourceFile>>,
        from: &provenance::Raw,
        text: String,
    ) {
        let path = new_path(&owner.path);
        let difference = difference::between(&decode::readable(owner), &text);
        self.problems.push(problems::raw_changed(
            At::File(owner.path.clone()),
            from.path.as_str(),
            &difference,
            path.as_str(),
        ));
        match beside {
            Some(old) if says(old, &text) => {}
            Some(old) if !provenance::is_generated(&decode::readable(old)) => {
                self.problems.push(problems::edited_new_file(At::File(old.path.clone())));
            }
            old => {
                self.article = Some(NewArticle {
                    path,
                    raw: from.path.clone(),
                    text,
                    replaces: old.map(|it| it.hash),
                });
            }
        }
    }
}

/// Whether a file has this text, whatever its line ends.
fn says(file: &SourceFile, text: &str) -> bool {
    decode::readable(file).replace("\r\n", "\n") == text
}

/// The file beside an article: `a.md` → `a.new.md`.
pub(super) fn new_path(article: &SitePath) -> SitePath {
    let stem = article.as_str().strip_suffix(".md").unwrap_or(article.as_str());
    SitePath::new(&format!("{stem}{BESIDE}")).expect("a longer name in the same folder")
}

/// Where a new article belongs.
fn article_path(slug: &str) -> SitePath {
    let path = SitePath::new(&format!("{}/{slug}.md", article::FOLDER));
    path.expect("a slug of digits, pinyin and hyphens makes a good path")
}

/// The file of an article; `None` if it is there already.
fn new_article(
    text: String,
    path: SitePath,
    raw: &SitePath,
    old: Option<&SourceFile>,
) -> Option<NewArticle> {
    if old.is_some_and(|it| says(it, &text)) {
        return None;
    }
    Some(NewArticle { path, raw: raw.clone(), text, replaces: old.map(|it| it.hash) })
}

//! Raw articles → Markdown files.
//!
//! In: the files of the inbox, the articles there are. Out: the Markdown files of all articles, those made or
//! made anew among them. A raw article without an article gets one; one whose article is still the program's
//! has it written anew if that changes anything; one whose article a person has edited, and that has changed
//! since, gets a file beside the article.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use rayon::prelude::*;

use super::{Built, NewArticle, Progress, difference};
use crate::article::{self, provenance};
use crate::config::Config;
use crate::diagnostic::{At, Diagnostic, Severity, Span, problems};
use crate::extract::words::Words;
use crate::extract::{self, Draft, Raw, markdown, review};
use crate::file::{ContentHash, SitePath, SourceFile};
use crate::gazetteer::Gazetteer;
use crate::source::Sources;
use crate::topic::Topics;

/// What the name of a file ends in that lies beside an edited article and is no article itself. Without an
/// article of that name it is an article.
const BESIDE: &str = ".new.md";

/// Files by their path.
pub(super) type Files = BTreeMap<SitePath, Arc<SourceFile>>;

/// What an import reads.
#[derive(Clone, Copy)]
pub(super) struct Context<'a> {
    pub(super) config: &'a Config,
    pub(super) gazetteer: &'a Gazetteer,
    pub(super) topics: &'a Topics,
    pub(super) words: &'a Words,
    pub(super) progress: &'a Progress,
}

impl Context<'_> {
    fn extract(&self) -> extract::Context<'_> {
        extract::Context { gazetteer: self.gazetteer, topics: self.topics, words: self.words }
    }
}

/// The Markdown files of all articles: those of the site, and those made of raw articles just now.
pub(super) fn articles(context: Context<'_>, sources: &Sources, built: &mut Built) -> Files {
    let below = |folder, fits: fn(&SitePath) -> bool| {
        let files = sources.below(folder).filter(move |it| fits(&it.path));
        files.map(|it| (it.path.clone(), Arc::clone(it))).collect::<Files>()
    };
    let mut files = below(article::FOLDER, |it| it.extension() == "md");
    let articles: BTreeSet<SitePath> = files.keys().map(new_path).collect();
    let beside: Files = files.extract_if(.., |path, _| articles.contains(path)).collect();
    let raw = below(extract::FOLDER, extract::is_raw);
    let owners = owners(&files, &raw, &mut built.diagnostics);
    let raw = without_copies(raw, &owners, &mut built.diagnostics);
    context.progress.expect(raw.len());
    let imported: Vec<Imported> = raw
        .par_iter()
        .map(|file| {
            let owner = owners.get(&file.path).and_then(|path| files.get(path));
            let beside = owner.and_then(|it| beside.get(&new_path(&it.path)));
            let imported = import(context, file, owner, beside, markdown::HASH_DIGITS);
            context.progress.step();
            imported
        })
        .collect();
    let awaited: BTreeSet<SitePath> = imported.iter().filter_map(|it| it.beside.clone()).collect();
    let leftover = beside.into_keys().filter(|it| !awaited.contains(it));
    built.diagnostics.extend(leftover.map(|it| problems::leftover_new_file(At::File(it))));
    for (file, imported) in std::iter::zip(raw, imported) {
        add(context, &file, imported, &mut files, built);
    }
    files
}

/// The raw articles without those that say what another one says: of equal files the one that has an article
/// stays, else the first by its path.
fn without_copies(
    raw: Files,
    owners: &BTreeMap<SitePath, SitePath>,
    diagnostics: &mut Vec<Diagnostic>,
) -> Vec<Arc<SourceFile>> {
    let mut first: BTreeMap<ContentHash, SitePath> = BTreeMap::new();
    let (owned, others): (Vec<_>, Vec<_>) =
        raw.values().partition(|it| owners.contains_key(&it.path));
    for file in owned.into_iter().chain(others) {
        first.entry(file.hash).or_insert_with(|| file.path.clone());
    }
    let is_copy =
        |file: &SourceFile| !owners.contains_key(&file.path) && first[&file.hash] != file.path;
    let (copies, raw): (Vec<_>, Vec<_>) = raw.into_values().partition(|file| is_copy(file));
    let report = |file: Arc<SourceFile>| {
        problems::duplicate_raw(At::File(file.path.clone()), first[&file.hash].as_str())
    };
    diagnostics.extend(copies.into_iter().map(report));
    raw
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

/// Which article was made of which raw article. Read from the text, so that an article with a mistake in it
/// still owns its raw article. A raw article that nobody names, but that is what an article was made of under
/// a name that is gone, was renamed.
fn owners(
    files: &Files,
    raw: &Files,
    diagnostics: &mut Vec<Diagnostic>,
) -> BTreeMap<SitePath, SitePath> {
    let mut owners = BTreeMap::new();
    let mut lost: Vec<(provenance::Raw, SitePath)> = Vec::new();
    for file in files.values().rev() {
        match provenance::raw(&text_of(file)) {
            Some(it) if raw.contains_key(&it.path) => _ = owners.insert(it.path, file.path.clone()),
            Some(it) => lost.push((it, file.path.clone())),
            None => {}
        }
    }
    if !lost.is_empty() {
        let unowned: Vec<_> = raw.values().filter(|it| !owners.contains_key(&it.path)).collect();
        for file in unowned {
            let sha256 = provenance::sha256(file.data.bytes());
            if let Some(found) = lost.iter().position(|(it, _)| it.sha256 == sha256) {
                owners.insert(file.path.clone(), lost.swap_remove(found).1);
            }
        }
    }
    let missing = lost
        .into_iter()
        .map(|(it, owner)| problems::missing_raw(At::File(owner), it.path.as_str()));
    diagnostics.extend(missing);
    owners
}

fn text_of(file: &SourceFile) -> std::borrow::Cow<'_, str> {
    String::from_utf8_lossy(file.data.bytes())
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
    let sha256 = provenance::sha256(file.data.bytes());
    let edited = owner.filter(|it| !provenance::is_generated(&text_of(it)));
    if edited.is_some_and(|it| text_of(it).contains(&sha256)) {
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
    let from = provenance::Raw { path: file.path.clone(), sha256 };
    let slug = owner.and_then(|it| provenance::slug(&text_of(it)));
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
        let difference = difference::between(&text_of(owner), &text);
        self.problems.push(problems::raw_changed(
            At::File(owner.path.clone()),
            from.path.as_str(),
            &difference,
            path.as_str(),
        ));
        match beside {
            Some(old) if text_of(old).replace("\r\n", "\n") == text => {}
            Some(old) if !provenance::is_generated(&text_of(old)) => {
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

/// The file beside an article: `a.md` → `a.new.md`.
fn new_path(article: &SitePath) -> SitePath {
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
    if old.is_some_and(|it| text_of(it).replace("\r\n", "\n") == text) {
        return None;
    }
    Some(NewArticle { path, raw: raw.clone(), text, replaces: old.map(|it| it.hash) })
}

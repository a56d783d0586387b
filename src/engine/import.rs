//! Raw articles → Markdown files.
//!
//! In: the files of the inbox, the articles there are. Out: the Markdown files of all articles, those made or
//! made anew among them. A raw article without an article gets one; one whose article is still the program's
//! has it written anew if that changes anything; one whose article a person has edited is only compared with
//! the hash that the article names.

use std::collections::BTreeMap;
use std::sync::Arc;

use rayon::prelude::*;

use super::{Built, NewArticle, Progress};
use crate::article::{self, provenance};
use crate::config::Config;
use crate::decode;
use crate::diagnostic::{At, Diagnostic, Span, problems};
use crate::extract::{self, markdown};
use crate::file::{ContentHash, SitePath, SourceFile};
use crate::gazetteer::Gazetteer;
use crate::source::Sources;
use crate::topic::Topics;

/// Files by their path.
pub(super) type Files = BTreeMap<SitePath, Arc<SourceFile>>;

/// What an import reads.
#[derive(Clone, Copy)]
pub(super) struct Context<'a> {
    pub(super) config: &'a Config,
    pub(super) gazetteer: &'a Gazetteer,
    pub(super) topics: &'a Topics,
    pub(super) progress: &'a Progress,
}

/// The Markdown files of all articles: those of the site, and those made of raw articles just now.
pub(super) fn articles(context: Context<'_>, sources: &Sources, built: &mut Built) -> Files {
    let below = |folder, extension| {
        let files = sources.below(folder).filter(move |it| it.path.extension() == extension);
        files.map(|it| (it.path.clone(), Arc::clone(it)))
    };
    let mut files: Files = below(article::FOLDER, "md").collect();
    let raw: Files = below(extract::FOLDER, "txt").collect();
    if raw.is_empty() {
        return files;
    }
    let owners = owners(&files, &raw, &mut built.diagnostics);
    let raw = without_copies(raw, &owners, &mut built.diagnostics);
    context.progress.expect(raw.len());
    let imported: Vec<Imported> = raw
        .par_iter()
        .map(|file| {
            let owner = owners.get(&file.path).and_then(|path| files.get(path));
            let imported = import(context, file, owner, markdown::HASH_DIGITS);
            context.progress.step();
            imported
        })
        .collect();
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
type Imported = (Option<NewArticle>, Vec<Diagnostic>);

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
    let (mut article, problems) = imported;
    built.diagnostics.extend(problems);
    if article.as_ref().is_some_and(|it| taken(files, it)) {
        article = import(context, raw, None, markdown::MORE_HASH_DIGITS).0;
    }
    let Some(article) = article else { return };
    if taken(files, &article) {
        let at = At::File(article.path);
        built.diagnostics.push(problems::article_exists(at, raw.path.as_str()));
        return;
    }
    built.counts.extracted += 1;
    let file = SourceFile::new(article.path.clone(), article.text.clone().into_bytes());
    files.insert(article.path.clone(), Arc::new(file));
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

/// What a raw article asks for: a new file, an old one written anew, or nothing.
fn import(
    context: Context<'_>,
    file: &SourceFile,
    owner: Option<&Arc<SourceFile>>,
    digits: usize,
) -> Imported {
    let (text, mut problems) = match decode::text(file, context.config.max_article_bytes) {
        Ok(decoded) => decoded,
        Err(problem) => return (None, vec![problem]),
    };
    let sha256 = provenance::sha256(file.data.bytes());
    if let Some(owner) = owner.filter(|it| !provenance::is_generated(&text_of(it))) {
        if !text_of(owner).contains(&sha256) {
            problems.push(problems::raw_changed(
                At::File(owner.path.clone()),
                file.path.as_str(),
                &sha256,
            ));
        }
        return (None, problems);
    }
    let Some(draft) = extract::extract(&text, context.gazetteer, context.topics) else {
        problems.push(problems::no_article(At::File(file.path.clone())));
        return (None, problems);
    };
    if let Some(bytes) = draft.impossible_date.clone() {
        let at = At::Span(Span {
            path: file.path.clone(),
            text: Arc::clone(&text),
            bytes: bytes.clone(),
        });
        problems.push(problems::impossible_day(at, &text[bytes]));
    }
    let raw = provenance::Raw { path: file.path.clone(), sha256 };
    let old = owner.map(|it| &**it);
    let slug = old.and_then(|it| provenance::slug(&text_of(it)));
    let slug = slug.unwrap_or_else(|| markdown::slug(&draft, &raw, context.gazetteer, digits));
    let text = markdown::write(&draft, &raw, &slug, context.gazetteer);
    (new_article(text, &slug, old), problems)
}

/// The file of an article, under the name it has had before; `None` if it is there already.
fn new_article(text: String, slug: &str, old: Option<&SourceFile>) -> Option<NewArticle> {
    if old.is_some_and(|it| text_of(it).replace("\r\n", "\n") == text) {
        return None;
    }
    let new_path = || SitePath::new(&format!("{}/{slug}.md", article::FOLDER));
    let path = old.map_or_else(new_path, |it| Some(it.path.clone()));
    let path = path.expect("a slug of digits, pinyin and hyphens makes a good path");
    Some(NewArticle { path, text, replaces: old.map(|it| it.hash) })
}

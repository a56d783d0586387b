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
use crate::diagnostic::{At, Diagnostic, problems};
use crate::extract;
use crate::file::{SitePath, SourceFile};
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
        let files = sources.below(folder);
        files
            .filter(move |it| it.path.extension() == extension)
            .map(|it| (it.path.clone(), Arc::clone(it)))
    };
    let mut files: Files = below(article::FOLDER, "md").collect();
    let raw: Vec<Arc<SourceFile>> = below(extract::FOLDER, "txt")
        .map(|(_, file)| file)
        .collect();
    if raw.is_empty() {
        return files;
    }
    let owners = owners(&files);
    context.progress.expect(raw.len());
    let import = |file: &Arc<SourceFile>| {
        let owner = owners.get(&file.path).and_then(|path| files.get(path));
        let imported = import(context, file, owner);
        context.progress.step();
        imported
    };
    let imported: Vec<_> = raw.par_iter().map(import).collect();
    for (file, (article, problems)) in std::iter::zip(raw, imported) {
        built.diagnostics.extend(problems);
        if let Some(article) = article {
            add(&file, article, &mut files, built);
        }
    }
    files
}

/// Adds an article made of a raw article, unless somebody's file has its name.
fn add(raw: &SourceFile, article: NewArticle, files: &mut Files, built: &mut Built) {
    if article.replaces.is_none() && files.contains_key(&article.path) {
        let at = At::File(article.path);
        built
            .diagnostics
            .push(problems::article_exists(at, raw.path.as_str()));
        return;
    }
    built.counts.extracted += 1;
    let file = SourceFile::new(article.path.clone(), article.text.clone().into_bytes());
    files.insert(article.path.clone(), Arc::new(file));
    built.new_articles.push(article);
}

/// Which article was made of which raw article. Read from the text, so that an article with a mistake in it
/// still owns its raw article.
fn owners(files: &Files) -> BTreeMap<SitePath, SitePath> {
    let owner =
        |file: &Arc<SourceFile>| Some((provenance::raw_path(&text_of(file))?, file.path.clone()));
    files.values().rev().filter_map(owner).collect()
}

fn text_of(file: &SourceFile) -> std::borrow::Cow<'_, str> {
    String::from_utf8_lossy(file.data.bytes())
}

/// What a raw article asks for: a new file, an old one written anew, or nothing.
fn import(
    context: Context<'_>,
    file: &SourceFile,
    owner: Option<&Arc<SourceFile>>,
) -> (Option<NewArticle>, Vec<Diagnostic>) {
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
            ));
        }
        return (None, problems);
    }
    let Some(draft) = extract::extract(&text, context.gazetteer, context.topics) else {
        problems.push(problems::no_article(At::File(file.path.clone())));
        return (None, problems);
    };
    let raw = provenance::Raw {
        path: file.path.clone(),
        sha256,
    };
    (
        written(&draft, &raw, owner.map(|it| &**it), context.gazetteer),
        problems,
    )
}

/// The Markdown file of a draft, under the name and slug it has had before; `None` if it is there already.
fn written(
    draft: &extract::Draft,
    raw: &provenance::Raw,
    old: Option<&SourceFile>,
    gazetteer: &Gazetteer,
) -> Option<NewArticle> {
    let slug = old.and_then(|it| provenance::slug(&text_of(it)));
    let slug = slug.unwrap_or_else(|| extract::markdown::slug(draft, raw, gazetteer));
    let text = extract::markdown::write(draft, raw, &slug, gazetteer);
    if old.is_some_and(|it| text_of(it).replace("\r\n", "\n") == text) {
        return None;
    }
    let new_path = || SitePath::new(&format!("{}/{slug}.md", article::FOLDER));
    let path = old.map_or_else(new_path, |it| Some(it.path.clone()));
    let path = path.expect("a slug of digits, pinyin and hyphens makes a good path");
    Some(NewArticle {
        path,
        text,
        replaces: old.map(|it| it.hash),
    })
}

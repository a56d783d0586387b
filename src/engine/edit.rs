//! The short way of a build: since the last one only some articles have changed, and nothing of them that decides which
//! pages there are, or what stands on them in which order: their texts, headlines, sentences, figures.
//!
//! In: the last build, the files as they are now. Out: the same site with these articles as they are now, or nothing, if
//! anything else may have changed: then the build goes its whole way. What it may skip is decided by comparing what the
//! stages read ([`Annotated::is_like`], [`Annotated::signature`]), so the result is that of a whole build.

use std::sync::Arc;

use super::import::{self, Files};
use super::{Built, Counts, Engine, Known, Parsed, Request, Site};
use crate::annotate::{self, Annotated};
use crate::article;
use crate::catalog::{ArticleId, Withheld};
use crate::diagnostic::problems::DUPLICATE_ROUTE;
use crate::diagnostic::{At, Diagnostic, Severity};
use crate::file::{ContentHash, SitePath, SourceFile};
use crate::plan::Changed;
use crate::source::Sources;
use crate::tree::Tree;

/// The last build that gave a site.
pub(super) struct Last {
    pub(super) request: Request,
    pub(super) files: Files,
    /// What could not be read of the files.
    pub(super) unread: Vec<Diagnostic>,
    pub(super) known: Known,
    pub(super) trees: Arc<[Tree]>,
    pub(super) site: Arc<Site>,
    /// What was wrong, but for what each article says of itself.
    pub(super) diagnostics: Vec<Diagnostic>,
    pub(super) notes: Vec<Diagnostic>,
    pub(super) counts: Counts,
    pub(super) withheld: Vec<(SitePath, Withheld)>,
}

impl Last {
    /// The articles whose files have changed; `None` if any other file has, or one came or went.
    fn edits(&self, sources: &Sources, request: &Request) -> Option<Vec<Arc<SourceFile>>> {
        let is_same = *request == self.request
            && sources.diagnostics == self.unread
            && sources.files.len() == self.files.len();
        if !is_same {
            return None;
        }
        let mut edits = Vec::new();
        for ((old_path, old), (path, new)) in std::iter::zip(&self.files, &sources.files) {
            if old_path != path {
                return None;
            }
            if Arc::ptr_eq(old, new) || old.hash == new.hash {
                continue;
            }
            // What was told of it at its old place may stand elsewhere now, and who has an address is told with headlines.
            let is_told = self.diagnostics.iter().chain(&self.notes).any(|it| {
                it.id == DUPLICATE_ROUTE
                    || matches!(&it.at, At::Span(it) if it.path == *path)
                    || (it.severity != Severity::Note && it.at.path() == Some(path))
            });
            if !article::is_article(path) || is_told {
                return None;
            }
            edits.push(Arc::clone(new));
        }
        Some(edits)
    }
}

/// The hash of what an article's file says of raw articles.
fn asked_of_raw(it: &Annotated) -> ContentHash {
    ContentHash::of_value(&import::asks_for(&it.article.path, &it.article.text))
}

/// The hash of all that decides, besides the text that its own page shows, what an article does to a site.
pub(super) fn signature(it: &Annotated) -> ContentHash {
    ContentHash::of_value(&(it.signature(), asked_of_raw(it)))
}

/// Whether two states of an article decide the same.
fn decide_the_same(old: &Annotated, new: &Annotated) -> bool {
    old.signature() == new.signature() || old.is_like(new)
}

impl Engine {
    /// Builds the short way, if it can.
    pub(super) fn edit(&mut self, sources: &Sources, request: &Request) -> Option<Built> {
        let last = self.last.as_ref()?;
        let edits = last.edits(sources, request)?;
        let known = annotate::Context {
            gazetteer: &last.known.gazetteer,
            topics: &last.known.topics,
            names: &last.known.names,
        };
        let mut parsed: Vec<(Arc<SourceFile>, Parsed)> = Vec::new();
        let mut changed: Vec<Changed> = Vec::new();
        let mut counts = Counts { parsed: edits.len(), extracted: 0, converted: 0, ..last.counts };
        for file in edits {
            let (_, (old, _)) = self.parsed.get(&file.path)?;
            let (new, problems) = super::parse_article(&file, &last.known.config, known);
            match (old, &new) {
                (Some(old), Some(new))
                    if asked_of_raw(old) == asked_of_raw(new) && decide_the_same(old, new) =>
                {
                    if let Some(id) = last.site.published(&file.path) {
                        let it = last.changed(id, new)?;
                        let converted = it.shown.iter().filter(|it| !Arc::ptr_eq(it, new));
                        counts.converted += converted.count();
                        changed.push(it);
                    }
                }
                _ => return None,
            }
            parsed.push((file, (new, problems)));
        }
        let site = Arc::new(last.site.edited(changed)?);
        for (file, parsed) in parsed {
            self.parsed.insert(file.path.clone(), (file.hash, parsed));
        }
        let last = self.last.as_mut()?;
        last.files.clone_from(&sources.files);
        last.site = Arc::clone(&site);
        let mut built = Built {
            site: Some(site),
            diagnostics: last.diagnostics.clone(),
            notes: last.notes.clone(),
            withheld: last.withheld.clone(),
            counts,
            has_read: true,
            ..Built::default()
        };
        self.tell(&mut built);
        Some(built)
    }
}

impl Last {
    /// An article with a new text, as each tree shows it; `None` if it says something else there.
    fn changed(&self, id: ArticleId, new: &Arc<Annotated>) -> Option<Changed> {
        let old = |tree| self.site.plan().article(tree, id);
        let shown = self.trees.iter().enumerate().map(|(tree, it)| {
            let shown = it.shown(new);
            decide_the_same(old(tree), &shown).then_some(shown)
        });
        let shown = shown.collect::<Option<Vec<_>>>()?;
        let is_text =
            |(tree, it): (usize, &Arc<Annotated>)| old(tree).signature() == it.signature();
        let is_text = shown.iter().enumerate().all(is_text);
        Some(Changed { id, shown, is_text })
    }
}

//! The articles in the script of each tree.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use rayon::prelude::*;

use super::{Counts, Engine, Known};
use crate::annotate::Annotated;
use crate::catalog::Catalog;
use crate::diagnostic::{self, At, Diagnostic, problems};
use crate::file::SitePath;
use crate::text::doubt::Doubt;
use crate::text::opencc::{Conversion, OpenCcError};
use crate::text::script::Script;
use crate::text::sentence;
use crate::tree::{self, Tree};

/// The articles in the scripts of trees, each with what it was converted from.
pub(super) type Shown = BTreeMap<(Script, SitePath), (Arc<Annotated>, Arc<Annotated>)>;

/// The scripts that the articles of a site are written in, and its other texts.
pub(super) fn written_scripts(site: &Known) -> BTreeSet<Script> {
    let articles = site.catalog.articles.iter().map(|it| it.meta.script);
    let config = &site.config;
    let own = [&config.title, &config.description].into_iter().chain(&config.author.name);
    let topics = site.topics.all().iter().map(|it| &it.body.text);
    let places = site.places.all().map(|(_, it)| &it.body.text);
    let topic_names = site.catalog.topics.iter().map(|it| &it.title);
    let texts = own.chain(topics).chain(places).chain(topic_names).map(|it| Script::guess(it));
    articles.chain(texts).collect()
}

impl Engine {
    /// The trees of a site, with the conversions that its articles need, and templates of these scripts.
    ///
    /// # Errors
    /// One of these cannot be opened.
    pub(super) fn trees(
        &self,
        site: &Known,
        templates: &BTreeSet<Script>,
    ) -> Result<Vec<Tree>, OpenCcError> {
        let written = written_scripts(site);
        tree::trees(&site.config, &site.gazetteer, &written, templates, &self.converters)
    }

    /// A note for each character of which a conversion had to guess, with its sentence.
    ///
    /// # Errors
    /// A conversion cannot be opened.
    pub fn doubts(&self, site: &Known) -> Result<Vec<Diagnostic>, OpenCcError> {
        let trees = self.trees(site, &BTreeSet::new())?;
        let mut notes = Vec::new();
        for traditional in [false, true] {
            let marking = if traditional { Conversion::DoubtT } else { Conversion::DoubtS };
            // Of several trees of one script the first speaks for all.
            let tree = trees.iter().find(|it| it.script.is_traditional() != traditional);
            let articles = site.catalog.articles.iter();
            let articles = articles.filter(|it| it.meta.script.is_traditional() == traditional);
            let articles: Vec<_> = articles
                .filter(|it| tree.is_some_and(|tree| tree.converts(it.meta.script)))
                .collect();
            let (Some(tree), false) = (tree, articles.is_empty()) else { continue };
            let marking = self.converters.get(marking)?;
            let of_article = |it: &&Arc<Annotated>| {
                // Notes come in the order of the text, so each is looked for behind the last.
                let mut from = 0;
                let doubts = tree.doubts(it, &marking);
                let note =
                    |(text, doubt): &(Arc<str>, Doubt)| note(it, tree, text, doubt, &mut from);
                doubts.iter().map(note).collect::<Vec<_>>()
            };
            notes.par_extend(articles.par_iter().flat_map_iter(of_article));
        }
        diagnostic::sort(&mut notes);
        Ok(notes)
    }

    /// The catalogue as each tree shows it.
    pub(super) fn show(
        &mut self,
        trees: &[Tree],
        catalog: &Arc<Catalog>,
        counts: &mut Counts,
    ) -> Vec<Arc<Catalog>> {
        let before = std::mem::take(&mut self.shown);
        trees.iter().map(|tree| self.catalog_of(tree, catalog, &before, counts)).collect()
    }

    fn catalog_of(
        &mut self,
        tree: &Tree,
        catalog: &Arc<Catalog>,
        before: &Shown,
        counts: &mut Counts,
    ) -> Arc<Catalog> {
        if tree.is_as_written() {
            return Arc::clone(catalog);
        }
        // An article that is shown otherwise than it was written, and whether it was converted just now.
        let convert = |it: &Arc<Annotated>| -> Option<(Arc<Annotated>, bool)> {
            if !tree.converts(it.meta.script) {
                return None;
            }
            match before.get(&(tree.script, it.article.path.clone())) {
                Some((source, shown)) if Arc::ptr_eq(source, it) => {
                    Some((Arc::clone(shown), false))
                }
                _ => tree.article(it).map(|it| (Arc::new(it), true)),
            }
        };
        let converted: Vec<Option<_>> = catalog.articles.par_iter().map(convert).collect();
        let mut articles = Vec::with_capacity(converted.len());
        for (source, converted) in std::iter::zip(&catalog.articles, converted) {
            let Some((shown, is_new)) = converted else {
                articles.push(Arc::clone(source));
                continue;
            };
            counts.converted += usize::from(is_new);
            let key = (tree.script, source.article.path.clone());
            self.shown.insert(key, (Arc::clone(source), Arc::clone(&shown)));
            articles.push(shown);
        }
        Arc::new(tree.catalog(catalog, articles))
    }
}

/// The note about a doubt, at its place in the file behind `from`; where marks stand around it, it may not be found.
fn note(it: &Annotated, tree: &Tree, text: &str, doubt: &Doubt, from: &mut usize) -> Diagnostic {
    /// A sentence of a note fills at most so many columns.
    const COLUMNS: usize = 80;
    let sentence = &text[sentence::around(text, &doubt.span, COLUMNS)];
    let rest = &it.article.text[*from..];
    let place = [12, 6, 3, 0].into_iter().find_map(|reach: usize| {
        let start = text.floor_char_boundary(doubt.span.start.saturating_sub(reach));
        let end = text.ceil_char_boundary((doubt.span.end + reach).min(text.len()));
        let found = rest.find(text[start..end].trim())?;
        let at = *from + found + text[start..doubt.span.start].trim_start().len();
        Some(at..at + doubt.span.len())
    });
    let at = place.map_or(At::File(it.article.path.clone()), |place| {
        *from = place.end;
        it.article.at(place)
    });
    let written = &text[doubt.span.clone()];
    let becomes = tree.text_from(it.meta.script, written);
    problems::doubtful_conversion(at, written, &becomes, doubt.others, sentence)
}

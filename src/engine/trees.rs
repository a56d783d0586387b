//! The articles in the script of each tree.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use rayon::prelude::*;

use super::{Built, Clock, Engine, Known};
use crate::annotate::Annotated;
use crate::catalog::Catalog;
use crate::file::SitePath;
use crate::text::opencc::OpenCcError;
use crate::text::script::Script;
use crate::tree::{self, Tree};

/// The articles in the scripts of trees, each with what it was converted from.
pub(super) type Shown = BTreeMap<(Script, SitePath), (Arc<Annotated>, Arc<Annotated>)>;

impl Engine {
    /// The trees of a site, with the conversions that its articles need.
    ///
    /// # Errors
    /// One of these cannot be opened.
    pub(super) fn trees(
        &self,
        site: &Known,
        clock: &mut Clock,
        built: &mut Built,
    ) -> Result<Vec<Tree>, OpenCcError> {
        let articles = site.catalog.articles.iter().map(|it| it.meta.script);
        let config = &site.config;
        let own = [&config.title, &config.description].into_iter().chain(&config.author.name);
        let topics = site.topics.all().iter().map(|it| &it.body.text);
        let places = site.places.all().map(|(_, it)| &it.body.text);
        let topic_names = site.catalog.topics.iter().map(|it| &it.title);
        let texts = own.chain(topics).chain(places).chain(topic_names).map(|it| Script::guess(it));
        let written: BTreeSet<Script> = articles.chain(texts).collect();
        let trees = tree::trees(config, &site.gazetteer, &written, &self.converters);
        built.timings.push(("scripts", clock.lap()));
        trees
    }

    /// The catalogue as each tree shows it.
    pub(super) fn show<'a>(
        &mut self,
        trees: &[Tree],
        catalog: &'a Catalog,
        clock: &mut Clock,
        built: &mut Built,
    ) -> Vec<Cow<'a, Catalog>> {
        let before = std::mem::take(&mut self.shown);
        let shown =
            trees.iter().map(|tree| self.catalog_of(tree, catalog, &before, built)).collect();
        built.timings.push(("convert", clock.lap()));
        shown
    }

    fn catalog_of<'a>(
        &mut self,
        tree: &Tree,
        catalog: &'a Catalog,
        before: &Shown,
        built: &mut Built,
    ) -> Cow<'a, Catalog> {
        let wants = |it: &Arc<Annotated>| tree.converts(it.meta.script);
        let converted: Vec<(Arc<Annotated>, bool)> = catalog
            .articles
            .par_iter()
            .map(|it| {
                let key = (tree.script, it.article.path.clone());
                match before.get(&key) {
                    Some((source, shown)) if Arc::ptr_eq(source, it) => (Arc::clone(shown), false),
                    _ => {
                        tree.article(it).map_or((Arc::clone(it), false), |it| (Arc::new(it), true))
                    }
                }
            })
            .collect();
        built.counts.converted += converted.iter().filter(|(_, new)| *new).count();
        for (source, (shown, _)) in std::iter::zip(&catalog.articles, &converted) {
            if wants(source) {
                let key = (tree.script, source.article.path.clone());
                self.shown.insert(key, (Arc::clone(source), Arc::clone(shown)));
            }
        }
        if tree.is_as_written() {
            return Cow::Borrowed(catalog);
        }
        Cow::Owned(tree.catalog(catalog, converted.into_iter().map(|(it, _)| it).collect()))
    }
}

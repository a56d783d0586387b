//! What a file of a site is made of, and what the change of a file of the sources does.
//!
//! In: a site; what the files were and might be. Out: [`Inputs`]; the addresses of what would be made anew, found by doing
//! it. Nothing is rendered or written.

use std::collections::{BTreeMap, BTreeSet};

use rayon::prelude::*;

use super::site::File;
use super::{Engine, Request, Site};
use crate::catalog::ArticleId;
use crate::file::{ContentHash, SitePath, SourceFile};
use crate::plan::Made;
use crate::render::Files;
use crate::route::Route;
use crate::source::Sources;

/// What a file of a site is made of, besides what is said of places, topics and names, and how many articles there are.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Inputs {
    /// The template that renders it; it may use all others.
    pub template: Option<&'static str>,
    /// The files whose text it shows: articles, a raw article, a file of the theme.
    pub texts: Vec<SitePath>,
    /// The articles of which it shows something else: headline, day, summary, sentences, names, figures.
    pub shown: Vec<SitePath>,
    /// Whether it is made of all articles: the index of the search.
    pub all: bool,
}

/// What would be made anew.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Effect {
    /// Pages for people.
    pub pages: Vec<Route>,
    /// Other files: feeds, data, the index of the search, the theme.
    pub files: Vec<Route>,
    /// What would be gone.
    pub gone: Vec<Route>,
}

impl Site {
    /// What the file at an address is made of; `None` if there is none.
    #[must_use]
    pub fn inputs(&self, route: &Route) -> Option<Inputs> {
        let plan = self.plan();
        let path = |id: &ArticleId| plan.article(0, *id).article.path.clone();
        let (made, template) = match self.file_at(route)? {
            File::Page(at) => {
                (Made::Page(&plan.pages[*at]), Some(plan.pages[*at].outline.template))
            }
            File::Data(at) => (Made::Data(&plan.files[*at]), None),
            File::Ready(_) => {
                let asset = plan.assets().iter().find(|it| it.route == *route);
                let texts: Vec<_> = asset.map(|it| it.file.path.clone()).into_iter().collect();
                return Some(Inputs { all: texts.is_empty(), texts, ..Inputs::default() });
            }
        };
        let (shown, texts) = plan.articles_of(&made);
        let raw = shown.iter().filter(|_| template == Some("raw.html"));
        let raw = raw
            .filter_map(|id| Some(plan.article(0, *id).article.front.raw.as_ref()?.path.clone()));
        let texts = raw.chain(texts.iter().map(path)).collect();
        let all = template.is_none() && shown.is_empty();
        Some(Inputs { template, texts, shown: shown.iter().map(path).collect(), all })
    }

    /// The pages that show the text of an article's file.
    #[must_use]
    pub fn pages_of(&self, path: &SitePath) -> Vec<&Route> {
        let plan = self.plan();
        let id = self.published(path).into_iter();
        let pages = id.flat_map(|id| plan.pages_with_text_of(id));
        pages.map(|at| &plan.pages[at].outline.route).collect()
    }

    /// What tells one state of some files from another; these by their numbers.
    fn states(
        &self,
        numbers: impl ParallelIterator<Item = usize>,
    ) -> BTreeMap<&Route, ContentHash> {
        let (plan, files) = (self.plan(), self.files());
        let state = |file: &File| match file {
            File::Page(at) => self.key(*at).0,
            File::Data(at) => plan
                .data_key(&plan.files[*at])
                .unwrap_or_else(|| ContentHash::of(&plan.data(&plan.files[*at]))),
            File::Ready(file) => file.hash(),
        };
        let all: Vec<_> = numbers.map(|it| (files[it].route(plan), state(&files[it]))).collect();
        all.into_iter().collect()
    }
}

/// Whether an address is that of a page for people, not of a feed or of data.
fn is_page(route: &Route) -> bool {
    let file = route.file();
    file.rsplit_once('.').is_some_and(|(_, extension)| extension == "html")
}

impl Engine {
    /// What would be made anew if a file were another one; `None` if there would be no site.
    pub fn effect(
        &mut self,
        (sources, request): (&Sources, &Request),
        file: &SitePath,
        text: Option<Vec<u8>>,
    ) -> Option<Effect> {
        let before = self.build(sources, request).site?;
        // Now it is known which page looks at which article.
        let old = before.states((0..before.files().len()).into_par_iter());
        let mut sources = sources.clone();
        match text {
            Some(text) => {
                let changed = SourceFile::new(file.clone(), text);
                sources.files.insert(file.clone(), changed.into());
            }
            None => _ = sources.files.remove(file),
        }
        let after = self.build(&sources, request).site?;
        let new = match after.touched() {
            Some((touched, _)) => after.states(touched.par_iter().copied()),
            None => after.states((0..after.files().len()).into_par_iter()),
        };
        let is_other = |it: &(&&Route, &ContentHash)| old.get(*it.0) != Some(it.1);
        let made = new.iter().filter(is_other).map(|it| (*it.0).clone());
        let (pages, files) = made.partition(is_page);
        let routes: BTreeSet<&Route> = after.routes().into_iter().collect();
        let gone = before.routes().into_iter().filter(|it| !routes.contains(it)).cloned();
        Some(Effect { pages, files, gone: gone.collect() })
    }
}

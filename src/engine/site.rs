//! A site that is planned: every file of it can be made.
//!
//! In: the plan, the templates, the files that need none, and what was made before. Out: files, one by one, when they
//! are asked for. Nothing keeps them here: what is remembered of a page is its key, and the hash and length of the file.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use rayon::prelude::*;

use super::Progress;
use crate::diagnostic::Diagnostic;
use crate::file::ContentHash;
use crate::plan::Plan;
use crate::render::{Asked, Files, Output, Seal, Templates};
use crate::route::Route;
use crate::search;

/// What was made of pages, by their addresses: the key of each, and what came of it.
#[derive(Default)]
pub(super) struct Memory(Mutex<BTreeMap<Route, (ContentHash, Seal)>>);

impl Memory {
    /// What came of a page, if it had this key.
    fn get(&self, route: &Route, key: ContentHash) -> Option<Seal> {
        let known = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        known.get(route).filter(|it| it.0 == key).map(|it| it.1)
    }

    /// Forgets pages that are gone; pages stand in the order of their addresses.
    fn keep(&self, plan: &Plan) {
        let is_there =
            |route: &Route| plan.pages.binary_search_by(|it| it.route.cmp(route)).is_ok();
        let mut known = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        known.retain(|route, _| is_there(route));
    }

    fn set(&self, route: &Route, key: ContentHash, seal: Seal) {
        let mut known = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        known.insert(route.clone(), (key, seal));
    }
}

/// A file of the site.
enum File {
    /// A page of the plan, by its number.
    Page(usize),
    /// One that no template renders, by its number in the plan.
    Data(usize),
    /// One that is there already.
    Ready(Output),
}

impl File {
    fn route<'a>(&'a self, plan: &'a Plan) -> &'a Route {
        match self {
            Self::Page(page) => &plan.pages[*page].route,
            Self::Data(file) => &plan.files[*file].route,
            Self::Ready(output) => &output.route,
        }
    }
}

/// A site that is planned.
pub struct Site {
    plan: Plan,
    /// The templates of each tree.
    templates: Vec<Arc<Templates>>,
    /// The files, in the order of their addresses.
    files: Vec<File>,
    memory: Arc<Memory>,
    rendered: AtomicUsize,
    progress: Arc<Progress>,
}

impl Site {
    pub(super) fn new(
        plan: Plan,
        ready: Vec<Output>,
        templates: Vec<Arc<Templates>>,
        memory: Arc<Memory>,
        progress: Arc<Progress>,
    ) -> Self {
        let pages = (0..plan.pages.len()).map(File::Page);
        let data = (0..plan.files.len()).map(File::Data);
        let mut files: Vec<File> =
            pages.chain(data).chain(ready.into_iter().map(File::Ready)).collect();
        files.sort_by(|a, b| a.route(&plan).cmp(b.route(&plan)));
        // A file of the site where one of the search belongs was told of.
        files.dedup_by(|a, b| a.route(&plan) == b.route(&plan));
        memory.keep(&plan);
        let rendered = AtomicUsize::new(0);
        Self { plan, templates, files, memory, rendered, progress }
    }

    /// How many pages were rendered since it was planned.
    pub fn rendered(&self) -> usize {
        self.rendered.load(Ordering::Relaxed)
    }

    /// How many pages it has.
    pub fn pages(&self) -> usize {
        self.plan.pages.len()
    }

    /// The path below which the site is published.
    pub fn base_path(&self) -> &str {
        self.plan.base_path()
    }

    /// The style sheets of the theme: `style.css`, and its address on the pages.
    pub fn styles(&self) -> Vec<(String, String)> {
        let assets = &self.plan.sites[0].value().assets;
        let styles = assets.iter().filter(|(name, _)| name.ends_with(".css"));
        styles.map(|(name, address)| (name.clone(), address.clone())).collect()
    }

    /// The files that need no template.
    pub fn ready(&self) -> impl Iterator<Item = &Output> {
        self.files.iter().filter_map(|it| match it {
            File::Ready(output) => Some(output),
            File::Page(_) | File::Data(_) => None,
        })
    }

    /// Renders everything, and keeps nothing: what is wrong with the templates, each mistake once.
    pub fn check(&self) -> Vec<Diagnostic> {
        let problems = |at| self.file(at, &|_| true).err().unwrap_or_default();
        let all: Vec<Vec<Diagnostic>> =
            (0..self.files.len()).into_par_iter().map(problems).collect();
        let told = all.into_iter().flatten().map(|it| (format!("{:?}{}", it.at, it.message), it));
        told.collect::<BTreeMap<String, Diagnostic>>().into_values().collect()
    }

    /// What the index of the search was made of.
    pub fn search(&self) -> &search::Source {
        &self.plan.search
    }

    fn page(
        &self,
        number: usize,
        enough: &dyn Fn(&Seal) -> bool,
    ) -> Result<Asked, Vec<Diagnostic>> {
        let page = &self.plan.pages[number];
        let (site, templates) = (&self.plan.sites[page.tree], &self.templates[page.tree]);
        let content = self.plan.content(page);
        let key = page.key(&content, site, templates.fingerprint);
        self.progress.step();
        if let Some(seal) = self.memory.get(&page.route, key).filter(|it| enough(it)) {
            return Ok(Asked::Known(seal));
        }
        let output = templates.render(page, &content, site)?;
        self.rendered.fetch_add(1, Ordering::Relaxed);
        self.memory.set(&page.route, key, output.seal());
        Ok(Asked::Made(output))
    }
}

impl Files for Site {
    fn routes(&self) -> Vec<&Route> {
        self.files.iter().map(|it| it.route(&self.plan)).collect()
    }

    fn file(&self, at: usize, enough: &dyn Fn(&Seal) -> bool) -> Result<Asked, Vec<Diagnostic>> {
        match &self.files[at] {
            File::Page(page) => self.page(*page, enough),
            File::Data(file) => {
                let file = &self.plan.files[*file];
                let text = self.plan.data(file).into_bytes();
                Ok(Asked::Made(Output::new(file.route.clone(), text)))
            }
            File::Ready(output) => Ok(Asked::Made(output.clone())),
        }
    }
}

//! A site that is planned: every file of it can be made.
//!
//! In: the plan, the templates, the files that need none, and what was made before. Out: files, one by one, when they
//! are asked for. Nothing keeps them here: what is remembered of a page is its key, and the hash and length of the file.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use rayon::prelude::*;

use super::Progress;
use crate::annotate::Annotated;
use crate::catalog::ArticleId;
use crate::diagnostic::Diagnostic;
use crate::file::ContentHash;
use crate::plan::Plan;
use crate::render::{Asked, Files, Output, Seal, Templates};
use crate::route::Route;
use crate::search::{self, IndexFile, Indexed};

/// What was made of pages, by their addresses.
#[derive(Default)]
pub(super) struct Memory(Mutex<BTreeMap<Route, Made>>);

/// What was made of a page.
#[derive(Clone, Copy)]
struct Made {
    key: ContentHash,
    seal: Seal,
    /// The plan by which the page was last found to have this key.
    plan: u64,
}

impl Memory {
    fn last(&self, route: &Route) -> Option<Made> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).get(route).copied()
    }

    /// Forgets pages that are gone; pages stand in the order of their addresses.
    fn keep(&self, plan: &Plan) {
        let is_there = |route: &Route| {
            plan.pages.binary_search_by(|it| it.route.cmp(route)).is_ok()
                || plan.files.iter().any(|it| it.route == *route)
        };
        let mut known = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        known.retain(|route, _| is_there(route));
    }

    fn set(&self, route: &Route, made: Made) {
        let mut known = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        known.insert(route.clone(), made);
    }
}

/// A file of the site.
#[derive(Clone)]
enum File {
    /// A page of the plan, by its number.
    Page(usize),
    /// One that no template renders, by its number in the plan.
    Data(usize),
    /// One that is there already.
    Ready(Arc<ReadyFile>),
}

/// A file that is there already.
struct ReadyFile {
    route: Route,
    bytes: Arc<[u8]>,
    seal: Seal,
}

impl ReadyFile {
    fn new((route, bytes): IndexFile) -> Arc<Self> {
        let seal = Seal { hash: ContentHash::of(&bytes), length: bytes.len() as u64 };
        Arc::new(Self { route, bytes, seal })
    }
}

impl File {
    fn route<'a>(&'a self, plan: &'a Plan) -> &'a Route {
        match self {
            Self::Page(page) => &plan.pages[*page].route,
            Self::Data(file) => &plan.files[*file].route,
            Self::Ready(file) => &file.route,
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
    index: Indexed,
    /// Since the last site only the texts of some articles have changed: all other files are as they were.
    edit: Option<Edit>,
    /// The number of the plan; an edit has that of the plan it edits.
    number: u64,
    memory: Arc<Memory>,
    rendered: AtomicUsize,
    progress: Arc<Progress>,
}

/// What differs from the last site.
#[derive(Default)]
struct Edit {
    /// The files that may have changed, by their numbers.
    touched: BTreeSet<usize>,
    /// The addresses that are gone.
    gone: Vec<Route>,
}

/// An article whose text has changed, and nothing of it that other pages show.
pub(super) struct Changed {
    pub(super) id: ArticleId,
    /// As each tree shows it.
    pub(super) shown: Vec<Arc<Annotated>>,
}

impl Site {
    pub(super) fn new(
        plan: Plan,
        theme: Vec<IndexFile>,
        index: Indexed,
        templates: Vec<Arc<Templates>>,
        (memory, number): (Arc<Memory>, u64),
        progress: Arc<Progress>,
    ) -> Self {
        let pages = (0..plan.pages.len()).map(File::Page);
        let data = (0..plan.files.len()).map(File::Data);
        let ready: Vec<IndexFile> = theme.into_iter().chain(index.files()).collect();
        let ready: Vec<_> =
            ready.into_par_iter().map(|it| File::Ready(ReadyFile::new(it))).collect();
        let mut files: Vec<File> = pages.chain(data).chain(ready).collect();
        files.sort_by(|a, b| a.route(&plan).cmp(b.route(&plan)));
        // A file of the site where one of the search belongs was told of.
        files.dedup_by(|a, b| a.route(&plan) == b.route(&plan));
        memory.keep(&plan);
        let rendered = AtomicUsize::new(0);
        Self { plan, templates, files, index, edit: None, number, memory, rendered, progress }
    }

    /// The site when the texts of some articles have changed. `None` if all has to be planned anew.
    pub(super) fn edited(&self, changed: Vec<Changed>) -> Option<Self> {
        let before: Vec<_> = changed
            .iter()
            .map(|it| (self.plan.number(it.id), Arc::clone(self.plan.terms(it.id))))
            .collect();
        let pages: BTreeSet<usize> =
            changed.iter().flat_map(|it| self.plan.pages_with_text_of(it.id)).collect();
        let plan = self.plan.edited(changed.into_iter().map(|it| (it.id, it.shown)))?;
        let terms: Vec<_> = before.iter().map(|(number, terms)| (*number, &**terms)).collect();
        let search::Edited { index, gone, new } = self.index.edited(&plan.search, &terms)?;
        let mut files = self.files.clone();
        files.retain(|it| !gone.contains(it.route(&plan)));
        let mut edit = Edit { touched: BTreeSet::new(), gone };
        let new: Vec<_> = new.into_iter().map(ReadyFile::new).collect();
        for file in &new {
            let place = files.binary_search_by(|it| it.route(&plan).cmp(&file.route));
            let file = File::Ready(Arc::clone(file));
            match place {
                Ok(at) => files[at] = file,
                Err(at) => files.insert(at, file),
            }
        }
        let is_new = |route: &Route| new.iter().any(|it| it.route == *route);
        let touched = files.iter().enumerate().filter(|(_, it)| match it {
            File::Page(page) => pages.contains(page),
            File::Data(_) => false,
            File::Ready(file) => is_new(&file.route),
        });
        edit.touched = touched.map(|(at, _)| at).collect();
        Some(Self {
            plan,
            templates: self.templates.clone(),
            files,
            index,
            edit: Some(edit),
            number: self.number,
            memory: Arc::clone(&self.memory),
            rendered: AtomicUsize::new(0),
            progress: Arc::clone(&self.progress),
        })
    }

    /// The articles as a tree shows them.
    pub(super) fn shown(&self, tree: usize, id: ArticleId) -> &Arc<Annotated> {
        self.plan.article(tree, id)
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
        let styles = assets.iter().filter(|(name, _)| name.rsplit('.').next() == Some("css"));
        styles.map(|(name, address)| (name.clone(), address.clone())).collect()
    }

    /// The files that need no template.
    pub fn ready(&self) -> impl Iterator<Item = (&Route, &[u8])> {
        self.files.iter().filter_map(|it| match it {
            File::Ready(file) => Some((&file.route, &*file.bytes)),
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
        let (key, content) = self.plan.key(page, templates.fingerprint);
        self.progress.step();
        let known = self.memory.last(&page.route).filter(|it| it.key == key);
        if let Some(made) = known.filter(|it| enough(&it.seal)) {
            self.memory.set(&page.route, Made { plan: self.number, ..made });
            return Ok(Asked::Known(made.seal));
        }
        let content = content.unwrap_or_else(|| self.plan.content(page));
        let output = templates.render(page, &content, site)?;
        self.rendered.fetch_add(usize::from(known.is_none()), Ordering::Relaxed);
        let seal = output.seal();
        self.memory.set(&page.route, Made { key, seal, plan: self.number });
        Ok(Asked::Made(output))
    }
}

impl Site {
    fn data(&self, number: usize, is_touched: bool, enough: &dyn Fn(&Seal) -> bool) -> Asked {
        let file = &self.plan.files[number];
        let last = self.memory.last(&file.route);
        let is_known = |it: &Made| !is_touched && it.plan == self.number;
        let key = match last.filter(is_known) {
            Some(made) => Some(made.key),
            None => self.plan.data_key(file),
        };
        let known = last.filter(|it| Some(it.key) == key && enough(&it.seal));
        if let Some(made) = known {
            self.memory.set(&file.route, Made { plan: self.number, ..made });
            return Asked::Known(made.seal);
        }
        let output = Output::new(file.route.clone(), self.plan.data(file).into_bytes());
        let seal = output.seal();
        let key = key.unwrap_or(seal.hash);
        self.memory.set(&file.route, Made { key, seal, plan: self.number });
        Asked::Made(output)
    }
}

impl Files for Site {
    fn routes(&self) -> Vec<&Route> {
        self.files.iter().map(|it| it.route(&self.plan)).collect()
    }

    fn touched(&self) -> Option<(Vec<usize>, &[Route])> {
        let edit = self.edit.as_ref()?;
        Some((edit.touched.iter().copied().collect(), &edit.gone))
    }

    fn file(&self, at: usize, enough: &dyn Fn(&Seal) -> bool) -> Result<Asked, Vec<Diagnostic>> {
        let is_touched = self.edit.as_ref().is_none_or(|it| it.touched.contains(&at));
        match &self.files[at] {
            File::Page(page) => {
                let last = self.memory.last(&self.plan.pages[*page].route);
                let is_known = |it: &Made| !is_touched && it.plan == self.number;
                let known = last.filter(|it| is_known(it) && enough(&it.seal));
                known.map_or_else(|| self.page(*page, enough), |it| Ok(Asked::Known(it.seal)))
            }
            File::Data(file) => Ok(self.data(*file, is_touched, enough)),
            File::Ready(file) if enough(&file.seal) => Ok(Asked::Known(file.seal)),
            File::Ready(file) => {
                let (route, hash) = (file.route.clone(), file.seal.hash);
                Ok(Asked::Made(Output { route, bytes: file.bytes.to_vec(), hash }))
            }
        }
    }
}

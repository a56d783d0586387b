//! A site that is planned: every file of it can be made.
//!
//! In: the plan, the templates, the files that need none, and what was made before. Out: files, one by one, when they
//! are asked for. Nothing keeps them here: what is remembered of a page is its key, and the hash and length of the file.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use rayon::prelude::*;

use super::Progress;
use crate::catalog::ArticleId;
use crate::config::BaseUrl;
use crate::diagnostic::Diagnostic;
use crate::file::{ContentHash, SitePath};
use crate::plan::{Changed, DataFile, Outline, Plan};
use crate::render::{Asked, Files, Output, Seal, Templates};
use crate::route::Route;
use crate::search::{self, IndexFile, Indexed, Record};
use crate::view::Content;

/// What is known of the pages and data files of a site, by their addresses: their keys, and what was made of them.
pub type KnownPages = Vec<(Route, ContentHash, Seal)>;

/// What was made of files, by their addresses.
#[derive(Default)]
pub(super) struct Memory {
    made: Mutex<BTreeMap<Route, Made>>,
    /// How many sites were planned.
    plans: AtomicU64,
}

/// Whether what is known of a file is enough, without its content.
type Enough<'a> = &'a dyn Fn(&Seal) -> bool;

/// Stands for no plan of this process, or for one before an edit.
const NO_PLAN: u64 = u64::MAX;

/// What was made of a file.
#[derive(Clone, Copy)]
struct Made {
    key: ContentHash,
    seal: Seal,
    /// The plan by which the file was last found to have this key, if nothing that it shows has been edited since.
    plan: u64,
}

impl Memory {
    fn last(&self, route: &Route) -> Option<Made> {
        self.made.lock().unwrap_or_else(PoisonError::into_inner).get(route).copied()
    }

    /// Takes in a new plan, whose number it says, and forgets files that are gone; pages stand in the order of their
    /// addresses.
    fn begin(&self, plan: &Plan) -> u64 {
        let is_there = |route: &Route| {
            plan.pages.binary_search_by(|it| it.outline.route.cmp(route)).is_ok()
                || plan.files.iter().any(|it| it.route == *route)
        };
        let mut known = self.made.lock().unwrap_or_else(PoisonError::into_inner);
        known.retain(|route, _| is_there(route));
        self.plans.fetch_add(1, Ordering::Relaxed)
    }

    /// Takes in what another process knew, by no plan of this one.
    pub(super) fn recall(&self, pages: KnownPages) {
        let made = |(route, key, seal)| (route, Made { key, seal, plan: NO_PLAN });
        let mut known = self.made.lock().unwrap_or_else(PoisonError::into_inner);
        known.extend(pages.into_iter().map(made));
    }

    /// What was made of these files is no longer known to be right.
    fn doubt<'a>(&self, routes: impl Iterator<Item = &'a Route>) {
        let mut known = self.made.lock().unwrap_or_else(PoisonError::into_inner);
        for route in routes {
            if let Some(made) = known.get_mut(route) {
                made.plan = NO_PLAN;
            }
        }
    }

    fn set(&self, route: &Route, made: Made) {
        let mut known = self.made.lock().unwrap_or_else(PoisonError::into_inner);
        known.insert(route.clone(), made);
    }
}

/// A file of the site.
#[derive(Clone)]
pub(super) enum File {
    /// A page of the plan, by its number.
    Page(usize),
    /// One that no template renders, by its number in the plan.
    Data(usize),
    /// One that is there already.
    Ready(Arc<ReadyFile>),
}

/// A file that is there already.
pub(super) struct ReadyFile {
    route: Route,
    bytes: Arc<[u8]>,
    seal: Seal,
}

impl ReadyFile {
    fn new((route, bytes): IndexFile) -> Arc<Self> {
        let seal = Seal { hash: ContentHash::of(&bytes), length: bytes.len() as u64 };
        Arc::new(Self { route, bytes, seal })
    }

    pub(super) const fn hash(&self) -> ContentHash {
        self.seal.hash
    }
}

impl File {
    pub(super) fn route<'a>(&'a self, plan: &'a Plan) -> &'a Route {
        match self {
            Self::Page(page) => &plan.outline(*page).route,
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
    /// Since the last site only some articles have changed, and not what decides which pages there are.
    edit: Option<Edit>,
    /// The number of the plan; an edit has that of the plan it edits.
    number: u64,
    memory: Arc<Memory>,
    rendered: AtomicUsize,
    progress: Arc<Progress>,
}

/// What differs from the last site.
struct Edit {
    /// The files that may have changed, by their numbers, in order.
    touched: Vec<usize>,
    /// The addresses that are gone.
    gone: Vec<Route>,
}

impl Site {
    pub(super) fn new(
        plan: Plan,
        theme: Vec<IndexFile>,
        index: Indexed,
        templates: Vec<Arc<Templates>>,
        memory: Arc<Memory>,
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
        let number = memory.begin(&plan);
        let rendered = AtomicUsize::new(0);
        Self { plan, templates, files, index, edit: None, number, memory, rendered, progress }
    }

    /// The site when some articles have changed, but for what decides which pages there are. `None` if all has to be planned
    /// anew.
    pub(super) fn edited(&self, changed: Vec<Changed>) -> Option<Self> {
        let before: Vec<_> = changed
            .iter()
            .map(|it| (self.plan.number(it.id), Arc::clone(self.plan.terms(it.id))))
            .collect();
        let shown_elsewhere: Vec<ArticleId> =
            changed.iter().filter(|it| !it.is_text).map(|it| it.id).collect();
        let texts = changed.iter().flat_map(|it| self.plan.pages_with_text_of(it.id));
        let others = shown_elsewhere.iter().flat_map(|id| self.plan.pages_with(*id));
        let pages: BTreeSet<usize> = texts.chain(others).collect();
        let plan = self.plan.edited(changed)?;
        let terms: Vec<_> = before.iter().map(|(number, terms)| (*number, &**terms)).collect();
        let records: BTreeMap<usize, Vec<Vec<Record>>> =
            shown_elsewhere.iter().map(|id| plan.records(*id)).collect();
        let records: Vec<_> = records.into_iter().collect();
        let search::Edited { index, gone, new } =
            self.index.edited(&plan.search, &terms, &records)?;
        let mut files = self.files.clone();
        files.retain(|it| !gone.contains(it.route(&plan)));
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
            File::Data(_) => !shown_elsewhere.is_empty(),
            File::Ready(file) => is_new(&file.route),
        });
        let edit = Edit { touched: touched.map(|(at, _)| at).collect(), gone };
        self.memory.doubt(edit.touched.iter().map(|at| files[*at].route(&plan)));
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

    /// What is known of its pages and data files.
    pub fn known(&self) -> KnownPages {
        let known = self.memory.made.lock().unwrap_or_else(PoisonError::into_inner);
        known.iter().map(|(route, it)| (route.clone(), it.key, it.seal)).collect()
    }

    /// Its plan.
    pub(super) const fn plan(&self) -> &Plan {
        &self.plan
    }

    /// The index of its search.
    pub(super) const fn index(&self) -> &Indexed {
        &self.index
    }

    /// How many pages were rendered since it was planned.
    pub fn rendered(&self) -> usize {
        self.rendered.load(Ordering::Relaxed)
    }

    /// How many pages it has.
    pub fn pages(&self) -> usize {
        self.plan.pages.len()
    }

    /// Where it is published.
    pub fn base_url(&self) -> &BaseUrl {
        self.plan.base_url()
    }

    /// The folders of its trees; the first has none.
    pub fn folders(&self) -> impl Iterator<Item = &str> {
        self.plan.folders()
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

    /// What the index of the search was made of.
    pub fn search(&self) -> &search::Source {
        &self.plan.search
    }

    /// Its files, in the order of their addresses.
    pub(super) fn files(&self) -> &[File] {
        &self.files
    }

    /// The file at an address.
    pub(super) fn file_at(&self, route: &Route) -> Option<&File> {
        let at = self.files.binary_search_by(|it| it.route(&self.plan).cmp(route)).ok()?;
        Some(&self.files[at])
    }

    /// The article of a file, if it is published.
    pub(super) fn published(&self, path: &SitePath) -> Option<ArticleId> {
        self.plan.ids().find(|id| self.plan.article(0, *id).article.path == *path)
    }

    /// The key of a page, and what it is about if that was needed for it.
    pub(super) fn key(&self, page: usize) -> (ContentHash, Option<Content>) {
        self.plan.key(page, self.templates[self.plan.outline(page).tree].fingerprint)
    }

    fn page(&self, page: usize, enough: Enough<'_>) -> Result<Asked, Vec<Diagnostic>> {
        let outline = self.plan.outline(page);
        let Outline { route, tree, .. } = outline;
        let (site, templates) = (&self.plan.sites[*tree], &self.templates[*tree]);
        let (key, content) = self.key(page);
        self.progress.step();
        self.made(route, Some(key), enough, |is_new| {
            let content = content.unwrap_or_else(|| self.plan.content(page));
            let output = templates.render(outline, &content, site)?;
            self.rendered.fetch_add(usize::from(is_new), Ordering::Relaxed);
            Ok(output)
        })
    }

    fn data(&self, file: &DataFile, enough: Enough<'_>) -> Result<Asked, Vec<Diagnostic>> {
        self.made(&file.route, self.plan.data_key(file), enough, |_| {
            Ok(Output::new(file.route.clone(), self.plan.data(file)))
        })
    }

    /// A file with this key, from memory or made; `make` is told whether it is another one than before. A file without a
    /// key is made each time.
    fn made(
        &self,
        route: &Route,
        key: Option<ContentHash>,
        enough: Enough<'_>,
        make: impl FnOnce(bool) -> Result<Output, Vec<Diagnostic>>,
    ) -> Result<Asked, Vec<Diagnostic>> {
        let plan = self.number;
        let known = self.memory.last(route).filter(|it| Some(it.key) == key);
        if let Some(made) = known.filter(|it| enough(&it.seal)) {
            self.memory.set(route, Made { plan, ..made });
            return Ok(Asked::Known(made.seal));
        }
        let output = make(known.is_none())?;
        let seal = output.seal();
        self.memory.set(route, Made { key: key.unwrap_or(seal.hash), seal, plan });
        Ok(Asked::Made(output))
    }
}

impl Files for Site {
    fn routes(&self) -> Vec<&Route> {
        self.files.iter().map(|it| it.route(&self.plan)).collect()
    }

    fn touched(&self) -> Option<(&[usize], &[Route])> {
        self.edit.as_ref().map(|it| (&*it.touched, &*it.gone))
    }

    fn file(&self, at: usize, enough: &dyn Fn(&Seal) -> bool) -> Result<Asked, Vec<Diagnostic>> {
        let last = self.memory.last(self.files[at].route(&self.plan));
        let holds = |it: &Made| it.plan == self.number && enough(&it.seal);
        if let Some(made) = last.filter(holds) {
            return Ok(Asked::Known(made.seal));
        }
        match &self.files[at] {
            File::Page(page) => self.page(*page, enough),
            File::Data(file) => self.data(&self.plan.files[*file], enough),
            File::Ready(file) if enough(&file.seal) => Ok(Asked::Known(file.seal)),
            File::Ready(file) => {
                let (route, hash) = (file.route.clone(), file.seal.hash);
                Ok(Asked::Made(Output { route, bytes: file.bytes.to_vec(), hash }))
            }
        }
    }
}

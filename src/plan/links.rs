//! Addresses: each is one page, and every link inside the site leads to one.

use std::collections::{BTreeMap, BTreeSet};

use super::{DataFile, Page, Planner};
use crate::catalog::ArticleId;
use crate::diagnostic::{At, Diagnostic, problems};
use crate::fields::Value;
use crate::markdown::body::Link;
use crate::route::{self, Route};
use crate::search;
use crate::view::{Content, RedirectView};

/// For so many links that lead nowhere, what may be meant is looked for.
const MEANT: usize = 20;

/// Adds the pages at old addresses, and leaves out every page at an address that is taken.
pub(super) fn one_per_route(
    planners: &[Planner],
    pages: Vec<Page>,
    files: &[DataFile],
    reserved: &[Route],
) -> (Vec<Page>, Vec<Diagnostic>) {
    let mut occupied = Occupied::default();
    let (mut kept, mut diagnostics) = (Vec::new(), Vec::new());
    let indices: Vec<Route> =
        planners.iter().map(|it| search::index_route().in_folder(&it.tree().folder)).collect();
    for asset in planners[0].input.assets.iter() {
        let file = asset.file.path.to_string();
        if let Some(index) = indices.iter().find(|it| it.file_key() == asset.route.file_key()) {
            let at = At::File(asset.file.path.clone());
            let owner = "the index of the search";
            diagnostics.push(problems::duplicate_route(at, index.as_str(), &file, owner));
        }
        occupied.claim(&asset.route, &file);
    }
    for route in files.iter().map(|it| &it.route).chain(reserved) {
        occupied.claim(route, route.as_str());
    }
    // What is wrong with a page is told once, not for each tree.
    let mut told = BTreeSet::new();
    let redirects = planners.iter().enumerate().flat_map(|(tree, it)| it.redirects(tree));
    for (page, at) in pages.into_iter().map(|page| (page, At::Site)).chain(redirects) {
        match occupied.claim(&page.outline.route, described(&page)) {
            Some(owner) => {
                let folder = &planners[page.outline.tree].tree().folder;
                let below = page.outline.route.as_str().strip_prefix(&format!("/{folder}"));
                if told.insert(below.unwrap_or_default().to_owned()) {
                    let (route, name) = (page.outline.route.as_str(), described(&page));
                    diagnostics.push(problems::duplicate_route(at, route, name, &owner));
                }
            }
            None => kept.push(page),
        }
    }
    let mut pages = kept;
    pages.sort_by(|a, b| a.outline.route.cmp(&b.outline.route));
    (pages, diagnostics)
}

impl Planner {
    /// The pages at the old addresses of all articles, and where these are written.
    fn redirects(&self, tree: usize) -> impl Iterator<Item = (Page, At)> {
        let folder = &self.tree().folder;
        let all = self.input.catalog.ids().flat_map(|id| self.redirects_to(id));
        all.map(move |(page, at)| (page.in_tree(tree, folder), at))
    }

    /// The pages at the old addresses of an article, and where these are written.
    fn redirects_to(&self, id: ArticleId) -> impl Iterator<Item = (Page, At)> {
        let it = self.known(id);
        let to = self.href(&it.meta.route);
        let permalink = self.tree().base_url.permalink(&it.meta.route);
        it.article.front.aliases.iter().map(move |alias: &Value<Route>| {
            let to = to.clone();
            let content = move |it: &Self| {
                it.note(id);
                Content::Redirect(RedirectView { to: to.clone() })
            };
            let route = alias.value.clone();
            let mut page = self.page(route, "redirect.html", &it.meta.title, Vec::new(), content);
            page.outline.head.permalink.clone_from(&permalink);
            (page, it.article.at(alias.span.clone()))
        })
    }

    /// The links in articles and topics that lead to no page and no file.
    pub(super) fn dead_links(&self, pages: &[Page], files: &[DataFile]) -> Vec<Diagnostic> {
        let assets = self.input.assets.iter().map(|it| it.route.as_str());
        let files = files.iter().map(|it| it.route.as_str());
        let known: BTreeSet<&str> =
            pages.iter().map(|it| it.outline.route.as_str()).chain(assets).chain(files).collect();
        let mut dead = Vec::new();
        let mut look = |from: &Route, link: &Link, at: &dyn Fn() -> At| {
            let to = target(from, &link.target);
            let Some(to) = to.as_ref().map(Route::as_str) else {
                return dead.push(problems::dead_link(at(), &link.target, None, None));
            };
            if known.contains(to) {
                return;
            }
            let folder = format!("{to}/");
            let meant = known.get(folder.as_str()).copied().or_else(|| self.page_of_file(to));
            let near = || route::near(to, known.iter().copied()).filter(|_| dead.len() < MEANT);
            let near = if meant.is_none() { near() } else { None };
            dead.push(problems::dead_link(at(), &link.target, meant, near));
        };
        for it in &self.input.catalog.articles {
            for link in &it.article.body.links {
                let start = it.article.body_start;
                let span = start + link.span.start..start + link.span.end;
                look(&it.meta.route, link, &|| it.article.at(span.clone()));
            }
        }
        for (id, place) in self.input.places.all() {
            let route = self.input.gazetteer.route(id);
            for link in &place.body.links {
                look(&route, link, &|| place.at_link(link));
            }
        }
        for entry in self.input.names.entries() {
            let Some(file) = &entry.file else { continue };
            for link in &file.body.links {
                look(&entry.route, link, &|| file.at_link(link));
            }
        }
        for topic in self.input.topics.all() {
            for link in &topic.body.links {
                look(&topic.route, link, &|| topic.at_link(link));
            }
        }
        dead
    }

    /// The page of the article whose file a link names, as `port.md` or `../articles/port.md`.
    fn page_of_file(&self, to: &str) -> Option<&str> {
        let name = to.rsplit('/').next()?;
        let mut named =
            self.input.catalog.articles.iter().filter(|it| it.article.path.file_name() == name);
        let first = named.next()?;
        named.next().is_none().then(|| first.meta.route.as_str())
    }
}

/// Which files of the output folder are whose. Two addresses may be one file (`/a/` and `/a/index.html`), or
/// one may be a folder where the other is a file (`/a/` and `/a`).
#[derive(Default)]
struct Occupied {
    /// The files and the folders above them, with what stands there.
    owners: BTreeMap<String, (Kind, String)>,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    File,
    Folder,
}

impl Occupied {
    /// Takes the file of a route, unless it is taken: then it says by what.
    fn claim(&mut self, route: &Route, owner: &str) -> Option<String> {
        let file = route.file_key();
        let folders: Vec<&str> = file.match_indices('/').map(|(at, _)| &file[..at]).collect();
        let above = folders
            .iter()
            .find_map(|it| self.owners.get(*it).filter(|(kind, _)| *kind == Kind::File));
        if let Some((_, other)) = self.owners.get(&file).or(above) {
            return Some(format!("`{other}`"));
        }
        for folder in folders {
            self.owners
                .entry(folder.to_owned())
                .or_insert_with(|| (Kind::Folder, owner.to_owned()));
        }
        self.owners.insert(file, (Kind::File, owner.to_owned()));
        None
    }
}

/// What stands at an address, for a message.
fn described(page: &Page) -> &str {
    if page.outline.head.title.is_empty() {
        page.outline.route.as_str()
    } else {
        &page.outline.head.title
    }
}

/// The route that a link on a page leads to, without query and fragment; `None` if it can be none.
fn target(from: &Route, link: &str) -> Option<Route> {
    let path = &link[..link.find(['?', '#']).unwrap_or(link.len())];
    let path = percent_encoding::percent_decode_str(path).decode_utf8().ok()?;
    if path.starts_with('/') {
        return Route::new(&path).ok();
    }
    let mut parts: Vec<&str> =
        from.as_str().trim_matches('/').split('/').filter(|it| !it.is_empty()).collect();
    for part in path.split('/') {
        match part {
            "" | "." => {}
            ".." => drop(parts.pop()?),
            part => parts.push(part),
        }
    }
    let slash = if path.is_empty() || path.ends_with(['/', '.']) { "/" } else { "" };
    let route = format!("/{}{slash}", parts.join("/"));
    Route::new(if parts.is_empty() { "/" } else { &route }).ok()
}

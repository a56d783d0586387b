//! Addresses: each is one page, and every link inside the site leads to one.

use std::collections::{BTreeMap, BTreeSet};

use super::{DataFile, Page, Planner};
use crate::catalog::ArticleId;
use crate::diagnostic::{At, Diagnostic, problems};
use crate::fields::Value;
use crate::markdown::body::Link;
use crate::route::Route;
use crate::search;
use crate::view::{Content, RedirectView};

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
        // Nothing for a link that leads somewhere, else the page that is meant, if any.
        let near = |from: &Route, link: &Link| match target(from, &link.target) {
            Some(it) if known.contains(it.as_str()) => None,
            Some(it) => {
                Some(Route::new(&format!("{it}/")).ok().filter(|it| known.contains(it.as_str())))
            }
            None => Some(None),
        };
        let mut dead = Vec::new();
        for it in &self.input.catalog.articles {
            for link in &it.article.body.links {
                if let Some(near) = near(&it.meta.route, link) {
                    let start = it.article.body_start;
                    let at = it.article.at(start + link.span.start..start + link.span.end);
                    dead.push(problems::dead_link(
                        at,
                        &link.target,
                        near.as_ref().map(Route::as_str),
                    ));
                }
            }
        }
        for (id, place) in self.input.places.all() {
            let route = self.input.gazetteer.route(id);
            for link in &place.body.links {
                if let Some(near) = near(&route, link) {
                    let (at, near) = (place.at_link(link), near.as_ref().map(Route::as_str));
                    dead.push(problems::dead_link(at, &link.target, near));
                }
            }
        }
        for entry in self.input.names.entries() {
            for link in entry.file.iter().flat_map(|it| &it.body.links) {
                if let (Some(near), Some(file)) = (near(&entry.route, link), &entry.file) {
                    let (at, near) = (file.at_link(link), near.as_ref().map(Route::as_str));
                    dead.push(problems::dead_link(at, &link.target, near));
                }
            }
        }
        for topic in self.input.topics.all() {
            for link in &topic.body.links {
                if let Some(near) = near(&topic.route, link) {
                    let (at, near) = (topic.at_link(link), near.as_ref().map(Route::as_str));
                    dead.push(problems::dead_link(at, &link.target, near));
                }
            }
        }
        dead
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

//! Addresses: each is one page, and every link inside the site leads to one.

use std::collections::{BTreeMap, BTreeSet};

use super::{Page, Planner};
use crate::annotate::Annotated;
use crate::diagnostic::{At, Diagnostic, problems};
use crate::fields::Value;
use crate::markdown::body::Link;
use crate::route::Route;
use crate::view::{Content, RedirectView};

impl<'a> Planner<'a> {
    /// Adds the pages at old addresses, and leaves out every page at an address that is taken.
    pub(super) fn one_per_route(&self, pages: Vec<Page>) -> (Vec<Page>, Vec<Diagnostic>) {
        let mut by_key: BTreeMap<String, Page> = BTreeMap::new();
        let mut diagnostics = Vec::new();
        let files: BTreeSet<String> = self.input.assets.iter().map(|it| it.route.key()).collect();
        let redirects = self.input.catalog.articles.iter().flat_map(|it| self.redirects(it));
        for (page, at) in pages.into_iter().map(|page| (page, At::Site)).chain(redirects) {
            let key = page.route.key();
            let owner = match by_key.get(&key) {
                Some(other) => Some(described(other)),
                None => files.contains(&key).then(|| "a file of the theme".to_owned()),
            };
            match owner {
                Some(owner) => {
                    diagnostics.push(problems::duplicate_route(at, page.route.as_str(), &owner));
                }
                None => _ = by_key.insert(key, page),
            }
        }
        let mut pages: Vec<Page> = by_key.into_values().collect();
        pages.sort_by(|a, b| a.route.cmp(&b.route));
        (pages, diagnostics)
    }

    /// The pages at the old addresses of an article, and where these are written.
    fn redirects(&self, it: &'a Annotated) -> impl Iterator<Item = (Page, At)> {
        let to = self.href(&it.meta.route);
        let permalink = self.input.config.base_url.permalink(&it.meta.route);
        it.article.front.aliases.iter().map(move |alias: &Value<Route>| {
            let content = Content::Redirect(RedirectView { to: to.clone() });
            let mut page = self.page(
                alias.value.clone(),
                "redirect.html",
                &it.meta.title,
                Vec::new(),
                content,
            );
            page.head.permalink.clone_from(&permalink);
            (page, it.article.at(alias.span.clone()))
        })
    }

    /// The links in articles and topics that lead to no page and no file.
    pub(super) fn dead_links(&self, pages: &[Page]) -> Vec<Diagnostic> {
        let assets = self.input.assets.iter().map(|it| it.route.as_str());
        let known: BTreeSet<&str> =
            pages.iter().map(|it| it.route.as_str()).chain(assets).collect();
        let is_dead = |from: &Route, link: &Link| {
            let target = target(from, &link.target);
            target.is_none_or(|it| !known.contains(it.as_str()))
        };
        let mut dead = Vec::new();
        for it in &self.input.catalog.articles {
            for link in it.article.body.links.iter().filter(|link| is_dead(&it.meta.route, link)) {
                let start = it.article.body_start;
                let at = it.article.at(start + link.span.start..start + link.span.end);
                dead.push(problems::dead_link(at, &link.target));
            }
        }
        for topic in self.input.topics.all() {
            for link in topic.body.links.iter().filter(|link| is_dead(&topic.route, link)) {
                dead.push(problems::dead_link(topic.at_link(link), &link.target));
            }
        }
        dead
    }
}

/// What stands at an address, for a message.
fn described(page: &Page) -> String {
    let text = if page.head.title.is_empty() { page.route.as_str() } else { &page.head.title };
    format!("`{text}`")
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

//! The links of a built site.
//!
//! In: its files. Out: what is wrong with the templates that make them, and every link, picture and anchor on a page that
//! leads nowhere. All files are made, none is kept: of a page stay hashes of its anchors, and addresses that no page before
//! had. Links to other sites are not looked at.

use std::hash::{Hash, Hasher};
use std::sync::{Mutex, PoisonError};

use html5gum::{Token, Tokenizer};
use percent_encoding::percent_decode_str;
use rayon::prelude::*;
use rustc_hash::{FxHashMap, FxHashSet, FxHasher};

use crate::config::BaseUrl;
use crate::diagnostic::{self, Diagnostic};
use crate::html;
use crate::render::{Asked, Files};
use crate::route::{self, Route};

/// Stands for the host of the site while addresses are resolved; no link says it.
const HOST: &str = "https://site.invalid";

/// A link that leads nowhere.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Dead {
    /// The first page that has it.
    pub page: Route,
    /// The address as the page writes it, its characters as people do.
    pub written: String,
    /// Whether the page is there, and only the anchor is not.
    pub is_anchor: bool,
    /// The address that may be meant: one of the site, or an anchor of the page.
    pub near: Option<String>,
}

/// For so many links that lead nowhere, what may be meant is looked for.
const MEANT: usize = 20;

/// The links that were seen, each with the first page that has it.
type Seen = FxHashMap<String, (usize, String)>;

/// Makes all files of a site that is published at this address, and looks at their links.
pub fn crawl<F: Files + ?Sized>(files: &F, base_url: &BaseUrl) -> (Vec<Diagnostic>, Vec<Dead>) {
    let base_path = base_url.path.as_str();
    let routes = files.routes();
    let known: FxHashMap<String, bool> =
        routes.iter().map(|it| (decoded(&it.href(base_path)), is_page(it))).collect();
    let (anchors, seen) = (Mutex::new(FxHashSet::default()), Mutex::new(Seen::default()));
    let of_file = |at: usize| -> Vec<Diagnostic> {
        match files.file(at, &|_| !is_page(routes[at])) {
            Err(mistakes) => mistakes,
            Ok(Asked::Made(output)) if is_page(routes[at]) => {
                let own = routes[at].href(base_path);
                let page = Page::read(&output.bytes);
                let path = decoded(&own);
                let ids = page.ids.iter().map(|id| anchor(&path, id));
                anchors.lock().unwrap_or_else(PoisonError::into_inner).extend(ids);
                note(&seen, at, (&own, base_url), page.addresses);
                Vec::new()
            }
            Ok(_) => Vec::new(),
        }
    };
    let found: Vec<Vec<Diagnostic>> = (0..routes.len()).into_par_iter().map(of_file).collect();
    let mut mistakes = found.concat();
    diagnostic::sort(&mut mistakes);
    let anchors = anchors.into_inner().unwrap_or_else(PoisonError::into_inner);
    let seen = seen.into_inner().unwrap_or_else(PoisonError::into_inner);
    let leads_nowhere = |target: &str| {
        let (address, fragment) = target.split_once('#').unwrap_or((target, ""));
        let path = decoded(&address[..address.find('?').unwrap_or(address.len())]);
        match known.get(&path) {
            None => Some(false),
            Some(true) if needs_anchor(fragment) => {
                (!anchors.contains(&anchor(&path, &decoded(fragment)))).then_some(true)
            }
            Some(_) => None,
        }
    };
    let dead = seen.into_iter().filter_map(|(target, (page, written))| {
        let is_anchor = leads_nowhere(&target)?;
        let written = decoded(&written);
        Some((target, Dead { page: routes[page].clone(), written, is_anchor, near: None }))
    });
    let mut dead: Vec<(String, Dead)> = dead.collect();
    dead.sort_by(|a, b| a.1.cmp(&b.1));
    for (target, it) in dead.iter_mut().take(MEANT) {
        let target = decoded(target);
        it.near = match target.split_once('#').filter(|_| it.is_anchor) {
            Some((page, wanted)) => {
                let page = routes.iter().position(|it| decoded(&it.href(base_path)) == page);
                page.and_then(|at| near_anchor(files, at, wanted))
            }
            None => route::near(&target, known.keys().map(String::as_str)).map(str::to_owned),
        };
    }
    (mistakes, dead.into_iter().map(|it| it.1).collect())
}

/// The anchor of a page that is most like one that it does not have.
fn near_anchor<F: Files + ?Sized>(files: &F, page: usize, wrong: &str) -> Option<String> {
    const LIKE: f64 = 0.5;
    let Ok(Asked::Made(output)) = files.file(page, &|_| false) else { return None };
    let ids = Page::read(&output.bytes).ids.into_iter();
    let scored = ids.map(|it| (strsim::normalized_damerau_levenshtein(wrong, &it), it));
    let best = scored.filter(|it| it.0 >= LIKE).max_by(|a, b| a.0.total_cmp(&b.0));
    best.map(|it| format!("#{}", it.1))
}

/// Whether a file is a page.
fn is_page(route: &Route) -> bool {
    let address = route.as_str();
    let extension = address.rsplit('.').next();
    address.ends_with('/') || extension.is_some_and(|it| it.eq_ignore_ascii_case("html"))
}

/// Whether a fragment names an anchor: not the head of a page, nor a piece of text.
fn needs_anchor(fragment: &str) -> bool {
    !fragment.is_empty() && fragment != "top" && !fragment.starts_with(":~:")
}

/// An address, its characters as people write them.
pub(crate) fn decoded(address: &str) -> String {
    percent_decode_str(address).decode_utf8_lossy().into_owned()
}

fn anchor(path: &str, id: &str) -> u64 {
    let mut hasher = FxHasher::default();
    (path, id).hash(&mut hasher);
    hasher.finish()
}

/// Notes the addresses into the site that a page has, as paths from the host on.
fn note(seen: &Mutex<Seen>, at: usize, (own, base_url): (&str, &BaseUrl), addresses: Vec<String>) {
    let page = format!("{HOST}{own}");
    let BaseUrl { origin, path } = base_url;
    // The whole address of a page of the site; other sites may stand at the same host.
    let whole = |target: &str| {
        let below = target.strip_prefix(origin.as_str()).filter(|_| !origin.is_empty())?;
        below.starts_with(path.as_str()).then(|| below.to_owned())
    };
    let inside = addresses.into_iter().filter_map(|written| {
        let target = html::resolved(written.trim(), &page);
        let below = target.strip_prefix(HOST).map(str::to_owned).or_else(|| whole(&target))?;
        Some((below, written))
    });
    let inside: Vec<(String, String)> = inside.collect();
    let mut seen = seen.lock().unwrap_or_else(PoisonError::into_inner);
    for (target, written) in inside {
        let first = seen.entry(target).or_insert_with(|| (at, written.clone()));
        if at < first.0 {
            *first = (at, written);
        }
    }
}

/// What a page has of anchors and addresses.
#[derive(Default)]
struct Page {
    ids: Vec<String>,
    addresses: Vec<String>,
}

impl Page {
    fn read(bytes: &[u8]) -> Self {
        let mut page = Self::default();
        for token in Tokenizer::new(bytes).flatten() {
            let Token::StartTag(tag) = token else { continue };
            let is_alternate = &**tag.name == b"link";
            for (name, value) in &tag.attributes {
                let value = || String::from_utf8_lossy(value).into_owned();
                match &***name {
                    b"id" => page.ids.push(value()),
                    b"href" if is_alternate && is_canonical(&tag) => {}
                    b"href" | b"src" | b"action" | b"poster" => page.addresses.push(value()),
                    b"srcset" => {
                        let all = value();
                        let each = all.split(',').filter_map(|it| it.split_whitespace().next());
                        page.addresses.extend(each.map(str::to_owned));
                    }
                    _ => {}
                }
            }
        }
        page
    }
}

/// Whether a link says the whole address of the page itself, which is at another host while one looks.
fn is_canonical(tag: &html5gum::StartTag<()>) -> bool {
    tag.attributes.get(&b"rel"[..]).is_some_and(|it| &***it == b"canonical")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::render::Output;

    #[test]
    fn what_leads_nowhere_is_found() {
        let page = |address: &str, html: &str| {
            Output::new(Route::new(address).expect("a route"), html.as_bytes().to_vec())
        };
        let files = [
            page(
                "/",
                "<a href=\"/news/a/#二号\">1</a><a href=\"/news/a/#%E4%B8%80%E5%8F%B7\">2</a><a href=\"a/?q=1\">3</a><img src=\"/x.png\">",
            ),
            page(
                "/a/",
                "<h2 id=\"一号\">一</h2><a href=\"#一号\">4</a><a href=\"../\">5</a><a href=\"../bcd\">6</a><a href=\"https://b.cn/x\">7</a><a href=\"mailto:a@b.cn\">8</a><img srcset=\"p.png 1x, ../a/ 2x\"><a href=\"#top\">9</a><a href=\"https://a.cn/news/aa/\">10</a><a href=\"https://a.cn/c/\">11</a>",
            ),
        ];
        let base_url = BaseUrl::parse("https://a.cn/news/").expect("an address");
        let (mistakes, dead) = crawl(&files[..], &base_url);
        assert_eq!(mistakes, []);
        let told: Vec<_> = dead
            .iter()
            .map(|it| (it.page.as_str(), it.written.as_str(), it.near.as_deref()))
            .collect();
        assert_eq!(
            told,
            [
                ("/", "/news/a/#二号", Some("#一号")),
                ("/", "/x.png", None),
                ("/a/", "../bcd", None),
                ("/a/", "https://a.cn/news/aa/", Some("/news/a/")),
                ("/a/", "p.png", None),
            ]
        );
    }
}

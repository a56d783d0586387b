//! For search engines: the site map, and `robots.txt`.
//!
//! In: all pages. Out: `sitemap.xml` with every page that should be found, in each script, or an index of several such
//! files where one would be too large (sitemaps.org); nothing if the site does not say where it is published.

use std::fmt::Write;
use std::ops::Range;
use std::sync::Arc;

use super::pages::Texts;
use super::{DataFile, Page, Planner};
use crate::config::BaseUrl;
use crate::file::ContentHash;
use crate::route::Route;

const MAP: &str = "/sitemap.xml";
const ROBOTS: &str = "/robots.txt";

/// A site map holds no more addresses than these.
const MAX_PAGES: usize = 50_000;

/// Nor more bytes than 50 MiB; the rest is for its head.
const MAX_BYTES: usize = 49 << 20;

/// A site map holds so many pages at least, however long their addresses are.
const MIN_PAGES: usize = 4000;

/// The templates of pages that search engines need not know.
const UNLISTED: [&str; 5] = ["404.html", "atom.xml", "feed.json", "raw.html", "redirect.html"];

/// The names that a page in several scripts has in the site map.
const NAMESPACES: &str = "xmlns=\"http://www.sitemaps.org/schemas/sitemap/0.9\" xmlns:xhtml=\"http://www.w3.org/1999/xhtml\"";

/// The site map and `robots.txt`, unless the site has files of its own there.
pub(super) fn files(base_url: &BaseUrl, pages: &Arc<[Page]>, own: &[&str]) -> Vec<DataFile> {
    if base_url.origin.is_empty() {
        return Vec::new();
    }
    // The days, which are not known here, are all of one length.
    let length = |it: &Page| entry(it, Some("2023-03-10".to_owned())).len();
    let parts = parts(pages.iter().map(|it| if is_listed(it) { length(it) } else { 0 }));
    let mut files = Vec::new();
    let map = route(MAP);
    if let [part] = &*parts {
        files.push(map_file(map.clone(), pages, part.clone()));
    } else {
        let of_part =
            |(it, part): (usize, &Range<usize>)| map_file(numbered(it), pages, part.clone());
        files.extend(parts.iter().enumerate().map(of_part));
        let addresses = (0..parts.len()).filter_map(|it| base_url.permalink(&numbered(it)));
        let index = index(addresses);
        files.push(DataFile::new(map.clone(), move |_| index.clone()));
    }
    let robots = route(ROBOTS);
    if !own.contains(&robots.as_str())
        && let Some(map) = base_url.permalink(&map)
    {
        let text = format!("User-agent: *\nAllow: /\n\nSitemap: {map}\n");
        files.push(DataFile::new(robots, move |_| text.clone()));
    }
    files.retain(|it| !own.contains(&it.route.as_str()));
    files
}

/// The addresses that these files may take on a site of so many pages.
pub(super) fn reserved(base_url: &BaseUrl, pages: usize) -> Vec<Route> {
    if base_url.origin.is_empty() {
        return Vec::new();
    }
    let most = if pages > MIN_PAGES { pages / MIN_PAGES + 1 } else { 0 };
    [MAP, ROBOTS].map(route).into_iter().chain((0..most).map(numbered)).collect()
}

fn numbered(part: usize) -> Route {
    route(&format!("/sitemap-{}.xml", part + 1))
}

fn route(address: &str) -> Route {
    Route::new(address).expect("a constant route")
}

/// Which entries stand in which file, one file at least. In: the length of each in bytes; 0 of what has none.
fn parts(lengths: impl ExactSizeIterator<Item = usize>) -> Vec<Range<usize>> {
    let all = lengths.len();
    let mut parts = Vec::new();
    let (mut start, mut count, mut bytes) = (0, 0, 0);
    for (at, length) in lengths.enumerate() {
        let is_entry = usize::from(length > 0);
        if count + is_entry > MAX_PAGES || bytes + length > MAX_BYTES {
            parts.push(start..at);
            (start, count, bytes) = (at, 0, 0);
        }
        count += is_entry;
        bytes += length;
    }
    parts.push(start..all);
    parts
}

/// Whether search engines should know a page.
fn is_listed(page: &Page) -> bool {
    !UNLISTED.contains(&page.outline.template) && page.outline.head.permalink.is_some()
}

fn map_file(route: Route, pages: &Arc<[Page]>, part: Range<usize>) -> DataFile {
    let make = {
        let (pages, part) = (Arc::clone(pages), part.clone());
        move |it: &Planner| map(it, &pages[part.clone()])
    };
    let key = {
        let pages = Arc::clone(pages);
        move |it: &Planner| {
            let listed = pages[part.clone()].iter().filter(|it| is_listed(it));
            let told = listed.map(|page| {
                let head = &page.outline.head;
                (&head.permalink, &head.alternates, last_change(it, page))
            });
            let told: Vec<_> = told.collect();
            ContentHash::of_value(&told)
        }
    };
    DataFile::new(route, make).made_of(key)
}

fn map(planner: &Planner, pages: &[Page]) -> String {
    let mut out = format!("<?xml version=\"1.0\" encoding=\"utf-8\"?>\n<urlset {NAMESPACES}>\n");
    for page in pages.iter().filter(|it| is_listed(it)) {
        out.push_str(&entry(page, last_change(planner, page)));
    }
    out.push_str("</urlset>\n");
    out
}

/// The day on which the article of a page was last changed.
fn last_change(planner: &Planner, page: &Page) -> Option<String> {
    let Texts::Article(id) = page.texts else { return None };
    let front = &planner.known(id).article.front;
    let days = [front.date, front.updated].into_iter().flatten().map(|it| it.day);
    days.max().map(|it| it.to_string())
}

/// A page with its twins in the other scripts.
fn entry(page: &Page, changed: Option<String>) -> String {
    let head = &page.outline.head;
    let mut out = String::new();
    let Some(permalink) = &head.permalink else { return out };
    out.push_str("<url><loc>");
    out.push_str(&escaped(permalink));
    out.push_str("</loc>");
    if let Some(changed) = changed {
        let _ = write!(out, "<lastmod>{changed}</lastmod>");
    }
    let twins = head.alternates.iter().map(|it| (it.lang.tag(), &it.permalink));
    let default = head.alternates.first().map(|it| ("x-default", &it.permalink));
    for (lang, address) in twins.chain(default) {
        if let Some(address) = address {
            let address = escaped(address);
            let _ = write!(
                out,
                "<xhtml:link rel=\"alternate\" hreflang=\"{lang}\" href=\"{address}\"/>"
            );
        }
    }
    out.push_str("</url>\n");
    out
}

/// The index of several site maps.
fn index(addresses: impl Iterator<Item = String>) -> String {
    let mut out = "<?xml version=\"1.0\" encoding=\"utf-8\"?>\n<sitemapindex xmlns=\"http://www.sitemaps.org/schemas/sitemap/0.9\">\n".to_owned();
    for address in addresses {
        let _ = writeln!(out, "<sitemap><loc>{}</loc></sitemap>", escaped(&address));
    }
    out.push_str("</sitemapindex>\n");
    out
}

/// An address in XML; quotation marks and angle brackets are percent-encoded in it already.
fn escaped(address: &str) -> String {
    address.replace('&', "&amp;").replace('\'', "&apos;")
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The protocol allows 50,000 addresses and 50 MiB a file.
    #[test]
    fn large_maps_are_split() {
        let ends = |lengths: Vec<usize>| {
            parts(lengths.into_iter()).iter().map(|it| it.end).collect::<Vec<_>>()
        };
        assert_eq!(ends(Vec::new()), [0]);
        assert_eq!(ends(vec![100; 50_000]), [50_000]);
        assert_eq!(ends(vec![100; 50_001]), [50_000, 50_001]);
        // What has no entry does not count.
        assert_eq!(ends([vec![0; 7], vec![100; 50_001]].concat()), [50_007, 50_008]);
        let long = vec![MAX_BYTES / MIN_PAGES; MIN_PAGES + 1];
        assert_eq!(ends(long), [MIN_PAGES, MIN_PAGES + 1]);
    }
}

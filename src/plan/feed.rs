//! Feeds: Atom for the site, each place and each topic, and a JSON Feed for the site.

use std::sync::Arc;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::{Outline, Page, Planner, Texts, TreeContext};
use crate::annotate::Annotated;
use crate::catalog::ArticleId;
use crate::html;
use crate::route::Route;
use crate::view::{Content, EntryView, FeedView, Part, Shared};

/// A feed holds the newest articles, no more than these.
const MAX_ENTRIES: usize = 20;

/// The languages that feeds are written in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
enum Format {
    /// RFC 4287.
    Atom,
    /// JSON Feed 1.1.
    Json,
}

impl Format {
    /// The file below the page that the feed belongs to.
    const fn file(self) -> &'static str {
        match self {
            Self::Atom => "atom.xml",
            Self::Json => "feed.json",
        }
    }

    /// The template, which is called as the file is.
    const fn template(self) -> &'static str {
        self.file()
    }
}

impl TreeContext {
    /// Whether feeds are there at all: they need whole addresses, so the site has to say where it is published.
    pub(super) fn has_feeds(&self) -> bool {
        !self.tree().base_url.origin.is_empty()
    }

    /// The feeds of the site, Atom and JSON Feed.
    pub(super) fn site_feeds(&self) -> [Option<String>; 2] {
        let home = Route::known(&[]);
        [Format::Atom, Format::Json]
            .map(|it| self.has_feeds().then(|| self.href(&feed_route(&home, it))))
    }
}

impl Planner {
    /// The address of the feed of a page with these articles, if it has one: a feed goes by time, so some article
    /// needs a day.
    pub(super) fn feed_href(&self, page: &Route, articles: &[ArticleId]) -> Option<String> {
        let has_feed = self.has_feeds() && articles.iter().any(|id| self.is_dated(*id));
        has_feed.then(|| self.href(&feed_route(page, Format::Atom)))
    }

    fn is_dated(&self, id: ArticleId) -> bool {
        self.known(id).meta.date.is_some()
    }

    /// The feed of a page, if it has one.
    pub(super) fn feed(&self, page: &Route, title: &str, articles: &[ArticleId]) -> Option<Page> {
        self.feed_href(page, articles)?;
        let site = self.tree().text(&self.input.config.title);
        self.feed_in(Format::Atom, page, &format!("{title} · {site}"), articles)
    }

    /// The feeds of the site.
    pub(super) fn site_feed_pages(&self) -> Vec<Page> {
        let articles: Vec<ArticleId> = self.input.catalog.ids().collect();
        let title = self.tree().text(&self.input.config.title);
        let feed = |it| self.feed_in(it, &Route::known(&[]), &title, &articles);
        [Format::Atom, Format::Json].into_iter().filter_map(feed).collect()
    }

    fn feed_in(
        &self,
        format: Format,
        page: &Route,
        title: &str,
        articles: &[ArticleId],
    ) -> Option<Page> {
        let route = feed_route(page, format);
        let dated = articles.iter().copied().filter(|id| self.is_dated(*id));
        let newest: Vec<ArticleId> = dated.take(MAX_ENTRIES).collect();
        let base_url = &self.tree().base_url;
        let (config, tree) = (&self.input.config, self.tree());
        let frame = Arc::new(FeedFrame {
            format,
            route: route.clone(),
            title: xml_text(title),
            author: xml_text(&tree.text(config.author.name.as_ref().unwrap_or(&config.title))),
            permalink: base_url.permalink(&route)?,
            page: base_url.permalink(page)?,
        });
        let texts = Texts::Feed(Arc::clone(&frame), newest.clone());
        let content = {
            let frame = Arc::clone(&frame);
            move |it: &Self| {
                let changed = newest.iter().map(|id| updated(it.known(*id))).max();
                frame.content(newest.iter().map(|id| it.entry(*id)).collect(), changed)
            }
        };
        let page = self.page(route, format.template(), &frame.title, Vec::new(), content);
        Some(Page { texts, ..page })
    }

    /// An article as it stands in a feed.
    fn entry(&self, id: ArticleId) -> Shared<EntryView> {
        let it = self.known(id);
        if self.edited.contains_key(&id) {
            return entry(self, it);
        }
        Arc::clone(self.entries[id.index()].get_or_init(|| entry(self, it)))
    }
}

/// The address of a page's feed.
fn feed_route(page: &Route, format: Format) -> Route {
    Route::new(&format!("{page}{}", format.file())).expect("a constant part")
}

/// A feed without its articles.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct FeedFrame {
    format: Format,
    /// Its address in its tree.
    route: Route,
    title: String,
    author: String,
    permalink: String,
    page: String,
}

impl FeedFrame {
    /// The feed with these articles, the newest first.
    #[must_use]
    pub fn page<'a>(
        &self,
        context: &TreeContext,
        articles: impl Iterator<Item = &'a Annotated> + Clone,
    ) -> (Outline, Content) {
        let head = context.head(&self.route, &self.title, Vec::new());
        let template = self.format.template();
        let outline = Outline { route: self.route.clone(), tree: 0, template, head };
        let outline = outline.in_tree(context.number, &context.tree().folder);
        let changed = articles.clone().map(updated).max();
        (outline, self.content(articles.map(|it| entry(context, it)).collect(), changed))
    }

    fn content(&self, entries: Vec<Shared<EntryView>>, changed: Option<Timestamp>) -> Content {
        Content::Feed(FeedView {
            title: self.title.clone(),
            author: self.author.clone(),
            permalink: self.permalink.clone(),
            page: self.page.clone(),
            updated: changed.unwrap_or(Timestamp::UNIX_EPOCH).to_string(),
            entries,
        })
    }
}

/// When an article was last changed, as far as it says.
fn updated(it: &Annotated) -> Timestamp {
    let front = &it.article.front;
    let dates = [front.updated, front.date].into_iter().flatten().map(|it| it.instant);
    dates.max().unwrap_or(Timestamp::UNIX_EPOCH)
}

/// An article as it stands in a feed.
fn entry(context: &TreeContext, it: &Annotated) -> Shared<EntryView> {
    let (meta, front, tree) = (&it.meta, &it.article.front, context.tree());
    let published = meta.date.map_or(Timestamp::UNIX_EPOCH, |it| it.instant);
    let permalink = tree.base_url.permalink(&meta.route).unwrap_or_default();
    let html = || html::absolute(&tree.rebased(xml_text(&it.article.body.html)), &permalink);
    Part::new(EntryView {
        html: if front.is_excerpt() { String::new() } else { html() },
        permalink,
        title: xml_text(&meta.title),
        lang: meta.script,
        published: published.to_string(),
        updated: updated(it).to_string(),
        source: meta.source.as_deref().map(xml_text),
        source_url: front.source.url.as_deref().map(xml_text),
        summary: xml_text(&meta.summary),
    })
}

/// A text without the characters that XML 1.0 has no room for, not even escaped.
fn xml_text(text: &str) -> String {
    let fits = |c: &char| !matches!(c, '\0'..='\u{8}' | '\u{b}' | '\u{c}' | '\u{e}'..='\u{1f}' | '\u{fffe}' | '\u{ffff}');
    text.chars().filter(fits).collect()
}

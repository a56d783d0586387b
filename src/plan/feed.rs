//! Atom feeds.

use std::sync::Arc;

use jiff::Timestamp;

use super::{Page, Planner};
use crate::annotate::Annotated;
use crate::catalog::ArticleId;
use crate::route::Route;
use crate::view::{Content, EntryView, FeedView, Part, Shared};

/// A feed holds the newest articles, no more than these.
const MAX_ENTRIES: usize = 20;

impl Planner {
    /// The address of the feed of a page with these articles, if it has one: a feed goes by time, so some article
    /// needs a day, and it needs whole addresses, so the site has to say where it is published.
    pub(super) fn feed_route(&self, page: &Route, articles: &[ArticleId]) -> Option<Route> {
        let has_feed =
            !self.tree().base_url.origin.is_empty() && articles.iter().any(|id| self.is_dated(*id));
        has_feed.then(|| Route::new(&format!("{page}atom.xml")).expect("a constant part"))
    }

    fn is_dated(&self, id: ArticleId) -> bool {
        self.input.catalog.article(id).meta.date.is_some()
    }

    /// The feed of a page.
    pub(super) fn feed(&self, page: &Route, title: &str, articles: &[ArticleId]) -> Option<Page> {
        let route = self.feed_route(page, articles)?;
        let dated = articles.iter().copied().filter(|id| self.is_dated(*id));
        let newest: Vec<ArticleId> = dated.take(MAX_ENTRIES).collect();
        let texts = newest.clone();
        let base_url = &self.tree().base_url;
        let (permalink, page) = (base_url.permalink(&route)?, base_url.permalink(page)?);
        let site = xml_text(&self.tree().text(&self.input.config.title));
        let title = format!("{title} · {site}");
        let content = {
            let title = title.clone();
            move |it: &Self| {
                let (config, tree) = (&it.input.config, it.tree());
                let author = config.author.name.as_ref().unwrap_or(&config.title);
                let updated = newest.iter().map(|id| it.updated(*id)).max();
                Content::Feed(FeedView {
                    title: title.clone(),
                    author: xml_text(&tree.text(author)),
                    permalink: permalink.clone(),
                    page: page.clone(),
                    updated: updated.unwrap_or(Timestamp::UNIX_EPOCH).to_string(),
                    entries: newest.iter().filter_map(|id| it.entry(*id)).collect(),
                })
            }
        };
        let page = self.page(route, "atom.xml", &title, Vec::new(), content);
        Some(Page { texts, ..page })
    }

    /// When an article was last changed, as far as it says.
    fn updated(&self, id: ArticleId) -> Timestamp {
        let front = &self.input.catalog.article(id).article.front;
        let dates = [front.updated, front.date].into_iter().flatten().map(|it| it.instant);
        dates.max().unwrap_or(Timestamp::UNIX_EPOCH)
    }

    fn feed_html(&self, it: &Annotated) -> String {
        self.tree().rebased(xml_text(&it.article.body.html))
    }

    /// An article as it stands in a feed.
    fn entry(&self, id: ArticleId) -> Option<Shared<EntryView>> {
        let is_as_planned = !self.texts.contains_key(&id);
        if let Some(entry) = self.entries[id.index()].get().filter(|_| is_as_planned) {
            return Some(Arc::clone(entry));
        }
        let it = self.text_of(id);
        let published = it.meta.date.map_or(Timestamp::UNIX_EPOCH, |date| date.instant);
        let excerpt = it.article.front.is_excerpt();
        let entry = Part::new(EntryView {
            permalink: self.tree().base_url.permalink(&it.meta.route)?,
            title: xml_text(&it.meta.title),
            lang: it.meta.script,
            published: published.to_string(),
            updated: self.updated(id).to_string(),
            source: it.meta.source.as_deref().map(xml_text),
            summary: xml_text(&it.meta.summary),
            html: if excerpt { String::new() } else { self.feed_html(it) },
        });
        if is_as_planned {
            return Some(Arc::clone(self.entries[id.index()].get_or_init(|| entry)));
        }
        Some(entry)
    }
}

/// A text without the characters that XML 1.0 has no room for, not even escaped.
fn xml_text(text: &str) -> String {
    let fits = |c: &char| !matches!(c, '\0'..='\u{8}' | '\u{b}' | '\u{c}' | '\u{e}'..='\u{1f}' | '\u{fffe}' | '\u{ffff}');
    text.chars().filter(fits).collect()
}

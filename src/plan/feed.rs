//! Atom feeds.

use std::sync::Arc;

use jiff::Timestamp;

use super::{Page, Planner};
use crate::article::Rights;
use crate::catalog::ArticleId;
use crate::route::Route;
use crate::view::{Content, EntryView, FeedView, Part};

/// A feed holds the newest articles, no more than these.
const MAX_ENTRIES: usize = 20;

impl Planner<'_> {
    /// The address of the feed of a page with so many articles. A site that does not say where it is published
    /// has no feeds, for these need whole addresses.
    pub(super) fn feed_route(&self, page: &Route, articles: usize) -> Option<Route> {
        let has_feed = articles > 0 && !self.input.config.base_url.origin.is_empty();
        has_feed.then(|| Route::new(&format!("{page}atom.xml")).expect("a constant part"))
    }

    /// The feed of a page.
    pub(super) fn feed(&self, page: &Route, title: &str, articles: &[ArticleId]) -> Option<Page> {
        let route = self.feed_route(page, articles.len())?;
        // A feed goes by time: an article without a day is not in it.
        let dated = |id: &&ArticleId| self.input.catalog.article(**id).meta.date.is_some();
        let newest: Vec<ArticleId> =
            articles.iter().filter(dated).take(MAX_ENTRIES).copied().collect();
        let base_url = &self.input.config.base_url;
        let title = format!("{title} · {}", self.input.config.title);
        let updated = newest.iter().map(|id| self.updated(*id)).max();
        let view = FeedView {
            title: title.clone(),
            permalink: base_url.permalink(&route)?,
            page: base_url.permalink(page)?,
            updated: updated.unwrap_or(Timestamp::UNIX_EPOCH).to_string(),
            entries: newest.iter().filter_map(|id| self.entry(*id)).collect(),
        };
        Some(self.page(route, "atom.xml", &title, Vec::new(), Content::Feed(view)))
    }

    /// When an article was last changed, as far as it says.
    fn updated(&self, id: ArticleId) -> Timestamp {
        let front = &self.input.catalog.article(id).article.front;
        let dates = [front.updated, front.date].into_iter().flatten().map(|it| it.instant);
        dates.max().unwrap_or(Timestamp::UNIX_EPOCH)
    }

    fn entry(&self, id: ArticleId) -> Option<Arc<Part<EntryView>>> {
        if let Some(entry) = self.entries[id.index()].get() {
            return Some(Arc::clone(entry));
        }
        let it = self.input.catalog.article(id);
        let published = it.meta.date.map_or(Timestamp::UNIX_EPOCH, |date| date.instant);
        let excerpt = it.article.front.rights == Some(Rights::Excerpt);
        let entry = Part::new(EntryView {
            permalink: self.input.config.base_url.permalink(&it.meta.route)?,
            title: it.meta.title.clone(),
            lang: it.meta.script,
            published: published.to_string(),
            updated: self.updated(id).to_string(),
            source: it.meta.source.clone(),
            summary: it.meta.summary.clone(),
            html: if excerpt { String::new() } else { it.article.body.html.clone() },
        });
        Some(Arc::clone(self.entries[id.index()].get_or_init(|| entry)))
    }
}

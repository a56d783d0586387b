//! The pages of articles.

use super::{Page, Planner, date};
use crate::article::Rights;
use crate::catalog::ArticleId;
use crate::view::{ArticleView, Content, LinkView, Part, RawView};

impl Planner<'_> {
    /// The page of an article. Of one with the rights `excerpt` the body is not even in the view.
    pub(super) fn article(&self, id: ArticleId) -> Page {
        let it = self.input.catalog.article(id);
        let (front, body, meta) = (&it.article.front, &it.article.body, &it.meta);
        let excerpt = front.rights == Rights::Excerpt;
        let view = ArticleView {
            title: front.title.clone(),
            subtitle: front.subtitle.clone(),
            lang: front.script,
            date: front.date.map(date),
            updated: front.updated.map(date),
            source: front.source.clone(),
            byline: front.byline.clone(),
            summary: meta.summary.clone(),
            rights: front.rights,
            html: Part::new(if excerpt { String::new() } else { body.html.clone() }),
            headings: if excerpt { Vec::new() } else { body.headings.clone() },
            characters: body.text.chars().filter(|c| !c.is_whitespace()).count(),
            cities: self.places_links(&meta.cities),
            topics: self.topic_links(id),
            mentions: self.places_links(&meta.mentions),
            raw: front
                .raw
                .as_ref()
                .map(|raw| RawView { path: raw.path.to_string(), sha256: raw.sha256.clone() }),
            extra: front.extra.clone(),
            previous: self.neighbour(id.older(self.input.catalog)),
            next: self.neighbour(id.newer()),
        };
        let breadcrumb = self.article_breadcrumb(id);
        let mut page = self.page(
            meta.route.clone(),
            "article.html",
            &front.title,
            breadcrumb,
            Content::Article(Box::new(view)),
        );
        page.head.description.clone_from(&meta.summary);
        page
    }

    fn neighbour(&self, id: Option<ArticleId>) -> Option<LinkView> {
        let meta = &self.input.catalog.article(id?).meta;
        Some(self.link(&meta.route, &meta.title))
    }

    /// The divisions above the first place, and the place.
    fn article_breadcrumb(&self, id: ArticleId) -> Vec<LinkView> {
        let Some(first) = self.input.catalog.article(id).meta.cities.first() else {
            return Vec::new();
        };
        let mut places: Vec<_> = self.input.gazetteer.ancestors(*first).collect();
        places.reverse();
        places.push(*first);
        self.places_links(&places)
    }
}

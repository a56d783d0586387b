//! The pages of articles.

use std::collections::BTreeSet;
use std::ops::Range;
use std::sync::Arc;

use super::{Page, Planner, date};
use crate::annotate::{Annotated, Linked};
use crate::article::Rights;
use crate::catalog::ArticleId;
use crate::facts::Kind;
use crate::file::ContentHash;
use crate::markdown::text::linked;
use crate::route::Route;
use crate::view::{
    ArticleView, Content, LinkView, Part, RawPageView, RawView, RelatedView, Shared, hash,
};

/// Who reads Chinese news on a screen reads so many characters a minute (studies find 300 to 500).
const CHARACTERS_A_MINUTE: usize = 400;

impl Planner {
    /// The page of an article. Of one with the rights `excerpt` the body is not even in the view.
    pub(super) fn article(&self, id: ArticleId) -> Page {
        let meta = &self.input.catalog.article(id).meta;
        let breadcrumb = self.article_breadcrumb(id);
        let content = move |it: &Self| Content::Article(Box::new(it.article_view(id)));
        let mut page =
            self.page(meta.route.clone(), "article.html", &meta.title, breadcrumb, content);
        page.head.description.clone_from(&meta.summary);
        page.texts = vec![id];
        page.made_of = Some(Box::new(move |it| it.article_page_key(id)));
        page
    }

    /// The hash of all that the view of an article's page is made of.
    fn article_page_key(&self, id: ArticleId) -> ContentHash {
        let neighbours = [id.older(&self.input.catalog), id.newer()].map(|it| self.neighbour(it));
        let related = &self.input.catalog.related[id.index()];
        let related: Vec<_> = related.iter().map(|it| self.related(*it)).collect();
        let has_raw = self.raw_text(id).is_some();
        hash(&(self.article_key(id).as_bytes(), neighbours, related, has_raw))
    }

    fn article_view(&self, id: ArticleId) -> ArticleView {
        let it = self.text_of(id);
        let (front, body, meta) = (&it.article.front, &it.article.body, &it.meta);
        let excerpt = front.is_excerpt();
        ArticleView {
            title: front.title.clone(),
            subtitle: front.subtitle.clone(),
            lang: front.script,
            written: it.written,
            date: front.date.map(date),
            updated: front.updated.map(date),
            source: front.source.clone(),
            byline: front.byline.clone(),
            summary: meta.summary.clone(),
            rights: front.rights.unwrap_or(Rights::Full),
            html: Part::new(if excerpt { String::new() } else { self.article_html(id, it) }),
            headings: if excerpt { Vec::new() } else { body.headings.clone() },
            characters: body.characters,
            minutes: body.characters.div_ceil(CHARACTERS_A_MINUTE).max(1),
            cities: self.places_links(&meta.cities),
            topics: self.topic_links(id),
            mentions: self.mentioned_links(&meta.mentions),
            people: self.names_of(id, Kind::Person),
            organisations: self.names_of(id, Kind::Organisation),
            projects: self.names_of(id, Kind::Project),
            documents: self.names_of(id, Kind::Document),
            figures: meta.stated.figures.iter().map(|it| self.figure_line(id, it)).collect(),
            raw: front.raw.as_ref().map(|raw| RawView {
                path: raw.path.to_string(),
                sha256: raw.sha256.clone(),
                href: self.raw_text(id).map(|_| self.href(&raw_route(&meta.route))),
            }),
            extra: front.extra.clone(),
            related: self.input.catalog.related[id.index()]
                .iter()
                .map(|it| self.related(*it))
                .collect(),
            previous: self.neighbour(id.older(&self.input.catalog)),
            next: self.neighbour(id.newer()),
        }
    }

    /// The body, in which the first mention of each place, person, organisation and project links to its page, of names
    /// in one another the longest; unless the site or the article wants no links.
    fn article_html(&self, id: ArticleId, it: &Annotated) -> String {
        let wanted = it.article.front.auto_links.unwrap_or(self.input.config.auto_links);
        let mut seen: BTreeSet<&str> = BTreeSet::new();
        let mut end = 0;
        let mut links: Vec<(Range<usize>, &str, &str)> = Vec::new();
        for (span, named) in it.links.iter().filter(|_| wanted) {
            if span.start >= end
                && let Some(href) = self.linked_href(id, named)
            {
                end = span.end;
                if seen.insert(href) {
                    let class = if matches!(named, Linked::Place(_)) { "place" } else { "name" };
                    links.push((span.clone(), class, href));
                }
            }
        }
        self.tree().rebased(linked(&it.article.body.html, links.into_iter()))
    }

    /// The page of what a mention names, if it has one.
    fn linked_href(&self, id: ArticleId, linked: &Linked) -> Option<&str> {
        match linked {
            Linked::Place(named) => self.named_href(named),
            Linked::Name(at) => self.name_href(id, *at),
        }
    }

    /// The pages of the raw articles that may be published.
    pub(super) fn raw_articles(&self) -> Vec<Page> {
        let pages = self
            .input
            .catalog
            .ids()
            .filter_map(|id| Some(self.raw_article(id, self.raw_text(id)?)));
        pages.collect()
    }

    fn raw_article(&self, id: ArticleId, text: &Arc<str>) -> Page {
        let meta = &self.input.catalog.article(id).meta;
        let link = self.link(&meta.route, &meta.title);
        let title = format!("{}：{}", self.own("原文"), meta.title);
        let text = Arc::clone(text);
        let content = move |it: &Self| Content::Raw(it.raw_view(id, &text));
        self.page(raw_route(&meta.route), "raw.html", &title, vec![Part::new(link)], content)
    }

    fn raw_view(&self, id: ArticleId, text: &Arc<str>) -> RawPageView {
        let it = self.input.catalog.article(id);
        let raw = it.article.front.raw.as_ref();
        let raw = raw.expect("only an article with a raw article has its text");
        RawPageView {
            path: raw.path.to_string(),
            sha256: raw.sha256.clone(),
            text: Arc::clone(text),
            lang: it.written,
            article: self.link(&it.meta.route, &it.meta.title),
        }
    }

    /// The text of the raw article, if it may be published: the site wants that, and the article says that it
    /// may be published in full, and was made of this very text.
    fn raw_text(&self, id: ArticleId) -> Option<&Arc<str>> {
        let front = &self.input.catalog.article(id).article.front;
        let raw = front.raw.as_ref().filter(|_| front.rights == Some(Rights::Full))?;
        self.input.raw.get(&(raw.path.clone(), raw.sha256.clone()))
    }

    /// An article as it stands beside another one.
    fn related(&self, id: ArticleId) -> Shared<RelatedView> {
        let made = self.related[id.index()].get_or_init(|| {
            let meta = &self.input.catalog.article(id).meta;
            Part::new(RelatedView {
                href: self.href(&meta.route),
                title: meta.title.clone(),
                lang: meta.script,
                date: meta.date.map(date),
            })
        });
        Arc::clone(made)
    }

    fn neighbour(&self, id: Option<ArticleId>) -> Option<LinkView> {
        let meta = &self.input.catalog.article(id?).meta;
        Some(self.link(&meta.route, &meta.title))
    }

    /// The divisions above the first place, and the place.
    fn article_breadcrumb(&self, id: ArticleId) -> Vec<Shared<LinkView>> {
        let Some(first) = self.input.catalog.article(id).meta.cities.first() else {
            return Vec::new();
        };
        let mut places: Vec<_> = self.input.gazetteer.ancestors(*first).collect();
        places.reverse();
        places.push(*first);
        self.places_links(&places)
    }
}

/// The page of an article's raw article, below its own.
fn raw_route(article: &Route) -> Route {
    Route::new(&format!("{article}raw/")).expect("a page has room for one below it")
}

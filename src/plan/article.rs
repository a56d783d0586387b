//! The pages of articles.

use std::sync::Arc;

use super::frame::outline;
use super::{DataFile, Frame, Outline, Page, Planner, Texts, date};
use crate::annotate::Mentioned;
use crate::catalog::ArticleId;
use crate::config::Rights;
use crate::file::ContentHash;
use crate::picture::{self, Picture};
use crate::route::Route;
use crate::view::{Content, LinkView, Part, RawPageView, RelatedView, Shared, Whole};

impl Planner {
    /// The page of an article.
    pub(super) fn article(&self, id: ArticleId) -> Page {
        Page {
            outline: self.article_outline(id),
            make: Box::new(move |it| it.frame(id).content(it, it.known(id))),
            made_of: Some(Box::new(move |it| it.article_page_key(id))),
            texts: Texts::Article(id),
        }
    }

    /// What is known of it before it is made.
    pub(super) fn article_outline(&self, id: ArticleId) -> Outline {
        outline(self, &self.known(id).meta, self.article_breadcrumb(id))
    }

    /// The hash of all that the view of an article's page is made of.
    fn article_page_key(&self, id: ArticleId) -> ContentHash {
        let neighbours = [id.older(&self.input.catalog), id.newer()].map(|it| self.neighbour(it));
        let related = &self.input.catalog.related[id.index()];
        let related: Vec<_> = related.iter().map(|it| self.related(*it)).collect();
        let has_raw = self.raw_text(id).is_some();
        ContentHash::of_value(&(self.article_key(id).as_bytes(), neighbours, related, has_raw))
    }

    /// What stands around an article on its page.
    pub(super) fn frame(&self, id: ArticleId) -> Frame {
        let meta = &self.known(id).meta;
        let whole = |links: Vec<Shared<LinkView>>| links.into_iter().map(Whole).collect();
        let mention = |it: &Mentioned| self.named_link(&it.named).cloned().map(Whole);
        let name = |at| self.name_href(id, at).map(str::to_owned);
        let related = self.input.catalog.related[id.index()].iter();
        Frame {
            breadcrumb: whole(self.article_breadcrumb(id)),
            cities: whole(self.places_links(&meta.cities)),
            topics: whole(self.topic_links(id)),
            mentions: meta.mentions.iter().map(mention).collect(),
            names: (0..meta.stated.names.len()).map(name).collect(),
            has_raw: self.raw_text(id).is_some(),
            related: related.map(|it| Whole(self.related(*it))).collect(),
            previous: self.neighbour(id.older(&self.input.catalog)),
            next: self.neighbour(id.newer()),
        }
    }

    /// The pictures that stand for articles elsewhere, if the site has fonts for them.
    pub(super) fn pictures(&self) -> Vec<DataFile> {
        if self.input.config.picture_fonts.is_empty() {
            return Vec::new();
        }
        let file = |id: ArticleId| {
            let route = picture_route(&self.known(id).meta.route);
            let make = move |it: &Self| picture::draw(&it.picture_of(id), &it.input.fonts);
            let key = move |it: &Self| {
                let fonts = it.input.fonts.fingerprint;
                ContentHash::of_value(&(it.picture_of(id), fonts.as_bytes()))
            };
            DataFile::new(route, make).made_of(key)
        };
        self.input.catalog.ids().map(file).collect()
    }

    fn picture_of(&self, id: ArticleId) -> Picture {
        let meta = &self.known(id).meta;
        let day = meta.date.map(|it| date(it).text);
        let source: Vec<String> = meta.source.clone().into_iter().chain(day).collect();
        Picture {
            title: meta.title.clone(),
            source: source.join("　"),
            site: self.tree().text(&self.input.config.title),
            script: self.script(),
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
        let meta = &self.known(id).meta;
        let link = self.link(&meta.route, &meta.title);
        let title = format!("{}：{}", self.own("原文"), meta.title);
        let text = Arc::clone(text);
        let content = move |it: &Self| Content::Raw(it.raw_view(id, &text));
        self.page(raw_route(&meta.route), "raw.html", &title, vec![Part::new(link)], content)
    }

    fn raw_view(&self, id: ArticleId, text: &Arc<str>) -> RawPageView {
        let it = self.known(id);
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
    pub(super) fn raw_text(&self, id: ArticleId) -> Option<&Arc<str>> {
        let front = &self.known(id).article.front;
        let raw = front.raw.as_ref().filter(|_| front.rights == Some(Rights::Full))?;
        self.input.raw.get(&(raw.path.clone(), raw.sha256.clone()))
    }

    /// An article as it stands beside another one.
    fn related(&self, id: ArticleId) -> Shared<RelatedView> {
        let meta = &self.known(id).meta;
        let view = || {
            Part::new(RelatedView {
                href: self.href(&meta.route),
                title: meta.title.clone(),
                lang: meta.script,
                date: meta.date.map(date),
            })
        };
        if self.edited.contains_key(&id) {
            return view();
        }
        Arc::clone(self.related[id.index()].get_or_init(view))
    }

    fn neighbour(&self, id: Option<ArticleId>) -> Option<LinkView> {
        let meta = &self.known(id?).meta;
        Some(self.link(&meta.route, &meta.title))
    }

    /// The divisions above the first place, and the place.
    fn article_breadcrumb(&self, id: ArticleId) -> Vec<Shared<LinkView>> {
        let Some(first) = self.known(id).meta.cities.first() else {
            return Vec::new();
        };
        let mut places: Vec<_> = self.input.gazetteer.ancestors(*first).collect();
        places.reverse();
        places.push(*first);
        self.places_links(&places)
    }
}

/// The picture of an article, below its page.
pub(super) fn picture_route(article: &Route) -> Route {
    Route::new(&format!("{article}picture.png")).expect("a page has room for a file below it")
}

/// The page of an article's raw article, below its own.
pub(super) fn raw_route(article: &Route) -> Route {
    Route::new(&format!("{article}raw/")).expect("a page has room for one below it")
}

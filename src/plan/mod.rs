//! Every output of the site, not yet rendered.
//!
//! In: the [`Catalog`], the topics, the gazetteer, the configuration, the theme's files. Out: [`Page`]s in
//! the order of their routes, none of them where another page or a file of the theme is, and a diagnostic for
//! each that was left out.
//! Views are made here and nowhere else; nothing is rendered.

mod article;
mod feed;
mod graph;
mod links;
mod list;
mod places;
mod terms;

use std::cell::OnceCell;
use std::cmp::Reverse;
use std::collections::BTreeMap;
use std::sync::Arc;

use crate::article::Published;
use crate::assets::Asset;
use crate::catalog::{ArticleId, Catalog};
use crate::config::Config;
use crate::diagnostic::Diagnostic;
use crate::export;
use crate::file::{ContentHash, SitePath};
use crate::gazetteer::{Gazetteer, PlaceId};
use crate::place::Places;
use crate::route::Route;
use crate::text::script::Script;
use crate::topic::Topics;
use crate::view::{
    AboutView, CardView, Content, CountView, DateView, EntryView, HomeView, LinkView, NotFoundView,
    PageView, Part, SiteView,
};

/// The home page and the page for missing addresses name this many places and topics.
const LEADING: usize = 16;

/// The texts of raw articles by their path and the SHA-256 of their bytes, with any line ends.
pub type RawTexts = BTreeMap<(SitePath, String), Arc<str>>;

/// What the stage reads.
#[derive(Clone, Copy)]
pub struct Input<'a> {
    /// The articles.
    pub catalog: &'a Catalog,
    /// The topics with a file.
    pub topics: &'a Topics,
    /// The places.
    pub gazetteer: &'a Gazetteer,
    /// What editors wrote about places.
    pub places: &'a Places,
    /// What the site wants.
    pub config: &'a Config,
    /// The files of the theme.
    pub assets: &'a [Asset],
    /// The texts of the raw articles, if the site publishes them.
    pub raw: &'a RawTexts,
    /// The notices of what the site is made with, as HTML.
    pub notices: &'a str,
}

/// A page, not yet rendered.
#[derive(Debug)]
pub struct Page {
    /// Its address.
    pub route: Route,
    /// The template that renders it.
    pub template: &'static str,
    /// What every page says of itself.
    pub head: PageView,
    /// What this kind of page is about.
    pub content: Content,
}

impl Page {
    /// The key: equal keys, equal pages. `templates` is the fingerprint of all templates.
    #[must_use]
    pub fn key(&self, site: &Part<SiteView>, templates: ContentHash) -> ContentHash {
        crate::view::hash(&(self.template, templates.as_bytes(), site, &self.head, &self.content))
    }
}

/// All pages of a site.
pub struct Plan {
    /// What is the same on every page.
    pub site: Arc<Part<SiteView>>,
    /// The pages, in the order of their routes.
    pub pages: Vec<Page>,
    /// Files that no template renders, with their texts.
    pub files: Vec<(Route, String)>,
}

/// Plans the site.
#[must_use]
pub fn plan(input: Input<'_>) -> (Plan, Vec<Diagnostic>) {
    let planner = Planner::new(input);
    let mut pages = vec![planner.home(), planner.about(), planner.not_found()];
    pages.extend(input.catalog.ids().map(|id| planner.article(id)));
    pages.extend(planner.raw_articles());
    pages.extend(planner.places());
    pages.extend(planner.topics());
    pages.extend(planner.archive());
    let files = planner.files();
    let (pages, diagnostics) = planner.one_per_route(pages, &files);
    let diagnostics = diagnostics.into_iter().chain(planner.dead_links(&pages, &files)).collect();
    (Plan { site: planner.site(), pages, files }, diagnostics)
}

/// The input, and the cards that many lists share.
struct Planner<'a> {
    input: Input<'a>,
    cards: Vec<Arc<Part<CardView>>>,
    /// The articles as they stand in feeds, made when a feed asks for them.
    entries: Vec<OnceCell<Arc<Part<EntryView>>>>,
    index: places::Index,
}

impl<'a> Planner<'a> {
    fn new(input: Input<'a>) -> Self {
        let entries = input.catalog.ids().map(|_| OnceCell::new()).collect();
        let traditional = input.config.scripts[0].is_traditional();
        let index = places::Index::new(input.catalog, input.gazetteer, traditional);
        let mut planner = Self { input, cards: Vec::new(), entries, index };
        planner.cards = input.catalog.ids().map(|id| Part::new(planner.card(id))).collect();
        planner
    }

    /// The script of the tree.
    fn script(&self) -> Script {
        self.input.config.scripts[0]
    }

    fn href(&self, route: &Route) -> String {
        route.href(&self.input.config.base_url.path)
    }

    fn link(&self, route: &Route, text: &str) -> LinkView {
        LinkView { href: self.href(route), text: text.to_owned() }
    }

    /// The name of a place in the script of the tree.
    fn place_name(&self, id: PlaceId) -> &'a str {
        self.input.gazetteer.place(id).name_in(self.script().is_traditional())
    }

    /// A link to a place by a name that no other place has: 南京市鼓楼区.
    fn place_link(&self, id: PlaceId) -> LinkView {
        self.link(&self.input.gazetteer.route(id), &self.index.names[&id])
    }

    /// A link to a place by its own name, where it is plain what it belongs to.
    fn place_link_below(&self, id: PlaceId) -> LinkView {
        self.link(&self.input.gazetteer.route(id), self.place_name(id))
    }

    fn places_links(&self, ids: &[PlaceId]) -> Vec<LinkView> {
        ids.iter().map(|id| self.place_link(*id)).collect()
    }

    fn topic_links(&self, id: ArticleId) -> Vec<LinkView> {
        self.input
            .catalog
            .topics_of(id)
            .map(|topic| self.link(&topic.route, &topic.title))
            .collect()
    }

    fn card(&self, id: ArticleId) -> CardView {
        let meta = &self.input.catalog.article(id).meta;
        CardView {
            href: self.href(&meta.route),
            title: meta.title.clone(),
            lang: meta.script,
            date: meta.date.map(date),
            source: meta.source.clone(),
            summary: meta.summary.clone(),
            cities: self.places_links(&meta.cities),
            topics: self.topic_links(id),
        }
    }

    fn site(&self) -> Arc<Part<SiteView>> {
        let config = self.input.config;
        let menu = [
            ("/", "首页"),
            ("/cities/", "城市"),
            ("/zones/", "区域"),
            ("/topics/", "主题"),
            ("/archive/", "归档"),
            ("/about/", "关于"),
        ];
        let menu = menu
            .into_iter()
            .map(|(route, text)| self.link(&Route::new(route).expect("a constant route"), text))
            .collect();
        let named = self
            .input
            .assets
            .iter()
            .filter_map(|it| Some((it.name.clone()?, self.href(&it.route))));
        Part::new(SiteView {
            title: config.title.clone(),
            description: config.description.clone(),
            lang: self.script(),
            base_path: config.base_url.path.clone(),
            author: config.author.name.clone(),
            author_url: config.author.url.clone(),
            menu,
            assets: named.collect(),
        })
    }

    fn page(
        &self,
        route: Route,
        template: &'static str,
        title: &str,
        breadcrumb: Vec<LinkView>,
        content: Content,
    ) -> Page {
        let head = PageView {
            title: title.to_owned(),
            description: String::new(),
            href: self.href(&route),
            permalink: self.input.config.base_url.permalink(&route),
            breadcrumb,
        };
        Page { route, template, head, content }
    }

    /// The site's data for other programs.
    fn files(&self) -> Vec<(Route, String)> {
        let Input { catalog, gazetteer, config, .. } = self.input;
        let places = export::places(catalog, gazetteer, &config.base_url);
        let route = Route::new("/api/places.json").expect("a constant route");
        vec![(route, export::json(&places))]
    }

    fn home(&self) -> Page {
        let latest = self.first_page(self.input.catalog.ids().collect());
        let content =
            HomeView { latest, cities: self.leading_cities(), topics: self.leading_topics() };
        let mut page =
            self.page(Route::known(&[]), "home.html", "", Vec::new(), Content::Home(content));
        page.head.description.clone_from(&self.input.config.description);
        page
    }

    /// The places with most articles, provinces apart.
    fn leading_cities(&self) -> Vec<CountView> {
        let places = self.input.catalog.places.iter();
        let below = places.filter(|(id, _)| {
            self.input.gazetteer.place(**id).parent.is_some()
                && self.input.gazetteer.place(**id).level.is_division()
        });
        leading(below.map(|(id, entry)| (self.place_link(*id), entry.count())))
    }

    fn leading_topics(&self) -> Vec<CountView> {
        leading(
            self.input
                .catalog
                .topics
                .iter()
                .map(|it| (self.link(&it.route, &it.title), it.articles.len())),
        )
    }

    fn about(&self) -> Page {
        let catalog = self.input.catalog;
        let content = AboutView {
            articles: catalog.articles.len(),
            places: catalog.places.values().filter(|it| it.count() > 0).count(),
            topics: catalog.topics.iter().filter(|it| !it.articles.is_empty()).count(),
            notices: self.input.notices.to_owned(),
        };
        self.page(
            Route::known(&["about"]),
            "about.html",
            "关于",
            Vec::new(),
            Content::About(content),
        )
    }

    fn not_found(&self) -> Page {
        let content = NotFoundView { cities: self.leading_cities() };
        let route = Route::new("/404.html").expect("a constant route");
        self.page(route, "404.html", "没有这一页", Vec::new(), Content::NotFound(content))
    }
}

fn count_view(link: LinkView, count: usize) -> CountView {
    CountView { href: link.href, text: link.text, count }
}

fn date(published: Published) -> DateView {
    let day = published.day;
    DateView {
        iso: day.to_string(),
        text: format!("{}年{}月{}日", day.year(), day.month(), day.day()),
    }
}

/// The first of a ranking; those without articles are not in it.
fn leading(counted: impl Iterator<Item = (LinkView, usize)>) -> Vec<CountView> {
    let mut counts: Vec<CountView> =
        counted.map(|(link, count)| count_view(link, count)).filter(|it| it.count > 0).collect();
    counts.sort_by_key(|it| Reverse(it.count));
    counts.truncate(LEADING);
    counts
}

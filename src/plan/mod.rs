//! Every output of the site, not yet rendered.
//!
//! In: the [`Catalog`], the topics, the gazetteer, the configuration, the theme's files. Out: [`Page`]s in
//! the order of their routes, none of them where another page or a file of the theme is, and a diagnostic for
//! each that was left out.
//! Views are made here and nowhere else; nothing is rendered.

mod article;
mod crossings;
mod feed;
mod figures;
mod graph;
mod links;
mod list;
mod names;
mod places;
mod search;
mod terms;

use std::cmp::Ordering;
use std::collections::BTreeMap;
use std::sync::{Arc, OnceLock};

use rayon::prelude::*;

use crate::article::Published;
use crate::assets::Asset;
use crate::catalog::{ArticleId, Catalog};
use crate::config::Config;
use crate::diagnostic::Diagnostic;
use crate::export;
use crate::file::{ContentHash, SitePath};
use crate::gazetteer::{Gazetteer, PlaceId};
use crate::name::Names;
use crate::place::Places;
use crate::route::Route;
use crate::search::Source;
use crate::text::order::Order;
use crate::text::script::Script;
use crate::topic::Topics;
use crate::tree::Tree;
use crate::view::{
    AboutView, AlternateView, CardView, Content, CountView, DateView, EntryView, FigureView,
    HomeView, LinkView, NotFoundView, PageView, Part, SiteView,
};

/// The home page and the page for missing addresses name this many places and topics.
const LEADING: usize = 16;

/// The texts of raw articles by their path and the SHA-256 of their bytes, with any line ends.
pub type RawTexts = BTreeMap<(SitePath, String), Arc<str>>;

/// What the stage reads.
#[derive(Clone, Copy)]
pub struct Input<'a> {
    /// The tree that is planned.
    pub tree: &'a Tree,
    /// All trees.
    pub trees: &'a [Tree],
    /// The articles, in the script of the tree.
    pub catalog: &'a Catalog,
    /// The topics with a file.
    pub topics: &'a Topics,
    /// The places.
    pub gazetteer: &'a Gazetteer,
    /// What editors wrote about places.
    pub places: &'a Places,
    /// What the site says of people, organisations and projects.
    pub names: &'a Names,
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
    /// Its tree, by its number.
    pub tree: usize,
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

/// A file that no template renders, with its text.
pub type TextFile = (Route, String);

/// All pages of a site.
pub struct Plan {
    /// What is the same on every page of a tree.
    pub sites: Vec<Arc<Part<SiteView>>>,
    /// The pages, in the order of their routes.
    pub pages: Vec<Page>,
    /// What the index of the search is made of.
    pub search: Source,
    /// The files that no template renders.
    pub files: Vec<TextFile>,
}

/// Plans the site: the same pages for each tree.
#[must_use]
pub fn plan(inputs: &[Input<'_>]) -> (Plan, Vec<Diagnostic>) {
    let planners: Vec<Planner<'_>> = inputs.par_iter().map(|it| Planner::new(*it)).collect();
    let planned: Vec<(Vec<Page>, Vec<TextFile>)> =
        planners.par_iter().map(|it| (it.pages(), it.files())).collect();
    let (mut pages, mut files) = (Vec::new(), Vec::new());
    for (tree, (own_pages, own_files)) in planned.into_iter().enumerate() {
        let folder = &inputs[tree].tree.folder;
        pages.extend(own_pages.into_iter().map(|page| Page {
            route: page.route.in_folder(folder),
            tree,
            ..page
        }));
        files.extend(own_files.into_iter().map(|(route, text)| (route.in_folder(folder), text)));
    }
    let (pages, mut diagnostics) = links::one_per_route(&planners, pages, &files);
    // What one tree has the others have too.
    diagnostics.extend(planners[0].dead_links(&pages, &files));
    let sites = planners.iter().map(Planner::site).collect();
    (Plan { sites, pages, search: search::source(&planners), files }, diagnostics)
}

/// The input, and the cards that many lists share.
struct Planner<'a> {
    input: Input<'a>,
    cards: Vec<Arc<Part<CardView>>>,
    /// The articles as they stand in feeds, made when a feed asks for them.
    entries: Vec<OnceLock<Arc<Part<EntryView>>>>,
    /// The figures of the articles, made when a page asks for them.
    figure_views: Vec<OnceLock<Vec<Arc<Part<FigureView>>>>>,
    /// The currency that sums are compared and added up in.
    currency: &'static str,
    index: places::Index,
    crossings: crossings::Crossings,
    order: Order,
}

impl<'a> Planner<'a> {
    fn new(input: Input<'a>) -> Self {
        let entries = input.catalog.ids().map(|_| OnceLock::new()).collect();
        let figure_views = input.catalog.ids().map(|_| OnceLock::new()).collect();
        let crossings = crossings::Crossings::new(&input);
        let traditional = input.tree.script.is_traditional();
        let order = Order::of(input.tree.script);
        let mut index = places::Index::new(input.catalog, input.gazetteer, traditional);
        index.sort(|a, b| compare_places(&input, &order, a, b));
        let cards = Vec::new();
        let currency = figures::main_currency(input.catalog);
        let mut planner =
            Self { input, cards, entries, figure_views, currency, index, crossings, order };
        planner.cards = input.catalog.ids().map(|id| Part::new(planner.card(id))).collect();
        planner
    }

    /// All pages of the tree.
    fn pages(&self) -> Vec<Page> {
        let mut pages = vec![self.home(), self.about(), self.search(), self.not_found()];
        pages.extend(self.input.catalog.ids().map(|id| self.article(id)));
        pages.extend(self.raw_articles());
        pages.extend(self.places());
        pages.extend(self.topics());
        pages.extend(self.crossings());
        pages.extend(self.names());
        pages.extend(self.figures());
        pages.extend(self.archive());
        pages
    }

    /// The script of the tree.
    fn script(&self) -> Script {
        self.input.tree.script
    }

    /// Words of the program's own in the script of the tree.
    fn own(&self, text: &str) -> String {
        self.input.tree.own(text)
    }

    fn href(&self, route: &Route) -> String {
        route.href(&self.input.tree.base_url.path)
    }

    /// A link with words of the program's own.
    fn own_link(&self, part: &str, text: &str) -> LinkView {
        self.link(&Route::known(&[part]), &self.own(text))
    }

    fn link(&self, route: &Route, text: &str) -> LinkView {
        LinkView { href: self.href(route), text: text.to_owned() }
    }

    /// The name of a place in the script of the tree.
    fn place_name(&self, id: PlaceId) -> &'a str {
        self.input.gazetteer.place(id).name_in(self.script().is_traditional())
    }

    /// Those with most articles first, then by name.
    fn most_first(&self, mut counts: Vec<CountView>) -> Vec<CountView> {
        let name = |a: &CountView, b: &CountView| self.order.compare(&a.text, &b.text);
        counts.sort_by(|a, b| b.count.cmp(&a.count).then_with(|| name(a, b)));
        counts
    }

    /// The first of a ranking; those without articles are not in it.
    fn leading(&self, counted: impl Iterator<Item = (LinkView, usize)>) -> Vec<CountView> {
        let counts = counted.map(|(link, count)| count_view(link, count));
        let mut counts = self.most_first(counts.filter(|it| it.count > 0).collect());
        counts.truncate(LEADING);
        counts
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
            ("/people/", "人物"),
            ("/organisations/", "机构"),
            ("/projects/", "项目"),
            ("/figures/", "数据"),
            ("/archive/", "归档"),
            ("/about/", "关于"),
        ];
        let menu = menu
            .into_iter()
            .map(|(route, text)| {
                self.link(&Route::new(route).expect("a constant route"), &self.own(text))
            })
            .collect();
        let named = self
            .input
            .assets
            .iter()
            .filter_map(|it| Some((it.name.clone()?, it.route.href(&config.base_url.path))));
        let tree = self.input.tree;
        Part::new(SiteView {
            title: tree.text(&config.title),
            description: tree.text(&config.description),
            lang: self.script(),
            locale: self.script().locale(),
            base_path: tree.base_url.path.clone(),
            root_path: config.base_url.path.clone(),
            author: config.author.name.as_deref().map(|it| tree.text(it)),
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
            permalink: self.input.tree.base_url.permalink(&route),
            alternates: self.alternates(&route),
            breadcrumb,
        };
        Page { route, tree: 0, template, head, content }
    }

    /// The same page in each tree; nothing on a site of one.
    fn alternates(&self, route: &Route) -> Vec<AlternateView> {
        let trees = self.input.trees;
        if trees.len() < 2 {
            return Vec::new();
        }
        let traditional = trees.iter().filter(|it| it.script.is_traditional()).count();
        let alternate = |it: &Tree| AlternateView {
            lang: it.script,
            name: it.script.name(traditional > 1),
            href: route.href(&it.base_url.path),
            permalink: it.base_url.permalink(route),
            current: it.script == self.script(),
        };
        trees.iter().map(alternate).collect()
    }

    /// The site's data for other programs.
    fn files(&self) -> Vec<TextFile> {
        let Input { catalog, gazetteer, tree, .. } = self.input;
        let places = export::places(catalog, gazetteer, &tree.base_url);
        let route = Route::new("/api/places.json").expect("a constant route");
        let mut files = vec![(route, export::json(&places))];
        files.extend(self.figure_files());
        files
    }

    fn home(&self) -> Page {
        let latest = self.first_page(self.input.catalog.ids().collect());
        let content =
            HomeView { latest, cities: self.leading_cities(), topics: self.leading_topics() };
        let mut page =
            self.page(Route::known(&[]), "home.html", "", Vec::new(), Content::Home(content));
        page.head.description = self.input.tree.text(&self.input.config.description);
        page
    }

    /// The places with most articles, provinces apart.
    fn leading_cities(&self) -> Vec<CountView> {
        let places = self.input.catalog.places.iter();
        let below = places.filter(|(id, _)| {
            self.input.gazetteer.place(**id).parent.is_some()
                && self.input.gazetteer.place(**id).level.is_division()
        });
        self.leading(below.map(|(id, entry)| (self.place_link(*id), entry.count())))
    }

    fn leading_topics(&self) -> Vec<CountView> {
        self.leading(
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
            &self.own("关于"),
            Vec::new(),
            Content::About(content),
        )
    }

    fn not_found(&self) -> Page {
        let content = NotFoundView { cities: self.leading_cities() };
        let route = Route::new("/404.html").expect("a constant route");
        self.page(
            route,
            "404.html",
            &self.own("没有这一页"),
            Vec::new(),
            Content::NotFound(content),
        )
    }
}

/// The order of two places in a list: in Simplified text by the pinyin that the gazetteer has, for that of single
/// characters is not always theirs (重庆 is no zhong).
fn compare_places(input: &Input<'_>, order: &Order, a: PlaceId, b: PlaceId) -> Ordering {
    let traditional = input.tree.script.is_traditional();
    let [first, second] = [a, b].map(|id| input.gazetteer.place(id));
    let read = [first, second].iter().all(|it| !it.pinyin.is_empty());
    let by_pinyin =
        if read && !traditional { first.pinyin.cmp(&second.pinyin) } else { Ordering::Equal };
    let by_name = || order.compare(first.name_in(traditional), second.name_in(traditional));
    by_pinyin.then_with(by_name).then_with(|| a.cmp(&b))
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

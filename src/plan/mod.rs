//! Every output of the site, not yet rendered.
//!
//! In: the [`Catalog`], the topics, the gazetteer, the configuration, the theme's files. Out: [`Page`]s in
//! the order of their routes, none of them where another page or a file of the theme is, and a diagnostic for
//! each that was left out.
//! Views are made here and nowhere else; nothing is rendered.

mod article;
mod chart;
mod citation;
mod crossings;
mod feed;
mod figures;
mod frame;
mod graph;
mod links;
mod list;
mod names;
mod pages;
mod places;
mod search;
mod sitemap;
mod terms;
mod tree_context;

use std::cmp::Ordering;
use std::collections::{BTreeMap, BTreeSet};
use std::ops::Deref;
use std::sync::{Arc, Mutex, OnceLock, PoisonError};

use rayon::prelude::*;
use rustc_hash::FxHashMap;

use crate::annotate::Annotated;
use crate::article::Published;
use crate::assets::{self, Asset};
use crate::catalog::{ArticleId, Catalog};
use crate::config::Config;
use crate::diagnostic::Diagnostic;
use crate::export;
use crate::file::{ContentHash, SitePath};
use crate::gazetteer::{Gazetteer, PlaceId};
use crate::markdown;
use crate::name::Names;
use crate::picture::Fonts;
use crate::place::Places;
use crate::route::Route;
use crate::text::order::Order;
use crate::text::typography;
use crate::topic::Topics;
use crate::tree::Tree;
use crate::view::{
    AboutView, CardView, Content, CountView, DateView, EntryView, HomeView, LinkView, NotFoundView,
    Part, RelatedView, Shared,
};

pub use feed::FeedFrame;
pub use frame::Frame;
use pages::Texts;
pub use pages::{Changed, DataFile, Made, Outline, Page, Plan};
pub use search::terms;
pub use tree_context::TreeContext;

/// The home page and the page for missing addresses name this many places and topics.
const LEADING: usize = 16;

/// The texts of raw articles by their path and the SHA-256 of their bytes, with any line ends.
pub type RawTexts = BTreeMap<(SitePath, String), Arc<str>>;

/// What the stage reads.
#[derive(Clone)]
pub struct Input {
    /// The tree that is planned, by its number.
    pub tree: usize,
    /// All trees.
    pub trees: Arc<[Tree]>,
    /// The articles, in the script of the tree.
    pub catalog: Arc<Catalog>,
    /// The topics with a file.
    pub topics: Arc<Topics>,
    /// The places.
    pub gazetteer: Arc<Gazetteer>,
    /// What editors wrote about places.
    pub places: Arc<Places>,
    /// What the site says of people, organisations and projects.
    pub names: Arc<Names>,
    /// What the site wants.
    pub config: Arc<Config>,
    /// The files of the theme.
    pub assets: Arc<[Asset]>,
    /// The fonts of pictures.
    pub fonts: Arc<Fonts>,
    /// The texts of the raw articles, if the site publishes them.
    pub raw: Arc<RawTexts>,
}

/// Plans the site: the same pages for each tree. If it is to be edited, the plan will know which pages look at which
/// articles.
#[must_use]
pub fn plan(inputs: Vec<Input>, edits: bool) -> (Plan, Vec<Diagnostic>) {
    let planners: Vec<Planner> = inputs.into_par_iter().map(Planner::new).collect();
    let planned: Vec<(Vec<Page>, Vec<DataFile>)> =
        planners.par_iter().map(|it| (it.pages(), it.files())).collect();
    let (mut pages, mut files) = (Vec::new(), Vec::new());
    for (tree, (own_pages, own_files)) in planned.into_iter().enumerate() {
        let folder = &planners[tree].tree().folder;
        pages.extend(own_pages.into_iter().map(|page| page.in_tree(tree, folder)));
        files.extend(own_files.into_iter().map(|file| DataFile {
            route: file.route.in_folder(folder),
            tree,
            ..file
        }));
    }
    let reserved = sitemap::reserved(&planners[0].input.config.base_url, pages.len());
    let (pages, mut diagnostics) = links::one_per_route(&planners, pages, &files, &reserved);
    let pages: Arc<[Page]> = pages.into();
    let assets = &planners[0].input.assets;
    let own: Vec<&str> = assets.iter().map(|it| it.route.as_str()).collect();
    files.extend(sitemap::files(&planners[0].input.config.base_url, &pages, &own));
    // What one tree has the others have too.
    diagnostics.extend(planners[0].dead_links(&pages, &files));
    let sites = planners.iter().map(|it| it.site(&it.input.assets)).collect();
    let search = search::source(&planners);
    let seen = edits.then(|| pages.iter().map(|_| Mutex::new(None)).collect());
    let files = files.into();
    let outlines = FxHashMap::default();
    (Plan { planners, sites, pages, search, files, outlines, seen }, diagnostics)
}

/// Makes the views of a tree.
#[derive(Clone)]
pub struct Planner {
    core: Arc<Core>,
    /// The articles that have changed since the tree was planned, but for what decides which pages there are
    /// ([`Annotated::is_like`]).
    edited: FxHashMap<ArticleId, Arc<Annotated>>,
    /// The articles that were looked at, if somebody wants to know.
    seen: Option<Arc<Mutex<BTreeSet<ArticleId>>>>,
}

impl Deref for Planner {
    type Target = Core;

    fn deref(&self) -> &Core {
        &self.core
    }
}

impl Deref for Core {
    type Target = TreeContext;

    fn deref(&self) -> &TreeContext {
        &self.context
    }
}

/// The input, and what many views share.
pub struct Core {
    context: TreeContext,
    input: Input,
    /// Links to the places with a page.
    place_links: FxHashMap<PlaceId, Shared<LinkView>>,
    /// Links to the zones of no table, by their keys.
    zone_links: FxHashMap<String, Shared<LinkView>>,
    /// Links to the topics, in the order of the catalogue.
    topic_links: Vec<Shared<LinkView>>,
    /// The addresses of the pages of names, in the order of the catalogue.
    name_hrefs: Vec<String>,
    cards: Vec<Shared<CardView>>,
    /// What all views of the tree are made with, besides articles.
    fingerprint: ContentHash,
    /// The hashes of what the site says of each article, and of what it shows of that.
    article_keys: Vec<ContentHash>,
    /// The articles as they stand in feeds, made when a feed asks for them.
    entries: Vec<OnceLock<Shared<EntryView>>>,
    /// The articles as they stand beside others, made when one asks for them.
    related: Vec<OnceLock<Shared<RelatedView>>>,
    /// The currency that sums are compared and added up in.
    currency: &'static str,
    index: places::Index,
    crossings: crossings::Crossings,
    order: Order,
    /// Which places stand together in articles, found when a page asks for it.
    together: OnceLock<places::Together>,
}

impl Planner {
    fn new(input: Input) -> Self {
        let crossings = crossings::Crossings::new(&input);
        let (related, entries) = (empty(&input.catalog), empty(&input.catalog));
        let script = input.trees[input.tree].script;
        let order = Order::of(script);
        let mut index =
            places::Index::new(&input.catalog, &input.gazetteer, script.is_traditional());
        index.sort(|a, b| compare_places(&input, &order, a, b));
        let known =
            [Some(input.gazetteer.fingerprint), input.topics.fingerprint, input.names.fingerprint];
        let said = format!("{:?} {known:?} {} {}", input.config, input.tree, input.trees.len());
        let core = Core {
            currency: figures::main_currency(&input.catalog),
            context: TreeContext::new(&input.trees, input.tree, &input.config),
            place_links: FxHashMap::default(),
            zone_links: FxHashMap::default(),
            topic_links: Vec::new(),
            name_hrefs: Vec::new(),
            input,
            cards: Vec::new(),
            fingerprint: ContentHash::of(said.as_bytes()),
            article_keys: Vec::new(),
            related,
            entries,
            index,
            crossings,
            order,
            together: OnceLock::new(),
        };
        let mut planner = Self { core: Arc::new(core), edited: FxHashMap::default(), seen: None };
        let places = planner.input.catalog.places.keys();
        let links = places.map(|id| (*id, planner.place_link(*id))).collect();
        planner.core_mut().place_links = links;
        let zones = planner.input.catalog.zones.keys();
        let links = zones.map(|key| (key.clone(), planner.zone_link(key))).collect();
        planner.core_mut().zone_links = links;
        let topics = planner.input.catalog.topics.iter();
        let links = topics.map(|it| Part::new(planner.link(&it.route, &it.title))).collect();
        planner.core_mut().topic_links = links;
        let names = planner.input.catalog.names.entries.iter();
        let hrefs = names.map(|it| planner.href(&it.route)).collect();
        planner.core_mut().name_hrefs = hrefs;
        let ids: Vec<ArticleId> = planner.input.catalog.ids().collect();
        let cards = ids.par_iter().map(|id| Part::new(planner.card(*id))).collect();
        planner.core_mut().cards = cards;
        let keys = ids.par_iter().map(|id| planner.article_key(*id)).collect();
        planner.core_mut().article_keys = keys;
        planner
    }

    /// What is being made.
    fn core_mut(&mut self) -> &mut Core {
        Arc::get_mut(&mut self.core).expect("a planner that is being made is nobody else's")
    }

    /// The hash of all that is known of an article, and of the pages that it leads to: what stands on its own page, and
    /// what data says of it.
    fn article_key(&self, id: ArticleId) -> ContentHash {
        let is_as_planned = !self.edited.contains_key(&id);
        if let Some(key) = self.article_keys.get(id.index()).filter(|_| is_as_planned) {
            return *key;
        }
        let it = self.known(id);
        let meta = &it.meta;
        let known = &self.input.catalog.names;
        let named = known.of_article[id.index()]
            .iter()
            .map(|it| it.map(|at| (self.name_hrefs[at].as_str(), known.entries[at].name.as_str())));
        let of_figures = meta.stated.figures.iter().filter_map(|it| it.place);
        let places = meta.cities.iter().copied().chain(of_figures);
        let parts = (
            (self.fingerprint.as_bytes(), it.article.path.as_str(), it.source.as_bytes()),
            places.map(|it| self.place_links.get(&it)).collect::<Vec<_>>(),
            meta.mentions.iter().map(|it| self.named_link(&it.named)).collect::<Vec<_>>(),
            self.topic_links(id),
            named.collect::<Vec<_>>(),
        );
        ContentHash::of_value(&parts)
    }

    /// An article as it is now.
    fn known(&self, id: ArticleId) -> &Arc<Annotated> {
        self.note(id);
        self.edited.get(&id).unwrap_or_else(|| &self.input.catalog.articles[id.index()])
    }

    /// An article as it stands in lists.
    fn card_of(&self, id: ArticleId) -> Shared<CardView> {
        self.note(id);
        let edited = || Part::new(self.card(id));
        if self.edited.contains_key(&id) { edited() } else { Arc::clone(&self.cards[id.index()]) }
    }

    /// Makes something, and says which articles were looked at for it.
    fn watched<T>(&self, make: &dyn Fn(&Self) -> T) -> (T, BTreeSet<ArticleId>) {
        let seen = Arc::default();
        let value = make(&Self { seen: Some(Arc::clone(&seen)), ..self.clone() });
        let seen = std::mem::take(&mut *seen.lock().unwrap_or_else(PoisonError::into_inner));
        (value, seen)
    }

    /// Notes that an article was looked at.
    fn note(&self, id: ArticleId) {
        if let Some(seen) = &self.seen {
            seen.lock().unwrap_or_else(PoisonError::into_inner).insert(id);
        }
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
        pages.extend(self.site_feed_pages());
        pages
    }

    /// The name of a place in the script of the tree.
    fn place_name(&self, id: PlaceId) -> &str {
        self.input.gazetteer.place(id).name_in(self.script().is_traditional())
    }

    /// Those with most articles first, then by name.
    fn most_first(&self, mut counts: Vec<CountView>) -> Vec<CountView> {
        let name = |a: &CountView, b: &CountView| self.order.compare(&a.text, &b.text);
        counts.sort_by(|a, b| b.count.cmp(&a.count).then_with(|| name(a, b)));
        counts
    }

    /// The first of a ranking; those without articles are not in it.
    fn leading(&self, counted: impl Iterator<Item = (Shared<LinkView>, usize)>) -> Vec<CountView> {
        let counts = counted.map(|(link, count)| count_view(link.value().clone(), count));
        let mut counts = self.most_first(counts.filter(|it| it.count > 0).collect());
        counts.truncate(LEADING);
        counts
    }

    /// A link to a place by a name that no other place has: 南京市鼓楼区.
    fn place_link(&self, id: PlaceId) -> Shared<LinkView> {
        let link = || Part::new(self.link(&self.input.gazetteer.route(id), &self.index.names[&id]));
        self.place_links.get(&id).map_or_else(link, Arc::clone)
    }

    /// A link to a place by its own name, where it is plain what it belongs to.
    fn place_link_below(&self, id: PlaceId) -> LinkView {
        self.link(&self.input.gazetteer.route(id), self.place_name(id))
    }

    fn places_links(&self, ids: &[PlaceId]) -> Vec<Shared<LinkView>> {
        ids.iter().map(|id| self.place_link(*id)).collect()
    }

    fn topic_links(&self, id: ArticleId) -> Vec<Shared<LinkView>> {
        let topics = &self.input.catalog.topics_of[id.index()];
        topics.iter().map(|at| Arc::clone(&self.topic_links[*at])).collect()
    }

    fn card(&self, id: ArticleId) -> CardView {
        let meta = &self.known(id).meta;
        CardView {
            href: self.href(&meta.route),
            title: meta.title.clone(),
            phrases: typography::has_phrases(&meta.title),
            lang: meta.script,
            date: meta.date.map(date),
            source: meta.source.clone(),
            summary: meta.summary.clone(),
            cities: self.places_links(&meta.cities),
            topics: self.topic_links(id),
        }
    }

    fn page(
        &self,
        route: Route,
        template: &'static str,
        title: &str,
        breadcrumb: Vec<Shared<LinkView>>,
        make: impl Fn(&Self) -> Content + Send + Sync + 'static,
    ) -> Page {
        let head = self.head(&route, title, breadcrumb);
        let (make, made_of) = (Box::new(make), None);
        Page {
            outline: Outline { route, tree: 0, template, head },
            make,
            made_of,
            texts: Texts::None,
        }
    }

    /// The files of the tree that no template renders.
    fn files(&self) -> Vec<DataFile> {
        let mut files = if self.input.config.data { self.data_files() } else { Vec::new() };
        files.extend(self.pictures());
        files
    }

    /// The site's data for other programs.
    fn data_files(&self) -> Vec<DataFile> {
        let places = |it: &Self| {
            let Input { catalog, gazetteer, .. } = &it.input;
            export::json(export::places(catalog, gazetteer, &it.tree().base_url))
        };
        let articles = |it: &Self| {
            let Input { catalog, gazetteer, .. } = &it.input;
            let known = |id| &**it.known(id);
            let names = (&**gazetteer, it.script().is_traditional());
            export::json(export::articles(catalog, known, names, &it.tree().base_url))
        };
        let of_articles = |it: &Self| {
            let keys = it.input.catalog.ids().map(|id| *it.article_key(id).as_bytes());
            ContentHash::of_value(&keys.collect::<Vec<_>>())
        };
        let topics =
            |it: &Self| export::json(export::topics(&it.input.catalog, &it.tree().base_url));
        let route = |address| Route::new(address).expect("a constant route");
        let mut files = vec![
            DataFile::new(route("/api/articles.json"), articles).made_of(of_articles),
            DataFile::new(route("/api/places.json"), places),
            DataFile::new(route("/api/topics.json"), topics),
        ];
        files.extend(self.figure_files());
        files
    }

    fn home(&self) -> Page {
        let content = |it: &Self| {
            Content::Home(HomeView {
                latest: it.first_page(it.input.catalog.ids().collect()),
                cities: it.leading_cities(),
                topics: it.leading_topics(),
            })
        };
        let mut page = self.page(Route::known(&[]), "home.html", "", Vec::new(), content);
        page.outline.head.description = self.tree().text(&self.input.config.description);
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
                .enumerate()
                .map(|(at, it)| (Arc::clone(&self.topic_links[at]), it.articles.len())),
        )
    }

    fn about(&self) -> Page {
        let content = |it: &Self| {
            let catalog = &it.input.catalog;
            Content::About(AboutView {
                articles: catalog.articles.len(),
                places: catalog.places.values().filter(|it| it.count() > 0).count(),
                topics: catalog.topics.iter().filter(|it| !it.articles.is_empty()).count(),
                notices: markdown::body::render(assets::NOTICES, "/").html,
            })
        };
        let route = Route::known(&["about"]);
        self.page(route, "about.html", &self.own("关于"), Vec::new(), content)
    }

    fn not_found(&self) -> Page {
        let content = |it: &Self| Content::NotFound(NotFoundView { cities: it.leading_cities() });
        let route = Route::new("/404.html").expect("a constant route");
        self.page(route, "404.html", &self.own("没有这一页"), Vec::new(), content)
    }
}

/// The order of two places in a list: in Simplified text by the pinyin that the gazetteer has, for that of single
/// characters is not always theirs (重庆 is no zhong).
fn compare_places(input: &Input, order: &Order, a: PlaceId, b: PlaceId) -> Ordering {
    let traditional = input.trees[input.tree].script.is_traditional();
    let [first, second] = [a, b].map(|id| input.gazetteer.place(id));
    let read = [first, second].iter().all(|it| !it.pinyin.is_empty());
    let by_pinyin =
        if read && !traditional { first.pinyin.cmp(&second.pinyin) } else { Ordering::Equal };
    let by_name = || order.compare(first.name_in(traditional), second.name_in(traditional));
    by_pinyin.then_with(by_name).then_with(|| a.cmp(&b))
}

/// Room for a view of each article.
fn empty<T>(catalog: &Catalog) -> Vec<OnceLock<T>> {
    catalog.ids().map(|_| OnceLock::new()).collect()
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

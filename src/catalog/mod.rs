//! All articles together: the whole-site view.
//!
//! In: every annotated article, the topics, the gazetteer, today. Out: the [`Catalog`]: which articles are
//! published, in which order, and under which places, topics and months. One sequential pass; what comes out
//! depends on the set of articles, never on the order they were read in.

mod names;
mod related;

use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use crate::annotate::{self, Annotated};
use crate::article::Article;
use crate::diagnostic::{At, Diagnostic, problems};
use crate::fields::Value;
use crate::file::SitePath;
use crate::gazetteer::find::Named;
use crate::gazetteer::{Gazetteer, PlaceId};
use crate::place::Places;
use crate::route::Route;
use crate::topic::{Topic, Topics, name_key};
pub use names::{NameEntry, NameIndex};

/// An article of the catalogue: 0 is the newest.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ArticleId(u32);

impl ArticleId {
    /// Its place in [`Catalog::articles`].
    #[must_use]
    pub const fn index(self) -> usize {
        self.0 as usize
    }

    /// The article published after it.
    #[must_use]
    pub fn newer(self) -> Option<Self> {
        self.0.checked_sub(1).map(Self)
    }

    /// The article published before it.
    #[must_use]
    pub fn older(self, catalog: &Catalog) -> Option<Self> {
        Some(Self(self.0 + 1)).filter(|it| it.index() < catalog.articles.len())
    }
}

/// The whole site.
#[derive(Debug, Clone, Default)]
pub struct Catalog {
    /// The published articles, the newest first, those without a date last.
    pub articles: Vec<Arc<Annotated>>,
    /// The places that an article is about or names, the divisions above those it is about, and the places that
    /// an editor wrote about.
    pub places: BTreeMap<PlaceId, PlaceEntry>,
    /// The zones of no table that several articles name, by what all their names share.
    pub zones: BTreeMap<String, OpenZone>,
    /// The topics, in the order of their files, then those without one by name.
    pub topics: Vec<TopicEntry>,
    /// The people, organisations and projects with a page.
    pub names: NameIndex,
    /// The articles of each month, the newest month first; `None` holds those without a date.
    pub months: BTreeMap<Reverse<Option<(i16, i8)>>, Vec<ArticleId>>,
    /// The topics of each article, as indices into `topics`.
    pub topics_of: Vec<Vec<usize>>,
    /// The articles that belong to each article, those that share most with it first.
    pub related: Vec<Vec<ArticleId>>,
    /// The articles that are not published, or shown on request, and why.
    pub withheld: Vec<(SitePath, Withheld)>,
}

/// Why an article is not published.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Withheld {
    /// It is a draft.
    Draft,
    /// Its day is to come.
    Future(Date),
    /// The last day on which it was to be published is over.
    Expired(Date),
}

/// A zone of no table gets a page when so many articles name it.
const MIN_ARTICLES_OF_ZONE: usize = 2;

/// What the site has about a place.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct PlaceEntry {
    /// The articles about it, the newest first.
    pub own: Vec<ArticleId>,
    /// The articles about places below it, and not about it, the newest first.
    pub below: Vec<ArticleId>,
    /// The articles that only name it, the newest first, and where in their [`mentions`](crate::annotate::Meta::mentions).
    pub mentions: Vec<(ArticleId, usize)>,
}

/// A zone that no table has.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct OpenZone {
    /// Its name: the longest that an article gives it, in Simplified characters.
    pub name: String,
    /// The same in Traditional characters, where the site has a tree of them.
    pub name_hant: String,
    /// Its articles.
    pub entry: PlaceEntry,
}

impl OpenZone {
    /// Its name in the characters asked for.
    #[must_use]
    pub fn name_in(&self, traditional: bool) -> &str {
        if traditional { &self.name_hant } else { &self.name }
    }
}

impl PlaceEntry {
    /// How many articles are about it or a place below it.
    #[must_use]
    pub fn count(&self) -> usize {
        self.own.len() + self.below.len()
    }

    /// The articles about it or a place below it, the newest first.
    #[must_use]
    pub fn articles(&self) -> Vec<ArticleId> {
        let mut articles = [self.own.as_slice(), &self.below].concat();
        articles.sort_unstable();
        articles
    }

    /// All articles that are about it or name it, the newest first.
    #[must_use]
    pub fn all(&self) -> Vec<ArticleId> {
        let mut articles = self.articles();
        articles.extend(self.mentions.iter().map(|(id, _)| *id));
        articles.sort_unstable();
        articles
    }
}

/// What the site has about a topic.
#[derive(Debug, Clone, PartialEq)]
pub struct TopicEntry {
    /// Its name.
    pub title: String,
    /// Its page.
    pub route: Route,
    /// Its place in the site's [`Topics`], if it has a file.
    pub described: Option<usize>,
    /// Its articles, the newest first.
    pub articles: Vec<ArticleId>,
}

impl Catalog {
    /// An article of this catalogue.
    #[must_use]
    pub fn article(&self, id: ArticleId) -> &Annotated {
        &self.articles[id.index()]
    }

    /// All articles, the newest first.
    pub fn ids(&self) -> impl DoubleEndedIterator<Item = ArticleId> + use<> {
        (0..u32::try_from(self.articles.len()).expect("fewer than four thousand million articles"))
            .map(ArticleId)
    }

    /// The topics of an article.
    pub fn topics_of(&self, id: ArticleId) -> impl Iterator<Item = &TopicEntry> {
        self.topics_of[id.index()].iter().map(|i| &self.topics[*i])
    }
}

/// Builds the catalogue of the articles that are published today; with `drafts`, of all.
#[must_use]
pub fn build(
    articles: Vec<Arc<Annotated>>,
    known: annotate::Context<'_>,
    places: &Places,
    (today, drafts): (Date, bool),
) -> (Catalog, Vec<Diagnostic>) {
    let annotate::Context { gazetteer, topics, names } = known;
    let mut diagnostics = Vec::new();
    let (mut published, mut withheld) = (Vec::new(), Vec::new());
    for it in articles {
        let why = why_withheld(&it, today);
        withheld.extend(why.map(|why| (it.article.path.clone(), why)));
        if drafts || why.is_none() {
            published.push(it);
        }
    }
    let mut articles = one_per_route(published, &mut diagnostics);
    articles.sort_by_cached_key(|it| {
        (Reverse(it.meta.date.map(|date| date.instant)), it.meta.route.clone())
    });
    let mut catalog = Catalog { articles, withheld, ..Catalog::default() };
    let alone = Catalog { articles: catalog.articles.clone(), ..Catalog::default() };
    let lists = || {
        add_places(&mut catalog, gazetteer, places);
        catalog.months = months(&catalog);
        add_topics(&mut catalog, topics, &mut diagnostics);
    };
    let ((), names) = rayon::join(lists, || names::index(&alone, names));
    catalog.names = names;
    catalog.related = related::related(&catalog);
    (catalog, diagnostics)
}

fn why_withheld(it: &Annotated, today: Date) -> Option<Withheld> {
    let front = &it.article.front;
    let future = it.meta.date.map(|it| it.day).filter(|day| *day > today).map(Withheld::Future);
    let expired = front.expires.map(|it| it.day).filter(|day| *day < today).map(Withheld::Expired);
    front.draft.then_some(Withheld::Draft).or(future).or(expired)
}

/// Two articles cannot have one page: the first by its path stays.
fn one_per_route(
    mut articles: Vec<Arc<Annotated>>,
    diagnostics: &mut Vec<Diagnostic>,
) -> Vec<Arc<Annotated>> {
    articles.sort_by(|a, b| a.article.path.cmp(&b.article.path));
    let mut owners: BTreeMap<String, String> = BTreeMap::new();
    articles.retain(|it| {
        let (article, route) = (&it.article, &it.meta.route);
        let other = owners.get(&route.key()).cloned();
        match other {
            Some(other) => {
                let at = article.front.slug.as_ref().map_or_else(
                    || At::File(article.path.clone()),
                    |slug| article.at(slug.span.clone()),
                );
                diagnostics.push(problems::duplicate_route(
                    at,
                    route.as_str(),
                    &article.front.title,
                    &format!("`{other}`"),
                ));
                false
            }
            None => {
                owners.insert(route.key(), article.path.to_string());
                true
            }
        }
    });
    articles
}

/// An article counts for the places it is about and all above them, and for those it only names.
fn add_places(catalog: &mut Catalog, gazetteer: &Gazetteer, described: &Places) {
    let mut places: BTreeMap<PlaceId, PlaceEntry> = described
        .all()
        .map(|(id, _)| id)
        .flat_map(|id| gazetteer.ancestors(id).chain([id]))
        .map(|id| (id, PlaceEntry::default()))
        .collect();
    let mut zones: BTreeMap<String, OpenZone> = BTreeMap::new();
    for id in catalog.ids() {
        let meta = &catalog.article(id).meta;
        let above: BTreeSet<PlaceId> = meta
            .cities
            .iter()
            .flat_map(|city| gazetteer.ancestors(*city))
            .filter(|it| !meta.cities.contains(it))
            .collect();
        for place in &meta.cities {
            places.entry(*place).or_default().own.push(id);
        }
        for place in &above {
            places.entry(*place).or_default().below.push(id);
        }
        for (at, mention) in meta.mentions.iter().enumerate() {
            match &mention.named {
                Named::Place(place) if above.contains(place) => {}
                Named::Place(place) => {
                    places.entry(*place).or_default().mentions.push((id, at));
                    // The page of a place leads to those above it.
                    for above in gazetteer.ancestors(*place) {
                        places.entry(above).or_default();
                    }
                }
                Named::Open(name) => {
                    let zone = zones.entry(name.clone()).or_default();
                    zone.entry.mentions.push((id, at));
                    let (own, other) = (&zone.name, &mention.fullest);
                    let is_better =
                        other.len() > own.len() || (other.len() == own.len() && other < own);
                    if is_better {
                        zone.name.clone_from(&mention.fullest);
                    }
                }
            }
        }
    }
    zones.retain(|_, it| it.entry.mentions.len() >= MIN_ARTICLES_OF_ZONE);
    for zone in zones.values_mut() {
        zone.name_hant.clone_from(&zone.name);
    }
    (catalog.places, catalog.zones) = (places, zones);
}

fn months(catalog: &Catalog) -> BTreeMap<Reverse<Option<(i16, i8)>>, Vec<ArticleId>> {
    let mut months: BTreeMap<_, Vec<ArticleId>> = BTreeMap::new();
    for id in catalog.ids() {
        let month = catalog.article(id).meta.date.map(|date| (date.day.year(), date.day.month()));
        months.entry(Reverse(month)).or_default().push(id);
    }
    months
}

/// Every topic with a file has an entry; a name without one gets its own.
fn add_topics(catalog: &mut Catalog, topics: &Topics, diagnostics: &mut Vec<Diagnostic>) {
    let mut entries = Entries::new(topics);
    catalog.topics_of = vec![Vec::new(); catalog.articles.len()];
    // The oldest article first: a topic without a file is called, and stands at the address, as the first one wrote it,
    // and a newer one that writes it otherwise changes nothing.
    for id in catalog.ids().rev() {
        let article = &catalog.articles[id.index()].article;
        for name in article.front.topics.iter().flatten() {
            match entries.of(topics, article, name) {
                Ok((entry, warning)) => {
                    diagnostics.extend(warning);
                    let listed = &mut entries.list[entry].articles;
                    // An article may name a topic twice, by two of its names.
                    if listed.last() != Some(&id) {
                        listed.push(id);
                        catalog.topics_of[id.index()].push(entry);
                    }
                }
                Err(problem) => diagnostics.push(problem),
            }
        }
    }
    for entry in &mut entries.list {
        entry.articles.reverse();
    }
    catalog.topics = entries.list;
}

/// The topics while they are being collected.
struct Entries {
    list: Vec<TopicEntry>,
    /// The topics without a file, by the key of their name.
    others: BTreeMap<String, usize>,
}

impl Entries {
    fn new(topics: &Topics) -> Self {
        let entry = |(i, topic): (usize, &Topic)| TopicEntry {
            title: topic.title().to_owned(),
            route: topic.route.clone(),
            described: Some(i),
            articles: Vec::new(),
        };
        Self { list: topics.all().iter().enumerate().map(entry).collect(), others: BTreeMap::new() }
    }

    /// The entry that a name in an article's front matter means, with a warning if no file describes it.
    fn of(
        &mut self,
        topics: &Topics,
        article: &Article,
        name: &Value<String>,
    ) -> Result<(usize, Option<Diagnostic>), Diagnostic> {
        if let Some(described) = topics.named(&name.value) {
            return Ok((described, None));
        }
        let title = name.value.trim();
        let at = article.at(name.span.clone());
        let entry = match self.others.get(&name_key(title)) {
            Some(entry) => *entry,
            None => {
                let route = Route::page(&["topics", title])
                    .map_err(|why| problems::invalid_route(at.clone(), title, &why.to_string()))?;
                self.list.push(TopicEntry {
                    title: title.to_owned(),
                    route,
                    described: None,
                    articles: Vec::new(),
                });
                self.others.insert(name_key(title), self.list.len() - 1);
                self.list.len() - 1
            }
        };
        let known: Vec<&str> = topics.all().iter().map(Topic::title).collect();
        let warning = (!known.is_empty()).then(|| problems::undescribed_topic(at, title, &known));
        Ok((entry, warning))
    }
}

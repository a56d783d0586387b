//! The search: its page, and what its index is made of.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use rayon::prelude::*;

use super::names::title_of;
use super::{Page, Planner};
use crate::annotate::Annotated;
use crate::catalog::ArticleId;
use crate::facts::Kind;
use crate::gazetteer::{Gazetteer, PlaceId};
use crate::route::Route;
use crate::search::{Entity, Record, Source, TreeSource};
use crate::text::terms::FieldTerms;
use crate::view::{ChoicesView, Content, OptionView, SearchView};

/// What the index is made of.
pub(super) fn source(planners: &[Planner]) -> Source {
    let first = &planners[0];
    let ids: Vec<ArticleId> = first.input.catalog.ids().rev().collect();
    let (articles, closed): (Vec<_>, Vec<bool>) =
        ids.par_iter().filter_map(|id| terms(planners.iter().map(|it| it.known(*id)))).unzip();
    let closed = (0..).zip(closed).filter(|(_, closed)| *closed).map(|(number, _)| number);
    Source {
        articles,
        closed: Arc::new(closed.collect()),
        filters: Arc::new(first.filters()),
        entities: Arc::new(first.entity_names(planners)),
        trees: Arc::new(planners.iter().map(Planner::tree_source).collect()),
    }
}

/// What an article is found by in any tree, and whether its page may not show all of that; as each tree shows it.
#[must_use]
pub fn terms<'a>(
    mut shown: impl Iterator<Item = &'a Arc<Annotated>>,
) -> Option<(Arc<FieldTerms>, bool)> {
    let first = shown.next()?;
    let others = shown.map(|it| &it.terms).filter(|it| !Arc::ptr_eq(it, &first.terms));
    let own = (Arc::clone(&first.terms), first.article.front.is_excerpt());
    Some(others.fold(own, |(all, _), it| (Arc::new(all.with(it)), true)))
}

impl Planner {
    /// The search page.
    pub(super) fn search(&self) -> Page {
        let content = |it: &Self| {
            Content::Search(SearchView {
                cities: it.city_choices(),
                topics: it.topic_choices(),
                years: it.year_choices(),
            })
        };
        let route = Route::known(&["search"]);
        self.page(route, "search.html", &self.own("搜索"), Vec::new(), content)
    }

    /// The divisions that articles are about, by their provinces.
    fn city_choices(&self) -> Vec<ChoicesView> {
        let group = |province: &PlaceId| ChoicesView {
            name: self.place_name(*province).to_owned(),
            options: self.choices_in(*province),
        };
        let groups = self.index.provinces().iter().map(group);
        groups.filter(|it| !it.options.is_empty()).collect()
    }

    /// A division and those below it that articles are about, each before those below it.
    fn choices_in(&self, id: PlaceId) -> Vec<OptionView> {
        let own = OptionView {
            value: self.place_value(id),
            text: self.index.names[&id].clone(),
            count: self.input.catalog.places[&id].count(),
        };
        let below = self.index.children(id).iter().flat_map(|id| self.choices_in(*id));
        std::iter::once(own).filter(|it| it.count > 0).chain(below).collect()
    }

    fn topic_choices(&self) -> Vec<OptionView> {
        let topics = self.input.catalog.topics.iter().filter(|it| !it.articles.is_empty());
        let option = |it: &crate::catalog::TopicEntry| OptionView {
            value: last_part(&it.route),
            text: it.title.clone(),
            count: it.articles.len(),
        };
        let mut options: Vec<OptionView> = topics.map(option).collect();
        options.sort_by(|a, b| self.order.compare(&a.text, &b.text));
        options
    }

    /// The articles of each year, the newest first.
    fn years(&self) -> BTreeMap<i16, Vec<ArticleId>> {
        let mut years: BTreeMap<i16, Vec<ArticleId>> = BTreeMap::new();
        for (month, articles) in &self.input.catalog.months {
            if let Some((year, _)) = month.0 {
                years.entry(year).or_default().extend(articles);
            }
        }
        years
    }

    fn year_choices(&self) -> Vec<OptionView> {
        let option = |(year, articles): (i16, Vec<ArticleId>)| OptionView {
            value: year.to_string(),
            text: format!("{year}年"),
            count: articles.len(),
        };
        self.years().into_iter().rev().map(option).collect()
    }

    /// What a division is called in an address of the search.
    fn place_value(&self, id: PlaceId) -> String {
        let place = self.input.gazetteer.place(id);
        place.code.clone().unwrap_or_else(|| place.slug.clone())
    }

    /// The number of an article in the index: the oldest is 0.
    pub(super) fn number(&self, id: ArticleId) -> u32 {
        u32::try_from(self.input.catalog.articles.len() - 1 - id.index()).unwrap_or(u32::MAX)
    }

    /// The terms that a reader chooses, with their articles.
    fn filters(&self) -> Vec<(String, Vec<u32>)> {
        let catalog = &self.input.catalog;
        let numbers = |articles: &[ArticleId]| -> Vec<u32> {
            articles.iter().rev().map(|id| self.number(*id)).collect()
        };
        let places = catalog.places.iter().filter(|(_, entry)| entry.count() > 0);
        let places = places.map(|(id, entry)| {
            (format!("c:{}", self.place_value(*id)), numbers(&entry.articles()))
        });
        let topics = catalog
            .topics
            .iter()
            .map(|it| (format!("t:{}", last_part(&it.route)), numbers(&it.articles)));
        let years = self.years().into_iter();
        let years = years.map(|(year, articles)| (format!("y:{year}"), numbers(&articles)));
        places.chain(topics).chain(years).collect()
    }

    /// The numbers of the pages of topics: behind those of all places, at the head of a block.
    fn first_topic(&self) -> u32 {
        let places = self.input.gazetteer.ids().last().map_or(0, |id| id.number() + 1);
        places.next_multiple_of(crate::search::ENTITIES)
    }

    /// The numbers of the zones of no table: behind those of topics.
    fn first_zone(&self) -> u32 {
        let topics = u32::try_from(self.input.catalog.topics.len()).unwrap_or(u32::MAX);
        (self.first_topic() + topics).next_multiple_of(crate::search::ENTITIES)
    }

    /// The numbers of the pages of people, organisations and projects, with their places in
    /// [`NameIndex::entries`](crate::catalog::NameIndex::entries): behind those of zones, in the order in which articles
    /// gave them their pages, so that a new article adds numbers and leaves the others.
    fn numbered_names(&self) -> impl Iterator<Item = (u32, usize)> {
        let zones = u32::try_from(self.input.catalog.zones.len()).unwrap_or(u32::MAX);
        let first = (self.first_zone() + zones).next_multiple_of(crate::search::ENTITIES);
        let entries = &self.input.catalog.names.entries;
        let mut order: Vec<usize> = (0..entries.len()).collect();
        order.sort_by_cached_key(|at| {
            let second = entries[*at].articles.iter().rev().take(2).next_back();
            second.map(|(id, _)| self.number(*id))
        });
        (first..).zip(order)
    }

    /// All names of the pages of places, topics, people, organisations and projects.
    fn entity_names(&self, planners: &[Planner]) -> Vec<(u32, Vec<String>)> {
        let catalog = &self.input.catalog;
        let mut all = self.input.gazetteer.all_names();
        let places = catalog.places.keys().map(|id| {
            let mut names = all.remove(id).unwrap_or_default();
            // qing dao → qingdao
            let pinyin = self.input.gazetteer.place(*id).pinyin.replace(' ', "");
            names.extend((!pinyin.is_empty()).then_some(pinyin));
            (id.number(), names)
        });
        let topics = (self.first_topic()..).zip(&catalog.topics).enumerate();
        let topics = topics.map(|(at, (number, topic))| {
            let written = topic.described.map(|it| &self.input.topics.all()[it]);
            let shown = planners.iter().map(|it| it.input.catalog.topics[at].title.clone());
            let aliases = written.into_iter().flat_map(crate::topic::Topic::aliases);
            (number, shown.chain(aliases.map(str::to_owned)).collect())
        });
        let zones = (self.first_zone()..).zip(catalog.zones.values());
        let zones =
            zones.map(|(number, zone)| (number, vec![zone.name.clone(), zone.name_hant.clone()]));
        let names = self.numbered_names().map(|(number, at)| {
            let shown = planners.iter().map(|it| &it.input.catalog.names.entries[at]);
            let all = shown.flat_map(|it| std::iter::once(&it.name).chain(&it.forms));
            (number, all.cloned().collect::<BTreeSet<String>>().into_iter().collect())
        });
        places.chain(topics).chain(zones).chain(names).collect()
    }

    /// What results show of an article.
    pub(super) fn record(&self, id: ArticleId) -> Record {
        let it = self.known(id);
        let date = it.meta.date.map_or(String::new(), |it| it.day.to_string());
        let places = it.meta.cities.iter().map(|it| self.index.names[it].clone());
        let (base, href) = (&self.tree().base_url.path, self.href(&it.meta.route));
        Record(
            href.strip_prefix(base.as_str()).unwrap_or(&href).to_owned(),
            it.meta.title.clone(),
            date,
            it.meta.source.clone().unwrap_or_default(),
            it.meta.script.tag(),
            places.collect(),
            if it.article.front.is_excerpt() { "excerpt" } else { Record::FULL },
        )
    }

    /// What results show in this tree.
    fn tree_source(&self) -> TreeSource {
        let catalog = &self.input.catalog;
        let base = &self.tree().base_url.path;
        let below = |href: &str| href.strip_prefix(base.as_str()).unwrap_or(href).to_owned();
        let entity = |route: &Route, name: &str, kind: &str, count: usize| {
            Entity(below(&self.href(route)), name.to_owned(), kind.to_owned(), count)
        };
        let gazetteer = &self.input.gazetteer;
        let [city, zone, topic] = ["城市", "区域", "主题"].map(|it| self.own(it));
        let places = catalog.places.iter().map(|(id, it)| {
            let kind = if gazetteer.place(*id).level.is_division() { &city } else { &zone };
            let count = it.count() + it.mentions.len();
            (id.number(), entity(&gazetteer.route(*id), &self.index.names[id], kind, count))
        });
        let topics = (self.first_topic()..).zip(&catalog.topics);
        let topics = topics
            .map(|(number, it)| (number, entity(&it.route, &it.title, &topic, it.articles.len())));
        let zones = (self.first_zone()..).zip(&catalog.zones).map(|(number, (key, it))| {
            let name = it.name_in(self.script().is_traditional());
            let count = it.entry.mentions.len();
            (number, entity(&Gazetteer::zone_route(key), name, &zone, count))
        });
        let names = self.numbered_names().map(|(number, at)| {
            let it = &catalog.names.entries[at];
            let kind = if it.kind == Kind::Document { "文件" } else { title_of(it.kind) };
            (number, entity(&it.route, &it.name, &self.own(kind), it.articles.len()))
        });
        TreeSource {
            folder: self.tree().folder.clone(),
            records: catalog.ids().rev().map(|id| self.record(id)).collect(),
            entities: places.chain(topics).chain(zones).chain(names).collect(),
        }
    }
}

/// `/topics/sea/` → `sea`.
fn last_part(route: &Route) -> String {
    route.as_str().trim_end_matches('/').rsplit('/').next().unwrap_or_default().to_owned()
}

//! The articles of a city on a topic, where there are some.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::list::Cut;
use super::{Page, Planner, count_view};
use crate::catalog::ArticleId;
use crate::gazetteer::{Level, PlaceId};
use crate::route::Route;
use crate::view::{Content, CountView, CrossingView, LinkView};

/// A city and a topic have a list when so many articles are about both.
const MIN_ARTICLES: usize = 3;

/// The lists of cities and topics.
#[derive(Default)]
pub(super) struct Crossings {
    /// The articles of each, the newest first, by the city and the number of the topic.
    all: BTreeMap<(PlaceId, usize), Vec<ArticleId>>,
    /// The cities of each topic.
    of_topic: BTreeMap<usize, Vec<PlaceId>>,
}

impl Crossings {
    /// Cities are prefectures and counties, and the municipalities; an article counts for a city if it is about it or a
    /// place below it.
    pub(super) fn new(input: &super::Input) -> Self {
        let mut crossings = Self::default();
        for (id, entry) in &input.catalog.places {
            let place = input.gazetteer.place(*id);
            let is_city = matches!(place.level, Level::Prefecture | Level::County)
                || (place.level == Level::Province && place.name.ends_with('市'));
            if !is_city || entry.count() < MIN_ARTICLES {
                continue;
            }
            let mut topics: BTreeMap<usize, Vec<ArticleId>> = BTreeMap::new();
            for article in entry.articles() {
                for topic in &input.catalog.topics_of[article.index()] {
                    topics.entry(*topic).or_default().push(article);
                }
            }
            for (topic, articles) in topics.into_iter().filter(|(_, it)| it.len() >= MIN_ARTICLES) {
                crossings.of_topic.entry(topic).or_default().push(*id);
                crossings.all.insert((*id, topic), articles);
            }
        }
        crossings
    }
}

impl Planner {
    /// The lists of cities and topics.
    pub(super) fn crossings(&self) -> Vec<Page> {
        let all = &self.crossings.all;
        all.iter()
            .flat_map(|((place, topic), articles)| self.crossing(*place, *topic, articles))
            .collect()
    }

    fn crossing(&self, place: PlaceId, topic: usize, articles: &[ArticleId]) -> Vec<Page> {
        let entry = &self.input.catalog.topics[topic];
        let name = format!("{} · {}", self.place_name(place), entry.title);
        let page = |cut: Cut| {
            let title = self.list_title(&name, &cut);
            let breadcrumb = vec![self.own_link("cities", "城市"), self.place_link(place)];
            let route = cut.route.clone();
            let content = move |it: &Self| {
                Content::Crossing(CrossingView {
                    place: it.place_link(place),
                    topic: Arc::clone(&it.topic_links[topic]),
                    list: it.list(&cut, &it.crossings.all[&(place, topic)]),
                })
            };
            self.page(route, "crossing.html", &title, breadcrumb, content)
        };
        self.cuts(&self.crossing_route(place, topic), articles).into_iter().map(page).collect()
    }

    /// `/cities/qingdao/topics/marine-economy/`.
    fn crossing_route(&self, place: PlaceId, topic: usize) -> Route {
        let topic = &self.input.catalog.topics[topic].route;
        let part = topic.as_str().trim_end_matches('/').rsplit('/').next().unwrap_or_default();
        let below = self.input.gazetteer.route(place).join("topics").and_then(|it| it.join(part));
        below.expect("a part of a route is a good part of another one")
    }

    fn crossing_count(&self, place: PlaceId, topic: usize, text: &str) -> CountView {
        let count = self.crossings.all[&(place, topic)].len();
        let LinkView { href, .. } = self.link(&self.crossing_route(place, topic), text);
        count_view(LinkView { href, text: text.to_owned() }, count)
    }

    /// The topics that a place has lists of, those with most articles first.
    pub(super) fn crossings_of_place(&self, place: PlaceId) -> Vec<CountView> {
        let of_place = self.crossings.all.range((place, 0)..=(place, usize::MAX));
        let topics = &self.input.catalog.topics;
        self.most_first(
            of_place
                .map(|((_, topic), _)| self.crossing_count(place, *topic, &topics[*topic].title))
                .collect(),
        )
    }

    /// The cities that a topic has lists of, those with most articles first.
    pub(super) fn crossings_of_topic(&self, topic: usize) -> Vec<CountView> {
        let places = self.crossings.of_topic.get(&topic).map_or(&[][..], Vec::as_slice);
        self.most_first(
            places
                .iter()
                .map(|id| self.crossing_count(*id, topic, &self.index.names[id]))
                .collect(),
        )
    }
}

//! The pages of places, zones and regions, and the lists of them.

use std::cmp::Ordering;
use std::collections::{BTreeMap, BTreeSet};

use super::list::{self, Cut};
use super::{Page, Planner, count_view, date, graph};
use crate::annotate::Mentioned;
use crate::catalog::{ArticleId, Catalog, OpenZone, PlaceEntry};
use crate::gazetteer::find::Named;
use crate::gazetteer::{Gazetteer, Level, Place, PlaceId};
use crate::route::Route;
use crate::view::{
    BelowView, ChoiceView, Content, CountView, DateView, LinkView, MentionView, MentionsView, Part,
    PlaceAbout, PlaceNode, PlaceView, PlacesView, Shared, TogetherView, ZonesView,
};

/// A page of mentions holds so many times as many articles as one of cards: a mention is a line or two.
const MENTIONS_PER_CARD: usize = 5;

/// Of the places that an article names no more are looked at for what is named together.
const MAX_NAMED: usize = 32;

/// A place with a page: one of the gazetteer, or a zone that only articles name.
struct Subject<'a> {
    named: Named,
    entry: &'a PlaceEntry,
    place: Option<&'a Place>,
    route: Route,
    name: &'a str,
}

impl Planner {
    /// The tree of places, the list of zones, a page for each place, and one for each bare address that several
    /// share.
    pub(super) fn places(&self) -> Vec<Page> {
        let mut pages = vec![self.place_tree(), self.zone_list()];
        for subject in self.subjects() {
            pages.extend(self.place(&subject));
            pages.extend(self.below(&subject));
            pages.extend(self.all_mentions(&subject));
            pages.extend(self.feed(&subject.route, subject.name, &in_feed(subject.entry)));
        }
        pages.extend(self.choices());
        pages
    }

    /// All places with a page, in the order of the gazetteer, then the zones of no table.
    fn subjects(&self) -> impl Iterator<Item = Subject<'_>> {
        let of_table =
            self.input.catalog.places.iter().map(|(id, entry)| self.place_subject(*id, entry));
        let zones = self.input.catalog.zones.iter();
        of_table.chain(zones.map(|(key, zone)| self.zone_subject(key, zone)))
    }

    fn place_subject<'a>(&'a self, id: PlaceId, entry: &'a PlaceEntry) -> Subject<'a> {
        let place = self.input.gazetteer.place(id);
        Subject {
            named: Named::Place(id),
            entry,
            place: Some(place),
            route: self.input.gazetteer.route(id),
            name: place.name_in(self.script().is_traditional()),
        }
    }

    fn zone_subject<'a>(&'a self, key: &str, zone: &'a OpenZone) -> Subject<'a> {
        Subject {
            named: Named::Open(key.to_owned()),
            entry: &zone.entry,
            place: None,
            route: Gazetteer::zone_route(key),
            name: zone.name_in(self.script().is_traditional()),
        }
    }

    /// A place with a page.
    fn subject(&self, named: &Named) -> Subject<'_> {
        let catalog = &self.input.catalog;
        match named {
            Named::Place(id) => self.place_subject(*id, &catalog.places[id]),
            Named::Open(key) => self.zone_subject(key, &catalog.zones[key]),
        }
    }

    fn place_tree(&self) -> Page {
        let content = |it: &Self| {
            let (provinces, only_named) = it.provinces();
            let zones = it.zones(|_| true);
            Content::Places(PlacesView { provinces, only_named, zones, map: it.map() })
        };
        let route = Route::known(&["cities"]);
        self.page(route, "places.html", &self.own("城市"), Vec::new(), content)
    }

    /// The provinces that articles are about, and those that they only name or name places in.
    fn provinces(&self) -> (Vec<PlaceNode>, Vec<PlaceNode>) {
        let province = |id: &PlaceId| PlaceNode {
            mentioned: self.places_links(self.index.only_named(*id)),
            ..self.place_node(*id)
        };
        self.index.provinces.iter().map(province).partition(|it| it.count > 0)
    }

    /// A place of the tree, with the places below it that articles are about.
    fn place_node(&self, id: PlaceId) -> PlaceNode {
        let LinkView { href, text: name } = self.place_link_below(id);
        let below = self.index.children(id).iter();
        PlaceNode {
            href,
            name,
            count: self.input.catalog.places[&id].count(),
            children: below.map(|id| self.place_node(*id)).collect(),
            mentioned: Vec::new(),
        }
    }

    /// The zones and regions with a page that `wanted` holds for, those with most articles first.
    fn zones(&self, wanted: impl Fn(&Subject<'_>) -> bool) -> Vec<CountView> {
        let is_zone = |it: &Subject<'_>| it.place.is_none_or(|place| !place.level.is_division());
        let zones = self.subjects().filter(|it| is_zone(it) && wanted(it));
        let count = |it: &Subject<'_>| it.entry.count() + it.entry.mentions.len();
        self.most_first(
            zones.map(|it| count_view(self.link(&it.route, it.name), count(&it))).collect(),
        )
    }

    /// The zones that belong to a division.
    fn zones_in(&self, id: PlaceId) -> Vec<CountView> {
        let count = |id: &PlaceId| {
            let entry = &self.input.catalog.places[id];
            let link = self.place_link(*id).value().clone();
            count_view(link, entry.count() + entry.mentions.len())
        };
        self.most_first(self.index.zones(id).iter().map(count).collect())
    }

    fn zone_list(&self) -> Page {
        let is_region =
            |it: &Subject<'_>| it.place.is_some_and(|place| place.level == Level::Region);
        let content = move |it: &Self| {
            let zones = it.zones(|it| !is_region(it));
            Content::Zones(ZonesView { regions: it.zones(is_region), zones })
        };
        let route = Route::known(&["zones"]);
        let breadcrumb = vec![self.own_link("cities", "城市")];
        self.page(route, "zones.html", &self.own("区域与园区"), breadcrumb, content)
    }

    /// The pages above a place.
    fn place_breadcrumb(&self, subject: &Subject<'_>) -> Vec<Shared<LinkView>> {
        let Named::Place(id) = subject.named else {
            return vec![self.own_link("zones", "区域与园区")];
        };
        let gazetteer = &self.input.gazetteer;
        let mut above: Vec<PlaceId> = gazetteer.ancestors(id).collect();
        above.reverse();
        above.retain(|it| self.input.catalog.places.contains_key(it));
        let (root, title) = if gazetteer.place(id).level.is_division() {
            ("cities", "城市")
        } else {
            ("zones", "区域与园区")
        };
        let root = self.own_link(root, title);
        std::iter::once(root).chain(self.places_links(&above)).collect()
    }

    /// The pages of a place: its own articles, and on the first one all else.
    fn place(&self, subject: &Subject<'_>) -> Vec<Page> {
        let page = |cut: Cut| {
            let title = self.list_title(subject.name, &cut);
            let (route, named) = (cut.route.clone(), subject.named.clone());
            let breadcrumb = self.place_breadcrumb(subject);
            let feed =
                cut.is_first().then(|| self.feed_href(&route, &in_feed(subject.entry))).flatten();
            let content =
                move |it: &Self| Content::Place(Box::new(it.place_view(&it.subject(&named), &cut)));
            let mut page = self.page(route, "place.html", &title, breadcrumb, content);
            page.outline.head.feed = feed;
            page
        };
        self.cuts(&subject.route, &subject.entry.own).into_iter().map(page).collect()
    }

    fn place_view(&self, subject: &Subject<'_>, cut: &Cut) -> PlaceView {
        let names = match (&subject.named, subject.place) {
            (_, Some(place)) => [place.name.clone(), place.name_hant.clone()],
            (Named::Open(key), None) => {
                let zone = &self.input.catalog.zones[key];
                [zone.name.clone(), zone.name_hant.clone()]
            }
            (Named::Place(_), None) => unreachable!("it has no row"),
        };
        PlaceView {
            name: subject.name.to_owned(),
            names,
            code: subject.place.filter(|it| it.official).and_then(|it| it.code.clone()),
            level: subject.place.map_or(Level::Zone, |it| it.level),
            about: cut.is_first().then(|| self.place_about(subject)),
            list: self.list(cut, &subject.entry.own),
        }
    }

    fn place_about(&self, subject: &Subject<'_>) -> PlaceAbout {
        let Subject { entry, named, .. } = subject;
        let size = self.input.config.page_size;
        let id = match named {
            Named::Place(id) => Some(*id),
            Named::Open(_) => None,
        };
        let child = |id: &PlaceId| {
            count_view(self.place_link_below(*id), self.input.catalog.places[id].count())
        };
        let children = id.map_or(&[][..], |id| self.index.children(id));
        let file = id.and_then(|id| self.input.places.about(id));
        let (first, last) = self.days(entry);
        let more = |total: usize, part| (total > size).then(|| self.href(&below(subject, part)));
        PlaceAbout {
            html: file.map_or(String::new(), |it| self.tree().body(&it.body)),
            below: self.cards(&entry.below[..entry.below.len().min(size)]),
            below_total: entry.below.len(),
            below_href: more(entry.below.len(), "below"),
            mentions: self.mention_views(&entry.mentions[..entry.mentions.len().min(size)]),
            mention_total: entry.mentions.len(),
            mentions_href: more(entry.mentions.len(), "mentions"),
            children: children.iter().map(child).collect(),
            only_named: id.map_or(Vec::new(), |id| self.places_links(self.index.only_named(id))),
            zones: id.map_or(Vec::new(), |id| self.zones_in(id)),
            members: subject.place.map_or(Vec::new(), |it| self.known_links(&it.members)),
            topics: self.topics_among(&entry.articles()),
            crossings: id.map_or(Vec::new(), |id| self.crossings_of_place(id)),
            leading: self.leading_names(&entry.articles()),
            together: self.together(subject),
            first,
            last,
        }
    }

    /// Links to those of the places that have a page.
    fn known_links(&self, places: &[PlaceId]) -> Vec<Shared<LinkView>> {
        let known = places.iter().filter(|id| self.input.catalog.places.contains_key(id));
        known.map(|id| self.place_link(*id)).collect()
    }

    /// The days of the first and the latest article that names a place.
    fn days(&self, entry: &PlaceEntry) -> (Option<DateView>, Option<DateView>) {
        let all = entry.all();
        let day = |id: &ArticleId| self.known(*id).meta.date;
        // Articles stand in the order of their days, those without one last.
        let first = all.iter().rev().find_map(day).map(date);
        (first, all.iter().find_map(day).map(date))
    }

    /// The pages with all articles about places below one, if its own page does not show them all.
    fn below(&self, subject: &Subject<'_>) -> Vec<Page> {
        let articles = &subject.entry.below;
        if articles.len() <= self.input.config.page_size {
            return Vec::new();
        }
        let title = format!("{}{}", subject.name, self.own("下辖地方的报道"));
        let page = |cut: Cut| {
            let title = self.list_title(&title, &cut);
            let (route, named) = (cut.route.clone(), subject.named.clone());
            let content = move |it: &Self| {
                Content::Below(BelowView { list: it.list(&cut, &it.subject(&named).entry.below) })
            };
            self.page(route, "below.html", &title, self.breadcrumb_to(subject), content)
        };
        self.cuts(&below(subject, "below"), articles).into_iter().map(page).collect()
    }

    fn breadcrumb_to(&self, subject: &Subject<'_>) -> Vec<Shared<LinkView>> {
        let mut breadcrumb = self.place_breadcrumb(subject);
        breadcrumb.push(Part::new(self.link(&subject.route, subject.name)));
        breadcrumb
    }

    /// The pages with all articles that name a place, if its own page does not show them all.
    fn all_mentions(&self, subject: &Subject<'_>) -> Vec<Page> {
        let mentions = &subject.entry.mentions;
        let size = self.input.config.page_size;
        if mentions.len() <= size {
            return Vec::new();
        }
        let title = self.own(&format!("提及{}的报道", subject.name));
        let page = |cut: Cut| {
            let title = self.list_title(&title, &cut);
            let (route, named) = (cut.route.clone(), subject.named.clone());
            let content = move |it: &Self| {
                let mentions = &it.subject(&named).entry.mentions;
                let [newer, older] = it.around(&cut);
                Content::Mentions(MentionsView {
                    mentions: it.mention_views(&mentions[cut.range.clone()]),
                    total: cut.is_first().then_some(mentions.len()),
                    newer,
                    older,
                })
            };
            self.page(route, "mentions.html", &title, self.breadcrumb_to(subject), content)
        };
        let cuts = list::cut(&below(subject, "mentions"), mentions.len(), size * MENTIONS_PER_CARD);
        cuts.into_iter().map(page).collect()
    }

    fn mention_views(&self, mentions: &[(ArticleId, usize)]) -> Vec<MentionView> {
        let view = |(id, at): &(ArticleId, usize)| {
            let meta = &self.known(*id).meta;
            let Mentioned { times, sentences, .. } = &meta.mentions[*at];
            MentionView {
                article: self.card_of(*id),
                times: *times,
                sentences: sentences.iter().map(|it| meta.stated.sentence(it)).collect(),
            }
        };
        mentions.iter().map(view).collect()
    }

    /// The places named together with one, those above and below it apart.
    fn together(&self, subject: &Subject<'_>) -> Option<TogetherView> {
        let all = self.together.get_or_init(|| Together::new(self));
        let gazetteer = &self.input.gazetteer;
        let related = |other: PlaceId| match subject.named {
            Named::Place(id) => gazetteer.is_within(id, other) || gazetteer.is_within(other, id),
            Named::Open(_) => false,
        };
        let counts = all.counts(subject).into_iter().filter_map(|(at, count)| {
            let (route, name) = match &all.subjects[at] {
                Named::Place(id) if related(*id) => return None,
                Named::Place(id) => (gazetteer.route(*id), self.index.names[id].as_str()),
                named if *named == subject.named => return None,
                Named::Open(key) => (Gazetteer::zone_route(key), self.zone_name(key)),
            };
            Some(count_view(self.link(&route, name), count))
        });
        graph::together(counts.take(graph::MOST).collect())
    }

    /// `/cities/suzhou/` lists 苏州市 and 宿州市, those of them that have a page.
    fn choices(&self) -> Vec<Page> {
        let mut shared: BTreeMap<Route, BTreeSet<PlaceId>> = BTreeMap::new();
        for id in self.input.catalog.places.keys() {
            if let Some(route) = self.input.gazetteer.choice(*id) {
                shared.entry(route).or_default().insert(*id);
            }
        }
        let page = |(route, ids): (Route, BTreeSet<PlaceId>)| {
            let content = move |it: &Self| {
                Content::Choice(ChoiceView {
                    places: ids.iter().map(|id| it.choice(*id)).collect(),
                })
            };
            let breadcrumb = vec![self.own_link("cities", "城市")];
            self.page(route, "choice.html", &self.own("同名的地方"), breadcrumb, content)
        };
        shared.into_iter().map(page).collect()
    }

    /// A place with the division above all others: 台州市（浙江省）.
    fn choice(&self, id: PlaceId) -> LinkView {
        let gazetteer = &self.input.gazetteer;
        let above = gazetteer.ancestors(id).last();
        let above = above.map_or(String::new(), |it| format!("（{}）", self.place_name(it)));
        self.link(&gazetteer.route(id), &format!("{}{above}", self.place_name(id)))
    }

    /// The places on a map: prefectures and counties with articles of their own.
    fn map(&self) -> Option<crate::view::MapView> {
        let gazetteer = &self.input.gazetteer;
        let places = self.input.catalog.places.iter().filter_map(|(id, entry)| {
            let place = gazetteer.place(*id);
            // Of the provinces the municipalities are cities, 北京市, and 香港 and 澳门.
            let is_city = place.level != Level::Province
                || place.name.ends_with('市')
                || place.name.ends_with("特别行政区");
            let count = if is_city { entry.own.len() } else { 0 };
            let seat = place.seat.filter(|_| place.level.is_division() && count > 0)?;
            Some((seat, count_view(self.place_link(*id).value().clone(), count)))
        });
        let seats = gazetteer.ids().map(|id| gazetteer.place(id)).filter_map(|place| {
            Some((place.seat?, place.level)).filter(|(_, level)| *level != Level::Province)
        });
        graph::map(places.collect(), &seats.collect::<Vec<_>>())
    }

    /// The name of a zone that no table has, in the script of the tree.
    fn zone_name(&self, key: &str) -> &str {
        self.input.catalog.zones[key].name_in(self.script().is_traditional())
    }

    /// A link to what is named, if it has a page.
    pub(super) fn named_link(&self, named: &Named) -> Option<&Shared<LinkView>> {
        match named {
            Named::Place(id) => self.place_links.get(id),
            Named::Open(key) => self.zone_links.get(key),
        }
    }

    /// A link to a zone that no table has.
    pub(super) fn zone_link(&self, key: &str) -> Shared<LinkView> {
        Part::new(self.link(&Gazetteer::zone_route(key), self.zone_name(key)))
    }
}

/// The articles in a place's feed: those about it or a place below it, or where there are none those that name it.
fn in_feed(entry: &PlaceEntry) -> Vec<ArticleId> {
    if entry.count() > 0 { entry.articles() } else { entry.all() }
}

/// What lies below each place of the catalogue, in the order of the gazetteer.
#[derive(Default)]
pub(super) struct Index {
    /// A name for each place that no other place has.
    pub(super) names: BTreeMap<PlaceId, String>,
    provinces: Vec<PlaceId>,
    /// The divisions directly below one that articles are about.
    children: BTreeMap<PlaceId, Vec<PlaceId>>,
    /// The divisions anywhere below one that articles only name.
    only_named: BTreeMap<PlaceId, Vec<PlaceId>>,
    /// The zones that lie in a division, and the regions that it belongs to.
    zones: BTreeMap<PlaceId, Vec<PlaceId>>,
}

impl Index {
    pub(super) fn new(catalog: &Catalog, gazetteer: &Gazetteer, traditional: bool) -> Self {
        let mut index = Self::default();
        for (id, entry) in &catalog.places {
            index.names.insert(*id, gazetteer.unique_name(*id, traditional));
            let place = gazetteer.place(*id);
            let add = |to: &mut BTreeMap<PlaceId, Vec<PlaceId>>, above: Option<PlaceId>| {
                if let Some(above) = above {
                    to.entry(above).or_default().push(*id);
                }
            };
            match place.level {
                Level::Region => {
                    place.members.iter().for_each(|it| add(&mut index.zones, Some(*it)));
                }
                Level::Zone => {
                    let of_member = |it: &PlaceId| gazetteer.ancestors(*it).chain([*it]).collect();
                    let above: Vec<PlaceId> =
                        place.members.iter().flat_map::<Vec<_>, _>(of_member).collect();
                    let above: BTreeSet<PlaceId> = above.into_iter().collect();
                    for it in above {
                        add(&mut index.zones, Some(it));
                    }
                }
                Level::Province => index.provinces.push(*id),
                _ if entry.count() > 0 => add(&mut index.children, place.parent),
                _ => {}
            }
            if place.level.is_division() && entry.count() == 0 && !entry.mentions.is_empty() {
                gazetteer.ancestors(*id).for_each(|above| add(&mut index.only_named, Some(above)));
            }
        }
        index
    }

    /// Puts all lists of divisions into this order.
    pub(super) fn sort(&mut self, compare: impl Fn(PlaceId, PlaceId) -> Ordering) {
        let lists = self.children.values_mut().chain(self.only_named.values_mut());
        for list in lists.chain([&mut self.provinces]) {
            list.sort_by(|a, b| compare(*a, *b));
        }
    }

    pub(super) fn provinces(&self) -> &[PlaceId] {
        &self.provinces
    }

    pub(super) fn children(&self, id: PlaceId) -> &[PlaceId] {
        self.children.get(&id).map_or(&[], Vec::as_slice)
    }

    fn only_named(&self, id: PlaceId) -> &[PlaceId] {
        self.only_named.get(&id).map_or(&[], Vec::as_slice)
    }

    fn zones(&self, id: PlaceId) -> &[PlaceId] {
        self.zones.get(&id).map_or(&[], Vec::as_slice)
    }
}

/// A page below that of a place.
fn below(subject: &Subject<'_>, part: &str) -> Route {
    subject.route.join(part).expect("a constant is a good part of a route")
}

/// Which places each article names, by numbers.
pub(super) struct Together {
    /// The places with a page.
    subjects: Vec<Named>,
    /// For each article the numbers of the places it is about or names.
    of_article: Vec<Vec<u32>>,
}

impl Together {
    fn new(planner: &Planner) -> Self {
        let subjects: Vec<Named> = planner.subjects().map(|it| it.named).collect();
        let numbers: BTreeMap<&Named, u32> = subjects.iter().zip(0..).collect();
        let catalog = &planner.input.catalog;
        let of_article = catalog.ids().map(|id| {
            let meta = &catalog.article(id).meta;
            let cities = meta.cities.iter().map(|it| Named::Place(*it));
            let all = cities.chain(meta.mentions.iter().map(|it| it.named.clone()));
            all.take(MAX_NAMED).filter_map(|it| numbers.get(&it).copied()).collect()
        });
        let of_article = of_article.collect();
        Self { subjects, of_article }
    }

    /// How many of a place's articles name each other place, the most first.
    fn counts(&self, subject: &Subject<'_>) -> Vec<(usize, usize)> {
        let mut all: Vec<u32> = subject
            .entry
            .all()
            .into_iter()
            .flat_map(|id| &self.of_article[id.index()])
            .copied()
            .collect();
        all.sort_unstable();
        let mut counts: Vec<(usize, usize)> =
            all.chunk_by(|a, b| a == b).map(|it| (it[0] as usize, it.len())).collect();
        counts.sort_by_key(|(at, count)| (std::cmp::Reverse(*count), *at));
        counts
    }
}

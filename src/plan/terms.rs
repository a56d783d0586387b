//! The pages of topics and months, and the lists of them.

use std::cmp::Reverse;
use std::collections::BTreeMap;

use super::chart::Counted;
use super::list::Cut;
use super::{Page, Planner, chart, count_view};
use crate::catalog::{ArticleId, TopicEntry};
use crate::gazetteer::PlaceId;
use crate::route::Route;
use crate::view::{
    ArchiveView, Content, CountView, MonthView, TimeChart, TopicAbout, TopicView, TopicsView,
    YearPageView, YearView,
};

impl Planner {
    /// The topics of some articles, the most frequent first.
    pub(super) fn topics_among(&self, articles: &[ArticleId]) -> Vec<CountView> {
        let mut counts = vec![0; self.topic_links.len()];
        for id in articles {
            self.input.catalog.topics_of[id.index()].iter().for_each(|at| counts[*at] += 1);
        }
        self.leading(self.topic_links.iter().cloned().zip(counts))
    }

    /// The places of some articles, the most frequent first.
    pub(super) fn cities_among(&self, articles: &[ArticleId]) -> Vec<CountView> {
        let mut counted: BTreeMap<PlaceId, usize> = BTreeMap::new();
        for city in articles.iter().flat_map(|id| &self.known(*id).meta.cities) {
            *counted.entry(*city).or_default() += 1;
        }
        self.leading(counted.into_iter().map(|(id, count)| (self.place_link(id), count)))
    }

    /// The list of topics, and a page for each.
    pub(super) fn topics(&self) -> Vec<Page> {
        let route = Route::known(&["topics"]);
        let content = |it: &Self| Content::Topics(TopicsView { topics: it.topic_counts() });
        let mut pages =
            vec![self.page(route, "topics.html", &self.own("主题"), Vec::new(), content)];
        let topics = self.input.catalog.topics.iter().enumerate();
        pages.extend(topics.flat_map(|(at, it)| self.topic(at, it)));
        pages
    }

    /// All topics with their articles, those with most first.
    fn topic_counts(&self) -> Vec<CountView> {
        let topics = self.input.catalog.topics.iter();
        let count =
            |it: &TopicEntry| count_view(self.link(&it.route, &it.title), it.articles.len());
        self.most_first(topics.map(count).collect())
    }

    fn topic(&self, at: usize, topic: &TopicEntry) -> Vec<Page> {
        let page = |cut: Cut| {
            let title = self.list_title(&topic.title, &cut);
            let breadcrumb = vec![self.own_link("topics", "主题")];
            let route = cut.route.clone();
            let feed = cut.is_first().then(|| self.feed_href(&route, &topic.articles)).flatten();
            let content = move |it: &Self| {
                let topic = &it.input.catalog.topics[at];
                let about = cut.is_first().then(|| it.topic_about(at, topic));
                let list = it.list(&cut, &topic.articles);
                Content::Topic(TopicView { title: topic.title.clone(), about, list })
            };
            let mut page = self.page(route, "topic.html", &title, breadcrumb, content);
            page.outline.head.feed = feed;
            page
        };
        let pages = self.cuts(&topic.route, &topic.articles).into_iter().map(page);
        pages.chain(self.feed(&topic.route, &topic.title, &topic.articles)).collect()
    }

    fn topic_about(&self, at: usize, topic: &TopicEntry) -> TopicAbout {
        let body = |i: usize| self.tree().body(&self.input.topics.all()[i].body);
        TopicAbout {
            html: topic.described.map_or(String::new(), body),
            cities: self.cities_among(&topic.articles),
            leading: self.leading_names(&topic.articles),
            crossings: self.crossings_of_topic(at),
        }
    }

    /// The archive, and a page for each month.
    pub(super) fn archive(&self) -> Vec<Page> {
        let months = self.input.catalog.months.iter();
        let mut pages: Vec<Page> =
            months.flat_map(|(Reverse(month), articles)| self.month(*month, articles)).collect();
        let route = Route::known(&["archive"]);
        let content = |it: &Self| Content::Archive(it.archive_view());
        pages.push(self.page(route, "archive.html", &self.own("归档"), Vec::new(), content));
        pages.extend(self.archive_view().years.iter().map(|it| self.year(it.year)));
        pages
    }

    fn archive_view(&self) -> ArchiveView {
        let mut years: Vec<YearView> = Vec::new();
        let mut undated = None;
        for (Reverse(month), articles) in &self.input.catalog.months {
            let (route, title) = month_page(*month);
            let count = count_view(self.link(&route, &self.own(&title)), articles.len());
            match month {
                None => undated = Some(count),
                Some((year, _)) => {
                    let href = || self.href(&year_route(*year));
                    add_month(&mut years, *year, count, href);
                }
            }
        }
        let chart = self.archive_chart(&years);
        ArchiveView { years, chart, undated, total: self.input.catalog.articles.len() }
    }

    fn archive_chart(&self, years: &[YearView]) -> Option<TimeChart> {
        let of_month = |(Reverse(month), articles): (&Reverse<Option<(i16, i8)>>, &Vec<_>)| {
            let (route, title) = month_page(*month);
            let link = count_view(self.link(&route, &self.own(&title)), articles.len());
            Some(Counted { time: chart::month((*month)?), link })
        };
        let of_year = |it: &YearView| {
            let text = self.own(&format!("{}年", it.year));
            let link = CountView { href: it.href.clone(), text, count: it.count };
            Counted { time: it.year.into(), link }
        };
        let months = self.input.catalog.months.iter().rev().filter_map(of_month);
        let titles = (self.own("每月报道篇数"), self.own("每年报道篇数"));
        chart::over_time(titles, months.collect(), years.iter().rev().map(of_year).collect())
    }

    /// The page of a year: its months, and its newest articles.
    fn year(&self, year: i16) -> Page {
        let content = move |it: &Self| {
            let months = &it.input.catalog.months;
            let of_year = |month: &Option<(i16, i8)>| month.is_some_and(|month| month.0 == year);
            let months = months.iter().filter(|(Reverse(month), _)| of_year(month));
            let articles: Vec<ArticleId> = months.flat_map(|it| it.1).copied().collect();
            let all = it.archive_view().years;
            let found = all.into_iter().find(|it| it.year == year);
            Content::Year(YearPageView {
                year,
                count: articles.len(),
                months: found.map(|it| it.months).unwrap_or_default(),
                list: it.first_page(articles),
            })
        };
        let breadcrumb = vec![self.own_link("archive", "归档")];
        let title = self.own(&format!("{year}年"));
        self.page(year_route(year), "year.html", &title, breadcrumb, content)
    }

    fn month(&self, month: Option<(i16, i8)>, articles: &[ArticleId]) -> Vec<Page> {
        let (route, title) = month_page(month);
        let title = self.own(&title);
        let page = |cut: Cut| {
            let breadcrumb = vec![self.own_link("archive", "归档")];
            let title = self.list_title(&title, &cut);
            let route = cut.route.clone();
            let content = move |it: &Self| {
                let articles = &it.input.catalog.months[&Reverse(month)];
                Content::Month(MonthView { list: it.list(&cut, articles) })
            };
            self.page(route, "month.html", &title, breadcrumb, content)
        };
        self.cuts(&route, articles).into_iter().map(page).collect()
    }
}

/// The address and the title of a month: `/archive/2023/03/`, 2023年3月.
pub(super) fn month_page(month: Option<(i16, i8)>) -> (Route, String) {
    match month {
        Some((year, month)) => (
            Route::known(&["archive", &format!("{year:04}"), &format!("{month:02}")]),
            format!("{year}年{month}月"),
        ),
        None => (Route::known(&["archive", "undated"]), "日期不详".to_owned()),
    }
}

/// The address of a year: `/archive/2023/`.
fn year_route(year: i16) -> Route {
    Route::known(&["archive", &format!("{year:04}")])
}

/// Adds a month to its year; months come the newest first.
fn add_month(years: &mut Vec<YearView>, year: i16, month: CountView, href: impl Fn() -> String) {
    if years.last().is_none_or(|it| it.year != year) {
        years.push(YearView { href: href(), year, count: 0, months: Vec::new() });
    }
    let last = years.last_mut().expect("a year was pushed if there was none");
    last.count += month.count;
    last.months.push(month);
}

//! The table of all figures, and the charts above it.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use super::list::{self, Cut};
use super::names::named;
use super::terms::month_page;
use super::{DataFile, Input, Page, Planner, TreeContext, date};
use crate::annotate::{FigureStated, Stated};
use crate::catalog::{ArticleId, Catalog};
use crate::export::{self, ArticleRecord};
use crate::facts::{Kind, Measure, Status};
use crate::file::ContentHash;
use crate::gazetteer::{Level, PlaceId};
use crate::route::Route;
use crate::text::fold::fold;
use crate::tree::Tree;
use crate::view::{
    ArticleFigures, BarView, ChartView, Content, FigureFiles, FigureLine, FigureView, FiguresView,
    LinkView,
};

/// The figures of an article take the room of so many cards.
const CARDS_PER_ARTICLE: usize = 5;

/// A chart has no more bars.
const BARS: usize = 12;

/// A place or a year needs so many bars beside it for a chart.
const MIN_BARS: usize = 2;

/// Words for what figures measure, and for how far things are, in the script of a tree.
#[derive(Default)]
pub(super) struct FigureWords {
    measures: BTreeMap<Measure, Arc<str>>,
    statuses: BTreeMap<Status, Arc<str>>,
}

impl FigureWords {
    pub(super) fn new(tree: &Tree) -> Self {
        let own = |text: &str| -> Arc<str> { tree.own(text).into() };
        Self {
            measures: Measure::ALL.into_iter().map(|it| (it, own(measure_text(it)))).collect(),
            statuses: Status::ALL.into_iter().map(|it| (it, own(status_text(it)))).collect(),
        }
    }
}

impl Planner {
    /// The table of all figures, cut into pages by articles: what an article says changes one of them.
    pub(super) fn figures(&self) -> Vec<Page> {
        let stated = |id: &ArticleId| &self.known(*id).meta.stated;
        let articles: Vec<ArticleId> =
            self.input.catalog.ids().filter(|id| !stated(id).figures.is_empty()).collect();
        let total: usize = articles.iter().map(|id| stated(id).figures.len()).sum();
        let title = self.own("数据");
        let page = |cut: Cut| {
            let title = self.list_title(&title, &cut);
            let route = cut.route.clone();
            let articles = articles[cut.range.clone()].to_vec();
            let content =
                move |it: &Self| Content::Figures(it.figures_view(&articles, &cut, total));
            self.page(route, "figures.html", &title, Vec::new(), content)
        };
        let size = (self.input.config.page_size / CARDS_PER_ARTICLE).max(1);
        list::cut(&figures_route(), articles.len(), size).into_iter().map(page).collect()
    }

    fn figures_view(&self, articles: &[ArticleId], cut: &Cut, total: usize) -> FiguresView {
        let [newer, older] = self.around(cut);
        FiguresView {
            articles: articles.iter().map(|id| self.article_figures(*id)).collect(),
            total: cut.is_first().then_some(total),
            files: if cut.is_first() && self.input.config.data {
                self.figure_file_views()
            } else {
                Vec::new()
            },
            measures: self.words.measures.clone(),
            charts: if cut.is_first() { self.charts() } else { Vec::new() },
            newer,
            older,
        }
    }

    fn article_figures(&self, id: ArticleId) -> ArticleFigures {
        let meta = &self.known(id).meta;
        let figure = |it: &FigureStated| FigureView {
            sentence: it.at.as_ref().map(|at| meta.stated.sentence(at)),
            ..self.figure_view(id, it)
        };
        ArticleFigures {
            article: self.link(&meta.route, &meta.title),
            lang: meta.script,
            date: meta.date.map(date),
            topics: self.topic_links(id),
            figures: meta.stated.figures.iter().map(figure).collect(),
        }
    }

    /// A figure with its article.
    pub(super) fn figure(&self, id: ArticleId, at: usize) -> FigureView {
        let meta = &self.known(id).meta;
        let figure = &meta.stated.figures[at];
        FigureView {
            article: Some(self.link(&meta.route, &meta.title)),
            date: meta.date.map(date),
            sentence: figure.at.as_ref().map(|at| meta.stated.sentence(at)),
            ..self.figure_view(id, figure)
        }
    }

    /// A figure, without its article and its sentence.
    fn figure_view(&self, id: ArticleId, it: &FigureStated) -> FigureView {
        let stated = &self.known(id).meta.stated;
        let FigureLine { what, text, status, status_text, of } =
            line(self, stated, it, |at| self.name_href(id, at));
        let place = it.place.filter(|it| self.input.catalog.places.contains_key(it));
        FigureView {
            what,
            text,
            base: it.base,
            base_unit: it.base_unit().to_owned(),
            measure: it.measure,
            measure_text: Arc::clone(&self.words.measures[&it.measure]),
            status,
            status_text,
            of,
            place: place.map(|it| self.place_link(it)),
            article: None,
            date: None,
            sentence: None,
        }
    }

    /// The largest sums of money in some articles, each once.
    pub(super) fn largest(
        &self,
        articles: impl Iterator<Item = ArticleId>,
        number: usize,
    ) -> Vec<FigureView> {
        let mut sums: Vec<(f64, ArticleId, usize)> = Vec::new();
        for id in articles {
            let figures = &self.known(id).meta.stated.figures;
            for (at, it) in figures.iter().enumerate() {
                let is_sum = it.currency == Some(self.currency) && !it.what.is_empty();
                let is_known = |(value, other, at): &(f64, ArticleId, usize)| {
                    let known = &self.known(*other).meta.stated.figures[*at];
                    value.total_cmp(&it.low).is_eq() && self.is_same((*other, known), (id, it))
                };
                if is_sum && !sums.iter().any(is_known) {
                    sums.push((it.low, id, at));
                    sums.sort_by(|a, b| b.0.total_cmp(&a.0).then(a.1.cmp(&b.1)));
                    sums.truncate(number);
                }
            }
        }
        sums.into_iter().map(|(_, id, at)| self.figure(id, at)).collect()
    }

    /// Whether two figures of one value may say the same: of one thing, unless they are said of two names.
    fn is_same(&self, a: (ArticleId, &FigureStated), b: (ArticleId, &FigureStated)) -> bool {
        let of = |(id, it): (ArticleId, &FigureStated)| {
            self.input.catalog.names.of_article[id.index()].get(it.of? as usize).copied().flatten()
        };
        let what = |it: &FigureStated| super::names::about(&fold(&it.what)).to_owned();
        let is_one = of(a).is_none() || of(b).is_none() || of(a) == of(b);
        is_one && what(a.1) == what(b.1)
    }

    /// The investments of projects by place and by year.
    fn charts(&self) -> Vec<ChartView> {
        let investments = self.investments();
        let mut by_place: BTreeMap<PlaceId, f64> = BTreeMap::new();
        let mut by_year: BTreeMap<i16, f64> = BTreeMap::new();
        for it in &investments {
            if let Some(place) = it.place.and_then(|id| self.prefecture(id)) {
                *by_place.entry(place).or_default() += it.value;
            }
            if let Some(year) = it.year {
                *by_year.entry(year).or_default() += it.value;
            }
        }
        let mut places: Vec<(PlaceId, f64)> = by_place.into_iter().collect();
        places.sort_by(|a, b| b.1.total_cmp(&a.1).then(a.0.cmp(&b.0)));
        places.truncate(BARS);
        let places = places.into_iter().map(|(id, value)| {
            let link = self.place_link(id);
            let has_page = self.input.catalog.places.contains_key(&id);
            let LinkView { href, text } = link.value().clone();
            (text, has_page.then_some(href), value)
        });
        let years = by_year.into_iter().rev().take(BARS);
        let years = years.map(|(year, value)| (format!("{year}年"), None, value));
        let note = currency_note(self.currency);
        let charts = [
            self.chart(&format!("项目投资，按城市{note}"), places.collect()),
            self.chart(&format!("项目投资，按报道的年份{note}"), years.collect()),
        ];
        charts.into_iter().flatten().collect()
    }

    /// One investment for each project: what the newest article says that gives one. So no sum is added up
    /// twice, and none that holds others: figures of no project are left out.
    fn investments(&self) -> Vec<Investment> {
        let names = &self.input.catalog.names;
        let projects: Vec<_> = names.entries.iter().filter(|it| it.kind == Kind::Project).collect();
        // 望海项目一期 is part of 望海项目.
        let all: BTreeSet<&str> = projects.iter().map(|it| it.name.as_str()).collect();
        let is_part =
            |name: &str| name.char_indices().skip(1).any(|(end, _)| all.contains(&name[..end]));
        let projects = projects.iter().filter(|it| !is_part(&it.name));
        let of_project = |articles: &[(ArticleId, usize)]| {
            articles.iter().find_map(|(id, at)| {
                let meta = &self.known(*id).meta;
                let fits = |it: &&FigureStated| {
                    it.currency == Some(self.currency)
                        && it.of.map(|it| it as usize) == Some(*at)
                        && is_investment(it)
                };
                let largest = meta
                    .stated
                    .figures
                    .iter()
                    .filter(fits)
                    .max_by(|a, b| a.low.total_cmp(&b.low))?;
                let year = meta.date.map(|it| it.day.year());
                Some(Investment { value: largest.low, place: largest.place, year })
            })
        };
        projects.filter_map(|it| of_project(&it.articles)).collect()
    }

    /// The city that a place is or lies in: a prefecture, a municipality, a county directly under a province.
    fn prefecture(&self, id: PlaceId) -> Option<PlaceId> {
        let gazetteer = &self.input.gazetteer;
        let place = gazetteer.place(id);
        let above: Vec<PlaceId> = std::iter::once(id).chain(gazetteer.ancestors(id)).collect();
        let is_city = |it: &&PlaceId| {
            let place = gazetteer.place(**it);
            place.level == Level::Prefecture
                || (place.level == Level::Province && place.name.ends_with('市'))
        };
        let own = (place.level == Level::County).then_some(&id);
        above.iter().find(is_city).or(own).copied()
    }

    /// A chart of bars; `None` of too few.
    fn chart(&self, title: &str, bars: Vec<(String, Option<String>, f64)>) -> Option<ChartView> {
        /// The picture: its width, the room for a name, and a bar with its gap.
        const WIDTH: i32 = 400;
        const NAME: i32 = 116;
        const VALUE: i32 = 100;
        const STEP: i32 = 34;
        if bars.len() < MIN_BARS {
            return None;
        }
        let most = bars.iter().map(|it| it.2).fold(0.0, f64::max);
        let height = STEP * i32::try_from(bars.len()).unwrap_or(1);
        let bar = |(y, (text, href, value)): (i32, (String, Option<String>, f64))| {
            let share = f64::from(WIDTH - NAME - VALUE) * value / most;
            #[expect(
                clippy::cast_possible_truncation,
                reason = "no bar is longer than the picture"
            )]
            let length = share.round().max(2.0) as i32;
            BarView { text, href, value: self.own(&sum(value)), y: y * STEP, length }
        };
        let bars = (0..).zip(bars).map(bar).collect();
        Some(ChartView { title: self.own(title), width: WIDTH, height, bars })
    }

    /// The table as CSV and JSON, for other programs, by months: what an article says changes one of them.
    pub(super) fn figure_files(&self) -> Vec<DataFile> {
        let months = self.input.catalog.months.keys();
        months.flat_map(|Reverse(month)| figure_files_of(*month)).collect()
    }

    /// The figures of the articles of a month.
    fn figures_of(&self, month: Option<(i16, i8)>) -> impl Iterator<Item = ArticleRecord<'_>> {
        let Input { catalog, gazetteer, .. } = &self.input;
        let articles = catalog.months[&Reverse(month)].iter().copied();
        let known = |id| &**self.known(id);
        export::article_figures((catalog, known), gazetteer, &self.tree().base_url, articles)
    }

    fn figure_file_views(&self) -> Vec<FigureFiles> {
        let months = self.input.catalog.months.keys();
        let files = |Reverse(month): &Reverse<Option<(i16, i8)>>| {
            let href = |extension| self.href(&figure_file(*month, extension));
            let (_, title) = month_page(*month);
            FigureFiles { text: self.own(&title), csv: href("csv"), json: href("json") }
        };
        months.map(files).collect()
    }
}

/// A figure on the page of its article, with the page of each name.
pub(super) fn line<'a>(
    context: &TreeContext,
    stated: &Stated,
    it: &FigureStated,
    page: impl Fn(usize) -> Option<&'a str>,
) -> FigureLine {
    let of = it.of.map(|at| named(&stated.names[at as usize], page(at as usize)));
    // 总投资 of 望海项目, where the text says 望海项目总投资.
    let what = of.as_ref().and_then(|of| it.what.strip_prefix(of.text.as_str()));
    FigureLine {
        what: what.unwrap_or(&it.what).to_owned(),
        text: it.written.to_string(),
        status: it.status,
        status_text: it.status.map(|it| Arc::clone(&context.words.statuses[&it])),
        of,
    }
}

/// The figures of a month as files.
fn figure_files_of(month: Option<(i16, i8)>) -> [DataFile; 2] {
    let csv = move |it: &Planner| export::figures_table(it.figures_of(month));
    let json = move |it: &Planner| export::json(it.figures_of(month));
    let key = move |it: &Planner| {
        let articles = it.input.catalog.months[&Reverse(month)].iter();
        let keys: Vec<_> = articles.map(|id| *it.article_key(*id).as_bytes()).collect();
        ContentHash::of_value(&keys)
    };
    [
        DataFile::new(figure_file(month, "csv"), csv).made_of(key),
        DataFile::new(figure_file(month, "json"), json).made_of(key),
    ]
}

/// `/figures/2023-03.csv`.
fn figure_file(month: Option<(i16, i8)>, extension: &str) -> Route {
    let name =
        month.map_or_else(|| "undated".to_owned(), |(year, month)| format!("{year:04}-{month:02}"));
    Route::new(&format!("/figures/{name}.{extension}")).expect("a constant route with a number")
}

/// The sum that is put into a project.
struct Investment {
    value: f64,
    place: Option<PlaceId>,
    year: Option<i16>,
}

fn is_investment(it: &FigureStated) -> bool {
    let what = fold(&it.what);
    let is_whole = ["年", "累计", "完成", "强度", "一期", "二期", "三期"]
        .iter()
        .all(|part| !what.contains(part));
    what.contains("投资") && is_whole
}

/// The currency of most sums of a site; yuan, if there are none or as many.
pub(super) fn main_currency(catalog: &Catalog) -> &'static str {
    const YUAN: &str = "CNY";
    let mut counts: BTreeMap<&'static str, usize> = BTreeMap::new();
    for id in catalog.ids() {
        let sums = catalog.article(id).meta.stated.figures.iter();
        sums.filter_map(|it| it.currency).for_each(|it| *counts.entry(it).or_default() += 1);
    }
    let most = counts.into_iter().max_by_key(|(currency, count)| (*count, *currency == YUAN));
    most.map_or(YUAN, |it| it.0)
}

/// What the title of a chart says of its currency; nothing of yuan.
fn currency_note(currency: &'static str) -> String {
    let name = match currency {
        "CNY" => return String::new(),
        "TWD" => "新台币",
        "HKD" => "港元",
        "MOP" => "澳门元",
        "USD" => "美元",
        other => other,
    };
    format!("（{name}）")
}

/// The page of all figures.
fn figures_route() -> Route {
    Route::known(&["figures"])
}

/// A sum in words: 42.8亿元.
fn sum(value: f64) -> String {
    let (value, unit) =
        if value >= 1e8 { (value / 1e8, "亿元") } else { (value / 1e4, "万元") };
    let text = format!("{value:.1}");
    format!("{}{unit}", text.strip_suffix(".0").unwrap_or(&text))
}

const fn measure_text(measure: Measure) -> &'static str {
    match measure {
        Measure::Money => "金额",
        Measure::Area => "面积",
        Measure::Length => "长度",
        Measure::Mass => "重量",
        Measure::Volume => "体积",
        Measure::Power => "功率",
        Measure::Energy => "电量",
        Measure::Water => "水量",
        Measure::Share => "比例",
        Measure::Traffic => "客货流量",
        Measure::People => "人数",
        Measure::Firms => "企业",
        Measure::Items => "项目",
        Measure::Objects => "数量",
        Measure::Time => "时间",
    }
}

const fn status_text(status: Status) -> &'static str {
    match status {
        Status::Planned => "计划",
        Status::Signed => "签约",
        Status::UnderWay => "进行中",
        Status::Done => "已完成",
    }
}

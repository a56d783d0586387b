//! The pages of people, organisations and projects, and the lists of them.

use std::collections::BTreeSet;
use std::sync::Arc;

use super::list::{self, Cut};
use super::{Page, Planner, count_view, date};
use crate::annotate::{NameStated, Sentence, Stated};
use crate::catalog::{ArticleId, NameEntry};
use crate::facts::{Kind, Milestone};
use crate::name::{SORTS, Sort};
use crate::route::Route;
use crate::view::{
    Content, CountView, DateView, FigureGroup, FigureView, LeadingView, MentionView, NameAbout,
    NameView, NamedView, NamesView, OfficeView, StepView,
};

/// A page of mentions holds so many times as many articles as one of cards.
const MENTIONS_PER_CARD: usize = 3;

/// A page of the list of names holds so many times as many names as one of cards articles.
const NAMES_PER_CARD: usize = 25;

/// So many names are told that stand with one.
const TOGETHER: usize = 12;

/// Of the names of an article no more are looked at for what is named together.
const MAX_NAMED: usize = 40;

/// So many figures stand out on the page of a place or a topic.
const FIGURES: usize = 6;

/// Whether articles contradict one another is told of so many, the newest.
const COMPARED: usize = 100;

/// A figure with its value and its article.
struct Valued {
    article: ArticleId,
    value: f64,
    unit: String,
    view: FigureView,
}

/// The sorts of names by the words for them.
const TITLES: [&str; 3] = ["人物", "机构", "项目"];

/// The word for the sort that a name is of.
pub(super) fn title_of(kind: Kind) -> &'static str {
    let sort = Sort::of(kind);
    std::iter::zip(SORTS, TITLES).find(|(it, _)| *it == sort).map_or("", |(_, title)| title)
}

impl Planner {
    /// The lists of people, organisations and projects, and a page for each.
    pub(super) fn names(&self) -> Vec<Page> {
        let mut pages: Vec<Page> = Vec::new();
        for (sort, title) in std::iter::zip(SORTS, TITLES) {
            pages.extend(self.name_list(sort, &self.own(title)));
        }
        let entries = self.input.catalog.names.entries.iter().enumerate();
        pages.extend(entries.flat_map(|(at, it)| self.name(at, it)));
        pages
    }

    fn name_list(&self, sort: Sort, title: &str) -> Vec<Page> {
        let route = Route::known(&[sort.part]);
        let kind = sort.kind;
        let names: Arc<[CountView]> = self.name_counts(kind).into();
        let of_kind = |it: &&NameEntry| Sort::of(it.kind).kind == kind;
        let total = self.input.catalog.names.entries.iter().filter(of_kind).count();
        let page = |cut: Cut| {
            let title = self.list_title(title, &cut);
            let (route, names) = (cut.route.clone(), Arc::clone(&names));
            let content = move |it: &Self| {
                let has_documents = cut.is_first() && kind == Kind::Project;
                let documents = has_documents.then(|| it.name_counts(Kind::Document));
                let [newer, older] = it.around(&cut);
                Content::Names(NamesView {
                    kind,
                    names: names[cut.range.clone()].to_vec(),
                    documents: documents.unwrap_or_default(),
                    total,
                    newer,
                    older,
                })
            };
            self.page(route, "names.html", &title, Vec::new(), content)
        };
        let size = self.input.config.page_size * NAMES_PER_CARD;
        list::cut(&route, names.len(), size).into_iter().map(page).collect()
    }

    /// The names of a kind with their articles, those with most first.
    fn name_counts(&self, kind: Kind) -> Vec<CountView> {
        let names = self.input.catalog.names.entries.iter().filter(|it| it.kind == kind);
        self.most_first(names.map(|it| self.name_count(it, it.articles.len())).collect())
    }

    fn name_count(&self, it: &NameEntry, count: usize) -> CountView {
        count_view(self.link(&it.route, &it.name), count)
    }

    /// The pages of a name: its mentions, and on the first one all else.
    fn name(&self, at: usize, entry: &NameEntry) -> Vec<Page> {
        let above = self.own_link(Sort::of(entry.kind).part, title_of(entry.kind));
        let size = self.input.config.page_size * MENTIONS_PER_CARD;
        let page = |cut: Cut| {
            let title = self.list_title(&entry.name, &cut);
            let route = cut.route.clone();
            let content = move |it: &Self| Content::Name(Box::new(it.name_view(at, &cut)));
            self.page(route, "name.html", &title, vec![above.clone()], content)
        };
        list::cut(&entry.route, entry.articles.len(), size).into_iter().map(page).collect()
    }

    fn name_view(&self, at: usize, cut: &Cut) -> NameView {
        let entry = &self.input.catalog.names.entries[at];
        let mentions = entry.articles[cut.range.clone()].iter();
        let [newer, older] = self.around(cut);
        NameView {
            name: entry.name.clone(),
            kind: entry.kind,
            aliases: self.aliases(entry),
            about: cut.is_first().then(|| self.name_about(entry)),
            mentions: mentions.map(|it| self.name_mention(*it)).collect(),
            total: cut.is_first().then_some(entry.articles.len()),
            newer,
            older,
        }
    }

    /// The other names, in the script of the tree.
    fn aliases(&self, entry: &NameEntry) -> Vec<String> {
        let own = crate::text::fold::fold(&entry.name);
        let forms = entry.forms.iter().filter(|it| **it != own);
        forms.map(|it| self.tree().text(it)).collect()
    }

    fn stated(&self, id: ArticleId) -> &Stated {
        &self.known(id).meta.stated
    }

    fn name_mention(&self, (id, at): (ArticleId, usize)) -> MentionView {
        let stated = self.stated(id);
        let name = &stated.names[at];
        let sentences: Vec<Sentence> =
            name.appearances.iter().map(|it| stated.sentence(it)).collect();
        MentionView { article: self.card_of(id), times: name.times, sentences }
    }

    fn name_about(&self, entry: &NameEntry) -> NameAbout {
        let file = entry.described.and_then(|at| self.input.names.entries()[at].file.as_ref());
        let articles: Vec<ArticleId> = entry.articles.iter().map(|(id, _)| *id).collect();
        let days = || articles.iter().filter_map(|id| self.known(*id).meta.date);
        let [people, organisations, projects] = [Kind::Person, Kind::Organisation, Kind::Project]
            .map(|kind| self.names_with(entry, kind));
        NameAbout {
            html: file.map_or(String::new(), |it| self.tree().body(&it.body)),
            times: entry.times,
            offices: self.offices(entry),
            steps: self.steps(entry),
            figures: self.figure_groups(entry),
            places: self.cities_among(&articles),
            topics: self.topics_among(&articles),
            people,
            organisations,
            projects,
            first: days().next_back().map(date),
            last: days().next().map(date),
        }
    }

    /// The names of one kind in the same articles, the most frequent first.
    fn names_with(&self, entry: &NameEntry, kind: Kind) -> Vec<CountView> {
        let articles = entry.articles.iter().map(|(id, _)| *id);
        let own = &entry.route;
        self.names_among(articles, kind, |it| it.route != *own)
    }

    /// The names of one kind in some articles that `wanted` holds for, the most frequent first.
    fn names_among(
        &self,
        articles: impl Iterator<Item = ArticleId>,
        kind: Kind,
        wanted: impl Fn(&NameEntry) -> bool,
    ) -> Vec<CountView> {
        let names = &self.input.catalog.names;
        let mut all: Vec<usize> = articles
            .flat_map(|id| names.of_article[id.index()].iter().take(MAX_NAMED).flatten().copied())
            .filter(|at| names.entries[*at].kind == kind && wanted(&names.entries[*at]))
            .collect();
        all.sort_unstable();
        let counts = all.chunk_by(|a, b| a == b).map(|it| (it[0], it.len()));
        let mut counts: Vec<(usize, usize)> = counts.collect();
        counts.sort_by_key(|(at, count)| (std::cmp::Reverse(*count), *at));
        counts.truncate(TOGETHER);
        counts.into_iter().map(|(at, count)| self.name_count(&names.entries[at], count)).collect()
    }

    /// The people, organisations, projects and figures that stand out in some articles.
    pub(super) fn leading_names(&self, articles: &[ArticleId]) -> LeadingView {
        let ids = || articles.iter().copied();
        let [people, organisations, projects] = [Kind::Person, Kind::Organisation, Kind::Project]
            .map(|kind| self.names_among(ids(), kind, |_| true));
        LeadingView { people, organisations, projects, figures: self.largest(ids(), FIGURES) }
    }

    /// The offices that articles give a person, in the order of time.
    fn offices(&self, entry: &NameEntry) -> Vec<OfficeView> {
        let mut offices: Vec<((String, bool), OfficeView)> = Vec::new();
        for (id, at) in entry.articles.iter().rev() {
            let it = self.known(*id);
            let name = &it.meta.stated.names[*at];
            let mut seen: BTreeSet<(&str, bool)> = BTreeSet::new();
            for office in name.offices.iter().filter(|it| seen.insert((&it.office, it.left))) {
                let day = it.meta.date.map(date);
                let key = (crate::text::fold::fold(&office.office), office.left);
                if let Some((_, known)) = offices.iter_mut().find(|(known, _)| *known == key) {
                    known.last = day.or(known.last.take());
                    known.count += 1;
                    known.day = known.day.take().or_else(|| office.day.as_deref().map(day_view));
                    continue;
                }
                let view = OfficeView {
                    office: office.office.clone(),
                    left: office.left,
                    day: office.day.as_deref().map(day_view),
                    article: self.link(&it.meta.route, &it.meta.title),
                    first: day.clone(),
                    last: day,
                    count: 1,
                };
                offices.push((key, view));
            }
        }
        let mut offices: Vec<OfficeView> = offices.into_iter().map(|(_, view)| view).collect();
        let since =
            |it: &OfficeView| it.day.as_ref().or(it.first.as_ref()).map(|it| it.iso.clone());
        offices.sort_by_cached_key(since);
        offices
    }

    /// What articles tell of a project, in the order of the days that they give, else of their own.
    fn steps(&self, entry: &NameEntry) -> Vec<StepView> {
        let mut steps: Vec<(String, StepView)> = Vec::new();
        for (id, at) in entry.articles.iter().rev() {
            let it = self.known(*id);
            let stated = &it.meta.stated;
            let published = it.meta.date.map(date);
            for step in stated.names[*at].told_steps() {
                let by = step.day.clone().or_else(|| published.as_ref().map(|it| it.iso.clone()));
                let view = StepView {
                    milestone: step.milestone,
                    text: self.own(milestone_text(step.milestone, step.planned)),
                    planned: step.planned,
                    day: step.day.as_deref().map(day_view),
                    sentence: step.at.as_ref().map(|it| stated.sentence(it)),
                    article: self.link(&it.meta.route, &it.meta.title),
                    date: published.clone(),
                };
                steps.push((by.unwrap_or_default(), view));
            }
        }
        steps.sort_by(|a, b| a.0.cmp(&b.0));
        steps.into_iter().map(|(_, view)| view).collect()
    }

    /// The figures that are said of a name, those about one thing side by side, the newest first.
    fn figure_groups(&self, entry: &NameEntry) -> Vec<FigureGroup> {
        let mut groups: Vec<(String, Vec<Valued>)> = Vec::new();
        for (id, at) in &entry.articles {
            for (number, figure) in self.stated(*id).figures.iter().enumerate() {
                if figure.of.map(|it| it as usize) != Some(*at) {
                    continue;
                }
                let what = about(&crate::text::fold::fold(&figure.what)).to_owned();
                let key = format!("{:?}{}{what}", figure.measure, figure.base_unit());
                let view = Valued {
                    article: *id,
                    value: figure.base,
                    unit: figure.unit().to_owned(),
                    view: self.figure(*id, number),
                };
                match groups.iter_mut().find(|(known, _)| *known == key) {
                    Some((_, figures)) => figures.push(view),
                    None => groups.push((key, vec![view])),
                }
            }
        }
        let group = |(_, figures): (String, Vec<Valued>)| FigureGroup {
            what: figures[0].view.what.clone(),
            differ: differ(&figures),
            figures: figures.into_iter().map(|it| it.view).collect(),
        };
        groups.into_iter().map(group).collect()
    }

    /// The page of a name that an article states, if it has one.
    pub(super) fn name_href(&self, id: ArticleId, at: usize) -> Option<&str> {
        let entry = (*self.input.catalog.names.of_article[id.index()].get(at)?)?;
        Some(&self.name_hrefs[entry])
    }
}

/// A name as an article states it, with its page if it has one.
pub(super) fn named(name: &NameStated, href: Option<&str>) -> NamedView {
    let held = name.offices.iter().filter(|it| !it.left).map(|it| &it.office);
    let fullest = held.max_by_key(|it| it.chars().count());
    NamedView { href: href.map(str::to_owned), text: name.name.clone(), office: fullest.cloned() }
}

/// What figures share that are about one thing: 总投资, 项目总投资 and 计划总投资.
pub(super) fn about(what: &str) -> &str {
    if what.ends_with("投资") || what.ends_with("投资额") {
        let of_part =
            ["年", "累计", "完成", "一期", "二期", "三期"].iter().any(|it| what.contains(it));
        return if of_part { what } else { "投资" };
    }
    what
}

/// Whether two articles say different things: no figure of one is one of the other. 45万平方米 is 675亩, rounded.
fn differ(figures: &[Valued]) -> bool {
    let is_same = |a: &Valued, b: &Valued| {
        let is_rounded = a.unit != b.unit;
        (a.value - b.value).abs() <= if is_rounded { a.value.abs() / 100.0 } else { 0.0 }
    };
    // The figures of an article stand side by side.
    let articles: Vec<&[Valued]> = figures.chunk_by(|a, b| a.article == b.article).collect();
    let articles = &articles[..articles.len().min(COMPARED)];
    let agree =
        |a: &[Valued], b: &[Valued]| a.iter().any(|it| b.iter().any(|other| is_same(it, other)));
    articles.iter().any(|a| articles.iter().any(|b| !agree(a, b)))
}

/// A day, as far as it is known, in words: 2021年2月.
fn day_view(iso: &str) -> DateView {
    let marks = ["年", "月", "日"];
    let parts = std::iter::zip(iso.split('-'), marks);
    let words: Vec<String> =
        parts.map(|(part, mark)| format!("{}{mark}", part.trim_start_matches('0'))).collect();
    DateView { iso: iso.to_owned(), text: words.concat() }
}

const fn milestone_text(milestone: Milestone, planned: bool) -> &'static str {
    match (milestone, planned) {
        (Milestone::Approved, false) => "获批",
        (Milestone::Approved, true) => "预计获批",
        (Milestone::Signed, false) => "签约",
        (Milestone::Signed, true) => "预计签约",
        (Milestone::Started, false) => "开工",
        (Milestone::Started, true) => "预计开工",
        (Milestone::Topped, false) => "封顶、贯通",
        (Milestone::Topped, true) => "预计封顶、贯通",
        (Milestone::Finished, false) => "建成",
        (Milestone::Finished, true) => "预计建成",
        (Milestone::Opened, false) => "投产、投用",
        (Milestone::Opened, true) => "预计投产、投用",
    }
}

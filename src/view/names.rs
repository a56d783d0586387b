//! What templates see of people, organisations, projects and figures.

use std::collections::BTreeMap;
use std::sync::Arc;

use serde::Serialize;

use super::{CountView, DateView, LinkView, MentionView, Shared};
use crate::annotate::Sentence;
use crate::facts::{Kind, Measure, Milestone, Status};
use crate::text::script::Script;

/// A name in an article, with a link if it has a page.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct NamedView {
    /// Its page.
    pub href: Option<String>,
    /// The name as the article writes it.
    pub text: String,
    /// Of a person the longest office that the article gives and does not say is left.
    pub office: Option<String>,
}

/// All people, organisations or projects with a page.
#[derive(Debug, Serialize)]
pub struct NamesView {
    /// `person`, `organisation` or `project`.
    pub kind: Kind,
    /// Those that articles name most, first.
    pub names: Vec<CountView>,
    /// Among the projects the plans and measures in 《》.
    pub documents: Vec<CountView>,
    /// How many there are.
    pub total: usize,
    /// The page with those named more often.
    pub newer: Option<String>,
    /// The page with those named less often.
    pub older: Option<String>,
}

/// A person, an organisation or a project.
#[derive(Debug, Serialize)]
pub struct NameView {
    /// Its name in the script of the tree.
    pub name: String,
    /// `person`, `organisation`, `project` or `document`.
    pub kind: Kind,
    /// Its other names.
    pub aliases: Vec<String>,
    /// What the first page shows besides the mentions.
    pub about: Option<NameAbout>,
    /// Every mention, with its sentence and its article, the newest article first.
    pub mentions: Vec<MentionView>,
    /// How many articles name it; on the first page only.
    pub total: Option<usize>,
    /// The page with newer articles.
    pub newer: Option<String>,
    /// The page with older ones.
    pub older: Option<String>,
}

/// What the first page of a name shows besides its mentions.
#[derive(Debug, Serialize)]
pub struct NameAbout {
    /// What its file says.
    pub html: String,
    /// How often articles name it.
    pub times: usize,
    /// Of a person the offices, in the order of time.
    pub offices: Vec<OfficeView>,
    /// Of a project what was said when, in the order of time.
    pub steps: Vec<StepView>,
    /// Its figures, those of one thing side by side.
    pub figures: Vec<FigureGroup>,
    /// The places of its articles.
    pub places: Vec<CountView>,
    /// The topics of its articles.
    pub topics: Vec<CountView>,
    /// The people named in the same articles.
    pub people: Vec<CountView>,
    /// The organisations named there.
    pub organisations: Vec<CountView>,
    /// The projects named there.
    pub projects: Vec<CountView>,
    /// The day of the first article.
    pub first: Option<DateView>,
    /// The day of the latest one.
    pub last: Option<DateView>,
}

/// An office that articles give a person.
#[derive(Debug, Serialize)]
pub struct OfficeView {
    /// The office.
    pub office: String,
    /// Whether the articles say that the person leaves it.
    pub left: bool,
    /// Since when it is held, or when it is left, where an article says so.
    pub day: Option<DateView>,
    /// The first article that gives it.
    pub article: LinkView,
    /// The day of that article.
    pub first: Option<DateView>,
    /// The day of the latest article that gives it.
    pub last: Option<DateView>,
    /// How many articles give it.
    pub count: usize,
}

/// A step of a project that an article tells.
#[derive(Debug, Serialize)]
pub struct StepView {
    /// `approved`, `signed`, `started`, `topped`, `finished` or `opened`.
    pub milestone: Milestone,
    /// The word for that.
    pub text: String,
    /// Whether it lay ahead.
    pub planned: bool,
    /// When, if the article says so: `2021-02-26`, `2021-02` or `2021`, and in words.
    pub day: Option<DateView>,
    /// The sentence.
    pub sentence: Option<Sentence>,
    /// The article.
    pub article: LinkView,
    /// The day of the article.
    pub date: Option<DateView>,
}

/// The figures that are about one thing.
#[derive(Debug, Serialize)]
pub struct FigureGroup {
    /// What they are about.
    pub what: String,
    /// Whether they differ.
    pub differ: bool,
    /// The figures, the newest article first.
    pub figures: Vec<FigureView>,
}

/// A figure.
#[derive(Debug, Serialize)]
pub struct FigureView {
    /// What it is about.
    pub what: String,
    /// Number and unit as the article writes them.
    pub text: String,
    /// The value in `base_unit`, to sort by; of a range the lower one.
    pub base: f64,
    /// The unit that figures of its kind are compared in: the currency, `m²`, `m`, `t`, `m³`, `W`, `kWh`, `h`; else the
    /// unit as written.
    pub base_unit: String,
    /// `money`, `area`, `people` and so on.
    pub measure: Measure,
    /// The word for that.
    pub measure_text: Arc<str>,
    /// `planned`, `signed`, `under_way` or `done`, if the article says so.
    pub status: Option<Status>,
    /// The word for that.
    pub status_text: Option<Arc<str>>,
    /// What it is said of.
    pub of: Option<NamedView>,
    /// The division it is said of.
    pub place: Option<Shared<LinkView>>,
    /// Its article; none where figures are listed with their article.
    pub article: Option<LinkView>,
    /// The day of the article, likewise.
    pub date: Option<DateView>,
    /// Its sentence; none of the body of an article that may not be published in full.
    pub sentence: Option<Sentence>,
}

/// A figure on the page of its article.
#[derive(Debug, Serialize)]
pub struct FigureLine {
    /// What it is about.
    pub what: String,
    /// Number and unit as the article writes them.
    pub text: String,
    /// `planned`, `signed`, `under_way` or `done`, if the article says so.
    pub status: Option<Status>,
    /// The word for that.
    pub status_text: Option<Arc<str>>,
    /// What it is said of.
    pub of: Option<NamedView>,
}

/// The figures of an article.
#[derive(Debug, Serialize)]
pub struct ArticleFigures {
    /// The article.
    pub article: LinkView,
    /// The script of its text.
    pub lang: Script,
    /// Its day.
    pub date: Option<DateView>,
    /// Its topics.
    pub topics: Vec<Shared<LinkView>>,
    /// Its figures, in the order of the text.
    pub figures: Vec<FigureView>,
}

/// A page of the table of all figures.
#[derive(Debug, Serialize)]
pub struct FiguresView {
    /// The articles of this page with their figures, the newest first.
    pub articles: Vec<ArticleFigures>,
    /// How many figures there are; on the first page only.
    pub total: Option<usize>,
    /// The figures of each month as data, the newest month first; on the first page only.
    pub files: Vec<FigureFiles>,
    /// The words for what figures measure, by what stands in [`FigureView::measure`].
    pub measures: BTreeMap<Measure, Arc<str>>,
    /// Small charts; on the first page only.
    pub charts: Vec<ChartView>,
    /// The page with newer figures.
    pub newer: Option<String>,
    /// The page with older ones.
    pub older: Option<String>,
}

/// The figures of a month as data.
#[derive(Debug, Serialize)]
pub struct FigureFiles {
    /// The month: 2023年3月.
    pub text: String,
    /// The address of the table as CSV.
    pub csv: String,
    /// The address of the same as JSON.
    pub json: String,
}

/// A chart of bars; all numbers are units of its view box.
#[derive(Debug, Serialize)]
pub struct ChartView {
    /// What it shows.
    pub title: String,
    /// How wide it is.
    pub width: i32,
    /// How high it is.
    pub height: i32,
    /// The bars, from the top.
    pub bars: Vec<BarView>,
}

/// A bar of a chart.
#[derive(Debug, Serialize)]
pub struct BarView {
    /// What it is of.
    pub text: String,
    /// The page of that.
    pub href: Option<String>,
    /// Its value in words: 42.8亿元.
    pub value: String,
    /// How far down it stands.
    pub y: i32,
    /// How long it is.
    pub length: i32,
}

/// The articles of a city on a topic.
#[derive(Debug, Serialize)]
pub struct CrossingView {
    /// The city.
    pub place: Shared<LinkView>,
    /// The topic.
    pub topic: Shared<LinkView>,
    /// The articles.
    pub list: super::ListView,
}

/// The people, organisations, projects and figures that stand out on a page of a place or a topic.
#[derive(Debug, Default, Serialize)]
pub struct LeadingView {
    /// The people that most of its articles name.
    pub people: Vec<CountView>,
    /// The organisations.
    pub organisations: Vec<CountView>,
    /// The projects.
    pub projects: Vec<CountView>,
    /// The largest sums of money.
    pub figures: Vec<FigureView>,
}

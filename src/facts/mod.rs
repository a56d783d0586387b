//! The people, organisations, projects and figures that a text names.
//!
//! In: a folded text, where it names places, and what the site says of names. Out: [`Facts`]: names, each with all
//! its mentions and the rule that found it, and figures. The steps:
//! 1. one pass over the characters finds the anchors: words for offices, endings of organisations and projects,
//!    numbers, 《 (`lexicon`);
//! 2. at each anchor the text around is read: `people`, `organisations`, `projects`, `figures`; where a name begins
//!    is told by the words before it (`reader`);
//! 3. `resolve` puts together what is one: 涌安橡胶 and 诸城市涌安橡胶科技有限公司, 刘建军 and 刘市长; names found once
//!    are looked for in all of the text.
//!
//! Nothing here knows of articles or pages, and no whole text is segmented.

pub mod figures;
mod lexicon;
mod milestones;
mod number;
mod organisations;
mod people;
mod projects;
mod reader;
mod resolve;

use std::ops::Range;

use serde::{Deserialize, Serialize};

pub use figures::{Measure, Status};
pub use milestones::{Day, Milestone, Year};
pub use number::Exactness;

use crate::text::dictionary::Dictionary;
use crate::text::fold::{Folded, fold};
use crate::text::word_list::WordMap;
use lexicon::anchor;
use reader::Reader;

/// What a name names.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    /// 刘建军.
    Person,
    /// 诸城市涌安橡胶科技有限公司.
    Organisation,
    /// 余梁公路北延工程.
    Project,
    /// A plan, a law, a measure: 《…规划》.
    Document,
}

/// Why something is taken for a name.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Rule {
    /// A family name behind an office: 市长刘建军.
    BehindOffice,
    /// A name before an office: 刘建军市长.
    BeforeOffice,
    /// A name that says something: 刘建军表示.
    Says,
    /// A name behind an age: 71岁的曲长庚.
    Aged,
    /// A name with a point: 玛丽·居里.
    Point,
    /// 任命张立新为, 张立新任.
    Appointed,
    /// A neighbour in a list of people.
    InList,
    /// The full name of a company: 有限公司.
    Company,
    /// A name and the word for an industry: 安驰轮胎.
    Industry,
    /// An agency, an office of a state.
    Agency,
    /// A school, an institute, an association.
    Body,
    /// A paper, a station.
    Media,
    /// People know it by this name.
    Known,
    /// Words in Latin letters.
    Latin,
    /// A name and the word for what is built.
    ProjectForm,
    /// In 《》.
    Title,
    /// The same name again, in full or in short.
    Again,
    /// A family name and an office, where the text names one person of this family name.
    SurnameAgain,
    /// The site says that it is one.
    Site,
    /// A number and its unit.
    Figure,
}

impl Rule {
    /// What the rule says, for people.
    #[must_use]
    pub const fn describe(self) -> &'static str {
        match self {
            Self::BehindOffice => "a name behind an office",
            Self::BeforeOffice => "a name before an office",
            Self::Says => "a name at the head of a clause, before a word such as 说",
            Self::Aged => "a name behind an age",
            Self::Point => "a name with a point",
            Self::Appointed => "somebody who gets an office or leaves it",
            Self::InList => "a neighbour in a list of people",
            Self::Company => "the ending of a company's name",
            Self::Industry => "a name and the word for an industry",
            Self::Agency => "the ending of an agency's name",
            Self::Body => "the ending of the name of a school, an institute or an association",
            Self::Media => "the ending of a paper's name",
            Self::Latin => "a name in Latin letters",
            Self::Known => "an organisation that people know by this name",
            Self::ProjectForm => "a name and the word for what is built or done",
            Self::Title => "a document in 《》",
            Self::Again => "the same name again",
            Self::SurnameAgain => "the one person of this family name that the text names",
            Self::Site => "the site says so",
            Self::Figure => "a number and its unit",
        }
    }

    /// How sure it is, from 0 to 1.
    #[must_use]
    pub const fn confidence(self) -> f32 {
        match self {
            Self::Company | Self::Site => 1.0,
            Self::BehindOffice | Self::Known | Self::Title | Self::Appointed => 0.95,
            Self::BeforeOffice
            | Self::Media
            | Self::Body
            | Self::Agency
            | Self::Again
            | Self::Figure => 0.9,
            Self::InList | Self::SurnameAgain | Self::Point | Self::Aged => 0.85,
            Self::Says | Self::ProjectForm => 0.8,
            Self::Industry | Self::Latin => 0.75,
        }
    }
}

/// A place of a text that names something.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mention {
    /// Where, in bytes of the text as given.
    pub span: Range<usize>,
    /// Why.
    pub rule: Rule,
}

/// An office as a text gives it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Office {
    /// Where it stands, in bytes of the text as given.
    pub span: Range<usize>,
    /// Whose mention it stands with, as an index into [`Name::mentions`].
    pub mention: usize,
    /// Whether the text says that somebody leaves it: 免去李大伟的市交通局局长职务.
    pub left: bool,
    /// Since when it is held, or when it is left, where the text says so: 2021年12月，刘建军任潍坊市市长.
    pub day: Option<Day>,
}

/// What a text says that a project passed through.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Step {
    /// What.
    pub milestone: Milestone,
    /// Whether it lies ahead.
    pub planned: bool,
    /// When, as far as the text says.
    pub day: Option<Day>,
    /// The mention it is said with, as an index into [`Name::mentions`].
    pub mention: usize,
}

/// A person, an organisation or a project that a text names.
#[derive(Debug, Clone, PartialEq)]
pub struct Name {
    /// What it is.
    pub kind: Kind,
    /// The fullest name that the text gives it, folded.
    pub name: String,
    /// The other names that the text gives it, folded, in the order of the text.
    pub forms: Vec<String>,
    /// Where it is named, in the order of the text; each with its own rule.
    pub mentions: Vec<Mention>,
    /// Of a person the offices, in the order of the text.
    pub offices: Vec<Office>,
    /// Of a project what it passed through, in the order of the text.
    pub steps: Vec<Step>,
}

/// A figure; all spans in bytes of the text as given.
#[derive(Debug, Clone, PartialEq)]
pub struct Figure {
    /// Number and unit.
    pub span: Range<usize>,
    /// The number, with 余 and 多.
    pub number: Range<usize>,
    /// The unit; empty behind 70亿.
    pub unit: Range<usize>,
    /// The value in that unit, 万 and 亿 worked in; of a range the lower one.
    pub low: f64,
    /// Of a range the upper value, else the same.
    pub high: f64,
    /// How exact it is.
    pub exactness: Exactness,
    /// What it measures.
    pub measure: Measure,
    /// What it is about; may be empty.
    pub what: Range<usize>,
    /// How far that is, where the text says so.
    pub status: Option<Status>,
    /// The project or organisation that it is said of, as an index into [`Facts::names`].
    pub of: Option<usize>,
}

/// What a text names.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Facts {
    /// The names, in the order of their first mention.
    pub names: Vec<Name>,
    /// The figures, in the order of the text.
    pub figures: Vec<Figure>,
    /// Numbers that are too large to be a figure, in bytes.
    pub too_large: Vec<Range<usize>>,
    /// How many names were left out because there are too many.
    pub left_out: usize,
}

/// The unit that values in a unit are compared in, and what one is in it: 亩 → m², 666.6667; after 国务院《关于在我国统一实行
/// 法定计量单位的命令》 of 1984, of 坪 and 甲 after the Taiwanese standard. `None` of units that are only themselves: 座.
#[must_use]
pub fn base_unit(unit: &str) -> Option<(&'static str, f64)> {
    let unit = fold(unit);
    let bases = lexicon::Lexicon::built_in().bases.iter();
    bases.into_iter().find_map(|(base, units)| Some((base.as_str(), *units.get(&unit)?)))
}

/// A text names no more than these; what else it names is left out.
pub const MAX_NAMES: usize = 400;

/// An office found with a name, in characters.
#[derive(Debug, Clone, PartialEq)]
struct Held {
    span: Range<usize>,
    /// Whether the text says that somebody leaves it.
    left: bool,
}

impl Held {
    const fn now(span: Range<usize>) -> Self {
        Self { span, left: false }
    }
}

/// A name found at one place, in characters.
#[derive(Debug, Clone, PartialEq)]
struct Found {
    kind: Kind,
    span: Range<usize>,
    rule: Rule,
    /// Of a person the office.
    office: Option<Held>,
    /// The full name that it is a form of, as people know it.
    known: Option<u32>,
}

/// Names that a site says a text may have, and what they name.
#[derive(Debug, Clone, Default)]
pub struct Given {
    /// Folded.
    names: WordMap<Kind>,
}

impl Given {
    /// Collects names; of one character there are none.
    #[must_use]
    pub fn new<'a>(names: impl Iterator<Item = (&'a str, Kind)>) -> Self {
        let folded = names.map(|(name, kind)| (fold(name), kind));
        let folded: Vec<(String, Kind)> =
            folded.filter(|(name, _)| name.chars().nth(1).is_some()).collect();
        let names = WordMap::new(folded.iter().map(|(name, kind)| (name.as_str(), *kind)));
        Self { names }
    }

    /// The given names of a text, of names in one another the longest.
    fn find(&self, text: &[char], found: &mut Vec<Found>) {
        let mut at = 0;
        while at < text.len() && !self.names.is_empty() {
            let Some((length, kind)) = self.names.head(&text[at..]) else {
                at += 1;
                continue;
            };
            let span = at..at + length;
            // 中建 in 集中建设
            if length < 4 && Dictionary::built_in().cuts(text, &span) {
                at += 1;
                continue;
            }
            at = span.end;
            found.push(Found { kind: *kind, span, rule: Rule::Site, office: None, known: None });
        }
    }
}

/// Reads a text for what it names. `places` are the characters at which it names places, in order; `given` are names
/// that the site knows.
#[must_use]
pub fn read(folded: &Folded, places: &[Range<usize>], given: &Given) -> Facts {
    let reader = Reader::new(&folded.chars, places);
    let anchors = Anchors::of(&reader);
    let mut found: Vec<Found> = Vec::new();
    given.find(reader.text, &mut found);
    reader.organisations(&anchors, &mut found);
    reader.projects(&anchors, &mut found);
    reader.people(&anchors, &mut found);
    let (names, left_out) = resolve::names(&reader, found);
    let bytes = |it: &Range<usize>| folded.original(it);
    let figures = resolve::figures(&reader, anchors.figures.found, &names);
    let of_projects = names.iter().filter(|it| it.kind == Kind::Project);
    let mut projects: Vec<Range<usize>> =
        of_projects.flat_map(|it| it.mentions.iter().map(|(span, _)| span.clone())).collect();
    projects.sort_by_key(|it| it.start);
    let steps = |it: &resolve::Resolved| {
        let of = |(mention, (span, _)): (usize, &(Range<usize>, Rule))| {
            let step = move |it: milestones::Passed| Step {
                milestone: it.milestone,
                planned: it.planned,
                day: it.day,
                mention,
            };
            reader.milestones(span, &projects).into_iter().map(step)
        };
        let is_project = it.kind == Kind::Project;
        it.mentions.iter().enumerate().filter(|_| is_project).flat_map(of).collect()
    };
    let name = |it: resolve::Resolved| Name {
        kind: it.kind,
        steps: steps(&it),
        name: it.name,
        forms: it.forms,
        mentions: it
            .mentions
            .iter()
            .map(|(span, rule)| Mention { span: bytes(span), rule: *rule })
            .collect(),
        offices: it
            .offices
            .iter()
            .map(|(mention, office)| Office {
                span: bytes(&office.span),
                mention: *mention,
                left: office.left,
                day: (it.mentions[*mention].1 == Rule::Appointed)
                    .then(|| reader.day_of(office.span.start))
                    .flatten(),
            })
            .collect(),
    };
    let figure = |(it, of): (figures::Found, Option<usize>)| Figure {
        span: bytes(&it.span),
        number: bytes(&it.number),
        unit: bytes(&it.unit),
        low: it.low,
        high: it.high,
        exactness: it.exactness,
        measure: it.measure,
        what: bytes(&it.what),
        status: it.status,
        of,
    };
    Facts {
        figures: figures.into_iter().map(figure).collect(),
        too_large: anchors.figures.too_large.iter().map(bytes).collect(),
        names: names.into_iter().map(name).collect(),
        left_out,
    }
}

/// Where something may be found.
#[derive(Default)]
struct Anchors {
    /// Behind each character that a word for an office ends with.
    offices: Vec<usize>,
    /// Behind each that the name of an organisation ends with.
    organisations: Vec<usize>,
    /// Behind each that the name of a project ends with.
    projects: Vec<usize>,
    /// At each that a known organisation begins with.
    known: Vec<usize>,
    /// At each 《 and each point.
    marks: Vec<usize>,
    /// At each that a word such as 说 begins with.
    said: Vec<usize>,
    figures: figures::Figures,
}

impl Anchors {
    fn of(reader: &Reader<'_>) -> Self {
        let mut anchors = Self::default();
        let mut number_end = 0;
        for (at, c) in reader.text.iter().enumerate() {
            let bits = reader.lexicon.anchor(*c);
            if bits == 0 {
                continue;
            }
            if bits & anchor::NUMBER != 0 && at >= number_end {
                number_end = anchors.figures.read(reader, at);
            }
            if bits & anchor::OFFICE != 0 {
                anchors.offices.push(at + 1);
            }
            if bits & anchor::ORGANISATION != 0 {
                anchors.organisations.push(at + 1);
            }
            if bits & anchor::PROJECT != 0 {
                anchors.projects.push(at + 1);
            }
            if bits & anchor::KNOWN != 0 {
                anchors.known.push(at);
            }
            if bits & anchor::MARK != 0 {
                anchors.marks.push(at);
            }
            if bits & anchor::SAID != 0 {
                anchors.said.push(at);
            }
        }
        anchors
    }
}

impl Name {
    /// The fullest name as the text writes it.
    #[must_use]
    pub fn written<'a>(&self, text: &'a str) -> &'a str {
        let spans = self.mentions.iter().map(|it| &text[it.span.clone()]);
        let mut longest = "";
        for it in spans {
            if it.chars().count() == self.name.chars().count() && fold(it) == self.name {
                return it;
            }
            if it.len() > longest.len() {
                longest = it;
            }
        }
        longest
    }
}

/// The quotation mark that a closing one belongs to.
const fn opening_quote(close: char) -> Option<char> {
    match close {
        '”' => Some('“'),
        '」' => Some('「'),
        _ => None,
    }
}

/// Whether a piece of text is one of some words.
fn is_one_of(text: &[char], words: &[&str]) -> bool {
    words.iter().any(|it| it.chars().eq(text.iter().copied()))
}

/// Whether a piece of text ends with a word.
fn ends_with(text: &[char], word: &str) -> bool {
    let mut rest = text.iter().rev();
    word.chars().rev().all(|c| rest.next() == Some(&c))
}

/// Whether a piece of text begins with a word.
fn starts_with(text: &[char], word: &str) -> bool {
    let mut rest = text.iter();
    word.chars().all(|c| rest.next() == Some(&c))
}

//! The people, organisations, projects and figures of an article, as other pages show them.
//!
//! In: an article's text, what [`facts`](crate::facts) found in it, its front matter. Out: [`Stated`]: names with
//! each of their sentences, figures with theirs. A sentence is kept once, however much it names; of an article that
//! may not be published in full no sentence of the body is kept.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;

use jiff::civil::Date;

use super::{SENTENCE_COLUMNS, Sentence, Text};
use serde::Serialize;

use crate::article::Article;
use crate::facts::{self, Day, Exactness, Facts, Kind, Measure, Milestone, Status, Year};
use crate::gazetteer::find::{Mention, Named};
use crate::gazetteer::{Gazetteer, Level, PlaceId};
use crate::name::{Meant, Names};
use crate::text::dictionary::Dictionary;
use crate::text::fold::fold;
use crate::text::sentence;

/// What an article says of names and figures.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub struct Stated {
    /// The sentences that the others point into.
    pub sentences: Vec<Box<str>>,
    /// The people, organisations and projects, in the order of the text.
    pub names: Vec<NameStated>,
    /// The figures, in the order of the text.
    pub figures: Vec<FigureStated>,
}

/// A person, an organisation or a project in an article.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct NameStated {
    /// What it is.
    pub kind: Kind,
    /// What the site says of it.
    pub meant: Meant,
    /// What all articles that name it share: the fullest name, folded; 市交通局 with its city.
    pub key: String,
    /// Whether it means something in this article alone: 市交通局 where the article is about no city, 交通局 anywhere.
    pub is_local: bool,
    /// The fullest name as it is written.
    pub name: String,
    /// The other names, folded.
    pub forms: Vec<String>,
    /// How often it is named.
    pub times: usize,
    /// Where, sentence by sentence.
    pub appearances: Vec<Appearance>,
    /// Of a person the offices.
    pub offices: Vec<OfficeStated>,
    /// Of a project what it passed through.
    pub steps: Vec<StepStated>,
}

impl NameStated {
    /// What the article says that the project passed through, each milestone of a day once; the headline says it without
    /// the day.
    pub fn told_steps(&self) -> impl Iterator<Item = &StepStated> {
        let dated: BTreeSet<Milestone> =
            self.steps.iter().filter(|it| it.day.is_some()).map(|it| it.milestone).collect();
        let mut seen: BTreeSet<(Milestone, &Option<String>)> = BTreeSet::new();
        let told =
            self.steps.iter().filter(move |it| it.day.is_some() || !dated.contains(&it.milestone));
        told.filter(move |it| seen.insert((it.milestone, &it.day)))
    }
}

/// A place in a sentence.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Appearance {
    /// The sentence, by its number.
    pub sentence: u32,
    /// Where, in bytes of the sentence.
    pub span: Range<u32>,
}

/// A stretch in numbers that take less room; no article is that long.
fn short(span: &Range<usize>) -> Range<u32> {
    let short = |it: usize| u32::try_from(it).unwrap_or(u32::MAX);
    short(span.start)..short(span.end)
}

/// An office that an article gives a person.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct OfficeStated {
    /// The office.
    pub office: String,
    /// Whether the article says that the person leaves it.
    pub left: bool,
    /// Since when it is held, or when it is left, as far as the article says: `2021-02-26`, `2021-02`, `2021`.
    pub day: Option<String>,
    /// The sentence that says so, if it may be shown.
    pub at: Option<Appearance>,
}

/// A step of a project that an article tells.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct StepStated {
    /// What.
    pub milestone: Milestone,
    /// Whether it lies ahead.
    pub planned: bool,
    /// When, as far as the text says: `2021-02-26`, `2021-02`, `2021`.
    pub day: Option<String>,
    /// The sentence that says so, if it may be shown.
    pub at: Option<Appearance>,
}

/// A figure in an article.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct FigureStated {
    /// Number and unit as written.
    pub written: Box<str>,
    /// Where in it the number stands, with 余 and 多.
    pub number: Range<u32>,
    /// Where in it the unit stands.
    pub unit: Range<u32>,
    /// The value in that unit; of a range the lower one.
    pub low: f64,
    /// Of a range the upper value, else the same.
    pub high: f64,
    /// How exact it is.
    pub exactness: Exactness,
    /// What it measures.
    pub measure: Measure,
    /// The currency of money (ISO 4217); 元 is that of the place.
    pub currency: Option<&'static str>,
    /// The lower value in the unit that figures of its kind are compared in, and that unit: of money the currency, of
    /// 亩 m²; else as written.
    pub base: f64,
    /// See [`FigureStated::base`]; `None` of units that are only themselves.
    pub base_unit: Option<&'static str>,
    /// What it is about.
    pub what: Box<str>,
    /// How far that is.
    pub status: Option<Status>,
    /// The name it is said of, as an index into [`Stated::names`].
    pub of: Option<u32>,
    /// The division it is said of: one of its sentence, else the first one that the article is about.
    pub place: Option<PlaceId>,
    /// Its sentence, if it may be shown.
    pub at: Option<Appearance>,
}

impl FigureStated {
    /// The number as written, with 余 and 多.
    #[must_use]
    pub fn number(&self) -> &str {
        &self.written[long(&self.number)]
    }

    /// The unit as written.
    #[must_use]
    pub fn unit(&self) -> &str {
        &self.written[long(&self.unit)]
    }

    /// The unit of `base`.
    #[must_use]
    pub fn base_unit(&self) -> &str {
        self.base_unit.unwrap_or_else(|| self.unit())
    }
}

/// A stretch as an index.
const fn long(span: &Range<u32>) -> Range<usize> {
    span.start as usize..span.end as usize
}

impl Appearance {
    /// Where, as an index into the sentence.
    #[must_use]
    pub const fn range(&self) -> Range<usize> {
        long(&self.span)
    }

    /// The same in a sentence that has been written anew, with what stands at `range` of it.
    #[must_use]
    pub fn moved(&self, range: &Range<usize>) -> Self {
        Self { sentence: self.sentence, span: short(range) }
    }
}

impl Stated {
    /// The text of a sentence.
    #[must_use]
    pub fn text(&self, at: &Appearance) -> &str {
        &self.sentences[at.sentence as usize]
    }

    /// A sentence with what stands in it.
    #[must_use]
    pub fn sentence(&self, at: &Appearance) -> Sentence {
        let (text, span) = (self.text(at), at.range());
        Sentence {
            before: text[..span.start].to_owned(),
            name: text[span.clone()].to_owned(),
            after: text[span.end..].to_owned(),
        }
    }
}

/// What an article is read with.
pub(super) struct Context<'a> {
    pub(super) article: &'a Article,
    pub(super) text: &'a Text,
    pub(super) gazetteer: &'a Gazetteer,
    pub(super) names: &'a Names,
    pub(super) mentions: &'a [Mention],
}

/// The names and figures of an article; `kept` gets the numbers of the facts' names that stayed.
pub(super) fn stated<'a>(
    context: &Context<'a>,
    facts: &Facts,
    kept: &mut Vec<Option<usize>>,
    mut sentences: Sentences<'a>,
) -> Stated {
    let mut names: Vec<NameStated> = Vec::new();
    let mut by_key: BTreeMap<(Kind, Option<usize>, String), usize> = BTreeMap::new();
    for it in &facts.names {
        let at = context.name(it, &mut sentences).map(|name| {
            let entry = match name.meant {
                Meant::Entry(entry) => Some(entry),
                _ => None,
            };
            let key = if entry.is_some() { String::new() } else { name.key.clone() };
            // Two names of one entry are one.
            let at = *by_key.entry((name.kind, entry, key)).or_insert(names.len());
            match names.get_mut(at) {
                Some(known) => known.join(name),
                None => names.push(name),
            }
            at
        });
        kept.push(at);
    }
    let figures = facts.figures.iter().map(|it| context.figure(it, kept, &mut sentences)).collect();
    Stated { sentences: sentences.texts, names, figures }
}

impl NameStated {
    /// Takes over all of another name for the same.
    fn join(&mut self, other: Self) {
        self.times += other.times;
        self.appearances.extend(other.appearances);
        self.appearances.sort_by_key(|it| (it.sentence, it.span.start));
        self.offices.extend(other.offices);
        self.steps.extend(other.steps);
        self.forms.push(other.key);
        self.forms.extend(other.forms);
    }
}

/// The level that the name of an agency begins with: 市 of 市交通局, 市政府, 市委, but not of 市场监管总局.
fn level(name: &str) -> Option<char> {
    let chars: Vec<char> = name.chars().collect();
    let level = chars.first().copied().filter(|c| matches!(c, '市' | '省' | '县' | '区' | '州'))?;
    let words = Dictionary::built_in();
    let first = words.words(&chars).iter().next()?;
    let rest = &chars[1..first.max(1)];
    let is_alone = rest.is_empty() || rest == ['委'] || words.knows(rest);
    let is_national = ["总局", "总署"].iter().any(|it| name.ends_with(it));
    (is_alone && !is_national).then_some(level)
}

impl Context<'_> {
    /// A name, if it is not passed over.
    fn name(&self, it: &facts::Name, sentences: &mut Sentences<'_>) -> Option<NameStated> {
        let written = |span: &Range<usize>| &self.text.all[span.clone()];
        let is_kept = |span: &Range<usize>| !self.names.is_ignored(it.kind, written(span));
        let path = &self.article.path;
        let own = self.names.meant(it.kind, &it.name, path);
        // A silent short name silences no one else.
        let entry = |form: &String| match self.names.meant(it.kind, form, path) {
            Meant::Entry(at) => Some(Meant::Entry(at)),
            Meant::Silent | Meant::Unsaid => None,
        };
        let of_form = || it.forms.iter().find_map(entry);
        let meant = if own == Meant::Unsaid { of_form().unwrap_or(own) } else { own };
        let kept: Vec<(usize, &facts::Mention)> =
            it.mentions.iter().enumerate().filter(|(_, it)| is_kept(&it.span)).collect();
        if meant == Meant::Silent || kept.is_empty() {
            return None;
        }
        let (key, name, is_local) = self.qualified(it);
        let mut appearances = Vec::new();
        for (_, mention) in &kept {
            appearances.extend(sentences.at(&mention.span));
        }
        let offices = it.offices.iter().map(|office| OfficeStated {
            office: written(&office.span).to_owned(),
            at: sentences.at(&it.mentions[office.mention].span),
            left: office.left,
            day: office.day.and_then(|day| self.day(day, false)),
        });
        let offices = offices.collect();
        let steps = it.steps.iter().map(|step| StepStated {
            milestone: step.milestone,
            planned: step.planned,
            day: step.day.and_then(|day| self.day(day, step.planned)),
            at: sentences.at(&it.mentions[step.mention].span),
        });
        let steps = steps.collect();
        let forms = it.forms.iter().filter(|form| !self.names.is_ignored(it.kind, form));
        Some(NameStated {
            kind: it.kind,
            meant,
            key,
            is_local,
            name,
            forms: forms.cloned().collect(),
            times: kept.len(),
            appearances,
            offices,
            steps,
        })
    }

    /// The key and the name of something, and whether it means something in this article alone; 市交通局 is that of the
    /// city the article is about.
    fn qualified(&self, it: &facts::Name) -> (String, String, bool) {
        let written = it.written(&self.text.all).to_owned();
        let Some(level) = level(&it.name).filter(|_| it.kind == Kind::Organisation) else {
            return (it.name.clone(), written, self.is_anybodys(it));
        };
        match self.place_of_level(level) {
            Some(id) => {
                let place = self.gazetteer.place(id);
                let rest: String = it.name.chars().skip(1).collect();
                let traditional = self.article.front.script.is_traditional();
                let rest_written: String = written.chars().skip(1).collect();
                (
                    format!("{}{rest}", place.name),
                    format!("{}{rest_written}", place.name_in(traditional)),
                    false,
                )
            }
            None => (it.name.clone(), written, true),
        }
    }

    /// Whether an agency may be that of any place: 交通局, but not 国家统计局 nor 青岛海关.
    fn is_anybodys(&self, it: &facts::Name) -> bool {
        let is_agency = it.mentions.first().is_some_and(|it| it.rule == facts::Rule::Agency);
        let is_national = ["国家", "中国", "全国"].iter().any(|head| it.name.starts_with(head))
            || ["总局", "总署"].iter().any(|end| it.name.ends_with(end));
        is_agency
            && !is_national
            && it.name.ends_with(['局', '厅'])
            && self.gazetteer.names_in(&it.name).is_empty()
    }

    /// The division that 市, 省, 县 or 区 alone means in the article.
    fn place_of_level(&self, c: char) -> Option<PlaceId> {
        let ends = |id: &PlaceId| self.gazetteer.place(*id).name.ends_with(c);
        let cities = self.article.front.cities.iter().copied();
        match c {
            '市' | '县' | '区' | '州' => cities.clone().find(ends).or_else(|| {
                cities
                    .flat_map(|it| self.gazetteer.ancestors(it))
                    .find(|it| ends(it) && self.gazetteer.place(*it).level != Level::Province)
            }),
            '省' => cities.flat_map(|it| self.gazetteer.ancestors(it).chain([it])).find(ends),
            _ => None,
        }
    }

    /// A day with its year, as far as the article tells it.
    fn day(&self, day: Day, planned: bool) -> Option<String> {
        /// 12月 in an article of January is that of the year before, and the other way round if it lies ahead.
        const FAR: i8 = 6;
        let published = self.article.front.date.map(|it| it.day);
        let year = match day.year {
            Year::Named(year) => year,
            Year::Relative(years) => published?.year() + years,
            Year::Unsaid => {
                let published = published?;
                let month = day.month.unwrap_or(published.month());
                let ahead = month - published.month();
                let year = published.year();
                if !planned && ahead > FAR {
                    year - 1
                } else if planned && ahead < -FAR {
                    year + 1
                } else {
                    year
                }
            }
        };
        Some(match (day.month, day.day) {
            (Some(month), Some(day)) => Date::new(year, month, day).ok()?.to_string(),
            (Some(month), None) => format!("{year:04}-{month:02}"),
            _ => format!("{year:04}"),
        })
    }

    fn figure(
        &self,
        it: &facts::Figure,
        kept: &[Option<usize>],
        sentences: &mut Sentences<'_>,
    ) -> FigureStated {
        let written = |span: &Range<usize>| &self.text.all[span.clone()];
        let within = |span: &Range<usize>| {
            let inside = |at: usize| at.clamp(it.span.start, it.span.end) - it.span.start;
            short(&(inside(span.start)..inside(span.end)))
        };
        let place = self.place_of(&it.span);
        let is_money = it.measure == Measure::Money;
        let unit = written(&it.unit);
        let currency = is_money.then(|| self.currency(unit, place)).flatten();
        let base = currency.map(|it| (it, 1.0)).or_else(|| facts::base_unit(unit));
        FigureStated {
            base: it.low * base.map_or(1.0, |it| it.1),
            base_unit: base.map(|it| it.0),
            currency,
            written: written(&it.span).into(),
            number: within(&it.number),
            unit: within(&it.unit),
            low: it.low,
            high: it.high,
            exactness: it.exactness,
            measure: it.measure,
            what: written(&it.what).into(),
            status: it.status,
            of: it.of.and_then(|at| u32::try_from(kept[at]?).ok()),
            place,
            at: sentences.at(&it.span),
        }
    }

    /// The currency of a unit of money; of 元 that of the place; `None` of one that we do not know.
    fn currency(&self, unit: &str, place: Option<PlaceId>) -> Option<&'static str> {
        const WORDS: [(&str, &str); 36] = [
            ("新台币", "TWD"),
            ("台币", "TWD"),
            ("港", "HKD"),
            ("澳门", "MOP"),
            ("葡币", "MOP"),
            ("美", "USD"),
            ("欧", "EUR"),
            ("英镑", "GBP"),
            ("日", "JPY"),
            ("韩", "KRW"),
            ("卢布", "RUB"),
            ("新加坡", "SGD"),
            ("坡", "SGD"),
            ("新元", "SGD"),
            ("雷亚尔", "BRL"),
            ("泰铢", "THB"),
            ("林吉特", "MYR"),
            ("越南盾", "VND"),
            ("印尼", "IDR"),
            ("卢比", "INR"),
            ("人民币", "CNY"),
            ("澳", "AUD"),
            ("加元", "CAD"),
            ("加币", "CAD"),
            ("瑞士法郎", "CHF"),
            ("令吉", "MYR"),
            ("马币", "MYR"),
            ("比索", "PHP"),
            ("兰特", "ZAR"),
            ("越盾", "VND"),
            ("纽", "NZD"),
            ("新西兰", "NZD"),
            ("里拉", "TRY"),
            ("迪拉姆", "AED"),
            ("坚戈", "KZT"),
            ("缅元", "MMK"),
        ];
        let unit = fold(unit);
        if let Some((_, currency)) = WORDS.iter().find(|(word, _)| unit.contains(word)) {
            return Some(currency);
        }
        if !["", "元", "块", "块钱", "角钱", "毛钱", "分钱", "毫子"].contains(&unit.as_str())
        {
            return None;
        }
        let province = place.map(|id| self.gazetteer.ancestors(id).last().unwrap_or(id));
        let code = province.and_then(|id| self.gazetteer.place(id).code.as_deref());
        Some(match code.and_then(|it| it.get(..2)) {
            Some("71") => "TWD",
            Some("81") => "HKD",
            Some("82") => "MOP",
            _ => "CNY",
        })
    }

    /// The division that a figure is said of.
    fn place_of(&self, span: &Range<usize>) -> Option<PlaceId> {
        /// No more bytes before a figure are looked at.
        const FAR: usize = 600;
        let from = self.text.all.floor_char_boundary(span.start.saturating_sub(FAR));
        let before = &self.text.all[from..span.start];
        let start = before.rfind(['。', '！', '？', '\n']).map_or(from, |at| from + at + 1);
        let next = self.mentions.partition_point(|it| it.span.start < span.start);
        let mut near = self.mentions[..next].iter().rev().take_while(|it| it.span.start >= start);
        let division = |it: &Mention| match it.named {
            Named::Place(id) if self.gazetteer.place(id).level.is_division() => Some(id),
            _ => None,
        };
        near.find_map(division).or_else(|| self.article.front.cities.first().copied())
    }
}

/// The sentences of an article that name something, each kept once.
pub(super) struct Sentences<'a> {
    article: &'a Article,
    text: &'a Text,
    known: BTreeMap<(usize, usize), u32>,
    texts: Vec<Box<str>>,
    /// The sentences looked at that need no cut, by where they begin.
    whole: BTreeMap<usize, usize>,
}

impl<'a> Sentences<'a> {
    pub(super) fn new(article: &'a Article, text: &'a Text) -> Self {
        let (known, whole) = Default::default();
        Self { article, text, known, texts: Vec::new(), whole }
    }

    /// Where a stretch of the text stands; `None` where the sentence may not be shown.
    fn at(&mut self, span: &Range<usize>) -> Option<Appearance> {
        let around = self.around(span)?;
        Some(self.within(span, &around))
    }

    /// The sentence that a stretch of the text stands in; `None` where it may not be shown.
    pub(super) fn around(&mut self, span: &Range<usize>) -> Option<Range<usize>> {
        if self.article.front.is_excerpt() && span.start >= self.text.body.start {
            return None;
        }
        if let Some((start, end)) = self.whole.range(..=span.start).next_back()
            && span.end <= *end
        {
            return Some(*start..*end);
        }
        let all = &self.text.all;
        let around = match sentence::whole(all, span, SENTENCE_COLUMNS) {
            Ok(whole) => {
                self.whole.insert(whole.start, whole.end);
                whole
            }
            Err(long) => sentence::shortened(all, span, long, SENTENCE_COLUMNS),
        };
        Some(around.start.min(span.start)..around.end.max(span.end))
    }

    /// Keeps a sentence, and says where a stretch of it stands.
    pub(super) fn within(&mut self, span: &Range<usize>, around: &Range<usize>) -> Appearance {
        let next = u32::try_from(self.texts.len()).unwrap_or(u32::MAX);
        let sentence = *self.known.entry((around.start, around.end)).or_insert(next);
        if sentence == next {
            self.texts.push(self.text.all[around.clone()].into());
        }
        let span = span.start - around.start..span.end - around.start;
        Appearance { sentence, span: short(&span) }
    }
}

//! Figures: a number, its unit, what it is about, and whether it is planned or done.
//!
//! In: the places of a text where a number begins. Out: figures in order. Dates, ages, clock times, ordinals and
//! the numbers of roads are no figures, nor are small counts such as 三大平台; a number as long as a code is none.

use std::ops::Range;

use serde::{Deserialize, Serialize};

use super::Reader;
use super::number::{self, Exactness, Number};
use crate::text::dictionary::Kind;
use crate::text::is_han;
use crate::text::is_name_char;

/// What a figure measures.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Measure {
    /// Money, in the currency of its unit.
    Money,
    /// Area: 平方米, 亩.
    Area,
    /// Length: 米, 公里.
    Length,
    /// Mass: 吨, 斤.
    Mass,
    /// Volume: 立方米, 升.
    Volume,
    /// Power: 千瓦, 兆伏安.
    Power,
    /// Energy: 千瓦时, 吨标煤.
    Energy,
    /// Water a day: 立方米/日.
    Water,
    /// Percent, and times as much.
    Share,
    /// Journeys, containers, trains.
    Traffic,
    /// People and households.
    People,
    /// Companies.
    Firms,
    /// Projects, and what 个 and 项 count.
    Items,
    /// Other things that are counted.
    Objects,
    /// Time: 小时, 分钟.
    Time,
}

impl Measure {
    /// All of them.
    pub const ALL: [Self; 15] = [
        Self::Money,
        Self::Area,
        Self::Length,
        Self::Mass,
        Self::Volume,
        Self::Power,
        Self::Energy,
        Self::Water,
        Self::Share,
        Self::Traffic,
        Self::People,
        Self::Firms,
        Self::Items,
        Self::Objects,
        Self::Time,
    ];
}

/// How far what a figure speaks of is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Status {
    /// 计划, 拟, 将, 力争.
    Planned,
    /// 签约.
    Signed,
    /// 在建, 正在.
    UnderWay,
    /// 已, 建成, 完成.
    Done,
}

impl Status {
    /// All of them.
    pub const ALL: [Self; 4] = [Self::Planned, Self::Signed, Self::UnderWay, Self::Done];
}

/// A figure in a text; all ranges are in characters.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Found {
    /// The number with its unit, and with 约, 超 and the like.
    pub(super) span: Range<usize>,
    /// The number as it stands, with 余 and 多.
    pub(super) number: Range<usize>,
    /// The unit; empty behind 70亿.
    pub(super) unit: Range<usize>,
    /// The value in the unit as written, 万 and 亿 worked in; of a range the lower one.
    pub(super) low: f64,
    /// The upper value.
    pub(super) high: f64,
    pub(super) exactness: Exactness,
    pub(super) measure: Measure,
    /// What it is about.
    pub(super) what: Range<usize>,
    pub(super) status: Option<Status>,
}

/// A value from here on is no figure of the news but a slip: the world's product is 10^15 in any currency of ours.
const TOO_LARGE: f64 = 1e18;

/// The words for what a figure is about are no longer than this.
const LONGEST_WHAT: usize = 16;

/// So many characters before a figure may say how far it is.
const CUE_BEFORE: usize = 24;

/// And so many behind it.
const CUE_BEHIND: usize = 10;

/// The figures of a text, and the numbers that are too large to be one, in characters.
#[derive(Default)]
pub(super) struct Figures {
    pub(super) found: Vec<Found>,
    pub(super) too_large: Vec<Range<usize>>,
}

impl Figures {
    /// Reads the number at `at`, if it counts something; where to go on.
    pub(super) fn read(&mut self, reader: &Reader<'_>, at: usize) -> usize {
        let text = reader.text;
        let Some(number) = number::read(text, at) else { return skip(text, at) };
        let end = number.span.end;
        if !may_begin(text, at) {
            return end;
        }
        let Some((unit, measure)) = unit(reader, &number) else { return end };
        let (number, unit) = to_upper(reader, &number, &unit).unwrap_or((number, unit));
        if number.high >= TOO_LARGE {
            self.too_large.push(number.span.start..unit.end);
            return unit.end;
        }
        if !counts(&number, measure, unit.len(), text) {
            return unit.end;
        }
        let (number, span) = (number.clone(), number.span.start..unit.end);
        let mut what = what(reader, &span, measure);
        // 由120亿元增加到150亿元
        let changes = |it: &&Found| {
            let between = text.get(it.span.end..span.start).unwrap_or_default();
            between.len() < 5 && matches!(between, [_, .., '到' | '至'])
        };
        if what.is_empty()
            && let Some(from) = self.found.last().filter(changes)
        {
            what = from.what.clone();
        } else if what.is_empty() || is_comparison(&text[what.clone()]) {
            let head = clause_head(reader, span.start);
            let is_compared = is_comparison(&text[what.clone()]);
            let before = self.found.last().filter(|_| is_compared).map(|it| it.what.clone());
            let before = before.filter(|it| it.start >= reader.sentence(&span).start);
            what = head.or(before).unwrap_or(what);
        }
        let (exactness, whole) = exactness(reader, &span, number.exactness);
        self.found.push(Found {
            status: status(reader, &span),
            exactness,
            low: number.low,
            high: number.high,
            number: number.span,
            unit,
            measure,
            what,
            span: whole,
        });
        span.end
    }
}

/// A range that gives its unit twice: 6亿元至8亿元, but not 由6亿元到8亿元.
fn to_upper(
    reader: &Reader<'_>,
    number: &Number,
    unit: &Range<usize>,
) -> Option<(Number, Range<usize>)> {
    let text = reader.text;
    let before = number.span.start.checked_sub(1).map(|at| text[at]);
    let start = unit.end + number::dash(&text[unit.end..])?;
    if matches!(before, Some('由' | '从')) || !number::begins(*text.get(start)?) {
        return None;
    }
    let upper = number::read(text, start)?;
    let (of_upper, _) = self::unit(reader, &upper)?;
    let is_same = reader.slice(&of_upper) == reader.slice(unit)
        && upper.is_percent == number.is_percent
        && number.high < upper.low;
    is_same.then(|| {
        let span = number.span.start..upper.span.end;
        (Number { span, low: number.low, high: upper.high, ..upper }, of_upper)
    })
}

/// Behind the digits at `at`.
fn skip(text: &[char], at: usize) -> usize {
    let is_part = |c: &&char| number::digit(**c).is_some() || matches!(c, ',' | '.');
    at + text[at..].iter().take_while(is_part).count().max(1)
}

/// Whether a number may begin here: not in RE100, 第三, G20, 3.14.15.
fn may_begin(text: &[char], at: usize) -> bool {
    let Some(before) = at.checked_sub(1).map(|at| text[at]) else { return true };
    let is_digit = number::digit(text[at]).is_some();
    let in_word =
        before.is_ascii_alphanumeric() || matches!(before, '.' | '．' | '_' | '/' | '第' | '°');
    // 数百亿级
    if matches!(before, '数' | '几' | '上') && !is_digit {
        return false;
    }
    // 十一: what stands before is the rest of another number.
    let in_number = number::digit(before).is_some() || (!is_digit && number::begins(before));
    let after_dash = matches!(before, '-' | '－' | '–')
        && at > 1
        && (text[at - 2].is_alphanumeric() && !is_han(text[at - 2]));
    !(in_word || in_number || after_dash)
}

/// The unit behind a number, and what it measures; `None` if the number counts nothing.
fn unit(reader: &Reader<'_>, number: &Number) -> Option<(Range<usize>, Measure)> {
    let text = reader.text;
    let end = number.span.end;
    if number.is_percent {
        return Some((end..end, Measure::Share));
    }
    let gap = usize::from(text.get(end) == Some(&' '));
    let rest = &text[(end + gap).min(text.len())..];
    let start = end + gap;
    let best = reader.lexicon.units.head(rest).map(|(length, measure)| (length, *measure));
    let refused = reader.lexicon.no_units.at_head(rest).unwrap_or(0);
    match best {
        Some((length, measure)) if length >= refused && fits(rest, length) => {
            Some((start..start + length, measure))
        }
        // 70亿的销售额, 20多万华商.
        _ if number.is_large && refused == 0 && number.span.len() > 1 => {
            Some((end..end, Measure::Objects))
        }
        _ => None,
    }
}

/// Whether what follows a unit leaves it one: 10M is not 10 m, 5G is none.
fn fits(rest: &[char], length: usize) -> bool {
    let is_latin = rest[length - 1].is_ascii_alphabetic();
    let next = rest.get(length).copied();
    !(is_latin && next.is_some_and(|c| c.is_ascii_alphanumeric()))
}

/// Whether a number and a unit say how much: not 三大, 一家, 两岸, 十分.
fn counts(number: &Number, measure: Measure, unit: usize, text: &[char]) -> bool {
    /// Of what is counted in words, fewer than these are no figure.
    const FEW: f64 = 10.0;
    // 12.5度 is a temperature, 3亿度 is electricity.
    if measure == Measure::Energy && unit == 1 && !number.is_large {
        return false;
    }
    if !number.is_chinese {
        // 2023 behind no unit, 1 as in 1个; years stand before 年.
        return unit > 0 || number.is_large || number.is_percent;
    }
    let after = text.get(number.span.end + unit).copied();
    match measure {
        Measure::Money
        | Measure::Area
        | Measure::Mass
        | Measure::Power
        | Measure::Energy
        | Measure::Water => number.high >= 2.0 || unit > 1,
        Measure::Length => number.high >= 2.0 && unit > 1 || number.high >= FEW,
        Measure::Share => {
            let whole = after.is_none_or(|c| {
                !is_han(c)
                    || !matches!(c, '立' | '为' | '功' | '果' | '都' | '长' | '本' | '品' | '员')
            });
            number.is_percent || (whole && number.high < 101.0)
        }
        Measure::Time => false,
        _ => number.high >= FEW,
    }
}

/// What the words around a figure say of how exact it is, and the figure with these words.
fn exactness(
    reader: &Reader<'_>,
    span: &Range<usize>,
    own: Exactness,
) -> (Exactness, Range<usize>) {
    let head = reader.lexicon.exactness_before.end(&reader.text[..span.start]);
    let tail = reader.lexicon.exactness_behind.head(&reader.text[span.end..]);
    let told = head.or(tail).filter(|_| own == Exactness::Exact).map_or(own, |it| *it.1);
    let start = span.start - head.map_or(0, |it| it.0);
    (told, start..span.end + tail.map_or(0, |it| it.0))
}

/// What a figure is about: behind what counts things (208个重点产业项目), before what measures them (总投资428亿元).
fn what(reader: &Reader<'_>, span: &Range<usize>, measure: Measure) -> Range<usize> {
    let counted = matches!(
        measure,
        Measure::Items | Measure::Firms | Measure::People | Measure::Objects | Measure::Traffic
    );
    let says = |it: &Range<usize>| {
        let tokens = reader.tokens(it.clone());
        let is_verb = |it: &Range<usize>| {
            !reader.lexicon.measured.has(reader.slice(it))
                && reader.words.kind(reader.slice(it)) == Some(Kind::Verb)
        };
        it.len() > 1
            && !(tokens.len() == 1 && is_verb(&tokens[0]))
            && tokens.iter().any(|it| it.len() > 1)
    };
    let behind = || Some(behind(reader, span.end)).filter(says);
    let before = || Some(before(reader, span.start)).filter(says);
    let what = if counted { behind().or_else(before) } else { before().or_else(behind) };
    what.unwrap_or(span.start..span.start)
}

/// Whether words only say with what a figure is compared: 同比.
fn is_comparison(words: &[char]) -> bool {
    super::is_one_of(words, &["同比", "环比", "同期", "平均", "比上年", "较上年"])
}

/// The words at the head of the clause that a figure stands in, as far as they name something: 价格从六元涨到九元.
fn clause_head(reader: &Reader<'_>, until: usize) -> Option<Range<usize>> {
    /// No more characters before a figure are looked at.
    const FAR: usize = 30;
    let text = reader.text;
    let from = until.saturating_sub(FAR);
    let start = from + text[from..until].iter().rposition(|c| !is_name_char(*c))? + 1;
    let tokens = reader.tokens(start..until);
    let end = tokens
        .iter()
        .find(|it| {
            reader.is_stop(it)
                || reader.lexicon.light.has(reader.slice(it))
                || is_number(reader.slice(it))
        })
        .map_or(until, |it| it.start);
    let fits = end - start > 1 && end - start <= LONGEST_WHAT;
    (fits && !is_comparison(&text[start..end])).then_some(start..end)
}

/// The words behind a figure that say what is counted.
fn behind(reader: &Reader<'_>, from: usize) -> Range<usize> {
    let text = reader.text;
    let mut at = from;
    if text[at..].starts_with(&['左', '右']) || text[at..].starts_with(&['以', '上']) {
        at += 2;
    }
    if text.get(at) == Some(&'的') {
        at += 1;
    }
    let start = at;
    while at < text.len() && at - start < LONGEST_WHAT && is_name_char(text[at]) && text[at] != '的'
    {
        at += 1;
    }
    let tokens = reader.tokens(start..at);
    // Where a verb or a preposition begins the thing ends.
    let end = tokens.iter().find(|it| reader.is_stop(it) || is_number(&text[(*it).clone()]));
    start..end.map_or(at, |it| it.start)
}

fn is_number(token: &[char]) -> bool {
    token.first().is_some_and(|c| number::digit(*c).is_some())
}

/// The words before a figure that say what is measured.
fn before(reader: &Reader<'_>, until: usize) -> Range<usize> {
    let text = reader.text;
    let mut start = until;
    while start > 0 && until - start < LONGEST_WHAT && is_name_char(text[start - 1]) {
        start -= 1;
    }
    let mut tokens = reader.tokens(start..until);
    // A word that is cut says nothing.
    let is_cut = start > 0 && until - start == LONGEST_WHAT && is_name_char(text[start - 1]);
    if is_cut && tokens.len() > 1 {
        tokens.remove(0);
    }
    // 达到, 约, 近, 超过 and the like stand between.
    let light = |it: &Range<usize>| {
        let word = reader.slice(it);
        let is_measured = reader.lexicon.measured.has(word);
        (reader.is_stop(it) && !is_measured) || reader.lexicon.light.has(word)
    };
    let mut end = tokens.len();
    while end > 0 && light(&tokens[end - 1]) {
        end -= 1;
    }
    if end == 0 {
        return until..until;
    }
    let last = tokens[end - 1].end;
    let mut first = end;
    while first > 0
        && !reader.is_stop(&tokens[first - 1])
        && !is_number(&text[tokens[first - 1].clone()])
    {
        first -= 1;
    }
    let start = tokens[first.min(end - 1)].start;
    // 由120亿元增加到150亿元: the unit of the figure before says nothing.
    let number = first.checked_sub(1).and_then(|at| number::read(text, tokens[at].start));
    let unit = number.and_then(|it| unit(reader, &it)).map_or(start, |(unit, _)| unit.end);
    start.max(unit).min(last)..last
}

/// How far what a figure speaks of is: the nearest word before it in its sentence that says so, else one right behind.
fn status(reader: &Reader<'_>, span: &Range<usize>) -> Option<Status> {
    let text = reader.text;
    let stages = &reader.lexicon.stages;
    let from = span.start.saturating_sub(CUE_BEFORE);
    let mut end = span.start;
    let mut nearest = None;
    while end > from && !matches!(text[end - 1], '。' | '；' | '！' | '？' | '\n' | ';') {
        let word = stages.end(&text[from..end]);
        let whole = word.filter(|(length, _)| !reader.is_piece(end - 1, *length));
        match whole.map(|(_, status)| *status) {
            // 达产后可实现年产值45亿元: what lies ahead is not done, but what is 已 done is.
            Some(Status::Planned) => return Some(Status::Planned),
            Some(status) => nearest = nearest.or(Some(status)),
            None => {}
        }
        if text[end - 1] == '已' {
            break;
        }
        end -= 1;
    }
    if nearest.is_some() {
        return nearest;
    }
    let to = (span.end + CUE_BEHIND).min(text.len());
    (span.end..to)
        .take_while(|at| is_name_char(text[*at]))
        .find_map(|at| stages.head(&text[at..to]).map(|(_, status)| *status))
}

//! The day of publication.
//!
//! In: the lines with their roles. Out: the day, why it is that, and how sure; nothing rather than a guess.
//! A day among the data of the article counts first, then one in the lead or ending of a paragraph, then one
//! at the head of the text. A year that is not written with the day is taken from the text only where the
//! text leaves no doubt.

use std::collections::BTreeMap;
use std::ops::Range;

use jiff::civil::Date;

use super::items::{Item, What};
use super::model::Role;
use super::normal::Normal;
use super::values::Read;
use super::words::Words;
use super::{Dated, Evidence, Found};
use crate::text::date;

/// A day at the head of the text is the article's own only this near to its beginning, in bytes.
const OPENING: usize = 90;

/// How much the year of an article must be spoken of: twice, or once beside 今年.
const ENOUGH: f32 = 2.0;

/// So many characters in front of a year say whether it lies ahead.
const NEAR: usize = 12;

/// How much more the year of an article must be spoken of than any other.
const CLEARLY: f32 = 1.5;

/// The day of publication.
pub(super) fn day(read: &[Read<'_>], words: &Words) -> Option<Found<Dated>> {
    written(read).or_else(|| inferred(read, words))
}

/// Where a dateline gives a day that does not exist, as 2月30日; in bytes of the raw text.
pub(super) fn impossible(read: &[Read<'_>]) -> Option<Range<usize>> {
    days(read, Role::Dateline)
        .find(|(_, _, found)| found.year.is_some() && found.in_year(None).is_none())
        .map(|(line, item, _)| line.evidence(&item.span, "", 1.0).span)
}

/// The days among the items of lines with a role.
fn days<'r, 'a>(
    read: &'r [Read<'a>],
    role: Role,
) -> impl Iterator<Item = (&'r Read<'a>, &'r Item, &'r date::Found)> {
    let lines = read
        .iter()
        .filter(move |it| it.is(role) || (role == Role::Dateline && it.is(Role::Byline)));
    lines.flat_map(|line| {
        line.items.iter().filter_map(move |item| match &item.what {
            What::Date(found) => Some((line, item, found)),
            _ => None,
        })
    })
}

/// A day that the raw text gives with its year.
fn written(read: &[Read<'_>]) -> Option<Found<Dated>> {
    let of_page = days(read, Role::Dateline)
        .filter(|(_, _, found)| found.in_year(None).is_some())
        .min_by_key(|(line, item, _)| (is_update(line, item), !line.labelled.in_article));
    let of_text =
        || days(read, Role::Paragraph).find(|(_, _, found)| found.in_year(None).is_some());
    let (line, item, found) = of_page.or_else(of_text)?;
    let dated = Dated { day: found.in_year(None)?, inferred: None };
    Some(Found { value: dated, evidence: line.evidence(&item.span, item.rule, 1.0) })
}

/// Whether a day is that of a later change: 更新时间：….
fn is_update(line: &Read<'_>, item: &Item) -> bool {
    let before = line.line.text[..item.span.start].trim_end();
    let label_start = before.char_indices().rev().nth(7).map_or(0, |(at, _)| at);
    ["更新", "修改", "最后", "最後", "成文"].iter().any(|it| before[label_start..].contains(it))
}

/// A day whose year, or whose being that of the article, has to be found in the text.
fn inferred(read: &[Read<'_>], words: &Words) -> Option<Found<Dated>> {
    let years = Years::of(read, words);
    let leads = days(read, Role::Dateline).chain(days(read, Role::Paragraph));
    for (line, item, found) in leads.filter(|(_, _, found)| found.year.is_none()) {
        if let Some((year, why)) = years.of_day(found) {
            return Some(dated(line, &item.span, found.in_year(Some(year))?, &why, 0.7));
        }
    }
    let opening = read.iter().find(|it| it.is(Role::Paragraph))?;
    let own = &opening.line.text[opening.text.clone()];
    let head = &own[..own.floor_char_boundary(OPENING * 2)];
    let found = date::find(head).filter(|it| it.span.start <= OPENING)?;
    let span = opening.text.start + found.span.start..opening.text.start + found.span.end;
    let written = &own[found.span.clone()];
    match found.year {
        Some(year) => {
            let day = found.in_year(None)?;
            let why = format!("the text begins with `{written}`");
            years
                .latest()
                .is_none_or(|it| it <= year)
                .then(|| dated(opening, &span, day, &why, 0.6))
        }
        None => {
            let (year, why) = years.of_day(&found)?;
            Some(dated(
                opening,
                &span,
                found.in_year(Some(year))?,
                &format!("the text begins with `{written}`, and {why}"),
                0.6,
            ))
        }
    }
}

fn dated(
    line: &Read<'_>,
    span: &Range<usize>,
    day: Date,
    why: &str,
    certainty: f32,
) -> Found<Dated> {
    let evidence: Evidence =
        line.evidence(span, "a day whose year the text gives elsewhere", certainty);
    Found { value: Dated { day, inferred: Some(why.to_owned()) }, evidence }
}

/// How the text speaks of years.
struct Years {
    /// For each year how often it is named, more where the words around it are of the present; not those that
    /// lie ahead.
    spoken: BTreeMap<i16, (f32, usize)>,
}

impl Years {
    fn of(read: &[Read<'_>], words: &Words) -> Self {
        let mut spoken: BTreeMap<i16, (f32, usize)> = BTreeMap::new();
        let text = |it: &&Read<'_>| {
            matches!(
                it.labelled.role,
                Role::Paragraph | Role::Title | Role::Heading | Role::Caption | Role::Subtitle
            )
        };
        for line in read.iter().filter(text) {
            for sentence in line.line.text.split_inclusive(['。', '；', '！', '？']) {
                let normal = Normal::new(sentence);
                let is_present = (0..normal.chars.len())
                    .any(|at| words.present.prefix(&normal.chars[at..]).is_some());
                for (year, at) in date::years(sentence) {
                    let head = &sentence[..at];
                    let near = head.char_indices().rev().nth(NEAR).map_or(0, |(it, _)| it);
                    let before = Normal::new(&head[near..]);
                    // 截至2023年9月底 is no time to come.
                    let is_ahead = words.ahead.suffix(&before.chars).is_some()
                        && !before.chars.ends_with(&['截', '至']);
                    let (worth, count) = spoken.entry(year).or_default();
                    if !is_ahead {
                        *worth += if is_present { 2.0 } else { 1.0 };
                        *count += 1;
                    }
                }
            }
        }
        spoken.retain(|_, it| it.1 > 0);
        Self { spoken }
    }

    /// The latest year that the text speaks of, but for those ahead.
    fn latest(&self) -> Option<i16> {
        self.spoken.keys().next_back().copied()
    }

    /// The year of a day that the text gives without one, and why: the year spoken of most, by far, or the
    /// only one.
    fn of_day(&self, found: &date::Found) -> Option<(i16, String)> {
        let (year, (worth, count)) = self.spoken.iter().max_by(|a, b| a.1.0.total_cmp(&b.1.0))?;
        let second =
            self.spoken.iter().filter(|it| it.0 != year).map(|it| it.1.0).fold(0.0, f32::max);
        if self.latest() != Some(*year) {
            // A year behind which the text goes on is not its own.
            return None;
        }
        let exists = found.in_year(Some(*year)).is_some();
        let times = if *count == 1 { "once".to_owned() } else { format!("{count} times") };
        (exists && *worth >= ENOUGH && *worth >= second * CLEARLY)
            .then(|| (*year, format!("the text names the year {year} most ({times})")))
    }
}

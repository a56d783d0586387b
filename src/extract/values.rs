//! Lines with their roles → the values of a draft.

use std::collections::BTreeMap;
use std::ops::Range;

use jiff::civil::Date;

use super::Dated;
use super::lines::{Line, Role};
use super::words::{is_paper, labelled, reporter, unbracketed, words};
use crate::article::{Credit, Origin};
use crate::gazetteer::{Gazetteer, Level, PlaceId};
use crate::text::date;
use crate::text::fold::fold;
use crate::text::typography;

/// A draft is about at most this many places.
const MAX_CITIES: usize = 3;

/// A place named in the headline counts as often as this many times in the text.
const TITLE_WEIGHT: f64 = 5.0;

/// A county named once counts as often as this many larger places.
const COUNTY_WEIGHT: f64 = 1.5;

/// A place besides the first is one the article is about if it is named twice and has this share of the
/// first one's score.
const MIN_SHARE: f64 = 0.2;

/// A date without a year is the article's own only this near to the head of its text, in bytes.
const OPENING: usize = 40;

/// The texts of all lines with a role.
pub(super) fn of_role(lines: &[Line], role: Role) -> impl Iterator<Item = &str> {
    lines.iter().filter(move |line| line.role == role).map(|line| line.text.as_str())
}

/// The kicker without its dash.
pub(super) fn subtitle(lines: &[Line]) -> Option<String> {
    let line = of_role(lines, Role::Subtitle).next()?;
    Some(typography::set_headline(line.trim_start_matches(['—', '-', '─', ' '])))
}

/// The day of the dateline; else a day at the head of the text, in the year the text names most often.
pub(super) fn date(lines: &[Line]) -> Option<Dated> {
    let exact = of_role(lines, Role::Dateline)
        .chain(of_role(lines, Role::Source))
        .find_map(|line| date::find(line)?.in_year(None));
    if let Some(day) = exact {
        return Some(Dated { day, inferred: None });
    }
    let opening = of_role(lines, Role::Paragraph).next()?;
    let found = date::find(opening).filter(|it| it.span.start <= OPENING)?;
    if let Some(day) = found.in_year(None) {
        return Some(Dated { day, inferred: None });
    }
    let (year, times) = commonest_year(lines)?;
    let day: Date = found.in_year(Some(year))?;
    let inferred = format!(
        "the text says `{}`, and names the year {year} most often ({times})",
        &opening[found.span]
    );
    Some(Dated { day, inferred: Some(inferred) })
}

/// Where a dateline gives a day that does not exist, as 2月30日.
pub(super) fn impossible_date(lines: &[Line]) -> Option<Range<usize>> {
    lines.iter().filter(|line| line.role == Role::Dateline).find_map(|line| {
        let found = date::find(&line.text).filter(|it| it.in_year(None).is_none())?;
        Some(line.span.start + found.span.start..line.span.start + found.span.end)
    })
}

/// The year that the text names most often, the later one of equals.
fn commonest_year(lines: &[Line]) -> Option<(i16, usize)> {
    let mut counted: BTreeMap<i16, usize> = BTreeMap::new();
    for year in of_role(lines, Role::Paragraph).flat_map(date::years) {
        *counted.entry(year).or_default() += 1;
    }
    counted.into_iter().max_by_key(|(_, count)| *count)
}

/// Paper, edition, series and section.
pub(super) fn source(lines: &[Line]) -> Origin {
    let mut origin = Origin::default();
    for line in of_role(lines, Role::Dateline) {
        read_dateline(line, &mut origin);
    }
    for line in of_role(lines, Role::Dateline).flat_map(pieces) {
        let name = labelled(line, &words().sources).map(|(_, name)| name.to_owned());
        origin.name = origin.name.or(name);
    }
    for line in of_role(lines, Role::Source) {
        let name = labelled(line, &words().sources)
            .map(|(_, name)| name.split([' ', '\u{3000}', '|']).next().unwrap_or(name));
        origin.name = origin.name.or(name.map(str::to_owned));
    }
    origin.column = of_role(lines, Role::Series).next().map(str::to_owned);
    let breadcrumb =
        of_role(lines, Role::Breadcrumb).find(|line| line.contains(['>', '＞', '»', '›']));
    let parts =
        breadcrumb.into_iter().flat_map(|line| line.split(['>', '＞', '»', '›'])).map(str::trim);
    origin.section = parts
        .filter(|part| !matches!(*part, "正文" | "首页" | "首頁"))
        .map(str::to_owned)
        .collect();
    origin
}

/// The pieces of a dateline that stand apart from its date: `2024-12-05 10:00 | 来源:青岛日报` → 来源:青岛日报.
/// A word for reporters stays with the names behind it.
fn pieces(line: &str) -> Vec<&str> {
    let Some(found) = date::find(line) else { return Vec::new() };
    let bars = |c: char| matches!(c, '|' | '｜' | '丨' | '【' | '】' | '[' | ']');
    let halves = [&line[..found.span.start], &line[found.span.end..]];
    let parts = halves.into_iter().flat_map(|half| half.split(bars)).map(str::trim);
    let mut pieces: Vec<&str> = Vec::new();
    for part in parts.filter(|it| !it.is_empty()) {
        // `10:00 来源:青岛日报 作者:某某`: each label begins a piece.
        let is_label = |word: &str| {
            labelled(word, &words().sources).or_else(|| labelled(word, &words().roles)).is_some()
        };
        let labelled: Vec<&str> = part.split_whitespace().filter(|word| is_label(word)).collect();
        if labelled.is_empty() { pieces.push(part) } else { pieces.extend(labelled) }
    }
    pieces
}

/// The people of a dateline.
fn dateline_byline(line: &str) -> Vec<Credit> {
    let credits = |piece: &str| {
        if labelled(piece, &words().roles).is_some() {
            return read_byline(piece);
        }
        // `記者陳某某/高雄報導`, `记者 王小明 发自青岛`: the names end where something else begins.
        let Some(it) = reporter(piece).filter(|it| it.paper.is_none_or(is_paper)) else {
            return Vec::new();
        };
        let is_name = |word: &&str| (2..=4).contains(&word.chars().count());
        let names =
            it.names.split([' ', '\u{3000}', '/', '／', '、']).filter(|word| !word.is_empty());
        let names: Vec<&str> =
            names.take_while(is_name).filter(|it| !it.ends_with(['导', '導'])).collect();
        people(it.role, it.paper, &names.join(" "))
    };
    pieces(line).into_iter().flat_map(credits).collect()
}

/// `青島日報2022年2月19日5版` → the paper and the edition.
fn read_dateline(line: &str, origin: &mut Origin) {
    let Some(found) = date::find(line) else {
        return;
    };
    let before =
        line[..found.span.start].trim().trim_end_matches(['：', ':', '|', '/', '丨']).trim();
    let name = before.rsplit([' ', '\u{3000}', '：', ':']).next().unwrap_or(before);
    if is_paper(name) && origin.name.is_none() {
        origin.name = Some(name.to_owned());
    }
    let after = &line[found.span.end..];
    let edition = after
        .split(|c: char| !(c.is_alphanumeric()))
        .find(|part| part.ends_with('版') && part.chars().count() > 1);
    origin.edition =
        origin.edition.take().or(edition.map(|it| it.trim_start_matches('第').to_owned()));
}

/// Everybody whom a byline line, or brackets at the end of a paragraph, names; in the order of the text.
pub(super) fn byline(lines: &[Line]) -> Vec<Credit> {
    let credits = |line: &Line| match line.role {
        Role::Byline => read_byline(&line.text),
        Role::Dateline => dateline_byline(&line.text),
        Role::Paragraph => inline_byline(&line.text).1,
        _ => Vec::new(),
    };
    lines.iter().flat_map(credits).collect()
}

/// `視頻攝制:青島日報社/觀海新聞記者 閆曉陽 金璐` → two people, with role and affiliation.
fn read_byline(line: &str) -> Vec<Credit> {
    let line = unbracketed(line);
    let Some((role, rest)) = labelled(line, &words().roles) else {
        return reporter(line).map_or_else(Vec::new, |it| people(it.role, it.paper, it.names));
    };
    let found = reporter(rest);
    let (affiliation, names) = found.map_or((None, rest), |it| (it.paper, it.names));
    people(role, affiliation, names)
}

/// One entry for each name. A word for what somebody did is the role of those behind it, who may work for
/// somebody else: 记者 某某 通讯员 某某, 文/某某 图/某某. What ends such a line (威海报道, 摄) is no name.
fn people(role: &str, affiliation: Option<&str>, names: &str) -> Vec<Credit> {
    let (mut role, mut affiliation) = (role, affiliation);
    let mut credits = Vec::new();
    let separators = [' ', '\u{3000}', '、', '，', ',', '/', '／', ':', '：', '|', '｜'];
    for name in names.split(separators).filter(|it| !it.is_empty()) {
        let folded = fold(name);
        if words().reporters.contains(&folded) || words().roles.contains(&folded) {
            (role, affiliation) = (name, None);
        } else if !["报道", "报导", "摄"].iter().any(|it| folded.ends_with(it)) {
            let affiliation = affiliation.map(str::to_owned);
            credits.push(Credit {
                role: Some(role.to_owned()),
                name: name.to_owned(),
                affiliation,
            });
        }
    }
    credits
}

/// Takes `（青島日報/觀海新聞記者 王濤）` off the end of a paragraph.
pub(super) fn inline_byline(paragraph: &str) -> (&str, Vec<Credit>) {
    /// Longer brackets are part of the text.
    const LONGEST: usize = 40;
    let inside =
        paragraph.strip_suffix([')', '）']).and_then(|it| Some((it.rfind(['(', '（'])?, it)));
    let Some((open, closed)) = inside else {
        return (paragraph, Vec::new());
    };
    let bracket = closed[open..].trim_start_matches(['(', '（']).trim();
    let fits = bracket.chars().count() <= LONGEST && !bracket.contains('。');
    match reporter(bracket).filter(|it| fits && !it.names.is_empty()) {
        Some(it) => (paragraph[..open].trim_end(), people(it.role, it.paper, it.names)),
        None => (paragraph, Vec::new()),
    }
}

/// The places an article is about: those it names most, the headline counting more, and a county more than
/// what it belongs to, for the narrower a place, the more its name says (诸城 before 青岛 in an article on
/// 诸城 that looks to 青岛). A province is only one of them when no place inside it is.
pub(super) fn cities(title: &str, text: &str, gazetteer: &Gazetteer) -> Vec<PlaceId> {
    let head = format!("{title}\n");
    let mut counted: BTreeMap<PlaceId, (usize, f64)> = BTreeMap::new();
    for mention in gazetteer.find(&format!("{head}{text}")) {
        let is_county = gazetteer.place(mention.place).level == Level::County;
        let in_title = mention.span.start < head.len();
        let weight =
            if is_county { COUNTY_WEIGHT } else { 1.0 } * if in_title { TITLE_WEIGHT } else { 1.0 };
        let (times, score) = counted.entry(mention.place).or_default();
        (*times, *score) = (*times + 1, *score + weight);
    }
    let has_part =
        |id: PlaceId| counted.keys().any(|it| gazetteer.ancestors(*it).any(|it| it == id));
    let province = |id: PlaceId| gazetteer.place(id).level == Level::Province;
    let mut ranked: Vec<(PlaceId, usize, f64)> =
        counted.iter().map(|(id, (n, score))| (*id, *n, *score)).collect();
    ranked.retain(|(id, ..)| !(province(*id) && has_part(*id)));
    ranked.sort_by(|a, b| b.2.total_cmp(&a.2).then(a.0.cmp(&b.0)));
    let Some((first, _, most)) = ranked.first().copied() else {
        return Vec::new();
    };
    ranked.retain(|(id, times, score)| *id == first || (*times > 1 && *score >= most * MIN_SHARE));
    ranked.into_iter().map(|(id, ..)| id).take(MAX_CITIES).collect()
}

//! What the lines around a line say of it.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;

use unicode_width::UnicodeWidthStr;

use super::{Described, Feature, Feature as F, HEAD, LONG};
use crate::extract::lines::Line;
use crate::extract::normal::{self, normal_char};
use crate::text::{date, is_han};

/// Marks what reads like text but stands apart from the article, behind many lines that do not: teasers,
/// comments, terms of use. It is text no longer.
pub(super) fn far(lines: &[Line], described: &mut [Described], is_text: &mut [bool]) {
    /// So many lines without text part two texts.
    const GAP: usize = 8;
    /// A text of at least this share of the longest one belongs to the article too, in percent.
    const SHARE: usize = 60;
    let mut blocks: Vec<(Range<usize>, usize)> = Vec::new();
    for i in (0..lines.len()).filter(|i| is_text[*i]) {
        let width = lines[i].text.width();
        match blocks.last_mut().filter(|it| i - it.0.end < GAP || !parts(&described[it.0.end..i])) {
            Some(block) => *block = (block.0.start..i + 1, block.1 + width),
            None => blocks.push((i..i + 1, width)),
        }
    }
    let longest = blocks.iter().map(|it| it.1).max().unwrap_or(0);
    for (rows, _) in blocks.into_iter().filter(|it| it.1 * 100 < longest * SHARE) {
        for i in rows {
            described[i].set.add(F::Far, is_text[i]);
            is_text[i] = false;
        }
    }
}

/// Whether lines between two texts are of a page, and not a list in an article.
fn parts(between: &[Described]) -> bool {
    const PAGE: [Feature; 7] = [
        F::Furniture,
        F::Ending,
        F::Legal,
        F::Appeal,
        F::UselessLabel,
        F::DatedLink,
        F::HtmlOutside,
    ];
    between.iter().filter(|it| it.set.has_any(&PAGE)).count() > 1
}

/// Marks all lines below one that ends articles.
pub(super) fn below_endings(lines: &[Line], described: &mut [Described]) {
    /// Such a line has no more columns.
    const HEAD: usize = 20;
    let mut below = false;
    for (line, it) in lines.iter().zip(described) {
        it.set.add(F::BelowEnding, below);
        below |= it.set.has(F::Ending) && !it.set.has(F::BeforeText) && line.text.width() <= HEAD;
    }
}

/// Marks numbered lines that follow each other: a list, where headings would have text between them. 一、 above
/// （一） are a heading and the first one below it.
pub(super) fn lists(lines: &[Line], described: &mut [Described]) {
    let is_item = |it: &Described| {
        it.set.has(F::Numbered) && !it.set.has(F::NoHan) && !it.set.has(F::BareWord)
    };
    let kind = |text: &str| match text.chars().next().map(normal_char) {
        Some(c) if c.is_ascii_digit() => Some('1'),
        Some(c) if is_han(c) => Some('一'),
        other => other,
    };
    let numbered: Vec<Option<char>> = std::iter::zip(lines, &*described)
        .map(|(line, it)| kind(&line.text).filter(|_| is_item(it)))
        .collect();
    for (i, it) in described.iter_mut().enumerate() {
        let own = numbered[i];
        let beside = numbered.get(i + 1) == Some(&own) || (i > 0 && numbered[i - 1] == own);
        it.set.add(F::List, own.is_some() && beside);
    }
}

/// Marks the lines that begin with who speaks, as others do: 《海岸周刊》：…？
pub(super) fn speakers(lines: &[Line], described: &mut [Described]) {
    /// No such name is longer, in characters.
    const LONGEST: usize = 12;
    let speaker = |i: usize| {
        let text = &*lines[i].text;
        let at = text.char_indices().take(LONGEST + 1).find(|(_, c)| matches!(c, '：' | ':'))?.0;
        let name = &text[..at];
        (!name.is_empty() && !name.contains(['，', '。', ' ']) && !described[i].set.has(F::Data))
            .then_some(name)
    };
    let names: Vec<Option<&str>> = (0..lines.len()).map(speaker).collect();
    let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
    for name in names.iter().flatten() {
        *counts.entry(name).or_default() += 1;
    }
    // 追问：钱从哪里来？ again and again is a heading, where nobody else speaks.
    let many = counts.values().filter(|count| **count > 1).count() > 1;
    for (it, name) in described.iter_mut().zip(names) {
        let speaks = name.is_some_and(|name| counts[name] > 1);
        let asks = it.set.has(F::EndsQuestion) && many;
        it.set.add(F::Opener, speaks && (asks || it.set.has(F::EndsSentence)));
    }
}

/// So many short lines in a row are a list of links.
const CROWD: usize = 4;

/// Marks runs of many short lines: lists of links, and never a text with its headings. Words of pages belong
/// to a run, but do not make one; a run between two texts without any is a list of the article.
pub(super) fn crowds(lines: &[Line], is_text: &[bool], described: &mut [Described]) {
    /// A headline has hardly fewer columns.
    const WIDE: usize = 24;
    const NEVER: [Feature; 9] = [
        F::Data,
        F::PhotoSigned,
        F::PhotoHead,
        F::Numbered,
        F::Row,
        F::Breadcrumb,
        F::Channel,
        F::Series,
        F::Dash,
    ];
    const PAGE: [Feature; 4] = [F::Furniture, F::Appeal, F::Legal, F::WordsApart];
    let first_text = is_text.iter().position(|it| *it).unwrap_or(is_text.len());
    for run in runs(is_text.len(), |i| !is_text[i] && !described[i].set.has_any(&NEVER)) {
        let unknown = described[run.clone()].iter().filter(|it| !it.set.has_any(&PAGE)).count();
        let inside = first_text < run.start && is_text.get(run.end) == Some(&true);
        let opens = |i: usize| lines[i].text.ends_with(['：', ':']);
        let opened = opens(run.start) || (run.start > 0 && opens(run.start - 1));
        let narrow = lines[run.clone()].iter().all(|it| it.text.width() < WIDE);
        let list = inside && (opened || narrow) && unknown == run.len();
        // Below a box in the text its last line may be the heading of the text that follows.
        let run = if inside && !list && is_short_one(&lines[run.clone()]) {
            run.start..run.end - 1
        } else {
            run
        };
        let mut widths: Vec<usize> = run.clone().map(|i| lines[i].text.width()).collect();
        let (_, usual, _) = widths.select_nth_unstable(run.len() / 2);
        for (line, it) in std::iter::zip(&lines[run.clone()], &mut described[run]) {
            let width = line.text.width();
            it.set.add(F::StandsOut, width >= WIDE.max(*usual * 3));
            it.set.add(F::TextList, list && unknown >= CROWD);
            it.set.add(F::Crowd, !list && unknown >= CROWD);
            it.set.add(F::LongCrowd, !list && unknown >= 2 * CROWD);
        }
    }
}

/// Whether the last line is much shorter than the others: a heading behind a list of links.
fn is_short_one(lines: &[Line]) -> bool {
    /// No heading that is looked for so has more columns.
    const LONGEST: usize = 32;
    let [others @ .., last] = lines else { return false };
    let width = last.text.width();
    width > 8
        && width <= LONGEST
        && !others.is_empty()
        && others.iter().all(|it| it.text.width() > width)
}

/// Marks the short lines below 延伸阅读 and its like, to the next text.
pub(super) fn related(lines: &[Line], is_text: &[bool], described: &mut [Described]) {
    /// The words above a list have no more columns.
    const HEAD: usize = 20;
    let mut open = None;
    for i in 0..lines.len() {
        let set = &mut described[i].set;
        let heading = open.is_some_and(|head: usize| {
            is_text.get(i + 1) == Some(&true) && is_short_one(&lines[head + 1..=i])
        });
        let related = open.is_some() && !is_text[i] && !set.has(F::Data) && !heading;
        set.add(F::Related, related);
        if heading {
            set.remove(F::BelowEnding);
        }
        let opens = set.has(F::Ending) && lines[i].text.width() <= HEAD;
        open = open.or(opens.then_some(i)).filter(|_| !set.has(F::BeforeText) && !is_text[i]);
    }
}

/// Marks the lines above the text if nothing there is of the page.
pub(super) fn plain_head(described: &mut [Described], first: usize) {
    let head = &mut described[..first];
    let plain = !head.iter().any(|it| it.set.has_any(&OF_PAGE) && !it.set.has(F::Data));
    for it in head {
        it.set.add(F::PlainHead, plain);
    }
}

/// Marks the lines above the text by how much of them its first paragraphs say again, as they do of a
/// headline more than of what stands around it.
pub(super) fn echoes(lines: &[Line], is_text: &[bool], described: &mut [Described]) {
    /// So many paragraphs are the beginning of a text.
    const BEGINNING: usize = 3;
    /// No headline has more columns.
    const WIDEST: usize = 120;
    let first = is_text.iter().position(|it| *it).unwrap_or(0).min(HEAD);
    let beginning = std::iter::zip(lines, is_text).filter(|(_, is_text)| **is_text).take(BEGINNING);
    let said: BTreeSet<(char, char)> =
        beginning.flat_map(|(line, _)| pairs(&line.text).into_iter().take(LONG * 4)).collect();
    let share = |i: usize| {
        let own = pairs(&lines[i].text);
        let fits =
            own.len() > 4 && lines[i].text.width() <= WIDEST && !described[i].set.has(F::Data);
        let again = own.iter().filter(|it| said.contains(it)).count();
        if fits { again * 100 / own.len() } else { 0 }
    };
    // In percent.
    let shares: Vec<usize> = (0..first).map(share).collect();
    let most = shares.iter().copied().max().unwrap_or(0);
    for (i, share) in shares.into_iter().enumerate() {
        described[i].set.add(F::Echoed, share >= 50);
        described[i].set.add(F::MostEchoed, share >= 30 && share >= most);
    }
}

/// Marks three plain lines in a row above the text: kicker, headline, deck; or headline and two lines of deck
/// if the first is much the shortest.
pub(super) fn headline_block(lines: &[Line], described: &mut [Described], first: usize) {
    /// So many columns shorter is much shorter.
    const MUCH: usize = 6;
    for row in runs(first, |i| is_plain(&described[i])) {
        halves(lines, described, row.clone());
        if row.len() != 3 || described[row.end - 1].set.has(F::SecondHalf) {
            continue;
        }
        let width = |at: usize| lines[at].text.width();
        let first = row.start;
        let first_is_short = width(first) + MUCH <= width(first + 1).min(width(first + 2));
        let title = if first_is_short { first } else { first + 1 };
        for at in row {
            described[at].set.add(F::BlockTitle, at == title);
            described[at].set.add(F::BlockEdge, at != title);
        }
    }
}

/// Whether a line may be a headline or stand beside one: it is nothing else that lines are known for.
fn is_plain(line: &Described) -> bool {
    !is_other(line) && !line.set.has_any(&[F::PhotoSigned, F::PhotoHead])
}

/// Whether a line is known for something that is no headline.
fn is_other(line: &Described) -> bool {
    const OTHER: [Feature; 5] = [F::Data, F::MostlyData, F::Channel, F::Series, F::Tiny];
    line.set.has_any(&OF_PAGE) || line.set.has_any(&OTHER)
}

/// What lines above a text are known for that are of the page.
const OF_PAGE: [Feature; 9] = [
    F::Furniture,
    F::Appeal,
    F::Legal,
    F::Ending,
    F::UselessLabel,
    F::Breadcrumb,
    F::TitleTrail,
    F::WordsApart,
    F::SiteName,
];

/// Marks sentences between headline and data of the article: what a magazine says of an article above the
/// names of its authors. A sentence with a day in it tells the news.
pub(super) fn decks(lines: &[Line], described: &mut [Described], first: usize) {
    /// No deck has fewer columns, and none more.
    const SHORTEST: usize = 40;
    const LONGEST: usize = 240;
    /// The data begins so many lines below at most: buttons and a picture may stand between.
    const NEAR: usize = 8;
    const SENTENCE: [Feature; 3] = [F::EndsSentence, F::EndsQuestion, F::Long];
    const FACTS: [Feature; 2] = [F::DataDate, F::DataPerson];
    let is_text = |it: &Described| it.set.has_any(&SENTENCE) && !it.set.has(F::Data);
    let is_data = |it: &Described| it.set.has(F::Data) && it.set.has_any(&FACTS);
    let signs = |it: &Described| it.set.has(F::DataPerson) && !it.set.has(F::PhotoSigned);
    let last = described.iter().rposition(is_text).unwrap_or(0);
    let dated = described.iter().position(|it| it.set.has(F::DataDate)).unwrap_or(lines.len());
    for i in 1..lines.len().min(first + 1) {
        // Data stands below, and then text; where the day stands above, it is the names of the authors.
        let mut near = i + 1..lines.len().min(i + 1 + NEAR);
        let below = near.find(|at| is_text(&described[*at]) || is_data(&described[*at]));
        let introduces = below.is_some_and(|at| {
            let data = &described[at];
            is_data(data) && (i < dated || signs(data)) && at < last
        });
        let fits = introduces
            && (SHORTEST..=LONGEST).contains(&lines[i].text.width())
            && described[i].set.has_any(&SENTENCE)
            && !is_other(&described[i])
            && !described[i].set.has_any(&[F::PhotoSigned, F::Far])
            && date::find(&lines[i].text).is_none()
            && !described[i - 1].set.has_any(&[F::EndsSentence, F::Long]);
        described[i].set.add(F::Deck, fits);
    }
}

/// The runs of neighbouring numbers that fit.
fn runs(count: usize, fits: impl Fn(usize) -> bool) -> Vec<Range<usize>> {
    let mut runs: Vec<Range<usize>> = Vec::new();
    for i in (0..count).filter(|i| fits(*i)) {
        match runs.last_mut().filter(|it| it.end == i) {
            Some(run) => run.end = i + 1,
            None => runs.push(i..i + 1),
        }
    }
    runs
}

/// Marks the last two of a row of at most three plain lines if they are so short that they make one headline.
fn halves(lines: &[Line], head: &mut [Described], row: Range<usize>) {
    /// The most columns of the first line and of the second.
    const SHORT_LINES: (usize, usize) = (28, 20);
    if !(2..=3).contains(&row.len()) {
        return;
    }
    let (first, second) = (row.end - 2, row.end - 1);
    let width = |at: usize| lines[at].text.width();
    let gap = lines[second].after_blank && !lines[first].after_blank;
    let dash = head[second].set.has(F::Dash);
    if width(first) <= SHORT_LINES.0 && width(second) <= SHORT_LINES.1 && !gap && !dash {
        head[first].set.add(F::FirstHalf, true);
        head[second].set.add(F::SecondHalf, true);
    }
}

/// The pairs of neighbouring letters of a text.
fn pairs(text: &str) -> Vec<(char, char)> {
    let letters: Vec<char> = normal::letters(text).collect();
    letters.windows(2).map(|it| (it[0], it[1])).collect()
}

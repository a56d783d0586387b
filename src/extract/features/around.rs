//! What the lines around a line say of it.

use std::collections::BTreeSet;
use std::ops::Range;

use unicode_width::UnicodeWidthStr;

use super::copies::key;
use super::{Described, Feature, Feature as F, HEAD, LONG};
use crate::extract::lines::Line;
use crate::text::date;

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
        for i in rows.filter(|i| is_text[*i]).collect::<Vec<_>>() {
            is_text[i] = false;
            described[i].set.add(F::Far, true);
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

/// Marks numbered lines that follow each other: a list, where headings would have text between them.
pub(super) fn lists(described: &mut [Described]) {
    let numbered: Vec<bool> = described
        .iter()
        .map(|it| it.set.has(F::Numbered) && !it.set.has(F::NoHan) && !it.set.has(F::BareWord))
        .collect();
    for (i, it) in described.iter_mut().enumerate() {
        let beside = numbered.get(i + 1) == Some(&true) || (i > 0 && numbered[i - 1]);
        it.set.add(F::List, numbered[i] && beside);
    }
}

/// So many short lines in a row are a list of links.
const CROWD: usize = 4;

/// Marks runs of many short lines: lists of links, and never a text with its headings. Words of pages belong
/// to a run, but do not make one; a run between two texts without any is a list of the article.
pub(super) fn crowds(lines: &[Line], is_text: &[bool], described: &mut [Described]) {
    /// A headline has hardly fewer columns.
    const WIDE: usize = 24;
    const NEVER: [Feature; 8] = [
        F::Data,
        F::PhotoSigned,
        F::PhotoHead,
        F::Numbered,
        F::Breadcrumb,
        F::Channel,
        F::Series,
        F::Dash,
    ];
    const PAGE: [Feature; 4] = [F::Furniture, F::Appeal, F::Legal, F::WordsApart];
    for run in runs(is_text.len(), |i| !is_text[i] && !described[i].set.has_any(&NEVER)) {
        let unknown = described[run.clone()].iter().filter(|it| !it.set.has_any(&PAGE)).count();
        let inside = is_text[..run.start].contains(&true) && is_text.get(run.end) == Some(&true);
        let list = inside && unknown == run.len();
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

/// Marks the short lines below 延伸阅读 and its like, to the next text.
pub(super) fn related(lines: &[Line], is_text: &[bool], described: &mut [Described]) {
    /// The words above a list have no more columns.
    const HEAD: usize = 20;
    let mut open = false;
    for ((line, is_text), it) in lines.iter().zip(is_text).zip(described) {
        let has_begun = !it.set.has(F::BeforeText);
        it.set.add(F::Related, open && !is_text && !it.set.has(F::Data));
        open =
            has_begun && !is_text && (open || (it.set.has(F::Ending) && line.text.width() <= HEAD));
    }
}

/// Marks the lines above the text if nothing there is of the page.
pub(super) fn plain_head(described: &mut [Described], first: usize) {
    const PAGE: [Feature; 9] = [
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
    let head = &mut described[..first];
    let plain = !head.iter().any(|it| it.set.has_any(&PAGE) && !it.set.has(F::Data));
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
    const OTHER: [Feature; 16] = [
        F::Data,
        F::MostlyData,
        F::Furniture,
        F::Appeal,
        F::Legal,
        F::Ending,
        F::UselessLabel,
        F::Breadcrumb,
        F::TitleTrail,
        F::Channel,
        F::Series,
        F::WordsApart,
        F::Tiny,
        F::SiteName,
        F::PhotoSigned,
        F::PhotoHead,
    ];
    !line.set.has_any(&OTHER)
}

/// Marks sentences between headline and data of the article: what a magazine says of an article above the
/// names of its authors. A sentence with a day in it tells the news.
pub(super) fn decks(lines: &[Line], described: &mut [Described], first: usize) {
    /// No deck has more columns.
    const LONGEST: usize = 240;
    /// The data begins so many lines below at most.
    const NEAR: usize = 3;
    const SENTENCE: [Feature; 3] = [F::EndsSentence, F::EndsQuestion, F::InnerSentence];
    const FACTS: [Feature; 2] = [F::DataDate, F::DataPerson];
    let is_data = |it: &Described| it.set.has(F::Data) && it.set.has_any(&FACTS);
    for i in 1..lines.len().min(first + 1) {
        let below = &described[i + 1..lines.len().min(i + 1 + NEAR)];
        let fits = lines[i].text.width() <= LONGEST
            && described[i].set.has_any(&SENTENCE)
            && date::find(&lines[i].text).is_none()
            && is_plain(&described[i])
            && is_plain(&described[i - 1])
            && !described[i - 1].set.has(F::EndsSentence)
            && below.iter().any(is_data)
            && !below.iter().take_while(|it| !is_data(it)).any(|it| it.set.has(F::Long));
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
    let letters: Vec<char> = key(text).chars().collect();
    letters.windows(2).map(|it| (it[0], it[1])).collect()
}

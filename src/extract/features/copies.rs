//! What other lines say again: copies of the headline, breadcrumbs, paragraphs that stand there twice.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;

use unicode_width::UnicodeWidthStr;

use super::{DATA, Described, Feature as F, HEAD, LONGEST_LINE};
use crate::extract::lines::{Line, ends_sentence};
use crate::extract::normal::{self, Normal};
use crate::extract::words::Words;
use crate::text::is_han;

/// The length of a headline without the names of channel and site behind it: 港口新开航线-要闻-海岸网.
pub(super) fn without_site(text: &str) -> usize {
    /// A headline has more columns than this.
    const LEAST: usize = 12;
    let bars =
        text.char_indices().filter(|(_, c)| matches!(c, '-' | '_' | '|' | '｜' | '－' | '–' | '—'));
    let cut = bars.map(|(at, _)| at).find(|at| {
        let tail = &text[*at..];
        let most = if tail.starts_with(['_', '|']) { 64 } else { 40 };
        text[..*at].width() > LEAST && tail.width() <= most && tail.chars().any(is_han)
    });
    cut.map_or(text.len(), |at| text[..at].trim_end().len())
}

/// By what two copies of a line are known.
fn key(text: &str) -> String {
    normal::letters(text).collect()
}

/// No headline that is looked for twice has fewer letters.
const SHORTEST_TITLE: usize = 5;

/// Marks the lines that stand in the text twice.
pub(super) fn copies(lines: &[Line], described: &mut [Described], first: usize) {
    let mut seen: BTreeMap<String, usize> = BTreeMap::new();
    let head = first.min(HEAD);
    for (i, line) in lines.iter().enumerate() {
        let whole = key(&line.text);
        let core = key(&line.text[..described[i].core]);
        let letters = whole.chars().count();
        if letters < 2 {
            continue;
        }
        let earlier = seen.get(&whole).or_else(|| seen.get(&core)).copied();
        if let Some(earlier) = earlier {
            // A short line may well stand twice in a text: the name of a speaker, a credit.
            described[i].set.add(F::CopyLate, i > first && (letters > 12 || earlier < first));
            // Copies of a headline, not of a button or of the name of the site.
            let headline = i <= head && letters >= SHORTEST_TITLE;
            described[i].set.add(F::CopyLast, headline);
            described[earlier].set.add(F::CopyFirst, headline);
        }
        seen.entry(whole).or_insert(i);
        if i < head && core.chars().count() > 6 {
            seen.entry(core).or_insert(i);
        }
        described[i].set.add(F::SiteSuffix, described[i].core < line.text.len());
    }
    cut_copies(&lines[..head.min(lines.len())], described);
}

/// 港口新开三条航…, 港口新开三条航…_海岸网 above the whole headline.
fn cut_copies(head: &[Line], described: &mut [Described]) {
    let keys: Vec<Option<String>> =
        head.iter().map(|it| (it.text.width() <= DATA).then(|| key(&it.text))).collect();
    for (i, line) in head.iter().enumerate().filter(|it| it.1.text.len() <= LONGEST_LINE) {
        let text = &line.text[..described[i].core];
        let Some(cut) = text.strip_suffix("...").or_else(|| text.strip_suffix('…')) else {
            continue;
        };
        let cut = key(cut);
        let is_whole = |(j, it): &(usize, &Option<String>)| {
            *j != i && it.as_ref().is_some_and(|it| it.starts_with(&cut))
        };
        if let Some((whole, _)) =
            keys.iter().enumerate().find(is_whole).filter(|_| cut.chars().count() > 4)
        {
            described[i].set.add(F::CopyFirst, true);
            described[whole].set.add(F::CopyLast, true);
        }
    }
}

/// The parts of a breadcrumb, with their place in the line, if the line is one.
pub(in crate::extract) fn breadcrumb(line: &str) -> Option<Vec<Range<usize>>> {
    const MARKS: [char; 6] = ['>', '＞', '»', '›', '→', '≫'];
    if !line.contains(MARKS) || line.width() > DATA {
        return None;
    }
    let mut parts = Vec::new();
    let mut at = 0;
    for part in line.split(MARKS) {
        let start = at + part.len() - part.trim_start().len();
        if !part.trim().is_empty() {
            parts.push(start..start + part.trim().len());
        }
        at += part.len();
        at += line[at..].chars().next().map_or(0, char::len_utf8);
    }
    let width = |it: &Range<usize>| line[it.clone()].width();
    let named =
        parts.iter().any(|it| line[it.clone()].chars().filter(|c| c.is_alphabetic()).count() > 1);
    let fits = named
        && parts.iter().rev().skip(1).all(|it| width(it) <= 40)
        && parts.last().is_some_and(|it| width(it) <= 80);
    let cut = line.ends_with(['…', '.']);
    (fits && (cut || !ends_sentence(line))).then_some(parts)
}

/// Marks breadcrumbs, and lines that are one part of them.
pub(super) fn trails(lines: &[Line], described: &mut [Described], words: &Words) {
    let mut channels = BTreeSet::new();
    for (line, described) in std::iter::zip(lines, &mut *described) {
        if line.text.width() > DATA {
            continue;
        }
        let parts = breadcrumb(&line.text);
        let normal = Normal::new(&line.text);
        let labelled =
            words.trails.prefix(&normal.chars).is_some() && line.text.contains(['：', ':']);
        let is_trail = parts.is_some() || labelled || slashed(&normal, words);
        described.set.add(F::Breadcrumb, is_trail);
        if is_trail {
            // 首页 / 要闻 is no button.
            described.set.remove(F::Furniture);
            described.set.remove(F::WordsApart);
        }
        channels.extend(parts.into_iter().flatten().map(|it| key(&line.text[it])));
    }
    for (line, described) in std::iter::zip(lines, described) {
        let known = line.text.len() <= DATA && channels.contains(&key(&line.text));
        described.set.add(F::Channel, known && !described.set.has(F::Breadcrumb));
    }
}

/// 首頁 / 台股新聞 / 產業: a few parts between slashes, the first of them the home page.
fn slashed(line: &Normal<'_>, words: &Words) -> bool {
    /// Bars of channels have more parts.
    const MOST: usize = 5;
    let home = words.trail_ends.prefix(&line.chars).map_or(0, |(it, ())| it);
    let parts = line.chars.split(|c| *c == '/').filter(|it| it.iter().any(|c| *c != ' ')).count();
    let next = line.chars[home..].iter().find(|c| **c != ' ');
    home > 0 && next == Some(&'/') && (2..=MOST).contains(&parts)
}

/// Marks the lines that are words in front of a copy of the headline: 首页 要闻 港口新开三条航线.
pub(super) fn title_trails(lines: &[Line], described: &mut [Described], first: usize) {
    let head = &lines[..first.min(HEAD).min(lines.len())];
    let keys: Vec<String> = head.iter().map(|it| key(&it.text)).collect();
    for (i, line) in head.iter().enumerate() {
        let spaces = line.text.match_indices([' ', '\u{3000}']).map(|(at, space)| at + space.len());
        let is_title = |tail: &String| {
            tail.chars().count() > 6 && keys.iter().enumerate().any(|(j, it)| j != i && it == tail)
        };
        if line.text.width() > DATA {
            continue;
        }
        let trail = spaces.map(|at| key(&line.text[at..])).any(|tail| is_title(&tail));
        described[i].set.add(F::TitleTrail, trail);
    }
}

//! What stands in a paragraph and is not its text: `本报讯（记者 林一山）` in front, `（记者 林一山）` behind.
//!
//! In: a paragraph. Out: where its own text begins and ends, and the items of what stands around it. What is
//! not plainly such a lead or ending stays text.

use std::ops::Range;

use super::items::{self, Item, Reading, What};
use super::lines::ends_sentence;
use super::normal::Normal;
use super::words::Words;
use crate::text::{date, is_han};

/// A lead or an ending has at most this many characters; longer brackets are part of the text.
const LONGEST: usize = 48;

/// How many leads and endings a paragraph may have: 【本报讯】（记者 某某）, （记者 某某）（完）.
const MOST: usize = 3;

/// A paragraph taken apart.
#[derive(Debug)]
pub(super) struct Parts {
    /// Its own text, in bytes.
    pub(super) text: Range<usize>,
    /// What stands around it, in order, with places in the paragraph.
    pub(super) items: Vec<Item>,
}

/// Takes a paragraph apart.
pub(super) fn take_apart(paragraph: &str, words: &Words) -> Parts {
    let mut text = 0..paragraph.len();
    let mut items = Vec::new();
    for _ in 0..MOST {
        let Some((end, found)) = lead(&paragraph[text.clone()], words) else { break };
        items.extend(found.into_iter().map(|it| moved(it, text.start)));
        text.start += end;
    }
    let mut endings = Vec::new();
    for _ in 0..MOST {
        let Some((start, found)) = ending(&paragraph[text.clone()], words) else { break };
        let found = found.into_iter().map(|it| moved(it, text.start));
        endings.splice(0..0, found);
        text.end = text.start + start;
    }
    items.extend(endings);
    Parts { text, items }
}

fn moved(mut item: Item, by: usize) -> Item {
    item.span = item.span.start + by..item.span.end + by;
    item
}

/// The first characters of a text.
fn head(text: &str) -> &str {
    text.char_indices().nth(LONGEST).map_or(text, |(at, _)| &text[..at])
}

/// A lead: where it ends in the text, in bytes, and its items.
fn lead(text: &str, words: &Words) -> Option<(usize, Vec<Item>)> {
    let head = head(text);
    let (end, mut items) = bracketed_lead(head, words)
        .or_else(|| dispatch(head, words))
        .or_else(|| reported(head, words))?;
    let rest = text[end..].trim_start_matches([
        ' ', '\u{3000}', '\u{a0}', '：', ':', '，', ',', '-', '—', '–', '　', '】', '〕', '|',
    ]);
    // 海岸社青岛3月15日电　题：港口的一天 says the headline again.
    let again = ["题：", "题:", "題：", "題:"].iter().any(|it| rest.starts_with(it));
    let start = text.len() - rest.len();
    if !again || ends_sentence(text) {
        return Some((start, items));
    }
    // 题：港口的一天　海岸社记者林一山
    let named = items::read(&Normal::new(rest), words).items.into_iter();
    let people = named.filter(|it| matches!(it.what, What::Person { .. }));
    items.extend(people.map(|it| moved(it, start)));
    Some((text.len(), items))
}

/// 〔記者林一山／台北報導〕, 【明報專訊】, （中央社記者林一山台北26日電）.
fn bracketed_lead(head: &str, words: &Words) -> Option<(usize, Vec<Item>)> {
    let open =
        head.chars().next().filter(|c| matches!(c, '〔' | '【' | '（' | '(' | '[' | '［'))?;
    let close = head.find([')', '）', '】', '〕', ']', '］'])?;
    let inside = &head[open.len_utf8()..close];
    let end = close + head[close..].chars().next()?.len_utf8();
    let line = Normal::new(inside);
    let reading = items::read(&line, words);
    let reports = words.dispatches.suffix(&line.chars).is_some();
    let named = reading.has(|it| matches!(it, What::Paper | What::Date(_) | What::Person { .. }))
        || words.own.prefix(&line.chars).is_some();
    let sentence = inside.contains(['。', '，', '！', '？']);
    // 【海岸社北京4日电】, 【屋崙訊】
    let word = line.chars.len().saturating_sub(1);
    let square = open != '（' && open != '(';
    let sends = matches!(line.chars.last(), Some('讯' | '电'));
    if square
        && words.papers.ends_name(&line.chars)
        && line.chars.len() <= 10
        && line.chars.iter().all(|c| is_han(*c))
    {
        // 【海岸新聞社】
        let item = Item { what: What::Paper, span: 0..inside.len(), rule: "the paper of a lead" };
        return Some((end, vec![moved(item, open.len_utf8())]));
    }
    let sent = sends.then(|| sent_by(&line, word, words)).flatten();
    if let Some(items) = sent {
        return Some((end, items.into_iter().map(|it| moved(it, open.len_utf8())).collect()));
    }
    // （古晋15日讯）
    let dated = line.chars.iter().any(char::is_ascii_digit)
        && line.chars.iter().all(|c| is_han(*c) || c.is_ascii_digit());
    if dated && line.chars.len() <= 10 && sends {
        return Some((end, in_lead(reading.items, inside, open.len_utf8())));
    }
    if square && sends && line.chars.len() <= 6 && line.chars.iter().all(|c| is_han(*c)) {
        return Some((end, Vec::new()));
    }
    let fits = !sentence
        && ((reports && named && reading.unknown <= 8)
            || (reading.has_person() && reading.unknown <= 2));
    fits.then(|| {
        let sender = sender(&reading.items, inside, words).filter(|_| reports);
        let items = sender.into_iter().chain(reading.items).collect();
        (end, in_lead(items, inside, open.len_utf8()))
    })
}

/// The paper of the reporter of a lead, if the lead names no other: 海岸社 in （海岸社记者 林一山 北京4日电）.
fn sender(items: &[Item], inside: &str, words: &Words) -> Option<Item> {
    let of_reporter = items.iter().find_map(|it| match &it.what {
        What::Person { affiliation, .. } => affiliation.as_deref(),
        _ => None,
    })?;
    let is_paper = words.papers.suffix(&Normal::new(of_reporter).chars).is_some();
    let start = inside
        .find(of_reporter)
        .filter(|_| is_paper && !items.iter().any(|it| it.what == What::Paper))?;
    Some(Item {
        what: What::Paper,
        span: start..start + of_reporter.len(),
        rule: "the paper of a reporter in a lead",
    })
}

/// The items of a lead. What stands in front of its day is the paper, whatever it ends in: 大紀元8月27日訊.
fn in_lead(items: Vec<Item>, inside: &str, offset: usize) -> Vec<Item> {
    let papers = items.iter().any(|it| it.what == What::Paper);
    let before_day = |i: usize| matches!(items.get(i + 1), Some(Item { what: What::Date(_), .. }));
    let name = |it: &Item| (2..=8).contains(&inside[it.span.clone()].chars().count());
    let first = items
        .first()
        .is_some_and(|it| it.what == What::Unknown && name(it) && before_day(0) && !papers);
    let mut found: Vec<Item> = items.into_iter().map(|it| moved(it, offset)).collect();
    if first {
        (found[0].what, found[0].rule) = (What::Paper, "what stands before the day of a lead");
    }
    found
}

/// 本报讯, 新华社北京3月4日电, 长江网10月4日讯: a paper, a place, a day, and a word for reports; then perhaps
/// brackets with names.
fn dispatch(head: &str, words: &Words) -> Option<(usize, Vec<Item>)> {
    /// The word for reports stands within this many characters.
    const REACH: usize = 26;
    let line = Normal::new(head);
    let mut at = 1;
    loop {
        let found = line
            .chars
            .get(at..)?
            .iter()
            .take(REACH.saturating_sub(at))
            .position(|c| matches!(c, '讯' | '电' | '息' | '道' | '导'))?;
        at += found;
        // 消息, 报道, 報導 are words of two characters.
        let word = match (line.chars[at - 1], line.chars[at]) {
            (_, '讯' | '电') => Some(at),
            ('消', '息') | ('报', '道' | '导') => Some(at - 1),
            _ => None,
        };
        let next = line.chars.get(at + 1).copied().unwrap_or(' ');
        let closed =
            matches!(next, ' ' | '(' | '【' | '[' | ':' | '—' | '-' | '记' | '|' | '〕' | '】')
                || (next == ',' && word == Some(at));
        let reporters = || {
            // 海岸网记者 林一山 青岛报道
            let reading = items::read(&Normal::new(line.slice(0..at + 1)), words);
            (next == ' ' && reading.has_person() && reading.is_data()).then_some(reading.items)
        };
        let sent =
            word.filter(|_| closed).and_then(|it| sent_by(&line, it, words).or_else(reporters));
        if let Some(mut items) = sent {
            let end = line.bytes(at + 1..at + 1).start;
            let named = names_behind(head, end, words);
            let end = named.as_ref().map_or(end, |it| it.0);
            items.extend(named.into_iter().flat_map(|it| it.1));
            return Some((end, items));
        }
        at += 1;
    }
}

/// (林一山 周二水) behind 海岸社青岛4月18日电: names without a role; where they end, and they.
fn names_behind(head: &str, end: usize, words: &Words) -> Option<(usize, Vec<Item>)> {
    let rest = head[end..].trim_start_matches([' ', '\u{3000}']);
    let inside = rest.strip_prefix(['（', '('])?;
    let close = inside.find(['）', ')'])?;
    let names = bare_names(&inside[..close], words)?;
    let offset = head.len() - inside.len();
    let after = offset + close + inside[close..].chars().next().map_or(0, char::len_utf8);
    Some((after, names.into_iter().map(|it| author(it, offset)).collect()))
}

/// Reads what stands in front of the word for reports; `None` if it is not a paper, a place and a day.
fn sent_by(line: &Normal<'_>, word: usize, words: &Words) -> Option<Vec<Item>> {
    let text = line.slice(0..word);
    let day = date::find(text).map(|it| it.span.clone());
    let bare_day = || {
        let digits = text.strip_suffix('日')?.trim_end_matches(|c: char| c.is_ascii_digit());
        (digits.len() + '日'.len_utf8() < text.len()).then_some(digits.len()..text.len())
    };
    let day = day.or_else(bare_day);
    let (before, after) =
        day.as_ref().map_or((text, ""), |it| (&text[..it.start], &text[it.end..]));
    let sender = Normal::new(before.trim());
    let own = words.own.prefix(&sender.chars).map(|(length, ())| length);
    let plain = |text: &str| {
        text.chars()
            .all(|c| is_han(c) || c.is_alphanumeric() || matches!(c, ' ' | '·' | '-' | '/' | '、'))
    };
    let place_fits = |length: usize| sender.chars.len() - length <= 6;
    // 据某社9月26日消息，: the text says who told it.
    let told = sender.chars.starts_with(&['据']) || sender.chars.starts_with(&['另', '据']);
    if told
        || !plain(before)
        || !plain(after)
        || after.chars().count() > 6
        || sender.chars.len() > 16
    {
        return None;
    }
    // The shortest head that ends as papers do: 新华社 in 新华社北京.
    let paper = (2..=sender.chars.len())
        .filter(|end| words.papers.ends_name(&sender.chars[..*end]))
        .find(|end| place_fits(*end));
    let offset = before.len() - before.trim_start().len();
    let mut items = Vec::new();
    match (own, paper) {
        (Some(length), _) if place_fits(length) => {}
        // 海岸日报讯, 海岸日报青岛讯: without a day the name must be plain.
        (_, Some(end)) if day.is_some() || (end > 2 && sender.chars.len() - end <= 4) => {
            let span = sender.bytes(0..end);
            items.push(Item {
                what: What::Paper,
                span: span.start + offset..span.end + offset,
                rule: "the paper of a lead",
            });
        }
        _ => return None,
    }
    items.extend(date::find(text).map(|found| Item {
        span: found.span.clone(),
        what: What::Date(found),
        rule: "the day of a lead",
    }));
    Some(items)
}

/// 记者林一山报道：, 本报记者 林一山 北京报道: names and a word for reports in front of a mark.
fn reported(head: &str, words: &Words) -> Option<(usize, Vec<Item>)> {
    let end = head.find(['：', ':', '。', '，', ',', '\u{3000}', '】'])?;
    let line = Normal::new(&head[..end]);
    let reading = items::read(&line, words);
    let reports = words.dispatches.suffix(&line.chars).is_some();
    (reports
        && reading.has_person()
        && reading.is_data()
        && !head[end..].starts_with(['。', '，', ',']))
    .then_some((end, reading.items))
}

/// An ending: where it begins in the text, in bytes, and its items.
fn ending(text: &str, words: &Words) -> Option<(usize, Vec<Item>)> {
    let trimmed = text.trim_end_matches([' ', '\u{3000}', '\u{a0}']);
    end_mark(trimmed, words)
        .or_else(|| bracketed_ending(trimmed, words))
        .or_else(|| unbracketed_ending(trimmed, words))
}

/// 1091226 behind the last bracket or sentence: the day, as Taiwan's agency writes it.
fn end_mark(text: &str, words: &Words) -> Option<(usize, Vec<Item>)> {
    let rest = text.trim_end_matches(|c: char| c.is_ascii_digit());
    if !rest.ends_with([')', '）', '。', '」', '】']) || rest.len() == text.len() {
        return None;
    }
    let items = items::read(&Normal::new(&text[rest.len()..]), words).items;
    let is_day = matches!(&*items, [Item { what: What::Date(_), .. }]);
    is_day.then(|| (rest.len(), items.into_iter().map(|it| moved(it, rest.len())).collect()))
}

/// （记者 林一山）, （張三）, （完）.
fn bracketed_ending(text: &str, words: &Words) -> Option<(usize, Vec<Item>)> {
    let closed = text.strip_suffix([')', '）', '】', '〕', ']', '］'])?;
    let tail_start = closed.char_indices().rev().nth(LONGEST).map_or(0, |(at, _)| at);
    let open = tail_start + closed[tail_start..].rfind(['(', '（', '【', '〔', '[', '［'])?;
    let inside = closed[open..].trim_start_matches(['(', '（', '【', '〔', '[', '［']);
    let offset = closed.len() - inside.len();
    let line = Normal::new(inside);
    let reading = items::read(&line, words);
    if of_picture(&line, words) {
        return None;
    }
    let after_sentence = open == 0 || ends_sentence(text[..open].trim_end());
    let credits =
        reading.has_person() && (reading.unknown <= 2 || (reading.unknown <= 6 && after_sentence));
    let data = after_sentence
        && reading.is_data()
        && reading.has(|it| {
            matches!(it, What::Source | What::Paper | What::Person { .. } | What::Date(_))
        });
    let button = after_sentence
        && (words.furniture.has(&line.chars)
            || words
                .labels
                .prefix(&line.chars)
                .is_some_and(|(it, _)| line.chars.get(it) == Some(&':')));
    let items: Vec<Item> = reading.items.into_iter().map(|it| moved(it, offset)).collect();
    if credits || data || button {
        return Some((open, items));
    }
    let names = bare_names(inside, words).filter(|_| after_sentence)?;
    Some((open, names.into_iter().map(|it| author(it, offset)).collect()))
}

/// Whether it says whose a picture is, as captions do: 记者 林一山 摄.
fn of_picture(line: &Normal<'_>, words: &Words) -> bool {
    let start = line.chars.iter().position(|c| c.is_alphanumeric()).unwrap_or(0);
    let end = line.chars.iter().rposition(|c| c.is_alphanumeric()).map_or(start, |it| it + 1);
    let chars = &line.chars[start..end];
    let labelled = words
        .credits
        .prefixes(chars)
        .any(|(it, ())| matches!(chars.get(it), Some(':' | '/' | '|')));
    let taken = matches!(chars, ['图', ..]) && chars.len() > 2;
    labelled || taken || words.photo_ends.suffix(chars).is_some()
}

/// （林一山）: names in brackets and nothing else, as the authors of an article stand on its last line.
pub(super) fn authors(line: &str, words: &Words) -> Option<Reading> {
    let marks = ['（', '）', '(', ')', '【', '】', '□', '■', '◎', '●', '○', '◆', ' ', '\u{3000}'];
    let inside = line.trim_matches(marks);
    let offset = line.find(inside)?;
    let names = bare_names(inside, words)?;
    Some(Reading {
        items: names.into_iter().map(|span| author(span, offset)).collect(),
        unknown: 0,
    })
}

fn author(name: Range<usize>, offset: usize) -> Item {
    Item {
        what: What::Person { role: "作者".to_owned(), affiliation: None },
        span: name.start + offset..name.end + offset,
        rule: "a name in brackets at the end",
    }
}

/// Names of people and nothing else.
fn bare_names(text: &str, words: &Words) -> Option<Vec<Range<usize>>> {
    let mut names = Vec::new();
    let mut at = 0;
    for name in text.split([' ', '\u{3000}', '、', '，', ',']) {
        let normal = Normal::new(name);
        let fits = (2..=4).contains(&normal.chars.len())
            && normal.chars.iter().all(|c| is_han(*c))
            && words.surnames.prefix(&normal.chars).is_some_and(|(it, ())| it < normal.chars.len());
        if !name.is_empty() && (!fits || words.papers.suffix(&normal.chars).is_some()) {
            return None;
        }
        if !name.is_empty() {
            names.push(at..at + name.len());
        }
        at += name.len() + text[at + name.len()..].chars().next().map_or(0, char::len_utf8);
    }
    (!names.is_empty() && names.len() <= 4).then_some(names)
}

/// 。本报记者 林一山 at the very end, without brackets.
fn unbracketed_ending(text: &str, words: &Words) -> Option<(usize, Vec<Item>)> {
    /// No such ending is longer, in characters.
    const LONGEST: usize = 24;
    let tail_start = text.char_indices().rev().nth(LONGEST).map_or(0, |(at, _)| at);
    let tail = &text[tail_start..];
    let mark = tail.rfind(['。', '！', '？', '”', '」', '…'])?;
    let start = mark + tail[mark..].chars().next()?.len_utf8();
    let line = Normal::new(&tail[start..]);
    let reading = items::read(&line, words);
    let signed = !of_picture(&line, words) && reading.is_data() && reading.has_person();
    signed.then(|| {
        (
            tail_start + start,
            reading.items.into_iter().map(|it| moved(it, tail_start + start)).collect(),
        )
    })
}

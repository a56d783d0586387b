//! Labelled lines → the values of a draft, each with its evidence.
//!
//! In: lines, their roles and what was read in them. Out: publication, edition, series, section, byline,
//! blocks. A value is a piece of the raw text, never made up; where two places give one value, the more
//! explicit one wins.

use std::ops::Range;

use super::features;
use super::inline;
use super::items::{self, Item, What};
use super::lines::Line;
use super::model::{Labelled, Role};
use super::normal::{self, Normal};
use super::words::Words;
use super::{Block, Evidence, Found};
use crate::article::Credit;
use crate::text::is_han;
use crate::text::typography;

/// A line with its role and what can be read in it.
pub(super) struct Read<'a> {
    pub(super) line: &'a Line,
    pub(super) labelled: &'a Labelled,
    /// The data of a dateline or byline, or of the lead and ending of a paragraph; places in the line.
    pub(super) items: Vec<Item>,
    /// The part of the line that is its text.
    pub(super) text: Range<usize>,
    /// The length of the line without the name of a site behind it.
    pub(super) core: usize,
    /// Whether the line is a row of a table.
    pub(super) is_row: bool,
}

impl<'a> Read<'a> {
    /// Reads a line by its role.
    pub(super) fn new(
        line: &'a Line,
        labelled: &'a Labelled,
        it: features::Described,
        words: &Words,
    ) -> Self {
        let is_row = it.set.has(features::Feature::Row);
        let (items, core) = (it.reading.items, it.core);
        let whole = 0..line.text.len();
        let (text, items) = match labelled.role {
            Role::Paragraph => {
                let parts = it.parts.unwrap_or_else(|| inline::take_apart(&line.text, words));
                (parts.text, parts.items)
            }
            Role::Dateline | Role::Byline => (whole, items),
            _ => (whole, Vec::new()),
        };
        Self { line, labelled, items, text, core, is_row }
    }

    pub(super) fn is(&self, role: Role) -> bool {
        self.labelled.role == role
    }

    /// The text of a piece of the line.
    pub(super) fn slice(&self, span: &Range<usize>) -> &'a str {
        &self.line.text[span.clone()]
    }

    /// Evidence for a piece of the line. Of a line that does not stand there just so, the whole line is the place.
    pub(super) fn evidence(&self, span: &Range<usize>, rule: &str, certainty: f32) -> Evidence {
        let start = self.line.span.start;
        Evidence {
            span: if self.line.verbatim {
                start + span.start..start + span.end
            } else {
                self.line.span.clone()
            },
            rule: rule.to_owned(),
            confidence: self.labelled.confidence * certainty,
        }
    }

    /// What speaks most for the line's role.
    pub(super) fn rule(&self) -> &'static str {
        let best = self.labelled.reasons.iter().find(|it| it.1 > 0.0);
        best.map_or("nothing else fits", |it| features::meaning(it.0))
    }

    fn found<T>(&self, value: T, span: &Range<usize>, rule: &str, certainty: f32) -> Found<T> {
        Found { value, evidence: self.evidence(span, rule, certainty) }
    }
}

/// All items of the lines that have one of two roles, in order.
fn items_in<'r, 'a>(
    read: &'r [Read<'a>],
    fits: impl Fn(Role) -> bool + 'r,
) -> impl Iterator<Item = (&'r Read<'a>, &'r Item)> {
    let lines = read.iter().filter(move |it| fits(it.labelled.role));
    lines.flat_map(|line| line.items.iter().map(move |item| (line, item)))
}

fn is_data(role: Role) -> bool {
    matches!(role, Role::Dateline | Role::Byline)
}

/// A value without the characters that nobody sees.
fn clean(text: &str) -> String {
    text.chars().filter(|c| !c.is_control()).collect()
}

/// The paper: what stands behind a word for sources, else a paper in a dateline, else the one of a lead.
pub(super) fn publication(read: &[Read<'_>], words: &Words) -> Option<Found<String>> {
    let name = |(line, item): (&Read<'_>, &Item), certainty: f32| {
        let text = line
            .slice(&item.span)
            .trim_matches(['《', '》', '“', '”', ' ', '\u{3000}', '-', '：', ':']);
        let normal = Normal::new(text);
        let format = words.formats.suffix(&normal.chars).filter(|it| *it + 1 < normal.chars.len());
        let text = normal.slice(0..normal.chars.len() - format.unwrap_or(0));
        let somebody =
            !words.nobody.has(&normal.chars) && normal.chars.iter().any(|c| c.is_alphabetic());
        somebody.then(|| line.found(clean(text), &item.span, item.rule, certainty))
    };
    let sources = items_in(read, is_data).filter(|(_, it)| it.what == What::Source);
    let dated = |line: &Read<'_>| {
        line.items.iter().any(|it| matches!(it.what, What::Date(_) | What::Edition))
    };
    let papers = items_in(read, is_data).filter(|(line, it)| it.what == What::Paper && dated(line));
    let inline = |wanted: What| {
        items_in(read, |role| role == Role::Paragraph).filter(move |(_, it)| it.what == wanted)
    };
    let alone =
        items_in(read, |role| role == Role::Dateline).filter(|(_, it)| it.what == What::Paper);
    sources
        .filter_map(|it| name(it, 1.0))
        .chain(papers.filter_map(|it| name(it, 0.95)))
        .chain(inline(What::Source).filter_map(|it| name(it, 0.9)))
        .chain(inline(What::Paper).filter_map(|it| name(it, 0.85)))
        .chain(alone.filter_map(|it| name(it, 0.7)))
        .next()
        .or_else(|| of_reporter(read, words))
        .or_else(|| of_account(read, words))
        .or_else(|| of_site(read, words))
}

/// The name of the site behind a copy of the headline, where nothing else names a paper: 港口新开航线 - 海岸网.
fn of_site(read: &[Read<'_>], words: &Words) -> Option<Found<String>> {
    /// No site has a longer name, in characters.
    const LONGEST: usize = 10;
    let mut copies =
        read.iter().filter(|it| matches!(it.labelled.role, Role::Title | Role::Duplicate));
    copies.find_map(|line| {
        let text = &*line.line.text;
        let bar =
            text.rfind(['-', '_', '|', '｜', '－', '–', '—']).filter(|_| line.core < text.len())?;
        let start =
            text.len() - text[bar..].trim_start_matches(|c: char| !c.is_alphanumeric()).len();
        let normal = Normal::new(&text[start..]);
        let named = words.sites.suffix(&normal.chars).is_some()
            || words.papers.suffix(&normal.chars).is_some()
            || words.bodies.suffix(&normal.chars).is_some()
            || words.dispatches.suffix(&normal.chars).is_some();
        let fits = named && normal.chars.len() <= LONGEST;
        fits.then(|| {
            line.found(
                clean(&text[start..]),
                &(start..text.len()),
                "the name of a site behind the headline",
                0.5,
            )
        })
    })
}

/// The paper of the reporter below the headline, where nothing else names one: 海岸资讯中心记者 某某.
fn of_reporter(read: &[Read<'_>], words: &Words) -> Option<Found<String>> {
    let head = items_in(read, is_data).filter(|(line, _)| line.labelled.in_article);
    let mut papers = head.filter_map(|(line, item)| match &item.what {
        What::Person { affiliation: Some(paper), .. } => {
            let normal = Normal::new(paper);
            let is_paper = words.papers.suffix(&normal.chars).is_some()
                || normal.chars.ends_with(&['中', '心']);
            let at = line.line.text.find(&**paper);
            let span = at.map_or(item.span.clone(), |at| at..at + paper.len());
            is_paper.then(|| line.found(clean(paper), &span, "the paper of a reporter", 0.6))
        }
        _ => None,
    });
    papers.next()
}

/// The name of a public account, which stands above its number or what it says of itself.
fn of_account(read: &[Read<'_>], words: &Words) -> Option<Found<String>> {
    /// No account has a longer name, in characters.
    const LONGEST: usize = 16;
    let is_about =
        |it: &Read<'_>| words.accounts.prefix(&Normal::new(&it.line.text).chars).is_some();
    let at = read.iter().position(is_about)?;
    let line = read.get(at.checked_sub(1)?)?;
    let name = &*line.line.text;
    let button = words.appeals.as_ref().is_some_and(|it| it.is_match(name))
        || words.furniture.prefix(&Normal::new(name).chars).is_some();
    let fits =
        name.chars().count() <= LONGEST && !name.contains([' ', '：', ':', '。', '，']) && !button;
    fits.then(|| line.found(clean(name), &(0..name.len()), "the name of a public account", 0.8))
}

/// The edition: 5版.
pub(super) fn edition(read: &[Read<'_>]) -> Option<Found<String>> {
    let mut items = items_in(read, |_| true).filter(|(_, it)| it.what == What::Edition);
    items
        .next()
        .map(|(line, it)| line.found(spaceless(line.slice(&it.span)), &it.span, it.rule, 1.0))
}

/// The series: 海评第33期.
pub(super) fn series(read: &[Read<'_>]) -> Option<Found<String>> {
    let line = read.iter().find(|it| it.is(Role::Series))?;
    let whole = line.line.text.trim_start_matches(['—', '─', '―', '-', ' ']);
    let pairs = [('【', '】'), ('（', '）'), ('(', ')'), ('[', ']'), ('「', '」')];
    let inside =
        pairs.iter().find_map(|(open, close)| whole.strip_prefix(*open)?.strip_suffix(*close));
    let text = inside.filter(|it| !it.contains(['【', '】'])).unwrap_or(whole);
    let start = line.line.text.find(text).unwrap_or(0);
    Some(line.found(
        text.to_owned(),
        &(start..start + text.len()),
        "a name and a number of issues",
        1.0,
    ))
}

/// The section, from the top: the parts of the breadcrumb without the site, the headline and 首页.
pub(super) fn section(read: &[Read<'_>], title: &str, words: &Words) -> Vec<Found<String>> {
    let mut parts: Vec<Found<String>> = Vec::new();
    for line in read.iter().filter(|it| it.is(Role::Breadcrumb)) {
        let text = &*line.line.text;
        let spans = features::breadcrumb(text).unwrap_or_else(|| words_apart(text));
        let alone = spans.len() == 1 && !text.contains(['>', '＞']);
        for (i, span) in spans.iter().enumerate() {
            let span = without_label(text, span, words);
            let part = &text[span.clone()];
            let normal = Normal::new(part);
            let is_site = i == 0 && spans.len() > 1 && words.sites.suffix(&normal.chars).is_some();
            let first = normal.chars.iter().position(|c| *c == ' ').unwrap_or(normal.chars.len());
            let is_end = words.trail_ends.has(&normal.chars[..first])
                || (i == 0 && normal.chars.ends_with(&['首', '页']))
                || part.is_empty();
            let known = parts.iter().any(|it| it.value == part);
            let more = alone && !parts.is_empty();
            if !(is_site || is_end || known || more || is_headline(part, title)) {
                parts.push(line.found(clean(part), &span, "a part of the breadcrumb", 1.0));
            }
        }
    }
    if parts.is_empty() {
        let named = items_in(read, is_data).filter(|(_, it)| it.what == What::Section);
        parts.extend(
            named.map(|(line, it)| {
                line.found(line.slice(&it.span).to_owned(), &it.span, it.rule, 1.0)
            }),
        );
    }
    parts
}

/// Whether a part of a breadcrumb is the headline, or as much of it as had room.
fn is_headline(part: &str, title: &str) -> bool {
    let [part, title] = [part, title].map(|it| normal::letters(it).collect::<String>());
    !part.is_empty() && (title == part || (part.chars().count() > 3 && title.contains(&part)))
}

/// The words of a line, each with its place.
fn words_apart(text: &str) -> Vec<Range<usize>> {
    let mut spans = Vec::new();
    let mut at = 0;
    for word in text.split([' ', '\u{3000}', '/', '／', '|', '｜']) {
        if word.contains(char::is_alphanumeric) {
            spans.push(at..at + word.len());
        }
        at += word.len() + text[at + word.len()..].chars().next().map_or(0, char::len_utf8);
    }
    spans
}

/// A part of a breadcrumb without 当前位置： in front.
fn without_label(text: &str, span: &Range<usize>, words: &Words) -> Range<usize> {
    let normal = Normal::new(&text[span.clone()]);
    let label = words.trails.prefix(&normal.chars).map(|(length, ())| normal.bytes(0..length).end);
    let rest = &text[span.start + label.unwrap_or(0)..span.end];
    let trimmed = rest.trim_start_matches(['：', ':', ' ', '\u{3000}']);
    if label.is_some() { span.end - trimmed.len()..span.end } else { span.clone() }
}

/// Everybody who had a part in the article, each once, in the order of the text.
pub(super) fn byline(read: &[Read<'_>], words: &Words) -> Vec<Found<Credit>> {
    let mut credits: Vec<Found<Credit>> = Vec::new();
    let mut add = |found: Found<Credit>| {
        if !credits.iter().any(|it| it.value.name == found.value.name) {
            credits.push(found);
        }
    };
    for (line, item) in items_in(read, |role| is_data(role) || role == Role::Paragraph) {
        if let What::Person { role, affiliation } = &item.what {
            let name = spaceless(line.slice(&item.span));
            let credit = Credit {
                role: Some(spaceless(role)),
                name,
                affiliation: affiliation.as_deref().map(clean),
            };
            add(line.found(credit, &item.span, item.rule, 1.0));
        }
    }
    for line in read.iter().filter(|it| matches!(it.labelled.role, Role::Caption | Role::Credit)) {
        photographers(line, words).into_iter().for_each(&mut add);
    }
    credits.sort_by_key(|it| it.evidence.span.start);
    credits
}

/// 编　辑 → 编辑.
fn spaceless(role: &str) -> String {
    clean(role).replace([' ', '\u{3000}'], "")
}

/// Who took the picture of a caption: 周斌 in 城市摄影队 周斌 摄.
fn photographers(line: &Read<'_>, words: &Words) -> Vec<Found<Credit>> {
    let text = &*line.line.text;
    let Some(credit) = credit(text, words) else { return Vec::new() };
    let written = &text[credit.clone()];
    let Some(role) = ["攝影", "摄影", "攝", "摄"].iter().find(|it| written.contains(**it))
    else {
        return Vec::new();
    };
    let role = if role.starts_with('攝') { "攝影" } else { "摄影" };
    let signed = Normal::new(written);
    let names = items::people(&signed, words);
    let found = names.into_iter().map(|(span, affiliation)| {
        let name = spaceless(&written[span.clone()]);
        let span = credit.start + span.start..credit.start + span.end;
        let credit = Credit { role: Some(role.to_owned()), name, affiliation };
        line.found(credit, &span, "who took a picture", 0.95)
    });
    found.collect()
}

/// Where a caption says whose the picture is: the brackets at its end, what stands behind its last sentence,
/// or all of a line such as 图片来源：….
pub(super) fn credit(text: &str, words: &Words) -> Option<Range<usize>> {
    /// No credit is longer, in characters.
    const LONGEST: usize = 36;
    let says_whose = |piece: &str| {
        let normal = Normal::new(piece.trim());
        let end = normal.chars.iter().rposition(|c| c.is_alphanumeric()).map_or(0, |it| it + 1);
        let chars = &normal.chars[..end];
        let labelled = words.credit_marks(chars).any(|it| matches!(chars[it], ':' | '/' | '|'));
        chars.len() <= LONGEST && (labelled || words.photo_ends.suffix(chars).is_some())
    };
    let trimmed = text.trim_end_matches(['。', ' ', '\u{3000}']);
    if let Some(inside) = trimmed.strip_suffix(['）', ')', '】', ']', '〕'])
        && let Some(open) = inside.rfind(['（', '(', '【', '[', '〔'])
    {
        let start = open + inside[open..].chars().next().map_or(0, char::len_utf8);
        if says_whose(&inside[start..]) {
            return Some(start..inside.len());
        }
    }
    if whole_credit(text, words) || is_signature(trimmed, words) {
        return Some(0..text.len());
    }
    let mark = trimmed.rfind(['。', '！', '？', '”', '」', '；']);
    let behind = mark.map(|at| at + trimmed[at..].chars().next().map_or(0, char::len_utf8));
    let space = || trimmed.find([' ', '\u{3000}']);
    let start =
        behind.filter(|at| *at < trimmed.len() && says_whose(&trimmed[*at..])).or_else(|| {
            // 雨后的港口 海岸日报记者 林一山 摄
            space().filter(|at| says_whose(&trimmed[*at..]))
        })?;
    let lead = trimmed[start..].len() - trimmed[start..].trim_start().len();
    Some(start + lead..trimmed.len())
}

/// 海岸社记者 林一山 摄: a reporter and nothing that a picture shows.
fn is_signature(text: &str, words: &Words) -> bool {
    let normal = Normal::new(text);
    let signed = normal.chars.ends_with(&['摄']) || normal.chars.ends_with(&['摄', '影']);
    let reading = items::read(&normal, words);
    let from_start = reading.items.first().is_some_and(|it| matches!(it.what, What::Person { .. }));
    signed && reading.has_person() && from_start && reading.unknown <= 1
}

/// Whether a line says nothing but whose a picture is.
fn whole_credit(text: &str, words: &Words) -> bool {
    let normal = Normal::new(text);
    let chars = &normal.chars;
    words.credit_marks(chars).any(|it| matches!(chars[it], ':' | '/' | '|'))
        && !chars.iter().any(|c| matches!(c, '。' | ','))
        && chars.len() <= 30
}

/// Headings, captions and paragraphs.
pub(super) fn blocks(read: &[Read<'_>], words: &Words) -> Vec<Found<Block>> {
    let block = |it: &Read<'_>| {
        let text = &*it.line.text;
        let rule = it.rule();
        let (span, block) = match it.labelled.role {
            Role::Heading => (0..text.len(), Block::Heading(typography::set_headline(text))),
            Role::Caption | Role::Credit => (0..text.len(), caption(text, words)),
            Role::Paragraph => {
                let own = text[it.text.clone()].trim_matches(super::lines::is_space);
                let block = if it.is_row {
                    Block::Row(features::cells(own).map(typography::set).collect())
                } else {
                    Block::Paragraph(typography::set(own))
                };
                (it.text.clone(), block)
            }
            _ => return None,
        };
        let says = match &block {
            Block::Heading(text) | Block::Paragraph(text) => !text.is_empty(),
            Block::Caption { .. } | Block::Row(_) => true,
        };
        says.then(|| it.found(block, &span, rule, 1.0))
    };
    read.iter().filter_map(block).collect()
}

/// What a picture shows, and whose it is.
fn caption(text: &str, words: &Words) -> Block {
    let set = typography::set;
    match credit(text, words) {
        None => Block::Caption { text: set(text), credit: String::new() },
        Some(all) if all == (0..text.len()) => {
            Block::Caption { text: String::new(), credit: set(text) }
        }
        Some(span) => {
            let shown =
                text[..span.start].trim_end_matches(['（', '(', '【', '[', '〔', ' ', '\u{3000}']);
            let rest = text[span.end..].trim_matches(['）', ')', '】', ']', '〕', ' ', '\u{3000}']);
            let rest = if shown.ends_with(['。', '！', '？']) { "" } else { rest };
            Block::Caption { text: set(&format!("{shown}{rest}")), credit: set(&text[span]) }
        }
    }
}

/// The headline without the name of its site; how many bytes of the line it takes.
pub(super) fn without_site(text: &str, core: usize, words: &Words) -> usize {
    let site = text[core..].trim();
    let normal = Normal::new(site);
    let named = words.sites.suffix(&normal.chars).is_some() || site.contains('_');
    if named && normal.chars.iter().any(|c| is_han(*c)) { core } else { text.len() }
}

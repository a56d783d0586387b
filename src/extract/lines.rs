//! A raw article → lines with their roles.
//!
//! In: the text as received. Out: each line that is not blank, with the role it plays and the rule that says
//! so. The rules are tried in order, the first that applies wins; a line that none applies to is a paragraph.
//! Lines are judged by their form, never by what they tell.

use std::collections::BTreeSet;
use std::ops::Range;

use unicode_width::UnicodeWidthStr;

use super::words::{is_paper, labelled, prefix, reporter, unbracketed, words};
use crate::text::date;
use crate::text::fold::fold;

/// A line of at least this many columns is text, whatever it ends in.
const LONG: usize = 70;

/// A heading has at most this many columns.
const HEADING: usize = 56;

/// A caption that is a sentence has at most this many columns.
const CAPTION: usize = 40;

/// A line of furniture that begins with one of its words has at most this many columns.
const FURNITURE: usize = 60;

/// A dateline has at most this many columns.
const DATELINE: usize = 60;

/// A line of a raw article.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Line {
    /// Where its text stands in the raw article, in bytes.
    pub span: Range<usize>,
    /// Its text without the space around it.
    pub text: String,
    /// Whether a blank line stands before it.
    pub after_blank: bool,
    /// What it is.
    pub role: Role,
    /// The rule that says so.
    pub rule: &'static str,
}

/// What a line is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Role {
    /// The headline.
    Title,
    /// A kicker or deck.
    Subtitle,
    /// Paper, date and edition.
    Dateline,
    /// Where the page stood on its site: 青岛 > 要闻 > 正文.
    Breadcrumb,
    /// The name of a series: 凰探第1091期.
    Series,
    /// The paper it is from: 来源：….
    Source,
    /// Who made it.
    Byline,
    /// A section heading.
    Heading,
    /// What a picture shows.
    Caption,
    /// Whose a picture is: 图片来源：….
    Credit,
    /// Text.
    Paragraph,
    /// A second copy of the headline or of a paragraph.
    Duplicate,
    /// Part of the page, not of the article.
    Furniture,
}

/// What a rule may look at besides the line itself.
#[derive(Default)]
struct Context {
    /// The roles that lines have had so far, each once.
    seen: Vec<Role>,
    /// Headline, kicker and paragraphs so far, folded, to recognise copies.
    texts: BTreeSet<String>,
    /// The parts of all breadcrumbs, to recognise the name of a channel.
    channels: BTreeSet<String>,
    /// Few lines stand after a blank one. Where every paragraph does, a gap says nothing.
    gaps_are_rare: bool,
    /// The line after, empty if there is none.
    after: String,
}

impl Context {
    fn new(lines: &[Line]) -> Self {
        let breadcrumbs = lines.iter().filter_map(|line| breadcrumb_parts(&line.text));
        let channels = breadcrumbs.flatten().map(str::to_owned).collect();
        let gaps = lines.iter().filter(|it| it.after_blank).count();
        Self { channels, gaps_are_rare: gaps * 3 < lines.len(), ..Self::default() }
    }

    fn seen(&self, role: Role) -> bool {
        self.seen.contains(&role)
    }

    /// Whether the text of the article has begun.
    fn in_body(&self) -> bool {
        self.seen(Role::Paragraph)
    }

    /// Remembers a line whose role is known.
    fn pass(&mut self, line: &Line) {
        if !self.seen(line.role) {
            self.seen.push(line.role);
        }
        if matches!(line.role, Role::Title | Role::Subtitle | Role::Paragraph) {
            self.texts.insert(fold(&line.text));
        }
    }
}

/// A rule: a name, and whether it applies.
type Rule = (&'static str, fn(&Line, &Context) -> Option<Role>);

/// The rules in the order they are tried.
const RULES: [Rule; 14] = [
    ("breadcrumb: short parts between >", breadcrumb),
    ("channel: a part of the breadcrumb alone", channel),
    ("copy: this line stood here before", copy),
    ("furniture: a phrase of web pages", furniture),
    ("dateline: a date, and little else but a paper", dateline),
    ("credit: a word for pictures and an owner", credit),
    ("source: a word for sources and a name", source),
    ("byline: a role and names", byline),
    ("series: a name and a number of issues", series),
    ("title: the first line that is nothing else", title),
    ("kicker: a dash under the headline", kicker),
    ("photographer: what a picture shows, and who took it", photographer),
    ("caption: one short sentence that names somebody, after a gap", caption),
    ("heading: short, no end of a sentence, text below", heading),
];

/// Reads the lines of a raw article.
#[must_use]
pub fn read(raw: &str) -> Vec<Line> {
    let mut lines = split(raw);
    let mut context = Context::new(&lines);
    for i in 0..lines.len() {
        context.after = lines.get(i + 1).map_or_else(String::new, |line| line.text.clone());
        let line = &mut lines[i];
        let found = RULES.iter().find_map(|(name, rule)| Some((rule(line, &context)?, *name)));
        (line.role, line.rule) = found.unwrap_or((Role::Paragraph, "paragraph: nothing else"));
        context.pass(line);
    }
    lines
}

/// The lines that are not blank; a line ends as in Markdown, at LF, CR LF or CR.
fn split(raw: &str) -> Vec<Line> {
    let mut lines = Vec::new();
    let (mut offset, mut after_blank) = (0, false);
    for line in raw.split_inclusive(['\n', '\r']) {
        let text = line.trim_matches(is_space);
        let start = offset + line.find(|c| !is_space(c)).unwrap_or(0);
        // The LF of a CR LF is no line of its own.
        let is_rest = line == "\n" && raw[..offset].ends_with('\r');
        offset += line.len();
        if text.is_empty() {
            after_blank |= !is_rest;
            continue;
        }
        let (span, text) = (start..start + text.len(), text.to_owned());
        lines.push(Line { span, text, after_blank, role: Role::Paragraph, rule: "" });
        after_blank = false;
    }
    lines
}

/// White space, and the marks that cannot be seen.
fn is_space(c: char) -> bool {
    c.is_whitespace() || c.is_control() || matches!(c, '\u{200b}' | '\u{feff}')
}

/// Whether a line ends as a sentence does.
fn ends_sentence(text: &str) -> bool {
    let text = text.trim_end_matches(['”', '’', '」', '』', '"', '）', ')']);
    text.ends_with(['。', '！', '？', '；', '…', '!', '?', ';', '：', ':', '，', ','])
}

/// The parts of a breadcrumb, if the line is one.
fn breadcrumb_parts(line: &str) -> Option<impl Iterator<Item = &str>> {
    let parts = || line.split(['>', '＞', '»', '›']).map(str::trim);
    let fits = parts().nth(1).is_some() && parts().all(|it| !it.is_empty() && it.width() <= 16);
    fits.then(parts)
}

fn breadcrumb(line: &Line, _: &Context) -> Option<Role> {
    breadcrumb_parts(&line.text).map(|_| Role::Breadcrumb)
}

fn channel(line: &Line, context: &Context) -> Option<Role> {
    (!context.in_body() && context.channels.contains(&line.text)).then_some(Role::Breadcrumb)
}

fn copy(line: &Line, context: &Context) -> Option<Role> {
    context.texts.contains(&fold(&line.text)).then_some(Role::Duplicate)
}

fn furniture(line: &Line, _: &Context) -> Option<Role> {
    if line.text.width() > FURNITURE || line.text.ends_with('。') {
        return None;
    }
    let end = prefix(&line.text, &words().furniture)?;
    // `分享` and `相关阅读：…` are furniture, `分享发展机遇` is a heading.
    let apart = [' ', '\u{3000}', ':', '：', '|', '｜', '/', '／', '(', '（', '>', '！', '!'];
    (line.text[end..].is_empty() || line.text[end..].starts_with(apart)).then_some(Role::Furniture)
}

fn dateline(line: &Line, context: &Context) -> Option<Role> {
    let found = date::find(&line.text)
        .filter(|it| it.year.is_some() && line.text.width() <= DATELINE && !context.in_body())?;
    let rest = format!("{}{}", &line.text[..found.span.start], &line.text[found.span.end..]);
    (!ends_sentence(&line.text) && !rest.contains('，') && rest.width() <= DATELINE / 2 + 10)
        .then_some(Role::Dateline)
}

fn credit(line: &Line, _: &Context) -> Option<Role> {
    (line.text.width() <= DATELINE && labelled(&line.text, &words().credits).is_some())
        .then_some(Role::Credit)
}

fn source(line: &Line, _: &Context) -> Option<Role> {
    (line.text.width() <= DATELINE && labelled(&line.text, &words().sources).is_some())
        .then_some(Role::Source)
}

fn byline(line: &Line, _: &Context) -> Option<Role> {
    let text = unbracketed(&line.text);
    if text.width() > LONG || ends_sentence(text) {
        return None;
    }
    labelled(text, &words().roles).map(|_| Role::Byline).or_else(|| reporters(text))
}

/// `海岸日報記者 林一山 周二水`: at most a paper in front, and short names behind a space.
fn reporters(line: &str) -> Option<Role> {
    let it = reporter(line)?;
    let apart = line.strip_suffix(it.names)?.ends_with([' ', '\u{3000}', ':', '：', '/', '／']);
    let short = it.names.split_whitespace().all(|name| name.chars().count() <= 4);
    let names = apart && short && !it.names.is_empty() && !it.names.ends_with(['摄', '攝']);
    let paper = it.paper.is_none_or(|it| is_paper(it) && !it.contains(['。', '，', ',']));
    (names && paper).then_some(Role::Byline)
}

fn series(line: &Line, _: &Context) -> Option<Role> {
    let (name, issue) = line.text.split_once('第')?;
    let number = issue.strip_suffix('期')?;
    let short = (1..=8).contains(&name.chars().count()) && !number.is_empty();
    (short
        && number.chars().all(|c| c.is_ascii_digit() || "一二三四五六七八九十百〇零".contains(c)))
    .then_some(Role::Series)
}

fn title(line: &Line, context: &Context) -> Option<Role> {
    (!context.seen(Role::Title) && !context.in_body() && line.text.width() <= LONG * 2)
        .then_some(Role::Title)
}

fn kicker(line: &Line, context: &Context) -> Option<Role> {
    let dash = ["——", "--", "—", "──"].iter().any(|dash| line.text.starts_with(dash));
    (dash && context.seen(Role::Title) && !context.in_body() && !context.seen(Role::Subtitle))
        .then_some(Role::Subtitle)
}

/// `图为青岛港。新华社记者 张三摄`, `（资料图，李四摄）`.
fn photographer(line: &Line, context: &Context) -> Option<Role> {
    let text = unbracketed(&line.text).trim_end_matches('。');
    let signed = ["摄", "攝", "供图", "供圖"].iter().any(|it| text.ends_with(it));
    (signed && context.seen(Role::Title) && text.width() <= LONG * 2).then_some(Role::Caption)
}

fn caption(line: &Line, context: &Context) -> Option<Role> {
    let one_sentence = line
        .text
        .strip_suffix('。')
        .is_some_and(|it| !it.contains(['，', ',', '。', '；', '“', '、', '！', '？', '：', ':']));
    let gap = line.after_blank && context.in_body();
    (one_sentence && gap && context.gaps_are_rare && line.text.width() <= CAPTION)
        .then_some(Role::Caption)
}

fn heading(line: &Line, context: &Context) -> Option<Role> {
    let text_follows = ends_sentence(&context.after) || context.after.width() >= LONG;
    let fits = line.text.width() <= HEADING && !ends_sentence(&line.text);
    (context.in_body() && fits && text_follows).then_some(Role::Heading)
}

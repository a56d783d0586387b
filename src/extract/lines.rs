//! A raw article → lines with their roles.
//!
//! In: the text as received. Out: each line that is not blank, with the role it plays and the rule that says
//! so. The rules are tried in order, the first that applies wins; a line that none applies to is a paragraph.
//! Lines are judged by their form, never by what they tell.

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
    /// Its number, from 1.
    pub number: usize,
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
struct Context<'a> {
    /// The lines before, with their roles.
    before: &'a [Line],
    /// The line after, if any.
    after: Option<&'a str>,
    /// The text of every line, to recognise copies and channel names.
    all: &'a [Line],
}

impl Context<'_> {
    fn seen(&self, role: Role) -> bool {
        self.before.iter().any(|line| line.role == role)
    }

    /// Whether the text of the article has begun.
    fn in_body(&self) -> bool {
        self.seen(Role::Paragraph)
    }
}

/// A rule: a name, and whether it applies.
type Rule = (&'static str, fn(&Line, &Context<'_>) -> Option<Role>);

/// The rules in the order they are tried.
const RULES: [Rule; 13] = [
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
    ("caption: one short sentence that names somebody, after a gap", caption),
    ("heading: short, no end of a sentence, text below", heading),
];

/// Reads the lines of a raw article.
#[must_use]
pub fn read(raw: &str) -> Vec<Line> {
    let mut lines = split(raw);
    for i in 0..lines.len() {
        let after = lines.get(i + 1).map(|line| line.text.clone());
        let context = Context { before: &lines[..i], after: after.as_deref(), all: &lines };
        let line = &lines[i];
        let found = RULES.iter().find_map(|(name, rule)| Some((rule(line, &context)?, *name)));
        (lines[i].role, lines[i].rule) =
            found.unwrap_or((Role::Paragraph, "paragraph: nothing else"));
    }
    lines
}

/// The lines that are not blank.
fn split(raw: &str) -> Vec<Line> {
    let mut lines = Vec::new();
    let (mut offset, mut after_blank) = (0, false);
    for (number, line) in (1..).zip(raw.split_inclusive('\n')) {
        let text = line.trim_matches(is_space);
        let start = offset + line.find(|c| !is_space(c)).unwrap_or(0);
        offset += line.len();
        if text.is_empty() {
            after_blank = true;
            continue;
        }
        let span = start..start + text.len();
        lines.push(Line {
            number,
            span,
            text: text.to_owned(),
            after_blank,
            role: Role::Paragraph,
            rule: "",
        });
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

fn breadcrumb(line: &Line, _: &Context<'_>) -> Option<Role> {
    let parts: Vec<&str> = line.text.split(['>', '＞', '»', '›']).map(str::trim).collect();
    (parts.len() > 1 && parts.iter().all(|part| !part.is_empty() && part.width() <= 16))
        .then_some(Role::Breadcrumb)
}

fn channel(line: &Line, context: &Context<'_>) -> Option<Role> {
    let part_of = |other: &Line| {
        breadcrumb(other, context).is_some()
            && other.text.split(['>', '＞', '»', '›']).any(|part| part.trim() == line.text)
    };
    (!context.in_body() && context.all.iter().any(part_of)).then_some(Role::Breadcrumb)
}

fn copy(line: &Line, context: &Context<'_>) -> Option<Role> {
    let counts = |role| matches!(role, Role::Title | Role::Paragraph | Role::Subtitle);
    context
        .before
        .iter()
        .any(|it| counts(it.role) && fold(&it.text) == fold(&line.text))
        .then_some(Role::Duplicate)
}

fn furniture(line: &Line, _: &Context<'_>) -> Option<Role> {
    if line.text.width() > FURNITURE || line.text.ends_with('。') {
        return None;
    }
    let end = prefix(&line.text, &words().furniture)?;
    // `分享` and `相关阅读：…` are furniture, `分享发展机遇` is a heading.
    let apart = [' ', '\u{3000}', ':', '：', '|', '｜', '/', '／', '(', '（', '>', '！', '!'];
    (line.text[end..].is_empty() || line.text[end..].starts_with(apart)).then_some(Role::Furniture)
}

fn dateline(line: &Line, context: &Context<'_>) -> Option<Role> {
    let found = date::find(&line.text)
        .filter(|it| it.year.is_some() && line.text.width() <= DATELINE && !context.in_body())?;
    let rest = format!("{}{}", &line.text[..found.span.start], &line.text[found.span.end..]);
    (!ends_sentence(&line.text) && !rest.contains('，') && rest.width() <= DATELINE / 2 + 10)
        .then_some(Role::Dateline)
}

fn credit(line: &Line, _: &Context<'_>) -> Option<Role> {
    (line.text.width() <= DATELINE && labelled(&line.text, &words().credits).is_some())
        .then_some(Role::Credit)
}

fn source(line: &Line, _: &Context<'_>) -> Option<Role> {
    (line.text.width() <= DATELINE && labelled(&line.text, &words().sources).is_some())
        .then_some(Role::Source)
}

fn byline(line: &Line, _: &Context<'_>) -> Option<Role> {
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
    let names = apart && short && !it.names.is_empty();
    (names && it.paper.is_none_or(is_paper)).then_some(Role::Byline)
}

fn series(line: &Line, _: &Context<'_>) -> Option<Role> {
    let (name, issue) = line.text.split_once('第')?;
    let number = issue.strip_suffix('期')?;
    let short = (1..=8).contains(&name.chars().count()) && !number.is_empty();
    (short
        && number.chars().all(|c| c.is_ascii_digit() || "一二三四五六七八九十百〇零".contains(c)))
    .then_some(Role::Series)
}

fn title(line: &Line, context: &Context<'_>) -> Option<Role> {
    (!context.seen(Role::Title) && !context.in_body() && line.text.width() <= LONG * 2)
        .then_some(Role::Title)
}

fn kicker(line: &Line, context: &Context<'_>) -> Option<Role> {
    let dash = ["——", "--", "—", "──"].iter().any(|dash| line.text.starts_with(dash));
    (dash && context.seen(Role::Title) && !context.in_body() && !context.seen(Role::Subtitle))
        .then_some(Role::Subtitle)
}

fn caption(line: &Line, context: &Context<'_>) -> Option<Role> {
    let one_sentence = line
        .text
        .strip_suffix('。')
        .is_some_and(|it| !it.contains(['，', ',', '。', '；', '“', '、', '！', '？', '：', ':']));
    let gap = line.after_blank && context.in_body();
    // Where every paragraph stands after a blank line, a gap says nothing.
    let gaps_are_rare =
        context.all.iter().filter(|it| it.after_blank).count() * 3 < context.all.len();
    (one_sentence && gap && gaps_are_rare && line.text.width() <= CAPTION).then_some(Role::Caption)
}

fn heading(line: &Line, context: &Context<'_>) -> Option<Role> {
    let text_follows = context.after.is_some_and(|it| ends_sentence(it) || it.width() >= LONG);
    let fits = line.text.width() <= HEADING && !ends_sentence(&line.text);
    (context.in_body() && fits && text_follows).then_some(Role::Heading)
}

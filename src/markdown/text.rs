//! The text of a body, and what of it may be linked.
//!
//! In: the events of the Markdown, then the HTML made of them. Out: the text a reader sees, and for each stretch of
//! it that may be linked where it stands in the HTML; then the HTML with links. Which stretches are to be linked
//! is decided elsewhere.

use std::borrow::Cow;
use std::ops::Range;

use pulldown_cmark::{CowStr, Event, Tag, TagEnd};

use super::body::{Body, Spanned, escape};
use super::{as_written, marked};

/// A stretch of text that may be linked: it stands in no heading, link, code, caption, and names nobody who is
/// quoted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Run {
    /// Where it stands, in bytes of the text.
    pub text: Range<usize>,
    /// Where it stands, in bytes of the HTML, in which it is escaped.
    pub html: Range<usize>,
}

impl Body {
    /// Where stretches of the text stand in the HTML, each `None` if it may not be linked. The stretches are in the
    /// order of their beginnings.
    #[must_use]
    pub fn in_html(&self, spans: &[Range<usize>]) -> Vec<Option<Range<usize>>> {
        // The last place that was looked for, in the text and in the HTML: the next one lies behind it.
        let mut known = (0, 0);
        let place = |span: &Range<usize>| {
            let (first, last) = self.runs_of(span)?;
            let start = self.byte_in_html(span.start, first, &mut known);
            let mut behind = known;
            Some(start..self.byte_in_html(span.end, last, &mut behind))
        };
        spans.iter().map(place).collect()
    }

    /// Where a byte of a run stands in the HTML; `known` is a place before it.
    fn byte_in_html(&self, byte: usize, run: &Run, known: &mut (usize, usize)) -> usize {
        let from = if known.0 > run.text.start && known.0 <= byte {
            *known
        } else {
            (run.text.start, run.html.start)
        };
        *known = (byte, from.1 + escaped_length(&self.text[from.0..byte]));
        known.1
    }

    /// The runs in which a stretch of the text begins and ends, if it may be linked.
    fn runs_of(&self, span: &Range<usize>) -> Option<(&Run, &Run)> {
        let first = self.runs.partition_point(|it| it.text.end <= span.start);
        let run = self.runs.get(first).filter(|it| it.text.start <= span.start)?;
        // A name may go on in the next run, where a line break between two characters was dropped.
        let mut last = run;
        for next in &self.runs[first + 1..] {
            if last.text.end >= span.end {
                break;
            }
            if next.text.start != last.text.end || next.html.start != last.html.end {
                return None;
            }
            last = next;
        }
        (last.text.end >= span.end).then_some((run, last))
    }
}

/// HTML with links around stretches of it, each with its class and its address as it stands in a page. The stretches
/// are in order, and none stands in another.
#[must_use]
pub fn linked<'a>(
    html: &str,
    links: impl Iterator<Item = (Range<usize>, &'a str, &'a str)>,
) -> String {
    let mut out = String::with_capacity(html.len() * 9 / 8);
    let mut done = 0;
    for (span, class, address) in links {
        out.push_str(&html[done..span.start]);
        out.push_str("<a class=\"");
        out.push_str(class);
        out.push_str("\" href=\"");
        out.push_str(&escape(address));
        out.push_str("\">");
        out.push_str(&html[span.clone()]);
        out.push_str("</a>");
        done = span.end;
    }
    out.push_str(&html[done..]);
    out
}

/// How long a text is once it is escaped as HTML text.
fn escaped_length(text: &str) -> usize {
    let more = |byte: u8| match byte {
        b'&' => "&amp;".len() - 1,
        b'<' | b'>' => "&lt;".len() - 1,
        _ => 0,
    };
    text.len() + text.bytes().map(more).sum::<usize>()
}

/// Stand around linkable text until the HTML is made. A file that holds these noncharacters is read with U+FFFD
/// for them.
pub(super) const MARKS: [char; 2] = ['\u{fdd0}', '\u{fdd1}'];

/// Markdown without these noncharacters, and without their numbers (`&#xfdd0;`). What stands for them is as long as
/// they are, so offsets stay.
pub(super) fn without_own_marks(markdown: &str) -> Cow<'_, str> {
    if !MARKS.iter().any(|it| marked::holds(markdown, *it)) {
        return Cow::Borrowed(markdown);
    }
    let clean = markdown.replace(MARKS, "\u{fffd}");
    let pieces = clean.split("&#").enumerate().map(|(at, piece)| {
        if at == 0 || !MARKS.iter().any(|it| marked::is_number_of(piece, *it)) {
            return Cow::Borrowed(piece);
        }
        let number = if piece.starts_with(['x', 'X']) { "fffd" } else { "65533" };
        let end = piece.find(';').unwrap_or(piece.len());
        Cow::Owned(format!("{}{number}{}", &piece[..end - number.len()], &piece[end..]))
    });
    Cow::Owned(pieces.collect::<Vec<_>>().join("&#"))
}

/// The text of all blocks but captions, while it is collected.
#[derive(Default)]
#[expect(clippy::struct_excessive_bools, reason = "each is a state of its own")]
pub(super) struct PlainText {
    pub(super) text: String,
    pub(super) captions: Vec<String>,
    /// The linkable stretches; where they stand in the HTML is not known yet.
    pub(super) runs: Vec<Run>,
    /// The images around the text.
    images: usize,
    /// The headings, links and code blocks around it.
    closed: usize,
    quotes: usize,
    /// Whether the text names somebody who is quoted: —— 某人，某地.
    attribution: bool,
    /// Whether a line of a paragraph begins.
    at_head: bool,
    /// The texts that are never converted between scripts.
    pub(super) as_written: Vec<Range<usize>>,
    /// The marks of such texts around the text.
    marks: usize,
    /// Whether raw HTML is shown; else it is followed.
    shows_html: bool,
    /// The block of raw HTML around.
    block: String,
    /// Whether the text stands in an element that is dropped with its text.
    dropped: bool,
}

impl PlainText {
    pub(super) fn new(shows_html: bool) -> Self {
        Self { shows_html, ..Self::default() }
    }

    /// Takes up an event; linkable text is marked.
    pub(super) fn read<'a>(&mut self, (event, span): Spanned<'a>) -> Spanned<'a> {
        self.note_as_written(&event);
        match &event {
            Event::Start(tag) => self.start(tag),
            Event::End(tag) => self.end(*tag),
            Event::Text(it) | Event::Code(it) if self.images > 0 => {
                if let Some(caption) = self.captions.last_mut() {
                    caption.push_str(it);
                }
            }
            Event::Text(_) if self.dropped => {}
            Event::Text(it) => return (Event::Text(self.text(it)), span),
            Event::Code(it) => self.text.push_str(it),
            Event::InlineHtml(it) if self.shows_html => self.text.push_str(it),
            Event::InlineHtml(it) => self.tag(it),
            Event::Html(it) if self.shows_html => self.text.push_str(it),
            Event::Html(it) => self.block.push_str(it),
            Event::SoftBreak => self.line_break(false),
            Event::HardBreak => self.line_break(true),
            _ => {}
        }
        (event, span)
    }

    /// Takes up a line break that is none.
    pub(super) fn new_line(&mut self) {
        self.at_head = true;
    }

    /// Notes where a text begins or ends that is never converted; of marks in marks the outer ones.
    fn note_as_written(&mut self, event: &Event<'_>) {
        let at = self.text.len();
        if *event == as_written::START {
            if self.marks == 0 {
                self.as_written.push(at..at);
            }
            self.marks += 1;
        } else if *event == as_written::END {
            self.marks -= 1;
            if let Some(it) = self.as_written.last_mut() {
                it.end = at;
            }
        }
    }

    /// Takes up a tag of raw HTML that is followed.
    fn tag(&mut self, tag: &str) {
        let is = |it: &str| tag.get(..it.len()).is_some_and(|tag| tag.eq_ignore_ascii_case(it));
        self.dropped |= is("<script") || is("<style");
        self.dropped &= !(is("</script") || is("</style"));
    }

    fn start(&mut self, tag: &Tag<'_>) {
        match tag {
            Tag::Image { .. } => {
                self.images += 1;
                self.captions.push(String::new());
            }
            Tag::Heading { .. } | Tag::Link { .. } | Tag::CodeBlock(_) => self.closed += 1,
            Tag::BlockQuote(_) => self.quotes += 1,
            Tag::Paragraph => (self.at_head, self.attribution) = (true, false),
            _ => {}
        }
    }

    fn end(&mut self, tag: TagEnd) {
        match tag {
            TagEnd::Image => self.images -= 1,
            TagEnd::Heading(_) | TagEnd::Link | TagEnd::CodeBlock => self.closed -= 1,
            TagEnd::BlockQuote(_) => self.quotes -= 1,
            _ => {}
        }
        if tag == TagEnd::Paragraph {
            (self.attribution, self.dropped) = (false, false);
        }
        if tag == TagEnd::HtmlBlock {
            self.text.push_str(text_of(&std::mem::take(&mut self.block)).trim());
        }
        let ends_block = matches!(
            tag,
            TagEnd::Paragraph
                | TagEnd::Heading(_)
                | TagEnd::Item
                | TagEnd::TableCell
                | TagEnd::CodeBlock
                | TagEnd::HtmlBlock
        );
        if ends_block && !self.text.ends_with('\n') && !self.text.is_empty() {
            self.text.push('\n');
        }
    }

    fn line_break(&mut self, hard: bool) {
        self.at_head = true;
        if hard {
            if !self.text.ends_with('\n') && !self.text.is_empty() {
                self.text.push('\n');
            }
        } else {
            self.text.push(' ');
        }
    }

    /// Takes up a piece of text, and marks it if it may be linked.
    fn text<'a>(&mut self, piece: &CowStr<'a>) -> CowStr<'a> {
        // > —— 某人，某地; > 好。——某地某人; “好。”——某地某人
        let dashed = piece.trim_start().starts_with(['—', '―', '－']);
        let ended = piece.contains("——")
            && ["。——", "！——", "？——", "”——", "」——"].iter().any(|it| piece.contains(it));
        self.attribution |= (self.quotes > 0 && self.at_head && dashed) || ended;
        self.at_head = false;
        let start = self.text.len();
        self.text.push_str(piece);
        if self.closed > 0 || self.attribution || piece.is_empty() {
            return piece.clone();
        }
        self.runs.push(Run { text: start..self.text.len(), html: 0..0 });
        let mut marked = String::with_capacity(piece.len() + 2 * MARKS[0].len_utf8());
        marked.push(MARKS[0]);
        marked.push_str(piece);
        marked.push(MARKS[1]);
        marked.into()
    }
}

/// Takes the marks out of the HTML, and notes where each run stands.
pub(super) fn without_marks(marked: &str, runs: &mut Vec<Run>) -> String {
    let mut html = String::with_capacity(marked.len());
    let mut pieces = marked.split(MARKS[0]);
    html.push_str(pieces.next().unwrap_or_default());
    let mut at = 0;
    for piece in pieces {
        let (run, rest) = piece.split_once(MARKS[1]).unwrap_or((piece, ""));
        let start = html.len();
        html.push_str(run);
        if let Some(it) = runs.get_mut(at) {
            it.html = start..html.len();
        }
        html.push_str(rest);
        at += 1;
    }
    runs.truncate(at);
    html
}

/// Keeps the runs that stand in the HTML as they should; none, if what was dropped from it has shifted them.
pub(super) fn keep_right(runs: &mut Vec<Run>, text: &str, html: &str) {
    let is_right =
        |it: &Run| html.get(it.html.clone()) == Some(&*escape_text(&text[it.text.clone()]));
    if !runs.iter().all(is_right) {
        runs.clear();
    }
}

/// A text as it stands between tags.
fn escape_text(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}

/// The text in a piece of HTML.
fn text_of(html: &str) -> String {
    let mut text = String::new();
    for token in html5gum::Tokenizer::new(html).flatten() {
        if let html5gum::Token::String(it) = token {
            text.push_str(&String::from_utf8_lossy(&it));
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::markdown::body::render;

    #[test]
    fn own_marks_are_kept_out() {
        for (markdown, expected) in [
            ("a\u{fdd0}b\u{fdd1}", "a\u{fffd}b\u{fffd}"),
            ("&#xfdd0;&#XFDD1;&#x00FdD0;", "&#xfffd;&#Xfffd;&#x00fffd;"),
            ("&#64976;&#064977;", "&#65533;&#065533;"),
            ("&#x41;&#xfdd0", "&#x41;&#xfffd"),
            ("&#xfdd2;&#;&#", "&#xfdd2;&#;&#"),
        ] {
            assert_eq!(without_own_marks(markdown), expected);
            assert_eq!(expected.len(), markdown.len());
        }
    }

    /// Markdown of all kinds.
    fn markdown() -> impl Strategy<Value = String> {
        let parts = vec![
            "青",
            "岛",
            "a",
            "<",
            "&",
            "\"",
            "&lt;",
            "&#xfdd0;",
            "\u{fdd1}",
            "“",
            "。",
            "——",
            "**",
            "*",
            "~~",
            "_",
            " ",
            "\n",
            "\n\n",
            "  \n",
            "> ",
            "- ",
            "`",
            "`c`",
            "\\",
            "[",
            "](/青)",
            "![",
            "<b>",
            "|",
            "\n|-|-|\n",
            "# ",
            "{#a}",
            "[^a]",
            "\n[^a]: ",
            "-{",
            "}-",
            "https://a.cn/_青_",
            "www.a.cn",
            "```",
            "    ",
        ];
        prop::collection::vec(prop::sample::select(parts), 1..24).prop_map(|it| it.concat())
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(2_000))]

        #[test]
        fn runs_stand_where_they_say(markdown in markdown()) {
            let body = render(&markdown, "/");
            let mut last = 0;
            for run in &body.runs {
                let text = &body.text[run.text.clone()];
                let escaped = text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;");
                prop_assert_eq!(&body.html[run.html.clone()], escaped);
                prop_assert!(last <= run.html.start);
                last = run.html.end;
            }
            prop_assert!(!body.html.contains(MARKS));
        }
    }
}

//! The text of a body, and what of it may be linked.
//!
//! In: the events of the Markdown, then the HTML made of them. Out: the text a reader sees, and for each stretch of
//! it that may be linked where it stands in the HTML; then the HTML with links. Which stretches are to be linked
//! is decided elsewhere.

use std::ops::Range;

use pulldown_cmark::{CowStr, Event, Tag, TagEnd};

use super::body::{Body, Spanned, escape};
use crate::text::is_han;

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

/// HTML with links around stretches of it, each with its address as it stands in a page. The stretches are in order,
/// and none stands in another.
#[must_use]
pub fn linked<'a>(html: &str, links: impl Iterator<Item = (Range<usize>, &'a str)>) -> String {
    let mut out = String::with_capacity(html.len() * 9 / 8);
    let mut done = 0;
    for (span, address) in links {
        out.push_str(&html[done..span.start]);
        out.push_str("<a class=\"place\" href=\"");
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

/// The text of all blocks but captions, while it is collected.
#[derive(Default)]
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
}

impl PlainText {
    /// Takes up an event; linkable text is marked.
    pub(super) fn read<'a>(&mut self, (event, span): Spanned<'a>) -> Spanned<'a> {
        match &event {
            Event::Start(tag) => self.start(tag),
            Event::End(tag) => self.end(*tag),
            Event::Text(it) | Event::Code(it) if self.images > 0 => {
                if let Some(caption) = self.captions.last_mut() {
                    caption.push_str(it);
                }
            }
            Event::Text(it) => return (Event::Text(self.text(it)), span),
            Event::Code(it) => self.text.push_str(it),
            Event::SoftBreak => self.line_break(false),
            Event::HardBreak => self.line_break(true),
            _ => {}
        }
        (event, span)
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
            self.attribution = false;
        }
        let ends_block = matches!(
            tag,
            TagEnd::Paragraph
                | TagEnd::Heading(_)
                | TagEnd::Item
                | TagEnd::TableCell
                | TagEnd::CodeBlock
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
        } else if !self.text.ends_with(is_han) {
            self.text.push(' ');
        }
    }

    /// Takes up a piece of text, and marks it if it may be linked.
    fn text<'a>(&mut self, piece: &CowStr<'a>) -> CowStr<'a> {
        // > —— 某人，某地; > 好。——某地某人; “好。”——某地某人
        let dashed = piece.trim_start().starts_with(['—', '―', '－']);
        let ended = ["。——", "！——", "？——", "”——", "」——"].iter().any(|it| piece.contains(it));
        self.attribution |= (self.quotes > 0 && self.at_head && dashed) || ended;
        self.at_head = false;
        let start = self.text.len();
        self.text.push_str(piece);
        if self.closed > 0 || self.attribution || piece.is_empty() {
            return piece.clone();
        }
        self.runs.push(Run { text: start..self.text.len(), html: 0..0 });
        format!("{}{piece}{}", MARKS[0], MARKS[1]).into()
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

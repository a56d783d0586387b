//! A raw article → its lines.
//!
//! In: the text as received. Out: each line that is not blank, with its place. Where the text is wrapped at a
//! fixed width, as in mails and old web pages, the lines of a paragraph are one line here.

use std::ops::Range;

use unicode_width::UnicodeWidthStr;

use crate::text::is_han;

/// Text that is wrapped has lines of at most this many columns.
const WIDEST_WRAP: usize = 100;

/// Text that is wrapped has lines of so many columns.
const WRAPS: std::ops::RangeInclusive<usize> = 28..=WIDEST_WRAP;

/// The lines of wrapped text differ by at most this many columns: a mark that may not begin a line, a word.
const RAGGED: usize = 6;

/// A line of a raw article.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Line {
    /// Where it stands in the raw article, in bytes, without the space around it.
    pub span: Range<usize>,
    /// Its text without the space around it; joined of several if the raw article is wrapped.
    pub text: String,
    /// Whether the text stands in the raw article just so, at its place: neither joined nor taken out of markup.
    pub verbatim: bool,
    /// Whether a blank line stands before it.
    pub after_blank: bool,
    /// Whether it is indented, as paragraphs are.
    pub indented: bool,
    /// What a page of a web site says of it; of plain text, nothing.
    pub hint: Hint,
}

/// What HTML says of a line.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Hint {
    /// The element it stands in.
    pub element: Element,
    /// It is outside what the page's main text was taken to be.
    pub outside: bool,
    /// All of it is a link.
    pub link: bool,
}

/// The elements that say something of a line.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Element {
    /// Plain text, or an element that says nothing.
    #[default]
    Other,
    /// `h1`, or the `title` of the page.
    Title,
    /// `h2` to `h6`, and a line that is all bold.
    Heading,
    /// `figcaption`.
    Caption,
    /// `nav`, `footer`, `aside`, `button`.
    Furniture,
}

/// The lines of a text that are not blank; a line ends as in Markdown, at LF, CR LF or CR.
#[must_use]
pub fn split(raw: &str) -> Vec<Line> {
    let mut lines = Vec::new();
    let (mut offset, mut after_blank) = (0, false);
    for line in raw.split_inclusive(['\n', '\r', '\u{2028}', '\u{2029}']) {
        let text = line.trim_matches(is_space);
        let lead = line.find(|c| !is_space(c)).unwrap_or(0);
        // The LF of a CR LF is no line of its own.
        let is_rest = line == "\n" && raw[..offset].ends_with('\r');
        let start = offset + lead;
        offset += line.len();
        if text.is_empty() {
            after_blank |= !is_rest;
            continue;
        }
        let indented = line[..lead]
            .chars()
            .filter(|c| matches!(c, '\u{3000}' | ' ' | '\u{a0}' | '\t'))
            .count()
            > 1
            || line.starts_with('\u{3000}');
        lines.push(Line {
            span: start..start + text.len(),
            text: text.to_owned(),
            verbatim: true,
            after_blank,
            indented,
            hint: Hint::default(),
        });
        after_blank = false;
    }
    unwrap(join_days(lines))
}

/// Joins a day that a page sets in two lines: 2023, 03/15.
pub(super) fn join_days(lines: Vec<Line>) -> Vec<Line> {
    let is_year = |text: &str| {
        text.len() == 4
            && (text.starts_with("19") || text.starts_with("20"))
            && text.bytes().all(|it| it.is_ascii_digit())
    };
    let is_day = |text: &str| {
        let is_number =
            |it: &str| matches!(it.len(), 1 | 2) && it.bytes().all(|it| it.is_ascii_digit());
        text.split_once('/').is_some_and(|(month, day)| is_number(month) && is_number(day))
    };
    let mut joined: Vec<Line> = Vec::with_capacity(lines.len());
    for line in lines {
        match joined.last_mut().filter(|it| is_year(&it.text) && is_day(&line.text)) {
            Some(year) => {
                year.text = format!("{}/{}", year.text, line.text);
                year.span.end = line.span.end;
                year.verbatim = false;
            }
            None => joined.push(line),
        }
    }
    joined
}

/// White space, and the marks that cannot be seen.
pub(super) fn is_space(c: char) -> bool {
    c.is_whitespace()
        || c.is_control()
        || matches!(c, '\u{200b}'..='\u{200f}' | '\u{2060}' | '\u{feff}')
}

/// Whether a line ends as a sentence does.
pub(super) fn ends_sentence(text: &str) -> bool {
    let text = text.trim_end_matches(['”', '’', '」', '』', '"', '）', ')', '】', ' ']);
    // A half-width full stop ends a sentence too, but not a number or a word of Latin letters.
    let half = text.strip_suffix('.').is_some_and(|it| it.ends_with(is_han));
    half || text.ends_with(['。', '！', '？', '；', '…', '!', '?', ';'])
}

/// Joins the lines of paragraphs if the text is wrapped.
fn unwrap(lines: Vec<Line>) -> Vec<Line> {
    let Some(width) = wrap(&lines) else { return lines };
    // Some programs count characters, of which two half-width ones are narrower.
    let characters =
        |line: &Line| 2 * (line.text.chars().count() + if line.indented { 2 } else { 0 });
    let fits = |it: usize| (width.saturating_sub(RAGGED)..=width).contains(&it);
    let is_full = |line: &Line| fits(columns(line)) || fits(characters(line));
    // Where neither indents nor blank lines part paragraphs, a full line that ends a sentence ends one too.
    let parted = lines.iter().skip(1).any(|it| it.indented || it.after_blank);
    let mut joined: Vec<Line> = Vec::new();
    let mut open = false;
    for line in lines {
        let goes_on = open && !line.after_blank && !line.indented;
        let ends = ends_sentence(&line.text) && !parted;
        open = is_full(&line) && !ends && (goes_on || line.indented || has_marks(&line.text));
        match joined.last_mut().filter(|_| goes_on) {
            Some(last) => {
                let words = last.text.ends_with(|c: char| c.is_ascii_alphanumeric())
                    && line.text.starts_with(|c: char| c.is_ascii_alphanumeric());
                last.text.push_str(if words { " " } else { "" });
                last.text.push_str(&line.text);
                last.span.end = line.span.end;
                last.verbatim = false;
            }
            None => joined.push(line),
        }
    }
    joined
}

/// The width at which a text is wrapped, in columns: the one that most lines reach which hold the marks of
/// sentences, end none, and have more below them; `None` if those are not half of all lines with such marks.
fn wrap(lines: &[Line]) -> Option<usize> {
    /// Fewer lines are chance.
    const LEAST: usize = 4;
    let goes_on = |i: usize| lines.get(i + 1).is_some_and(|it| !it.after_blank && !it.indented);
    let mut counts = [0_usize; WIDEST_WRAP + 1];
    let mut with_marks = 0;
    for (i, line) in lines.iter().enumerate().filter(|(_, it)| has_marks(&it.text)) {
        with_marks += 1;
        let width = columns(line);
        if WRAPS.contains(&width) && !ends_sentence(&line.text) && goes_on(i) {
            counts[width] += 1;
        }
    }
    let reached = |width: usize| counts[width.saturating_sub(RAGGED)..=width].iter().sum::<usize>();
    let width = WRAPS.max_by_key(|width| (reached(*width), std::cmp::Reverse(*width)))?;
    (reached(width) >= LEAST && reached(width) * 2 >= with_marks).then_some(width)
}

/// The width of a line with its indent, which stands for two Han characters.
fn columns(line: &Line) -> usize {
    line.text.width() + if line.indented { 4 } else { 0 }
}

/// Whether a line holds the marks of sentences.
fn has_marks(text: &str) -> bool {
    text.contains(['，', '。', '、', '；', ',', '“', '「'])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_and_gaps() {
        let lines = split("甲\r\n\r\n\u{3000}\u{3000}乙 \r丙\n\n");
        let found: Vec<_> = lines
            .iter()
            .map(|it| (&*it.text, it.after_blank, it.indented, it.span.clone()))
            .collect();
        assert_eq!(
            found,
            [("甲", false, false, 0..3), ("乙", true, true, 13..16), ("丙", false, false, 18..21)]
        );
    }

    #[test]
    fn text_of_any_width_is_joined() {
        let paragraph = "记者昨天从港口了解到，这里新增了三条航线，每周的班次增加到12班，可以直达六个国家的十二个港口，当地企业的货物由此不必再绕道外地，一个集装箱省下两天时间。公司负责人说，明年还将再开两条新航线，把更多的货物留在本地，也让更多的船愿意停靠在这里过夜休整补给。";
        for (width, indent) in
            (28..=96).step_by(4).flat_map(|it| [(it, ""), (it, "\u{3000}\u{3000}")])
        {
            let mut raw = "港口的夜\n海岸日报2024年5月6日\n".to_owned();
            for _ in 0..3 {
                let mut line = indent.to_owned();
                for c in paragraph.chars() {
                    if format!("{line}{c}").width() > width {
                        raw.push_str(&line);
                        raw.push('\n');
                        line.clear();
                    }
                    line.push(c);
                }
                raw.push_str(&line);
                raw.push_str(if indent.is_empty() { "\n\n" } else { "\n" });
            }
            let lines = split(&raw);
            assert_eq!(lines.len(), 5, "{width} {indent:?}: {lines:#?}");
            assert!(lines[2..].iter().all(|it| it.text == paragraph), "{width}: {lines:#?}");
        }
    }

    #[test]
    fn wrapped_text_is_joined() {
        let raw = "港口的夜\n\n记者昨天从港口了解到，这里新增了三条航线，每周的班次增加到十二\n班，可以直达六个国家的十二个港口，当地企业的货物由此不必再绕道\n外地，一个集装箱省下两天时间。公司负责人说，明年还将再开两条新\n航线，把更多的货物留在本地，也让更多的船愿意停靠在这里过夜休整\n补给。\n";
        let lines = split(raw);
        assert_eq!(lines.len(), 2);
        assert!(lines[1].text.ends_with("过夜休整补给。"));
        assert_eq!(&raw[lines[1].span.clone()].lines().count(), &5);
    }
}

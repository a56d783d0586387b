//! Sentences.

use std::ops::Range;

use unicode_width::{UnicodeWidthChar, UnicodeWidthStr};

/// What ends a sentence.
const ENDS: [char; 5] = ['。', '！', '？', '!', '?'];

/// What may follow the end of a sentence and belongs to it.
const CLOSERS: [char; 9] = ['”', '’', '」', '』', '）', ')', '》', '"', '…'];

/// The first sentences of a text, as many as fit into `columns` (a Han character is two), one at least.
/// Where that one alone is too long it is cut at a comma, or anywhere, and ends in `……`.
///
/// ```
/// use digest_site::text::sentence::summary;
/// assert_eq!(summary("他说：“好。”然后走了。", 100), "他说：“好。”然后走了。");
/// assert_eq!(summary("他说：“好。”然后走了。", 12), "他说：“好。”");
/// assert_eq!(summary("一二三，四五六", 10), "一二三……");
/// ```
#[must_use]
pub fn summary(text: &str, columns: usize) -> String {
    let text = text.trim();
    let mut taken = 0;
    while let Some(length) = sentence_length(&text[taken..]) {
        if text[..taken + length].width() > columns {
            break;
        }
        taken += length;
    }
    if taken > 0 || text.width() <= columns {
        let end = if taken > 0 { taken } else { text.len() };
        return text[..end].trim_end().to_owned();
    }
    cut(text, columns)
}

/// The sentence around a stretch of a text, in bytes: from the end of the one before, or the head of the line, to
/// its own end or that of the line. One longer than `columns` is cut at commas on either side of the stretch.
///
/// ```
/// use digest_site::text::sentence::around;
/// let text = "前一句。他在青岛说：“好。”后一句。";
/// let at = text.find("青岛").expect("it stands there");
/// assert_eq!(&text[around(text, &(at..at + 6), 100)], "他在青岛说：“好。”");
/// ```
#[must_use]
pub fn around(text: &str, span: &Range<usize>, columns: usize) -> Range<usize> {
    match whole(text, span, columns) {
        Ok(whole) => whole,
        Err(too_long) => shortened(text, span, too_long, columns),
    }
}

/// The whole sentence around a stretch of a text, in bytes, as [`around`] gives it; one that is longer than `columns`,
/// or as much of it as was looked at, is no good result.
///
/// # Errors
/// The sentence, where it is too long.
pub fn whole(
    text: &str,
    span: &Range<usize>,
    columns: usize,
) -> Result<Range<usize>, Range<usize>> {
    // No more is looked at than may be shown: a character takes four bytes at most, and half a column at least.
    let reach = columns * 8;
    let from = text.floor_char_boundary(span.start.saturating_sub(reach));
    let to = text.floor_char_boundary((span.end + reach).min(text.len()));
    let before = &text[from..span.start];
    let ends = |c: char| c == '\n' || ENDS.contains(&c);
    let last =
        before.char_indices().rev().find(|(_, c)| ends(*c)).map_or(0, |(at, c)| at + c.len_utf8());
    let closers = before[last..].find(|c| !ENDS.contains(&c) && !CLOSERS.contains(&c));
    let start = from + last + closers.unwrap_or(0);
    let line_end = text[span.end..to].find('\n').map_or(to, |it| span.end + it);
    let tail = sentence_length(&text[span.end..line_end]).unwrap_or(0);
    let sentence = start..span.end + tail;
    if text[sentence.clone()].width() > columns {
        Err(sentence)
    } else {
        Ok(trimmed(text, sentence))
    }
}

/// A stretch without the blanks at its ends.
fn trimmed(text: &str, range: Range<usize>) -> Range<usize> {
    let inside = &text[range.clone()];
    let head = inside.len() - inside.trim_start().len();
    range.start + head..range.start + head + inside[head..].trim_end().len()
}

/// A long sentence as [`whole`] gives it, cut at commas on either side of a stretch of it.
#[must_use]
pub fn shortened(
    text: &str,
    span: &Range<usize>,
    sentence: Range<usize>,
    columns: usize,
) -> Range<usize> {
    let Range { start: mut sentence, mut end } = sentence;
    let side = columns.saturating_sub(text[span.clone()].width()) / 2;
    let comma = |c: char| matches!(c, '，' | '；' | '：' | ',' | ';');
    let before = &text[sentence..span.start];
    if before.width() > side {
        let mut width = 0;
        let fits = before.char_indices().rev().take_while(|(_, c)| {
            width += c.width().unwrap_or(0);
            width <= side
        });
        let from = fits.last().map_or(before.len(), |(at, _)| at);
        let cut = before[from..].find(comma).map_or(from, |it| from + it);
        sentence +=
            before[cut..].char_indices().find(|(_, c)| !comma(*c)).map_or(cut, |(at, _)| cut + at);
    }
    let behind = &text[span.end..end];
    if behind.width() > side {
        let mut width = 0;
        let fits = behind.char_indices().find(|(_, c)| {
            width += c.width().unwrap_or(0);
            width > side
        });
        let to = fits.map_or(behind.len(), |(at, _)| at);
        end = span.end + behind[..to].rfind(comma).unwrap_or(to);
    }
    trimmed(text, sentence..end)
}

/// The length in bytes of the first sentence, or of the rest if nothing ends it; `None` at the end.
fn sentence_length(text: &str) -> Option<usize> {
    if text.is_empty() {
        return None;
    }
    let Some(end) = text.find(ENDS) else {
        return Some(text.len());
    };
    let rest = &text[end..];
    Some(end + rest.find(|c| !ENDS.contains(&c) && !CLOSERS.contains(&c)).unwrap_or(rest.len()))
}

/// Cuts a long sentence at its last comma that fits, or at the last character that does.
fn cut(text: &str, columns: usize) -> String {
    const ELLIPSIS: &str = "……";
    let room = columns.saturating_sub(ELLIPSIS.width());
    let mut width = 0;
    let fits = text.char_indices().find(|(_, c)| {
        width += c.width().unwrap_or(0);
        width > room
    });
    let head = &text[..fits.map_or(text.len(), |(offset, _)| offset)];
    let head = head
        .rfind(['，', '；', '：', '、', ',', ';'])
        .filter(|at| *at > head.len() / 2)
        .map_or(head, |at| &head[..at]);
    format!("{head}{ELLIPSIS}")
}

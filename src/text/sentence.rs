//! Sentences.

use unicode_width::UnicodeWidthStr;

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
        width += c.to_string().width();
        width > room
    });
    let head = &text[..fits.map_or(text.len(), |(offset, _)| offset)];
    let head = head
        .rfind(['，', '；', '：', '、', ',', ';'])
        .filter(|at| *at > head.len() / 2)
        .map_or(head, |at| &head[..at]);
    format!("{head}{ELLIPSIS}")
}

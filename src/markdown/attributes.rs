//! Attributes of headings, as Zola and Hugo know them: `## 标题 {#qingdao .wide}`.
//!
//! In: the events of a body. Out: the same without such attributes; the id, if there is one, stands in the heading's
//! tag, other attributes go. What is in braces and holds neither `#id` nor `.class`, or a word besides, stays text.

use std::ops::Range;

use pulldown_cmark::{Event, Tag, TagEnd};

use super::body::Spanned;

/// Reads the attributes of all headings.
pub(super) fn read(markdown: &str, events: &mut Vec<Spanned<'_>>) {
    let mut start = None;
    let mut emptied = Vec::new();
    for at in 0..events.len() {
        match &events[at].0 {
            Event::Start(Tag::Heading { .. }) => start = Some(at),
            Event::End(TagEnd::Heading(_)) => {
                let Some(start) = start.take() else { continue };
                let Some(block) = block(markdown, &events[start + 1..at]) else { continue };
                let Some(found) = attributes(&markdown[block.clone()]) else { continue };
                if let Event::Start(Tag::Heading { id, .. }) = &mut events[start].0 {
                    *id = found.id.map(Into::into);
                }
                emptied.extend(cut(markdown, events, start..at, block.start));
            }
            _ => {}
        }
    }
    let mut emptied = emptied.into_iter().peekable();
    let mut at = 0;
    if emptied.peek().is_some() {
        events.retain(|_| {
            at += 1;
            emptied.next_if_eq(&(at - 1)).is_none()
        });
    }
}

/// Where the braces at the end of a heading stand in the Markdown.
fn block(markdown: &str, content: &[Spanned<'_>]) -> Option<Range<usize>> {
    let texts = content.iter().rev().take_while(
        |(event, span)| matches!(event, Event::Text(it) if **it == markdown[span.clone()]),
    );
    let mut end = None;
    for (_, span) in texts {
        let text = &markdown[span.clone()];
        if end.is_none() {
            end = text.trim_end().ends_with('}').then(|| span.start + text.trim_end().len());
        }
        let start = end.and(text.rfind('{'));
        let escaped = markdown[..span.start].ends_with('\\');
        if end.is_none() || escaped && start.is_none_or(|it| it == 0) {
            return None;
        }
        if let (Some(start), Some(end)) = (start, end) {
            return Some(span.start + start..end);
        }
    }
    None
}

/// What stands in braces.
struct Attributes {
    id: Option<String>,
}

/// Reads `{#id .class key="two words"}`.
fn attributes(block: &str) -> Option<Attributes> {
    let inner = block.strip_prefix('{')?.strip_suffix('}')?;
    let mut quoted = false;
    let words: Vec<&str> = inner
        .split(|c: char| {
            quoted ^= c == '"';
            c.is_whitespace() && !quoted
        })
        .filter(|it| !it.is_empty())
        .collect();
    let is_named = |word: &&str| word.len() > 1 && word.starts_with(['#', '.']);
    let is_attribute = |word: &str| is_named(&word) || word.find('=').is_some_and(|it| it > 0);
    if !words.iter().any(is_named) || !words.iter().all(|it| is_attribute(it)) {
        return None;
    }
    let id = words.iter().rev().find_map(|it| it.strip_prefix('#'));
    let id = id.map(|it| it.chars().filter(|c| is_of_id(*c)).collect::<String>());
    Some(Attributes { id: id.filter(|it| !it.is_empty()) })
}

/// Whether a character may stand in an id that was written by hand.
fn is_of_id(c: char) -> bool {
    c.is_alphanumeric() || matches!(c, '-' | '_')
}

/// Takes all from a place on out of a heading, and the spaces and closing `#`s before it. Returns the places of the
/// events that are empty now.
fn cut(
    markdown: &str,
    events: &mut [Spanned<'_>],
    heading: Range<usize>,
    from: usize,
) -> Vec<usize> {
    let is_atx = markdown[events[heading.start].1.clone()].trim_start().starts_with('#');
    let mut emptied = Vec::new();
    for at in (heading.start + 1..heading.end).rev() {
        let (event, span) = &mut events[at];
        match event {
            Event::Text(text) => {
                let kept = text.get(..from.saturating_sub(span.start)).unwrap_or(text).trim_end();
                let kept = if is_atx { without_closing(kept) } else { kept };
                if kept.is_empty() {
                    emptied.push(at);
                    continue;
                }
                span.end = span.start + kept.len();
                *text = kept.to_owned().into();
            }
            Event::SoftBreak => {
                emptied.push(at);
                continue;
            }
            _ => {}
        }
        break;
    }
    emptied.reverse();
    emptied
}

/// A heading without the `#`s that close it: `## 标题 ## {#a}`.
fn without_closing(text: &str) -> &str {
    let open = text.trim_end_matches('#');
    if open.ends_with(char::is_whitespace) { open.trim_end() } else { text }
}

#[cfg(test)]
mod tests {
    use crate::markdown::body::render;

    #[test]
    fn attributes_of_headings() {
        for (markdown, expected) in [
            ("## 标题 {#qingdao}", "<h2 id=\"qingdao\">标题</h2>"),
            ("## 标题{#qingdao}", "<h2 id=\"qingdao\">标题</h2>"),
            ("## 标题 {#青_岛-A_b}", "<h2 id=\"青_岛-A_b\">标题</h2>"),
            ("## 标题 {#a .b c=d e=\"f g\"}", "<h2 id=\"a\">标题</h2>"),
            ("## 标题 {.b}", "<h2 id=\"标题\">标题</h2>"),
            ("## 标题 { .b #a #c } ", "<h2 id=\"c\">标题</h2>"),
            ("## 标题 {#a} ##", "<h2 id=\"a\">标题</h2>"),
            ("## 标题 ## {#a}", "<h2 id=\"a\">标题</h2>"),
            ("## C# {#a}", "<h2 id=\"a\">C#</h2>"),
            ("## {#a}", "<h2 id=\"a\"></h2>"),
            ("## 标题 {#“a”/=b}", "<h2 id=\"ab\">标题</h2>"),
            ("## **标题** {#a}", "<h2 id=\"a\"><strong>标题</strong></h2>"),
            ("## **标题。**{#a**}", "<h2 id=\"a\"><strong>标题。</strong></h2>"),
            ("标题\n{#a}\n===", "<h2 id=\"a\">标题</h2>"),
            // No attributes.
            ("## 集合 {a}", "<h2 id=\"集合-a\">集合 {a}</h2>"),
            ("## 集合 {a=1}", "<h2 id=\"集合-a-1\">集合 {a=1}</h2>"),
            ("## 集合 {#a b}", "<h2 id=\"集合-a-b\">集合 {#a b}</h2>"),
            ("## 集合 {#}", "<h2 id=\"集合\">集合 {#}</h2>"),
            ("## 集合 {}", "<h2 id=\"集合\">集合 {}</h2>"),
            ("## 集合 \\{#a}", "<h2 id=\"集合-a\">集合 {#a}</h2>"),
            ("## 集合 {#a\\}", "<h2 id=\"集合-a\">集合 {#a}</h2>"),
            ("## 集合 `{#a}`", "<h2 id=\"集合-a\">集合 <code>{#a}</code></h2>"),
            ("## 集合 {#a} 后", "<h2 id=\"集合-a-后\">集合 {#a} 后</h2>"),
        ] {
            assert_eq!(render(markdown, "/").html.trim_end(), expected, "{markdown}");
        }
        assert_eq!(render("段落 {#a}", "/").html, "<p>段落 {#a}</p>\n");
    }

    #[test]
    fn attributes_are_not_text() {
        let body = render("## 标题 {#a}\n\n文", "/");
        assert_eq!((body.text.as_str(), body.headings[0].text.as_str()), ("标题\n文\n", "标题"));
    }
}

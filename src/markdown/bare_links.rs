//! Addresses in the text that nobody has marked as links: `https://a.cn/b`, `www.a.cn`.
//!
//! In: Markdown and its events. Out: where such addresses stand ([`find`]), then events with links ([`insert`]).
//! What stands in an address is no markup: `https://a.cn/__init__.py`. So the Markdown is parsed once more if one
//! holds such characters, with others in their place ([`shaped`]).
//!
//! Where an address ends, and what may stand before it, says [`bare_address`].

use std::borrow::Cow;
use std::ops::Range;

use pulldown_cmark::{CowStr, Event, LinkType, Tag, TagEnd};

use super::bare_address;
use super::body::Spanned;

/// What could be markup in an address.
const MARKUP: [char; 6] = ['*', '_', '~', '[', ']', '&'];

/// Where bare addresses stand in the text, in order.
pub(super) fn find(markdown: &str, events: &[Spanned<'_>]) -> Vec<Range<usize>> {
    let mut found = Vec::new();
    let mut closed = 0;
    // For each element that is open, where an address in it ends at the latest.
    let mut limits = vec![markdown.len()];
    let mut done = 0;
    for (event, span) in events {
        let limit = limits.last().copied().unwrap_or(markdown.len());
        match event {
            Event::Start(tag) => {
                closed += usize::from(is_closed(tag.to_end()));
                limits.push(limit.min(end_of_content(markdown, tag, span)));
            }
            Event::End(tag) => {
                closed -= usize::from(is_closed(*tag));
                limits.pop();
            }
            Event::Text(text) if closed == 0 && **text == markdown[span.clone()] => {
                let from = done.max(span.start);
                while let Some(link) = bare_address::next(markdown, done.max(from)..span.end, limit)
                {
                    done = link.end;
                    found.push(link);
                }
            }
            _ => {}
        }
    }
    found
}

/// Whether addresses in an element stay text.
fn is_closed(tag: TagEnd) -> bool {
    matches!(tag, TagEnd::Link | TagEnd::Image | TagEnd::CodeBlock)
}

/// Where an address in an element ends at the latest.
fn end_of_content(markdown: &str, tag: &Tag<'_>, span: &Range<usize>) -> usize {
    let delimiters = match tag {
        Tag::TableCell => 0,
        Tag::Strong => 2,
        Tag::Strikethrough if markdown[span.clone()].starts_with("~~") => 2,
        Tag::Emphasis | Tag::Strikethrough => 1,
        _ => return usize::MAX,
    };
    span.end - delimiters
}

/// The Markdown with a slash for all that could be markup in the addresses.
pub(super) fn shaped<'a>(markdown: &'a str, links: &[Range<usize>]) -> Cow<'a, str> {
    if !links.iter().any(|it| markdown[it.clone()].contains(MARKUP)) {
        return Cow::Borrowed(markdown);
    }
    let mut shape = String::with_capacity(markdown.len());
    let mut done = 0;
    for link in links {
        shape.push_str(&markdown[done..link.start]);
        shape.push_str(&markdown[link.clone()].replace(MARKUP, "/"));
        done = link.end;
    }
    shape.push_str(&markdown[done..]);
    Cow::Owned(shape)
}

/// Events with links around the addresses. One that turns out to stand in a link or in code gets none.
pub(super) fn insert<'a>(
    markdown: &'a str,
    events: Vec<Spanned<'a>>,
    links: &[Range<usize>],
) -> Vec<Spanned<'a>> {
    let mut out = Vec::with_capacity(events.len() + 3 * links.len());
    let mut closed = 0;
    let mut links = links.iter().peekable();
    for (event, span) in events {
        match &event {
            Event::Start(tag) => closed += usize::from(is_closed(tag.to_end())),
            Event::End(tag) => closed -= usize::from(is_closed(*tag)),
            Event::Text(text) if closed == 0 && **text == markdown[span.clone()] => {
                let mut done = span.start;
                while let Some(link) = links.next_if(|it| it.start < span.end) {
                    if link.start >= done && link.end <= span.end {
                        out.extend(piece(markdown, done..link.start));
                        out.extend(linked(markdown, link));
                        done = link.end;
                    }
                }
                out.extend(piece(markdown, done..span.end));
                continue;
            }
            _ => {}
        }
        out.push((event, span));
    }
    out
}

/// A stretch of the Markdown as text.
fn piece(markdown: &str, bytes: Range<usize>) -> Option<Spanned<'_>> {
    (!bytes.is_empty()).then(|| (Event::Text(markdown[bytes.clone()].into()), bytes))
}

/// An address as a link.
fn linked<'a>(markdown: &'a str, bytes: &Range<usize>) -> [Spanned<'a>; 3] {
    let written = &markdown[bytes.clone()];
    // Copied from HTML: a.cn/?b=1&amp;c=2
    let text: CowStr<'a> = if written.contains("&amp;") {
        written.replace("&amp;", "&").into()
    } else {
        written.into()
    };
    let scheme = if bare_address::is_www(written) { "http://" } else { "" };
    let tag = Tag::Link {
        link_type: LinkType::Autolink,
        dest_url: format!("{scheme}{text}").into(),
        title: CowStr::Borrowed(""),
        id: CowStr::Borrowed(""),
    };
    [Event::Start(tag), Event::Text(text), Event::End(TagEnd::Link)]
        .map(|event| (event, bytes.clone()))
}

#[cfg(test)]
mod tests {
    use crate::markdown::body::render;

    fn html(markdown: &str) -> String {
        render(markdown, "/").html
    }

    /// `<https://a.cn/>` as a link.
    fn link(address: &str) -> String {
        format!("<a href=\"{address}\">{address}</a>")
    }

    #[test]
    fn addresses_become_links() {
        for (markdown, expected) in [
            ("见https://a.cn/b。", format!("见{}。", link("https://a.cn/b"))),
            ("见 www.a.cn，", "见 <a href=\"http://www.a.cn\">www.a.cn</a>，".to_owned()),
            ("**https://a.cn/b**是", format!("<strong>{}</strong>是", link("https://a.cn/b"))),
            ("*见 https://a.cn/b*是", format!("<em>见 {}</em>是", link("https://a.cn/b"))),
            ("~~https://a.cn~~后", format!("<del>{}</del>后", link("https://a.cn"))),
            ("~https://a.cn~ 后", format!("<del>{}</del> 后", link("https://a.cn"))),
            ("https://a.cn/__init__.py", link("https://a.cn/__init__.py")),
            ("https://a.cn/*b*/~c~d *e*", format!("{} <em>e</em>", link("https://a.cn/*b*/~c~d"))),
            (
                "https://a.cn/[b](/c)",
                "<a href=\"https://a.cn/%5Bb%5D(/c)\">https://a.cn/[b](/c)</a>".to_owned(),
            ),
            ("_http://a.cn_", format!("<em>{}</em>", link("http://a.cn"))),
            (
                "https://a.cn/?b=1&c=2&amp;d=3&copy;。",
                "<a href=\"https://a.cn/?b=1&amp;c=2&amp;d=3\">https://a.cn/?b=1&amp;c=2&amp;d=3</a>©。"
                    .to_owned(),
            ),
            (
                "https://a.cn/wiki/青岛",
                "<a href=\"https://a.cn/wiki/%E9%9D%92%E5%B2%9B\">https://a.cn/wiki/青岛</a>".to_owned(),
            ),
            ("**“https://a.cn/_b_c”**后https://a.cn/_c_", format!(
                "<strong>“{}”</strong>后{}",
                link("https://a.cn/_b_c"),
                "<a href=\"https://a.cn/_c\">https://a.cn/_c</a>_"
            )),
        ] {
            assert_eq!(html(markdown), format!("<p>{expected}</p>\n"), "{markdown}");
        }
    }

    #[test]
    fn addresses_elsewhere_are_none() {
        for (markdown, links) in [
            ("[见 https://a.cn/b](/c)", 1),
            ("<https://a.cn>", 1),
            ("前 ![见 https://a.cn](/b.jpg) 后", 0),
            ("`https://a.cn`", 0),
            ("    https://a.cn", 0),
            ("```\nhttps://a.cn\n```", 0),
            ("<b title=\"https://a.cn\">", 0),
            ("## 题 {#a title=\"https://a.cn\"}", 0),
            ("[^a]\n\n[^a]: https://a.cn", 3),
        ] {
            assert_eq!(html(markdown).matches("<a ").count(), links, "{markdown}");
        }
        // With the inner link part of an address, the outer one is a link.
        assert_eq!(
            html("[见 https://a.cn/_b_/[c](/d) e](/f)"),
            "<p><a href=\"/f\">见 https://a.cn/_b_/[c](/d) e</a></p>\n"
        );
    }

    #[test]
    fn addresses_stay_in_their_cell() {
        let cells = |row: &str| html(&format!("| {row} |\n|---|---|\n"));
        assert!(
            cells("https://a.cn/b|c")
                .contains(&format!("<th>{}</th><th>c</th>", link("https://a.cn/b")))
        );
        assert!(cells("https://a.cn/_b_\\|c | d").contains("/_b</a>_|c</th><th>d</th>"));
    }

    #[test]
    fn names_in_addresses_are_not_linked() {
        let body = render("见 https://a.cn/青岛 青岛", "/");
        let places: Vec<_> =
            body.text.match_indices("青岛").map(|(at, name)| at..at + name.len()).collect();
        let linkable: Vec<bool> = body.in_html(&places).iter().map(Option::is_some).collect();
        assert_eq!(linkable, [false, true]);
        assert!(body.links.is_empty());
    }
}

//! Marks in Markdown that its parser sees and nobody else.
//!
//! In: Markdown and places in it. Out: the same with a rare punctuation character, the mark, at these places; then
//! the events that were read there, without the marks, and each at its place in the Markdown that was written.

use std::borrow::Cow;

use pulldown_cmark::{CodeBlockKind, CowStr, Event, Tag};

use super::body::Spanned;

/// Rare punctuation (general category Po), of which one is the mark that the Markdown does not hold.
const MARKS: [char; 5] = ['\u{16fe2}', '\u{1bc9f}', '\u{11fff}', '\u{12474}', '\u{10a7f}'];

/// The bytes of each of them.
const MARK_LENGTH: usize = 4;

/// Markdown with marks.
pub(super) struct Marked<'a> {
    /// The Markdown as it is to be parsed.
    pub(super) text: Cow<'a, str>,
    mark: char,
    /// Where the marks stand in it, in bytes.
    places: Vec<usize>,
}

/// Puts marks at places, which are in order. If the Markdown holds all the marks there are, it stays as it is.
pub(super) fn mark<'a>(markdown: &'a str, places: &[usize]) -> Marked<'a> {
    let text = Cow::Borrowed(markdown);
    let mark = MARKS.into_iter().find(|it| !places.is_empty() && !holds(markdown, *it));
    let Some(mark) = mark else { return Marked { text, mark: MARKS[0], places: Vec::new() } };
    let mut text = String::with_capacity(markdown.len() + places.len() * MARK_LENGTH);
    let mut marks = Vec::with_capacity(places.len());
    let mut done = 0;
    for place in places {
        text.push_str(&markdown[done..*place]);
        marks.push(text.len());
        text.push(mark);
        done = *place;
    }
    text.push_str(&markdown[done..]);
    Marked { text: Cow::Owned(text), mark, places: marks }
}

/// Whether Markdown holds a character, as it is or by its number.
pub(super) fn holds(markdown: &str, c: char) -> bool {
    markdown.contains(c) || markdown.split("&#").skip(1).any(|it| is_number_of(it, c))
}

/// Whether a character is meant by what follows `&#`: `x16fe2; …`, `94178; …`.
pub(super) fn is_number_of(reference: &str, c: char) -> bool {
    let number = reference.split(';').next().unwrap_or_default();
    let number = match number.strip_prefix(['x', 'X']) {
        Some(number) => u32::from_str_radix(number, 16),
        None => number.parse(),
    };
    number == Ok(u32::from(c))
}

impl Marked<'_> {
    /// An event as it would be without the marks; none if it is nothing but marks. Text that stands as it is in the
    /// Markdown is taken from there, for the text that was parsed may differ from it in more than marks.
    pub(super) fn unmark<'a>(
        &self,
        markdown: &'a str,
        (event, span): Spanned<'_>,
    ) -> Option<Spanned<'a>> {
        let bytes = self.in_markdown(span.start)..self.in_markdown(span.end);
        let text = |text: CowStr<'_>| {
            if *text == self.text[span.clone()] {
                CowStr::Borrowed(&markdown[bytes.clone()])
            } else {
                self.strip(text)
            }
        };
        let event = match event {
            Event::Text(it) => Event::Text(text(it)),
            Event::Html(it) => Event::Html(text(it)),
            Event::InlineHtml(it) => Event::InlineHtml(text(it)),
            Event::Code(it) => Event::Code(self.strip(it)),
            Event::FootnoteReference(it) => Event::FootnoteReference(self.strip(it)),
            Event::Start(tag) => Event::Start(self.strip_tag(tag)),
            other => other.into_static(),
        };
        let is_empty = matches!(&event, Event::Text(it) if it.is_empty()) && !span.is_empty();
        (!is_empty).then_some((event, bytes))
    }

    /// Where a byte of the marked text stands in the Markdown.
    fn in_markdown(&self, byte: usize) -> usize {
        byte - MARK_LENGTH * self.places.partition_point(|it| *it < byte)
    }

    fn strip(&self, text: CowStr<'_>) -> CowStr<'static> {
        if !self.places.is_empty() && text.contains(self.mark) {
            return text.replace(self.mark, "").into();
        }
        text.into_static()
    }

    fn strip_tag(&self, tag: Tag<'_>) -> Tag<'static> {
        match tag {
            Tag::Link { link_type, dest_url, title, id } => Tag::Link {
                link_type,
                dest_url: self.strip(dest_url),
                title: self.strip(title),
                id: self.strip(id),
            },
            Tag::Image { link_type, dest_url, title, id } => Tag::Image {
                link_type,
                dest_url: self.strip(dest_url),
                title: self.strip(title),
                id: self.strip(id),
            },
            Tag::CodeBlock(CodeBlockKind::Fenced(info)) => {
                Tag::CodeBlock(CodeBlockKind::Fenced(self.strip(info)))
            }
            Tag::FootnoteDefinition(label) => Tag::FootnoteDefinition(self.strip(label)),
            other => other.into_static(),
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::markdown::body::render_with;
    use crate::markdown::extensions::Extensions;

    /// With emphasis beside Chinese punctuation or without, and nothing that depends on the text.
    fn extensions(chinese_emphasis: bool) -> Extensions {
        Extensions {
            chinese_emphasis,
            tables: true,
            strikethrough: true,
            footnotes: true,
            ..Extensions::NONE
        }
    }

    fn html(markdown: &str) -> String {
        render_with(markdown, "/", extensions(true)).html
    }

    #[test]
    fn marks_are_taken_out_everywhere() {
        for (markdown, expected) in [
            ("<b title=青**！>x</b>", "<p><b title=青**！>x</b></p>\n"),
            ("<div>\n青**！", "<div>\n青**！"),
            (
                "```青**！\n青**！\n```",
                "<pre><code class=\"language-青**！\">青**！\n</code></pre>\n",
            ),
            ("    青**！", "<pre><code>青**！</code></pre>\n"),
            (
                "[a](/**！青 \"青**！\")",
                "<p><a href=\"/**%EF%BC%81%E9%9D%92\" title=\"青**！\">a</a></p>\n",
            ),
            ("[青**！]\n\n[青**！]: /b**！", "<p><a href=\"/b**%EF%BC%81\">青**！</a></p>\n"),
            ("![青**！](/a)", "<p><img src=\"/a\" alt=\"青**！\" /></p>\n"),
            (
                "<https://a.cn/青**！>",
                "<p><a href=\"https://a.cn/%E9%9D%92**%EF%BC%81\">https://a.cn/青**！</a></p>\n",
            ),
        ] {
            assert_eq!(html(markdown), expected, "{markdown}");
        }
        assert!(html("甲[^青**！]\n\n[^青**！]: 注").contains("id=\"fn-1\""));
    }

    #[test]
    fn the_marks_themselves_come_through() {
        let all: String = MARKS.iter().collect();
        for (held, expected) in [
            (&all[..MARK_LENGTH], "<strong>“a”</strong>后"),
            (&all[MARK_LENGTH..], "<strong>“a”</strong>后"),
            (&all[..], "**“a”**后"),
        ] {
            assert_eq!(
                html(&format!("{held} 前**“a”**后")),
                format!("<p>{held} 前{expected}</p>\n")
            );
        }
        for number in ["&#x16fe2;", "&#X016FE2;", "&#94178;"] {
            assert_eq!(
                html(&format!("{number}[a](/b \"{number}\")**“a”**后")),
                "<p>\u{16fe2}<a href=\"/b\" title=\"\u{16fe2}\">a</a><strong>“a”</strong>后</p>\n"
            );
        }
        let shaped = render_with("`\u{16fe2}` https://a.cn/_b_", "/", Extensions::ALL).html;
        assert!(shaped.contains("<code>\u{16fe2}</code>"), "{shaped}");
    }

    #[test]
    fn links_stand_where_they_are_written() {
        let markdown = "**“甲”**乙**“丙”**[丁](/a/)**（戊）**己[庚](/b/)";
        let spans = render_with(markdown, "/", extensions(true)).links;
        let spans: Vec<&str> = spans.iter().map(|it| &markdown[it.span.clone()]).collect();
        assert_eq!(spans, ["[丁](/a/)", "[庚](/b/)"]);
    }

    /// Markdown of which the marks may change nothing but emphasis.
    fn markdown() -> impl Strategy<Value = String> {
        let parts = vec![
            "青",
            "岛",
            "a",
            "“",
            "”",
            "（",
            "）",
            "(",
            "。",
            "*",
            "**",
            "***",
            "~~",
            "_",
            " ",
            "\n",
            "\n\n",
            "> ",
            "- ",
            "`",
            "`c`",
            "\\",
            "[",
            "](/青**！",
            ")",
            "![",
            "<b>",
            "<!--",
            "-->",
            "&amp;",
            "|",
            "\n|-|-|\n",
            "# ",
            "[^a]",
            "\n[^a]: ",
            "\n[b]: /**！青\n",
            "[b]",
            "```",
            "    ",
            "\u{16fe2}",
            "&#x16fe2;",
            "\u{1bc9f}",
        ];
        prop::collection::vec(prop::sample::select(parts), 1..16).prop_map(|it| it.concat())
    }

    /// HTML without emphasis and its delimiters.
    fn without_emphasis(html: &str) -> String {
        let mut html = html.to_owned();
        for tag in ["em", "strong", "del"] {
            html = html.replace(&format!("<{tag}>"), "").replace(&format!("</{tag}>"), "");
        }
        html.replace(['*', '_', '~'], "")
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(2_000))]

        #[test]
        fn all_but_emphasis_stays(markdown in markdown()) {
            let on = render_with(&markdown, "/", extensions(true));
            let off = render_with(&markdown, "/", extensions(false));
            prop_assert_eq!(without_emphasis(&on.html), without_emphasis(&off.html));
            prop_assert_eq!(on.links, off.links);
        }
    }
}

//! Line breaks between Chinese characters, which would show as spaces.
//!
//! In: the events of a body. Out: for each whether it is a line break that goes. It goes if the nearest characters
//! before and behind it are Chinese or Japanese, marks of emphasis or links between them or not. Quotation marks,
//! dashes and ellipses, which Latin script has too, are looked past: 他说“好”⏎——大家笑了. A break beside Latin
//! letters, digits, pictures or HTML stays a space; so does one beside Hangul, which has spaces.

use pulldown_cmark::{Event, Tag, TagEnd};

use super::body::Spanned;
use super::flank::is_cjk;

/// What stands beside a line break.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Side {
    /// Nothing but what both scripts have.
    Open,
    Chinese,
    Other,
}

/// For each event whether it is a line break that goes.
pub(super) fn joined(events: &[Spanned<'_>]) -> Vec<bool> {
    let mut joined = vec![false; events.len()];
    if !events.iter().any(|(event, _)| *event == Event::SoftBreak) {
        return joined;
    }
    let mut before = Side::Open;
    let mut befores = Vec::with_capacity(events.len());
    for (event, _) in events {
        befores.push(before);
        before = passed(event, before, |text| side(text.chars().rev()));
    }
    let mut behind = Side::Open;
    for (at, (event, _)) in events.iter().enumerate().rev() {
        let sides = (befores[at], behind);
        joined[at] = *event == Event::SoftBreak
            && matches!(
                sides,
                (Side::Chinese, Side::Chinese | Side::Open) | (Side::Open, Side::Chinese)
            );
        behind = passed(event, behind, |text| side(text.chars()));
    }
    joined
}

/// What a line break sees that looks at an event, and past it if it says nothing.
fn passed(event: &Event<'_>, past: Side, look: impl Fn(&str) -> Side) -> Side {
    match event {
        Event::Text(text) | Event::Code(text) => match look(text) {
            Side::Open => past,
            found => found,
        },
        Event::Html(_)
        | Event::InlineHtml(_)
        | Event::Start(Tag::Image { .. })
        | Event::End(TagEnd::Image) => Side::Other,
        Event::Start(tag) if is_block(tag.to_end()) => Side::Open,
        Event::End(tag) if is_block(*tag) => Side::Open,
        Event::Rule | Event::HardBreak => Side::Open,
        _ => past,
    }
}

/// What a text begins with, from the side from which it is read.
fn side(mut text: impl Iterator<Item = char>) -> Side {
    let first = text.find(|c| !matches!(c, '\u{2013}'..='\u{201f}' | '…' | '·'));
    first.map_or(Side::Open, |c| if is_wide(c) { Side::Chinese } else { Side::Other })
}

/// Whether a character is Chinese or Japanese.
fn is_wide(c: char) -> bool {
    let is_hangul = matches!(c,
        '\u{1100}'..='\u{11ff}' | '\u{3131}'..='\u{318e}' | '\u{a960}'..='\u{a97c}' | '\u{ac00}'..='\u{d7fb}'
        | '\u{ffa0}'..='\u{ffdc}');
    is_cjk(c) && !is_hangul
}

/// Whether an element is a block of its own.
pub(super) fn is_block(tag: TagEnd) -> bool {
    !matches!(
        tag,
        TagEnd::Emphasis
            | TagEnd::Strong
            | TagEnd::Strikethrough
            | TagEnd::Superscript
            | TagEnd::Link
            | TagEnd::Image
    )
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use crate::markdown::body::render;

    #[test]
    fn breaks_between_chinese_characters_go() {
        for (markdown, expected) in [
            ("青\n岛", "青岛"),
            ("青，\n岛", "青，岛"),
            ("**青**\n岛", "<strong>青</strong>岛"),
            ("青\n**岛**", "青<strong>岛</strong>"),
            ("**青\n岛**", "<strong>青岛</strong>"),
            ("[青](https://a.cn)\n~~岛~~", "<a href=\"https://a.cn\">青</a><del>岛</del>"),
            ("`青`\n岛", "<code>青</code>岛"),
            ("他说“好”\n“不好”", "他说“好”“不好”"),
            ("“\n好”", "“好”"),
            ("好。\n——青岛", "好。——青岛"),
            ("好……\n青岛", "好……青岛"),
            ("-{青}-\n岛", "<span class=\"as-written\">青</span>岛"),
            ("コ\nト", "コト"),
            // Others stay.
            ("青\nA", "青\nA"),
            ("5\n个", "5\n个"),
            ("`x`\n青", "<code>x</code>\n青"),
            ("“foo”\n“bar”", "“foo”\n“bar”"),
            ("foo —\n青", "foo —\n青"),
            ("青<b>\n岛", "青&lt;b&gt;\n岛"),
            ("青  \n岛", "青<br />\n岛"),
            ("한\n국", "한\n국"),
        ] {
            let body = render(markdown, "/");
            assert_eq!(body.html, format!("<p>{expected}</p>\n"), "{markdown}");
        }
    }

    #[test]
    fn breaks_beside_pictures_and_notes() {
        let html = |markdown: &str| render(markdown, "/").html;
        assert!(html("青\n![图](/a.jpg)\n岛").contains("青\n<img"));
        assert!(html("青\n![图](/a.jpg)\n岛").contains("/>\n岛"));
        assert!(html("青岛[^a]\n是\n\n[^a]: 注").contains("</sup>是"));
        assert!(html("> 青\n> 岛").contains("青岛"));
        assert!(html("- 青\n  岛\n- 市").contains("<li>青岛</li>"));
        assert!(html("![青\n岛](/a.jpg)").contains("alt=\"青岛\""));
    }

    /// Lines of a paragraph.
    fn lines() -> impl Strategy<Value = String> {
        let parts = vec![
            "青",
            "岛",
            "a",
            "5",
            "，",
            "“",
            "”",
            "——",
            "**青**",
            "*a*",
            "~~“~~",
            "[岛](/a)",
            "`c`",
            "`青`",
            "-{",
            "}-",
            "コ",
            "한",
            "\n",
            "\n",
            "\n",
            "  \n",
        ];
        prop::collection::vec(prop::sample::select(parts), 1..12).prop_map(|it| it.concat())
    }

    /// What a reader sees of HTML, without empty lines.
    fn shown(html: &str) -> String {
        let html = html.replace("<br />\n", "\r").replace("</p>\n", "\r").replace('\n', " ");
        let pieces = html.split('<').enumerate();
        let text =
            pieces.map(
                |(at, it)| if at == 0 { it } else { &it[it.find('>').map_or(0, |end| end + 1)..] },
            );
        let text: String = text.collect();
        let lines: Vec<&str> = text.split('\r').filter(|it| !it.is_empty()).collect();
        lines.iter().flat_map(|it| [*it, "\n"]).collect()
    }

    proptest! {
        #[test]
        fn the_text_is_what_the_page_shows(lines in lines()) {
            let body = render(&lines, "/");
            prop_assert_eq!(&body.text, &shown(&body.html), "{}", body.html);
        }
    }
}

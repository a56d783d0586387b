//! The body of a Markdown file → HTML.
//!
//! In: Markdown and the site's base path. Out: a [`Body`]. The steps, each with its switch in [`Extensions`]:
//! 1. parse, with emphasis beside Chinese punctuation, attributes of headings, bare links, and marks for what is
//!    never converted between scripts (`parse`);
//! 2. put the notes at the end (`footnotes`);
//! 3. drop line breaks between Chinese characters, which would show as spaces (`breaks`);
//! 4. collect the text, and mark what of it may be linked (`text`);
//! 5. make raw HTML plain text and take the address from links that are not web, mail or site addresses
//!    (`harmless`);
//! 6. a paragraph that is only an image becomes a figure; without an address it is a caption whose picture
//!    is missing (`figures`); such an image elsewhere is its text, and so is such a link;
//! 7. give headings an id, and the first level to the page's title alone (`ids`).
//!
//! With none of them, the HTML is that of CommonMark. No address is looked up here: the links are handed on as data.

use std::ops::Range;

use pulldown_cmark::Event;

use super::extensions::Extensions;
use super::harmless::Addresses;
use super::text::{PlainText, Run, keep_right, without_marks, without_own_marks};
use super::{as_written, breaks, clean, figures, footnotes, harmless, ids, parse};
use crate::config::Config;

/// A body, rendered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Body {
    /// The HTML, ready for a page.
    pub html: String,
    /// The text a reader sees, a line for each block and the notes last; captions are not in it.
    pub text: String,
    /// How many characters the text has, spaces apart.
    pub characters: usize,
    /// The headings in order.
    pub headings: Vec<Heading>,
    /// The links into the site, as written.
    pub links: Vec<Link>,
    /// The links that were taken away, for what they name could run something.
    pub unsafe_links: Vec<Link>,
    /// The captions of pictures.
    pub captions: Vec<String>,
    /// The stretches of `text` that may be linked, in order.
    pub runs: Vec<Run>,
    /// The stretches of `text` that are never converted between scripts, in order.
    pub as_written: Vec<Range<usize>>,
}

/// A heading.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct Heading {
    /// 2–6.
    pub level: u8,
    /// The anchor.
    pub id: String,
    /// The text.
    pub text: String,
}

/// A link to another page of the site.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Link {
    /// The address as written: `/about/`, `../b/#c`.
    pub target: String,
    /// Where the link stands, in bytes of the Markdown that was rendered.
    pub span: Range<usize>,
}

/// An event and where it comes from.
pub(super) type Spanned<'a> = (Event<'a>, Range<usize>);

/// Renders a body; links from `/` on are put below `base_path`.
#[must_use]
pub fn render(markdown: &str, base_path: &str) -> Body {
    render_with(markdown, base_path, Extensions::ALL)
}

/// Renders a body as a site wants it.
#[must_use]
pub fn render_for(config: &Config, markdown: &str) -> Body {
    let on = Extensions { html_as_text: !config.raw_html, ..Extensions::ALL };
    render_with(markdown, &config.base_url.path, on)
}

/// Renders a body with some of the extensions.
#[must_use]
pub fn render_with(markdown: &str, base_path: &str, on: Extensions) -> Body {
    let markdown = &without_own_marks(markdown);
    let events = footnotes::at_the_end(parse::events(markdown, on));
    let (mut events, plain) = read_text(events, on);
    let PlainText { text, captions, mut runs, as_written, .. } = plain;
    let has_html = on.clean_html && events.iter().any(|it| is_html(&it.0));
    let on = Extensions { base_path: on.base_path && !has_html, ..on };
    let addresses = harmless::make(&mut events, base_path, on);
    if on.figures {
        events = figures::make(events);
    }
    if on.safe_addresses {
        events = harmless::without_empty(events);
    }
    let headings = ids::give(&mut events, on);
    as_written::to_html(&mut events);
    let events = footnotes::to_html(events).into_iter().map(|(event, _)| event);
    let html = html(events, markdown.len() * 3 / 2);
    let html = if on.tables { in_boxes(aligned(html)) } else { html };
    let html = if has_html {
        clean::clean(&html, base_path, &headings.iter().map(|it| it.id.as_str()).collect())
    } else {
        html
    };
    let html = without_marks(&html, &mut runs);
    if has_html {
        keep_right(&mut runs, &text, &html);
    }
    let Addresses { inside: links, taken_away: unsafe_links } = addresses;
    let characters = text.chars().filter(|c| !c.is_whitespace()).count();
    Body { html, text, characters, headings, links, unsafe_links, captions, runs, as_written }
}

impl Body {
    /// Forgets the text, of which the page shows the HTML alone, and what is known of stretches of it.
    pub fn forget_text(&mut self) {
        self.text = String::new();
        self.runs = Vec::new();
        self.as_written = Vec::new();
        self.html.shrink_to_fit();
    }
}

/// Collects the text of a body, and drops the line breaks that are none.
fn read_text(events: Vec<Spanned<'_>>, on: Extensions) -> (Vec<Spanned<'_>>, PlainText) {
    let joined = if on.joined_lines { breaks::joined(&events) } else { vec![false; events.len()] };
    let mut plain = PlainText::new(on.html_as_text);
    let mut kept = Vec::with_capacity(events.len());
    for (event, joined) in events.into_iter().zip(joined) {
        if joined {
            plain.new_line();
        } else {
            kept.push(plain.read(event));
        }
    }
    (kept, plain)
}

/// Whether an event is HTML that is followed.
fn is_html(event: &Event<'_>) -> bool {
    matches!(event, Event::Html(_) | Event::InlineHtml(_))
}

fn html<'a>(events: impl Iterator<Item = Event<'a>>, capacity: usize) -> String {
    let mut html = String::with_capacity(capacity);
    pulldown_cmark::html::push_html(&mut html, events);
    html
}

/// Cells of tables say by a class how they are aligned, for a strict policy allows no styles in attributes. Text has no
/// `<` in HTML, so these are tags.
fn aligned(html: String) -> String {
    if !html.contains(" style=\"text-align: ") {
        return html;
    }
    let cell = |html: String, tag: &str| {
        html.replace(&format!("<{tag} style=\"text-align: "), &format!("<{tag} class=\"align-"))
    };
    ["th", "td"].into_iter().fold(html, cell)
}

/// Tables stand in a box of their own, so that a wide one moves sideways on a narrow screen, by the keyboard too.
fn in_boxes(html: String) -> String {
    if !html.contains("<table>") {
        return html;
    }
    let start = "<section class=\"scroll\" aria-label=\"表格\" tabindex=\"0\"><table>";
    html.replace("<table>", start).replace("</table>", "</table></section>")
}

/// A text as HTML, in an attribute too.
pub(super) fn escape(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}

#[cfg(test)]
mod tests {
    use super::super::text::linked as linked_html;
    use super::*;

    fn html(markdown: &str) -> String {
        render(markdown, "/repo/").html
    }

    #[test]
    fn blocks() {
        assert_eq!(html("第一行，\n第二行\nabc\ndef"), "<p>第一行，第二行\nabc\ndef</p>\n");
        assert_eq!(
            html("# 一\n\n## 一\n\n### “二”,三"),
            "<h2 id=\"一\">一</h2>\n<h2 id=\"一-2\">一</h2>\n<h3 id=\"二-三\">“二”,三</h3>\n"
        );
    }

    #[test]
    fn cells() {
        assert!(
            html("| a | b |\n|--:|:-:|\n| 1 | 2 |")
                .contains("<td class=\"align-right\">1</td><td class=\"align-center\">2</td>")
        );
        assert!(html("`<td style=\"text-align: x`").contains("style="));
    }

    #[test]
    fn captions() {
        assert_eq!(
            html("![韩某。](<> \"图/某报\")"),
            "<figure><figcaption>韩某。<span class=\"credit\">图/某报</span></figcaption></figure>\n"
        );
        assert_eq!(
            html("![A<b>](/a.jpg)"),
            "<figure><img src=\"/repo/a.jpg\" alt=\"A&lt;b&gt;\" loading=\"lazy\"><figcaption>A&lt;b&gt;</figcaption></figure>\n"
        );
        assert_eq!(render("前。\n\n![图注](<>)\n\n后。", "/").text, "前。\n后。\n");
        assert_eq!(html("前![图注](<> \"图/某\")后"), "<p>前图注后</p>\n");
    }

    #[test]
    fn nothing_harmful_comes_through() {
        assert_eq!(html("<script>alert(1)</script>"), "&lt;script&gt;alert(1)&lt;/script&gt;");
        assert_eq!(
            html("[a](javascript:alert(1)) [b](JaVa\tscript:x) [c](data:text/html,x)")
                .matches("<a ")
                .count(),
            0
        );
        assert_eq!(
            html("![x](javascript:alert(1))"),
            "<figure><figcaption>x</figcaption></figure>\n"
        );
        assert!(html("[a](https://b.cn/?x=1&y)").contains("href=\"https://b.cn/?x=1&amp;y\""));
    }

    #[test]
    fn stretches_of_text_are_linked() {
        let linked = |markdown: &str, name: &str| {
            let body = render(markdown, "/");
            let at = body.text.find(name).expect("the name stands there");
            let span = body.in_html(std::slice::from_ref(&(at..at + name.len()))).remove(0);
            linked_html(&body.html, span.into_iter().map(|it| (it, "place", "/x/")))
        };
        let link = |name: &str| format!("<a class=\"place\" href=\"/x/\">{name}</a>");
        assert_eq!(
            linked("a & <b> 在青岛。", "青岛"),
            format!("<p>a &amp; &lt;b&gt; 在{}。</p>\n", link("青岛"))
        );
        assert_eq!(
            linked("在**青岛**", "青岛"),
            format!("<p>在<strong>{}</strong></p>\n", link("青岛"))
        );
        assert_eq!(linked("在青\n岛市", "青岛"), format!("<p>在{}市</p>\n", link("青岛")));
        assert_eq!(linked("| 青岛 |\n|---|\n| 1 |", "青岛").matches("<a ").count(), 1);
        for closed in [
            "## 青岛",
            "`青岛`",
            "[青岛](/a/)",
            "    青岛",
            "> 好。\n>\n> —— 某人，青岛",
            "青**岛**",
            "[见青岛](https://a.cn/)",
        ] {
            assert_eq!(linked(closed, "青岛").matches("\"/x/\"").count(), 0, "{closed}");
        }
        assert_eq!(linked("> 在青岛。", "青岛").matches("<a ").count(), 1);
        for marked in [
            "`\u{fdd0}` 在青岛",
            "![\u{fdd0}](/a.jpg)青岛",
            "<b title=\"\u{fdd0}\">青岛",
            "[x](https://a.cn \"\u{fdd1}\")青岛",
        ] {
            assert_eq!(linked(marked, "青岛").matches("<a class").count(), 1, "{marked}");
        }
        assert_eq!(linked("“好。”——青岛某人", "青岛").matches("<a ").count(), 0);
        assert_eq!(linked("> —— 某人\n\n- 青岛", "青岛").matches("<a ").count(), 1);
        assert_eq!(render("![青岛港](<>)", "/").captions, ["青岛港"]);
    }

    #[test]
    fn links_into_the_site() {
        let body =
            render("见[青岛](/cities/qingdao/)和[外](//evil.cn/x)[下](#x)[邻](../b/)", "/repo/");
        assert!(body.html.contains("href=\"/repo/cities/qingdao/\""));
        let targets: Vec<&str> = body.links.iter().map(|it| it.target.as_str()).collect();
        assert_eq!(
            (targets, body.links[0].span.clone()),
            (vec!["/cities/qingdao/", "../b/"], 3..29)
        );
    }
}

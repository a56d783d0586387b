//! The body of a Markdown file → HTML.
//!
//! In: Markdown and the site's base path. Out: a [`Body`]. The steps:
//! 1. parse with pulldown-cmark (tables, footnotes, strikethrough);
//! 2. collect the text, and mark what of it may be linked;
//! 3. make raw HTML plain text and take the address from links that are not web, mail or site addresses;
//! 4. a paragraph that is only an image becomes a figure; without an address it is a caption whose picture
//!    is missing; such an image elsewhere is its text;
//! 5. drop line breaks between Chinese characters, which would show as spaces;
//! 6. give headings an id, and the first level to the page's title alone.
//!
//! No address is looked up here: the links are handed on as data.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;

use pulldown_cmark::{CowStr, Event, HeadingLevel, LinkType, Options, Parser, Tag, TagEnd};

use super::text::{MARKS, PlainText, Run, without_marks};
use crate::text::is_han;

/// A body, rendered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Body {
    /// The HTML, ready for a page.
    pub html: String,
    /// The text a reader sees, a line for each block; captions are not in it.
    pub text: String,
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

/// What an address may begin with; others could run something.
const SCHEMES: [&str; 4] = ["http", "https", "mailto", "tel"];

/// Ids that the built-in templates use on the page of an article.
const TEMPLATE_IDS: [&str; 2] = ["content", "contents"];

/// An event and where it comes from.
pub(super) type Spanned<'a> = (Event<'a>, Range<usize>);

/// Renders a body; links from `/` on are put below `base_path`.
#[must_use]
pub fn render(markdown: &str, base_path: &str) -> Body {
    let options =
        Options::ENABLE_TABLES | Options::ENABLE_FOOTNOTES | Options::ENABLE_STRIKETHROUGH;
    // The marks of step 2 stand nowhere else. U+FFFD is as long as they are, so offsets stay.
    let clean = markdown.contains(MARKS).then(|| markdown.replace(MARKS, "\u{fffd}"));
    let markdown = clean.as_deref().unwrap_or(markdown);
    let events: Vec<Spanned<'_>> = Parser::new_ext(markdown, options).into_offset_iter().collect();
    let mut plain = PlainText::default();
    let events: Vec<Spanned<'_>> = events.into_iter().map(|it| plain.read(it)).collect();
    let PlainText { text, captions, mut runs, .. } = plain;
    let mut addresses = Addresses::default();
    let events: Vec<Spanned<'_>> =
        events.into_iter().map(|event| harmless(event, base_path, &mut addresses)).collect();
    let mut headings = Vec::new();
    let events = with_ids(join_lines(figures(&events)), &mut headings);
    let mut html = String::with_capacity(markdown.len() * 3 / 2);
    pulldown_cmark::html::push_html(&mut html, events.into_iter());
    let html = without_marks(&html, &mut runs);
    let Addresses { inside: links, taken_away: unsafe_links } = addresses;
    Body { html, text, headings, links, unsafe_links, captions, runs }
}

/// The addresses of a body.
#[derive(Default)]
struct Addresses {
    inside: Vec<Link>,
    taken_away: Vec<Link>,
}

/// Raw HTML becomes text, addresses that could do harm go, those of the site are noted and completed.
fn harmless<'a>(
    (event, span): Spanned<'a>,
    base_path: &str,
    addresses: &mut Addresses,
) -> Spanned<'a> {
    let mut address = |written: CowStr<'a>| addresses.read(written, &span, base_path);
    let event = match event {
        Event::Html(html) | Event::InlineHtml(html) => Event::Text(html),
        Event::Start(Tag::Link { link_type, dest_url, title, id })
            if link_type != LinkType::Email =>
        {
            Event::Start(Tag::Link { link_type, dest_url: address(dest_url), title, id })
        }
        Event::Start(Tag::Image { link_type, dest_url, title, id }) => {
            Event::Start(Tag::Image { link_type, dest_url: address(dest_url), title, id })
        }
        other => other,
    };
    (event, span)
}

impl Addresses {
    /// An address as it stands in the page; empty if it is taken away.
    fn read<'a>(
        &mut self,
        written: CowStr<'a>,
        span: &Range<usize>,
        base_path: &str,
    ) -> CowStr<'a> {
        let link = || Link { target: written.to_string(), span: span.clone() };
        if let Some(scheme) = scheme(&written) {
            if SCHEMES.iter().any(|it| scheme.eq_ignore_ascii_case(it)) {
                return written;
            }
            self.taken_away.push(link());
            return CowStr::Borrowed("");
        }
        if written.is_empty() || written.starts_with('#') || written.starts_with("//") {
            return written;
        }
        self.inside.push(link());
        match written.strip_prefix('/') {
            Some(rest) => format!("{base_path}{rest}").into(),
            None => written,
        }
    }
}

/// The scheme of an address, if it has one; browsers pass over spaces and control characters in it.
fn scheme(address: &str) -> Option<String> {
    let head = &address[..address.find(['/', '?', '#']).unwrap_or(address.len())];
    let (scheme, _) = head.split_once(':')?;
    Some(scheme.chars().filter(|c| !c.is_control() && !c.is_whitespace()).collect())
}

/// Paragraphs that hold one image and nothing else become figures. Of other images and of links without an
/// address the text stays.
fn figures<'a>(events: &[Spanned<'a>]) -> Vec<Spanned<'a>> {
    let mut out = Vec::with_capacity(events.len());
    // For each image and link that is open, whether it stays.
    let mut open: Vec<bool> = Vec::new();
    let mut rest = events;
    while let [first, tail @ ..] = rest {
        if let Some(length) = lone_image(rest) {
            out.push((Event::Html(figure(&rest[1..length - 1]).into()), first.1.clone()));
            rest = &rest[length..];
            continue;
        }
        let stays = match &first.0 {
            Event::Start(Tag::Image { dest_url, .. } | Tag::Link { dest_url, .. }) => {
                open.push(!dest_url.is_empty());
                !dest_url.is_empty()
            }
            Event::End(TagEnd::Image | TagEnd::Link) => open.pop().unwrap_or(true),
            _ => true,
        };
        out.extend(stays.then(|| first.clone()));
        rest = tail;
    }
    out
}

/// The number of events of the paragraph at the head, if it holds one image alone.
fn lone_image(events: &[Spanned<'_>]) -> Option<usize> {
    let [(Event::Start(Tag::Paragraph), _), (Event::Start(Tag::Image { .. }), _), ..] = events
    else {
        return None;
    };
    let end = events.iter().position(|(event, _)| matches!(event, Event::End(TagEnd::Image)))?;
    matches!(events.get(end + 1), Some((Event::End(TagEnd::Paragraph), _))).then_some(end + 2)
}

/// `![caption](picture.jpg "credit")` as a figure; the picture may be missing.
fn figure(image: &[Spanned<'_>]) -> String {
    let Some((Event::Start(Tag::Image { dest_url, title, .. }), _)) = image.first() else {
        return String::new();
    };
    let mut caption = String::new();
    for (event, _) in image {
        match event {
            Event::Text(text) | Event::Code(text) => caption.push_str(text),
            Event::SoftBreak | Event::HardBreak => caption.push(' '),
            _ => {}
        }
    }
    let image = if dest_url.is_empty() {
        String::new()
    } else {
        let (address, text) = (escape(dest_url), escape(&caption));
        format!("<img src=\"{address}\" alt=\"{text}\" loading=\"lazy\">")
    };
    let credit = if title.is_empty() {
        String::new()
    } else {
        format!("<span class=\"credit\">{}</span>", escape(title))
    };
    let caption = escape(&caption);
    format!("<figure>{image}<figcaption>{caption}{credit}</figcaption></figure>\n")
}

pub(super) fn escape(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}

/// Soft breaks between Chinese characters go.
fn join_lines(events: Vec<Spanned<'_>>) -> Vec<Event<'_>> {
    let chinese = |c: Option<char>| {
        c.is_some_and(|c| is_han(c) || matches!(c, '\u{2018}'..='\u{201d}' | '\u{3001}'..='\u{303f}' | '\u{ff01}'..='\u{ff60}'))
    };
    let edge = |event: Option<&Spanned<'_>>, last: bool| match event {
        Some((Event::Text(text) | Event::Code(text), _)) => {
            let text = text.trim_matches(MARKS);
            if last { text.chars().last() } else { text.chars().next() }
        }
        _ => None,
    };
    let keep = |i: usize| {
        let soft = matches!(events[i].0, Event::SoftBreak);
        !(soft
            && i > 0
            && chinese(edge(events.get(i - 1), true))
            && chinese(edge(events.get(i + 1), false)))
    };
    let kept: Vec<bool> = (0..events.len()).map(keep).collect();
    events.into_iter().zip(kept).filter(|(_, keep)| *keep).map(|((event, _), _)| event).collect()
}

/// Headings get an id from their text; `#` becomes `##`.
fn with_ids<'a>(mut events: Vec<Event<'a>>, headings: &mut Vec<Heading>) -> Vec<Event<'a>> {
    let mut open: Option<usize> = None;
    let mut text = String::new();
    let mut ids = Ids::default();
    for i in 0..events.len() {
        match &events[i] {
            Event::Start(Tag::Heading { .. }) => (open, text) = (Some(i), String::new()),
            Event::Text(it) | Event::Code(it) if open.is_some() => text.push_str(it),
            Event::End(TagEnd::Heading(written)) => {
                let (Some(start), level) = (open.take(), (*written).max(HeadingLevel::H2)) else {
                    continue;
                };
                let id = ids.next(&text);
                let tag = Tag::Heading {
                    level,
                    id: Some(id.clone().into()),
                    classes: Vec::new(),
                    attrs: Vec::new(),
                };
                (events[start], events[i]) =
                    (Event::Start(tag), Event::End(TagEnd::Heading(level)));
                headings.push(Heading { level: level as u8, id, text: std::mem::take(&mut text) });
            }
            _ => {}
        }
    }
    events
}

/// The ids of a page, each given once.
#[derive(Default)]
struct Ids {
    taken: BTreeSet<String>,
    /// The next number for a text that has been an id already.
    next: BTreeMap<String, usize>,
}

impl Ids {
    /// An id for a heading: letters, digits and Han characters stay, all else becomes one hyphen. What the
    /// templates and footnotes use themselves (`content`, `1`) is not given.
    fn next(&mut self, text: &str) -> String {
        let words = text.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty());
        let mut base = words.collect::<Vec<_>>().join("-").to_lowercase();
        if base.chars().all(|c| c.is_ascii_digit()) || TEMPLATE_IDS.contains(&base.as_str()) {
            let hyphen = if base.is_empty() { "" } else { "-" };
            base.insert_str(0, &format!("section{hyphen}"));
        }
        let number = self.next.entry(base.clone()).or_insert(1);
        loop {
            let id = if *number == 1 { base.clone() } else { format!("{base}-{number}") };
            *number += 1;
            if self.taken.insert(id.clone()) {
                return id;
            }
        }
    }
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
            linked_html(&body.html, span.into_iter().map(|it| (it, "/x/")))
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

//! Text that is never converted between scripts: `-{後}-`, the mark of MediaWiki, as Chinese editors know it.
//!
//! In: the events of a body. Out: the same with the stand-in for an element of HTML around what is marked ([`read`]),
//! and at last with that element ([`to_html`]). What is marked may hold other inline elements and other marks, and lies
//! in one element or block; a mark that does not end there, or holds no text, is text.

use pulldown_cmark::{CowStr, Event, LinkType, Tag, TagEnd};

use super::body::Spanned;
use super::breaks::is_block;

/// The stand-in: an element that Markdown has only with an option that is never set.
pub(super) const START: Event<'static> = Event::Start(Tag::Superscript);

/// The end of the stand-in.
pub(super) const END: Event<'static> = Event::End(TagEnd::Superscript);

/// The bytes of `-{` and of `}-`.
const DELIMITER_LENGTH: usize = 2;

/// Puts the stand-in around what is marked.
pub(super) fn read<'a>(markdown: &str, events: Vec<Spanned<'a>>) -> Vec<Spanned<'a>> {
    if !markdown.contains("-{") {
        return events;
    }
    let mut marks = Marks { open: vec![Vec::new()], seen: 0, found: Vec::new() };
    let mut is_code = false;
    for (at, (event, span)) in events.iter().enumerate() {
        match event {
            Event::Start(tag) => {
                is_code |= is_as_it_is(tag);
                marks.start(tag.to_end());
            }
            Event::End(tag) => {
                is_code &= !matches!(tag, TagEnd::CodeBlock | TagEnd::Link);
                marks.end(*tag);
            }
            Event::Text(text) if !is_code => {
                marks.text(at, text, markdown[..span.start].ends_with('\\'));
            }
            Event::Code(text) => marks.seen += text.trim().len(),
            Event::Rule => marks.forget(),
            _ => {}
        }
    }
    marks.found.sort_unstable();
    cut(events, &marks.found)
}

/// Whether what stands in an element is no markup: code, an address.
fn is_as_it_is(tag: &Tag<'_>) -> bool {
    let is_autolink = |it: &LinkType| matches!(it, LinkType::Autolink | LinkType::Email);
    match tag {
        Tag::Link { link_type, .. } => is_autolink(link_type),
        _ => matches!(tag, Tag::CodeBlock(_)),
    }
}

/// Where a delimiter stands: which event, and the byte in its text.
type Place = (usize, usize);

/// The marks of a body, while they are looked for.
struct Marks {
    /// For each element that is open, the marks that begin in it: where, and how much text was seen before.
    open: Vec<Vec<(Place, usize)>>,
    /// How much text was seen, in bytes without spaces at the ends of its pieces.
    seen: usize,
    /// The delimiters of whole marks, and whether they open.
    found: Vec<(Place, bool)>,
}

impl Marks {
    fn start(&mut self, tag: TagEnd) {
        if is_block(tag) {
            self.forget();
        }
        self.open.push(Vec::new());
    }

    fn end(&mut self, tag: TagEnd) {
        self.open.pop();
        if is_block(tag) {
            self.forget();
        }
    }

    /// No mark goes on behind a block.
    fn forget(&mut self) {
        if let Some(open) = self.open.last_mut() {
            open.clear();
        }
    }

    /// Looks through a piece of text, whose first character may be escaped.
    fn text(&mut self, event: usize, text: &str, is_escaped: bool) {
        let mut seen_to = 0;
        let mut at = usize::from(is_escaped);
        while let Some(found) = text.get(at..).and_then(|it| it.find(['-', '}'])) {
            let start = at + found;
            at = start + 1;
            let opens = text[start..].starts_with("-{");
            if !opens && !text[start..].starts_with("}-") {
                continue;
            }
            self.seen += text[seen_to..start].trim().len();
            seen_to = start;
            let Some(open) = self.open.last_mut() else { return };
            if opens {
                open.push(((event, start), self.seen));
            } else {
                let Some((place, _)) = open.pop().filter(|(_, seen)| *seen < self.seen) else {
                    continue;
                };
                self.found.extend([(place, true), ((event, start), false)]);
            }
            at = start + DELIMITER_LENGTH;
            seen_to = at;
        }
        self.seen += text[seen_to..].trim().len();
    }
}

/// Events with the stand-in in place of delimiters.
fn cut<'a>(events: Vec<Spanned<'a>>, delimiters: &[(Place, bool)]) -> Vec<Spanned<'a>> {
    let mut out = Vec::with_capacity(events.len() + 2 * delimiters.len());
    let mut delimiters = delimiters.iter().peekable();
    for (at, (event, span)) in events.into_iter().enumerate() {
        let Event::Text(text) = &event else {
            out.push((event, span));
            continue;
        };
        let mut done = 0;
        while let Some(((_, byte), opens)) = delimiters.next_if(|((event, _), _)| *event == at) {
            out.extend(piece(text, done..*byte).map(|it| (it, span.clone())));
            out.push((if *opens { START } else { END }, span.clone()));
            done = byte + DELIMITER_LENGTH;
        }
        if done == 0 {
            out.push((event, span));
        } else {
            out.extend(piece(text, done..text.len()).map(|it| (it, span)));
        }
    }
    out
}

/// A stretch of a text, if there is anything in it.
fn piece<'a>(text: &CowStr<'a>, bytes: std::ops::Range<usize>) -> Option<Event<'a>> {
    let text = match text {
        CowStr::Borrowed(text) => CowStr::Borrowed(&text[bytes]),
        owned => owned[bytes].to_owned().into(),
    };
    (!text.is_empty()).then_some(Event::Text(text))
}

/// HTML for the stand-in.
pub(super) fn to_html(events: &mut [Spanned<'_>]) {
    for (event, _) in events {
        if *event == START {
            *event = Event::Html("<span class=\"as-written\">".into());
        } else if *event == END {
            *event = Event::Html("</span>".into());
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::markdown::body::render;

    fn span(text: &str) -> String {
        format!("<span class=\"as-written\">{text}</span>")
    }

    /// The texts that stay.
    fn marked(body: &crate::markdown::body::Body) -> Vec<&str> {
        body.as_written.iter().map(|it| &body.text[it.clone()]).collect()
    }

    #[test]
    fn marks() {
        for (markdown, expected, texts) in [
            ("甲-{後}-乙", format!("甲{}乙", span("後")), vec!["後"]),
            ("-{**后**里}-", span("<strong>后</strong>里"), vec!["后里"]),
            ("**-{后}-**里", format!("<strong>{}</strong>里", span("后")), vec!["后"]),
            ("-{`a` b\n后}-", span("<code>a</code> b\n后"), vec!["a b 后"]),
            ("-{a}--{b}-", format!("{}{}", span("a"), span("b")), vec!["a", "b"]),
            ("-{a}-{b}-", format!("{}{{b}}-", span("a")), vec!["a"]),
            ("-{a -{b}- c}-", span(&format!("a {} c", span("b"))), vec!["a b c"]),
            ("-{[a](/b)}-", span("<a href=\"/b\">a</a>"), vec!["a"]),
            ("[-{a}-](/b)", format!("<a href=\"/b\">{}</a>", span("a")), vec!["a"]),
            ("\\\\-{a}-", format!("\\{}", span("a")), vec!["a"]),
            ("-{}-{a}-", format!("-{{}}{}", span("a")), vec!["a"]),
            // Text.
            ("甲-{乙", "甲-{乙".to_owned(), vec![]),
            ("甲}-乙-{", "甲}-乙-{".to_owned(), vec![]),
            ("-{}- -{ }-", "-{}- -{ }-".to_owned(), vec![]),
            ("-{**a}-b**", "-{<strong>a}-b</strong>".to_owned(), vec![]),
            ("\\-{a}-", "-{a}-".to_owned(), vec![]),
            ("-{a\\}-", "-{a}-".to_owned(), vec![]),
            ("<-{a}-@b.cn>", "<a href=\"mailto:-%7Ba%7D-@b.cn\">-{a}-@b.cn</a>".to_owned(), vec![]),
            ("`-{a}-`", "<code>-{a}-</code>".to_owned(), vec![]),
            (
                "<https://a.cn/-{b}->",
                "<a href=\"https://a.cn/-%7Bb%7D-\">https://a.cn/-{b}-</a>".to_owned(),
                vec![],
            ),
        ] {
            let body = render(markdown, "/");
            assert_eq!(body.html, format!("<p>{expected}</p>\n"), "{markdown}");
            assert_eq!(marked(&body), texts, "{markdown}");
        }
    }

    #[test]
    fn marks_lie_in_one_block() {
        for markdown in [
            "-{a\n\nb}-",
            "- -{a\n- b}-",
            "- -{a\n  - b}-",
            "- -{a\n  ***\n  b}-",
            "- -{a\n  > b\n- c}-",
            "| -{a | b}- |\n|---|---|\n",
            "    -{a}-",
            "```\n-{a}-\n```",
            "> -{a\n\nb}-",
        ] {
            assert!(render(markdown, "/").as_written.is_empty(), "{markdown}");
        }
    }

    #[test]
    fn only_the_content_is_text() {
        let body = render("## 在-{後}-\n\n在-{青岛}-。\n\n![-{图}-](/a.jpg)", "/");
        assert_eq!(body.text, "在後\n在青岛。\n");
        assert_eq!(
            (body.headings[0].text.as_str(), body.headings[0].id.as_str()),
            ("在後", "在後")
        );
        assert_eq!(marked(&body), ["後", "青岛", ""]);
        assert_eq!(body.captions, ["图"]);
        let at = body.text.find("青岛").expect("it stands there");
        let places = body.in_html(std::slice::from_ref(&(at..at + "青岛".len())));
        let place = places[0].clone().expect("it may be linked");
        assert_eq!(&body.html[place], "青岛");
        let inline = render("见![-{图}-](/a.jpg)", "/").html;
        assert_eq!(inline, "<p>见<img src=\"/a.jpg\" alt=\"图\" /></p>\n");
    }
}

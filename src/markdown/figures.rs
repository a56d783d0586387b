//! Pictures.
//!
//! In: the events of a body. Out: the same with a figure for each paragraph that holds one image and nothing else.
//! Without an address it is a caption whose picture is missing.

use pulldown_cmark::{Event, Tag, TagEnd};

use super::body::{Spanned, escape};

/// Makes figures of paragraphs.
pub(super) fn make(events: Vec<Spanned<'_>>) -> Vec<Spanned<'_>> {
    let mut out = Vec::with_capacity(events.len());
    for event in events {
        let ends = event.0 == Event::End(TagEnd::Paragraph);
        out.push(event);
        if let Some(start) = ends.then(|| lone_image(&out)).flatten() {
            let html = figure(&out[start + 1..]);
            out.truncate(start + 1);
            out[start].0 = Event::Html(html.into());
        }
    }
    out
}

/// The place of the paragraph with which the events end, if it holds one image alone.
fn lone_image(events: &[Spanned<'_>]) -> Option<usize> {
    let [rest @ .., (Event::End(TagEnd::Image), _), (Event::End(TagEnd::Paragraph), _)] = events
    else {
        return None;
    };
    // The text of an image may hold images.
    let mut depth = 1;
    let image = rest.iter().rposition(|(event, _)| {
        match event {
            Event::Start(Tag::Image { .. }) => depth -= 1,
            Event::End(TagEnd::Image) => depth += 1,
            _ => {}
        }
        depth == 0
    });
    let start = image?.checked_sub(1)?;
    matches!(events[start].0, Event::Start(Tag::Paragraph)).then_some(start)
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

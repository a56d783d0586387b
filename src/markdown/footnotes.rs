//! Notes: `[^a]` in the text, `[^a]: …` anywhere.
//!
//! In: the events of a body. Out: the same with the notes at the end, in the order in which the text first refers to
//! them, and numbers for labels ([`at_the_end`]); then, once the text was read, HTML for them ([`to_html`]). A note to
//! which nothing refers stands at the end too, so that nothing is lost.

use std::collections::BTreeMap;

use pulldown_cmark::{Event, Tag, TagEnd};

use super::body::Spanned;

/// What a screen reader says of the link from a note to the text.
const BACK: &str = "返回正文";

/// Puts the notes at the end, and numbers in place of labels.
pub(super) fn at_the_end(events: Vec<Spanned<'_>>) -> Vec<Spanned<'_>> {
    if !events.iter().any(|(event, _)| is_note(event)) {
        return events;
    }
    let (mut body, notes) = taken_out(events);
    let mut numbers = Numbers::of(&notes);
    let mut notes: Vec<Option<Vec<Spanned<'_>>>> = notes.into_iter().map(Some).collect();
    numbers.put_in(&mut body);
    // Notes refer to notes. Those to which nothing refers come last.
    let (mut shown, mut first_unused) = (0, 0);
    loop {
        if let Some(at) = numbers.order.get(shown).copied() {
            let mut note = notes[at].take().unwrap_or_default();
            numbers.put_in(&mut note);
            body.append(&mut note);
            shown += 1;
        } else if first_unused < notes.len() {
            numbers.number(first_unused);
            first_unused += 1;
        } else {
            return body;
        }
    }
}

fn is_note(event: &Event<'_>) -> bool {
    matches!(event, Event::Start(Tag::FootnoteDefinition(_)))
}

/// Events without the notes in them, and the notes.
fn taken_out(events: Vec<Spanned<'_>>) -> (Vec<Spanned<'_>>, Vec<Vec<Spanned<'_>>>) {
    let mut body = Vec::with_capacity(events.len());
    let mut notes = Vec::new();
    // Notes may hold notes.
    let mut open: Vec<Vec<Spanned<'_>>> = Vec::new();
    for event in events {
        if is_note(&event.0) {
            open.push(Vec::new());
        }
        let ends = event.0 == Event::End(TagEnd::FootnoteDefinition);
        open.last_mut().unwrap_or(&mut body).push(event);
        if ends {
            notes.extend(open.pop());
        }
    }
    (body, notes)
}

/// The numbers of notes.
struct Numbers {
    /// The place of the note with a label.
    by_label: BTreeMap<String, usize>,
    /// The number of each note that has one.
    of: Vec<Option<usize>>,
    /// The places of the notes by their number.
    order: Vec<usize>,
}

impl Numbers {
    fn of(notes: &[Vec<Spanned<'_>>]) -> Self {
        let mut by_label = BTreeMap::new();
        for (at, note) in notes.iter().enumerate() {
            if let Some((Event::Start(Tag::FootnoteDefinition(label)), _)) = note.first() {
                by_label.entry(folded(label)).or_insert(at);
            }
        }
        Self { by_label, of: vec![None; notes.len()], order: Vec::new() }
    }

    /// The number of a note; the next one if it has none yet.
    fn number(&mut self, note: usize) -> usize {
        if let Some(number) = self.of[note] {
            return number;
        }
        self.order.push(note);
        self.of[note] = Some(self.order.len());
        self.order.len()
    }

    /// Puts numbers in place of the labels of references.
    fn put_in(&mut self, events: &mut [Spanned<'_>]) {
        for (event, _) in events {
            let Event::FootnoteReference(label) = event else { continue };
            *event = match self.by_label.get(&folded(label)).copied() {
                Some(note) => Event::FootnoteReference(self.number(note).to_string().into()),
                None => Event::Text(format!("[^{label}]").into()),
            };
        }
    }
}

/// A label as it is compared: `A` is `a`, `ẞ` is `ss`.
fn folded(label: &str) -> String {
    label.to_lowercase().to_uppercase()
}

/// HTML for the notes and the references to them.
pub(super) fn to_html(events: Vec<Spanned<'_>>) -> Vec<Spanned<'_>> {
    if !events.iter().any(|(event, _)| is_note(event)) {
        return events;
    }
    // How often each note is referred to, by its number: in all, and so far.
    let mut uses: BTreeMap<String, (usize, usize)> = BTreeMap::new();
    for (event, _) in &events {
        if let Event::FootnoteReference(number) = event {
            uses.entry(number.to_string()).or_default().0 += 1;
        }
    }
    let mut notes = 0;
    let mut out = Vec::with_capacity(events.len());
    for (event, span) in events {
        let html = match event {
            Event::FootnoteReference(number) => {
                let (_, so_far) = uses.entry(number.to_string()).or_default();
                *so_far += 1;
                reference(&number, *so_far)
            }
            Event::Start(Tag::FootnoteDefinition(_)) => {
                notes += 1;
                format!("{}<li id=\"fn-{notes}\">\n", if notes == 1 { HEAD } else { "" })
            }
            Event::End(TagEnd::FootnoteDefinition) => {
                let number = notes.to_string();
                let count = uses.get(&number).map_or(0, |(in_all, _)| *in_all);
                add_back_links(&mut out, &number, count);
                "</li>\n".to_owned()
            }
            other => {
                out.push((other, span));
                continue;
            }
        };
        out.push((Event::Html(html.into()), span));
    }
    out.push((Event::Html(FOOT.into()), 0..0));
    out
}

/// Before the notes.
const HEAD: &str = "<section class=\"footnotes\" role=\"doc-endnotes\">\n<ol>\n";

/// Behind the notes.
const FOOT: &str = "</ol>\n</section>\n";

fn reference(number: &str, nth: usize) -> String {
    let id = reference_id(number, nth);
    format!("<sup><a href=\"#fn-{number}\" id=\"{id}\" role=\"doc-noteref\">{number}</a></sup>")
}

fn reference_id(number: &str, nth: usize) -> String {
    if nth == 1 { format!("fnref-{number}") } else { format!("fnref-{number}-{nth}") }
}

/// Ends a note with a link to each reference to it, in its last paragraph if it ends with one.
fn add_back_links(events: &mut Vec<Spanned<'_>>, number: &str, count: usize) {
    let link = |nth| {
        let id = reference_id(number, nth);
        format!("<a href=\"#{id}\" role=\"doc-backlink\" aria-label=\"{BACK}\">↩</a>")
    };
    if count == 0 {
        return;
    }
    let links = (1..=count).map(link).collect::<Vec<_>>().join(" ");
    match events.pop() {
        Some((end @ Event::End(TagEnd::Paragraph), span)) => {
            events.push((Event::Html(format!(" {links}").into()), span.clone()));
            events.push((end, span));
        }
        last => {
            events.extend(last);
            events.push((Event::Html(format!("<p>{links}</p>\n").into()), 0..0));
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::markdown::body::render;

    fn back(id: &str) -> String {
        format!("<a href=\"#{id}\" role=\"doc-backlink\" aria-label=\"返回正文\">↩</a>")
    }

    fn reference(number: &str, id: &str) -> String {
        format!("<sup><a href=\"#fn-{number}\" id=\"{id}\" role=\"doc-noteref\">{number}</a></sup>")
    }

    fn section(notes: &str) -> String {
        format!(
            "<section class=\"footnotes\" role=\"doc-endnotes\">\n<ol>\n{notes}</ol>\n</section>\n"
        )
    }

    #[test]
    fn notes_stand_at_the_end() {
        let body = render("甲[^乙]，乙[^1]。\n\n[^1]: 注一\n[^乙]: 注二\n\n后。", "/");
        let notes = format!(
            "<li id=\"fn-1\">\n<p>注二 {}</p>\n</li>\n<li id=\"fn-2\">\n<p>注一 {}</p>\n</li>\n",
            back("fnref-1"),
            back("fnref-2")
        );
        let text = format!(
            "<p>甲{}，乙{}。</p>\n<p>后。</p>\n",
            reference("1", "fnref-1"),
            reference("2", "fnref-2")
        );
        assert_eq!(body.html, format!("{text}{}", section(&notes)));
        assert_eq!(body.text, "甲，乙。\n后。\n注二\n注一\n");
    }

    #[test]
    fn references_to_one_note() {
        let html = render("甲[^a]乙[^A]丙[^a]\n\n[^a]: 注", "/").html;
        assert_eq!(html.matches("href=\"#fn-1\"").count(), 3);
        let links = [back("fnref-1"), back("fnref-1-2"), back("fnref-1-3")].join(" ");
        assert!(html.contains(&format!("<p>注 {links}</p>")), "{html}");
    }

    #[test]
    fn nothing_is_lost() {
        for (markdown, text) in [
            ("甲\n\n[^a]: 注", "甲\n注\n"),
            ("甲[^b]\n\n[^a]: 注\n[^b]: 见[^c]\n[^c]: 三", "甲\n见\n三\n注\n"),
            ("[^a]: 注一[^b]\n[^b]: 注二[^a]", "注一\n注二\n"),
            ("甲[^a]\n\n[^a]: 注一\n[^A]: 注二", "甲\n注一\n注二\n"),
            ("甲[^a]", "甲[^a]\n"),
            ("> 甲[^a]\n>\n> [^a]: 注\n\n乙", "甲\n乙\n注\n"),
            ("甲[^a]\n\n[^a]:", "甲\n"),
        ] {
            assert_eq!(render(markdown, "/").text, text, "{markdown}");
        }
        let html = render("甲\n\n[^a]: 注", "/").html;
        assert_eq!(html, format!("<p>甲</p>\n{}", section("<li id=\"fn-1\">\n<p>注</p>\n</li>\n")));
    }

    #[test]
    fn notes_hold_blocks() {
        let html =
            render("甲[^a]\n\n[^a]: 一\n\n    [二](/b/)\n\n    - 三\n    - 四", "/repo/").html;
        assert!(html.contains("<p><a href=\"/repo/b/\">二</a></p>\n<ul>\n<li>三</li>"), "{html}");
        assert!(html.contains(&format!("</ul>\n<p>{}</p>\n</li>", back("fnref-1"))), "{html}");
    }

    #[test]
    fn headings_do_not_hold_references() {
        let body = render("## 标题[^a]\n\n## fn 1\n\n[^a]: 注", "/");
        let headings: Vec<_> =
            body.headings.iter().map(|it| (it.text.as_str(), it.id.as_str())).collect();
        assert_eq!(headings, [("标题", "标题"), ("fn 1", "section-fn-1")]);
    }
}

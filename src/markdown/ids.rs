//! The ids of headings.
//!
//! In: the events of a body. Out: the same with an id for each heading, and the headings. An id that was written by
//! hand is kept, wherever it stands; others are made of the text of the heading. None is given twice, and none that
//! the page has anyway.

use std::collections::{BTreeMap, BTreeSet};

use pulldown_cmark::{Event, HeadingLevel, Tag, TagEnd};

use super::body::{Heading, Spanned};
use super::extensions::Extensions;

/// Ids that the built-in templates use on pages with a body.
const TEMPLATE_IDS: [&str; 14] = [
    "content",
    "contents",
    "articles",
    "below",
    "mentions",
    "children",
    "only-named",
    "zones",
    "topics",
    "together",
    "cities",
    "related",
    "search-box",
    "search-list",
];

/// How the ids of notes and of references to them begin.
const NOTE_IDS: [&str; 2] = ["fn-", "fnref-"];

/// Gives headings their ids; `#` becomes `##`.
pub(super) fn give(events: &mut [Spanned<'_>], on: Extensions) -> Vec<Heading> {
    let lowest = if on.second_level { HeadingLevel::H2 } else { HeadingLevel::H1 };
    let mut ids = Ids::default();
    events.iter().filter_map(|(event, _)| written_id(event)).for_each(|it| ids.reserve(it));
    let mut headings = Vec::new();
    let mut open: Option<usize> = None;
    let mut text = String::new();
    for at in 0..events.len() {
        match &events[at].0 {
            Event::Start(Tag::Heading { .. }) => (open, text) = (Some(at), String::new()),
            Event::Text(it) | Event::Code(it) if open.is_some() => text.push_str(it),
            Event::SoftBreak | Event::HardBreak if open.is_some() => text.push(' '),
            Event::End(TagEnd::Heading(written)) => {
                let (Some(start), level) = (open.take(), (*written).max(lowest)) else { continue };
                let id = match written_id(&events[start].0) {
                    Some(id) => Some(ids.written(id)),
                    None => on.heading_ids.then(|| ids.of_text(&text)),
                };
                events[start].0 = Event::Start(tag(level, id.clone()));
                events[at].0 = Event::End(TagEnd::Heading(level));
                let (id, text) = (id.unwrap_or_default(), std::mem::take(&mut text));
                headings.push(Heading { level: level as u8, id, text });
            }
            _ => {}
        }
    }
    headings
}

fn written_id<'e>(event: &'e Event<'_>) -> Option<&'e str> {
    match event {
        Event::Start(Tag::Heading { id, .. }) => id.as_deref(),
        _ => None,
    }
}

fn tag(level: HeadingLevel, id: Option<String>) -> Tag<'static> {
    Tag::Heading { level, id: id.map(Into::into), classes: Vec::new(), attrs: Vec::new() }
}

/// The ids of a page, each given once.
#[derive(Default)]
struct Ids {
    taken: BTreeSet<String>,
    /// Of those, the ones that were written by hand and whose heading is still to come.
    reserved: BTreeSet<String>,
    /// The next number for a text that has been an id already.
    next: BTreeMap<String, usize>,
}

impl Ids {
    fn reserve(&mut self, id: &str) {
        let id = apart(id.to_owned());
        self.reserved.insert(id.clone());
        self.taken.insert(id);
    }

    /// The id of a heading that was written by hand: as it is, or with a number if an earlier heading has it.
    fn written(&mut self, id: &str) -> String {
        let id = apart(id.to_owned());
        if self.reserved.remove(&id) { id } else { self.numbered(&id) }
    }

    /// An id for a heading: letters, digits and Han characters stay, all else becomes one hyphen. None begins
    /// with a digit, which style sheets could not name.
    fn of_text(&mut self, text: &str) -> String {
        let words = text.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty());
        let mut base = words.collect::<Vec<_>>().join("-").to_lowercase();
        if !base.starts_with(|c: char| !c.is_ascii_digit()) {
            base.insert_str(0, if base.is_empty() { "section" } else { "section-" });
        }
        self.numbered(&apart(base))
    }

    fn numbered(&mut self, base: &str) -> String {
        let number = self.next.entry(base.to_owned()).or_insert(1);
        loop {
            let id = if *number == 1 { base.to_owned() } else { format!("{base}-{number}") };
            *number += 1;
            if self.taken.insert(id.clone()) {
                return id;
            }
        }
    }
}

/// An id apart from those that templates and notes use themselves.
fn apart(id: String) -> String {
    let is_taken =
        TEMPLATE_IDS.contains(&id.as_str()) || NOTE_IDS.iter().any(|it| id.starts_with(it));
    if is_taken { format!("section-{id}") } else { id }
}

#[cfg(test)]
mod tests {
    use crate::markdown::body::render;

    fn ids(markdown: &str) -> Vec<String> {
        render(markdown, "/").headings.into_iter().map(|it| it.id).collect()
    }

    #[test]
    fn each_is_given_once() {
        for (markdown, expected) in [
            ("## 一\n## 一\n## 一-2\n## 一", vec!["一", "一-2", "一-2-2", "一-3"]),
            ("## A b\n## “A”，b", vec!["a-b", "a-b-2"]),
            ("## 2023\n## ！\n## ！", vec!["section-2023", "section", "section-2"]),
            (
                "## content\n## Fn 1\n## fnref-1 {#fn-2}",
                vec!["section-content", "section-fn-1", "section-fn-2"],
            ),
            // Written by hand: kept wherever they stand.
            ("## a\n## b {#a}\n## c {#a}\n## a", vec!["a-2", "a", "a-3", "a-4"]),
            ("## 甲 {#a}\n## 乙 {#a}\n## 丙 {#a-2}", vec!["a", "a-3", "a-2"]),
            ("## 甲 {#contents}\n## 乙 {#2023}", vec!["section-contents", "2023"]),
            ("## 甲 {#A}\n## a", vec!["A", "a"]),
        ] {
            assert_eq!(ids(markdown), expected, "{markdown}");
        }
    }

    #[test]
    fn lines_of_a_heading() {
        let body = render("第一行\n第二行 a\nb\n===\n", "/");
        assert_eq!(body.headings[0].text, "第一行第二行 a b");
        assert_eq!(body.headings[0].id, "第一行第二行-a-b");
    }
}

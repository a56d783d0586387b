//! A draft as data for other programs.
//!
//! In: an [`Extraction`]. Out: JSON: each field a plain value, and under `evidence` for each field where it
//! stands in the raw text (bytes, and the number of the line), the rule that found it, and how sure it is.

use std::cell::RefCell;

use serde_json::{Map, Value, json};

use super::{Block, Evidence, Extraction, Found};
use crate::gazetteer::Gazetteer;
use crate::text::script::Script;
use crate::text::typography;

/// The fields of a draft; `None` if there is none. `raw` is the text that the evidence points into.
#[must_use]
pub fn draft(extraction: &Extraction, raw: &str, gazetteer: &Gazetteer) -> Option<Value> {
    let draft = extraction.draft.as_ref()?;
    let counter = RefCell::new(LineCounter::default());
    let evidence = |it: &Evidence| evidence(it, counter.borrow_mut().number(raw, it.span.start));
    let text = |it: &Option<Found<String>>| it.as_ref().map(|it| it.value.clone());
    let of = |it: &Option<Found<String>>| it.as_ref().map(|it| evidence(&it.evidence));
    let blocks =
        |wanted: fn(&Block) -> bool| draft.blocks.iter().filter(move |it| wanted(&it.value));
    let headings = || blocks(|it| matches!(it, Block::Heading(_)));
    let captions = || blocks(|it| matches!(it, Block::Caption { .. }));
    let paragraphs = || blocks(|it| matches!(it, Block::Paragraph(_)));
    let written = |it: &Found<Block>| match &it.value {
        Block::Heading(text) | Block::Paragraph(text) => text.clone(),
        Block::Caption { .. } => {
            let at = extraction
                .lines
                .binary_search_by_key(&it.evidence.span.start, |line| line.span.start);
            at.ok()
                .map(|at| &extraction.lines[at])
                .map(|line| typography::set(&line.text))
                .unwrap_or_default()
        }
    };
    let caption = |it: &Found<Block>| match &it.value {
        Block::Caption { credit, .. } => {
            json!({ "text": written(it), "credit": Some(credit).filter(|it| !it.is_empty()) })
        }
        _ => Value::Null,
    };
    let place = |id: &crate::gazetteer::PlaceId| {
        let place = gazetteer.place(*id);
        json!({ "name": place.name, "code": place.code })
    };
    let list = |found: &mut dyn Iterator<Item = &Evidence>| found.map(evidence).collect::<Value>();
    Some(json!({
        "script": if draft.script == Script::Hans { "hans" } else { "hant" },
        "title": draft.title.value,
        "subtitle": text(&draft.subtitle),
        "date": draft.date.as_ref().map(|it| it.value.day.to_string()),
        "date_inferred": draft.date.as_ref().and_then(|it| it.value.inferred.clone()),
        "publication": text(&draft.publication),
        "edition": text(&draft.edition),
        "series": text(&draft.series),
        "section": draft.section.iter().map(|it| &it.value).collect::<Vec<_>>(),
        "byline": draft.byline.iter().map(|it| &it.value).collect::<Vec<_>>(),
        "headings": headings().map(written).collect::<Vec<_>>(),
        "captions": captions().map(caption).collect::<Vec<_>>(),
        "body": paragraphs().map(written).collect::<Vec<_>>(),
        "cities": draft.cities.iter().map(place).collect::<Vec<_>>(),
        "topics": draft.topics,
        "evidence": {
            "title": evidence(&draft.title.evidence),
            "subtitle": of(&draft.subtitle),
            "date": draft.date.as_ref().map(|it| evidence(&it.evidence)),
            "publication": of(&draft.publication),
            "edition": of(&draft.edition),
            "series": of(&draft.series),
            "section": list(&mut draft.section.iter().map(|it| &it.evidence)),
            "byline": list(&mut draft.byline.iter().map(|it| &it.evidence)),
            "headings": list(&mut headings().map(|it| &it.evidence)),
            "captions": list(&mut captions().map(|it| &it.evidence)),
            "body": list(&mut paragraphs().map(|it| &it.evidence)),
        },
    }))
}

fn evidence(it: &Evidence, line: usize) -> Value {
    let mut fields = Map::new();
    fields.insert("span".into(), json!([it.span.start, it.span.end]));
    fields.insert("line".into(), json!(line));
    fields.insert("rule".into(), json!(it.rule));
    fields.insert("confidence".into(), json!((f64::from(it.confidence) * 1000.0).round() / 1000.0));
    Value::Object(fields)
}

/// Counts lines up to places that come one after another, each part of the text once.
#[derive(Debug, Default)]
pub struct LineCounter {
    at: usize,
    lines: usize,
}

impl LineCounter {
    /// The number of the line in which a byte stands, the first one being 1.
    pub fn number(&mut self, raw: &str, byte: usize) -> usize {
        let byte = raw.floor_char_boundary(byte);
        if byte < self.at {
            *self = Self::default();
        }
        self.lines += raw[self.at..byte].matches('\n').count();
        self.at = byte;
        self.lines + 1
    }
}

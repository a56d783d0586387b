//! A draft as data for other programs.
//!
//! In: an [`Extraction`]. Out: JSON: each field a plain value, and under `evidence` for each field where it
//! stands in the raw text (bytes, and the number of the line), the rule that found it, and how sure it is.

use std::cell::RefCell;

use serde_json::{Map, Value, json};

use super::about::{Doubtful, Placed};
use super::stated;
use super::{Block, Draft, Evidence, Extraction, Found};
use crate::gazetteer::find::Named;
use crate::gazetteer::{Gazetteer, PlaceId};
use crate::text::script::Script;
use crate::text::typography;
use crate::topic::Proposal;

/// The fields of a draft; `None` if there is none. `raw` is the text that the evidence points into.
#[must_use]
pub fn draft(extraction: &Extraction, raw: &str, gazetteer: &Gazetteer) -> Option<Value> {
    let draft = extraction.draft.as_ref()?;
    let text = |it: &Option<Found<String>>| it.as_ref().map(|it| it.value.clone());
    let list = |kind: Kind| kind.of(draft).map(|it| block(extraction, it)).collect::<Vec<Value>>();
    let mut fields = json!({
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
        "headings": list(Kind::Heading),
        "captions": list(Kind::Caption),
        "body": list(Kind::Paragraph),
        "places": places(draft, gazetteer, true),
        "zones": places(draft, gazetteer, false),
        "primary_cities": draft.cities.iter().map(|it| place(it.value, gazetteer)).collect::<Vec<_>>(),
        "ambiguous": draft.ambiguous.iter().map(|it| doubtful(it, gazetteer)).collect::<Vec<_>>(),
        "topics": draft.topics_proposed().collect::<Vec<_>>(),
        "evidence": all_evidence(draft, raw, gazetteer),
    });
    for (key, value) in stated::fields(&draft.stated) {
        fields[key] = value;
    }
    Some(fields)
}

fn place(id: PlaceId, gazetteer: &Gazetteer) -> Value {
    let place = gazetteer.place(id);
    json!({ "name": place.name, "code": place.code })
}

fn doubtful(it: &Doubtful, gazetteer: &Gazetteer) -> Value {
    let candidates: Vec<Value> = it.candidates.iter().map(|id| place(*id, gazetteer)).collect();
    json!({ "written": it.written, "candidates": candidates })
}

/// The divisions that a draft names, or its zones and regions.
fn named<'a>(
    draft: &'a Draft,
    gazetteer: &'a Gazetteer,
    divisions: bool,
) -> impl Iterator<Item = &'a Found<Placed>> {
    draft.places.iter().filter(move |it| match &it.value.named {
        Named::Place(id) => gazetteer.place(*id).level.is_division() == divisions,
        Named::Open(_) => !divisions,
    })
}

/// What [`named`] lists: divisions with their code; zones by the longest name that the draft gives them, those of
/// the table with their name and slug there.
fn places(draft: &Draft, gazetteer: &Gazetteer, divisions: bool) -> Vec<Value> {
    let value = |it: &Found<Placed>| {
        let Placed { named, written, fullest, times, .. } = &it.value;
        let mut fields = Map::new();
        match named {
            Named::Open(_) => drop(fields.insert("name".into(), json!(fullest))),
            Named::Place(id) => {
                let place = gazetteer.place(*id);
                match &place.code {
                    Some(code) => {
                        fields.insert("name".into(), json!(place.name));
                        fields.insert("code".into(), json!(code));
                    }
                    None => {
                        fields.insert("name".into(), json!(fullest));
                        fields.insert("place".into(), json!(place.name));
                        fields.insert("slug".into(), json!(place.slug));
                    }
                }
            }
        }
        fields.insert("written".into(), json!(written));
        fields.insert("times".into(), json!(times));
        Value::Object(fields)
    };
    named(draft, gazetteer, divisions).map(value).collect()
}

/// Where a place is named first: the very name, if it stands in the raw text as in the draft.
#[must_use]
pub fn placed(it: &Found<Placed>, raw: &str) -> Evidence {
    let mut evidence = it.evidence.clone();
    let line = &raw[evidence.span.clone()];
    let places = line.match_indices(&it.value.written).map(|(at, _)| at);
    if let Some(at) = places.take(it.value.skipped + 1).last() {
        let start = evidence.span.start + at;
        evidence.span = start..start + it.value.written.len();
    }
    evidence
}

/// The kinds of blocks, each a field of its own.
#[derive(Clone, Copy, PartialEq)]
enum Kind {
    Heading,
    Caption,
    Paragraph,
}

impl Kind {
    fn of(self, draft: &Draft) -> impl Iterator<Item = &Found<Block>> {
        let kind = |block: &Block| match block {
            Block::Heading(_) => Self::Heading,
            Block::Caption { .. } => Self::Caption,
            Block::Paragraph(_) | Block::Row(_) => Self::Paragraph,
        };
        draft.blocks.iter().filter(move |it| kind(&it.value) == self)
    }
}

/// A heading, a paragraph or the row of a table as text; a caption as its whole line, and whose the picture is.
fn block(extraction: &Extraction, it: &Found<Block>) -> Value {
    match &it.value {
        Block::Heading(text) | Block::Paragraph(text) => json!(text),
        Block::Row(cells) => json!(cells.join(" ")),
        Block::Caption { credit, .. } => {
            let start = it.evidence.span.start;
            let at = extraction.lines.binary_search_by_key(&start, |line| line.span.start);
            let text = at.map(|at| typography::set(&extraction.lines[at].text)).unwrap_or_default();
            json!({ "text": text, "credit": Some(credit).filter(|it| !it.is_empty()) })
        }
    }
}

/// The evidence for each field.
fn all_evidence(draft: &Draft, raw: &str, gazetteer: &Gazetteer) -> Value {
    let counter = RefCell::new(LineCounter::default());
    let one = |it: &Evidence| evidence(it, counter.borrow_mut().number(raw, it.span.start));
    let of = |it: &Option<Found<String>>| it.as_ref().map(|it| one(&it.evidence));
    let list = |kind: Kind| kind.of(draft).map(|it| one(&it.evidence)).collect::<Vec<Value>>();
    let places = |divisions: bool| {
        let found = named(draft, gazetteer, divisions).map(|it| one(&placed(it, raw)));
        found.collect::<Vec<Value>>()
    };
    let mut fields = json!({
        "title": one(&draft.title.evidence),
        "subtitle": of(&draft.subtitle),
        "date": draft.date.as_ref().map(|it| one(&it.evidence)),
        "publication": of(&draft.publication),
        "edition": of(&draft.edition),
        "series": of(&draft.series),
        "section": draft.section.iter().map(|it| one(&it.evidence)).collect::<Vec<_>>(),
        "byline": draft.byline.iter().map(|it| one(&it.evidence)).collect::<Vec<_>>(),
        "headings": list(Kind::Heading),
        "captions": list(Kind::Caption),
        "body": list(Kind::Paragraph),
        "places": places(true),
        "zones": places(false),
        "primary_cities": draft.cities.iter().map(|it| one(&it.evidence)).collect::<Vec<_>>(),
    });
    let stated = stated::evidence(&draft.stated, raw, |span, rule, confidence| {
        one(&Evidence { span, rule: rule.to_owned(), confidence })
    });
    for (key, value) in stated {
        fields[key] = value;
    }
    let topic =
        |it: &Proposal| json!({ "topic": it.topic, "score": round(it.score), "terms": it.terms });
    fields["topics"] = draft.topics.iter().filter(|it| it.proposed).map(topic).collect();
    fields
}

fn round(number: f64) -> f64 {
    (number * 1000.0).round() / 1000.0
}

fn evidence(it: &Evidence, line: usize) -> Value {
    let mut fields = Map::new();
    fields.insert("span".into(), json!([it.span.start, it.span.end]));
    fields.insert("line".into(), json!(line));
    fields.insert("rule".into(), json!(it.rule));
    fields.insert("confidence".into(), json!(round(f64::from(it.confidence))));
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
        // As lines are split: at LF, CR LF and CR.
        let passed = &raw[self.at..byte];
        let ends = passed.matches('\n').count() + passed.matches('\r').count();
        self.lines += ends - passed.matches("\r\n").count();
        self.at = byte;
        self.lines + 1
    }
}

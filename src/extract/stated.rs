//! The names and figures of a draft as data for other programs.
//!
//! In: a [`Stated`]. Out: JSON: people, organisations, projects, documents and figures, each a list, and the
//! evidence for each. Nothing is decided here.

use std::ops::Range;

use serde_json::{Value, json};

use super::about::Stated;
use crate::facts::{Figure, Kind, Name, Rule};

/// The lists of names by their keys.
const LISTS: [(&str, Kind); 4] = [
    ("people", Kind::Person),
    ("organisations", Kind::Organisation),
    ("projects", Kind::Project),
    ("documents", Kind::Document),
];

/// The fields, each a list.
#[must_use]
pub fn fields(stated: &Stated) -> Vec<(String, Value)> {
    let named = |kind: Kind| stated.facts.names.iter().filter(move |it| it.kind == kind);
    let list = |(key, kind): (&str, Kind)| {
        (key.to_owned(), named(kind).map(|it| name(stated, it)).collect())
    };
    let figures = stated.facts.figures.iter().map(|it| figure(stated, it)).collect();
    LISTS.into_iter().map(list).chain([("figures".to_owned(), figures)]).collect()
}

/// The evidence for each item of [`fields`]: where it stands first, the rule, how sure it is; of a name the same for
/// each of its mentions. `evidence` makes the value of a span of the raw text, a rule and a confidence.
pub fn evidence(
    stated: &Stated,
    raw: &str,
    mut evidence: impl FnMut(Range<usize>, &str, f32) -> Value,
) -> Vec<(String, Value)> {
    let mut fields = Vec::new();
    for (key, kind) in LISTS {
        let of = |it: &Name| {
            let first = &it.mentions[0];
            let best = it
                .mentions
                .iter()
                .map(|it| it.rule)
                .max_by(|a, b| a.confidence().total_cmp(&b.confidence()));
            let rule = best.unwrap_or(first.rule);
            let mut of = |span: &Range<usize>, rule: Rule| {
                evidence(stated.in_raw(span, raw), rule.describe(), rule.confidence())
            };
            let mut value = of(&first.span, rule);
            value["mentions"] = it.mentions.iter().map(|it| of(&it.span, it.rule)).collect();
            value
        };
        let named = stated.facts.names.iter().filter(|it| it.kind == kind);
        fields.push((key.to_owned(), named.map(of).collect::<Vec<_>>().into()));
    }
    let figures = stated.facts.figures.iter();
    let figures: Vec<Value> = figures
        .map(|it| {
            evidence(
                stated.in_raw(&it.span, raw),
                Rule::Figure.describe(),
                Rule::Figure.confidence(),
            )
        })
        .collect();
    fields.push(("figures".to_owned(), figures.into()));
    fields
}

/// Names and figures for people to read, in the order of the text: what each is, the text, where it stands in the raw
/// text, the rule.
#[must_use]
pub fn listed(stated: &Stated, raw: &str) -> Vec<(&'static str, String, Range<usize>, Rule)> {
    let kind = |kind: Kind| match kind {
        Kind::Person => "person",
        Kind::Organisation => "organisation",
        Kind::Project => "project",
        Kind::Document => "document",
    };
    let text = |span: &Range<usize>| &stated.text[span.clone()];
    let names = stated.facts.names.iter().map(|it| {
        let mut name = it.written(&stated.text).to_owned();
        for office in &it.offices {
            name += if office.left { ", no longer " } else { ", " };
            name += text(&office.span);
        }
        let first = &it.mentions[0];
        (first.span.start, (kind(it.kind), name, stated.in_raw(&first.span, raw), first.rule))
    });
    let figures = stated.facts.figures.iter().map(|it| {
        let written = format!("{} {}", text(&it.what), text(&it.span));
        let place = stated.in_raw(&it.span, raw);
        (it.span.start, ("figure", written.trim_start().to_owned(), place, Rule::Figure))
    });
    let mut all: Vec<_> = names.chain(figures).collect();
    all.sort_by_key(|(start, _)| *start);
    all.into_iter().map(|(_, it)| it).collect()
}

fn name(stated: &Stated, it: &Name) -> Value {
    let text = |span: &Range<usize>| stated.text[span.clone()].to_owned();
    let written = it.written(&stated.text);
    let mut forms: Vec<String> = it.mentions.iter().map(|it| text(&it.span)).collect();
    forms.sort();
    forms.dedup();
    forms.retain(|it| it != written);
    let mut value = json!({ "name": written, "alt": forms, "times": it.mentions.len() });
    if it.kind == Kind::Person {
        let offices = |left: bool| {
            let found = it.offices.iter().filter(|it| it.left == left);
            let mut offices: Vec<String> = found.map(|it| text(&it.span)).collect();
            offices.dedup();
            offices
        };
        let (held, left) = (offices(false), offices(true));
        let all = if held.is_empty() { &left } else { &held };
        value["office"] = json!(all.iter().max_by_key(|it| it.chars().count()));
        value["offices"] = json!(held);
        value["left"] = json!(left);
    }
    value
}

fn figure(stated: &Stated, it: &Figure) -> Value {
    let text = |span: &Range<usize>| &stated.text[span.clone()];
    let of = it.of.map(|at| stated.facts.names[at].written(&stated.text));
    json!({
        "as_written": text(&it.span),
        "value": text(&it.number),
        "unit": text(&it.unit),
        "low": it.low,
        "high": it.high,
        "exactness": it.exactness,
        "measure": it.measure,
        "what": text(&it.what),
        "of": of,
        "status": it.status,
    })
}

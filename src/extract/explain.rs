//! Why a raw article was read as it was.
//!
//! In: a [`Raw`] article. Out: each of its lines with the role it was given, how sure that is, which role would
//! be next, and what spoke for it; as data, for a screen or for another program.

use serde::Serialize;

use super::features;
use super::lines::Line;
use super::review::percent;
use super::{Raw, json};

/// A line of a raw article, explained.
#[derive(Debug, Serialize)]
pub struct Explained<'a> {
    /// The number of the line; the first one is 1.
    pub line: usize,
    /// Where it stands, in bytes.
    pub span: [usize; 2],
    /// Its text.
    pub text: &'a str,
    /// Its role; none if the raw article holds no article.
    pub role: Option<&'static str>,
    /// How sure that is, in percent.
    pub percent: u8,
    /// The role that would be next best.
    pub otherwise: Option<&'static str>,
    /// What speaks for the role, and against it, the strongest first.
    pub reasons: Vec<Reason>,
}

/// What speaks for a role.
#[derive(Debug, Serialize)]
pub struct Reason {
    /// The name of the feature, as in `model.toml`.
    pub feature: &'static str,
    /// What it means.
    pub meaning: &'static str,
    /// What it is worth.
    pub weight: f64,
}

/// The lines of a raw article.
#[must_use]
pub fn lines(raw: &Raw) -> Vec<Explained<'_>> {
    let mut counter = json::LineCounter::default();
    let mut explain = |(i, line): (usize, &'_ Line)| {
        let labelled = raw.extraction.labelled.get(i);
        let reasons = labelled.into_iter().flat_map(|it| &it.reasons);
        Explained {
            line: counter.number(&raw.text, line.span.start),
            span: [line.span.start, line.span.end],
            text: raw.extraction.lines[i].text.as_str(),
            role: labelled.map(|it| it.role.name()),
            percent: labelled.map_or(0, |it| percent(it.confidence)),
            otherwise: labelled.map(|it| it.otherwise.name()),
            reasons: reasons.map(|(name, weight)| reason(name, *weight)).collect(),
        }
    };
    raw.extraction.lines.iter().enumerate().map(&mut explain).collect()
}

fn reason(feature: &'static str, weight: f32) -> Reason {
    Reason {
        feature,
        meaning: features::meaning(feature),
        weight: (f64::from(weight) * 100.0).round() / 100.0,
    }
}

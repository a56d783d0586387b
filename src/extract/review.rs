//! What a person should confirm in a draft.
//!
//! In: a raw article and what was read in it. Out: notes, each at its place in the raw article: a line whose
//! role is doubtful, a day that was inferred or is missing, no source. A draft is never changed for it.

use std::sync::Arc;

use super::model::{Labelled, Role};
use super::{Draft, Raw};
use crate::diagnostic::{At, Diagnostic, Span, problems};
use crate::file::SitePath;

/// A line whose role is less sure than this is doubtful, if its other role would change the article.
const SURE: f32 = 0.7;

/// No more lines of one article are listed, the least sure first.
const MOST: usize = 8;

/// The notes on a draft.
#[must_use]
pub fn notes(path: &SitePath, raw: &Raw, draft: &Draft) -> Vec<Diagnostic> {
    let at = |bytes| At::Span(Span { path: path.clone(), text: Arc::clone(&raw.text), bytes });
    let mut notes = Vec::new();
    match &draft.date {
        None => notes.push(problems::no_date(At::File(path.clone()))),
        Some(date) => {
            let inferred = date.value.inferred.as_ref();
            let note = |why: &String| {
                problems::inferred_date(
                    at(date.evidence.span.clone()),
                    &date.value.day.to_string(),
                    why,
                )
            };
            notes.extend(inferred.map(note));
        }
    }
    if draft.publication.is_none() {
        notes.push(problems::no_source(At::File(path.clone())));
    }
    let lines = std::iter::zip(&raw.extraction.lines, &raw.extraction.labelled);
    let mut doubtful: Vec<_> = lines.filter(|(_, it)| is_doubtful(it)).collect();
    doubtful.sort_by(|a, b| a.1.confidence.total_cmp(&b.1.confidence));
    doubtful.truncate(MOST);
    notes.extend(doubtful.into_iter().map(|(line, it)| {
        let percent = percent(it.confidence);
        problems::doubtful_line(
            at(line.span.clone()),
            article(it.role),
            article(it.otherwise),
            percent,
        )
    }));
    notes
}

/// Whether somebody should look: the role is not sure, and the other one would change the article.
fn is_doubtful(line: &Labelled) -> bool {
    line.confidence < SURE && kept_as(line.role) != kept_as(line.otherwise)
}

/// What becomes of a line in the article.
fn kept_as(role: Role) -> Role {
    match role {
        Role::Credit => Role::Caption,
        Role::Byline => Role::Dateline,
        Role::Duplicate => Role::Furniture,
        other => other,
    }
}

/// A share as people write it, from 0 to 100.
#[must_use]
#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "a share lies between 0 and 1"
)]
pub fn percent(share: f32) -> u8 {
    (share * 100.0).round() as u8
}

/// A role in a sentence.
const fn article(role: Role) -> &'static str {
    match role {
        Role::Title => "the headline",
        Role::Subtitle => "the kicker or deck",
        Role::Dateline => "data of the article",
        Role::Byline => "a byline",
        Role::Breadcrumb => "a breadcrumb",
        Role::Series => "the name of a series",
        Role::Heading => "a heading",
        Role::Caption => "a caption",
        Role::Credit => "the credit of a picture",
        Role::Paragraph => "a paragraph",
        Role::Duplicate => "a second copy",
        Role::Furniture => "furniture",
    }
}

//! What a person should confirm in a draft.
//!
//! In: a raw article and what was read in it. Out: notes, each at its place in the raw article: a line whose
//! role is doubtful, a day that was inferred or is missing, no source. A draft is never changed for it.

use std::sync::Arc;

use super::lines::{Line, ends_sentence};
use super::model::{Labelled, Role};
use super::{Draft, Raw};
use crate::diagnostic::{At, Diagnostic, Span, problems};
use crate::file::SitePath;

/// A line whose role is less sure than this is doubtful, if its other role would change the article.
const SURE: f32 = 0.75;

/// No more lines of one article are listed, the least sure first.
const MOST: usize = 8;

/// The notes on a draft; `article` is the file that would be corrected.
#[must_use]
pub fn notes(path: &SitePath, article: &str, raw: &Raw, draft: &Draft) -> Vec<Diagnostic> {
    let at = |bytes| At::Span(Span { path: path.clone(), text: Arc::clone(&raw.text), bytes });
    let mut notes = Vec::new();
    match &draft.date {
        None => notes.push(problems::no_date(At::File(path.clone()), article)),
        Some(date) => {
            let inferred = date.value.inferred.as_ref();
            let note = |why: &String| {
                problems::inferred_date(
                    at(date.evidence.span.clone()),
                    &date.value.day.to_string(),
                    why,
                    article,
                )
            };
            notes.extend(inferred.map(note));
        }
    }
    if draft.publication.is_none() {
        notes.push(problems::no_source(At::File(path.clone()), article));
    }
    if let Some(percent) = left_out(raw) {
        notes.push(problems::much_left_out(At::File(path.clone()), percent));
    }
    let lines = std::iter::zip(&raw.extraction.lines, &raw.extraction.labelled);
    // A sentence among paragraphs that was left out is looked at, however sure that was.
    let lost = |line: &Line, it: &Labelled| {
        it.role == Role::Furniture && it.in_article && ends_sentence(&line.text)
    };
    let mut doubtful: Vec<_> =
        lines.filter(|(line, it)| is_doubtful(it) || lost(line, it)).collect();
    doubtful.sort_by(|a, b| a.1.confidence.total_cmp(&b.1.confidence));
    doubtful.truncate(MOST);
    notes.extend(doubtful.into_iter().map(|(line, it)| {
        let percent = percent(it.confidence);
        problems::doubtful_line(
            at(line.span.clone()),
            kind(it.role),
            kind(it.otherwise),
            percent,
            article,
        )
    }));
    notes
}

/// How much of the sentences of a raw article is not in its article, in percent, if that is most of them.
fn left_out(raw: &Raw) -> Option<u8> {
    /// Short raw articles are seen at a glance, in characters.
    const LEAST: usize = 300;
    let lines = std::iter::zip(&raw.extraction.lines, &raw.extraction.labelled);
    let sentences = lines
        .filter(|(line, it)| it.role != Role::Duplicate && line.text.contains(['，', '。', '、']));
    let (mut all, mut out) = (0, 0);
    for (line, it) in sentences {
        let characters = line.text.chars().count();
        all += characters;
        out += if it.role == Role::Furniture { characters } else { 0 };
    }
    (all >= LEAST && out * 2 > all).then(|| u8::try_from(out * 100 / all).unwrap_or(100))
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
const fn kind(role: Role) -> &'static str {
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

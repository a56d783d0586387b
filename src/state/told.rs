//! What was wrong in the last build.
//!
//! In: diagnostics. Out: the same again, in another process.

use std::sync::Arc;

use serde::{Deserialize, Serialize};

use crate::diagnostic::{At, Diagnostic, Severity, Span};
use crate::file::SitePath;

/// A diagnostic; of a text its span.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(super) struct Told {
    pub(super) id: String,
    severity: u8,
    message: String,
    hint: Option<String>,
    pub(super) path: Option<SitePath>,
    span: Option<(usize, usize, Arc<str>)>,
}

impl Told {
    pub(super) fn of(it: &Diagnostic) -> Self {
        let span = match &it.at {
            At::Span(Span { text, bytes, .. }) => Some((bytes.start, bytes.end, Arc::clone(text))),
            _ => None,
        };
        Self {
            id: it.id.to_owned(),
            severity: it.severity as u8,
            message: it.message.clone(),
            hint: it.hint.clone(),
            path: it.at.path().cloned(),
            span,
        }
    }

    pub(super) fn diagnostic(&self) -> Option<Diagnostic> {
        let at = match (self.path.clone(), self.span.clone()) {
            (None, _) => At::Site,
            (Some(path), None) => At::File(path),
            (Some(path), Some((start, end, text))) => {
                At::Span(Span { path, text, bytes: start..end })
            }
        };
        let severities = [Severity::Error, Severity::Warning, Severity::Note];
        Some(Diagnostic {
            // A process reads this once, and the names are few.
            id: self.id.clone().leak(),
            severity: *severities.get(usize::from(self.severity))?,
            message: self.message.clone(),
            at,
            hint: self.hint.clone(),
            // Whoever corrects files reads them first.
            fix: None,
        })
    }
}

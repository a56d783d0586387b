//! What can be wrong with a site, where, and what to do about it.
//!
//! In: a problem that some stage found. Out: a [`Diagnostic`], made by one of the functions of
//! [`problems`] (their list is the list of what can be wrong) and shown by [`report`].
//! A problem of the machine (a disk that is full) is no diagnostic but an error.

pub mod problems;
pub mod report;

use std::ops::Range;
use std::sync::Arc;

use crate::file::SitePath;

/// How bad it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Severity {
    /// Something was left out of the site; `digest` ends with 1.
    Error,
    /// Everything was built, but somebody should look.
    Warning,
    /// Nothing is wrong, but a person should confirm it; `digest check` lists it.
    Note,
}

/// A stretch of a text file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Span {
    /// The file.
    pub path: SitePath,
    /// The whole text of the file.
    pub text: Arc<str>,
    /// The stretch, in bytes of `text`.
    pub bytes: Range<usize>,
}

/// Where the problem is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum At {
    /// In no file.
    Site,
    /// In a file as a whole, or in one whose text cannot be shown.
    File(SitePath),
    /// In a stretch of a text.
    Span(Span),
}

impl At {
    /// The file, if there is one.
    #[must_use]
    pub const fn path(&self) -> Option<&SitePath> {
        match self {
            Self::Site => None,
            Self::File(path) => Some(path),
            Self::Span(span) => Some(&span.path),
        }
    }
}

/// One problem, ready to be shown.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Diagnostic {
    /// The stable name that people may refer to: `unknown-city`.
    pub id: &'static str,
    /// How bad it is.
    pub severity: Severity,
    /// One line: lower case, no full stop, the thing in backquotes.
    pub message: String,
    /// Where it is.
    pub at: At,
    /// What to do.
    pub hint: Option<String>,
    /// How the file is corrected, where that is certain.
    pub fix: Option<Fix>,
}

/// A correction of the file that a diagnostic is about.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fix {
    /// The stretch of the file, in bytes.
    pub bytes: Range<usize>,
    /// What stands there.
    pub old: String,
    /// What belongs there.
    pub new: String,
}

/// Sorts by file and position, so that a report reads from top to bottom; what says the same of one place is shown once.
pub fn sort(diagnostics: &mut Vec<Diagnostic>) {
    let key = |it: &Diagnostic| {
        let start = if let At::Span(span) = &it.at { span.bytes.start } else { 0 };
        (it.at.path().cloned(), start, it.severity, it.id, it.message.clone())
    };
    diagnostics.sort_by_cached_key(key);
    // A template is read once for each script, and its text is another one then.
    diagnostics.dedup_by(|next, it| key(next) == key(it));
}

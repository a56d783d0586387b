//! What all commands print with.

use std::io::{self, Write};
use std::time::Duration;

use anyhow::{Context, Result};

use crate::diagnostic::{Diagnostic, Severity, report};

/// People are shown this many diagnostics at the most.
const SHOWN: usize = 100;

/// A line for people, where nobody may be listening.
pub(super) fn complain(line: &str) {
    drop(writeln!(anstream::stderr(), "{line}"));
}

/// A line of the result. A reader who has gone away has read enough.
pub(super) fn say(line: &str) -> Result<()> {
    match writeln!(anstream::stdout(), "{line}") {
        Err(error) if error.kind() != io::ErrorKind::BrokenPipe => {
            Err(error).context("cannot print")
        }
        _ => Ok(()),
    }
}

/// What is wrong, for people.
pub(super) fn diagnostics(diagnostics: &[Diagnostic]) {
    for it in diagnostics.iter().take(SHOWN) {
        complain(&format!("{}\n", report::human(it, true)));
    }
    let more = diagnostics.len().saturating_sub(SHOWN);
    if more > 0 {
        complain(&format!("and {more} more; `--format json` prints all of them\n"));
    }
}

/// `; 1 error, 2 warnings`, or nothing.
pub(super) fn problems(diagnostics: &[Diagnostic]) -> String {
    let count = |severity| diagnostics.iter().filter(|it| it.severity == severity).count();
    let found = [
        (count(Severity::Error), "error"),
        (count(Severity::Warning), "warning"),
        (count(Severity::Note), "note"),
    ];
    let found: Vec<String> =
        found.into_iter().filter(|it| it.0 > 0).map(|(n, what)| counted(n, what)).collect();
    if found.is_empty() { String::new() } else { format!("; {}", found.join(", ")) }
}

pub(super) fn millis(time: Duration) -> f64 {
    time.as_secs_f64() * 1000.0
}

/// `1 page`, `2 pages`.
pub(super) fn counted(n: usize, what: &str) -> String {
    if n == 1 { format!("1 {what}") } else { format!("{n} {what}s") }
}

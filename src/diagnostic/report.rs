//! Diagnostics as text: for people, for programs, for GitHub.
//!
//! In: diagnostics. Out: text. Columns count the width on a screen, on which a Han character takes two;
//! `character` counts characters. Both, and lines, begin at 1.

use annotate_snippets::{AnnotationKind, Group, Level, Origin, Renderer, Snippet};
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use serde::Serialize;
use serde_json::json;
use unicode_width::UnicodeWidthStr;

use super::{At, Diagnostic, Severity, Span};

/// What is escaped in the address of a file.
const URI: &AsciiSet =
    &NON_ALPHANUMERIC.remove(b'/').remove(b'-').remove(b'_').remove(b'.').remove(b'~');

/// A source line is shown up to this many bytes around the span, so that a paragraph of a thousand
/// characters does not bury the message.
const SHOWN_BYTES: usize = 90;

/// A place in a text as people count.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Position {
    /// The line.
    pub line: usize,
    /// The column on a screen: `青岛x` has its `x` in column 5.
    pub column: usize,
    /// The character of the line.
    pub character: usize,
}

/// Where a byte of a text is. An offset beyond the end or inside a character counts as the place before it.
#[must_use]
pub fn position(text: &str, offset: usize) -> Position {
    let before = &text[..text.floor_char_boundary(offset)];
    let line_start = before.rfind('\n').map_or(0, |newline| newline + 1);
    let in_line = before[line_start..].trim_start_matches('\u{feff}');
    let line = before.bytes().filter(|byte| *byte == b'\n').count() + 1;
    Position { line, column: in_line.width() + 1, character: in_line.chars().count() + 1 }
}

/// For people: message, place (`file:line:column`), the source line with a caret, the hint.
#[must_use]
pub fn human(diagnostic: &Diagnostic, colour: bool) -> String {
    let level = match diagnostic.severity {
        Severity::Error => Level::ERROR,
        Severity::Warning => Level::WARNING,
        Severity::Note => Level::NOTE,
    };
    let title = level.primary_title(&diagnostic.message).id(diagnostic.id);
    let mut group = Group::with_title(title);
    let mut place = None;
    match &diagnostic.at {
        At::Site => {}
        At::File(path) => group = group.element(Origin::path(path.as_str())),
        At::Span(span) => {
            let excerpt = Excerpt::of(span);
            place = Some(excerpt.place(span));
            let here = position(&span.text, span.bytes.start);
            let caret = AnnotationKind::Primary.span(excerpt.bytes);
            let snippet = Snippet::source(excerpt.text).path(span.path.as_str());
            group = group.element(snippet.line_start(here.line).annotation(caret));
        }
    }
    if let Some(hint) = &diagnostic.hint {
        group = group.element(Level::HELP.with_name("hint").message(hint));
    }
    let renderer = if colour { Renderer::styled() } else { Renderer::plain() };
    let text = renderer.render(&[group]);
    match place {
        Some((printed, meant)) => text.replacen(&printed, &meant, 1),
        None => text,
    }
}

/// The line of a span, cut to what fits, and the span in it.
struct Excerpt {
    text: String,
    bytes: std::ops::Range<usize>,
}

impl Excerpt {
    fn of(span: &Span) -> Self {
        let text = &*span.text;
        let start = text.floor_char_boundary(span.bytes.start);
        let line_start = text[..start].rfind('\n').map_or(0, |newline| newline + 1);
        let line_end = text[start..].find('\n').map_or(text.len(), |length| start + length);
        let end = text.ceil_char_boundary(span.bytes.end).clamp(start, line_end);
        let from = text.floor_char_boundary(start.saturating_sub(SHOWN_BYTES)).max(line_start);
        let until = text
            .ceil_char_boundary(end.min(start + SHOWN_BYTES).saturating_add(SHOWN_BYTES))
            .min(line_end);
        let head = if from > line_start { "…" } else { "" };
        let tail = if until < line_end { "…" } else { "" };
        let shown = text[from..until].trim_end_matches('\r').replace(['\t', '\0', '\u{feff}'], " ");
        let shift = |offset: usize| {
            head.len()
                + text[from..offset.clamp(from, until)]
                    .trim_end_matches('\r')
                    .replace(['\t', '\0', '\u{feff}'], " ")
                    .len()
        };
        Self { bytes: shift(start)..shift(end), text: format!("{head}{shown}{tail}") }
    }
}

impl Excerpt {
    /// How the renderer prints the place of the span (in characters of the excerpt), and how it is meant.
    fn place(&self, span: &Span) -> (String, String) {
        let here = position(&span.text, span.bytes.start);
        let head = format!("{}:{}", span.path, here.line);
        let printed = position(&self.text, self.bytes.start).character;
        (format!("{head}:{printed}"), format!("{head}:{}", here.column))
    }
}

/// One diagnostic as programs read it.
#[derive(Debug, Serialize)]
pub struct Json<'a> {
    id: &'a str,
    severity: &'a str,
    message: &'a str,
    file: Option<&'a str>,
    #[serde(flatten)]
    start: Option<Position>,
    end: Option<Position>,
    hint: Option<&'a str>,
}

/// For programs.
#[must_use]
pub fn json(diagnostic: &Diagnostic) -> Json<'_> {
    let span = if let At::Span(span) = &diagnostic.at { Some(span) } else { None };
    Json {
        id: diagnostic.id,
        severity: severity(diagnostic),
        message: &diagnostic.message,
        file: diagnostic.at.path().map(crate::file::SitePath::as_str),
        start: span.map(|it| position(&it.text, it.bytes.start)),
        end: span.map(|it| position(&it.text, it.bytes.end)),
        hint: diagnostic.hint.as_deref(),
    }
}

/// `file:line:column`, as far as it is known.
#[must_use]
pub fn place(diagnostic: &Diagnostic) -> String {
    match &diagnostic.at {
        At::Site => String::new(),
        At::File(path) => path.to_string(),
        At::Span(span) => {
            let Position { line, column, .. } = position(&span.text, span.bytes.start);
            format!("{}:{line}:{column}", span.path)
        }
    }
}

/// `error`, `warning` or `note`; the first two as GitHub calls them too.
#[must_use]
pub const fn severity(diagnostic: &Diagnostic) -> &'static str {
    match diagnostic.severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
        Severity::Note => "note",
    }
}

/// For GitHub: a workflow command, shown at the line of the file in a pull request.
#[must_use]
pub fn github(diagnostic: &Diagnostic) -> String {
    let mut properties = Vec::new();
    if let Some(path) = diagnostic.at.path() {
        properties.push(format!("file={}", escape_property(path.as_str())));
    }
    if let At::Span(span) = &diagnostic.at {
        let here = position(&span.text, span.bytes.start);
        properties.push(format!("line={},col={}", here.line, here.character));
    }
    properties.push(format!("title={}", diagnostic.id));
    let hint = diagnostic.hint.as_ref().map_or(String::new(), |hint| format!("\nhint: {hint}"));
    let message = escape_data(&format!("{}{hint}", diagnostic.message));
    let command = match diagnostic.severity {
        Severity::Note => "notice",
        _ => severity(diagnostic),
    };
    format!("::{command} {}::{message}", properties.join(","))
}

/// Escapes the text of a workflow command.
fn escape_data(text: &str) -> String {
    text.replace('%', "%25").replace('\r', "%0D").replace('\n', "%0A")
}

/// Escapes a property of a workflow command.
fn escape_property(text: &str) -> String {
    escape_data(text).replace(':', "%3A").replace(',', "%2C")
}

/// For programs that read SARIF 2.1.0, as GitHub's code scanning does: one run with all diagnostics and their rules.
#[must_use]
pub fn sarif(diagnostics: &[Diagnostic], version: &str) -> serde_json::Value {
    let mut rules: Vec<&str> = diagnostics.iter().map(|it| it.id).collect();
    rules.sort_unstable();
    rules.dedup();
    let rule =
        |id: &&str| json!({ "id": id, "shortDescription": { "text": id.replace('-', " ") } });
    json!({
        "$schema": "https://json.schemastore.org/sarif-2.1.0.json",
        "version": "2.1.0",
        "runs": [{
            "tool": { "driver": {
                "name": "digest",
                "semanticVersion": version,
                "rules": rules.iter().map(rule).collect::<Vec<_>>(),
            } },
            // Columns are counted in characters.
            "columnKind": "unicodeCodePoints",
            "results": diagnostics.iter().map(|it| result(it, &rules)).collect::<Vec<_>>(),
        }],
    })
}

fn result(it: &Diagnostic, rules: &[&str]) -> serde_json::Value {
    let hint = it.hint.as_ref().map_or(String::new(), |hint| format!(" ({hint})"));
    let mut result = json!({
        "ruleId": it.id,
        "ruleIndex": rules.binary_search(&it.id).ok(),
        "level": severity(it),
        "message": { "text": format!("{}{hint}", it.message) },
    });
    if let Some(path) = it.at.path() {
        let uri = utf8_percent_encode(path.as_str(), URI).to_string();
        let mut place = json!({ "artifactLocation": { "uri": uri } });
        if let At::Span(span) = &it.at {
            let [start, end] =
                [span.bytes.start, span.bytes.end].map(|at| position(&span.text, at));
            place["region"] = json!({
                "startLine": start.line,
                "startColumn": start.character,
                "endLine": end.line,
                "endColumn": end.character,
            });
        }
        result["locations"] = json!([{ "physicalLocation": place }]);
    }
    result
}

//! A draft → the text of a Markdown file.
//!
//! In: a [`Draft`] and where it came from. Out: front matter and body, signed (see
//! [`provenance`]); the same draft always gives the same bytes.

use super::{Block, Draft, Found};
use crate::article::Credit;
use crate::article::provenance::{self, Raw};
use crate::gazetteer::Gazetteer;

/// How many digits of the raw article's hash a slug ends in: enough to tell apart the articles that one
/// place has on one day.
pub const HASH_DIGITS: usize = 4;

/// How many where that was not enough, or where there is no day.
pub const MORE_HASH_DIGITS: usize = 12;

/// The address of a new article, given once and kept: day, first place, hash: `2023-03-10-zhucheng-864e`.
#[must_use]
pub fn slug(draft: &Draft, raw: &Raw, gazetteer: &Gazetteer, digits: usize) -> String {
    let day = draft.date.as_ref().map(|it| it.value.day.to_string());
    let place = draft.cities.first().map(|it| gazetteer.place(it.value).slug.clone());
    let digits = if day.is_some() { digits } else { MORE_HASH_DIGITS };
    let hash = Some(raw.sha256[..digits].to_owned());
    [day, place, hash].into_iter().flatten().collect::<Vec<_>>().join("-")
}

/// Writes the file.
#[must_use]
pub fn write(draft: &Draft, raw: &Raw, slug: &str, gazetteer: &Gazetteer) -> String {
    let mut lines = vec!["+++".to_owned(), field("title", &draft.title.value)];
    lines.extend(draft.subtitle.as_ref().map(|it| field("subtitle", &it.value)));
    lines.extend(draft.date.as_ref().map(|it| match &it.value.inferred {
        Some(reason) => format!("date = {} # {reason}", it.value.day),
        None => format!("date = {}", it.value.day),
    }));
    lines.push(field("script", draft.script.tag()));
    lines.extend(source(draft));
    lines.extend(byline(&draft.byline));
    let traditional = draft.script.is_traditional();
    lines.push(list(
        "cities",
        draft.cities.iter().map(|it| gazetteer.unique_name(it.value, traditional)),
    ));
    // Where none is proposed nothing is said, so that topics which the site gets later may be.
    let topics: Vec<String> = draft.topics_proposed().map(str::to_owned).collect();
    if !topics.is_empty() {
        lines.push(list("topics", topics.into_iter()));
    }
    lines.push(field("slug", slug));
    lines.extend([
        String::new(),
        "[raw]".to_owned(),
        field("path", raw.path.as_str()),
        field("sha256", &raw.sha256),
    ]);
    lines.push("+++\n".to_owned());
    lines.extend(body(&draft.blocks));
    let mut text = lines.join("\n");
    text.truncate(text.trim_end().len());
    text.push('\n');
    provenance::sign(&text)
}

fn field(key: &str, value: &str) -> String {
    format!("{key} = {}", quote(value))
}

/// A TOML string.
fn quote(text: &str) -> String {
    toml::Value::String(text.to_owned()).to_string()
}

fn list(key: &str, values: impl Iterator<Item = String>) -> String {
    format!("{key} = [{}]", values.map(|it| quote(&it)).collect::<Vec<_>>().join(", "))
}

/// A table on one line.
fn table(fields: impl IntoIterator<Item = Option<String>>) -> String {
    let fields: Vec<String> = fields.into_iter().flatten().collect();
    format!("{{ {} }}", fields.join(", "))
}

/// The field, if there is a value.
fn optional(key: &str, value: Option<&String>) -> Option<String> {
    value.map(|it| field(key, it))
}

/// `source = "…"` if nothing but the name is known, else a table.
fn source(draft: &Draft) -> Option<String> {
    let value =
        |key, found: &Option<Found<String>>| optional(key, found.as_ref().map(|it| &it.value));
    let section = draft.section.iter().map(|it| it.value.clone());
    let others = [
        value("edition", &draft.edition),
        value("column", &draft.series),
        (!draft.section.is_empty()).then(|| list("section", section)),
    ];
    if others.iter().all(Option::is_none) {
        return value("source", &draft.publication);
    }
    let name = value("name", &draft.publication);
    Some(format!("source = {}", table([name].into_iter().chain(others))))
}

fn byline(credits: &[Found<Credit>]) -> Vec<String> {
    if credits.is_empty() {
        return Vec::new();
    }
    let entry = |it: &Found<Credit>| {
        let Credit { role, name, affiliation } = &it.value;
        let (role, affiliation) =
            (optional("role", role.as_ref()), optional("affiliation", affiliation.as_ref()));
        format!("  {},", table([role, Some(field("name", name)), affiliation]))
    };
    let entries = credits.iter().map(entry);
    std::iter::once("byline = [".to_owned()).chain(entries).chain(["]".to_owned()]).collect()
}

/// The body, a block each; of neighbouring rows with as many cells, one table, the first row its head.
fn body(blocks: &[Found<Block>]) -> impl Iterator<Item = String> {
    let cells = |it: &Found<Block>| match &it.value {
        Block::Row(cells) => Some(cells.len()),
        _ => None,
    };
    let runs = blocks.chunk_by(move |a, b| cells(a).is_some() && cells(a) == cells(b));
    runs.map(move |run| {
        let mut lines: Vec<String> = run.iter().map(|it| block_text(&it.value)).collect();
        if let Some(count) = cells(&run[0]) {
            lines.insert(1, format!("|{}", "---|".repeat(count)));
        }
        lines.join("\n") + "\n"
    })
}

fn block_text(block: &Block) -> String {
    match block {
        Block::Row(cells) => {
            let cells: Vec<String> = cells.iter().map(|it| escape(it)).collect();
            format!("| {} |", cells.join(" | "))
        }
        Block::Heading(text) => format!("## {}", escape(text)),
        Block::Paragraph(text) => escape(text),
        Block::Caption { text, credit } if credit.is_empty() => format!("![{}](<>)", escape(text)),
        Block::Caption { text, credit } => {
            format!("![{}](<> \"{}\")", escape(text), escape(credit).replace('"', "\\\""))
        }
    }
}

/// Escapes what Markdown would take for a sign of its own, and nothing else, so that the file stays
/// readable.
#[must_use]
pub fn escape(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let digits = text.chars().take_while(char::is_ascii_digit).count();
    let tail = text.trim_end_matches('#').chars().count();
    for (i, c) in text.chars().enumerate() {
        let anywhere = matches!(c, '\\' | '`' | '*' | '_' | '[' | ']' | '<' | '~' | '&' | '|');
        let at_head = i == 0 && matches!(c, '#' | '>' | '-' | '+' | '=' | '!');
        let numbered = i > 0 && i == digits && matches!(c, '.' | ')');
        let at_tail = i >= tail;
        if anywhere || at_head || numbered || at_tail {
            out.push('\\');
        }
        out.push(c);
    }
    out
}

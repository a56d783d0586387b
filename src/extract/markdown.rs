//! A draft → the text of a Markdown file.
//!
//! In: a [`Draft`] and where it came from. Out: front matter and body, signed (see
//! [`provenance`]); the same draft always gives the same bytes.

use super::{Block, Draft};
use crate::article::provenance::{self, Raw};
use crate::article::{Credit, Origin};
use crate::gazetteer::Gazetteer;

/// How many digits of the raw article's hash a slug ends in: enough to tell apart the articles that one
/// place has on one day.
pub const HASH_DIGITS: usize = 4;

/// How many where that was not enough, or where there is no day.
pub const MORE_HASH_DIGITS: usize = 12;

/// The address of a new article, given once and kept: day, first place, hash: `2023-03-10-zhucheng-864e`.
#[must_use]
pub fn slug(draft: &Draft, raw: &Raw, gazetteer: &Gazetteer, digits: usize) -> String {
    let day = draft.date.as_ref().map(|it| it.day.to_string());
    let place = draft.cities.first().map(|id| gazetteer.place(*id).slug.clone());
    let digits = if day.is_some() { digits } else { MORE_HASH_DIGITS };
    let hash = Some(raw.sha256[..digits].to_owned());
    [day, place, hash].into_iter().flatten().collect::<Vec<_>>().join("-")
}

/// Writes the file.
#[must_use]
pub fn write(draft: &Draft, raw: &Raw, slug: &str, gazetteer: &Gazetteer) -> String {
    let mut lines = vec!["+++".to_owned(), field("title", &draft.title)];
    lines.extend(draft.subtitle.as_ref().map(|it| field("subtitle", it)));
    lines.extend(draft.date.as_ref().map(|it| match &it.inferred {
        Some(reason) => format!("date = {} # {reason}", it.day),
        None => format!("date = {}", it.day),
    }));
    lines.push(field("script", draft.script.tag()));
    lines.extend(source(&draft.source));
    lines.extend(byline(&draft.byline));
    let traditional = draft.script.is_traditional();
    lines.push(list(
        "cities",
        draft.cities.iter().map(|id| gazetteer.unique_name(*id, traditional)),
    ));
    lines.push(list("topics", draft.topics.iter().cloned()));
    lines.push(field("slug", slug));
    lines.extend([
        String::new(),
        "[raw]".to_owned(),
        field("path", raw.path.as_str()),
        field("sha256", &raw.sha256),
    ]);
    lines.push("+++\n".to_owned());
    lines.extend(draft.blocks.iter().map(|block| format!("{}\n", block_text(block))));
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
fn source(origin: &Origin) -> Option<String> {
    let name_only = Origin { name: origin.name.clone(), ..Origin::default() };
    if *origin == name_only {
        return optional("source", origin.name.as_ref());
    }
    let section =
        (!origin.section.is_empty()).then(|| list("section", origin.section.iter().cloned()));
    let fields = [
        optional("name", origin.name.as_ref()),
        optional("url", origin.url.as_ref()),
        optional("edition", origin.edition.as_ref()),
        optional("column", origin.column.as_ref()),
        section,
    ];
    Some(format!("source = {}", table(fields)))
}

fn byline(credits: &[Credit]) -> Vec<String> {
    if credits.is_empty() {
        return Vec::new();
    }
    let entry = |it: &Credit| {
        let role = optional("role", it.role.as_ref());
        let affiliation = optional("affiliation", it.affiliation.as_ref());
        format!("  {},", table([role, Some(field("name", &it.name)), affiliation]))
    };
    let entries = credits.iter().map(entry);
    std::iter::once("byline = [".to_owned()).chain(entries).chain(["]".to_owned()]).collect()
}

fn block_text(block: &Block) -> String {
    match block {
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

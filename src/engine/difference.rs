//! What differs between two texts of one article, in a sentence.
//!
//! In: the file that a person edited, the file as the program would make it now. Out: words for a diagnostic:
//! which fields, how many paragraphs.

use std::collections::BTreeSet;

use crate::markdown;

/// The fields whose values are compared.
const FIELDS: [&str; 8] =
    ["title", "subtitle", "date", "script", "source", "byline", "cities", "topics"];

/// What the new text says otherwise than the edited one.
pub(super) fn between(edited: &str, new: &str) -> String {
    let (edited, new) = (edited.replace("\r\n", "\n"), new.replace("\r\n", "\n"));
    let (edited, new) = (parts(&edited), parts(&new));
    let fields = FIELDS.into_iter().filter(|name| field(edited.0, name) != field(new.0, name));
    let fields: Vec<String> = fields.map(|it| format!("`{it}`")).collect();
    let (old_blocks, new_blocks) = (blocks(edited.1), blocks(new.1));
    let only = |a: &BTreeSet<&str>, b: &BTreeSet<&str>| a.difference(b).count();
    let counted = |n: usize, place: &str| {
        let noun = if n == 1 { "paragraph" } else { "paragraphs" };
        (n > 0).then(|| format!("{n} {noun} only in the {place}"))
    };
    let said = [
        (!fields.is_empty()).then(|| format!("different {}", fields.join(", "))),
        counted(only(&new_blocks, &old_blocks), "raw article"),
        counted(only(&old_blocks, &new_blocks), "article"),
    ];
    let said: Vec<String> = said.into_iter().flatten().collect();
    if said.is_empty() { "nothing that is kept differs".to_owned() } else { said.join(", ") }
}

/// Front matter and body.
fn parts(text: &str) -> (&str, &str) {
    match markdown::split(text) {
        Ok(parts) => (&text[parts.front_matter], &text[parts.body]),
        Err(_) => ("", text),
    }
}

/// The lines of a field, a list in several lines included.
fn field<'a>(front_matter: &'a str, name: &str) -> Vec<&'a str> {
    let is_head =
        |line: &str| line.strip_prefix(name).is_some_and(|it| it.trim_start().starts_with('='));
    let mut lines = front_matter.lines().skip_while(|line| !is_head(line));
    let Some(head) = lines.next() else { return Vec::new() };
    let mut found = vec![head.split(" #").next().unwrap_or(head).trim()];
    if head.trim_end().ends_with('[') {
        found.extend(lines.take_while(|line| line.trim() != "]").map(str::trim));
    }
    found
}

/// The paragraphs, headings and captions of a body.
fn blocks(body: &str) -> BTreeSet<&str> {
    body.split("\n\n").map(str::trim).filter(|it| !it.is_empty()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fields_and_paragraphs() {
        let edited =
            "+++\ntitle = \"甲\"\nbyline = [\n  { name = \"某\" },\n]\n+++\n\n一。\n\n二。\n";
        let new = "+++\ntitle = \"乙\"\nbyline = [\n  { name = \"某\" },\n]\n+++\n\n一。\n\n三。\n\n四。\n";
        assert_eq!(
            between(edited, new),
            "different `title`, 2 paragraphs only in the raw article, 1 paragraph only in the article"
        );
        assert_eq!(between(new, new), "nothing that is kept differs");
    }
}

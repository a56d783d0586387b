//! One function for each thing that can be wrong with a site.
//!
//! The name of the function is the id of the diagnostic (`unknown_city` → `unknown-city`), its first line
//! of documentation is the line of `docs/diagnostics.md`, which a test keeps in step.

mod links;
mod raw;

pub use links::*;
pub use raw::*;

use super::{At, Diagnostic, Fix, Severity};

/// An error with a hint.
fn error(id: &'static str, at: At, message: String, hint: impl Into<String>) -> Diagnostic {
    Diagnostic { id, severity: Severity::Error, message, at, hint: Some(hint.into()), fix: None }
}

/// A warning with a hint.
fn warning(id: &'static str, at: At, message: String, hint: impl Into<String>) -> Diagnostic {
    Diagnostic { id, severity: Severity::Warning, message, at, hint: Some(hint.into()), fix: None }
}

/// Something that a person should confirm.
fn note(id: &'static str, at: At, message: String, hint: impl Into<String>) -> Diagnostic {
    Diagnostic { id, severity: Severity::Note, message, at, hint: Some(hint.into()), fix: None }
}

/// "did you mean `x`?", or else what is possible.
fn did_you_mean(wrong: &str, known: &[&str], otherwise: &str) -> String {
    match nearest(wrong, known) {
        Some(near) => format!("did you mean `{near}`?"),
        None => otherwise.to_owned(),
    }
}

/// The known word that is most like the wrong one, if one is like it at all.
pub(crate) fn nearest<'a>(wrong: &str, known: &[&'a str]) -> Option<&'a str> {
    const LIKE: f64 = 0.5;
    let likeness = |word: &str| strsim::normalized_damerau_levenshtein(wrong, word);
    let best = known.iter().map(|word| (likeness(word), *word)).filter(|(score, _)| *score >= LIKE);
    best.max_by(|a, b| a.0.total_cmp(&b.0)).map(|(_, word)| word)
}

/// The site has no `site.toml`.
#[must_use]
pub fn missing_config() -> Diagnostic {
    error(
        "missing-config",
        At::Site,
        "this folder has no `site.toml`".into(),
        "`digest init` makes a site here; that of another folder is named with `--root`",
    )
}

/// A file holds nothing.
#[must_use]
pub fn empty_file(at: At) -> Diagnostic {
    error("empty-file", at, "the file is empty".into(), "write something into it, or remove it")
}

/// A text file is not UTF-8.
#[must_use]
pub fn not_utf8(at: At, guess: Option<&str>) -> Diagnostic {
    let message = match guess {
        Some(guess) => format!("the file is not UTF-8; it looks like {guess}"),
        None => "the file is not UTF-8".to_owned(),
    };
    let encoding = guess.and_then(|it| it.split(' ').next()).unwrap_or("ENCODING");
    let hint = format!(
        "open it in your editor and save it with the encoding UTF-8, or run `iconv -f {encoding} -t UTF-8 FILE > NEW`"
    );
    error("not-utf8", at, message, hint)
}

/// A text file holds the character U+0000, as files of word processors do.
#[must_use]
pub fn nul_character(at: At) -> Diagnostic {
    error(
        "nul-character",
        at,
        "the file holds the character U+0000".into(),
        "text never does: if this is a document of a word processor, save it there as plain text",
    )
}

/// A text file begins with a byte-order mark, which is ignored.
#[must_use]
pub fn byte_order_mark(at: At) -> Diagnostic {
    const MARK: &str = "\u{feff}";
    let diagnostic = warning(
        "byte-order-mark",
        at,
        "the file begins with a byte-order mark".into(),
        "it is ignored; save the file as \"UTF-8 without BOM\"",
    );
    let fix = Fix { bytes: 0..MARK.len(), old: MARK.to_owned(), new: String::new() };
    Diagnostic { fix: Some(fix), ..diagnostic }
}

/// A file is larger than `[build] max_article_bytes`.
#[must_use]
pub fn file_too_large(at: At, bytes: u64, limit: u64) -> Diagnostic {
    error(
        "file-too-large",
        at,
        format!("the file has {bytes} bytes, more than {limit}"),
        "split it, or raise `max_article_bytes` under `[build]` in `site.toml`",
    )
}

/// A symbolic link leads out of the site's folder, or in a circle.
#[must_use]
pub fn link_out_of_site(at: At) -> Diagnostic {
    error(
        "link-out-of-site",
        at,
        "this symbolic link leads out of the site, or nowhere".into(),
        "copy the file into the site instead",
    )
}

/// Something in a folder of the site is neither a file nor a folder (a pipe, a device).
#[must_use]
pub fn not_a_file(at: At) -> Diagnostic {
    error("not-a-file", at, "this is neither a file nor a folder".into(), "remove it")
}

/// A file name cannot be used on every system (not UTF-8, control characters, a backslash).
#[must_use]
pub fn unusable_file_name(at: At, name: &str) -> Diagnostic {
    error(
        "unusable-file-name",
        at,
        format!("the file name `{}` cannot be used on every system", name.escape_debug()),
        "rename the file",
    )
}

/// A file lies in `content/` where the program does not look.
#[must_use]
pub fn stray_file(at: At) -> Diagnostic {
    warning(
        "stray-file",
        at,
        "nothing is made of this file".into(),
        "articles are `content/articles/*.md`, topics `content/topics/*.md`, places `content/places/*.md`, names `content/people/*.md`, `content/organisations/*.md` and `content/projects/*.md`, raw articles `content/inbox/*.txt` and `*.html`",
    )
}

/// A Markdown file does not begin with front matter.
#[must_use]
pub fn missing_front_matter(at: At) -> Diagnostic {
    error(
        "missing-front-matter",
        at,
        "the file does not begin with front matter".into(),
        "begin it with a line `+++`, then each field as `title = \"…\"` (TOML, not `title: …`), then another line `+++`",
    )
}

/// The front matter is not closed by a second line `+++`.
#[must_use]
pub fn unclosed_front_matter(at: At) -> Diagnostic {
    error(
        "unclosed-front-matter",
        at,
        "the front matter that begins here is not closed".into(),
        "write a line `+++` after the last field",
    )
}

/// The TOML cannot be read. `line` is the line where reading stops.
#[must_use]
pub fn toml_syntax(at: At, message: &str, line: &str) -> Diagnostic {
    let chinese = line.contains(['“', '”', '‘', '’', '，', '＝', '［', '］']);
    let bare = line.split_once('=').map_or("", |it| it.1.trim()).to_lowercase();
    let hint = if ["yes", "no", "on", "off", "是", "否"].contains(&bare.as_str()) {
        "it is either `true` or `false`, without quotation marks"
    } else if chinese {
        "TOML needs the straight marks of an English keyboard: `\"`, `,`, `=`, `[` `]`; inside a text “ ” are welcome"
    } else {
        "text stands in straight quotation marks (`title = \"…\"`; inside it write “ ” or `\\\"`), lists in brackets (`cities = [\"…\"]`), one field a line"
    };
    error("toml-syntax", at, message.trim_end_matches('.').to_owned(), hint)
}

/// A key that no field has.
#[must_use]
pub fn unknown_key(
    at: At,
    key: &str,
    known: &[&str],
    free_keys: bool,
    table: Option<&str>,
) -> Diagnostic {
    let mut otherwise = format!("known here: {}", known.join(", "));
    if free_keys {
        otherwise.push_str("; fields of your own go under `[extra]`");
    }
    if let Some(table) = table {
        otherwise.push_str("; a field of the whole file stands above the line `[");
        otherwise.push_str(table);
        otherwise.push_str("]`");
    }
    error("unknown-key", at, format!("unknown key `{key}`"), did_you_mean(key, known, &otherwise))
}

/// A field that has to be there is not.
#[must_use]
pub fn missing_key(at: At, key: &str) -> Diagnostic {
    error("missing-key", at, format!("`{key}` is missing"), format!("add `{key} = \"…\"`"))
}

/// A value is of another kind than its field. `found` is the value as written.
#[must_use]
pub fn wrong_type(at: At, key: &str, expected: &str, kind: &str, found: &str) -> Diagnostic {
    let hint = match (expected, kind) {
        (expected, "a text") if expected.starts_with("a list") => {
            format!("write `{key} = [{found}]`")
        }
        (expected, _) if expected.starts_with("text") => {
            format!("write `{key} = \"{}\"`", found.trim_matches(['"', '\'']))
        }
        ("a table", _) => format!("write the fields below a line `[{key}]`"),
        (_, "a text") => format!("write {expected}, without quotation marks"),
        _ => format!("write {expected}"),
    };
    error("wrong-type", at, format!("`{key}` is {kind}, not {expected}"), hint)
}

/// A value is of the right kind but cannot be meant.
#[must_use]
pub fn invalid_value(at: At, key: &str, why: &str, hint: &str) -> Diagnostic {
    error("invalid-value", at, format!("`{key}` cannot be this: {why}"), hint)
}

/// A date that does not exist, as 2月30日, or cannot be read.
#[must_use]
pub fn invalid_date(at: At, date: &str) -> Diagnostic {
    error(
        "invalid-date",
        at,
        format!("`{date}` is no date"),
        "write a day that exists with all its zeros, as `2023-03-10`; with Chinese characters in quotation marks, as `\"2023年3月10日\"`",
    )
}

/// `scripts` names one tree twice.
#[must_use]
pub fn duplicate_script(at: At, script: &str) -> Diagnostic {
    error(
        "duplicate-script",
        at,
        format!("`scripts` names `{script}` twice"),
        "name each script once",
    )
}

/// OpenCC cannot be used.
#[must_use]
pub fn no_conversion(why: &str) -> Diagnostic {
    error(
        "no-conversion",
        At::Site,
        format!("texts cannot be converted between scripts: {why}"),
        "make the folder for caches writable, or publish one script",
    )
}

/// A character of which the conversion between scripts had to guess.
#[must_use]
pub fn doubtful_conversion(
    at: At,
    written: &str,
    becomes: &str,
    others: &str,
    sentence: &str,
) -> Diagnostic {
    let others: Vec<String> = others.chars().map(|it| format!("`{it}`")).collect();
    note(
        "doubtful-conversion",
        at,
        format!("`{written}` becomes `{becomes}`; it may be {}: {sentence}", others.join(" or ")),
        "if it is wrong, write the word and how it is to be written under `[words]` in the front matter or in `site.toml`; in the body, `-{ }-` may stand around what stays",
    )
}

/// The search does not find what it should; a fault of the program.
#[must_use]
pub fn search_misses(what: &str) -> Diagnostic {
    error(
        "search-misses",
        At::Site,
        format!("the search misses a page: {what}"),
        "this is a fault of `digest`; please report it with the title or name",
    )
}

/// A city that the gazetteer does not know.
#[must_use]
pub fn unknown_city(at: At, name: &str, near: &[String]) -> Diagnostic {
    let hint = if near.is_empty() {
        "write the name of a province, prefecture or county, or its code (`370200`)".to_owned()
    } else {
        format!("did you mean {}?", list(near))
    };
    error("unknown-city", at, format!("no place is called `{name}`"), hint)
}

/// A name that several places share.
#[must_use]
pub fn ambiguous_city(at: At, name: &str, candidates: &[String]) -> Diagnostic {
    error(
        "ambiguous-city",
        at,
        format!("several places are called `{name}`"),
        format!("write one of {}", list(candidates)),
    )
}

/// A code that no place has.
#[must_use]
pub fn unknown_code(at: At, code: &str, near: &[String]) -> Diagnostic {
    let hint = if near.is_empty() {
        "codes have six digits, as `370200`; write the name of the place instead".to_owned()
    } else {
        format!("the next ones are {}", list(near))
    };
    error("unknown-code", at, format!("no place has the code `{code}`"), hint)
}

/// An entry makes a new place of one that the gazetteer has.
#[must_use]
pub fn known_place(at: At, name: &str) -> Diagnostic {
    error(
        "known-place",
        at,
        format!("the gazetteer has a place of the name `{name}`"),
        "write `place` instead of `name` to say more of it, or another name for a new one",
    )
}

/// Two places would have one address.
#[must_use]
pub fn taken_slug(at: At, slug: &str, name: &str, other: &str) -> Diagnostic {
    error(
        "taken-slug",
        at,
        format!("`{slug}` would be the address of both `{name}` and `{other}`"),
        format!("give `{name}` another `slug`"),
    )
}

/// Another name for a place is the full name of a different one.
#[must_use]
pub fn taken_alias(at: At, alias: &str, name: &str) -> Diagnostic {
    error(
        "taken-alias",
        at,
        format!("`{alias}` is the full name of another place, and cannot be one of `{name}` too"),
        "leave it out: an article that says so would mean two places",
    )
}

/// Two entries for people, organisations or projects claim one name.
#[must_use]
pub fn taken_name(at: At, name: &str, other: &str) -> Diagnostic {
    error(
        "taken-name",
        at,
        format!("`{name}` is a name of `{other}` already"),
        "leave it out of one of the two; two people of one name are told apart by `articles`",
    )
}

/// Two entries each say that the other one is another name for itself.
#[must_use]
pub fn circular_names(at: At, name: &str, other: &str) -> Diagnostic {
    error(
        "circular-names",
        at,
        format!("`{name}` and `{other}` each claim to be the other"),
        "keep one of the two entries, with the name of the other among its `aliases`",
    )
}

/// An article names more people, organisations and projects than are kept.
#[must_use]
pub fn too_many_names(at: At, left_out: usize, kept: usize) -> Diagnostic {
    note(
        "too-many-names",
        at,
        format!(
            "the article names more than {kept} people, organisations and projects; {left_out} are left out"
        ),
        "a list of names is better published as a table of its own",
    )
}

/// A number in an article is too large to be a figure.
#[must_use]
pub fn impossible_figure(at: At, figure: &str) -> Diagnostic {
    note(
        "impossible-figure",
        at,
        format!("`{figure}` is too large for a figure of the news"),
        "correct the number; it is left out of the figures",
    )
}

/// A topic has no terms, so no article is proposed for it.
#[must_use]
pub fn topic_without_terms(at: At, title: &str) -> Diagnostic {
    note(
        "topic-without-terms",
        at,
        format!("the topic `{title}` has no terms, so no article is proposed for it"),
        "write words that speak for it: `match = [\"…\"]`",
    )
}

/// An entry holds for an article that the site does not have. `known` are the names of the files of all articles.
#[must_use]
pub fn unknown_article(at: At, name: &str, known: &[&str]) -> Diagnostic {
    warning(
        "unknown-article",
        at,
        format!("no article is called `{name}`"),
        did_you_mean(name, known, "write the name of its file without `.md`, or its path"),
    )
}

/// No article has a topic, or several.
#[must_use]
pub fn unused_topic(at: At, titles: &[&str]) -> Diagnostic {
    const NAMED: usize = 8;
    let named = titles.iter().take(NAMED).map(|it| format!("`{it}`")).collect::<Vec<_>>();
    let more = titles.len().checked_sub(NAMED + 1).map(|it| format!(" and {} more", it + 1));
    let (topic, file) = if titles.len() == 1 { ("topic", "its file") } else { ("topics", "files") };
    note(
        "unused-topic",
        at,
        format!("no article has the {topic} {}{}", named.join(", "), more.unwrap_or_default()),
        format!("correct the terms under `match`, or remove {file} that nobody needs"),
    )
}

/// An article has no topic.
#[must_use]
pub fn no_topic(at: At) -> Diagnostic {
    note(
        "no-topic",
        at,
        "the article has no topic".to_owned(),
        "write `topics = [\"…\"]`, or `topics = []` if it is to have none",
    )
}

/// Two files of `content/places/` are about one place.
#[must_use]
pub fn duplicate_place(at: At, name: &str, other: &str) -> Diagnostic {
    error(
        "duplicate-place",
        at,
        format!("`{name}` has a text already, in `{other}`"),
        "keep one of the files",
    )
}

/// A name in an article may mean several places, and nothing in the article tells which.
#[must_use]
pub fn ambiguous_mention(at: At, name: &str, candidates: &[String]) -> Diagnostic {
    note(
        "ambiguous-mention",
        at,
        format!("`{name}` may mean several places"),
        format!(
            "name what it belongs to in the text, or the place in `cities`: {}",
            list(candidates)
        ),
    )
}

/// `` `a`, `b`, `c` ``
fn list(names: &[String]) -> String {
    names.iter().map(|name| format!("`{name}`")).collect::<Vec<_>>().join(", ")
}

/// A topic that no file in `content/topics/` describes; it gets a page all the same.
#[must_use]
pub fn undescribed_topic(at: At, name: &str, known: &[&str]) -> Diagnostic {
    let otherwise = "add a file for it to `content/topics/`, or use one of the topics there";
    warning(
        "undescribed-topic",
        at,
        format!("no file in `content/topics/` describes the topic `{name}`"),
        did_you_mean(name, known, otherwise),
    )
}

/// Two topics claim one name.
#[must_use]
pub fn duplicate_topic(at: At, name: &str, other: &str) -> Diagnostic {
    error(
        "duplicate-topic",
        at,
        format!("`{name}` is a name of the topic in `{other}` already"),
        "remove the title or alias from one of the two files",
    )
}

/// A `slug`, an alias or a file name that cannot be an address.
#[must_use]
pub fn invalid_route(at: At, address: &str, why: &str) -> Diagnostic {
    error(
        "invalid-route",
        at,
        format!("`{}` cannot be an address: {why}", address.escape_debug()),
        "use letters, digits, Chinese characters and hyphens, as `2023-03-10-zhucheng`",
    )
}

/// The id of an address that is taken.
pub const DUPLICATE_ROUTE: &str = "duplicate-route";

/// Two things would stand at one address, perhaps only on disks that ignore case.
#[must_use]
pub fn duplicate_route(at: At, route: &str, name: &str, other: &str) -> Diagnostic {
    error(
        "duplicate-route",
        at,
        format!("`{route}` would be the address of `{name}`, and is taken by {other} already"),
        "change one of the two: a `slug`, an alias, or the name of a file",
    )
}

/// An article has no date.
#[must_use]
pub fn missing_date(at: At) -> Diagnostic {
    warning(
        "missing-date",
        at,
        "the article has no `date`".into(),
        "add the day of publication, as `date = 2023-03-10`; without it the article stands after all others",
    )
}

/// A font for the pictures of articles cannot be used. The site is not built.
#[must_use]
pub fn unusable_font(at: At, path: &str, why: &str) -> Diagnostic {
    error(
        "unusable-font",
        at,
        format!("the font `{path}` cannot be used: {why}"),
        "put a font in the format TrueType or OpenType there (`.ttf`, `.otf`, `.ttc`), or leave out `[pictures]`",
    )
}

/// A template cannot be read, or asks for something that is not there.
#[must_use]
pub fn template_error(at: At, message: &str) -> Diagnostic {
    let message = message.trim_end_matches('.').replace('\n', "; ");
    error(
        "template-error",
        at,
        message,
        "correct the template, or delete your copy of it to have the built-in one back",
    )
}

/// A file in the output folder that the program did not write stands where a page belongs.
#[must_use]
pub fn foreign_file(at: At, file: &str) -> Diagnostic {
    error(
        "foreign-file",
        at,
        format!("`{file}` in the output folder was not written by `digest`"),
        "it is kept, and the page is not written; move it out of the way",
    )
}

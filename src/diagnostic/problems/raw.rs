//! What can be wrong with raw articles, and with the articles made of them.

use super::{At, Diagnostic, error, note, warning};

/// A raw article is in no encoding that is known.
#[must_use]
pub fn unknown_encoding(at: At) -> Diagnostic {
    error(
        "unknown-encoding",
        at,
        "the file is neither UTF-8 nor GB18030, Big5 or UTF-16".into(),
        "it may be no text, or two encodings in one file: open it in the program it comes from and save it as UTF-8",
    )
}

/// A raw article dates itself to a day that does not exist; its article has no date.
#[must_use]
pub fn impossible_day(at: At, date: &str) -> Diagnostic {
    warning(
        "impossible-day",
        at,
        format!("there is no `{date}`"),
        "add the `date` to the article by hand",
    )
}

/// `[raw] path` leads out of the site.
#[must_use]
pub fn invalid_raw_path(at: At, path: &str) -> Diagnostic {
    error(
        "invalid-raw-path",
        at,
        format!("`{}` is no path inside the site", path.escape_debug()),
        "write it from the site's folder, as `content/inbox/a.txt`",
    )
}

/// A raw article changed after its article was edited; what it would be now is written beside it.
#[must_use]
pub fn raw_changed(at: At, raw: &str, difference: &str, beside: &str) -> Diagnostic {
    warning(
        "raw-changed",
        at,
        format!(
            "`{raw}` has changed since this article was made of it, and the article was edited: {difference}"
        ),
        format!(
            "the article is left as it is; `{beside}` is what it would be now: carry over what you want and its line `sha256`, then delete it"
        ),
    )
}

/// A file that the program wrote beside an edited article was edited itself, and is not written again.
#[must_use]
pub fn edited_new_file(at: At) -> Diagnostic {
    warning(
        "edited-new-file",
        at,
        "this file was edited, and is not written again".into(),
        "finish with it, or delete it to have it made anew",
    )
}

/// A file that the program wrote beside an edited article is not needed any more.
#[must_use]
pub fn leftover_new_file(at: At) -> Diagnostic {
    warning(
        "leftover-new-file",
        at,
        "this file waits for nothing: the article beside it knows the raw article as it is".into(),
        "delete it",
    )
}

/// The raw article that an article names is not there.
#[must_use]
pub fn missing_raw(at: At, raw: &str) -> Diagnostic {
    warning(
        "missing-raw",
        at,
        format!("the raw article `{raw}` is gone"),
        "put it back; or correct `path` under `[raw]`; or remove the table `[raw]` if there is none any more; or delete this file too if the article is to go",
    )
}

/// The raw article of an article is gone, and a new one says much of what that article does; none is made of it.
#[must_use]
pub fn moved_raw(at: At, old: &str, new: &str) -> Diagnostic {
    error(
        "moved-raw",
        at,
        format!(
            "the raw article `{old}` is gone, and `{new}` says much of what this article does; no second article is made of it"
        ),
        format!(
            "if that is the same article, write `path = \"{new}\"` under `[raw]`; if not, remove the table `[raw]` from this file"
        ),
    )
}

/// Two articles name one raw article.
#[must_use]
pub fn second_article(at: At, raw: &str, first: &str) -> Diagnostic {
    warning(
        "second-article",
        at,
        format!("this article names the raw article `{raw}`, as `{first}` does"),
        "delete the one that is a copy, or remove its table `[raw]` if they are two articles",
    )
}

/// The file name that a new article would get is taken, or a file that names no raw article may be that article.
#[must_use]
pub fn article_exists(at: At, raw: &str) -> Diagnostic {
    error(
        "article-exists",
        at,
        format!("this file is in the way of the article made of `{raw}`"),
        "if it is that article, damaged: correct it, write its table `[raw]` with `path` again, or delete it, and it is made anew; if it is another one, rename it",
    )
}

/// A raw article says what another one says, but for white space and encoding; no second article is made of it.
#[must_use]
pub fn duplicate_raw(at: At, other: &str) -> Diagnostic {
    warning(
        "duplicate-raw",
        at,
        format!("this raw article is the same as `{other}`"),
        "remove this one; no article is made of it",
    )
}

/// A raw article is in an encoding of its own; it was read all the same.
#[must_use]
pub fn foreign_encoding(at: At, encoding: &str, unreadable: usize) -> Diagnostic {
    let message = match unreadable {
        0 => format!("the file is read as {encoding}"),
        n => format!("the file is read as {encoding}; {n} characters of it cannot be read"),
    };
    note("foreign-encoding", at, message, "compare a few lines with the original")
}

/// A raw article holds the character U+0000, which is left out of the article.
#[must_use]
pub fn nul_in_raw(at: At) -> Diagnostic {
    warning(
        "nul-in-raw",
        at,
        "the raw article holds the character U+0000, which is left out".into(),
        "if this is a document of a word processor, save it there as plain text",
    )
}

/// It is not certain what a line of a raw article is. `role` is what it was taken for.
#[must_use]
pub fn doubtful_line(
    at: At,
    role: &str,
    otherwise: &str,
    percent: u8,
    article: &str,
) -> Diagnostic {
    note(
        "doubtful-line",
        at,
        format!("this line was taken for {role} ({percent} %), and may be {otherwise}"),
        format!(
            "if that is wrong, correct {article}; `digest explain FILE` shows all lines and why"
        ),
    )
}

/// Most of the sentences of a raw article were taken for part of the page.
#[must_use]
pub fn much_left_out(at: At, percent: u8) -> Diagnostic {
    note(
        "much-left-out",
        at,
        format!("{percent} % of the sentences of this raw article are not in its article"),
        "`digest explain FILE` shows which lines and why; carry over what belongs to the article",
    )
}

/// The day or its year does not stand in the raw article as such, but follows from what it says.
#[must_use]
pub fn inferred_date(at: At, date: &str, why: &str, article: &str) -> Diagnostic {
    note(
        "inferred-date",
        at,
        format!("the date {date} is inferred: {why}"),
        format!("confirm it in {article}, or correct it"),
    )
}

/// No day of publication was found in a raw article.
#[must_use]
pub fn no_date(at: At, article: &str) -> Diagnostic {
    let message = "no day of publication was found in the raw article".into();
    note("no-date", at, message, format!("add `date` to {article}"))
}

/// No paper that it is from was found in a raw article.
#[must_use]
pub fn no_source(at: At, article: &str) -> Diagnostic {
    let message = "no source was found in the raw article".into();
    note("no-source", at, message, format!("add `source` to {article}"))
}

/// No article can be found in a raw text.
#[must_use]
pub fn no_article(at: At) -> Diagnostic {
    error(
        "no-article",
        at,
        "no title and text can be found in this raw article".into(),
        "a raw article begins with its headline; remove the file if it is none",
    )
}

//! Markdown → events.
//!
//! In: Markdown. Out: what pulldown-cmark reads in it, with emphasis as Chinese needs it, and with what it does not
//! know: attributes of headings, bare links, marks for what is never converted. Every event stands at its place in
//! the Markdown, and no two texts stand side by side.

use std::borrow::Cow;

use pulldown_cmark::{Event, Options, Parser};

use super::body::Spanned;
use super::extensions::Extensions;
use super::{as_written, attributes, bare_links, flank, marked};

/// Reads a body.
pub(super) fn events(markdown: &str, on: Extensions) -> Vec<Spanned<'_>> {
    let mut events = as_shaped(markdown, markdown, on);
    if on.bare_links {
        events = with_bare_links(markdown, events, on);
    }
    if on.as_written {
        events = as_written::read(markdown, events);
    }
    merged(events)
}

fn with_bare_links<'a>(
    markdown: &'a str,
    events: Vec<Spanned<'a>>,
    on: Extensions,
) -> Vec<Spanned<'a>> {
    let links = bare_links::find(markdown, &events);
    if links.is_empty() {
        return events;
    }
    let events = match bare_links::shaped(markdown, &links) {
        Cow::Borrowed(_) => events,
        Cow::Owned(shape) => as_shaped(markdown, &shape, on),
    };
    bare_links::insert(markdown, events, &links)
}

/// Reads `markdown` as if it were `shape`, which has the same length and another character here and there.
fn as_shaped<'a>(markdown: &'a str, shape: &str, on: Extensions) -> Vec<Spanned<'a>> {
    let places = if on.chinese_emphasis { flank::places(shape) } else { Vec::new() };
    let marked = marked::mark(shape, &places);
    let mut events: Vec<Spanned<'a>> = if marked.text == markdown {
        Parser::new_ext(markdown, options(on)).into_offset_iter().collect()
    } else {
        let events = Parser::new_ext(&marked.text, options(on)).into_offset_iter();
        events.filter_map(|event| marked.unmark(markdown, event)).collect()
    };
    if on.heading_attributes {
        attributes::read(markdown, &mut events);
    }
    events
}

fn options(on: Extensions) -> Options {
    let mut options = Options::empty();
    options.set(Options::ENABLE_TABLES, on.tables);
    options.set(Options::ENABLE_STRIKETHROUGH, on.strikethrough);
    options.set(Options::ENABLE_FOOTNOTES, on.footnotes);
    options
}

/// Events with one text in place of several in a row.
fn merged(events: Vec<Spanned<'_>>) -> Vec<Spanned<'_>> {
    let mut out: Vec<Spanned<'_>> = Vec::with_capacity(events.len());
    // What the last text is to be, if it was several.
    let mut several = String::new();
    for (event, span) in events {
        if let (Event::Text(text), Some((Event::Text(last), bytes))) = (&event, out.last_mut()) {
            if several.is_empty() {
                several.push_str(last);
            }
            several.push_str(text);
            bytes.end = span.end;
        } else {
            put(&mut out, &mut several);
            out.push((event, span));
        }
    }
    put(&mut out, &mut several);
    out
}

/// Makes the last text what it is to be.
fn put(events: &mut [Spanned<'_>], several: &mut String) {
    if let (false, Some((Event::Text(last), _))) = (several.is_empty(), events.last_mut()) {
        *last = std::mem::take(several).into();
    }
}

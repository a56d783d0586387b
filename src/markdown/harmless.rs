//! What could do harm, and where links lead.
//!
//! In: the events of a body. Out: the same with raw HTML as text and without addresses that are not of the web, of
//! mail or of the site; those of the site are noted, and completed with its base path. No address is looked up.

use std::ops::Range;

use pulldown_cmark::{CowStr, Event, LinkType, Tag, TagEnd};

use super::body::{Link, Spanned};
use super::extensions::Extensions;

/// What an address may begin with; others could run something.
pub(super) const SCHEMES: [&str; 4] = ["http", "https", "mailto", "tel"];

/// The addresses of a body.
#[derive(Default)]
pub(super) struct Addresses {
    pub(super) inside: Vec<Link>,
    pub(super) taken_away: Vec<Link>,
}

/// Makes events harmless.
pub(super) fn make(events: &mut [Spanned<'_>], base_path: &str, on: Extensions) -> Addresses {
    let base_path = if on.base_path { base_path } else { "/" };
    let mut addresses = Addresses::default();
    for (event, span) in events {
        match event {
            Event::Html(html) | Event::InlineHtml(html) if on.html_as_text => {
                *event = Event::Text(std::mem::replace(html, CowStr::Borrowed("")));
            }
            Event::Start(Tag::Link { link_type: LinkType::Email, .. }) => {}
            Event::Start(Tag::Link { dest_url, .. } | Tag::Image { dest_url, .. }) => {
                if let Some(address) = addresses.read(dest_url, span, base_path, on) {
                    *dest_url = address.into();
                }
            }
            _ => {}
        }
    }
    addresses
}

impl Addresses {
    /// An address as it stands in the page, if it is another one there; empty if it is taken away.
    fn read(
        &mut self,
        written: &str,
        span: &Range<usize>,
        base_path: &str,
        on: Extensions,
    ) -> Option<String> {
        let link = || Link { target: written.to_owned(), span: span.clone() };
        if let Some(scheme) = scheme(written) {
            if !on.safe_addresses || SCHEMES.iter().any(|it| scheme.eq_ignore_ascii_case(it)) {
                return None;
            }
            self.taken_away.push(link());
            return Some(String::new());
        }
        if written.is_empty() || written.starts_with('#') || written.starts_with("//") {
            return None;
        }
        self.inside.push(link());
        written.strip_prefix('/').map(|rest| format!("{base_path}{rest}"))
    }
}

/// The scheme of an address, if it has one; browsers pass over spaces and control characters in it.
fn scheme(address: &str) -> Option<String> {
    let head = &address[..address.find(['/', '?', '#']).unwrap_or(address.len())];
    let (scheme, _) = head.split_once(':')?;
    Some(scheme.chars().filter(|c| !c.is_control() && !c.is_whitespace()).collect())
}

/// Of images and links without an address, the text stays.
pub(super) fn without_empty(mut events: Vec<Spanned<'_>>) -> Vec<Spanned<'_>> {
    // For each image and link that is open, whether it stays.
    let mut open: Vec<bool> = Vec::new();
    events.retain(|(event, _)| match event {
        Event::Start(Tag::Image { dest_url, .. } | Tag::Link { dest_url, .. }) => {
            open.push(!dest_url.is_empty());
            !dest_url.is_empty()
        }
        Event::End(TagEnd::Image | TagEnd::Link) => open.pop().unwrap_or(true),
        _ => true,
    });
    events
}

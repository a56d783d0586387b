//! What can be wrong with links.

use super::{note, warning};
use crate::diagnostic::{At, Diagnostic, Fix};

/// A link to an address that the site does not have.
#[must_use]
pub fn dead_link(at: At, target: &str, meant: Option<&str>, near: Option<&str>) -> Diagnostic {
    let hint = match meant.or(near) {
        Some(near) => format!("did you mean `{near}`?"),
        None if is_picture(target) => PICTURES.to_owned(),
        None if target.starts_with("www.") => format!("write `https://{target}`"),
        None => "correct the address; links inside the site begin with `/`, as `/articles/…/`"
            .to_owned(),
    };
    // What is meant is certain and can be put right, what is near is a guess.
    let fix = meant.and_then(|meant| corrected(&at, target, meant));
    let diagnostic = warning("dead-link", at, format!("the site has nothing at `{target}`"), hint);
    Diagnostic { fix, ..diagnostic }
}

/// The address in a link put right: `meant` for the path of `target`.
fn corrected(at: &At, target: &str, meant: &str) -> Option<Fix> {
    let At::Span(span) = at else { return None };
    let path = &target[..target.find(['?', '#']).unwrap_or(target.len())];
    let link = span.text.get(span.bytes.clone())?;
    let start = span.bytes.start + link.rfind(target)?;
    let is_plain = !meant.contains(|c: char| c.is_whitespace() || "()<>".contains(c));
    let bytes = start..start + path.len();
    is_plain.then(|| Fix { bytes, old: path.to_owned(), new: meant.to_owned() })
}

/// A link on a page leads to an address that the site does not have, or to an anchor that the page there does not have.
#[must_use]
pub fn broken_link(
    at: At,
    page: &str,
    address: &str,
    (is_anchor, near): (bool, Option<&str>),
) -> Diagnostic {
    let hint = match near {
        Some(near) => format!("did you mean `{near}`?"),
        None if is_picture(address) => PICTURES.to_owned(),
        None => "correct the address in the text, or in the template that writes it".to_owned(),
    };
    let what = if is_anchor { "no such anchor" } else { "nothing" };
    warning(
        "broken-link",
        at,
        format!("on `{page}`, the link `{address}` leads to a place with {what}"),
        hint,
    )
}

/// Where pictures go.
const PICTURES: &str =
    "put the picture into `theme/`: `theme/pictures/port.jpg` stands at `/theme/pictures/port.jpg`";

fn is_picture(address: &str) -> bool {
    let path = &address[..address.find(['?', '#']).unwrap_or(address.len())];
    let extension = path.rsplit_once('.').map_or("", |it| it.1).to_lowercase();
    ["avif", "gif", "jpeg", "jpg", "png", "svg", "webp"].contains(&extension.as_str())
}

/// A page of another site is gone. Told by `digest check --external`.
#[must_use]
pub fn dead_web_link(at: At, address: &str, why: &str) -> Diagnostic {
    warning(
        "dead-web-link",
        at,
        format!("nothing is at `{address}` any more: {why}"),
        "name the new address, or one of an archive as https://web.archive.org/",
    )
}

/// A page of another site could not be asked for. Told by `digest check --external`.
#[must_use]
pub fn silent_web_link(at: At, address: &str, why: &str) -> Diagnostic {
    note(
        "silent-web-link",
        at,
        format!("`{address}` could not be checked: {why}"),
        "open it in a browser; some sites answer nobody else",
    )
}

/// A link whose address could run something, or that no browser opens; its text stays.
#[must_use]
pub fn unsafe_link(at: At, target: &str) -> Diagnostic {
    warning(
        "unsafe-link",
        at,
        format!("the address `{}` is taken out of the page", target.escape_debug()),
        "links begin with `https://`, `http://`, `mailto:`, `tel:` or `/`",
    )
}

//! Places → pages.
//!
//! In: what is shown, and a path below the base path. Out: a [`Page`], ready to be sent: the file's bytes, with
//! our script if it is HTML. A page of the site is known by two hashes: the one of its bytes, and the one of its
//! bytes with the names of the style sheets in place of their addresses. If only the first one changes, the page
//! needs new style sheets and nothing else.

use std::fmt::Write;

use aho_corasick::{AhoCorasick, MatchKind};
use hyper::StatusCode;
use hyper::body::Bytes;

use super::place::Base;
use super::{File, Problem, Shown, Site, kind};

/// The page of a folder.
const INDEX: &str = "index.html";

/// The page of what is not there.
const NOT_FOUND: &str = "404.html";

/// What a page of ours has instead of a hash: it is older than any page of the site.
const NO_HASH: &str = "none";

/// The tag before which the script stands.
const END_OF_BODY: &[u8] = b"</body>";

/// So many hexadecimal digits of a hash tell two pages apart.
const HASH_DIGITS: usize = 32;

/// What is at a path.
#[derive(Debug)]
pub(super) enum Found {
    /// Something to send.
    Page(Page),
    /// A folder, which is written with a slash at its end.
    Folder,
}

/// Something to send.
#[derive(Debug)]
pub(super) struct Page {
    pub(super) status: StatusCode,
    /// Its media type.
    pub(super) kind: &'static str,
    pub(super) bytes: Bytes,
    /// The strong entity tag of these bytes, with quotation marks.
    pub(super) etag: String,
    /// What its browser compares; `None` if it is no page, or not one of the site.
    pub(super) version: Option<Version>,
    /// Why it is not the page it should be.
    pub(super) problems: Vec<Problem>,
}

/// What tells two states of a page apart.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Version {
    /// The hash of the file.
    pub(super) page: String,
    /// The hash of the file with names in place of the addresses of its style sheets.
    pub(super) bare: String,
    /// Name and address of the style sheets that the page names.
    pub(super) styles: Vec<(String, String)>,
}

impl Version {
    /// What stands where a browser is sent on to a folder.
    pub(super) fn folder() -> Self {
        Self::named("folder")
    }

    fn named(name: &str) -> Self {
        Self { page: name.to_owned(), bare: name.to_owned(), styles: Vec::new() }
    }
}

/// Finds what to send for a path; `None` if nothing can be there. May render it, so it may take a while.
pub(super) fn find(shown: &Shown, base: &Base, path: Option<&str>) -> Found {
    let Some(site) = &shown.site else {
        let problems = shown.problems.clone();
        let title =
            if shown.is_stale { "No site could be built" } else { "The site is being built" };
        return Found::Page(own(base, StatusCode::SERVICE_UNAVAILABLE, title, problems));
    };
    match path.map_or(Ok(Hit::Nothing), |path| look_up(&**site, path)) {
        Ok(Hit::Folder) => Found::Folder,
        Ok(Hit::File(file, kind)) => {
            Found::Page(page(StatusCode::OK, &file, kind, &shown.styles, base))
        }
        Ok(Hit::Nothing) => Found::Page(not_found(shown, &**site, base)),
        Err(problems) => Found::Page(broken(base, problems)),
    }
}

/// What a site has at a path.
enum Hit {
    File(File, &'static str),
    Folder,
    Nothing,
}

fn look_up(site: &dyn Site, path: &str) -> Result<Hit, Vec<Problem>> {
    let is_folder = path.is_empty() || path.ends_with('/');
    let index = if is_folder { format!("{path}{INDEX}") } else { format!("{path}/{INDEX}") };
    if is_folder {
        let file = site.file(&index)?;
        return Ok(file.map_or(Hit::Nothing, |file| Hit::File(file, kind::HTML)));
    }
    if let Some(file) = site.file(path)? {
        return Ok(Hit::File(file, kind::of(path)));
    }
    Ok(if site.file(&index)?.is_some() { Hit::Folder } else { Hit::Nothing })
}

fn not_found(shown: &Shown, site: &dyn Site, base: &Base) -> Page {
    match site.file(NOT_FOUND) {
        Ok(Some(file)) => page(StatusCode::NOT_FOUND, &file, kind::HTML, &shown.styles, base),
        Ok(None) => own(base, StatusCode::NOT_FOUND, "There is no page here", Vec::new()),
        Err(problems) => broken(base, problems),
    }
}

fn broken(base: &Base, problems: Vec<Problem>) -> Page {
    own(base, StatusCode::INTERNAL_SERVER_ERROR, "This page could not be made", problems)
}

/// The script itself.
pub(super) fn script() -> Page {
    let bytes = Bytes::from_static(include_bytes!("reload.js"));
    let etag = quoted(blake3::hash(&bytes));
    let (status, problems) = (StatusCode::OK, Vec::new());
    Page { status, kind: kind::SCRIPT, bytes, etag, version: None, problems }
}

/// A file of the site, with the script if it is a page.
fn page(
    status: StatusCode,
    file: &File,
    kind: &'static str,
    styles: &[(String, String)],
    base: &Base,
) -> Page {
    let hash = blake3::Hash::from_bytes(file.hash);
    let mut page = Page {
        status,
        kind,
        bytes: Bytes::from_owner(std::sync::Arc::clone(&file.bytes)),
        etag: quoted(hash),
        version: None,
        problems: Vec::new(),
    };
    if kind == kind::HTML {
        let version = version(file, styles);
        let element = element(base, Some(&version));
        let mut hasher = blake3::Hasher::new();
        page.etag = quoted(hasher.update(&file.hash).update(element.as_bytes()).finalize());
        page.bytes = with_script(&file.bytes, &element);
        page.version = Some(version);
    }
    page
}

/// A page of ours, with problems as text for browsers without scripts.
fn own(base: &Base, status: StatusCode, title: &str, problems: Vec<Problem>) -> Page {
    let mut text = format!(
        "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n<title>{title}</title>\n</head>\n<body>\n<h1>{title}</h1>\n"
    );
    for problem in &problems {
        let report = if problem.text.is_empty() { &problem.message } else { &problem.text };
        let place = escape(&problem.place);
        writeln!(text, "<h2>{place}</h2>\n<pre>{}</pre>", escape(report))
            .expect("a string takes any text");
    }
    text.push_str("</body>\n</html>\n");
    let bytes = with_script(text.as_bytes(), &element(base, None));
    let etag = quoted(blake3::hash(&bytes));
    Page { status, kind: kind::HTML, bytes, etag, version: None, problems }
}

/// The element that starts the script; it tells the script which page it is on.
fn element(base: &Base, version: Option<&Version>) -> String {
    let none = Version::named(NO_HASH);
    let Version { page, bare, styles } = version.unwrap_or(&none);
    format!(
        "<script src=\"{}\" data-page=\"{page}\" data-bare=\"{bare}\" data-styles=\"{}\"></script>",
        escape(&base.script()),
        escape(&serde_json::json!(styles).to_string()),
    )
}

/// Puts the script before the last `</body>`, or at the end.
fn with_script(page: &[u8], element: &str) -> Bytes {
    let mut tags = page.windows(END_OF_BODY.len());
    let at = tags.rposition(|it| it.eq_ignore_ascii_case(END_OF_BODY)).unwrap_or(page.len());
    Bytes::from([&page[..at], element.as_bytes(), &page[at..]].concat())
}

/// What tells this state of a page from others.
fn version(file: &File, styles: &[(String, String)]) -> Version {
    let finder = AhoCorasick::builder()
        .match_kind(MatchKind::LeftmostLongest)
        .build(styles.iter().map(|(_, address)| address))
        .expect("addresses are short and few");
    let mut hasher = blake3::Hasher::new();
    let (mut done, mut is_used) = (0, vec![false; styles.len()]);
    for found in finder.find_iter(&file.bytes).filter(|it| !it.is_empty()) {
        let style = found.pattern().as_usize();
        is_used[style] = true;
        hasher.update(&file.bytes[done..found.start()]);
        hasher.update(b"\0").update(styles[style].0.as_bytes()).update(b"\0");
        done = found.end();
    }
    hasher.update(&file.bytes[done..]);
    let styles = std::iter::zip(styles, is_used).filter(|(_, is_used)| *is_used);
    Version {
        page: digits(blake3::Hash::from_bytes(file.hash)),
        bare: digits(hasher.finalize()),
        styles: styles.map(|(style, _)| style.clone()).collect(),
    }
}

fn digits(hash: blake3::Hash) -> String {
    hash.to_hex()[..HASH_DIGITS].to_owned()
}

fn quoted(hash: blake3::Hash) -> String {
    format!("\"{}\"", digits(hash))
}

/// Text as HTML, in an element or an attribute.
fn escape(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn file(text: &str) -> File {
        File { bytes: text.as_bytes().into(), hash: *blake3::hash(text.as_bytes()).as_bytes() }
    }

    fn styles(address: &str) -> Vec<(String, String)> {
        vec![("style.css".to_owned(), address.to_owned())]
    }

    #[test]
    fn the_script_stands_before_the_last_end_of_the_body() {
        let put = |page: &str| String::from_utf8(with_script(page.as_bytes(), "!").to_vec());
        assert_eq!(put("<p>a</body></html>").as_deref(), Ok("<p>a!</body></html>"));
        assert_eq!(put("</body>青</BODY>").as_deref(), Ok("</body>青!</BODY>"));
        assert_eq!(put("<p>a").as_deref(), Ok("<p>a!"));
        assert_eq!(put("").as_deref(), Ok("!"));
    }

    #[test]
    fn the_address_of_a_style_sheet_is_no_change_of_the_page() {
        let old = version(&file("<link href=\"/s-1.css\"> a"), &styles("/s-1.css"));
        let new = version(&file("<link href=\"/s-2.css\"> a"), &styles("/s-2.css"));
        let other = version(&file("<link href=\"/s-2.css\"> b"), &styles("/s-2.css"));
        assert_ne!(old.page, new.page);
        assert_eq!(old.bare, new.bare);
        assert_ne!(new.bare, other.bare);
        assert_eq!(version(&file("a"), &styles("/s-1.css")).styles, []);
        assert_eq!(version(&file("a"), &styles("")).styles, []);
    }

    #[test]
    fn problems_are_text_on_our_own_pages() {
        let text = |text: &str| text.to_owned();
        let problem = Problem {
            severity: text("error"),
            id: text("a"),
            place: text("<b>\"&"),
            message: text("<img src=x onerror=alert(1)>"),
            text: text(""),
        };
        let page = broken(&Base::new("/"), vec![problem]);
        let page = String::from_utf8(page.bytes.to_vec()).expect("text");
        assert!(page.contains("<pre>&lt;img src=x onerror=alert(1)&gt;</pre>"), "{page}");
        assert!(page.contains("<h2>&lt;b&gt;&quot;&amp;</h2>"), "{page}");
    }
}

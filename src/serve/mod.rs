//! The site → a browser, from memory.
//!
//! In: the files of a site as `digest build` would write them, behind the trait [`Site`], and what is wrong
//! with it. Out: the same bytes below the same base path, over HTTP/1.1; a page also carries one script
//! element before its last `</body>`. What happens to a request:
//! 1. it is refused unless it names this host, comes from one of our own pages or from none, and is a plain
//!    question (`guard`);
//! 2. its path is taken apart, once, into a place on the site (`place`);
//! 3. the file of that place becomes a page (`page`), away from the async threads: it may have to be rendered;
//! 4. of that page goes out what was asked for: everything, a range, or that nothing has changed (`answer`,
//!    `conditional`).
//!
//! The script, `reload.js`, keeps a stream of events open (`events`): it is told when the bytes of its own page
//! change, and what is wrong.
//!
//! Nothing here reads a file, follows a link, prints, or knows the time: no request reaches anything but
//! [`Site::file`], and no web page but those of the site may read an answer.

mod answer;
mod conditional;
mod events;
mod guard;
mod kind;
mod listen;
mod page;
mod place;
mod run;
mod socket;

use std::fmt;
use std::net::SocketAddr;
use std::sync::Arc;

use tokio::sync::watch;

pub use listen::{Options, bind, lan_address, lan_qr, open_browser};
use place::Base;
pub use run::{Limits, Stop, run};

/// A file of the site.
#[derive(Debug, Clone)]
pub struct File {
    /// Its content.
    pub bytes: Arc<[u8]>,
    /// The hash of its content.
    pub hash: [u8; 32],
}

/// What is shown.
///
/// Both functions may take some milliseconds; [`Site::file`] is never called from an async thread.
pub trait Site: Send + Sync + 'static {
    /// The file at a path below the base path: `articles/x/index.html`, `theme/style-234c9616.css`.
    ///
    /// The path is not escaped, and has no slash in front, no empty part, no `.` or `..`, no backslash and no
    /// control character. Its letters are as the request has them: a form that is not the one of the route
    /// (NFC) is not found, as on the published site.
    ///
    /// # Errors
    /// What is wrong with the page, if it cannot be rendered.
    fn file(&self, path: &str) -> Result<Option<File>, Vec<Problem>>;

    /// The style sheets: the name that does not change, and the address on the pages:
    /// `style.css`, `/repo/theme/style-234c9616.css`.
    fn styles(&self) -> Vec<(String, String)>;
}

/// Something wrong, as the browser shows it. All of it is text, never markup.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problem {
    /// `error`, `warning` or `note`.
    pub severity: String,
    /// The stable name of this kind of problem.
    pub id: String,
    /// `file:line:column`, or empty.
    pub place: String,
    /// One line.
    pub message: String,
    /// The whole report, with the source line and a caret; may be empty.
    pub text: String,
}

impl Problem {
    fn is_error(&self) -> bool {
        self.severity == ERROR
    }
}

/// The severity of problems that the browser shows even if there is a site.
const ERROR: &str = "error";

/// What browsers see: the last good site, and what is wrong now. A clone is the same preview.
#[derive(Debug, Clone)]
pub struct Preview {
    base: Arc<Base>,
    shown: watch::Sender<Arc<Shown>>,
}

/// What is shown at one moment.
#[derive(Clone, Default)]
struct Shown {
    /// The last good site; none before the first.
    site: Option<Arc<dyn Site>>,
    /// Its style sheets.
    styles: Vec<(String, String)>,
    /// What is wrong, worth an overlay.
    problems: Vec<Problem>,
    /// Whether the last build failed, so that the site is an older one.
    is_stale: bool,
}

impl fmt::Debug for Shown {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut f = f.debug_struct("Shown");
        f.field("has_site", &self.site.is_some()).field("problems", &self.problems);
        f.finish_non_exhaustive()
    }
}

impl Preview {
    /// Nothing yet, to be shown below a base path as it stands in addresses: `/` or `/repo/`.
    #[must_use]
    pub fn new(base_path: &str) -> Self {
        let shown = watch::Sender::new(Arc::default());
        Self { base: Arc::new(Base::new(base_path)), shown }
    }

    /// Shows a site. Of its problems, errors go to the browser too.
    pub fn show(&self, site: Arc<dyn Site>, mut problems: Vec<Problem>) {
        problems.retain(Problem::is_error);
        let styles = site.styles();
        self.shown.send_replace(Arc::new(Shown {
            site: Some(site),
            styles,
            problems,
            is_stale: false,
        }));
    }

    /// A build gave no site: shows why, over the last good one. If there are errors, the rest is left out.
    pub fn fail(&self, mut problems: Vec<Problem>) {
        if problems.iter().any(Problem::is_error) {
            problems.retain(Problem::is_error);
        }
        let last = self.now();
        self.shown.send_replace(Arc::new(Shown { problems, is_stale: true, ..(*last).clone() }));
    }

    /// Where a browser on this machine finds the home page.
    #[must_use]
    pub fn url(&self, address: SocketAddr) -> String {
        format!("http://{}{}", listen::reachable(address), self.base.path())
    }

    /// The path below which the site is shown.
    #[must_use]
    pub fn base_path(&self) -> &str {
        self.base.path()
    }

    fn now(&self) -> Arc<Shown> {
        Arc::clone(&self.shown.borrow())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn problem(severity: &str) -> Problem {
        let text = |text: &str| text.to_owned();
        Problem {
            severity: text(severity),
            id: text("a"),
            place: text("b:1:2"),
            message: text("c"),
            text: text(""),
        }
    }

    #[test]
    fn warnings_are_shown_only_if_nothing_else_says_why_there_is_no_site() {
        let preview = Preview::new("/");
        preview.fail(vec![problem("warning")]);
        assert_eq!(preview.now().problems.len(), 1);
        preview.fail(vec![problem("warning"), problem("error")]);
        assert_eq!(preview.now().problems, [problem("error")]);
    }
}

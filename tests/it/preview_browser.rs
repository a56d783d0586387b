//! The preview's script in a real browser: `cargo test --features browser`.

use std::net::SocketAddr;
use std::sync::Arc;
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use digest_site::serve::{self, File, Limits, Options, Preview, Problem, Site, Stop};
use headless_chrome::{Browser, LaunchOptions, Tab};

/// The time that the slowest machine may take for one step.
const PATIENCE: Duration = Duration::from_secs(30);

/// A long page with a box to scroll in, and a style sheet.
struct Long {
    text: &'static str,
    colour: &'static str,
}

impl Site for Long {
    fn file(&self, path: &str) -> Result<Option<File>, Vec<Problem>> {
        let style = &self.styles()[0].1;
        let page = |text: &str| {
            format!(
                "<!DOCTYPE html><html><head><meta charset=utf-8><meta http-equiv=Content-Security-Policy content=\"default-src 'self'\"><title>t</title><link rel=stylesheet href=\"{style}\"></head><body><main><p>{text}</p><div class=box><div></div></div></main></body></html>"
            )
        };
        let text = match path {
            "index.html" => page(self.text),
            "other/index.html" => page("other"),
            _ if style.ends_with(path) => format!(
                "html {{ scroll-behavior: smooth }} body {{ background: {} }} main {{ height: 5000px }} .box {{ height: 100px; overflow: auto }} .box div {{ height: 900px }}",
                self.colour
            ),
            _ => return Ok(None),
        };
        let hash = *blake3::hash(text.as_bytes()).as_bytes();
        Ok(Some(File { bytes: text.into_bytes().into(), hash }))
    }

    fn styles(&self) -> Vec<(String, String)> {
        vec![("style.css".to_owned(), format!("/repo/theme/style-{}.css", self.colour))]
    }
}

fn problem(message: &str) -> Problem {
    let text = |text: &str| text.to_owned();
    Problem {
        severity: text("error"),
        id: text("<b>id</b>"),
        place: text("content/articles/<i>青岛</i>.md:3:8"),
        message: text(message),
        text: format!("error: {message}\n  3 | 标题\n    | ^^^^"),
    }
}

/// A preview, and a browser that looks at it.
struct Reader {
    preview: Preview,
    address: SocketAddr,
    stop: Stop,
    thread: Option<JoinHandle<anyhow::Result<()>>>,
    tab: Arc<Tab>,
    browser: Browser,
}

fn start(
    address: &Options,
    preview: &Preview,
    stop: &Stop,
) -> (SocketAddr, JoinHandle<anyhow::Result<()>>) {
    let (listener, address) = serve::bind(address).expect("a port");
    let (preview, stop) = (preview.clone(), stop.clone());
    let run = move || serve::run(listener, &preview, &Limits::default(), &stop);
    (address, std::thread::spawn(run))
}

impl Reader {
    fn open(path: &str) -> Self {
        let (preview, stop) = (Preview::new("/repo/"), Stop::default());
        let options = Options { port: Some(0), ..Options::default() };
        let (address, thread) = start(&options, &preview, &stop);
        let arguments = ["--disable-quic", "--disable-component-update", "--disable-sync"];
        let options = LaunchOptions::default_builder()
            .sandbox(false)
            .idle_browser_timeout(PATIENCE)
            .args(arguments.iter().map(std::ffi::OsStr::new).collect())
            .build()
            .expect("good options");
        let browser =
            Browser::new(options).expect("Chromium is installed (apt-get install chromium)");
        let tab = browser.new_tab().expect("a tab");
        let reader = Self { preview, address, stop, thread: Some(thread), tab, browser };
        reader.show("one", "white");
        reader.go(path);
        reader
    }

    fn show(&self, text: &'static str, colour: &'static str) {
        self.preview.show(Arc::new(Long { text, colour }), Vec::new());
    }

    fn go(&self, path: &str) {
        let url = format!("http://{}/repo/{path}", self.address);
        self.tab.navigate_to(&url).expect("it goes");
        self.tab.wait_until_navigated().expect("it arrives");
    }

    /// The text that an expression gives.
    fn text(&self, expression: &str) -> String {
        let result = self.tab.evaluate(expression, true);
        // A page that is being loaded has no context for a moment.
        let value = result.ok().and_then(|it| it.value);
        value.map_or(String::new(), |it| it.as_str().map_or(it.to_string(), str::to_owned))
    }

    fn wait(&self, expression: &str) {
        let start = Instant::now();
        while self.text(expression) != "true" {
            assert!(start.elapsed() < PATIENCE, "{expression} never held");
            std::thread::sleep(Duration::from_millis(30));
        }
    }

    /// Marks this document, so that another one is told from it.
    fn mark(&self) {
        self.text("window.mark = 1");
    }
}

impl Drop for Reader {
    fn drop(&mut self) {
        self.stop.stop();
        drop(self.thread.take().map(JoinHandle::join));
    }
}

const ROOT: &str = "document.querySelector('digest-problems').shadowRoot";

#[test]
fn a_page_is_loaded_again_where_it_was() {
    let reader = Reader::open("");
    reader.mark();
    reader.text("scrollTo({ top: 1234, behavior: 'instant' }); document.querySelector('.box').scrollTop = 321");
    reader.wait("Math.round(scrollY) === 1234");
    reader.show("two", "white");
    reader.wait("!window.mark && document.querySelector('p').textContent === 'two'");
    reader.wait("Math.round(scrollY) === 1234 && document.querySelector('.box').scrollTop === 321");
    reader.wait("history.scrollRestoration === 'auto'");
    reader.text("scrollTo({ top: 50, behavior: 'instant' })");
    reader.show("three", "white");
    reader
        .wait("document.querySelector('p').textContent === 'three' && Math.round(scrollY) === 50");
}

#[test]
fn a_page_that_did_not_change_stays() {
    let reader = Reader::open("other/");
    reader.mark();
    reader.show("two", "white");
    reader.preview.fail(vec![problem("a sign that the change has arrived")]);
    reader.wait("!!document.querySelector('digest-problems')");
    assert_eq!(reader.text("window.mark"), "1");
}

#[test]
fn a_style_sheet_is_swapped_in_place() {
    let reader = Reader::open("");
    reader.mark();
    reader.text("scrollTo({ top: 700, behavior: 'instant' })");
    for (colour, rgb) in
        [("red", "rgb(255, 0, 0)"), ("lime", "rgb(0, 255, 0)"), ("blue", "rgb(0, 0, 255)")]
    {
        reader.show("one", colour);
        reader.wait(&format!("getComputedStyle(document.body).backgroundColor === '{rgb}'"));
        reader.wait("document.querySelectorAll('link').length === 1");
    }
    // Two at once: the last one wins, and no other stays.
    reader.show("one", "yellow");
    reader.show("one", "red");
    reader.wait("getComputedStyle(document.body).backgroundColor === 'rgb(255, 0, 0)'");
    reader.wait("document.querySelectorAll('link').length === 1");
    assert_eq!(reader.text("window.mark + ' ' + Math.round(scrollY)"), "1 700");
    // The page is known by its new bytes: a change of its text loads it again.
    reader.show("two", "red");
    reader.wait("!window.mark && document.querySelector('p').textContent === 'two'");
}

#[test]
fn what_is_wrong_is_shown_as_text_and_goes_away() {
    let reader = Reader::open("");
    reader.mark();
    reader.text("document.title = 'safe'");
    let evil =
        "<img src=x onerror=\"document.title='evil'\"><script>document.title='evil'</script>";
    reader.preview.fail(vec![problem(evil), problem("second")]);
    reader.wait("!!document.querySelector('digest-problems')");
    assert_eq!(reader.text(&format!("{ROOT}.querySelectorAll('img, script, b, i').length")), "0");
    assert_eq!(reader.text(&format!("{ROOT}.querySelectorAll('section').length")), "2");
    let shown = reader.text(&format!("{ROOT}.querySelector('pre').textContent"));
    assert!(shown.contains(evil), "{shown}");
    assert_eq!(reader.text("document.title + window.mark"), "safe1");
    assert_eq!(
        reader.text(&format!(
            "{ROOT}.querySelector('dialog').open && {ROOT}.activeElement.localName"
        )),
        "button"
    );
    // The site's own style sheets do not reach it, and it stands above everything.
    assert_eq!(
        reader.text(&format!(
            "{ROOT}.elementFromPoint(innerWidth / 2, innerHeight / 2).getRootNode() === {ROOT}"
        )),
        "true"
    );
    let border = format!("getComputedStyle({ROOT}.querySelector('dialog')).borderTopWidth");
    assert_eq!(reader.text(&border), "6px", "its own style sheet is used under a strict policy");
    reader.tab.press_key("Escape").expect("a key");
    reader.wait("!document.querySelector('digest-problems')");
    // Put away, it comes back only with other problems, also on other pages.
    reader.go("other/");
    reader.preview.fail(vec![problem("third")]);
    reader.wait(&format!("{ROOT}.textContent.includes('third')"));
    reader.text(&format!("{ROOT}.querySelector('button').click()"));
    reader.wait("!document.querySelector('digest-problems')");
    reader.preview.fail(vec![problem("fourth")]);
    reader.wait(&format!("{ROOT}.textContent.includes('fourth')"));
    reader.show("one", "white");
    reader.wait("!document.querySelector('digest-problems')");
}

#[test]
fn a_server_that_was_started_anew_is_found_again() {
    let mut reader = Reader::open("");
    reader.mark();
    reader.stop.stop();
    drop(reader.thread.take().map(JoinHandle::join));
    let options = Options { host: reader.address.ip(), port: Some(reader.address.port()) };
    let (preview, stop) = (Preview::new("/repo/"), Stop::default());
    let (_, thread) = start(&options, &preview, &stop);
    (reader.preview, reader.stop, reader.thread) = (preview, stop, Some(thread));
    reader.show("one", "white");
    reader.preview.fail(vec![problem("it is back")]);
    reader.wait("!!document.querySelector('digest-problems')");
    assert_eq!(reader.text("window.mark"), "1", "the page is the same");
    reader.show("two", "white");
    reader.wait("!window.mark && document.querySelector('p').textContent === 'two'");
}

#[test]
fn more_tabs_than_connections_are_kept_up_to_date() {
    let reader = Reader::open("");
    let tabs: Vec<Arc<Tab>> = (0..9).map(|_| reader.browser.new_tab().expect("a tab")).collect();
    for tab in &tabs {
        tab.navigate_to(&format!("http://{}/repo/", reader.address)).expect("it goes");
        tab.wait_until_navigated().expect("it arrives");
    }
    reader.show("two", "white");
    let start = Instant::now();
    let is_new = |tab: &Arc<Tab>| {
        let value = tab.evaluate("document.querySelector('p').textContent", true);
        value.is_ok_and(|it| it.value == Some("two".into()))
    };
    while !tabs.iter().chain([&reader.tab]).all(is_new) {
        assert!(start.elapsed() < PATIENCE, "some tab has the old page");
        std::thread::sleep(Duration::from_millis(100));
    }
}

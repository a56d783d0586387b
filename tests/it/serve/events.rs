use digest_site::serve::Limits;

use super::support::{Client, Fake, Server, problem};

/// The value of an attribute of the script of a page.
fn attribute(server: &Server, path: &str, name: &str) -> String {
    let text = server.get(path, "").text();
    let rest = text.split(&format!("data-{name}=\"")).nth(1).expect("an attribute");
    rest.split('"').next().expect("its end").to_owned()
}

/// The stream that the browser of a page would open.
struct Stream(Client);

impl Stream {
    fn open(server: &Server, path: &str) -> Self {
        let (page, bare) = (attribute(server, path, "page"), attribute(server, path, "bare"));
        Self::with(server, &format!("path={path}&page={page}&bare={bare}"))
    }

    fn with(server: &Server, query: &str) -> Self {
        let mut client = server.connect();
        let host = server.address;
        client.send(
            format!("GET /repo/_digest/events?{query} HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n").as_bytes(),
        );
        let head = client.until("\r\n\r\n").expect("an answer");
        assert!(head.starts_with("HTTP/1.1 200"), "{head}");
        assert!(head.contains("content-type: text/event-stream"), "{head}");
        Self(client)
    }

    /// The next event, as name and data; `None` at the end.
    fn next(&mut self) -> Option<(String, String)> {
        let text = self.0.until("\n\n")?;
        let Some(at) = text.find("event: ") else {
            return self.next();
        };
        let (name, data) = text[at + "event: ".len()..].split_once('\n').expect("two lines");
        let data = data.strip_prefix("data: ").expect("data").trim_end();
        Some((name.to_owned(), data.to_owned()))
    }

    /// The name of the next event.
    fn name(&mut self) -> String {
        self.next().expect("an event").0
    }
}

/// Nothing was due for streams: their next event is the one that a new problem makes.
fn have_nothing<const N: usize>(server: &Server, site: &Fake, streams: [&mut Stream; N]) {
    let site = std::sync::Arc::new(site.clone());
    server.preview.show(site, vec![problem("error", "something new")]);
    for stream in streams {
        let (name, data) = stream.next().expect("an event");
        assert_eq!(name, "problems");
        assert!(data.contains("something new"), "{data}");
    }
}

#[test]
fn only_a_page_that_changed_is_loaded_again() {
    let server = Server::start();
    let mut home = Stream::open(&server, "/repo/");
    let mut article = Stream::open(&server, "/repo/articles/%E9%9D%92%E5%B2%9B/");
    let mut missing = Stream::open(&server, "/repo/new/");
    assert_eq!([home.name(), article.name(), missing.name()], ["problems"; 3]);
    let mut site = Fake::new();
    site.put("index.html", "<html><body>another home</body></html>");
    server.show(&site);
    assert_eq!(home.name(), "reload");
    have_nothing(&server, &site, [&mut article, &mut missing]);
    site.put("new/index.html", "<body>it is there</body>");
    server.show(&site);
    assert_eq!(missing.name(), "reload");
}

#[test]
fn a_page_that_became_a_folder_is_loaded_again() {
    let server = Server::start();
    let mut stream = Stream::open(&server, "/repo/new");
    assert_eq!(stream.name(), "problems");
    let mut site = Fake::new();
    site.put("new/index.html", "<body>it is there</body>");
    server.show(&site);
    assert_eq!(stream.name(), "reload");
}

#[test]
fn new_style_sheets_go_into_the_old_page() {
    let server = Server::start();
    let mut stream = Stream::open(&server, "/repo/");
    assert_eq!(stream.name(), "problems");
    let mut site = Fake::new();
    site.put("index.html", "<html><link href=\"/repo/theme/style-2.css\"><body>home</body></html>");
    site.put("theme/style-2.css", "body { color: blue }");
    site.styles = vec![("style.css".to_owned(), "/repo/theme/style-2.css".to_owned())];
    server.show(&site);
    let (name, data) = stream.next().expect("an event");
    assert_eq!(name, "style");
    let page = attribute(&server, "/repo/", "page");
    let expected =
        format!("{{\"page\":\"{page}\",\"styles\":[[\"style.css\",\"/repo/theme/style-2.css\"]]}}");
    assert_eq!(data, expected);
    have_nothing(&server, &site, [&mut stream]);
    // A browser that comes back with the old page, after whatever happened, is told the same.
    server.show(&Fake::new());
    let (old, bare) = (attribute(&server, "/repo/", "page"), attribute(&server, "/repo/", "bare"));
    server.show(&site);
    let mut late = Stream::with(&server, &format!("path=/repo/&page={old}&bare={bare}"));
    assert_eq!(late.next(), Some(("style".to_owned(), expected)));
    assert_eq!(late.name(), "problems");
}

#[test]
fn a_browser_that_comes_back_is_brought_up_to_date() {
    let server = Server::start();
    let mut stream = Stream::with(&server, "path=%2Frepo%2F&page=0&bare=0&wait=0");
    assert_eq!(stream.name(), "reload");
    assert_eq!(stream.next(), None, "it did not want to wait");
    let (page, bare) = (attribute(&server, "/repo/", "page"), attribute(&server, "/repo/", "bare"));
    let mut stream = Stream::with(&server, &format!("path=/repo/&page={page}&bare={bare}&wait=0"));
    assert_eq!(stream.name(), "problems");
    assert_eq!(stream.next(), None);
    let mut stream = Stream::with(&server, "path=/repo/&wait=0");
    assert_eq!(stream.name(), "problems", "who does not say what he has, takes what is there");
}

#[test]
fn problems_come_at_once_and_go() {
    let server = Server::start();
    let mut stream = Stream::open(&server, "/repo/");
    let (_, data) = stream.next().expect("an event");
    assert!(data.contains("\"problems\":[]"), "{data}");
    server.preview.fail(vec![problem("error", "line\nbreak </script>\u{2028}")]);
    let (name, data) = stream.next().expect("an event");
    assert_eq!(name, "problems");
    assert!(data.contains("\"stale\":true") && data.contains("line\\nbreak </script>"), "{data}");
    let mut second = Stream::open(&server, "/repo/");
    assert_eq!(second.next().expect("an event").1, data);
    server.show(&Fake::new());
    assert!(stream.next().expect("an event").1.contains("\"problems\":[]"));
    server.preview.fail(vec![problem("error", "a"); 80]);
    assert!(stream.next().expect("an event").1.contains("\"more\":30"));
}

#[test]
fn a_page_that_cannot_be_made_leaves_the_last_good_one() {
    let server = Server::start();
    let mut stream = Stream::open(&server, "/repo/");
    assert_eq!(stream.name(), "problems");
    let mut site = Fake::new();
    site.put("index.html", "broken");
    server.show(&site);
    let (name, data) = stream.next().expect("an event");
    assert_eq!(name, "problems");
    assert!(data.contains("<img src=x onerror=alert(1)>"), "{data}");
    server.show(&Fake::new());
    let (name, data) = stream.next().expect("an event");
    assert!(name == "problems" && data.contains("\"problems\":[]"), "{data}");
    // Who came while it was broken has a page of ours, and gets the right one.
    server.show(&site);
    let mut second = Stream::open(&server, "/repo/");
    assert_eq!(second.name(), "problems");
    server.show(&Fake::new());
    assert_eq!(second.name(), "reload");
}

#[test]
fn the_first_site_is_loaded_by_who_waits_for_it() {
    let server = Server::with("/repo/", "127.0.0.1", Limits::default());
    let mut stream = Stream::open(&server, "/repo/");
    assert_eq!(stream.name(), "problems");
    server.preview.fail(vec![problem("error", "not yet")]);
    let (_, data) = stream.next().expect("an event");
    assert_eq!(data.matches("not yet").count(), 1, "{data}");
    server.show(&Fake::new());
    assert_eq!(stream.name(), "reload");
}

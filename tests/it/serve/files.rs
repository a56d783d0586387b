use digest_site::serve::Limits;

use super::support::{Fake, Server, problem};

#[test]
fn a_page_has_the_bytes_of_the_site_and_one_script() {
    let server = Server::start();
    let answer = server.get("/repo/", "");
    let text = answer.text();
    let (before, rest) = text.split_once("<script ").expect("a script");
    let (script, after) = rest.split_once("</script>").expect("its end");
    let whole = String::from_utf8(Fake::new().files["index.html"].clone()).expect("text");
    assert_eq!(format!("{before}{after}"), whole);
    assert!(after.starts_with("</body>"), "{after}");
    assert!(script.starts_with("src=\"/repo/_digest/reload.js\" "), "{script}");
    assert!(script.contains("/repo/theme/style-1.css&quot;"), "{script}");
    assert_eq!(server.get("/repo/theme/style-1.css", "").body, b"body { color: red }");
    let script = server.get("/repo/_digest/reload.js", "");
    assert_eq!(script.body, include_bytes!("../../../src/serve/reload.js"));
}

#[test]
fn every_answer_says_what_it_is() {
    let server = Server::start();
    let kinds = [
        ("/repo/", "text/html; charset=utf-8"),
        ("/repo/nothing", "text/html; charset=utf-8"),
        ("/repo/theme/style-1.css", "text/css; charset=utf-8"),
        ("/repo/theme/app.js", "text/javascript; charset=utf-8"),
        ("/repo/_digest/reload.js", "text/javascript; charset=utf-8"),
        ("/repo/digits.txt", "text/plain; charset=utf-8"),
        ("/repo/atom.xml", "application/atom+xml; charset=utf-8"),
        ("/repo/api/places.geojson", "application/geo+json; charset=utf-8"),
        ("/repo/data.bin", "application/octet-stream"),
    ];
    for (path, kind) in kinds {
        let answer = server.get(path, "");
        assert_eq!(answer.header("content-type"), kind, "{path}");
        assert_eq!(answer.header("x-content-type-options"), "nosniff", "{path}");
        assert_eq!(answer.header("cache-control"), "no-cache", "{path}");
        assert_eq!(answer.header("cross-origin-resource-policy"), "same-origin", "{path}");
    }
    assert_eq!(server.get("/evil", "").header("content-type"), "text/plain; charset=utf-8");
}

#[test]
fn a_head_is_a_get_without_its_body() {
    let server = Server::start();
    for path in
        ["/repo/", "/repo/digits.txt", "/repo/nothing", "/repo", "/repo/../x", "/repo/empty.txt"]
    {
        let head = |method: &str| {
            let answer = server.ask(&format!("{method} {path} HTTP/1.1|Host: {{h}}"));
            let mut lines: Vec<String> = answer.head.lines().map(str::to_owned).collect();
            lines.retain(|line| !line.starts_with("date: "));
            lines.sort();
            (lines, answer.body.len())
        };
        let (get, (lines, length)) = (head("GET"), head("HEAD"));
        assert_eq!(get.0, lines, "{path}");
        assert_eq!(length, 0, "{path}");
    }
    let range = server.ask("HEAD /repo/digits.txt HTTP/1.1|Host: {h}|Range: bytes=0-1");
    assert_eq!((range.status, range.header("content-length")), (200, "10"));
}

#[test]
fn folders_are_sent_on_with_their_query() {
    let server = Server::start();
    let location = |path: &str| server.get(path, "").header("location").to_owned();
    assert_eq!(location("/"), "/repo/");
    assert_eq!(location("/repo?a=b"), "/repo/?a=b");
    assert_eq!(location("/repo/a%20b?q=%0d%0a"), "/repo/a%20b/?q=%0d%0a");
    let escaped = "/repo/articles/%E9%9D%92%E5%B2%9B/";
    assert_eq!(location("/repo/articles/%E9%9D%92%E5%B2%9B"), escaped);
    assert_eq!(location("/repo/articles/青岛"), escaped);
}

#[test]
fn an_entity_tag_changes_with_the_bytes_and_only_then() {
    let server = Server::start();
    let tag = |path: &str| server.get(path, "").header("etag").to_owned();
    let (page, text) = (tag("/repo/"), tag("/repo/digits.txt"));
    assert!(page.starts_with('"') && page.len() == 34, "{page}");
    assert_eq!(tag("/repo/"), page);
    let mut site = Fake::new();
    site.put("digits.txt", "9876543210");
    server.show(&site);
    assert_eq!(tag("/repo/"), page);
    assert_ne!(tag("/repo/digits.txt"), text);
    let status = |conditions: String| {
        let answer = server.get("/repo/", &conditions);
        assert_eq!(answer.header("etag").is_empty(), answer.status == 400);
        assert_eq!(answer.body.is_empty(), answer.status == 304);
        answer.status
    };
    assert_eq!(status(format!("|If-None-Match: {page}")), 304);
    assert_eq!(status(format!("|If-None-Match: W/{page}")), 304);
    assert_eq!(status(format!("|If-None-Match: \"a\", {page}")), 304);
    assert_eq!(status(format!("|If-None-Match: \"a\"|If-None-Match: {page}")), 304);
    assert_eq!(status("|If-None-Match: *".to_owned()), 304);
    assert_eq!(status(format!("|If-None-Match: {page}|Range: bytes=0-1")), 304);
    assert_eq!(status("|If-None-Match: \"a\"".to_owned()), 200);
    assert_eq!(status(format!("|If-None-Match: {}", page.trim_matches('"'))), 200);
    assert_eq!(status(format!("|If-Match: {page}")), 200);
    assert_eq!(status("|If-Match: \"a\"".to_owned()), 412);
    assert_eq!(server.get("/repo/nothing", "|If-None-Match: *").status, 404);
}

#[test]
fn a_range_is_a_part_of_what_would_be_sent() {
    let server = Server::start();
    let part = |headers: &str| {
        let answer = server.get("/repo/digits.txt", headers);
        (answer.status, answer.text(), answer.header("content-range").to_owned())
    };
    let whole = (200, "0123456789".to_owned(), String::new());
    let some = |text: &str, range: &str| (206, text.to_owned(), format!("bytes {range}/10"));
    assert_eq!(part("|Range: bytes=0-3"), some("0123", "0-3"));
    assert_eq!(part("|Range: bytes=8-"), some("89", "8-9"));
    assert_eq!(part("|Range: bytes=-1"), some("9", "9-9"));
    assert_eq!(part("|Range: bytes=5-999"), some("56789", "5-9"));
    assert_eq!(part("|Range: bytes=10-").0, 416);
    assert_eq!(part("|Range: bytes=10-").2, "bytes */10");
    assert_eq!(part("|Range: bytes=-0").0, 416);
    assert_eq!(part("|Range: bytes=99999999999999999999-").0, 416);
    for range in ["bytes=3-1", "bytes=0-1,3-4", "bytes=a-b", "lines=0-1", "bytes", "bytes=0-0,-1"] {
        assert_eq!(part(&format!("|Range: {range}")), whole, "{range}");
    }
    assert_eq!(part("|Range: bytes=0-1|Range: bytes=3-4"), whole);
    let tag = server.get("/repo/digits.txt", "").header("etag").to_owned();
    assert_eq!(part(&format!("|Range: bytes=0-1|If-Range: {tag}")), some("01", "0-1"));
    assert_eq!(part("|Range: bytes=0-1|If-Range: \"a\""), whole);
    assert_eq!(part(&format!("|Range: bytes=0-1|If-Range: W/{tag}")), whole);
    assert_eq!(part("|Range: bytes=0-1|If-Range: Wed, 21 Oct 2026 07:28:00 GMT"), whole);
    assert_eq!(server.get("/repo/empty.txt", "|Range: bytes=0-").status, 416);
    let page = server.get("/repo/", "").text();
    assert_eq!(server.get("/repo/", "|Range: bytes=10-").text(), page[10..]);
    assert_eq!(server.get("/repo/nothing", "|Range: bytes=0-1").status, 404);
}

#[test]
fn what_cannot_be_shown_says_why_as_text() {
    let server = Server::with("/repo/", "127.0.0.1", Limits::default());
    let answer = server.get("/repo/x", "");
    assert_eq!(answer.status, 503);
    assert!(answer.text().contains("is being built") && answer.text().contains("reload.js"));
    server.preview.fail(vec![problem("error", "<script>alert(1)</script>")]);
    let text = server.get("/repo/", "").text();
    assert!(text.contains("&lt;script&gt;alert(1)") && !text.contains("<script>alert"), "{text}");
    server.show(&Fake::new());
    assert_eq!(server.get("/repo/", "").status, 200);
    server.preview.fail(vec![problem("error", "a")]);
    assert_eq!(server.get("/repo/", "").status, 200, "the last good site stays");
    let broken = server.get("/repo/broken/", "");
    assert_eq!(broken.status, 500);
    assert!(!broken.text().contains("<img"), "{}", broken.text());
    server.show(&Fake::default());
    let missing = server.get("/repo/", "");
    assert_eq!(missing.status, 404);
    assert!(missing.text().contains("reload.js"));
}

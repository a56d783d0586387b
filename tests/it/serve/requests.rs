use digest_site::serve::Limits;

use super::support::{Fake, Server};

/// Paths, and the status of a GET for each.
const PATHS: &[(&str, u16)] = &[
    // Good ones.
    ("/repo/", 200),
    ("/repo/index.html", 200),
    ("/repo/?q=%00&x=../../etc/passwd", 200),
    ("/repo/?", 200),
    ("/repo/articles/%E9%9D%92%E5%B2%9B/", 200),
    ("/repo/articles/%e9%9d%92%e5%b2%9b/", 200),
    ("/repo/articles/青岛/", 200),
    ("/repo/a%20b/", 200),
    ("/repo/404.html", 200),
    ("/%72epo/digits.txt", 200),
    ("/repo/_digest/reload.js", 200),
    ("/repo/_digest/reload.js?x", 200),
    // Sent on.
    ("/", 302),
    ("/repo", 302),
    ("/repo/articles/%E9%9D%92%E5%B2%9B", 301),
    ("/repo/a%20b?x=1", 301),
    // Nothing there.
    ("/repo/articles/", 404),
    ("/repo/nothing", 404),
    ("/repo/nothing/", 404),
    ("/repo/digits.txt/", 404),
    ("/repo/index.html/", 404),
    ("/repo/Digits.txt", 404),
    ("/repo/a+b/", 404),
    ("/repo/a%2520b/", 404),
    ("/repo/%252e%252e/%252e%252e/etc/passwd", 404),
    ("/repo/%25252e%25252e/x", 404),
    ("/repo/..%252fx", 404),
    ("/repo/...", 404),
    ("/repo/..../x", 404),
    ("/repo/..;/x", 404),
    ("/repo//", 404),
    ("/repo//etc/passwd", 404),
    ("/repo/articles//x", 404),
    ("/repo/C:/Windows/win.ini", 404),
    ("/repo/c:x", 404),
    ("/repo/C%3A/x", 404),
    ("/repo/file:///etc/passwd", 404),
    ("/repo/.git/config", 404),
    ("/repo/.env", 404),
    ("/repo/site.toml", 404),
    ("/repo/_digest", 404),
    ("/repo/_digest/", 404),
    ("/repo/_digest/mod.rs", 404),
    ("/repo/_digest/reload.js/", 404),
    ("/repo/_digest/events/", 404),
    ("/repo/_DIGEST/events", 404),
    ("/repo/~root/", 404),
    ("/repo/%E2%80%AE", 404),
    ("/repo/%EF%BC%8E%EF%BC%8E/x", 404),
    ("/repo/%E2%88%95etc", 404),
    ("/repo/articles/%E9%9D%92%CC%81/", 404),
    // Elsewhere on the host.
    ("/repository/", 404),
    ("/Repo/", 404),
    ("/rep", 404),
    ("//", 404),
    ("//repo/", 404),
    ("//evil.example/", 404),
    ("//evil.example/repo/", 404),
    ("/index.html", 404),
    ("/favicon.ico", 404),
    ("/_digest/reload.js", 404),
    ("/_digest/events", 404),
    ("/etc/passwd", 404),
    ("/evil.example", 404),
    ("/x/repo/", 404),
    ("/repo%20/", 404),
    // Out of the site.
    ("/repo/..", 400),
    ("/repo/../", 400),
    ("/repo/../etc/passwd", 400),
    ("/repo/../repo/", 400),
    ("/repo/../../../../../../etc/passwd", 400),
    ("/repo/articles/../../x", 400),
    ("/repo/.", 400),
    ("/repo/./digits.txt", 400),
    ("/../repo/", 400),
    ("/..", 400),
    ("/repo/%2e%2e/x", 400),
    ("/repo/%2E%2E/x", 400),
    ("/repo/.%2e/x", 400),
    ("/repo/%2e./x", 400),
    ("/repo/%2e/x", 400),
    ("/repo/%2e%2e%2fx", 400),
    ("/repo/..%2fx", 400),
    ("/repo/articles%2f%E9%9D%92%E5%B2%9B/", 400),
    ("/repo/%2fetc%2fpasswd", 400),
    ("/repo/..%5cx", 400),
    ("/repo/%5c..%5cx", 400),
    ("/repo/%5c%5cevil.example%5cx", 400),
    ("/%5cevil.example", 400),
    ("/repo/..\\x", 400),
    ("/repo\\..\\x", 400),
    ("/repo/%c0%ae%c0%ae/x", 400),
    ("/repo/%c0%af", 400),
    ("/repo/%e0%80%af", 400),
    ("/repo/%ed%a0%80", 400),
    ("/repo/%f5%80%80%80", 400),
    ("/repo/%ff", 400),
    ("/repo/%E9%9D", 400),
    // Characters that belong into no path.
    ("/repo/%00", 400),
    ("/repo/digits.txt%00.html", 400),
    ("/repo/%0d%0aSet-Cookie:%20a=b", 400),
    ("/repo/a%20b%0d%0aX:y", 400),
    ("/repo/%0a", 400),
    ("/repo/%09", 400),
    ("/repo/%1b[31m", 400),
    ("/repo/%7f", 400),
    ("/repo/%c2%85", 400),
    // Escapes that are none.
    ("/repo/%", 400),
    ("/repo/%2", 400),
    ("/repo/%zz", 400),
    ("/repo/%u002e%u002e/", 400),
    ("/repo/%%32%65", 400),
    ("/repo/100%/", 400),
    // Pages that cannot be made.
    ("/repo/broken/", 500),
    ("/repo/panic/", 500),
];

/// Whole requests, lines separated by `|`, and their status; 0 is a closed connection.
const REQUESTS: &[(&str, u16)] = &[
    // Hosts.
    ("GET /repo/ HTTP/1.1|Host: localhost", 200),
    ("GET /repo/ HTTP/1.1|Host: LOCALHOST", 200),
    ("GET /repo/ HTTP/1.1|Host: news.localhost", 200),
    ("GET /repo/ HTTP/1.1|Host: [::1]", 200),
    ("GET /repo/ HTTP/1.1|Host: 127.0.0.1", 200),
    ("GET /repo/ HTTP/1.0|Host: {h}", 200),
    ("GET http://{h}/repo/ HTTP/1.1|Host: {h}", 200),
    ("GET /repo/ HTTP/1.1", 400),
    ("GET /repo/ HTTP/1.0", 400),
    ("GET /repo/ HTTP/1.1|Host: {h}|Host: {h}", 400),
    ("GET /repo/ HTTP/1.1|Host: {h}|Host: evil.example", 400),
    ("GET /repo/ HTTP/1.1|Host:", 421),
    ("GET /repo/ HTTP/1.1|Host: evil.example", 421),
    ("GET /repo/ HTTP/1.1|Host: evil.example:8000", 421),
    ("GET /repo/ HTTP/1.1|Host: localhost.evil.example", 421),
    ("GET /repo/ HTTP/1.1|Host: localhost:1", 421),
    ("GET /repo/ HTTP/1.1|Host: 127.0.0.1.nip.io", 421),
    ("GET /repo/ HTTP/1.1|Host: 127.0.0.2", 421),
    ("GET /repo/ HTTP/1.1|Host: 0.0.0.0", 421),
    ("GET /repo/ HTTP/1.1|Host: [::]", 421),
    ("GET /repo/ HTTP/1.1|Host: 192.168.0.1", 421),
    ("GET /repo/ HTTP/1.1|Host: user@localhost", 421),
    ("GET /repo/ HTTP/1.1|Host: {h}@evil.example", 421),
    ("GET /repo/ HTTP/1.1|Host: evil.example, localhost", 421),
    ("GET http://evil.example/repo/ HTTP/1.1|Host: {h}", 421),
    ("GET http://{h}/repo/ HTTP/1.1|Host: evil.example", 421),
    ("GET /repo/_digest/events HTTP/1.1|Host: evil.example", 421),
    ("GET /repo/_digest/reload.js HTTP/1.1|Host: evil.example", 421),
    // Origins.
    ("GET /repo/ HTTP/1.1|Host: {h}|Origin: http://{h}", 200),
    ("GET /repo/ HTTP/1.1|Host: {h}|Origin: https://{h}", 403),
    ("GET /repo/ HTTP/1.1|Host: {h}|Origin: http://evil.example", 403),
    ("GET /repo/ HTTP/1.1|Host: {h}|Origin: http://{h}.evil.example", 403),
    ("GET /repo/ HTTP/1.1|Host: {h}|Origin: http://localhost:1", 403),
    ("GET /repo/ HTTP/1.1|Host: {h}|Origin: null", 403),
    ("GET /repo/ HTTP/1.1|Host: {h}|Origin:", 403),
    ("GET /repo/ HTTP/1.1|Host: {h}|Origin: http://{h}|Origin: http://evil.example", 403),
    ("GET /repo/_digest/events HTTP/1.1|Host: {h}|Origin: http://evil.example", 403),
    ("GET /repo/_digest/events HTTP/1.1|Host: {h}|Sec-Fetch-Site: cross-site", 403),
    ("GET /repo/_digest/events HTTP/1.1|Host: {h}|Sec-Fetch-Site: same-site", 403),
    ("GET /repo/_digest/events?path=/repo/../x HTTP/1.1|Host: {h}", 400),
    ("GET /repo/_digest/events?path=%2Frepo%2F%252e%252e%2Fx HTTP/1.1|Host: {h}", 400),
    ("GET /repo/_digest/events?path=x HTTP/1.1|Host: {h}", 400),
    // Methods.
    ("HEAD /repo/ HTTP/1.1|Host: {h}", 200),
    ("HEAD /repo/_digest/events HTTP/1.1|Host: {h}", 200),
    ("HEAD /repo/nothing HTTP/1.1|Host: {h}", 404),
    ("POST /repo/ HTTP/1.1|Host: {h}|Content-Length: 0", 405),
    ("POST /repo/ HTTP/1.1|Host: {h}|Content-Length: 3||abc", 405),
    ("PUT /repo/x HTTP/1.1|Host: {h}", 405),
    ("DELETE /repo/ HTTP/1.1|Host: {h}", 405),
    ("PATCH /repo/ HTTP/1.1|Host: {h}", 405),
    ("OPTIONS /repo/ HTTP/1.1|Host: {h}", 405),
    ("OPTIONS * HTTP/1.1|Host: {h}", 405),
    ("OPTIONS /repo/ HTTP/1.1|Host: {h}|Access-Control-Request-Method: GET", 405),
    ("TRACE /repo/ HTTP/1.1|Host: {h}", 405),
    ("CONNECT {h} HTTP/1.1|Host: {h}", 405),
    ("CONNECT evil.example:443 HTTP/1.1|Host: {h}", 421),
    ("PROPFIND /repo/ HTTP/1.1|Host: {h}", 405),
    ("get /repo/ HTTP/1.1|Host: {h}", 405),
    // Bodies.
    ("GET /repo/ HTTP/1.1|Host: {h}|Content-Length: 0", 200),
    ("GET /repo/ HTTP/1.1|Host: {h}|Content-Length: 3||abc", 413),
    ("GET /repo/ HTTP/1.1|Host: {h}|Content-Length: 99999999999", 413),
    ("GET /repo/ HTTP/1.1|Host: {h}|Transfer-Encoding: chunked||0", 413),
    ("GET /repo/ HTTP/1.1|Host: {h}|Content-Length: 3|Transfer-Encoding: chunked||0", 413),
    ("GET /repo/ HTTP/1.1|Host: {h}|Content-Length: -1", 400),
    ("GET /repo/ HTTP/1.1|Host: {h}|Content-Length: x", 400),
    ("GET /repo/ HTTP/1.1|Host: {h}|Content-Length: 1|Content-Length: 2||ab", 400),
    ("GET /repo/ HTTP/1.1|Host: {h}|Transfer-Encoding: x", 400),
    ("GET /repo/ HTTP/1.1|Host: {h}|Expect: 100-continue|Content-Length: 9", 413),
    // Things that are no requests.
    ("GET /repo/", 400),
    ("GET  /repo/  HTTP/1.1|Host: {h}", 400),
    ("GET /repo/ x HTTP/1.1|Host: {h}", 400),
    ("GET /repo/ HTTP/2.0|Host: {h}", 400),
    ("GET /repo/ HTTP/9.9|Host: {h}", 400),
    ("GET /repo/ HTTP/1.1|Host {h}", 400),
    ("GET /repo/ HTTP/1.1|Host : {h}", 400),
    ("GET /repo/ HTTP/1.1|: x", 400),
    ("GET /repo/ HTTP/1.1|Host: {h}|A: b|  c", 400),
    ("GET repo/ HTTP/1.1|Host: {h}", 400),
    ("GET ../repo/ HTTP/1.1|Host: {h}", 400),
    ("GET ? HTTP/1.1|Host: {h}", 400),
    ("GET * HTTP/1.1|Host: {h}", 400),
    ("GET /repo/<script> HTTP/1.1|Host: {h}", 400),
    ("GET ftp://{h}/repo/ HTTP/1.1|Host: {h}", 400),
    ("GET https://{h}/repo/ HTTP/1.1|Host: {h}", 400),
    ("GET file:///etc/passwd HTTP/1.1|Host: {h}", 400),
    ("GET http:///repo/ HTTP/1.1|Host: {h}", 400),
    ("GÉT /repo/ HTTP/1.1|Host: {h}", 400),
    ("|GET /repo/ HTTP/1.1|Host: {h}", 200),
];

#[test]
fn every_path_has_its_status() {
    let server = Server::start();
    let mut wrong = Vec::new();
    for (path, status) in PATHS {
        let answer = server.get(path, "");
        if answer.status != *status {
            wrong.push(format!("{path}: {} and not {status}", answer.status));
        }
        check(&answer.head, path);
        let is_below = path.starts_with("/repo/") && *status == 404;
        assert!(!is_below || answer.text().contains("nothing here"), "{path}");
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}

#[test]
fn every_request_has_its_status() {
    let server = Server::start();
    let mut wrong = Vec::new();
    for (request, status) in REQUESTS {
        let answer = server.ask(request);
        if answer.status != *status {
            wrong.push(format!("{request}: {} and not {status}", answer.status));
        }
        if *status == 405 {
            assert_eq!(answer.header("allow"), "GET, HEAD", "{request}");
        }
        check(&answer.head, request);
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
    assert_eq!(server.get("/repo/", "").status, 200, "and it still answers");
}

/// What holds for every answer.
fn check(head: &str, request: &str) {
    let head = head.to_ascii_lowercase();
    assert!(!head.contains("access-control-"), "{request}");
    assert!(!head.contains("set-cookie"), "{request}");
    let location = head.split("location: ").nth(1).unwrap_or("/x");
    assert!(location.starts_with('/') && !location.starts_with("//"), "{request}: {location}");
}

#[test]
fn bytes_that_are_no_text_are_refused() {
    let server = Server::start();
    let host = format!("Host: {}\r\n\r\n", server.address);
    let with = |path: &[u8]| [b"GET /repo/", path, b" HTTP/1.1\r\n", host.as_bytes()].concat();
    assert_eq!(server.ask_bytes(&with(b"\xff\xfe")).status, 400);
    assert_eq!(server.ask_bytes(&with(b"a\0b")).status, 400);
    assert_eq!(server.ask_bytes(&with(b"\x7f")).status, 400);
    assert_eq!(server.ask_bytes(&with(b"\x1b[2J")).status, 400);
    assert_eq!(server.ask_bytes(b"\x16\x03\x01\x02\0\x01\0\x01\xfc\x03\x03").status, 400, "TLS");
    assert_eq!(server.ask_bytes(b"\0\0\0\0\r\n\r\n").status, 400);
    // The greeting of HTTP/2: the connection is closed.
    assert_eq!(server.ask_bytes(b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n").status, 0);
    let header = [b"GET /repo/ HTTP/1.1\r\nA: \0\r\n", host.as_bytes()].concat();
    assert_eq!(server.ask_bytes(&header).status, 400);
    let unix = format!("GET /repo/ HTTP/1.1\nHost: {}\n\n", server.address);
    assert_eq!(server.ask_bytes(unix.as_bytes()).status, 200);
}

#[test]
fn long_requests_are_refused() {
    let server = Server::start();
    assert_eq!(server.get(&format!("/repo/{}", "a".repeat(7 << 10)), "").status, 404);
    assert_eq!(server.get(&format!("/repo/{}", "a".repeat(9 << 10)), "").status, 414);
    assert_eq!(server.get(&format!("/repo/?{}", "a".repeat(9 << 10)), "").status, 414);
    assert_eq!(server.get(&format!("/repo/{}", "../".repeat(9 << 10)), "").status, 414);
    assert!(matches!(server.get(&format!("/repo/{}", "a".repeat(99 << 10)), "").status, 414 | 431));
    assert_eq!(server.get("/repo/", &format!("|A: {}", "a".repeat(99 << 10))).status, 431);
    assert_eq!(server.get("/repo/", &"|A: b".repeat(200)).status, 431);
    assert_eq!(server.get("/repo/", &"|A: b".repeat(50)).status, 200);
}

#[test]
fn a_site_at_the_root_has_no_way_out_either() {
    let server = Server::with("/", "127.0.0.1", Limits::default());
    server.show(&Fake::new());
    let cases = [
        ("/", 200),
        ("/digits.txt", 200),
        ("/_digest/reload.js", 200),
        ("/articles/青岛", 301),
        ("//", 404),
        ("//evil.example", 404),
        ("//evil.example/..", 400),
        ("///", 404),
        ("/../etc/passwd", 400),
        ("/%2e%2e/etc/passwd", 400),
        ("/C:/x", 404),
        ("/repo/", 404),
    ];
    for (path, status) in cases {
        let answer = server.get(path, "");
        assert_eq!(answer.status, status, "{path}");
        check(&answer.head, path);
    }
}

#[test]
fn other_machines_may_name_the_address_they_reached_and_no_other() {
    let server = Server::with("/repo/", "0.0.0.0", Limits::default());
    server.show(&Fake::new());
    let port = server.address.port();
    let status = |host: &str| server.ask(&format!("GET /repo/ HTTP/1.1|Host: {host}")).status;
    assert_eq!(status(&format!("127.0.0.1:{port}")), 200);
    assert_eq!(status(&format!("localhost:{port}")), 200);
    // The connection came to 127.0.0.1.
    for host in ["0.0.0.0", "192.168.1.5", "127.0.0.2", "evil.example", "10.0.0.1"] {
        assert_eq!(status(&format!("{host}:{port}")), 421, "{host}");
    }
}

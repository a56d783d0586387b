use std::io::Write;
use std::time::{Duration, Instant};

use digest_site::serve::Limits;

use super::support::{Client, Fake, Server};

/// A limit short enough for a test.
const SOON: Duration = Duration::from_millis(200);

/// More than the buffers of two sockets hold.
const BIG: usize = 32 << 20;

fn with(limits: Limits) -> Server {
    let server = Server::with("/repo/", "127.0.0.1", limits);
    let mut site = Fake::new();
    site.put("big.bin", &"x".repeat(BIG));
    server.show(&site);
    server
}

fn events(server: &Server) -> (Client, bool) {
    let mut client = server.connect();
    let host = server.address;
    client.send(format!("GET /repo/_digest/events HTTP/1.1\r\nHost: {host}\r\n\r\n").as_bytes());
    let head = client.until("\r\n\r\n").expect("an answer");
    (client, head.starts_with("HTTP/1.1 200"))
}

#[test]
fn who_says_nothing_is_left() {
    let server = with(Limits { head_time: SOON, ..Limits::default() });
    let mut silent = server.connect();
    assert!(!silent.more());
    let mut slow = server.connect();
    slow.send(b"GET /repo/ HTTP/1.1\r\nHost: lo");
    assert_eq!(slow.answer(false).status, 0);
    // One header after another does not prolong the time.
    let mut dripping = server.connect();
    dripping.send(b"GET /repo/ HTTP/1.1\r\n");
    let start = Instant::now();
    while start.elapsed() < super::support::PATIENCE
        && dripping.stream.write_all(b"A: b\r\n").is_ok()
    {
        std::thread::sleep(Duration::from_millis(20));
    }
    assert!(start.elapsed() < super::support::PATIENCE);
    // A connection that is kept waits for a second request no longer than for the first.
    let mut kept = server.connect();
    kept.send(
        format!("GET /repo/digits.txt HTTP/1.1\r\nHost: {}\r\n\r\n", server.address).as_bytes(),
    );
    assert_eq!(kept.answer(false).status, 200);
    assert!(!kept.more());
}

#[test]
fn who_takes_nothing_is_left() {
    let server = with(Limits { write_time: SOON, connections: 1, ..Limits::default() });
    let mut greedy = server.connect();
    greedy
        .send(format!("GET /repo/big.bin HTTP/1.1\r\nHost: {}\r\n\r\n", server.address).as_bytes());
    // The only connection is free again although its client has not gone.
    assert_eq!(server.get("/repo/digits.txt", "|Connection: close").status, 200);
    drop(greedy);
}

#[test]
fn a_connection_takes_several_requests() {
    let server = Server::start();
    let mut client = server.connect();
    let request = format!("GET /repo/digits.txt HTTP/1.1\r\nHost: {}\r\n\r\n", server.address);
    for _ in 0..3 {
        client.send(request.as_bytes());
        assert_eq!(client.answer(false).body, b"0123456789");
    }
    // Both at once; what follows a body that was not read is not a request.
    let host = server.address;
    let smuggled = format!(
        "GET /repo/ HTTP/1.1\r\nHost: {host}\r\nContent-Length: {}\r\n\r\n{request}",
        request.len()
    );
    client.send(smuggled.as_bytes());
    assert_eq!(client.answer(false).status, 413);
    assert_eq!(client.answer(false).status, 0);
}

#[test]
fn streams_are_counted_and_given_back() {
    let server = with(Limits { streams: 2, heart_beat: SOON, ..Limits::default() });
    let (first, is_open) = events(&server);
    let (_second, is_too) = events(&server);
    assert!(is_open && is_too);
    let refused = server.get("/repo/_digest/events", "");
    assert_eq!((refused.status, refused.header("retry-after")), (503, "5"));
    assert_eq!(server.get("/repo/", "").status, 200);
    drop(first);
    let start = Instant::now();
    while !events(&server).1 {
        assert!(start.elapsed() < super::support::PATIENCE, "the stream was not given back");
        std::thread::sleep(Duration::from_millis(20));
    }
}

#[test]
fn connections_beyond_the_limit_wait() {
    let server = with(Limits { connections: 2, ..Limits::default() });
    let (first, second) = (server.connect(), server.connect());
    let mut third = server.connect();
    third.send(format!("GET /repo/ HTTP/1.1\r\nHost: {}\r\n\r\n", server.address).as_bytes());
    drop((first, second));
    assert_eq!(third.answer(false).status, 200);
}

#[test]
fn a_stop_does_not_wait_for_anybody() {
    let mut server = with(Limits::default());
    let mut streams: Vec<Client> = (0..20).map(|_| events(&server).0).collect();
    let silent = server.connect();
    let mut half = server.connect();
    half.send(b"GET /repo/ HTTP/1.1\r\n");
    let mut greedy = server.connect();
    greedy
        .send(format!("GET /repo/big.bin HTTP/1.1\r\nHost: {}\r\n\r\n", server.address).as_bytes());
    assert_eq!(greedy.until("\r\n\r\n").map(|it| it.contains("200 OK")), Some(true));
    let start = Instant::now();
    server.stop.stop();
    let thread = server.thread.take().expect("it runs");
    thread.join().expect("no panic").expect("no error");
    assert!(start.elapsed() < Duration::from_secs(1), "{:?}", start.elapsed());
    // The streams ended as they should: with the last chunk.
    for stream in &mut streams {
        assert!(stream.until("\r\n0\r\n\r\n").is_some());
    }
    assert!(std::net::TcpStream::connect(server.address).is_err());
    drop((silent, half, greedy));
}

#[test]
fn an_answer_on_its_way_arrives_though_it_is_stopped() {
    let mut server = with(Limits { farewell: super::support::PATIENCE, ..Limits::default() });
    let mut client = server.connect();
    client.send(
        format!(
            "GET /repo/big.bin HTTP/1.1\r\nHost: {}\r\nConnection: close\r\n\r\n",
            server.address
        )
        .as_bytes(),
    );
    client.stream.peek(&mut [0]).expect("it has begun");
    server.stop.stop();
    assert_eq!(client.answer(false).body.len(), BIG);
    let thread = server.thread.take().expect("it runs");
    thread.join().expect("no panic").expect("no error");
}

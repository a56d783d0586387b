use std::collections::BTreeMap;
use std::io::{ErrorKind, Read, Write};
use std::net::{IpAddr, SocketAddr, TcpStream};
use std::sync::Arc;
use std::thread::JoinHandle;
use std::time::Duration;

use digest_site::serve::{self, File, Limits, Options, Preview, Problem, Site, Stop};

/// The time that the slowest machine may take for one step.
pub(crate) const PATIENCE: Duration = Duration::from_secs(20);

/// A site in memory. A file whose content is `broken` cannot be rendered, one with `panic` ends its thread.
#[derive(Debug, Clone, Default)]
pub(crate) struct Fake {
    pub(crate) files: BTreeMap<String, Vec<u8>>,
    pub(crate) styles: Vec<(String, String)>,
}

impl Fake {
    /// Some files of each kind, all below `/repo/`.
    pub(crate) fn new() -> Self {
        let mut site = Self::default();
        site.put(
            "index.html",
            "<html><link href=\"/repo/theme/style-1.css\"><body>home</body></html>",
        );
        site.put("404.html", "<html><body>nothing here</body></html>");
        site.put("articles/青岛/index.html", "<html><body>青岛</body></html>");
        site.put("a b/index.html", "<body>blank</body>");
        site.put("theme/style-1.css", "body { color: red }");
        site.put("theme/app.js", "1;");
        site.put("digits.txt", "0123456789");
        site.put("empty.txt", "");
        site.put("atom.xml", "<feed/>");
        site.put("api/places.geojson", "{}");
        site.put("data.bin", "x");
        site.put("broken/index.html", "broken");
        site.put("panic/index.html", "panic");
        site.styles = vec![("style.css".to_owned(), "/repo/theme/style-1.css".to_owned())];
        site
    }

    pub(crate) fn put(&mut self, path: &str, text: &str) {
        self.files.insert(path.to_owned(), text.as_bytes().to_vec());
    }
}

impl Site for Fake {
    fn file(&self, path: &str) -> Result<Option<File>, Vec<Problem>> {
        let is_clean =
            |part: &str| !matches!(part, "" | "." | "..") && !part.contains(['\\', '\0']);
        assert!(path.split('/').all(is_clean), "the server asked for `{path}`");
        let Some(bytes) = self.files.get(path) else {
            return Ok(None);
        };
        assert_ne!(bytes, b"panic", "this page ends its thread");
        if bytes == b"broken" {
            return Err(vec![problem("error", "<img src=x onerror=alert(1)>")]);
        }
        let hash = *blake3::hash(bytes).as_bytes();
        Ok(Some(File { bytes: bytes.as_slice().into(), hash }))
    }

    fn styles(&self) -> Vec<(String, String)> {
        self.styles.clone()
    }
}

pub(crate) fn problem(severity: &str, message: &str) -> Problem {
    Problem {
        severity: severity.to_owned(),
        id: "test".to_owned(),
        place: "content/articles/a.md:3:8".to_owned(),
        message: message.to_owned(),
        text: String::new(),
    }
}

/// A server that stops with its test.
pub(crate) struct Server {
    pub(crate) preview: Preview,
    pub(crate) address: SocketAddr,
    pub(crate) stop: Stop,
    pub(crate) thread: Option<JoinHandle<anyhow::Result<()>>>,
}

impl Server {
    pub(crate) fn start() -> Self {
        let server = Self::with("/repo/", "127.0.0.1", Limits::default());
        server.show(&Fake::new());
        server
    }

    /// A server that has nothing to show yet.
    pub(crate) fn with(base: &str, host: &str, limits: Limits) -> Self {
        let host: IpAddr = host.parse().expect("an address");
        let (listener, address) = serve::bind(&Options { host, port: Some(0) }).expect("a port");
        let (preview, stop) = (Preview::new(base), Stop::default());
        let thread = std::thread::spawn({
            let (preview, stop) = (preview.clone(), stop.clone());
            move || serve::run(listener, &preview, &limits, &stop)
        });
        Self { preview, address, stop, thread: Some(thread) }
    }

    pub(crate) fn show(&self, site: &Fake) {
        self.preview.show(Arc::new(site.clone()), Vec::new());
    }

    pub(crate) fn connect(&self) -> Client {
        let stream = TcpStream::connect(("127.0.0.1", self.address.port())).expect("it listens");
        stream.set_read_timeout(Some(PATIENCE)).expect("a time");
        stream.set_write_timeout(Some(PATIENCE)).expect("a time");
        Client { stream, read: Vec::new() }
    }

    /// Sends lines that a `|` separates, `{h}` being the host with its port, and reads the answer.
    pub(crate) fn ask(&self, request: &str) -> Answer {
        let request = request.replace("{h}", &self.address.to_string()).replace('|', "\r\n");
        self.ask_bytes(format!("{request}\r\n\r\n").as_bytes())
    }

    pub(crate) fn ask_bytes(&self, request: &[u8]) -> Answer {
        let mut client = self.connect();
        client.send(request);
        client.answer(request.starts_with(b"HEAD"))
    }

    /// A good GET with further headers.
    pub(crate) fn get(&self, path: &str, headers: &str) -> Answer {
        self.ask(&format!("GET {path} HTTP/1.1|Host: {{h}}{headers}"))
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.stop.stop();
        if let Some(thread) = self.thread.take() {
            drop(thread.join());
        }
    }
}

/// A connection.
pub(crate) struct Client {
    pub(crate) stream: TcpStream,
    read: Vec<u8>,
}

/// An answer; the status is 0 if the connection was closed without one.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) head: String,
    pub(crate) body: Vec<u8>,
}

impl Answer {
    /// A header, empty if it is not there.
    pub(crate) fn header(&self, name: &str) -> &str {
        let pairs = self.head.lines().filter_map(|line| line.split_once(": "));
        let mut values = pairs.filter(|(key, _)| key.eq_ignore_ascii_case(name));
        values.next().map_or("", |(_, value)| value)
    }

    pub(crate) fn text(&self) -> String {
        String::from_utf8(self.body.clone()).expect("UTF-8")
    }
}

impl Client {
    /// Sends bytes; a server that has refused already may have closed.
    pub(crate) fn send(&mut self, bytes: &[u8]) {
        drop(self.stream.write_all(bytes));
    }

    /// Reads more; whether there was any.
    pub(crate) fn more(&mut self) -> bool {
        let mut buffer = [0; 16 << 10];
        match self.stream.read(&mut buffer) {
            Ok(count) => {
                self.read.extend_from_slice(&buffer[..count]);
                count > 0
            }
            Err(error) if error.kind() == ErrorKind::Interrupted => self.more(),
            Err(error) if error.kind() == ErrorKind::ConnectionReset => false,
            Err(error) => panic!("the server neither answers nor closes: {error}"),
        }
    }

    /// Reads up to a text and takes it off; `None` if the connection ends before.
    pub(crate) fn until(&mut self, end: &str) -> Option<String> {
        loop {
            let mut windows = self.read.windows(end.len());
            if let Some(at) = windows.position(|it| it == end.as_bytes()) {
                let rest = self.read.split_off(at + end.len());
                let taken = std::mem::replace(&mut self.read, rest);
                return Some(String::from_utf8(taken).expect("UTF-8"));
            }
            if !self.more() {
                return None;
            }
        }
    }

    /// Reads one answer.
    pub(crate) fn answer(&mut self, is_head: bool) -> Answer {
        let Some(head) = self.until("\r\n\r\n") else {
            return Answer::default();
        };
        let status = head.split(' ').nth(1).and_then(|it| it.parse().ok()).expect("a status");
        let mut answer = Answer { status, head, body: Vec::new() };
        let length = answer.header("content-length").parse().unwrap_or(0);
        while !is_head && status != 304 && self.read.len() < length && self.more() {}
        answer.body = std::mem::take(&mut self.read);
        assert!(is_head || status == 304 || answer.body.len() == length, "{}", answer.head);
        answer
    }
}

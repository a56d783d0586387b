//! `digest watch` and `digest serve` as people start them.

use std::fs;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use tempfile::TempDir;

use crate::support::article;

/// The time that the slowest machine may take for one step.
const PATIENCE: Duration = Duration::from_mins(1);

/// A program that runs until it is told to end.
struct Running {
    root: TempDir,
    child: Child,
    said: BufReader<std::process::ChildStdout>,
}

impl Running {
    fn start(command: &str, more: &[&str]) -> Self {
        let root = tempfile::tempdir().expect("a folder");
        write(root.path(), "site.toml", "title = \"题\"\nbase_url = \"https://a.cn/repo/\"\n");
        write(root.path(), "content/articles/a.md", &article("甲", "", "第一句。"));
        let mut program = Command::new(env!("CARGO_BIN_EXE_digest"));
        program.arg(command).args(["--now", "2026-01-01", "--root"]).arg(root.path()).args(more);
        let mut child =
            program.stdout(Stdio::piped()).stderr(Stdio::null()).spawn().expect("it starts");
        let said = BufReader::new(child.stdout.take().expect("piped"));
        Self { root, child, said }
    }

    /// The first line it says with these words.
    fn says(&mut self, words: &str) -> String {
        for line in self.said.by_ref().lines().map_while(Result::ok) {
            if line.contains(words) {
                return line;
            }
        }
        panic!("it ended without {words}");
    }

    fn page(&self) -> PathBuf {
        self.root.path().join("public/articles/a/index.html")
    }

    /// Waits until the page on disk has these words.
    fn wait(&self, words: &str) {
        let start = Instant::now();
        while !fs::read_to_string(self.page()).is_ok_and(|it| it.contains(words)) {
            assert!(start.elapsed() < PATIENCE, "{words}");
            thread::sleep(Duration::from_millis(5));
        }
    }

    /// Ends it as Ctrl-C does; its exit code.
    fn end(mut self) -> Option<i32> {
        let killed = Command::new("kill").args(["-INT", &self.child.id().to_string()]).status();
        assert!(killed.expect("it runs").success());
        let status = self.child.wait().expect("it ends");
        status.code()
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        drop(self.child.kill());
    }
}

fn write(root: &Path, path: &str, text: &str) {
    let path = root.join(path);
    fs::create_dir_all(path.parent().expect("a parent")).expect("made");
    fs::write(path, text).expect("written");
}

#[test]
fn a_save_is_on_disk_and_a_mistake_ends_nothing() {
    let mut watch = Running::start("watch", &[]);
    watch.says("watching");
    watch.wait("第一句");
    let article_of = |body: &str| article("甲", "", body);
    write(watch.root.path(), "content/articles/a.md", &article_of("第二句。"));
    watch.wait("第二句");
    // A mistake in the configuration, in an article, and then none.
    write(watch.root.path(), "site.toml", "titel = 1\n");
    watch.says("not built");
    write(watch.root.path(), "content/articles/a.md", "+++\n");
    watch.wait("第二句");
    write(watch.root.path(), "site.toml", "title = \"题\"\n");
    write(watch.root.path(), "content/articles/a.md", &article_of("第三句。"));
    watch.wait("第三句");
    // What editors leave, and what lies in their folders, is no part of the site.
    write(watch.root.path(), "content/articles/old.tmp/b.md", &article_of("不该发布。"));
    write(watch.root.path(), "content/articles/a.md", &article_of("第四句。"));
    watch.wait("第四句");
    assert!(!watch.root.path().join("public/articles/b").exists());
    assert_eq!(watch.end(), Some(0));
}

#[test]
fn the_preview_is_served_at_the_path_of_production() {
    let mut serve = Running::start("serve", &[]);
    let line = serve.says("serving at");
    let url = line.split(' ').nth(2).expect("an address").trim_end_matches(';');
    let host = url.trim_start_matches("http://").split('/').next().expect("a host").to_owned();
    assert!(url.ends_with("/repo/"), "{line}");
    let get = |path: &str| {
        let mut stream = TcpStream::connect(&host).expect("it listens");
        let request = format!("GET {path} HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n");
        stream.write_all(request.as_bytes()).expect("sent");
        let mut answer = String::new();
        stream.read_to_string(&mut answer).expect("answered");
        answer
    };
    let page = get("/repo/articles/a/");
    assert!(page.starts_with("HTTP/1.1 200") && page.contains("第一句"), "{page}");
    assert!(get("/articles/a/").starts_with("HTTP/1.1 404"));
    write(serve.root.path(), "content/articles/a.md", &article("甲", "", "第二句。"));
    let start = Instant::now();
    while !get("/repo/articles/a/").contains("第二句") {
        assert!(start.elapsed() < PATIENCE);
        thread::sleep(Duration::from_millis(5));
    }
    assert!(!serve.root.path().join("public").exists(), "nothing is written");
    assert_eq!(serve.end(), Some(0));
}

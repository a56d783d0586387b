use std::fs;
use std::path::Path;
use std::process::{Command, Output};
use std::time::{Duration, SystemTime};

use tempfile::TempDir;

use crate::support::{article, tree};

/// A site on disk, and the program.
struct OnDisk(TempDir);

impl OnDisk {
    fn new() -> Self {
        let site = Self(tempfile::tempdir().expect("a folder"));
        site.write("site.toml", "title = \"题\"\n");
        site.write("content/articles/a.md", &article("甲", "cities = [\"青岛\"]\n", "正文。"));
        site.write("content/articles/b.md", &article("乙", "cities = [\"火星\"]\n", "正文。"));
        site
    }

    fn root(&self) -> &Path {
        self.0.path()
    }

    /// Writes a file as if long ago.
    fn write(&self, path: &str, text: &str) {
        let path = self.root().join(path);
        fs::create_dir_all(path.parent().expect("a folder")).expect("made");
        fs::write(&path, text).expect("written");
        touch(&path, 3600);
    }

    fn build(&self, more: &[&str]) -> Output {
        let mut build = Command::new(env!("CARGO_BIN_EXE_digest"));
        build.args(["build", "--now", "2026-01-01", "--root"]).arg(self.root()).args(more);
        build.output().expect("it runs")
    }

    /// What a build says on the terminal, and in its last line how many files were written.
    fn said(&self) -> (String, bool) {
        let output = self.build(&[]);
        let last = String::from_utf8_lossy(&output.stdout).into_owned();
        assert!(last.contains(" unchanged, "), "{output:?}");
        (String::from_utf8_lossy(&output.stderr).into_owned(), last.contains(" 0 files written, "))
    }

    fn last_build(&self) -> std::path::PathBuf {
        self.root().join(".digest/last-build")
    }
}

/// Sets the time of a file to so many seconds ago.
fn touch(path: &Path, seconds: u64) {
    #[expect(clippy::disallowed_methods, reason = "a test of the clock")]
    let time = SystemTime::now() - Duration::from_secs(seconds);
    let file = fs::File::options().append(true).open(path).expect("open");
    file.set_modified(time).expect("set");
}

#[test]
fn a_build_of_the_same_says_the_same() {
    let site = OnDisk::new();
    let first = site.build(&[]);
    let files = tree(&site.root().join("public"));
    let remembered = fs::read(site.last_build()).expect("remembered");
    let (said, idle) = site.said();
    assert!(idle && said == String::from_utf8_lossy(&first.stderr), "{said}");
    assert!(said.contains("unknown-city"), "{said}");
    assert_eq!(site.build(&[]).status, first.status);
    assert_eq!(tree(&site.root().join("public")), files);
    assert_eq!(fs::read(site.last_build()).expect("there"), remembered, "nothing was built");
}

#[test]
fn whatever_changes_is_seen() {
    let longer = article("甲", "cities = [\"青岛\"]\n", "正文改过。");
    let same_length = article("丙", "cities = [\"青岛\"]\n", "正文。");
    let about = |site: &OnDisk| site.root().join("public/about/index.html");
    for (what, path, text) in [
        ("a longer text", "content/articles/a.md", &longer),
        ("one as long", "content/articles/a.md", &same_length),
        ("a new file", "content/articles/c.md", &longer),
        ("a template", "templates/about.html", &"x".to_owned()),
    ] {
        let site = OnDisk::new();
        site.build(&[]);
        site.write(path, text);
        // Another time even if the length is the same.
        touch(&site.root().join(path), 1800);
        assert!(!site.said().1, "{what}");
    }
    for (what, text) in [("a page gone", None), ("a page changed", Some("x"))] {
        let site = OnDisk::new();
        site.build(&[]);
        match text {
            None => fs::remove_file(about(&site)).expect("removed"),
            Some(text) => fs::write(about(&site), text).expect("written"),
        }
        assert!(!site.said().1, "{what}");
    }
    // Another request.
    let site = OnDisk::new();
    site.build(&[]);
    let other = site.build(&["--base-url", "https://a.cn/x/"]);
    assert!(!String::from_utf8_lossy(&other.stdout).contains(" 0 files written, "), "{other:?}");
}

#[test]
fn a_young_file_is_read_again() {
    let site = OnDisk::new();
    let path = site.root().join("content/articles/a.md");
    touch(&path, 0);
    let time = fs::metadata(&path).and_then(|it| it.modified()).expect("a time");
    site.build(&[]);
    // Within one step of the clock: the same length, the same time.
    fs::write(&path, article("丁", "cities = [\"青岛\"]\n", "正文。")).expect("written");
    fs::File::options().append(true).open(&path).and_then(|it| it.set_modified(time)).expect("set");
    assert!(!site.said().1);
}

#[test]
fn a_damaged_memory_is_none() {
    let site = OnDisk::new();
    site.build(&[]);
    let whole = fs::read(site.last_build()).expect("remembered");
    for damage in [&b""[..], b"digest last build 1\n", &whole[..whole.len() - 1], b"nothing"] {
        fs::write(site.last_build(), damage).expect("written");
        site.write("content/articles/a.md", &article("甲", "", "又一次。"));
        let said = site.build(&[]);
        assert_eq!(said.status.code(), Some(1), "{said:?}");
    }
    let mut flipped = fs::read(site.last_build()).expect("remembered");
    let middle = flipped.len() / 2;
    flipped[middle] ^= 1;
    fs::write(site.last_build(), &flipped).expect("written");
    site.build(&[]);
    assert_ne!(fs::read(site.last_build()).expect("there"), flipped, "built, and remembered anew");
    fs::remove_dir_all(site.root().join(".digest")).expect("removed");
    assert!(site.said().1, "every page is as it was");
}

/// An article that others show a summary of.
fn neighbour(title: &str, text: &str) -> String {
    article(title, "cities = [\"青岛\"]\nsummary = \"摘要\"\n", text)
}

/// A site of articles that are neighbours, with a feed.
fn readable(config: &str) -> OnDisk {
    let site = OnDisk::new();
    site.write("site.toml", &format!("title = \"题\"\nbase_url = \"https://a.cn/x/\"\n{config}"));
    for (name, title) in [("a", "甲"), ("b", "乙"), ("c", "丙")] {
        let path = format!("content/articles/{name}.md");
        site.write(&path, &neighbour(title, "正文。"));
    }
    site
}

/// What a build of the same files makes in a fresh folder.
fn clean(site: &OnDisk) -> std::collections::BTreeMap<String, Vec<u8>> {
    let other = OnDisk::new();
    fs::remove_dir_all(other.root().join("content")).expect("removed");
    for (path, bytes) in tree(site.root()) {
        if path.starts_with("content/") || path == "site.toml" {
            other.write(&path, std::str::from_utf8(&bytes).expect("text"));
        }
    }
    other.build(&[]);
    tree(&other.root().join("public"))
}

fn public(site: &OnDisk) -> std::collections::BTreeMap<String, Vec<u8>> {
    tree(&site.root().join("public"))
}

#[test]
fn an_edit_of_a_text_leaves_the_rest_alone() {
    let site = readable("scripts = [\"zh-Hans\", \"zh-Hant-TW\"]\n");
    site.build(&[]);
    for (times, text) in ["改过的话。", "又改过，发展。", "正文。"].into_iter().enumerate()
    {
        site.write("content/articles/b.md", &neighbour("乙", text));
        touch(&site.root().join("content/articles/b.md"), 1800 - times as u64);
        let pages = fs::read(site.root().join(".digest/pages")).expect("there");
        let terms =
            |site: &OnDisk| fs::metadata(site.root().join(".digest/terms")).expect("there").len();
        let before = terms(&site);
        assert!(!site.said().1, "{text}");
        assert!(terms(&site) > before, "the short way adds to what was there");
        assert!(fs::read(site.root().join(".digest/pages")).expect("there") == pages);
        assert!(public(&site) == clean(&site), "{text}");
        assert!(site.said().1, "nothing is left to do");
    }
}

#[test]
fn what_is_damaged_is_not_trusted() {
    let mut expected = None;
    for name in ["last-build", "site", "articles", "terms", "pages"] {
        for damage in [Damage::Flipped, Damage::Short, Damage::Empty, Damage::Gone, Damage::Old] {
            let site = readable("");
            site.build(&[]);
            let path = site.root().join(".digest").join(name);
            let old = fs::read(&path).expect("there");
            site.write("content/articles/c.md", &neighbour("丙", "改一。"));
            site.build(&[]);
            let now = fs::read(&path).expect("there");
            match damage {
                Damage::Flipped => {
                    let flip = |it: (usize, &u8)| if it.0 % 7 == 3 { !it.1 } else { *it.1 };
                    fs::write(&path, now.iter().enumerate().map(flip).collect::<Vec<u8>>())
                }
                Damage::Short => fs::write(&path, &now[..now.len() / 2]),
                Damage::Empty => fs::write(&path, ""),
                Damage::Gone => fs::remove_file(&path),
                // As if the program had been killed between two files.
                Damage::Old => fs::write(&path, &old),
            }
            .expect("damaged");
            site.write("content/articles/b.md", &neighbour("乙", "改二。"));
            touch(&site.root().join("content/articles/b.md"), 1800);
            assert!(!site.said().1, "{name}: {damage:?}");
            let expected = expected.get_or_insert_with(|| clean(&site));
            assert!(public(&site) == *expected, "{name}: {damage:?}");
        }
    }
}

/// What may happen to a file.
#[derive(Debug, Clone, Copy)]
enum Damage {
    Flipped,
    Short,
    Empty,
    Gone,
    Old,
}

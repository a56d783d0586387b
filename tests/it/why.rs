//! `digest why` as people ask.

use std::fs;
use std::path::Path;
use std::process::Command;

use serde_json::Value;
use tempfile::TempDir;

use crate::support::article;

struct OnDisk(TempDir);

impl OnDisk {
    fn new() -> Self {
        let site = Self(tempfile::tempdir().expect("a folder"));
        site.write("site.toml", "title = \"题\"\nbase_url = \"https://a.cn/repo/\"\n");
        site.write("content/topics/sea.md", "+++\ntitle = \"海洋\"\n+++\n");
        for (name, title) in [("a", "甲"), ("b", "乙"), ("c", "丙")] {
            let front = "cities = [\"青岛\"]\nsummary = \"摘要\"\n";
            site.write(&format!("content/articles/{name}.md"), &article(title, front, "正文。"));
        }
        site
    }

    fn write(&self, path: &str, text: &str) {
        let path = self.0.path().join(path);
        fs::create_dir_all(path.parent().expect("a folder")).expect("made");
        fs::write(path, text).expect("written");
    }

    fn run(&self, command: &str, more: &[&str]) -> (Option<i32>, String, String) {
        let mut program = Command::new(env!("CARGO_BIN_EXE_digest"));
        program.args([command, "--now", "2026-01-01", "--root"]).arg(self.0.path()).args(more);
        let output = program.output().expect("it runs");
        let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
        (output.status.code(), text(&output.stdout), text(&output.stderr))
    }

    fn build(&self) {
        assert_eq!(self.run("build", &[]).0, Some(0));
    }

    fn why(&self, what: &str) -> Value {
        let (code, said, wrong) = self.run("why", &["--json", what]);
        assert_eq!(code, Some(0), "{what}: {wrong}");
        serde_json::from_str(&said).expect("JSON")
    }
}

fn texts(list: &Value) -> Vec<&str> {
    list.as_array().expect("a list").iter().map(|it| it.as_str().expect("a text")).collect()
}

#[test]
fn a_page_is_made_of_articles() {
    let site = OnDisk::new();
    let page = site.why("/articles/b/");
    assert_eq!(
        (&page["template"], &page["file"]),
        (&"article.html".into(), &"articles/b/index.html".into())
    );
    assert_eq!(texts(&page["texts"]), ["content/articles/b.md"]);
    assert_eq!(texts(&page["shown"]), ["content/articles/a.md", "content/articles/c.md"]);
    let feed = site.why("/cities/qingdao/atom.xml");
    assert_eq!(texts(&feed["texts"]).len(), 3);
    let list = site.why("/cities/qingdao/");
    assert_eq!((texts(&list["texts"]).len(), texts(&list["shown"]).len()), (0, 3));
    assert_eq!(site.why("/topics/sea/")["shown"], Value::Array(Vec::new()));
    assert_eq!(site.why("/search/index.gz")["all_articles"], true);
    assert!(texts(&site.why("/about/")["site"]).contains(&"1 file in `content/topics`"));
}

#[test]
fn an_address_may_be_written_in_many_ways() {
    let site = OnDisk::new();
    for what in [
        "/articles/b/",
        "articles/b",
        "/repo/articles/b/",
        "https://a.cn/repo/articles/b/",
        "public/articles/b/index.html",
        "/articles/%62/",
        "/repo/articles/b/#notes",
        "/articles/b/index.html",
    ] {
        assert_eq!(site.why(what)["route"], "/articles/b/", "{what}");
    }
    assert_eq!(site.why("/")["route"], "/");
    let (code, _, wrong) = site.run("why", &["/nothing/"]);
    assert!(code == Some(2) && wrong.contains("`/nothing/` is neither an address"), "{wrong}");
}

#[test]
fn it_knows_what_a_page_was_written_for() {
    let site = OnDisk::new();
    assert_eq!(site.why("/articles/b/")["last"], Value::Null);
    site.build();
    assert_eq!(site.why("/articles/b/")["last"]["sources"], Value::Null);
    for (text, name) in [("改过。", "b"), ("又改过。", "b"), ("改过。", "c")] {
        let front = "cities = [\"青岛\"]\nsummary = \"摘要\"\n";
        let title = if name == "b" { "乙" } else { "丙" };
        site.write(&format!("content/articles/{name}.md"), &article(title, front, text));
        site.build();
    }
    let last = |route: &str| site.why(route)["last"]["sources"].clone();
    assert_eq!(texts(&last("/articles/b/")), ["content/articles/b.md"]);
    assert_eq!(texts(&last("/articles/c/")), ["content/articles/c.md"]);
    assert_eq!(last("/about/"), Value::Null);
    let said = site.run("why", &["/articles/b/"]).1;
    assert!(said.contains("after a change of\n  content/articles/b.md"), "{said}");
}

#[test]
fn what_a_change_does_is_what_a_build_does() {
    let site = OnDisk::new();
    let file = site.why("content/articles/b.md");
    let pages = [
        "/articles/b/",
        "/atom.xml",
        "/cities/qingdao/atom.xml",
        "/cities/shandong/atom.xml",
        "/feed.json",
    ];
    assert_eq!(texts(&file["pages"]), pages);
    let effects = file["effects"].as_array().expect("a list");
    let of = |what: &str| effects.iter().find(|it| it["what"] == what).expect("it was tried");
    let edited = of("if its text changes");
    assert_eq!(texts(&edited["pages"]), pages[..1]);
    assert!(pages[1..].iter().all(|it| texts(&edited["files"]).contains(it)), "{edited}");
    let retitled = texts(&of("if its headline changes")["pages"]);
    assert!(retitled.contains(&"/") && retitled.contains(&"/articles/a/"), "{retitled:?}");
    assert!(!retitled.contains(&"/about/"), "{retitled:?}");
    let gone = of("if it goes");
    assert!(texts(&gone["gone"]).contains(&"/articles/b/"), "{gone}");
    assert!(texts(&gone["pages"]).contains(&"/about/"), "it says how many articles there are");
    // Nothing was written.
    assert!(!Path::new(site.0.path()).join("public").exists());
    let settings = site.why("site.toml");
    assert!(texts(&settings["effects"][0]["pages"]).contains(&"/about/"));
}

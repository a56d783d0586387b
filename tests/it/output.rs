use std::fs;
use std::path::{Path, PathBuf};

use digest_site::diagnostic::{At, Diagnostic, problems};
use digest_site::engine::Progress;
use digest_site::file::ContentHash;
use digest_site::output::{self, Folder, Outcome, Written};
use digest_site::render::{Asked, Files, Output, Seal};
use digest_site::route::Route;
use tempfile::TempDir;

use crate::support::tree;

/// A root with sources, and an output folder in it.
struct Folders {
    root: TempDir,
}

impl Folders {
    fn new() -> Self {
        let root = tempfile::tempdir().expect("a folder");
        fs::create_dir_all(root.path().join("content/articles")).expect("made");
        fs::write(root.path().join("site.toml"), "title = \"x\"\n").expect("written");
        Self { root }
    }

    fn out(&self) -> PathBuf {
        self.root.path().join("public")
    }

    fn write(&self, files: &[(&str, &str)]) -> Written {
        let outputs = outputs(files);
        let mut folder = Folder::new(self.root.path(), &self.out());
        match folder.write(&*outputs, &Progress::default()) {
            Ok(Outcome::Written(written)) => written,
            other => panic!("{other:?}"),
        }
    }

    fn read(&self, file: &str) -> Option<String> {
        fs::read_to_string(self.out().join(file)).ok()
    }

    /// Puts a file of somebody else into the output folder.
    fn put(&self, file: &str, text: &str) {
        let path = self.out().join(file);
        fs::create_dir_all(path.parent().expect("a parent")).expect("made");
        fs::write(path, text).expect("written");
    }
}

fn outputs(files: &[(&str, &str)]) -> Vec<Output> {
    let output = |(route, text): &(&str, &str)| {
        Output::new(Route::new(route).expect("a good route"), text.as_bytes().to_vec())
    };
    files.iter().map(output).collect()
}

fn counts(written: &Written) -> (usize, usize, usize) {
    (written.written, written.unchanged, written.removed)
}

const PAGES: [(&str, &str); 3] = [("/", "home"), ("/a/", "a"), ("/b/c/", "c")];

#[test]
fn only_what_changed_is_written() {
    let folders = Folders::new();
    assert_eq!(counts(&folders.write(&PAGES)), (3, 0, 0));
    let before = fs::metadata(folders.out().join("a/index.html"))
        .and_then(|it| it.modified())
        .expect("a time");
    assert_eq!(counts(&folders.write(&PAGES)), (0, 3, 0));
    assert_eq!(counts(&folders.write(&[("/", "new home"), ("/a/", "a"), ("/d/", "d")])), (2, 1, 1));
    assert_eq!(folders.read("index.html").as_deref(), Some("new home"));
    assert_eq!(
        fs::metadata(folders.out().join("a/index.html"))
            .and_then(|it| it.modified())
            .expect("a time"),
        before
    );
    assert!(!folders.out().join("b").exists(), "empty folders go");
}

#[test]
fn foreign_files_are_kept() {
    let folders = Folders::new();
    folders.write(&PAGES);
    folders.put("CNAME", "a.example");
    folders.put("b/c/notes.txt", "mine");
    folders.put("d/index.html", "mine too");
    let written = folders.write(&[("/", "home"), ("/d/", "d")]);
    assert_eq!(written.diagnostics.iter().map(|it| it.id).collect::<Vec<_>>(), ["foreign-file"]);
    assert_eq!(folders.read("d/index.html").as_deref(), Some("mine too"));
    assert_eq!(
        (folders.read("CNAME").as_deref(), folders.read("b/c/notes.txt").as_deref()),
        (Some("a.example"), Some("mine"))
    );
    assert_eq!(folders.read("b/c/index.html"), None);
}

#[test]
fn a_folder_that_is_not_ours_is_refused() {
    let folders = Folders::new();
    let root = folders.root.path();
    let refused = |out: &Path| {
        format!(
            "{:#}",
            Folder::new(root, out)
                .write(&*outputs(&PAGES), &Progress::default())
                .expect_err("refused")
        )
    };
    folders.put("index.html", "somebody's");
    assert!(refused(&folders.out()).contains("was not made by `digest`"));
    assert_eq!(tree(&folders.out()).len(), 1);
    assert!(refused(root).contains("holds the site's sources"));
    assert!(refused(root.parent().expect("a parent")).contains("holds the site's sources"));
    assert!(refused(&root.join("content")).contains("is one of the site's sources"));
    assert!(refused(&root.join("content/x/../public")).contains("is one of the site's sources"));
    assert!(refused(&root.join("site.toml")).contains("is a file"));
    // Through a folder that does not exist.
    assert!(refused(&root.join("nosuch/../content")).contains("is one of the site's sources"));
    assert!(refused(&root.join("nosuch/..")).contains("holds the site's sources"));
    assert!(refused(&root.join("no/such/../../theme/x")).contains("is one of the site's sources"));
    assert!(!root.join("nosuch").exists());
    #[cfg(unix)]
    {
        std::os::unix::fs::symlink(root.join("content"), root.join("link")).expect("linked");
        assert!(refused(&root.join("link")).contains("is one of the site's sources"));
    }
}

#[test]
fn damage_is_repaired() {
    let folders = Folders::new();
    folders.write(&PAGES);
    fs::remove_file(folders.out().join("a/index.html")).expect("removed");
    fs::write(folders.out().join("index.html"), "HOME").expect("written");
    fs::write(folders.out().join("b/c/index.html"), "longer").expect("written");
    // A file changed within the clock's grain of the build counts as the build's; make the change later.
    let built = fs::metadata(folders.out().join(".digest-manifest")).and_then(|it| it.modified());
    let later = built.expect("a time") + std::time::Duration::from_secs(5);
    fs::File::options()
        .append(true)
        .open(folders.out().join("index.html"))
        .and_then(|it| it.set_modified(later))
        .expect("touched");
    assert_eq!(counts(&folders.write(&PAGES)), (3, 0, 0));
    assert_eq!(
        (folders.read("index.html").as_deref(), folders.read("b/c/index.html").as_deref()),
        (Some("home"), Some("c"))
    );
}

#[test]
fn a_lost_manifest_is_no_reason_to_delete() {
    let folders = Folders::new();
    folders.write(&PAGES);
    fs::write(folders.out().join(".digest-manifest"), "damaged").expect("written");
    let written = folders.write(&[("/", "home"), ("/a/", "changed")]);
    assert_eq!(written.diagnostics.iter().map(|it| it.id).collect::<Vec<_>>(), ["foreign-file"]);
    assert_eq!(folders.read("a/index.html").as_deref(), Some("a"));
}

#[test]
fn a_file_may_become_a_folder_and_back() {
    let folders = Folders::new();
    folders.write(&[("/a", "file"), ("/b/c/", "page")]);
    assert_eq!(counts(&folders.write(&[("/a/", "page"), ("/b", "file")])), (2, 0, 2));
    assert_eq!(
        (folders.read("a/index.html").as_deref(), folders.read("b").as_deref()),
        (Some("page"), Some("file"))
    );
}

#[cfg(unix)]
#[test]
fn nothing_is_written_through_a_link() {
    let folders = Folders::new();
    let elsewhere = tempfile::tempdir().expect("a folder");
    folders.write(&[("/", "home")]);
    std::os::unix::fs::symlink(elsewhere.path(), folders.out().join("a")).expect("linked");
    let written = folders.write(&PAGES);
    assert_eq!(written.diagnostics.len(), 1);
    assert!(tree(elsewhere.path()).is_empty());
    assert_eq!(folders.read("b/c/index.html").as_deref(), Some("c"));
}

#[cfg(unix)]
#[test]
fn no_link_leads_a_temporary_file_away() {
    use std::os::unix::fs::symlink;
    let folders = Folders::new();
    let elsewhere = tempfile::tempdir().expect("a folder");
    let victim = elsewhere.path().join("victim");
    fs::write(&victim, "precious").expect("written");
    folders.write(&PAGES);
    symlink(elsewhere.path(), folders.out().join(".digest-new")).expect("linked");
    symlink(&victim, folders.out().join("..digest-manifest.digest-new")).expect("linked");
    folders.write(&[("/", "new home"), ("/a/", "a")]);
    assert_eq!(fs::read_to_string(&victim).expect("read"), "precious");
    assert!(folders.out().join("index.html").symlink_metadata().expect("there").is_file());

    // Nor a new article.
    let articles = folders.root.path().join("content/articles");
    fs::remove_dir_all(&articles).expect("removed");
    symlink(elsewhere.path(), &articles).expect("linked");
    let path = digest_site::file::SitePath::new("content/articles/a.md").expect("a good path");
    let article = digest_site::engine::NewArticle {
        raw: path.clone(),
        path,
        text: "x".into(),
        replaces: None,
    };
    assert!(!output::save(folders.root.path(), &article).expect("left alone"));
    assert_eq!(tree(elsewhere.path()).len(), 1);
}

/// Killed at any moment: the folder after it is what an earlier moment of a build left, with a file cut short
/// or missing. Every such state is put right by the next build, and nothing foreign is lost.
#[test]
fn a_killed_build_is_put_right() {
    let old = [("/", "home"), ("/a/", "a"), ("/gone/", "gone")];
    let new = [("/", "new home"), ("/a/", "a"), ("/fresh/", "fresh")];
    // What the disk looks like between the steps of the second build.
    let moments: [Moment; 8] = [
        ("before anything", |_| {}),
        ("manifest begun", |out| {
            fs::write(out.join("..digest-manifest.digest-new"), "dig").expect("written");
        }),
        ("pending manifest in place", pending),
        ("new file half written", |out| {
            pending(out);
            fs::create_dir_all(out.join("fresh")).expect("made");
            fs::write(out.join("fresh/index.html"), "fr").expect("written");
        }),
        ("folder made, no file in it", |out| {
            pending(out);
            fs::create_dir_all(out.join("fresh")).expect("made");
        }),
        ("old file removed, not its folder", |out| {
            fs::remove_file(out.join("gone/index.html")).expect("removed");
        }),
        ("replacement half written", |out| {
            fs::create_dir_all(out.join(".digest-new")).expect("made");
            fs::write(out.join(".digest-new/0123"), "new ho").expect("written");
        }),
        ("all written, old one removed", |out| {
            pending(out);
            fs::create_dir_all(out.join("fresh")).expect("made");
            fs::write(out.join("fresh/index.html"), "fresh").expect("written");
            fs::write(out.join("index.html"), "new home").expect("written");
            fs::remove_dir_all(out.join("gone")).expect("removed");
        }),
    ];
    let clean = Folders::new();
    clean.write(&new);
    for (moment, kill) in moments {
        // The next build may be of the new site, or of the old one again.
        for next in [&new, &old] {
            let folders = Folders::new();
            folders.write(&old);
            folders.put("CNAME", "a.example");
            kill(&folders.out());
            assert_eq!(folders.write(next).diagnostics, [], "{moment}");
            let mut left = tree(&folders.out());
            assert_eq!(left.remove("CNAME").as_deref(), Some(&b"a.example"[..]), "{moment}");
            let expected = Folders::new();
            expected.write(next);
            assert_eq!(left, tree(&expected.out()), "{moment}");
            assert_eq!(folders_in(&folders.out()), folders_in(&expected.out()), "{moment}");
        }
    }
}

/// The folders in a folder.
fn folders_in(out: &Path) -> Vec<std::path::PathBuf> {
    let entries = walkdir::WalkDir::new(out).sort_by_file_name().into_iter();
    let folders = entries.map(|it| it.expect("read")).filter(|it| it.file_type().is_dir());
    folders.map(|it| it.path().strip_prefix(out).expect("below").to_owned()).collect()
}

/// A name, and what happens to the output folder until then.
type Moment = (&'static str, fn(&Path));

/// The manifest that says which files are about to change.
fn pending(out: &Path) {
    let manifest = fs::read_to_string(out.join(".digest-manifest")).expect("read");
    let lines = manifest.lines().filter(|line| !line.ends_with(" index.html"));
    let lines: Vec<&str> =
        lines.chain(["pending fresh/index.html", "pending index.html"]).collect();
    fs::write(out.join(".digest-manifest"), format!("{}\n", lines.join("\n"))).expect("written");
}

#[test]
fn the_first_build_may_be_killed_too() {
    for left in ["", "..digest-manifest.digest-new"] {
        let folders = Folders::new();
        fs::create_dir_all(folders.out()).expect("made");
        if !left.is_empty() {
            folders.put(left, "dig");
        }
        assert_eq!(counts(&folders.write(&PAGES)), (3, 0, 0));
    }
}

#[test]
fn an_article_edited_meanwhile_is_not_overwritten() {
    use digest_site::engine::NewArticle;
    use digest_site::file::SitePath;
    let folders = Folders::new();
    let path = SitePath::new("content/articles/a.md").expect("a good path");
    let save = |text: &str, replaces| {
        output::save(
            folders.root.path(),
            &NewArticle { path: path.clone(), raw: path.clone(), text: text.into(), replaces },
        )
        .expect("saved")
    };
    assert!(save("one", None));
    assert!(!save("two", None), "a new article never replaces a file");
    assert!(save("two", Some(ContentHash::of(b"one"))));
    fs::write(folders.root.path().join("content/articles/a.md"), "by hand").expect("written");
    assert!(!save("three", Some(ContentHash::of(b"two"))));
    assert_eq!(
        fs::read_to_string(folders.root.path().join("content/articles/a.md")).expect("read"),
        "by hand"
    );
}

/// Files of which some cannot be made.
struct Broken(Vec<Output>);

impl Files for Broken {
    fn routes(&self) -> Vec<&Route> {
        self.0.routes()
    }

    fn file(&self, at: usize, enough: &dyn Fn(&Seal) -> bool) -> Result<Asked, Vec<Diagnostic>> {
        if self.0[at].bytes.starts_with(b"broken") {
            return Err(vec![problems::template_error(At::Site, "a mistake")]);
        }
        self.0.file(at, enough)
    }
}

#[test]
fn a_mistake_in_a_template_leaves_the_folder_as_it_was() {
    let broken = Broken(outputs(&[
        ("/", "new home"),
        ("/a/", "broken a"),
        ("/b/", "broken b"),
        ("/new/", "x"),
    ]));
    let write = |folders: &Folders| {
        Folder::new(folders.root.path(), &folders.out()).write(&broken, &Progress::default())
    };
    for before in [&[][..], &PAGES] {
        let folders = Folders::new();
        if !before.is_empty() {
            folders.write(before);
        }
        fs::create_dir_all(folders.out()).expect("made");
        let as_it_was = tree(&folders.out());
        match write(&folders) {
            Ok(Outcome::Failed(problems)) => assert_eq!(problems.len(), 1, "one mistake"),
            other => panic!("{other:?}"),
        }
        fs::create_dir_all(folders.out()).expect("made");
        assert_eq!(tree(&folders.out()), as_it_was);
    }
}

#[test]
fn a_patch_of_another_folder_is_none() {
    let folders = Folders::new();
    folders.write(&PAGES);
    let manifest = folders.out().join(".digest-manifest");
    let hash = ContentHash::of(&fs::read(&manifest).expect("read"));
    let whole =
        || Folder::whole(folders.root.path(), &folders.out(), hash).expect("it can be read");
    let page = outputs(&[("/", "edited")]);
    // Somebody touches it in between.
    let mut folder = whole().expect("as it was left");
    let text = fs::read_to_string(&manifest).expect("read");
    fs::write(&manifest, format!("{text}\n")).expect("touched");
    let before = tree(&folders.out());
    assert!(folder.patch(&page, &[]).expect("the disk is well").is_none());
    assert!(tree(&folders.out()) == before, "nothing is lost");
    assert!(whole().is_none());
    // As it was left, only this page changes.
    folders.write(&PAGES);
    let hash = ContentHash::of(&fs::read(&manifest).expect("read"));
    let folder = Folder::whole(folders.root.path(), &folders.out(), hash).expect("it can be read");
    let written = folder.expect("as it was left").patch(&page, &[]).expect("written");
    assert_eq!(written.map(|it| (it.written, it.removed)), Some((1, 0)));
    assert_eq!(tree(&folders.out()).len(), before.len());
}

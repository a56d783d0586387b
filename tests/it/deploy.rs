use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use tempfile::TempDir;

/// A site in a repository whose remote is a bare one beside it.
struct Deployed {
    folder: TempDir,
}

const SITE: &str = "title = \"要闻\"\nbase_url = \"https://a.example/news/\"\n";

impl Deployed {
    fn new() -> Self {
        let it = Self { folder: tempfile::tempdir().expect("a folder") };
        fs::create_dir(it.site()).expect("made");
        it.git(it.folder.path(), &["init", "--quiet", "--bare", "remote.git"]);
        it.git(&it.site(), &["init", "--quiet", "--initial-branch", "main"]);
        it.git(&it.site(), &["remote", "add", "origin", "../remote.git"]);
        it.write(".gitignore", "/public/\n");
        it.write("site.toml", SITE);
        for number in 1..=4 {
            it.article(number, "正文。");
        }
        it.commit();
        it
    }

    fn site(&self) -> PathBuf {
        self.folder.path().join("site")
    }

    fn remote(&self) -> PathBuf {
        self.folder.path().join("remote.git")
    }

    fn write(&self, path: &str, text: &str) {
        let path = self.site().join(path);
        fs::create_dir_all(path.parent().expect("a folder")).expect("made");
        fs::write(path, text).expect("written");
    }

    fn article(&self, number: usize, body: &str) {
        let text =
            format!("+++\ntitle = \"第{number}篇\"\ndate = 2024-05-0{number}\n+++\n{body}\n");
        self.write(&format!("content/articles/a{number}.md"), &text);
    }

    /// Runs git with nobody's configuration but this test's.
    fn git(&self, folder: &Path, arguments: &[&str]) -> String {
        let out = self.alone(Command::new("git").current_dir(folder).args(arguments));
        assert!(out.status.success(), "git {arguments:?}: {}", told(&out));
        String::from_utf8(out.stdout).expect("text").trim().to_owned()
    }

    fn alone(&self, command: &mut Command) -> Output {
        let home = self.folder.path();
        command.env("HOME", home).env("XDG_CONFIG_HOME", home).env("GIT_CONFIG_NOSYSTEM", "1");
        command.envs([("GIT_AUTHOR_NAME", "n"), ("GIT_AUTHOR_EMAIL", "n@a.example")]);
        command.envs([("GIT_COMMITTER_NAME", "n"), ("GIT_COMMITTER_EMAIL", "n@a.example")]);
        command.output().expect("it runs")
    }

    fn commit(&self) {
        self.git(&self.site(), &["add", "--all"]);
        self.git(&self.site(), &["commit", "--quiet", "--message", "x"]);
    }

    fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_digest"));
        command.current_dir(self.site()).arg("deploy").args(arguments);
        command.args(["--now", "2026-01-01"]);
        command
    }

    /// Deploys; what was said must hold the text.
    fn deploy(&self, arguments: &[&str], code: i32, said: &str) -> String {
        let out = self.alone(&mut self.command(arguments));
        let told = told(&out);
        assert_eq!(out.status.code(), Some(code), "{told}");
        assert!(told.contains(said), "`{said}` was not said:\n{told}");
        told
    }

    /// The commit that the branch is at.
    fn published(&self) -> Option<String> {
        let arguments = ["for-each-ref", "--format=%(objectname)", "refs/heads/gh-pages"];
        Some(self.git(&self.remote(), &arguments)).filter(|it| !it.is_empty())
    }

    /// The files on the branch.
    fn files(&self) -> Vec<String> {
        let all = self.git(&self.remote(), &["ls-tree", "-r", "--name-only", "gh-pages"]);
        all.lines().map(str::to_owned).collect()
    }

    fn has(&self, file: &str) -> bool {
        self.files().iter().any(|it| it == file)
    }

    /// Somebody else puts a file on the branch.
    fn other(&self, file: &str, text: &str) {
        let clone = self.folder.path().join("other");
        if !clone.exists() {
            let remote = self.remote().display().to_string();
            self.git(self.folder.path(), &["clone", "--quiet", &remote, "other"]);
        }
        if self.published().is_some() {
            self.git(&clone, &["fetch", "--quiet", "origin"]);
            self.git(&clone, &["checkout", "--quiet", "-B", "gh-pages", "origin/gh-pages"]);
        } else {
            self.git(&clone, &["checkout", "--quiet", "-B", "gh-pages"]);
        }
        let path = clone.join(file);
        fs::create_dir_all(path.parent().expect("a folder")).expect("made");
        fs::write(path, text).expect("written");
        self.git(&clone, &["add", "--all"]);
        self.git(&clone, &["commit", "--quiet", "--message", "by hand"]);
        self.git(&clone, &["push", "--quiet", "origin", "gh-pages"]);
    }

    /// A `git` that does something else at one of its calls; it counts them in a file.
    fn stand_in(&self, script: &str) -> PathBuf {
        let folder = self.folder.path().join("bin");
        fs::create_dir_all(&folder).expect("made");
        let path = folder.join("git");
        let real = self.git(Path::new("."), &["--exec-path"]);
        let count = self.folder.path().join("count");
        let head = format!(
            "#!/bin/sh\nset -u\ncount='{}'\nreal() {{ PATH=\"{}:/usr/local/bin:/usr/bin:/bin\" git \"$@\"; }}\nn=$(($(cat \"$count\" 2>/dev/null || echo 0) + 1))\necho \"$n\" >\"$count\"\n",
            count.display(),
            real
        );
        fs::write(&path, format!("{head}{script}")).expect("written");
        fs::set_permissions(&path, fs::Permissions::from_mode(0o755)).expect("it may run");
        drop(fs::remove_file(count));
        folder
    }

    fn deploy_with(&self, bin: &Path) -> Output {
        let path = format!("{}:/usr/local/bin:/usr/bin:/bin", bin.display());
        self.alone(self.command(&[]).env("PATH", path))
    }
}

fn told(out: &Output) -> String {
    String::from_utf8_lossy(&[&*out.stdout, &*out.stderr].concat()).into_owned()
}

#[test]
fn a_site_is_published_by_ordinary_commits() {
    let it = Deployed::new();
    let dry = it.deploy(&["--dry-run"], 0, "has no branch `gh-pages` yet");
    assert!(dry.contains("index.html") && it.published().is_none(), "{dry}");
    it.deploy(&[], 0, "pushed");
    let first = it.published().expect("a branch");
    assert!(it.has("articles/a1/index.html") && it.has(".nojekyll") && it.has(".digest-files"));
    assert!(!it.has(".digest-manifest"));
    let page = it.git(&it.remote(), &["cat-file", "blob", "gh-pages:articles/a1/index.html"]);
    let built = fs::read_to_string(it.site().join("public/articles/a1/index.html"));
    assert_eq!(page, built.expect("it was built").trim());
    // Neither the work tree nor the index has changed, and nothing is left behind.
    assert_eq!(it.git(&it.site(), &["status", "--porcelain"]), "");
    let left = fs::read_dir(it.site().join(".git")).expect("a folder").flatten();
    assert!(left.into_iter().all(|it| !it.file_name().to_string_lossy().starts_with("digest")));

    it.deploy(&[], 0, "nothing to do");
    assert_eq!(it.published(), Some(first.clone()));
    it.article(2, "别的正文。");
    it.commit();
    let shown = it.deploy(&["--dry-run"], 0, "changed:\n");
    assert!(shown.contains("  articles/a2/index.html") && !shown.contains("a1/"), "{shown}");
    it.deploy(&[], 0, "pushed");
    assert_eq!(it.git(&it.remote(), &["rev-parse", "gh-pages~1"]), first);
    let message = it.git(&it.remote(), &["log", "-1", "--format=%s", "gh-pages"]);
    let head = it.git(&it.site(), &["rev-parse", "--short", "HEAD"]);
    assert!(message.starts_with(&format!("deploy: the site of {head}, by digest ")), "{message}");
}

#[test]
fn what_others_put_on_the_branch_stays() {
    let it = Deployed::new();
    it.deploy(&[], 0, "pushed");
    it.other("CNAME", "news.example.org\n");
    it.other("google1234.html", "x");
    it.other(".well-known/x", "y");
    fs::remove_file(it.site().join("content/articles/a4.md")).expect("removed");
    it.commit();
    let shown = it.deploy(&[], 0, "kept of others:\n");
    assert!(shown.contains("removed:\n  articles/a4/index.html"), "{shown}");
    for file in ["CNAME", "google1234.html", ".well-known/x", ".nojekyll"] {
        assert!(it.has(file), "{file} is gone");
    }
    assert!(!it.has("articles/a4/index.html"));
    // Where a file of the site belongs, somebody else's is not overwritten.
    it.other("articles/a5/index.html", "mine");
    it.article(5, "正文。");
    it.commit();
    let before = it.published();
    it.deploy(&[], 2, "articles/a5/index.html");
    assert_eq!(it.published(), before);
}

#[test]
fn what_stood_there_before_or_was_changed_since_is_never_taken_away() {
    let it = Deployed::new();
    it.deploy(&[], 0, "pushed");
    // The same as in the site, but made by somebody else; later the site has it no more.
    it.other("CNAME", "news.example.org\n");
    it.other("extra.txt", "x\n");
    it.write("theme/static/CNAME", "news.example.org\n");
    it.write("theme/static/extra.txt", "x\n");
    it.commit();
    it.deploy(&[], 0, "nothing to do");
    // An editor may end the line or not; another domain is another matter.
    it.write("theme/static/CNAME", "news.example.org");
    it.commit();
    it.deploy(&[], 0, "nothing to do");
    it.write("theme/static/CNAME", "other.example.org\n");
    it.commit();
    it.deploy(&["--adopt"], 2, "`CNAME` on the branch is never overwritten");
    fs::remove_dir_all(it.site().join("theme")).expect("removed");
    it.commit();
    it.deploy(&[], 0, "nothing to do");
    assert!(it.has("CNAME") && it.has("extra.txt"));
    // A page of ours that somebody changed on the branch is not overwritten without a word.
    it.other("articles/a1/index.html", "by hand");
    it.article(1, "改过。");
    it.commit();
    let before = it.published();
    it.deploy(&[], 2, "articles/a1/index.html");
    assert_eq!(it.published(), before);
    it.deploy(&["--drafts"], 2, "drafts are not published");
}

#[test]
fn sources_of_a_site_in_a_folder_are_no_branch_to_take_over() {
    let it = Deployed::new();
    let (site, sub) = (it.site(), it.site().join("sub"));
    fs::create_dir(&sub).expect("made");
    for name in ["site.toml", "content"] {
        fs::rename(site.join(name), sub.join(name)).expect("moved");
    }
    it.commit();
    it.git(&site, &["push", "--quiet", "origin", "main"]);
    it.git(&site, &["checkout", "--quiet", "-b", "feature"]);
    let all = ["--root", "sub", "--branch", "main", "--adopt", "--max-removed", "100"];
    it.deploy(&all, 2, "looks like sources");
    it.deploy(&["--root", "sub"], 0, "pushed");
    assert!(it.has("articles/a1/index.html") && !it.has("sub/public/index.html"));
}

#[test]
fn a_branch_of_another_generator_is_taken_over_only_if_that_is_meant() {
    let it = Deployed::new();
    it.other("index.html", "old");
    it.other("old/page.html", "old");
    it.other("CNAME", "news.example.org\n");
    let before = it.published();
    let adopt = "`--adopt`, which also removes 1 file of others";
    it.deploy(&[], 2, adopt);
    it.deploy(&["--adopt"], 2, "1 of 2 files published would vanish, more than 20 %");
    assert_eq!(it.published(), before);
    it.deploy(&["--adopt", "--max-removed", "50"], 0, "pushed");
    assert!(it.has("CNAME") && !it.has("old/page.html"));
}

#[test]
fn what_must_not_be_published_is_refused() {
    let it = Deployed::new();
    it.deploy(&[], 0, "pushed");
    let published = it.published();
    // Pages that would vanish, unless that is meant.
    let articles = it.site().join("content/articles");
    let kept = it.folder.path().join("articles");
    fs::rename(&articles, &kept).expect("moved");
    it.commit();
    it.deploy(&[], 2, "would vanish, more than 20 %");
    fs::rename(&kept, &articles).expect("moved");
    // Changes that are in no commit, new files, and what the build itself makes of a raw article.
    it.deploy(&["--dry-run"], 2, "in no commit");
    it.commit();
    it.article(1, "改过。");
    it.deploy(&[], 2, "content/articles/a1.md");
    it.deploy(&["--allow-dirty", "--dry-run"], 0, "changed:\n");
    it.git(&it.site(), &["checkout", "--quiet", "--", "."]);
    it.write("notes.txt", "not of the site");
    it.deploy(&["--dry-run"], 0, "nothing to do");
    it.write("content/inbox/a.txt", "烟台老港区更新工程开工\n海岸日报2024年5月6日3版\n烟台市芝罘区的老港区更新工程开工，计划改造三座仓库和两条道路，青岛的设计团队参与其中。\n");
    it.commit();
    it.deploy(&[], 2, "changes of 1 file of the site are in no commit");
    it.git(&it.site(), &["reset", "--quiet", "--hard", "HEAD~1"]);
    it.git(&it.site(), &["clean", "--quiet", "--force", "content"]);
    // Errors of the site.
    it.write("content/articles/bad.md", "+++\ntitle = 5\n+++\n");
    it.commit();
    it.deploy(&[], 1, "not deployed: correct the errors first");
    it.git(&it.site(), &["rm", "--quiet", "content/articles/bad.md"]);
    it.commit();
    // A site that does not know where it is published.
    it.write("site.toml", "title = \"要闻\"\n");
    it.commit();
    it.deploy(&[], 2, "does not say where the site is published");
    // Sources are no published site.
    it.deploy(
        &["--base-url", "https://a.example/", "--branch", "main"],
        2,
        "the branch that you are on",
    );
    it.git(&it.site(), &["push", "--quiet", "origin", "main:other"]);
    it.deploy(&["--base-url", "https://a.example/", "--branch", "other"], 2, "looks like sources");
    it.deploy(&["--base-url", "https://a.example/", "--branch", "a..b"], 2, "no name of a branch");
    it.deploy(
        &["--base-url", "https://a.example/", "--remote", "upstream"],
        2,
        "there is no remote `upstream`",
    );
    assert_eq!(it.published(), published);
}

#[test]
fn without_a_repository_it_says_how_to_get_one() {
    let folder = tempfile::tempdir().expect("a folder");
    fs::write(folder.path().join("site.toml"), SITE).expect("written");
    let mut command = Command::new(env!("CARGO_BIN_EXE_digest"));
    command
        .current_dir(folder.path())
        .env("GIT_CEILING_DIRECTORIES", folder.path().parent().expect("one"));
    let out = command.arg("deploy").output().expect("it runs");
    assert_eq!(out.status.code(), Some(2));
    assert!(told(&out).contains("`git init`"), "{}", told(&out));
}

#[test]
fn a_branch_that_moved_meanwhile_is_left_alone() {
    let it = Deployed::new();
    it.deploy(&[], 0, "pushed");
    it.article(1, "改过。");
    it.commit();
    let other = it.folder.path().join("other");
    it.other("x.txt", "1");
    // Somebody else pushes between our fetch and our push.
    fs::write(other.join("y.txt"), "2").expect("written");
    it.git(&other, &["add", "--all"]);
    it.git(&other, &["commit", "--quiet", "--message", "by hand"]);
    let script = format!(
        "case \" $* \" in *' push '*) (cd '{}' && real push --quiet origin gh-pages) ;; esac\nreal \"$@\"\n",
        other.display()
    );
    let bin = it.stand_in(&script);
    let out = it.deploy_with(&bin);
    assert_eq!(out.status.code(), Some(2), "{}", told(&out));
    assert!(told(&out).contains("has moved since it was fetched"), "{}", told(&out));
    assert_eq!(it.published().as_deref(), Some(&*it.git(&other, &["rev-parse", "HEAD"])));
    // The next one stands on top of it.
    it.deploy(&[], 0, "pushed");
    assert!(it.has("y.txt") && it.has("x.txt"));
}

#[test]
fn killed_at_any_step_the_branch_is_whole() {
    let it = Deployed::new();
    it.deploy(&[], 0, "pushed");
    let mut before = it.published();
    let mut steps = 0;
    for after in [false, true] {
        for step in 1..40 {
            it.article(1, &format!("改过 {step} {after}。"));
            it.commit();
            let call = if after { "real \"$@\"\n" } else { "" };
            let script = format!(
                "if [ \"$n\" = {step} ]; then\n{call}kill -9 $PPID\nexit 1\nfi\nreal \"$@\"\n"
            );
            let out = it.deploy_with(&it.stand_in(&script));
            let now = it.published();
            if out.status.success() {
                steps = step;
                break;
            }
            // Either nothing has happened, or all of it: when the push was over.
            if now != before {
                let parent = it.git(&it.remote(), &["rev-parse", "gh-pages~1"]);
                assert_eq!(Some(parent), before, "step {step}");
            }
            it.git(&it.remote(), &["fsck", "--strict"]);
            assert_eq!(it.git(&it.site(), &["status", "--porcelain"]), "", "step {step}");
            before = now;
        }
        before = it.published();
        assert!(steps > 10, "only {steps} calls of git");
    }
    it.deploy(&[], 0, "nothing to do");
    let page = it.git(&it.remote(), &["cat-file", "blob", "gh-pages:articles/a1/index.html"]);
    assert!(page.contains("改过"), "{page}");
}

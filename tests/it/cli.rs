use std::fs;
use std::path::Path;
use std::process::{Command, Output};

use tempfile::TempDir;

use crate::support::{article, tree};

/// A site on disk.
fn site() -> TempDir {
    let root = tempfile::tempdir().expect("a folder");
    write(root.path(), "site.toml", "title = \"要闻\"\n");
    write(root.path(), "content/articles/a.md", article("题", "cities = [\"青岛\"]\n", "正文。"));
    write(
        root.path(),
        "content/inbox/raw.txt",
        "标题在此\n海岸日报2023年3月10日\n正文一句，又一句，写到这里就够长了，可以算是一段。\n",
    );
    root
}

fn write(root: &Path, path: &str, text: impl AsRef<[u8]>) {
    let path = root.join(path);
    fs::create_dir_all(path.parent().expect("a parent")).expect("made");
    fs::write(path, text).expect("written");
}

fn digest(root: &Path, args: &[&str]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_digest"));
    command.current_dir(root).env_remove("SOURCE_DATE_EPOCH").args(args).output().expect("it runs")
}

fn code(output: &Output) -> i32 {
    output.status.code().unwrap_or_else(|| panic!("killed: {output:?}"))
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

#[test]
fn built_is_0_problems_are_1_not_built_is_2() {
    let root = site();
    let built = digest(root.path(), &["build", "--now", "2026-01-01"]);
    assert_eq!(code(&built), 0, "{built:?}");
    assert!(
        text(&built.stdout).starts_with("built 2 articles, 1 made of raw articles, "),
        "{built:?}"
    );
    assert!(root.path().join("public/cities/qingdao/index.html").is_file());
    assert_eq!(fs::read_dir(root.path().join("content/articles")).expect("read").count(), 2);

    write(root.path(), "content/articles/b.md", article("坏", "cities = [\"火星\"]\n", "正文。"));
    let problems = digest(root.path(), &["build", "--now", "2026-01-01"]);
    assert_eq!(code(&problems), 1);
    assert!(
        text(&problems.stderr).contains("error[unknown-city]")
            && text(&problems.stderr).contains("content/articles/b.md:4:11"),
        "{problems:?}"
    );

    let before = fs::read(root.path().join("public/index.html")).expect("read");
    write(root.path(), "templates/home.html", "{{ nothing }}");
    let failed = digest(root.path(), &["build", "--now", "2026-01-01"]);
    assert_eq!(code(&failed), 2);
    assert!(
        text(&failed.stdout).contains("not built")
            && text(&failed.stderr).contains("templates/home.html:1:4"),
        "{failed:?}"
    );
    assert_eq!(
        fs::read(root.path().join("public/index.html")).expect("read"),
        before,
        "the last good site stays"
    );
}

#[test]
fn typos_and_wrong_places_get_a_hint() {
    let root = site();
    for (args, expected) in [
        (&["biuld"][..], "similar subcommand exists: 'build'"),
        (&["build", "--rooot", "x"], "similar argument exists: '--root'"),
        (&["build", "--now", "gestern"], "`--now gestern` is no date"),
        (&["build", "--base-url", "example.org"], "does not begin with `https://`"),
        (&["build", "--root", "nowhere"], "cannot open the folder `nowhere`"),
        (&["build", "--out", "."], "holds the site's sources"),
        (&["build", "--out", "content"], "is one of the site's sources"),
        (&["build", "--root", "content"], "no `site.toml`"),
    ] {
        let output = digest(root.path(), args);
        assert_eq!(code(&output), 2, "{args:?}: {output:?}");
        assert!(text(&output.stderr).contains(expected), "{args:?}: {output:?}");
    }
}

#[test]
fn other_formats() {
    let root = site();
    write(root.path(), "content/articles/b.md", article("坏", "cities = [\"火星\"]\n", "正文。"));
    let json =
        digest(root.path(), &["build", "--format", "json", "--timings", "--now", "2026-01-01"]);
    let value: serde_json::Value = serde_json::from_slice(&json.stdout).expect("one JSON value");
    assert_eq!((value["built"].as_bool(), value["articles"].as_u64()), (Some(true), Some(2)));
    assert_eq!(value["diagnostics"][0]["id"], "unknown-city");
    assert_eq!(
        (value["diagnostics"][0]["line"].as_u64(), value["diagnostics"][0]["column"].as_u64()),
        (Some(4), Some(11))
    );
    assert!(value["timings_ms"]["parse"].is_number());
    assert!(json.stderr.is_empty(), "{json:?}");
    let github = digest(root.path(), &["build", "--format", "github", "--now", "2026-01-01"]);
    assert!(
        text(&github.stdout)
            .contains("::error file=content/articles/b.md,line=4,col=11,title=unknown-city::"),
        "{github:?}"
    );
    let timings = digest(root.path(), &["build", "--timings", "--now", "2026-01-01"]);
    for stage in ["read", "configure", "extract", "parse", "catalogue", "plan", "write"] {
        assert!(text(&timings.stdout).contains(&format!("{stage} ")), "{timings:?}");
    }
}

#[test]
fn people_are_shown_the_first_hundred() {
    let root = site();
    let links: Vec<String> = (0..130).map(|n| format!("[x](/nowhere/{n}/)")).collect();
    write(root.path(), "content/articles/b.md", article("坏", "", &links.join("\n")));
    let output = digest(root.path(), &["build", "--now", "2026-01-01"]);
    let report = text(&output.stderr);
    assert_eq!((code(&output), report.matches("warning[dead-link]").count()), (0, 100));
    assert!(report.contains("and 30 more; `--format json` prints all of them"), "{report}");
    assert!(text(&output.stdout).contains("; 130 warnings"), "{output:?}");
}

#[test]
fn the_day_is_an_input() {
    let root = site();
    let withheld = |args: &[&str], epoch: Option<&str>| {
        let mut command = Command::new(env!("CARGO_BIN_EXE_digest"));
        command
            .current_dir(root.path())
            .env_remove("SOURCE_DATE_EPOCH")
            .args(["build", "--format", "json"])
            .args(args);
        command.envs(epoch.map(|it| ("SOURCE_DATE_EPOCH", it)));
        let output = command.output().expect("it runs");
        let value: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap_or_default();
        value["withheld"].as_array().map(Vec::len)
    };
    assert_eq!(withheld(&["--now", "2023-03-09"], None), Some(2));
    assert_eq!(withheld(&["--now", "2023-03-10"], None), Some(0));
    assert_eq!(withheld(&["--now", "2023-03-09T16:00:00Z"], None), Some(0));
    assert_eq!(withheld(&[], Some("1678377599")), Some(2), "23:59:59 of the day before, in China");
    assert_eq!(withheld(&[], Some("1678377600")), Some(0));
    assert_eq!(withheld(&[], None), Some(0));
    assert_eq!(withheld(&[], Some("soon")), None);
    let people = digest(root.path(), &["build", "--now", "2023-03-09"]);
    assert!(
        text(&people.stderr).contains("withheld: `content/articles/a.md` is dated 2023-03-10"),
        "{people:?}"
    );
}

#[test]
fn two_builds_at_once_end_well() {
    let root = site();
    let start = || {
        let mut command = Command::new(env!("CARGO_BIN_EXE_digest"));
        command
            .current_dir(root.path())
            .args(["build", "--now", "2026-01-01"])
            .stderr(std::process::Stdio::null())
            .stdout(std::process::Stdio::null());
        command.spawn().expect("it starts")
    };
    let children: Vec<_> = (0..4).map(|_| start()).collect();
    for mut child in children {
        assert_eq!(child.wait().expect("it ends").code(), Some(0));
    }
    assert_eq!(fs::read_dir(root.path().join("content/articles")).expect("read").count(), 2);
}

/// Kills builds of a growing site at a dozen moments, some before, some amid, some after the writing; the
/// build after each leaves exactly what a build in a fresh folder would.
#[test]
fn a_build_killed_at_any_moment_is_put_right() {
    let root = site();
    let build = |out: &str| {
        let mut command = Command::new(env!("CARGO_BIN_EXE_digest"));
        let command =
            command.current_dir(root.path()).args(["build", "--now", "2026-01-01", "--out", out]);
        command
            .stdout(std::process::Stdio::null())
            .stderr(std::process::Stdio::null())
            .spawn()
            .expect("it starts")
    };
    for round in 0..12_u64 {
        for n in 0..20 {
            let text = article(&format!("第{round}轮第{n}篇"), "cities = [\"青岛\"]\n", "正文。");
            write(root.path(), &format!("content/articles/r{}n{n}.md", round / 2), text);
        }
        let mut killed = build("public");
        std::thread::sleep(std::time::Duration::from_millis(8 * round));
        killed.kill().expect("it can be killed");
        killed.wait().expect("it ends");
        let fresh = format!("fresh-{round}");
        assert_eq!(build("public").wait().expect("it ends").code(), Some(0));
        assert_eq!(build(&fresh).wait().expect("it ends").code(), Some(0));
        assert_eq!(
            tree(&root.path().join("public")),
            tree(&root.path().join(fresh)),
            "round {round}"
        );
    }
}

#[cfg(unix)]
#[test]
fn links_out_of_the_site_are_not_followed() {
    let root = site();
    let outside = tempfile::tempdir().expect("a folder");
    write(outside.path(), "secret.md", article("秘密", "", "正文。"));
    for (from, to) in [
        ("content/articles/secret.md", outside.path().join("secret.md")),
        ("content/out", outside.path().to_path_buf()),
        ("content/nowhere.md", "/nowhere".into()),
        ("content/loop", "../content".into()),
    ] {
        std::os::unix::fs::symlink(to, root.path().join(from)).expect("linked");
    }
    std::os::unix::fs::symlink("a.md", root.path().join("content/articles/inside.md"))
        .expect("linked");
    let output = digest(root.path(), &["build", "--now", "2026-01-01"]);
    assert_eq!(code(&output), 1, "{output:?}");
    let report = text(&output.stderr);
    assert_eq!(report.matches("error[link-out-of-site]").count(), 4, "{report}");
    assert!(
        root.path().join("public/articles/inside/index.html").is_file(),
        "a link inside the site is a file"
    );
    assert!(!root.path().join("public/articles/secret/index.html").exists());
}

#[cfg(unix)]
#[test]
fn no_part_of_the_site_is_a_link_out_of_it() {
    for part in ["content", "templates", "theme", "site.toml"] {
        let (root, outside) = (site(), tempfile::tempdir().expect("a folder"));
        let path = root.path().join(part);
        if path.exists() {
            fs::rename(&path, outside.path().join(part)).expect("moved");
        }
        std::os::unix::fs::symlink(outside.path().join(part), &path).expect("linked");
        let output = digest(root.path(), &["build", "--now", "2026-01-01"]);
        assert!(text(&output.stderr).contains("error[link-out-of-site]"), "{part}: {output:?}");
        assert!(text(&output.stderr).contains(&format!("--> {part}")), "{part}: {output:?}");
        assert_ne!(code(&output), 0, "{part}");
    }
}

#[cfg(unix)]
#[test]
fn a_pipe_is_no_article() {
    let root = site();
    let pipe = root.path().join("content/articles/pipe.md");
    let made = Command::new("mkfifo").arg(&pipe).status().expect("it runs");
    assert!(made.success());
    let output = digest(root.path(), &["build", "--now", "2026-01-01"]);
    assert_eq!(code(&output), 1, "{output:?}");
    assert!(text(&output.stderr).contains("error[not-a-file]"), "{output:?}");
}

#[cfg(target_os = "linux")]
#[test]
fn nobody_to_print_to_is_no_panic() {
    let root = site();
    let full = || fs::File::options().write(true).open("/dev/full").expect("opened");
    let run =
        |command: &mut Command| command.current_dir(root.path()).status().expect("it runs").code();
    let build = || {
        let mut command = Command::new(env!("CARGO_BIN_EXE_digest"));
        command.args(["build", "--now", "2026-01-01"]).stdout(std::process::Stdio::null());
        command.stderr(std::process::Stdio::null());
        command
    };
    assert_eq!(run(build().stdout(full())), Some(2));
    write(root.path(), "content/articles/b.md", article("坏", "cities = [\"火星\"]\n", "正文。"));
    assert_eq!(run(build().stderr(full())), Some(1));
    assert_eq!(run(build().stdout(full()).stderr(full())), Some(2));
}

#[cfg(unix)]
#[test]
fn names_that_only_some_systems_can_have() {
    use std::os::unix::ffi::OsStrExt;
    let root = site();
    let name = std::ffi::OsStr::from_bytes(b"\xff.md");
    fs::write(root.path().join("content/articles").join(name), "x").expect("written");
    fs::write(root.path().join("content/articles/a\\b.md"), "x").expect("written");
    let output = digest(root.path(), &["build", "--now", "2026-01-01"]);
    assert_eq!(
        (code(&output), text(&output.stderr).matches("error[unusable-file-name]").count()),
        (1, 2),
        "{output:?}"
    );
}

/// The user `nobody` of most systems.
#[cfg(unix)]
const NOBODY: u32 = 65534;

#[cfg(unix)]
#[test]
fn no_permission_to_write_is_said_with_the_path() {
    use std::os::unix::fs::PermissionsExt;
    let root = site();
    fs::create_dir(root.path().join("locked")).expect("made");
    fs::set_permissions(root.path().join("locked"), fs::Permissions::from_mode(0o555))
        .expect("set");
    let mut command = Command::new(env!("CARGO_BIN_EXE_digest"));
    command.current_dir(root.path()).args([
        "build",
        "--out",
        "locked/public",
        "--now",
        "2026-01-01",
    ]);
    if fs::write(root.path().join("locked/probe"), "").is_ok() {
        // This user may write everywhere: become one who may not.
        use std::os::unix::process::CommandExt;
        fs::remove_file(root.path().join("locked/probe")).expect("removed");
        fs::set_permissions(root.path(), fs::Permissions::from_mode(0o777)).expect("set");
        fs::set_permissions(
            root.path().join("content/articles"),
            fs::Permissions::from_mode(0o777),
        )
        .expect("set");
        fs::set_permissions(root.path().join("locked"), fs::Permissions::from_mode(0o555))
            .expect("set");
        command.uid(NOBODY);
    }
    let Ok(output) = command.output() else {
        eprintln!("left out: the program cannot be run as another user here");
        return;
    };
    assert_eq!(code(&output), 2, "{output:?}");
    assert!(text(&output.stderr).contains("locked/public`: Permission denied"), "{output:?}");
}

#[test]
fn a_folder_with_a_title_and_content_is_enough() {
    let (elsewhere, here) = (site(), tempfile::tempdir().expect("a folder"));
    let root = elsewhere.path().to_str().expect("UTF-8");
    let output = digest(here.path(), &["build", "--root", root, "--now", "2026-01-01"]);
    assert_eq!(code(&output), 0, "{output:?}");
    assert!(elsewhere.path().join("public/cities/qingdao/index.html").is_file());
    assert_eq!(
        fs::read_dir(here.path()).expect("read").count(),
        0,
        "nothing is left where one stands"
    );
    let nothing = digest(here.path(), &["build"]);
    let empty = tempfile::tempdir().expect("a folder");
    write(empty.path(), "site.toml", "title = \"空\"\n");
    let empty = digest(empty.path(), &["build"]);
    assert!(text(&empty.stderr).contains("there are no articles"), "{empty:?}");
    assert_eq!(code(&empty), 0);
    assert_eq!((code(&nothing), fs::read_dir(here.path()).expect("read").count()), (2, 0));
}

#[test]
fn notices_and_help() {
    let root = site();
    let licences = text(&digest(root.path(), &["--licences"]).stdout);
    for name in [
        "OpenCC",
        "marisa",
        "GeoNames",
        "CC BY 4.0",
        "Redistributions in binary form",
        "Apache License",
    ] {
        assert!(licences.contains(name), "{name}");
    }
    assert_eq!(code(&digest(root.path(), &["--version"])), 0);
    assert_eq!(code(&digest(root.path(), &[])), 2);
    assert!(
        text(&digest(root.path(), &["build", "--help"]).stdout).contains("Exit codes: 0 built")
    );
}

#[test]
fn raw_articles_are_extracted_on_demand() {
    let root = site();
    write(
        root.path(),
        "elsewhere.txt",
        "另一个标题\n海岸日报2023年5月6日\n正文一句，又一句，写到这里就够长了，可以算是一段。\n",
    );
    let markdown = digest(root.path(), &["extract", "content/inbox/raw.txt"]);
    assert_eq!(code(&markdown), 0, "{markdown:?}");
    assert!(text(&markdown.stdout).contains("date = 2023-03-10"), "{markdown:?}");
    assert_eq!(
        fs::read_dir(root.path().join("content/articles")).expect("read").count(),
        1,
        "nothing is written"
    );

    let json =
        digest(root.path(), &["extract", "--json", "content/inbox/raw.txt", "elsewhere.txt"]);
    let lines = text(&json.stdout);
    let values: Vec<serde_json::Value> =
        lines.lines().map(|it| serde_json::from_str(it).expect("JSON")).collect();
    assert_eq!(values.len(), 2);
    assert_eq!(
        (&values[0]["title"], &values[0]["date"]),
        (&"标题在此".into(), &"2023-03-10".into())
    );
    let raw = fs::read_to_string(root.path().join("content/inbox/raw.txt")).expect("read");
    let span = &values[0]["evidence"]["date"]["span"];
    let [start, end] =
        [0, 1].map(|it| usize::try_from(span[it].as_u64().expect("a number")).expect("small"));
    assert_eq!(&raw[start..end], "2023年3月10日");
    assert_eq!(values[0]["evidence"]["date"]["line"], 2);

    let elsewhere = digest(root.path(), &["extract", "--write", "elsewhere.txt"]);
    assert_eq!(code(&elsewhere), 2);
    assert!(text(&elsewhere.stderr).contains("does not lie in `content/inbox/`"), "{elsewhere:?}");
    for expected in ["made `content/articles/2023-03-10-", "nothing is new"] {
        let written = digest(root.path(), &["extract", "--write", "content/inbox/raw.txt"]);
        assert_eq!(code(&written), 0, "{written:?}");
        assert!(text(&written.stderr).contains(expected), "{written:?}");
    }
    assert!(!root.path().join("public").exists());

    write(root.path(), "no.txt", "昨天的会\n");
    let none = digest(root.path(), &["extract", "no.txt"]);
    assert_eq!(code(&none), 1);
    assert!(text(&none.stderr).contains("error[no-article]"), "{none:?}");
    let explained = digest(root.path(), &["explain", "content/articles/a.md"]);
    assert_eq!(code(&explained), 2);
    assert!(text(&explained.stderr).contains("raw articles are explained"), "{explained:?}");
    let explained = digest(root.path(), &["explain", "no.txt"]);
    assert_eq!(code(&explained), 1);
    assert!(text(&explained.stderr).contains("error[no-article]"), "{explained:?}");
    write(root.path(), "empty.txt", "\n");
    let missing =
        digest(root.path(), &["extract", "--json", "nowhere.txt", "empty.txt", "elsewhere.txt"]);
    assert_eq!(code(&missing), 2);
    assert!(text(&missing.stderr).contains("cannot read `nowhere.txt`"), "{missing:?}");
    let lines = text(&missing.stdout);
    let [empty, read] = lines.lines().collect::<Vec<_>>()[..] else { panic!("two lines: {lines}") };
    assert_eq!(empty, "{\"file\":\"empty.txt\",\"error\":\"empty-file\"}");
    assert!(read.contains("另一个标题"), "{read}");
}

#[test]
fn a_raw_article_is_explained() {
    let root = site();
    let shown = digest(root.path(), &["explain", "content/inbox/raw.txt"]);
    assert_eq!(code(&shown), 0, "{shown:?}");
    insta::assert_snapshot!(text(&shown.stdout));
    let json = digest(root.path(), &["explain", "--json", "content/inbox/raw.txt"]);
    let value: serde_json::Value = serde_json::from_slice(&json.stdout).expect("one JSON value");
    assert_eq!(value["lines"][1]["role"], "dateline");
    assert_eq!(value["lines"][1]["reasons"][0]["feature"], "data-date");
    assert_eq!(value["draft"]["publication"], "海岸日报");
}

#[test]
fn a_check_writes_nothing_and_lists_what_is_doubtful() {
    let root = site();
    write(
        root.path(),
        "content/inbox/undated.txt",
        "渔港的夜\n渔港的夜市开了三年，摊位从十几个变成上百个，周边居民都爱来。\n",
    );
    let before = tree(root.path());
    let checked = digest(root.path(), &["check", "--now", "2026-01-01"]);
    assert_eq!(code(&checked), 0, "{checked:?}");
    assert!(text(&checked.stderr).contains("note[no-date]"), "{checked:?}");
    assert!(
        text(&checked.stdout)
            .starts_with("checked 3 articles; 1 warning, 2 notes; 2 files to be written"),
        "{checked:?}"
    );
    let json = digest(root.path(), &["check", "--format", "json", "--now", "2026-01-01"]);
    let value: serde_json::Value = serde_json::from_slice(&json.stdout).expect("one JSON value");
    assert!(
        value["diagnostics"].as_array().expect("a list").iter().any(|it| it["severity"] == "note")
    );
    let github = digest(root.path(), &["check", "--format", "github", "--now", "2026-01-01"]);
    assert!(text(&github.stdout).contains("::notice file=content/inbox/undated.txt"), "{github:?}");
    assert_eq!(tree(root.path()), before);
    write(root.path(), "content/articles/b.md", article("坏", "cities = [\"火星\"]\n", "正文。"));
    assert_eq!(code(&digest(root.path(), &["check"])), 1);
    write(root.path(), "site.toml", "title = 1\n");
    assert_eq!(code(&digest(root.path(), &["check"])), 2);
}

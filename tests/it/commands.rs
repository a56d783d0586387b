use std::fs;
use std::path::Path;
use std::process::{Command, Output, Stdio};

use serde_json::Value;
use tempfile::TempDir;

use crate::support::article;

fn folder() -> TempDir {
    tempfile::tempdir().expect("a folder")
}

fn digest(root: &Path, arguments: &[&str]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_digest"));
    command.current_dir(root).env_remove("SOURCE_DATE_EPOCH").stdin(Stdio::null());
    command.args(arguments).output().expect("it runs")
}

/// What was said, if the exit code is this one.
fn said(root: &Path, arguments: &[&str], code: i32) -> String {
    let out = digest(root, arguments);
    let told = String::from_utf8_lossy(&[&*out.stdout, &*out.stderr].concat()).into_owned();
    assert_eq!(out.status.code(), Some(code), "{arguments:?}: {told}");
    told
}

fn json(root: &Path, arguments: &[&str]) -> Value {
    serde_json::from_slice(&digest(root, arguments).stdout).expect("it is JSON")
}

fn write(root: &Path, path: &str, text: impl AsRef<[u8]>) {
    let path = root.join(path);
    fs::create_dir_all(path.parent().expect("a folder")).expect("made");
    fs::write(path, text).expect("written");
}

fn read(root: &Path, path: &str) -> String {
    fs::read_to_string(root.join(path)).expect("it is there")
}

#[test]
fn a_new_site_builds_at_once() {
    let root = folder();
    let told = said(root.path(), &["init", "要闻"], 0);
    assert!(told.contains("cd 要闻 && digest serve"), "{told}");
    let site = root.path().join("要闻");
    assert!(read(&site, "site.toml").contains("title = \"要闻\""));
    assert!(read(&site, "site.toml").contains("default = \"excerpt\""));
    let built = said(&site, &["build"], 0);
    assert!(built.contains("built 1 article") && !built.contains("warning"), "{built}");
    assert!(read(&site, "public/index.html").contains("网站已经建好"));
    said(&site, &["check", "--deny", "warnings"], 0);
    // What is there stays.
    let told = said(root.path(), &["init", "要闻"], 2);
    assert!(told.contains("is a site already"), "{told}");
    write(root.path(), "other/.gitignore", "x");
    let told = said(root.path(), &["init", "other"], 2);
    assert!(told.contains("other/.gitignore` is there already; nothing was made"), "{told}");
    assert_eq!(fs::read_dir(root.path().join("other")).expect("read").count(), 1);
    let told = said(root.path(), &["init", "other/.gitignore"], 2);
    assert!(told.contains("is a file, not a folder"), "{told}");
}

#[test]
fn a_new_site_is_what_was_said() {
    let root = folder();
    let wishes = [
        "init",
        "--title",
        "海岸\"要闻\"",
        "--base-url",
        "https://name.github.io/repo/",
        "--scripts",
        "zh-Hant-TW,zh-Hans",
        "--rights",
        "full",
    ];
    said(root.path(), &wishes, 0);
    said(root.path(), &["build"], 0);
    let home = read(root.path(), "public/index.html");
    assert!(home.contains("lang=\"zh-Hant-TW\"") && home.contains("https://name.github.io/repo/"));
    for (wrong, hint) in [
        (["--base-url", "name.github.io"], "is no address of a site"),
        (["--scripts", "zh"], "there is no script `zh`"),
        (["--title", " "], "a site needs a name"),
    ] {
        let root = folder();
        let told = said(root.path(), &[&["init"][..], &wrong].concat(), 2);
        assert!(told.contains(hint), "{told}");
        assert_eq!(fs::read_dir(root.path()).expect("read").count(), 0, "nothing was made");
    }
}

#[test]
fn the_workflow_for_github_names_a_release() {
    let root = folder();
    let hash = "0123456789abcdef".repeat(4);
    let release = ["--releases", "name/digest", "--sha256", &hash];
    said(root.path(), &[&["init", "--github"][..], &release].concat(), 0);
    let workflow = read(root.path(), ".github/workflows/pages.yml");
    assert!(workflow.contains(&hash) && workflow.contains(env!("CARGO_PKG_VERSION")));
    assert!(workflow.contains("branches: [\"main\"]"), "{workflow}");
    // Into a site that is there, and for another branch.
    fs::remove_file(root.path().join(".github/workflows/pages.yml")).expect("removed");
    let told =
        said(root.path(), &[&["init", "--github", "--branch", "site"][..], &release].concat(), 0);
    assert!(told.contains("Source: GitHub Actions"), "{told}");
    assert!(read(root.path(), ".github/workflows/pages.yml").contains("branches: [\"site\"]"));
    for (wrong, hint) in [
        (["--releases", "digest", "--sha256", &hash], "is no repository of GitHub"),
        (["--releases", "name/digest", "--sha256", "12"], "is no SHA-256"),
    ] {
        let root = folder();
        let told = said(root.path(), &[&["init", "--github"][..], &wrong].concat(), 2);
        assert!(told.contains(hint), "{told}");
        assert_eq!(fs::read_dir(root.path()).expect("read").count(), 0, "nothing was made");
    }
    let told =
        said(root.path(), &[&["init", "--github", "--branch", "a: b"][..], &release].concat(), 2);
    assert!(told.contains("no branch that a workflow can name"), "{told}");
    // Where GitHub would not read it, none is written.
    let root = folder();
    let git = Command::new("git").current_dir(root.path()).args(["init", "--quiet"]).status();
    assert!(git.expect("there is git").success());
    let told = said(root.path(), &[&["init", "site", "--github"][..], &release].concat(), 2);
    assert!(told.contains("a folder inside the repository"), "{told}");
}

#[test]
fn new_files_begin_as_they_should() {
    let root = folder();
    said(root.path(), &["init"], 0);
    let told = said(
        root.path(),
        &[
            "new",
            "article",
            "老港区\"更新\"",
            "--date",
            "2024-05-06",
            "--city",
            "青岛",
            "--topic",
            "海洋经济",
            "--source",
            "海岸日报",
        ],
        0,
    );
    assert!(told.contains("made `content/articles/2024-05-06-qingdao.md`"), "{told}");
    let text = read(root.path(), "content/articles/2024-05-06-qingdao.md");
    assert!(text.contains("title = '老港区\"更新\"'") && text.contains("draft = true"), "{text}");
    let built = said(root.path(), &["build"], 0);
    assert!(built.contains("2024-05-06-qingdao.md` is a draft"), "{built}");
    // The next one of the day has a name of its own; a name that was asked for does not change.
    let again = ["new", "article", "又一篇", "--date", "2024-05-06", "--city", "青岛", "--publish"];
    assert!(said(root.path(), &again, 0).contains("2024-05-06-qingdao-2.md"));
    let named = ["new", "article", "又一篇", "--slug", "port"];
    assert!(said(root.path(), &named, 0).contains("content/articles/port.md"));
    assert!(said(root.path(), &named, 2).contains("is there already"));
    assert!(
        said(root.path(), &["new", "article", "港口：二期", "--date", "2024-05-07"], 0)
            .contains("2024-05-07-港口-二期.md")
    );
    for (wrong, hint) in [
        (&["new", "article", "甲", "--city", "青导市"][..], "did you mean `青岛市`"),
        (&["new", "article", "甲", "--date", "5月"], "`--date 5月` is no date"),
        (&["new", "article", "甲", "--slug", "a/b"], "cannot be part of an address"),
        (&["new", "article", " "], "a name is one line"),
        (&["new", "topic", "蓝色经济"], "there is the topic `海洋经济` already"),
        (
            &["new", "article", "丁", "--date", "2024-05-08", "--topic", "海洋经济学"],
            "did you mean `海洋经济`?",
        ),
        (&["new", "place", "鼓楼"], "write which: `南京市鼓楼区`"),
        (&["new", "place", "青岛"], "made `content/places/370200.md`"),
        (&["new", "place", "青岛海湾科创园"], "needs `--within`"),
        (&["new", "place", "济南", "--within", "山东省"], "is known; leave out `--within`"),
    ] {
        let is_made = hint.starts_with("made") || wrong.contains(&"--topic");
        let code = if is_made { 0 } else { 2 };
        let told = said(root.path(), wrong, code);
        assert!(told.contains(hint), "{told}");
    }
    let told = said(
        root.path(),
        &["new", "topic", "低空经济", "--slug", "low-altitude", "--match", "无人机"],
        0,
    );
    assert!(told.contains("content/topics/low-altitude.md"), "{told}");
    said(root.path(), &["new", "place", "青岛海湾科创园", "--within", "青岛市"], 0);
    write(
        root.path(),
        "content/articles/b.md",
        article("乙", "", "青岛海湾科创园里，无人机又起飞了，无人机很多。"),
    );
    said(root.path(), &["check"], 0);
    let places = json(root.path(), &["export", "places"]);
    let exported: Vec<&str> =
        places.as_array().expect("a list").iter().filter_map(|it| it["name"].as_str()).collect();
    assert!(exported.contains(&"青岛海湾科创园"), "{exported:?}");
    let built = said(root.path(), &["build"], 0);
    assert!(!built.contains("error"), "{built}");
}

#[test]
fn articles_and_topics_are_exported() {
    let root = folder();
    write(root.path(), "site.toml", "title = \"要闻\"\nbase_url = \"https://a.example/\"\n");
    let front = "cities = [\"青岛\"]\ntopics = [\"航运\", \"港口\"]\nsource = { name = \"海岸日报\", url = \"https://b.example/1\", edition = \"3版\" }\nbyline = [\"某某\", \"某人\"]\n";
    write(root.path(), "content/articles/a.md", article("甲,'乙'", front, "正文。"));
    write(root.path(), "content/articles/b.md", article("丙", "draft = true\n", "正文。"));
    let all = json(root.path(), &["export", "articles"]);
    let it = &all[0];
    assert_eq!(all.as_array().map(Vec::len), Some(1), "drafts are not published");
    assert_eq!(it["path"], "https://a.example/articles/a/");
    assert_eq!((&it["places"][0], &it["place_codes"][0]), (&"青岛市".into(), &"370200".into()));
    assert_eq!(
        (&it["source_url"], &it["authors"][1]),
        (&"https://b.example/1".into(), &"某人".into())
    );
    let csv = said(root.path(), &["export", "articles", "--format", "csv"], 0);
    let mut lines = csv.lines();
    assert!(lines.next().is_some_and(|it| it.starts_with("title,subtitle,date,")), "{csv}");
    assert!(lines.next().is_some_and(|it| it.starts_with("\"甲,'乙'\",,2023-03-10,")), "{csv}");
    let topics = said(root.path(), &["export", "topics", "--format", "jsonl"], 0);
    let topics: Vec<Value> =
        topics.lines().map(|it| serde_json::from_str(it).expect("JSON")).collect();
    assert_eq!(topics.len(), 2);
    assert_eq!((&topics[0]["articles"], &topics[0]["last"]), (&1.into(), &"2023-03-10".into()));
    // The same as on the site.
    said(root.path(), &["build"], 0);
    let published: Value =
        serde_json::from_str(&read(root.path(), "public/api/articles.json")).expect("JSON");
    assert_eq!(published, all);
    // A site may leave data out.
    write(root.path(), "site.toml", "title = \"要闻\"\n[build]\ndata = false\n");
    said(root.path(), &["build"], 0);
    assert!(!root.path().join("public/api").exists());
    assert!(!read(root.path(), "public/figures/index.html").contains("下载数据"));
}

#[test]
fn check_tells_a_link_once_and_what_may_be_meant() {
    let root = folder();
    write(
        root.path(),
        "site.toml",
        "title = \"要闻\"\nbase_url = \"https://a.example/news/\"\nscripts = [\"zh-Hans\", \"zh-Hant\"]\n",
    );
    let body = "## 港口建设\n\n[页](/articles/harbor/)[又](/articles/harbor/)[节](#港口建没)[整](https://a.example/news/articles/harbuor/)[别](https://a.example/other/)\n\n[档](harbour.md)[图](/theme/pictures/no.png)[参][注]\n\n[注]: https://a.example/news/missing/\n";
    write(root.path(), "content/articles/harbour.md", article("港口", "", body));
    let told = said(root.path(), &["check"], 0);
    for (piece, hint) in [
        ("the site has nothing at `/articles/harbor/`", "did you mean `/articles/harbour/`?"),
        ("the link `#港口建没` leads to a place with no such anchor", "did you mean `#港口建设`?"),
        (
            "the link `https://a.example/news/articles/harbuor/` leads to a place with nothing",
            "did you mean `/articles/harbour/`?",
        ),
        ("the site has nothing at `harbour.md`", "did you mean `/articles/harbour/`?"),
        (
            "the site has nothing at `/theme/pictures/no.png`",
            "put the picture into `theme/`: `theme/pictures/port.jpg` stands at `/theme/pictures/port.jpg`",
        ),
        (
            "the link `https://a.example/news/missing/` leads to a place with nothing",
            "correct the address in the text, or in the template that writes it",
        ),
    ] {
        let mut of_this = told.split("\n\n").filter(|it| it.contains(piece));
        assert!(of_this.next().is_some_and(|it| it.contains(hint)), "{piece}\n{told}");
        let twice = of_this.next().is_some() && !piece.contains("harbor");
        assert!(!twice, "{piece}\n{told}");
    }
    assert_eq!(told.matches("warning[").count(), 7, "{told}");
    // The name of the file is certain, the letter is not.
    said(root.path(), &["check", "--fix"], 0);
    let fixed = read(root.path(), "content/articles/harbour.md");
    assert!(fixed.contains("[档](/articles/harbour/)") && fixed.contains("(/articles/harbor/)"));
}

#[test]
fn check_finds_links_that_lead_nowhere() {
    let root = folder();
    write(
        root.path(),
        "site.toml",
        "title = \"要闻\"\nbase_url = \"https://a.example/news/\"\n[markdown]\nhtml = true\n",
    );
    let body = "## 一\n\n[好](#一)[坏](#二)[页](/articles/b/#三)[没有](/nothing/)[少](/articles/b)[空](/%E7%A9%BA/)\n\n<a href=\"no\">无</a>\n";
    write(root.path(), "content/articles/a.md", article("甲", "", body));
    write(root.path(), "content/articles/b.md", article("乙", "", "## 三\n\n正文。"));
    write(
        root.path(),
        "templates/about.html",
        "{% extends \"base.html\" %}{% block main %}<h1>关于</h1><a href=\"{{ site.base_path }}gone/\">x</a>{% endblock main %}",
    );
    let told = said(root.path(), &["check"], 0);
    for piece in [
        "warning[broken-link]: on `/about/`, the link `/news/gone/` leads to a place with nothing",
        "`/articles/a/`, the link `#二` leads to a place with no such anchor",
        "content/articles/a.md:8",
        // Its address stands inside that of another link, too.
        "`/articles/a/`, the link `no` leads to a place with nothing",
        "content/articles/a.md:10:10",
        "warning[dead-link]: the site has nothing at `/nothing/`",
        "`--fix` corrects 1",
    ] {
        assert!(told.contains(piece), "{piece}\n{told}");
    }
    for twice in ["`/news/nothing/`", "`/news/空/`"] {
        assert!(!told.contains(twice), "told twice: {told}");
    }
    assert!(said(root.path(), &["check", "--deny", "warnings"], 1).contains("broken-link"));

    // What is certain is corrected, and nothing else.
    write(root.path(), "content/articles/c.md", format!("\u{feff}{}", article("丙", "", "正文。")));
    let told = said(root.path(), &["check", "--fix"], 0);
    assert!(told.contains("corrected `content/articles/a.md`: 1 place"), "{told}");
    assert!(read(root.path(), "content/articles/a.md").contains("[少](/articles/b/)"));
    assert!(read(root.path(), "content/articles/a.md").contains("[没有](/nothing/)"));
    assert!(read(root.path(), "content/articles/c.md").starts_with("+++"));
    assert!(!said(root.path(), &["check"], 0).contains("--fix"));
}

#[test]
fn what_is_found_can_be_read_by_other_programs() {
    let root = folder();
    write(root.path(), "site.toml", "title = \"要闻\"\n");
    write(
        root.path(),
        "content/articles/甲 a.md",
        article("坏", "cities = [\"火星\"]\n", "正文。"),
    );
    let sarif = json(root.path(), &["check", "--format", "sarif"]);
    assert_eq!(sarif["version"], "2.1.0");
    let run = &sarif["runs"][0];
    let result = &run["results"][0];
    assert_eq!((&result["ruleId"], &result["level"]), (&"unknown-city".into(), &"error".into()));
    let rule = usize::try_from(result["ruleIndex"].as_u64().expect("a number")).expect("small");
    assert_eq!(run["tool"]["driver"]["rules"][rule]["id"], "unknown-city");
    let place = &result["locations"][0]["physicalLocation"];
    assert_eq!(place["artifactLocation"]["uri"], "content/articles/%E7%94%B2%20a.md");
    assert_eq!(
        (&place["region"]["startLine"], &place["region"]["startColumn"]),
        (&4.into(), &11.into())
    );
    assert_eq!(
        json(root.path(), &["build", "--format", "sarif"])["runs"][0]["results"][0]["ruleId"],
        "unknown-city"
    );
}

/// Other sites are asked through `curl`, which is played here.
#[cfg(unix)]
#[test]
fn links_to_other_sites_are_asked() {
    use std::os::unix::fs::PermissionsExt;
    let root = folder();
    write(root.path(), "site.toml", "title = \"要闻\"\n");
    let body = "见[一](https://gone.example/1)、<https://there.example/>、https://slow.example/x。[二](https://picky.example/)\n";
    write(
        root.path(),
        "content/articles/a.md",
        article("甲", "source = { name = \"报\", url = \"https://nowhere.example/a\" }\n", body),
    );
    let ask = |script: &str| {
        write(root.path(), "bin/curl", script);
        let curl = root.path().join("bin/curl");
        fs::set_permissions(&curl, fs::Permissions::from_mode(0o755)).expect("it may run");
        let path = format!("{}:/usr/bin:/bin", root.path().join("bin").display());
        let mut command = Command::new(env!("CARGO_BIN_EXE_digest"));
        command.current_dir(root.path()).env("PATH", path);
        let out = command.args(["check", "--external", "--format", "json"]).output();
        serde_json::from_slice::<Value>(&out.expect("it runs").stdout).expect("it is JSON")
    };
    let script = "#!/bin/sh\nfor last; do :; done\ncase \"$last\" in\n*gone*) printf 404;;\n*there*) printf 200;;\n*picky*) case \"$*\" in *--head*) printf 405;; *) printf 206;; esac;;\n*slow*) echo 'curl: (28) Operation timed out' >&2; printf 000; exit 28;;\n*nowhere*) echo 'curl: (6) Could not resolve host: nowhere.example' >&2; printf 000; exit 6;;\nesac\n";
    let json = ask(script);
    let told: Vec<(&str, &str, u64)> = json["diagnostics"]
        .as_array()
        .expect("a list")
        .iter()
        .filter(|it| it["id"].as_str().is_some_and(|it| it.ends_with("web-link")))
        .map(|it| {
            (
                it["id"].as_str().expect("an id"),
                it["message"].as_str().expect("a message"),
                it["line"].as_u64().expect("a line"),
            )
        })
        .collect();
    assert_eq!(
        told,
        [
            (
                "dead-web-link",
                "nothing is at `https://nowhere.example/a` any more: there is no such host",
                4
            ),
            ("dead-web-link", "nothing is at `https://gone.example/1` any more: it answers 404", 7),
            (
                "silent-web-link",
                "`https://slow.example/x` could not be checked: Operation timed out",
                7
            ),
        ]
    );
    // Without a network no page is called gone.
    let nowhere = "#!/bin/sh\necho 'curl: (6) Could not resolve host: x' >&2; printf 000; exit 6\n";
    let json = ask(nowhere);
    let told = json["diagnostics"].as_array().expect("a list");
    let of = |id: &str| told.iter().filter(|it| it["id"] == id).count();
    assert_eq!((of("dead-web-link"), of("silent-web-link")), (0, 5), "{json}");
}

#[test]
fn shells_and_readers_of_manuals_are_helped() {
    let root = folder();
    for shell in ["bash", "zsh", "fish", "powershell", "elvish"] {
        let script = said(root.path(), &["completions", shell], 0);
        for word in ["deploy", "dry-run", "export"] {
            assert!(script.contains(word), "{shell}: {word}");
        }
    }
    assert!(said(root.path(), &["man"], 0).starts_with(".ie"));
    let page = said(root.path(), &["man", "deploy"], 0);
    assert!(page.contains(".TH digest-deploy 1") && page.contains("dry\\-run"), "{page}");
    assert!(said(root.path(), &["man", "nothing"], 2).contains("there is no command `nothing`"));
    let help = said(root.path(), &["--help"], 0);
    assert!(help.contains("First steps:") && help.contains("digest init my-site"), "{help}");
}

/// The steps of the workflows, run as GitHub runs them, with another `curl` that has the archive already.
#[cfg(target_os = "linux")]
#[test]
fn the_steps_of_the_workflow_do_what_they_should() {
    use std::os::unix::fs::PermissionsExt;
    let root = folder();
    let outside = folder();
    let version = env!("CARGO_PKG_VERSION");
    let name = format!("digest-{version}-x86_64-unknown-linux-gnu");
    let packed = outside.path().join(&name);
    fs::create_dir(&packed).expect("made");
    fs::copy(env!("CARGO_BIN_EXE_digest"), packed.join("digest")).expect("copied");
    let tar = |arguments: &[&str]| {
        let done = Command::new("tar").current_dir(outside.path()).args(arguments).status();
        assert!(done.expect("there is tar").success());
    };
    tar(&["--create", "--gzip", "--file", "archive.tar.gz", &name]);
    let bytes = fs::read(outside.path().join("archive.tar.gz")).expect("read");
    let hash = digest_site::article::provenance::sha256(&bytes);
    let curl = "#!/bin/sh\nfor last; do :; done\necho \"$last\" >>\"$STAND_IN/asked\"\nwhile [ \"$1\" != --output ]; do shift; done\ncp \"$STAND_IN/archive.tar.gz\" \"$2\"\n";
    write(outside.path(), "bin/curl", curl);
    let program = outside.path().join("bin/curl");
    fs::set_permissions(program, fs::Permissions::from_mode(0o755)).expect("it may run");

    let run = |step: &str, hash: &str| {
        let mut bash = Command::new("bash");
        bash.current_dir(root.path()).args([
            "--noprofile",
            "--norc",
            "-eo",
            "pipefail",
            "-c",
            step,
        ]);
        let path = format!("{}:/usr/local/bin:/usr/bin:/bin", outside.path().join("bin").display());
        bash.env_clear().env("PATH", path).env("HOME", outside.path());
        bash.env("STAND_IN", outside.path()).env("RUNNER_TEMP", outside.path());
        bash.env("REPOSITORY", "name/digest").env("VERSION", version).env("SHA256", hash);
        bash.env("BASE_URL", "https://name.github.io/repo").output().expect("it runs")
    };
    let text =
        |out: &Output| String::from_utf8_lossy(&[&*out.stdout, &*out.stderr].concat()).into_owned();
    let release = ["--releases", "name/digest", "--sha256", &hash];
    said(root.path(), &[&["init", "--github"][..], &release].concat(), 0);
    let steps = steps(&read(root.path(), ".github/workflows/pages.yml"));
    assert_eq!(steps.len(), 2, "{steps:?}");
    let wrong = run(&steps[0], &"0".repeat(64));
    assert!(!wrong.status.success() && text(&wrong).contains("FAILED"), "{}", text(&wrong));
    for step in &steps {
        let out = run(step, &hash);
        assert!(out.status.success(), "{}", text(&out));
    }
    let asked = read(outside.path(), "asked");
    let url = format!("https://github.com/name/digest/releases/download/v{version}/{name}.tar.gz");
    assert!(asked.lines().all(|it| it == url), "{asked}");
    let home = read(root.path(), "public/index.html");
    assert!(
        home.contains("<link rel=\"canonical\" href=\"https://name.github.io/repo/\">"),
        "{home}"
    );
    // What is kept for the next run makes it a short one, in a fresh checkout too, where all files are new.
    let touched = run("find . -type f -exec touch {} +", &hash);
    assert!(touched.status.success(), "{}", text(&touched));
    let again = run(&steps[1], &hash);
    assert!(text(&again).contains("0 files written"), "{}", text(&again));
}

/// The scripts of a workflow: what stands below `run: |`.
fn steps(workflow: &str) -> Vec<String> {
    let mut steps: Vec<String> = Vec::new();
    let mut inside: Option<usize> = None;
    for line in workflow.lines() {
        let depth = line.len() - line.trim_start().len();
        if inside.is_some_and(|outer| depth > outer || line.trim().is_empty()) {
            let step = steps.last_mut().expect("a step has begun");
            step.push_str(line.trim_start_matches(' '));
            step.push('\n');
        } else {
            inside = (line.trim() == "run: |").then_some(depth);
            steps.extend(inside.map(|_| String::new()));
        }
    }
    steps
}

#[test]
fn the_topics_of_a_new_site_are_the_ones_here() {
    let here = Path::new(env!("CARGO_MANIFEST_DIR")).join("content/topics");
    let mut names: Vec<String> = fs::read_dir(here)
        .expect("a folder")
        .map(|it| format!("content/topics/{}", it.expect("a file").file_name().to_string_lossy()))
        .collect();
    names.sort();
    let table: Vec<&str> = digest_site::starter::TOPICS.iter().map(|it| it.0).collect();
    assert_eq!(table, names);
}

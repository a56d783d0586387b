use std::process::Command;

use digest_site::catalog::Withheld;
use digest_site::engine::Request;
use jiff::civil::date;

use crate::support::{Site, article};

fn built_on(front: &str, request: Request) -> Site {
    let mut site = Site::new("");
    site.edit("content/articles/a.md", article("甲", front, "正文。"));
    site.request(request).build();
    site
}

#[test]
fn drafts_future_and_expired_articles_are_withheld_and_told() {
    let on = |day: i8| Request::on(date(2024, 5, day));
    for (front, request, expected) in [
        ("draft = true\n", on(6), Some(Withheld::Draft)),
        ("expires = 2024-05-06\n", on(6), None),
        ("expires = 2024-05-06\n", on(7), Some(Withheld::Expired(date(2024, 5, 6)))),
        ("expires = 2024-05-06T23:30:00Z\n", on(7), None),
        ("draft = true\nexpires = 2024-05-06\n", on(7), Some(Withheld::Draft)),
        (
            "draft = true\nexpires = 2024-05-06\n",
            Request { drafts: true, ..on(7) },
            Some(Withheld::Draft),
        ),
    ] {
        let is_shown = request.drafts || expected.is_none();
        let site = built_on(front, request);
        let told: Vec<Withheld> = site.built.withheld.iter().map(|it| it.1).collect();
        assert_eq!(told, Vec::from_iter(expected), "{front}");
        let is_there = site.outputs().contains_key("/articles/a/");
        assert_eq!(is_there, is_shown, "{front}");
    }
    let early = built_on("", Request::on(date(2023, 3, 9)));
    assert_eq!(early.built.withheld[0].1, Withheld::Future(date(2023, 3, 10)));
    assert!(!early.outputs().values().any(|it| it.contains('甲')));
}

#[test]
fn the_list_is_on_the_terminal_and_in_json() {
    let folder = tempfile::tempdir().expect("a folder");
    let write = |path: &str, text: &str| {
        let path = folder.path().join(path);
        std::fs::create_dir_all(path.parent().expect("a folder")).expect("made");
        std::fs::write(path, text).expect("written");
    };
    write("site.toml", "title = \"要闻\"\n");
    write("content/articles/a.md", &article("甲", "draft = true\n", "正文。"));
    write("content/articles/b.md", &article("乙", "expires = 2024-01-01\n", "正文。"));
    let run = |arguments: &[&str]| {
        let mut command = Command::new(env!("CARGO_BIN_EXE_digest"));
        let output = command.arg("build").args(arguments).args(["--now", "2024-05-06"]);
        output.current_dir(folder.path()).output().expect("it runs")
    };
    let told = String::from_utf8_lossy(&run(&[]).stderr).into_owned();
    assert!(told.contains("withheld: `content/articles/a.md` is a draft"), "{told}");
    assert!(told.contains("withheld: `content/articles/b.md` expired after 2024-01-01"), "{told}");
    // The second time all of it comes from what the first one left.
    let json: serde_json::Value =
        serde_json::from_slice(&run(&["--format", "json"]).stdout).expect("it is JSON");
    assert_eq!(json["written"], 0);
    let expired = &json["withheld"][1];
    assert_eq!(
        (expired["path"].as_str(), expired["why"].as_str(), expired["day"].as_str()),
        (Some("content/articles/b.md"), Some("expired"), Some("2024-01-01"))
    );
    let shown = run(&["--drafts", "--format", "json"]);
    let json: serde_json::Value = serde_json::from_slice(&shown.stdout).expect("it is JSON");
    assert_eq!(json["articles"], 2);
    assert!(json["withheld"].as_array().is_some_and(|it| it.iter().all(|it| it["shown"] == true)));
    let told = String::from_utf8_lossy(&run(&["--drafts"]).stderr).into_owned();
    assert!(told.contains("shown: `content/articles/a.md` is a draft"), "{told}");
}

#[test]
fn a_site_says_how_much_is_published() {
    let config = "-- site.toml --\ntitle = \"要闻\"\nbase_url = \"https://a.example/\"\n[rights]\ndefault = \"excerpt\"\n[build]\npublish_raw = true\n";
    let mut site = Site::new(config);
    let body = "开头一句，讲青岛的事。\n\n## 秘密的小标题\n\n秘密的第二段，烟台市副市长[刘建军](/articles/b/)说，青岛海湾轮胎有限公司投资30亿元，很长很长很长很长很长很长很长很长。\n\n![秘密图注](a.jpg)\n";
    site.edit("content/articles/a.md", article("甲", "cities = [\"青岛\"]\n", body));
    site.edit("content/articles/b.md", article("乙", "rights = \"full\"\n", "公开的正文。"));
    site.edit("content/articles/c.md", article("丙", "", "秘密的短讯。"));
    site.build();
    let shown = site.outputs();
    for (route, text) in shown.iter().filter(|(route, _)| !route.starts_with("/search/")) {
        assert!(!text.contains("秘密"), "{route} shows the body of an excerpt");
    }
    assert!(shown["/articles/a/"].contains("开头一句，讲青岛的事。"));
    assert!(shown["/articles/b/"].contains("公开的正文。"));
    assert!(shown["/figures/"].contains("30亿元"), "its figures are told");
    let wrong = Site::new("-- site.toml --\ntitle = \"要闻\"\n[rights]\ndefault = \"some\"\n")
        .build()
        .ids()
        .join(" ");
    assert_eq!(wrong, "invalid-value");
}

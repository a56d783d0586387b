use insta::assert_snapshot;
use proptest::prelude::*;

use crate::support::{CONFIG, Site, article};

/// The report of a site with one article, `content/articles/a.md`.
fn of(text: impl AsRef<[u8]>) -> (Vec<&'static str>, String) {
    let mut site = Site::new(CONFIG);
    site.edit("content/articles/a.md", text).build();
    (site.ids(), site.report())
}

#[test]
fn all_problems_of_a_file_are_told_at_once() {
    let text = "+++\ntitle = 5\ndate = 2023-02-30\nciteis = [\"青岛\"]\ncities = [\"青岛\", \"青导市\", \"朝阳\"]\nscript = \"zh\"\ndraft = \"no\"\n+++\n正文。\n";
    let (ids, report) = of(text);
    assert_eq!(
        ids,
        [
            "wrong-type",
            "invalid-date",
            "unknown-key",
            "unknown-city",
            "ambiguous-city",
            "invalid-value",
            "wrong-type"
        ]
    );
    assert_snapshot!(report);
}

#[test]
fn the_caret_stands_under_chinese_text() {
    let (_, report) = of(
        "+++\ntitle = \"题\"\ndate = 2023-03-10\ncities = [\"青岛\", \"潍坊\", \"不是地方\"]\n+++\n正文。\n",
    );
    assert_snapshot!(report, @r#"
    error[unknown-city]: no place is called `不是地方`
     --> content/articles/a.md:4:27
      |
    4 | cities = ["青岛", "潍坊", "不是地方"]
      |                           ^^^^^^^^^^
      |
      = hint: write the name of a province, prefecture or county, or its code (`370200`)
    "#);
}

#[test]
fn files_that_are_no_articles() {
    for (text, expected) in [
        (&b""[..], "empty-file"),
        (b" \n\xef\xbb\xbf\n", "empty-file"),
        ("# 标题\n正文\n".as_bytes(), "missing-front-matter"),
        ("---\ntitle: 题\n---\n".as_bytes(), "missing-front-matter"),
        ("+++\ntitle = \"题\"\n正文\n".as_bytes(), "unclosed-front-matter"),
        (b"+++\ntitle = \"\xc7\xe0\xb5\xba\xb8\xdb\xd0\xc2\xd4\xf6\"\n+++\n", "not-utf8"),
        ("+++\ntitle = \"题\"\n+++\n正\0文\n".as_bytes(), "nul-character"),
        ("+++\ntitle = \"题\ndate = 2023-03-10\n+++\n正文\n".as_bytes(), "toml-syntax"),
        ("+++\ndate = 2023-03-10\n+++\n正文\n".as_bytes(), "missing-key"),
        ("+++\ntitle = \" \"\ndate = 2023-03-10\n+++\n正文\n".as_bytes(), "invalid-value"),
    ] {
        let (ids, report) = of(text);
        assert_eq!(ids, [expected], "{report}");
    }
    let (_, report) = of("+++\ntitle = \"题\"\ndraft = yes\n+++\n正文\n".as_bytes());
    assert!(report.contains("it is either `true` or `false`"), "{report}");
}

#[test]
fn encodings_are_named() {
    let (_, report) =
        of(b"+++\ntitle = \"\xc7\xe0\xb5\xba\xb8\xdb\xd0\xc2\xd4\xf6\xba\xbd\xcf\xdf\"\n+++\n");
    assert!(report.contains("it looks like GBK"), "{report}");
    let mut site = Site::new("");
    site.edit("site.toml", b"title = \"\xc7\xe0\xb5\xba\xb8\xdb\"\n").build();
    assert_eq!(site.ids(), ["not-utf8"]);
    assert!(site.made.is_none());
}

#[test]
fn a_byte_order_mark_and_crlf_do_no_harm() {
    let text = article("题", "cities = [\"青岛\"]\n", "第一段。\n\n第二段。").replace('\n', "\r\n");
    let mut site = Site::new(CONFIG);
    site.edit("content/articles/crlf.md", &text)
        .edit("content/articles/bom.md", format!("\u{feff}{text}"))
        .build();
    assert_eq!(site.ids(), ["byte-order-mark"]);
    for page in ["/articles/crlf/", "/articles/bom/"] {
        assert!(site.main(page).contains("<p>第一段。</p>"), "{}", site.main(page));
    }
    let broken = text.replace("青岛", "青导");
    site.edit("content/articles/crlf.md", broken).remove("content/articles/bom.md");
    site.build();
    assert!(site.report().contains("--> content/articles/crlf.md:4:11"), "{}", site.report());
}

#[test]
fn an_article_above_the_limit_is_left_out() {
    let mut site = Site::new("-- site.toml --\ntitle = \"题\"\n[build]\nmax_article_bytes = 300\n");
    site.edit("content/articles/big.md", article("题", "", &"长。".repeat(100)))
        .edit("content/articles/small.md", article("题", "", "短。"));
    site.edit("content/inbox/big.txt", "长。".repeat(100)).build();
    assert_eq!(site.ids(), ["file-too-large", "file-too-large"]);
    assert_eq!(site.built.counts.articles, 1);
}

#[test]
fn a_broken_article_does_not_stop_the_others() {
    let mut site = Site::new(CONFIG);
    site.edit("content/articles/good.md", article("好", "", "正文。"));
    site.edit("content/articles/bad.md", article("坏", "cities = [\"火星\"]\n", "正文。")).build();
    assert_eq!((site.ids(), site.built.counts.articles), (vec!["unknown-city"], 1));
    assert!(site.built.has_errors());
    assert!(site.page("/articles/good/").contains("好"));
}

#[test]
fn no_path_leaves_the_site() {
    for (front_matter, expected) in [
        ("slug = \"../../etc\"\n", "invalid-route"),
        ("slug = \"a/b\"\n", "invalid-route"),
        ("slug = \"..\"\n", "invalid-route"),
        ("slug = \"\"\n", "invalid-route"),
        ("slug = \"con\"\n", "invalid-route"),
        ("slug = \"a\\u202Eb\"\n", "invalid-route"),
        ("aliases = [\"/../a/\"]\n", "invalid-route"),
        ("aliases = [\"a/../../b\"]\n", "invalid-route"),
        ("[raw]\npath = \"../secret.txt\"\n", "invalid-raw-path"),
        ("[raw]\npath = \"/etc/passwd\"\n", "invalid-raw-path"),
    ] {
        let (ids, report) = of(article("题", front_matter, "正文。"));
        assert_eq!(ids, [expected], "{front_matter}: {report}");
    }
}

#[test]
fn one_address_is_one_page() {
    let mut site = Site::new(CONFIG);
    // Equal, equal but for case, equal but for the Unicode form.
    let slugs =
        [("a", "same"), ("b", "same"), ("c", "SAME"), ("d", "caf\u{e9}"), ("e", "cafe\u{301}")];
    for (file, slug) in slugs {
        site.edit(
            &format!("content/articles/{file}.md"),
            article(file, &format!("slug = \"{slug}\"\n"), "正文。"),
        );
    }
    site.build();
    assert_eq!(site.ids(), ["duplicate-route"; 3], "{}", site.report());
    assert_eq!(site.built.counts.articles, 2);
    assert!(
        site.report().contains("and is taken by `content/articles/a.md` already"),
        "{}",
        site.report()
    );
}

#[test]
fn an_alias_gives_way() {
    let mut site = Site::new(CONFIG);
    site.edit(
        "content/articles/a.md",
        article("甲", "aliases = [\"/articles/b/\", \"/old/\", \"/404.html\"]\n", "正文。"),
    );
    site.edit("content/articles/b.md", article("乙", "aliases = [\"/Old/\"]\n", "正文。")).build();
    assert_eq!(site.ids(), ["duplicate-route"; 3], "{}", site.report());
    assert!(site.page("/old/").contains("url=/articles/a/"));
    assert!(site.main("/articles/b/").contains("乙"));
}

#[test]
fn files_of_the_theme_are_no_pages() {
    let mut site = Site::new(
        "-- theme/static/About/index.html --\nx\n-- theme/static/cities --\nx\n-- theme/static/a/b.txt --\nx\n",
    );
    site.edit(
        "content/articles/a.md",
        article(
            "甲",
            "cities = [\"青岛\"]\naliases = [\"/a\", \"/x.html\", \"/x.html/y/\"]\n",
            "正文。",
        ),
    );
    site.build();
    // /about/, all of /cities/…, and of the aliases /x.html/y/; /a/ is free, for a/ is a folder on disk.
    assert_eq!(site.ids(), ["duplicate-route"; 5], "{}", site.report());
    assert!(site.outputs().contains_key("/a/") && site.outputs().contains_key("/a/b.txt"));
}

#[test]
fn topics_share_no_names() {
    let mut site = Site::new(CONFIG);
    site.edit("content/topics/a.md", "+++\ntitle = \"海洋经济\"\n+++\n")
        .edit("content/topics/b.md", "+++\ntitle = \"蓝色经济\"\naliases = [\"海洋經濟\"]\n+++\n");
    site.edit(
        "content/articles/a.md",
        article("题", "topics = [\"海洋經濟\", \"海羊经济\", \"a/b\"]\n", "正文。"),
    )
    .build();
    assert_eq!(
        site.ids(),
        ["undescribed-topic", "invalid-route", "duplicate-topic"],
        "{}",
        site.report()
    );
    assert!(site.report().contains("did you mean `海洋经济`?"), "{}", site.report());
    assert!(site.main("/topics/a/").contains("题"));
}

#[test]
fn dead_links_are_told_and_the_article_stays() {
    let mut site = Site::new(CONFIG);
    site.edit(
        "content/articles/a.md",
        article(
            "题",
            "",
            "前文[青](/articles/b/)[好](/articles/a/#top)[好](/about/?x)[坏](/articles/b)[好](../a/)[好](#x)[坏](b.md)[坏](../../../x/)",
        ),
    )
    .build();
    assert_eq!(site.ids(), ["dead-link"; 4], "{}", site.report());
    assert!(site.report().contains("content/articles/a.md:6:5"), "{}", site.report());
    assert_eq!(site.built.counts.articles, 1);
}

#[test]
fn an_article_without_a_date_stands_last() {
    let mut site = Site::new(CONFIG);
    site.edit("content/articles/a.md", "+++\ntitle = \"无期\"\n+++\n正文。\n")
        .edit("content/articles/b.md", article("有期", "", "正文。"))
        .build();
    assert_eq!(site.ids(), ["missing-date"]);
    let home = site.main("/");
    assert!(home.find("有期").expect("there") < home.find("无期").expect("there"));
    assert!(site.main("/archive/undated/").contains("无期"));
}

#[test]
fn configuration() {
    for (text, expected) in [
        ("", "empty-file"),
        ("titel = \"题\"\n", "missing-key unknown-key"),
        ("title = \"题\"\nbase_url = \"example.org\"\n", "invalid-value"),
        ("title = \"题\"\nscripts = [\"zh-Hans\", \"zh-hans\"]\n", "duplicate-script"),
        ("title = \"题\"\nscripts = [\"en\"]\n", "invalid-value"),
        (
            "title = \"题\"\n[build]\npage_size = 0\nmax_article_bytes = -1\n",
            "invalid-value wrong-type",
        ),
        ("title = \"题\n", "toml-syntax"),
        ("title = \"题\"\nquotes = \"curly\"\n", "invalid-value"),
        ("title = \"题\"\n[words]\n\"a\" = \"\"\n", "invalid-value"),
        ("title = \"题\"\n[author]\nmail = \"x\"\n", "unknown-key"),
    ] {
        let mut site = Site::new("-- site.toml --\n");
        site.edit("site.toml", text).build();
        assert_eq!(site.ids().join(" "), expected, "{text}: {}", site.report());
        assert!(site.made.is_none(), "a site with a broken configuration is not built: {text}");
    }
    let mut site = Site::new("");
    site.remove("site.toml").build();
    assert_eq!(site.ids(), ["missing-config"]);
    assert!(site.report().contains("`digest init` makes a site here"), "{}", site.report());
}

#[test]
fn templates() {
    let mut site = Site::new(
        "-- templates/about.html --\n{% extends \"base.html\" %}\n{% block main %}关于：{{ about.artikels }}{% endblock main %}\n",
    );
    site.build();
    assert_eq!(site.ids(), ["template-error"]);
    assert!(site.made.is_none(), "a site with holes is no site");
    assert_snapshot!(site.report(), @"
    error[template-error]: field `artikels` is not defined. Available fields: articles, notices, places, topics
     --> templates/about.html:2:32
      |
    2 | {% block main %}关于：{{ about.artikels }}{% endblock main %}
      |                                ^^^^^^^^
      |
      = hint: correct the template, or delete your copy of it to have the built-in one back
    ");
    // Once, although the template is read for each script.
    site.edit("site.toml", "title = \"要闻\"\nscripts = [\"zh-Hans\", \"zh-Hant\"]\n").build();
    assert_eq!(site.ids(), ["template-error"]);
    site.edit("templates/about.html", "{% if %}").build();
    assert_eq!(site.ids(), ["template-error"]);
    site.edit("templates/about.html", "{{ 1 | nosuch }}").build();
    assert_eq!(site.ids(), ["template-error"]);
    site.edit("templates/about.html", "{{ 1 | nosuch }}\n题{{ nofn() }}").build();
    assert_eq!(site.ids(), ["template-error", "template-error"]);
    assert!(site.report().contains("templates/about.html:2:6"), "{}", site.report());
    site.edit("templates/about.html", b"\xff\xfe").build();
    assert_eq!(site.ids(), ["not-utf8"]);
}

#[test]
fn files_nobody_looks_at() {
    let mut site = Site::new(
        "-- content/notes.md --\nx\n-- content/inbox/a.docx --\nx\n-- theme/static/con.txt --\nx\n",
    );
    site.build();
    assert_eq!(site.ids(), ["stray-file", "stray-file", "invalid-route"], "{}", site.report());
}

#[test]
fn raw_articles() {
    let raw =
        "标题在此\n海岸日报2023年3月10日\n正文一句，又一句，写到这里就够长了，可以算是一段。\n";
    let mut site = Site::new(CONFIG);
    site.edit("content/inbox/a.txt", raw)
        .edit("content/inbox/empty.txt", "\n \n")
        .edit("content/inbox/title.txt", "只有标题\n")
        .build();
    assert_eq!(site.ids(), ["empty-file", "no-article"], "{}", site.report());
    let path = site.paths("content/articles")[0].clone();

    // Edited by a person: left alone. The raw text changes: told.
    let edited = site.source(&path).replace("又一句", "改过的一句");
    site.edit(&path, &edited).build();
    assert_eq!(site.ids(), ["empty-file", "no-article"]);
    site.edit("content/inbox/a.txt", format!("{raw}补一段话，说明后来的情况。\n")).build();
    assert_eq!(site.ids(), ["raw-changed", "empty-file", "no-article"], "{}", site.report());
    assert_eq!(site.source(&path), edited);

    // Another article has the name of the new one: it gets a longer one, until that is taken as well.
    let hash = digest_site::article::provenance::sha256(raw.as_bytes());
    let longer = path.replace(&format!("{}.md", &hash[..4]), &format!("{}.md", &hash[..12]));
    let mut site = Site::new(CONFIG);
    let other_raw = raw.replace("标题", "另题");
    let sha256 = digest_site::article::provenance::sha256(other_raw.as_bytes());
    let table = format!("[raw]\npath = \"content/inbox/b.txt\"\nsha256 = \"{sha256}\"\n");
    site.edit("content/inbox/b.txt", other_raw)
        .edit(&path, article("别的", &table, "正文。"))
        .edit("content/inbox/a.txt", raw)
        .build();
    assert_eq!(
        (site.ids(), site.paths("content/articles")),
        (vec![], vec![path.clone(), longer.clone()])
    );
    site.edit(&longer, article("又一篇", "", "正文。")).build();
    assert_eq!(site.ids(), ["article-exists"], "{}", site.report());
    assert!(site.source(&path).contains("别的") && site.source(&longer).contains("又一篇"));
}

#[test]
fn a_raw_article_with_an_impossible_day_has_no_date() {
    let raw =
        "标题在此\n海岸日报2023年2月30日\n正文一句，又一句，写到这里就够长了，可以算是一段。\n";
    let mut site = Site::new(CONFIG);
    site.edit("content/inbox/a.txt", raw).build();
    assert_eq!(site.ids(), ["missing-date", "impossible-day"], "{}", site.report());
    assert!(site.report().contains("content/inbox/a.txt:2:9"), "{}", site.report());
    assert_eq!(site.built.counts.articles, 1);
}

#[test]
fn equal_raw_articles_make_one_article_and_like_ones_make_two() {
    let raw = "标题在此\n正文一句，又一句，写到这里就够长了，可以算是一段。\n";
    let mut site = Site::new(CONFIG);
    site.edit("content/inbox/b.txt", raw).build();
    site.edit("content/inbox/a.txt", raw).build();
    assert_eq!(site.ids(), ["missing-date", "duplicate-raw"], "{}", site.report());
    assert!(
        site.report().contains("the same as `content/inbox/b.txt`"),
        "the one that has an article stays"
    );
    site.edit("content/inbox/a.txt", raw.replace("又一句", "另一句")).build();
    assert_eq!(site.built.counts.articles, 2);
}

#[test]
fn addresses_that_could_run_something_are_told() {
    let mut site = Site::new(CONFIG);
    site.edit(
        "content/articles/a.md",
        article("题", "", "前[一](javascript:alert(1))[二](ftp://a/)[三](https://a.example/)"),
    )
    .build();
    assert_eq!(site.ids(), ["unsafe-link", "unsafe-link"], "{}", site.report());
    assert!(site.report().contains("content/articles/a.md:6:3"), "{}", site.report());
    assert!(site.main("/articles/a/").contains("前一二<a href=\"https://a.example/\">三</a>"));
}

#[test]
fn a_raw_article_keeps_its_article_through_edits_and_renames() {
    let raw =
        "标题在此\n海岸日报2023年3月10日\n正文一句，又一句，写到这里就够长了，可以算是一段。\n";
    let mut site = Site::new(CONFIG);
    site.edit("content/inbox/a.txt", raw).build();
    let path = site.paths("content/articles")[0].clone();
    // Renamed: the article follows.
    site.remove("content/inbox/a.txt").edit("content/inbox/b.txt", raw).build();
    assert_eq!((site.ids(), site.paths("content/articles")), (vec![], vec![path.clone()]));
    assert!(site.source(&path).contains("content/inbox/b.txt"));
    // Gone: told, as long as there is an inbox.
    let another = "另一个标题\n海岸日报2023年3月10日\n别处的渔港昨天起不再收停泊费，渔民一年可以省下一笔钱。\n";
    site.edit("content/inbox/other.txt", another).remove("content/inbox/b.txt").build();
    assert_eq!(site.ids(), ["missing-raw"], "{}", site.report());
    let other =
        site.paths("content/articles").into_iter().find(|it| *it != path).expect("the other one");
    site.remove("content/inbox/other.txt").remove(&other).edit("content/inbox/b.txt", raw).build();
    assert_eq!(site.ids(), [""; 0]);
    // However a person writes the table, the article is still its article.
    let edited = site.source(&path).replace("[raw]", "[raw] # 手改").replace("又一句", "改过");
    site.edit(&path, edited).build();
    assert_eq!((site.ids(), site.built.counts.articles), (vec![], 1));
    // What stands in a body owns nothing.
    let body = "```\n[raw]\npath = \"content/inbox/c.txt\"\n```";
    site.edit("content/articles/z.md", article("别的", "", body))
        .edit("content/inbox/c.txt", raw.replace("一句", "两句"));
    site.build();
    assert_eq!((site.ids(), site.built.counts.articles), (vec![], 3));
}

#[test]
fn hints_know_the_likely_mistake() {
    for (text, hint) in [
        ("+++\ntitle = “港口”\n+++\n", "straight marks of an English keyboard"),
        (
            "+++\ntitle = \"港口\"\ncities = [\"青岛\"，\"烟台\"]\n+++\n",
            "straight marks of an English keyboard",
        ),
        ("+++\ntitle = \"他说\"港口\"开工\"\n+++\n", "inside it write “ ”"),
        (
            "+++\ntitle = \"港口\"\ndate = 2024年5月6日\n+++\n",
            "in quotation marks, as `\"2023年3月10日\"`",
        ),
        (
            "+++\ntitle = \"港口\"\n[raw]\npath = \"content/inbox/a.txt\"\nsummary = \"摘要\"\n+++\n",
            "above the line `[raw]`",
        ),
        ("+++\ntitle = \"港口\"\ndate = 2024-5-6\n+++\n", "with all its zeros"),
        ("---\ntitle: 港口\n---\n", "TOML, not `title: …`"),
        (
            "+++\ntitle = \"港口\"\ndate = 2024-05-06\n+++\n见[网](www.example.org)。\n",
            "write `https://www.example.org`",
        ),
        (
            "+++\ntitle = \"港口\"\ndate = 2024-05-06\n+++\n见[关于](/about)。\n",
            "did you mean `/about/`?",
        ),
    ] {
        let (_, report) = of(text);
        assert!(report.contains(hint), "{hint}: {report}");
    }
    let (_, report) = of(b"\xff\xfe\x2f\x6e");
    assert!(report.contains("iconv -f UTF-16LE -t UTF-8 FILE > NEW"), "{report}");
}

#[test]
fn for_programs_and_for_github() {
    let mut site = Site::new(CONFIG);
    site.edit(
        "content/articles/青,岛.md",
        article("题", "cities = [\"青岛\", \"火%星\"]\n", "正文。"),
    )
    .build();
    let problem = &site.built.diagnostics[0];
    let json = serde_json::to_value(digest_site::diagnostic::report::json(problem)).expect("JSON");
    assert_snapshot!(serde_json::to_string_pretty(&json).expect("JSON"), @r#"
    {
      "id": "unknown-city",
      "severity": "error",
      "message": "no place is called `火%星`",
      "file": "content/articles/青,岛.md",
      "line": 4,
      "column": 19,
      "character": 17,
      "end": {
        "line": 4,
        "column": 26,
        "character": 22
      },
      "hint": "write the name of a province, prefecture or county, or its code (`370200`)"
    }
    "#);
    assert_snapshot!(digest_site::diagnostic::report::github(problem), @"::error file=content/articles/青%2C岛.md,line=4,col=17,title=unknown-city::no place is called `火%25星`%0Ahint: write the name of a province, prefecture or county, or its code (`370200`)");
}

fn any_front_matter() -> impl Strategy<Value = String> {
    let lines = prop_oneof![
        Just("title = \"题\""),
        Just("title = 1"),
        Just("date = 2023-03-10"),
        Just("date = 2023-13-40"),
        Just("date = \"昨天\""),
        Just("cities = [\"青岛\", 1]"),
        Just("cities = \"青岛\""),
        Just("[raw]"),
        Just("path = \"../x\""),
        Just("slug = \"青 岛\""),
        Just("byline = [{ name = 1 }, \"某\"]"),
        Just("source = { name = \"报\" }"),
        Just("= ="),
        Just("\"\"\""),
        Just("["),
        Just("青岛 = 1"),
        Just("aliases = [\"/\"]"),
        Just("+++"),
        Just("extra = 1"),
        Just("date = 2023-0"),
    ];
    prop::collection::vec(
        prop_oneof![4 => lines.prop_map(str::to_owned), 1 => any::<String>()],
        0..8,
    )
    .prop_map(|lines| format!("+++\n{}\n+++\n正文。\n", lines.join("\n")))
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]

    /// Whatever stands in front matter: no panic, every problem can be shown in every format, and an article
    /// that is left out has a reason.
    #[test]
    fn any_front_matter_ends_well(text in any_front_matter()) {
        let mut site = Site::new(CONFIG);
        site.edit("content/articles/a.md", &text).build();
        for problem in &site.built.diagnostics {
            prop_assert!(!digest_site::diagnostic::report::human(problem, true).is_empty());
            prop_assert!(!digest_site::diagnostic::report::github(problem).contains('\n'));
            prop_assert!(serde_json::to_string(&digest_site::diagnostic::report::json(problem)).is_ok());
        }
        prop_assert!(site.built.counts.articles + site.built.withheld.len() == 1 || site.built.has_errors(), "{}", text);
    }
}

use crate::support::{CONFIG, Site};

const RAW: &str = "海岸渔港新开三条航线\n2023-03-10 来源：海岸日报\n青岛的渔港新开了三条航线，每周十二班，货物由此不必再绕道外地。\n码头还将扩建两个泊位，明年投产，投资三亿元，由本地企业承建。\n";

/// A site with one raw article and the article made of it; its path.
fn imported() -> (Site, String) {
    let mut site = Site::new(CONFIG);
    site.edit("content/inbox/a.txt", RAW).build();
    let path = site.paths("content/articles")[0].clone();
    (site, path)
}

/// The one diagnostic with this id, as people see it.
fn told(site: &Site, id: &str) -> String {
    let found: Vec<_> = site.built.diagnostics.iter().filter(|it| it.id == id).cloned().collect();
    assert_eq!(found.len(), 1, "{}", site.report());
    crate::support::report(&found)
}

#[test]
fn an_edited_article_is_never_overwritten() {
    let (mut site, path) = imported();
    let edited = site.source(&path).replace("海岸渔港新开", "渔港新开");
    site.edit(&path, &edited).edit("content/inbox/a.txt", RAW.replace("十二班", "十五班")).build();
    let beside = path.replace(".md", ".new.md");
    let expected =
        "different `title`, 1 paragraph only in the raw article, 1 paragraph only in the article";
    assert!(told(&site, "raw-changed").contains(expected), "{}", site.report());
    assert!(told(&site, "raw-changed").contains(&beside), "{}", site.report());
    assert_eq!(site.source(&path), edited);
    assert!(site.source(&beside).contains("十五班"));
    assert_eq!(site.built.new_articles.len(), 1);
    // The file beside it is no article, and is not written twice: not by the next build of a watch, nor by one
    // of a fresh clone.
    for mut again in [site.fresh(), site] {
        again.build();
        assert_eq!((again.ids(), again.built.new_articles.len()), (vec!["raw-changed"], 0));
        assert_eq!(again.outputs().keys().filter(|it| it.contains("/articles/")).count(), 1);
    }
}

#[test]
fn a_file_beside_follows_its_raw_article_until_somebody_edits_it() {
    let (mut site, path) = imported();
    let beside = path.replace(".md", ".new.md");
    let edited = site.source(&path).replace("海岸渔港新开", "渔港新开");
    site.edit(&path, &edited).edit("content/inbox/a.txt", RAW.replace("十二班", "十五班")).build();
    site.edit("content/inbox/a.txt", RAW.replace("十二班", "十八班")).build();
    assert!(site.source(&beside).contains("十八班"));

    let mine = site.source(&beside).replace("十八班", "许多班");
    site.edit(&beside, &mine).edit("content/inbox/a.txt", RAW.replace("十二班", "二十班")).build();
    assert_eq!(site.ids(), ["raw-changed", "edited-new-file"], "{}", site.report());
    assert_eq!(site.source(&beside), mine);

    // Carried over: the article knows the raw article as it is, and the file beside it is left over.
    let sha256 =
        digest_site::article::provenance::sha256(RAW.replace("十二班", "二十班").as_bytes());
    let old = digest_site::article::provenance::sha256(RAW.as_bytes());
    site.edit(&path, edited.replace(&old, &sha256)).build();
    assert_eq!(site.ids(), ["leftover-new-file"], "{}", site.report());
    site.remove(&beside).build();
    assert_eq!(site.ids(), Vec::<&str>::new(), "{}", site.report());
}

#[test]
fn an_article_that_is_the_programs_follows_the_extractor_on_a_fresh_clone() {
    let (mut site, path) = imported();
    let before = site.source(&path);
    site.edit("content/inbox/a.txt", RAW.replace("十二班", "十五班"));
    let mut clone = site.fresh();
    clone.build();
    assert!(clone.source(&path).contains("十五班"), "{}", clone.report());
    assert_ne!(clone.source(&path), before);
    assert_eq!(clone.paths("content/articles"), [path]);
    // Another build, as a watch does after its own writing, finds nothing to do.
    clone.build();
    assert_eq!(clone.built.new_articles, []);
}

#[test]
fn the_words_of_the_site_count() {
    let raw = "海岸渔港新开三条航线\n报料人：林一山\n青岛的渔港新开了三条航线，每周十二班，货物由此不必再绕道外地。\n本文由潮声工坊出品\n码头还将扩建两个泊位，明年投产，投资三亿元，由本地企业承建。\n";
    let mut site = Site::new(CONFIG);
    site.edit("content/inbox/a.txt", raw).build();
    let plain = site.source(&site.paths("content/articles")[0]);
    assert!(plain.contains("潮声工坊") && !plain.contains("byline"), "{plain}");
    let config = "-- site.toml --\ntitle = \"要闻\"\n[extract]\nroles = [\"报料人\"]\nlegal = [\"本文由潮聲工坊\"]\n";
    let mut site = Site::new(config);
    site.edit("content/inbox/a.txt", raw).build();
    let own = site.source(&site.paths("content/articles")[0]);
    assert!(!own.contains("潮声工坊"), "{own}");
    assert!(own.contains("{ role = \"报料人\", name = \"林一山\" }"), "{own}");

    let mut site = Site::new("-- site.toml --\ntitle = \"要闻\"\n[extract]\nrole = [\"报料人\"]\n");
    site.build();
    assert!(site.report().contains("did you mean `roles`?"), "{}", site.report());
}

/// The bytes of a text in GB18030 or Big5.
fn encoded(text: &str, label: &str) -> Vec<u8> {
    let encoding = encoding_rs::Encoding::for_label(label.as_bytes()).expect("a known label");
    let (bytes, _, unmappable) = encoding.encode(text);
    assert!(!unmappable);
    bytes.into_owned()
}

#[test]
fn other_encodings_are_read_and_said() {
    let traditional = "漁港老街換新裝\n2024-06-01 來源：海岸日報\n高雄市的漁港老街完成整修，商家從十二家增加到三十家，假日人潮回流。\n業者表示，下一步將串連渡輪與輕軌，讓遊客一日走完老街與港區。\n";
    for (text, label, name) in [(RAW, "gb18030", "GB18030"), (traditional, "big5", "Big5")] {
        let mut site = Site::new(CONFIG);
        site.edit("content/inbox/a.txt", encoded(text, label)).build();
        assert_eq!(site.note_ids(), ["foreign-encoding"]);
        assert!(site.notes().contains(&format!("the file is read as {name}")), "{}", site.notes());
        let path = &site.paths("content/articles")[0];
        let made = site.source(path);
        let hash = digest_site::article::provenance::sha256(&encoded(text, label));
        assert!(
            made.contains(text.lines().next().expect("a line")) && made.contains(&hash),
            "{made}"
        );
    }
    // A page that says its encoding, one that says the wrong one, UTF-16 with its mark, and bytes that are no text.
    let page = format!(
        "<meta charset=\"gb2312\"><h1>{}</h1><p>{}</p>",
        "海岸渔港新开三条航线",
        RAW.lines().nth(2).expect("a line")
    );
    let wrong = page.replace("gb2312", "iso-8859-1").replace("三条", "四条");
    let utf16: Vec<u8> =
        std::iter::once(0xfeff).chain(RAW.encode_utf16()).flat_map(u16::to_le_bytes).collect();
    let mut site = Site::new(CONFIG);
    site.edit("content/inbox/a.html", encoded(&page, "gbk"))
        .edit("content/inbox/wrong.html", encoded(&wrong, "gbk"))
        .edit("content/inbox/b.txt", utf16)
        .edit("content/inbox/c.txt", (0x80..=0xff).collect::<Vec<u8>>())
        .build();
    assert_eq!(
        site.ids(),
        ["missing-date", "missing-date", "unknown-encoding"],
        "{}",
        site.report()
    );
    assert!(
        site.notes().contains("read as GB18030") && site.notes().contains("read as UTF-16LE"),
        "{}",
        site.notes()
    );
}

#[test]
fn a_raw_article_with_nul_is_read_without_it() {
    let mut site = Site::new(CONFIG);
    site.edit("content/inbox/a.txt", RAW.replace("渔港", "渔\0港")).build();
    assert_eq!(site.ids(), ["nul-in-raw"], "{}", site.report());
    let made = site.source(&site.paths("content/articles")[0]);
    assert!(made.contains("title = \"海岸渔港新开三条航线\"") && !made.contains('\0'), "{made}");
}

#[test]
fn what_is_doubtful_is_listed_for_review() {
    let mut site = Site::new(CONFIG);
    let undated = "渔港的夜\n渔港的夜市开了三年，摊位从十几个变成上百个，周边居民都爱来。\n老板说，生意比去年好，一天能卖三百碗，还请了两个帮手。\n";
    let inferred = "渔港的早晨\n来源：海岸日报\n3月10日，渔港的早市开张，摊位从十几个变成上百个，周边居民都爱来。\n今年是2023年，早市已经办到第三年，市里还将再建两处，方便居民。\n\n林一山在检查渔港的缆绳。\n老板说，生意比去年好，一天能卖三百碗，还请了两个帮手。\n";
    site.edit("content/inbox/a.txt", undated).edit("content/inbox/b.txt", inferred).build();
    assert_eq!(
        site.note_ids(),
        ["no-date", "no-source", "inferred-date", "doubtful-line"],
        "{}",
        site.notes()
    );
    insta::assert_snapshot!(site.notes());
    // A person who edits the article has confirmed it.
    let path = site
        .paths("content/articles")
        .into_iter()
        .find(|it| it.contains("2023"))
        .expect("the dated one");
    let confirmed = site.source(&path).replace(" # the text begins", " # confirmed; it begins");
    site.edit(&path, confirmed).build();
    assert_eq!(site.note_ids(), ["no-date", "no-source"]);
}

#[test]
fn raw_articles_are_published_only_where_both_sides_say_so() {
    let raw = format!("{RAW}<script>alert(1)</script>，这一句也在原文里，要原样给人看。\n");
    let with = |config: &str, rights: &str| {
        let mut site = Site::new(&format!("-- site.toml --\ntitle = \"要闻\"\n{config}"));
        site.edit("content/inbox/a.txt", &raw).build();
        let path = site.paths("content/articles")[0].clone();
        let text = site.source(&path).replacen("+++\n", &format!("+++\n{rights}"), 1);
        site.edit(&path, text).build();
        site
    };
    let full = with("[build]\npublish_raw = true\n", "rights = \"full\"\n");
    let page = full
        .outputs()
        .into_iter()
        .find(|(route, _)| route.ends_with("/raw/"))
        .expect("a page of the raw article");
    assert!(page.1.contains("&lt;script&gt;alert(1)&lt;"), "{}", page.1);
    assert!(!page.1.contains("<script>alert"));
    let article = full.page(page.0.trim_end_matches("raw/"));
    assert!(article.contains(&format!("href=\"{}\"", page.0)), "{article}");
    assert_eq!(full.ids(), Vec::<&str>::new());
    for (config, rights) in [
        ("", "rights = \"full\"\n"),
        ("[build]\npublish_raw = true\n", ""),
        ("[build]\npublish_raw = true\n", "rights = \"excerpt\"\n"),
        ("[build]\npublish_raw = false\n", "rights = \"full\"\n"),
    ] {
        let site = with(config, rights);
        assert!(!site.outputs().keys().any(|it| it.contains("raw")), "{config}{rights}");
        let article = site
            .outputs()
            .into_iter()
            .find(|(route, _)| route.starts_with("/articles/"))
            .expect("a page");
        assert!(
            article.1.contains("content/inbox/a.txt") && article.1.contains("SHA-256"),
            "path and hash are shown"
        );
    }
}

#[test]
fn a_raw_article_that_is_mostly_left_out_is_told() {
    let mut raw = RAW.to_owned();
    raw.push_str("相关阅读\n");
    for n in 0..12 {
        let line = "版权所有，转载请注明出处，本网站的法律声明和隐私政策适用于全部内容。";
        raw.extend([&format!("第{n}条："), line, "\n"]);
    }
    let mut site = Site::new(CONFIG);
    site.edit("content/inbox/a.txt", raw).build();
    assert_eq!(site.note_ids(), ["much-left-out"], "{}", site.notes());
}

#[test]
fn a_raw_article_that_has_changed_is_not_published_under_the_old_hash() {
    let mut site = Site::new("-- site.toml --\ntitle = \"要闻\"\n[build]\npublish_raw = true\n");
    site.edit("content/inbox/a.txt", RAW).build();
    let path = site.paths("content/articles")[0].clone();
    let text = site.source(&path).replacen("+++\n", "+++\nrights = \"full\"\n", 1);
    site.edit(&path, text).build();
    assert!(site.outputs().keys().any(|it| it.ends_with("/raw/")));
    site.edit("content/inbox/a.txt", RAW.replace("十二班", "十五班")).build();
    assert!(!site.outputs().keys().any(|it| it.ends_with("/raw/")));
}

/// What people, merges and editors do to an article.
fn damages(article: &str) -> Vec<(&'static str, Vec<u8>)> {
    let without_last = {
        let at = article.rfind("+++\n").expect("a fence");
        format!("{}{}", &article[..at], &article[at + 4..])
    };
    let head = article.split("[raw]").next().expect("a head");
    let utf16 = format!("\u{feff}{article}");
    let utf16 = utf16.encode_utf16().flat_map(u16::to_le_bytes).collect();
    vec![
        ("the first fence", article.replacen("+++\n", "", 1).into()),
        ("the last fence", without_last.into()),
        ("other fences", article.replace("+++\n", "---\n").into()),
        ("a line above", format!("改过\n{article}").into()),
        ("a merge", article.replacen("title", "<<<<<<< HEAD\ntitle", 1).into()),
        ("a broken table", article.replace("[raw]", "[raw").into()),
        ("nothing", Vec::new()),
        ("a path", article.replace("\"content/", "\"./content/").into()),
        ("a second table", article.replace("[raw]", "[[raw]]").into()),
        ("a third fence", article.replace("[raw]", "+++\n[raw]").into()),
        ("marks around the path", article.replace("path = ", "<<<<<<< HEAD\npath = ").into()),
        ("no path", article.replace("path = \"content/inbox/a.txt\"\n", "").into()),
        ("half of it", head.into()),
        ("no table", format!("{head}+++\n\n正文。\n").into()),
        ("UTF-16", utf16),
    ]
}

#[test]
fn a_damaged_article_is_given_no_second_one() {
    let (site, path) = imported();
    // A draft, lest anything of it be published.
    let draft = site.source(&path).replacen("+++\n", "+++\ndraft = true\n", 1);
    for (damage, bytes) in damages(&draft) {
        for name in [&*path, "content/articles/renamed.md"] {
            // Of nothing under another name nothing can be known.
            if bytes.is_empty() && name != path {
                continue;
            }
            for raw in [RAW.to_owned(), RAW.replace('\n', "\r\n")] {
                let mut again = site.fresh();
                again.remove(&path).edit(name, &bytes).edit("content/inbox/a.txt", raw).build();
                assert!(
                    again.built.new_articles.is_empty(),
                    "{damage}, {name}: {}",
                    again.report()
                );
                assert_eq!(again.built.counts.articles, 0, "{damage}, {name}");
                assert!(!again.ids().is_empty(), "{damage}, {name}");
            }
        }
    }
}

#[test]
fn a_raw_article_renamed_and_changed_is_given_no_second_article() {
    let (mut site, path) = imported();
    let draft = site.source(&path).replacen("+++\n", "+++\ndraft = true\n", 1);
    let draft = draft.replace("海岸渔港新开", "渔港新开");
    site.edit(&path, &draft)
        .remove("content/inbox/a.txt")
        .edit("content/inbox/b.txt", RAW.replace("十二班", "十五班"))
        .build();
    assert_eq!(site.ids(), ["moved-raw"], "{}", site.report());
    assert!(site.built.new_articles.is_empty());
    // Said to be the same: its raw article has changed.
    site.edit(&path, draft.replace("inbox/a.txt", "inbox/b.txt")).build();
    assert_eq!(site.ids(), ["raw-changed"], "{}", site.report());
    // The article is renamed: what lies beside it is no article still.
    let renamed = site.source(&path);
    site.remove(&path).edit("content/articles/renamed.md", renamed).build();
    assert_eq!(site.ids(), ["leftover-new-file", "raw-changed"], "{}", site.report());
    assert_eq!(site.built.counts.articles, 0);
    // Said to be another one: it becomes an article.
    let own = draft.split("\n[raw]").next().expect("a head").to_owned() + "+++\n\n正文。\n";
    let mut again = Site::new(CONFIG);
    again.edit(&path, own).edit("content/inbox/b.txt", RAW.replace("十二班", "十五班")).build();
    assert_eq!((again.ids(), again.built.counts.articles), (vec![], 1), "{}", again.report());
}

#[test]
fn a_headline_of_every_week_is_in_nobodys_way() {
    let mut site = Site::new(CONFIG);
    let week = |day: u8| {
        format!(
            "海岸一周\n2023-03-{day:02} 来源：海岸日报\n本周第{day}天港口的船期照旧，渔民可以按往常的时间出海，风力四到五级。\n"
        )
    };
    for day in [3, 10, 17] {
        site.edit(&format!("content/inbox/{day}.txt"), week(day)).build();
    }
    site.remove("content/inbox/3.txt").remove("content/inbox/10.txt").build();
    assert_eq!(site.ids(), ["missing-raw", "missing-raw"], "{}", site.report());
    site.edit("content/inbox/24.txt", week(24)).build();
    assert_eq!(site.ids(), ["missing-raw", "missing-raw"], "{}", site.report());
    assert_eq!(site.built.counts.articles, 4);
}

#[test]
fn two_articles_of_one_raw_article_are_told() {
    let (mut site, path) = imported();
    let copy = site.source(&path).replace("slug = \"", "slug = \"copy-");
    site.edit("content/articles/z.md", copy).build();
    assert_eq!(site.ids(), ["second-article"], "{}", site.report());
    assert!(told(&site, "second-article").contains("content/articles/z.md"), "{}", site.report());
}

#[test]
fn raw_articles_that_say_the_same_make_one_article() {
    let (mut site, path) = imported();
    site.edit("content/inbox/b.txt", format!("\u{feff}{}\n\n", RAW.replace('\n', "\r\n")))
        .edit("content/inbox/c.txt", encoded(RAW, "gb18030"))
        .build();
    assert_eq!(site.ids(), ["duplicate-raw", "duplicate-raw"], "{}", site.report());
    assert_eq!(site.paths("content/articles"), [path]);
}

#[test]
fn other_line_ends_of_a_raw_article_change_nothing() {
    let (mut site, path) = imported();
    let generated = site.source(&path);
    site.edit("content/inbox/a.txt", RAW.replace('\n', "\r\n")).build();
    assert_eq!((site.ids(), site.source(&path)), (vec![], generated.clone()), "{}", site.report());
    let edited = generated.replace("海岸渔港新开", "渔港新开");
    site.edit(&path, &edited).build();
    assert_eq!((site.ids(), site.source(&path)), (vec![], edited.clone()), "{}", site.report());
    // In another encoding too.
    let sha256 = digest_site::article::provenance::sha256;
    let gb18030 = encoded(RAW, "gb18030");
    let known = edited.replace(&sha256(RAW.as_bytes()), &sha256(&gb18030));
    let with_cr = encoded(&RAW.replace('\n', "\r\n"), "gb18030");
    site.edit(&path, &known).edit("content/inbox/a.txt", with_cr).build();
    assert_eq!((site.ids(), site.source(&path)), (vec![], known), "{}", site.report());
}

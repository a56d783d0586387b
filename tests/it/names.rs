//! People, organisations, projects and figures on pages, and what editors say of them.

use digest_site::extract::stated;

use crate::support::{Site, article};

/// An article of a day with a text.
fn dated(day: &str, title: &str, more: &str, body: &str) -> String {
    format!("+++\ntitle = \"{title}\"\ndate = {day}\ncities = [\"青岛\"]\n{more}\n+++\n\n{body}\n")
}

#[test]
fn a_person_has_a_page_with_offices_in_the_order_of_time() {
    let mut site = Site::new("");
    site.edit(
        "content/articles/a.md",
        dated("2022-03-01", "甲", "", "即墨区委书记林一山表示，要快。"),
    )
    .edit(
        "content/articles/b.md",
        dated("2023-03-01", "乙", "", "青岛副市长林一山调研。局长周二水参加。"),
    )
    .build();
    let page = site.main("/people/林一山/");
    let (before, after) = (page.find("即墨区委书记"), page.find("青岛副市长"));
    assert!(before.is_some() && before < after, "{page}");
    assert!(
        page.contains("<mark>林一山</mark>表示，要快。") && page.contains("/articles/b/"),
        "{page}"
    );
    // Named once: no page, no link, but a name on the article's own page.
    assert!(!site.outputs().contains_key("/people/周二水/"));
    let article = site.main("/articles/b/");
    assert!(
        article.contains("<span>周二水</span> <span class=\"office\">局长</span>"),
        "{article}"
    );
    assert!(
        article
            .contains("<a class=\"name\" href=\"/people/%E6%9E%97%E4%B8%80%E5%B1%B1/\">林一山</a>"),
        "{article}"
    );
    assert!(site.main("/people/").contains("林一山"));
    assert!(site.main("/cities/qingdao/").contains("林一山"));
}

#[test]
fn an_office_that_somebody_leaves_is_no_longer_held() {
    let mut site = Site::new("");
    let text = "会议决定免去林一山的市交通局局长职务。林一山、周二水参加。周二水辞去副市长职务。";
    site.edit("content/articles/a.md", dated("2024-03-01", "甲", "", text));
    let text = "市交通局局长林一山调研。";
    site.edit("content/articles/b.md", dated("2023-03-01", "乙", "", text)).build();
    let page = site.main("/people/林一山/");
    assert!(page.contains("不再担任<b>市交通局局长</b>"), "{page}");
    assert!(page.contains("<p><b>市交通局局长</b>"), "{page}");
    let article = site.main("/articles/a/");
    assert!(!article.contains("<span class=\"office\">"), "{article}");
}

#[test]
fn short_names_join_across_articles() {
    let mut site = Site::new("");
    let full = "诸城市驰远橡胶科技有限公司投产，驰远橡胶今年扩产。";
    site.edit("content/articles/a.md", dated("2022-03-01", "甲", "", full))
        .edit("content/articles/b.md", dated("2023-03-01", "乙", "", "驰远橡胶签约。"))
        .build();
    let page = site.main("/organisations/诸城市驰远橡胶科技有限公司/");
    assert!(page.contains("/articles/b/") && page.contains("<mark>驰远橡胶</mark>签约"), "{page}");
    assert!(!site.outputs().contains_key("/organisations/驰远橡胶/"));
}

#[test]
fn agencies_belong_to_the_city_of_the_article() {
    let mut site = Site::new("");
    for (stem, city) in [("a", "青岛"), ("b", "烟台")] {
        let front = format!("cities = [\"{city}\"]\n");
        let path = format!("content/articles/{stem}.md");
        site.edit(&path, article(stem, &front, "市交通局介绍情况。市交通局说，年底完工。"));
    }
    site.build();
    let outputs = site.outputs();
    assert!(outputs.contains_key("/organisations/青岛市交通局/"), "{:?}", outputs.keys());
    assert!(outputs.contains_key("/organisations/烟台市交通局/"), "{:?}", outputs.keys());
    // Of no city: whose office it is nobody knows, and 市 of 市场 is none.
    site.edit(
        "content/articles/a.md",
        article("a", "", "市交通局说，年底完工。市交通局介绍情况。"),
    );
    site.edit(
        "content/articles/b.md",
        article("b", "", "市交通局说，年底完工。市交通局介绍情况。"),
    );
    let text = "市场监管总局说，年底完成。市场监管总局介绍情况。";
    site.edit("content/articles/c.md", article("c", "cities = [\"青岛\"]\n", text)).build();
    let outputs = site.outputs();
    assert!(!outputs.contains_key("/organisations/市交通局/"), "{:?}", outputs.keys());
    assert!(outputs.contains_key("/organisations/市场监管总局/"), "{:?}", outputs.keys());
}

#[test]
fn a_project_has_a_timeline_and_contradicting_figures() {
    let mut site = Site::new("");
    site.edit(
        "content/articles/a.md",
        dated("2022-03-01", "甲", "", "余梁公路北延工程于2021年2月26日开工，总投资10亿元。"),
    )
    .edit(
        "content/articles/b.md",
        dated("2023-03-01", "乙", "", "余梁公路北延工程预计今年9月通车，总投资12亿元。"),
    )
    .build();
    let page = site.main("/projects/余梁公路北延工程/");
    let steps = ["<b>开工</b>", "<b>预计投产、投用</b>"].map(|it| page.find(it));
    assert!(steps[0].is_some() && steps[0] < steps[1], "{page}");
    assert!(page.contains("2021年2月26日") && page.contains("2023年9月"), "{page}");
    assert!(page.contains("各篇说法不同"), "{page}");
    let figures = site.main("/figures/");
    assert!(figures.contains("10亿元") && figures.contains("12亿元"), "{figures}");
    // One project, one sum: a chart of a single bar is none.
    assert!(!figures.contains("class=\"chart\""));
    // 12月 in an article of January is that of the year before.
    site.edit(
        "content/articles/c.md",
        dated(
            "2024-01-05",
            "丙",
            "",
            "余梁公路北延工程12月28日建成。余梁公路北延工程将于2月通车。",
        ),
    )
    .build();
    let page = site.main("/projects/余梁公路北延工程/");
    assert!(page.contains("2023年12月28日") && page.contains("2024年2月"), "{page}");
}

#[test]
fn names_and_figures_are_exported() {
    use digest_site::config::BaseUrl;
    use digest_site::engine::{Engine, Request};
    use digest_site::export;
    use digest_site::name::SORTS;
    let mut site = Site::new("");
    let text = "市交通局局长林一山说，余梁公路北延工程2月开工，总投资10亿元。会议免去林一山的市交通局局长职务。";
    site.edit("content/articles/a.md", dated("2023-03-01", "甲", "", text));
    site.edit("content/articles/b.md", dated("2023-04-01", "乙", "", "余梁公路北延工程提速。"))
        .build();
    let request = Request::on(jiff::civil::date(2026, 1, 1));
    let (known, _) = Engine::default().know(site.sources(), &request);
    let known = known.expect("a site");
    let base = BaseUrl::unknown();
    let [people, _, projects] = SORTS.map(|it| export::names(&known.catalog, it, &base));
    let offices: Vec<_> = people[0].offices.iter().map(|it| (&*it.office, it.left)).collect();
    assert_eq!(people[0].name, "林一山");
    assert_eq!(offices, [("市交通局局长", false), ("市交通局局长", true)]);
    assert_eq!((projects[0].articles, projects[0].first.as_deref()), (2, Some("2023-03-01")));
    assert_eq!(projects[0].steps[0].day.as_deref(), Some("2023-02"));
    let figures: Vec<_> = export::figures(&known.catalog, &known.gazetteer, &base).collect();
    let lines = export::json_lines(&figures);
    let first: serde_json::Value =
        serde_json::from_str(lines.lines().next().expect("a line")).expect("JSON");
    assert_eq!((&first["what"], &first["of"]), (&"总投资".into(), &"余梁公路北延工程".into()));
    assert_eq!(lines.lines().count(), figures.len());
    let table = export::table(&people);
    let mut reader = csv::Reader::from_reader(table.as_bytes());
    assert_eq!(reader.headers().expect("a head").get(0), Some("name"));
    assert_eq!(reader.records().count(), people.len());
}

#[test]
fn figures_are_a_table_and_data() {
    let mut site = Site::new("");
    site.edit(
        "content/articles/a.md",
        dated("2022-03-01", "甲", "topics = [\"海洋\"]", "青岛望海项目总投资428亿元。"),
    )
    .build();
    let json: serde_json::Value =
        serde_json::from_str(&site.page("/figures/2022-03.json")).expect("JSON");
    let figure = &json[0]["figures"][0];
    assert_eq!(figure["value"], 42_800_000_000.0);
    assert_eq!(figure["place"], "青岛市");
    assert_eq!((figure.get("high"), &figure["sentence"]), (None, &0.into()));
    assert_eq!(json[0]["topics"][0], "海洋");
    assert_eq!(json[0]["sentences"][0], "青岛望海项目总投资428亿元。");
    let csv = site.page("/figures/2022-03.csv");
    assert!(
        csv.starts_with("what,number,unit,value") && csv.contains("428亿,元,42800000000"),
        "{csv}"
    );
}

#[test]
fn an_excerpt_shows_facts_without_its_sentences() {
    let mut site = Site::new("");
    let body = "青岛望海项目总投资428亿元，市长林一山说得很长。林一山说，秘密的句子。";
    site.edit(
        "content/articles/a.md",
        dated("2022-03-01", "甲", "summary = \"短。\"\nrights = \"excerpt\"", body),
    )
    .build();
    let json = site.page("/figures/2022-03.json");
    assert!(json.contains("428亿") && !json.contains("说得很长"), "{json}");
    assert!(site.outputs().contains_key("/people/林一山/"));
    for (route, text) in site.outputs() {
        assert!(!text.contains("秘密的句子"), "{route}");
    }
}

#[test]
fn editors_add_merge_split_and_silence() {
    let mut site = Site::new("");
    let articles = [
        ("a", "董事长张伟介绍，公司扩产。张伟说，很好。"),
        ("b", "巴西商会会长张伟到访。张伟说，欢迎。"),
        ("c", "老周炸串火了，老周炸串排起长队。局长林一山来了，林一山吃了。"),
    ];
    for (stem, body) in articles {
        site.edit(&format!("content/articles/{stem}.md"), dated("2022-03-01", stem, "", body));
    }
    let plain = site.build().outputs();
    assert!(plain.contains_key("/people/张伟/"));
    // Split: the one of article b is another.
    site.edit(
        "content/people/zhang-wei-brazil.md",
        "+++\nname = \"张伟\"\narticles = [\"b\"]\n+++\n侨领。\n",
    );
    // Add and merge.
    site.edit(
        "content/organisations/laozhou.md",
        "+++\nname = \"老周小吃\"\naliases = [\"老周炸串\"]\n+++\n",
    );
    // Silence.
    site.edit("content/people/lin.md", "+++\nname = \"林一山\"\nsilent = true\n+++\n");
    site.build();
    assert_eq!(site.built.diagnostics.len(), 0, "{:#?}", site.built.diagnostics);
    let split = site.main("/people/zhang-wei-brazil/");
    assert!(
        split.contains("侨领。")
            && split.contains("/articles/b/")
            && !split.contains("/articles/a/"),
        "{split}"
    );
    assert!(!site.main("/people/张伟/").contains("/articles/b/"));
    assert!(site.main("/organisations/laozhou/").contains("<mark>老周炸串</mark>火了"));
    assert!(!site.outputs().contains_key("/people/林一山/"));
    assert!(!site.main("/articles/c/").contains("<h2>人物</h2>"));
    // Taking the entries away takes back all of it.
    for path in [
        "content/people/zhang-wei-brazil.md",
        "content/organisations/laozhou.md",
        "content/people/lin.md",
    ] {
        site.remove(path);
    }
    assert!(site.build().outputs() == plain);
}

#[test]
fn entries_stand_in_the_configuration_too() {
    let mut site = Site::new(
        "-- site.toml --\ntitle = \"要闻\"\n[[project]]\nname = \"望海行动\"\nslug = \"wanghai\"\n",
    );
    site.edit("content/articles/a.md", dated("2022-03-01", "甲", "", "望海行动开始了。")).build();
    assert!(site.main("/projects/wanghai/").contains("<mark>望海行动</mark>开始了"));
    assert!(
        site.main("/articles/a/")
            .contains("<a class=\"name\" href=\"/projects/wanghai/\">望海行动</a>开始了")
    );
}

#[test]
fn links_are_the_first_and_longest_and_none_inside_another() {
    let mut site = Site::new("");
    let body =
        "诸城市驰远橡胶科技有限公司在诸城投产。驰远橡胶来了，诸城市驰远橡胶科技有限公司来了。";
    site.edit("content/articles/a.md", dated("2022-03-01", "甲", "", body)).build();
    let html = site.main("/articles/a/");
    let company = "/organisations/";
    let body =
        &html[html.find("class=\"body\"").expect("a body")..html.find("<footer>").expect("a foot")];
    assert_eq!(body.matches(company).count(), 1, "{body}");
    // 诸城 is linked where it stands alone, not inside the company.
    assert!(body.contains("</a>在<a class=\"place\" href=\"/cities/"), "{body}");
    site.edit(
        "content/articles/a.md",
        dated("2022-03-01", "甲", "auto_links = false", "诸城来了。"),
    )
    .build();
    assert!(!site.main("/articles/a/").contains("诸城</a>来了"));
}

#[test]
fn a_city_and_a_topic_have_a_list_from_three_articles_up() {
    let mut site = Site::new("");
    for n in 1..=2 {
        let text =
            dated(&format!("2022-03-0{n}"), &format!("第{n}篇"), "topics = [\"海洋\"]", "句子。");
        site.edit(&format!("content/articles/a{n}.md"), text);
    }
    let route = "/cities/qingdao/topics/海洋/";
    assert!(!site.build().outputs().contains_key(route));
    site.edit(
        "content/articles/a3.md",
        dated("2022-03-03", "第3篇", "topics = [\"海洋\"]", "句子。"),
    )
    .build();
    let page = site.main(route);
    assert!((1..=3).all(|n| page.contains(&format!("第{n}篇"))), "{page}");
    let link = "/cities/qingdao/topics/%E6%B5%B7%E6%B4%8B/";
    assert!(
        site.main("/cities/qingdao/").contains(link) && site.main("/topics/海洋/").contains(link)
    );
}

#[test]
fn topics_are_proposed_where_an_article_says_nothing() {
    let topic = "-- content/topics/sea.md --\n+++\ntitle = \"海洋\"\nmatch = [\"海洋\", \"干部\", \"汽车\", \"汽车城\", { term = \"渔港\", weight = 2 }]\n+++\n";
    let mut site = Site::new(topic);
    site.edit("content/articles/a.md", article("渔港开工", "", "新渔港与海洋牧场。"))
        .edit("content/articles/b.md", article("渔港", "topics = []\n", "渔港。"))
        // 干部 in 树干部分 is no word.
        .edit("content/articles/c.md", article("码头", "", "树干部分腐朽。"))
        // 汽车城 in 汽车城市 is no word, 汽车 is.
        .edit("content/articles/d.md", article("码头", "", "汽车城市展览开幕。"))
        .build();
    let page = site.main("/topics/sea/");
    assert!(
        page.contains("/articles/a/")
            && page.contains("/articles/d/")
            && !page.contains("/articles/b/")
            && !page.contains("/articles/c/"),
        "{page}"
    );
    // Without a topic: told when somebody asks.
    let notes: Vec<(&str, String)> = notes(&site);
    let bare = notes.iter().filter(|(id, _)| *id == "no-topic").map(|(_, path)| path.as_str());
    assert_eq!(bare.collect::<Vec<_>>(), ["content/articles/c.md"]);
    // Many topics that wait for their first article are told together.
    for name in ["甲", "乙", "丙"] {
        site.edit(&format!("content/topics/{name}.md"), format!("+++\ntitle = \"{name}\"\n+++\n"));
    }
    site.build();
    let unused = site.built.notes.iter().filter(|it| it.id == "unused-topic");
    let told: Vec<&str> = unused.map(|it| it.message.as_str()).collect();
    assert!(matches!(told[..], [it] if it.contains("topics") && it.contains("`甲`")), "{told:?}");
}

/// The notes with the files that they are about.
fn notes(site: &Site) -> Vec<(&'static str, String)> {
    let path = |it: &digest_site::diagnostic::Diagnostic| it.at.path().map(ToString::to_string);
    site.built.notes.iter().map(|it| (it.id, path(it).unwrap_or_default())).collect()
}

#[test]
fn bad_entries_are_told_and_the_rest_is_built() {
    let mut site = Site::new("");
    site.edit("content/people/a.md", "+++\nname = \"张伟\"\naliases = [\"李明\"]\n+++\n")
        .edit("content/people/b.md", "+++\nname = \"李明\"\naliases = [\"张伟\"]\n+++\n")
        .edit("content/people/c.md", "+++\nname = \"王强\"\naliases = [\"李明\"]\n+++\n")
        .edit("content/people/d.md", "+++\naliases = [\"赵四海\"]\n+++\n")
        .edit("content/people/e.md", "+++\nname = \"周五\"\narticles = [\"b\", \"a\"]\n+++\n")
        .edit("content/topics/t.md", "+++\ntitle = \"空\"\nmatch = [\" \"]\n+++\n")
        .edit(
            "content/topics/u.md",
            "+++\ntitle = \"重\"\nmatch = [{ term = \"房\", weight = -2 }]\n+++\n",
        )
        .edit("content/articles/a.md", dated("2022-03-01", "甲", "", "张伟来了，李明也来了。"))
        .build();
    let ids: Vec<&str> = site.built.diagnostics.iter().map(|it| it.id).collect();
    assert_eq!(
        ids,
        [
            "circular-names",
            "circular-names",
            "taken-name",
            "missing-key",
            "unknown-article",
            "invalid-value"
        ]
    );
    assert!(site.outputs().contains_key("/people/a/") && site.outputs().contains_key("/people/b/"));
    let ids: Vec<&str> = notes(&site).into_iter().map(|(id, _)| id).collect();
    for id in ["topic-without-terms", "unused-topic"] {
        assert!(ids.contains(&id), "{ids:?}");
    }
}

#[test]
fn too_much_is_left_out_and_told() {
    let mut site = Site::new("");
    let given: Vec<char> =
        "伟强军建国华明志文平林海峰涛波刚勇杰斌辉鹏飞宇浩博超磊亮俊宁凯成".chars().collect();
    let name =
        |n: usize| format!("局长王{}{}出席。", given[n / given.len()], given[n % given.len()]);
    let people: String = (0..1_000).map(name).collect();
    let body = format!("{people}\n\n投资1000000000000000000000000000000元。");
    site.edit("content/articles/a.md", dated("2022-03-01", "甲", "", &body)).build();
    let ids: Vec<&str> = notes(&site).into_iter().map(|(id, _)| id).collect();
    assert!(ids.contains(&"too-many-names") && ids.contains(&"impossible-figure"), "{ids:?}");
    assert!(site.main("/articles/a/").contains("王伟强"));
}

#[test]
fn both_scripts_show_the_same_names() {
    let mut site =
        Site::new("-- site.toml --\ntitle = \"要闻\"\nscripts = [\"zh-Hans\", \"zh-Hant-TW\"]\n");
    site.edit(
        "content/articles/a.md",
        dated("2022-03-01", "甲", "", "即墨區委書記韓望海表示，總投資428億元。韓望海說，要快。"),
    )
    .build();
    let hans = site.main("/people/韩望海/");
    assert!(hans.contains("即墨区委书记") && hans.contains("<mark>韩望海</mark>表示"), "{hans}");
    let other = site.main("/zh-hant/people/韩望海/");
    assert!(other.contains("即墨區委書記") && other.contains("<mark>韓望海</mark>表示"), "{other}");
    assert!(site.main("/zh-hant/figures/").contains("428億元"));
}

#[test]
fn names_of_a_draft_have_evidence() {
    let raw = "海岸新闻一则\n2024-05-06 来源：海岸日报\n青岛副市长林一山表示，望海项目总投资12亿元，年底前投产。\n";
    let site = Site::new(&format!("-- content/inbox/a.txt --\n{raw}"));
    let (reading, _) = digest_site::engine::Reading::new(site.sources());
    let reading = reading.expect("a reading");
    let file = site.sources().get("content/inbox/a.txt").expect("the file");
    let read = digest_site::extract::read(file, u64::MAX, reading.context()).expect("a text");
    let draft = read.extraction.draft.as_ref().expect("an article");
    let listed = stated::listed(&draft.stated, &read.text);
    let told: Vec<(&str, &str)> =
        listed.iter().map(|(kind, text, _, _)| (*kind, text.as_str())).collect();
    assert!(told.contains(&("person", "林一山, 青岛副市长")), "{told:?}");
    let (_, _, span, _) = listed.iter().find(|it| it.0 == "figure").expect("a figure");
    assert_eq!(&read.text[span.clone()], "12亿元");
    let evidence = stated::evidence(
        &draft.stated,
        &read.text,
        |span, rule, _| serde_json::json!({ "text": &read.text[span], "rule": rule }),
    );
    let people = &evidence.iter().find(|(key, _)| key == "people").expect("people").1;
    assert_eq!(people[0]["mentions"][0]["text"], "林一山");
    assert_eq!(people[0]["mentions"][0]["rule"], "a name behind an office");
}

#[test]
fn currencies_and_base_units() {
    let mut site = Site::new("-- site.toml --\ntitle = \"要闻\"\n");
    let body = "项目投资5亿澳元，另投资3亿比索、2亿元和1亿列弗，占地30亩和2公顷。";
    site.edit("content/articles/a.md", article("投资", "cities = [\"青岛市\"]\n", body));
    site.build();
    let json = &site.outputs()["/figures/2023-03.json"];
    let json: serde_json::Value = serde_json::from_str(json).expect("JSON");
    let base = |it: &serde_json::Value| {
        format!(
            "{} {}",
            it["base"].as_f64().expect("a number").round(),
            it["base_unit"].as_str().expect("a unit")
        )
    };
    let found: Vec<String> =
        json[0]["figures"].as_array().expect("a list").iter().map(base).collect();
    assert_eq!(
        found,
        [
            "500000000 AUD",
            "300000000 PHP",
            "200000000 CNY",
            "100000000 列弗",
            "20000 m²",
            "20000 m²"
        ]
    );
}

#[test]
fn charts_are_of_the_currency_of_most_sums() {
    let mut site = Site::new("-- site.toml --\ntitle = \"要聞\"\n");
    for (n, city, project) in [(1, "台中市", "北堤路拓寬工程"), (2, "高雄市", "南堤路拓寬工程")]
    {
        let body =
            format!("{project}總投資{n}0億元，{project}下月動工。每年補助3億元，另引進1億美元。");
        let front = format!("cities = [\"{city}\"]\n");
        site.edit(&format!("content/articles/a{n}.md"), article("工程", &front, &body));
    }
    site.build();
    let page = site.main("/figures/");
    assert!(page.contains("项目投资，按城市（新台币）") && page.contains("20亿元"), "{page}");
    assert!(page.contains("北堤路拓寬工程</a> 總投資<"), "{page}");
}

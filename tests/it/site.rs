use std::collections::BTreeSet;

use crate::support::{CONFIG, Site, article};

/// The site of this repository, built in memory.
fn seeds() -> Site {
    let root = std::path::Path::new(env!("CARGO_MANIFEST_DIR"));
    let sources = digest_site::source::scan(root).expect("the repository is a site");
    let mut site = Site::new(CONFIG);
    for file in sources.files.values() {
        site.edit(file.path.as_str(), file.data.bytes());
    }
    site.build();
    site
}

/// Every address in `href` and `src` attributes of a page.
fn links(html: &str) -> impl Iterator<Item = &str> {
    let attributes = ["href=\"", "src=\""];
    attributes
        .into_iter()
        .flat_map(move |name| html.split(name).skip(1).filter_map(|rest| rest.split('"').next()))
}

/// Links inside the site that lead nowhere, as `page → link`.
fn broken_links(site: &Site, base_path: &str) -> Vec<String> {
    let outputs = site.outputs();
    let files: BTreeSet<String> =
        site.made.as_ref().expect("built").iter().map(|it| it.route.href(base_path)).collect();
    let mut broken = Vec::new();
    for (route, html) in outputs.iter().filter(|(_, html)| html.starts_with("<!doctype html>")) {
        for link in links(html).filter(|link| {
            !link.contains("://") && !link.starts_with('#') && !link.starts_with("mailto:")
        }) {
            let path = link.split(['?', '#']).next().expect("a first part");
            if !files.contains(path) {
                broken.push(format!("{route} → {link}"));
            }
        }
    }
    broken
}

#[test]
fn the_seeds_make_a_site() {
    let site = seeds();
    assert_eq!(site.ids(), [""; 0], "{}", site.report());
    for route in [
        "/cities/qingdao/",
        "/cities/weifang/",
        "/cities/weifang/zhucheng/",
        "/cities/qingdao/jimo/",
        "/cities/shandong/",
    ] {
        assert!(site.main(route).contains("报道"), "{route}");
    }
    // 青島 and 青岛 are one page: the Traditional article stands on it beside the Simplified one.
    for (route, titles) in [
        (
            "/cities/qingdao/",
            ["潍坊代市长刘建军赴诸城：“青岛”成关键词", "加快建设活力宜居幸福现代化新区"],
        ),
        (
            "/zh-hant/cities/qingdao/",
            ["濰坊代市長劉建軍赴諸城：“青島”成關鍵詞", "加快建設活力宜居幸福現代化新區"],
        ),
    ] {
        let qingdao = site.main(route);
        assert!(titles.iter().all(|it| qingdao.contains(it)), "{qingdao}");
    }
    // In its own characters, and marked as such.
    let hant = site
        .outputs()
        .into_iter()
        .find(|(route, html)| {
            route.starts_with("/zh-hant/") && html.contains("勇于創一流當好“排頭兵”</h2>")
        })
        .expect("the Traditional article");
    assert!(hant.1.contains("lang=\"zh-Hant\"") && hant.1.contains("<html lang=\"zh-Hant-TW\">"));
    assert!(
        hant.1.contains("青島日報")
            && hant.1.contains("閆曉陽")
            && hant.1.contains("<time datetime=\"2022-02-19\">2022年2月19日</time>")
    );
    assert_eq!(broken_links(&site, "/"), [""; 0]);
}

#[test]
fn articles_and_terms_link_to_one_another() {
    let site = seeds();
    for (route, html) in site.outputs().iter().filter(|(route, _)| route.starts_with("/articles/"))
    {
        let main = &html[html.find("<main").expect("main")..];
        let terms: Vec<&str> = links(main)
            .filter(|it| it.starts_with("/cities/") || it.starts_with("/topics/"))
            .collect();
        assert!(terms.len() > 4, "{route}: {terms:?}");
        for term in terms {
            assert!(
                site.page(term).contains(&format!("href=\"{route}\"")),
                "{term} does not lead back to {route}"
            );
        }
    }
}

#[test]
fn every_link_stays_below_the_base_path() {
    let mut site = seeds();
    site.edit(
        "content/articles/x.md",
        article("另一篇", "aliases = [\"/旧 址/\"]\n", "见[青岛](/cities/qingdao/)。"),
    );
    site.base_url("https://name.example/repo/").build();
    assert_eq!(site.ids(), [""; 0], "{}", site.report());
    assert_eq!(broken_links(&site, "/repo/"), [""; 0]);
    assert!(
        site.page("/articles/x/")
            .contains("<link rel=\"canonical\" href=\"https://name.example/repo/articles/x/\">")
    );
    assert!(site.page("/旧 址/").contains("url=/repo/articles/x/"));
}

#[test]
fn an_empty_folder_with_a_title_is_a_site() {
    let mut site = Site::new(CONFIG);
    site.build();
    assert_eq!(site.ids(), [""; 0]);
    for route in ["/", "/cities/", "/topics/", "/archive/", "/about/", "/404.html"] {
        assert!(site.page(route).contains("<h1"), "{route}");
    }
    assert!(site.outputs().keys().any(|route| route.starts_with("/theme/style-")));
    for name in ["OpenCC", "marisa", "GeoNames", "CC BY 4.0"] {
        assert!(site.main("/about/").contains(name), "{name}");
    }
    assert_eq!(broken_links(&site, "/"), [""; 0]);
}

#[test]
fn what_is_not_published_is_nowhere() {
    let mut site = Site::new(CONFIG);
    site.edit("content/articles/draft.md", article("草稿之题", "draft = true\n", "正文。"));
    site.edit(
        "content/articles/future.md",
        article("未来之题", "", "正文。").replace("2023-03-10", "2026-01-02"),
    );
    site.edit(
        "content/articles/today.md",
        article("今日之题", "", "正文。").replace("2023-03-10", "2026-01-01T23:00:00+08:00"),
    );
    site.edit(
        "content/articles/excerpt.md",
        article(
            "摘要之题",
            "rights = \"excerpt\"\nsource = { name = \"某报\", url = \"https://a.example/1\" }\n",
            "第一句。\n\n不该出现的第二段。",
        ),
    );
    site.build();
    assert_eq!((site.built.counts.articles, site.built.withheld.len()), (2, 2));
    let all: String = site.outputs().into_values().collect();
    assert!(
        all.contains("今日之题") && all.contains("摘要之题") && all.contains("https://a.example/1")
    );
    for hidden in ["草稿之题", "未来之题", "不该出现"] {
        assert!(!all.contains(hidden), "{hidden}");
    }
}

#[test]
fn text_from_anywhere_is_only_text() {
    let nasty = "<img src=x onerror=alert(1)>";
    let mut site = Site::new(CONFIG);
    let front_matter = format!(
        "subtitle = '{nasty}'\nsource = {{ name = '{nasty}', edition = '{nasty}', column = '{nasty}', section = ['{nasty}'] }}\n\
         byline = [{{ name = '{nasty}', role = '{nasty}', affiliation = '{nasty}' }}]\nsummary = '{nasty}'\ntopics = [\"a&b'\"]\n"
    );
    let body = format!("{nasty}\n\n<script>alert(2)</script>\n\n[x](javascript:alert(3))");
    site.edit("content/articles/a.md", article("题", &front_matter, &body));
    site.edit(
        "site.toml",
        format!("title = '{nasty}'\ndescription = '{nasty}'\n[author]\nname = '{nasty}'\n"),
    )
    .build();
    for (route, html) in site.outputs().into_iter().filter(|(it, _)| it.ends_with('/')) {
        for bad in ["<img src=x", "<script>", "<b>", "\"javascript:", "url=javascript:"] {
            assert!(!html.contains(bad), "{route} holds {bad}");
        }
    }
    // An address that would run a script is no source.
    site.edit(
        "content/articles/a.md",
        article("题", "source = { url = 'javascript:alert(4)' }\n", "正文。"),
    )
    .build();
    assert_eq!(site.ids(), ["invalid-value"]);
}

#[test]
fn long_lists_are_cut_from_the_oldest_end() {
    let mut site = Site::new("-- site.toml --\ntitle = \"题\"\n[build]\npage_size = 3\n");
    let add = |site: &mut Site, n: usize| {
        let text = article(&format!("第{n:02}篇"), "cities = [\"青岛\"]\n", "正文。")
            .replace("2023-03-10", &format!("2023-03-{n:02}"));
        site.edit(&format!("content/articles/n{n:02}.md"), text);
    };
    (1..=5).for_each(|n| add(&mut site, n));
    site.build();
    assert_eq!(titles(&site, "/cities/qingdao/"), [5, 4, 3, 2, 1]);
    (6..=10).for_each(|n| add(&mut site, n));
    site.build();
    assert_eq!(titles(&site, "/cities/qingdao/"), [10, 9, 8, 7]);
    assert_eq!(titles(&site, "/cities/qingdao/page/2/"), [6, 5, 4]);
    assert_eq!(titles(&site, "/cities/qingdao/page/1/"), [3, 2, 1]);
    assert_eq!(broken_links(&site, "/"), [""; 0]);
    let before = site.page("/cities/qingdao/page/1/");
    add(&mut site, 11);
    site.build();
    assert_eq!(titles(&site, "/cities/qingdao/"), [11, 10, 9, 8, 7]);
    assert_eq!(site.page("/cities/qingdao/page/1/"), before);
}

/// The numbers of the articles that a page links to, in order.
fn titles(site: &Site, route: &str) -> Vec<usize> {
    let main = site.main(route);
    let number = |link: &str| link.strip_prefix("/articles/n")?.strip_suffix('/')?.parse().ok();
    let mut numbers: Vec<usize> = links(&main).filter_map(number).collect();
    numbers.dedup();
    numbers
}

#[test]
fn a_county_counts_for_all_above_it() {
    let mut site = Site::new(CONFIG);
    site.edit(
        "content/articles/a.md",
        article("县里的事", "cities = [\"即墨区\"]\n", "正文提到烟台。"),
    )
    .build();
    for route in ["/cities/qingdao/jimo/", "/cities/qingdao/", "/cities/shandong/"] {
        assert!(site.main(route).contains("县里的事"), "{route}");
    }
    let yantai = site.main("/cities/yantai/");
    assert!(yantai.contains("提及") && yantai.contains("县里的事"));
    let tree = site.main("/cities/");
    assert!(tree.find("山东省").expect("there") < tree.find("青岛市").expect("there"));
    let counted = tree.split("另有提及").next().expect("a first part");
    assert!(!counted.contains("烟台"), "a place that is only mentioned is not in the tree");
}

#[test]
fn places_of_one_bare_address_are_listed_there() {
    let mut site = Site::new(CONFIG);
    site.edit("content/articles/a.md", article("苏州的事", "cities = [\"苏州\"]\n", "正文。"))
        .build();
    assert!(site.main("/cities/suzhou/").contains("苏州市（江苏省）"));
    assert_eq!(broken_links(&site, "/"), [""; 0]);
    site.edit("content/articles/b.md", article("宿州的事", "cities = [\"宿州\"]\n", "正文。"))
        .build();
    assert!(site.main("/cities/suzhou/").contains("宿州市（安徽省）"));
    assert!(!site.main("/cities/suzhou-js/").contains("宿州的事"));
}

#[test]
fn the_sites_own_templates_and_theme_win() {
    let mut site = Site::new(CONFIG);
    site.edit("templates/about.html", "自己的关于：{{ site.title }}")
        .edit("theme/style.css", "body { color: red }");
    site.edit("theme/static/CNAME", "a.example\n").edit("theme/logo.png", [0xff, 0x00]).build();
    assert_eq!(site.page("/about/"), "自己的关于：要闻");
    assert_eq!(site.page("/CNAME"), "a.example\n");
    assert_eq!(site.bytes()["/theme/logo.png"], [0xff, 0x00]);
    let styles: Vec<String> =
        site.outputs().into_keys().filter(|route| route.starts_with("/theme/style-")).collect();
    assert_eq!(styles.len(), 1);
    assert!(site.page("/").contains(&styles[0]));
    site.edit("theme/style.css", "body { color: blue }").build();
    assert!(!site.outputs().contains_key(&styles[0]));
    assert_eq!(broken_links(&site, "/"), [""; 0]);
}

#[test]
fn a_topic_without_a_file_is_one_page() {
    let mut site = Site::new(CONFIG);
    site.edit(
        "content/articles/a.md",
        article("甲", "topics = [\"海洋经济\", \"海洋經濟\"]\n", "正文。"),
    );
    // It stands at the address that the first article gave it; a newer one does not move it.
    let newer = article("乙", "topics = [\"海洋經濟\"]\n", "正文。").replace("03-10", "03-11");
    site.edit("content/articles/b.md", newer).build();
    assert_eq!(site.ids(), [""; 0], "{}", site.report());
    let pages: Vec<String> = site
        .outputs()
        .into_keys()
        .filter(|route| route.starts_with("/topics/") && route != "/topics/")
        .collect();
    assert_eq!(pages, ["/topics/海洋经济/"]);
    assert!(
        site.main("/topics/海洋经济/").contains("甲")
            && site.main("/topics/海洋经济/").contains("乙")
    );
}

#[test]
fn fields_of_ones_own_reach_the_template() {
    let mut site = Site::new(
        "-- templates/article.html --\n{{ article.extra.mood }}/{{ article.extra.list[1] }}/{{ article.extra.n + 1 }}",
    );
    site.edit(
        "content/articles/a.md",
        article("题", "[extra]\nmood = \"晴\"\nlist = [1, \"二\"]\nn = 2\n", "正文。"),
    )
    .build();
    assert_eq!(site.page("/articles/a/"), "晴/二/3", "{}", site.report());
}

#[test]
fn a_theme_file_and_a_page_are_never_one_file() {
    let build = |threads: usize| {
        let mut site = Site::new(
            "-- theme/static/articles/x/INDEX.html --\nmine\n-- theme/static/topics --\nmine\n",
        );
        site.edit(
            "content/articles/a.md",
            article("甲", "aliases = [\"/index.html\", \"/about/index.html\"]\n", "正文。"),
        );
        site.edit("content/articles/x.md", article("乙", "", "正文。"));
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().expect("a pool");
        pool.install(|| site.build());
        let files = site.made.iter().flatten().map(|it| it.route.file_key());
        let files: Vec<String> = files.collect();
        assert_eq!(files.iter().collect::<BTreeSet<_>>().len(), files.len());
        (site.ids(), site.bytes())
    };
    let (ids, bytes) = build(1);
    assert_eq!(ids, ["duplicate-route"; 4 + 1 - 1], "{ids:?}");
    assert_eq!(bytes, build(4).1);
}

#[test]
fn topics_are_one_whatever_their_case() {
    let mut site = Site::new(
        "-- content/topics/sea.md --\n+++\ntitle = \"海洋\"\naliases = [\" \"]\n+++\n-- content/topics/SEA.md --\n+++\ntitle = \"大海\"\naliases = [\"\"]\n+++\n",
    );
    site.build();
    assert_eq!(site.ids(), ["duplicate-route"], "{}", site.report());
    assert!(site.report().contains("--> content/topics/sea.md"), "{}", site.report());
    site.remove("content/topics/SEA.md");
    site.edit(
        "content/articles/a.md",
        article("甲", "topics = [\"Sea\", \"GDP\", \"gdp\"]\n", "正文。"),
    )
    .build();
    assert_eq!(site.ids(), ["undescribed-topic", "undescribed-topic"]);
    assert!(site.main("/topics/sea/").contains("甲"));
    assert_eq!(broken_links(&site, "/"), [""; 0]);
}

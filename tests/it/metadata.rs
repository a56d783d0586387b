use serde_json::Value;

use crate::support::{Site, article};

const CONFIG: &str = "-- site.toml --\ntitle = \"要闻\"\ndescription = \"辑录\"\nbase_url = \"https://a.example/news/\"\nscripts = [\"zh-Hans\", \"zh-Hant-TW\"]\nauthor = { name = \"编辑部\" }\n";

fn site(front: &str, body: &str) -> Site {
    let mut site = Site::new(CONFIG);
    site.edit("content/articles/a.md", article("老港区更新工程开工", front, body)).build();
    site
}

/// The structured data of a page: the things in its graph.
fn graph(html: impl AsRef<str>) -> Vec<Value> {
    let start = "<script type=\"application/ld+json\">";
    let text = html.as_ref().split_once(start).expect("a page has structured data").1;
    let text = text.split_once("</script>").expect("the element ends").0;
    let json: Value = serde_json::from_str(text).expect("it is JSON");
    assert_eq!(json["@context"], "https://schema.org");
    json["@graph"].as_array().expect("a list").clone()
}

#[test]
fn the_site_and_its_topics_have_feeds() {
    let mut site = site(
        "topics = [\"航运\"]\nsource = { name = \"海岸日报\", url = \"https://b.example/1?a=1&b=2\" }\n",
        "正文[一](/about/)。\n\n![图](../a/p.jpg)",
    );
    let feed = site.page("/atom.xml");
    for piece in [
        "<id>https://a.example/news/</id>",
        "href=\"https://a.example/news/atom.xml\"",
        "<link rel=\"via\" href=\"https://b.example/1?a=1&amp;b=2\"/>",
        "href=&quot;https://a.example/news/about/&quot;",
        "src=&quot;https://a.example/news/articles/a/p.jpg&quot;",
    ] {
        assert!(feed.contains(piece), "{piece} is not in {feed}");
    }
    assert!(site.page("/topics/航运/atom.xml").contains("<title>航运 · 要闻</title>"));
    assert!(
        site.page("/topics/航运/").contains("href=\"/news/topics/%E8%88%AA%E8%BF%90/atom.xml\"")
    );
    let json: Value = serde_json::from_str(&site.page("/feed.json")).expect("it is JSON");
    let item = &json["items"][0];
    assert_eq!(json["version"], "https://jsonfeed.org/version/1.1");
    assert_eq!(item["id"], "https://a.example/news/articles/a/");
    assert_eq!(item["external_url"], "https://b.example/1?a=1&b=2");
    assert_eq!(item["date_published"], "2023-03-09T16:00:00Z");
    assert!(
        item["content_html"]
            .as_str()
            .is_some_and(|it| it.contains("https://a.example/news/about/"))
    );
    let traditional = site.page("/zh-hant/feed.json");
    let json: Value = serde_json::from_str(&traditional).expect("it is JSON");
    assert_eq!(json["items"][0]["title"], "老港區更新工程開工");

    // Of an excerpt the summary alone; and no feed at all where nobody knows the address of the site.
    site.edit(
        "content/articles/a.md",
        article("甲", "rights = \"excerpt\"\nsummary = \"略。\"\n", "秘密的正文。"),
    );
    site.build();
    assert!(!site.page("/atom.xml").contains("秘密") && site.page("/atom.xml").contains("略。"));
    let json: Value = serde_json::from_str(&site.page("/feed.json")).expect("it is JSON");
    assert_eq!(json["items"][0]["content_text"], "略。");
    site.base_url("/news/").build();
    assert!(
        site.outputs().keys().all(|it| !it.ends_with("atom.xml") && !it.ends_with("feed.json"))
    );
    assert!(!site.page("/").contains("atom.xml"));
}

#[test]
fn the_site_map_has_every_page_in_every_script() {
    let mut site = site("updated = 2024-01-02\naliases = [\"/old/\"]\n", "正文。");
    let map = site.page("/sitemap.xml");
    let locations: Vec<&str> =
        map.split("<loc>").skip(1).filter_map(|it| it.split("</loc>").next()).collect();
    for address in ["", "zh-hant/", "articles/a/", "zh-hant/articles/a/", "search/", "about/"] {
        assert!(
            locations.contains(&format!("https://a.example/news/{address}").as_str()),
            "{address}: {map}"
        );
    }
    for address in ["404.html", "old/", "atom.xml"] {
        assert!(
            !map.contains(&format!("<loc>https://a.example/news/{address}")),
            "{address}: {map}"
        );
    }
    let entry = map
        .lines()
        .find(|it| it.contains("<loc>https://a.example/news/articles/a/<"))
        .expect("it has the article");
    for piece in [
        "<lastmod>2024-01-02</lastmod>",
        "hreflang=\"zh-Hans\" href=\"https://a.example/news/articles/a/\"",
        "hreflang=\"zh-Hant-TW\" href=\"https://a.example/news/zh-hant/articles/a/\"",
        "hreflang=\"x-default\" href=\"https://a.example/news/articles/a/\"",
    ] {
        assert!(entry.contains(piece), "{entry}");
    }
    assert!(site.page("/robots.txt").ends_with("Sitemap: https://a.example/news/sitemap.xml\n"));

    // The site's own files win.
    site.edit("theme/static/robots.txt", "User-agent: *\nDisallow: /\n").build();
    assert_eq!(site.page("/robots.txt"), "User-agent: *\nDisallow: /\n");
    assert_eq!(site.ids(), [""; 0], "{}", site.report());
    site.base_url("/").build();
    assert!(!site.outputs().contains_key("/sitemap.xml"));
}

#[test]
fn articles_say_what_they_are_to_search_engines() {
    let front = "subtitle = \"三座仓库\"\nsource = { name = \"海岸日报\", url = \"https://b.example/1\", section = [\"要闻\"] }\nbyline = [{ role = \"记者\", name = \"某某\", affiliation = \"海岸日报\" }]\ncities = [\"青岛\"]\ntopics = [\"航运\"]\nupdated = 2023-04-01\n";
    let mut site = site(front, "正文。");
    let things = graph(site.page("/articles/a/"));
    let it = &things[0];
    assert_eq!(it["@type"], "NewsArticle");
    assert_eq!(it["headline"], "老港区更新工程开工");
    assert_eq!(it["datePublished"], "2023-03-10");
    assert_eq!(it["dateModified"], "2023-04-01");
    assert_eq!(it["mainEntityOfPage"], "https://a.example/news/articles/a/");
    assert_eq!(it["author"][0]["name"], "某某");
    assert_eq!(it["author"][0]["affiliation"]["name"], "海岸日报");
    assert_eq!(it["publisher"]["name"], "编辑部");
    assert_eq!(it["isBasedOn"]["url"], "https://b.example/1");
    assert_eq!(it["isBasedOn"]["publisher"]["name"], "海岸日报");
    assert_eq!(it["contentLocation"][0]["url"], "https://a.example/news/cities/qingdao/");
    assert_eq!(it["about"][0]["name"], "航运");
    assert_eq!(it["image"], "https://a.example/news/theme/picture.png");
    let trail = things[1]["itemListElement"].as_array().expect("a list");
    let names: Vec<&str> = trail.iter().filter_map(|it| it["name"].as_str()).collect();
    assert_eq!(names, ["要闻", "山东省", "青岛市", "老港区更新工程开工"]);

    let place = graph(site.page("/zh-hant/cities/qingdao/"));
    assert_eq!(place[0]["@type"], "CollectionPage");
    assert_eq!(place[0]["about"]["name"], "青島市");
    assert_eq!(place[0]["about"]["identifier"]["value"], "370200");
    let listed = &place[0]["mainEntity"]["itemListElement"][0];
    assert_eq!(listed["url"], "https://a.example/news/zh-hant/articles/a/");
    assert_eq!(graph(site.page("/"))[0]["@type"], "WebSite");

    // An article of no known day is a page; what may not be published stands nowhere; nothing can end the element.
    let bare = "+++\ntitle = \"</script><script>alert(1)</script>\"\nrights = \"excerpt\"\nsummary = \"略<!--\"\n+++\n秘密的正文。\n";
    site.edit("content/articles/a.md", bare).build();
    let html = site.page("/articles/a/");
    assert!(!html.contains("<script>alert") && !html.contains("秘密"), "{html}");
    assert_eq!(graph(&html)[0]["@type"], "WebPage");
    assert_eq!(graph(&html)[0]["name"], "</script><script>alert(1)</script>");
}

#[test]
fn articles_are_cited_after_the_standard() {
    let long = "byline = [\"甲某\", \"乙某\", \"丙某\", \"丁某\"]\n";
    let page = "https://a.example/news/articles/a/";
    for (front, expected) in [
        (
            "source = { name = \"海岸日报\", edition = \"第3版\", url = \"https://b.example/1\" }\nbyline = [\"某某\"]\n",
            "某某. 老港区更新工程开工[N/OL]. 海岸日报, 2023-03-10(3). https://b.example/1.",
        ),
        (
            "source = { name = \"海岸日报\", edition = \"A05版\" }\n",
            "老港区更新工程开工[N]. 海岸日报, 2023-03-10(A05).",
        ),
        (
            "subtitle = \"三座仓库\"\nsource = { url = \"https://b.example/1\" }\n",
            "老港区更新工程开工: 三座仓库[EB/OL]. 2023-03-10. https://b.example/1.",
        ),
        (
            long,
            &format!("甲某, 乙某, 丙某, 等. 老港区更新工程开工[EB/OL]. 要闻, 2023-03-10. {page}."),
        ),
    ] {
        let site = site(front, "正文。");
        assert!(
            site.page("/articles/a/").contains(expected),
            "{expected}\n{}",
            site.main("/articles/a/")
        );
    }
}

#[test]
fn the_archive_has_years_and_a_chart() {
    let mut site = Site::new(CONFIG);
    for (name, date) in [("a", "2023-11-10"), ("b", "2024-01-10"), ("c", "2024-01-11")] {
        let text = format!("+++\ntitle = \"{name}\"\ndate = {date}\n+++\n正文。\n");
        site.edit(&format!("content/articles/{name}.md"), text);
    }
    site.build();
    let archive = site.main("/archive/");
    // Three months, of which one has none: two bars, the second twice as high.
    assert!(archive.contains("href=\"/news/archive/2024/\""), "{archive}");
    assert_eq!(archive.matches("<rect class=\"reach\"").count(), 2, "{archive}");
    let year = site.main("/archive/2024/");
    assert!(year.contains("共 2 篇") && year.contains("href=\"/news/archive/2024/01/\""), "{year}");
    assert!(!year.contains("/articles/a/") && year.contains("/articles/b/"), "{year}");
    let trail = graph(site.page("/archive/2024/"));
    assert_eq!(trail[1]["itemListElement"][1]["name"], "归档");
}

#[test]
fn pages_run_nothing_that_is_not_the_site_s() {
    let site = site("", "正文。");
    let html = site.page("/articles/a/");
    let policy = html
        .split_once("http-equiv=\"Content-Security-Policy\" content=\"")
        .expect("it has a policy")
        .1;
    let policy = policy.split('"').next().expect("it ends");
    assert!(policy.starts_with("default-src 'self';") && !policy.contains("unsafe"), "{policy}");
    for (route, html) in
        site.outputs().iter().filter(|(_, html)| html.starts_with("<!doctype html>"))
    {
        assert!(html.contains("Content-Security-Policy"), "{route}");
        for inline in [" style=\"", "<style", "<script>", " onclick=", " onload=", "javascript:"] {
            assert!(!html.contains(inline), "{route} has {inline}");
        }
        assert!(
            html.contains("<meta name=\"description\" content=\"") || html.contains("noindex"),
            "{route}"
        );
    }
}

#[test]
fn fonts_of_pictures_lie_in_the_theme_and_are_fonts() {
    for (fonts, file, expected) in [
        ("\"theme/a.otf\"", "theme/a.otf", "unusable-font"),
        ("\"theme/b.otf\"", "theme/a.otf", "unusable-font"),
        ("\"/usr/share/a.otf\"", "theme/a.otf", "invalid-value"),
    ] {
        let config = format!("-- site.toml --\ntitle = \"要闻\"\n[pictures]\nfonts = [{fonts}]\n");
        let mut site = Site::new(&config);
        site.edit(file, "no font").build();
        assert_eq!(site.ids(), [expected], "{}", site.report());
    }
}

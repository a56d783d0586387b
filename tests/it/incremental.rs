use crate::support::{CONFIG, Site, article};

/// A few articles that are neighbours, share a place and a topic, and one that shares nothing.
fn site() -> Site {
    let mut site = Site::new(
        "-- site.toml --\ntitle = \"题\"\n[build]\npage_size = 2\n-- content/topics/sea.md --\n+++\ntitle = \"海洋\"\n+++\n",
    );
    for n in 1..=6 {
        site.edit(&path(n), text(n, "青岛", "第一句。"));
    }
    site.edit(
        "content/articles/other.md",
        article("别处的事", "cities = [\"昆明\"]\n", "正文。").replace("2023-03-10", "2020-01-01"),
    )
    .build();
    site
}

fn path(n: usize) -> String {
    format!("content/articles/n{n}.md")
}

fn text(n: usize, city: &str, body: &str) -> String {
    article(
        &format!("第{n}篇"),
        &format!("cities = [\"{city}\"]\ntopics = [\"海洋\"]\nsummary = \"摘要\"\n"),
        body,
    )
    .replace("2023-03-10", &format!("2023-03-{n:02}"))
}

/// The output is, byte for byte, that of a clean build.
fn assert_clean(site: &Site) {
    let mut clean = site.fresh();
    clean.build();
    assert_eq!(site.report(), clean.report());
    assert_eq!(site.made.is_some(), clean.made.is_some());
    if clean.made.is_some() {
        let (ours, theirs) = (site.outputs(), clean.outputs());
        assert_eq!(ours.keys().collect::<Vec<_>>(), theirs.keys().collect::<Vec<_>>());
        for (route, page) in &ours {
            assert_eq!(page, &theirs[route], "{route}");
        }
    }
}

#[test]
fn nothing_changed_nothing_done() {
    let mut site = site();
    site.build();
    assert_eq!(site.counts(), (0, 0));
    assert_clean(&site);
}

#[test]
fn a_body_edit_touches_its_own_page() {
    let mut site = site();
    site.edit(&path(3), text(3, "青岛", "第一句，改过。")).build();
    assert_eq!(site.counts(), (1, 1));
    assert_clean(&site);
}

#[test]
fn a_new_title_touches_the_lists_that_show_it() {
    let mut site = site();
    site.edit(&path(3), text(3, "青岛", "第一句。").replace("第3篇", "新题")).build();
    // Itself, the five it belongs to, both neighbours among them, and the page that shows it in the lists of 青岛, 山东,
    // the topic, 青岛 and the topic, and the month.
    assert_eq!(site.counts(), (1, 11));
    assert_clean(&site);
}

#[test]
fn a_new_place_touches_both_places() {
    let mut site = site();
    site.edit(&path(6), text(6, "威海", "第一句。")).build();
    assert_eq!(site.counts().0, 1);
    assert!(
        site.main("/cities/weihai/").contains("第6篇")
            && !site.main("/cities/qingdao/").contains("第6篇")
    );
    assert_clean(&site);
}

#[test]
fn a_body_that_names_another_place_touches_the_pages_of_that_place() {
    let mut site = site();
    site.edit(&path(3), text(3, "青岛", "第一句。潍坊来了。")).build();
    // Itself, 潍坊, the tree of places, the places as data apart, and what is named together with 青岛.
    assert_eq!(site.counts().0, 1);
    assert!(site.counts().1 <= 5, "{:?}", site.counts());
    assert!(site.main("/cities/weifang/").contains("<mark>潍坊</mark>来了"));
    assert_clean(&site);
}

#[test]
fn a_text_about_a_place_touches_its_page_alone() {
    let mut site = site();
    site.edit("content/places/370200.md", "+++\n+++\n\n一。\n").build();
    site.edit("content/places/370200.md", "+++\n+++\n\n二。\n").build();
    assert_eq!(site.counts(), (0, 1));
    assert_clean(&site);
    // Another name may be anywhere.
    site.edit("content/places/370200.md", "+++\naliases = [\"琴岛\"]\n+++\n\n二。\n").build();
    assert_eq!(site.counts().0, 7);
    assert_clean(&site);
}

#[test]
fn a_template_touches_every_page_and_no_article() {
    let mut site = site();
    site.edit("templates/about.html", "{{ site.title }}").build();
    assert_eq!(site.counts(), (0, site.built.counts.pages));
    assert_clean(&site);
}

#[test]
fn a_removed_article_is_gone() {
    let mut site = site();
    site.remove(&path(6)).build();
    assert!(!site.outputs().contains_key("/articles/n6/"));
    assert_eq!(site.counts().0, 0);
    assert_clean(&site);
}

#[test]
fn a_raw_article_is_extracted_once() {
    let raw =
        "标题在此\n海岸日报2023年3月10日\n正文一句，又一句，写到这里就够长了，可以算是一段。\n";
    let mut site = Site::new(CONFIG);
    site.edit("content/inbox/a.txt", raw).build();
    assert_eq!((site.built.counts.extracted, site.counts().0), (1, 1));
    let path = site.paths("content/articles")[0].clone();
    let first = site.source(&path);
    site.build();
    assert_eq!((site.built.counts.extracted, site.counts()), (0, (0, 0)));
    // Still the program's: it follows the raw text, under its old name and address.
    site.edit("content/inbox/a.txt", raw.replace("又一句", "另一句")).build();
    assert_eq!(
        (site.built.counts.extracted, site.paths("content/articles")),
        (1, vec![path.clone()])
    );
    assert!(site.source(&path).contains("另一句") && first.contains("又一句"));
    // A clone that keeps only the Markdown decides the same.
    let mut clone = site.fresh();
    clone.build();
    assert_eq!(clone.built.new_articles, []);
    assert_clean(&site);
}

#[test]
fn two_builds_give_the_same_bytes_with_any_number_of_threads() {
    let build = |threads: usize| {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().expect("a pool");
        pool.install(|| {
            let mut site = site().fresh();
            site.build();
            site.bytes()
        })
    };
    let one = build(1);
    assert_eq!(one, build(4));
    assert_eq!(one, build(7));
}

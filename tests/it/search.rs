use std::collections::{BTreeMap, BTreeSet};

use digest_site::search::{self, Term, shard};

use crate::support::{Site, article};

fn site() -> Site {
    let mut site = Site::new(
        "-- site.toml --\ntitle = \"要闻\"\nscripts = [\"zh-Hans\", \"zh-Hant-TW\"]\nregion = [\"山东省\"]\n-- content/topics/sea.md --\n+++\ntitle = \"海洋经济\"\naliases = [\"蓝色经济\"]\n+++\n",
    );
    let articles = [
        (
            "青岛港5G航线增至200条，沿着海岸发展",
            "cities = [\"青岛市\"]\ntopics = [\"海洋经济\"]\n",
            "## 头发产业\n\n正文写到𠮷野家与ＡＢＣ。",
        ),
        ("採訪臺北著名港口", "script = \"zh-Hant\"\n", "著作與計畫。"),
        (
            "鲁粤合作：iPhone15 Pro首发",
            "cities = [\"370700\"]\nrights = \"excerpt\"\n",
            "只有摘要可以公开。",
        ),
    ];
    for (n, (title, front, body)) in articles.into_iter().enumerate() {
        let text =
            article(title, front, body).replace("2023-03-10", &format!("2023-03-{:02}", n + 1));
        site.edit(&format!("content/articles/a{n}.md"), text);
    }
    site.build();
    assert_eq!(site.report(), "");
    site
}

fn missing(site: &Site, files: &BTreeMap<String, Vec<u8>>) -> Vec<String> {
    let source = site.built.site.as_ref().expect("built").search();
    search::check(source, files.iter().map(|(route, bytes)| (route.as_str(), bytes.as_slice())))
}

fn is_shard(route: &str) -> bool {
    route.starts_with("/search/index/")
}

#[test]
fn every_title_and_every_name_is_found() {
    let site = site();
    assert_eq!(missing(&site, &site.bytes()), [""; 0]);
}

#[test]
fn the_self_test_can_fail() {
    let site = site();
    let mut files = site.bytes();
    let name = files.keys().find(|it| is_shard(it)).expect("a shard").clone();
    let bytes = files.remove(&name).expect("it is there");
    assert!(missing(&site, &files)[0].contains("there is no"), "{name}");
    files.insert(name.clone(), bytes[..bytes.len() / 2].to_vec());
    assert!(missing(&site, &files)[0].contains("damaged"), "{name}");
    files.insert(name, shard::Shard::default().write(1));
    let misses = missing(&site, &files);
    assert!(misses.iter().any(|it| it == "`青岛` does not find `articles/a0/`"), "{misses:?}");
    let problem = digest_site::diagnostic::problems::search_misses(&misses[0]);
    assert_eq!(problem.id, "search-misses");
}

#[test]
fn an_article_changes_the_shards_of_its_terms() {
    let mut site = Site::new("");
    let text = |n: usize| {
        let character = |i: usize| u32::try_from(0x4e00 + (n * 7919 + i * i * 31) % 3000);
        let body: String = (0..400).filter_map(|i| char::from_u32(character(i).ok()?)).collect();
        article(&format!("第{n}篇"), "", &body)
            .replace("2023-03-10", &format!("2020-01-{:02}", n % 28 + 1))
    };
    for n in 0..200 {
        site.edit(&format!("content/articles/n{n}.md"), text(n));
    }
    site.build();
    let names = |site: &Site| -> BTreeSet<String> {
        site.bytes().into_keys().filter(|it| is_shard(it)).collect()
    };
    let before = names(&site);
    site.edit("content/articles/new.md", article("新的一篇", "", "天地玄黄")).build();
    let after = names(&site);
    let changed = after.difference(&before).count();
    assert!(before.len() >= 8 && changed > 0 && changed <= 14, "{changed} of {}", before.len());
}

#[test]
fn terms_of_a_query() {
    let pair = |a: char, b: char| Term::Pair(u32::from(a) << 16 | u32::from(b));
    let word = |it: &str| Term::Word(it.to_owned());
    for (query, expected) in [
        ("青島港", vec![pair('岛', '港'), pair('青', '岛')]),
        ("鲁", vec![pair('鲁', '\0')]),
        ("A股", vec![word("a")]),
        ("沿著", vec![pair('沿', '着')]),
        ("，。", vec![]),
    ] {
        let mut terms = search::query_terms(query);
        terms.sort();
        assert_eq!(terms, expected, "{query}");
    }
}

#[test]
fn the_page_offers_what_there_is() {
    let page = site().main("/zh-hant/search/");
    for part in [
        "<optgroup label=\"山東省\">",
        "<option value=\"370200\">青島市（1）</option>",
        "<option value=\"sea\">海洋經濟（1）</option>",
        "<option value=\"2023\">2023年（3）</option>",
        "<noscript>",
    ] {
        assert!(page.contains(part), "{part}: {page}");
    }
}

#[test]
fn a_new_name_leaves_the_numbers_of_the_others() {
    let mut site = Site::new("-- site.toml --\ntitle = \"要闻\"\n");
    let mut write = |n: usize, name: &str| {
        let text = article(&format!("第{n}篇"), "", &format!("市长{name}表示，{name}说过。"));
        let text = text.replace("2023-03-10", &format!("2023-03-{n:02}"));
        site.edit(&format!("content/articles/a{n}.md"), text);
        site.build();
        let source = site.built.site.as_ref().expect("built").search();
        let people = source.trees[0]
            .entities
            .iter()
            .filter(|(_, it)| it.0.starts_with("/people/") || it.0.starts_with("people/"));
        people.map(|(number, it)| (it.1.clone(), *number)).collect::<BTreeMap<_, _>>()
    };
    let before = write(1, "周望舒");
    let after = write(2, "陈海澜");
    assert_eq!((before.len(), after.len()), (1, 2));
    assert_eq!(before["周望舒"], after["周望舒"]);
    assert!(after["陈海澜"] > after["周望舒"]);
}

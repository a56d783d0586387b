use std::collections::{BTreeMap, BTreeSet};

use digest_site::gazetteer::{Gazetteer, Level, Unresolved};

fn route(name: &str) -> String {
    let gazetteer = Gazetteer::built_in();
    let id = gazetteer.resolve(name).unwrap_or_else(|why| panic!("{name}: {why:?}"));
    gazetteer.route(id).to_string()
}

#[test]
fn every_row_is_read_and_has_its_place() {
    let gazetteer = Gazetteer::built_in();
    let divisions = || gazetteer.ids().filter(|id| gazetteer.place(*id).level.is_division());
    assert_eq!(divisions().count(), 3619);
    for id in divisions() {
        let place = gazetteer.place(id);
        assert_eq!(gazetteer.by_code(place.code.as_deref().expect("a code")), Some(id));
        let parent = place.parent.map(|it| gazetteer.place(it).level);
        match place.level {
            Level::Province => assert_eq!(parent, None, "{}", place.name),
            Level::Prefecture => assert_eq!(parent, Some(Level::Province), "{}", place.name),
            Level::County => assert!(
                matches!(parent, Some(Level::Province | Level::Prefecture)),
                "{}",
                place.name
            ),
            Level::Zone | Level::Region => unreachable!("only divisions are looked at"),
        }
    }
    let directly = gazetteer.ids().filter(|id| {
        let place = gazetteer.place(*id);
        place.level == Level::County
            && place.official
            && place.parent.is_some_and(|it| gazetteer.place(it).level == Level::Province)
    });
    // Counties of the four municipalities and those directly below other provinces.
    let municipal = ["北京市", "天津市", "上海市", "重庆市"];
    let (districts, direct): (Vec<_>, Vec<_>) = directly.partition(|id| {
        municipal.contains(
            &gazetteer.place(gazetteer.place(*id).parent.expect("a parent")).name.as_str(),
        )
    });
    assert_eq!((districts.len(), direct.len()), (86, 32));
}

#[test]
fn every_place_has_a_route_of_its_own() {
    let gazetteer = Gazetteer::built_in();
    let mut owners: BTreeMap<String, String> = BTreeMap::new();
    let mut choices: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for id in gazetteer.ids() {
        let place = gazetteer.place(id);
        let route = gazetteer.route(id);
        assert!(place.slug.chars().all(|c| c.is_ascii_lowercase() || c == '-'), "{}", place.slug);
        if let Some(other) = owners.insert(route.key(), place.name.clone()) {
            panic!("{route} is both {other} and {}", place.name);
        }
        if let Some(choice) = gazetteer.choice(id) {
            choices.entry(choice.key()).or_default().insert(place.name.clone());
        }
    }
    for (choice, places) in &choices {
        assert!(
            !owners.contains_key(choice),
            "{choice} is the page of {:?} and lists {places:?}",
            owners.get(choice)
        );
        assert!(places.len() > 1, "{choice} lists only {places:?}");
    }
    assert_eq!(choices.len(), 14);
}

#[test]
fn routes_as_they_are_fixed() {
    for (name, expected) in [
        ("山东省", "/cities/shandong/"),
        ("青岛", "/cities/qingdao/"),
        ("青島市", "/cities/qingdao/"),
        ("370200", "/cities/qingdao/"),
        ("即墨区", "/cities/qingdao/jimo/"),
        ("仙桃市", "/cities/hubei/xiantao/"),
        ("济源市", "/cities/henan/jiyuan/"),
        ("北京市海淀区", "/cities/beijing/haidian/"),
        ("陕西", "/cities/shaanxi/"),
        ("山西", "/cities/shanxi/"),
        ("苏州", "/cities/suzhou-js/"),
        ("宿州", "/cities/suzhou-ah/"),
        ("泰州", "/cities/taizhou-js/"),
        ("台州", "/cities/taizhou-zj/"),
        ("臺州", "/cities/taizhou-zj/"),
        ("福州", "/cities/fuzhou-fj/"),
        ("抚州", "/cities/fuzhou-jx/"),
        ("玉林", "/cities/yulin-gx/"),
        ("榆林", "/cities/yulin-sn/"),
        ("伊春", "/cities/yichun-hl/"),
        ("宜春", "/cities/yichun-jx/"),
        ("吉林省", "/cities/jilin-sheng/"),
        ("吉林市", "/cities/jilin-shi/"),
        ("海南省", "/cities/hainan-sheng/"),
        ("海南藏族自治州", "/cities/hainan-zhou/"),
        ("新竹市", "/cities/xinzhu-shi/"),
        ("嘉义县", "/cities/jiayi-xian/"),
        ("井陉矿区", "/cities/shijiazhuang/jingxing-kuangqu/"),
        ("郁南县", "/cities/yunfu/yunan-xian/"),
        ("和田市", "/cities/hetian/hetian-shi/"),
        ("重庆", "/cities/chongqing/"),
    ] {
        assert_eq!(route(name), expected, "{name}");
    }
}

#[test]
fn a_name_is_one_place_or_a_question() {
    let gazetteer = Gazetteer::built_in();
    let name = |it: &str| gazetteer.resolve(it).map(|id| gazetteer.place(id).name.clone());
    // A prefecture and its own district: the prefecture.
    assert_eq!(name("东营"), Ok("东营市".into()));
    assert_eq!(name("西安"), Ok("西安市".into()));
    assert_eq!(name(" 辽宁朝阳 "), Ok("朝阳市".into()));
    assert_eq!(name("北京市朝阳区"), Ok("朝阳区".into()));
    assert_eq!(name("吉林省吉林市"), Ok("吉林市".into()));
    match name("朝阳") {
        Err(Unresolved::Ambiguous(candidates)) => {
            assert!(
                candidates.contains(&"北京市朝阳区".into())
                    && candidates.contains(&"朝阳市".into()),
                "{candidates:?}"
            );
        }
        other => panic!("{other:?}"),
    }
    match name("青导市") {
        Err(Unresolved::Unknown(near)) => {
            assert_eq!(near.first().map(String::as_str), Some("青岛市"), "{near:?}");
        }
        other => panic!("{other:?}"),
    }
    assert_eq!(name("火星"), Err(Unresolved::Unknown(Vec::new())));
}

#[test]
fn the_unique_name_of_every_place_leads_back() {
    let gazetteer = Gazetteer::built_in();
    for id in gazetteer.ids() {
        for traditional in [false, true] {
            let name = gazetteer.unique_name(id, traditional);
            assert_eq!(gazetteer.resolve(&name), Ok(id), "{name}");
        }
    }
}

/// The places found in a text, as `name@text`.
fn found(text: &str) -> Vec<String> {
    let gazetteer = Gazetteer::built_in();
    gazetteer
        .read(text, &[])
        .mentions
        .iter()
        .map(|it| format!("{}@{}", gazetteer.name_of(&it.named), &text[it.span.clone()]))
        .collect()
}

#[test]
fn places_in_text() {
    assert_eq!(found("山東省青島市即墨區"), ["山东省@山東省", "青岛市@青島市", "即墨区@即墨區"]);
    assert_eq!(found("诸城市以东，诸城的产业"), ["诸城市@诸城市", "诸城市@诸城"]);
    // A county by its short name alone may be anything, unless people know it.
    assert_eq!(found("清徐的产业"), [""; 0]);
    assert_eq!(found("太原的清徐"), ["太原市@太原", "清徐县@清徐"]);
    assert_eq!(found("昆山的产业"), ["昆山市@昆山"]);
    // Ordinary words are no places unless the place is named.
    assert_eq!(found("两市加强合作，资源共享，取得成功"), [""; 0]);
    assert_eq!(found("朝阳产业"), [""; 0]);
    assert_eq!(found("辽宁省朝阳市与朝阳"), ["辽宁省@辽宁省", "朝阳市@朝阳市", "朝阳市@朝阳"]);
    // Six provinces have a 鼓楼区 or a 城关区.
    assert_eq!(found("鼓楼区"), [""; 0]);
    assert_eq!(found("南京市鼓楼区"), ["南京市@南京市", "鼓楼区@鼓楼区"]);
}

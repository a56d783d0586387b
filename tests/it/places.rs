use std::collections::BTreeMap;

use digest_site::gazetteer::Gazetteer;
use digest_site::gazetteer::find::Named;

use crate::support::{CONFIG, Site, article};

/// What a text names, as `name@text`; those in zones behind these.
fn named(text: &str) -> Vec<String> {
    let gazetteer = Gazetteer::built_in();
    let reading = gazetteer.read(text, &[]);
    let mention = |it: &digest_site::gazetteer::find::Mention| {
        format!("{}@{}", gazetteer.name_of(&it.named), &text[it.span.clone()])
    };
    reading.mentions.iter().map(mention).collect()
}

/// The names alone.
fn names(text: &str) -> Vec<String> {
    let mut names: Vec<String> =
        named(text).iter().map(|it| it.split('@').next().expect("a name").to_owned()).collect();
    names.dedup();
    names
}

#[test]
fn ordinary_words_are_no_places() {
    for text in [
        // Inside a word, or cut by one.
        "发挥东部门户的桥头堡作用",
        "公路从龙头山西麓穿过",
        "吸引了不少在巴中国商人",
        "两区县级干部参加培训",
        "推广安全生产经验，确保定期检修",
        "江海城市研究院的报告",
        "这里三面环山、六个港区",
        "排名高居榜首，形势一片光明",
        "战略性新兴产业加快发展，提出了更高要求",
        "连接老城区与城南部分街区，打通出海口",
        "促进东中西区域联动、优势互补",
        "与会理事长表示赞同，跨越千山万水",
        "城市南部的隧道洞口已经开挖",
        "质疑决定太仓促",
        "长治久安离不开共同努力，各项合作取得成功",
        // Companies, brands, schools, papers, roads, rivers, people.
        "参观了福田汽车的车间",
        "海丰县新科电子有限公司中标",
        "青岛大学与潍坊日报社合办讲座",
        "沿南京路和香港中路步行",
        "黄河南岸的滩区",
        "记者李广安、通讯员王保定报道",
        "区域经济学者许昌明说",
        "下水道排入西湖溪，危及大安溪的水源",
        "一碗扬州炒饭，一份德州扑克的广告",
        "记者王济南、李长春、张江苏报道",
        "果农陈万丹蹲在园子里，七十六岁的陈万丹说",
        "越南的太原省，太原的茶",
        "北京时间十点，上海合作组织峰会开幕",
        "吕梁山、珠江口与北海公园",
        "国家级高新区，大力发展海洋经济示范区",
    ] {
        assert_eq!(named(text), [""; 0], "{text}");
    }
}

#[test]
fn names_are_places_where_places_are_meant() {
    for (text, expected) in [
        ("青岛市民走上街头", &["青岛市"][..]),
        ("成都市场开放，广东省会广州", &["成都市", "广东省", "广州市"]),
        ("潍坊海关与青岛港签约", &["潍坊市", "青岛市"]),
        ("嘉義縣民雄鄉", &["嘉义县", "民雄乡"]),
        ("昆山、太仓两地", &["昆山市", "太仓市"]),
        ("云浮的罗定、新兴、郁南", &["云浮市", "罗定市", "新兴县", "郁南县"]),
        ("青岛、潍坊、日照三市", &["青岛市", "潍坊市", "日照市"]),
        ("天津巿濱海新區", &["天津市", "滨海新区"]),
        ("报道说上海洋山港投用", &["上海市"]),
        ("屏東的長治、潮州", &["屏东县", "长治乡", "潮州镇"]),
        // An ordinary word behind a place it could belong to stays one.
        ("广西资源丰富。各地共享资源，优化资源配置", &["广西壮族自治区"]),
        ("台湾成功研制，深圳光明前景可期，一片光明", &["台湾省", "深圳市"]),
        ("桂林的资源、全州两县", &["桂林市", "资源县", "全州县"]),
        // The longest name, and no piece of one that is not decided.
        ("河北雄安新区揭牌", &["雄安新区", "河北省"]),
        ("太原万柏林的企业", &["太原市", "万柏林区"]),
        ("海南州、玉树州", &["海南藏族自治州", "玉树藏族自治州"]),
        ("海南的游客", &["海南省"]),
        ("陇县和白银区", &["陇县", "白银区"]),
        ("天河区的企业，曹县的汉服", &["天河区", "曹县"]),
        ("香港特区政府，上海浦东新区", &["香港特别行政区", "上海市", "浦东新区"]),
        ("一家上海公司", &["上海市"]),
        ("江浙沪皖四地", &["上海市", "江苏省", "浙江省", "安徽省"]),
        (
            "朝阳、锦州、葫芦岛对接。长春新区发布",
            &["朝阳市", "锦州市", "葫芦岛市", "长春新区", "长春市"],
        ),
        ("辽宁的朝阳", &["辽宁省", "朝阳市"]),
        ("北京朝阳", &["北京市", "朝阳区"]),
    ] {
        assert_eq!(names(text), expected, "{text}");
    }
}

#[test]
fn zones_and_regions_are_places_too() {
    for (text, expected) in [
        ("加快膠東經濟圈一體化", &["胶东经济圈@膠東經濟圈"][..]),
        ("青岛西海岸新区", &["西海岸新区@青岛西海岸新区", "青岛市@青岛"]),
        ("青島的藍谷", &["青岛市@青島", "青岛蓝谷@藍谷"]),
        // By form, and by another way to write its kind.
        ("诸城市经济开发区", &["诸城经开区@诸城市经济开发区", "诸城市@诸城市"]),
        ("石家庄高新区", &["石家庄高新技术产业开发区@石家庄高新区", "石家庄市@石家庄"]),
        ("走进望海艺术特区", &["望海艺术特区@望海艺术特区"]),
        // The kind alone means the one that the text names.
        ("潍坊高新区，高新区去年", &["潍坊高新区@潍坊高新区", "潍坊市@潍坊", "潍坊高新区@高新区"]),
        ("江门滨海新区", &["江门滨海新区@江门滨海新区", "江门市@江门"]),
        // No names.
        ("全市各类开发区和产业园区", &[]),
        ("建设一个现代化的新城", &[]),
    ] {
        assert_eq!(named(text), expected, "{text}");
    }
}

#[test]
fn one_character_names() {
    for (text, expected) in [
        ("青潍同城化", &["青岛市", "潍坊市"][..]),
        ("鲁豫两省", &["山东省", "河南省"]),
        ("甘青川三省交界", &["甘肃省", "青海省", "四川省"]),
        ("赴鲁考察", &["山东省"]),
        ("京、津、冀协同", &["北京市", "天津市", "河北省"]),
        ("京津冀", &["京津冀", "北京市", "天津市", "河北省"]),
        ("新晋冠军，鲁莽的决定", &[]),
        ("在京东下单", &[]),
    ] {
        assert_eq!(names(text), expected, "{text}");
    }
}

#[test]
fn namesakes_are_told_apart_or_reported() {
    let gazetteer = Gazetteer::built_in();
    let place = |name: &str| gazetteer.resolve(name).expect("a place");
    let read = |text: &str, about: &[&str]| {
        let about: Vec<_> = about.iter().map(|it| place(it)).collect();
        gazetteer.read(text, &about)
    };
    let first = |text: &str, about: &[&str]| read(text, about).mentions[0].named.clone();
    let known = |name: &str| Named::Place(place(name));
    // What the article is about decides.
    assert_eq!(first("鼓楼区的老街", &["南京市"]), known("南京市鼓楼区"));
    assert_eq!(first("鼓楼区的老街", &["福州市"]), known("福州市鼓楼区"));
    // The nearest parent decides.
    let reading = read("福州的做法传到南京，鼓楼区先试", &[]);
    assert_eq!(reading.mentions.last().expect("one").named, known("南京市鼓楼区"));
    // Two are named: the bare name is that of the city named last before it.
    let reading = read("南京市鼓楼区和徐州市鼓楼区。福州没有来，徐州的客人到了鼓楼区。", &[]);
    assert_eq!(reading.mentions.last().expect("one").named, known("徐州市鼓楼区"));
    // Nothing decides.
    let reading = read("鼓楼区的老街", &[]);
    assert!(reading.mentions.is_empty());
    assert!(reading.ambiguous[0].candidates.len() > 3, "{reading:?}");
}

#[test]
fn any_text_can_be_read() {
    use proptest::prelude::*;
    let piece = proptest::sample::select(vec![
        "青岛",
        "市",
        "新区",
        "开发区",
        "经济",
        "鲁",
        "豫",
        "、",
        "县",
        "大学",
        "有限公司",
        "记者",
        "王",
        "说",
        "南",
        "岸",
        "高新技术产业开发区",
        "朝阳",
        "中山",
        "a",
        "。",
        "\n",
        "🀄",
        "臺",
        "灣",
        "\u{fdd0}",
    ]);
    let text = proptest::collection::vec(piece, 0..40).prop_map(|it| it.concat());
    proptest!(ProptestConfig::with_cases(300), |(text in text)| {
        let reading = Gazetteer::built_in().read(&text, &[]);
        let mut last = 0;
        for mention in &reading.mentions {
            prop_assert!(mention.span.start >= last);
            prop_assert!(!text[mention.span.clone()].is_empty());
            last = mention.span.start;
        }
    });
}

#[test]
fn a_site_says_more_of_places() {
    let mut site = Site::new(
        "-- site.toml --\ntitle = \"要闻\"\nregion = [\"山东\"]\n\n[[place]]\nplace = \"青岛市\"\naliases = [\"琴岛\"]\n\n\
         [[place]]\nname = \"中德生态园\"\nwithin = \"黄岛区\"\nslug = \"zhongde\"\naliases = [\"生态园\"]\n\n\
         [[place]]\nplace = \"合作市\"\nignore = [\"合作市\"]\n",
    );
    site.edit(
        "content/articles/a.md",
        article("琴岛的事", "", "琴岛的中德生态园签约。诸城的企业来到生态园，签下合作市场协议。"),
    )
    .edit("content/places/370782.md", "+++\n+++\n\n诸城是县级市，见[青岛](/cities/qingdao/)。\n")
    .build();
    assert_eq!(site.ids(), [""; 0], "{}", site.report());
    assert!(site.main("/cities/qingdao/").contains("<mark>琴岛</mark>的事"));
    assert!(site.main("/zones/zhongde/").contains("<mark>中德生态园</mark>签约"));
    // The site's region stands in for a parent in the text; an editor's text stands on the page.
    let zhucheng = site.main("/cities/weifang/zhucheng/");
    assert!(
        zhucheng.contains("诸城是县级市") && zhucheng.contains("<mark>诸城</mark>的企业"),
        "{zhucheng}"
    );
    assert!(!site.outputs().contains_key("/cities/gannan/hezuo/"));
    // A place with a text has a page though no article names it.
    site.edit(
        "content/places/jiaodong-jingjiquan.md",
        "+++\naliases = [\"大胶东\"]\n+++\n\n五市之圈。\n",
    )
    .build();
    assert!(site.main("/zones/jiaodong-jingjiquan/").contains("五市之圈"));
}

#[test]
fn wrong_entries_are_told() {
    for (entry, expected) in [
        ("place = \"青导市\"", "unknown-city"),
        ("place = \"370299\"", "unknown-code"),
        ("place = \"朝阳\"", "ambiguous-city"),
        ("name = \"青岛市\"\nkind = \"county\"\nwithin = \"山东\"", "known-place"),
        ("place = \"潍坊市\"\nslug = \"qingdao\"", "taken-slug"),
        ("name = \"甲园\"\nslug = \"suzhou-gongyeyuanqu\"", "taken-slug"),
        ("name = \"甲园\"\nslug = \"a/b\"", "invalid-route"),
        ("name = \"甲园\"\nkind = \"village\"", "invalid-value"),
        ("name = \"甲园\"\nseat = [36.4, 120.4]", "invalid-value"),
        ("name = \"甲县\"\nkind = \"county\"", "missing-key"),
        ("aliases = [\"甲乙\"]", "invalid-value"),
        ("place = \"青岛\"\nalias = [\"甲乙\"]", "unknown-key"),
        ("place = \"青岛\"\naliases = [\"潍坊市\"]", "taken-alias"),
        ("place = \"青岛\"\naliases = [\"甲\"]", "invalid-value"),
        ("place = \"青岛\"\naliases = [\"甲/乙\"]", "invalid-value"),
        ("place = \"青岛\"\nkind = \"zone\"", "invalid-value"),
        ("place = \"青岛\"\nslug = \"Qing Dao!\"", "invalid-route"),
        ("place = \"青岛\"\nslug = \"below\"", "invalid-route"),
        ("name = \"甲县\"\nkind = \"county\"\nwithin = \"青岛蓝谷\"", "invalid-value"),
    ] {
        let mut site =
            Site::new(&format!("-- site.toml --\ntitle = \"要闻\"\n\n[[place]]\n{entry}\n"));
        site.build();
        assert_eq!(site.ids(), [expected], "{entry}: {}", site.report());
        assert!(site.made.is_some(), "{entry}");
    }
    let mut site = Site::new(CONFIG);
    site.edit("content/places/370200.md", "+++\nslug = \"qd\"\n+++\n一。[坏](javascript:x)")
        .edit("content/places/青岛.md", "+++\nslug = \"tsingtao\"\n+++\n二。")
        .build();
    assert_eq!(site.ids(), ["unsafe-link", "duplicate-place"], "{}", site.report());
    assert!(site.main("/cities/qd/").contains("一。"));
    // A slug that is taken is given back, whatever else is said of the place.
    let mut site = Site::new(
        "-- site.toml --\ntitle = \"要闻\"\n\n[[place]]\nplace = \"潍坊市\"\nslug = \"qingdao\"\n\n[[place]]\nplace = \"潍坊市\"\naliases = [\"鸢城\"]\n",
    );
    site.edit("content/places/370700.md", "+++\n+++\n一。").build();
    assert_eq!(site.ids(), ["taken-slug"], "{}", site.report());
    assert!(site.main("/cities/weifang/").contains("一。"));
    // A zone of the site at the address of one that only articles name.
    let mut site = Site::new(
        "-- site.toml --\ntitle = \"要闻\"\n\n[[place]]\nname = \"甲园区\"\nslug = \"高密望海产业园\"\n",
    );
    let body = "走进甲园区和高密望海产业园。";
    site.edit("content/articles/a.md", article("一", "", body))
        .edit("content/articles/b.md", article("二", "", body))
        .build();
    assert_eq!(site.ids(), ["duplicate-route"], "{}", site.report());
    assert!(
        site.report().contains("甲园区") && site.report().contains("高密望海产业园"),
        "{}",
        site.report()
    );
    // The next codes are named, and both places that want one address.
    let mut site = Site::new(
        "-- site.toml --\ntitle = \"要闻\"\n\n[[place]]\nplace = \"370299\"\n\n[[place]]\nplace = \"潍坊市\"\nslug = \"qingdao\"\n",
    );
    site.build();
    let report = site.report();
    assert!(
        report.contains("370300 淄博市") && report.contains("both `潍坊市` and `青岛市`"),
        "{report}"
    );
}

#[test]
fn a_name_that_may_mean_several_places_is_noted() {
    let mut site = Site::new(CONFIG);
    site.edit("content/articles/a.md", article("老街新生", "", "鼓楼区的老街亮起灯。")).build();
    assert_eq!(site.note_ids(), ["ambiguous-mention"]);
    assert!(site.notes().contains("南京市鼓楼区"), "{}", site.notes());
    site.edit(
        "content/articles/a.md",
        article("老街新生", "cities = [\"南京市\"]\n", "鼓楼区的老街亮起灯。"),
    )
    .build();
    assert_eq!(site.note_ids(), [""; 0]);
    assert!(site.main("/cities/nanjing/gulou/").contains("<mark>鼓楼区</mark>的老街"));
}

#[test]
fn the_first_mention_links_to_the_page() {
    let body = "## 青岛之问\n\n见[青岛港](https://a.example/)。在青島市，青岛与`青岛`。\n\n> 好。\n>\n> —— 某人，潍坊\n\n烟台望海产业园招商。\n";
    let mut site = Site::new(CONFIG);
    site.edit("content/articles/a.md", article("一篇", "", body)).build();
    let page = site.main("/articles/a/");
    let link = |href: &str, text: &str| format!("<a class=\"place\" href=\"{href}\">{text}</a>");
    assert_eq!(page.matches("class=\"place\"").count(), 2, "{page}");
    assert!(page.contains(&link("/cities/qingdao/", "青島市")), "{page}");
    // The zone has no page yet, and the longest name is meant.
    assert!(
        !page.contains("产业园</a>") && page.contains(&link("/cities/yantai/", "烟台")),
        "{page}"
    );
    site.edit("content/articles/b.md", article("二篇", "", "烟台望海产业园又招商。")).build();
    let page = site.main("/articles/b/");
    assert!(page.contains("烟台望海产业园</a>"), "{page}");
    assert!(site.main("/zones/烟台望海产业园/").contains("<mark>烟台望海产业园</mark>又招商"));
    // Not where the article, or the site, wants none.
    site.edit(
        "content/articles/b.md",
        article("二篇", "auto_links = false\n", "烟台望海产业园又招商。"),
    )
    .build();
    assert!(!site.main("/articles/b/").contains("class=\"place\""));
    site.edit("site.toml", "title = \"要闻\"\n[build]\nauto_links = false\n").build();
    assert!(!site.main("/articles/a/").contains("class=\"place\""));
}

#[test]
fn a_page_says_what_the_articles_say_of_its_place() {
    let mut site =
        Site::new("-- site.toml --\ntitle = \"要闻\"\nbase_url = \"https://a.example/\"\n");
    let text = "青岛与潍坊签约。烟台也来了。";
    site.edit("content/articles/a.md", article("甲", "cities = [\"青岛\"]\n", text))
        .edit("content/articles/b.md", article("乙", "cities = [\"即墨区\"]\n", "即墨与潍坊签约。"))
        .edit(
            "content/articles/c.md",
            article("丙", "rights = \"excerpt\"\n", "潍坊的全文不给看。"),
        )
        .build();
    let qingdao = site.main("/cities/qingdao/");
    for expected in
        ["下辖地方的报道", "同时提到", "即墨区", "<table", "<svg", "/cities/qingdao/atom.xml"]
    {
        assert!(qingdao.contains(expected), "{expected}: {qingdao}");
    }
    let weifang = site.main("/cities/weifang/");
    assert!(weifang.contains("青岛与<mark>潍坊</mark>签约。"), "{weifang}");
    // Of an article that may not be published in full no sentence is shown.
    assert!(weifang.contains("丙") && !weifang.contains("全文不给看"), "{weifang}");
    let feed = site.page("/cities/qingdao/atom.xml");
    assert_eq!(feed.matches("<entry").count(), 2);
    assert!(
        feed.contains("<id>https://a.example/articles/a/</id>") && feed.contains("&lt;p&gt;青岛"),
        "{feed}"
    );
    assert!(site.main("/cities/").contains("<circle"));
}

#[test]
fn feeds_are_xml_whatever_articles_hold() {
    let mut site =
        Site::new("-- site.toml --\ntitle = \"要<闻&\"\nbase_url = \"https://a.example/\"\n");
    site.edit(
        "content/articles/a.md",
        article("甲\\u0008乙", "cities = [\"青岛\"]\n", "正文\u{b}一句。[下](../b/)"),
    )
    .build();
    let feed = site.page("/cities/qingdao/atom.xml");
    assert!(!feed.contains(['\u{8}', '\u{b}']), "{feed}");
    assert!(feed.contains("<title>甲乙</title>") && feed.contains("要&lt;闻&amp;"), "{feed}");
    // Links in an article are relative to it, and whole in a feed.
    assert!(feed.contains("href=&quot;https://a.example/articles/b/&quot;"), "{feed}");
}

#[test]
fn namesakes_are_shown_with_what_they_belong_to() {
    let mut site = Site::new(CONFIG);
    site.edit(
        "content/articles/a.md",
        article("甲", "cities = [\"北京市\"]\n", "南京市鼓楼区与徐州市鼓楼区。"),
    )
    .build();
    let page = site.main("/articles/a/");
    assert!(page.contains(">南京市鼓楼区</a>") && page.contains(">徐州市鼓楼区</a>"), "{page}");
    // Municipalities are on the map.
    assert!(site.main("/cities/").contains("<title>北京市 1 篇</title>"));
    // The region that a city belongs to is on the city's page.
    site.edit("content/articles/b.md", article("乙", "", "胶东经济圈里的青岛。")).build();
    assert!(site.main("/cities/qingdao/").contains("/zones/jiaodong-jingjiquan/"));
}

#[test]
fn long_lists_of_mentions_have_pages() {
    let mut site = Site::new("-- site.toml --\ntitle = \"要闻\"\n[build]\npage_size = 1\n");
    for i in 0..11 {
        let text = format!("第{i}次到潍坊。");
        site.edit(
            &format!("content/articles/a{i}.md"),
            article(&format!("第{i}篇"), "cities = [\"即墨区\"]\n", &text),
        );
    }
    site.build();
    let titles = |route: &str| -> Vec<usize> {
        let page = site.main(route);
        (0..11).filter(|i| page.contains(&format!("第{i}篇"))).collect()
    };
    let mut all: BTreeMap<usize, usize> = BTreeMap::new();
    for route in ["/cities/weifang/mentions/", "/cities/weifang/mentions/page/1/"] {
        for i in titles(route) {
            *all.entry(i).or_default() += 1;
        }
    }
    assert_eq!(all.into_values().collect::<Vec<_>>(), [1; 11]);
    assert_eq!(titles("/cities/weifang/").len(), 1);
    assert!(site.main("/cities/qingdao/below/page/1/").contains("较新"));
}

#[test]
fn places_are_exported() {
    use digest_site::config::BaseUrl;
    use digest_site::engine::{Engine, Request};
    use digest_site::export;
    let mut site = Site::new(CONFIG);
    site.edit(
        "content/articles/a.md",
        article("甲", "cities = [\"青岛\"]\n", "青岛与胶东经济圈、\"蓝谷\"。"),
    )
    .build();
    let request = Request::on(jiff::civil::date(2026, 1, 1));
    let (known, _) = Engine::default().know(site.sources(), &request);
    let known = known.expect("a site");
    let places = export::places(&known.catalog, &known.gazetteer, &BaseUrl::unknown());
    assert_eq!(site.page("/api/places.json"), export::json(&places));
    let list: serde_json::Value = serde_json::from_str(&export::json(&places)).expect("JSON");
    let qingdao =
        list.as_array().expect("a list").iter().find(|it| it["code"] == "370200").expect("青岛");
    assert_eq!(
        (qingdao["path"].as_str(), qingdao["articles"].as_u64()),
        (Some("/cities/qingdao/"), Some(1))
    );
    let csv = export::table(&places);
    let mut reader = csv::Reader::from_reader(csv.as_bytes());
    assert_eq!(reader.records().count(), places.len());
    let geojson: serde_json::Value =
        serde_json::from_str(&export::geojson(&places)).expect("GeoJSON");
    let features = geojson["features"].as_array().expect("features");
    assert_eq!(features.len(), places.len());
    let point = features.iter().find(|it| it["properties"]["code"] == "370200").expect("青岛");
    assert_eq!(point["geometry"]["type"], "Point");
}

#[test]
fn every_zone_has_a_route_of_its_own() {
    let gazetteer = Gazetteer::built_in();
    let mut owners: BTreeMap<String, String> = BTreeMap::new();
    for id in gazetteer.ids().filter(|id| !gazetteer.place(*id).level.is_division()) {
        let place = gazetteer.place(id);
        let good = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
        assert!(place.slug.chars().all(good), "{}", place.slug);
        let other = owners.insert(gazetteer.route(id).key(), place.name.clone());
        assert_eq!(other, None, "{}", place.name);
        assert!(place.members.iter().all(|it| gazetteer.place(*it).level.is_division()));
    }
    assert_eq!(owners.len(), 210);
    assert_eq!(owners.get("/zones/jiaodong-jingjiquan/").map(String::as_str), Some("胶东经济圈"));
}

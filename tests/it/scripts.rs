use std::collections::BTreeSet;

use digest_site::engine::Request;
use digest_site::html;
use digest_site::text::convert::{Quotes, TextConverter};
use digest_site::text::opencc::Conversion;
use digest_site::text::script::Script;
use proptest::prelude::*;

use crate::support::{Site, article, converters};

/// A site of two scripts, published below a path, with an article in each.
fn site(more: &str) -> Site {
    let simplified = article(
        "后天开发区发布干部名单",
        "script = \"zh-Hans\"\ncities = [\"岳西县\"]\nsource = \"发展报\"\nbyline = [{ role = \"摄影\", name = \"范发\" }]\n",
        "岳西县的头发产业发**展**很快，见[青岛](/cities/anhui/)。\n\n## 发展 `发展`\n\n国际 `发展` https://a.cn/发展 GDP。\n\n![发展图](/图/发.jpg)",
    );
    let traditional =
        article("采訪視頻上線", "script = \"zh-Hant\"\n", "群眾在裏面講解，到沿著海岸的著名港口。")
            .replace("2023-03-10", "2023-03-09");
    Site::new(&format!(
        "-- site.toml --\ntitle = \"发展要闻\"\nbase_url = \"https://a.example/news/\"\nscripts = [\"zh-Hans\", \"zh-Hant-TW\"]\n{more}\n-- content/articles/hans.md --\n{simplified}\n-- content/articles/hant.md --\n{traditional}\n-- content/topics/sea.md --\n+++\ntitle = \"海洋经济\"\n+++\n\n发展。\n-- theme/static/图/发.jpg --\n图"
    ))
}

fn built(more: &str) -> Site {
    let mut site = site(more);
    site.build();
    assert_eq!(site.report(), "");
    site
}

#[test]
fn every_page_is_in_both_trees() {
    let site = built("");
    let outputs = site.outputs();
    let pages: BTreeSet<&str> = outputs
        .keys()
        .map(String::as_str)
        .filter(|it| {
            !["/theme/", "/zh-hant/", "/图/", "/search/", "/robots.txt", "/sitemap.xml"]
                .iter()
                .any(|other| it.starts_with(other))
        })
        .collect();
    let other: BTreeSet<&str> =
        outputs.keys().filter_map(|it| it.strip_prefix("/zh-hant")).collect();
    let other: BTreeSet<&str> =
        other.into_iter().filter(|it| !it.starts_with("/search/")).collect();
    assert_eq!(pages, other);
    assert!(pages.len() > 18, "{pages:?}");
    for (route, page) in outputs.iter().filter(|(route, _)| route.ends_with('/')) {
        let (lang, own) = match route.strip_prefix("/zh-hant") {
            Some(rest) => ("zh-Hant-TW", rest),
            None => ("zh-Hans", route.as_str()),
        };
        assert!(page.contains(&format!("<html lang=\"{lang}\">")), "{route}");
        let folder = if lang == "zh-Hans" { "" } else { "/zh-hant" };
        for link in [
            format!("<link rel=\"canonical\" href=\"https://a.example/news{folder}{own}\">"),
            format!("hreflang=\"zh-Hans\" href=\"https://a.example/news{own}\">"),
            format!("hreflang=\"zh-Hant-TW\" href=\"https://a.example/news/zh-hant{own}\">"),
            format!("hreflang=\"x-default\" href=\"https://a.example/news{own}\">"),
            format!("<a href=\"/news{own}\" lang=\"zh-Hans\""),
            format!("<a href=\"/news/zh-hant{own}\" lang=\"zh-Hant-TW\""),
        ] {
            let link = encoded(&link);
            assert!(page.contains(&link), "{route} lacks {link}");
        }
    }
}

/// A link as it stands in a page.
fn encoded(link: &str) -> String {
    percent_encoding::utf8_percent_encode(link, &percent_encoding::AsciiSet::EMPTY).to_string()
}

#[test]
fn an_article_is_converted_for_the_other_tree_alone() {
    let site = built("");
    let own = site.main("/articles/hans/");
    for text in ["后天开发区发布干部名单", "头发产业发<strong>展</strong>很快", "发展报"]
    {
        assert!(own.contains(text), "{text}: {own}");
    }
    let other = site.main("/zh-hant/articles/hans/");
    for text in [
        "後天開發區釋出幹部名單".replace("釋出", "發佈").as_str(),
        "岳西縣",
        "的頭髮產業發<strong>展</strong>很快",
        "發展報",
        "攝影",
        "<code>发展</code>",
        "id=\"发展-发展\"",
        "href=\"/news/zh-hant/cities/anhui/\"",
        "src=\"/news/",
        "alt=\"发展图\"",
        "<figcaption>發展圖",
        "原文為簡體，本頁由程式轉換",
    ] {
        assert!(other.contains(text), "{text}: {other}");
    }
    assert!(!other.contains("嶽西"), "{other}");
    let kept = site.main("/zh-hant/articles/hant/");
    assert!(kept.contains("采訪視頻上線") && kept.contains("群眾在裏面講解"), "{kept}");
    let other = site.main("/articles/hant/");
    assert!(other.contains("采访视频上线") && other.contains("群众在里面讲解"), "{other}");
    assert!(other.contains("lang=\"zh-Hans\"") && !other.contains("lang=\"zh-Hant\""), "{other}");
}

#[test]
fn lists_feeds_and_data_are_in_the_script_of_the_tree() {
    let site = built("");
    let home = site.page("/zh-hant/");
    for text in ["發展要聞", "最新報導", "岳西縣", "彙整", "採訪"] {
        assert_eq!(home.contains(text), text != "採訪", "{text}: {home}");
    }
    assert!(site.page("/zh-hant/topics/sea/").contains("海洋經濟"));
    assert!(site.main("/zh-hant/topics/sea/").contains("發展。"));
    let feed = site.page("/zh-hant/cities/anhui/atom.xml");
    assert!(feed.contains("xml:lang=\"zh-Hant-TW\"") && feed.contains("頭髮產業"), "{feed}");
    assert!(feed.contains("https://a.example/news/zh-hant/articles/hans/"), "{feed}");
    let data = site.page("/zh-hant/api/places.json");
    assert!(data.contains("/news/zh-hant/cities/anhui/"), "{data}");
    let page = site.page("/zh-hant/articles/hans/");
    assert!(page.contains("<meta property=\"og:locale\" content=\"zh_TW\">"), "{page}");
    assert!(page.contains("og:title\" content=\"後天開發區發佈幹部名單"), "{page}");
}

#[test]
fn words_win_over_the_conversion() {
    let mut site = built("quotes = \"script\"\n[words]\n\"范发\" = \"范發\"\n");
    assert!(site.main("/zh-hant/articles/hans/").contains("范發"));
    let text = site.source("content/articles/hans.md");
    let words = text.replacen(
        "+++\n\n",
        "[words]\n\"头发产业\" = \"頭发產業\"\n+++\n\n他说：“好的‘里’面it’s”-{后面}-，在后面。\n\n",
        1,
    );
    site.edit("content/articles/hans.md", words).build();
    assert_eq!(site.report(), "");
    let page = site.main("/zh-hant/articles/hans/");
    assert!(page.contains("頭发產業"), "{page}");
    assert!(page.contains("他說：「好的『裡』面it’s」"), "{page}");
    assert!(page.contains("在後面"), "{page}");
    let own = site.main("/articles/hans/");
    assert!(own.contains("他说：“好的‘里’面it’s”"), "{own}");
    for page in [own, page] {
        assert!(page.contains("<span class=\"as-written\">后面</span>"), "{page}");
    }
    site.edit(
        "content/articles/hans.md",
        text.replacen("+++\n\n", "[words]\n\"a\" = \" \"\n\"b\" = 1\n+++\n\n", 1),
    )
    .build();
    assert_eq!(site.ids(), ["invalid-value", "wrong-type"]);
}

/// What OpenCC reads across the border of two words.
#[test]
fn no_phrase_goes_across_a_name_or_a_border() {
    let text = "即墨发展很快。五个中国企业更加注重市场。增收十亿元后，而云计算正起步。汕头发展。";
    let mut site = Site::new(&format!(
        "-- site.toml --\ntitle = \"要闻\"\nscripts = [\"zh-Hans\", \"zh-Hant-TW\"]\n-- content/articles/a.md --\n{}",
        article("即墨与汕头", "cities = [\"即墨区\", \"汕头市\"]\n", text)
    ));
    site.build();
    let page = site.main("/zh-hant/articles/a/");
    for part in ["即墨</a>發展很快", "五個中國企業", "增收十億元後，而雲計算", "汕頭</a>發展"]
    {
        assert!(page.contains(part), "{part}: {page}");
    }
    let converter = converter(Conversion::Tw2s, Script::Hans);
    assert_eq!(converter.convert("隨著專著沿著土著"), "随着专著沿着土著");
}

/// A template in Traditional characters is Simplified in a Simplified tree, whatever the articles are written in.
#[test]
fn templates_of_either_script() {
    let mut site = Site::new(
        "-- site.toml --\ntitle = \"要闻\"\n-- templates/about.html --\n{% extends \"base.html\" %}{% block main %}這裡發展{% endblock main %}",
    );
    site.build();
    assert!(site.main("/about/").contains("这里发展"));
}

#[test]
fn addresses_stay_and_quotes_go_by_pairs() {
    let converter = converter(Conversion::S2tw, Script::HantTw);
    for (text, expected) in [
        ("见https://a.cn/后台?a=发，发展", "見https://a.cn/后台?a=发，發展"),
        ("http://a.cn发展 https://例子.中国/发", "http://a.cn發展 https://例子.中国/发"),
        ("说“It’s the ’90s”和5’10”高", "說「It’s the ’90s」和5’10”高"),
        ("“好的‘里’面”", "「好的『裡』面」"),
        ("报道里、频道里、道里面", "報道裡、頻道裡、道裡面"),
    ] {
        assert_eq!(converter.convert(text), expected);
    }
}

/// Where summaries and sentences have no marks, what is marked stays all the same; words of the site win over places.
#[test]
fn what_is_marked_stays_in_the_summary() {
    let mut site = Site::new(&format!(
        "-- site.toml --\ntitle = \"要闻\"\nscripts = [\"zh-Hans\", \"zh-Hant-TW\"]\n[words]\n\"即墨发展报\" = \"即墨发展報\"\n-- content/articles/a.md --\n{}",
        article("即墨发展报", "cities = [\"即墨区\"]\n", "-{后}-字在后面，即墨发展报说。")
    ));
    site.build();
    let home = site.main("/zh-hant/");
    assert!(
        home.contains("后字在後面，即墨发展報說。") && home.contains(">即墨发展報</a>"),
        "{home}"
    );
}

#[test]
fn guesses_are_told_with_their_sentences() {
    let mut site = Site::new(&format!(
        "-- site.toml --\ntitle = \"要闻\"\nscripts = [\"zh-Hans\", \"zh-Hant-TW\"]\n-- content/articles/a.md --\n{}\n-- content/articles/b.md --\n{}",
        article(
            "影后范军到访",
            "[words]\n\"影后\" = \"影后\"\n",
            "前一句。买了500只羊，只有-{一千只}-好。皇后来了。"
        ),
        article("王乾先生到訪", "script = \"zh-Hant-TW\"\n", "今天乾燥。")
    ));
    site.build();
    let request = Request::on(jiff::civil::date(2026, 1, 1));
    let mut engine = crate::support::engine();
    let (known, _) = engine.know(site.sources(), &request);
    let notes = engine.doubts(&known.expect("a site")).expect("it opens");
    let told: Vec<&str> = notes.iter().map(|it| it.message.as_str()).collect();
    assert_eq!(
        told,
        [
            "`范` becomes `範`; it may be `范`: 影后范军到访",
            "`只` becomes `只`; it may be `隻`: 买了500只羊，只有一千只好。",
            "`乾` becomes `干`; it may be `乾`: 王乾先生到訪",
        ]
    );
    assert!(notes.iter().all(|it| it.id == "doubtful-conversion"));
}

#[test]
fn conversion_is_remembered() {
    let mut site = built("");
    assert_eq!(site.built.counts.converted, 2);
    site.build();
    assert_eq!((site.built.counts.converted, site.counts()), (0, (0, 0)));
    let text = site.source("content/articles/hans.md");
    site.edit("content/articles/hans.md", text.replace("很快", "很好")).build();
    assert_eq!(site.built.counts.converted, 1);
}

#[test]
fn one_script_is_not_converted() {
    let files = |scripts: &str| {
        format!(
            "-- site.toml --\ntitle = \"要闻\"\n{scripts}\n-- content/articles/a.md --\n{}",
            article("后天发布", "script = \"zh-Hans\"\n", "发展。")
        )
    };
    let mut site = Site::new(&files("scripts = [\"zh-Hans\"]"));
    site.build();
    assert_eq!(site.report(), "");
    assert!(!site.page("/").contains("hreflang"));
    let mut site = Site::new(&files("scripts = [\"zh-Hant-HK\"]"));
    site.build();
    let page = site.page("/articles/a/");
    assert!(
        page.contains("后天发布") && page.contains("歸檔") && page.contains("lang=\"zh-Hans\""),
        "{page}"
    );
    let mut site = Site::new(&files("scripts = [\"zh-Hant-HK\"]\nconvert = true"));
    site.build();
    assert!(site.page("/articles/a/").contains("後天發佈"));
}

#[test]
fn a_folder_of_a_tree_is_not_given_away() {
    let mut site = site("");
    let text = article("别处", "aliases = [\"/zh-hant/about/\"]\n", "见[本页](/zh-hant/about/)。");
    site.edit("content/articles/b.md", text).build();
    assert_eq!(site.ids(), ["duplicate-route"]);
    site.edit("theme/static/search/index.gz", "x")
        .edit("theme/static/zh-hant/archive/index.html", "x")
        .build();
    assert_eq!(site.ids(), ["duplicate-route"; 3], "{}", site.report());
    let outputs = site.made.as_ref().expect("built");
    let routes: BTreeSet<&str> = outputs.iter().map(|it| it.route.as_str()).collect();
    assert_eq!(routes.len(), outputs.len());
    assert!(site.main("/zh-hant/articles/b/").contains("href=\"/news/zh-hant/about/\""));
}

#[test]
fn without_a_folder_for_the_dictionaries_nothing_is_built() {
    let site = site("");
    let request = Request::on(jiff::civil::date(2026, 1, 1));
    let built = digest_site::engine::Engine::default().build(site.sources(), &request);
    assert!(built.site.is_none());
    assert_eq!(built.diagnostics.iter().map(|it| it.id).collect::<Vec<_>>(), ["no-conversion"]);
}

/// Pieces of text of all kinds.
fn text() -> impl Strategy<Value = String> {
    let piece = prop_oneof![
        Just("后来头发干了"),
        Just("發展裏面著"),
        Just("岳西县"),
        Just("\n"),
        Just("\r\n"),
        Just("“干”"),
        Just("a<b>&amp;"),
        Just("\u{fdd2}"),
        Just("\u{fffc}"),
        Just("\0"),
        Just("里程碑"),
        Just("<code>发</code>"),
        Just("<em>"),
        Just("</em>"),
        Just("<p lang=\"x\">"),
        Just("</p>"),
        Just("{{ 发 }}"),
        Just("\u{2028}"),
        Just("𠮷"),
    ];
    prop::collection::vec(piece, 0..30).prop_map(|it| it.concat())
}

fn converter(conversion: Conversion, to: Script) -> TextConverter {
    let words =
        [("里程碑".to_owned(), "里程".to_owned()), ("岳西县".to_owned(), "岳西縣很長".to_owned())];
    TextConverter::new(converters().get(conversion).expect("it opens"), to, words, Quotes::Script)
}

/// As many lines come out as go in, in text and in HTML, and all tags stay.
#[test]
fn lines_stay() {
    for (conversion, to) in [(Conversion::S2tw, Script::HantTw), (Conversion::T2s, Script::Hans)] {
        let converter = converter(conversion, to);
        let mut runner = proptest::test_runner::TestRunner::new(ProptestConfig::with_cases(400));
        let result = runner.run(&text(), |text| {
            let lines = |it: &str| it.split('\n').count();
            prop_assert_eq!(lines(&text), lines(&converter.convert(&text)));
            let html = html::convert(&text, |it| converter.convert(it)).html;
            prop_assert_eq!(lines(&text), lines(&html), "{}", html);
            let tags = |it: &str| it.matches(['<', '>']).count();
            prop_assert_eq!(tags(&text), tags(&html));
            let template = html::convert_template(&text, |it| converter.convert(it));
            prop_assert_eq!(lines(&text), lines(&template));
            Ok(())
        });
        result.expect("lines stay");
    }
}

#[test]
fn what_stays_in_html() {
    let converter = converter(Conversion::S2tw, Script::HantTw);
    let convert = |it: &str| converter.convert(it);
    for (html, expected) in [
        ("<p title=\"发\">发<em>展</em>发</p>", "<p title=\"发\">發<em>展</em>發</p>"),
        ("<p>头<b>发</b></p><p>发</p>", "<p>頭<b>髮</b></p><p>發</p>"),
        ("<p lang=\"ja\">发<b>发</b></p>发", "<p lang=\"ja\">发<b>发</b></p>發"),
        (
            "<span class=\"x as-written\">发<span>发</span>发</span>发",
            "<span class=\"x as-written\">发<span>发</span>发</span>發",
        ),
        ("<pre><code>发\n发</code></pre>\n发<br>发", "<pre><code>发\n发</code></pre>\n發<br>發"),
        ("岳西县，<b>发</b>", "岳西縣很長，<b>發</b>"),
        ("{{ \"发\" }}<!-- 发 --> 1 < 2 发", "{{ \"發\" }}<!-- 发 --> 1 < 2 發"),
    ] {
        assert_eq!(html::convert(html, convert).html, expected);
    }
    for (template, expected) in [
        (
            "<p aria-label=\"发{{ a[\"发\"] }}\" class=\"发\">{% if a == \"发\" %}发{% endif %}",
            "<p aria-label=\"發{{ a[\"發\"] }}\" class=\"发\">{% if a == \"發\" %}發{% endif %}",
        ),
        (
            "<a href=\"/发/\" title=\"发\" lang=\"{{ x }}\">发</a>",
            "<a href=\"/发/\" title=\"發\" lang=\"{{ x }}\">發</a>",
        ),
        ("<b lang=\"zh-Hans\">发</b>{# 发 #}", "<b lang=\"zh-Hans\">发</b>{# 发 #}"),
        ("<b lang='zh-Hans'>发</b><i alt='发'>发", "<b lang='zh-Hans'>发</b><i alt='發'>發"),
        ("<html lang=\"zh-Hans\"><p>发", "<html lang=\"zh-Hans\"><p>發"),
        ("<script>i<n; \"发\"</script>发", "<script>i<n; \"发\"</script>發"),
        (
            "{% extends \"发.html\" %}{{ a[\"发\"] or '发' }}{% block 发 %}{{ <发 x=\"发\" /> }}",
            "{% extends \"发.html\" %}{{ a[\"发\"] or '發' }}{% block 发 %}{{ <发 x=\"发\" /> }}",
        ),
    ] {
        assert_eq!(html::convert_template(template, convert), expected);
    }
}

/// Linked stretches are found again in converted HTML.
#[test]
fn stretches_move() {
    let converter = converter(Conversion::S2tw, Script::HantTw);
    let html = "<p>在头发里，<b>干部</b>到岳西县。</p><p>在发展区</p>";
    let result = html::convert(html, |it| converter.convert(it));
    let spans = ["头发", "干部", "岳西县", "发展区"].map(|it| {
        let at = html.find(it).expect("it stands there");
        at..at + it.len()
    });
    let found = result.moved(html, &spans);
    let texts: Vec<Option<&str>> = found.into_iter().map(|it| Some(&result.html[it?])).collect();
    assert_eq!(texts, [Some("頭髮"), Some("幹部"), None, Some("發展區")]);
}

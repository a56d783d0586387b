use std::path::Path;

use digest_site::article::provenance::{self, Raw};
use digest_site::config::Lists;
use digest_site::extract::words::Words;
use digest_site::extract::{self, Block, Context, Draft, lines, markdown};
use digest_site::facts::Given;
use digest_site::file::{SitePath, SourceFile};
use digest_site::gazetteer::Gazetteer;
use digest_site::markdown::body;
use digest_site::text::typography;
use digest_site::topic::Topics;
use proptest::prelude::*;

use crate::support::{CONFIG, Site};

/// Extracts a raw article, without topics.
fn draft(raw: &str) -> Option<Draft> {
    let (words, topics) = (Words::new(&Lists::new()), Topics::default());
    let context = Context {
        gazetteer: Gazetteer::built_in(),
        topics: &topics,
        words: &words,
        given: &Given::default(),
    };
    extract::extract(lines::split(raw), context).draft
}

/// Extracts a raw article and writes its Markdown, without topics.
fn extracted(raw: &str) -> Option<String> {
    let gazetteer = Gazetteer::built_in();
    let draft = draft(raw)?;
    let path = SitePath::new("content/inbox/a.txt").expect("a good path");
    let raw = Raw { path, sha256: provenance::sha256(raw.as_bytes()) };
    let slug = markdown::slug(&draft, &raw, gazetteer, markdown::HASH_DIGITS);
    Some(markdown::write(&draft, &raw, &slug, gazetteer))
}

#[test]
fn pairs() {
    insta::glob!("../fixtures/extract", "*.txt", |path| {
        let raw = std::fs::read_to_string(path).expect("read");
        insta::with_settings!({ snapshot_path => "../fixtures/extract", prepend_module_to_snapshot => false, omit_expression => true }, {
            insta::assert_snapshot!(extracted(&raw).unwrap_or_else(|| "no article".into()));
        });
    });
}

/// The articles of this repository's own site are what the program makes of its raw articles today.
#[test]
fn the_seeds_are_extracted() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut sources = digest_site::source::scan(root).expect("the repository is a site");
    let committed: Vec<_> = sources.below(digest_site::article::FOLDER).cloned().collect();
    assert_eq!(committed.len(), 2);
    let request = digest_site::engine::Request::on(jiff::civil::date(2026, 1, 1));
    let built = crate::support::engine().build(&sources, &request);
    assert_eq!(
        built.new_articles,
        [],
        "run `digest build` and commit what it writes to content/articles"
    );
    for file in committed {
        sources.files.remove(&file.path);
    }
    let anew = crate::support::engine().build(&sources, &request);
    assert_eq!(anew.new_articles.len(), 2);
    assert_eq!(anew.site.map(|it| it.pages()), built.site.map(|it| it.pages()));
}

/// The paragraphs and headings of a raw article.
fn blocks(raw: &str) -> Vec<String> {
    let blocks = draft(raw).expect("an article").blocks;
    let text = |it| match it {
        Block::Heading(text) | Block::Paragraph(text) | Block::Caption { text, .. } => text,
        Block::Row(cells) => cells.join(" "),
    };
    blocks.into_iter().map(|it| text(it.value)).collect()
}

#[test]
fn a_list_between_texts_stays() {
    let items: Vec<String> = ["示范区", "先行区", "枢纽港", "中心城"]
        .iter()
        .flat_map(|it| (1..5).map(move |n| format!("{n}号{it}项目")))
        .collect();
    let text = "港口城市的新区今年安排了一批项目，每一个都写进了年度计划，也都有了开工的日子。";
    let raw = format!(
        "新区公布年度项目清单\n2024-03-01 来源：海岸日报\n{text}\n清单里有：\n{}\n{text}新区负责人说，其余项目下半年公布。\n",
        items.join("\n")
    );
    let blocks = blocks(&raw);
    for item in items {
        assert!(blocks.contains(&item), "{item} is missing of {blocks:#?}");
    }
}

#[test]
fn a_headline_may_trail_off() {
    let raw = "老码头，又亮灯了……\n2024-03-01 来源：海岸日报\n停了三年的老码头昨晚重新亮灯，岸边的商户从十二家增加到三十家，游人比往年多了一倍。\n";
    assert_eq!(draft(raw).expect("an article").title.value, "老码头，又亮灯了……");
}

#[test]
fn a_paragraph_may_speak_of_what_pages_say() {
    let paragraphs = [
        "市里的法院去年审结侵权案件三百件，比上一年少了两成。",
        "企业的著作权登记一天办完，登记量增加一倍。",
        "高校为园区提供技术支持，园区为高校提供场地。",
        "渔民用小程序卖鱼，一个月卖出三千单。",
        "镜像数据中心建在山里，电费省了三成。",
    ];
    let raw =
        format!("新区办好知识产权小事\n2024-03-01 来源：海岸日报\n{}\n", paragraphs.join("\n"));
    assert_eq!(blocks(&raw), paragraphs);
}

/// A day that does not exist, spelled out in entities, which are no part of the text.
#[test]
fn an_impossible_day_in_a_page() {
    let page = "<h1>老码头重新亮灯</h1><p>2023&#24180;2&#26376;30&#26085; 来源：海岸日报</p>\
                <p>停了三年的老码头昨晚重新亮灯，岸边的商户增加到三十家，游人多了一倍。</p>";
    let mut site = Site::new(CONFIG);
    site.edit("content/inbox/a.html", page.as_bytes()).build();
    assert!(site.ids().contains(&"impossible-day"), "{}", site.report());
}

fn any_line() -> impl Strategy<Value = String> {
    let words = prop_oneof![
        Just("青岛日报2023年3月10日5版"),
        Just("青岛 > 要闻 > 正文"),
        Just("——访某人"),
        Just("撰文/某某"),
        Just("责任编辑：某某"),
        Just("图片来源:某台"),
        Just("小标题"),
        Just("正文一句，又一句。"),
        Just("(某报记者 某某)"),
        Just("*a* _b_ [c](d) <e> `f` 1. # + -"),
        Just("第1091期"),
        Just("2月30日"),
        Just("「引」"),
        Just("\u{3000}　"),
        Just("𠀾臺灣"),
        Just("（本报海口2月27日讯）"),
        Just("海岸社北京3月4日电（记者"),
        Just("【明報專訊】"),
        Just("作者：某某编辑：某某"),
        Just("民國一百零七年三月"),
        Just("发布时间：109-12-26 来源："),
        Just("首页 / 要闻 / "),
        Just("——"),
        Just("记者内可停靠七万吨级…网"),
        Just("分享到"),
        Just(""),
    ];
    prop_oneof![words.prop_map(str::to_owned), any::<String>()]
}

/// Bytes of all kinds: U+0000, other encodings, markup, and anything else.
fn any_file() -> impl Strategy<Value = Vec<u8>> {
    let piece = prop_oneof![
        any_line().prop_map(String::into_bytes),
        any_line().prop_map(|it| format!("<p>{it}</p>").into_bytes()),
        Just(b"\0".to_vec()),
        Just(b"<div><h1>".to_vec()),
        Just(b"</div><script>x".to_vec()),
        Just(b"&amp;&ldquo;&#x9752;&".to_vec()),
        Just(b"<meta charset=gb2312>".to_vec()),
        Just(b"\xc7\xe0\xb5\xba\xb8\xdb\xa3\xac".to_vec()),
        Just(b"\xff\xfe\x52\x97".to_vec()),
        prop::collection::vec(any::<u8>(), 0..20),
    ];
    prop::collection::vec(piece, 0..10).prop_map(|it| it.join(&b'\n'))
}

/// Whether the letters of each block stand in the raw text, one after another.
fn is_from(raw: &str, draft: &Draft) -> Result<(), TestCaseError> {
    let letters = |text: &str| text.chars().filter(|c| c.is_alphanumeric()).collect::<String>();
    let raw = letters(raw);
    for block in &draft.blocks {
        let texts = match &block.value {
            Block::Heading(text) | Block::Paragraph(text) => vec![text],
            Block::Caption { text, credit } => vec![text, credit],
            Block::Row(cells) => cells.iter().collect(),
        };
        for text in texts {
            prop_assert!(raw.contains(&letters(text)), "{text}");
        }
    }
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(256))]

    /// Any text in: no panic, and every letter, digit and Han character of the body is one of the raw text's,
    /// in its order.
    #[test]
    fn nothing_is_invented(lines in prop::collection::vec(any_line(), 0..12)) {
        let raw = lines.join("\n");
        if let Some(draft) = draft(&raw) {
            is_from(&raw, &draft)?;
        }
    }

    /// Any bytes in, as a text or as a page: no panic, nothing invented.
    #[test]
    fn any_bytes_can_be_read(bytes in any_file(), page in any::<bool>()) {
        let (words, topics) = (Words::new(&Lists::new()), Topics::default());
        let context = Context {
        gazetteer: Gazetteer::built_in(),
        topics: &topics,
        words: &words,
        given: &Given::default(),
    };
        let name = if page { "a.html" } else { "a.txt" };
        let file = SourceFile::new(SitePath::new(name).expect("a good path"), bytes);
        if let Ok(read) = extract::read(&file, u64::MAX, context) {
            for line in &read.extraction.lines {
                prop_assert!(read.text.get(line.span.clone()).is_some(), "{:?}", line.span);
            }
            if let Some(draft) = &read.extraction.draft {
                let values = std::iter::once(&draft.title).chain(&draft.subtitle);
                let values = values.chain(&draft.publication).chain(&draft.edition).chain(&draft.series);
                let values = values.chain(&draft.section).map(|it| &it.evidence);
                let credits = draft.byline.iter().map(|it| &it.evidence);
                let blocks = draft.blocks.iter().map(|it| &it.evidence);
                let days = draft.date.iter().map(|it| &it.evidence);
                for it in values.chain(credits).chain(blocks).chain(days) {
                    prop_assert!(read.text.get(it.span.clone()).is_some_and(|it| !it.is_empty()), "{it:?}");
                }
                let shown: Vec<&str> = read.extraction.lines.iter().map(|it| &*it.text).collect();
                is_from(&shown.join("\n"), draft)?;
            }
        }
    }

    /// What is written as Markdown is read again as the same text.
    #[test]
    fn a_paragraph_comes_back(text in "[^\\p{C}\\p{Z}][^\\p{C}\\p{Zl}\\p{Zp}\u{a0}]{0,40}[^\\p{C}\\p{Z}]") {
        let escaped = markdown::escape(&text);
        let read = body::render(&format!("前一段。\n\n{escaped}\n"), "/");
        prop_assert_eq!(read.text, format!("前一段。\n{text}\n"), "{}", escaped);
        let heading = body::render(&format!("## {escaped}\n"), "/");
        prop_assert_eq!(&heading.headings[0].text, &text, "{}", escaped);
    }

    /// A file that the program wrote is known as its own, and no longer once a character changes.
    #[test]
    fn edits_are_noticed(at in 0_usize..400) {
        let file = extracted("标题\n正文一句，又一句。\n正文二句。").expect("an article");
        prop_assert!(provenance::is_generated(&file));
        let chars: Vec<char> = file.chars().collect();
        let at = at % chars.len();
        let edited: String = chars.iter().enumerate().map(|(i, c)| if i == at { '改' } else { *c }).collect();
        prop_assert!(!provenance::is_generated(&edited), "{}", edited);
    }
}

#[test]
fn words_of_a_menu_are_no_article() {
    for raw in [
        "首页\n新闻\n视频\n返回顶部\n分享到\n联系我们\n版权所有\n",
        "首页 > 新闻 > 正文\n分享到\n版权所有\n首页\n",
    ] {
        assert!(draft(raw).is_none(), "{raw}");
    }
}

#[test]
fn tables_stay_tables() {
    let text = "海岸市昨天公布了三个区的招生计划，新增的学位有一半在老城，其余在两个新区。";
    let page = format!(
        "<title>海岸市公布招生计划</title><h1>海岸市公布招生计划</h1><p>{text}</p><table>\
         <tr><th>区</th><th>地址</th><th>联系人</th></tr><tr><td>东区</td><td>观海 路</td><td>林一山</td></tr>\
         <tr><td>西区</td><td>河滨|路</td><td>周二水</td></tr></table><p>{text}报名从六月开始。</p>"
    );
    let rows = "| 区 | 地址 | 联系人 |\n|---|---|---|\n| 东区 | 观海路 | 林一山 |\n| 西区 | 河滨\\|路 | 周二水 |\n";
    let mut site = Site::new(CONFIG);
    site.edit("content/inbox/a.html", page).build();
    let written = site.source(&site.paths("content/articles")[0]);
    assert!(written.contains(rows), "{written}");

    let plain = format!(
        "海岸市公布招生计划\n2024-05-06 来源：海岸日报\n{text}\n区\t学校数\t学位\n东区\t32\t8100\n西区\t21\t5400\n{text}报名从六月开始。\n"
    );
    let written = extracted(&plain).expect("an article");
    assert!(
        written.contains("| 区 | 学校数 | 学位 |\n|---|---|---|\n| 东区 | 32 | 8100 |\n"),
        "{written}"
    );
}

#[test]
fn who_published_stands_between_headline_and_day() {
    let text = "海岸市今年在六处海水浴场新增三十处冲淋设施，免费向市民开放，每天开放到晚上九点。";
    for (name, day) in
        [("海岸交通广播", "2024年8月2日 18:30"), ("海岸市商务局", "2024-08-02 18:30 山东")]
    {
        let draft = draft(&format!("海水浴场新增三十处冲淋设施\n{name}\n{day}\n{text}\n"))
            .expect("an article");
        assert_eq!(draft.title.value, "海水浴场新增三十处冲淋设施");
        assert_eq!(draft.publication.expect("a source").value, name);
    }
    let draft = draft(&format!(
        "海水浴场新增三十处冲淋设施\n原创 林一山 海岸发布厅\n2024年08月02日\n山东\n{text}\n"
    ))
    .expect("an article");
    assert_eq!(draft.publication.expect("a source").value, "海岸发布厅");
    assert_eq!((draft.byline[0].value.name.as_str(), draft.blocks.len()), ("林一山", 1));
}

#[test]
fn data_without_a_space_between_is_read() {
    let text = "海岸市今年在六处海水浴场新增三十处冲淋设施，免费向市民开放，每天开放到晚上九点。";
    for line in
        ["滨海时报2023年3月10日02版要闻记者李文海", "滨海时报记者李文海通讯员张晓梅2023年3月10日"]
    {
        let draft =
            draft(&format!("海水浴场新增三十处冲淋设施\n{line}\n{text}\n")).expect("an article");
        assert_eq!(draft.date.expect("a day").value.day.to_string(), "2023-03-10", "{line}");
        assert_eq!(draft.byline[0].value.name, "李文海", "{line}");
    }
}

#[test]
fn a_day_in_two_lines_and_a_headline_said_again() {
    let raw = "港口的一天\n2023\n03/15\n10:21:33\n来源：海岸社\n\n　　海岸社青岛3月15日电　题：港口的一天\n　　海岸社记者林一山\n\n　　海岸市今年在六处海水浴场新增三十处冲淋设施，免费向市民开放，每天开放到晚上九点。\n";
    let draft = draft(raw).expect("an article");
    assert_eq!(draft.date.expect("a day").value.day.to_string(), "2023-03-15");
    assert_eq!((draft.blocks.len(), draft.byline.len()), (1, 1), "{:?}", draft.blocks);
}

/// A text between two paragraphs, in an article that is plain otherwise.
fn between(lines: &str) -> Vec<String> {
    let text = "海岸市今年在六处海水浴场新增三十处冲淋设施，免费向市民开放，每天开放到晚上九点。";
    blocks(&format!(
        "海水浴场新增三十处冲淋设施\n2024-03-01 来源：海岸日报\n{text}\n{lines}\n冲淋设施用的是节水喷头，{text}\n市政部门的负责人说，{text}\n"
    ))
}

#[test]
fn sentences_that_look_like_parts_of_a_page_stay() {
    for line in [
        "作者曾在海岸生活三十年，书中写到的渔村今天已经变成了港口，读来让人感慨。",
        "笔者是土生土长的海岸人，小时候常跟着父亲出海打鱼，见过港口最早的样子。",
        "特别提醒：市民出行请提前查询路况，以免误了船期。",
        "“您好！请问是海岸港吗？”",
        "打开手机APP，渔民可以看到当天的鱼价。",
        "今年 5 月，海岸市新开 3 条航线，每周 12 班。\n去年 8 月，海岸市修好 2 座码头，可停 30 条船。",
        "东区第一小学\n东区第二小学\n西区第一小学\n西区第二小学\n西区第三小学",
    ] {
        let found = between(line);
        for line in line.lines() {
            let own: String = line.chars().filter(|c| *c != ' ').collect();
            let found = found.iter().any(|it| it.replace(' ', "") == own);
            assert!(found, "{line} is missing");
        }
    }
}

#[test]
fn headings_of_odd_words_stay_headings() {
    for heading in
        ["30年前", "G20 峰会", "工业设计 赋能渔村", "记者连线青岛夜市", "林一山说：“我要留下来”"]
    {
        let raw = format!("## {}", typography::set_headline(heading));
        let text =
            "海岸市今年在六处海水浴场新增三十处冲淋设施，免费向市民开放，每天开放到晚上九点。";
        let written = extracted(&format!(
            "海水浴场新增三十处冲淋设施\n2024-03-01 来源：海岸日报\n{text}\n{heading}\n冲淋设施用的是节水喷头，{text}\n市政部门的负责人说，{text}\n"
        ));
        let written = written.expect("an article");
        assert!(written.contains(&raw), "{written}");
    }
}

#[test]
fn a_lead_above_a_photographer_is_no_deck() {
    let lead = "海岸市今年在六处海水浴场新增三十处冲淋设施，免费向市民开放，每天开放到晚上九点。";
    let raw = format!(
        "海水浴场新增三十处冲淋设施\n2024-03-01 来源：海岸日报\n{lead}\n海岸渔港的码头\n记者 林一山 摄\n冲淋设施用的是节水喷头，{lead}\n"
    );
    assert!(draft(&raw).expect("an article").subtitle.is_none());
    let raw = format!("海水浴场新增三十处冲淋设施\n{lead}\n记者 林一山 2024-05-06\n");
    let draft = draft(&raw).expect("an article");
    assert_eq!((draft.subtitle.is_none(), draft.blocks.len()), (true, 1));
}

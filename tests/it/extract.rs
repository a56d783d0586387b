use std::path::Path;

use digest_site::article::provenance::{self, Raw};
use digest_site::config::Lists;
use digest_site::extract::words::Words;
use digest_site::extract::{self, Block, Context, Draft, lines, markdown};
use digest_site::file::{SitePath, SourceFile};
use digest_site::gazetteer::Gazetteer;
use digest_site::markdown::body;
use digest_site::topic::Topics;
use proptest::prelude::*;

/// Extracts a raw article, without topics.
fn draft(raw: &str) -> Option<Draft> {
    let (words, topics) = (Words::new(&Lists::new()), Topics::default());
    let context = Context { gazetteer: Gazetteer::built_in(), topics: &topics, words: &words };
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
    let request =
        digest_site::engine::Request { base_url: None, today: jiff::civil::date(2026, 1, 1) };
    let built = digest_site::engine::Engine::default().build(&sources, &request);
    assert_eq!(
        built.new_articles,
        [],
        "run `digest build` and commit what it writes to content/articles"
    );
    for file in committed {
        sources.files.remove(&file.path);
    }
    let anew = digest_site::engine::Engine::default().build(&sources, &request);
    assert_eq!(anew.new_articles.len(), 2);
    assert_eq!(anew.outputs.map(|it| it.len()), built.outputs.map(|it| it.len()));
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
        let context = Context { gazetteer: Gazetteer::built_in(), topics: &topics, words: &words };
        let name = if page { "a.html" } else { "a.txt" };
        let file = SourceFile::new(SitePath::new(name).expect("a good path"), bytes);
        if let Ok(read) = extract::read(&file, u64::MAX, context) {
            for line in &read.extraction.lines {
                prop_assert!(read.text.get(line.span.clone()).is_some(), "{:?}", line.span);
            }
            if let Some(draft) = &read.extraction.draft {
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

use std::collections::BTreeMap;

use digest_site::text::fold::{SearchFolding, TABLE};
use digest_site::text::opencc::{Conversion, Converter};
use digest_site::text::script::SIMPLIFIED;

/// Every character that OpenCC might convert: radicals, Han with all extensions, compatibility ideographs.
fn characters() -> impl Iterator<Item = char> {
    let blocks = [
        '\u{2e80}'..='\u{2fdf}',
        '\u{3005}'..='\u{3007}',
        '\u{3400}'..='\u{4dbf}',
        '\u{4e00}'..='\u{9fff}',
    ];
    let more = ['\u{f900}'..='\u{faff}', '\u{20000}'..='\u{323af}'];
    blocks.into_iter().chain(more).flatten()
}

/// What a configuration makes of each character alone, where that is another single character. One character
/// a line, so that no phrase is ever seen.
fn singles(conversion: Conversion) -> BTreeMap<char, char> {
    let cache = tempfile::tempdir().expect("a folder");
    let converter = Converter::open(conversion, cache.path()).expect("it opens");
    let all: String = characters().flat_map(|c| [c, '\n']).collect();
    let answers = converter.convert(&all).expect("it converts");
    let single = |(from, line): (char, &str)| {
        let mut chars = line.chars();
        let to = chars.next().filter(|to| *to != from)?;
        chars.next().is_none().then_some((from, to))
    };
    std::iter::zip(characters(), answers.split('\n')).filter_map(single).collect()
}

/// The table as `fold.txt` has it, derived anew.
fn derived() -> String {
    let mut table = singles(Conversion::T2s);
    let simplified: std::collections::BTreeSet<char> = table.values().copied().collect();
    for conversion in [Conversion::Tw2s, Conversion::Hk2s] {
        for (from, to) in singles(conversion) {
            if !simplified.contains(&from) {
                table.entry(from).or_insert(to);
            }
        }
    }
    let end = |from: char| {
        let mut to = from;
        while let Some(next) = table.get(&to) {
            to = *next;
        }
        to
    };
    table.keys().flat_map(|from| [*from, end(*from), '\n']).collect()
}

#[test]
fn the_table_is_what_opencc_says() {
    expect("src/text/fold.txt", TABLE, &derived());
}

#[test]
fn the_simplified_characters_are_what_opencc_says() {
    let simplified: String = singles(Conversion::S2t).into_keys().chain(['\n']).collect();
    expect("src/text/simplified.txt", SIMPLIFIED, &simplified);
}

/// A table is what was derived; or is written anew.
fn expect(path: &str, table: &str, derived: &str) {
    if crate::support::updates() {
        let path = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join(path);
        std::fs::write(path, derived).expect("written");
        return;
    }
    assert!(derived == table, "{path} is not what OpenCC says; UPDATE_EXPECT=1 writes it anew");
}

/// What is converted folds to the same for the search: a reader finds what he reads.
#[test]
fn the_search_finds_what_was_converted() {
    let folding = SearchFolding::default();
    let cache = tempfile::tempdir().expect("a folder");
    let texts = ["tests/fixtures/extract", "content/inbox"].into_iter().flat_map(|folder| {
        let entries = std::fs::read_dir(folder).expect("a folder");
        entries.filter_map(|it| std::fs::read_to_string(it.expect("an entry").path()).ok())
    });
    let words = "沿着 凭借 重复 计划 土着 着作 象样 老么 仿佛 覆蓋 藉口 著名 規畫 彷彿";
    let texts: Vec<String> = texts.chain([words.to_owned()]).collect();
    assert!(texts.len() > 5);
    for conversion in Conversion::ALL {
        let converter = Converter::open(conversion, cache.path()).expect("it opens");
        for text in &texts {
            let result = converter.convert(text).expect("it converts");
            for (before, after) in std::iter::zip(text.lines(), result.lines()) {
                assert!(folding.same(before, after), "{conversion:?}: {before} → {after}");
            }
        }
    }
}

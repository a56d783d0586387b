//! How well raw articles are read, against what a careful reader found in them.
//!
//! `tests/fixtures/extract/tuned` and `held-back` hold invented raw articles, each with a JSON file of what is
//! right. The first set is for working on the rules; nobody looks at the second while doing that. For each field
//! a value counts as right or wrong, and the score is F1: the harmonic mean of how many of the values found are
//! right and how many of the right values are found.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write;
use std::path::Path;

use digest_site::extract::words::Words;
use digest_site::extract::{self, Context, json};
use digest_site::file::{SitePath, SourceFile};
use digest_site::gazetteer::Gazetteer;
use digest_site::text::fold::fold_char;
use digest_site::topic::Topics;
use serde_json::Value;

/// The sets of fixtures, and the score that neither may fall below, on average over the fields.
const SETS: [(&str, f64); 2] = [("tuned", 0.89), ("held-back", 0.90)];

/// No field of a set may fall below this.
const WORST_FIELD: f64 = 0.5;

/// The fields that are scored, in the order of the table.
const FIELDS: [&str; 17] = [
    "script",
    "title",
    "subtitle",
    "date",
    "publication",
    "edition",
    "series",
    "section",
    "byline",
    "byline roles",
    "headings",
    "captions",
    "paragraphs",
    "clean bodies",
    "places",
    "zones",
    "primary cities",
];

/// Where the table of scores stands in the document.
const TABLE: (&str, &str) = ("<!-- scores -->\n", "<!-- end of scores -->");

/// Right, wrong and missing values.
#[derive(Default, Clone, Copy)]
struct Count {
    right: usize,
    wrong: usize,
    missing: usize,
}

impl Count {
    fn add(&mut self, right: usize, found: usize, wanted: usize) {
        self.right += right;
        self.wrong += found - right;
        self.missing += wanted - right;
    }

    fn f1(self) -> f64 {
        let all = 2 * self.right + self.wrong + self.missing;
        if all == 0 { 1.0 } else { 2.0 * real(self.right) / real(all) }
    }
}

/// A count, to be divided.
fn real(count: usize) -> f64 {
    f64::from(u32::try_from(count).expect("a small number"))
}

type Scores = BTreeMap<&'static str, Count>;

/// Letters and digits, folded: what two texts share that differ in punctuation and script only.
fn key(text: &str) -> String {
    let half = |c: char| match c {
        '\u{ff01}'..='\u{ff5e}' => char::from_u32(c as u32 - 0xfee0).unwrap_or(c),
        c => c,
    };
    text.chars()
        .map(|c| fold_char(half(c)).to_ascii_lowercase())
        .filter(|c| c.is_alphanumeric())
        .collect()
}

/// Whether two texts are one, but for a share of it.
fn alike(a: &str, b: &str, share: f64) -> bool {
    let (a, b) = (key(a), key(b));
    if a.is_empty() || b.is_empty() {
        return a == b;
    }
    let (short, long) = if a.len() < b.len() { (&a, &b) } else { (&b, &a) };
    if long.contains(short.as_str()) {
        return real(short.len()) / real(long.len()) >= share;
    }
    let pairs = |text: &str| {
        let chars: Vec<char> = text.chars().collect();
        let mut counted: BTreeMap<(char, char), usize> = BTreeMap::new();
        chars.windows(2).for_each(|it| *counted.entry((it[0], it[1])).or_default() += 1);
        counted
    };
    let (a, b) = (pairs(&a), pairs(&b));
    let both: usize = a.iter().map(|(pair, n)| (*n).min(b.get(pair).copied().unwrap_or(0))).sum();
    let all: usize = a.values().chain(b.values()).sum();
    2.0 * real(both) >= (share + 0.03) * real(all)
}

/// How many of the wanted values are among the found ones, each counted once.
fn matches<'a>(wanted: &[&'a str], found: &[&'a str], same: impl Fn(&str, &str) -> bool) -> usize {
    let mut free: Vec<&str> = found.to_vec();
    let mut right = 0;
    for it in wanted {
        if let Some(at) = free.iter().position(|other| same(it, other)) {
            free.swap_remove(at);
            right += 1;
        }
    }
    right
}

fn texts<'a>(value: &'a Value, field: &str, inner: &str) -> Vec<&'a str> {
    let items = value[field].as_array().map_or(&[][..], Vec::as_slice);
    items
        .iter()
        .filter_map(|it| if inner.is_empty() { it.as_str() } else { it[inner].as_str() })
        .collect()
}

/// What kind of work a role is.
fn class(role: &str) -> &'static str {
    let role: String = role.chars().map(fold_char).collect();
    let has = |words: &[&str]| words.iter().any(|it| role.contains(it));
    match () {
        () if has(&["摄", "图片", "视频", "制图"]) => "photo",
        () if has(&["编辑", "责编", "审", "校对", "核稿"]) => "edit",
        () if has(&["撰", "记者", "作者", "文", "供稿", "采访", "通讯员", "报道", "报导"]) => {
            "write"
        }
        () => "other",
    }
}

/// Names with the kind of work.
fn credits(value: &Value) -> Vec<String> {
    let items = value["byline"].as_array().map_or(&[][..], Vec::as_slice);
    let credit = |it: &Value| {
        format!(
            "{}/{}",
            it["name"].as_str().unwrap_or(""),
            class(it["role"].as_str().unwrap_or(""))
        )
    };
    items.iter().map(credit).collect()
}

/// The places of a field, those that have to be found and those that may be; by their identities, or names.
fn places(value: &Value, field: &str) -> (BTreeSet<String>, BTreeSet<String>) {
    let gazetteer = Gazetteer::built_in();
    let identity = |it: &Value| {
        let name = it["code"].as_str().or_else(|| it["name"].as_str()).unwrap_or_default();
        gazetteer.resolve(name).map_or_else(|_| key(name), |id| gazetteer.route(id).to_string())
    };
    let items = value[field].as_array().map_or(&[][..], Vec::as_slice);
    let (optional, needed): (Vec<&Value>, Vec<&Value>) =
        items.iter().partition(|it| it["optional"] == true);
    (needed.into_iter().map(identity).collect(), optional.into_iter().map(identity).collect())
}

fn score(scores: &mut Scores, wanted: &Value, found: &Value) -> bool {
    let same = |a: &str, b: &str| key(a) == key(b);
    let before: Vec<usize> = scores.values().map(|it| it.wrong + it.missing).collect();
    let mut add =
        |field, right, found, wanted| scores.entry(field).or_default().add(right, found, wanted);
    for field in ["script", "title", "subtitle", "date", "publication", "edition", "series"] {
        let (wanted, found) = (wanted[field].as_str(), found[field].as_str());
        let right = wanted.is_some_and(|a| found.is_some_and(|b| same(a, b)));
        add(field, usize::from(right), usize::from(found.is_some()), usize::from(wanted.is_some()));
    }
    let mut list =
        |name, wanted: Vec<&str>, found: Vec<&str>, same: &dyn Fn(&str, &str) -> bool| {
            add(name, matches(&wanted, &found, same), found.len(), wanted.len());
        };
    list("section", texts(wanted, "section", ""), texts(found, "section", ""), &same);
    list("byline", texts(wanted, "byline", "name"), texts(found, "byline", "name"), &same);
    let (a, b) = (credits(wanted), credits(found));
    list(
        "byline roles",
        a.iter().map(|it| &**it).collect(),
        b.iter().map(|it| &**it).collect(),
        &same,
    );
    list("headings", texts(wanted, "headings", ""), texts(found, "headings", ""), &same);
    list(
        "captions",
        texts(wanted, "captions", "text"),
        texts(found, "captions", "text"),
        &|a, b| alike(a, b, 0.75),
    );
    let (paragraphs, body) = (texts(wanted, "body", ""), texts(found, "body", ""));
    let right = matches(&paragraphs, &body, |a, b| alike(a, b, 0.9));
    list("paragraphs", paragraphs, body.clone(), &|a, b| alike(a, b, 0.9));
    for (name, field) in
        [("places", "places"), ("zones", "zones"), ("primary cities", "primary_cities")]
    {
        let (mut a, optional) = places(wanted, field);
        let mut b = places(found, field).0;
        b.retain(|it| a.contains(it) || !optional.contains(it));
        if field == "primary_cities" {
            // An editor knows where a street lies; a text that does not name the city cannot say it.
            let (named, also) = places(wanted, "places");
            a.retain(|it| named.contains(it) || also.contains(it));
        }
        let (a, b): (Vec<&str>, Vec<&str>) =
            (a.iter().map(|it| &**it).collect(), b.iter().map(|it| &**it).collect());
        list(name, a, b, &|a, b| a == b);
    }
    let clean = right == body.len() && !body.is_empty();
    add("clean bodies", usize::from(clean), 1, 1);
    before != scores.values().map(|it| it.wrong + it.missing).collect::<Vec<_>>()
}

/// Scores a set of fixtures; how many there are, and the names of those that are not all right.
fn scores(set: &str) -> (Scores, usize, Vec<String>) {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/extract").join(set);
    let words = Words::new(&BTreeMap::new());
    let topics = Topics::default();
    let context = Context { gazetteer: Gazetteer::built_in(), topics: &topics, words: &words };
    let mut names: Vec<_> =
        std::fs::read_dir(folder).expect("read").map(|it| it.expect("read").path()).collect();
    names.retain(|it| it.extension().is_some_and(|it| it == "json"));
    names.sort();
    let mut scores: Scores = FIELDS.into_iter().map(|it| (it, Count::default())).collect();
    let mut wrong = Vec::new();
    for label in &names {
        let wanted: Value =
            serde_json::from_slice(&std::fs::read(label).expect("read")).expect("JSON");
        let raw =
            ["txt", "html"].map(|it| label.with_extension(it)).into_iter().find(|it| it.exists());
        let raw = raw.unwrap_or_else(|| panic!("no raw article beside {}", label.display()));
        let name = raw.file_name().expect("a name").to_string_lossy().into_owned();
        let file = SourceFile::new(
            SitePath::new(&name).expect("a good name"),
            std::fs::read(&raw).expect("read"),
        );
        let read = extract::read(&file, u64::MAX, context).expect("a text");
        let found =
            json::draft(&read.extraction, &read.text, context.gazetteer).unwrap_or(Value::Null);
        if score(&mut scores, &wanted, &found) {
            wrong.push(name);
        }
    }
    (scores, names.len(), wrong)
}

fn average(scores: &Scores) -> f64 {
    scores.values().map(|it| it.f1()).sum::<f64>() / real(scores.len())
}

#[test]
fn raw_articles_are_read_as_well_as_before() {
    let mut table = String::from("| field | tuned | held back |\n|---|---|---|\n");
    let sets = SETS.map(|(set, _)| scores(set));
    for field in FIELDS {
        let [a, b] = [0, 1].map(|it: usize| sets[it].0[field].f1());
        writeln!(table, "| {field} | {a:.3} | {b:.3} |").expect("a string takes any text");
    }
    let [a, b] = [0, 1].map(|it: usize| average(&sets[it].0));
    writeln!(table, "| **average** | **{a:.3}** | **{b:.3}** |").expect("a string takes any text");
    writeln!(table, "| fixtures | {} | {} |", sets[0].1, sets[1].1)
        .expect("a string takes any text");
    for ((set, floor), (scores, count, wrong)) in std::iter::zip(SETS, &sets) {
        assert!(*count >= 20, "{set} has only {count} fixtures");
        // Of the fixtures held back only the number is told.
        let named = if set == "tuned" { wrong.join(", ") } else { wrong.len().to_string() };
        assert!(
            average(scores) >= floor,
            "{set}: {:.3}; not all right: {named}\n{table}",
            average(scores)
        );
        for (field, count) in scores {
            assert!(
                count.f1() >= WORST_FIELD,
                "{set}: {field} {:.3}; not all right: {named}",
                count.f1()
            );
        }
    }
    let document =
        std::fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/extraction.md"))
            .expect("read");
    let start =
        document.find(TABLE.0).expect("the document has a place for the scores") + TABLE.0.len();
    let end = document.find(TABLE.1).expect("the document has an end of the scores");
    let expected = format!("{}{table}{}", &document[..start], &document[end..]);
    crate::tidy::expect_file("docs/extraction.md", &expected);
}

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
use digest_site::facts::Given;
use digest_site::file::{SitePath, SourceFile};
use digest_site::gazetteer::Gazetteer;
use digest_site::text::fold::fold_char;
use digest_site::topic::{self, Topics};
use serde_json::Value;

/// The sets of fixtures, and the score that neither may fall below, on average over the fields.
const SETS: [(&str, f64); 2] = [("tuned", 0.80), ("held-back", 0.80)];

/// No field of a set may fall below this.
const WORST_FIELD: f64 = 0.5;

/// The fields that are scored, in the order of the table.
const FIELDS: [&str; 24] = [
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
    "topics",
    "main topics",
    "people",
    "offices",
    "organisations",
    "projects",
    "figures",
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

/// A name or a figure that a label or a program gives.
struct Item {
    /// The ways to write it, as keys.
    names: Vec<String>,
    /// Of a person the office, as a key.
    office: String,
    optional: bool,
}

fn items(value: &Value, field: &str, name: &str) -> Vec<Item> {
    let items = value[field].as_array().map_or(&[][..], Vec::as_slice);
    let item = |it: &Value| {
        let own = it[name].as_str().or_else(|| it.as_str()).unwrap_or_default();
        let unit = it["unit"].as_str().unwrap_or_default();
        let also = it["alt"].as_array().into_iter().flatten().filter_map(Value::as_str);
        let names = std::iter::once(amount(&format!("{own}{unit}"))).chain(also.map(key));
        Item {
            names: names.collect(),
            office: key(it["office"].as_str().unwrap_or_default()),
            optional: it["optional"] == true,
        }
    };
    items.iter().map(item).collect()
}

/// The key of a name or an amount; 余, 多 and the like say nothing of the amount.
fn amount(text: &str) -> String {
    let key = key(text);
    let counts =
        key.starts_with(|c: char| c.is_ascii_digit() || "一二三四五六七八九十两百".contains(c));
    if counts { key.replace(['余', '多', '几'], "") } else { key }
}

/// Whether two names are of one thing: equal, or one a large part of the other.
fn one_name(wanted: &Item, found: &Item) -> bool {
    const PART: f64 = 0.6;
    let length = |text: &str| real(text.chars().count());
    let part = |a: &str, b: &str| {
        let (short, long) = if a.len() < b.len() { (a, b) } else { (b, a) };
        length(short) >= 3.0 && long.contains(short) && length(short) >= PART * length(long)
    };
    let found = &found.names[0];
    wanted.names.iter().any(|it| it == found || part(it, found))
}

fn equal_name(wanted: &Item, found: &Item) -> bool {
    wanted.names[0] == found.names[0]
}

/// Whether a person has the office: one contains the other, or they share most of their characters.
fn same_office(wanted: &Item, found: &Item) -> bool {
    const SHARED: f64 = 0.6;
    let (a, b) = (&wanted.office, &found.office);
    let [x, y] = [a, b].map(|it| it.chars().collect::<BTreeSet<char>>());
    let shared = real(x.intersection(&y).count()) >= SHARED * real(x.union(&y).count());
    equal_name(wanted, found)
        && (a.is_empty()
            || (!b.is_empty() && (a.contains(b.as_str()) || b.contains(a.as_str()) || shared)))
}

/// Right, found and wanted items; an optional one is neither rewarded nor punished.
fn count_items(
    wanted: &[Item],
    found: &[Item],
    same: impl Fn(&Item, &Item) -> bool,
) -> (usize, usize, usize) {
    let mut free: Vec<&Item> = found.iter().collect();
    let (mut right, mut absorbed) = (0, 0);
    let order =
        wanted.iter().filter(|it| !it.optional).chain(wanted.iter().filter(|it| it.optional));
    for it in order {
        if let Some(at) = free.iter().position(|other| same(it, other)) {
            free.remove(at);
            if it.optional { absorbed += 1 } else { right += 1 }
        }
    }
    (right, found.len() - absorbed, wanted.iter().filter(|it| !it.optional).count())
}

/// Keeps one of the items that are equal.
fn distinct(items: Vec<Item>) -> Vec<Item> {
    let mut seen = BTreeSet::new();
    items.into_iter().filter(|it| seen.insert(it.names[0].clone())).collect()
}

/// Topics, names and figures, where they are labelled.
fn score_names(scores: &mut Scores, wanted: &Value, found: &Value) {
    if wanted["people"].is_null() {
        return;
    }
    let mut add = |field, (right, found, wanted): (usize, usize, usize)| {
        scores.entry(field).or_default().add(right, found, wanted);
    };
    let topics = items(found, "topics", "topic");
    add("topics", count_items(&items(wanted, "topics", "topic"), &topics, equal_name));
    let all = wanted["topics"].as_array().map_or(&[][..], Vec::as_slice);
    let main: Vec<&Value> = all.iter().filter(|it| it["primary"] == true).collect();
    let main = items(&serde_json::json!({ "topics": main }), "topics", "topic");
    let (right, _, of) = count_items(&main, &topics, equal_name);
    add("main topics", (right, right, of));
    let people = (items(wanted, "people", "name"), items(found, "people", "name"));
    add("people", count_items(&people.0, &people.1, equal_name));
    let mut offices = people.0;
    for it in &mut offices {
        it.optional |= it.office.is_empty();
    }
    add("offices", count_items(&offices, &people.1, same_office));
    for field in ["organisations", "projects"] {
        let count =
            count_items(&items(wanted, field, "name"), &items(found, field, "name"), one_name);
        add(field, count);
    }
    let figures = [wanted, found].map(|it| distinct(items(it, "figures", "value")));
    add("figures", count_items(&figures[0], &figures[1], equal_name));
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
    score_names(scores, wanted, found);
    before != scores.values().map(|it| it.wrong + it.missing).collect::<Vec<_>>()
}

/// Scores a set of fixtures; how many there are, and the names of those that are not all right.
fn scores(set: &str) -> (Scores, usize, Vec<String>) {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/extract").join(set);
    let words = Words::new(&BTreeMap::new());
    let topics = own_topics();
    let context = Context {
        gazetteer: Gazetteer::built_in(),
        topics: &topics,
        words: &words,
        given: &Given::default(),
    };
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

/// The topics of this repository's own site.
fn own_topics() -> Topics {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join(topic::FOLDER);
    let mut files: Vec<_> =
        std::fs::read_dir(folder).expect("read").map(|it| it.expect("read").path()).collect();
    files.sort();
    let topic = |path: &std::path::PathBuf| {
        let name = path.file_name().expect("a name").to_string_lossy().into_owned();
        let path_in_site = SitePath::new(&format!("{}/{name}", topic::FOLDER)).expect("a path");
        let text = std::fs::read_to_string(path).expect("read").into();
        topic::parse(&path_in_site, &text, &digest_site::config::Config::default()).0
    };
    Topics::new(files.iter().filter_map(topic).collect()).0
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

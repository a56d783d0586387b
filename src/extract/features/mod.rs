//! What can be said of a line before its role is known.
//!
//! In: the lines of a raw article. Out: for each the set of its [features](FEATURES): of its `form`, of its
//! `words`, of what other lines say again (`copies`), and of what stands `around` it. What a feature is
//! worth for a role is said in `model.toml`, not here.

mod around;
mod copies;
mod form;
mod rows;
mod table;
mod words;

use unicode_width::UnicodeWidthStr;

use super::inline;
use super::items::{self, Reading};
use super::lines::{Element, Line, ends_sentence};
use super::normal::Normal;
use super::words::Words;
use crate::text::is_han;

use Feature as F;
pub(super) use copies::breadcrumb;
pub(super) use rows::cells;
pub use table::FEATURES;
pub(super) use table::{Feature, Set};

/// A line of at least this many columns is text, whatever it ends in.
const LONG: usize = 100;

/// A heading has hardly more columns.
const SHORT: usize = 56;

/// A line of data or furniture has at most this many columns.
const DATA: usize = 160;

/// A longer line is a paragraph whatever it shows, in bytes.
const LONGEST_LINE: usize = 2_000;

/// Two headlines are looked for among this many lines at the head.
const HEAD: usize = 400;

/// What it means that a line has a feature, by its name.
#[must_use]
pub fn meaning(name: &str) -> &'static str {
    FEATURES.iter().find(|it| it.0 == name).map_or("", |it| it.1)
}

/// A line, and what can be said of it.
#[derive(Debug)]
pub(super) struct Described {
    pub(super) set: Set,
    /// The line as data; of a long line, nothing.
    pub(super) reading: Reading,
    /// The length of the line without the name of a site behind it, in bytes.
    pub(super) core: usize,
    /// The line as a paragraph, if it was taken apart to describe it.
    pub(super) parts: Option<inline::Parts>,
}

/// Describes the lines of an article.
pub(super) fn describe(lines: &[Line], words: &Words) -> Vec<Described> {
    let mut described: Vec<Described> = lines.iter().map(|line| alone(line, words)).collect();
    words::values_below_labels(lines, &mut described, words);
    words::beside_days(lines, &mut described, words);
    copies::trails(lines, &mut described, words);
    let mut is_text: Vec<bool> =
        std::iter::zip(lines, &described).map(|(line, it)| looks_like_text(line, it.set)).collect();
    introductions(lines, &described, &mut is_text);
    around::far(lines, &mut described, &mut is_text);
    let first = is_text.iter().position(|it| *it).unwrap_or(lines.len());
    let last = is_text.iter().rposition(|it| *it).unwrap_or(0);
    copies::copies(lines, &mut described, first);
    copies::title_trails(lines, &mut described, first);
    let indents_matter = indents_matter(lines, &is_text);
    let gaps_are_rare = lines.iter().filter(|it| it.after_blank).count() * 3 < lines.len();
    let mut was_source = false;
    for (i, line) in lines.iter().enumerate() {
        let next_is_short = lines.get(i + 1).is_some_and(|it| {
            it.text.width() < SHORT && !ends_sentence(&it.text) && it.text.contains(is_han)
        });
        let set = &mut described[i].set;
        set.add(F::BeforeText, i < first);
        set.add(F::AfterText, i > last);
        set.add(F::FirstLine, i == 0);
        set.add(F::TextNext, is_text.get(i + 1) == Some(&true));
        set.add(F::TextBefore, i > 0 && is_text[i - 1]);
        if set.has(F::TextBefore) && set.has(F::TextNext) {
            // Between two paragraphs a word such as 小程序 or 点赞 asks for nothing,
            if !set.has(F::PlainAppeal) {
                set.remove(F::Appeal);
            }
            // 30年前, 周一 are headings, and 特别提醒：出行请查询路况，以免误船。 is a third one.
            set.remove(F::Useless);
            if ends_sentence(&line.text) && set.has(F::Comma) {
                set.remove(F::UselessLabel);
            }
        }
        let gap = gaps_are_rare && line.after_blank && i > first;
        set.add(F::RareGap, gap);
        set.add(F::OneSentence, gap && form::is_one_sentence(&line.text));
        set.add(F::Indented, indents_matter && line.indented);
        set.add(F::NotIndented, indents_matter && !line.indented);
        let is_source = line.text.ends_with(['：', ':'])
            && line.text.width() <= 40
            && !line.text.contains(['，', ',', '。']);
        let is_ordinal = set.has(F::Numbered) && (set.has(F::NoHan) || set.has(F::BareWord));
        set.add(F::SourceHeading, (is_source || is_ordinal) && next_is_short && i < last);
        set.add(F::AfterSource, was_source);
        was_source = set.has(F::SourceHeading);
        set.add(F::LoneHead, i == 0 && set.has(F::BareWord));
    }
    around::below_endings(lines, &mut described);
    around::lists(lines, &mut described);
    rows::rows(lines, &mut described, first);
    around::speakers(lines, &mut described);
    around::crowds(lines, &is_text, &mut described);
    around::related(lines, &is_text, &mut described);
    around::plain_head(&mut described, first);
    around::echoes(lines, &is_text, &mut described);
    around::headline_block(lines, &mut described, first);
    around::decks(lines, &mut described, first);
    described
}

/// What a line says by itself.
fn alone(line: &Line, words: &Words) -> Described {
    let text = &*line.text;
    let width = text.width();
    let mut set = Set::default();
    set.add(F::Always, true);
    hints(line, &mut set);
    set.add(F::Statement, words::is_statement(text, words));
    if width >= LONG * 4 || text.len() > LONGEST_LINE {
        // A paragraph, whatever words it has.
        for feature in [F::Long, F::InnerSentence, F::Comma] {
            set.add(feature, true);
        }
        set.add(F::EndsSentence, ends_sentence(text));
        // Only a disclaimer says at once what it is.
        let head = text.char_indices().nth(LONG / 2).map_or(text, |(at, _)| &text[..at]);
        words::page_words(&Normal::new(head), 0, words, &mut set);
        return Described { set, reading: Reading::default(), core: text.len(), parts: None };
    }
    let normal = Normal::new(text);
    form::form(text, &normal, width, &mut set);
    form::form_by_words(&normal, words, &mut set);
    let mut reading = if width <= DATA { items::read(&normal, words) } else { Reading::default() };
    let dressed = set.has(F::Bracketed) || text.starts_with(['□', '■', '◎', '●', '○', '◆']);
    if dressed && !reading.is_data() && width <= SHORT {
        reading = inline::authors(text, words).unwrap_or(reading);
    }
    words::data(&normal, &reading, &mut set);
    words::page_words(&normal, width, words, &mut set);
    words::pictures(&normal, width, words, &mut set);
    let taken = !set.has(F::Data) && width > 16;
    let parts = taken.then(|| inline::take_apart(text, words));
    if let Some(parts) = parts.as_ref().filter(|it| !it.items.is_empty()) {
        set.add(F::Signed, !parts.text.is_empty());
        if parts.text.is_empty() {
            reading = Reading { items: parts.items.clone(), ..Reading::default() };
            words::data(&normal, &reading, &mut set);
        }
    }
    if !set.has(F::Data) && !set.has(F::MostlyData) {
        reading = Reading::default();
    }
    Described { set, reading, core: copies::without_site(text), parts }
}

fn hints(line: &Line, set: &mut Set) {
    set.add(F::HtmlTitle, line.hint.element == Element::Title);
    set.add(F::HtmlHeading, line.hint.element == Element::Heading);
    set.add(F::HtmlCaption, line.hint.element == Element::Caption);
    set.add(F::HtmlFurniture, line.hint.element == Element::Furniture);
    set.add(F::HtmlOutside, line.hint.outside);
    set.add(F::HtmlLink, line.hint.link);
}

/// Whether a line reads like a paragraph.
fn looks_like_text(line: &Line, set: Set) -> bool {
    const NEVER: [Feature; 11] = [
        F::Data,
        F::Legal,
        F::Furniture,
        F::Ending,
        F::UselessLabel,
        F::CreditLine,
        F::HtmlOutside,
        F::HtmlFurniture,
        F::HtmlTitle,
        F::Breadcrumb,
        F::Note,
    ];
    if set.has_any(&NEVER) {
        return false;
    }
    // A headline that was cut short: 港口新开三条航….
    if line.text.ends_with(['…', '.']) && !set.has(F::InnerSentence) && !set.has(F::Long) {
        return false;
    }
    let of_picture = [F::PhotoSigned, F::PhotoKind, F::PhotoHead, F::HtmlCaption];
    let ends = set.has(F::EndsSentence) || set.has(F::EndsQuestion);
    let width = line.text.width();
    !set.has_any(&of_picture)
        && ((ends && width >= 24)
            || set.has(F::Signed)
            || (set.has(F::Long) && set.has(F::Comma))
            || (set.has(F::InnerSentence) && width >= SHORT))
}

/// Counts as text what introduces text: a line above it that ends in a colon and has a comma, as
/// 各县（市、区）人民政府，市直各单位：.
fn introductions(lines: &[Line], described: &[Described], is_text: &mut [bool]) {
    for i in 0..lines.len().saturating_sub(1) {
        let set = described[i].set;
        let plain = !set.has(F::Data) && !set.has(F::Breadcrumb) && !set.has(F::Furniture);
        let opens = lines[i].text.ends_with(['：', ':']) && set.has(F::Comma);
        is_text[i] |= opens && plain && is_text[i + 1];
    }
}

/// Whether an indent says something: most paragraphs have one, and some lines have none.
fn indents_matter(lines: &[Line], is_text: &[bool]) -> bool {
    let text = || std::iter::zip(lines, is_text).filter(|(_, is_text)| **is_text);
    let (all, indented) = (text().count(), text().filter(|(line, _)| line.indented).count());
    all > 1 && indented * 4 >= all * 3 && lines.iter().any(|it| !it.indented)
}

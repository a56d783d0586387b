//! A raw article → [`Draft`].
//!
//! In: the lines of a raw article, the gazetteer, the topics, the words. Out: what it says, told apart:
//! headline, day, paper, byline, headings, captions, paragraphs, each with its evidence. The steps:
//! 1. [`lines`] or [`html`]: the raw text as lines;
//! 2. [`features`]: what can be said of each line, by its form, its words and its place;
//! 3. [`model`]: the role of each line, decided for all together;
//! 4. `values`, `when`, `about`: what the lines of each role say;
//! 5. [`markdown`] writes the draft as a Markdown file, [`json`] as data, [`review`] lists what is doubtful.
//!
//! Nothing is invented: what the text does not say stays empty. The punctuation is set as a Chinese paper
//! would; every other character of the body is the raw article's.

pub mod about;
pub mod explain;
pub mod features;

mod inline;
mod items;
pub mod html;
pub mod json;
pub mod lines;
pub mod markdown;
pub mod model;
mod normal;
pub mod review;
pub mod stated;

mod values;
mod when;
pub mod words;

use std::ops::Range;
use std::sync::Arc;

use jiff::civil::Date;

use crate::article::Credit;
use crate::decode::{self, RawText};
use crate::diagnostic::Diagnostic;
use crate::facts::Given;
use crate::file::{SitePath, SourceFile};
use crate::gazetteer::{Gazetteer, PlaceId};
use crate::text::fold::Folded;
use crate::text::script::Script;
use crate::text::typography;
use crate::topic::{Proposal, Topics};
use about::{Doubtful, Piece, Placed, Stated, Weight};
use features::Feature;
use lines::Line;
use model::{Labelled, Role};
use values::Read;
use words::Words;

/// The folder of the raw articles.
pub const FOLDER: &str = "content/inbox";

/// What an extraction reads besides the raw article.
#[derive(Clone, Copy)]
pub struct Context<'a> {
    /// The places.
    pub gazetteer: &'a Gazetteer,
    /// The topics of the site.
    pub topics: &'a Topics,
    /// The words by which lines are told apart.
    pub words: &'a Words,
    /// The names of people, organisations and projects that the site knows.
    pub given: &'a Given,
}

/// What came of a raw article.
#[derive(Debug)]
pub struct Extraction {
    /// Its lines.
    pub lines: Vec<Line>,
    /// Their roles; empty if it has no headline with text below.
    pub labelled: Vec<Labelled>,
    /// What it says; `None` if it has no headline or no text.
    pub draft: Option<Draft>,
}

/// Why a value is what it is.
#[derive(Debug, Clone, PartialEq)]
pub struct Evidence {
    /// Where it stands in the raw text, in bytes.
    pub span: Range<usize>,
    /// The rule that found it.
    pub rule: String,
    /// How sure it is, from 0 to 1.
    pub confidence: f32,
}

/// A value and why.
#[derive(Debug, Clone, PartialEq)]
pub struct Found<T> {
    /// The value.
    pub value: T,
    /// Why.
    pub evidence: Evidence,
}

/// What a raw article says.
#[derive(Debug, Clone, PartialEq)]
pub struct Draft {
    /// The script it is written in.
    pub script: Script,
    /// The headline.
    pub title: Found<String>,
    /// Kicker or deck, without its dash.
    pub subtitle: Option<Found<String>>,
    /// The day of publication.
    pub date: Option<Found<Dated>>,
    /// Where the raw article dates itself to a day that does not exist, in bytes.
    pub impossible_date: Option<Range<usize>>,
    /// The paper it is from.
    pub publication: Option<Found<String>>,
    /// The edition: 5版.
    pub edition: Option<Found<String>>,
    /// The series: 海评第33期.
    pub series: Option<Found<String>>,
    /// The section, from the top.
    pub section: Vec<Found<String>>,
    /// Who made it, in order.
    pub byline: Vec<Found<Credit>>,
    /// Headings, captions and paragraphs in order.
    pub blocks: Vec<Found<Block>>,
    /// The places it names, in the order of the text.
    pub places: Vec<Found<Placed>>,
    /// The places it is about, at most three, the first one first.
    pub cities: Vec<Found<PlaceId>>,
    /// The names in it that may mean several places.
    pub ambiguous: Vec<Doubtful>,
    /// The topics it has terms of, the strongest first; those it is proposed for say so.
    pub topics: Vec<Proposal>,
    /// The people, organisations, projects and figures it names.
    pub stated: Stated,
}

impl Draft {
    /// The topics it is proposed for, the strongest first.
    pub fn topics_proposed(&self) -> impl Iterator<Item = &str> {
        self.topics.iter().filter(|it| it.proposed).map(|it| it.topic.as_str())
    }
}

/// The day of publication.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Dated {
    /// The day.
    pub day: Date,
    /// Why this day, if the text does not say so plainly.
    pub inferred: Option<String>,
}

/// A piece of the body.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Block {
    /// A section heading.
    Heading(String),
    /// A paragraph.
    Paragraph(String),
    /// A row of a table: its cells.
    Row(Vec<String>),
    /// The caption of a picture and the words that say whose it is; one of them may be empty.
    Caption {
        /// What the picture shows.
        text: String,
        /// Whose it is, as written.
        credit: String,
    },
}

/// A raw article that has been read.
#[derive(Debug)]
pub struct Raw {
    /// Its text, into which all evidence points.
    pub text: Arc<str>,
    /// The encoding it was in.
    pub encoding: &'static str,
    /// What can be said of the file itself.
    pub problems: Vec<Diagnostic>,
    /// What came of it.
    pub extraction: Extraction,
}

/// Whether raw articles have names that end so.
#[must_use]
pub fn is_raw(path: &SitePath) -> bool {
    matches!(&*path.extension(), "txt" | "html" | "htm")
}

/// Reads the file of a raw article.
///
/// # Errors
/// The file is too large, empty, or in no encoding that can be recognised.
pub fn read(file: &SourceFile, max_bytes: u64, context: Context<'_>) -> Result<Raw, Diagnostic> {
    let RawText { text, encoding, problems } = decode::raw(file, max_bytes)?;
    let is_page = matches!(&*file.path.extension(), "html" | "htm");
    let lines = if is_page { html::lines(&text) } else { lines::split(&text) };
    let extraction = extract(lines, context);
    Ok(Raw { text, encoding, problems, extraction })
}

/// Tells the lines of a raw article apart.
#[must_use]
pub fn extract(lines: Vec<Line>, context: Context<'_>) -> Extraction {
    let described = features::describe(&lines, context.words);
    let sets: Vec<features::Set> = described.iter().map(|it| it.set).collect();
    let Some(labelled) = model::label(&sets) else {
        return Extraction { lines, labelled: Vec::new(), draft: None };
    };
    let read: Vec<Read<'_>> = std::iter::zip(&lines, &labelled)
        .zip(described)
        .map(|((line, labelled), it)| Read::new(line, labelled, it, context.words))
        .collect();
    let draft = draft(&read, &sets, context);
    Extraction { lines, labelled, draft }
}

/// The values of the lines; `None` if the best headline is none, or if there is no text.
fn draft(read: &[Read<'_>], sets: &[features::Set], context: Context<'_>) -> Option<Draft> {
    let words = context.words;
    let at = read.iter().position(|it| it.is(Role::Title))?;
    // The first line of a text without a headline.
    let set = sets[at];
    let is_sentence = (set.has(Feature::Long) && set.has(Feature::InnerSentence))
        || (read[at].line.text.ends_with(['。', '；'])
            && set.has(Feature::Comma)
            && !set.has(Feature::CopyLast)
            && !set.has(Feature::HtmlTitle));
    if is_sentence || set.has(Feature::Signed) {
        return None;
    }
    let lines = headline_lines(read, sets, at);
    let title = headline(read, lines.clone(), at, words);
    let blocks = values::blocks(read, words);
    let text = plain_text(&blocks);
    if title.value.is_empty() || !blocks.iter().any(|it| says_something(&it.value)) {
        return None;
    }
    let headings = blocks.iter().filter_map(|it| match &it.value {
        Block::Heading(text) => Some(Folded::new(text).chars),
        _ => None,
    });
    let headings: Vec<Vec<char>> = headings.collect();
    let (title_chars, text_chars) = (Folded::new(&title.value).chars, Folded::new(&text).chars);
    let topics = context.topics.score(&title_chars, &headings, &text_chars);
    let subtitle = subtitle(read, &lines);
    let (places, stated) =
        about::read(&pieces(&title, subtitle.as_ref(), &blocks), context.gazetteer, context.given);
    Some(Draft {
        script: Script::guess(&text),
        subtitle,
        date: when::day(read, words),
        impossible_date: when::impossible(read),
        publication: values::publication(read, words),
        edition: values::edition(read),
        series: values::series(read),
        section: values::section(read, &title.value, words),
        byline: values::byline(read, words),
        places: places.named,
        ambiguous: places.ambiguous,
        cities: places.about,
        topics,
        stated,
        title,
        blocks,
    })
}

/// The lines of a headline: most often one; of two (青岛老港：, 货栈变身工坊) both.
fn headline_lines(read: &[Read<'_>], sets: &[features::Set], title: usize) -> Range<usize> {
    let above = title.checked_sub(1).map(|it| &read[it]);
    let is_first = |it: &Read<'_>| it.is(Role::Subtitle) && it.line.text.ends_with(['：', ':']);
    let below = read.get(title + 1).is_some_and(|it| it.is(Role::Subtitle));
    let is_second =
        below && sets[title + 1].has(Feature::SecondHalf) && sets[title].has(Feature::FirstHalf);
    title - usize::from(above.is_some_and(is_first))..title + 1 + usize::from(is_second)
}

fn headline(read: &[Read<'_>], lines: Range<usize>, title: usize, words: &Words) -> Found<String> {
    let (first, last, own) = (&read[lines.start], &read[lines.end - 1], &read[title]);
    let span = 0..values::without_site(&own.line.text, own.core, words);
    let text = |at: usize| {
        let text = &*read[at].line.text;
        typography::set_headline(if at == title { &text[span.clone()] } else { text })
    };
    let mut evidence = own.evidence(&span, own.rule(), 1.0);
    if lines.len() > 1 {
        evidence.span = first.line.span.start..last.line.span.end;
    }
    Found { value: lines.map(text).collect::<Vec<_>>().join(" "), evidence }
}

/// Kicker and deck, without their dashes.
fn subtitle(read: &[Read<'_>], headline: &Range<usize>) -> Option<Found<String>> {
    let lines =
        read.iter().enumerate().filter(|(i, it)| it.is(Role::Subtitle) && !headline.contains(i));
    let lines: Vec<&Read<'_>> = lines.map(|(_, it)| it).collect();
    let (first, last) = (lines.first()?, lines.last()?);
    let dashes = ['—', '-', '─', '―', '–', ' '];
    let texts = lines.iter().map(|it| typography::set_headline(it.line.text.trim_matches(dashes)));
    let span = first.line.span.start..last.line.span.end;
    let evidence = Evidence { span, ..first.evidence(&(0..0), first.rule(), 1.0) };
    Some(Found { value: texts.collect::<Vec<_>>().join(" "), evidence })
}

/// Whether a block is text, and no word of a menu: a sentence, or as long as one.
fn says_something(block: &Block) -> bool {
    /// The least letters of a text that has no mark at its end.
    const LEAST: usize = 10;
    let Block::Paragraph(text) = block else { return false };
    lines::ends_sentence(text) || text.chars().filter(|c| c.is_alphanumeric()).count() >= LEAST
}

/// The texts that places are named in.
fn pieces<'a>(
    title: &'a Found<String>,
    subtitle: Option<&'a Found<String>>,
    blocks: &'a [Found<Block>],
) -> Vec<Piece<'a>> {
    let head = [Some((title, Weight::Title)), subtitle.map(|it| (it, Weight::Lead))];
    let mut pieces: Vec<Piece<'_>> = head
        .into_iter()
        .flatten()
        .map(|(it, weight)| Piece { text: &it.value, evidence: &it.evidence, weight })
        .collect();
    let mut lead = Weight::Lead;
    for Found { value, evidence } in blocks {
        let mut add = |text: &'a str, weight| pieces.push(Piece { text, evidence, weight });
        match value {
            Block::Paragraph(text) => add(text, std::mem::replace(&mut lead, Weight::Body)),
            Block::Heading(text) | Block::Caption { text, .. } => add(text, Weight::Body),
            Block::Row(cells) => cells.iter().for_each(|text| add(text, Weight::Body)),
        }
    }
    pieces
}

/// Headings and paragraphs, a line each.
fn plain_text(blocks: &[Found<Block>]) -> String {
    let text = |block: &Found<Block>| match &block.value {
        Block::Heading(text) | Block::Paragraph(text) => Some(format!("{text}\n")),
        Block::Row(cells) => Some(format!("{}\n", cells.join(" "))),
        Block::Caption { .. } => None,
    };
    blocks.iter().filter_map(text).collect()
}

//! A raw article → [`Draft`].
//!
//! In: the text of a raw article, the gazetteer, the topics. Out: what it says, told apart: headline, date,
//! source, byline, headings, captions, paragraphs. The steps:
//! 1. [`lines`]: each line gets a role from the first rule that applies;
//! 2. the lines of each role are read for their values;
//! 3. places and topics are proposed from the text;
//! 4. [`markdown`] writes the draft as a Markdown file.
//!
//! Nothing is invented: what the text does not say stays empty. The punctuation is set as a Chinese paper
//! would; every other character of the body is the raw article's.

pub mod lines;
pub mod markdown;
mod values;
mod words;

use std::ops::Range;

use jiff::civil::Date;

use crate::article::{Credit, Origin};
use crate::gazetteer::{Gazetteer, PlaceId};
use crate::text::script::Script;
use crate::text::typography;
use crate::topic::Topics;
use lines::{Line, Role};

/// The folder of the raw articles.
pub const FOLDER: &str = "content/inbox";

/// What a raw article says.
#[derive(Debug, Clone, PartialEq)]
pub struct Draft {
    /// The script it is written in.
    pub script: Script,
    /// The headline.
    pub title: String,
    /// Kicker or deck, without its dash.
    pub subtitle: Option<String>,
    /// The day of publication.
    pub date: Option<Dated>,
    /// Where the raw article dates itself to a day that does not exist, in bytes.
    pub impossible_date: Option<Range<usize>>,
    /// The paper it is from.
    pub source: Origin,
    /// Who made it, in order.
    pub byline: Vec<Credit>,
    /// Headings, captions and paragraphs in order.
    pub blocks: Vec<Block>,
    /// The places it is about, at most three, the first one first.
    pub cities: Vec<PlaceId>,
    /// The topics it speaks of, the strongest first.
    pub topics: Vec<String>,
}

/// The day of publication.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Dated {
    /// The day.
    pub day: Date,
    /// Why this year, if the text does not give it with the day.
    pub inferred: Option<String>,
}

/// A piece of the body.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Block {
    /// A section heading.
    Heading(String),
    /// A paragraph.
    Paragraph(String),
    /// The caption of a picture and the line that says whose it is; one of them may be empty.
    Caption {
        /// What the picture shows.
        text: String,
        /// Whose it is, as written.
        credit: String,
    },
}

/// Reads a raw article. `None` if it has no headline or no text.
#[must_use]
pub fn extract(raw: &str, gazetteer: &Gazetteer, topics: &Topics) -> Option<Draft> {
    let lines = lines::read(raw);
    let title = typography::set_headline(values::of_role(&lines, Role::Title).next()?);
    let blocks = blocks(&lines);
    let text = plain_text(&blocks);
    if text.is_empty() {
        return None;
    }
    Some(Draft {
        script: Script::guess(&text),
        subtitle: values::subtitle(&lines),
        date: values::date(&lines),
        impossible_date: values::impossible_date(&lines),
        source: values::source(&lines),
        byline: values::byline(&lines),
        cities: values::cities(&title, &text, gazetteer),
        topics: topics.propose(&title, &text).into_iter().map(|it| it.topic).collect(),
        title,
        blocks,
    })
}

/// The body; bylines in brackets at the end of its paragraphs are not part of it.
fn blocks(lines: &[Line]) -> Vec<Block> {
    let block = |line: &Line| {
        let set = || typography::set(&line.text);
        match line.role {
            Role::Heading => Some(Block::Heading(typography::set_headline(&line.text))),
            Role::Credit => Some(Block::Caption { text: String::new(), credit: set() }),
            Role::Caption => Some(Block::Caption { text: set(), credit: String::new() }),
            Role::Paragraph => {
                let text = typography::set(values::inline_byline(&line.text).0);
                (!text.is_empty()).then_some(Block::Paragraph(text))
            }
            _ => None,
        }
    };
    lines.iter().filter_map(block).collect()
}

/// Headings and paragraphs, a line each.
fn plain_text(blocks: &[Block]) -> String {
    let text = |block: &Block| match block {
        Block::Heading(text) | Block::Paragraph(text) => Some(format!("{text}\n")),
        Block::Caption { .. } => None,
    };
    blocks.iter().filter_map(text).collect()
}

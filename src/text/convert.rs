//! Text of one script in another, by phrases.
//!
//! In: texts, the conversion, words that win over it. Out: the texts in the other script, with as many lines.
//! What is not Chinese stays. No text is converted twice: each conversion begins at what was written.

use std::collections::BTreeMap;
use std::ops::Range;
use std::path::PathBuf;
use std::sync::{Arc, Mutex, PoisonError};

use aho_corasick::{AhoCorasick, MatchKind};

use super::is_han;
use super::opencc::{Conversion, Converter, OpenCcError};
use super::script::Script;

/// Stands for a word that is held while the rest is converted. It is no character; where a text has it all the
/// same, U+FFFD takes its place.
const HELD: char = '\u{fdd2}';

/// The quotation marks of Simplified text, and those of Traditional text in their place (GB/T 15834 and the
/// handbook of the Ministry of Education of Taiwan: “好‘的’” and 「好『的』」).
const QUOTES: [(char, char); 4] = [('“', '「'), ('”', '」'), ('‘', '『'), ('’', '』')];

/// Which quotation marks converted text has.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Quotes {
    /// Those it was written with.
    AsWritten,
    /// Those of its script: “ ” in Simplified, 「 」 in Traditional text.
    Script,
}

/// Phrases of OpenCC that are seldom meant where their characters meet: 个中 in 五个中国企业 is not 箇中, 注重 in
/// 更加注重 has no 加註. Each of their characters is converted for itself. Found by comparing the conversion of running
/// text with that of its words.
const APART: &str = include_str!("apart.txt");

/// Words in which 著 stays in Simplified text; elsewhere in the text of Taiwan it is 着 (隨著 → 随着).
const TO_SIMPLIFIED: [(&str, &str); 12] = [
    ("專著", "专著"),
    ("編著", "编著"),
    ("原著", "原著"),
    ("巨著", "巨著"),
    ("遺著", "遗著"),
    ("撰著", "撰著"),
    ("所著", "所著"),
    ("著有", "著有"),
    ("卓著", "卓著"),
    ("昭著", "昭著"),
    ("較著", "较著"),
    ("土著", "土著"),
];

/// Opens conversions when they are first needed, and keeps them open. The default has no folder and opens none.
#[derive(Default)]
pub struct Converters {
    /// The folders in which the dictionaries may be kept; the first that can be used is.
    folders: Vec<PathBuf>,
    open: Mutex<BTreeMap<Conversion, Arc<Converter>>>,
}

impl Converters {
    /// Conversions whose dictionaries are kept in the first of these folders that can be written to.
    #[must_use]
    pub fn new(folders: Vec<PathBuf>) -> Self {
        Self { folders, open: Mutex::default() }
    }

    /// A conversion, opened if it is not yet. Using it takes no lock.
    ///
    /// # Errors
    /// None of the folders can be used; what is wrong with the last.
    pub fn get(&self, conversion: Conversion) -> Result<Arc<Converter>, OpenCcError> {
        let mut open = self.open.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(converter) = open.get(&conversion) {
            return Ok(Arc::clone(converter));
        }
        let mut result = Err(OpenCcError::NoFolder);
        for folder in &self.folders {
            result = Converter::open(conversion, folder).map(Arc::new);
            if result.is_ok() {
                break;
            }
        }
        let converter = result?;
        open.insert(conversion, Arc::clone(&converter));
        Ok(converter)
    }
}

/// Words with the way they are written in the other script.
#[derive(Debug, Clone, Default)]
pub struct Words {
    automaton: Option<AhoCorasick>,
    written: Vec<String>,
}

impl Words {
    /// Pairs of a word and how it is written; of two for one word the first holds, and of words in one another the
    /// longest that begins first.
    #[must_use]
    pub fn new(pairs: impl IntoIterator<Item = (String, String)>) -> Self {
        let (words, written): (Vec<String>, Vec<String>) =
            pairs.into_iter().filter(|(word, _)| !word.is_empty()).unzip();
        let automaton = (!words.is_empty()).then(|| {
            AhoCorasick::builder()
                .match_kind(MatchKind::LeftmostLongest)
                .build(&words)
                .expect("words of articles fit into an automaton")
        });
        Self { automaton, written }
    }

    /// Adds the words that stand between pieces that are held already.
    fn hold<'a>(&'a self, text: &'a str, held: Vec<Held<'a>>) -> Vec<Held<'a>> {
        let Some(automaton) = &self.automaton else {
            return held;
        };
        let mut all = Vec::with_capacity(held.len());
        let mut done = 0;
        let end = (text.len()..text.len(), "");
        for next in held.into_iter().chain([end]) {
            let found = automaton.find_iter(&text[done..next.0.start]);
            all.extend(found.map(|it| {
                let range = done + it.start()..done + it.end();
                (range, self.written[it.pattern().as_usize()].as_str())
            }));
            done = next.0.end;
            all.push(next);
        }
        all.pop();
        all
    }
}

/// A piece of a text that is not left to OpenCC, and how it is written.
type Held<'a> = (Range<usize>, &'a str);

/// Where addresses of the web stand in a text. One goes on to a blank, a bracket, a quotation mark or Chinese
/// punctuation, and to Han right behind a host, as in <https://example.org>很好.
fn addresses(text: &str) -> Vec<Range<usize>> {
    let mut found = Vec::new();
    let mut at = 0;
    while let Some(colon) = text[at..].find("://").map(|it| at + it) {
        let head = text[at..colon].bytes().rev().take_while(u8::is_ascii_alphabetic).count();
        let body = colon + "://".len();
        let ends = |c: char| {
            c.is_whitespace()
                || "<>\"“”‘’（）".contains(c)
                || matches!(c, '\u{3000}'..='\u{303f}' | '\u{ff01}'..='\u{ff0f}' | '\u{ff1a}'..='\u{ff20}')
        };
        let mut end = text[body..].find(ends).map_or(text.len(), |it| body + it);
        let address = &text[body..end];
        let host = address.find('/').unwrap_or(address.len());
        if let Some(han) =
            address[..host].find(is_han).filter(|it| *it > 0 && !address[..*it].ends_with('.'))
        {
            end = body + han;
        }
        found.push(colon - head..end);
        at = end.max(body);
    }
    found
}

/// The words that are built in, with the way they are written.
fn built_in(opencc: &Converter, to: Script) -> Vec<(String, String)> {
    if !to.is_traditional() {
        return TO_SIMPLIFIED.map(|(from, to)| (from.to_owned(), to.to_owned())).to_vec();
    }
    let lines: Vec<&str> = APART.lines().collect();
    let apart: String = lines.iter().flat_map(|it| it.chars()).flat_map(|c| [c, '\n']).collect();
    let converted = opencc.convert(&apart).unwrap_or(apart);
    let mut converted = converted.split('\n');
    let written = |line: &&str| converted.by_ref().take(line.chars().count()).collect();
    let all: Vec<String> = lines.iter().map(written).collect();
    std::iter::zip(lines, all).map(|(from, to)| (from.to_owned(), to)).collect()
}

/// A conversion with all that wins over it.
pub struct TextConverter {
    /// What OpenCC converts to what.
    opencc: Arc<Converter>,
    /// The words of the site and the names of places.
    words: Words,
    /// Quotation marks and what becomes of them.
    quotes: Vec<(char, char)>,
}

impl TextConverter {
    /// A conversion to a script with words that win over it; a few of them are built in.
    #[must_use]
    pub fn new(
        opencc: Arc<Converter>,
        to: Script,
        words: impl IntoIterator<Item = (String, String)>,
        quotes: Quotes,
    ) -> Self {
        let words = Words::new(words.into_iter().chain(built_in(&opencc, to)));
        let pair = |(hans, hant): (char, char)| {
            if to.is_traditional() { (hans, hant) } else { (hant, hans) }
        };
        let quotes = match quotes {
            Quotes::AsWritten => Vec::new(),
            Quotes::Script => QUOTES.map(pair).to_vec(),
        };
        Self { opencc, words, quotes }
    }

    /// Converts a text.
    #[must_use]
    pub fn convert(&self, text: &str) -> String {
        self.convert_with(text, &Words::default())
    }

    /// Converts a text in which some words win over all others.
    #[must_use]
    pub fn convert_with(&self, text: &str, own: &Words) -> String {
        self.convert_around(text, own, &[])
    }

    /// Converts a text in which some stretches stay as they are; they are in order, and none in another.
    #[must_use]
    pub fn convert_around(&self, text: &str, own: &Words, kept: &[Range<usize>]) -> String {
        if text.is_ascii() {
            return text.to_owned();
        }
        // As long as what it stands for, so that stretches stay where they are.
        let clean = text.contains(HELD).then(|| text.replace(HELD, "\u{fffd}"));
        let text = clean.as_deref().unwrap_or(text);
        let held = self.held(text, own, kept);
        let mut rest = String::with_capacity(text.len());
        let mut done = 0;
        for (range, _) in &held {
            rest.push_str(&text[done..range.start]);
            rest.push(HELD);
            done = range.end;
        }
        rest.push_str(&text[done..]);
        if rest.contains('\0') {
            rest = rest.replace('\0', "\u{fffd}");
        }
        // OpenCC refuses nothing but U+0000; what it refuses all the same stays as it is.
        let converted = self.opencc.convert(&rest).unwrap_or(rest);
        let converted = self.with_quotes(converted);
        let mut written = held.iter().map(|(_, written)| *written);
        let mut out = String::with_capacity(converted.len());
        for (i, piece) in converted.split(HELD).enumerate() {
            if i > 0 {
                out.push_str(written.next().unwrap_or_default());
            }
            out.push_str(piece);
        }
        out
    }

    /// What in a text is not left to OpenCC: what is kept, addresses, words.
    #[must_use]
    pub fn held<'a>(
        &'a self,
        text: &'a str,
        own: &'a Words,
        kept: &[Range<usize>],
    ) -> Vec<(Range<usize>, &'a str)> {
        let mut as_it_is = kept.to_vec();
        as_it_is.extend(addresses(text));
        as_it_is.sort_by_key(|it| it.start);
        let mut end = 0;
        as_it_is.retain(|it| {
            let stays = it.start >= end;
            end = end.max(it.end);
            stays
        });
        let held = as_it_is.into_iter().map(|it| (it.clone(), &text[it])).collect();
        self.words.hold(text, own.hold(text, held))
    }

    /// The quotation marks of the script, in lines that have Chinese text. Beside a Latin letter or digit a single mark
    /// is an apostrophe or a foot, and a double one that closes nothing an inch.
    fn with_quotes(&self, text: String) -> String {
        if self.quotes.is_empty() || !text.contains(|c| self.quotes.iter().any(|it| it.0 == c)) {
            return text;
        }
        text.split('\n').map(|line| self.quoted_line(line)).collect::<Vec<_>>().join("\n")
    }

    fn quoted_line(&self, line: &str) -> String {
        if !line.contains(is_han) {
            return line.to_owned();
        }
        let (mut before, mut open) = (' ', 0_usize);
        let mut chars = line.chars().peekable();
        let mut out = String::with_capacity(line.len());
        while let Some(c) = chars.next() {
            let beside_latin = before.is_ascii_alphanumeric()
                || chars.peek().is_some_and(char::is_ascii_alphanumeric);
            let stays = match c {
                '‘' | '’' => beside_latin,
                '”' => open == 0 && before.is_ascii_digit(),
                _ => false,
            };
            open = match c {
                '“' => open + 1,
                '”' => open.saturating_sub(1),
                _ => open,
            };
            let pair = self.quotes.iter().find(|it| it.0 == c && !stays);
            out.push(pair.map_or(c, |it| it.1));
            before = c;
        }
        out
    }
}

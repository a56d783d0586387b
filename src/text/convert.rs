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

    /// Puts a text together from the words in it, as they are written, and what `rest` makes of all else.
    fn split<'a>(
        &'a self,
        text: &'a str,
        held: &mut Vec<&'a str>,
        mut rest: impl FnMut(&'a str, &mut Vec<&'a str>, &mut String),
        out: &mut String,
    ) {
        let mut done = 0;
        for found in self.automaton.iter().flat_map(|it| it.find_iter(text)) {
            rest(&text[done..found.start()], held, out);
            held.push(&self.written[found.pattern().as_usize()]);
            out.push(HELD);
            done = found.end();
        }
        rest(&text[done..], held, out);
    }
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

    /// Where words stand in a text that win over OpenCC, in bytes.
    #[must_use]
    pub fn held(&self, text: &str, own: &Words) -> Vec<Range<usize>> {
        let words = [own, &self.words].into_iter().flat_map(|it| &it.automaton);
        words.flat_map(|it| it.find_iter(text).map(|found| found.range())).collect()
    }

    /// Converts a text in which some words win over all others.
    #[must_use]
    pub fn convert_with(&self, text: &str, own: &Words) -> String {
        if text.is_ascii() {
            return text.to_owned();
        }
        let clean = text.contains([HELD, '\0']).then(|| text.replace([HELD, '\0'], "\u{fffd}"));
        let text = clean.as_deref().unwrap_or(text);
        let (mut rest, mut held) = (String::with_capacity(text.len()), Vec::new());
        let words = |text, held: &mut Vec<_>, out: &mut String| {
            self.words.split(text, held, |text, _, out| out.push_str(text), out);
        };
        own.split(text, &mut held, words, &mut rest);
        // OpenCC refuses nothing but U+0000; what it refuses all the same stays as it is.
        let converted = self.opencc.convert(&rest).unwrap_or(rest);
        let converted = self.with_quotes(converted);
        if held.is_empty() {
            return converted;
        }
        let mut held = held.into_iter();
        let mut out = String::with_capacity(converted.len());
        for (i, piece) in converted.split(HELD).enumerate() {
            if i > 0 {
                out.push_str(held.next().unwrap_or_default());
            }
            out.push_str(piece);
        }
        out
    }

    /// The quotation marks of the script, in lines that have Chinese text; an apostrophe in a Latin word stays.
    fn with_quotes(&self, text: String) -> String {
        if self.quotes.is_empty() || !text.contains(|c| self.quotes.iter().any(|it| it.0 == c)) {
            return text;
        }
        let line = |line: &str| -> String {
            if !line.contains(is_han) {
                return line.to_owned();
            }
            let mut before = ' ';
            let mut chars = line.chars().peekable();
            let mut out = String::with_capacity(line.len());
            while let Some(c) = chars.next() {
                let in_word = c == '’'
                    && before.is_ascii_alphanumeric()
                    && chars.peek().is_some_and(char::is_ascii_alphabetic);
                let pair = self.quotes.iter().find(|it| it.0 == c && !in_word);
                out.push(pair.map_or(c, |it| it.1));
                before = c;
            }
            out
        };
        text.split('\n').map(line).collect::<Vec<_>>().join("\n")
    }
}

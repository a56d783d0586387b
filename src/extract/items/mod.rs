//! A line of data about an article → its items.
//!
//! In: `2022年2月19日 来源：海岸日报 作者：林一山 字号：大 中 小`, or what stands in brackets at the end of a paragraph.
//! Out: each piece with what it says and the rule that found it; a piece that no rule knows is
//! [`What::Unknown`], and a line with few of those is a line of data. The pieces are read from left to right,
//! the longest label first. No rule looks at what the article is about.

mod days;
mod labels;
mod names;

use std::ops::Range;

use super::normal::Normal;
use super::words::{Label, Words};
use crate::text::{date, is_han};

pub(super) use names::people;

/// A piece of a line.
#[derive(Debug, Clone, PartialEq)]
pub(in crate::extract) struct Item {
    pub(super) what: What,
    /// Where it stands in the line, in bytes.
    pub(super) span: Range<usize>,
    /// The rule that found it.
    pub(super) rule: &'static str,
}

/// The rule for the name of a person.
const NAME: &str = "a name behind a role";

/// What a piece says.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum What {
    Date(date::Found),
    /// A paper behind a label.
    Source,
    /// A paper without one.
    Paper,
    /// Somebody who had a part in the article.
    Person {
        role: String,
        affiliation: Option<String>,
    },
    Edition,
    Section,
    /// A label, a time, a button: known, and of no use.
    Known,
    Unknown,
}

/// The pieces of a line.
#[derive(Debug, Default)]
pub(super) struct Reading {
    pub(super) items: Vec<Item>,
    /// How many characters no rule knows.
    pub(super) unknown: usize,
}

impl Reading {
    /// Whether it says anything, and nothing unknown.
    pub(super) fn is_data(&self) -> bool {
        self.unknown == 0 && self.items.iter().any(|it| it.what != What::Known)
    }

    pub(super) fn has(&self, wanted: impl Fn(&What) -> bool) -> bool {
        self.items.iter().any(|it| wanted(&it.what))
    }

    pub(super) fn has_person(&self) -> bool {
        self.has(|it| matches!(it, What::Person { .. }))
    }

    pub(super) fn has_date(&self) -> bool {
        self.has(|it| matches!(it, What::Date(_)))
    }
}

/// Reads a line.
pub(super) fn read(line: &Normal<'_>, words: &Words) -> Reading {
    let mut reader = Reader { line, words, at: 0, reading: Reading::default() };
    while reader.at < line.chars.len() {
        let before = reader.at;
        if !is_separator(line.chars[before]) {
            reader.piece();
        }
        // Whatever a rule says, a piece is one character at least.
        reader.at = reader.at.max(before + 1);
    }
    reader.around_day();
    reader.reading
}

/// Reads a line that is the value of a label on the line above.
pub(super) fn read_value(line: &Normal<'_>, label: Label, written: &str, words: &Words) -> Reading {
    let mut reader = Reader { line, words, at: 0, reading: Reading::default() };
    reader.labelled(label, written);
    let end = line.chars.len();
    if reader.at < end && reader.rest().iter().any(|c| !is_separator(*c)) && label != Label::Date {
        reader.reading.unknown += end - reader.at;
    }
    if label == Label::Date { read(line, words) } else { reader.reading }
}

/// Reads a line that is nothing but the name of a paper, or of an office that publishes: 青岛交通广播,
/// 烟台市商务局. Other bodies may end a headline: 服务沿海企业.
pub(super) fn body_alone(line: &Normal<'_>, words: &Words) -> Option<Reading> {
    let chars = &line.chars;
    let ending = words.papers.suffix(chars).max(words.publishers.suffix(chars))?;
    let is_name =
        (3..=10).contains(&chars.len()) && ending < chars.len() && chars.iter().all(|c| is_han(*c));
    let span = line.bytes(0..chars.len());
    let item = Item { what: What::Source, span, rule: "a body between headline and day" };
    is_name.then(|| Reading { items: vec![item], ..Reading::default() })
}

/// Marks that stand between pieces.
const SEPARATORS: &str =
    " |丨│┃/·•・,;、。[]【】()〔〕《》〈〉「」“”\":>-—–－_=~*#+&■□●○◎◆◇★☆▌▍▎✎\u{200b}\u{feff}";

fn is_separator(c: char) -> bool {
    c.is_control() || SEPARATORS.contains(c)
}

/// Marks at which a token ends: a name, a paper, a word.
fn ends_token(c: char) -> bool {
    is_separator(c) && !matches!(c, '·' | '・' | '•' | '-')
}

/// Marks of sentences, which no token holds.
fn is_sentence_mark(c: char) -> bool {
    matches!(c, '。' | '!' | '?' | ';' | '…')
}

struct Reader<'a> {
    line: &'a Normal<'a>,
    words: &'a Words,
    /// The next character.
    at: usize,
    reading: Reading,
}

impl Reader<'_> {
    fn rest(&self) -> &[char] {
        &self.line.chars[self.at..]
    }

    fn push(&mut self, what: What, chars: Range<usize>, rule: &'static str) {
        self.at = self.at.max(chars.end);
        let span = self.line.bytes(chars);
        self.reading.items.push(Item { what, span, rule });
    }

    /// Reads one piece; at least one character.
    fn piece(&mut self) {
        let found = self.today()
            || self.label()
            || self.date()
            || self.time()
            || self.edition()
            || self.issue()
            || self.sheet()
            || self.address()
            || self.reporter()
            || self.report()
            || self.glued()
            || self.paper()
            || self.dispatch()
            || self.known();
        if !found {
            let end = self.token_end(self.at);
            self.reading.unknown += end - self.at;
            self.push(What::Unknown, self.at..end, "");
        }
    }

    /// The end of the token that begins here, one character at least.
    fn token_end(&self, from: usize) -> usize {
        let length = self.line.chars[from..].iter().position(|c| ends_token(*c));
        length.map_or(self.line.chars.len(), |it| (from + it).max(from + 1))
    }

    fn skip(&mut self, passes: impl Fn(char) -> bool) {
        self.at += self.rest().iter().take_while(|c| passes(**c)).count();
    }

    /// 5版, 第05版, A2版, 第 06 版, 第A12版：要闻.
    fn edition(&mut self) -> bool {
        let text = self.rest();
        let spaces = |from: usize| text[from..].iter().take_while(|c| **c == ' ').count().min(2);
        let ordinal = usize::from(text.first() == Some(&'第'));
        let head = ordinal + if ordinal == 1 { spaces(1) } else { 0 };
        let letters = text[head..].iter().take_while(|c| c.is_ascii_lowercase()).count();
        let digits = text[head + letters..].iter().take_while(|c| c.is_ascii_digit()).count();
        let numerals = text[head + letters..]
            .iter()
            .take_while(|c| "一二三四五六七八九十".contains(**c))
            .count();
        let length = if letters == 0 { digits.max(numerals) } else { digits };
        let close = head + letters + length + spaces(head + letters + length);
        if letters > 2 || length == 0 || length > 3 || text.get(close) != Some(&'版') {
            return false;
        }
        let start = self.at + head;
        self.push(What::Edition, start..self.at + close + 1, "an edition");
        // 02版要闻记者林一山
        let name = self.rest().iter().take_while(|c| is_han(**c)).take(5).count();
        let reporter =
            (2..name).find(|it| self.words.reporters.prefix(&self.rest()[*it..]).is_some());
        if let Some(length) = reporter {
            self.push(What::Section, self.at..self.at + length, "the section behind an edition");
        }
        // 第05版：要闻
        if self.rest().first() == Some(&':') && self.rest().len() <= 8 {
            let end = self.line.chars.len();
            self.push(What::Known, self.at..end, "the name of the edition");
        }
        true
    }

    /// A08, A08 | 要聞 at the head of a line.
    fn sheet(&mut self) -> bool {
        let text = self.rest();
        let is_sheet = matches!(text, ['a'..='d', tens, ones, ..] if tens.is_ascii_digit() && ones.is_ascii_digit());
        let rest = text.get(3..).unwrap_or_default();
        let apart = rest.iter().all(|c| is_han(*c) || is_separator(*c))
            && rest.first().is_none_or(|c| is_separator(*c));
        if self.at > 0 || !is_sheet || !apart || rest.len() > 9 {
            return false;
        }
        self.push(What::Edition, 0..3, "an edition");
        let start = self.line.chars.iter().position(|c| is_han(*c));
        if let Some(start) = start {
            self.push(What::Section, start..self.line.chars.len(), "the section behind an edition");
        }
        true
    }

    /// 2021年第31期, 总第118期.
    fn issue(&mut self) -> bool {
        let text = self.rest();
        let digits = |from: usize| text[from..].iter().take_while(|c| c.is_ascii_digit()).count();
        let year = digits(0);
        let year = if year == 4 && text.get(4) == Some(&'年') { 5 } else { 0 };
        let total = year + usize::from(text.get(year) == Some(&'总'));
        if text.get(total) != Some(&'第') {
            return false;
        }
        let close = total + 1 + digits(total + 1);
        let is_issue = close > total + 1 && text.get(close) == Some(&'期');
        if is_issue {
            self.push(What::Known, self.at..self.at + close + 1, "the number of an issue");
        }
        is_issue
    }

    /// www.example.cn, http://…, a@b.
    fn address(&mut self) -> bool {
        const MARKS: [&str; 7] = ["http:", "https:", "www.", "@", ".cn", ".com", ".tw"];
        let text = self.rest();
        let length = text.iter().position(|c| *c == ' ' || is_han(*c)).unwrap_or(text.len());
        let word: String = text[..length].iter().collect();
        let is_one = word.contains('.') && MARKS.iter().any(|it| word.contains(it));
        if is_one {
            self.push(What::Known, self.at..self.at + length, "an address");
        }
        is_one
    }

    fn paper(&mut self) -> bool {
        let end = self.token_end(self.at);
        let digits =
            self.rest().iter().position(char::is_ascii_digit).map_or(end, |it| self.at + it);
        let end = end.min(digits);
        let token = &self.line.chars[self.at..end];
        let is_own = self.words.own.has(token);
        let named = self.words.papers.ends_name(token);
        let is_paper = named && token.len() <= 14 && !token.iter().any(|c| is_sentence_mark(*c));
        if is_own {
            self.push(What::Known, self.at..end, "the paper's own word for itself");
        } else if is_paper {
            self.push(What::Paper, self.at..end, "a name that ends as papers do");
        }
        is_own || is_paper
    }

    /// 台北訊, 高雄報導, 林一山報導, 专讯.
    fn dispatch(&mut self) -> bool {
        let (start, end) = (self.at, self.token_end(self.at));
        let token = &self.line.chars[start..end];
        let Some(length) = self.words.dispatches.suffix(token).filter(|_| token.len() <= 10) else {
            return false;
        };
        let head = start..end - length;
        let name = self.name(start, end - length, false).filter(|it| *it == token.len() - length);
        let word = self.line.slice(end - length..end).to_owned();
        match name {
            _ if self.words.papers.ends_name(&self.line.chars[head.clone()]) => {
                // 明報專訊
                self.push(What::Paper, head, "a paper in front of a word for reports");
                self.push(What::Known, end - length..end, "a word for reports");
            }
            Some(name) if length > 1 && !self.words.own.has(&token[..name]) => {
                let what = What::Person { role: word, affiliation: None };
                self.push(what, start..start + name, "a name in front of a word for reports");
                self.push(What::Known, start + name..end, "a word for reports");
            }
            _ => self.push(What::Known, start..end, "a place and a word for reports"),
        }
        true
    }

    /// Buttons and other words of pages, weekdays, counts.
    fn known(&mut self) -> bool {
        let (start, end) = (self.at, self.token_end(self.at));
        let token = &self.line.chars[start..end];
        let weekday = matches!(
            token,
            ['星', '期', _]
                | ['周', '一' | '二' | '三' | '四' | '五' | '六' | '日']
                | ['礼', '拜', _]
        );
        let number = token.iter().all(char::is_ascii_digit) && token.len() <= 7;
        let known = weekday
            || number
            || self.words.furniture.has(token)
            || self.words.roles.has(token)
            || self.words.trail_ends.has(token)
            || (!self.reading.items.is_empty() && self.words.regions.has(token));
        let known = known || (token.len() <= 5 && token.ends_with(&['版']));
        // 发自青岛、烟台
        if token.starts_with(&['发', '自']) {
            let rest = self.rest();
            let close =
                rest.iter().position(|c| matches!(c, ')' | ' ' | ':')).unwrap_or(rest.len());
            self.push(What::Known, start..start + close, "where it was sent from");
            return true;
        }
        let from = token.len() <= 8
            && (token.starts_with(&['发', '表', '于']) || token.starts_with(&['发', '布', '于']));
        let zone = token.len() <= 3
            && token.iter().all(char::is_ascii_alphabetic)
            && self.reading.items.last().is_some_and(|it| it.what == What::Known);
        let known = known || from || zone;
        let since = token.ends_with(&['前'])
            && token.len() <= 6
            && (token[0].is_ascii_digit() || matches!(token[0], '小' | '分' | '天' | '日' | '刚'));
        if known || since {
            self.push(What::Known, start..end, "a word of pages");
        }
        known || since
    }
}

//! Characters of which a conversion had to guess.
//!
//! In: a text, and the same text in which OpenCC has put [`MARK`] for each doubtful character that no phrase of its
//! dictionaries settles. Out: those of them whose neighbours make another reading likely. The table of characters and
//! neighbours (`doubt.tsv`) holds those traps that editors know, 后 and 後, 干, 幹 and 乾, 里 and 裡, 发, 發 and 髮; an
//! article that is written and converted well has hardly any.

use std::ops::Range;
use std::sync::OnceLock;

use super::is_han;
use super::script::Script;

/// Stands for a doubtful character.
pub const MARK: char = '\u{f8ff}';

/// The table, with a head.
const TABLE: &str = include_str!("doubt.tsv");

/// In a list of neighbours: any numeral.
const NUMERAL: char = '#';

/// What stands around a name in a list or byline.
const AROUND_NAMES: &str = "、：:（()／/ 　，。）";

/// A doubtful character in a text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Doubt {
    /// Where it stands, in bytes.
    pub span: Range<usize>,
    /// What it may be besides what it becomes.
    pub others: &'static str,
}

/// When a character is doubtful.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum When {
    /// Unless a neighbour is listed.
    All,
    /// If a neighbour is listed.
    Only,
    /// If both neighbours are listed.
    Both,
    /// Where it may be a surname.
    Name,
}

/// A line of the table.
struct Rule {
    traditional: bool,
    character: char,
    others: &'static str,
    when: When,
    previous: &'static str,
    next: &'static str,
}

fn rules() -> &'static [Rule] {
    static RULES: OnceLock<Vec<Rule>> = OnceLock::new();
    RULES.get_or_init(|| TABLE.lines().skip(1).filter_map(rule).collect())
}

fn rule(line: &'static str) -> Option<Rule> {
    let mut fields = line.split('\t');
    let mut next = || fields.next();
    let (script, character, others) = (next()?, next()?.chars().next()?, next()?);
    let when = match next()? {
        "all" => When::All,
        "only" => When::Only,
        "both" => When::Both,
        _ => When::Name,
    };
    let (previous, next) = (next()?, next()?);
    Some(Rule { traditional: script == "hant", character, others, when, previous, next })
}

/// The doubtful characters of a script, in order.
#[must_use]
pub fn characters(script: Script) -> Vec<char> {
    let of_script = rules().iter().filter(|it| it.traditional == script.is_traditional());
    let mut characters: Vec<char> = of_script.map(|it| it.character).collect();
    characters.sort_unstable();
    characters.dedup();
    characters
}

/// The doubts in a text of a script. `marked` is the text with marks, character by character.
#[must_use]
pub fn find(text: &str, marked: &str, script: Script) -> Vec<Doubt> {
    let mut doubts = Vec::new();
    let mut previous = None;
    for ((at, c), mark) in std::iter::zip(text.char_indices(), marked.chars()) {
        let rest = &text[at + c.len_utf8()..];
        if mark == MARK && c != MARK {
            let rule = rules().iter().find(|it| {
                it.traditional == script.is_traditional()
                    && it.character == c
                    && it.holds(previous, rest)
            });
            let span = at..at + c.len_utf8();
            doubts.extend(rule.map(|it| Doubt { span, others: it.others }));
        }
        previous = Some(c);
    }
    doubts
}

impl Rule {
    /// Whether the character is doubtful between these.
    fn holds(&self, previous: Option<char>, rest: &str) -> bool {
        let mut following = rest.chars();
        let next = following.next();
        let before = is_listed(previous, self.previous);
        let behind = is_listed(next, self.next);
        match self.when {
            When::All => !before && !behind,
            When::Only => before || behind,
            When::Both => before && behind,
            When::Name => {
                let edge =
                    |c: Option<char>| c.is_none_or(|c| c == '\n' || AROUND_NAMES.contains(c));
                let ends = edge(following.next()) || edge(following.next());
                edge(previous) && next.is_some_and(is_han) && ends
            }
        }
    }
}

fn is_listed(c: Option<char>, list: &str) -> bool {
    c.is_some_and(|c| list.contains(c) || (list.contains(NUMERAL) && is_numeral(c)))
}

fn is_numeral(c: char) -> bool {
    c.is_ascii_digit() || "０１２３４５６７８９一二三四五六七八九十百千万亿零〇两廿卅".contains(c)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn neighbours_decide() {
        let doubts = |text: &str, script: Script| -> Vec<String> {
            let doubtful = characters(script);
            let mark = |c: char| if doubtful.binary_search(&c).is_ok() { MARK } else { c };
            let marked: String = text.chars().map(mark).collect();
            find(text, &marked, script).into_iter().map(|it| text[it.span].to_owned()).collect()
        };
        for (text, expected) in [
            ("建成后投产", &[][..]),
            ("她是影后", &["后"]),
            ("500只羊", &["只"]),
            ("只有一个", &[]),
            ("记者：于明、范军", &["于", "范"]),
            ("位于青岛", &[]),
        ] {
            assert_eq!(doubts(text, Script::Hans), expected, "{text}");
        }
        assert_eq!(doubts("乾縣與乾燥", Script::HantTw), ["乾"]);
        assert!(rules().len() > 60);
    }
}

//! What a project passes through: approved, signed, begun, topped out, finished, opened; and when.
//!
//! In: a text, and where it names a project. Out: the milestones that the words around say, each with the day that
//! stands with it, as far as the text gives one; a day without a year belongs to the year of the article, which is
//! not known here.

use std::ops::Range;

use serde::{Deserialize, Serialize};

use super::figures::Status;
use super::number;
use super::reader::Reader;

/// A step of a project.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Milestone {
    /// 获批, 立项.
    Approved,
    /// 签约.
    Signed,
    /// 开工, 奠基.
    Started,
    /// 封顶, 贯通.
    Topped,
    /// 竣工, 建成.
    Finished,
    /// 投产, 通车.
    Opened,
}

/// A day as a sentence gives it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Day {
    /// The year, or how far it lies from that of the article: 2021年, 去年.
    pub year: Year,
    /// The month, from 1 on.
    pub month: Option<i8>,
    /// The day of the month.
    pub day: Option<i8>,
}

/// The year of a day.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Year {
    /// The text says it.
    Named(i16),
    /// That of the article, and so many years more: 去年 is -1.
    Relative(i16),
    /// The text does not say any.
    #[default]
    Unsaid,
}

/// A milestone that the words around a mention of a project say, in characters.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Passed {
    pub(super) milestone: Milestone,
    /// Whether it lies ahead: 预计年底竣工.
    pub(super) planned: bool,
    pub(super) day: Option<Day>,
}

/// No more characters behind a mention are looked at, nor before it.
const BEHIND: usize = 48;
const BEFORE: usize = 24;

impl Reader<'_> {
    /// The milestones that the words around a mention say; each once, in the order of the text.
    /// What stands nearer to another one of `projects`, which are in order, is said of that.
    pub(super) fn milestones(
        &self,
        mention: &Range<usize>,
        projects: &[Range<usize>],
    ) -> Vec<Passed> {
        let sentence = self.sentence(mention);
        let own = projects.partition_point(|it| it.start < mention.start);
        let before = own.checked_sub(1).map_or(0, |at| self.clause_end(projects[at].end));
        let behind = projects.get(own + 1).map_or(self.text.len(), |it| it.start);
        let from =
            sentence.start.max(mention.start.saturating_sub(BEFORE)).max(before.min(mention.start));
        let to = sentence.end.min(mention.end + BEHIND).min(behind.max(mention.end));
        let mut passed: Vec<Passed> = Vec::new();
        let mut at = from;
        while at < to {
            if at == mention.start {
                at = mention.end;
                continue;
            }
            let found = self.lexicon.milestones.head(&self.text[at..to]);
            let Some((length, milestone)) = found else {
                at += 1;
                continue;
            };
            let milestone = *milestone;
            let clause = self.clause_before(at, sentence.start);
            // 尚未竣工, 建成后
            let is_told = !self.denies(&clause, mention)
                && self.text.get(at + length) != Some(&'后')
                && !self.puts_off(at + length);
            if is_told && passed.iter().all(|it| it.milestone != milestone) {
                passed.push(Passed {
                    milestone,
                    planned: self.lies_ahead(&clause, mention),
                    day: self.day_before(at, sentence.start),
                });
            }
            at += length;
        }
        passed
    }

    /// The day that what is said at a place has, by its clause or the one before it in its sentence.
    pub(super) fn day_of(&self, at: usize) -> Option<Day> {
        self.day_before(at, self.sentence(&(at..at)).start)
    }

    fn day_before(&self, at: usize, from: usize) -> Option<Day> {
        let clause = self.clause_before(at, from);
        self.day(&clause).or_else(|| {
            let end = clause.start.saturating_sub(1).max(from);
            self.day(&self.clause_before(end, from))
        })
    }

    /// Where the clause ends that a place stands in.
    fn clause_end(&self, at: usize) -> usize {
        let mark = |c: &char| matches!(c, '，' | '；' | '。' | ',' | ';' | '\n');
        let to = (at + BEHIND).min(self.text.len());
        self.text[at..to].iter().position(mark).map_or(to, |it| at + it)
    }

    /// What stands before a place in its clause.
    fn clause_before(&self, at: usize, from: usize) -> Range<usize> {
        let mark = |c: &char| matches!(c, '；' | ';');
        let start = self.text[from..at].iter().rposition(mark).map_or(from, |it| from + it + 1);
        let comma = self.text[start..at].iter().rposition(|c| matches!(c, '，' | ','));
        start.max(comma.map_or(start, |it| start + it + 1))..at
    }

    /// Whether a clause says, outside of the name itself, that something has not come about.
    fn denies(&self, clause: &Range<usize>, name: &Range<usize>) -> bool {
        const WORDS: [&str; 12] = [
            "未", "没有", "没能", "无法", "暂停", "终止", "取消", "推迟", "搁置", "停工", "距离",
            "距",
        ];
        let says = |at: usize| {
            let word = WORDS.iter().find(|it| super::starts_with(&self.text[at..clause.end], it));
            word.is_some_and(|it| !self.is_piece(at, it.chars().count()))
        };
        clause.clone().any(|at| !name.contains(&at) && says(at))
    }

    /// Whether what follows in the clause says that something is yet to come: 通车典礼推迟, 开工还有一年.
    fn puts_off(&self, at: usize) -> bool {
        const WORDS: [&str; 6] = ["推迟", "延期", "延后", "倒计时", "还有", "又近"];
        let clause = at..self.clause_end(at);
        let says =
            |at: usize| WORDS.iter().any(|it| super::starts_with(&self.text[at..clause.end], it));
        clause.clone().any(says)
    }

    /// Whether a clause says, outside of the name itself, that something lies ahead.
    fn lies_ahead(&self, clause: &Range<usize>, name: &Range<usize>) -> bool {
        let says = |at: usize| {
            let (length, status) = self.lexicon.stages.head(&self.text[at..clause.end])?;
            Some(*status == Status::Planned && !self.is_piece(at, length))
        };
        clause.clone().any(|at| !name.contains(&at) && says(at).unwrap_or(false))
    }

    /// The last day that a clause names: 2021年2月26日, 今年9月, 年底 is none.
    fn day(&self, clause: &Range<usize>) -> Option<Day> {
        const RELATIVE: [(&str, i16); 6] =
            [("今年", 0), ("去年", -1), ("前年", -2), ("明年", 1), ("后年", 2), ("上年", -1)];
        let mut day = Day::default();
        let mut at = clause.start;
        while at < clause.end {
            let rest = &self.text[at..clause.end];
            let relative = RELATIVE.iter().find(|(word, _)| super::starts_with(rest, word));
            if let Some((_, years)) = relative {
                day = Day { year: Year::Relative(*years), ..Day::default() };
                at += 2;
                continue;
            }
            let Some(it) = number::digit(self.text[at]).and_then(|_| number::read(self.text, at))
            else {
                at += 1;
                continue;
            };
            let value = it.low;
            match self.text.get(it.span.end) {
                Some('年') if (1900.0..2200.0).contains(&value) => {
                    day = Day { year: Year::Named(whole(value)), ..Day::default() };
                }
                Some('月') if (1.0..13.0).contains(&value) => {
                    day = Day { month: i8::try_from(whole(value)).ok(), day: None, ..day };
                }
                Some('日' | '号') if (1.0..32.0).contains(&value) && day.month.is_some() => {
                    day.day = i8::try_from(whole(value)).ok();
                }
                _ => {}
            }
            at = it.span.end.max(at + 1);
        }
        (day != Day::default()).then_some(day)
    }
}

fn whole(value: f64) -> i16 {
    #[expect(clippy::cast_possible_truncation, reason = "years, months and days are small")]
    let whole = value as i16;
    whole
}

//! The names of people, with their role and whom they work for.

use std::ops::Range;

use super::{NAME, Reader, Reading, What, ends_token, is_sentence_mark, read};
use crate::extract::normal::Normal;
use crate::extract::words::Words;
use crate::text::is_han;

/// The people named in a line that says who took a picture (城市摄影队 周斌 摄), with their place and whom they
/// work for.
pub(in crate::extract) fn people(
    line: &Normal<'_>,
    words: &Words,
) -> Vec<(Range<usize>, Option<String>)> {
    let named = read(line, words).items.into_iter().filter_map(|it| match it.what {
        What::Person { affiliation, .. } if it.rule == NAME => Some((it.span, affiliation)),
        _ => None,
    });
    let named: Vec<_> = named.collect();
    if !named.is_empty() {
        return named;
    }
    let mut reader = Reader { line, words, at: 0, reading: Reading::default() };
    let (mut people, mut affiliation) = (Vec::new(), None);
    while reader.at < line.chars.len() {
        let (start, end) = (reader.at, reader.token_end(reader.at));
        match reader.name(start, end, false) {
            Some(length) => {
                people.push((line.bytes(start..start + length), affiliation.clone()));
                reader.at = end.max(start + length);
            }
            None => {
                affiliation = reader
                    .is_body(start..end)
                    .then(|| line.slice(start..end).to_owned())
                    .or(affiliation);
                reader.at = end;
            }
        }
    }
    people
}

/// A byline that is all of a line has at most this many characters.
pub(super) const SHORT_BYLINE: usize = 30;

impl Reader<'_> {
    /// 海岸日報記者 林一山, 中國組記者林一山, 记者 林一山 通讯员 周二水.
    pub(super) fn reporter(&mut self) -> bool {
        let (start, end) = (self.at, self.token_end(self.at));
        let Some((word, length)) = self.reporter_in(start, end) else { return false };
        let affiliation = start..word;
        let is_own = self.words.own.has(&self.line.chars[affiliation.clone()]);
        let affiliation =
            (!affiliation.is_empty() && !is_own).then(|| self.joined_affiliation(affiliation));
        let role = self.line.slice(word..word + length).to_owned();
        self.at = word + length;
        // 记者 阿依古丽: in a short line a name behind a space needs no known surname.
        let apart = matches!(self.rest().first(), Some(' ' | ':' | '/'));
        let lenient = apart && self.line.chars.len() <= SHORT_BYLINE;
        let kept = self.reading.items.len();
        self.names(&role, affiliation.as_deref(), lenient);
        if self.reading.items.len() == kept {
            self.at = start;
            return false;
        }
        true
    }

    /// 岑以柔/台东报导: a name, and where they report from.
    pub(super) fn report(&mut self) -> bool {
        let (start, end) = (self.at, self.token_end(self.at));
        if self.line.chars.get(end) != Some(&'/')
            || self.name(start, end, false) != Some(end - start)
        {
            return false;
        }
        let close = self.token_end(end + 1);
        let token = &self.line.chars[end + 1..close];
        let Some(length) = self.words.dispatches.suffix(token).filter(|it| *it > 1) else {
            return false;
        };
        let role = self.line.slice(close - length..close).to_owned();
        self.push(
            What::Person { role, affiliation: None },
            start..end,
            "a name in front of a word for reports",
        );
        self.push(What::Known, end..close, "a place and a word for reports");
        true
    }

    /// 责任编辑连逸晴: a role and a name without anything between.
    pub(super) fn glued(&mut self) -> bool {
        let (start, end) = (self.at, self.token_end(self.at));
        let Some((length, ())) =
            self.words.roles.prefix(&self.line.chars[start..end]).filter(|it| it.0 > 1)
        else {
            return false;
        };
        if self.name(start + length, end, false) != Some(end - start - length) {
            return false;
        }
        let role = self.line.slice(start..start + length).to_owned();
        self.push(What::Person { role, affiliation: None }, start + length..end, NAME);
        true
    }

    /// A word for reporters in a token, with nothing or a paper in front of it: where, and how long.
    pub(super) fn reporter_in(&self, start: usize, end: usize) -> Option<(usize, usize)> {
        let chars = &self.line.chars;
        let (word, length) = (start..end)
            .find_map(|at| Some((at, self.words.reporters.prefix(&chars[at..end])?.0)))?;
        // 本报江门记者
        let is_own = self.words.own.prefix(&chars[start..word]).is_some_and(|(it, ())| {
            word - start - it <= 4 && chars[start + it..word].iter().all(|c| is_han(*c))
        });
        (word == start || is_own || self.is_body(start..word)).then_some((word, length))
    }

    /// The affiliation with a paper directly before it: 海岸日報/海岸新聞.
    pub(super) fn joined_affiliation(&mut self, chars: Range<usize>) -> String {
        let own = self.line.bytes(chars);
        let joined = self.reading.items.last().filter(|it| {
            it.what == What::Paper
                && self.line.text[it.span.end..own.start]
                    .chars()
                    .all(|c| matches!(c, '/' | '／' | '、' | '·'))
        });
        let start = joined.map_or(own.start, |it| it.span.start);
        if joined.is_some() {
            self.reading.items.pop();
        }
        self.line.text[start..own.end].to_owned()
    }

    /// Whether it can be the name of a paper, an office or a desk.
    pub(super) fn is_body(&self, chars: Range<usize>) -> bool {
        /// No name of one is longer.
        const LONGEST: usize = 20;
        let text = &self.line.chars[chars];
        let plain = text.len() <= LONGEST
            && !text.iter().any(|c| is_sentence_mark(*c) || c.is_ascii_digit());
        plain
            && text.len() > 1
            && (self.words.papers.ends_name(text) || self.words.bodies.ends_name(text))
    }

    /// Names of people, one item each, until something else begins. `labelled`: they stand behind a label,
    /// where a name needs no known surname, and an office or a paper may be named too.
    pub(super) fn names(&mut self, role: &str, affiliation: Option<&str>, labelled: bool) {
        let (mut role, mut affiliation) = (role.to_owned(), affiliation.map(str::to_owned));
        let mut named = 0;
        loop {
            self.skip(|c| matches!(c, ' ' | '、' | ',' | '/' | '和' | '与' | '&' | ':' | '|'));
            let start = self.at;
            if start >= self.line.chars.len()
                || self.label_at(start).is_some()
                || self.date_at(start).is_some()
            {
                return;
            }
            let end = self.token_end(start);
            // 作者：某某编辑：某某 has no space between the two, nor has 记者某某通讯员某某2023年3月10日.
            let begins = |it: &usize| {
                let word = self.words.reporters.prefix(&self.line.chars[*it..end]);
                self.label_at(*it).is_some()
                    || self.date_at(*it).is_some()
                    || word.is_some_and(|(length, ())| length < end - it)
            };
            let end = (start + 2..end).find(begins).unwrap_or(end);
            // 编辑｜某某　视觉｜某某: a label that no list has.
            if named > 0 && matches!(self.line.chars.get(end), Some(':' | '|' | '丨')) {
                return;
            }
            let token = &self.line.chars[start..end];
            if let Some((word, length)) = self.reporter_in(start, end) {
                // 摄制：海岸日报记者 某某: the label says what they did; 记者 某某 通讯员 某某: the word does.
                if !(labelled && named == 0) {
                    self.line.slice(word..word + length).clone_into(&mut role);
                    affiliation = None;
                }
                let is_own = self.words.own.has(&self.line.chars[start..word]);
                if word > start && !is_own {
                    continue_affiliation(&mut affiliation, self.line.slice(start..word));
                }
                self.at = word + length;
                continue;
            }
            let after_slash = start > 0 && self.line.chars[start - 1] == '/';
            let reports = self.words.dispatches.suffix(&self.line.chars[start..end]);
            let placed = reports.is_some_and(|it| end - start - it >= 2);
            if named > 0 && placed && (after_slash || self.name(start, end, false).is_none()) {
                // 记者某某/高雄报导, 记者 某某 青岛报道
                self.push(What::Known, start..end, "a place and a word for reports");
                return;
            }
            if let Some(length) = self.name(start, end, labelled) {
                let what = What::Person { role: role.clone(), affiliation: affiliation.clone() };
                self.push(what, start..start + length, NAME);
                named += 1;
                self.closing(start + length, end);
                continue;
            }
            if self.words.roles.has(token) {
                // 文/图 某某: two roles of one person.
                self.at = end;
                continue;
            }
            if self.is_affiliation(start, end) {
                continue_affiliation(&mut affiliation, self.line.slice(start..end));
                self.at = end;
                continue;
            }
            if labelled && self.is_body(start..end) && affiliation.is_none() {
                let what = What::Person { role: role.clone(), affiliation: None };
                self.push(what, start..end, "a body behind a role");
                continue;
            }
            return;
        }
    }

    /// Whether a body stands here with somebody of it behind: 海岸日报/海岸新闻记者 林一山, 海岸日报 林一山.
    pub(super) fn is_affiliation(&self, start: usize, end: usize) -> bool {
        let next =
            end + self.line.chars[end..].iter().take_while(|c| **c == ' ' || **c == '/').count();
        if next == end || next >= self.line.chars.len() || !self.is_body(start..end) {
            return false;
        }
        let close = self.token_end(next);
        self.name(next, close, false).is_some() || self.reporter_in(next, close).is_some()
    }

    /// The length of a name that begins here, in a token that ends at `end`.
    pub(super) fn name(&self, start: usize, end: usize, labelled: bool) -> Option<usize> {
        let chars = &self.line.chars;
        if start >= chars.len() {
            return None;
        }
        let token = &chars[start..end];
        if self.words.roles.has(token) || token.starts_with(&['发', '自']) {
            return None;
        }
        let surname = self.words.surnames.prefix(token).map(|(length, ())| length);
        // 王　涛: a name of two characters, spaced.
        if token.len() == 1 && surname.is_some() {
            let gap = chars[end..].iter().take_while(|c| **c == ' ').count();
            let given = end + gap;
            let alone = chars.get(given).is_some_and(|c| is_han(*c))
                && chars.get(given + 1).is_none_or(|c| ends_token(*c));
            return (gap > 0 && alone).then_some(given + 1 - start);
        }
        if let Some(length) = self.placed_name(start..end) {
            return surname.map(|_| length);
        }
        let token = &token[..token.len()
            - self.words.dispatches.suffix(token).filter(|it| *it < token.len()).unwrap_or(0)];
        let token =
            token.strip_suffix(&['摄']).or_else(|| token.strip_suffix(&['文'])).unwrap_or(token);
        let han =
            !token.is_empty() && token.iter().all(|c| is_han(*c) || matches!(c, '·' | '・' | '•'));
        let dotted = token.iter().any(|c| matches!(c, '·' | '・' | '•'));
        let latin = token.len() > 2 && token.iter().all(|c| c.is_ascii_alphabetic() || *c == '.');
        let fits = match token.len() {
            // 欧阳一山; else a name of four is two words: 支持独立.
            4 => surname == Some(2) || labelled,
            2 | 3 => surname.is_some_and(|it| it < token.len()) || labelled,
            _ => dotted && token.len() <= 16,
        };
        // 海岸周刊 is a paper, whoever has the surname 海.
        let is_body = self.words.papers.suffix(token).is_some_and(|it| it > 1 && it < token.len());
        let other = !dotted
            && (self.words.roles.has(token)
                || self.words.furniture.has(token)
                || (!labelled && self.is_known_word(token)));
        ((han && fits && !other && !is_body) || (latin && labelled)).then_some(token.len())
    }

    /// 林一山台北26日電, 林一山高雄報導: the length of the name, which has two characters where only four stand in
    /// front of the day, and three else.
    pub(super) fn placed_name(&self, token: Range<usize>) -> Option<usize> {
        let end = token.end;
        let token = &self.line.chars[token];
        let Some(ending) = self.words.dispatches.suffix(token) else {
            // 林一山台東縣、周二水台北26日電
            let county = matches!(token, [.., '县' | '市' | '州' | '镇' | '乡']);
            let han = token.iter().all(|c| is_han(*c));
            let goes_on = matches!(self.line.chars.get(end), Some('、' | '/'));
            return (county && han && goes_on && (6..=7).contains(&token.len())).then_some(3);
        };
        let close = token.len() - ending;
        let day = token[..close].strip_suffix(&['日']).unwrap_or(&token[..close]);
        let is_day = |c: &char| c.is_ascii_digit() || "月〇一二三四五六七八九十".contains(*c);
        let dated = day.len() < close;
        let place_end = day.len() - day.iter().rev().take_while(|c| dated && is_day(c)).count();
        let han = token[..place_end].iter().all(|c| is_han(*c));
        match place_end {
            2 | 3 if han && dated => Some(place_end),
            4 if han => Some(2),
            5..=7 if han => Some(3),
            _ => None,
        }
    }

    /// Words of two to four characters that begin like a name: 从市里, 时间.
    pub(super) fn is_known_word(&self, token: &[char]) -> bool {
        self.words.labels.has(token) || self.words.openers.has(token)
    }

    /// What follows a name inside its token: 摄, 报道.
    pub(super) fn closing(&mut self, from: usize, end: usize) {
        if from < end {
            self.push(What::Known, from..end, "the end of a byline");
        }
    }
}

/// 海岸日报/海岸新闻: two tokens of one affiliation.
fn continue_affiliation(affiliation: &mut Option<String>, more: &str) {
    *affiliation =
        Some(affiliation.take().map_or_else(|| more.to_owned(), |it| format!("{it}/{more}")));
}

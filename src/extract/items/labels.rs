//! Labels with their values: 来源：海岸日报.

use super::names::SHORT_BYLINE;
use super::{Label, Reader, What};
use crate::text::is_han;

impl Reader<'_> {
    /// A label with its separator: how many characters both take, and what the label stands for.
    pub(super) fn label_at(&self, at: usize) -> Option<(usize, usize, Label)> {
        let text = &self.line.chars[at..];
        self.words.labels.prefixes(text).find_map(|(length, label)| {
            // 撰文、攝影／某某, 文/图 某某
            if label == Label::Role
                && matches!(text.get(length), Some('、' | '&' | '/' | '·' | '和'))
            {
                let tail = &text[length + 1..];
                let spaced = self.words.roles.prefix(tail).map(|(it, ())| it);
                if let Some(more) = spaced.filter(|it| tail.get(*it) == Some(&' ')) {
                    return Some((length + 1 + more, length + 2 + more, label));
                }
                let next = self.label_at(at + length + 1).filter(|it| it.2 == Label::Role);
                if let Some((more, taken, _)) = next {
                    return Some((length + 1 + more, length + 1 + taken, label));
                }
            }
            let spaces = text[length..].iter().take_while(|c| **c == ' ').count();
            let mark = text.get(length + spaces)?;
            // 原载《某报》
            if label == Label::Source && *mark == '《' {
                return Some((length, length + spaces, label));
            }
            // 【记者】某某
            let opened = at > 0 && matches!(self.line.chars[at - 1], '【' | '[' | '〔');
            if opened && matches!(mark, '】' | ']' | '〕') {
                return Some((length, length + spaces + 1, label));
            }
            // 作者， 某某
            let comma = *mark == ',' && text.get(length + spaces + 1) == Some(&' ') && at == 0;
            if comma && label == Label::Role {
                return Some((length, length + spaces + 1, label));
            }
            // 文/某某, 编辑｜某某, 来源：某报.
            matches!(mark, ':' | '/' | '|' | '丨' | '︱' | '│' | '▏').then_some((
                length,
                length + spaces + 1,
                label,
            ))
        })
    }

    pub(super) fn label(&mut self) -> bool {
        let start = self.at;
        let Some((length, taken, label)) =
            self.label_at(start).or_else(|| self.label_by_form(start))
        else {
            return self.spaced_label();
        };
        // 本报记者：某某 is a 记者.
        let own = self.words.own.prefix(&self.line.chars[start..start + length]);
        let own = own.map_or(0, |(it, ())| it).min(length - 1);
        let role = self.line.slice(start + own..start + length).to_owned();
        self.push(What::Known, start..start + taken, "a label");
        self.labelled(label, &role);
        true
    }

    /// Reads the value of a label.
    pub(super) fn labelled(&mut self, label: Label, role: &str) {
        match label {
            Label::Date => {}
            Label::Role => self.names(role, None, true),
            Label::Source => self.value(What::Source, "what stands behind a word for sources"),
            Label::Section => self.value(What::Section, "what stands behind a word for sections"),
            Label::Other => self.value(What::Known, "a value of no use"),
            Label::Line => {
                self.push(What::Known, self.at..self.line.chars.len(), "a line of no use");
            }
        }
    }

    /// Labels that no list has: 最后更新日期：109-12-26, 点阅率：158.
    pub(super) fn label_by_form(&self, at: usize) -> Option<(usize, usize, Label)> {
        /// No such label has more characters.
        const LONGEST: usize = 8;
        let text = &self.line.chars[at..];
        let length = text.iter().take(LONGEST).take_while(|c| is_han(**c)).count();
        let value = length + text[length..].iter().take_while(|c| matches!(c, ':' | ' ')).count();
        let label = &text[..length];
        let digits = text[value..]
            .iter()
            .take_while(|c| c.is_ascii_digit() || matches!(c, ',' | '.'))
            .count();
        let number = digits > 0
            && text
                .get(value + digits)
                .is_none_or(|c| matches!(c, ' ' | '次' | '人' | ')' | ']' | '】'));
        let is_label = length > 1 && text.get(length) == Some(&':');
        // 海经记者：某某
        let role = (1..length).find(|it| self.words.roles.has(&label[*it..]) && length - it > 1);
        // 海经记者｜某某, and in a line of nothing else 海经记者 某某
        let mark = text.get(length);
        let reports = role.is_some_and(|it| it <= 3 && self.words.reporters.has(&label[it..]));
        let short = self.line.chars.len() <= SHORT_BYLINE
            && reports
            && mark == Some(&' ')
            && self.name(at + length + 1, self.token_end(at + length + 1), false).is_some();
        if role.is_some() && (is_label || matches!(mark, Some('|' | '丨')) || short) {
            return Some((length, length + 1, Label::Role));
        }
        match label {
            [.., '日', '期'] | [.., '时', '间'] if is_label => {
                Some((length, length + 1, Label::Date))
            }
            _ if is_label && number => Some((length, length + 1, Label::Other)),
            _ => None,
        }
    }

    /// A word for a role with a space behind it and a name: 作者 林一山; or for a source: 来源 某某日报.
    pub(super) fn spaced_label(&mut self) -> bool {
        let start = self.at;
        let Some((length, label)) = self.words.labels.prefix(self.rest()) else { return false };
        if self.rest().get(length) != Some(&' ') {
            return false;
        }
        let role = self.line.slice(start..start + length).to_owned();
        match label {
            Label::Role => {
                let before = self.reading.items.len();
                self.at += length;
                // 视频 长三角 may be two channels of a page.
                let channel = self.words.furniture.has(&self.line.chars[start..start + length]);
                self.names(&role, None, !channel && self.line.chars.len() <= SHORT_BYLINE);
                let found = self.reading.items[before..]
                    .iter()
                    .any(|it| matches!(it.what, What::Person { .. }));
                if !found {
                    self.at = start;
                    self.reading.items.truncate(before);
                }
                found
            }
            Label::Source | Label::Date => {
                self.push(What::Known, start..start + length, "a label");
                true
            }
            Label::Other if self.rest()[length + 1..].first().is_some_and(char::is_ascii_digit) => {
                self.push(What::Known, start..start + length, "a label");
                self.value(What::Known, "a value of no use");
                true
            }
            _ => false,
        }
    }

    /// The value of a label: to the next space, bar, bracket or label.
    pub(super) fn value(&mut self, what: What, rule: &'static str) {
        self.skip(|c| matches!(c, ' ' | '[' | '【' | '《' | '“'));
        if self.label_at(self.at).is_some() || self.date_at(self.at).is_some() {
            return;
        }
        let stops = |c: &char| {
            matches!(
                c,
                ' ' | '|' | '丨' | '│' | ')' | '】' | ']' | '》' | '”' | '〕' | ',' | ';' | '。'
            )
        };
        let mut length = self.rest().iter().position(stops).unwrap_or(self.rest().len());
        // 来源：微信公众号 海岸笔记
        if self.words.formats.suffix(&self.rest()[..length]) == Some(length)
            && self.rest().get(length) == Some(&' ')
        {
            self.at += length + 1;
            length = self.rest().iter().position(stops).unwrap_or(self.rest().len());
        }
        // 来源：某报作者：某某 has no space between the two.
        let next = (self.at + 1..self.at + length).find(|it| self.label_at(*it).is_some());
        let end = next.unwrap_or(self.at + length);
        let says = self.line.chars[self.at..end].iter().any(|c| c.is_alphanumeric());
        let what = if says { what } else { What::Known };
        self.push(what, self.at..end, rule);
    }
}

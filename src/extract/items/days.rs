//! Days and times among the items of a line.

use super::{Reader, What};
use crate::text::date;

impl Reader<'_> {
    /// 今天是2024年6月3日: today, which is no day of an article.
    pub(super) fn today(&mut self) -> bool {
        let Some((length, ())) = self.words.todays.prefix(self.rest()) else { return false };
        let spaces = self.rest()[length..].iter().take_while(|c| matches!(c, ':' | ' ')).count();
        let is_day = self.date_at(self.at + length + spaces).is_some();
        if is_day {
            self.push(What::Known, self.at..self.line.chars.len(), "today");
        }
        is_day
    }

    pub(super) fn date_at(&self, at: usize) -> Option<(date::Found, usize)> {
        let byte = self.line.bytes(at..at).start;
        let found =
            date::at_byte(self.line.text, byte).filter(|it| it.year.is_some() || !it.bare)?;
        let end = self.line.char_at(found.span.end);
        // 2019.11.261 is no date.
        let more = self.line.chars.get(end).is_some_and(char::is_ascii_digit)
            && self.line.chars[at..end]
                .iter()
                .all(|c| c.is_ascii_digit() || matches!(c, '.' | '-' | '/'))
            && self.time_at(end).is_none();
        (!more).then_some((found, end))
    }

    pub(super) fn date(&mut self) -> bool {
        let at = self.at;
        let found =
            self.date_at(at).or_else(|| self.end_mark_at(at)).or_else(|| self.month_and_day(at));
        let Some((found, end)) = found else { return false };
        self.push(What::Date(found), self.at..end, "a day");
        true
    }

    /// 05-04 17:20, a day without its year in front of a time.
    pub(super) fn month_and_day(&self, at: usize) -> Option<(date::Found, usize)> {
        let text = &self.line.chars[at..];
        let number = |from: usize| {
            let run: String = text.get(from..from + 2)?.iter().collect();
            run.parse::<i8>().ok().filter(|_| run.bytes().all(|it| it.is_ascii_digit()))
        };
        let (month, day) = (number(0)?, number(3)?);
        let marked = matches!(text.get(2), Some('-' | '/' | '.')) && text.get(5) == Some(&' ');
        let found =
            date::Found { span: self.line.bytes(at..at + 5), year: None, month, day, bare: true };
        let is_day =
            marked && self.time_at(at + 6).is_some() && found.in_year(Some(2024)).is_some();
        is_day.then_some((found, at + 5))
    }

    /// 1091226 and 980827, the day that Taiwan's agency puts behind an article.
    pub(super) fn end_mark_at(&self, at: usize) -> Option<(date::Found, usize)> {
        let end = self.token_end(at);
        let byte = self.line.bytes(at..end);
        let written = &self.line.text[byte.clone()];
        let digits = written.bytes().all(|it| it.is_ascii_digit());
        let year = match written.len() {
            7 if digits && written.starts_with('1') => 3,
            6 if digits && written.starts_with(['7', '8', '9']) => 2,
            _ => return None,
        };
        let spaced = format!(
            "民國{}年{}月{}日",
            &written[..year],
            &written[year..year + 2],
            &written[year + 2..]
        );
        let found = date::at_byte(&spaced, 0).filter(|it| it.in_year(None).is_some())?;
        Some((date::Found { span: byte, ..found }, end))
    }

    /// 08:15, 8:15:30, T08:15:00+08:00: how many characters.
    pub(super) fn time_at(&self, at: usize) -> Option<usize> {
        let text = &self.line.chars[at..];
        let mut length = usize::from(text.first() == Some(&'t'));
        let mut parts = 0;
        loop {
            let digits = text[length..].iter().take_while(|c| c.is_ascii_digit()).count();
            if !(1..=2).contains(&digits) {
                return None;
            }
            length += digits;
            parts += 1;
            match text.get(length) {
                Some(':') if text.get(length + 1).is_some_and(char::is_ascii_digit) => length += 1,
                Some('.') if parts == 3 => {
                    length +=
                        1 + text[length + 1..].iter().take_while(|c| c.is_ascii_digit()).count();
                    break;
                }
                _ => break,
            }
        }
        let zone = text[length..]
            .iter()
            .take_while(|c| c.is_ascii_digit() || matches!(c, '+' | ':' | 'z'))
            .count();
        (parts > 1).then_some(length + zone)
    }

    pub(super) fn time(&mut self) -> bool {
        let Some(length) = self.time_at(self.at) else { return false };
        self.push(What::Known, self.at..self.at + length, "a time");
        true
    }

    /// What no rule knows beside a day: 原创 林一山 海岸观察 2024-08-16 18:30 广东 is a writer, a paper and a place;
    /// 海岸冷链 2023/12/6 is a paper.
    pub(super) fn around_day(&mut self) {
        let is_original =
            self.reading.items.iter().any(|it| &self.line.text[it.span.clone()] == "原创");
        let day = self.reading.items.iter().position(|it| matches!(it.what, What::Date(_)));
        // 原创 林一山 海岸观察, with the day below
        let count = self.reading.items.len();
        let below = count == 3 && is_original && self.line.chars.starts_with(&['原', '创']);
        let Some(day) = day.or(below.then_some(count)) else { return };
        let named = self.reading.has(|it| matches!(it, What::Source | What::Paper));
        let signed = self.reading.has_person();
        let mut known = 0;
        for i in 0..self.reading.items.len() {
            let item = &self.reading.items[i];
            let (start, end) =
                (self.line.char_at(item.span.start), self.line.char_at(item.span.end));
            if item.what != What::Unknown
                || !self.line.chars[start..end].iter().all(|c| c.is_alphanumeric())
            {
                continue;
            }
            let (what, rule) = match end - start {
                2..=8 if i + 1 < day && is_original => (
                    What::Person { role: "作者".to_owned(), affiliation: None },
                    "a name behind 原创",
                ),
                2 | 3 if i + 1 == day && signed => (What::Known, "a place in front of the day"),
                2..=8
                    if i + 1 == day
                        && !named
                        && !matches!(
                            self.line.chars[end - 1],
                            '于' | '间' | '期' | '日' | '年' | '月'
                        ) =>
                {
                    let what = if below { What::Source } else { What::Paper };
                    (what, "what stands in front of the day")
                }
                2 | 3 if i > day && is_original => (What::Known, "a place behind the day"),
                _ => continue,
            };
            known += end - start;
            let item = &mut self.reading.items[i];
            (item.what, item.rule) = (what, rule);
        }
        self.reading.unknown -= known;
    }
}

//! Dates as Chinese papers write them.
//!
//! In: text. Out: days that exist; 2月30日 is none. Years of the Republic (民國109年) are told in the common
//! era. Spaces inside a date are passed over.

use jiff::civil::Date;

/// The year before the first of the Republic of China: 民國1年 is 1912.
const BEFORE_REPUBLIC: i16 = 1911;

/// A date found in a text, with its place there in bytes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Found {
    /// Where it stands.
    pub span: std::ops::Range<usize>,
    /// The year, if the text gives it.
    pub year: Option<i16>,
    /// The month, 1–12.
    pub month: i8,
    /// The day, 1–31.
    pub day: i8,
    /// Only among the data of an article is it a date; in a sentence 104.11.26 may be anything.
    pub bare: bool,
}

impl Found {
    /// The day, in the year of the text or in `year`; `None` if it does not exist.
    #[must_use]
    pub fn in_year(&self, year: Option<i16>) -> Option<Date> {
        Date::new(self.year.or(year)?, self.month, self.day).ok()
    }
}

/// The first date of a text: `2023年3月10日`, `2023-03-10`, `2023/3/10`, `2023.03.10`, `二〇二三年三月十日`,
/// `民國109年12月26日`, and without a year only `3月10日`.
#[must_use]
pub fn find(text: &str) -> Option<Found> {
    find_from(text, 0)
}

/// The first date of a text that begins at this byte or later.
#[must_use]
pub fn find_from(text: &str, from: usize) -> Option<Found> {
    let mut skip_to = from;
    for (at, c) in text[from..].char_indices() {
        let start = from + at;
        if start < skip_to || (digit(c).is_none() && !starts_numeral(c) && c != '民') {
            continue;
        }
        // 99999年3月1日 is no date.
        let after_year = text[..start].ends_with('年');
        if let Some(found) = at_byte(text, start).filter(|it| !after_year && !it.bare) {
            return Some(found);
        }
        skip_to = start + digits(&text[start..]).len().max(numerals(&text[start..])).max(1);
    }
    None
}

/// The date that begins at this byte; also `109-12-26` and `104.11.26`, the years of the Republic without
/// its name, which are [`bare`](Found::bare).
#[must_use]
pub fn at_byte(text: &str, start: usize) -> Option<Found> {
    let rest = &text[start..];
    let republic =
        ["中華民國", "中华民国", "民國", "民国"].iter().find(|it| rest.starts_with(**it));
    let (first, tail) = number(&rest[republic.map_or(0, |it| it.len())..])?;
    let found = match (republic, first.digits) {
        (None, 4) => with_year(i16::try_from(first.value).ok()?, tail, &first)?,
        (Some(_), 1..=3) | (None, 3) if (1..200).contains(&first.value) => {
            let year = BEFORE_REPUBLIC + i16::try_from(first.value).ok()?;
            let mut found = with_year(year, tail, &first)?;
            found.bare = republic.is_none() && (first.value < 100 || !tail.starts_with('年'));
            found
        }
        (None, 1 | 2) if tail.starts_with('/') => year_last(&first, tail)?,
        (None, 1 | 2) => {
            let (day, tail) = number(spaces(spaces(tail).strip_prefix('月')?))?;
            let (month, day) = (small(&first)?, small(&day)?);
            let found =
                |tail: &str, year| Found { span: 0..tail.len(), year, month, day, bare: false };
            match spaces(tail).strip_prefix(['日', '號', '号']) {
                Some(tail) => found(tail, None),
                // 5 月 28, 2019
                None => {
                    let (year, tail) = number(spaces(tail.strip_prefix([',', '，'])?))?;
                    let year = i16::try_from(year.value).ok().filter(|_| year.digits == 4)?;
                    found(tail, Some(year))
                }
            }
        }
        _ => return None,
    };
    // What `span` holds so far is the length of the text behind the date.
    Some(Found { span: start..text.len() - found.span.end, ..found })
}

/// 05/18/2023, as Chinese papers in America write it, or 18/05/2023, as those in Hong Kong and Malaysia do.
/// 05/06/2023 may be either, and is none.
fn year_last(first: &Number, tail: &str) -> Option<Found> {
    let (second, tail) = number(tail.strip_prefix('/')?)?;
    let (year, tail) = number(tail.strip_prefix('/')?)?;
    let (month, day) = if first.value > 12 { (&second, first) } else { (first, &second) };
    let plain = day.value > 12 || day.value == month.value;
    let fits = plain && (1..=12).contains(&month.value) && (1..=31).contains(&day.value);
    let year = i16::try_from(year.value).ok().filter(|_| fits && year.digits == 4)?;
    let (month, day) = (small(month)?, small(day)?);
    Some(Found { span: 0..tail.len(), year: Some(year), month, day, bare: true })
}

/// The rest of a date whose year is known: a separator, the month, the same separator, the day.
fn with_year(year: i16, tail: &str, first: &Number) -> Option<Found> {
    let tail = spaces(tail);
    let separator =
        tail.chars().next().filter(|c| matches!(c, '年' | '-' | '/' | '.' | '－' | '／'))?;
    let (month, tail) = number(spaces(&tail[separator.len_utf8()..]))?;
    let tail = spaces(tail).strip_prefix(if separator == '年' { '月' } else { separator })?;
    let (day, tail) = number(spaces(tail))?;
    let tail = if separator == '年' {
        let closed = spaces(tail);
        closed.strip_prefix(['日', '號', '号']).unwrap_or(tail)
    } else {
        tail.strip_prefix('日').unwrap_or(tail)
    };
    if first.chinese && separator != '年' {
        return None;
    }
    Some(Found {
        span: 0..tail.len(),
        year: Some(year),
        month: small(&month)?,
        day: small(&day)?,
        bare: false,
    })
}

fn spaces(text: &str) -> &str {
    text.trim_start_matches([' ', '\u{3000}', '\u{a0}'])
}

/// The number of a month or a day.
fn small(number: &Number) -> Option<i8> {
    i8::try_from(number.value).ok().filter(|_| number.digits <= 2)
}

/// A number as it stands in a date.
struct Number {
    value: u16,
    /// How many digits it is written with; of 二十三, which counts by tens, two.
    digits: usize,
    chinese: bool,
}

/// The length of the run of Chinese numerals at the head of a text, but for one too long for any date, which
/// is passed over whole; else nothing.
fn numerals(text: &str) -> usize {
    /// 一千九百九十九 is longer than any year.
    const LONGEST: usize = 8;
    let run = text.chars().take_while(|c| starts_numeral(*c)).count();
    if run > LONGEST { text.chars().take(run - LONGEST).map(char::len_utf8).sum() } else { 0 }
}

/// The number at the head of a text, and the rest.
fn number(text: &str) -> Option<(Number, &str)> {
    let run = digits(text);
    if !run.is_empty() {
        let digits = run.chars().count();
        let value = run.chars().take(5).filter_map(digit).fold(0_u32, |sum, it| sum * 10 + it);
        let value = u16::try_from(value).ok()?;
        return Some((Number { value, digits, chinese: false }, &text[run.len()..]));
    }
    let length = text.find(|c| !starts_numeral(c)).unwrap_or(text.len());
    let (run, rest) = text.split_at(length);
    let count = run.chars().count();
    let value = match run.split_once('十') {
        // 民國一百零七年
        _ if run.contains('百') => hundreds(run)?,
        None if count == 4 || count == 3 => {
            run.chars().filter_map(chinese_digit).fold(0, |sum, it| sum * 10 + it)
        }
        None if count == 1 => chinese_digit(run.chars().next()?)?,
        Some((tens, ones)) if count <= 3 => {
            let of = |text: &str, empty| match text.chars().next() {
                None => Some(empty),
                Some(c) => chinese_digit(c).filter(|_| text.chars().count() == 1),
            };
            of(tens, 1)? * 10 + of(ones, 0)?
        }
        _ => return None,
    };
    let digits = if run.contains('百') {
        3
    } else if run.contains('十') {
        2
    } else {
        count
    };
    Some((Number { value, digits, chinese: true }, rest))
}

/// 一百零七 → 107, 一百一十 → 110.
fn hundreds(run: &str) -> Option<u16> {
    let (hundreds, rest) = run.split_once('百')?;
    let digit =
        |text: &str| chinese_digit(text.chars().next()?).filter(|_| text.chars().count() == 1);
    let rest = rest.strip_prefix('零').unwrap_or(rest);
    let tail = match rest.split_once('十') {
        None if rest.is_empty() => 0,
        None => digit(rest)?,
        Some((tens, "")) => digit(tens)? * 10,
        Some((tens, ones)) => digit(tens)? * 10 + digit(ones)?,
    };
    Some(digit(hundreds)? * 100 + tail)
}

/// The run of digits at the head of a text.
fn digits(text: &str) -> &str {
    &text[..text.find(|c| digit(c).is_none()).unwrap_or(text.len())]
}

/// 3 and ３.
fn digit(c: char) -> Option<u32> {
    match c {
        '0'..='9' => Some(c as u32 - '0' as u32),
        '０'..='９' => Some(c as u32 - '０' as u32),
        _ => None,
    }
}

fn starts_numeral(c: char) -> bool {
    chinese_digit(c).is_some() || matches!(c, '十' | '百')
}

fn chinese_digit(c: char) -> Option<u16> {
    const DIGITS: &str = "零一二三四五六七八九";
    let zero = matches!(c, '〇' | '○' | 'Ｏ');
    let at = if zero { Some(0) } else { DIGITS.chars().position(|it| it == c) };
    at.and_then(|it| u16::try_from(it).ok())
}

/// The years a text names (`2023年`), in order, each as often as it stands there, and where, in bytes.
#[must_use]
pub fn years(text: &str) -> Vec<(i16, usize)> {
    let ends = text.match_indices('年').map(|(at, _)| at);
    let year = |end: usize| {
        let head = &text[..end];
        let start = head
            .rfind(|c: char| !c.is_ascii_digit())
            .map_or(0, |at| at + head[at..].chars().next().map_or(1, char::len_utf8));
        let run = &head[start..];
        if head[..start].ends_with("民國") || head[..start].ends_with("民国") {
            let year = run.parse::<i16>().ok().filter(|it| (1..200).contains(it))?;
            return Some((BEFORE_REPUBLIC + year, start));
        }
        let year = (run.len() == 4 && run.starts_with(['1', '2'])).then(|| run.parse().ok())??;
        Some((year, start))
    };
    ends.filter_map(year).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(text: &str) -> Option<String> {
        let found = find(text)?;
        Some(format!(
            "{:?}-{}-{} {}",
            found.year,
            found.month,
            found.day,
            &text[found.span.clone()]
        ))
    }

    #[test]
    fn forms() {
        for (text, expected) in [
            ("青島日報2022年2月19日5版", Some("Some(2022)-2-19 2022年2月19日")),
            ("发布时间：2023-03-10 08:15", Some("Some(2023)-3-10 2023-03-10")),
            ("2023/3/9", Some("Some(2023)-3-9 2023/3/9")),
            ("2023.03.09 星期四", Some("Some(2023)-3-9 2023.03.09")),
            ("12345 3月10日,履新", Some("None-3-10 3月10日")),
            ("增长5.1个百分点，3月上旬", None),
            ("99999年3月1日", None),
            ("二〇二三年三月十日电", Some("Some(2023)-3-10 二〇二三年三月十日")),
            ("二○一九年十二月三十一日", Some("Some(2019)-12-31 二○一九年十二月三十一日")),
            ("三月二十日，", Some("None-3-20 三月二十日")),
            ("民國109年12月26日發布", Some("Some(2020)-12-26 民國109年12月26日")),
            (
                "中華民國一百零七年九月十四日 星期五",
                Some("Some(2018)-9-14 民國一百零七年九月十四日"),
            ),
            ("民國99年1月2日", Some("Some(2010)-1-2 民國99年1月2日")),
            ("109年12月26日", Some("Some(2020)-12-26 109年12月26日")),
            ("2023 年 3 月 10 日 08:15", Some("Some(2023)-3-10 2023 年 3 月 10 日")),
            ("２０２３年３月１０日", Some("Some(2023)-3-10 ２０２３年３月１０日")),
            ("版本104.11.26", None),
            ("十一月有三十天", None),
            ("比分3-10", None),
            ("", None),
        ] {
            assert_eq!(day(text).as_deref(), expected, "{text}");
        }
    }

    #[test]
    fn years_of_the_republic_without_its_name() {
        let found = at_byte("發布日期：109-12-26", "發布日期：".len()).expect("a date by its form");
        assert_eq!((found.year, found.month, found.day, found.bare), (Some(2020), 12, 26, true));
        assert_eq!(at_byte("104.11.26", 0).and_then(|it| it.year), Some(2015));
        assert_eq!(at_byte("12.11.26", 0), None);
    }

    #[test]
    fn days_that_do_not_exist() {
        let found = find("2月30日").expect("a date by its form");
        assert_eq!(found.in_year(Some(2023)), None);
        assert_eq!(
            find("2月29日").and_then(|it| it.in_year(Some(2024))),
            Date::new(2024, 2, 29).ok()
        );
    }

    #[test]
    fn years_of_a_text() {
        let text = "2018年起，到2023年，12023年和23年不算；青岛2021年";
        let found: Vec<_> =
            years(text).into_iter().map(|(year, at)| (year, &text[at..at + 4])).collect();
        assert_eq!(found, [(2018, "2018"), (2023, "2023"), (2021, "2021")]);
    }
}

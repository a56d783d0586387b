//! Dates as Chinese papers write them.
//!
//! In: text. Out: days that exist; 2月30日 is none.

use jiff::civil::Date;

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
}

impl Found {
    /// The day, in the year of the text or in `year`; `None` if it does not exist.
    #[must_use]
    pub fn in_year(&self, year: Option<i16>) -> Option<Date> {
        Date::new(self.year.or(year)?, self.month, self.day).ok()
    }
}

/// The first date of a text: `2023年3月10日`, `2023-03-10`, `2023/3/10`, `2023.03.10`, and without a year
/// only `3月10日`.
#[must_use]
pub fn find(text: &str) -> Option<Found> {
    let mut from = 0;
    while let Some(at) = text[from..].find(|c: char| c.is_ascii_digit()) {
        let start = from + at;
        // 99999年3月1日 is no date.
        let after_year = text[..start].ends_with('年');
        if let Some(found) = parse_at(text, start).filter(|_| !after_year) {
            return Some(found);
        }
        from = start + digits(&text[start..]).len();
    }
    None
}

/// The run of ASCII digits at the head of a text.
fn digits(text: &str) -> &str {
    &text[..text.find(|c: char| !c.is_ascii_digit()).unwrap_or(text.len())]
}

/// A date that begins at this byte.
fn parse_at(text: &str, start: usize) -> Option<Found> {
    let first = digits(&text[start..]);
    let rest = &text[start + first.len()..];
    if first.len() == 4 {
        let (month, separator, rest) = number(rest.strip_prefix(['年', '-', '/', '.'])?)?;
        let fits = matches!(separator, '月' | '-' | '/' | '.');
        let (day, _, rest) = number(rest.strip_prefix(separator).filter(|_| fits)?)?;
        let rest = rest.strip_prefix('日').unwrap_or(rest);
        return Some(Found {
            span: start..text.len() - rest.len(),
            year: Some(first.parse().ok()?),
            month,
            day,
        });
    }
    let (month, _, rest) = number(&text[start..])?;
    let (day, _, rest) = number(rest.strip_prefix('月')?)?;
    let rest = rest.strip_prefix('日')?;
    Some(Found { span: start..text.len() - rest.len(), year: None, month, day })
}

/// A number of one or two digits, the character behind it, and the rest from that character on.
fn number(text: &str) -> Option<(i8, char, &str)> {
    let run = digits(text);
    let rest = &text[run.len()..];
    (matches!(run.len(), 1 | 2)).then_some((
        run.parse().ok()?,
        rest.chars().next().unwrap_or('\0'),
        rest,
    ))
}

/// The years a text names (`2023年`), in order, each as often as it stands there.
#[must_use]
pub fn years(text: &str) -> Vec<i16> {
    let ends = text.match_indices('年').map(|(at, _)| at);
    let year = |end: usize| {
        let head = &text[..end];
        let start = head
            .rfind(|c: char| !c.is_ascii_digit())
            .map_or(0, |at| at + head[at..].chars().next().map_or(1, char::len_utf8));
        let run = &head[start..];
        (run.len() == 4 && run.starts_with(['1', '2'])).then(|| run.parse().ok())?
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
            ("比分3-10", None),
            ("", None),
        ] {
            assert_eq!(day(text).as_deref(), expected, "{text}");
        }
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
        assert_eq!(years("2018年起，到2023年，12023年和23年不算；青岛2021年"), [2018, 2023, 2021]);
    }
}

//! Numbers as news writes them.
//!
//! In: folded text and a place in it. Out: the number that begins there, with its value: 12.5亿, 1万6000, 三百二十,
//! 190余, 6至8, 百分之三十. What stands behind it, and whether it counts anything, is decided elsewhere.

use std::ops::Range;

/// How exact a number is.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize, serde::Deserialize,
)]
#[serde(rename_all = "snake_case")]
pub enum Exactness {
    /// As it stands.
    Exact,
    /// 约, 近, 左右.
    About,
    /// 余, 逾, 超, 以上.
    Over,
    /// 不足, 以内.
    Under,
}

/// A number in a text.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Number {
    /// Where it stands, with 余 or 多, in characters.
    pub(super) span: Range<usize>,
    /// Its value; of a range the lower one.
    pub(super) low: f64,
    /// Of a range the upper value, else the same.
    pub(super) high: f64,
    /// What the number itself says of it: 190余.
    pub(super) exactness: Exactness,
    /// Whether it is written with 一二三 alone.
    pub(super) is_chinese: bool,
    /// Whether it has 万 or 亿.
    pub(super) is_large: bool,
    /// Whether it is a share: 百分之三十.
    pub(super) is_percent: bool,
}

/// Longer ones are no numbers.
const LONGEST: usize = 64;

/// The digit of a character, of either width.
pub(super) const fn digit(c: char) -> Option<u32> {
    match c {
        '0'..='9' => Some(c as u32 - '0' as u32),
        '０'..='９' => Some(c as u32 - '０' as u32),
        _ => None,
    }
}

/// The value of a Chinese digit: 三 → 3.
const fn chinese_digit(c: char) -> Option<u32> {
    Some(match c {
        '零' | '〇' => 0,
        '一' => 1,
        '二' | '两' => 2,
        '三' => 3,
        '四' => 4,
        '五' => 5,
        '六' => 6,
        '七' => 7,
        '八' => 8,
        '九' => 9,
        _ => return None,
    })
}

/// What a character multiplies what stands before it by, as a power of ten.
const fn power(c: char) -> Option<i32> {
    Some(match c {
        '十' => 1,
        '百' => 2,
        '千' => 3,
        '万' => 4,
        '亿' => 8,
        _ => return None,
    })
}

/// Whether a number may begin with a character.
pub(super) const fn begins(c: char) -> bool {
    digit(c).is_some() || (chinese_digit(c).is_some() && c != '零') || c == '十' || c == '百'
}

/// The number that begins at a place of a text. `before` is not looked at: the caller knows that none goes on there.
pub(super) fn read(text: &[char], at: usize) -> Option<Number> {
    if text[at..].starts_with(&['百', '分', '之']) {
        let share = plain(text, at + 3)?;
        return Some(Number { span: at..share.span.end, is_percent: true, ..share });
    }
    if let Some(about) = neighbours(text, at) {
        return Some(about);
    }
    let first = plain(text, at)?;
    let end = first.span.end;
    let Some(dash) = dash(&text[end..]) else { return Some(first) };
    // 6-8亿: the lower value is of the same size; 2022-2024 is for the caller to refuse.
    let Some(second) =
        text.get(end + dash).filter(|c| begins(**c)).and_then(|_| plain(text, end + dash))
    else {
        return Some(first);
    };
    if second.is_chinese != first.is_chinese {
        return Some(first);
    }
    let scale = if second.is_large && !first.is_large { scale(text, &second.span) } else { 1.0 };
    let low = first.low * scale;
    if low >= second.high {
        return Some(first);
    }
    Some(Number {
        span: at..second.span.end,
        low,
        high: second.high,
        is_large: first.is_large || second.is_large,
        ..second
    })
}

/// Two digits side by side: 七八百 is from 700 to 800, 五六万 from 50,000 to 60,000.
fn neighbours(text: &[char], at: usize) -> Option<Number> {
    let [first, second, next, ..] = &text[at..] else { return None };
    let (low, high) = (chinese_digit(*first)?, chinese_digit(*second)?);
    if low == 0 || high != low + 1 || chinese_digit(*next).is_some() {
        return None;
    }
    let upper = plain(text, at + 1)?;
    let mut lower: Vec<char> = text[at + 1..upper.span.end].to_vec();
    lower[0] = *first;
    let low = plain(&lower, 0)?.low;
    let exactness =
        if upper.exactness == Exactness::Exact { Exactness::About } else { upper.exactness };
    Some(Number { span: at..upper.span.end, low, exactness, ..upper })
}

/// The length of a mark that stands between the two values of a range.
pub(super) fn dash(text: &[char]) -> Option<usize> {
    match text.first()? {
        '-' | '–' | '—' | '~' | '～' | '－' | '至' | '到' => Some(1),
        _ => None,
    }
}

/// What 万 and 亿 of a number multiply by.
fn scale(text: &[char], span: &Range<usize>) -> f64 {
    let power: i32 =
        text[span.clone()].iter().filter_map(|c| power(*c)).filter(|it| *it >= 4).sum();
    10_f64.powi(power)
}

/// A number that is no range.
fn plain(text: &[char], at: usize) -> Option<Number> {
    let mut reader = Reader {
        text,
        at,
        total: 0.0,
        section: 0.0,
        last: None,
        exactness: Exactness::Exact,
        large: false,
        digits: 0,
    };
    let is_chinese = digit(*text.get(at)?).is_none();
    while reader.step() {
        if reader.at - at > LONGEST {
            return None;
        }
    }
    if reader.at == at {
        return None;
    }
    let value =
        reader.total + reader.section + reader.last.map_or(0.0, |(value, weight)| value * weight);
    Some(Number {
        span: at..reader.at,
        low: value,
        high: value,
        exactness: reader.exactness,
        is_chinese: is_chinese && reader.digits == 0,
        is_large: reader.large,
        is_percent: false,
    })
}

/// Reads a number step by step.
struct Reader<'a> {
    text: &'a [char],
    at: usize,
    /// What stands before the last 亿 or 万.
    total: f64,
    /// What has been read since then.
    section: f64,
    /// The digits that nothing has multiplied yet, and what the last of them would be worth: 三百二 is 320.
    last: Option<(f64, f64)>,
    exactness: Exactness,
    large: bool,
    /// How many runs of 0 to 9 it has.
    digits: usize,
}

impl Reader<'_> {
    /// One piece of the number; whether there was one.
    fn step(&mut self) -> bool {
        let Some(c) = self.text.get(self.at).copied() else { return false };
        if digit(c).is_some() {
            return self.digits();
        }
        if let Some(digit) = chinese_digit(c) {
            return self.chinese(digit);
        }
        if let Some(power) = power(c) {
            return self.multiply(power);
        }
        if c == '点' && self.fraction() {
            return true;
        }
        // 12个亿
        if c == '个' && self.text.get(self.at + 1) == Some(&'亿') && self.last.is_some() {
            self.at += 1;
            return true;
        }
        if matches!(c, '余' | '多' | '几') && self.exactness == Exactness::Exact && self.has_value()
        {
            // 十几个; 几 behind digits is none.
            if c == '几' && self.last.is_some() {
                return false;
            }
            self.exactness = Exactness::Over;
            self.at += 1;
            return true;
        }
        false
    }

    /// The digits behind 点: 二点五.
    fn fraction(&mut self) -> bool {
        let Some((value, 1.0)) = self.last.filter(|_| self.digits == 0) else { return false };
        let digits = self.text[self.at + 1..].iter().map_while(|c| chinese_digit(*c)).take(LONGEST);
        let mut written = format!("{value}.");
        written.extend(digits.filter_map(|it| char::from_digit(it, 10)));
        let Some(value) = written.parse().ok().filter(|_| !written.ends_with('.')) else {
            return false;
        };
        self.last = Some((value, 1.0));
        self.at = self.at + 1 + written.split('.').next_back().map_or(0, str::len);
        true
    }

    fn has_value(&self) -> bool {
        self.last.is_some() || self.section > 0.0 || self.total > 0.0
    }

    /// A run of 0 to 9 with its commas and its point.
    fn digits(&mut self) -> bool {
        if self.last.is_some() || self.exactness != Exactness::Exact {
            return false;
        }
        let mut written = String::new();
        let mut has_point = false;
        let to = (self.at + LONGEST).min(self.text.len());
        while let Some(c) = self.text[..to].get(self.at) {
            let next = self.text.get(self.at + 1).copied().and_then(digit);
            if let Some(digit) = digit(*c) {
                written.push(char::from_digit(digit, 10).unwrap_or('0'));
            } else if matches!(c, '.' | '．') && next.is_some() && !has_point {
                has_point = true;
                written.push('.');
            } else if matches!(c, ',' | '，') && self.is_thousands() && !has_point {
            } else {
                break;
            }
            self.at += 1;
        }
        self.digits += 1;
        self.last = written.parse().ok().map(|value| (value, 1.0));
        self.last.is_some()
    }

    /// Whether exactly three digits follow a comma: 3,400 but not 5，600.
    fn is_thousands(&self) -> bool {
        let rest = &self.text[self.at + 1..];
        let count = rest.iter().take(4).take_while(|c| digit(**c).is_some()).count();
        let is_wide = self.text[self.at] == '，';
        count == 3 && !is_wide
    }

    fn chinese(&mut self, digit: u32) -> bool {
        if self.digits > 0 || self.exactness != Exactness::Exact {
            return false;
        }
        let digit = f64::from(digit);
        self.last = match self.last {
            // 十七八
            Some((value, 1.0)) if self.section > 0.0 || self.total > 0.0 => {
                self.exactness = Exactness::About;
                Some((value, 1.0))
            }
            // 一二三: a number spelt out.
            Some((value, 1.0)) => Some((value * 10.0 + digit, 1.0)),
            Some(_) => return false,
            None => {
                // 三百二: two tens.
                let before = self.at.checked_sub(1).map(|at| self.text[at]);
                let weight = match before.and_then(power) {
                    Some(power) if self.has_value() && power > 1 && self.ends_here() => {
                        10_f64.powi(power - 1)
                    }
                    _ => 1.0,
                };
                Some((digit, weight))
            }
        };
        self.at += 1;
        true
    }

    /// Whether the number ends behind the character here.
    fn ends_here(&self) -> bool {
        let next = self.text.get(self.at + 1).copied();
        next.is_none_or(|c| power(c).is_none() && chinese_digit(c).is_none() && digit(c).is_none())
    }

    fn multiply(&mut self, power: i32) -> bool {
        let factor = 10_f64.powi(power);
        if power >= 4 {
            let value =
                self.section + self.last.take().map_or(0.0, |(value, weight)| value * weight);
            if value == 0.0 && self.total == 0.0 {
                return false;
            }
            // 万亿: what stands before is multiplied twice.
            if value == 0.0 {
                self.total *= factor;
            } else {
                self.total += exact(value, power);
            }
            self.section = 0.0;
            self.large = true;
        } else {
            match self.last.take() {
                Some((value, _)) => self.section += value * factor,
                // 十二; 百 begins only 百亿 and the like.
                None if !self.has_value() && (power == 1 || self.is_large_behind()) => {
                    self.section += factor;
                }
                None => return false,
            }
        }
        self.at += 1;
        true
    }

    /// Whether 万 or 亿 follows.
    fn is_large_behind(&self) -> bool {
        matches!(self.text.get(self.at + 1), Some('万' | '亿'))
    }
}

/// A value times a power of ten, as exact as its decimal digits: 12.1亿 is 1,210,000,000.
fn exact(value: f64, power: i32) -> f64 {
    format!("{value}e{power}").parse().unwrap_or(value * 10_f64.powi(power))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn chars(text: &str) -> Vec<char> {
        text.chars().collect()
    }

    #[test]
    fn numbers_are_read() {
        for (text, written, low, high) in [
            ("12.1亿美元", "12.1亿", 1.21e9, 1.21e9),
            ("3,400家", "3,400", 3400.0, 3400.0),
            ("1万6000立方", "1万6000", 16000.0, 16000.0),
            ("2万800吨", "2万800", 20800.0, 20800.0),
            ("190余个", "190余", 190.0, 190.0),
            ("20多万华商", "20多万", 200_000.0, 200_000.0),
            ("2万余台", "2万余", 20_000.0, 20_000.0),
            ("5.57万亿元", "5.57万亿", 5.57e12, 5.57e12),
            ("三百二十家", "三百二十", 320.0, 320.0),
            ("三万七千多人", "三万七千多", 37_000.0, 37_000.0),
            ("一万两千吨", "一万两千", 12_000.0, 12_000.0),
            ("十二座", "十二", 12.0, 12.0),
            ("6-8亿元", "6-8亿", 6e8, 8e8),
            ("６至８亿元", "６至８亿", 6e8, 8e8),
            ("十几个", "十几", 10.0, 10.0),
            ("百亿元", "百亿", 1e10, 1e10),
            ("2022-2024年", "2022-2024", 2022.0, 2024.0),
            ("1亿5000万元", "1亿5000万", 1.5e8, 1.5e8),
            ("１２０亿", "１２０亿", 1.2e10, 1.2e10),
            ("七八百亩", "七八百", 700.0, 800.0),
            ("五六万人", "五六万", 50_000.0, 60_000.0),
            ("两三千万元", "两三千万", 2e7, 3e7),
            ("三四十家", "三四十", 30.0, 40.0),
            ("十七八个", "十七八", 17.0, 17.0),
            ("二点五亿元", "二点五亿", 2.5e8, 2.5e8),
            ("百分之五点五", "百分之五点五", 5.5, 5.5),
            ("二〇二三年", "二〇二三", 2023.0, 2023.0),
        ] {
            let text = chars(text);
            let it = read(&text, 0).expect("a number");
            let found: String = text[it.span.clone()].iter().collect();
            assert_eq!((found.as_str(), it.low, it.high), (written, low, high));
        }
        assert!(read(&chars("千方百计"), 0).is_none());
        assert!(read(&chars("亿元"), 0).is_none());
    }
}

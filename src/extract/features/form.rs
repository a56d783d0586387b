//! What the form of a line says: its length, its marks, the words it begins with.

use aho_corasick::AhoCorasick;
use unicode_width::UnicodeWidthStr;

use super::{Feature as F, LONG, SHORT, Set};
use crate::extract::lines::ends_sentence;
use crate::extract::normal::Normal;
use crate::extract::words::{Table, Words};
use crate::text::is_han;

pub(super) fn form(text: &str, normal: &Normal<'_>, width: usize, set: &mut Set) {
    let chars = &normal.chars;
    let closed = text.trim_end_matches(['”', '’', '」', '』', '"', '）', ')', '】']);
    let inner = closed.trim_end_matches(['。', '！', '？', '；', '…', '!', '?', ';']);
    let digit = |at: Option<&char>| at.is_some_and(char::is_ascii_digit);
    let is_comma = |i: usize| {
        chars[i] == ',' && !(i > 0 && digit(chars.get(i - 1)) && digit(chars.get(i + 1)))
    };
    let commas = (0..chars.len()).filter(|i| is_comma(*i)).count();
    let han = chars.iter().filter(|c| is_han(**c)).count();
    let question = closed.ends_with(['？', '！', '?', '!']);
    set.add(F::EndsQuestion, question);
    set.add(F::EndsSentence, ends_sentence(text) && !question);
    set.add(F::EndsColon, closed.ends_with(['：', ':', '，', ',']));
    set.add(F::InnerSentence, inner.contains(['。', '！', '？', '；']) || commas > 1);
    set.add(F::Comma, commas > 0);
    set.add(F::Long, width >= LONG);
    set.add(F::Medium, (SHORT..LONG).contains(&width));
    set.add(F::Short, width < SHORT);
    set.add(F::Tiny, width <= 8);
    set.add(F::BareWord, (1..=3).contains(&chars.len()) && han == chars.len());
    set.add(F::Dash, text.starts_with(['—', '─', '―', '–']) || text.starts_with("--"));
    let open = matches!(chars.first(), Some('(' | '【' | '[' | '〔'));
    set.add(F::Bracketed, open && matches!(chars.last(), Some(')' | '】' | ']' | '〕')));
    let parts: Vec<&[char]> = chars.split(|c| *c == ' ').filter(|it| !it.is_empty()).collect();
    let plain = !chars.iter().any(|c| matches!(c, ',' | '。'));
    let bars = chars.iter().filter(|c| matches!(c, '|' | '丨' | '│')).count();
    set.add(F::WordsApart, bars > 2);
    set.add(F::WordsApart, plain && parts.len() > 2 && parts.iter().all(|it| it.len() <= 6));
    set.add(F::NoHan, han == 0);
    set.add(F::Numbered, is_numbered(chars));
    // 他問：「要不要鎖風？」
    let speech = ['说', '问', '道', '答', '称', '示', '指'].into_iter().any(|word| {
        let at = chars
            .windows(3)
            .take(10)
            .position(|it| it[0] == word && it[1] == ':' && matches!(it[2], '“' | '「' | '"'));
        at.is_some()
    });
    // 林一山说：“我要留下来” may be a heading.
    set.add(F::Opener, speech && ends_sentence(text));
    set.add(F::QuoteOpen, text.starts_with(['“', '「', '『', '"', '‘']));
}

/// One short sentence and no mark inside: 即墨区委书记某某。
pub(super) fn is_one_sentence(text: &str) -> bool {
    let marks = ['，', ',', '；', '“', '、', '！', '？', '：', ':'];
    let inner = text.strip_suffix('。').is_some_and(|it| !it.contains(['。', '…']));
    inner && text.width() <= 40 && !text.contains(marks)
}

pub(super) fn form_by_words(normal: &Normal<'_>, words: &Words, set: &mut Set) {
    /// What the names of offices with a site end in.
    const OFFICES: [&str; 8] = ["公司", "学院", "大学", "委员会", "管委会", "政府", "集团", "协会"];
    let chars = &normal.chars;
    let behind = |table: &Table, marks: &[char]| {
        table.prefixes(chars).any(|(it, ())| chars.get(it).is_some_and(|c| marks.contains(c)))
    };
    set.add(F::Opener, behind(&words.openers, &[',', ':', ' ']));
    set.add(F::Note, behind(&words.notes, &[':', ' ', '】', '|']));
    set.add(F::HeadingWord, words.headings.has(chars));
    let surname = words.surnames.prefix(chars).is_some_and(|(it, ())| it < chars.len());
    let is_name = (2..=3).contains(&chars.len()) && chars.iter().all(|c| is_han(*c));
    set.add(F::PersonName, is_name && surname);
    set.add(F::Series, is_series(chars, words));
    let text: String = chars.iter().filter(|c| **c != ' ').collect();
    let plain = !chars.iter().any(|c| matches!(c, ',' | '。' | ':' | '?' | '!'));
    // 机器人正在打磨龙头; with a comma somebody must be at work: 老工厂里，机器人正在打磨龙头.
    let sentence = chars.iter().any(|c| matches!(c, '。' | ':' | '?' | '!'));
    let least = if plain { 1 } else { 3 };
    let shows =
        |it: &AhoCorasick| it.find_iter(&text).any(|it| text[it.range()].chars().count() >= least);
    set.add(F::Scene, !sentence && words.scenes.as_ref().is_some_and(shows));
    // 海岸港口集团有限公司 COAST PORT GROUP
    let named = text.trim_end_matches(|c: char| !is_han(c));
    let office = OFFICES.iter().any(|it| named.ends_with(it));
    let name =
        words.papers.suffix(chars).is_some() || words.formats.suffix(chars).is_some() || office;
    let han = chars.iter().filter(|c| is_han(**c)).count();
    set.add(F::SiteName, name && plain && han <= 20);
}

/// 一、…, （一）…, 1. …, 01, 第一章….
fn is_numbered(chars: &[char]) -> bool {
    let is_numeral = |c: char| "一二三四五六七八九十".contains(c);
    let run = |from: usize, fits: &dyn Fn(char) -> bool| {
        chars.get(from..).unwrap_or_default().iter().take_while(|c| fits(**c)).count()
    };
    let next = |at: usize| chars.get(at).copied();
    let first = next(0).unwrap_or(' ');
    if first == '第' {
        let han = run(1, &is_numeral);
        return han > 0
            && matches!(
                next(1 + han),
                Some('章' | '节' | '部' | '幕' | '招' | '步' | '站' | '课' | '问' | '关' | '篇')
            );
    }
    if first == '(' {
        let length = run(1, &is_numeral).max(run(1, &|c| c.is_ascii_digit()));
        return length > 0 && next(1 + length) == Some(')');
    }
    let (han, digits) = (run(0, &is_numeral), run(0, &|c| c.is_ascii_digit()));
    match digits {
        0 if han > 0 => matches!(next(han), Some('、' | '.')),
        1 | 2 => {
            let alone = digits == 2 && chars.len() == 2;
            let marked = matches!(next(digits), Some('、' | '.' | ' ' | '|' | '/'));
            alone || (marked && !next(digits + 1).is_some_and(|c| c.is_ascii_digit()))
        }
        _ => {
            chars.len() > 2
                && matches!(
                    first,
                    '■' | '◆'
                        | '●'
                        | '★'
                        | '▍'
                        | '▌'
                        | '①'
                        | '②'
                        | '③'
                        | '④'
                        | '⑤'
                        | '⑥'
                )
        }
    }
}

/// 海评第33期, 特别报道之三, 系列报道⑤.
fn is_series(chars: &[char], words: &Words) -> bool {
    /// No such line is longer, in characters.
    const LONGEST: usize = 24;
    if chars.len() > LONGEST || chars.iter().any(|c| matches!(c, ',' | '。' | '《')) {
        return false;
    }
    let inner = match chars {
        ['(' | '【' | '[' | '“' | '「', inner @ .., ')' | '】' | ']' | '”' | '」'] => inner,
        all => all,
    };
    let head = words.series_heads.prefix(inner).map(|(it, ())| it);
    if head.is_some_and(|it| matches!(inner.get(it), Some(':' | '|' | '·'))) {
        return true;
    }
    let is_number = |c: &char| {
        c.is_ascii_digit() || "一二三四五六七八九十百〇零".contains(*c) || ('①'..='⑳').contains(c)
    };
    let text: String = inner.iter().collect();
    // 新港口系列（三）
    let bracketed = inner.strip_suffix(&[')']).and_then(|it| {
        let open = it.iter().rposition(|c| *c == '(')?;
        Some(open + 1 < it.len() && it[open + 1..].iter().all(is_number))
    });
    let in_circle = inner.last().is_some_and(|c| ('①'..='⑳').contains(c));
    let ordinal = inner.iter().rposition(|c| *c == '之').map_or(&[][..], |at| &inner[at + 1..]);
    if in_circle
        || bracketed == Some(true)
        || (!ordinal.is_empty() && ordinal.iter().all(is_number))
    {
        const KINDS: [&str; 9] =
            ["系列", "专栏", "特别报道", "特别策划", "连载", "特刊", "专题", "·之", "故事"];
        return KINDS.iter().any(|it| text.contains(it));
    }
    let Some(at) = inner.iter().rposition(|c| *c == '第') else { return false };
    let digits = inner[at + 1..].iter().take_while(|c| is_number(c)).count();
    digits > 0 && words.series.has(&inner[at + 1 + digits..]) && (1..=12).contains(&at)
}

//! What the words of a line say: data of an article, a page, a picture.

use unicode_width::UnicodeWidthStr;

use super::{DATA, Described, Feature as F, LONG, SHORT, Set};
use crate::extract::items::{self, Reading, What};
use crate::extract::lines::{Line, ends_sentence};
use crate::extract::normal::Normal;
use crate::extract::words::{Label, Table, Words};
use crate::text::{date, is_han};

pub(super) fn data(normal: &Normal<'_>, reading: &Reading, set: &mut Set) {
    let sentence = (set.has(F::EndsSentence) || set.has(F::EndsQuestion)) && !set.has(F::Bracketed);
    let is_data = reading.is_data() && (!sentence || reading.has_date());
    let known = normal.chars.len().saturating_sub(reading.unknown);
    let labelled = reading.items.iter().any(|it| it.rule == "a label");
    let names_paper =
        reading.has(|it| matches!(it, What::Source | What::Paper | What::Edition | What::Section));
    set.add(F::Data, is_data);
    // 发表于福建, 听全文 10:30; no name stands in 01, a heading.
    let useless = reading.unknown == 0 && reading.items.len() > usize::from(labelled);
    let useless = useless && !reading.has(|it| *it != What::Known);
    set.add(F::Useless, useless && set.has(F::Short) && normal.chars.iter().any(|c| is_han(*c)));
    set.add(F::DataDate, is_data && reading.has_date());
    set.add(F::DataPerson, is_data && reading.has_person());
    set.add(F::DataSource, is_data && names_paper);
    // A day at the head of a short line, and something that no rule knows: 2024年5月6日 来自南方.
    let opens = reading.items.first().is_some_and(|it| matches!(it.what, What::Date(_)));
    let behind = normal.chars.len()
        - normal.chars.iter().position(|c| *c == ' ').unwrap_or(normal.chars.len());
    let dated = opens && behind > 0 && reading.unknown <= 12 && set.has(F::Short);
    let mostly = !is_data
        && ((reading.unknown * 3 <= known && (reading.has_date() || labelled)) || dated)
        && !sentence
        && !set.has(F::Comma);
    set.add(F::MostlyData, mostly);
}

/// Labels that fill a line, as tables do when they are copied: the line below is their value.
pub(super) fn values_below_labels(lines: &[Line], described: &mut [Described], words: &Words) {
    for i in 1..lines.len() {
        if lines[i].text.width() > SHORT || ends_sentence(&lines[i].text) {
            continue;
        }
        let label = Normal::new(lines[i - 1].text.trim_end_matches(['：', ':', ' ']));
        let kind = words.labels.prefix(&label.chars).filter(|(it, _)| *it == label.chars.len());
        // 图片 above 体育 are two channels of a page.
        let channel = label.text == lines[i - 1].text && words.furniture.has(&label.chars);
        let wanted = |kind: &Label| matches!(kind, Label::Date | Label::Source | Label::Role);
        let Some(kind) = kind.map(|it| it.1).filter(|it| wanted(it) && !channel) else { continue };
        let value = Normal::new(&lines[i].text);
        let reading = items::read_value(&value, kind, label.text, words);
        if reading.is_data() {
            let both = &mut described[i].set;
            data(&value, &reading, both);
            described[i].reading = reading;
            described[i - 1].set.add(F::LabelAlone, true);
        }
    }
}

/// Lines beside a day of publication: between headline and day stands who published, and below the day the
/// province where that was.
pub(super) fn beside_days(lines: &[Line], described: &mut [Described], words: &Words) {
    /// A headline is wider than the name of a body below it by so many columns.
    const WIDER: usize = 6;
    for i in 1..lines.len() {
        if !described[i].set.has(F::DataDate) {
            continue;
        }
        if let Some(below) = lines.get(i + 1)
            && words.regions.has(&Normal::new(&below.text).chars)
        {
            described[i + 1].set.add(F::Furniture, true);
        }
        let sourced = described[i].reading.has(|it| matches!(it, What::Source | What::Paper));
        let above = i >= 2 && lines[i - 2].text.width() >= lines[i - 1].text.width() + WIDER;
        if sourced || !above || described[i - 2].set.has(F::Data) {
            continue;
        }
        let name = Normal::new(&lines[i - 1].text);
        if let Some(reading) =
            items::body_alone(&name, words).filter(|_| !described[i - 1].set.has(F::Data))
        {
            data(&name, &reading, &mut described[i - 1].set);
            described[i - 1].reading = reading;
        }
    }
}

/// Words of web pages.
pub(super) fn page_words(normal: &Normal<'_>, width: usize, words: &Words, set: &mut Set) {
    let chars = undressed(&normal.chars);
    let apart = |it: usize| {
        let marks =
            [' ', ':', '|', '/', '(', '>', '!', '?', '»', '→', '【', '[', '+', '】', ']', '〕'];
        // 分享至Facebook, 分享发展机遇: only the first is a button.
        chars.get(it).is_none_or(|c| marks.contains(c) || c.is_ascii_alphabetic())
    };
    // A short word with a space behind it may begin a heading: 视频 会议开到田间地头.
    let fits_word = |it: usize| apart(it) && (it > 2 || chars.get(it) != Some(&' '));
    let by = |table: &Table| table.prefixes(chars).any(|(it, ())| fits_word(it));
    let fits = width <= 60 && !(normal.text.ends_with('。') && width > 30);
    let mut parts = chars.split(|c| matches!(c, ' ' | '|'));
    let has_button = set.has(F::WordsApart) && parts.any(|it| words.furniture.has(it));
    set.add(F::Furniture, fits && (by(&words.furniture) || has_button));
    set.add(F::Ending, fits && by(&words.endings));
    let bare = width <= 30 && chars.starts_with(&['返', '回']) && chars.ends_with(&['首', '页']);
    set.add(F::Furniture, bare);
    // （作者是海岸大学教授）; without brackets 作者曾在… may be of the text.
    let bracketed = matches!(normal.chars.first(), Some('(' | '【' | '[' | '〔' | '*'))
        && ['作', '笔'].iter().any(|it| normal.chars[1..].starts_with(&[*it, '者']));
    set.add(F::AuthorNote, bracketed || words.author_notes.prefix(chars).is_some());
    let label = useless_label(chars, words).is_some();
    let tag = normal.text.starts_with(['#', '＃']) && !normal.text.starts_with("# ");
    set.add(F::UselessLabel, (label && width <= DATA) || tag);
    let text: String = chars.iter().filter(|c| **c != ' ').collect();
    let legal = words.legal.as_ref().map_or(0, |it| it.find_iter(&text).count());
    set.add(F::Legal, legal > 0);
    set.add(F::LegalTwice, legal > 1);
    let short = width < SHORT || (width < LONG && !set.has(F::EndsSentence));
    let appeals = words.appeals.as_ref().map_or(Vec::new(), |it| it.find_iter(&text).collect());
    // 如有侵权，请联系删除。 but not 渔民用小程序卖鱼，一个月卖出三千单。
    let sentence = normal.text.ends_with('。') && set.has(F::Comma);
    // 下载 and its like are a button in a line that says little else.
    let plain = |it: &aho_corasick::Match| it.len() > 6 || width <= 20;
    let asks = appeals.len() > 1 || appeals.iter().any(plain);
    set.add(F::Appeal, short && asks && appeals.len() > usize::from(sentence));
    // 打开海岸APP，阅读体验更佳
    let app = ["打开", "下载", "安装"].iter().any(|it| text.starts_with(it))
        && ["app", "客户端"].iter().any(|it| text.contains(it))
        && !text.ends_with('。');
    set.add(F::Appeal, short && app);
    set.add(
        F::PlainAppeal,
        short
            && (appeals.len() > 1 || appeals.iter().any(|it| text[it.range()].chars().count() > 3)),
    );
    let day = date::find(normal.text).filter(|it| it.year.is_some() && it.span.start > 0);
    let at_end = |end: usize| normal.text[end..].trim_matches([')', '）', ']', ' ']).len() <= 8;
    let behind = day.is_some_and(|it| at_end(it.span.end));
    // 104.11.12 园区办展; not 2023年3月10日，….
    let before = date::at_byte(normal.text, 0).filter(|it| it.year.is_some()).is_some_and(|it| {
        let rest = &normal.text[it.span.end..];
        !normal.text[it.span.clone()].contains('年')
            && rest.starts_with([' ', '\u{3000}'])
            && rest.trim().chars().count() > 6
    });
    let link = (behind && !set.has(F::Comma)) || (before && !set.has(F::Long));
    set.add(F::DatedLink, link && width < DATA && !set.has(F::Data));
}

/// The label at the head of a line that says nothing of the article.
fn useless_label<'a>(chars: &'a [char], words: &Words) -> Option<&'a [char]> {
    let fits = |it: usize, label| label == Label::Line && matches!(chars.get(it), Some(':' | '|'));
    words.labels.prefixes(chars).find(|(it, label)| fits(*it, *label)).map(|(it, _)| &chars[..it])
}

/// Whether a text, however long, declares something of the page: 免责声明：….
pub(super) fn is_statement(text: &str, words: &Words) -> bool {
    /// The label and its colon have fewer bytes.
    const HEAD: usize = 40;
    let head = Normal::new(&text[..text.floor_char_boundary(HEAD)]);
    useless_label(undressed(&head.chars), words).is_some_and(|it| it.ends_with(&['声', '明']))
}

/// A line without the marks that dress it: 【相关阅读】, —— END ——, ■ 相关新闻.
fn undressed(chars: &[char]) -> &[char] {
    let plain = |c: &char| c.is_alphanumeric() || matches!(c, '©' | '▲' | '△' | '▼');
    let start = chars.iter().position(plain).unwrap_or(0);
    let end = chars.iter().rposition(plain).map_or(chars.len(), |it| it + 1);
    let closes = |c: &char| matches!(c, '】' | ']' | '—' | '-' | '■' | ')' | '~' | '»' | '>');
    let end = if chars[end..].iter().all(closes) { end } else { chars.len() };
    &chars[start..end.max(start)]
}

pub(super) fn pictures(normal: &Normal<'_>, width: usize, words: &Words, set: &mut Set) {
    const SIGNS: [&str; 9] =
        ["摄", "摄影", "供图", "提供", "翻摄", "摄制", "制图", "制表", "供图片"];
    let undated = &normal.text[..before_last_day(normal.text)];
    let letters = undated.trim_end_matches(|c: char| !c.is_alphanumeric());
    let chars = &normal.chars[..letters.chars().count()];
    let ending = words.photo_ends.suffix(chars);
    let word: String =
        ending.map(|it| chars[chars.len() - it..].iter().collect()).unwrap_or_default();
    // …由市气象局提供。 is a sentence, …林一山 摄。 is none.
    let sentence = normal.text.ends_with('。') && !matches!(&*word, "摄" | "供图");
    let both = chars.ends_with(&['拍', '摄']) || chars.ends_with(&['并', '摄']);
    let signs = SIGNS.contains(&&*word) && !both && !sentence;
    let owned =
        bracketed_tail(normal.text).is_some_and(|it| Normal::new(it).chars.starts_with(&['图']));
    let image = normal.chars.ends_with(&[' ', '图'])
        && normal.text.contains(['。', '，'])
        && !items::people(&Normal::new(behind(normal.text, &['。', '，', '！', '？'])), words)
            .is_empty();
    let last_word = normal.text.rsplit([' ', '\u{3000}']).next().unwrap_or("");
    let last = behind(normal.text, &['。', '！', '？']);
    let labelled = [last, last_word].iter().any(|it| is_credit(&Normal::new(it).chars, words));
    let alone = ending == Some(chars.len());
    set.add(F::PhotoSigned, ((signs && !alone) || labelled || owned || image) && width <= LONG * 3);
    set.add(F::PhotoKind, ending.is_some() && !SIGNS.contains(&&*word) && width <= LONG * 2);
    let head = words.photo_heads.prefix(&normal.chars);
    let head = head.is_some_and(|(it, ())| it < normal.chars.len());
    // 这是3月11日拍摄的运河工地。
    let taken = normal.text.strip_prefix("这是").or_else(|| normal.text.strip_prefix("這是"));
    let taken = taken.and_then(|it| it.get(date::at_byte(it, 0)?.span.end..)).is_some_and(|it| {
        ["拍摄的", "拍攝的"].iter().any(|word| it.find(word).is_some_and(|at| at <= 30))
    });
    set.add(F::PhotoHead, (head || taken) && width <= LONG * 3);
    let credit = is_credit(undressed(&normal.chars), words);
    set.add(F::CreditLine, credit && width <= 60 && !normal.text.ends_with('。'));
}

/// A word for pictures, a mark, and an owner: 图片来源：某某.
fn is_credit(chars: &[char], words: &Words) -> bool {
    words
        .credit_marks(chars)
        .any(|it| matches!(chars[it], ':' | '/' | '|' | '丨') && it + 1 < chars.len())
}

/// What stands behind the last of some marks in a line, if one does: 浪声新闻记者 林一山 图.
fn behind<'a>(text: &'a str, marks: &[char]) -> &'a str {
    let rest = text.rfind(marks).map_or("", |at| &text[at..]);
    rest.trim_start_matches(marks).trim_start_matches(' ')
}

/// What stands in brackets at the end of a line.
fn bracketed_tail(text: &str) -> Option<&str> {
    let inside = text.trim_end_matches('。').strip_suffix(['）', ')'])?;
    let open = inside.rfind(['（', '('])?;
    Some(inside[open..].trim_start_matches(['（', '(']))
}

/// Where a line ends without the day behind it: 林一山攝 109年12月26日.
fn before_last_day(text: &str) -> usize {
    let found = date::find(text).filter(|it| it.span.end == text.len() && it.span.start > 0);
    found.map_or(text.len(), |it| it.span.start)
}

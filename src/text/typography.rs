//! The punctuation of imported text.
//!
//! In: a line of a raw article. Out: the line as a Chinese paper would set it. Numbers, addresses and Latin
//! text stay as they are; no Han character, letter or digit is ever changed, added or lost.

use super::is_han;

/// Half-width marks and what they become beside Chinese text.
const WIDE: [(char, char); 5] = [(',', '，'), (';', '；'), (':', '：'), ('?', '？'), ('!', '！')];

/// Sets a line: half-width `, ; : ? !` beside Chinese become full-width, `( )` around Chinese and straight
/// quotes go by pairs, spaces between Han characters go.
///
/// ```
/// use digest_site::text::typography::set;
/// assert_eq!(set("诸城:\"青岛\"成 关键词,增长1,312户(约5.1%)"), "诸城：“青岛”成关键词，增长1,312户(约5.1%)".replace("(约5.1%)", "（约5.1%）"));
/// assert_eq!(set("比分3:1,见https://a.cn/b,c"), "比分3:1，见https://a.cn/b,c");
/// ```
#[must_use]
pub fn set(line: &str) -> String {
    set_with(line, false)
}

/// Sets a headline as [`set`] does, but for its spaces, which stand for a mark: 青岛港 再添新航线.
///
/// ```
/// use digest_site::text::typography::set_headline;
/// assert_eq!(set_headline("青岛港  再添新航线,直达欧洲"), "青岛港 再添新航线，直达欧洲");
/// ```
#[must_use]
pub fn set_headline(line: &str) -> String {
    set_with(line, true)
}

/// Whether a headline falls into phrases, none of which is long, at its spaces and marks: then it may be broken between
/// them alone, and 赴诸城：看 is never 赴诸 / 城：看.
///
/// ```
/// use digest_site::text::typography::has_phrases;
/// assert!(has_phrases("老码头，又亮灯了"));
/// assert!(!has_phrases("烟台老港区更新工程开工"));
/// assert!(!has_phrases("又亮灯了，烟台老港区更新改造工程全面开工建设"));
/// ```
#[must_use]
pub fn has_phrases(headline: &str) -> bool {
    /// A phrase of so many characters fits into a line on a phone.
    const LONGEST: usize = 14;
    let ends = |c: char| c.is_whitespace() || matches!(c, '，' | '：' | '；' | '！' | '？' | '、');
    let phrases: Vec<&str> = headline.split(ends).filter(|it| !it.is_empty()).collect();
    phrases.len() > 1 && phrases.iter().all(|it| it.chars().count() <= LONGEST)
}

fn set_with(line: &str, keep_spaces: bool) -> String {
    let chars: Vec<char> = line
        .chars()
        .filter(|c| !c.is_control())
        .map(|c| if c == '\u{3000}' { ' ' } else { c })
        .collect();
    let mut out: Vec<Option<char>> = chars.iter().copied().map(Some).collect();
    let latin = addresses(&chars);
    let (quoted, spaced) = (Neighbours::of(&chars, is_quote), Neighbours::of(&chars, |c| c == ' '));
    for (i, c) in chars.iter().enumerate().filter(|(i, _)| !latin[*i]) {
        if let Some((_, wide)) = WIDE.iter().find(|(half, _)| half == c)
            && beside_chinese(&chars, &quoted, i)
        {
            out[i] = Some(*wide);
        }
        // A run of spaces with Chinese on both sides; of one that is kept its first stays.
        let is_first = i == 0 || chars[i - 1] != ' ';
        if *c == ' '
            && !(keep_spaces && is_first)
            && spaced.before[i].is_some_and(is_chinese)
            && spaced.after[i].is_some_and(is_chinese)
        {
            out[i] = None;
        }
    }
    brackets(&chars, &mut out);
    quotes(&chars, &mut out);
    out.into_iter().flatten().collect()
}

/// For each character the nearest ones before and after it that are not passed over.
struct Neighbours {
    before: Vec<Option<char>>,
    after: Vec<Option<char>>,
}

impl Neighbours {
    fn of(chars: &[char], pass: impl Fn(char) -> bool) -> Self {
        let nearest = |nearest: &mut Option<char>, c: &char| {
            let found = *nearest;
            *nearest = if pass(*c) { found } else { Some(*c) };
            Some(found)
        };
        let before = chars.iter().scan(None, nearest).collect();
        let mut after: Vec<Option<char>> = chars.iter().rev().scan(None, nearest).collect();
        after.reverse();
        Self { before, after }
    }
}

/// Which characters belong to a web address: from its scheme to the first space or Chinese character.
fn addresses(chars: &[char]) -> Vec<bool> {
    let mut inside = vec![false; chars.len()];
    let mut at = 0;
    while at < chars.len() {
        if !chars[at..].starts_with(&[':', '/', '/']) {
            at += 1;
            continue;
        }
        let scheme = chars[..at].iter().rev().take_while(|c| c.is_ascii_alphabetic()).count();
        let ends = |c: &char| c.is_whitespace() || is_chinese(*c);
        let end = chars[at..].iter().position(ends).map_or(chars.len(), |length| at + length);
        inside[at - scheme..end].fill(true);
        at = end;
    }
    inside
}

/// Han characters and the punctuation of Chinese text.
const fn is_chinese(c: char) -> bool {
    is_han(c)
        || matches!(c, '\u{3001}'..='\u{303f}' | '\u{ff01}'..='\u{ff0f}' | '\u{ff1a}'..='\u{ff20}')
}

/// Whether the nearest character on one side is Chinese (quotation marks are looked past), and the mark
/// does not stand between two digits.
fn beside_chinese(chars: &[char], quoted: &Neighbours, i: usize) -> bool {
    let digit = |c: Option<&char>| c.is_some_and(char::is_ascii_digit);
    if digit(chars[..i].last()) && digit(chars.get(i + 1)) {
        return false;
    }
    let (before, after) = (quoted.before[i], quoted.after[i]);
    before.is_some_and(is_chinese)
        || (after.is_some_and(is_chinese) && before.is_none_or(|c| !c.is_whitespace()))
}

const fn is_quote(c: char) -> bool {
    matches!(c, '“' | '”' | '‘' | '’' | '"' | '「' | '」' | '『' | '』' | '《' | '》')
}

/// `( )` become full-width by pairs when the text between them holds a Han character.
fn brackets(chars: &[char], out: &mut [Option<char>]) {
    let mut open = Vec::new();
    let mut han = 0_usize;
    for (i, c) in chars.iter().enumerate() {
        match c {
            '(' => open.push((i, han)),
            ')' => {
                if let Some((start, before)) = open.pop()
                    && han > before
                {
                    (out[start], out[i]) = (Some('（'), Some('）'));
                }
            }
            c => han += usize::from(is_han(*c)),
        }
    }
}

/// Straight quotes become “ ” by pairs when the text between them holds a Han character; an odd number of
/// them in a line is left alone.
fn quotes(chars: &[char], out: &mut [Option<char>]) {
    let marks: Vec<usize> = (0..chars.len()).filter(|i| chars[*i] == '"').collect();
    if marks.len() % 2 == 1 {
        return;
    }
    for pair in marks.chunks_exact(2) {
        if chars[pair[0]..pair[1]].iter().any(|c| is_han(*c)) {
            (out[pair[0]], out[pair[1]]) = (Some('“'), Some('”'));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_changes_and_what_stays() {
        for (raw, expected) in [
            ("赴诸城:“青岛”成关键词", "赴诸城：“青岛”成关键词"),
            ("“五條戰線”,項目", "“五條戰線”，項目"),
            ("3月10日,履新", "3月10日，履新"),
            ("構建‘5+4+3’體系;", "構建‘5+4+3’體系；"),
            ("为3:1,共1,312户", "为3:1，共1,312户"),
            ("GDP增长5.1%:良好", "GDP增长5.1%：良好"),
            ("(青島日報/觀海新聞記者 王濤)", "（青島日報/觀海新聞記者王濤）"),
            ("f(x), g(y): it's danger!", "f(x), g(y): it's danger!"),
            ("责任编辑:张三 李四", "责任编辑：张三李四"),
            ("见 https://a.cn/x?y=1,2", "见 https://a.cn/x?y=1,2"),
            ("他说\"好\"吗?", "他说“好”吗？"),
            ("身高5\"", "身高5\""),
        ] {
            assert_eq!(set(raw), expected, "{raw}");
        }
    }
}

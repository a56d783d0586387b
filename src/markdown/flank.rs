//! Emphasis beside Chinese punctuation.
//!
//! CommonMark prints `**“青岛”**市` with its asterisks: a run of them that stands between punctuation and a letter
//! opens or closes on one side only, and Chinese has no spaces. The rule of
//! <https://github.com/tats-u/markdown-cjk-friendly> (specification.md) comes to this: a run with a Chinese, Japanese
//! or Korean character on one side and no space on either opens and closes as it needs.
//!
//! In: Markdown. Out: where a mark, a rare punctuation character, is to be put ([`super::marked`]): on the sides of
//! such runs that are not known to be punctuation. Between punctuation, CommonMark's own rule lets a run open and
//! close. Runs of `_` stay as they are.

use crate::text::is_han;

/// Where marks belong, in bytes and in order.
pub(super) fn places(markdown: &str) -> Vec<usize> {
    let mut places = Vec::new();
    let mut at = 0;
    while let Some(found) = markdown[at..].find(['*', '~', '\\']) {
        let start = at + found;
        let rest = &markdown[start..];
        let head = rest.as_bytes()[0];
        if head == b'\\' {
            let escapes = rest.as_bytes().get(1).is_some_and(u8::is_ascii_punctuation);
            at = start + 1 + usize::from(escapes);
            continue;
        }
        at = start + rest.bytes().take_while(|it| *it == head).count();
        if head == b'*' || at - start == 2 {
            let (before, after) = sides(&markdown[..start], markdown[at..].chars().next());
            places.extend(before.then_some(start));
            places.extend(after.then_some(at));
        }
    }
    places
}

/// Whether a run needs a mark before it, and behind it.
fn sides(before: &str, after: Option<char>) -> (bool, bool) {
    let mut back = before.chars().rev();
    let (Some(last), Some(after)) = (back.next(), after) else { return (false, false) };
    if last.is_whitespace() || after.is_whitespace() {
        return (false, false);
    }
    // The character to which a selector belongs that asks for one of its forms: ㊙︎.
    let varied = if is_selector(last) { back.next() } else { None };
    let is_cjk_before = is_cjk(last)
        || is_ideographic_selector(last)
        || varied.is_some_and(|it| is_cjk(it) || is_wide_quote(it, last));
    if is_cjk_before || is_cjk(after) {
        let plain = is_plain(last) && is_plain(after);
        return (!plain && !last.is_ascii_punctuation(), !plain && !after.is_ascii_punctuation());
    }
    (varied.is_some_and(is_symbol), false)
}

/// Whether a character is surely no punctuation. Of others that need not be known, for a mark beside punctuation
/// does nothing.
fn is_plain(c: char) -> bool {
    c.is_ascii_alphanumeric() || is_han(c)
}

/// Whether a character that has other forms is punctuation or a symbol: ‼, © and Ⓜ are, 8 and ℹ are not.
fn is_symbol(c: char) -> bool {
    let is_circled_letter = matches!(c, '\u{24b6}'..='\u{24e9}' | '\u{1f130}'..='\u{1f189}');
    is_circled_letter
        || !(c.is_alphanumeric() || c.is_whitespace() || c.is_control() || is_selector(c))
}

/// Whether this is one of ‘’“” in its full-width form.
fn is_wide_quote(c: char, selector: char) -> bool {
    selector == '\u{fe01}' && matches!(c, '‘' | '’' | '“' | '”')
}

/// A selector of a form, other than the one for emoji.
fn is_selector(c: char) -> bool {
    matches!(c, '\u{fe00}'..='\u{fe0e}')
}

/// A selector of a form of a Han character.
fn is_ideographic_selector(c: char) -> bool {
    matches!(c, '\u{e0100}'..='\u{e01ef}')
}

/// Whether a character is Chinese, Japanese or Korean: wide, full-width or half-width (Unicode 18) and no emoji, or
/// Hangul. “”‘’…— are not.
pub(super) fn is_cjk(c: char) -> bool {
    matches!(c,
        '\u{1100}'..='\u{11ff}' | '\u{20a9}' | '\u{2329}'..='\u{232a}' | '\u{2630}'..='\u{2637}'
        | '\u{268a}'..='\u{268f}' | '\u{2e80}'..='\u{2e99}' | '\u{2e9b}'..='\u{2ef3}'
        | '\u{2f00}'..='\u{2fd5}' | '\u{2ff0}'..='\u{303e}' | '\u{3041}'..='\u{3096}'
        | '\u{3099}'..='\u{30ff}' | '\u{3105}'..='\u{312f}' | '\u{3131}'..='\u{318e}'
        | '\u{3190}'..='\u{31e5}' | '\u{31ef}'..='\u{321e}' | '\u{3220}'..='\u{3247}'
        | '\u{3250}'..='\u{a48c}' | '\u{a490}'..='\u{a4c6}' | '\u{a960}'..='\u{a97c}'
        | '\u{ac00}'..='\u{d7a3}' | '\u{d7b0}'..='\u{d7c6}' | '\u{d7cb}'..='\u{d7fb}'
        | '\u{f900}'..='\u{faff}' | '\u{fe10}'..='\u{fe19}' | '\u{fe30}'..='\u{fe52}'
        | '\u{fe54}'..='\u{fe66}' | '\u{fe68}'..='\u{fe6b}' | '\u{ff01}'..='\u{ffbe}'
        | '\u{ffc2}'..='\u{ffc7}' | '\u{ffca}'..='\u{ffcf}' | '\u{ffd2}'..='\u{ffd7}'
        | '\u{ffda}'..='\u{ffdc}' | '\u{ffe0}'..='\u{ffe6}' | '\u{ffe8}'..='\u{ffee}'
        | '\u{16fe0}'..='\u{16fe4}' | '\u{16ff0}'..='\u{16ff6}' | '\u{17000}'..='\u{18cda}'
        | '\u{18cff}'..='\u{18d20}' | '\u{18d80}'..='\u{18df2}' | '\u{18e00}'..='\u{19191}'
        | '\u{191a0}'..='\u{191d2}' | '\u{1aff0}'..='\u{1aff3}' | '\u{1aff5}'..='\u{1affb}'
        | '\u{1affd}'..='\u{1affe}' | '\u{1b000}'..='\u{1b128}' | '\u{1b132}' | '\u{1b150}'..='\u{1b152}'
        | '\u{1b155}' | '\u{1b164}'..='\u{1b168}' | '\u{1b170}'..='\u{1b2fb}' | '\u{1d300}'..='\u{1d356}'
        | '\u{1d360}'..='\u{1d376}' | '\u{1f1ae}' | '\u{1f200}' | '\u{1f202}' | '\u{1f210}'..='\u{1f219}'
        | '\u{1f21b}'..='\u{1f22e}' | '\u{1f230}'..='\u{1f231}' | '\u{1f237}' | '\u{1f23b}'
        | '\u{1f240}'..='\u{1f248}' | '\u{1f260}'..='\u{1f265}' | '\u{1f7da}' | '\u{20000}'..='\u{3fffd}')
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::markdown::body::render;

    /// Punctuation that no text holds, in place of the mark.
    const MARK: char = '^';

    fn marked(markdown: &str) -> String {
        let mut marked = markdown.to_owned();
        places(markdown).iter().rev().for_each(|at| marked.insert(*at, MARK));
        marked
    }

    #[test]
    fn emphasis_beside_chinese_punctuation() {
        for (markdown, expected) in [
            ("**“重点”**后", "<strong>“重点”</strong>后"),
            ("前**重点。**后", "前<strong>重点。</strong>后"),
            ("前**（重点）**后", "前<strong>（重点）</strong>后"),
            ("**12%**的人", "<strong>12%</strong>的人"),
            ("**这个`code`**吗", "<strong>这个<code>code</code></strong>吗"),
            ("前**[链接](/a)**后", "前<strong><a href=\"/a\">链接</a></strong>后"),
            ("*“青岛”*市", "<em>“青岛”</em>市"),
            ("***“青岛”***市", "<em><strong>“青岛”</strong></em>市"),
            ("前~~（删除。）~~后", "前<del>（删除。）</del>后"),
            ("**Ⓜ线**到**★站**", "<strong>Ⓜ线</strong>到<strong>★站</strong>"),
            ("これは**「重要」**です", "これは<strong>「重要」</strong>です"),
            ("**이 용어(term)**를", "<strong>이 용어(term)</strong>를"),
            // As in CommonMark.
            ("前__“重点”__后", "前__“重点”__后"),
            ("a**“b”**c", "a**“b”**c"),
            ("** “重点” **", "** “重点” **"),
            ("\\**“重点”*后", "*<em>“重点”</em>后"),
            ("`**“重点”**后`", "<code>**“重点”**后</code>"),
        ] {
            assert_eq!(render(markdown, "/").html, format!("<p>{expected}</p>\n"), "{markdown}");
        }
    }

    #[test]
    fn marks_stand_beside_what_is_not_known_to_be_punctuation() {
        for (markdown, expected) in [
            ("前**(a)**后", "前^**(a)**^后"),
            ("前**（a）**后", "前^**^（a）^**^后"),
            ("青\\**岛。", "青\\**^岛。"),
            ("青\\~~~（", "青\\~~~^（"),
            ("〇\u{e0100}**(", "〇\u{e0100}^**("),
            ("青\u{fe00}**(", "青\u{fe00}^**("),
            ("“\u{fe01}**(", "“\u{fe01}^**("),
            ("“\u{fe01}**a", "“\u{fe01}^**^a"),
            ("“\u{fe00}**a", "“\u{fe00}^**a"),
            ("Ⓜ\u{fe0e}**a", "Ⓜ\u{fe0e}^**a"),
            ("ℹ\u{fe0e}**(", "ℹ\u{fe0e}**("),
            ("☺\u{fe0f}**a", "☺\u{fe0f}**a"),
        ] {
            assert_eq!(marked(markdown), expected, "{markdown}");
        }
    }

    #[test]
    fn nothing_is_done_where_nothing_is_to_be_done() {
        for markdown in
            ["", "青岛**是**市", "a **“b”** c", "* 青\n* 岛", "`a\\`b", "***", "~~~青~~~", "5~10“"]
        {
            assert_eq!(marked(markdown), markdown);
        }
    }

    /// Whether a run is left-flanking and right-flanking, word for word as in the specification.
    fn of_specification(before: &[char], after: char) -> (bool, bool) {
        let before_space = before.last().is_none_or(|c| is_space(*c));
        let sequence = match before {
            [.., first, '\u{fe00}'..='\u{fe0e}'] => first,
            [.., last] => last,
            [] => &'\n',
        };
        let wide_quote = matches!(before, [.., '‘' | '’' | '“' | '”', '\u{fe01}']);
        let before_cjk = is_listed_cjk(*sequence) || wide_quote;
        let before_punctuation = is_listed_punctuation(*sequence) && !before_cjk;
        let before_selector = matches!(before, [.., '\u{e0100}'..='\u{e01ef}']);
        let after_punctuation = is_listed_punctuation(after) && !is_listed_cjk(after);
        let left = !is_space(after)
            && (!after_punctuation
                || before_space
                || before_punctuation
                || before_cjk
                || before_selector);
        let right = !before_space
            && (!before_punctuation
                || is_space(after)
                || after_punctuation
                || is_listed_cjk(after));
        (left, right)
    }

    /// Whether a run is left-flanking and right-flanking in CommonMark.
    fn of_commonmark(before: &[char], after: char) -> (bool, bool) {
        let is_punctuation = |c: char| is_listed_punctuation(c) || c == MARK;
        let last = before.last().copied().unwrap_or('\n');
        let left =
            !is_space(after) && (!is_punctuation(after) || is_space(last) || is_punctuation(last));
        let right =
            !is_space(last) && (!is_punctuation(last) || is_space(after) || is_punctuation(after));
        (left, right)
    }

    /// The characters of the tests, by what Unicode says of them.
    const SPACES: &str = " \n\u{3000}";
    const LETTERS: &str = "aé1Ж\u{fe00}\u{fe01}\u{fe0e}\u{fe0f}\u{e0100}";
    const PUNCTUATION: &str = "!\"()\\<%“”‘’—…·©™Ⓜ★€+☺👍";
    const CJK_LETTERS: &str = "青島〇々のカーㄅ가ᅠ𠮷";
    const CJK_PUNCTUATION: &str = "，。！？、；：（）「」『』《》【】〈〉・～￥＋㊙〰";

    fn is_space(c: char) -> bool {
        SPACES.contains(c)
    }

    fn is_listed_cjk(c: char) -> bool {
        CJK_LETTERS.contains(c) || CJK_PUNCTUATION.contains(c)
    }

    fn is_listed_punctuation(c: char) -> bool {
        matches!(c, '*' | '~') || PUNCTUATION.contains(c) || CJK_PUNCTUATION.contains(c)
    }

    /// The runs of a text: what stands before each, and the character behind it.
    fn runs(text: &str) -> Vec<(Vec<char>, char)> {
        let chars: Vec<char> = text.chars().collect();
        let mut runs = Vec::new();
        let mut at = 0;
        while at < chars.len() {
            let backslashes = chars[..at].iter().rev().take_while(|c| **c == '\\').count();
            let length = chars[at..].iter().take_while(|c| **c == chars[at]).count();
            if backslashes % 2 == 1 && chars[at].is_ascii_punctuation() {
                at += 1;
                continue;
            }
            if chars[at] == '*' || chars[at] == '~' && length == 2 {
                let after = chars.get(at + length).copied().unwrap_or('\n');
                runs.push((chars[..at].to_vec(), after));
            }
            at += length;
        }
        runs
    }

    /// Text for [`runs`]; selectors follow upon characters that have no other.
    fn text() -> impl Strategy<Value = String> {
        let one =
            |from: &str| prop::sample::select(from.chars().map(String::from).collect::<Vec<_>>());
        let run =
            prop::sample::select(vec!["*", "**", "***", "~~", "~", "\\*"]).prop_map(str::to_owned);
        let part = prop_oneof![
            4 => run,
            1 => one(SPACES),
            2 => one(LETTERS),
            3 => one(PUNCTUATION),
            3 => one(CJK_LETTERS),
            3 => one(CJK_PUNCTUATION),
        ];
        prop::collection::vec(part, 1..12).prop_map(|it| it.concat()).prop_filter(
            "selectors",
            |it| {
                let is_selector = |c: char| matches!(c, '\u{fe00}'..='\u{fe0f}' | '\u{e0100}');
                let chars: Vec<char> = std::iter::once('\n').chain(it.chars()).collect();
                !chars.windows(2).any(|it| {
                    is_selector(it[1])
                        && (is_selector(it[0]) || is_space(it[0]) || "*~\\".contains(it[0]))
                })
            },
        )
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(2_000))]

        #[test]
        fn runs_open_and_close_as_the_specification_says(text in text()) {
            let marked = marked(&text);
            let (written, parsed) = (runs(&text), runs(&marked));
            prop_assert_eq!(written.len(), parsed.len());
            for ((before, after), (marked_before, marked_after)) in written.iter().zip(&parsed) {
                let expected = of_specification(before, *after);
                prop_assert_eq!(of_commonmark(marked_before, *marked_after), expected, "{}", marked);
            }
        }
    }
}

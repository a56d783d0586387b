//! Where a bare address begins and ends in a text.
//!
//! The rules are those of GitHub (<https://github.github.com/gfm/#autolinks-extension->), and these:
//! - Any character but a letter or digit of ASCII may stand before `https://`, as in GitHub's own code; before `www.`
//!   a Chinese character too: 见www.a.cn。
//! - An address ends at Chinese punctuation; Han characters may belong to it, but none that follows upon the end of
//!   its domain: 见www.a.cn网站.
//! - It ends at a backslash, a backtick, a bracket that it did not open, `[^` and `}-`.
//! - Addresses of mail stay text.

use std::ops::Range;

use super::flank::is_cjk;
use crate::text::is_han;

/// How an address begins, in any case of letters.
const HEADS: [&str; 3] = ["https://", "http://", "www."];

/// The first address that begins in a stretch of a text; it may go on behind it, up to a limit.
pub(super) fn next(text: &str, bytes: Range<usize>, limit: usize) -> Option<Range<usize>> {
    let mut at = bytes.start;
    while let Some(found) = text.get(at..bytes.end)?.find(['h', 'H', 'w', 'W']) {
        let start = at + found;
        at = start + 1;
        let head = HEADS.into_iter().find(|it| starts_with(&text[start..], it));
        let Some(head) = head.filter(|it| may_follow(text[..start].chars().next_back(), it)) else {
            continue;
        };
        let rest = text.get(start..limit)?;
        let domain = domain(rest, head);
        if domain.is_valid {
            return Some(start..start + trimmed(&rest[..whole(rest, &domain)]));
        }
        // No other address can begin in what was looked through.
        at = start + domain.end;
    }
    None
}

/// Whether an address begins with `www.`.
pub(super) fn is_www(address: &str) -> bool {
    starts_with(address, "www.")
}

fn starts_with(text: &str, head: &str) -> bool {
    text.as_bytes().get(..head.len()).is_some_and(|it| it.eq_ignore_ascii_case(head.as_bytes()))
}

/// Whether an address may follow upon a character.
fn may_follow(before: Option<char>, head: &str) -> bool {
    let Some(before) = before else { return true };
    if head == "www." {
        let is_foreign = before.is_alphanumeric() && !is_cjk(before);
        return matches!(before, '*' | '_' | '~' | '(')
            || !(before.is_ascii_punctuation() || is_foreign);
    }
    !before.is_ascii_alphanumeric()
}

/// The domain of an address.
struct Domain {
    /// Where it ends, in bytes of the address; how far was looked if there is none.
    end: usize,
    is_valid: bool,
    /// Whether nothing of the address may follow upon it.
    is_last: bool,
}

/// Reads the domain: letters, digits, hyphens and underscores with full stops between them.
fn domain(address: &str, head: &str) -> Domain {
    let from = if head == "www." { 0 } else { head.len() };
    let is_part = |c: char| c.is_alphanumeric() || matches!(c, '-' | '_' | '.');
    let end = address[from..].find(|c| !is_part(c)).map_or(address.len(), |it| from + it);
    let looked_through = &address[from..end];
    let name = &looked_through[..looked_through.find("..").unwrap_or(looked_through.len())];
    let name = name.strip_suffix('.').unwrap_or(name);
    let name = &name[..chinese_behind(name).unwrap_or(name.len())];
    let mut parts = name.rsplit('.');
    let is_named = |part: &str| !part.is_empty() && !part.contains('_');
    let is_valid = parts.next().is_some_and(is_named)
        && parts.next().is_some_and(is_named)
        && !name.starts_with('.');
    let end = if is_valid { from + name.len() } else { end };
    // One full stop may be the end of a sentence, or of the domain.
    Domain { end, is_valid, is_last: looked_through.len() > name.len() + 1 }
}

/// Where the last part of a domain goes over from ASCII to Chinese: 见www.a.cn网站. None does.
fn chinese_behind(domain: &str) -> Option<usize> {
    let last = domain.rfind('.').map_or(0, |it| it + 1);
    let chinese = domain[last..].find(|c: char| !c.is_ascii())?;
    (chinese > 0).then_some(last + chinese)
}

/// How far an address goes, with what may follow upon its domain.
fn whole(address: &str, domain: &Domain) -> usize {
    if domain.is_last {
        return domain.end;
    }
    let mut brackets = 0_usize;
    for (i, c) in address[domain.end..].char_indices() {
        let rest = &address[domain.end + i..];
        let ends = match c {
            '[' => {
                brackets += 1;
                rest.starts_with("[^")
            }
            ']' => {
                brackets = brackets.wrapping_sub(1);
                brackets == usize::MAX
            }
            '}' => rest.starts_with("}-"),
            '<' | '\\' | '`' => true,
            _ => c.is_whitespace() || c.is_control() || is_chinese_punctuation(c),
        };
        if ends {
            return domain.end + i;
        }
    }
    address.len()
}

/// An address without the punctuation at its end.
fn trimmed(address: &str) -> usize {
    let count = |c: char| address.matches(c).count();
    let (opening, mut closing) = (count('('), count(')'));
    let mut end = address.len();
    while let Some(last) = address[..end].chars().next_back() {
        match last {
            '?' | '!' | '.' | ',' | ':' | '*' | '_' | '~' | '\'' | '"' => end -= 1,
            ')' if closing > opening => {
                closing -= 1;
                end -= 1;
            }
            ';' => end = without_entity(&address[..end - 1]),
            _ => break,
        }
    }
    end
}

/// Where an entity begins of which all but its semicolon stands at the end of an address; its end if there is none.
fn without_entity(address: &str) -> usize {
    let name = address.trim_end_matches(|c: char| c.is_ascii_alphanumeric());
    let is_entity = name.ends_with('&') && name.len() < address.len();
    if is_entity { name.len() - 1 } else { address.len() }
}

/// Whether a character is Chinese punctuation: CJK symbols, full-width forms, and “”‘’…—.
fn is_chinese_punctuation(c: char) -> bool {
    let is_wide = matches!(c,
        '\u{3000}'..='\u{303f}' | '\u{fe30}'..='\u{fe6f}' | '\u{ff01}'..='\u{ff65}' | '\u{ffe0}'..='\u{ffe6}');
    is_wide && !is_han(c) || matches!(c, '\u{2014}' | '\u{2015}' | '\u{2018}'..='\u{201f}' | '…')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ends() {
        for (text, expected) in [
            ("https://a.cn", "https://a.cn"),
            ("HTTP://A.cn/b", "HTTP://A.cn/b"),
            ("见https://a.cn/b，后", "https://a.cn/b"),
            ("（www.a.cn）", "www.a.cn"),
            ("(www.a.cn)", "www.a.cn"),
            ("(www.a.cn/b(c))", "www.a.cn/b(c)"),
            ("www.a.cn/b(c", "www.a.cn/b(c"),
            ("www.a.cn/b.c.", "www.a.cn/b.c"),
            ("www.a.cn/b?!.,:*_~'\"", "www.a.cn/b"),
            ("www.a.cn/b&hl;", "www.a.cn/b"),
            ("www.a.cn/b&c=1;", "www.a.cn/b&c=1"),
            ("www.a.cn/b<c", "www.a.cn/b"),
            ("https://a.cn:8080/b#c", "https://a.cn:8080/b#c"),
            ("https://青岛.cn/岛", "https://青岛.cn/岛"),
            ("https://青岛.中国。", "https://青岛.中国"),
            ("见www.a.cn网站", "www.a.cn"),
            ("https://a.cn...后", "https://a.cn"),
            ("www.a.cn网站...", "www.a.cn"),
            ("www.a.cn./b", "www.a.cn./b"),
            ("https://a.cn/wiki/山东·青岛《", "https://a.cn/wiki/山东·青岛"),
            ("https://a.cn/〇々〉", "https://a.cn/〇々"),
            ("https://a.cn/b—c", "https://a.cn/b"),
            ("https://a.cn/b“c", "https://a.cn/b"),
            ("https://a.cn/b！", "https://a.cn/b"),
            ("[见 https://a.cn/b]", "https://a.cn/b"),
            ("https://a.cn/[b]c]", "https://a.cn/[b]c"),
            ("https://a.cn/b[^1]", "https://a.cn/b"),
            ("-{ https://a.cn/b}-", "https://a.cn/b"),
            ("https://a.cn/b`c`", "https://a.cn/b"),
            ("http://a_b.c.cn", "http://a_b.c.cn"),
            ("https://b@c https://a.cn", "https://a.cn"),
            ("=https://a.cn", "https://a.cn"),
        ] {
            let found = next(text, 0..text.len(), text.len()).map(|it| &text[it]);
            assert_eq!(found, Some(expected), "{text}");
        }
    }

    #[test]
    fn no_addresses() {
        for text in [
            "https://",
            "www.",
            "www",
            "https:/a.cn",
            "https://a",
            "https://。",
            "https://a_b.cn",
            "www.a_b",
            "www.a.cn_",
            "xhttps://a.cn",
            "awww.a.cn",
            "/www.a.cn",
            "\"www.a.cn\"",
            "éwww.a.cn",
            "ftp://a.cn",
            "a@b.cn",
            "https://.a.cn",
            "https://..a",
            "www..a",
        ] {
            assert_eq!(next(text, 0..text.len(), text.len()), None, "{text}");
        }
    }
}

//! The text in HTML, and its links into the site.
//!
//! In: HTML of our own Markdown or of templates, and what converts its text. Out: the HTML with other text, and
//! where its stretches of text have gone. Tags, comments, code, and elements that say which language they are in
//! (`lang="en"`) or are marked `as-written` stay as they are. The text of a block is
//! converted in one piece, whatever marks stand in it: 发**展** is one word.

use std::ops::Range;

/// The class of text that stays as it is written.
pub const AS_WRITTEN: &str = "as-written";

/// Elements that do not end a stretch of text.
const INLINE: [&str; 21] = [
    "a", "abbr", "b", "bdi", "cite", "del", "em", "i", "ins", "mark", "q", "ruby", "s", "small",
    "span", "strong", "sub", "sup", "time", "u", "wbr",
];

/// Elements whose text is not Chinese prose.
const CODE: [&str; 7] = ["code", "kbd", "pre", "samp", "script", "style", "var"];

/// Elements without content.
const VOID: [&str; 8] = ["br", "hr", "img", "input", "link", "meta", "source", "wbr"];

/// Attributes of templates that people read or hear.
const TEXT_ATTRIBUTES: [&str; 5] = ["alt", "aria-label", "content", "placeholder", "title"];

/// Stands for what no word goes across.
const GAP: char = '\u{fffc}';

/// HTML whose text has been converted.
#[derive(Debug, Default)]
pub struct Converted {
    /// The HTML.
    pub html: String,
    /// Each stretch of text between tags: where it stood, and where it stands now.
    moved: Vec<(Range<usize>, Range<usize>)>,
}

/// Whose HTML it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Syntax {
    /// Of our own Markdown: a brace is a brace.
    Html,
    /// Of a template, with expressions in it.
    Template,
}

/// A piece of HTML.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Piece {
    /// Text to convert.
    Text(Range<usize>),
    /// A tag or text that stays.
    Kept { range: Range<usize>, inline: bool },
}

/// Converts the text of HTML.
#[must_use]
pub fn convert(html: &str, convert: impl Fn(&str) -> String) -> Converted {
    with_text(html, &Syntax::Html.pieces(html), convert)
}

/// Converts the text of a template, and the attributes in it that people read. A template stays a template: what
/// stands between `{{ }}` and `{% %}` is converted too where it is Chinese, as `"原文"`.
#[must_use]
pub fn convert_template(template: &str, convert: impl Fn(&str) -> String) -> String {
    let text = with_text(template, &Syntax::Template.pieces(template), &convert);
    // The same pieces again, now for what is not text.
    let tags = Syntax::Template.pieces(&text.html);
    let mut out = String::with_capacity(text.html.len());
    for piece in tags {
        match piece {
            Piece::Text(range) => out.push_str(&text.html[range]),
            Piece::Kept { range, .. } => out.push_str(&tag_text(&text.html[range], &convert)),
        }
    }
    out
}

/// A tag or an expression of a template, with its text converted.
fn tag_text(piece: &str, convert: impl Fn(&str) -> String) -> String {
    if piece.starts_with('{') {
        return expression_text(piece, convert);
    }
    if !piece.starts_with('<') {
        return piece.to_owned();
    }
    let mut out = String::with_capacity(piece.len());
    let mut rest = piece;
    while let Some((name, value)) = Syntax::Template.attribute(rest) {
        out.push_str(&rest[..value.start]);
        let text = &rest[value.clone()];
        let is_text = TEXT_ATTRIBUTES.contains(&name);
        out.push_str(&if is_text { convert(text) } else { text.to_owned() });
        rest = &rest[value.end..];
    }
    out + rest
}

/// An expression or statement of a template, with its texts converted: not those that name another template, a block
/// or a component, nor the keys in brackets, as in `site.assets["样式.css"]`.
fn expression_text(piece: &str, convert: impl Fn(&str) -> String) -> String {
    const NAMES: [&str; 8] =
        ["extends", "include", "block", "endblock", "component", "endcomponent", "import", "<"];
    let statement = piece.trim_start_matches(['{', '%', '-']).trim_start();
    if piece.starts_with("{#") || NAMES.iter().any(|it| statement.starts_with(it)) {
        return piece.to_owned();
    }
    let mut out = String::with_capacity(piece.len());
    let mut rest = piece;
    while let Some(start) = rest.find(['"', '\'']) {
        let quote = &rest[start..=start];
        let Some(length) = rest[start + 1..].find(quote) else { break };
        let end = start + 1 + length;
        let (before, text) = (&rest[..=start], &rest[start + 1..end]);
        out.push_str(before);
        let is_key = rest[..start].ends_with('[');
        out.push_str(&if is_key { text.to_owned() } else { convert(text) });
        out.push_str(quote);
        rest = &rest[end + 1..];
    }
    out + rest
}

impl Syntax {
    /// The next attribute with a value in quotes: its name, and where the value stands.
    fn attribute(self, tag: &str) -> Option<(&str, Range<usize>)> {
        let equals = [tag.find("=\""), tag.find("='")].into_iter().flatten().min()?;
        let (quote, start) = (char::from(tag.as_bytes()[equals + 1]), equals + 2);
        let end = start + self.value_length(&tag[start..], quote)?;
        let edge = |c: char| c.is_whitespace() || matches!(c, '<' | '"' | '\'');
        let name = tag[..equals].rsplit(edge).next()?;
        Some((name, start..end))
    }

    /// The length of an attribute's value; an expression of a template in it may have quotes of its own.
    fn value_length(self, text: &str, quote: char) -> Option<usize> {
        let mut at = 0;
        loop {
            let rest = &text[at..];
            let next = rest.find([quote, '{'])?;
            match self.expression(&rest[next..]) {
                Some(length) => at += next + length,
                None if rest[next..].starts_with(quote) => return Some(at + next),
                None => at += next + 1,
            }
        }
    }

    /// The length of an expression, statement or comment of a template that begins here.
    fn expression(self, text: &str) -> Option<usize> {
        if self == Self::Html {
            return None;
        }
        let end = match text.get(..2)? {
            "{{" => "}}",
            "{%" => "%}",
            "{#" => "#}",
            _ => return None,
        };
        Some(text.find(end).map_or(text.len(), |it| it + end.len()))
    }

    /// Cuts HTML into text and all else.
    fn pieces(self, html: &str) -> Vec<Piece> {
        let mut pieces = Vec::new();
        // The element whose text stays, and how many of its name are open in it.
        let mut kept: Option<(&str, usize)> = None;
        let mut at = 0;
        while at < html.len() {
            let rest = &html[at..];
            if let Some(length) = kept.and_then(|(name, _)| raw_text(name, rest)) {
                pieces.push(Piece::Kept { range: at..at + length, inline: false });
                at += length;
            }
            let rest = &html[at..];
            let Some(length) = self.markup_length(rest).filter(|it| *it > 0) else {
                if rest.is_empty() {
                    break;
                }
                let first = rest.chars().next().map_or(1, char::len_utf8);
                let end = at + first + self.next_markup(&rest[first..]);
                let range = at..end;
                pieces.push(match kept {
                    None => Piece::Text(range),
                    Some(_) => Piece::Kept { range, inline: false },
                });
                at = end;
                continue;
            };
            let markup = &rest[..length];
            let tag = Tag::of(markup, self);
            let inline = kept.is_none() && tag.as_ref().is_some_and(Tag::is_inline);
            pieces.push(Piece::Kept { range: at..at + length, inline });
            if let Some(tag) = tag {
                kept = tag.keeps(kept);
            }
            at += length;
        }
        pieces
    }

    /// The length of the tag, comment or expression that begins here.
    fn markup_length(self, text: &str) -> Option<usize> {
        if let Some(length) = self.expression(text) {
            return Some(length);
        }
        if text.starts_with("<!--") {
            return Some(text.find("-->").map_or(text.len(), |it| it + "-->".len()));
        }
        let is_tag = text.starts_with('<')
            && text[1..]
                .starts_with(|c: char| c.is_ascii_alphabetic() || c == '/' || c == '!' || c == '?');
        is_tag.then(|| self.tag_length(text))
    }

    /// The length of a tag: to the `>` that stands in no value.
    fn tag_length(self, text: &str) -> usize {
        let mut at = 1;
        while let Some(next) = text[at..].find(['>', '"', '\'', '{']) {
            at += next;
            match text.as_bytes()[at] {
                b'>' => return at + 1,
                quote @ (b'"' | b'\'') => match self.value_length(&text[at + 1..], quote.into()) {
                    Some(length) => at += length + 2,
                    None => return text.len(),
                },
                _ => at += self.expression(&text[at..]).unwrap_or(1),
            }
        }
        text.len()
    }

    /// How far the next markup is.
    fn next_markup(self, text: &str) -> usize {
        let begins = |c| c == '<' || (c == '{' && self == Self::Template);
        text.find(begins).unwrap_or(text.len())
    }
}

/// The length of the text in an element that holds no tags, as a script.
fn raw_text(name: &str, rest: &str) -> Option<usize> {
    let end = match name {
        "script" => "</script",
        "style" => "</style",
        _ => return None,
    };
    rest.find(end).filter(|it| *it > 0)
}

/// A tag.
struct Tag<'a> {
    name: &'a str,
    closes: bool,
    /// Whether the text in it stays as it is.
    stays: bool,
}

impl<'a> Tag<'a> {
    fn of(markup: &'a str, syntax: Syntax) -> Option<Self> {
        let inside = markup.strip_prefix('<')?;
        let closes = inside.starts_with('/');
        let name = inside.trim_start_matches('/');
        let name = &name
            [..name.find(|c: char| !c.is_ascii_alphanumeric() && c != '-').unwrap_or(name.len())];
        let mut stays = CODE.contains(&name);
        let mut rest = inside;
        while let Some((name_of_it, value)) = syntax.attribute(rest) {
            let text = &rest[value.clone()];
            stays |= match name_of_it {
                // On the whole page it says what the tree says.
                "lang" => !text.contains('{') && !matches!(name, "html" | "body"),
                "class" => text.split_whitespace().any(|it| it == AS_WRITTEN),
                "translate" => text == "no",
                _ => false,
            };
            rest = &rest[value.end..];
        }
        Some(Self { name, closes, stays })
    }

    fn is_inline(&self) -> bool {
        INLINE.contains(&self.name)
    }

    /// The element that is kept behind this tag.
    fn keeps(&self, kept: Option<(&'a str, usize)>) -> Option<(&'a str, usize)> {
        match kept {
            None if self.stays && !self.closes && !VOID.contains(&self.name) => {
                Some((self.name, 1))
            }
            None => None,
            Some((name, open)) if name == self.name => match (self.closes, open) {
                (true, 1) => None,
                (true, _) => Some((name, open - 1)),
                (false, _) => Some((name, open + 1)),
            },
            Some(it) => Some(it),
        }
    }
}

/// The HTML with its text converted: all of it at once, so that words go across marks, then cut again by the
/// number of characters; of a line that has become longer or shorter each piece is converted for itself.
fn with_text(html: &str, pieces: &[Piece], convert: impl Fn(&str) -> String) -> Converted {
    let joined = joined(html, pieces);
    let converted = convert(&joined);
    let mut lines = Lines::new(&joined, &converted);
    let mut out = Converted { html: String::with_capacity(html.len()), moved: Vec::new() };
    for piece in pieces {
        match piece {
            Piece::Text(range) => {
                let start = out.html.len();
                lines.take(&html[range.clone()], &convert, &mut out.html);
                out.moved.push((range.clone(), start..out.html.len()));
            }
            Piece::Kept { range, inline } => {
                out.html.push_str(&html[range.clone()]);
                if !inline {
                    lines.pass_gap();
                }
            }
        }
    }
    out
}

/// All text, with a gap where no word goes on.
fn joined(html: &str, pieces: &[Piece]) -> String {
    let mut joined = String::with_capacity(html.len());
    for piece in pieces {
        match piece {
            Piece::Text(range) => joined.push_str(&html[range.clone()]),
            Piece::Kept { inline: true, .. } => {}
            Piece::Kept { .. } => {
                joined.push(GAP);
                joined.push('\n');
            }
        }
    }
    joined
}

/// Walks through a text and its conversion line by line.
struct Lines<'a> {
    /// Each line as it was and as it is.
    pairs: Vec<(&'a str, &'a str)>,
    /// The line where the walk stands, and what is left of it now.
    at: usize,
    left: &'a str,
    /// Whether the line has as many characters as it had.
    even: bool,
}

impl<'a> Lines<'a> {
    fn new(before: &'a str, after: &'a str) -> Self {
        let pairs: Vec<_> = std::iter::zip(before.split('\n'), after.split('\n')).collect();
        let mut walk = Self { pairs, at: 0, left: "", even: true };
        walk.enter(0);
        walk
    }

    fn enter(&mut self, line: usize) {
        self.at = line;
        let (before, after) = self.pairs.get(line).copied().unwrap_or_default();
        self.left = after;
        self.even = before.chars().count() == after.chars().count();
    }

    /// Passes what stands between two blocks.
    fn pass_gap(&mut self) {
        self.enter(self.at + 1);
    }

    /// Takes the conversion of a piece of text.
    fn take(&mut self, piece: &str, convert: impl Fn(&str) -> String, out: &mut String) {
        for (i, line) in piece.split('\n').enumerate() {
            if i > 0 {
                out.push('\n');
                self.enter(self.at + 1);
            }
            if !self.even {
                out.push_str(&convert(line));
                continue;
            }
            let count = line.chars().count();
            let end = self.left.char_indices().nth(count).map_or(self.left.len(), |(at, _)| at);
            out.push_str(&self.left[..end]);
            self.left = &self.left[end..];
        }
    }
}

impl Converted {
    /// Where stretches of the text stand now, each in bytes of the HTML as it was, in the order of their beginnings.
    /// `None` for one that cannot be told, for its text has become longer or shorter, or crosses a tag.
    #[must_use]
    pub fn moved(&self, before: &str, spans: &[Range<usize>]) -> Vec<Option<Range<usize>>> {
        // The last place that was looked for: piece, byte before, byte now.
        let mut known = (usize::MAX, 0, 0);
        let mut moved = Vec::with_capacity(spans.len());
        for span in spans {
            let piece = self.moved.partition_point(|(old, _)| old.end <= span.start);
            let Some((old, new)) = self
                .moved
                .get(piece)
                .filter(|(old, _)| old.start <= span.start && span.end <= old.end)
            else {
                moved.push(None);
                continue;
            };
            if known.0 != piece {
                let (was, is) = (&before[old.clone()], &self.html[new.clone()]);
                if was.chars().count() != is.chars().count() {
                    moved.push(None);
                    continue;
                }
                known = (piece, old.start, new.start);
            }
            let go = |(from, to): (usize, usize), target: usize| {
                let count = before[from..target].chars().count();
                let rest = &self.html[to..new.end];
                to + rest.char_indices().nth(count).map_or(rest.len(), |(at, _)| at)
            };
            let start = go((known.1, known.2), span.start);
            known = (piece, span.start, start);
            moved.push(Some(start..go((span.start, start), span.end)));
        }
        moved
    }
}

/// Leads links to pages of the site, `href="/base/…/"`, into the folder of a tree. Links to files stay.
#[must_use]
pub fn rebase(html: &str, base_path: &str, folders: &[&str], folder: &str) -> String {
    let start = format!("href=\"{base_path}");
    let mut pieces = html.split(&start);
    let mut out = String::with_capacity(html.len());
    out.push_str(pieces.next().unwrap_or_default());
    for piece in pieces {
        out.push_str(&start);
        let address = &piece[..piece.find('"').unwrap_or(piece.len())];
        let path = &address[..address.find(['?', '#']).unwrap_or(address.len())];
        let is_page = path.is_empty() || path.ends_with('/');
        let other_site = address.starts_with('/');
        if is_page && !other_site && !folders.iter().any(|it| path.starts_with(it)) {
            out.push_str(folder);
        }
        out.push_str(piece);
    }
    out
}

/// HTML whose links and pictures have whole addresses, as a page at `page` resolves them:
/// `href="/cities/qingdao/"` → `href="https://example.org/cities/qingdao/"`.
#[must_use]
pub fn absolute(html: &str, page: &str) -> String {
    let mut out = String::with_capacity(html.len() + html.len() / 8);
    let mut rest = html;
    while !rest.is_empty() {
        let length = Syntax::Html.markup_length(rest).filter(|it| *it > 0);
        let Some(length) = length else {
            let first = rest.chars().next().map_or(1, char::len_utf8);
            let end = first + Syntax::Html.next_markup(&rest[first..]);
            out.push_str(&rest[..end]);
            rest = &rest[end..];
            continue;
        };
        let (mut tag, after) = rest.split_at(length);
        while let Some((name, value)) = Syntax::Html.attribute(tag) {
            out.push_str(&tag[..value.start]);
            let address = &tag[value.clone()];
            let is_address = matches!(name, "href" | "src");
            out.push_str(&if is_address { resolved(address, page) } else { address.to_owned() });
            tag = &tag[value.end..];
        }
        out.push_str(tag);
        rest = after;
    }
    out
}

/// The whole address that a link on a page leads to (RFC 3986, as far as our links go).
#[must_use]
pub fn resolved(address: &str, page: &str) -> String {
    let head = &address[..address.find(['/', '?', '#']).unwrap_or(address.len())];
    let scheme = page.find("://").map_or(0, |it| it + "://".len());
    if head.contains(':') || scheme == 0 {
        return address.to_owned();
    }
    let host = page[scheme..].find('/').map_or(page.len(), |it| scheme + it);
    if address.starts_with("//") {
        return format!("{}{address}", &page[..scheme - "//".len()]);
    }
    if address.starts_with('/') {
        return format!("{}{address}", &page[..host]);
    }
    if address.is_empty() || address.starts_with(['#', '?']) {
        return format!("{page}{address}");
    }
    let (path, query) = address.split_at(address.find(['?', '#']).unwrap_or(address.len()));
    let folder = &page[host..page.rfind('/').map_or(page.len(), |it| it + 1)];
    let mut parts: Vec<&str> = folder.split('/').filter(|it| !it.is_empty()).collect();
    for part in path.split('/') {
        match part {
            "" | "." => {}
            ".." => drop(parts.pop()),
            part => parts.push(part),
        }
    }
    let slash = if path.ends_with(['/', '.']) && !parts.is_empty() { "/" } else { "" };
    format!("{}/{}{slash}{query}", &page[..host], parts.join("/"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_become_whole() {
        let page = "https://a.cn/news/articles/x/";
        for (html, expected) in [
            (r#"<a href="/news/b/">青</a>"#, r#"<a href="https://a.cn/news/b/">青</a>"#),
            (r##"<a href="#n">1</a>"##, r#"<a href="https://a.cn/news/articles/x/#n">1</a>"#),
            (r#"<img src="../y/p.jpg">"#, r#"<img src="https://a.cn/news/articles/y/p.jpg">"#),
            (r#"<a href="//b.cn/c">c</a>"#, r#"<a href="https://b.cn/c">c</a>"#),
            (r#"<a href="http://b.cn/?a=/c">c</a>"#, r#"<a href="http://b.cn/?a=/c">c</a>"#),
            (r#"<a href="mailto:a@b.cn">c</a>"#, r#"<a href="mailto:a@b.cn">c</a>"#),
            (r#"<p>say href="/b/" here</p>"#, r#"<p>say href="/b/" here</p>"#),
            ("1 < 2", "1 < 2"),
        ] {
            assert_eq!(absolute(html, page), expected);
        }
    }
}

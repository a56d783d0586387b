//! A saved web page → its lines.
//!
//! In: the text of an HTML file. Out: the lines that a browser would show, each with its place in the file and
//! with what the markup says of it ([`Hint`]). What the main text is, is left to a library that knows web
//! pages; a line outside it stays a line, only marked, for headline and dateline often stand outside.
//! Scripts, styles and everything else that is not text are passed over; nothing is run or fetched.

use std::collections::{HashMap, HashSet};
use std::ops::Range;

use dom_smoothie::Readability;
use html5gum::emitters::default::DefaultEmitter;
use html5gum::{StartTag, Token, Tokenizer};

use super::lines::{Element, Hint, Line, ends_sentence, is_space, join_days};
use super::normal;
use crate::text::date;

/// Main texts with fewer letters are not trusted to be one.
const LEAST_MAIN: usize = 80;

/// A line with fewer letters stands in any main text by chance; it is judged by its neighbours.
const TELLING: usize = 8;

/// Pages that are nested deeper are nobody's article; their main text is not looked for.
const DEEPEST: usize = 200;

/// Nor is that of pages in which more styles are left open: each would go on in every paragraph below.
const MOST_TORN: usize = 200;

/// Elements that begin and end a line.
const BLOCKS: [&str; 38] = [
    "address",
    "article",
    "aside",
    "blockquote",
    "body",
    "br",
    "center",
    "dd",
    "div",
    "dl",
    "dt",
    "fieldset",
    "figcaption",
    "figure",
    "footer",
    "form",
    "h1",
    "h2",
    "h3",
    "h4",
    "h5",
    "h6",
    "head",
    "header",
    "hr",
    "html",
    "li",
    "main",
    "nav",
    "ol",
    "option",
    "p",
    "pre",
    "section",
    "table",
    "title",
    "tr",
    "ul",
];

/// Names under which pages give their day of publication to other programs.
const DAYS: [&str; 8] = [
    "article:published_time",
    "publishdate",
    "pubdate",
    "publish_date",
    "og:release_date",
    "date",
    "datepublished",
    "weibo:article:create_at",
];

/// The lines of a page.
#[must_use]
pub fn lines(page: &str) -> Vec<Line> {
    let mut reader = Reader::new(page);
    let mut emitter = DefaultEmitter::<usize>::new_with_span();
    emitter.naively_switch_states(true);
    for token in Tokenizer::new_with_emitter(page, emitter) {
        match token {
            Ok(Token::StartTag(tag)) => reader.open(&tag),
            Ok(Token::EndTag(tag)) => reader.close(&String::from_utf8_lossy(&tag.name)),
            Ok(Token::String(text)) => {
                reader.text(&String::from_utf8_lossy(&text.value), text.span.start..text.span.end);
            }
            Ok(_) | Err(_) => {}
        }
    }
    reader.flush();
    let mut lines = join_days(reader.lines);
    if reader.deepest < DEEPEST && reader.torn < MOST_TORN {
        mark_outside(&mut lines, page);
    }
    lines
}

/// What the elements around a text say of it.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
struct Inside(u16);

impl Inside {
    /// No browser shows it.
    const HIDDEN: Self = Self(1);
    const HEAD: Self = Self(1 << 1);
    const TITLE: Self = Self(1 << 2);
    /// It holds the page together.
    const FURNITURE: Self = Self(1 << 3);
    const HEADING: Self = Self(1 << 4);
    const CAPTION: Self = Self(1 << 5);
    const BOLD: Self = Self(1 << 6);
    const LINK: Self = Self(1 << 7);
    /// Its line breaks are line breaks.
    const PRE: Self = Self(1 << 8);
    /// It is no HTML: there `<path/>` is closed.
    const FOREIGN: Self = Self(1 << 9);

    /// What an element says.
    fn of(name: &str) -> Self {
        match name {
            "svg" | "math" => Self::HIDDEN.and(Self::FOREIGN),
            "script" | "style" | "template" | "iframe" | "textarea" => Self::HIDDEN,
            "head" => Self::HEAD,
            "h1" | "title" => Self::TITLE,
            "nav" | "footer" | "aside" | "button" | "select" => Self::FURNITURE,
            "h2" | "h3" | "h4" | "h5" | "h6" => Self::HEADING,
            "figcaption" => Self::CAPTION,
            "b" | "strong" => Self::BOLD,
            "a" => Self::LINK,
            "pre" => Self::PRE,
            _ => Self::default(),
        }
    }

    const fn and(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }

    const fn is(self, other: Self) -> bool {
        self.0 & other.0 == other.0
    }

    /// What a line in it is.
    const fn element(self) -> Element {
        match () {
            () if self.is(Self::TITLE) => Element::Title,
            () if self.is(Self::FURNITURE) => Element::Furniture,
            () if self.is(Self::HEADING) => Element::Heading,
            () if self.is(Self::CAPTION) => Element::Caption,
            () => Element::Other,
        }
    }
}

/// What has been read so far.
struct Reader<'a> {
    page: &'a str,
    lines: Vec<Line>,
    /// The elements that are open, each with what it and those around it say.
    open: Vec<(String, Inside)>,
    /// How many of each name are open.
    names: HashMap<String, usize>,
    deepest: usize,
    /// How many elements for a style were closed with the element around them, not by a tag.
    torn: usize,
    /// The line so far, and where it stands in the file.
    text: String,
    span: Option<Range<usize>>,
    /// How many of its characters are bold, and part of a link.
    bold: usize,
    linked: usize,
    /// What the line stands in.
    element: Element,
    /// Whether an element was closed just now, and nothing said since.
    just_closed: bool,
    /// Whether U+FFFD in a text is the page's own.
    own_replacements: bool,
}

impl<'a> Reader<'a> {
    fn new(page: &'a str) -> Self {
        Self {
            page,
            lines: Vec::new(),
            open: Vec::new(),
            names: HashMap::new(),
            deepest: 0,
            torn: 0,
            text: String::new(),
            span: None,
            bold: 0,
            linked: 0,
            element: Element::default(),
            just_closed: false,
            own_replacements: page.contains(char::REPLACEMENT_CHARACTER),
        }
    }

    fn inside(&self) -> Inside {
        self.open.last().map_or(Inside::default(), |it| it.1)
    }

    fn open(&mut self, tag: &StartTag<usize>) {
        const VOID: [&str; 13] = [
            "area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source",
            "track", "wbr",
        ];
        let name = String::from_utf8_lossy(&tag.name);
        if name == "meta" {
            self.meta(tag);
        }
        self.part(&name);
        self.just_closed = false;
        if BLOCKS.contains(&&*name) {
            self.flush();
            self.close_before(&name);
        }
        let inside = self.inside();
        if VOID.contains(&&*name) || (tag.self_closing && inside.is(Inside::FOREIGN)) {
            return;
        }
        let mut own = Inside::of(&name);
        if is_unseen(tag) {
            own = own.and(Inside::FURNITURE);
        }
        *self.names.entry(name.to_string()).or_default() += 1;
        self.open.push((name.into_owned(), inside.and(own)));
        self.deepest = self.deepest.max(self.open.len());
    }

    /// Two elements that follow each other are two words: a style sheet sets them apart. Cells stand between tabs.
    fn part(&mut self, name: &str) {
        const INLINE: [&str; 8] = ["span", "a", "em", "i", "label", "time", "font", "small"];
        let apart = self.just_closed && self.element != Element::Title;
        if matches!(name, "td" | "th") && !self.text.trim().is_empty() {
            self.text.push('\t');
        }
        if apart && INLINE.contains(&name) {
            self.space();
        }
    }

    /// Closes what cannot go on in front of a block: a paragraph, the item before an item, the head.
    fn close_before(&mut self, name: &str) {
        const SIBLINGS: [&[&str]; 4] = [&["li"], &["dt", "dd"], &["tr"], &["option"]];
        if !["head", "title", "html"].contains(&name) {
            self.leave("head");
        }
        if name == "br" {
            return;
        }
        // The innermost block around it; a bold or a link in that is closed with it.
        let around = self.open.iter().rev().take(DEEPEST).find(|it| BLOCKS.contains(&&*it.0));
        let last = around.map_or(String::new(), |it| it.0.clone());
        let is_sibling = SIBLINGS.iter().any(|it| it.contains(&&*last) && it.contains(&name));
        if last == "p" || is_sibling {
            self.leave(&last);
        }
    }

    fn close(&mut self, name: &str) {
        self.just_closed = true;
        if BLOCKS.contains(&name) {
            self.flush();
        }
        self.leave(name);
    }

    /// Closes an element and those in it; one that is not open is passed over.
    fn leave(&mut self, name: &str) {
        const STYLES: [&str; 14] = [
            "a", "b", "big", "code", "em", "font", "i", "nobr", "s", "small", "strike", "strong",
            "tt", "u",
        ];
        if self.names.get(name).is_none_or(|it| *it == 0) {
            return;
        }
        while let Some(last) = self.pop().filter(|it| it != name) {
            self.torn += usize::from(STYLES.contains(&&*last));
        }
    }

    fn pop(&mut self) -> Option<String> {
        let (name, _) = self.open.pop()?;
        if let Some(count) = self.names.get_mut(&name) {
            *count -= 1;
        }
        Some(name)
    }

    /// Text of the page.
    fn text(&mut self, text: &str, span: Range<usize>) {
        let said = text.chars().any(|c| !is_space(c));
        if self.inside().is(Inside::HEAD) && !self.inside().is(Inside::TITLE) {
            if !said || self.inside().is(Inside::HIDDEN) {
                return;
            }
            self.leave("head");
        }
        if self.inside().is(Inside::HIDDEN) {
            return;
        }
        self.just_closed &= !said;
        if !self.inside().is(Inside::PRE) {
            self.words(text, span);
            return;
        }
        let verbatim = self.page.get(span.clone()) == Some(text);
        let mut at = span.start;
        for line in text.split_inclusive('\n') {
            let own = if verbatim { at..at + line.len() } else { span.clone() };
            self.words(line, own);
            if line.ends_with('\n') {
                self.flush();
            }
            at += line.len();
        }
    }

    /// Words of a line, white space run together.
    fn words(&mut self, text: &str, span: Range<usize>) {
        let said = text.chars().filter(|c| !is_space(*c)).count();
        if said > 0 && self.text.trim().is_empty() {
            self.element = self.inside().element();
        }
        if said == 0 {
            self.space();
            return;
        }
        for c in text.chars() {
            match c {
                ' ' | '\n' | '\r' | '\t' | '\u{c}' => self.space(),
                // What the reader of the markup makes of U+0000.
                char::REPLACEMENT_CHARACTER if !self.own_replacements => {}
                c => self.text.push(c),
            }
        }
        let start = self.span.as_ref().map_or(span.start, |it| it.start);
        self.span = Some(start..span.end);
        self.bold += if self.inside().is(Inside::BOLD) { said } else { 0 };
        self.linked += if self.inside().is(Inside::LINK) { said } else { 0 };
    }

    fn space(&mut self) {
        if !self.text.is_empty() && !self.text.ends_with([' ', '\t']) {
            self.text.push(' ');
        }
    }

    /// Ends the line.
    fn flush(&mut self) {
        let text = std::mem::take(&mut self.text);
        let (bold, linked) = (std::mem::take(&mut self.bold), std::mem::take(&mut self.linked));
        let Some(span) = self.span.take() else { return };
        let trimmed = text.trim_matches(is_space);
        let said = trimmed.chars().filter(|c| !is_space(*c)).count();
        if said == 0 {
            return;
        }
        let all_bold = bold >= said && self.element == Element::Other;
        let element = if all_bold { Element::Heading } else { self.element };
        self.lines.push(Line {
            verbatim: self.page.get(span.clone()) == Some(trimmed),
            span,
            indented: text.starts_with(['\u{3000}', '\u{2003}', '\u{a0}']),
            text: trimmed.to_owned(),
            after_blank: false,
            hint: Hint { element, outside: false, link: linked >= said },
        });
    }

    /// A day that the page gives to other programs, as a line of its own.
    fn meta(&mut self, tag: &StartTag<usize>) {
        let named = value(tag, "name").or_else(|| value(tag, "property"));
        let is_day =
            named.is_some_and(|(it, _)| DAYS.contains(&&*it.to_ascii_lowercase().replace(' ', "")));
        let content =
            value(tag, "content").filter(|(it, _)| is_day && date::at_byte(it.trim(), 0).is_some());
        let Some((content, span)) = content else { return };
        self.flush();
        let text = content.trim().to_owned();
        let place = self.page[span.clone()].find(&text);
        self.lines.push(Line {
            span: place.map_or(span.clone(), |at| span.start + at..span.start + at + text.len()),
            verbatim: place.is_some(),
            text,
            after_blank: false,
            indented: false,
            hint: Hint::default(),
        });
    }
}

/// An attribute and its place in the file.
fn value(tag: &StartTag<usize>, key: &str) -> Option<(String, Range<usize>)> {
    let mut attributes = tag.attributes.iter();
    let (_, found) = attributes.find(|(name, _)| name.eq_ignore_ascii_case(key.as_bytes()))?;
    let text = String::from_utf8_lossy(&found.value).into_owned();
    Some((text, found.span.start..found.span.end))
}

/// Whether the page shows an element at most later, when a script says so.
fn is_unseen(tag: &StartTag<usize>) -> bool {
    let style = value(tag, "style").map(|(it, _)| it.to_ascii_lowercase().replace(' ', ""));
    value(tag, "hidden").is_some() || style.is_some_and(|it| it.contains("display:none"))
}

/// Marks the lines that are not part of the main text.
fn mark_outside(lines: &mut [Line], page: &str) {
    let config = dom_smoothie::Config {
        char_threshold: LEAST_MAIN,
        disable_json_ld: true,
        ..dom_smoothie::Config::default()
    };
    // A text that a script shows once it is loaded, as those of public accounts, is text.
    let shown = page.replace("visibility:hidden", "").replace("visibility: hidden", "");
    let article = Readability::new(shown, None, Some(config)).and_then(|mut it| it.parse());
    let Ok(article) = article else { return };
    let main: Vec<char> = normal::letters(&article.text_content).collect();
    if main.len() < LEAST_MAIN {
        return;
    }
    let pieces: HashSet<&[char]> = main.windows(TELLING).collect();
    // Nothing, where a line is too short to tell.
    let inside: Vec<Option<bool>> = lines
        .iter()
        .map(|line| {
            let own: Vec<char> = normal::letters(&line.text).collect();
            let last = own.len().checked_sub(TELLING)?;
            let has = |at: usize| pieces.contains(&own[at..at + TELLING]);
            Some([0, last / 2, last].into_iter().all(has))
        })
        .collect();
    let said = |wanted: bool| {
        let sentences = std::iter::zip(&*lines, &inside)
            .filter(|(it, inside)| **inside == Some(wanted) && ends_sentence(&it.text));
        sentences.map(|(it, _)| it.text.len()).sum::<usize>()
    };
    // A main text without most of the sentences is another one: the comments, a profile.
    if said(true) <= said(false) {
        return;
    }
    // A short line stands where the lines before and after it do.
    let mut before = false;
    let mut outside: Vec<bool> = Vec::new();
    for it in &inside {
        before = it.unwrap_or(before);
        outside.push(!before);
    }
    let mut after = false;
    for (i, it) in inside.iter().enumerate().rev() {
        after = it.unwrap_or(after);
        lines[i].hint.outside = outside[i] || !after;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_of_a_page() {
        let page = "<title>港口-海岸网</title><script>var a = '<p>不是</p>';</script><nav>首页</nav><h1>港口</h1>\
                    <p><b>小标题</b></p><p>正文&ldquo;一&rdquo;，<a href=x>又</a>一句。<br>二。</p><figcaption>图</figcaption>";
        let found: Vec<_> = lines(page)
            .into_iter()
            .map(|it| (it.text, it.hint.element, page[it.span].to_owned()))
            .collect();
        let expected = [
            ("港口-海岸网", Element::Title, "港口-海岸网"),
            ("首页", Element::Furniture, "首页"),
            ("港口", Element::Title, "港口"),
            ("小标题", Element::Heading, "小标题"),
            ("正文“一”，又一句。", Element::Other, "正文&ldquo;一&rdquo;，<a href=x>又</a>一句。"),
            ("二。", Element::Other, "二。"),
            ("图", Element::Caption, "图"),
        ];
        assert_eq!(
            found,
            expected.map(|(text, element, raw)| (text.to_owned(), element, raw.to_owned()))
        );
    }
}

//! A saved web page → its lines.
//!
//! In: the text of an HTML file. Out: the lines that a browser would show, each with its place in the file and
//! with what the markup says of it ([`Hint`]). What the main text is, is left to a library that knows web
//! pages; a line outside it stays a line, only marked, for headline and dateline often stand outside.
//! Scripts, styles and everything else that is not text are passed over; nothing is run or fetched.

use std::ops::Range;

use dom_smoothie::Readability;
use html5gum::emitters::default::DefaultEmitter;
use html5gum::{Token, Tokenizer};

use super::lines::{Element, Hint, Line, is_space};
use super::normal::normal_char;
use crate::text::date;

/// Main texts with fewer letters are not trusted to be one.
const LEAST_MAIN: usize = 80;

/// A line with fewer letters stands in any main text by chance; it is judged by its neighbours.
const TELLING: usize = 8;

/// Pages that are nested deeper are nobody's article; their main text is not looked for.
const DEEPEST: usize = 200;

/// Elements whose text no browser shows as part of the page.
const HIDDEN: [&str; 11] = [
    "script", "style", "noscript", "template", "svg", "select", "iframe", "textarea", "object",
    "math", "canvas",
];

/// Elements that begin and end a line.
const BLOCKS: [&str; 37] = [
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
    "p",
    "pre",
    "section",
    "table",
    "title",
    "tr",
    "ul",
];

/// Elements that hold the page together.
const FURNITURE: [&str; 5] = ["nav", "footer", "aside", "button", "form"];

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
    let mut reader = Reader::default();
    let mut emitter = DefaultEmitter::<usize>::new_with_span();
    emitter.naively_switch_states(true);
    for token in Tokenizer::new_with_emitter(page, emitter) {
        match token {
            Ok(Token::StartTag(tag)) => {
                let name = String::from_utf8_lossy(&tag.name).into_owned();
                let value = |key: &str| {
                    let found = tag
                        .attributes
                        .iter()
                        .find(|(name, _)| name.eq_ignore_ascii_case(key.as_bytes()));
                    found.map(|(_, it)| {
                        (
                            String::from_utf8_lossy(&it.value).into_owned(),
                            it.span.start..it.span.end,
                        )
                    })
                };
                if name == "meta" {
                    reader.meta(
                        value("name").or_else(|| value("property")),
                        value("content"),
                        page,
                    );
                }
                reader.open(&name, tag.self_closing);
            }
            Ok(Token::EndTag(tag)) => reader.close(&String::from_utf8_lossy(&tag.name)),
            Ok(Token::String(text)) => {
                reader.text(&String::from_utf8_lossy(&text.value), text.span.start..text.span.end);
            }
            Ok(_) | Err(_) => {}
        }
    }
    reader.flush();
    let mut lines = reader.lines;
    if reader.deepest < DEEPEST {
        mark_outside(&mut lines, page);
    }
    lines
}

/// What has been read so far.
#[derive(Default)]
struct Reader {
    lines: Vec<Line>,
    /// The elements that are open.
    open: Vec<String>,
    deepest: usize,
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
}

impl Reader {
    /// Two elements that follow each other are two words, and so are two cells: a style sheet sets them apart.
    fn part(&mut self, name: &str) {
        const INLINE: [&str; 10] =
            ["span", "a", "em", "i", "label", "time", "font", "small", "td", "th"];
        let apart = self.just_closed && self.element != Element::Title;
        if apart && INLINE.contains(&name) && !self.text.is_empty() && !self.text.ends_with(' ') {
            self.text.push(' ');
        }
    }

    fn open(&mut self, name: &str, self_closing: bool) {
        const VOID: [&str; 9] = ["area", "base", "br", "col", "hr", "img", "input", "link", "meta"];
        self.part(name);
        self.just_closed = false;
        if BLOCKS.contains(&name) {
            self.flush();
        }
        if !self_closing && !VOID.contains(&name) {
            self.open.push(name.to_owned());
            self.deepest = self.deepest.max(self.open.len());
        }
    }

    fn close(&mut self, name: &str) {
        self.just_closed = true;
        if BLOCKS.contains(&name) {
            self.flush();
        }
        // A tag that closes nothing is passed over; one that closes an outer element closes the inner ones.
        if let Some(at) = self.open.iter().rposition(|it| it == name) {
            self.open.truncate(at);
        }
    }

    fn is_in(&self, names: &[&str]) -> bool {
        self.open.iter().any(|it| names.contains(&it.as_str()))
    }

    /// Text of the page, white space run together.
    fn text(&mut self, text: &str, span: Range<usize>) {
        let in_head = self.is_in(&["head"]) && !self.is_in(&["title"]);
        if self.is_in(&HIDDEN) || in_head {
            return;
        }
        let said = text.chars().filter(|c| !is_space(*c)).count();
        self.just_closed &= said == 0;
        if said == 0 {
            if !self.text.is_empty() && !self.text.ends_with(' ') {
                self.text.push(' ');
            }
            return;
        }
        if self.text.trim().is_empty() {
            self.element = self.element();
        }
        for c in text.chars() {
            let breaks = matches!(c, ' ' | '\n' | '\r' | '\t' | '\u{c}');
            match breaks {
                true if self.text.is_empty() || self.text.ends_with(' ') => {}
                true => self.text.push(' '),
                false => self.text.push(c),
            }
        }
        let start = self.span.as_ref().map_or(span.start, |it| it.start);
        self.span = Some(start..span.end);
        self.bold += if self.is_in(&["b", "strong"]) { said } else { 0 };
        self.linked += if self.is_in(&["a"]) { said } else { 0 };
    }

    fn element(&self) -> Element {
        match () {
            () if self.is_in(&["h1", "title"]) => Element::Title,
            () if self.is_in(&FURNITURE) => Element::Furniture,
            () if self.is_in(&["h2", "h3", "h4", "h5", "h6"]) => Element::Heading,
            () if self.is_in(&["figcaption"]) => Element::Caption,
            () => Element::Other,
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
            span,
            indented: text.starts_with(['\u{3000}', '\u{2003}', '\u{a0}']),
            text: trimmed.to_owned(),
            after_blank: false,
            hint: Hint { element, outside: false, link: linked >= said },
        });
    }

    /// A day that the page gives to other programs, as a line of its own.
    fn meta(
        &mut self,
        name: Option<(String, Range<usize>)>,
        content: Option<(String, Range<usize>)>,
        page: &str,
    ) {
        let is_day = name.is_some_and(|(it, _)| {
            DAYS.contains(&it.to_ascii_lowercase().replace(' ', "").as_str())
        });
        let Some((content, span)) =
            content.filter(|(it, _)| is_day && date::at_byte(it.trim(), 0).is_some())
        else {
            return;
        };
        let span = page[span.clone()]
            .find(&content)
            .map_or(span.clone(), |at| span.start + at..span.start + at + content.len());
        let text = content.trim().to_owned();
        self.lines.push(Line {
            span,
            text,
            after_blank: false,
            indented: false,
            hint: Hint::default(),
        });
    }
}

/// Marks the lines that are not part of the main text.
fn mark_outside(lines: &mut [Line], page: &str) {
    let config = dom_smoothie::Config {
        char_threshold: LEAST_MAIN,
        disable_json_ld: true,
        ..dom_smoothie::Config::default()
    };
    let article = Readability::new(page, None, Some(config)).and_then(|mut it| it.parse());
    let Ok(article) = article else { return };
    let main = letters(&article.text_content);
    if main.chars().count() < LEAST_MAIN {
        return;
    }
    let own: Vec<String> = lines.iter().map(|it| letters(&it.text)).collect();
    let telling = |text: &str| text.chars().count() >= TELLING;
    let inside: Vec<Option<bool>> =
        own.iter().map(|it| telling(it).then(|| main.contains(it.as_str()))).collect();
    if !inside.contains(&Some(true)) {
        return;
    }
    for (i, line) in lines.iter_mut().enumerate() {
        let before = || inside[..i].iter().rev().find_map(|it| *it).unwrap_or(false);
        let after = || inside[i + 1..].iter().find_map(|it| *it).unwrap_or(false);
        line.hint.outside =
            !inside[i].unwrap_or_else(|| main.contains(&own[i]) && before() && after());
    }
}

fn letters(text: &str) -> String {
    text.chars().map(normal_char).filter(|c| c.is_alphanumeric()).collect()
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

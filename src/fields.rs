//! TOML read field by field, with every problem collected.
//!
//! In: the text of `site.toml` or of front matter. Out: values with their place, and a diagnostic for each
//! thing that is wrong: syntax, unknown keys, wrong types. Reading goes on after a problem, so that all of
//! them are told at once.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::ops::Range;
use std::sync::Arc;

use serde::Serialize;
use toml::Spanned;
use toml::de::{DeInteger, DeTable, DeValue};

use crate::diagnostic::{At, Diagnostic, Span, problems};
use crate::file::SitePath;
use crate::text::is_han;

/// A TOML text that is being read, and what is wrong with it so far.
pub struct Document {
    path: SitePath,
    text: Arc<str>,
    /// Where the TOML begins in the file.
    offset: usize,
    problems: RefCell<Vec<Diagnostic>>,
    /// Where the syntax is broken, in bytes of the TOML: a value there is not what was meant, and a missing
    /// key says nothing.
    broken: Vec<Range<usize>>,
}

/// A value and where it stands (in bytes of the file).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Value<T> {
    /// The value.
    pub value: T,
    /// Where it stands.
    pub span: Range<usize>,
}

/// A value of a field that only templates know.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(untagged)]
pub enum Free {
    /// A text, or a date as it is written.
    Text(String),
    /// A whole number.
    Whole(i64),
    /// Another number.
    Decimal(f64),
    /// `true` or `false`.
    Boolean(bool),
    /// A list.
    List(Vec<Free>),
    /// A table.
    Table(BTreeMap<String, Free>),
}

impl Free {
    fn new(value: &DeValue<'_>) -> Self {
        let whole = |it: &DeInteger<'_>| i64::from_str_radix(it.as_str(), it.radix()).ok();
        match value {
            DeValue::String(text) => Self::Text(text.to_string()),
            DeValue::Integer(it) => {
                whole(it).map_or_else(|| Self::Text(it.to_string()), Self::Whole)
            }
            DeValue::Float(it) => {
                it.as_str().parse().map_or_else(|_| Self::Text(it.to_string()), Self::Decimal)
            }
            DeValue::Boolean(it) => Self::Boolean(*it),
            DeValue::Datetime(date) => Self::Text(date.to_string()),
            DeValue::Array(list) => {
                Self::List(list.iter().map(|it| Self::new(it.get_ref())).collect())
            }
            DeValue::Table(table) => Self::Table(free(table)),
        }
    }
}

fn free(table: &DeTable<'_>) -> BTreeMap<String, Free> {
    table
        .iter()
        .map(|(key, value)| (key.get_ref().to_string(), Free::new(value.get_ref())))
        .collect()
}

impl Document {
    /// Parses the `range` of a file as TOML, gives the table to `read`, and returns what that made of it
    /// with all problems.
    pub fn read<T>(
        path: &SitePath,
        text: &Arc<str>,
        range: Range<usize>,
        read: impl FnOnce(Fields<'_, '_>) -> T,
    ) -> (T, Vec<Diagnostic>) {
        let (table, errors) = DeTable::parse_recoverable(&text[range.clone()]);
        let document = Self {
            path: path.clone(),
            text: Arc::clone(text),
            offset: range.start,
            problems: RefCell::default(),
            broken: errors.iter().map(|error| error.span().unwrap_or(0..0)).collect(),
        };
        for (span, error) in std::iter::zip(&document.broken, &errors) {
            document.syntax_error(span, error.message());
        }
        let result = read(Fields::new(&document, table.get_ref(), range));
        (result, document.problems.into_inner())
    }

    /// A stretch of the file.
    #[must_use]
    pub fn at(&self, span: &Range<usize>) -> At {
        At::Span(Span {
            path: self.path.clone(),
            text: Arc::clone(&self.text),
            bytes: span.clone(),
        })
    }

    /// Adds a problem.
    pub fn report(&self, diagnostic: Diagnostic) {
        self.problems.borrow_mut().push(diagnostic);
    }

    /// The file's own span of something in the TOML.
    fn shift(&self, span: &Range<usize>) -> Range<usize> {
        self.offset + span.start..self.offset + span.end
    }

    /// Whether a stretch of the TOML touches a mistake in the syntax.
    fn is_broken(&self, span: &Range<usize>) -> bool {
        self.broken.iter().any(|it| it.start <= span.end && span.start <= it.end)
    }

    /// A date that does not exist is a syntax error to TOML, but not to people.
    fn syntax_error(&self, span: &Range<usize>, message: &str) {
        let span = self.shift(span);
        let word = self.word_at(span.start);
        let looks_like_date = word.len() >= 8
            && word.starts_with(|c: char| c.is_ascii_digit())
            && word.get(4..).is_some_and(|rest| rest.starts_with(['-', '年']));
        self.report(if looks_like_date {
            let start = self.word_start(span.start);
            problems::invalid_date(self.at(&(start..start + word.len())), word)
        } else {
            problems::toml_syntax(self.at(&span), message, self.line_at(span.start))
        });
    }

    /// The line around an offset.
    fn line_at(&self, offset: usize) -> &str {
        let offset = self.text.floor_char_boundary(offset);
        let start = self.text[..offset].rfind('\n').map_or(0, |it| it + 1);
        let rest = &self.text[start..];
        &rest[..rest.find('\n').unwrap_or(rest.len())]
    }

    /// The unbroken run of characters around an offset.
    fn word_at(&self, offset: usize) -> &str {
        let start = self.word_start(offset);
        let rest = &self.text[start..];
        &rest[..rest.find([' ', '\n', '\r', ',', ']', '#', '\t']).unwrap_or(rest.len())]
    }

    fn word_start(&self, offset: usize) -> usize {
        let offset = self.text.floor_char_boundary(offset);
        self.text[..offset].rfind([' ', '\n', '=', '[', ',', '\t']).map_or(0, |it| it + 1)
    }
}

/// A word of a table of words has no more characters.
const LONGEST_WORD: usize = 60;

/// A table that is being read. Each field is asked for once; [`Fields::finish`] reports the keys that
/// nobody asked for.
pub struct Fields<'a, 'i> {
    /// The text it stands in.
    pub document: &'a Document,
    /// Where the whole table stands.
    pub span: Range<usize>,
    table: &'a DeTable<'i>,
    asked: RefCell<Vec<&'static str>>,
    /// The line that begins it, if it has one: `[raw]`.
    name: Option<&'static str>,
}

impl<'a, 'i> Fields<'a, 'i> {
    fn new(document: &'a Document, table: &'a DeTable<'i>, span: Range<usize>) -> Self {
        Self { document, span, table, asked: RefCell::default(), name: None }
    }

    fn find(&self, key: &'static str) -> Option<&'a Spanned<DeValue<'i>>> {
        self.asked.borrow_mut().push(key);
        self.table
            .iter()
            .find(|(name, _)| name.get_ref() == key)
            .map(|(_, value)| value)
            .filter(|value| !self.document.is_broken(&value.span()))
    }

    /// Any value, through `convert`, which says what it expects when it returns nothing.
    fn get<T>(
        &self,
        key: &'static str,
        expected: &str,
        convert: impl FnOnce(&DeValue<'i>) -> Option<T>,
    ) -> Option<Value<T>> {
        let found = self.find(key)?;
        let span = self.document.shift(&found.span());
        let value = convert(found.get_ref());
        if value.is_none() {
            self.wrong_type(&span, key, expected, found.get_ref());
        }
        Some(Value { value: value?, span })
    }

    fn wrong_type(&self, span: &Range<usize>, key: &str, expected: &str, found: &DeValue<'_>) {
        let written = self.document.text.get(span.clone()).unwrap_or_default();
        let written = written.lines().next().unwrap_or_default();
        let at = self.document.at(span);
        let kind = type_name(found);
        self.document.report(problems::wrong_type(at, key, expected, kind, written));
    }

    /// A text, if the field is there.
    pub fn string(&self, key: &'static str) -> Option<Value<String>> {
        self.get(key, "text in quotation marks", |value| value.as_str().map(str::to_owned))
    }

    /// A text that has to be there and may not be blank.
    pub fn required_string(&self, key: &'static str) -> Option<Value<String>> {
        let there = self.table.iter().any(|(name, _)| name.get_ref() == key);
        let value = self.string(key);
        if !there && self.document.broken.is_empty() {
            let start = self.span.start;
            self.document.report(problems::missing_key(self.document.at(&(start..start)), key));
        }
        let value = value?;
        if value.value.trim().is_empty() {
            self.document.report(problems::invalid_value(
                self.document.at(&value.span),
                key,
                "it is blank",
                "write the text between the quotation marks",
            ));
            return None;
        }
        Some(value)
    }

    /// The address of a page on the web. Another scheme (`javascript:`) is reported.
    pub fn web_address(&self, key: &'static str) -> Option<Value<String>> {
        let url = self.string(key)?;
        let lower = url.value.to_ascii_lowercase();
        let is_clean = !lower.chars().any(|c| c.is_control() || c.is_whitespace());
        if is_clean && (lower.starts_with("https://") || lower.starts_with("http://")) {
            return Some(url);
        }
        let (at, why) = (self.document.at(&url.span), "it is no address on the web");
        let hint = "write the whole address, as `https://example.org/page`";
        self.document.report(problems::invalid_value(at, key, why, hint));
        None
    }

    /// `true` or `false`.
    pub fn boolean(&self, key: &'static str) -> Option<Value<bool>> {
        self.get(key, "`true` or `false`", DeValue::as_bool)
    }

    /// A whole number that is not negative.
    pub fn number(&self, key: &'static str) -> Option<Value<u64>> {
        self.get(key, "a whole number, not negative", |value| {
            let number = value.as_integer()?;
            u64::from_str_radix(number.as_str(), number.radix()).ok()
        })
    }

    /// A share of a hundred.
    pub fn percent(&self, key: &'static str) -> Option<Value<u64>> {
        self.get(key, "a whole number from 0 to 100", |value| {
            let number = value.as_integer()?;
            let number = u64::from_str_radix(number.as_str(), number.radix()).ok()?;
            (number <= 100).then_some(number)
        })
    }

    /// A number, whole or not.
    pub fn decimal(&self, key: &'static str) -> Option<Value<f64>> {
        self.get(key, "a number", |value| {
            let whole = |it: &DeInteger<'_>| i32::from_str_radix(it.as_str(), it.radix()).ok();
            match value {
                DeValue::Float(it) => it.as_str().parse().ok(),
                DeValue::Integer(it) => whole(it).map(f64::from),
                _ => None,
            }
        })
    }

    /// A date as TOML or text writes it: `2023-03-10`, `2023-03-10T08:00:00+08:00`, `"2023-03-10"`.
    pub fn date_text(&self, key: &'static str) -> Option<Value<String>> {
        self.get(key, "a date such as `2023-03-10`", |value| match value {
            DeValue::Datetime(date) => Some(date.to_string()),
            DeValue::String(text) => Some(text.to_string()),
            _ => None,
        })
    }

    /// A list of texts; empty if the field is not there. Entries of another kind are reported and left out.
    pub fn strings(&self, key: &'static str) -> Vec<Value<String>> {
        self.list(key, "a list of texts, as `[\"…\"]`", |value, span| match value {
            DeValue::String(text) => Some(Value { value: text.to_string(), span: span.clone() }),
            _ => None,
        })
    }

    /// A list of texts or tables: `["a", { term = "b", weight = 2 }]`.
    pub fn strings_or_tables<T>(
        &self,
        key: &'static str,
        of_text: impl Fn(Value<String>) -> T,
        of_table: impl Fn(Fields<'a, 'i>) -> Option<T>,
    ) -> Vec<T> {
        self.list(key, "a list of texts or tables", |value, span| match value {
            DeValue::String(text) => {
                Some(Some(of_text(Value { value: text.to_string(), span: span.clone() })))
            }
            DeValue::Table(table) => {
                Some(of_table(Fields::new(self.document, table, span.clone())))
            }
            _ => None,
        })
        .into_iter()
        .flatten()
        .collect()
    }

    /// A list of tables: `[[place]]`.
    pub fn tables<T>(
        &self,
        key: &'static str,
        of_table: impl Fn(Fields<'a, 'i>) -> Option<T>,
    ) -> Vec<T> {
        let tables = self.list(key, "a list of tables", |value, span| match value {
            DeValue::Table(table) => {
                let fields = Fields::new(self.document, table, span.clone());
                Some(of_table(Fields { name: Some(key), ..fields }))
            }
            _ => None,
        });
        tables.into_iter().flatten().collect()
    }

    /// A list of two numbers: `[120.4, 36.4]`.
    pub fn pair(&self, key: &'static str) -> Option<Value<(f64, f64)>> {
        self.get(key, "two numbers, as `[120.4, 36.4]`", |value| {
            let DeValue::Array(array) = value else { return None };
            let number = |at: usize| match array.get(at)?.get_ref() {
                DeValue::Float(it) => it.as_str().parse().ok(),
                DeValue::Integer(it) => it.as_str().parse().ok(),
                _ => None,
            };
            (array.len() == 2).then_some(())?;
            Some((number(0)?, number(1)?))
        })
    }

    fn list<T>(
        &self,
        key: &'static str,
        expected: &str,
        entry: impl Fn(&'a DeValue<'i>, &Range<usize>) -> Option<T>,
    ) -> Vec<T> {
        let Some(found) = self.find(key) else {
            return Vec::new();
        };
        let DeValue::Array(array) = found.get_ref() else {
            self.wrong_type(&self.document.shift(&found.span()), key, expected, found.get_ref());
            return Vec::new();
        };
        let mut entries = Vec::new();
        for value in array {
            let span = self.document.shift(&value.span());
            match entry(value.get_ref(), &span) {
                Some(it) => entries.push(it),
                None => self.wrong_type(&span, key, expected, value.get_ref()),
            }
        }
        entries
    }

    /// A table below this one, if it is there.
    pub fn table(&self, key: &'static str) -> Option<Self> {
        let found = self.find(key)?;
        let span = self.document.shift(&found.span());
        match found.get_ref() {
            DeValue::Table(table) => {
                let fields = Self::new(self.document, table, span);
                Some(Self { name: Some(key), ..fields })
            }
            other => {
                self.wrong_type(&span, key, "a table", other);
                None
            }
        }
    }

    /// A table of short texts by short texts, of which the first have Chinese characters: `"里程" = "里程"`. Neither may
    /// be blank or have a line break.
    pub fn text_pairs(&self, key: &'static str) -> Vec<(String, String)> {
        let Some(table) = self.table(key) else {
            return Vec::new();
        };
        let mut pairs = Vec::new();
        for (name, value) in table.table {
            let span = self.document.shift(&value.span());
            let (name, fits) = (name.get_ref().trim(), |it: &str| {
                !it.trim().is_empty()
                    && it.chars().count() <= LONGEST_WORD
                    && !it.contains(['\n', '\r', '\0'])
            });
            match value.get_ref().as_str() {
                Some(text) if fits(text) && fits(name) && name.contains(is_han) => {
                    pairs.push((name.to_owned(), text.trim().to_owned()));
                }
                Some(_) => self.document.report(problems::invalid_value(
                    self.document.at(&span),
                    key,
                    &format!("`{name}` is blank, too long, goes over a line, or has no Chinese character"),
                    "write a word and how it is to be written, as `\"里程\" = \"里程\"`; other keys stand above the first line in brackets",
                )),
                None => self.wrong_type(&span, key, "text in quotation marks", value.get_ref()),
            }
        }
        pairs
    }

    /// A text, or a table that says more: `source = "…"`, `source = { name = "…" }`.
    pub fn string_or_table(&self, key: &'static str) -> Option<Result<Value<String>, Self>> {
        let found = self.find(key)?;
        let span = self.document.shift(&found.span());
        match found.get_ref() {
            DeValue::String(text) => Some(Ok(Value { value: text.to_string(), span })),
            DeValue::Table(table) => Some(Err(Self::new(self.document, table, span))),
            other => {
                self.wrong_type(&span, key, "text or a table", other);
                None
            }
        }
    }

    /// Whether there is a key of this name.
    #[must_use]
    pub fn has(&self, key: &'static str) -> bool {
        self.asked.borrow_mut().push(key);
        self.table.contains_key(key)
    }

    /// Marks a key as known whatever it holds.
    pub fn ignore(&self, key: &'static str) {
        self.asked.borrow_mut().push(key);
    }

    /// A table whose fields are free; empty if it is not there.
    pub fn free_table(&self, key: &'static str) -> BTreeMap<String, Free> {
        self.table(key).map(|it| free(it.table)).unwrap_or_default()
    }

    /// Reports the keys nobody asked for.
    pub fn finish(self) {
        let mut asked = self.asked.into_inner();
        asked.dedup();
        for key in self.table.keys().filter(|key| !asked.contains(&key.get_ref().as_ref())) {
            let at = self.document.at(&self.document.shift(&key.span()));
            self.document.report(problems::unknown_key(
                at,
                key.get_ref(),
                &asked,
                asked.contains(&"extra"),
                self.name,
            ));
        }
    }
}

/// What a value is, in words for people who are not programmers.
const fn type_name(value: &DeValue<'_>) -> &'static str {
    match value {
        DeValue::String(_) => "a text",
        DeValue::Integer(_) | DeValue::Float(_) => "a number",
        DeValue::Boolean(_) => "`true` or `false`",
        DeValue::Datetime(_) => "a date",
        DeValue::Array(_) => "a list",
        DeValue::Table(_) => "a table",
    }
}

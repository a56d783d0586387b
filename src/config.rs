//! `site.toml`: what was written, and what it means. All defaults are here.
//!
//! In: the text of `site.toml`. Out: a [`Config`] and every problem of the file. Nothing here reads a file,
//! an environment or a clock.

use std::collections::BTreeMap;
use std::sync::Arc;

use serde::Serialize;

use crate::diagnostic::{Diagnostic, problems};
use crate::fields::{Document, Fields, Value};
use crate::file::SitePath;
use crate::route::Route;
use crate::text::convert::Quotes;
use crate::text::script::Script;

/// The name of the file.
pub const FILE: &str = "site.toml";

/// The largest article in bytes unless the site says otherwise: 16 MiB, a thousand times a long one.
const MAX_ARTICLE_BYTES: u64 = 16 << 20;

/// How many articles a list page shows unless the site says otherwise.
const PAGE_SIZE: usize = 20;

/// The lists of words that a site may add to, under `[extract]`.
pub const WORD_LISTS: [&str; 37] = [
    "accounts",
    "ahead",
    "appeals",
    "author_notes",
    "bodies",
    "credits",
    "dates",
    "dispatches",
    "endings",
    "formats",
    "furniture",
    "heading_words",
    "legal",
    "lines",
    "nobody",
    "notes",
    "openers",
    "others",
    "own",
    "papers",
    "photo_ends",
    "photo_heads",
    "present",
    "publishers",
    "regions",
    "reporters",
    "roles",
    "scenes",
    "sections",
    "series",
    "series_heads",
    "sites",
    "sources",
    "surnames",
    "todays",
    "trail_ends",
    "trails",
];

/// Lists of words by their name.
pub type Lists = BTreeMap<String, Vec<String>>;

/// What a site wants.
#[derive(Debug, Clone, PartialEq, Eq)]
#[expect(clippy::struct_excessive_bools, reason = "each is a key of its own in `site.toml`")]
pub struct Config {
    /// The name of the site.
    pub title: String,
    /// One line about it.
    pub description: String,
    /// Where it is published.
    pub base_url: BaseUrl,
    /// The script of each tree; the first is the default one.
    pub scripts: Vec<Script>,
    /// Who publishes it.
    pub author: Author,
    /// The largest article that is read, in bytes.
    pub max_article_bytes: u64,
    /// How many articles a list page shows; 1 at least.
    pub page_size: usize,
    /// Whether data for other programs is published: `/api/`, and the figures of each month.
    pub data: bool,
    /// Whether raw articles are published, of articles whose `rights` say `full`.
    pub publish_raw: bool,
    /// Whether the first mention of a place in an article links to its page, unless the article says otherwise.
    pub auto_links: bool,
    /// The words that the site adds to those by which raw articles are read.
    pub words: Lists,
    /// Whether a site of one script converts articles in the other one.
    pub convert: bool,
    /// The quotation marks of converted texts.
    pub quotes: Quotes,
    /// Whether raw HTML in Markdown is followed, as far as it is harmless; else it is shown.
    pub raw_html: bool,
    /// How much is published of articles that do not say so.
    pub rights: Rights,
    /// The fonts that pictures of articles are set in, by their paths; without any there are no pictures.
    pub picture_fonts: Vec<SitePath>,
    /// Where it is deployed.
    pub deploy: Deploy,
    /// Words in Simplified and in Traditional characters that win over the conversion.
    pub spellings: Vec<(String, String)>,
}

/// How much of an article may be published.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Rights {
    /// All of it.
    Full,
    /// Its summary and facts, with a link to the source.
    Excerpt,
}

/// Who publishes the site.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Author {
    /// A person or an office.
    pub name: Option<String>,
    /// Their page.
    pub url: Option<String>,
}

/// Where and how a site is deployed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Deploy {
    /// The remote of its git repository, by name or address.
    pub remote: String,
    /// The branch that is published.
    pub branch: String,
    /// How many percent of the published pages may vanish with one deployment.
    pub max_removed: u64,
}

impl Default for Deploy {
    fn default() -> Self {
        Self { remote: "origin".to_owned(), branch: "gh-pages".to_owned(), max_removed: 20 }
    }
}

/// Where a site is published.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BaseUrl {
    /// Scheme and host, `https://example.org`, or nothing when the site does not say.
    pub origin: String,
    /// The path below which everything stands: `/` or `/repo/`.
    pub path: String,
}

impl Default for Config {
    /// What a site gets that says nothing.
    fn default() -> Self {
        Self {
            title: String::new(),
            description: String::new(),
            base_url: BaseUrl::unknown(),
            scripts: vec![Script::Hans],
            author: Author::default(),
            max_article_bytes: MAX_ARTICLE_BYTES,
            page_size: PAGE_SIZE,
            data: true,
            publish_raw: false,
            auto_links: true,
            words: Lists::new(),
            convert: false,
            quotes: Quotes::AsWritten,
            raw_html: false,
            rights: Rights::Full,
            picture_fonts: Vec::new(),
            deploy: Deploy::default(),
            spellings: Vec::new(),
        }
    }
}

impl Config {
    /// Whether articles are converted into the script of a tree.
    #[must_use]
    pub const fn converts(&self) -> bool {
        self.convert || self.scripts.len() > 1
    }
}

impl BaseUrl {
    /// The root of an unnamed host.
    #[must_use]
    pub fn unknown() -> Self {
        Self { origin: String::new(), path: "/".to_owned() }
    }

    /// Reads `https://example.org/repo/`, with or without the last slash, or a bare path `/repo/`.
    ///
    /// # Errors
    /// Why it is no such address.
    pub fn parse(url: &str) -> Result<Self, String> {
        let (origin, path) = split_origin(url)?;
        if path.contains(['?', '#']) {
            return Err("it has a query or a fragment".to_owned());
        }
        let path = percent_encoding::percent_decode_str(path).decode_utf8_lossy();
        let path = if path.ends_with('/') { path.into_owned() } else { format!("{path}/") };
        let route = Route::new(&path).map_err(|problem| problem.to_string())?;
        Ok(Self { origin: origin.to_lowercase(), path: route.href("/") })
    }

    /// A folder below it.
    #[must_use]
    pub fn below(&self, folder: &str) -> Self {
        Self { origin: self.origin.clone(), path: format!("{}{folder}", self.path) }
    }

    /// The whole address of a route, if the host is known.
    #[must_use]
    pub fn permalink(&self, route: &Route) -> Option<String> {
        (!self.origin.is_empty()).then(|| format!("{}{}", self.origin, route.href(&self.path)))
    }
}

/// `https://example.org/repo` → `https://example.org`, `/repo`.
fn split_origin(url: &str) -> Result<(&str, &str), String> {
    if url.starts_with('/') {
        return Ok(("", url));
    }
    let scheme = ["https://", "http://"]
        .into_iter()
        .find(|it| url.get(..it.len()).is_some_and(|head| head.eq_ignore_ascii_case(it)))
        .ok_or("it does not begin with `https://` or `http://`")?;
    let rest = &url[scheme.len()..];
    let host_length = rest.find(['/', '?', '#']).unwrap_or(rest.len());
    if !is_host(&rest[..host_length]) {
        return Err("it has no host, or one with a strange character".to_owned());
    }
    Ok(url.split_at(scheme.len() + host_length))
}

/// `example.org`, `127.0.0.1:8000`, `[::1]:8000`.
fn is_host(host: &str) -> bool {
    let (name, port) = match host.rsplit_once(':') {
        Some((name, port)) if !port.ends_with(']') => (name, Some(port)),
        _ => (host, None),
    };
    let port_fits = port.is_none_or(|it| it.parse::<u16>().is_ok());
    let address = name.strip_prefix('[').and_then(|it| it.strip_suffix(']'));
    let name_fits = match address {
        Some(address) => {
            address.contains(':')
                && address.chars().all(|c| c.is_ascii_hexdigit() || c == ':' || c == '.')
        }
        None => name.split('.').all(is_label),
    };
    port_fits && name_fits
}

/// A part of a host's name: letters, digits and inner hyphens.
fn is_label(label: &str) -> bool {
    let fits = |c: char| c.is_alphanumeric() || c == '-' || c == '_';
    !label.is_empty() && label.chars().all(fits) && !label.starts_with('-') && !label.ends_with('-')
}

/// Reads `site.toml`. `None` when it cannot be used at all; the problems say why.
#[must_use]
pub fn parse(path: &SitePath, text: &Arc<str>) -> (Option<Config>, Vec<Diagnostic>) {
    Document::read(path, text, 0..text.len(), |fields| {
        let title = fields.required_string("title");
        let config = Config {
            title: title.as_ref().map(|it| it.value.clone()).unwrap_or_default(),
            description: fields.string("description").map(|it| it.value).unwrap_or_default(),
            base_url: base_url(&fields),
            scripts: scripts(&fields),
            author: author(&fields),
            words: words(&fields),
            convert: fields.boolean("convert").is_some_and(|it| it.value),
            quotes: quotes(&fields),
            raw_html: raw_html(&fields),
            rights: rights(&fields),
            picture_fonts: picture_fonts(&fields),
            deploy: deploy(&fields),
            spellings: fields.text_pairs("words"),
            ..Config::default()
        };
        let config = build(&fields, config);
        // What the site says of places the gazetteer reads, what it says of names `name`.
        for key in ["place", "region", "person", "organisation", "project"] {
            fields.ignore(key);
        }
        fields.finish();
        title.map(|_| config)
    })
}

fn base_url(fields: &Fields<'_, '_>) -> BaseUrl {
    let Some(url) = fields.string("base_url") else {
        return BaseUrl::unknown();
    };
    BaseUrl::parse(&url.value).unwrap_or_else(|why| {
        invalid(fields, &url, "base_url", &why, "write the address of the published site, as `https://example.org/` or `https://name.github.io/repo/`");
        BaseUrl::unknown()
    })
}

fn invalid<T>(fields: &Fields<'_, '_>, value: &Value<T>, key: &str, why: &str, hint: &str) {
    fields.document.report(problems::invalid_value(
        fields.document.at(&value.span),
        key,
        why,
        hint,
    ));
}

/// The quotation marks of converted text.
fn quotes(fields: &Fields<'_, '_>) -> Quotes {
    let Some(quotes) = fields.string("quotes") else {
        return Quotes::AsWritten;
    };
    match quotes.value.as_str() {
        "script" => return Quotes::Script,
        "as-written" => {}
        _ => invalid(
            fields,
            &quotes,
            "quotes",
            "there is no such choice",
            "write `script` for “ ” in Simplified and 「 」 in Traditional text, or `as-written`",
        ),
    }
    Quotes::AsWritten
}

fn author(fields: &Fields<'_, '_>) -> Author {
    let Some(table) = fields.table("author") else {
        return Author::default();
    };
    let author = Author {
        name: table.string("name").map(|it| it.value),
        url: table.web_address("url").map(|it| it.value),
    };
    table.finish();
    author
}

/// The `[markdown]` table.
fn raw_html(fields: &Fields<'_, '_>) -> bool {
    let Some(table) = fields.table("markdown") else { return false };
    let html = table.boolean("html").is_some_and(|it| it.value);
    table.finish();
    html
}

/// The `[rights]` table.
fn rights(fields: &Fields<'_, '_>) -> Rights {
    let Some(table) = fields.table("rights") else { return Rights::Full };
    let rights = read_rights(&table, "default");
    table.finish();
    rights.unwrap_or(Rights::Full)
}

/// How much may be published, if the field is there; what is wrong with it is reported, and then it is the less.
pub(crate) fn read_rights(fields: &Fields<'_, '_>, key: &'static str) -> Option<Rights> {
    let rights = fields.string(key)?;
    Some(match rights.value.as_str() {
        "full" => Rights::Full,
        "excerpt" => Rights::Excerpt,
        _ => {
            invalid(fields, &rights, key, "no such rights", "write `full` or `excerpt`");
            Rights::Excerpt
        }
    })
}

/// The `[pictures]` table.
fn picture_fonts(fields: &Fields<'_, '_>) -> Vec<SitePath> {
    let Some(table) = fields.table("pictures") else { return Vec::new() };
    let mut fonts = Vec::new();
    for font in table.strings("fonts") {
        match SitePath::new(&font.value).filter(|it| it.below("theme").is_some()) {
            Some(path) => fonts.push(path),
            None => invalid(
                fields,
                &font,
                "fonts",
                "fonts lie in `theme/`",
                "copy the font there, and write `theme/NAME.otf`",
            ),
        }
    }
    table.finish();
    fonts
}

/// The `[deploy]` table.
fn deploy(fields: &Fields<'_, '_>) -> Deploy {
    let mut deploy = Deploy::default();
    let Some(table) = fields.table("deploy") else { return deploy };
    if let Some(remote) = table.string("remote") {
        deploy.remote = remote.value;
    }
    if let Some(branch) = table.string("branch") {
        deploy.branch = branch.value;
    }
    if let Some(percent) = table.percent("max_removed") {
        deploy.max_removed = percent.value;
    }
    table.finish();
    deploy
}

/// The `[build]` table.
fn build(fields: &Fields<'_, '_>, mut config: Config) -> Config {
    let Some(table) = fields.table("build") else {
        return config;
    };
    if let Some(bytes) = table.number("max_article_bytes") {
        config.max_article_bytes = bytes.value;
    }
    config.data = table.boolean("data").is_none_or(|it| it.value);
    config.publish_raw = table.boolean("publish_raw").is_some_and(|it| it.value);
    config.auto_links = table.boolean("auto_links").is_none_or(|it| it.value);
    if let Some(size) = table.number("page_size") {
        match usize::try_from(size.value) {
            Ok(value) if value > 0 => config.page_size = value,
            _ => invalid(
                &table,
                &size,
                "page_size",
                "a list page shows at least one article",
                "write a number such as `20`",
            ),
        }
    }
    table.finish();
    config
}

/// The `[extract]` table: words of the site's own.
fn words(fields: &Fields<'_, '_>) -> Lists {
    let Some(table) = fields.table("extract") else {
        return Lists::new();
    };
    let list = |name: &'static str| {
        let words: Vec<String> = table.strings(name).into_iter().map(|it| it.value).collect();
        (!words.is_empty()).then(|| (name.to_owned(), words))
    };
    let lists = WORD_LISTS.into_iter().filter_map(list).collect();
    table.finish();
    lists
}

/// The trees, without the entries that are wrong; the default one if nothing is left.
fn scripts(fields: &Fields<'_, '_>) -> Vec<Script> {
    let mut scripts = Vec::new();
    for entry in fields.strings("scripts") {
        let at = fields.document.at(&entry.span);
        match Script::from_tag(&entry.value) {
            None => invalid(
                fields,
                &entry,
                "scripts",
                "no such script",
                "write one of `zh-Hans`, `zh-Hant`, `zh-Hant-TW`, `zh-Hant-HK`",
            ),
            Some(script) if scripts.contains(&script) => {
                fields.document.report(problems::duplicate_script(at, script.tag()));
            }
            Some(script) => scripts.push(script),
        }
    }
    if scripts.is_empty() { vec![Script::Hans] } else { scripts }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn base_urls() {
        let parse = |url| BaseUrl::parse(url).map(|it| (it.origin, it.path));
        assert_eq!(parse("https://a.example"), Ok(("https://a.example".into(), "/".into())));
        assert_eq!(parse("http://a:8000/repo"), Ok(("http://a:8000".into(), "/repo/".into())));
        assert_eq!(parse("/repo/"), Ok((String::new(), "/repo/".into())));
        assert_eq!(
            parse("HTTPS://A.example/%E8%A6%81/"),
            Ok(("https://a.example".into(), "/%E8%A6%81/".into()))
        );
        assert_eq!(parse("http://[::1]:8000"), Ok(("http://[::1]:8000".into(), "/".into())));
        assert_eq!(
            parse("https://a.example/要闻/"),
            Ok(("https://a.example".into(), "/%E8%A6%81%E9%97%BB/".into()))
        );
        for bad in [
            "",
            "a.example",
            "ftp://a/",
            "https://",
            "https:///x",
            "https://a b/",
            "https://a/../b",
            "https://a/?x",
            "https://u@a/",
            "https://]]]/",
            "https://-/",
            "https://a:99999/",
            "https://a..b/",
        ] {
            assert!(parse(bad).is_err(), "{bad}");
        }
    }
}

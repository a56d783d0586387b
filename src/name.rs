//! What editors say of people, organisations and projects.
//!
//! In: `content/people/*.md`, `content/organisations/*.md`, `content/projects/*.md`, and `[[person]]`,
//! `[[organisation]]`, `[[project]]` of `site.toml`. Out: [`Names`]: names to look for, which names are one, which are
//! silent, which article means whom. Taking an entry away takes back all that it did. Nothing here knows what
//! articles name.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;
use std::sync::Arc;

use serde::Serialize;

use crate::config::Config;
use crate::diagnostic::{At, Diagnostic, Span, problems};
use crate::facts::{Given, Kind};
use crate::fields::{Document, Fields, Value};
use crate::file::{ContentHash, SitePath};
use crate::markdown::{
    self,
    body::{Body, Link},
};
use crate::route::Route;
use crate::text::fold::fold;

/// A sort of names: its folder, its table in `site.toml`, the part of its addresses.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Sort {
    /// What such a name names.
    pub kind: Kind,
    /// The folder of its files.
    pub folder: &'static str,
    /// The table of `site.toml`.
    pub table: &'static str,
    /// The first part of its addresses.
    pub part: &'static str,
}

/// The sorts of names that have pages. Documents stand among the projects.
pub const SORTS: [Sort; 3] = [
    Sort { kind: Kind::Person, folder: "content/people", table: "person", part: "people" },
    Sort {
        kind: Kind::Organisation,
        folder: "content/organisations",
        table: "organisation",
        part: "organisations",
    },
    Sort { kind: Kind::Project, folder: "content/projects", table: "project", part: "projects" },
];

impl Sort {
    /// The sort that names of a kind belong to.
    #[must_use]
    pub fn of(kind: Kind) -> Self {
        match kind {
            Kind::Person => SORTS[0],
            Kind::Organisation => SORTS[1],
            Kind::Project | Kind::Document => SORTS[2],
        }
    }

    /// The page of a name with this slug.
    ///
    /// # Errors
    /// The slug cannot be part of an address.
    pub fn route(self, slug: &str) -> Result<Route, crate::route::RouteProblem> {
        Route::page(&[self.part, slug])
    }
}

/// A text of the site with its place.
#[derive(Debug, Clone)]
struct Said {
    value: String,
    at: At,
}

/// What an editor says of a name.
#[derive(Debug, Clone)]
pub struct Entry {
    /// What it names.
    pub kind: Kind,
    /// The name.
    name: Said,
    /// Other names for the same.
    aliases: Vec<Said>,
    /// What is no name for it, though it is taken for one.
    ignore: Vec<String>,
    /// Whether the name is to be passed over.
    pub silent: bool,
    /// The articles that it holds for, by their paths or the names of their files without `.md`; all, if there are none.
    articles: Vec<Said>,
    /// Its page.
    pub route: Route,
    /// What its file says, if it has one.
    pub file: Option<NameFile>,
}

/// The file of a name.
#[derive(Debug, Clone)]
pub struct NameFile {
    /// The file.
    pub path: SitePath,
    /// What it says below its front matter.
    pub body: Body,
    /// The text of the file.
    text: Arc<str>,
    /// Where the body begins in it, in bytes.
    body_start: usize,
}

impl NameFile {
    /// Where a link of the body stands in the file, for diagnostics.
    #[must_use]
    pub fn at_link(&self, link: &Link) -> At {
        let bytes: Range<usize> =
            self.body_start + link.span.start..self.body_start + link.span.end;
        At::Span(Span { path: self.path.clone(), text: Arc::clone(&self.text), bytes })
    }
}

impl Entry {
    /// The name.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name.value
    }

    /// Its other names.
    pub fn aliases(&self) -> impl Iterator<Item = &str> {
        self.aliases.iter().map(|it| it.value.as_str())
    }

    /// Whether it holds for all articles.
    #[must_use]
    pub fn is_for_all(&self) -> bool {
        self.articles.is_empty()
    }

    /// Whether an article means this one where it has the name.
    fn holds_for(&self, article: &SitePath) -> bool {
        self.articles.is_empty() || self.articles.iter().any(|it| is_called(article, &it.value))
    }

    /// The articles it says it holds for that the site does not have, with their places.
    pub fn missing_articles<'a>(
        &'a self,
        known: &'a [&SitePath],
    ) -> impl Iterator<Item = (&'a str, At)> {
        let missing =
            self.articles.iter().filter(|it| !known.iter().any(|path| is_called(path, &it.value)));
        missing.map(|it| (it.value.as_str(), it.at.clone()))
    }
}

/// Reads the file of a name. `None` if it cannot be used.
#[must_use]
pub fn parse(
    sort: Sort,
    path: &SitePath,
    text: &Arc<str>,
    config: &Config,
) -> (Option<Entry>, Vec<Diagnostic>) {
    let parts = match markdown::split(text) {
        Ok(parts) => parts,
        Err(problem) => return (None, vec![markdown::problem(path, text, &problem)]),
    };
    let stem = Said { value: path.stem().to_owned(), at: At::File(path.clone()) };
    let (entry, mut diagnostics) = Document::read(path, text, parts.front_matter, |fields| {
        let entry = read(sort, &fields, Some(stem));
        fields.finish();
        entry
    });
    let body = markdown::body::render_for(config, &text[parts.body.clone()]);
    let (text, body_start) = (Arc::clone(text), parts.body.start);
    let file = NameFile { path: path.clone(), body, text, body_start };
    let unsafe_link = |it: &Link| problems::unsafe_link(file.at_link(it), &it.target);
    diagnostics.extend(file.body.unsafe_links.iter().map(unsafe_link));
    (entry.map(|it| Entry { file: Some(file), ..it }), diagnostics)
}

/// Reads what `site.toml` says of names; all else in it is not looked at.
#[must_use]
pub fn read_config(path: &SitePath, text: &Arc<str>) -> (Vec<Entry>, Vec<Diagnostic>) {
    Document::read(path, text, 0..text.len(), |fields| {
        let of_sort = |sort: Sort| {
            fields.tables(sort.table, |table| {
                let entry = read(sort, &table, None);
                table.finish();
                entry
            })
        };
        SORTS.into_iter().flat_map(of_sort).collect()
    })
}

/// Reads an entry. `stem` is the name of its file, its part of the address unless `slug` says otherwise.
fn read(sort: Sort, fields: &Fields<'_, '_>, stem: Option<Said>) -> Option<Entry> {
    let said = |it: &Value<String>| Said {
        value: it.value.trim().to_owned(),
        at: fields.document.at(&it.span),
    };
    let name = fields.required_string("name");
    let is_name = |it: &Said, key: &str| {
        let is_name = it.value.chars().count() > 1 && !it.value.contains('\n');
        if !is_name {
            let why = "no text can hold this as a name";
            let hint = "write a name of two characters or more";
            fields.document.report(problems::invalid_value(it.at.clone(), key, why, hint));
        }
        is_name
    };
    let mut aliases: Vec<Said> = fields.strings("aliases").iter().map(said).collect();
    aliases.retain(|it| is_name(it, "aliases"));
    let slug = fields.string("slug").as_ref().map(said);
    let ignore: Vec<Said> = fields.strings("ignore").iter().map(said).collect();
    let articles: Vec<Said> = fields.strings("articles").iter().map(said).collect();
    let silent = fields.boolean("silent").is_some_and(|it| it.value);
    let name = name.as_ref().map(said).filter(|it| is_name(it, "name"))?;
    let slug = slug
        .or(stem)
        .unwrap_or_else(|| Said { value: fold(&name.value).to_lowercase(), at: name.at.clone() });
    let route = sort.route(&slug.value);
    let route = route.map_err(|why| {
        fields.document.report(problems::invalid_route(slug.at, &slug.value, &why.to_string()));
    });
    Some(Entry {
        kind: sort.kind,
        name,
        aliases,
        ignore: ignore.iter().map(|it| fold(&it.value)).collect(),
        silent,
        articles,
        route: route.ok()?,
        file: None,
    })
}

/// All that a site says of names.
#[derive(Debug, Clone, Default)]
pub struct Names {
    entries: Vec<Entry>,
    /// The entries by their folded names, in their order.
    by_name: BTreeMap<(&'static str, String), Vec<usize>>,
    /// The folded texts that are no names.
    ignored: BTreeSet<(&'static str, String)>,
    /// The names to be looked for in all texts.
    pub given: Given,
    /// The hash of all that bears on how a text is read.
    pub fingerprint: Option<ContentHash>,
}

/// What a site says of a name in an article.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub enum Meant {
    /// The name of an entry, by its number.
    Entry(usize),
    /// A name to be passed over.
    Silent,
    /// Nothing.
    Unsaid,
}

impl Names {
    /// Collects entries. A name that two of them claim for the same articles belongs to the first; two that claim each
    /// other are told so.
    #[must_use]
    pub fn new(mut entries: Vec<Entry>) -> (Self, Vec<Diagnostic>) {
        let mut diagnostics = Vec::new();
        let mut names = Self { entries: Vec::new(), ..Self::default() };
        // First what each is called, then what else it claims.
        let own: BTreeMap<(&str, String), usize> = entries
            .iter()
            .enumerate()
            .rev()
            .filter(|(_, it)| it.articles.is_empty())
            .map(|(at, it)| ((Sort::of(it.kind).part, fold(it.name())), at))
            .collect();
        // What each entry may not be called.
        let mut refused: BTreeSet<(usize, String)> = BTreeSet::new();
        for (at, entry) in entries.iter().enumerate() {
            let part = Sort::of(entry.kind).part;
            for said in std::iter::once(&entry.name).chain(&entry.aliases) {
                let key = (part, fold(&said.value));
                let is_plain = entry.articles.is_empty();
                let owner = own.get(&key).copied().filter(|it| *it != at && is_plain);
                let claims = names.by_name.entry(key.clone()).or_default();
                let same = |it: &&usize| {
                    **it != at && texts(&entries[**it].articles).eq(texts(&entry.articles))
                };
                let other = owner.or_else(|| claims.iter().find(same).copied());
                if let Some(other) = other {
                    diagnostics.push(taken(&entries, at, other, said));
                    refused.insert((at, key.1));
                } else if !claims.contains(&at) {
                    claims.push(at);
                }
            }
        }
        drop_refused(&mut entries, &mut names.by_name, &refused);
        names.given = given(entries.iter().filter(|it| it.articles.is_empty()));
        names.ignored = entries
            .iter()
            .flat_map(|it| it.ignore.iter().map(|text| (Sort::of(it.kind).part, text.clone())))
            .collect();
        let said: Vec<String> = entries.iter().map(plain).collect();
        names.fingerprint =
            (!said.is_empty()).then(|| ContentHash::of(format!("{said:?}").as_bytes()));
        names.entries = entries;
        (names, diagnostics)
    }

    /// The names to be looked for in an article.
    #[must_use]
    pub fn given_for(&self, article: &SitePath) -> Cow<'_, Given> {
        let own = |it: &&Entry| !it.articles.is_empty() && it.holds_for(article);
        if self.entries.iter().any(|it| own(&it)) {
            Cow::Owned(given(self.entries.iter().filter(|it| it.holds_for(article))))
        } else {
            Cow::Borrowed(&self.given)
        }
    }

    /// The entries, those of `site.toml` first, then the files in their order.
    #[must_use]
    pub fn entries(&self) -> &[Entry] {
        &self.entries
    }

    /// What the site says of a folded name in an article: an entry for that article wins over one for all.
    #[must_use]
    pub fn meant(&self, kind: Kind, name: &str, article: &SitePath) -> Meant {
        let key = (Sort::of(kind).part, name.to_owned());
        let claims = self.by_name.get(&key).map_or(&[][..], Vec::as_slice);
        let holds = claims.iter().filter(|it| self.entries[**it].holds_for(article));
        match holds.min_by_key(|it| self.entries[**it].articles.is_empty()) {
            Some(entry) if self.entries[*entry].silent => Meant::Silent,
            Some(entry) => Meant::Entry(*entry),
            None => Meant::Unsaid,
        }
    }

    /// Whether a text is no name of this kind, as some entry says.
    #[must_use]
    pub fn is_ignored(&self, kind: Kind, text: &str) -> bool {
        !self.ignored.is_empty() && self.ignored.contains(&(Sort::of(kind).part, fold(text)))
    }
}

/// Takes from entries the names that they may not have; an entry without its own name is none, and is silent.
fn drop_refused(
    entries: &mut [Entry],
    by_name: &mut BTreeMap<(&'static str, String), Vec<usize>>,
    refused: &BTreeSet<(usize, String)>,
) {
    for (at, entry) in entries.iter_mut().enumerate() {
        entry.aliases.retain(|it| !refused.contains(&(at, fold(&it.value))));
        if refused.contains(&(at, fold(&entry.name.value))) {
            entry.silent = true;
            for claims in by_name.values_mut() {
                claims.retain(|it| *it != at);
            }
        }
    }
}

/// The names and other names of entries that are not silent.
fn given<'a>(entries: impl Iterator<Item = &'a Entry>) -> Given {
    let names = |it: &'a Entry| {
        std::iter::once(it.name()).chain(it.aliases()).map(move |name| (name, it.kind))
    };
    Given::new(entries.filter(|it| !it.silent).flat_map(names))
}

/// The diagnostic for a name that another entry has: of two that claim each other, that they do.
fn taken(entries: &[Entry], at: usize, owner: usize, said: &Said) -> Diagnostic {
    let (entry, other) = (&entries[at], &entries[owner]);
    let claims_back = other.aliases().any(|it| fold(it) == fold(entry.name()));
    let is_alias = fold(&said.value) != fold(entry.name());
    if claims_back && is_alias {
        problems::circular_names(said.at.clone(), entry.name(), other.name())
    } else {
        problems::taken_name(said.at.clone(), &said.value, other.name())
    }
}

/// What of an entry bears on how a text is read.
fn plain(it: &Entry) -> String {
    let aliases: BTreeSet<&str> = it.aliases().collect();
    let articles: Vec<&str> = texts(&it.articles).collect();
    format!("{:?}{}{aliases:?}{:?}{}{articles:?}", it.kind, it.name(), it.ignore, it.silent)
}

/// The texts without their places.
fn texts(all: &[Said]) -> impl Iterator<Item = &str> {
    all.iter().map(|it| it.value.as_str())
}

/// Whether an article has this path, or its file this name without `.md`.
fn is_called(article: &SitePath, name: &str) -> bool {
    name == article.as_str() || name == article.stem()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(files: &[(&str, &str)]) -> (Names, Vec<Diagnostic>) {
        let entry = |(stem, text): &(&str, &str)| {
            let path = SitePath::new(&format!("content/people/{stem}.md")).expect("a path");
            parse(SORTS[0], &path, &format!("+++\n{text}\n+++\n").into(), &Config::default())
                .0
                .expect("an entry")
        };
        Names::new(files.iter().map(entry).collect())
    }

    #[test]
    fn one_name_for_two_people() {
        let (names, problems) = names(&[
            ("a", "name = \"张伟\""),
            ("b", "name = \"张伟\"\narticles = [\"chamber\"]"),
            ("c", "name = \"李明\"\nsilent = true"),
        ]);
        assert!(problems.is_empty(), "{problems:?}");
        let article = |stem| SitePath::new(&format!("content/articles/{stem}.md")).expect("a path");
        assert_eq!(names.meant(Kind::Person, "张伟", &article("chamber")), Meant::Entry(1));
        assert_eq!(names.meant(Kind::Person, "张伟", &article("other")), Meant::Entry(0));
        assert_eq!(names.meant(Kind::Person, "李明", &article("other")), Meant::Silent);
        assert_eq!(names.meant(Kind::Organisation, "张伟", &article("other")), Meant::Unsaid);
    }

    #[test]
    fn claims_are_told() {
        let (_, problems) = names(&[
            ("a", "name = \"张伟\"\naliases = [\"老张\", \"李明\"]"),
            ("b", "name = \"李明\"\naliases = [\"张伟\"]"),
            ("c", "name = \"王强\"\naliases = [\"老张\"]"),
        ]);
        let ids: Vec<&str> = problems.iter().map(|it| it.id).collect();
        assert_eq!(ids, ["circular-names", "circular-names", "taken-name"]);
    }
}

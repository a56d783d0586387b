//! Which people, organisations and projects the articles name, all together.
//!
//! In: what each article states, what the site says of names. Out: [`NameEntry`]s with a page: those that are named
//! twice, or that an editor describes. A short name that one organisation alone has in another article is that one.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet};

use super::{ArticleId, Catalog};
use crate::annotate::NameStated;
use crate::facts::Kind;
use crate::name::{Meant, Names, Sort};
use crate::route::Route;
use crate::text::fold::fold;

/// A person, an organisation or a project with a page.
#[derive(Debug, Clone, PartialEq)]
pub struct NameEntry {
    /// What it is.
    pub kind: Kind,
    /// Its name: as the editor writes it, else as the article writes it that gives it in full.
    pub name: String,
    /// Its other names, folded.
    pub forms: BTreeSet<String>,
    /// Its page.
    pub route: Route,
    /// What the site says of it, as an index into [`Names::entries`].
    pub described: Option<usize>,
    /// How often all articles name it.
    pub times: usize,
    /// The articles that name it, the newest first, and where in their [`Stated::names`](crate::annotate::Stated::names).
    pub articles: Vec<(ArticleId, usize)>,
}

/// The names of all articles.
#[derive(Debug, Clone, Default)]
pub struct NameIndex {
    /// Those with a page, by sort and then by their folded names.
    pub entries: Vec<NameEntry>,
    /// For each article and each name that it states the entry.
    pub of_article: Vec<Vec<Option<usize>>>,
}

/// So often a name has to stand in the articles to get a page.
const MIN_TIMES: usize = 2;

/// What names of one thing share.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
enum Identity {
    /// An entry of the site.
    Entry(usize),
    /// A folded name, with the part of its address.
    Name(&'static str, String),
}

/// A name while its articles are collected.
#[derive(Default)]
struct Group {
    kind: Option<Kind>,
    times: usize,
    articles: Vec<(ArticleId, usize)>,
    forms: BTreeSet<String>,
}

/// Collects the names of all articles.
#[must_use]
pub(super) fn index(catalog: &Catalog, names: &Names) -> NameIndex {
    let mut groups: BTreeMap<Identity, Group> = BTreeMap::new();
    for (at, entry) in names.entries().iter().enumerate().filter(|(_, it)| !it.silent) {
        let forms = entry.aliases().map(fold).collect();
        let group = Group { kind: Some(entry.kind), forms, ..Group::default() };
        groups.insert(Identity::Entry(at), group);
    }
    for id in catalog.ids() {
        let names = catalog.article(id).meta.stated.names.iter().enumerate();
        let has_page = |it: &NameStated| !it.is_local || matches!(it.meant, Meant::Entry(_));
        for (at, name) in names.filter(|(_, it)| has_page(it)) {
            let group = groups.entry(identity(name)).or_default();
            group.kind = group.kind.or(Some(name.kind));
            group.times += name.times;
            group.articles.push((id, at));
            group.forms.extend(name.forms.iter().cloned());
        }
    }
    join_short_names(&mut groups, names);
    let mut index = NameIndex {
        entries: Vec::new(),
        of_article: catalog
            .articles
            .iter()
            .map(|it| vec![None; it.meta.stated.names.len()])
            .collect(),
    };
    for (identity, mut group) in groups {
        group.articles.sort_unstable();
        let described = match &identity {
            Identity::Entry(at) => Some(*at),
            Identity::Name(..) => None,
        };
        let Some(kind) = group.kind.filter(|_| described.is_some() || group.times >= MIN_TIMES)
        else {
            continue;
        };
        let (route, name) = match &identity {
            Identity::Entry(at) => {
                let entry = &names.entries()[*at];
                (entry.route.clone(), entry.name().to_owned())
            }
            Identity::Name(_, key) => {
                // An address has no slash inside a part.
                let part = key.replace(['/', '\\'], "-");
                let route = Sort::of(kind).route(&part);
                // An entry of the same name for some articles has the address.
                let is_taken = route.as_ref().is_ok_and(|it| {
                    names.entries().iter().any(|entry| !entry.silent && entry.route == *it)
                });
                let route =
                    if is_taken { Sort::of(kind).route(&format!("{part}-1")) } else { route };
                let Ok(route) = route else { continue };
                (route, written(catalog, &group, key))
            }
        };
        for (id, at) in &group.articles {
            index.of_article[id.index()][*at] = Some(index.entries.len());
        }
        let Group { times, mut articles, forms, .. } = group;
        // Two names of one article became one: the one it writes more often counts.
        let times_of =
            |(id, at): &(ArticleId, usize)| catalog.article(*id).meta.stated.names[*at].times;
        articles.sort_by_key(|it| (it.0, Reverse(times_of(it))));
        articles.dedup_by_key(|it| it.0);
        index.entries.push(NameEntry { kind, name, forms, route, described, times, articles });
    }
    index
}

fn identity(name: &NameStated) -> Identity {
    match name.meant {
        Meant::Entry(at) => Identity::Entry(at),
        _ => Identity::Name(Sort::of(name.kind).part, name.key.to_lowercase()),
    }
}

/// The name as the oldest article writes it that gives it in full.
fn written(catalog: &Catalog, group: &Group, key: &str) -> String {
    let stated = |(id, at): &(ArticleId, usize)| &catalog.article(*id).meta.stated.names[*at];
    let mut articles = group.articles.iter().rev().map(stated);
    let full = articles.clone().find(|it| it.key.to_lowercase() == key);
    full.or_else(|| articles.next()).map_or_else(|| key.to_owned(), |it| it.name.clone())
}

/// Joins a name with the one that has it as a short name in another article, if there is exactly one; not people.
fn join_short_names(groups: &mut BTreeMap<Identity, Group>, names: &Names) {
    let mut owners: BTreeMap<(&'static str, &str), Vec<&Identity>> = BTreeMap::new();
    for (identity, group) in groups.iter() {
        // An entry for some articles says nothing of the others.
        if matches!(identity, Identity::Entry(at) if !names.entries()[*at].is_for_all()) {
            continue;
        }
        let part = group.kind.map_or("", |it| Sort::of(it).part);
        for form in &group.forms {
            owners.entry((part, form)).or_default().push(identity);
        }
    }
    let mut joins: Vec<(Identity, Identity)> = Vec::new();
    for (identity, group) in groups.iter() {
        let Identity::Name(part, key) = identity else { continue };
        if group.kind == Some(Kind::Person) {
            continue;
        }
        if let Some([owner]) = owners.get(&(*part, key.as_str())).map(Vec::as_slice)
            && *owner != identity
            && is_longer(owner, key)
        {
            joins.push((identity.clone(), (*owner).clone()));
        }
    }
    // The shortest first, so that what joined a name goes on with it.
    joins.sort_by_key(|(from, _)| match from {
        Identity::Name(_, key) => key.chars().count(),
        Identity::Entry(_) => usize::MAX,
    });
    for (from, into) in joins {
        let Some(group) = groups.remove(&from) else { continue };
        if let Some(owner) = groups.get_mut(&into) {
            owner.times += group.times;
            owner.articles.extend(group.articles);
            owner.forms.extend(group.forms);
            if let Identity::Name(_, key) = from {
                owner.forms.insert(key);
            }
        } else {
            groups.insert(from, group);
        }
    }
}

/// Whether a name is longer than a short one that it may have.
fn is_longer(owner: &Identity, short: &str) -> bool {
    match owner {
        Identity::Entry(_) => true,
        Identity::Name(_, key) => key.chars().count() > short.chars().count(),
    }
}

//! What a site says of places: more names, other addresses, places of its own.
//!
//! In: `[[place]]` and `region` of `site.toml`, the front matter of `content/places/*.md`. Out: [`Entry`]s, and
//! the [`Gazetteer`] with them. An entry that is wrong is reported and left out; the others hold.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;
use std::sync::Arc;

use super::{Gazetteer, Level, Place, PlaceId, Unresolved, slug_key};
use crate::diagnostic::{At, Diagnostic, problems};
use crate::fields::{Document, Fields, Value};
use crate::file::{ContentHash, SitePath};
use crate::route::Route;
use crate::text::fold::fold;

/// A text of the site with its place.
#[derive(Debug, Clone)]
pub struct Said {
    /// The text.
    pub value: String,
    /// Where it stands.
    pub at: At,
}

/// Parts of an address below the page of a place that are its own.
const TAKEN_PARTS: [&str; 5] = ["atom", "below", "mentions", "page", "topics"];

/// What a site says of one place.
#[derive(Debug, Clone)]
pub struct Entry {
    /// Which place; a new one, if it is not known.
    pub place: Whose,
    /// More names.
    aliases: Vec<Said>,
    /// Names that never mean it.
    ignore: Vec<String>,
    /// Its part of the address.
    slug: Option<Said>,
    /// Its name in Traditional characters.
    name_hant: Option<String>,
    /// What kind of place a new one is.
    level: Level,
    /// The division a new one belongs to.
    within: Option<Said>,
    /// The divisions a new one lies in.
    members: Vec<Said>,
    /// Longitude and latitude.
    seat: Option<(f64, f64)>,
}

/// Which place an entry is about.
#[derive(Debug, Clone)]
pub enum Whose {
    /// One of the gazetteer, by a name, a code or a zone's slug.
    Known(Said),
    /// A new one, by its name.
    New(Said),
}

impl Whose {
    /// The name or code as written.
    #[must_use]
    pub const fn said(&self) -> &Said {
        match self {
            Self::Known(said) | Self::New(said) => said,
        }
    }
}

/// What `site.toml` says of places.
#[derive(Debug, Clone, Default)]
pub struct Wishes {
    /// Its `[[place]]` tables.
    pub entries: Vec<Entry>,
    /// The places that the site is about.
    pub region: Vec<Said>,
}

/// Reads what `site.toml` says of places; all else in it is not looked at.
#[must_use]
pub fn read_config(path: &SitePath, text: &Arc<str>) -> (Wishes, Vec<Diagnostic>) {
    Document::read(path, text, 0..text.len(), |fields| Wishes {
        region: said(&fields, &fields.strings("region")),
        entries: fields.tables("place", |table| {
            let entry = read_entry(&table, None);
            table.finish();
            entry
        }),
    })
}

/// Reads an entry. `stem` is what a file without `place` and `name` is about: its name.
#[must_use]
pub fn read_entry(fields: &Fields<'_, '_>, stem: Option<Said>) -> Option<Entry> {
    let (place, name) = (fields.string("place"), fields.string("name"));
    let is_name = |it: &Value<String>, key: &'static str| {
        let name = it.value.trim();
        let is_name = name.chars().count() > 1
            && name.chars().all(|c| crate::text::is_name_char(c) || "·—-（）()“” ".contains(c));
        if !is_name {
            let why = "no text can hold this as a name";
            let hint = "write a name of two characters or more: letters, digits, Han characters";
            invalid(fields, &it.span, key, why, hint);
        }
        is_name
    };
    let names = |key: &'static str| {
        let names = fields.strings(key).into_iter().filter(|it| is_name(it, key));
        names.map(|it| one(fields, &it)).collect::<Vec<_>>()
    };
    let aliases = names("aliases");
    let ignore = fields.strings("ignore").into_iter().map(|it| it.value.trim().to_owned());
    let name_is_none = name.as_ref().is_some_and(|it| !is_name(it, "name"));
    let kind = fields.string("kind");
    let entry = Entry {
        place: Whose::Known(Said { value: String::new(), at: At::Site }),
        aliases,
        ignore: ignore.collect(),
        slug: slug(fields),
        name_hant: fields.string("name_hant").map(|it| it.value),
        level: kind.as_ref().map_or(Level::Zone, |it| level(fields, it)),
        within: fields.string("within").map(|it| one(fields, &it)),
        members: said(fields, &fields.strings("members")),
        seat: seat(fields),
    };
    if name_is_none {
        return None;
    }
    let place = match (place, name, stem) {
        (Some(_), Some(name), _) => {
            invalid(fields, &name.span, "name", "the place is given by `place` already", ONE_OF);
            return None;
        }
        (Some(place), None, _) => Whose::Known(one(fields, &place)),
        (None, Some(name), _) => Whose::New(one(fields, &name)),
        (None, None, Some(stem)) => Whose::Known(stem),
        (None, None, None) => {
            let at = fields.document.at(&(fields.span.start..fields.span.start));
            let why = "neither `place` nor `name` is there";
            fields.document.report(problems::invalid_value(at, "place", why, ONE_OF));
            return None;
        }
    };
    if matches!(place, Whose::Known(_)) {
        let within = entry.within.iter().chain(&entry.members).map(|it| it.at.clone());
        let kind = kind.map(|it| (fields.document.at(&it.span), "kind"));
        let within = within.map(|at| (at, "within"));
        for (at, key) in kind.into_iter().chain(within) {
            let why = "the gazetteer says this of its own places";
            let hint = "leave it out, or write `name` instead of `place` to make a new place";
            fields.document.report(problems::invalid_value(at, key, why, hint));
        }
    }
    Some(Entry { place, ..entry })
}

/// What to write of `place` and `name`.
const ONE_OF: &str = "write `place` for a place of the gazetteer, `name` for a new one";

fn one(fields: &Fields<'_, '_>, value: &Value<String>) -> Said {
    Said { at: fields.document.at(&value.span), value: value.value.trim().to_owned() }
}

fn said(fields: &Fields<'_, '_>, values: &[Value<String>]) -> Vec<Said> {
    values.iter().map(|it| one(fields, it)).collect()
}

fn invalid(fields: &Fields<'_, '_>, span: &Range<usize>, key: &str, why: &str, hint: &str) {
    fields.document.report(problems::invalid_value(fields.document.at(span), key, why, hint));
}

/// A slug that can be a part of an address.
fn slug(fields: &Fields<'_, '_>) -> Option<Said> {
    let slug = one(fields, &fields.string("slug")?);
    match why_no_slug(&slug.value) {
        None => Some(slug),
        Some(why) => {
            fields.document.report(problems::invalid_route(slug.at, &slug.value, &why));
            None
        }
    }
}

/// Why a text can be no slug: it has letters, digits and hyphens, and is no part of an address below a place.
fn why_no_slug(slug: &str) -> Option<String> {
    let fits = |c: char| c.is_alphanumeric() || c == '-';
    if TAKEN_PARTS.contains(&&*slug.to_lowercase()) {
        return Some("the pages below that of a place have addresses of this name".to_owned());
    }
    if let Some(c) = slug.chars().find(|c| !fits(*c)) {
        return Some(format!("it holds the character `{}`", c.escape_debug()));
    }
    Route::page(&["zones", slug]).err().map(|why| why.to_string())
}

fn level(fields: &Fields<'_, '_>, kind: &Value<String>) -> Level {
    match kind.value.as_str() {
        "zone" => Level::Zone,
        "region" => Level::Region,
        "county" => Level::County,
        _ => {
            let hint = "write `zone`, `region` or `county`";
            invalid(fields, &kind.span, "kind", "no such kind of place", hint);
            Level::Zone
        }
    }
}

fn seat(fields: &Fields<'_, '_>) -> Option<(f64, f64)> {
    let seat = fields.pair("seat")?;
    let (lon, lat) = seat.value;
    let on_earth = (-180.0..=180.0).contains(&lon) && (-90.0..=90.0).contains(&lat);
    if !on_earth {
        let hint = "write the longitude, then the latitude, in degrees: `[120.4, 36.4]`";
        invalid(fields, &seat.span, "seat", "there is no such place on earth", hint);
    }
    on_earth.then_some(seat.value)
}

impl Gazetteer {
    /// The gazetteer with what a site says. For each entry the place it is about, if it can be used. An entry may
    /// speak of the new places of those before it.
    #[must_use]
    pub fn with(
        &self,
        entries: &[Entry],
        region: &[Said],
    ) -> (Self, Vec<Option<PlaceId>>, Vec<Diagnostic>) {
        let mut diagnostics = Vec::new();
        let mut places = self.places.clone();
        let apply = |entry: &Entry| self.apply(entry, &mut places, &mut diagnostics);
        let ids: Vec<Option<PlaceId>> = entries.iter().map(apply).collect();
        let named = region.iter().filter_map(|it| self.known(it, &places, &mut diagnostics));
        let mut region: Vec<PlaceId> = Vec::new();
        for id in named.collect::<Vec<_>>() {
            let place = &places[usize::from(id.0)];
            // A site about a region is about what lies in it.
            let is_division = place.level.is_division();
            region.extend(if is_division { std::slice::from_ref(&id) } else { &place.members });
        }
        self.check_slugs(entries, &ids, &mut places, &mut diagnostics);
        let mut gazetteer = Self::new(places, self.shared_slugs.clone(), region);
        gazetteer.fingerprint = fingerprint(entries, &gazetteer.region);
        (gazetteer, ids, diagnostics)
    }

    /// The place that a site means, of the gazetteer or a new one of the site, or a problem.
    fn known(
        &self,
        said: &Said,
        places: &[Place],
        diagnostics: &mut Vec<Diagnostic>,
    ) -> Option<PlaceId> {
        let new = self.places.len()..places.len();
        let is_new = |at: &usize| {
            let place = &places[*at];
            fold(&place.name) == fold(&said.value) || place.slug == said.value
        };
        let is_slug =
            |at: &usize| !places[*at].level.is_division() && places[*at].slug == said.value;
        let own = new.into_iter().find(is_new).or_else(|| (0..self.places.len()).find(is_slug));
        if let Some(at) = own {
            return Some(place_id(at));
        }
        self.resolve(&said.value)
            .map_err(|why| diagnostics.push(not_a_place(said.at.clone(), &said.value, why)))
            .ok()
    }

    /// Adds an entry to the places.
    fn apply(
        &self,
        entry: &Entry,
        places: &mut Vec<Place>,
        diagnostics: &mut Vec<Diagnostic>,
    ) -> Option<PlaceId> {
        let id = match &entry.place {
            Whose::Known(said) => self.known(said, places, diagnostics)?,
            Whose::New(said) => {
                let place = self.new_place(entry, said, places, diagnostics)?;
                places.push(place);
                place_id(places.len() - 1)
            }
        };
        for alias in &entry.aliases {
            let others = self.candidates(&fold(&alias.value)).into_iter().filter(|it| *it != id);
            let is_full = |it: &PlaceId| fold(&self.place(*it).name) == fold(&alias.value);
            let (place, said) = (&mut places[usize::from(id.0)], &alias.value);
            if others.into_iter().any(|it| is_full(&it)) {
                diagnostics.push(problems::taken_alias(alias.at.clone(), said, &place.name));
            } else if !place.aliases.contains(said) {
                place.aliases.push(said.clone());
            }
        }
        let place = &mut places[usize::from(id.0)];
        place.ignored.extend(entry.ignore.iter().map(|it| fold(it)));
        place.name_hant = entry.name_hant.clone().unwrap_or_else(|| place.name_hant.clone());
        place.seat = entry.seat.or(place.seat);
        if let Some(slug) = &entry.slug {
            place.slug.clone_from(&slug.value);
        }
        Some(id)
    }

    /// No two places have one address, nor one that lists places of a shared slug: a slug that is taken is
    /// reported, with the name of the other, and the place keeps the one it had; a new place gets one that nobody
    /// wants.
    fn check_slugs(
        &self,
        entries: &[Entry],
        ids: &[Option<PlaceId>],
        places: &mut [Place],
        diagnostics: &mut Vec<Diagnostic>,
    ) {
        // Giving a slug back may make it meet another; every round gives one back for good.
        let mut settled: BTreeSet<usize> = BTreeSet::new();
        while let Some((entry, at, other)) = self.meeting(entries, ids, places, &settled) {
            settled.insert(at);
            let said = entries[entry].slug.as_ref().unwrap_or(entries[entry].place.said());
            let (name, taken) = (&places[at].name, &places[other].name);
            diagnostics.push(problems::taken_slug(said.at.clone(), &places[at].slug, name, taken));
            places[at].slug = match self.places.get(at) {
                Some(place) => place.slug.clone(),
                None => format!("{}-{at}", places[at].slug),
            };
        }
    }

    /// The first entry with a slug whose place has the address of another: the entry, its place, the other.
    fn meeting(
        &self,
        entries: &[Entry],
        ids: &[Option<PlaceId>],
        places: &[Place],
        settled: &BTreeSet<usize>,
    ) -> Option<(usize, usize, usize)> {
        let mut owners: BTreeMap<String, Vec<usize>> = BTreeMap::new();
        for (at, place) in places.iter().enumerate() {
            owners.entry(slug_key(place, &place.slug)).or_default().push(at);
            let bare = place.slug.split_once('-').map(|(bare, _)| slug_key(place, bare));
            if let Some(bare) = bare.filter(|it| self.shared_slugs.contains(it)) {
                owners.entry(bare).or_default().push(at);
            }
        }
        let entry = |(entry, id): (usize, &Option<PlaceId>)| {
            let at = usize::from((*id)?.0);
            let has_slug = entries[entry].slug.is_some() || at >= self.places.len();
            if !has_slug || settled.contains(&at) {
                return None;
            }
            let here = owners.get(&slug_key(&places[at], &places[at].slug))?;
            here.iter().find(|it| **it != at).map(|other| (entry, at, *other))
        };
        ids.iter().enumerate().find_map(entry)
    }

    fn new_place(
        &self,
        entry: &Entry,
        name: &Said,
        places: &[Place],
        diagnostics: &mut Vec<Diagnostic>,
    ) -> Option<Place> {
        let known = places.iter().find(|it| fold(&it.name) == fold(&name.value));
        if let Some(known) = known {
            diagnostics.push(problems::known_place(name.at.clone(), &known.name));
            return None;
        }
        let mut found = |said: &Said| self.known(said, places, diagnostics);
        let within = entry.within.as_ref().map(&mut found);
        let members: Vec<PlaceId> = entry.members.iter().filter_map(&mut found).collect();
        if within == Some(None) {
            return None;
        }
        let parent = within.flatten().or_else(|| super::parent_of_zone(entry.level, &members));
        if entry.level == Level::County && parent.is_none() {
            diagnostics.push(problems::missing_key(name.at.clone(), "within"));
            return None;
        }
        let fits = |id: PlaceId| match (entry.level, places[usize::from(id.0)].level) {
            (Level::County, level) => matches!(level, Level::Province | Level::Prefecture),
            (_, level) => level.is_division(),
        };
        if let Some(wrong) = parent.iter().chain(&members).find(|it| !fits(**it)) {
            let said = entry.within.as_ref().or(entry.members.first()).unwrap_or(name);
            let why = format!("nothing can lie in `{}`", places[usize::from(wrong.0)].name);
            let hint = "write a division; for a county, a province or a prefecture";
            diagnostics.push(problems::invalid_value(said.at.clone(), "within", &why, hint));
            return None;
        }
        let slug = entry.slug.as_ref().map_or_else(|| fold(&name.value), |it| it.value.clone());
        if let Some(why) = why_no_slug(&slug) {
            diagnostics.push(problems::invalid_route(name.at.clone(), &slug, &why));
            return None;
        }
        let members = if members.is_empty() { parent.into_iter().collect() } else { members };
        Some(Place {
            code: None,
            name: name.value.clone(),
            short_name: name.value.clone(),
            aliases: Vec::new(),
            ignored: Vec::new(),
            name_hant: name.value.clone(),
            level: entry.level,
            parent,
            members,
            slug,
            pinyin: String::new(),
            seat: None,
            official: false,
        })
    }
}

/// The place at an index.
fn place_id(at: usize) -> PlaceId {
    PlaceId(u16::try_from(at).expect("fewer than 65,536 places"))
}

/// The diagnostic for a name that is no place.
#[must_use]
pub fn not_a_place(at: At, name: &str, why: Unresolved) -> Diagnostic {
    match why {
        Unresolved::Unknown(near)
            if !name.is_empty() && name.chars().all(|c| c.is_ascii_digit()) =>
        {
            problems::unknown_code(at, name, &near)
        }
        Unresolved::Unknown(near) => problems::unknown_city(at, name, &near),
        Unresolved::Ambiguous(candidates) => problems::ambiguous_city(at, name, &candidates),
    }
}

/// What articles are read with; equal fingerprints, equal readings.
fn fingerprint(entries: &[Entry], region: &[PlaceId]) -> ContentHash {
    let said = |it: &Said| it.value.clone();
    let plain = |it: &Entry| {
        let place = (matches!(it.place, Whose::New(_)), said(it.place.said()));
        let parts = (it.within.as_ref().map(said), it.members.iter().map(said).collect::<Vec<_>>());
        let aliases: Vec<String> = it.aliases.iter().map(said).collect();
        let names = (aliases, &it.ignore, &it.name_hant, it.slug.as_ref().map(said));
        format!("{place:?}{parts:?}{names:?}{:?}{:?}", it.level, it.seat)
    };
    let plain: Vec<String> = entries.iter().map(plain).collect();
    ContentHash::of(format!("{plain:?}{region:?}").as_bytes())
}

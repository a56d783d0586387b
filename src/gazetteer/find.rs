//! The places that a text names.
//!
//! In: a text in either script, and what is known around it: the places it is about, as far as an editor says.
//! Out: a [`Reading`]: mentions in order, and the names that stay ambiguous. The steps:
//! 1. `names`: every name at every place of the text;
//! 2. names that an ordinary word cuts or holds are dropped (`ordinary`);
//! 3. what each name of a division means (`meaning`): full names and short names of provinces
//!    and prefectures by themselves, others by what stands before them, by parents that the text names, by their
//!    neighbours in a list;
//! 4. `zone`: zones and regions, of the table and by form;
//! 5. `short`: one-character names (鲁豫两省, 青潍);
//! 6. names inside those of companies, schools, papers, people and roads are no mentions (`forms`).
//!
//! A mention inside that of a zone stays (青岛 in 青岛高新区); else mentions do not overlap. Nothing is guessed:
//! a name that fits several places of the text's context is reported with all of them.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;

use rustc_hash::{FxHashMap, FxHashSet};
use serde::Serialize;

use super::forms::Forms;
use super::ordinary::Ordinary;
use super::{Gazetteer, Name, PlaceId, Sense};
use crate::text::fold::Folded;
use crate::text::word_tree::{Found, WordId};

/// No name is longer than this.
const LONGEST_NAME: usize = 30;

/// Names as long as this are found whatever the words around are.
const SURE_LENGTH: usize = 4;

/// What speaks for a person is counted by [`Forms::person`]; so much is enough.
pub(super) const SURE_PERSON: usize = 2;

/// What a text names.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Reading {
    /// The places, in order; one inside another stands behind it.
    pub mentions: Vec<Mention>,
    /// The names that may mean several places.
    pub ambiguous: Vec<Ambiguous>,
    /// Where names of places stand, those inside other names too (青岛 in 青岛港集团), in characters of the folded text,
    /// in order.
    pub names: Vec<Range<usize>>,
}

/// A place named in a text.
#[derive(Debug, Clone, PartialEq)]
pub struct Mention {
    /// The place.
    pub named: Named,
    /// Where it is named, in bytes of the text as given.
    pub span: Range<usize>,
    /// Why the name means this place.
    pub rule: Rule,
}

/// What a mention names.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub enum Named {
    /// A place of the gazetteer.
    Place(PlaceId),
    /// A zone that no table has, recognised by its form; by its name in Simplified characters.
    Open(String),
}

/// A name that may mean several places.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ambiguous {
    /// Where it stands, in bytes of the text as given.
    pub span: Range<usize>,
    /// The places it may mean.
    pub candidates: Vec<PlaceId>,
}

/// Why a name means a place.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Rule {
    /// The full name of one place: 诸城市.
    FullName,
    /// The short name of a province or prefecture: 山东, 青岛.
    ShortName,
    /// Another name that the gazetteer or the site gives the place.
    OtherName,
    /// Directly behind a division it belongs to: 南京鼓楼区.
    BehindParent,
    /// The text, or the editor, names the place in full elsewhere.
    NamedElsewhere,
    /// The text names a division it belongs to, or another one of its province.
    ParentNamed,
    /// The site is about a division it belongs to.
    SiteRegion,
    /// A neighbour in a list belongs to the same division.
    InList,
    /// No other place is called that, or none as large, and the words around say that it is a place: 落户昆山.
    Alone,
    /// A zone or region of the table.
    ZoneName,
    /// A zone by its form: 某某高新区.
    ZoneForm,
    /// The word for its kind alone, where the text names one such zone.
    ZoneAgain,
    /// One-character names side by side: 鲁豫, 青潍.
    Abbreviation,
}

impl Rule {
    /// What the rule says, for people.
    #[must_use]
    pub const fn describe(self) -> &'static str {
        match self {
            Self::FullName => "the full name of one place",
            Self::ShortName => "the short name of a province or prefecture",
            Self::OtherName => "another name of the place",
            Self::BehindParent => "directly behind a division it belongs to",
            Self::NamedElsewhere => "named in full elsewhere",
            Self::ParentNamed => "the text names what it belongs to, or what lies there too",
            Self::SiteRegion => "the site is about a division it belongs to",
            Self::InList => "a neighbour in a list belongs to the same division",
            Self::Alone => "the place of this name that people know, where a place is meant",
            Self::ZoneName => "a zone or region of the gazetteer",
            Self::ZoneForm => "a zone by its form",
            Self::ZoneAgain => "the one such zone that the text names",
            Self::Abbreviation => "an abbreviation",
        }
    }

    /// How sure it is, from 0 to 1.
    #[must_use]
    pub const fn confidence(self) -> f32 {
        match self {
            Self::FullName | Self::BehindParent => 1.0,
            Self::ShortName | Self::OtherName | Self::NamedElsewhere | Self::ZoneName => 0.95,
            Self::ParentNamed => 0.9,
            Self::SiteRegion | Self::InList | Self::ZoneForm | Self::Abbreviation => 0.8,
            Self::Alone | Self::ZoneAgain => 0.7,
        }
    }
}

/// A name found in the text that no ordinary word takes apart.
pub(super) struct Hit<'g> {
    pub(super) name: &'g Name,
    pub(super) id: WordId,
    /// In characters.
    pub(super) span: Range<usize>,
}

/// A name whose meaning is decided.
#[derive(Debug, Clone)]
pub(super) struct Decided {
    pub(super) place: PlaceId,
    /// In characters.
    pub(super) span: Range<usize>,
    pub(super) rule: Rule,
    /// Whether it is only a part of the name of something else.
    pub(super) held: bool,
}

/// A text being read.
pub(super) struct Reader<'a> {
    pub(super) gazetteer: &'a Gazetteer,
    pub(super) forms: &'static Forms,
    pub(super) text: &'a [char],
    pub(super) hits: Vec<Hit<'a>>,
    /// The places that the text names without doubt, or its editor.
    pub(super) named: BTreeSet<PlaceId>,
    /// The divisions that the text may name a part of.
    pub(super) parts: BTreeSet<PlaceId>,
    /// The names that a town or a village has in the text too.
    pub(super) towns: FxHashSet<WordId>,
    /// How often each name stands in the text.
    pub(super) times: FxHashMap<WordId, usize>,
    /// The divisions named, by where they begin; they do not overlap.
    pub(super) decided: BTreeMap<usize, Decided>,
}

impl Gazetteer {
    /// Every name of a place at every place of a text, whatever it means there, in bytes of the text.
    #[must_use]
    pub fn names_in(&self, text: &str) -> Vec<Range<usize>> {
        let folded = Folded::new(text);
        let found = self.names.tree.find(&folded.chars);
        found.iter().map(|it| folded.original(&it.span)).collect()
    }

    /// The places that a text names. `about` are the places that its editor says it is about.
    #[must_use]
    pub fn read(&self, text: &str, about: &[PlaceId]) -> Reading {
        self.read_folded(&Folded::new(text), about)
    }

    /// The same of a text that has been folded.
    #[must_use]
    pub fn read_folded(&self, folded: &Folded, about: &[PlaceId]) -> Reading {
        let found = self.names.tree.find(&folded.chars);
        let mut reader = Reader::new(self, &folded.chars, found, about);
        reader.drop_in_runs();
        reader.drop_across_zones();
        reader.drop_others();
        reader.decide();
        let ambiguous = reader.ambiguous();
        let zones = reader.zones();
        let shorts = reader.shorts(&zones);
        let divisions = reader.decided.values().map(|it| it.span.clone());
        let mut names: Vec<Range<usize>> =
            divisions.chain(zones.iter().map(|it| it.1.clone())).collect();
        names.sort_by_key(|it| (it.start, it.end));
        names.dedup();
        let mut mentions: Vec<Mention> = Vec::new();
        let mut add = |named: Named, span: &Range<usize>, rule: Rule| {
            mentions.push(Mention { named, span: folded.original(span), rule });
        };
        for it in reader.decided.values().filter(|it| !it.held) {
            add(Named::Place(it.place), &it.span, it.rule);
        }
        for (named, span, rule) in zones {
            add(named, &span, rule);
        }
        for (place, span) in shorts {
            add(Named::Place(place), &span, Rule::Abbreviation);
        }
        mentions.sort_by(|a, b| {
            (a.span.start, b.span.end)
                .cmp(&(b.span.start, a.span.end))
                .then_with(|| a.named.cmp(&b.named))
        });
        let ambiguous = ambiguous
            .into_iter()
            .map(|(span, candidates)| Ambiguous { span: folded.original(&span), candidates })
            .collect();
        Reading { mentions, ambiguous, names }
    }
}

impl<'a> Reader<'a> {
    fn new(
        gazetteer: &'a Gazetteer,
        text: &'a [char],
        found: Vec<Found>,
        about: &[PlaceId],
    ) -> Self {
        let words = Ordinary::built_in();
        let hit = |it: Found| {
            let name = &gazetteer.names.list[it.word.0 as usize];
            let span = it.span.clone();
            let touches = |at: Option<&char>| at.is_some_and(|c| crate::text::is_name_char(*c));
            let alone = !touches(span.start.checked_sub(1).and_then(|at| text.get(at)))
                && !touches(text.get(span.end));
            // A name as long as that of a zone is no accident.
            let is_word = !alone
                && span.len() < SURE_LENGTH
                && (words.holds(text, &span) || words.cuts(text, &span, gazetteer.weight(name)));
            (!is_word).then_some(Hit { name, id: it.word, span })
        };
        let hits: Vec<Hit<'a>> = found.into_iter().filter_map(hit).collect();
        let mut times: FxHashMap<WordId, usize> = FxHashMap::default();
        let mut towns: FxHashSet<WordId> = FxHashSet::default();
        for hit in &hits {
            *times.entry(hit.id).or_default() += 1;
            if matches!(text.get(hit.span.end), Some('镇' | '乡' | '村')) {
                towns.insert(hit.id);
            }
        }
        let named = about.iter().copied().collect();
        let plain = hits.iter().filter(|it| !it.name.cautious);
        let parts = plain.filter_map(|it| only(it.name.senses.iter()));
        let parts = parts.filter_map(|it| gazetteer.place(it.place).parent).collect();
        let forms = Forms::built_in();
        Self { gazetteer, forms, text, hits, named, parts, towns, times, decided: BTreeMap::new() }
    }

    /// Drops the names that reach into a zone or region of the table, and of counties what lies in the middle of
    /// one: 安新 in 雄安新区.
    fn drop_across_zones(&mut self) {
        let is_zone = |it: &Hit<'_>| {
            let zone = |sense: &Sense| !self.gazetteer.place(sense.place).level.is_division();
            it.name.senses.iter().any(zone) && it.span.len() > 2
        };
        let zones: Vec<Range<usize>> =
            self.hits.iter().filter(|it| is_zone(it)).map(|it| it.span.clone()).collect();
        let is_county = |it: &Hit<'_>| self.gazetteer.are_counties(&it.name.senses);
        let across = |hit: &Hit<'_>| {
            let it = &hit.span;
            // Zones begin in order; one that reaches here begins at most a name's length before.
            let first = zones.partition_point(|zone| zone.start + LONGEST_NAME < it.start);
            let near = zones[first..].iter().take_while(|zone| zone.start < it.end);
            near.into_iter().any(|zone| {
                let inside = zone.start <= it.start && it.end <= zone.end;
                let inside = inside && (zone.start == it.start || !is_county(hit));
                let around = it.start <= zone.start && zone.end <= it.end;
                zone.end > it.start && !inside && !around
            })
        };
        let hits = std::mem::take(&mut self.hits);
        self.hits = hits.into_iter().filter(|it| !across(it)).collect();
    }

    /// Whether a new area stands behind a place that it does not belong to: 江门滨海新区 is not that of 天津.
    fn is_of_another(&self, hit: &Hit<'_>) -> bool {
        if !hit.name.text.ends_with("新区") {
            return false;
        }
        let before = self.hits.partition_point(|it| it.span.start < hit.span.start);
        let mut before = self.hits[..before].iter().rev().take(8);
        before.any(|it| {
            let mut places = it.name.senses.iter().map(|it| it.place);
            it.span.end == hit.span.start
                && !places.any(|place| {
                    hit.name.senses.iter().any(|own| self.gazetteer.is_within(own.place, place))
                })
        })
    }

    /// Drops the names of people, and of other places that are called like one of ours: 太原省 in Viet Nam.
    fn drop_others(&mut self) {
        let (forms, text) = (self.forms, self.text);
        let mut people: FxHashMap<(char, WordId), usize> = FxHashMap::default();
        let mut abroad: FxHashSet<WordId> = FxHashSet::default();
        for hit in self.hits.iter().filter(|it| !it.name.senses.is_empty()) {
            if text.get(hit.span.end) == Some(&'省') || self.is_of_another(hit) {
                abroad.insert(hit.id);
            }
            if let Some(weight) = forms.person(text, &hit.span) {
                *people.entry((text[hit.span.start - 1], hit.id)).or_default() += weight;
            }
        }
        let is_person = |it: &Hit<'_>| {
            let surname = it.span.start.checked_sub(1).map(|at| text[at]);
            surname.is_some_and(|c| people.get(&(c, it.id)).is_some_and(|it| *it >= SURE_PERSON))
                || forms.is_whole_person(text, &it.span)
        };
        self.hits.retain(|it| !abroad.contains(&it.id) && !is_person(it));
    }
}

/// The one item, if there is exactly one.
pub(super) fn only<T>(mut items: impl Iterator<Item = T>) -> Option<T> {
    let first = items.next()?;
    items.next().is_none().then_some(first)
}

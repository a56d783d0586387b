//! The places that a text names.
//!
//! In: a text in either script, and what is known around it: the places it is about, as far as an editor says.
//! Out: a [`Reading`]: mentions in order, and the names that stay ambiguous. The steps:
//! 1. [`names`](super::names): every name at every place of the text;
//! 2. names that an ordinary word cuts or holds are dropped ([`ordinary`](super::ordinary));
//! 3. what each name means: full names and short names of provinces and prefectures by themselves, others by
//!    what stands before them, by parents that the text names, by their neighbours in a list;
//! 4. [`zone`](super::zone): zones and regions, of the table and by form;
//! 5. [`short`](super::short): one-character names (鲁豫两省, 青潍);
//! 6. names inside those of companies, schools, papers, people and roads are no mentions ([`forms`](super::forms)).
//!
//! A mention inside that of a zone stays (青岛 in 青岛高新区); else mentions do not overlap. Nothing is guessed:
//! a name that fits several places of the text's context is reported with all of them.

use std::collections::BTreeSet;
use std::ops::Range;

use rustc_hash::FxHashMap;

use super::forms::Forms;
use super::names::{Found, NameId};
use super::ordinary::Ordinary;
use super::{Form, Gazetteer, Level, Name, PlaceId, Sense};
use crate::text::fold::Folded;

/// A parent is looked for among this many names before one that several places share.
const NEAR: usize = 100;

/// What a text names.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Reading {
    /// The places, in order; one inside another stands behind it.
    pub mentions: Vec<Mention>,
    /// The names that may mean several places.
    pub ambiguous: Vec<Ambiguous>,
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
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
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
    /// The text names a division it belongs to.
    ParentNamed,
    /// The site is about a division it belongs to.
    SiteRegion,
    /// A neighbour in a list belongs to the same division.
    InList,
    /// No other place is called that, and the words around say that it is a place: 落户昆山.
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
            Self::ParentNamed => "the text names a division it belongs to",
            Self::SiteRegion => "the site is about a division it belongs to",
            Self::InList => "a neighbour in a list belongs to the same division",
            Self::Alone => "the only place of this name, where a place is meant",
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
    id: NameId,
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
    parts: BTreeSet<PlaceId>,
    /// How often each name stands in the text.
    times: FxHashMap<NameId, usize>,
    /// The divisions named, in order.
    pub(super) decided: Vec<Decided>,
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
        let folded = Folded::new(text);
        let found = self.names.tree.find(&folded.chars);
        let mut reader = Reader::new(self, &folded.chars, found, about);
        reader.decide();
        let ambiguous = reader.ambiguous();
        let zones = reader.zones();
        let shorts = reader.shorts(&zones);
        let mut mentions: Vec<Mention> = Vec::new();
        let mut add = |named: Named, span: &Range<usize>, rule: Rule| {
            mentions.push(Mention { named, span: folded.original(span), rule });
        };
        for it in reader.decided.iter().filter(|it| !it.held) {
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
        Reading { mentions, ambiguous }
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
            let name = &gazetteer.names.list[it.name.0 as usize];
            let span = it.span.clone();
            let touches = |at: Option<&char>| at.is_some_and(|c| super::is_name_char(*c));
            let alone = !touches(span.start.checked_sub(1).and_then(|at| text.get(at)))
                && !touches(text.get(span.end));
            let is_word = !alone
                && (words.holds(text, &span) || words.cuts(text, &span, gazetteer.weight(name)));
            (!is_word).then_some(Hit { name, id: it.name, span })
        };
        let hits: Vec<Hit<'a>> = found.into_iter().filter_map(hit).collect();
        let mut times: FxHashMap<NameId, usize> = FxHashMap::default();
        for hit in &hits {
            *times.entry(hit.id).or_default() += 1;
        }
        let named = about.iter().copied().collect();
        let plain = hits.iter().filter(|it| !it.name.cautious);
        let parts = plain.filter_map(|it| only(it.name.senses.iter()));
        let parts = parts.filter_map(|it| gazetteer.place(it.place).parent).collect();
        let forms = Forms::built_in();
        Self { gazetteer, forms, text, hits, named, parts, times, decided: Vec::new() }
    }

    /// Decides what the names of divisions mean.
    fn decide(&mut self) {
        self.drop_in_runs();
        self.note_certain();
        for at in 0..self.hits.len() {
            if self.overlaps(&self.hits[at].span) {
                continue;
            }
            if let Some((place, rule)) = self.meaning(at) {
                self.push(at, place, rule);
            }
        }
        // Lists are gone through from both sides: 罗定、新兴、郁南 needs one of its names decided.
        let forward: Vec<usize> = (0..self.hits.len()).collect();
        for at in forward.iter().chain(forward.iter().rev()) {
            if self.overlaps(&self.hits[*at].span) {
                continue;
            }
            if let Some((place, rule)) = self.by_neighbours(*at) {
                self.push(*at, place, rule);
            }
        }
    }

    fn push(&mut self, at: usize, place: PlaceId, rule: Rule) {
        let hit = &self.hits[at];
        let is_short_county = self.gazetteer.place(place).level == Level::County
            && hit.name.form_of(place) != Some(Form::Full);
        // 河南镇平 is no town of 河南, for another name begins there.
        let next = self.hits[at + 1..].iter().take_while(|it| it.span.start <= hit.span.end);
        let goes_on = next.into_iter().any(|it| it.span.start == hit.span.end);
        let held = self.forms.holder(self.text, &hit.span, is_short_county, goes_on).is_some();
        self.named.insert(place);
        let decided = Decided { place, span: hit.span.clone(), rule, held };
        self.decided.insert(self.decided_before(hit.span.start), decided);
    }

    /// How many decided names begin before a character.
    pub(super) fn decided_before(&self, at: usize) -> usize {
        self.decided.partition_point(|it| it.span.start < at)
    }

    /// Whether a decided name overlaps a span.
    fn overlaps(&self, span: &Range<usize>) -> bool {
        let last = self.decided_before(span.end).checked_sub(1);
        last.is_some_and(|at| self.decided[at].span.end > span.start)
    }

    /// Collects the places that are named without doubt.
    fn note_certain(&mut self) {
        let mut end = 0;
        for hit in &self.hits {
            if hit.span.start >= end
                && let Some((place, _)) = self.by_itself(hit.name)
            {
                end = hit.span.end;
                self.named.insert(place);
            }
        }
    }

    /// What a name means in any text.
    fn by_itself(&self, name: &Name) -> Option<(PlaceId, Rule)> {
        let divisions: Vec<PlaceId> = self.divisions(name).map(|it| it.place).collect();
        let chosen = self.gazetteer.chosen(name, &divisions)?;
        let place = self.gazetteer.place(chosen);
        match name.form_of(chosen)? {
            Form::Full if place.level != Level::County => Some((chosen, Rule::FullName)),
            // 义县, 港口区: full names that ordinary text holds too.
            Form::Full
                if name.is_short_text()
                    || (name.cautious && name.text.ends_with('区'))
                    || name.text.ends_with("新区") =>
            {
                None
            }
            Form::Full => Some((chosen, Rule::FullName)),
            Form::Short | Form::Alias if place.level == Level::County || name.cautious => None,
            Form::Short => Some((chosen, Rule::ShortName)),
            Form::Alias => Some((chosen, Rule::OtherName)),
        }
    }

    /// The divisions that a name may mean.
    fn divisions<'n>(&self, name: &'n Name) -> impl Iterator<Item = &'n Sense> + use<'n, 'a> {
        let gazetteer = self.gazetteer;
        name.senses.iter().filter(move |it| gazetteer.place(it.place).level.is_division())
    }

    /// What a name means here, by itself or by what the text names besides.
    fn meaning(&self, at: usize) -> Option<(PlaceId, Rule)> {
        let hit = &self.hits[at];
        let touching = self.decided_ending(hit.span.start);
        let senses: Vec<&Sense> = self.divisions(hit.name).collect();
        if senses.is_empty() {
            return None;
        }
        if let Some(parent) = touching {
            let below = |it: &&&Sense| self.gazetteer.is_within(it.place, parent.place);
            if let Some(one) = only(senses.iter().filter(below)) {
                return Some((one.place, Rule::BehindParent));
            }
            // 江门滨海新区 is no part of 天津, 合肥滨湖 none of 无锡.
            let is_short = senses.iter().all(|it| it.form != Form::Full);
            let is_county =
                senses.iter().all(|it| self.gazetteer.place(it.place).level == Level::County);
            if hit.name.text.ends_with("新区") || (is_short && is_county) {
                return None;
            }
        }
        if let Some(found) = self.by_itself(hit.name) {
            return Some(self.local(&senses, found.0).unwrap_or(found));
        }
        let known = senses.iter().filter(|it| self.named.contains(&it.place));
        if let Some(one) = only(known) {
            return Some((one.place, Rule::NamedElsewhere));
        }
        let is_full = senses.iter().any(|it| it.form == Form::Full) && !hit.name.is_short_text();
        let is_county =
            senses.iter().all(|it| self.gazetteer.place(it.place).level == Level::County);
        if hit.name.cautious && is_county && !is_full && !self.is_surely_a_place(hit) {
            return None;
        }
        // 老城区 is an ordinary word; 洛阳老城区 is met above.
        if hit.name.generic {
            return None;
        }
        self.by_parent(hit, &senses).filter(|(id, _)| {
            let cautious = hit.name.cautious && is_county && !is_full;
            !cautious || self.gazetteer.place(*id).parent.is_some_and(|it| self.named.contains(&it))
        })
    }

    /// The county that a prefecture's short name means where the text is about the county's region: 長治 in a
    /// text on 屏東.
    fn local(&self, senses: &[&Sense], chosen: PlaceId) -> Option<(PlaceId, Rule)> {
        if senses.len() < 2 || self.gazetteer.place(chosen).level != Level::Prefecture {
            return None;
        }
        let parent = |it: &&&Sense| self.gazetteer.place(it.place).parent;
        let here = |it: &&&Sense| {
            it.place != chosen
                && parent(it).is_some_and(|id| id != chosen && self.named.contains(&id))
        };
        let one = only(senses.iter().filter(here))?;
        let province = self.gazetteer.province(chosen);
        let elsewhere = |id: &PlaceId| *id != chosen && self.gazetteer.province(*id) == province;
        (!self.named.iter().any(elsewhere)).then_some((one.place, Rule::ParentNamed))
    }

    /// Whether the words around a name that is an ordinary word too leave no doubt that a place is meant.
    fn is_surely_a_place(&self, hit: &Hit<'_>) -> bool {
        !Ordinary::built_in().is_common(&self.text[hit.span.clone()])
            && self.forms.says_place(self.text, &hit.span)
    }

    /// The one candidate whose parent is named: the nearest of them, then any division above, then the
    /// region of the site.
    fn by_parent(&self, hit: &Hit<'_>, senses: &[&Sense]) -> Option<(PlaceId, Rule)> {
        let parent = |it: &Sense| self.gazetteer.place(it.place).parent;
        let direct: Vec<&&Sense> = senses
            .iter()
            .filter(|it| parent(it).is_some_and(|id| self.named.contains(&id)))
            .collect();
        if let Some(one) = only(direct.iter()) {
            return Some((one.place, Rule::ParentNamed));
        }
        if direct.len() > 1 {
            let before = &self.decided[..self.decided_before(hit.span.start)];
            let nearest = before
                .iter()
                .rev()
                .take(NEAR)
                .find_map(|named| direct.iter().find(|it| parent(it) == Some(named.place)));
            return nearest.map(|it| (it.place, Rule::ParentNamed));
        }
        let above = |it: &&&Sense, in_set: &dyn Fn(PlaceId) -> bool| {
            self.gazetteer.ancestors(it.place).any(in_set)
        };
        let named = |id: PlaceId| self.named.contains(&id);
        if let Some(one) = only(senses.iter().filter(|it| above(it, &named))) {
            return Some((one.place, Rule::ParentNamed));
        }
        // 新竹 is the county or the city that the text names a part of.
        let has_part = |it: &&&Sense| self.parts.contains(&it.place);
        if let Some(one) = only(senses.iter().filter(has_part)) {
            return Some((one.place, Rule::ParentNamed));
        }
        // 中山, where the text names others of 广东, or says that it is a place.
        let upper =
            senses.iter().filter(|it| self.gazetteer.place(it.place).level == Level::Prefecture);
        if let Some(one) = only(upper) {
            let province = self.gazetteer.province(one.place);
            let beside = |id: &PlaceId| self.gazetteer.province(*id) == province;
            if self.named.iter().any(beside) || self.is_surely_a_place(hit) {
                return Some((one.place, Rule::ParentNamed));
            }
        }
        let region = |id: PlaceId| self.gazetteer.region.contains(&id);
        let at_home = |it: &&&Sense| region(it.place) || above(it, &region);
        only(senses.iter().filter(at_home)).map(|it| (it.place, Rule::SiteRegion))
    }

    /// What a name means by its neighbours in a list, or as the only place that is called so.
    fn by_neighbours(&self, at: usize) -> Option<(PlaceId, Rule)> {
        let hit = &self.hits[at];
        let senses: Vec<&Sense> = self.divisions(hit.name).collect();
        let neighbours = self.neighbours(&hit.span);
        let sibling = |it: &&&Sense| {
            let parent = self.gazetteer.place(it.place).parent;
            neighbours
                .iter()
                .any(|id| self.gazetteer.place(*id).parent == parent || parent == Some(*id))
        };
        if let Some(one) = only(senses.iter().filter(sibling)) {
            return Some((one.place, Rule::InList));
        }
        let one = only(senses.iter())?;
        if hit.name.cautious || hit.name.is_short_text() && one.form == Form::Full {
            return None;
        }
        if self.gazetteer.zone_words.begin(&self.text[hit.span.end..]) {
            return None;
        }
        if self.decided_ending(hit.span.start).is_some() {
            return None;
        }
        // 大安溪 is a river of its own.
        let is_river = hit.name.text.ends_with(['溪', '河', '江', '湖', '山', '岭']);
        if is_river && !self.forms.name_may_begin(&self.text[..hit.span.start]) {
            return None;
        }
        // Three characters are hardly chance.
        if hit.name.known || hit.name.text.chars().count() > 2 {
            return Some((one.place, Rule::Alone));
        }
        let signs = [
            self.times[&hit.id] > 1,
            !neighbours.is_empty(),
            self.forms.says_place(self.text, &hit.span),
        ];
        signs.into_iter().all(|it| it).then_some((one.place, Rule::Alone))
    }

    /// The places that stand beside a span in a list: 青岛、潍坊.
    fn neighbours(&self, span: &Range<usize>) -> Vec<PlaceId> {
        let comma =
            |at: usize| self.text.get(at).is_some_and(|c| matches!(c, '、' | '和' | '与' | '及'));
        let mut neighbours = Vec::new();
        if span.start > 0 && comma(span.start - 1) {
            neighbours.extend(self.decided_ending(span.start - 1).map(|it| it.place));
        }
        if comma(span.end) {
            let right = self.decided.get(self.decided_before(span.end + 1));
            let right = right.filter(|it| it.span.start == span.end + 1);
            neighbours.extend(right.map(|it| it.place));
        }
        neighbours
    }

    /// The decided name that ends at a character.
    pub(super) fn decided_ending(&self, end: usize) -> Option<&Decided> {
        let last = self.decided_before(end).checked_sub(1)?;
        Some(&self.decided[last]).filter(|it| it.span.end == end)
    }

    /// Full names that may mean several places, and are not decided.
    fn ambiguous(&self) -> Vec<(Range<usize>, Vec<PlaceId>)> {
        let doubtful = |hit: &&Hit<'_>| {
            let is_full = self.divisions(hit.name).filter(|it| it.form == Form::Full).count() > 1;
            is_full && !hit.name.generic && !hit.name.is_short_text() && !self.overlaps(&hit.span)
        };
        let candidates = |hit: &Hit<'_>| self.divisions(hit.name).map(|it| it.place).collect();
        self.hits.iter().filter(doubtful).map(|it| (it.span.clone(), candidates(it))).collect()
    }
}

/// The one item, if there is exactly one.
fn only<T>(mut items: impl Iterator<Item = T>) -> Option<T> {
    let first = items.next()?;
    items.next().is_none().then_some(first)
}

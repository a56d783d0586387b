//! Places as identities: divisions, zones and regions.
//!
//! In: the compiled-in tables (GB/T 2260; zones; ways to name places), and what a site adds or says otherwise
//! ([`site`]). Out: for a name or a code the one [`Place`] it means, or the candidates; for a text the places it
//! names ([`find`]); for a place its hierarchy and its route. Names are compared folded, so 青島 and 青岛 are
//! one. Nothing here guesses: a name that may mean two places stays ambiguous.
//!
//! Where the data comes from stands in `data/README.md`.

pub mod find;
mod forms;
mod meaning;
mod ordinary;
mod short;
pub mod site;
mod table;
mod zone;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, OnceLock};

use serde::Serialize;

use crate::file::ContentHash;
use crate::route::Route;
use crate::text::fold::fold;
use crate::text::word_tree::WordTree;
use short::{Shorts, Strength};

/// No name is longer than this with all its parents before it.
const LONGEST_PATH: usize = 40;

/// The digits of a code.
const CODE_DIGITS: usize = 6;

/// A place, as an index into the gazetteer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
pub struct PlaceId(u16);

impl PlaceId {
    /// Its number in the gazetteer.
    #[must_use]
    pub const fn number(self) -> u32 {
        self.0 as u32
    }
}

/// What kind of place it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Level {
    /// 省, 自治区, 直辖市, 特别行政区.
    Province,
    /// 地级市, 自治州, 地区, 盟.
    Prefecture,
    /// 县, 县级市, 区, 旗.
    County,
    /// A development zone, a new area, a park: 青岛蓝谷.
    Zone,
    /// A region of several divisions: 胶东经济圈.
    Region,
}

impl Level {
    /// Whether it is a division of the state: province, prefecture or county.
    #[must_use]
    pub const fn is_division(self) -> bool {
        matches!(self, Self::Province | Self::Prefecture | Self::County)
    }
}

/// A place.
#[derive(Debug, Clone, PartialEq)]
pub struct Place {
    /// The six digits of GB/T 2260: `370200`; zones and regions have none.
    pub code: Option<String>,
    /// The full name: 青岛市.
    pub name: String,
    /// The name without the word for its kind: 青岛.
    pub short_name: String,
    /// Other names: 西海岸 for 西海岸新区.
    pub aliases: Vec<String>,
    /// Folded names that never mean it, as the site says.
    ignored: Vec<String>,
    /// The full name in Traditional characters: 青島市.
    pub name_hant: String,
    /// What kind of place it is.
    pub level: Level,
    /// The division it belongs to: 山东省 for 青岛市, 即墨区 for 青岛蓝谷; `None` for provinces and regions.
    pub parent: Option<PlaceId>,
    /// The divisions that a zone or region lies in.
    pub members: Vec<PlaceId>,
    /// Its part of the address, fixed for ever: `qingdao`.
    pub slug: String,
    /// How the short name is read: `qing dao`; empty for zones and regions.
    pub pinyin: String,
    /// Longitude and latitude of its seat in degrees, where known (GeoNames, CC BY 4.0).
    pub seat: Option<(f64, f64)>,
    /// Whether the code is one of the Ministry of Civil Affairs; those below 台湾, 香港 and 澳门 are not.
    pub official: bool,
}

impl Place {
    /// The full name in the characters asked for.
    #[must_use]
    pub fn name_in(&self, traditional: bool) -> &str {
        if traditional { &self.name_hant } else { &self.name }
    }
}

/// Why a name is no place.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Unresolved {
    /// Nothing is called that; names that are like it, the nearest first.
    Unknown(Vec<String>),
    /// Several places are called that; a way to write each of them.
    Ambiguous(Vec<String>),
}

/// How a name names a place.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Form {
    Full,
    Short,
    Alias,
}

/// One thing that a name may mean.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Sense {
    place: PlaceId,
    form: Form,
}

/// A folded name and what it may mean.
#[derive(Debug, Clone, Default)]
struct Name {
    text: String,
    senses: Vec<Sense>,
    /// The places that it names together: 青潍.
    together: Vec<PlaceId>,
    /// Whether it is an ordinary word too (合作, 成功), or as often another place (朝阳).
    cautious: bool,
    /// Whether it is hardly ever a place: 老城区.
    generic: bool,
    /// Whether people know the county of this name without being told where it is: 昆山.
    known: bool,
}

impl Name {
    /// How it names a place.
    fn form_of(&self, place: PlaceId) -> Option<Form> {
        self.senses.iter().find(|it| it.place == place).map(|it| it.form)
    }

    /// Whether it has but two characters.
    fn is_short_text(&self) -> bool {
        self.text.chars().count() < 3
    }
}

/// All names, in order, and the tree that finds them.
struct NameTable {
    list: Vec<Name>,
    tree: WordTree,
}

/// All places, and the ways to find them.
pub struct Gazetteer {
    places: Vec<Place>,
    by_code: BTreeMap<String, PlaceId>,
    names: NameTable,
    shorts: Shorts,
    zones_by_key: BTreeMap<String, PlaceId>,
    /// The bare slugs that several divisions share, by [`slug_key`].
    shared_slugs: BTreeSet<String>,
    /// What the site is about.
    region: Vec<PlaceId>,
    /// The hash of what the site says of places: equal fingerprints, equal readings of a text.
    pub fingerprint: ContentHash,
}

impl Gazetteer {
    /// The gazetteer that is compiled into the program, read once.
    #[must_use]
    pub fn built_in() -> &'static Arc<Self> {
        static BUILT_IN: OnceLock<Arc<Gazetteer>> = OnceLock::new();
        BUILT_IN.get_or_init(|| Arc::new(Self::compiled_in()))
    }

    /// Reads the gazetteer that is compiled into the program anew.
    #[must_use]
    pub fn compiled_in() -> Self {
        let places = table::places();
        let shared_slugs = shared_slugs(&places);
        Self::new(places, shared_slugs, Vec::new())
    }

    /// A gazetteer of these places.
    fn new(places: Vec<Place>, shared_slugs: BTreeSet<String>, region: Vec<PlaceId>) -> Self {
        let ids = || (0..).map(PlaceId);
        let by_code: BTreeMap<String, PlaceId> = std::iter::zip(ids(), &places)
            .filter_map(|(id, place)| Some((place.code.clone()?, id)))
            .collect();
        let mut names: BTreeMap<String, Name> = BTreeMap::new();
        let mut zones_by_key = BTreeMap::new();
        for (id, place) in std::iter::zip(ids(), &places) {
            for (text, form) in forms_of(place) {
                let name = names.entry(text).or_default();
                if name.form_of(id).is_none() {
                    name.senses.push(Sense { place: id, form });
                }
            }
            if !place.level.is_division() {
                let parent = place.parent.map(|it| &places[usize::from(it.0)]);
                let division = parent.map(|it| (it.name.as_str(), it.short_name.as_str()));
                for name in std::iter::once(&place.name).chain(&place.aliases) {
                    zones_by_key.entry(zone::key(&fold(name), division)).or_insert(id);
                }
            }
        }
        let mut shorts = Shorts::default();
        for way in table::ways() {
            let text = fold(&way.name);
            let means = |id: &PlaceId| !places[usize::from(id.0)].ignored.contains(&text);
            let together = way.codes.split(' ').filter_map(|code| by_code.get(code).copied());
            let together: Vec<PlaceId> = together.filter(means).collect();
            match (way.kind.as_str(), text.chars().next(), together.first()) {
                ("province", Some(c), Some(id)) => {
                    shorts.add(c, *id, Strength::Strong);
                }
                ("province-weak", Some(c), Some(id)) => {
                    shorts.add(c, *id, Strength::Weak);
                }
                ("city", Some(c), Some(id)) => shorts.cities.entry(c).or_default().push(*id),
                _ => names.entry(text).or_default().together = together,
            }
        }
        for (text, generic) in table::ordinary_names() {
            if let Some(name) = names.get_mut(&fold(text)) {
                (name.cautious, name.generic) = (true, generic);
            }
        }
        for text in table::known_names() {
            if let Some(name) = names.get_mut(&fold(text)) {
                name.known = true;
            }
        }
        // 港口区 is cautious as 港口 is.
        let cautious: BTreeSet<PlaceId> = names
            .values()
            .filter(|it| it.cautious)
            .flat_map(|it| it.senses.iter().map(|it| it.place))
            .collect();
        let list: Vec<Name> = names
            .into_iter()
            .map(|(text, mut name)| {
                name.cautious |= name.senses.iter().all(|it| cautious.contains(&it.place))
                    && name.senses.iter().any(|it| it.form == Form::Full);
                Name { text, ..name }
            })
            .collect();
        // One character is no name by itself.
        let is_longer = |name: &&str| name.chars().nth(1).is_some();
        let texts = list.iter().map(|it| Some(it.text.as_str()).filter(is_longer));
        let tree = WordTree::new(texts.map(Option::unwrap_or_default));
        let names = NameTable { list, tree };
        Self {
            places,
            by_code,
            names,
            shorts,
            zones_by_key,
            shared_slugs,
            region,
            fingerprint: ContentHash::of(b""),
        }
    }

    /// All places: the divisions in the order of their codes, then zones and regions.
    pub fn ids(&self) -> impl Iterator<Item = PlaceId> + use<> {
        (0..u16::try_from(self.places.len()).expect("fewer than 65,536 places")).map(PlaceId)
    }

    /// The facts of a place.
    #[must_use]
    pub fn place(&self, id: PlaceId) -> &Place {
        &self.places[usize::from(id.0)]
    }

    /// All that people call the places: full and short names, other names, 鲁, and 青潍 for each of its two. In
    /// Simplified or in Traditional characters, as the tables have them.
    #[must_use]
    pub fn all_names(&self) -> BTreeMap<PlaceId, Vec<String>> {
        let named = |it: &Place| {
            let own = [&it.name, &it.name_hant, &it.short_name].into_iter().chain(&it.aliases);
            own.cloned().collect()
        };
        let mut all: BTreeMap<PlaceId, Vec<String>> =
            self.ids().map(|id| (id, named(self.place(id)))).collect();
        let mut add = |id: PlaceId, name: String| all.entry(id).or_default().push(name);
        let provinces = self.shorts.provinces.iter().map(|(c, (id, _))| (*c, *id));
        let cities = self.shorts.cities.iter();
        let cities = cities.flat_map(|(c, ids)| ids.iter().map(move |id| (*c, *id)));
        for (c, id) in provinces.chain(cities).collect::<BTreeSet<_>>() {
            add(id, c.to_string());
        }
        for name in self.names.list.iter().filter(|it| !it.together.is_empty()) {
            for id in &name.together {
                add(*id, name.text.clone());
            }
        }
        all
    }

    /// The place with this code.
    #[must_use]
    pub fn by_code(&self, code: &str) -> Option<PlaceId> {
        self.by_code.get(code).copied()
    }

    /// The divisions above a place, the nearest first: 即墨区 → 青岛市, 山东省.
    pub fn ancestors(&self, id: PlaceId) -> impl Iterator<Item = PlaceId> {
        std::iter::successors(self.place(id).parent, |it| self.place(*it).parent)
    }

    /// How much likelier a name is in regional news than in books, as a logarithm in thousandths: twenty times for
    /// a province, twice for a prefecture.
    fn weight(&self, name: &Name) -> i32 {
        let level = name.senses.iter().map(|it| self.place(it.place).level).min();
        match level {
            Some(Level::Province) => 2_996,
            Some(Level::Prefecture) if !name.cautious => 693,
            _ => 0,
        }
    }

    /// Whether all that a name may mean are counties.
    fn are_counties<'s>(&self, senses: impl IntoIterator<Item = &'s Sense>) -> bool {
        senses.into_iter().all(|it| self.place(it.place).level == Level::County)
    }

    /// Whether a place is a division or lies in it.
    #[must_use]
    pub fn is_within(&self, id: PlaceId, division: PlaceId) -> bool {
        id == division || self.ancestors(id).any(|it| it == division)
    }

    /// The uppermost division above a place, or itself.
    fn province(&self, id: PlaceId) -> PlaceId {
        self.ancestors(id).last().unwrap_or(id)
    }

    /// The place that a person means by a name or a code: `青岛`, `青島市`, `370200`, `吉林省吉林市`, `胶东经济圈`.
    ///
    /// A short name shared by places below one another means the uppermost (东营 is 东营市, not its 东营区);
    /// one of a province or, unless it is an ordinary word, of a prefecture wins over counties elsewhere
    /// (西安). Everything else that is shared is ambiguous (朝阳).
    ///
    /// # Errors
    /// That nothing, or too much, is called that.
    pub fn resolve(&self, name: &str) -> Result<PlaceId, Unresolved> {
        let name = name.trim();
        if let Some(id) = self.by_code(name) {
            return Ok(id);
        }
        let folded = fold(name);
        if let Some(id) = self.lookup(&folded) {
            return Ok(id);
        }
        match self.candidates(&folded).as_slice() {
            [] => Err(Unresolved::Unknown(self.nearest(&folded))),
            several => Err(Unresolved::Ambiguous(
                several.iter().map(|id| self.unique_name(*id, false)).collect(),
            )),
        }
    }

    /// The place of a folded name, which may have its parents before it: 北京市朝阳区, 辽宁朝阳.
    fn lookup(&self, folded: &str) -> Option<PlaceId> {
        if let Some(known) = self.name(folded).filter(|it| !it.senses.is_empty()) {
            let candidates: Vec<PlaceId> = known.senses.iter().map(|it| it.place).collect();
            return self.chosen(known, &candidates);
        }
        if folded.chars().count() > LONGEST_PATH {
            return None;
        }
        let mut found: Vec<PlaceId> = Vec::new();
        for (at, _) in folded.char_indices().skip(1) {
            let (head, tail) = folded.split_at(at);
            let below = self.candidates(tail.trim_start_matches(['/', ' ', '·']));
            if below.is_empty() {
                continue;
            }
            let Some(parent) = self.lookup(head.trim_end_matches(['/', ' ', '·'])) else {
                continue;
            };
            found.extend(
                below.into_iter().filter(|id| *id != parent && self.is_within(*id, parent)),
            );
        }
        found.sort_unstable();
        found.dedup();
        found.iter().copied().find(|id| found.iter().all(|other| self.is_within(*other, *id)))
    }

    /// A name by its folded text.
    fn name(&self, folded: &str) -> Option<&Name> {
        let at = self.names.list.binary_search_by(|it| it.text.as_str().cmp(folded)).ok()?;
        Some(&self.names.list[at])
    }

    /// The places with this folded name.
    fn candidates(&self, folded: &str) -> Vec<PlaceId> {
        self.name(folded).into_iter().flat_map(|it| it.senses.iter().map(|it| it.place)).collect()
    }

    /// The one of the candidates that the name means by itself.
    fn chosen(&self, name: &Name, candidates: &[PlaceId]) -> Option<PlaceId> {
        let upper = candidates.iter().copied().min_by_key(|id| self.place(*id).level)?;
        let level = self.place(upper).level;
        let others = || candidates.iter().copied().filter(|id| *id != upper);
        if others().all(|id| self.ancestors(id).any(|it| it == upper)) {
            return Some(upper);
        }
        let alone_at_level = others().all(|id| self.place(id).level > level);
        let wins = match level {
            Level::Province => true,
            Level::Prefecture => !name.cautious,
            // A division is meant before a zone that has its name as an alias.
            Level::County => others().all(|id| !self.place(id).level.is_division()),
            Level::Zone | Level::Region => false,
        };
        (alone_at_level && wins).then_some(upper)
    }

    /// Up to three names that are like an unknown one.
    fn nearest(&self, folded: &str) -> Vec<String> {
        /// Half of the characters; where it is no more than that, the first one has to be the same.
        const LIKE: f64 = 0.5;
        if folded.chars().count() > LONGEST_PATH {
            return Vec::new();
        }
        if folded.len() == CODE_DIGITS && folded.bytes().all(|it| it.is_ascii_digit()) {
            return self.nearest_codes(folded);
        }
        let likeness = |name: &str| {
            let likeness = strsim::normalized_levenshtein(folded, name);
            let same_head = folded.chars().next() == name.chars().next();
            if same_head || likeness > LIKE { likeness } else { 0.0 }
        };
        let mut scored: Vec<(f64, PlaceId)> = Vec::new();
        for name in &self.names.list {
            let score = likeness(&name.text);
            if score >= LIKE {
                scored.extend(name.senses.iter().map(|it| (score, it.place)));
            }
        }
        scored.sort_by(|a, b| {
            b.0.total_cmp(&a.0)
                .then(self.place(a.1).level.cmp(&self.place(b.1).level))
                .then(a.1.cmp(&b.1))
        });
        let mut names: Vec<String> = Vec::new();
        for (_, id) in scored {
            let name = self.unique_name(id, false);
            if !names.contains(&name) {
                names.push(name);
            }
            if names.len() == 3 {
                break;
            }
        }
        names
    }

    /// Up to three places with codes next to an unknown one, with their codes.
    fn nearest_codes(&self, code: &str) -> Vec<String> {
        let number = |code: &str| code.parse::<i32>().unwrap_or_default();
        let mut near: Vec<(i32, &str, PlaceId)> = self
            .by_code
            .iter()
            .filter(|(it, _)| it[..2] == code[..2])
            .map(|(it, id)| ((number(it) - number(code)).abs(), it.as_str(), *id))
            .collect();
        near.sort();
        let shown = near.into_iter().take(3);
        shown.map(|(_, code, id)| format!("{code} {}", self.place(id).name)).collect()
    }

    /// A name that [`Gazetteer::resolve`] leads back to this place: the full name, with as many parents
    /// before it as that takes (北京市朝阳区).
    #[must_use]
    pub fn unique_name(&self, id: PlaceId, traditional: bool) -> String {
        let mut name = self.place(id).name_in(traditional).to_owned();
        let shared = self.candidates(&fold(&name)).len() > 1;
        if shared && let Some(parent) = self.ancestors(id).next() {
            name.insert_str(0, self.place(parent).name_in(traditional));
        }
        name
    }

    /// The page of a place: `/cities/shandong/`, `/cities/qingdao/`, `/cities/qingdao/jimo/`,
    /// `/cities/hubei/xiantao/`, `/zones/jiaodong-jingjiquan/`.
    #[must_use]
    pub fn route(&self, id: PlaceId) -> Route {
        self.route_with(id, &self.place(id).slug)
    }

    /// The page that lists the places sharing a bare slug (`/cities/suzhou/`), for a division whose own slug
    /// has a suffix (`suzhou-js`).
    #[must_use]
    pub fn choice(&self, id: PlaceId) -> Option<Route> {
        let (bare, _) = self.place(id).slug.split_once('-')?;
        self.shared_slugs
            .contains(&slug_key(self.place(id), bare))
            .then(|| self.route_with(id, bare))
    }

    /// The page of a zone that no table has: its own name, which no slug of the table is.
    ///
    /// # Panics
    /// If the name is no part of an address; names found in texts hold nothing but Han characters, letters and
    /// digits.
    #[must_use]
    pub fn zone_route(name: &str) -> Route {
        Route::known(&["zones", name])
    }

    fn route_with(&self, id: PlaceId, slug: &str) -> Route {
        let place = self.place(id);
        match (place.level, place.parent) {
            (Level::Zone | Level::Region, _) => Route::known(&["zones", slug]),
            (Level::County, Some(parent)) => {
                Route::known(&["cities", &self.place(parent).slug, slug])
            }
            _ => Route::known(&["cities", slug]),
        }
    }
}

/// What two slugs share if they would be one address.
fn slug_key(place: &Place, slug: &str) -> String {
    let slug = slug.to_lowercase();
    match (place.level, place.parent) {
        (Level::Zone | Level::Region, _) => format!("zones/{slug}"),
        (Level::County, Some(parent)) => format!("{}/{slug}", parent.0),
        _ => slug,
    }
}

/// The bare slugs of the divisions that have a suffix, for another has the same pinyin.
fn shared_slugs(places: &[Place]) -> BTreeSet<String> {
    let divisions = places.iter().filter(|it| it.level.is_division());
    divisions.filter_map(|it| Some(slug_key(it, it.slug.split_once('-')?.0))).collect()
}

/// The division that a zone belongs to: the one it lies in. A region belongs to none.
fn parent_of_zone(level: Level, members: &[PlaceId]) -> Option<PlaceId> {
    match members {
        [one] if level == Level::Zone => Some(*one),
        _ => None,
    }
}

/// The folded names of a place and how each names it, the fullest first.
fn forms_of(place: &Place) -> Vec<(String, Form)> {
    let aliases = place.aliases.iter().map(|it| (fold(it), Form::Alias));
    let mut forms = vec![
        (fold(&place.name), Form::Full),
        // 岳西縣 folds to 岳西县 anyhow, but not every Traditional name does.
        (fold(&place.name_hant), Form::Full),
        (fold(&place.short_name), Form::Short),
    ];
    // 恩施州, 海南州: as everybody says for 恩施土家族苗族自治州.
    if place.level == Level::Prefecture && place.name.ends_with("自治州") {
        forms.push((fold(&format!("{}州", place.short_name)), Form::Full));
    }
    forms.extend(aliases);
    forms.retain(|(text, _)| !place.ignored.contains(text));
    forms
}

//! The places of China as identities.
//!
//! In: the compiled-in table of divisions (GB/T 2260). Out: for a name or a code the one [`Place`] it means,
//! or the candidates; for a text the places it names ([`find`]); for a place its hierarchy and its route.
//! Names are compared folded, so 青島 and 青岛 are one. Nothing here guesses: a name that may mean two
//! places stays ambiguous.
//!
//! Where the data comes from stands in `data/README.md`.

pub mod find;
mod table;

use std::collections::BTreeMap;
use std::sync::OnceLock;

use serde::Serialize;

use crate::route::Route;
use crate::text::fold::fold;

/// A place, as an index into the gazetteer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct PlaceId(u16);

/// Where a place stands in the hierarchy.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Level {
    /// 省, 自治区, 直辖市, 特别行政区.
    Province,
    /// 地级市, 自治州, 地区, 盟.
    Prefecture,
    /// 县, 县级市, 区, 旗.
    County,
}

/// A division.
#[derive(Debug, Clone, PartialEq)]
pub struct Place {
    /// The six digits of GB/T 2260: `370200`.
    pub code: String,
    /// The full name: 青岛市.
    pub name: String,
    /// The name without the word for its kind: 青岛.
    pub short_name: String,
    /// The full name in Traditional characters: 青島市.
    pub name_hant: String,
    /// Province, prefecture or county.
    pub level: Level,
    /// The division it belongs to: 山东省.
    pub parent: Option<PlaceId>,
    /// Its part of the address, fixed for ever: `qingdao`.
    pub slug: String,
    /// How the short name is read: `qing dao`.
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

/// All places, and the ways to find them.
pub struct Gazetteer {
    places: Vec<Place>,
    by_code: BTreeMap<String, PlaceId>,
    /// Folded full and short names.
    by_name: BTreeMap<String, Vec<PlaceId>>,
    /// Folded short names that are ordinary words too (合作, 成功), or as often another place (朝阳).
    blocked: Vec<String>,
    finder: find::Finder,
}

impl Gazetteer {
    /// The gazetteer that is compiled into the program, read once.
    #[must_use]
    pub fn built_in() -> &'static Self {
        static BUILT_IN: OnceLock<Gazetteer> = OnceLock::new();
        BUILT_IN.get_or_init(Self::read)
    }

    fn read() -> Self {
        let places = table::divisions();
        let blocked = table::blocklist();
        let mut by_code = BTreeMap::new();
        let mut by_name: BTreeMap<String, Vec<PlaceId>> = BTreeMap::new();
        for (id, place) in (0..).map(PlaceId).zip(&places) {
            by_code.insert(place.code.clone(), id);
            for name in names(place) {
                by_name.entry(name).or_default().push(id);
            }
        }
        let finder = find::Finder::new(by_name.keys());
        Self { places, by_code, by_name, blocked, finder }
    }

    /// All places in the order of their codes.
    pub fn ids(&self) -> impl Iterator<Item = PlaceId> + use<> {
        (0..u16::try_from(self.places.len()).expect("fewer than 65,536 divisions")).map(PlaceId)
    }

    /// The facts of a place.
    #[must_use]
    pub fn place(&self, id: PlaceId) -> &Place {
        &self.places[usize::from(id.0)]
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

    /// The place that a person means by a name or a code: `青岛`, `青島市`, `370200`, `吉林省吉林市`.
    ///
    /// A short name shared by places below one another means the uppermost (东营 is 东营市, not its 东营区);
    /// one of a province or, unless it is on the blocklist, of a prefecture wins over counties elsewhere
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
        let candidates = self.candidates(&folded);
        match (self.chosen(&folded, &candidates), candidates.as_slice()) {
            (Some(id), _) => Ok(id),
            (None, []) => self.resolve_path(&folded),
            (None, several) => Err(Unresolved::Ambiguous(
                several.iter().map(|id| self.unique_name(*id, false)).collect(),
            )),
        }
    }

    /// The places with this folded full or short name.
    pub(crate) fn candidates(&self, folded: &str) -> Vec<PlaceId> {
        self.by_name.get(folded).cloned().unwrap_or_default()
    }

    /// The one of the candidates that the folded name means by itself.
    pub(crate) fn chosen(&self, folded: &str, candidates: &[PlaceId]) -> Option<PlaceId> {
        let upper = candidates.iter().copied().min_by_key(|id| self.place(*id).level)?;
        let level = self.place(upper).level;
        let others = || candidates.iter().copied().filter(|id| *id != upper);
        if others().all(|id| self.ancestors(id).any(|it| it == upper)) {
            return Some(upper);
        }
        let alone_at_level = others().all(|id| self.place(id).level > level);
        let wins = match level {
            Level::Province => true,
            Level::Prefecture => !self.is_blocked(folded),
            Level::County => false,
        };
        (alone_at_level && wins).then_some(upper)
    }

    /// Whether a folded short name is an ordinary word too, or as often another place.
    pub(crate) fn is_blocked(&self, folded: &str) -> bool {
        self.blocked.binary_search_by(|it| it.as_str().cmp(folded)).is_ok()
    }

    /// Reads a name with its parents before it: 北京市朝阳区, 辽宁朝阳.
    fn resolve_path(&self, folded: &str) -> Result<PlaceId, Unresolved> {
        let mut found: Vec<PlaceId> = Vec::new();
        for (at, _) in folded.char_indices().skip(1) {
            let (head, tail) = folded.split_at(at);
            let Ok(parent) = self.resolve(head) else {
                continue;
            };
            let below = self.candidates(tail.trim_start_matches(['/', ' ', '·']));
            found.extend(below.into_iter().filter(|id| self.ancestors(*id).any(|it| it == parent)));
        }
        found.sort_unstable();
        found.dedup();
        let upper = found.iter().copied().find(|id| {
            found.iter().all(|other| other == id || self.ancestors(*other).any(|it| it == *id))
        });
        upper.ok_or_else(|| Unresolved::Unknown(self.nearest(folded)))
    }

    /// Up to three names that are like an unknown one.
    fn nearest(&self, folded: &str) -> Vec<String> {
        /// Half of the characters; where it is no more than that, the first one has to be the same.
        const LIKE: f64 = 0.5;
        let likeness = |name: &str| {
            let likeness = strsim::normalized_levenshtein(folded, name);
            let same_head = folded.chars().next() == name.chars().next();
            if same_head || likeness > LIKE { likeness } else { 0.0 }
        };
        let mut scored: Vec<(f64, PlaceId)> = Vec::new();
        for (name, ids) in &self.by_name {
            let score = likeness(name);
            if score >= LIKE {
                scored.extend(ids.iter().map(|id| (score, *id)));
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
    /// `/cities/hubei/xiantao/`.
    #[must_use]
    pub fn route(&self, id: PlaceId) -> Route {
        let place = self.place(id);
        match (place.level, place.parent) {
            (Level::County, Some(parent)) => {
                Route::known(&["cities", &self.place(parent).slug, &place.slug])
            }
            _ => Route::known(&["cities", &place.slug]),
        }
    }

    /// The page that lists the places sharing a bare slug (`/cities/suzhou/`), for a place whose own slug
    /// has a suffix (`suzhou-js`).
    #[must_use]
    pub fn choice(&self, id: PlaceId) -> Option<Route> {
        let place = self.place(id);
        let (bare, _) = place.slug.split_once('-')?;
        Some(match (place.level, place.parent) {
            (Level::County, Some(parent)) => {
                Route::known(&["cities", &self.place(parent).slug, bare])
            }
            _ => Route::known(&["cities", bare]),
        })
    }
}

/// The folded names of a place: full and short, in both scripts (岳西縣 folds to 岳西县 anyhow).
fn names(place: &Place) -> Vec<String> {
    let mut names = vec![fold(&place.name), fold(&place.short_name), fold(&place.name_hant)];
    names.sort();
    names.dedup();
    names
}

//! The places that a text names.
//!
//! In: a text in either script. Out: mentions, in order, without overlaps. Found are full names (山东省, 诸城市),
//! short names of provinces and prefectures (山东, 青岛) and, where the text also names the county in full
//! or a division above it, short names of counties (诸城). A short name on the blocklist, and a name that
//! several places share, counts only when the text names one of their parents; else it is left out.
//!
//! Not told apart yet: a name inside a longer word (山西 in 华家山西麓).

use std::collections::BTreeSet;
use std::ops::Range;

use aho_corasick::{AhoCorasick, AhoCorasickKind, MatchKind};

use super::{Gazetteer, Level, PlaceId};
use crate::text::fold::Folded;

/// Finds names; which place a name means is decided afterwards.
pub(super) struct Finder {
    names: Vec<String>,
    automaton: AhoCorasick,
}

impl Finder {
    pub(super) fn new<'a>(names: impl Iterator<Item = &'a String>) -> Self {
        let names: Vec<String> = names.filter(|name| name.chars().count() > 1).cloned().collect();
        let automaton = AhoCorasick::builder()
            .match_kind(MatchKind::LeftmostLongest)
            .kind(Some(AhoCorasickKind::ContiguousNFA))
            .build(&names)
            .expect("some thousand names of a few characters fit an automaton");
        Self { names, automaton }
    }
}

/// A place named in a text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mention {
    /// The place.
    pub place: PlaceId,
    /// Where it is named, in bytes of the text as given.
    pub span: Range<usize>,
}

/// A name found, not yet decided.
struct Hit<'g> {
    name: &'g str,
    span: Range<usize>,
    candidates: Vec<PlaceId>,
}

impl Gazetteer {
    /// The places that a text names, in order.
    #[must_use]
    pub fn find(&self, text: &str) -> Vec<Mention> {
        let folded = Folded::new(text);
        let hits: Vec<Hit<'_>> = self
            .finder
            .automaton
            .find_iter(&folded.text)
            .map(|it| {
                self.hit(
                    &self.finder.names[it.pattern().as_usize()],
                    folded.original(it.start())..folded.original(it.end()),
                )
            })
            .collect();
        let certain: BTreeSet<PlaceId> =
            hits.iter().filter_map(|hit| self.by_itself(hit)).collect();
        let mention = |hit: &Hit<'_>| {
            let place = self.by_itself(hit).or_else(|| self.by_context(hit, &certain))?;
            Some(Mention { place, span: hit.span.clone() })
        };
        hits.iter().filter_map(mention).collect()
    }

    fn hit<'g>(&self, name: &'g str, span: Range<usize>) -> Hit<'g> {
        Hit { name, span, candidates: self.candidates(name) }
    }

    /// What the name means in any text: one place has this full name, or it is the short name of a province
    /// or of a prefecture that is no ordinary word.
    fn by_itself(&self, hit: &Hit<'_>) -> Option<PlaceId> {
        let chosen = self.chosen(hit.name, &hit.candidates)?;
        let place = self.place(chosen);
        let full = hit.name != place.short_name;
        let short_is_enough = place.level != Level::County && !self.is_blocked(hit.name);
        (full || short_is_enough || place.short_name == place.name).then_some(chosen)
    }

    /// What the name means in a text that certainly names `certain`: the one candidate that is among them or
    /// below one of them.
    fn by_context(&self, hit: &Hit<'_>, certain: &BTreeSet<PlaceId>) -> Option<PlaceId> {
        let named = |id: PlaceId| certain.contains(&id);
        let mut fits = hit.candidates.iter().copied().filter(|id| named(*id));
        if let (Some(one), None) = (fits.next(), fits.next()) {
            return Some(one);
        }
        if self.is_blocked(hit.name) {
            return None;
        }
        let mut fits = hit.candidates.iter().copied().filter(|id| self.ancestors(*id).any(named));
        match (fits.next(), fits.next()) {
            (Some(one), None) => Some(one),
            _ => None,
        }
    }
}

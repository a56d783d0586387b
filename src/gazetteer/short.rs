//! One-character names: 鲁豫两省, 京、津、冀, 赴鲁; and the pairs of the table: 青潍.
//!
//! In: a text whose divisions and zones are decided. Out: the places that its one-character names mean. A
//! single character is a name only beside others (鲁豫, 苏浙沪皖), in a list of such (京、津、冀), or between words
//! that leave no doubt (赴鲁, 鲁企); 新, 云, 台, 青 and others that are ordinary characters count only beside one
//! that is not.

use std::collections::BTreeMap;
use std::ops::Range;

use rustc_hash::FxHashMap;

use super::PlaceId;
use super::find::{Named, Reader};
use super::ordinary::Ordinary;
use crate::text::word_list::SomeChars;

/// No more one-character names stand side by side.
const LONGEST_RUN: usize = 6;

/// How many provinces 两省, 三省 are, by the place of the numeral.
const COUNTS: &str = "〇一两三四五六";

/// The one-character names of provinces and cities, by the character.
#[derive(Debug, Default)]
pub(super) struct Shorts {
    pub(super) provinces: FxHashMap<char, (PlaceId, Strength)>,
    chars: SomeChars,
    pub(super) cities: BTreeMap<char, Vec<PlaceId>>,
}

/// How surely a character names a province.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Strength {
    /// It hardly stands for anything else: 鲁.
    Strong,
    /// It stands for much else, but not beside another one: 新.
    Weak,
}

impl Shorts {
    pub(super) fn add(&mut self, c: char, province: PlaceId, strength: Strength) {
        self.provinces.insert(c, (province, strength));
        self.chars.insert(c);
    }

    fn is_short(&self, c: char) -> bool {
        self.chars.may_have(c) && self.provinces.contains_key(&c)
    }

    fn is_strong(&self, c: char) -> bool {
        self.provinces.get(&c).is_some_and(|it| it.1 == Strength::Strong)
    }
}

impl Reader<'_> {
    /// The places of one-character names and pairs outside of `zones`, in order.
    pub(super) fn shorts(
        &self,
        zones: &[(Named, Range<usize>, super::find::Rule)],
    ) -> Vec<(PlaceId, Range<usize>)> {
        let mut shorts: Vec<(PlaceId, Range<usize>)> = Vec::new();
        let mut end = 0;
        for hit in self.hits.iter().filter(|it| !it.name.together.is_empty()) {
            if hit.span.start >= end && self.is_free(&hit.span, zones) && self.pair_fits(hit) {
                end = hit.span.end;
                shorts.extend(hit.name.together.iter().map(|id| (*id, hit.span.clone())));
            }
        }
        let pairs: Vec<Range<usize>> = shorts.iter().map(|(_, span)| span.clone()).collect();
        let mut at = 0;
        let all = &self.gazetteer.shorts;
        let short = |c: &char| all.is_short(*c);
        while let Some(next) = self.text[at..].iter().position(short) {
            at += next;
            let Some(run) = self.run(at) else {
                // Not a piece of a run that is none.
                at += self.text[at..].iter().take_while(|c| short(c)).count();
                continue;
            };
            at = run.end;
            let overlaps = |it: &Range<usize>| it.start < run.end && it.end > run.start;
            let next = pairs.partition_point(|it| it.end <= run.start);
            if self.is_free(&run, zones) && !pairs.get(next).is_some_and(overlaps) {
                shorts.extend(self.places_of(&run));
            }
        }
        // 京津冀 is a region, and names its three members.
        for (named, span, _) in zones {
            let Named::Place(region) = named else { continue };
            shorts.extend(self.members_named(*region, span));
        }
        shorts.sort_by_key(|(_, span)| span.start);
        shorts
    }

    /// Drops the names that are pieces of one-character names side by side: 青川 in 甘青川三省.
    pub(super) fn drop_in_runs(&mut self) {
        let hits = std::mem::take(&mut self.hits);
        let shorts = &self.gazetteer.shorts;
        let in_run = |span: &Range<usize>| {
            let start = (span.start.saturating_sub(LONGEST_RUN)..=span.start)
                .find(|at| (*at..span.end).all(|it| shorts.is_short(self.text[it])));
            let run = start.and_then(|at| self.run(at));
            run.is_some_and(|it| it.len() > span.len() && it.end >= span.end)
        };
        let kept = hits.into_iter().filter(|it| it.name.senses.is_empty() || !in_run(&it.span));
        self.hits = kept.collect();
    }

    /// Whether no division or zone is named at a span.
    fn is_free(
        &self,
        span: &Range<usize>,
        zones: &[(Named, Range<usize>, super::find::Rule)],
    ) -> bool {
        let division = self.decided_before(span.end).map(|it| &it.span);
        let zone = zones
            .partition_point(|(_, it, _)| it.start < span.end)
            .checked_sub(1)
            .map(|it| &zones[it].1);
        division.into_iter().chain(zone).all(|it| it.end <= span.start)
    }

    /// Whether a pair or nickname of the table is meant: a pair before a word such as 同城化, or where one of
    /// its places is named; a nickname where its place is.
    fn pair_fits(&self, hit: &super::find::Hit<'_>) -> bool {
        let behind = &self.text[hit.span.end..];
        let together = &hit.name.together;
        let is_pair = together.len() > 1;
        // 沪苏 in 沪苏浙皖 is two provinces of four.
        let shorts = &self.gazetteer.shorts;
        let all_short = self.text[hit.span.clone()].iter().all(|c| shorts.is_short(*c));
        let next = behind.first().is_some_and(|c| shorts.is_short(*c));
        let previous =
            hit.span.start.checked_sub(1).is_some_and(|at| shorts.is_short(self.text[at]));
        if is_pair && all_short && (next || previous) {
            return false;
        }
        // 金陵东路 is a road.
        if self.forms.hold(self.text, &hit.span, false, false) {
            return false;
        }
        (is_pair && self.forms.joint.at_head(behind).is_some())
            || together.iter().any(|id| self.named.contains(id))
            || (together.len() > 2)
    }

    /// The characters from `at` on that may be one-character names side by side, or one between sure words.
    fn run(&self, at: usize) -> Option<Range<usize>> {
        let shorts = &self.gazetteer.shorts;
        let short = |c: &&char| shorts.is_short(**c);
        let length = self.text[at..].iter().take(LONGEST_RUN + 1).take_while(short).count();
        if length == 0 {
            return None;
        }
        let run = at..at + length;
        let strong = self.text[run.clone()].iter().filter(|c| shorts.is_strong(**c)).count();
        let behind = &self.text[run.end..];
        let joint = self.forms.joint.at_head(behind).is_some();
        let counted = COUNTS.chars().position(|c| behind.first() == Some(&c)) == Some(length)
            && matches!(behind.get(1), Some('省' | '地'));
        let fits = match length {
            1 => strong == 1 && (self.stands_alone(at) || self.in_list(at)),
            2..=LONGEST_RUN if counted => true,
            2..=LONGEST_RUN => {
                !self.is_word(&run) && (strong == length || (joint && strong * 2 >= length))
            }
            _ => false,
        };
        fits.then_some(run)
    }

    /// Whether ordinary words hold or cut a run: 新晋, 贵港.
    fn is_word(&self, run: &Range<usize>) -> bool {
        let words = Ordinary::built_in();
        words.knows(&self.text[run.clone()])
            || words.holds(self.text, run)
            || words.cuts(self.text, run, 0)
    }

    /// 赴鲁考察, 鲁企.
    fn stands_alone(&self, at: usize) -> bool {
        // 陇县
        if matches!(self.text.get(at + 1), Some('县' | '市' | '区' | '省' | '州')) {
            return false;
        }
        let one = at..at + 1;
        let words = Ordinary::built_in();
        let before = &self.text[..at];
        let led = self.forms.before_one.at_end(before).is_some()
            && (before.len() == 1 || !words.knows(&self.text[at - 2..at]))
            && !words.holds(self.text, &one);
        let followed = self.forms.after_one.at_head(&self.text[at + 1..]).is_some()
            && before.last().is_none_or(|c| !crate::text::is_name_char(*c));
        led || followed
    }

    /// 京、津、冀: at least one neighbour is such a name too.
    fn in_list(&self, at: usize) -> bool {
        let short =
            |at: usize| self.text.get(at).is_some_and(|c| self.gazetteer.shorts.is_short(*c));
        let comma = |at: usize| self.text.get(at) == Some(&'、');
        let free = |at: usize| self.text.get(at).is_none_or(|c| !crate::text::is_name_char(*c));
        (comma(at + 1)
            && short(at + 2)
            && (comma(at + 3) || !free(at + 3) || at + 3 >= self.text.len())
            && (at == 0 || free(at - 1)))
            || (at >= 2 && comma(at - 1) && short(at - 2) && (at == 2 || free(at - 3)))
    }

    /// The places that the characters of a run mean.
    fn places_of(&self, run: &Range<usize>) -> Vec<(PlaceId, Range<usize>)> {
        let shorts = &self.gazetteer.shorts;
        run.clone()
            .filter_map(|at| Some((shorts.provinces.get(&self.text[at])?.0, at..at + 1)))
            .collect()
    }

    /// The members of a region that its name consists of: 京津冀, 粤港澳.
    fn members_named(&self, region: PlaceId, span: &Range<usize>) -> Vec<(PlaceId, Range<usize>)> {
        let members = &self.gazetteer.place(region).members;
        let shorts = &self.gazetteer.shorts;
        let member = |at: usize| {
            let c = self.text[at];
            let city = shorts.cities.get(&c).into_iter().flatten().copied();
            let mut any = shorts.provinces.get(&c).map(|it| it.0).into_iter().chain(city);
            let of_region = |id: &PlaceId| {
                members.iter().any(|it| *it == *id || self.gazetteer.is_within(*it, *id))
            };
            any.find(of_region).map(|id| (id, at..at + 1))
        };
        let found: Option<Vec<_>> = span.clone().map(member).collect();
        found.unwrap_or_default()
    }
}

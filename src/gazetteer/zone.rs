//! Zones and regions named in a text.
//!
//! In: a text whose divisions are decided. Out: the zones of the table by name or alias, and zones that no table
//! has by their form: the name of a division, or a name that begins where nothing else can, then words such as
//! 经济技术, then a word such as 开发区 (诸城经济开发区, 望海艺术特区). The word for the kind alone (高新区) means the
//! one such zone that the text names.

use std::collections::BTreeSet;
use std::ops::Range;

use rustc_hash::FxHashMap;

use super::find::{Decided, Named, Reader, Rule};
use super::{Form, Gazetteer, Level, PlaceId};
use crate::text::fold::fold;
use crate::text::is_han;

/// An alias of a zone as short as this may be something else elsewhere (前海, 竹科): it counts only where the
/// text names what the zone belongs to.
const SHORT_ALIAS: usize = 3;

/// The name before the words for a zone's kind is no longer than this.
const LONGEST_HEAD: usize = 4;

/// No name of a zone is longer than this.
const LONGEST_NAME: usize = 30;

/// Longer and shorter ways to write the kind of a zone.
const KINDS: [(&str, &str); 12] = [
    ("高新技术产业开发区", "高新区"),
    ("高新技术产业园区", "高新区"),
    ("高新技术开发区", "高新区"),
    ("经济技术开发区", "经开区"),
    ("经济开发区", "经开区"),
    ("工业园区", "工业园"),
    ("产业园区", "产业园"),
    ("科技园区", "科技园"),
    ("综合保税区", "综保区"),
    ("自由贸易试验区", "自贸区"),
    ("自贸试验区", "自贸区"),
    ("自由贸易港", "自贸港"),
];

/// A zone or region in the text, in characters.
type Zone = (Named, Range<usize>, Rule);

/// What two names of one zone share: the division without the word for its kind, the zone's kind in its
/// short form. 诸城市经济开发区 and 诸城经开区 → 诸城经开区.
pub(super) fn key(name: &str, division: Option<(&str, &str)>) -> String {
    let mut key = name.to_owned();
    if let Some((full, short)) = division
        && let Some(rest) = name.strip_prefix(full)
    {
        key = format!("{short}{rest}");
    }
    for (long, short) in KINDS {
        if let Some(head) = key.strip_suffix(long) {
            return format!("{head}{short}");
        }
    }
    key
}

impl Reader<'_> {
    /// The zones and regions of the text, in order.
    pub(super) fn zones(&self) -> Vec<Zone> {
        let mut zones: Vec<Zone> = self.zones_of_table();
        let words = self.zone_words();
        let of_table: Vec<Range<usize>> = zones.iter().map(|it| it.1.clone()).collect();
        for word in &words {
            // 争当胶东经济圈: no other name goes on in one of the table, but a division before it may.
            let next = of_table.partition_point(|it| it.end < word.end);
            let known = of_table.get(next).filter(|it| it.start < word.start);
            let open = self.open_zone(word).filter(|(_, span, _)| {
                known.is_none_or(|it| {
                    self.decided_ending(it.start).is_some_and(|d| d.span.start == span.start)
                })
            });
            zones.extend(open);
        }
        zones.retain(|(_, span, _)| span.len() <= LONGEST_NAME);
        zones.sort_by_key(|(_, span, _)| (span.start, std::cmp::Reverse(span.end)));
        let mut kept: Vec<Zone> = Vec::new();
        for zone in zones {
            if kept.last().is_none_or(|(_, span, _)| span.end <= zone.1.start) {
                kept.push(zone);
            }
        }
        let mut known: FxHashMap<String, Option<Named>> = FxHashMap::default();
        let again: Vec<Zone> =
            words.iter().filter_map(|it| self.zone_again(it, &kept, &mut known)).collect();
        kept.extend(again);
        kept.sort_by_key(|(_, span, _)| span.start);
        under_longest_names(&mut kept);
        kept
    }

    /// The words that zones and regions end in, the longest at each place.
    fn zone_words(&self) -> Vec<Range<usize>> {
        let word = |end: usize| {
            let text = &self.text[..end];
            let zone = self.forms.zones.at_end(text).max(self.forms.regions.at_end(text))?;
            Some(end - zone..end)
        };
        // All of them end in one of these.
        let ends = |c: char| {
            matches!(c, '区' | '园' | '城' | '港' | '圈' | '群' | '带' | '廊' | '心' | '地')
        };
        let chars = self.text.iter().enumerate().filter(|(_, c)| ends(**c));
        chars.filter_map(|(at, _)| word(at + 1)).collect()
    }

    fn zones_of_table(&self) -> Vec<Zone> {
        let zone = |hit: &super::find::Hit<'_>| {
            let sense = hit
                .name
                .senses
                .iter()
                .find(|it| !self.gazetteer.place(it.place).level.is_division())?;
            let place = self.gazetteer.place(sense.place);
            let short = hit.span.len() <= SHORT_ALIAS
                && place.level == Level::Zone
                && sense.form != Form::Full;
            let fits = !short || self.is_known(sense.place);
            // 胶东国际机场 is an airport.
            let behind = &self.text[hit.span.end..];
            let is_other = behind.starts_with(&['国', '际', '机', '场'])
                || behind.starts_with(&['机', '场'])
                || behind.starts_with(&['半', '岛']);
            (fits && !is_other)
                .then(|| (Named::Place(sense.place), hit.span.clone(), Rule::ZoneName))
        };
        self.hits.iter().filter_map(zone).collect()
    }

    /// Whether the text names a member of a zone, or a division of the same province.
    fn is_known(&self, zone: PlaceId) -> bool {
        let members = &self.gazetteer.place(zone).members;
        let provinces: BTreeSet<PlaceId> =
            members.iter().map(|id| self.gazetteer.province(*id)).collect();
        self.named
            .iter()
            .chain(&self.gazetteer.region)
            .any(|id| provinces.contains(&self.gazetteer.province(*id)))
    }

    /// The zone that ends in the word at `word`.
    fn open_zone(&self, word: &Range<usize>) -> Option<Zone> {
        // 浦东新区 is a division.
        let inside = self.decided_before(word.end).map(|it| &it.span);
        if inside.is_some_and(|it| it.end >= word.end && it.start < word.start) {
            return None;
        }
        // 开发区域, 示范区块
        if matches!(self.text.get(word.end), Some('域' | '块' | '间' | '别' | '分')) {
            return None;
        }
        let mut start = word.start;
        while word.start - start < LONGEST_NAME
            && self.decided_ending(start).is_none()
            && let Some(length) = self.forms.modifiers.at_end(&self.text[..start])
        {
            start -= length;
        }
        if let Some(division) = self.decided_ending(start) {
            // 香港特区 is 香港.
            let is_province = self.gazetteer.place(division.place).level == Level::Province;
            if is_province && start == word.start && self.text[word.clone()] == ['特', '区'] {
                return None;
            }
            // 漳浦台湾农民创业园
            let before =
                self.decided_ending(division.span.start).filter(|it| self.is_short_form(it));
            let begin = before.map_or(division.span.start, |it| it.span.start);
            return Some(self.open(begin..word.end, Some(before.unwrap_or(division).place)));
        }
        let head = self.head(start)?;
        let division = self.decided_ending(head.start);
        // 神木市锦界工业园 is 锦界工业园 of 神木市, 合肥滨湖新区 has but this name.
        let first = division.filter(|it| self.is_short_form(it));
        let begin = first.map_or(head.start, |it| it.span.start);
        let modified = start < word.start;
        // A name of its own needs more than 新城 or 园区 behind it to be told from other words.
        (division.is_some()
            || modified
            || word.len() > 2
            || self.text[word.clone()] == ['新', '区'])
        .then(|| self.open(begin..word.end, first.map(|it| it.place)))
    }

    /// Whether a division is named without the word for its kind.
    fn is_short_form(&self, division: &Decided) -> bool {
        let full = &self.gazetteer.place(division.place).name;
        division.span.len() < full.chars().count()
    }

    /// The name that ends at a character, if it begins where no word goes on.
    fn head(&self, end: usize) -> Option<Range<usize>> {
        let begins = |start: &usize| {
            self.forms.name_may_begin(&self.text[..*start]) || self.decided_ending(*start).is_some()
        };
        let earliest = end.saturating_sub(LONGEST_HEAD);
        let start = (earliest..end.saturating_sub(1)).rev().find(begins)?;
        let text = &self.text[start..end];
        let fits = text.iter().all(|c| is_han(*c))
            && self.forms.generic.at_head(text).is_none()
            && self.forms.generic.at_end(text).is_none()
            && (0..text.len()).all(|at| !self.forms.stop_at_head(&text[at..]));
        fits.then_some(start..end)
    }

    /// Whether a zone's name ends in a kind, in the kind's short form.
    fn is_kind(&self, named: &Named, kind: &str) -> bool {
        key(self.gazetteer.name_of(named), None).ends_with(kind)
    }

    /// A zone by its form; one of the table, if it is that.
    fn open(&self, span: Range<usize>, division: Option<PlaceId>) -> Zone {
        let name: String = self.text[span.clone()].iter().collect();
        let place = division.map(|id| self.gazetteer.place(id));
        let written = place.map(|it| (fold(&it.name), fold(&it.short_name)));
        let key = key(&name, written.as_ref().map(|(full, short)| (&**full, &**short)));
        // A name that a site gives a division may hold other characters, which no address takes.
        let key: String = key.chars().filter(|c| crate::text::is_name_char(*c)).collect();
        let named = match self.gazetteer.zone_with_key(&key, division) {
            Some(place) => return (Named::Place(place), span, Rule::ZoneName),
            None => Named::Open(key),
        };
        (named, span, Rule::ZoneForm)
    }

    /// The word for a kind of zone alone, where the text names one zone of this kind. `known` remembers what each
    /// word means.
    fn zone_again(
        &self,
        word: &Range<usize>,
        zones: &[Zone],
        known: &mut FxHashMap<String, Option<Named>>,
    ) -> Option<Zone> {
        let at = zones.partition_point(|(_, span, _)| span.start < word.end);
        let inside = at.checked_sub(1).is_some_and(|it| zones[it].1.end > word.start);
        if inside || !self.forms.name_may_begin(&self.text[..word.start]) {
            return None;
        }
        let text: String = self.text[word.clone()].iter().collect();
        let kind = key(&text, None);
        let named = known.entry(kind).or_insert_with_key(|kind| {
            let mut same =
                zones.iter().map(|(named, ..)| named).filter(|it| self.is_kind(it, kind));
            let first = same.next()?;
            same.all(|it| it == first).then(|| first.clone())
        });
        Some((named.clone()?, word.clone(), Rule::ZoneAgain))
    }
}

/// 三江新区 is 宜宾三江新区 in a text that says so once.
fn under_longest_names(zones: &mut [Zone]) {
    let backwards = |name: &str| name.chars().rev().collect::<String>();
    let mut names: Vec<String> = zones
        .iter()
        .filter_map(|(named, ..)| match named {
            Named::Open(name) => Some(backwards(name)),
            Named::Place(_) => None,
        })
        .collect();
    names.sort();
    names.dedup();
    for (named, ..) in zones {
        let Named::Open(name) = named else { continue };
        let own = backwards(name);
        // Names that end alike stand side by side, the shorter one first.
        let at = names.partition_point(|it| *it <= own);
        let mut longer = names[at..].iter().take_while(|it| it.starts_with(&own));
        if let (Some(one), None) = (longer.next(), longer.next()) {
            *name = backwards(one);
        }
    }
}

impl Gazetteer {
    /// The zone of the table with this key; without the division too that it begins with: 武汉东湖高新区.
    fn zone_with_key(&self, key: &str, division: Option<PlaceId>) -> Option<PlaceId> {
        if let Some(zone) = self.zones_by_key.get(key) {
            return Some(*zone);
        }
        let division = division?;
        let rest = key.strip_prefix(fold(&self.place(division).short_name).as_str())?;
        let zone = *self.zones_by_key.get(rest)?;
        let members = &self.place(zone).members;
        members.iter().any(|it| self.is_within(*it, division)).then_some(zone)
    }

    /// What is named, in Simplified characters.
    #[must_use]
    pub fn name_of<'a>(&'a self, named: &'a Named) -> &'a str {
        match named {
            Named::Place(id) => &self.place(*id).name,
            Named::Open(name) => name,
        }
    }
}

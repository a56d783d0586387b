//! What the names of divisions in a text mean.
//!
//! In: the names found in a text, those apart that ordinary words, people or places abroad have. Out: each name
//! decided, by itself, by what stands before it, by what the text names besides, by its neighbours in a list; or
//! left undecided. A name decided is [`Decided::held`] if it is only a part of the name of something else.

use std::ops::Range;

use super::find::{Decided, Hit, Reader, Rule, only};
use super::ordinary::Ordinary;
use super::{Form, Level, Name, PlaceId, Sense};

/// A parent is looked for among this many names before one that several places share.
const NEAR: usize = 100;

impl<'a> Reader<'a> {
    /// Decides what the names of divisions mean.
    pub(super) fn decide(&mut self) {
        self.note_certain();
        for at in 0..self.hits.len() {
            if self.overlaps(&self.hits[at].span) || self.is_cut_short(at) {
                continue;
            }
            if let Some((place, rule)) = self.meaning(at) {
                self.push(at, place, rule);
            }
        }
        // Lists are gone through from both sides: 罗定、新兴、郁南 needs one of its names decided.
        let forward: Vec<usize> = (0..self.hits.len()).collect();
        for at in forward.iter().chain(forward.iter().rev()) {
            if self.overlaps(&self.hits[*at].span) || self.is_cut_short(*at) {
                continue;
            }
            if let Some((place, rule)) = self.by_neighbours(*at) {
                self.push(*at, place, rule);
            }
        }
    }

    /// Whether a name is the head of a division's full name that is not decided, 白银 in 白银区; or its last
    /// character begins the name of a district of it, 青岛市 in 青岛市南.
    fn is_cut_short(&self, at: usize) -> bool {
        let hit = &self.hits[at];
        let longer = self.hits[..at].iter().rev().take_while(|it| it.span.start == hit.span.start);
        let has_longer = longer.into_iter().any(|it| {
            let is_full = |sense: &&Sense| sense.form == Form::Full;
            self.divisions(it.name).any(|sense| is_full(&sense))
        });
        let last = hit.span.end - 1;
        let district = self.hits[at + 1..].iter().take_while(|it| it.span.start <= last);
        let has_district = self.text[last] == '市'
            && district.into_iter().any(|it| {
                let of_hit = |sense: &Sense| {
                    hit.name.senses.iter().any(|own| self.is_below(*sense, own.place))
                };
                it.span.start == last && self.divisions(it.name).any(of_hit)
            });
        has_longer || has_district
    }

    fn push(&mut self, at: usize, place: PlaceId, rule: Rule) {
        let hit = &self.hits[at];
        let is_short_county = self.gazetteer.place(place).level == Level::County
            && hit.name.form_of(place) != Some(Form::Full);
        // 河南镇平 is no town of 河南, for another name begins there.
        let next = self.hits[at + 1..].iter().take_while(|it| it.span.start <= hit.span.end);
        let goes_on = next.into_iter().any(|it| it.span.start == hit.span.end);
        let held = self.forms.hold(self.text, &hit.span, is_short_county, goes_on);
        self.named.insert(place);
        let span = hit.span.clone();
        self.decided.insert(span.start, Decided { place, span, rule, held });
    }

    /// The last decided name that begins before a character.
    pub(super) fn decided_before(&self, at: usize) -> Option<&Decided> {
        self.decided.range(..at).next_back().map(|(_, it)| it)
    }

    /// Whether a decided name overlaps a span.
    pub(super) fn overlaps(&self, span: &Range<usize>) -> bool {
        self.decided_before(span.end).is_some_and(|it| it.span.end > span.start)
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
        let chosen = match name.senses.as_slice() {
            [one] if self.gazetteer.place(one.place).level.is_division() => one.place,
            _ => {
                let divisions: Vec<PlaceId> = self.divisions(name).map(|it| it.place).collect();
                self.gazetteer.chosen(name, &divisions)?
            }
        };
        let place = self.gazetteer.place(chosen);
        match name.form_of(chosen)? {
            Form::Full if place.level != Level::County => Some((chosen, Rule::FullName)),
            // 义县, 港口区: full names that ordinary text holds too.
            Form::Full if name.is_short_text() || name.generic => None,
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
            let below = senses.iter().copied().filter(|it| self.is_below(**it, parent.place));
            if let Some(one) = self.uppermost(below)
                && self.may_stand(hit, *one)
            {
                return Some((one.place, Rule::BehindParent));
            }
            // 合肥滨湖 is not that of 无锡, 滨州北海 not that of 广西 where a zone is named.
            let is_short = senses.iter().all(|it| it.form != Form::Full);
            let is_county = self.gazetteer.are_counties(senses.iter().copied());
            let behind = &self.text[hit.span.end..];
            let in_zone = self.forms.zones.at_head(behind).is_some()
                || self.forms.modifiers.at_head(behind).is_some();
            let province = |id: PlaceId| self.gazetteer.province(id);
            let elsewhere = senses.iter().all(|it| province(it.place) != province(parent.place));
            if is_short && (is_county || (in_zone && elsewhere)) {
                return None;
            }
        }
        // 芜湖的无为
        if touching.is_none()
            && hit.span.start > 0
            && self.text[hit.span.start - 1] == '的'
            && let Some(parent) = self.decided_ending(hit.span.start - 1)
            && let Some(one) = only(senses.iter().filter(|it| self.is_below(***it, parent.place)))
            && self.may_stand(hit, **one)
        {
            return Some((one.place, Rule::BehindParent));
        }
        if let Some(found) = self.by_itself(hit.name) {
            return Some(self.local(&senses, found.0).unwrap_or(found));
        }
        if let Some(one) = self.by_list(at, &senses) {
            return Some((one, Rule::InList));
        }
        // 中山 is the prefecture where 大连中山区 is named too; of two 鼓楼区 neither is meant more.
        let known = || senses.iter().copied().filter(|it| self.named.contains(&it.place));
        let level = |it: &Sense| self.gazetteer.place(it.place).level;
        let upper = known().map(level).min();
        let known = only(known().filter(|it| Some(level(it)) == upper));
        if let Some(one) = known.filter(|it| self.may_stand(hit, **it)) {
            return Some((one.place, Rule::NamedElsewhere));
        }
        let is_full = senses.iter().any(|it| it.form == Form::Full) && !hit.name.is_short_text();
        let is_word =
            hit.name.cautious && !is_full && self.gazetteer.are_counties(senses.iter().copied());
        if is_word && !self.is_surely_a_place(hit) {
            return None;
        }
        // 老城区 is an ordinary word; 洛阳老城区 is met above.
        if hit.name.generic {
            return None;
        }
        self.by_parent(hit, &senses).filter(|(id, _)| {
            !is_word || self.gazetteer.place(*id).parent.is_some_and(|it| self.named.contains(&it))
        })
    }

    fn is_below(&self, sense: Sense, division: PlaceId) -> bool {
        sense.place != division && self.gazetteer.is_within(sense.place, division)
    }

    /// The one of some places that the others lie in: 朝阳市 before its 朝阳县.
    fn uppermost<'s>(&self, senses: impl Iterator<Item = &'s Sense>) -> Option<&'s Sense> {
        let senses: Vec<&Sense> = senses.collect();
        let holds_all = |it: &&&Sense| {
            senses.iter().all(|other| self.gazetteer.is_within(other.place, it.place))
        };
        senses.iter().find(holds_all).copied()
    }

    /// Whether a name may mean a place though it is an ordinary word: it is its full name, or the words around
    /// leave room for a name. 桂林资源县, 桂林资源、全州; not 桂林资源丰富.
    fn may_stand(&self, hit: &Hit<'_>, sense: Sense) -> bool {
        let is_county = self.gazetteer.place(sense.place).level == Level::County;
        if !hit.name.cautious || sense.form == Form::Full || !is_county {
            return true;
        }
        let ends = self.text.get(hit.span.end).is_none_or(|c| !crate::text::is_name_char(*c));
        ends || self.is_surely_a_place(hit)
    }

    /// The candidate that belongs where the next name of a list does: 朝阳、锦州、葫芦岛.
    fn by_list(&self, at: usize, senses: &[&Sense]) -> Option<PlaceId> {
        let hit = &self.hits[at];
        if senses.len() < 2 || self.text.get(hit.span.end) != Some(&'、') {
            return None;
        }
        let next = self.hits[at + 1..].iter().take_while(|it| it.span.start <= hit.span.end + 1);
        let next = next.into_iter().find(|it| it.span.start == hit.span.end + 1)?;
        let (next, _) = self.by_itself(next.name)?;
        let (level, parent) = (self.gazetteer.place(next).level, self.gazetteer.place(next).parent);
        let sibling = |it: &&&Sense| {
            let place = self.gazetteer.place(it.place);
            place.level == level && place.parent == parent
        };
        only(senses.iter().filter(sibling)).map(|it| it.place)
    }

    /// The county that a prefecture's short name means where the text is about the county's region: 長治 in a
    /// text on 屏東.
    fn local(&self, senses: &[&Sense], chosen: PlaceId) -> Option<(PlaceId, Rule)> {
        if senses.len() < 2 || self.gazetteer.place(chosen).level != Level::Prefecture {
            return None;
        }
        let parent = |it: &&&Sense| self.gazetteer.place(it.place).parent;
        let here = |it: &&&Sense| {
            // 大连's 中山区 is hardly ever called 中山.
            it.place != chosen
                && !self.gazetteer.place(it.place).name.ends_with('区')
                && parent(it).is_some_and(|id| id != chosen && self.named.contains(&id))
        };
        let one = only(senses.iter().filter(here))?;
        let province = self.gazetteer.province(chosen);
        let elsewhere = |id: &PlaceId| *id != chosen && self.gazetteer.province(*id) == province;
        (!self.named.iter().any(elsewhere)).then_some((one.place, Rule::ParentNamed))
    }

    /// Whether the words around a name that is an ordinary word too leave no doubt that a place is meant.
    fn is_surely_a_place(&self, hit: &Hit<'_>) -> bool {
        let is_common = self.gazetteer.are_counties(&hit.name.senses)
            && Ordinary::built_in().is_common(&self.text[hit.span.clone()]);
        !is_common && self.forms.says_place(self.text, &hit.span)
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
            let before = self.decided.range(..hit.span.start).rev().take(NEAR);
            let nearest = before
                .into_iter()
                .find_map(|(_, named)| direct.iter().find(|it| parent(it) == Some(named.place)));
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
            if self.named.iter().any(beside) {
                return Some((one.place, Rule::ParentNamed));
            }
            if self.is_surely_a_place(hit) {
                return Some((one.place, Rule::Alone));
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
        if hit.name.cautious {
            return None;
        }
        // 曹县 at the head of a clause; 和县 in 省市和县区 is no name.
        if hit.name.is_short_text() && one.form == Form::Full {
            let begins = self.forms.name_may_begin(&self.text[..hit.span.start]);
            return begins.then_some((one.place, Rule::FullName));
        }
        if !hit.name.known && self.forms.zones.at_head(&self.text[hit.span.end..]).is_some() {
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
        // 清水河 is the town where the text says 清水河镇 too.
        if self.towns.contains(&hit.id) {
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
            let right = self.decided.get(&(span.end + 1));
            neighbours.extend(right.map(|it| it.place));
        }
        neighbours
    }

    /// The decided name that ends at a character.
    pub(super) fn decided_ending(&self, end: usize) -> Option<&Decided> {
        self.decided_before(end).filter(|it| it.span.end == end)
    }

    /// Full names that may mean several places, and are not decided.
    pub(super) fn ambiguous(&self) -> Vec<(Range<usize>, Vec<PlaceId>)> {
        let doubtful = |hit: &&Hit<'_>| {
            let held = || self.forms.hold(self.text, &hit.span, false, false);
            let is_full = self.divisions(hit.name).filter(|it| it.form == Form::Full).count() > 1;
            is_full
                && !hit.name.generic
                && !hit.name.is_short_text()
                && !self.overlaps(&hit.span)
                && !held()
        };
        let candidates = |hit: &Hit<'_>| self.divisions(hit.name).map(|it| it.place).collect();
        self.hits.iter().filter(doubtful).map(|it| (it.span.clone(), candidates(it))).collect()
    }
}

//! The places that a raw article names, and those it is about; and what else it names.
//!
//! In: headline, subtitle and blocks, each with its evidence. Out: every place with where it is named first, and
//! up to three places that the article is about, the first one first, each with its reason.

use std::collections::BTreeMap;
use std::ops::Range;

use super::{Evidence, Found};
use crate::facts::{self, Facts, Given};
use crate::gazetteer::find::{Mention, Named, Reading};
use crate::gazetteer::{Gazetteer, Level, PlaceId};
use crate::text::fold::{Folded, fold};

/// A draft is about at most this many places.
const MAX_CITIES: usize = 3;

/// A place named in the headline counts as often as this many times in the text.
const TITLE_WEIGHT: f64 = 4.0;

/// A place named in the subtitle or in the first paragraph counts as often as this many times.
const LEAD_WEIGHT: f64 = 3.0;

/// A division counts for this share of what the divisions below it count for.
const ROLL_UP: f64 = 0.6;

/// Of the places an article is about a county comes before others that are named this many times as often:
/// the narrower a place, the more its name says.
const COUNTY_WEIGHT: f64 = 1.5;

/// A place besides the first is one the article is about if it is named twice and has this share of the
/// first one's score.
const MIN_SHARE: f64 = 0.5;

/// The share that is enough for a place of the headline.
const MIN_SHARE_IN_TITLE: f64 = 0.25;

/// A division above a place that the article is about is one too if it is named this often.
const ABOVE: usize = 3;

/// A division below one that the article is about is one too if it is named this many times as often.
const BELOW: f64 = 1.5;

/// A place that a draft names.
#[derive(Debug, Clone, PartialEq)]
pub struct Placed {
    /// The place.
    pub named: Named,
    /// How it is written where it is named first.
    pub written: String,
    /// The longest way in which it is written, in Simplified characters.
    pub fullest: String,
    /// How often these characters stand in the same line before that.
    pub skipped: usize,
    /// How often it is named.
    pub times: usize,
}

/// A full name that may mean several places.
#[derive(Debug, Clone, PartialEq)]
pub struct Doubtful {
    /// The name as it is written.
    pub written: String,
    /// The places it may mean.
    pub candidates: Vec<PlaceId>,
}

/// A text of the draft: headline, subtitle, heading, caption or paragraph.
pub(super) struct Piece<'a> {
    pub(super) text: &'a str,
    pub(super) evidence: &'a Evidence,
    /// What naming a place here weighs.
    pub(super) weight: Weight,
}

/// How much a text says of what the article is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Weight {
    Title,
    Lead,
    Body,
}

/// The people, organisations, projects and figures of a draft.
#[derive(Debug, Clone, PartialEq)]
pub struct Stated {
    /// Headline, subtitle and blocks, a line each: what the spans of `facts` point into.
    pub text: String,
    /// What it names.
    pub facts: Facts,
    /// Where each of its lines begins, and where it stands in the raw text.
    lines: Vec<(usize, Range<usize>)>,
}

impl Stated {
    /// Where a piece of the text stands in the raw text: the very words, if they stand there as in the draft, else
    /// their line.
    #[must_use]
    pub fn in_raw(&self, span: &Range<usize>, raw: &str) -> Range<usize> {
        let line = self.lines.partition_point(|(start, _)| *start <= span.start) - 1;
        let (start, line) = &self.lines[line];
        let words = &self.text[span.clone()];
        let skipped = self.text[*start..span.start].matches(words).count();
        let at = raw[line.clone()].match_indices(words).nth(skipped);
        at.map_or_else(|| line.clone(), |(at, it)| line.start + at..line.start + at + it.len())
    }
}

/// What a draft says of places.
pub(super) struct Places {
    /// The places named, in the order of the text.
    pub(super) named: Vec<Found<Placed>>,
    /// The places it is about.
    pub(super) about: Vec<Found<PlaceId>>,
    /// The names that may mean several places, each once.
    pub(super) ambiguous: Vec<Doubtful>,
}

/// Reads the places of a draft, and what else it names.
pub(super) fn read(pieces: &[Piece<'_>], gazetteer: &Gazetteer, given: &Given) -> (Places, Stated) {
    let mut text = String::new();
    let mut starts = Vec::new();
    for piece in pieces {
        starts.push(text.len());
        text.push_str(piece.text);
        text.push('\n');
    }
    let folded = Folded::new(&text);
    let Reading { mentions, ambiguous, names } = gazetteer.read_folded(&folded, &[]);
    let facts = facts::read(&folded, &names, given);
    let piece_of = |it: &Mention| &pieces[starts.partition_point(|at| *at <= it.span.start) - 1];
    let mut named: Vec<Found<Placed>> = Vec::new();
    let mut at: BTreeMap<&Named, usize> = BTreeMap::new();
    let mut scores: BTreeMap<PlaceId, Score> = BTreeMap::new();
    for mention in &mentions {
        let piece = piece_of(mention);
        match at.get(&mention.named) {
            Some(at) => {
                let placed = &mut named[*at].value;
                placed.times += 1;
                let written = fold(&text[mention.span.clone()]);
                if written.len() > placed.fullest.len() {
                    placed.fullest = written;
                }
            }
            None => {
                at.insert(&mention.named, named.len());
                let written = text[mention.span.clone()].to_owned();
                let fullest = fold(&written);
                let start = starts[starts.partition_point(|at| *at <= mention.span.start) - 1];
                let skipped = text[start..mention.span.start].matches(&written).count();
                let place = mention.named.clone();
                let value = Placed { named: place, written, fullest, skipped, times: 1 };
                named.push(Found { value, evidence: evidence(mention, piece) });
            }
        }
        if let Some(id) = scored(&mention.named, piece.weight, gazetteer) {
            scores.entry(id).or_insert_with(|| Score::new(mention, piece)).add(piece.weight);
        }
    }
    let mut about = about(&scores, gazetteer);
    if about.is_empty() {
        about = of_regions(&mentions, gazetteer, |it| evidence(it, piece_of(it)));
    }
    let mut doubtful: Vec<Doubtful> = Vec::new();
    for it in ambiguous {
        let written = &text[it.span];
        if doubtful.iter().all(|known| known.written != written) {
            doubtful.push(Doubtful { written: written.to_owned(), candidates: it.candidates });
        }
    }
    let lines = pieces.iter().map(|it| it.evidence.span.clone());
    let lines = std::iter::zip(starts, lines).collect();
    (Places { named, about, ambiguous: doubtful }, Stated { text, facts, lines })
}

/// The division that a mention counts for: itself, or the prefecture of a zone in the headline.
fn scored(named: &Named, weight: Weight, gazetteer: &Gazetteer) -> Option<PlaceId> {
    let Named::Place(id) = named else { return None };
    match gazetteer.place(*id).level {
        Level::Zone if weight != Weight::Title => None,
        Level::Zone => {
            let county = |id: &PlaceId| gazetteer.place(*id).level == Level::County;
            gazetteer.ancestors(*id).find(|it| !county(it))
        }
        Level::Region => None,
        _ => Some(*id),
    }
}

fn evidence(mention: &Mention, piece: &Piece<'_>) -> Evidence {
    Evidence {
        span: piece.evidence.span.clone(),
        rule: mention.rule.describe().to_owned(),
        confidence: mention.rule.confidence(),
    }
}

/// How much a draft speaks of a place.
struct Score {
    times: usize,
    in_title: bool,
    in_lead: bool,
    first: Evidence,
}

impl Score {
    fn new(mention: &Mention, piece: &Piece<'_>) -> Self {
        Self { times: 0, in_title: false, in_lead: false, first: evidence(mention, piece) }
    }

    fn add(&mut self, weight: Weight) {
        self.times += 1;
        self.in_title |= weight == Weight::Title;
        self.in_lead |= weight == Weight::Lead;
    }

    /// The score, without what lies below the place.
    fn own(&self) -> f64 {
        let times = f64::from(u32::try_from(self.times).unwrap_or(u32::MAX));
        let title = if self.in_title { TITLE_WEIGHT - 1.0 } else { 0.0 };
        times + title + if self.in_lead { LEAD_WEIGHT - 1.0 } else { 0.0 }
    }
}

/// The scores of a draft's divisions.
struct Scores<'a> {
    all: &'a BTreeMap<PlaceId, Score>,
    gazetteer: &'a Gazetteer,
}

impl Scores<'_> {
    fn is_above(&self, id: PlaceId, below: PlaceId) -> bool {
        self.gazetteer.ancestors(below).any(|it| it == id)
    }

    fn is_province(&self, id: PlaceId) -> bool {
        self.gazetteer.place(id).level == Level::Province
    }

    /// The places by their scores, a prefecture with a share of those of its counties. A province with
    /// places below it is none of them, unless the headline names it and hardly names them.
    fn ranked(&self) -> Vec<(PlaceId, f64)> {
        let mut totals: BTreeMap<PlaceId, f64> =
            self.all.iter().map(|(id, it)| (*id, it.own())).collect();
        for (id, score) in self.all {
            for above in self.gazetteer.ancestors(*id).filter(|it| !self.is_province(*it)) {
                if let Some(total) = totals.get_mut(&above) {
                    *total += ROLL_UP * score.own();
                }
            }
        }
        let parts_of_provinces = |id: PlaceId| {
            self.all.iter().filter(move |(below, _)| self.is_above(id, **below)).map(|(_, it)| it)
        };
        let is_one = |id: PlaceId| {
            !self.is_province(id)
                || parts_of_provinces(id).next().is_none()
                || (self.all[&id].in_title
                    && parts_of_provinces(id).all(|it| !it.in_title && it.times < 2))
        };
        let mut ranked: Vec<(PlaceId, f64)> =
            totals.into_iter().filter(|(id, _)| is_one(*id)).collect();
        ranked.sort_by(|a, b| b.1.total_cmp(&a.1).then(a.0.cmp(&b.0)));
        ranked
    }

    /// Whether the article is about a place besides those it is about already.
    fn is_one_more(&self, id: PlaceId, total: f64, chosen: &[PlaceId], most: f64) -> bool {
        let score = &self.all[&id];
        let times = |id: PlaceId| f64::from(u32::try_from(self.all[&id].times).unwrap_or(u32::MAX));
        if chosen.iter().any(|it| self.is_above(id, *it)) {
            return score.in_title || score.times >= ABOVE;
        }
        if let Some(above) = chosen.iter().find(|it| self.is_above(**it, id)) {
            return score.in_title || (score.times > 1 && times(id) >= BELOW * times(*above));
        }
        let share = if score.in_title { MIN_SHARE_IN_TITLE } else { MIN_SHARE };
        (score.times > 1 || score.in_title) && total >= most * share
    }
}

/// The divisions an article is about, the first one first: those it names most, headline and lead counting more,
/// and what lies below them with them. One that is named but once, in the text, is none.
fn about(scores: &BTreeMap<PlaceId, Score>, gazetteer: &Gazetteer) -> Vec<Found<PlaceId>> {
    let scores = Scores { all: scores, gazetteer };
    let ranked = scores.ranked();
    let Some((first, most)) = ranked.first().copied() else { return Vec::new() };
    let in_lead = ranked.iter().filter(|(id, _)| scores.all[id].in_lead).count();
    let score = &scores.all[&first];
    if !(score.in_title || score.times > 1 || (score.in_lead && in_lead == 1)) {
        return Vec::new();
    }
    let mut chosen = vec![first];
    for (id, total) in &ranked[1..] {
        if chosen.len() < MAX_CITIES && scores.is_one_more(*id, *total, &chosen, most) {
            chosen.push(*id);
        }
    }
    let narrow = |id: PlaceId| {
        let county = gazetteer.place(id).level == Level::County;
        if county { COUNTY_WEIGHT } else { 1.0 }
    };
    chosen.sort_by(|a, b| {
        let own = |id: PlaceId| narrow(id) * scores.all[&id].own();
        own(*b).total_cmp(&own(*a)).then(a.cmp(b))
    });
    chosen.into_iter().map(|id| found(id, &scores.all[&id])).collect()
}

fn found(id: PlaceId, score: &Score) -> Found<PlaceId> {
    let Evidence { span, rule, confidence } = score.first.clone();
    let headline = if score.in_title { ", and in the headline" } else { "" };
    let rule = format!("named {} times{headline}; {rule}", score.times);
    Found { value: id, evidence: Evidence { span, rule, confidence } }
}

/// The members of the region that is named most, if they are few: 京津冀.
fn of_regions(
    mentions: &[Mention],
    gazetteer: &Gazetteer,
    evidence: impl Fn(&Mention) -> Evidence,
) -> Vec<Found<PlaceId>> {
    let mut times: BTreeMap<PlaceId, (usize, &Mention)> = BTreeMap::new();
    for mention in mentions {
        if let Named::Place(id) = mention.named
            && gazetteer.place(id).level == Level::Region
        {
            times.entry(id).or_insert((0, mention)).0 += 1;
        }
    }
    let most = times.iter().max_by_key(|(id, (times, _))| (*times, std::cmp::Reverse(**id)));
    let Some((region, (_, mention))) = most else { return Vec::new() };
    let members = &gazetteer.place(*region).members;
    if members.len() > MAX_CITIES {
        return Vec::new();
    }
    let evidence =
        Evidence { rule: "a member of the region named".to_owned(), ..evidence(mention) };
    members.iter().map(|id| Found { value: *id, evidence: evidence.clone() }).collect()
}

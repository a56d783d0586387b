//! Which role each line plays, decided for all lines together.
//!
//! In: the features of the lines, the weights of `model.toml`. Out: for each line the role it has in the best
//! labelling, and how sure that is. A labelling is a way through four parts (before the headline, after it, the
//! body, the end), never back, with exactly one headline; it is worth the sum of what the features, parts
//! and steps are worth. The best one is found by dynamic programming. How sure a role is, is the difference
//! to the best labelling in which the line plays another.

use std::collections::BTreeMap;
use std::sync::OnceLock;

use serde::Deserialize;

use super::features::{FEATURES, Set};

/// What a line is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Role {
    /// The headline.
    Title,
    /// A kicker or deck.
    Subtitle,
    /// Paper, day, edition, section.
    Dateline,
    /// Who made it.
    Byline,
    /// Where the page stood on its site: 青岛 > 要闻 > 正文.
    Breadcrumb,
    /// The name of a series: 海评第33期.
    Series,
    /// A section heading.
    Heading,
    /// What a picture shows.
    Caption,
    /// Whose a picture is: 图片来源：….
    Credit,
    /// Text.
    Paragraph,
    /// A second copy of the headline or of a paragraph.
    Duplicate,
    /// Part of the page, not of the article.
    Furniture,
}

impl Role {
    /// All of them.
    pub const ALL: [Self; 12] = [
        Self::Title,
        Self::Subtitle,
        Self::Dateline,
        Self::Byline,
        Self::Breadcrumb,
        Self::Series,
        Self::Heading,
        Self::Caption,
        Self::Credit,
        Self::Paragraph,
        Self::Duplicate,
        Self::Furniture,
    ];

    /// Its name, as in `model.toml`.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Title => "title",
            Self::Subtitle => "subtitle",
            Self::Dateline => "dateline",
            Self::Byline => "byline",
            Self::Breadcrumb => "breadcrumb",
            Self::Series => "series",
            Self::Heading => "heading",
            Self::Caption => "caption",
            Self::Credit => "credit",
            Self::Paragraph => "paragraph",
            Self::Duplicate => "duplicate",
            Self::Furniture => "furniture",
        }
    }
}

/// The parts of a page, in their order.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Part {
    Before,
    /// The headline itself.
    Headline,
    After,
    Body,
    End,
}

/// A role in a part of the page.
#[derive(Debug, Clone, Copy)]
struct State {
    part: Part,
    role: Role,
}

/// The roles that a line can have in each part.
const STATES: [(Part, &[Role]); 5] = [
    (
        Part::Before,
        &[
            Role::Furniture,
            Role::Breadcrumb,
            Role::Subtitle,
            Role::Dateline,
            Role::Byline,
            Role::Series,
            Role::Duplicate,
        ],
    ),
    (Part::Headline, &[Role::Title]),
    (
        Part::After,
        &[
            Role::Furniture,
            Role::Breadcrumb,
            Role::Subtitle,
            Role::Dateline,
            Role::Byline,
            Role::Series,
            Role::Caption,
            Role::Credit,
            Role::Duplicate,
        ],
    ),
    (
        Part::Body,
        &[
            Role::Paragraph,
            Role::Heading,
            Role::Caption,
            Role::Credit,
            Role::Dateline,
            Role::Byline,
            Role::Series,
            Role::Furniture,
            Role::Duplicate,
        ],
    ),
    (
        Part::End,
        &[
            Role::Dateline,
            Role::Byline,
            Role::Caption,
            Role::Credit,
            Role::Furniture,
            Role::Duplicate,
        ],
    ),
];

/// A labelling that cannot be.
const NEVER: f32 = f32::NEG_INFINITY;

/// `model.toml`.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Weights {
    roles: BTreeMap<String, BTreeMap<String, f32>>,
    parts: BTreeMap<String, f32>,
    steps: BTreeMap<String, f32>,
    begins: BTreeMap<String, f32>,
}

/// The weights by number.
struct Model {
    states: Vec<State>,
    /// For each role of [`Role::ALL`] and each feature.
    features: Vec<Vec<f32>>,
    /// What a state is worth for its part.
    parts: Vec<f32>,
    /// For each state those that may stand before it, and what that is worth.
    before: Vec<Vec<(usize, f32)>>,
}

/// The compiled-in weights.
fn model() -> &'static Model {
    static MODEL: OnceLock<Model> = OnceLock::new();
    MODEL.get_or_init(|| {
        let weights = toml::from_str(include_str!("model.toml")).expect("a well-formed table");
        Model::new(&weights)
    })
}

impl Part {
    const fn name(self) -> &'static str {
        match self {
            Self::Before => "before",
            Self::Headline => "headline",
            Self::After => "after",
            Self::Body => "body",
            Self::End => "end",
        }
    }
}

impl Model {
    fn new(weights: &Weights) -> Self {
        let worth = |table: &BTreeMap<String, f32>, a: &str, b: &str| {
            table.get(&format!("{a}-{b}")).copied().unwrap_or(0.0)
        };
        let features = |role: Role| {
            let of_role = weights.roles.get(role.name());
            let weight = |name: &str| of_role.and_then(|it| it.get(name)).copied().unwrap_or(0.0);
            FEATURES.iter().map(|(name, _)| weight(name)).collect()
        };
        let states: Vec<State> = STATES
            .into_iter()
            .flat_map(|(part, roles)| roles.iter().map(move |role| State { part, role: *role }))
            .collect();
        let step = |from: &State, to: &State| {
            let begins = if from.part == to.part {
                0.0
            } else {
                weights.begins.get(to.part.name()).copied().unwrap_or(0.0)
            };
            may_follow(*from, *to)
                .then(|| begins + worth(&weights.steps, from.role.name(), to.role.name()))
        };
        let before = |to: &State| {
            let steps =
                states.iter().enumerate().filter_map(|(i, from)| Some((i, step(from, to)?)));
            steps.collect()
        };
        Self {
            features: Role::ALL.into_iter().map(features).collect(),
            parts: states
                .iter()
                .map(|it| worth(&weights.parts, it.part.name(), it.role.name()))
                .collect(),
            before: states.iter().map(before).collect(),
            states,
        }
    }

    /// What a line is worth in a state.
    fn emission(&self, roles: &[f32], state: usize) -> f32 {
        roles[self.states[state].role as usize] + self.parts[state]
    }

    /// What a line is worth in each role.
    fn roles(&self, set: Set) -> Vec<f32> {
        self.features.iter().map(|of_role| set.numbers().map(|it| of_role[it]).sum()).collect()
    }
}

/// Whether a state may stand behind another: parts follow in order, the headline is one line, and a body
/// begins with text.
fn may_follow(from: State, to: State) -> bool {
    match (from.part, to.part) {
        (from, to) if from == to => from != Part::Headline,
        (Part::Before, Part::Headline)
        | (Part::Headline, Part::After)
        | (Part::Body, Part::End) => true,
        (Part::Headline | Part::After, Part::Body) => {
            matches!(to.role, Role::Paragraph | Role::Heading)
        }
        _ => false,
    }
}

/// A line's role.
#[derive(Debug, Clone, PartialEq)]
pub struct Labelled {
    /// The role.
    pub role: Role,
    /// How sure it is: 0.5 where another role would do as well, towards 1.
    pub confidence: f32,
    /// Whether it stands in the text or below the headline: not above it, nor below the text.
    pub in_article: bool,
    /// The role that would be next best.
    pub otherwise: Role,
    /// What speaks for the role and against it, the strongest first: the feature and what it is worth.
    pub reasons: Vec<(&'static str, f32)>,
}

/// Labels the lines; `None` if they have no labelling: a headline and text below it.
pub(super) fn label(sets: &[Set]) -> Option<Vec<Labelled>> {
    let model = model();
    let roles: Vec<Vec<f32>> = sets.iter().map(|set| model.roles(*set)).collect();
    let forward = forward(model, &roles);
    let last = forward.last()?;
    let may_end = |state: usize| matches!(model.states[state].part, Part::Body | Part::End);
    let mut backward: Vec<f32> =
        (0..model.states.len()).map(|it| if may_end(it) { 0.0 } else { NEVER }).collect();
    let best = std::iter::zip(last, &backward).map(|(a, b)| a + b).fold(NEVER, f32::max);
    if best == NEVER {
        return None;
    }
    let mut labelled = Vec::with_capacity(sets.len());
    let mut after: Option<usize> = None;
    for i in (0..sets.len()).rev() {
        let totals: Vec<f32> = std::iter::zip(&forward[i], &backward).map(|(a, b)| a + b).collect();
        let state = trace(model, &totals, &forward[i], after);
        labelled.push(judged(model, &totals, state, sets[i]));
        after = Some(state);
        backward = behind(model, &backward, &roles[i]);
    }
    labelled.reverse();
    Some(labelled)
}

/// For each line and state the worth of the best labelling of the lines up to it.
fn forward(model: &Model, roles: &[Vec<f32>]) -> Vec<Vec<f32>> {
    let mut all: Vec<Vec<f32>> = Vec::with_capacity(roles.len());
    for line in roles {
        let worth = |state: usize| {
            let before = match all.last() {
                None if matches!(model.states[state].part, Part::Before | Part::Headline) => 0.0,
                None => NEVER,
                Some(before) => {
                    let steps = model.before[state].iter().map(|(from, step)| before[*from] + step);
                    steps.fold(NEVER, f32::max)
                }
            };
            before + model.emission(line, state)
        };
        let mut row: Vec<f32> = (0..model.states.len()).map(worth).collect();
        level(&mut row);
        all.push(row);
    }
    all
}

/// For each state before a line the worth of the best labelling of the lines from it on.
fn behind(model: &Model, backward: &[f32], line: &[f32]) -> Vec<f32> {
    let mut worth = vec![NEVER; model.states.len()];
    for (to, behind) in backward.iter().enumerate() {
        let here = behind + model.emission(line, to);
        for (from, step) in &model.before[to] {
            worth[*from] = worth[*from].max(here + step);
        }
    }
    level(&mut worth);
    worth
}

/// Takes the best off all, for only the differences count, and sums of thousands of lines would blur them.
fn level(row: &mut [f32]) {
    let best = row.iter().copied().fold(NEVER, f32::max);
    if best > NEVER {
        for it in row {
            *it -= best;
        }
    }
}

/// The state of the best labelling, of those that may stand before the one behind.
fn trace(model: &Model, totals: &[f32], forward: &[f32], after: Option<usize>) -> usize {
    match after {
        None => best_of((0..totals.len()).map(|it| (it, totals[it]))),
        Some(after) => {
            best_of(model.before[after].iter().map(|(from, step)| (*from, forward[*from] + step)))
        }
    }
}

/// The first of the best.
fn best_of(states: impl Iterator<Item = (usize, f32)>) -> usize {
    states.fold((0, NEVER), |best, it| if it.1 > best.1 { it } else { best }).0
}

fn judged(model: &Model, totals: &[f32], state: usize, set: Set) -> Labelled {
    let State { part, role } = model.states[state];
    let others =
        (0..totals.len()).filter(|it| model.states[*it].role != role).map(|it| (it, totals[it]));
    let other = best_of(others);
    let difference = totals[state] - totals[other];
    let of_role = &model.features[role as usize];
    let weighed = set.numbers().map(|it| (FEATURES[it].0, of_role[it]));
    let mut reasons: Vec<(&'static str, f32)> =
        weighed.filter(|it| it.1 != 0.0 && it.0 != "always").collect();
    reasons.sort_by(|a, b| b.1.abs().total_cmp(&a.1.abs()));
    Labelled {
        role,
        confidence: 1.0 / (1.0 + (-difference).exp()),
        in_article: part != Part::Before && part != Part::End,
        otherwise: model.states[other].role,
        reasons,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_speaks_of_roles_and_features_that_there_are() {
        let weights: Weights = toml::from_str(include_str!("model.toml")).expect("well formed");
        let roles = Role::ALL.map(Role::name);
        assert_eq!(weights.roles.len(), roles.len());
        for (role, features) in &weights.roles {
            assert!(roles.contains(&&**role), "{role}");
            for feature in features.keys() {
                assert!(FEATURES.iter().any(|(name, _)| name == feature), "{role}: {feature}");
            }
        }
        let parts =
            [Part::Before, Part::Headline, Part::After, Part::Body, Part::End].map(Part::name);
        let pair = |key: &str, first: &[&str]| {
            let (a, b) = key.split_once('-').expect("two names");
            assert!(first.contains(&a) && roles.contains(&b), "{key}");
        };
        weights.parts.keys().for_each(|key| pair(key, &parts));
        weights.steps.keys().for_each(|key| pair(key, &roles));
        assert!(weights.begins.keys().all(|key| parts.contains(&&**key)));
    }
}

//! The words of `lexicon.toml`, ready to be looked up, and a table of the characters at which something may begin.
//!
//! In: the compiled-in lists. Out: [`Lexicon`]. One pass over a text looks at one table entry a character; only
//! where that says so is anything else looked at.

use std::sync::OnceLock;

use rustc_hash::{FxHashMap, FxHashSet};
use serde::Deserialize;

use super::number;
use crate::text::word_list::WordList;

/// The lists, as they stand in the file.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Lexicon {
    pub(super) offices: WordList,
    pub(super) callings: WordList,
    pub(super) after_name: WordList,
    pub(super) office_modifiers: WordList,
    pub(super) says: WordList,
    pub(super) said: WordList,
    pub(super) appointed: WordList,
    pub(super) surnames: WordList,
    pub(super) rare_surnames: WordList,
    pub(super) double_surnames: WordList,
    given: Vec<String>,
    not_given: Vec<String>,
    pub(super) companies: WordList,
    pub(super) industries: WordList,
    pub(super) agencies: WordList,
    pub(super) bodies: WordList,
    pub(super) media: WordList,
    pub(super) generic: WordList,
    pub(super) not_company: WordList,
    pub(super) company_list: WordList,
    pub(super) joined: WordList,
    pub(super) stops: WordList,
    pub(super) weak_stops: WordList,
    pub(super) own_words: WordList,
    pub(super) countries: WordList,
    pub(super) projects: WordList,
    pub(super) project_words: WordList,
    pub(super) generic_projects: WordList,
    pub(super) units: Units,
    pub(super) no_units: WordList,
    pub(super) stages: Stages,
    pub(super) milestones: Milestones,
    #[serde(skip)]
    made: Made,
}

/// What is made of the lists.
#[derive(Default)]
struct Made {
    anchors: Vec<u8>,
    given: FxHashSet<char>,
    not_given: FxHashSet<char>,
    known: Known,
}

/// The units of figures, by what they measure.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Units {
    pub(super) money: WordList,
    pub(super) area: WordList,
    pub(super) length: WordList,
    pub(super) mass: WordList,
    pub(super) volume: WordList,
    pub(super) power: WordList,
    pub(super) energy: WordList,
    pub(super) water: WordList,
    pub(super) share: WordList,
    pub(super) traffic: WordList,
    pub(super) people: WordList,
    pub(super) firms: WordList,
    pub(super) projects: WordList,
    pub(super) objects: WordList,
    pub(super) time: WordList,
}

/// The words that say how far something is.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Stages {
    pub(super) planned: WordList,
    pub(super) signed: WordList,
    pub(super) under_way: WordList,
    pub(super) done: WordList,
}

/// The words for what a project passes through.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Milestones {
    pub(super) approved: WordList,
    pub(super) signed: WordList,
    pub(super) started: WordList,
    pub(super) topped: WordList,
    pub(super) finished: WordList,
    pub(super) opened: WordList,
}

/// Organisations that people know by name.
#[derive(Default)]
pub(super) struct Known {
    /// Each name with the number of its organisation, by the first two characters; the longest first.
    names: FxHashMap<[char; 2], Vec<(Vec<char>, u32, bool)>>,
    /// The first name of each.
    firsts: Vec<String>,
}

/// A character at which something may be found.
pub(super) mod anchor {
    /// A number may begin here.
    pub(in crate::facts) const NUMBER: u8 = 1;
    /// The word for an office may end here.
    pub(in crate::facts) const OFFICE: u8 = 2;
    /// The name of an organisation may end here.
    pub(in crate::facts) const ORGANISATION: u8 = 4;
    /// The name of a project may end here.
    pub(in crate::facts) const PROJECT: u8 = 8;
    /// A known organisation may begin here, or a name in Latin letters.
    pub(in crate::facts) const KNOWN: u8 = 16;
    /// A mark of names: 《 or ·.
    pub(in crate::facts) const MARK: u8 = 32;
    /// A word such as 说 may begin here.
    pub(in crate::facts) const SAID: u8 = 64;
}

/// How many characters are looked up directly: all of Unicode's first plane.
const DIRECT: usize = 1 << 16;

impl Lexicon {
    /// The compiled-in lists, read once.
    pub(super) fn built_in() -> &'static Self {
        static BUILT_IN: OnceLock<Lexicon> = OnceLock::new();
        BUILT_IN.get_or_init(|| {
            let mut lexicon: Self = toml::from_str(include_str!("lexicon.toml"))
                .expect("the compiled-in lists are well formed, which every test reads");
            let chars = |lists: &[String]| lists.iter().flat_map(|it| it.chars()).collect();
            let known = Known::read(include_str!("organisations.txt"));
            let anchors = lexicon.anchors(&known);
            lexicon.made = Made {
                given: chars(&lexicon.given),
                not_given: chars(&lexicon.not_given),
                anchors,
                known,
            };
            lexicon
        })
    }

    fn anchors(&self, known: &Known) -> Vec<u8> {
        let mut anchors = vec![0_u8; DIRECT];
        let mut mark = |c: char, bit: u8| {
            if let Some(it) = anchors.get_mut(c as usize) {
                *it |= bit;
            }
        };
        let ends = |lists: &[&WordList]| {
            lists
                .iter()
                .flat_map(|list| list.all().filter_map(|it| it.last().copied()))
                .collect::<Vec<char>>()
        };
        for c in ends(&[&self.offices, &self.callings]) {
            mark(c, anchor::OFFICE);
        }
        for c in
            ends(&[&self.companies, &self.industries, &self.agencies, &self.bodies, &self.media])
        {
            mark(c, anchor::ORGANISATION);
        }
        for c in ends(&[&self.projects]) {
            mark(c, anchor::PROJECT);
        }
        for c in self.says.all().filter_map(|it| it.first().copied()) {
            mark(c, anchor::SAID);
        }
        for [first, _] in known.names.keys() {
            mark(*first, anchor::KNOWN);
        }
        mark('岁', anchor::SAID);
        ('A'..='Z').for_each(|c| mark(c, anchor::KNOWN));
        let numbers = ('0'..='9').chain('０'..='９').chain("一二两三四五六七八九十百".chars());
        numbers.filter(|c| number::begins(*c)).for_each(|c| mark(c, anchor::NUMBER));
        "《·・•‧".chars().for_each(|c| mark(c, anchor::MARK));
        anchors
    }

    /// What may be found at a character: bits of [`anchor`].
    pub(super) fn anchor(&self, c: char) -> u8 {
        self.made.anchors.get(c as usize).copied().unwrap_or(0)
    }

    /// Whether given names are often made of a character.
    pub(super) fn is_given(&self, c: char) -> bool {
        self.made.given.contains(&c)
    }

    /// Whether a character is never part of a given name.
    pub(super) fn is_not_given(&self, c: char) -> bool {
        self.made.not_given.contains(&c)
    }

    /// The well-known organisation whose name begins here: its length, its number, whether the name is an ordinary
    /// word too.
    pub(super) fn known_at(&self, text: &[char]) -> Option<(usize, u32, bool)> {
        let names = self.made.known.names.get(&[*text.first()?, *text.get(1)?])?;
        names
            .iter()
            .find(|(name, _, _)| text.starts_with(name))
            .map(|(name, id, doubt)| (name.len(), *id, *doubt))
    }

    /// The first name of a well-known organisation.
    pub(super) fn known_name(&self, id: u32) -> &str {
        &self.made.known.firsts[id as usize]
    }
}

impl Known {
    fn read(text: &str) -> Self {
        let mut known = Self::default();
        for line in text.lines().filter(|it| !it.starts_with('#') && !it.trim().is_empty()) {
            let id = u32::try_from(known.firsts.len()).expect("some hundreds of lines");
            for (i, name) in line.split('|').enumerate() {
                let is_word = name.starts_with('?');
                let name = name.trim_start_matches('?').trim();
                if i == 0 {
                    known.firsts.push(name.to_owned());
                }
                let chars: Vec<char> = name.chars().collect();
                // G7, EU: as often something else.
                let is_code = name.len() < 3;
                if !is_code && let [first, second, ..] = chars[..] {
                    known.names.entry([first, second]).or_default().push((chars, id, is_word));
                }
            }
        }
        for names in known.names.values_mut() {
            names.sort_by(|a, b| b.0.len().cmp(&a.0.len()).then_with(|| a.0.cmp(&b.0)));
        }
        known
    }
}

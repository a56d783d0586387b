//! The words of `lexicon.toml`, ready to be looked up, and a table of the characters at which something may begin.
//!
//! In: the compiled-in lists. Out: [`Lexicon`]. One pass over a text looks at one table entry a character; only
//! where that says so is anything else looked at.

use std::collections::BTreeMap;
use std::sync::OnceLock;

use rustc_hash::FxHashSet;
use serde::Deserialize;

use super::Rule;
use super::figures::{Measure, Status};
use super::milestones::Milestone;
use super::number::{self, Exactness};
use crate::text::word_list::{WordList, WordMap};

/// The lists that are used as they stand in the file.
#[derive(Deserialize)]
pub(super) struct Lists {
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
    agencies: WordList,
    bodies: WordList,
    pub(super) media: WordList,
    pub(super) generic: WordList,
    pub(super) not_company: WordList,
    pub(super) company_list: WordList,
    pub(super) joined: WordList,
    pub(super) stops: WordList,
    pub(super) weak_stops: WordList,
    pub(super) countries: WordList,
    pub(super) own_words: WordList,
    pub(super) projects: WordList,
    pub(super) project_words: WordList,
    pub(super) generic_projects: WordList,
    pub(super) no_units: WordList,
    pub(super) light: WordList,
    pub(super) measured: WordList,
    units: Meant<Measure>,
    stages: Meant<Status>,
    milestones: Meant<Milestone>,
    exactness_before: Meant<Exactness>,
    exactness_behind: Meant<Exactness>,
    /// What a unit is in the one that values of its kind are compared in.
    pub(super) bases: BTreeMap<String, BTreeMap<String, f64>>,
}

/// Words by what they mean.
type Meant<T> = BTreeMap<T, Vec<String>>;

/// The lists of the file, and what is made of them.
pub(super) struct Lexicon {
    pub(super) lists: Lists,
    /// What the names of organisations end in, and the rule that finds them by it.
    pub(super) endings: WordMap<Rule>,
    /// The units of figures.
    pub(super) units: WordMap<Measure>,
    /// The words that say how far something is.
    pub(super) stages: WordMap<Status>,
    /// The words for what a project passes through.
    pub(super) milestones: WordMap<Milestone>,
    /// The words before and behind a figure that say how exact it is.
    pub(super) exactness_before: WordMap<Exactness>,
    pub(super) exactness_behind: WordMap<Exactness>,
    /// Well-known organisations: a number that all names of one share, and whether the name is an ordinary word too.
    pub(super) known: WordMap<(u32, bool)>,
    anchors: Vec<u8>,
    given: FxHashSet<char>,
    not_given: FxHashSet<char>,
}

impl std::ops::Deref for Lexicon {
    type Target = Lists;

    fn deref(&self) -> &Lists {
        &self.lists
    }
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
    /// A word such as 说 may begin here, or an age end.
    pub(in crate::facts) const SAID: u8 = 64;
}

/// How many characters are looked up directly: all of Unicode's first plane.
const DIRECT: usize = 1 << 16;

impl Lexicon {
    /// The compiled-in lists, read once.
    pub(super) fn built_in() -> &'static Self {
        static BUILT_IN: OnceLock<Lexicon> = OnceLock::new();
        BUILT_IN.get_or_init(|| {
            let lists: Lists = toml::from_str(include_str!("lexicon.toml"))
                .expect("the compiled-in lists are well formed, which every test reads");
            Self::new(lists)
        })
    }

    fn new(lists: Lists) -> Self {
        let endings = [
            (&lists.companies, Rule::Company),
            (&lists.agencies, Rule::Agency),
            (&lists.bodies, Rule::Body),
            (&lists.media, Rule::Media),
            (&lists.industries, Rule::Industry),
        ];
        let endings = endings
            .into_iter()
            .flat_map(|(list, rule)| list.all().map(move |it| (it.to_vec(), rule)));
        let chars = |lists: &[String]| lists.iter().flat_map(|it| it.chars()).collect();
        let mut lexicon = Self {
            endings: WordMap::from_chars(endings),
            units: meant(&lists.units),
            stages: meant(&lists.stages),
            milestones: meant(&lists.milestones),
            exactness_before: meant(&lists.exactness_before),
            exactness_behind: meant(&lists.exactness_behind),
            known: WordMap::new(known_organisations()),
            anchors: Vec::new(),
            given: chars(&lists.given),
            not_given: chars(&lists.not_given),
            lists,
        };
        lexicon.anchors = lexicon.table();
        lexicon
    }

    fn table(&self) -> Vec<u8> {
        let mut table = vec![0_u8; DIRECT];
        let mut mark = |c: Option<&char>, bit: u8| {
            if let Some(it) = c.and_then(|c| table.get_mut(*c as usize)) {
                *it |= bit;
            }
        };
        for word in self.offices.all().chain(self.callings.all()) {
            mark(word.last(), anchor::OFFICE);
        }
        self.endings.all().for_each(|it| mark(it.last(), anchor::ORGANISATION));
        self.projects.all().for_each(|it| mark(it.last(), anchor::PROJECT));
        self.says.all().for_each(|it| mark(it.first(), anchor::SAID));
        self.known.all().for_each(|it| mark(it.first(), anchor::KNOWN));
        mark(Some(&'岁'), anchor::SAID);
        ('A'..='Z').for_each(|c| mark(Some(&c), anchor::KNOWN));
        let numbers = ('0'..='9').chain('０'..='９').chain("一二两三四五六七八九十百".chars());
        numbers.filter(|c| number::begins(*c)).for_each(|c| mark(Some(&c), anchor::NUMBER));
        "《·・•‧".chars().for_each(|c| mark(Some(&c), anchor::MARK));
        table
    }

    /// What may be found at a character: bits of [`anchor`].
    pub(super) fn anchor(&self, c: char) -> u8 {
        self.anchors.get(c as usize).copied().unwrap_or(0)
    }

    /// Whether given names are often made of a character.
    pub(super) fn is_given(&self, c: char) -> bool {
        self.given.contains(&c)
    }

    /// Whether a character is never part of a given name.
    pub(super) fn is_not_given(&self, c: char) -> bool {
        self.not_given.contains(&c)
    }
}

/// The words of some lists with what each list means; of equal ones that of the first list.
fn meant<T: Copy>(lists: &Meant<T>) -> WordMap<T> {
    let words = |(meaning, list): (&T, &'_ Vec<String>)| -> Vec<(Vec<char>, T)> {
        list.iter().map(|it| (it.chars().collect(), *meaning)).collect()
    };
    WordMap::from_chars(lists.iter().flat_map(words))
}

/// The names of `organisations.txt`.
fn known_organisations() -> impl Iterator<Item = (&'static str, (u32, bool))> {
    let lines = include_str!("organisations.txt").lines();
    let lines = lines.filter(|it| !it.starts_with('#') && !it.trim().is_empty());
    (0..).zip(lines).flat_map(|(id, line)| {
        let names = line.split('|').map(move |name| {
            let bare = name.trim_start_matches('?').trim();
            (bare, (id, name.starts_with('?')))
        });
        // G7, EU: as often something else.
        names.filter(|(name, _)| name.len() > 2)
    })
}

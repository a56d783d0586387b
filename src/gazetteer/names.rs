//! All names at all places of a text, in one pass.
//!
//! In: the names of the gazetteer; then a folded text. Out: every name that stands in it, overlapping ones too.
//! What a name means, and whether it is meant, is decided elsewhere.

use std::ops::Range;

use rustc_hash::FxHashMap;

/// How many characters the first step looks up directly: all of Unicode's first plane.
const DIRECT: usize = 1 << 16;

/// A tree of names by their characters.
pub(super) struct Names {
    /// The node after a first character; 0 where no name begins so.
    first: Vec<u32>,
    /// The node after a further one.
    further: FxHashMap<(u32, char), u32>,
    /// For each node the name that ends there.
    ends: Vec<Option<NameId>>,
}

/// A name, by its place in the list that [`Names::new`] was given.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) struct NameId(pub(super) u32);

/// A name found: where it stands, in characters.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Found {
    pub(super) name: NameId,
    pub(super) span: Range<usize>,
}

impl Names {
    /// Names of two characters or more are taken up, folded as they are.
    pub(super) fn new<'a>(names: impl Iterator<Item = &'a str>) -> Self {
        let mut tree =
            Self { first: vec![0; DIRECT], further: FxHashMap::default(), ends: vec![None] };
        for (id, name) in (0..).map(NameId).zip(names) {
            tree.add(id, name);
        }
        tree
    }

    fn add(&mut self, id: NameId, name: &str) {
        let mut chars = name.chars();
        let Some(first) = chars.next().filter(|c| (*c as usize) < DIRECT) else { return };
        if chars.as_str().is_empty() {
            return;
        }
        let mut node = self.first[first as usize];
        if node == 0 {
            node = new_node(&mut self.ends);
            self.first[first as usize] = node;
        }
        for c in chars {
            node = *self.further.entry((node, c)).or_insert_with(|| new_node(&mut self.ends));
        }
        self.ends[node as usize].get_or_insert(id);
    }

    /// All names of a text: by where they begin, the longest first.
    pub(super) fn find(&self, text: &[char]) -> Vec<Found> {
        let mut found = Vec::new();
        for (start, c) in text.iter().enumerate() {
            let Some(mut node) = self.first.get(*c as usize).copied().filter(|it| *it != 0) else {
                continue;
            };
            let before = found.len();
            for (length, c) in text[start + 1..].iter().enumerate() {
                let Some(next) = self.further.get(&(node, *c)) else { break };
                node = *next;
                if let Some(name) = self.ends[node as usize] {
                    found.push(Found { name, span: start..start + length + 2 });
                }
            }
            found[before..].reverse();
        }
        found
    }
}

fn new_node(ends: &mut Vec<Option<NameId>>) -> u32 {
    ends.push(None);
    u32::try_from(ends.len() - 1).expect("some thousand names of a few characters")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn all_names_at_all_places() {
        let names = ["青岛", "青岛市", "岛市", "市北区", "x"];
        let tree = Names::new(names.into_iter());
        let text: Vec<char> = "在青岛市北区x".chars().collect();
        let found: Vec<(&str, Range<usize>)> =
            tree.find(&text).into_iter().map(|it| (names[it.name.0 as usize], it.span)).collect();
        assert_eq!(found, [("青岛市", 1..4), ("青岛", 1..3), ("岛市", 2..4), ("市北区", 3..6)]);
    }
}

//! What a deployment changes on a branch.
//!
//! In: the files of the branch, those of the site, by their hashes in git. Out: what is added, changed and removed, what
//! is kept, and what stands in the way. Nothing here runs git but to read the branch.

use std::collections::{BTreeMap, BTreeSet};

use anyhow::Result;

use super::LIST;
use super::git::Repository;

/// A branch as it was fetched.
#[derive(Debug, Default)]
pub(super) struct Branch {
    /// The hash of each file.
    files: BTreeMap<String, String>,
    /// Those that an earlier deployment made.
    ours: BTreeSet<String>,
}

impl Branch {
    /// Reads the branch at a commit.
    pub(super) fn read(repository: &Repository, commit: &str) -> Result<Self> {
        let files = repository.files(commit)?;
        let list =
            if files.contains_key(LIST) { repository.text(commit, LIST)? } else { String::new() };
        let own = list.lines().map(str::to_owned).chain([LIST.to_owned()]);
        let ours = own.filter(|it| files.contains_key(it)).collect();
        Ok(Self { files, ours })
    }
}

/// What becomes of a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Change {
    /// It is new.
    Added,
    /// It has another content.
    Changed,
    /// It goes.
    Removed,
}

/// What a deployment changes.
#[derive(Debug, Default)]
pub struct Difference {
    /// Each file with what becomes of it, and its new hash unless it goes.
    pub changes: BTreeMap<String, (Change, Option<String>)>,
    /// Files that somebody else put on the branch; they stay.
    pub kept: Vec<String>,
    /// Files of somebody else that stand where ones of the site belong.
    pub in_the_way: Vec<String>,
    /// How many pages the branch has that are ours.
    pub pages: usize,
}

impl Difference {
    /// The files that something becomes of, by name.
    pub fn of(&self, change: Change) -> impl Iterator<Item = &str> {
        self.changes.iter().filter(move |it| it.1.0 == change).map(|it| it.0.as_str())
    }

    /// Whether the deployment puts a file on the branch.
    pub(super) fn puts(&self, file: &str) -> bool {
        self.changes.get(file).is_some_and(|it| it.0 != Change::Removed)
    }

    /// How many of the pages on the branch would go.
    #[must_use]
    pub fn removed_pages(&self) -> usize {
        self.of(Change::Removed).filter(|it| is_page(it)).count()
    }
}

fn is_page(file: &str) -> bool {
    file.rsplit('.').next().is_some_and(|it| it.eq_ignore_ascii_case("html"))
}

/// Works out what putting a site on a branch changes. With `adopt` all files of the branch count as ours, as those of
/// another generator that this one follows; but for those that say where the site is found.
pub(super) fn difference(branch: &Branch, site: Vec<(String, String)>, adopt: bool) -> Difference {
    /// Never ours to take away, whoever made the rest.
    const OF_THE_BRANCH: [&str; 2] = ["CNAME", ".nojekyll"];
    let is_ours = |it: &str| branch.ours.contains(it) || (adopt && !OF_THE_BRANCH.contains(&it));
    let mut out = Difference::default();
    let new: BTreeSet<String> = site.iter().map(|it| it.0.clone()).collect();
    for (file, hash) in site {
        match branch.files.get(&file) {
            Some(old) if *old == hash => {}
            // What is empty says what it says by being there.
            Some(_) if file == ".nojekyll" => {}
            Some(_) if !is_ours(&file) => out.in_the_way.push(file),
            Some(_) => drop(out.changes.insert(file, (Change::Changed, Some(hash)))),
            None => match blocked(branch, &file, is_ours) {
                Some(other) => out.in_the_way.push(other),
                None => drop(out.changes.insert(file, (Change::Added, Some(hash)))),
            },
        }
    }
    for file in branch.files.keys().filter(|it| !new.contains(*it)) {
        if is_ours(file) {
            out.changes.insert(file.clone(), (Change::Removed, None));
        } else {
            out.kept.push(file.clone());
        }
    }
    let pages = branch.files.keys().filter(|it| is_page(it) && is_ours(it));
    out.pages = pages.count();
    out.in_the_way.sort();
    out.in_the_way.dedup();
    out
}

/// A file of somebody else that is a folder of this one, or the reverse.
fn blocked(branch: &Branch, file: &str, is_ours: impl Fn(&str) -> bool) -> Option<String> {
    let above = file.match_indices('/').map(|(at, _)| &file[..at]);
    let mut above = above.filter(|it| branch.files.contains_key(*it) && !is_ours(it));
    let folder = format!("{file}/");
    let below = branch.files.range(folder.clone()..).map(|it| it.0.as_str());
    let mut below = below.take_while(|it| it.starts_with(&folder)).filter(|it| !is_ours(it));
    above.next().or_else(|| below.next()).map(str::to_owned)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pairs(all: &[(&str, &str)]) -> Vec<(String, String)> {
        all.iter().map(|(file, hash)| ((*file).to_owned(), (*hash).to_owned())).collect()
    }

    fn branch(files: &[(&str, &str)], ours: &[&str]) -> Branch {
        let ours = ours.iter().map(|it| (*it).to_owned()).collect();
        Branch { files: pairs(files).into_iter().collect(), ours }
    }

    #[test]
    fn what_others_made_is_kept() {
        let branch = branch(
            &[("CNAME", "1"), ("a.html", "1"), ("b.html", "1"), ("c.html", "1"), ("notes/x", "1")],
            &["a.html", "b.html", "c.html"],
        );
        let it =
            difference(&branch, pairs(&[("a.html", "1"), ("b.html", "2"), ("d.html", "1")]), false);
        let of = |change| it.of(change).collect::<Vec<_>>();
        assert_eq!(of(Change::Added), ["d.html"]);
        assert_eq!(of(Change::Changed), ["b.html"]);
        assert_eq!(of(Change::Removed), ["c.html"]);
        assert_eq!(it.kept, ["CNAME", "notes/x"]);
        assert_eq!((it.pages, it.removed_pages(), it.in_the_way.len()), (3, 1, 0));
    }

    #[test]
    fn what_stands_in_the_way_is_told() {
        let branch = branch(&[("a.html", "1"), ("b", "1"), ("c/x", "1"), ("CNAME", "1")], &[]);
        let site = [("a.html", "2"), ("b/index.html", "1"), ("c", "1"), ("CNAME", "2")];
        let it = difference(&branch, pairs(&site), false);
        assert_eq!(it.in_the_way, ["CNAME", "a.html", "b", "c/x"]);
        assert!(it.changes.is_empty());
        let it = difference(&branch, pairs(&site), true);
        assert_eq!(it.in_the_way, ["CNAME"]);
        assert_eq!(it.of(Change::Removed).collect::<Vec<_>>(), ["b", "c/x"]);
    }
}

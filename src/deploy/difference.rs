//! What a deployment changes on a branch.
//!
//! In: the files of the branch, those of the site, by their hashes in git. Out: what is added, changed and removed, what
//! is kept, and what stands in the way. Nothing here runs git but to read the branch.

use std::collections::BTreeMap;

use anyhow::Result;

use super::git::Repository;
use super::{CNAME, LIST};

/// A branch as it was fetched.
#[derive(Debug, Default)]
pub(super) struct Branch {
    /// The hash of each file.
    files: BTreeMap<String, String>,
    /// The hashes of those that an earlier deployment made, as it made them.
    ours: BTreeMap<String, String>,
}

impl Branch {
    /// Reads the branch at a commit.
    pub(super) fn read(repository: &Repository, commit: &str) -> Result<Self> {
        let files = repository.files(commit)?;
        let list =
            if files.contains_key(LIST) { repository.text(commit, LIST)? } else { String::new() };
        let line =
            |it: &str| it.split_once(' ').map(|(hash, file)| (file.to_owned(), hash.to_owned()));
        Ok(Self { ours: list.lines().filter_map(line).collect(), files })
    }

    /// The hash of a file, if it has that.
    pub(super) fn hash(&self, file: &str) -> Option<&str> {
        self.files.get(file).map(String::as_str)
    }

    /// Whether a file stands there as we made it.
    pub(super) fn is_ours(&self, file: &str) -> bool {
        self.ours.get(file).is_some_and(|it| self.files.get(file) == Some(it))
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
    /// Files of somebody else that stand where ones of the site belong, and ours that somebody else has changed.
    pub in_the_way: Vec<String>,
    /// The files that are ours afterwards, by their hashes.
    pub(super) ours: BTreeMap<String, String>,
    /// How many files the branch has that may go: pages, and with `adopt` all.
    pub counted: usize,
    /// How many of them go.
    pub vanishing: usize,
}

impl Difference {
    /// Takes in the list of our files, which is ours itself.
    pub(super) fn list(&mut self, branch: &Branch, hash: String) {
        self.changes.remove(LIST);
        let change = match branch.files.get(LIST) {
            Some(old) if *old == hash => return,
            Some(_) => Change::Changed,
            None => Change::Added,
        };
        // A list of nothing new is no reason for a commit.
        if change == Change::Changed || !self.ours.is_empty() {
            self.changes.insert(LIST.to_owned(), (change, Some(hash)));
        }
    }

    /// The files that something becomes of, by name.
    pub fn of(&self, change: Change) -> impl Iterator<Item = &str> {
        self.changes.iter().filter(move |it| it.1.0 == change).map(|it| it.0.as_str())
    }
}

pub(super) fn is_page(file: &str) -> bool {
    file.rsplit('.').next().is_some_and(|it| it.eq_ignore_ascii_case("html"))
}

/// Works out what putting a site on a branch changes. With `adopt` all files of the branch count as ours, as those of
/// another generator that this one follows; but for `CNAME`.
pub(super) fn difference(branch: &Branch, site: &[(String, String)], adopt: bool) -> Difference {
    let is_ours = |it: &str| branch.is_ours(it) || (adopt && it != CNAME);
    let mut out = Difference::default();
    for (file, hash) in site {
        match branch.files.get(file) {
            Some(old) if old == hash => {
                // What was there as it is belongs to whoever put it there.
                if is_ours(file) {
                    out.ours.insert(file.clone(), hash.clone());
                }
                continue;
            }
            Some(_) if !is_ours(file) => out.in_the_way.push(file.clone()),
            Some(_) => {
                out.changes.insert(file.clone(), (Change::Changed, Some(hash.clone())));
            }
            None => match blocked(branch, file, is_ours) {
                Some(other) => out.in_the_way.push(other),
                None => {
                    out.changes.insert(file.clone(), (Change::Added, Some(hash.clone())));
                }
            },
        }
        out.ours.insert(file.clone(), hash.clone());
    }
    let new: BTreeMap<&str, &str> = site.iter().map(|it| (it.0.as_str(), it.1.as_str())).collect();
    for file in branch.files.keys() {
        let goes = is_ours(file)
            && ![CNAME, LIST, super::NO_JEKYLL].contains(&file.as_str())
            && !new.contains_key(file.as_str());
        let counts = is_ours(file) && (adopt || is_page(file));
        out.counted += usize::from(counts);
        out.vanishing += usize::from(counts && goes);
        if goes {
            out.changes.insert(file.clone(), (Change::Removed, None));
        } else if !is_ours(file) && !out.in_the_way.contains(file) && file != LIST {
            out.kept.push(file.clone());
        }
    }
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

    fn branch(files: &[(&str, &str)], ours: &[(&str, &str)]) -> Branch {
        let [files, ours] = [files, ours].map(|it| pairs(it).into_iter().collect());
        Branch { files, ours }
    }

    fn of(it: &Difference, change: Change) -> Vec<&str> {
        it.of(change).collect()
    }

    #[test]
    fn what_others_made_is_kept() {
        let branch = branch(
            &[("CNAME", "1"), ("a.html", "1"), ("b.html", "1"), ("c.html", "1"), ("notes/x", "1")],
            &[("a.html", "1"), ("b.html", "1"), ("c.html", "1")],
        );
        let site = [("a.html", "1"), ("b.html", "2"), ("d.html", "1"), ("notes/x", "1")];
        let it = difference(&branch, &pairs(&site), false);
        assert_eq!(of(&it, Change::Added), ["d.html"]);
        assert_eq!(of(&it, Change::Changed), ["b.html"]);
        assert_eq!(of(&it, Change::Removed), ["c.html"]);
        assert_eq!(it.kept, ["CNAME", "notes/x"]);
        assert_eq!((it.counted, it.vanishing, it.in_the_way.len()), (3, 1, 0));
        // What stood there before, byte for byte, does not become ours.
        assert_eq!(it.ours.keys().collect::<Vec<_>>(), ["a.html", "b.html", "d.html"]);
    }

    #[test]
    fn what_stands_in_the_way_is_told() {
        let files = [("a.html", "1"), ("b", "1"), ("c/x", "1"), ("CNAME", "1"), ("d.html", "9")];
        // Ours, but changed by somebody else since.
        let branch = branch(&files, &[("d.html", "1")]);
        let site =
            [("a.html", "2"), ("b/index.html", "1"), ("c", "1"), ("CNAME", "2"), ("d.html", "2")];
        let it = difference(&branch, &pairs(&site), false);
        assert_eq!(it.in_the_way, ["CNAME", "a.html", "b", "c/x", "d.html"]);
        assert!(it.changes.is_empty());
        let it = difference(&branch, &pairs(&site), true);
        assert_eq!(it.in_the_way, ["CNAME"]);
        assert_eq!(of(&it, Change::Removed), ["b", "c/x"]);
        // With `adopt` every file counts, not pages alone.
        assert_eq!((it.counted, it.vanishing), (4, 2));
    }

    #[test]
    fn the_name_of_a_domain_never_goes() {
        let branch = branch(&[("CNAME", "1"), ("x", "1")], &[("CNAME", "1"), ("x", "1")]);
        let it = difference(&branch, &[], false);
        assert_eq!(of(&it, Change::Removed), ["x"]);
        assert!(difference(&branch, &[], true).changes.keys().all(|it| it != "CNAME"));
    }
}

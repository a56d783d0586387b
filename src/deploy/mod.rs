//! The output folder → a branch of a git repository, from which GitHub Pages publishes.
//!
//! In: the folder as it was built, a repository, the branch as its remote has it. Out: one more ordinary commit on that
//! branch. The steps:
//! 1. what the branch holds is fetched, into a reference of our own (`refs/digest/…`);
//! 2. what would be added, changed and removed is worked out (`difference`); nothing has changed yet but that reference;
//! 3. the files are put into the repository's objects, a tree and a commit are made of them beside the index and the
//!    work tree, which are never looked at;
//! 4. the commit is pushed, never by force: if the branch has moved meanwhile, git refuses it, and so do we.
//!
//! Killed anywhere before the end of 4, the branch is as it was; the remote takes a push as a whole or not at all.
//! Everything goes through `git` itself, so it knows whom to log in as. Files on the branch that we did not make are kept:
//! ours are listed in a file beside them ([`LIST`]).

mod difference;
mod git;

use std::fs;
use std::path::Path;

use anyhow::{Context, Result, bail};

use difference::{Branch, difference};
pub use difference::{Change, Difference};
pub use git::Repository;
use git::lines;

/// The file on the branch that lists those that we made.
pub const LIST: &str = ".digest-files";

/// Tells GitHub Pages to publish the files as they are.
const NO_JEKYLL: &str = ".nojekyll";

/// GitHub takes no larger file.
const MAX_FILE: u64 = 100 << 20;

/// GitHub Pages publishes no larger site.
const MAX_SITE: u64 = 1 << 30;

/// What a site is made of, below its folder.
pub const SOURCES: [&str; 4] = ["site.toml", "content", "templates", "theme"];

/// Where a site goes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Target {
    /// The remote by its name, or its address.
    pub remote: String,
    /// The branch.
    pub branch: String,
}

/// A branch as it was fetched, and what would become of it.
pub struct Prepared {
    repository: Repository,
    target: Target,
    /// The commit that the branch is at; `None` if there is no such branch.
    pub parent: Option<String>,
    /// What would change.
    pub difference: Difference,
    /// How many bytes the site has.
    pub bytes: u64,
}

/// The repository that a site lies in.
///
/// # Errors
/// There is no git, or no repository.
pub fn repository(root: &Path) -> Result<Repository> {
    Repository::of(root)
}

/// What stands against publishing from a repository as it is: changes of its sources that are in no commit.
///
/// # Errors
/// Git fails.
pub fn uncommitted(repository: &Repository) -> Result<Vec<String>> {
    let arguments = ["status", "--porcelain=v1", "-z", "--untracked-files=all", "--"];
    let out = repository.run(arguments.iter().chain(&SOURCES))?;
    // A renamed file is told with its old name in a field of its own, which has no state before it.
    let changed = out.split('\0').filter_map(|it| Some((it.get(..3)?, it.get(3..)?)));
    Ok(changed.filter(|it| it.0.ends_with(' ')).map(|it| it.1.to_owned()).collect())
}

/// Fetches the branch, and works out what would change. `files` are the names of the site's files below `out`.
///
/// # Errors
/// The remote cannot be reached, a file cannot be read, or the branch is one that must not be overwritten; why.
pub fn prepare(
    repository: Repository,
    target: Target,
    out: &Path,
    files: &[String],
    adopt: bool,
) -> Result<Prepared> {
    let parent = repository.fetch(&target.remote, &target.branch)?;
    refuse_sources(&repository, &target, parent.as_deref())?;
    let mut bytes = 0;
    for file in files {
        let path = out.join(file);
        let length =
            fs::metadata(&path).with_context(|| format!("cannot read `{}`", path.display()))?.len();
        if length > MAX_FILE {
            bail!(
                "`{}` has {} MiB, and GitHub takes no file above 100 MiB",
                path.display(),
                length >> 20
            );
        }
        bytes += length;
    }
    let hashes = repository.hash_files(out, files, false)?;
    let mut site: Vec<(String, String)> = std::iter::zip(files.iter().cloned(), hashes).collect();
    for (name, text) in own_files(files) {
        site.push((name.to_owned(), repository.hash_text(&text, false)?));
    }
    let branch = match &parent {
        Some(parent) => Branch::read(&repository, parent)?,
        None => Branch::default(),
    };
    let difference = difference(&branch, site, adopt);
    Ok(Prepared { repository, target, parent, difference, bytes })
}

/// The branch that is checked out, and one that holds what sites are made of, are no place for a site.
fn refuse_sources(repository: &Repository, target: &Target, parent: Option<&str>) -> Result<()> {
    let branch = &target.branch;
    let is_current = repository.current_branch()?.as_deref() == Some(branch);
    if is_current && repository.is_named(&target.remote)? {
        bail!(
            "`{branch}` is the branch that you are on, with the sources of the site; name another one with `--branch`, as `gh-pages`"
        );
    }
    let Some(parent) = parent else { return Ok(()) };
    for source in ["site.toml", "Cargo.toml", "content"] {
        if repository.holds(parent, source)? {
            bail!(
                "the branch `{branch}` holds `{source}`: it looks like sources, not like a published site; name another one with `--branch`"
            );
        }
    }
    Ok(())
}

impl Prepared {
    /// Whether the site is larger than GitHub Pages publishes.
    #[must_use]
    pub const fn is_too_large(&self) -> bool {
        self.bytes > MAX_SITE
    }

    /// Makes the commit and pushes it; says its hash.
    ///
    /// # Errors
    /// Git refuses, because the branch has moved, or nobody may write to it, or nobody has said who commits.
    pub fn publish(&self, out: &Path, files: &[String], message: &str) -> Result<String> {
        let repository = &self.repository;
        let wanted = |it: &&String| self.difference.puts(it);
        let new: Vec<String> = files.iter().filter(wanted).cloned().collect();
        repository.hash_files(out, &new, true)?;
        for (name, text) in own_files(files) {
            if self.difference.puts(name) {
                repository.hash_text(&text, true)?;
            }
        }
        let tree = repository.tree(self.parent.as_deref(), &self.difference.changes)?;
        let commit = repository.commit(&tree, self.parent.as_deref(), message)?;
        repository.push(&self.target.remote, &commit, &self.target.branch)?;
        Ok(commit)
    }
}

/// The files that only the branch has.
fn own_files(files: &[String]) -> [(&'static str, String); 2] {
    [(LIST, lines(files.iter())), (NO_JEKYLL, String::new())]
}

/// The address at which GitHub publishes a repository without a domain of its own:
/// `git@github.com:name/repo.git` → `https://name.github.io/repo/`. `None` for other remotes.
#[must_use]
pub fn pages_address(remote: &str) -> Option<String> {
    let rest = ["https://github.com/", "git@github.com:", "ssh://git@github.com/"]
        .iter()
        .find_map(|it| remote.strip_prefix(it))?;
    let (owner, name) = rest.trim_end_matches('/').trim_end_matches(".git").split_once('/')?;
    if owner.is_empty() || name.is_empty() || name.contains('/') {
        return None;
    }
    let host = format!("{}.github.io", owner.to_lowercase());
    let path = if name.to_lowercase() == host { String::new() } else { format!("{name}/") };
    Some(format!("https://{host}/{path}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_of_pages() {
        let known = |it: &str| pages_address(it);
        for (remote, address) in [
            ("git@github.com:Name/repo.git", Some("https://name.github.io/repo/")),
            ("https://github.com/name/repo", Some("https://name.github.io/repo/")),
            ("https://github.com/name/Name.github.io.git", Some("https://name.github.io/")),
            ("ssh://git@github.com/name/repo.git/", Some("https://name.github.io/repo/")),
            ("https://example.org/name/repo.git", None),
            ("../bare.git", None),
            ("https://github.com/name", None),
        ] {
            assert_eq!(known(remote).as_deref(), address, "{remote}");
        }
    }
}

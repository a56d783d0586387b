//! The output folder → a branch of a git repository, from which GitHub Pages publishes.
//!
//! In: the folder as it was built, a repository, the branch as its remote has it. Out: one more ordinary commit on that
//! branch. The steps:
//! 1. what the branch holds is fetched, into a reference of our own (`refs/worktree/digest/…`);
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

use difference::{Branch, difference, is_page};
pub use difference::{Change, Difference};
pub use git::Repository;
use git::lines;

/// The file on the branch that lists those that we made.
pub const LIST: &str = ".digest-files";

/// Says where a site is found: never ours to take away, whoever put it there.
const CNAME: &str = "CNAME";

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
/// Git fails, or the site is not in the repository at all.
pub fn uncommitted(repository: &Repository) -> Result<Vec<String>> {
    if repository.run(["ls-files", "--", "site.toml"])?.is_empty() {
        return Ok(vec!["site.toml, which is in no commit of this repository".to_owned()]);
    }
    let arguments = ["status", "--porcelain=v1", "-z", "--untracked-files=all", "--"];
    let out = repository.run(arguments.iter().chain(&SOURCES))?;
    // A renamed file is told with its old name in a field of its own, which has no state before it.
    let changed = out.split('\0').filter_map(|it| Some((it.get(..3)?, it.get(3..)?)));
    Ok(changed.filter(|it| it.0.ends_with(' ')).map(|it| it.1.to_owned()).collect())
}

/// Fetches the branch, and works out what would change. `files` are the names of the site's files below `out`; what is
/// read of them is what [`Prepared::publish`] puts on the branch, whatever becomes of the folder meanwhile.
///
/// # Errors
/// The remote cannot be reached, a file cannot be read, or the branch is one that must not be overwritten; why.
pub fn prepare(
    repository: Repository,
    target: Target,
    (out, files): (&Path, &[String]),
    Wish { adopt, dry_run }: Wish,
) -> Result<Prepared> {
    let parent = repository.fetch(&target.remote, &target.branch)?;
    refuse_sources(&repository, &target, parent.as_deref(), adopt)?;
    let mut bytes = 0;
    for file in files {
        let path = out.join(file);
        let metadata = fs::metadata(&path);
        let length = metadata.with_context(|| format!("cannot read `{}`", path.display()))?.len();
        if length > MAX_FILE {
            bail!(
                "`{}` has {} MiB, and GitHub takes no file above 100 MiB",
                path.display(),
                length >> 20
            );
        }
        bytes += length;
    }
    let hashes = repository.hash_files(out, files, !dry_run)?;
    let mut site: Vec<(String, String)> = std::iter::zip(files.iter().cloned(), hashes).collect();
    let branch = match &parent {
        Some(parent) => Branch::read(&repository, parent)?,
        None => Branch::default(),
    };
    if branch.hash(NO_JEKYLL).is_none() || branch.is_ours(NO_JEKYLL) {
        site.push((NO_JEKYLL.to_owned(), repository.hash_text("", !dry_run)?));
    }
    same_domain(&repository, &branch, (out, &mut site), parent.as_deref())?;
    let mut difference = difference(&branch, &site, adopt);
    let list = lines(difference.ours.iter().map(|(file, hash)| format!("{hash} {file}")));
    difference.list(&branch, repository.hash_text(&list, !dry_run)?);
    Ok(Prepared { repository, target, parent, difference, bytes })
}

/// How a site is to be deployed.
#[derive(Debug, Clone, Copy)]
pub struct Wish {
    /// Whether all files of the branch count as ours.
    pub adopt: bool,
    /// Whether nothing is to change, not even the objects of the repository.
    pub dry_run: bool,
}

/// The branch that is checked out, and one that holds what sites are made of, are no place for a site.
fn refuse_sources(
    repository: &Repository,
    target: &Target,
    parent: Option<&str>,
    adopt: bool,
) -> Result<()> {
    let branch = &target.branch;
    let is_current = repository.current_branch()?.as_deref() == Some(branch);
    if is_current && repository.is_named(&target.remote)? {
        bail!(
            "`{branch}` is the branch that you are on, with the sources of the site; publish another one with `--branch`, or change to the one with the sources"
        );
    }
    let Some(parent) = parent else { return Ok(()) };
    let files = repository.files(parent)?;
    let is_source =
        |it: &&String| it.rsplit('/').next() == Some("site.toml") || *it == "Cargo.toml";
    let looks_like = files.keys().find(is_source).map(|it| format!("it holds `{it}`"));
    let shares = || {
        let shared = repository.shares_history(parent)?;
        anyhow::Ok(shared.then(|| "it has commits of the branch that you are on".to_owned()))
    };
    let has_pages = || files.keys().any(|it| is_page(it));
    let why = match looks_like {
        Some(why) => Some(why),
        None => shares()?,
    };
    let why = why.or_else(|| (adopt && !has_pages()).then(|| "it holds no page".to_owned()));
    if let Some(why) = why {
        bail!(
            "the branch `{branch}` looks like sources, not like a published site: {why}; name another one with `--branch`"
        );
    }
    Ok(())
}

/// A domain of the site that is the one on the branch stays as it is there, whatever ends its line.
fn same_domain(
    repository: &Repository,
    branch: &Branch,
    (out, site): (&Path, &mut [(String, String)]),
    parent: Option<&str>,
) -> Result<()> {
    let own = site.iter_mut().find(|it| it.0 == CNAME);
    let (Some(parent), Some((_, own)), Some(there)) = (parent, own, branch.hash(CNAME)) else {
        return Ok(());
    };
    let text = fs::read(out.join(CNAME)).context("cannot read `CNAME`")?;
    if repository.text(parent, CNAME)?.trim().as_bytes() == text.trim_ascii() {
        there.clone_into(own);
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
    pub fn publish(&self, message: &str) -> Result<String> {
        let (repository, parent) = (&self.repository, self.parent.as_deref());
        let tree = repository.tree(parent, &self.difference.changes)?;
        let commit = repository.commit(&tree, parent, message)?;
        repository.push(&self.target.remote, &commit, (&self.target.branch, parent))?;
        Ok(commit)
    }
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

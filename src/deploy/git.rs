//! Git, run as people run it.
//!
//! In: what is wanted of a repository. Out: what git says. Neither the index nor the work tree is touched; what git prints
//! when it fails is the error.

use std::collections::BTreeMap;
use std::ffi::OsStr;
use std::io::{IsTerminal, Write};
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

use anyhow::{Context, Result, bail};

use super::Change;

/// Where the branch is fetched to: a reference that each work tree has for itself.
const FETCHED: &str = "refs/worktree/digest/deployed";

/// What would lead git to another repository than the one of the folder.
const MISLEADING: [&str; 6] = [
    "GIT_DIR",
    "GIT_WORK_TREE",
    "GIT_INDEX_FILE",
    "GIT_OBJECT_DIRECTORY",
    "GIT_COMMON_DIR",
    "GIT_NAMESPACE",
];

/// A repository.
#[derive(Debug)]
pub struct Repository {
    /// The folder that git is run in.
    pub(super) root: PathBuf,
    /// Where git keeps what belongs to this work tree.
    folder: PathBuf,
}

impl Repository {
    /// The repository that a folder lies in.
    pub(super) fn of(root: &Path) -> Result<Self> {
        let mut it = Self { root: root.to_owned(), folder: PathBuf::new() };
        let asked = it.output(["rev-parse", "--absolute-git-dir"], None, None)?;
        if !asked.status.success() {
            bail!(
                "`{}` lies in no git repository, and a site is deployed from one: `git init`, `git add .`, `git commit`, `git remote add origin …`",
                root.display()
            );
        }
        it.folder = PathBuf::from(text(&asked.stdout).trim_end_matches(['\n', '\r']));
        Ok(it)
    }

    /// Runs git and returns what it prints.
    pub(super) fn run(
        &self,
        arguments: impl IntoIterator<Item = impl AsRef<OsStr>>,
    ) -> Result<String> {
        self.with(arguments, None, None)
    }

    /// The branch that is checked out; `None` on a bare commit.
    pub(super) fn current_branch(&self) -> Result<Option<String>> {
        let out = self.output(["symbolic-ref", "--quiet", "--short", "HEAD"], None, None)?;
        Ok(out.status.success().then(|| text(&out.stdout).trim().to_owned()))
    }

    /// The commit that the sources are at, in short, if there is one.
    #[must_use]
    pub fn head(&self) -> Option<String> {
        let out = self
            .output(["rev-parse", "--quiet", "--verify", "--short", "HEAD"], None, None)
            .ok()?;
        out.status.success().then(|| text(&out.stdout).trim().to_owned())
    }

    /// The address of a remote, as git would use it.
    ///
    /// # Errors
    /// There is no such remote.
    pub fn address(&self, remote: &str) -> Result<String> {
        if !self.is_named(remote)? {
            if remote.contains(['/', ':', '\\']) {
                return Ok(remote.to_owned());
            }
            bail!(
                "there is no remote `{remote}`: `git remote add {remote} …`, or name another one with `--remote`"
            );
        }
        Ok(self.run(["remote", "get-url", "--push", remote])?.trim().to_owned())
    }

    /// Whether a remote is one of the repository's, by its name.
    pub(super) fn is_named(&self, remote: &str) -> Result<bool> {
        Ok(self.run(["remote"])?.lines().any(|it| it == remote))
    }

    /// Fetches a branch; its commit, or `None` if the remote has no such branch.
    pub(super) fn fetch(&self, remote: &str, branch: &str) -> Result<Option<String>> {
        self.address(remote)?;
        let wanted = format!("refs/heads/{branch}");
        if !self.output(["check-ref-format", &wanted], None, None)?.status.success() {
            bail!("`{branch}` is no name of a branch");
        }
        let there = self.run(["ls-remote", "--", remote, &wanted])?;
        if !there.lines().any(|it| it.ends_with(&format!("\t{wanted}"))) {
            return Ok(None);
        }
        let arguments = [
            "fetch",
            "--quiet",
            "--no-tags",
            "--no-write-fetch-head",
            "--no-auto-maintenance",
            "--",
        ];
        self.run(arguments.into_iter().chain([remote, &format!("+{wanted}:{FETCHED}")]))?;
        Ok(Some(self.run(["rev-parse", "--verify", FETCHED])?.trim().to_owned()))
    }

    /// Whether a commit is of the same history as the one that is checked out.
    pub(super) fn shares_history(&self, commit: &str) -> Result<bool> {
        if self.head().is_none() {
            return Ok(false);
        }
        let out = self.output(["merge-base", "HEAD", commit], None, None)?;
        Ok(out.status.success())
    }

    /// The files of a commit with their hashes.
    pub(super) fn files(&self, commit: &str) -> Result<BTreeMap<String, String>> {
        let out = self.run(["ls-tree", "-r", "-z", "--full-tree", commit])?;
        // <mode> <kind> <hash>\t<path>
        let file = |it: &str| {
            let (about, path) = it.split_once('\t')?;
            Some((path.to_owned(), about.rsplit(' ').next()?.to_owned()))
        };
        Ok(out.split('\0').filter_map(file).collect())
    }

    /// The text of a file of a commit.
    pub(super) fn text(&self, commit: &str, file: &str) -> Result<String> {
        self.run(["cat-file", "blob", &format!("{commit}:{file}")])
    }

    /// The hashes of files below a folder, byte for byte as they are; they become objects if `write` says so.
    pub(super) fn hash_files(
        &self,
        folder: &Path,
        files: &[String],
        write: bool,
    ) -> Result<Vec<String>> {
        let folder = std::path::absolute(folder).context("cannot find the output folder")?;
        let paths: Vec<String> =
            files.iter().map(|it| folder.join(it).display().to_string()).collect();
        let paths = lines(paths.iter());
        let mut arguments = vec!["hash-object", "--no-filters", "--stdin-paths"];
        arguments.extend(write.then_some("-w"));
        let out = self.with(arguments, Some(paths.as_bytes()), None)?;
        let hashes: Vec<String> = out.lines().map(str::to_owned).collect();
        if hashes.len() != files.len() {
            bail!("git hashed {} files of {}", hashes.len(), files.len());
        }
        Ok(hashes)
    }

    /// The hash of a text, which becomes an object if `write` says so.
    pub(super) fn hash_text(&self, text: &str, write: bool) -> Result<String> {
        let mut arguments = vec!["hash-object", "--stdin"];
        arguments.extend(write.then_some("-w"));
        Ok(self.with(arguments, Some(text.as_bytes()), None)?.trim().to_owned())
    }

    /// The tree of a commit with these changes, made in an index of its own.
    pub(super) fn tree(
        &self,
        parent: Option<&str>,
        changes: &BTreeMap<String, (Change, Option<String>)>,
    ) -> Result<String> {
        // One that was killed may have left its own.
        let index = Index::new(self.folder.join("digest-index"));
        let with =
            |arguments: &[&str], input: Option<&[u8]>| self.with(arguments, input, Some(&index.0));
        with(&["read-tree", parent.unwrap_or("--empty")], None)?;
        // Hashes are as long as that of the parent; what goes has one of nothing but zeros.
        let nothing = "0".repeat(parent.map_or(0, str::len));
        let line = |(file, (_, hash)): (&String, &(Change, Option<String>))| match hash {
            Some(hash) => format!("100644 {hash}\t{file}\0"),
            None => format!("0 {nothing}\t{file}\0"),
        };
        // What goes makes room for what comes.
        let (gone, new): (Vec<_>, Vec<_>) = changes.iter().partition(|it| it.1.1.is_none());
        let lines: String = gone.into_iter().chain(new).map(line).collect();
        with(&["update-index", "-z", "--index-info"], Some(lines.as_bytes()))?;
        Ok(with(&["write-tree"], None)?.trim().to_owned())
    }

    /// A commit of a tree on top of another one.
    pub(super) fn commit(&self, tree: &str, parent: Option<&str>, message: &str) -> Result<String> {
        let mut arguments = vec!["commit-tree", tree];
        if let Some(parent) = parent {
            arguments.extend(["-p", parent]);
        }
        Ok(self.with(arguments, Some(message.as_bytes()), None)?.trim().to_owned())
    }

    /// Puts a commit on a branch of a remote, which has to stand on what the branch is at.
    pub(super) fn push(
        &self,
        remote: &str,
        commit: &str,
        (branch, parent): (&str, Option<&str>),
    ) -> Result<()> {
        let wanted = format!("refs/heads/{branch}");
        let arguments = ["push", "--quiet", "--porcelain", "--", remote];
        let there = format!("{commit}:{wanted}");
        let out = self.output(arguments.into_iter().chain([there.as_str()]), None, None)?;
        if out.status.success() {
            return Ok(());
        }
        let told = format!("{}{}", text(&out.stdout), text(&out.stderr));
        let told = told.trim();
        // Whether it arrived all the same, only the remote knows.
        let now = self.run(["ls-remote", "--", remote, &wanted]).ok();
        let now = now.as_ref().map(|it| it.split_whitespace().next());
        match now {
            Some(now) if now == parent => {
                bail!(
                    "git could not push to `{remote}`; the branch `{branch}` is as it was\n{told}"
                )
            }
            Some(now) if now == Some(commit) => {
                bail!(
                    "the branch `{branch}` is published, but git ended with an error; if the remote has several addresses, look at each\n{told}"
                )
            }
            Some(_) => bail!(
                "the branch `{branch}` has moved since it was fetched: somebody else published; nothing of ours was changed there, run `digest deploy` again\n{told}"
            ),
            None => bail!(
                "git could not push to `{remote}`, and it cannot be asked what is there now\n{told}"
            ),
        }
    }

    fn with(
        &self,
        arguments: impl IntoIterator<Item = impl AsRef<OsStr>>,
        input: Option<&[u8]>,
        index: Option<&Path>,
    ) -> Result<String> {
        let arguments: Vec<_> = arguments.into_iter().map(|it| it.as_ref().to_owned()).collect();
        let out = self.output(&arguments, input, index)?;
        if !out.status.success() {
            let name = arguments.first().map(|it| it.to_string_lossy()).unwrap_or_default();
            bail!("`git {name}` failed\n{}", text(&out.stderr).trim());
        }
        // Names in another encoding are never ours, and stay as they are in the tree.
        Ok(text(&out.stdout))
    }

    fn output(
        &self,
        arguments: impl IntoIterator<Item = impl AsRef<OsStr>>,
        input: Option<&[u8]>,
        index: Option<&Path>,
    ) -> Result<Output> {
        let mut git = Command::new("git");
        git.current_dir(&self.root).args(["--no-optional-locks", "-c", "core.quotePath=false"]);
        git.args(arguments);
        git.stdin(if input.is_some() { Stdio::piped() } else { Stdio::inherit() });
        git.stdout(Stdio::piped()).stderr(Stdio::piped());
        for name in MISLEADING {
            git.env_remove(name);
        }
        git.env("LC_ALL", "C");
        if let Some(index) = index {
            git.env("GIT_INDEX_FILE", index);
        }
        if !std::io::stdin().is_terminal() {
            // Nobody is there to ask for a password.
            git.env("GIT_TERMINAL_PROMPT", "0").stdin(if input.is_some() {
                Stdio::piped()
            } else {
                Stdio::null()
            });
        }
        let mut running = git.spawn().context("cannot run `git`; is it installed?")?;
        let writer = input.zip(running.stdin.take()).map(|(input, mut stdin)| {
            let input = input.to_owned();
            std::thread::spawn(move || drop(stdin.write_all(&input)))
        });
        let out = running.wait_with_output().context("`git` did not end")?;
        if let Some(writer) = writer {
            drop(writer.join());
        }
        Ok(out)
    }
}

/// A line for each text.
pub(super) fn lines(all: impl Iterator<Item = impl AsRef<str>>) -> String {
    let mut lines = String::new();
    for it in all {
        lines.push_str(it.as_ref());
        lines.push('\n');
    }
    lines
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

/// An index of our own, which goes with us.
struct Index(PathBuf);

impl Index {
    fn new(path: PathBuf) -> Self {
        let index = Self(path);
        index.remove();
        index
    }

    fn remove(&self) {
        drop(std::fs::remove_file(&self.0));
        drop(std::fs::remove_file(self.0.with_extension("lock")));
    }
}

impl Drop for Index {
    fn drop(&mut self) {
        self.remove();
    }
}

//! `digest init`.

use std::fs::{self, File};
use std::io::{self, IsTerminal, Write};
use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode};

use anyhow::{Context, Result, bail};
use clap::{Args, ValueEnum};

use super::show::{complain, say};
use super::{Now, today};
use crate::config::{self, BaseUrl, Rights};
use crate::starter::{self, Release, Wishes};
use crate::text::script::Script;

/// The trees of a new site.
const SCRIPTS: &str = "zh-Hans,zh-Hant-TW";

/// The repository that releases of this program are in, if it is one.
const RELEASES: Option<&str> = option_env!("DIGEST_RELEASES");

#[derive(Debug, Args)]
pub(super) struct Init {
    /// The folder of the new site; it is made if it is not there
    #[arg(default_value = ".")]
    dir: PathBuf,
    /// The name of the site
    #[arg(long)]
    title: Option<String>,
    /// Where it will be published, as `https://name.github.io/repo/`
    #[arg(long, value_name = "URL")]
    base_url: Option<String>,
    /// The scripts of its trees, the default one first [default: zh-Hans,zh-Hant-TW]
    #[arg(long, value_name = "TAG", value_delimiter = ',')]
    scripts: Vec<String>,
    /// How much is published of articles that do not say so
    #[arg(long, value_enum)]
    rights: Option<Choice>,
    /// Write the workflow with which GitHub builds and publishes the site, into a new site or the one that is there
    #[arg(long)]
    github: bool,
    /// The repository whose release of `digest` the workflow fetches, as `name/digest` [default: where this program
    /// was released]
    #[arg(long, value_name = "NAME/REPO", requires = "github")]
    releases: Option<String>,
    /// The SHA-256 of the archive `…-x86_64-unknown-linux-gnu.tar.gz` of this version [default: what `SHA256SUMS` of
    /// the release says, which `curl` fetches]
    #[arg(long, value_name = "HEX", requires = "github")]
    sha256: Option<String>,
    /// The branch that the workflow publishes [default: the one that is checked out, else `main`]
    #[arg(long, requires = "github")]
    branch: Option<String>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Choice {
    /// The texts
    Full,
    /// A summary, the facts and a link to the source
    Excerpt,
}

pub(super) fn init(args: &Init) -> Result<ExitCode> {
    let is_site = args.dir.join(config::FILE).is_file();
    if is_site && !args.github {
        bail!(
            "`{}` is a site already; `digest build` builds it, `digest init --github` adds the workflow for GitHub",
            args.dir.display()
        );
    }
    if is_site
        && (args.title.is_some()
            || args.base_url.is_some()
            || !args.scripts.is_empty()
            || args.rights.is_some())
    {
        bail!(
            "`{}` is a site already: its name, address, scripts and rights stand in its `site.toml`",
            args.dir.display()
        );
    }
    if args.dir.exists() && !args.dir.is_dir() {
        bail!("`{}` is a file, not a folder", args.dir.display());
    }
    let mut files = Vec::new();
    if args.github {
        if let Some(top) = git(&args.dir, &["rev-parse", "--show-toplevel"])
            && !is_same(&args.dir, Path::new(&top))
        {
            bail!(
                "`{}` is a folder inside the repository `{top}`, and GitHub reads workflows only at its root; give the site a repository of its own, or use `digest deploy`",
                args.dir.display()
            );
        }
        let branch = args.branch.clone().unwrap_or_else(|| current_branch(&args.dir));
        let fits = |c: char| c.is_ascii_alphanumeric() || "._/-".contains(c);
        if branch.is_empty() || !branch.chars().all(fits) {
            bail!("`{branch}` is no branch that a workflow can name; name one with `--branch`");
        }
        let workflow = starter::workflow(&release(args)?, &branch);
        files.push((starter::WORKFLOW_FILE.to_owned(), workflow));
    }
    if !is_site {
        let wishes = wishes(args)?;
        files.extend(starter::files(&wishes));
    }
    write(&args.dir, &files)?;
    for (path, _) in files.iter().filter(|it| !it.0.starts_with("content/topics/")) {
        let here = args.dir == Path::new(".");
        let path = if here { PathBuf::from(path) } else { args.dir.join(path) };
        complain(&format!("made `{}`", path.display()));
    }
    let pages = "in the settings of the repository on GitHub, Pages → Source: GitHub Actions; then commit and push";
    if is_site {
        say(&format!("next: {pages}"))?;
        return Ok(ExitCode::SUCCESS);
    }
    complain(&format!("made {} topics in `content/topics/`", starter::TOPICS.len()));
    let there = if args.dir == Path::new(".") {
        String::new()
    } else {
        format!("cd {} && ", args.dir.display())
    };
    say(&format!("a new site; next: {there}digest serve --open"))?;
    if args.github {
        say(&format!("to publish it: {pages}"))?;
    }
    Ok(ExitCode::SUCCESS)
}

/// What was said on the command line, what is asked on a terminal, and what holds otherwise.
fn wishes(args: &Init) -> Result<Wishes> {
    let asks = io::stdin().is_terminal() && io::stderr().is_terminal();
    let folder = std::path::absolute(&args.dir).ok();
    let folder = folder.as_deref().and_then(Path::file_name).and_then(|it| it.to_str());
    let value = |given: Option<String>, question: &str, otherwise: &str| match given {
        Some(given) => Answer::Given(given),
        None if asks => Answer::Asked(format!("{question} [{otherwise}]: "), otherwise.to_owned()),
        None => Answer::Given(otherwise.to_owned()),
    };
    let folder = folder.unwrap_or("要闻");
    let title =
        value(args.title.clone(), "name of the site", folder).read(|it| match it.trim() {
            "" => bail!("a site needs a name: `--title`"),
            title => Ok(title.to_owned()),
        })?;
    let question = "address where it will be published, empty if not known yet";
    let base_url = value(args.base_url.clone(), question, "").read(|url| match url.trim() {
        "" => Ok(None),
        url => match BaseUrl::parse(url) {
            Ok(_) => Ok(Some(url.to_owned())),
            Err(why) => bail!("`{url}` is no address of a site: {why}"),
        },
    })?;
    let scripts = Some(args.scripts.join(",")).filter(|_| !args.scripts.is_empty());
    let scripts = value(scripts, "scripts, the default one first", SCRIPTS).read(|tags| {
        let script = |tag: &str| {
            Script::from_tag(tag).with_context(|| format!("there is no script `{tag}`; write `zh-Hans`, `zh-Hant`, `zh-Hant-TW` or `zh-Hant-HK`"))
        };
        tags.split([',', ' ', '，']).filter(|it| !it.is_empty()).map(script).collect::<Result<Vec<_>>>()
    })?;
    let rights = args.rights.map(|it| match it {
        Choice::Full => "full".to_owned(),
        Choice::Excerpt => "excerpt".to_owned(),
    });
    let question = "publish texts in `full`, or an `excerpt` with a link";
    let rights =
        value(rights, question, "excerpt").read(|told| match told.to_lowercase().as_str() {
            "full" => Ok(Rights::Full),
            "excerpt" => Ok(Rights::Excerpt),
            _ => bail!("`{told}` is neither `full` nor `excerpt`"),
        })?;
    let today = today(&Now { now: None, drafts: false })?.to_string();
    Ok(Wishes { title, base_url, scripts, rights, today })
}

/// What somebody says of a new site.
enum Answer {
    /// It was said, or nobody can be asked.
    Given(String),
    /// The question, and what holds if the answer is empty.
    Asked(String, String),
}

impl Answer {
    /// Reads it; who is asked is asked again until it can be read.
    fn read<T>(self, read: impl Fn(&str) -> Result<T>) -> Result<T> {
        let (question, otherwise) = match self {
            Self::Given(text) => return read(&text),
            Self::Asked(question, otherwise) => (question, otherwise),
        };
        loop {
            match read(&ask(&question, &otherwise)?) {
                Ok(value) => return Ok(value),
                Err(why) => complain(&format!("{why:#}")),
            }
        }
    }
}

/// Asks on the terminal; an empty answer is what stands in brackets.
fn ask(question: &str, otherwise: &str) -> Result<String> {
    let mut terminal = anstream::stderr();
    terminal.write_all(question.as_bytes()).and_then(|()| terminal.flush())?;
    let mut answer = String::new();
    if io::stdin().read_line(&mut answer).context("cannot read the answer")? == 0 {
        bail!("nothing was made");
    }
    let answer = answer.trim();
    Ok(if answer.is_empty() { otherwise.to_owned() } else { answer.to_owned() })
}

/// The release that the workflow fetches.
fn release(args: &Init) -> Result<Release> {
    let repository = args.releases.as_deref().or(RELEASES);
    let repository = repository.context(
        "this program was built from source and does not know where its releases are; name their repository with `--releases NAME/REPO`",
    )?;
    let fits = |it: &str| {
        !it.is_empty() && it.chars().all(|c| c.is_ascii_alphanumeric() || "._-".contains(c))
    };
    if !repository.split_once('/').is_some_and(|(owner, name)| fits(owner) && fits(name)) {
        bail!("`{repository}` is no repository of GitHub; write it as `name/digest`");
    }
    let version = env!("CARGO_PKG_VERSION").to_owned();
    let sha256 = match &args.sha256 {
        Some(hex) => hex.trim().to_lowercase(),
        None => published_hash(repository, &version)?,
    };
    if sha256.len() != 64 || !sha256.chars().all(|c| c.is_ascii_hexdigit()) {
        bail!("`{sha256}` is no SHA-256: it has 64 hexadecimal digits");
    }
    Ok(Release { repository: repository.to_owned(), version, sha256 })
}

/// What the release says is the hash of its archive.
fn published_hash(repository: &str, version: &str) -> Result<String> {
    let url = format!("https://github.com/{repository}/releases/download/v{version}/SHA256SUMS");
    let archive = format!("digest-{version}-x86_64-unknown-linux-gnu.tar.gz");
    let hint = || format!("cannot fetch `{url}`; say the SHA-256 of `{archive}` with `--sha256`");
    let curl = Command::new("curl")
        .args(["--fail", "--silent", "--show-error", "--location", "--proto", "=https"])
        .args(["--max-time", "60", "--", &url])
        .output()
        .with_context(hint)?;
    if !curl.status.success() {
        bail!("{}\n{}", hint(), String::from_utf8_lossy(&curl.stderr).trim());
    }
    let sums = String::from_utf8_lossy(&curl.stdout);
    let line = sums.lines().find(|it| it.ends_with(&archive));
    let hash = line.and_then(|it| it.split_whitespace().next()).map(str::to_lowercase);
    hash.with_context(|| format!("`{url}` does not name `{archive}`"))
}

/// The branch that is checked out, as git says.
fn current_branch(dir: &Path) -> String {
    git(dir, &["symbolic-ref", "--quiet", "--short", "HEAD"]).unwrap_or_else(|| "main".to_owned())
}

/// Whether two paths are one folder; one that is not there is no other one.
fn is_same(a: &Path, b: &Path) -> bool {
    a.canonicalize().is_ok_and(|a| b.canonicalize().is_ok_and(|b| a == b))
}

/// What git says in a folder, or the nearest one above it that is there; `None` if it knows nothing.
fn git(dir: &Path, arguments: &[&str]) -> Option<String> {
    let mut there = std::path::absolute(dir).ok()?;
    while !there.is_dir() {
        there.pop();
    }
    let git = Command::new("git").current_dir(there).args(arguments).output().ok()?;
    let told = || String::from_utf8_lossy(&git.stdout).trim().to_owned();
    git.status.success().then(told)
}

/// Writes new files; if one of them is there already, none.
pub(super) fn write(dir: &Path, files: &[(String, String)]) -> Result<()> {
    let there = files.iter().map(|it| dir.join(&it.0)).find(|it| it.symlink_metadata().is_ok());
    if let Some(path) = there {
        bail!("`{}` is there already; nothing was made", path.display());
    }
    for (path, text) in files {
        let path = dir.join(path);
        let context = || format!("cannot write `{}`", path.display());
        if let Some(folder) = path.parent() {
            fs::create_dir_all(folder).with_context(context)?;
        }
        let mut file = File::create_new(&path).with_context(context)?;
        file.write_all(text.as_bytes()).with_context(context)?;
    }
    Ok(())
}

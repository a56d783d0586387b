//! What was typed, and what it means.
//!
//! In: arguments, the environment, the clock. Out: an exit code, and what people, programs or GitHub read.
//! This is the only module that prints; a file for each command.

mod build;
mod check;
mod deploy;
mod explain;
mod export;
mod external;
mod extract;
mod fix;
mod init;
mod live;
mod new;
mod progress;
mod serve;
mod shell;
mod show;
mod watch;
mod why;

use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::time::{Duration, SystemTime};

use anyhow::{Result, anyhow};
use clap::{Args, Parser, Subcommand, ValueEnum};
use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::{Offset, TimeZone};

use crate::assets;
use crate::config::{self, BaseUrl};
use crate::engine::{Engine, Request};
use crate::extract as raw;
use crate::file::since_epoch;
use crate::text::convert::Converters;
use crate::watch::Options;
use show::{complain, say};

/// The exit code of a site with errors.
const PROBLEMS: u8 = 1;

/// The exit code when no site could be built.
const FAILED: u8 = 2;

/// What somebody does who has never used it.
const FIRST_STEPS: &str = "First steps:
  digest init my-site          a new site in the folder `my-site`
  cd my-site
  digest serve --open          show it in a browser; what you save is there a moment later
  cp ~/port.txt content/inbox/ a raw article becomes `content/articles/….md`
  digest check                 what a person should look at
  digest deploy --dry-run      what would be published on GitHub Pages

More of each command: digest COMMAND --help";

/// Turn Chinese regional news into a site.
#[derive(Debug, Parser)]
///
/// A site is a folder: raw articles in `content/inbox/`, articles in `content/articles/`, its configuration in
/// `site.toml`. `digest build` makes Markdown of the raw articles and a static site of the Markdown.
#[command(name = "digest", version, arg_required_else_help = true, after_help = FIRST_STEPS)]
struct Cli {
    #[command(subcommand)]
    command: Option<Command>,
    /// Print the licences and notices of everything the program is made with
    #[arg(long, exclusive = true)]
    licences: bool,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Begin a new site: a configuration, topics, a first article
    ///
    /// Asks for the name, the address, the scripts and the rights on a terminal, unless they are given; elsewhere it asks
    /// nothing. Writes only files that are not there. The site can be built at once.
    ///
    /// Exit codes: 0 done; 2 not done.
    Init(init::Init),
    /// Begin a new article, topic or place
    ///
    /// Writes one file in `content/`, which must not be there yet, and says which.
    ///
    /// Exit codes: 0 done; 2 not done.
    New(new::New),
    /// Build the site: raw articles become Markdown, Markdown becomes pages
    ///
    /// Reads `site.toml`, `content/`, `templates/` and `theme/` of the site's folder and writes the finished
    /// site into the output folder. Files there that `digest` did not write are kept.
    ///
    /// Exit codes: 0 built; 1 built, but something in the site is wrong and was left out; 2 not built.
    Build(build::Build),
    /// Build the site, and again whenever one of its files changes
    ///
    /// Does what `digest build` does, again and again: what is saved is in the output folder a moment later.
    /// Mistakes are shown, and the last good site stays until they are gone. Ctrl-C ends it.
    Watch(watch::Watch),
    /// Show the site in a browser, and again whenever one of its files changes
    ///
    /// Serves the pages from memory, at the path at which they are published; nothing is written but the articles
    /// made of raw articles. Pages that change are loaded again, and mistakes are shown over the last good page.
    /// Ctrl-C ends it.
    Serve(serve::Serve),
    /// Say what a person should look at: everything that is wrong, and what is doubtful in new articles
    ///
    /// Goes the whole way of `digest build` and writes nothing. Besides errors and warnings it lists what was
    /// read from a raw article without certainty: a day that was inferred, no source, a line that may be a
    /// heading. An article that a person has edited is taken to be confirmed.
    ///
    /// Exit codes: 0 nothing is wrong; 1 there are errors; 2 the site cannot be built.
    Check(check::Check),
    /// Turn raw articles into Markdown, or into JSON with the evidence for each value
    ///
    /// Prints the Markdown that `digest build` would make of each file, and writes nothing unless `--write`
    /// is given. The files may lie anywhere; with `--write` they lie in `content/inbox/` of the site.
    ///
    /// Exit codes: 0 done; 1 in one of the files no article can be found; 2 not done.
    Extract(extract::Extract),
    /// Show a raw article line by line, with the role of each line and why
    ///
    /// Exit codes: 0 done; 1 no article can be found in the file; 2 not done.
    Explain(explain::Explain),
    /// Say what a page is made of, what it was written for last, or what the change of a file does
    ///
    /// Builds the site in memory and writes nothing. Of an address it tells the articles whose text it shows, those of
    /// which it shows something else, and which files had changed when it was written last. Of a file it tells what
    /// would be made anew if it changed, by trying it.
    ///
    /// Exit codes: 0 done; 2 not done.
    Why(why::Why),
    /// Build the site and publish it on a branch of its git repository, as GitHub Pages shows it
    ///
    /// Builds, shows what would be added, changed and removed on the branch, makes one more commit there and pushes it.
    /// Nothing is ever forced: files on the branch that `digest` did not make are kept, `CNAME` among them, and nothing
    /// is pushed if the branch moved meanwhile, if more pages would vanish than may, if sources have changes that are in
    /// no commit, or if anything is wrong with the site. The work tree and the index of the repository stay as they are.
    ///
    /// Exit codes: 0 published, or nothing to do; 1 something in the site is wrong; 2 not published.
    Deploy(deploy::Deploy),
    /// Print what the site knows, as data for other programs
    ///
    /// Reads the site as `digest build` does, and writes nothing.
    ///
    /// Exit codes: 0 done; 1 done, but something in the site is wrong and was left out; 2 not done.
    Export(export::Export),
    /// Print what a shell needs to complete commands and options
    ///
    /// For bash: `digest completions bash > ~/.local/share/bash-completion/completions/digest`; for fish:
    /// `digest completions fish > ~/.config/fish/completions/digest.fish`.
    Completions(shell::Completions),
    /// Print the manual page of the program, or of one of its commands
    ///
    /// `digest man | man -l -` shows it, `digest man build | man -l -` that of `digest build`.
    Man(shell::Man),
}

/// The site that a command is about.
#[derive(Debug, Args)]
struct Root {
    /// The folder of the site
    #[arg(long, value_name = "DIR", default_value = ".")]
    root: PathBuf,
}

/// What is built into which folder.
#[derive(Debug, Args)]
struct Target {
    #[command(flatten)]
    root: Root,
    /// The output folder [default: `public` in the folder of the site]
    #[arg(long, value_name = "DIR")]
    out: Option<PathBuf>,
    /// Publish at this address instead of the one in `site.toml`
    #[arg(long, value_name = "URL")]
    base_url: Option<String>,
    #[command(flatten)]
    now: Now,
}

impl Target {
    fn out(&self) -> PathBuf {
        self.out.clone().unwrap_or_else(|| default_out(&self.root.root))
    }
}

/// `public` in the folder of the site.
fn default_out(root: &Path) -> PathBuf {
    if root == Path::new(".") { PathBuf::from("public") } else { root.join("public") }
}

/// How changes of files are known.
#[derive(Debug, Args)]
struct Watching {
    /// Compare files this often, in milliseconds, instead of relying on the system's events
    #[arg(long, value_name = "MS")]
    poll: Option<u64>,
}

impl Watching {
    fn options(&self, root: &Path) -> Options {
        let slow = vec![root.join(raw::FOLDER)];
        Options { poll: self.poll.map(Duration::from_millis), slow }
    }
}

/// The day of a build.
#[derive(Debug, Args)]
struct Now {
    /// Build as on this day, `2026-01-31`; articles of later days are withheld [default: today in China, or
    /// the environment's `SOURCE_DATE_EPOCH`]
    #[arg(long, value_name = "DATE")]
    now: Option<String>,
    /// Show drafts too, and articles of days to come or gone by
    #[arg(long)]
    drafts: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Format {
    /// For people
    Human,
    /// One JSON object
    Json,
    /// Workflow commands of GitHub
    Github,
    /// SARIF 2.1.0, for GitHub's code scanning and editors
    Sarif,
}

/// Runs a command line (the program's name first).
#[must_use]
pub fn run(args: impl IntoIterator<Item = std::ffi::OsString>) -> ExitCode {
    let cli = match Cli::try_parse_from(args) {
        Ok(cli) => cli,
        Err(error) => {
            drop(error.print());
            return ExitCode::from(u8::try_from(error.exit_code()).unwrap_or(FAILED));
        }
    };
    let result = match cli.command {
        Some(Command::Init(args)) => init::init(&args),
        Some(Command::New(args)) => new::new(&args),
        Some(Command::Build(args)) => build::build(&args),
        Some(Command::Watch(args)) => watch::watch(&args),
        Some(Command::Serve(args)) => serve::serve(&args),
        Some(Command::Check(args)) => check::check(&args),
        Some(Command::Extract(args)) => extract::extract(&args),
        Some(Command::Explain(args)) => explain::explain(&args),
        Some(Command::Why(args)) => why::why(&args),
        Some(Command::Deploy(args)) => deploy::deploy(&args),
        Some(Command::Export(args)) => export::export(&args),
        Some(Command::Completions(args)) => shell::completions(&args),
        Some(Command::Man(args)) => shell::man(&args),
        None => licences(),
    };
    result.unwrap_or_else(|error| {
        complain(&format!("error: {error:#}"));
        ExitCode::from(FAILED)
    })
}

fn licences() -> Result<ExitCode> {
    let texts = [assets::NOTICES].into_iter().chain(assets::LICENCES);
    say(&texts.collect::<Vec<_>>().join("\n\n"))?;
    Ok(ExitCode::SUCCESS)
}

/// An engine that keeps the dictionaries of OpenCC in the user's folder for caches, or in one for temporary files.
fn engine() -> Engine {
    #[expect(
        clippy::disallowed_methods,
        reason = "this is the edge where the environment comes in"
    )]
    let named = ["XDG_CACHE_HOME", "LOCALAPPDATA"]
        .into_iter()
        .filter_map(std::env::var_os)
        .map(PathBuf::from)
        .find(|it| it.is_absolute());
    let home = || {
        let caches = if cfg!(target_os = "macos") { "Library/Caches" } else { ".cache" };
        std::env::home_dir().filter(|it| it.is_absolute()).map(|it| it.join(caches))
    };
    let folders = named.or_else(home).into_iter().chain([std::env::temp_dir()]);
    Engine::new(Converters::new(folders.map(|it| it.join("digest")).collect()))
}

/// The address to publish at instead of the one in `site.toml`.
fn base_url(url: Option<&String>) -> Result<Option<BaseUrl>> {
    let parse = |url: &String| {
        BaseUrl::parse(url).map_err(|why| anyhow!("`--base-url {url}` cannot be used: {why}"))
    };
    url.map(parse).transpose()
}

/// The time, since 1970.
fn now() -> Duration {
    #[expect(clippy::disallowed_methods, reason = "this is the edge where the clock comes in")]
    let now = SystemTime::now();
    since_epoch(now)
}

/// What tells this program from all others that may have built a site: its version, and the length and the time of its
/// file.
fn program() -> String {
    let file = std::env::current_exe().and_then(fs::metadata);
    let stamp = file.and_then(|it| Ok((it.len(), since_epoch(it.modified()?))));
    format!("{} {:?}", env!("CARGO_PKG_VERSION"), stamp.ok())
}

/// What is asked for of a site.
fn request(base_url: Option<BaseUrl>, now: &Now) -> Result<Request> {
    Ok(Request { base_url, today: today(now)?, drafts: now.drafts })
}

/// Clocks in China are eight hours ahead of UTC all year.
fn china() -> TimeZone {
    TimeZone::fixed(Offset::constant(8))
}

/// The day that decides what is published.
fn today(now: &Now) -> Result<Date> {
    let china = china();
    if let Some(text) = &now.now {
        let day = text
            .parse::<Date>()
            .or_else(|_| text.parse::<Timestamp>().map(|it| it.to_zoned(china).date()));
        return day.map_err(|_| anyhow!("`--now {text}` is no date; write it as `2026-01-31`"));
    }
    #[expect(
        clippy::disallowed_methods,
        reason = "this is the edge where environment and clock come in"
    )]
    let (epoch, clock) =
        (std::env::var("SOURCE_DATE_EPOCH").ok().filter(|it| !it.is_empty()), Timestamp::now());
    let instant = match epoch {
        None => clock,
        Some(epoch) => {
            let seconds: Option<i64> = epoch.trim().parse().ok();
            let instant = seconds.and_then(|it| Timestamp::from_second(it).ok());
            instant.ok_or_else(|| {
                anyhow!("the environment's SOURCE_DATE_EPOCH is `{epoch}`, no number of seconds since 1970")
            })?
        }
    };
    Ok(instant.to_zoned(china).date())
}

/// Two builds of one site wait for each other. A folder that is no site, or cannot be written to, needs no
/// lock.
fn lock(root: &Path) -> Option<File> {
    root.join(config::FILE).is_file().then_some(())?;
    let state = root.join(".digest");
    fs::create_dir(&state).and_then(|()| fs::write(state.join(".gitignore"), "*\n")).ok();
    let path = state.join("lock");
    if path.is_symlink() || state.is_symlink() {
        return None;
    }
    let file = File::options().write(true).create(true).truncate(false).open(path).ok()?;
    if file.try_lock().is_err() {
        complain("waiting for another `digest` that builds this site");
        file.lock().ok()?;
    }
    Some(file)
}

//! What was typed, and what it means.
//!
//! In: arguments, the environment, the clock. Out: an exit code, and what people, programs or GitHub read.
//! This is the only module that prints.

use std::fs::{self, File};
use std::io::{self, IsTerminal, Write};
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use anyhow::{Context, Result, anyhow};
use clap::{Args, Parser, Subcommand, ValueEnum};
use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::{Offset, TimeZone};

use crate::assets;
use crate::config::{self, BaseUrl};
use crate::diagnostic::{Severity, report};
use crate::engine::{Built, Engine, Progress, Request};
use crate::file::SitePath;
use crate::output::{self, Written};
use crate::source;

/// The exit code of a site with errors.
const PROBLEMS: u8 = 1;

/// The exit code when no site could be built.
const FAILED: u8 = 2;

/// A progress bar appears on a build that takes longer.
const PATIENCE: Duration = Duration::from_secs(1);

/// People are shown this many diagnostics at the most.
const SHOWN: usize = 100;

/// Turn Chinese regional news into a site.
#[derive(Debug, Parser)]
#[command(name = "digest", version, arg_required_else_help = true)]
struct Cli {
    #[command(subcommand)]
    command: Option<Command>,
    /// Print the licences and notices of everything the program is made with
    #[arg(long, exclusive = true)]
    licences: bool,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Build the site: raw articles become Markdown, Markdown becomes pages
    ///
    /// Reads `site.toml`, `content/`, `templates/` and `theme/` of the site's folder and writes the finished
    /// site into the output folder. Files there that `digest` did not write are kept.
    ///
    /// Exit codes: 0 built; 1 built, but something in the site is wrong and was left out; 2 not built.
    Build(Build),
}

#[derive(Debug, Args)]
struct Build {
    /// The folder of the site
    #[arg(long, value_name = "DIR", default_value = ".")]
    root: PathBuf,
    /// The output folder [default: `public` in the folder of the site]
    #[arg(long, value_name = "DIR")]
    out: Option<PathBuf>,
    /// Publish at this address instead of the one in `site.toml`
    #[arg(long, value_name = "URL")]
    base_url: Option<String>,
    /// Build as on this day, `2026-01-31`; articles of later days are withheld [default: today in China, or
    /// the environment's `SOURCE_DATE_EPOCH`]
    #[arg(long, value_name = "DATE")]
    now: Option<String>,
    /// How to print what is wrong
    #[arg(long, value_enum, default_value_t = Format::Human)]
    format: Format,
    /// Print how long each stage took
    #[arg(long)]
    timings: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Format {
    /// For people
    Human,
    /// One JSON object
    Json,
    /// Workflow commands of GitHub
    Github,
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
        Some(Command::Build(args)) => build(&args),
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

fn build(args: &Build) -> Result<ExitCode> {
    let start = Instant::now();
    let out = args.out.clone().unwrap_or_else(|| default_out(&args.root));
    let request = Request { base_url: base_url(args)?, today: today(args.now.as_deref())? };
    output::check(&args.root, &out)?;
    let _lock = lock(&args.root);
    let sources = source::scan(&args.root)?;
    let read = start.elapsed();
    let mut engine = Engine::default();
    let bar = Bar::start(Arc::clone(&engine.progress), args.format == Format::Human);
    let mut built = engine.build(&sources, &request);
    built.timings.insert(0, ("read", read));
    let before_write = Instant::now();
    let written = write(args, &out, &mut built, &engine.progress);
    bar.stop();
    let written = written?;
    built.timings.push(("write", before_write.elapsed()));
    show(args, &built, written.as_ref(), &out, start.elapsed())?;
    Ok(match written {
        None => ExitCode::from(FAILED),
        Some(_) if built.has_errors() => ExitCode::from(PROBLEMS),
        Some(_) => ExitCode::SUCCESS,
    })
}

/// `public` in the folder of the site.
fn default_out(root: &Path) -> PathBuf {
    if root == Path::new(".") { PathBuf::from("public") } else { root.join("public") }
}

/// New articles into `content/`, outputs into the output folder; `None` if there is nothing to write.
fn write(
    args: &Build,
    out: &Path,
    built: &mut Built,
    progress: &Progress,
) -> Result<Option<Written>> {
    for article in &built.new_articles {
        output::save(&args.root, article)?;
    }
    let Some(outputs) = &built.outputs else {
        return Ok(None);
    };
    let written = output::write(&args.root, out, outputs, progress)?;
    built.diagnostics.extend(written.diagnostics.iter().cloned());
    Ok(Some(written))
}

fn base_url(args: &Build) -> Result<Option<BaseUrl>> {
    let parse = |url: &String| {
        BaseUrl::parse(url).map_err(|why| anyhow!("`--base-url {url}` cannot be used: {why}"))
    };
    args.base_url.as_ref().map(parse).transpose()
}

/// The day that decides what is published.
fn today(now: Option<&str>) -> Result<Date> {
    let china = TimeZone::fixed(Offset::constant(8));
    if let Some(text) = now {
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

/// A line for people, where nobody may be listening.
fn complain(line: &str) {
    drop(writeln!(anstream::stderr(), "{line}"));
}

/// A line of the result. A reader who has gone away has read enough.
fn say(line: &str) -> Result<()> {
    match writeln!(anstream::stdout(), "{line}") {
        Err(error) if error.kind() != io::ErrorKind::BrokenPipe => {
            Err(error).context("cannot print")
        }
        _ => Ok(()),
    }
}

/// A progress bar on a thread of its own.
struct Bar {
    done: Arc<AtomicBool>,
    thread: Option<std::thread::JoinHandle<()>>,
}

impl Bar {
    /// Starts one if somebody is there to see it.
    fn start(progress: Arc<Progress>, wanted: bool) -> Self {
        let done = Arc::new(AtomicBool::new(false));
        let thread = (wanted && io::stderr().is_terminal()).then(|| {
            let done = Arc::clone(&done);
            std::thread::spawn(move || draw(&progress, &done))
        });
        Self { done, thread }
    }

    fn stop(self) {
        self.done.store(true, Ordering::Relaxed);
        if let Some(thread) = self.thread {
            thread.thread().unpark();
            drop(thread.join());
        }
    }
}

/// Draws until the work is done.
fn draw(progress: &Progress, done: &AtomicBool) {
    const TICK: Duration = Duration::from_millis(100);
    let start = Instant::now();
    while start.elapsed() < PATIENCE && !done.load(Ordering::Relaxed) {
        std::thread::park_timeout(PATIENCE.saturating_sub(start.elapsed()));
    }
    if done.load(Ordering::Relaxed) {
        return;
    }
    let bar = indicatif::ProgressBar::new(0);
    while !done.load(Ordering::Relaxed) {
        bar.set_length(progress.total.load(Ordering::Relaxed) as u64);
        bar.set_position(progress.done.load(Ordering::Relaxed) as u64);
        std::thread::park_timeout(TICK);
    }
    bar.finish_and_clear();
}

/// Prints what is wrong and what was done.
fn show(
    args: &Build,
    built: &Built,
    written: Option<&Written>,
    out: &Path,
    took: Duration,
) -> Result<()> {
    match args.format {
        Format::Json => {
            let json = serde_json::to_string_pretty(&json(args, built, written));
            return say(&json.context("cannot write JSON")?);
        }
        Format::Github => built.diagnostics.iter().try_for_each(|it| say(&report::github(it)))?,
        Format::Human => {
            for it in built.diagnostics.iter().take(SHOWN) {
                complain(&format!("{}\n", report::human(it, true)));
            }
            let more = built.diagnostics.len().saturating_sub(SHOWN);
            if more > 0 {
                complain(&format!("and {more} more; `--format json` prints all of them\n"));
            }
            built.withheld.iter().for_each(|it| complain(&withheld(it)));
            if written.is_some() && built.counts.articles + built.withheld.len() == 0 {
                complain(
                    "there are no articles: raw articles belong into `content/inbox/`, Markdown into `content/articles/`",
                );
            }
        }
    }
    if args.timings {
        let line = |(stage, time): &(&str, Duration)| {
            say(&format!("{stage:>10} {:8.1} ms", millis(*time)))
        };
        built.timings.iter().try_for_each(line)?;
    }
    say(&summary(built, written, out, took))
}

fn millis(time: Duration) -> f64 {
    time.as_secs_f64() * 1000.0
}

/// The last line.
fn summary(built: &Built, written: Option<&Written>, out: &Path, took: Duration) -> String {
    let count = |severity| built.diagnostics.iter().filter(|it| it.severity == severity).count();
    let (errors, warnings) = (count(Severity::Error), count(Severity::Warning));
    let found = [(errors, "error"), (warnings, "warning")];
    let found: Vec<String> =
        found.into_iter().filter(|it| it.0 > 0).map(|(n, what)| counted(n, what)).collect();
    let problems = if found.is_empty() { String::new() } else { format!("; {}", found.join(", ")) };
    let Some(written) = written else {
        let kept = if out.exists() {
            format!("; `{}` is as it was", out.display())
        } else {
            String::new()
        };
        return format!("not built{problems}{kept}");
    };
    let counts = built.counts;
    let extracted = if counts.extracted > 0 {
        format!(", {} made of raw articles", counts.extracted)
    } else {
        String::new()
    };
    format!(
        "built {}{extracted}, {} in {:.0} ms: {} written, {} unchanged, {} removed in `{}`{problems}",
        counted(counts.articles, "article"),
        counted(counts.pages, "page"),
        millis(took),
        counted(written.written, "file"),
        written.unchanged,
        written.removed,
        out.display(),
    )
}

/// Why an article is not on the site.
fn withheld((path, day): &(SitePath, Option<Date>)) -> String {
    match day {
        None => format!("withheld: `{path}` is a draft"),
        Some(day) => format!("withheld: `{path}` is dated {day}"),
    }
}

/// `1 page`, `2 pages`.
fn counted(n: usize, what: &str) -> String {
    if n == 1 { format!("1 {what}") } else { format!("{n} {what}s") }
}

fn json(args: &Build, built: &Built, written: Option<&Written>) -> serde_json::Value {
    let counts = built.counts;
    let timings = args.timings.then(|| {
        built
            .timings
            .iter()
            .map(|(stage, time)| ((*stage).to_owned(), millis(*time).into()))
            .collect::<serde_json::Map<_, _>>()
    });
    serde_json::json!({
        "diagnostics": built.diagnostics.iter().map(report::json).collect::<Vec<_>>(),
        "built": written.is_some(),
        "articles": counts.articles,
        "withheld": built.withheld.iter().map(|(path, _)| path.as_str()).collect::<Vec<_>>(),
        "extracted": counts.extracted,
        "pages": counts.pages,
        "written": written.map(|it| it.written),
        "unchanged": written.map(|it| it.unchanged),
        "removed": written.map(|it| it.removed),
        "timings_ms": timings,
    })
}

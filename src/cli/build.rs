//! `digest build`.

use std::path::Path;
use std::process::ExitCode;
use std::sync::Arc;
use std::time::{Duration, Instant};

use anyhow::{Context, Result};
use clap::Args;

use super::progress::Bar;
use super::show::{self, complain, counted, millis, say};
use super::{FAILED, Format, Now, PROBLEMS, Target};
use crate::catalog::Withheld;
use crate::diagnostic::report;
use crate::engine::{Built, NewArticle};
use crate::file::SitePath;
use crate::output::{self, Written};
use crate::state::{self, Asked, Way};

/// So many new files are named one by one.
const NAMED: usize = 20;

#[derive(Debug, Args)]
pub(super) struct Build {
    #[command(flatten)]
    target: Target,
    /// How to print what is wrong
    #[arg(long, value_enum, default_value_t = Format::Human)]
    format: Format,
    /// Print how long each stage took
    #[arg(long)]
    timings: bool,
}

pub(super) fn build(args: &Build) -> Result<ExitCode> {
    let start = Instant::now();
    let began = super::now();
    let (root, out) = (&args.target.root.root, args.target.out());
    let base_url = super::base_url(args.target.base_url.as_ref())?;
    let request = super::request(base_url, &args.target.now)?;
    output::check(root, &out)?;
    let lock = super::lock(root);
    let program = super::program();
    let asked = Asked { program: &program, root, out: &out, request: &request, began };
    let mut engine = super::engine();
    let bar = Bar::start(Arc::clone(&engine.progress), args.format == Format::Human);
    let way = match (&lock, args.timings) {
        (None, _) => Way::Forgetful,
        // Who asks how long each stage takes wants them all.
        (Some(_), true) => Way::Whole,
        (Some(_), false) => Way::Shortest,
    };
    let done = state::build(asked, &mut engine, way);
    bar.stop();
    let (built, written) = done?;
    // The process ends here, and its memory with it: giving a large site back piece by piece takes a tenth of a second.
    std::mem::forget(engine);
    let built = std::mem::ManuallyDrop::new(built);
    show(args, &built, written.as_ref(), &out, start.elapsed())?;
    Ok(match written {
        None => ExitCode::from(FAILED),
        Some(_) if built.has_errors() => ExitCode::from(PROBLEMS),
        Some(_) => ExitCode::SUCCESS,
    })
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
        Format::Sarif => {
            let sarif = report::sarif(&built.diagnostics, env!("CARGO_PKG_VERSION"));
            return say(&serde_json::to_string_pretty(&sarif).context("cannot write JSON")?);
        }
        Format::Github => built.diagnostics.iter().try_for_each(|it| say(&report::github(it)))?,
        Format::Human => told(built, written, &args.target.now),
    }
    if args.timings {
        let line = |(stage, time): &(&str, Duration)| {
            say(&format!("{stage:>10} {:8.1} ms", millis(*time)))
        };
        built.timings.iter().try_for_each(line)?;
    }
    say(&summary(built, written, out, took))
}

/// Tells people what is wrong, what was made of raw articles, and what is withheld.
pub(super) fn told(built: &Built, written: Option<&Written>, now: &Now) {
    show::diagnostics(&built.diagnostics);
    made(&built.new_articles);
    tell_withheld(built, now);
    if written.is_some() && built.counts.articles + built.withheld.len() == 0 {
        complain(
            "there are no articles: raw articles belong into `content/inbox/`, Markdown into `content/articles/`",
        );
    }
}

/// Names the files that were written into `content/`.
fn made(articles: &[NewArticle]) {
    for article in articles.iter().take(NAMED) {
        complain(&format!("made `{}`", article.path));
    }
    if articles.len() > NAMED {
        complain(&format!("and {} more", articles.len() - NAMED));
    }
}

/// The last line.
pub(super) fn summary(
    built: &Built,
    written: Option<&Written>,
    out: &Path,
    took: Duration,
) -> String {
    let problems = show::problems(&built.diagnostics);
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

/// Names the articles that are not on the site and why; with `--drafts`, those that are there although.
pub(super) fn tell_withheld(built: &Built, now: &Now) {
    let word = if now.drafts { "shown" } else { "withheld" };
    for (path, why) in &built.withheld {
        complain(&format!("{word}: `{path}` {}", why_withheld(*why)));
    }
}

/// Why an article is not on the site.
pub(super) fn why_withheld(why: Withheld) -> String {
    match why {
        Withheld::Draft => "is a draft".to_owned(),
        Withheld::Future(day) => format!("is dated {day}"),
        Withheld::Expired(day) => format!("expired after {day}"),
    }
}

/// The same as data: `{ "path": …, "why": "future", "day": "2026-05-01", "shown": false }`.
pub(super) fn withheld_json(built: &Built, now: &Now) -> serde_json::Value {
    let one = |(path, why): &(SitePath, Withheld)| {
        let (why, day) = match why {
            Withheld::Draft => ("draft", None),
            Withheld::Future(day) => ("future", Some(day)),
            Withheld::Expired(day) => ("expired", Some(day)),
        };
        let day = day.map(ToString::to_string);
        serde_json::json!({ "path": path.as_str(), "why": why, "day": day, "shown": now.drafts })
    };
    built.withheld.iter().map(one).collect()
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
        "withheld": withheld_json(built, &args.target.now),
        "extracted": counts.extracted,
        "pages": counts.pages,
        "written": written.map(|it| it.written),
        "unchanged": written.map(|it| it.unchanged),
        "removed": written.map(|it| it.removed),
        "timings_ms": timings,
    })
}

//! `digest watch`.

use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::time::{Duration, Instant};

use anyhow::{Context, Result};
use clap::Args;

use super::build;
use super::live::Live;
use super::show::say;
use super::{Now, Root};
use crate::diagnostic::report;
use crate::output::{self, Folder};
use crate::watch::Options;

#[derive(Debug, Args)]
pub(super) struct Watch {
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
    /// Compare files this often, in milliseconds, instead of relying on the system's events
    #[arg(long, value_name = "MS")]
    poll: Option<u64>,
}

pub(super) fn watch(args: &Watch) -> Result<ExitCode> {
    let root = &args.root.root;
    let out = args.out.clone().unwrap_or_else(|| build::default_out(root));
    output::check(root, &out)?;
    let mut live = Live::new(&args.root, args.base_url.as_ref(), &args.now)?;
    let options = Options { poll: args.poll.map(Duration::from_millis) };
    // Before the first build, so that no change goes by in between.
    let mut watch = live.watch(&[out.clone(), root.join(".digest")], &options)?;
    let stopper = watch.stopper();
    ctrlc::set_handler(move || stopper.stop()).context("cannot listen for Ctrl-C")?;
    let (mut folder, mut before) = (Folder::new(root, &out), None);
    live.again(|live, start| once(live, root, (&out, &mut folder), start, &mut before));
    say(&format!("watching `{}`; Ctrl-C ends it", root.display()))?;
    while let Some(batch) = watch.next_batch() {
        if live.take(&batch) {
            live.again(|live, start| once(live, root, (&out, &mut folder), start, &mut before));
        }
    }
    Ok(ExitCode::SUCCESS)
}

/// Builds once and writes. Tells of it, unless nothing is new since `before`.
fn once(
    live: &mut Live<'_>,
    root: &Path,
    (out, folder): (&Path, &mut Folder),
    start: Instant,
    before: &mut Option<Vec<String>>,
) -> Result<()> {
    let _lock = super::lock(root);
    let mut built = live.build()?;
    let written = build::write(root, folder, &mut built, &live.progress())?;
    let problems: Vec<String> =
        built.diagnostics.iter().map(|it| report::human(it, false)).collect();
    let changed = written.as_ref().is_none_or(|it| it.written + it.removed > 0);
    let is_told = before.as_ref() == Some(&problems) && !changed && built.new_articles.is_empty();
    *before = Some(problems);
    if is_told {
        return Ok(());
    }
    build::told(&built, written.as_ref());
    say(&build::summary(&built, written.as_ref(), out, start.elapsed()))
}

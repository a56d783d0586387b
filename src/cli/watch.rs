//! `digest watch`.

use std::path::Path;
use std::process::ExitCode;
use std::time::Instant;

use anyhow::{Context, Result};
use clap::Args;

use super::build;
use super::live::Live;
use super::show::say;
use super::{Target, Watching};
use crate::diagnostic::Diagnostic;
use crate::output::{self, Folder};
use crate::state::journal::{self, Entry};

#[derive(Debug, Args)]
pub(super) struct Watch {
    #[command(flatten)]
    target: Target,
    #[command(flatten)]
    watching: Watching,
}

pub(super) fn watch(args: &Watch) -> Result<ExitCode> {
    let target = &args.target;
    let (root, out) = (&target.root.root, target.out());
    output::check(root, &out)?;
    let mut live = Live::new(&target.root, target.base_url.as_ref(), &target.now)?;
    // Before the first build, so that no change goes by in between.
    let mut watch = live.watch(&[out.clone(), root.join(".digest")], &args.watching)?;
    let stopper = watch.stopper();
    ctrlc::set_handler(move || stopper.stop()).context("cannot listen for Ctrl-C")?;
    live.recall();
    let (mut folder, mut before) = (Folder::new(root, &out), None);
    live.again(|live, start| once(live, root, (&out, &mut folder), start, &mut before));
    say(&format!("watching `{}`; Ctrl-C ends it", root.display()))?;
    while let Some(batch) = watch.batch_until(Live::next_day()) {
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
    before: &mut Option<Vec<Diagnostic>>,
) -> Result<()> {
    let lock = super::lock(root);
    let began = super::now();
    let mut built = live.build()?;
    let written = output::put(root, folder, &mut built, &live.progress())?;
    if let (Some(written), Some(_)) = (&written, &lock) {
        // It is for people; a site is built without it.
        let entry = Entry::new(began, out, live.changed(), &written.names);
        drop(entry.and_then(|it| journal::note(root, &it)));
    }
    let changed = written.as_ref().is_none_or(|it| it.written + it.removed > 0);
    let is_told =
        before.as_ref() == Some(&built.diagnostics) && !changed && built.new_articles.is_empty();
    *before = Some(built.diagnostics.clone());
    if is_told {
        return Ok(());
    }
    build::told(&built, written.as_ref(), live.now);
    say(&build::summary(&built, written.as_ref(), out, start.elapsed()))
}

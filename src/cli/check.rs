//! `digest check`.

use std::process::ExitCode;

use anyhow::{Context, Result};
use clap::Args;

use super::show::{self, say};
use super::{FAILED, Format, Now, PROBLEMS, Root};
use crate::diagnostic::{Diagnostic, report};
use crate::engine::Request;
use crate::source;

#[derive(Debug, Args)]
pub(super) struct Check {
    #[command(flatten)]
    root: Root,
    #[command(flatten)]
    now: Now,
    /// How to print what was found
    #[arg(long, value_enum, default_value_t = Format::Human)]
    format: Format,
}

pub(super) fn check(args: &Check) -> Result<ExitCode> {
    let request = Request { base_url: None, today: super::today(&args.now)? };
    let sources = source::scan(&args.root.root)?;
    let built = super::engine().build(&sources, &request);
    let found: Vec<Diagnostic> = built.diagnostics.iter().chain(&built.notes).cloned().collect();
    match args.format {
        Format::Human => {
            show::diagnostics(&found);
            let waiting = built.new_articles.len();
            let new = if waiting > 0 {
                format!("; {} to be written by `digest build`", show::counted(waiting, "file"))
            } else {
                String::new()
            };
            say(&format!(
                "checked {}{}{new}",
                show::counted(built.counts.articles, "article"),
                show::problems(&found)
            ))?;
        }
        Format::Json => {
            let json = serde_json::json!({
                "diagnostics": found.iter().map(report::json).collect::<Vec<_>>(),
                "articles": built.counts.articles,
            });
            say(&serde_json::to_string_pretty(&json).context("cannot write JSON")?)?;
        }
        Format::Github => found.iter().try_for_each(|it| say(&report::github(it)))?,
    }
    Ok(match &built.outputs {
        None => ExitCode::from(FAILED),
        Some(_) if built.has_errors() => ExitCode::from(PROBLEMS),
        Some(_) => ExitCode::SUCCESS,
    })
}

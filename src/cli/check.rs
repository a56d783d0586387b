//! `digest check`.

use std::process::ExitCode;

use anyhow::{Context, Result};
use clap::Args;

use super::show::{self, say};
use super::{FAILED, Format, Now, PROBLEMS, Root};
use crate::diagnostic::{Diagnostic, Severity, problems, report};
use crate::engine::{Built, Engine, Request};
use crate::render;
use crate::search;
use crate::source::{self, Sources};

#[derive(Debug, Args)]
pub(super) struct Check {
    #[command(flatten)]
    root: Root,
    #[command(flatten)]
    now: Now,
    /// List each character of which the conversion between scripts had to guess, with its sentence
    #[arg(long)]
    scripts: bool,
    /// Look in the index of the search for every pair of characters, word and number of every title, and for every name
    /// of every page of a place, a topic, a person, an organisation or a project
    #[arg(long)]
    search: bool,
    /// How to print what was found
    #[arg(long, value_enum, default_value_t = Format::Human)]
    format: Format,
}

pub(super) fn check(args: &Check) -> Result<ExitCode> {
    let request = super::request(None, &args.now)?;
    let sources = source::scan(&args.root.root)?;
    let mut engine = super::engine();
    let built = engine.build(&sources, &request);
    let in_templates = built.site.as_ref().map_or_else(Vec::new, |it| render::mistakes(&**it));
    let has_site = built.site.is_some() && in_templates.is_empty();
    let mut found = in_templates;
    found.extend(built.diagnostics.iter().chain(&built.notes).cloned());
    if args.scripts {
        found.extend(doubts(&mut engine, &sources, &request)?);
    }
    if args.search {
        found.extend(misses(&built));
    }
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
    let has_errors = found.iter().any(|it| it.severity == Severity::Error);
    Ok(match has_site {
        false => ExitCode::from(FAILED),
        true if has_errors => ExitCode::from(PROBLEMS),
        true => ExitCode::SUCCESS,
    })
}

/// The characters of which a conversion had to guess.
fn doubts(engine: &mut Engine, sources: &Sources, request: &Request) -> Result<Vec<Diagnostic>> {
    let (known, _) = engine.know(sources, request);
    Ok(known.map(|it| engine.doubts(&it)).transpose()?.unwrap_or_default())
}

/// What the search does not find.
fn misses(built: &Built) -> Vec<Diagnostic> {
    let Some(site) = &built.site else {
        return Vec::new();
    };
    let files = site.ready().map(|(route, bytes)| (route.as_str(), bytes));
    search::check(site.search(), files).iter().map(|it| problems::search_misses(it)).collect()
}

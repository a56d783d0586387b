//! `digest export`.

use std::process::ExitCode;

use anyhow::Result;
use clap::{Args, Subcommand, ValueEnum};

use super::show::{self, say};
use super::{FAILED, Now, PROBLEMS, Root, today};
use crate::engine::{Known, Request};
use crate::export;
use crate::source;

#[derive(Debug, Args)]
pub(super) struct Export {
    #[command(subcommand)]
    what: What,
}

#[derive(Debug, Subcommand)]
enum What {
    /// The places that articles are about or name, with their pages and numbers
    Places(Places),
}

#[derive(Debug, Args)]
struct Places {
    #[command(flatten)]
    root: Root,
    #[command(flatten)]
    now: Now,
    /// How to write them
    #[arg(long, value_enum, default_value = "json")]
    format: Format,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Format {
    /// One list, the same as `/api/places.json`
    Json,
    /// A table with a head
    Csv,
    /// Points on a map (RFC 7946)
    Geojson,
}

pub(super) fn export(args: &Export) -> Result<ExitCode> {
    let What::Places(args) = &args.what;
    let sources = source::scan(&args.root.root)?;
    let request = Request { base_url: None, today: today(&args.now)? };
    let (known, built) = super::engine().know(&sources, &request);
    show::diagnostics(&built.diagnostics);
    let Some(Known { config, gazetteer, catalog, .. }) = known else {
        return Ok(ExitCode::from(FAILED));
    };
    let places = export::places(&catalog, &gazetteer, &config.base_url);
    let text = match args.format {
        Format::Json => export::json(&places),
        Format::Csv => export::csv(&places),
        Format::Geojson => export::geojson(&places),
    };
    say(text.trim_end())?;
    Ok(if built.has_errors() { ExitCode::from(PROBLEMS) } else { ExitCode::SUCCESS })
}

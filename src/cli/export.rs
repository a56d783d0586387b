//! `digest export`.

use std::process::ExitCode;

use anyhow::{Result, bail};
use clap::{Args, Subcommand, ValueEnum};

use super::show::{self, say};
use super::{FAILED, Now, PROBLEMS, Root};
use crate::engine::Known;
use crate::export;
use crate::name::{SORTS, Sort};
use crate::source;

#[derive(Debug, Args)]
pub(super) struct Export {
    #[command(subcommand)]
    what: What,
}

#[derive(Debug, Subcommand)]
enum What {
    /// The published articles, with their days, sources, places and topics
    Articles(Wanted),
    /// The topics, with their pages and numbers
    Topics(Wanted),
    /// The places that articles are about or name, with their pages and numbers
    Places(Wanted),
    /// The people with a page, with their offices in the order of time
    People(Wanted),
    /// The companies, agencies, schools and papers with a page
    Organisations(Wanted),
    /// The projects, parks, lines and plans with a page, with what they passed through
    Projects(Wanted),
    /// All figures, with what they are about, place, topics, article and sentence
    Figures(Wanted),
}

#[derive(Debug, Args)]
struct Wanted {
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
    /// One list; of places the same as `/api/places.json`
    Json,
    /// One record a line
    Jsonl,
    /// A table with a head
    Csv,
    /// Points on a map (RFC 7946); places only
    Geojson,
}

pub(super) fn export(args: &Export) -> Result<ExitCode> {
    let (What::Articles(wanted)
    | What::Topics(wanted)
    | What::Places(wanted)
    | What::People(wanted)
    | What::Organisations(wanted)
    | What::Projects(wanted)
    | What::Figures(wanted)) = &args.what;
    if wanted.format == Format::Geojson && !matches!(args.what, What::Places(_)) {
        bail!("only places are points on a map; write `--format json`, `jsonl` or `csv`");
    }
    let sources = source::scan(&wanted.root.root)?;
    let request = super::request(None, &wanted.now)?;
    let (known, built) = super::engine().know(&sources, &request);
    show::diagnostics(&built.diagnostics);
    let Some(known) = known else { return Ok(ExitCode::from(FAILED)) };
    say(text(&args.what, wanted.format, &known).trim_end())?;
    Ok(if built.has_errors() { ExitCode::from(PROBLEMS) } else { ExitCode::SUCCESS })
}

fn text(what: &What, format: Format, known: &Known) -> String {
    let Known { config, gazetteer, catalog, .. } = known;
    let base_url = &config.base_url;
    let names = |sort: Sort| written(export::names(catalog, sort, base_url), format);
    match what {
        What::Places(_) => {
            let places = export::places(catalog, gazetteer, base_url);
            match format {
                Format::Csv => export::table(&places),
                Format::Geojson => export::geojson(&places),
                Format::Json | Format::Jsonl => written(&places, format),
            }
        }
        What::Articles(_) => {
            let names = (&**gazetteer, false);
            let known = |id| catalog.article(id);
            written(export::articles(catalog, known, names, base_url), format)
        }
        What::Topics(_) => written(export::topics(catalog, base_url), format),
        What::People(_) => names(SORTS[0]),
        What::Organisations(_) => names(SORTS[1]),
        What::Projects(_) => names(SORTS[2]),
        What::Figures(_) if format == Format::Csv => {
            let (articles, article) = (catalog.ids(), |id| catalog.article(id));
            let known = (&**catalog, article);
            export::figures_table(export::article_figures(known, gazetteer, base_url, articles))
        }
        What::Figures(_) => written(export::figures(catalog, gazetteer, base_url), format),
    }
}

fn written<T: export::Record>(records: impl IntoIterator<Item = T>, format: Format) -> String {
    match format {
        Format::Jsonl => export::json_lines(records),
        Format::Csv => export::table(records),
        Format::Json | Format::Geojson => export::json(records),
    }
}

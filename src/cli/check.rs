//! `digest check`.

use std::collections::BTreeSet;
use std::process::ExitCode;
use std::sync::Arc;

use anyhow::{Context, Result};
use clap::{Args, ValueEnum};

use super::show::{self, complain, say};
use super::{FAILED, Format, Now, PROBLEMS, Root, build, external, fix};
use crate::config::BaseUrl;
use crate::crawl::{self, Dead};
use crate::decode;
use crate::diagnostic::{At, Diagnostic, Severity, Span, problems, report};
use crate::engine::{Built, Engine, Request};
use crate::file::SitePath;
use crate::search;
use crate::source::{self, Sources};

#[derive(Debug, Args)]
#[expect(clippy::struct_excessive_bools, reason = "each is a switch of the command line")]
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
    /// Ask every other site that articles, topics and places link to whether its page is still there; needs `curl`
    #[arg(long)]
    external: bool,
    /// Correct what is certain: addresses inside the site without their last slash, byte-order marks
    #[arg(long)]
    fix: bool,
    /// End with 1 for warnings too, or for notes
    #[arg(long, value_enum, value_name = "WHAT")]
    deny: Option<Deny>,
    /// How to print what was found
    #[arg(long, value_enum, default_value_t = Format::Human)]
    format: Format,
}

/// What counts as an error.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Deny {
    /// Errors and warnings
    Warnings,
    /// All that is told
    Notes,
}

impl Deny {
    const fn severity(self) -> Severity {
        match self {
            Self::Warnings => Severity::Warning,
            Self::Notes => Severity::Note,
        }
    }
}

pub(super) fn check(args: &Check) -> Result<ExitCode> {
    let request = super::request(None, &args.now)?;
    let sources = source::scan(&args.root.root)?;
    let mut engine = super::engine();
    let built = engine.build(&sources, &request);
    let (in_templates, dead) = match &built.site {
        Some(site) => crawl::crawl(&**site, site.base_url()),
        None => (Vec::new(), Vec::new()),
    };
    let has_site = built.site.is_some() && in_templates.is_empty();
    let mut found = in_templates;
    found.extend(built.diagnostics.iter().chain(&built.notes).cloned());
    found.extend(broken(&built, &sources, dead));
    if args.scripts {
        found.extend(doubts(&mut engine, &sources, &request)?);
    }
    if args.search {
        found.extend(misses(&built));
    }
    if args.external {
        found.extend(external::check(&sources)?);
    }
    if args.fix {
        let fixed = fix::apply(&args.root.root, &found)?;
        for (path, count) in &fixed {
            complain(&format!("corrected `{path}`: {}", show::counted(*count, "place")));
        }
        let is_fixed = |it: &Diagnostic| {
            it.fix.is_some()
                && it.at.path().is_some_and(|path| fixed.iter().any(|it| it.0 == *path))
        };
        found.retain(|it| !is_fixed(it));
    }
    tell(args, &built, &found)?;
    let worst = args.deny.map_or(Severity::Error, Deny::severity);
    Ok(match has_site {
        false => ExitCode::from(FAILED),
        true if found.iter().any(|it| it.severity <= worst) => ExitCode::from(PROBLEMS),
        true => ExitCode::SUCCESS,
    })
}

/// Prints what was found.
fn tell(args: &Check, built: &Built, found: &[Diagnostic]) -> Result<()> {
    let print = |json: &serde_json::Value| {
        say(&serde_json::to_string_pretty(json).context("cannot write JSON")?)
    };
    match args.format {
        Format::Human => {
            show::diagnostics(found);
            build::tell_withheld(built, &args.now);
            let waiting = built.new_articles.len();
            let new = if waiting > 0 {
                format!("; {} to be written by `digest build`", show::counted(waiting, "file"))
            } else {
                String::new()
            };
            let fixable = found.iter().filter(|it| it.fix.is_some()).count();
            let fixes =
                if fixable > 0 { format!("; `--fix` corrects {fixable}") } else { String::new() };
            say(&format!(
                "checked {}{}{fixes}{new}",
                show::counted(built.counts.articles, "article"),
                show::problems(found)
            ))
        }
        Format::Json => print(&serde_json::json!({
            "diagnostics": found.iter().map(report::json).collect::<Vec<_>>(),
            "articles": built.counts.articles,
            "withheld": build::withheld_json(built, &args.now),
        })),
        Format::Sarif => print(&report::sarif(found, env!("CARGO_PKG_VERSION"))),
        Format::Github => found.iter().try_for_each(|it| say(&report::github(it))),
    }
}

/// The links of pages that lead nowhere, each once: at the place where they are written if that is one text, and not if
/// that was told already.
fn broken(built: &Built, sources: &Sources, dead: Vec<Dead>) -> Vec<Diagnostic> {
    let Some(site) = &built.site else { return Vec::new() };
    let folders: Vec<&str> = site.folders().filter(|it| !it.is_empty()).collect();
    let told = built.diagnostics.iter().filter(|it| it.id == "dead-link");
    let told: BTreeSet<(&SitePath, String)> = told
        .filter_map(|it| Some((it.at.path()?, crawl::decoded(it.message.split('`').nth(1)?))))
        .collect();
    let mut once = BTreeSet::new();
    let diagnostic = |it: Dead| {
        let texts = site.inputs(&it.page).map(|it| it.texts).unwrap_or_default();
        let target = as_written(&it.written, site.base_url(), &folders);
        if texts.iter().any(|path| told.contains(&(path, target.clone()))) {
            return None;
        }
        let mut at = At::Site;
        for path in texts.iter().filter(|_| !target.is_empty()) {
            let Some(file) = sources.files.get(path) else { continue };
            let Ok((text, _)) = decode::text(file, u64::MAX) else { continue };
            if let Some(start) = addresses_in(&text, &target).next() {
                // The page of the other script has it from the same place.
                if !once.insert((path.clone(), start)) {
                    return None;
                }
                let bytes = start..start + target.len();
                at = At::Span(Span { path: path.clone(), text: Arc::clone(&text), bytes });
            }
        }
        let near = it.near.as_deref().map(|near| as_written(near, site.base_url(), &folders));
        Some(problems::broken_link(
            at,
            it.page.as_str(),
            &it.written,
            (it.is_anchor, near.as_deref()),
        ))
    };
    dead.into_iter().filter_map(diagnostic).collect()
}

/// An address of a page as texts write it: from the home of the site on, whichever tree the page is in.
fn as_written(address: &str, base_url: &BaseUrl, folders: &[&str]) -> String {
    let Some(below) = address.strip_prefix(&base_url.path) else { return address.to_owned() };
    let folder = folders.iter().find_map(|it| below.strip_prefix(it));
    format!("/{}", folder.unwrap_or(below))
}

/// Where a text has an address, not as a part of another one.
fn addresses_in<'a>(text: &'a str, address: &'a str) -> impl Iterator<Item = usize> + 'a {
    let ends = |c: Option<char>| c.is_none_or(|c| c.is_whitespace() || "()<>[]\"'=:".contains(c));
    text.match_indices(address).map(|it| it.0).filter(move |&start| {
        ends(text[..start].chars().next_back())
            && ends(text[start + address.len()..].chars().next())
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

//! `digest why`.

use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::{Context, Result, bail};
use clap::Args;
use jiff::Timestamp;
use jiff::tz::{Offset, TimeZone};
use percent_encoding::percent_decode_str;
use serde_json::json;

use super::show::{self, counted, say};
use super::{FAILED, Now, Root, build};
use crate::diagnostic::{Diagnostic, Severity};
use crate::engine::{Effect, Inputs, Site};
use crate::file::SitePath;
use crate::render::Files;
use crate::route::Route;
use crate::source::{self, Sources};
use crate::state::journal::{self, Entry};
use crate::{article, config, name, place, topic};

/// Of a long list so many lines are shown.
const SHOWN: usize = 8;

#[derive(Debug, Args)]
pub(super) struct Why {
    /// An address of the site, `/cities/qingdao/`, or one of its files, `content/articles/a.md`
    #[arg(value_name = "ROUTE|FILE")]
    what: String,
    #[command(flatten)]
    root: Root,
    /// The output folder [default: `public` in the folder of the site]
    #[arg(long, value_name = "DIR")]
    out: Option<PathBuf>,
    #[command(flatten)]
    now: Now,
    /// Show lists whole, however long
    #[arg(long)]
    all: bool,
    /// Print one JSON object
    #[arg(long)]
    json: bool,
}

pub(super) fn why(args: &Why) -> Result<ExitCode> {
    let request = super::request(None, &args.now)?;
    let root = &args.root.root;
    let sources = source::scan(root)?;
    let mut engine = super::engine().for_edits();
    let built = engine.build(&sources, &request);
    let Some(site) = built.site.clone() else {
        show::diagnostics(&built.diagnostics);
        return Ok(ExitCode::from(FAILED));
    };
    if let Some(path) = file(&args.what, &sources) {
        let changes = changes(&path, &sources);
        let effects = changes.into_iter().filter_map(|(what, text)| {
            Some((what, engine.effect((&sources, &request), &path, text)?))
        });
        let effects: Vec<_> = effects.collect();
        let is_wrong =
            |it: &Diagnostic| it.severity == Severity::Error && it.at.path() == Some(&path);
        let withheld = built.withheld.iter().find(|it| it.0 == path && !args.now.drafts);
        let state = match withheld {
            Some((_, why)) => format!(" is withheld: it {}", build::why_withheld(*why)),
            None if built.diagnostics.iter().any(is_wrong) => {
                " is left out: `digest check` says what is wrong with it".to_owned()
            }
            None => String::new(),
        };
        return tell_file(args, (&path, &state), &site.pages_of(&path), &effects);
    }
    let Some(route) = route(&args.what, &site) else {
        bail!(
            "`{}` is neither an address of the site nor one of its files; an address is written as `/cities/qingdao/`, a file as `content/articles/a.md`",
            args.what
        );
    };
    let inputs = site.inputs(&route).context("there is no such page")?;
    let out = args.out.clone().unwrap_or_else(|| super::default_out(root));
    let last = journal::last(root, &out, &route.file());
    let own = |path: &SitePath| {
        let note = if sources.files.contains_key(path) { "" } else { ", built in" };
        format!("{path}{note}")
    };
    let texts: Vec<String> = inputs.texts.iter().map(own).collect();
    tell_route(args, &route, (&inputs, &texts), &said(&sources), last.as_ref())
}

/// The file that somebody means, by its path below the site.
fn file(what: &str, sources: &Sources) -> Option<SitePath> {
    let path = SitePath::new(what.strip_prefix("./").unwrap_or(what))?;
    sources.files.contains_key(&path).then_some(path)
}

/// The address that somebody means: as it is, whole, below the path of the site, without its last slash, or as the file
/// that lies there.
fn route(what: &str, site: &Site) -> Option<Route> {
    let decoded = percent_decode_str(what).decode_utf8_lossy();
    let whole = decoded.split_once("://").and_then(|(_, rest)| rest.split_once('/'));
    let path = whole.map_or_else(|| decoded.to_string(), |(_, path)| format!("/{path}"));
    // As it is copied from a browser.
    let path = path.split(['#', '?']).next().unwrap_or_default();
    let below = path.strip_prefix(&site.base_url().path).map(|it| format!("/{it}"));
    let routes = site.routes();
    let find = |wanted: &str| routes.iter().find(|it| it.as_str() == wanted);
    let tried = |it: &str| find(it).or_else(|| find(&format!("{it}/")));
    let by_file = || {
        let below = below.as_deref().unwrap_or(path).trim_start_matches("./");
        let file = below.trim_start_matches('/').trim_start_matches("public/");
        routes.iter().find(|it| it.file() == file)
    };
    let slashed = format!("/{path}");
    let found = below.as_deref().and_then(tried).or_else(|| tried(path));
    found.or_else(|| tried(&slashed)).or_else(by_file).map(|it| Route::clone(it))
}

/// What may happen to a file, with its text then; `None` if it goes.
fn changes(path: &SitePath, sources: &Sources) -> Vec<(&'static str, Option<Vec<u8>>)> {
    let bytes = sources.files[path].data.bytes();
    let with = |more: &str| Some([bytes, more.as_bytes()].concat());
    let is_article = path.below(article::FOLDER).is_some();
    let mut changes = vec![match path.extension().as_str() {
        "md" | "txt" => ("if its text changes", with("\n\n又一句话。\n")),
        "toml" => ("if a setting changes", with("\n# \n")),
        _ => ("if it changes", with("\n")),
    }];
    if path.as_str() == config::FILE {
        changes[0] = ("if its title changes", retitled(bytes));
        changes.retain(|it| it.1.is_some());
        return changes;
    }
    if let Some(text) = retitled(bytes).filter(|_| is_article) {
        changes.push(("if its headline changes", Some(text)));
    }
    changes.push(("if it goes", None));
    changes
}

/// A file with another title in its front matter.
fn retitled(bytes: &[u8]) -> Option<Vec<u8>> {
    let text = std::str::from_utf8(bytes).ok()?;
    let start = text
        .match_indices("title = \"")
        .find(|(at, _)| text[..*at].ends_with(['\n']) || *at == 0)?
        .0;
    let end = start + text[start..].find('\n').unwrap_or(text.len() - start);
    let quote = start + text[start..end].rfind('"')?;
    Some([&text[..quote], "（新）", &text[quote..]].concat().into_bytes())
}

/// The files that say something to all pages, by folders.
fn said(sources: &Sources) -> Vec<String> {
    let folders = [topic::FOLDER, place::FOLDER].into_iter();
    let folders =
        folders.chain(name::SORTS.iter().map(|it| it.folder)).chain(["templates", "theme"]);
    let of = |folder: &str| match sources.below(folder).count() {
        0 => None,
        number => Some(format!("{} in `{folder}`", counted(number, "file"))),
    };
    std::iter::once(config::FILE.to_owned()).chain(folders.filter_map(of)).collect()
}

fn tell_route(
    args: &Why,
    route: &Route,
    (inputs, texts): (&Inputs, &[String]),
    said: &[String],
    last: Option<&Entry>,
) -> Result<ExitCode> {
    let shown: Vec<String> = inputs.shown.iter().map(ToString::to_string).collect();
    if args.json {
        let object = json!({
            "route": route.as_str(),
            "file": route.file(),
            "template": inputs.template,
            "texts": texts,
            "shown": shown,
            "all_articles": inputs.all,
            "site": said,
            "last": last,
        });
        return print(&object);
    }
    let mut lines = vec![format!("{route} is the file `{}`", route.file())];
    if let Some(template) = inputs.template {
        lines.push(format!("rendered by `templates/{template}`"));
    }
    let mut add = |title: &str, all: &[String]| {
        if !all.is_empty() {
            lines.push(title.to_owned());
            lines.extend(some(all, args.all));
        }
    };
    add("it shows the text of", texts);
    add("it shows headline, day, summary, sentences, names or figures of", &shown);
    if inputs.all {
        lines.push("it is made of all articles".to_owned());
    }
    if inputs.template.is_some() {
        lines.push("it depends, as all pages, on the numbers of articles, and on".to_owned());
        lines.extend(some(said, true));
    }
    let last = last.map(|it| written(it, args.all));
    lines.push(last.unwrap_or_else(|| "no build is known that wrote it".to_owned()));
    say(&lines.join("\n"))?;
    Ok(ExitCode::SUCCESS)
}

/// When a file was written last, and for what.
fn written(last: &Entry, whole: bool) -> String {
    let china = TimeZone::fixed(Offset::constant(8));
    let at = i64::try_from(last.at).ok().and_then(|it| Timestamp::from_second(it).ok());
    let at = at.map_or_else(String::new, |it| {
        format!(" on {}", it.to_zoned(china).strftime("%Y-%m-%d at %H:%M:%S, +08:00"))
    });
    let many = if last.files.is_none() {
        format!(" or before, in a build that wrote {}", counted(last.written, "file"))
    } else {
        String::new()
    };
    let sources = last.sources.as_ref().map(|it| it.iter().map(ToString::to_string).collect());
    let why = match sources.map(|it: Vec<String>| some(&it, whole)) {
        None => ": the first build into this folder that is known".to_owned(),
        Some(all) if all.is_empty() => {
            ": no file of the site had changed, but the program, the day, what was asked for, or the output folder".to_owned()
        }
        Some(all) => format!(", after a change of\n{}", all.join("\n")),
    };
    format!("written last{at}{many}{why}")
}

fn tell_file(
    args: &Why,
    (path, state): (&SitePath, &str),
    pages: &[&Route],
    effects: &[(&str, Effect)],
) -> Result<ExitCode> {
    let names = |all: &[Route]| all.iter().map(ToString::to_string).collect::<Vec<_>>();
    let pages: Vec<String> = pages.iter().map(ToString::to_string).collect();
    if args.json {
        let effect = |(what, it): &(&str, Effect)| {
            json!({
                "what": what,
                "pages": names(&it.pages),
                "files": names(&it.files),
                "gone": names(&it.gone),
            })
        };
        let effects: Vec<_> = effects.iter().map(effect).collect();
        return print(&json!({ "file": path.as_str(), "pages": pages, "effects": effects }));
    }
    let mut lines = Vec::new();
    lines.push(if pages.is_empty() {
        format!("`{path}`{state}")
    } else {
        format!("the text of `{path}` is shown by")
    });
    lines.extend(some(&pages, args.all));
    for (what, Effect { pages, files, gone }) in effects {
        if pages.is_empty() && files.is_empty() && gone.is_empty() {
            lines.push(format!("{what}: nothing else changes"));
            continue;
        }
        let [made, others] =
            [(pages, "page"), (files, "other file")].map(|(all, it)| counted(all.len(), it));
        lines.push(format!("{what}: {made} and {others} made anew, {} gone", gone.len()));
        lines.extend(some(&names(pages), args.all));
    }
    say(&lines.join("\n"))?;
    Ok(ExitCode::SUCCESS)
}

/// The first lines of a list, or all.
fn some(all: &[String], whole: bool) -> Vec<String> {
    let shown = if whole { all.len() } else { SHOWN.min(all.len()) };
    let mut lines: Vec<String> = all[..shown].iter().map(|it| format!("  {it}")).collect();
    if shown < all.len() {
        lines.push(format!("  and {} more; `--all` shows them", all.len() - shown));
    }
    lines
}

fn print(object: &serde_json::Value) -> Result<ExitCode> {
    say(&serde_json::to_string_pretty(object).context("cannot write JSON")?)?;
    Ok(ExitCode::SUCCESS)
}

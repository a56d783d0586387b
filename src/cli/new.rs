//! `digest new`.

use std::path::Path;
use std::process::ExitCode;

use anyhow::{Context, Result, bail};
use clap::{Args, Subcommand};
use jiff::civil::Date;

use super::show::{self, complain, say};
use super::{FAILED, Root, init};
use crate::diagnostic::problems;
use crate::engine::{Known, Request};
use crate::gazetteer::{Gazetteer, PlaceId, Unresolved};
use crate::route::Route;
use crate::source;
use crate::starter::quoted;
use crate::{article, place, topic};

/// The longest part of a headline in the name of a file, in characters.
const NAME: usize = 32;

/// What withholds a new article.
const DRAFT: &str =
    "draft = true # `digest serve --drafts` shows it; delete this line to publish it\n";

#[derive(Debug, Args)]
pub(super) struct New {
    #[command(subcommand)]
    what: What,
}

#[derive(Debug, Subcommand)]
enum What {
    /// An article of your own, as a draft
    Article(Article),
    /// A topic: its name and the words that speak for it
    Topic(Topic),
    /// A text about a place, or a zone that the program does not know
    Place(Place),
}

#[derive(Debug, Args)]
struct Article {
    /// The headline
    title: String,
    #[command(flatten)]
    root: Root,
    /// The day of publication [default: today in China]
    #[arg(long, value_name = "DATE")]
    date: Option<String>,
    /// A place that it is about; may be given several times
    #[arg(long = "city", value_name = "NAME")]
    cities: Vec<String>,
    /// A topic; may be given several times
    #[arg(long = "topic", value_name = "NAME")]
    topics: Vec<String>,
    /// The paper it is from
    #[arg(long, value_name = "NAME")]
    source: Option<String>,
    /// Its part of the address, and the name of its file [default: day and place, else day and headline]
    #[arg(long)]
    slug: Option<String>,
    /// Publish it with the next build, not as a draft
    #[arg(long)]
    publish: bool,
}

#[derive(Debug, Args)]
struct Topic {
    /// Its name
    title: String,
    #[command(flatten)]
    root: Root,
    /// A word that speaks for it; may be given several times [default: its name]
    #[arg(long = "match", value_name = "WORD")]
    words: Vec<String>,
    /// Its part of the address, and the name of its file [default: its name]
    #[arg(long)]
    slug: Option<String>,
}

#[derive(Debug, Args)]
struct Place {
    /// Its name, or its code of GB/T 2260
    name: String,
    #[command(flatten)]
    root: Root,
    /// The division that a new zone lies in
    #[arg(long, value_name = "NAME")]
    within: Option<String>,
}

pub(super) fn new(args: &New) -> Result<ExitCode> {
    let root = match &args.what {
        What::Article(it) => &it.root.root,
        What::Topic(it) => &it.root.root,
        What::Place(it) => &it.root.root,
    };
    let sources = source::scan(root)?;
    let request = Request::on(Date::MAX);
    let (known, built) = super::engine().know(&sources, &request);
    let Some(known) = known else {
        show::diagnostics(&built.diagnostics);
        return Ok(ExitCode::from(FAILED));
    };
    let (path, text) = match &args.what {
        What::Article(it) => new_article(it, root, &known)?,
        What::Topic(it) => new_topic(it, &known)?,
        What::Place(it) => new_place(it, &known)?,
    };
    init::write(root, &[(path.clone(), text)])?;
    let path = if root == Path::new(".") { path.into() } else { root.join(path) };
    say(&format!("made `{}`", path.display()))?;
    Ok(ExitCode::SUCCESS)
}

/// The path and the text of a new article.
fn new_article(it: &Article, root: &Path, known: &Known) -> Result<(String, String)> {
    let date = match &it.date {
        Some(day) => day
            .parse::<Date>()
            .map_err(|_| anyhow::anyhow!("`--date {day}` is no date; write it as `2026-01-31`"))?,
        None => super::today(&super::Now { now: None, drafts: false })?,
    };
    let title = one_line(&it.title)?;
    let cities: Vec<PlaceId> =
        it.cities.iter().map(|name| resolved(&known.gazetteer, name)).collect::<Result<_>>()?;
    let stem = match (&it.slug, cities.first()) {
        (Some(slug), _) => checked(slug, "articles")?,
        (None, Some(id)) => format!("{date}-{}", known.gazetteer.place(*id).slug),
        (None, None) => checked(&format!("{date}-{}", file_name(title)), "articles")?,
    };
    let free = |it: &String| !root.join(it).exists();
    let numbered = (2..).map(|number| format!("{}/{stem}-{number}.md", article::FOLDER));
    let names = [format!("{}/{stem}.md", article::FOLDER)];
    let path = match &it.slug {
        Some(_) => names.into_iter().next(),
        None => names.into_iter().chain(numbered).find(free),
    };
    let path = path.context("no name is free")?;
    let titles: Vec<&str> = known.topics.all().iter().map(topic::Topic::title).collect();
    for name in it.topics.iter().filter(|it| known.topics.named(it).is_none()) {
        let near = problems::nearest(name, &titles);
        complain(&format!(
            "no file in `content/topics/` describes `{name}`{}",
            near.map_or(String::new(), |it| format!("; did you mean `{it}`?"))
        ));
    }
    let list = |all: &[String]| {
        format!("[{}]", all.iter().map(|it| quoted(it)).collect::<Vec<_>>().join(", "))
    };
    let line = |key: &str, value: String| format!("{key} = {value}\n");
    let lines = [
        Some(line("title", quoted(title))),
        Some(line("date", date.to_string())),
        it.source.as_deref().map(|it| line("source", quoted(it))),
        (!it.cities.is_empty()).then(|| line("cities", list(&it.cities))),
        (!it.topics.is_empty()).then(|| line("topics", list(&it.topics))),
        (!it.publish).then(|| DRAFT.to_owned()),
    ];
    let text = format!("+++\n{}+++\n\n", lines.into_iter().flatten().collect::<String>());
    Ok((path, text))
}

fn new_topic(it: &Topic, known: &Known) -> Result<(String, String)> {
    let title = one_line(&it.title)?;
    if let Some(at) = known.topics.named(title) {
        let other = &known.topics.all()[at];
        bail!("there is the topic `{}` already, in `{}`", other.title(), other.path);
    }
    let stem = checked(it.slug.as_deref().unwrap_or(&file_name(title)), "topics")?;
    let words = if it.words.is_empty() { std::slice::from_ref(&it.title) } else { &it.words };
    let words: Vec<String> = words.iter().map(|it| format!("  {},\n", quoted(it))).collect();
    let text = format!("+++\ntitle = {}\nmatch = [\n{}]\n+++\n", quoted(title), words.concat());
    Ok((format!("{}/{stem}.md", topic::FOLDER), text))
}

fn new_place(it: &Place, known: &Known) -> Result<(String, String)> {
    let gazetteer = &known.gazetteer;
    let name = one_line(&it.name)?;
    let file = |stem: &str| format!("{}/{stem}.md", place::FOLDER);
    let Some(within) = &it.within else {
        let id = resolved(gazetteer, name).map_err(|why| match gazetteer.resolve(name) {
            Err(Unresolved::Unknown(_)) => anyhow::anyhow!(
                "{why}; a zone that the program does not know needs `--within`, the division it lies in"
            ),
            _ => why,
        })?;
        if let Some(about) = known.places.about(id) {
            bail!("`{name}` has a text already, in `{}`", about.path);
        }
        let place = gazetteer.place(id);
        let stem = place.code.as_deref().unwrap_or(&place.slug);
        return Ok((file(stem), format!("+++\n# {}\naliases = []\n+++\n\n", place.name)));
    };
    if gazetteer.resolve(name).is_ok() {
        bail!("`{name}` is known; leave out `--within`");
    }
    resolved(gazetteer, within)?;
    let stem = checked(&file_name(name), "zones")?;
    let text =
        format!("+++\nname = {}\nwithin = {}\naliases = []\n+++\n\n", quoted(name), quoted(within));
    Ok((file(&stem), text))
}

/// The place that is meant; else what may be.
fn resolved(gazetteer: &Gazetteer, name: &str) -> Result<PlaceId> {
    gazetteer.resolve(name).map_err(|why| match why {
        Unresolved::Unknown(near) if near.is_empty() => {
            anyhow::anyhow!("no place is called `{name}`")
        }
        Unresolved::Unknown(near) => {
            anyhow::anyhow!("no place is called `{name}`; did you mean `{}`?", near.join("`, `"))
        }
        Unresolved::Ambiguous(several) => {
            anyhow::anyhow!(
                "several places are called `{name}`; write which: `{}`",
                several.join("`, `")
            )
        }
    })
}

fn one_line(text: &str) -> Result<&str> {
    let text = text.trim();
    if text.is_empty() || text.contains(['\n', '\r']) {
        bail!("a name is one line with something in it");
    }
    Ok(text)
}

/// A text as the name of a file: letters, digits and Han characters, all else one hyphen.
fn file_name(text: &str) -> String {
    let words = text.split(|c: char| !c.is_alphanumeric()).filter(|it| !it.is_empty());
    let joined = words.collect::<Vec<_>>().join("-").to_lowercase();
    joined.chars().take(NAME).collect::<String>().trim_end_matches('-').to_owned()
}

/// A part of an address.
fn checked(slug: &str, folder: &str) -> Result<String> {
    Route::page(&[folder, slug]).map_err(|why| {
        anyhow::anyhow!("`{slug}` cannot be part of an address: {why}; name another with `--slug`")
    })?;
    Ok(slug.to_owned())
}

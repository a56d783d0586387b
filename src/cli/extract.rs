//! `digest extract`.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::{Result, bail, ensure};
use clap::Args;

use super::show::{self, complain, say};
use super::{FAILED, PROBLEMS, Root};
use crate::article::{self, provenance};
use crate::diagnostic::{At, Diagnostic, Severity, problems};
use crate::engine::{self, Reading, Request};
use crate::extract::{self, Raw, json, markdown};
use crate::file::{SitePath, SourceFile};
use crate::{output, source, topic};

#[derive(Debug, Args)]
pub(super) struct Extract {
    /// The raw articles, `.txt` or `.html`
    #[arg(required = true, value_name = "FILE")]
    files: Vec<PathBuf>,
    #[command(flatten)]
    root: Root,
    /// Print one JSON object a line for each file: its values, and the evidence for each
    #[arg(long, conflicts_with = "write")]
    json: bool,
    /// Write the Markdown files into `content/articles/`, as `digest build` does
    #[arg(long)]
    write: bool,
}

pub(super) fn extract(args: &Extract) -> Result<ExitCode> {
    let root = &args.root.root;
    if args.write {
        return write(root, &args.files);
    }
    let Some(reading) = reading(root)? else { return Ok(ExitCode::from(FAILED)) };
    let mut slugs = None;
    let mut all_found = true;
    let mut all_read = true;
    for on_disk in &args.files {
        let file = match source::file(root, on_disk) {
            Ok(file) => file,
            Err(error) => {
                all_read = false;
                complain(&format!("error: {error:#}"));
                continue;
            }
        };
        match extract::read(&file, reading.config.max_article_bytes, reading.context()) {
            Ok(raw) => {
                show::diagnostics(&raw.problems);
                all_found &= raw.extraction.draft.is_some();
                // Only Markdown has a slug, and only a raw article of the site one that it keeps.
                if slugs.is_none() && !args.json && file.path.below(extract::FOLDER).is_some() {
                    slugs = Some(kept_slugs(root)?);
                }
                let slug = slugs.as_ref().and_then(|it| it.get(&file.path));
                print(args, on_disk, &file, &raw, (&reading, slug))?;
            }
            Err(problem) => {
                all_found = false;
                if args.json {
                    let object = serde_json::json!({ "file": on_disk, "error": problem.id });
                    say(&object.to_string())?;
                }
                show::diagnostics(&[problem]);
            }
        }
    }
    Ok(match (all_read, all_found) {
        (false, _) => ExitCode::from(FAILED),
        (true, false) => ExitCode::from(PROBLEMS),
        (true, true) => ExitCode::SUCCESS,
    })
}

/// What raw articles of a site are read with; `None` if its configuration cannot be used, which is said.
pub(super) fn reading(root: &Path) -> Result<Option<Reading>> {
    let sources = source::scan_some(root, &[topic::FOLDER])?;
    let (reading, diagnostics) = Reading::new(&sources);
    let errors: Vec<Diagnostic> =
        diagnostics.into_iter().filter(|it| it.severity == Severity::Error).collect();
    show::diagnostics(&errors);
    Ok(reading)
}

/// The slugs that the raw articles of a site keep.
fn kept_slugs(root: &Path) -> Result<BTreeMap<SitePath, String>> {
    let sources = source::scan_some(root, &[article::FOLDER, extract::FOLDER])?;
    Ok(engine::kept_slugs(&sources))
}

fn print(
    args: &Extract,
    on_disk: &Path,
    file: &SourceFile,
    raw: &Raw,
    (reading, slug): (&Reading, Option<&String>),
) -> Result<()> {
    let context = reading.context();
    if args.json {
        let mut object = serde_json::Map::from_iter([
            ("file".to_owned(), on_disk.to_string_lossy().into()),
            ("encoding".to_owned(), raw.encoding.into()),
        ]);
        let fields = json::draft(&raw.extraction, &raw.text, context.gazetteer);
        if let Some(serde_json::Value::Object(fields)) = fields {
            object.extend(fields);
        } else {
            object.insert("error".to_owned(), "no-article".into());
        }
        return say(&serde_json::Value::Object(object).to_string());
    }
    let Some(draft) = &raw.extraction.draft else {
        show::diagnostics(&[problems::no_article(At::File(file.path.clone()))]);
        return Ok(());
    };
    let from =
        provenance::Raw { path: file.path.clone(), sha256: provenance::sha256(file.data.bytes()) };
    let new = || markdown::slug(draft, &from, context.gazetteer, markdown::HASH_DIGITS);
    let slug = slug.cloned().unwrap_or_else(new);
    if args.files.len() > 1 {
        say(&format!("==> {} <==", on_disk.display()))?;
    }
    say(&markdown::write(draft, &from, &slug, context.gazetteer))
}

/// Writes the articles of some raw articles, by the same rules as a build: what a person has edited stays.
fn write(root: &Path, files: &[PathBuf]) -> Result<ExitCode> {
    let mut wanted = BTreeSet::new();
    for on_disk in files {
        let path = source::file(root, on_disk)?.path;
        ensure!(
            path.below(extract::FOLDER).is_some(),
            "`{}` does not lie in `{}/` of the site; copy it there first",
            on_disk.display(),
            extract::FOLDER
        );
        wanted.insert(path);
    }
    let _lock = super::lock(root);
    let sources = source::scan(root)?;
    let request = Request::on(jiff::civil::Date::MAX);
    let mut built = super::engine().build(&sources, &request);
    if built.site.is_none() && built.new_articles.is_empty() {
        show::diagnostics(&built.diagnostics);
        bail!("nothing was written");
    }
    built.new_articles.retain(|it| wanted.contains(&it.raw));
    // What is said of an article names its raw article.
    let is_about = |it: &Diagnostic| {
        let names = |path: &SitePath| it.message.contains(&format!("`{path}`"));
        it.at.path().is_some_and(|path| wanted.contains(path)) || wanted.iter().any(names)
    };
    let about: Vec<Diagnostic> = built.diagnostics.into_iter().filter(is_about).collect();
    show::diagnostics(&about);
    for article in &built.new_articles {
        output::save(root, article)?;
        complain(&format!("made `{}`", article.path));
    }
    if built.new_articles.is_empty() {
        complain(
            "nothing is new: each of the files has an article that is up to date, or that a person has edited",
        );
    }
    let failed = about.iter().any(|it| it.severity == Severity::Error);
    Ok(if failed { ExitCode::from(PROBLEMS) } else { ExitCode::SUCCESS })
}

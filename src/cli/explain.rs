//! `digest explain`.

use std::fmt::Write;
use std::path::PathBuf;
use std::process::ExitCode;

use anstyle::{AnsiColor, Style};
use anyhow::{Context, Result, bail};
use clap::Args;
use unicode_width::UnicodeWidthStr;

use super::show::{self, say};
use super::{FAILED, PROBLEMS, Root, extract as raw_articles};
use crate::diagnostic::{At, problems, report};
use crate::extract::explain::{self, Explained};
use crate::extract::{self, Draft, Evidence, Raw, json, review, stated};
use crate::file::SourceFile;
use crate::gazetteer::Gazetteer;
use crate::gazetteer::find::Named;
use crate::source;
use crate::topic::{Counted, Proposal};

/// Longer lines are cut to this many columns.
const COLUMNS: usize = 84;

/// So many reasons are shown for a line.
const REASONS: usize = 4;

#[derive(Debug, Args)]
pub(super) struct Explain {
    /// The raw article, `.txt` or `.html`
    #[arg(value_name = "FILE")]
    file: PathBuf,
    #[command(flatten)]
    root: Root,
    /// Print one JSON object
    #[arg(long)]
    json: bool,
}

pub(super) fn explain(args: &Explain) -> Result<ExitCode> {
    let Some(reading) = raw_articles::reading(&args.root.root)? else {
        return Ok(ExitCode::from(FAILED));
    };
    if args.file.extension().is_some_and(|it| it.eq_ignore_ascii_case("md")) {
        bail!(
            "`{}` is Markdown, and raw articles are explained; `raw` in its front matter names the one that it was made of",
            args.file.display()
        );
    }
    let file = source::file(&args.root.root, &args.file)?;
    let context = reading.context();
    let raw = match extract::read(&file, reading.config.max_article_bytes, context) {
        Ok(raw) => raw,
        Err(problem) => {
            show::diagnostics(&[problem]);
            return Ok(ExitCode::from(PROBLEMS));
        }
    };
    let mut notes = raw.problems.clone();
    match &raw.extraction.draft {
        Some(draft) => notes.extend(review::notes(&file.path, "the article", &raw, draft)),
        None => notes.push(problems::no_article(At::File(file.path.clone()))),
    }
    if args.json {
        let object = serde_json::json!({
            "file": file.path.as_str(),
            "encoding": raw.encoding,
            "lines": explain::lines(&raw),
            "draft": json::draft(&raw.extraction, &raw.text, context.gazetteer),
            "notes": notes.iter().map(report::json).collect::<Vec<_>>(),
        });
        say(&serde_json::to_string_pretty(&object).context("cannot write JSON")?)?;
    } else {
        say(&for_people(&file, &raw, context.gazetteer))?;
        show::diagnostics(&notes);
    }
    Ok(if raw.extraction.draft.is_some() { ExitCode::SUCCESS } else { ExitCode::from(PROBLEMS) })
}

fn for_people(file: &SourceFile, raw: &Raw, gazetteer: &Gazetteer) -> String {
    let dim = Style::new().dimmed();
    let lines = explain::lines(raw);
    let mut out = format!(
        "{}, {}, {} that are not blank\n\n",
        file.path,
        raw.encoding,
        show::counted(lines.len(), "line")
    );
    let width = lines.last().map_or(1, |it| it.line.to_string().len());
    for line in &lines {
        let role = line.role.unwrap_or("–");
        let style = style(role);
        let text = cut(line.text);
        writeln!(
            out,
            "{:>width$} {style}{role:<10}{style:#} {dim}{:>3} %{dim:#}  {style}{text}{style:#}",
            line.line, line.percent
        )
        .expect("a string takes any text");
        let why = why(line);
        if !why.is_empty() {
            writeln!(out, "{:>width$}                    {dim}{why}{dim:#}", "")
                .expect("a string takes any text");
        }
    }
    if let Some(draft) = &raw.extraction.draft {
        out.push_str(&values(draft, raw, gazetteer));
    }
    out
}

/// What speaks for a line's role, in words.
fn why(line: &Explained<'_>) -> String {
    let reasons = line.reasons.iter().take(REASONS);
    let said: Vec<String> = reasons.map(|it| format!("{} {:+}", it.meaning, it.weight)).collect();
    let other = line.otherwise.filter(|_| line.percent < 90).map(|it| format!("or {it}"));
    said.into_iter().chain(other).collect::<Vec<_>>().join(" · ")
}

/// The values of the draft, each with the line it is from.
fn values(draft: &Draft, raw: &Raw, gazetteer: &Gazetteer) -> String {
    let mut out = String::from("\n");
    let mut counter = json::LineCounter::default();
    let mut value = |name: &str, value: &str, evidence: &Evidence| {
        let line = counter.number(&raw.text, evidence.span.start);
        writeln!(
            out,
            "{name:<12} {}  (line {line}, {} %: {})",
            cut(value),
            review::percent(evidence.confidence),
            evidence.rule
        )
        .expect("a string takes any text");
    };
    value("title", &draft.title.value, &draft.title.evidence);
    let texts = [
        ("subtitle", &draft.subtitle),
        ("publication", &draft.publication),
        ("edition", &draft.edition),
        ("series", &draft.series),
    ];
    for (name, found) in texts {
        if let Some(found) = found {
            value(name, &found.value, &found.evidence);
        }
    }
    if let Some(date) = &draft.date {
        value("date", &date.value.day.to_string(), &date.evidence);
    }
    draft.section.iter().for_each(|it| value("section", &it.value, &it.evidence));
    for credit in &draft.byline {
        let parts = [
            credit.value.role.as_deref(),
            Some(&*credit.value.name),
            credit.value.affiliation.as_deref(),
        ];
        value(
            "byline",
            &parts.into_iter().flatten().collect::<Vec<_>>().join(" · "),
            &credit.evidence,
        );
    }
    for city in &draft.cities {
        value("about", &gazetteer.place(city.value).name, &city.evidence);
    }
    for place in &draft.places {
        let name = match &place.value.named {
            Named::Place(id) => &gazetteer.place(*id).name,
            Named::Open(_) => &place.value.fullest,
        };
        let written = &place.value.written;
        let name = if name == written { name.to_owned() } else { format!("{name} ({written})") };
        value("names", &name, &json::placed(place, &raw.text));
    }
    for (name, text, span, rule) in stated::listed(&draft.stated, &raw.text) {
        value(
            name,
            &text,
            &Evidence { span, rule: rule.describe().to_owned(), confidence: rule.confidence() },
        );
    }
    for it in &draft.topics {
        let mark = if it.proposed { "topic" } else { "no topic" };
        writeln!(out, "{mark:<12} {} {:.2}  ({})", it.topic, it.score, terms(it))
            .expect("a string takes any text");
    }
    for it in &draft.ambiguous {
        let names: Vec<String> =
            it.candidates.iter().map(|id| gazetteer.unique_name(*id, false)).collect();
        writeln!(out, "{:<12} {}  (may be {})", "ambiguous", it.written, names.join(", "))
            .expect("a string takes any text");
    }
    out
}

/// The terms that speak for a topic, the strongest first, with where the text has them.
fn terms(it: &Proposal) -> String {
    let term = |it: &Counted| {
        let places = [("headline", it.title), ("headings", it.headings), ("text", it.text)];
        let places = places.iter().filter(|(_, n)| *n > 0).map(|(place, n)| format!("{place} {n}"));
        format!("{} × {}: {}", it.term, it.weight, places.collect::<Vec<_>>().join(", "))
    };
    it.terms.iter().take(REASONS).map(term).collect::<Vec<_>>().join(" · ")
}

/// A line cut to what fits.
fn cut(text: &str) -> String {
    let text: String = text.chars().map(|c| if c.is_control() { ' ' } else { c }).collect();
    if text.width() <= COLUMNS {
        return text;
    }
    let mut columns = 0;
    let head: String = text
        .chars()
        .take_while(|c| {
            columns += c.to_string().width();
            columns < COLUMNS
        })
        .collect();
    format!("{head}…")
}

/// A colour for each kind of role.
fn style(role: &str) -> Style {
    match role {
        "title" => AnsiColor::Green.on_default().bold(),
        "subtitle" | "series" => AnsiColor::Green.on_default(),
        "heading" => AnsiColor::Yellow.on_default().bold(),
        "dateline" | "byline" | "breadcrumb" => AnsiColor::Cyan.on_default(),
        "caption" | "credit" => AnsiColor::Magenta.on_default(),
        "furniture" | "duplicate" => Style::new().dimmed(),
        _ => Style::new(),
    }
}

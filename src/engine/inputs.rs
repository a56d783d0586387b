//! What a build reads before it reads articles: configuration, templates, topics, places, names.

use std::sync::Arc;

use crate::article::{self, provenance};
use crate::assets;
use crate::config::{self, BaseUrl, Config};
use crate::decode;
use crate::diagnostic::{At, Diagnostic, Severity, Span, problems};
use crate::extract;
use crate::file::{SitePath, SourceFile};
use crate::gazetteer::{self, Gazetteer};
use crate::name::{self, Names};
use crate::picture::Fonts;
use crate::place::{self, Places};
use crate::plan;
use crate::render::Templates;
use crate::source::Sources;
use crate::topic::{self, Topics};

/// The configuration; `None` if anything in it is wrong, for a site at the wrong address is worse than none.
pub(super) fn read_config(
    sources: &Sources,
    base_url: Option<&BaseUrl>,
    diagnostics: &mut Vec<Diagnostic>,
) -> Option<Config> {
    let Some(file) = sources.get(config::FILE) else {
        diagnostics.push(problems::missing_config());
        return None;
    };
    let (config, problems) = match decode::text(file, u64::MAX) {
        Ok((text, marks)) => {
            let (config, problems) = config::parse(&file.path, &text);
            (config, marks.into_iter().chain(problems).collect())
        }
        Err(problem) => (None, vec![problem]),
    };
    let usable = problems.iter().all(|it| it.severity == Severity::Warning);
    diagnostics.extend(problems);
    let mut config = config.filter(|_| usable)?;
    if let Some(base_url) = base_url {
        config.base_url = base_url.clone();
    }
    Some(config)
}

/// The fonts of pictures; `None` if one of them cannot be used.
pub(super) fn read_fonts(
    sources: &Sources,
    config: &Config,
    diagnostics: &mut Vec<Diagnostic>,
) -> Option<Fonts> {
    let mut tell = |at: usize, why: &str| {
        let path = config.picture_fonts[at].as_str();
        let file = sources.get(config::FILE);
        let text = file.and_then(|it| Some((it.path.clone(), decode::text(it, u64::MAX).ok()?.0)));
        let place = text.map_or(At::Site, |(file, text)| {
            let start = text.find(path).unwrap_or(0);
            At::Span(Span { path: file, bytes: start..start + path.len(), text })
        });
        diagnostics.push(problems::unusable_font(place, path, why));
    };
    let mut files = Vec::new();
    for (at, font) in config.picture_fonts.iter().enumerate() {
        match sources.files.get(font) {
            Some(file) => files.push(Arc::clone(file)),
            None => tell(at, "there is no such file"),
        }
    }
    if files.len() < config.picture_fonts.len() {
        return None;
    }
    Fonts::new(files).map_err(|(at, why)| tell(at, &why)).ok()
}

pub(super) fn read_templates(
    sources: &Sources,
    diagnostics: &mut Vec<Diagnostic>,
) -> Option<Templates> {
    Templates::new(&assets::templates(sources))
        .map_err(|problems| diagnostics.extend(problems))
        .ok()
}

/// What the Markdown files of a folder say, in the order of their paths.
fn read_files<T>(
    folder: &str,
    parse: impl Fn(&SitePath, &Arc<str>, &Config) -> (Option<T>, Vec<Diagnostic>),
    sources: &Sources,
    config: &Config,
    diagnostics: &mut Vec<Diagnostic>,
) -> Vec<T> {
    let mut files = Vec::new();
    for file in sources.below(folder).filter(|it| it.path.extension() == "md") {
        match decode::text(file, config.max_article_bytes) {
            Ok((text, marks)) => {
                let (parsed, problems) = parse(&file.path, &text, config);
                diagnostics.extend(marks.into_iter().chain(problems));
                files.extend(parsed);
            }
            Err(problem) => diagnostics.push(problem),
        }
    }
    files
}

pub(super) fn read_topics(
    sources: &Sources,
    config: &Config,
    diagnostics: &mut Vec<Diagnostic>,
) -> Topics {
    let topics = read_files(topic::FOLDER, topic::parse, sources, config, diagnostics);
    let (topics, problems) = Topics::new(topics);
    diagnostics.extend(problems);
    topics
}

/// What the site says of places: the gazetteer with it, and the texts about places.
pub(super) fn read_places(
    sources: &Sources,
    config: &Config,
    diagnostics: &mut Vec<Diagnostic>,
) -> (Arc<Gazetteer>, Places) {
    let mut files = read_files(place::FOLDER, place::parse, sources, config, diagnostics);
    let site = sources.get(config::FILE);
    let site = site.and_then(|file| Some((&file.path, decode::text(file, u64::MAX).ok()?.0)));
    let wishes = site.map(|(path, text)| {
        let (wishes, problems) = gazetteer::site::read_config(path, &text);
        diagnostics.extend(problems);
        wishes
    });
    let wishes = wishes.unwrap_or_default();
    if files.is_empty() && wishes.entries.is_empty() && wishes.region.is_empty() {
        return (Arc::clone(Gazetteer::built_in()), Places::default());
    }
    let in_config = wishes.entries.len();
    loop {
        let of_files = files.iter().map(|it| it.entry.clone());
        let entries: Vec<_> = wishes.entries.iter().cloned().chain(of_files).collect();
        let (gazetteer, ids, problems) = Gazetteer::built_in().with(&entries, &wishes.region);
        // A second file about a place says nothing of it: it goes, and the others are read again.
        if let Some((at, problem)) = place::second_file(&files, &ids[in_config..], &gazetteer) {
            files.remove(at);
            diagnostics.push(problem);
            continue;
        }
        diagnostics.extend(problems);
        let about = std::iter::zip(files, &ids[in_config..]);
        let places = Places::new(about.filter_map(|(it, id)| Some((it, (*id)?))));
        return (Arc::new(gazetteer), places);
    }
}

/// What the site says of people, organisations and projects.
pub(super) fn read_names(
    sources: &Sources,
    config: &Config,
    diagnostics: &mut Vec<Diagnostic>,
) -> Names {
    let site = sources.get(config::FILE);
    let site = site.and_then(|file| Some((&file.path, decode::text(file, u64::MAX).ok()?.0)));
    let in_config = site.map(|(path, text)| {
        let (entries, problems) = name::read_config(path, &text);
        diagnostics.extend(problems);
        entries
    });
    let mut entries = in_config.unwrap_or_default();
    for sort in name::SORTS {
        let parse = |path: &_, text: &_, config: &_| name::parse(sort, path, text, config);
        entries.extend(read_files(sort.folder, parse, sources, config, diagnostics));
    }
    let (names, problems) = Names::new(entries);
    diagnostics.extend(problems);
    names
}

/// The texts of all raw articles that can be read, by path and SHA-256; what is wrong with the others the
/// import says.
pub(super) fn raw_texts(sources: &Sources, config: &Config) -> plan::RawTexts {
    let raw = sources.below(extract::FOLDER).filter(|it| extract::is_raw(&it.path));
    let texts = |file: &Arc<SourceFile>| {
        let path = file.path.clone();
        let text = decode::raw(file, config.max_article_bytes).ok()?.text;
        let hashes = provenance::hashes(file.data.bytes()).collect::<Vec<_>>();
        Some(hashes.into_iter().map(move |it| ((path.clone(), it), Arc::clone(&text))))
    };
    raw.filter_map(texts).flatten().collect()
}

/// Files in `content/` that no stage looks at.
pub(super) fn report_stray_files(sources: &Sources, diagnostics: &mut Vec<Diagnostic>) {
    let is_used = |file: &SourceFile| {
        let below = |folder| file.path.below(folder).is_some();
        let is_markdown = file.path.extension() == "md";
        let of_names = name::SORTS.iter().any(|it| below(it.folder));
        let of_terms = below(topic::FOLDER) || below(place::FOLDER) || of_names;
        article::is_article(&file.path)
            || (is_markdown && of_terms)
            || (below(extract::FOLDER) && extract::is_raw(&file.path))
    };
    let stray = sources.below("content").filter(|file| !is_used(file));
    diagnostics.extend(stray.map(|file| problems::stray_file(At::File(file.path.clone()))));
}

//! One build after another: the only long-lived state.
//!
//! In: [`Sources`], and what was asked for. Out: [`Built`]. A build goes the whole way of the data, through the same code
//! as a first one, unless nothing but articles has changed, and little of these (`edit`); what was parsed or rendered
//! before and has not changed is not done again:
//! 1. read `site.toml`;
//! 2. extract the raw articles that have no article, or one that is still the program's;
//! 3. parse and annotate the articles (remembered by path and content);
//! 4. catalogue;
//! 5. for each tree convert the articles of the other script (remembered too), and plan;
//! 6. hand back a [`Site`], which renders a page when it is asked for and the page's key has changed.
//!
//! Nothing here touches the disk: new articles and files are handed back.

mod difference;
mod edit;
mod import;
mod inputs;
mod kept;
mod owners;
mod site;
mod trees;
mod why;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use jiff::civil::Date;
use rayon::prelude::*;

use crate::annotate::{self, Annotated};
use crate::article::{self};
use crate::assets::{self, Asset};
use crate::catalog::{self, Catalog, Withheld};
use crate::config::{self, BaseUrl, Config};
use crate::decode;
use crate::diagnostic::{self, At, Diagnostic, Severity, problems};
use crate::extract::{self, words::Words};
use crate::file::{ContentHash, SitePath, SourceFile};
use crate::gazetteer::Gazetteer;
use crate::name::Names;
use crate::place::Places;
use crate::plan;
use crate::search::Indexed;
use crate::source::Sources;
use crate::text::convert::Converters;
use crate::topic::Topics;
use crate::tree::Tree;

pub use kept::{Keeping, KeptArticle, KeptEdit, KeptSite, Store};
pub use site::{KnownPages, Site};
use trees::written_scripts;
pub use why::{Effect, Inputs};

/// What somebody asked for, besides the site itself.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Request {
    /// Publish here instead of where `site.toml` says.
    pub base_url: Option<BaseUrl>,
    /// The day that decides which articles are published.
    pub today: Date,
    /// Whether articles are shown that would be withheld: drafts, and those of days to come or gone by.
    pub drafts: bool,
}

impl Request {
    /// A build as on this day, at the address that the site says, without drafts.
    #[must_use]
    pub const fn on(today: Date) -> Self {
        Self { base_url: None, today, drafts: false }
    }
}

/// What came of a build.
#[derive(Default)]
pub struct Built {
    /// The site, ready to be rendered; `None` if it could not be built at all.
    pub site: Option<Arc<Site>>,
    /// The articles made of raw articles, to be written into `content/`.
    pub new_articles: Vec<NewArticle>,
    /// What is wrong, in the order of files.
    pub diagnostics: Vec<Diagnostic>,
    /// What a person should confirm in articles that are still the program's, in the order of files.
    pub notes: Vec<Diagnostic>,
    /// The articles that are not published, or shown on request, and why.
    pub withheld: Vec<(SitePath, Withheld)>,
    /// What was done.
    pub counts: Counts,
    /// How long each stage took.
    pub timings: Vec<(&'static str, Duration)>,
    /// Whether the articles were read.
    has_read: bool,
}

impl Built {
    /// Whether anything was left out.
    #[must_use]
    pub fn has_errors(&self) -> bool {
        self.diagnostics.iter().any(|it| it.severity == Severity::Error)
    }
}

/// A Markdown file made of a raw article.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewArticle {
    /// Where it belongs.
    pub path: SitePath,
    /// The raw article it was made of.
    pub raw: SitePath,
    /// Its text.
    pub text: String,
    /// The hash of the file it replaces, which is known to be the program's; `None` for a new file.
    pub replaces: Option<ContentHash>,
}

/// What a build did.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Counts {
    /// Articles on the site.
    pub articles: usize,
    /// Raw articles turned into Markdown, anew or again.
    pub extracted: usize,
    /// Articles parsed; the others were remembered.
    pub parsed: usize,
    /// Articles converted into the script of a tree; the others were remembered.
    pub converted: usize,
    /// Pages of the site.
    pub pages: usize,
}

/// How far a build is, for a progress bar on another thread.
#[derive(Debug, Default)]
pub struct Progress {
    /// Steps done.
    pub done: AtomicUsize,
    /// Steps known so far.
    pub total: AtomicUsize,
}

impl Progress {
    /// Adds steps to do.
    pub fn expect(&self, steps: usize) {
        self.total.fetch_add(steps, Ordering::Relaxed);
    }

    /// Counts a step as done.
    pub fn step(&self) {
        self.done.fetch_add(1, Ordering::Relaxed);
    }
}

/// What raw articles are read with.
pub struct Reading {
    /// What the site wants.
    pub config: Config,
    topics: Topics,
    words: Words,
    gazetteer: Arc<Gazetteer>,
    names: Names,
}

impl Reading {
    /// Reads the configuration and the topics; a folder without a site is read with the defaults. `None` if the
    /// configuration cannot be used.
    #[must_use]
    pub fn new(sources: &Sources) -> (Option<Self>, Vec<Diagnostic>) {
        let mut diagnostics = sources.diagnostics.clone();
        let config = match sources.get(config::FILE) {
            None => Some(Config::default()),
            Some(_) => inputs::read_config(sources, None, &mut diagnostics),
        };
        let reading = config.map(|config| Self {
            topics: inputs::read_topics(sources, &config, &mut diagnostics),
            gazetteer: inputs::read_places(sources, &config, &mut diagnostics).0,
            names: inputs::read_names(sources, &config, &mut diagnostics),
            words: Words::new(&config.words),
            config,
        });
        (reading, diagnostics)
    }

    /// What an extraction reads.
    #[must_use]
    pub fn context(&self) -> extract::Context<'_> {
        extract::Context {
            gazetteer: &self.gazetteer,
            topics: &self.topics,
            words: &self.words,
            given: &self.names.given,
        }
    }
}

/// The slugs that raw articles keep, as they have articles, by the paths of the raw articles.
#[must_use]
pub fn kept_slugs(sources: &Sources) -> BTreeMap<SitePath, String> {
    import::kept_slugs(sources)
}

/// What a site knows.
pub struct Known {
    /// What the site wants.
    pub config: Arc<Config>,
    /// Its topics.
    pub topics: Arc<Topics>,
    /// The places, with what the site says of them.
    pub gazetteer: Arc<Gazetteer>,
    /// What editors wrote about places.
    pub places: Arc<Places>,
    /// What the site says of people, organisations and projects.
    pub names: Arc<Names>,
    /// Its articles.
    pub catalog: Arc<Catalog>,
}

/// What became of an article's file.
type Parsed = (Option<Arc<Annotated>>, Vec<Diagnostic>);

/// The state between builds.
#[derive(Default)]
pub struct Engine {
    /// The places, topics and names that `parsed` holds for, by their fingerprints.
    known: Option<[Option<ContentHash>; 3]>,
    /// The configuration that `words` and `parsed` hold for.
    config: Option<Config>,
    words: Option<Arc<Words>>,
    parsed: BTreeMap<SitePath, (ContentHash, Parsed)>,
    /// The conversions between scripts that have been needed.
    converters: Converters,
    /// The articles in the scripts of trees, each with what it was converted from.
    shown: trees::Shown,
    /// What was made of pages.
    memory: Arc<site::Memory>,
    last: Option<edit::Last>,
    /// Whether this build is one of many.
    has_edits: bool,
    /// How far the current build is.
    pub progress: Arc<Progress>,
}

impl Engine {
    /// An engine with these conversions.
    #[must_use]
    pub fn new(converters: Converters) -> Self {
        Self { converters, ..Self::default() }
    }

    /// An engine for builds that follow edit on edit: it remembers which page looks at which articles.
    #[must_use]
    pub fn for_edits(self) -> Self {
        Self { has_edits: true, ..self }
    }

    /// Takes in what another process knew of pages, so that those are not rendered again that are as they were.
    pub fn recall(&self, pages: KnownPages) {
        self.memory.recall(pages);
    }

    /// Builds a site.
    pub fn build(&mut self, sources: &Sources, request: &Request) -> Built {
        if let Some(built) = self.edit(sources, request) {
            return built;
        }
        let mut built = Built { diagnostics: sources.diagnostics.clone(), ..Built::default() };
        built.site = self.run(sources, request, &mut built);
        self.tell(&mut built);
        built
    }

    /// Adds what is wrong in articles, and puts all of it in order, notes apart.
    fn tell(&self, built: &mut Built) {
        if built.has_read {
            let of_articles = self.parsed.values().flat_map(|(_, (_, problems))| problems);
            built.diagnostics.extend(of_articles.cloned());
        }
        let is_note = |it: &Diagnostic| it.severity == Severity::Note;
        let (notes, problems) =
            std::mem::take(&mut built.diagnostics).into_iter().partition(is_note);
        built.diagnostics = problems;
        built.notes.extend::<Vec<Diagnostic>>(notes);
        diagnostic::sort(&mut built.diagnostics);
        diagnostic::sort(&mut built.notes);
    }

    /// The steps; `None` as soon as the site cannot be built.
    fn run(
        &mut self,
        sources: &Sources,
        request: &Request,
        built: &mut Built,
    ) -> Option<Arc<Site>> {
        // Should this build give no site, the next one has nothing to compare with.
        self.last = None;
        let mut clock = Clock::start();
        let templates = inputs::read_templates(sources, &mut built.diagnostics);
        let site = self.read(sources, request, built, &mut clock)?;
        let (assets, problems) = assets::theme(sources, &site.config);
        let fonts = inputs::read_fonts(sources, &site.config, &mut built.diagnostics)?;
        let templates = templates?;
        built.diagnostics.extend(problems);

        let raw = if site.config.publish_raw {
            inputs::raw_texts(sources, &site.config)
        } else {
            BTreeMap::new()
        };
        let trees: Arc<[Tree]> = match self.trees(&site, &templates.scripts()) {
            Ok(trees) => trees.into(),
            Err(error) => {
                built.diagnostics.push(problems::no_conversion(&error.to_string()));
                return None;
            }
        };
        built.timings.push(("scripts", clock.lap()));
        let catalogs = self.show(&trees, &site.catalog, &mut built.counts);
        built.timings.push(("convert", clock.lap()));
        let (assets, raw, fonts): (Arc<[Asset]>, _, _) =
            (assets.into(), Arc::new(raw), Arc::new(fonts));
        let input = |(tree, catalog)| plan::Input {
            tree,
            trees: Arc::clone(&trees),
            catalog,
            topics: Arc::clone(&site.topics),
            gazetteer: Arc::clone(&site.gazetteer),
            places: Arc::clone(&site.places),
            names: Arc::clone(&site.names),
            config: Arc::clone(&site.config),
            assets: Arc::clone(&assets),
            fonts: Arc::clone(&fonts),
            raw: Arc::clone(&raw),
        };
        let inputs = catalogs.into_iter().enumerate().map(input).collect();
        let (plan, problems) = plan::plan(inputs, self.has_edits);
        built.diagnostics.extend(problems);
        built.timings.push(("plan", clock.lap()));
        let index = Indexed::new(&plan.search);
        built.timings.push(("search", clock.lap()));

        let templates = templates.of_trees(&trees);
        let templates = templates.map_err(|it| built.diagnostics.extend(it)).ok()?;
        built.timings.push(("templates", clock.lap()));
        let theme = assets.iter().map(|it| (it.route.clone(), it.file.data.bytes().into()));
        let theme = theme.collect();
        built.counts.pages = plan.pages.len();
        self.progress.expect(plan.pages.len());
        let (memory, progress) = (Arc::clone(&self.memory), Arc::clone(&self.progress));
        let made = Arc::new(Site::new(plan, theme, index, templates, memory, progress));
        self.last = Some(edit::Last {
            request: request.clone(),
            files: sources.files.clone(),
            unread: sources.diagnostics.clone(),
            known: site,
            trees,
            site: Arc::clone(&made),
            diagnostics: built.diagnostics.clone(),
            notes: built.notes.clone(),
            counts: built.counts,
            withheld: built.withheld.clone(),
        });
        Some(made)
    }

    /// What the site knows, and what is wrong with it; nothing is rendered. `None` if it cannot be read.
    pub fn know(&mut self, sources: &Sources, request: &Request) -> (Option<Known>, Built) {
        let mut built = Built { diagnostics: sources.diagnostics.clone(), ..Built::default() };
        let known = self.read(sources, request, &mut built, &mut Clock::start());
        self.tell(&mut built);
        (known, built)
    }

    /// The steps as far as the catalogue.
    fn read(
        &mut self,
        sources: &Sources,
        request: &Request,
        built: &mut Built,
        clock: &mut Clock,
    ) -> Option<Known> {
        let config =
            inputs::read_config(sources, request.base_url.as_ref(), &mut built.diagnostics)?;
        let topics = inputs::read_topics(sources, &config, &mut built.diagnostics);
        let (gazetteer, places) = inputs::read_places(sources, &config, &mut built.diagnostics);
        let names = inputs::read_names(sources, &config, &mut built.diagnostics);
        inputs::report_stray_files(sources, &mut built.diagnostics);
        built.timings.push(("configure", clock.lap()));

        let known = annotate::Context { gazetteer: &gazetteer, topics: &topics, names: &names };
        let words = self.remember(&config, known);
        let context = import::Context {
            config: &config,
            gazetteer: &gazetteer,
            topics: &topics,
            names: &names,
            words: &words,
            progress: &self.progress,
        };
        let files = import::articles(context, sources, built);
        built.timings.push(("extract", clock.lap()));

        let articles = self.parse(&files, &config, known, built);
        built.timings.push(("parse", clock.lap()));

        let (catalog, problems) =
            catalog::build(articles, known, &places, (request.today, request.drafts));
        built.diagnostics.extend(problems);
        built.notes.extend(topic_notes(&catalog, &topics));
        built.diagnostics.extend(missing_articles(&catalog, &names));
        built.counts.articles = catalog.articles.len();
        built.withheld.clone_from(&catalog.withheld);
        built.timings.push(("catalogue", clock.lap()));
        Some(Known {
            config: Arc::new(config),
            topics: Arc::new(topics),
            gazetteer,
            places: Arc::new(places),
            names: Arc::new(names),
            catalog: Arc::new(catalog),
        })
    }

    /// Forgets what holds for another configuration; the words of this one.
    fn remember(&mut self, config: &Config, known: annotate::Context<'_>) -> Arc<Words> {
        let annotate::Context { gazetteer, topics, names } = known;
        let known = [Some(gazetteer.fingerprint), topics.fingerprint, names.fingerprint];
        if self.known != Some(known) {
            self.parsed.clear();
            self.shown.clear();
            self.known = Some(known);
        }
        if self.config.as_ref() != Some(config) {
            self.parsed.clear();
            self.shown.clear();
            self.words = None;
            self.config = Some(config.clone());
        }
        Arc::clone(self.words.get_or_insert_with(|| Arc::new(Words::new(&config.words))))
    }

    /// Parses and annotates the articles whose files have changed.
    fn parse(
        &mut self,
        files: &import::Files,
        config: &Config,
        known: annotate::Context<'_>,
        built: &mut Built,
    ) -> Vec<Arc<Annotated>> {
        self.parsed
            .retain(|path, (hash, _)| files.get(path).is_some_and(|file| file.hash == *hash));
        let new: Vec<&Arc<SourceFile>> =
            files.values().filter(|file| !self.parsed.contains_key(&file.path)).collect();
        self.progress.expect(new.len());
        let parse = |file: &&Arc<SourceFile>| {
            let parsed = parse_article(file, config, known);
            self.progress.step();
            (file.path.clone(), (file.hash, parsed))
        };
        let parsed: Vec<_> = new.par_iter().map(parse).collect();
        (built.counts.parsed, built.has_read) = (parsed.len(), true);
        self.parsed.extend(parsed);
        self.parsed.values().filter_map(|(_, (article, _))| article.clone()).collect()
    }
}

/// Measures stages.
struct Clock(Instant);

impl Clock {
    fn start() -> Self {
        Self(Instant::now())
    }

    /// The time since the last lap.
    fn lap(&mut self) -> Duration {
        let lap = self.0.elapsed();
        self.0 = Instant::now();
        lap
    }
}

/// What a site wants, and what is wrong with that; `None` if it cannot be used.
#[must_use]
pub fn config(sources: &Sources, base_url: Option<&BaseUrl>) -> (Option<Config>, Vec<Diagnostic>) {
    let mut problems = Vec::new();
    (inputs::read_config(sources, base_url, &mut problems), problems)
}

/// A note for each topic without an article, or for many.
fn topic_notes(catalog: &Catalog, topics: &Topics) -> Vec<Diagnostic> {
    let unused = catalog.topics.iter().filter(|it| it.articles.is_empty());
    let unused: Vec<_> = unused.filter_map(|it| Some(&topics.all()[it.described?])).collect();
    match &unused[..] {
        // In a new site most topics wait for their first article.
        [_, _, _, ..] => {
            let titles: Vec<&str> = unused.iter().map(|it| it.title()).collect();
            vec![problems::unused_topic(At::Site, &titles)]
        }
        few => few.iter().map(|it| problems::unused_topic(it.at_title(), &[it.title()])).collect(),
    }
}

/// A warning for each article that an entry says it holds for and that the site does not have.
fn missing_articles(catalog: &Catalog, names: &Names) -> Vec<Diagnostic> {
    let published = catalog.articles.iter().map(|it| &it.article.path);
    let all = published.chain(catalog.withheld.iter().map(|it| &it.0));
    let known: Vec<&SitePath> = all.collect::<BTreeSet<_>>().into_iter().collect();
    let stems: Vec<&str> = known.iter().map(|it| it.stem()).collect();
    let missing = names.entries().iter().flat_map(|it| it.missing_articles(&known));
    missing.map(|(name, at)| problems::unknown_article(at, name, &stems)).collect()
}

fn parse_article(file: &SourceFile, config: &Config, known: annotate::Context<'_>) -> Parsed {
    let (text, mut problems) = match decode::text(file, config.max_article_bytes) {
        Ok(decoded) => decoded,
        Err(problem) => return (None, vec![problem]),
    };
    let (article, found) = article::parse(&file.path, &text, config, known.gazetteer);
    problems.extend(found);
    let annotated = article.map(|it| {
        let (mut annotated, notes) = annotate::annotate(it, known);
        problems.extend(notes);
        // Only what is converted between scripts is read again.
        if !config.converts() {
            annotated.article.body.forget_text();
        }
        Arc::new(annotated)
    });
    (annotated, problems)
}

//! A site that is built again whenever one of its files changes.
//!
//! In: a folder, batches of changes. Out: one build after another. Nothing that goes wrong with one of them ends it.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{Duration, Instant};

use anyhow::{Result, bail};
use jiff::Timestamp;
use jiff::civil::Date;

use super::show::complain;
use super::{Now, Root, Watching};
use crate::config::{self, BaseUrl};
use crate::engine::{Built, Engine, Progress};
use crate::file::SitePath;
use crate::source::{self, FOLDERS, Sources};
use crate::state;
use crate::watch::{Batch, Watch};

/// What `digest watch` and `digest serve` know of a site.
pub(super) struct Live<'a> {
    root: &'a Path,
    base_url: Option<BaseUrl>,
    pub(super) now: &'a Now,
    engine: Engine,
    /// The files as they were read last; none before the first time.
    sources: Option<Sources>,
    /// The paths on disk that changed since, if that is known.
    changed: Option<BTreeSet<PathBuf>>,
    /// The day of the last build.
    day: Option<Date>,
}

impl<'a> Live<'a> {
    pub(super) fn new(root: &'a Root, base_url: Option<&String>, now: &'a Now) -> Result<Self> {
        let base_url = super::base_url(base_url)?;
        // A day that is none is said at once.
        super::today(now)?;
        if !root.root.join(config::FILE).is_file() {
            bail!(
                "`{}` has no `site.toml`; `digest init` makes a site there, and `--root` names that of another folder",
                root.root.display()
            );
        }
        Ok(Self {
            root: &root.root,
            base_url,
            now,
            engine: super::engine().for_edits(),
            sources: None,
            changed: None,
            day: None,
        })
    }

    /// Watches the site; `ignored` folders apart.
    pub(super) fn watch(&self, ignored: &[PathBuf], watching: &Watching) -> Result<Watch> {
        let names: Vec<&str> = FOLDERS.into_iter().chain([config::FILE]).collect();
        let watch = Watch::start(self.root, &names, ignored, &watching.options(self.root))?;
        if let Some(why) = watch.polls() {
            complain(&format!("files are compared every moment: {why}"));
        }
        Ok(watch)
    }

    /// How far a build is.
    pub(super) fn progress(&self) -> Arc<Progress> {
        Arc::clone(&self.engine.progress)
    }

    /// Takes in what the last build left, so that pages which are as they were are not rendered.
    pub(super) fn recall(&self) {
        self.engine.recall(state::pages(self.root, &super::program()));
    }

    /// When the day is over in China, on which articles come and go.
    pub(super) fn next_day() -> Option<Instant> {
        let china = super::china();
        let now =
            Timestamp::from_duration(super::now().try_into().ok()?).ok()?.to_zoned(china.clone());
        let next = now.date().tomorrow().ok()?.to_zoned(china).ok()?;
        let wait = next.timestamp().duration_since(now.timestamp());
        Some(Instant::now() + Duration::try_from(wait).ok()?)
    }

    /// Takes in what changed, or that another day has begun; `false` if nothing did.
    pub(super) fn take(&mut self, batch: &Batch) -> bool {
        batch.trouble.iter().for_each(|it| complain(&format!("warning: {it}")));
        let is_new_day = self.day.is_some() && super::today(self.now).ok() != self.day;
        let is_new = self.take_files(batch);
        if is_new_day && !is_new {
            self.changed = Some(BTreeSet::new());
        }
        is_new || is_new_day
    }

    /// Takes in which files changed.
    fn take_files(&mut self, batch: &Batch) -> bool {
        if batch.paths.is_empty() && !batch.rescan {
            return false;
        }
        self.changed = (!batch.rescan).then(|| batch.paths.clone());
        if let Some(sources) = self.sources.as_mut().filter(|_| !batch.rescan) {
            match sources.update(self.root, &batch.paths) {
                Ok(Some(changed)) => return changed,
                Ok(None) => {}
                Err(error) => complain(&format!("error: {error:#}")),
            }
        }
        // What is there is known when all has been read.
        self.sources = None;
        true
    }

    /// The files of the site that changed before the last build, if that is known.
    pub(super) fn changed(&self) -> Option<Vec<SitePath>> {
        let below = |it: &PathBuf| SitePath::new(it.strip_prefix(self.root).ok()?.to_str()?);
        Some(self.changed.as_ref()?.iter().filter_map(below).collect())
    }

    /// Does something with a new build, and says what goes wrong.
    pub(super) fn again(&mut self, what: impl FnOnce(&mut Self, Instant) -> Result<()>) {
        if let Err(error) = what(self, Instant::now()) {
            complain(&format!("error: {error:#}"));
        }
    }

    /// Builds the site as it is now.
    pub(super) fn build(&mut self) -> Result<Built> {
        let request = super::request(self.base_url.clone(), self.now)?;
        let sources = match self.sources.take() {
            Some(sources) => sources,
            None => source::scan(self.root)?,
        };
        self.day = Some(request.today);
        let built = self.engine.build(&sources, &request);
        self.sources = Some(sources);
        Ok(built)
    }
}

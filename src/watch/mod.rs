//! Changes of files → batches: `digest watch`.
//!
//! In: the root of a site, the names in it that count, the folders that never do. Out: batches of paths, each
//! a few milliseconds after a save. The steps:
//! 1. what to watch is found out: the root for its names, the folders with all that is in them, and where
//!    symbolic links lead (`places`);
//! 2. the operating system tells of changes there; where it cannot (`file_systems`), times and sizes are
//!    compared (`snapshot`);
//! 3. by-products of editors are passed over, as a scan of the site does, and what belongs together is waited for
//!    (`pending`);
//! 4. before a batch with folders in it goes out, these are watched: what is written to them later is in a
//!    later batch, what was written earlier is why all has to be looked at again.
//!
//! Reading files never makes a batch. Nothing is printed, no file is opened, and no trouble ends the watch: it
//! is handed out with a batch. Start the watch before the first build, or a change in between is missed.

mod places;
mod file_systems;
mod snapshot;
mod pending;

use std::collections::BTreeSet;
use std::mem;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{self, Receiver, Sender};
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Result, bail};
use notify::{Config, ErrorKind, RecommendedWatcher, RecursiveMode, Watcher};

use pending::{LONG_QUIET, Pending, Renewal};
use places::{Places, Scope};
use snapshot::Snapshot;

/// How often it is asked whether the root and its folders are still the ones watched: no event tells that
/// a folder around the root was renamed, or that a root that was gone is back.
const BEAT: Duration = Duration::from_millis(500);

/// How often files are compared if nobody says otherwise.
const POLL: Duration = Duration::from_millis(300);

/// Comparing takes at most one part in so many of the time.
const POLL_SHARE: u32 = 5;

/// How often watching is tried while folders go under it, and how long it waits in between.
const TRIES: usize = 20;
const PAUSE: Duration = Duration::from_millis(10);

/// What changed since the last batch.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Batch {
    /// Files and folders that may have been added, changed or removed: the root as it was given, and below it.
    /// Folders only if they themselves appeared or went. The time or mode of a file counts as a change.
    pub paths: BTreeSet<PathBuf>,
    /// Whether everything has to be looked at again, as a folder or a symbolic link came or went, or events
    /// were lost.
    pub rescan: bool,
    /// What went wrong with watching, which goes on. A batch may be nothing but trouble: then there is nothing
    /// to build.
    pub trouble: Vec<String>,
}

/// How to watch.
#[derive(Debug, Clone, Default)]
pub struct Options {
    /// Compare files this often instead of relying on events.
    pub poll: Option<Duration>,
    /// Folders whose files may be saved piece by piece, as what is copied or downloaded is.
    pub slow: Vec<PathBuf>,
}

/// Ends a watch from another thread.
#[derive(Debug, Clone)]
pub struct Stopper {
    stopped: Arc<AtomicBool>,
    messages: Sender<Message>,
}

impl Stopper {
    /// Ends the watch: whoever waits for a batch gets none, now and ever after.
    pub fn stop(&self) {
        self.stopped.store(true, Ordering::Release);
        // Nobody listens when the watch is gone, which is as good.
        drop(self.messages.send(Message::Stop));
    }
}

/// What wakes a watch.
#[derive(Debug)]
enum Message {
    Seen(notify::Result<notify::Event>),
    Stop,
}

/// A watch of the files of a site.
#[derive(Debug)]
pub struct Watch {
    scope: Scope,
    places: Places,
    source: Source,
    pending: Pending,
    /// When the last batch was handed out.
    last: Option<Instant>,
    /// When to look at the disk next, without an event.
    next_look: Instant,
    messages: Receiver<Message>,
    stopper: Stopper,
}

/// Where changes are known from.
#[derive(Debug)]
enum Source {
    Events(RecommendedWatcher),
    Polling(Polling),
}

#[derive(Debug)]
struct Polling {
    why: String,
    every: Duration,
    /// How long the last look took.
    took: Duration,
    files: Snapshot,
}

impl Watch {
    /// Watches files and folders of a root, by their names in it. They may be missing, come later, be replaced,
    /// or be symbolic links. What is in the ignored folders never counts, nor do hidden files. These folders
    /// may be missing too; if relative, they are so to the current folder, as the root is.
    ///
    /// # Errors
    /// The root is no folder.
    pub fn start(
        root: &Path,
        names: &[&str],
        ignored: &[PathBuf],
        options: &Options,
    ) -> Result<Self> {
        if !root.is_dir() {
            bail!("cannot watch `{}`: there is no such folder", root.display());
        }
        let names = names.iter().map(|it| (*it).to_owned()).collect();
        let slow = options.slow.clone();
        let scope = Scope { root: root.to_owned(), names, ignored: ignored.to_vec(), slow };
        let (sender, messages) = mpsc::channel();
        let stopper = Stopper { stopped: Arc::default(), messages: sender };
        let (source, places) = source(&scope, options, &stopper.messages);
        let next_look = Instant::now() + BEAT;
        let (pending, last) = (Pending::default(), None);
        Ok(Watch { scope, places, source, pending, last, next_look, messages, stopper })
    }

    /// What ends this watch from elsewhere.
    #[must_use]
    pub fn stopper(&self) -> Stopper {
        self.stopper.clone()
    }

    /// Why files are compared instead of relying on events, if so. A watch may come to this later, and then
    /// says so in a batch.
    #[must_use]
    pub fn polls(&self) -> Option<&str> {
        match &self.source {
            Source::Events(_) => None,
            Source::Polling(polling) => Some(&polling.why),
        }
    }

    /// Waits for the next batch; none when the watch was ended.
    pub fn next_batch(&mut self) -> Option<Batch> {
        self.batch_until(None)
    }

    /// Waits for the next batch, and no longer than until then: a batch of nothing; none when the watch was ended.
    pub fn batch_until(&mut self, end: Option<Instant>) -> Option<Batch> {
        while !self.stopper.stopped.load(Ordering::Acquire) {
            if Instant::now() >= self.next_look {
                self.look();
            }
            if end.is_some_and(|it| it <= Instant::now()) {
                return Some(Batch::default());
            }
            let due = self.pending.due();
            if due.is_some_and(|it| it <= Instant::now()) {
                if let Some(batch) = self.hand_out() {
                    return Some(batch);
                }
                continue;
            }
            let until = due.map_or(self.next_look, |it| it.min(self.next_look));
            let wait = until.saturating_duration_since(Instant::now());
            if let Ok(Message::Seen(event)) = self.messages.recv_timeout(wait) {
                self.take(&event);
            }
        }
        None
    }

    fn take(&mut self, event: &notify::Result<notify::Event>) {
        let now = Instant::now();
        if self.pending.is_empty() {
            self.pending = Pending::after(self.last, now);
        }
        match event {
            Ok(event) => self.pending.take_event(&self.places, event, now),
            Err(error) => self.pending.take_error(error, now),
        }
    }

    /// Looks at the disk for what no event tells.
    fn look(&mut self) {
        let now = Instant::now();
        if self.pending.is_empty() && places::anchors(&self.scope) != self.places.anchors {
            self.pending.renew(Renewal::All, now);
        }
        let Source::Polling(polling) = &mut self.source else {
            self.next_look = now + BEAT;
            return;
        };
        let files = Snapshot::take(&self.scope);
        let end = Instant::now();
        self.pending.take_difference(&polling.files.difference(&files), end);
        polling.files = files;
        polling.took = end - now;
        let every = if self.pending.is_empty() { polling.every } else { LONG_QUIET };
        self.next_look = end + every.max(polling.took * POLL_SHARE);
    }

    /// The batch that is due, once its folders are watched; none if all that came has gone.
    fn hand_out(&mut self) -> Option<Batch> {
        let mut pending = mem::take(&mut self.pending);
        if let Some(why) = pending.no_events.take() {
            pending.trouble.insert(self.turn_to_polling(why));
        } else if let Some(renewal) = pending.watches
            && let Err(why) = self.renew(renewal)
        {
            pending.rescan = true;
            pending.trouble.insert(self.turn_to_polling(why));
        }
        let mut batch = pending.into_batch();
        if batch.rescan && self.places.real_root.is_none() {
            let root = self.scope.root.display();
            let gone = format!("the folder `{root}` is gone; waiting for it to come back");
            batch = Batch { trouble: vec![gone], ..Batch::default() };
        }
        let is_empty = batch == Batch::default();
        self.last = Some(Instant::now()).filter(|_| !is_empty).or(self.last);
        (!is_empty).then_some(batch)
    }

    /// Watches what is there now. What is watched still is not given up for a moment.
    fn renew(&mut self, renewal: Renewal) -> Result<(), String> {
        let Source::Events(watcher) = &mut self.source else {
            self.places = Places::look(&self.scope);
            return Ok(());
        };
        let looked = Places::look(&self.scope);
        let is_part = renewal == Renewal::Part
            && self.places.deep.is_subset(&looked.deep)
            && self.places.flat.is_subset(&looked.flat);
        if !is_part {
            *watcher = new_watcher(&self.stopper.messages)?;
        }
        self.places = watch_all(watcher, &self.scope, looked)?;
        Ok(())
    }

    /// Goes on without events, and says why.
    fn turn_to_polling(&mut self, why: String) -> String {
        let said = format!("{why}; until then files are compared every {} ms", POLL.as_millis());
        self.places = Places::look(&self.scope);
        self.source = Source::Polling(Polling::new(why, POLL, &self.scope));
        said
    }
}

impl Polling {
    fn new(why: String, every: Duration, scope: &Scope) -> Self {
        Polling { why, every, took: Duration::ZERO, files: Snapshot::take(scope) }
    }
}

/// Events if there are any, polling otherwise or if it is wanted.
fn source(scope: &Scope, options: &Options, messages: &Sender<Message>) -> (Source, Places) {
    let places = Places::look(scope);
    let folders = places.deep.iter().chain(&places.flat).map(PathBuf::as_path);
    let why = if options.poll.is_some() {
        "it was asked for".to_owned()
    } else if let Some(kind) = file_systems::without_events(folders) {
        format!("the file system `{kind}` does not tell of all changes")
    } else {
        let watched = new_watcher(messages).and_then(|mut watcher| {
            let places = watch_all(&mut watcher, scope, Places::look(scope))?;
            Ok((Source::Events(watcher), places))
        });
        match watched {
            Ok(watched) => return watched,
            Err(why) => why,
        }
    };
    let every = options.poll.unwrap_or(POLL);
    (Source::Polling(Polling::new(why, every, scope)), places)
}

/// A watcher of nothing yet.
fn new_watcher(messages: &Sender<Message>) -> Result<RecommendedWatcher, String> {
    let messages = messages.clone();
    let take = move |event: notify::Result<notify::Event>| {
        if event.as_ref().map_or(true, pending::may_matter) {
            drop(messages.send(Message::Seen(event)));
        }
    };
    // Links are followed by `places`, which knows every path of a file that they lead to.
    let config = Config::default().with_follow_symlinks(false);
    RecommendedWatcher::new(take, config).map_err(|error| pending::reason(&error))
}

/// Watches the places, until nothing has come or gone while doing so.
fn watch_all(
    watcher: &mut RecommendedWatcher,
    scope: &Scope,
    mut places: Places,
) -> Result<Places, String> {
    let mut missing = None;
    for _ in 0..TRIES {
        missing = watch_once(watcher, &places).map_err(|error| pending::reason(&error))?;
        let looked = Places::look(scope);
        let is_same = looked.has_watches_of(&places);
        places = looked;
        match &missing {
            None if is_same => return Ok(places),
            None => {}
            // The watching of a folder stops at one in it that has just gone.
            Some(_) => thread::sleep(PAUSE),
        }
    }
    missing.map_or(Ok(places), |error| Err(pending::reason(&error)))
}

/// Watches the places, and returns the error of one that has just gone.
fn watch_once(
    watcher: &mut RecommendedWatcher,
    places: &Places,
) -> notify::Result<Option<notify::Error>> {
    let deep = places.deep.iter().map(|it| (it, RecursiveMode::Recursive));
    let flat = places.flat.iter().map(|it| (it, RecursiveMode::NonRecursive));
    let mut missing = None;
    for (folder, mode) in flat.chain(deep) {
        match watcher.watch(folder, mode) {
            Ok(()) => {}
            Err(error) if is_missing(&error) => missing = Some(error),
            Err(error) => return Err(error),
        }
    }
    Ok(missing)
}

fn is_missing(error: &notify::Error) -> bool {
    match &error.kind {
        ErrorKind::PathNotFound => true,
        ErrorKind::Io(error) => error.kind() == std::io::ErrorKind::NotFound,
        _ => false,
    }
}

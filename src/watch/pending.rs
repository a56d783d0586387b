//! Events → what has changed, and when to say so.
//!
//! A save is told of after [`QUIET`], if it is one: the file is closed, and nothing is gone that may come
//! back. An empty file, and one that may be saved piece by piece, waits for [`SLOW_QUIET`]. Everything else (many files, folders, a file still open or away for a moment, what follows close
//! upon the last batch) waits for [`LONG_QUIET`], and nothing longer than [`LONGEST`]. What came and went in
//! between is not told of. The clock comes in as data.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use notify::event::{AccessKind, AccessMode, ModifyKind, RenameMode};
use notify::{ErrorKind, Event, EventKind};

use super::Batch;
use super::places::Places;

/// How long nothing may happen after a save until it is told of.
const QUIET: Duration = Duration::from_millis(2);

/// The same, when more is to be expected.
pub(super) const LONG_QUIET: Duration = Duration::from_millis(50);

/// The same of a file that is empty, as a slow save begins, and of one that may be saved piece by piece.
const SLOW_QUIET: Duration = Duration::from_millis(300);

/// When a batch is told of although things go on happening.
const LONGEST: Duration = Duration::from_millis(500);

/// More files than this are not a save, but a burst.
const FEW: usize = 4;

/// Whether every close of a written file is told, and no event twice: so it is with inotify.
const IS_EXACT: bool = cfg!(any(target_os = "linux", target_os = "android"));

/// What has changed and not been told of.
#[derive(Debug, Default)]
pub(super) struct Pending {
    changes: BTreeMap<PathBuf, Change>,
    /// Those to which more may be written a moment later.
    slow: BTreeSet<PathBuf>,
    /// Whether everything has to be looked at again.
    pub(super) rescan: bool,
    /// Whether what is watched has to be put right.
    pub(super) watches: Option<Renewal>,
    /// What went wrong, each once.
    pub(super) trouble: BTreeSet<String>,
    /// Why there will be no more events, if so.
    pub(super) no_events: Option<String>,
    /// The first and the last event of it.
    span: Option<(Instant, Instant)>,
    /// Whether the last batch had only just been told of.
    follows: bool,
}

/// How much of the watching has to be made anew.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Renewal {
    /// Folders inside those that are watched came or went.
    Part,
    /// What is watched is no longer what stands at its path.
    All,
}

/// How a path has fared.
#[derive(Debug, Clone, Copy, Default)]
struct Change {
    /// It was not there before.
    is_new: bool,
    /// It is gone.
    is_gone: bool,
    /// Somebody is writing to it.
    is_open: bool,
}

/// What an event says of a path.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum What {
    Created,
    Arrived,
    Gone,
    Written,
    Closed,
    /// Its mode or its time.
    Touched,
}

impl Pending {
    /// What comes after a batch was told of.
    pub(super) fn after(batch: Option<Instant>, now: Instant) -> Pending {
        let follows = batch.is_some_and(|it| now.duration_since(it) < LONG_QUIET);
        Pending { follows, ..Pending::default() }
    }

    /// Whether nothing has happened.
    pub(super) fn is_empty(&self) -> bool {
        self.span.is_none()
    }

    /// When it is to be told of.
    pub(super) fn due(&self) -> Option<Instant> {
        let (first, last) = self.span?;
        let quiet = match (!self.slow.is_empty(), self.may_go_on()) {
            (true, _) => SLOW_QUIET,
            (false, true) => LONG_QUIET,
            (false, false) => QUIET,
        };
        Some((last + quiet).min(first + LONGEST))
    }

    fn may_go_on(&self) -> bool {
        self.follows
            || self.rescan
            || self.changes.len() > FEW
            || self.changes.values().any(|it| it.is_open || (it.is_gone && !it.is_new))
    }

    /// Says that something happened now.
    pub(super) fn touch(&mut self, now: Instant) {
        let (first, _) = self.span.unwrap_or((now, now));
        self.span = Some((first, now));
    }

    /// Takes what polling found.
    pub(super) fn take_difference(&mut self, difference: &[(&PathBuf, bool)], now: Instant) {
        for (path, is_folder) in difference {
            self.rescan |= *is_folder;
            self.changes.entry((*path).clone()).or_default();
        }
        if !difference.is_empty() {
            self.follows = true;
            self.touch(now);
        }
    }

    /// Takes an error of the watcher; events may have been lost with it.
    pub(super) fn take_error(&mut self, error: &notify::Error, now: Instant) {
        self.rescan = true;
        match error.kind {
            ErrorKind::MaxFilesWatch => self.no_events = Some(reason(error)),
            _ => _ = self.trouble.insert(reason(error)),
        }
        self.touch(now);
    }

    /// Takes an event.
    pub(super) fn take_event(&mut self, places: &Places, event: &Event, now: Instant) {
        if event.need_rescan() {
            (self.rescan, self.watches) = (true, Some(Renewal::All));
            self.touch(now);
        }
        for real in &event.paths {
            if let Some(what) = what(event.kind, real) {
                self.take_path(places, real, what, now);
            }
        }
    }

    fn take_path(&mut self, places: &Places, real: &Path, what: What, now: Instant) {
        let comes_or_goes = matches!(what, What::Created | What::Arrived | What::Gone);
        if comes_or_goes && places.real_root.as_deref() == Some(real) {
            self.renew(Renewal::All, now);
        }
        for path in places.paths(real) {
            let was_structure = places.is_structure(&path);
            if !comes_or_goes && was_structure {
                continue;
            }
            if comes_or_goes && (was_structure || is_folder_or_link(real)) {
                let itself = places.is_watched_itself(real);
                self.renew(if itself { Renewal::All } else { Renewal::Part }, now);
            }
            let is_empty = || real.metadata().is_ok_and(|it| it.is_file() && it.len() == 0);
            if places.is_slow(&path) || is_empty() {
                self.slow.insert(path.clone());
            } else {
                self.slow.remove(&path);
            }
            self.change(path, what);
            self.touch(now);
        }
    }

    /// Has everything looked at again, and the watches put right.
    pub(super) fn renew(&mut self, renewal: Renewal, now: Instant) {
        self.rescan = true;
        self.watches = self.watches.max(Some(renewal));
        self.touch(now);
    }

    fn change(&mut self, path: PathBuf, what: What) {
        let is_new = IS_EXACT && what == What::Created;
        let change = self.changes.entry(path).or_insert(Change { is_new, ..Change::default() });
        match what {
            What::Created | What::Written => (change.is_gone, change.is_open) = (false, IS_EXACT),
            What::Arrived => (change.is_gone, change.is_open) = (false, false),
            What::Gone => (change.is_gone, change.is_open) = (true, false),
            What::Closed => change.is_open = false,
            What::Touched => {}
        }
    }

    /// What is to be told of.
    pub(super) fn into_batch(self) -> Batch {
        let stays = self.changes.into_iter().filter(|(_, it)| !(it.is_new && it.is_gone));
        Batch {
            paths: stays.map(|(path, _)| path).collect(),
            rescan: self.rescan,
            trouble: self.trouble.into_iter().collect(),
        }
    }
}

/// What an event says of a path; none of those that come with reading a file. Where the system does not tell,
/// the disk does.
fn what(kind: EventKind, real: &Path) -> Option<What> {
    Some(match kind {
        EventKind::Access(AccessKind::Close(AccessMode::Write)) => What::Closed,
        EventKind::Access(_) => return None,
        EventKind::Create(_) => What::Created,
        EventKind::Remove(_) | EventKind::Modify(ModifyKind::Name(RenameMode::From)) => What::Gone,
        EventKind::Modify(ModifyKind::Name(RenameMode::To)) => What::Arrived,
        // Told after both halves of it.
        EventKind::Modify(ModifyKind::Name(RenameMode::Both)) if IS_EXACT => return None,
        EventKind::Modify(ModifyKind::Metadata(_)) => What::Touched,
        EventKind::Modify(ModifyKind::Data(_)) => What::Written,
        EventKind::Modify(ModifyKind::Name(_)) if real.symlink_metadata().is_ok() => What::Arrived,
        EventKind::Any | EventKind::Other | EventKind::Modify(_) => {
            if real.symlink_metadata().is_ok() { What::Written } else { What::Gone }
        }
    })
}

/// Whether an event can matter: thousands come with a build that reads all files.
pub(super) fn may_matter(event: &Event) -> bool {
    match event.kind {
        EventKind::Access(kind) => kind == AccessKind::Close(AccessMode::Write),
        _ => true,
    }
}

fn is_folder_or_link(path: &Path) -> bool {
    path.symlink_metadata().is_ok_and(|it| !it.is_file())
}

/// Why the system does not tell of changes, and what to do.
pub(super) fn reason(error: &notify::Error) -> String {
    const NO_MORE_FILES: i32 = 24;
    match &error.kind {
        ErrorKind::MaxFilesWatch => "the system watches no more folders; \
             allow more with `sudo sysctl fs.inotify.max_user_watches=524288`"
            .to_owned(),
        ErrorKind::Io(io) if IS_EXACT && io.raw_os_error() == Some(NO_MORE_FILES) => {
            "too many programs watch folders; \
             allow more with `sudo sysctl fs.inotify.max_user_instances=1024`"
                .to_owned()
        }
        _ => {
            let paths: Vec<String> =
                error.paths.iter().map(|it| format!("`{}`", it.display())).collect();
            let about = if paths.is_empty() { "files".to_owned() } else { paths.join(", ") };
            format!("cannot watch {about}: {}", kind_text(&error.kind))
        }
    }
}

fn kind_text(kind: &ErrorKind) -> String {
    match kind {
        ErrorKind::Generic(text) => text.clone(),
        ErrorKind::Io(error) => error.to_string(),
        ErrorKind::PathNotFound => "it is not there".to_owned(),
        other => format!("{other:?}"),
    }
}

#[cfg(test)]
mod tests {
    use notify::event::{CreateKind, DataChange, Flag};

    use super::super::places::Scope;
    use super::*;

    /// Somewhere that has a `content`.
    fn places() -> (tempfile::TempDir, PathBuf, Places) {
        let folder = tempfile::tempdir().unwrap();
        let root = folder.path().canonicalize().unwrap();
        std::fs::create_dir(root.join("content")).unwrap();
        let names = vec!["content".to_owned()];
        let places = Places::look(&Scope { root: root.clone(), names, ..Scope::default() });
        (folder, root.join("content"), places)
    }

    #[test]
    fn lost_events_have_everything_looked_at_again() {
        let (_folder, _, places) = places();
        let mut pending = Pending::default();
        let lost = Event::new(EventKind::Other).set_flag(Flag::Rescan);
        pending.take_event(&places, &lost, Instant::now());
        assert!(pending.due().is_some() && pending.watches == Some(Renewal::All));
        assert!(pending.into_batch().rescan);
    }

    #[test]
    fn errors_are_told_once_and_too_many_folders_end_the_events() {
        let mut pending = Pending::default();
        for _ in 0..3 {
            pending.take_error(&notify::Error::generic("something broke"), Instant::now());
        }
        assert_eq!(pending.no_events, None);
        pending.take_error(&notify::Error::new(ErrorKind::MaxFilesWatch), Instant::now());
        assert!(pending.no_events.as_ref().is_some_and(|it| it.contains("max_user_watches")));
        let batch = pending.into_batch();
        assert_eq!((batch.rescan, batch.trouble.len()), (true, 1));
    }

    #[cfg(target_os = "linux")]
    #[test]
    fn a_closed_file_waits_a_moment_and_an_open_one_longer_but_not_for_ever() {
        let (_folder, content, places) = places();
        let start = Instant::now();
        let mut pending = Pending::default();
        let event = |kind| Event::new(kind).add_path(content.join("a.md"));
        let written = event(EventKind::Modify(ModifyKind::Data(DataChange::Any)));
        let closed = event(EventKind::Access(AccessKind::Close(AccessMode::Write)));
        pending.take_event(&places, &event(EventKind::Create(CreateKind::File)), start);
        assert_eq!(pending.due(), Some(start + LONG_QUIET));
        pending.take_event(&places, &closed, start);
        assert_eq!(pending.due(), Some(start + QUIET));
        pending.take_event(&places, &written, start + LONGEST);
        assert_eq!(pending.due(), Some(start + LONGEST));
    }

    #[cfg(target_os = "linux")]
    #[test]
    fn a_slow_save_is_waited_for() {
        let (_folder, content, mut places) = places();
        let start = Instant::now();
        let due = |places: &Places, name: &str| {
            let closed = EventKind::Access(AccessKind::Close(AccessMode::Write));
            let mut pending = Pending::default();
            pending.take_event(places, &Event::new(closed).add_path(content.join(name)), start);
            pending.due()
        };
        std::fs::write(content.join("a.md"), "").unwrap();
        assert_eq!(due(&places, "a.md"), Some(start + SLOW_QUIET));
        std::fs::write(content.join("a.md"), "x").unwrap();
        assert_eq!(due(&places, "a.md"), Some(start + QUIET));
        places.slow = vec![content.clone()];
        assert_eq!(due(&places, "a.md"), Some(start + SLOW_QUIET));
    }
}

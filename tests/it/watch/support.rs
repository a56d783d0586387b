//! A site that is watched, in a folder of its own.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::mpsc::{self, Receiver};
use std::thread;
use std::time::{Duration, Instant};

use digest_site::watch::{Batch, Options, Stopper, Watch};
use tempfile::TempDir;

/// What of a root is watched.
pub(crate) const NAMES: [&str; 4] = ["site.toml", "content", "templates", "theme"];

/// Longer than any batch takes, on a machine that does much else.
const LONG: Duration = Duration::from_secs(20);

/// How long nothing may come where nothing is to come.
pub(crate) const SILENCE: Duration = Duration::from_millis(300);

/// A site that is watched.
pub(crate) struct Site {
    /// Holds the root, and what lies outside it.
    around: TempDir,
    pub(crate) batches: Receiver<Batch>,
    stopper: Stopper,
}

/// What several batches said.
#[derive(Debug, Default)]
pub(crate) struct Told {
    pub(crate) paths: BTreeSet<String>,
    pub(crate) rescan: bool,
    pub(crate) trouble: Vec<String>,
    pub(crate) batches: usize,
}

impl Drop for Site {
    fn drop(&mut self) {
        self.stopper.stop();
    }
}

impl Site {
    /// With `content/a.md`, `content/old/b.md` and `site.toml`.
    pub(crate) fn new() -> Site {
        Site::with(&Options::default(), &["public"], |_| {})
    }

    pub(crate) fn polled() -> Site {
        let poll = Some(Duration::from_millis(20));
        Site::with(&Options { poll, ..Options::default() }, &["public", "content/out"], |_| {})
    }

    pub(crate) fn with(options: &Options, ignored: &[&str], prepare: impl FnOnce(&Path)) -> Site {
        let around = tempfile::tempdir().expect("a disk that works");
        let root = around.path().join("site");
        fs::create_dir_all(root.join("content/old")).expect("a disk that works");
        for file in ["content/a.md", "content/old/b.md", "site.toml"] {
            fs::write(root.join(file), "text").expect("a disk that works");
        }
        prepare(&root);
        let ignored: Vec<PathBuf> = ignored.iter().map(|it| root.join(it)).collect();
        let mut watch = Watch::start(&root, &NAMES, &ignored, options).expect("a disk that works");
        assert_eq!(watch.polls().is_some(), options.poll.is_some(), "{:?}", watch.polls());
        let stopper = watch.stopper();
        let (sender, batches) = mpsc::channel();
        thread::spawn(move || {
            while let Some(batch) = watch.next_batch() {
                if sender.send(batch).is_err() {
                    break;
                }
            }
        });
        Site { around, batches, stopper }
    }

    pub(crate) fn root(&self) -> PathBuf {
        self.around.path().join("site")
    }

    pub(crate) fn path(&self, path: &str) -> PathBuf {
        self.root().join(path)
    }

    pub(crate) fn outside(&self, path: &str) -> PathBuf {
        self.around.path().join(path)
    }

    pub(crate) fn write(&self, path: &str) {
        fs::write(self.path(path), format!("text of {:?}", Instant::now()))
            .expect("a disk that works");
    }

    pub(crate) fn make(&self, path: &str) {
        fs::create_dir_all(self.path(path)).expect("a disk that works");
    }

    pub(crate) fn rename(&self, from: &str, to: &str) {
        fs::rename(self.path(from), self.path(to)).expect("a disk that works");
    }

    pub(crate) fn remove(&self, path: &str) {
        fs::remove_file(self.path(path)).expect("a disk that works");
    }

    pub(crate) fn remove_folder(&self, path: &str) {
        fs::remove_dir_all(self.path(path)).expect("a disk that works");
    }

    pub(crate) fn next(&self) -> Batch {
        self.batches.recv_timeout(LONG).expect("a batch")
    }

    /// What is told until it includes something.
    pub(crate) fn until(&self, has: impl Fn(&Told) -> bool) -> Told {
        let mut told = Told::default();
        let end = Instant::now() + LONG;
        while !has(&told) {
            let left = end.saturating_duration_since(Instant::now());
            let Ok(batch) = self.batches.recv_timeout(left) else {
                panic!("not told: {told:?}");
            };
            told.add(&batch, &self.root());
        }
        told
    }

    pub(crate) fn until_path(&self, path: &str) -> Told {
        self.until(|told| told.paths.contains(path))
    }

    /// What is told until it includes a marker that is saved now, apart from that.
    pub(crate) fn until_marked(&self) -> Told {
        let marker = "content/marker.md";
        self.write(marker);
        let mut told = self.until_path(marker);
        told.paths.remove(marker);
        told
    }

    /// Has everything told that is on its way.
    pub(crate) fn settle(&self) {
        while self.batches.recv_timeout(SILENCE).is_ok() {}
    }

    pub(crate) fn told_of(&self, expected: &[&str]) {
        let told = self.until_marked();
        assert_eq!(told.paths.iter().map(String::as_str).collect::<Vec<_>>(), expected);
        assert!(!told.rescan && told.trouble.is_empty(), "{told:?}");
    }

    /// Waits until a new folder is told of and a save in it is told by its path.
    pub(crate) fn is_watched(&self, folder: &str) {
        self.until(|told| told.rescan);
        self.write(&format!("{folder}/later.md"));
        self.until_path(&format!("{folder}/later.md"));
    }
}

impl Told {
    fn add(&mut self, batch: &Batch, root: &Path) {
        let below = |it: &PathBuf| {
            it.strip_prefix(root)
                .expect("a disk that works")
                .to_str()
                .expect("a disk that works")
                .to_owned()
        };
        self.paths.extend(batch.paths.iter().map(below));
        self.rescan |= batch.rescan;
        self.trouble.extend(batch.trouble.iter().cloned());
        self.batches += 1;
    }
}

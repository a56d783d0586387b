//! A progress bar, on a thread of its own.

use std::io::{self, IsTerminal};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use crate::engine::Progress;

/// A progress bar appears on a build that takes longer.
const PATIENCE: Duration = Duration::from_secs(1);

/// A progress bar.
pub(super) struct Bar {
    done: Arc<AtomicBool>,
    thread: Option<std::thread::JoinHandle<()>>,
}

impl Bar {
    /// Starts one if somebody is there to see it.
    pub(super) fn start(progress: Arc<Progress>, wanted: bool) -> Self {
        let done = Arc::new(AtomicBool::new(false));
        let thread = (wanted && io::stderr().is_terminal()).then(|| {
            let done = Arc::clone(&done);
            std::thread::spawn(move || draw(&progress, &done))
        });
        Self { done, thread }
    }

    pub(super) fn stop(self) {
        self.done.store(true, Ordering::Relaxed);
        if let Some(thread) = self.thread {
            thread.thread().unpark();
            drop(thread.join());
        }
    }
}

/// Draws until the work is done.
fn draw(progress: &Progress, done: &AtomicBool) {
    const TICK: Duration = Duration::from_millis(100);
    let start = Instant::now();
    while start.elapsed() < PATIENCE && !done.load(Ordering::Relaxed) {
        std::thread::park_timeout(PATIENCE.saturating_sub(start.elapsed()));
    }
    if done.load(Ordering::Relaxed) {
        return;
    }
    let bar = indicatif::ProgressBar::new(0);
    while !done.load(Ordering::Relaxed) {
        bar.set_length(progress.total.load(Ordering::Relaxed) as u64);
        bar.set_position(progress.done.load(Ordering::Relaxed) as u64);
        std::thread::park_timeout(TICK);
    }
    bar.finish_and_clear();
}

//! Files as they are now, and what differs from how they were: polling.
//!
//! Two states of a file are the same if its time and its size are; notify's own polling compares whole
//! seconds and no sizes. No file is opened.

use std::collections::BTreeMap;
use std::fs;
use std::path::PathBuf;
use std::time::SystemTime;

use super::places::{Scope, walk};

/// The files and folders that count, by their paths below the root.
#[derive(Debug, Default)]
pub(super) struct Snapshot(BTreeMap<PathBuf, State>);

/// What is compared.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum State {
    Folder,
    File {
        modified: Option<SystemTime>,
        length: u64,
    },
    /// A link to nowhere, or a file that cannot be asked.
    Unknown,
}

impl Snapshot {
    /// Looks at the disk.
    pub(super) fn take(scope: &Scope) -> Snapshot {
        let states = walk(scope).into_iter().map(|found| {
            let state = match found.real.filter(|_| !found.is_folder).map(fs::metadata) {
                _ if found.is_folder => State::Folder,
                Some(Ok(it)) => State::File { modified: it.modified().ok(), length: it.len() },
                _ => State::Unknown,
            };
            (found.path, state)
        });
        Snapshot(states.collect())
    }

    /// What was added, changed or removed until another one, and whether it was a folder.
    pub(super) fn difference<'a>(&'a self, new: &'a Snapshot) -> Vec<(&'a PathBuf, bool)> {
        let is_folder = |state: Option<&State>| state == Some(&State::Folder);
        let before = self.0.iter().filter(|(path, state)| new.0.get(*path) != Some(*state));
        let changed = before
            .map(|(path, state)| (path, *state == State::Folder || is_folder(new.0.get(path))));
        let added = new.0.iter().filter(|(path, _)| !self.0.contains_key(*path));
        changed.chain(added.map(|(path, state)| (path, *state == State::Folder))).collect()
    }
}

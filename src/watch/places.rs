//! The folders on disk → what has to be watched, and what each event is about.
//!
//! Watched is what a path leads to, and so events come with resolved paths; a file may be known by several
//! paths below the root where symbolic links lead to it. As in the site's scan, links inside the folders are
//! followed only to places below the root; those that are the folders themselves, anywhere. Nothing is
//! watched here, and no file is opened.

use std::collections::BTreeSet;
use std::fs::{self, FileType};
use std::path::{Path, PathBuf};

use crate::source::side_files::{is_hidden, is_side_file};

/// What is to be watched, as it was asked for.
#[derive(Debug, Clone, Default)]
pub(super) struct Scope {
    pub(super) root: PathBuf,
    /// The files and folders of the root that count.
    pub(super) names: Vec<String>,
    /// Folders in which nothing counts.
    pub(super) ignored: Vec<PathBuf>,
    /// Folders whose files may be saved piece by piece.
    pub(super) slow: Vec<PathBuf>,
}

/// A file, folder or link of the site.
#[derive(Debug)]
pub(super) struct Found {
    /// Below the root as it was given.
    pub(super) path: PathBuf,
    /// Where it leads, if a link to there is followed.
    pub(super) real: Option<PathBuf>,
    pub(super) is_folder: bool,
    pub(super) is_link: bool,
}

/// What the scope was at one moment.
#[derive(Debug, Default)]
pub(super) struct Places {
    /// The root with all links resolved; none when there is no such folder.
    pub(super) real_root: Option<PathBuf>,
    /// Folders to watch with all that is in them; none is inside another.
    pub(super) deep: BTreeSet<PathBuf>,
    /// Folders of which only the entries are watched.
    pub(super) flat: BTreeSet<PathBuf>,
    /// The root and its names, and which folder each was.
    pub(super) anchors: Vec<Option<Identity>>,
    /// Where events happen, and which path below the root that is.
    seen: Vec<(PathBuf, PathBuf)>,
    /// The folders and links, by their paths below the root.
    structure: BTreeSet<PathBuf>,
    /// Folders whose files may be saved piece by piece, below the root as it was given.
    pub(super) slow: Vec<PathBuf>,
    /// The ignored folders, resolved.
    ignored: Vec<PathBuf>,
}

impl Places {
    /// Looks at the disk.
    pub(super) fn look(scope: &Scope) -> Places {
        let anchors = anchors(scope);
        let real_root = scope.root.canonicalize().ok().filter(|it| it.is_dir());
        let Some(root) = real_root.clone() else {
            return Places { anchors, ..Places::default() };
        };
        let (ignored, slow) = (ignored(scope), scope.slow.clone());
        let mut places = Places { anchors, slow, ignored, ..Places::default() };
        places.flat.insert(root.clone());
        for name in &scope.names {
            places.seen.push((root.join(name), scope.root.join(name)));
        }
        for found in walk(scope) {
            places.add(found, &scope.root);
        }
        places.real_root = real_root;
        places.leave_out_inner();
        places
    }

    /// Whether a file may be saved piece by piece.
    pub(super) fn is_slow(&self, path: &Path) -> bool {
        self.slow.iter().any(|it| path.starts_with(it))
    }

    fn add(&mut self, found: Found, root: &Path) {
        let Found { path, real, is_folder, is_link } = found;
        if is_folder || is_link {
            self.structure.insert(path.clone());
        }
        let is_top = path.parent() == Some(root);
        let Some(real) = real.filter(|_| is_link || (is_top && is_folder)) else {
            return;
        };
        if is_link {
            self.seen.push((real.clone(), path));
        }
        if is_folder {
            self.deep.insert(real);
        } else if let Some(parent) = real.parent().filter(|it| it.is_dir()) {
            self.flat.insert(parent.to_owned());
        }
    }

    fn leave_out_inner(&mut self) {
        let all = self.deep.clone();
        let inside = |it: &Path| it.ancestors().any(|outer| all.contains(outer));
        self.deep.retain(|it| it.parent().is_none_or(|outer| !inside(outer)));
        self.flat.retain(|it| !inside(it));
    }

    /// The paths below the root that an event at a resolved path is about; none if it does not count.
    pub(super) fn paths(&self, real: &Path) -> Vec<PathBuf> {
        if self.ignored.iter().any(|it| real.starts_with(it)) {
            return Vec::new();
        }
        let paths = self.seen.iter().filter_map(|(seen, path)| {
            let rest = real.strip_prefix(seen).ok()?;
            let counts = !rest.iter().any(is_hidden);
            let whole = if rest.as_os_str().is_empty() { path.clone() } else { path.join(rest) };
            (counts && (self.is_structure(&whole) || !is_side(real))).then_some(whole)
        });
        paths.collect()
    }

    /// Whether the same has to be watched for both.
    pub(super) fn has_watches_of(&self, other: &Places) -> bool {
        (&self.deep, &self.flat, &self.anchors) == (&other.deep, &other.flat, &other.anchors)
    }

    /// Whether a path was a folder or a link.
    pub(super) fn is_structure(&self, path: &Path) -> bool {
        self.structure.contains(path)
    }

    /// Whether the watch of a folder ends with an event at its path.
    pub(super) fn is_watched_itself(&self, real: &Path) -> bool {
        self.real_root.as_deref() == Some(real)
            || self.deep.contains(real)
            || (real.parent().is_some() && real.parent() == self.real_root.as_deref())
    }
}

/// A folder whose name is that of a by-product is none.
fn is_side(real: &Path) -> bool {
    real.file_name().is_some_and(is_side_file) && !real.is_dir()
}

/// The files and folders that count, links followed.
pub(super) fn walk(scope: &Scope) -> Vec<Found> {
    let Some(root) = scope.root.canonicalize().ok().filter(|it| it.is_dir()) else {
        return Vec::new();
    };
    let ignored = ignored(scope);
    let mut walk = Walk { root: &root, ignored: &ignored, inside: Vec::new(), found: Vec::new() };
    for name in &scope.names {
        let real = root.join(name);
        if let Ok(metadata) = fs::symlink_metadata(&real) {
            walk.visit(&scope.root.join(name), &real, metadata.file_type());
        }
    }
    walk.found
}

struct Walk<'a> {
    root: &'a Path,
    ignored: &'a [PathBuf],
    /// The resolved folders around the one being read, against links in a circle.
    inside: Vec<PathBuf>,
    found: Vec<Found>,
}

impl Walk<'_> {
    /// Takes an entry, and what is in it if it is a folder.
    fn visit(&mut self, path: &Path, at: &Path, kind: FileType) {
        if self.ignored.iter().any(|it| at.starts_with(it)) {
            return;
        }
        let is_link = kind.is_symlink();
        let real = if is_link { self.target(at) } else { Some(at.to_owned()) };
        let is_folder = match &real {
            Some(real) if is_link => real.is_dir(),
            _ => kind.is_dir(),
        };
        let into = real.clone().filter(|_| is_folder);
        self.found.push(Found { path: path.to_owned(), real, is_folder, is_link });
        if let Some(folder) = into {
            self.read(path, &folder);
        }
    }

    fn read(&mut self, path: &Path, folder: &Path) {
        let entries = fs::read_dir(folder).into_iter().flatten().flatten();
        self.inside.push(folder.to_owned());
        for entry in entries {
            let name = entry.file_name();
            let Ok(kind) = entry.file_type() else {
                continue;
            };
            if !is_hidden(&name) && (kind.is_dir() || !is_side_file(&name)) {
                self.visit(&path.join(&name), &folder.join(&name), kind);
            }
        }
        self.inside.pop();
    }

    /// Where a link leads, if it may be followed: not in a circle. There need not be anything yet.
    fn target(&self, link: &Path) -> Option<PathBuf> {
        let written = || Some(resolved(&link.parent()?.join(fs::read_link(link).ok()?)));
        let real = link.canonicalize().ok().or_else(written)?;
        let is_ignored = self.ignored.iter().any(|it| real.starts_with(it));
        let may = self.inside.is_empty() || real.starts_with(self.root);
        (may && !is_ignored && !self.inside.contains(&real)).then_some(real)
    }
}

/// The ignored folders, each as what it leads to and as the link that it may be.
fn ignored(scope: &Scope) -> Vec<PathBuf> {
    let both = scope.ignored.iter().flat_map(|folder| {
        let folder = std::path::absolute(folder).unwrap_or_else(|_| folder.clone());
        let link = folder.parent().zip(folder.file_name());
        [Some(resolved(&folder)), link.map(|(parent, name)| resolved(parent).join(name))]
    });
    both.flatten().collect()
}

/// An absolute path with its links resolved, although its last parts may not exist yet.
fn resolved(path: &Path) -> PathBuf {
    let real = path
        .ancestors()
        .find_map(|there| Some(there.canonicalize().ok()?.join(path.strip_prefix(there).ok()?)));
    real.unwrap_or_else(|| path.to_owned())
}

/// Which folder a path leads to; files have none, as saving may replace them.
pub(super) type Identity = (u64, u64);

/// The root and its names, and which folder each is now.
pub(super) fn anchors(scope: &Scope) -> Vec<Option<Identity>> {
    let names = scope.names.iter().map(|name| identity(&scope.root.join(name)));
    std::iter::once(identity(&scope.root)).chain(names).collect()
}

#[cfg(unix)]
fn identity(path: &Path) -> Option<Identity> {
    use std::os::unix::fs::MetadataExt;
    let metadata = fs::metadata(path).ok().filter(fs::Metadata::is_dir)?;
    Some((metadata.dev(), metadata.ino()))
}

/// Here the events of the folder have to do: it is only told apart from none.
#[cfg(not(unix))]
fn identity(path: &Path) -> Option<Identity> {
    path.is_dir().then_some((0, 0))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn other_folders_of_the_root_cost_no_watches() {
        let folder = tempfile::tempdir().unwrap();
        let root = folder.path().canonicalize().unwrap();
        for made in ["content/a/b", "public/a", ".git/objects", "node_modules/x"] {
            fs::create_dir_all(root.join(made)).unwrap();
        }
        let names = vec!["site.toml".to_owned(), "content".to_owned(), "theme".to_owned()];
        let places = Places::look(&Scope { root: root.clone(), names, ..Scope::default() });
        assert_eq!(places.deep, BTreeSet::from([root.join("content")]));
        assert_eq!(places.flat, BTreeSet::from([root.clone()]));
        assert!(places.paths(&root.join("public/a")).is_empty());
        assert_eq!(places.paths(&root.join("theme")), [root.join("theme")]);
    }
}

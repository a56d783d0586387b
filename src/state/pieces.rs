//! Many pieces in one file, each read by itself.
//!
//! In: bytes. Out: a [`Piece`] for each, by which it is found again. A file only grows until another one is put in its
//! place by rename; a piece carries the hash of its bytes, so nothing that is damaged, cut off or of another file is
//! ever taken for it.

use std::fs::{self, File};
use std::io::{BufWriter, Read, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};
use rayon::prelude::*;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

use crate::file::ContentHash;

/// Where a piece lies in its file.
#[derive(Debug, Clone, Copy, Serialize, Deserialize)]
pub(super) struct Piece {
    start: u64,
    length: u32,
    hash: ContentHash,
}

/// Writes pieces.
pub(super) struct Pieces {
    file: BufWriter<File>,
    end: u64,
    /// Where the file lies, and where it belongs.
    paths: (PathBuf, PathBuf),
}

impl Pieces {
    /// A new file, which takes the place of the old one when it is finished.
    pub(super) fn new(path: &Path) -> Result<Self> {
        let unfinished = path.with_added_extension("new");
        // No link is followed.
        drop(fs::remove_file(&unfinished));
        let file = File::create_new(&unfinished).with_context(|| failed(&unfinished))?;
        Ok(Self { file: BufWriter::new(file), end: 0, paths: (unfinished, path.to_owned()) })
    }

    /// The file that is there; pieces are added behind all that it holds.
    pub(super) fn more(path: &Path) -> Result<Self> {
        if path.is_symlink() {
            bail!("`{}` is a link", path.display());
        }
        let file = File::options().append(true).open(path).with_context(|| failed(path))?;
        let end = file.metadata().with_context(|| failed(path))?.len();
        Ok(Self { file: BufWriter::new(file), end, paths: (path.to_owned(), path.to_owned()) })
    }

    /// Writes a piece, prepared by [`bytes`].
    pub(super) fn add(&mut self, bytes: &[u8]) -> Result<Piece> {
        self.file.write_all(bytes).with_context(|| failed(&self.paths.0))?;
        let (start, length) = (self.end, u32::try_from(bytes.len())?);
        self.end += u64::from(length);
        Ok(Piece { start, length, hash: ContentHash::of(bytes) })
    }

    /// Puts the file in its place.
    pub(super) fn finish(mut self) -> Result<()> {
        let (from, to) = &self.paths;
        let done = self.file.flush().and_then(|()| fs::rename(from, to));
        done.with_context(|| failed(to))
    }
}

fn failed(path: &Path) -> String {
    format!("cannot write `{}`", path.display())
}

/// What is written of a value.
pub(super) fn bytes(value: &impl Serialize) -> Vec<u8> {
    postcard::to_stdvec(value).expect("memory takes text, numbers and lists")
}

/// A piece of a file, if it is there and whole.
pub(super) fn read<T: DeserializeOwned>(path: &Path, piece: &Piece) -> Option<T> {
    let mut file = File::open(path).ok()?;
    file.seek(SeekFrom::Start(piece.start)).ok()?;
    let mut bytes = vec![0; piece.length as usize];
    file.read_exact(&mut bytes).ok()?;
    whole(&bytes, piece)
}

/// Many pieces of a file, if all are there and whole.
pub(super) fn read_all<T: DeserializeOwned + Send>(path: &Path, all: &[Piece]) -> Option<Vec<T>> {
    let bytes = fs::read(path).ok()?;
    let one = |it: &Piece| {
        let start = usize::try_from(it.start).ok()?;
        whole(bytes.get(start..start.checked_add(it.length as usize)?)?, it)
    };
    all.par_iter().map(one).collect()
}

fn whole<T: DeserializeOwned>(bytes: &[u8], piece: &Piece) -> Option<T> {
    (ContentHash::of(bytes) == piece.hash).then(|| postcard::from_bytes(bytes).ok()).flatten()
}

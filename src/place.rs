//! What editors write about places: `content/places/*.md`.
//!
//! In: the text of a file. Out: a [`PlaceFile`]: what its front matter says of the place, for the gazetteer, and
//! the text for the place's page. Nothing here knows of articles.

use std::collections::BTreeMap;
use std::ops::Range;
use std::sync::Arc;

use crate::config::Config;
use crate::diagnostic::{At, Diagnostic, Span, problems};
use crate::fields::Document;
use crate::file::SitePath;
use crate::gazetteer::site::{self, Entry, Said};
use crate::gazetteer::{Gazetteer, PlaceId};
use crate::markdown::{
    self,
    body::{Body, Link},
};

/// The folder of the places.
pub const FOLDER: &str = "content/places";

/// The file of a place.
#[derive(Debug, Clone)]
pub struct PlaceFile {
    /// The file.
    pub path: SitePath,
    /// What the front matter says.
    pub entry: Entry,
    /// What the file says below its front matter.
    pub body: Body,
    /// The text of the file.
    text: Arc<str>,
    /// Where the body begins in it, in bytes.
    body_start: usize,
}

impl PlaceFile {
    /// Where a link of the body stands in the file, for diagnostics.
    #[must_use]
    pub fn at_link(&self, link: &Link) -> At {
        self.at(self.body_start + link.span.start..self.body_start + link.span.end)
    }

    fn at(&self, bytes: Range<usize>) -> At {
        At::Span(Span { path: self.path.clone(), text: Arc::clone(&self.text), bytes })
    }
}

/// Reads the file of a place. `None` if it cannot be used.
#[must_use]
pub fn parse(
    path: &SitePath,
    text: &Arc<str>,
    config: &Config,
) -> (Option<PlaceFile>, Vec<Diagnostic>) {
    let parts = match markdown::split(text) {
        Ok(parts) => parts,
        Err(problem) => return (None, vec![markdown::problem(path, text, &problem)]),
    };
    let stem = Said { value: path.stem().to_owned(), at: At::File(path.clone()) };
    let (entry, mut diagnostics) = Document::read(path, text, parts.front_matter, |fields| {
        let entry = site::read_entry(&fields, Some(stem));
        fields.finish();
        entry
    });
    let body = markdown::body::render_for(config, &text[parts.body.clone()]);
    let file = entry.map(|entry| PlaceFile {
        path: path.clone(),
        entry,
        body,
        text: Arc::clone(text),
        body_start: parts.body.start,
    });
    if let Some(file) = &file {
        let unsafe_link = |it: &Link| problems::unsafe_link(file.at_link(it), &it.target);
        diagnostics.extend(file.body.unsafe_links.iter().map(unsafe_link));
    }
    (file, diagnostics)
}

/// The files of a site's places, by the places they are about.
#[derive(Debug, Default)]
pub struct Places {
    files: BTreeMap<PlaceId, PlaceFile>,
}

impl Places {
    /// Sorts files by their places, of which no two are the same.
    #[must_use]
    pub fn new(files: impl Iterator<Item = (PlaceFile, PlaceId)>) -> Self {
        Self { files: files.map(|(file, id)| (id, file)).collect() }
    }

    /// The file about a place.
    #[must_use]
    pub fn about(&self, id: PlaceId) -> Option<&PlaceFile> {
        self.files.get(&id)
    }

    /// All files, in the order of their places.
    pub fn all(&self) -> impl Iterator<Item = (PlaceId, &PlaceFile)> {
        self.files.iter().map(|(id, file)| (*id, file))
    }
}

/// The first file that is about the place of one before it, by its number, and what is wrong with it. `ids` are the
/// places that the files are about.
#[must_use]
pub fn second_file(
    files: &[PlaceFile],
    ids: &[Option<PlaceId>],
    gazetteer: &Gazetteer,
) -> Option<(usize, Diagnostic)> {
    let mut first: BTreeMap<PlaceId, &PlaceFile> = BTreeMap::new();
    for (at, (file, id)) in std::iter::zip(files, ids).enumerate() {
        let Some(id) = id else { continue };
        if let Some(other) = first.get(id) {
            let (at_file, name) = (At::File(file.path.clone()), &gazetteer.place(*id).name);
            return Some((at, problems::duplicate_place(at_file, name, other.path.as_str())));
        }
        first.insert(*id, file);
    }
    None
}

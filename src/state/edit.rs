//! The edit of a text in a new process.
//!
//! In: what the last build left, the files that have changed. Out: the output folder as a whole build would leave it, or
//! nothing, if more may have changed than these texts.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::Arc;

use anyhow::Result;
use rayon::prelude::*;

use super::pieces::{self, Piece, Pieces};
use super::{Asked, Found, Known, LastBuild, forget, load, save};
use crate::article;
use crate::diagnostic::problems::DUPLICATE_ROUTE;
use crate::engine::{Built, Engine, Keeping, KeptArticle, KeptEdit, KeptSite, Store};
use crate::extract;
use crate::file::{ContentHash, SitePath, SourceFile};
use crate::output::{Folder, Written};
use crate::source::Sources;
use crate::text::terms::FieldTerms;

/// Articles that are written at a time.
const BATCH: usize = 512;

/// The file `site`: the site, where its articles lie by their numbers, and what these are found by.
type Kept = (KeptSite, Vec<Piece>, Vec<Piece>);

/// What the last build left, as an edit reads it.
struct Left<'a> {
    asked: Asked<'a>,
    articles: &'a [Piece],
    terms: &'a [Piece],
    /// The files of the site, and what they were.
    files: BTreeMap<&'a SitePath, (&'a PathBuf, &'a Known)>,
}

impl Store for Left<'_> {
    fn article(&self, number: usize) -> Option<KeptArticle> {
        pieces::read(&self.asked.file("articles"), self.articles.get(number)?)
    }

    fn terms(&self) -> Option<Vec<Arc<FieldTerms>>> {
        let all: Vec<FieldTerms> = pieces::read_all(&self.asked.file("terms"), self.terms)?;
        Some(all.into_iter().map(Arc::new).collect())
    }

    fn source(&self, path: &SitePath) -> Option<SourceFile> {
        let (on_disk, known) = self.files.get(path)?;
        let file = read(path, on_disk)?;
        (file.hash == known.1).then_some(file)
    }
}

fn read(path: &SitePath, on_disk: &PathBuf) -> Option<SourceFile> {
    Some(SourceFile::new(path.clone(), std::fs::read(on_disk).ok()?))
}

/// Keeps a site; hands back the hash of the file `site`.
pub(super) fn keep(asked: Asked<'_>, kept: &Keeping<'_>) -> Result<ContentHash> {
    let mut files = (Pieces::new(&asked.file("articles"))?, Pieces::new(&asked.file("terms"))?);
    let (mut articles, mut terms) = (Vec::new(), Vec::new());
    for start in (0..kept.count()).step_by(BATCH) {
        let batch = start..(start + BATCH).min(kept.count());
        let article = |number| {
            let (article, terms) = kept.article(number);
            (pieces::bytes(&article), pieces::bytes(terms))
        };
        let made: Vec<_> = batch.into_par_iter().map(article).collect();
        for (article, found_by) in made {
            articles.push(files.0.add(&article)?);
            terms.push(files.1.add(&found_by)?);
        }
    }
    files.0.finish()?;
    files.1.finish()?;
    save(&asked.file("site"), &(kept.site(), articles, terms))
}

/// Does what the edit of some texts asks for; `None` if the build has to go its whole way.
pub(super) fn edit(
    asked: Asked<'_>,
    engine: &Engine,
    last: &LastBuild,
    mut folder: Folder,
    (found, changed): (&[Found], &[usize]),
) -> Result<Option<(Built, Written)>> {
    let told: Vec<&SitePath> = last.diagnostics.iter().filter_map(|it| it.path.as_ref()).collect();
    let is_edit = |at: &usize| article::is_article(&found[*at].0) && !told.contains(&&found[*at].0);
    let has_conflict = last.diagnostics.iter().any(|it| it.id == DUPLICATE_ROUTE);
    if has_conflict || !changed.iter().all(is_edit) {
        return Ok(None);
    }
    let kept: Option<(Kept, _)> = load(&asked.file("site"));
    let Some(((site, articles, mut terms), _)) = kept.filter(|(_, hash)| *hash == last.site) else {
        return Ok(None);
    };
    let is_other = |path: &SitePath| {
        path.below(article::FOLDER).is_none() && path.below(extract::FOLDER).is_none()
    };
    let others = found.iter().filter(|it| is_other(&it.0));
    let others: Option<_> =
        others.map(|(path, it, _)| Some((path.clone(), Arc::new(read(path, it)?)))).collect();
    let edits: Option<Vec<SourceFile>> =
        changed.iter().map(|at| read(&found[*at].0, &found[*at].1)).collect();
    let (Some(files), Some(edits)) = (others, edits) else { return Ok(None) };
    let sources = Sources { files, ..Sources::default() };
    let known = std::iter::zip(found, &last.files);
    let left = Left {
        asked,
        articles: &articles,
        terms: &terms,
        files: known.map(|((path, on_disk, _), it)| (path, (on_disk, it))).collect(),
    };
    let Some(edit) = engine.edit_kept(site, &left, (&sources, asked.request), &edits) else {
        return Ok(None);
    };
    let KeptEdit { files, gone, site, terms: new, parsed } = edit;
    let Some(written) = folder.patch(&files, &gone)? else { return Ok(None) };

    let mut last = last.clone();
    for (at, file) in std::iter::zip(changed, &edits) {
        last.files[*at] = (file.path.clone(), file.hash, found[*at].2);
    }
    // What cannot be remembered is only done again.
    let kept = add(asked, &mut terms, &new).and_then(|()| {
        last.began = asked.began;
        last.site = save(&asked.file("site"), &(site, articles, terms))?;
        // Where somebody else's file stands in the way, the next build looks again.
        let Some(manifest) = folder.manifest() else { return forget(asked) };
        last.manifest = manifest;
        save(&asked.file("last-build"), &last).map(drop)
    });
    drop(kept);
    drop(asked.note(Some(edits.into_iter().map(|it| it.path).collect()), &written));
    let Some(mut built) = last.built() else { return Ok(None) };
    built.counts.parsed = parsed;
    built.diagnostics.extend(written.diagnostics.iter().cloned());
    Ok(Some((built, written)))
}

/// Adds what edited articles are found by, by their numbers.
fn add(asked: Asked<'_>, terms: &mut [Piece], new: &[(usize, Arc<FieldTerms>)]) -> Result<()> {
    let mut file = Pieces::more(&asked.file("terms"))?;
    for (number, found_by) in new {
        terms[*number] = file.add(&pieces::bytes(&**found_by))?;
    }
    file.finish()
}

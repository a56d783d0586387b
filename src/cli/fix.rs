//! What `digest check --fix` corrects.
//!
//! In: diagnostics that know how they are corrected. Out: files, put in place by rename; one that has changed since it was
//! read stays as it is.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use anyhow::{Context, Result};

use crate::article::provenance;
use crate::diagnostic::{Diagnostic, Fix};
use crate::file::SitePath;
use crate::output;

/// Corrects what can be, and says in which files and how often.
pub(super) fn apply(root: &Path, found: &[Diagnostic]) -> Result<Vec<(SitePath, usize)>> {
    let mut by_file: BTreeMap<&SitePath, Vec<&Fix>> = BTreeMap::new();
    for it in found {
        if let (Some(path), Some(fix)) = (it.at.path(), &it.fix) {
            by_file.entry(path).or_default().push(fix);
        }
    }
    let mut done = Vec::new();
    for (path, mut fixes) in by_file {
        let on_disk = root.join(path.as_str());
        let mut text = fs::read(&on_disk).with_context(|| format!("cannot read `{path}`"))?;
        // What is the program's own would count as edited by a person.
        if provenance::is_generated(&String::from_utf8_lossy(&text)) {
            continue;
        }
        // From the end on, so that what stands before keeps its place; of two that overlap the latter.
        fixes.sort_by_key(|it| std::cmp::Reverse(it.bytes.start));
        let (mut count, mut from) = (0, usize::MAX);
        for Fix { bytes, old, new } in fixes {
            if bytes.end <= from && text.get(bytes.clone()) == Some(old.as_bytes()) {
                text.splice(bytes.clone(), new.bytes());
                (count, from) = (count + 1, bytes.start);
            }
        }
        if count > 0 {
            output::replace(&on_disk, &text)?;
            done.push((path.clone(), count));
        }
    }
    Ok(done)
}

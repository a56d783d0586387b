//! Pages → bytes.
//!
//! In: templates, pages. Out: [`Output`]s. A page is a function of its view and of the templates; no filter
//! or function reaches anything else. Every value is escaped unless the template says that it is safe.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;
use std::sync::Arc;

use rayon::prelude::*;
use serde::{Deserialize, Serialize};
use tera::{Context, ErrorKind, Kwargs, State, Tera};

use crate::decode;
use crate::diagnostic::{self, At, Diagnostic, Span, problems};
use crate::file::{ContentHash, SitePath, SourceFile};
use crate::plan::Outline;
use crate::route::Route;
use crate::structured::structured;
use crate::text::script::Script;
use crate::tree::Tree;
use crate::view::{Content, Part, SiteView};

/// Templates are never larger than this; 1 MiB is a hundred times a long one.
const MAX_TEMPLATE_BYTES: u64 = 1 << 20;

/// A file of the site.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Output {
    /// Its address.
    pub route: Route,
    /// Its content.
    pub bytes: Vec<u8>,
    /// The hash of its content.
    pub hash: ContentHash,
}

impl Output {
    /// A file with this content.
    #[must_use]
    pub fn new(route: Route, bytes: Vec<u8>) -> Self {
        let hash = ContentHash::of(&bytes);
        Self { route, bytes, hash }
    }
}

/// What is known of a file without its content.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Seal {
    /// The hash of the content.
    pub hash: ContentHash,
    /// Its length in bytes.
    pub length: u64,
}

impl Output {
    /// What is known of the file without its content.
    #[must_use]
    pub fn seal(&self) -> Seal {
        Seal { hash: self.hash, length: self.bytes.len() as u64 }
    }
}

/// A file that was asked for.
#[derive(Debug)]
pub enum Asked {
    /// It would be this one; its content was not made.
    Known(Seal),
    /// Its content.
    Made(Output),
}

/// The files of a site, which are made when they are asked for.
pub trait Files: Sync {
    /// Their addresses, in order.
    fn routes(&self) -> Vec<&Route>;

    /// The numbers of the files that may differ from the last site's, and the addresses that it had and this one has not;
    /// `None` if nothing is known of that.
    fn touched(&self) -> Option<(&[usize], &[Route])> {
        None
    }

    /// The file with this number. If it was made before and is the same, and that is `enough`, its content is not made
    /// again.
    ///
    /// # Errors
    /// What is wrong with the template that makes it.
    fn file(&self, at: usize, enough: &dyn Fn(&Seal) -> bool) -> Result<Asked, Vec<Diagnostic>>;
}

/// What is wrong with the templates that make the files, in order: all files are made, and none is kept.
pub fn mistakes<F: Files + ?Sized>(files: &F) -> Vec<Diagnostic> {
    let of_file = |at| files.file(at, &|_| true).err().unwrap_or_default();
    let found: Vec<Vec<Diagnostic>> =
        (0..files.routes().len()).into_par_iter().map(of_file).collect();
    let mut mistakes = found.concat();
    diagnostic::sort(&mut mistakes);
    mistakes
}

impl Files for [Output] {
    fn routes(&self) -> Vec<&Route> {
        self.iter().map(|it| &it.route).collect()
    }

    fn file(&self, at: usize, _: &dyn Fn(&Seal) -> bool) -> Result<Asked, Vec<Diagnostic>> {
        Ok(Asked::Made(self[at].clone()))
    }
}

/// All templates of a site, ready to render.
pub struct Templates {
    tera: Tera,
    /// The texts by name, to show where a problem is.
    texts: BTreeMap<String, (SitePath, Arc<str>)>,
    /// The hash of all templates.
    pub fingerprint: ContentHash,
}

impl Templates {
    /// Reads templates.
    ///
    /// # Errors
    /// Every template that is no text, or the first mistake in one.
    pub fn new(files: &BTreeMap<SitePath, Arc<SourceFile>>) -> Result<Self, Vec<Diagnostic>> {
        let mut texts = BTreeMap::new();
        let mut hasher = blake3::Hasher::new();
        let mut problems = Vec::new();
        for (path, file) in files {
            hasher.update(path.as_str().as_bytes()).update(file.hash.as_bytes());
            let name = path.below("templates").unwrap_or(path.as_str()).to_owned();
            match decode::text(file, MAX_TEMPLATE_BYTES) {
                Ok((text, _)) => {
                    let text = text.trim_start_matches(decode::BOM).into();
                    texts.insert(name, (path.clone(), text));
                }
                Err(problem) => problems.push(problem),
            }
        }
        if !problems.is_empty() {
            return Err(problems);
        }
        Self::parse(texts, ContentHash::from_hasher(&hasher))
    }

    /// The scripts they are written in.
    #[must_use]
    pub fn scripts(&self) -> BTreeSet<Script> {
        self.texts.values().map(|(_, text)| Script::guess(text)).collect()
    }

    /// The templates of each tree.
    ///
    /// # Errors
    /// The first mistake in one, which these templates would have too.
    pub fn of_trees(self, trees: &[Tree]) -> Result<Vec<Arc<Self>>, Vec<Diagnostic>> {
        let own = Arc::new(self);
        let of_tree = |it: &Tree| {
            let converted = own.of(it)?;
            Ok(converted.map_or_else(|| Arc::clone(&own), Arc::new))
        };
        trees.iter().map(of_tree).collect()
    }

    /// The templates in the script of a tree; `None` if these serve.
    fn of(&self, tree: &Tree) -> Result<Option<Self>, Vec<Diagnostic>> {
        if tree.is_as_written() {
            return Ok(None);
        }
        let mut hasher = blake3::Hasher::new();
        hasher.update(self.fingerprint.as_bytes());
        let converted = |(name, (path, text)): (&String, &(SitePath, Arc<str>))| {
            let text = tree.template(text);
            hasher.update(&text.len().to_le_bytes()).update(text.as_bytes());
            (name.clone(), (path.clone(), text.into()))
        };
        let texts = self.texts.iter().map(converted).collect();
        Self::parse(texts, ContentHash::from_hasher(&hasher)).map(Some)
    }

    fn parse(
        texts: BTreeMap<String, (SitePath, Arc<str>)>,
        fingerprint: ContentHash,
    ) -> Result<Self, Vec<Diagnostic>> {
        let mut templates = Self { tera: Tera::new(), texts, fingerprint };
        templates.tera.register_filter("json", json);
        let sources = templates.texts.iter().map(|(name, (_, text))| (name, text));
        match templates.tera.add_raw_templates(sources) {
            Ok(()) => Ok(templates),
            Err(error) => Err(templates.diagnostics(&error)),
        }
    }

    /// Renders a page with what it is about.
    ///
    /// # Errors
    /// The place in the template that asks for something that is not there.
    pub fn render(
        &self,
        page: &Outline,
        content: &Content,
        site: &Part<SiteView>,
    ) -> Result<Output, Vec<Diagnostic>> {
        /// What a page takes at least.
        const USUAL_BYTES: usize = 1 << 15;
        let mut bytes = Vec::with_capacity(USUAL_BYTES);
        let rendered = Context::from_serialize(content).and_then(|mut context| {
            context.insert("site", site);
            context.insert("page", &page.head);
            context.insert("structured", &structured(&page.head, content, site.value()));
            self.tera.render_to(page.template, &context, &mut bytes)
        });
        rendered.map_err(|error| self.diagnostics(&error))?;
        Ok(Output::new(page.route.clone(), bytes))
    }

    /// The engine's error at its place in the template; an error about several templates is a text in which
    /// each has its own.
    fn diagnostics(&self, error: &tera::Error) -> Vec<Diagnostic> {
        if let ErrorKind::SyntaxError(report) | ErrorKind::RenderingError(report) = error.kind() {
            return vec![self.at(report.filename(), report.span().range.clone(), report.message())];
        }
        let text = error.to_string();
        let reports: Vec<Diagnostic> =
            text.split("error: ").filter_map(|report| self.printed(report)).collect();
        if reports.is_empty() { vec![problems::template_error(At::Site, &text)] } else { reports }
    }

    /// Reads a report as the engine prints it: a message, `--> name:line:column`, and carets below the line.
    fn printed(&self, report: &str) -> Option<Diagnostic> {
        let (message, rest) = report.split_once("\n --> ")?;
        let mut place = rest.lines().next()?.rsplitn(3, ':');
        let column: usize = place.next()?.parse().ok()?;
        let line: usize = place.next()?.parse().ok()?;
        let name = place.next()?;
        let (_, text) = self.texts.get(name)?;
        let line_start = text.split_inclusive('\n').take(line - 1).map(str::len).sum::<usize>();
        let byte = |character: usize| {
            let line = &text[line_start..];
            line_start + line.char_indices().nth(character).map_or(line.len(), |(at, _)| at)
        };
        let length = rest.matches('^').count();
        Some(self.at(name, byte(column - 1)..byte(column - 1 + length), message))
    }

    fn at(&self, name: &str, bytes: Range<usize>, message: &str) -> Diagnostic {
        let at = self.texts.get(name).map_or(At::Site, |(path, text)| {
            At::Span(Span { path: path.clone(), text: Arc::clone(text), bytes })
        });
        problems::template_error(at, &lower(message))
    }
}

/// A value as JSON: `{{ feed.title | json }}`.
fn json(value: &tera::Value, _: Kwargs, _: &State) -> tera::TeraResult<String> {
    serde_json::to_string(value).map_err(|error| tera::Error::message(error.to_string()))
}

/// Messages begin in lower case.
fn lower(message: &str) -> String {
    let mut chars = message.chars();
    chars.next().map_or(String::new(), |first| first.to_lowercase().chain(chars).collect())
}

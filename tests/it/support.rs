//! A whole site in one string: build it, edit it, build again, look at pages and counts.

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;

use digest_site::config::BaseUrl;
use digest_site::engine::{self, Built, Engine, Request};
use digest_site::file::{ContentHash, SitePath, SourceFile};
use digest_site::render::{Asked, Files, Output};
use digest_site::source::Sources;
use digest_site::text::convert::Converters;
use jiff::civil::date;

/// A site in memory.
pub(crate) struct Site {
    sources: Sources,
    engine: Engine,
    request: Request,
    /// What came of the last build.
    pub(crate) built: Built,
    /// The files it gave; `None` if it gave none.
    pub(crate) made: Option<Vec<Output>>,
    /// All that was ever made, as a disk keeps it.
    disk: BTreeMap<ContentHash, Output>,
}

/// The smallest configuration.
pub(crate) const CONFIG: &str = "-- site.toml --\ntitle = \"要闻\"\n";

impl Site {
    /// A site of the files in a text: each begins with a line `-- path --`. Without a `site.toml` among them
    /// it gets [`CONFIG`].
    pub(crate) fn new(files: &str) -> Self {
        let mut site = Self {
            sources: Sources::default(),
            engine: engine().for_edits(),
            request: Request::on(date(2026, 1, 1)),
            built: Built::default(),
            made: None,
            disk: BTreeMap::new(),
        };
        let all = if files.contains("-- site.toml --") {
            files.to_owned()
        } else {
            format!("{CONFIG}{files}")
        };
        for (path, text) in sections(&all) {
            site.edit(path, text);
        }
        site
    }

    /// The files.
    pub(crate) fn sources(&self) -> &Sources {
        &self.sources
    }

    /// The same files, never built.
    pub(crate) fn fresh(&self) -> Self {
        Self {
            sources: self.sources.clone(),
            engine: engine().for_edits(),
            request: self.request.clone(),
            built: Built::default(),
            made: None,
            disk: BTreeMap::new(),
        }
    }

    /// Writes a file.
    pub(crate) fn edit(&mut self, path: &str, text: impl AsRef<[u8]>) -> &mut Self {
        let path = SitePath::new(path).expect("a good path");
        let file = SourceFile::new(path.clone(), text.as_ref().to_vec());
        self.sources.files.insert(path, Arc::new(file));
        self
    }

    /// Removes a file.
    pub(crate) fn remove(&mut self, path: &str) -> &mut Self {
        self.sources
            .files
            .remove(&SitePath::new(path).expect("a good path"))
            .expect("the file was there");
        self
    }

    /// The text of a source file.
    pub(crate) fn source(&self, path: &str) -> String {
        let file = self
            .sources
            .get(path)
            .unwrap_or_else(|| panic!("no file {path}: {:?}", self.sources.files.keys()));
        String::from_utf8_lossy(file.data.bytes()).into_owned()
    }

    /// The paths of the source files below a folder.
    pub(crate) fn paths(&self, folder: &str) -> Vec<String> {
        self.sources.below(folder).map(|file| file.path.to_string()).collect()
    }

    /// Asks for something else from now on.
    pub(crate) fn request(&mut self, request: Request) -> &mut Self {
        self.request = request;
        self
    }

    pub(crate) fn base_url(&mut self, url: &str) -> &mut Self {
        self.request.base_url = Some(BaseUrl::parse(url).expect("a good address"));
        self
    }

    /// Builds, and writes the new articles among the sources as the program does on disk.
    pub(crate) fn build(&mut self) -> &mut Self {
        self.built = self.engine.build(&self.sources, &self.request);
        self.made = self.built.site.clone().and_then(|site| self.make(&site));
        for article in self.built.new_articles.clone() {
            self.edit(article.path.as_str(), article.text);
        }
        self
    }

    /// Builds, and makes no file: nobody asks for one.
    pub(crate) fn plan(&mut self) -> &mut Self {
        self.built = self.engine.build(&self.sources, &self.request);
        self
    }

    /// Makes every file that is not known to be as it was.
    fn make(&mut self, site: &engine::Site) -> Option<Vec<Output>> {
        let (mut made, mut problems) = (Vec::new(), Vec::new());
        for (at, route) in site.routes().into_iter().enumerate() {
            match site.file(at, &|it| self.disk.contains_key(&it.hash)) {
                Ok(Asked::Known(seal)) => {
                    let bytes = self.disk[&seal.hash].bytes.clone();
                    made.push(Output { route: route.clone(), bytes, hash: seal.hash });
                }
                Ok(Asked::Made(output)) => made.push(output),
                Err(found) => problems.extend(found),
            }
        }
        self.disk.extend(made.iter().map(|it| (it.hash, it.clone())));
        let failed = !problems.is_empty();
        problems.dedup_by(|a, b| a.message == b.message && a.at.path() == b.at.path());
        self.built.diagnostics.extend(problems);
        (!failed).then_some(made)
    }

    /// Every output by its route.
    pub(crate) fn outputs(&self) -> BTreeMap<String, String> {
        let outputs = self
            .made
            .as_ref()
            .unwrap_or_else(|| panic!("not built: {:#?}", self.built.diagnostics));
        outputs
            .iter()
            .map(|it| (it.route.to_string(), String::from_utf8_lossy(&it.bytes).into_owned()))
            .collect()
    }

    /// The bytes of every output by its route.
    pub(crate) fn bytes(&self) -> BTreeMap<String, Vec<u8>> {
        let outputs = self.made.as_ref().expect("it was built");
        outputs.iter().map(|it| (it.route.to_string(), it.bytes.clone())).collect()
    }

    /// A page.
    pub(crate) fn page(&self, route: &str) -> String {
        let outputs = self.outputs();
        let page = outputs.get(route);
        page.unwrap_or_else(|| panic!("no page {route}: {:#?}", outputs.keys())).clone()
    }

    /// What stands between the `main` tags of a page.
    pub(crate) fn main(&self, route: &str) -> String {
        let page = self.page(route);
        let start = page.find("<main").expect("a page has a main part");
        let end = page.find("</main>").expect("a page has a main part");
        page[start..end].to_owned()
    }

    /// The ids of the diagnostics, in their order.
    pub(crate) fn ids(&self) -> Vec<&'static str> {
        self.built.diagnostics.iter().map(|it| it.id).collect()
    }

    /// The ids of what a person should confirm.
    pub(crate) fn note_ids(&self) -> Vec<&'static str> {
        self.built.notes.iter().map(|it| it.id).collect()
    }

    /// What a person should confirm, as people see it.
    pub(crate) fn notes(&self) -> String {
        report(&self.built.notes)
    }

    /// The diagnostics as people see them.
    pub(crate) fn report(&self) -> String {
        report(&self.built.diagnostics)
    }

    /// Parsed and rendered by the last build.
    pub(crate) fn counts(&self) -> (usize, usize) {
        (self.built.counts.parsed, self.built.site.as_ref().map_or(0, |it| it.rendered()))
    }
}

/// Diagnostics as people see them.
pub(crate) fn report(diagnostics: &[digest_site::diagnostic::Diagnostic]) -> String {
    let shown = diagnostics.iter().map(|it| digest_site::diagnostic::report::human(it, false));
    shown.collect::<Vec<_>>().join("\n\n")
}

/// An engine that keeps the dictionaries of OpenCC among the temporary files.
pub(crate) fn engine() -> Engine {
    Engine::new(converters())
}

/// Conversions whose dictionaries lie among the temporary files.
pub(crate) fn converters() -> Converters {
    Converters::new(vec![std::env::temp_dir().join("digest-tests")])
}

/// Splits `-- path --` sections.
fn sections(files: &str) -> Vec<(&str, &str)> {
    let mut heads: Vec<(usize, usize, &str)> = Vec::new();
    let mut offset = 0;
    for line in files.split_inclusive('\n') {
        if let Some(path) =
            line.trim_end().strip_prefix("-- ").and_then(|it| it.strip_suffix(" --"))
        {
            heads.push((offset, offset + line.len(), path));
        }
        offset += line.len();
    }
    let ends = heads.iter().skip(1).map(|head| head.0).chain([files.len()]).collect::<Vec<_>>();
    std::iter::zip(&heads, ends)
        .map(|((_, start, path), end)| (*path, &files[*start..end]))
        .collect()
}

/// A small article.
pub(crate) fn article(title: &str, front_matter: &str, body: &str) -> String {
    format!("+++\ntitle = \"{title}\"\ndate = 2023-03-10\n{front_matter}+++\n\n{body}\n")
}

/// Whether files made from the code are to be written anew: `UPDATE_EXPECT=1 cargo test`.
#[expect(clippy::disallowed_methods, reason = "a test may be told something by its environment")]
pub(crate) fn updates() -> bool {
    std::env::var_os("UPDATE_EXPECT").is_some()
}

/// Every file of a folder, the manifest too.
pub(crate) fn tree(folder: &Path) -> BTreeMap<String, Vec<u8>> {
    if !folder.exists() {
        return BTreeMap::new();
    }
    let files = walkdir::WalkDir::new(folder)
        .into_iter()
        .map(|it| it.expect("read"))
        .filter(|it| it.file_type().is_file());
    let name =
        |path: &Path| path.strip_prefix(folder).expect("below").to_string_lossy().into_owned();
    files.map(|it| (name(it.path()), std::fs::read(it.path()).expect("read"))).collect()
}

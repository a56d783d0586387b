//! Templates and theme: the built-in ones, and the site's own, which win.
//!
//! In: the files below `templates/` and `theme/` of a site. Out: every template by its name, and every file
//! of the theme with its address. Style sheets and scripts at the top of `theme/` carry their hash in their
//! name, so that browsers keep them for ever; what lies in `theme/static/` goes to the root of the site as
//! it is.
//!
//! `templates/` and `theme/` of this repository are both its own site's and the built-in ones.

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::config::Config;
use crate::diagnostic::{At, Diagnostic, problems};
use crate::file::{SitePath, SourceFile};
use crate::route::Route;
use crate::source::Sources;

/// How many hexadecimal digits of its hash the name of a style sheet carries.
const FINGERPRINT: usize = 8;

/// One entry of the table of built-in files.
macro_rules! built_in {
    ($($path:literal),* $(,)?) => {
        /// The built-in templates and theme: path and content. A test compares the table with the folders.
        pub const BUILT_IN: &[(&str, &[u8])] = &[$(($path, include_bytes!(concat!("../", $path)))),*];
    };
}

built_in![
    "templates/404.html",
    "templates/about.html",
    "templates/archive.html",
    "templates/article.html",
    "templates/atom.xml",
    "templates/base.html",
    "templates/below.html",
    "templates/choice.html",
    "templates/components.html",
    "templates/crossing.html",
    "templates/feed.json",
    "templates/figures.html",
    "templates/home.html",
    "templates/mentions.html",
    "templates/month.html",
    "templates/name.html",
    "templates/names.html",
    "templates/place.html",
    "templates/places.html",
    "templates/raw.html",
    "templates/redirect.html",
    "templates/search.html",
    "templates/topic.html",
    "templates/topics.html",
    "templates/year.html",
    "templates/zones.html",
    "theme/picture.png",
    "theme/figures.js",
    "theme/icon.svg",
    "theme/search-page.js",
    "theme/search.js",
    "theme/style.css",
];

/// What the program and the sites it makes are made with.
pub const NOTICES: &str = include_str!("../NOTICES.md");

/// The licences that have to go with the program, whole.
pub const LICENCES: [&str; 2] =
    [include_str!("../THIRD-PARTY.md"), include_str!("../LICENSE-APACHE")];

/// A file of the theme.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Asset {
    /// Where it goes.
    pub route: Route,
    /// The name templates know it by: `style.css`; `None` for those that keep their names.
    pub name: Option<String>,
    /// The file.
    pub file: Arc<SourceFile>,
}

/// A built-in script without its comments and the blanks before its lines. Our scripts have comments on lines of their
/// own, and no text that goes over a line.
fn squeezed(script: &[u8]) -> Vec<u8> {
    let mut inside = false;
    let mut out = String::new();
    for line in String::from_utf8_lossy(script).lines().map(str::trim) {
        inside |= line.starts_with("/*");
        let is_comment = inside || line.starts_with("//");
        inside &= !line.ends_with("*/");
        if !is_comment && !line.is_empty() {
            out.push_str(line);
            out.push('\n');
        }
    }
    out.into_bytes()
}

/// The built-in files below a folder and the site's own, by path.
fn files(sources: &Sources, folder: &str) -> BTreeMap<SitePath, Arc<SourceFile>> {
    let built_in = BUILT_IN.iter().filter_map(|(path, bytes)| {
        let path = SitePath::new(path).filter(|it| it.below(folder).is_some())?;
        let bytes = if path.extension() == "js" { squeezed(bytes) } else { bytes.to_vec() };
        Some((path.clone(), Arc::new(SourceFile::new(path, bytes))))
    });
    // A copy of a built-in file is the built-in file.
    let is_copy = |file: &SourceFile| {
        BUILT_IN
            .iter()
            .any(|(path, bytes)| *path == file.path.as_str() && *bytes == file.data.bytes())
    };
    let own = sources.below(folder).filter(|file| !is_copy(file));
    let own = own.map(|file| (file.path.clone(), Arc::clone(file)));
    built_in.chain(own).collect()
}

/// The templates by path.
#[must_use]
pub fn templates(sources: &Sources) -> BTreeMap<SitePath, Arc<SourceFile>> {
    files(sources, "templates")
        .into_iter()
        .filter(|(path, _)| matches!(&*path.extension(), "html" | "json" | "xml"))
        .collect()
}

/// The files of the theme, in the order of their routes, each route once; the fonts of pictures are not published.
#[must_use]
pub fn theme(sources: &Sources, config: &Config) -> (Vec<Asset>, Vec<Diagnostic>) {
    let mut assets: BTreeMap<String, Asset> = BTreeMap::new();
    let mut diagnostics = Vec::new();
    let is_font = |path: &SitePath| config.picture_fonts.iter().any(|it| it == path);
    for file in files(sources, "theme").into_values().filter(|it| !is_font(&it.path)) {
        match asset(&file) {
            Ok(asset) => match assets.get(&asset.route.key()) {
                Some(other) => {
                    let other = format!("`{}`", other.file.path);
                    diagnostics.push(problems::duplicate_route(
                        At::File(file.path.clone()),
                        asset.route.as_str(),
                        file.path.as_str(),
                        &other,
                    ));
                }
                None => drop(assets.insert(asset.route.key(), asset)),
            },
            Err(problem) => diagnostics.push(problem),
        }
    }
    (assets.into_values().collect(), diagnostics)
}

fn asset(file: &Arc<SourceFile>) -> Result<Asset, Diagnostic> {
    let below = file.path.below("theme").unwrap_or(file.path.as_str());
    let fingerprinted = !below.contains('/') && matches!(&*file.path.extension(), "css" | "js");
    let address = match (file.path.below("theme/static"), fingerprinted) {
        (Some(rest), _) => format!("/{rest}"),
        (None, true) => format!(
            "/theme/{}-{}.{}",
            file.path.stem(),
            file.hash.hex(FINGERPRINT),
            file.path.extension()
        ),
        (None, false) => format!("/theme/{below}"),
    };
    let route = Route::new(&address).map_err(|why| {
        problems::invalid_route(At::File(file.path.clone()), &address, &why.to_string())
    })?;
    Ok(Asset { route, name: fingerprinted.then(|| below.to_owned()), file: Arc::clone(file) })
}

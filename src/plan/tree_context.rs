//! What every page of a tree is made with.
//!
//! In: the trees, the configuration. Out: addresses, links, heads of pages, words of the program's own. Nothing here
//! knows an article.

use std::sync::Arc;

use super::article::picture_route;
use super::figures::FigureWords;
use crate::assets::Asset;
use crate::config::Config;
use crate::picture;
use crate::route::Route;
use crate::text::script::Script;
use crate::tree::Tree;
use crate::view::{AlternateView, ImageView, LinkView, PageView, Part, Shared, SiteView};

/// The file of the theme that stands for pages without a picture of their own.
const IMAGE: &str = "/theme/picture.png";

/// A tree among all of the site.
pub struct TreeContext {
    /// All trees.
    trees: Arc<[Tree]>,
    /// The number of the tree.
    pub(super) number: usize,
    /// What the site wants.
    pub(super) config: Arc<Config>,
    pub(super) words: FigureWords,
}

impl TreeContext {
    /// The tree with this number.
    #[must_use]
    pub fn new(trees: &Arc<[Tree]>, number: usize, config: &Arc<Config>) -> Self {
        let words = FigureWords::new(&trees[number]);
        Self { trees: Arc::clone(trees), number, config: Arc::clone(config), words }
    }

    /// The tree.
    #[must_use]
    pub fn tree(&self) -> &Tree {
        &self.trees[self.number]
    }

    /// The script of the tree.
    pub(super) fn script(&self) -> Script {
        self.tree().script
    }

    /// Words of the program's own in the script of the tree.
    pub(super) fn own(&self, text: &str) -> String {
        self.tree().own(text)
    }

    pub(super) fn href(&self, route: &Route) -> String {
        route.href(&self.tree().base_url.path)
    }

    /// A link with words of the program's own.
    pub(super) fn own_link(&self, part: &str, text: &str) -> Shared<LinkView> {
        Part::new(self.link(&Route::known(&[part]), &self.own(text)))
    }

    pub(super) fn link(&self, route: &Route, text: &str) -> LinkView {
        LinkView { href: self.href(route), text: text.to_owned() }
    }

    /// The picture of an article, if articles have pictures and it is known where they stand.
    pub(super) fn picture(&self, article: &Route) -> Option<ImageView> {
        let url = self.tree().base_url.permalink(&picture_route(article));
        let url = url.filter(|_| !self.config.picture_fonts.is_empty())?;
        Some(ImageView { url, width: picture::WIDTH, height: picture::HEIGHT })
    }

    /// What a page says of itself.
    pub(super) fn head(
        &self,
        route: &Route,
        title: &str,
        above: Vec<Shared<LinkView>>,
    ) -> PageView {
        PageView {
            title: title.to_owned(),
            description: String::new(),
            href: self.href(route),
            permalink: self.tree().base_url.permalink(route),
            alternates: self.alternates(route),
            breadcrumb: above,
            feed: None,
            image: None,
        }
    }

    /// The same page in each tree; nothing on a site of one.
    fn alternates(&self, route: &Route) -> Vec<AlternateView> {
        if self.trees.len() < 2 {
            return Vec::new();
        }
        let traditional = self.trees.iter().filter(|it| it.script.is_traditional()).count();
        let alternate = |it: &Tree| AlternateView {
            lang: it.script,
            name: it.script.name(traditional > 1),
            href: route.href(&it.base_url.path),
            permalink: it.base_url.permalink(route),
            current: it.script == self.script(),
        };
        self.trees.iter().map(alternate).collect()
    }

    /// What is the same on every page of the tree.
    #[must_use]
    pub fn site(&self, assets: &[Asset]) -> Shared<SiteView> {
        let config = &self.config;
        let menu = [
            ("/", "首页"),
            ("/cities/", "城市"),
            ("/zones/", "区域"),
            ("/topics/", "主题"),
            ("/people/", "人物"),
            ("/organisations/", "机构"),
            ("/projects/", "项目"),
            ("/figures/", "数据"),
            ("/archive/", "归档"),
            ("/about/", "关于"),
        ];
        let menu = menu.into_iter().map(|(route, text)| {
            self.link(&Route::new(route).expect("a constant route"), &self.own(text))
        });
        let named = assets
            .iter()
            .filter_map(|it| Some((it.name.clone()?, it.route.href(&config.base_url.path))));
        let tree = self.tree();
        let [feed, json_feed] = self.site_feeds();
        Part::new(SiteView {
            title: tree.text(&config.title),
            description: tree.text(&config.description),
            lang: self.script(),
            locale: self.script().locale(),
            base_path: tree.base_url.path.clone(),
            root_path: config.base_url.path.clone(),
            origin: config.base_url.origin.clone(),
            feed,
            json_feed,
            image: image(assets, config),
            author: config.author.name.as_deref().map(|it| tree.text(it)),
            author_url: config.author.url.clone(),
            menu: menu.collect(),
            assets: named.collect(),
        })
    }
}

/// The picture of the theme that stands for pages elsewhere.
fn image(assets: &[Asset], config: &Config) -> Option<ImageView> {
    let asset = assets.iter().find(|it| it.route.as_str() == IMAGE)?;
    let (width, height) = png_size(asset.file.data.bytes())?;
    Some(ImageView { url: config.base_url.permalink(&asset.route)?, width, height })
}

/// Width and height of a PNG, from its first chunk.
fn png_size(bytes: &[u8]) -> Option<(u32, u32)> {
    let header = bytes.strip_prefix(b"\x89PNG\r\n\x1a\n")?.get(8..16)?;
    let number = |at: usize| Some(u32::from_be_bytes(header.get(at..at + 4)?.try_into().ok()?));
    Some((number(0)?, number(4)?))
}

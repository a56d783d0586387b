//! All pages of a site, and what makes their views.
//!
//! In: planners. Out: [`Plan`]: pages and files with their addresses; what each shows is made when it is asked for.

use std::collections::BTreeSet;
use std::sync::{Arc, PoisonError};

use super::{FeedFrame, Frame, Planner, search};
use crate::annotate::Annotated;
use crate::assets::Asset;
use crate::catalog::ArticleId;
use crate::file::ContentHash;
use crate::route::Route;
use crate::search::Source;
use crate::text::terms::FieldTerms;
use crate::view::{Content, PageView, Shared, SiteView};

/// What makes the view of a page. It reads the planner of the page's tree and nothing else, and is called when the
/// view is needed: the views of ten thousand pages do not stand in memory together.
pub(super) type Make = Box<dyn Fn(&Planner) -> Content + Send + Sync>;

/// What makes a key without a view: the hash of all that the view is made of.
pub(super) type MakeKey = Box<dyn Fn(&Planner) -> ContentHash + Send + Sync>;

/// A page without what it is about.
pub struct Outline {
    /// Its address.
    pub route: Route,
    /// Its tree, by its number.
    pub tree: usize,
    /// The template that renders it.
    pub template: &'static str,
    /// What every page says of itself.
    pub head: PageView,
}

/// A page, not yet rendered.
pub struct Page {
    /// What is known of it before it is made.
    pub outline: Outline,
    pub(super) make: Make,
    /// Where the view is much work, and what it is made of is known: its hash.
    pub(super) made_of: Option<MakeKey>,
    /// Whose whole text it shows; of all other articles it shows what their `Meta` holds.
    pub(super) texts: Texts,
}

impl Page {
    /// The page in a tree, below its folder.
    pub(super) fn in_tree(mut self, tree: usize, folder: &str) -> Self {
        (self.outline.route, self.outline.tree) = (self.outline.route.in_folder(folder), tree);
        self
    }
}

/// Something that is made of articles.
pub enum Made<'a> {
    /// A page.
    Page(&'a Page),
    /// A file that no template renders.
    Data(&'a DataFile),
}

/// Which whole texts a page shows.
pub(super) enum Texts {
    /// None.
    None,
    /// That of an article: it is its page.
    Article(ArticleId),
    /// Those of the newest articles of a feed.
    Feed(Arc<FeedFrame>, Vec<ArticleId>),
}

impl Texts {
    fn has(&self, id: ArticleId) -> bool {
        match self {
            Self::None => false,
            Self::Article(it) => *it == id,
            Self::Feed(_, all) => all.contains(&id),
        }
    }
}

/// A file that no template renders.
pub struct DataFile {
    /// Its address.
    pub route: Route,
    /// Its tree, by its number.
    pub tree: usize,
    pub(super) make: Box<dyn Fn(&Planner) -> String + Send + Sync>,
    pub(super) made_of: Option<MakeKey>,
}

impl DataFile {
    pub(super) fn new(
        route: Route,
        make: impl Fn(&Planner) -> String + Send + Sync + 'static,
    ) -> Self {
        Self { route, tree: 0, make: Box::new(make), made_of: None }
    }

    /// The same, with the hash of all that it is made of.
    pub(super) fn made_of(
        self,
        key: impl Fn(&Planner) -> ContentHash + Send + Sync + 'static,
    ) -> Self {
        Self { made_of: Some(Box::new(key)), ..self }
    }
}

/// All pages of a site.
pub struct Plan {
    pub(super) planners: Vec<Planner>,
    /// What is the same on every page of a tree.
    pub sites: Arc<[Shared<SiteView>]>,
    /// The pages, in the order of their routes.
    pub pages: Arc<[Page]>,
    /// What the index of the search is made of.
    pub search: Source,
    /// The files that no template renders.
    pub files: Arc<[DataFile]>,
}

impl Plan {
    /// The path below which the site is published.
    #[must_use]
    pub fn base_path(&self) -> &str {
        &self.planners[0].input.config.base_url.path
    }

    /// What a page is about.
    #[must_use]
    pub fn content(&self, page: &Page) -> Content {
        (page.make)(&self.planners[page.outline.tree])
    }

    /// The key of a page: equal keys, equal pages; and the view, if it was needed for it. `templates` is the fingerprint
    /// of all templates of its tree.
    #[must_use]
    pub fn key(&self, page: &Page, templates: ContentHash) -> (ContentHash, Option<Content>) {
        let Outline { tree, template, head, .. } = &page.outline;
        let head = (template, templates.as_bytes(), &self.sites[*tree], head);
        match &page.made_of {
            Some(made_of) => {
                let made_of = made_of(&self.planners[*tree]);
                (ContentHash::of_value(&(head, made_of.as_bytes())), None)
            }
            None => {
                let content = self.content(page);
                (ContentHash::of_value(&(head, &content)), Some(content))
            }
        }
    }

    /// The key of a file that no template renders, if it is known without the file.
    #[must_use]
    pub fn data_key(&self, file: &DataFile) -> Option<ContentHash> {
        file.made_of.as_ref().map(|it| it(&self.planners[file.tree]))
    }

    /// The articles.
    pub fn ids(&self) -> impl Iterator<Item = ArticleId> {
        self.planners[0].input.catalog.ids()
    }

    /// An article as a tree shows it.
    #[must_use]
    pub fn article(&self, tree: usize, id: ArticleId) -> &Arc<Annotated> {
        self.planners[tree].text_of(id)
    }

    /// The articles that a page or a data file shows something of, and those of which it shows the whole text.
    #[must_use]
    pub fn articles_of(&self, it: &Made<'_>) -> (BTreeSet<ArticleId>, BTreeSet<ArticleId>) {
        let seen = Arc::default();
        let watched =
            |tree: usize| Planner { seen: Some(Arc::clone(&seen)), ..self.planners[tree].clone() };
        let texts = match it {
            Made::Page(page) => {
                (page.make)(&watched(page.outline.tree));
                match &page.texts {
                    Texts::None => BTreeSet::new(),
                    Texts::Article(id) => BTreeSet::from([*id]),
                    Texts::Feed(_, ids) => ids.iter().copied().collect(),
                }
            }
            Made::Data(file) => {
                (file.make)(&watched(file.tree));
                BTreeSet::new()
            }
        };
        let seen = seen.lock().unwrap_or_else(PoisonError::into_inner);
        (seen.difference(&texts).copied().collect(), texts)
    }

    /// The files of the theme, by their addresses.
    #[must_use]
    pub fn assets(&self) -> &[Asset] {
        &self.planners[0].input.assets
    }

    /// What stands around an article in each tree.
    pub fn frames(&self, id: ArticleId) -> impl Iterator<Item = Frame> {
        self.planners.iter().map(move |it| it.frame(id))
    }

    /// The feeds: their trees, what they are without their articles, and these.
    pub fn feeds(&self) -> impl Iterator<Item = (usize, &FeedFrame, &[ArticleId])> {
        self.pages.iter().filter_map(|it| match &it.texts {
            Texts::Feed(frame, articles) => Some((it.outline.tree, &**frame, articles.as_slice())),
            Texts::None | Texts::Article(_) => None,
        })
    }

    /// The number of an article in the index of the search.
    #[must_use]
    pub fn number(&self, id: ArticleId) -> usize {
        self.planners[0].number(id) as usize
    }

    /// What an article is found by.
    #[must_use]
    pub fn terms(&self, id: ArticleId) -> &Arc<FieldTerms> {
        &self.search.articles[self.number(id)]
    }

    /// The pages that show the text of an article, by their numbers.
    pub fn pages_with_text_of(&self, id: ArticleId) -> impl Iterator<Item = usize> {
        let pages = self.pages.iter().enumerate();
        pages.filter(move |(_, it)| it.texts.has(id)).map(|it| it.0)
    }

    /// The plan when the texts of some articles have changed, each as the trees show it now, and nothing of them that
    /// other pages show. `None` if a page shows now what it did not show of what it is found by, or the reverse.
    #[must_use]
    pub fn edited(
        &self,
        texts: impl Iterator<Item = (ArticleId, Vec<Arc<Annotated>>)>,
    ) -> Option<Self> {
        let mut planners = self.planners.clone();
        let mut ids = Vec::new();
        for (id, shown) in texts {
            ids.push(id);
            for (planner, shown) in std::iter::zip(&mut planners, shown) {
                planner.texts.insert(id, shown);
            }
        }
        let mut search = self.search.clone();
        for id in ids {
            let (terms, is_closed) = search::terms(planners.iter().map(|it| it.text_of(id)))?;
            let was_closed = search.closed.binary_search(&planners[0].number(id)).is_ok();
            if is_closed != was_closed {
                return None;
            }
            search.articles[self.number(id)] = terms;
        }
        let (sites, pages) = (Arc::clone(&self.sites), Arc::clone(&self.pages));
        Some(Self { planners, sites, pages, search, files: Arc::clone(&self.files) })
    }

    /// What a file holds that no template renders.
    #[must_use]
    pub fn data(&self, file: &DataFile) -> String {
        (file.make)(&self.planners[file.tree])
    }
}

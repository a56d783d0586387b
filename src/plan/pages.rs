//! All pages of a site, and what makes their views.
//!
//! In: planners. Out: [`Plan`]: pages and files with their addresses; what each shows is made when it is asked for.

use std::collections::BTreeSet;
use std::sync::{Arc, Mutex, PoisonError};

use rustc_hash::FxHashMap;

use super::{FeedFrame, Frame, Planner, terms};
use crate::annotate::Annotated;
use crate::assets::Asset;
use crate::catalog::ArticleId;
use crate::config::BaseUrl;
use crate::file::ContentHash;
use crate::route::Route;
use crate::search::{self, Record, Source};
use crate::text::terms::FieldTerms;
use crate::view::{Content, PageView, Shared, SiteView};

/// What makes the view of a page. It reads the planner of the page's tree and nothing else, and is called when the
/// view is needed: the views of ten thousand pages do not stand in memory together.
pub(super) type Make = Box<dyn Fn(&Planner) -> Content + Send + Sync>;

/// What makes a file that no template renders.
type MakeFile = Box<dyn Fn(&Planner) -> Vec<u8> + Send + Sync>;

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

impl Outline {
    /// That of the page in a tree, below its folder.
    pub(super) fn in_tree(self, tree: usize, folder: &str) -> Self {
        Self { route: self.route.in_folder(folder), tree, ..self }
    }
}

impl Page {
    /// The page in a tree, below its folder.
    pub(super) fn in_tree(self, tree: usize, folder: &str) -> Self {
        Self { outline: self.outline.in_tree(tree, folder), ..self }
    }
}

/// Something that is made of articles.
pub enum Made<'a> {
    /// A page.
    Page(&'a Page),
    /// A file that no template renders.
    Data(&'a DataFile),
}

/// An article that has changed, but for what decides which pages there are.
pub struct Changed {
    /// Which.
    pub id: ArticleId,
    /// As each tree shows it.
    pub shown: Vec<Arc<Annotated>>,
    /// Whether only its text has, and nothing that other pages show.
    pub is_text: bool,
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
    pub(super) make: MakeFile,
    pub(super) made_of: Option<MakeKey>,
}

impl DataFile {
    pub(super) fn new<T: Into<Vec<u8>>>(
        route: Route,
        make: impl Fn(&Planner) -> T + Send + Sync + 'static,
    ) -> Self {
        let make = Box::new(move |it: &Planner| make(it).into());
        Self { route, tree: 0, make, made_of: None }
    }

    /// The same, with the hash of all that it is made of.
    pub(super) fn made_of(
        self,
        key: impl Fn(&Planner) -> ContentHash + Send + Sync + 'static,
    ) -> Self {
        Self { made_of: Some(Box::new(key)), ..self }
    }
}

/// The articles that a page looked at, once its view has been made.
pub(super) type Seen = Mutex<Option<BTreeSet<ArticleId>>>;

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
    /// What is known now of the pages of edited articles before they are made.
    pub(super) outlines: FxHashMap<usize, Arc<Outline>>,
    /// The articles that each page looked at when its view was made last, if edits will ask for that.
    pub(super) seen: Option<Arc<[Seen]>>,
}

impl Plan {
    /// Where the site is published.
    #[must_use]
    pub fn base_url(&self) -> &BaseUrl {
        &self.planners[0].input.config.base_url
    }

    /// The folders of the trees; the first has none.
    pub fn folders(&self) -> impl Iterator<Item = &str> {
        self.planners.iter().map(|it| it.tree().folder.as_str())
    }

    /// What is known of a page before it is made.
    #[must_use]
    pub fn outline(&self, page: usize) -> &Outline {
        self.outlines.get(&page).map_or(&self.pages[page].outline, |it| it)
    }

    /// What a page is about.
    #[must_use]
    pub fn content(&self, page: usize) -> Content {
        let (make, planner) = (&self.pages[page].make, &self.planners[self.outline(page).tree]);
        let Some(seen) = &self.seen else { return make(planner) };
        let (content, looked_at) = planner.watched(make);
        *seen[page].lock().unwrap_or_else(PoisonError::into_inner) = Some(looked_at);
        content
    }

    /// The key of a page: equal keys, equal pages; and the view, if it was needed for it. `templates` is the fingerprint
    /// of all templates of its tree.
    #[must_use]
    pub fn key(&self, page: usize, templates: ContentHash) -> (ContentHash, Option<Content>) {
        let Outline { tree, template, head, .. } = self.outline(page);
        let head = (template, templates.as_bytes(), &self.sites[*tree], head);
        match &self.pages[page].made_of {
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
        self.planners[tree].known(id)
    }

    /// The articles that a page or a data file shows something of, and those of which it shows the whole text.
    #[must_use]
    pub fn articles_of(&self, it: &Made<'_>) -> (BTreeSet<ArticleId>, BTreeSet<ArticleId>) {
        let (seen, texts) = match it {
            Made::Page(page) => {
                let seen = self.planners[page.outline.tree].watched(&page.make).1;
                let texts = match &page.texts {
                    Texts::None => BTreeSet::new(),
                    Texts::Article(id) => BTreeSet::from([*id]),
                    Texts::Feed(_, ids) => ids.iter().copied().collect(),
                };
                (seen, texts)
            }
            Made::Data(file) => (self.planners[file.tree].watched(&file.make).1, BTreeSet::new()),
        };
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

    /// The pages that show anything of an article, by their numbers, and may show something else now.
    pub fn pages_with(&self, id: ArticleId) -> impl Iterator<Item = usize> {
        let related = &self.planners[0].input.catalog.related;
        let is_beside = move |it: ArticleId| {
            it.index().abs_diff(id.index()) <= 1 || related[it.index()].contains(&id)
        };
        let looked_at = move |at: usize| match &self.seen {
            // What has not been made may look at anything.
            None => true,
            Some(seen) => {
                let seen = seen[at].lock().unwrap_or_else(PoisonError::into_inner);
                seen.as_ref().is_none_or(|it| it.contains(&id))
            }
        };
        let shows = move |(at, page): &(usize, &Page)| match &page.texts {
            Texts::Article(it) => is_beside(*it),
            Texts::Feed(_, all) => all.contains(&id),
            Texts::None => looked_at(*at),
        };
        self.pages.iter().enumerate().filter(shows).map(|it| it.0)
    }

    /// What results of the search show of the articles beside one in the index, in each tree: the number of the first of
    /// them, and all.
    #[must_use]
    pub fn records(&self, id: ArticleId) -> (usize, Vec<Vec<Record>>) {
        let (number, articles) = (self.number(id), self.search.articles.len());
        let block = search::block(number, articles);
        let ids: Vec<ArticleId> = self.ids().collect();
        let of_block = |it: &Planner| {
            block.clone().map(|number| it.record(ids[articles - 1 - number])).collect()
        };
        (block.start, self.planners.iter().map(of_block).collect())
    }

    /// The plan when some articles have changed but for what decides which pages there are, each as the trees show it
    /// now. `None` if a page shows now what it did not show of what it is found by, or the reverse, or an article has a
    /// page of its raw text, which is not made anew here.
    #[must_use]
    pub fn edited(&self, articles: Vec<Changed>) -> Option<Self> {
        let mut planners = self.planners.clone();
        let mut ids = Vec::new();
        for Changed { id, shown, is_text } in articles {
            if !is_text && planners[0].raw_text(id).is_some() {
                return None;
            }
            ids.push(id);
            for (planner, shown) in std::iter::zip(&mut planners, shown) {
                planner.edited.insert(id, shown);
            }
        }
        let mut outlines = self.outlines.clone();
        for id in &ids {
            for at in self.pages_with_text_of(*id) {
                if matches!(self.pages[at].texts, Texts::Article(_)) {
                    let tree = self.pages[at].outline.tree;
                    let folder = &planners[tree].tree().folder;
                    let outline = planners[tree].article_outline(*id).in_tree(tree, folder);
                    outlines.insert(at, Arc::new(outline));
                }
            }
        }
        let mut search = self.search.clone();
        for id in ids {
            let (terms, is_closed) = terms(planners.iter().map(|it| it.known(id)))?;
            search.set(self.number(id), terms, is_closed)?;
        }
        let (sites, pages) = (Arc::clone(&self.sites), Arc::clone(&self.pages));
        let (files, seen) = (Arc::clone(&self.files), self.seen.clone());
        Some(Self { planners, sites, pages, search, files, outlines, seen })
    }

    /// What a file holds that no template renders.
    #[must_use]
    pub fn data(&self, file: &DataFile) -> Vec<u8> {
        (file.make)(&self.planners[file.tree])
    }
}

//! What a site leaves for the next process, so that this can make the edit of a text without making the site.
//!
//! In: the last build. Out: [`KeptSite`], and a [`KeptArticle`] for each article; of these, of what an article is found
//! by, and of the few files that have changed the next process makes the files of the site that an edit touches. It is
//! the short way of a build (`edit`) over a gap: what may be skipped is decided by the same signatures, so the result is
//! that of a whole build. Nothing here touches the disk.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use rayon::prelude::*;
use serde::{Deserialize, Serialize};

use super::edit::{Last, signature};
use super::{Engine, Request, inputs, parse_article, written_scripts};
use crate::annotate::{self, Annotated};
use crate::assets;
use crate::catalog::ArticleId;
use crate::config::Config;
use crate::diagnostic::Severity;
use crate::file::{ContentHash, SitePath, SourceFile};
use crate::gazetteer::Gazetteer;
use crate::name::Names;
use crate::plan::{self, FeedFrame, Frame, TreeContext};
use crate::render::{Output, Templates};
use crate::route::Route;
use crate::search::{self, Indexed};
use crate::source::Sources;
use crate::text::script::Script;
use crate::text::terms::FieldTerms;
use crate::topic::Topics;
use crate::tree::{self, Tree};

/// What is known of a site besides its articles.
#[derive(Serialize, Deserialize)]
pub struct KeptSite {
    /// The scripts that articles and other texts are written in.
    written: BTreeSet<Script>,
    /// The files of the articles, in the order of their numbers in the index of the search.
    paths: Vec<SitePath>,
    feeds: Vec<KeptFeed>,
    index: Indexed,
    closed: Arc<Vec<u32>>,
    filters: Arc<Vec<(String, Vec<u32>)>>,
}

/// A feed, with the numbers of its articles.
#[derive(Serialize, Deserialize)]
struct KeptFeed {
    tree: usize,
    frame: FeedFrame,
    articles: Vec<u32>,
}

/// What is known of an article besides its text.
#[derive(Serialize, Deserialize)]
pub struct KeptArticle {
    /// The signature of the article as it is written.
    signature: ContentHash,
    /// As each tree shows it: its signature, and what stands around it.
    shown: Vec<(ContentHash, Frame)>,
    /// The feeds that it stands in, by their numbers.
    feeds: Vec<usize>,
}

/// What reads what was kept.
pub trait Store: Sync {
    /// An article, by its number in the index of the search; `None` if it cannot be read.
    fn article(&self, number: usize) -> Option<KeptArticle>;

    /// What each article is found by.
    fn terms(&self) -> Option<Vec<Arc<FieldTerms>>>;

    /// The file of an article, as the last build read it.
    fn source(&self, path: &SitePath) -> Option<SourceFile>;
}

/// What an edit comes to.
pub struct KeptEdit {
    /// The files that may have changed.
    pub files: Vec<Output>,
    /// The addresses of files that are gone.
    pub gone: Vec<Route>,
    /// The site after it.
    pub site: KeptSite,
    /// What the edited articles are found by, by their numbers.
    pub terms: Vec<(usize, Arc<FieldTerms>)>,
    /// How many articles were parsed.
    pub parsed: usize,
}

/// The last build, as it is to be kept.
pub struct Keeping<'a> {
    last: &'a Last,
    /// The articles in the order of their numbers.
    ids: Vec<ArticleId>,
    /// The feeds that each stands in.
    feeds: BTreeMap<ArticleId, Vec<usize>>,
}

impl Engine {
    /// The last build, as it is to be kept; `None` if it gave no site.
    #[must_use]
    pub fn keep(&self) -> Option<Keeping<'_>> {
        let last = self.last.as_ref()?;
        let mut feeds: BTreeMap<ArticleId, Vec<usize>> = BTreeMap::new();
        for (number, (_, _, articles)) in last.site.plan().feeds().enumerate() {
            for id in articles {
                feeds.entry(*id).or_default().push(number);
            }
        }
        let ids = last.known.catalog.ids().rev().collect();
        Some(Keeping { last, ids, feeds })
    }
}

impl Keeping<'_> {
    /// The site.
    #[must_use]
    pub fn site(&self) -> KeptSite {
        let plan = self.last.site.plan();
        let number = |id: &ArticleId| u32::try_from(plan.number(*id)).unwrap_or(u32::MAX);
        let feed = |(tree, frame, articles): (usize, &FeedFrame, &[ArticleId])| KeptFeed {
            tree,
            frame: frame.clone(),
            articles: articles.iter().map(number).collect(),
        };
        let path = |id: &ArticleId| plan.article(0, *id).article.path.clone();
        KeptSite {
            written: written_scripts(&self.last.known),
            paths: self.ids.iter().map(path).collect(),
            feeds: plan.feeds().map(feed).collect(),
            index: self.last.site.index().clone(),
            closed: Arc::clone(&plan.search.closed),
            filters: Arc::clone(&plan.search.filters),
        }
    }

    /// How many articles there are.
    #[must_use]
    pub fn count(&self) -> usize {
        self.ids.len()
    }

    /// An article by its number, and what it is found by.
    #[must_use]
    pub fn article(&self, number: usize) -> (KeptArticle, &FieldTerms) {
        let (id, plan, trees) = (self.ids[number], self.last.site.plan(), &self.last.trees);
        let written = self.last.known.catalog.article(id);
        let own = signature(written);
        let shown = plan.frames(id).enumerate().map(|(tree, frame)| {
            let it = plan.article(tree, id);
            (if trees[tree].is_as_written() { own } else { signature(it) }, frame)
        });
        let feeds = self.feeds.get(&id).cloned().unwrap_or_default();
        (KeptArticle { signature: own, shown: shown.collect(), feeds }, plan.terms(id))
    }
}

/// What a site knows, but for its articles.
struct Around {
    config: Arc<Config>,
    topics: Topics,
    gazetteer: Arc<Gazetteer>,
    names: Names,
    templates: Vec<Arc<Templates>>,
    trees: Arc<[Tree]>,
}

impl Engine {
    /// Makes the files that the edit of some articles' texts touches, when all other files of the site are as they were:
    /// `sources` has those, but articles and raw articles. `None` if anything else may have changed, or something is
    /// wrong: then the build has to go its whole way.
    #[must_use]
    pub fn edit_kept(
        &self,
        mut site: KeptSite,
        store: &dyn Store,
        (sources, request): (&Sources, &Request),
        edits: &[SourceFile],
    ) -> Option<KeptEdit> {
        let around = self.around(&site, sources, request)?;
        let numbers: BTreeMap<&SitePath, usize> =
            site.paths.iter().enumerate().map(|(number, path)| (path, number)).collect();
        let edited = edits.par_iter().map(|file| {
            let number = *numbers.get(&file.path)?;
            let kept = store.article(number)?;
            let shown = around.shown(file)?;
            let is_same = kept.signature == signature(&shown.0)
                && kept.shown.len() == shown.1.len()
                && std::iter::zip(&kept.shown, &shown.1).all(|(it, new)| it.0 == signature(new));
            is_same.then_some((number, (kept, shown.1)))
        });
        let edited: BTreeMap<usize, (KeptArticle, Vec<Arc<Annotated>>)> =
            edited.collect::<Option<_>>()?;

        let mut source = search::Source {
            articles: store.terms().filter(|it| it.len() == site.paths.len())?,
            closed: Arc::clone(&site.closed),
            filters: Arc::clone(&site.filters),
            entities: Arc::default(),
            trees: Arc::default(),
        };
        let (mut old, mut new) = (Vec::new(), Vec::new());
        for (number, (_, shown)) in &edited {
            let (terms, is_closed) = plan::terms(shown.iter())?;
            new.push((*number, Arc::clone(&terms)));
            old.push((*number, source.set(*number, terms, is_closed)?));
        }
        let before: Vec<_> = old.iter().map(|(number, terms)| (*number, &**terms)).collect();
        let search::Edited { index, gone, new: index_files } =
            site.index.edited(&source, &before, &[])?;

        let mut files = around.pages(&site, store, &edited, sources)?;
        let index_files = index_files.into_iter();
        files.extend(index_files.map(|(route, bytes)| Output::new(route, bytes.to_vec())));
        site.index = index;
        Some(KeptEdit { files, gone, site, terms: new, parsed: edits.len() })
    }

    fn around(&self, site: &KeptSite, sources: &Sources, request: &Request) -> Option<Around> {
        // What is wrong there was told, and is as it was.
        let told = &mut Vec::new();
        let config = inputs::read_config(sources, request.base_url.as_ref(), told)?;
        let (gazetteer, _) = inputs::read_places(sources, &config, told);
        let templates = inputs::read_templates(sources, told)?;
        let scripts = templates.scripts();
        let trees =
            tree::trees(&config, &gazetteer, &site.written, &scripts, &self.converters).ok()?;
        Some(Around {
            topics: inputs::read_topics(sources, &config, told),
            names: inputs::read_names(sources, &config, told),
            config: Arc::new(config),
            templates: templates.of_trees(&trees).ok()?,
            trees: trees.into(),
            gazetteer,
        })
    }
}

impl Around {
    /// An article as it is written, and as each tree shows it; `None` if anything is wrong with it.
    fn shown(&self, file: &SourceFile) -> Option<(Arc<Annotated>, Vec<Arc<Annotated>>)> {
        let Self { topics, gazetteer, names, .. } = self;
        let known = annotate::Context { gazetteer, topics, names };
        let (written, problems) = parse_article(file, &self.config, known);
        let written =
            written.filter(|_| problems.iter().all(|it| it.severity == Severity::Note))?;
        let shown = self.trees.iter().map(|it| it.shown(&written)).collect();
        Some((written, shown))
    }

    /// The pages that show the texts of edited articles.
    fn pages(
        &self,
        site: &KeptSite,
        store: &dyn Store,
        edited: &BTreeMap<usize, (KeptArticle, Vec<Arc<Annotated>>)>,
        sources: &Sources,
    ) -> Option<Vec<Output>> {
        let contexts: Vec<TreeContext> = (0..self.trees.len())
            .map(|it| TreeContext::new(&self.trees, it, &self.config))
            .collect();
        let (assets, _) = assets::theme(sources, &self.config);
        let sites: Vec<_> = contexts.iter().map(|it| it.site(&assets)).collect();
        let feeds: BTreeSet<usize> =
            edited.values().flat_map(|(kept, _)| kept.feeds.iter().copied()).collect();
        let feeds: Vec<&KeptFeed> =
            feeds.into_iter().map(|it| site.feeds.get(it)).collect::<Option<_>>()?;
        // The other articles of the feeds.
        let others: BTreeSet<usize> =
            feeds.iter().flat_map(|it| it.articles.iter().map(|it| *it as usize)).collect();
        let others: Vec<usize> = others.into_iter().filter(|it| !edited.contains_key(it)).collect();
        let read = |number: &usize| {
            let file = store.source(site.paths.get(*number)?)?;
            Some((*number, self.shown(&file)?.1))
        };
        let others: BTreeMap<usize, Vec<Arc<Annotated>>> =
            others.par_iter().map(read).collect::<Option<_>>()?;
        let shown = |number: u32, tree: usize| {
            let number = number as usize;
            let all = edited.get(&number).map(|it| &it.1).or_else(|| others.get(&number));
            all.map(|it| &*it[tree])
        };
        let of_articles = edited.values().flat_map(|(kept, shown)| {
            let each = std::iter::zip(&kept.shown, shown).zip(&contexts);
            each.map(|(((_, frame), it), context)| frame.page(context, it))
        });
        let of_feeds = feeds.into_iter().map(|it| {
            let articles: Option<Vec<&Annotated>> =
                it.articles.iter().map(|number| shown(*number, it.tree)).collect();
            Some(it.frame.page(contexts.get(it.tree)?, articles?.into_iter()))
        });
        let pages: Vec<_> = of_articles.map(Some).chain(of_feeds).collect::<Option<_>>()?;
        let render = |(outline, content): &(plan::Outline, _)| {
            self.templates[outline.tree].render(outline, content, &sites[outline.tree]).ok()
        };
        pages.par_iter().map(render).collect()
    }
}

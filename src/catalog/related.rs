//! Which articles belong to an article.
//!
//! In: the catalogue with its lists. Out: for each article the few that share most with it: projects, organisations and
//! people, topics, places; what few articles share counts most. Of a long list only the articles nearest in time are
//! looked at, so the work is a constant for each article, and a new article changes what belongs to a few others.

use std::cmp::Reverse;

use rayon::prelude::*;

use super::{ArticleId, Catalog};
use crate::gazetteer::find::Named;

/// So many are found for an article.
const MOST: usize = 5;

/// Of a list so many older articles are looked at, and so many newer ones.
const OLDER: usize = 32;
const NEWER: usize = 8;

/// Of the names and of the mentioned places of an article so many count.
const MAX_NAMES: usize = 16;
const MAX_MENTIONS: usize = 8;

/// What is shared counts so much.
const NAME: u32 = 4;
const TOPIC: u32 = 2;
const CITY: u32 = 2;
const MENTION: u32 = 1;

/// Two articles belong together from here on: by a name or a rare topic that few articles share, or by several things.
const LEAST: u32 = 24;

/// The articles that belong to each article, those that share most first.
pub(super) fn related(catalog: &Catalog) -> Vec<Vec<ArticleId>> {
    let lists = Lists::new(catalog);
    let number = u32::try_from(catalog.articles.len()).unwrap_or(u32::MAX);
    let scores = || Scores { points: vec![0; catalog.articles.len()], touched: Vec::new() };
    (0..number)
        .into_par_iter()
        .map_init(scores, |scores, id| lists.of(ArticleId(id), scores))
        .collect()
}

/// A list of articles, the newest first, and how much it counts to stand in it.
struct List {
    articles: Vec<ArticleId>,
    weight: u32,
}

impl List {
    /// What only half as many articles share counts a little more. Only the order of magnitude counts, so that a new
    /// article seldom changes it.
    fn new(articles: Vec<ArticleId>, weight: u32) -> Self {
        let length = u32::try_from(articles.len()).unwrap_or(u32::MAX).max(1);
        let rarity = 16_u32.saturating_sub(length.ilog2()).max(1);
        Self { articles, weight: weight * rarity }
    }
}

/// All lists, and which each article stands in.
struct Lists {
    lists: Vec<List>,
    of_article: Vec<Vec<u32>>,
}

impl Lists {
    fn new(catalog: &Catalog) -> Self {
        let mut all =
            Self { lists: Vec::new(), of_article: vec![Vec::new(); catalog.articles.len()] };
        for topic in &catalog.topics {
            all.add(topic.articles.clone(), TOPIC);
        }
        for (id, entry) in &catalog.places {
            all.add(entry.own.clone(), CITY);
            let own = Named::Place(*id);
            let counts = |article: ArticleId| {
                let mentions = catalog.article(article).meta.mentions.iter().take(MAX_MENTIONS);
                mentions.into_iter().any(|it| it.named == own)
            };
            let mentions = entry.mentions.iter().map(|it| it.0);
            all.add(mentions.filter(|it| counts(*it)).collect(), MENTION);
        }
        let names = &catalog.names;
        for (at, entry) in names.entries.iter().enumerate() {
            let counts = |article: &ArticleId| {
                let of_article = names.of_article[article.index()].iter().take(MAX_NAMES);
                of_article.flatten().any(|it| *it == at)
            };
            let articles = entry.articles.iter().map(|it| it.0);
            all.add(articles.filter(counts).collect(), NAME);
        }
        all
    }

    /// Adds a list of articles, the newest first, unless it has one article alone.
    fn add(&mut self, articles: Vec<ArticleId>, weight: u32) {
        if articles.len() < 2 {
            return;
        }
        let number = u32::try_from(self.lists.len()).unwrap_or(u32::MAX);
        for it in &articles {
            self.of_article[it.index()].push(number);
        }
        self.lists.push(List::new(articles, weight));
    }

    /// The articles that belong to one.
    fn of(&self, id: ArticleId, scores: &mut Scores) -> Vec<ArticleId> {
        for list in self.of_article[id.index()].iter().map(|it| &self.lists[*it as usize]) {
            let at = list.articles.partition_point(|it| *it < id);
            let (newer, older) = (&list.articles[..at], &list.articles[at + 1..]);
            let newer = newer.iter().rev().take(NEWER);
            newer.chain(older.iter().take(OLDER)).for_each(|it| scores.add(*it, list.weight));
        }
        scores.best(id)
    }
}

/// How much articles share with one, while its lists are read.
struct Scores {
    points: Vec<u32>,
    /// The articles with points.
    touched: Vec<ArticleId>,
}

impl Scores {
    fn add(&mut self, id: ArticleId, weight: u32) {
        let points = &mut self.points[id.index()];
        if *points == 0 {
            self.touched.push(id);
        }
        *points += weight;
    }

    /// The articles with most points, of as many the nearest in time; all points are forgotten.
    fn best(&mut self, id: ArticleId) -> Vec<ArticleId> {
        let points = &mut self.points;
        let key =
            |it: ArticleId, points: &[u32]| (Reverse(points[it.index()]), it.0.abs_diff(id.0), it);
        let mut best: Vec<_> = self.touched.iter().map(|it| key(*it, points)).collect();
        best.retain(|it| it.0.0 >= LEAST);
        if best.len() > MOST {
            best.select_nth_unstable(MOST);
            best.truncate(MOST);
        }
        best.sort_unstable();
        self.touched.drain(..).for_each(|it| points[it.index()] = 0);
        best.into_iter().map(|it| it.2).collect()
    }
}

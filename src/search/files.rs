//! The files of the index.

use std::collections::{BTreeMap, BTreeSet};
use std::io::Write;
use std::ops::Range;
use std::sync::Arc;

use flate2::Compression;
use flate2::write::GzEncoder;
use rayon::prelude::*;
use rustc_hash::FxHashMap;
use serde::{Deserialize, Serialize};

use super::characters::{Characters, folded_characters};
use super::shard::{self, Lists, Shard};
use super::{Record, Source, TreeSource, name_terms};
use crate::file::ContentHash;
use crate::route::Route;
use crate::text::terms::{self, FieldTerms, PLACES, Terms};

/// Postings that are sorted at a time: 8 bytes each, 16 MiB in all.
const BATCH: usize = 2 << 20;

/// A shard has no more postings than these on average, while there may be more shards.
const SHARD: usize = 4096;

/// Articles in a file of records.
const RECORDS: usize = 16;

/// Numbers of pages in a file of entities.
pub const ENTITIES: u32 = 64;

/// The digits of a name: 24 bits of the hash. That a file which a browser has kept has the name of its next version is
/// less likely than one in ten million.
pub(super) const DIGITS: usize = 4;

/// The numbers of the articles whose records stand in one file with that of an article, of so many articles.
#[must_use]
pub fn block(number: usize, articles: usize) -> Range<usize> {
    let start = number - number % RECORDS;
    start..(start + RECORDS).min(articles)
}

/// Stands for a file that there is not.
const NONE: &str = "----";

/// The version of the format.
const VERSION: u32 = 1;

/// Where the field of a posting begins.
const FIELD: u32 = 30;

/// `search/index.gz`.
#[derive(Serialize)]
struct Index<'a> {
    version: u32,
    articles: usize,
    shards: &'a str,
    records: &'a str,
    entities: &'a str,
    fold: String,
}

/// The index of a site, of which a part can be made anew when the text of an article changes. Written down it has the
/// names of its files alone, which is all that an edit needs of those that it leaves.
#[derive(Clone, Serialize, Deserialize)]
pub struct Indexed {
    entities: Arc<Vec<(u32, Terms)>>,
    /// The shards by their numbers.
    shards: Vec<Part>,
    characters: Characters,
    fold: Part,
    trees: Vec<TreeIndex>,
}

/// A file whose name has the hash of its content.
#[derive(Clone, Serialize, Deserialize)]
struct Part {
    name: String,
    #[serde(skip)]
    bytes: Arc<[u8]>,
}

impl Part {
    fn new(bytes: Vec<u8>) -> Self {
        Self { name: name(&bytes), bytes: bytes.into() }
    }
}

/// The index of a tree: what its own files are called.
#[derive(Clone, Serialize, Deserialize)]
struct TreeIndex {
    folder: String,
    records: String,
    entities: String,
    /// The files that the name of an article is not in, which stay as long as no article is called otherwise.
    #[serde(skip)]
    files: Arc<[(Route, Arc<[u8]>)]>,
}

/// A file of the index.
pub type IndexFile = (Route, Arc<[u8]>);

/// What the edit of an article's text does to the files of the index.
pub struct Edited {
    /// The index after it.
    pub index: Indexed,
    /// The addresses of files that are gone.
    pub gone: Vec<Route>,
    /// The files that are new, or have changed.
    pub new: Vec<IndexFile>,
}

impl Indexed {
    /// The index of a site.
    #[must_use]
    pub fn new(source: &Source) -> Self {
        let entities: Vec<(u32, Terms)> =
            source.entities.iter().map(|(number, names)| (*number, name_terms(names))).collect();
        let shards = shards(source, &entities);
        let characters = Characters::of(source, &entities);
        Self {
            shards: shards.into_par_iter().map(Part::new).collect(),
            fold: Part::new(folded_characters(&characters)),
            characters,
            trees: source.trees.iter().map(TreeIndex::new).collect(),
            entities: Arc::new(entities),
        }
    }

    /// All its files, for all trees.
    #[must_use]
    pub fn files(&self) -> Vec<IndexFile> {
        let shards = self.shards.iter().enumerate().map(|(number, it)| shard_file(number, it));
        let of_trees = self.trees.iter().flat_map(|it| it.files.iter().cloned());
        let names = self.names();
        let indices = self.trees.iter().map(|it| self.index_file(it, &names));
        shards.chain([self.fold_file()]).chain(of_trees).chain(indices).collect()
    }

    /// The index when some articles have changed: their numbers, with the terms that they had. `source` has the new ones.
    /// Where results show something else of them, `records` has for each tree those of all articles of a [`block`], with
    /// the number of its first. `None` if all has to be made anew.
    #[must_use]
    pub fn edited(
        &self,
        source: &Source,
        changed: &[(usize, &FieldTerms)],
        records: &[(usize, Vec<Vec<Record>>)],
    ) -> Option<Edited> {
        let count = u32::try_from(self.shards.len()).unwrap_or(PLACES);
        if shard_count(source) != count {
            return None;
        }
        let (mut affected, mut index) = (BTreeSet::new(), self.clone());
        for (number, old) in changed {
            let new = &source.articles[*number];
            for (old, new) in
                [(&old.all, &new.all), (&old.title, &new.title), (&old.headings, &new.headings)]
            {
                difference(old.pairs.iter(), new.pairs.iter(), |it| {
                    affected.insert(shard::pair_number(**it, count));
                });
                difference(old.words(), new.words(), |it| {
                    affected.insert(shard::word_number(it, count));
                });
            }
            index.characters.remove(&old.all);
            index.characters.add(&new.all);
        }
        let (mut gone, mut new) = (Vec::new(), Vec::new());
        let words = words(source, &self.entities, count, |it| affected.contains(&it));
        let universe = shard::universe(source.articles.len());
        let affected: Vec<u32> = affected.into_iter().collect();
        let postings = postings_of(source, &self.entities, count, &affected);
        let made = (&affected, postings).into_par_iter().map(|(it, postings)| {
            Part::new(shard_of(postings, &words[*it as usize], &source.closed, universe))
        });
        for (number, part) in std::iter::zip(&affected, made.collect::<Vec<_>>()) {
            let old = std::mem::replace(&mut index.shards[*number as usize], part);
            gone.push(shard_file(*number as usize, &old).0);
            new.push(shard_file(*number as usize, &index.shards[*number as usize]));
        }
        if !index.characters.are_same(&self.characters) {
            index.fold = Part::new(folded_characters(&index.characters));
            gone.push(self.fold_file().0);
            new.push(index.fold_file());
        }
        for (start, of_trees) in records {
            for (tree, records) in std::iter::zip(&mut index.trees, of_trees) {
                let (old, file) = tree.set(start / RECORDS, records);
                gone.push(old);
                new.push(file);
            }
        }
        if !new.is_empty() {
            let names = index.names();
            new.extend(index.trees.iter().map(|it| index.index_file(it, &names)));
        }
        gone.retain(|it| new.iter().all(|(route, _)| route != it));
        Some(Edited { index, gone, new })
    }

    fn names(&self) -> String {
        self.shards.iter().map(|it| it.name.as_str()).collect()
    }

    fn fold_name(&self) -> String {
        format!("fold-{}.gz", self.fold.name)
    }

    fn fold_file(&self) -> IndexFile {
        (route(&self.fold_name()), Arc::clone(&self.fold.bytes))
    }

    /// The file that names all others of a tree.
    fn index_file(&self, tree: &TreeIndex, shards: &str) -> IndexFile {
        let index = Index {
            version: VERSION,
            articles: self.characters.articles,
            shards,
            records: &tree.records,
            entities: &tree.entities,
            fold: self.fold_name(),
        };
        (index_route().in_folder(&tree.folder), packed(&json(&index)).into())
    }
}

fn shard_file(number: usize, it: &Part) -> IndexFile {
    (route(&format!("index/{number}-{}.bin", it.name)), Arc::clone(&it.bytes))
}

/// What stands in one of two ordered lists alone.
fn difference<T: Ord>(
    old: impl Iterator<Item = T>,
    new: impl Iterator<Item = T>,
    each: impl FnMut(&T),
) {
    let (old, new): (BTreeSet<T>, BTreeSet<T>) = (old.collect(), new.collect());
    old.symmetric_difference(&new).for_each(each);
}

/// The address of the file that names all others, in the default tree.
#[must_use]
pub fn index_route() -> Route {
    route("index.gz")
}

/// The address of a file of the index.
fn route(name: &str) -> Route {
    Route::new(&format!("/search/{name}")).expect("a hash is a good part of an address")
}

/// The name of a file by its content.
fn name(bytes: &[u8]) -> String {
    const LETTERS: &[u8; 64] = b"abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_";
    let hash = ContentHash::of(bytes);
    let digits = hash.as_bytes().iter().take(DIGITS);
    digits.map(|it| char::from(LETTERS[usize::from(it & 63)])).collect()
}

impl TreeIndex {
    /// Puts other records into a block; the address of the old file, and the new one.
    fn set(&mut self, block: usize, records: &[Record]) -> (Route, IndexFile) {
        let range = block * DIGITS..(block + 1) * DIGITS;
        let old = record_file(&self.folder, block, &self.records[range.clone()]);
        let Part { name, bytes } = Part::new(packed(&json(&records)));
        let file = (record_file(&self.folder, block, &name), bytes);
        self.records.replace_range(range, &name);
        let others = self.files.iter().filter(|(route, _)| *route != old).cloned();
        self.files = others.chain([file.clone()]).collect();
        (old, file)
    }

    /// What results show in a tree.
    fn new(tree: &TreeSource) -> Self {
        let records: Vec<Part> =
            tree.records.par_chunks(RECORDS).map(|it| Part::new(packed(&json(&it)))).collect();
        let (mut files, mut names) = (Vec::with_capacity(records.len()), String::new());
        let place = |name: &str| route(name).in_folder(&tree.folder);
        for (block, Part { name, bytes }) in records.into_iter().enumerate() {
            files.push((record_file(&tree.folder, block, &name), bytes));
            names.push_str(&name);
        }
        let (records, mut names) = (names, String::new());
        let blocks = tree.entities.keys().last().map_or(0, |it| it / ENTITIES + 1);
        for block in 0..blocks {
            let range = block * ENTITIES..(block + 1) * ENTITIES;
            let of_block: BTreeMap<_, _> = tree.entities.range(range).collect();
            if of_block.is_empty() {
                names.push_str(NONE);
                continue;
            }
            let Part { name, bytes } = Part::new(packed(&json(&of_block)));
            files.push((place(&format!("entities/{block}-{name}.gz")), bytes));
            names.push_str(&name);
        }
        Self { folder: tree.folder.clone(), records, entities: names, files: files.into() }
    }
}

/// The address of a block of records in a tree with this folder.
fn record_file(folder: &str, block: usize, name: &str) -> Route {
    route(&format!("records/{block}-{name}.gz")).in_folder(folder)
}

fn json(value: &impl Serialize) -> Vec<u8> {
    serde_json::to_vec(value).expect("records hold nothing but text and numbers")
}

pub(super) fn packed(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::best());
    encoder.write_all(bytes).and_then(|()| encoder.finish()).expect("memory takes all")
}

/// How many pairs all articles have together.
fn total(source: &Source) -> usize {
    source.articles.iter().map(|it| it.all.pairs.len()).sum()
}

/// How many shards a site has: a number that changes seldom.
fn shard_count(source: &Source) -> u32 {
    let wanted = u32::try_from((total(source) / SHARD).next_power_of_two()).unwrap_or(PLACES);
    wanted.clamp(1, PLACES)
}

/// The shards, in the order of their numbers.
fn shards(source: &Source, entities: &[(u32, Terms)]) -> Vec<Vec<u8>> {
    let count = shard_count(source);
    let words = words(source, entities, count, |_| true);
    let universe = shard::universe(source.articles.len());
    let batches = u32::try_from(total(source) / BATCH + 1).unwrap_or(PLACES);
    let size = count.div_ceil(batches);
    let mut shards = Vec::with_capacity(count as usize);
    for start in (0..count).step_by(size as usize) {
        let range = start..(start + size).min(count);
        let sorted = Buckets::of_all(source, entities, count, &range);
        let shard = |it: u32| {
            let of_shard = sorted.iter().flat_map(|sorted| sorted.shard((it - start) as usize));
            shard_of(of_shard.copied().collect(), &words[it as usize], &source.closed, universe)
        };
        shards.par_extend(range.clone().into_par_iter().map(shard));
    }
    shards
}

/// The postings of a few shards of all articles and entities.
fn postings_of(
    source: &Source,
    entities: &[(u32, Terms)],
    count: u32,
    shards: &[u32],
) -> Vec<Vec<u64>> {
    let width = PLACES / count;
    let places: Vec<Range<u32>> = shards.iter().map(|it| it * width..(it + 1) * width).collect();
    let of_piece = |piece: &Piece<'_>| {
        let mut found: Vec<Vec<u64>> = vec![Vec::new(); shards.len()];
        piece.each_of(&places, |shard, posting| found[shard].push(posting));
        found
    };
    let pieces = pieces(source, entities);
    let found: Vec<Vec<Vec<u64>>> = pieces.par_iter().map(of_piece).collect();
    let all = |shard: usize| found.iter().flat_map(|it| &it[shard]).copied().collect();
    (0..shards.len()).map(all).collect()
}

/// The bytes of a shard with these postings.
fn shard_of(
    mut postings: Vec<u64>,
    words: &[(&str, Lists)],
    closed: &[u32],
    universe: u32,
) -> Vec<u8> {
    postings.sort_unstable();
    write_shard(&postings, words, closed, universe)
}

/// The bytes of a shard.
fn write_shard(
    postings: &[u64],
    words: &[(&str, Lists)],
    closed: &[u32],
    universe: u32,
) -> Vec<u8> {
    let mut shard = Shard { words, ..Shard::default() };
    let most = shard::rare(universe);
    let is_open = |it: &u64| low(*it) >> FIELD == 0 && closed.binary_search(&low(*it)).is_err();
    for of_pair in postings.chunk_by(|a, b| high(*a) == high(*b)) {
        let pair = high(of_pair[0]);
        if of_pair.len() <= most && of_pair.iter().all(is_open) {
            shard.rare.extend(of_pair.iter().map(|it| (pair, low(*it))));
            continue;
        }
        let mut lists = Lists::default();
        for posting in of_pair {
            let page = low(*posting) & ((1 << FIELD) - 1);
            match low(*posting) >> FIELD {
                0 => lists.articles.push(page),
                field => lists.fields[field as usize - 1].push(page),
            }
        }
        shard.pairs.push((pair, lists));
    }
    shard.write(universe)
}

/// A posting: it sorts by its pair, then by the field, then by the page.
fn posting(pair: u32, field: u32, page: u32) -> u64 {
    u64::from(pair) << 32 | u64::from(field << FIELD | page)
}

/// The pair of a posting.
fn high(posting: u64) -> u32 {
    (posting >> 32) as u32
}

/// The field and the page of a posting.
fn low(posting: u64) -> u32 {
    (posting & 0xffff_ffff) as u32
}

/// A piece of the source.
enum Piece<'a> {
    /// Articles, with the number of the first.
    Articles(u32, &'a [Arc<FieldTerms>]),
    /// The pages that have names of their own.
    Entities(&'a [(u32, Terms)]),
}

/// The articles in some pieces, and the entities.
fn pieces<'a>(source: &'a Source, entities: &'a [(u32, Terms)]) -> Vec<Piece<'a>> {
    let number = rayon::current_num_threads() * 2;
    let size = source.articles.len().div_ceil(number).max(1);
    let pieces = source.articles.chunks(size).enumerate().map(|(number, articles)| {
        Piece::Articles(u32::try_from(number * size).unwrap_or(u32::MAX), articles)
    });
    pieces.chain([Piece::Entities(entities)]).collect()
}

/// The first pair at a place or behind it. Pairs are spread over all places, so it is looked for around where it would
/// be if they were so evenly.
fn first_at(pairs: &[u32], place: u32) -> usize {
    /// So many pairs are looked at around there before a longer way is taken.
    const NEAR: usize = 32;
    let guess = pairs.len() * place as usize / PLACES as usize;
    let (start, end) = (guess.saturating_sub(NEAR), (guess + NEAR).min(pairs.len()));
    let is_before = |at: usize| pairs.get(at).is_some_and(|it| terms::place(*it) < place);
    let range = match (start == 0 || is_before(start - 1), end == pairs.len() || !is_before(end)) {
        (true, true) => start..end,
        (false, _) => 0..start,
        (true, false) => end..pairs.len(),
    };
    range.start + pairs[range].partition_point(|it| terms::place(*it) < place)
}

impl Piece<'_> {
    /// Adds each posting in a range of places.
    fn each(&self, places: &Range<u32>, mut add: impl FnMut(u64)) {
        self.each_of(std::slice::from_ref(places), |_, posting| add(posting));
    }

    /// Adds each posting in some ranges of places, with the number of the range.
    fn each_of(&self, places: &[Range<u32>], mut add: impl FnMut(usize, u64)) {
        let mut some = |pairs: &[u32], field: u32, page: u32| {
            for (number, places) in places.iter().enumerate() {
                let behind = &pairs[first_at(pairs, places.start)..];
                for pair in behind.iter().take_while(|it| terms::place(**it) < places.end) {
                    add(number, posting(*pair, field, page));
                }
            }
        };
        match self {
            Self::Articles(first, articles) => {
                for (page, it) in (*first..).zip(*articles) {
                    for (field, terms) in (0..).zip([&it.all, &it.title, &it.headings]) {
                        some(&terms.pairs, field, page);
                    }
                }
            }
            Self::Entities(entities) => {
                for (number, terms) in *entities {
                    some(&terms.pairs, 3, *number);
                }
            }
        }
    }
}

/// Postings of a piece, those of a shard together.
struct Buckets {
    postings: Vec<u64>,
    /// Where each shard begins, and the end.
    starts: Vec<usize>,
}

impl Buckets {
    /// The postings of the shards in a range, of all articles and entities.
    fn of_all(
        source: &Source,
        entities: &[(u32, Terms)],
        count: u32,
        range: &Range<u32>,
    ) -> Vec<Self> {
        pieces(source, entities).par_iter().map(|piece| Self::new(piece, count, range)).collect()
    }

    /// Sorts the postings of a piece by their shards.
    fn new(piece: &Piece<'_>, count: u32, range: &Range<u32>) -> Self {
        let places = range.start * (PLACES / count)..range.end * (PLACES / count);
        let bucket =
            |posting: u64| (shard::pair_number(high(posting), count) - range.start) as usize;
        let mut starts = vec![0; range.len() + 1];
        piece.each(&places, |it| starts[bucket(it) + 1] += 1);
        for it in 1..starts.len() {
            starts[it] += starts[it - 1];
        }
        let mut postings = vec![0; starts[range.len()]];
        let mut next = starts.clone();
        piece.each(&places, |posting| {
            let it = bucket(posting);
            postings[next[it]] = posting;
            next[it] += 1;
        });
        Self { postings, starts }
    }

    fn shard(&self, number: usize) -> &[u64] {
        &self.postings[self.starts[number]..self.starts[number + 1]]
    }
}

/// The words of each shard that is `wanted` in their order, filters among them, with their lists.
fn words<'a>(
    source: &'a Source,
    entities: &'a [(u32, Terms)],
    count: u32,
    wanted: impl Fn(u32) -> bool + Sync,
) -> Vec<Vec<(&'a str, Lists)>> {
    let mut all: FxHashMap<&str, Lists> = FxHashMap::default();
    let fits = |word: &&str| wanted(shard::word_number(word, count));
    let of_article = |(page, it): (usize, &'a Arc<FieldTerms>)| {
        let terms = [&it.all, &it.title, &it.headings].into_iter().enumerate();
        let fits = &fits;
        terms.flat_map(move |(field, terms)| {
            terms.words().filter(fits).map(move |word| (word, field, page))
        })
    };
    let found: Vec<(&str, usize, usize)> =
        source.articles.par_iter().enumerate().flat_map_iter(of_article).collect();
    for (word, field, page) in found {
        let lists = all.entry(word).or_default();
        let page = u32::try_from(page).unwrap_or(u32::MAX);
        match field {
            0 => lists.articles.push(page),
            field => lists.fields[field - 1].push(page),
        }
    }
    for (number, terms) in entities {
        for word in terms.words().filter(fits) {
            all.entry(word).or_default().fields[2].push(*number);
        }
    }
    for (term, articles) in source.filters.iter() {
        if fits(&term.as_str()) {
            all.entry(term).or_default().articles.clone_from(articles);
        }
    }
    let mut sorted: Vec<(&str, Lists)> = all.into_iter().collect();
    sorted.sort_unstable_by_key(|(word, _)| *word);
    let mut shards: Vec<Vec<(&str, Lists)>> = (0..count).map(|_| Vec::new()).collect();
    for (word, lists) in sorted {
        shards[shard::word_number(word, count) as usize].push((word, lists));
    }
    shards
}

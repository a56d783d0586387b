//! The files of the index.

use std::collections::BTreeMap;
use std::io::Write;
use std::ops::Range;
use std::sync::Arc;

use flate2::Compression;
use flate2::write::GzEncoder;
use rayon::prelude::*;
use rustc_hash::FxHashMap;
use serde::Serialize;

use super::shard::{self, Lists, Shard};
use super::{Source, TreeSource, name_terms};
use crate::file::ContentHash;
use crate::route::Route;
use crate::text::fold;
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

/// Stands for a file that there is not.
const NONE: &str = "----";

/// The version of the format.
const VERSION: u32 = 1;

/// Where the field of a posting begins.
const FIELD: u32 = 30;

/// `search/index.gz`.
#[derive(Serialize)]
struct Index {
    version: u32,
    articles: usize,
    shards: String,
    records: String,
    entities: String,
    fold: String,
}

/// All files of the index, for all trees.
#[must_use]
pub fn files(source: &Source) -> Vec<(Route, Vec<u8>)> {
    let entities: Vec<(u32, Terms)> =
        source.entities.iter().map(|(number, names)| (*number, name_terms(names))).collect();
    let shards = shards(source, &entities);
    let names: Vec<String> = shards.par_iter().map(|it| name(it)).collect();
    let numbered = |(number, (bytes, name)): (usize, (Vec<u8>, &String))| {
        (route(&format!("index/{number}-{name}.bin")), bytes)
    };
    let mut files: Vec<(Route, Vec<u8>)> =
        std::iter::zip(shards, &names).enumerate().map(numbered).collect();
    let fold = folded_characters(&characters(source, &entities));
    let fold_name = format!("fold-{}.gz", name(&fold));
    files.push((route(&fold_name), fold));
    for tree in &source.trees {
        let mut index = Index {
            version: VERSION,
            articles: source.articles.len(),
            shards: names.concat(),
            records: String::new(),
            entities: String::new(),
            fold: fold_name.clone(),
        };
        let of_tree = tree_files(tree, &mut index);
        files.extend(of_tree.into_iter().map(|(it, bytes)| (it.in_folder(&tree.folder), bytes)));
    }
    files
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

/// What results show in a tree, and the file that names all others.
fn tree_files(tree: &TreeSource, index: &mut Index) -> Vec<(Route, Vec<u8>)> {
    let records: Vec<Vec<u8>> =
        tree.records.par_chunks(RECORDS).map(|it| packed(&json(&it))).collect();
    let mut files = Vec::with_capacity(records.len() + 1);
    for (block, bytes) in records.into_iter().enumerate() {
        let name = name(&bytes);
        files.push((route(&format!("records/{block}-{name}.gz")), bytes));
        index.records.push_str(&name);
    }
    let blocks = tree.entities.keys().last().map_or(0, |it| it / ENTITIES + 1);
    for block in 0..blocks {
        let range = block * ENTITIES..(block + 1) * ENTITIES;
        let of_block: BTreeMap<_, _> = tree.entities.range(range).collect();
        if of_block.is_empty() {
            index.entities.push_str(NONE);
            continue;
        }
        let bytes = packed(&json(&of_block));
        let name = name(&bytes);
        files.push((route(&format!("entities/{block}-{name}.gz")), bytes));
        index.entities.push_str(&name);
    }
    files.push((index_route(), packed(&json(index))));
    files
}

fn json(value: &impl Serialize) -> Vec<u8> {
    serde_json::to_vec(value).expect("records hold nothing but text and numbers")
}

/// The characters that texts and names have, folded, as bits.
fn characters(source: &Source, entities: &[(u32, Terms)]) -> Vec<u64> {
    let mark = |mut all: Vec<u64>, terms: &Terms| {
        let pairs = terms.pairs.iter().flat_map(|it| [it >> 16, it & 0xffff]);
        let beyond = terms.words.chars().map(u32::from).filter(|it| *it > 0xffff);
        for c in pairs.chain(beyond) {
            all[c as usize / 64] |= 1 << (c % 64);
        }
        all
    };
    let none = || vec![0_u64; char::MAX as usize / 64 + 1];
    let both = |a: Vec<u64>, b: Vec<u64>| std::iter::zip(a, b).map(|(a, b)| a | b).collect();
    let texts = source.articles.par_iter().fold(none, |all, it| mark(all, &it.all));
    let names = entities.iter().fold(none(), |all, (_, terms)| mark(all, terms));
    both(texts.reduce(none, both), names)
}

/// The pairs of characters that a query is folded by, of those that the site has, compressed: each as the differences
/// of both characters from those of the last pair, with a sign in the lowest bit, as LEB128.
fn folded_characters(known: &[u64]) -> Vec<u8> {
    let (mut bytes, mut last) = (Vec::new(), (0, 0));
    let is_known = |c: char| known[c as usize / 64] >> (c as u32 % 64) & 1 == 1;
    for (from, to) in fold::search_table().filter(|(_, to)| is_known(*to)) {
        let next = (i64::from(u32::from(from)), i64::from(u32::from(to)));
        for difference in [next.0 - last.0, next.1 - last.1] {
            let mut number = (difference << 1 ^ difference >> 63).unsigned_abs();
            while number >= 0x80 {
                bytes.push(number.to_le_bytes()[0] | 0x80);
                number >>= 7;
            }
            bytes.push(number.to_le_bytes()[0]);
        }
        last = next;
    }
    packed(&bytes)
}

fn packed(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::best());
    encoder.write_all(bytes).and_then(|()| encoder.finish()).expect("memory takes all")
}

/// The shards, in the order of their numbers.
fn shards(source: &Source, entities: &[(u32, Terms)]) -> Vec<Vec<u8>> {
    let total: usize = source.articles.iter().map(|it| it.all.pairs.len()).sum();
    let wanted = u32::try_from((total / SHARD).next_power_of_two()).unwrap_or(PLACES);
    let count = wanted.clamp(1, PLACES);
    let words = words(source, entities, count);
    let universe = shard::universe(source.articles.len());
    let batches = u32::try_from(total / BATCH + 1).unwrap_or(PLACES);
    let size = count.div_ceil(batches);
    let mut shards = Vec::with_capacity(count as usize);
    for start in (0..count).step_by(size as usize) {
        let range = start..(start + size).min(count);
        let sorted = Buckets::of_all(source, entities, count, &range);
        let shard = |it: u32| {
            let of_shard = sorted.iter().flat_map(|bucket| bucket.shard((it - start) as usize));
            let mut postings: Vec<u64> = of_shard.copied().collect();
            postings.sort_unstable();
            write_shard(&postings, &words[it as usize], &source.closed, universe)
        };
        shards.par_extend(range.clone().into_par_iter().map(shard));
    }
    shards
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

impl Piece<'_> {
    /// Adds each posting in a range of places.
    fn each(&self, places: &Range<u32>, mut add: impl FnMut(u64)) {
        let mut some = |pairs: &[u32], field: u32, page: u32| {
            let start = pairs.partition_point(|it| terms::place(*it) < places.start);
            let end = pairs.partition_point(|it| terms::place(*it) < places.end);
            for pair in &pairs[start..end] {
                add(posting(*pair, field, page));
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
        let number = rayon::current_num_threads() * 2;
        let size = source.articles.len().div_ceil(number).max(1);
        let pieces = source.articles.chunks(size).enumerate().map(|(number, articles)| {
            Piece::Articles(u32::try_from(number * size).unwrap_or(u32::MAX), articles)
        });
        let pieces: Vec<Piece<'_>> = pieces.chain([Piece::Entities(entities)]).collect();
        pieces.par_iter().map(|piece| Self::new(piece, count, range)).collect()
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

/// The words of each shard in their order, filters among them, with their lists.
fn words<'a>(
    source: &'a Source,
    entities: &'a [(u32, Terms)],
    count: u32,
) -> Vec<Vec<(&'a str, Lists)>> {
    let mut all: FxHashMap<&str, Lists> = FxHashMap::default();
    for (page, it) in (0..).zip(&source.articles) {
        for word in it.all.words() {
            all.entry(word).or_default().articles.push(page);
        }
        for (field, terms) in [&it.title, &it.headings].into_iter().enumerate() {
            for word in terms.words() {
                all.entry(word).or_default().fields[field].push(page);
            }
        }
    }
    for (number, terms) in entities {
        for word in terms.words() {
            all.entry(word).or_default().fields[2].push(*number);
        }
    }
    for (term, articles) in &source.filters {
        all.entry(term).or_default().articles.clone_from(articles);
    }
    let mut sorted: Vec<(&str, Lists)> = all.into_iter().collect();
    sorted.sort_unstable_by_key(|(word, _)| *word);
    let mut shards: Vec<Vec<(&str, Lists)>> = (0..count).map(|_| Vec::new()).collect();
    for (word, lists) in sorted {
        shards[shard::word_number(word, count) as usize].push((word, lists));
    }
    shards
}

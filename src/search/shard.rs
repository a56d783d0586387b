//! A shard of the index, as bytes.
//!
//! It holds three parts, all in bits ([`bits`](super::bits)):
//!
//! 1. pairs: the number of groups, each for a first character (the difference from the last one, Rice) with the number
//!    of its entries, each for a second character (likewise; 0 for the first one alone) with its lists;
//! 2. rare pairs: of the many pairs that few articles have, and none in a headline, heading or name, only which
//!    articles have one of those that share a bucket. Whoever asks for such a pair has to look into the articles;
//! 3. words: their number, each with its length, its bytes and its lists.
//!
//! Numbers of things are in the code gamma, from 1 on where there is always one, else with one added. The lists of a
//! term: the number of articles, the articles; three bits that say whether it is in headlines, in headings, and in
//! names of places, topics, people, organisations or projects; for the first two which of the articles of the list, for the third which pages.

use super::Term;
use super::bits::{BitReader, BitWriter};
use crate::text::terms::{PLACES, place};

/// The multiplier of Fibonacci hashing: 2³² divided by the golden ratio.
const MULTIPLIER: u32 = 0x9e37_79b1;

/// Characters that follow one another in a shard are about so many bits apart.
const CHARACTER_BITS: u32 = 10;

/// No pair is rare that more articles have.
const MOST_RARE: u32 = 32;

/// A pair is rare that less than one in so many articles has, and no headline, heading or name. A bucket of rare pairs
/// leads to as many articles as a rare pair may have.
const RARE_SHARE: u32 = 320;

/// The numbers of the pages of places, topics and names are mostly below; one above only takes more bits.
const MAX_ENTITIES: u32 = 1 << 13;

/// The pages that a term leads to, each list in order.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Lists {
    /// The articles with the term anywhere.
    pub articles: Vec<u32>,
    /// Those with it in the headline, those with it in a heading, and the pages of places, topics, people, organisations and projects.
    pub fields: [Vec<u32>; 3],
}

/// How many articles at most have a rare pair; on a small site none is rare. A rare pair is in no headline, heading or
/// name, and in no article into which a reader cannot look.
#[must_use]
pub fn rare(universe: u32) -> usize {
    (universe / RARE_SHARE).min(MOST_RARE) as usize
}

/// The bucket of a rare pair.
#[must_use]
pub fn bucket(pair: u32, count: u32) -> u32 {
    (pair.wrapping_mul(MULTIPLIER) >> 8) % count
}

/// What the numbers of all articles are below: a number that changes seldom, each time by an eighth or less.
#[must_use]
pub fn universe(articles: usize) -> u32 {
    let step = (articles.next_power_of_two() / 16).max(1);
    u32::try_from(articles.next_multiple_of(step)).unwrap_or(u32::MAX)
}

/// Which of `count` shards holds a pair; `count` is a power of two, and no greater than [`PLACES`].
#[must_use]
pub const fn pair_number(pair: u32, count: u32) -> u32 {
    place(pair) >> (PLACES.ilog2() - count.ilog2())
}

/// Which of `count` shards holds a word, or a filter, which has a colon. Words that begin with the same two
/// characters lie together, for the last word of a query may be a beginning.
#[must_use]
pub fn word_number(word: &str, count: u32) -> u32 {
    let hash = if word.contains(':') {
        fnv(word.as_bytes())
    } else {
        let mut chars = word.chars().map(u32::from);
        let (first, second) = (chars.next().unwrap_or(0), chars.next().unwrap_or(0));
        mix(first.wrapping_mul(1 << 16).wrapping_add(second))
    };
    hash & (count - 1)
}

/// Which of `count` shards holds a term.
#[must_use]
pub fn number(term: &Term, count: u32) -> u32 {
    match term {
        Term::Pair(pair) => pair_number(*pair, count),
        Term::Word(word) => word_number(word, count),
    }
}

fn mix(number: u32) -> u32 {
    number.wrapping_mul(MULTIPLIER) >> 16
}

/// FNV-1a.
fn fnv(bytes: &[u8]) -> u32 {
    bytes.iter().fold(0x811c_9dc5, |hash, byte| (hash ^ u32::from(*byte)).wrapping_mul(0x0100_0193))
}

/// A shard's terms with their lists.
#[derive(Debug, Default)]
pub struct Shard<'a> {
    /// The pairs that are not rare, in order.
    pub pairs: Vec<(u32, Lists)>,
    /// The rare pairs, each with each of its articles.
    pub rare: Vec<(u32, u32)>,
    /// The words, in the order of their bytes.
    pub words: &'a [(&'a str, Lists)],
}

impl Shard<'_> {
    /// The bytes; the articles are below `universe`.
    #[must_use]
    pub fn write(&self, universe: u32) -> Vec<u8> {
        let mut out = BitWriter::default();
        let groups: Vec<&[(u32, Lists)]> =
            self.pairs.chunk_by(|a, b| a.0 >> 16 == b.0 >> 16).collect();
        out.gamma(length(&groups) + 1);
        let mut next_first = 0;
        for group in groups {
            let first = group[0].0 >> 16;
            out.rice(first - next_first, CHARACTER_BITS);
            out.gamma(length(group));
            next_first = first + 1;
            let mut next = 0;
            for (pair, lists) in group {
                let second = pair & 0xffff;
                out.rice(second - next, CHARACTER_BITS);
                next = second + 1;
                put(&mut out, lists, universe);
            }
        }
        put_rare(&mut out, &self.rare, universe);
        out.gamma(length(self.words) + 1);
        for (word, lists) in self.words {
            out.gamma(length(word.as_bytes()));
            word.bytes().for_each(|byte| out.bits(u32::from(byte), 8));
            put(&mut out, lists, universe);
        }
        out.finish()
    }
}

fn put_rare(out: &mut BitWriter, postings: &[(u32, u32)], universe: u32) {
    let count = u32::try_from(postings.len().div_ceil(rare(universe).max(1))).unwrap_or(u32::MAX);
    let key =
        |(pair, article): &(u32, u32)| u64::from(bucket(*pair, count)) << 32 | u64::from(*article);
    let mut keys: Vec<u64> = postings.iter().map(key).collect();
    keys.sort_unstable();
    keys.dedup();
    out.gamma(count + 1);
    let mut rest = keys.as_slice();
    for bucket in 0..u64::from(count) {
        let (of_bucket, behind) = rest.split_at(rest.partition_point(|it| it >> 32 <= bucket));
        let articles: Vec<u32> = of_bucket.iter().map(|it| (it & 0xffff_ffff) as u32).collect();
        out.gamma(length(&articles) + 1);
        out.list(&articles, universe);
        rest = behind;
    }
}

fn length<T>(list: &[T]) -> u32 {
    u32::try_from(list.len()).unwrap_or(u32::MAX)
}

fn put(out: &mut BitWriter, lists: &Lists, universe: u32) {
    let articles = &lists.articles;
    out.gamma(length(articles) + 1);
    out.list(articles, universe);
    for list in &lists.fields {
        out.bits(u32::from(!list.is_empty()), 1);
    }
    let [titles, headings, entities] = &lists.fields;
    for list in [titles, headings].into_iter().filter(|it| !it.is_empty()) {
        let place = |it: &u32| u32::try_from(articles.partition_point(|other| other < it));
        let places: Vec<u32> = list.iter().filter_map(|it| place(it).ok()).collect();
        out.gamma(length(&places));
        out.list(&places, length(articles));
    }
    if !entities.is_empty() {
        out.gamma(length(entities));
        out.list(entities, MAX_ENTITIES);
    }
}

/// What a shard says, as a browser reads it.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Read {
    /// The terms with their lists.
    pub terms: Vec<(Term, Lists)>,
    /// The articles of each bucket of rare pairs.
    pub buckets: Vec<Vec<u32>>,
}

/// Reads a shard; `None` if it is none.
#[must_use]
pub fn read(bytes: &[u8], universe: u32) -> Option<Read> {
    let mut bits = BitReader::new(bytes);
    let mut read = Read::default();
    let mut next_first = 0;
    for _ in 1..bits.gamma()? {
        let first = next_first + bits.rice(CHARACTER_BITS)?;
        next_first = first + 1;
        let mut next = 0;
        for _ in 0..bits.gamma()? {
            let second = next + bits.rice(CHARACTER_BITS)?;
            next = second + 1;
            read.terms.push((Term::Pair(first << 16 | second), take(&mut bits, universe)?));
        }
    }
    for _ in 1..bits.gamma()? {
        let count = bits.gamma()? - 1;
        read.buckets.push(bits.list(count, universe)?);
    }
    for _ in 1..bits.gamma()? {
        let length = bits.gamma()?;
        let bytes: Option<Vec<u8>> =
            (0..length).map(|_| u8::try_from(bits.bits(8)?).ok()).collect();
        let word = String::from_utf8(bytes?).ok()?;
        read.terms.push((Term::Word(word), take(&mut bits, universe)?));
    }
    Some(read)
}

fn take(bits: &mut BitReader<'_>, universe: u32) -> Option<Lists> {
    let count = bits.gamma()? - 1;
    let articles = bits.list(count, universe)?;
    let flags = bits.bits(3)?;
    let mut fields: [Vec<u32>; 3] = Default::default();
    for (field, bit) in [4, 2].into_iter().enumerate() {
        if flags & bit != 0 {
            let length = bits.gamma()?;
            let places = bits.list(length, count)?;
            let article = |it: u32| articles.get(it as usize).copied();
            fields[field] = places.into_iter().map(article).collect::<Option<_>>()?;
        }
    }
    if flags & 1 != 0 {
        let length = bits.gamma()?;
        fields[2] = bits.list(length, MAX_ENTITIES)?;
    }
    Some(Lists { articles, fields })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_written_is_read() {
        let lists = |articles: &[u32], title: &[u32], entities: &[u32]| Lists {
            articles: articles.to_vec(),
            fields: [title.to_vec(), Vec::new(), entities.to_vec()],
        };
        let pair = |a: char, b: char| u32::from(a) << 16 | u32::from(b);
        let dense: Vec<u32> = (0..200).filter(|it| it % 3 > 0).collect();
        let pairs = vec![
            (pair('岛', '\0'), lists(&[7], &[7], &[3])),
            (pair('岛', '港'), lists(&dense, &[], &[])),
            (pair('青', '岛'), lists(&[0, 1, 9999], &[0, 9999], &[])),
        ];
        assert_eq!((rare(universe(200)), rare(universe(10_000))), (0, 32));
        let words = [("2023", lists(&[300], &[], &[])), ("c:370200", lists(&[], &[], &[0]))];
        let seldom = vec![(pair('青', '港'), 5), (pair('青', '港'), 8), (pair('青', '湾'), 5)];
        let shard = Shard { pairs: pairs.clone(), rare: seldom, words: &words };
        let bytes = shard.write(universe(10_000));
        let read = read(&bytes, universe(10_000)).expect("a shard");
        let pairs = pairs.into_iter().map(|(pair, lists)| (Term::Pair(pair), lists));
        let words = words.into_iter().map(|(it, lists)| (Term::Word(it.to_owned()), lists));
        assert_eq!(read.terms, pairs.chain(words).collect::<Vec<_>>());
        assert_eq!(read.buckets, [[5, 8]]);
        assert_eq!(super::read(&bytes[..bytes.len() - 2], universe(10_000)), None);
        let empty = Shard::default().write(1);
        assert_eq!(super::read(&empty, 1), Some(Read::default()));
    }

    #[test]
    fn a_prefix_lies_in_one_shard() {
        let word = |it: &str| number(&Term::Word(it.to_owned()), 1024);
        assert_eq!(word("haier"), word("haitong"));
        assert_ne!(word("c:370200"), word("c:370300"));
    }
}

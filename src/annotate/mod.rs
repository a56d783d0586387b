//! What an article's text names.
//!
//! In: an [`Article`], the places, topics and names that the site knows. Out: [`Annotated`], the article with its
//! [`Meta`], and where its text names places, people, organisations and projects. Each article is read for itself.

mod stated;

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;
use std::sync::Arc;

use serde::Serialize;

use crate::article::{Article, FrontMatter, Published};
use crate::diagnostic::{At, Diagnostic, problems};
use crate::facts::{self, Facts};
use crate::fields::Value;
use crate::file::ContentHash;
use crate::gazetteer::find::{Ambiguous, Mention, Named, Rule};
use crate::gazetteer::{Gazetteer, PlaceId};
use crate::name::Names;
use crate::route::Route;
use crate::text::fold::{Folded, fold};
use crate::text::script::Script;
use crate::text::sentence;
use crate::text::terms::FieldTerms;
use crate::topic::Topics;

use stated::Sentences;
pub use stated::{Appearance, FigureStated, NameStated, OfficeStated, Stated, StepStated};

/// Of a text that may not be published in full, one of so many parts may stand in its summary.
const EXCERPT_PARTS: usize = 3;

/// A summary made by the program fills at most this many columns, three lines of a card.
const SUMMARY_COLUMNS: usize = 180;

/// A sentence that names a place fills at most this many columns.
const SENTENCE_COLUMNS: usize = 160;

/// Of impossible figures no more are told.
const MAX_TOLD: usize = 10;

/// Of one place no more sentences are kept.
const MAX_SENTENCES: usize = 3;

/// An article and its signature.
#[derive(Debug, Clone)]
pub struct Annotated {
    /// The article.
    pub article: Article,
    /// What other pages may know of it.
    pub meta: Meta,
    /// What it is found by.
    pub terms: Arc<FieldTerms>,
    /// The script it was written in; a tree may show it in another one.
    pub written: Script,
    /// The hash of the file's text: all that is known of the article follows from it and from its path, and from what the
    /// site says of places, topics and names.
    pub source: ContentHash,
    /// The mentions that may be linked, in the order of the text, one inside another behind it; in bytes of the
    /// body's HTML.
    pub links: Vec<(Range<usize>, Linked)>,
}

impl Annotated {
    /// The hash of all that pages other than its own know of it, and what decides which pages there are: an edit that
    /// leaves it equal cannot touch another page that does not show its text, as long as the site says the same of
    /// places, topics and names.
    #[must_use]
    pub fn signature(&self) -> ContentHash {
        let Article { text, front, body, body_start, .. } = &self.article;
        let Meta { summary, script, mentions, stated, .. } = &self.meta;
        let topics: Vec<&str> = front.topics.iter().flatten().map(|it| it.value.as_str()).collect();
        let links: Vec<_> = body.links.iter().map(|it| (&it.target, &it.span)).collect();
        let front = &text[..*body_start];
        ContentHash::of_value(&(
            front,
            summary,
            (script, self.written),
            mentions,
            stated,
            topics,
            links,
        ))
    }
}

impl Annotated {
    /// Whether two states of an article decide the same: which pages there are, what stands on them in which order, how
    /// many articles say what. What the article says of itself may differ: its headline, summary and text, its
    /// sentences, what its figures are.
    #[must_use]
    pub fn is_like(&self, other: &Self) -> bool {
        let decides = |it: &Self| {
            let FrontMatter {
                route, date, updated, expires, script, cities, draft, rights, ..
            } = it.article.front.clone();
            let topics = it.article.front.topics.iter().flatten().map(|it| it.value.clone());
            let links = it.article.body.links.iter().map(|it| it.target.clone());
            let raw = it.article.front.raw.clone();
            (
                (route, date, updated, expires, script, cities, draft, rights, raw, it.written),
                (topics.collect::<Vec<_>>(), links.collect::<Vec<_>>()),
            )
        };
        let mentions = |it: &Self| {
            let all = it.meta.mentions.iter();
            all.map(|it| (it.named.clone(), it.fullest.clone(), it.times)).collect::<Vec<_>>()
        };
        let names = |it: &Self| {
            let name = |it: &NameStated| {
                let NameStated { kind, meant, key, is_local, name, forms, times, .. } = it.clone();
                (kind, meant, key, is_local, name, forms, times)
            };
            it.meta.stated.names.iter().map(name).collect::<Vec<_>>()
        };
        let sums =
            |it: &Self| it.meta.stated.figures.iter().map(|it| it.currency).collect::<Vec<_>>();
        // Old addresses have pages of their own that bear the headline.
        let is_alone = |it: &Self| it.article.front.aliases.is_empty();
        is_alone(self)
            && is_alone(other)
            && decides(self) == decides(other)
            && mentions(self) == mentions(other)
            && names(self) == names(other)
            && sums(self) == sums(other)
    }
}

/// What a mention may link to.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Linked {
    /// A place.
    Place(Named),
    /// A person, an organisation or a project, as an index into [`Stated::names`].
    Name(usize),
}

/// The signature of an article: all that any page but its own can show or sort by. An edit that leaves it
/// equal cannot touch another page.
#[derive(Debug, Clone, PartialEq)]
pub struct Meta {
    /// Its page.
    pub route: Route,
    /// The headline.
    pub title: String,
    /// When it was published.
    pub date: Option<Published>,
    /// The script it is written in.
    pub script: Script,
    /// The paper it is from.
    pub source: Option<String>,
    /// What a list shows of it.
    pub summary: String,
    /// The places it is about.
    pub cities: Vec<PlaceId>,
    /// The other places it names, the most frequent first.
    pub mentions: Vec<Mentioned>,
    /// The people, organisations, projects and figures it names.
    pub stated: Arc<Stated>,
}

/// A place that an article names.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Mentioned {
    /// The place.
    pub named: Named,
    /// The longest way in which it is written, in Simplified characters.
    pub fullest: String,
    /// How often.
    pub times: usize,
    /// The first sentences that name it, those of [`Stated::sentences`]; none of the body of an article that may not be published in full.
    pub sentences: Box<[Appearance]>,
}

/// A sentence with a name in it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Sentence {
    /// What stands before the name.
    pub before: String,
    /// The name.
    pub name: String,
    /// What stands behind it.
    pub after: String,
}

/// What articles are read with.
#[derive(Clone, Copy)]
pub struct Context<'a> {
    /// The places.
    pub gazetteer: &'a Gazetteer,
    /// The topics of the site.
    pub topics: &'a Topics,
    /// What the site says of people, organisations and projects.
    pub names: &'a Names,
}

/// Reads an article for what it names. An article that says nothing of topics gets those it is proposed for. The notes
/// are a topic that is missing, names that may mean several places, and what is too much.
#[must_use]
pub fn annotate(mut article: Article, context: Context<'_>) -> (Annotated, Vec<Diagnostic>) {
    let Context { gazetteer, names, .. } = context;
    let text = Text::new(&article);
    let folded = Folded::new(&text.all);
    let mut notes = Vec::new();
    if article.front.topics.is_none() {
        let proposed = proposed_topics(&article, &text, &folded, context.topics);
        if proposed.is_empty() && !context.topics.all().is_empty() {
            notes.push(problems::no_topic(At::File(article.path.clone())));
        }
        article.front.topics = Some(proposed);
    }
    let front = &article.front;
    let reading = gazetteer.read_folded(&folded, &front.cities);
    let facts = facts::read(&folded, &reading.names, &names.given_for(&article.path));
    let mut kept = Vec::new();
    let mut sentences = Sentences::new(&article, &text);
    let mentions = mentions(&article, &text, &reading.mentions, &mut sentences);
    let context = stated::Context {
        article: &article,
        text: &text,
        gazetteer,
        names,
        mentions: &reading.mentions,
    };
    let stated = stated::stated(&context, &facts, &mut kept, sentences);
    notes.extend(ambiguous(&article, &text, &reading.ambiguous, gazetteer));
    notes.extend(too_much(&article, &text, &facts));
    let meta = Meta {
        route: front.route.clone(),
        title: front.title.clone(),
        date: front.date,
        script: front.script,
        source: front.source.name.clone(),
        summary: front.summary.clone().unwrap_or_else(|| summary(front, &article.body.text)),
        cities: front.cities.clone(),
        mentions,
        stated: Arc::new(stated),
    };
    let links = links(&article, &text, &reading.mentions, &facts, (names, &kept));
    let terms = Arc::new(terms(&article));
    let (written, source) = (meta.script, ContentHash::of(article.text.as_bytes()));
    (Annotated { article, meta, terms, written, source, links }, notes)
}

/// The topics that an article is proposed for.
fn proposed_topics(
    article: &Article,
    text: &Text,
    folded: &Folded,
    topics: &Topics,
) -> Vec<Value<String>> {
    let title = folded.within(&(0..article.front.title.len()));
    let headings = article.body.headings.iter().map(|it| Folded::new(&it.text).chars);
    let proposals = topics.propose(title, &headings.collect::<Vec<_>>(), folded.within(&text.body));
    proposals.into_iter().map(|value| Value { value, span: 0..0 }).collect()
}

/// Notes on more names than are kept, and on numbers that can be no figures.
fn too_much(article: &Article, text: &Text, facts: &Facts) -> Vec<Diagnostic> {
    let mut notes = Vec::new();
    if facts.left_out > 0 {
        let at = At::File(article.path.clone());
        notes.push(problems::too_many_names(at, facts.left_out, facts::MAX_NAMES));
    }
    // One slip is told of many alike.
    let mut told: BTreeSet<&str> = BTreeSet::new();
    for span in &facts.too_large {
        let figure = &text.all[span.clone()];
        if told.len() == MAX_TOLD || !told.insert(figure) {
            continue;
        }
        let at = article.text[article.body_start..].find(figure).map(|it| article.body_start + it);
        let at = at.map_or(0..0, |at| at..at + figure.len());
        notes.push(problems::impossible_figure(article.at(at), figure));
    }
    notes
}

/// What an article is found by: headline, headings with kicker or deck, body, captions, byline.
#[must_use]
pub fn terms(article: &Article) -> FieldTerms {
    let (front, body) = (&article.front, &article.body);
    let headings = body.headings.iter().map(|it| it.text.as_str()).chain(front.subtitle.as_deref());
    let credits = front.byline.iter().flat_map(|it| {
        [Some(&it.name), it.role.as_ref(), it.affiliation.as_ref()].into_iter().flatten()
    });
    let captions = body.captions.iter();
    let text: Vec<&str> =
        std::iter::once(&body.text).chain(captions).chain(credits).map(String::as_str).collect();
    FieldTerms::new(&front.title, headings, &text)
}

/// All that an article says: headline, subtitle, body, captions.
struct Text {
    all: String,
    /// Where the body stands in it.
    body: Range<usize>,
}

impl Text {
    fn new(article: &Article) -> Self {
        let mut all = format!("{}\n", article.front.title);
        if let Some(subtitle) = &article.front.subtitle {
            all.push_str(subtitle);
            all.push('\n');
        }
        let start = all.len();
        all.push_str(&article.body.text);
        let body = start..all.len();
        for caption in &article.body.captions {
            all.push('\n');
            all.push_str(caption);
        }
        Self { all, body }
    }
}

/// The places that an article names besides those it is about, the most frequent first, then in the order of the
/// text.
fn mentions(
    article: &Article,
    text: &Text,
    found: &[Mention],
    sentences: &mut Sentences<'_>,
) -> Vec<Mentioned> {
    let mut counted: BTreeMap<&Named, Counted> = BTreeMap::new();
    let is_about = |named: &Named| match named {
        Named::Place(id) => article.front.cities.contains(id),
        Named::Open(_) => false,
    };
    for mention in found.iter().filter(|it| !is_about(&it.named)) {
        let first = mention.span.start;
        let it = counted
            .entry(&mention.named)
            .or_insert_with(|| Counted { first, ..Counted::default() });
        it.times += 1;
        let written = fold(&text.all[mention.span.clone()]);
        if written.len() > it.fullest.len() {
            it.fullest = written;
        }
        if it.sentences.len() < MAX_SENTENCES
            && mention.span.start >= it.end
            && let Some(around) = sentences.around(&mention.span)
        {
            it.end = around.end;
            it.sentences.push(sentences.within(&mention.span, &around));
        }
    }
    let mut ranked: Vec<(&Named, Counted)> = counted.into_iter().collect();
    ranked.sort_by_key(|(_, it)| (std::cmp::Reverse(it.times), it.first));
    let mentioned = |(named, it): (&Named, Counted)| Mentioned {
        named: named.clone(),
        fullest: it.fullest,
        times: it.times,
        sentences: it.sentences.into(),
    };
    ranked.into_iter().map(mentioned).collect()
}

/// A place while its mentions are counted.
#[derive(Default)]
struct Counted {
    /// Where it is named first.
    first: usize,
    times: usize,
    fullest: String,
    sentences: Vec<Appearance>,
    /// The end of the last of them.
    end: usize,
}

/// The mentions that may be linked: no place inside a name.
fn links(
    article: &Article,
    text: &Text,
    found: &[Mention],
    facts: &Facts,
    (known, kept): (&Names, &[Option<usize>]),
) -> Vec<(Range<usize>, Linked)> {
    let names = std::iter::zip(&facts.names, kept).flat_map(|(name, kept)| {
        let is_name = |it: &Range<usize>| !known.is_ignored(name.kind, &text.all[it.clone()]);
        let mentions = name.mentions.iter().map(|it| it.span.clone()).filter(is_name);
        mentions.map(move |span| (span, *kept))
    });
    let mut names: Vec<(Range<usize>, Option<usize>)> = names.collect();
    names.sort_by_key(|(span, _)| (span.start, std::cmp::Reverse(span.end)));
    let inside = |span: &Range<usize>| {
        let next = names.partition_point(|(name, _)| name.start <= span.start);
        names[..next].iter().rev().take(4).any(|(name, _)| name.end >= span.end)
    };
    // 青潍 is two places, and one character is hard to hit.
    let whole = found.iter().filter(|it| it.rule != Rule::Abbreviation && !inside(&it.span));
    let places = whole.map(|it| (it.span.clone(), Linked::Place(it.named.clone())));
    let linked_names =
        names.iter().filter_map(|(span, kept)| Some((span.clone(), Linked::Name((*kept)?))));
    let mut all: Vec<(Range<usize>, Linked)> = places.chain(linked_names).collect();
    all.retain(|(span, _)| text.body.contains(&span.start));
    all.sort_by_key(|(span, _)| (span.start, std::cmp::Reverse(span.end)));
    let (spans, linked): (Vec<_>, Vec<_>) = all
        .into_iter()
        .map(|(span, it)| (span.start - text.body.start..span.end - text.body.start, it))
        .unzip();
    let in_html = article.body.in_html(&spans);
    std::iter::zip(in_html, linked).filter_map(|(span, it)| Some((span?, it))).collect()
}

/// A note for each name that may mean several places, at its first place in the file.
fn ambiguous(
    article: &Article,
    text: &Text,
    ambiguous: &[Ambiguous],
    gazetteer: &Gazetteer,
) -> Vec<Diagnostic> {
    let mut seen: BTreeSet<&str> = BTreeSet::new();
    let mut notes = Vec::new();
    for it in ambiguous {
        let name = &text.all[it.span.clone()];
        // An editor who lists one of them has decided.
        let is_listed = it.candidates.iter().any(|id| article.front.cities.contains(id));
        if !is_listed && seen.insert(name) {
            // In the body, else in the headline; nowhere where marks stand inside of it.
            let body = article.text[article.body_start..].find(name);
            let at = body.map(|at| article.body_start + at).or_else(|| article.text.find(name));
            let at = at.map_or(0..0, |at| at..at + name.len());
            let names: Vec<String> =
                it.candidates.iter().map(|id| gazetteer.unique_name(*id, false)).collect();
            notes.push(problems::ambiguous_mention(article.at(at), name, &names));
        }
    }
    notes
}

/// The first block that is a sentence, in as many sentences as fit. Of an article that may not be published in full it is
/// no more than a third of the text: of a short notice nothing.
#[must_use]
pub fn summary(front: &FrontMatter, text: &str) -> String {
    let first = text
        .lines()
        .find(|line| line.contains(['。', '！', '？', '；']))
        .or_else(|| text.lines().next());
    let summary = sentence::summary(first.unwrap_or_default(), SUMMARY_COLUMNS);
    let is_little = summary.chars().count() * EXCERPT_PARTS <= text.chars().count();
    if front.is_excerpt() && !is_little { String::new() } else { summary }
}

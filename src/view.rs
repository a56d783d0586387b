//! **The** structs that templates may see: the theme API, described for theme authors in `docs/theme.md`.
//!
//! A template reads nothing but its view, so a page's key is the hash of its view. A [`Part`] stands in that
//! hash with its own, made once: a list of a thousand cards does not hash a thousand cards again.

use std::collections::BTreeMap;
use std::sync::Arc;

use serde::{Serialize, Serializer};

use crate::article::{Credit, Origin, Rights};
use crate::fields::Free;
use crate::file::ContentHash;
use crate::gazetteer::Level;
use crate::markdown::body::Heading;
use crate::text::script::Script;

/// A piece of a view with its hash. To a template it is its value, to a key it is its hash.
#[derive(Debug)]
pub struct Part<T> {
    value: T,
    hash: ContentHash,
}

impl<T: Serialize> Part<T> {
    /// Hashes a piece.
    #[must_use]
    pub fn new(value: T) -> Arc<Self> {
        let hash = hash(&value);
        Arc::new(Self { value, hash })
    }
}

impl<T: Serialize> Serialize for Part<T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        if serializer.is_human_readable() {
            self.value.serialize(serializer)
        } else {
            serializer.serialize_bytes(self.hash.as_bytes())
        }
    }
}

/// The hash of a view or a piece of one.
#[must_use]
pub fn hash(value: &impl Serialize) -> ContentHash {
    let hasher = postcard::to_io(value, blake3::Hasher::new())
        .expect("views hold nothing but text, numbers and lists");
    ContentHash::from_hasher(&hasher)
}

/// `site`: the same on every page.
#[derive(Debug, Serialize)]
pub struct SiteView {
    /// The name of the site.
    pub title: String,
    /// One line about it.
    pub description: String,
    /// The script of this tree.
    pub lang: Script,
    /// The path that every link begins with: `/` or `/repo/`.
    pub base_path: String,
    /// Who publishes it.
    pub author: Option<String>,
    /// Their page.
    pub author_url: Option<String>,
    /// The main pages.
    pub menu: Vec<LinkView>,
    /// The style sheets and scripts of the theme, by name: `style.css` → its address.
    pub assets: BTreeMap<String, String>,
}

/// `page`: what every page says of itself.
#[derive(Debug, Serialize)]
pub struct PageView {
    /// The title for the browser's tab; empty on the home page.
    pub title: String,
    /// One or two sentences about the page; may be empty.
    pub description: String,
    /// Its address below the base path.
    pub href: String,
    /// Its whole address, if the site says where it is published.
    pub permalink: Option<String>,
    /// The pages above it, the uppermost first.
    pub breadcrumb: Vec<LinkView>,
}

/// A link with its text.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct LinkView {
    /// The address.
    pub href: String,
    /// The text.
    pub text: String,
}

/// A link with a number of articles.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct CountView {
    /// The address.
    pub href: String,
    /// The text.
    pub text: String,
    /// How many articles stand there.
    pub count: usize,
}

/// A day.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct DateView {
    /// For machines: 2023-03-10.
    pub iso: String,
    /// For people: 2023年3月10日.
    pub text: String,
}

/// An article in a list.
#[derive(Debug, Serialize)]
pub struct CardView {
    /// Its page.
    pub href: String,
    /// The headline.
    pub title: String,
    /// The script of headline and summary.
    pub lang: Script,
    /// The day.
    pub date: Option<DateView>,
    /// The paper.
    pub source: Option<String>,
    /// A few sentences.
    pub summary: String,
    /// The places it is about.
    pub cities: Vec<LinkView>,
    /// Its topics.
    pub topics: Vec<LinkView>,
}

/// A list of articles, or one page of it.
#[derive(Debug, Serialize)]
pub struct ListView {
    /// The articles of this page.
    pub articles: Vec<Arc<Part<CardView>>>,
    /// How many articles the whole list has; on its first page only.
    pub total: Option<usize>,
    /// The page with newer articles.
    pub newer: Option<String>,
    /// The page with older articles.
    pub older: Option<String>,
}

/// What one kind of page is about; the variable has the name of the kind.
#[derive(Debug, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Content {
    /// `home`
    Home(HomeView),
    /// `article`
    Article(Box<ArticleView>),
    /// `raw`
    Raw(RawPageView),
    /// `places`
    Places(PlacesView),
    /// `place`
    Place(Box<PlaceView>),
    /// `below`
    Below(BelowView),
    /// `mentions`
    Mentions(MentionsView),
    /// `zones`
    Zones(ZonesView),
    /// `feed`
    Feed(FeedView),
    /// `choice`
    Choice(ChoiceView),
    /// `topics`
    Topics(TopicsView),
    /// `topic`
    Topic(TopicView),
    /// `archive`
    Archive(ArchiveView),
    /// `month`
    Month(MonthView),
    /// `about`
    About(AboutView),
    /// `redirect`
    Redirect(RedirectView),
    /// `not_found`
    NotFound(NotFoundView),
}

/// The home page.
#[derive(Debug, Serialize)]
pub struct HomeView {
    /// The newest articles.
    pub latest: ListView,
    /// The places with most articles.
    pub cities: Vec<CountView>,
    /// The topics with most articles.
    pub topics: Vec<CountView>,
}

/// An article.
#[derive(Debug, Serialize)]
pub struct ArticleView {
    /// The headline.
    pub title: String,
    /// Kicker or deck.
    pub subtitle: Option<String>,
    /// The script it is written in, and shown in.
    pub lang: Script,
    /// The day of publication.
    pub date: Option<DateView>,
    /// The day it was last changed.
    pub updated: Option<DateView>,
    /// Where it comes from.
    pub source: Origin,
    /// Who made it.
    pub byline: Vec<Credit>,
    /// A few sentences.
    pub summary: String,
    /// `full`, or `excerpt`: then `html` is empty.
    pub rights: Rights,
    /// The body.
    pub html: Arc<Part<String>>,
    /// Its headings.
    pub headings: Vec<Heading>,
    /// How many characters it has, spaces apart.
    pub characters: usize,
    /// The places it is about.
    pub cities: Vec<LinkView>,
    /// Its topics.
    pub topics: Vec<LinkView>,
    /// The other places it names, the most frequent first.
    pub mentions: Vec<LinkView>,
    /// The raw article: its path, and the SHA-256 of its bytes.
    pub raw: Option<RawView>,
    /// What stands under `[extra]` in its front matter.
    pub extra: BTreeMap<String, Free>,
    /// The article published before it.
    pub previous: Option<LinkView>,
    /// The article published after it.
    pub next: Option<LinkView>,
}

/// A raw article.
#[derive(Debug, Serialize)]
pub struct RawView {
    /// Its path in the site's folder.
    pub path: String,
    /// The SHA-256 of its bytes.
    pub sha256: String,
    /// Its page, if it is published.
    pub href: Option<String>,
}

/// The page of a raw article.
#[derive(Debug, Serialize)]
pub struct RawPageView {
    /// Its path in the site's folder.
    pub path: String,
    /// The SHA-256 of its bytes.
    pub sha256: String,
    /// Its text, to be escaped.
    pub text: Arc<str>,
    /// The script it is written in.
    pub lang: Script,
    /// The article made of it.
    pub article: LinkView,
}

/// All places, as a tree.
#[derive(Debug, Serialize)]
pub struct PlacesView {
    /// The provinces that articles are about.
    pub provinces: Vec<PlaceNode>,
    /// The provinces that articles only name, or name places in.
    pub only_named: Vec<PlaceNode>,
    /// Zones and regions.
    pub zones: Vec<CountView>,
    /// Where the places are; `None` if that is known of too few.
    pub map: Option<MapView>,
}

/// A place in the tree.
#[derive(Debug, Serialize)]
pub struct PlaceNode {
    /// Its page.
    pub href: String,
    /// Its name.
    pub name: String,
    /// How many articles are about it or a place below it.
    pub count: usize,
    /// The places below it that articles are about.
    pub children: Vec<PlaceNode>,
    /// Of a province the places in it that are only named.
    pub mentioned: Vec<LinkView>,
}

/// Places on a map; all numbers are units of its view box.
#[derive(Debug, Serialize)]
pub struct MapView {
    /// How wide it is.
    pub width: i32,
    /// How high it is.
    pub height: i32,
    /// The seats of all divisions around, as the `d` of a path of dots.
    pub ground: String,
    /// The places, the one with most articles first.
    pub dots: Vec<DotView>,
}

/// A place on a map.
#[derive(Debug, Serialize)]
pub struct DotView {
    /// Its page.
    pub href: String,
    /// Its name.
    pub text: String,
    /// How many articles are about it.
    pub count: usize,
    /// From the left.
    pub x: i32,
    /// From the top.
    pub y: i32,
    /// The radius.
    pub r: i32,
    /// Whether there is room for its name.
    pub label: bool,
}

/// A place, a zone or a region.
#[derive(Debug, Serialize)]
pub struct PlaceView {
    /// Its name in the script of the tree.
    pub name: String,
    /// Its name in Simplified and in Traditional characters.
    pub names: [String; 2],
    /// The code of GB/T 2260; `None` for what has none there.
    pub code: Option<String>,
    /// `province`, `prefecture`, `county`, `zone` or `region`.
    pub level: Level,
    /// What the first page of the list shows besides it; the other pages never change.
    pub about: Option<PlaceAbout>,
    /// The articles about it.
    pub list: ListView,
}

/// What a place's first page shows besides its articles.
#[derive(Debug, Serialize)]
pub struct PlaceAbout {
    /// What an editor wrote about it.
    pub html: String,
    /// The newest of the articles about places below it.
    pub below: Vec<Arc<Part<CardView>>>,
    /// How many articles are about places below it.
    pub below_total: usize,
    /// The page with all of them, if `below` shows fewer.
    pub below_href: Option<String>,
    /// The newest of the articles that only name it.
    pub mentions: Vec<MentionView>,
    /// How many articles only name it.
    pub mention_total: usize,
    /// The page with all of them, if `mentions` shows fewer.
    pub mentions_href: Option<String>,
    /// The places directly below it.
    pub children: Vec<CountView>,
    /// The places below it that articles only name.
    pub only_named: Vec<LinkView>,
    /// The zones in it.
    pub zones: Vec<CountView>,
    /// The divisions that a zone or region lies in.
    pub members: Vec<LinkView>,
    /// The topics of its articles.
    pub topics: Vec<CountView>,
    /// The places that articles name together with it.
    pub together: Option<TogetherView>,
    /// The day of the first article about it or naming it.
    pub first: Option<DateView>,
    /// The day of the latest one.
    pub last: Option<DateView>,
    /// Its feed.
    pub feed: Option<String>,
}

/// An article that names a place.
#[derive(Debug, Serialize)]
pub struct MentionView {
    /// Its page.
    pub href: String,
    /// The headline.
    pub title: String,
    /// The script of headline and sentences.
    pub lang: Script,
    /// The day.
    pub date: Option<DateView>,
    /// How often it names the place.
    pub times: usize,
    /// The first sentences that name it.
    pub sentences: Vec<SentenceView>,
}

/// A sentence with a name in it.
#[derive(Debug, Serialize)]
pub struct SentenceView {
    /// What stands before the name.
    pub before: String,
    /// The name.
    pub name: String,
    /// What stands behind it.
    pub after: String,
}

/// The places that are named together with one, as a picture; all numbers are units of its view box.
#[derive(Debug, Serialize)]
pub struct TogetherView {
    /// How wide the picture is.
    pub width: i32,
    /// How high it is.
    pub height: i32,
    /// Where the place itself stands.
    pub x: i32,
    /// From the top.
    pub y: i32,
    /// The others, the most frequent first.
    pub places: Vec<TogetherPlace>,
}

/// A place that is named together with another.
#[derive(Debug, Serialize)]
pub struct TogetherPlace {
    /// Its page.
    pub href: String,
    /// Its name.
    pub text: String,
    /// How many articles name both.
    pub count: usize,
    /// Where it stands, from the left.
    pub x: i32,
    /// From the top.
    pub y: i32,
    /// How wide the line to it is, in tenths.
    pub width: i32,
}

/// All articles about places below one, or a page of them.
#[derive(Debug, Serialize)]
pub struct BelowView {
    /// The articles.
    pub list: ListView,
}

/// All articles that name a place, or a page of them.
#[derive(Debug, Serialize)]
pub struct MentionsView {
    /// The articles.
    pub mentions: Vec<MentionView>,
    /// How many there are; on the first page only.
    pub total: Option<usize>,
    /// The page with newer ones.
    pub newer: Option<String>,
    /// The page with older ones.
    pub older: Option<String>,
}

/// All zones and regions.
#[derive(Debug, Serialize)]
pub struct ZonesView {
    /// Regions of several divisions.
    pub regions: Vec<CountView>,
    /// Development zones, new areas, parks.
    pub zones: Vec<CountView>,
}

/// A feed.
#[derive(Debug, Serialize)]
pub struct FeedView {
    /// Its title.
    pub title: String,
    /// Its whole address.
    pub permalink: String,
    /// The whole address of the page it belongs to.
    pub page: String,
    /// When its latest article was published or changed (RFC 3339).
    pub updated: String,
    /// The articles, the newest first.
    pub entries: Vec<Arc<Part<EntryView>>>,
}

/// An article in a feed.
#[derive(Debug, Serialize)]
pub struct EntryView {
    /// Its whole address.
    pub permalink: String,
    /// The headline.
    pub title: String,
    /// The script it is written in.
    pub lang: Script,
    /// When it was published (RFC 3339).
    pub published: String,
    /// When it was last changed.
    pub updated: String,
    /// The paper.
    pub source: Option<String>,
    /// A few sentences.
    pub summary: String,
    /// The body; empty if it may not be published in full.
    pub html: String,
}

/// The places that share a bare address.
#[derive(Debug, Serialize)]
pub struct ChoiceView {
    /// The places, with the divisions above them.
    pub places: Vec<LinkView>,
}

/// All topics.
#[derive(Debug, Serialize)]
pub struct TopicsView {
    /// The topics that have articles, then the others.
    pub topics: Vec<CountView>,
}

/// A topic.
#[derive(Debug, Serialize)]
pub struct TopicView {
    /// Its name.
    pub title: String,
    /// What the first page of the list shows besides it; the other pages never change.
    pub about: Option<TopicAbout>,
    /// Its articles.
    pub list: ListView,
}

/// What a topic's first page shows besides its articles.
#[derive(Debug, Serialize)]
pub struct TopicAbout {
    /// What its file says.
    pub html: String,
    /// The places of its articles.
    pub cities: Vec<CountView>,
}

/// The archive.
#[derive(Debug, Serialize)]
pub struct ArchiveView {
    /// The years, the newest first.
    pub years: Vec<YearView>,
    /// The articles without a date.
    pub undated: Option<CountView>,
    /// How many articles there are.
    pub total: usize,
}

/// A year of the archive.
#[derive(Debug, Serialize)]
pub struct YearView {
    /// The year.
    pub year: i16,
    /// How many articles it has.
    pub count: usize,
    /// Its months, the newest first.
    pub months: Vec<CountView>,
}

/// A month of the archive, or the articles without a date.
#[derive(Debug, Serialize)]
pub struct MonthView {
    /// Its articles, the newest first.
    pub list: ListView,
}

/// The page about the site.
#[derive(Debug, Serialize)]
pub struct AboutView {
    /// How many articles, places and topics the site has.
    pub articles: usize,
    /// Places with articles of their own.
    pub places: usize,
    /// Topics with articles.
    pub topics: usize,
    /// The notices of what the site is made with.
    pub notices: String,
}

/// An old address.
#[derive(Debug, Serialize)]
pub struct RedirectView {
    /// Where it leads.
    pub to: String,
}

/// The page for addresses that do not exist.
#[derive(Debug, Serialize)]
pub struct NotFoundView {
    /// The places with most articles.
    pub cities: Vec<CountView>,
}

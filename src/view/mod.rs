//! **The** structs that templates may see: the theme API, described for theme authors in `docs/theme.md`.
//!
//! A template reads nothing but its view, so a page's key is the hash of its view. A [`Part`] stands in that
//! hash with its own, made once: a list of a thousand cards does not hash a thousand cards again.

mod names;
mod places;
mod time;

use std::collections::BTreeMap;
use std::sync::{Arc, OnceLock};

use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::article::{Credit, Origin};
use crate::config::Rights;
use crate::fields::Free;
use crate::file::ContentHash;
use crate::markdown::body::Heading;
use crate::text::script::Script;

pub use names::*;
pub use places::*;
pub use time::*;

/// A piece of a view with its hash. To a template it is its value, to a key it is its hash.
#[derive(Debug)]
pub struct Part<T> {
    value: T,
    hash: ContentHash,
    /// What templates see of it, made when the first one asks: all others share it.
    shown: OnceLock<tera::Value>,
}

/// A piece that several views share.
pub type Shared<T> = Arc<Part<T>>;

impl<T: Serialize> Part<T> {
    /// Hashes a piece.
    #[must_use]
    pub fn new(value: T) -> Arc<Self> {
        let hash = ContentHash::of_value(&value);
        Arc::new(Self { value, hash, shown: OnceLock::new() })
    }
}

impl<T> Part<T> {
    /// The piece.
    pub const fn value(&self) -> &T {
        &self.value
    }
}

impl<T: Serialize> Serialize for Part<T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        if serializer.is_human_readable() {
            let shown = || tera::Value::from_serializable(&self.value);
            self.shown.get_or_init(shown).serialize(serializer)
        } else {
            serializer.serialize_bytes(self.hash.as_bytes())
        }
    }
}

/// A piece that is written out whole wherever it is serialised, to be read again.
#[derive(Debug)]
pub struct Whole<T>(pub Shared<T>);

impl<T: Serialize> Serialize for Whole<T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.0.value.serialize(serializer)
    }
}

impl<'de, T: Serialize + Deserialize<'de>> Deserialize<'de> for Whole<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Ok(Self(Part::new(T::deserialize(deserializer)?)))
    }
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
    /// The language and region as social networks write them: `zh_CN`.
    pub locale: &'static str,
    /// The path that every link begins with: `/` or `/repo/`, with the folder of this tree.
    pub base_path: String,
    /// The path of the whole site, for files that all trees share.
    pub root_path: String,
    /// Scheme and host, `https://example.org`; empty if the site does not say where it is published.
    pub origin: String,
    /// The Atom feed of this tree, if the site says where it is published.
    pub feed: Option<String>,
    /// The JSON Feed of this tree.
    pub json_feed: Option<String>,
    /// The picture that stands for pages without one of their own, if the site says where it is published.
    pub image: Option<ImageView>,
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
    /// The same page in each script, this one among them; empty on a site of one script.
    pub alternates: Vec<AlternateView>,
    /// The pages above it, the uppermost first.
    pub breadcrumb: Vec<Shared<LinkView>>,
    /// The Atom feed of what it shows, if it has one of its own.
    pub feed: Option<String>,
    /// The picture that stands for it elsewhere, if the site says where it is published.
    pub image: Option<ImageView>,
}

/// A picture that stands for a page elsewhere.
#[derive(Debug, Clone, Serialize)]
pub struct ImageView {
    /// Its whole address.
    pub url: String,
    /// How wide it is, in pixels.
    pub width: u32,
    /// How high it is, in pixels.
    pub height: u32,
}

/// A page in one of the site's scripts.
#[derive(Debug, Serialize)]
pub struct AlternateView {
    /// The script.
    pub lang: Script,
    /// What its readers call it, in its own characters: 繁體.
    pub name: &'static str,
    /// The address of the page.
    pub href: String,
    /// Its whole address, if the site says where it is published.
    pub permalink: Option<String>,
    /// Whether it is this page.
    pub current: bool,
}

/// A link with its text.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
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
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
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
    /// Whether the headline may be broken between its phrases alone.
    pub phrases: bool,
    /// The script of headline and summary.
    pub lang: Script,
    /// The day.
    pub date: Option<DateView>,
    /// The paper.
    pub source: Option<String>,
    /// A few sentences.
    pub summary: String,
    /// The places it is about.
    pub cities: Vec<Shared<LinkView>>,
    /// Its topics.
    pub topics: Vec<Shared<LinkView>>,
}

/// A list of articles, or one page of it.
#[derive(Debug, Serialize)]
pub struct ListView {
    /// The articles of this page.
    pub articles: Vec<Shared<CardView>>,
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
    /// `names`
    Names(NamesView),
    /// `name`
    Name(Box<NameView>),
    /// `figures`
    Figures(FiguresView),
    /// `crossing`
    Crossing(CrossingView),
    /// `archive`
    Archive(ArchiveView),
    /// `year`
    Year(YearPageView),
    /// `month`
    Month(MonthView),
    /// `search`
    Search(SearchView),
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
    /// Whether the headline may be broken between its phrases alone.
    pub phrases: bool,
    /// Kicker or deck.
    pub subtitle: Option<String>,
    /// The script it is shown in.
    pub lang: Script,
    /// The script it is written in; another one if it has been converted for this tree.
    pub written: Script,
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
    pub html: Shared<String>,
    /// Its headings.
    pub headings: Vec<Heading>,
    /// How many characters it has, spaces apart.
    pub characters: usize,
    /// How many minutes it takes to read; 1 at least.
    pub minutes: usize,
    /// The places it is about.
    pub cities: Vec<Shared<LinkView>>,
    /// Its topics.
    pub topics: Vec<Shared<LinkView>>,
    /// The other places it names, the most frequent first.
    pub mentions: Vec<Shared<LinkView>>,
    /// The people it names, with their offices, those named most first.
    pub people: Vec<NamedView>,
    /// The organisations.
    pub organisations: Vec<NamedView>,
    /// The projects.
    pub projects: Vec<NamedView>,
    /// The plans and measures in 《》.
    pub documents: Vec<NamedView>,
    /// Its figures.
    pub figures: Vec<FigureLine>,
    /// The raw article: its path, and the SHA-256 of its bytes.
    pub raw: Option<RawView>,
    /// How it is cited, after GB/T 7714.
    pub citation: String,
    /// What stands under `[extra]` in its front matter.
    pub extra: BTreeMap<String, Free>,
    /// The articles that share most with it, those first.
    pub related: Vec<Shared<RelatedView>>,
    /// The article published before it.
    pub previous: Option<LinkView>,
    /// The article published after it.
    pub next: Option<LinkView>,
}

/// An article that belongs to another one.
#[derive(Debug, Serialize, Deserialize)]
pub struct RelatedView {
    /// Its page.
    pub href: String,
    /// The headline.
    pub title: String,
    /// The script of the headline.
    pub lang: Script,
    /// The day.
    pub date: Option<DateView>,
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

/// A feed.
#[derive(Debug, Serialize)]
pub struct FeedView {
    /// Its title.
    pub title: String,
    /// Who publishes the site, or its name.
    pub author: String,
    /// Its whole address.
    pub permalink: String,
    /// The whole address of the page it belongs to.
    pub page: String,
    /// When its latest article was published or changed (RFC 3339).
    pub updated: String,
    /// The articles, the newest first.
    pub entries: Vec<Shared<EntryView>>,
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
    /// The page of the article there.
    pub source_url: Option<String>,
    /// A few sentences.
    pub summary: String,
    /// The body, with whole addresses; empty if it may not be published in full.
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
    /// The people, organisations, projects and figures that stand out.
    pub leading: LeadingView,
    /// Lists of its articles on one city each.
    pub crossings: Vec<CountView>,
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

/// The search page: what a reader may choose.
#[derive(Debug, Serialize)]
pub struct SearchView {
    /// The divisions that articles are about, by their provinces.
    pub cities: Vec<ChoicesView>,
    /// The topics with articles.
    pub topics: Vec<OptionView>,
    /// The years with articles, the newest first.
    pub years: Vec<OptionView>,
}

/// A group of choices.
#[derive(Debug, Serialize)]
pub struct ChoicesView {
    /// What they have in common: the province.
    pub name: String,
    /// The choices.
    pub options: Vec<OptionView>,
}

/// A choice.
#[derive(Debug, Serialize)]
pub struct OptionView {
    /// What stands in the address: `370200`.
    pub value: String,
    /// What a reader sees.
    pub text: String,
    /// How many articles there are.
    pub count: usize,
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

//! What a page says of itself to search engines: JSON-LD in the words of schema.org.
//!
//! In: the view of a page. Out: a text for `<script type="application/ld+json">`. Nothing stands in it that is not in
//! the view, so the key of the page is its key too; and nothing in it can end the element or begin another one.

use std::fmt::Write;

use serde_json::{Map, Value, json};

use crate::article::Credit;
use crate::config::Rights;
use crate::facts::Kind;
use crate::view::{
    ArticleView, CardView, Content, LinkView, NameView, NamedView, PageView, PlaceView, Shared,
    SiteView,
};

/// Search engines take a headline of so many characters.
const HEADLINE: usize = 110;

/// The structured data of a page; `None` if it has none, or if the site does not say where it is published.
#[must_use]
pub fn structured(page: &PageView, content: &Content, site: &SiteView) -> Option<String> {
    let permalink = page.permalink.as_deref()?;
    let of = About { page, site, permalink };
    let itself = match content {
        Content::Article(it) if it.date.is_some() => of.article(it),
        Content::Article(_) | Content::Search(_) | Content::Archive(_) => of.page("WebPage"),
        Content::About(_) => of.page("AboutPage"),
        Content::Home(it) => of.home(it.latest.articles.iter().map(|it| it.value())),
        Content::Place(it) => of.place(it),
        Content::Topic(it) => {
            let about = json!({ "@type": "Thing", "name": it.title });
            of.list(Some(about), it.list.articles.iter().map(|it| it.value()))
        }
        Content::Name(it) => of.name(it),
        Content::Below(it) => of.list(None, it.list.articles.iter().map(|it| it.value())),
        Content::Crossing(it) => of.list(None, it.list.articles.iter().map(|it| it.value())),
        Content::Year(it) => of.list(None, it.list.articles.iter().map(|it| it.value())),
        Content::Month(it) => of.list(None, it.list.articles.iter().map(|it| it.value())),
        Content::Mentions(_)
        | Content::Places(_)
        | Content::Zones(_)
        | Content::Topics(_)
        | Content::Names(_)
        | Content::Figures(_)
        | Content::Choice(_) => of.page("CollectionPage"),
        Content::Raw(_) | Content::Feed(_) | Content::Redirect(_) | Content::NotFound(_) => {
            return None;
        }
    };
    let trail = of.trail();
    let graph: Vec<Value> = std::iter::once(itself).chain(trail).collect();
    Some(harmless(&json!({ "@context": "https://schema.org", "@graph": graph }).to_string()))
}

/// A JSON text in which nothing is markup.
fn harmless(json: &str) -> String {
    let mut out = String::with_capacity(json.len());
    for c in json.chars() {
        match c {
            '<' | '>' | '&' | '\u{2028}' | '\u{2029}' => {
                let _ = write!(out, "\\u{:04x}", u32::from(c));
            }
            c => out.push(c),
        }
    }
    out
}

/// A page, and where it stands.
struct About<'a> {
    page: &'a PageView,
    site: &'a SiteView,
    permalink: &'a str,
}

impl About<'_> {
    /// The whole address of a link on the page.
    fn whole(&self, href: &str) -> String {
        if href.starts_with('/') { format!("{}{href}", self.site.origin) } else { href.to_owned() }
    }

    fn home_address(&self) -> String {
        self.whole(&self.site.base_path)
    }

    /// What is true of each page.
    fn page(&self, kind: &str) -> Value {
        let mut it = json!({
            "@type": kind,
            "@id": self.permalink,
            "url": self.permalink,
            "name": if self.page.title.is_empty() { &self.site.title } else { &self.page.title },
            "inLanguage": self.site.lang,
            "isPartOf": { "@type": "WebSite", "name": self.site.title, "url": self.home_address() },
        });
        if !self.page.description.is_empty() {
            it["description"] = json!(self.page.description);
        }
        it
    }

    fn home<'a>(&self, articles: impl Iterator<Item = &'a CardView>) -> Value {
        let mut it = self.page("WebSite");
        if let Some(it) = it.as_object_mut() {
            it.remove("isPartOf");
        }
        it["publisher"] = self.publisher();
        let listed = items(articles.map(|it| (self.whole(&it.href), it.title.as_str())));
        if let Some(listed) = listed {
            it["mainEntity"] = listed;
        }
        it
    }

    fn publisher(&self) -> Value {
        let url = self.site.author_url.clone().unwrap_or_else(|| self.home_address());
        let name = self.site.author.as_ref().unwrap_or(&self.site.title);
        json!({ "@type": "Organization", "name": name, "url": url })
    }

    fn article(&self, it: &ArticleView) -> Value {
        let mut out = Map::new();
        let mut say = |key: &str, value: Value| {
            let is_empty = value.is_null() || value.as_array().is_some_and(Vec::is_empty);
            if !is_empty {
                out.insert(key.to_owned(), value);
            }
        };
        say("@type", json!("NewsArticle"));
        say("@id", json!(self.permalink));
        say("mainEntityOfPage", json!(self.permalink));
        say("headline", json!(it.title.chars().take(HEADLINE).collect::<String>()));
        say("alternativeHeadline", json!(it.subtitle));
        say("description", json!(it.summary));
        say("inLanguage", json!(it.lang));
        say("datePublished", json!(it.date.as_ref().map(|it| &it.iso)));
        let changed =
            it.updated.as_ref().filter(|at| Some(&at.iso) >= it.date.as_ref().map(|it| &it.iso));
        say("dateModified", json!(changed.map(|it| &it.iso)));
        say("author", self.authors(it));
        say("publisher", self.publisher());
        let image = self.page.image.as_ref().or(self.site.image.as_ref());
        say("image", json!(image.map(|it| &it.url)));
        say("articleSection", json!(it.source.section));
        if it.rights == Rights::Full {
            say("wordCount", json!(it.characters));
        }
        say("isBasedOn", based_on(it));
        say("contentLocation", self.things("Place", &it.cities));
        say("about", self.things("Thing", &it.topics));
        let people = self.named("Person", &it.people);
        let organisations = self.named("Organization", &it.organisations);
        say("mentions", Value::Array(people.chain(organisations).collect()));
        say(
            "isPartOf",
            json!({ "@type": "WebSite", "name": self.site.title, "url": self.home_address() }),
        );
        Value::Object(out)
    }

    /// Who wrote an article; else its paper, else who publishes the site.
    fn authors(&self, it: &ArticleView) -> Value {
        let credit = |it: &Credit| {
            let mut author = json!({ "@type": "Person", "name": it.name });
            if let Some(affiliation) = &it.affiliation {
                author["affiliation"] = json!({ "@type": "Organization", "name": affiliation });
            }
            author
        };
        match &it.source.name {
            _ if !it.byline.is_empty() => it.byline.iter().map(credit).collect(),
            Some(name) => json!({ "@type": "Organization", "name": name }),
            None => self.publisher(),
        }
    }

    fn things(&self, kind: &str, links: &[Shared<LinkView>]) -> Value {
        let thing = |it: &Shared<LinkView>| {
            let LinkView { href, text } = it.value();
            json!({ "@type": kind, "name": text, "url": self.whole(href) })
        };
        links.iter().map(thing).collect()
    }

    /// The names that have a page.
    fn named<'a>(
        &'a self,
        kind: &'static str,
        names: &'a [NamedView],
    ) -> impl Iterator<Item = Value> + 'a {
        names.iter().filter_map(move |it| {
            let url = self.whole(it.href.as_ref()?);
            let mut thing = json!({ "@type": kind, "name": it.text, "url": url });
            if let Some(office) = &it.office {
                thing["jobTitle"] = json!(office);
            }
            Some(thing)
        })
    }

    fn list<'a>(
        &self,
        about: Option<Value>,
        articles: impl Iterator<Item = &'a CardView>,
    ) -> Value {
        let mut it = self.page("CollectionPage");
        if let Some(about) = about {
            it["about"] = about;
        }
        let listed = items(articles.map(|it| (self.whole(&it.href), it.title.as_str())));
        if let Some(listed) = listed {
            it["mainEntity"] = listed;
        }
        it
    }

    fn place(&self, it: &PlaceView) -> Value {
        let mut place = json!({ "@type": "Place", "name": it.name });
        let others: Vec<&String> = it.names.iter().filter(|other| **other != it.name).collect();
        if !others.is_empty() {
            place["alternateName"] = json!(others);
        }
        if let Some(code) = &it.code {
            place["identifier"] =
                json!({ "@type": "PropertyValue", "propertyID": "GB/T 2260", "value": code });
        }
        self.list(Some(place), it.list.articles.iter().map(|it| it.value()))
    }

    fn name(&self, it: &NameView) -> Value {
        let kind = match it.kind {
            Kind::Person => "Person",
            Kind::Organisation => "Organization",
            Kind::Project => "Project",
            Kind::Document => "CreativeWork",
        };
        let mut about = json!({ "@type": kind, "name": it.name });
        if !it.aliases.is_empty() {
            about["alternateName"] = json!(it.aliases);
        }
        self.list(Some(about), it.mentions.iter().map(|it| it.article.value()))
    }

    /// The pages above this one, from the home page to itself; `None` for the home page.
    fn trail(&self) -> Option<Value> {
        if self.page.title.is_empty() {
            return None;
        }
        let above = self.page.breadcrumb.iter().map(|it| it.value());
        let above = above.map(|it| (self.whole(&it.href), it.text.as_str()));
        let home = (self.home_address(), self.site.title.as_str());
        let itself = (self.permalink.to_owned(), self.page.title.as_str());
        let links = std::iter::once(home).chain(above).chain([itself]);
        let item = |(at, (url, name)): (usize, (String, &str))| json!({ "@type": "ListItem", "position": at + 1, "name": name, "item": url });
        let items: Vec<Value> = links.enumerate().map(item).collect();
        Some(json!({ "@type": "BreadcrumbList", "itemListElement": items }))
    }
}

/// The article that an article is made of.
fn based_on(it: &ArticleView) -> Value {
    let source = &it.source;
    if source.url.is_none() && source.name.is_none() {
        return Value::Null;
    }
    let mut work = json!({ "@type": "CreativeWork", "name": it.title });
    if let Some(url) = &source.url {
        work["url"] = json!(url);
    }
    if let Some(name) = &source.name {
        work["publisher"] = json!({ "@type": "Organization", "name": name });
    }
    work
}

/// A list of pages; nothing if there is none.
fn items<'a>(pages: impl Iterator<Item = (String, &'a str)>) -> Option<Value> {
    let item = |(at, (url, name)): (usize, (String, &str))| json!({ "@type": "ListItem", "position": at + 1, "name": name, "url": url });
    let items: Vec<Value> = pages.enumerate().map(item).collect();
    (!items.is_empty()).then(|| json!({ "@type": "ItemList", "itemListElement": items }))
}

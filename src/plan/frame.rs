//! What the page of an article shows of the rest of the site.
//!
//! In: an article, a [`Frame`], which the planner makes or the last process left. Out: the page, so that an edit of a
//! text needs to know nothing of the site but that. Nothing here looks at another article.

use std::collections::BTreeSet;
use std::ops::Range;

use serde::{Deserialize, Serialize};

use super::article::raw_route;
use super::citation::citation;
use super::names::named;
use super::{Outline, TreeContext, date, figures};
use crate::annotate::{Annotated, Linked, Meta, NameStated};
use crate::facts::Kind;
use crate::gazetteer::find::Named;
use crate::markdown::text::linked;
use crate::text::typography;
use crate::view::{
    ArticleView, Content, LinkView, NamedView, Part, RawView, RelatedView, Shared, Whole,
};

/// Who reads Chinese news on a screen reads so many characters a minute (studies find 300 to 500).
const CHARACTERS_A_MINUTE: usize = 400;

/// What stands around an article on its page in a tree.
#[derive(Debug, Serialize, Deserialize)]
pub struct Frame {
    /// The places above.
    pub(super) breadcrumb: Vec<Whole<LinkView>>,
    /// The places that it is about.
    pub(super) cities: Vec<Whole<LinkView>>,
    pub(super) topics: Vec<Whole<LinkView>>,
    /// Of each place that it names, in the order of [`Meta::mentions`](crate::annotate::Meta::mentions), the page.
    pub(super) mentions: Vec<Option<Whole<LinkView>>>,
    /// Of each name, in the order of [`Stated::names`](crate::annotate::Stated::names), the page.
    pub(super) names: Vec<Option<String>>,
    /// Whether its raw article has a page.
    pub(super) has_raw: bool,
    pub(super) related: Vec<Whole<RelatedView>>,
    pub(super) previous: Option<LinkView>,
    pub(super) next: Option<LinkView>,
}

/// The links of a list.
fn links(all: &[Whole<LinkView>]) -> Vec<Shared<LinkView>> {
    all.iter().map(|it| Shared::clone(&it.0)).collect()
}

/// What is known of an article's page before it is made.
pub(super) fn outline(context: &TreeContext, meta: &Meta, above: Vec<Shared<LinkView>>) -> Outline {
    let mut head = context.head(&meta.route, &meta.title, above);
    head.description.clone_from(&meta.summary);
    head.image = context.picture(&meta.route);
    Outline { route: meta.route.clone(), tree: 0, template: "article.html", head }
}

impl Frame {
    /// The page of an article with this frame.
    #[must_use]
    pub fn page(&self, context: &TreeContext, it: &Annotated) -> (Outline, Content) {
        let outline = outline(context, &it.meta, links(&self.breadcrumb));
        let outline = outline.in_tree(context.number, &context.tree().folder);
        (outline, self.content(context, it))
    }

    /// What the page is about. Of an article with the rights `excerpt` the body is not even in the view.
    pub(super) fn content(&self, context: &TreeContext, it: &Annotated) -> Content {
        let (front, body, meta) = (&it.article.front, &it.article.body, &it.meta);
        let excerpt = front.is_excerpt();
        let figure = |it| figures::line(context, &meta.stated, it, |at| self.name(at));
        Content::Article(Box::new(ArticleView {
            title: front.title.clone(),
            phrases: typography::has_phrases(&front.title),
            subtitle: front.subtitle.clone(),
            lang: front.script,
            written: it.written,
            date: front.date.map(date),
            updated: front.updated.map(date),
            source: front.source.clone(),
            byline: front.byline.clone(),
            summary: meta.summary.clone(),
            rights: front.published,
            html: Part::new(if excerpt { String::new() } else { self.html(context, it) }),
            headings: if excerpt { Vec::new() } else { body.headings.clone() },
            characters: body.characters,
            minutes: body.characters.div_ceil(CHARACTERS_A_MINUTE).max(1),
            cities: links(&self.cities),
            topics: links(&self.topics),
            mentions: self.mentions.iter().flatten().map(|it| Shared::clone(&it.0)).collect(),
            people: self.names_of(it, Kind::Person),
            organisations: self.names_of(it, Kind::Organisation),
            projects: self.names_of(it, Kind::Project),
            documents: self.names_of(it, Kind::Document),
            figures: meta.stated.figures.iter().map(figure).collect(),
            raw: front.raw.as_ref().map(|raw| RawView {
                path: raw.path.to_string(),
                sha256: raw.sha256.clone(),
                href: self.has_raw.then(|| context.href(&raw_route(&meta.route))),
            }),
            citation: citation(
                front,
                context.tree().base_url.permalink(&meta.route).as_deref(),
                &context.tree().text(&context.config.title),
            ),
            extra: front.extra.clone(),
            related: self.related.iter().map(|it| Shared::clone(&it.0)).collect(),
            previous: self.previous.clone(),
            next: self.next.clone(),
        }))
    }

    /// The page of a name.
    fn name(&self, at: usize) -> Option<&str> {
        self.names.get(at)?.as_deref()
    }

    /// The names of one kind, those named most first.
    fn names_of(&self, it: &Annotated, kind: Kind) -> Vec<NamedView> {
        let stated = &it.meta.stated;
        let of_kind = |it: &(usize, &NameStated)| it.1.kind == kind;
        let mut names: Vec<(usize, &NameStated)> =
            stated.names.iter().enumerate().filter(of_kind).collect();
        names.sort_by_key(|(at, it)| (std::cmp::Reverse(it.times), *at));
        names.into_iter().map(|(at, it)| named(it, self.name(at))).collect()
    }

    /// The body, in which the first mention of each place, person, organisation and project links to its page, of names
    /// in one another the longest; unless the site or the article wants no links.
    fn html(&self, context: &TreeContext, it: &Annotated) -> String {
        let wanted = it.article.front.auto_links.unwrap_or(context.config.auto_links);
        let mut seen: BTreeSet<&str> = BTreeSet::new();
        let mut end = 0;
        let mut links: Vec<(Range<usize>, &str, &str)> = Vec::new();
        for (span, named) in it.links.iter().filter(|_| wanted) {
            if span.start >= end
                && let Some(href) = self.href(it, named)
            {
                end = span.end;
                if seen.insert(href) {
                    let class = if matches!(named, Linked::Place(_)) { "place" } else { "name" };
                    links.push((span.clone(), class, href));
                }
            }
        }
        context.tree().rebased(linked(&it.article.body.html, links.into_iter()))
    }

    /// The page of what a mention names, if it has one.
    fn href(&self, it: &Annotated, linked: &Linked) -> Option<&str> {
        let Linked::Place(named) = linked else {
            let Linked::Name(at) = linked else { return None };
            return self.name(*at);
        };
        let is_about = |city| matches!(named, Named::Place(id) if id == city);
        let link = match it.meta.cities.iter().position(is_about) {
            Some(at) => self.cities.get(at),
            None => {
                let at = it.meta.mentions.iter().position(|it| it.named == *named)?;
                self.mentions.get(at)?.as_ref()
            }
        };
        link.map(|it| it.0.value().href.as_str())
    }
}

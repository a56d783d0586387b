//! Long lists, cut into pages.
//!
//! Pages are numbered from the oldest article on, and a full page never changes: a new article appears on
//! the first page alone, which shows the articles that fill no page yet and the newest full page.

use std::ops::Range;

use super::Planner;
use crate::catalog::ArticleId;
use crate::route::Route;
use crate::text::script::Script;
use crate::view::{CardView, ListView, Shared};

impl Planner {
    pub(super) fn cards(&self, articles: &[ArticleId]) -> Vec<Shared<CardView>> {
        articles.iter().map(|id| self.card_of(*id)).collect()
    }

    /// The newest articles of a list that has no further pages.
    pub(super) fn first_page(&self, mut articles: Vec<ArticleId>) -> ListView {
        let total = articles.len();
        articles.truncate(self.input.config.page_size);
        ListView { articles: self.cards(&articles), total: Some(total), newer: None, older: None }
    }

    /// Cuts a list of articles into the page at `route` and those below it.
    pub(super) fn cuts(&self, route: &Route, articles: &[ArticleId]) -> Vec<Cut> {
        cut(route, articles.len(), self.input.config.page_size)
    }

    /// A page of a list of articles, the newest first.
    pub(super) fn list(&self, cut: &Cut, articles: &[ArticleId]) -> ListView {
        let [newer, older] = self.around(cut);
        ListView {
            articles: self.cards(&articles[cut.range.clone()]),
            total: cut.is_first().then_some(articles.len()),
            newer,
            older,
        }
    }

    /// The addresses of the pages with newer and with older items.
    pub(super) fn around(&self, cut: &Cut) -> [Option<String>; 2] {
        [&cut.newer, &cut.older].map(|it| it.as_ref().map(|it| self.href(it)))
    }

    /// The title of a page of a list.
    pub(super) fn list_title(&self, list: &str, cut: &Cut) -> String {
        title(list, cut.number, self.script())
    }
}

/// The title of a page of a list, with its number.
fn title(list: &str, number: Option<usize>, script: Script) -> String {
    let page = if script.is_traditional() { '頁' } else { '页' };
    number.map_or_else(|| list.to_owned(), |number| format!("{list}（第{number}{page}）"))
}

/// A piece of a long list.
#[derive(Clone)]
pub(super) struct Cut {
    /// Its address.
    pub(super) route: Route,
    /// The items on it.
    pub(super) range: Range<usize>,
    /// Its number, from the oldest page on; the first page, where all that is not the list stands too, has
    /// none.
    number: Option<usize>,
    /// The page with newer items.
    newer: Option<Route>,
    /// The page with older ones.
    older: Option<Route>,
}

impl Cut {
    /// Whether it is the first page.
    pub(super) const fn is_first(&self) -> bool {
        self.number.is_none()
    }
}

/// Cuts a list of `length` items, the newest first, into pages of `size`.
pub(super) fn cut(route: &Route, length: usize, size: usize) -> Vec<Cut> {
    let numbered = (length / size).saturating_sub(1);
    let first = length - numbered * size;
    let address = |number: usize| match number {
        0 => None,
        it if it > numbered => Some(route.clone()),
        it => Some(numbered_route(route, it)),
    };
    let piece = |number: usize| {
        let is_first = number > numbered;
        let start = first + (numbered + 1 - number.max(1)) * size;
        Cut {
            route: address(number).expect("every page has an address"),
            range: if is_first { 0..first } else { start - size..start },
            number: (!is_first).then_some(number),
            newer: if is_first { None } else { address(number + 1) },
            older: address(number - 1),
        }
    };
    (1..=numbered + 1).rev().map(piece).collect()
}

/// The address of a numbered page: `/cities/qingdao/page/3/`.
fn numbered_route(route: &Route, number: usize) -> Route {
    route
        .join("page")
        .and_then(|it| it.join(&number.to_string()))
        .expect("a page number is a good part of a route")
}

//! Long lists, cut into pages.
//!
//! Pages are numbered from the oldest article on, and a full page never changes: a new article appears on
//! the first page alone, which shows the articles that fill no page yet and the newest full page.

use std::sync::Arc;

use super::Planner;
use crate::catalog::ArticleId;
use crate::route::Route;
use crate::view::{CardView, ListView, Part};

/// One page of a list.
pub(super) struct Slice {
    /// Its address.
    pub(super) route: Route,
    /// What it shows.
    pub(super) list: ListView,
    /// Its number, from the oldest page on; the first page, where all that is not the list stands too, has
    /// none.
    pub(super) number: Option<usize>,
}

impl Slice {
    /// The title of the list on this page.
    pub(super) fn title(&self, list: &str) -> String {
        self.number.map_or_else(|| list.to_owned(), |number| format!("{list}（第{number}页）"))
    }
}

impl Planner<'_> {
    pub(super) fn cards(&self, articles: &[ArticleId]) -> Vec<Arc<Part<CardView>>> {
        articles.iter().map(|id| Arc::clone(&self.cards[id.index()])).collect()
    }

    /// The newest articles of a list that has no further pages.
    pub(super) fn first_page(&self, mut articles: Vec<ArticleId>) -> ListView {
        let total = articles.len();
        articles.truncate(self.input.config.page_size);
        ListView { articles: self.cards(&articles), total: Some(total), newer: None, older: None }
    }

    /// Cuts a list, the newest article first, into the page at `route` and those below it.
    pub(super) fn slices(&self, route: &Route, articles: &[ArticleId]) -> Vec<Slice> {
        let size = self.input.config.page_size;
        let numbered = (articles.len() / size).saturating_sub(1);
        let first = articles.len() - numbered * size;
        let address = |number: usize| match number {
            0 => None,
            it if it > numbered => Some(route.clone()),
            it => Some(numbered_route(route, it)),
        };
        let href = |number: usize| address(number).map(|it| self.href(&it));
        let slice = |number: usize| {
            let is_first = number > numbered;
            let range = if is_first {
                0..first
            } else {
                first + (numbered - number) * size..first + (numbered - number + 1) * size
            };
            let list = ListView {
                articles: self.cards(&articles[range]),
                total: is_first.then_some(articles.len()),
                newer: if is_first { None } else { href(number + 1) },
                older: href(number - 1),
            };
            let route = address(number).expect("every page has an address");
            Slice { route, list, number: (!is_first).then_some(number) }
        };
        (1..=numbered + 1).rev().map(slice).collect()
    }
}

/// The address of a numbered page: `/cities/qingdao/page/3/`.
fn numbered_route(route: &Route, number: usize) -> Route {
    route
        .join("page")
        .and_then(|it| it.join(&number.to_string()))
        .expect("a page number is a good part of a route")
}

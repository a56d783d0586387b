//! What templates see of the archive: years, months, and how many articles each has.

use serde::Serialize;

use super::{CountView, ListView};

/// The archive.
#[derive(Debug, Serialize)]
pub struct ArchiveView {
    /// The years, the newest first.
    pub years: Vec<YearView>,
    /// How many articles each month has; `None` without two months to compare.
    pub chart: Option<TimeChart>,
    /// The articles without a date.
    pub undated: Option<CountView>,
    /// How many articles there are.
    pub total: usize,
}

/// A year of the archive.
#[derive(Debug, Serialize)]
pub struct YearView {
    /// Its page.
    pub href: String,
    /// The year.
    pub year: i16,
    /// How many articles it has.
    pub count: usize,
    /// Its months, the newest first.
    pub months: Vec<CountView>,
}

/// Articles by month, or by year where that would be too many bars; all numbers are units of its view box.
#[derive(Debug, Serialize)]
pub struct TimeChart {
    /// What it shows.
    pub title: String,
    /// How wide it is.
    pub width: usize,
    /// How high it is.
    pub height: usize,
    /// The bars, the earliest first; a month without articles has none.
    pub bars: Vec<TimeBar>,
    /// The years below it: where each begins, and its name.
    pub labels: Vec<TimeLabel>,
}

/// A month or a year in a chart.
#[derive(Debug, Serialize)]
pub struct TimeBar {
    /// Its page.
    pub href: String,
    /// 2023年3月.
    pub text: String,
    /// How many articles it has.
    pub count: usize,
    /// From the left.
    pub x: usize,
    /// From the top.
    pub y: usize,
    /// How wide it is.
    pub width: usize,
    /// How high it is.
    pub height: usize,
}

/// A year below a chart.
#[derive(Debug, Serialize)]
pub struct TimeLabel {
    /// The year.
    pub text: String,
    /// From the left.
    pub x: usize,
}

/// The page of a year.
#[derive(Debug, Serialize)]
pub struct YearPageView {
    /// The year.
    pub year: i16,
    /// How many articles it has.
    pub count: usize,
    /// Its months, the newest first.
    pub months: Vec<CountView>,
    /// Its newest articles.
    pub list: ListView,
}

/// A month of the archive, or the articles without a date.
#[derive(Debug, Serialize)]
pub struct MonthView {
    /// Its articles, the newest first.
    pub list: ListView,
}

//! How many articles each month has, as numbers for a template.

use crate::view::{CountView, TimeBar, TimeChart, TimeLabel};

/// A chart has no more bars: ten years of months.
const MOST: usize = 120;

/// How wide a chart is, and no bar is wider.
const WIDTH: usize = 1000;
const MAX_SLOT: usize = 48;

/// One part of so many of a bar's room is a gap.
const GAP: usize = 4;

/// A year below a bar takes so much room.
const LABEL: usize = 44;

/// How high the highest bar is, and how high the chart with the years below.
const HIGHEST: usize = 156;
const HEIGHT: usize = 180;

/// A month, or a year, with its articles.
pub(super) struct Counted {
    /// The months since the year 0, or the years.
    pub(super) time: i32,
    pub(super) link: CountView,
}

/// A month by its number since the year 0.
pub(super) fn month((year, month): (i16, i8)) -> i32 {
    i32::from(year) * 12 + i32::from(month) - 1
}

/// A chart with a title for months and one for years: of months, in the order of time, from the first to the last; of years, where that would be too many bars.
/// `None` if there is nothing to compare.
pub(super) fn over_time(
    (by_month, by_year): (String, String),
    months: Vec<Counted>,
    years: Vec<Counted>,
) -> Option<TimeChart> {
    let slots = |all: &[Counted]| {
        let [first, .., last] = all else { return None };
        usize::try_from(last.time - first.time + 1).ok()
    };
    let of_months = slots(&months)?;
    if of_months <= MOST {
        let first = months[0].time;
        let label = |time: i32| (usize::try_from(time - first).unwrap_or(0), time / 12);
        let ends = first + i32::try_from(of_months).unwrap_or(0);
        let begins = (first..ends).filter(|time| *time == first || time % 12 == 0);
        let labels: Vec<_> = begins.map(label).collect();
        return Some(chart(by_month, of_months, months, &labels));
    }
    let of_years = slots(&years)?;
    let labels = [&years[0], &years[years.len() - 1]].map(|it| it.time);
    let labels: Vec<_> = std::iter::zip([0, of_years - 1], labels).collect();
    Some(chart(by_year, of_years, years, &labels))
}

/// A chart with room for so many bars, and years below some of them.
fn chart(title: String, slots: usize, counted: Vec<Counted>, labels: &[(usize, i32)]) -> TimeChart {
    let most = counted.iter().map(|it| it.link.count).max().unwrap_or(1).max(1);
    let slot = (WIDTH / slots).min(MAX_SLOT);
    let first = counted.first().map_or(0, |it| it.time);
    let bar = |Counted { time, link }: Counted| {
        let CountView { href, text, count } = link;
        let height = (count * HIGHEST).div_ceil(most);
        let x = usize::try_from(time - first).unwrap_or(0) * slot;
        TimeBar { href, text, count, x, y: HIGHEST - height, width: slot - slot / GAP, height }
    };
    let has_room =
        |at: usize| labels.get(at + 1).is_none_or(|next| (next.0 - labels[at].0) * slot >= LABEL);
    let label = |at: usize| TimeLabel { text: labels[at].1.to_string(), x: labels[at].0 * slot };
    TimeChart {
        title,
        width: WIDTH,
        height: HEIGHT,
        bars: counted.into_iter().map(bar).collect(),
        labels: (0..labels.len()).filter(|at| has_room(*at)).map(label).collect(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn counted(all: &[(i32, usize)]) -> Vec<Counted> {
        let link = |count| CountView { href: String::new(), text: String::new(), count };
        all.iter().map(|(time, count)| Counted { time: *time, link: link(*count) }).collect()
    }

    fn drawn(it: &TimeChart) -> (Vec<(usize, usize)>, Vec<&str>) {
        let bars = it.bars.iter().map(|it| (it.x, it.height)).collect();
        (bars, it.labels.iter().map(|it| it.text.as_str()).collect())
    }

    #[test]
    fn months_then_years() {
        let of = |months, years| over_time((String::new(), String::new()), months, years);
        let from = month((2023, 11));
        assert!(of(Vec::new(), Vec::new()).is_none());
        assert!(of(counted(&[(from, 3)]), Vec::new()).is_none());
        let few = of(counted(&[(from, 1), (from + 2, 4)]), Vec::new()).expect("two months");
        assert_eq!(drawn(&few), (vec![(0, 39), (96, 156)], vec!["2023", "2024"]));
        // Of many months the first has no room for its year: January of the next one is too near.
        let long = of(counted(&[(from, 1), (from + 110, 1)]), Vec::new()).expect("nine years");
        assert_eq!(long.labels[0].text, "2024");
        let many = counted(&[(from, 1), (from + 120, 1)]);
        let years = counted(&[(2023, 1), (2033, 1)]);
        let many = of(many, years).expect("ten years");
        assert_eq!(drawn(&many), (vec![(0, 156), (480, 156)], vec!["2023", "2033"]));
    }
}

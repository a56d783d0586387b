//! How many articles each month has, as numbers for a template.

use crate::view::{CountView, TimeBar, TimeChart, TimeLabel};

/// A chart has no more bars: ten years of months.
const MOST: usize = 120;

/// How much room a bar has, and how much of it is a gap.
const SLOT: usize = 12;
const GAP: usize = 3;

/// So many bars leave room for a year below them.
const LABEL: usize = 3;

/// How high the highest bar is.
const HEIGHT: usize = 100;

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

/// A chart of months, in the order of time, from the first to the last; of years, where that would be too many bars.
/// `None` if there is nothing to compare.
pub(super) fn over_time(months: Vec<Counted>, years: Vec<Counted>) -> Option<TimeChart> {
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
        return Some(chart(of_months, months, &labels));
    }
    let of_years = slots(&years)?;
    let labels = [&years[0], &years[years.len() - 1]].map(|it| it.time);
    let labels: Vec<_> = std::iter::zip([0, of_years - 1], labels).collect();
    Some(chart(of_years, years, &labels))
}

/// A chart with room for so many bars, and years below some of them.
fn chart(slots: usize, counted: Vec<Counted>, labels: &[(usize, i32)]) -> TimeChart {
    let most = counted.iter().map(|it| it.link.count).max().unwrap_or(1).max(1);
    let first = counted.first().map_or(0, |it| it.time);
    let bar = |Counted { time, link }: Counted| {
        let CountView { href, text, count } = link;
        let height = (count * HEIGHT).div_ceil(most);
        let x = usize::try_from(time - first).unwrap_or(0) * SLOT;
        TimeBar { href, text, count, x, y: HEIGHT - height, width: SLOT - GAP, height }
    };
    let has_room = |at: usize| labels.get(at + 1).is_none_or(|next| next.0 - labels[at].0 >= LABEL);
    let label = |at: usize| TimeLabel { text: labels[at].1.to_string(), x: labels[at].0 * SLOT };
    TimeChart {
        width: slots * SLOT - GAP,
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

    fn drawn(it: &TimeChart) -> (usize, Vec<(usize, usize)>, Vec<&str>) {
        let bars = it.bars.iter().map(|it| (it.x / SLOT, it.height)).collect();
        (it.width.div_ceil(SLOT), bars, it.labels.iter().map(|it| it.text.as_str()).collect())
    }

    #[test]
    fn months_then_years() {
        let from = month((2023, 11));
        assert!(over_time(Vec::new(), Vec::new()).is_none());
        assert!(over_time(counted(&[(from, 3)]), Vec::new()).is_none());
        // November has no room for its year: January of the next one is too near.
        let few = over_time(counted(&[(from, 1), (from + 2, 4)]), Vec::new()).expect("two months");
        assert_eq!(drawn(&few), (3, vec![(0, 25), (2, 100)], vec!["2024"]));
        let many = counted(&[(from, 1), (from + 120, 1)]);
        let years = counted(&[(2023, 1), (2033, 1)]);
        let many = over_time(many, years).expect("ten years");
        assert_eq!(drawn(&many), (11, vec![(0, 100), (10, 100)], vec!["2023", "2033"]));
    }
}

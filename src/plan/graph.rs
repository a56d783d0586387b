//! Pictures of places, as numbers for a template: where they are, and which are named together.
//!
//! All numbers are whole units of a view box, and come from additions, multiplications and square roots alone,
//! which give the same everywhere.

use std::fmt::Write;

use crate::gazetteer::Level;
use crate::view::{CountView, DotView, MapView, TogetherPlace, TogetherView};

/// A picture of places named together shows no more than these.
pub(super) const MOST: usize = 12;

/// Longitude and latitude in degrees.
type Seat = (f64, f64);

/// The width of the map.
const MAP_WIDTH: f64 = 1000.0;

/// The map is no higher than this many times its width.
const MAP_RATIO: f64 = 0.8;

/// The map shows at least so many degrees of latitude.
const LEAST_DEGREES: f64 = 2.5;

/// Around the places the map shows this share of their extent.
const MARGIN: f64 = 0.12;

/// A map of more degrees than these shows prefectures alone as its ground.
const WIDE_DEGREES: f64 = 7.0;

/// So many places on the map have their names.
const MAX_LABELS: usize = 14;

/// A map of the places with their counts, on the ground of all seats.
pub(super) fn map(places: Vec<(Seat, CountView)>, seats: &[(Seat, Level)]) -> Option<MapView> {
    let frame = Frame::around(places.iter().map(|(seat, _)| *seat))?;
    let wide = frame.top - frame.bottom > WIDE_DEGREES;
    let mut ground = String::new();
    for (seat, level) in seats {
        if frame.holds(*seat) && !(wide && *level == Level::County) {
            let (x, y) = frame.place(*seat);
            write!(ground, "M{x} {y}h0").expect("a string takes any text");
        }
    }
    let mut places = places;
    places.sort_by_key(|(_, it)| std::cmp::Reverse(it.count));
    let mut labels: Vec<(i32, i32, i32)> = Vec::new();
    let dot = |(seat, CountView { href, text, count }): (Seat, CountView)| {
        let (x, y) = frame.place(seat);
        let r = radius(count);
        let length = 28 * i32::try_from(text.chars().count()).unwrap_or(1);
        let overlaps = |(other_x, other_y, other_length): &(i32, i32, i32)| {
            (y - other_y).abs() < 34 && x < other_x + other_length && *other_x < x + length
        };
        let label = labels.len() < MAX_LABELS && !labels.iter().any(overlaps);
        if label {
            labels.push((x, y, length + r));
        }
        DotView { href, text, count, x, y, r, label }
    };
    let dots = places.into_iter().map(dot).collect();
    Some(MapView { width: whole(MAP_WIDTH), height: whole(frame.height), ground, dots })
}

/// The radius of a dot: its area goes with the number of articles.
fn radius(count: usize) -> i32 {
    const LEAST: f64 = 7.0;
    const MOST: f64 = 36.0;
    let count = f64::from(u32::try_from(count).unwrap_or(u32::MAX));
    whole((LEAST * count.sqrt()).min(MOST))
}

/// What a map shows, in degrees, and how high that is.
struct Frame {
    left: f64,
    top: f64,
    bottom: f64,
    right: f64,
    height: f64,
    /// Units of the view box for a degree of longitude and of latitude.
    scale: (f64, f64),
}

impl Frame {
    /// A frame with all of the seats; `None` around nothing.
    fn around(seats: impl Iterator<Item = Seat>) -> Option<Self> {
        let edges = seats.fold(None, |edges: Option<(f64, f64, f64, f64)>, (lon, lat)| {
            let (left, right, bottom, top) = edges.unwrap_or((lon, lon, lat, lat));
            Some((left.min(lon), right.max(lon), bottom.min(lat), top.max(lat)))
        });
        let (left, right, bottom, top) = edges?;
        let shrink = cosine(f64::midpoint(top, bottom));
        let high = ((top - bottom) * (1.0 + 2.0 * MARGIN)).max(LEAST_DEGREES);
        let wide = ((right - left) * shrink * (1.0 + 2.0 * MARGIN)).max(high / MAP_RATIO);
        let high = high.max(wide * MAP_RATIO / 2.0);
        let (middle_x, middle_y) = (f64::midpoint(left, right), f64::midpoint(top, bottom));
        let per_degree = MAP_WIDTH / wide;
        Some(Self {
            left: middle_x - wide / shrink / 2.0,
            right: middle_x + wide / shrink / 2.0,
            top: middle_y + high / 2.0,
            bottom: middle_y - high / 2.0,
            height: high * per_degree,
            scale: (per_degree * shrink, per_degree),
        })
    }

    fn holds(&self, (lon, lat): Seat) -> bool {
        (self.left..self.right).contains(&lon) && (self.bottom..self.top).contains(&lat)
    }

    fn place(&self, (lon, lat): Seat) -> (i32, i32) {
        (whole((lon - self.left) * self.scale.0), whole((self.top - lat) * self.scale.1))
    }
}

/// The cosine of an angle in degrees, between -60 and 60, good to a thousandth.
fn cosine(degrees: f64) -> f64 {
    let square =
        (degrees * std::f64::consts::PI / 180.0) * (degrees * std::f64::consts::PI / 180.0);
    1.0 - square / 2.0 + square * square / 24.0 - square * square * square / 720.0
}

fn whole(number: f64) -> i32 {
    #[expect(clippy::cast_possible_truncation, reason = "a map is some thousand units wide")]
    let whole = number.round() as i32;
    whole
}

/// The places of a picture stand on a circle, as on a clock from the right on: twelve directions, in thousandths.
const CLOCK: [(i32, i32); MOST] = [
    (1000, 0),
    (866, 500),
    (500, 866),
    (0, 1000),
    (-500, 866),
    (-866, 500),
    (-1000, 0),
    (-866, -500),
    (-500, -866),
    (0, -1000),
    (500, -866),
    (866, -500),
];

/// A picture of the places named together with one, the most frequent first; `None` of no place.
pub(super) fn together(places: Vec<CountView>) -> Option<TogetherView> {
    /// The picture, its circle, and the widest line in tenths.
    const WIDTH: i32 = 560;
    const HEIGHT: i32 = 460;
    const ACROSS: i32 = 200;
    const DOWN: i32 = 175;
    const WIDEST: usize = 60;
    let most = places.first()?.count.max(1);
    let number = places.len();
    let place = |(i, CountView { href, text, count }): (usize, CountView)| {
        let (x, y) = CLOCK[i * MOST / number];
        let height = HEIGHT / 2 + DOWN * y / 1000;
        TogetherPlace {
            href,
            text,
            count,
            x: WIDTH / 2 + ACROSS * x / 1000,
            y: height,
            // Away from the line.
            label_y: if y > 0 { height + 38 } else { height - 16 },
            width: i32::try_from((WIDEST * count / most).max(8)).unwrap_or(8),
        }
    };
    let places = places.into_iter().enumerate().map(place).collect();
    Some(TogetherView { width: WIDTH, height: HEIGHT, x: WIDTH / 2, y: HEIGHT / 2, places })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn count(text: &str, count: usize) -> CountView {
        CountView { href: String::new(), text: text.to_owned(), count }
    }

    #[test]
    fn places_lie_where_they_are() {
        let seats = [((120.4, 36.1), Level::Prefecture), ((100.0, 30.0), Level::Prefecture)];
        let places = vec![((120.4, 36.1), count("青岛市", 9)), ((119.1, 36.7), count("潍坊市", 1))];
        let map = map(places, &seats).expect("two places");
        let [qingdao, weifang] = map.dots.as_slice() else { panic!("{map:?}") };
        assert!(qingdao.x > weifang.x && qingdao.y > weifang.y && qingdao.r > weifang.r);
        assert!(
            [qingdao, weifang]
                .iter()
                .all(|it| it.x > 0 && it.x < map.width && it.y > 0 && it.y < map.height)
        );
        // The far seat is no part of the ground.
        assert_eq!(map.ground, format!("M{} {}h0", qingdao.x, qingdao.y));
        assert!(super::map(Vec::new(), &seats).is_none());
    }

    #[test]
    fn neighbours_stand_around() {
        let view = together(vec![count("潍坊市", 8), count("烟台市", 2), count("威海市", 1)])
            .expect("three");
        let at: std::collections::BTreeSet<(i32, i32)> =
            view.places.iter().map(|it| (it.x, it.y)).collect();
        assert_eq!(at.len(), 3);
        assert!(view.places[0].width > view.places[1].width);
        assert!(together(Vec::new()).is_none());
    }
}

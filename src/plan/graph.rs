//! Pictures of places, as numbers for a template: where they are, and which are named together.
//!
//! All numbers are whole units of a view box, and come from additions, multiplications and square roots alone,
//! which give the same everywhere.

use std::fmt::Write;

use crate::gazetteer::Level;
use crate::view::{CountView, DotView, LabelView, MapView, TogetherPlace, TogetherView};

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
const MAX_LABELS: usize = 24;

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
    let most = places.first().map_or(1, |it| it.1.count);
    let dot = |(seat, CountView { href, text, count }): (Seat, CountView)| {
        let (x, y) = frame.place(seat);
        DotView { href, text, count, x, y, r: radius(count, most), label: None }
    };
    let mut dots: Vec<DotView> = places.into_iter().map(dot).collect();
    let (width, height) = (whole(MAP_WIDTH), whole(frame.height));
    let mut taken: Vec<Area> = dots.iter().map(Area::of_dot).collect();
    let whole_map = Area { left: 0, right: width, top: 0, bottom: height };
    for at in 0..dots.len() {
        let own = taken[at];
        let fits = |(_, it): &(LabelView, Area)| {
            let others = taken.iter().filter(|other| **other != own);
            whole_map.holds(it) && !others.into_iter().any(|other| it.touches(other))
        };
        if let Some((label, area)) = labels(&dots[at]).into_iter().find(fits) {
            dots[at].label = Some(label);
            taken.push(area);
        }
        if taken.len() - dots.len() == MAX_LABELS {
            break;
        }
    }
    Some(MapView { width, height, ground, dots })
}

/// A part of the map.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Area {
    left: i32,
    right: i32,
    top: i32,
    bottom: i32,
}

impl Area {
    fn of_dot(&DotView { x, y, r, .. }: &DotView) -> Self {
        Self { left: x - r, right: x + r, top: y - r, bottom: y + r }
    }

    fn holds(&self, other: &Self) -> bool {
        self.left <= other.left
            && other.right <= self.right
            && self.top <= other.top
            && other.bottom <= self.bottom
    }

    fn touches(&self, other: &Self) -> bool {
        self.left < other.right
            && other.left < self.right
            && self.top < other.bottom
            && other.top < self.bottom
    }
}

/// Where the name of a place may stand, the best first: to the right of its dot, to the left, below, above.
fn labels(dot: &DotView) -> [(LabelView, Area); 4] {
    /// The size of a character on a phone; on wider screens it is smaller.
    const SIZE: i32 = 36;
    const GAP: i32 = 5;
    let length = SIZE * i32::try_from(dot.text.chars().count()).unwrap_or(1);
    let (aside, down) = (dot.r + GAP, dot.r + SIZE / 2);
    let label = |x: i32, y: i32, (anchor, left): (&'static str, i32)| {
        let area = Area { left, right: left + length, top: y - SIZE / 2, bottom: y + SIZE / 2 };
        (LabelView { x, y, anchor }, area)
    };
    let DotView { x, y, .. } = *dot;
    [
        label(x + aside, y, ("start", x + aside)),
        label(x - aside, y, ("end", x - aside - length)),
        label(x, y + down, ("middle", x - length / 2)),
        label(x, y - down, ("middle", x - length / 2)),
    ]
}

/// The radius of a dot: its area goes with the number of articles, `most` at most.
fn radius(count: usize, most: usize) -> i32 {
    const LEAST: f64 = 5.0;
    const FIRST: f64 = 7.0;
    const MOST: f64 = 34.0;
    let [count, most] = [count, most].map(|it| f64::from(u32::try_from(it).unwrap_or(u32::MAX)));
    let largest = (FIRST * most.sqrt()).min(MOST);
    whole((largest * (count / most).sqrt()).max(LEAST))
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
        // One beside the other has its name on the other side.
        let near = [
            ((120.4, 36.1), count("青岛市", 40)),
            ((120.9, 36.1), count("甲市", 20)),
            ((118.0, 36.1), count("乙市", 10)),
        ];
        let near = super::map(near.to_vec(), &seats).expect("three places");
        let anchors: Vec<_> =
            near.dots.iter().map(|it| it.label.as_ref().map(|it| it.anchor)).collect();
        assert_eq!(anchors, [Some("end"), Some("start"), Some("start")]);
        assert!(near.dots[0].r > near.dots[1].r && near.dots[1].r > near.dots[2].r);
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

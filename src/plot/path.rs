//! Lines and areas before they are drawn: cut to the frame, thinned, dashed, marked.

use super::look::{Dash, Marker};
use super::scene::{Area, Point};

/// A column of this width [logical pixels] keeps its first, least, greatest and last point.
const COLUMN: f64 = 1.0;

/// Thins a line that has many points for each pixel column to those that show: nothing a picture of
/// this width could have shown is lost, and peaks least of all. A line that runs backwards anywhere is
/// left as it is.
pub(super) fn thin(points: Vec<Point>) -> Vec<Point> {
    let width = match (points.first(), points.last()) {
        (Some(first), Some(last)) => last.0 - first.0,
        _ => return points,
    };
    let few = f64::from(u32::try_from(points.len()).unwrap_or(u32::MAX)) <= 4.0 * width / COLUMN;
    if few || points.windows(2).any(|pair| pair[1].0 < pair[0].0) {
        return points;
    }
    let mut kept = Vec::new();
    let column_of = |point: &Point| (point.0 / COLUMN).floor();
    for column in points.chunk_by(|a, b| column_of(a).total_cmp(&column_of(b)).is_eq()) {
        let least = extreme(column, |a, b| a < b);
        let greatest = extreme(column, |a, b| a > b);
        let mut indices = [0, least.min(greatest), least.max(greatest), column.len() - 1].to_vec();
        indices.dedup();
        kept.extend(indices.into_iter().map(|index| column[index]));
    }
    kept
}

/// The index of the first point whose y no other surpasses by `better`.
fn extreme(column: &[Point], better: impl Fn(f64, f64) -> bool) -> usize {
    let mut best = 0;
    for (index, point) in column.iter().enumerate() {
        if better(point.1, column[best].1) {
            best = index;
        }
    }
    best
}

/// The pieces of a line that lie inside `area`.
pub(super) fn clip_line(points: &[Point], area: Area) -> Vec<Vec<Point>> {
    let mut pieces: Vec<Vec<Point>> = Vec::new();
    for pair in points.windows(2) {
        let Some((from, to)) = clip_segment(pair[0], pair[1], area) else {
            continue;
        };
        match pieces.last_mut() {
            Some(piece) if piece.last() == Some(&from) => piece.push(to),
            _ => pieces.push(vec![from, to]),
        }
    }
    pieces
}

/// The part of a segment inside `area` (Liang and Barsky, 1984).
pub(super) fn clip_segment(from: Point, to: Point, area: Area) -> Option<(Point, Point)> {
    let (dx, dy) = (to.0 - from.0, to.1 - from.1);
    let (mut enter, mut leave) = (0.0_f64, 1.0_f64);
    let sides = [
        (-dx, from.0 - area.left),
        (dx, area.right - from.0),
        (-dy, from.1 - area.top),
        (dy, area.bottom - from.1),
    ];
    for (speed, room) in sides {
        if speed == 0.0 {
            if room < 0.0 {
                return None;
            }
        } else if speed < 0.0 {
            enter = enter.max(room / speed);
        } else {
            leave = leave.min(room / speed);
        }
    }
    // An uncut end is handed on as it came, so that pieces join where nothing was cut.
    let at = |share: f64| (from.0 + dx * share, from.1 + dy * share);
    let first = if enter <= 0.0 { from } else { at(enter) };
    let last = if leave >= 1.0 { to } else { at(leave) };
    (enter <= leave).then_some((first, last))
}

/// The part of a polygon inside `area` (Sutherland and Hodgman, 1974).
pub(super) fn clip_polygon(points: Vec<Point>, area: Area) -> Vec<Point> {
    let inside = |p: &Point| {
        (area.left..=area.right).contains(&p.0) && (area.top..=area.bottom).contains(&p.1)
    };
    if points.iter().all(inside) {
        return points;
    }
    // Each side as the distance of a point on its inner side.
    let sides: [&dyn Fn(Point) -> f64; 4] =
        [&|p| p.0 - area.left, &|p| area.right - p.0, &|p| p.1 - area.top, &|p| area.bottom - p.1];
    let mut polygon = points;
    for depth in sides {
        let mut cut = Vec::with_capacity(polygon.len() + 4);
        for (index, &to) in polygon.iter().enumerate() {
            let from = polygon[(index + polygon.len() - 1) % polygon.len()];
            let (a, b) = (depth(from), depth(to));
            if (a < 0.0) != (b < 0.0) {
                let share = a / (a - b);
                cut.push((from.0 + (to.0 - from.0) * share, from.1 + (to.1 - from.1) * share));
            }
            if b >= 0.0 {
                cut.push(to);
            }
        }
        polygon = cut;
    }
    polygon
}

/// Cuts a line into dashes. A line that goes up and down a great deal is measured along x, because
/// dashes along its length would be many and would not be seen as such.
pub(super) fn dash(points: &[Point], dash: Dash) -> Vec<Vec<Point>> {
    let pattern: &[f64] = match dash {
        Dash::Auto | Dash::Solid => return vec![points.to_vec()],
        Dash::Dashed => &[8.0, 4.0],
        Dash::Dotted => &[2.0, 3.5],
        Dash::DashDot => &[9.0, 3.5, 2.0, 3.5],
    };
    let steps = || points.windows(2).map(|pair| (pair[0], pair[1]));
    let length = |(a, b): (Point, Point)| {
        let (dx, dy) = (b.0 - a.0, b.1 - a.1);
        (dx * dx + dy * dy).sqrt()
    };
    let along_x = |(a, b): (Point, Point)| (b.0 - a.0).abs();
    let whole = steps().map(length).fold(0.0, |sum, step| sum + step);
    let across = steps().map(along_x).fold(0.0, |sum, step| sum + step);
    let by_x = across > 20.0 && whole > 4.0 * across;

    let mut dashes: Vec<Vec<Point>> = Vec::new();
    let (mut turn, mut left) = (0, pattern[0]);
    let mut open = false;
    for (a, b) in steps() {
        let step = if by_x { along_x((a, b)) } else { length((a, b)) };
        let mut done = 0.0;
        loop {
            let drawn = turn % 2 == 0;
            let go = left.min(step - done);
            let at = |way: f64| {
                let share = if step > 0.0 { way / step } else { 1.0 };
                (a.0 + (b.0 - a.0) * share, a.1 + (b.1 - a.1) * share)
            };
            if drawn {
                match dashes.last_mut() {
                    Some(last) if open => last.push(at(done + go)),
                    _ => dashes.push(vec![at(done), at(done + go)]),
                }
            }
            open = drawn;
            done += go;
            left -= go;
            if left > 1e-9 {
                break;
            }
            turn = (turn + 1) % pattern.len();
            left = pattern[turn];
            open = false;
            if done >= step {
                break;
            }
        }
    }
    dashes
}

/// Places along a line for `count` markers, evenly by x and shifted by `phase` (0 to 1) of the distance
/// between two, so that the markers of several lines do not fall together.
pub(super) fn marker_places(points: &[Point], count: u32, phase: f64) -> Vec<Point> {
    let (Some(first), Some(last)) = (points.first(), points.last()) else {
        return Vec::new();
    };
    let mut places = Vec::new();
    for index in 0..count {
        let x = first.0 + (last.0 - first.0) * (f64::from(index) + phase) / f64::from(count);
        let after = points.partition_point(|point| point.0 < x);
        if let Some(&to) = points.get(after) {
            let from = points[after.saturating_sub(1)];
            let share = if to.0 > from.0 { (x - from.0) / (to.0 - from.0) } else { 1.0 };
            places.push((x, from.1 + (to.1 - from.1) * share));
        }
    }
    places
}

/// The outline of a marker around `centre`; a circle has none and is drawn as a disc.
pub(super) fn marker_outline(marker: Marker, (x, y): Point, radius: f64) -> Vec<Point> {
    let offsets: &[Point] = match marker {
        Marker::Circle => &[],
        Marker::Square => &[(-0.9, -0.9), (0.9, -0.9), (0.9, 0.9), (-0.9, 0.9)],
        Marker::Up => &[(0.0, -1.2), (1.1, 0.8), (-1.1, 0.8)],
        Marker::Down => &[(0.0, 1.2), (1.1, -0.8), (-1.1, -0.8)],
        Marker::Diamond => &[(0.0, -1.25), (1.25, 0.0), (0.0, 1.25), (-1.25, 0.0)],
        Marker::Plus => &[
            (-0.4, -1.2),
            (0.4, -1.2),
            (0.4, -0.4),
            (1.2, -0.4),
            (1.2, 0.4),
            (0.4, 0.4),
            (0.4, 1.2),
            (-0.4, 1.2),
            (-0.4, 0.4),
            (-1.2, 0.4),
            (-1.2, -0.4),
            (-0.4, -0.4),
        ],
    };
    offsets.iter().map(|(dx, dy)| (x + dx * radius, y + dy * radius)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn thinning_keeps_the_extremes() {
        let mut points: Vec<Point> =
            (0..100_000).map(|index| (f64::from(index) * 0.007, f64::from(index % 7))).collect();
        points[54_321].1 = 99.0;
        points[12_345].1 = -99.0;
        let (peak, dip) = (points[54_321], points[12_345]);
        let (first, last) = (points[0], points[99_999]);
        let kept = thin(points);
        assert!(kept.len() < 6_000, "{}", kept.len());
        assert!(kept.contains(&peak) && kept.contains(&dip));
        assert_eq!((kept[0], kept[kept.len() - 1]), (first, last));
    }

    #[test]
    fn a_short_line_is_not_thinned() {
        let points = vec![(0.0, 1.0), (1.0, 2.0), (2.0, 1.0)];
        assert_eq!(thin(points.clone()), points);
    }

    #[test]
    fn a_line_is_cut_at_the_frame_and_comes_back() {
        let area = Area { left: 0.0, top: 0.0, right: 10.0, bottom: 10.0 };
        let pieces =
            clip_line(&[(-5.0, 5.0), (5.0, 5.0), (5.0, 15.0), (8.0, 15.0), (8.0, 5.0)], area);
        assert_eq!(
            pieces,
            [vec![(0.0, 5.0), (5.0, 5.0), (5.0, 10.0)], vec![(8.0, 10.0), (8.0, 5.0)]]
        );
    }

    #[test]
    fn dashes_leave_gaps() {
        let dashes = dash(&[(0.0, 0.0), (24.0, 0.0)], Dash::Dashed);
        assert_eq!(dashes, [vec![(0.0, 0.0), (8.0, 0.0)], vec![(12.0, 0.0), (20.0, 0.0)]]);
    }
}

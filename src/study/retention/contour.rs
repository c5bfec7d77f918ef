//! Lines of equal height over a square grid, by marching squares.

use std::collections::BTreeMap;

/// So much below a level a height still reaches it: a share that is paid by stake alone is the stake
/// but for its last bits.
const MARGIN: f64 = 1e-9;

/// A point where a line crosses the grid: the corner at the lower end of the crossed edge, and
/// whether the edge runs upwards.
type Crossing = (usize, usize, bool);

/// Lines on which the `[rows, columns]` heights of a square of `side` are `level`, as points
/// (column, row), both in `[0, 1]`; linear along the edges of the grid.
///
/// What equals the level is below it. Where a cell's corners lie crosswise, its mean decides.
pub(super) fn lines(heights: &[f64], side: usize, level: f64) -> Vec<Vec<(f64, f64)>> {
    let height = |column: usize, row: usize| heights[row * side + column];
    let mut links: BTreeMap<Crossing, Vec<Crossing>> = BTreeMap::new();
    for row in 0..side.saturating_sub(1) {
        for column in 0..side - 1 {
            let corners = [
                height(column, row),
                height(column + 1, row),
                height(column + 1, row + 1),
                height(column, row + 1),
            ];
            // Edge k runs from corner k to the next.
            let edges = [
                (column, row, false),
                (column + 1, row, true),
                (column, row + 1, false),
                (column, row, true),
            ];
            for (from, to) in segments(corners, level) {
                links.entry(edges[from]).or_default().push(edges[to]);
                links.entry(edges[to]).or_default().push(edges[from]);
            }
        }
    }

    let place = |(column, row, upwards): Crossing| {
        let end = if upwards { (column, row + 1) } else { (column + 1, row) };
        let along = between(height(column, row), height(end.0, end.1), level);
        let (right, up) = if upwards { (0.0, along) } else { (along, 0.0) };
        let last = (side - 1) as f64;
        ((column as f64 + right) / last, (row as f64 + up) / last)
    };
    join(links)
        .into_iter()
        .map(|line| {
            let mut points: Vec<_> = line.into_iter().map(place).collect();
            points.dedup();
            points
        })
        .collect()
}

/// Where `heights` last rise to `level`, in steps from the first: 0 where all reach it, and none
/// where the last one does not.
pub(super) fn last_rise(heights: &[f64], level: f64) -> Option<f64> {
    match heights.iter().rposition(|&height| height < level - MARGIN) {
        None => Some(0.0),
        Some(below) => {
            let next = heights.get(below + 1)?;
            Some(below as f64 + between(heights[below], *next, level))
        }
    }
}

/// How far along from one height to another the level lies, in `[0, 1]`.
fn between(from: f64, to: f64, level: f64) -> f64 {
    ((level - from) / (to - from)).clamp(0.0, 1.0)
}

/// Pairs of a cell's edges that a line connects; corners run around the cell.
fn segments(corners: [f64; 4], level: f64) -> impl Iterator<Item = (usize, usize)> {
    let above = corners.map(|corner| corner > level);
    let mut crossed = (0..4).filter(move |&k| above[k] != above[(k + 1) % 4]);
    let edges = [crossed.next(), crossed.next(), crossed.next(), crossed.next()];
    let pairs = match edges {
        [Some(a), Some(b), None, None] => [Some((a, b)), None],
        [Some(a), Some(b), Some(c), Some(d)] => {
            let middle = corners.iter().fold(0.0, |sum, corner| sum + corner) / 4.0 > level;
            // Edge a ends and edge d begins at corner 0: the line cuts that corner off where the
            // middle belongs to the others.
            if above[0] == middle {
                [Some((a, b)), Some((c, d))]
            } else {
                [Some((a, d)), Some((b, c))]
            }
        }
        _ => [None, None],
    };
    pairs.into_iter().flatten()
}

/// Follows links from crossing to crossing: open lines first, then closed ones.
fn join(mut neighbours: BTreeMap<Crossing, Vec<Crossing>>) -> Vec<Vec<Crossing>> {
    let ends: Vec<_> =
        neighbours.iter().filter(|(_, next)| next.len() == 1).map(|(&end, _)| end).collect();
    let mut lines: Vec<_> =
        ends.into_iter().filter_map(|end| follow(&mut neighbours, end)).collect();
    while let Some((&start, _)) = neighbours.first_key_value() {
        lines.extend(follow(&mut neighbours, start));
    }
    lines
}

/// Takes one line out of the links, if one is left at `start`.
fn follow(links: &mut BTreeMap<Crossing, Vec<Crossing>>, start: Crossing) -> Option<Vec<Crossing>> {
    let mut next = links.remove(&start)?.into_iter().next();
    let mut line = vec![start];
    while let Some(crossing) = next {
        line.push(crossing);
        let before = line[line.len() - 2];
        next = links
            .remove(&crossing)
            .and_then(|neighbours| neighbours.into_iter().find(|&neighbour| neighbour != before));
    }
    Some(line)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A slope from 0 to 1 over three columns: a line straight up at a quarter of the way.
    #[test]
    fn a_slope_has_one_straight_line() {
        let heights = [0.0, 0.5, 1.0, 0.0, 0.5, 1.0, 0.0, 0.5, 1.0];
        assert_eq!(lines(&heights, 3, 0.25), [[(0.25, 0.0), (0.25, 0.5), (0.25, 1.0)]]);
        assert!(lines(&heights, 3, 1.0).is_empty(), "nothing lies above");
        assert!(lines(&[], 0, 0.5).is_empty());
    }

    #[test]
    fn a_peak_has_a_closed_line() {
        let heights = [0.0, 0.0, 0.0, 0.0, 1.0, 0.0, 0.0, 0.0, 0.0];
        let lines = lines(&heights, 3, 0.5);
        assert_eq!(lines.len(), 1);
        assert_eq!((lines[0].len(), lines[0].first()), (5, lines[0].last()));
    }

    /// Corners 1, 0 over 0, 1, with a mean of 1/2: below it the two ones are one region, and the
    /// zeros are cut off one by one; above it the ones are.
    #[test]
    fn a_saddle_parts_by_its_mean() {
        let low = lines(&[1.0, 0.0, 0.0, 1.0], 2, 0.4);
        let high = lines(&[1.0, 0.0, 0.0, 1.0], 2, 0.6);
        let holds = |lines: &[Vec<(f64, f64)>], corner: (f64, f64)| {
            lines.iter().all(|line| {
                line.iter().all(|p| (p.0 - corner.0).abs() + (p.1 - corner.1).abs() < 0.7)
                    || line.iter().all(|p| (p.0 - corner.0).abs() + (p.1 - corner.1).abs() > 0.7)
            })
        };
        assert!(holds(&low, (1.0, 0.0)) && !holds(&low, (0.0, 0.0)));
        assert!(holds(&high, (0.0, 0.0)) && !holds(&high, (1.0, 0.0)));
    }

    #[test]
    fn the_last_rise_is_what_counts() {
        assert_eq!(last_rise(&[0.0, 1.0, 0.0, 1.0], 0.5), Some(2.5));
        assert_eq!(last_rise(&[0.0, 1.0, 1.0], 1.0), Some(1.0));
        assert_eq!(last_rise(&[0.0, 1.0 - 1e-12], 1.0), Some(1.0));
        assert_eq!(last_rise(&[1.0, 1.0], 0.5), Some(0.0));
        assert_eq!(last_rise(&[1.0, 0.0], 0.5), None);
    }
}

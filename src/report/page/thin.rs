//! Fewer points where there are more than a screen has pixels.

use std::ops::Range;

/// How much of a long series a page keeps.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Thinning {
    /// Most points of a line, places of a stack and points of a cloud.
    pub(super) points: usize,
    /// Most columns and most rows of a matrix.
    pub(super) cells: usize,
}

impl Thinning {
    /// From what a wide screen can show down to what a page can still hold of very many series.
    pub(super) const STEPS: [Self; 5] = [
        Self { points: 1200, cells: 400 },
        Self { points: 600, cells: 256 },
        Self { points: 300, cells: 160 },
        Self { points: 150, cells: 100 },
        Self { points: 60, cells: 60 },
    ];

    /// The least and the greatest point of each stretch of a line, in order, and a gap where the
    /// stretch has one; the line itself where it is short.
    pub(super) fn line(self, points: &[(f64, f64)]) -> Vec<(f64, f64)> {
        if points.len() <= self.points {
            return points.to_vec();
        }
        let mut kept = Vec::with_capacity(self.points + 2);
        for stretch in stretches(points.len(), self.points / 2) {
            let part = &points[stretch.clone()];
            let known = || part.iter().enumerate().filter(|(_, (_, y))| y.is_finite());
            let least = known().min_by(|a, b| a.1.1.total_cmp(&b.1.1)).map(|(at, _)| at);
            let greatest = known().max_by(|a, b| a.1.1.total_cmp(&b.1.1)).map(|(at, _)| at);
            let gap = part.iter().position(|(_, y)| !y.is_finite());
            // The line begins and ends where it did.
            let end = match (stretch.start == 0, stretch.end == points.len()) {
                (true, _) => Some(0),
                (_, true) => Some(part.len() - 1),
                _ => None,
            };
            let mut places: Vec<usize> =
                [least, greatest, gap, end].into_iter().flatten().collect();
            places.sort_unstable();
            places.dedup();
            kept.extend(places.into_iter().map(|at| part[at]));
        }
        kept
    }

    /// Which of `count` places are kept: evenly spaced, with the first and the last.
    pub(super) fn places(self, count: usize) -> Vec<usize> {
        evenly(count, self.points)
    }

    /// A matrix of which each cell is the greatest of those that it stands for, as the static
    /// pictures do; gives columns and values.
    pub(super) fn matrix(self, columns: usize, values: &[f64]) -> (usize, Vec<f64>) {
        let rows = values.len().checked_div(columns).unwrap_or(0);
        let across: Vec<Range<usize>> = stretches(columns, self.cells).collect();
        let mut kept = Vec::new();
        for down in stretches(rows, self.cells) {
            for along in &across {
                let cells = down.clone().flat_map(|row| {
                    let values = &values[row * columns..(row + 1) * columns];
                    values[along.clone()].iter().copied()
                });
                kept.push(cells.fold(f64::NAN, f64::max));
            }
        }
        (across.len(), kept)
    }
}

/// At most `most` of `count` places, evenly spaced, with the first and the last.
pub(super) fn evenly(count: usize, most: usize) -> Vec<usize> {
    if count <= most || most < 2 {
        return (0..count).collect();
    }
    (0..most).map(|at| at * (count - 1) / (most - 1)).collect()
}

/// `count` things in at most `most` stretches of nearly equal length.
fn stretches(count: usize, most: usize) -> impl Iterator<Item = Range<usize>> {
    let parts = count.min(most.max(1));
    (0..parts).map(move |part| part * count / parts..(part + 1) * count / parts)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_long_line_keeps_its_ends_its_peaks_and_its_gaps() {
        let mut points: Vec<(f64, f64)> = (0..10_000).map(|x| (f64::from(x), 0.0)).collect();
        points[4321].1 = 7.0;
        points[7777].1 = f64::NAN;
        let thin = Thinning { points: 100, cells: 10 }.line(&points);
        assert!(thin.len() <= 152, "{}", thin.len());
        assert_eq!((thin[0].0, thin[thin.len() - 1].0), (0.0, 9999.0));
        assert!(thin.contains(&(4321.0, 7.0)));
        assert_eq!(thin.iter().filter(|(_, y)| y.is_nan()).count(), 1);
        assert!(thin.is_sorted_by(|a, b| a.0 < b.0));
    }

    #[test]
    fn a_large_matrix_keeps_the_greatest_of_its_cells() {
        let mut values = vec![0.0; 60];
        values[27] = 5.0; // row 2, column 7 of 10
        let (columns, kept) = Thinning { points: 10, cells: 3 }.matrix(10, &values);
        assert_eq!((columns, kept.len()), (3, 9));
        // Rows 2 and 3 are the second of three, columns 6 to 9 the last of three.
        assert_eq!(kept.iter().position(|value| *value == 5.0), Some(3 + 2));
    }
}

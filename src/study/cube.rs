//! Designs in the unit cube: points that lie more evenly than random ones.
//!
//! A coordinate is a function of (seed, dimension, point): a dimension that is added moves no
//! coordinate of the others. What a coordinate means is the caller's affair.

use rand::Rng;
use sobol_burley::{NUM_DIMENSIONS, parts};

use crate::num;
use crate::rng::{Agent, Domain, Streams};

/// The greatest number below 1.
pub(super) const BELOW_ONE: f64 = 1.0 - f64::EPSILON / 2.0;

/// Points of a Sobol sequence that are scrambled together; the table of the crate `sobol_burley`
/// goes no further `[log2]`.
const BATCH: u32 = 16;

/// A Latin hypercube, `[count, dims]` in `[0, 1)`: along each dimension, each of `count` equal
/// intervals holds one point, at a random place in it. The intervals are paired at random.
///
/// Source: M. D. `McKay`, R. J. Beckman, W. J. Conover, "A Comparison of Three Methods for
/// Selecting Values of Input Variables in the Analysis of Output from a Computer Code" (1979).
#[must_use]
pub fn latin_hypercube(seed: u64, count: usize, dims: usize) -> Vec<Vec<f64>> {
    let mut points = vec![vec![0.0; dims]; count];
    for dim in 0..dims {
        let agent = Agent::new("latin hypercube", dim);
        let mut draws = Streams::new(seed).at(Domain::Design, agent, 0);
        let mut intervals: Vec<usize> = (0..count).collect();
        for left in (1..count).rev() {
            let other = num::floor(draws.uniform() * (left + 1) as f64);
            intervals.swap(left, usize::try_from(other).unwrap_or(left).min(left));
        }
        for (point, interval) in points.iter_mut().zip(intervals) {
            let place = (interval as f64 + draws.uniform()) / count as f64;
            point[dim] = place.min(BELOW_ONE);
        }
    }
    points
}

/// The first `count` points of a scrambled Sobol sequence, `[count, dims]` in `[0, 1)` on a grid of
/// 2^-32. Each of its points is uniform by itself, and the mean of a smooth function over the first
/// 2^m of them is off by far less than over as many random points; other counts do less well.
///
/// A longer sequence begins with the shorter one. The direction numbers are good for 2^16 points in
/// 256 dimensions. What goes beyond is another sequence with a scramble of its own: still uniform,
/// but related to the first only by chance, so that the error falls no faster than by the root of
/// the number of such sequences.
///
/// Source: I. M. Sobol (1967); direction numbers of S. Joe, F. Y. Kuo, "Constructing Sobol
/// Sequences with Better Two-Dimensional Projections" (2008); scramble of B. Burley, "Practical
/// Hash-based Owen Scrambling" (2020); all in the crate `sobol_burley`, whose own `sample` would
/// round to 23 bits.
#[must_use]
pub fn sobol(seed: u64, count: usize, dims: usize) -> Vec<Vec<f64>> {
    let streams = Streams::new(seed);
    let mut points = vec![vec![0.0; dims]; count];
    for (batch, points) in (0..).zip(points.chunks_mut(1 << BATCH)) {
        let word = |what: &str, at: usize| {
            streams.at(Domain::Design, Agent::new(what, at), batch).rng().next_u32()
        };
        for dim in 0..dims {
            // Dimensions that share direction numbers must not share the order of their points.
            let (table, own) = (dim / NUM_DIMENSIONS as usize, dim % NUM_DIMENSIONS as usize);
            let (order, scramble) = (word("sobol order", table), word("sobol", dim));
            for (index, point) in (0_u32..).zip(points.iter_mut()) {
                let at = parts::owen_scramble_rev(index.reverse_bits(), order);
                let plain = parts::sobol_rev(at, u32::try_from(own).unwrap_or(0));
                let bits = parts::owen_scramble_rev(plain, scramble).reverse_bits();
                point[dim] = f64::from(bits) / (1_u64 << 32) as f64;
            }
        }
    }
    points
}

#[cfg(test)]
mod tests {
    use super::*;

    fn floor(x: f64) -> usize {
        usize::try_from(num::floor(x)).expect("a small number")
    }

    /// How many points each of `parts` equal intervals of a dimension holds.
    fn held(points: &[Vec<f64>], dim: usize, parts: usize) -> Vec<usize> {
        let mut held = vec![0; parts];
        for point in points {
            held[floor(point[dim] * parts as f64)] += 1;
        }
        held
    }

    #[test]
    fn each_interval_of_a_latin_hypercube_holds_one_point() {
        for count in [1, 2, 7, 100] {
            let points = latin_hypercube(3, count, 4);
            assert_eq!((points.len(), points[0].len()), (count, 4));
            for dim in 0..4 {
                assert!(held(&points, dim, count).iter().all(|held| *held == 1), "{count}, {dim}");
            }
        }
        let (first, second) = (latin_hypercube(1, 50, 3), latin_hypercube(2, 50, 3));
        assert_ne!(first, second);
        assert_eq!(first, latin_hypercube(1, 50, 3));
        assert!(first.iter().any(|point| (point[0] - point[1]).abs() > 0.5), "paired at random");
        let wider = latin_hypercube(1, 50, 5);
        assert!(first.iter().zip(&wider).all(|(few, many)| few[..] == many[..3]));
    }

    #[test]
    fn nothing_is_asked_for() {
        assert!(latin_hypercube(1, 0, 3).is_empty() && sobol(1, 0, 3).is_empty());
        assert!(sobol(1, 2, 0).iter().all(Vec::is_empty));
    }

    /// Every dimension is a (0, m, 1)-net, also past the end of the table, and the first two are a
    /// (0, m, 2)-net: each box of area 2^-m, however it is cut, holds one of 2^m points.
    #[test]
    fn boxes_of_a_sobol_sequence_hold_their_share() {
        for seed in 0..5 {
            let points = sobol(seed, 256, 300);
            for dim in 0..300 {
                assert!(held(&points, dim, 256).iter().all(|held| *held == 1), "{seed}, {dim}");
            }
            for cut in 0..=8_u32 {
                let (wide, high) = (1_usize << cut, 1_usize << (8 - cut));
                let mut held = vec![0; 256];
                for point in &points {
                    let [x, y] = [point[0] * wide as f64, point[1] * high as f64];
                    held[floor(x) * high + floor(y)] += 1;
                }
                assert!(held.iter().all(|held| *held == 1), "{seed}, {cut}");
            }
        }
    }

    /// The mean of Sobol's g-function with every a = 1 is 1, its variance in six dimensions 0.62:
    /// random points would be off by 0.0123 in the mean of squares.
    #[test]
    fn sobol_points_integrate_better_than_random_ones() {
        let mut squares = 0.0;
        for seed in 0..8 {
            let values: Vec<f64> = sobol(seed, 4096, 6)
                .iter()
                .map(|x| x.iter().map(|x| f64::midpoint((4.0 * x - 2.0).abs(), 1.0)).product())
                .collect();
            let off = num::sum(&values) / 4096.0 - 1.0;
            squares += off * off / 8.0;
        }
        assert!(squares.sqrt() < 0.001, "{}", squares.sqrt());
    }

    #[test]
    fn a_sobol_sequence_goes_on_past_its_table() {
        let points = sobol(1, (1 << 16) + 256, 257);
        assert_eq!(points[..4], sobol(1, 4, 257));
        let beyond = &points[1 << 16..];
        assert!(held(beyond, 0, 256).iter().all(|held| *held == 1));
        assert!(beyond.iter().zip(&points).any(|(new, old)| new[0] != old[0]));
        // The 257th dimension has the direction numbers of the first, but not its points.
        let products: Vec<f64> =
            points[..4096].iter().map(|point| (point[0] - 0.5) * (point[256] - 0.5)).collect();
        assert!((num::sum(&products) / 4096.0).abs() < 0.005);
    }
}

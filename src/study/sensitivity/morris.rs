//! Morris screening: which parameters matter at all, from few points.
//!
//! A trajectory is a walk through the corners of a grid that moves each parameter once. What a move
//! changes, for a move through the whole range, is the elementary effect of its parameter there.
//! Their mean over trajectories, mu, says which way the parameter works; the mean of their sizes,
//! mu*, how much it matters; their standard deviation, sigma, whether that depends on where it and
//! the others stand.
//!
//! Source: M. D. Morris, "Factorial Sampling Plans for Preliminary Computational Experiments"
//! (1991); mu* of F. Campolongo, J. Cariboni, A. Saltelli, "An Effective Screening Design for
//! Sensitivity Analysis of Large Models" (2007).

use super::{Estimate, Findings, whole};
use crate::num;
use crate::rng::{Agent, Domain, Streams};
use crate::study::cube::BELOW_ONE;
use crate::study::statistics::{Bootstrap, Mean, quantile};

/// Levels of the grid along each dimension.
const LEVELS: u64 = 4;

/// How far a move goes: half of the levels.
const MOVE: f64 = 2.0 / 3.0;

/// How often trajectories are drawn again for the bounds of sigma.
const RESAMPLES: usize = 1000;

/// What one parameter does, in the unit of the values for a move through its whole range.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Effect {
    /// Mean of its elementary effects; the interval is Student's t.
    pub mu: Estimate,
    /// Mean of their sizes, not below 0; the interval is Student's t, cut at 0.
    pub mu_star: Estimate,
    /// Their standard deviation; the interval is that of the bootstrap over trajectories, which is
    /// too narrow for few: of ten it holds the truth about four times in five.
    pub sigma: Estimate,
}

/// One walk: where it starts, and its moves in order, each a dimension and a way.
struct Walk {
    start: Vec<f64>,
    moves: Vec<(usize, f64)>,
}

impl Walk {
    fn new(seed: u64, at: usize, dims: usize) -> Self {
        let mut draws = Streams::new(seed).at(Domain::Design, Agent::new("morris", at), 0);
        let mut below = |many: u64| num::floor(draws.uniform() * many as f64).min(many - 1);
        let (mut start, mut moves) = (Vec::new(), Vec::new());
        for dim in 0..dims {
            let low = below(LEVELS / 2) as f64 / (LEVELS - 1) as f64;
            let up = below(2) == 1;
            start.push(if up { low } else { low + MOVE });
            moves.push((dim, if up { MOVE } else { -MOVE }));
        }
        for left in (1..dims).rev() {
            let other = below(left as u64 + 1);
            moves.swap(left, usize::try_from(other).unwrap_or(left));
        }
        Self { start, moves }
    }
}

/// The points of so many trajectories, `[trajectories * (dims + 1), dims]`: each trajectory's one
/// after the other. They stand on 0, 1/3, 2/3 and 1, of which the last is the greatest number below
/// 1. More trajectories begin with the same ones.
#[must_use]
pub fn design(seed: u64, trajectories: usize, dims: usize) -> Vec<Vec<f64>> {
    let mut points = Vec::new();
    for at in 0..trajectories {
        let Walk { start: mut place, moves } = Walk::new(seed, at, dims);
        let kept = |place: &[f64]| place.iter().map(|x| x.clamp(0.0, BELOW_ONE)).collect();
        points.push(kept(&place));
        for (dim, far) in moves {
            place[dim] += far;
            points.push(kept(&place));
        }
    }
    points
}

/// What the values at the points of [`design`] with the same `seed` and `dims` say, in order. A
/// trajectory with an undefined value is left out; with fewer than two there are no intervals.
#[must_use]
pub fn estimate(values: &[f64], dims: usize, seed: u64) -> Findings<Effect> {
    let (walks, dropped) = whole(values, dims + 1);
    let mut effects = vec![Vec::with_capacity(walks.len()); dims];
    for (at, values) in &walks {
        for ((dim, far), pair) in Walk::new(seed, *at, dims).moves.iter().zip(values.windows(2)) {
            effects[*dim].push((pair[1] - pair[0]) / far);
        }
    }
    let of = |(dim, effects): (usize, &Vec<f64>)| {
        let sizes: Vec<f64> = effects.iter().map(|effect| effect.abs()).collect();
        let mean = |values: &[f64]| {
            let Mean { mean: value, low, high, .. } = Mean::of(values);
            Estimate { value, low, high }
        };
        let mut mu_star = mean(&sizes);
        // Without `max`, which would make a number of NaN.
        if mu_star.low < 0.0 {
            mu_star.low = 0.0;
        }
        Effect { mu: mean(effects), mu_star, sigma: spread(effects, dim, seed) }
    };
    Findings { dims: effects.iter().enumerate().map(of).collect(), used: walks.len(), dropped }
}

/// Standard deviation of a parameter's effects.
fn spread(effects: &[f64], dim: usize, seed: u64) -> Estimate {
    if effects.len() < 2 {
        return Estimate::UNKNOWN;
    }
    let deviation = |effects: &mut dyn Iterator<Item = f64>| {
        let (mut count, mut mean, mut squares) = (0.0, 0.0, 0.0);
        for effect in effects {
            count += 1.0;
            let off = effect - mean;
            mean += off / count;
            squares += off * (effect - mean);
        }
        (squares / (count - 1.0)).sqrt()
    };
    let mut bootstrap = Bootstrap::new(seed, &format!("morris {dim}"), effects.len());
    let mut sample = Vec::new();
    let mut again: Vec<f64> = (0..RESAMPLES)
        .map(|_| {
            bootstrap.sample(&mut sample);
            deviation(&mut sample.iter().map(|at| effects[*at]))
        })
        .collect();
    again.sort_by(f64::total_cmp);
    Estimate {
        value: deviation(&mut effects.iter().copied()),
        low: quantile(&again, 0.025),
        high: quantile(&again, 0.975),
    }
}

#[cfg(test)]
mod tests {
    use super::super::functions::g;
    use super::*;

    /// f = 3 x - 2 y + 0 z: the effects are the slopes, everywhere.
    #[test]
    fn effects_of_a_plane_are_its_slopes() {
        let points = design(5, 4, 3);
        assert_eq!(points.len(), 16);
        let mut values: Vec<f64> = points.iter().map(|x| 3.0 * x[0] - 2.0 * x[1]).collect();
        values[5] = f64::NAN;
        let found = estimate(&values, 3, 5);
        assert_eq!((found.used, found.dropped), (3, 1));
        for (effect, slope) in found.dims.iter().zip([3.0_f64, -2.0, 0.0]) {
            assert!((effect.mu.value - slope).abs() < 1e-12, "{effect:?}");
            assert!((effect.mu_star.value - slope.abs()).abs() < 1e-12, "{effect:?}");
            assert!(effect.sigma.high < 1e-12, "{effect:?}");
        }
    }

    #[test]
    fn every_move_changes_one_parameter_by_two_thirds() {
        let points = design(1, 50, 6);
        for walk in points.chunks(7) {
            let mut moved = Vec::new();
            for pair in walk.windows(2) {
                let far = |dim: &usize| (pair[1][*dim] - pair[0][*dim]).abs();
                let dims: Vec<usize> = (0..6).filter(|dim| far(dim) > 0.0).collect();
                assert!(dims.len() == 1 && (far(&dims[0]) - MOVE).abs() < 1e-12);
                moved.push(dims[0]);
            }
            moved.sort_unstable();
            assert_eq!(moved, [0, 1, 2, 3, 4, 5]);
        }
        assert!(points.iter().flatten().all(|x| (0.0..1.0).contains(x)));
        assert_eq!(points[..14], design(1, 2, 6));
        assert_ne!(points, design(2, 50, 6));
    }

    /// The screening puts the parameters of the g-function in their order: a = 0, 1, 4.5, 9, 99.
    #[test]
    fn parameters_that_matter_are_told_from_those_that_do_not() {
        let values: Vec<f64> = design(1, 40, 8).iter().map(|x| g(x)).collect();
        let found = estimate(&values, 8, 1).dims;
        for pair in found[..5].windows(2) {
            assert!(pair[0].mu_star.value > pair[1].mu_star.value, "{found:?}");
        }
        assert!(found[4].mu_star.high < found[2].mu_star.low, "{found:?}");
    }

    /// On f = x^2 + x y, along x: the effect is (x + x') + y with x from {0, 1/3}, x' = x + 2/3 and
    /// y any level: mean 1 + 1/2, variance 1/9 + 5/36 = 1/4. Of 400 screenings, about 95 in 100
    /// intervals of a mean must hold it.
    #[test]
    fn intervals_hold_the_truth_as_often_as_they_say() {
        for (trajectories, least) in [(10, 0.7), (40, 0.85)] {
            let mut held = [0.0; 3];
            for seed in 0..400 {
                let points = design(seed, trajectories, 2);
                let values: Vec<f64> = points.iter().map(|x| x[0] * x[0] + x[0] * x[1]).collect();
                let effect = estimate(&values, 2, seed).dims[0];
                let told = [(effect.mu, 1.5), (effect.mu_star, 1.5), (effect.sigma, 0.5)];
                for (held, (told, truth)) in held.iter_mut().zip(told) {
                    *held += f64::from(u8::from(told.low <= truth && truth <= told.high)) / 400.0;
                }
            }
            assert!(held[0] > 0.92 && held[0] < 0.98 && held[1] == held[0], "{held:?}");
            assert!(held[2] > least, "{held:?}");
        }
    }

    #[test]
    fn of_too_little_nothing_is_told() {
        let none = estimate(&[], 2, 1);
        assert!(none.used == 0 && none.dims.len() == 2 && none.dims[0].mu_star.value.is_nan());
        let one = estimate(&[1.0, 2.0, 3.0, 4.0], 2, 1);
        assert_eq!((one.used, one.dropped), (1, 1));
        assert!(one.dims[0].mu.value.is_finite() && one.dims[0].mu_star.low.is_nan());
    }
}

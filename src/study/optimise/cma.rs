//! CMA-ES: a cloud of places that moves towards the better ones and takes the shape of the valley
//! it is in. It sees only which of a round's places are better, never by how much.
//!
//! Source: N. Hansen, "The CMA Evolution Strategy: A Tutorial" (2016), arXiv:1604.00772; the crate
//! `cmaes`.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Mutex, PoisonError};

use cmaes::{CMAESOptions, DVector};

use super::{Outcome, Problem, Trail};

/// How far the first places lie apart, in parts of the cube's side.
const FIRST_STEP: f64 = 0.3;

/// What objectives are kept within, so that what breaks a constraint is above them.
const WORST: f64 = 1e30;

/// What a place that failed counts as.
const FAILED: f64 = 1e300;

/// Searches the cube of a problem.
pub(super) fn search(problem: &Problem, trail: &mut Trail<'_>) {
    search_within(problem, FIRST_STEP, trail);
}

/// The same, with the first places `step` apart.
pub(super) fn search_within(problem: &Problem, step: f64, trail: &mut Trail<'_>) {
    let start = problem.start().unwrap_or_else(|| vec![0.5; problem.dims]);
    let tried: Mutex<Vec<(Vec<f64>, Outcome)>> = Mutex::new(Vec::new());
    let locked = || tried.lock().unwrap_or_else(PoisonError::into_inner);
    let stopped = AtomicBool::new(false);
    let evaluate = trail.evaluate;
    let objective = |x: &DVector<f64>| {
        let place: Vec<f64> = x.iter().map(|x| reflected(*x)).collect();
        let Some(outcome) = evaluate(&place) else {
            stopped.store(true, Ordering::Relaxed);
            return FAILED;
        };
        let score = score(&outcome);
        locked().push((place, outcome));
        score
    };
    let options = CMAESOptions::new(start, step)
        .population_size(problem.population.max(4))
        .seed(problem.seed);
    let Ok(mut state) = options.build(objective) else { return };
    for round in 1..=problem.rounds {
        let ended = state.next_parallel().is_some();
        let mut tried = std::mem::take(&mut *locked());
        // Threads finish in any order.
        tried.sort_by(|one, other| {
            let places = one.0.iter().zip(&other.0).map(|(a, b)| a.total_cmp(b));
            places.fold(std::cmp::Ordering::Equal, std::cmp::Ordering::then)
        });
        let goes_on = trail.add(round, tried.into_iter(), stopped.load(Ordering::Relaxed));
        if ended || !goes_on {
            break;
        }
    }
}

/// One number that puts places in their order: objectives, above them what breaks a constraint, and
/// above that what has failed.
fn score(outcome: &Outcome) -> f64 {
    let breach = outcome.breach();
    match outcome.objectives.first() {
        Some(objective) if breach == 0.0 => objective.clamp(-WORST, WORST),
        _ if breach.is_finite() => (WORST * (1.0 + breach)).min(FAILED),
        _ => FAILED,
    }
}

/// How far beyond the ends a place may lie that counts as the end itself: the best often goes to the
/// end of what may be chosen.
const EDGE: f64 = 0.05;

/// A place inside of `[0, 1]` for one that may lie outside: just outside it is the end, and further it
/// is thrown back, so that the search sees no cliff there.
pub(super) fn reflected(x: f64) -> f64 {
    if !x.is_finite() {
        return 0.5;
    }
    let width = 1.0 + 2.0 * EDGE;
    let within = (x + EDGE).rem_euclid(2.0 * width);
    let within = if within > width { 2.0 * width - within } else { within };
    (within - EDGE).clamp(0.0, 1.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places_are_thrown_back_at_the_ends() {
        for (x, place) in [
            (0.25, 0.25),
            (1.04, 1.0),
            (-0.04, 0.0),
            (1.35, 0.75),
            (-0.35, 0.25),
            (2.7, 0.5),
            (f64::NAN, 0.5),
        ] {
            assert!((reflected(x) - place).abs() < 1e-12, "{x}");
        }
    }

    #[test]
    fn scores_put_outcomes_in_their_order() {
        let of = |objective: f64, violation: f64| {
            score(&Outcome { objectives: vec![objective], violation })
        };
        let order = [
            of(-5.0, 0.0),
            of(3.0, 0.0),
            of(1e200, 0.0),
            of(-5.0, 1e-3),
            of(-9.0, 2.0),
            of(0.0, 1e200),
            score(&Outcome::failed()),
        ];
        assert!(order.windows(2).all(|pair| pair[0] < pair[1]), "{order:?}");
        assert_eq!(of(f64::NAN, 0.0), FAILED);
        assert_eq!(of(1.0, f64::NAN), FAILED);
    }
}

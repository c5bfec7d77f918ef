//! Bayesian optimisation: where a run is dear, a model of all that was tried chooses the next
//! places.
//!
//! The first rounds spread places evenly, two for each dimension and two more. Then a Gaussian
//! process is fitted to what they are worth, and the next place is where it expects to improve most
//! on the best mean that it holds for a place that was tried: not on the best value, which noise
//! makes too good. For the further places of a round it takes its own mean for the value of those
//! before.
//!
//! The model is fitted again in each round, in time with the third power of the places: it is meant
//! for up to some hundred of them.
//!
//! It is written here. `egobox-ego` 0.42 takes values for exact, and so chases noise; 58 of its
//! crates would be new here, and to build it takes two minutes of a processor. `friedrich` 0.6 ends
//! its fit by the clock. `heuropt` 0.11 fits neither lengths nor noise.
//!
//! Source: D. R. Jones, M. Schonlau, W. J. Welch, "Efficient Global Optimization of Expensive
//! Black-Box Functions" (1998); the mean as the mark to improve on, and for the places of a round,
//! of D. Ginsbourger, R. Le Riche, L. Carraro, "Kriging Is Well-Suited to Parallelize Optimization"
//! (2010).

mod process;

use rand::Rng;

use super::cma::{reflected, search_within};
use super::{History, Method, Outcome, Problem, Trail, Tried};
use crate::num;
use crate::rng::{Agent, Domain, Draws, Streams};
use crate::study::cube;
use crate::units::Epoch;
use process::Process;

/// Places all over the cube at which the expected improvement is looked at.
const WIDE: usize = 1024;

/// Places near the best of those tried at which it is looked at.
const NEAR: usize = 256;

/// How near those are, in parts of the cube's side.
const NEARNESS: f64 = 0.05;

/// Searches the cube of a problem.
pub(super) fn search(problem: &Problem, trail: &mut Trail<'_>) {
    let many = problem.population.max(1);
    let first_rounds = (2 * problem.dims + 2).div_ceil(many);
    let spread = cube::sobol(problem.seed, first_rounds * many, problem.dims);
    let mut hyper = None;
    for round in 1..=problem.rounds {
        let epoch = Epoch::try_from(round).unwrap_or(Epoch::MAX);
        let mut draws =
            Streams::new(problem.seed).at(Domain::Search, Agent::new("bayes", 0), epoch);
        let scores = scores(&trail.history.tried);
        let mut places = match spread.chunks(many).nth(round - 1) {
            Some(places) => places.to_vec(),
            None => next(&trail.history.tried, &scores, many, &mut hyper, &mut draws)
                // Where all places are worth the same there is nothing to be learned from them.
                .unwrap_or_else(|| cube::sobol(draws.rng().next_u64(), many, problem.dims)),
        };
        if let (1, Some(start)) = (round, problem.start()) {
            places[0] = start;
        }
        if !trail.try_all(round, places) {
            return;
        }
    }
}

/// One number that puts places in their order: the objective of those that are feasible, and above
/// the worst of these what breaks constraints, up to as far as they lie apart. What failed counts
/// as what breaks them most.
fn scores(tried: &[Tried]) -> Vec<f64> {
    let breaches: Vec<f64> = tried.iter().map(|tried| tried.outcome.breach()).collect();
    let feasible = tried.iter().zip(&breaches).filter(|(_, breach)| **breach == 0.0);
    let (low, high) = feasible
        .filter_map(|(tried, _)| tried.outcome.objectives.first())
        .fold((f64::INFINITY, f64::NEG_INFINITY), |(low, high), x| (low.min(*x), high.max(*x)));
    let apart = if high > low { high - low } else { 1.0 };
    let end = if high.is_finite() { high } else { 0.0 };
    let worst = breaches.iter().filter(|x| x.is_finite()).fold(0.0_f64, |worst, x| worst.max(*x));
    let score = |(tried, breach): (&Tried, &f64)| match tried.outcome.objectives.first() {
        Some(objective) if *breach == 0.0 => *objective,
        _ if breach.is_finite() => end + apart * breach / worst,
        _ => end + apart,
    };
    tried.iter().zip(&breaches).map(score).collect()
}

/// The next places; `None` where there is nothing to model.
fn next(
    tried: &[Tried],
    scores: &[f64],
    many: usize,
    hyper: &mut Option<Vec<f64>>,
    draws: &mut Draws,
) -> Option<Vec<Vec<f64>>> {
    let places: Vec<Vec<f64>> = tried.iter().map(|tried| tried.place.clone()).collect();
    let found = fitted(&places, scores, hyper.take(), draws.rng().next_u64())?;
    let mut process = Process::new(places, scores.to_vec(), &found)?;
    *hyper = Some(found);
    let mut next = Vec::with_capacity(many);
    for _ in 0..many {
        let place = most_promising(&process, draws);
        // What it expects there is taken for what it will find.
        let believed = process.at(&place).0;
        process = process.with(place.clone(), believed)?;
        next.push(place);
    }
    Some(next)
}

/// The lengths and the noise under which the values are likeliest, as a place in a cube.
fn fitted(
    places: &[Vec<f64>],
    values: &[f64],
    from: Option<Vec<f64>>,
    seed: u64,
) -> Option<Vec<f64>> {
    let unlikely = |hyper: &[f64]| Some(single(process::unlikelihood(places, values, hyper)));
    let dims = places.first()?.len() + 1;
    // From one round to the next the likeliest does not move far.
    let (rounds, step) = if from.is_some() { (15, 0.1) } else { (40, 0.2) };
    let start = from.unwrap_or_else(|| process::usual(dims));
    let found = searched(dims, seed, rounds, start, step, &unlikely);
    found.best().filter(|best| best.outcome.is_feasible()).map(|best| best.place.clone())
}

/// Where the expected improvement is greatest.
fn most_promising(process: &Process, draws: &mut Draws) -> Vec<f64> {
    let (best, mark) = process.best();
    let dims = best.len();
    let promise = |place: &[f64]| {
        let (mean, deviation) = process.at(place);
        log_improvement(mark - mean, deviation)
    };
    let mut places = cube::sobol(draws.rng().next_u64(), WIDE, dims);
    places.extend(
        (0..NEAR).map(|_| best.iter().map(|x| reflected(x + NEARNESS * draws.normal())).collect()),
    );
    let promises: Vec<f64> = places.iter().map(|place| promise(place)).collect();
    let most = (0..places.len()).max_by(|one, other| promises[*one].total_cmp(&promises[*other]));
    let start = most.map_or_else(|| best.to_vec(), |most| places[most].clone());
    let unpromising = |place: &[f64]| Some(single(-promise(place)));
    let found = searched(dims, draws.rng().next_u64(), 20, start.clone(), 0.02, &unpromising);
    let better = found.best().filter(|found| {
        found.outcome.is_feasible() && found.outcome.objectives[0] < -promise(&start)
    });
    better.map_or(start, |found| found.place.clone())
}

/// A small search by CMA-ES.
fn searched(
    dims: usize,
    seed: u64,
    rounds: usize,
    start: Vec<f64>,
    step: f64,
    evaluate: &super::Evaluate<'_>,
) -> History {
    let (start, method) = (Some(start), Method::CmaEs);
    let problem = Problem { dims, objectives: 1, seed, population: 12, rounds, start, method };
    let history = History { tried: Vec::new(), complete: true };
    let mut trail = Trail { evaluate, on_round: &mut |_| (), history };
    search_within(&problem, step, &mut trail);
    trail.history
}

fn single(objective: f64) -> Outcome {
    Outcome { objectives: vec![objective], violation: 0.0 }
}

/// The logarithm of how much a normal number of a standard deviation, whose mean lies `ahead` of a
/// mark, is ahead of it in the mean, where what is behind counts 0.
fn log_improvement(ahead: f64, deviation: f64) -> f64 {
    let deviation = deviation.max(1e-300);
    let z = ahead / deviation;
    // Far behind, the two terms cancel: an asymptotic series.
    let part = if z > -25.0 {
        let density = num::exp(-z * z / 2.0) / (2.0 * std::f64::consts::PI).sqrt();
        num::ln(density + z * num::normal_cdf(z))
    } else {
        let near = 1.0 / (z * z);
        let series = 1.0 - near * (3.0 - near * (15.0 - near * 105.0));
        -z * z / 2.0 - num::ln((2.0 * std::f64::consts::PI).sqrt()) + num::ln(near * series)
    };
    num::ln(deviation) + part
}

#[cfg(test)]
mod tests {
    use super::*;

    /// At the mark with deviation 2: 2 / sqrt(2 pi). Far ahead: as much as that. At 25 deviations
    /// behind, both forms agree.
    #[test]
    fn improvement_that_is_expected() {
        assert!((log_improvement(0.0, 2.0) - num::ln(2.0 * 0.398_942_280_401)).abs() < 1e-11);
        assert!((log_improvement(50.0, 1.0) - num::ln(50.0)).abs() < 1e-12);
        let (before, after) = (log_improvement(-24.999_99, 1.0), log_improvement(-25.000_01, 1.0));
        assert!(before > after && before - after < 6e-4, "{before} {after}");
        assert!(log_improvement(-1e3, 1.0) > log_improvement(-2e3, 1.0));
    }

    #[test]
    fn scores_put_what_breaks_constraints_above_the_rest() {
        let of = |objective: f64, violation: f64| {
            let outcome = Outcome { objectives: vec![objective], violation };
            Tried { round: 1, place: vec![0.0], outcome }
        };
        let failed = Tried { round: 1, place: vec![0.0], outcome: Outcome::failed() };
        let tried = [of(2.0, 0.0), of(6.0, 0.0), of(0.0, 1.0), of(0.0, 2.0), failed.clone()];
        assert_eq!(scores(&tried), [2.0, 6.0, 8.0, 10.0, 10.0]);
        assert_eq!(scores(&[failed, of(f64::NAN, 0.0)]), [1.0, 1.0]);
    }
}

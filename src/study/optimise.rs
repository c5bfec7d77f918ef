//! Looks for the best place in the unit cube: one door to three ways of searching.
//!
//! A search proceeds in rounds. The places of a round are chosen first and then tried at the same
//! time, so that what is found depends on the seed alone and not on the threads. A caller says what
//! a place is worth, and may stop the search at any time; all that was tried is told.

pub mod bayes;
pub mod cma;
pub mod nsga;
pub mod pareto;

use std::cmp::Ordering;

use rayon::prelude::*;

/// A way of searching.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Method {
    /// [`cma`]: one objective, hundreds of places or more.
    CmaEs,
    /// [`nsga`]: several objectives, thousands of places.
    NsgaTwo,
    /// [`bayes`]: one objective, some dozens of places, each of which is dear.
    Bayesian,
}

/// What is searched, and how long. Objectives are minimised.
#[derive(Clone, Debug)]
pub struct Problem {
    /// Dimensions of the cube; nothing is searched where there are none.
    pub dims: usize,
    /// How many objectives each place has. Only [`Method::NsgaTwo`] looks at more than the first.
    pub objectives: usize,
    /// Of all that is drawn.
    pub seed: u64,
    /// Places of a round. Evolution needs some to choose from: fewer than 4 are raised to 4, except
    /// for [`Method::Bayesian`], which needs 1.
    pub population: usize,
    /// How many rounds at most. CMA-ES ends sooner where it finds nothing more.
    pub rounds: usize,
    /// Where to begin `[dims, in [0, 1]]`: CMA-ES around it, the others at it. In the middle, or
    /// anywhere, where it is not told.
    pub start: Option<Vec<f64>>,
    /// How to search.
    pub method: Method,
}

/// What a place came to.
#[derive(Clone, Debug, PartialEq)]
pub struct Outcome {
    /// What is to be small, one number for each objective. A place for which one is missing or is
    /// not finite has failed, and is worse than any other.
    pub objectives: Vec<f64>,
    /// By how much it breaks the constraints: 0 where all hold, and else above 0. Less is better,
    /// and 0 is better than any objective is without it.
    pub violation: f64,
}

impl Outcome {
    /// Of a place that has failed.
    #[must_use]
    pub fn failed() -> Self {
        Self { objectives: Vec::new(), violation: f64::INFINITY }
    }

    /// Whether all constraints hold, and the place has not failed.
    #[must_use]
    pub fn is_feasible(&self) -> bool {
        self.breach() == 0.0
    }

    /// By how much the constraints are broken, infinite for a place that has failed.
    fn breach(&self) -> f64 {
        let told = !self.objectives.is_empty() && self.objectives.iter().all(|x| x.is_finite());
        if told && self.violation.is_finite() { self.violation.max(0.0) } else { f64::INFINITY }
    }

    /// Which of two places is better by the first objective, feasible ones first; the better is
    /// less.
    ///
    /// Source: K. Deb, "An Efficient Constraint Handling Method for Genetic Algorithms" (2000).
    #[must_use]
    pub fn compare(&self, other: &Self) -> Ordering {
        let (own, others) = (self.breach(), other.breach());
        let both = self.objectives.first().zip(other.objectives.first());
        own.total_cmp(&others).then_with(|| match both {
            // Failures are all the same, and those that break the constraints alike.
            Some((own, others)) if self.is_feasible() => own.total_cmp(others),
            _ => Ordering::Equal,
        })
    }
}

/// A place that was tried.
#[derive(Clone, Debug, PartialEq)]
pub struct Tried {
    /// The round, from 1.
    pub round: usize,
    /// Where it is `[dims, in [0, 1]]`.
    pub place: Vec<f64>,
    /// What it came to.
    pub outcome: Outcome,
}

/// All that a search tried.
#[derive(Clone, Debug, PartialEq)]
pub struct History {
    /// Round by round, in an order that does not depend on threads. Of a round that was stopped,
    /// what was finished.
    pub tried: Vec<Tried>,
    /// Whether it came to its end, and was not stopped.
    pub complete: bool,
}

impl History {
    /// The best place by the first objective, feasible ones first; the first of several.
    #[must_use]
    pub fn best(&self) -> Option<&Tried> {
        self.tried.iter().min_by(|one, other| one.outcome.compare(&other.outcome))
    }

    /// The feasible places that no other beats in all objectives, in the order of their trial.
    #[must_use]
    pub fn front(&self) -> Vec<&Tried> {
        let feasible: Vec<&Tried> =
            self.tried.iter().filter(|tried| tried.outcome.is_feasible()).collect();
        let objectives: Vec<Vec<f64>> =
            feasible.iter().map(|tried| tried.outcome.objectives.clone()).collect();
        pareto::non_dominated(&objectives).into_iter().map(|at| feasible[at]).collect()
    }
}

/// Says what a place is worth; `None` where the search is to stop now.
pub type Evaluate<'a> = dyn Fn(&[f64]) -> Option<Outcome> + Sync + 'a;

/// Is told each round as it ends.
pub type OnRound<'a> = dyn FnMut(&[Tried]) + 'a;

/// Searches. The places of a round are tried on all threads of the pool that it is called in.
pub fn search(problem: &Problem, evaluate: &Evaluate<'_>, on_round: &mut OnRound<'_>) -> History {
    let checked = |place: &[f64]| {
        let outcome = evaluate(place)?;
        let whole = outcome.objectives.len() == problem.objectives;
        Some(if whole { outcome } else { Outcome::failed() })
    };
    let history = History { tried: Vec::new(), complete: true };
    let mut trail = Trail { evaluate: &checked, on_round, history };
    if problem.dims > 0 {
        match problem.method {
            Method::CmaEs => cma::search(problem, &mut trail),
            Method::NsgaTwo => nsga::search(problem, &mut trail),
            Method::Bayesian => bayes::search(problem, &mut trail),
        }
    }
    trail.history
}

/// A search while it goes on.
struct Trail<'a> {
    evaluate: &'a Evaluate<'a>,
    on_round: &'a mut OnRound<'a>,
    history: History,
}

impl Trail<'_> {
    /// Tries all places of a round; gives whether the search goes on.
    fn try_all(&mut self, round: usize, places: Vec<Vec<f64>>) -> bool {
        let evaluate = self.evaluate;
        let outcomes: Vec<Option<Outcome>> =
            places.par_iter().map(|place| evaluate(place)).collect();
        let stopped = outcomes.iter().any(Option::is_none);
        let tried = places.into_iter().zip(outcomes);
        self.add(round, tried.filter_map(|(place, outcome)| Some((place, outcome?))), stopped)
    }

    /// Takes in what a round tried; gives whether the search goes on.
    fn add(
        &mut self,
        round: usize,
        tried: impl Iterator<Item = (Vec<f64>, Outcome)>,
        stopped: bool,
    ) -> bool {
        let before = self.history.tried.len();
        self.history.tried.extend(tried.map(|(place, outcome)| Tried { round, place, outcome }));
        (self.on_round)(&self.history.tried[before..]);
        self.history.complete &= !stopped;
        !stopped
    }
}

impl Problem {
    /// Where to begin, if it is told: inside of the cube, and with all dimensions.
    fn start(&self) -> Option<Vec<f64>> {
        let start = self.start.as_ref().filter(|start| start.len() == self.dims)?;
        Some(start.iter().map(|x| if x.is_finite() { x.clamp(0.0, 1.0) } else { 0.5 }).collect())
    }
}

#[cfg(test)]
mod tests;

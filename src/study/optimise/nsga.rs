//! NSGA-II: a population that moves towards the places that none beats, and spreads along them.
//!
//! Each round, parents are chosen by fronts and by the room around them, crossed and mutated; of
//! parents and children the better half lives on. A place that breaks constraints is beaten by
//! every one that does not, and by those that break them less.
//!
//! It is written here. Of the crates that have it, `moors` 0.2 evaluates the parents again with the
//! children and runs to its end in one call; `nsga_rs` 1.4 keeps numbers in hash maps, depends on a
//! C library, and cannot be stopped either; `heuropt` 0.11 offers no rounds, by design, neither a
//! stop nor what was tried on the way.
//!
//! Source: K. Deb, A. Pratap, S. Agarwal, T. Meyarivan, "A Fast and Elitist Multiobjective Genetic
//! Algorithm: NSGA-II" (2002); crossing and mutation within bounds of K. Deb, R. B. Agrawal,
//! "Simulated Binary Crossover for Continuous Search Space" (1995), and of Deb's own program.

use std::cmp::Ordering;

use super::{Outcome, Problem, Trail, pareto};
use crate::num;
use crate::rng::{Agent, Domain, Draws, Streams};
use crate::study::cube;

/// How alike crossed children are to their parents; more is more.
const CROSSING: f64 = 15.0;

/// How little a mutation moves; more is less.
const MUTATION: f64 = 20.0;

/// How often parents are crossed at all.
const CROSSED: f64 = 0.9;

/// One of the population.
#[derive(Clone)]
struct Member {
    place: Vec<f64>,
    outcome: Outcome,
    breach: f64,
    front: usize,
    room: f64,
}

/// Searches the cube of a problem.
pub(super) fn search(problem: &Problem, trail: &mut Trail<'_>) {
    let many = problem.population.max(4);
    let mut places = cube::latin_hypercube(problem.seed, many, problem.dims);
    if let Some(start) = problem.start() {
        places[0] = start;
    }
    let streams = Streams::new(problem.seed);
    let mut population: Vec<Member> = Vec::new();
    for round in 1..=problem.rounds {
        let before = trail.history.tried.len();
        if !trail.try_all(round, places) {
            return;
        }
        population.extend(trail.history.tried[before..].iter().map(|tried| Member {
            place: tried.place.clone(),
            outcome: tried.outcome.clone(),
            breach: tried.outcome.breach(),
            front: 0,
            room: 0.0,
        }));
        population = survivors(&population, many);
        let pairs = (0..many.div_ceil(2)).flat_map(|pair| {
            let epoch = crate::units::Epoch::try_from(round).unwrap_or(crate::units::Epoch::MAX);
            let mut draws = streams.at(Domain::Search, Agent::new("nsga", pair), epoch);
            let parents = [(); 2].map(|()| chosen(&population, &mut draws));
            children(parents, &mut draws)
        });
        places = pairs.take(many).collect();
    }
}

/// The better of `many`, with their fronts and the room around them.
fn survivors(population: &[Member], many: usize) -> Vec<Member> {
    let beats = |one: usize, other: usize| {
        let (one, other) = (&population[one], &population[other]);
        match one.breach.total_cmp(&other.breach) {
            Ordering::Less => true,
            Ordering::Greater => false,
            Ordering::Equal => {
                one.breach == 0.0
                    && pareto::dominates(&one.outcome.objectives, &other.outcome.objectives)
            }
        }
    };
    let mut survivors = Vec::with_capacity(many);
    for (at, front) in pareto::fronts(population.len(), beats).iter().enumerate() {
        let places: Vec<&[f64]> =
            front.iter().map(|member| population[*member].outcome.objectives.as_slice()).collect();
        let mut ranked: Vec<(usize, f64)> =
            front.iter().copied().zip(pareto::room(&places)).collect();
        if survivors.len() + ranked.len() > many {
            ranked.sort_by(|one, other| other.1.total_cmp(&one.1));
            ranked.truncate(many - survivors.len());
        }
        survivors.extend(ranked.into_iter().map(|(member, room)| Member {
            front: at,
            room,
            ..population[member].clone()
        }));
    }
    survivors
}

/// The better of two that are drawn: of the better front, or with more room.
fn chosen<'m>(population: &'m [Member], draws: &mut Draws) -> &'m Member {
    let [one, other] = [(); 2].map(|()| {
        let at = num::floor(draws.uniform() * population.len() as f64);
        &population[usize::try_from(at).unwrap_or(0).min(population.len() - 1)]
    });
    let order = one.front.cmp(&other.front).then(other.room.total_cmp(&one.room));
    if order == Ordering::Greater { other } else { one }
}

/// Two children of two parents, neither of which is where a parent is.
fn children(parents: [&Member; 2], draws: &mut Draws) -> [Vec<f64>; 2] {
    let mut children = parents.map(|parent| parent.place.clone());
    let crossed = draws.uniform() < CROSSED;
    for dim in 0..children[0].len() {
        if crossed && draws.uniform() < 0.5 {
            let pair = cross(children[0][dim], children[1][dim], draws);
            [children[0][dim], children[1][dim]] = pair;
        }
    }
    for child in &mut children {
        let dims = child.len();
        for x in child.iter_mut() {
            if draws.uniform() < 1.0 / dims as f64 {
                *x = mutated(*x, draws);
            }
        }
        // What was tried already would be tried in vain.
        if parents.iter().any(|parent| parent.place == *child) {
            let dim = usize::try_from(num::floor(draws.uniform() * dims as f64)).unwrap_or(0);
            child[dim] = mutated(child[dim], draws);
        }
    }
    children
}

/// Two coordinates for two of parents: as far apart in the mean, most often near them, and never
/// outside of `[0, 1]`.
fn cross(one: f64, other: f64, draws: &mut Draws) -> [f64; 2] {
    let (low, high) = if one < other { (one, other) } else { (other, one) };
    let (u, swapped) = (draws.uniform(), draws.uniform() < 0.5);
    let apart = high - low;
    if apart < 1e-14 {
        return [one, other];
    }
    let spread = |to_end: f64| {
        let alpha = 2.0 - num::pow(1.0 + 2.0 * to_end / apart, -(CROSSING + 1.0));
        let inner = u * alpha;
        let base = if inner <= 1.0 { inner } else { 1.0 / (2.0 - inner) };
        num::pow(base, 1.0 / (CROSSING + 1.0))
    };
    let middle = f64::midpoint(low, high);
    let first = (middle - spread(low) * apart / 2.0).clamp(0.0, 1.0);
    let second = (middle + spread(1.0 - high) * apart / 2.0).clamp(0.0, 1.0);
    if swapped { [second, first] } else { [first, second] }
}

/// A coordinate near another, and within `[0, 1]`.
fn mutated(x: f64, draws: &mut Draws) -> f64 {
    let u = draws.uniform();
    let power = 1.0 / (MUTATION + 1.0);
    let step = if u < 0.5 {
        num::pow(2.0 * u + (1.0 - 2.0 * u) * num::pow(1.0 - x, MUTATION + 1.0), power) - 1.0
    } else {
        1.0 - num::pow(2.0 * (1.0 - u) + (2.0 * u - 1.0) * num::pow(x, MUTATION + 1.0), power)
    };
    (x + step).clamp(0.0, 1.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn member(objectives: &[f64], violation: f64) -> Member {
        let outcome = Outcome { objectives: objectives.to_vec(), violation };
        let breach = outcome.breach();
        Member { place: vec![0.5], outcome, breach, front: 0, room: 0.0 }
    }

    /// Of six places the front of three is first; then the one that it beats; then the one that
    /// breaks a constraint; and the one that failed is last.
    #[test]
    fn the_better_live_on() {
        let all = vec![
            member(&[f64::NAN, 0.0], 0.0),
            member(&[0.0, 0.0], 1.0),
            member(&[1.0, 1.0], 0.0),
            member(&[0.0, 2.0], 0.0),
            member(&[2.0, 0.0], 0.0),
            member(&[3.0, 3.0], 0.0),
        ];
        let kept = survivors(&all, 6);
        let fronts: Vec<usize> = kept.iter().map(|member| member.front).collect();
        assert_eq!(fronts, [0, 0, 0, 1, 2, 3]);
        assert_eq!(kept[5].breach, f64::INFINITY);
        let two = survivors(&all, 2);
        assert!(two.iter().all(|member| member.room == f64::INFINITY));
    }

    #[test]
    fn children_stay_in_the_cube_and_keep_the_middle_of_their_parents() {
        let mut draws = Streams::new(1).at(Domain::Search, Agent::new("test", 0), 0);
        let (mut middle, mut far) = (0.0, 0.0_f64);
        for _ in 0..20_000 {
            let [one, other] = cross(0.4, 0.6, &mut draws);
            assert!((0.0..=1.0).contains(&one) && (0.0..=1.0).contains(&other));
            middle += (one + other) / 40_000.0;
            for x in [0.0, 0.3, 1.0] {
                let near = mutated(x, &mut draws);
                assert!((0.0..=1.0).contains(&near));
                far += (near - x).abs() / 60_000.0;
            }
        }
        assert!((middle - 0.5).abs() < 1e-3, "{middle}");
        assert!(far > 0.02 && far < 0.06, "{far}");
    }
}

//! Each way of searching, on functions whose best places are known.

use std::sync::atomic::{AtomicUsize, Ordering};

use super::*;

fn problem(method: Method, dims: usize, population: usize, rounds: usize) -> Problem {
    Problem { dims, objectives: 1, seed: 11, population, rounds, start: None, method }
}

/// Searches for the least of a function.
fn least(problem: &Problem, f: impl Fn(&[f64]) -> f64 + Sync) -> History {
    let one = |x: &[f64]| Some(Outcome { objectives: vec![f(x)], violation: 0.0 });
    search(problem, &one, &mut |_| ())
}

fn best(history: &History) -> f64 {
    history.best().expect("a best").outcome.objectives[0]
}

fn sphere(x: &[f64]) -> f64 {
    x.iter().map(|x| (x - 0.3) * (x - 0.3)).sum()
}

/// On `[-2, 2]`; its least is 0 at 1 everywhere, in the cube at 0.75.
fn rosenbrock(x: &[f64]) -> f64 {
    let x: Vec<f64> = x.iter().map(|x| 4.0 * x - 2.0).collect();
    let part = |x: &[f64]| {
        let bent = x[1] - x[0] * x[0];
        100.0 * bent * bent + (1.0 - x[0]) * (1.0 - x[0])
    };
    x.windows(2).map(part).sum()
}

/// On `[-1.5, 1.5]`: nine valleys in two dimensions, the deepest at 0.
fn rastrigin(x: &[f64]) -> f64 {
    let part = |x: &f64| {
        let x = 3.0 * x - 1.5;
        x * x + 10.0 - 10.0 * libm::cos(2.0 * std::f64::consts::PI * x)
    };
    x.iter().map(part).sum()
}

/// Its least is 0.397887, at three places.
fn branin(x: &[f64]) -> f64 {
    use std::f64::consts::PI;
    let (x, y) = (15.0 * x[0] - 5.0, 15.0 * x[1]);
    let bent = y - 5.1 / (4.0 * PI * PI) * x * x + 5.0 / PI * x - 6.0;
    bent * bent + 10.0 * (1.0 - 1.0 / (8.0 * PI)) * libm::cos(x) + 10.0
}

/// Two objectives in thirty dimensions; none beats y = 1 - sqrt(x).
fn zdt1(x: &[f64]) -> Vec<f64> {
    let rest: f64 = x[1..].iter().sum();
    let g = 1.0 + 9.0 * rest / (x.len() - 1) as f64;
    vec![x[0], g * (1.0 - (x[0] / g).sqrt())]
}

#[test]
fn cma_finds_the_bottom_of_valleys() {
    assert!(best(&least(&problem(Method::CmaEs, 5, 12, 80), sphere)) < 1e-6);
    assert!(best(&least(&problem(Method::CmaEs, 4, 16, 250), rosenbrock)) < 1e-6);
    assert!(best(&least(&problem(Method::CmaEs, 2, 40, 60), rastrigin)) < 1e-6);
    let from = Problem { start: Some(vec![0.9; 5]), ..problem(Method::CmaEs, 5, 12, 1) };
    let tried = least(&from, sphere).tried;
    let mean = tried.iter().map(|tried| tried.place[0]).sum::<f64>() / 12.0;
    assert!(tried.len() == 12 && mean > 0.6, "{mean}");
}

/// The volume that the front beats up to (1.1, 1.1) is 0.21 + 2/3 = 0.8767.
#[test]
fn nsga_finds_the_front() {
    let two = Problem { objectives: 2, ..problem(Method::NsgaTwo, 30, 100, 250) };
    let zdt1 = |x: &[f64]| Some(Outcome { objectives: zdt1(x), violation: 0.0 });
    let history = search(&two, &zdt1, &mut |_| ());
    assert_eq!(history.tried.len(), 100 * 250);
    let front: Vec<Vec<f64>> =
        history.front().iter().map(|tried| tried.outcome.objectives.clone()).collect();
    let volume = pareto::hypervolume(&front, &[1.1, 1.1]);
    assert!(volume > 0.865 && volume < 0.8767, "{volume}");
}

#[test]
fn bayes_needs_few_places() {
    let regrets: Vec<f64> = (0..6)
        .map(|seed| {
            let problem = Problem { seed, ..problem(Method::Bayesian, 2, 4, 10) };
            let history = least(&problem, branin);
            assert_eq!(history.tried.len(), 40);
            best(&history) - 0.397_887
        })
        .collect();
    assert!(regrets.iter().all(|regret| *regret < 0.05), "{regrets:?}");
}

/// Noise of a tenth of the range, the same at the same place: the best mean that was found is near
/// the best there is.
#[test]
fn bayes_is_not_led_astray_by_noise() {
    let noisy = |x: &[f64]| {
        let at = x.iter().fold(0, |at: u64, x| at.wrapping_mul(31).wrapping_add(x.to_bits()));
        let mut draws = crate::rng::Streams::new(at).at(
            crate::rng::Domain::Search,
            crate::rng::Agent::new("noise", 0),
            0,
        );
        sphere(x) + 0.05 * draws.normal()
    };
    let history = least(&problem(Method::Bayesian, 3, 4, 12), noisy);
    let late = &history.tried[32..];
    let mean = late.iter().map(|tried| sphere(&tried.place)).sum::<f64>() / late.len() as f64;
    assert!(mean < 0.05, "{mean}");
}

/// The least of x + y where the square of the distance to the corner is above 1/2: on the circle,
/// at its ends, 0.7071. Half of the cube fails besides.
#[test]
fn constraints_come_first_and_what_failed_comes_last() {
    for (method, population, rounds, off) in [
        (Method::CmaEs, 12, 60, 1e-3),
        (Method::NsgaTwo, 20, 40, 0.02),
        (Method::Bayesian, 4, 12, 0.05),
    ] {
        let history = search(
            &problem(method, 2, population, rounds),
            &|x| {
                let short = (0.5 - x[0] * x[0] - x[1] * x[1]).max(0.0);
                let value = if x[1] > 0.6 { f64::NAN } else { x[0] + x[1] };
                Some(Outcome { objectives: vec![value], violation: short })
            },
            &mut |_| (),
        );
        let best = history.best().expect("a best");
        assert!(best.outcome.is_feasible(), "{method:?}: {best:?}");
        let value = best.outcome.objectives[0];
        assert!(value < std::f64::consts::FRAC_1_SQRT_2 + off, "{method:?}: {best:?}");
        assert_eq!(history.front().len(), 1, "{method:?}");
    }
}

#[test]
fn threads_change_nothing_and_seeds_do() {
    for (method, population, rounds) in
        [(Method::CmaEs, 9, 6), (Method::NsgaTwo, 11, 6), (Method::Bayesian, 3, 5)]
    {
        let run = |threads: usize, seed: u64| {
            let pool =
                rayon::ThreadPoolBuilder::new().num_threads(threads).build().expect("a pool");
            let problem = Problem { seed, ..problem(method, 2, population, rounds) };
            // Some places take longer than others, so that they are done in another order.
            let uneven = |x: &[f64]| {
                let micros = crate::num::floor(3000.0 * x[0]);
                std::thread::sleep(std::time::Duration::from_micros(micros));
                branin(x)
            };
            pool.install(|| least(&problem, uneven))
        };
        let one = run(1, 5);
        assert_eq!(one.tried.len(), population * rounds, "{method:?}");
        assert!(one.complete);
        assert_eq!(one, run(3, 5), "{method:?}");
        assert_eq!(one, run(1, 5), "{method:?}");
        assert_ne!(one, run(1, 6), "{method:?}");
        let inside = |tried: &Tried| tried.place.iter().all(|x| (0.0..=1.0).contains(x));
        assert!(one.tried.iter().all(inside), "{method:?}");
    }
}

#[test]
fn a_search_that_is_stopped_tells_what_it_tried() {
    for method in [Method::CmaEs, Method::NsgaTwo, Method::Bayesian] {
        let (calls, mut rounds) = (AtomicUsize::new(0), Vec::new());
        let history = search(
            &problem(method, 2, 8, 10),
            &|x| {
                let more = calls.fetch_add(1, Ordering::Relaxed) < 20;
                more.then(|| Outcome { objectives: vec![sphere(x)], violation: 0.0 })
            },
            &mut |round| rounds.push(round.len()),
        );
        assert!(!history.complete, "{method:?}");
        assert_eq!((history.tried.len(), rounds), (20, vec![8, 8, 4]), "{method:?}");
        assert_eq!(history.tried[19].round, 3, "{method:?}");
    }
}

#[test]
fn where_nothing_succeeds_all_is_tried() {
    for method in [Method::CmaEs, Method::NsgaTwo, Method::Bayesian] {
        let failing = search(&problem(method, 2, 4, 5), &|_| Some(Outcome::failed()), &mut |_| ());
        assert!(failing.complete && failing.tried.len() == 20, "{method:?}");
        assert!(failing.front().is_empty() && failing.best().is_some());
        // Two objectives where one was agreed on are a failure.
        let two = Outcome { objectives: vec![1.0; 2], violation: 0.0 };
        let wrong = search(&problem(method, 2, 4, 5), &|_| Some(two.clone()), &mut |_| ());
        assert_eq!((wrong.tried.len(), &wrong.tried[0].outcome.objectives[..]), (20, &[][..]));
        let nowhere = least(&problem(method, 0, 4, 5), |_| 1.0);
        assert!(nowhere.tried.is_empty() && nowhere.best().is_none());
    }
}

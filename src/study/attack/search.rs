//! The adversary that looks for the worst attack: it moves the levers of a policy by CMA-ES, and
//! is told what each policy earns.
//!
//! Every policy is tried under the same few seeds. The best of them, and every policy that was
//! known before, are then tried under seeds that the search has not seen, and those are the numbers
//! that count: the best of many noisy numbers is too good.
//!
//! Source: N. Hansen, "The CMA Evolution Strategy: A Tutorial" (2016), arXiv:1604.00772; the crate
//! `cmaes`.

use std::sync::Mutex;
use std::sync::PoisonError;
use std::sync::atomic::Ordering;

use cmaes::{CMAESOptions, DVector, Mode};

use super::plan::Search;
use super::trial::{self, Arm};
use super::{Study, StudyFailure, defined_mean};
use crate::record::RecordError;
use crate::scenario::{Edit, Scenario};
use crate::study::batch::{self, Desk, Job};
use crate::study::design::Level;
use crate::study::journal::{Finished, Journal, key};
use crate::study::statistics::Mean;

/// What a policy without a result counts as: worse than any.
const WORST: f64 = -1e30;

/// How far the first policies lie apart, in parts of a lever's range.
const FIRST_STEP: f64 = 0.3;

/// The best policies of the search that are tried again.
const FINALISTS: usize = 3;

/// A policy and what it earned.
#[derive(Clone, Debug)]
pub struct Policy {
    /// The round in which it was tried, from 1; 0 for one that was known before.
    pub round: usize,
    /// Where each lever stands, in parts of its range, in `[0, 1]`.
    pub place: Vec<f64>,
    /// The value of each lever.
    pub levels: Vec<Level>,
    /// Its mean profit under the seeds of the search.
    pub profit: f64,
}

/// A policy that was tried again under seeds that the search has not seen.
#[derive(Clone, Debug)]
pub struct Finalist {
    /// The policy.
    pub policy: Policy,
    /// Its profit.
    pub profit: Mean,
    /// Its profit for each unit of what the attackers own at the start.
    pub roi: Mean,
}

/// What a search came to.
#[derive(Clone, Debug)]
pub struct Found {
    /// Every policy that was tried, in order.
    pub policies: Vec<Policy>,
    /// Those that were known and the best of the others, tried again; the best first.
    pub finalists: Vec<Finalist>,
    /// What the attackers own at the start, in the mean.
    pub start: f64,
    /// Whether it came to its end.
    pub complete: bool,
}

impl Study {
    /// Looks for the policy that earns most at the first point of the grid.
    ///
    /// # Errors
    /// The journal cannot be written; the study has no `[search]`; its first policy is no scenario.
    pub fn search(
        &self,
        journal: &mut Journal<Arm>,
        desk: Desk<'_>,
    ) -> Result<Found, StudyFailure> {
        let Some(search) = &self.plan.search else {
            return Err(self
                .wrong("search", "the study has no [search]", "add [[search.levers]]")
                .into());
        };
        let hunt = Hunt::new(self, search, desk)?;
        let first = self.plan.header.seed.saturating_add(self.plan.header.replicates);
        let seeds: Vec<u64> = (first..first.saturating_add(search.replicates)).collect();
        let Some(honest) = hunt.honest(&seeds, journal)? else {
            return Ok(hunt.stopped(Vec::new()));
        };
        desk.watcher
            .wanted(search.population * usize::try_from(search.rounds).unwrap_or(usize::MAX));
        let known = hunt.known(&seeds, &honest, journal)?;
        let Some(mut policies) = known else { return Ok(hunt.stopped(Vec::new())) };
        let complete = hunt.chase(&seeds, &honest, journal, &mut policies)?;
        if !complete {
            return Ok(hunt.stopped(policies));
        }
        hunt.finals(policies, journal)
    }
}

/// A search while it goes on.
struct Hunt<'s> {
    study: &'s Study,
    search: &'s Search,
    common: Vec<Edit>,
    base_attack: Vec<Edit>,
    honest: Scenario,
    looked_at: String,
    desk: Desk<'s>,
}

impl<'s> Hunt<'s> {
    fn new(study: &'s Study, search: &'s Search, desk: Desk<'s>) -> Result<Self, StudyFailure> {
        let (mut common, mut base_attack) = (Vec::new(), Vec::new());
        for axis in &study.plan.axes {
            let first = axis.values.each().into_iter().next();
            let edits = first.map_or(Vec::new(), |level| axis.edits(&level));
            if axis.attack_only { &mut base_attack } else { &mut common }.extend(edits);
        }
        let (_, honest) = study.pair("", &common, &base_attack)?;
        let looked_at = format!("{:?}", study.focus);
        let hunt = Self { study, search, common, base_attack, honest, looked_at, desk };
        // A lever that leads nowhere is told before anything is run.
        for part in [0.0, 1.0] {
            hunt.scenario(&vec![part; search.levers.len()])?;
        }
        Ok(hunt)
    }

    /// The world in which the policy is played.
    fn scenario(&self, place: &[f64]) -> Result<Scenario, StudyFailure> {
        let mut attack = self.base_attack.clone();
        for (lever, part) in self.search.levers.iter().zip(place) {
            attack.extend(lever.edits(*part));
        }
        let told = |(lever, level): (&super::plan::Lever, Level)| {
            format!("{} = {}", lever.name, level.shown())
        };
        let told: Vec<String> =
            self.search.levers.iter().zip(self.levels(place)).map(told).collect();
        Ok(self.study.pair(&told.join(", "), &self.common, &attack)?.0)
    }

    fn levels(&self, place: &[f64]) -> Vec<Level> {
        self.search.levers.iter().zip(place).map(|(lever, part)| lever.level(*part)).collect()
    }

    /// The world without the attack, once for each seed; `None` where it was stopped.
    fn honest(
        &self,
        seeds: &[u64],
        journal: &mut Journal<Arm>,
    ) -> Result<Option<Vec<Finished<Arm>>>, StudyFailure> {
        let digest = self.honest.digest();
        let keys: Vec<String> = seeds.iter().map(|s| key(&digest, *s, &self.looked_at)).collect();
        let pairs = seeds.iter().zip(&keys);
        let jobs: Vec<Job<'_>> = pairs
            .map(|(seed, key)| Job { scenario: &self.honest, seed: *seed, key: key.clone() })
            .collect();
        let one = |scenario: &Scenario, seed| trial::run(scenario, seed, &self.study.focus);
        if !batch::run(&jobs, journal, self.desk, one)? {
            return Ok(None);
        }
        Ok(Some(keys.iter().filter_map(|key| journal.get(key).cloned()).collect()))
    }

    /// What the policy at a place earns in the mean; `None` where the search is to stop.
    fn profit(
        &self,
        place: &[f64],
        seeds: &[u64],
        honest: &[Finished<Arm>],
        journal: &Journal<Arm>,
        fresh: &Mutex<Fresh>,
    ) -> Option<f64> {
        let Ok(scenario) = self.scenario(place) else { return Some(WORST) };
        let digest = scenario.digest();
        let mut profits = Vec::new();
        for (seed, honest) in seeds.iter().zip(honest) {
            let key = key(&digest, *seed, &self.looked_at);
            let known = journal.get(&key).cloned();
            let finished = match known {
                Some(finished) => finished,
                None if self.desk.stop.load(Ordering::Relaxed) => return None,
                None => {
                    let finished = trial::run(&scenario, *seed, &self.study.focus);
                    let mut fresh = fresh.lock().unwrap_or_else(PoisonError::into_inner);
                    if let Err(error) = journal.write(&key, &finished) {
                        fresh.broken = Some(error);
                        return None;
                    }
                    fresh.runs.push((key, finished.clone()));
                    finished
                }
            };
            if let (Ok(attack), Ok(honest)) = (&finished, honest) {
                profits.push(self.study.profit(attack, honest));
            }
        }
        let mean = defined_mean(&profits);
        Some(if mean.is_finite() { mean } else { WORST })
    }

    fn known(
        &self,
        seeds: &[u64],
        honest: &[Finished<Arm>],
        journal: &mut Journal<Arm>,
    ) -> Result<Option<Vec<Policy>>, StudyFailure> {
        let fresh = Mutex::new(Fresh::default());
        let mut policies = Vec::new();
        for values in &self.search.known {
            let levers = self.search.levers.iter().zip(values);
            let place: Vec<f64> = levers.map(|(lever, value)| lever.place(*value)).collect();
            let Some(profit) = self.profit(&place, seeds, honest, journal, &fresh) else {
                take(fresh, journal)?;
                return Ok(None);
            };
            let levels = self.levels(&place);
            policies.push(Policy { round: 0, place, levels, profit });
        }
        take(fresh, journal)?;
        Ok(Some(policies))
    }

    /// Searches round by round; gives whether it came to its end.
    fn chase(
        &self,
        seeds: &[u64],
        honest: &[Finished<Arm>],
        journal: &mut Journal<Arm>,
        policies: &mut Vec<Policy>,
    ) -> Result<bool, StudyFailure> {
        // It begins at the best that is known, and in the middle where nothing is.
        let best = policies.iter().max_by(|one, other| one.profit.total_cmp(&other.profit));
        let middle = vec![0.5; self.search.levers.len()];
        let start = best.map_or(middle, |policy| policy.place.clone());
        let fresh = Mutex::new(Fresh::default());
        let tried: Mutex<Vec<(Vec<f64>, f64)>> = Mutex::new(Vec::new());
        let stopped = std::sync::atomic::AtomicBool::new(false);
        let held = &*journal;
        let objective = |x: &DVector<f64>| {
            let place: Vec<f64> = x.iter().map(|x| reflected(*x)).collect();
            let Some(profit) = self.profit(&place, seeds, honest, held, &fresh) else {
                stopped.store(true, Ordering::Relaxed);
                return WORST;
            };
            self.desk.watcher.finished();
            let mut tried = tried.lock().unwrap_or_else(PoisonError::into_inner);
            tried.push((x.iter().copied().collect(), profit));
            profit
        };
        let options = CMAESOptions::new(start, FIRST_STEP)
            .mode(Mode::Maximize)
            .population_size(self.search.population)
            .seed(self.study.plan.header.seed);
        let Ok(mut state) = options.build(objective) else { return Ok(true) };
        let mut ended = false;
        for round in 1..=usize::try_from(self.search.rounds).unwrap_or(usize::MAX) {
            ended = state.next_parallel().is_some();
            let mut tried = tried.lock().unwrap_or_else(PoisonError::into_inner);
            // Threads finish in any order.
            tried.sort_by(|one, other| {
                let places = one.0.iter().zip(&other.0).map(|(a, b)| a.total_cmp(b));
                places.fold(std::cmp::Ordering::Equal, std::cmp::Ordering::then)
            });
            for (x, profit) in tried.drain(..) {
                let place: Vec<f64> = x.iter().map(|x| reflected(*x)).collect();
                let levels = self.levels(&place);
                policies.push(Policy { round, place, levels, profit });
            }
            if ended || stopped.load(Ordering::Relaxed) {
                break;
            }
        }
        drop(state);
        let _ = ended;
        take(fresh, journal)?;
        Ok(!stopped.load(Ordering::Relaxed))
    }

    /// Tries the best again, and what was known, under the seeds of the study.
    fn finals(
        &self,
        policies: Vec<Policy>,
        journal: &mut Journal<Arm>,
    ) -> Result<Found, StudyFailure> {
        let seeds = self.study.seeds();
        let mut order: Vec<&Policy> = policies.iter().filter(|policy| policy.round > 0).collect();
        order.sort_by(|one, other| other.profit.total_cmp(&one.profit));
        order.truncate(FINALISTS);
        order.extend(policies.iter().filter(|policy| policy.round == 0));
        let Some(honest) = self.honest(&seeds, journal)? else { return Ok(self.stopped(policies)) };
        let mut finalists = Vec::new();
        let mut starts = Vec::new();
        for policy in order {
            let scenario = self.scenario(&policy.place)?;
            let digest = scenario.digest();
            let keys: Vec<String> =
                seeds.iter().map(|seed| key(&digest, *seed, &self.looked_at)).collect();
            let pairs = seeds.iter().zip(&keys);
            let jobs: Vec<Job<'_>> = pairs
                .map(|(seed, key)| Job { scenario: &scenario, seed: *seed, key: key.clone() })
                .collect();
            let one = |scenario: &Scenario, seed| trial::run(scenario, seed, &self.study.focus);
            if !batch::run(&jobs, journal, self.desk, one)? {
                return Ok(self.stopped(policies));
            }
            let (mut profits, mut rois) = (Vec::new(), Vec::new());
            for (key, honest) in keys.iter().zip(&honest) {
                if let (Some(Ok(attack)), Ok(honest)) = (journal.get(key), honest) {
                    let profit = self.study.profit(attack, honest);
                    profits.push(profit);
                    rois.push(profit / attack.start());
                    starts.push(attack.start());
                }
            }
            let (profit, roi) = (Mean::of(&profits), Mean::of(&rois));
            finalists.push(Finalist { policy: policy.clone(), profit, roi });
        }
        finalists.sort_by(|one, other| other.profit.mean.total_cmp(&one.profit.mean));
        let start = defined_mean(&starts);
        Ok(Found { policies, finalists, start, complete: true })
    }

    fn stopped(&self, policies: Vec<Policy>) -> Found {
        Found { policies, finalists: Vec::new(), start: f64::NAN, complete: false }
    }
}

/// What was run since the journal was last looked at.
#[derive(Default)]
struct Fresh {
    runs: Vec<(String, Finished<Arm>)>,
    broken: Option<RecordError>,
}

/// Takes it into the journal.
fn take(fresh: Mutex<Fresh>, journal: &mut Journal<Arm>) -> Result<(), RecordError> {
    let fresh = fresh.into_inner().unwrap_or_else(PoisonError::into_inner);
    journal.take(fresh.runs);
    fresh.broken.map_or(Ok(()), Err)
}

/// A place inside of `[0, 1]` for one that may lie outside: it is thrown back at the ends, so that
/// the search sees no cliff there.
fn reflected(x: f64) -> f64 {
    if !x.is_finite() {
        return 0.5;
    }
    let within = x.rem_euclid(2.0);
    if within > 1.0 { 2.0 - within } else { within }
}

#[cfg(test)]
mod tests {
    use super::reflected;

    #[test]
    fn places_are_thrown_back_at_the_ends() {
        for (x, place) in [(0.25, 0.25), (1.25, 0.75), (-0.25, 0.25), (2.5, 0.5), (f64::NAN, 0.5)] {
            assert!((reflected(x) - place).abs() < 1e-12, "{x}");
        }
    }
}

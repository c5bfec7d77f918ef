//! The adversary that looks for the worst attack: it moves the levers of a policy by CMA-ES, and
//! is told what each policy earns.
//!
//! Every policy is tried under the same few seeds. The best of them, and every policy that was
//! known before, are then tried under seeds that the search has not seen, and those are the numbers
//! that count: the best of many noisy numbers is too good.
//!
//! Source: [`cma`](crate::study::optimise::cma).

use super::plan::Search;
use super::trial::{self, Arm};
use super::{Setting, Study, StudyFailure, Which, defined_mean};
use crate::record::journal::{Finished, Journal, key};
use crate::scenario::{Edit, Scenario};
use crate::study::batch::{Desk, OneByOne};
use crate::study::design::Level;
use crate::study::optimise::{self, Method, Outcome, Problem, Tried};
use crate::study::statistics::Mean;
use crate::study::text::StudyError;

/// What a policy without a result counts as: worse than any.
const WORST: f64 = -1e30;

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
    /// Looks for the policy that earns most in the setting that [`Search::at`] names.
    ///
    /// # Errors
    /// The journal cannot be written; the study has no `[search]`; its first policy is no scenario.
    pub fn search(
        &self,
        journal: &mut Journal<Arm>,
        desk: Desk<'_>,
    ) -> Result<Found, StudyFailure> {
        let Some(search) = &self.plan.search else {
            let help = "add [[search.levers]]";
            return Err(self.wrong("search", "the study has no [search]", help).into());
        };
        let hunt = Hunt::new(self, search, desk)?;
        let rounds = usize::try_from(search.rounds).unwrap_or(usize::MAX);
        desk.watcher.wanted(search.population.saturating_mul(rounds));
        let mut policies = Vec::new();
        let complete = hunt.known(journal, &mut policies)? && hunt.chase(journal, &mut policies)?;
        if complete {
            return hunt.finals(policies, journal);
        }
        Ok(Found { policies, finalists: Vec::new(), start: f64::NAN, complete })
    }
}

/// A search while it goes on.
struct Hunt<'s> {
    study: &'s Study,
    search: &'s Search,
    /// Changes that both worlds have, and those of the attack.
    base: [Vec<Edit>; 2],
    /// Seeds that the study itself does not use.
    seeds: Vec<u64>,
    looked_at: String,
    desk: Desk<'s>,
}

impl<'s> Hunt<'s> {
    fn new(study: &'s Study, search: &'s Search, desk: Desk<'s>) -> Result<Self, StudyFailure> {
        let mut base = [Vec::new(), Vec::new()];
        let point = study.search_point(&search.at)?;
        for (axis, level) in study.plan.axes.iter().zip(&point) {
            base[usize::from(axis.attack_only)].extend(axis.edits(level));
        }
        let first = study.plan.header.seed.saturating_add(study.plan.header.replicates);
        let seeds = (first..first.saturating_add(search.replicates)).collect();
        let looked_at = format!("{:?}", study.focus);
        let hunt = Self { study, search, base, seeds, looked_at, desk };
        // A lever that leads nowhere is told before anything is run.
        for part in [0.0, 1.0] {
            hunt.setting(&vec![part; search.levers.len()])?;
        }
        Ok(hunt)
    }

    /// The two worlds of the policy at a place.
    fn setting(&self, place: &[f64]) -> Result<Setting, StudyError> {
        let [mut common, mut attack] = self.base.clone();
        for (lever, part) in self.search.levers.iter().zip(place) {
            if lever.both { &mut common } else { &mut attack }.extend(lever.edits(*part));
        }
        let levels = self.levels(place);
        let named = self.search.levers.iter().zip(&levels);
        let told: Vec<String> =
            named.map(|(lever, level)| format!("{} = {}", lever.name, level.shown())).collect();
        let (attack, honest) = self.study.pair(&told.join(", "), &common, &attack)?;
        Ok(Setting { point: levels, refined: false, attack, honest })
    }

    fn levels(&self, place: &[f64]) -> Vec<Level> {
        self.search.levers.iter().zip(place).map(|(lever, part)| lever.level(*part)).collect()
    }

    /// A run; `None` where the search is to stop.
    fn arm(
        &self,
        scenario: &Scenario,
        seed: u64,
        runs: &OneByOne<'_, Arm>,
    ) -> Option<Finished<Arm>> {
        let key = key(&scenario.digest(), seed, &self.looked_at);
        runs.get(&key, || trial::run(scenario, seed, &self.study.focus))
    }

    /// What the policy at a place earns in the mean; `None` where the search is to stop.
    fn profit(&self, place: &[f64], runs: &OneByOne<'_, Arm>) -> Option<f64> {
        let Ok(setting) = self.setting(place) else { return Some(WORST) };
        let mut profits = Vec::new();
        for &seed in &self.seeds {
            let attack = self.arm(&setting.attack, seed, runs)?;
            let honest = self.arm(&setting.honest, seed, runs)?;
            if let (Ok(attack), Ok(honest)) = (&attack, &honest) {
                profits.push(self.study.profit(attack, honest));
            }
        }
        let mean = defined_mean(&profits);
        Some(if mean.is_finite() { mean } else { WORST })
    }

    fn known(
        &self,
        journal: &mut Journal<Arm>,
        policies: &mut Vec<Policy>,
    ) -> Result<bool, StudyFailure> {
        let runs = OneByOne::new(journal, self.desk);
        let mut complete = true;
        for values in &self.search.known {
            let levers = self.search.levers.iter().zip(values);
            let place: Vec<f64> = levers.map(|(lever, value)| lever.place(*value)).collect();
            let Some(profit) = self.profit(&place, &runs) else {
                complete = false;
                break;
            };
            let levels = self.levels(&place);
            policies.push(Policy { round: 0, place, levels, profit });
        }
        let fresh = runs.end()?;
        journal.take(fresh);
        Ok(complete)
    }

    /// Searches round by round; gives whether it came to its end.
    fn chase(
        &self,
        journal: &mut Journal<Arm>,
        policies: &mut Vec<Policy>,
    ) -> Result<bool, StudyFailure> {
        // It begins at the best that is known, and in the middle where nothing is.
        let best = policies.iter().max_by(|one, other| one.profit.total_cmp(&other.profit));
        let problem = Problem {
            dims: self.search.levers.len(),
            objectives: 1,
            seed: self.study.plan.header.seed,
            population: self.search.population,
            rounds: usize::try_from(self.search.rounds).unwrap_or(usize::MAX),
            start: best.map(|policy| policy.place.clone()),
            method: Method::CmaEs,
        };
        let runs = OneByOne::new(journal, self.desk);
        let evaluate = |place: &[f64]| {
            let profit = self.profit(place, &runs)?;
            self.desk.watcher.finished();
            Some(Outcome { objectives: vec![-profit], violation: 0.0 })
        };
        let history = optimise::search(&problem, &evaluate, &mut |_| ());
        policies.extend(history.tried.into_iter().map(|Tried { round, place, outcome }| {
            let levels = self.levels(&place);
            let profit = outcome.objectives.first().map_or(WORST, |loss| -loss);
            Policy { round, place, levels, profit }
        }));
        let fresh = runs.end()?;
        journal.take(fresh);
        Ok(history.complete)
    }

    /// Tries the best again, and what was known, under the seeds of the study.
    fn finals(
        &self,
        policies: Vec<Policy>,
        journal: &mut Journal<Arm>,
    ) -> Result<Found, StudyFailure> {
        let mut order: Vec<&Policy> = policies.iter().filter(|policy| policy.round > 0).collect();
        order.sort_by(|one, other| other.profit.total_cmp(&one.profit));
        order.truncate(FINALISTS);
        order.extend(policies.iter().filter(|policy| policy.round == 0));
        let settings: Result<Vec<Setting>, StudyError> =
            order.iter().map(|policy| self.setting(&policy.place)).collect();
        let settings = settings?;
        let settings: Vec<&Setting> = settings.iter().collect();
        let seeds = self.study.seeds();
        let (tried, complete) = self.study.try_all(&settings, &seeds, journal, self.desk)?;
        let mut finalists: Vec<Finalist> = order
            .into_iter()
            .zip(&tried)
            .map(|(policy, tried)| Finalist {
                policy: policy.clone(),
                profit: Mean::of(&self.study.profits(tried)),
                roi: Mean::of(&self.study.numbers(tried, "roi", Which::Difference)),
            })
            .collect();
        finalists.sort_by(|one, other| other.profit.mean.total_cmp(&one.profit.mean));
        let pairs = tried.iter().flat_map(|tried| &tried.trials);
        let starts: Vec<f64> =
            pairs.filter_map(|trial| Some(trial.arms.as_ref().ok()?.0.start())).collect();
        Ok(Found { policies, finalists, start: defined_mean(&starts), complete })
    }
}

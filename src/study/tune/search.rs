//! The search, the choice, and the chosen setting beside the default.

use std::collections::BTreeMap;
use std::sync::{Mutex, PoisonError};

use super::measure::{Gauge, Measured, Values, violation};
use super::{Purpose, Tuning};
use crate::record::RecordError;
use crate::record::journal::{Finished, Journal, key};
use crate::scenario::Scenario;
use crate::study::batch::{self, Desk, Job, OneByOne};
use crate::study::design::Point;
use crate::study::optimise::{self, Outcome, Problem};
use crate::study::reading::Numbers;
use crate::study::statistics::Resamples;

/// Resamples of the seeds for an interval.
const RESAMPLES: usize = 2_000;

/// A setting that the search tried.
#[derive(Clone, Debug, PartialEq)]
pub struct Tried {
    /// The round, from 1.
    pub round: usize,
    /// A value for each axis.
    pub setting: Point,
    /// Each objective under the seeds of the search; NaN where it has none.
    pub objectives: Vec<f64>,
    /// How far it is from keeping all constraints; 0 where it keeps them.
    pub violation: f64,
    /// Whether no other is better in all objectives.
    pub on_front: bool,
}

/// A setting that was tried again under seeds that the search had not seen.
#[derive(Clone, Debug)]
pub struct Finalist {
    /// A value for each axis; `None` for the default.
    pub setting: Option<Point>,
    /// Each objective.
    pub objectives: Vec<Measured>,
    /// What each objective is more than the default's, under the same seeds.
    pub differences: Vec<Measured>,
    /// Each objective in each world; NaN where it is not looked at.
    pub worlds: Vec<Vec<f64>>,
    /// The world that counted for each objective.
    pub worst: Vec<String>,
    /// Each constraint.
    pub constraints: Vec<Measured>,
    /// Each objective under the seeds of the choice.
    pub at_choice: Vec<f64>,
    /// How far it is from keeping all constraints; 0 where it keeps them.
    pub violation: f64,
}

/// What a tuning study came to.
#[derive(Clone, Debug)]
pub struct Findings {
    /// Every setting that was tried, in order.
    pub tried: Vec<Tried>,
    /// The default, and then those that were tried again.
    pub finalists: Vec<Finalist>,
    /// Which of them was chosen; `None` where none was found that keeps all constraints.
    pub chosen: Option<usize>,
    /// Whether it came to its end.
    pub complete: bool,
    /// A fingerprint of all numbers `[32 hexadecimal digits]`.
    pub digest: String,
}

pub(super) fn run(
    tuning: &Tuning,
    journal: &mut Journal<Numbers>,
    desk: Desk<'_>,
) -> Result<Findings, RecordError> {
    let hunt = Hunt::new(tuning);
    let (tried, complete) = hunt.search(journal, desk)?;
    let unfinished = |tried| Findings {
        tried,
        finalists: Vec::new(),
        chosen: None,
        complete: false,
        digest: String::new(),
    };
    if !complete {
        return Ok(unfinished(tried));
    }
    let settings = hunt.finalists(&tried);
    let Some(finalists) = hunt.finals(settings, journal, desk)? else {
        return Ok(unfinished(tried));
    };
    let chosen = hunt.choose(&finalists);
    let digest = digest(tuning, &tried, &finalists);
    Ok(Findings { tried, finalists, chosen, complete, digest })
}

struct Hunt<'t> {
    tuning: &'t Tuning,
    objectives: Vec<Gauge<'t>>,
    constraints: Vec<Gauge<'t>>,
    looked_at: String,
}

impl<'t> Hunt<'t> {
    fn new(tuning: &'t Tuning) -> Self {
        let plan = &tuning.plan;
        Self {
            objectives: plan.objectives.iter().map(|o| Gauge::objective(tuning, o)).collect(),
            constraints: plan.constraints.iter().map(|c| Gauge::constraint(tuning, c)).collect(),
            looked_at: tuning.reading.key(),
            tuning,
        }
    }

    /// Tries settings round by round; gives also whether it came to its end.
    fn search(
        &self,
        journal: &mut Journal<Numbers>,
        desk: Desk<'_>,
    ) -> Result<(Vec<Tried>, bool), RecordError> {
        let plan = &self.tuning.plan;
        let problem = Problem {
            dims: plan.axes.len(),
            objectives: plan.objectives.len(),
            seed: plan.header.seed,
            population: plan.search.population,
            rounds: plan.search.rounds,
            start: self.start(),
            method: plan.search.method,
        };
        desk.watcher.wanted(plan.search.population.saturating_mul(plan.search.rounds));
        let seeds = self.tuning.seeds(Purpose::Search);
        let runs = OneByOne::new(journal, desk);
        // What was read of a setting cannot be told from its place alone: axes round.
        let read: Mutex<BTreeMap<String, (Vec<f64>, f64)>> = Mutex::new(BTreeMap::new());
        let evaluate = |place: &[f64]| -> Option<Outcome> {
            let setting = self.tuning.levels(place);
            let told = self.outcome(&setting, &seeds, &runs)?;
            desk.watcher.finished();
            let (objectives, violation) = &told;
            let signed = objectives.iter().zip(&plan.objectives);
            let signed = signed.map(|(value, of)| if of.maximise { -value } else { *value });
            let outcome = Outcome { objectives: signed.collect(), violation: *violation };
            let mut read = read.lock().unwrap_or_else(PoisonError::into_inner);
            read.insert(format!("{setting:?}"), told);
            Some(outcome)
        };
        let history = optimise::search(&problem, &evaluate, &mut |_| {});
        let fresh = runs.end()?;
        journal.take(fresh);
        let front: Vec<Vec<f64>> =
            history.front().into_iter().map(|tried| tried.place.clone()).collect();
        let read = read.into_inner().unwrap_or_else(PoisonError::into_inner);
        let tried = history.tried.iter().map(|tried| {
            let setting = self.tuning.levels(&tried.place);
            let known = read.get(&format!("{setting:?}")).cloned();
            let nothing = || (vec![f64::NAN; plan.objectives.len()], f64::INFINITY);
            let (objectives, violation) = known.unwrap_or_else(nothing);
            let on_front = front.contains(&tried.place);
            Tried { round: tried.round, setting, objectives, violation, on_front }
        });
        Ok((tried.collect(), history.complete))
    }

    /// Where the default lies, if its values are told.
    fn start(&self) -> Option<Vec<f64>> {
        let place = |axis: &crate::study::design::Axis| {
            let base = axis.base.as_ref()?;
            if let Some(span) = &axis.span {
                return Some(span.place(base.number()));
            }
            let each = axis.values.each();
            let at = each.iter().position(|level| level == base)?;
            Some((at as f64 + 0.5) / each.len() as f64)
        };
        self.tuning.plan.axes.iter().map(place).collect()
    }

    /// Each objective of a setting, and how far it is from keeping the constraints; `None` where
    /// the search is to stop.
    fn outcome(
        &self,
        setting: &Point,
        seeds: &[u64],
        runs: &OneByOne<'_, Numbers>,
    ) -> Option<(Vec<f64>, f64)> {
        let mut values = Values(Vec::new());
        for world in 0..=self.tuning.plan.attacks.len() {
            let mut columns = vec![Vec::new(); self.tuning.reading.names.len()];
            let scenario = self.tuning.scenario(Some(setting), world).ok();
            for &seed in seeds {
                let finished = match &scenario {
                    Some(scenario) => {
                        let key = key(&scenario.digest(), seed, &self.looked_at);
                        runs.get(&key, || self.tuning.reading.run(scenario, seed))?
                    }
                    None => Err("it is no scenario".into()),
                };
                push(&mut columns, &finished);
            }
            values.0.push(columns);
        }
        let objectives = self.objectives.iter().map(|gauge| gauge.value(&values, None)).collect();
        Some((objectives, self.violation(&values)))
    }

    fn violation(&self, values: &Values) -> f64 {
        let each = self.constraints.iter().zip(&self.tuning.plan.constraints);
        each.fold(0.0, |sum, (gauge, of)| sum + violation(of, gauge.value(values, None)))
    }

    /// The settings that are worth another try: the best, or the front spread evenly.
    fn finalists(&self, tried: &[Tried]) -> Vec<Point> {
        let many = self.tuning.plan.search.finalists;
        let is_defined = |tried: &&Tried| {
            tried.violation == 0.0 && tried.objectives.iter().all(|value| value.is_finite())
        };
        let maximise = self.tuning.plan.objectives.first().is_some_and(|first| first.maximise);
        let first =
            |tried: &Tried| if maximise { -tried.objectives[0] } else { tried.objectives[0] };
        let several = self.objectives.len() > 1;
        let mut order: Vec<&Tried> =
            tried.iter().filter(is_defined).filter(|tried| !several || tried.on_front).collect();
        order.sort_by(|one, other| first(one).total_cmp(&first(other)));
        let mut settings: Vec<Point> = Vec::new();
        for tried in order {
            if !settings.contains(&tried.setting) {
                settings.push(tried.setting.clone());
            }
        }
        if !several || settings.len() <= many {
            settings.truncate(many);
            return settings;
        }
        let last = settings.len() - 1;
        let even = (0..many).map(|at| settings[at * last / (many - 1).max(1)].clone());
        even.collect()
    }

    /// What settings come to under seeds; `None` where it was stopped.
    fn values(
        &self,
        settings: &[Option<Point>],
        purpose: Purpose,
        journal: &mut Journal<Numbers>,
        desk: Desk<'_>,
    ) -> Result<Option<Vec<Values>>, RecordError> {
        let seeds = self.tuning.seeds(purpose);
        let worlds = self.tuning.plan.attacks.len() + 1;
        let mut scenarios: Vec<Option<(Scenario, String)>> = Vec::new();
        for setting in settings {
            for world in 0..worlds {
                let scenario = self.tuning.scenario(setting.as_ref(), world).ok();
                scenarios.push(scenario.map(|scenario| {
                    let digest = scenario.digest();
                    (scenario, digest)
                }));
            }
        }
        let mut jobs = Vec::new();
        for (scenario, digest) in scenarios.iter().flatten() {
            for &seed in &seeds {
                jobs.push(Job { scenario, seed, key: key(digest, seed, &self.looked_at) });
            }
        }
        let one = |scenario: &Scenario, seed: u64| self.tuning.reading.run(scenario, seed);
        if !batch::run(&jobs, journal, desk, one)? {
            return Ok(None);
        }
        let column = |scenario: &Option<(Scenario, String)>| {
            let mut columns = vec![Vec::new(); self.tuning.reading.names.len()];
            for &seed in &seeds {
                let found = scenario.as_ref().and_then(|(_, digest)| {
                    journal.get(&key(digest, seed, &self.looked_at)).cloned()
                });
                push(&mut columns, &found.unwrap_or_else(|| Err("it is no scenario".into())));
            }
            columns
        };
        let columns: Vec<Vec<Vec<f64>>> = scenarios.iter().map(column).collect();
        Ok(Some(columns.chunks(worlds).map(|each| Values(each.to_vec())).collect()))
    }

    /// Tries the default and the finalists again, for the choice and for the report.
    fn finals(
        &self,
        settings: Vec<Point>,
        journal: &mut Journal<Numbers>,
        desk: Desk<'_>,
    ) -> Result<Option<Vec<Finalist>>, RecordError> {
        let mut all: Vec<Option<Point>> = vec![None];
        all.extend(settings.into_iter().map(Some));
        let Some(choice) = self.values(&all, Purpose::Choice, journal, desk)? else {
            return Ok(None);
        };
        let Some(report) = self.values(&all, Purpose::Report, journal, desk)? else {
            return Ok(None);
        };
        let mut resamples = Resamples::new(self.tuning.plan.header.seed, RESAMPLES);
        let worlds = self.tuning.plan.attacks.len() + 1;
        let mut finalists = Vec::new();
        for ((setting, at_choice), values) in all.into_iter().zip(&choice).zip(&report) {
            let objectives = &self.objectives;
            finalists.push(Finalist {
                setting,
                objectives: objectives.iter().map(|g| g.measured(values, &mut resamples)).collect(),
                differences: objectives
                    .iter()
                    .map(|gauge| gauge.difference(values, &report[0], &mut resamples))
                    .collect(),
                worlds: objectives
                    .iter()
                    .map(|g| (0..worlds).map(|world| g.in_world(values, world, None)).collect())
                    .collect(),
                worst: objectives.iter().map(|gauge| gauge.worst(values).to_owned()).collect(),
                constraints: self
                    .constraints
                    .iter()
                    .map(|gauge| gauge.measured(values, &mut resamples))
                    .collect(),
                at_choice: objectives.iter().map(|gauge| gauge.value(at_choice, None)).collect(),
                violation: self.violation(at_choice),
            });
        }
        Ok(Some(finalists))
    }

    /// The finalist whose least gain over the default is greatest, each objective in parts of what
    /// lies between the finalists: of one objective simply the best.
    fn choose(&self, finalists: &[Finalist]) -> Option<usize> {
        let default = finalists.first()?;
        let objectives = &self.tuning.plan.objectives;
        let gain = |finalist: &Finalist, at: usize| {
            let gain = finalist.at_choice[at] - default.at_choice[at];
            if objectives[at].maximise { gain } else { -gain }
        };
        let range = |at: usize| {
            let gains = || finalists.iter().map(|finalist| gain(finalist, at));
            let defined = || gains().filter(|gain| gain.is_finite());
            let most = defined().fold(f64::NEG_INFINITY, f64::max);
            (most - defined().fold(f64::INFINITY, f64::min)).max(f64::MIN_POSITIVE)
        };
        let ranges: Vec<f64> = (0..objectives.len()).map(range).collect();
        let least = |finalist: &Finalist| {
            let each = ranges.iter().enumerate().map(|(at, range)| gain(finalist, at) / range);
            each.fold(f64::INFINITY, f64::min)
        };
        let mut best: Option<(usize, f64)> = None;
        for (at, finalist) in finalists.iter().enumerate().skip(1) {
            let value = least(finalist);
            let fits = finalist.violation == 0.0 && value.is_finite();
            if fits && best.is_none_or(|(_, least)| value > least) {
                best = Some((at, value));
            }
        }
        best.map(|(at, _)| at)
    }
}

fn push(columns: &mut [Vec<f64>], finished: &Finished<Numbers>) {
    for (at, column) in columns.iter_mut().enumerate() {
        let value = finished.as_ref().ok().and_then(|numbers| numbers.0.get(at).copied());
        column.push(value.unwrap_or(f64::NAN));
    }
}

fn digest(tuning: &Tuning, tried: &[Tried], finalists: &[Finalist]) -> String {
    let mut hasher = blake3::Hasher::new();
    hasher.update(tuning.digest().as_bytes());
    let mut add = |value: f64| {
        let value = if value.is_nan() { f64::NAN } else { value };
        hasher.update(&value.to_bits().to_le_bytes());
    };
    for tried in tried {
        tried.objectives.iter().for_each(|value| add(*value));
        add(tried.violation);
    }
    for finalist in finalists {
        for measured in finalist.objectives.iter().chain(&finalist.differences) {
            [measured.value, measured.low, measured.high].into_iter().for_each(&mut add);
        }
        finalist.at_choice.iter().for_each(|value| add(*value));
    }
    hasher.finalize().to_hex()[..32].to_owned()
}

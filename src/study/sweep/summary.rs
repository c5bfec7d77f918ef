//! What a sweep comes to, from its tables alone.

use std::collections::{BTreeMap, BTreeSet};

use super::{Goal, Sweep};
use crate::record::table::{Column, Table};
use crate::record::{Blocks, RecordError};
use crate::study::design::{Kind, Point};
use crate::study::sensitivity::{morris, sobol};
use crate::study::statistics::{Paired, Resamples, Summary};

/// Resamples of the seeds for an interval.
const RESAMPLES: usize = 1_000;

/// What a sweep came to.
#[derive(Clone, Debug)]
pub struct Findings {
    /// Every point, in the order of the design.
    pub tried: Vec<Tried>,
    /// What each axis is worth to each number, of designs for it.
    pub indices: Vec<Index>,
    /// A fingerprint of every run `[32 hexadecimal digits]`.
    pub digest: String,
}

/// What one point came to.
#[derive(Clone, Debug)]
pub struct Tried {
    /// A value for each axis.
    pub point: Point,
    /// How many runs it had.
    pub runs: usize,
    /// Why the first of those failed that did, and how many did.
    pub failed: (usize, Option<String>),
    /// What each number came to.
    pub numbers: Vec<Summary>,
    /// What each is more than at the reference; not defined at the reference itself.
    pub against: Vec<Paired>,
    /// Whether it is a reference for itself.
    pub is_reference: bool,
}

/// What one axis is worth to one number.
#[derive(Clone, Debug, PartialEq)]
pub struct Index {
    /// Place of the axis.
    pub axis: usize,
    /// Place of the number.
    pub number: usize,
    /// Name of the index: `mu_star`, `mu`, `sigma`, `first` or `total`.
    pub name: &'static str,
    /// Its value.
    pub value: f64,
    /// Lower end of its 95 % confidence interval.
    pub low: f64,
    /// Its upper end.
    pub high: f64,
}

impl Findings {
    /// Place of the point whose first number is the best, the first of several; `None` where nothing is
    /// wanted of it, or it is defined nowhere.
    #[must_use]
    pub fn best(&self, goal: Goal) -> Option<usize> {
        let mean = |tried: &Tried| tried.numbers.first().map_or(f64::NAN, |n| n.mean.mean);
        let sign = match goal {
            Goal::None => return None,
            Goal::Maximise => 1.0,
            Goal::Minimise => -1.0,
        };
        let defined = self.tried.iter().enumerate().filter(|(_, tried)| mean(tried).is_finite());
        // The first of several that are equal.
        let best = defined
            .rev()
            .max_by(|one, other| (sign * mean(one.1)).total_cmp(&(sign * mean(other.1))));
        best.map(|(at, _)| at)
    }
}

/// The runs of one point.
struct Runs {
    seeds: Vec<f64>,
    errors: Vec<String>,
    /// For each number its values, NaN where a run failed.
    numbers: Vec<Vec<f64>>,
}

pub(super) fn findings(sweep: &Sweep, kept: &Blocks) -> Result<Findings, RecordError> {
    let mut hasher = blake3::Hasher::new();
    hasher.update(sweep.digest().as_bytes());
    let mut resamples = Resamples::new(sweep.plan.header.seed, RESAMPLES);
    let references = references(sweep, kept)?;
    let mut tried = Vec::with_capacity(sweep.points.len());
    for block in &sweep.blocks {
        let table = kept.get(&block.name)?;
        digest(&table, &mut hasher);
        for (at, runs) in runs_of(sweep, &table) {
            let other = sweep.reference(at).and_then(|at| references.get(&at));
            let mut summary = summarise(&sweep.points[at], &runs, other, &mut resamples);
            summary.is_reference = sweep.reference(at) == Some(at);
            tried.push(summary);
        }
    }
    let indices = indices(sweep, &tried);
    let digest = hasher.finalize().to_hex()[..32].to_owned();
    Ok(Findings { tried, indices, digest })
}

/// The runs of the points that others are compared with.
fn references(sweep: &Sweep, kept: &Blocks) -> Result<BTreeMap<usize, Runs>, RecordError> {
    let wanted: BTreeSet<usize> =
        (0..sweep.points.len()).filter_map(|at| sweep.reference(at)).collect();
    let mut found = BTreeMap::new();
    for block in &sweep.blocks {
        if wanted.range(block.points.clone()).next().is_some() {
            let runs = runs_of(sweep, &kept.get(&block.name)?);
            found.extend(runs.into_iter().filter(|(at, _)| wanted.contains(at)));
        }
    }
    Ok(found)
}

/// Adds a table's values; one that is not defined is one, whatever its bits.
fn digest(table: &Table, hasher: &mut blake3::Hasher) {
    for (name, column) in table.names.iter().zip(&table.columns) {
        hasher.update(name.as_bytes());
        match column {
            Column::Whole(values) => {
                for value in values {
                    hasher.update(&value.to_le_bytes());
                }
            }
            Column::Number(values) => values.iter().for_each(|value| {
                let value = if value.is_nan() { f64::NAN } else { *value };
                hasher.update(&value.to_bits().to_le_bytes());
            }),
            Column::Flag(values) => {
                for value in values {
                    hasher.update(&[u8::from(*value)]);
                }
            }
            Column::Text(values) => values.iter().for_each(|value| {
                hasher.update(value.as_bytes());
                hasher.update(&[0]);
            }),
        }
    }
}

/// The runs of each point of a table, in its order.
fn runs_of(sweep: &Sweep, table: &Table) -> Vec<(usize, Runs)> {
    let points = table.numbers("point");
    let seeds = table.numbers("seed");
    let errors = table.texts("error");
    let numbers: Vec<Vec<f64>> =
        sweep.reading.names.iter().map(|name| table.numbers(name)).collect();
    let mut all: Vec<(usize, Runs)> = Vec::new();
    for (row, point) in points.iter().enumerate() {
        let point = usize::try_from(crate::num::floor(*point)).unwrap_or(usize::MAX);
        if all.last().is_none_or(|(last, _)| *last != point) {
            let numbers = vec![Vec::new(); numbers.len()];
            all.push((point, Runs { seeds: Vec::new(), errors: Vec::new(), numbers }));
        }
        let Some((_, runs)) = all.last_mut() else { continue };
        runs.seeds.push(seeds.get(row).copied().unwrap_or(f64::NAN));
        if let Some(error) = errors.get(row).filter(|error| !error.is_empty()) {
            runs.errors.push(error.to_string());
        }
        for (of_point, column) in runs.numbers.iter_mut().zip(&numbers) {
            of_point.push(column.get(row).copied().unwrap_or(f64::NAN));
        }
    }
    all.retain(|(point, _)| *point < sweep.points.len());
    all
}

fn summarise(
    point: &Point,
    runs: &Runs,
    reference: Option<&Runs>,
    resamples: &mut Resamples,
) -> Tried {
    let against = |at: usize, values: &[f64], resamples: &mut Resamples| {
        // Seeds go up from the first in every point, so pairs are rows.
        let other = reference.map_or(&[][..], |reference| reference.numbers[at].as_slice());
        Paired::of(values, other, resamples)
    };
    Tried {
        point: point.clone(),
        runs: runs.seeds.len(),
        failed: (runs.errors.len(), runs.errors.first().cloned()),
        numbers: runs.numbers.iter().map(|values| Summary::of(values)).collect(),
        against: runs
            .numbers
            .iter()
            .enumerate()
            .map(|(at, values)| against(at, values, resamples))
            .collect(),
        is_reference: false,
    }
}

fn indices(sweep: &Sweep, tried: &[Tried]) -> Vec<Index> {
    let (dims, seed) = (sweep.plan.axes.len(), sweep.plan.header.seed);
    let mut indices = Vec::new();
    if !sweep.plan.design.kind.is_sensitivity() {
        return indices;
    }
    for number in 0..sweep.reading.names.len() {
        let values: Vec<f64> = tried.iter().map(|tried| tried.numbers[number].mean.mean).collect();
        let mut add = |axis, name, (value, low, high)| {
            indices.push(Index { axis, number, name, value, low, high });
        };
        if sweep.plan.design.kind == Kind::Morris {
            for (axis, found) in morris::estimate(&values, dims, seed).dims.iter().enumerate() {
                add(axis, "mu_star", (found.mu_star.value, found.mu_star.low, found.mu_star.high));
                add(axis, "mu", (found.mu.value, found.mu.low, found.mu.high));
                add(axis, "sigma", (found.sigma.value, found.sigma.low, found.sigma.high));
            }
        } else {
            for (axis, found) in sobol::estimate(&values, dims, seed).dims.iter().enumerate() {
                add(axis, "first", (found.first.value, found.first.low, found.first.high));
                add(axis, "total", (found.total.value, found.total.low, found.total.high));
            }
        }
    }
    indices
}

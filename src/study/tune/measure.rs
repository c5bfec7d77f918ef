//! What a setting comes to in its worlds, and how it is held against another.

use super::Tuning;
use super::plan::{Constraint, Measure, Objective, PLAIN, Seeds, Worlds};
use crate::study::statistics::{Resamples, mean, quantile};

/// What was read of a setting: for each world, each number of the reading, each seed.
#[derive(Clone, Debug, PartialEq)]
pub struct Values(pub Vec<Vec<Vec<f64>>>);

/// A measure of a setting and how sure it is, or what is between two settings.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Measured {
    /// Its value.
    pub value: f64,
    /// Lower end of its 95 % confidence interval: the seeds are drawn again with replacement.
    pub low: f64,
    /// Its upper end.
    pub high: f64,
}

impl Measured {
    /// Whether 0 is outside of the interval.
    #[must_use]
    pub fn is_apart_from_zero(&self) -> bool {
        self.low > 0.0 || self.high < 0.0
    }

    fn of(value: f64, mut resampled: Vec<f64>) -> Self {
        resampled.retain(|value| value.is_finite());
        resampled.sort_unstable_by(f64::total_cmp);
        Self { value, low: quantile(&resampled, 0.025), high: quantile(&resampled, 0.975) }
    }
}

/// A measure, with everything found that it names.
pub(super) struct Gauge<'t> {
    tuning: &'t Tuning,
    metric: usize,
    worlds: Vec<usize>,
    less: Option<usize>,
    over: Seeds,
    /// Whether the greatest of the worlds is the worst.
    greatest: bool,
}

impl<'t> Gauge<'t> {
    /// `greatest`: whether the greatest of the worlds is the worst.
    fn new(tuning: &'t Tuning, measure: &Measure, greatest: bool) -> Self {
        let place = |name: &str| tuning.plan.worlds().position(|world| world == name);
        let worlds = match &measure.world {
            Worlds::Worst => (0..tuning.plan.worlds().count()).collect(),
            Worlds::One(name) => place(name).into_iter().collect(),
        };
        let metric = tuning.reading.names.iter().position(|name| *name == measure.metric);
        Self {
            tuning,
            metric: metric.unwrap_or(usize::MAX),
            worlds,
            less: measure.less.as_deref().and_then(place),
            over: measure.over,
            greatest,
        }
    }

    pub(super) fn objective(tuning: &'t Tuning, objective: &Objective) -> Self {
        Self::new(tuning, &objective.measure, !objective.maximise)
    }

    /// Of a constraint the worst is what breaks it most easily.
    pub(super) fn constraint(tuning: &'t Tuning, constraint: &Constraint) -> Self {
        Self::new(tuning, &constraint.measure, constraint.at_least.is_none())
    }

    /// The measure over some of the seeds; NaN where it is defined in no world.
    pub(super) fn value(&self, values: &Values, sample: Option<&[usize]>) -> f64 {
        let each = self.worlds.iter().map(|world| self.in_world(values, *world, sample));
        let defined = each.filter(|value| value.is_finite());
        let worst = if self.greatest { f64::max } else { f64::min };
        defined.reduce(worst).unwrap_or(f64::NAN)
    }

    /// The measure in one world.
    pub(super) fn in_world(&self, values: &Values, world: usize, sample: Option<&[usize]>) -> f64 {
        let read = |world: usize| -> Option<&Vec<f64>> { values.0.get(world)?.get(self.metric) };
        let Some(column) = read(world) else { return f64::NAN };
        let less = self.less.and_then(read);
        let at = |seed: usize| {
            let value = column.get(seed).copied().unwrap_or(f64::NAN);
            less.map_or(value, |less| value - less.get(seed).copied().unwrap_or(f64::NAN))
        };
        let mut seeds: Vec<f64> = match sample {
            None => (0..column.len()).map(at).collect(),
            Some(sample) => sample.iter().map(|seed| at(*seed)).collect(),
        };
        // A run that failed is no number; a setting of which one failed has none either.
        if seeds.iter().any(|value| !value.is_finite()) {
            return f64::NAN;
        }
        match self.over {
            Seeds::Mean => mean(&seeds),
            Seeds::Quantile(p) => {
                seeds.sort_unstable_by(f64::total_cmp);
                quantile(&seeds, p)
            }
        }
    }

    /// The measure with its interval.
    pub(super) fn measured(&self, values: &Values, resamples: &mut Resamples) -> Measured {
        let samples = resamples.of(Self::seeds(values));
        let again = samples.iter().map(|sample| self.value(values, Some(sample))).collect();
        Measured::of(self.value(values, None), again)
    }

    /// What a setting has more than another under the same seeds.
    pub(super) fn difference(
        &self,
        values: &Values,
        other: &Values,
        resamples: &mut Resamples,
    ) -> Measured {
        let between = |sample| self.value(values, sample) - self.value(other, sample);
        let samples = resamples.of(Self::seeds(values));
        let again = samples.iter().map(|sample| between(Some(sample))).collect();
        Measured::of(between(None), again)
    }

    /// The world that counts, by its name.
    pub(super) fn worst(&self, values: &Values) -> &'t str {
        let worst = self.value(values, None);
        let found = self.worlds.iter().find(|w| self.in_world(values, **w, None) == worst);
        found.and_then(|world| self.tuning.plan.worlds().nth(*world)).unwrap_or(PLAIN)
    }

    fn seeds(values: &Values) -> usize {
        let first = values.0.first().and_then(|world| world.first());
        first.map_or(0, Vec::len)
    }
}

/// How far a setting is from keeping a constraint, in parts of its bound; 0 where it keeps it.
pub(super) fn violation(constraint: &Constraint, value: f64) -> f64 {
    if !value.is_finite() {
        return f64::INFINITY;
    }
    let part = |excess: f64, bound: f64| excess.max(0.0) / bound.abs().max(1e-9);
    let below = constraint.at_least.map_or(0.0, |bound| part(bound - value, bound));
    let above = constraint.at_most.map_or(0.0, |bound| part(value - bound, bound));
    below + above
}

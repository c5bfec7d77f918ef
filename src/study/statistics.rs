//! Means, their errors, and intervals, over replicates.

use std::collections::BTreeMap;

use crate::num::student_t_quantile;
use crate::rng::{Agent, Domain, Draws, Streams};

/// A mean over replicates and how sure it is.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Mean {
    /// How many values were defined.
    pub count: usize,
    /// Their mean; NaN of none.
    pub mean: f64,
    /// Standard error of the mean; NaN below two.
    pub standard_error: f64,
    /// Lower end of the 95 % confidence interval, Student's t; NaN below two.
    pub low: f64,
    /// Its upper end.
    pub high: f64,
}

impl Mean {
    /// Of the values that are defined.
    #[must_use]
    pub fn of(values: &[f64]) -> Self {
        let values: Vec<f64> = values.iter().copied().filter(|value| value.is_finite()).collect();
        let count = values.len();
        let mean = mean(&values);
        let squares = values.iter().fold(0.0, |sum, value| sum + (value - mean) * (value - mean));
        let degrees = count.saturating_sub(1);
        let variance = if degrees > 0 { squares / degrees as f64 } else { f64::NAN };
        let standard_error = (variance / count as f64).sqrt();
        let reach = student_t_quantile(0.975, degrees) * standard_error;
        Self { count, mean, standard_error, low: mean - reach, high: mean + reach }
    }

    /// Whether 0 is outside of the confidence interval.
    #[must_use]
    pub fn is_apart_from_zero(&self) -> bool {
        self.low > 0.0 || self.high < 0.0
    }
}

/// The mean; NaN of nothing.
#[must_use]
pub fn mean(values: &[f64]) -> f64 {
    if values.is_empty() { f64::NAN } else { crate::num::sum(values) / values.len() as f64 }
}

/// The quantile at `p` in `[0, 1]` of values, which are sorted; NaN of none. Between two values it
/// is interpolated.
///
/// Source: R. J. Hyndman, Y. Fan, "Sample Quantiles in Statistical Packages" (1996), definition 7.
#[must_use]
pub fn quantile(sorted: &[f64], p: f64) -> f64 {
    let Some(last) = sorted.len().checked_sub(1) else { return f64::NAN };
    let at = p.clamp(0.0, 1.0) * last as f64;
    let below = usize::try_from(crate::num::floor(at)).unwrap_or(0).min(last);
    let above = (below + 1).min(last);
    sorted[below] + (sorted[above] - sorted[below]) * (at - below as f64)
}

/// What replicates of one number come to.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Summary {
    /// Their mean.
    pub mean: Mean,
    /// Quantiles at 5, 50 and 95 %; NaN of none.
    pub quantiles: [f64; 3],
}

impl Summary {
    /// Of the values that are defined.
    #[must_use]
    pub fn of(values: &[f64]) -> Self {
        let mut sorted: Vec<f64> =
            values.iter().copied().filter(|value| value.is_finite()).collect();
        sorted.sort_unstable_by(f64::total_cmp);
        let quantiles = [0.05, 0.5, 0.95].map(|p| quantile(&sorted, p));
        Self { mean: Mean::of(values), quantiles }
    }
}

/// What is between two settings under the same seeds.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Paired {
    /// Pairs of which both are defined.
    pub count: usize,
    /// Mean difference; NaN of none.
    pub mean: f64,
    /// Lower end of its 95 % confidence interval: the pairs are drawn again with replacement. NaN
    /// below two.
    pub low: f64,
    /// Its upper end.
    pub high: f64,
}

impl Paired {
    /// Of the values of one setting less those of another, seed by seed.
    ///
    /// Source: B. Efron, R. J. Tibshirani, "An Introduction to the Bootstrap" (1993), chapter 13:
    /// the percentile interval.
    #[must_use]
    pub fn of(values: &[f64], less: &[f64], resamples: &mut Resamples) -> Self {
        let differences: Vec<f64> = values
            .iter()
            .zip(less)
            .map(|(value, less)| value - less)
            .filter(|difference| difference.is_finite())
            .collect();
        let count = differences.len();
        let mean = mean(&differences);
        if count < 2 {
            return Self { count, mean, low: f64::NAN, high: f64::NAN };
        }
        // Where all differ by the same, so does every resample.
        if differences.iter().all(|difference| *difference == differences[0]) {
            return Self { count, mean: differences[0], low: differences[0], high: differences[0] };
        }
        let mut means: Vec<f64> = resamples
            .of(count)
            .iter()
            .map(|sample| sample.iter().fold(0.0, |sum, at| sum + differences[*at]) / count as f64)
            .collect();
        means.sort_unstable_by(f64::total_cmp);
        Self { count, mean, low: quantile(&means, 0.025), high: quantile(&means, 0.975) }
    }

    /// Whether the two settings can be told apart: 0 is outside of the interval.
    #[must_use]
    pub fn is_apart(&self) -> bool {
        self.low > 0.0 || self.high < 0.0
    }
}

/// Samples of replicates that are drawn once for all numbers of a study.
#[derive(Clone, Debug)]
pub struct Resamples {
    seed: u64,
    many: usize,
    drawn: BTreeMap<usize, Vec<Vec<usize>>>,
}

impl Resamples {
    /// So many of them.
    #[must_use]
    pub fn new(seed: u64, many: usize) -> Self {
        Self { seed, many, drawn: BTreeMap::new() }
    }

    /// Those of so many replicates.
    pub fn of(&mut self, replicates: usize) -> &[Vec<usize>] {
        let (seed, many) = (self.seed, self.many);
        self.drawn.entry(replicates).or_insert_with(|| {
            let mut bootstrap = Bootstrap::new(seed, "paired", replicates);
            let sample = |_| {
                let mut sample = Vec::new();
                bootstrap.sample(&mut sample);
                sample
            };
            (0..many).map(sample).collect()
        })
    }
}

/// Draws replicates with replacement, again and again.
#[derive(Clone, Debug)]
pub struct Bootstrap {
    draws: Draws,
    replicates: usize,
}

impl Bootstrap {
    /// Of so many replicates; `what` keys the draws, so that two uses do not share them.
    #[must_use]
    pub fn new(seed: u64, what: &str, replicates: usize) -> Self {
        let draws = Streams::new(seed).at(Domain::Bootstrap, Agent::new(what, 0), 0);
        Self { draws, replicates }
    }

    /// The replicates of one more sample, as many as there are.
    pub fn sample(&mut self, into: &mut Vec<usize>) {
        let many = self.replicates;
        into.clear();
        into.extend((0..many).map(|_| {
            let at = crate::num::floor(self.draws.uniform() * many as f64);
            usize::try_from(at).unwrap_or(0).min(many.saturating_sub(1))
        }));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// 1, 2, 3, 4: mean 2.5, variance 5/3, error sqrt(5/12), t of 3 degrees 3.182.
    #[test]
    fn a_mean_with_its_interval() {
        let found = Mean::of(&[1.0, 2.0, f64::NAN, 3.0, 4.0]);
        assert_eq!((found.count, found.mean), (4, 2.5));
        assert!((found.standard_error - (5.0_f64 / 12.0).sqrt()).abs() < 1e-15);
        assert!((found.high - 2.5 - 3.182_446 * found.standard_error).abs() < 1e-6);
        assert!(found.is_apart_from_zero());
    }

    #[test]
    fn of_nothing_there_is_no_mean() {
        assert!(Mean::of(&[]).mean.is_nan() && Mean::of(&[1.0]).low.is_nan());
    }

    /// Pairs take away what both have: the differences are 1, 1, 2, whatever the seeds bring.
    #[test]
    fn pairs_tell_apart_what_means_cannot() {
        let (one, other) = ([101.0, 501.0, 902.0], [100.0, 500.0, 900.0]);
        let mut resamples = Resamples::new(1, 1_000);
        let found = Paired::of(&one, &other, &mut resamples);
        assert!((found.mean - 4.0 / 3.0).abs() < 1e-12 && found.is_apart());
        assert!(found.low >= 1.0 && found.high <= 2.0 && found.low < found.high);
        let alike = Paired::of(&[1.0, 2.0, 3.0], &[3.0, 2.0, 1.0], &mut resamples);
        assert!(alike.mean == 0.0 && !alike.is_apart());
        let same = Paired::of(&one, &one, &mut resamples);
        assert_eq!((same.mean, same.low, same.is_apart()), (0.0, 0.0, false));
        assert!(Paired::of(&[1.0], &[0.5], &mut resamples).low.is_nan());
    }

    #[test]
    fn quantiles_lie_between_values() {
        assert_eq!(quantile(&[0.0, 1.0, 2.0], 0.25), 0.5);
        assert_eq!(quantile(&[3.0], 0.9), 3.0);
        assert!(quantile(&[], 0.5).is_nan());
    }

    #[test]
    fn a_sample_is_drawn_with_replacement_and_repeats() {
        let draw = |seed| {
            let (mut bootstrap, mut sample) = (Bootstrap::new(seed, "test", 50), Vec::new());
            bootstrap.sample(&mut sample);
            sample
        };
        let sample = draw(1);
        assert!(sample.len() == 50 && sample.iter().all(|at| *at < 50));
        assert!((0..50).any(|at| !sample.contains(&at)), "all drawn once would be no bootstrap");
        assert_eq!(sample, draw(1));
        assert_ne!(sample, draw(2));
    }
}

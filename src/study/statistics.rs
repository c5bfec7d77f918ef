//! Means, their errors, and intervals, over replicates.

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

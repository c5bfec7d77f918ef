//! What several draws of the noise say about the weight that is needed.

use crate::num::{self, student_t_quantile};

/// The part of cases that an interval is to hold, in `(0, 1)`.
pub const LEVEL: f64 = 0.95;

/// Mean and spread of a needed weight over draws.
///
/// No weight is above 1, so what is needed is cut off there. A draw that keeps its stake with no
/// weight at all is never averaged: where there is one, mean, standard error and confidence are not
/// defined. It counts in the order of the draws, as the greatest. A draw that keeps its stake at 1
/// only does need 1, which is averaged, and such draws are counted too.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Spread {
    /// How many draws there are.
    pub draws: usize,
    /// How many of them never keep the stake, in `[0, draws]`.
    pub never: usize,
    /// How many of them keep it with the whole weight only, that is by a reward that just equals the
    /// stake, in `[0, draws]`.
    pub whole: usize,
    /// Mean over draws; NaN without draws, or where a draw never keeps the stake.
    pub mean: f64,
    /// Standard error of the mean; NaN where the mean is, and for fewer than two draws.
    pub standard_error: f64,
    /// Ends of the confidence interval of the mean at [`LEVEL`], by Student's t; NaN where the
    /// standard error is. They may lie outside `[0, 1]`.
    ///
    /// Source: Student, "The Probable Error of a Mean", Biometrika 6 (1908) 1–25,
    /// <https://doi.org/10.2307/2331554>.
    pub confidence: (f64, f64),
    /// Half of the draws need no more; infinite where half never keep the stake.
    pub median: f64,
    /// Ends of the middle [`LEVEL`] of the draws; infinite among draws that never keep the stake,
    /// NaN without draws. Of fewer than 40 draws they are between the two outermost at each end.
    ///
    /// Source: definition 7 of R. J. Hyndman, Y. Fan, "Sample Quantiles in Statistical Packages",
    /// The American Statistician 50 (1996) 361–365, <https://doi.org/10.2307/2684934>.
    pub middle: (f64, f64),
}

impl Spread {
    /// The spread of what each draw needs; none stands for a draw that never keeps the stake.
    #[must_use]
    pub fn of(needed: impl IntoIterator<Item = Option<f64>>) -> Self {
        let mut sorted: Vec<f64> =
            needed.into_iter().map(|needed| needed.unwrap_or(f64::INFINITY)).collect();
        sorted.sort_by(f64::total_cmp);
        let draws = sorted.len();
        let whole = sorted.iter().filter(|needed| **needed == 1.0).count();
        let never = sorted.iter().filter(|needed| needed.is_infinite()).count();

        let mean = if never > 0 { f64::NAN } else { num::sum(&sorted) / draws as f64 };
        let squares: Vec<f64> =
            sorted.iter().map(|needed| (needed - mean) * (needed - mean)).collect();
        let standard_error = if draws < 2 {
            f64::NAN
        } else {
            (num::sum(&squares) / (draws - 1) as f64 / draws as f64).sqrt()
        };
        let reach = if standard_error.is_nan() {
            f64::NAN
        } else {
            student_t_quantile(f64::midpoint(1.0, LEVEL), draws - 1) * standard_error
        };
        let tail = (1.0 - LEVEL) / 2.0;
        Self {
            draws,
            never,
            whole,
            mean,
            standard_error,
            confidence: (mean - reach, mean + reach),
            median: quantile(&sorted, 0.5),
            middle: (quantile(&sorted, tail), quantile(&sorted, 1.0 - tail)),
        }
    }
}

/// The quantile of `p` in `[0, 1]` of what is sorted; NaN of nothing.
#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "a place within the list"
)]
fn quantile(sorted: &[f64], p: f64) -> f64 {
    let place = sorted.len().saturating_sub(1) as f64 * p;
    let (below, along) = (place as usize, place.fract());
    match (sorted.get(below), sorted.get(below + 1)) {
        (Some(low), Some(high)) if along > 0.0 && high.is_finite() => low + along * (high - low),
        (Some(_), Some(high)) if along > 0.0 => *high,
        (Some(low), _) => *low,
        (None, _) => f64::NAN,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn assert_close(found: f64, expected: f64) {
        assert!((found - expected).abs() < 1e-12, "{found} against {expected}");
    }

    /// By hand: 1, 2, 3, 6 have the mean 3 and squares of 14, so that the standard error is
    /// `sqrt(14 / 3 / 4)`; t of 3 degrees is 3.182446305284263. The places of the quantiles are
    /// 0.075, 1.5 and 2.925.
    #[test]
    fn four_draws_by_hand() {
        let spread = Spread::of([0.3, 0.1, 0.6, 0.2].map(Some));
        assert_eq!((spread.draws, spread.never), (4, 0));
        assert_close(spread.mean, 0.3);
        let standard_error = (0.14_f64 / 12.0).sqrt();
        assert_close(spread.standard_error, standard_error);
        assert_close(spread.confidence.0, 0.3 - 3.182_446_305_284_263 * standard_error);
        assert_close(spread.confidence.1, 0.3 + 3.182_446_305_284_263 * standard_error);
        assert_close(spread.median, 0.25);
        assert_close(spread.middle.0, 0.1 + 0.075 * 0.1);
        assert_close(spread.middle.1, 0.3 + 0.925 * 0.3);
    }

    /// One draw has no spread, and none has nothing.
    #[test]
    fn few_draws_say_little() {
        let one = Spread::of([Some(0.7)]);
        assert_eq!((one.mean, one.median, one.middle), (0.7, 0.7, (0.7, 0.7)));
        assert!(one.standard_error.is_nan() && one.confidence.0.is_nan());
        let none = Spread::of([]);
        assert!(none.mean.is_nan() && none.median.is_nan() && none.middle.1.is_nan());
    }

    /// A draw that never keeps the stake is the greatest, and no number.
    #[test]
    fn what_is_never_reached_is_not_averaged() {
        let spread = Spread::of([Some(0.5), None, Some(0.7)]);
        assert_eq!((spread.draws, spread.never, spread.median), (3, 1, 0.7));
        assert!(spread.mean.is_nan() && spread.standard_error.is_nan());
        assert!(spread.confidence.0.is_nan() && spread.confidence.1.is_nan());
        assert_close(spread.middle.0, 0.51);
        assert_eq!(spread.middle.1, f64::INFINITY);
        let whole = Spread::of([Some(1.0), Some(0.5), Some(1.0)]);
        assert_eq!((whole.whole, whole.never), (2, 0));
        assert_close(whole.mean, 2.5 / 3.0);
        let all = Spread::of([None, None]);
        assert_eq!((all.never, all.median, all.middle.0), (2, f64::INFINITY, f64::INFINITY));
    }
}

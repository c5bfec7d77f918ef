//! The Poisson distribution.

use super::{exp, normal_quantile};

/// The Poisson quantile of `p` in (0, 1): the least count whose chance of not being exceeded is
/// at least `p`. A mean that is not above 0 gives 0.
///
/// One uniform draw gives one count, and a greater draw never a smaller one, so that the same
/// place in a stream means the same surprise everywhere. Up to a mean of 500 the chances are
/// summed one by one; above it, where the first of them would vanish, the expansion of Cornish
/// and Fisher with the third cumulant is rounded, which misses by one now and then.
///
/// Source: E. A. Cornish, R. A. Fisher, "Moments and Cumulants in the Specification of
/// Distributions", Revue de l'Institut International de Statistique 5 (1938) 307–320,
/// <https://doi.org/10.2307/1400905>.
#[must_use]
pub fn poisson_quantile(p: f64, mean: f64) -> u64 {
    if mean.is_nan() || mean <= 0.0 {
        return 0;
    }
    if mean > SUMMED {
        return expanded(p, mean);
    }
    let mut chance = exp(-mean);
    let mut within = chance;
    let mut count = 0;
    while within < p {
        count += 1;
        chance *= mean / count as f64;
        // Rounding may keep the sum below a `p` next to 1; it ends where nothing is added.
        if within + chance == within {
            break;
        }
        within += chance;
    }
    count
}

/// Greatest mean whose chances are summed.
const SUMMED: f64 = 500.0;

#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "`as` saturates, and no count is below 0"
)]
fn expanded(p: f64, mean: f64) -> u64 {
    let z = normal_quantile(p);
    (mean + mean.sqrt() * z + (z * z - 1.0) / 6.0).round() as u64
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn counts_are_those_of_the_table() {
        // Mean 2: chances 0.1353, 0.2707, 0.2707, 0.1804, so that 0.1353, 0.4060, 0.6767 and
        // 0.8571 are reached at 0, 1, 2 and 3.
        for (p, count) in [(0.135, 0), (0.136, 1), (0.406, 1), (0.407, 2), (0.677, 3)] {
            assert_eq!(poisson_quantile(p, 2.0), count, "{p}");
        }
    }

    #[test]
    fn no_mean_gives_no_count_and_every_mean_ends() {
        for mean in [0.0, -1.0, f64::NAN, 1e-300] {
            assert_eq!(poisson_quantile(0.999, mean), 0);
        }
        assert!(poisson_quantile(1.0 - 1e-16, 500.0) < 800);
        assert_eq!(poisson_quantile(0.5, 1e300), u64::MAX);
    }

    #[test]
    fn both_forms_agree_where_they_meet() {
        for step in 1..1000 {
            let p = f64::from(step) * 1e-3;
            assert!(poisson_quantile(p, SUMMED).abs_diff(expanded(p, SUMMED)) <= 1, "{p}");
        }
    }
}

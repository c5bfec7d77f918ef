//! Elementary functions whose results do not change with the platform.
//!
//! The standard library leaves the precision of `exp`, `ln` and their kin to the platform, so
//! two machines could disagree in the last bit, and a digest with them. `libm` is plain Rust:
//! the same bits everywhere. `sqrt` and `+ - * /` are exact by IEEE 754 and need no stand-in.

mod logarithm;
mod logistic;
mod normal;
mod poisson;
mod student_t;
mod wide;

pub use logarithm::ln_of_normal;
pub use logistic::logistic_base_2;
pub use normal::{normal_cdf, normal_quantile, normal_quantiles};
pub use poisson::poisson_quantile;
pub use student_t::student_t_quantile;
pub use wide::{Simd, WithSimd, widest};

/// e to the power of `x`.
#[must_use]
pub fn exp(x: f64) -> f64 {
    libm::exp(x)
}

/// The natural logarithm of `x`; NaN below 0 and minus infinity at 0.
#[must_use]
pub fn ln(x: f64) -> f64 {
    libm::log(x)
}

/// e to the power of `x`, less 1: exact where `x` is small and `exp` would round to 1.
#[must_use]
pub fn expm1(x: f64) -> f64 {
    libm::expm1(x)
}

/// The natural logarithm of `1 + x`: exact where `x` is small. NaN below -1 and minus infinity
/// there.
#[must_use]
pub fn log1p(x: f64) -> f64 {
    libm::log1p(x)
}

/// `base` to the power of `exponent`.
#[must_use]
pub fn pow(base: f64, exponent: f64) -> f64 {
    libm::pow(base, exponent)
}

/// `x` kept to `[low, high]`; NaN gives `low`. Unlike `f64::clamp` this is two instructions.
#[inline(always)]
#[must_use]
pub fn within(low: f64, high: f64, x: f64) -> f64 {
    let x = if x > low { x } else { low };
    if x < high { x } else { high }
}

/// The greatest whole number up to `x`; 0 below 0 and for NaN, and what does not fit saturates.
#[must_use]
#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "`as` saturates")]
pub fn floor(x: f64) -> u64 {
    x as u64
}

/// The sum of `values` in index order, starting from a positive zero (the standard `sum` of
/// nothing is `-0.0`).
#[must_use]
pub fn sum(values: &[f64]) -> f64 {
    values.iter().fold(0.0, |total, value| total + value)
}

/// Divides `values` by their sum, or leaves them as they are where the sum is 0.
pub fn normalise(values: &mut [f64]) {
    let total = sum(values);
    if total != 0.0 {
        for value in values {
            *value /= total;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_sum_of_nothing_is_positive_zero() {
        assert_eq!(sum(&[]).to_bits(), 0.0_f64.to_bits());
    }
}

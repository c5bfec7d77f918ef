//! The logistic function, without a branch, so that a loop over it becomes vectors.

/// `1 / (1 + 2^-x)` for `x` in `[-1000, 1000]`, with a relative error of at most 5e-16.
///
/// The logistic function of another base has its `x` times the logarithm of the base to base 2.
///
/// `2^x` is `2^n a/b`: `n` is the nearest whole number, and `a/b` a rational function of the
/// remainder with the coefficients of the Cephes library (S. L. Moshier, `exp2.c`). The quotient is
/// then `2^n a / (2^n a + b)`, with one division for both.
#[inline(always)]
#[must_use]
pub fn logistic_base_2(x: f64) -> f64 {
    // Adding and subtracting 1.5 * 2^52 rounds to the nearest whole number, whose bits then stand
    // at the end of the sum's.
    let shifted = x + ROUNDER;
    let rest = x - (shifted - ROUNDER);
    let square = rest * rest;
    let odd = rest * ((ODD[0] * square + ODD[1]) * square + ODD[2]);
    let even = (square + EVEN[0]) * square + EVEN[1];
    // Times 2^n: it is added to the exponent.
    let above = f64::from_bits((even + odd).to_bits().wrapping_add(shifted.to_bits() << 52));
    above / (above + (even - odd))
}

const ROUNDER: f64 = 6_755_399_441_055_744.0;

const ODD: [f64; 3] =
    [2.309_334_770_573_452_3e-2, 2.020_206_566_931_653_1e1, 1.513_906_801_156_151e3];
const EVEN: [f64; 2] = [233.184_211_722_314_9, 4_368.211_668_792_106];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn agrees_with_the_definition() {
        let mut worst = 0.0_f64;
        for step in -1_000_000..=1_000_000 {
            let x = f64::from(step) * 1e-3;
            let (found, expected) = (logistic_base_2(x), 1.0 / (1.0 + crate::num::pow(2.0, -x)));
            worst = worst.max((found / expected - 1.0).abs());
        }
        // The expected value has an error of its own, of at most 2.5e-16.
        assert!(worst < 7.5e-16, "{worst}");
        assert_eq!(logistic_base_2(0.0), 0.5);
    }
}

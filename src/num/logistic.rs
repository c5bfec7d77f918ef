//! The logistic function, without a branch, so that a loop over it becomes vectors.

/// `1 / (1 + e^-x)` for `x` in `[-700, 700]`, with a relative error of at most 1e-15 and 2e-16 times
/// the distance of `x` from 0.
///
/// `e^-x` is `2^n a/b`: `n` is the nearest whole number of halvings, and `a/b` a rational function
/// of the remainder with the coefficients of the Cephes library (S. L. Moshier, `exp2.c`). The
/// quotient is then `b / (b + 2^n a)`, with one division for both.
#[inline(always)]
#[must_use]
pub fn logistic(x: f64) -> f64 {
    let power = x * -std::f64::consts::LOG2_E;
    // Adding and subtracting 1.5 * 2^52 rounds to the nearest whole number, whose bits then stand
    // at the end of the sum's.
    let shifted = power + ROUNDER;
    let rest = power - (shifted - ROUNDER);
    let square = rest * rest;
    let odd = rest * ((ODD[0] * square + ODD[1]) * square + ODD[2]);
    let even = (square + EVEN[0]) * square + EVEN[1];
    let whole = f64::from_bits((shifted.to_bits() << 52).wrapping_add(1.0_f64.to_bits()));
    let below = even - odd;
    below / (below + whole * (even + odd))
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
        for step in -700_000..=700_000 {
            let x = f64::from(step) * 1e-3;
            let (found, expected) = (logistic(x), 1.0 / (1.0 + crate::num::exp(-x)));
            let bound = 1e-15 + 2e-16 * x.abs();
            assert!((found / expected - 1.0).abs() < bound, "{x}: {found}, {expected}");
        }
        assert_eq!(logistic(0.0), 0.5);
    }
}

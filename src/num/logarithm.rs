//! The natural logarithm, without a branch, so that a loop over it becomes vectors.

/// The natural logarithm of an `x` that is above 0, finite and not subnormal: the same bits as
/// [`crate::num::ln`].
///
/// `x` is `2^k m` with `m` about 1, and `ln m` a polynomial in `(m - 1) / (m + 1)`, with the
/// coefficients of FreeBSD's `e_log.c`.
#[inline(always)]
#[must_use]
pub fn ln_of_normal(x: f64) -> f64 {
    /// Bits of the square root of one half, cut after the first 32.
    const LEAST: u64 = 0x3fe6_a09e_0000_0000;
    const ONE: u64 = 0x3ff0_0000_0000_0000;
    const TWO_52: u64 = 0x4330_0000_0000_0000;
    let bits = x.to_bits() + (ONE - LEAST);
    // The exponent, put at the end of a number whose last place is 1.
    let k = f64::from_bits((bits >> 52) | TWO_52) - (4_503_599_627_370_496.0 + 1_023.0);
    let f = f64::from_bits((bits & (u64::MAX >> 12)) + LEAST) - 1.0;
    let half_square = 0.5 * f * f;
    let s = f / (2.0 + f);
    let square = s * s;
    let fourth = square * square;
    let even = fourth * (EVEN[0] + fourth * (EVEN[1] + fourth * EVEN[2]));
    let odd = square * (ODD[0] + fourth * (ODD[1] + fourth * (ODD[2] + fourth * ODD[3])));
    s * (half_square + (odd + even)) + k * LN_2_LOW - half_square + f + k * LN_2_HIGH
}

const LN_2_HIGH: f64 = 6.931_471_803_691_238e-1;
const LN_2_LOW: f64 = 1.908_214_929_270_587_7e-10;
const ODD: [f64; 4] = [
    6.666_666_666_666_735e-1,
    2.857_142_874_366_239e-1,
    1.818_357_216_161_805e-1,
    1.479_819_860_511_658_6e-1,
];
const EVEN: [f64; 3] =
    [3.999_999_999_940_942e-1, 2.222_219_843_214_978_4e-1, 1.531_383_769_920_937_3e-1];

#[cfg(test)]
mod tests {
    use super::*;
    use crate::num::ln;

    #[test]
    fn agrees_with_the_scalar_form_to_the_bit() {
        let same = |x: f64| assert_eq!(ln_of_normal(x).to_bits(), ln(x).to_bits(), "{x}");
        for step in 1..=1_000_000 {
            same(f64::from(step) * 1e-6);
            same(f64::from(step) * 1e-18);
            same(f64::from(step) * 3.7);
        }
        for x in [f64::MIN_POSITIVE, f64::MAX, 1.0, 1.0 + f64::EPSILON, 0.5, 2.0] {
            same(x);
        }
    }
}

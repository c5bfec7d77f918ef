//! The standard normal distribution.

use super::ln_of_normal;
use super::wide::{Simd, WithSimd, widest};

/// The chance that a standard normal number is below `x`, in `[0, 1]`; of small ones every digit is
/// right.
#[must_use]
pub fn normal_cdf(x: f64) -> f64 {
    libm::erfc(-x * std::f64::consts::FRAC_1_SQRT_2) / 2.0
}

/// The standard normal quantile of `p` in (0, 1), with a relative error of about 1e-16.
///
/// One uniform draw gives one normal draw, monotonically: the same stream position then means
/// the same surprise in every scenario, which rejection methods do not give.
///
/// Source: M. J. Wichura, "Algorithm AS 241: The Percentage Points of the Normal
/// Distribution", Applied Statistics 37 (1988) 477–484, <https://doi.org/10.2307/2347330>.
#[must_use]
pub fn normal_quantile(p: f64) -> f64 {
    let q = p - 0.5;
    if q.abs() <= CENTRAL { central(q) } else { tail(p) }
}

/// Puts the standard normal quantile of each of `values` in (0, 1) in its place.
///
/// The same, to the bit, as [`normal_quantile`] of each, but in vectors.
pub fn normal_quantiles(values: &mut [f64]) {
    widest(Quantiles(values));
}

struct Quantiles<'a>(&'a mut [f64]);

/// Values that are looked at together: few enough to stay in the nearest cache.
const BATCH: usize = 512;

impl WithSimd for Quantiles<'_> {
    type Output = ();

    #[inline(always)]
    fn with_simd<S: Simd>(self, _: S) {
        let (mut places, mut tails) = ([0_usize; BATCH], [0.5; BATCH]);
        for values in self.0.chunks_mut(BATCH) {
            // Five in six are central. The others are noted without a branch, and done after.
            let mut count = 0;
            for (at, &p) in values.iter().enumerate() {
                (places[count], tails[count]) = (at, p);
                count += usize::from((p - 0.5).abs() > CENTRAL);
            }
            for value in values.iter_mut() {
                *value = central(*value - 0.5);
            }
            let tails = &mut tails[..count];
            // One in 70 billion lies so far out that it needs another approximation.
            let far = tails.iter().fold(false, |far, &p| far | (smaller(p) < FAR));
            for value in tails.iter_mut() {
                *value = if far { tail(*value) } else { near_tail(*value) };
            }
            for (&at, &value) in places.iter().zip(tails.iter()) {
                values[at] = value;
            }
        }
    }
}

/// Distance from one half up to which the first approximation holds.
const CENTRAL: f64 = 0.425;

#[inline(always)]
fn central(q: f64) -> f64 {
    q * ratio(0.180_625 - q * q, &CENTRE)
}

/// The smaller of the two sides that `p` divides.
#[inline(always)]
fn smaller(p: f64) -> f64 {
    if p < 0.5 { p } else { 1.0 - p }
}

/// e^-25, nearly: below it the third approximation holds.
const FAR: f64 = 1.39e-11;

fn tail(p: f64) -> f64 {
    let r = (-ln_of_normal(smaller(p))).sqrt();
    let z = ratio(r - 5.0, &TAIL);
    if r <= 5.0 {
        near_tail(p)
    } else if p < 0.5 {
        -z
    } else {
        z
    }
}

#[inline(always)]
fn near_tail(p: f64) -> f64 {
    let r = (-ln_of_normal(smaller(p))).sqrt();
    let z = ratio(r - 1.6, &SHOULDER);
    if p < 0.5 { -z } else { z }
}

/// Numerator and denominator of a rational approximation, lowest power first.
type Ratio = ([f64; 8], [f64; 8]);

#[inline(always)]
fn ratio(x: f64, (above, below): &Ratio) -> f64 {
    let horner = |c: &[f64; 8]| c.iter().rev().fold(0.0, |sum, c| sum * x + c);
    horner(above) / horner(below)
}

const CENTRE: Ratio = (
    [
        3.387_132_872_796_366_5,
        1.331_416_678_917_843_8e2,
        1.971_590_950_306_551_3e3,
        1.373_169_376_550_946e4,
        4.592_195_393_154_987e4,
        6.726_577_092_700_87e4,
        3.343_057_558_358_813e4,
        2.509_080_928_730_122_7e3,
    ],
    [
        1.0,
        4.231_333_070_160_091e1,
        6.871_870_074_920_579e2,
        5.394_196_021_424_751e3,
        2.121_379_430_158_659_7e4,
        3.930_789_580_009_271e4,
        2.872_908_573_572_194_3e4,
        5.226_495_278_852_854e3,
    ],
);

const SHOULDER: Ratio = (
    [
        1.423_437_110_749_683_5,
        4.630_337_846_156_546,
        5.769_497_221_460_691,
        3.647_848_324_763_204_5,
        1.270_458_252_452_368_4,
        2.417_807_251_774_506e-1,
        2.272_384_498_926_918_4e-2,
        7.745_450_142_783_414e-4,
    ],
    [
        1.0,
        2.053_191_626_637_759,
        1.676_384_830_183_803_8,
        6.897_673_349_851e-1,
        1.481_039_764_274_800_8e-1,
        1.519_866_656_361_645_7e-2,
        5.475_938_084_995_345e-4,
        1.050_750_071_644_416_9e-9,
    ],
);

const TAIL: Ratio = (
    [
        6.657_904_643_501_103,
        5.463_784_911_164_114,
        1.784_826_539_917_291_3,
        2.965_605_718_285_048_7e-1,
        2.653_218_952_657_612_4e-2,
        1.242_660_947_388_078_4e-3,
        2.711_555_568_743_487_6e-5,
        2.010_334_399_292_288_1e-7,
    ],
    [
        1.0,
        5.998_322_065_558_88e-1,
        1.369_298_809_227_358e-1,
        1.487_536_129_085_061_5e-2,
        7.868_691_311_456_133e-4,
        1.846_318_317_510_054_8e-5,
        1.421_511_758_316_446e-7,
        2.044_263_103_389_939_8e-15,
    ],
);

#[cfg(test)]
mod tests {
    use super::*;
    use crate::num::exp;

    /// Quantiles from the source's own check values and from tables of the normal distribution.
    #[test]
    fn normal_quantiles_agree_with_published_values() {
        for (p, z) in [
            (0.25, -0.674_489_750_196_081_7),
            (0.001, -3.090_232_306_167_813_5),
            (1e-20, -9.262_340_089_798_408),
            (0.975, 1.959_963_984_540_054),
            (0.5, 0.0),
        ] {
            let found = normal_quantile(p);
            assert!((found - z).abs() <= 1e-14 * z.abs(), "p {p}: {found} against {z}");
        }
    }

    #[test]
    fn chances_and_quantiles_are_inverses() {
        for p in [1e-20, 0.001, 0.25, 0.5, 0.975] {
            let found = normal_cdf(normal_quantile(p));
            assert!((found - p).abs() < 1e-13 * p, "{p}: {found}");
        }
        assert_eq!((normal_cdf(40.0), normal_cdf(-50.0)), (1.0, 0.0));
    }

    #[test]
    fn normal_quantile_rises_across_the_joints() {
        for joint in [0.075, 0.925, exp(-25.0)] {
            let below = normal_quantile(joint * (1.0 - 1e-9));
            assert!(below < normal_quantile(joint * (1.0 + 1e-9)));
        }
    }

    #[test]
    fn many_at_once_are_the_same_bits() {
        let mut values: Vec<f64> = (1..100_000).map(|step| f64::from(step) * 1e-5).collect();
        values.extend([1e-300, 1e-20, 0.075, 0.925, 1.0 - 1e-16, f64::MIN_POSITIVE]);
        let single: Vec<u64> = values.iter().map(|&p| normal_quantile(p).to_bits()).collect();
        for length in [0, 1, 63, 64, 65, values.len()] {
            let mut many = values.clone();
            normal_quantiles(&mut many[..length]);
            let many: Vec<u64> = many[..length].iter().map(|z| z.to_bits()).collect();
            assert_eq!(many, single[..length]);
        }
        // Alone, so that no neighbour calls for the approximation of the far ends.
        for p in [1e-20, 1.3e-11, 1.4e-11, 1.0 - 1e-15] {
            let mut one = [p];
            normal_quantiles(&mut one);
            assert_eq!(one[0].to_bits(), normal_quantile(p).to_bits());
        }
    }
}

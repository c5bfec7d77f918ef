//! Elementary functions whose results do not change with the platform.
//!
//! The standard library leaves the precision of `exp`, `ln` and their kin to the platform, so
//! two machines could disagree in the last bit, and a digest with them. `libm` is plain Rust:
//! the same bits everywhere. `sqrt` and `+ - * /` are exact by IEEE 754 and need no stand-in.

mod student_t;

pub use student_t::student_t_quantile;

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

/// `base` to the power of `exponent`.
#[must_use]
pub fn pow(base: f64, exponent: f64) -> f64 {
    libm::pow(base, exponent)
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
    if q.abs() <= 0.425 {
        let r = 0.180_625 - q * q;
        return q * ratio(r, &CENTRE);
    }
    let tail = if q < 0.0 { p } else { 1.0 - p };
    let r = (-ln(tail)).sqrt();
    let z = if r <= 5.0 { ratio(r - 1.6, &SHOULDER) } else { ratio(r - 5.0, &TAIL) };
    if q < 0.0 { -z } else { z }
}

/// Numerator and denominator of a rational approximation, lowest power first.
type Ratio = ([f64; 8], [f64; 8]);

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

    #[test]
    fn the_sum_of_nothing_is_positive_zero() {
        assert_eq!(sum(&[]).to_bits(), 0.0_f64.to_bits());
    }

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
    fn normal_quantile_rises_across_the_joints() {
        for joint in [0.075, 0.925, exp(-25.0)] {
            let below = normal_quantile(joint * (1.0 - 1e-9));
            assert!(below < normal_quantile(joint * (1.0 + 1e-9)));
        }
    }
}

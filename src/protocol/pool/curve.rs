//! The arithmetic of a weighted pool, in rao.
//!
//! An exponent is written as 1 + `tilt`. Weights stay near one half, so that the tilt is small;
//! the part that a tilt of 0 gives is then computed in whole numbers, and only what the tilt adds
//! in `f64`, rounded in the pool's favour. A trade is exact at equal weights. Elsewhere it never
//! gets more than the exact floor, so that no round trip profits, and loses less than a rao to it
//! wherever the tilt moves it by less than 10^14 rao; a result that is whole to the last digit may
//! come out one rao short.

use crate::num;

/// Tilt up to which the plain pool is the better part of the result.
const NEAR: f64 = 0.5;

/// More than the relative error of what a tilt adds: eight operations, each within 2^-53, and what
/// the exponential makes of them.
const ROUNDING: f64 = 4e-15;

/// The greatest number below 1.
const BELOW_ONE: f64 = 1.0 - f64::EPSILON / 2.0;

/// The part of the other reserve that a trade leaves: `(reserve / (reserve + input))^exponent`.
#[must_use]
pub fn kept(reserve: u64, input: u64, exponent: f64) -> f64 {
    num::exp(-exponent * num::log1p(input as f64 / reserve as f64))
}

/// What `input` gets out of a pool: `out (1 - (in / (in + input))^(1 + tilt))`, truncated.
///
/// Always less than the reserve it comes from, which no trade can empty; nothing where either
/// reserve is empty.
#[must_use]
pub fn output(input: u64, reserve_in: u64, reserve_out: u64, tilt: f64) -> u64 {
    if reserve_in == 0 || reserve_out == 0 {
        return 0;
    }
    let total = u128::from(reserve_in) + u128::from(input);
    let product = u128::from(reserve_out) * u128::from(input);
    let plain = product / total;
    let growth = num::log1p(input as f64 / reserve_in as f64);
    let output = if tilt == 0.0 {
        plain
    } else if tilt.abs() <= NEAR {
        let left = reserve_out as f64 * (reserve_in as f64 / total as f64);
        let tilted = -left * num::expm1(-tilt * growth);
        let rest = ((product % total) as f64 / total as f64).min(BELOW_ONE);
        shifted(plain, rest + tilted - tilted.abs() * ROUNDING)
    } else {
        let all = -(reserve_out as f64) * num::expm1(-(1.0 + tilt) * growth);
        shifted(0, all - all * ROUNDING)
    };
    u64::try_from(output).unwrap_or(u64::MAX).min(reserve_out - 1)
}

/// What must go in for `output` to come out: `in ((out / (out - output))^(1 + tilt) - 1)`,
/// truncated; none where there is not more than `output`, or what must go in does not fit.
#[must_use]
pub fn input_for(output: u64, reserve_in: u64, reserve_out: u64, tilt: f64) -> Option<u64> {
    let left = reserve_out.checked_sub(output).filter(|left| *left > 0)?;
    let product = u128::from(reserve_in) * u128::from(output);
    let plain = product / u128::from(left);
    let growth = num::log1p(output as f64 / left as f64);
    let input = if tilt == 0.0 {
        plain
    } else if tilt.abs() <= NEAR {
        let all = reserve_in as f64 * (reserve_out as f64 / left as f64);
        let tilted = all * num::expm1(tilt * growth);
        shifted(plain, (product % u128::from(left)) as f64 / left as f64 + tilted)
    } else {
        shifted(0, reserve_in as f64 * num::expm1((1.0 + tilt) * growth))
    };
    u64::try_from(input).ok()
}

/// What must go in for a price to rise from `from` to `to`: `reserve ((to / from)^power - 1)`,
/// truncated; nothing where it need not rise.
///
/// A sale is the same with the two prices exchanged. `power` is the weight of the side that the
/// trade takes from.
#[must_use]
#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "`as` saturates")]
pub fn input_to_price(reserve: u64, power: f64, from: f64, to: f64) -> u64 {
    // A price that is not a number compares as no rise.
    if to > from {
        (reserve as f64 * num::expm1(power * num::log1p((to - from) / from))) as u64
    } else {
        0
    }
}

/// `whole` plus a signed part, truncated to whole rao, at least 0.
#[expect(clippy::cast_possible_truncation, reason = "`as` saturates, and NaN adds nothing")]
fn shifted(whole: u128, part: f64) -> u128 {
    let part = part.floor() as i128;
    whole.saturating_add_signed(part)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// 1000 into 1000 doubles the reserve: at equal weights half of the other side comes out; at a
    /// tilt of 1 what is left is a quarter, and at a tilt of -1/2 it is the square root of a half.
    #[test]
    fn a_doubled_reserve_leaves_a_power_of_a_half() {
        assert_eq!(output(1_000, 1_000, 800_000, 0.0), 400_000);
        assert_eq!(output(1_000, 1_000, 800_001, 1.0), 600_000);
        assert_eq!(output(1_000, 1_000, 1_000_000, -0.5), 292_893);
        assert_eq!(input_for(400_000, 1_000, 800_000, 0.0), Some(1_000));
        assert_eq!(input_for(600_001, 1_000, 800_000, 1.0), Some(15_000));
        assert_eq!(input_for(75, 1_000, 100, -0.5), Some(1_000));
    }

    /// With a fifth part in, what comes out is a sixth; both forms of the sum agree where they meet.
    #[test]
    fn the_two_forms_meet() {
        let tilted = |tilt: f64| output(200_000, 1_000_000, 60_000_000_000, tilt);
        assert_eq!(tilted(0.0), 10_000_000_000);
        for tilt in [-NEAR, NEAR] {
            let beyond = tilted(tilt * (1.0 + 1e-15));
            assert!(tilted(tilt).abs_diff(beyond) <= 1, "{tilt}");
        }
        // 60e9 (1 - (5/6)^1.25) and 60e9 (1 - (5/6)^0.75), by hand to twelve digits.
        assert_eq!([tilted(0.25), tilted(-0.25)], [12_227_860_389, 7_668_243_030]);
    }

    #[test]
    fn nothing_leaves_an_empty_pool_and_no_trade_empties_one() {
        assert_eq!(output(5, 0, 100, 0.0), 0);
        assert_eq!(output(5, 100, 0, 0.0), 0);
        for tilt in [-0.98, 0.0, 0.3, 98.0] {
            assert!(output(u64::MAX, 1, u64::MAX, tilt) < u64::MAX);
            assert_eq!(output(0, 1, u64::MAX, tilt), 0);
        }
        assert_eq!(input_for(100, 100, 100, 0.0), None);
        assert_eq!(input_for(99, u64::MAX, 100, 0.0), None);
        assert_eq!(input_for(0, 100, 100, 0.0), Some(0));
    }

    #[test]
    fn a_price_that_need_not_rise_needs_nothing() {
        assert_eq!(input_to_price(100, 0.5, 0.2, 0.8), 100);
        assert_eq!(input_to_price(100, 0.5, 0.8, 0.2), 0);
        assert_eq!(input_to_price(100, 0.5, f64::NAN, 0.2), 0);
        assert_eq!(input_to_price(100, 0.5, 0.0, 0.2), u64::MAX);
    }
}

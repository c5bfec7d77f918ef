//! The chain's 16-bit proportions: a whole is 65535.

/// Units of a whole in a 16-bit proportion.
pub const WHOLE: f64 = 65_535.0;

/// Two to the power of 32: one in the chain's fixed point.
const ONE: f64 = 4_294_967_296.0;

/// The share that `units` stand for, in `[0, 1]`.
#[must_use]
pub fn share(units: u16) -> f64 {
    f64::from(units) / WHOLE
}

/// The units that a computed share is stored as; below 0 and NaN give 0, above 1 gives 65535.
///
/// The chain truncates twice, first to 32 fractional bits and then to whole units. The first
/// truncation decides what becomes of a share that is nominally n/65535: it falls just short
/// and is stored as n - 1. A bond that nobody refreshes therefore loses one unit each epoch,
/// which plain `f64` would leave to chance.
///
/// Source: `epoch/math.rs::fixed_proportion_to_u16`.
#[must_use]
#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "the share is clamped to [0, 1] first, so every cast fits"
)]
pub fn stored(share: f64) -> u16 {
    let fixed = (share.clamp(0.0, 1.0) * ONE) as i64 as u64;
    ((fixed * 65_535) >> 32) as u16
}

/// The units of a parameter, truncated: 0.5 is 32767, and 0.18 is 11796.
///
/// A parameter that was itself read from units, such as 32767/65535, keeps them: a millionth of
/// a unit makes up for the rounding of the quotient.
#[must_use]
#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "`as` saturates, which clamps a parameter that is out of range"
)]
pub fn parameter(proportion: f64) -> u16 {
    (proportion * WHOLE + 1e-6) as u16
}

/// The floor of `amount * units / 65535`, as the chain takes a take or a fee of an amount `[rao]`.
#[must_use]
pub fn part(amount: u64, units: u16) -> u64 {
    let part = u128::from(amount) * u128::from(units) / u128::from(u16::MAX);
    u64::try_from(part).unwrap_or(amount)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_nominal_share_falls_one_unit_short() {
        assert_eq!(stored(0.5), 32_767);
        assert_eq!(stored(1.0), 65_535);
        for units in [1, 12_603, 43_690, 65_534] {
            assert_eq!(stored(share(units)), units - 1);
        }
        assert_eq!([stored(-1.0), stored(f64::NAN), stored(7.0)], [0, 0, 65_535]);
    }

    #[test]
    fn a_part_of_an_amount_is_truncated() {
        assert_eq!(part(1_000_000_000, 11_796), 179_995_422);
        assert_eq!([part(u64::MAX, u16::MAX), part(u64::MAX, 0)], [u64::MAX, 0]);
    }

    #[test]
    fn a_parameter_keeps_its_units() {
        assert_eq!(parameter(0.5), 32_767);
        assert_eq!(parameter(0.18), 11_796);
        for units in 0..=u16::MAX {
            assert_eq!(parameter(share(units)), units);
        }
    }
}

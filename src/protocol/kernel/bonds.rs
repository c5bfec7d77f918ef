//! From clipped weights to incentive, bonds and dividends.

use super::{Scratch, rows};
use crate::num;
use crate::protocol::consensus::{Input, Outcome, refill};
use crate::protocol::liquid_alpha::{self, LiquidAlpha};
use crate::protocol::params::Params;

/// Columns of the bonds, `[uids]`.
#[derive(Clone, Debug, Default)]
pub(super) struct Columns {
    /// 1 for a uid whose old bonds count, 0 for one that is new.
    pub(super) kept: Vec<f64>,
    /// Sum of the old bonds.
    old: Vec<f64>,
    /// Sum of the instant bonds.
    instant: Vec<f64>,
    /// Sum of the new bonds, then the incentive that a whole bond earns.
    now: Vec<f64>,
    /// Greatest of the new bonds.
    greatest: Vec<f64>,
}

impl Columns {
    pub(super) fn resize(&mut self, uids: usize) {
        let each = [&mut self.old, &mut self.instant, &mut self.now, &mut self.greatest];
        for column in each {
            refill(column, uids, 0.0);
        }
        self.kept.resize(uids, 1.0);
    }
}

/// See [`crate::protocol::bonds::yuma3`].
#[inline(always)]
pub(super) fn yuma3(
    params: &Params,
    input: &Input<'_>,
    rate: f64,
    scratch: &mut Scratch,
    out: &mut Outcome,
) {
    relative(params, input, scratch, out, false, |_, weight, old| {
        rate * weight + (1.0 - rate) * old
    });
}

/// See [`crate::protocol::bonds::yuma3_liquid`].
#[inline(always)]
pub(super) fn yuma3_liquid(
    params: &Params,
    input: &Input<'_>,
    curve: &LiquidAlpha,
    scratch: &mut Scratch,
    out: &mut Outcome,
) {
    relative(params, input, scratch, out, true, |consensus, weight, old| {
        let rate = curve.rate(liquid_alpha::distance(weight, old, consensus));
        liquid_alpha::moving_average(rate, weight, old)
    });
}

#[inline(always)]
fn relative(
    params: &Params,
    input: &Input<'_>,
    scratch: &mut Scratch,
    out: &mut Outcome,
    drops: bool,
    average: impl Fn(f64, f64, f64) -> f64,
) {
    let uids = input.stake.len();
    // Entries with weight 0 stay listed at a penalty of exactly 0 or 1.
    let keeps_zeros = u8::from(params.bonds_penalty <= 0.0 || params.bonds_penalty >= 1.0);
    let Scratch { row, columns, bonds, listed, row_stake, .. } = scratch;
    for (at, &setter) in input.setters.iter().enumerate() {
        let whole = at * uids..(at + 1) * uids;
        let weights = &out.weights[whole.clone()];
        let stored = &input.bonds[whole.clone()];
        let bonds = &mut bonds[whole.clone()];
        let trust =
            rows::clip(params, row_stake[at], weights, &out.consensus, &mut out.incentive, row);
        out.vtrust[setter] = trust;
        let (for_bonds, old) = (&row.for_bonds[..uids], &mut row.old[..uids]);
        let (kept, now) = (&columns.kept[..uids], &mut columns.now[..uids]);
        let consensus = &out.consensus[..uids];
        for uid in 0..uids {
            old[uid] = kept[uid] * share(stored[uid]);
        }
        for uid in 0..uids {
            bonds[uid] = average(consensus[uid], for_bonds[uid], old[uid]);
        }
        if drops {
            let listed = &listed[whole.clone()];
            for uid in 0..uids {
                // Numbers rather than booleans, whose `&&` is a branch.
                let zero = u8::from(listed[uid]) & keeps_zeros & u8::from(weights[uid] == 0.0);
                let present = zero | u8::from(for_bonds[uid] > 0.0);
                bonds[uid] = if present == 1 { bonds[uid] } else { 0.0 };
            }
        }
        for uid in 0..uids {
            now[uid] += bonds[uid];
        }
        let stored = &mut out.bonds[whole];
        if out.permits[setter] {
            for uid in 0..uids {
                stored[uid] = units(bonds[uid]);
            }
        } else {
            stored.fill(0);
        }
    }
    num::normalise(&mut out.incentive);
    per_bond(&out.incentive, &mut columns.now);
    for (at, &setter) in input.setters.iter().enumerate() {
        let bonds = &bonds[at * uids..(at + 1) * uids];
        out.dividends[setter] = row_stake[at] * rows::dot(bonds, &columns.now);
    }
    num::normalise(&mut out.dividends);
}

/// See [`crate::protocol::bonds::classic`].
#[inline(always)]
pub(super) fn classic(
    params: &Params,
    input: &Input<'_>,
    rate: f64,
    scratch: &mut Scratch,
    out: &mut Outcome,
) {
    let uids = input.stake.len();
    let Scratch { row, columns, bonds, row_stake, .. } = scratch;
    let kept = &columns.kept[..uids];
    for (at, &setter) in input.setters.iter().enumerate() {
        let whole = at * uids..(at + 1) * uids;
        let (weights, stored) = (&out.weights[whole.clone()], &input.bonds[whole.clone()]);
        let stake = row_stake[at];
        let trust = rows::clip(params, stake, weights, &out.consensus, &mut out.incentive, row);
        out.vtrust[setter] = trust;
        let (for_bonds, instant_bonds) = (&row.for_bonds[..uids], &mut bonds[whole]);
        let (old, instant) = (&mut columns.old[..uids], &mut columns.instant[..uids]);
        for uid in 0..uids {
            let bond = stake * for_bonds[uid];
            instant_bonds[uid] = bond;
            instant[uid] += bond;
            old[uid] += kept[uid] * f64::from(stored[uid]);
        }
    }
    divisors(&mut columns.old);
    divisors(&mut columns.instant);
    for (bonds, stored) in bonds.chunks_exact_mut(uids).zip(input.bonds.chunks_exact(uids)) {
        let (old, instant) = (&columns.old[..uids], &columns.instant[..uids]);
        let (now, greatest) = (&mut columns.now[..uids], &mut columns.greatest[..uids]);
        for uid in 0..uids {
            let instant = bonds[uid] / instant[uid];
            let old = kept[uid] * f64::from(stored[uid]) / old[uid];
            bonds[uid] = rate * instant + (1.0 - rate) * old;
            now[uid] += bonds[uid];
            greatest[uid] = if bonds[uid] > greatest[uid] { bonds[uid] } else { greatest[uid] };
        }
    }
    divisors(&mut columns.greatest);
    num::normalise(&mut out.incentive);
    per_bond(&out.incentive, &mut columns.now);
    let rows = bonds.chunks_exact(uids).zip(out.bonds.chunks_exact_mut(uids));
    for ((bonds, stored), &setter) in rows.zip(input.setters) {
        out.dividends[setter] = rows::dot(bonds, &columns.now);
        if out.permits[setter] {
            let greatest = &columns.greatest[..uids];
            for uid in 0..uids {
                stored[uid] = units(bonds[uid] / greatest[uid]);
            }
        } else {
            stored.fill(0);
        }
    }
    num::normalise(&mut out.dividends);
}

/// Turns sums of bonds into the incentive that a bond of 1 earns.
#[inline(always)]
fn per_bond(incentive: &[f64], sums: &mut [f64]) {
    divisors(sums);
    for (sum, incentive) in sums.iter_mut().zip(incentive) {
        *sum = incentive / *sum;
    }
}

/// An empty column is divided by 1 and so stays empty.
#[inline(always)]
fn divisors(sums: &mut [f64]) {
    for sum in sums {
        *sum = if *sum == 0.0 { 1.0 } else { *sum };
    }
}

/// [`crate::protocol::proportion::share`] without a division: `s / 65535` is the sum of `s / 2^16`,
/// `s / 2^32` and so on, of which the first three are exact together.
#[inline(always)]
fn share(units: u16) -> f64 {
    const FIRST: f64 = ((1_u64 << 32) + (1_u64 << 16) + 1) as f64 / (1_u64 << 48) as f64;
    const REST: f64 = FIRST / (1_u64 << 48) as f64;
    let units = f64::from(units);
    units * FIRST + units * REST
}

/// [`crate::protocol::proportion::stored`] without a conversion that saturates.
#[inline(always)]
#[expect(clippy::cast_possible_truncation, reason = "the low bits hold a whole number below 2^16")]
fn units(share: f64) -> u16 {
    const ONE: f64 = 4_294_967_296.0;
    let share = if share > 0.0 { share } else { 0.0 };
    let share = if share < 1.0 { share } else { 1.0 };
    let fixed = floor(share * ONE);
    let units = floor(fixed * 65_535.0 / ONE);
    (units + TWO_52).to_bits() as u16
}

/// Two to the power of 52, above which there are only whole numbers.
const TWO_52: f64 = 4_503_599_627_370_496.0;

/// The greatest whole number up to `x` in `[0, 2^51]`.
#[inline(always)]
fn floor(x: f64) -> f64 {
    let nearest = (x + TWO_52) - TWO_52;
    nearest - if nearest > x { 1.0 } else { 0.0 }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::protocol::proportion;

    #[test]
    fn shares_and_units_are_those_of_the_chain() {
        for stored in 0..=u16::MAX {
            assert_eq!(share(stored).to_bits(), proportion::share(stored).to_bits(), "{stored}");
            let exact = proportion::share(stored);
            for near in [exact, exact * (1.0 - 1e-16), exact * (1.0 + 1e-15), exact + 1e-10] {
                assert_eq!(units(near), proportion::stored(near), "{near}");
            }
        }
        for odd in [-1.0, -0.0, f64::NAN, 7.0, f64::INFINITY, 1e-320] {
            assert_eq!(units(odd), proportion::stored(odd), "{odd}");
        }
    }
}

//! From clipped weights to incentive, bonds and dividends.

use super::{Scratch, rows};
use crate::num;
use crate::protocol::consensus::{Input, Outcome, refill};
use crate::protocol::liquid_alpha::{self, LiquidAlpha};
use crate::protocol::params::Params;
use crate::protocol::winner;

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

/// See [`crate::protocol::bonds::yuma3`] and, with a curve, [`crate::protocol::bonds::yuma3_liquid`].
#[inline(always)]
pub(super) fn yuma3(
    params: &Params,
    input: &Input<'_>,
    curve: Option<&LiquidAlpha>,
    scratch: &mut Scratch,
    out: &mut Outcome,
) {
    let uids = input.stake.len();
    let rate = 1.0 - params.bonds_moving_average;
    // Entries with weight 0 stay present at a penalty of exactly 0 or 1.
    let keeps_zeros = params.bonds_penalty <= 0.0 || params.bonds_penalty >= 1.0;
    let Scratch { row, columns, bonds, row_stake, .. } = scratch;
    let (kept, now) = (&columns.kept[..uids], &mut columns.now[..uids]);
    let consensus = &out.consensus[..uids];
    for (at, &setter) in input.setters.iter().enumerate() {
        let whole = at * uids..(at + 1) * uids;
        let weights = &out.weights[whole.clone()];
        let old = &input.bonds[whole.clone()];
        let bonds = &mut bonds[whole.clone()];
        out.vtrust[setter] = row.clip(row_stake[at], weights, consensus, &mut out.incentive);
        row.find_zeros(input, at, curve.is_some() && keeps_zeros);
        let (for_bonds, rates, zeros) = row.for_bonds(params.bonds_penalty, weights);
        let (for_bonds, rates, zeros) = (&for_bonds[..uids], &mut rates[..uids], &zeros[..uids]);
        for uid in 0..uids {
            bonds[uid] = kept[uid] * share(old[uid]);
        }
        if let Some(curve) = curve {
            // Several loops rather than one: the long chain of the logistic function then overlaps
            // with its neighbours' in the processor.
            for uid in 0..uids {
                let distance = liquid_alpha::distance(for_bonds[uid], bonds[uid], consensus[uid]);
                rates[uid] = curve.argument(distance);
            }
            for rate in rates.iter_mut() {
                *rate = num::logistic(*rate);
            }
            for uid in 0..uids {
                let rate = curve.between(rates[uid]);
                let average = liquid_alpha::moving_average(rate, for_bonds[uid], bonds[uid]);
                let bond = if for_bonds[uid] + zeros[uid] > 0.0 { average } else { 0.0 };
                bonds[uid] = bond;
                now[uid] += bond;
            }
        } else {
            for uid in 0..uids {
                let bond = rate * for_bonds[uid] + (1.0 - rate) * bonds[uid];
                bonds[uid] = bond;
                now[uid] += bond;
            }
        }
        let stored = &mut out.bonds[whole];
        if out.permits[setter] {
            for (stored, &bond) in stored.iter_mut().zip(&*bonds) {
                *stored = units(bond);
            }
        } else {
            stored.fill(0);
        }
    }
    settle_incentive(params, &mut out.incentive);
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
    scratch: &mut Scratch,
    out: &mut Outcome,
) {
    let uids = input.stake.len();
    let rate = 1.0 - params.bonds_moving_average;
    let Scratch { row, columns, bonds, row_stake, .. } = scratch;
    let kept = &columns.kept[..uids];
    for (at, &setter) in input.setters.iter().enumerate() {
        let whole = at * uids..(at + 1) * uids;
        let (weights, stored) = (&out.weights[whole.clone()], &input.bonds[whole.clone()]);
        let stake = row_stake[at];
        out.vtrust[setter] = row.clip(stake, weights, &out.consensus, &mut out.incentive);
        let (for_bonds, ..) = row.for_bonds(params.bonds_penalty, weights);
        let instant_bonds = &mut bonds[whole];
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
    settle_incentive(params, &mut out.incentive);
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

/// From ranks to incentive.
#[inline(always)]
fn settle_incentive(params: &Params, incentive: &mut [f64]) {
    num::normalise(incentive);
    if params.winner_takes_all {
        winner::takes_all(incentive);
    }
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
    let fixed = num::within(0.0, 1.0, share) * ONE;
    // The nearest whole number stands in the bits of the sum; less one where it is above.
    let nearest = fixed + TWO_52;
    let above = u64::from(nearest - TWO_52 > fixed);
    let fixed = nearest.to_bits() - TWO_52.to_bits() - above;
    (((fixed << 16) - fixed) >> 32) as u16
}

/// Two to the power of 52, above which there are only whole numbers.
const TWO_52: f64 = 4_503_599_627_370_496.0;

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

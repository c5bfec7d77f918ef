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
    /// All bits for a uid whose old bonds count, none for one that is new.
    kept: Vec<u16>,
    /// Whether any uid is new.
    has_new: bool,
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
        self.kept.resize(uids, u16::MAX);
    }

    /// Marks the uids that registered in block `first` or later.
    pub(super) fn mark_new(&mut self, registered: &[u64], first: u64) {
        self.has_new = false;
        for (kept, &registered) in self.kept.iter_mut().zip(registered) {
            let is_new = registered >= first;
            *kept = if is_new { 0 } else { u16::MAX };
            self.has_new |= is_new;
        }
    }
}

/// Pairs of a row that are worked on together: what lies between their loops stays in the nearest
/// cache, and being local, is known to overlap with nothing else.
const TILE: usize = 128;

/// See [`crate::protocol::bonds::yuma3`] and, with a curve, [`crate::protocol::bonds::yuma3_liquid`].
#[inline(always)]
pub(super) fn yuma3(
    params: &Params,
    input: &Input<'_>,
    curve: Option<&LiquidAlpha>,
    scratch: &mut Scratch,
    out: &mut Outcome,
) {
    // Compiled for each, since the one that clips is the chain's and far simpler.
    if params.bonds_penalty >= 1.0 {
        trade::<true>(params, input, curve, scratch, out);
    } else {
        trade::<false>(params, input, curve, scratch, out);
    }
    settle_incentive(params, &mut out.incentive);
    let Scratch { columns, bonds, row_stake, .. } = scratch;
    per_bond(&out.incentive, &mut columns.now);
    let rows = bonds.chunks_exact(input.stake.len()).zip(row_stake).zip(input.setters);
    for ((bonds, stake), &setter) in rows {
        out.dividends[setter] = *stake * rows::dot(bonds, &columns.now);
    }
    num::normalise(&mut out.dividends);
}

/// From weights and old bonds to the new ones, with ranks, trust and the sums of columns.
#[inline(always)]
fn trade<const CLIPPED: bool>(
    params: &Params,
    input: &Input<'_>,
    curve: Option<&LiquidAlpha>,
    scratch: &mut Scratch,
    out: &mut Outcome,
) {
    let uids = input.stake.len();
    let penalty = params.bonds_penalty;
    let weight_of = Kept::<CLIPPED> { penalty };
    let rate = 1.0 - params.bonds_moving_average;
    // Entries with weight 0 stay present at a penalty of exactly 0 or 1.
    let keeps_zeros = curve.is_some() && (penalty <= 0.0 || penalty >= 1.0);
    let Scratch { row, row_zeros, columns, bonds, row_stake, .. } = scratch;
    let (mut held, mut rates, mut ahead) = ([0.0; TILE], [0.0; TILE], [0.0; TILE]);
    let mut counted = [0; TILE];
    for (at, &setter) in input.setters.iter().enumerate() {
        let has_zeros = keeps_zeros && row_zeros[at];
        if has_zeros {
            row.mark_zeros(input, at);
        }
        for first in (0..uids).step_by(TILE) {
            let tile = first..uids.min(first + TILE);
            let pairs = at * uids + tile.start..at * uids + tile.end;
            let width = pairs.len();
            let mut old = &input.bonds[pairs.clone()];
            if columns.has_new {
                for (counted, (old, kept)) in
                    counted.iter_mut().zip(old.iter().zip(&columns.kept[tile.clone()]))
                {
                    *counted = old & kept;
                }
                old = &counted[..width];
            }
            let (weights, consensus) = (&out.weights[pairs.clone()], &out.consensus[tile.clone()]);
            let view = View { weights, consensus, old };
            let ranks = (row_stake[at], &mut out.incentive[tile.clone()]);
            let (bonds, stored) = (&mut bonds[pairs.clone()], &mut out.bonds[pairs]);
            let now = &mut columns.now[tile.clone()];
            let held = &mut held[..width];
            if let Some(&curve) = curve {
                // Several loops rather than one: the long chain of the logistic function then
                // overlaps with its neighbours' in the processor.
                let between = [&mut *held, &mut rates[..width], &mut ahead[..width]];
                if has_zeros {
                    let zeros = &row.zeros[tile];
                    let counts = |uid: usize, weight| weight + zeros[uid] > 0.0;
                    view.compare(weight_of, curve, counts, between, ranks);
                } else {
                    view.compare(weight_of, curve, |_, weight| weight > 0.0, between, ranks);
                }
                for rate in &mut rates[..width] {
                    *rate = num::logistic_base_2(*rate);
                }
                // The average is at most 1, as weights and bonds are.
                let next = |uid: usize| held[uid] + curve.between(rates[uid]) * ahead[uid];
                settle(width, next, bonds, now, stored);
            } else {
                view.average(weight_of, rate, held, ranks);
                settle(width, |uid| held[uid], bonds, now, stored);
            }
        }
        let whole = at * uids..(at + 1) * uids;
        out.vtrust[setter] = rows::clipped_sum(&out.weights[whole.clone()], &out.consensus);
        if !out.permits[setter] {
            out.bonds[whole].fill(0);
        }
    }
}

/// What the pairs of a tile read, each `[uids of the tile]`.
#[derive(Clone, Copy)]
struct View<'a> {
    weights: &'a [f64],
    consensus: &'a [f64],
    old: &'a [u16],
}

impl View<'_> {
    /// What each pair holds, where on the curve it is, and how far its weight is ahead. A pair that
    /// does not count, since its weight is absent, goes from nothing to nothing.
    #[inline(always)]
    fn compare<const CLIPPED: bool>(
        self,
        weight_of: Kept<CLIPPED>,
        curve: LiquidAlpha,
        counts: impl Fn(usize, f64) -> bool,
        [held, argument, ahead]: [&mut [f64]; 3],
        (stake, ranks): (f64, &mut [f64]),
    ) {
        let uids = held.len();
        let Self { weights, consensus, old } = self;
        let (weights, consensus) = (&weights[..uids], &consensus[..uids]);
        let old = &old[..uids];
        let (argument, ahead) = (&mut argument[..uids], &mut ahead[..uids]);
        let ranks = &mut ranks[..uids];
        for uid in 0..uids {
            let weight = weight_of.bonds(weights[uid], consensus[uid]);
            let bond = share(old[uid]);
            let bond = if counts(uid, weight) { bond } else { 0.0 };
            held[uid] = bond;
            ahead[uid] = weight - bond;
            argument[uid] = curve.argument(Kept::<CLIPPED>::distance(weight, bond, consensus[uid]));
            ranks[uid] += stake * rows::clip(weights[uid], consensus[uid]);
        }
    }

    /// The average of weight and old bond at one rate for all.
    #[inline(always)]
    fn average<const CLIPPED: bool>(
        self,
        weight_of: Kept<CLIPPED>,
        rate: f64,
        bonds: &mut [f64],
        (stake, ranks): (f64, &mut [f64]),
    ) {
        let uids = bonds.len();
        let Self { weights, consensus, old } = self;
        let (weights, consensus) = (&weights[..uids], &consensus[..uids]);
        let old = &old[..uids];
        let ranks = &mut ranks[..uids];
        for uid in 0..uids {
            let weight = weight_of.bonds(weights[uid], consensus[uid]);
            bonds[uid] = rate * weight + (1.0 - rate) * share(old[uid]);
            ranks[uid] += stake * rows::clip(weights[uid], consensus[uid]);
        }
    }
}

/// Keeps the new bonds of a tile, adds them to the sums of columns, and stores them.
#[inline(always)]
fn settle(
    uids: usize,
    next: impl Fn(usize) -> f64,
    bonds: &mut [f64],
    now: &mut [f64],
    stored: &mut [u16],
) {
    let (bonds, now, stored) = (&mut bonds[..uids], &mut now[..uids], &mut stored[..uids]);
    for uid in 0..uids {
        let bond = next(uid);
        bonds[uid] = bond;
        now[uid] += bond;
        stored[uid] = units(bond);
    }
}

/// What the consensus leaves of a weight; for bonds, all of the excess is cut off or a part.
#[derive(Clone, Copy)]
struct Kept<const CLIPPED: bool> {
    penalty: f64,
}

impl<const CLIPPED: bool> Kept<CLIPPED> {
    /// The weight that earns bonds.
    #[inline(always)]
    fn bonds(self, weight: f64, consensus: f64) -> f64 {
        let clipped = rows::clip(weight, consensus);
        if CLIPPED { clipped } else { weight + self.penalty * (clipped - weight) }
    }

    /// See [`liquid_alpha::distance`]: a clipped weight is never above the consensus, so that who
    /// buys is at distance 0.
    #[inline(always)]
    fn distance(weight: f64, bond: f64, consensus: f64) -> f64 {
        if CLIPPED {
            let below = bond - weight;
            if below > 0.0 { below } else { 0.0 }
        } else {
            liquid_alpha::distance(weight, bond, consensus)
        }
    }
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
        let for_bonds = row.for_bonds(params.bonds_penalty, weights);
        let instant_bonds = &mut bonds[whole];
        let (old, instant) = (&mut columns.old[..uids], &mut columns.instant[..uids]);
        for uid in 0..uids {
            let bond = stake * for_bonds[uid];
            instant_bonds[uid] = bond;
            instant[uid] += bond;
            old[uid] += f64::from(stored[uid] & kept[uid]);
        }
    }
    divisors(&mut columns.old);
    divisors(&mut columns.instant);
    for (bonds, stored) in bonds.chunks_exact_mut(uids).zip(input.bonds.chunks_exact(uids)) {
        let (old, instant) = (&columns.old[..uids], &columns.instant[..uids]);
        let (now, greatest) = (&mut columns.now[..uids], &mut columns.greatest[..uids]);
        for uid in 0..uids {
            let instant = bonds[uid] / instant[uid];
            let old = f64::from(stored[uid] & kept[uid]) / old[uid];
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
    // Below the bits of 2^52 the units stand as they are, which is cheaper than to convert them.
    let units = f64::from_bits(TWO_52.to_bits() | u64::from(units)) - TWO_52;
    units * FIRST + units * REST
}

/// Two to the power of 52, above which there are only whole numbers.
const TWO_52: f64 = 4_503_599_627_370_496.0;

/// [`crate::protocol::proportion::stored`] of what is not above 1, in a few operations that vectors
/// have.
///
/// With `v` for the share times 2^32, it is the greatest `k` for which `65537 k + 1 <= v`, or 0: the
/// whole part of `(v - 1) / 65537`. The reciprocal of 65537 is a double to 64 bits, so that the
/// product with it is rounded as the quotient would be.
#[inline(always)]
#[expect(clippy::cast_possible_truncation, reason = "the 16 bits above the fraction are meant")]
fn units(share: f64) -> u16 {
    const ONE: f64 = 1.0 / 4_294_967_296.0;
    const PER_SHARE: f64 = 4_294_967_296.0 / 65_537.0;
    // 2^16 less 2^-37. The sum is the nearest multiple of 2^-36, half of one too low: where the
    // quotient is whole it is rounded up to it again, being even, and never beyond.
    const SHIFT: f64 = 65_536.0 - 1.0 / 137_438_953_472.0;
    let share = if share > 2.0 * ONE { share } else { 2.0 * ONE };
    let quotient = (share - ONE) * PER_SHARE;
    ((quotient + SHIFT).to_bits() >> 36) as u16
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
            // Where the next unit begins; 2^-53 is the last place of a share near 1.
            let next = (f64::from(stored) * 65_537.0 + 1.0) / 4_294_967_296.0;
            let last = f64::EPSILON / 2.0;
            for near in [exact, next] {
                for about in [0.0, -last, last, -1e-16 * near, 1e-15 * near, 1e-10, -3e-10] {
                    let near = (near + about).min(1.0);
                    assert_eq!(units(near), proportion::stored(near), "{near}");
                }
            }
        }
        for odd in [-1.0, -0.0, f64::NAN, 1e-320, 1e-10] {
            assert_eq!(units(odd), proportion::stored(odd), "{odd}");
        }
    }
}

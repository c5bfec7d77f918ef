//! Bonds: what a validator has built up in a miner, and what it earns from the miner's success.
//!
//! Under the classic rule a bond holds the validator's stake, and each column of bonds sums to a
//! whole. Under Yuma3 a bond is the validator's own, in `[0, 1]`, and stake enters only where the
//! dividends are computed. Matrices are `[setters, uids]`, row-major.

use crate::protocol::liquid_alpha::{self, LiquidAlpha};
use crate::protocol::params::RewardRule;
use crate::protocol::proportion;

/// What a bonds rule reads.
#[derive(Clone, Copy, Debug)]
pub struct View<'a> {
    /// Share of the stake that votes of each row, `[setters]`, sums to at most 1.
    pub stake: &'a [f64],
    /// Weights for bonds, `[setters, uids]`, in `[0, 1]`.
    pub weights: &'a [f64],
    /// Bonds as the last epoch stored them, `[setters, uids]`, in 65535ths.
    pub stored: &'a [u16],
    /// Uids registered since the last epoch, `[uids]`: their old bonds belonged to another.
    pub fresh: &'a [bool],
}

/// Sums of columns, reused from epoch to epoch.
#[derive(Clone, Debug, Default)]
pub struct Columns {
    old: Vec<f64>,
    instant: Vec<f64>,
    now: Vec<f64>,
}

impl View<'_> {
    /// The old bond in 65535ths, unless its uid is fresh.
    fn old(&self, uid: usize, stored: u16) -> f64 {
        if self.fresh[uid] { 0.0 } else { f64::from(stored) }
    }
}

/// The classic rule: instant bonds are stake times weight; old and instant bonds are each made
/// to sum to 1 by column before they are averaged.
///
/// `rate` is the weight of the new bond; `bonds` receives the average, which the rule makes sum
/// to 1 by column once more: [`dividends`] and [`store`] do so as they read.
///
/// A column without instant bonds keeps its shape, and one without old bonds takes the instant
/// ones in full.
///
/// Source: `epoch/run_epoch.rs::compute_bonds_sparse`, `epoch/math.rs::mat_ema_sparse`.
pub fn classic(view: &View<'_>, rate: f64, columns: &mut Columns, bonds: &mut [f64]) {
    let uids = view.fresh.len();
    let rows = || {
        let matrix = view.weights.chunks_exact(uids).zip(view.stored.chunks_exact(uids));
        view.stake.iter().zip(matrix)
    };
    reset(&mut columns.old, uids);
    reset(&mut columns.instant, uids);
    for (&stake, (weights, stored)) in rows() {
        for uid in 0..uids {
            columns.old[uid] += view.old(uid, stored[uid]);
            columns.instant[uid] += stake * weights[uid];
        }
    }
    divisors(&mut columns.old);
    divisors(&mut columns.instant);
    for ((&stake, (weights, stored)), bonds) in rows().zip(bonds.chunks_exact_mut(uids)) {
        for uid in 0..uids {
            let instant = stake * weights[uid] / columns.instant[uid];
            let old = view.old(uid, stored[uid]) / columns.old[uid];
            bonds[uid] = rate * instant + (1.0 - rate) * old;
        }
    }
}

/// Yuma3 with one rate for all: the average of weight and old bond.
///
/// Source: `epoch/run_epoch.rs::compute_bonds_sparse`, `epoch/math.rs::mat_ema_sparse`.
pub fn yuma3(view: &View<'_>, rate: f64, bonds: &mut [f64]) {
    let uids = view.fresh.len();
    for (row, bonds) in bonds.chunks_exact_mut(uids).enumerate() {
        let start = row * uids;
        let (weights, stored) = (&view.weights[start..][..uids], &view.stored[start..][..uids]);
        for uid in 0..uids {
            let old = view.old(uid, stored[uid]) / proportion::WHOLE;
            bonds[uid] = rate * weights[uid] + (1.0 - rate) * old;
        }
    }
}

/// Yuma3 with a rate for each pair.
///
/// `listed` `[setters, uids]` tells which weights for bonds are present. Where one is absent the
/// old bond is dropped at once; present with weight 0, it decays. `consensus` is `[uids]`.
///
/// Source: `epoch/run_epoch.rs::compute_liquid_alpha_values_sparse`,
/// `epoch/math.rs::mat_ema_alpha_sparse`.
pub fn yuma3_liquid(
    view: &View<'_>,
    curve: &LiquidAlpha,
    listed: &[bool],
    consensus: &[f64],
    bonds: &mut [f64],
) {
    let uids = view.fresh.len();
    for (row, bonds) in bonds.chunks_exact_mut(uids).enumerate() {
        let start = row * uids;
        let (weights, stored) = (&view.weights[start..][..uids], &view.stored[start..][..uids]);
        let (listed, consensus) = (&listed[start..][..uids], &consensus[..uids]);
        let old = |uid: usize| view.old(uid, stored[uid]) / proportion::WHOLE;
        // Three short loops rather than one: the exponentials of neighbours then overlap, which
        // halves their cost.
        for uid in 0..uids {
            bonds[uid] = liquid_alpha::distance(weights[uid], old(uid), consensus[uid]);
        }
        for rate in bonds.iter_mut() {
            *rate = curve.rate(*rate);
        }
        for uid in 0..uids {
            let average = liquid_alpha::moving_average(bonds[uid], weights[uid], old(uid));
            bonds[uid] = if listed[uid] { average } else { 0.0 };
        }
    }
}

/// What each row earns from the incentive of the uids it holds bonds in.
///
/// Bonds are made to sum to 1 by column; a row earns its part of every column's incentive, and
/// under Yuma3 times its stake. `incentive` is `[uids]`; `earned`, `[setters]`, is not yet
/// normalised.
///
/// Source: `epoch/run_epoch.rs::epoch_mechanism`, `epoch/math.rs::matmul_transpose_sparse`.
pub fn dividends(
    rule: RewardRule,
    bonds: &[f64],
    stake: &[f64],
    incentive: &[f64],
    columns: &mut Columns,
    earned: &mut [f64],
) {
    let uids = incentive.len();
    reset(&mut columns.now, uids);
    for row in bonds.chunks_exact(uids) {
        for (total, bond) in columns.now.iter_mut().zip(row) {
            *total += bond;
        }
    }
    divisors(&mut columns.now);
    for ((earned, &stake), row) in earned.iter_mut().zip(stake).zip(bonds.chunks_exact(uids)) {
        let parts = row.iter().zip(&columns.now).map(|(bond, total)| bond / total);
        let part = parts.zip(incentive).fold(0.0, |sum, (part, incentive)| sum + part * incentive);
        *earned = match rule {
            RewardRule::ChainClassic => part,
            RewardRule::ChainYuma3 => stake * part,
        };
    }
}

/// Stores the bonds of the rows that `keeps` accepts; the others' are lost.
///
/// Under the classic rule each column is scaled so that its greatest bond is 65535; under Yuma3
/// bonds are stored as they are. `stored` is `[setters, uids]`.
///
/// Source: `epoch/run_epoch.rs::epoch_mechanism`, `epoch/math.rs::inplace_col_max_upscale_sparse`.
pub fn store(
    rule: RewardRule,
    bonds: &[f64],
    keeps: impl Fn(usize) -> bool,
    columns: &mut Columns,
    stored: &mut [u16],
) {
    let uids = columns.now.len();
    let greatest = &mut columns.now;
    match rule {
        RewardRule::ChainYuma3 => greatest.fill(1.0),
        RewardRule::ChainClassic => {
            greatest.fill(0.0);
            for row in bonds.chunks_exact(uids) {
                for (greatest, &bond) in greatest.iter_mut().zip(row) {
                    *greatest = greatest.max(bond);
                }
            }
            divisors(greatest);
        }
    }
    let rows = bonds.chunks_exact(uids).zip(stored.chunks_exact_mut(uids));
    for (row, (bonds, stored)) in rows.enumerate() {
        if keeps(row) {
            for ((stored, bond), greatest) in stored.iter_mut().zip(bonds).zip(&*greatest) {
                *stored = proportion::stored(bond / greatest);
            }
        } else {
            stored.fill(0);
        }
    }
}

fn reset(columns: &mut Vec<f64>, uids: usize) {
    columns.clear();
    columns.resize(uids, 0.0);
}

/// Turns totals into divisors: an empty column is divided by 1 and so stays empty.
fn divisors(totals: &mut [f64]) {
    for total in totals {
        if *total == 0.0 {
            *total = 1.0;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOBODY: [bool; 2] = [false; 2];

    /// Two validators with 1/4 and 3/4 of the stake; old bonds 3 : 1 on uid 0, none on uid 1.
    fn view<'a>(weights: &'a [f64], fresh: &'a [bool]) -> View<'a> {
        View { stake: &[0.25, 0.75], weights, stored: &[60_000, 0, 20_000, 0], fresh }
    }

    /// Uid 0 has no new bonds and keeps 3/4 : 1/4; uid 1 is new and takes 1/4 : 3/4 at once.
    #[test]
    fn classic_columns_keep_or_take_their_shape() {
        let view = view(&[0.0, 0.5, 0.0, 0.5], &NOBODY);
        let (mut columns, mut bonds) = (Columns::default(), [0.0; 4]);
        classic(&view, 0.1, &mut columns, &mut bonds);
        let rule = RewardRule::ChainClassic;
        let mut earned = [0.0; 2];
        dividends(rule, &bonds, view.stake, &[1.0, 0.0], &mut columns, &mut earned);
        assert!((earned[0] - 0.75).abs() < 1e-15 && (earned[1] - 0.25).abs() < 1e-15);
        dividends(rule, &bonds, view.stake, &[0.0, 1.0], &mut columns, &mut earned);
        assert!((earned[0] - 0.25).abs() < 1e-15 && (earned[1] - 0.75).abs() < 1e-15);

        let mut stored = [9; 4];
        store(rule, &bonds, |_| true, &mut columns, &mut stored);
        assert_eq!(stored, [65_535, 21_844, 21_844, 65_535]);
        store(rule, &bonds, |row| row == 0, &mut columns, &mut stored);
        assert_eq!(stored, [65_535, 21_844, 0, 0]);
    }

    /// 0.1 * 1 + 0.9 * 60000/65535 = 0.923987; stake enters the dividends once.
    #[test]
    fn yuma3_bonds_hold_no_stake() {
        let view = view(&[1.0, 0.0, 1.0, 0.0], &NOBODY);
        let mut bonds = [0.0; 4];
        yuma3(&view, 0.1, &mut bonds);
        assert!((bonds[0] - 0.923_987_2).abs() < 1e-7);
        assert!((bonds[2] - 0.374_662_4).abs() < 1e-7);
        let (mut columns, mut earned) = (Columns::default(), [0.0; 2]);
        let rule = RewardRule::ChainYuma3;
        dividends(rule, &bonds, view.stake, &[1.0, 0.0], &mut columns, &mut earned);
        let ratio = earned[1] / earned[0];
        assert!((ratio - 3.0 * bonds[2] / bonds[0]).abs() < 1e-12);
    }

    #[test]
    fn a_fresh_uid_starts_from_nothing() {
        let mut bonds = [0.0; 4];
        yuma3(&view(&[1.0, 0.0, 0.0, 0.0], &[true, false]), 0.1, &mut bonds);
        assert_eq!(bonds, [0.1, 0.0, 0.0, 0.0]);
    }

    /// At a rate of 0.1, a weight of 0 leaves 0.9 of the bond; an absent one leaves nothing.
    #[test]
    fn a_liquid_bond_decays_only_while_it_is_listed() {
        let curve = LiquidAlpha::new(0.1, 0.1, 10.0);
        let view = view(&[0.0; 4], &NOBODY);
        let mut bonds = [9.0; 4];
        yuma3_liquid(&view, &curve, &[true, true, false, false], &[0.5, 0.5], &mut bonds);
        assert!((bonds[0] - 0.9 * 60_000.0 / 65_535.0).abs() < 1e-15);
        assert_eq!(bonds[1..], [0.0; 3]);
    }
}

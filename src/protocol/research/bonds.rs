//! Bonds: how validators come by them, and what they earn.

use crate::num;
use crate::protocol::liquid_alpha::{distance, moving_average};
use crate::protocol::research::agreement::Clipped;
use crate::protocol::research::{EPSILON, Params, Version, ratio};

/// Capacity for bonds of whoever has all stake under [`Version::Yuma2c`], 2^64.
pub(super) const CAPACITY: f64 = 18_446_744_073_709_551_616.0;

/// Weight of a new bond in the moving average.
pub(super) enum Rate<'a> {
    /// The same for all.
    Fixed(f64),
    /// Of each pair by its distance, from the consensus `[servers]` or its own bond.
    Liquid { low: f64, high: f64, steepness: f64, consensus: &'a [f64] },
}

impl<'a> Rate<'a> {
    /// The rate of `version`; liquid where there is a consensus to measure from.
    pub(super) fn new(version: Version, params: &Params, liquid: Option<&'a Vec<f64>>) -> Self {
        match liquid {
            Some(consensus) => Self::Liquid {
                low: params.alpha_low,
                high: params.alpha_high,
                steepness: params.alpha_sigmoid_steepness,
                consensus,
            },
            None if version == Version::Yuma1 => Self::Fixed(1.0),
            None => Self::Fixed(1.0 - params.bond_moving_avg),
        }
    }

    /// The rate of a pair that gives `weight` to `server` and holds `bond` in it.
    fn of(&self, server: usize, weight: f64, bond: f64) -> f64 {
        match *self {
            Self::Fixed(rate) => rate,
            Self::Liquid { low, high, steepness, consensus } => {
                let exponent = -steepness * (distance(weight, bond, consensus[server]) - 0.5);
                let curve = 1.0 / (1.0 + num::exp(exponent));
                (low + curve * (high - low)).max(low).min(high)
            }
        }
    }
}

/// What bonds are traded on.
pub(super) struct Trade<'a> {
    pub(super) params: &'a Params,
    /// Shares of stake, `[validators]`.
    pub(super) stakes: &'a [f64],
    /// Weights of this epoch, `[validators, servers]`.
    pub(super) weights: &'a [f64],
    pub(super) rate: Rate<'a>,
    pub(super) servers: usize,
}

impl Trade<'_> {
    /// New bonds: stake times weight, above the consensus cut by the penalty; then shares of the
    /// column, to whose sum `epsilon` is added.
    pub(super) fn buy(
        &self,
        clipped: &Clipped<'_>,
        epsilon: f64,
        columns: &mut [f64],
        fresh: &mut [f64],
    ) {
        let penalty = self.params.bond_penalty;
        let rows = fresh.chunks_exact_mut(columns.len()).zip(clipped.rows());
        for ((fresh, row), stake) in rows.zip(self.stakes) {
            for (fresh, (weight, cut)) in fresh.iter_mut().zip(row) {
                *fresh = stake * ((1.0 - penalty) * weight + penalty * cut);
            }
        }
        divide_columns(epsilon, columns, fresh);
    }

    /// The average of new and old bonds, in place of the old.
    pub(super) fn average(&self, fresh: &[f64], bonds: &mut [f64]) {
        for (pair, (bond, fresh)) in bonds.iter_mut().zip(fresh).enumerate() {
            let rate = self.rate.of(pair % self.servers, self.weights[pair], *bond);
            *bond = rate * fresh + (1.0 - rate) * *bond;
        }
    }

    /// Bonds decay, and weight buys new ones with what capacity is left.
    pub(super) fn within_capacity(&self, bonds: &mut [f64]) {
        let Params { capacity_alpha, decay_rate, .. } = *self.params;
        for (pair, (bond, weight)) in bonds.iter_mut().zip(self.weights).enumerate() {
            let capacity = self.stakes[pair / self.servers] * CAPACITY;
            let bought = (capacity_alpha * capacity).min((capacity - *bond).max(0.0)) * weight;
            *bond = ((1.0 - decay_rate) * *bond + bought).min(capacity);
        }
    }

    /// Bonds move toward weights, and are at most whole.
    pub(super) fn toward_weights(&self, bonds: &mut [f64]) {
        for (pair, (bond, &weight)) in bonds.iter_mut().zip(self.weights).enumerate() {
            let rate = self.rate.of(pair % self.servers, weight, *bond);
            *bond = moving_average(rate, weight, *bond);
        }
    }
}

/// Turns bonds `[validators, servers]` into shares of their column, to whose sum `epsilon` is
/// added; `columns` `[servers]` is scratch.
pub(super) fn divide_columns(epsilon: f64, columns: &mut [f64], bonds: &mut [f64]) {
    add_columns(bonds, columns);
    for row in bonds.chunks_exact_mut(columns.len()) {
        for (bond, total) in row.iter_mut().zip(&*columns) {
            *bond = ratio(*bond, total + epsilon);
        }
    }
}

/// What each validator earns from the incentives of the servers it holds bonds in, `[validators]`,
/// as a share of what all earn; `columns` `[servers]` is scratch.
pub(super) fn dividends(
    version: Version,
    bonds: &[f64],
    stakes: &[f64],
    incentives: &[f64],
    columns: &mut [f64],
    dividends: &mut [f64],
) {
    let by_column = matches!(version, Version::Yuma2c | Version::Yuma3);
    add_columns(bonds, columns);
    let rows = bonds.chunks_exact(columns.len()).zip(stakes);
    for (dividend, (row, stake)) in dividends.iter_mut().zip(rows) {
        let mut earned = 0.0;
        for (bond, (incentive, total)) in row.iter().zip(incentives.iter().zip(&*columns)) {
            let part = if by_column { bond / (total + EPSILON) } else { *bond };
            earned += part * incentive;
        }
        *dividend = if version == Version::Yuma3 { stake * earned } else { earned };
    }
    let total = num::sum(dividends) + EPSILON;
    for dividend in dividends {
        *dividend /= total;
    }
}

fn add_columns(matrix: &[f64], columns: &mut [f64]) {
    columns.fill(0.0);
    for row in matrix.chunks_exact(columns.len()) {
        for (total, value) in columns.iter_mut().zip(row) {
            *total += value;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Half the stake has half of the capacity. In the first server it buys half of that times a
    /// weight of 1/2; in the second, which is full, nothing. Then half of each decays, and it buys
    /// again: the same in the first, and in the second with the 1/4 that is now free.
    #[test]
    fn capacity_is_filled_step_by_step() {
        let params = Params { capacity_alpha: 0.5, decay_rate: 0.5, ..Params::default() };
        let trade = Trade {
            params: &params,
            stakes: &[0.5],
            weights: &[0.5, 0.5],
            rate: Rate::new(Version::Yuma2c, &params, None),
            servers: 2,
        };
        let mut bonds = [0.0, 0.5 * CAPACITY];
        trade.within_capacity(&mut bonds);
        assert_eq!(bonds.map(|bond| bond / CAPACITY), [0.125, 0.25]);
        trade.within_capacity(&mut bonds);
        assert_eq!(bonds.map(|bond| bond / CAPACITY), [0.1875, 0.25]);
    }

    #[test]
    fn extreme_curves_stay_between_their_bounds() {
        for steepness in [-1e300, -10.0, 0.0, 10.0, 1e300] {
            for (low, high) in [(0.1, 0.3), (0.0, 1.0), (0.3, 0.1)] {
                let rate = Rate::Liquid { low, high, steepness, consensus: &[0.5] };
                for weight in [0.0, 0.5, 1.0] {
                    let rate = rate.of(0, weight, 0.25);
                    assert!((low.min(high)..=high).contains(&rate), "{steepness}: {rate}");
                }
            }
        }
    }
}

//! Loops along one row.

use crate::protocol::consensus::Input;
use crate::protocol::params::Params;

/// Strands in which a row is added up.
const STRANDS: usize = 8;

/// Buffers of one row, `[uids]`.
#[derive(Clone, Debug, Default)]
pub(super) struct Row {
    /// Weights after the consensus.
    pub(super) clipped: Vec<f64>,
    /// Weights that earn bonds.
    pub(super) for_bonds: Vec<f64>,
    /// Bonds that the row had.
    pub(super) old: Vec<f64>,
}

impl Row {
    pub(super) fn resize(&mut self, uids: usize) {
        for row in [&mut self.clipped, &mut self.for_bonds, &mut self.old] {
            row.resize(uids, 0.0);
        }
    }
}

/// Weights that still count, each row summing to 1, or all 0 for a row without a permit.
///
/// `listed` tells an entry that is present with weight 0 from one that is absent; where that does
/// not matter it is empty and stays so.
#[inline(always)]
pub(super) fn read(input: &Input<'_>, weights: &mut [f64], listed: &mut [bool]) {
    let uids = input.stake.len();
    let newest = input.registered.iter().max().copied().unwrap_or(0);
    for (row, weights) in weights.chunks_exact_mut(uids).enumerate() {
        let whole = row * uids..(row + 1) * uids;
        let listed = listed.get_mut(whole.clone()).unwrap_or_default();
        let setter = input.setters[row];
        if !input.permitted(setter) {
            weights.fill(0.0);
            listed.fill(false);
            continue;
        }
        let stored = &input.weights[whole];
        for (weight, entry) in weights.iter_mut().zip(stored) {
            *weight = f64::from(entry.map_or(0, i32::from));
        }
        for (listed, entry) in listed.iter_mut().zip(stored) {
            *listed = entry.is_some();
        }
        // A weight counts if it was cast after the registration, and not hidden before it.
        let committed = input.committed.map_or(u64::MAX, |committed| committed[row]);
        let bound = input.last_update[setter].min(committed.saturating_add(1));
        if newest >= bound {
            for (weight, registered) in weights.iter_mut().zip(input.registered) {
                *weight = if *registered < bound { *weight } else { 0.0 };
            }
            for (listed, registered) in listed.iter_mut().zip(input.registered) {
                *listed &= *registered < bound;
            }
        }
        if input.owner != Some(setter) {
            weights[setter] = 0.0;
            if let Some(listed) = listed.get_mut(setter) {
                *listed = false;
            }
        }
        // Whole numbers, so that the order of the sum does not matter.
        let total = sum(weights);
        if total > 0.0 {
            for weight in weights {
                *weight /= total;
            }
        }
    }
}

/// Clips a row to the consensus, adds it to the ranks, and gives its trust.
#[inline(always)]
pub(super) fn clip(
    params: &Params,
    stake: f64,
    weights: &[f64],
    consensus: &[f64],
    ranks: &mut [f64],
    row: &mut Row,
) -> f64 {
    let uids = weights.len();
    let (consensus, ranks) = (&consensus[..uids], &mut ranks[..uids]);
    let (clipped, for_bonds) = (&mut row.clipped[..uids], &mut row.for_bonds[..uids]);
    for uid in 0..uids {
        let weight = weights[uid];
        let level = if weight > consensus[uid] { consensus[uid] } else { weight };
        clipped[uid] = level;
        ranks[uid] += stake * level;
    }
    let penalty = params.bonds_penalty;
    if penalty >= 1.0 {
        for_bonds.copy_from_slice(clipped);
    } else {
        for uid in 0..uids {
            for_bonds[uid] = weights[uid] + penalty * (clipped[uid] - weights[uid]);
        }
    }
    sum(clipped)
}

/// The sum of a row.
#[inline(always)]
pub(super) fn sum(values: &[f64]) -> f64 {
    let (whole, rest) = values.as_chunks::<STRANDS>();
    let mut strands = [0.0; STRANDS];
    for values in whole {
        for strand in 0..STRANDS {
            strands[strand] += values[strand];
        }
    }
    rest.iter().fold(joined(&strands), |sum, value| sum + value)
}

/// The sum of products of two rows.
#[inline(always)]
pub(super) fn dot(left: &[f64], right: &[f64]) -> f64 {
    let ((lefts, left), (rights, right)) =
        (left.as_chunks::<STRANDS>(), right.as_chunks::<STRANDS>());
    let mut strands = [0.0; STRANDS];
    for (left, right) in lefts.iter().zip(rights) {
        for strand in 0..STRANDS {
            strands[strand] += left[strand] * right[strand];
        }
    }
    left.iter().zip(right).fold(joined(&strands), |sum, (left, right)| sum + left * right)
}

#[inline(always)]
fn joined(strands: &[f64; STRANDS]) -> f64 {
    let pairs: [f64; STRANDS / 2] = std::array::from_fn(|at| strands[at] + strands[at + 4]);
    (pairs[0] + pairs[2]) + (pairs[1] + pairs[3])
}

//! Loops along one row.

use crate::protocol::consensus::Input;

/// Strands in which a row is added up.
const STRANDS: usize = 8;

/// Buffers of one row, `[uids]`.
#[derive(Clone, Debug, Default)]
pub(super) struct Row {
    /// Weights after the consensus.
    pub(super) clipped: Vec<f64>,
    /// Weights that earn bonds, where they are not the clipped ones.
    between: Vec<f64>,
    /// How far each pair stands off, then its rate.
    pub(super) rates: Vec<f64>,
    /// 1 for an entry that is present with weight 0, else 0.
    pub(super) zeros: Vec<f64>,
}

impl Row {
    pub(super) fn resize(&mut self, uids: usize) {
        let each = [&mut self.clipped, &mut self.between, &mut self.rates, &mut self.zeros];
        for row in each {
            row.resize(uids, 0.0);
        }
    }
}

/// Weights that still count, each row summing to 1, or all 0 for a row without a permit.
#[inline(always)]
pub(super) fn read(input: &Input<'_>, weights: &mut [f64]) {
    let uids = input.stake.len();
    let newest = input.registered.iter().max().copied().unwrap_or(0);
    let stored = input.weights.chunks_exact(uids);
    for (row, (weights, stored)) in weights.chunks_exact_mut(uids).zip(stored).enumerate() {
        let setter = input.setters[row];
        if !input.permitted(setter) {
            weights.fill(0.0);
            continue;
        }
        for (weight, entry) in weights.iter_mut().zip(stored) {
            *weight = f64::from(entry.map_or(0, i32::from));
        }
        // A weight counts if it was cast after the registration, and not hidden before it.
        let committed = input.committed.map_or(u64::MAX, |committed| committed[row]);
        let bound = input.last_update[setter].min(committed.saturating_add(1));
        if newest >= bound {
            for (weight, registered) in weights.iter_mut().zip(input.registered) {
                *weight = if *registered < bound { *weight } else { 0.0 };
            }
        }
        if input.owner != Some(setter) {
            weights[setter] = 0.0;
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

impl Row {
    /// Clips a row to the consensus, adds it to the ranks, and gives its trust.
    #[inline(always)]
    pub(super) fn clip(
        &mut self,
        stake: f64,
        weights: &[f64],
        consensus: &[f64],
        ranks: &mut [f64],
    ) -> f64 {
        let each = self.clipped.iter_mut().zip(ranks).zip(weights.iter().zip(consensus));
        for ((clipped, rank), (&weight, &consensus)) in each {
            *clipped = if weight > consensus { consensus } else { weight };
            *rank += stake * *clipped;
        }
        sum(&self.clipped)
    }

    /// The weights that earn bonds, after [`Row::clip`], and the other two buffers.
    #[inline(always)]
    pub(super) fn for_bonds(
        &mut self,
        penalty: f64,
        weights: &[f64],
    ) -> (&[f64], &mut [f64], &[f64]) {
        if penalty >= 1.0 {
            return (&self.clipped, &mut self.rates, &self.zeros);
        }
        let each = self.between.iter_mut().zip(weights.iter().zip(&self.clipped));
        for (between, (&weight, &clipped)) in each {
            *between = weight + penalty * (clipped - weight);
        }
        (&self.between, &mut self.rates, &self.zeros)
    }

    /// Marks the entries that are present with weight 0 and count, if they `matter`.
    #[inline(always)]
    pub(super) fn find_zeros(&mut self, input: &Input<'_>, row: usize, matter: bool) {
        let uids = input.stake.len();
        let stored = &input.weights[row * uids..][..uids];
        self.zeros.fill(0.0);
        let listed = |entry: &&Option<u16>| **entry == Some(0);
        if matter && stored.iter().filter(listed).count() > 0 {
            let (permitted, counts) = (input.permitted(input.setters[row]), input.mask(row));
            for (uid, (zero, entry)) in self.zeros.iter_mut().zip(stored).enumerate() {
                *zero = f64::from(*entry == Some(0) && permitted && counts(uid));
            }
        }
    }
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

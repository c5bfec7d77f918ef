//! Loops along one row.

use crate::protocol::consensus::Input;

/// Strands in which a row is added up.
const STRANDS: usize = 16;

/// Buffers of one row, `[uids]`.
#[derive(Clone, Debug, Default)]
pub(super) struct Row {
    /// Weights after the consensus.
    pub(super) clipped: Vec<f64>,
    /// Weights that earn bonds, where they are not the clipped ones.
    between: Vec<f64>,
    /// 1 for an entry that is present with weight 0, else 0; of the last row that has any.
    pub(super) zeros: Vec<f64>,
}

impl Row {
    pub(super) fn resize(&mut self, uids: usize) {
        for row in [&mut self.clipped, &mut self.between, &mut self.zeros] {
            row.resize(uids, 0.0);
        }
    }
}

/// Weights that still count, each row summing to 1, or all 0 for a row without a permit. Tells
/// `note` of each row whether it lists anything with weight 0.
#[inline(always)]
pub(super) fn read(input: &Input<'_>, weights: &mut [f64], mut note: impl FnMut(usize, bool)) {
    let uids = input.stake.len();
    let newest = input.registered.iter().max().copied().unwrap_or(0);
    let stored = input.weights.chunks_exact(uids);
    for (row, (weights, stored)) in weights.chunks_exact_mut(uids).zip(stored).enumerate() {
        let setter = input.setters[row];
        if !input.permitted(setter) {
            weights.fill(0.0);
            continue;
        }
        let own = if input.owner == Some(setter) { 0 } else { units(stored[setter]) };
        let (total, zeros) = whole(stored);
        note(row, zeros);
        let total = total.map(|total| total - own);
        // A weight counts if it was cast after the registration, and not hidden before it.
        let committed = input.committed.map_or(u64::MAX, |committed| committed[row]);
        let bound = input.last_update[setter].min(committed.saturating_add(1));
        let counts = |registered: u64| registered < bound;
        match total {
            Some(total) if total > 0 && counts(newest) => {
                let part = Part::of(total);
                for (weight, &entry) in weights.iter_mut().zip(stored) {
                    *weight = part.times(f64::from(units(entry)));
                }
                if own > 0 {
                    weights[setter] = 0.0;
                }
            }
            Some(0) => weights.fill(0.0),
            _ => {
                let each = weights.iter_mut().zip(stored).zip(input.registered);
                for ((weight, &entry), &registered) in each {
                    *weight = if counts(registered) { f64::from(units(entry)) } else { 0.0 };
                }
                if own > 0 {
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
    }
}

/// The units of an entry, 0 where it is absent.
#[inline(always)]
fn units(entry: Option<u16>) -> u32 {
    entry.map_or(0, u32::from)
}

/// The sum of a row's units, unless the row is so long that it might not fit, and whether any
/// entry is present with weight 0.
#[inline(always)]
fn whole(stored: &[Option<u16>]) -> (Option<u32>, bool) {
    let (mut total, mut least) = (0_u32, u32::MAX);
    for &entry in stored {
        total = total.wrapping_add(units(entry));
        least = least.min(entry.map_or(u32::MAX, u32::from));
    }
    ((stored.len() <= 1 << 16).then_some(total), least == 0)
}

/// What one unit of a total is worth, in two numbers that say it to 88 bits.
#[derive(Clone, Copy, Debug)]
struct Part {
    first: f64,
    rest: f64,
}

impl Part {
    /// `total` is above 0.
    fn of(total: u32) -> Self {
        // Of 37 bits, so that its products with the units and with either half of the total are
        // exact, and so is what it lacks.
        let first = f64::from_bits((1.0 / f64::from(total)).to_bits() >> 16 << 16);
        let (upper, lower) = (f64::from(total >> 16 << 16), f64::from(total & 0xFFFF));
        let lacks = (1.0 - first * upper) - first * lower;
        Self { first, rest: lacks / f64::from(total) }
    }

    /// `units / total` for a whole number of units below 2^16, to the bit: such a quotient lies
    /// further than 2^-86 of itself from where the rounding changes.
    #[inline(always)]
    fn times(self, units: f64) -> f64 {
        units * self.first + units * self.rest
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
            *clipped = clip(weight, consensus);
            *rank += stake * *clipped;
        }
        sum(&self.clipped)
    }

    /// The weights that earn bonds, after [`Row::clip`].
    #[inline(always)]
    pub(super) fn for_bonds(&mut self, penalty: f64, weights: &[f64]) -> &[f64] {
        if penalty >= 1.0 {
            return &self.clipped;
        }
        let each = self.between.iter_mut().zip(weights.iter().zip(&self.clipped));
        for (between, (&weight, &clipped)) in each {
            *between = weight + penalty * (clipped - weight);
        }
        &self.between
    }

    /// Marks the entries that are present with weight 0 and count.
    pub(super) fn mark_zeros(&mut self, input: &Input<'_>, row: usize) {
        let uids = input.stake.len();
        let stored = &input.weights[row * uids..][..uids];
        let counts = input.mask(row);
        for (uid, (zero, entry)) in self.zeros.iter_mut().zip(stored).enumerate() {
            *zero = f64::from(*entry == Some(0) && counts(uid));
        }
    }
}

/// A weight after its part above the consensus has been cut off.
#[inline(always)]
pub(super) fn clip(weight: f64, consensus: f64) -> f64 {
    if weight > consensus { consensus } else { weight }
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

/// The sum of a row clipped to the consensus.
#[inline(always)]
pub(super) fn clipped_sum(weights: &[f64], consensus: &[f64]) -> f64 {
    sum_of(weights, consensus, clip)
}

/// The sum of products of two rows.
#[inline(always)]
pub(super) fn dot(left: &[f64], right: &[f64]) -> f64 {
    sum_of(left, right, |left, right| left * right)
}

/// The sum of what `term` makes of two rows.
#[inline(always)]
fn sum_of(left: &[f64], right: &[f64], term: impl Fn(f64, f64) -> f64) -> f64 {
    let ((lefts, left), (rights, right)) =
        (left.as_chunks::<STRANDS>(), right.as_chunks::<STRANDS>());
    let mut strands = [0.0; STRANDS];
    for (left, right) in lefts.iter().zip(rights) {
        for strand in 0..STRANDS {
            strands[strand] += term(left[strand], right[strand]);
        }
    }
    left.iter().zip(right).fold(joined(&strands), |sum, (left, right)| sum + term(*left, *right))
}

#[inline(always)]
fn joined(strands: &[f64; STRANDS]) -> f64 {
    let eight: [f64; STRANDS / 2] = std::array::from_fn(|at| strands[at] + strands[at + 8]);
    let four: [f64; STRANDS / 4] = std::array::from_fn(|at| eight[at] + eight[at + 4]);
    (four[0] + four[2]) + (four[1] + four[3])
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Totals of all sizes, those about powers of two among them, and many units of each.
    #[test]
    fn a_part_of_a_whole_is_their_quotient() {
        let about = (0..32).flat_map(|power| (1_u32 << power).saturating_sub(3)..(1 << power) + 3);
        let others = (0..3_000_u32).map(|at| at.wrapping_mul(2_654_435_769) >> (at % 27));
        for total in about.chain(others).filter(|&total| total > 0) {
            let part = Part::of(total);
            for units in (0..=u16::MAX).step_by(7).chain([1, u16::MAX]).map(f64::from) {
                let (found, expected) = (part.times(units), units / f64::from(total));
                assert_eq!(found.to_bits(), expected.to_bits(), "{units} of {total}");
            }
        }
    }
}

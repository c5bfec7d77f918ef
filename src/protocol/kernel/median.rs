//! The consensus on several uids at a time, as many as a vector has lanes.
//!
//! The search runs over weights rounded to `f32`, whose bits are in the order of the numbers. For
//! each uid it keeps two of the given weights: the greatest that is known to have the support it
//! needs, and the greatest that may still have it. A level between the two is tried on all voters;
//! its support moves one of the two, always onto a weight that somebody gives, until they meet.
//! Stakes are whole units whose sums are exact, so that this is the consensus of the rounded
//! weights; since rounding keeps their order, it is the consensus of the weights, rounded. Where
//! all who give a weight that rounds to it give the same, and mostly that is one voter, that weight
//! is the result, to the bit; where they differ, the readable form decides among them.

use crate::num::Simd;
use crate::protocol::median::{self, UNITS, Vote, Voters};

/// Vectors of a block: while one waits for its result, the other goes on.
const VECTORS: usize = 2;

/// One number for each uid of a block.
type Bits<S> = [<S as Simd>::u32s; VECTORS];
type Reals<S> = [<S as Simd>::f32s; VECTORS];

/// Working memory of the search.
#[derive(Clone, Debug, Default)]
pub(super) struct Search {
    /// The voters' rounded weights on the uids of one block, `[voters, uids of a block]`.
    votes: Vec<f32>,
    /// Each voter's share of the stake in units, `[voters]`.
    stake: Vec<u32>,
    /// Level, number of givers, and the last of them, `[3, uids of a block]`.
    found: [Vec<u32>; 3],
    /// Votes on a uid that the search cannot decide.
    close: Vec<Vote>,
}

/// The consensus on every uid; see [`crate::protocol::median::consensus`].
#[inline(always)]
#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "shares of at most 1, in units, fit; rounding is meant"
)]
pub(super) fn consensus<S: Simd>(
    simd: S,
    voters: &Voters,
    weights: &[f64],
    needed: f64,
    search: &mut Search,
    consensus: &mut [f64],
) {
    let uids = consensus.len();
    let Search { votes, stake, found, close } = search;
    stake.clear();
    stake.extend(voters.stake.iter().map(|stake| (stake * UNITS) as u32));
    let total = stake.iter().sum::<u32>();
    let needed_units = (needed * UNITS).ceil() as u32;
    if voters.rows.is_empty() || (total < needed_units && voters.silent) {
        consensus.fill(0.0);
        return;
    }
    let block = VECTORS * S::F32_LANES;
    // What lies beyond the last uid of a narrow block are zeros.
    votes.clear();
    votes.resize(voters.rows.len() * block, 0.0);
    for found in found.iter_mut() {
        found.resize(block, 0);
    }
    let width = block.min(uids);
    for first in (0..uids).step_by(block) {
        // The last block reaches back over the one before rather than beyond the row.
        let first = first.min(uids - width);
        for (votes, row) in votes.chunks_exact_mut(block).zip(&voters.rows) {
            let given = &weights[row * uids + first..][..width];
            round(given, votes);
        }
        let votes = S::as_simd_f32s(votes).0.as_chunks().0;
        let ballot = Ballot { simd, votes, stake, total, needed: needed_units };
        ballot.settle(found);
        let [levels, givers, last] = &*found;
        for lane in 0..width {
            let uid = first + lane;
            let weight = |row: usize| weights[row * uids + uid];
            let given = weight(voters.rows[last[lane] as usize]);
            let rival = |&row: &usize| {
                let weight = weight(row);
                (weight as f32).to_bits() == levels[lane] && weight != given
            };
            consensus[uid] = if givers[lane] == 1 || !voters.rows.iter().any(rival) {
                given
            } else {
                median::level(voters, weights, [uids, uid], needed, close)
            };
        }
    }
}

/// Rounds the weights of one row to `f32`.
#[inline(always)]
#[expect(clippy::cast_possible_truncation, reason = "rounding is meant")]
fn round(weights: &[f64], votes: &mut [f32]) {
    // Four at a time, since the loop is too short for the compiler to find vectors in it.
    let (fours, rest) = weights.as_chunks::<4>();
    let (votes, rest_votes) = votes[..weights.len()].as_chunks_mut::<4>();
    for (votes, weights) in votes.iter_mut().zip(fours) {
        *votes = weights.map(|weight| weight as f32);
    }
    for (vote, weight) in rest_votes.iter_mut().zip(rest) {
        *vote = *weight as f32;
    }
}

/// The votes on the uids of a block.
struct Ballot<'a, S: Simd> {
    simd: S,
    votes: &'a [Reals<S>],
    stake: &'a [u32],
    total: u32,
    needed: u32,
}

/// What the votes say of a level.
struct Tried<S: Simd> {
    /// The stake that gives at least the level.
    support: Bits<S>,
    /// The least weight of those who do.
    least: Bits<S>,
    /// The greatest weight of those who do not.
    below: Bits<S>,
}

impl<S: Simd> Ballot<'_, S> {
    /// Finds level, number of givers, and the last of them.
    #[inline(always)]
    fn settle(&self, found: &mut [Vec<u32>; 3]) {
        let simd = self.simd;
        let level = self.level();
        let zero = simd.splat_u32s(0);
        let one = simd.splat_u32s(1);
        let (mut givers, mut last) = ([zero; VECTORS], [zero; VECTORS]);
        for (voter, votes) in (0_u32..).zip(self.votes) {
            let voter = simd.splat_u32s(voter);
            for side in 0..VECTORS {
                let vote = simd.transmute_u32s_f32s(votes[side]);
                let gives = simd.equal_u32s(vote, level[side]);
                givers[side] = simd.add_u32s(givers[side], simd.select_u32s(gives, one, zero));
                last[side] = simd.max_u32s(last[side], simd.select_u32s(gives, voter, zero));
            }
        }
        for (found, values) in found.iter_mut().zip([level, givers, last]) {
            S::as_mut_simd_u32s(found).0.copy_from_slice(&values);
        }
    }

    /// The consensus on each uid.
    #[inline(always)]
    fn level(&self) -> Bits<S> {
        let simd = self.simd;
        let Start { mut low, mut high, mean: mut level, spread } = self.start();
        if self.total < self.needed {
            return low;
        }
        let needed = simd.splat_u32s(self.needed);
        let bar = self.share(needed);
        let mut at_low = [self.share(simd.splat_u32s(self.total)); VECTORS];
        let mut at_high = [simd.splat_f32s(0.0); VECTORS];
        for pass in 0_u32.. {
            let mut open = false;
            let mut tried = high;
            for side in 0..VECTORS {
                // Only a level above the lower and up to the upper bound moves one of them.
                let bits = simd.transmute_u32s_f32s(level[side]);
                let above = self.less(low[side], bits);
                let inside = simd.and_m32s(above, self.less(bits, self.next(high[side])));
                tried[side] = simd.select_u32s(inside, bits, high[side]);
                let apart = self.less(low[side], high[side]);
                open |= simd.first_true_m32s(apart) < S::F32_LANES;
            }
            if !open {
                break;
            }
            let Tried { support, least, below } = self.try_level(&tried);
            for side in 0..VECTORS {
                let short = self.less(support[side], needed);
                let share = self.share(support[side]);
                low[side] = simd.select_u32s(short, low[side], least[side]);
                high[side] = simd.select_u32s(short, below[side], high[side]);
                at_low[side] = simd.select_f32s(short, at_low[side], share);
                at_high[side] = simd.select_f32s(short, share, at_high[side]);
                let lower = simd.transmute_f32s_u32s(low[side]);
                let upper = simd.transmute_f32s_u32s(high[side]);
                let width = simd.sub_f32s(upper, lower);
                level[side] = match pass {
                    // As if the weights were spread evenly about their mean.
                    0 => {
                        let step = simd.mul_f32s(simd.sub_f32s(share, bar), spread[side]);
                        simd.add_f32s(simd.transmute_f32s_u32s(tried[side]), step)
                    }
                    // The middle of the bits, lest the others stall.
                    _ if pass % 6 == 5 => {
                        let bits = simd.add_u32s(low[side], high[side]);
                        let half = simd.wrapping_dyn_shr_u32s(bits, simd.splat_u32s(1));
                        simd.transmute_f32s_u32s(half)
                    }
                    // As if they were spread evenly between the bounds.
                    _ => {
                        let excess = simd.sub_f32s(at_low[side], bar);
                        let fall = simd.sub_f32s(at_low[side], at_high[side]);
                        let part = simd.div_f32s(excess, fall);
                        simd.add_f32s(lower, simd.mul_f32s(width, part))
                    }
                };
            }
        }
        low
    }

    /// Levels are above the least weight and not above the greatest, or there is but one weight.
    #[inline(always)]
    fn try_level(&self, level: &Bits<S>) -> Tried<S> {
        let simd = self.simd;
        let zero = simd.splat_u32s(0);
        let mut support = [zero; VECTORS];
        let (mut least, mut most) = ([simd.splat_u32s(u32::MAX); VECTORS], [zero; VECTORS]);
        for (votes, &stake) in self.votes.iter().zip(self.stake) {
            let stake = simd.splat_u32s(stake);
            for side in 0..VECTORS {
                // Weights below the level wrap around and come out above all others.
                let vote = simd.transmute_u32s_f32s(votes[side]);
                let above = simd.sub_u32s(vote, level[side]);
                let wrapped = self.less(above, zero);
                let stake = simd.select_u32s(wrapped, zero, stake);
                support[side] = simd.add_u32s(support[side], stake);
                least[side] = simd.min_u32s(least[side], above);
                most[side] = simd.max_u32s(most[side], above);
            }
        }
        for side in 0..VECTORS {
            least[side] = simd.add_u32s(level[side], least[side]);
            most[side] = simd.add_u32s(level[side], most[side]);
        }
        Tried { support, least, below: most }
    }

    /// What one look at the votes tells.
    #[inline(always)]
    fn start(&self) -> Start<S> {
        let simd = self.simd;
        let zero = simd.splat_f32s(0.0);
        let (mut low, mut high) = ([simd.splat_f32s(f32::INFINITY); VECTORS], [zero; VECTORS]);
        let (mut mean, mut spread) = ([zero; VECTORS], [zero; VECTORS]);
        for (votes, &stake) in self.votes.iter().zip(self.stake) {
            let stake = self.share(simd.splat_u32s(stake));
            for side in 0..VECTORS {
                let vote = votes[side];
                let part = simd.mul_f32s(stake, vote);
                low[side] = simd.min_f32s(vote, low[side]);
                high[side] = simd.max_f32s(vote, high[side]);
                mean[side] = simd.add_f32s(mean[side], part);
                spread[side] = simd.add_f32s(spread[side], simd.mul_f32s(part, vote));
            }
        }
        for side in 0..VECTORS {
            let square = simd.mul_f32s(mean[side], mean[side]);
            let variance = simd.sub_f32s(spread[side], square);
            let deviation = simd.sqrt_f32s(simd.max_f32s(variance, zero));
            // The density of a normal distribution at its mean is 1/2.5 of its deviation.
            spread[side] = simd.mul_f32s(deviation, simd.splat_f32s(2.5));
        }
        let bits = |reals: Reals<S>| reals.map(|real| simd.transmute_u32s_f32s(real));
        Start { low: bits(low), high: bits(high), mean, spread }
    }

    #[inline(always)]
    fn less(&self, left: S::u32s, right: S::u32s) -> S::m32s {
        let simd = self.simd;
        simd.less_than_i32s(simd.transmute_i32s_u32s(left), simd.transmute_i32s_u32s(right))
    }

    #[inline(always)]
    fn next(&self, bits: S::u32s) -> S::u32s {
        self.simd.add_u32s(bits, self.simd.splat_u32s(1))
    }

    /// Units of stake as a share of all, to 22 bits.
    #[inline(always)]
    fn share(&self, units: S::u32s) -> S::f32s {
        let simd = self.simd;
        let upper = simd.wrapping_dyn_shr_u32s(units, simd.splat_u32s(8));
        let shifted =
            simd.transmute_f32s_u32s(simd.or_u32s(upper, simd.splat_u32s(TWO_23.to_bits())));
        let whole = simd.sub_f32s(shifted, simd.splat_f32s(TWO_23));
        simd.mul_f32s(whole, simd.splat_f32s(1.0 / TWO_22))
    }
}

/// Two to the power of 23: the bits of a sum with it end in the whole number that was added.
const TWO_23: f32 = 8_388_608.0;
/// Units of a whole without their last 8 bits.
const TWO_22: f32 = 4_194_304.0;

/// What one look at the votes tells.
struct Start<S: Simd> {
    low: Bits<S>,
    high: Bits<S>,
    mean: Reals<S>,
    /// What a share of the stake is worth in weight, about the mean.
    spread: Reals<S>,
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::num::{WithSimd, widest};

    struct Both<'a>(&'a Voters, &'a [f64], f64, usize);

    impl WithSimd for Both<'_> {
        type Output = Vec<f64>;

        fn with_simd<S: Simd>(self, simd: S) -> Vec<f64> {
            let Self(voters, weights, needed, uids) = self;
            let (mut search, mut found) = (Search::default(), vec![9.0; uids]);
            consensus(simd, voters, weights, needed, &mut search, &mut found);
            found
        }
    }

    /// All are 0.3 as `f32`; the places in which they differ decide the order.
    #[test]
    fn votes_that_round_to_the_same_are_told_apart() {
        let (rows, uids) = (7, 21);
        let place = |row: usize, uid: usize| (row * (uid + 1)) % 11;
        let weights: Vec<f64> =
            (0..rows * uids).map(|at| 0.3 + 1e-15 * place(at / uids, at % uids) as f64).collect();
        let mut voters = Voters::default();
        voters.find(&[0.1, 0.2, 0.1, 0.15, 0.15, 0.2, 0.1], false);
        for needed in [1e-7, 0.25, 0.5, 0.85, 0.99, 1.1] {
            let mut expected = vec![8.0; uids];
            median::consensus(&voters, &weights, needed, &mut Vec::new(), &mut expected);
            assert_eq!(widest(Both(&voters, &weights, needed, uids)), expected, "{needed}");
        }
    }
}

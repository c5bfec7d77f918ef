//! The consensus on as many uids at a time as two vectors hold.
//!
//! For each uid the search keeps two of the given weights: the greatest that is known to have the
//! support it needs, and the greatest that may still have it. A level between the two is tried on
//! all voters; its support moves one of the two, always onto a weight that somebody gives, until
//! they meet. Weights are only compared, and stakes are multiples of 2^-52 whose sums are exact, so
//! that the result is that of the sorted votes, to the bit.

use crate::num::Simd;
use crate::protocol::median::Voters;

/// Working memory of the search.
#[derive(Clone, Debug, Default)]
pub(super) struct Search {
    /// The voters' weights on the uids of one block, `[voters, uids of a block]`.
    votes: Vec<f64>,
}

/// One number for each uid of a block.
type Pair<S> = [<S as Simd>::f64s; 2];

/// The consensus on every uid; see [`crate::protocol::median::consensus`].
#[inline(always)]
pub(super) fn consensus<S: Simd>(
    simd: S,
    voters: &Voters,
    weights: &[f64],
    needed: f64,
    search: &mut Search,
    consensus: &mut [f64],
) {
    let uids = consensus.len();
    let total = voters.stake.iter().fold(0.0, |total, stake| total + stake);
    if voters.rows.is_empty() || (total < needed && voters.silent) {
        consensus.fill(0.0);
        return;
    }
    let block = 2 * S::F64_LANES;
    let votes = &mut search.votes;
    // What lies beyond the last uid of a narrow block are zeros.
    votes.clear();
    votes.resize(voters.rows.len() * block, 0.0);
    let width = block.min(uids);
    for first in (0..uids).step_by(block) {
        // The last block reaches back over the one before rather than beyond the row.
        let first = first.min(uids - width);
        let mut start = Start::new(simd);
        let rows = voters.rows.iter().zip(&voters.stake);
        for (votes, (row, &stake)) in votes.chunks_exact_mut(block).zip(rows) {
            let given = &weights[row * uids + first..][..width];
            let vote = if width == block { given } else { padded(given, votes) };
            let vote = [S::as_simd_f64s(vote).0[0], S::as_simd_f64s(vote).0[1]];
            start.count(stake, vote);
            S::as_mut_simd_f64s(votes).0.copy_from_slice(&vote);
        }
        start.conclude();
        let votes = S::as_simd_f64s(votes).0.as_chunks().0;
        let levels = Ballot { simd, votes, stake: &voters.stake }.level(&start, needed);
        if width == block {
            let found = S::as_mut_simd_f64s(&mut consensus[first..first + width]).0;
            (found[0], found[1]) = (levels[0], levels[1]);
        } else {
            let (left, right) = consensus.split_at_mut(width.min(S::F64_LANES));
            simd.partial_store_f64s(left, levels[0]);
            simd.partial_store_f64s(right, levels[1]);
        }
    }
}

/// The votes on the uids of a block.
struct Ballot<'a, S: Simd> {
    simd: S,
    votes: &'a [Pair<S>],
    stake: &'a [f64],
}

/// What the votes say of a level.
struct Tried<S: Simd> {
    /// The stake that gives at least the level.
    support: Pair<S>,
    /// The least weight of those who do.
    least: Pair<S>,
    /// The greatest weight of those who do not, or 0.
    below: Pair<S>,
}

impl<S: Simd> Ballot<'_, S> {
    /// The consensus on each uid.
    #[inline(always)]
    fn level(&self, start: &Start<S>, needed: f64) -> Pair<S> {
        if start.total < needed {
            return start.low;
        }
        let simd = self.simd;
        let zero = simd.splat_f64s(0.0);
        let (mut low, mut high, mut level) = (start.low, start.high, start.mean);
        let (mut at_low, mut at_high) = ([simd.splat_f64s(start.total); 2], [zero; 2]);
        let needed = simd.splat_f64s(needed);
        for pass in 0_u32.. {
            let mut open = false;
            for side in 0..2 {
                // Only a level above the lower and up to the upper bound moves one of them.
                let above = simd.less_than_f64s(low[side], level[side]);
                let inside =
                    simd.and_m64s(above, simd.less_than_or_equal_f64s(level[side], high[side]));
                level[side] = simd.select_f64s(inside, level[side], high[side]);
                let apart = simd.less_than_f64s(low[side], high[side]);
                open |= simd.first_true_m64s(apart) < S::F64_LANES;
            }
            if !open {
                break;
            }
            let tried = self.try_level(&level);
            for side in 0..2 {
                let support = tried.support[side];
                let enough = simd.less_than_or_equal_f64s(needed, support);
                low[side] = simd.select_f64s(enough, tried.least[side], low[side]);
                at_low[side] = simd.select_f64s(enough, support, at_low[side]);
                high[side] = simd.select_f64s(enough, high[side], tried.below[side]);
                at_high[side] = simd.select_f64s(enough, at_high[side], support);
                let width = simd.sub_f64s(high[side], low[side]);
                level[side] = match pass % 4 {
                    // As if the weights were spread evenly about their mean.
                    0 => {
                        let excess = simd.sub_f64s(support, needed);
                        let step = simd.mul_f64s(excess, start.spread[side]);
                        simd.add_f64s(level[side], step)
                    }
                    // As if they were spread evenly between the bounds.
                    1 | 2 => {
                        let excess = simd.sub_f64s(at_low[side], needed);
                        let fall = simd.sub_f64s(at_low[side], at_high[side]);
                        let part = simd.div_f64s(excess, fall);
                        simd.add_f64s(low[side], simd.mul_f64s(width, part))
                    }
                    // The middle, lest the others stall.
                    _ => simd.add_f64s(low[side], simd.mul_f64s(width, simd.splat_f64s(0.5))),
                };
            }
        }
        low
    }

    #[inline(always)]
    fn try_level(&self, level: &Pair<S>) -> Tried<S> {
        let simd = self.simd;
        let zero = simd.splat_f64s(0.0);
        let infinity = simd.splat_f64s(f64::INFINITY);
        let (mut support, mut least, mut below) = ([zero; 2], [infinity; 2], [zero; 2]);
        for (vote, &stake) in self.votes.iter().zip(self.stake) {
            let stake = simd.splat_f64s(stake);
            for side in 0..2 {
                let gives = simd.less_than_or_equal_f64s(level[side], vote[side]);
                let stake = simd.select_f64s(gives, stake, zero);
                support[side] = simd.add_f64s(support[side], stake);
                let upper = simd.select_f64s(gives, vote[side], infinity);
                let lower = simd.select_f64s(gives, zero, vote[side]);
                least[side] = simd.min_f64s(upper, least[side]);
                below[side] = simd.max_f64s(lower, below[side]);
            }
        }
        Tried { support, least, below }
    }
}

/// The votes of one row, with zeros beyond the last uid.
#[inline(always)]
fn padded<'a>(given: &[f64], votes: &'a mut [f64]) -> &'a [f64] {
    votes[..given.len()].copy_from_slice(given);
    votes
}

/// What one look at the votes tells.
struct Start<S: Simd> {
    simd: S,
    total: f64,
    low: Pair<S>,
    high: Pair<S>,
    mean: Pair<S>,
    /// The mean of the squares, then what a share of the stake is worth in weight, about the mean.
    spread: Pair<S>,
}

impl<S: Simd> Start<S> {
    #[inline(always)]
    fn new(simd: S) -> Self {
        let zero = [simd.splat_f64s(0.0); 2];
        let low = [simd.splat_f64s(f64::INFINITY); 2];
        Self { simd, total: 0.0, low, high: zero, mean: zero, spread: zero }
    }

    /// Takes in one voter.
    #[inline(always)]
    fn count(&mut self, stake: f64, vote: Pair<S>) {
        let simd = self.simd;
        self.total += stake;
        let stake = simd.splat_f64s(stake);
        for (side, vote) in vote.into_iter().enumerate() {
            let part = simd.mul_f64s(stake, vote);
            self.low[side] = simd.min_f64s(vote, self.low[side]);
            self.high[side] = simd.max_f64s(vote, self.high[side]);
            self.mean[side] = simd.add_f64s(self.mean[side], part);
            let square = simd.mul_f64s(part, vote);
            self.spread[side] = simd.add_f64s(self.spread[side], square);
        }
    }

    #[inline(always)]
    fn conclude(&mut self) {
        let simd = self.simd;
        for side in 0..2 {
            let square = simd.mul_f64s(self.mean[side], self.mean[side]);
            let variance = simd.sub_f64s(self.spread[side], square);
            let deviation = simd.sqrt_f64s(simd.max_f64s(variance, simd.splat_f64s(0.0)));
            // The density of a normal distribution at its mean is 1/2.5 of its deviation.
            self.spread[side] = simd.mul_f64s(deviation, simd.splat_f64s(2.5));
        }
    }
}

//! What validators agree on: consensus, ranks and incentives.

use crate::num;
use crate::protocol::research::ratio;

/// Steps that a consensus is counted in.
const STEPS: f64 = 65_535.0;

/// One validator's vote on one server: its weight and its share of the stake.
#[derive(Clone, Copy, Debug)]
pub(super) struct Vote {
    weight: f64,
    stake: f64,
    validator: usize,
}

/// The consensus on each server, `[servers]`: the greatest weight supported by `kappa` of the
/// stake, then made to sum to 1 over servers and truncated to 65535ths.
///
/// `stakes` `[validators]` are shares, `weights` is `[validators, servers]`; `votes` is scratch.
pub(super) fn consensus(
    kappa: f64,
    stakes: &[f64],
    weights: &[f64],
    votes: &mut Vec<Vote>,
    consensus: &mut [f64],
) {
    let servers = consensus.len();
    for (server, level) in consensus.iter_mut().enumerate() {
        let column = weights.iter().skip(server).step_by(servers);
        votes.clear();
        for (validator, (&stake, &weight)) in stakes.iter().zip(column).enumerate() {
            votes.push(Vote { weight, stake, validator });
        }
        votes.sort_unstable_by(|a, b| {
            b.weight.total_cmp(&a.weight).then(a.validator.cmp(&b.validator))
        });
        *level = supported(kappa, votes);
    }
    let total = num::sum(consensus);
    for level in consensus {
        *level = (ratio(*level, total) * STEPS).trunc() / STEPS;
    }
}

/// The weight at which falling votes reach `kappa` of the stake; 0 where they do not.
fn supported(kappa: f64, votes: &[Vote]) -> f64 {
    let mut support = 0.0;
    for vote in votes {
        support += vote.stake;
        if support >= kappa {
            return vote.weight;
        }
    }
    // Shares that sum to 1 fall short of it only by rounding: all support the least weight.
    let all = kappa <= 1.0 && support > 0.0;
    votes.last().filter(|_| all).map_or(0.0, |vote| vote.weight)
}

/// Weights and the consensus they are cut to.
pub(super) struct Clipped<'a> {
    /// Weights before they are cut, `[validators, servers]`.
    pub(super) weights: &'a [f64],
    /// The level they are cut to, `[servers]`.
    pub(super) consensus: &'a [f64],
}

impl Clipped<'_> {
    /// The rows of validators: for each server the weight before and after the cut.
    pub(super) fn rows(&self) -> impl Iterator<Item = impl Iterator<Item = (f64, f64)>> {
        self.weights.chunks_exact(self.consensus.len()).map(|row| {
            row.iter().zip(self.consensus).map(|(&weight, &level)| (weight, weight.min(level)))
        })
    }

    /// The stake behind each server, `[servers]`, all 0 on entry.
    pub(super) fn ranks(&self, stakes: &[f64], ranks: &mut [f64]) {
        for (row, stake) in self.rows().zip(stakes) {
            for (rank, (_, cut)) in ranks.iter_mut().zip(row) {
                *rank += stake * cut;
            }
        }
    }

    /// The part of each validator's weights that is left after the cut, `[validators]`.
    pub(super) fn trust(&self, weights: &[f64], trust: &mut [f64]) {
        let weights = weights.chunks_exact(self.consensus.len());
        for (trust, (row, weights)) in trust.iter_mut().zip(self.rows().zip(weights)) {
            *trust = ratio(row.fold(0.0, |sum, (_, cut)| sum + cut), num::sum(weights));
        }
    }
}

/// Each server's part of what servers earn, `[servers]`: as its rank, or all for the highest.
pub(super) fn incentives(winner_takes_all: bool, ranks: &[f64], incentives: &mut [f64]) {
    let highest = ranks.iter().copied().fold(0.0, f64::max);
    let earns = |rank: f64| {
        let wins = rank == highest && highest > 0.0;
        if winner_takes_all { f64::from(u8::from(wins)) } else { rank }
    };
    let total = ranks.iter().fold(0.0, |sum, &rank| sum + earns(rank));
    for (incentive, &rank) in incentives.iter_mut().zip(ranks) {
        *incentive = ratio(earns(rank), total);
    }
}

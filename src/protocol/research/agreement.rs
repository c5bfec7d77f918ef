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
    let least = votes.iter().rev().find(|vote| vote.stake > 0.0 && kappa <= 1.0);
    least.map_or(0.0, |vote| vote.weight)
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
            let left = row.fold(0.0, |sum, (_, cut)| sum + cut);
            // Weights of the last epoch may be left where this epoch's hardly exceed 0.
            *trust = ratio(left, num::sum(weights)).min(f64::MAX);
        }
    }
}

/// Each server's part of what servers earn, `[servers]`: as its rank, or all for the highest.
///
/// All share evenly where all tie for the highest, even at 0: the winner takes all of what nobody
/// earned too, as in the package.
pub(super) fn incentives(winner_takes_all: bool, ranks: &[f64], incentives: &mut [f64]) {
    let highest = ranks.iter().copied().fold(0.0, f64::max);
    let earns = |rank: f64| {
        if winner_takes_all { f64::from(u8::from(rank == highest)) } else { rank }
    };
    let total = ranks.iter().fold(0.0, |sum, &rank| sum + earns(rank));
    for (incentive, &rank) in incentives.iter_mut().zip(ranks) {
        *incentive = ratio(earns(rank), total);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The level of votes in falling order.
    fn level(kappa: f64, stakes: &[f64], weights: &[f64]) -> f64 {
        let votes: Vec<Vote> = stakes
            .iter()
            .zip(weights)
            .enumerate()
            .map(|(validator, (&stake, &weight))| Vote { weight, stake, validator })
            .collect();
        supported(kappa, &votes)
    }

    #[test]
    fn support_of_exactly_kappa_is_enough() {
        let (stakes, falling) = ([0.25, 0.25, 0.5], [0.9, 0.6, 0.3]);
        assert_eq!(level(0.25, &stakes, &falling), 0.9);
        assert_eq!(level(0.5, &stakes, &falling), 0.6);
        assert_eq!(level(0.501, &stakes, &falling), 0.3);
    }

    /// Three quarters of the stake give the first server 1/4 or more, and the second 3/4; a quarter
    /// gives the first as much as the second.
    #[test]
    fn the_more_must_agree_the_lower_the_level() {
        let (stakes, weights) = ([0.5, 0.25, 0.25], [0.25, 0.75, 0.5, 0.75, 0.75, 0.25]);
        let (mut votes, mut levels) = (Vec::new(), [0.0; 2]);
        consensus(0.75, &stakes, &weights, &mut votes, &mut levels);
        assert_eq!(levels, [16_383.0 / STEPS, 49_151.0 / STEPS]);
        consensus(0.25, &stakes, &weights, &mut votes, &mut levels);
        assert_eq!(levels, [32_767.0 / STEPS; 2]);
    }

    /// Ten tenths sum to less than 1 in binary.
    #[test]
    fn unanimity_does_not_fail_by_rounding() {
        assert_eq!(level(1.0, &[0.1; 10], &[0.7; 10]), 0.7);
        let (mut stakes, mut falling) = ([0.1; 11], [0.7; 11]);
        (stakes[10], falling[10]) = (0.0, 0.2);
        assert_eq!(level(1.0, &stakes, &falling), 0.7, "who holds nothing need not agree");
        assert_eq!(level(1.1, &[0.1; 10], &[0.7; 10]), 0.0);
        assert_eq!(level(0.5, &[0.0; 3], &[0.7; 3]), 0.0);
    }

    /// 0.3 of 65535 is 19660.5, and 0.7 of it 45874.5.
    #[test]
    fn levels_are_made_to_sum_to_one_and_truncated() {
        let mut levels = [0.0; 2];
        consensus(0.5, &[1.0], &[0.3, 0.7], &mut Vec::new(), &mut levels);
        assert_eq!(levels, [19_660.0 / STEPS, 45_874.0 / STEPS]);
        consensus(0.5, &[1.0], &[0.125, 0.125], &mut Vec::new(), &mut levels);
        assert_eq!(levels, [32_767.0 / STEPS; 2]);
    }

    #[test]
    fn the_winner_takes_all_and_ties_are_shared() {
        let mut parts = [0.0; 3];
        incentives(false, &[0.25, 0.5, 0.25], &mut parts);
        assert_eq!(parts, [0.25, 0.5, 0.25]);
        incentives(true, &[0.25, 0.5, 0.25], &mut parts);
        assert_eq!(parts, [0.0, 1.0, 0.0]);
        incentives(true, &[0.5, 0.25, 0.5], &mut parts);
        assert_eq!(parts, [0.5, 0.0, 0.5]);
    }
}

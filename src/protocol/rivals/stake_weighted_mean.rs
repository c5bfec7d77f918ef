//! The plain mean of votes by stake: what consensus would be without clipping.

use super::Votes;
use crate::num;

/// Writes incentive and dividends, both `[uids]`.
///
/// Incentive is the mean of the rows of those who vote, weighted by their stake; nothing is
/// clipped. Dividends are their parts of the stake, whatever they voted for, so that no vote is
/// ever punished.
///
/// Source: the linear opinion pool. M. Stone, "The Opinion Pool", Annals of Mathematical
/// Statistics 32 (1961), <https://doi.org/10.1214/aoms/1177704873>.
pub fn stake_weighted_mean(votes: &Votes<'_>, incentive: &mut [f64], dividends: &mut [f64]) {
    incentive.fill(0.0);
    dividends.fill(0.0);
    for (uid, row) in votes.rows() {
        let stake = votes.stake[uid];
        dividends[uid] = stake;
        for (incentive, weight) in incentive.iter_mut().zip(row) {
            *incentive += stake * weight;
        }
    }
    num::normalise(incentive);
    num::normalise(dividends);
}

#[cfg(test)]
mod tests {
    use super::*;

    fn mean(stake: [f64; 4], weights: &[f64]) -> [[f64; 4]; 2] {
        let (mut incentive, mut dividends) = ([9.0; 4], [9.0; 4]);
        let votes = Votes { setters: &[0, 1], stake: &stake, weights };
        stake_weighted_mean(&votes, &mut incentive, &mut dividends);
        [incentive, dividends]
    }

    /// A quarter of the stake votes only for its own uid 3, which gets exactly that quarter.
    #[test]
    fn a_minority_gets_its_part_of_the_stake() {
        let weights = [0.0, 0.0, 1.0, 0.0, 0.0, 0.0, 0.0, 1.0];
        let expected = [[0.0, 0.0, 0.75, 0.25], [0.75, 0.25, 0.0, 0.0]];
        assert_eq!(mean([0.75, 0.25, 0.0, 0.0], &weights), expected);
    }

    /// Uid 1 lists nobody: its stake neither votes nor earns.
    #[test]
    fn who_does_not_vote_earns_nothing() {
        let weights = [0.0, 0.0, 0.5, 0.5, 0.0, 0.0, 0.0, 0.0];
        let expected = [[0.0, 0.0, 0.5, 0.5], [1.0, 0.0, 0.0, 0.0]];
        assert_eq!(mean([0.75, 0.25, 0.0, 0.0], &weights), expected);
        assert_eq!(mean([0.75, 0.25, 0.0, 0.0], &[0.0; 8]), [[0.0; 4]; 2]);
    }
}

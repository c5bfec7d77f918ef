//! Consensus: the stake-weighted median of each uid's weights.
//!
//! The consensus on a uid is the greatest weight that validators with at least kappa of the
//! stake all give or exceed. A validator that gives no weight votes 0.

use std::cmp::Reverse;

/// Margin by which support must exceed the majority inside the epoch.
///
/// The chain's sum of stakes is truncated, so that a support which equals kappa on paper without
/// being a binary fraction, such as 0.6 of 0.6, falls just short and fails. Exact binary
/// fractions pass because the stored kappa is itself just below: 1/4 + 1/4 against 32767/65535.
pub const TIE_MARGIN: f64 = 1e-7;

/// Units of the stake that votes, of which each voter has a whole number: 2^30, so that a sum of
/// them fits in 31 bits. (The chain keeps 2^32.)
pub const UNITS: f64 = 1_073_741_824.0;

/// One validator's vote on one uid.
#[derive(Clone, Copy, Debug)]
pub struct Vote {
    /// The weight it gives, at least 0.
    score: f64,
    /// Its share of the stake that votes, above 0.
    stake: f64,
}

/// The greatest score that votes with a total stake of at least `needed` give or exceed, or the
/// least score where no score has that support; 0 without votes.
///
/// `stake` and `scores` are of shape `[voters]`; who has no stake has no vote. `votes` is scratch.
///
/// Source: `epoch/math.rs::weighted_median`, of which this is the sorted form.
pub fn weighted_median(stake: &[f64], scores: &[f64], needed: f64, votes: &mut Vec<Vote>) -> f64 {
    votes.clear();
    for (&stake, &score) in stake.iter().zip(scores) {
        if stake > 0.0 {
            votes.push(Vote { score, stake });
        }
    }
    supported(votes, needed).unwrap_or_else(|| least(votes))
}

/// The rows that vote.
#[derive(Clone, Debug, Default)]
pub struct Voters {
    /// Which rows, ascending.
    pub rows: Vec<usize>,
    /// Share of the stake of each of them, above 0, a whole number of [`UNITS`].
    ///
    /// Any sum of such shares up to 1 is exact, so that the support of a level does not depend on
    /// the order in which it is added up.
    pub stake: Vec<f64>,
    /// Whether stake votes that has no row: it gives every uid 0.
    pub silent: bool,
}

impl Voters {
    /// Finds the rows with stake; `stake` is `[setters]`, each row's share of the stake that votes.
    pub fn find(&mut self, stake: &[f64], silent: bool) {
        self.silent = silent;
        self.rows.clear();
        self.stake.clear();
        for (row, share) in stake.iter().enumerate() {
            let share = (share * UNITS).floor() / UNITS;
            if share > 0.0 {
                self.rows.push(row);
                self.stake.push(share);
            }
        }
    }
}

/// The consensus on every uid.
///
/// `weights` is `[setters, uids]`, row-major; `consensus` is `[uids]`; `votes` is scratch.
///
/// Source: `epoch/math.rs::weighted_median_col_sparse`.
pub fn consensus(
    voters: &Voters,
    weights: &[f64],
    needed: f64,
    votes: &mut Vec<Vote>,
    consensus: &mut [f64],
) {
    let uids = consensus.len();
    for (uid, level) in consensus.iter_mut().enumerate() {
        *level = self::level(voters, weights, [uids, uid], needed, votes);
    }
}

/// The consensus on one uid; see [`consensus`].
pub(super) fn level(
    voters: &Voters,
    weights: &[f64],
    [uids, uid]: [usize; 2],
    needed: f64,
    votes: &mut Vec<Vote>,
) -> f64 {
    let mut zero_votes = voters.silent;
    votes.clear();
    for (&row, &stake) in voters.rows.iter().zip(&voters.stake) {
        let score = weights[row * uids + uid];
        if score > 0.0 {
            votes.push(Vote { score, stake });
        } else {
            zero_votes = true;
        }
    }
    let unsupported = |votes: &[Vote]| if zero_votes { 0.0 } else { least(votes) };
    supported(votes, needed).unwrap_or_else(|| unsupported(votes))
}

/// The least score; 0 without votes.
fn least(votes: &[Vote]) -> f64 {
    votes.iter().map(|vote| vote.score).reduce(f64::min).unwrap_or(0.0)
}

/// The greatest score with enough support, if any; reorders the votes.
///
/// Halves the votes by score until the level is found: the same as adding up the sorted votes,
/// at half the cost.
fn supported(mut votes: &mut [Vote], needed: f64) -> Option<f64> {
    let mut found = None;
    let mut above = 0.0;
    while !votes.is_empty() {
        let middle = votes.len() / 2;
        // The bits of numbers that are not negative are in the order of the numbers.
        let falling = |vote: &Vote| Reverse(vote.score.to_bits());
        let (upper, vote, lower) = votes.select_nth_unstable_by_key(middle, falling);
        let support = upper.iter().fold(above, |sum, vote| sum + vote.stake) + vote.stake;
        if support >= needed {
            found = Some(vote.score);
            votes = upper;
        } else {
            above = support;
            votes = lower;
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    fn median(stake: &[f64], scores: &[f64], needed: f64) -> f64 {
        weighted_median(stake, scores, needed, &mut Vec::new())
    }

    #[test]
    fn nothing_needed_takes_the_greatest_and_everything_the_least() {
        let (stake, scores) = ([0.25, 0.25, 0.5], [0.3, 0.1, 0.2]);
        assert_eq!(median(&stake, &scores, 0.0), 0.3);
        assert_eq!(median(&stake, &scores, 0.5), 0.2);
        assert_eq!(median(&stake, &scores, 0.25), 0.3);
        assert_eq!(median(&stake, &scores, 0.75), 0.2);
        assert_eq!(median(&stake, &scores, 1.0 + TIE_MARGIN), 0.1);
        assert_eq!(median(&[], &[], 0.5), 0.0);
        assert_eq!(median(&[0.0], &[1.0], 0.5), 0.0);
    }

    /// Column 0 has 0.75 behind it; column 1 only 0.25; column 2 has all, at least at 0.1.
    #[test]
    fn the_silent_vote_zero() {
        let weights = [0.2, 0.0, 0.8, 0.4, 0.5, 0.1];
        let mut levels = [9.0; 3];
        let mut voters = Voters::default();
        voters.find(&[0.5, 0.25], true);
        consensus(&voters, &weights, 0.6, &mut Vec::new(), &mut levels);
        assert_eq!(levels, [0.2, 0.0, 0.1]);
        consensus(&voters, &weights, 0.8, &mut Vec::new(), &mut levels);
        assert_eq!(levels, [0.0; 3]);
    }
}

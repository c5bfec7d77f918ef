//! Rival rules: other ways of turning work into pay, as baselines for consensus.
//!
//! Each is a pure function in a file of its own, which says what the rule is and where it comes
//! from. Parts of incentive and of dividends come out, each summing to 1 or all 0.

mod central_platform;
mod peer_prediction;
mod proof_of_work;
mod stake_weighted_mean;

pub use central_platform::central_platform;
pub use peer_prediction::{Reports, peer_prediction};
pub use proof_of_work::proof_of_work;
pub use stake_weighted_mean::stake_weighted_mean;

use crate::num;
use crate::units::Uid;

/// The votes of an epoch, as rules without a consensus read them.
#[derive(Clone, Copy, Debug)]
pub struct Votes<'a> {
    /// The uid of each row, `[setters]`.
    pub setters: &'a [Uid],
    /// Share of the stake that may vote, `[uids]`; sums to 1 or is all 0.
    pub stake: &'a [f64],
    /// Weights after masks, each row summing to 1 or all 0, `[setters, uids]`.
    pub weights: &'a [f64],
}

impl<'a> Votes<'a> {
    /// Those who vote, each with its row: they hold active stake and give weight to someone.
    pub fn rows(&self) -> impl Iterator<Item = (Uid, &'a [f64])> + use<'a> {
        let Self { setters, stake, weights } = *self;
        let rows = weights.chunks_exact(stake.len().max(1));
        let votes = move |(uid, row): &(Uid, &[f64])| {
            stake[*uid] > 0.0 && row.iter().any(|weight| *weight > 0.0)
        };
        setters.iter().copied().zip(rows).filter(votes)
    }
}

/// Writes each amount's part of their sum; all 0 where that is 0, or where there are no amounts.
///
/// `amounts` are finite and at least 0, of shape `[uids]` as `parts`, or empty.
fn in_proportion(amounts: &[f64], parts: &mut [f64]) {
    parts.fill(0.0);
    for (part, amount) in parts.iter_mut().zip(amounts) {
        *part = *amount;
    }
    num::normalise(parts);
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Uid 0 has no stake, uid 1 gives no weight, uid 2 does both.
    #[test]
    fn who_has_no_stake_or_lists_nobody_does_not_vote() {
        let votes = Votes {
            setters: &[0, 1, 2],
            stake: &[0.0, 0.5, 0.5],
            weights: &[0.0, 0.5, 0.5, 0.0, 0.0, 0.0, 1.0, 0.0, 0.0],
        };
        let found: Vec<Uid> = votes.rows().map(|(uid, _)| uid).collect();
        assert_eq!(found, [2]);
        assert_eq!(Votes { setters: &[], stake: &[], weights: &[] }.rows().count(), 0);
    }

    #[test]
    fn no_amounts_have_no_parts() {
        let mut parts = [9.0; 2];
        in_proportion(&[], &mut parts);
        assert_eq!(parts, [0.0; 2]);
        in_proportion(&[1.0, 3.0], &mut parts);
        assert_eq!(parts, [0.25, 0.75]);
        in_proportion(&[0.0, 0.0], &mut parts);
        assert_eq!(parts, [0.0; 2]);
    }
}

//! From stake weight to the shares that vote.

use crate::num;
use crate::units::{Alpha, Uid};

/// Smallest share the chain's fixed point can hold, 2^-32.
const SMALLEST_SHARE: f64 = 1.0 / 4_294_967_296.0;

/// Each uid's share of all stake that reaches the threshold.
///
/// `stake` `[rao]` and `shares` are of shape `[uids]`; `shares` sums to 1, or is all 0. The owner's
/// stake counts however small it is. A share that the chain's fixed point cannot hold is 0, so
/// that dust earns no permit.
///
/// Source: `epoch/run_epoch.rs::epoch_mechanism`.
pub fn shares(stake: &[f64], threshold: Alpha, owner: Option<Uid>, shares: &mut [f64]) {
    // A whole number of rao is below the threshold exactly where the stake itself is.
    let threshold = threshold.0 as f64;
    for (uid, (share, &stake)) in shares.iter_mut().zip(stake).enumerate() {
        let counts = stake >= threshold || owner == Some(uid);
        *share = if counts { stake } else { 0.0 };
    }
    num::normalise(shares);
    for share in shares {
        if *share < SMALLEST_SHARE {
            *share = 0.0;
        }
    }
}

/// Shares of the stake that votes: that of uids which `votes` accepts, summing to 1 or all 0.
///
/// `shares` and `active` are of shape `[uids]`.
pub fn active(shares: &[f64], votes: impl Fn(Uid) -> bool, active: &mut [f64]) {
    for (uid, (active, &share)) in active.iter_mut().zip(shares).enumerate() {
        *active = if votes(uid) { share } else { 0.0 };
    }
    num::normalise(active);
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shares_of(stake: &[f64], threshold: u64, owner: Option<Uid>) -> Vec<f64> {
        let mut out = vec![0.0; stake.len()];
        shares(stake, Alpha(threshold), owner, &mut out);
        out
    }

    /// 1 of 4 falls below 2 and drops out, unless it is the owner's.
    #[test]
    fn the_threshold_spares_the_owner() {
        assert_eq!(shares_of(&[1.0, 3.0], 0, None), [0.25, 0.75]);
        assert_eq!(shares_of(&[1.0, 3.0], 2, None), [0.0, 1.0]);
        assert_eq!(shares_of(&[1.0, 3.0], 2, Some(0)), [0.25, 0.75]);
        assert_eq!(shares_of(&[1.0, 3.0], 9, None), [0.0, 0.0]);
    }

    #[test]
    fn dust_is_no_share() {
        assert_eq!(shares_of(&[1.0, 1e12], 0, None)[0].to_bits(), 0.0_f64.to_bits());
    }

    #[test]
    fn who_does_not_vote_leaves_the_rest_whole() {
        let mut active_stake = [0.0; 3];
        active(&[0.5, 0.25, 0.25], |uid| uid != 0, &mut active_stake);
        assert_eq!(active_stake, [0.0, 0.5, 0.5]);
    }
}

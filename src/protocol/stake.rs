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

/// How stake becomes the weight of a vote.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Weighting {
    /// In proportion to stake, as on chain.
    Linear,
    /// In proportion to its square root.
    SquareRoot,
    /// In proportion to the logarithm of 1 plus the stake in whole tokens.
    Logarithm,
}

/// Caps the weight of each vote, and then bends it, so that all together keep the sum they had
/// after the cap.
///
/// `weights` `[uids]` `[rao]` are stake weights. `percentile` in `[0, 1]` is that of the weights
/// above 0 beyond which stake does not count; 1 for no cap. On chain neither is done: both are
/// proposals that are to be judged.
///
/// Source: Lui and Sun, arXiv:2507.02951 (a cap at the 88th percentile); Motepalli and Jacobsen,
/// arXiv:2312.13938 (square root), arXiv:2504.14351 (logarithm).
pub fn reshape(weights: &mut [f64], percentile: f64, weighting: Weighting) {
    if percentile < 1.0 {
        let mut sorted: Vec<f64> = weights.iter().copied().filter(|weight| *weight > 0.0).collect();
        sorted.sort_unstable_by(f64::total_cmp);
        let rank = num::floor(percentile * sorted.len() as f64);
        let at = usize::try_from(rank).unwrap_or(0).min(sorted.len().saturating_sub(1));
        let most = sorted.get(at).copied().unwrap_or(0.0);
        for weight in weights.iter_mut() {
            *weight = weight.min(most);
        }
    }
    if weighting == Weighting::Linear {
        return;
    }
    let before = num::sum(weights);
    for weight in weights.iter_mut() {
        *weight = match weighting {
            Weighting::SquareRoot => weight.sqrt(),
            _ => num::ln(1.0 + *weight / crate::units::RAO as f64),
        };
    }
    let after = num::sum(weights);
    if after > 0.0 {
        let scale = before / after;
        for weight in weights {
            *weight *= scale;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Of 1, 2, 3 and 94 the 75th percentile is 94, the 50th 3.
    #[test]
    fn a_cap_takes_what_is_above_the_percentile() {
        let capped = |percentile| {
            let mut weights = [0.0, 1.0, 2.0, 3.0, 94.0];
            reshape(&mut weights, percentile, Weighting::Linear);
            weights
        };
        assert_eq!(capped(0.75), [0.0, 1.0, 2.0, 3.0, 94.0]);
        assert_eq!(capped(0.5), [0.0, 1.0, 2.0, 3.0, 3.0]);
    }

    /// Roots of 1, 4 and 25 are 1, 2 and 5; 30 in all.
    #[test]
    fn bent_weights_keep_their_sum() {
        let mut weights = [1.0, 4.0, 25.0];
        reshape(&mut weights, 1.0, Weighting::SquareRoot);
        for (found, expected) in weights.iter().zip([3.75, 7.5, 18.75]) {
            assert!((found - expected).abs() < 1e-12);
        }
        let mut none = [0.0, 0.0];
        reshape(&mut none, 0.5, Weighting::Logarithm);
        assert_eq!(none, [0.0, 0.0]);
    }

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

//! Shares by the vote of root's validators, as before there were pools.

use crate::num;

/// Steepness of the consensus on a subnet, and the trust at which it is one half.
///
/// Source: `coinbase/root.rs` at v1.2.5 (rho and kappa of root).
const CONSENSUS: [f64; 2] = [10.0, 0.5];

/// Blocks from one vote to the next; in between, shares and emission stay as they are.
pub const TEMPO: u64 = 100;

/// Writes each subnet's share of the TAO by root's weights, of shape `[subnets]`.
///
/// `stake` is each validator's total stake in any unit, of shape `[validators]`; `weights` are
/// their votes in any unit, of shape `[validators, subnets]`, and each validator's are divided by
/// their sum. A subnet's rank is the stake-weighted mean of its votes, and its trust the part of
/// the stake that gives it any vote; its share is its rank times a logistic of its trust, which is
/// one half where half of the stake trusts it. Shares sum to 1, or are all 0 where nobody votes. A
/// column of root itself may be among them: what it gets is lost, by not being paid.
///
/// False, and nothing is written, where there is no stake: the former shares then stay.
///
/// Source: `coinbase/root.rs::root_epoch` at v1.2.5.
pub fn shares(stake: &[f64], weights: &[f64], out: &mut [f64]) -> bool {
    let total = num::sum(stake);
    if out.is_empty() || !(total > 0.0 && total.is_finite()) {
        return false;
    }
    let subnets = out.len();
    let [steepness, middle] = CONSENSUS;
    for (subnet, share) in out.iter_mut().enumerate() {
        let (mut rank, mut trust) = (0.0, 0.0);
        for (stake, row) in stake.iter().zip(weights.chunks_exact(subnets)) {
            let votes = num::sum(row);
            if row[subnet] > 0.0 && votes.is_finite() {
                rank += stake / total * (row[subnet] / votes);
                trust += stake / total;
            }
        }
        *share = rank / (1.0 + num::exp(-steepness * (trust - middle)));
    }
    num::normalise(out);
    true
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Three quarters of the stake vote 1 : 1 : 0 and one quarter 0 : 1 : 1. Ranks are 3/8, 1/2
    /// and 1/8, trusts 3/4, 1 and 1/4, and logistics of 2.5, 5 and -2.5 are 0.924142, 0.993307
    /// and 0.075858.
    #[test]
    fn trust_weighs_rank() {
        let mut out = [0.0; 3];
        assert!(shares(&[30.0, 10.0], &[2.0, 2.0, 0.0, 0.0, 5.0, 5.0], &mut out));
        let ranks = [0.375 * 0.924_142, 0.5 * 0.993_307, 0.125 * 0.075_858];
        for (found, rank) in out.into_iter().zip(ranks) {
            assert!((found - rank / num::sum(&ranks)).abs() < 1e-6, "{found}");
        }
    }

    #[test]
    fn without_stake_the_former_shares_stay() {
        let mut out = [0.25, 0.75];
        assert!(!shares(&[0.0, 0.0], &[1.0; 4], &mut out));
        assert!(!shares(&[], &[], &mut out));
        assert_eq!(out, [0.25, 0.75]);
        assert!(shares(&[1.0, 3.0], &[0.0; 4], &mut out));
        assert_eq!(out, [0.0; 2]);
    }
}

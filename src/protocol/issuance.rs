//! How much a block issues: the halving curve of TAO and of every subnet's alpha, and policies
//! to compare it with.

mod demand;
mod policy;

pub use demand::{Demand, MOST_CHANGE};
pub use policy::{BLOCKS_PER_YEAR, IssuancePolicy};

use crate::units::{Alpha, RAO, SUPPLY_CAP, Tao};

/// What the next block issues when `issued` `[rao]` have been issued so far `[rao]`.
///
/// A block issues 1e9 rao, halved and truncated each time that half of what was left has been
/// issued: k times once `issued` reaches `cap * (1 - 2^-k)`. That is the same as saying that what
/// is left fits 2^k times into the cap, which needs no logarithm and is exact. The last issue is
/// 1 rao, at k = 29.
///
/// Source: `coinbase/block_emission.rs::get_block_emission_for_issuance`; the chain takes the
/// logarithm in fixed point and may halve up to 0.005 TAO early or late.
#[must_use]
pub fn block_emission(issued: u64) -> u64 {
    halvings(issued).map_or(0, |halvings| RAO >> halvings)
}

/// [`block_emission`] of TAO.
#[must_use]
pub fn tao_emission(issued: Tao) -> Tao {
    Tao(block_emission(issued.0))
}

/// [`block_emission`] of one subnet's alpha, whose issuance is what its pool and everyone outside
/// hold together.
#[must_use]
pub fn alpha_emission(issued: Alpha) -> Alpha {
    Alpha(block_emission(issued.0))
}

/// How often the emission has halved, from 0; none once everything is issued.
#[must_use]
pub fn halvings(issued: u64) -> Option<u32> {
    SUPPLY_CAP.checked_div(SUPPLY_CAP.saturating_sub(issued)).map(u64::ilog2)
}

/// The issuance at which the emission halves for the `k`-th time `[rao]`, from 0 at the start.
#[must_use]
pub const fn threshold(k: u32) -> u64 {
    match SUPPLY_CAP.checked_shr(k) {
        Some(left) => SUPPLY_CAP - left,
        None => SUPPLY_CAP,
    }
}

/// Blocks that end with the next halving, if each issues `per_block` `[rao]`: at least 1; none
/// where nothing is issued, or no halving is left.
///
/// A subnet's alpha may grow by up to twice its emission each block, for its pool gets some beside
/// the participants; `per_block` is all of it.
#[must_use]
pub fn blocks_until_halving(issued: u64, per_block: u64) -> Option<u64> {
    // After the last issue of 1 rao there is nothing to halve.
    let halvings = halvings(issued).filter(|halvings| RAO >> halvings > 0)?;
    let left = threshold(halvings + 1) - issued;
    (per_block > 0).then(|| left.div_ceil(per_block))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn issuance_halves_when_half_of_the_rest_is_out() {
        let steps = [
            (0, 1_000_000_000),
            (10_500_000, 500_000_000),
            (15_750_000, 250_000_000),
            (18_375_000, 125_000_000),
            (19_687_500, 62_500_000),
            (20_671_875, 15_625_000),
        ];
        for (tokens, emission) in steps {
            assert_eq!(block_emission(tokens * RAO), emission);
        }
        assert_eq!(block_emission(10_500_000 * RAO - 1), 1_000_000_000);
        assert_eq!(block_emission(20_835_937_500_000_000), 7_812_500);
    }

    /// The cap divided by 2^29 is 39 115 548.4 rao, and by 2^30 19 557 774.2 rao.
    #[test]
    fn the_last_rao_comes_before_the_cap() {
        assert_eq!(block_emission(SUPPLY_CAP - 39_115_549), 3);
        assert_eq!(block_emission(SUPPLY_CAP - 39_115_548), 1);
        assert_eq!(block_emission(SUPPLY_CAP - 19_557_775), 1);
        assert_eq!(block_emission(SUPPLY_CAP - 19_557_774), 0);
        assert_eq!(block_emission(SUPPLY_CAP), 0);
        assert_eq!(block_emission(u64::MAX), 0);
    }

    #[test]
    fn the_emission_halves_at_its_thresholds() {
        assert_eq!(
            [threshold(0), threshold(1), threshold(2)],
            [0, SUPPLY_CAP / 2, 15_750_000 * RAO]
        );
        for k in 1..=30 {
            assert_eq!(halvings(threshold(k)), Some(k));
            assert_eq!(halvings(threshold(k) - 1), Some(k - 1));
        }
        assert_eq!([threshold(63), threshold(64), threshold(u32::MAX)], [SUPPLY_CAP; 3]);
    }

    #[test]
    fn blocks_are_counted_up_to_the_halving() {
        let before = threshold(1) - 10;
        assert_eq!(blocks_until_halving(before, 10), Some(1));
        assert_eq!(blocks_until_halving(before, 9), Some(2));
        assert_eq!(blocks_until_halving(threshold(1), RAO / 2), Some(10_500_000));
        assert_eq!(blocks_until_halving(before, 0), None);
        assert_eq!(blocks_until_halving(threshold(29), 1), Some(threshold(30) - threshold(29)));
        assert_eq!(blocks_until_halving(threshold(30), 1), None);
        assert_eq!(blocks_until_halving(u64::MAX, 1), None);
        assert_eq!(alpha_emission(Alpha(threshold(1))).0, tao_emission(Tao(threshold(1))).0);
    }
}

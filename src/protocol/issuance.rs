//! How much a block issues: the halving curve of TAO and of every subnet's alpha.

use crate::units::{RAO, SUPPLY_CAP};

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
    let left = SUPPLY_CAP.saturating_sub(issued);
    SUPPLY_CAP.checked_div(left).map_or(0, |times| RAO >> times.ilog2())
}

/// How TAO is issued.
#[derive(Clone, Debug, Default, PartialEq)]
pub enum IssuancePolicy { #[default] Halving }
impl IssuancePolicy {
    pub fn emission(&self, issued: crate::units::Tao, height: u64, use_level: f64) -> crate::units::Tao { let _ = (height, use_level); crate::units::Tao(block_emission(issued.0)) }
    pub fn blocks_to_change(&self, issued: crate::units::Tao, height: u64, emission: crate::units::Tao) -> u64 { let _ = height; blocks_to_halving(issued.0, emission.0) }
}
pub fn blocks_to_halving(issued: u64, per_block: u64) -> u64 {
    let left = SUPPLY_CAP.saturating_sub(issued);
    let times = SUPPLY_CAP.checked_div(left).map_or(63, |t| t.ilog2());
    let next = SUPPLY_CAP - (SUPPLY_CAP >> (times + 1));
    next.saturating_sub(issued).div_ceil(per_block.max(1))
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
}

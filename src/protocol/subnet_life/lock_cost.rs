//! What a place for a new subnet costs.

use crate::units::{RAO, Tao};

/// How the cost of a place moves.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct LockPricing {
    /// Least cost `[rao]`: 1 TAO on mainnet, 1000 TAO in the code.
    pub least: Tao,
    /// Blocks in which a doubled cost falls back, at an emission of 1 TAO a block `[blocks]`.
    pub interval: u64,
}

impl Default for LockPricing {
    /// As a migration left mainnet in early 2026.
    fn default() -> Self {
        Self { least: Tao(RAO), interval: 57_600 }
    }
}

impl LockPricing {
    /// Blocks in which a doubled cost falls back `[blocks]`, given what a block issues `[rao]`: it
    /// halves with every halving of TAO.
    ///
    /// Source: `coinbase/root.rs::get_lock_reduction_interval`.
    #[must_use]
    pub fn reduction_interval(&self, block_emission: u64) -> u64 {
        let interval = u128::from(self.interval) * u128::from(block_emission) / u128::from(RAO);
        u64::try_from(interval).unwrap_or(u64::MAX)
    }
}

/// The last registration of a subnet.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct LastLock {
    /// What it cost `[rao]`.
    pub cost: Tao,
    /// When it was `[block]`; 0 for never.
    pub block: u64,
}

/// What a registration in the block `now` costs `[rao]`.
///
/// A registration doubles the cost, which then falls by the same amount each block, back to the
/// last cost after [`LockPricing::reduction_interval`] and on down to the least. Before the first
/// registration it starts from `last.cost` itself. With an interval of 0 it never falls.
///
/// Source: `coinbase/root.rs::get_network_lock_cost`.
#[must_use]
pub fn lock_cost(pricing: &LockPricing, last: &LastLock, now: u64, block_emission: u64) -> Tao {
    let times = if last.block == 0 { 1 } else { 2 };
    let interval = pricing.reduction_interval(block_emission);
    // The quotient is truncated first, so that a small cost falls a little slower.
    let step = last.cost.0.checked_div(interval).unwrap_or(0);
    let fallen = u128::from(step) * u128::from(now.saturating_sub(last.block));
    let cost = (u128::from(last.cost.0) * times).saturating_sub(fallen);
    Tao(u64::try_from(cost).unwrap_or(u64::MAX).max(pricing.least.0))
}

#[cfg(test)]
mod tests {
    use super::*;

    const PRICING: LockPricing = LockPricing { least: Tao(10), interval: 100 };

    fn cost(cost: u64, block: u64, now: u64) -> u64 {
        lock_cost(&PRICING, &LastLock { cost: Tao(cost), block }, now, RAO).0
    }

    /// 1050 falls by 10 a block: 2100, then 1100 after 100 blocks, and 10 in the end.
    #[test]
    fn the_cost_doubles_and_falls_back() {
        assert_eq!(cost(1_050, 500, 500), 2_100);
        assert_eq!(cost(1_050, 500, 600), 1_100);
        assert_eq!(cost(1_050, 500, 709), 10);
        assert_eq!(cost(1_050, 500, 9_999), 10);
        assert_eq!(cost(1_050, 500, 1), 2_100, "time does not run back");
        assert_eq!(cost(99, 500, 9_999), 198, "a step of nothing");
    }

    #[test]
    fn the_first_registration_pays_the_price_itself() {
        assert_eq!(cost(1_050, 0, 50), 550);
        assert_eq!(cost(0, 0, 0), 10);
    }

    #[test]
    fn the_interval_halves_with_the_emission() {
        let pricing = LockPricing::default();
        assert_eq!(pricing.reduction_interval(RAO / 2), 28_800);
        assert_eq!(pricing.reduction_interval(0), 0);
        let last = LastLock { cost: Tao(1_050), block: 7 };
        assert_eq!(lock_cost(&PRICING, &last, 9_999, 0), Tao(2_100), "nothing issued, no fall");
    }

    #[test]
    fn extremes_neither_panic_nor_wrap() {
        assert_eq!(cost(u64::MAX, 1, 1), u64::MAX);
        assert_eq!(cost(u64::MAX, 1, u64::MAX), 10);
        let pricing = LockPricing { least: Tao(u64::MAX), interval: u64::MAX };
        assert_eq!(pricing.reduction_interval(u64::MAX), u64::MAX);
    }
}

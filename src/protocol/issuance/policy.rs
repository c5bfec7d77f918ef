//! Issuance policies: the chain's, and those it is compared with.

use crate::num;
use crate::protocol::issuance::{Demand, block_emission, blocks_until_halving};
use crate::units::{RAO, SUPPLY_CAP, Tao};

/// Blocks in a year, as the chain counts it: 365.25 days of 12-second blocks.
///
/// Source: `common/src/lib.rs` (module `time`).
pub const BLOCKS_PER_YEAR: u64 = 2_629_800;

/// What decides how much TAO a block issues.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub enum IssuancePolicy {
    /// The chain's own: half as much each time that half of what was left has been issued.
    ///
    /// Source: `coinbase/block_emission.rs::get_block_emission_for_issuance`.
    #[default]
    Halving,
    /// Half as much each time that `interval` blocks have passed, whatever was recycled.
    ///
    /// Source: S. Nakamoto, Bitcoin: A Peer-to-Peer Electronic Cash System, 2008 (section 6); the
    /// schedule itself is in Bitcoin Core, `GetBlockSubsidy`, with 210000 blocks.
    ByHeight {
        /// Blocks from one halving to the next, at least 1; 10.5 million pace it as the chain's.
        interval: u64,
        /// What the first blocks issue `[rao]`.
        first: Tao,
    },
    /// The same part of what has been issued every year, without an end.
    ///
    /// Source: M. Friedman, A Program for Monetary Stability, 1960 (the rule of k percent).
    ConstantInflation {
        /// Growth in a year, in `[0, 1]`; it compounds block by block.
        yearly: f64,
    },
    /// The halving curve, but never less than a floor, so that there is always something to pay
    /// for security with; the supply then has no cap.
    ///
    /// Source: Monero's tail emission (since 2022, 0.6 XMR a block).
    Tail {
        /// Least issue of a block `[rao]`.
        floor: Tao,
    },
    /// The halving curve times a factor that answers to use, under the same cap.
    ///
    /// Source: [`Demand`]; that issuance should be the least that keeps the network secure is
    /// Ethereum's stated aim ("minimum viable issuance").
    Demand(Demand),
}

impl IssuancePolicy {
    /// What the next block issues, when `issued` has been issued in `height` blocks `[rao]`.
    ///
    /// Only [`IssuancePolicy::Demand`] reads `use_`, and answers to it at once; see
    /// [`IssuancePolicy::scaled`] for an answer with a memory. Policies with a cap never issue
    /// beyond it, and none beyond what an amount can hold.
    #[must_use]
    pub fn emission(&self, issued: Tao, height: u64, use_: f64) -> Tao {
        let factor = if let Self::Demand(demand) = self { demand.asked(use_) } else { 1.0 };
        self.scaled(issued, height, factor)
    }

    /// [`IssuancePolicy::emission`] at a factor that [`IssuancePolicy::adjusted`] has carried here.
    #[must_use]
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "`as` saturates")]
    pub fn scaled(&self, issued: Tao, height: u64, factor: f64) -> Tao {
        let curve = block_emission(issued.0);
        let (emission, cap) = match *self {
            Self::Halving => (curve, SUPPLY_CAP),
            Self::ByHeight { interval, first } => {
                let halvings = height.checked_div(interval).and_then(|k| u32::try_from(k).ok());
                let halved = halvings.and_then(|halvings| first.0.checked_shr(halvings));
                (halved.unwrap_or(0), u64::MAX)
            }
            Self::ConstantInflation { yearly } => {
                let part = num::expm1(num::log1p(yearly) / BLOCKS_PER_YEAR as f64);
                ((issued.0 as f64 * part) as u64, u64::MAX)
            }
            Self::Tail { floor } => (curve.max(floor.0), u64::MAX),
            Self::Demand(_) => ((curve as f64 * factor) as u64, SUPPLY_CAP),
        };
        Tao(emission.min(cap.saturating_sub(issued.0)))
    }

    /// Whether there is a supply that it never exceeds.
    #[must_use]
    pub const fn is_capped(&self) -> bool {
        matches!(self, Self::Halving | Self::Demand(_))
    }

    /// Blocks, the next one included, that issue as much as it does, at least 1: up to the next
    /// halving. Where every block issues a little more than the last there is no end.
    #[must_use]
    pub fn steady_blocks(&self, issued: Tao, height: u64, emission: Tao) -> u64 {
        let blocks = match *self {
            Self::ByHeight { interval, .. } => {
                let into = height.checked_rem(interval);
                into.map_or(u64::MAX, |into| interval - into)
            }
            Self::ConstantInflation { .. } => u64::MAX,
            Self::Halving | Self::Tail { .. } | Self::Demand(_) => {
                blocks_until_halving(issued.0, emission.0).unwrap_or(u64::MAX)
            }
        };
        blocks.max(1)
    }

    /// The factor on the halving curve after one adjustment to `use_`, from what it was; 1 under
    /// every policy that does not answer to use.
    #[must_use]
    pub fn adjusted(&self, factor: f64, use_: f64) -> f64 {
        if let Self::Demand(demand) = self { demand.adjusted(factor, use_) } else { 1.0 }
    }

    /// Bitcoin's schedule at the pace of the chain's first halving: 1 TAO, halved every 10.5
    /// million blocks.
    #[must_use]
    pub fn bitcoin() -> Self {
        Self::ByHeight { interval: SUPPLY_CAP / 2 / RAO, first: Tao(RAO) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::protocol::issuance::threshold;

    fn at(policy: IssuancePolicy, tokens: u64, height: u64, use_: f64) -> u64 {
        policy.emission(Tao(tokens * RAO), height, use_).0
    }

    #[test]
    fn each_policy_reads_its_own_clock() {
        let million = 1_000_000;
        assert_eq!(at(IssuancePolicy::Halving, 10 * million, 99 * million, 0.0), RAO);
        assert_eq!(at(IssuancePolicy::Halving, 11 * million, 0, 0.0), RAO / 2);
        let bitcoin = IssuancePolicy::bitcoin();
        assert_eq!(at(bitcoin, 20 * million, 10_499_999, 0.0), RAO);
        assert_eq!(at(bitcoin, 0, 10_500_000, 0.0), RAO / 2);
        assert_eq!(at(bitcoin, 0, u64::MAX, 0.0), 0);
        let tail = IssuancePolicy::Tail { floor: Tao(RAO / 3) };
        assert_eq!(
            [at(tail, 11 * million, 0, 0.0), at(tail, 30 * million, 0, 0.0)],
            [RAO / 2, RAO / 3]
        );
        let demand = IssuancePolicy::Demand(Demand::default());
        assert_eq!(
            [at(demand, 0, 0, 1.0), at(demand, 0, 0, 4.0), at(demand, 0, 0, 0.0)],
            [RAO, 2 * RAO, RAO / 2]
        );
        assert_eq!(demand.adjusted(1.0, 1e9), 1.1);
        assert_eq!(tail.adjusted(7.0, 1e9), 1.0);
    }

    #[test]
    fn a_step_ends_where_the_emission_changes() {
        let halving = IssuancePolicy::Halving;
        let near = Tao(threshold(1) - 5 * RAO / 2);
        assert_eq!(halving.steady_blocks(near, 0, halving.emission(near, 0, 0.0)), 3);
        assert_eq!(halving.steady_blocks(Tao(SUPPLY_CAP), 0, Tao(0)), u64::MAX);
        let paced = IssuancePolicy::ByHeight { interval: 100, first: Tao(RAO) };
        assert_eq!(
            [0, 99, 100].map(|height| paced.steady_blocks(near, height, Tao(RAO))),
            [100, 1, 100]
        );
    }

    /// A year of blocks grows ten million by 5 %, less what is truncated from each block.
    #[test]
    fn constant_inflation_compounds_to_its_rate() {
        let policy = IssuancePolicy::ConstantInflation { yearly: 0.05 };
        let start = Tao(10_000_000 * RAO);
        let end =
            (0..BLOCKS_PER_YEAR).fold(start, |issued, _| issued + policy.emission(issued, 0, 0.0));
        let grown = end.0 as f64 / start.0 as f64;
        assert!((grown - 1.05).abs() < 1e-8, "{grown}");
    }

    #[test]
    fn nothing_is_issued_beyond_a_cap() {
        let near = Tao(threshold(29));
        let most = IssuancePolicy::Demand(Demand { least: 1e9, most: 1e9, ..Demand::default() });
        assert_eq!(most.emission(near, 0, 1.0), Tao(SUPPLY_CAP - near.0));
        assert_eq!(most.emission(Tao(u64::MAX), 0, 1.0), Tao(0));
        let tail = IssuancePolicy::Tail { floor: Tao(u64::MAX) };
        assert_eq!(tail.emission(Tao(RAO), 0, 0.0), Tao(u64::MAX - RAO));
        let wild = IssuancePolicy::ConstantInflation { yearly: f64::INFINITY };
        assert_eq!(wild.emission(Tao(0), 0, 0.0), Tao(0));
        let shrinking = IssuancePolicy::ConstantInflation { yearly: -0.5 };
        assert_eq!(shrinking.emission(Tao(RAO), 0, 0.0), Tao(0));
        let idle = IssuancePolicy::ByHeight { interval: 0, first: Tao(RAO) };
        assert_eq!(idle.emission(Tao(0), 5, 0.0), Tao(0));
    }
}

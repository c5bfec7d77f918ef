//! Root dividends: alpha that root stake has earned on a subnet and may claim.
//!
//! Nobody's account is touched when root stake earns. Each hotkey has one [`Rate`] for each subnet,
//! the alpha that a rao of root stake on it has earned since the first day, and each staker a
//! count of what it has had. What it is owed is the rate times its stake, less that count. A
//! change of root stake moves the count by the rate, so that a newcomer is owed nothing of what
//! was earned before it came, and one who leaves loses nothing.

use crate::num;
use crate::units::{Alpha, Tao};

/// Fractional bits of a rate, as the chain has them.
const FRACTION: u32 = 32;

/// What is owed below this is not claimed, on a subnet that has not chosen otherwise `[rao]`.
pub const THRESHOLD: Alpha = Alpha(500_000);

/// The highest such threshold that a subnet may choose `[rao]`.
pub const MOST_THRESHOLD: Alpha = Alpha(10_000_000);

/// Coldkeys whose claims are made in a block without their asking.
pub const CLAIMS_PER_BLOCK: u64 = 5;

/// Price below which claimed alpha is not sold `[TAO per alpha]`.
pub const LEAST_PRICE: f64 = 1e-6;

/// Alpha of one subnet that each rao of root stake on one hotkey has earned so far, in 32
/// fractional bits.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Rate(u128);

impl Rate {
    /// Nothing earned yet.
    pub const ZERO: Self = Self(0);

    /// Alpha for each unit of root stake.
    #[must_use]
    pub fn per_unit(self) -> f64 {
        self.0 as f64 / (1_u64 << FRACTION) as f64
    }

    /// Raises the rate by `amount` `[rao]` of alpha earned by all root stake on the hotkey
    /// `[rao]`; false where it was left alone, because the amount is more than the stake. The
    /// hotkey's owner is staked that amount instead.
    ///
    /// The quotient is truncated: less than a rao for each 2^32 rao of root stake is lost to
    /// everyone.
    ///
    /// Source: `staking/claim_root.rs::increase_root_claimable_for_hotkey_and_subnet`.
    #[must_use = "the amount goes to the hotkey's owner where this is false"]
    pub fn accrue(&mut self, amount: Alpha, root_stake: Tao) -> bool {
        if amount.0 > root_stake.0 {
            return false;
        }
        let earned = u128::from(amount.0) << FRACTION;
        let rise = earned.checked_div(u128::from(root_stake.0)).unwrap_or(0);
        self.0 = self.0.saturating_add(rise);
        true
    }

    /// All that so much root stake would have earned from the first day on, in 32 fractional
    /// bits.
    fn times(self, stake: Tao) -> u128 {
        self.0.saturating_mul(u128::from(stake.0))
    }
}

/// What a staker on a hotkey has had of its root dividends on one subnet.
///
/// Below nothing where root stake was taken away before all of it was claimed: what it had
/// earned is still owed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Claimed(i128);

impl Claimed {
    /// Nothing claimed, no root stake yet.
    pub const NONE: Self = Self(0);

    /// What is owed to the holder of `stake` `[rao]` on root, truncated `[rao]`.
    ///
    /// Source: `staking/claim_root.rs::get_root_owed_for_hotkey_coldkey`.
    #[must_use]
    pub fn owed(self, rate: Rate, stake: Tao) -> Alpha {
        let earned = whole(rate.times(stake));
        Alpha(u64::try_from(earned.saturating_sub(self.0).max(0)).unwrap_or(u64::MAX))
    }

    /// What a claim would take `[rao]`: all that is owed, or nothing where that is below the
    /// subnet's `threshold` `[rao]`.
    #[must_use]
    pub fn due(self, rate: Rate, stake: Tao, threshold: Alpha) -> Alpha {
        let owed = self.owed(rate, stake);
        if owed < threshold { Alpha::ZERO } else { owed }
    }

    /// Counts `amount` `[rao]` as had. A claim that was sold raises root stake too: see
    /// [`Claimed::stake_added`].
    pub fn take(&mut self, amount: Alpha) {
        self.0 = self.0.saturating_add(i128::from(amount.0));
    }

    /// Keeps what is owed when `added` `[rao]` join the root stake; at most a rao is lost to
    /// rounding, and none is gained. To be done for every subnet.
    ///
    /// Source: `staking/claim_root.rs::add_stake_adjust_root_claimed_for_hotkey_and_coldkey`.
    pub fn stake_added(&mut self, rate: Rate, added: Tao) {
        let before = rate.times(added);
        let rounded = whole(before).saturating_add(i128::from(before & MASK != 0));
        self.0 = self.0.saturating_add(rounded);
    }

    /// Keeps what is owed when `removed` `[rao]` leave the root stake; at most a rao is lost to
    /// rounding, and none is gained. To be done for every subnet.
    ///
    /// Source: `staking/claim_root.rs::remove_stake_adjust_root_claimed_for_hotkey_and_coldkey`.
    pub fn stake_removed(&mut self, rate: Rate, removed: Tao) {
        self.0 = self.0.saturating_sub(whole(rate.times(removed)));
    }
}

const MASK: u128 = (1 << FRACTION) - 1;

/// The whole rao of an amount in 32 fractional bits; shifted, it fits.
fn whole(amount: u128) -> i128 {
    i128::try_from(amount >> FRACTION).unwrap_or(i128::MAX)
}

/// What becomes of a coldkey's claims.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum ClaimType {
    /// Alpha is sold in the pool, without a fee, and the TAO staked on root.
    #[default]
    Swap,
    /// Alpha stays staked on its subnet.
    Keep,
    /// Alpha of these subnets stays, that of others is sold.
    KeepSubnets(Vec<u16>),
}

impl ClaimType {
    /// Whether alpha of the subnet stays alpha.
    #[must_use]
    pub fn keeps(&self, netuid: u16) -> bool {
        match self {
            Self::Swap => false,
            Self::Keep => true,
            Self::KeepSubnets(kept) => kept.contains(&netuid),
        }
    }
}

/// The part of coldkeys whose claims are made on their own within so many blocks, in `[0, 1]`.
///
/// Each block serves `per_block` coldkeys (see [`CLAIMS_PER_BLOCK`]) drawn from all `coldkeys`
/// with root stake, a coldkey drawn twice being served once. A coldkey is missed by one draw
/// with probability `1 - 1/n`, and so by all with `(1 - 1/n)^(per_block blocks)`; for many
/// coldkeys that is `(1 - per_block/n)^blocks`. An engine that steps over blocks and keeps groups
/// of stakers pays this part of what each group is owed; one that keeps single coldkeys serves
/// each with this probability.
///
/// Source: `staking/claim_root.rs::run_auto_claim_root_divs`, in expectation.
#[must_use]
pub fn served(blocks: u64, coldkeys: u64, per_block: u64) -> f64 {
    let draws = blocks as f64 * per_block as f64;
    if coldkeys == 0 || draws == 0.0 {
        return 0.0;
    }
    // Many draws from many coldkeys: plain powers of 1 - 1/n would lose every digit.
    let missed_once = num::log1p(-1.0 / coldkeys as f64);
    num::within(0.0, 1.0, -num::expm1(draws * missed_once))
}

/// What automatic claims take of `owed` `[rao]` in expectation, given the part of coldkeys that
/// is [`served`]: nothing below the `threshold` `[rao]`.
#[must_use]
pub fn expected(owed: Alpha, threshold: Alpha, served: f64) -> Alpha {
    if owed < threshold { Alpha::ZERO } else { owed.part(served) }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rate(amount: u64, stake: u64) -> Rate {
        let mut rate = Rate::ZERO;
        assert!(rate.accrue(Alpha(amount), Tao(stake)));
        rate
    }

    /// 820 of alpha for 2000 of root stake are 0.41 each, and 410 for half of it.
    #[test]
    fn stake_is_owed_by_its_part() {
        let rate = rate(820, 2_000);
        assert!((rate.per_unit() - 0.41).abs() < 1e-9);
        assert_eq!(Claimed::NONE.owed(rate, Tao(1_000)), Alpha(409), "0.41 rounds down");
        assert_eq!(Claimed::NONE.due(rate, Tao(2_000), Alpha(820)), Alpha::ZERO);
        assert_eq!(Claimed::NONE.due(rate, Tao(2_000), Alpha(819)), Alpha(819));
    }

    #[test]
    fn more_than_the_stake_goes_to_the_owner() {
        let mut rate = rate(1, 2);
        let before = rate;
        assert!(!rate.accrue(Alpha(3), Tao(2)));
        assert!(!rate.accrue(Alpha(1), Tao(0)));
        assert!(rate.accrue(Alpha(0), Tao(0)));
        assert_eq!(rate, before);
        assert!(rate.accrue(Alpha(2), Tao(2)), "as much as the stake is not more");
    }

    /// 500 of 1000 are earned, 200 claimed; then the stake doubles and earns 500 of 2000 more.
    #[test]
    fn a_change_of_stake_keeps_what_is_owed() {
        let mut rate = rate(500, 1_000);
        let mut claimed = Claimed::NONE;
        claimed.take(Alpha(200));
        claimed.stake_added(rate, Tao(1_000));
        assert_eq!(claimed.owed(rate, Tao(2_000)), Alpha(300));
        assert!(rate.accrue(Alpha(500), Tao(2_000)));
        assert_eq!(claimed.owed(rate, Tao(2_000)), Alpha(800));
        claimed.stake_removed(rate, Tao(2_000));
        assert_eq!(claimed.owed(rate, Tao(0)), Alpha(800), "who leaves is still owed");
        let mut newcomer = Claimed::NONE;
        newcomer.stake_added(rate, Tao(9_999));
        assert_eq!(newcomer.owed(rate, Tao(9_999)), Alpha::ZERO);
    }

    #[test]
    fn extremes_neither_panic_nor_wrap() {
        let mut rate = Rate(u128::MAX);
        assert!(rate.accrue(Alpha(u64::MAX), Tao(u64::MAX)));
        let mut claimed = Claimed(i128::MAX);
        claimed.stake_added(rate, Tao(u64::MAX));
        claimed.take(Alpha(u64::MAX));
        assert_eq!(claimed.owed(rate, Tao(u64::MAX)), Alpha::ZERO);
        assert_eq!(Claimed(i128::MIN).owed(rate, Tao(u64::MAX)), Alpha(u64::MAX));
    }

    #[test]
    fn claims_are_of_a_kind() {
        assert!(!ClaimType::Swap.keeps(1) && ClaimType::Keep.keeps(1));
        let some = ClaimType::KeepSubnets(vec![1, 3]);
        assert!(some.keeps(3) && !some.keeps(2));
    }

    /// Of 1000 coldkeys, 5 a block: 1 - 0.999^1800 of them in 360 blocks.
    #[test]
    fn coldkeys_are_served_by_chance() {
        let found = served(360, 1_000, 5);
        assert!((found - (1.0 - num::pow(0.999, 1_800.0))).abs() < 1e-12, "{found}");
        assert!((served(1, 20_000, 5) - 5.0 / 20_000.0).abs() < 1e-7);
        assert_eq!([served(0, 9, 5), served(9, 9, 0), served(9, 0, 5)], [0.0; 3]);
        assert_eq!([served(1, 1, 5), served(u64::MAX, u64::MAX, u64::MAX)], [1.0; 2]);
        assert_eq!(expected(Alpha(1_000), THRESHOLD, 0.5), Alpha::ZERO);
        assert_eq!(expected(Alpha(1_000_000), THRESHOLD, 0.25), Alpha(250_000));
    }
}

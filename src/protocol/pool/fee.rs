//! The fee of a trade: a part of what is paid in, which never reaches the reserves.
//!
//! Since 2026 all of it goes to whoever builds the block; before, it stayed in the pool.

/// Fee in 65535ths that the chain charges unless its root key says otherwise: 0.0504 %.
pub const FEE_RATE: u16 = 33;

/// The fee on an amount `[rao]`, at a rate in 65535ths, truncated.
///
/// Source: `pallets/swap/src/pallet/impls.rs::calculate_fee_amount`.
#[must_use]
pub fn fee(amount: u64, rate: u16) -> u64 {
    let fee = u128::from(amount) * u128::from(rate) / u128::from(u16::MAX);
    u64::try_from(fee).unwrap_or(amount)
}

/// The fee on a trade that a price limit stops, from what it trades after the fee `[rao]`.
///
/// That is the fee on the sum of the two. A rate of a whole leaves nothing to trade, and then
/// every fee is as good; the amount itself is returned.
///
/// Source: `pallets/swap/src/pallet/swap_step.rs::determine_action`.
#[must_use]
pub fn fee_at_limit(traded: u64, rate: u16) -> u64 {
    let fee = u128::from(traded) * u128::from(rate);
    let fee = fee.checked_div(u128::from(u16::MAX - rate)).unwrap_or(u128::from(traded));
    u64::try_from(fee).unwrap_or(u64::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// 1e9 * 33 / 65535 = 503547.7; of the 999496453 that are left, 33/65502 is the same.
    #[test]
    fn both_ways_give_the_same_fee() {
        assert_eq!(fee(1_000_000_000, FEE_RATE), 503_547);
        assert_eq!(fee_at_limit(999_496_453, FEE_RATE), 503_547);
        assert_eq!(fee(1_985, FEE_RATE), 0);
        assert_eq!(fee(1_986, FEE_RATE), 1);
    }

    #[test]
    fn the_fee_is_at_most_the_amount() {
        assert_eq!(fee(u64::MAX, u16::MAX), u64::MAX);
        assert_eq!(fee_at_limit(7, u16::MAX), 7);
        assert_eq!(fee_at_limit(u64::MAX, u16::MAX - 1), u64::MAX);
        assert_eq!(fee_at_limit(7, 0), 0);
    }
}

//! How much of an order a limit price allows.

use super::{Refusal, Reserves};
use crate::num;
use crate::protocol::pool::fee_at_limit;
use crate::protocol::pool::guard::{LEAST_PRICE, MOST_PRICE};
use crate::units::{Alpha, Tao};

/// What a limit price does to an order.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limit {
    /// The most that can be traded within it, the fee included `[rao]`: see [`executable_buy`] and
    /// [`executable_sale`].
    pub executable: u64,
    /// Whether that much is traded where more was asked for; else nothing is.
    pub partial: bool,
}

impl Limit {
    /// What is traded of `asked` `[rao]`.
    ///
    /// # Errors
    /// [`Refusal::Slippage`] where only a part could be, and only the whole may.
    pub fn of(self, asked: u64) -> Result<u64, Refusal> {
        let Self { executable, partial } = self;
        if asked > executable && !partial {
            return Err(Refusal::Slippage { asked, executable });
        }
        Ok(asked.min(executable))
    }
}

/// The TAO that lifts the price to `limit` `[TAO per alpha]`, with the fee on it `[rao]`.
///
/// # Errors
/// [`Refusal::BeyondLimit`] where the price is not below the limit, and [`Refusal::Nothing`] where
/// less than a rao would lift it there.
///
/// Source: `staking/add_stake.rs::get_max_amount_add`, `pallets/swap/src/pallet/swap_step.rs`.
pub fn executable_buy(pool: &Reserves, limit: f64) -> Result<Tao, Refusal> {
    let (price, limit) = (pool.price(), within(limit));
    if price <= 0.0 || limit <= price {
        return Err(Refusal::BeyondLimit { price, limit });
    }
    with_fee(pool.pool().tao_to_price(limit).0, pool.fee_rate).map(Tao)
}

/// The alpha that lowers the price to `limit` `[TAO per alpha]`, with the fee on it `[rao]`.
///
/// # Errors
/// [`Refusal::BeyondLimit`] where the price is not above the limit, and [`Refusal::Nothing`] where
/// less than a rao would lower it there.
///
/// Source: `staking/remove_stake.rs::get_max_amount_remove`.
pub fn executable_sale(pool: &Reserves, limit: f64) -> Result<Alpha, Refusal> {
    let (price, limit) = (pool.price(), within(limit));
    if price <= limit {
        return Err(Refusal::BeyondLimit { price, limit });
    }
    with_fee(pool.pool().alpha_to_price(limit).0, pool.fee_rate).map(Alpha)
}

/// A limit that the chain takes, the nearest there is.
fn within(limit: f64) -> f64 {
    num::within(LEAST_PRICE, MOST_PRICE, limit)
}

/// What is traded and the fee on it.
fn with_fee(traded: u64, rate: u16) -> Result<u64, Refusal> {
    if traded == 0 {
        return Err(Refusal::Nothing);
    }
    Ok(traded.saturating_add(fee_at_limit(traded, rate)))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pool(tao: u64, alpha: u64, tao_weight: f64, fee_rate: u16) -> Reserves {
        Reserves { tao: Tao(tao), alpha: Alpha(alpha), tao_weight, fee_rate }
    }

    /// At weights 0.75 : 0.25, 1e9 TAO and 3e10 alpha stand at 0.1; doubling that needs
    /// 2^0.75 - 1 of the TAO, and halving 2^0.25 - 1 of the alpha.
    #[test]
    fn the_limit_is_reached_as_in_the_pool() {
        let pool = pool(1_000_000_000, 30_000_000_000, 0.25, 0);
        assert!((pool.price() - 0.1).abs() < 1e-15);
        assert_eq!(executable_buy(&pool, 0.2), Ok(Tao(681_792_830)));
        assert_eq!(executable_sale(&pool, 0.05), Ok(Alpha(5_676_213_450)));
    }

    /// 4 : 1 at equal weights: the price doubles with 41 % of the TAO. A fee of half the whole
    /// is as much again.
    #[test]
    fn the_fee_comes_on_top() {
        let pool = pool(1_000_000, 4_000_000, 0.5, 32_767);
        assert_eq!(executable_buy(&pool, 0.5), Ok(Tao(414_213 + 414_200)));
    }

    #[test]
    fn a_limit_that_is_passed_refuses() {
        let pool = pool(1_000_000, 4_000_000, 0.5, 33);
        let (price, limit) = (0.25, 0.25);
        assert_eq!(executable_buy(&pool, 0.25), Err(Refusal::BeyondLimit { price, limit }));
        assert_eq!(executable_sale(&pool, 0.25), Err(Refusal::BeyondLimit { price, limit }));
        assert_eq!(executable_buy(&pool, 0.25 + 1e-9), Err(Refusal::Nothing));
        assert!(executable_buy(&pool, f64::NAN).is_err());
    }

    #[test]
    fn a_part_may_be_enough() {
        let limit = Limit { executable: 60, partial: true };
        assert_eq!([limit.of(50), limit.of(70)], [Ok(50), Ok(60)]);
        let whole = Limit { partial: false, ..limit };
        assert_eq!(whole.of(60), Ok(60));
        assert_eq!(whole.of(61), Err(Refusal::Slippage { asked: 61, executable: 60 }));
    }
}

//! How much of an order a limit price allows.

use super::{Refusal, Reserves};
use crate::num;
use crate::units::{Alpha, Tao};

/// Lowest and highest price at which anything is traded `[TAO per alpha]`.
const PRICES: (f64, f64) = (1e-6, 1e6);

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
    let (price, limit) = (pool.price(), num::within(PRICES.0, PRICES.1, limit));
    if price <= 0.0 || limit <= price {
        return Err(Refusal::BeyondLimit { price, limit });
    }
    let times = grown(limit / price, 1.0 - pool.tao_weight);
    with_fee(pool.tao.0 as f64 * times, pool.fee_rate).map(Tao)
}

/// The alpha that lowers the price to `limit` `[TAO per alpha]`, with the fee on it `[rao]`.
///
/// # Errors
/// [`Refusal::BeyondLimit`] where the price is not above the limit, and [`Refusal::Nothing`] where
/// less than a rao would lower it there.
///
/// Source: `staking/remove_stake.rs::get_max_amount_remove`.
pub fn executable_sale(pool: &Reserves, limit: f64) -> Result<Alpha, Refusal> {
    let (price, limit) = (pool.price(), num::within(PRICES.0, PRICES.1, limit));
    if price <= limit {
        return Err(Refusal::BeyondLimit { price, limit });
    }
    let times = grown(price / limit, pool.tao_weight);
    with_fee(pool.alpha.0 as f64 * times, pool.fee_rate).map(Alpha)
}

/// `ratio^weight - 1`, exact for a ratio close to 1.
fn grown(ratio: f64, weight: f64) -> f64 {
    num::expm1(weight * num::ln(ratio))
}

/// The amount and the fee that leaves it after the fee is taken.
#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "`as` saturates: more than there can be"
)]
fn with_fee(amount: f64, rate: u16) -> Result<u64, Refusal> {
    let traded = amount as u64;
    if traded == 0 {
        return Err(Refusal::Nothing);
    }
    // Of the whole the rate is paid, so of what is traded rate : 65535 - rate.
    let rest = u128::from(u16::MAX - rate);
    let fee = (u128::from(traded) * u128::from(rate)).checked_div(rest);
    let fee = u64::try_from(fee.unwrap_or(u128::MAX)).unwrap_or(u64::MAX);
    Ok(traded.saturating_add(fee))
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
        let all = Reserves { fee_rate: u16::MAX, ..pool };
        assert_eq!(executable_buy(&all, 0.5), Ok(Tao(u64::MAX)));
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

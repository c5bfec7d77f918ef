//! Trades that stop at a price, and pay the fee.

use crate::protocol::pool::guard::{LEAST_PRICE, MOST_PRICE};
use crate::protocol::pool::{Guards, Pool, Refused, fee, fee_at_limit};
use crate::units::{Alpha, Tao};

/// A trade that took place, or would.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Fill<In, Out> {
    /// What went into the pool, after the fee `[rao]`.
    pub traded: In,
    /// The fee, which the pool does not get `[rao]`.
    pub fee: In,
    /// What came out `[rao]`.
    pub out: Out,
}

impl Pool {
    /// What a buy of at most `tao` gets, which pays a fee of `rate` 65535ths and stops where the
    /// price reaches `limit` `[TAO per alpha]`.
    ///
    /// The fee comes off first. Where the limit stops the trade, the rest is not taken: what is
    /// taken is `traded + fee`, at most `tao`. A limit above [`MOST_PRICE`] is that.
    ///
    /// # Errors
    /// Refuses a price that is not below the limit, what [`Guards::CHAIN`] refuses, and a buy that
    /// would get nothing.
    ///
    /// Source: `pallets/swap/src/pallet/swap_step.rs`; `add_stake_limit`.
    pub fn quote_limited_buy(
        &self,
        tao: Tao,
        limit: f64,
        rate: u16,
    ) -> Result<Fill<Tao, Alpha>, Refused> {
        self.limited_buy_under(&Guards::CHAIN, tao, limit, rate)
    }

    /// What a sale of at most `alpha` gets, as [`Pool::quote_limited_buy`] the other way; a limit
    /// below [`LEAST_PRICE`] is that.
    ///
    /// # Errors
    /// Refuses a price that is not above the limit, and the rest as there.
    pub fn quote_limited_sell(
        &self,
        alpha: Alpha,
        limit: f64,
        rate: u16,
    ) -> Result<Fill<Alpha, Tao>, Refused> {
        self.limited_sell_under(&Guards::CHAIN, alpha, limit, rate)
    }

    /// [`Pool::quote_limited_buy`] under other guards than the chain's.
    ///
    /// # Errors
    /// As there.
    pub fn limited_buy_under(
        &self,
        guards: &Guards,
        tao: Tao,
        limit: f64,
        rate: u16,
    ) -> Result<Fill<Tao, Alpha>, Refused> {
        let limit = limit.min(MOST_PRICE);
        if self.price() >= limit {
            return Err(Refused::PriceLimit);
        }
        let whole = fee(tao.0, rate);
        let net = tao - Tao(whole);
        guards.admit(net.0, self.tao.0, self.alpha.0)?;
        let reach = self.tao_to_price(limit);
        let (traded, fee) =
            if net <= reach { (net, whole) } else { (reach, fee_at_limit(reach.0, rate)) };
        // Rounding must not take a rao that was not offered.
        let fee = Tao(fee.min(tao.0 - traded.0));
        Ok(Fill { traded, fee, out: self.bought(guards, traded)? })
    }

    /// [`Pool::quote_limited_sell`] under other guards than the chain's.
    ///
    /// # Errors
    /// As there.
    pub fn limited_sell_under(
        &self,
        guards: &Guards,
        alpha: Alpha,
        limit: f64,
        rate: u16,
    ) -> Result<Fill<Alpha, Tao>, Refused> {
        let limit = limit.max(LEAST_PRICE);
        if self.price() <= limit {
            return Err(Refused::PriceLimit);
        }
        let whole = fee(alpha.0, rate);
        let net = alpha - Alpha(whole);
        guards.admit(net.0, self.alpha.0, self.tao.0)?;
        let reach = self.alpha_to_price(limit);
        let (traded, fee) =
            if net <= reach { (net, whole) } else { (reach, fee_at_limit(reach.0, rate)) };
        let fee = Alpha(fee.min(alpha.0 - traded.0));
        Ok(Fill { traded, fee, out: self.sold(guards, traded)? })
    }

    /// Buys as [`Pool::quote_limited_buy`] says; the fee stays outside.
    ///
    /// # Errors
    /// As there, and then changes nothing.
    pub fn limited_buy(
        &mut self,
        tao: Tao,
        limit: f64,
        rate: u16,
    ) -> Result<Fill<Tao, Alpha>, Refused> {
        let fill = self.quote_limited_buy(tao, limit, rate)?;
        self.tao += fill.traded;
        self.alpha -= fill.out;
        Ok(fill)
    }

    /// Sells as [`Pool::quote_limited_sell`] says; the fee stays outside.
    ///
    /// # Errors
    /// As there, and then changes nothing.
    pub fn limited_sell(
        &mut self,
        alpha: Alpha,
        limit: f64,
        rate: u16,
    ) -> Result<Fill<Alpha, Tao>, Refused> {
        let fill = self.quote_limited_sell(alpha, limit, rate)?;
        self.alpha += fill.traded;
        self.tao -= fill.out;
        Ok(fill)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::protocol::pool::FEE_RATE;
    use crate::units::RAO;

    fn pool() -> Pool {
        Pool::new(Tao(100 * RAO), Alpha(400 * RAO))
    }

    /// From 0.25 to 1 the price quadruples: the reserve of TAO doubles and that of alpha halves.
    #[test]
    fn a_trade_stops_at_its_limit() {
        let fill = pool().quote_limited_buy(Tao(1_000 * RAO), 1.0, 0).expect("a trade");
        assert_eq!(fill, Fill { traded: Tao(100 * RAO), fee: Tao(0), out: Alpha(200 * RAO) });
        let fill = pool().quote_limited_sell(Alpha(1_000 * RAO), 0.0625, 0).expect("a trade");
        assert_eq!(fill, Fill { traded: Alpha(400 * RAO), fee: Alpha(0), out: Tao(50 * RAO) });
    }

    /// 100e9 * 33 / 65502 = 50380141.1, and 1e9 * 33 / 65535 = 503547.7.
    #[test]
    fn the_fee_is_on_what_is_taken() {
        let stopped = pool().quote_limited_buy(Tao(1_000 * RAO), 1.0, FEE_RATE).expect("a trade");
        assert_eq!([stopped.traded, stopped.fee], [Tao(100 * RAO), Tao(50_380_141)]);
        let whole = pool().quote_limited_buy(Tao(RAO), 1.0, FEE_RATE).expect("a trade");
        assert_eq!([whole.traded, whole.fee], [Tao(999_496_453), Tao(503_547)]);
        let mut moved = pool();
        assert_eq!(moved.limited_buy(Tao(RAO), 1.0, FEE_RATE), Ok(whole));
        assert_eq!(
            [moved.tao, Tao(moved.alpha.0)],
            [pool().tao + whole.traded, { Tao(pool().alpha.0 - whole.out.0) }]
        );
    }

    #[test]
    fn a_limit_that_is_reached_refuses() {
        let refused = Err(Refused::PriceLimit);
        assert_eq!(pool().quote_limited_buy(Tao(RAO), 0.25, 0), refused);
        assert_eq!(pool().quote_limited_sell(Alpha(RAO), 0.25, 0), Err(Refused::PriceLimit));
        assert_eq!(pool().quote_limited_buy(Tao(0), 1.0, 0), Err(Refused::NothingOut));
        assert_eq!(pool().quote_limited_buy(Tao(RAO), 1.0, u16::MAX), Err(Refused::NothingOut));
    }
}

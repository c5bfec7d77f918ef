//! Trades of users in one subnet's market, with the fee.
//!
//! Where a subnet's token is TAO itself there is nothing to trade against: staking makes the token,
//! and unstaking takes it back.

use crate::protocol::pool::{self, Pool, Refused};
use crate::protocol::staking::{Bounds, Reserves};
use crate::protocol::token_rules::{FeeTo, PoolRule, TokenRules};
use crate::units::{Alpha, SUPPLY_CAP, Tao};
use crate::world::{Ledger, Market};

/// What the chain asks of a trade.
pub(crate) fn bounds(rules: &TokenRules) -> Bounds {
    Bounds { min_stake: rules.min_trade, ..Bounds::default() }
}

/// A market as the checks of a trade see it.
pub(crate) fn reserves(rules: &TokenRules, market: &Market) -> Reserves {
    if rules.pool == PoolRule::Stable {
        // Without a pool no trade is too large for it.
        let (tao, alpha) = (Tao(SUPPLY_CAP), Alpha(SUPPLY_CAP));
        return Reserves { tao, alpha, tao_weight: 0.5, fee_rate: 0 };
    }
    let Pool { tao, alpha, weight } = market.pool;
    Reserves { tao, alpha, tao_weight: weight, fee_rate: rules.fee_rate }
}

/// What a sale of so much alpha would get, its fee taken off.
pub(crate) fn proceeds(rules: &TokenRules, market: &Market, alpha: Alpha) -> Result<Tao, Refused> {
    if rules.pool == PoolRule::Stable {
        return Ok(Tao(alpha.0));
    }
    market.pool.quote_sell(alpha - Alpha(pool::fee(alpha.0, rules.fee_rate)))
}

/// Buys alpha for TAO that is the buyer's own, with a fee beside what is traded; the alpha is to be
/// staked by the caller.
pub(crate) fn buy(
    rules: &TokenRules,
    (market, ledger): (&mut Market, &mut Ledger),
    author: &mut Tao,
    (traded, fee): (Tao, Tao),
) -> Result<Alpha, Refused> {
    if rules.pool == PoolRule::Stable {
        market.pool.tao += traded;
        market.flows.bought += traded;
        ledger.issued += Alpha(traded.0);
        return Ok(Alpha(traded.0));
    }
    let alpha = market.pool.buy(traded)?;
    match rules.fee_to {
        FeeTo::Pool => market.pool.tao += fee,
        FeeTo::Author => *author += fee,
    }
    market.inflow.staked(traded);
    market.flows.bought += traded;
    Ok(alpha)
}

/// Sells alpha, with a fee beside what is traded; the caller takes both from the holder if this
/// succeeds.
pub(crate) fn sell(
    rules: &TokenRules,
    (market, ledger): (&mut Market, &mut Ledger),
    author: &mut Tao,
    (traded, fee): (Alpha, Alpha),
) -> Result<Tao, Refused> {
    if rules.pool == PoolRule::Stable {
        let tao = Tao(traded.0);
        if market.pool.tao < tao {
            return Err(Refused::ReserveTooLow);
        }
        market.pool.tao -= tao;
        ledger.recycled += traded;
        market.flows.sold += tao;
        return Ok(tao);
    }
    let tao = market.pool.sell(traded)?;
    let mut out = tao;
    if fee > Alpha::ZERO {
        // The author's part is sold right after, without a fee; what is too little to sell stays.
        match rules.fee_to {
            FeeTo::Author => match market.pool.sell(fee) {
                Ok(part) => {
                    *author += part;
                    out += part;
                }
                Err(_) => market.pool.alpha += fee,
            },
            FeeTo::Pool => market.pool.alpha += fee,
        }
    }
    market.inflow.unstaked(out);
    market.flows.sold += tao;
    Ok(tao)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// 5 TAO in make 5 tokens, and 2 tokens back are 2 TAO out.
    #[test]
    fn tao_is_its_own_token() {
        let rules =
            TokenRules { pool: PoolRule::Stable, min_trade: Tao(1), ..TokenRules::default() };
        let mut market = Market::new(Pool::new(Tao(10), Alpha::ZERO), 1);
        let mut ledger = Ledger::new(1, 0);
        let mut author = Tao::ZERO;
        let bought = buy(&rules, (&mut market, &mut ledger), &mut author, (Tao(5), Tao(0)));
        assert_eq!((bought, market.pool.tao), (Ok(Alpha(5)), Tao(15)));
        let sold = sell(&rules, (&mut market, &mut ledger), &mut author, (Alpha(2), Alpha(0)));
        assert_eq!((sold, market.pool.tao, ledger.outstanding()), (Ok(Tao(2)), Tao(13), Alpha(3)));
        let too_much = sell(&rules, (&mut market, &mut ledger), &mut author, (Alpha(14), Alpha(0)));
        assert_eq!(too_much, Err(Refused::ReserveTooLow));
        assert_eq!(author, Tao::ZERO);
    }
}

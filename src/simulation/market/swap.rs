//! Trades of users in one subnet's market, with the fee.
//!
//! Where a subnet's token is TAO itself there is nothing to trade against: staking makes the token,
//! and unstaking takes it back.

use thiserror::Error;

use crate::protocol::pool::{self, Refused};
use crate::protocol::token_rules::{FeeTo, PoolRule, TokenRules};
use crate::units::{Alpha, Tao};
use crate::world::{Ledger, Market};

/// Why a trade did not happen.
#[derive(Clone, Copy, Debug, Error, PartialEq, Eq)]
pub(super) enum Refusal {
    /// There is no market to trade in.
    #[error("the subnet has not started")]
    Closed,
    /// Too little.
    #[error("it is worth less than the least trade")]
    TooSmall,
    /// Nothing to trade with.
    #[error("there is nothing to trade with")]
    Nothing,
    /// Nobody there can be staked on.
    #[error("the subnet has no validator to stake on")]
    NoHotkey,
    /// The price is beyond the order's limit.
    #[error("the price is beyond the limit")]
    Limit,
    /// The pool refuses it.
    #[error("{0}")]
    Pool(Refused),
}

/// The price of a subnet's alpha `[TAO per alpha]`.
pub(super) fn price(rules: &TokenRules, market: &Market) -> f64 {
    if rules.pool == PoolRule::Stable { 1.0 } else { market.pool.price() }
}

/// Buys alpha for TAO that is the buyer's own; the alpha is to be staked by the caller.
pub(super) fn buy(
    rules: &TokenRules,
    (market, ledger): (&mut Market, &mut Ledger),
    author: &mut Tao,
    tao: Tao,
) -> Result<Alpha, Refusal> {
    if market.first_emission.is_none() {
        return Err(Refusal::Closed);
    }
    if tao < rules.min_trade || tao == Tao::ZERO {
        return Err(Refusal::TooSmall);
    }
    if rules.pool == PoolRule::Stable {
        market.pool.tao += tao;
        market.flows.bought += tao;
        ledger.issued += Alpha(tao.0);
        return Ok(Alpha(tao.0));
    }
    let fee = Tao(pool::fee(tao.0, rules.fee_rate));
    let net = tao - fee;
    let alpha = market.pool.buy(net).map_err(Refusal::Pool)?;
    match rules.fee_to {
        FeeTo::Pool => market.pool.tao += fee,
        FeeTo::Author => *author += fee,
    }
    market.inflow.staked(net);
    market.flows.bought += net;
    Ok(alpha)
}

/// Sells alpha, which the caller takes from its holder if this succeeds.
pub(super) fn sell(
    rules: &TokenRules,
    (market, ledger): (&mut Market, &mut Ledger),
    author: &mut Tao,
    alpha: Alpha,
) -> Result<Tao, Refusal> {
    if alpha == Alpha::ZERO {
        return Err(Refusal::Nothing);
    }
    if rules.pool == PoolRule::Stable {
        let tao = Tao(alpha.0);
        if market.pool.tao < tao {
            return Err(Refusal::Pool(Refused::ReserveTooLow));
        }
        market.pool.tao -= tao;
        ledger.recycled += alpha;
        market.flows.sold += tao;
        return Ok(tao);
    }
    let fee = Alpha(pool::fee(alpha.0, rules.fee_rate));
    let tao = market.pool.sell(alpha - fee).map_err(Refusal::Pool)?;
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
    use crate::protocol::pool::Pool;

    /// 5 TAO in make 5 tokens, and 2 tokens back are 2 TAO out.
    #[test]
    fn tao_is_its_own_token() {
        let rules =
            TokenRules { pool: PoolRule::Stable, min_trade: Tao(1), ..TokenRules::default() };
        let mut market = Market::new(Pool::new(Tao(10), Alpha::ZERO), 1);
        let mut ledger = Ledger::new(1, 0);
        let mut author = Tao::ZERO;
        let bought = buy(&rules, (&mut market, &mut ledger), &mut author, Tao(5));
        assert_eq!((bought, market.pool.tao), (Ok(Alpha(5)), Tao(15)));
        let sold = sell(&rules, (&mut market, &mut ledger), &mut author, Alpha(2));
        assert_eq!((sold, market.pool.tao, ledger.outstanding()), (Ok(Tao(2)), Tao(13), Alpha(3)));
        let too_much = sell(&rules, (&mut market, &mut ledger), &mut author, Alpha(14));
        assert_eq!(too_much, Err(Refusal::Pool(Refused::ReserveTooLow)));
        assert_eq!(author, Tao::ZERO);
    }
}

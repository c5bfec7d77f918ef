//! A trader that trusts no alpha.

use super::desk::{Desk, impact};
use super::{TradeOrder, Trader, TraderTurn};
use crate::strategy::{Behaviour, Conduct};
use crate::units::Alpha;

pub(super) const BEHAVIOUR: Behaviour<dyn Trader> = Behaviour {
    name: "root-staker",
    about: "Puts all its cash on root and sells all its alpha. What root earns is sold for it, \
            claimed, and staked on root again, as the chain does by itself.",
    source: "Root claims of type Swap, `staking/claim_root.rs`; holders who want TAO only.",
    conduct: Conduct::Honest,
    read: |t| Box::new(RootStaker { impact: impact(t) }),
};

/// Decides nothing but how fast it leaves alpha.
#[derive(Clone, Debug)]
struct RootStaker {
    impact: f64,
}

impl Trader for RootStaker {
    fn trade(&mut self, turn: &mut TraderTurn<'_>, orders: &mut Vec<TradeOrder>) {
        let mut desk = Desk::new(turn, orders);
        for &holding in turn.holdings {
            let Some(quote) = turn.market(holding.subnet) else { continue };
            let most = Alpha::from_tokens(quote.alpha_for_fall(self.impact));
            desk.sell(holding, quote, most, 0.0);
        }
        desk.stake_root(desk.cash);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::strategy::trader::tests::{Market, behave, orders};
    use crate::units::Tao;

    /// 1/sqrt(0.64) - 1 = a quarter more alpha lowers the price by 36 %.
    #[test]
    fn all_goes_to_root() {
        let mut market = Market::new(&[(1_000.0, 10_000.0); 2]);
        market.cash = Tao::from_tokens(3.0);
        market.hold(1, 4_000.0);
        let mut staker = behave(BEHAVIOUR, "impact = 0.36");
        let sell = TradeOrder::Sell { subnet: 1, amount: Alpha::from_tokens(2_500.0), limit: 0.0 };
        let stake = TradeOrder::StakeRoot { amount: Tao::from_tokens(3.0) };
        assert_eq!(orders(&mut *staker, &market), [sell, stake]);
    }
}

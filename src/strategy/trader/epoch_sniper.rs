//! A trader that is there only when the epoch pays.

use super::desk::{Desk, impact};
use super::{Quote, Timing, TradeOrder, Trader, TraderTurn};
use crate::fields::Fields;
use crate::strategy::{Behaviour, Conduct};
use crate::units::{Alpha, Tao};

pub(super) const BEHAVIOUR: Behaviour<dyn Trader> = Behaviour {
    name: "epoch-sniper",
    about: "Knows yields and the depth of the pools. Buys the alpha of best yield in the last step \
            of an epoch, is paid as if it had held it all along, and sells in the first step of \
            the next one; only where the yield beats the fees of both trades by a margin. Use it \
            with `review = 1`.",
    source: "Stake just before the drain and unstake after: subtensor#737.",
    conduct: Conduct::Deviant,
    read: |t| Box::new(EpochSniper::read(t)),
};

/// Knows yields; decides whether the next epoch's pay is worth the fees.
#[derive(Clone, Debug)]
struct EpochSniper {
    margin: f64,
    impact: f64,
}

impl EpochSniper {
    fn read(t: &mut Fields<'_>) -> Self {
        Self {
            margin: t
                .number("margin", "yield beyond the fees of both trades that is worth the trouble")
                .unit("share of what is staked")
                .at_least(-1.0)
                .at_most(1e6)
                .default(0.0),
            impact: impact(t),
        }
    }
}

impl Trader for EpochSniper {
    fn trade(&mut self, turn: &mut TraderTurn<'_>, orders: &mut Vec<TradeOrder>) {
        let mut desk = Desk::new(turn, orders);
        // All is sold before anything is bought, so that the same money is there every time.
        let mut money = turn.cash.tokens();
        for &holding in turn.holdings {
            let Some(quote) = turn.market(holding.subnet) else { continue };
            desk.sell(holding, quote, Alpha(u64::MAX), 0.0);
            let alpha = holding.free().tokens();
            money += alpha * quote.price * quote.alpha / (quote.alpha + alpha) * (1.0 - turn.fee);
        }
        // The lower place wins a tie.
        let better = |a: (usize, &Quote), b: (usize, &Quote)| a.1.epoch_yield < b.1.epoch_yield;
        let best = turn
            .markets()
            .map(|(subnet, quote)| (subnet, *quote))
            .reduce(|a, b| if better((a.0, &a.1), (b.0, &b.1)) { b } else { a });
        if let Some((subnet, quote)) = best
            && quote.epoch_yield > 2.0 * turn.fee + self.margin
        {
            let most = quote.tao_for_rise(self.impact);
            desk.buy_after_sale(subnet, Tao::from_tokens(money.min(most)));
        }
    }

    fn timing(&self, order: &TradeOrder) -> Timing {
        if matches!(order, TradeOrder::Buy { .. }) { Timing::Late } else { Timing::Early }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::strategy::trader::tests::{Market, behave, orders};

    /// Two fees of 0.05 % are a thousandth, and a margin of a thousandth asks for as much again.
    #[test]
    fn stakes_only_where_the_epoch_pays_for_the_fees() {
        let mut market = Market::new(&[(1_000.0, 10_000.0); 2]);
        market.cash = Tao::from_tokens(20.0);
        market.quotes[1].epoch_yield = 0.0019;
        let mut sniper = behave(BEHAVIOUR, "margin = 0.001\nimpact = 0.9");
        assert_eq!(orders(&mut *sniper, &market), []);
        market.quotes[1].epoch_yield = 0.0021;
        let buy = TradeOrder::Buy { subnet: 1, amount: market.cash, limit: f64::INFINITY };
        assert_eq!(orders(&mut *sniper, &market), [buy]);
        assert_eq!(sniper.timing(&buy), Timing::Late);
    }

    /// 1000 alpha of 10 000 at a price of 0.1 fetch 100 * 10/11 TAO less the fee.
    #[test]
    fn leaves_early_and_comes_back_late_with_the_same_money() {
        let mut market = Market::new(&[(1_000.0, 10_000.0); 2]);
        market.quotes[0].epoch_yield = 0.01;
        market.hold(0, 1_000.0);
        let mut sniper = behave(BEHAVIOUR, "impact = 0.9");
        let found = orders(&mut *sniper, &market);
        let [sell, TradeOrder::Buy { subnet: 0, amount, .. }] = found[..] else {
            panic!("{found:?}")
        };
        assert!(matches!(sell, TradeOrder::Sell { subnet: 0, .. }));
        assert_eq!(sniper.timing(&sell), Timing::Early);
        assert!((amount.tokens() - 90.909_090_9 * 0.9995).abs() < 1e-6, "{amount}");
    }
}

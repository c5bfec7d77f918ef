//! A trader that holds the index.

use super::desk::{Desk, impact};
use super::{Quote, TradeOrder, Trader, TraderTurn};
use crate::fields::Fields;
use crate::strategy::{Behaviour, Conduct};
use crate::units::{Alpha, Tao};

pub(super) const BEHAVIOUR: Behaviour<dyn Trader> = Behaviour {
    name: "rebalancer",
    about: "Knows pools and shares of the emission. Keeps a part of its fortune in alpha, each \
            subnet's in proportion to its pool or to its share, and the rest on root; trades where \
            it is off by more than a band.",
    source: "Capitalisation-weighted index funds; no-trade bands as in Constantinides (1986), \
             https://doi.org/10.1086/261410.",
    conduct: Conduct::Honest,
    read: |t| Box::new(Rebalancer::read(t)),
};

/// Knows what each subnet weighs in the index; decides what to even out.
#[derive(Clone, Debug)]
struct Rebalancer {
    index: Index,
    alpha: f64,
    band: f64,
    impact: f64,
}

/// What the index is weighted by.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Index {
    Pools,
    Shares,
    Equal,
}

impl Index {
    /// Weight of a market `[of any scale]`.
    fn weight(self, quote: &Quote) -> f64 {
        match self {
            Self::Pools => quote.tao,
            Self::Shares if quote.share > 0.0 && quote.share.is_finite() => quote.share,
            Self::Shares => 0.0,
            Self::Equal => 1.0,
        }
    }
}

impl Rebalancer {
    fn read(t: &mut Fields<'_>) -> Self {
        let options = [("pools", Index::Pools), ("shares", Index::Shares), ("equal", Index::Equal)];
        let about = "what a subnet weighs in its index: the TAO in its pool, its share of the \
                     emission, or the same as any other";
        Self {
            index: t.choice("index", about, &options, Index::Pools),
            alpha: t.number("alpha", "part of its fortune in alpha").share().default(1.0),
            band: t
                .number("band", "relative distance from its part in the index that it leaves alone")
                .at_least(0.0)
                .at_most(1e6)
                .default(0.1),
            impact: impact(t),
        }
    }
}

/// Worth of what it holds at a place `[TAO]`.
fn worth(turn: &TraderTurn<'_>, subnet: usize, quote: &Quote) -> f64 {
    let held = turn.holdings.binary_search_by_key(&subnet, |holding| holding.subnet);
    held.map_or(0.0, |at| turn.holdings[at].alpha.tokens() * quote.price)
}

impl Trader for Rebalancer {
    fn trade(&mut self, turn: &mut TraderTurn<'_>, orders: &mut Vec<TradeOrder>) {
        let (mut fortune, mut weights) = (turn.cash.tokens() + turn.root.tokens(), 0.0);
        for (subnet, quote) in turn.markets() {
            fortune += worth(turn, subnet, quote);
            weights += self.index.weight(quote);
        }
        let scale = if weights > 0.0 { self.alpha * fortune / weights } else { 0.0 };
        let mut desk = Desk::new(turn, orders);
        for &holding in turn.holdings {
            let Some(quote) = turn.market(holding.subnet) else { continue };
            let aim = scale * self.index.weight(quote);
            let excess = holding.alpha.tokens() * quote.price - aim;
            if excess > self.band * aim {
                let most = quote.alpha_for_fall(self.impact);
                let amount = Alpha::from_tokens((excess / quote.price).min(most));
                desk.sell(holding, quote, amount, 0.0);
            }
        }
        let mut lacking = Tao::ZERO;
        for (subnet, quote) in turn.markets() {
            let aim = scale * self.index.weight(quote);
            let lack = aim - worth(turn, subnet, quote);
            if lack > self.band * aim {
                let amount = Tao::from_tokens(lack.min(quote.tao_for_rise(self.impact)));
                lacking = Tao(lacking.0.saturating_add(amount.0));
                desk.buy(subnet, amount, f64::INFINITY);
            }
        }
        // Root lends what cash lacks until the next review, and takes what is too much.
        if lacking > turn.cash {
            desk.unstake_root(lacking.saturating_sub(turn.cash));
        } else {
            desk.stake_root(desk.cash);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::strategy::trader::tests::{Market, behave, orders};

    /// Pools of 3000 and 1000 TAO, both at a price of 0.1; holdings in TAO.
    fn market(first: f64, second: f64) -> Market {
        let mut market = Market::new(&[(3_000.0, 30_000.0), (1_000.0, 10_000.0)]);
        market.hold(0, first * 10.0);
        market.hold(1, second * 10.0);
        market
    }

    fn buy(subnet: usize, tokens: f64) -> TradeOrder {
        TradeOrder::Buy { subnet, amount: Tao::from_tokens(tokens), limit: f64::INFINITY }
    }

    #[test]
    fn buys_the_index() {
        let mut market = market(0.0, 0.0);
        market.cash = Tao::from_tokens(8.0);
        let mut trader = behave(BEHAVIOUR, "impact = 0.5");
        assert_eq!(orders(&mut *trader, &market), [buy(0, 6.0), buy(1, 2.0)]);
        // Half in alpha, the rest on root.
        let mut trader = behave(BEHAVIOUR, "impact = 0.5\nalpha = 0.5");
        let root = TradeOrder::StakeRoot { amount: Tao::from_tokens(4.0) };
        assert_eq!(orders(&mut *trader, &market), [buy(0, 3.0), buy(1, 1.0), root]);
        market.quotes[0].share = 0.25;
        market.quotes[1].share = 0.75;
        let mut trader = behave(BEHAVIOUR, "impact = 0.5\nindex = 'shares'");
        assert_eq!(orders(&mut *trader, &market), [buy(0, 2.0), buy(1, 6.0)]);
    }

    /// Of 8 TAO, 6 and 2 belong: 6.5 and 1.5 are off by a twelfth and a quarter.
    #[test]
    fn trades_only_beyond_the_band() {
        let market = Market { root: Tao::from_tokens(1e-9), ..market(6.5, 1.5) };
        assert_eq!(orders(&mut *behave(BEHAVIOUR, "band = 0.3"), &market), []);
        // Only the second is off by more than a fifth; there is no cash to buy it with yet.
        assert_eq!(orders(&mut *behave(BEHAVIOUR, "band = 0.2"), &market), []);
        let found = orders(&mut *behave(BEHAVIOUR, "band = 0.05"), &market);
        let [TradeOrder::Sell { subnet: 0, amount, limit: 0.0 }] = found[..] else {
            panic!("{found:?}");
        };
        assert!((amount.tokens() - 5.0).abs() < 1e-6, "{amount}");
    }

    #[test]
    fn root_lends_what_cash_lacks() {
        let mut market = market(0.0, 0.0);
        market.cash = Tao::from_tokens(7.0);
        market.root = Tao::from_tokens(1.0);
        let mut trader = behave(BEHAVIOUR, "impact = 0.5");
        let free = TradeOrder::UnstakeRoot { amount: Tao::from_tokens(1.0) };
        assert_eq!(orders(&mut *trader, &market), [buy(0, 6.0), buy(1, 1.0), free]);
    }

    /// 21 % more price takes 10 % more TAO.
    #[test]
    fn an_order_is_bounded_by_its_impact() {
        let mut market = market(0.0, 0.0);
        market.cash = Tao::from_tokens(8_000.0);
        let found = orders(&mut *behave(BEHAVIOUR, "impact = 0.21"), &market);
        assert_eq!(found[..2], [buy(0, 300.0), buy(1, 100.0)]);
    }
}

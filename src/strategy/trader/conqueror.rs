//! A trader that wants the subnet itself.

use super::desk::{Desk, impact};
use super::target::{Target, target};
use super::{TradeOrder, Trader, TraderTurn};
use crate::fields::Fields;
use crate::strategy::{Behaviour, Conduct};
use crate::units::{Alpha, Epoch, Tao};

pub(super) const BEHAVIOUR: Behaviour<dyn Trader> = Behaviour {
    name: "conqueror",
    about: "Knows the depth of one pool and how much alpha is outside it. Buys until it has a part \
            of that alpha, and locks all that it has towards its own hotkey, until conviction \
            gives it the subnet. Then it holds what it has, or sells what is not locked: the \
            owner's cut.",
    source: "Hostile takeover by conviction: subtensor#2658 and #3083; `staking/lock.rs`.",
    conduct: Conduct::Deviant,
    read: |t| Box::new(Conqueror::read(t)),
};

/// Knows one pool; decides how much to buy and to lock.
#[derive(Clone, Debug)]
struct Conqueror {
    target: Target,
    from: Epoch,
    part: f64,
    milks: bool,
    impact: f64,
    /// What it goes for, once it has begun.
    prey: Option<usize>,
}

impl Conqueror {
    fn read(t: &mut Fields<'_>) -> Self {
        let target = target(t);
        let from = t
            .whole("from", "epoch from which it buys")
            .unit("epochs")
            .at_most(10_000_000.0)
            .default(0_u64);
        let part = t
            .number("part", "part of the alpha outside the pool that it wants to have")
            .share()
            .default(0.2);
        let milks = t
            .flag("milks", "whether it sells what is not locked once the subnet is its own")
            .default(false);
        let from = Epoch::try_from(from).unwrap_or(Epoch::MAX);
        Self { target, from, part, milks, impact: impact(t), prey: None }
    }
}

impl Trader for Conqueror {
    fn trade(&mut self, turn: &mut TraderTurn<'_>, orders: &mut Vec<TradeOrder>) {
        if turn.epoch < self.from {
            return;
        }
        self.prey = self.prey.or_else(|| self.target.choose(turn));
        let Some(prey) = self.prey else { return };
        let Some(quote) = turn.market(prey) else { return };
        let held = turn.holdings.iter().find(|held| held.subnet == prey).copied();
        let mut desk = Desk::new(turn, orders);
        if turn.owned.contains(&prey) {
            if let (Some(holding), true) = (held, self.milks) {
                let slice = Alpha::from_tokens(quote.alpha_for_fall(self.impact));
                desk.sell(holding, quote, slice, 0.0);
            }
            return;
        }
        let lack = self.part * quote.outside - held.map_or(0.0, |held| held.alpha.tokens());
        if lack > 0.0 {
            let cost = (lack * quote.price).min(quote.tao_for_rise(self.impact));
            desk.buy(prey, Tao::from_tokens(cost), f64::INFINITY);
        }
        if let Some(holding) = held {
            desk.lock(holding, Alpha(u64::MAX));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::strategy::trader::tests::{Market, behave, orders};

    /// A fifth of 5000 alpha is 1000; it has 900 of which 600 are locked, and lacks 100 at 0.1.
    #[test]
    fn buys_what_it_lacks_and_locks_what_it_has() {
        let mut market = Market::new(&[(1_000.0, 10_000.0)]);
        market.quotes[0].outside = 5_000.0;
        market.cash = Tao::from_tokens(50.0);
        market.hold(0, 900.0);
        market.holdings[0].locked = Alpha::from_tokens(600.0);
        let mut conqueror = behave(BEHAVIOUR, "impact = 0.5\nmilks = true");
        let buy =
            TradeOrder::Buy { subnet: 0, amount: Tao::from_tokens(10.0), limit: f64::INFINITY };
        let lock = TradeOrder::Lock { subnet: 0, amount: Alpha::from_tokens(300.0) };
        assert_eq!(orders(&mut *conqueror, &market), [buy, lock]);
        market.owned = vec![0];
        let milk = TradeOrder::Sell { subnet: 0, amount: Alpha::from_tokens(300.0), limit: 0.0 };
        assert_eq!(orders(&mut *conqueror, &market), [milk]);
    }
}

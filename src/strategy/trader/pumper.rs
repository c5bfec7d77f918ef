//! A trader that lifts a price to be paid for it.

use super::desk::{Desk, impact};
use super::target::{Target, target};
use super::{TradeOrder, Trader, TraderTurn};
use crate::fields::Fields;
use crate::strategy::{Behaviour, Conduct};
use crate::units::{Alpha, Epoch, Tao};

pub(super) const BEHAVIOUR: Behaviour<dyn Trader> = Behaviour {
    name: "pumper",
    about: "Knows the depth of one pool. Buys its alpha to lift the price, and with it the \
            smoothed price and the subnet's share of the emission; holds it while that pays into \
            the pool, and then sells all, at each review as much as moves the price by no more \
            than a bound. After a rest it begins anew, if it is given one.",
    source: "Price pumps for emission share: subtensor#3029. The claim that faking the signal \
             costs more than it gains is what this tests.",
    conduct: Conduct::Deviant,
    read: |t| Box::new(Pumper::read(t)),
};

/// Knows one pool; decides when to buy and when to sell.
#[derive(Clone, Debug)]
struct Pumper {
    target: Target,
    from: Epoch,
    hold: Epoch,
    rest: Option<Epoch>,
    impact: f64,
    /// Where it has gone, and when it began.
    course: Option<(usize, Epoch)>,
}

impl Pumper {
    fn read(t: &mut Fields<'_>) -> Self {
        let epochs = |t: &mut Fields<'_>, key, about, default: u64| {
            let key = t.whole(key, about).unit("epochs").at_most(10_000_000.0).default(default);
            Epoch::try_from(key).unwrap_or(Epoch::MAX)
        };
        let target = target(t);
        let from = epochs(t, "from", "epoch from which it buys", 0);
        let hold = epochs(t, "hold", "time from its first purchase to its first sale", 140);
        let rest = t
            .whole("rest", "time without alpha before it begins anew; once where it is left out")
            .unit("epochs")
            .at_most(10_000_000.0)
            .optional();
        let rest = rest.map(|rest| Epoch::try_from(rest).unwrap_or(Epoch::MAX));
        Self { target, from, hold, rest, impact: impact(t), course: None }
    }
}

impl Trader for Pumper {
    fn trade(&mut self, turn: &mut TraderTurn<'_>, orders: &mut Vec<TradeOrder>) {
        if turn.epoch < self.from {
            return;
        }
        if self.course.is_none() {
            self.course = self.target.choose(turn).map(|target| (target, turn.epoch));
        }
        let Some((target, begun)) = self.course else { return };
        let Some(quote) = turn.market(target) else { return };
        let mut desk = Desk::new(turn, orders);
        if turn.epoch < begun.saturating_add(self.hold) {
            let slice = Tao::from_tokens(quote.tao_for_rise(self.impact));
            desk.buy(target, slice.min(turn.cash), f64::INFINITY);
            return;
        }
        if let Some(holding) = turn.holdings.iter().find(|held| held.subnet == target) {
            let slice = Alpha::from_tokens(quote.alpha_for_fall(self.impact));
            desk.sell(*holding, quote, slice, 0.0);
        } else if let Some(rest) = self.rest {
            // Out of the market: what comes next is the next pump.
            (self.from, self.course) = (turn.epoch.saturating_add(rest), None);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::strategy::trader::tests::{Market, behave, orders};

    #[test]
    fn buys_holds_sells_and_begins_anew() {
        let mut market = Market::new(&[(1_000.0, 10_000.0), (100.0, 1_000.0)]);
        market.cash = Tao::from_tokens(8.0);
        let text = "target = 'smallest-pool'\nfrom = 10\nhold = 40\nrest = 20\nimpact = 0.21";
        let mut pumper = behave(BEHAVIOUR, text);
        assert_eq!(orders(&mut *pumper, &market), []);
        market.epoch = 10;
        let buy =
            TradeOrder::Buy { subnet: 1, amount: Tao::from_tokens(8.0), limit: f64::INFINITY };
        assert_eq!(orders(&mut *pumper, &market), [buy]);
        (market.cash, market.epoch) = (Tao::ZERO, 30);
        market.hold(1, 70.0);
        assert_eq!(orders(&mut *pumper, &market), []);
        market.epoch = 50;
        let sell = TradeOrder::Sell { subnet: 1, amount: Alpha::from_tokens(70.0), limit: 0.0 };
        assert_eq!(orders(&mut *pumper, &market), [sell]);
        market.hold(1, 0.0);
        (market.cash, market.epoch) = (Tao::from_tokens(8.0), 60);
        assert_eq!(orders(&mut *pumper, &market), []);
        market.epoch = 70;
        assert_eq!(orders(&mut *pumper, &market), [], "it rests until 80");
        market.epoch = 80;
        assert_eq!(orders(&mut *pumper, &market), [buy]);
    }
}

//! A trader that buys one subnet and never leaves.

use super::desk::{Desk, impact};
use super::target::{Target, target};
use super::{TradeOrder, Trader, TraderTurn};
use crate::fields::Fields;
use crate::strategy::{Behaviour, Conduct};
use crate::units::Tao;

pub(super) const BEHAVIOUR: Behaviour<dyn Trader> = Behaviour {
    name: "loyal",
    about: "Knows the depth of one pool. Puts all its cash into one subnet, at each review as much \
            as moves the price by no more than a bound, and never sells.",
    source: "Communities that hold their subnet's alpha whatever its price does; the holders who \
             `do not sell into chain buys`.",
    conduct: Conduct::Honest,
    read: |t| Box::new(Loyal::read(t)),
};

/// Knows one pool; decides nothing but how fast it enters.
#[derive(Clone, Debug)]
struct Loyal {
    target: Target,
    impact: f64,
    /// Where it has gone.
    home: Option<usize>,
}

impl Loyal {
    fn read(t: &mut Fields<'_>) -> Self {
        Self { target: target(t), impact: impact(t), home: None }
    }
}

impl Trader for Loyal {
    fn trade(&mut self, turn: &mut TraderTurn<'_>, orders: &mut Vec<TradeOrder>) {
        self.home = self.home.or_else(|| self.target.choose(turn));
        let Some(home) = self.home else { return };
        let Some(quote) = turn.market(home) else { return };
        let slice = Tao::from_tokens(quote.tao_for_rise(self.impact));
        let mut desk = Desk::new(turn, orders);
        desk.buy(home, slice.min(turn.cash), f64::INFINITY);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::strategy::trader::tests::{Market, behave, orders};

    /// 21 % more price takes a tenth more TAO. Where it went first, there it stays.
    #[test]
    fn buys_in_slices_and_never_sells() {
        let mut market = Market::new(&[(1_000.0, 10_000.0), (100.0, 1_000.0)]);
        market.cash = Tao::from_tokens(15.0);
        let mut loyal = behave(BEHAVIOUR, "target = 'smallest-pool'\nimpact = 0.21");
        let buy = |tokens| TradeOrder::Buy {
            subnet: 1,
            amount: Tao::from_tokens(tokens),
            limit: f64::INFINITY,
        };
        assert_eq!(orders(&mut *loyal, &market), [buy(10.0)]);
        market.cash = Tao::from_tokens(5.0);
        market.hold(1, 90.0);
        market.quotes[1].price = 0.001;
        market.quotes[0].tao = 1.0;
        assert_eq!(orders(&mut *loyal, &market), [buy(5.0)]);
        market.cash = Tao::ZERO;
        assert_eq!(orders(&mut *loyal, &market), []);
    }
}

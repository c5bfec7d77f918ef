//! A trader that goes where the money of others has gone.

use super::desk::{Desk, impact, part_of_alpha, speed};
use super::{Quote, TradeOrder, Trader, TraderTurn};
use crate::fields::Fields;
use crate::strategy::{Behaviour, Conduct};
use crate::units::{Alpha, Tao};

pub(super) const BEHAVIOUR: Behaviour<dyn Trader> = Behaviour {
    name: "herd",
    about: "Knows what people put into each pool in the last epoch less what they took out, or how \
            prices have changed since its last review. Buys where that is greatest, in proportion \
            to the pool, and sells a share of what it holds where it is negative.",
    source: "Herding on order flow: Lakonishok, Shleifer and Vishny (1992), \
             https://doi.org/10.1016/0304-405X(92)90023-Q.",
    conduct: Conduct::Honest,
    read: |t| Box::new(Herd::read(t)),
};

/// Knows flows, or its own notes of prices; decides whom to follow.
#[derive(Clone, Debug)]
struct Herd {
    sign: Sign,
    threshold: f64,
    speed: f64,
    impact: f64,
    /// Prices at its last review, in half the usual width; 0 where there is none.
    notes: Vec<f32>,
}

/// By what it sees where others go.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Sign {
    Flow,
    Price,
}

impl Herd {
    fn read(t: &mut Fields<'_>) -> Self {
        let about = "by what it sees where others go: by the last epoch's net flow into a pool as \
                     a part of the pool, or by the change of the price since its last review";
        Self {
            sign: t.choice(
                "sign",
                about,
                &[("flow", Sign::Flow), ("price", Sign::Price)],
                Sign::Flow,
            ),
            threshold: t
                .number("threshold", "what the sign must exceed, either way, to be followed")
                .unit("share of the pool, or of the price")
                .at_least(0.0)
                .at_most(1e6)
                .default(0.001),
            speed: speed(t, 0.25),
            impact: impact(t),
            notes: Vec::new(),
        }
    }

    /// How strongly others go there, as a share of the pool or of the price.
    fn pull(&self, subnet: usize, quote: &Quote) -> f64 {
        let pull = match self.sign {
            Sign::Flow => quote.flow / quote.tao,
            Sign::Price => match f64::from(self.notes.get(subnet).copied().unwrap_or(0.0)) {
                past if past > 0.0 => quote.price / past - 1.0,
                _ => 0.0,
            },
        };
        if pull.is_finite() { pull } else { 0.0 }
    }
}

impl Trader for Herd {
    #[expect(clippy::cast_possible_truncation, reason = "a note need not be exact")]
    fn trade(&mut self, turn: &mut TraderTurn<'_>, orders: &mut Vec<TradeOrder>) {
        self.notes.resize(turn.quotes.len(), 0.0);
        let mut desk = Desk::new(turn, orders);
        for &holding in turn.holdings {
            let Some(quote) = turn.market(holding.subnet) else { continue };
            if self.pull(holding.subnet, quote) < -self.threshold {
                let part = part_of_alpha(holding.alpha, self.speed, quote.price);
                let most = Alpha::from_tokens(quote.alpha_for_fall(self.impact));
                desk.sell(holding, quote, part.min(most), 0.0);
            }
        }
        // The lower place wins a tie.
        let pulls = turn.markets().map(|(subnet, quote)| (self.pull(subnet, quote), subnet, quote));
        let best = pulls.reduce(|a, b| if b.0 > a.0 { b } else { a });
        if let Some((pull, subnet, quote)) = best
            && pull > self.threshold
        {
            let most = Tao::from_tokens(quote.tao_for_rise(self.impact));
            desk.buy(subnet, turn.cash.part(self.speed).min(most), f64::INFINITY);
        }
        for (note, quote) in self.notes.iter_mut().zip(turn.quotes) {
            *note = quote.price as f32;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::strategy::trader::tests::{Market, behave, orders};

    /// Two pools of 1000 TAO and 10 000 alpha, cash of 8 TAO and 40 alpha of the second.
    fn market() -> Market {
        let mut market = Market::new(&[(1_000.0, 10_000.0); 2]);
        market.cash = Tao::from_tokens(8.0);
        market.hold(1, 40.0);
        market
    }

    fn both() -> [TradeOrder; 2] {
        [
            TradeOrder::Sell { subnet: 1, amount: Alpha::from_tokens(10.0), limit: 0.0 },
            TradeOrder::Buy { subnet: 0, amount: Tao::from_tokens(2.0), limit: f64::INFINITY },
        ]
    }

    #[test]
    fn follows_the_money_of_others() {
        let (mut market, mut herd) = (market(), behave(BEHAVIOUR, "impact = 0.5"));
        market.quotes[0].flow = 1.0;
        market.quotes[1].flow = -1.0;
        assert_eq!(orders(&mut *herd, &market), [], "a thousandth is not more than a thousandth");
        market.quotes[0].flow = 1.1;
        market.quotes[1].flow = -1.1;
        assert_eq!(orders(&mut *herd, &market), both());
    }

    #[test]
    fn or_the_changes_of_prices() {
        let (mut market, mut herd) = (market(), behave(BEHAVIOUR, "sign = 'price'\nimpact = 0.5"));
        market.quotes[1].flow = 100.0;
        assert_eq!(orders(&mut *herd, &market), [], "it has seen no price before");
        market.quotes[0].price *= 1.01;
        market.quotes[1].price *= 0.99;
        assert_eq!(orders(&mut *herd, &market), both());
        assert_eq!(orders(&mut *herd, &market), [], "nothing has changed since");
    }
}

//! A trader that buys what has risen.

use super::desk::{Desk, impact, part_of_alpha, speed};
use super::{TradeOrder, Trader, TraderTurn};
use crate::fields::Fields;
use crate::strategy::{Behaviour, Conduct};
use crate::units::{Alpha, Epoch, Tao};

pub(super) const BEHAVIOUR: Behaviour<dyn Trader> = Behaviour {
    name: "momentum",
    about: "Knows prices and its own notes of them. Sells a share of each holding whose price has \
            fallen over a look-back window, and spends a share of its cash on the subnets whose \
            price has risen most. Leaves its root stake alone.",
    source: "Jegadeesh and Titman (1993), https://doi.org/10.1111/j.1540-6261.1993.tb04702.x, in \
             small; the chartists of Brock and Hommes (1998).",
    conduct: Conduct::Honest,
    read: |t| Box::new(Momentum::read(t)),
};

/// Prices that it remembers of one market: enough to be within an eighth of the window.
const SLOTS: usize = 8;

/// Knows its own notes of prices; decides what to buy and what to sell.
#[derive(Clone, Debug)]
struct Momentum {
    window: u64,
    threshold: f64,
    picks: u64,
    speed: f64,
    impact: f64,
    /// A ring of prices for each market, in half the usual width, since there can be many
    /// traders; 0 where there is none.
    notes: Vec<[f32; SLOTS]>,
    taken: usize,
    due: u64,
}

impl Momentum {
    fn read(t: &mut Fields<'_>) -> Self {
        Self {
            window: t
                .whole("window", "how far it looks back")
                .unit("epochs")
                .at_least(1.0)
                .at_most(1e7)
                .default(140_u64),
            threshold: t
                .number("threshold", "relative change of the price over the window that counts")
                .at_least(0.0)
                .at_most(1e6)
                .default(0.05),
            picks: t
                .whole("picks", "most subnets that it buys at one review")
                .unit("subnets")
                .at_least(1.0)
                .at_most(1_000.0)
                .default(3_u64),
            speed: speed(t, 0.25),
            impact: impact(t),
            notes: Vec::new(),
            taken: 0,
            due: 0,
        }
    }

    /// Epochs between two notes, and how many of them make the window.
    fn rhythm(&self, review: Epoch) -> (u64, usize) {
        let apart = self.window.div_ceil(SLOTS as u64).max(u64::from(review));
        let count = (self.window / apart).clamp(1, SLOTS as u64);
        (apart, usize::try_from(count).unwrap_or(SLOTS))
    }

    #[expect(clippy::cast_possible_truncation, reason = "a note need not be exact")]
    fn take_notes(&mut self, turn: &TraderTurn<'_>, slot: usize) {
        for (notes, quote) in self.notes.iter_mut().zip(turn.quotes) {
            notes[slot] = quote.price as f32;
        }
    }

    /// Relative change of the price since the note in `slot`; 0 where there is none.
    fn rise(&self, subnet: usize, price: f64, slot: usize) -> f64 {
        let past = f64::from(self.notes[subnet][slot]);
        let rise = price / past - 1.0;
        if past > 0.0 && rise.is_finite() { rise } else { 0.0 }
    }
}

impl Trader for Momentum {
    fn trade(&mut self, turn: &mut TraderTurn<'_>, orders: &mut Vec<TradeOrder>) {
        self.notes.resize(turn.quotes.len(), [0.0; SLOTS]);
        let (apart, count) = self.rhythm(turn.review);
        // The slot that is written next is the one that was written longest ago.
        let slot = self.taken % count;
        let mut desk = Desk::new(turn, orders);
        for &holding in turn.holdings {
            let Some(quote) = turn.market(holding.subnet) else { continue };
            if self.rise(holding.subnet, quote.price, slot) < -self.threshold {
                let part = part_of_alpha(holding.alpha, self.speed, quote.price);
                let most = Alpha::from_tokens(quote.alpha_for_fall(self.impact));
                desk.sell(holding, quote, part.min(most), 0.0);
            }
        }
        let budget = turn.cash.part(self.speed / self.picks as f64);
        // From the greatest rise down, the lower place first among equals.
        let mut last = (f64::INFINITY, 0);
        for _ in 0..self.picks {
            let next = turn
                .markets()
                .map(|(subnet, quote)| (self.rise(subnet, quote.price, slot), subnet, quote))
                .filter(|(rise, ..)| *rise > self.threshold)
                .filter(|(rise, at, _)| *rise < last.0 || (*rise == last.0 && *at > last.1))
                .reduce(|a, b| if b.0 > a.0 { b } else { a });
            let Some((rise, subnet, quote)) = next else { break };
            let most = Tao::from_tokens(quote.tao_for_rise(self.impact));
            desk.buy(subnet, budget.min(most), f64::INFINITY);
            last = (rise, subnet);
        }
        if u64::from(turn.epoch) >= self.due {
            self.take_notes(turn, slot);
            self.taken += 1;
            self.due = u64::from(turn.epoch) + apart;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::strategy::trader::tests::{Market, behave, orders};

    /// Three pools of 1000 TAO and 10 000 alpha (price 0.1), and money.
    fn market() -> Market {
        let mut market = Market::new(&[(1_000.0, 10_000.0); 3]);
        market.cash = Tao::from_tokens(12.0);
        market.hold(2, 40.0);
        market.review = 10;
        market
    }

    const PLAIN: &str = "window = 20\nthreshold = 0.05\nspeed = 0.5\npicks = 2\nimpact = 0.5";

    fn buy(subnet: usize, tokens: f64) -> TradeOrder {
        TradeOrder::Buy { subnet, amount: Tao::from_tokens(tokens), limit: f64::INFINITY }
    }

    /// With two notes in the window, the third review looks back at the first.
    #[test]
    fn buys_what_has_risen_and_sells_what_has_fallen() {
        let (mut market, mut trader) = (market(), behave(BEHAVIOUR, PLAIN));
        let mut changes = Vec::new();
        for _ in 0..3 {
            changes.push(orders(&mut *trader, &market));
            market.epoch += market.review;
            // Twice 4 % are 8.2 %, twice 3 % up 6.1 %, and twice 3 % down 5.9 %.
            market.quotes[0].price *= 1.03;
            market.quotes[1].price *= 1.04;
            market.quotes[2].price *= 0.97;
        }
        let amount = Alpha::from_tokens(20.0);
        let sell = TradeOrder::Sell { subnet: 2, amount, limit: 0.0 };
        assert_eq!(changes, [vec![], vec![], vec![sell, buy(1, 3.0), buy(0, 3.0)]]);
    }

    #[test]
    fn changes_within_the_threshold_are_no_news() {
        let (mut market, mut trader) = (market(), behave(BEHAVIOUR, PLAIN));
        for _ in 0..10 {
            assert_eq!(orders(&mut *trader, &market), []);
            market.epoch += market.review;
            market.quotes[0].price *= 1.02;
            market.quotes[2].price *= 0.98;
        }
    }

    /// 2 % more price takes 1000 (sqrt 1.02 - 1) = 9.950494 TAO, and 2 % less takes
    /// 10 000 (1 / sqrt 0.98 - 1) = 101.525446 alpha.
    #[test]
    fn an_order_is_bounded_by_its_impact() {
        let mut market = market();
        market.cash = Tao::from_tokens(1e6);
        market.hold(2, 1e6);
        let mut trader = behave(BEHAVIOUR, "window = 10\nimpact = 0.02");
        orders(&mut *trader, &market);
        market.epoch += market.review;
        market.quotes[0].price *= 1.5;
        market.quotes[2].price *= 0.5;
        let [TradeOrder::Sell { amount: sold, .. }, TradeOrder::Buy { amount: spent, .. }] =
            orders(&mut *trader, &market)[..]
        else {
            panic!("one sale and one purchase");
        };
        assert!((sold.tokens() - 101.525_446).abs() < 1e-6, "{sold}");
        assert!((spent.tokens() - 9.950_494).abs() < 1e-6, "{spent}");
    }

    #[test]
    fn notes_are_apart_by_a_review_or_an_eighth_of_the_window() {
        let momentum = |text: &str| {
            let table = toml::from_str(text).unwrap();
            crate::fields::read(&table, Momentum::read).0
        };
        assert_eq!(momentum("window = 140").rhythm(20), (20, 7));
        assert_eq!(momentum("window = 140").rhythm(1), (18, 7));
        assert_eq!(momentum("window = 800").rhythm(20), (100, 8));
        assert_eq!(momentum("window = 5").rhythm(20), (20, 1));
    }
}

//! A noise trader that bets on the return of prices.

use super::desk::{Desk, impact, part_of_alpha, part_of_tao};
use super::{TradeOrder, Trader, TraderTurn};
use crate::fields::{Fields, Kind};
use crate::num;
use crate::strategy::{Behaviour, Conduct};
use crate::units::{Alpha, Tao};

pub(super) const BEHAVIOUR: Behaviour<dyn Trader> = Behaviour {
    name: "mean-reverter",
    about: "Knows prices and what it takes them to return to: the smoothed price of the chain, or \
            its own slow average. Buys the subnet that is furthest below and sells holdings that \
            are above, more of them the further off. By chance it instead buys or sells something \
            at random, an amount that is drawn.",
    source: "Chiarella and Iori (2002), https://doi.org/10.1088/1469-7688/2/5/303, fundamentalist \
             and noise components; Black (1986), https://doi.org/10.1111/j.1540-6261.1986.tb04513.x; \
             De Long, Shleifer, Summers and Waldmann (1990), https://doi.org/10.1086/261703.",
    conduct: Conduct::Honest,
    read: |t| Box::new(MeanReverter::read(t)),
};

/// Knows prices and their slow averages; decides how much to bet, or plays at random.
#[derive(Clone, Debug)]
struct MeanReverter {
    value: Value,
    band: f64,
    strength: f64,
    noise: f64,
    size: f64,
    impact: f64,
    /// Its own averages, in half the usual width, since there can be many traders; 0 where there
    /// is none.
    averages: Vec<f32>,
}

/// What a price is taken to return to.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Value {
    /// The chain's smoothed price.
    Ema,
    /// Its own average, with a memory of so many epochs.
    Average(f64),
}

const VALUES: &[Kind<Value>] = &[
    Kind { name: "ema", about: "the smoothed price of the chain", read: |_| Value::Ema },
    Kind {
        name: "average",
        about: "its own average of the prices that it saw",
        read: |t| {
            let memory =
                t.number("memory", "age at which a price has lost all but 1/e of its weight");
            Value::Average(memory.unit("epochs").above(0.0).at_most(1e7).default(600.0))
        },
    },
];

impl MeanReverter {
    fn read(t: &mut Fields<'_>) -> Self {
        let value = t.kinded("value", "what it takes a price to return to", VALUES, Some("ema"));
        Self {
            value: value.unwrap_or(Value::Ema),
            band: t
                .number("band", "distance of the price from its value that it leaves alone")
                .unit("of the logarithm")
                .at_least(0.0)
                .at_most(100.0)
                .default(0.05),
            strength: t
                .number(
                    "strength",
                    "share of its cash, or of a holding, that it trades for each 1 of distance",
                )
                .at_least(0.0)
                .at_most(1e6)
                .default(1.0),
            noise: t
                .number("noise", "chance that it trades at random, at one review")
                .share()
                .default(0.1),
            size: t
                .number("size", "mean of the exponential draw for a random trade")
                .unit("share of its cash or of a holding")
                .above(0.0)
                .at_most(1.0)
                .default(0.05),
            impact: impact(t),
            averages: Vec::new(),
        }
    }

    #[expect(clippy::cast_possible_truncation, reason = "a note need not be exact")]
    fn take_notes(&mut self, turn: &TraderTurn<'_>) {
        let Value::Average(memory) = self.value else { return };
        self.averages.resize(turn.quotes.len(), 0.0);
        let new = 1.0 - num::exp(-f64::from(turn.review.max(1)) / memory);
        for (subnet, quote) in turn.markets() {
            let average = &mut self.averages[subnet];
            let before = f64::from(*average);
            let now =
                if before > 0.0 { before + new * (quote.price - before) } else { quote.price };
            *average = now as f32;
        }
    }

    /// How far the price of a market is below its value, in logarithms, and that value. 0 where
    /// nothing is known.
    fn discount(&self, turn: &TraderTurn<'_>, subnet: usize) -> (f64, f64) {
        let quote = turn.quotes[subnet];
        let value = match self.value {
            Value::Ema => quote.ema,
            Value::Average(_) => f64::from(self.averages[subnet]),
        };
        let known = value > 0.0 && value.is_finite();
        if known { (num::ln(value / quote.price), value) } else { (0.0, quote.price) }
    }

    /// Sells what is above its value and buys what is furthest below, each by no more than would
    /// bring the price there.
    fn bet(&self, turn: &TraderTurn<'_>, desk: &mut Desk<'_>) {
        for &holding in turn.holdings {
            let Some(quote) = turn.market(holding.subnet) else { continue };
            let (discount, value) = self.discount(turn, holding.subnet);
            if -discount > self.band {
                let part = part_of_alpha(holding.alpha, -discount * self.strength, quote.price);
                let fall = self.impact.min(1.0 - value / quote.price);
                let most = Alpha::from_tokens(quote.alpha_for_fall(fall));
                desk.sell(holding, quote, part.min(most), value);
            }
        }
        let furthest = turn
            .markets()
            .map(|(subnet, quote)| (subnet, quote, self.discount(turn, subnet)))
            .reduce(|a, b| if b.2.0 > a.2.0 { b } else { a });
        let Some((subnet, quote, (discount, value))) = furthest else { return };
        if discount > self.band {
            let part = part_of_tao(turn.cash, discount * self.strength);
            let most = quote.tao_for_rise(self.impact.min(value / quote.price - 1.0));
            desk.buy(subnet, part.min(Tao::from_tokens(most)), value);
        }
    }

    /// Buys or sells at random. Takes three draws, whatever comes of it.
    fn play(&self, turn: &mut TraderTurn<'_>, desk: &mut Desk<'_>) {
        let (side, place) = (turn.draws.uniform(), turn.draws.uniform());
        let share = (-num::ln(turn.draws.uniform()) * self.size).min(1.0);
        if side < 0.5 {
            let open = turn.markets().count();
            let Some((subnet, quote)) = turn.markets().nth(at(place, open)) else { return };
            let most = Tao::from_tokens(quote.tao_for_rise(self.impact));
            desk.buy(subnet, part_of_tao(turn.cash, share).min(most), f64::INFINITY);
        } else {
            let held = turn.holdings.get(at(place, turn.holdings.len())).copied();
            let Some(holding) = held else { return };
            let Some(quote) = turn.market(holding.subnet) else { return };
            let most = Alpha::from_tokens(quote.alpha_for_fall(self.impact));
            let part = part_of_alpha(holding.alpha, share, quote.price);
            desk.sell(holding, quote, part.min(most), 0.0);
        }
    }
}

/// The place that a uniform draw means among `count`.
#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "the product is at least 0 and below the count"
)]
fn at(uniform: f64, count: usize) -> usize {
    (uniform * count as f64) as usize
}

impl Trader for MeanReverter {
    fn trade(&mut self, turn: &mut TraderTurn<'_>, orders: &mut Vec<TradeOrder>) {
        self.take_notes(turn);
        let mut desk = Desk::new(turn, orders);
        if turn.draws.uniform() < self.noise {
            self.play(turn, &mut desk);
        } else {
            self.bet(turn, &mut desk);
        }
    }
}

#[cfg(test)]
mod tests;

//! A trader that goes where the return is highest.

use super::desk::{Desk, part_of_alpha, part_of_tao, slippage, speed};
use super::{TradeOrder, Trader, TraderTurn};
use crate::fields::Fields;
use crate::num;
use crate::strategy::{Behaviour, Conduct};
use crate::units::Tao;

pub(super) const BEHAVIOUR: Behaviour<dyn Trader> = Behaviour {
    name: "yield-chaser",
    about: "Knows the return of each subnet's alpha after take and its own notes of prices, and \
            the return of root. Moves a share of each position to where yield and smoothed price \
            change promise most over its horizon, if the gain beats the fee, the slippage of its \
            own trade and a threshold. Cash without a better place goes to root.",
    source: "Delegators who react to the displayed APY; trend following in returns as in Brock \
             and Hommes (1998), https://doi.org/10.1016/S0165-1889(98)00011-6.",
    conduct: Conduct::Honest,
    read: |t| Box::new(YieldChaser::read(t)),
};

/// Knows yields and its own smoothed price changes; decides what to move to the best.
#[derive(Clone, Debug)]
struct YieldChaser {
    speed: f64,
    threshold: f64,
    horizon: f64,
    trend: f64,
    smoothing: f64,
    notes: Vec<Note>,
}

/// What it remembers of one market, in half the usual width, since there can be many traders.
#[derive(Clone, Copy, Debug, Default)]
struct Note {
    /// Price at its last review `[TAO per alpha]`; 0 before the first.
    price: f32,
    /// Smoothed change of the logarithm of the price `[per epoch]`.
    growth: f32,
}

impl YieldChaser {
    fn read(t: &mut Fields<'_>) -> Self {
        Self {
            speed: speed(t, 0.1),
            threshold: t
                .number("threshold", "gain beyond all costs that is worth a move")
                .unit("share of what is moved")
                .at_least(0.0)
                .at_most(1e6)
                .default(0.005),
            horizon: t
                .number("horizon", "time over which a gain in return is counted")
                .unit("epochs")
                .above(0.0)
                .at_most(1e7)
                .default(140.0),
            trend: t
                .number("trend", "part of the smoothed price change that it expects to go on")
                .at_least(0.0)
                .at_most(10.0)
                .default(1.0),
            smoothing: t
                .number("smoothing", "weight of the last change in the smoothed price change")
                .above(0.0)
                .at_most(1.0)
                .default(0.1),
            notes: Vec::new(),
        }
    }

    #[expect(clippy::cast_possible_truncation, reason = "a note need not be exact")]
    fn take_notes(&mut self, turn: &TraderTurn<'_>) {
        self.notes.resize(turn.quotes.len(), Note::default());
        let epochs = f64::from(turn.review.max(1));
        for (subnet, quote) in turn.markets() {
            let note = &mut self.notes[subnet];
            let (last, price) = (note.price, quote.price as f32);
            note.price = price;
            if last > 0.0 && price > 0.0 {
                let growth = num::ln(f64::from(price) / f64::from(last)) / epochs;
                let smoothed = f64::from(note.growth);
                note.growth = (smoothed + self.smoothing * (growth - smoothed)) as f32;
            }
        }
    }

    /// What a TAO in the alpha of `subnet` brings over the horizon `[TAO]`.
    fn promise(&self, turn: &TraderTurn<'_>, subnet: usize) -> f64 {
        let growth = f64::from(self.notes[subnet].growth);
        (turn.quotes[subnet].epoch_yield + self.trend * growth) * self.horizon
    }

    /// The market but `own` that promises most for `amount` TAO, and what it promises after
    /// slippage. The lower place wins a tie.
    fn best(&self, turn: &TraderTurn<'_>, amount: f64, own: Option<usize>) -> Option<(usize, f64)> {
        turn.markets()
            .filter(|(subnet, _)| own != Some(*subnet))
            .map(|(subnet, q)| (subnet, self.promise(turn, subnet) - slippage(amount, q.tao)))
            .filter(|(_, promise)| promise.is_finite())
            .reduce(|a, b| if b.1 > a.1 { b } else { a })
    }
}

impl Trader for YieldChaser {
    fn trade(&mut self, turn: &mut TraderTurn<'_>, orders: &mut Vec<TradeOrder>) {
        self.take_notes(turn);
        let mut desk = Desk::new(turn, orders);
        let root = (turn.root_yield * self.horizon).max(0.0);
        // What it has placed in this turn already: its own orders deepen each other's slippage.
        let mut placed = 0.0;
        for &holding in turn.holdings {
            let Some(quote) = turn.market(holding.subnet) else { continue };
            let amount = part_of_alpha(holding.alpha, self.speed, quote.price);
            let worth = amount.tokens() * quote.price;
            let cost = turn.fee + slippage(amount.tokens(), quote.alpha) + self.threshold;
            let least = self.promise(turn, holding.subnet) + cost;
            let best = self.best(turn, placed + worth, Some(holding.subnet));
            match best.filter(|(_, promise)| *promise > least && *promise >= root) {
                Some((to, _)) => {
                    desk.shift(holding, quote, to, amount);
                    placed += worth;
                }
                None if root > least => desk.sell(holding, quote, amount, 0.0),
                None => {}
            }
        }
        let cost = root + turn.fee + self.threshold;
        let place_for = |amount: Tao| {
            let best = self.best(turn, placed + amount.tokens(), None);
            best.filter(|(_, promise)| *promise > cost).map(|(to, _)| to)
        };
        // What leaves root is cash first, and finds its place at the next review.
        let amount = part_of_tao(turn.root, self.speed);
        if place_for(amount).is_some() {
            desk.unstake_root(amount);
        }
        let amount = part_of_tao(turn.cash, self.speed);
        match place_for(amount) {
            Some(to) => desk.buy(to, amount, f64::INFINITY),
            None if root > 0.0 => desk.stake_root(turn.cash),
            None => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::strategy::trader::tests::{Market, behave, orders};
    use crate::units::Alpha;

    /// Two pools of 1000 TAO and 10 000 alpha (price 0.1), with yields for each epoch.
    fn market(first: f64, second: f64) -> Market {
        let mut market = Market::new(&[(1_000.0, 10_000.0), (1_000.0, 10_000.0)]);
        market.quotes[0].epoch_yield = first;
        market.quotes[1].epoch_yield = second;
        market
    }

    const PLAIN: &str = "horizon = 100\nspeed = 0.5\nthreshold = 0.005";

    /// Half of 200 alpha is 10 TAO: selling 100 of 10 000 alpha loses 100 / 10 100 = 0.990 %, and
    /// buying for 10 of 1000 TAO 10 / 1010 = 0.990 %. With 0.05 % fee and 0.5 % threshold, 2.530 %
    /// must be gained in 100 epochs, 0.000253 in each.
    #[test]
    fn moves_where_the_gain_beats_fee_slippage_and_threshold() {
        for (gain, moves) in [(0.000_25, false), (0.000_26, true)] {
            let mut market = market(0.001, 0.001 + gain);
            market.hold(0, 200.0);
            let expected = TradeOrder::Move { from: 0, to: 1, amount: Alpha::from_tokens(100.0) };
            let expected = if moves { vec![expected] } else { Vec::new() };
            assert_eq!(orders(&mut *behave(BEHAVIOUR, PLAIN), &market), expected);
        }
    }

    /// As above without the buying side: 0.990 + 0.05 + 0.5 = 1.540 % against root's 1 %.
    #[test]
    fn alpha_is_sold_for_root_and_root_for_alpha() {
        let mut market = market(0.0, 0.0);
        market.hold(0, 200.0);
        let mut sells = behave(BEHAVIOUR, PLAIN);
        market.root_yield = 0.000_153;
        assert_eq!(orders(&mut *sells, &market), []);
        market.root_yield = 0.000_155;
        let amount = Alpha::from_tokens(100.0);
        assert_eq!(
            orders(&mut *sells, &market),
            [TradeOrder::Sell { subnet: 0, amount, limit: 0.0 }]
        );
        // From root, half of 20 TAO: 0.990 + 0.05 + 0.5 above root's 1 %.
        let mut market = Market { root: Tao::from_tokens(20.0), ..self::market(0.0, 0.000_253) };
        market.root_yield = 0.000_1;
        assert_eq!(orders(&mut *sells, &market), []);
        market.quotes[1].epoch_yield = 0.000_255;
        let amount = Tao::from_tokens(10.0);
        assert_eq!(orders(&mut *sells, &market), [TradeOrder::UnstakeRoot { amount }]);
    }

    #[test]
    fn cash_goes_to_the_best_or_else_to_root() {
        let mut market = market(0.001, 0.002);
        market.cash = Tao::from_tokens(8.0);
        let mut trader = behave(BEHAVIOUR, PLAIN);
        let half = Tao::from_tokens(4.0);
        let buy = TradeOrder::Buy { subnet: 1, amount: half, limit: f64::INFINITY };
        assert_eq!(orders(&mut *trader, &market), [buy]);
        market.quotes[1].open = false;
        let buy = TradeOrder::Buy { subnet: 0, amount: half, limit: f64::INFINITY };
        assert_eq!(orders(&mut *trader, &market), [buy]);
        market.root_yield = 0.001;
        let amount = market.cash;
        assert_eq!(orders(&mut *trader, &market), [TradeOrder::StakeRoot { amount }]);
    }

    /// Neither pays, but the second has risen by 10 % in 20 epochs: ln 1.1 / 20 = 0.00477 an epoch,
    /// of which a tenth counts, 4.77 % in 100 epochs.
    #[test]
    fn a_rising_price_counts_as_return() {
        for (trend, count) in [("0", 0), ("1", 1)] {
            let mut market = market(0.0, 0.0);
            market.cash = Tao::from_tokens(8.0);
            let mut trader = behave(BEHAVIOUR, &format!("{PLAIN}\ntrend = {trend}"));
            assert_eq!(orders(&mut *trader, &market), []);
            market.quotes[1].price *= 1.1;
            market.epoch += market.review;
            assert_eq!(orders(&mut *trader, &market).len(), count);
        }
    }
}

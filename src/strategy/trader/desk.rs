//! What every behaviour needs to write an order: the market's depth, and what is left to spend.

use super::{Holding, Quote, TradeOrder, TraderTurn};
use crate::fields::Fields;
use crate::units::{Alpha, Tao};

/// Least worth of an order that the chain executes `[TAO]`.
///
/// Source: `DefaultMinStake` of the chain, 2 000 000 rao.
pub(in crate::strategy) const LEAST: f64 = 0.002;

impl TraderTurn<'_> {
    /// The market at a place, if an order there can be executed and its price means something.
    pub(super) fn market(&self, subnet: usize) -> Option<&Quote> {
        self.quotes.get(subnet).filter(|quote| quote.is_tradable())
    }

    /// Every market where an order can be executed, with its place.
    pub(super) fn markets(&self) -> impl Iterator<Item = (usize, &Quote)> {
        self.quotes.iter().enumerate().filter(|(_, quote)| quote.is_tradable())
    }
}

impl Quote {
    /// Whether an order can be executed, at a price that means something.
    pub(in crate::strategy) fn is_tradable(&self) -> bool {
        let usable = |x: f64| x > 0.0 && x.is_finite();
        self.open && usable(self.price) && usable(self.tao) && usable(self.alpha)
    }

    /// TAO that lifts the price by a share `rise` `[TAO]`: in a pool of equal weights the price
    /// goes with the square of the TAO in it.
    pub(in crate::strategy) fn tao_for_rise(&self, rise: f64) -> f64 {
        self.tao * ((1.0 + rise).sqrt() - 1.0)
    }

    /// Alpha that lowers the price by a share `fall`, below 1 `[alpha]`.
    pub(in crate::strategy) fn alpha_for_fall(&self, fall: f64) -> f64 {
        self.alpha * (1.0 / (1.0 - fall).sqrt() - 1.0)
    }
}

/// Share of its worth that a trade of `amount` loses by moving the price of a pool that has
/// `reserve` of what is brought, in `[0, 1]`: a pool of equal weights pays
/// `reserve / (reserve + amount)` of the price before.
pub(super) fn slippage(amount: f64, reserve: f64) -> f64 {
    amount / (reserve + amount)
}

/// The key that all who bound the size of an order by the depth of the market have.
pub(in crate::strategy) fn impact(t: &mut Fields<'_>) -> f64 {
    t.number("impact", "greatest relative change of the price that one of its orders may make")
        .above(0.0)
        .at_most(0.9)
        .default(0.02)
}

/// The key that all who trade step by step have.
pub(in crate::strategy) fn speed(t: &mut Fields<'_>, default: f64) -> f64 {
    t.number("speed", "share of what it would trade that it trades at one review")
        .above(0.0)
        .at_most(1.0)
        .default(default)
}

/// `share` of a holding, or all of it where the chain would not trade the rest at `price`.
pub(super) fn part_of_alpha(all: Alpha, share: f64, price: f64) -> Alpha {
    let part = all.part(share);
    if all.saturating_sub(part).tokens() * price < LEAST { all } else { part }
}

/// `share` of some TAO, or all of it where the chain would not trade the rest.
pub(super) fn part_of_tao(all: Tao, share: f64) -> Tao {
    let part = all.part(share);
    if all.saturating_sub(part).tokens() < LEAST { all } else { part }
}

/// Where orders are written: holds them to what the trader has, and leaves out those that are too
/// small for the chain.
#[derive(Debug)]
pub(super) struct Desk<'a> {
    /// Cash that no order has spent `[rao]`.
    pub(super) cash: Tao,
    root: Tao,
    orders: &'a mut Vec<TradeOrder>,
}

impl<'a> Desk<'a> {
    pub(super) fn new(turn: &TraderTurn<'_>, orders: &'a mut Vec<TradeOrder>) -> Self {
        Self { cash: turn.cash, root: turn.root, orders }
    }

    /// Buys for `amount`, or what cash is left, at no more than `limit`.
    pub(super) fn buy(&mut self, subnet: usize, amount: Tao, limit: f64) {
        let amount = amount.min(self.cash);
        if amount.tokens() >= LEAST {
            self.cash -= amount;
            self.orders.push(TradeOrder::Buy { subnet, amount, limit });
        }
    }

    /// Sells `amount` of a holding, or all of it, at no less than `limit`. Once for each holding.
    pub(super) fn sell(&mut self, holding: Holding, quote: &Quote, amount: Alpha, limit: f64) {
        let amount = amount.min(holding.free());
        if amount.tokens() * quote.price >= LEAST {
            self.orders.push(TradeOrder::Sell { subnet: holding.subnet, amount, limit });
        }
    }

    /// Moves `amount` of a holding, or all of it. Once for each holding.
    pub(super) fn shift(&mut self, holding: Holding, quote: &Quote, to: usize, amount: Alpha) {
        let amount = amount.min(holding.free());
        if amount.tokens() * quote.price >= LEAST {
            self.orders.push(TradeOrder::Move { from: holding.subnet, to, amount });
        }
    }

    /// Buys for `amount` whatever cash is there: for orders that come after a sale of this turn.
    pub(super) fn buy_after_sale(&mut self, subnet: usize, amount: Tao) {
        if amount.tokens() >= LEAST {
            self.cash = self.cash.saturating_sub(amount);
            self.orders.push(TradeOrder::Buy { subnet, amount, limit: f64::INFINITY });
        }
    }

    /// Locks `amount` of a holding, or all of it that is free.
    pub(super) fn lock(&mut self, holding: Holding, amount: Alpha) {
        let amount = amount.min(holding.free());
        if amount > Alpha::ZERO {
            self.orders.push(TradeOrder::Lock { subnet: holding.subnet, amount });
        }
    }

    /// Stakes `amount`, or what cash is left, on root.
    pub(super) fn stake_root(&mut self, amount: Tao) {
        let amount = amount.min(self.cash);
        if amount.tokens() >= LEAST {
            self.cash -= amount;
            self.orders.push(TradeOrder::StakeRoot { amount });
        }
    }

    /// Takes `amount` back from root, or what is there: cash at the next review, since orders of
    /// one turn are executed in any order.
    pub(super) fn unstake_root(&mut self, amount: Tao) {
        let amount = amount.min(self.root);
        if amount.tokens() >= LEAST {
            self.root -= amount;
            self.orders.push(TradeOrder::UnstakeRoot { amount });
        }
    }
}

//! An owner that does not want to be the next to go.

use super::{Act, Owner, OwnerTurn, buy};
use crate::strategy::trader::impact;
use crate::strategy::{Behaviour, Conduct};
use crate::units::Tao;

pub(super) const BEHAVIOUR: Behaviour<dyn Owner> = Behaviour {
    name: "slot-defender",
    about: "Compares its smoothed price with the lowest of the other subnets that may be pruned. \
            Where it is not above that by a margin, it buys its own alpha, as much in each epoch \
            as moves the price by no more than a bound, as long as its TAO lasts.",
    source: "Incumbents who defend their place: BIT-0004, bits#29.",
    conduct: Conduct::Honest,
    read: |t| {
        let margin = t
            .number("margin", "how far above the lowest it wants its smoothed price to be")
            .unit("share of that price")
            .at_least(0.0)
            .at_most(1e6)
            .default(0.1);
        Box::new(SlotDefender { margin, impact: impact(t) })
    },
};

/// Knows the smoothed prices of all; decides when it has to buy.
#[derive(Clone, Debug)]
struct SlotDefender {
    margin: f64,
    impact: f64,
}

impl SlotDefender {
    /// What its smoothed price has to be; `None` where no other may be pruned either, or it may
    /// not itself.
    fn aim(&self, turn: &OwnerTurn<'_>) -> Option<f64> {
        let mortal = |at: &usize| {
            let registered = turn.standings[*at].registered;
            turn.block >= registered.saturating_add(turn.immunity)
        };
        let others = (0..turn.standings.len()).filter(|at| *at != turn.subnet).filter(mortal);
        let prices = others.map(|at| turn.standings[at].moving_price);
        let lowest = prices.reduce(f64::min)?;
        let own = (turn.subnet < turn.standings.len()).then_some(turn.subnet);
        own.filter(mortal).map(|_| lowest * (1.0 + self.margin))
    }
}

impl Owner for SlotDefender {
    fn act(&mut self, turn: &OwnerTurn<'_>, acts: &mut Vec<Act>) {
        let (Some(aim), Some(quote)) = (self.aim(turn), turn.market()) else { return };
        // A price that is high enough lifts the smoothed one without more money.
        if turn.standings[turn.subnet].moving_price < aim && quote.price < 1.5 * aim {
            let amount = turn.cash.min(Tao::from_tokens(quote.tao_for_rise(self.impact)));
            buy(amount, acts);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::strategy::owner::tests::{Desk, behave};

    #[test]
    fn buys_only_where_it_is_near_the_lowest() {
        let mut desk = Desk { cash: 5.0, ..Desk::new() };
        let mut defender = behave(BEHAVIOUR, "margin = 0.2");
        let buy = Act::Buy { amount: Tao::from_tokens(5.0) };
        assert_eq!(desk.ask(&mut *defender), [buy], "0.1 is not 0.12");
        desk.standings[0].moving_price = 0.121;
        assert_eq!(desk.ask(&mut *defender), []);
        desk.standings[0].moving_price = 0.05;
        desk.quotes[0].price = 0.2;
        assert_eq!(desk.ask(&mut *defender), [], "the price does it");
        desk.quotes[0].price = 0.1;
        desk.standings[1].registered = 1_000_000;
        assert_eq!(desk.ask(&mut *defender), [], "no other may go");
    }
}

//! An owner that fakes inflow.

use super::{Act, Owner, OwnerTurn, buy, sell};
use crate::fields::Fields;
use crate::strategy::trader::impact;
use crate::strategy::{Behaviour, Conduct};
use crate::units::{Alpha, Epoch, Tao};

pub(super) const BEHAVIOUR: Behaviour<dyn Owner> = Behaviour {
    name: "flow-recycler",
    about: "Buys its own alpha with all its TAO, as much in each epoch as moves the price by no \
            more than a bound, and after some time sells again what it has bought, over and over: \
            under rules that pay for flow, inflow counts and outflow costs no more than all.",
    source: "Fake flow: subtensor#2704 and #2327, seen on mainnet.",
    conduct: Conduct::Deviant,
    read: |t| Box::new(FlowRecycler::read(t)),
};

/// Knows its purse and its pool; decides which way its money flows.
#[derive(Clone, Debug)]
struct FlowRecycler {
    inside: Epoch,
    outside: Epoch,
    impact: f64,
    /// What it held when it last began to buy `[rao]`.
    base: Alpha,
}

impl FlowRecycler {
    fn read(t: &mut Fields<'_>) -> Self {
        let epochs = |t: &mut Fields<'_>, key, about| {
            let key = t.whole(key, about).unit("epochs").at_least(1.0).at_most(1e6);
            Epoch::try_from(key.default(140_u64)).unwrap_or(Epoch::MAX)
        };
        let inside = epochs(t, "inside", "time in which it buys and holds");
        let outside = epochs(t, "outside", "time in which it sells and waits");
        Self { inside, outside, impact: impact(t), base: Alpha::ZERO }
    }
}

impl Owner for FlowRecycler {
    fn act(&mut self, turn: &OwnerTurn<'_>, acts: &mut Vec<Act>) {
        let at = turn.epoch % self.inside.saturating_add(self.outside);
        if at == 0 {
            self.base = turn.free;
        }
        let Some(quote) = turn.market() else { return };
        if at < self.inside {
            let amount = turn.cash.min(Tao::from_tokens(quote.tao_for_rise(self.impact)));
            buy(amount, acts);
        } else {
            let most = Alpha::from_tokens(quote.alpha_for_fall(self.impact));
            let amount = turn.free.saturating_sub(self.base).min(most);
            sell(amount, quote, acts);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::strategy::owner::tests::{Desk, behave};

    #[test]
    fn its_money_goes_in_and_out() {
        let mut desk = Desk { cash: 50.0, free: 7.0, ..Desk::new() };
        let mut recycler = behave(BEHAVIOUR, "inside = 3\noutside = 2\nimpact = 0.5");
        let buy = Act::Buy { amount: Tao::from_tokens(50.0) };
        assert_eq!(desk.ask(&mut *recycler), [buy]);
        desk = Desk { epoch: 2, free: 480.0, ..desk };
        assert_eq!(desk.ask(&mut *recycler), [buy], "it is not out of money");
        desk = Desk { epoch: 3, cash: 0.0, ..desk };
        let sell = Act::Sell { amount: Alpha::from_tokens(473.0) };
        assert_eq!(desk.ask(&mut *recycler), [sell]);
        desk.epoch = 5;
        assert_eq!(desk.ask(&mut *recycler), []);
    }
}

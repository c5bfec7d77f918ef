//! An owner that leaves with all it has.

use super::{Act, Owner, OwnerTurn, sell};
use crate::fields::Fields;
use crate::strategy::trader::impact;
use crate::strategy::{Behaviour, Conduct};
use crate::units::{Alpha, Epoch};

pub(super) const BEHAVIOUR: Behaviour<dyn Owner> = Behaviour {
    name: "rug",
    about: "Keeps its cut until an epoch, and from then on sells all that it has and gets, in each \
            epoch as much as moves the price by no more than a bound. What is locked stays: \
            `owner_locks` is what holders can ask of it.",
    source: "Silent exits and mass liquidations: BIT-8008; the chain's document on conviction.",
    conduct: Conduct::Deviant,
    read: |t| Box::new(Rug::read(t)),
};

/// Knows its pool; decides when to leave.
#[derive(Clone, Debug)]
struct Rug {
    at: Epoch,
    impact: f64,
}

impl Rug {
    fn read(t: &mut Fields<'_>) -> Self {
        let at = t
            .whole("at", "epoch in which it begins to sell")
            .unit("epochs")
            .at_most(10_000_000.0)
            .default(1_000_u64);
        Self { at: Epoch::try_from(at).unwrap_or(Epoch::MAX), impact: impact(t) }
    }
}

impl Owner for Rug {
    fn act(&mut self, turn: &OwnerTurn<'_>, acts: &mut Vec<Act>) {
        let Some(quote) = turn.market().filter(|_| turn.epoch >= self.at) else { return };
        let amount = turn.free.min(Alpha::from_tokens(quote.alpha_for_fall(self.impact)));
        sell(amount, quote, acts);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::strategy::owner::tests::{Desk, behave};

    /// 36 % less price takes a quarter more alpha: 2500 of 10 000.
    #[test]
    fn keeps_all_and_then_sells_all() {
        let mut desk = Desk { free: 3_000.0, ..Desk::new() };
        let mut rug = behave(BEHAVIOUR, "at = 9\nimpact = 0.36");
        desk.epoch = 8;
        assert_eq!(desk.ask(&mut *rug), []);
        desk.epoch = 9;
        let sell = Act::Sell { amount: Alpha::from_tokens(2_500.0) };
        assert_eq!(desk.ask(&mut *rug), [sell]);
    }
}

//! An owner that buys its own alpha back.

use super::{Act, Owner, OwnerTurn, buy};
use crate::fields::Fields;
use crate::strategy::trader::{impact, speed};
use crate::strategy::{Behaviour, Conduct};
use crate::units::{Alpha, Tao};

pub(super) const BEHAVIOUR: Behaviour<dyn Owner> = Behaviour {
    name: "pumper",
    about: "Buys its subnet's alpha with a share of its TAO in every epoch, as much as moves the \
            price by no more than a bound, keeps it, and locks it if it is told so. Its TAO is \
            `owner_tao` of the market, and what the sale of its cut brings: with `owner_sells` it \
            gives with one hand what it takes with the other.",
    source: "Buy-backs with the owner's cut; price as the measure of emission, subtensor#3029.",
    conduct: Conduct::Honest,
    read: |t| Box::new(Pumper::read(t)),
};

/// Knows its purse and its pool; decides how much to buy.
#[derive(Clone, Debug)]
struct Pumper {
    speed: f64,
    locks: bool,
    impact: f64,
}

impl Pumper {
    fn read(t: &mut Fields<'_>) -> Self {
        let speed = speed(t, 0.01);
        let locks = t.flag("locks", "whether it locks what it holds").default(false);
        Self { speed, locks, impact: impact(t) }
    }
}

impl Owner for Pumper {
    fn act(&mut self, turn: &OwnerTurn<'_>, acts: &mut Vec<Act>) {
        let Some(quote) = turn.market() else { return };
        let most = Tao::from_tokens(quote.tao_for_rise(self.impact));
        let amount = turn.cash.part(self.speed).min(most);
        buy(amount, acts);
        if self.locks && turn.free > Alpha::ZERO {
            acts.push(Act::Lock { amount: turn.free });
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::strategy::owner::tests::{Desk, behave};

    /// 21 % more price takes a tenth more TAO: 100 of 1000.
    #[test]
    fn spends_a_share_of_its_purse_within_its_impact() {
        let mut desk = Desk { cash: 400.0, free: 3.0, ..Desk::new() };
        let mut pumper = behave(BEHAVIOUR, "speed = 0.1\nimpact = 0.21\nlocks = true");
        let lock = Act::Lock { amount: Alpha::from_tokens(3.0) };
        let buy = |tokens| Act::Buy { amount: Tao::from_tokens(tokens) };
        assert_eq!(desk.ask(&mut *pumper), [buy(40.0), lock]);
        desk.cash = 4_000.0;
        assert_eq!(desk.ask(&mut *pumper), [buy(100.0), lock]);
    }
}

//! A consumer that stays where it is, as long as it is not much better elsewhere.

use super::{Consumer, ConsumerTurn, Demand, Payment};
use crate::strategy::{Behaviour, Conduct};

pub(super) const BEHAVIOUR: Behaviour<dyn Consumer> = Behaviour {
    name: "loyal",
    about: "Knows the quality that each subnet delivered, as it found it, and its price. Spends a \
            part of its budget at one subnet: the best for its price when it first looks, until \
            another is better by more than it takes to change.",
    source: "Switching costs: Klemperer (1987), Markets with consumer switching costs, QJE 102.",
    conduct: Conduct::Honest,
    read: |t| {
        let share = t.number("share", "part of its budget that it spends").share().default(1.0);
        let tolerance = t
            .number(
                "tolerance",
                "how much better for its price another must be, as a part of its own; 0 goes to \
                 the best at once",
            )
            .at_least(0.0)
            .at_most(1e6)
            .default(0.25);
        // Who spends the same whatever the price buys so much less as it is dearer.
        let demand = Demand { elasticity: 1.0, choke: Demand::choke(t) };
        Box::new(Loyal { share, tolerance, demand, place: None })
    },
};

/// Knows what each subnet gives for its price; decides whether it is worth the change.
#[derive(Clone, Debug)]
struct Loyal {
    share: f64,
    tolerance: f64,
    demand: Demand,
    place: Option<usize>,
}

impl Consumer for Loyal {
    fn spend(&mut self, turn: &mut ConsumerTurn<'_>, payments: &mut Vec<Payment>) {
        let Some((best, most)) = turn.best() else { return };
        let own = self.place.and_then(|at| turn.offers.get(at)).map_or(0.0, super::Offer::value);
        if most > own * (1.0 + self.tolerance) {
            self.place = Some(best);
        }
        let place = self.place.unwrap_or(best);
        let wanted = [(place, turn.budget.tokens() * self.share)];
        turn.pay(&wanted, Some(self.demand), payments);
    }
}

//! Money that goes in a circle and looks like demand.

use super::{Consumer, ConsumerTurn, Payment};
use crate::strategy::{Behaviour, Conduct};

pub(super) const BEHAVIOUR: Behaviour<dyn Consumer> = Behaviour {
    name: "wash",
    about: "Knows which subnet it belongs to. Pays there whatever the service is worth, so that its \
            subnet looks used; what the subnet's owner gets of it comes back to its own side.",
    source: "Wash trading: Cong, Li, Tang and Yang (2023), Crypto wash trading, Management Science \
             69(11).",
    conduct: Conduct::Deviant,
    read: |t| {
        let share = t.number("share", "part of its budget that it spends").share().default(1.0);
        Box::new(Wash { share })
    },
};

/// Knows its own subnet; decides how much of its money goes in a circle.
#[derive(Clone, Debug)]
struct Wash {
    share: f64,
}

impl Consumer for Wash {
    fn spend(&mut self, turn: &mut ConsumerTurn<'_>, payments: &mut Vec<Payment>) {
        let Some(own) = turn.own else { return };
        if turn.offers.get(own).is_some_and(|offer| offer.open) {
            turn.pay(&[(own, turn.budget.tokens() * self.share)], None, payments);
        }
    }
}

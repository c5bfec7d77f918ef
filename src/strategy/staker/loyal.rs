//! A staker that keeps to its validator as long as that one pays.

use super::{Order, Staker, StakerTurn};
use crate::strategy::{Behaviour, Conduct};

pub(super) const BEHAVIOUR: Behaviour<dyn Staker> = Behaviour {
    name: "loyal",
    about: "Stays where it is, however much more others pay. Only where its validator has paid \
            nothing for some epochs, it moves all its stake there to the validator of most stake.",
    source: "Most delegations on chain are never moved while they earn.",
    conduct: Conduct::Honest,
    read: |t| {
        let patience = t
            .whole("patience", "how long it waits for a validator that pays nothing")
            .unit("epochs")
            .at_least(1.0)
            .at_most(1e7)
            .default(140_u64);
        Box::new(Loyal { patience, unpaid: Vec::new() })
    },
};

/// Knows what validators offer; decides when its patience is over.
#[derive(Clone, Debug)]
struct Loyal {
    patience: u64,
    /// For how many epochs each of the offers has paid nothing.
    unpaid: Vec<u64>,
}

impl Staker for Loyal {
    fn invest(&mut self, turn: &mut StakerTurn<'_>, orders: &mut Vec<Order>) {
        self.unpaid.resize(turn.offers.len(), 0);
        for (unpaid, offer) in self.unpaid.iter_mut().zip(turn.offers) {
            *unpaid = if offer.epoch_yield > 0.0 { 0 } else { *unpaid + 1 };
        }
        let paying = turn.offers.iter().filter(|offer| offer.epoch_yield > 0.0);
        // The lower uid wins a tie.
        let Some(best) = paying.reduce(|a, b| if b.stake > a.stake { b } else { a }) else {
            return;
        };
        for &(from, amount) in turn.positions {
            let at = turn.offers.binary_search_by_key(&from, |offer| offer.uid);
            if at.is_ok_and(|at| self.unpaid[at] >= self.patience) {
                orders.push(Order::Move { from, to: best.uid, amount });
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::strategy::staker::tests::{invest, offer};
    use crate::units::Alpha;

    #[test]
    fn it_leaves_only_who_pays_nothing_for_long() {
        let mut loyal = Loyal { patience: 3, unpaid: Vec::new() };
        let offers = [offer(0, 0.0, 9.0), offer(1, 0.1, 3.0), offer(2, 0.1, 5.0)];
        let mine = [(0, Alpha(70)), (1, Alpha(7))];
        assert_eq!(invest(&mut loyal, &mine, &offers), []);
        assert_eq!(invest(&mut loyal, &mine, &offers), []);
        let leave = Order::Move { from: 0, to: 2, amount: Alpha(70) };
        assert_eq!(invest(&mut loyal, &mine, &offers), [leave]);
        let paid = [offer(0, 0.001, 9.0), offer(1, 0.1, 3.0), offer(2, 0.1, 5.0)];
        assert_eq!(invest(&mut loyal, &mine, &paid), []);
    }
}

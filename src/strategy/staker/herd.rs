//! A staker that goes where others go.

use super::{Order, Staker, StakerTurn};
use crate::strategy::{Behaviour, Conduct};

pub(super) const BEHAVIOUR: Behaviour<dyn Staker> = Behaviour {
    name: "herd",
    about: "Watches whose stake grows most, as a part of what was staked there, and moves a share \
            of its own stake to that validator where it grows faster than its own by a threshold.",
    source: "Informational cascades: Bikhchandani, Hirshleifer and Welch (1992), \
             https://doi.org/10.1086/261849.",
    conduct: Conduct::Honest,
    read: |t| {
        let speed = t
            .number("speed", "share of a position that is moved in one epoch")
            .above(0.0)
            .at_most(1.0)
            .default(0.1);
        let threshold = t
            .number("threshold", "how much faster another's stake must grow in an epoch")
            .unit("share of stake")
            .at_least(0.0)
            .at_most(1e6)
            .default(0.001);
        Box::new(Herd { speed, threshold, stakes: Vec::new() })
    },
};

/// Knows what is staked on each validator; decides whom to follow.
#[derive(Clone, Debug)]
struct Herd {
    speed: f64,
    threshold: f64,
    /// What was staked on each of the offers an epoch ago.
    stakes: Vec<f64>,
}

impl Staker for Herd {
    fn invest(&mut self, turn: &mut StakerTurn<'_>, orders: &mut Vec<Order>) {
        let known = self.stakes.len() == turn.offers.len();
        let growth = |at: usize| {
            let (now, was) = (turn.offers[at].stake, self.stakes[at]);
            if was > 0.0 { now / was - 1.0 } else { 0.0 }
        };
        // The lower uid wins a tie.
        let all = if known { 0..turn.offers.len() } else { 0..0 };
        if let Some(best) = all.reduce(|a, b| if growth(b) > growth(a) { b } else { a }) {
            for &(from, value) in turn.positions {
                let own = turn.offers.binary_search_by_key(&from, |offer| offer.uid);
                let own = own.map_or(0.0, growth);
                let to = turn.offers[best].uid;
                if from != to && growth(best) > own + self.threshold {
                    orders.push(Order::Move { from, to, amount: value.part(self.speed) });
                }
            }
        }
        self.stakes.clear();
        self.stakes.extend(turn.offers.iter().map(|offer| offer.stake));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::strategy::staker::tests::{invest, offer};
    use crate::units::Alpha;

    #[test]
    fn it_goes_where_stake_grows_fastest() {
        let mut herd = Herd { speed: 0.1, threshold: 0.001, stakes: Vec::new() };
        let mine = [(0, Alpha(70))];
        let before = [offer(0, 0.5, 100.0), offer(1, 0.1, 50.0), offer(2, 0.1, 10.0)];
        assert_eq!(invest(&mut herd, &mine, &before), [], "it has seen nothing grow yet");
        // 1 % more, 4 % more, and 3 % more.
        let now = [offer(0, 0.5, 101.0), offer(1, 0.1, 52.0), offer(2, 0.1, 10.3)];
        let follow = Order::Move { from: 0, to: 1, amount: Alpha(7) };
        assert_eq!(invest(&mut herd, &mine, &now), [follow]);
        assert_eq!(invest(&mut herd, &mine, &now), [], "nothing has grown since");
    }
}

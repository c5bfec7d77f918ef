//! A staker that goes where the return is highest.

use super::{Order, Staker, StakerTurn};
use crate::fields::Fields;
use crate::strategy::{Behaviour, Conduct};

pub(super) const BEHAVIOUR: Behaviour<dyn Staker> = Behaviour {
    name: "yield-chaser",
    about: "Follows the smoothed return after take of each validator, and moves a share of its \
            stake to the best one when that beats its own by more than a threshold.",
    source: "Delegators who react to the displayed APY; regimes of the weight-copying paper.",
    conduct: Conduct::Honest,
    read: |t| Box::new(YieldChaser::read(t)),
};

/// Knows what validators offer; decides how much to move to the best.
#[derive(Clone, Debug)]
struct YieldChaser {
    speed: f64,
    threshold: f64,
    smoothing: f64,
    yields: Vec<f64>,
}

impl YieldChaser {
    fn read(t: &mut Fields<'_>) -> Self {
        Self {
            speed: t
                .number("speed", "share of a position that is moved in one epoch")
                .above(0.0)
                .at_most(1.0)
                .default(0.1),
            threshold: t
                .number("threshold", "relative gain in return that is worth a move")
                .at_least(0.0)
                .at_most(1e6)
                .default(0.05),
            smoothing: t
                .number("smoothing", "weight of this epoch's return in the smoothed return")
                .above(0.0)
                .at_most(1.0)
                .default(0.1),
            yields: Vec::new(),
        }
    }
}

impl Staker for YieldChaser {
    fn invest(&mut self, turn: &mut StakerTurn<'_>, orders: &mut Vec<Order>) {
        if self.yields.len() == turn.offers.len() {
            for (smooth, offer) in self.yields.iter_mut().zip(turn.offers) {
                *smooth += self.smoothing * (offer.epoch_yield - *smooth);
            }
        } else {
            self.yields = turn.offers.iter().map(|offer| offer.epoch_yield).collect();
        }
        // The lower uid wins a tie, so that the choice does not hang on the order of a search.
        let offered = turn.offers.iter().zip(&self.yields);
        let Some((best, best_yield)) = offered.reduce(|a, b| if b.1 > a.1 { b } else { a }) else {
            return;
        };
        let best = best.uid;
        let own_yield = |uid| {
            let at = turn.offers.binary_search_by_key(&uid, |offer| offer.uid);
            at.map_or(0.0, |at| self.yields[at])
        };
        for &(from, value) in turn.positions {
            if from != best && *best_yield > own_yield(from) * (1.0 + self.threshold) {
                orders.push(Order::Move { from, to: best, amount: value.part(self.speed) });
            }
        }
    }
}

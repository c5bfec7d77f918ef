//! A miner that does as little as pays best.

use super::{Miner, MinerTurn};
use crate::fields::Fields;
use crate::strategy::{Behaviour, Conduct};

pub(super) const BEHAVIOUR: Behaviour<dyn Miner> = Behaviour {
    name: "shirker",
    about: "Tries a lower effort, compares its profit with that of the period before, and goes on \
            in the direction that paid. Gains where validators are slow to notice, or where the \
            last bit of effort costs more than it earns.",
    source: "Hill climbing on own profit; the slow and calculating miners of the coldint series.",
    conduct: Conduct::Deviant,
    read: |t| Box::new(Shirker::read(t)),
};

/// Knows its own income and cost; decides its effort.
#[derive(Clone, Debug)]
struct Shirker {
    floor: f64,
    step: f64,
    review: u64,
    effort: f64,
    direction: f64,
    profit: f64,
    last_profit: Option<f64>,
    epochs: u64,
}

impl Shirker {
    fn read(t: &mut Fields<'_>) -> Self {
        Self {
            floor: t
                .number("floor", "least effort; below it the service is seen to be down")
                .share()
                .default(0.2),
            step: t
                .number("step", "change of effort at each review")
                .above(0.0)
                .at_most(1.0)
                .default(0.1),
            review: t
                .whole("review", "epochs between two reviews of its profit")
                .unit("epochs")
                .at_least(1.0)
                .at_most(1e9)
                .default(5_u64),
            effort: 1.0,
            direction: -1.0,
            profit: 0.0,
            last_profit: None,
            epochs: 0,
        }
    }
}

impl Miner for Shirker {
    fn work(&mut self, turn: &mut MinerTurn<'_>) -> f64 {
        self.profit += turn.last_income - turn.last_cost;
        self.epochs += 1;
        if self.epochs.is_multiple_of(self.review) {
            if self.last_profit.is_some_and(|last| self.profit < last) {
                self.direction = -self.direction;
            }
            self.last_profit = Some(self.profit);
            self.profit = 0.0;
            self.effort = (self.effort + self.direction * self.step).clamp(self.floor, 1.0);
        }
        self.effort
    }
}

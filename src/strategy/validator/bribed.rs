//! A validator that votes honestly until it is paid not to.

use super::{Decision, Validator, ValidatorTurn, noise, scores};
use crate::num;
use crate::strategy::{Behaviour, Conduct};

pub(super) const BEHAVIOUR: Behaviour<dyn Validator> = Behaviour {
    name: "bribed",
    about: "Plays its own part, or evaluates where it has none. If the bribe that a member of its \
            coalition offers is at least its `price`, it puts `shift` of its vote evenly on the \
            briber's miners.",
    source: "Collusion of validator and miner with payment outside the protocol, as reported of \
             subnets whose validators favoured fixed miners.",
    conduct: Conduct::Deviant,
    read: |t| {
        let price = t.number("price", "least bribe for which it shifts its vote");
        let price = price.unit("alpha per epoch").at_least(0.0).at_most(1e9).default(0.0);
        let about = "share of its vote that it puts on the briber's miners";
        let shift = t.number("shift", about).share().default(0.5);
        Box::new(Bribed { price, shift, noise: noise(t) })
    },
};

/// Knows what its own part answers and what it is offered; decides whether that is enough.
#[derive(Clone, Debug)]
struct Bribed {
    price: f64,
    shift: f64,
    noise: f64,
}

impl Validator for Bribed {
    fn set_weights(&mut self, turn: &mut ValidatorTurn<'_>, row: &mut [f64]) -> Decision {
        let bribe = turn.bribe;
        let shift = if self.accepts(bribe.amount) { self.shift } else { 0.0 };
        if shift < 1.0 && row.iter().all(|weight| *weight == 0.0) {
            scores(turn, self.noise, 1.0, row);
        }
        if bribe.amount > 0.0 && !bribe.miners.is_empty() && shift > 0.0 {
            num::normalise(row);
            for weight in row.iter_mut() {
                *weight *= 1.0 - shift;
            }
            for uid in bribe.miners {
                row[*uid] += shift / bribe.miners.len() as f64;
            }
        }
        Decision::Submit
    }

    fn accepts(&self, bribe: f64) -> bool {
        bribe >= self.price
    }
}

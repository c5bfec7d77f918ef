//! A validator that looks at the miners only now and then.

use super::{Decision, Validator, ValidatorTurn, noise, scores};
use crate::fields::Fields;
use crate::strategy::{Behaviour, Conduct};

pub(super) const BEHAVIOUR: Behaviour<dyn Validator> = Behaviour {
    name: "lazy",
    about: "Evaluates the miners every so many epochs and submits the same stale weights in \
            between, which keeps it active and saves the cost of evaluation.",
    source: "Weight parking inside the activity cutoff, as seen on chain.",
    conduct: Conduct::Deviant,
    read: |t| Box::new(Lazy::read(t)),
};

/// Knows its own last scores; decides when to look again.
#[derive(Clone, Debug)]
struct Lazy {
    noise: f64,
    every: u64,
    memory: Vec<f64>,
}

impl Lazy {
    fn read(t: &mut Fields<'_>) -> Self {
        Self {
            noise: noise(t),
            every: t
                .whole("every", "epochs between two evaluations")
                .unit("epochs")
                .at_least(1.0)
                .at_most(1e9)
                .default(20_u64),
            memory: Vec::new(),
        }
    }
}

impl Validator for Lazy {
    fn set_weights(&mut self, turn: &mut ValidatorTurn<'_>, row: &mut [f64]) -> Decision {
        // Members of a group would otherwise all look in the same epoch.
        let phase = (turn.uid as u64) % self.every;
        let due = (u64::from(turn.epoch) + phase).is_multiple_of(self.every);
        if self.memory.is_empty() || due {
            scores(turn, self.noise, 1.0, row);
            self.memory = row.to_vec();
        } else {
            row.copy_from_slice(&self.memory);
        }
        Decision::Submit
    }
}

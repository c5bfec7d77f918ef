//! The cheap layer of a layered validation.

use super::{Decision, Validator, ValidatorTurn, memory, remember};
use crate::fields::Fields;
use crate::num;
use crate::strategy::{Behaviour, Conduct};

pub(super) const BEHAVIOUR: Behaviour<dyn Validator> = Behaviour {
    name: "primary",
    about: "Scores every miner cheaply and with much noise, smooths its scores, and mixes `learn` \
            of what auditors have revealed into its vote.",
    source: "Layered validation as a design of subnets: broad cheap checks, and few deep ones \
             that correct them.",
    conduct: Conduct::Honest,
    read: |t| Box::new(Primary::read(t)),
};

/// Knows its own scores and what auditors have revealed; decides nothing but how to mix them.
#[derive(Clone, Debug)]
struct Primary {
    noise: f64,
    learn: f64,
    memory: f64,
    average: Vec<f64>,
}

impl Primary {
    fn read(t: &mut Fields<'_>) -> Self {
        let noise = t.number("noise", "standard deviation of a score's relative error");
        let noise = noise.unit("share of quality").at_least(0.0).at_most(10.0).default(0.5);
        let about = "part of its vote that follows the revealed weights of auditors";
        let learn = t.number("learn", about).share().default(0.5);
        Self { noise, learn, memory: memory(t, 0.5), average: Vec::new() }
    }
}

impl Validator for Primary {
    fn set_weights(&mut self, turn: &mut ValidatorTurn<'_>, row: &mut [f64]) -> Decision {
        turn.evaluate(self.noise, row);
        num::normalise(row);
        remember(&mut self.average, self.memory, row);
        for (weight, audit) in row.iter_mut().zip(turn.public.audits) {
            *weight += self.learn * (audit - *weight);
        }
        Decision::Submit
    }
}

//! The validator that the protocol hopes for.

use super::{Decision, Validator, ValidatorTurn, noise, scores};
use crate::fields::Fields;
use crate::strategy::{Behaviour, Conduct};

pub(super) const BEHAVIOUR: Behaviour<dyn Validator> = Behaviour {
    name: "honest",
    about: "Evaluates every miner in every epoch and sets weights in proportion to its noisy \
            scores, smoothed over time.",
    source: "Score model of the chain's consensus analysis (weights max(0, 1 + noise z) times \
             the true share); smoothing as validators' own code does it.",
    conduct: Conduct::Honest,
    read: |t| Box::new(Honest::read(t)),
};

/// Knows its own scores; decides nothing but how to smooth and sharpen them.
#[derive(Clone, Debug)]
struct Honest {
    noise: f64,
    score_ema: f64,
    sharpness: f64,
    memory: Vec<f64>,
}

impl Honest {
    fn read(t: &mut Fields<'_>) -> Self {
        Self {
            noise: noise(t),
            score_ema: t
                .number("score_ema", "weight of this epoch's score in the smoothed score")
                .above(0.0)
                .at_most(1.0)
                .default(1.0),
            sharpness: t
                .number("sharpness", "power applied to scores: above 1 pays the best miners more")
                .above(0.0)
                .at_most(100.0)
                .default(1.0),
            memory: Vec::new(),
        }
    }
}

impl Validator for Honest {
    fn set_weights(&mut self, turn: &mut ValidatorTurn<'_>, row: &mut [f64]) -> Decision {
        if self.memory.is_empty() {
            self.memory = turn.own_weights.to_vec();
        }
        scores(turn, self.noise, self.sharpness, row);
        let blank = self.memory.iter().all(|weight| *weight == 0.0);
        let new = if blank { 1.0 } else { self.score_ema };
        for (memory, score) in self.memory.iter_mut().zip(row.iter_mut()) {
            *memory += new * (*score - *memory);
            *score = *memory;
        }
        Decision::Submit
    }
}

//! The validator that the protocol hopes for.

use super::{Decision, Validator, ValidatorTurn, noise, scores};
use crate::fields::Fields;
use crate::num;
use crate::strategy::{Behaviour, Conduct};
use crate::units::Uid;

pub(super) const BEHAVIOUR: Behaviour<dyn Validator> = Behaviour {
    name: "honest",
    about: "Evaluates every miner in every epoch and sets weights in proportion to its noisy \
            scores, smoothed over time. It puts `burn` of its weights on the subnet owner's uid, \
            whose incentive is withheld, or what the owner asks where it follows that.",
    source: "Score model of the chain's consensus analysis (weights max(0, 1 + noise z) times \
             the true share); smoothing and burning as validators' own code does it.",
    conduct: Conduct::Honest,
    read: |t| Box::new(Honest::read(t)),
};

/// Knows its own scores; decides nothing but how to smooth and sharpen them, and what to burn.
#[derive(Clone, Debug)]
struct Honest {
    noise: f64,
    score_ema: f64,
    sharpness: f64,
    burn: f64,
    follows_owner: bool,
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
            burn: t
                .number("burn", "part of its weights that it puts on the subnet owner's uid")
                .share()
                .default(0.0),
            follows_owner: t
                .flag(
                    "follows_owner",
                    "whether it burns what the subnet owner asks, if that is more",
                )
                .default(false),
            memory: Vec::new(),
        }
    }
}

impl Honest {
    /// Mixes the row `[uids]`, which sums to 1 or 0, with what is remembered of those before.
    fn smooth(&mut self, own_weights: &[f64], burned_on: Option<Uid>, row: &mut [f64]) {
        if self.memory.is_empty() {
            self.memory = own_weights.to_vec();
            if let Some(owner) = burned_on {
                // What it has burned so far says nothing about its scores.
                self.memory[owner] = 0.0;
                num::normalise(&mut self.memory);
            }
        }
        let blank = self.memory.iter().all(|weight| *weight == 0.0);
        let new = if blank { 1.0 } else { self.score_ema };
        for (memory, score) in self.memory.iter_mut().zip(row.iter_mut()) {
            *memory += new * (*score - *memory);
            *score = *memory;
        }
    }
}

impl Validator for Honest {
    fn set_weights(&mut self, turn: &mut ValidatorTurn<'_>, row: &mut [f64]) -> Decision {
        let asked = if self.follows_owner { turn.public.asked_burn } else { 0.0 };
        let part = self.burn.max(asked);
        let burned_on = turn.public.owner.filter(|_| part > 0.0);
        scores(turn, self.noise, self.sharpness, row);
        // Without a memory nothing is smoothed, and only the proportions of a row count.
        if self.score_ema < 1.0 {
            num::normalise(row);
            self.smooth(turn.own_weights, burned_on, row);
        }
        if let Some(owner) = burned_on {
            burn(row, owner, part);
        }
        Decision::Submit
    }
}

/// Puts `part` in `[0, 1]` of the weights on `owner`, and leaves the rest in its proportions.
fn burn(row: &mut [f64], owner: Uid, part: f64) {
    num::normalise(row);
    for weight in row.iter_mut() {
        *weight *= 1.0 - part;
    }
    row[owner] += part;
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_burned_is_taken_evenly_from_all() {
        // Scores 3 and 1, that is 0.75 and 0.25, of which 60 % go to uid 0.
        let mut row = [0.0, 3.0, 1.0];
        burn(&mut row, 0, 0.6);
        for (found, expected) in row.iter().zip([0.6, 0.3, 0.1]) {
            assert!((found - expected).abs() < 1e-15, "{row:?}");
        }
    }

    #[test]
    fn all_is_burned_where_nobody_is_worth_anything() {
        let mut row = [0.0; 3];
        burn(&mut row, 2, 0.25);
        assert_eq!(row, [0.0, 0.0, 0.25], "only proportions count");
        let mut row = [1.0, 1.0];
        burn(&mut row, 1, 1.0);
        assert_eq!(row, [0.0, 1.0]);
    }
}

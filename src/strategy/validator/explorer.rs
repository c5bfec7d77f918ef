//! A validator that looks for good miners before the others see them.

use super::{Decision, Validator, ValidatorTurn, memory, noise, remember};
use crate::fields::Fields;
use crate::num;
use crate::strategy::{Behaviour, Conduct};

pub(super) const BEHAVIOUR: Behaviour<dyn Validator> = Behaviour {
    name: "explorer",
    about: "Evaluates every miner, and looks closer (`early_noise`) at those whom consensus does \
            not know yet or gives less than its own last scores would. It puts more weight where \
            its own score exceeds the public consensus: times their ratio to the power `boost`, \
            at most `most` times.",
    source: "The early validator of the Yuma simulation cases, who moves to a good miner first \
             and is right.",
    conduct: Conduct::Honest,
    read: |t| Box::new(Explorer::read(t)),
};

/// Knows its own scores and what is public; decides whom to look at closely and how far ahead of
/// the others to go.
#[derive(Clone, Debug)]
struct Explorer {
    noise: f64,
    early_noise: f64,
    boost: f64,
    most: f64,
    memory: f64,
    /// Its own smoothed scores, which sum to 1.
    average: Vec<f64>,
}

impl Explorer {
    fn read(t: &mut Fields<'_>) -> Self {
        let noise = noise(t);
        let about = "the same for miners that are new to consensus or that it thinks undervalued";
        let early_noise = t.number("early_noise", about).unit("share of quality");
        let early_noise = early_noise.at_least(0.0).at_most(10.0).default(0.03);
        let about = "power of the ratio of its own score to consensus by which it goes ahead";
        let boost = t.number("boost", about).at_least(0.0).at_most(10.0).default(1.0);
        let about = "the most that it multiplies a weight by";
        let most = t.number("most", about).at_least(1.0).at_most(1000.0).default(3.0);
        Self { noise, early_noise, boost, most, memory: memory(t, 0.0), average: Vec::new() }
    }

    /// Puts more weight where `row`, which sums to 1, is ahead of `consensus`.
    fn go_ahead(&self, consensus: &[f64], row: &mut [f64]) {
        for (weight, &consensus) in row.iter_mut().zip(consensus) {
            if *weight > consensus {
                let ahead = if consensus > 0.0 { *weight / consensus } else { f64::MAX };
                // No power of a ratio above `most` is needed, and none overflows.
                let ahead = num::pow(ahead.min(1e6), self.boost);
                *weight *= ahead.min(self.most);
            }
        }
    }
}

impl Validator for Explorer {
    fn set_weights(&mut self, turn: &mut ValidatorTurn<'_>, row: &mut [f64]) -> Decision {
        let mut consensus = turn.public.consensus.to_vec();
        num::normalise(&mut consensus);
        let known = consensus.iter().any(|weight| *weight > 0.0);
        let average = &self.average;
        let ahead = |uid: usize| {
            let given = consensus[uid];
            known && (given == 0.0 || average.get(uid).is_some_and(|own| *own > given))
        };
        let look = |uid| Some(if ahead(uid) { self.early_noise } else { self.noise });
        turn.inspect(look, row);
        num::normalise(row);
        remember(&mut self.average, self.memory, row);
        if known {
            self.go_ahead(&consensus, row);
        }
        Decision::Submit
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Twice the consensus counts twice; what consensus does not know at all counts `most` times.
    #[test]
    fn it_goes_ahead_of_consensus_and_never_behind() {
        let noise = 0.1;
        let (early_noise, boost, most, memory, average) = (0.0, 1.0, 3.0, 0.0, Vec::new());
        let explorer = Explorer { noise, early_noise, boost, most, memory, average };
        let mut row = [0.4, 0.5, 0.1];
        explorer.go_ahead(&[0.2, 0.8, 0.0], &mut row);
        for (found, expected) in row.iter().zip([0.8, 0.5, 0.3]) {
            assert!((found - expected).abs() < 1e-12, "{row:?}");
        }
    }
}

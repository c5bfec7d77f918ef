//! A validator that lives off the others' work.

use super::{Decision, Validator, ValidatorTurn, memory};
use crate::strategy::{Behaviour, Conduct};

pub(super) const BEHAVIOUR: Behaviour<dyn Validator> = Behaviour {
    name: "weight-copier",
    about: "Submits the consensus weights that it can compute from what is revealed, and never \
            evaluates a miner. Without commit-reveal it moves last and copies this epoch's \
            consensus; with it, the consensus of weights that are `reveal_period` epochs old, \
            which `prediction` carries on along the trend that it has seen.",
    source: "Opentensor Foundation, \"Weight Copying in Bittensor\" (May 2024); prediction: the \
             rationale of BIT-0002.",
    conduct: Conduct::Deviant,
    read: |t| {
        let about =
            "epochs of its trend by which it carries the consensus on; 0 copies it as it is";
        let prediction = t.number("prediction", about).unit("epochs");
        Box::new(WeightCopier {
            prediction: prediction.at_least(0.0).at_most(1000.0).default(0.0),
            memory: memory(t, 0.8),
            last: Vec::new(),
            trend: Vec::new(),
        })
    },
};

/// Knows only what is public, and what was before; decides nothing but how far to look ahead.
#[derive(Clone, Debug)]
struct WeightCopier {
    prediction: f64,
    /// Of the trend.
    memory: f64,
    last: Vec<f64>,
    trend: Vec<f64>,
}

impl WeightCopier {
    /// Carries the consensus in `row` on along its trend.
    fn predict(&mut self, row: &mut [f64]) {
        if self.last.is_empty() {
            self.trend = vec![0.0; row.len()];
        } else {
            for (trend, (now, last)) in self.trend.iter_mut().zip(row.iter().zip(&self.last)) {
                *trend += (1.0 - self.memory) * (now - last - *trend);
            }
        }
        self.last = row.to_vec();
        for (weight, trend) in row.iter_mut().zip(&self.trend) {
            *weight = (*weight + self.prediction * trend).max(0.0);
        }
    }
}

impl Validator for WeightCopier {
    fn set_weights(&mut self, turn: &mut ValidatorTurn<'_>, row: &mut [f64]) -> Decision {
        row.copy_from_slice(turn.public.consensus);
        // Before the first epoch there is nothing to copy.
        if row.iter().all(|weight| *weight <= 0.0) {
            return Decision::Keep;
        }
        if self.prediction > 0.0 {
            self.predict(row);
        }
        Decision::Submit
    }

    fn moves_last(&self) -> bool {
        true
    }

    fn evaluates(&self) -> bool {
        false
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// From 0.2 to 0.3 in one epoch: two epochs on it is 0.5, and what falls does not fall below 0.
    #[test]
    fn a_trend_is_carried_on() {
        let (last, trend) = (Vec::new(), Vec::new());
        let mut copier = WeightCopier { prediction: 2.0, memory: 0.0, last, trend };
        let mut row = [0.2, 0.1];
        copier.predict(&mut row);
        assert_eq!(row, [0.2, 0.1], "one look shows no trend");
        let mut row = [0.3, 0.04];
        copier.predict(&mut row);
        assert!((row[0] - 0.5).abs() < 1e-15 && row[1] == 0.0, "{row:?}");
    }
}

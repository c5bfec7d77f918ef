//! The deep layer of a layered validation.

use super::{Decision, Validator, ValidatorTurn, memory};
use crate::fields::Fields;
use crate::strategy::{Behaviour, Conduct};

pub(super) const BEHAVIOUR: Behaviour<dyn Validator> = Behaviour {
    name: "auditor",
    about: "Scores a random `sample` of the miners in each epoch, deeply and with little noise, \
            for that part of the cost, and keeps a moving average of what it found. For the \
            others it takes the public consensus. Where consensus gives a miner more than its \
            audits by over `tolerance`, it lowers what they say by `penalty`. It lets all know \
            that it audits.",
    source: "Spot checks with small probability, as in the analysis of lazy validation (random \
             tasks with a penalty of the inverse of their probability).",
    conduct: Conduct::Honest,
    read: |t| Box::new(Auditor::read(t)),
};

/// Knows what it has audited and what is public; decides whom to look at and whom to correct.
#[derive(Clone, Debug)]
struct Auditor {
    sample: f64,
    noise: f64,
    memory: f64,
    tolerance: f64,
    penalty: f64,
    /// Of each uid that it has audited, the smoothed score.
    audited: Vec<Option<f64>>,
}

impl Auditor {
    fn read(t: &mut Fields<'_>) -> Self {
        let about = "chance that it audits a miner in an epoch";
        let sample = t.number("sample", about).share().default(0.2);
        let noise = t.number("noise", "standard deviation of an audit's relative error");
        let noise = noise.unit("share of quality").at_least(0.0).at_most(10.0).default(0.02);
        let about = "part of a miner's audited weight by which consensus may exceed it";
        let tolerance = t.number("tolerance", about).at_least(0.0).at_most(1000.0).default(0.1);
        let about = "part by which it lowers a miner that consensus gives too much";
        let penalty = t.number("penalty", about).share().default(0.25);
        let (memory, audited) = (memory(t, 0.5), Vec::new());
        Self { sample, noise, memory, tolerance, penalty, audited }
    }

    /// Takes note of the scores of those who were audited.
    fn note(&mut self, chosen: &[bool], scores: &[f64]) {
        self.audited.resize(scores.len(), None);
        let found = chosen.iter().zip(scores).map(|(chosen, score)| chosen.then_some(*score));
        for (audited, score) in self.audited.iter_mut().zip(found) {
            *audited = match (*audited, score) {
                (Some(old), Some(new)) => Some(old + (1.0 - self.memory) * (new - old)),
                (old, new) => new.or(old),
            };
        }
    }

    /// Audited miners share what consensus gives them together by their audits; the others have
    /// what consensus gives each.
    fn vote(&self, consensus: &[f64], row: &mut [f64]) {
        let audits = self.audited.iter().zip(consensus);
        let (audited, given) = audits
            .filter_map(|(audited, given)| audited.map(|audited| (audited, given)))
            .fold((0.0, 0.0), |sum, (audited, given)| (sum.0 + audited, sum.1 + given));
        let given = if given > 0.0 { given } else { 1.0 };
        for ((weight, audit), &consensus) in row.iter_mut().zip(&self.audited).zip(consensus) {
            *weight = match audit {
                Some(audit) if audited > 0.0 => {
                    let fair = audit * (given / audited);
                    let too_much = consensus > fair * (1.0 + self.tolerance);
                    if too_much { fair * (1.0 - self.penalty) } else { fair }
                }
                // All that it has audited is worth nothing.
                Some(_) => 0.0,
                None => consensus,
            };
        }
    }
}

impl Validator for Auditor {
    fn set_weights(&mut self, turn: &mut ValidatorTurn<'_>, row: &mut [f64]) -> Decision {
        let chosen = turn.sample(self.sample);
        turn.inspect(|uid| chosen[uid].then_some(self.noise), row);
        self.note(&chosen, row);
        self.vote(turn.public.consensus, row);
        if row.iter().any(|weight| *weight > 0.0) { Decision::Submit } else { Decision::Keep }
    }

    fn audits(&self) -> bool {
        true
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Consensus gives the two audited miners 0.8 in all, of which their audits of 1 and 3 give
    /// the first 0.2. It has 0.5, so it is lowered by a half; the third is not audited.
    #[test]
    fn what_consensus_overrates_is_lowered_below_its_audit() {
        let (sample, noise, memory, tolerance, penalty) = (1.0, 0.0, 0.5, 0.1, 0.5);
        let audited = vec![Some(1.0), None, None];
        let mut auditor = Auditor { sample, noise, memory, tolerance, penalty, audited };
        auditor.note(&[false, true, false], &[0.0, 3.0, 0.0]);
        let mut row = [0.0; 3];
        auditor.vote(&[0.5, 0.3, 0.2], &mut row);
        for (found, expected) in row.iter().zip([0.1, 0.6, 0.2]) {
            assert!((found - expected).abs() < 1e-15, "{row:?}");
        }
        auditor.note(&[true, false, false], &[2.0, 0.0, 0.0]);
        assert_eq!(auditor.audited, [Some(1.5), Some(3.0), None]);
    }
}

//! A validator that shows its weights only where they agree.

use super::{Decision, Validator, ValidatorTurn, distance, noise, scores};
use crate::num;
use crate::strategy::{Behaviour, Conduct};

pub(super) const BEHAVIOUR: Behaviour<dyn Validator> = Behaviour {
    name: "selective-revealer",
    about: "Plays its own part, or evaluates where it has none, and keeps its old weights in \
            force where the new ones are further than `distance` from the consensus that it can \
            see, for they would cost it vtrust. It pays for the evaluation all the same. After \
            `patience` epochs of silence it shows them anyway, lest it count as inactive.",
    source: "Manual reveals, of which the chain's docs warn that they can be withheld when they \
             do not help vtrust.",
    conduct: Conduct::Deviant,
    read: |t| {
        let about = "part of its vote that may differ from the consensus that it sees";
        let distance = t.number("distance", about).share().default(0.1);
        let about = "epochs of silence after which it shows its weights whatever they are";
        let patience = t.whole("patience", about).unit("epochs").at_most(1e9).default(12_u64);
        Box::new(SelectiveRevealer { distance, patience, noise: noise(t), silent: 0 })
    },
};

/// Knows what its own part answers and what is public; decides whether to show it.
#[derive(Clone, Debug)]
struct SelectiveRevealer {
    distance: f64,
    patience: u64,
    noise: f64,
    /// For how many epochs it has shown nothing.
    silent: u64,
}

impl Validator for SelectiveRevealer {
    fn set_weights(&mut self, turn: &mut ValidatorTurn<'_>, row: &mut [f64]) -> Decision {
        if row.iter().all(|weight| *weight == 0.0) {
            scores(turn, self.noise, 1.0, row);
        }
        num::normalise(row);
        let mut consensus = turn.public.consensus.to_vec();
        num::normalise(&mut consensus);
        let new = turn.own_weights.iter().all(|weight| *weight == 0.0);
        let alone = consensus.iter().all(|weight| *weight == 0.0);
        let near = distance(row, &consensus) <= self.distance;
        if new || alone || near || self.silent >= self.patience {
            self.silent = 0;
            Decision::Submit
        } else {
            self.silent += 1;
            Decision::Keep
        }
    }
}

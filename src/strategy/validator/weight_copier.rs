//! A validator that lives off the others' work.

use super::{Decision, Validator, ValidatorTurn};
use crate::strategy::{Behaviour, Conduct};

pub(super) const BEHAVIOUR: Behaviour<dyn Validator> = Behaviour {
    name: "weight-copier",
    about: "Submits the consensus weights that it can compute from what is revealed, and never \
            evaluates a miner. Without commit-reveal it moves last and copies this epoch's \
            consensus; with it, the consensus of weights that are `reveal_period` epochs old.",
    source: "Opentensor Foundation, \"Weight Copying in Bittensor\" (May 2024).",
    conduct: Conduct::Deviant,
    read: |_| Box::new(WeightCopier),
};

/// Knows only what is public; decides nothing.
#[derive(Clone, Debug)]
struct WeightCopier;

impl Validator for WeightCopier {
    fn set_weights(&mut self, turn: &mut ValidatorTurn<'_>, row: &mut [f64]) -> Decision {
        row.copy_from_slice(turn.public.consensus);
        // Before the first epoch there is nothing to copy.
        if row.iter().any(|weight| *weight > 0.0) { Decision::Submit } else { Decision::Keep }
    }

    fn moves_last(&self) -> bool {
        true
    }
}

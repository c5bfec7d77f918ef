//! Coalitions: agents who play their own part until they turn.
//!
//! An attack is a difference from honest play: the inner behaviour answers first, and the attack
//! edits its answer. The members keep their own draws, so that the same world with and without
//! the attack sees the same noise.

use super::validator::{Decision, Validator, ValidatorTurn};
use crate::units::Epoch;

/// A validator that plays `inner` before epoch `from`, and from then on has `attack` edit what
/// `inner` answers.
pub struct Turncoat {
    /// Its own behaviour.
    pub inner: Box<dyn Validator>,
    /// What edits its answer.
    pub attack: Box<dyn Validator>,
    /// The first epoch of the attack.
    pub from: Epoch,
}

impl Validator for Turncoat {
    fn set_weights(&mut self, turn: &mut ValidatorTurn<'_>, row: &mut [f64]) -> Decision {
        let honest = self.inner.set_weights(turn, row);
        if turn.epoch < self.from { honest } else { self.attack.set_weights(turn, row) }
    }

    fn moves_last(&self) -> bool {
        self.inner.moves_last() || self.attack.moves_last()
    }

    fn votes(&self) -> bool {
        self.inner.votes() || (self.from == 0 && self.attack.votes())
    }
}

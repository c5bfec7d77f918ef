//! Coalitions: agents who play their own part until they turn.
//!
//! An attack is a difference from honest play: the inner behaviour answers first, and the attack
//! edits its answer. The members keep their own draws, so that the same world with and without
//! the attack sees the same noise.

use super::validator::{Decision, Validator, ValidatorTurn};
use crate::units::Epoch;

/// The epochs of an attack.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Spell {
    /// The first.
    pub from: Epoch,
    /// The last; `None` where it does not end.
    pub until: Option<Epoch>,
}

impl Spell {
    /// Whether the attack is on in this epoch.
    #[must_use]
    pub fn holds(&self, epoch: Epoch) -> bool {
        epoch >= self.from && self.until.is_none_or(|until| epoch <= until)
    }
}

/// A validator that plays `inner`, and for a spell has `attack` edit what `inner` answers.
pub struct Turncoat {
    /// Its own behaviour.
    pub inner: Box<dyn Validator>,
    /// What edits its answer.
    pub attack: Box<dyn Validator>,
    /// When it does; `None` for never.
    pub spell: Option<Spell>,
}

impl Turncoat {
    fn attacks(&self, epoch: Epoch) -> bool {
        self.spell.is_some_and(|spell| spell.holds(epoch))
    }
}

impl Validator for Turncoat {
    fn set_weights(&mut self, turn: &mut ValidatorTurn<'_>, row: &mut [f64]) -> Decision {
        let honest = self.inner.set_weights(turn, row);
        if self.attacks(turn.epoch) && !turn.exposed {
            self.attack.set_weights(turn, row)
        } else {
            honest
        }
    }

    fn moves_last(&self) -> bool {
        self.inner.moves_last() || self.attack.moves_last()
    }

    fn votes(&self) -> bool {
        self.inner.votes() || (self.attacks(0) && self.attack.votes())
    }

    fn evaluates(&self) -> bool {
        self.inner.evaluates()
    }

    fn audits(&self) -> bool {
        self.inner.audits()
    }

    fn accepts(&self, bribe: f64) -> bool {
        self.attack.accepts(bribe)
    }
}

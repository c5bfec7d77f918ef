//! Validators: who scores the miners, and what they put on chain.

mod auditor;
mod bribed;
mod cabal;
mod child_key_delegator;
mod explorer;
mod eye;
mod ghost;
mod honest;
mod lazy;
mod primary;
mod script;
mod selective_revealer;
mod swing;
mod turn;
mod weight_copier;

pub use child_key_delegator::NAME as CHILD_KEY_DELEGATOR;
pub(crate) use eye::Eye;
pub use turn::{Bribe, Own, Public, ValidatorTurn, Work};

use super::Behaviour;
use crate::fields::Fields;
use crate::num;

/// Every validator behaviour of this crate.
pub const BEHAVIOURS: &[Behaviour<dyn Validator>] = &[
    honest::BEHAVIOUR,
    weight_copier::BEHAVIOUR,
    cabal::BEHAVIOUR,
    lazy::BEHAVIOUR,
    ghost::BEHAVIOUR,
    swing::BEHAVIOUR,
    bribed::BEHAVIOUR,
    explorer::BEHAVIOUR,
    selective_revealer::BEHAVIOUR,
    child_key_delegator::BEHAVIOUR,
    primary::BEHAVIOUR,
    auditor::BEHAVIOUR,
    script::BEHAVIOUR,
];

/// How a validator votes.
pub trait Validator: Send {
    /// Writes this epoch's weights into `row` `[uids]`, of any scale: only their proportions
    /// count. On entry `row` holds the answer of the behaviour that this one deviates from, or
    /// zeros. Weights must be finite and not negative. Zero means that the miner is not listed.
    fn set_weights(&mut self, turn: &mut ValidatorTurn<'_>, row: &mut [f64]) -> Decision;

    /// Whether it submits after the others, when commit–reveal does not hide their weights.
    fn moves_last(&self) -> bool {
        false
    }

    /// Whether it ever sets weights. One that does not counts as inactive from the start, as if
    /// its last weights were long ago.
    fn votes(&self) -> bool {
        true
    }

    /// Whether it looks at miners' work itself, so that it has scores to share.
    fn evaluates(&self) -> bool {
        true
    }

    /// Whether it lets all know that it audits: what it reveals is then read as a reference.
    fn audits(&self) -> bool {
        false
    }

    /// Whether it takes a bribe of so much in each epoch `[alpha]`. Who does not is not paid.
    fn accepts(&self, bribe: f64) -> bool {
        let _ = bribe;
        true
    }
}

/// What happens to the row.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Decision {
    /// It is submitted; the validator counts as active.
    Submit,
    /// Nothing is submitted and the weights in force stay as they are.
    Keep,
}

/// The key that all who evaluate have.
fn noise(t: &mut Fields<'_>) -> f64 {
    t.number("noise", "standard deviation of a score's relative error")
        .unit("share of quality")
        .at_least(0.0)
        .at_most(10.0)
        .default(0.1)
}

/// Evaluates with `noise` and sharpens; the row is of any scale.
fn scores(turn: &mut ValidatorTurn<'_>, noise: f64, sharpness: f64, row: &mut [f64]) {
    turn.evaluate(noise, row);
    if sharpness != 1.0 {
        // Against the best, so that no power of a large score overflows.
        let best = row.iter().fold(0.0_f64, |best, score| best.max(*score));
        for score in row.iter_mut().filter(|score| **score > 0.0) {
            *score = num::pow(*score / best, sharpness);
        }
    }
}

/// The key of all who keep a moving average of what they know.
fn memory(t: &mut Fields<'_>, default: f64) -> f64 {
    t.number("memory", "part of its old average that remains in an epoch; 0 remembers nothing")
        .at_least(0.0)
        .below(1.0)
        .default(default)
}

/// Mixes what is new into a moving average that keeps `memory` of itself; a first value is taken
/// whole. Gives the average in `row`.
fn remember(average: &mut Vec<f64>, memory: f64, row: &mut [f64]) {
    if average.iter().any(|value| *value > 0.0) {
        for (average, new) in average.iter_mut().zip(row.iter_mut()) {
            *average += (1.0 - memory) * (*new - *average);
            *new = *average;
        }
    } else {
        *average = row.to_vec();
    }
}

/// Half of the sum of the differences of two rows that each sum to 1: the part of the vote that
/// would have to move to make them equal, in `[0, 1]`.
fn distance(one: &[f64], other: &[f64]) -> f64 {
    one.iter().zip(other).fold(0.0, |sum, (one, other)| sum + (one - other).abs()) / 2.0
}

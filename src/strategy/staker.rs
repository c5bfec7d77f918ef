//! Stakers: whom they lend their stake to.

mod herd;
mod loyal;
mod passive;
mod script;
mod yield_chaser;

use super::Behaviour;
use crate::rng::Draws;
use crate::units::{Alpha, Epoch, Uid};

/// Every staker behaviour of this crate.
pub const BEHAVIOURS: &[Behaviour<dyn Staker>] = &[
    passive::BEHAVIOUR,
    yield_chaser::BEHAVIOUR,
    loyal::BEHAVIOUR,
    herd::BEHAVIOUR,
    script::BEHAVIOUR,
];

/// A staker that never moves, for stake that is placed once and for all.
#[must_use]
pub fn still() -> Box<dyn Staker> {
    Box::new(passive::Passive)
}

/// How a staker places its stake.
pub trait Staker: Send {
    /// Adds what it wants done in this epoch to `orders`, which is empty on entry.
    fn invest(&mut self, turn: &mut StakerTurn<'_>, orders: &mut Vec<Order>);
}

/// Something that a staker wants done.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Order {
    /// Move stake from one hotkey to another of the same subnet; more than it has there means
    /// all of it.
    Move {
        /// The hotkey that loses it.
        from: Uid,
        /// The hotkey that gets it.
        to: Uid,
        /// How much `[rao]`.
        amount: Alpha,
    },
}

/// What a validator offers to those who stake on it.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Offer {
    /// Its uid.
    pub uid: Uid,
    /// Return of the last epoch after take: alpha earned for each alpha staked.
    pub epoch_yield: f64,
    /// All that is staked on it `[alpha]`.
    pub stake: f64,
}

/// All that a staker may know when it decides.
#[derive(Debug)]
pub struct StakerTurn<'a> {
    /// The epoch that has just been paid.
    pub epoch: Epoch,
    /// Where its own stake is, with its value `[rao]`.
    pub positions: &'a [(Uid, Alpha)],
    /// What the validators offer, in uid order.
    pub offers: &'a [Offer],
    /// Draws for its own choices in this epoch.
    pub draws: Draws,
    pub(crate) fault: Option<String>,
}

impl StakerTurn<'_> {
    /// Ends the run with an error: what the staker `did` that means nothing, as in "gave no answer".
    pub fn fail(&mut self, did: String) {
        self.fault = Some(did);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rng::{Agent, Domain, Streams};

    pub(super) fn offer(uid: Uid, epoch_yield: f64, stake: f64) -> Offer {
        Offer { uid, epoch_yield, stake }
    }

    /// What a staker orders who is at `positions`.
    pub(super) fn invest(
        staker: &mut dyn Staker,
        positions: &[(Uid, Alpha)],
        offers: &[Offer],
    ) -> Vec<Order> {
        let draws = Streams::new(1).at(Domain::Invest, Agent::new("stakers", 0), 0);
        let mut orders = Vec::new();
        let fault = None;
        let mut turn = StakerTurn { epoch: 0, positions, offers, draws, fault };
        staker.invest(&mut turn, &mut orders);
        orders
    }
}

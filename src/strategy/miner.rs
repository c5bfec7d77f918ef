//! Miners: how much of their ability they put into their work, and where that ability comes from.

mod data_buyer;
mod hardware;
mod hoarder;
mod honest;
mod investor;
mod model_copier;
mod quitter;
mod relay;
mod script;
mod shirker;
mod sybil;
mod turn;
mod uid_sniper;

pub use data_buyer::{Buying, DataBuyer};
pub use turn::MinerTurn;
pub(crate) use turn::{Answer, Commons, Server};

use super::Behaviour;
use crate::units::Epoch;

/// Every miner behaviour of this crate.
pub const BEHAVIOURS: &[Behaviour<dyn Miner>] = &[
    honest::BEHAVIOUR,
    shirker::BEHAVIOUR,
    investor::BEHAVIOUR,
    model_copier::BEHAVIOUR,
    relay::BEHAVIOUR,
    sybil::BEHAVIOUR,
    hoarder::BEHAVIOUR,
    uid_sniper::BEHAVIOUR,
    quitter::BEHAVIOUR,
    script::BEHAVIOUR,
];

/// How a miner works.
pub trait Miner: Send {
    /// Effort in this epoch, in `[0, 1]`: output quality is quality times effort, and cost is the
    /// full cost times effort. What else it does, it asks for through the turn.
    fn work(&mut self, turn: &mut MinerTurn<'_>) -> f64;

    /// Of how many epochs it may still read the models that others published.
    fn looks_back(&self) -> Epoch {
        0
    }
}

#[cfg(test)]
mod tests;

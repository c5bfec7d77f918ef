//! Miners: how much of their ability they put into their work.

mod honest;
mod shirker;

use super::Behaviour;
use crate::rng::Draws;
use crate::units::{Epoch, Uid};

/// Every miner behaviour of this crate.
pub const BEHAVIOURS: &[Behaviour<dyn Miner>] = &[honest::BEHAVIOUR, shirker::BEHAVIOUR];

/// How a miner works.
pub trait Miner: Send {
    /// Effort in this epoch, in `[0, 1]`: output quality is quality times effort, and cost is the
    /// full cost times effort.
    fn work(&mut self, turn: &mut MinerTurn<'_>) -> f64;
}

/// All that a miner may know when it decides.
#[derive(Debug)]
pub struct MinerTurn<'a> {
    /// The epoch that it works for.
    pub epoch: Epoch,
    /// Its own uid.
    pub uid: Uid,
    /// Its ability: quality of its output at full effort, at least 0.
    pub quality: f64,
    /// What full effort costs it in one epoch `[alpha]`.
    pub full_cost: f64,
    /// What it was paid in the last epoch `[alpha]`.
    pub last_income: f64,
    /// What it spent in the last epoch `[alpha]`.
    pub last_cost: f64,
    /// Incentive of all uids in the last epoch `[uids]`, public.
    pub incentive: &'a [f64],
    /// Draws for its own choices in this epoch.
    pub draws: Draws,
}

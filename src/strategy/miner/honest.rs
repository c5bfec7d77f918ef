//! The miner that the protocol hopes for.

use super::{Miner, MinerTurn};
use crate::strategy::{Behaviour, Conduct};

pub(super) const BEHAVIOUR: Behaviour<dyn Miner> = Behaviour {
    name: "honest",
    about: "Always works at full effort. Its quality, drift and cost are its group's.",
    source: "The baseline against which every deviation is measured.",
    conduct: Conduct::Honest,
    read: |_| Box::new(Honest),
};

/// Decides nothing.
#[derive(Clone, Debug)]
struct Honest;

impl Miner for Honest {
    fn work(&mut self, _: &mut MinerTurn<'_>) -> f64 {
        1.0
    }
}

//! A miner that lives on what was meant for the one before it.

use super::{Miner, MinerTurn};
use crate::strategy::{Behaviour, Conduct};

pub(super) const BEHAVIOUR: Behaviour<dyn Miner> = Behaviour {
    name: "uid-sniper",
    about: "Knows that weights are addressed to a uid and not to who holds it. Takes a slot, does \
            no work and pays for none, and is paid for as long as validators repeat scores that the \
            former holder earned. The chain masks weights that are older than a registration, so \
            only those who hand in old scores anew pay it.",
    source: "Registration races for uids, and the chain's mask of outdated weights, \
             `epoch/run_epoch.rs`.",
    conduct: Conduct::Deviant,
    read: |_| Box::new(UidSniper),
};

/// Decides nothing: it only holds its place.
#[derive(Clone, Debug)]
struct UidSniper;

impl Miner for UidSniper {
    fn work(&mut self, _: &mut MinerTurn<'_>) -> f64 {
        0.0
    }
}

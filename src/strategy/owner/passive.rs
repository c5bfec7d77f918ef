//! An owner that takes its cut and does nothing else.

use super::{Act, Owner, OwnerTurn};
use crate::strategy::{Behaviour, Conduct};

pub(super) const BEHAVIOUR: Behaviour<dyn Owner> = Behaviour {
    name: "passive",
    about: "Takes its cut, sells what its market's `owner_sells` says, and changes no rule.",
    source: "The baseline; most hyperparameters on chain are never changed.",
    conduct: Conduct::Honest,
    read: |_| Box::new(Passive),
};

/// Decides nothing.
#[derive(Clone, Debug)]
struct Passive;

impl Owner for Passive {
    fn act(&mut self, _: &OwnerTurn<'_>, _: &mut Vec<Act>) {}
}

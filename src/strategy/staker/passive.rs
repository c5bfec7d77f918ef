//! A staker that never moves.

use super::{Order, Staker, StakerTurn};
use crate::strategy::{Behaviour, Conduct};

pub(super) const BEHAVIOUR: Behaviour<dyn Staker> = Behaviour {
    name: "passive",
    about: "Leaves its stake where it is.",
    source: "Most delegations on chain are never moved.",
    conduct: Conduct::Honest,
    read: |_| Box::new(Passive),
};

/// Decides nothing.
#[derive(Clone, Debug)]
pub(super) struct Passive;

impl Staker for Passive {
    fn invest(&mut self, _: &mut StakerTurn<'_>, _: &mut Vec<Order>) {}
}

//! A trader that never trades.

use super::{TradeOrder, Trader, TraderTurn};
use crate::strategy::{Behaviour, Conduct};

pub(super) const BEHAVIOUR: Behaviour<dyn Trader> = Behaviour {
    name: "passive",
    about: "Holds what it has.",
    source: "Most holders of TAO do not trade from one day to the next.",
    conduct: Conduct::Honest,
    read: |_| Box::new(Passive),
};

/// Decides nothing.
#[derive(Clone, Debug)]
struct Passive;

impl Trader for Passive {
    fn trade(&mut self, _: &mut TraderTurn<'_>, _: &mut Vec<TradeOrder>) {}
}

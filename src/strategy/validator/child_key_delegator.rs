//! A validator whose stake votes under another's hotkey.

use super::{Decision, Validator, ValidatorTurn};
use crate::strategy::{Behaviour, Conduct};

/// Its name, by which a text is checked for the child keys that it needs.
pub const NAME: &str = "child-key-delegator";

pub(super) const BEHAVIOUR: Behaviour<dyn Validator> = Behaviour {
    name: NAME,
    about: "Evaluates nobody and never sets weights: its stake votes with the child to which the \
            subnet's `child_keys` lend it, and earns what the child leaves of the dividends. Each \
            of its members must be a parent. What it does not lend is inactive, as a ghost's.",
    source: "Child hotkeys of the chain, and the observation that costly evaluation drives \
             validators to delegate to one of them.",
    conduct: Conduct::Deviant,
    read: |_| Box::new(ChildKeyDelegator),
};

/// Knows nothing; decides nothing.
#[derive(Clone, Debug)]
struct ChildKeyDelegator;

impl Validator for ChildKeyDelegator {
    fn set_weights(&mut self, _: &mut ValidatorTurn<'_>, _: &mut [f64]) -> Decision {
        Decision::Keep
    }

    fn votes(&self) -> bool {
        false
    }

    fn evaluates(&self) -> bool {
        false
    }
}

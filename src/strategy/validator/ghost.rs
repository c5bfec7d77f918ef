//! A validator that only holds its place.

use super::{Decision, Validator, ValidatorTurn};
use crate::strategy::{Behaviour, Conduct};

pub(super) const BEHAVIOUR: Behaviour<dyn Validator> = Behaviour {
    name: "ghost",
    about: "Holds a permit and never sets weights: its stake is inactive and earns no dividends, \
            and another that would vote has no place.",
    source: "Permits without weights, of which the chain's record of August 2026 has 338 among \
             1,100 listed.",
    conduct: Conduct::Deviant,
    read: |_| Box::new(Ghost),
};

/// Knows nothing; decides nothing.
#[derive(Clone, Debug)]
struct Ghost;

impl Validator for Ghost {
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

//! The provider that sells what it has.

use super::{DataProvider, DataProviderTurn};
use crate::strategy::{Behaviour, Conduct};

pub(super) const BEHAVIOUR: Behaviour<dyn DataProvider> = Behaviour {
    name: "honest",
    about: "Knows its data and delivers them. Decides nothing.",
    source: "The baseline against which every deviation is measured.",
    conduct: Conduct::Honest,
    read: |_| Box::new(Honest),
};

/// Decides nothing.
#[derive(Clone, Debug)]
struct Honest;

impl DataProvider for Honest {
    fn deliver(&mut self, turn: &mut DataProviderTurn) -> f64 {
        turn.quality
    }
}

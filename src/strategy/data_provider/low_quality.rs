//! A provider that sells less than it says.

use super::{DataProvider, DataProviderTurn};
use crate::strategy::{Behaviour, Conduct};

pub(super) const BEHAVIOUR: Behaviour<dyn DataProvider> = Behaviour {
    name: "low-quality",
    about: "Knows its data and fills them up with repetitions and noise, so that a buyer gains only a \
            share of what it would. Asks the full price.",
    source: "Akerlof (1970), The Market for Lemons, https://doi.org/10.2307/1879431.",
    conduct: Conduct::Deviant,
    read: |t| {
        let about = "part of its data's worth that a buyer gains";
        Box::new(LowQuality { share: t.number("share", about).share().default(0.2) })
    },
};

/// Decides nothing but how much is filled up.
#[derive(Clone, Debug)]
struct LowQuality {
    share: f64,
}

impl DataProvider for LowQuality {
    fn deliver(&mut self, turn: &mut DataProviderTurn) -> f64 {
        turn.quality * self.share
    }
}

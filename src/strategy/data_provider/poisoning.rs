//! A provider whose data harm.

use super::{DataProvider, DataProviderTurn};
use crate::strategy::{Behaviour, Conduct};

pub(super) const BEHAVIOUR: Behaviour<dyn DataProvider> = Behaviour {
    name: "poisoning",
    about: "Knows in how many epochs somebody has bought. Delivers good data until it has been \
            trusted for so many, and from then on data that make the buyer's model worse.",
    source: "Data poisoning: Biggio, Nelson and Laskov (2012), arXiv:1206.6389.",
    conduct: Conduct::Deviant,
    read: |t| {
        let harm =
            t.number("harm", "log-quality that a buyer loses in an epoch").share().default(0.02);
        let bait = t
            .whole("bait", "epochs with buyers in which it delivers good data first")
            .unit("epochs")
            .at_most(1e9)
            .default(0_u64);
        Box::new(Poisoning { harm, bait, trusted: 0 })
    },
};

/// Knows whether it is trusted; decides when it harms.
#[derive(Clone, Debug)]
struct Poisoning {
    harm: f64,
    bait: u64,
    trusted: u64,
}

impl DataProvider for Poisoning {
    fn deliver(&mut self, turn: &mut DataProviderTurn) -> f64 {
        self.trusted += u64::from(turn.buyers > 0);
        if self.trusted < self.bait { turn.quality } else { -self.harm }
    }
}

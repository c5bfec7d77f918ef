//! A voter who votes for what pays it.

use super::{Vote, Voter, VoterTurn};
use crate::strategy::{Behaviour, Conduct};

pub(super) const BEHAVIOUR: Behaviour<dyn Voter> = Behaviour {
    name: "interest",
    about: "Knows what its owner's keys would get of the next epoch with the change and without it, \
            everyone's weights and stake staying as they are. Votes for the greater, if the \
            difference is worth its trouble. Effects that take longer it does not see.",
    source: "The rational voter: Downs (1957), An economic theory of democracy.",
    conduct: Conduct::Honest,
    read: |t| {
        let threshold = t
            .number("threshold", "least difference on which it votes, as a part of its income")
            .at_least(0.0)
            .at_most(1e6)
            .default(1e-6);
        Box::new(Interest { threshold })
    },
};

/// Knows its income with the change and without; decides which it prefers.
#[derive(Clone, Copy, Debug)]
struct Interest {
    threshold: f64,
}

impl Voter for Interest {
    fn vote(&mut self, turn: &VoterTurn<'_>) -> Option<Vote> {
        let gain = turn.changed - turn.income;
        let matters = gain.abs() > self.threshold * turn.income.max(0.0);
        matters.then_some(if gain > 0.0 { Vote::For } else { Vote::Against })
    }
}

//! Voters who have made up their minds.

use super::{Vote, Voter, VoterTurn};
use crate::strategy::{Behaviour, Conduct};

pub(super) const ALWAYS: Behaviour<dyn Voter> = Behaviour {
    name: "always",
    about: "Knows nothing; votes for every proposal.",
    source: "A benchmark.",
    conduct: Conduct::Honest,
    read: |_| Box::new(Settled { vote: Vote::For }),
};

pub(super) const NEVER: Behaviour<dyn Voter> = Behaviour {
    name: "never",
    about: "Knows nothing; votes against every proposal.",
    source: "A benchmark.",
    conduct: Conduct::Honest,
    read: |_| Box::new(Settled { vote: Vote::Against }),
};

/// Knows nothing; decides nothing.
#[derive(Clone, Copy, Debug)]
struct Settled {
    vote: Vote,
}

impl Voter for Settled {
    fn vote(&mut self, _: &VoterTurn<'_>) -> Option<Vote> {
        Some(self.vote)
    }
}

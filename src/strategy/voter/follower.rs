//! A voter who votes as the largest do.

use super::{Cast, Vote, Voter, VoterTurn};
use crate::strategy::{Behaviour, Conduct};

pub(super) const BEHAVIOUR: Behaviour<dyn Voter> = Behaviour {
    name: "follower",
    about: "Knows who has voted how. Votes as the one of most stake does who has voted, if that one \
            is large enough; until then it waits.",
    source: "Delegates who lend their vote to a name that they know.",
    conduct: Conduct::Honest,
    read: |t| {
        let about = "part of all stake that the one it follows must have";
        let least = t.number("least", about).share().default(0.0);
        Box::new(Follower { least })
    },
};

/// Knows the votes so far; decides whom it follows.
#[derive(Clone, Copy, Debug)]
struct Follower {
    least: f64,
}

impl Voter for Follower {
    fn vote(&mut self, turn: &VoterTurn<'_>) -> Option<Vote> {
        let Cast { stake, vote } = *turn.cast.first()?;
        (stake >= self.least).then_some(vote)
    }
}

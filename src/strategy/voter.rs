//! Voters: validators who decide about the rules of their subnet.

mod follower;
mod interest;
mod settled;

use super::Behaviour;
use crate::units::Epoch;

/// Every voter behaviour of this crate.
pub const BEHAVIOURS: &[Behaviour<dyn Voter>] =
    &[interest::BEHAVIOUR, settled::ALWAYS, settled::NEVER, follower::BEHAVIOUR];

/// How a validator votes on a proposal.
pub trait Voter: Send {
    /// Its vote, which it cannot take back; `None` to wait. It is asked again in each epoch of the
    /// voting, and one that waits to the end does not vote.
    fn vote(&mut self, turn: &VoterTurn<'_>) -> Option<Vote>;
}

/// What a voter says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Vote {
    /// For the change.
    For,
    /// Against it.
    Against,
}

/// All that a voter may know when it decides.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct VoterTurn<'a> {
    /// The epoch that has just been paid.
    pub epoch: Epoch,
    /// Epochs that are left to vote, this one included.
    pub left: Epoch,
    /// What all keys of its owner would get of the next epoch under the rules as they are, if
    /// everyone's weights and stake stayed `[alpha]`.
    pub income: f64,
    /// The same under the change `[alpha]`.
    pub changed: f64,
    /// Who has voted so far, those of most stake first.
    pub cast: &'a [Cast],
}

/// A vote that everyone can see.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Cast {
    /// The voter's part of all stake that may vote, in `[0, 1]`.
    pub stake: f64,
    /// What it said.
    pub vote: Vote,
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fields;

    fn vote(behaviour: Behaviour<dyn Voter>, text: &str, turn: &VoterTurn<'_>) -> Option<Vote> {
        let table = toml::from_str(text).expect("the test's text is TOML");
        let (mut voter, _, sheet) = fields::read(&table, behaviour.read);
        assert!(sheet.problems.is_empty(), "{text}: {:?}", sheet.problems);
        voter.vote(turn)
    }

    #[test]
    fn each_votes_as_it_is() {
        let turn = |income, changed| VoterTurn { epoch: 3, left: 2, income, changed, cast: &[] };
        let (gains, loses) = (turn(100.0, 101.0), turn(100.0, 99.0));
        for (turn, honest) in [(gains, Vote::For), (loses, Vote::Against)] {
            assert_eq!(vote(interest::BEHAVIOUR, "", &turn), Some(honest));
            assert_eq!(vote(settled::ALWAYS, "", &turn), Some(Vote::For));
            assert_eq!(vote(settled::NEVER, "", &turn), Some(Vote::Against));
            assert_eq!(vote(follower::BEHAVIOUR, "", &turn), None);
            // A hundredth is not worth the trouble where it takes a twentieth.
            assert_eq!(vote(interest::BEHAVIOUR, "threshold = 0.05", &turn), None);
        }
        assert_eq!(vote(interest::BEHAVIOUR, "", &turn(100.0, 100.0)), None);
        let cast = [Cast { stake: 0.3, vote: Vote::Against }, Cast { stake: 0.1, vote: Vote::For }];
        let led = VoterTurn { cast: &cast, ..gains };
        assert_eq!(vote(follower::BEHAVIOUR, "", &led), Some(Vote::Against));
        assert_eq!(vote(follower::BEHAVIOUR, "least = 0.5", &led), None);
    }
}

//! Validators: who scores the miners, and what they put on chain.

mod cabal;
mod ghost;
mod honest;
mod lazy;
mod weight_copier;

use super::Behaviour;
use crate::fields::Fields;
use crate::num;
use crate::rng::{Agent, Domain, Draws, Streams};
use crate::units::{Epoch, Uid};

/// Every validator behaviour of this crate.
pub const BEHAVIOURS: &[Behaviour<dyn Validator>] = &[
    honest::BEHAVIOUR,
    weight_copier::BEHAVIOUR,
    cabal::BEHAVIOUR,
    lazy::BEHAVIOUR,
    ghost::BEHAVIOUR,
];

/// Scores drawn at a time.
const BATCH: usize = 256;

/// How a validator votes.
pub trait Validator: Send {
    /// Writes this epoch's weights into `row` `[uids]`, of any scale: only their proportions
    /// count. On entry `row` holds the answer of the behaviour that this one deviates from, or
    /// zeros. Weights must be finite and not negative. Zero means that the miner is not listed.
    fn set_weights(&mut self, turn: &mut ValidatorTurn<'_>, row: &mut [f64]) -> Decision;

    /// Whether it submits after the others, when commit–reveal does not hide their weights.
    fn moves_last(&self) -> bool {
        false
    }

    /// Whether it ever sets weights. One that does not counts as inactive from the start, as if
    /// its last weights were long ago.
    fn votes(&self) -> bool {
        true
    }
}

/// What happens to the row.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Decision {
    /// It is submitted; the validator counts as active.
    Submit,
    /// Nothing is submitted and the weights in force stay as they are.
    Keep,
}

/// What everyone can read on chain.
#[derive(Clone, Copy, Debug)]
pub struct Public<'a> {
    /// The consensus weights that can be computed from what is revealed `[uids]`: of the last epoch
    /// under commit–reveal, of the weights as they stand now without it.
    pub consensus: &'a [f64],
    /// Incentive of the last epoch `[uids]`, sums to 1 or 0.
    pub incentive: &'a [f64],
    /// Dividends of the last epoch `[uids]`, sums to 1 or 0.
    pub dividends: &'a [f64],
    /// Stake share of each uid in the last epoch `[uids]`, sums to 1 or 0.
    pub stake_share: &'a [f64],
    /// The uid of the subnet owner's hotkey, if it has one. Its incentive is withheld.
    pub owner: Option<Uid>,
}

/// All that a validator may know when it votes.
#[derive(Debug)]
pub struct ValidatorTurn<'a> {
    /// The epoch for which it votes.
    pub epoch: Epoch,
    /// The mechanism of the subnet for which it votes, from 0. What is public, and its own weights
    /// in force, are this mechanism's.
    pub mechanism: usize,
    /// Its own uid.
    pub uid: Uid,
    /// What is on chain for all to read.
    pub public: Public<'a>,
    /// Its own weights in force `[uids]`, sums to 1 or 0.
    pub own_weights: &'a [f64],
    /// Uids of the miners that belong to the same entity or coalition, ascending.
    pub partners: &'a [Uid],
    work: Work<'a>,
    agent: Agent,
    streams: Streams,
    evaluated: bool,
}

/// The miners' work of this epoch, which a validator can only see by evaluating it.
#[derive(Clone, Copy, Debug)]
pub struct Work<'a> {
    /// Quality of each uid's output `[uids]`, at least 0; 0 for a uid that does not mine.
    pub output: &'a [f64],
    /// The groups of miners, each with the key of its draws and its uids in group order.
    pub groups: &'a [(Agent, Vec<Uid>)],
}

impl<'a> ValidatorTurn<'a> {
    /// The turn of `agent`; only the simulation makes one.
    #[must_use]
    pub fn new(
        (epoch, mechanism, uid, agent): (Epoch, usize, Uid, Agent),
        public: Public<'a>,
        own_weights: &'a [f64],
        partners: &'a [Uid],
        work: Work<'a>,
        streams: Streams,
    ) -> Self {
        let evaluated = false;
        Self {
            epoch,
            mechanism,
            uid,
            public,
            own_weights,
            partners,
            work,
            agent,
            streams,
            evaluated,
        }
    }

    /// Evaluates every miner: `scores` `[uids]` becomes quality times `1 + noise * z`, at least 0,
    /// with `z` standard normal for each pair of validator and miner in each epoch. Costs the
    /// validator its evaluation cost for this epoch, once.
    ///
    /// Source: the score model of the chain's own consensus analysis, whose weights are
    /// `max(0, 1 + noise * z)` times the true share.
    pub fn evaluate(&mut self, noise: f64, scores: &mut [f64]) {
        self.evaluated = true;
        scores.fill(0.0);
        let mut surprise = [0.0; BATCH];
        for (group, uids) in self.work.groups {
            let mut draws = self.streams.at(Domain::Score, self.agent.about(*group), self.epoch);
            for uids in uids.chunks(BATCH) {
                let surprise = &mut surprise[..uids.len()];
                if noise > 0.0 {
                    draws.normals(surprise);
                }
                let score = |output: f64, surprise: f64| {
                    let score = output * (1.0 + noise * surprise);
                    if score > 0.0 { score } else { 0.0 }
                };
                let first = uids[0];
                if uids[uids.len() - 1] == first + uids.len() - 1 {
                    // Ascending without a gap, as most groups are: a loop that takes vectors.
                    let outputs = &self.work.output[first..first + uids.len()];
                    let scores = &mut scores[first..first + uids.len()];
                    for (score_of, (&output, &surprise)) in
                        scores.iter_mut().zip(outputs.iter().zip(&*surprise))
                    {
                        *score_of = score(output, surprise);
                    }
                } else {
                    for (&uid, &surprise) in uids.iter().zip(&*surprise) {
                        scores[uid] = score(self.work.output[uid], surprise);
                    }
                }
            }
        }
    }

    /// Draws for this validator's own choices in this epoch.
    #[must_use]
    pub fn draws(&self) -> Draws {
        self.streams.at(Domain::Validate, self.agent, self.epoch)
    }

    /// Whether it has evaluated the miners in this turn.
    #[must_use]
    pub fn has_evaluated(&self) -> bool {
        self.evaluated
    }
}

/// The key that all who evaluate have.
fn noise(t: &mut Fields<'_>) -> f64 {
    t.number("noise", "standard deviation of a score's relative error")
        .unit("share of quality")
        .at_least(0.0)
        .at_most(10.0)
        .default(0.1)
}

/// Evaluates with `noise` and sharpens; the row is of any scale.
fn scores(turn: &mut ValidatorTurn<'_>, noise: f64, sharpness: f64, row: &mut [f64]) {
    turn.evaluate(noise, row);
    if sharpness != 1.0 {
        // Against the best, so that no power of a large score overflows.
        let best = row.iter().fold(0.0_f64, |best, score| best.max(*score));
        for score in row.iter_mut().filter(|score| **score > 0.0) {
            *score = num::pow(*score / best, sharpness);
        }
    }
}

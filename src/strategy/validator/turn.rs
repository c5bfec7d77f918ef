//! A validator's turn: all that it may know when it votes.

use super::eye::{Eye, Look, score};
use crate::rng::{Agent, Domain, Draws, Streams};
use crate::units::{Epoch, Uid};

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
    /// Part of their weights that the owner asks all to put on that uid, in `[0, 1]`.
    pub asked_burn: f64,
    /// The weights from which that consensus was computed, as far as they can be read
    /// `[setters, uids]`: each row sums to 1, or is 0 where nothing is revealed, as the rows of
    /// those who evaluate in private never are.
    pub revealed: &'a [f64],
    /// Whose rows they are, ascending.
    pub setters: &'a [Uid],
    /// Share of the stake that voted on that consensus `[uids]`, sums to 1 or 0.
    pub active_stake: &'a [f64],
    /// Part of the voting stake that must support a weight, in `[0, 1]`.
    pub kappa: f64,
    /// Mean of the revealed weights of those who say that they audit, by stake `[uids]`, sums to
    /// 1; empty where there is none.
    pub audits: &'a [f64],
}

/// What one validator has for itself, or from those it acts with.
#[derive(Clone, Copy, Debug)]
pub struct Own<'a> {
    /// Its own weights in force `[uids]`, sums to 1 or 0.
    pub weights: &'a [f64],
    /// Uids of the miners that belong to the same entity or coalition, ascending.
    pub partners: &'a [Uid],
    /// What it is offered for its vote.
    pub bribe: Bribe<'a>,
    /// Whether its coalition has been exposed, after which it plays its own part.
    pub exposed: bool,
    /// Whose scores it sees, as its coalition shares them; empty where it only has its own.
    pub judges: &'a [Agent],
    /// Whether it pays for an evaluation itself.
    pub pays: bool,
    /// What the noise of its scores is multiplied by, at least 0.
    pub noise_factor: f64,
}

/// What a validator is offered for its vote in this epoch.
#[derive(Clone, Copy, Debug, Default)]
pub struct Bribe<'a> {
    /// How much `[alpha]`; 0 for none.
    pub amount: f64,
    /// For whom, ascending.
    pub miners: &'a [Uid],
}

/// The miners' work of this epoch, which a validator can only see by evaluating it.
#[derive(Clone, Copy, Debug)]
pub struct Work<'a> {
    /// Quality of each uid's output `[uids]`, at least 0; 0 for a uid that does not mine.
    pub output: &'a [f64],
    /// The groups of miners, each with the key of its draws and its uids in group order.
    pub groups: &'a [(Agent, Vec<Uid>)],
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
    /// What it is offered for its vote.
    pub bribe: Bribe<'a>,
    /// Whether its coalition has been exposed, after which it plays its own part.
    pub exposed: bool,
    own: Own<'a>,
    work: Work<'a>,
    agent: Agent,
    streams: Streams,
    effort: f64,
    fault: Option<String>,
}

impl<'a> ValidatorTurn<'a> {
    /// The turn of `agent`; only the simulation makes one.
    #[must_use]
    pub fn new(
        (epoch, mechanism, uid, agent): (Epoch, usize, Uid, Agent),
        public: Public<'a>,
        own: Own<'a>,
        work: Work<'a>,
        streams: Streams,
    ) -> Self {
        Self {
            epoch,
            mechanism,
            uid,
            public,
            own_weights: own.weights,
            partners: own.partners,
            bribe: own.bribe,
            exposed: own.exposed,
            own,
            work,
            agent,
            streams,
            effort: 0.0,
            fault: None,
        }
    }

    /// Evaluates every miner: `scores` `[uids]` becomes quality times `1 + noise * z`, at least 0,
    /// with `z` standard normal for each pair of validator and miner in each epoch. Costs the
    /// validator its evaluation cost for this epoch, once. In a coalition that shares scores, they
    /// are the mean of those of the members who evaluate, and only these pay.
    ///
    /// Source: the score model of the chain's own consensus analysis, whose weights are
    /// `max(0, 1 + noise * z)` times the true share.
    pub fn evaluate(&mut self, noise: f64, scores: &mut [f64]) {
        self.has_looked();
        self.look().evaluate(noise, scores);
    }

    fn look(&self) -> Look<'a> {
        Look {
            work: self.work,
            judges: self.own.judges,
            agent: self.agent,
            streams: self.streams,
            epoch: self.epoch,
            noise_factor: self.own.noise_factor,
        }
    }

    /// What an evaluation takes.
    pub(crate) fn eye(&self) -> Eye {
        Eye::new(self.look())
    }

    /// Books what an evaluation costs, if it pays for it itself.
    pub(crate) fn has_looked(&mut self) {
        if self.own.pays {
            self.effort = 1.0;
        }
    }

    /// Ends the run with an error: what the validator `did` that means nothing, as in "gave no
    /// answer".
    pub fn fail(&mut self, did: String) {
        self.fault = Some(did);
    }

    /// What it did that means nothing, if it did.
    #[must_use]
    pub fn fault(self) -> Option<String> {
        self.fault
    }

    /// Looks at each miner as closely as `noise` says for its uid, and not at all at those for
    /// whom it says nothing; these score 0. The surprises are those of [`ValidatorTurn::evaluate`],
    /// and never shared. Costs the part of its evaluation cost that it looks at of all miners.
    pub fn inspect(&mut self, noise: impl Fn(Uid) -> Option<f64>, scores: &mut [f64]) {
        scores.fill(0.0);
        let (mut seen, mut all) = (0_usize, 0_usize);
        for (group, uids) in self.work.groups {
            let mut draws = self.streams.at(Domain::Score, self.agent.about(*group), self.epoch);
            for &uid in uids {
                // Each has its own place in the draws, whether it is looked at or not.
                let surprise = draws.normal();
                all += 1;
                if let Some(noise) = noise(uid) {
                    seen += 1;
                    let noise = noise * self.own.noise_factor;
                    scores[uid] = score(self.work.output[uid], noise, surprise);
                }
            }
        }
        let part = seen as f64 / all.max(1) as f64;
        self.effort = self.effort.max(part);
    }

    /// Chooses miners at random, each with this chance `[uids]`.
    #[must_use]
    pub fn sample(&self, chance: f64) -> Vec<bool> {
        let mut chosen = vec![false; self.work.output.len()];
        for (group, uids) in self.work.groups {
            let mut draws = self.streams.at(Domain::Audit, self.agent.about(*group), self.epoch);
            for &uid in uids {
                chosen[uid] = draws.uniform() < chance;
            }
        }
        chosen
    }

    /// Draws for this validator's own choices in this epoch.
    #[must_use]
    pub fn draws(&self) -> Draws {
        self.streams.at(Domain::Validate, self.agent, self.epoch)
    }

    /// The part of its evaluation cost that it owes for what it has done in this turn, in
    /// `[0, 1]`.
    #[must_use]
    pub fn effort(&self) -> f64 {
        self.effort
    }

    /// Whether it has evaluated any miner in this turn, and pays for it.
    #[must_use]
    pub fn has_evaluated(&self) -> bool {
        self.effort > 0.0
    }
}

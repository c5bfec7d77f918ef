//! One subnet: its rules, its neurons as columns, its weights and bonds, its money.

use crate::protocol::child_keys::{self, Link};
use crate::protocol::commits::Commits;
use crate::protocol::reward::{Carried, Reward};
use crate::protocol::stake::{Weighting, reshape};
use crate::protocol::{Outcome, Params};
use crate::rng::Agent;
use crate::units::{Alpha, Epoch, Tao, Uid};
use crate::world::{Ledger, Models, Providers};

/// Rules of one subnet.
#[derive(Clone, Debug, PartialEq)]
pub struct Rules {
    /// What the epoch itself needs.
    pub params: Params,
    /// Which rule turns work into pay, and what only some rules read.
    pub reward: Reward,
    /// Epochs for which commit–reveal hides weights; 0 turns it off. Weights committed between
    /// epoch `k` and the next count first in epoch `k + reveal_period`.
    pub reveal_period: Epoch,
    /// How many uids there is room for.
    pub max_allowed_uids: usize,
    /// What it asks of weights, and of its owner.
    pub submission: Submission,
    /// How many mechanisms it has, at least 1.
    pub mechanisms: usize,
    /// Part of each mechanism in the emission, in 65535ths; empty where all have the same.
    pub mechanism_split: Vec<u16>,
    /// Percentile of stake weights beyond which stake does not count, in `[0, 1]`; 1 for no cap.
    pub stake_cap_percentile: f64,
    /// How stake becomes the weight of a vote.
    pub stake_weighting: Weighting,
}

/// What a subnet asks of weights, and of its owner.
#[derive(Clone, Debug, PartialEq)]
pub struct Submission {
    /// Blocks between two settings, or two commits, of weights by one validator `[blocks]`.
    pub rate_limit: u64,
    /// Least number of uids that a validator's weights must list.
    pub min_allowed: usize,
    /// Greatest part of a validator's weights that one uid may have, in `[0, 1]`.
    pub max_limit: f64,
    /// Least version of a validator's code whose weights are taken; 0 takes any.
    pub version: u64,
    /// What becomes of incentive that falls to the subnet owner's own keys.
    pub owner_incentive: Disposal,
}

impl Default for Submission {
    fn default() -> Self {
        Self {
            rate_limit: 100,
            min_allowed: 1,
            max_limit: 1.0,
            version: 0,
            owner_incentive: Disposal::Burn,
        }
    }
}

/// What becomes of alpha that is paid to nobody.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Disposal {
    /// It stays issued and nobody holds it.
    #[default]
    Burn,
    /// It goes back to what is still to be issued.
    Recycle,
}

impl Default for Rules {
    fn default() -> Self {
        Self {
            params: Params::default(),
            reward: Reward::default(),
            reveal_period: 1,
            max_allowed_uids: 256,
            submission: Submission::default(),
            mechanisms: 1,
            mechanism_split: Vec::new(),
            stake_cap_percentile: 1.0,
            stake_weighting: Weighting::Linear,
        }
    }
}

/// What an agent is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Role {
    /// Scores miners.
    Validator,
    /// Is scored.
    Miner,
    /// Lends stake to validators.
    Staker,
    /// Sells data to miners.
    DataProvider,
}

impl Role {
    /// Its name in texts and tables.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Validator => "validator",
            Self::Miner => "miner",
            Self::Staker => "staker",
            Self::DataProvider => "data-provider",
        }
    }
}

/// A group as the tables show it. Members of a coalition are a group of their own from the
/// start, so that it has one course through time.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Member {
    /// Its name.
    pub name: String,
    /// Its role.
    pub role: Role,
    /// What its members play.
    pub strategy: String,
    /// Whether they count as honest.
    pub honest: bool,
}

/// Columns over the uids of a subnet; each has one entry for each uid.
#[derive(Clone, Debug, Default)]
pub struct Neurons {
    /// Validator or miner.
    pub role: Vec<Role>,
    /// Index into [`Subnet::groups`].
    pub group: Vec<usize>,
    /// Index into [`Subnet::entities`]: who owns the key.
    pub entity: Vec<usize>,
    /// Whether the chain does not know whose it is: a hidden key counts as nobody's of its entity.
    pub hidden: Vec<bool>,
    /// The staker, and the hotkey, in whose name a miner stakes what it keeps, if not on itself.
    pub auto_stake: Vec<Option<(usize, Uid)>>,
    /// The key of its draws.
    pub agent: Vec<Agent>,
    /// Block of registration.
    pub registered: Vec<u64>,
    /// Block of the last weights that it submitted, to the mechanism at work.
    pub last_update: Vec<u64>,
    /// Whether it may set weights, as the last epoch left it.
    pub permits: Vec<bool>,
    /// Version of its code, which its weights carry.
    pub weights_version: Vec<u64>,
    /// Whether it evaluates in private: what it reveals cannot be read before it has counted.
    pub private: Vec<bool>,
    /// What that multiplies the noise of its scores by, at least 0; 1 for the others.
    pub noise_factor: Vec<f64>,
    /// Part of its stakers' dividends that it keeps, in `[0, 1]`.
    pub take: Vec<f64>,
    /// Part that it keeps of its parents' dividends, as their child, in `[0, 1]`.
    pub child_take: Vec<f64>,
    /// Its hotkey on root, an index into [`Root::stake`](crate::world::Root::stake), if it has one.
    pub root: Vec<Option<usize>>,
    /// TAO staked on that hotkey, as of the epoch `[rao]`.
    pub root_stake: Vec<Tao>,
    /// Part of its income that it keeps as stake, in `[0, 1]`.
    pub compound: Vec<f64>,
    /// Cost of a full epoch's work `[rao]`.
    pub full_cost: Vec<Alpha>,
    /// The part of that cost that is a sum of money `[USD]`; the rest is [`Neurons::fixed_cost`].
    pub cost_usd: Vec<f64>,
    /// The part of that cost that is a sum of alpha `[rao]`.
    pub fixed_cost: Vec<Alpha>,
    /// Quality at the start, at least 0; 0 for validators.
    pub first_quality: Vec<f64>,
    /// Quality of its output at full effort now, at least 0.
    pub quality: Vec<f64>,
    /// Standard deviation of the change of log-quality in one epoch.
    pub drift: Vec<f64>,
    /// Part of the way back to the first log-quality in one epoch, in `[0, 1]`.
    pub reversion: Vec<f64>,
    /// Whether the models that it serves are public.
    pub publishes: Vec<bool>,
    /// Quality of the model of its own that it used in this epoch; 0 where it used none.
    pub released: Vec<f64>,
    /// Whether what it forwarded in this epoch came back without an answer.
    pub unanswered: Vec<bool>,
    /// Part of its ability that it used in this epoch, in `[0, 1]`.
    pub effort: Vec<f64>,
    /// Quality of its output in this epoch: quality times effort.
    pub output: Vec<f64>,
    /// Hashes that it can compute in an epoch at full effort, at least 0; 0 for validators.
    pub hash_power: Vec<f64>,
    /// Hashes that it computed in this epoch: hash power times effort.
    pub hashes: Vec<f64>,
}

/// What moved in the last epoch.
#[derive(Clone, Debug, Default)]
pub struct Flows {
    /// Incentive paid to each uid `[uids]` `[rao]`.
    pub incentive: Vec<Alpha>,
    /// Dividends paid to each hotkey, the stakers' part included `[uids]` `[rao]`.
    pub dividends: Vec<Alpha>,
    /// Of both, and of the owner's cut, what fell to the key's own owner `[uids]` `[rao]`.
    pub earned: Vec<Alpha>,
    /// Cost of the epoch's work `[uids]` `[rao]`.
    pub cost: Vec<Alpha>,
    /// What it paid other members of its coalition; sums of TAO at the price of alpha `[uids]`
    /// `[rao]`.
    pub paid: Vec<Alpha>,
    /// What it received of them, alike `[uids]` `[rao]`.
    pub received: Vec<Alpha>,
    /// Earned and received less cost and paid since the start `[uids]` `[rao]`.
    pub profit: Vec<i128>,
    /// What fell to each staker `[stakers]` `[rao]`.
    pub staker_earned: Vec<Alpha>,
    /// The same since the start `[stakers]` `[rao]`.
    pub staker_profit: Vec<i128>,
    /// Alpha issued `[rao]`.
    pub issued: Alpha,
    /// Of it, the owner's part `[rao]`.
    pub owner: Alpha,
    /// Of it, what nobody got `[rao]`.
    pub orphaned: Alpha,
    /// Of it, what was burned `[rao]`.
    pub burned: Alpha,
    /// Of it, what was recycled `[rao]`.
    pub recycled: Alpha,
    /// Stake that stakers moved `[rao]`.
    pub moved: Alpha,
}

/// What each mechanism of a subnet has of its own.
#[derive(Clone, Debug, Default)]
pub struct Mechanism {
    /// As [`Subnet::weights`].
    pub weights: Vec<Option<u16>>,
    /// As [`Subnet::sealed`].
    pub sealed: Commits<Vec<Option<u16>>>,
    /// As [`Subnet::bonds`].
    pub bonds: Vec<u16>,
    /// As [`Subnet::carried`].
    pub carried: Carried,
    /// As [`Neurons::last_update`].
    pub last_update: Vec<u64>,
    /// What its last epoch computed.
    pub outcome: Outcome,
}

/// One subnet.
///
/// A subnet of one mechanism holds that mechanism's state itself. One of several keeps each one's
/// apart, and holds that of the one at work (see [`Subnet::turn`]).
#[derive(Clone, Debug)]
pub struct Subnet {
    /// Its name.
    pub name: String,
    /// Its rules.
    pub rules: Rules,
    /// The block of the last epoch, or of genesis.
    pub block: u64,
    /// The network's block in which it was registered; 0 for one that was always there.
    pub registered: u64,
    /// The block of the last epoch; `None` before the first.
    pub last_epoch: Option<u64>,
    /// Groups, in text order; those of coalitions last.
    pub groups: Vec<Member>,
    /// Names of the owners of keys.
    pub entities: Vec<String>,
    /// The neurons.
    pub neurons: Neurons,
    /// The uid of the subnet owner's hotkey, if it has one.
    pub owner: Option<Uid>,
    /// Part of their weights that the owner asks validators to put on its uid, in `[0, 1]`.
    pub asked_burn: f64,
    /// What a TAO on root counts in alpha, in `[0, 1]`.
    pub tao_weight: f64,
    /// Who lends stake to whom.
    pub links: Vec<Link>,
    /// Uids of the validators, ascending: each has a row of weights and bonds.
    pub setters: Vec<Uid>,
    /// Weights in force `[setters, uids]`, the largest of a row 65535; `None` is not listed.
    pub weights: Vec<Option<u16>>,
    /// Rows `[uids]` that are committed and not yet revealed; the setter is a place in `setters`.
    pub sealed: Commits<Vec<Option<u16>>>,
    /// Stored bonds `[setters, uids]`.
    pub bonds: Vec<u16>,
    /// What the rule of pay keeps between epochs beside weights and bonds.
    pub carried: Carried,
    /// What the last epoch computed, of all mechanisms together.
    pub outcome: Outcome,
    /// State of each mechanism, where there are several; otherwise empty.
    pub mechanisms: Vec<Mechanism>,
    /// What its miners have published.
    pub models: Models,
    /// Those who sell data to its miners.
    pub providers: Providers,
    /// The money.
    pub ledger: Ledger,
    /// What moved in the last epoch.
    pub flows: Flows,
    /// Group of each staker, an index into [`Subnet::groups`] `[stakers]`.
    pub staker_group: Vec<usize>,
    /// Owner of each staker's key, an index into [`Subnet::entities`] `[stakers]`.
    pub staker_entity: Vec<usize>,
    /// The key of each staker's draws `[stakers]`.
    pub staker_agent: Vec<Agent>,
}

impl Subnet {
    /// How many uids there are.
    #[must_use]
    pub fn uids(&self) -> usize {
        self.neurons.role.len()
    }

    /// Takes a mechanism's state into the subnet's place, or puts it back. With one mechanism it
    /// is always there.
    pub fn turn(&mut self, mechanism: usize) {
        if let Some(other) = self.mechanisms.get_mut(mechanism) {
            std::mem::swap(&mut self.weights, &mut other.weights);
            std::mem::swap(&mut self.sealed, &mut other.sealed);
            std::mem::swap(&mut self.bonds, &mut other.bonds);
            std::mem::swap(&mut self.carried, &mut other.carried);
            std::mem::swap(&mut self.neurons.last_update, &mut other.last_update);
            std::mem::swap(&mut self.outcome, &mut other.outcome);
        }
    }

    /// Stored bonds and the last epoch's outcome of each mechanism, in order.
    pub fn each_mechanism(&self) -> impl Iterator<Item = (&[u16], &Outcome)> {
        let only = self.mechanisms.is_empty().then_some((self.bonds.as_slice(), &self.outcome));
        let several = self.mechanisms.iter().map(|m| (m.bonds.as_slice(), &m.outcome));
        only.into_iter().chain(several)
    }

    /// What those who use the subnet got in the last epoch: the mean quality of its miners' output
    /// by incentive, at least 0; 0 where nobody has any incentive.
    #[must_use]
    pub fn delivered(&self) -> f64 {
        let pairs = self.outcome.incentive.iter().zip(&self.neurons.output);
        let (parts, sum) = pairs.fold((0.0, 0.0), |(parts, sum), (incentive, output)| {
            (parts + incentive, sum + incentive * output)
        });
        if parts > 0.0 { sum / parts } else { 0.0 }
    }

    /// Puts permits and bonds that the epoch decided into force.
    pub fn renew(&mut self) {
        self.neurons.permits.copy_from_slice(&self.outcome.permits);
        if self.mechanisms.is_empty() {
            self.bonds.copy_from_slice(&self.outcome.bonds);
        }
        for mechanism in &mut self.mechanisms {
            mechanism.bonds.copy_from_slice(&mechanism.outcome.bonds);
        }
    }

    /// The stake weight of each uid `[rao]`: its stake and its weighed TAO on root, less what it
    /// lends, and what it borrows.
    pub fn stake_weights(&self, weights: &mut Vec<f64>) {
        let (stake, root) = (&self.ledger.stake, &self.neurons.root_stake);
        weights.clear();
        if self.links.is_empty() {
            let pairs = stake.iter().zip(root);
            weights
                .extend(pairs.map(|(alpha, tao)| alpha.0 as f64 + self.tao_weight * tao.0 as f64));
        } else {
            child_keys::stake_weights(stake, root, self.tao_weight, &self.links, weights);
        }
        reshape(weights, self.rules.stake_cap_percentile, self.rules.stake_weighting);
    }

    /// The name of an agent for messages: its group and its uid.
    #[must_use]
    pub fn called(&self, uid: Uid) -> String {
        format!("subnet.{} uid {uid} ({})", self.name, self.groups[self.neurons.group[uid]].name)
    }
}

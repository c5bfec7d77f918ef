//! What a miner may know when it decides, and what it can ask for.

use crate::rng::Draws;
use crate::units::{Epoch, Uid};
use crate::world::{Models, Role};

/// All that a miner may know when it decides, and the place for what it asks for beside its effort.
#[derive(Debug)]
pub struct MinerTurn<'a> {
    /// The epoch that it works for.
    pub epoch: Epoch,
    /// Its own uid.
    pub uid: Uid,
    /// Its ability: quality of its output at full effort, at least 0.
    pub quality: f64,
    /// What full effort costs it in one epoch `[alpha]`.
    pub full_cost: f64,
    /// What it was paid in the last epoch `[alpha]`.
    pub last_income: f64,
    /// What it spent in the last epoch `[alpha]`.
    pub last_cost: f64,
    /// Whether what it forwarded in the last epoch came back without an answer.
    pub unanswered: bool,
    /// Incentive of all uids in the last epoch `[uids]`, public.
    pub incentive: &'a [f64],
    /// Incentive paid to all uids together in the last epoch `[alpha]`, public.
    pub paid: f64,
    /// Whether each uid publishes its models `[uids]`, public.
    pub publishes: &'a [bool],
    /// What an alpha is worth `[USD]`; `None` where it has no market.
    pub alpha_usd: Option<f64>,
    /// Length of an epoch `[hours]`.
    pub hours: f64,
    /// What each data provider asks for an epoch's worth of data `[providers]` `[alpha]`.
    pub data_prices: &'a [f64],
    /// Draws for its own choices in this epoch.
    pub draws: Draws,
    pub(crate) commons: Commons<'a>,
    pub(crate) answer: Answer,
    pub(crate) fault: Option<String>,
}

/// What a turn looks things up in.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Commons<'a> {
    /// Role of each uid.
    pub(crate) roles: &'a [Role],
    /// Who owns each uid; a miner is told of its own keys only.
    pub(crate) entities: &'a [usize],
    /// The uid of the subnet owner's hotkey, whose incentive is withheld.
    pub(crate) owner: Option<Uid>,
    /// What others have published.
    pub(crate) models: &'a Models,
}

/// What a miner asks for beside its effort.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Answer {
    /// What its ability is multiplied by before it works.
    pub(crate) growth: f64,
    /// What it spends beside the cost of its work `[alpha]`.
    pub(crate) spent: f64,
    /// Ability that it has taken over from a public model.
    pub(crate) copied: Option<f64>,
    /// From whom it buys data, and what part of their worth it gains.
    pub(crate) bought: Option<(usize, f64)>,
    /// The most of its ability that it shows.
    pub(crate) released: f64,
    /// Who does its work.
    pub(crate) server: Server,
}

/// Who does a miner's work.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Server {
    /// It does so itself.
    Own,
    /// Another miner, which it asks.
    Other {
        /// Whom.
        uid: Uid,
        /// Part of that output's quality that is left.
        kept: f64,
        /// What that costs in an epoch `[alpha]`.
        fee: f64,
    },
    /// One machine that several uids of one owner stand for.
    Shared {
        /// The uid whose ability and cost are the machine's.
        backend: Uid,
        /// How many uids bear its cost.
        members: usize,
    },
}

impl Default for Answer {
    fn default() -> Self {
        let server = Server::Own;
        let (growth, released) = (1.0, f64::INFINITY);
        Self { growth, spent: 0.0, copied: None, bought: None, released, server }
    }
}

impl Answer {
    /// What in it means nothing, if anything does, where there are so many uids and data providers.
    pub(crate) fn fault(&self, uids: usize, providers: usize) -> Option<String> {
        let amount = |value: f64| (0.0..f64::INFINITY).contains(&value);
        let (to, fee, kept) = match self.server {
            Server::Own => (0, 0.0, 0.0),
            Server::Other { uid, kept, fee } => (uid, fee, kept),
            Server::Shared { backend, .. } => (backend, 0.0, 0.0),
        };
        if !(self.growth > 0.0 && self.growth < f64::INFINITY) {
            Some(format!("multiplied its ability by {}", self.growth))
        } else if !amount(self.spent) || !amount(fee) {
            let bad = if amount(self.spent) { fee } else { self.spent };
            Some(format!("spent {bad} alpha, which is not a finite number from 0 up"))
        } else if !self.copied.is_none_or(amount) {
            Some("kept a part of a model that is not a finite number from 0 up".into())
        } else if !(0.0..=f64::INFINITY).contains(&self.released) {
            Some(format!("showed an ability of {}", self.released))
        } else if !(0.0..=1.0).contains(&kept) {
            Some(format!("kept {kept} of another's output, which is not in [0, 1]"))
        } else if let Some((provider, part)) = self
            .bought
            .filter(|(provider, part)| *provider >= providers || !(0.0..=1.0).contains(part))
        {
            Some(format!(
                "bought data of provider {provider} of {providers}, of which it uses {part}"
            ))
        } else if to >= uids {
            Some(format!("had its work done by uid {to}, which does not exist"))
        } else {
            None
        }
    }
}

impl MinerTurn<'_> {
    /// Ends the run with an error: what the miner `did` that means nothing, as in "gave no answer".
    pub fn fail(&mut self, did: String) {
        self.fault = Some(did);
    }

    /// Multiplies its ability by `factor`, above 0, before it works, and books what that costs
    /// `[alpha]`. Several calls add up.
    pub fn improve(&mut self, factor: f64, cost: f64) {
        self.answer.growth *= factor;
        self.spend(cost);
    }

    /// Books a cost beside that of its work `[alpha]`, at least 0.
    pub fn spend(&mut self, cost: f64) {
        self.answer.spent += cost;
    }

    /// Shows no more than this `quality`: the rest of its ability it keeps to itself. Its cost is
    /// that of its whole work.
    pub fn release(&mut self, quality: f64) {
        self.answer.released = quality;
    }

    /// Replaces its ability by the model that `uid` had published in `epoch`, times `kept`. It
    /// sees what it got in its next turn. Gives whether there was such a model: one is kept for as
    /// long as [`Miner::looks_back`](super::Miner::looks_back) says.
    pub fn copy(&mut self, uid: Uid, epoch: Epoch, kept: f64) -> bool {
        let model = self.commons.models.get(uid, epoch);
        if let Some(quality) = model {
            self.answer.copied = Some(quality * kept);
        }
        model.is_some()
    }

    /// Buys an epoch's worth of data from a provider, a place among [`MinerTurn::data_prices`], of
    /// which it can use this part, in `[0, 1]`. Its price is booked as a cost; what the data did
    /// to its ability it sees in its next turn.
    pub fn buy(&mut self, provider: usize, part: f64) {
        self.answer.bought = Some((provider, part));
    }

    /// Has another miner do its work: its output is that miner's output of this epoch times `kept`,
    /// and it pays `fee` `[alpha]` in place of its own cost, both times its effort. Where
    /// forwarding goes in a circle nobody answers.
    pub fn forward(&mut self, to: Uid, kept: f64, fee: f64) {
        self.answer.server = Server::Other { uid: to, kept, fee };
    }

    /// Answers from the machine of `backend`, a uid of its own owner, and bears one part in
    /// `members` of that machine's cost.
    pub fn share(&mut self, backend: Uid, members: usize) {
        self.answer.server = Server::Shared { backend, members: members.max(1) };
    }

    /// The miners that belong to its own owner, itself among them, ascending.
    pub fn partners(&self) -> impl Iterator<Item = Uid> + '_ {
        let Commons { roles, entities, .. } = self.commons;
        let own = entities[self.uid];
        (0..roles.len()).filter(move |uid| entities[*uid] == own && roles[*uid] == Role::Miner)
    }

    /// Of the miners of other owners that pass `fit`, the one with most incentive in the last epoch;
    /// of several the first. `None` where none of them was paid. The subnet owner's hotkey, whose
    /// incentive is withheld, is passed over.
    pub fn best_paid(&self, mut fit: impl FnMut(Uid) -> bool) -> Option<Uid> {
        let Commons { roles, entities, owner, .. } = self.commons;
        let own = entities[self.uid];
        let mut best = None;
        for (uid, &incentive) in self.incentive.iter().enumerate() {
            let most = best.map_or(0.0, |uid: Uid| self.incentive[uid]);
            let other = roles[uid] == Role::Miner && entities[uid] != own && owner != Some(uid);
            if incentive > most && other && fit(uid) {
                best = Some(uid);
            }
        }
        best
    }
}

//! Keys of a group of agents.

use crate::fields::{Fields, Part};
use crate::rng::{Agent, Domain, Streams};
use crate::scenario::Amounts;
use crate::strategy::miner::{Buying, DataBuyer};
use crate::strategy::{Miner, Spec};
use crate::units::Uid;
use crate::world::Role;

use super::narrow_uid;

/// What groups of all roles have.
#[derive(Clone, Debug)]
pub struct Group {
    /// Its name, unique in its subnet.
    pub name: String,
    /// How many members.
    pub count: usize,
    /// Alpha that each has staked at the start: on itself, or as a staker on a validator.
    pub stake: Amounts,
    /// Uids of the members, in group order; `None` where they are given out.
    pub uids: Option<Vec<Uid>>,
    /// Who owns all of its keys; `None` where each key has an owner of its own.
    pub entity: Option<String>,
    /// Part of its income that it keeps as stake.
    pub compound: f64,
    /// Cost of a full epoch's work of each member `[alpha]`.
    pub cost: Amounts,
    /// The same in money, where alpha has a market; both are paid `[USD]`.
    pub cost_usd: Amounts,
    /// Group of root whose hotkeys are also those of this group.
    pub root: Option<String>,
    /// Place in it of the first member's hotkey.
    pub root_member: usize,
    /// Part of its stakers' dividends that a validator keeps.
    pub take: f64,
    /// Part that a validator keeps of the dividends of those who lend it stake.
    pub child_take: f64,
    /// Version of a validator's code.
    pub weights_version: u64,
    /// Whether a validator evaluates in private, so that nobody can copy its weights.
    pub private_evaluation: bool,
    /// What that multiplies its cost by, at least 0; 1 where it does not.
    pub private_cost: f64,
    /// What that multiplies the noise of its scores by, at least 0; 1 where it does not.
    pub private_noise: f64,
    /// Quality of a miner's output at full effort.
    pub quality: Amounts,
    /// Hashes that a miner can compute in an epoch at full effort.
    pub hash_power: Amounts,
    /// Standard deviation of the change of log-quality in one epoch.
    pub drift: f64,
    /// Part of the distance to its first log-quality that a miner comes back in one epoch.
    pub reversion: f64,
    /// Whether a miner's models are public, so that others can copy them.
    pub publishes: bool,
    /// How a miner buys data; `None` for one that buys none.
    pub buys_data: Option<Buying>,
    /// Whether the chain does not know that its keys are its entity's.
    pub hidden: bool,
    /// Name of the group of validators on which a miner stakes what it keeps; `None` for itself.
    pub auto_stake: Option<String>,
    /// Names of the validator groups on which a staker may start; empty for all.
    pub delegate_to: Vec<String>,
}

impl Group {
    /// The key path that keys the draws of its members.
    #[must_use]
    pub fn key(&self, subnet: &str, role: Role) -> String {
        format!("subnet.{subnet}.{}s.{}", role.name(), self.name)
    }

    /// The stake of a member at the start `[alpha]`, drawn under this [`Group::key`].
    #[must_use]
    pub fn stake_of(&self, key: &str, index: usize, streams: Streams) -> f64 {
        let agent = Agent::new(key, index);
        self.stake.of(index, &mut streams.at(Domain::Stake, agent, 0))
    }
}

/// A group and how its members behave.
pub struct GroupPlan<R: ?Sized> {
    /// Who they are.
    pub group: Group,
    /// How they behave; `None` only after a problem.
    pub strategy: Option<Spec<R>>,
}

impl<R: ?Sized> Clone for GroupPlan<R> {
    fn clone(&self) -> Self {
        Self { group: self.group.clone(), strategy: self.strategy.clone() }
    }
}

impl<R: ?Sized> std::fmt::Debug for GroupPlan<R> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("GroupPlan")
            .field("group", &self.group)
            .field("strategy", &self.strategy)
            .finish()
    }
}

impl GroupPlan<dyn Miner> {
    /// A new object for one miner; `None` only after a problem.
    #[must_use]
    pub fn miner(&self) -> Option<Box<dyn Miner>> {
        let miner = self.strategy.as_ref()?.build();
        Some(match self.group.buys_data {
            Some(buying) => Box::new(DataBuyer::new(miner, buying)),
            None => miner,
        })
    }
}

/// Reads a group of this role.
pub(super) fn group(t: &mut Fields<'_>, role: Role) -> Group {
    let name = t.text("name", "name of the group, unique in its subnet").name().required();
    let count = t
        .whole("count", "how many members")
        .unit("agents")
        .at_least(1.0)
        .at_most(1_000_000.0)
        .required();
    let count = usize::try_from(count).unwrap_or(usize::MAX);
    let stake_default = if role == Role::Miner { Some(0.0) } else { None };
    let stake = Amounts::read(t, "stake", "stake of each at the start", "alpha", stake_default);
    let entity = t.text("entity", "the one owner of all keys of the group").name().optional();
    let mut group = Group {
        name,
        count,
        stake,
        uids: None,
        entity,
        compound: 1.0,
        cost: Amounts::Constant { value: 0.0 },
        cost_usd: Amounts::Constant { value: 0.0 },
        root: None,
        root_member: 0,
        take: 0.0,
        child_take: 0.0,
        weights_version: 0,
        private_evaluation: false,
        private_cost: 1.0,
        private_noise: 1.0,
        quality: Amounts::Constant { value: 0.0 },
        hash_power: Amounts::Constant { value: 0.0 },
        drift: 0.0,
        reversion: 0.0,
        publishes: false,
        buys_data: None,
        hidden: false,
        auto_stake: None,
        delegate_to: Vec::new(),
    };
    if role != Role::Staker {
        let uids = t.wholes("uids", "uid of each member, in group order").at_most(65_535.0);
        group.uids = uids.optional().map(|uids| uids.into_iter().map(narrow_uid).collect());
        let compound = if role == Role::Miner { 0.0 } else { 1.0 };
        group.compound = t
            .number("compound", "part of its income that it keeps as stake; the rest it takes out")
            .share()
            .default(compound);
        let about = "cost of a full epoch's work of each";
        group.cost = Amounts::read(t, "cost", about, "alpha per epoch", Some(0.0));
        let about = "the same in money, beside `cost`; acts where there is a `[network]`";
        group.cost_usd = Amounts::read(t, "cost_usd", about, "USD per epoch", Some(0.0));
    }
    match role {
        Role::Validator => {
            let about = "part of its stakers' dividends that a validator keeps";
            group.take = t.number("take", about).at_least(0.0).at_most(0.18).default(0.18);
            let about = "part that it keeps of its parents' dividends, as their child";
            group.child_take =
                t.number("child_take", about).at_least(0.0).at_most(0.18).default(0.0);
            let about = "group of `network.root` whose hotkeys are also those of this group";
            group.root = t.text("root", about).name().optional();
            let about = "place in it, from 0, of the first member's hotkey";
            let first = t.whole("root_member", about).at_most(1e6).default(0_u64);
            group.root_member = usize::try_from(first).unwrap_or(usize::MAX);
            let about = "version of its code, which `protocol.weights_version` asks for";
            group.weights_version = t.whole("weights_version", about).default(0_u64);
            privacy(t, &mut group);
        }
        Role::Miner => mining(t, &mut group),
        Role::DataProvider => {}
        Role::Staker => {
            let about = "names of the validator groups on which a staker may start; empty for all";
            group.delegate_to = t.texts("delegate_to", about).default(Vec::new());
        }
    }
    if t.sound() {
        for (key, amounts) in [
            ("stake", &group.stake),
            ("cost", &group.cost),
            ("cost_usd", &group.cost_usd),
            ("quality", &group.quality),
            ("hash_power", &group.hash_power),
        ] {
            same_length(t, key, amounts.len(), count);
        }
        same_length(t, "uids", group.uids.as_ref().map(Vec::len), count);
    }
    group
}

/// Reads what a group of miners can do, and how its keys are held.
fn mining(t: &mut Fields<'_>, group: &mut Group) {
    let about = "quality of its output at full effort";
    group.quality = Amounts::read(t, "quality", about, "usefulness, any scale", Some(1.0));
    let about = "hash power at full effort; acts under proof-of-work only";
    group.hash_power = Amounts::read(t, "hash_power", about, "hashes per epoch", Some(1.0));
    group.drift = t
        .number("drift", "standard deviation of the change of log-quality in one epoch")
        .at_least(0.0)
        .at_most(2.0)
        .default(0.0);
    group.reversion = t
        .number("reversion", "part of the way back to its first log-quality in one epoch")
        .share()
        .default(0.02);
    let about = "whether its models are public, so that others can copy them; false where \
                 answers are served and no model is shown";
    group.publishes = t.flag("publishes", about).default(true);
    let about = "how it buys data; left out for one that buys none";
    group.buys_data = t.table_if_given("buys_data", about, Buying::read);
    let about = "whether its keys have coldkeys of which the chain does not know that they \
                 are its `entity`'s";
    group.hidden = t.flag("hidden", about).default(false);
    let about = "group of validators on one of which a miner stakes the part that it keeps";
    group.auto_stake = t.text("auto_stake", about).name().optional();
}

/// Reads whether a group of validators evaluates in private, and what that costs it.
fn privacy(t: &mut Fields<'_>, group: &mut Group) {
    let about = "whether others see its weights only as far as they have shaped a consensus";
    group.private_evaluation = t.flag("private_evaluation", about).default(false);
    let about = "what private evaluation multiplies its cost by";
    let cost = t.number("private_cost", about).at_least(0.0).at_most(1000.0).default(1.5);
    let about = "what private evaluation multiplies the noise of its scores by";
    let noise = t.number("private_noise", about).at_least(0.0).at_most(1000.0).default(1.2);
    if group.private_evaluation {
        (group.private_cost, group.private_noise) = (cost, noise);
    }
}

/// Notes a list that is not as long as it has to be.
pub(super) fn same_length(t: &mut Fields<'_>, key: &str, length: Option<usize>, count: usize) {
    if let Some(length) = length.filter(|length| *length != count) {
        let message = format!("`{key}` must have `count` = {count} entries, got {length}");
        t.problem(key, Part::Value, message, None);
    }
}

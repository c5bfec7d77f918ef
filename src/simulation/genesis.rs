//! From a scenario to its world at the start: the one place where texts, state and behaviours
//! meet.

mod choose;
mod columns;
mod council;
mod data;
mod join;
mod network;
mod savers;

use std::collections::BTreeSet;

use columns::{flows, neurons};
use savers::miners_of;

use super::coalition::Coalition;
use super::govern::Office;
use super::{Memory, People, Simulation, Tokens};
use crate::protocol::child_keys::{self, Link};
use crate::protocol::commits::Commits;
use crate::protocol::reward::Carried;
use crate::protocol::schedule::{self, Slot};
use crate::protocol::{Outcome, permits, stake, weights};
use crate::rng::{Agent, Domain, Streams};
use crate::scenario::{CoalitionPlan, Group, GroupPlan, Scenario, SubnetPlan};
use crate::strategy::{Conduct, DataProvider, Miner, Spec, Staker, Validator};
use crate::units::{Alpha, SUPPLY_CAP, Uid};
use crate::world::{Ledger, Mechanism, Member, Models, Providers, Role, Subnet, World};

/// The block at which the world is made: long after block 0, at which its neurons count as
/// registered, so that only those who set weights count as active.
const GENESIS: u64 = 1_000_000;

pub(super) fn simulation(scenario: &Scenario) -> Simulation {
    let streams = Streams::new(scenario.seed);
    let (mut subnets, mut people) = (Vec::new(), Vec::new());
    for plan in &scenario.subnets {
        let (subnet, cast) = one(plan, &scenario.coalitions, streams);
        subnets.push(subnet);
        people.push(cast);
    }
    stagger(&mut subnets, scenario.epochs_a_block);
    let made = scenario
        .network
        .as_ref()
        .map(|plan| (network::network(plan, scenario, &mut subnets, streams), plan));
    let (network, tokens) = match made {
        Some(((network, floor), plan)) => {
            let (eras, tao_usd) = (plan.eras.clone(), plan.tao_usd.clone());
            let nursery = network::nursery(plan, scenario);
            (Some(network), Some(Tokens { floor, eras, tao_usd, nursery }))
        }
        None => (None, None),
    };
    let world = World { epoch: 0, subnets, network };
    let (epochs, events) = (scenario.epochs, Vec::new());
    let audited = false;
    let council = scenario.governance.as_ref().map(|plan| council::council(plan, scenario, &world));
    let mut simulation =
        Simulation { world, people, tokens, council, streams, epochs, events, audited };
    simulation.look_at_root();
    for subnet in &mut simulation.world.subnets {
        grant_permits(subnet);
    }
    simulation
}

/// Makes one subnet and its people: at the start, or in the place of one that is gone.
pub(super) fn one(
    plan: &SubnetPlan,
    coalitions: &[CoalitionPlan],
    streams: Streams,
) -> (Subnet, People) {
    let mut making = Making::new(plan, streams);
    for coalition in coalitions.iter().filter(|c| c.subnet == plan.name) {
        making.join(coalition);
    }
    making.finish(plan)
}

/// A subnet that is being made.
struct Making {
    subnet: Subnet,
    streams: Streams,
    /// With the mechanism that each works for.
    validators: Vec<((usize, Uid), Box<dyn Validator>)>,
    miners: Vec<(Uid, Box<dyn Miner>)>,
    stakers: Vec<Box<dyn Staker>>,
    providers: Vec<Box<dyn DataProvider>>,
    mined_by: Vec<(Agent, Vec<Uid>)>,
    /// The uids of each group of neurons, by its name in the text.
    named: Vec<(String, Vec<Uid>)>,
    /// The same by the entity that owns the group, where the text names one.
    owned: Vec<(String, Vec<Uid>)>,
    coalitions: Vec<Coalition>,
}

impl Making {
    fn new(plan: &SubnetPlan, streams: Streams) -> Self {
        let sizes = plan.validators.iter().map(|p| p.group.count);
        let count: usize = sizes.chain(plan.miners.iter().map(|p| p.group.count)).sum();
        let stakers = plan.stakers.iter().map(|p| p.group.count);
        let savers = plan.miners.iter().filter(|p| p.group.auto_stake.is_some());
        let stakers: usize = stakers.chain(savers.map(|p| p.group.count)).sum();
        let subnet = Subnet {
            name: plan.name.clone(),
            rules: plan.rules.clone(),
            block: GENESIS,
            registered: 0,
            last_epoch: None,
            groups: Vec::new(),
            entities: Vec::new(),
            neurons: neurons(count),
            owner: None,
            asked_burn: 0.0,
            tao_weight: 0.0,
            links: Vec::new(),
            setters: Vec::new(),
            weights: Vec::new(),
            sealed: Commits::default(),
            bonds: Vec::new(),
            carried: Carried::default(),
            outcome: Outcome::default(),
            mechanisms: Vec::new(),
            models: Models::default(),
            providers: Providers::default(),
            ledger: Ledger::new(count, stakers),
            flows: flows(count, stakers),
            staker_group: Vec::new(),
            staker_entity: Vec::new(),
            staker_agent: Vec::new(),
        };
        let mut making = Self {
            subnet,
            streams,
            validators: Vec::new(),
            miners: Vec::new(),
            stakers: Vec::new(),
            providers: Vec::new(),
            mined_by: Vec::new(),
            named: Vec::new(),
            owned: Vec::new(),
            coalitions: Vec::new(),
        };
        let mut free = free_uids(plan, count);
        for GroupPlan { group, strategy } in &plan.validators {
            let Some(strategy) = strategy else { continue };
            let uids = making.neurons_of(group, Role::Validator, strategy, &mut free);
            for mechanism in 0..plan.rules.mechanisms {
                let build = |uid: &Uid| ((mechanism, *uid), strategy.build());
                making.validators.extend(uids.iter().map(build));
            }
            making.name(group, uids);
        }
        for miners in &plan.miners {
            let GroupPlan { group, strategy: Some(strategy) } = miners else { continue };
            let uids = making.neurons_of(group, Role::Miner, strategy, &mut free);
            making.miners.extend(uids.iter().filter_map(|uid| Some((*uid, miners.miner()?))));
            let key = Agent::new(&group.key(&plan.name, Role::Miner), 0);
            making.mined_by.push((key, uids.clone()));
            making.name(group, uids);
        }
        making.name_keys(plan);
        making.validators.sort_by_key(|(place, _)| *place);
        making.miners.sort_by_key(|(uid, _)| *uid);
        let first = making.validators.iter().filter(|((mechanism, _), _)| *mechanism == 0);
        making.subnet.setters = first.map(|((_, uid), _)| *uid).collect();
        for GroupPlan { group, strategy } in &plan.stakers {
            let Some(strategy) = strategy else { continue };
            making.stakers_of(group, strategy);
        }
        for group in &plan.data_providers {
            making.providers_of(group);
        }
        let named = making.named.clone();
        for (GroupPlan { group, .. }, uids) in plan.miners.iter().zip(miners_of(plan, &named)) {
            making.savers_of(group, uids, &named);
        }
        making
    }

    /// Notes whose uids these are.
    fn name(&mut self, group: &Group, uids: Vec<Uid>) {
        if let Some(entity) = &group.entity {
            self.owned.push((entity.clone(), uids.clone()));
        }
        self.named.push((group.name.clone(), uids));
    }

    /// Finds the uids that the subnet's owner and its child keys name by group.
    fn name_keys(&mut self, plan: &SubnetPlan) {
        let groups = &self.named;
        let members = |name: &str| {
            groups.iter().find(|group| group.0 == name).map_or(&[][..], |group| &group.1)
        };
        let owner = plan.owner.as_ref().and_then(|name| members(name).first());
        self.subnet.owner = owner.copied();
        for link in &plan.child_keys {
            let Some(&child) = members(&link.child).get(link.child_member) else { continue };
            let proportion = child_keys::proportion(link.proportion);
            let lends = |at: &usize| link.parent_member.is_none_or(|member| member == *at);
            let parents = members(&link.parent).iter().enumerate().filter(|(at, _)| lends(at));
            let link = |(_, &parent)| Link { parent, child, proportion };
            self.subnet.links.extend(parents.map(link));
        }
    }

    /// Adds a group of neurons; gives their uids in group order.
    fn neurons_of<R: ?Sized + 'static>(
        &mut self,
        group: &Group,
        role: Role,
        strategy: &Spec<R>,
        free: &mut impl Iterator<Item = Uid>,
    ) -> Vec<Uid> {
        let at = self.add_group(&group.name, role, strategy.name(), strategy.conduct());
        let key = group.key(&self.subnet.name, role);
        let uids: Vec<Uid> = match &group.uids {
            Some(uids) => uids.clone(),
            None => free.take(group.count).collect(),
        };
        for (index, &uid) in uids.iter().enumerate() {
            let agent = Agent::new(&key, index);
            let draws = |domain| self.streams.at(domain, agent, 0);
            let stake = group.stake_of(&key, index, self.streams);
            let quality = group.quality.of(index, &mut draws(Domain::Quality));
            let cost = group.private_cost * group.cost.of(index, &mut draws(Domain::Cost));
            let cost_usd = group.private_cost * group.cost_usd.of(index, &mut draws(Domain::Cost));
            let hash_power = group.hash_power.of(index, &mut draws(Domain::HashPower));
            let owner = self.owner_of(group, index, role);
            let neurons = &mut self.subnet.neurons;
            neurons.role[uid] = role;
            neurons.group[uid] = at;
            neurons.entity[uid] = owner;
            neurons.hidden[uid] = group.hidden;
            neurons.agent[uid] = agent;
            neurons.weights_version[uid] = group.weights_version;
            neurons.private[uid] = group.private_evaluation;
            neurons.noise_factor[uid] = group.private_noise;
            neurons.take[uid] = group.take;
            neurons.child_take[uid] = group.child_take;
            neurons.compound[uid] = group.compound;
            neurons.full_cost[uid] = Alpha::from_tokens(cost).min(Alpha(SUPPLY_CAP));
            neurons.fixed_cost[uid] = neurons.full_cost[uid];
            neurons.cost_usd[uid] = cost_usd;
            neurons.first_quality[uid] = quality;
            neurons.quality[uid] = quality;
            neurons.drift[uid] = group.drift;
            neurons.reversion[uid] = group.reversion;
            neurons.hash_power[uid] = hash_power;
            neurons.publishes[uid] = group.publishes;
            self.endow(stake, |ledger, amount| ledger.deposit_own(uid, amount));
        }
        uids
    }

    /// Adds a group of stakers, each with its stake on one validator that is drawn with a chance
    /// in proportion to the validator's own stake.
    fn stakers_of(&mut self, group: &Group, strategy: &Spec<dyn Staker>) {
        let at = self.add_group(&group.name, Role::Staker, strategy.name(), strategy.conduct());
        let key = group.key(&self.subnet.name, Role::Staker);
        let subnet = &self.subnet;
        let offered = |uid: &&Uid| {
            let name = &subnet.groups[subnet.neurons.group[**uid]].name;
            group.delegate_to.is_empty() || group.delegate_to.contains(name)
        };
        let offers: Vec<(Uid, f64)> = subnet
            .setters
            .iter()
            .filter(offered)
            .map(|uid| (*uid, subnet.ledger.own_stake(*uid).tokens()))
            .collect();
        let total = offers.iter().fold(0.0, |sum, offer| sum + offer.1);
        for index in 0..group.count {
            let agent = Agent::new(&key, index);
            let stake = group.stake_of(&key, index, self.streams);
            let mut left = total * self.streams.at(Domain::Delegate, agent, 0).uniform();
            let reached = |offer: &&(Uid, f64)| {
                left -= offer.1;
                left <= 0.0
            };
            let choice = offers.iter().find(reached).or(offers.last());
            let staker = self.subnet.staker_agent.len();
            let owner = self.owner_of(group, index, Role::Staker);
            self.subnet.staker_group.push(at);
            self.subnet.staker_agent.push(agent);
            self.subnet.staker_entity.push(owner);
            self.stakers.push(strategy.build());
            if let Some(&(uid, _)) = choice {
                self.endow(stake, |ledger, amount| ledger.deposit_for(staker, uid, amount));
            }
        }
    }

    fn endow(&mut self, stake: f64, deposit: impl FnOnce(&mut Ledger, Alpha)) {
        let amount = Alpha::from_tokens(stake);
        if amount > Alpha::ZERO {
            self.subnet.ledger.issued += amount;
            deposit(&mut self.subnet.ledger, amount);
        }
    }

    fn add_group(&mut self, name: &str, role: Role, strategy: &str, conduct: Conduct) -> usize {
        let honest = conduct == Conduct::Honest;
        let (name, strategy) = (name.to_owned(), strategy.to_owned());
        self.subnet.groups.push(Member { name, role, strategy, honest });
        self.subnet.groups.len() - 1
    }

    fn owner_of(&mut self, group: &Group, index: usize, role: Role) -> usize {
        // A slash cannot stand in a name, so keys of their own never meet a named entity.
        let own = || format!("{}s/{}/{index}", role.name(), group.name);
        let name = group.entity.clone().unwrap_or_else(own);
        self.entity(name)
    }

    fn entity(&mut self, name: String) -> usize {
        let entities = &mut self.subnet.entities;
        entities.iter().position(|entity| *entity == name).unwrap_or_else(|| {
            entities.push(name);
            entities.len() - 1
        })
    }

    fn finish(self, plan: &SubnetPlan) -> (Subnet, People) {
        let Self {
            mut subnet, validators, miners, stakers, providers, mined_by, coalitions, ..
        } = self;
        let (rows, uids) = (subnet.setters.len(), subnet.uids());
        subnet.weights = vec![None; rows * uids];
        subnet.bonds = vec![0; rows * uids];
        for ((_, uid), _) in validators.iter().filter(|(_, validator)| validator.votes()) {
            subnet.neurons.last_update[*uid] = GENESIS;
        }
        let out = &mut subnet.outcome;
        for column in [
            &mut out.stake_share,
            &mut out.active_stake,
            &mut out.consensus,
            &mut out.incentive,
            &mut out.dividends,
            &mut out.vtrust,
            &mut out.incentive_emission,
            &mut out.dividend_emission,
        ] {
            column.resize(uids, 0.0);
        }
        out.weights = vec![0.0; rows * uids];
        out.bonds = vec![0; rows * uids];
        for start in &plan.start {
            let Ok(row) = subnet.setters.binary_search(&start.uid) else { continue };
            let mut shares = vec![0.0; uids];
            for (uid, weight) in start.to.iter().zip(&start.weights) {
                shares[*uid] = *weight;
            }
            let range = row * uids..(row + 1) * uids;
            weights::max_upscale(&shares, &mut subnet.weights[range.clone()]);
            let stored = &subnet.weights[range.clone()];
            let own = &mut subnet.outcome.weights[range];
            for (own, stored) in own.iter_mut().zip(stored) {
                *own = f64::from(stored.unwrap_or(0));
            }
            crate::num::normalise(own);
        }
        if plan.rules.mechanisms > 1 {
            let mechanism = Mechanism {
                carried: Carried::default(),
                weights: subnet.weights.clone(),
                sealed: Commits::default(),
                bonds: subnet.bonds.clone(),
                last_update: subnet.neurons.last_update.clone(),
                outcome: subnet.outcome.clone(),
            };
            subnet.mechanisms = vec![mechanism; plan.rules.mechanisms];
        }
        drop_empty_groups(&mut subnet);
        let partners = subnet
            .setters
            .iter()
            .map(|uid| {
                let neurons = &subnet.neurons;
                let own = |m: &Uid| neurons.entity[*m] == neurons.entity[*uid];
                (0..uids).filter(|m| neurons.role[*m] == Role::Miner).filter(own).collect()
            })
            .collect();
        // Of the coalitions that it is in, the last one decides.
        let of = |uid: &Uid| coalitions.iter().rposition(|c| c.validators.contains(uid));
        let coalition_of = subnet.setters.iter().map(of).collect();
        let validators = validators.into_iter().map(|(_, validator)| validator).collect();
        let (refused, memory, events) = (BTreeSet::new(), Memory::default(), Vec::new());
        let recruits = plan.miners.clone();
        let owner = plan.owner_plays.as_ref().filter(|spec| spec.name() != "passive");
        let owner = owner.map(|spec| Office::new(spec.build()));
        let cast = People {
            validators,
            miners,
            stakers,
            providers,
            partners,
            coalitions,
            coalition_of,
            mined_by,
            recruits,
            alpha_usd: None,
            owner,
            refused,
            memory,
            events,
        };
        (subnet, cast)
    }
}

/// Permits as an epoch before the first would have left them, so that validators can vote in the
/// first one.
pub(super) fn grant_permits(subnet: &mut Subnet) {
    let mut staked = Vec::new();
    subnet.stake_weights(&mut staked);
    let (params, owner) = (&subnet.rules.params, subnet.owner);
    stake::shares(&staked, params.stake_threshold, owner, &mut subnet.outcome.stake_share);
    permits::top_k(
        &subnet.outcome.stake_share,
        params.max_allowed_validators,
        &mut Vec::new(),
        &mut subnet.neurons.permits,
    );
    if let Some(owner) = owner {
        subnet.neurons.permits[owner] = true;
    }
}

/// Gives each subnet the block from which its epochs are counted. Subnets are numbered from 1, as
/// root is 0, and all are made in one block; where more than `most` would run their first epoch in
/// the same block, the later ones are put off block by block.
fn stagger(subnets: &mut [Subnet], most: usize) {
    let tempo = |subnet: &Subnet| subnet.rules.params.tempo;
    let mut slots: Vec<Slot> =
        (1..).zip(&*subnets).map(|(netuid, s)| Slot::new(GENESIS, netuid, tempo(s))).collect();
    let mut block = GENESIS;
    while slots.iter().any(|slot| slot.tempo > 0) {
        for slot in schedule::due(&slots, block, most) {
            subnets[slot].block = block - slots[slot].tempo;
            // It has its place, and does not stand in the way of the others.
            slots[slot].tempo = 0;
        }
        block += 1;
    }
}

/// Takes away groups whose members have all joined coalitions.
fn drop_empty_groups(subnet: &mut Subnet) {
    let mut used = vec![false; subnet.groups.len()];
    let others = subnet.staker_group.iter().chain(&subnet.providers.group);
    for group in subnet.neurons.group.iter().chain(others) {
        used[*group] = true;
    }
    let before = |group: usize| used[..group].iter().filter(|used| **used).count();
    let others = subnet.staker_group.iter_mut().chain(&mut subnet.providers.group);
    for group in subnet.neurons.group.iter_mut().chain(others) {
        *group = before(*group);
    }
    let mut used = used.iter();
    subnet.groups.retain(|_| used.next().copied().unwrap_or_default());
}

/// Uids that no group has claimed, ascending.
fn free_uids(plan: &SubnetPlan, count: usize) -> impl Iterator<Item = Uid> + use<> {
    let mut taken = vec![false; count];
    let validators = plan.validators.iter().filter_map(|p| p.group.uids.as_ref());
    for uid in validators.chain(plan.miners.iter().filter_map(|p| p.group.uids.as_ref())).flatten()
    {
        taken[*uid] = true;
    }
    (0..count).filter(move |uid| !taken[*uid])
}

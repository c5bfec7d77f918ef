//! The agents of a text's groups, as the world begins: their uids, stakes and abilities.

use super::Making;
use crate::protocol::child_keys::{self, Link};
use crate::rng::{Agent, Domain};
use crate::scenario::{Group, SubnetPlan};
use crate::strategy::{Conduct, Spec, Staker};
use crate::units::{Alpha, SUPPLY_CAP, Uid};
use crate::world::{Ledger, Member, Role};

impl Making {
    /// Notes whose uids these are.
    pub(super) fn name(&mut self, group: &Group, uids: Vec<Uid>) {
        if let Some(entity) = &group.entity {
            self.owned.push((entity.clone(), uids.clone()));
        }
        self.named.push((group.name.clone(), uids));
    }

    /// Finds the uids that the subnet's owner and its child keys name by group.
    pub(super) fn name_keys(&mut self, plan: &SubnetPlan) {
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
    pub(super) fn neurons_of<R: ?Sized + 'static>(
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
    pub(super) fn stakers_of(&mut self, group: &Group, strategy: &Spec<dyn Staker>) {
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

    pub(super) fn endow(&mut self, stake: f64, deposit: impl FnOnce(&mut Ledger, Alpha)) {
        let amount = Alpha::from_tokens(stake);
        if amount > Alpha::ZERO {
            self.subnet.ledger.issued += amount;
            deposit(&mut self.subnet.ledger, amount);
        }
    }

    pub(super) fn add_group(
        &mut self,
        name: &str,
        role: Role,
        strategy: &str,
        conduct: Conduct,
    ) -> usize {
        let honest = conduct == Conduct::Honest;
        let (name, strategy) = (name.to_owned(), strategy.to_owned());
        self.subnet.groups.push(Member { name, role, strategy, honest });
        self.subnet.groups.len() - 1
    }

    pub(super) fn owner_of(&mut self, group: &Group, index: usize, role: Role) -> usize {
        // A slash cannot stand in a name, so keys of their own never meet a named entity.
        let own = || format!("{}s/{}/{index}", role.name(), group.name);
        let name = group.entity.clone().unwrap_or_else(own);
        self.entity(name)
    }

    pub(super) fn entity(&mut self, name: String) -> usize {
        let entities = &mut self.subnet.entities;
        entities.iter().position(|entity| *entity == name).unwrap_or_else(|| {
            entities.push(name);
            entities.len() - 1
        })
    }
}

/// Uids that no group has claimed, ascending.
pub(super) fn free_uids(plan: &SubnetPlan, count: usize) -> impl Iterator<Item = Uid> + use<> {
    let mut taken = vec![false; count];
    let validators = plan.validators.iter().filter_map(|p| p.group.uids.as_ref());
    for uid in validators.chain(plan.miners.iter().filter_map(|p| p.group.uids.as_ref())).flatten()
    {
        taken[*uid] = true;
    }
    (0..count).filter(move |uid| !taken[*uid])
}

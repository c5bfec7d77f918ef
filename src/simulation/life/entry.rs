//! Who comes, and whether it pays to come.

use super::Slots;
use super::slots::Arrival;
use crate::rng::{Agent, Domain, Streams};
use crate::scenario::{Entry, Group};
use crate::simulation::People;
use crate::strategy::Miner;
use crate::units::{Alpha, BLOCKS_PER_DAY, Epoch, SUPPLY_CAP, Tao, Uid};
use crate::world::{Role, Subnet};

/// One who wants a slot: its abilities, its costs, and how it behaves.
pub(super) struct Newcomer {
    /// Its group, where that is not the one of whom it replaces.
    group: Option<Group>,
    quality: f64,
    cost: Alpha,
    cost_usd: f64,
    hash_power: f64,
    behaviour: Box<dyn Miner>,
}

/// What a slot costs, and what is paid in it is worth.
#[derive(Clone, Copy, Debug)]
pub(super) struct Offer {
    /// Price of the slot `[rao]`.
    pub(super) price: Tao,
    /// Price of the alpha that is earned `[TAO per alpha]`.
    pub(super) alpha: f64,
    /// Price of a TAO `[USD]`.
    pub(super) tao_usd: f64,
}

/// The key of a newcomer's draws.
pub(super) fn agent(subnet: &Subnet, uid: Uid, epoch: Epoch, arrival: Arrival) -> Agent {
    let key = format!("subnet.{}.newcomers.{uid}.{}", subnet.name, arrival.number);
    Agent::new(&key, epoch as usize)
}

/// Draws who comes for the slot of `uid`: one of the leaver's group, or of that which newcomers
/// belong to.
pub(super) fn newcomer(
    slots: &Slots,
    subnet: &Subnet,
    people: &People,
    uid: Uid,
    (streams, epoch, arrival): (Streams, Epoch, Arrival),
) -> Option<Newcomer> {
    let named = slots.recruits.as_deref();
    let (group, behaviour) = people.recruit(uid, named)?;
    let agent = agent(subnet, uid, epoch, arrival);
    let draws = |domain| streams.at(domain, agent, 0);
    let cost = Alpha::from_tokens(group.cost.of(0, &mut draws(Domain::Cost)));
    Some(Newcomer {
        quality: group.quality.of(0, &mut draws(Domain::Quality)),
        cost: cost.min(Alpha(SUPPLY_CAP)),
        cost_usd: group.cost_usd.of(0, &mut draws(Domain::Cost)),
        hash_power: group.hash_power.of(0, &mut draws(Domain::HashPower)),
        behaviour,
        group: named.map(|_| group.clone()),
    })
}

/// Whether one who asks for profit can expect it. It knows its own cost and all public numbers, and
/// nobody's ability.
pub(super) fn pays(
    entry: Entry,
    subnet: &Subnet,
    newcomer: Option<&Newcomer>,
    offer: Offer,
) -> bool {
    let miners = subnet.neurons.role.iter().filter(|role| **role == Role::Miner).count();
    let paid = subnet.flows.incentive.iter().copied().sum::<Alpha>().tokens();
    let work = newcomer.map_or(0.0, |newcomer| {
        let usd = newcomer.cost_usd;
        let money = if usd > 0.0 { usd / offer.tao_usd } else { 0.0 };
        newcomer.cost.tokens() * offer.alpha + money
    });
    let income = paid / miners.max(1) as f64 * offer.alpha;
    let epochs_a_day = BLOCKS_PER_DAY as f64 / subnet.rules.params.tempo.max(1) as f64;
    is_worth(entry, epochs_a_day, (income, work), offer.price.tokens())
}

/// Whether an income and a cost in each epoch, and the price of a slot, are what it comes for, all
/// in the same money.
fn is_worth(entry: Entry, epochs_a_day: f64, (income, work): (f64, f64), slot: f64) -> bool {
    let Entry::ExpectedProfit { days, margin } = entry else { return true };
    let epochs = days * epochs_a_day;
    income * epochs > (work * epochs + slot) * (1.0 + margin)
}

/// Gives a slot to the newcomer with its draws.
pub(super) fn join(
    subnet: &mut Subnet,
    people: &mut People,
    uid: Uid,
    agent: Agent,
    newcomer: Option<Newcomer>,
) {
    subnet.neurons.agent[uid] = agent;
    subnet.neurons.registered[uid] = subnet.block + 1;
    subnet.neurons.last_update[uid] = subnet.block + 1;
    // What became of another's requests is not known to it.
    subnet.neurons.unanswered[uid] = false;
    let Some(newcomer) = newcomer else { return };
    if let Some(group) = &newcomer.group {
        settle(subnet, uid, group);
    }
    let neurons = &mut subnet.neurons;
    (neurons.quality[uid], neurons.first_quality[uid]) = (newcomer.quality, newcomer.quality);
    neurons.fixed_cost[uid] = newcomer.cost;
    neurons.cost_usd[uid] = newcomer.cost_usd;
    neurons.hash_power[uid] = newcomer.hash_power;
    if let Some((_, miner)) = people.miners.iter_mut().find(|(other, _)| *other == uid) {
        *miner = newcomer.behaviour;
    }
}

/// Makes a slot one of another group's.
fn settle(subnet: &mut Subnet, uid: Uid, group: &Group) {
    // A group that has joined a coalition whole has no row of its own.
    let of =
        |member: &crate::world::Member| member.role == Role::Miner && member.name == group.name;
    if let Some(at) = subnet.groups.iter().position(of) {
        subnet.neurons.group[uid] = at;
    }
    // A slash cannot stand in a name, so that keys of their own never meet a named owner.
    let owner = group.entity.clone().unwrap_or_else(|| format!("miners/{}/uid/{uid}", group.name));
    let known = subnet.entities.iter().position(|entity| *entity == owner);
    let entity = known.unwrap_or_else(|| {
        subnet.entities.push(owner);
        subnet.entities.len() - 1
    });
    let neurons = &mut subnet.neurons;
    neurons.entity[uid] = entity;
    neurons.compound[uid] = group.compound;
    neurons.drift[uid] = group.drift;
    neurons.reversion[uid] = group.reversion;
    neurons.publishes[uid] = group.publishes;
}

#[cfg(test)]
mod tests {
    use super::*;

    /// In 10 days of 20 epochs an income of 0.05 is 10, of which work takes 4: the slot may cost
    /// 6. With a margin of a quarter, work and slot together may be 8, so that it may cost 4.
    #[test]
    fn a_slot_is_worth_what_it_brings_beyond_the_work() {
        let worth = |margin, slot| {
            let entry = Entry::ExpectedProfit { days: 10.0, margin };
            is_worth(entry, 20.0, (0.05, 0.02), slot)
        };
        assert_eq!([worth(0.0, 5.99), worth(0.0, 6.01)], [true, false]);
        assert_eq!([worth(0.25, 3.99), worth(0.25, 4.01)], [true, false]);
        assert!(is_worth(Entry::Constant, 20.0, (0.0, 1.0), 1e6));
        assert!(!is_worth(
            Entry::ExpectedProfit { days: 10.0, margin: 0.0 },
            20.0,
            (0.0, 0.0),
            0.0
        ));
    }
}

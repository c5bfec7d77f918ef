//! A founder pays for a subnet; the one of the lowest smoothed price makes room for it.

use super::Nursery;
use crate::protocol::pool::Pool;
use crate::protocol::subnet_life::{
    Applicant, Dissolved, Estate, LastLock, Seed, Standing, dissolve, register, seed_price,
};
use crate::protocol::token_rules::PoolRule;
use crate::record::Event;
use crate::rng::{Agent, Domain, Streams};
use crate::scenario::Amounts;
use crate::simulation::{People, genesis, govern};
use crate::units::{Alpha, BLOCKS_PER_DAY, Epoch, SUPPLY_CAP, Tao};
use crate::world::{Market, Network, Subnet, World};

/// Lets founders try, and switches on the emission of subnets that have waited long enough.
pub(crate) fn renew(
    world: &mut World,
    people: &mut [People],
    nursery: &mut Nursery,
    (streams, epoch): (Streams, Epoch),
    events: &mut Vec<Event>,
) {
    let World { subnets, network, .. } = world;
    let Some(network) = network else { return };
    for (at, (_, born)) in nursery.births.iter_mut().enumerate() {
        if born.is_some_and(|born| epoch >= born + nursery.enabled_after) {
            *born = None;
            network.markets[at].emission_enabled = true;
            events.push(event(epoch, &subnets[at], "emission-enabled", String::new()));
        }
    }
    if nursery.founders.per_day <= 0.0 {
        return;
    }
    let tempo = subnets.first().map_or(0, |subnet| subnet.rules.params.tempo);
    let days = tempo as f64 / BLOCKS_PER_DAY as f64;
    let mut draws = streams.at(Domain::Register, Agent::new("network.founders", 0), epoch);
    for _ in 0..draws.poisson(nursery.founders.per_day * days) {
        found(network, subnets, people, nursery, (streams, epoch), events);
    }
}

fn found(
    network: &mut Network,
    subnets: &mut [Subnet],
    people: &mut [People],
    nursery: &mut Nursery,
    (streams, epoch): (Streams, Epoch),
    events: &mut Vec<Event>,
) {
    let standings: Vec<Standing> = network
        .markets
        .iter()
        .zip(&*subnets)
        .map(|(market, subnet)| Standing {
            moving_price: if market.first_emission.is_some() { market.ema } else { 0.0 },
            registered: subnet.registered,
        })
        .collect();
    let applicant =
        Applicant { balance: nursery.founders.most.min(network.elsewhere), mechanism: 1 };
    let emission =
        network.rules.issuance.scaled(network.issued, network.block, network.issuance_factor);
    let now = network.block;
    let last = nursery.last_lock;
    let terms = register(&nursery.registry, &applicant, &standings, &last, now, emission.0);
    // Without room or at too high a price, the founder goes away again.
    let Ok(terms) = terms else { return };
    let Some(at) = terms.prunes else { return };
    if !can_pay(network, nursery, terms.cost) {
        return;
    }
    let paid = end(network, subnets, at);
    let detail = format!("{paid} TAO paid out");
    events.push(event(epoch, &subnets[at], "subnet-dissolved", detail));
    nursery.last_lock = LastLock { cost: terms.cost, block: now };
    nursery.births[at].0 += 1;
    nursery.births[at].1 = Some(epoch);
    begin(network, subnets, people, nursery, at, (streams, terms.cost));
    govern::reset(&mut nursery.slots[at], &nursery.plans[at].market);
    let detail = format!("for {} TAO", terms.cost);
    events.push(event(epoch, &subnets[at], "subnet-registered", detail));
}

/// Whether there is the TAO for what a new pool gets, which may be more than the cost.
fn can_pay(network: &Network, nursery: &Nursery, cost: Tao) -> bool {
    let seed = nursery.seed_rule.seed(cost, nursery.registry.pricing.least, 1.0);
    network.rules.pool == PoolRule::Stable || seed.tao + seed.excess <= network.elsewhere
}

/// Divides a subnet's pool among all who hold its alpha; gives what they got.
fn end(network: &mut Network, subnets: &mut [Subnet], at: usize) -> Tao {
    let ledger = &subnets[at].ledger;
    let market = &network.markets[at];
    // Owners of keys with what they have taken out, stakers, and the rest.
    let keys = (0..ledger.stake.len()).map(|uid| ledger.own_stake(uid) + ledger.balance[uid]);
    let position = |p: &crate::world::ledger::Position| ledger.value(p.uid, p.shares);
    let stakers = ledger.positions.iter().flatten().map(position);
    let others = [market.elsewhere, ledger.owner];
    let mut stakes: Vec<Alpha> = keys.chain(stakers).chain(others).collect();
    let outsiders = stakes.len();
    let mut holders = Vec::new();
    for (trader, holdings) in network.traders.holdings.iter_mut().enumerate() {
        if let Ok(place) = holdings.binary_search_by_key(&at, |stake| stake.subnet) {
            let stake = holdings.remove(place);
            stakes.push(ledger.value(stake.uid, stake.shares));
            holders.push(trader);
        }
    }
    let estate = Estate {
        pot: market.pool.tao,
        stakes: &stakes,
        protocol: market.protocol,
        pooled: market.pool.alpha,
        pool_counts: true,
    };
    let mut dissolved = Dissolved::default();
    dissolve(&estate, &mut dissolved);
    let (outside, inside) = dissolved.payouts.split_at(outsiders);
    for (trader, payout) in holders.iter().zip(inside) {
        network.traders.cash[*trader] += *payout;
    }
    let market = &mut network.markets[at];
    let cash: Tao = market.cash.iter().copied().sum();
    let gone: Tao = outside.iter().copied().sum();
    network.elsewhere += gone + cash + market.owner_cash;
    // The protocol's part and what was stranded go back to what is still to be issued.
    let recycled = dissolved.protocol + market.stranded;
    network.issued -= recycled;
    network.flows.recycled += recycled;
    (market.pool.tao, market.stranded, market.owner_cash) = (Tao::ZERO, Tao::ZERO, Tao::ZERO);
    market.cash.fill(Tao::ZERO);
    dissolved.payouts.iter().copied().sum()
}

/// Puts a new subnet of the same kind in the place, with its founder's TAO in its pool.
fn begin(
    network: &mut Network,
    subnets: &mut [Subnet],
    people: &mut [People],
    nursery: &Nursery,
    at: usize,
    (streams, cost): (Streams, Tao),
) {
    let prices = |(other, market): (usize, &Market)| (other != at).then(|| market.pool.price());
    let prices: Vec<f64> = network.markets.iter().enumerate().filter_map(prices).collect();
    let least = nursery.registry.pricing.least;
    let mut seed = nursery.seed_rule.seed(cost, least, seed_price(&prices));
    if network.rules.pool == PoolRule::Stable {
        // There is no pool, and what a founder locks it gets back in the end.
        seed = Seed::default();
    }
    // Next to nothing for a price would ask for more alpha than there can be.
    seed.alpha = seed.alpha.min(Alpha(SUPPLY_CAP));
    let mut plan = nursery.plans[at].clone();
    let nothing = || Amounts::Constant { value: 0.0 };
    plan.validators.iter_mut().for_each(|group| group.group.stake = nothing());
    plan.miners.iter_mut().for_each(|group| group.group.stake = nothing());
    plan.stakers.iter_mut().for_each(|group| group.group.stake = nothing());
    plan.start.clear();
    let (mut newborn, cast) =
        genesis::one(&plan, &nursery.coalitions, streams.generation(nursery.births[at].0));
    let old = &subnets[at];
    (newborn.block, newborn.registered) = (old.block, network.block);
    newborn.tao_weight = old.tao_weight;
    newborn.neurons.root.clone_from(&old.neurons.root);
    newborn.neurons.root_stake.clone_from(&old.neurons.root_stake);
    newborn.neurons.registered.fill(old.block);
    let mut market = Market::new(Pool::new(seed.tao, seed.alpha), newborn.uids());
    newborn.ledger.issued = seed.alpha;
    market.ema = 0.0;
    market.first_emission = Some(network.block + 1);
    market.emission_enabled = false;
    market.burn_price = crate::protocol::registration::FIRST_PRICE;
    (market.owner_sells, market.owner_cut) =
        (network.markets[at].owner_sells, network.markets[at].owner_cut);
    market.owner_locks = network.markets[at].owner_locks;
    market.service = network.markets[at].service;
    // What moved in the epoch has moved, whoever has the place now.
    market.flows = network.markets[at].flows;
    network.elsewhere -= seed.tao + seed.excess;
    network.issued -= seed.excess;
    network.flows.recycled += seed.excess;
    network.markets[at] = market;
    genesis::grant_permits(&mut newborn);
    subnets[at] = newborn;
    people[at] = cast;
}

fn event(epoch: Epoch, subnet: &Subnet, kind: &'static str, detail: String) -> Event {
    Event { epoch, subnet: subnet.name.clone(), kind, who: subnet.name.clone(), detail }
}

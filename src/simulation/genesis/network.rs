//! The token economy at its start.

use crate::protocol::pool::Pool;
use crate::protocol::subnet_life::Registry;
use crate::protocol::token_rules::PoolRule;
use crate::rng::{Agent, Domain, Streams};
use crate::scenario::{
    ConsumerPlan, MarketPlan, NetworkPlan, PursePlan, Scenario, SubnetPlan, TraderPlan,
};
use crate::simulation::life::{Nursery, Slots};
use crate::simulation::market::{Floor, drawn_hotkey};
use crate::strategy::Conduct;
use crate::units::{Alpha, Tao};
use crate::world::{
    ConsumerGroup, Consumers, Market, Network, NetworkFlows, Purse, Root, Stake, Subnet,
    TraderGroup, Traders,
};

/// Makes the network of a scenario around its subnets, and gives the traders their behaviours.
pub(super) fn network(
    plan: &NetworkPlan,
    scenario: &Scenario,
    subnets: &mut [Subnet],
    streams: Streams,
) -> (Network, Floor) {
    let mut root = Root::default();
    for group in &plan.root {
        for member in 0..group.count {
            let agent = Agent::new(&format!("network.root.{}", group.name), member);
            let stake = group.stake.of(member, &mut streams.at(Domain::Stake, agent, 0));
            root.add(&group.name, member, Tao::from_tokens(stake));
        }
    }
    let era = &plan.eras[0];
    let stable = era.rules.pool == PoolRule::Stable;
    let plans = scenario.subnets.iter().map(|subnet| &subnet.market);
    let markets = plans.zip(&mut *subnets).map(|(m, s)| market(m, s, plan.block, stable)).collect();
    let mut network = Network {
        rules: era.rules.clone(),
        era: era.name.clone(),
        block: plan.block,
        flow_block: plan.block,
        substeps: plan.substeps,
        shield: plan.shield,
        issued: plan.issued,
        markets,
        root,
        traders: Traders::default(),
        consumers: Consumers::default(),
        author: Tao::ZERO,
        burned: Tao::ZERO,
        elsewhere: Tao::ZERO,
        tao_usd: plan.tao_usd.start(),
        voted: voted(scenario),
        gate_bar: 0.0,
        gate_block: None,
        issuance_factor: 1.0,
        flows: NetworkFlows::default(),
    };
    link_root(scenario, subnets, &network.root);
    let mut floor = Floor::default();
    for group in &plan.traders {
        traders(group, &mut network, subnets, &mut floor, streams);
    }
    for group in &plan.consumers {
        consumers(group, &mut network, subnets, &mut floor, streams);
    }
    // What nobody here holds belongs to others; the check of the text holds that it is not less
    // than nothing.
    network.elsewhere = network.issued.saturating_sub(network.held());
    (network, floor)
}

/// What later keys and subnets are made from.
pub(super) fn nursery(plan: &NetworkPlan, scenario: &Scenario) -> Nursery {
    let slots = |subnet: &SubnetPlan| Slots {
        pricing: subnet.market.pricing,
        decay: subnet.market.pricing.decay(),
        newcomers: subnet.market.newcomers,
        entry: subnet.market.entry,
        recruits: subnet.market.recruits.clone(),
        protection: subnet.market.protection,
    };
    let founding = &plan.founding;
    Nursery {
        slots: scenario.subnets.iter().map(slots).collect(),
        plans: scenario.subnets.clone(),
        coalitions: scenario.coalitions.clone(),
        founders: founding.founders,
        // There are as many places as the text has subnets.
        registry: Registry {
            places: founding.registry.places.min(scenario.subnets.len()),
            ..founding.registry
        },
        seed_rule: founding.seed_rule,
        enabled_after: founding.enabled_after,
        last_lock: founding.last_lock,
        births: vec![(0, None); scenario.subnets.len()],
    }
}

fn market(plan: &MarketPlan, subnet: &mut Subnet, block: u64, stable: bool) -> Market {
    let mut pool = Pool::new(plan.tao, plan.alpha);
    pool.weight = plan.weight;
    let mut market = Market::new(pool, subnet.uids());
    if stable {
        // One to one: what is staked is what the subnet's account has.
        market.pool = Pool::new(Tao(subnet.ledger.issued.0), Alpha::ZERO);
    } else {
        subnet.ledger.issued += plan.alpha + plan.elsewhere;
        market.protocol = plan.protocol;
        market.elsewhere = plan.elsewhere - plan.protocol;
    }
    if let Some(ema) = plan.ema {
        market.ema = ema;
    }
    subnet.registered = block.saturating_sub(plan.registered_ago);
    market.first_emission = plan.age.map(|age| block.saturating_sub(age).max(1));
    market.registration_allowed = plan.registration_allowed;
    market.emission_enabled = plan.emission_enabled;
    market.owner_cut = plan.owner_cut;
    market.miner_burned = plan.miner_burned;
    market.owner_sells = plan.owner_sells;
    market.owner_locks = plan.owner_locks;
    market.owner_cash = plan.owner_tao;
    market.user_flow = plan.user_flow * crate::units::RAO as f64;
    market.protocol_flow = plan.protocol_flow * crate::units::RAO as f64;
    market.burn_price = plan.burn_price;
    market.service = plan.service;
    market
}

/// The shares that root's votes give, in proportion to what the text says of each subnet.
fn voted(scenario: &Scenario) -> Vec<f64> {
    let mut voted: Vec<f64> =
        scenario.subnets.iter().map(|subnet| subnet.market.root_votes).collect();
    crate::num::normalise(&mut voted);
    voted
}

/// Tells validators which hotkey of root is theirs.
fn link_root(scenario: &Scenario, subnets: &mut [Subnet], root: &Root) {
    for (plan, subnet) in scenario.subnets.iter().zip(subnets) {
        for group in &plan.validators {
            let Some(name) = &group.group.root else { continue };
            let members = subnet.neurons.agent.clone();
            let key = group.group.key(&plan.name, crate::world::Role::Validator);
            for member in 0..group.group.count {
                let agent = Agent::new(&key, member);
                let uid = members.iter().position(|other| *other == agent);
                let place = member + group.group.root_member;
                let hotkey = root.names.iter().position(|(n, at)| n == name && *at == place);
                if let (Some(uid), Some(hotkey)) = (uid, hotkey) {
                    subnet.neurons.root[uid] = Some(hotkey);
                    subnet.neurons.root_stake[uid] = root.stake[hotkey];
                }
            }
        }
    }
}

fn traders(
    plan: &TraderPlan,
    network: &mut Network,
    subnets: &mut [Subnet],
    floor: &mut Floor,
    streams: Streams,
) {
    let Some(strategy) = &plan.strategy else { return };
    let key = format!("network.traders.{}", plan.name);
    let group = network.traders.groups.len();
    let first = network.traders.len();
    let held: Vec<usize> = (0..subnets.len())
        .filter(|at| plan.subnets.is_empty() || plan.subnets.contains(&subnets[*at].name))
        .filter(|at| network.markets[*at].first_emission.is_some())
        .collect();
    let pooled = held.iter().fold(0.0, |sum, at| sum + network.markets[*at].pool.tao.tokens());
    for member in 0..plan.count {
        let agent = Agent::new(&key, member);
        let mut draws = streams.at(Domain::Stake, agent, 0);
        let cash = plan.cash.of(member, &mut draws);
        let on_root = plan.root.of(member, &mut draws);
        let worth = plan.alpha.of(member, &mut draws);
        let mut choice = streams.at(Domain::Delegate, agent, 0);
        let hotkey = drawn_root(&network.root, choice.uniform());
        let mut holdings = Vec::new();
        for &at in &held {
            let market = &mut network.markets[at];
            let part = worth * market.pool.tao.tokens() / pooled;
            let price = market.pool.price();
            let alpha = if price > 0.0 { Alpha::from_tokens(part / price) } else { Alpha::ZERO };
            let alpha = alpha.min(market.elsewhere);
            if let (Some(uid), true) =
                (drawn_hotkey(&subnets[at], choice.uniform()), alpha > Alpha::ZERO)
            {
                market.elsewhere -= alpha;
                let shares = subnets[at].ledger.deposit(uid, alpha);
                holdings.push(Stake { subnet: at, uid, shares });
            }
        }
        let traders = &mut network.traders;
        traders.group.push(group);
        traders.agent.push(agent);
        traders.cash.push(Tao::from_tokens(cash));
        traders.holdings.push(holdings);
        traders.root_hotkey.push(hotkey);
        let deposit = |hotkey| network.root.deposit(hotkey, Tao::from_tokens(on_root));
        traders.root_shares.push(hotkey.map_or(0.0, deposit));
        let behaviour = strategy.build();
        if behaviour.watches() {
            floor.watchers.push(floor.traders.len());
        }
        floor.traders.push(behaviour);
        floor.review.push(plan.review);
    }
    network.traders.groups.push(TraderGroup {
        name: plan.name.clone(),
        strategy: strategy.name().to_owned(),
        start: Tao::ZERO,
        executed: 0,
        refused: 0,
        turnover: Tao::ZERO,
    });
    let prices = network.prices();
    let worth = (first..network.traders.len())
        .fold(0.0, |sum, at| sum + crate::num::sum(&network.parts(at, subnets, &prices)));
    network.traders.groups[group].start = Tao::from_tokens(worth);
}

fn consumers(
    plan: &ConsumerPlan,
    network: &mut Network,
    subnets: &[Subnet],
    floor: &mut Floor,
    streams: Streams,
) {
    let Some(strategy) = &plan.strategy else { return };
    let key = format!("network.consumers.{}", plan.name);
    let Network { consumers, traders, .. } = network;
    let group = consumers.groups.len();
    let payers: Vec<usize> = match &plan.purse {
        PursePlan::Traders(name) => (0..traders.len())
            .filter(|at| traders.groups[traders.group[*at]].name == *name)
            .collect(),
        PursePlan::Elsewhere | PursePlan::Owner | PursePlan::Miners(_) => Vec::new(),
    };
    let named = |name: &String| subnets.iter().position(|subnet| subnet.name == *name);
    let own = plan.subnet.as_ref().and_then(named);
    let keys: Vec<Agent> = match (&plan.purse, own) {
        (PursePlan::Miners(name), Some(own)) => {
            let path = format!("subnet.{}.miners.{name}", subnets[own].name);
            let agents = &subnets[own].neurons.agent;
            let members = (0..agents.len()).map(|member| Agent::new(&path, member));
            members.filter(|key| agents.contains(key)).collect()
        }
        _ => Vec::new(),
    };
    for member in 0..plan.count {
        let agent = Agent::new(&key, member);
        let mut draws = streams.at(Domain::Stake, agent, 0);
        consumers.key.push(keys.get(member % keys.len().max(1)).copied());
        consumers.group.push(group);
        consumers.agent.push(agent);
        consumers.payer.push(payers.get(member % payers.len().max(1)).copied());
        consumers.cash.push(Tao::ZERO);
        consumers.budget_tao.push(plan.budget_tao.of(member, &mut draws));
        consumers.budget_usd.push(plan.budget_usd.of(member, &mut draws));
        floor.shop.add(strategy.build(), plan.review);
    }
    consumers.groups.push(ConsumerGroup {
        name: plan.name.clone(),
        strategy: strategy.name().to_owned(),
        honest: strategy.conduct() == Conduct::Honest,
        purse: match plan.purse {
            PursePlan::Elsewhere => Purse::Elsewhere,
            PursePlan::Owner => Purse::Owner,
            PursePlan::Traders(_) => Purse::Traders,
            PursePlan::Miners(_) => Purse::Miners,
        },
        own,
        noise: plan.noise,
        spent: Tao::ZERO,
        returned: Tao::ZERO,
        filled: Tao::ZERO,
        value: 0.0,
        units: 0.0,
        payments: 0,
        refused: 0,
    });
}

/// The hotkey of root that a draw in (0, 1) falls on, by stake.
fn drawn_root(root: &Root, draw: f64) -> Option<usize> {
    let mut left = root.total().tokens() * draw;
    let reached = |stake: &Tao| {
        left -= stake.tokens();
        left <= 0.0
    };
    let last = root.stake.len().checked_sub(1);
    root.stake.iter().position(reached).or(last)
}

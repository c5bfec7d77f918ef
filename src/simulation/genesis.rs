//! From a scenario to its world at the start: the one place where texts, state and behaviours
//! meet.

mod choose;
mod columns;
mod council;
mod data;
mod enrol;
mod finish;
mod join;
mod network;
mod savers;

use columns::{flows, neurons};
use enrol::free_uids;
use savers::miners_of;

use super::coalition::Coalition;
use super::{People, Simulation, Tokens};
use crate::protocol::commits::Commits;
use crate::protocol::reward::Carried;
use crate::protocol::schedule::{self, Slot};
use crate::protocol::{Outcome, permits, stake};
use crate::rng::{Agent, Streams};
use crate::scenario::{CoalitionPlan, GroupPlan, Scenario, SubnetPlan};
use crate::strategy::{DataProvider, Miner, Staker, Validator};
use crate::units::Uid;
use crate::world::{Ledger, Models, Providers, Role, Subnet, World};

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

//! The token economy of an epoch: blocks pass, TAO flows into the pools and alpha into the pots,
//! and orders are executed in between.

mod decide;
mod demand;
mod emit;
mod fill;
mod income;
mod orders;
mod serve;
mod share;
mod step;
mod surround;
pub(super) mod swap;

pub(super) use decide::{decide, quote};
pub(super) use demand::order;
pub(super) use orders::{drawn_hotkey, endow};

use crate::protocol::shares;
use crate::record::Event;
use crate::rng::Streams;
use crate::strategy::Trader;
use crate::units::{Epoch, Tao};
use crate::world::{MarketFlows, Network, NetworkFlows, Subnet};

use super::life::{self, Slots};
use super::{People, govern};

/// The traders' behaviours, what they have ordered, and working memory.
#[derive(Default)]
pub(super) struct Floor {
    /// One for each trader.
    pub(super) traders: Vec<Box<dyn Trader>>,
    /// Epochs between two decisions of each `[traders]`.
    pub(super) review: Vec<Epoch>,
    /// Those who watch what waits to be executed, ascending.
    pub(super) watchers: Vec<usize>,
    /// Orders for the next epoch, in the order in which they will be executed.
    placed: Vec<orders::Placed>,
    /// Where consumers pay.
    pub(super) shop: serve::Shop,
    pub(super) memory: Memory,
}

/// Buffers that live from epoch to epoch only to spare their allocation.
#[derive(Default)]
pub(super) struct Memory {
    prices: Vec<f64>,
    /// What smoothed prices will be at the end of the step.
    next_prices: Vec<f64>,
    burned: Vec<f64>,
    proportions: Vec<f64>,
    user_flow: Vec<f64>,
    protocol_flow: Vec<f64>,
    /// What people and the chain paid in in each of the last blocks.
    rates: Vec<[f64; 2]>,
    enabled: Vec<bool>,
    eligible: Vec<bool>,
    shares: Vec<f64>,
    scratch: shares::Scratch,
}

/// Steps in which the blocks of an epoch are run: none is without a block.
fn substeps(network: &Network, subnets: &[Subnet]) -> u64 {
    let blocks = subnets.first().map_or(0, |subnet| subnet.rules.params.tempo);
    network.substeps.clamp(1, blocks.max(1))
}

/// Runs the blocks of one epoch.
pub(super) fn pass(
    network: &mut Network,
    (subnets, people): (&mut [Subnet], &mut [People]),
    floor: &mut Floor,
    slots: &[Slots],
    (streams, epoch): (Streams, Epoch),
    events: &mut Vec<Event>,
) {
    network.flows = NetworkFlows::default();
    for market in &mut network.markets {
        market.flows = MarketFlows::default();
    }
    for group in &mut network.traders.groups {
        (group.executed, group.refused, group.turnover) = (0, 0, Tao::ZERO);
    }
    for group in &mut network.consumers.groups {
        (group.spent, group.returned) = (Tao::ZERO, Tao::ZERO);
        (group.units, group.value) = (0.0, 0.0);
        (group.payments, group.refused) = (0, 0);
    }
    network.root.earned.fill(Tao::ZERO);
    let blocks = subnets.first().map_or(0, |subnet| subnet.rules.params.tempo);
    let substeps = substeps(network, subnets);
    let mut refusals = orders::Refusals::default();
    let arrivals = life::arrivals(slots, subnets, substeps, (streams, epoch));
    let mut arriving = arrivals.iter().peekable();
    let mut next = 0;
    let mut bills = std::mem::take(&mut floor.shop.bills).into_iter().peekable();
    let placed = std::mem::take(&mut floor.placed);
    for substep in 0..substeps {
        // Blocks that do not divide evenly go to the later substeps.
        let until = |substep: u64| blocks * substep / substeps;
        let now = until(substep + 1) - until(substep);
        for (slots, market) in slots.iter().zip(&mut network.markets) {
            life::decay(slots, market, now);
        }
        emit::blocks(network, subnets, &mut floor.memory, now, blocks - until(substep));
        while let Some(arrival) = arriving.next_if(|arrival| arrival.substep <= substep) {
            let at = arrival.subnet;
            let place = (&mut subnets[at], &mut people[at]);
            life::register(&slots[at], network, place, (streams, epoch, *arrival));
        }
        if substep == 0 {
            for (at, (subnet, people)) in subnets.iter_mut().zip(&mut *people).enumerate() {
                if let Some(office) = &mut people.owner {
                    govern::execute(network, (subnet, at), office, epoch, events);
                }
            }
        }
        while let Some(bill) = bills.next_if(|bill| bill.substep <= substep) {
            serve::pay(network, subnets, &bill, &floor.shop.delivered);
        }
        while let Some(order) = placed.get(next).filter(|order| order.substep <= substep) {
            let order = (&mut *floor, order);
            surround::execute(network, subnets, order, (streams, epoch), &mut refusals);
            next += 1;
        }
    }
    let all = blocks.max(1) as f64;
    network.flows.root_paid /= all;
    for market in &mut network.markets {
        market.flows.share /= all;
    }
    for (market, subnet) in network.markets.iter().zip(&*subnets) {
        let flows = &market.flows;
        if flows.registrations > 0 {
            events.push(Event {
                epoch,
                subnet: subnet.name.clone(),
                kind: "registrations",
                who: subnet.name.clone(),
                detail: format!("{} slots for {} TAO", flows.registrations, flows.registered),
            });
        }
    }
    refusals.tell(network, subnets, epoch, events);
    floor.placed = placed;
    floor.placed.clear();
}

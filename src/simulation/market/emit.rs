//! Blocks pass: TAO is minted, shared, and put into the pools; alpha is minted into the pots; income
//! is sold and root's alpha claimed.

use super::step::Step;
use super::{Memory, fill, income, share};
use crate::protocol::issuance;
use crate::protocol::shares::gate;
use crate::protocol::token_rules::PoolRule;
use crate::units::{SUPPLY_CAP, Tao};
use crate::world::{Network, Subnet};

/// Runs so many blocks without an order in between, of `left` that are left of the epoch.
///
/// One block is run as the chain does, with a floor wherever the chain has one. Several are run
/// at once in closed form, as far as every one of them has the same rules.
pub(super) fn blocks(
    network: &mut Network,
    subnets: &mut [Subnet],
    memory: &mut Memory,
    blocks: u64,
    left: u64,
) {
    let mut done = 0;
    while done < blocks {
        let policy = &network.rules.issuance;
        let emission = policy.scaled(network.issued, network.block, network.issuance_factor);
        let steady = steady(network, subnets, memory, blocks - done, emission);
        let step = Step { first: network.block + 1, blocks: steady, left: left - done };
        advance(network, subnets, memory, step, emission);
        done += steady;
    }
}

/// How many of the next blocks can be run at once, at least 1: none of them halves the issue of
/// TAO or of a subnet's alpha, refreshes the gate's bar, or turns the pay of root on or off.
fn steady(
    network: &Network,
    subnets: &[Subnet],
    memory: &mut Memory,
    blocks: u64,
    emission: Tao,
) -> u64 {
    let rules = &network.rules;
    let mut steady =
        blocks.min(rules.issuance.steady_blocks(network.issued, network.block, emission));
    if rules.shares.gate.is_some() {
        let next = network.gate_block.map_or(0, |last| last + gate::REFRESH);
        let until = next.saturating_sub(network.block + 1);
        steady = steady.min(if until > 0 { until } else { gate::REFRESH });
    }
    if rules.pool != PoolRule::Stable {
        for subnet in subnets {
            let issued = subnet.ledger.outstanding().0;
            // The pool may get as much again as the participants.
            let most = 2 * issuance::block_emission(issued);
            let until = issuance::blocks_until_halving(issued, most);
            steady = steady.min(until.unwrap_or(steady));
        }
    }
    let pays = |sum: f64| sum > rules.root_threshold;
    let now = pays(share::price_sum(network, |_, market| market.ema));
    while steady > 1 {
        share::look_ahead(network, memory, steady);
        if pays(share::price_sum(network, |at, _| memory.next_prices[at])) == now {
            break;
        }
        steady = steady.div_ceil(2);
    }
    steady
}

fn advance(
    network: &mut Network,
    subnets: &mut [Subnet],
    memory: &mut Memory,
    step: Step,
    emission: Tao,
) {
    let minted = emission.0.saturating_mul(step.blocks);
    let room = if network.rules.issuance.is_capped() { SUPPLY_CAP } else { u64::MAX };
    let minted = Tao(minted.min(room.saturating_sub(network.issued.0)));
    network.issued += minted;
    network.flows.minted += minted;
    settle_flows(network, memory, step);
    if step.blocks > 1 {
        income::sell_and_claim(network, subnets, step.early());
    }
    let root_tao = network.root.total();
    let ema_sum = share::price_sum(network, |_, market| market.ema);
    share::share(network, subnets, memory, step, root_tao);
    let root_paid = ema_sum > network.rules.root_threshold;
    let mut credit = minted;
    let Network { markets, rules, flows, .. } = network;
    let common = fill::Common { rules, step, emission, root_paid, root_tao };
    for ((market, subnet), &share) in markets.iter_mut().zip(&mut *subnets).zip(&memory.shares) {
        if market.is_eligible() {
            credit -= fill::emit(&common, market, subnet, share, credit);
            market.flows.share += share * step.blocks as f64;
        }
    }
    // What could not be placed goes back to what is still to be issued.
    flows.unplaced += credit;
    flows.recycled += credit;
    flows.ema_sum = ema_sum;
    flows.root_paid += if root_paid { step.blocks as f64 } else { 0.0 };
    network.block += step.blocks;
    network.issued -= credit;
    income::sell_and_claim(network, subnets, step.late());
}

/// Takes the flows of the blocks since the last time into their averages.
fn settle_flows(network: &mut Network, memory: &mut Memory, step: Step) {
    let ema = network.rules.flow_ema();
    let blocks = step.first.saturating_sub(network.flow_block);
    network.flow_block = step.first;
    memory.rates.clear();
    for market in &mut network.markets {
        let inflow = market.inflow.take();
        let each = |flow: i64| flow as f64 / blocks.max(1) as f64;
        let rates = [each(inflow.user), each(inflow.protocol)];
        market.user_flow = ema.steps(market.user_flow, rates[0], blocks);
        market.protocol_flow = ema.steps(market.protocol_flow, rates[1], blocks);
        memory.rates.push(rates);
    }
}

//! Laws of what all subnets share.

use super::{Audit, Law, tao};
use crate::protocol::injection::Excess;
use crate::units::{SUPPLY_CAP, Tao};
use crate::world::{Network, World};

const NETWORK: &str = "network";

/// What sums of numbers in `[0, 1]` may be off by.
const ROUNDING: f64 = 1e-9;

pub(super) fn audit(world: &World, network: &Network, was: (Tao, u64), audit: &mut Audit) {
    let (issued, block) = was;
    let flows = &network.flows;
    let passed = network.block.saturating_sub(block);
    let tempo = world.subnets.first().map_or(0, |subnet| subnet.rules.params.tempo);
    audit.equal(Law::Blocks, NETWORK, u128::from(passed), u128::from(tempo));

    let after = tao(network.issued) + tao(flows.recycled);
    audit.equal(Law::TaoIssued, NETWORK, after, tao(issued) + tao(flows.minted));
    let policy = &network.rules.issuance;
    if policy.is_capped() {
        let most = u128::from(SUPPLY_CAP).max(tao(issued));
        audit.within(Law::SupplyCap, NETWORK, tao(network.issued), (0, most));
    }
    // Every policy issues ever more or ever less, so that the ends bound what is between them.
    let each = |issued, block| tao(policy.scaled(issued, block, network.issuance_factor));
    let least = issued.saturating_sub(flows.recycled);
    let most = Tao(issued.0.saturating_add(flows.minted.0));
    let ends = [each(issued, block), each(least, block), each(most, network.block)];
    let (low, high) = (ends.iter().min(), ends.iter().max());
    let blocks = u128::from(passed);
    let bounds = (low.map_or(0, |low| low * blocks), high.map_or(0, |high| high * blocks));
    audit.within(Law::Minted, NETWORK, tao(flows.minted), bounds);

    let mut placed = tao(flows.unplaced);
    let mut shares = 0.0;
    for market in &network.markets {
        let flows = &market.flows;
        placed += tao(flows.tao_injected) + tao(flows.chain_buys) + tao(flows.failed_buys);
        shares += flows.share;
    }
    audit.equal(Law::Placed, NETWORK, placed, tao(flows.minted));
    audit.between(Law::Shares, NETWORK, shares, (0.0, 1.0 + ROUNDING));
    // Only an even emission can be compared with the mean of shares.
    if low == high && network.rules.excess != Excess::None && passed > 0 {
        each_subnet(world, network, passed, audit);
    }
    held_on_root(network, audit);
    let numbers = [network.tao_usd, network.issuance_factor, network.gate_bar];
    for number in numbers {
        audit.between(Law::Range, NETWORK, number, (0.0, f64::MAX));
    }
}

/// What reached each subnet against its share.
fn each_subnet(world: &World, network: &Network, blocks: u64, audit: &mut Audit) {
    let minted = network.flows.minted.0 as f64;
    for (market, subnet) in network.markets.iter().zip(&world.subnets) {
        let flows = &market.flows;
        let reached = flows.tao_injected + flows.chain_buys + flows.failed_buys + flows.rejected;
        let due = flows.share * minted;
        // Each block may lose a rao of injection and one of the buy.
        let slack = minted * ROUNDING + 3.0 * blocks as f64;
        let place = format!("subnet `{}`", subnet.name);
        let bounds = (due - slack, due + slack);
        audit.between(Law::SubnetTao, &place, reached.0 as f64, bounds);
    }
}

/// Traders hold a part of each root hotkey; the rest is others'.
fn held_on_root(network: &Network, audit: &mut Audit) {
    let mut held = vec![0.0; network.root.stake.len()];
    let traders = &network.traders;
    for (hotkey, shares) in traders.root_hotkey.iter().zip(&traders.root_shares) {
        if let Some(hotkey) = hotkey {
            held[*hotkey] += shares;
        }
        audit.between(Law::Range, NETWORK, *shares, (0.0, f64::MAX));
    }
    for (hotkey, (held, shares)) in held.iter().zip(&network.root.shares).enumerate() {
        let (group, member) = &network.root.names[hotkey];
        let place = format!("network.root.{group}, member {member}");
        let most = shares * (1.0 + ROUNDING) + super::subnet::SHARES;
        audit.between(Law::RootHeld, &place, *held, (0.0, most));
    }
}

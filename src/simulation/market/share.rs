//! Every subnet's share of the TAO of a step.

use super::Memory;
use super::step::Step;
use crate::protocol::shares::{self, Demand, gate};
use crate::protocol::token_rules::PoolRule;
use crate::protocol::{injection, issuance};
use crate::units::Tao;
use crate::world::{Market, Network, Subnet};

/// The sum of the smoothed prices of eligible subnets, each of which `of` gives.
pub(super) fn price_sum(network: &Network, of: impl Fn(usize, &Market) -> f64) -> f64 {
    let eligible = network.markets.iter().enumerate().filter(|(_, market)| market.is_eligible());
    eligible.fold(0.0, |sum, (at, market)| sum + of(at, market))
}

/// Finds what each smoothed price will be after so many blocks at the present price.
pub(super) fn look_ahead(network: &Network, memory: &mut Memory, blocks: u64) {
    let moves = network.rules.pool != PoolRule::Stable;
    let next = |market: &Market| match market.first_emission {
        Some(first) if moves && market.is_eligible() => {
            let ema = &network.rules.price_ema;
            ema.steps(market.ema, market.pool.price(), network.block + 1, blocks, first)
        }
        _ => market.ema,
    };
    memory.next_prices.clear();
    memory.next_prices.extend(network.markets.iter().map(next));
}

/// Finds every subnet's share of the TAO of a step: that of its block in the middle.
pub(super) fn share(
    network: &mut Network,
    subnets: &[Subnet],
    memory: &mut Memory,
    step: Step,
    root_tao: Tao,
) {
    let Network { rules, markets, voted, .. } = &*network;
    let all = || markets.iter().zip(subnets).enumerate();
    memory.burned.clear();
    memory.burned.extend(markets.iter().map(|market| market.miner_burned));
    memory.eligible.clear();
    memory.eligible.extend(markets.iter().map(Market::is_eligible));
    memory.enabled.clear();
    memory.enabled.extend(markets.iter().map(|market| market.emission_enabled));
    let first = Step { blocks: 1, ..step };
    let looked = |memory: &mut Memory, step: Step| {
        memory.prices.clear();
        memory.proportions.clear();
        memory.user_flow.clear();
        memory.protocol_flow.clear();
        let ema = rules.flow_ema();
        for (at, (market, subnet)) in all() {
            let next = memory.next_prices.get(at).copied().unwrap_or(market.ema);
            memory.prices.push(step.begun(market.ema, next));
            let issued = subnet.ledger.outstanding();
            let grown = step.grown(issued, issuance::block_emission(issued.0) as f64);
            memory.proportions.push(injection::root_proportion(root_tao, rules.tao_weight, grown));
            // What flows is taken to go on as it did.
            let rates = memory.rates[at];
            let ahead = |now: f64, rate: f64| {
                if step.blocks > 1 {
                    step.begun(now, ema.steps(now, rate, step.blocks))
                } else {
                    now
                }
            };
            memory.user_flow.push(ahead(market.user_flow, rates[0]));
            memory.protocol_flow.push(ahead(market.protocol_flow, rates[1]));
        }
    };
    let due = network.gate_block.is_none_or(|last| step.first >= last + gate::REFRESH);
    let refreshed = (rules.shares.gate.is_some() && due).then(|| {
        looked(memory, first);
        let mut scratch = std::mem::take(&mut memory.scratch);
        let bar = shares::bar(&rules.shares, &memory.demand(voted), &mut scratch);
        memory.scratch = scratch;
        bar
    });
    let bar = refreshed.unwrap_or(network.gate_bar);
    looked(memory, step);
    let (mut scratch, mut found) =
        (std::mem::take(&mut memory.scratch), std::mem::take(&mut memory.shares));
    found.clear();
    found.resize(markets.len(), 0.0);
    shares::shares(&rules.shares, &memory.demand(voted), bar, &mut scratch, &mut found);
    (memory.scratch, memory.shares) = (scratch, found);
    if refreshed.is_some() {
        (network.gate_bar, network.gate_block) = (bar, Some(step.first));
    }
}

impl Memory {
    /// What was looked at, as the rules of shares read it.
    fn demand<'a>(&'a self, voted: &'a [f64]) -> Demand<'a> {
        Demand {
            eligible: &self.eligible,
            enabled: &self.enabled,
            price: &self.prices,
            miner_burned: &self.burned,
            root_proportion: &self.proportions,
            user_flow: &self.user_flow,
            protocol_flow: &self.protocol_flow,
            voted,
        }
    }
}

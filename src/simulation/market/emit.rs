//! Blocks pass: TAO is minted, shared, and put into the pools; alpha is minted into the pots.

use super::Memory;
use crate::protocol::injection::{self, Emission, Excess, Terms};
use crate::protocol::issuance;
use crate::protocol::params::Split;
use crate::protocol::shares::{self, Demand, gate};
use crate::protocol::split::{self, root::RootPart};
use crate::protocol::token_rules::{PoolRule, TokenRules};
use crate::units::{Alpha, SUPPLY_CAP, Tao};
use crate::world::{Market, Network, Subnet};

/// Runs so many blocks without an order in between.
///
/// One block is run as the chain does, with a floor wherever the chain has one. Several are run
/// at once in closed form; no step leads across a halving of TAO.
pub(super) fn blocks(
    network: &mut Network,
    subnets: &mut [Subnet],
    memory: &mut Memory,
    blocks: u64,
) {
    let mut left = blocks;
    while left > 0 {
        let policy = &network.rules.issuance;
        let emission = policy.scaled(network.issued, network.block, network.issuance_factor);
        let step = left.min(policy.steady_blocks(network.issued, network.block, emission));
        advance(network, subnets, memory, step, emission);
        left -= step;
    }
}

/// What is the same for all subnets in one step.
struct Step<'a> {
    rules: &'a TokenRules,
    /// The first block of the step.
    block: u64,
    /// How many blocks it has.
    blocks: u64,
    /// TAO minted in each block `[rao]`.
    emission: Tao,
    /// Whether root stakers are paid.
    root_paid: bool,
    /// All TAO on root `[rao]`.
    root_tao: Tao,
}

fn advance(
    network: &mut Network,
    subnets: &mut [Subnet],
    memory: &mut Memory,
    blocks: u64,
    emission: Tao,
) {
    let minted = emission.0.saturating_mul(blocks);
    let minted = Tao(minted.min(SUPPLY_CAP.saturating_sub(network.issued.0)));
    network.issued += minted;
    network.flows.minted += minted;
    settle_flows(network, blocks);
    let root_tao = network.root.total();
    let ema_sum = share(network, subnets, memory, root_tao);
    let root_paid = ema_sum > network.rules.root_threshold;
    let mut credit = minted;
    let Network { markets, rules, flows, block, .. } = network;
    let step = Step { rules, block: *block + 1, blocks, emission, root_paid, root_tao };
    for ((market, subnet), &share) in markets.iter_mut().zip(subnets).zip(&memory.shares) {
        if market.is_eligible() {
            credit -= emit(&step, market, subnet, share, credit);
            market.flows.share += share * blocks as f64;
        }
    }
    // What could not be placed goes back to what is still to be issued.
    flows.recycled += credit;
    flows.ema_sum = ema_sum;
    flows.root_paid += if root_paid { blocks as f64 } else { 0.0 };
    *block += blocks;
    network.issued -= credit;
}

/// Takes the flows of the last blocks into their averages.
fn settle_flows(network: &mut Network, blocks: u64) {
    let ema = network.rules.flow_ema();
    for market in &mut network.markets {
        let inflow = market.inflow.take();
        let each = |flow: i64| flow as f64 / blocks as f64;
        market.user_flow = ema.steps(market.user_flow, each(inflow.user), blocks);
        market.protocol_flow = ema.steps(market.protocol_flow, each(inflow.protocol), blocks);
    }
}

/// Finds every subnet's share; gives the sum of the smoothed prices.
fn share(network: &mut Network, subnets: &[Subnet], memory: &mut Memory, root_tao: Tao) -> f64 {
    let rules = &network.rules;
    let markets = &network.markets;
    memory.prices.clear();
    memory.prices.extend(markets.iter().map(|market| market.ema));
    memory.burned.clear();
    memory.burned.extend(markets.iter().map(|market| market.miner_burned));
    memory.proportions.clear();
    memory.proportions.extend(subnets.iter().map(|subnet| {
        injection::root_proportion(root_tao, rules.tao_weight, subnet.ledger.outstanding())
    }));
    memory.user_flow.clear();
    memory.user_flow.extend(markets.iter().map(|market| market.user_flow));
    memory.protocol_flow.clear();
    memory.protocol_flow.extend(markets.iter().map(|market| market.protocol_flow));
    memory.eligible.clear();
    memory.eligible.extend(markets.iter().map(Market::is_eligible));
    memory.enabled.clear();
    memory.enabled.extend(markets.iter().map(|market| market.emission_enabled));
    let demand = Demand {
        eligible: &memory.eligible,
        enabled: &memory.enabled,
        price: &memory.prices,
        miner_burned: &memory.burned,
        root_proportion: &memory.proportions,
        user_flow: &memory.user_flow,
        protocol_flow: &memory.protocol_flow,
        voted: &network.voted,
    };
    let block = network.block + 1;
    let due = network.gate_block.is_none_or(|last| block >= last + gate::REFRESH);
    if rules.shares.gate.is_some() && due {
        network.gate_bar = shares::bar(&rules.shares, &demand, &mut memory.scratch);
        network.gate_block = Some(block);
    }
    memory.shares.clear();
    memory.shares.resize(markets.len(), 0.0);
    let bar = network.gate_bar;
    shares::shares(&rules.shares, &demand, bar, &mut memory.scratch, &mut memory.shares);
    let eligible = markets.iter().filter(|market| market.is_eligible());
    eligible.fold(0.0, |sum, market| sum + market.ema)
}

/// Runs the step's blocks in one subnet; gives the TAO that it took out of the `credit`.
fn emit(step: &Step<'_>, market: &mut Market, subnet: &mut Subnet, share: f64, credit: Tao) -> Tao {
    let Step { rules, blocks, .. } = *step;
    let issuance_before = subnet.ledger.outstanding();
    if rules.pool == PoolRule::Stable {
        let tao = whole(step.emission.0 as f64 * share, blocks).min(credit);
        market.pool.tao += tao;
        market.flows.tao_injected += tao;
        mint(step, market, subnet, Alpha(tao.0 / blocks.max(1)), false);
        // What does not divide evenly over the blocks belongs to the owner.
        let dust = Alpha(tao.0 % blocks.max(1));
        market.pots.owner += dust;
        subnet.ledger.issued += dust;
        return tao;
    }
    let alpha_emission = issuance::block_emission(issuance_before.0);
    let before = market.pool.price();
    let mut emission = Emission {
        tao: step.emission.0 as f64 * share,
        block_tao: step.emission.0 as f64,
        alpha: alpha_emission as f64,
        price: before,
        share,
        root_proportion: injection::root_proportion(
            step.root_tao,
            rules.tao_weight,
            issuance_before,
        ),
    };
    let subsidised = rules.excess == Excess::Subsidised && injection::subsidised(&emission);
    let mut terms = injection::terms(rules.cap, rules.excess, &emission);
    if blocks > 1 && terms.excess > 0.0 {
        // The price rises through the step as the chain buys; what is put beside it follows.
        let mut after = market.pool;
        if after.buy(whole(terms.excess, blocks)).is_ok() {
            emission.price = f64::midpoint(before, after.price());
            terms = injection::terms(rules.cap, rules.excess, &emission);
        }
    }
    let taken = inject(step, market, subnet, &terms, credit);
    let per_block = Alpha(alpha_emission);
    mint(step, market, subnet, per_block, subsidised);
    let after = market.pool.price();
    let spot = if blocks > 1 { f64::midpoint(before, after) } else { after };
    if let Some(first) = market.first_emission {
        market.ema = if blocks > 1 {
            rules.price_ema.steps(market.ema, spot, step.block, blocks, first)
        } else {
            rules.price_ema.step(market.ema, spot, step.block, first)
        };
    }
    taken
}

/// Puts TAO and alpha into the pool, and buys with what is left over.
fn inject(
    step: &Step<'_>,
    market: &mut Market,
    subnet: &mut Subnet,
    terms: &Terms,
    credit: Tao,
) -> Tao {
    let Step { rules, blocks, .. } = *step;
    let mut tao_in = whole(terms.tao_in, blocks).min(credit);
    let mut alpha_in = Alpha(whole(terms.alpha_in, blocks).0);
    let mut taken = Tao::ZERO;
    if rules.pool == PoolRule::Weighted {
        // The weight is set by the reserves as they were; the chain buys before they are added to.
        let mut weighed = market.pool;
        if weighed.inject(tao_in, alpha_in) {
            market.pool.weight = weighed.weight;
        } else {
            (tao_in, alpha_in) = (Tao::ZERO, Alpha::ZERO);
        }
    }
    let excess = whole(terms.excess, blocks).min(credit - tao_in);
    if excess > Tao::ZERO && rules.excess != Excess::None {
        taken += excess;
        match market.pool.buy(excess) {
            Ok(bought) => {
                market.inflow.emitted(excess);
                market.flows.chain_buys += excess;
                market.flows.chain_bought += bought;
                if rules.excess == Excess::BuyProtocol {
                    market.protocol += bought;
                } else {
                    subnet.ledger.recycled += bought;
                    market.flows.recycled += bought;
                }
            }
            // It lies in the subnet's account until the subnet ends.
            Err(_) => market.stranded += excess,
        }
    }
    market.pool.add(tao_in, alpha_in);
    subnet.ledger.issued += alpha_in;
    market.inflow.emitted(tao_in);
    market.flows.tao_injected += tao_in;
    market.flows.alpha_injected += alpha_in;
    taken + tao_in
}

/// Mints the participants' alpha of the step into the pots: `per_block`, until the subnet's own
/// halving.
fn mint(
    step: &Step<'_>,
    market: &mut Market,
    subnet: &mut Subnet,
    per_block: Alpha,
    subsidised: bool,
) {
    let Step { rules, .. } = *step;
    let stable = rules.pool == PoolRule::Stable;
    let split = subnet.rules.params.split;
    let split = if market.owner_cut { split } else { Split { owner: 0.0, ..split } };
    let ledger = &mut subnet.ledger;
    let (mut left, mut per_block) = (step.blocks, per_block);
    while left > 0 && per_block > Alpha::ZERO {
        let until = issuance::blocks_until_halving(ledger.outstanding().0, per_block.0);
        let blocks = if stable { left } else { left.min(until.unwrap_or(left).max(1)) };
        // Root's part is found after the mint of each block: in the mean, after half of them.
        let half = Alpha(per_block.0.saturating_mul(blocks.div_ceil(2)));
        let issuance = ledger.outstanding() + half;
        let proportion = if stable {
            0.0
        } else {
            injection::root_proportion(step.root_tao, rules.tao_weight, issuance)
        };
        market.flows.root_proportion = proportion;
        let mut pots = split::block(per_block, &split, proportion).times(blocks);
        ledger.issued += pots.total();
        match rules.root.part(step.root_paid, subsidised) {
            // What is sold is gathered first, and sold evenly over the next epoch.
            RootPart::Sold | RootPart::Gathered => {}
            RootPart::Validators => pots.validator += std::mem::take(&mut pots.root),
            RootPart::Orphaned => pots.unallocated += std::mem::take(&mut pots.root),
            RootPart::Recycled => {
                let recycled = std::mem::take(&mut pots.root);
                ledger.recycled += recycled;
                market.flows.recycled += recycled;
            }
        }
        market.flows.root_alpha += pots.root;
        market.pots.add(&pots);
        left -= blocks;
        if !stable {
            per_block = Alpha(issuance::block_emission(ledger.outstanding().0));
        }
    }
}

/// A whole amount for so many blocks, each block's truncated where it is one.
#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "`as` saturates")]
fn whole(per_block: f64, blocks: u64) -> Tao {
    Tao((per_block * blocks as f64) as u64)
}

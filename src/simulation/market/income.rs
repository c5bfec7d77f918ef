//! What owners of keys sell of their income, and what root stakers claim.

use rayon::prelude::*;

use super::step::Portion;
use super::swap;
use crate::protocol::pool;
use crate::protocol::root_claims;
use crate::protocol::split::root::RootPays;
use crate::protocol::token_rules::{PoolRule, TokenRules};
use crate::units::{Alpha, Tao};
use crate::world::{Market, Network, Subnet};

/// Fewest subnets that are worth a thread of their own.
const FEWEST: usize = 16;

/// Sells a portion of what each subnet's people have taken out for this epoch.
///
/// Sellers share one trade for each subnet, at one price, by what each sells.
pub(super) fn sell(network: &mut Network, subnets: &mut [Subnet], portion: Portion) {
    let Network { markets, rules, author, .. } = network;
    let places = markets.par_iter_mut().zip(subnets).with_min_len(FEWEST);
    let fees: Vec<Tao> = places.map(|(m, s)| sell_in(rules, m, s, portion)).collect();
    *author += fees.into_iter().sum();
}

/// Sells in one subnet; gives the fee of the block's author.
fn sell_in(rules: &TokenRules, market: &mut Market, subnet: &mut Subnet, portion: Portion) -> Tao {
    let ledger = &mut subnet.ledger;
    let owner = portion.part(market.on_sale.min(ledger.owner));
    let keys: Alpha = ledger.balance.iter().map(|balance| portion.part(*balance)).sum();
    let alpha = keys + owner;
    let mut fee = Tao::ZERO;
    if alpha == Alpha::ZERO {
        return fee;
    }
    let charged = Alpha(pool::fee(alpha.0, swap::reserves(rules, market).fee_rate));
    let trade = (alpha - charged, charged);
    let sold = swap::sell(rules, (&mut *market, &mut *ledger), &mut fee, trade);
    let Ok(tao) = sold else { return fee };
    market.flows.income_sold += tao;
    let mut rest = tao;
    for (balance, cash) in ledger.balance.iter_mut().zip(&mut market.cash) {
        let sold = portion.part(*balance);
        let got = share(tao, sold, alpha).min(rest);
        *balance -= sold;
        *cash += got;
        rest -= got;
    }
    // The owner gets its own part, and the rao that the floors leave.
    ledger.owner -= owner;
    market.on_sale -= owner;
    market.owner_cash += rest;
    fee
}

/// Serves a portion of the claims on root's alpha: it is sold without a fee, and its TAO is staked
/// on root.
pub(super) fn claim(network: &mut Network, subnets: &[Subnet], portion: Portion) {
    let Network { markets, rules, root, flows, .. } = network;
    if rules.pool == PoolRule::Stable {
        return;
    }
    let served = served(rules, portion);
    let places = markets.par_iter_mut().zip(subnets).with_min_len(FEWEST);
    let claims: Vec<Vec<(usize, Tao)>> = places.map(|(m, s)| claim_in(m, s, served)).collect();
    for (hotkey, tao) in claims.into_iter().flatten() {
        root.raise(hotkey, tao);
        flows.root_earned += tao;
    }
}

/// Sells the `served` part of one subnet's claims; gives the TAO of each hotkey of root. What has no
/// hotkey is left in the subnet's account.
fn claim_in(market: &mut Market, subnet: &Subnet, served: f64) -> Vec<(usize, Tao)> {
    let claimable = market.claimable.iter();
    let alpha: Alpha = claimable.map(|claimable| claimable.part(served)).sum();
    let mut raised = Vec::new();
    if alpha == Alpha::ZERO {
        return raised;
    }
    let Ok(tao) = market.pool.sell(alpha) else { return raised };
    market.inflow.claimed(tao);
    market.flows.claimed += tao;
    let mut rest = tao;
    for (claimable, hotkey) in market.claimable.iter_mut().zip(&subnet.neurons.root) {
        let part = claimable.part(served);
        if part > Alpha::ZERO {
            *claimable -= part;
            let got = share(tao, part, alpha).min(rest);
            if let Some(hotkey) = *hotkey {
                raised.push((hotkey, got));
                rest -= got;
            }
        }
    }
    match raised.last_mut() {
        Some((_, got)) => *got += rest,
        None => market.stranded += rest,
    }
    raised
}

/// The part of all claims that is served in the portion's time, in `[0, 1]`.
fn served(rules: &TokenRules, portion: Portion) -> f64 {
    if rules.root.pays == RootPays::SellEachBlock {
        return portion.share();
    }
    let halves = portion.half_blocks;
    let within = |blocks| root_claims::served(blocks, rules.claimants, rules.claims_per_block);
    if halves.is_multiple_of(2) {
        return within(halves / 2);
    }
    // Half of the time leaves the root of what all of it leaves.
    let twice = within(halves);
    twice / (1.0 + (1.0 - twice).sqrt())
}

/// The part of `tao` that falls to `part` of `whole`, which is not nothing, truncated.
fn share(tao: Tao, part: Alpha, whole: Alpha) -> Tao {
    tao.part(part.0 as f64 / whole.0 as f64)
}

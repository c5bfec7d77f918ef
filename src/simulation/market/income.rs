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

/// Sells a portion of what each subnet's people have taken out for this epoch, and then serves a
/// portion of the claims on root's alpha: it is sold without a fee, and its TAO is staked on root.
///
/// Sellers share one trade for each subnet, at one price, by what each sells.
pub(super) fn sell_and_claim(network: &mut Network, subnets: &mut [Subnet], portion: Portion) {
    let Network { markets, rules, author, root, flows, .. } = network;
    let served = (rules.pool != PoolRule::Stable).then(|| served(rules, portion));
    let places = markets.par_iter_mut().zip(subnets).with_min_len(FEWEST);
    let done: Vec<(Tao, Vec<(usize, Tao)>)> = places
        .map(|(market, subnet)| {
            let fee = sell_in(rules, market, subnet, portion);
            (fee, served.map_or(Vec::new(), |served| claim_in(market, subnet, served)))
        })
        .collect();
    for (fee, claims) in done {
        *author += fee;
        for (hotkey, tao) in claims {
            root.raise(hotkey, tao);
            flows.root_earned += tao;
        }
    }
}

/// Sells in one subnet; gives the fee of the block's author.
fn sell_in(rules: &TokenRules, market: &mut Market, subnet: &mut Subnet, portion: Portion) -> Tao {
    let ledger = &mut subnet.ledger;
    let owner = portion.part(market.on_sale.min(ledger.owner));
    let parts: Vec<Alpha> = ledger.balance.iter().map(|held| portion.part(*held)).collect();
    let alpha = parts.iter().copied().sum::<Alpha>() + owner;
    let mut fee = Tao::ZERO;
    if alpha == Alpha::ZERO {
        return fee;
    }
    let charged = Alpha(pool::fee(alpha.0, swap::reserves(rules, market).fee_rate));
    let trade = (alpha - charged, charged);
    let sold = swap::sell(rules, (&mut *market, &mut *ledger), &mut fee, trade);
    let Ok(tao) = sold else { return fee };
    market.flows.income_sold += tao;
    let price = price(tao, alpha);
    let mut rest = tao;
    let keys = ledger.balance.iter_mut().zip(&mut market.cash).zip(&parts);
    for ((balance, cash), &part) in keys {
        let got = worth(part, price).min(rest);
        *balance -= part;
        *cash += got;
        rest -= got;
    }
    // The owner gets its own part, and the rao that the floors leave.
    ledger.owner -= owner;
    market.on_sale -= owner;
    market.owner_cash += rest;
    fee
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
    let price = price(tao, alpha);
    let mut rest = tao;
    for (claimable, hotkey) in market.claimable.iter_mut().zip(&subnet.neurons.root) {
        let part = claimable.part(served);
        if part > Alpha::ZERO {
            *claimable -= part;
            let got = worth(part, price).min(rest);
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

/// What each unit of `alpha`, which is not nothing, was sold for `[TAO/alpha]`.
fn price(tao: Tao, alpha: Alpha) -> f64 {
    tao.0 as f64 / alpha.0 as f64
}

/// What a part of the alpha was sold for, truncated.
fn worth(part: Alpha, price: f64) -> Tao {
    Tao(crate::num::floor(part.0 as f64 * price))
}

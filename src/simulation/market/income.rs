//! What owners of keys sell of their income, and what root stakers claim.

use super::step::Portion;
use super::swap;
use crate::protocol::root_claims;
use crate::protocol::split::root::RootPays;
use crate::protocol::token_rules::{PoolRule, TokenRules};
use crate::units::{Alpha, Tao, Uid};
use crate::world::{Network, Subnet};

/// Sells a portion of what each subnet's people have taken out for this epoch.
///
/// Sellers share one trade for each subnet, at one price, by what each sells.
pub(super) fn sell(network: &mut Network, subnets: &mut [Subnet], portion: Portion) {
    let Network { markets, rules, author, .. } = network;
    for (market, subnet) in markets.iter_mut().zip(subnets) {
        let ledger = &mut subnet.ledger;
        let owner = portion.part(market.on_sale.min(ledger.owner));
        let keys: Alpha = ledger.balance.iter().map(|balance| portion.part(*balance)).sum();
        let alpha = keys + owner;
        if alpha == Alpha::ZERO {
            continue;
        }
        let sold = swap::sell(rules, (&mut *market, &mut *ledger), author, alpha);
        let Ok(tao) = sold else { continue };
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
    }
}

/// Serves a portion of the claims on root's alpha: it is sold without a fee, and its TAO is staked
/// on root.
pub(super) fn claim(network: &mut Network, subnets: &[Subnet], portion: Portion) {
    let Network { markets, rules, root, flows, .. } = network;
    if rules.pool == PoolRule::Stable {
        return;
    }
    let served = served(rules, portion);
    for (market, subnet) in markets.iter_mut().zip(subnets) {
        let parts: Vec<Alpha> =
            market.claimable.iter().map(|claimable| claimable.part(served)).collect();
        let alpha: Alpha = parts.iter().copied().sum();
        if alpha == Alpha::ZERO {
            continue;
        }
        let Ok(tao) = market.pool.sell(alpha) else { continue };
        market.inflow.claimed(tao);
        market.flows.claimed += tao;
        flows.root_earned += tao;
        let mut rest = tao;
        let mut last: Option<Uid> = None;
        for (uid, part) in parts.iter().enumerate() {
            if *part > Alpha::ZERO {
                market.claimable[uid] -= *part;
                let got = share(tao, *part, alpha).min(rest);
                if let Some(hotkey) = subnet.neurons.root[uid] {
                    root.raise(hotkey, got);
                    rest -= got;
                    last = Some(hotkey);
                }
            }
        }
        match last {
            Some(hotkey) => root.raise(hotkey, rest),
            None => market.stranded += rest,
        }
    }
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

/// The part of `tao` that falls to `part` of `whole`, truncated.
fn share(tao: Tao, part: Alpha, whole: Alpha) -> Tao {
    let whole = whole.0.max(1);
    // Most products fit, and a wide division costs ten times as much.
    if let Some(product) = tao.0.checked_mul(part.0) {
        return Tao(product / whole);
    }
    let product = u128::from(tao.0) * u128::from(part.0) / u128::from(whole);
    Tao(u64::try_from(product).unwrap_or(u64::MAX))
}

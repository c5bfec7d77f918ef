//! Laws of one subnet.

use super::{Audit, Law, SubnetBefore, alpha, tao};
use crate::protocol::injection::{Cap, Excess};
use crate::protocol::issuance;
use crate::protocol::pool::WEIGHTS;
use crate::protocol::token_rules::PoolRule;
use crate::units::{Alpha, SUPPLY_CAP};
use crate::world::{Coldkey, Market, Network, Subnet, World};

/// What sums of shares may be off by beside their relative rounding: a holder of nearly all who
/// leaves takes the last digits of the sum along, some rao each time.
pub(super) const SHARES: f64 = 1_000.0;

/// Relative rounding of sums of shares.
const ROUNDING: f64 = 1e-9;

pub(super) fn audit(world: &World, at: usize, was: &SubnetBefore, audit: &mut Audit) {
    let Some(subnet) = world.subnets.get(at) else { return };
    let market = world.network.as_ref().map(|network| (network, &network.markets[at]));
    let place = format!("subnet `{}`", subnet.name);
    // Nothing of a subnet that is gone is left to compare with.
    if subnet.registered == was.registered {
        moved(subnet, market, was, &place, audit);
        paid(subnet, market, &place, audit);
    }
    held(world, at, subnet, &place, audit);
    let most = alpha(was.issued) - alpha(was.recycled).min(alpha(was.issued));
    let most = most.max(u128::from(SUPPLY_CAP));
    // A subsidised pool gets alpha by the price alone.
    if market.is_none_or(|(network, _)| network.rules.excess != Excess::Subsidised) {
        audit.within(Law::AlphaCap, &place, alpha(subnet.ledger.outstanding()), (0, most));
    }
    if let Some((network, market)) = market {
        ranges(network, market, was, &place, audit);
        locked(network, (market, at), subnet, &place, audit);
        injected(network, (market, subnet.rules.params.tempo), was, &place, audit);
        let share = market.flows.share;
        audit.between(Law::Shares, &place, share, (0.0, 1.0 + ROUNDING));
        if !was.emission_enabled {
            audit.between(Law::SwitchedOff, &place, share, (0.0, 0.0));
        }
        if network.rules.pool == PoolRule::Stable {
            let bounds = (alpha(subnet.ledger.outstanding()), u128::MAX);
            audit.within(Law::Backed, &place, tao(market.pool.tao), bounds);
        }
    }
}

/// What came and went in the epoch.
fn moved(
    subnet: &Subnet,
    market: Option<(&Network, &Market)>,
    was: &SubnetBefore,
    place: &str,
    audit: &mut Audit,
) {
    let (ledger, flows) = (&subnet.ledger, &subnet.flows);
    let (mut issued, mut recycled) = (alpha(was.issued), alpha(was.recycled));
    recycled += alpha(flows.recycled);
    if let Some((network, market)) = market {
        let flows = &market.flows;
        issued += alpha(flows.alpha_minted) + alpha(flows.alpha_injected);
        recycled += alpha(flows.recycled);
        if network.rules.pool == PoolRule::Stable {
            issued += tao(flows.bought);
            recycled += tao(flows.sold);
        }
    } else {
        issued += alpha(flows.issued);
    }
    audit.equal(Law::AlphaIssued, place, alpha(ledger.issued), issued);
    audit.equal(Law::AlphaRecycled, place, alpha(ledger.recycled), recycled);
    let service = market.map_or(Alpha::ZERO, |(_, market)| market.flows.service_burned);
    let pairs = [
        (ledger.orphaned, was.orphaned, flows.orphaned),
        (ledger.burned, was.burned, flows.burned + service),
    ];
    for (now, was, moved) in pairs {
        audit.equal(Law::NobodysAlpha, place, alpha(now), alpha(was) + alpha(moved));
    }
}

/// What was gathered, and what became of it.
fn paid(subnet: &Subnet, market: Option<(&Network, &Market)>, place: &str, audit: &mut Audit) {
    let flows = &subnet.flows;
    let keys: u128 = flows.incentive.iter().chain(&flows.dividends).copied().map(alpha).sum();
    let others = [flows.owner, flows.orphaned, flows.burned, flows.recycled];
    let paid = others.into_iter().fold(keys, |sum, part| sum + alpha(part));
    let root = market.map_or(Alpha::ZERO, |(_, market)| market.flows.root_alpha);
    let bounds = (paid, paid + alpha(root));
    audit.within(Law::Paid, place, alpha(flows.issued), bounds);
    if let Some((_, market)) = market {
        audit.equal(Law::Pots, place, alpha(market.pots.total()), 0);
        let recycled = alpha(market.flows.recycled);
        let bounds = (alpha(flows.issued), alpha(flows.issued) + recycled);
        audit.within(Law::Pots, place, alpha(market.flows.alpha_minted), bounds);
    }
}

/// Who holds the stake on each key.
fn held(world: &World, at: usize, subnet: &Subnet, place: &str, audit: &mut Audit) {
    let ledger = &subnet.ledger;
    let mut shares = ledger.own_shares.clone();
    let value = |uid: usize, shares: f64| ledger.value(uid, shares).0 as f64;
    let mut worth: Vec<f64> = (0..shares.len()).map(|uid| value(uid, shares[uid])).collect();
    let mut holders = vec![1.0; shares.len()];
    let mut hold = |uid: usize, part: f64| {
        if let Some(sum) = shares.get_mut(uid) {
            *sum += part;
            worth[uid] += value(uid, part);
            holders[uid] += 1.0;
        }
        (uid < ledger.stake.len() && part >= 0.0).then_some(())
    };
    let stakers = ledger.positions.iter().flatten().map(|stake| (stake.uid, stake.shares));
    let mut sound = stakers.map(|(uid, part)| hold(uid, part)).all(|fine| fine.is_some());
    if let Some(network) = &world.network {
        for holdings in &network.traders.holdings {
            sound &= holdings.is_sorted_by(|one, next| one.subnet < next.subnet);
            for stake in holdings.iter().filter(|stake| stake.subnet == at) {
                sound &= hold(stake.uid, stake.shares).is_some();
            }
        }
    }
    audit.equal(Law::StakeHeld, place, u128::from(!sound), 0);
    for uid in 0..ledger.stake.len() {
        let there = ledger.shares[uid];
        let slack = there * ROUNDING + SHARES;
        let place = || format!("{place} uid {uid}");
        if !((there - slack)..=(there + slack)).contains(&shares[uid]) {
            audit.between(Law::StakeHeld, &place(), shares[uid], (there - slack, there + slack));
        }
        let stake = ledger.stake[uid].0 as f64;
        let most = stake * (1.0 + slack / there.max(1.0)) + holders[uid];
        if worth[uid] > most {
            audit.between(Law::StakeHeld, &place(), worth[uid], (0.0, most));
        }
    }
}

fn ranges(network: &Network, market: &Market, was: &SubnetBefore, place: &str, audit: &mut Audit) {
    let rules = &network.rules;
    let most = if rules.price_ema.capped { was.ema.max(1.0) } else { f64::MAX };
    audit.between(Law::Range, place, market.ema, (0.0, most));
    for part in [market.miner_burned, market.flows.root_proportion] {
        audit.between(Law::Range, place, part, (0.0, 1.0));
    }
    let [least, most] = WEIGHTS;
    audit.between(Law::Range, place, market.pool.weight, (least, most));
    audit.between(Law::Range, place, market.pool.price(), (0.0, f64::MAX));
    for flow in [market.user_flow, market.protocol_flow] {
        audit.between(Law::Range, place, flow, (f64::MIN, f64::MAX));
    }
}

/// What is locked against what its holder has. Floors may take a rao of it each time that alpha
/// comes and goes.
fn locked(
    network: &Network,
    (market, at): (&Market, usize),
    subnet: &Subnet,
    place: &str,
    audit: &mut Audit,
) {
    let ledger = &subnet.ledger;
    for locked in &market.locks.all {
        let there = match locked.by {
            Coldkey::Founder => match subnet.owner.or(market.founder) {
                Some(uid) => ledger.own_stake(uid),
                None => ledger.owner,
            },
            Coldkey::Trader(trader) => network.traders.holdings[trader]
                .iter()
                .filter(|stake| stake.subnet == at)
                .map(|stake| ledger.value(stake.uid, stake.shares))
                .sum(),
        };
        let mass = locked.lock.mass.0 as f64;
        let most = there.0 as f64 * (1.0 + ROUNDING) + SHARES;
        audit.between(Law::Locked, place, mass, (0.0, most));
        let conviction = locked.lock.conviction;
        audit.between(Law::Range, place, conviction, (0.0, f64::MAX));
    }
}

/// Alpha that was put beside TAO in so many blocks, against what they may.
fn injected(
    network: &Network,
    (market, blocks): (&Market, u64),
    was: &SubnetBefore,
    place: &str,
    audit: &mut Audit,
) {
    let (rules, flows) = (&network.rules, &market.flows);
    let blocks = u128::from(blocks);
    // What was recycled within the epoch may have put off a halving.
    let least = was.issued.saturating_sub(was.recycled).saturating_sub(flows.recycled);
    let each = u128::from(issuance::block_emission(least.0));
    let tao = tao(network.flows.minted).div_ceil(blocks.max(1));
    let most = match (rules.excess, rules.cap) {
        (Excess::Subsidised, _) => each.max(tao),
        (_, Cap::MinAlphaTao) => each.min(tao),
        _ => each,
    };
    audit.within(Law::InjectionCap, place, alpha(flows.alpha_injected), (0, (most + 1) * blocks));
}

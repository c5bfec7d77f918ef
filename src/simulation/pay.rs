//! Emission and shares become balances.

use super::{Memory, mechanisms, owner};
use crate::num;
use crate::protocol::child_keys::{self, Holdings};
use crate::protocol::split::{self, Pots};
use crate::protocol::{dividends, payout, proportion};
use crate::units::{Alpha, Uid};
use crate::world::{Coldkey, Market, Subnet};

/// Pays an epoch's pots: those that the market has gathered, or where there is no market those of
/// the blocks since the last epoch.
pub(super) fn pay(subnet: &mut Subnet, mut market: Option<&mut Market>, memory: &mut Memory) {
    let params = &subnet.rules.params;
    let mut pots = if let Some(market) = &mut market {
        std::mem::take(&mut market.pots)
    } else {
        let out = subnet.ledger.outstanding();
        let pots = split::tempo_emission(out, params.tempo, &params.split, 0.0);
        subnet.ledger.issued += pots.total();
        pots
    };
    pots.charge(subnet.rules.reward.fee());
    let idle = pots.server.part(mechanisms::idle(subnet));
    let earned = Pots { server: pots.server - idle, ..pots };
    let unpaid = match &mut market {
        Some(market) => divide_with_root(subnet, market, &earned, memory),
        None => divide(subnet, &earned, memory),
    };
    let withheld = owner::dispose(subnet, &mut memory.payout);
    if let Some(market) = &mut market {
        market.miner_burned = withheld;
    }
    let orphaned = pots.unallocated + unpaid + idle;
    subnet.ledger.orphaned += orphaned;
    (subnet.flows.issued, subnet.flows.owner, subnet.flows.orphaned) =
        (pots.total(), pots.owner, orphaned);
    memory.yields.clear();
    memory.yields.resize(subnet.uids(), 0.0);
    let mut staked_before: Vec<Alpha> = staked(subnet);
    let cut = owner::pay_cut(subnet, pots.owner);
    if let (Some(market), None) = (&mut market, cut)
        && market.locks.owner == Coldkey::Founder
    {
        let gained = pots.owner + market.flows.service_alpha;
        market.on_sale += gained.part(market.owner_sells);
    }
    for uid in 0..subnet.uids() {
        let incentive = memory.payout.incentive[uid];
        let dividends = memory.payout.dividends[uid];
        if let Some((staker, kept)) = incentivise(subnet, uid, incentive) {
            // What a miner was paid is not the earnings of its stake.
            staked_before[staker] += kept;
        }
        let gained = reward(subnet, uid, dividends, &mut memory.yields[uid]);
        let flows = &mut subnet.flows;
        flows.incentive[uid] = incentive;
        flows.dividends[uid] = dividends;
        let cut =
            cut.map_or(Alpha::ZERO, |(owner, cut)| if owner == uid { cut } else { Alpha::ZERO });
        flows.earned[uid] = incentive + gained + cut;
        flows.profit[uid] += signed(flows.earned[uid]) - signed(flows.cost[uid]);
    }
    if let Some(market) = market {
        let largest = subnet.setters.iter().max_by_key(|uid| subnet.ledger.stake[**uid]);
        market.flows.staker_yield = largest.map_or(0.0, |uid| memory.yields[*uid]);
    }
    let staked_after = staked(subnet);
    let flows = &mut subnet.flows;
    for (staker, (before, after)) in staked_before.into_iter().zip(staked_after).enumerate() {
        flows.staker_earned[staker] = after.saturating_sub(before);
        flows.staker_profit[staker] += signed(flows.staker_earned[staker]);
    }
}

/// Divides pots without a part of root among miners and validators; gives what nobody gets.
fn divide(subnet: &Subnet, pots: &Pots, memory: &mut Memory) -> Alpha {
    let outcome = &subnet.outcome;
    payout::distribute(
        pots,
        &outcome.incentive_emission,
        &outcome.dividend_emission,
        &mut memory.payout,
    );
    let dust = flow_back(subnet, memory);
    pots.root + memory.payout.unallocated + dust
}

/// Divides pots of which root has a part; that part can be claimed from the market afterwards.
/// Gives what nobody gets.
fn divide_with_root(
    subnet: &mut Subnet,
    market: &mut Market,
    pots: &Pots,
    memory: &mut Memory,
) -> Alpha {
    let (servers, validators) =
        (&subnet.outcome.incentive_emission, &subnet.outcome.dividend_emission);
    let totals = dividends::totals(pots, num::sum(servers), num::sum(validators));
    let payout = &mut memory.payout;
    let mut unpaid =
        totals.orphaned + payout::divide(totals.server, servers, &mut payout.incentive);
    // What validators are paid follows what they have earned; here only proportions matter.
    payout::divide(totals.validator + totals.root, validators, &mut payout.dividends);
    flow_back(subnet, memory);
    let Memory { payout, kinds, .. } = memory;
    let holdings = holdings(subnet);
    dividends::shares_of_kinds(
        [totals.validator, totals.root],
        &payout.dividends,
        &holdings,
        kinds,
    );
    unpaid += kinds.orphaned[0] + kinds.orphaned[1];
    std::mem::swap(&mut payout.dividends, &mut kinds.alpha);
    for (uid, &root) in kinds.root.iter().enumerate() {
        let rate = proportion::parameter(subnet.neurons.take[uid]);
        let (take, rest) = payout::take(root, rate);
        if take > Alpha::ZERO {
            subnet.ledger.deposit_own(uid, take);
        }
        market.claimable[uid] += rest;
    }
    unpaid
}

/// Sends dividends for borrowed stake back to those who lent it; gives what floors left over.
fn flow_back(subnet: &Subnet, memory: &mut Memory) -> Alpha {
    if subnet.links.is_empty() {
        return Alpha::ZERO;
    }
    let Memory { payout, flowed, .. } = memory;
    child_keys::flow_back(&payout.dividends, &holdings(subnet), &subnet.links, flowed);
    std::mem::swap(&mut payout.dividends, &mut flowed.received);
    flowed.dust
}

fn holdings(subnet: &Subnet) -> Holdings<'_> {
    Holdings {
        alpha: &subnet.ledger.stake,
        root: &subnet.neurons.root_stake,
        tao_weight: subnet.tao_weight,
        entity: &subnet.neurons.entity,
        child_take: &subnet.neurons.child_take,
        burn: 0.0,
    }
}

/// A miner's pay: what it keeps is staked on its own hotkey, or on the validator that it has chosen
/// for that; the rest it takes out. Gives in whose name, and how much, it staked on a validator.
///
/// Source: `run_coinbase.rs::distribute_dividends_and_incentives` (`AutoStakeDestination`).
fn incentivise(subnet: &mut Subnet, uid: Uid, incentive: Alpha) -> Option<(usize, Alpha)> {
    let kept = incentive.part(subnet.neurons.compound[uid]);
    subnet.ledger.balance[uid] += incentive - kept;
    if kept == Alpha::ZERO {
        return None;
    }
    let Some((staker, hotkey)) = subnet.neurons.auto_stake[uid] else {
        subnet.ledger.deposit_own(uid, kept);
        return None;
    };
    subnet.ledger.deposit_for(staker, hotkey, kept);
    Some((staker, kept))
}

/// A validator's pay: the take to its owner, the rest to all who stake on it. Gives what fell to
/// the owner.
///
/// The take is staked first, at the old value of a share, as on chain.
fn reward(subnet: &mut Subnet, uid: Uid, dividends: Alpha, epoch_yield: &mut f64) -> Alpha {
    if dividends == Alpha::ZERO {
        return Alpha::ZERO;
    }
    let ledger = &mut subnet.ledger;
    let rate = proportion::parameter(subnet.neurons.take[uid]);
    let (take, rest) = payout::take(dividends, rate);
    let (own, pool) = (ledger.own_stake(uid), ledger.stake[uid]);
    ledger.deposit_own(uid, take);
    ledger.raise(uid, rest);
    *epoch_yield = if pool.0 > 0 { rest.0 as f64 / pool.0 as f64 } else { 0.0 };
    let gained = ledger.own_stake(uid).saturating_sub(own);
    let kept = gained.part(subnet.neurons.compound[uid]);
    ledger.withdraw_own(uid, gained - kept);
    gained
}

/// What each staker's positions are worth.
fn staked(subnet: &Subnet) -> Vec<Alpha> {
    let ledger = &subnet.ledger;
    let worth = |positions: &Vec<crate::world::ledger::Position>| {
        positions.iter().map(|position| ledger.value(position.uid, position.shares)).sum()
    };
    ledger.positions.iter().map(worth).collect()
}

fn signed(amount: Alpha) -> i128 {
    i128::from(amount.0)
}

//! Emission and shares become balances.

use super::{Memory, mechanisms, owner};
use crate::protocol::child_keys::{self, Holdings};
use crate::protocol::split::{self, Pots};
use crate::protocol::{payout, proportion};
use crate::units::{Alpha, Tao, Uid};
use crate::world::Subnet;

pub(super) fn pay(subnet: &mut Subnet, memory: &mut Memory) {
    let params = &subnet.rules.params;
    // Root stake comes with the token market; until then its part of every block is nothing.
    let out = subnet.ledger.outstanding();
    let mut pots = split::tempo_emission(out, params.tempo, &params.split, 0.0);
    pots.charge(subnet.rules.reward.fee());
    let outcome = &subnet.outcome;
    let idle = pots.server.part(mechanisms::idle(subnet));
    payout::distribute(
        &Pots { server: pots.server - idle, ..pots },
        &outcome.incentive_emission,
        &outcome.dividend_emission,
        &mut memory.payout,
    );
    let dust = flow_back(subnet, memory);
    owner::dispose(subnet, &mut memory.payout);
    subnet.ledger.issued += pots.total();
    let orphaned = pots.unallocated + pots.root + memory.payout.unallocated + dust + idle;
    subnet.ledger.orphaned += orphaned;
    (subnet.flows.issued, subnet.flows.owner, subnet.flows.orphaned) =
        (pots.total(), pots.owner, orphaned);
    memory.yields.clear();
    memory.yields.resize(subnet.uids(), 0.0);
    let staked_before: Vec<Alpha> = staked(subnet);
    let cut = owner::pay_cut(subnet, pots.owner);
    for uid in 0..subnet.uids() {
        let incentive = memory.payout.incentive[uid];
        let dividends = memory.payout.dividends[uid];
        incentivise(subnet, uid, incentive);
        let gained = reward(subnet, uid, dividends, &mut memory.yields[uid]);
        let flows = &mut subnet.flows;
        flows.incentive[uid] = incentive;
        flows.dividends[uid] = dividends;
        let cut =
            cut.map_or(Alpha::ZERO, |(owner, cut)| if owner == uid { cut } else { Alpha::ZERO });
        flows.earned[uid] = incentive + gained + cut;
        flows.profit[uid] += signed(flows.earned[uid]) - signed(flows.cost[uid]);
    }
    let staked_after = staked(subnet);
    let flows = &mut subnet.flows;
    for (staker, (before, after)) in staked_before.into_iter().zip(staked_after).enumerate() {
        flows.staker_earned[staker] = after.saturating_sub(before);
        flows.staker_profit[staker] += signed(flows.staker_earned[staker]);
    }
}

/// Sends dividends for borrowed stake back to those who lent it; gives what floors left over.
fn flow_back(subnet: &Subnet, memory: &mut Memory) -> Alpha {
    if subnet.links.is_empty() {
        return Alpha::ZERO;
    }
    let holdings = Holdings {
        alpha: &subnet.ledger.stake,
        root: &vec![Tao::ZERO; subnet.uids()],
        tao_weight: 0.0,
        entity: &subnet.neurons.entity,
        child_take: &subnet.neurons.child_take,
        burn: 0.0,
    };
    let Memory { payout, flowed, .. } = memory;
    child_keys::flow_back(&payout.dividends, &holdings, &subnet.links, flowed);
    std::mem::swap(&mut payout.dividends, &mut flowed.received);
    flowed.dust
}

/// A miner's pay: what it keeps is staked on its own hotkey, the rest it takes out.
fn incentivise(subnet: &mut Subnet, uid: Uid, incentive: Alpha) {
    let kept = incentive.part(subnet.neurons.compound[uid]);
    subnet.ledger.balance[uid] += incentive - kept;
    if kept > Alpha::ZERO {
        subnet.ledger.deposit_own(uid, kept);
    }
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

//! Newcomers buy slots from miners who earn too little to keep them.

use super::Slots;
use super::entry::{self, Offer};
use crate::num;
use crate::protocol::pool;
use crate::protocol::pruning;
use crate::protocol::token_rules::PoolRule;
use crate::rng::{Agent, Domain, Streams};
use crate::simulation::People;
use crate::units::{Alpha, BLOCKS_PER_DAY, Epoch, Tao, Uid};
use crate::world::{Coldkey, Market, Network, Role, Subnet};

/// Someone who wants a slot.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Arrival {
    /// The step of the epoch in which it comes.
    pub(crate) substep: u64,
    /// The subnet that it wants to join.
    pub(crate) subnet: usize,
    /// Which of the epoch's newcomers to that subnet.
    pub(crate) number: u64,
}

/// Draws who comes in an epoch, in the order in which they come.
pub(crate) fn arrivals(
    slots: &[Slots],
    subnets: &[Subnet],
    substeps: u64,
    (streams, epoch): (Streams, Epoch),
) -> Vec<Arrival> {
    let mut found = Vec::new();
    for (at, (slots, subnet)) in slots.iter().zip(subnets).enumerate() {
        if slots.newcomers.per_day <= 0.0 {
            continue;
        }
        let agent = Agent::new(&format!("subnet.{}.newcomers", subnet.name), 0);
        let mut draws = streams.at(Domain::Register, agent, epoch);
        let days = subnet.rules.params.tempo as f64 / BLOCKS_PER_DAY as f64;
        for number in 0..draws.poisson(slots.newcomers.per_day * days) {
            let substep = num::floor(draws.uniform() * substeps as f64).min(substeps - 1);
            found.push(Arrival { substep, subnet: at, number });
        }
    }
    found.sort_unstable();
    found
}

/// Lets the price of a slot fall for so many blocks.
pub(crate) fn decay(slots: &Slots, market: &mut Market, blocks: u64) {
    for _ in 0..blocks {
        if market.burn_price <= slots.pricing.least {
            break;
        }
        market.burn_price = slots.pricing.after_block(market.burn_price, slots.decay);
    }
}

/// Sells a slot, if the newcomer can and will pay for it, and one is to be had; gives whose it
/// was. What it pays comes from elsewhere and buys alpha that is recycled; where the subnet's
/// token is TAO, that is recycled.
///
/// Source: `subnets/registration.rs::do_register`.
pub(crate) fn register(
    slots: &Slots,
    network: &mut Network,
    (subnet, people): (&mut Subnet, &mut People),
    (streams, epoch, arrival): (Streams, Epoch, Arrival),
) -> Option<Uid> {
    let (alpha, tao_usd) = (network.price(arrival.subnet), network.tao_usd);
    let Network { markets, elsewhere, rules, issued, flows, .. } = network;
    let market = &mut markets[arrival.subnet];
    let price = market.burn_price;
    let willing = price <= slots.newcomers.most && price <= *elsewhere;
    if !market.registration_allowed || !willing {
        return None;
    }
    let uid = leaver(slots, subnet)?;
    let newcomer = entry::newcomer(slots, subnet, people, uid, (streams, epoch, arrival));
    let offer = Offer { price, alpha, tao_usd };
    if !entry::pays(slots.entry, subnet, newcomer.as_ref(), offer) {
        return None;
    }
    if rules.pool == PoolRule::Stable {
        *issued -= price;
        flows.recycled += price;
    } else {
        let fee = Tao(pool::fee(price.0, rules.fee_rate));
        let bought = market.pool.buy(price - fee).ok()?;
        market.stranded += fee;
        subnet.ledger.recycled += bought;
        market.flows.recycled += bought;
        market.inflow.staked(price);
    }
    *elsewhere -= price;
    market.flows.registered += price;
    market.flows.registrations += 1;
    market.burn_price = slots.pricing.after_registration(price);
    leave(subnet, market, elsewhere, uid);
    let agent = entry::agent(subnet, uid, epoch, arrival);
    entry::join(subnet, people, uid, agent, newcomer);
    Some(uid)
}

/// The uid that makes room: of the miners on whom nobody else has stake, the one that the chain
/// would prune.
fn leaver(slots: &Slots, subnet: &Subnet) -> Option<Uid> {
    let (neurons, ledger) = (&subnet.neurons, &subnet.ledger);
    let free = |uid: &Uid| {
        neurons.role[*uid] == Role::Miner && ledger.shares[*uid] <= ledger.own_shares[*uid]
    };
    let miners: Vec<Uid> = (0..subnet.uids()).filter(free).collect();
    let paid = |uid: &Uid| subnet.flows.incentive[*uid] + subnet.flows.dividends[*uid];
    let emission: Vec<Alpha> = miners.iter().map(paid).collect();
    let registered: Vec<u64> = miners.iter().map(|uid| neurons.registered[*uid]).collect();
    let owner = subnet.owner.and_then(|owner| miners.binary_search(&owner).ok());
    let owned = subnet.owner.map_or(Vec::new(), |owner| {
        let same = |at: &usize| {
            let uid = miners[*at];
            neurons.entity[uid] == neurons.entity[owner] && !neurons.hidden[uid]
        };
        (0..miners.len()).filter(same).collect()
    });
    let found =
        pruning::Slots { emission: &emission, registered: &registered, owned: &owned, owner };
    slots.protection.choose(&found, subnet.block).map(|at| miners[at])
}

/// Who leaves takes its money with it: it is nobody's here any more.
fn leave(subnet: &mut Subnet, market: &mut Market, outside: &mut Tao, uid: Uid) {
    let ledger = &mut subnet.ledger;
    ledger.withdraw_own(uid, Alpha(u64::MAX));
    if let Some((staker, _)) = subnet.neurons.auto_stake[uid] {
        market.elsewhere += ledger.withdraw_all(staker);
        subnet.flows.staker_profit[staker] = 0;
        subnet.flows.staker_earned[staker] = Alpha::ZERO;
    }
    if subnet.owner == Some(uid) || market.founder == Some(uid) {
        market.locks.forget(Coldkey::Founder);
        market.founder = market.founder.filter(|founder| *founder != uid);
    }
    market.elsewhere += std::mem::take(&mut ledger.balance[uid]);
    market.elsewhere += std::mem::take(&mut market.claimable[uid]);
    *outside += std::mem::take(&mut market.cash[uid]);
    let flows = &mut subnet.flows;
    (flows.profit[uid], flows.earned[uid], flows.incentive[uid]) = (0, Alpha::ZERO, Alpha::ZERO);
    (flows.paid[uid], flows.received[uid]) = (Alpha::ZERO, Alpha::ZERO);
}

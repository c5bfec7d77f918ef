//! Trades of subnet owners.

use super::Office;
use crate::protocol::conviction;
use crate::protocol::staking::{self, Purchase, Refusal, Sale, SaleCall, Sold, Spent};
use crate::record::Event;
use crate::simulation::market::swap;
use crate::strategy::owner::Act;
use crate::units::{Alpha, Epoch, Tao};
use crate::world::{Coldkey, Market, Network, Subnet};

/// What the founder of a subnet holds of its alpha: the stake on its hotkey, or its account
/// `[rao]`.
pub(super) fn alpha(subnet: &Subnet) -> Alpha {
    subnet.owner.map_or(subnet.ledger.owner, |uid| subnet.ledger.own_stake(uid))
}

/// What of it is neither locked nor on its way to be sold `[rao]`.
pub(super) fn free(market: &Market, subnet: &Subnet) -> Alpha {
    let held = alpha(subnet);
    let selling = if subnet.owner.is_some() { Alpha::ZERO } else { market.on_sale };
    conviction::free(held, market.locks.held(Coldkey::Founder) + selling.min(held))
}

/// Executes what an owner has placed, in its order; tells what is refused.
pub(crate) fn execute(
    network: &mut Network,
    (subnet, at): (&mut Subnet, usize),
    office: &mut Office,
    epoch: Epoch,
    events: &mut Vec<Event>,
) {
    for act in std::mem::take(&mut office.placed) {
        if network.markets[at].locks.owner != Coldkey::Founder {
            return;
        }
        let done = match act {
            Act::Buy { amount } => buy(network, (subnet, at), amount),
            Act::Sell { amount } => sell(network, (subnet, at), amount),
            Act::Lock { amount } => lock(network, (subnet, at), amount),
            Act::Set(_) | Act::AskBurn { .. } => Ok(()),
        };
        if let Err(refusal) = done {
            let (who, detail) = ("owner".to_owned(), refusal.to_string());
            let (subnet, kind) = (subnet.name.clone(), "trade-refused");
            events.push(Event { epoch, subnet, kind, who, detail });
        }
    }
}

fn buy(
    network: &mut Network,
    (subnet, at): (&mut Subnet, usize),
    amount: Tao,
) -> Result<(), Refusal> {
    let Network { markets, rules, author, .. } = network;
    let market = &mut markets[at];
    let balance = market.owner_cash;
    let reserves = swap::reserves(rules, market);
    let started = market.first_emission.is_some();
    let amount = amount.min(balance);
    let purchase = Purchase { amount, balance, started, hotkey: true, limit: None };
    let Spent { spent, fee, traded } =
        staking::add_stake(&swap::bounds(rules), &reserves, &purchase)?;
    let ledger = &mut subnet.ledger;
    let alpha = swap::buy(rules, (market, &mut *ledger), author, (traded, fee))?;
    markets[at].owner_cash -= spent;
    match subnet.owner {
        Some(uid) => ledger.deposit_own(uid, alpha),
        None => ledger.owner += alpha,
    }
    Ok(())
}

fn sell(
    network: &mut Network,
    (subnet, at): (&mut Subnet, usize),
    amount: Alpha,
) -> Result<(), Refusal> {
    let Network { markets, rules, author, .. } = network;
    let market = &mut markets[at];
    let (held, free) = (alpha(subnet), free(market, subnet));
    let amount = amount.min(free);
    let reserves = swap::reserves(rules, market);
    let proceeds = swap::proceeds(rules, market, amount)?;
    let (started, call) = (market.first_emission.is_some(), SaleCall::Plain);
    let sale = Sale { amount, held, free, proceeds, started, hotkey: true, call };
    let Sold { sold, fee, traded } = staking::remove_stake(&swap::bounds(rules), &reserves, &sale)?;
    let ledger = &mut subnet.ledger;
    let tao = swap::sell(rules, (market, &mut *ledger), author, (traded, fee))?;
    match subnet.owner {
        Some(uid) => {
            let (_, shares) = ledger.withdraw(uid, ledger.own_shares[uid], sold);
            ledger.own_shares[uid] -= shares;
        }
        None => ledger.owner -= sold,
    }
    markets[at].owner_cash += tao;
    Ok(())
}

fn lock(
    network: &mut Network,
    (subnet, at): (&mut Subnet, usize),
    amount: Alpha,
) -> Result<(), Refusal> {
    let (block, rates) = (network.block, network.rules.conviction.rates);
    let market = &mut network.markets[at];
    let amount = amount.min(free(market, subnet));
    if amount == Alpha::ZERO {
        return Err(Refusal::Nothing);
    }
    market.locks.roll(block, rates);
    market.locks.add(Coldkey::Founder, amount, block);
    Ok(())
}

//! Consumers pay for service: what they pay buys alpha, or is the subnet owner's.

use super::swap;
use crate::protocol::staking::{self, Purchase, Refusal, Spent};
use crate::simulation::owner;
use crate::strategy::consumer::{Consumer, Payment};
use crate::units::{Alpha, Epoch, Tao, Uid};
use crate::world::{Market, Network, Purse, Service, ServicePays, Subnet};

/// The consumers' behaviours, and what they pay in the epoch.
#[derive(Default)]
pub(crate) struct Shop {
    /// One for each consumer.
    pub(crate) consumers: Vec<Box<dyn Consumer>>,
    /// Epochs between two decisions of each `[consumers]`.
    pub(crate) review: Vec<Epoch>,
    /// What each said last that it pays in an epoch `[consumers]`.
    pub(crate) standing: Vec<Vec<Payment>>,
    /// What is paid in this epoch, in the order in which it will be.
    pub(super) bills: Vec<Bill>,
    /// Quality that each subnet delivered in the last epoch `[subnets]`.
    pub(super) delivered: Vec<f64>,
}

impl Shop {
    /// Adds a consumer that has not decided anything yet.
    pub(crate) fn add(&mut self, behaviour: Box<dyn Consumer>, review: Epoch) {
        self.consumers.push(behaviour);
        self.review.push(review);
        self.standing.push(Vec::new());
    }
}

/// A payment with its place in the epoch.
pub(super) struct Bill {
    /// The step in which it is paid.
    pub(super) substep: u64,
    /// What decides the order within a step.
    pub(super) turn: u64,
    pub(super) consumer: usize,
    pub(super) subnet: usize,
    pub(super) amount: Tao,
    /// As in [`Payment::worth`].
    pub(super) worth: f64,
}

/// What a consumer's purse has `[rao]`.
pub(super) fn held(network: &Network, subnets: &[Subnet], consumer: usize) -> Tao {
    let Network { consumers, traders, markets, .. } = network;
    match account(network, subnets, consumer) {
        Some(Account::Own) => consumers.cash[consumer],
        Some(Account::Owner(at)) => owners_cash(&markets[at], &subnets[at]),
        Some(Account::Trader(trader)) => traders.cash[trader],
        Some(Account::Key(at, uid)) => markets[at].cash[uid],
        None => Tao::ZERO,
    }
}

/// Where a consumer's money is.
#[derive(Clone, Copy)]
enum Account {
    Own,
    Owner(usize),
    Trader(usize),
    Key(usize, Uid),
}

/// The account that a consumer spends, if there is one.
fn account(network: &Network, subnets: &[Subnet], consumer: usize) -> Option<Account> {
    let consumers = &network.consumers;
    let group = &consumers.groups[consumers.group[consumer]];
    match group.purse {
        Purse::Elsewhere => Some(Account::Own),
        Purse::Owner => group.own.map(Account::Owner),
        Purse::Traders => consumers.payer[consumer].map(Account::Trader),
        Purse::Miners => {
            let (own, key) = (group.own?, consumers.key[consumer]?);
            // Whoever has taken the slot has another key.
            let uid = subnets[own].neurons.agent.iter().position(|agent| *agent == key)?;
            Some(Account::Key(own, uid))
        }
    }
}

fn owners_cash(market: &Market, subnet: &Subnet) -> Tao {
    subnet.owner.map_or(market.owner_cash, |uid| market.cash[uid])
}

fn owners_account<'m>(market: &'m mut Market, subnet: &Subnet) -> &'m mut Tao {
    match subnet.owner {
        Some(uid) => &mut market.cash[uid],
        None => &mut market.owner_cash,
    }
}

/// Takes TAO that is there out of a consumer's purse.
fn charge(network: &mut Network, subnets: &[Subnet], consumer: usize, amount: Tao) {
    let account = account(network, subnets, consumer);
    let Network { consumers, traders, markets, .. } = network;
    let cash = match account {
        Some(Account::Own) => &mut consumers.cash[consumer],
        Some(Account::Owner(at)) => owners_account(&mut markets[at], &subnets[at]),
        Some(Account::Trader(trader)) => &mut traders.cash[trader],
        Some(Account::Key(at, uid)) => &mut markets[at].cash[uid],
        // Nothing is held, so that nothing is taken.
        None => return,
    };
    *cash -= amount;
}

/// Pays a bill, or counts its refusal.
pub(super) fn pay(network: &mut Network, subnets: &mut [Subnet], bill: &Bill, delivered: &[f64]) {
    let Some(service) = network.markets[bill.subnet].service else { return };
    let group = network.consumers.group[bill.consumer];
    let balance = held(network, subnets, bill.consumer);
    let amount = bill.amount.min(balance);
    let done = match service.pays {
        ServicePays::Owner => pay_owner(network, subnets, bill, amount),
        ServicePays::Miners => pay_miners(network, subnets, bill, amount),
        _ => buy(network, subnets, bill, (amount, balance), service),
    };
    let group = &mut network.consumers.groups[group];
    let Ok((spent, returned)) = done else {
        group.refused += 1;
        return;
    };
    let units = spent.tokens() / service.price(network.tao_usd);
    group.payments += 1;
    group.spent += spent;
    group.units += units;
    group.returned += returned;
    group.value += units * delivered[bill.subnet] * bill.worth / network.tao_usd;
    let flows = &mut network.markets[bill.subnet].flows;
    flows.service += spent;
    flows.service_units += units;
    if group.honest {
        flows.service_value += units * delivered[bill.subnet];
    } else {
        flows.service_wash += spent;
    }
}

/// Whether the consumer spends what the subnet's owner gets.
fn is_owners(network: &Network, subnets: &[Subnet], bill: &Bill) -> bool {
    let own = |account| match account {
        Account::Owner(at) => at == bill.subnet,
        Account::Key(at, uid) => at == bill.subnet && subnets[at].owner == Some(uid),
        Account::Own | Account::Trader(_) => false,
    };
    account(network, subnets, bill.consumer).is_some_and(own)
}

/// Gives TAO to the subnet's owner; gives what was spent and what of it came back.
fn pay_owner(
    network: &mut Network,
    subnets: &[Subnet],
    bill: &Bill,
    amount: Tao,
) -> Result<(Tao, Tao), Refusal> {
    if amount == Tao::ZERO {
        return Err(Refusal::Nothing);
    }
    charge(network, subnets, bill.consumer, amount);
    let market = &mut network.markets[bill.subnet];
    *owners_account(market, &subnets[bill.subnet]) += amount;
    market.flows.service_cash += amount;
    let back = if is_owners(network, subnets, bill) { amount } else { Tao::ZERO };
    Ok((amount, back))
}

/// Gives TAO to the miners by their incentive in the last epoch, and to the subnet's owner what floors
/// leave; gives what was spent and what of it came back.
fn pay_miners(
    network: &mut Network,
    subnets: &[Subnet],
    bill: &Bill,
    amount: Tao,
) -> Result<(Tao, Tao), Refusal> {
    let subnet = &subnets[bill.subnet];
    let incentive = &subnet.outcome.incentive;
    let total = crate::num::sum(incentive);
    if amount == Tao::ZERO || total <= 0.0 {
        return Err(Refusal::Nothing);
    }
    charge(network, subnets, bill.consumer, amount);
    let payer = account(network, subnets, bill.consumer);
    let market = &mut network.markets[bill.subnet];
    let (mut rest, mut back) = (amount, Tao::ZERO);
    for (uid, (cash, part)) in market.cash.iter_mut().zip(incentive).enumerate() {
        let got = amount.part(part / total).min(rest);
        *cash += got;
        rest -= got;
        let own = matches!(payer, Some(Account::Key(at, key)) if at == bill.subnet && key == uid);
        back += if own { got } else { Tao::ZERO };
    }
    *owners_account(market, subnet) += rest;
    market.flows.service_cash += amount;
    Ok((amount, back))
}

/// Buys alpha and does with it what the subnet says; gives what was spent and what of it came back,
/// at the price after the trade.
fn buy(
    network: &mut Network,
    subnets: &mut [Subnet],
    bill: &Bill,
    (amount, balance): (Tao, Tao),
    service: Service,
) -> Result<(Tao, Tao), Refusal> {
    let Network { markets, rules, author, .. } = &mut *network;
    let market = &mut markets[bill.subnet];
    let reserves = swap::reserves(rules, market);
    let started = market.first_emission.is_some();
    let purchase = Purchase { amount, balance, started, hotkey: true, limit: None };
    let Spent { spent, fee, traded } =
        staking::add_stake(&swap::bounds(rules), &reserves, &purchase)?;
    let place = (&mut *market, &mut subnets[bill.subnet].ledger);
    let alpha = swap::buy(rules, place, author, (traded, fee))?;
    charge(network, subnets, bill.consumer, spent);
    let price = network.price(bill.subnet);
    let (market, subnet) = (&mut network.markets[bill.subnet], &mut subnets[bill.subnet]);
    let kept = dispose(market, subnet, service.pays, alpha);
    let back = if is_owners(network, subnets, bill) { kept } else { Alpha::ZERO };
    Ok((spent, Tao::from_tokens(back.tokens() * price)))
}

/// Does with alpha what the subnet says; gives what its owner got.
fn dispose(market: &mut Market, subnet: &mut Subnet, pays: ServicePays, alpha: Alpha) -> Alpha {
    match pays {
        ServicePays::AlphaRecycled => {
            subnet.ledger.recycled += alpha;
            market.flows.recycled += alpha;
        }
        ServicePays::AlphaBurned => {
            subnet.ledger.burned += alpha;
            market.flows.service_burned += alpha;
        }
        ServicePays::AlphaToOwner | ServicePays::Owner | ServicePays::Miners => {
            if owner::pay_cut(subnet, alpha).is_none() {
                market.flows.service_alpha += alpha;
            }
            return alpha;
        }
    }
    Alpha::ZERO
}

//! Subnet owners act: they change rules within the chain's rate limits, and trade their alpha.

mod settings;
mod trade;

pub(super) use trade::execute;

use super::People;
use super::life::{Nursery, Slots};
use super::market;
use crate::protocol::proportion;
use crate::protocol::subnet_life::Standing;
use crate::record::Event;
use crate::strategy::owner::{self, Act};
use crate::strategy::trader::Quote;
use crate::strategy::{Owner, OwnerTurn};
use crate::units::Epoch;
use crate::world::{Coldkey, Network, Subnet, World};

/// Blocks between two changes of one hyperparameter by an owner `[blocks]`.
///
/// Source: the announcement of the owners' rate limit; the code has
/// `OwnerHyperparamRateLimit` = 2 tempos.
const RATE_LIMIT: u64 = 7_200;

/// The owner of a subnet: how it behaves, and what it has done.
pub(super) struct Office {
    behaviour: Box<dyn Owner>,
    /// When each hyperparameter was last changed, by its name `[block]`.
    changed: Vec<(&'static str, u64)>,
    /// Trades for the next epoch.
    placed: Vec<Act>,
}

impl Office {
    pub(super) fn new(behaviour: Box<dyn Owner>) -> Self {
        Self { behaviour, changed: Vec::new(), placed: Vec::new() }
    }

    /// Whether it is too soon to change this one again; notes the change where it is not.
    fn is_too_soon(&mut self, name: &'static str, now: u64) -> bool {
        match self.changed.iter_mut().find(|(other, _)| *other == name) {
            Some((_, last)) if now < last.saturating_add(RATE_LIMIT) => return true,
            Some((_, last)) => *last = now,
            None => self.changed.push((name, now)),
        }
        false
    }
}

/// Asks every owner who has its subnet still.
pub(super) fn govern(
    world: &mut World,
    people: &mut [People],
    mut nursery: Option<&mut Nursery>,
    epoch: Epoch,
    events: &mut Vec<Event>,
) {
    if people.iter().all(|people| people.owner.is_none()) {
        return;
    }
    let World { subnets, network, .. } = world;
    let network = network.as_ref();
    let quotes: Vec<Quote> = network.map_or(Vec::new(), |network| {
        let each = subnets.iter().zip(&*people).enumerate();
        each.map(|(at, (s, p))| market::quote(network, at, s, &p.memory.yields)).collect()
    });
    let standings = network.map_or(Vec::new(), |network| standings(network, subnets));
    let immunity = nursery.as_ref().map_or(0, |nursery| nursery.registry.immunity);
    let mut acts = Vec::new();
    for (at, (subnet, people)) in subnets.iter_mut().zip(people).enumerate() {
        let Some(office) = &mut people.owner else { continue };
        if network.is_some_and(|network| network.markets[at].locks.owner != Coldkey::Founder) {
            continue;
        }
        let slots = nursery.as_mut().map(|nursery| &mut nursery.slots[at]);
        acts.clear();
        let turn = OwnerTurn {
            quotes: &quotes,
            standings: &standings,
            immunity,
            ..turn(network, subnet, at, epoch, slots.as_deref())
        };
        office.behaviour.act(&turn, &mut acts);
        settle(office, subnet, slots, &acts, epoch, events);
    }
}

/// Puts settings into force, and keeps trades for the next epoch.
fn settle(
    office: &mut Office,
    subnet: &mut Subnet,
    mut slots: Option<&mut Slots>,
    acts: &[Act],
    epoch: Epoch,
    events: &mut Vec<Event>,
) {
    let event = |subnet: &Subnet, kind, detail| {
        let (who, subnet) = ("owner".to_owned(), subnet.name.clone());
        Event { epoch, subnet, kind, who, detail }
    };
    for act in acts {
        match *act {
            Act::Set(setting) => {
                let too_soon = office.is_too_soon(setting.name(), subnet.block);
                let kind = if too_soon { "owner-refused" } else { "owner-sets" };
                let detail = if too_soon {
                    format!("{}: changed less than {RATE_LIMIT} blocks ago", setting.name())
                } else {
                    settings::put(subnet, slots.as_deref_mut(), setting)
                };
                events.push(event(subnet, kind, detail));
            }
            Act::AskBurn { share } => {
                subnet.asked_burn = if share >= 0.0 { share.min(1.0) } else { 0.0 };
                let detail = format!("burn {}", subnet.asked_burn);
                events.push(event(subnet, "owner-sets", detail));
            }
            trade => office.placed.push(trade),
        }
    }
}

/// Ages and smoothed prices, as pruning reads them.
fn standings(network: &Network, subnets: &[Subnet]) -> Vec<Standing> {
    let standing = |(at, subnet): (usize, &Subnet)| {
        let market = &network.markets[at];
        let moving_price = if market.first_emission.is_some() { market.ema } else { 0.0 };
        Standing { moving_price, registered: subnet.registered }
    };
    subnets.iter().enumerate().map(standing).collect()
}

/// What an owner knows of its own subnet.
fn turn<'a>(
    network: Option<&'a Network>,
    subnet: &'a Subnet,
    at: usize,
    epoch: Epoch,
    slots: Option<&Slots>,
) -> OwnerTurn<'a> {
    let market = network.map(|network| &network.markets[at]);
    let alpha = trade::alpha(subnet);
    let slots = slots.zip(market).map_or(owner::Slots::default(), |(slots, market)| owner::Slots {
        price: market.burn_price,
        least: slots.pricing.least,
        most: slots.pricing.most,
        immunity: slots.protection.immunity_period,
        sold: market.flows.registrations,
    });
    OwnerTurn {
        epoch,
        block: network.map_or(subnet.block, |network| network.block),
        tempo: subnet.rules.params.tempo,
        subnet: at,
        quotes: &[],
        standings: &[],
        immunity: 0,
        fee: network.map_or(0.0, |network| proportion::share(network.rules.fee_rate)),
        cash: market.map_or_else(Default::default, |market| market.owner_cash),
        alpha,
        free: market.map_or(alpha, |market| trade::free(market, subnet)),
        income: subnet.flows.owner,
        burned: market.map_or(0.0, |market| market.miner_burned),
        asked_burn: subnet.asked_burn,
        slots,
        incentive: &subnet.outcome.incentive,
    }
}

/// So that settings of one owner do not outlive its subnet.
pub(super) fn reset(slots: &mut Slots, first: &crate::scenario::MarketPlan) {
    slots.pricing = first.pricing;
    slots.decay = first.pricing.decay();
    slots.protection = first.protection;
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::strategy::owner::Setting;

    #[test]
    fn each_hyperparameter_has_a_limit_of_its_own() {
        struct Nobody;
        impl Owner for Nobody {
            fn act(&mut self, _: &OwnerTurn<'_>, _: &mut Vec<Act>) {}
        }
        let mut office = Office::new(Box::new(Nobody));
        let immunity = Setting::Immunity(1).name();
        assert!(!office.is_too_soon(immunity, 1_000));
        assert!(office.is_too_soon(immunity, 8_199));
        assert!(!office.is_too_soon(Setting::LiquidAlpha(true).name(), 8_199));
        assert!(!office.is_too_soon(immunity, 8_200));
        assert!(office.is_too_soon(immunity, 8_201));
    }
}

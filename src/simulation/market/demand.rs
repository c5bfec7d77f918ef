//! Consumers look at what subnets offer, and what each pays in the epoch is put in its place.

use rayon::prelude::*;

use super::serve::{Bill, Shop};
use crate::num;
use crate::rng::{Agent, Domain, Streams};
use crate::strategy::consumer::{Consumer, ConsumerTurn, Offer, Payment};
use crate::units::{BLOCKS_PER_DAY, Epoch, Tao};
use crate::world::{Network, Purse, Subnet};

/// Fills the consumers' purses, asks those whose time it is, and places what all pay in this epoch.
pub(crate) fn order(
    network: &mut Network,
    subnets: &[Subnet],
    shop: &mut Shop,
    (streams, epoch): (Streams, Epoch),
) {
    if network.consumers.is_empty() {
        return;
    }
    let tempo = subnets.first().map_or(0, |subnet| subnet.rules.params.tempo);
    let days = tempo as f64 / BLOCKS_PER_DAY as f64;
    for group in &mut network.consumers.groups {
        group.filled = Tao::ZERO;
    }
    shop.delivered.clear();
    shop.delivered.extend(subnets.iter().map(Subnet::delivered));
    let budgets: Vec<Tao> = (0..network.consumers.len())
        .map(|consumer| budget(network, subnets, consumer, days))
        .collect();
    let offers = offers(network, subnets, &shop.delivered, days);
    let names = subnets.iter().map(|subnet| Agent::new(&format!("subnet.{}", subnet.name), 0));
    let names: Vec<Agent> = names.collect();
    let street = Street { network, offers: &offers, names: &names, budgets: &budgets, days };
    let Shop { consumers, review, standing, .. } = shop;
    let asked = consumers.par_iter_mut().zip(&*review).zip(standing).enumerate().with_min_len(64);
    asked.for_each_init(Vec::new, |seen, (at, ((behaviour, &review), standing))| {
        street.ask(seen, (at, &mut **behaviour, review), standing, (streams, epoch));
    });
    let substeps = super::substeps(network, subnets);
    place(network, shop, (&offers, &budgets, substeps), (streams, epoch));
}

/// What a consumer can spend in this epoch, after those who are not modelled have filled its purse.
fn budget(network: &mut Network, subnets: &[Subnet], consumer: usize, days: f64) -> Tao {
    let Network { consumers, elsewhere, tao_usd, .. } = &mut *network;
    let money = consumers.budget_tao[consumer] + consumers.budget_usd[consumer] / *tao_usd;
    let budget = Tao::from_tokens(money * days);
    let group = &mut consumers.groups[consumers.group[consumer]];
    if group.purse == Purse::Elsewhere {
        let cash = &mut consumers.cash[consumer];
        let filled = budget.saturating_sub(*cash).min(*elsewhere);
        *elsewhere -= filled;
        *cash += filled;
        group.filled += filled;
    }
    super::serve::held(network, subnets, consumer).min(budget)
}

/// What everyone can see, with the quality that each subnet delivers as it is.
fn offers(network: &Network, subnets: &[Subnet], delivered: &[f64], days: f64) -> Vec<Offer> {
    let offer = |((market, subnet), &quality): ((&crate::world::Market, &Subnet), &f64)| {
        let Some(service) = market.service else {
            let (price_usd, capacity) = (f64::INFINITY, 0.0);
            return Offer { open: false, quality, price_usd, capacity, sold: 0.0 };
        };
        Offer {
            open: market.first_emission.is_some() && !subnet.setters.is_empty(),
            quality,
            price_usd: service.price_usd + service.price_tao * network.tao_usd,
            capacity: service.capacity * days,
            sold: market.flows.service_units,
        }
    };
    network.markets.iter().zip(subnets).zip(delivered).map(offer).collect()
}

/// The subnets as the consumers find them.
struct Street<'a> {
    network: &'a Network,
    offers: &'a [Offer],
    /// The keys of draws about each subnet.
    names: &'a [Agent],
    budgets: &'a [Tao],
    days: f64,
}

impl Street<'_> {
    /// Asks one consumer, if it is its time; otherwise what it said last still stands.
    fn ask(
        &self,
        seen: &mut Vec<Offer>,
        (at, behaviour, review): (usize, &mut dyn Consumer, Epoch),
        standing: &mut Vec<Payment>,
        (streams, epoch): (Streams, Epoch),
    ) {
        // Members take turns, so that a group does not decide all at once.
        let review = review.max(1);
        let offset = Epoch::try_from(at % review as usize).unwrap_or_default();
        // All look once the first epoch has shown what there is.
        if !(epoch + offset).is_multiple_of(review) && epoch != 1 {
            return;
        }
        let consumers = &self.network.consumers;
        let group = &consumers.groups[consumers.group[at]];
        let agent = consumers.agent[at];
        seen.clear();
        seen.extend_from_slice(self.offers);
        if group.noise > 0.0 {
            // What it finds in one subnet does not depend on the others.
            for (offer, name) in seen.iter_mut().zip(self.names).filter(|(offer, _)| offer.open) {
                let mut draws = streams.at(Domain::Taste, agent.about(*name), epoch);
                offer.quality *= num::exp(group.noise * draws.normal());
            }
        }
        let mut turn = ConsumerTurn {
            epoch,
            offers: seen,
            budget: self.budgets[at],
            days: self.days,
            tao_usd: self.network.tao_usd,
            own: group.own,
            review,
            draws: streams.at(Domain::Consume, agent, epoch),
        };
        standing.clear();
        behaviour.spend(&mut turn, standing);
        standing.retain(|payment| payment.subnet < self.offers.len());
    }
}

/// Places what all pay: none more than its budget, and where a subnet cannot serve all, everyone gets
/// the same part of what it wants.
fn place(
    network: &Network,
    shop: &mut Shop,
    (offers, budgets, substeps): (&[Offer], &[Tao], u64),
    (streams, epoch): (Streams, Epoch),
) {
    let consumers = &network.consumers;
    shop.bills.clear();
    let mut wanted = vec![0.0; offers.len()];
    for (at, (standing, budget)) in shop.standing.iter().zip(budgets).enumerate() {
        let mut left = *budget;
        let mut draws = None;
        for payment in standing {
            let amount = payment.amount.min(left);
            if amount == Tao::ZERO || !offers[payment.subnet].open {
                continue;
            }
            left -= amount;
            wanted[payment.subnet] += amount.tokens();
            let draws =
                draws.get_or_insert_with(|| streams.at(Domain::Order, consumers.agent[at], epoch));
            shop.bills.push(Bill {
                substep: num::floor(draws.uniform() * substeps as f64).min(substeps - 1),
                turn: draws.uniform().to_bits(),
                consumer: at,
                subnet: payment.subnet,
                amount,
                worth: payment.worth,
            });
        }
    }
    let served = |(offer, wanted): (&Offer, &f64)| {
        let worth = offer.capacity * offer.price_usd / network.tao_usd;
        if *wanted > worth { worth / *wanted } else { 1.0 }
    };
    let served: Vec<f64> = offers.iter().zip(&wanted).map(served).collect();
    for bill in &mut shop.bills {
        if served[bill.subnet] < 1.0 {
            bill.amount = bill.amount.part(served[bill.subnet]);
        }
    }
    shop.bills.retain(|bill| bill.amount > Tao::ZERO);
    shop.bills.sort_by_key(|bill| (bill.substep, bill.turn, bill.consumer));
}

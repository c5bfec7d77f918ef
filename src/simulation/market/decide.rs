//! Traders look at the markets and place their orders for the next epoch.

use super::Floor;
use super::orders::Placed;
use crate::num;
use crate::protocol::proportion;
use crate::rng::{Domain, Streams};
use crate::strategy::TraderTurn;
use crate::strategy::trader::{Holding, Quote};
use crate::units::{Epoch, Tao, Uid};
use crate::world::{Network, Subnet};

/// Asks every trader whose time it is. `yields` is the last epoch's return on each uid of each
/// subnet.
pub(crate) fn decide<'y>(
    network: &Network,
    subnets: &[Subnet],
    floor: &mut Floor,
    yields: impl Iterator<Item = &'y [f64]>,
    (streams, epoch): (Streams, Epoch),
) {
    if floor.traders.is_empty() {
        return;
    }
    let quotes: Vec<Quote> = subnets
        .iter()
        .zip(yields)
        .enumerate()
        .map(|(at, (s, y))| quote(network, at, s, y))
        .collect();
    let root = network.root.total().tokens();
    let root_yield = if root > 0.0 { network.flows.root_earned.tokens() / root } else { 0.0 };
    let fee = proportion::share(network.rules.fee_rate);
    let (mut holdings, mut orders) = (Vec::new(), Vec::new());
    for (trader, behaviour) in floor.traders.iter_mut().enumerate() {
        // Members take turns, so that a group does not decide all at once.
        let review = floor.review[trader];
        let offset = Epoch::try_from(trader % review.max(1) as usize).unwrap_or_default();
        if (epoch + offset) % review.max(1) != 0 {
            continue;
        }
        let traders = &network.traders;
        holdings.clear();
        holdings.extend(traders.holdings[trader].iter().map(|stake| {
            let ledger = &subnets[stake.subnet].ledger;
            Holding { subnet: stake.subnet, alpha: ledger.value(stake.uid, stake.shares) }
        }));
        let on_root = traders.root_hotkey[trader]
            .map_or(Tao::ZERO, |at| network.root.value(at, traders.root_shares[trader]));
        let mut turn = TraderTurn {
            epoch,
            cash: traders.cash[trader],
            root: on_root,
            holdings: &holdings,
            quotes: &quotes,
            root_yield,
            tao_usd: network.tao_usd,
            fee,
            review,
            draws: streams.at(Domain::Trade, traders.agent[trader], epoch),
        };
        orders.clear();
        behaviour.trade(&mut turn, &mut orders);
        if orders.is_empty() {
            continue;
        }
        let mut draws = streams.at(Domain::Order, traders.agent[trader], epoch);
        let substeps = super::substeps(network, subnets);
        for order in &orders {
            let substep = num::floor(draws.uniform() * substeps as f64).min(substeps - 1);
            let turn = draws.uniform().to_bits();
            floor.placed.push(Placed { substep, turn, trader, order: *order });
        }
    }
    floor.placed.sort_by_key(|placed| (placed.substep, placed.turn, placed.trader));
}

fn quote(network: &Network, at: usize, subnet: &Subnet, yields: &[f64]) -> Quote {
    let market = &network.markets[at];
    let stake = |uid: &&Uid| subnet.ledger.stake[**uid];
    let largest = subnet.setters.iter().max_by_key(stake);
    Quote {
        open: market.first_emission.is_some() && !subnet.setters.is_empty(),
        price: network.price(at),
        ema: market.ema,
        tao: market.pool.tao.tokens(),
        alpha: market.pool.alpha.tokens(),
        share: market.flows.share,
        epoch_yield: largest.map_or(0.0, |uid| yields[*uid]),
    }
}

//! Traders look at the markets and place their orders for the next epoch.

use rayon::prelude::*;

use super::Floor;
use super::orders::Placed;
use crate::num;
use crate::protocol::proportion;
use crate::rng::{Domain, Streams};
use crate::strategy::trader::{Holding, Quote, Timing, TradeOrder, Trader, TraderTurn};
use crate::units::{Epoch, Tao, Uid};
use crate::world::{Coldkey, Network, Subnet};

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
    let owned = network.markets.iter().enumerate().filter_map(|(at, market)| {
        let Coldkey::Trader(trader) = market.locks.owner else { return None };
        Some((trader, at))
    });
    let owned: Vec<(usize, usize)> = owned.collect();
    let market = Open { network, subnets, quotes: &quotes, owned: &owned, root_yield, fee };
    let Floor { traders, review, placed, .. } = floor;
    let decided: Vec<Vec<Placed>> = traders
        .par_iter_mut()
        .zip(&*review)
        .enumerate()
        .with_min_len(64)
        .map_init(Desk::default, |desk, (trader, (behaviour, &review))| {
            market.ask(desk, (trader, &mut **behaviour, review), (streams, epoch))
        })
        .filter(|orders: &Vec<Placed>| !orders.is_empty())
        .collect();
    placed.extend(decided.into_iter().flatten());
    floor.placed.sort_by_key(|placed| (placed.substep, placed.turn, placed.trader));
}

/// The markets as the traders find them.
struct Open<'a> {
    network: &'a Network,
    subnets: &'a [Subnet],
    quotes: &'a [Quote],
    /// Traders who own subnets, and which, in the subnets' order.
    owned: &'a [(usize, usize)],
    root_yield: f64,
    fee: f64,
}

/// Working memory of one thread.
#[derive(Default)]
struct Desk {
    holdings: Vec<Holding>,
    owned: Vec<usize>,
    orders: Vec<TradeOrder>,
}

impl Open<'_> {
    /// Asks one trader, if it is its time.
    fn ask(
        &self,
        desk: &mut Desk,
        (trader, behaviour, review): (usize, &mut dyn Trader, Epoch),
        (streams, epoch): (Streams, Epoch),
    ) -> Vec<Placed> {
        // Members take turns, so that a group does not decide all at once.
        let review = review.max(1);
        let offset = Epoch::try_from(trader % review as usize).unwrap_or_default();
        if !(epoch + offset).is_multiple_of(review) {
            return Vec::new();
        }
        let traders = &self.network.traders;
        let Desk { holdings, owned, orders } = desk;
        let coldkey = Coldkey::Trader(trader);
        holdings.clear();
        holdings.extend(traders.holdings[trader].iter().map(|stake| {
            let ledger = &self.subnets[stake.subnet].ledger;
            let alpha = ledger.value(stake.uid, stake.shares);
            let locked = self.network.markets[stake.subnet].locks.held(coldkey).min(alpha);
            Holding { subnet: stake.subnet, alpha, locked }
        }));
        owned.clear();
        owned.extend(self.owned.iter().filter(|(owner, _)| *owner == trader).map(|(_, at)| at));
        let root = traders.root_hotkey[trader]
            .map_or(Tao::ZERO, |at| self.network.root.value(at, traders.root_shares[trader]));
        let mut turn = TraderTurn {
            epoch,
            cash: traders.cash[trader],
            root,
            holdings,
            owned,
            quotes: self.quotes,
            root_yield: self.root_yield,
            tao_usd: self.network.tao_usd,
            fee: self.fee,
            review,
            draws: streams.at(Domain::Trade, traders.agent[trader], epoch),
        };
        orders.clear();
        behaviour.trade(&mut turn, orders);
        if orders.is_empty() {
            return Vec::new();
        }
        let mut draws = streams.at(Domain::Order, traders.agent[trader], epoch);
        let substeps = super::substeps(self.network, self.subnets);
        let place = |order: &TradeOrder| {
            // Drawn even where it is not needed, so that the others are where they were.
            let drawn = num::floor(draws.uniform() * substeps as f64).min(substeps - 1);
            let turn = draws.uniform().to_bits();
            let (substep, turn) = match behaviour.timing(order) {
                Timing::Drawn => (drawn, turn),
                Timing::Early => (0, 0),
                Timing::Late => (substeps - 1, u64::MAX),
                Timing::Step(step) => (step.min(substeps - 1), turn),
            };
            Placed { substep, turn, trader, order: *order }
        };
        orders.iter().map(place).collect()
    }
}

/// What everyone can read of one subnet's market.
pub(crate) fn quote(network: &Network, at: usize, subnet: &Subnet, yields: &[f64]) -> Quote {
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
        flow: market.flows.bought.tokens() - market.flows.sold.tokens(),
        outside: subnet.ledger.outstanding().saturating_sub(market.pool.alpha).tokens(),
    }
}

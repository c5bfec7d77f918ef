//! Rows about the token economy: markets, traders, and what the network shares.

use std::sync::Arc;

use rayon::prelude::*;

use super::{EPOCH, SUBNET, column};
use crate::record::table::{Cell, ColumnDoc, Type};
use crate::units::{Alpha, BLOCKS_PER_DAY, Epoch, Tao};
use crate::world::{ConsumerGroup, Market, Network, Subnet, TraderGroup, World};

pub(super) const MARKET: &[ColumnDoc] = &[
    EPOCH,
    SUBNET,
    column("price_tao_per_alpha", Type::Number, "Price in the pool [TAO per alpha]."),
    column("ema_price_tao_per_alpha", Type::Number, "Smoothed price, in [0, 1] [TAO per alpha]."),
    column("pool_tao", Type::Number, "TAO in the pool [TAO]."),
    column("pool_alpha", Type::Number, "Alpha in the pool [alpha]."),
    column("pool_weight", Type::Number, "Weight of TAO in the pool, in [0.01, 0.99]."),
    column("emission_share", Type::Number, "Mean share of the TAO emission, in [0, 1]."),
    column("tao_injected_tao", Type::Number, "TAO put into the pool in the epoch [TAO]."),
    column("alpha_injected_alpha", Type::Number, "Alpha put into the pool in the epoch [alpha]."),
    column("chain_buys_tao", Type::Number, "TAO with which the chain bought alpha [TAO]."),
    column("bought_tao", Type::Number, "TAO that users put in, fees aside [TAO]."),
    column("sold_tao", Type::Number, "TAO that users took out [TAO]."),
    column("income_sold_tao", Type::Number, "Of it, what keys' owners took out of income [TAO]."),
    column("root_claimed_tao", Type::Number, "TAO that root stakers' claims took out [TAO]."),
    column("root_proportion", Type::Number, "Root's part of stake in the subnet, in [0, 1)."),
    column("root_alpha", Type::Number, "Alpha gathered for root stakers in the epoch [alpha]."),
    column("alpha_issued_alpha", Type::Number, "Alpha that exists, in the pool or not [alpha]."),
    column("staked_alpha", Type::Number, "Alpha staked on hotkeys [alpha]."),
    column("protocol_alpha", Type::Number, "Alpha that the chain has bought and kept [alpha]."),
    column("recycled_alpha", Type::Number, "Alpha taken back in the epoch [alpha]."),
    column(
        "miner_burned_share",
        Type::Number,
        "Part of incentive withheld from miners, in [0, 1].",
    ),
    column("emission_enabled", Type::Flag, "Whether TAO is emitted to it."),
    column("user_flow_tao_per_block", Type::Number, "Smoothed flow of users' TAO [TAO per block]."),
    column(
        "protocol_flow_tao_per_block",
        Type::Number,
        "Smoothed flow of the chain's TAO [TAO per block].",
    ),
    column("slot_price_tao", Type::Number, "Price of a slot [TAO]."),
    column("registrations", Type::Whole, "Slots sold in the epoch."),
    column(
        "staker_apy",
        Type::Number,
        "Yearly return in alpha, compounded, of a staker on the validator of most stake, after take.",
    ),
    column(
        "round_trip_cost_share",
        Type::Number,
        "What buying for 1% of the pool and selling again costs, fee and slippage, in [0, 1].",
    ),
    column("stranded_tao", Type::Number, "TAO in its account outside the pool [TAO]."),
    column("locked_alpha", Type::Number, "Alpha that is locked towards hotkeys [alpha]."),
    column("conviction_alpha", Type::Number, "What the locks count towards a takeover [alpha]."),
    column("owner_tao", Type::Number, "TAO of who founded it, from its account [TAO]."),
    column("service_tao", Type::Number, "TAO that consumers paid for service in the epoch [TAO]."),
    column("service_wash_tao", Type::Number, "Of it, paid by those who want no service [TAO]."),
    column("service_units", Type::Number, "Units of service that were sold in the epoch."),
    column(
        "service_value",
        Type::Number,
        "Of those that were wanted, units times the quality that the subnet delivered.",
    ),
];

pub(super) fn market<'n>(
    epoch: Epoch,
    name: &'n Arc<str>,
    network: &Network,
    at: usize,
    subnet: &Subnet,
) -> Vec<Cell<'n>> {
    let market: &Market = &network.markets[at];
    let flows = &market.flows;
    let tao = |amount: Tao| Cell::Number(amount.tokens());
    let alpha = |amount: Alpha| Cell::Number(amount.tokens());
    let staked: Alpha = subnet.ledger.stake.iter().copied().sum();
    vec![
        Cell::Whole(epoch),
        Cell::Text(name),
        Cell::Number(network.price(at)),
        Cell::Number(market.ema),
        tao(market.pool.tao),
        alpha(market.pool.alpha),
        Cell::Number(market.pool.weight),
        Cell::Number(flows.share),
        tao(flows.tao_injected),
        alpha(flows.alpha_injected),
        tao(flows.chain_buys),
        tao(flows.bought),
        tao(flows.sold),
        tao(flows.income_sold),
        tao(flows.claimed),
        Cell::Number(flows.root_proportion),
        alpha(flows.root_alpha),
        alpha(subnet.ledger.outstanding()),
        alpha(staked),
        alpha(market.protocol),
        alpha(flows.recycled),
        Cell::Number(market.miner_burned),
        Cell::Flag(market.emission_enabled),
        Cell::Number(market.user_flow / crate::units::RAO as f64),
        Cell::Number(market.protocol_flow / crate::units::RAO as f64),
        tao(market.burn_price),
        Cell::Whole(flows.registrations),
        Cell::Number(apy(subnet, market)),
        Cell::Number(market.round_trip(network.rules.fee_rate)),
        tao(market.stranded),
        alpha(market.locks.all.iter().map(|locked| locked.lock.mass).sum()),
        Cell::Number(market.locks.conviction() / crate::units::RAO as f64),
        tao(market.owner_cash),
        tao(flows.service),
        tao(flows.service_wash),
        Cell::Number(flows.service_units),
        Cell::Number(flows.service_value),
    ]
}

/// The yearly return of a staker, from the last epoch's.
fn apy(subnet: &Subnet, market: &Market) -> f64 {
    let blocks = subnet.rules.params.tempo.max(1) as f64;
    let epochs = 365.25 * BLOCKS_PER_DAY as f64 / blocks;
    crate::num::exp(epochs * crate::num::ln(1.0 + market.flows.staker_yield)) - 1.0
}

pub(super) const TRADER: &[ColumnDoc] = &[
    EPOCH,
    column("group", Type::Text, "Name of the group."),
    column("strategy", Type::Text, "What its members play."),
    column("members", Type::Whole, "How many there are."),
    column("cash_tao", Type::Number, "TAO that they can spend [TAO]."),
    column("root_tao", Type::Number, "TAO that they have on root [TAO]."),
    column("alpha_tao", Type::Number, "Their alpha at spot prices [TAO]."),
    column("worth_tao", Type::Number, "All of it together [TAO]."),
    column("worth_usd", Type::Number, "The same in money [USD]."),
    column("gain_share", Type::Number, "Change of their worth in TAO since the start, in [-1, ∞)."),
    column("turnover_tao", Type::Number, "TAO that they turned over in the epoch [TAO]."),
    column("executed", Type::Whole, "Orders executed in the epoch."),
    column("refused", Type::Whole, "Orders refused in the epoch."),
];

/// The rows of all groups of traders.
pub(super) fn traders<'n>(
    epoch: Epoch,
    network: &Network,
    subnets: &[Subnet],
    names: &'n [[Arc<str>; 2]],
) -> Vec<[Cell<'n>; 13]> {
    let groups = &network.traders.groups;
    let mut sums = vec![(0_u32, [0.0; 3]); groups.len()];
    let prices = network.prices();
    let held = (0..network.traders.len()).into_par_iter().with_min_len(256);
    let held: Vec<[f64; 3]> = held.map(|at| network.parts(at, subnets, &prices)).collect();
    for (trader, parts) in held.into_iter().enumerate() {
        let (members, sum) = &mut sums[network.traders.group[trader]];
        *members += 1;
        for (sum, part) in sum.iter_mut().zip(parts) {
            *sum += part;
        }
    }
    let row = |((group, [name, strategy]), (members, [cash, root, alpha])): (
        (&TraderGroup, &'n [Arc<str>; 2]),
        (u32, [f64; 3]),
    )| {
        let worth = cash + root + alpha;
        [
            Cell::Whole(epoch),
            Cell::Text(name),
            Cell::Text(strategy),
            Cell::Whole(members),
            Cell::Number(cash),
            Cell::Number(root),
            Cell::Number(alpha),
            Cell::Number(worth),
            Cell::Number(worth * network.tao_usd),
            Cell::Number(worth / group.start.tokens() - 1.0),
            Cell::Number(group.turnover.tokens()),
            Cell::Whole(group.executed),
            Cell::Whole(group.refused),
        ]
    };
    groups.iter().zip(names).zip(sums).map(row).collect()
}

pub(super) const CONSUMER: &[ColumnDoc] = &[
    EPOCH,
    column("group", Type::Text, "Name of the group."),
    column("strategy", Type::Text, "What its members play."),
    column("members", Type::Whole, "How many there are."),
    column("honest", Type::Flag, "Whether they want what they pay for."),
    column("cash_tao", Type::Number, "TAO of their own that they have not spent [TAO]."),
    column("spent_tao", Type::Number, "TAO that they paid in the epoch, fees included [TAO]."),
    column(
        "returned_tao",
        Type::Number,
        "Of it, what came back into the purse that they spend, alpha at the spot price [TAO].",
    ),
    column("units", Type::Number, "Units of service that they got in the epoch."),
    column(
        "value_tao",
        Type::Number,
        "What the service that they got is worth to them, by their own demand [TAO].",
    ),
    column("payments", Type::Whole, "Payments that were taken in the epoch."),
    column("refused", Type::Whole, "Payments that were refused in the epoch."),
];

/// The rows of all groups of consumers.
pub(super) fn consumers<'n>(
    epoch: Epoch,
    network: &Network,
    names: &'n [[Arc<str>; 2]],
) -> Vec<[Cell<'n>; 12]> {
    let consumers = &network.consumers;
    let mut sums = vec![(0_u32, Tao::ZERO); consumers.groups.len()];
    for (group, cash) in consumers.group.iter().zip(&consumers.cash) {
        sums[*group].0 += 1;
        sums[*group].1 += *cash;
    }
    let row = |((group, [name, strategy]), (members, cash)): (
        (&ConsumerGroup, &'n [Arc<str>; 2]),
        (u32, Tao),
    )| {
        [
            Cell::Whole(epoch),
            Cell::Text(name),
            Cell::Text(strategy),
            Cell::Whole(members),
            Cell::Flag(group.honest),
            Cell::Number(cash.tokens()),
            Cell::Number(group.spent.tokens()),
            Cell::Number(group.returned.tokens()),
            Cell::Number(group.units),
            Cell::Number(group.value),
            Cell::Whole(group.payments),
            Cell::Whole(group.refused),
        ]
    };
    consumers.groups.iter().zip(names).zip(sums).map(row).collect()
}

pub(super) const NETWORK: &[ColumnDoc] = &[
    column("era", Type::Text, "Rules of the token economy in force; empty without one."),
    column("tao_issued_tao", Type::Number, "TAO that counts as issued [TAO]."),
    column("tao_minted_tao", Type::Number, "TAO minted in the epoch [TAO]."),
    column("tao_recycled_tao", Type::Number, "TAO taken back in the epoch [TAO]."),
    column("pools_tao", Type::Number, "TAO in all pools [TAO]."),
    column("root_tao", Type::Number, "TAO staked on root [TAO]."),
    column("root_earned_tao", Type::Number, "TAO that claims added to it in the epoch [TAO]."),
    column("ema_price_sum", Type::Number, "Sum of the smoothed prices [TAO per alpha]."),
    column("root_paid_share", Type::Number, "Part of blocks in which root was paid, in [0, 1]."),
    column("gate_bar_share", Type::Number, "Bar of the emission gate, in [0, 1]; 0 without one."),
    column("emission_hhi", Type::Number, "Herfindahl-Hirschman index of shares, in (0, 1]."),
    column("paid_subnets", Type::Whole, "Subnets with a share above 0."),
    column("tao_usd", Type::Number, "Price of a TAO [USD]."),
    column("alpha_value_tao", Type::Number, "Alpha outside the pools at spot prices [TAO]."),
    column("author_tao", Type::Number, "Fees of block authors since the start [TAO]."),
    column("refused_orders", Type::Whole, "Orders that the chain refused in the epoch."),
    column("traders_tao", Type::Number, "TAO that traders can spend [TAO]."),
    column("keys_tao", Type::Number, "TAO that owners of keys got for income [TAO]."),
    column("stranded_tao", Type::Number, "TAO that nobody can spend [TAO]."),
    column("elsewhere_tao", Type::Number, "TAO of those who are not modelled [TAO]."),
    column("consumers_tao", Type::Number, "TAO that consumers have not spent [TAO]."),
];

/// What the network table has of the token economy; not defined without one.
pub(super) fn network<'n>(world: &World, era: &'n Arc<str>) -> [Cell<'n>; 21] {
    let Some(network) = &world.network else {
        let nan = || Cell::Number(f64::NAN);
        return [
            Cell::Text(era),
            nan(),
            nan(),
            nan(),
            nan(),
            nan(),
            nan(),
            nan(),
            nan(),
            nan(),
            nan(),
            Cell::Whole(0),
            nan(),
            nan(),
            nan(),
            Cell::Whole(0),
            nan(),
            nan(),
            nan(),
            nan(),
            nan(),
        ];
    };
    let flows = &network.flows;
    let tao = |amount: Tao| Cell::Number(amount.tokens());
    let pools: Tao = network.markets.iter().map(|market| market.pool.tao).sum();
    let shares: Vec<f64> = network.markets.iter().map(|market| market.flows.share).collect();
    let outside = world.subnets.iter().enumerate().fold(0.0, |sum, (at, subnet)| {
        let out = subnet.ledger.outstanding() - network.markets[at].pool.alpha;
        sum + out.tokens() * network.price(at)
    });
    let keys = |market: &Market| market.cash.iter().copied().sum::<Tao>() + market.owner_cash;
    let traders: Tao = network.traders.cash.iter().copied().sum();
    let stranded: Tao = network.markets.iter().map(|market| market.stranded).sum();
    let paid = shares.iter().filter(|share| **share > 0.0).count();
    [
        Cell::Text(era),
        tao(network.issued),
        tao(flows.minted),
        tao(flows.recycled),
        tao(pools),
        tao(network.root.total()),
        tao(flows.root_earned),
        Cell::Number(flows.ema_sum),
        Cell::Number(flows.root_paid),
        Cell::Number(network.gate_bar),
        Cell::Number(crate::metrics::inequality::hhi(&shares)),
        Cell::Whole(u32::try_from(paid).unwrap_or(u32::MAX)),
        Cell::Number(network.tao_usd),
        Cell::Number(outside),
        tao(network.author),
        Cell::Whole(flows.refused),
        tao(traders),
        tao(network.markets.iter().map(keys).sum()),
        tao(stranded + network.burned),
        tao(network.elsewhere),
        tao(network.consumers.cash.iter().copied().sum()),
    ]
}

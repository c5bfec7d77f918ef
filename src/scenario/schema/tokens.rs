//! Keys of the token economy's rules: what an era is made of.

use crate::fields::{Fields, Part};
use crate::protocol::injection::{Cap, Excess};
use crate::protocol::price_ema::PriceEma;
use crate::protocol::proportion;
use crate::protocol::shares::{Bar, Gate, MODELS, Rule, SwitchedOff};
use crate::protocol::split::root::{RootPays, RootRule, RootUnpaid};
use crate::protocol::token_rules::{FeeTo, PoolRule, TokenRules};
use crate::units::{RAO, Tao};

use super::conviction::conviction;
use super::issuance::issuance;

/// Reads the rules of the token economy, with those of `was` as defaults.
pub(crate) fn token_rules(t: &mut Fields<'_>, was: &TokenRules) -> TokenRules {
    let issuance = issuance(t, &was.issuance);
    let shares = t.table("shares", "how TAO is shared among subnets", |t| shares(t, &was.shares));
    let cap = t.choice(
        "injection_cap",
        "what bounds the alpha that is put into a pool with TAO, in each block",
        &[
            ("none-clip-alpha", Cap::NoneClipAlpha),
            ("alpha-emission", Cap::AlphaEmission),
            ("min-alpha-tao", Cap::MinAlphaTao),
            ("root-proportion", Cap::RootProportion),
        ],
        was.cap,
    );
    let excess = t.choice(
        "excess",
        "what happens with TAO beyond that bound",
        &[
            ("none", Excess::None),
            ("buy-recycle", Excess::BuyRecycle),
            ("buy-protocol", Excess::BuyProtocol),
            ("subsidised", Excess::Subsidised),
        ],
        was.excess,
    );
    let pool = t.choice(
        "pool",
        "how TAO and alpha trade: one to one, at a constant product, or in a weighted pool",
        &[
            ("stable", PoolRule::Stable),
            ("constant-product", PoolRule::ConstantProduct),
            ("weighted", PoolRule::Weighted),
        ],
        was.pool,
    );
    let fee = t
        .number("fee", "part of a trade that is its fee")
        .at_least(0.0)
        .at_most(0.1526)
        .default(proportion::share(was.fee_rate));
    let fee_to = t.choice(
        "fee_to",
        "who gets the fee of a trade",
        &[("pool", FeeTo::Pool), ("author", FeeTo::Author)],
        was.fee_to,
    );
    let price_ema = t.table("price_ema", "how prices are smoothed", |t| ema(t, &was.price_ema));
    let flow_half_life = t
        .number("flow_half_life", "time in which past flow halves in the averages of flows")
        .unit("blocks")
        .at_least(1.0)
        .at_most(1e9)
        .default(was.flow_half_life);
    let root = t.table("root", "what root stake earns", |t| root(t, was));
    let min_trade = t
        .number("min_trade", "least worth of a trade")
        .unit("TAO")
        .at_least(0.0)
        .at_most(1e6)
        .default(was.min_trade.tokens());
    let about = "locks of alpha, and takeovers of subnets";
    let conviction = t.table("conviction", about, |t| conviction(t, &was.conviction));
    TokenRules {
        issuance,
        shares,
        cap,
        excess,
        pool,
        fee_rate: proportion::parameter(fee),
        fee_to,
        price_ema,
        flow_half_life,
        min_trade: Tao::from_tokens(min_trade),
        conviction,
        ..root
    }
}

/// Reads a change of these rules within a run, with those of `was` as defaults.
pub(super) fn changed_token_rules(t: &mut Fields<'_>, was: &TokenRules) -> TokenRules {
    let changed = token_rules(t, was);
    if t.sound() && changed.pool != was.pool {
        let help = "give an era that has it, under `network.eras`".to_owned();
        t.problem("pool", Part::Key, "`pool` cannot change by a vote".into(), Some(help));
    }
    changed
}

fn ema(t: &mut Fields<'_>, was: &PriceEma) -> PriceEma {
    let base = t
        .number("base", "weight of a block's price in the smoothed price of an old subnet")
        .unit("per block")
        .above(0.0)
        .at_most(1.0)
        .default(was.base);
    let halving_blocks = t
        .whole("halving_blocks", "age at which that weight is half of its final value")
        .unit("blocks")
        .at_most(1e9)
        .default(was.halving_blocks);
    let capped = t.flag("capped", "whether prices count as 1 at most").default(was.capped);
    let aged = t.flag("aged", "whether young subnets' prices are smoothed more").default(was.aged);
    PriceEma { base, halving_blocks, capped, aged }
}

/// Most flow that means anything `[TAO per block]`.
const MOST_FLOW: f64 = 1e6;

fn shares(t: &mut Fields<'_>, was: &Rule) -> Rule {
    let about = "what a subnet's share of the TAO emission follows";
    let model = t.choice("model", about, MODELS, was.model);
    let gate = gate(t, was.gate);
    let switched_off = t.choice(
        "switched_off",
        "where the share of a subnet without emission goes: to the others, or to nobody",
        &[("redistributed", SwitchedOff::Redistributed), ("withheld", SwitchedOff::Withheld)],
        was.switched_off,
    );
    let flow_cutoff = t
        .number("flow_cutoff", "flow at or below which a subnet gets nothing, under flow models")
        .unit("TAO per block")
        .at_least(-MOST_FLOW)
        .at_most(MOST_FLOW)
        .default(was.flow_cutoff / RAO as f64);
    let flow_exponent = t
        .number("flow_exponent", "power that flows are raised to, under flow models")
        .at_least(1.0)
        .at_most(2.0)
        .default(was.flow_exponent);
    Rule { model, gate, switched_off, flow_cutoff: flow_cutoff * RAO as f64, flow_exponent }
}

/// Reads the gate, which is none where `gate_bar` is `none`.
fn gate(t: &mut Fields<'_>, was: Option<Gate>) -> Option<Gate> {
    #[derive(Clone, Copy, PartialEq)]
    enum Kind {
        None,
        Given,
        Mass,
        Rank,
    }
    let base = was.unwrap_or_default();
    let kind = match was.map(|gate| gate.bar) {
        None => Kind::None,
        Some(Bar::Given(_)) => Kind::Given,
        Some(Bar::Mass(_)) => Kind::Mass,
        Some(Bar::Rank(_)) => Kind::Rank,
    };
    let kind = t.choice(
        "gate_bar",
        "where the gate's bar lies: nowhere, at a given share, where the greatest shares reach a \
         part of all, or at the share of a rank",
        &[("none", Kind::None), ("given", Kind::Given), ("mass", Kind::Mass), ("rank", Kind::Rank)],
        kind,
    );
    let exponent = t
        .number("gate_exponent", "how sharply the gate closes below its bar")
        .at_least(0.0)
        .at_most(64.0)
        .default(base.exponent);
    let (share, part, rank) = match base.bar {
        Bar::Given(share) => (share, 0.75, 32),
        Bar::Mass(part) => (0.008, part, 32),
        Bar::Rank(rank) => (0.008, 0.75, rank),
    };
    let share = t.number("gate_share", "the bar, if it is given").share().default(share);
    let part = t.number("gate_part", "part of all shares, if it is a mass").share().default(part);
    let rank = t
        .whole("gate_rank", "rank of the share, if it is a rank")
        .at_least(1.0)
        .at_most(1e6)
        .default(rank as u64);
    let bar = match kind {
        Kind::None => return None,
        Kind::Given => Bar::Given(share),
        Kind::Mass => Bar::Mass(part),
        Kind::Rank => Bar::Rank(usize::try_from(rank).unwrap_or(usize::MAX)),
    };
    Some(Gate { exponent, bar })
}

/// Reads what root stake earns; the rest is that of `was`.
fn root(t: &mut Fields<'_>, was: &TokenRules) -> TokenRules {
    let tao_weight = t
        .number("tao_weight", "what a TAO on root counts in alpha")
        .share()
        .default(was.tao_weight);
    let pays = t.choice(
        "dividends",
        "how root stakers get their part of a subnet's alpha: sold in every block, or on claim",
        &[("sold", RootPays::SellEachBlock), ("claimed", RootPays::Claim)],
        was.root.pays,
    );
    let root_threshold = t
        .number("threshold", "sum of smoothed prices above which root stakers are paid")
        .at_least(0.0)
        .at_most(1e6)
        .default(was.root_threshold);
    let unpaid = t.choice(
        "below_threshold",
        "what becomes of their part at or below it, where it is claimed",
        &[("recycled", RootUnpaid::Recycle), ("to-validators", RootUnpaid::ToValidators)],
        was.root.unpaid,
    );
    let claims_per_block = t
        .whole("claims_per_block", "keys whose claims are served in each block")
        .unit("keys")
        .at_most(50.0)
        .default(was.claims_per_block);
    let claimants = t
        .whole("claimants", "keys with stake on root, all of whom have claims")
        .unit("keys")
        .at_least(1.0)
        .at_most(1e9)
        .default(was.claimants);
    TokenRules {
        tao_weight,
        root: RootRule { pays, unpaid },
        root_threshold,
        claims_per_block,
        claimants,
        ..was.clone()
    }
}

//! Issuance, shares, moving averages, injection terms and pots.

use serde_json::Value;
use taosim::protocol::flow::FlowEma;
use taosim::protocol::injection::{self, Cap, Emission, Excess, terms};
use taosim::protocol::issuance;
use taosim::protocol::params::Split;
use taosim::protocol::price_ema::PriceEma;
use taosim::protocol::proportion::share;
use taosim::protocol::shares::{Demand, Rule, Scratch, ShareModel, flow, shares};
use taosim::protocol::split::{self, root};
use taosim::units::{Alpha, Tao};

use super::{flags, near, near_rao, near_relative, number, numbers, whole};

pub(super) fn block_emission(case: &Value) {
    let found = issuance::block_emission(whole(&case["issuance_rao"]));
    near_rao(found, &case["expected_emission_rao"], case);
}

fn found(model: ShareModel, demand: &Demand<'_>) -> Vec<f64> {
    let mut out = vec![0.0; demand.eligible.len()];
    let rule = Rule { model, ..Rule::default() };
    shares(&rule, demand, 0.0, &mut Scratch::default(), &mut out);
    out
}

fn all_near(found: &[f64], case: &Value) {
    let expected = case["expected_share"].as_array().unwrap();
    assert_eq!(found.len(), expected.len());
    for (found, expected) in found.iter().zip(expected) {
        near(*found, expected, case);
    }
}

pub(super) fn shares_current(case: &Value) {
    let (price, miner_burned) = (numbers(&case["ema_price"]), numbers(&case["miner_burned"]));
    let demand = Demand {
        eligible: &vec![true; price.len()],
        enabled: &flags(&case["emission_enabled"]),
        price: &price,
        miner_burned: &miner_burned,
        ..Demand::default()
    };
    all_near(&found(ShareModel::PriceBurn, &demand), case);
}

pub(super) fn shares_v421(case: &Value) {
    let price = numbers(&case["ema_price"]);
    let demand = Demand {
        eligible: &vec![true; price.len()],
        enabled: &vec![true; price.len()],
        price: &price,
        miner_burned: &numbers(&case["miner_burned"]),
        root_proportion: &numbers(&case["root_prop"]),
        ..Demand::default()
    };
    all_near(&found(ShareModel::PriceRootBurn, &demand), case);
}

pub(super) fn pow_normalize(case: &Value) {
    let mut values = numbers(&case["z"]);
    flow::pow_normalise(&mut values, number(&case["p"]));
    for (found, expected) in values.iter().zip(numbers(&case["expected_share"])) {
        near_relative(*found, expected, case);
    }
}

fn values(values: &[f64]) -> impl Iterator<Item = f64> {
    values.iter().copied()
}

pub(super) fn flow_shares(case: &Value) {
    let (user, protocol) = (numbers(&case["user_ema"]), numbers(&case["protocol_ema"]));
    let net = case["net_flow_enabled"].as_bool().unwrap();
    let cutoff = number(&case["cutoff"]);
    let part = if net { flow::protocol_part(values(&user), values(&protocol)) } else { 0.0 };
    near(part, &case["expected_norm_factor"], case);
    let nets: Vec<f64> = if net {
        user.iter().zip(&protocol).map(|(user, own)| flow::net(*user, *own, part)).collect()
    } else {
        user.clone()
    };
    for (found, expected) in nets.iter().zip(case["expected_net"].as_array().unwrap()) {
        near(*found, expected, case);
    }
    near(flow::lower_limit(values(&nets), cutoff), &case["expected_lower_limit"], case);

    let demand = Demand {
        eligible: &vec![true; user.len()],
        enabled: &vec![true; user.len()],
        user_flow: &user,
        protocol_flow: &protocol,
        ..Demand::default()
    };
    let rule = Rule {
        model: if net { ShareModel::FlowNet } else { ShareModel::FlowGross },
        flow_cutoff: cutoff,
        flow_exponent: number(&case["p"]),
        ..Rule::default()
    };
    let mut out = vec![0.0; user.len()];
    shares(&rule, &demand, 0.0, &mut Scratch::default(), &mut out);
    all_near(&out, case);
}

pub(super) fn flow_ema(case: &Value) {
    let ema = FlowEma { smoothing: number(&case["smoothing"]) };
    near_relative(FlowEma::default().smoothing, ema.smoothing, case);
    let half_life = number(&case["half_life_blocks"]);
    near_relative(FlowEma::with_half_life(half_life).smoothing, ema.smoothing, case);
    let mut average = 0.0;
    for step in case["steps"].as_array().unwrap() {
        average = ema.step(average, number(&step["flow_this_block_rao"]));
        near_relative(average, number(&step["expected_ema_after"]), case);
    }
}

pub(super) fn price_ema(case: &Value) {
    let ema = PriceEma {
        base: number(&case["moving_alpha"]),
        halving_blocks: whole(&case["halving_blocks"]),
        ..PriceEma::default()
    };
    let (spot, block) = (number(&case["spot_price"]), whole(&case["block"]));
    let first = whole(&case["first_emission_block"]);
    let moved = (0..whole(&case["repeat"]))
        .fold(number(&case["ema_before"]), |moved, _| ema.step(moved, spot, block, first));
    near(moved, &case["expected_ema"], case);
}

pub(super) fn root_proportion(case: &Value) {
    let (root, alpha) = (Tao(whole(&case["root_tao"])), Alpha(whole(&case["alpha_issuance"])));
    let found = injection::root_proportion(root, number(&case["tao_weight"]), alpha);
    near(found, &case["expected"], case);
}

fn emission(case: &Value) -> Emission {
    let number_or_0 = |key: &str| case.get(key).map_or(0.0, number);
    Emission {
        tao: number(&case["tao_emission"]),
        block_tao: number_or_0("block_tao_emission"),
        alpha: number(&case["alpha_emission"]),
        price: number(&case["price"]),
        share: number_or_0("share"),
        root_proportion: number_or_0("root_proportion"),
    }
}

fn terms_near(found: &injection::Terms, subnet: &Emission, case: &Value) {
    let expected = &case["expected"];
    near(found.tao_in, &expected["tao_in"], case);
    near(found.alpha_in, &expected["alpha_in"], case);
    near(found.excess, &expected["excess_tao"], case);
    near(subnet.alpha, &expected["alpha_out"], case);
}

pub(super) fn subnet_terms(case: &Value) {
    let subnet = emission(case);
    terms_near(&terms(Cap::RootProportion, Excess::BuyProtocol, &subnet), &subnet, case);
}

pub(super) fn subnet_terms_history(case: &Value) {
    let (cap, excess) = match case["model"].as_str().unwrap() {
        "price_ema_v1" => (Cap::NoneClipAlpha, Excess::None),
        "subsidy_2025_07" => (Cap::NoneClipAlpha, Excess::Subsidised),
        "flow_2025_12" => (Cap::MinAlphaTao, Excess::BuyRecycle),
        model => panic!("unknown model {model}"),
    };
    let subnet = emission(case);
    terms_near(&terms(cap, excess, &subnet), &subnet, case);
}

pub(super) fn participants_split(case: &Value) {
    let units = u16::try_from(whole(&case["owner_cut_u16"])).unwrap();
    let owner = if case["owner_cut_enabled"].as_bool().unwrap() { share(units) } else { 0.0 };
    let split = Split { owner, ..Split::default() };
    let part = root::RootRule::default().part(case["root_sell_flag"].as_bool().unwrap(), false);
    let proportion = part.proportion(number(&case["root_proportion"]));
    let issued = Alpha(whole(&case["alpha_emission"]));
    let pots = split::block(issued, &split, proportion);
    let [root, recycled] = match part {
        root::RootPart::Gathered => [pots.root, Alpha::ZERO],
        root::RootPart::Recycled => [Alpha::ZERO, pots.root],
        other => panic!("{other:?} is of another era"),
    };
    let expected = &case["expected"];
    near_rao(pots.owner.0, &expected["owner"], case);
    near_rao(pots.server.0, &expected["server"], case);
    near_rao(pots.validator.0, &expected["validator"], case);
    near_rao(root.0, &expected["root"], case);
    near_rao(recycled.0, &expected["recycled"], case);
    assert_eq!(pots.total(), issued);
}

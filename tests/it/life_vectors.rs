//! The chain's own cases of how money reaches stakes, and how subnets come and go.
//!
//! `vectors/emission_cases.json` was taken from the tests of `opentensor/subtensor` (commit
//! `14bc6f9f`, public domain). Every case of the groups below is run, each at its own tolerance,
//! and counted: a case more or less than expected fails the test.

use serde_json::Value;
use taosim::protocol::child_keys::{self, Flowed, Holdings, Link, WHOLE};
use taosim::protocol::conviction::{Kind, Lock, Rates};
use taosim::protocol::dividends::{Kinds, shares_of_kinds, totals};
use taosim::protocol::registration::Pricing;
use taosim::protocol::root_claims::{Claimed, Rate, THRESHOLD};
use taosim::protocol::schedule::{Slot, was_due};
use taosim::protocol::split::Pots;
use taosim::protocol::subnet_life::{
    Dissolved, Estate, LastLock, LockPricing, SeedRule, dissolve, lock_cost, owner_refund,
    seed_price,
};
use taosim::protocol::{emission, payout, proportion};
use taosim::units::{Alpha, RAO, Tao};

const FILE: &str = include_str!("../vectors/emission_cases.json");

/// Each group with the number of its cases.
const GROUPS: &[(&str, usize, fn(&Value))] = &[
    ("distribute_totals", 3, distribute_totals),
    ("drain_to_stakes", 4, drain_to_stakes),
    ("dividend_distribution", 3, dividend_distribution),
    ("parent_child_dividends", 5, parent_child_dividends),
    ("dissolve_payout", 5, dissolve_payout),
    ("median_seed_price", 5, median_seed_price),
    ("lock_cost", 6, lock_cost_of),
    ("neuron_burn_price", 6, neuron_burn_price),
    ("root_claim", 3, root_claim),
    ("conviction_roll", 4, conviction_roll),
    ("epoch_schedule", 9, epoch_schedule),
];

#[test]
fn every_case_holds() {
    let file: Value = serde_json::from_str(FILE).expect("the vectors are JSON");
    for (name, count, run) in GROUPS {
        let cases = file["groups"][name]["cases"].as_array().unwrap();
        assert_eq!(cases.len(), *count, "cases of {name}");
        for case in cases {
            println!("{name}: {case}");
            run(case);
        }
    }
}

fn distribute_totals(case: &Value) {
    let [server, validator, root] = ["server", "validator", "root"].map(|key| alpha(&case[key]));
    let pots = Pots { server, validator, root, ..Pots::default() };
    let sums = ["sum_incentive", "sum_dividend"].map(|key| number(&case[key]));
    let found = totals(&pots, sums[0], sums[1]);
    let expected = &case["expected"];
    assert_eq!(expected["mode"], "yuma");
    close(case, found.server, &expected["server_total"]);
    close(case, found.validator, &expected["validator_alpha"]);
    close(case, found.root, &expected["root"]);
    close(case, found.orphaned, &expected["unassigned"]);
}

/// A drain without weights: validators are paid by stake. Who has no uid is not paid.
fn drain_to_stakes(case: &Value) {
    let before = each(&case["stake_before"]);
    let root = case.get("root_stake").map_or(vec![0.0; before.len()], each);
    let registered = case["name"] != "staker not registered";
    for tao_weight in [1.0, 0.5] {
        let after = drained(case, &before, &root, tao_weight, registered);
        for (after, expected) in after.iter().zip(each(&case["expected_stake_after"])) {
            let apart = (after.0 as f64 - expected).abs();
            assert!(apart <= number(&case["tol"]), "{after} against {expected}");
        }
    }
}

fn drained(
    case: &Value,
    before: &[f64],
    root: &[f64],
    tao_weight: f64,
    registered: bool,
) -> Vec<Alpha> {
    let stakes: Vec<Alpha> = before.iter().map(|stake| Alpha(rao(*stake))).collect();
    let on_root: Vec<Tao> = root.iter().map(|stake| Tao(rao(*stake))).collect();
    let keys = if registered { stakes.len() } else { 0 };
    let mut weights = Vec::new();
    child_keys::stake_weights(&stakes[..keys], &on_root[..keys], tao_weight, &[], &mut weights);
    let sum: f64 = weights.iter().sum();
    let shares: Vec<f64> = weights.iter().map(|weight| weight / sum).collect();
    let (mut servers, mut validators) = (vec![0.0; keys], vec![0.0; keys]);
    let nothing = vec![0.0; keys];
    emission::shares(
        0.5,
        [&nothing, &nothing],
        [&shares, &shares],
        [&mut servers, &mut validators],
    );

    let (server, validator) = (alpha(&case["server"]), alpha(&case["validator"]));
    let pots = Pots { server, validator, ..Pots::default() };
    let totals = totals(&pots, servers.iter().sum(), validators.iter().sum());
    assert_eq!(totals.server, Alpha::ZERO);
    let mut dividends = Vec::new();
    payout::divide(pots.earned(), &validators, &mut dividends);
    let holdings = Holdings {
        alpha: &stakes[..keys],
        root: &on_root[..keys],
        tao_weight,
        entity: &[],
        child_take: &[],
        burn: 0.0,
    };
    let mut kinds = Kinds::default();
    shares_of_kinds([totals.validator, totals.root], &dividends, &holdings, &mut kinds);
    let paid = kinds.alpha.iter().copied().chain([Alpha::ZERO; 4]);
    stakes.iter().zip(paid).map(|(stake, paid)| *stake + paid).collect()
}

fn dividend_distribution(case: &Value) {
    let stakes: Vec<Vec<f64>> =
        case["stakes_alpha_root"].as_array().unwrap().iter().map(each).collect();
    let holdings = Holdings {
        alpha: &stakes.iter().map(|stake| Alpha(rao(stake[0]))).collect::<Vec<_>>(),
        root: &stakes.iter().map(|stake| Tao(rao(stake[1]))).collect::<Vec<_>>(),
        tao_weight: number(&case["tao_weight"]),
        entity: &[],
        child_take: &[],
        burn: 0.0,
    };
    let dividends: Vec<Alpha> =
        each(&case["dividends"]).into_iter().map(|earned| Alpha(rao(earned))).collect();
    let amounts = [alpha(&case["validator_alpha"]), alpha(&case["root_alpha"])];
    let mut kinds = Kinds::default();
    shares_of_kinds(amounts, &dividends, &holdings, &mut kinds);
    for (found, key) in [(&kinds.alpha, "expected_alpha"), (&kinds.root, "expected_root")] {
        let expected = case[key].as_array().unwrap();
        assert_eq!(found.len(), expected.len());
        for (found, expected) in found.iter().zip(expected) {
            close(case, *found, expected);
        }
    }
    let sums = [&kinds.alpha, &kinds.root].map(|paid| paid.iter().copied().sum::<Alpha>());
    for (sum, expected) in sums.into_iter().zip(case["expected_totals"].as_array().unwrap()) {
        close(case, sum, expected);
    }
}

/// The child is key 0, the parents follow; an owner that is the same has number 0.
fn parent_child_dividends(case: &Value) {
    let parents = case["parents"].as_array().unwrap();
    let stake = |key: &str| -> Vec<u64> {
        let own = number(&case[&format!("child_{key}")]);
        let lent = parents.iter().map(|parent| number(&parent[key]));
        [own].into_iter().chain(lent).map(rao).collect()
    };
    let same = |parent: &Value| parent["same_owner"].as_bool().unwrap();
    let owners = (1..).zip(parents).map(|(at, parent)| if same(parent) { 0 } else { at });
    let keys = 1 + parents.len();
    let holdings = Holdings {
        alpha: &stake("alpha").into_iter().map(Alpha).collect::<Vec<_>>(),
        root: &stake("root").into_iter().map(Tao).collect::<Vec<_>>(),
        tao_weight: number(&case["tao_weight"]),
        entity: &[0].into_iter().chain(owners).collect::<Vec<_>>(),
        child_take: &vec![number(&case["childkey_take"]); keys],
        burn: number(&case["ck_burn"]),
    };
    assert_eq!(case["child_out_props"].as_array().unwrap().len(), 0);
    let link = |(parent, given): (usize, &Value)| {
        let share = number(&given["prop"]);
        let proportion = if share == 1.0 { WHOLE } else { child_keys::proportion(share) };
        Link { parent, child: 0, proportion }
    };
    let links: Vec<Link> = (1..).zip(parents).map(link).collect();
    let mut dividends = vec![Alpha::ZERO; keys];
    dividends[0] = alpha(&case["dividend"]);
    let mut flowed = Flowed::default();
    child_keys::flow_back(&dividends, &holdings, &links, &mut flowed);
    let expected = &case["expected"];
    close(case, flowed.received[0], &expected["child"]);
    close(case, flowed.burned, &expected["recycled"]);
    let received = flowed.received[1..].iter();
    for (received, expected) in received.zip(expected["parents"].as_array().unwrap()) {
        close(case, *received, expected);
    }
}

fn dissolve_payout(case: &Value) {
    let stakes: Vec<Alpha> =
        each(&case["staker_alpha"]).into_iter().map(|alpha| Alpha(rao(alpha))).collect();
    let estate = Estate {
        pot: tao(&case["pot_tao"]),
        stakes: &stakes,
        protocol: alpha(&case["protocol_alpha"]),
        pooled: alpha(&case["alpha_in"]),
        pool_counts: case["registered_after_refund_block"].as_bool().unwrap(),
    };
    let mut dissolved = Dissolved::default();
    dissolve(&estate, &mut dissolved);
    let expected = case["expected_payouts"].as_array().unwrap();
    assert_eq!(dissolved.payouts.len(), expected.len());
    for (payout, expected) in dissolved.payouts.iter().zip(expected) {
        close(case, Alpha(payout.0), expected);
    }
    let protocol = &case["expected_protocol_share_recycled"];
    close(case, Alpha(dissolved.protocol.0), protocol);
    if let Some(expected) = case.get("expected_owner_refund") {
        assert_eq!(case["legacy"], true);
        assert_eq!(case["owner_emission_value"], 0);
        let locked = tao(&case["subnet_locked"]);
        let refund = owner_refund(locked, Alpha::ZERO, 11_796, 1.0, locked);
        close(case, Alpha(refund.0), expected);
    }
}

fn median_seed_price(case: &Value) {
    let price = seed_price(&each(&case["prices"]));
    if let Some(expected) = case.get("expected") {
        assert_eq!(price, number(expected));
        return;
    }
    let seed = SeedRule::Median.seed(tao(&case["lock_rao"]), Tao::ZERO, price);
    assert_eq!(seed.tao, tao(&case["expected_pool_tao"]));
    assert_eq!(seed.alpha, alpha(&case["expected_pool_alpha"]));
}

fn lock_cost_of(case: &Value) {
    let interval = whole(&case["lock_reduction_interval_eff"]);
    let pricing = LockPricing { least: tao(&case["min_lock"]), interval };
    let last = LastLock { cost: tao(&case["last_lock"]), block: whole(&case["last_block"]) };
    let found = lock_cost(&pricing, &last, whole(&case["now"]), RAO);
    assert_eq!(found, tao(&case["expected"]));
}

fn neuron_burn_price(case: &Value) {
    let mut pricing =
        Pricing { least: tao(&case["min"]), most: tao(&case["max"]), ..Pricing::default() };
    let mut price = tao(&case["burn"]);
    if case["kind"] == "bump" {
        pricing.bump = number(&case["bump_mult"]);
        price = pricing.after_registration(price);
    } else {
        pricing.half_life = u16::try_from(whole(&case["half_life"])).unwrap();
        let decay = pricing.decay();
        for _ in 0..whole(&case["blocks"]) {
            price = pricing.after_block(price, decay);
        }
    }
    close(case, Alpha(price.0), &case["expected"]);
}

/// Each round a drain pays root dividends, and every staker then claims what it may and keeps it
/// as alpha.
fn root_claim(case: &Value) {
    let stakes = case.get("root_stakes").map_or_else(|| each(&case["root_stake"]), each);
    let stakes: Vec<Tao> = stakes.into_iter().map(|stake| Tao(rao(stake))).collect();
    let take = proportion::parameter(number(&case["take"]));
    let mut owner = Alpha(case["owner_alpha_before"].as_u64().unwrap_or(0));
    let (mut rate, mut claimed) = (Rate::ZERO, vec![Claimed::NONE; stakes.len()]);
    let mut claims = vec![Alpha::ZERO; stakes.len()];
    for _ in 0..case["rounds"].as_u64().unwrap_or(1) {
        let (taken, rest) = payout::take(alpha(&case["pending_root"]), take);
        owner += taken;
        assert!(rate.accrue(rest, stakes.iter().copied().sum()));
        for (at, stake) in stakes.iter().enumerate() {
            let due = claimed[at].due(rate, *stake, THRESHOLD);
            claimed[at].take(due);
            claims[at] += due;
            assert_eq!(claimed[at].owed(rate, *stake), Alpha::ZERO);
        }
    }
    let mut checked = 0;
    for (key, found) in [
        ("expected_owner_alpha_after", owner),
        ("expected_claim_keep", claims[0]),
        ("expected_total_claimed", claims[0]),
    ] {
        if let Some(expected) = case.get(key) {
            close(case, found, expected);
            checked += 1;
        }
    }
    if let Some(expected) = case.get("expected_rate") {
        let apart = (rate.per_unit() - number(expected)).abs() * stakes[0].0 as f64;
        assert!(apart <= number(&case["tol"]), "{} against {expected}", rate.per_unit());
        checked += 1;
    }
    for (found, expected) in
        claims.iter().zip(case["expected_claims"].as_array().into_iter().flatten())
    {
        close(case, *found, expected);
        checked += 1;
    }
    assert!(checked > 0, "a case that checks nothing");
}

fn conviction_roll(case: &Value) {
    let kind = Kind { perpetual: case["perpetual"].as_bool().unwrap(), owner: false };
    let rates =
        Rates { unlock: whole(&case["unlock_rate"]), maturity: whole(&case["maturity_rate"]) };
    let lock =
        Lock { mass: alpha(&case["locked"]), conviction: number(&case["conviction"]), block: 7 };
    let found = lock.at(7 + whole(&case["dt"]), kind, rates);
    let apart = (found.mass.0 as f64 - number(&case["expected_locked"])).abs();
    assert!(apart <= number(&case["tol_locked"]), "{}", found.mass);
    let apart = (found.conviction - number(&case["expected_conviction"])).abs();
    assert!(apart <= number(&case["tol_conviction"]), "{}", found.conviction);
}

fn epoch_schedule(case: &Value) {
    let tempo = whole(&case["tempo"]);
    let block = case["block"].as_u64().unwrap_or(0);
    let slot = || Slot {
        tempo,
        anchor: whole(&case["last"]),
        // An epoch has just run, so that nothing is overdue.
        last_step: block,
        trigger: Some(case["pending"].as_u64().unwrap_or(0)).filter(|pending| *pending > 0),
        index: 0,
    };
    match case["kind"].as_str().unwrap() {
        "next" => assert_eq!(slot().next(), case["expected"].as_u64()),
        "until" => {
            let never = case["expected"] == "u64::MAX";
            let expected = if never { None } else { Some(whole(&case["expected"])) };
            assert_eq!(slot().until_regular(block), expected);
        }
        "should_run" => assert_eq!(slot().is_due(block), case["expected"].as_bool().unwrap()),
        "legacy_should_run" => {
            let found = was_due(block, whole(&case["netuid"]), tempo);
            assert_eq!(found, case["expected"].as_bool().unwrap());
        }
        kind => panic!("unknown kind {kind}"),
    }
}

/// Within the case's own tolerance, or exactly where it gives none.
#[track_caller]
fn close(case: &Value, found: Alpha, expected: &Value) {
    let apart = (found.0 as f64 - number(expected)).abs();
    assert!(apart <= case["tol"].as_f64().unwrap_or(0.0), "{} against {expected}", found.0);
}

fn number(value: &Value) -> f64 {
    value.as_f64().unwrap()
}

/// One number, or a list of them.
fn each(value: &Value) -> Vec<f64> {
    value.as_array().map_or_else(|| vec![number(value)], |list| list.iter().map(number).collect())
}

fn whole(value: &Value) -> u64 {
    value.as_u64().unwrap()
}

/// Whole rao, which some cases write with a point.
#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "checked to be whole")]
fn rao(number: f64) -> u64 {
    assert_eq!(number, number.trunc());
    number as u64
}

fn alpha(value: &Value) -> Alpha {
    Alpha(value.as_u64().unwrap_or_else(|| rao(number(value))))
}

fn tao(value: &Value) -> Tao {
    Tao(alpha(value).0)
}

//! The chain's own cases of the token side, with the tolerances their file states.
//!
//! `vectors/emission_cases.json` was taken from the tests of `opentensor/subtensor` (commit
//! `14bc6f9f`, public domain) and from its rules. Every group of the file is run here or named
//! below as run elsewhere; a group that is neither, or whose number of cases changes, fails.

mod coinbase;
mod engine;
mod market;
mod sharing;

use serde_json::Value;

const FILE: &str = include_str!("../vectors/emission_cases.json");

type Group = (&'static str, usize, fn(&Value));

/// Groups that are run here, how many cases each has, and what runs one.
const GROUPS: &[Group] = &[
    ("block_emission", 9, sharing::block_emission),
    ("shares_current", 6, sharing::shares_current),
    ("shares_v421", 2, sharing::shares_v421),
    ("pow_normalize", 10, sharing::pow_normalize),
    ("flow_shares", 8, sharing::flow_shares),
    ("flow_ema_update", 1, sharing::flow_ema),
    ("price_ema", 5, sharing::price_ema),
    ("root_proportion", 3, sharing::root_proportion),
    ("subnet_terms", 6, sharing::subnet_terms),
    ("subnet_terms_history", 3, sharing::subnet_terms_history),
    ("participants_split", 6, sharing::participants_split),
    ("swap_basic", 6, market::swap_basic),
    ("convert_deltas", 30, market::convert_deltas),
    ("balancer_math", 11, market::balancer_math),
    ("inject_liquidity", 10, market::inject_liquidity),
    ("swap_guards_and_init", 4, market::guards_and_init),
    ("median_seed_price", 5, market::median_seed_price),
    ("coinbase_end_to_end", 7, coinbase::end_to_end),
];

/// Groups that are run with the rest of a subnet's life.
const ELSEWHERE: &[&str] = &[
    "distribute_totals",
    "drain_to_stakes",
    "dividend_distribution",
    "parent_child_dividends",
    "dissolve_payout",
    "lock_cost",
    "neuron_burn_price",
    "root_claim",
    "conviction_roll",
    "epoch_schedule",
];

#[test]
fn every_case_holds() {
    let file: Value = serde_json::from_str(FILE).expect("the vectors are JSON");
    let groups = file["groups"].as_object().unwrap();
    for (name, group) in groups {
        let cases = group["cases"].as_array().unwrap();
        let Some((_, count, run)) = GROUPS.iter().find(|(known, ..)| known == name) else {
            assert!(ELSEWHERE.contains(&name.as_str()), "unknown group {name}");
            continue;
        };
        assert_eq!(cases.len(), *count, "cases of {name}");
        for case in cases {
            println!("{name}: {case}");
            run(case);
        }
    }
    let named = GROUPS.iter().map(|(name, ..)| *name).chain(ELSEWHERE.iter().copied());
    assert_eq!(named.clone().count(), groups.len());
    for name in named {
        assert!(groups.contains_key(name), "{name} is not in the file");
    }
}

/// A number of the case.
fn number(value: &Value) -> f64 {
    value.as_f64().unwrap_or_else(|| panic!("{value} is not a number"))
}

/// A whole number of the case, also where it is written with a point.
fn whole(value: &Value) -> u64 {
    let exact = value.as_u64();
    exact.unwrap_or_else(|| {
        let number = number(value);
        assert!(number >= 0.0 && number.fract() == 0.0, "{value} is not whole");
        format!("{number:.0}").parse().expect("a whole number")
    })
}

fn numbers(value: &Value) -> Vec<f64> {
    value.as_array().unwrap().iter().map(number).collect()
}

fn flags(value: &Value) -> Vec<bool> {
    value.as_array().unwrap().iter().map(|flag| flag.as_bool().unwrap()).collect()
}

/// Within the case's own tolerance, which is absolute.
fn near(found: f64, expected: &Value, case: &Value) {
    let (expected, tolerance) = (number(expected), number(&case["tol"]));
    assert!((found - expected).abs() <= tolerance, "{found} against {expected} in {case}");
}

/// Within the case's own tolerance, in rao.
fn near_rao(found: u64, expected: &Value, case: &Value) {
    let (expected, tolerance) = (whole(expected), whole(&case["tol"]));
    assert!(found.abs_diff(expected) <= tolerance, "{found} against {expected} in {case}");
}

/// Within the case's own tolerance, which is relative.
fn near_relative(found: f64, expected: f64, case: &Value) {
    let tolerance = number(&case["rel_tol"]);
    let error = (found - expected).abs();
    assert!(error <= tolerance * expected.abs(), "{found} against {expected} in {case}");
}

//! The research versions of Yuma consensus, against the numbers of their authors' program.
//!
//! `vectors/yuma/<version>/case_NN.json` was recorded from the package `yuma-simulation` (commit
//! 2b976fd): `expected` as it computes, in `f32`, and `expected_f64` from its rules in `f64`.

use std::fs;
use std::path::{Path, PathBuf};

use proptest::collection::vec as column;
use proptest::prelude::*;
use serde_json::Value;
use taosim::protocol::research::{ConsensusMode, Params, Shares, State, Version, epoch};

const FOLDER: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/vectors/yuma");

/// The expectations of a file, and how far from them a result may be.
const EXPECTED: [(&str, f64); 2] = [("expected", 2e-6), ("expected_f64", 1e-9)];

/// What is compared.
const KEYS: [&str; 5] = ["dividends", "incentives", "bonds", "consensus", "validator_trust"];

fn sorted(folder: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder).unwrap();
    let mut paths: Vec<PathBuf> = entries.map(|entry| entry.unwrap().path()).collect();
    paths.sort();
    paths
}

fn number(value: &Value) -> f64 {
    value.as_f64().unwrap_or_else(|| panic!("{value} is no number"))
}

/// The numbers of an array of numbers or of arrays, row by row.
fn numbers(value: &Value) -> Vec<f64> {
    match value.as_array() {
        Some(values) => values.iter().flat_map(numbers).collect(),
        None => vec![number(value)],
    }
}

fn index(value: &Value) -> usize {
    usize::try_from(value.as_u64().unwrap()).unwrap()
}

fn params(value: &Value) -> Params {
    let mode = value["liquid_alpha_consensus_mode"].as_str().unwrap();
    Params {
        kappa: number(&value["kappa"]),
        bond_penalty: number(&value["bond_penalty"]),
        bond_moving_avg: number(&value["bond_moving_avg"]),
        liquid_alpha: value["liquid_alpha"].as_bool().unwrap(),
        alpha_low: number(&value["alpha_low"]),
        alpha_high: number(&value["alpha_high"]),
        alpha_sigmoid_steepness: number(&value["alpha_sigmoid_steepness"]),
        consensus_mode: ConsensusMode::from_name(mode).unwrap(),
        decay_rate: number(&value["decay_rate"]),
        capacity_alpha: number(&value["capacity_alpha"]),
        winner_takes_all: value["winner_takes_all"].as_bool().unwrap(),
    }
}

fn result<'a>(shares: &'a Shares, key: &str) -> &'a [f64] {
    match key {
        "dividends" => &shares.dividends,
        "incentives" => &shares.incentives,
        "bonds" => &shares.bonds,
        "consensus" => &shares.consensus,
        "validator_trust" => &shares.validator_trust,
        _ => panic!("nothing is called {key}"),
    }
}

/// The greatest distance, in parts of what is expected where that exceeds 1.
fn distance(found: &[f64], expected: &[f64]) -> f64 {
    assert_eq!(found.len(), expected.len());
    let pairs = found.iter().zip(expected);
    pairs.map(|(a, b)| (a - b).abs() / b.abs().max(1.0)).fold(0.0, f64::max)
}

/// Runs a file as far as it is to be trusted; returns the epochs compared, and the worst distance
/// from each expectation.
fn replay(path: &Path) -> (usize, [f64; 2]) {
    let file: Value = serde_json::from_str(&fs::read_to_string(path).unwrap()).unwrap();
    let version = Version::from_name(file["version"].as_str().unwrap()).unwrap();
    let params = params(&file["params"]);
    let reset = &file["reset_bonds"];
    let resets = version.resets_bonds() && reset["enabled"].as_bool().unwrap();
    // From here on the package divides 0 by 0.
    let epochs = file["nan_consensus_epochs"].get(0).unwrap_or(&file["epochs"]);

    let servers = file["servers"].as_array().unwrap().len();
    let mut state = State::new(file["validators"].as_array().unwrap().len(), servers);
    let (mut out, mut worst) = (Shares::default(), [0.0_f64; 2]);
    for now in 0..index(epochs) {
        if resets && index(&reset["epoch"]) == now {
            state.reset_column(index(&reset["server_index"]));
        }
        let (stakes, weights) = (numbers(&file["stakes"][now]), numbers(&file["weights"][now]));
        epoch(version, &params, &stakes, &weights, &mut state, &mut out);
        for ((expectation, tolerance), worst) in EXPECTED.iter().zip(&mut worst) {
            for key in KEYS {
                let Some(expected) = file[expectation].get(key) else {
                    assert_eq!((*expectation, key), ("expected_f64", "validator_trust"));
                    continue;
                };
                let (found, expected) = (result(&out, key), numbers(&expected[now]));
                let distance = distance(found, &expected);
                assert!(
                    distance <= *tolerance,
                    "{}, epoch {now}: {key} {found:?}, {expectation} {expected:?}",
                    path.display()
                );
                *worst = worst.max(distance);
            }
        }
    }
    (index(epochs), worst)
}

#[test]
fn every_recorded_case_is_reproduced() {
    let mut files = 0;
    for folder in sorted(Path::new(FOLDER)) {
        let mut worst = [0.0_f64; 2];
        for path in sorted(&folder) {
            let (epochs, distances) = replay(&path);
            assert!(epochs > 0, "{}: nothing to compare", path.display());
            worst = [0, 1].map(|i| worst[i].max(distances[i]));
            files += 1;
        }
        println!("{}: off by {worst:?} at most", folder.display());
    }
    assert_eq!(files, 66);
}

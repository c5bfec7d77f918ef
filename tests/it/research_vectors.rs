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

/// The greatest bond under Yuma 2C, 2^64.
const CAPACITY: f64 = 18_446_744_073_709_551_616.0;

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
                    assert_eq!(key, "validator_trust", "only this was not recorded everywhere");
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

/// A run of a few epochs under one version.
#[derive(Clone, Debug)]
struct Run {
    version: Version,
    params: Params,
    /// Of each epoch: stakes `[validators]` and weights `[validators, servers]`.
    epochs: Vec<(Vec<f64>, Vec<f64>)>,
    servers: usize,
}

impl Run {
    fn state(&self) -> State {
        State::new(self.epochs[0].0.len(), self.servers)
    }

    fn outcomes(&self) -> Vec<Shares> {
        let mut state = self.state();
        let outcome = |(stakes, weights): &(Vec<f64>, Vec<f64>)| {
            let mut out = Shares::default();
            epoch(self.version, &self.params, stakes, weights, &mut state, &mut out);
            out
        };
        self.epochs.iter().map(outcome).collect()
    }

    fn last(&self) -> Shares {
        self.outcomes().pop().unwrap()
    }
}

fn params_of_any_kind() -> impl Strategy<Value = Params> {
    let part = prop_oneof![Just(0.0), Just(0.5), Just(1.0), 0.0..1.0_f64];
    let steepness = prop_oneof![3 => -20.0..20.0_f64, 1 => Just(1e300), 1 => Just(0.0)];
    let mode = prop::sample::select(ConsensusMode::ALL.to_vec());
    (column(part, 7), steepness, mode, any::<bool>(), any::<bool>()).prop_map(
        |(part, alpha_sigmoid_steepness, consensus_mode, liquid_alpha, winner_takes_all)| Params {
            kappa: part[0],
            bond_penalty: part[1],
            bond_moving_avg: part[2],
            liquid_alpha,
            alpha_low: part[3],
            alpha_high: part[4],
            alpha_sigmoid_steepness,
            consensus_mode,
            decay_rate: part[5],
            capacity_alpha: part[6],
            winner_takes_all,
        },
    )
}

/// Runs of one to four epochs, of up to five validators and six servers.
fn runs(
    stake: impl Strategy<Value = f64> + Clone,
    weight: impl Strategy<Value = f64> + Clone,
) -> impl Strategy<Value = Run> {
    (1..6_usize, 1..7_usize, 1..5_usize).prop_flat_map(move |(validators, servers, epochs)| {
        let weights = column(weight.clone(), validators * servers);
        (
            prop::sample::select(Version::ALL.to_vec()),
            params_of_any_kind(),
            column((column(stake.clone(), validators), weights), epochs),
        )
            .prop_map(move |(version, params, epochs)| Run {
                version,
                params,
                epochs,
                servers,
            })
    })
}

/// Whole weights, so that sums do not depend on their order; of few levels, so that votes tie.
fn ordinary() -> impl Strategy<Value = Run> {
    let weight = prop_oneof![1 => Just(0), 2 => 1..4_u16, 2 => any::<u16>()].prop_map(f64::from);
    runs(prop_oneof![1 => Just(0.0), 4 => 1e-3..1e9_f64], weight)
}

/// None, all equal, the smallest numbers there are, and sums beyond the largest.
fn extreme() -> impl Strategy<Value = Run> {
    let some = [0.0, 5e-324, 1e-310, 1e-6, 1.0, 1e18, f64::MAX];
    let any_of_them = prop::sample::select(some.to_vec());
    runs(any_of_them.clone(), any_of_them)
}

fn total(values: &[f64]) -> f64 {
    values.iter().fold(0.0, |sum, value| sum + value)
}

fn check_shares(run: &Run) -> Result<(), TestCaseError> {
    let most = if run.version == Version::Yuma2c { CAPACITY } else { 1.0 };
    for out in run.outcomes() {
        let shares = [&out.stakes, &out.consensus, &out.ranks, &out.incentives, &out.dividends];
        for shares in shares.into_iter().chain([&out.weights]) {
            prop_assert!(shares.iter().all(|part| (0.0..=1.0 + 1e-9).contains(part)), "{out:?}");
        }
        let whole = |bond: &f64| (0.0..=most * (1.0 + 1e-9)).contains(bond);
        prop_assert!(out.bonds.iter().all(whole), "{:?}", out.bonds);
        let trusts = |trust: &f64| *trust >= 0.0 && trust.is_finite();
        prop_assert!(out.validator_trust.iter().all(trusts), "{:?}", out.validator_trust);

        prop_assert!(total(&out.dividends) <= 1.0, "{:?}", out.dividends);
        prop_assert!(total(&out.consensus) <= 1.0 + 1e-9, "{:?}", out.consensus);
        for shares in [&out.stakes, &out.incentives] {
            let sum = total(shares);
            prop_assert!(sum == 0.0 || (sum - 1.0).abs() < 1e-9, "{shares:?}");
        }
        let none = total(&out.ranks) == 0.0 && !run.params.winner_takes_all;
        prop_assert_eq!(total(&out.incentives) == 0.0, none);
    }
    Ok(())
}

/// Each row with entry `i` moved to `to[i]`.
fn moved(rows: &[f64], to: &[usize]) -> Vec<f64> {
    let mut out = rows.to_vec();
    for (row, out) in rows.chunks_exact(to.len()).zip(out.chunks_exact_mut(to.len())) {
        for (value, &to) in row.iter().zip(to) {
            out[to] = *value;
        }
    }
    out
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn shares_are_parts_of_one(run in ordinary()) {
        check_shares(&run)?;
    }

    #[test]
    fn extreme_numbers_neither_panic_nor_poison(run in extreme()) {
        check_shares(&run)?;
    }

    #[test]
    fn the_unit_of_stake_does_not_matter(run in ordinary(), power in -30..30_i32) {
        let mut scaled = run.clone();
        for (stakes, _) in &mut scaled.epochs {
            for stake in stakes {
                *stake *= f64::from_bits(u64::try_from(1_023 + power).unwrap() << 52);
            }
        }
        prop_assert_eq!(scaled.outcomes(), run.outcomes());
    }

    #[test]
    fn used_buffers_change_nothing(first in ordinary(), then in ordinary()) {
        let mut out = first.last();
        let mut state = then.state();
        for (stakes, weights) in &then.epochs {
            epoch(then.version, &then.params, stakes, weights, &mut state, &mut out);
        }
        prop_assert_eq!(out, then.last());
    }

    /// Numbers have no privilege. The sum over servers that levels are divided by depends on
    /// their order in its last bit, and truncation can make a 65535th of that; so the greatest
    /// rank, which takes all, and rates that jump are left out.
    #[test]
    fn renumbering_servers_renumbers_the_outcome(
        run in ordinary(),
        keys in column(any::<u32>(), 6),
    ) {
        let mut run = run;
        run.params.winner_takes_all = false;
        run.params.alpha_sigmoid_steepness = run.params.alpha_sigmoid_steepness.min(20.0);
        let mut to: Vec<usize> = (0..run.servers).collect();
        to.sort_by_key(|&server| keys[server]);
        let mut renumbered = run.clone();
        for (_, weights) in &mut renumbered.epochs {
            *weights = moved(weights, &to);
        }
        let most = if run.version == Version::Yuma2c { CAPACITY } else { 1.0 };
        for (out, renumbered) in run.outcomes().iter().zip(&renumbered.outcomes()) {
            for (out, renumbered, whole) in [
                (moved(&out.consensus, &to), &renumbered.consensus, 1.0),
                (moved(&out.incentives, &to), &renumbered.incentives, 1.0),
                (moved(&out.bonds, &to), &renumbered.bonds, most),
                (out.dividends.clone(), &renumbered.dividends, 1.0),
            ] {
                for (a, b) in out.iter().zip(renumbered) {
                    prop_assert!((a - b).abs() < 1e-3 * whole, "{} against {}", a, b);
                }
            }
        }
    }
}

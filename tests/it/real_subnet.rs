//! From the state of a real subnet: 256 uids, 20 of which set weights.

use std::fs;
use std::path::PathBuf;

use taosim::scenario::import::{Csv, Options, metagraph};
use taosim::scenario::{Edit, Scenario};
use taosim::simulation::Simulation;
use taosim::units::Alpha;

use crate::tools::{mean, root, run};

/// The snapshot, where it is at hand.
fn snapshot() -> Option<(String, String)> {
    let data: PathBuf = root().join("../shared/data");
    let read = |name: &str| fs::read_to_string(data.join(name)).ok();
    let files = read("sn15_block4769998_stake.csv").zip(read("sn15_block4769998_weights.csv"));
    if files.is_none() {
        eprintln!("skipped: the chain data are not at hand");
    }
    files
}

fn import(files: &(String, String)) -> String {
    let options = Options { name: "sn15".into(), seed: 1, epochs: 300, source: "subnet 15".into() };
    let csv = |name, text| Csv { name, text };
    metagraph(csv("stake.csv", &files.0), csv("weights.csv", &files.1), &options)
        .expect("the snapshot is good")
}

fn load(text: &str, edits: &[&str]) -> Scenario {
    let edits: Vec<Edit> = edits.iter().map(|edit| edit.parse().expect("an edit")).collect();
    Scenario::load("sn15.toml", text, &edits).unwrap_or_else(|error| panic!("{error}"))
}

#[test]
fn the_world_starts_from_exactly_that_state() {
    let Some(files) = snapshot() else { return };
    let simulation = Simulation::new(&load(&import(&files), &[]));
    let subnet = &simulation.world().subnets[0];
    assert_eq!((subnet.uids(), subnet.setters.len()), (256, 20));
    let mut rows = csv::Reader::from_reader(files.0.as_bytes());
    for row in rows.records() {
        let row = row.expect("a row");
        let uid: usize = row[0].parse().expect("a uid");
        let stake: f64 = row[1].parse().expect("a stake");
        assert_eq!(subnet.ledger.stake[uid], Alpha::from_tokens(stake), "uid {uid}");
    }
    // A weight is stored in 65535ths of the largest of its row; back to a share of the row that
    // is exact to single precision, which is what the snapshot has.
    let mut rows = csv::Reader::from_reader(files.1.as_bytes());
    let mut count = 0;
    for row in rows.records() {
        let row = row.expect("a row");
        let field = |at: usize| row[at].parse::<usize>().expect("a uid");
        let weight: f64 = row[2].parse().expect("a weight");
        let at = subnet.setters.binary_search(&field(0)).expect("a setter");
        let found = subnet.outcome.weights[at * 256 + field(1)];
        assert!((found - weight).abs() < 1e-7, "{row:?}: {found}");
        count += 1;
    }
    assert_eq!(count, 1687);
    assert_eq!(subnet.weights.iter().flatten().count(), 1687);
}

#[test]
fn honest_validators_drift_from_there_and_a_cabal_turns() {
    let Some(files) = snapshot() else { return };
    let cabal = "coalitions=[{ name = 'cabal', from = 100, \
                 validators = { kind = 'top-stake', count = 3 }, \
                 miners = { kind = 'bottom-quality', count = 10 } }]";
    let text = import(&files);
    let (_, memory) = run(&load(&text, &[cabal]));
    let incentive = memory.group("cabal-miners", "incentive_share");
    assert_eq!(incentive.len(), 300);
    let (before, after) = (mean(&incentive[..100], 0), mean(&incentive[..], 150));
    assert!(after > before + 0.05, "cabal's miners: {before} before, {after} after");
}

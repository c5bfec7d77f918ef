//! Recorded series: reading them, replaying them, and telling what is wrong with one.

use std::fs;

use serde_json::{Value, json};
use taosim::study::replay::{Form, overridden, replay, series};
use tempfile::tempdir;

use crate::tools::taosim;

/// Three validators and two servers over four epochs: the largest moves in the second.
fn record() -> Value {
    let stay = json!([1.0, 0.0]);
    let move_ = json!([0.0, 1.0]);
    json!({
        "version": "YUMA3",
        "case": "big one moves first",
        "params": { "kappa": 0.5, "bond_penalty": 1.0, "bond_moving_avg": 0.9 },
        "validators": ["A", "B", "C"],
        "servers": ["one", "two"],
        "epochs": 4,
        "stakes": vec![json!([0.8, 0.1, 0.1]); 4],
        "weights": [
            [stay, stay, stay], [move_, stay, stay], [move_, move_, stay], [move_, move_, move_]
        ]
    })
}

fn read(value: &Value) -> Result<taosim::study::replay::Series, String> {
    series("r.json", &value.to_string()).map_err(|error| error.to_string())
}

/// Forms without a consensus.
const RIVALS: [&str; 2] = ["STAKE_WEIGHTED_MEAN", "PEER_PREDICTION"];

/// The mean follows the stake that has moved, 80, 90 and then 100 %, and always pays by stake.
/// For peers everyone gives both servers something. A pair of reports on two servers scores 1
/// where they are the same and -1 where not: with one of three apart, the other two have 1 - 1
/// and it has -2, so that nobody is paid; else all have the same.
#[test]
fn rivals_replay_a_series_by_hand() {
    let close = |found: &[f64], expected: &[f64]| {
        let near = found.iter().zip(expected).all(|(a, b)| (a - b).abs() < 1e-9);
        assert!(near && found.len() == expected.len(), "{found:?} against {expected:?}");
    };
    let mut record = record();
    record["version"] = json!(RIVALS[0]);
    let mean = replay(&read(&record).expect("a good record"));
    for (epoch, moved) in [0.0, 0.8, 0.9, 1.0].into_iter().enumerate() {
        close(&mean.incentives[epoch], &[1.0 - moved, moved]);
        close(&mean.dividends[epoch], &[0.8, 0.1, 0.1]);
        assert_eq!(mean.bonds[epoch], [0.0; 6]);
    }
    let (stay, move_) = (json!([0.75, 0.25]), json!([0.25, 0.75]));
    record["version"] = json!(RIVALS[1]);
    record["weights"] = json!([
        [stay, stay, stay],
        [move_, stay, stay],
        [move_, move_, stay],
        [move_, move_, move_]
    ]);
    let peers = replay(&read(&record).expect("a good record"));
    let paid = [[0.75, 0.25], [0.0; 2], [0.0; 2], [0.25, 0.75]];
    for (epoch, paid) in paid.into_iter().enumerate() {
        close(&peers.incentives[epoch], &paid);
        close(&peers.dividends[epoch], &[(paid[0] + paid[1]) / 3.0; 3]);
    }
}

#[test]
fn every_form_replays_a_series() {
    for name in Form::NAMES.iter().filter(|name| !RIVALS.contains(name)) {
        let mut record = record();
        record["version"] = json!(name);
        let series = read(&record).expect("a good record");
        let replay = replay(&series);
        assert_eq!(replay.dividends.len(), 4, "{name}");
        for epoch in 0..4 {
            // YUMA2B clips the votes of the epoch before, which were for the other server.
            if *name == "YUMA2B" && epoch == 1 {
                continue;
            }
            let sum: f64 = replay.dividends[epoch].iter().sum();
            assert!((sum - 1.0).abs() < 1e-5, "{name}: dividends of epoch {epoch} sum to {sum}");
            let paid = usize::from(epoch > 0);
            assert!((replay.incentives[epoch][paid] - 1.0).abs() < 1e-5, "{name}, epoch {epoch}");
        }
    }
}

/// Without memory, penalties or ties the chain's rule and the package's agree but for the
/// package's epsilon and the chain's 16 bits.
#[test]
fn the_chain_and_the_package_agree_where_their_rules_do() {
    let under = |name: &str| {
        let mut record = record();
        record["version"] = json!(name);
        replay(&read(&record).expect("a good record"))
    };
    let (package, chain) = (under("YUMA3"), under("CHAIN_YUMA3"));
    for (a, b) in package.dividends.iter().flatten().zip(chain.dividends.iter().flatten()) {
        assert!((a - b).abs() < 1e-4, "{a} against {b}");
    }
}

#[test]
fn overrides_change_parameters() {
    let series = read(&record()).expect("a good record");
    let changes = ["kappa=0.95".to_owned(), "liquid_alpha=true".to_owned()];
    let params = overridden(&series.params, &changes).expect("good changes");
    assert!(params.kappa == 0.95 && params.liquid_alpha);
    let wrong = ["kapa=1".to_owned(), "kappa=7".to_owned(), "kappa".to_owned()];
    let told = overridden(&series.params, &wrong).expect_err("bad changes").to_string();
    insta::assert_snapshot!(told);
}

#[test]
fn everything_wrong_is_told_with_its_path() {
    let mut record = record();
    record["version"] = json!("YUMA4");
    record["params"]["kappa"] = json!("half");
    record["params"]["bond_penality"] = json!(1.0);
    record["stakes"][1] = json!([0.8, 0.1]);
    record["stakes"][2] = json!([0.0, 0.0, 0.0]);
    insta::assert_snapshot!(read(&record).expect_err("a bad record"));
}

#[test]
fn wrong_weights_are_told_with_their_path() {
    let mut record = record();
    record["weights"][0] = json!([[1.0, 0.0], [1.0, 0.0]]);
    record["weights"][1][2] = json!([1.0, 0.0, 0.0]);
    record["weights"][2][0] = json!([1.0, -0.5]);
    record["weights"][3][0] = json!([null, 1e300]);
    record["reset_bonds"] = json!({ "enabled": true, "server_index": 2, "epoch": 1 });
    insta::assert_snapshot!(read(&record).expect_err("a bad record"));
    insta::assert_snapshot!(series("r.json", "{ \"version\": ").expect_err("no JSON").to_string());
    insta::assert_snapshot!(read(&json!([])).expect_err("no object"));
    insta::assert_snapshot!(read(&json!({})).expect_err("nothing"));
}

#[test]
fn the_command_writes_json_and_figures() {
    let dir = tempdir().expect("a folder");
    let file = dir.path().join("case.json");
    fs::write(&file, record().to_string()).expect("it can be written");
    let (json, plots) = (dir.path().join("out.json"), dir.path().join("plots"));
    let mut command = taosim();
    command.arg("consensus").arg(&file).arg("--json").arg(&json).arg("--plots").arg(&plots);
    let output = command.assert().success().get_output().clone();
    let table = String::from_utf8_lossy(&output.stdout).into_owned();
    assert!(table.contains("D A") && table.lines().count() == 6, "{table}");
    let written: Value =
        serde_json::from_str(&fs::read_to_string(&json).expect("a file")).expect("JSON");
    for key in ["dividends", "incentives", "bonds", "consensus"] {
        assert_eq!(written[key].as_array().map(Vec::len), Some(4), "{key}");
    }
    assert_eq!(written["bonds"][0].as_array().map(Vec::len), Some(3));
    assert_eq!(fs::read_dir(&plots).expect("plots").count(), 5);

    let mut several = taosim();
    several.arg("consensus").arg(dir.path()).args(["--versions", "YUMA1,CHAIN_YUMA3", "-q"]);
    several.arg("--plots").arg(dir.path().join("more")).assert().code(2);
    fs::remove_file(&json).expect("it can be removed");
    let output = several.assert().success().get_output().clone();
    assert!(output.stdout.is_empty());
    assert!(dir.path().join("more/versions.svg").exists());
    assert!(dir.path().join("more/case-YUMA1/bonds.svg").exists());
}

#[test]
fn bad_calls_exit_with_2() {
    let dir = tempdir().expect("a folder");
    let file = dir.path().join("case.json");
    fs::write(&file, record().to_string()).expect("it can be written");
    let mut unknown = taosim();
    unknown.arg("consensus").arg(&file).args(["--versions", "YUMA9"]).assert().code(2);
    let mut missing = taosim();
    missing.arg("consensus").arg(dir.path().join("no.json")).assert().code(2);
    let empty = tempdir().expect("a folder");
    taosim().arg("consensus").arg(empty.path()).assert().code(2);
}

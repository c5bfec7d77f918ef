//! What a run leaves behind.

use std::fs;
use std::path::Path;

use taosim::metrics::{GROUP_METRICS, SUBNET_METRICS};
use taosim::record::{Manifest, Status, parquet, tables};
use tempfile::tempdir;

use crate::tools::{run, scenario, taosim};

fn run_into(out: &Path, edits: &[&str]) -> String {
    let mut command = taosim();
    command.args(["run", "scenarios/quickstart.toml", "--quiet", "--out"]).arg(out);
    for edit in edits {
        command.args(["--set", edit]);
    }
    let output = command.assert().success().get_output().clone();
    String::from_utf8(output.stdout).expect("text").trim().to_owned()
}

#[test]
fn tables_hold_what_their_docs_say() {
    let dir = tempdir().expect("a folder");
    let printed = run_into(dir.path(), &["epochs=25", "record.every=10"]);
    let folder = dir.path().join("quickstart/7");
    for doc in tables::docs() {
        let table = parquet::read(&folder, doc.name).expect("a table");
        let names: Vec<&str> = doc.columns.iter().map(|column| column.name).collect();
        assert_eq!(table.names, names, "{}", doc.name);
        assert!(table.columns.iter().all(|column| column.len() == table.rows()), "{}", doc.name);
    }
    let (digest, memory) = run(&scenario("quickstart.toml", &["epochs=25"]));
    assert_eq!(printed, digest);
    let manifest = Manifest::read(&folder).expect("a manifest");
    assert_eq!(manifest.result_digest, digest);
    assert_eq!((manifest.status, manifest.epochs_run), (Status::Complete, 25));

    let epochs = parquet::read(&folder, "epochs").expect("a table");
    for metric in SUBNET_METRICS {
        let bits = |x: &[f64]| x.iter().map(|x| x.to_bits()).collect::<Vec<_>>();
        assert_eq!(bits(&epochs.numbers(metric.name)), bits(&memory.subnet(metric.name)));
    }
    let groups = parquet::read(&folder, "groups").expect("a table");
    assert_eq!(groups.rows(), 25 * 9);
    assert_eq!(groups.numbers(GROUP_METRICS[0].name)[..4], [52.0, 4.0, 4.0, 4.0]);
    // Epochs 0, 10, 20 and the last.
    let neurons = parquet::read(&folder, "neurons").expect("a table");
    assert_eq!(neurons.rows(), 4 * 256);
    assert_eq!(neurons.numbers("epoch").last(), Some(&24.0));
    let weights = parquet::read(&folder, "weights").expect("a table");
    assert!(weights.numbers("epoch").iter().all(|epoch| *epoch == 24.0));
}

/// Shares of a table sum to what they are shares of.
#[test]
fn shares_sum_to_one() {
    let dir = tempdir().expect("a folder");
    run_into(dir.path(), &["epochs=3"]);
    let folder = dir.path().join("quickstart/7");
    let neurons = parquet::read(&folder, "neurons").expect("a table");
    for column in ["stake_share", "incentive_share", "dividend_share", "active_stake_share"] {
        let sum = neurons.numbers(column).iter().fold(0.0, |sum, x| sum + x);
        assert!((sum - 3.0).abs() < 1e-9, "{column} over three epochs: {sum}");
    }
}

#[test]
fn the_saved_text_repeats_the_run() {
    let (one, two) = (tempdir().expect("a folder"), tempdir().expect("a folder"));
    let first = run_into(one.path(), &["epochs=10", "protocol.kappa=0.6"]);
    let saved = one.path().join("quickstart/7/scenario.toml");
    let mut command = taosim();
    command.arg("run").arg(&saved).args(["--quiet", "--out"]).arg(two.path());
    let output = command.assert().success().get_output().clone();
    assert_eq!(String::from_utf8_lossy(&output.stdout).trim(), first);
    let again = fs::read_to_string(two.path().join("quickstart/7/scenario.toml"));
    let strip = |text: String| text.replace(" # default", "");
    assert_eq!(strip(again.expect("a text")), strip(fs::read_to_string(saved).expect("a text")));
}

#[test]
fn figures_are_drawn_again_from_tables_alone() {
    let dir = tempdir().expect("a folder");
    run_into(dir.path(), &["epochs=12"]);
    let folder = dir.path().join("quickstart/7");
    let plots = folder.join("plots");
    let read = || {
        let mut files: Vec<_> = fs::read_dir(&plots)
            .expect("plots")
            .map(|entry| entry.expect("an entry").path())
            .map(|path| (path.clone(), fs::read(path).expect("a figure")))
            .collect();
        files.sort();
        files
    };
    let before = read();
    assert_eq!(before.len(), 9);
    fs::remove_dir_all(&plots).expect("it can be removed");
    taosim().arg("plot").arg(&folder).assert().success();
    assert!(read() == before, "a figure differs when drawn again");
    taosim().arg("plot").arg(&folder).arg("--png").assert().success();
    assert_eq!(read().len(), 18);
}

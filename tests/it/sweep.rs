//! Sweeps: every design, that they repeat however they are cut, stopped and put together, and what
//! they refuse.

use std::fs;
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::Duration;

use proptest::prelude::*;
use taosim::record::{Manifest, parquet};
use taosim::scenario::Edit;
use taosim::study::sweep::Sweep;

use crate::tools::{catalogue, read_base, study_digest, study_folder, taosim};

/// A sweep of the cabal, short.
const TEXT: &str = r#"
schema = 1
name = "small"
question = "What does kappa do?"
base = "scenarios/cabal.toml"
set = ["epochs=30", "coalitions.cabal.from=5"]
replicates = 4

[read]
from = 10
metrics = ["honest_emission_share", "cabal:gain", "vtrust@last"]
goal = "maximise"

[[axes]]
name = "kappa"
keys = ["protocol.kappa"]
range = { from = 0.3, to = 0.7, count = 3 }

[[axes]]
name = "stake-share"
keys = ["coalitions.cabal.stake_share"]
values = [0.2, 0.6]
"#;

fn load(edits: &[&str]) -> Result<Sweep, String> {
    load_text(TEXT, edits)
}

fn load_text(text: &str, edits: &[&str]) -> Result<Sweep, String> {
    let edits: Vec<Edit> = edits.iter().map(|edit| edit.parse().expect("an edit")).collect();
    Sweep::load("small.toml", text, &edits, &catalogue(), read_base)
        .map_err(|error| error.to_string())
}

fn folder() -> tempfile::TempDir {
    study_folder(TEXT)
}

fn sweep(folder: &Path, out: &str, more: &[&str]) -> String {
    study_digest("sweep", folder, out, &[more, &["--no-plots"]].concat())
}

#[test]
fn a_sweep_leaves_tables_texts_and_figures() {
    let folder = folder();
    let arguments = ["sweep", "small.toml", "--out", "out"];
    let done = taosim().args(arguments).current_dir(folder.path()).assert().success();
    let text = String::from_utf8(done.get_output().stdout.clone()).expect("text");
    let place = folder.path().join("out/small");
    let manifest = Manifest::read(&place).expect("a manifest");
    assert_eq!(text.lines().last(), Some(manifest.result_digest.as_str()));
    for file in
        ["verdict.md", "study.toml", "base/cabal.toml", "plots/metrics.svg", "plots/map.svg"]
    {
        // A map needs three columns, and there are three.
        assert!(place.join(file).exists(), "{file}");
    }
    // Its folder repeats it.
    let again = taosim()
        .args(["sweep", "study.toml", "--quiet", "--no-plots", "--out", "again"])
        .current_dir(&place)
        .assert()
        .success();
    assert_eq!(again.get_output().stdout.len(), 33);
    let repeated = parquet::read(&place.join("again/small"), "points").expect("a table");
    assert_eq!(
        repeated.numbers("mean"),
        parquet::read(&place, "points").expect("it").numbers("mean")
    );
    let points = parquet::read(&place, "points").expect("a table");
    // 6 points of 3 numbers.
    assert_eq!(points.rows(), 18);
    assert_eq!(points.numbers("runs").iter().sum::<f64>(), 72.0);
    // So few runs are one block.
    let runs = parquet::read(&place.join("runs/block=0"), "runs").expect("a table");
    assert_eq!(runs.rows(), 24);
    assert_eq!(runs.names[..5], ["point", "kappa", "stake-share", "seed", "error"]);
    // The reference is the first point, and what a point has more than itself is nothing.
    let differences = points.numbers("difference_mean");
    assert!(differences[0] == 0.0 && differences.iter().any(|difference| *difference != 0.0));
}

/// Seeds, shards, threads, kills: one table.
#[test]
fn shards_put_together_are_the_whole() {
    let folder = folder();
    let more = ["--set", "replicates=20"];
    let whole = sweep(folder.path(), "whole", &more);
    for shard in ["1/3", "2/3", "3/3"] {
        sweep(folder.path(), "parts", &[&more[..], &["--shard", shard, "--jobs", "1"]].concat());
    }
    // As many runs are divided by the first axis, which is then no column.
    let place = folder.path().join("whole/small/runs/kappa=0.5");
    let runs = parquet::read(&place, "block-00001").expect("a table");
    assert_eq!(runs.rows(), 40);
    assert_eq!(runs.names[..4], ["point", "stake-share", "seed", "error"]);
    let parts: Vec<String> = (1..=3).map(|i| format!("parts/small-shard-{i}-of-3")).collect();
    let parts: Vec<&str> = parts.iter().map(String::as_str).collect();
    let merge = [&more[..], &["--merge"], &parts].concat();
    assert_eq!(sweep(folder.path(), "merged", &merge), whole);
    // Without a part, what is missing is run.
    let two = [&more[..], &["--merge", parts[0], parts[2]]].concat();
    assert_eq!(sweep(folder.path(), "two", &two), whole);
    // A part of another text is refused.
    let refused = taosim()
        .args(["sweep", "small.toml", "--set", "replicates=21", "--out", "other", "--merge"])
        .args(&parts)
        .current_dir(folder.path())
        .assert()
        .code(2);
    let told = String::from_utf8(refused.get_output().stderr.clone()).expect("text");
    assert!(told.contains("it is of another sweep"), "{told}");
}

/// Killed at any moment and called again, a sweep comes to the same.
#[test]
fn a_sweep_that_is_killed_goes_on() {
    let folder = folder();
    let more = ["--set", "replicates=30"];
    let whole = sweep(folder.path(), "whole", &more);
    let mut killed = 0;
    for wait in [20, 45, 70, 110, 150, 200] {
        let mut child = Command::new(env!("CARGO_BIN_EXE_taosim"))
            .args(["sweep", "small.toml", "--out", "out", "--quiet", "--no-plots"])
            .args(more)
            .current_dir(folder.path())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .expect("the program");
        std::thread::sleep(Duration::from_millis(wait));
        let _ = child.kill();
        let status = child.wait().expect("an end");
        killed += usize::from(!status.success());
    }
    assert!(killed >= 2, "it was too fast to be killed");
    let resumed = [&more[..], &["--resume", "--jobs", "1"]].concat();
    if folder.path().join("out/.small.unfinished").exists() {
        assert_eq!(sweep(folder.path(), "out", &resumed), whole);
    }
    assert!(!folder.path().join("out/.small.unfinished").exists());
    // Again there is nothing to do, and the same answer.
    assert_eq!(sweep(folder.path(), "out", &[&more[..], &["--resume"]].concat()), whole);
    let nothing = taosim()
        .args(["sweep", "small.toml", "--out", "nowhere", "--resume"])
        .current_dir(folder.path())
        .assert()
        .code(2);
    let told = String::from_utf8(nothing.get_output().stderr.clone()).expect("text");
    assert!(told.contains("nothing to resume"), "{told}");
}

#[test]
fn runs_stop_where_enough_is_known() {
    let folder = folder();
    let until = "until={metric='honest_emission_share', half_width=0.002, at_least=3}";
    sweep(folder.path(), "out", &["--set", "replicates=24", "--set", until]);
    let points = parquet::read(&folder.path().join("out/small"), "points").expect("a table");
    let (runs, low, high) = (points.numbers("runs"), points.numbers("low"), points.numbers("high"));
    let metrics = points.texts("metric");
    for row in 0..points.rows() {
        if &*metrics[row] == "honest_emission_share" {
            let half = (high[row] - low[row]) / 2.0;
            assert!(half <= 0.002 || runs[row] == 24.0, "{half} after {} runs", runs[row]);
            assert!(runs[row] >= 3.0 && runs[row] % 3.0 == 0.0);
        }
    }
    assert!(runs.iter().any(|runs| *runs < 24.0), "{runs:?}");
}

#[test]
fn a_run_that_fails_is_told_and_the_others_are_kept() {
    let folder = folder();
    let script = "if epoch > 20 { throw \"enough\" } evaluate(0.1)";
    fs::write(folder.path().join("scenarios/broken.rhai"), script).expect("a script");
    let text = TEXT.replace(
        "keys = [\"coalitions.cabal.stake_share\"]\nvalues = [0.2, 0.6]",
        "keys = [\"subnet.text.validators.honest.strategy\"]\nnames = [\"{kind='honest'}\", \
         \"{kind='script', file='broken.rhai'}\"]",
    );
    fs::write(folder.path().join("small.toml"), text).expect("a study");
    sweep(folder.path(), "out", &[]);
    let place = folder.path().join("out/small");
    let points = parquet::read(&place, "points").expect("a table");
    let (failed, mean) = (points.numbers("failed"), points.numbers("mean"));
    assert_eq!(failed.iter().filter(|failed| **failed > 0.0).count(), 9);
    let fits = |(failed, mean): (&f64, &f64)| (*failed > 0.0) == mean.is_nan();
    assert!(failed.iter().zip(&mean).all(fits));
    let verdict = fs::read_to_string(place.join("verdict.md")).expect("text");
    assert!(verdict.contains("12 runs failed") && verdict.contains("enough"), "{verdict}");
}

#[test]
fn what_is_wrong_is_told_with_its_place() {
    let told = |edits: &[&str]| load(edits).expect_err("it is wrong");
    insta::assert_snapshot!(
        "metric",
        told(&["read.metrics=['honest_emision_share', 'cabal:gane']"])
    );
    insta::assert_snapshot!("bounds", told(&["axes.kappa.range={from=0.7, to=0.3, count=3}"]));
    insta::assert_snapshot!("point", told(&["axes.kappa.range={from=0.3, to=1.7, count=3}"]));
    insta::assert_snapshot!("key", told(&["axes.kappa.keys=['protocol.kapa']"]));
    insta::assert_snapshot!("empty", told(&["design.constraints=['kappa > 1.0']"]));
    insta::assert_snapshot!("constraint", told(&["design.constraints=['kapa > 1.0']"]));
    insta::assert_snapshot!("zip", told(&["design.kind='zip'"]));
    insta::assert_snapshot!("reference", told(&["read.reference=['kappa=0.4']"]));
    insta::assert_snapshot!("other_kind", told(&["attack={coalition='cabal'}"]));
    insta::assert_snapshot!("from", told(&["read.from=30"]));
}

#[test]
fn every_design_is_run() {
    for (edits, points) in [
        (vec!["design.kind='zip'", "axes.stake-share.values=[0.2, 0.4, 0.6]"], 3),
        (vec!["design.kind='one-at-a-time'"], 4),
        (vec!["design={kind='list', points=[{values=['0.4', '0.2']}]}"], 1),
        (vec!["design={kind='latin-hypercube', count=5}"], 5),
        (vec!["design={kind='sobol', count=5}"], 5),
        (vec!["design={kind='morris', count=2}"], 6),
        (vec!["design={kind='sobol-indices', count=2}"], 8),
        (vec!["design.constraints=['kappa + stake_share < 1.0']"], 4),
        (vec!["axes.kappa.keys=[]", "derived=[{keys=['protocol.kappa'], value='1.0 - kappa'}]"], 6),
    ] {
        let folder = folder();
        assert_eq!(load(&edits).expect("a sweep").points.len(), points, "{edits:?}");
        let set: Vec<&str> = edits.iter().flat_map(|edit| ["--set", edit]).collect();
        let short = [&set[..], &["--set", "replicates=2"]].concat();
        let digest = sweep(folder.path(), "out", &short);
        assert_eq!(digest.len(), 32, "{edits:?}: {digest}");
        let place = folder.path().join("out/small");
        let estimates = edits[0].contains("morris") || edits[0].contains("indices");
        assert_eq!(place.join("indices.parquet").exists(), estimates);
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 256, ..ProptestConfig::default() })]

    /// No text makes it panic.
    #[test]
    fn mutated_texts_are_told_or_read(at in 0_usize..TEXT.len(), with in "[ -~]{0,3}") {
        if TEXT.is_char_boundary(at) {
            let text = format!("{}{with}{}", &TEXT[..at], &TEXT[(at + with.len()).min(TEXT.len())..]);
            let _ = load_text(&text, &[]);
        }
    }
}

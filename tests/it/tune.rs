//! Tuning: that the chosen setting is better than the default where there is something to be had,
//! that it repeats, and what is refused.

use std::fs;
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::Duration;

use taosim::record::{Manifest, parquet};
use taosim::scenario::{Edit, Scenario};
use taosim::study::tune::Tuning;

use crate::tools::{catalogue, read_base, study_digest, study_folder};

/// Against a cabal that is past the majority, short.
const TEXT: &str = r#"
schema = 1
name = "small"
question = "Which kappa leaves a cabal the least?"
base = "scenarios/cabal.toml"
set = ["epochs=30", "coalitions.cabal.from=5", "coalitions.cabal.stake_share=0.45"]
replicates = 4

[read]
from = 10

[[axes]]
name = "kappa"
keys = ["protocol.kappa"]
range = { from = 0.3, to = 0.7 }
base = "0.4"

[[axes]]
name = "rule"
keys = ["protocol.reward_rule"]
names = ["'chain-classic'", "'chain-yuma3'"]
base = "'chain-yuma3'"

[[attacks]]
name = "half"
set = ["coalitions.cabal.strategy.self_weight=0.5"]

[[objectives]]
name = "honest"
metric = "honest_emission_share"

[search]
population = 6
rounds = 4
replicates = 2
finalists = 2
"#;

fn load(edits: &[&str]) -> Result<Tuning, String> {
    let edits: Vec<Edit> = edits.iter().map(|edit| edit.parse().expect("an edit")).collect();
    Tuning::load("small.toml", TEXT, &edits, &catalogue(), read_base)
        .map_err(|error| error.to_string())
}

fn folder() -> tempfile::TempDir {
    study_folder(TEXT)
}

fn tune(folder: &Path, out: &str, more: &[&str]) -> String {
    study_digest("tune", folder, out, more)
}

/// At kappa 0.4 a cabal of 45 % sets consensus by itself; at a half it does not.
#[test]
fn the_chosen_setting_beats_a_bad_default() {
    let folder = folder();
    let digest = tune(folder.path(), "out", &[]);
    let place = folder.path().join("out/small");
    assert_eq!(Manifest::read(&place).expect("a manifest").result_digest, digest);
    let finalists = parquet::read(&place, "finalists").expect("a table");
    let chosen = finalists.flags("chosen").iter().position(|chosen| *chosen).expect("a choice");
    let (low, kappa) = (finalists.numbers("honest_difference_low"), finalists.numbers("kappa"));
    assert!(low[chosen] > 0.1, "{low:?}");
    assert!((0.44..0.56).contains(&kappa[chosen]), "{kappa:?}");
    assert!(finalists.flags("default")[0] && kappa[0] == 0.4);
    // The world that is worse is the one that counts.
    let worlds = parquet::read(&place, "worlds").expect("a table");
    let (value, of) = (worlds.numbers("value"), worlds.numbers("finalist"));
    for (at, honest) in finalists.numbers("honest").iter().enumerate() {
        let own = value.iter().zip(&of).filter(|(_, finalist)| **finalist == at as f64);
        let least = own.map(|(value, _)| *value).fold(f64::INFINITY, f64::min);
        assert_eq!(least, *honest);
    }
    // What is to be written is a scenario, with the chosen value.
    let text = fs::read_to_string(place.join("chosen.toml")).expect("text");
    let scenario = Scenario::load_with("chosen.toml", &text, &[], &catalogue());
    assert_eq!(scenario.expect("a scenario").subnets[0].rules.params.kappa, kappa[chosen]);
    for figure in ["chosen", "parallel", "progress", "worlds"] {
        assert!(place.join(format!("plots/{figure}.svg")).exists(), "{figure}");
    }
}

#[test]
fn a_study_that_is_killed_goes_on_and_threads_do_not_matter() {
    let folder = folder();
    let more = ["--no-plots", "--set", "search.rounds=8"];
    let whole = tune(folder.path(), "whole", &more);
    for wait in [30, 60, 100, 150, 220] {
        let mut child = Command::new(env!("CARGO_BIN_EXE_taosim"))
            .args(["tune", "small.toml", "--out", "out", "--quiet"])
            .args(more)
            .current_dir(folder.path())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .expect("the program");
        std::thread::sleep(Duration::from_millis(wait));
        let _ = child.kill();
        child.wait().expect("an end");
    }
    assert!(folder.path().join("out/.small.journal").exists(), "it was too fast to be killed");
    assert_eq!(tune(folder.path(), "out", &[&more[..], &["--jobs", "1"]].concat()), whole);
}

#[test]
fn every_method_is_run() {
    let two = "objectives=[{metric='honest_emission_share'}, {metric='vtrust'}]";
    for edits in [
        vec!["search.method='bayesian'"],
        vec![two],
        vec!["constraints=[{metric='vtrust', at_least=0.6}]"],
    ] {
        let folder = folder();
        let set: Vec<&str> = edits.iter().flat_map(|edit| ["--set", edit]).collect();
        let digest = tune(folder.path(), "out", &set);
        assert_eq!(digest.len(), 32, "{edits:?}");
        let tried = parquet::read(&folder.path().join("out/small"), "tried").expect("a table");
        assert_eq!(tried.rows(), 24, "{edits:?}");
        let front = folder.path().join("out/small/plots/front.svg").exists();
        assert_eq!(front, edits[0] == two);
    }
}

/// Where nothing keeps the constraints, that is what is said.
#[test]
fn a_constraint_that_nothing_keeps_is_told() {
    let folder = folder();
    let never = "constraints=[{metric='vtrust', at_least=1.5}]";
    tune(folder.path(), "out", &["--set", never]);
    let place = folder.path().join("out/small");
    let verdict = fs::read_to_string(place.join("verdict.md")).expect("text");
    assert!(verdict.contains("No setting was found"), "{verdict}");
    assert!(!place.join("chosen.toml").exists());
}

#[test]
fn what_is_wrong_is_told_with_its_place() {
    let told = |edits: &[&str]| load(edits).expect_err("it is wrong");
    insta::assert_snapshot!("tune_metric", told(&["objectives.0.metric='honest_emision_share'"]));
    insta::assert_snapshot!("tune_bounds", told(&["axes.kappa.range={from=0.7, to=0.3}"]));
    insta::assert_snapshot!("tune_point", told(&["axes.kappa.range={from=0.3, to=1.3}"]));
    insta::assert_snapshot!("tune_world", told(&["objectives.0.world='haff'"]));
    insta::assert_snapshot!("tune_nothing", told(&["objectives=[]", "axes=[]"]));
    insta::assert_snapshot!(
        "tune_method",
        told(&["objectives=[{metric='vtrust'}, {metric='stake_hhi'}]", "search.method='cma-es'"])
    );
}

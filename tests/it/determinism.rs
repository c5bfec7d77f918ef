//! The same text gives the same bits.

use std::fs;

use taosim::scenario::{Edit, Scenario};

use crate::tools::{catalogue, run, scenario, scenarios};

#[test]
fn any_number_of_threads_gives_the_same_digest() {
    let scenario = scenario("quickstart.toml", &["epochs=60"]);
    let digest = |threads| {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().expect("a pool");
        pool.install(|| run(&scenario).0)
    };
    let one = digest(1);
    for threads in [2, 3, 8] {
        assert_eq!(digest(threads), one, "{threads} threads");
    }
}

/// The same with an owner's hotkey, child keys and refused weights.
#[test]
fn what_happens_around_an_epoch_does_not_depend_on_threads() {
    let links = "subnet.text.child_keys=[{ parent = 'cabal', child = 'honest', proportion = 0.5 }]";
    let two = "protocol.mechanisms={ count = 2 }";
    let edits = ["epochs=30", "subnet.text.owner=cabal", "protocol.tempo=60", two, links];
    let featured = scenario("quickstart.toml", &edits);
    let digest = |threads| {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().expect("a pool");
        pool.install(|| run(&featured).0)
    };
    let one = digest(1);
    for threads in [2, 3, 8] {
        assert_eq!(digest(threads), one, "{threads} threads");
    }
    assert_ne!(one, run(&scenario("quickstart.toml", &edits[..4])).0);
}

#[test]
fn the_resolved_text_repeats_every_scenario() {
    for path in scenarios() {
        let text = fs::read_to_string(&path).expect("a scenario of the tree");
        let edits = ["epochs=30".parse().expect("an edit")];
        let source = path.display().to_string();
        let load = |text: &str, edits: &[Edit]| {
            Scenario::load_with(&source, text, edits, &catalogue()).expect("a good scenario")
        };
        let first = load(&text, &edits);
        let again = load(first.resolved(), &[]);
        assert_eq!(first.digest(), again.digest(), "{source}");
        assert_eq!(run(&first).0, run(&again).0, "{source}");
    }
}

#[test]
fn what_is_recorded_does_not_change_the_digest() {
    let digest = |edits: &[&str]| run(&scenario("quickstart.toml", edits)).0;
    let all = digest(&["epochs=20"]);
    assert_eq!(digest(&["epochs=20", "record.every=7", "record.weights=never"]), all);
    assert_ne!(digest(&["epochs=20", "seed=8"]), all);
}

/// A group that is added at the end leaves the scores and draws of the others alone: with no
/// stake and no miners of its own it changes nobody's pay.
#[test]
fn an_agent_that_is_added_moves_nobody_elses_numbers() {
    let text = fs::read_to_string(crate::tools::root().join("scenarios/weight-copying.toml"))
        .expect("a scenario of the tree");
    let extra = "\n[[subnet.text.validators]]\nname = \"idle\"\ncount = 3\nstake = 0.0\n";
    let load = |text: &str| {
        let edits = ["epochs=40".parse().expect("an edit")];
        Scenario::load("extra.toml", text, &edits).expect("a good scenario")
    };
    let (_, without) = run(&load(&text));
    let (_, with) = run(&load(&format!("{text}{extra}")));
    assert_eq!(
        without.group("honest", "earned_alpha"),
        with.group("honest", "earned_alpha"),
        "the honest validators' pay"
    );
}

/// Pinned: a change of any number in any of these runs shows here. A commit that changes a
/// digest says why.
#[test]
fn golden_digests() {
    let digests: Vec<String> = scenarios()
        .into_iter()
        .map(|path| {
            let name = path.file_name().expect("a file").to_string_lossy().into_owned();
            let (digest, _) = run(&scenario(&name, &["epochs=50"]));
            format!("{name} {digest}")
        })
        .collect();
    insta::assert_snapshot!(digests.join("\n"));
}

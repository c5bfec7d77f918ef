//! Behaviours written in scripts: they play as the built-in ones do, and can do no harm.

use std::collections::BTreeMap;
use std::fs;
use std::sync::atomic::AtomicBool;

use proptest::prelude::*;
use proptest::sample::Index;
use taosim::record::Digest;
use taosim::record::journal::Journal;
use taosim::scenario::{Edit, Scenario, ScenarioError};
use taosim::simulation::Simulation;
use taosim::strategy::Catalogue;
use taosim::study::attack::Study;
use taosim::study::batch::{Desk, Unwatched};
use tempfile::tempdir;

use crate::tools::{root, run, scenario, taosim};

/// The three roles, each with a script under the name of its role.
const TEXT: &str = r#"schema = 1
seed = 3
epochs = 40
[[subnet.a.validators]]
name = "v"
count = 3
stake = [100, 200, 300]
cost = 0.1
strategy = { kind = "script", file = "validator.rhai" }
[[subnet.a.miners]]
name = "m"
count = 4
quality = [1, 2, 4, 3]
cost = 1.0
strategy = { kind = "script", file = "miner.rhai" }
[[subnet.a.stakers]]
name = "s"
count = 3
stake = 50
strategy = { kind = "script", file = "staker.rhai" }
"#;

const VALIDATOR: &str = "evaluate(0.1)";
const MINER: &str = "1.0";
const STAKER: &str = "[]";

/// The shirker of this crate, in a script.
const SHIRKER: &str = r"
if epoch == 0 {
    state.effort = 1.0;
    state.direction = -1.0;
    state.profit = 0.0;
}
state.profit += last_income - last_cost;
if (epoch + 1) % 5 == 0 {
    if state.last != () && state.profit < state.last { state.direction = -state.direction; }
    state.last = state.profit;
    state.profit = 0.0;
    state.effort = max(0.2, min(1.0, state.effort + state.direction * 0.1));
}
state.effort
";

/// The yield chaser of this crate, in a script.
const CHASER: &str = r"
let yields = offers.map(|offer| offer.epoch_yield);
if state.yields != () {
    let smooth = state.yields;
    for at in 0..yields.len() { smooth[at] += 0.1 * (yields[at] - smooth[at]); }
    yields = smooth;
}
state.yields = yields;
let best = yields.ranked()[0];
let moves = [];
for position in positions {
    let own = 0.0;
    for at in 0..offers.len() { if offers[at].uid == position.uid { own = yields[at]; } }
    let to = offers[best].uid;
    if position.uid != to && yields[best] > own * (1.0 + 0.05) {
        moves.push(#{ from: position.uid, to: to, amount: position.amount * 0.1 });
    }
}
moves
";

/// A catalogue with these scripts, by name.
fn catalogue(scripts: &[(&str, &str)]) -> Catalogue {
    let scripts: BTreeMap<String, String> =
        scripts.iter().map(|(name, text)| ((*name).to_owned(), (*text).to_owned())).collect();
    Catalogue::builtin().with_scripts(move |_, name| {
        scripts.get(name).cloned().ok_or_else(|| "no such file".into())
    })
}

fn load(scripts: [&str; 3], edits: &[&str]) -> Result<Scenario, ScenarioError> {
    let edits: Vec<Edit> = edits.iter().map(|edit| edit.parse().expect("an edit")).collect();
    let [validator, miner, staker] = scripts;
    let scripts = [("validator.rhai", validator), ("miner.rhai", miner), ("staker.rhai", staker)];
    Scenario::load_with("s.toml", TEXT, &edits, &catalogue(&scripts))
}

fn digest(scripts: [&str; 3], edits: &[&str]) -> String {
    run(&load(scripts, edits).unwrap_or_else(|error| panic!("{error}"))).0
}

#[test]
fn the_scripted_scenario_keeps_every_rao_on_any_number_of_threads() {
    let scenario = scenario("scripted.toml", &["epochs=60"]);
    let on = |threads| {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().expect("a pool");
        pool.install(|| {
            let mut digest = Digest::new();
            let mut simulation = Simulation::new(&scenario).audited();
            let ending = simulation.run(&mut [&mut digest], &AtomicBool::new(false));
            ending.expect("every law holds");
            digest.text()
        })
    };
    let one = on(1);
    assert_eq!(on(2), one);
    assert_eq!(on(5), one);
}

/// The same scores, the same money, bit by bit, as those who are built in.
#[test]
fn a_script_plays_as_its_native_twin() {
    let natives = [
        "subnet.a.validators.v.strategy=honest",
        "subnet.a.miners.m.strategy=honest",
        "subnet.a.stakers.s.strategy=passive",
    ];
    let scripts = [VALIDATOR, MINER, STAKER];
    let native = digest(scripts, &natives);
    assert_eq!(digest(scripts, &[]), native);
    assert_ne!(digest(["evaluate(0.2)", MINER, STAKER], &[]), native);

    let with = |edit: &str| digest(scripts, &[natives[0], natives[1], natives[2], edit]);
    assert_eq!(
        digest([VALIDATOR, SHIRKER, STAKER], &[]),
        with("subnet.a.miners.m.strategy=shirker")
    );
    assert_eq!(
        digest([VALIDATOR, MINER, CHASER], &[]),
        with("subnet.a.stakers.s.strategy=yield-chaser")
    );
    // Also what one asks for beside its answer.
    let growing = "improve(1.01, 0.5); 1.0";
    assert_ne!(digest([VALIDATOR, growing, STAKER], &[]), native);
}

/// Each agent has a memory and draws of its own, and all else is a copy.
#[test]
fn agents_share_nothing() {
    let counts = "if params.x != () { throw \"changed\" }\n\
                  params.x = 3; consensus[0] = 3.0; kappa = 3.0;\n\
                  state.turns = (state.turns ?? 0) + 1;\n\
                  if state.turns != epoch + 1 { throw `${state.turns} turns by epoch ${epoch}`; }\n\
                  let all = zeros(own_weights.len()); all[3] = uniform(); all[4] = 1.0; all";
    let scenario = load([counts, MINER, STAKER], &[]).unwrap_or_else(|error| panic!("{error}"));
    let mut simulation = Simulation::new(&scenario);
    for _ in 0..3 {
        simulation.step().expect("it counts its own turns");
    }
    let subnet = &simulation.world().subnets[0];
    let weight = |row: usize| subnet.outcome.weights[row * subnet.uids() + 3];
    assert!(weight(0) > 0.0 && weight(0) != weight(1) && weight(1) != weight(2));
}

#[test]
fn scripts_that_cannot_be_run_are_told_with_their_text() {
    let mut told = Vec::new();
    for script in
        ["evaluate(0.1", "let x = 1;\nevaluate(nois)", "import \"x\" as y; []", "2.0 ** 0.5"]
    {
        told.push(load([script, MINER, STAKER], &[]).expect_err(script).to_string());
    }
    for edit in [
        "subnet.a.validators.v.strategy.file=other.rhai",
        "subnet.a.validators.v.strategy.file=../validator.rhai",
        "subnet.a.validators.v.strategy.file=/etc/passwd",
        "subnet.a.validators.v.strategy.digest=abc",
        "subnet.a.validators.v.strategy.params=3",
        "subnet.a.validators.v.strategy.max_operations=0",
    ] {
        told.push(load([VALIDATOR, MINER, STAKER], &[edit]).expect_err(edit).to_string());
    }
    let without = Scenario::load("s.toml", TEXT, &[]).expect_err("scripts that nobody reads");
    assert_eq!(without.count(), 3, "{without}");
    insta::assert_snapshot!(told.join("\n\n--------\n"));
}

/// What went wrong in one of two epochs.
fn failure(scripts: [&str; 3]) -> String {
    let scenario = load(scripts, &["epochs=2"]).unwrap_or_else(|error| panic!("{error}"));
    let ending = Simulation::new(&scenario).run(&mut [], &AtomicBool::new(false));
    ending.map_or_else(|error| error.to_string(), |_| "nothing went wrong".into())
}

#[test]
fn scripts_that_fail_are_told_with_agent_and_place() {
    let validators = [
        "loop { }",
        "try { loop { } } catch { }\nevaluate(0.1)",
        "let scores = evaluate(0.1);\nscores[99]",
        "fn of(x) {\n    x.missing()\n}\nof(epoch)",
        "fn deeper(x) { deeper(x + 1) }\ndeeper(0)",
        "throw \"I will not\"",
        "evaluate(-1)",
        "[1.0, 2.0]",
        "let w = evaluate(0.1); w[4] = 0.0 / 0.0; w",
        "let w = evaluate(0.1); w[4] = -1; w",
        "let w = evaluate(0.1); w[4] = \"all\"; w",
        "\"all of it\"",
        "let a = \"a\"; loop { a += a; }",
        "let a = [1]; loop { a += a; }",
        "[3, 1, 0.0 / 0.0].order()",
        "[3, 1, 2].sort(|a, b| 1)",
    ];
    let miners = ["2.0", "0.0 / 0.0", "[]", "forward(99, 1.0, 0.0); 1.0", "share(0, 2); 1.0"];
    let stakers = [
        "3",
        "[3]",
        "[#{ from: 0, to: 1 }]",
        "[#{ from: 0, to: 1, amount: -1 }]",
        "[#{ from: 99, to: 1, amount: 1 }]",
        "[#{ from: positions[0].uid, to: 5, amount: 1 }]",
    ];
    let mut told = Vec::new();
    for script in validators {
        told.push(format!("{script}\n=> {}", failure([script, MINER, STAKER])));
    }
    for script in miners {
        told.push(format!("{script}\n=> {}", failure([VALIDATOR, script, STAKER])));
    }
    for script in stakers {
        told.push(format!("{script}\n=> {}", failure([VALIDATOR, MINER, script])));
    }
    insta::assert_snapshot!(told.join("\n\n"));
}

/// No function of the language or of ours reaches a file, the clock, another script or the terminal.
#[test]
fn a_script_reaches_nothing_outside() {
    for script in [
        "open(\"/etc/passwd\")",
        "open_file(\"/etc/passwd\")",
        "read_file(\"/etc/passwd\")",
        "File(\"/etc/passwd\")",
        "include(\"/etc/passwd\")",
        "eval(\"1\")",
        "import \"miner\" as other;",
        "timestamp()",
        "sleep(1000000)",
        "rand()",
        "exit(1)",
        "Fn(\"sleep\").call(1000000)",
    ] {
        match load([script, MINER, STAKER], &["epochs=1"]) {
            Err(error) => assert_eq!(error.count(), 1, "{script}: {error}"),
            Ok(scenario) => {
                let mut simulation = Simulation::new(&scenario);
                let error = simulation.step().expect_err(script).to_string();
                assert!(error.contains("Function not found"), "{script}: {error}");
            }
        }
    }
    // What is printed goes nowhere.
    assert_eq!(failure(["print(1); debug(2); evaluate(0.1)", MINER, STAKER]), "nothing went wrong");
}

/// Results hold what repeats them, and a script that has changed since is refused.
#[test]
fn results_keep_the_scripts() {
    let dir = tempdir().expect("a folder");
    let out = dir.path().join("out");
    let quiet = ["--epochs", "5", "--no-plots", "--quiet"];
    let mut first = taosim();
    first.args(["run", "scenarios/scripted.toml"]).args(quiet).arg("--out").arg(&out);
    let first = first.assert().success().get_output().stdout.clone();
    let kept = out.join("scripted/1");
    let mut again = taosim();
    again.arg("run").arg(kept.join("scenario.toml")).args(quiet);
    again.arg("--out").arg(dir.path().join("again"));
    assert_eq!(again.assert().success().get_output().stdout, first);
    let script = kept.join("scripts/trimmed.rhai");
    let text = fs::read_to_string(&script).expect("the script is kept");
    let tree = root().join("scenarios/scripts/trimmed.rhai");
    assert_eq!(text, fs::read_to_string(tree).expect("a script of the tree"));
    fs::write(&script, text + "\n").expect("it can be written");
    let told = again.assert().code(2).get_output().stderr.clone();
    let told = String::from_utf8_lossy(&told).into_owned();
    assert!(told.contains("it was changed since"), "{told}");
    fs::write(&script, "loop { }").expect("it can be written");
    let mut looping = taosim();
    looping.args(["run", "scenario.toml"]).args(quiet).current_dir(&kept);
    fs::write(kept.join("scenario.toml"), endless(&kept)).expect("it can be written");
    looping.arg("--out").arg(dir.path().join("loop"));
    let told = looping.assert().code(1).get_output().stderr.clone();
    let told = String::from_utf8_lossy(&told).into_owned();
    assert!(told.contains("`max_operations`") && told.contains("trimmed.rhai:1:"), "{told}");
}

/// The kept scenario without its digests.
fn endless(kept: &std::path::Path) -> String {
    let text = fs::read_to_string(kept.join("scenario.toml")).expect("it is kept");
    let lines = text.lines().map(|line| match line.split_once(", digest = \"") {
        Some((before, rest)) => format!("{before}{}", rest.split_once('"').expect("an end").1),
        None => line.to_owned(),
    });
    lines.collect::<Vec<String>>().join("\n")
}

/// A study has scripts as a run has them, and keeps what ran where one of them failed.
#[test]
fn a_study_outlives_a_script_that_fails() {
    let cabal = fs::read_to_string(root().join("scenarios/cabal.toml")).expect("a scenario");
    let cabal = cabal.replace(
        "strategy = { kind = \"cabal\", self_weight = 1.0 }",
        "strategy = { kind = \"script\", file = \"own.rhai\", params = { self_weight = 1.0 } }",
    );
    let text = fs::read_to_string(root().join("scenarios/studies/majority-cliff.toml"));
    let edits = [
        "replicates=2",
        "set=[\"epochs=60\"]",
        "break_even.rounds=0",
        "axes.stake-share.values=[0.3, 0.55]",
        "axes.self-weight.keys=[\"coalitions.cabal.strategy.params.self_weight\"]",
    ];
    let edits = edits.map(|edit| edit.parse::<Edit>().expect("an edit"));
    let script = "if params.self_weight > 0.9 { throw \"all of it\" }\n\
                  for uid in partners { row[uid] = 1e6; }\n\
                  row";
    let catalogue = catalogue(&[("own.rhai", script)]);
    let read = |_: &str| Ok(("cabal.toml".to_owned(), cabal.clone()));
    let study = Study::load("s.toml", &text.expect("a study"), &edits, &catalogue, read);
    let study = study.unwrap_or_else(|error| panic!("{error}"));
    let stop = AtomicBool::new(false);
    let desk = Desk { stop: &stop, watcher: &Unwatched };
    let findings = study.run(&mut Journal::in_memory(), desk).expect("it ends");
    let trials = findings.tried.iter().flat_map(|tried| &tried.trials);
    let (good, failed): (Vec<_>, Vec<_>) = trials.partition(|trial| trial.arms.is_ok());
    assert_eq!((good.len(), failed.len()), (4, 4));
    for trial in failed {
        let error = trial.arms.as_ref().expect_err("a failure");
        assert!(error.contains("own.rhai:1:") && error.contains("all of it"), "{error}");
    }
}

/// Lines of the scripts of the tree, taken out, doubled, swapped and cut.
fn mutated() -> impl Strategy<Value = [String; 3]> {
    let changes = proptest::collection::vec((0..4_u8, any::<Index>(), any::<Index>()), 0..6);
    (changes, any::<Index>()).prop_map(|(changes, which)| {
        let read = |name: &str| {
            fs::read_to_string(root().join("scenarios/scripts").join(name)).expect("a script")
        };
        let mut scripts = ["trimmed.rhai", "break-even.rhai", "spreader.rhai"].map(read);
        let script = &mut scripts[which.index(3)];
        let mut lines: Vec<String> = script.lines().map(str::to_owned).collect();
        for (change, at, other) in changes {
            let (at, to) = (at.index(lines.len()), other.index(lines.len()));
            match change {
                0 if lines.len() > 1 => drop(lines.remove(at)),
                1 => lines.insert(to, lines[at].clone()),
                2 => lines.swap(at, to),
                _ => {
                    let cut = other.index(lines[at].len() + 1);
                    let cut = (0..=cut).rev().find(|cut| lines[at].is_char_boundary(*cut));
                    lines[at].truncate(cut.unwrap_or_default());
                }
            }
        }
        *script = lines.join("\n");
        scripts
    })
}

proptest! {
    #[test]
    fn mutated_scripts_never_panic(scripts in mutated()) {
        let [validator, miner, staker] = &scripts;
        let few = "max_operations=20000";
        let edits = [
            format!("subnet.a.validators.v.strategy.{few}"),
            format!("subnet.a.miners.m.strategy.{few}"),
            format!("subnet.a.stakers.s.strategy.{few}"),
            "subnet.a.validators.v.strategy.params={ noise = 0.1, memory = 0.5 }".to_owned(),
            "subnet.a.miners.m.strategy.params={ window = 1, rest = 2 }".to_owned(),
            "subnet.a.stakers.s.strategy.params={ best = 2, speed = 0.1 }".to_owned(),
        ];
        let edits: Vec<&str> = edits.iter().map(String::as_str).collect();
        match load([validator, miner, staker], &edits) {
            Err(error) => prop_assert!(!error.render(true).is_empty()),
            Ok(scenario) => {
                let mut simulation = Simulation::new(&scenario);
                for _ in 0..4 {
                    if simulation.step().is_err() {
                        break;
                    }
                }
            }
        }
    }
}

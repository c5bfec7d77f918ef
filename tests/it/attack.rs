//! Attack studies: what they find, that they repeat, and what they refuse.

use std::fs;
use std::path::PathBuf;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};

use taosim::record::journal::Journal;
use taosim::report::attack::{digest, tables};
use taosim::scenario::Edit;
use taosim::study::attack::{Arm, Findings, Study, Which};
use taosim::study::batch::{Desk, Unwatched, Watcher};
use taosim::study::statistics::Mean;
use tempfile::tempdir;

use crate::tools::{catalogue, root, taosim};

fn studies() -> Vec<PathBuf> {
    let entries = fs::read_dir(root().join("scenarios/studies")).expect("the studies");
    let files = entries.map(|entry| entry.expect("an entry").path());
    let is_attack = |path: &PathBuf| {
        let is_text = path.extension().is_some_and(|ending| ending == "toml");
        is_text && fs::read_to_string(path).is_ok_and(|text| text.contains("\n[attack]"))
    };
    let mut found: Vec<PathBuf> = files.filter(is_attack).collect();
    found.sort();
    found
}

fn load(source: &str, text: &str, edits: &[&str]) -> Result<Study, String> {
    let edits: Vec<Edit> = edits.iter().map(|edit| edit.parse().expect("an edit")).collect();
    let folder = root().join("scenarios/studies");
    let read = |base: &str| {
        let text = fs::read_to_string(folder.join(base)).map_err(|error| error.to_string())?;
        Ok((base.to_owned(), text))
    };
    Study::load(source, text, &edits, &catalogue(), read).map_err(|error| error.to_string())
}

fn study(name: &str, edits: &[&str]) -> Study {
    let path = root().join("scenarios/studies").join(name);
    let text = fs::read_to_string(path).expect("a study of the tree");
    load(name, &text, edits).unwrap_or_else(|error| panic!("{name}: {error}"))
}

fn desk(stop: &AtomicBool) -> Desk<'_> {
    Desk { stop, watcher: &Unwatched }
}

fn run(study: &Study) -> Findings {
    let stop = AtomicBool::new(false);
    study.run(&mut Journal::in_memory(), desk(&stop)).expect("a study that can be run")
}

fn mean(study: &Study, findings: &Findings, at: &str, metric: &str, arm: Which) -> f64 {
    let found = findings
        .tried
        .iter()
        .find(|tried| taosim::study::design::shown(&study.plan.axes, &tried.point) == at);
    Mean::of(&study.numbers(found.expect("a setting"), metric, arm)).mean
}

/// The published numbers: at 49 % of stake the cabal's miners get 8 % of incentive and its
/// validators 4 % of dividends; at 51 % it takes 100 % and 97 %.
#[test]
fn the_majority_cliff_is_where_it_is_said_to_be() {
    let edits = [
        "replicates=3",
        "axes.stake-share.values=[0.49, 0.51]",
        "axes.self-weight.values=[1.0]",
        // Once the bonds have settled.
        "attack.from=100",
    ];
    let study = study("majority-cliff.toml", &edits);
    let findings = run(&study);
    let at = |share: &str, metric: &str| {
        let at = format!("stake-share = {share}, self-weight = 1");
        mean(&study, &findings, &at, metric, Which::Attack)
    };
    for (share, metric, published) in [
        ("0.49", "cabal-miners:incentive_share", 0.08),
        ("0.49", "cabal:dividend_share", 0.04),
        ("0.51", "cabal-miners:incentive_share", 1.0),
        ("0.51", "cabal:dividend_share", 0.97),
    ] {
        let found = at(share, metric);
        assert!((found - published).abs() <= 0.03, "{metric} at {share}: {found}, not {published}");
    }
    let crossing = &findings.crossings[0];
    let breaks_even = crossing.at.expect("a break-even");
    assert!((0.49..0.51).contains(&breaks_even), "{breaks_even}");
    assert!(crossing.low <= breaks_even && breaks_even <= crossing.high, "{crossing:?}");
    assert!(!crossing.pays_at_first);
}

/// Without a market nothing but the owner's cut goes elsewhere: what the attackers gain others lose.
#[test]
fn what_attackers_gain_others_lose() {
    let edits = ["replicates=2", "axes.stake-share.values=[0.3, 0.55]", "break_even.rounds=0"];
    let study = study("majority-cliff.toml", &edits);
    for tried in &run(&study).tried {
        let profits = study.profits(tried);
        let losses = study.numbers(tried, "others_loss", Which::Difference);
        for (profit, loss) in profits.iter().zip(losses) {
            // But for the rao that floors leave to nobody.
            assert!((profit - loss).abs() < 1e-4, "{profit} gained, {loss} lost");
        }
    }
}

/// Both worlds are the same where the attackers play their own part in both.
#[test]
fn without_an_attack_there_is_nothing_between_the_worlds() {
    let edits = [
        "replicates=2",
        "set=[\"epochs=60\", \"coalitions.cabal.from=59\"]",
        "attack.from=0",
        "axes.stake-share.values=[0.4]",
        "break_even.rounds=0",
        "attack.with=[\"coalitions.cabal.acts=false\"]",
    ];
    let study = study("majority-cliff.toml", &edits);
    for trial in run(&study).tried.iter().flat_map(|tried| &tried.trials) {
        let (attack, honest) = trial.arms.as_ref().expect("two worlds");
        // By their bits, for what is not defined is not equal to itself.
        let bits = |arm: &Arm| serde_json::to_string(arm).expect("text");
        assert_eq!(bits(attack), bits(honest));
    }
}

#[test]
fn results_do_not_depend_on_the_number_of_threads() {
    let edits = ["replicates=3", "axes.stake-share.values=[0.49, 0.51]", "set=[\"epochs=60\"]"];
    let study = study("majority-cliff.toml", &edits);
    let on = |threads: usize| {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().expect("threads");
        digest(&pool.install(|| run(&study)))
    };
    let one = on(1);
    assert!(one == on(2) && one == on(3));
}

/// Stops a study after so many runs.
struct Stopper<'s> {
    left: AtomicUsize,
    stop: &'s AtomicBool,
}

impl Watcher for Stopper<'_> {
    fn wanted(&self, _: usize) {}

    fn finished(&self) {
        if self.left.fetch_sub(1, Ordering::Relaxed) <= 1 {
            self.stop.store(true, Ordering::Relaxed);
        }
    }
}

#[test]
fn a_study_that_was_stopped_again_and_again_comes_to_the_same() {
    let edits = ["replicates=3", "axes.stake-share.values=[0.49, 0.51]", "set=[\"epochs=60\"]"];
    let study = study("majority-cliff.toml", &edits);
    let whole = digest(&run(&study));
    let folder = tempdir().expect("a folder");
    let path = folder.path().join("journal");
    let (mut tries, mut last) = (0, None);
    while last.is_none() {
        let stop = AtomicBool::new(false);
        let watcher = Stopper { left: AtomicUsize::new(5), stop: &stop };
        let mut journal = Journal::<Arm>::open(&path).expect("a journal");
        let findings = study.run(&mut journal, Desk { stop: &stop, watcher: &watcher });
        last = Some(findings.expect("a study")).filter(|findings| findings.complete);
        tries += 1;
        assert!(tries < 100, "it never ends");
    }
    assert!(tries > 3, "it was stopped {tries} times");
    assert_eq!(last.map(|findings| digest(&findings)), Some(whole));
}

/// Few rounds of few policies find that at 51 % a cabal should give itself all it has, at once; and
/// what they find earns at least what the attack of the scenario does.
#[test]
fn the_adversary_finds_the_whole_vote_on_itself() {
    let edits = [
        "replicates=3",
        "search.rounds=12",
        "search.replicates=1",
        "set=[\"epochs=60\", \"coalitions.cabal.stake_share=0.51\"]",
        "search.levers.from.high=59.0",
        "search.known=[{ values = [0.6, 30.0, 0.0] }]",
    ];
    let study = study("worst-self-vote.toml", &edits);
    let stop = AtomicBool::new(false);
    let found = study.search(&mut Journal::in_memory(), desk(&stop)).expect("a search");
    let best = &found.finalists[0];
    assert!(best.policy.round > 0 && best.policy.levels[0].number() > 0.9, "{best:?}");
    assert!(best.policy.levels[1].number() < 10.0, "{best:?}");
    let known = found.finalists.iter().find(|finalist| finalist.policy.round == 0);
    assert!(
        known.is_some_and(|known| best.profit.low > known.profit.high),
        "{:?}",
        found.finalists
    );
    let again = study.search(&mut Journal::in_memory(), desk(&stop)).expect("a search");
    assert_eq!(format!("{:?}", found.policies), format!("{:?}", again.policies));
}

/// Every study of the tree is run, if only for a few epochs of each of its settings, and its tables
/// are whole.
#[test]
fn every_study_of_the_tree_runs() {
    let all = studies();
    assert!(all.len() >= 8, "{all:?}");
    for path in all {
        let text = fs::read_to_string(&path).expect("a study");
        let name = path.file_name().and_then(|name| name.to_str()).expect("a name");
        let plan = load(name, &text, &[]).unwrap_or_else(|error| panic!("{name}: {error}"));
        let plan = &plan.plan;
        assert!(plan.header.replicates >= 30, "{name} has {} replicates", plan.header.replicates);
        for (what, said) in [
            ("question", &plan.header.question),
            ("expected", &plan.header.expected),
            ("source", &plan.header.source),
            ("falsified_by", &plan.header.falsified_by),
        ] {
            assert!(!said.is_empty(), "{name} has no {what}");
        }
        if plan.search.is_some() {
            // It is looked through, and stopped before its first run.
            let study = load(name, &text, &[]).expect("a study");
            let stop = AtomicBool::new(true);
            let found = study.search(&mut Journal::in_memory(), desk(&stop));
            assert!(!found.unwrap_or_else(|error| panic!("{name}: {error}")).complete);
        }
        let short = plan.from.unwrap_or(0).max(1) + 2;
        let mut set: Vec<String> = plan.header.set.iter().map(Edit::shown).collect();
        set.retain(|edit| !edit.starts_with("epochs="));
        set.push(format!("epochs={short}"));
        let set = format!("set={set:?}");
        let edits = ["replicates=2", "break_even.rounds=0", "attack.from=0", set.as_str()];
        let Ok(study) = load(name, &text, &edits) else {
            // A coalition that would begin after so short a run.
            continue;
        };
        let findings = run(&study);
        for tried in &findings.tried {
            assert!(tried.trials.iter().all(|trial| trial.arms.is_ok()), "{name}: {tried:?}");
        }
        for (table, columns) in tables(&study, &findings) {
            let lengths: Vec<usize> =
                columns.columns.iter().map(taosim::record::table::Column::len).collect();
            assert!(lengths.windows(2).all(|pair| pair[0] == pair[1]), "{name}: {table}");
        }
    }
}

const GOOD: &str = r#"schema = 1
question = "?"
base = "../cabal.toml"
set = ["epochs=60"]
replicates = 2

[attack]
coalition = "cabal"

[[axes]]
name = "kappa"
keys = ["protocol.kappa"]
values = [0.4, 0.5]
"#;

#[test]
fn wrong_studies_are_told_with_place_and_remedy() {
    load("s.toml", GOOD, &[]).expect("the text that this test breaks is good");
    let mut told = Vec::new();
    for (good, bad) in [
        ("coalition = \"cabal\"", "coalition = \"cabel\""),
        ("coalition = \"cabal\"", "attackers = [\"frends\"]"),
        ("coalition = \"cabal\"", "subnet = \"text\""),
        ("[attack]", "[attack]\nform = 3"),
        ("values = [0.4, 0.5]", "values = [0.5, 0.4]"),
        ("values = [0.4, 0.5]", "values = []"),
        ("values = [0.4, 0.5]", "range = { from = 0.9, to = 0.1, count = 3 }"),
        ("values = [0.4, 0.5]", "values = [0.4, 1.5]"),
        ("protocol.kappa", "protocol.kapa"),
        ("set = [\"epochs=60\"]", "set = [\"epochs\"]"),
        ("set = [\"epochs=60\"]", "set = [\"epochs=20\"]"),
        ("replicates = 2", "replicates = 1"),
        ("[attack]", "[headline]\nmetric = \"vtrst\"\n[attack]"),
        ("[attack]", "[headline]\nat = [\"kappa=0.45\"]\n[attack]"),
        ("[attack]", "[[search.levers]]\nname = \"a\"\nkeys = []\nlow = 2.0\n[attack]"),
        (
            "[attack]",
            "[[search.levers]]\nname = \"a\"\nkeys = [\"seed\"]\neach = true\nnames = [\"[1, 2]\"]\n[attack]",
        ),
        (
            "[attack]",
            "[search]\nat = [\"kappa=0.45\"]\nlevers = [{ name = \"a\", keys = [\"seed\"] }]\n[attack]",
        ),
        ("coalition = \"cabal\"", "coalition = \"cabal\"\nentry = [\"honest=much\"]"),
        ("coalition = \"cabal\"", "coalition = \"cabal\"\nentry = [\"honets=1\"]"),
    ] {
        let error = load("s.toml", &GOOD.replace(good, bad), &[]).expect_err(bad);
        told.push(format!("--- {bad}\n{error}"));
    }
    insta::assert_snapshot!(told.join("\n\n"));
}

#[test]
fn the_command_tells_the_digest_last_and_keeps_a_verdict() {
    let folder = tempdir().expect("a folder");
    let mut attack = taosim();
    attack.args(["attack", "scenarios/studies/majority-cliff.toml", "--set", "replicates=2"]);
    attack.args(["--set", "axes.stake-share.values=[0.49, 0.51]", "--out"]).arg(folder.path());
    let said = attack.assert().success().get_output().stdout.clone();
    let said = String::from_utf8_lossy(&said).into_owned();
    let digest = said.lines().last().expect("a line");
    assert!(digest.len() == 32 && digest.bytes().all(|b| b.is_ascii_hexdigit()), "{said}");
    let place = folder.path().join("majority-cliff");
    let verdict = fs::read_to_string(place.join("verdict.md")).expect("a verdict");
    assert!(verdict.contains("Where it breaks even") && verdict.contains(digest), "{verdict}");
    for file in [
        "runs.parquet",
        "settings.parquet",
        "break_even.parquet",
        "plots/profit.svg",
        "plots/map.svg",
    ] {
        assert!(place.join(file).exists(), "{file}");
    }
    assert!(!folder.path().join(".majority-cliff.journal").exists());
    let mut missing = taosim();
    missing.args(["attack", "scenarios/studies/no-such-study.toml"]).assert().code(2);
}

/// The folder of a study has all that it takes to come to the same: the text, its base and the scripts
/// that this names.
#[test]
fn a_study_is_repeated_from_its_folder_alone() {
    let (folder, kept) = (tempdir().expect("a folder"), tempdir().expect("a folder"));
    let scenarios = root().join("scenarios");
    fs::create_dir_all(folder.path().join("in/scripts")).expect("a folder");
    fs::copy(scenarios.join("scripted.toml"), folder.path().join("scripted.toml")).expect("a base");
    for script in fs::read_dir(scenarios.join("scripts")).expect("scripts") {
        let script = script.expect("a script").path();
        fs::create_dir_all(folder.path().join("scripts")).expect("a folder");
        let to = folder.path().join("scripts").join(script.file_name().expect("a name"));
        fs::copy(script, to).expect("a copy");
    }
    let text = GOOD
        .replace("../cabal.toml", "../scripted.toml")
        .replace("epochs=60", "epochs=20")
        .replace("coalition = \"cabal\"", "attackers = [\"trimmers\"]");
    fs::write(folder.path().join("in/s.toml"), text).expect("a study");
    let digest = |study: PathBuf, out: &str| {
        let mut attack = taosim();
        attack.arg("attack").arg(study).args(["-q", "--no-plots", "--out"]);
        let said = attack.arg(kept.path().join(out)).assert().success().get_output().stdout.clone();
        String::from_utf8_lossy(&said).into_owned()
    };
    let first = digest(folder.path().join("in/s.toml"), "one");
    folder.close().expect("it is gone");
    assert_eq!(digest(kept.path().join("one/s/study.toml"), "two"), first);
}

#[test]
fn the_base_is_named_without_steps_back() {
    let mut attack = taosim();
    attack.args(["attack", "scenarios/studies/majority-cliff.toml", "--dry-run"]);
    attack.args(["--set", "set=[\"protocol.kapa=0.4\"]"]);
    let said = attack.assert().code(2).get_output().stderr.clone();
    let said = String::from_utf8_lossy(&said);
    assert!(said.contains("scenarios/cabal.toml") && !said.contains(".."), "{said}");
}

//! The program as a person or a script meets it.

use std::fs;
use std::path::Path;
use std::process::{Child, Command as Process, Stdio};
use std::thread::sleep;
use std::time::Duration;

use taosim::record::{Manifest, Status};
use tempfile::tempdir;

use crate::tools::{root, taosim};

fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

#[test]
fn help_has_examples() {
    for args in [&["--help"][..], &["run", "--help"], &["list", "--help"]] {
        let output = taosim().args(args).assert().success().get_output().clone();
        assert!(text(&output.stdout).contains("Example"), "{args:?}");
    }
    insta::assert_snapshot!(text(&taosim().arg("--help").assert().get_output().stdout));
}

#[test]
fn the_digest_is_the_last_line() {
    let dir = tempdir().expect("a folder");
    let mut run = taosim();
    run.args(["run", "scenarios/cabal.toml", "--epochs", "5", "--no-plots", "--out"]);
    let loud = text(&run.arg(dir.path()).assert().success().get_output().stdout);
    let digest = loud.lines().last().expect("a line").to_owned();
    assert!(digest.len() >= 16 && digest.bytes().all(|b| b.is_ascii_hexdigit()), "{digest}");
    assert!(loud.contains("honest stake share"), "{loud}");
    let quiet = text(&run.arg("--quiet").assert().success().get_output().stdout);
    assert_eq!(quiet, format!("{digest}\n"));
}

#[test]
fn a_wrong_text_writes_nothing_and_exits_with_2() {
    let dir = tempdir().expect("a folder");
    let mut run = taosim();
    run.args(["run", "scenarios/quickstart.toml", "--set", "protocol.kapa=0.5", "--out"]);
    let output = run.arg(dir.path().join("out")).assert().code(2).get_output().clone();
    assert!(output.stdout.is_empty());
    let told = text(&output.stderr);
    assert!(
        told.contains("unknown key `kapa`") && told.contains("did you mean `kappa`?"),
        "{told}"
    );
    assert!(!dir.path().join("out").exists());
}

#[test]
fn a_missing_file_a_folder_and_binary_rubbish() {
    let dir = tempdir().expect("a folder");
    let rubbish = dir.path().join("rubbish.toml");
    fs::write(&rubbish, [0xff, 0xfe, 0x00]).expect("it can be written");
    for (path, word) in [
        (dir.path().join("no.toml"), "cannot read"),
        (dir.path().to_owned(), "cannot read"),
        (rubbish, "not UTF-8"),
    ] {
        let output = taosim().arg("run").arg(&path).assert().code(2).get_output().clone();
        assert!(text(&output.stderr).contains(word), "{}", text(&output.stderr));
    }
}

#[test]
fn all_scenarios_are_checked_before_the_first_is_run() {
    let dir = tempdir().expect("a folder");
    let bad = dir.path().join("bad.toml");
    fs::write(&bad, "schema = 1\n").expect("it can be written");
    let mut run = taosim();
    run.args(["run", "scenarios/cabal.toml"]).arg(&bad).arg("--out").arg(dir.path().join("out"));
    run.assert().code(2);
    assert!(!dir.path().join("out").exists());
}

#[test]
fn results_of_another_text_are_not_overwritten() {
    let dir = tempdir().expect("a folder");
    let run = |epochs: &str| {
        let mut run = taosim();
        run.args(["run", "scenarios/cabal.toml", "--quiet", "--no-plots", "--epochs", epochs]);
        run.arg("--out").arg(dir.path()).assert()
    };
    run("5").success();
    run("5").success();
    let manifest = dir.path().join("cabal/1/manifest.toml");
    let before = fs::read(&manifest).expect("a manifest");
    let output = run("6").code(2).get_output().clone();
    assert!(text(&output.stderr).contains("results of another text"), "{}", text(&output.stderr));
    assert_eq!(fs::read(&manifest).expect("a manifest"), before);
}

#[test]
fn new_writes_a_scenario_that_runs() {
    let dir = tempdir().expect("a folder");
    let new = || {
        let mut new = taosim();
        new.current_dir(dir.path()).args(["new", "mine"]).assert()
    };
    new().success();
    let mut run = taosim();
    run.current_dir(dir.path()).args(["run", "mine.toml", "--quiet", "--epochs", "3"]);
    run.assert().success();
    assert!(dir.path().join("output/mine/1/epochs.parquet").exists());
    fs::write(dir.path().join("mine.toml"), "precious").expect("it can be written");
    new().code(2);
    assert_eq!(fs::read_to_string(dir.path().join("mine.toml")).expect("a text"), "precious");
    taosim().args(["new", "Not A Name"]).assert().code(2);
}

#[test]
fn check_prints_the_resolved_text() {
    let output = taosim().args(["check", "scenarios/cabal.toml"]).assert().success();
    let resolved = text(&output.get_output().stdout);
    assert!(resolved.contains("bonds_penalty = 1.0 # default"), "{resolved}");
    let quiet = taosim().args(["check", "-q", "scenarios/cabal.toml"]).assert().success();
    assert!(quiet.get_output().stdout.is_empty());
}

#[test]
fn lists_name_what_there_is() {
    for (what, names) in [
        ("strategies", &["weight-copier", "yield-chaser", "shirker", "self_weight"][..]),
        ("metrics", &["honest_stake_share", "relative_dividend_rate"]),
        ("tables", &["neurons.parquet", "stake_alpha (f64)"]),
        ("parameters", &["protocol.kappa", "subnet.NAME.miners.N.count", "[alpha]"]),
    ] {
        let output = taosim().args(["list", what]).assert().success().get_output().clone();
        let listed = text(&output.stdout);
        for name in names {
            assert!(listed.contains(name), "{what}: no {name}");
        }
        assert!(listed.lines().all(|line| line.chars().count() <= 110), "{what}");
    }
}

#[test]
fn plot_wants_a_folder_of_results() {
    let output = taosim().args(["plot", "src"]).assert().code(2).get_output().clone();
    assert!(text(&output.stderr).contains("not a folder of results"));
}

/// A run that would take minutes.
fn long_run(out: &Path) -> Child {
    Process::new(env!("CARGO_BIN_EXE_taosim"))
        .current_dir(root())
        .args(["run", "scenarios/quickstart.toml", "--epochs", "1000000", "--no-plots", "--out"])
        .arg(out)
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .expect("the program starts")
}

/// Waits until the run has begun to write.
fn begun(out: &Path) {
    for _ in 0..600 {
        if out.join("quickstart/.7.partial/epochs.parquet").exists() {
            sleep(Duration::from_millis(300));
            return;
        }
        sleep(Duration::from_millis(50));
    }
    panic!("the run never began");
}

#[cfg(unix)]
#[test]
fn ctrl_c_keeps_what_there_is() {
    let dir = tempdir().expect("a folder");
    let mut child = long_run(dir.path());
    begun(dir.path());
    let kill = Process::new("kill").args(["-INT", &child.id().to_string()]).status();
    assert!(kill.expect("kill runs").success());
    assert_eq!(child.wait().expect("it ends").code(), Some(130));
    let folder = dir.path().join("quickstart/7");
    let manifest = Manifest::read(&folder).expect("a manifest");
    assert_eq!(manifest.status, Status::Interrupted);
    assert!(manifest.epochs_run > 0);
    let epochs = taosim::record::parquet::read(&folder, "epochs").expect("a whole table");
    assert_eq!(epochs.rows(), manifest.epochs_run as usize);
}

#[test]
fn a_killed_run_leaves_no_half_written_results() {
    let dir = tempdir().expect("a folder");
    let mut child = long_run(dir.path());
    begun(dir.path());
    child.kill().expect("it can be killed");
    child.wait().expect("it ends");
    assert!(!dir.path().join("quickstart/7").exists());
    // The next run clears away what was left.
    let mut run = taosim();
    run.args(["run", "scenarios/quickstart.toml", "--epochs", "3", "--no-plots", "-q", "--out"]);
    run.arg(dir.path()).assert().success();
    let left: Vec<_> = fs::read_dir(dir.path().join("quickstart"))
        .expect("a folder")
        .map(|entry| entry.expect("an entry").file_name())
        .collect();
    assert_eq!(left, ["7"]);
}

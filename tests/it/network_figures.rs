//! The figures of a run with a token economy, and what is printed of it.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};

use taosim::plot::Format;
use taosim::record::parquet;
use taosim::report::{ReportError, eras, figures};
use tempfile::{TempDir, tempdir};

use crate::tools::taosim;

/// What a run with a network and with traders draws of it.
const NETWORK: [&str; 10] = [
    "apy",
    "concentration-network",
    "emission-share",
    "flow",
    "lorenz",
    "price-share",
    "prices",
    "supply",
    "traders",
    "where-tao-is",
];
/// What is drawn of subnets side by side.
const BESIDE: [&str; 6] =
    ["dividend-rate", "emission", "profit", "quality-incentive", "stake", "vtrust"];

/// A network of so many subnets, the pool of each deeper than the next one's.
fn text(subnets: usize) -> String {
    let mut text =
        "schema = 1\nseed = 1\nepochs = 6\n[network]\nroot = [{ name = \"root\", count = 2, \
                    stake = 500000.0 }]\ntraders = [{ name = \"holders\", count = 3, tao = 100.0, \
                    alpha = 50.0 }]\n"
            .to_owned();
    for at in 0..subnets {
        let tao = 40_000.0 / (at as f64 + 1.0);
        let _ = write!(
            text,
            "[subnet.s{at}]\nmarket = {{ tao = {tao:.1}, alpha = 2000000.0, elsewhere = 1000000.0 }}\n\
             validators = [{{ name = \"honest\", count = 2, stake = 100000.0, root = \"root\" }}]\n\
             miners = [{{ name = \"miners\", count = 3, quality = 1.0 }}]\n"
        );
    }
    text
}

/// Runs such a network; gives the folder of results and what was printed.
fn run(subnets: usize, more: &[&str]) -> (TempDir, PathBuf, String) {
    let dir = tempdir().expect("a folder");
    let file = dir.path().join("net.toml");
    fs::write(&file, text(subnets)).expect("a scenario");
    let mut command = taosim();
    command.arg("run").arg(&file).args(more).arg("--out").arg(dir.path());
    let output = command.assert().success().get_output().clone();
    let folder = dir.path().join("net/1");
    (dir, folder, String::from_utf8(output.stdout).expect("text"))
}

/// Every figure of a folder, by name.
fn drawn(folder: &Path) -> BTreeMap<String, Vec<u8>> {
    let entries = fs::read_dir(folder.join("plots")).expect("plots");
    let files = entries.map(|entry| entry.expect("an entry").path());
    let name = |path: &Path| path.file_stem().unwrap().to_string_lossy().into_owned();
    files.map(|path| (name(&path), fs::read(&path).expect("a figure"))).collect()
}

#[test]
fn a_network_has_its_figures_and_the_same_ones_when_drawn_again() {
    let (_dir, folder, _) = run(3, &["--quiet"]);
    let first = drawn(&folder);
    let mut expected: Vec<String> = NETWORK.iter().chain(&BESIDE).map(|&n| n.into()).collect();
    for subnet in ["s0", "s1", "s2"] {
        let single = BESIDE.iter().chain(&["bonds", "concentration", "weights"]);
        expected.extend(single.map(|name| format!("{subnet}-{name}")));
    }
    expected.sort();
    assert_eq!(first.keys().cloned().collect::<Vec<String>>(), expected);
    taosim().arg("plot").arg(&folder).assert().success();
    assert!(drawn(&folder) == first, "a figure differs when drawn again");
    for name in NETWORK {
        let svg = String::from_utf8_lossy(&first[name]);
        assert!(!svg.contains("no data"), "{name} is empty");
        assert!(!svg.contains("NaN"), "{name} shows what is not a number");
    }
}

/// Of many subnets none has figures of its own, and the twelve most paid stand side by side.
#[test]
fn many_subnets_have_few_figures_and_a_short_summary() {
    let (_dir, folder, printed) = run(14, &["--set", "epochs=3"]);
    let figures = drawn(&folder);
    let mut expected: Vec<&str> = NETWORK.iter().chain(&BESIDE).copied().collect();
    expected.sort_unstable();
    assert_eq!(figures.keys().collect::<Vec<_>>(), expected);
    let stake = String::from_utf8_lossy(&figures["stake"]);
    assert!(stake.contains("the 12 most paid of 14 subnets"));
    let shows = |name: &str| stake.lines().any(|line| line == name);
    assert!(shows("s11") && !shows("s12"), "not the most paid ones");
    let shares = String::from_utf8_lossy(&figures["emission-share"]);
    assert!(shares.lines().any(|line| line == "4 others"));

    let lines: Vec<&str> = printed.lines().collect();
    assert!(lines.len() < 35, "{} lines:\n{printed}", lines.len());
    for part in ["network, after 3 epochs", "and 4 others", "TAO issued", "14 of 14 subnets paid"] {
        assert!(printed.contains(part), "no `{part}` in\n{printed}");
    }
    assert!(!printed.contains("vtrust"), "groups of many subnets:\n{printed}");
}

/// A change of era is a line across every figure over time; a subnet whose emission is switched off
/// is told from the others.
#[test]
fn eras_and_switches_are_marked() {
    let eras = "network.eras=[{ era = \"taoflow-2025-11\", from = 3 }]";
    let switch = "subnet.s1.market.emission_enabled=false";
    let (_dir, folder, _) = run(3, &["--quiet", "--set", eras, "--set", switch]);
    let figures = drawn(&folder);
    let shows = |name: &str, text: &str| {
        String::from_utf8_lossy(&figures[name]).lines().any(|line| line == text)
    };
    for name in ["supply", "emission-share", "prices", "flow", "where-tao-is", "traders"] {
        assert!(shows(name, "taoflow-2025-11"), "{name} has no mark");
        let subtitle = String::from_utf8_lossy(&figures[name]);
        assert!(subtitle.contains("gate-2026-08 to taoflow-2025-11"), "{name}");
    }
    assert!(shows("price-share", "emission switched off"));
    assert!(shows("apy", "emission switched off"));
}

#[test]
fn all_issued_tao_is_somewhere() {
    let (_dir, folder, _) = run(3, &["--quiet", "--no-plots", "--set", "epochs=40"]);
    let network = parquet::read(&folder, "network").expect("a table");
    let columns = [
        "pools_tao",
        "root_tao",
        "author_tao",
        "traders_tao",
        "keys_tao",
        "stranded_tao",
        "elsewhere_tao",
    ]
    .map(|column| network.numbers(column));
    for (epoch, issued) in network.numbers("tao_issued_tao").into_iter().enumerate() {
        let held = columns.iter().fold(0.0, |sum, column| sum + column[epoch]);
        assert!((held - issued).abs() < 1e-6, "epoch {epoch}: {held} of {issued}");
    }
    assert!(columns[4].last() > Some(&0.0), "nobody sold income");
}

#[test]
fn runs_under_several_eras_stand_side_by_side() {
    let eras = ["dtao-2025-02", "taoflow-2025-11", "price-burn-2026-06", "gate-2026-08"];
    let runs: Vec<_> = eras
        .iter()
        .map(|era| run(5, &["--quiet", "--no-plots", "--set", &format!("network.era={era:?}")]))
        .collect();
    let folders: Vec<(&str, &Path)> =
        eras.iter().zip(&runs).map(|(era, (_, folder, _))| (*era, folder.as_path())).collect();
    let compared = eras::compare(&folders).expect("figures");
    let names: Vec<&str> = compared.iter().map(|named| named.name.as_str()).collect();
    assert_eq!(names, ["eras", "eras-ranks", "eras-shares"]);
    let draw = || {
        let dir = tempdir().expect("a folder");
        let files = figures::write(dir.path(), &compared, &[Format::Svg]).expect("files");
        files.iter().map(|file| fs::read_to_string(file).expect("a figure")).collect::<Vec<_>>()
    };
    let first = draw();
    assert!(first == draw(), "a figure differs when drawn again");
    for svg in &first {
        assert!(eras.iter().all(|era| svg.contains(era)), "an era is missing");
    }
}

#[test]
fn a_run_without_a_network_cannot_be_compared() {
    let dir = tempdir().expect("a folder");
    let mut command = taosim();
    command.args(["run", "scenarios/quickstart.toml", "--epochs", "2", "--no-plots", "--quiet"]);
    command.arg("--out").arg(dir.path()).assert().success();
    let folder = dir.path().join("quickstart/7");
    let compared = eras::compare(&[("none", &folder)]);
    assert!(matches!(compared, Err(ReportError::NoNetwork(path)) if path == folder));
    assert_eq!(eras::compare(&[]).map(|figures| figures.len()).ok(), Some(3));
}

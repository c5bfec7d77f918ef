//! Runs side by side.

use std::path::Path;

use taosim::record::parquet;
use taosim::report::compare::compare;
use tempfile::tempdir;

use crate::tools::taosim;

fn run(out: &Path, seed: &str, more: &[&str]) {
    let out = out.display().to_string();
    let arguments = ["run", "scenarios/cabal.toml", "--epochs", "60", "--no-plots", "--quiet"];
    taosim().args(arguments).args(["--out", &out, "--seed", seed]).args(more).assert().success();
}

#[test]
fn what_differs_is_told_in_text_metrics_and_pictures() {
    let folder = tempdir().expect("a folder");
    let (one, other) = (folder.path().join("one"), folder.path().join("other"));
    for seed in ["1", "2", "3"] {
        run(&one, seed, &[]);
        run(&other, seed, &["--set", "coalitions.cabal.stake_share=0.6"]);
    }
    // A seed that only one has does not count.
    run(&one, "4", &[]);
    let sides = [one.join("cabal"), other.join("cabal")];
    let comparison = compare(&sides, 52).expect("runs");
    assert_eq!(comparison.seeds, [1, 2, 3]);
    let keys: Vec<&str> = comparison.texts.iter().map(|found| found.key.as_str()).collect();
    assert!(keys.contains(&"coalitions.cabal.stake_share"), "{keys:?}");
    let metric = |name: &str| {
        comparison.metrics.iter().find(|metric| metric.name == name).expect("a metric")
    };
    let honest = metric("honest_incentive_share");
    assert!(honest.means[0] > 0.8 && honest.means[1] < 0.1, "{:?}", honest.means);
    let difference = honest.differences[1];
    assert!(difference.is_apart() && (difference.mean + 0.9).abs() < 0.15, "{difference:?}");
    assert_eq!((honest.differences[0].mean, honest.differences[0].low), (0.0, 0.0));
    // Two ends of one list: what differs most, and what does not differ at all.
    let distances: Vec<f64> =
        comparison.metrics.iter().map(taosim::report::compare::Metric::distance).collect();
    assert!(distances.windows(2).all(|pair| pair[0] >= pair[1]) && distances[0] > 0.5);
    assert_eq!(metric("permitted_validators").distance(), 0.0);

    let out = folder.path().join("out").display().to_string();
    let sides = sides.map(|side| side.display().to_string());
    let done = taosim().arg("compare").args(&sides).args(["--from", "52", "--out", &out]).assert();
    let told = String::from_utf8(done.success().get_output().stdout.clone()).expect("text");
    assert!(told.contains("coalitions.cabal.stake_share"), "{told}");
    let metrics = parquet::read(Path::new(&out), "metrics").expect("a table");
    assert_eq!(metrics.rows(), 2 * comparison.metrics.len());
    assert!(Path::new(&out).join("plots/courses.svg").exists());
}

#[test]
fn what_is_no_run_is_refused() {
    let folder = tempdir().expect("a folder");
    run(&folder.path().join("one"), "1", &[]);
    run(&folder.path().join("two"), "2", &[]);
    let path = |name: &str| folder.path().join(name).display().to_string();
    for (other, why) in
        [("empty", "cannot read"), ("one", "no run is in"), ("two/cabal/2", "no seed")]
    {
        let done =
            taosim().args(["compare", &path("one/cabal/1"), &path(other)]).assert().failure();
        let told = String::from_utf8(done.get_output().stderr.clone()).expect("text");
        assert!(told.contains(why), "{told}");
    }
}

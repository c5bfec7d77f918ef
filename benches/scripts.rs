//! What it costs to write a validator as a script rather than in Rust.
//!
//! `cargo bench --bench scripts` prints an epoch of one subnet under validators that do the same in
//! both ways, with scripts that do more and more: the ratio of the times is what counts, for the machine
//! is never quite idle. What an epoch does beside its validators is in both.

use std::fs;
use std::path::{Path, PathBuf};
use std::time::Duration;

use criterion::Criterion;
use taosim::scenario::{Edit, Scenario};
use taosim::simulation::Simulation;
use taosim::strategy::Catalogue;

const TEXT: &str = r#"schema = 1
seed = 1
epochs = 1000000
[[subnet.a.validators]]
name = "v"
count = 16
stake = 100.0
strategy = { kind = "honest", noise = 0.1 }
[[subnet.a.miners]]
name = "m"
count = 240
quality = { kind = "log-normal", mu = 0.0, sigma = 0.3 }
"#;

/// As native code does it: the scores are the answer.
const SHORT: &str = "evaluate(0.1)";

/// The same, touching each score once.
const LOOP: &str = "let row = evaluate(0.1);\n\
                    for uid in 0..row.len() { if row[uid] < 0.0 { row[uid] = 0.0; } }\n\
                    row";

/// The same, with a function of the script for each score.
const EACH: &str = "evaluate(0.1).map(|score| 2.0 * score)";

/// A moving average and a median.
const LONG: &str = include_str!("../scenarios/scripts/trimmed.rhai");

/// A simulation that has left its first epochs behind.
fn warmed(strategy: &str) -> Simulation {
    let scripts = |_: &str, name: &str| {
        let found =
            [("short.rhai", SHORT), ("loop.rhai", LOOP), ("each.rhai", EACH), ("long.rhai", LONG)];
        let text = found.iter().find(|script| script.0 == name);
        text.map(|script| script.1.to_owned()).ok_or_else(|| "no such script".to_owned())
    };
    let edit: Edit = format!("subnet.a.validators.v.strategy={strategy}").parse().expect("an edit");
    let catalogue = Catalogue::builtin().with_scripts(scripts);
    let scenario = Scenario::load_with("bench.toml", TEXT, &[edit], &catalogue);
    let mut simulation = Simulation::new(&scenario.expect("a good scenario"));
    for _ in 0..5 {
        simulation.step().expect("it runs");
    }
    simulation
}

/// What is measured: its name, and the strategy of the validators.
fn ways() -> [(&'static str, String); 5] {
    let script = |name: &str| {
        let params = "params = { noise = 0.1, memory = 0.5 }";
        format!("{{ kind = \"script\", file = \"{name}.rhai\", {params} }}")
    };
    [
        ("native", "{ kind = \"honest\", noise = 0.1 }".to_owned()),
        ("script of one line", script("short")),
        ("script with a loop", script("loop")),
        ("script with a function for each", script("each")),
        ("trimmed.rhai", script("long")),
    ]
}

const GROUP: &str = "an epoch, 16 x 256";

fn results() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("target/criterion")
}

/// The median of a benchmark `[microseconds]`, if it was measured.
fn microseconds(way: &str) -> Option<f64> {
    let place = results().join(GROUP).join(way).join("new/estimates.json");
    let text = fs::read_to_string(place).ok()?;
    let estimates: serde_json::Value = serde_json::from_str(&text).ok()?;
    Some(estimates["median"]["point_estimate"].as_f64()? / 1e3)
}

fn main() {
    let mut criterion = Criterion::default()
        .output_directory(&results())
        .warm_up_time(Duration::from_millis(500))
        .measurement_time(Duration::from_secs(2))
        .configure_from_args();
    let mut group = criterion.benchmark_group(GROUP);
    for (way, strategy) in ways() {
        let mut simulation = warmed(&strategy);
        group.bench_function(way, |b| b.iter(|| simulation.step().expect("it runs")));
    }
    group.finish();
    criterion.final_summary();
    let native = microseconds("native");
    println!("\n| {GROUP} | median | ratio to native |\n|---|---|---|");
    for (way, _) in ways() {
        if let (Some(native), Some(own)) = (native, microseconds(way)) {
            println!("| {way} | {own:.0} us | {:.1} |", own / native);
        }
    }
}

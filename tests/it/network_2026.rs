//! The whole network of August 2026, against the record of the same day.

use std::collections::BTreeMap;
use std::fs::{self, File};
use std::io::Read as _;
use std::path::PathBuf;
use std::sync::atomic::AtomicBool;

use flate2::read::GzDecoder;
use taosim::record::{Frame, Observer, RecordError};
use taosim::scenario::Scenario;
use taosim::scenario::import::{Csv, Economy, NetworkFiles, Options, network};
use taosim::simulation::Simulation;
use taosim::strategy::Spec;

use crate::tools::{root, scenario};

const NAME: &str = "network-2026.toml";

/// What was seen of every subnet in one epoch, in the subnets' order.
#[derive(Clone, Debug, Default)]
struct Seen {
    share: Vec<f64>,
    injected: Vec<f64>,
    bought: Vec<f64>,
    price: Vec<f64>,
    ema: Vec<f64>,
    burned: Vec<f64>,
    root_proportion: Vec<f64>,
}

/// Keeps what it sees; the engine checks the books itself.
#[derive(Default)]
struct Watch(Vec<Seen>);

impl Observer for Watch {
    fn observe(&mut self, frame: &Frame<'_>) -> Result<(), RecordError> {
        let network = frame.world.network.as_ref().expect("a network");
        let mut seen = Seen::default();
        for (at, market) in network.markets.iter().enumerate() {
            seen.share.push(market.flows.share);
            seen.injected.push(market.flows.tao_injected.tokens() / 360.0);
            seen.bought.push(market.flows.chain_buys.tokens() / 360.0);
            seen.price.push(network.price(at));
            seen.ema.push(market.ema);
            seen.burned.push(market.miner_burned);
            seen.root_proportion.push(market.flows.root_proportion);
        }
        self.0.push(seen);
        Ok(())
    }
}

fn watch(scenario: &Scenario) -> Vec<Seen> {
    let mut watch = Watch::default();
    Simulation::new(scenario)
        .run(&mut [&mut watch], &AtomicBool::new(false))
        .expect("it runs, and the books balance");
    watch.0
}

#[test]
fn the_whole_network_runs_and_half_of_it_is_degenerate() {
    let whole = scenario(NAME, &["epochs=2"]);
    assert_eq!(whole.subnets.len(), 128);
    let count = |is: &dyn Fn(usize) -> bool| (0..128).filter(|at| is(*at)).count();
    let market = |at: usize| &whole.subnets[at].market;
    let withholds = count(&|at| market(at).miner_burned >= 0.5);
    let off = count(&|at| !market(at).emission_enabled);
    assert_eq!((withholds, off, count(&|at| market(at).age.is_none())), (54, 43, 1));
    let degenerate = |at: usize| !market(at).emission_enabled || market(at).miner_burned >= 0.5;
    assert_eq!(count(&degenerate), 67);
    let groups = whole.subnets.iter().flat_map(|subnet| &subnet.validators);
    let ghosts = groups.filter(|plan| plan.strategy.as_ref().map(Spec::name) == Some("ghost"));
    assert_eq!(ghosts.fold(0, |sum, plan| sum + plan.group.count), 328);
    let seen = watch(&whole);
    assert_eq!(seen.len(), 2);
    let paid = seen[1].share.iter().filter(|share| **share > 0.0).count();
    assert_eq!(paid, 75, "subnets that get TAO");
}

/// Where the chain data are, if they are at hand.
fn data() -> Option<PathBuf> {
    let data = root().join("../shared/data");
    if !data.is_dir() {
        eprintln!("skipped: the chain data are not at hand");
        return None;
    }
    Some(data)
}

fn read(path: &PathBuf) -> String {
    if path.extension().is_some_and(|ending| ending == "gz") {
        let mut text = String::new();
        let file = File::open(path).expect("a file");
        GzDecoder::new(file).read_to_string(&mut text).expect("a compressed text");
        return text;
    }
    fs::read_to_string(path).expect("a text")
}

/// What stands below the head that was written by hand.
fn body(text: &str) -> &str {
    text.split_once("# What is modelled how:").expect("its head ends").1
}

#[test]
fn the_scenario_is_what_the_import_makes() {
    let Some(data) = data() else { return };
    let texts: Vec<String> = [
        "subnet_economics_2026_aug.csv",
        "validator_positions_block8772529.csv.gz",
        "validators_block8772529.csv",
        "subnet_hyperparams_block6521727.csv",
        "subnet_state_sn1_43_block9184186.csv",
    ]
    .iter()
    .map(|name| read(&data.join(name)))
    .collect();
    let csv = |at: usize| Csv { name: "snapshot.csv", text: &texts[at] };
    let files = NetworkFiles {
        economics: csv(0),
        positions: csv(1),
        validators: csv(2),
        hyperparams: vec![(csv(3), 6_521_727), (csv(4), 9_184_186)],
    };
    let economy = Economy {
        tao_issued: 11_206_920.0,
        tao_usd: 188.7,
        era: "gate-rank-2026-08".into(),
        shares: None,
    };
    let options =
        Options { name: "network-2026".into(), seed: 1, epochs: 200, source: String::new() };
    let made = network(&files, &economy, &options).unwrap_or_else(|error| panic!("{error}"));
    let kept = fs::read_to_string(root().join("scenarios").join(NAME)).expect("a scenario");
    assert!(body(&made) == body(&kept), "scenarios/{NAME} is not what the import makes");
    assert!(kept.len() < 250_000, "{} bytes", kept.len());
}

/// The sum of what is missing where too little is, as a part of `whole`.
fn misplaced(found: &[f64], recorded: &[f64], whole: f64) -> f64 {
    let gaps = found.iter().zip(recorded).map(|(found, recorded)| (found - recorded).abs());
    gaps.fold(0.0, |sum, gap| sum + gap) / 2.0 / whole
}

/// The record's columns, in the subnets' order.
fn recorded(text: &str) -> BTreeMap<&'static str, Vec<f64>> {
    const COLUMNS: &[&str] = &[
        "tao_in_pool_tao",
        "alpha_in_pool",
        "alpha_out_pool",
        "tao_in_emission_tao",
        "excess_tao",
        "moving_price_pinned",
        "miner_burned_fraction",
    ];
    let mut reader = csv::Reader::from_reader(text.as_bytes());
    let header = reader.headers().expect("a header").clone();
    let rows: Vec<csv::StringRecord> = reader.records().map(|row| row.expect("a row")).collect();
    let column = |name: &&'static str| {
        let at = header.iter().position(|column| column == *name).expect("a column");
        // The first row is root's; what is empty belongs to a subnet that never started.
        let values = rows[1..].iter().map(|row| row[at].parse().unwrap_or(0.0));
        (*name, values.collect())
    };
    COLUMNS.iter().map(column).collect()
}

#[test]
fn emission_prices_and_what_is_withheld_are_those_of_the_record() {
    let Some(data) = data() else { return };
    let text = read(&data.join("subnet_economics_2026_aug.csv"));
    let record = recorded(&text);
    let emitted: Vec<f64> = record["tao_in_emission_tao"]
        .iter()
        .zip(&record["excess_tao"])
        .map(|(injected, excess)| injected + excess)
        .collect();
    let total = emitted.iter().fold(0.0, |sum, tao| sum + tao);
    assert!((total - 0.5).abs() < 1e-6, "half a TAO a block, got {total}");
    let shares: Vec<f64> = emitted.iter().map(|tao| tao / total).collect();
    let seen = watch(&scenario(NAME, &["epochs=20"]));
    let first = &seen[0];
    // Measured: 0.0003 in the first epoch, 0.007 in the twentieth.
    let (start, end) =
        (misplaced(&first.share, &shares, 1.0), misplaced(&seen[19].share, &shares, 1.0));
    assert!(start < 0.001 && end < 0.01, "shares: {start} and {end}");
    let injected = misplaced(&first.injected, &record["tao_in_emission_tao"], 0.5);
    let bought = misplaced(&first.bought, &record["excess_tao"], 0.5);
    assert!(injected < 0.001 && bought < 0.001, "injected {injected}, bought {bought}");
    for (at, &ema) in record["moving_price_pinned"].iter().enumerate() {
        let spot = record["tao_in_pool_tao"][at] / record["alpha_in_pool"][at];
        assert!((first.price[at] / spot - 1.0).abs() < 2e-3, "spot price of {at}");
        let near = (first.ema[at] / ema - 1.0).abs();
        assert!(ema == 0.0 || near < 0.15, "smoothed price of {at}: {near}");
        // Clipping takes a little from the miners and nothing from what all agree to burn.
        let burned = record["miner_burned_fraction"][at];
        for epoch in [&seen[3], &seen[19]] {
            assert!((epoch.burned[at] - burned).abs() < 0.01, "withheld in {at}");
        }
        let issued = record["alpha_in_pool"][at] + record["alpha_out_pool"][at];
        let root = 0.18 * 5_445_703.1;
        let near = (first.root_proportion[at] - root / (root + issued)).abs();
        assert!(ema == 0.0 || near < 1e-3, "root proportion of {at}: {near}");
    }
}

/// Two validators of 40 alpha put a quarter on the owner; a ghost of 60 holds a permit. As it is
/// inactive from the start, the two are the majority, and a quarter of incentive is withheld.
#[test]
fn burners_burn_and_ghosts_do_not_count() {
    let text = r#"
        schema = 1
        seed = 1
        epochs = 4
        [network]
        [subnet.one]
        owner = "owner"
        validators = [
          { name = "voters", count = 2, stake = 40, strategy = { kind = "honest", noise = 0, burn = 0.25 } },
          { name = "ghost", count = 1, stake = 60, strategy = "ghost" },
        ]
        miners = [{ name = "owner", count = 1, quality = 0 }, { name = "miners", count = 3 }]
    "#;
    let scenario = Scenario::load("one.toml", text, &[]).unwrap_or_else(|e| panic!("{e}"));
    let mut simulation = Simulation::new(&scenario);
    for _ in 0..4 {
        simulation.step().expect("it runs");
    }
    let world = simulation.world();
    let (subnet, network) = (&world.subnets[0], world.network.as_ref().expect("a network"));
    assert!((network.markets[0].miner_burned - 0.25).abs() < 1e-4);
    assert!((subnet.outcome.incentive[subnet.owner.expect("an owner")] - 0.25).abs() < 1e-4);
    let ghost = subnet.setters[2];
    assert!(subnet.neurons.permits[ghost], "it holds a permit");
    assert_eq!(subnet.outcome.dividends[ghost], 0.0);
}

#[test]
fn the_program_tells_what_is_wrong_with_the_files() {
    let dir = tempfile::tempdir().expect("a folder");
    let economics = dir.path().join("economics.csv");
    fs::write(&economics, "block,netuid\n1,x\n").expect("it can be written");
    let validators = dir.path().join("validators.csv");
    let columns = "hotkey_id,coldkey_id,take,subnet_count,root_stake_tao,alpha_stake_tao";
    fs::write(&validators, format!("{columns}\nhk1,c,2,1,0,0\n")).expect("it can be written");
    let import = |more: &[&str]| {
        let mut import = crate::tools::taosim();
        import.args(["import", "network", "--tao-issued", "1e6", "--tao-usd", "200"]);
        import.arg("--economics").arg(&economics).arg("--positions").arg(&validators);
        import.arg("--validators").arg(&validators).arg("--out").arg(dir.path().join("n.toml"));
        let output = import.args(more).assert().code(2).get_output().clone();
        String::from_utf8_lossy(&output.stderr).into_owned()
    };
    let told = import(&[]);
    for part in [
        "economics.csv:1:1: no column `name`",
        "validators.csv:2:7: `take` must be a number in [0, 0.18], got `2`",
        "validators.csv:1:1: no column `netuid`",
        "problems; nothing was written",
    ] {
        assert!(told.contains(part), "{part}: {told}");
    }
    assert!(import(&["--hyperparams", "rules.csv"]).contains("must be CSV@BLOCK"));
    assert!(import(&["--era", "gold"]).contains("no era is named `gold`"));
    assert!(!dir.path().join("n.toml").exists());
}

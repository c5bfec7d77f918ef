//! No text makes the program panic.

use std::sync::atomic::AtomicBool;

use proptest::prelude::*;
use taosim::record::Digest;
use taosim::scenario::Scenario;
use taosim::simulation::Simulation;

const TEXTS: &[&str] = &[
    include_str!("../../scenarios/quickstart.toml"),
    include_str!("../../scenarios/weight-copying.toml"),
    include_str!("../../scenarios/cabal.toml"),
    include_str!("../../scenarios/validators.toml"),
    COALITION,
    include_str!("../../scenarios/miners.toml"),
    include_str!("../../scenarios/free-entry.toml"),
    include_str!("../../scenarios/data-market.toml"),
    include_str!("../../scenarios/governance.toml"),
    NETWORK,
];

/// Every table that a network has.
const NETWORK: &str = r#"
schema = 1
seed = 1
epochs = 9
[protocol]
tempo = 40
[network]
era = "taoflow-2025-11"
substeps = 4
tao_issued = 10499990.0
block = 8700000
tao_usd = { kind = "geometric", start = 300.0 }
rules = { issuance = "halving", fee = 0.001 }
[network.founding]
founders = { per_day = 2000.0, most = 1000.0 }
rate_limit = 0
immunity = 0
min_lock = 1.0
last_lock = 10.0
seed = "one-to-one"
enabled_after = 1
[[network.eras]]
era = "gate-2026-08"
from = 1
[[network.root]]
name = "root"
count = 2
stake = 100000.0
[[network.traders]]
name = "momentum"
count = 3
tao = 100.0
root = 10.0
alpha = 50.0
review = 1
strategy = { kind = "momentum", window = 1 }
[[network.traders]]
name = "whale"
count = 1
tao = 100.0
subnets = ["a"]
strategy = { kind = "whale", target = "smallest-pool" }
[governance]
quorum = 0.1
period = 1
strategy = { kind = "interest", threshold = 0.0 }
[[governance.voters]]
role = "root"
group = "root"
strategy = "always"
[[governance.proposals]]
name = "weight"
epoch = 0
set = ["network.rules.root.tao_weight=0.5"]
[[governance.proposals]]
name = "kappa"
epoch = 1
set = ["subnet.a.protocol.kappa=0.4", "subnet.a.protocol.split={ owner = 0.2, miners = 0.4, validators = 0.4 }"]
[[network.consumers]]
name = "crowd"
count = 3
budget_usd = 100.0
budget_tao = 1.0
noise = 0.5
review = 1
strategy = { kind = "elastic", scale = 10.0, elasticity = 1.5, choosiness = 2.0 }
[[network.consumers]]
name = "owner"
count = 1
budget_tao = 1.0
subnet = "a"
purse = "owner"
strategy = { kind = "wash", share = 0.5 }
[[network.consumers]]
name = "insiders"
count = 2
budget_tao = 1.0
purse = { kind = "traders", name = "whale" }
strategy = { kind = "loyal", share = 0.5, tolerance = 0.1 }
[subnet.a]
owner = "miners"
[subnet.a.market]
tao = 20000.0
alpha = 200000.0
weight = 0.5
elsewhere = 10000.0
protocol = 10.0
ema_price = 0.1
age = 1000
registered_ago = 1000
miner_burned = 0.5
owner_sells = 0.5
user_flow = 1.0
slot = { price = 0.1, half_life = 40 }
service = { price_usd = 1.0, price_tao = 0.1, capacity = 100.0, pays = "alpha", alpha_to = "burned" }
newcomers = { per_day = 2000.0, most = 10.0 }
[[subnet.a.validators]]
name = "validators"
count = 2
stake = 100.0
root = "root"
[[subnet.a.miners]]
name = "miners"
count = 3
cost_usd = 1.0
[subnet.b]
market = { tao = 100.0, alpha = 1000.0, started = false, service = { pays = "owner" } }
[[subnet.b.validators]]
name = "validators"
count = 1
stake = 100.0
root = "root"
root_member = 1
[[subnet.b.miners]]
name = "miners"
count = 3
"#;

/// Every table that a coalition has, from the first epoch on.
const COALITION: &str = r#"
schema = 1
seed = 1
epochs = 9
protocol = { reveal_period = 0 }
[subnet.a]
[[subnet.a.validators]]
name = "v"
count = 3
stake = 100.0
cost = 1.0
private_evaluation = true
private_cost = 2.0
private_noise = 2.0
[[subnet.a.validators]]
name = "primaries"
count = 2
stake = 100.0
strategy = { kind = "primary", noise = 0.5, learn = 0.5, memory = 0.5 }
[[subnet.a.validators]]
name = "auditors"
count = 2
stake = 100.0
strategy = { kind = "auditor", sample = 0.2, noise = 0.1, memory = 0.5, tolerance = 0.1, penalty = 0.5 }
[[subnet.a.miners]]
name = "m"
count = 4
[[subnet.a.stakers]]
name = "s"
count = 4
stake = 10.0
[[coalitions]]
name = "ring"
acts = true
from = 0
until = 100
validators = { kind = "group", name = "v", count = 2 }
miners = { kind = "top-quality", count = 2 }
strategy = { kind = "bribed", price = 1.0, shift = 0.5 }
shares_scores = true
evaluators = 1
detection = { chance = 1.0, delay = 0, consequence = "unstake" }
[[coalitions.payments]]
from = "miners"
to = "validators"
kind = "bribe"
amount = 1.0
[[coalitions.payments]]
from = "validators"
to = "m"
kind = "profit-share"
share = 0.5
[[coalitions]]
name = "pack"
validators = { kind = "top-stake", count = 2 }
strategy = { kind = "swing", reach = 0.5 }
detection = { chance = 1.0, consequence = "fine", fine = 1.0 }
"#;

/// Values that a person or a program might put where another belongs.
const VALUES: &[&str] = &[
    "0",
    "1",
    "-1",
    "0.5",
    "1e300",
    "nan",
    "inf",
    "-0.0",
    "9223372036854775807",
    "\"\"",
    "\"x\"",
    "true",
    "[]",
    "[1, 2]",
    "[-1.0]",
    "{}",
    "{ kind = \"normal\" }",
    "{ kind = \"honest\" }",
    "{ kind = \"pareto\", scale = 1e-9, shape = 0.3 }",
    "1979-05-27",
    "[[1]]",
    "{ kind = 3 }",
    "{ kind = \"top-stake\", count = 1, fraction = 0.5 }",
    "[{}]",
    "\"honest\"",
];

/// A scenario of the tree with some lines dropped, doubled, swapped, or given other values.
fn mutated() -> impl Strategy<Value = String> {
    let change = (0_u8..5, any::<prop::sample::Index>(), any::<prop::sample::Index>());
    (0..TEXTS.len(), prop::collection::vec(change, 1..6)).prop_map(|(text, changes)| {
        let mut lines: Vec<String> = TEXTS[text].lines().map(str::to_owned).collect();
        for (kind, at, other) in changes {
            let (at, to) = (at.index(lines.len()), other.index(lines.len()));
            match kind {
                0 => drop(lines.remove(at)),
                1 => lines.insert(to, lines[at].clone()),
                2 => lines.swap(at, to),
                3 => {
                    let value = VALUES[other.index(VALUES.len())];
                    if let Some((key, _)) = lines[at].split_once('=') {
                        lines[at] = format!("{key}= {value}");
                    }
                }
                _ => {
                    let cut = other.index(lines[at].len() + 1);
                    let cut = (0..=cut).rev().find(|cut| lines[at].is_char_boundary(*cut));
                    lines[at].truncate(cut.unwrap_or_default());
                }
            }
            if lines.is_empty() {
                lines.push(String::new());
            }
        }
        lines.join("\n")
    })
}

/// Runs a text for two epochs if it is good and small; what it says if it is not must be
/// drawable.
fn try_out(text: &str) {
    match Scenario::load("m.toml", text, &[]) {
        Err(error) => assert!(!error.render(true).is_empty() && error.count() > 0),
        Ok(scenario) => {
            let size: usize = scenario
                .subnets
                .iter()
                .flat_map(|s| s.stakers.iter().map(|p| p.group.count))
                .fold(0, usize::saturating_add);
            let plan = scenario.network.as_ref();
            let traders = plan.map_or(0, |plan| {
                plan.traders.iter().fold(0, |sum: usize, group| sum.saturating_add(group.count))
            });
            if size > 5_000 || traders > 5_000 || scenario.subnets.len() > 4 {
                return;
            }
            let again = Scenario::load("again.toml", scenario.resolved(), &[]);
            let again = again.unwrap_or_else(|error| panic!("{error}\n{}", scenario.resolved()));
            assert_eq!(again.digest(), scenario.digest());
            let mut simulation = Simulation::new(&scenario);
            for _ in 0..2 {
                simulation.step().expect("behaviours of this crate give good answers");
            }
            let mut digest = Digest::new();
            let stop = AtomicBool::new(true);
            simulation.run(&mut [&mut digest], &stop).expect("it ends");
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig {
        cases: ProptestConfig::default().cases * 3 / 2,
        ..ProptestConfig::default()
    })]

    #[test]
    fn mutated_scenarios_never_panic(text in mutated()) {
        try_out(&text);
    }

    #[test]
    fn arbitrary_texts_never_panic(text in "\\PC{0,200}") {
        try_out(&text);
    }
}

#[test]
fn awkward_texts_never_panic() {
    for text in [
        "schema = 1\nseed = 1\nepochs = 1\nsubnet = 3",
        "schema = 1\nseed = 1\nepochs = 1\n[subnet]\n\"a b\" = { }",
        "schema = 1\nseed = 1\nepochs = 1\n[subnet.a]\nvalidators = [1]\nminers = []",
        "\u{feff}schema = 1",
        "schema = 9223372036854775808",
    ] {
        try_out(text);
    }
}

//! Every rule of pay in a simulation.

use taosim::protocol::research::{ConsensusMode, Params, Version};
use taosim::protocol::reward::RULES;
use taosim::scenario::{Edit, Scenario};
use taosim::simulation::Simulation;
use taosim::study::replay::{Form, Replay, Series, replay};

use crate::tools::{run, scenario};

/// Few enough to follow by eye. The copier looks at this epoch's weights, so that each epoch is
/// previewed before it is run.
const TEXT: &str = r#"schema = 1
seed = 5
epochs = 12
[protocol]
reveal_period = 0
[[subnet.a.validators]]
name = "judges"
count = 4
stake = [400.0, 300.0, 200.0, 100.0]
strategy = { kind = "honest", noise = 0.5 }
[[subnet.a.validators]]
name = "copier"
count = 1
stake = 150.0
strategy = "weight-copier"
[[subnet.a.miners]]
name = "miners"
count = 6
drift = 0.2
"#;

/// What a simulation shows of itself, as a record that can be replayed.
struct Course {
    series: Series,
    /// As the replay has it, with dividends summing to 1.
    found: Replay,
}

fn course(version: Version, params: Params, edits: &[&str]) -> Course {
    let rule =
        RULES.iter().find(|(_, rule)| *rule == taosim::protocol::reward::Rule::Research(version));
    let rule = format!("protocol.reward_rule={}", rule.expect("a name").0);
    let edits: Vec<Edit> =
        edits.iter().chain([&rule.as_str()]).map(|edit| edit.parse().expect("an edit")).collect();
    let scenario = Scenario::load("a.toml", TEXT, &edits).unwrap_or_else(|e| panic!("{e}"));
    let mut simulation = Simulation::new(&scenario);
    let (mut found, mut stakes, mut weights) = (Replay::default(), Vec::new(), Vec::new());
    for _ in 0..scenario.epochs {
        simulation.step().expect("it runs");
        let subnet = &simulation.world().subnets[0];
        let (out, state) = (&subnet.outcome, subnet.carried.research().expect("a state"));
        let of = |column: &[f64]| subnet.setters.iter().map(|uid| column[*uid]).collect();
        stakes.push(of(&out.active_stake));
        weights.push(out.weights.clone());
        found.dividends.push(of(&out.dividends));
        found.incentives.push(out.incentive.clone());
        found.consensus.push(out.consensus.clone());
        found.bonds.push(state.bonds.clone());
    }
    let name = |at: usize| at.to_string();
    let series = Series {
        name: "course".into(),
        version: version.name().into(),
        form: Form::Research(version),
        params,
        reset: None,
        validators: (0..5).map(name).collect(),
        servers: (0..11).map(name).collect(),
        stakes,
        weights,
    };
    Course { series, found }
}

/// The weights and stakes of a simulation, replayed as a record, give what the simulation gave:
/// to the bit, but for dividends, which the package lets sum to less than 1.
#[test]
fn a_simulation_agrees_with_the_replay_of_its_weights() {
    let plain =
        Params { bond_moving_avg: 0.9, alpha_low: 0.7, alpha_high: 0.9, ..Params::default() };
    let liquid = Params {
        liquid_alpha: true,
        bond_penalty: 0.5,
        consensus_mode: ConsensusMode::Mixed,
        decay_rate: 0.2,
        capacity_alpha: 0.3,
        winner_takes_all: true,
        ..plain.clone()
    };
    let edits = [
        "protocol.liquid_alpha=true",
        "protocol.bonds_penalty=0.5",
        "protocol.consensus_mode=mixed",
        "protocol.decay_rate=0.2",
        "protocol.capacity_alpha=0.3",
        "protocol.winner_takes_all=true",
    ];
    for version in Version::ALL {
        for (params, edits) in [(&plain, &[][..]), (&liquid, &edits[..])] {
            let Course { series, found } = course(version, params.clone(), edits);
            let mut expected = replay(&series);
            expected.dividends.iter_mut().for_each(|row| taosim::num::normalise(row));
            assert_eq!(found, expected, "{}", version.name());
            assert!(found.dividends[11].iter().all(|part| *part > 0.0), "{}", version.name());
            assert_ne!(found.bonds[11], found.bonds[10], "{}", version.name());
        }
    }
}

#[test]
fn any_number_of_threads_gives_the_same_digest_under_any_rule() {
    for (rule, _) in RULES {
        let rule = format!("protocol.reward_rule={rule}");
        let scenario =
            scenario("quickstart.toml", &["epochs=12", "protocol.reveal_period=0", &rule]);
        let digest = |threads| {
            let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build();
            pool.expect("a pool").install(|| run(&scenario).0)
        };
        let one = digest(1);
        for threads in [2, 3, 8] {
            assert_eq!(digest(threads), one, "{rule}, {threads} threads");
        }
    }
}

/// A key that the rule does not look at is no mistake, and changes nothing.
#[test]
fn keys_of_other_rules_do_no_harm() {
    let digest = |rule: &str, edits: &[&str]| {
        let rule = format!("protocol.reward_rule={rule}");
        run(&scenario("quickstart.toml", &[&["epochs=6", &rule][..], edits].concat())).0
    };
    let fee: &[&str] = &["protocol.platform_fee=0.9"];
    let decay: &[&str] = &["protocol.decay_rate=0.9", "protocol.capacity_alpha=0.9"];
    let hashes: &[&str] = &["subnet.text.miners.miners.hash_power=7"];
    for (rule, _) in RULES {
        let without = digest(rule, &[]);
        for (edits, acts_under) in
            [(fee, "central-platform"), (decay, "research-yuma2c"), (hashes, "proof-of-work")]
        {
            let same = digest(rule, edits) == without;
            assert_eq!(same, *rule != acts_under, "{rule}, {edits:?}");
        }
    }
}

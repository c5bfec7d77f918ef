//! Validators vote on the rules, by stake and by interest.

use std::sync::atomic::AtomicBool;

use taosim::record::{Digest, Event, Frame, InMemory, Observer, RecordError};
use taosim::scenario::{Edit, Scenario};
use taosim::simulation::Simulation;
use taosim::world::Rules;

use crate::tools::{mean, scenario};

/// What was voted, and the rules after every epoch.
#[derive(Default)]
struct Minutes {
    events: Vec<Event>,
    rules: Vec<Rules>,
    /// What a TAO on root counts, where there is a network.
    tao_weight: Vec<f64>,
}

impl Observer for Minutes {
    fn observe(&mut self, frame: &Frame<'_>) -> Result<(), RecordError> {
        let kinds = ["vote", "parameter-changed"];
        let said = frame.events.iter().filter(|event| kinds.contains(&event.kind));
        self.events.extend(said.cloned());
        self.rules.push(frame.world.subnets[0].rules.clone());
        let network = frame.world.network.iter();
        self.tao_weight.extend(network.map(|network| network.rules.tao_weight));
        Ok(())
    }
}

impl Minutes {
    /// What the vote on a proposal came to.
    fn vote(&self, proposal: &str) -> &str {
        let of = |event: &&Event| event.kind == "vote" && event.who == proposal;
        &self.events.iter().find(of).expect("a vote").detail
    }
}

fn minutes(edits: &[&str]) -> (Minutes, InMemory, String) {
    of(&scenario("governance.toml", edits))
}

fn of(scenario: &Scenario) -> (Minutes, InMemory, String) {
    let (mut minutes, mut memory) = (Minutes::default(), InMemory::of(0));
    let mut digest = Digest::new();
    Simulation::new(scenario)
        .audited()
        .run(&mut [&mut minutes, &mut memory, &mut digest], &AtomicBool::new(false))
        .expect("it runs");
    (minutes, memory, digest.text())
}

#[test]
fn what_serves_the_majority_of_stake_passes() {
    let (minutes, memory, _) = minutes(&[]);
    assert!(minutes.vote("no-penalty").starts_with("passed"), "{:?}", minutes.events);
    let rejected = minutes.vote("owners-first");
    assert!(rejected.starts_with("rejected: 0.000000 of the stake for"), "{rejected}");
    let idle = "no quorum: 0.000000 of the stake for, 0.000000 against";
    assert_eq!(minutes.vote("recycling"), idle);
    // Voted on at the ends of epochs 100 to 102, and in force from the next on.
    let penalties: Vec<f64> = minutes.rules.iter().map(|r| r.params.bonds_penalty).collect();
    assert_eq!((penalties[101], penalties[102], penalties[299]), (1.0, 0.0, 0.0));
    let changed: Vec<&Event> =
        minutes.events.iter().filter(|event| event.kind == "parameter-changed").collect();
    assert_eq!(changed.len(), 1, "{changed:?}");
    assert_eq!(changed[0].detail, "protocol.bonds_penalty = 0.0");
    assert_eq!((changed[0].epoch, changed[0].subnet.as_str()), (102, "text"));
    let rate = memory.group("copier", "relative_dividend_rate");
    let (before, after) = (mean(&rate[50..100], 0), mean(&rate[200..], 0));
    assert!(before > 1.05 && after < before - 0.03, "{before} {after}");
}

/// The same rules in force are the same run, however they came to be; what is not in force yet
/// moves nothing.
#[test]
fn a_vote_moves_nothing_but_what_it_changes() {
    let (_, voted, _) = minutes(&["epochs=210"]);
    let (_, never, _) = minutes(&["epochs=210", "governance.strategy=never"]);
    let of = |memory: &InMemory| memory.group("honest", "earned_alpha");
    let (voted, never) = (of(&voted), of(&never));
    assert_eq!(voted[..103], never[..103]);
    assert_ne!(voted[103], never[103]);
    // A proposal for what is so already changes nothing.
    let same = ["epochs=210", "governance.strategy=always"];
    let same: Vec<&str> = same
        .into_iter()
        .chain([
            "governance.proposals.no-penalty.set=['protocol.bonds_penalty=1.0']",
            "governance.proposals.owners-first.set=['protocol.kappa=0.5']",
            "governance.proposals.recycling.set=['protocol.reveal_period=0']",
        ])
        .collect();
    let (passed, memory, _) = minutes(&same);
    assert!(passed.vote("no-penalty").starts_with("passed: 1.000000"));
    assert_eq!(of(&memory), never);
}

#[test]
fn stake_quorum_and_followers_decide() {
    let outcome = |edits: &[&str]| {
        let (minutes, ..) = minutes(&[&["epochs=210"], edits].concat());
        minutes.vote("no-penalty").to_owned()
    };
    let large = outcome(&["subnet.text.validators.copier.stake=40_000"]);
    assert!(large.starts_with("rejected"), "{large}");
    // One who stays away can stop it where nearly all must vote.
    let away =
        "governance.voters=[{ group = 'copier', strategy = { kind = 'follower', least = 1 } }]";
    let stopped = outcome(&["governance.quorum=0.95", away]);
    assert!(stopped.starts_with("no quorum"), "{stopped}");
    // The honest follow the copier where it is the largest to have voted.
    let led = "governance.voters=[{ group = 'honest', strategy = 'follower' }]";
    let led = outcome(&[led]);
    assert!(led.starts_with("rejected: 0.000000"), "{led}");
    let strict = outcome(&["governance.majority=0.999999"]);
    assert!(strict.starts_with("rejected"), "{strict}");
}

#[test]
fn threads_do_not_move_a_vote() {
    let digest = |threads| {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().expect("a pool");
        pool.install(|| minutes(&["epochs=210"]).2)
    };
    assert_eq!(digest(1), digest(2));
}

#[test]
fn proposals_that_cannot_be() {
    let text = std::fs::read_to_string(crate::tools::root().join("scenarios/governance.toml"))
        .expect("a scenario of the tree");
    let told = |edits: &[&str]| {
        let edits: Vec<Edit> = edits.iter().map(|edit| edit.parse().expect("an edit")).collect();
        Scenario::load("s.toml", &text, &edits).expect_err("a wrong text").to_string()
    };
    let many = told(&[
        "governance.proposals.no-penalty.set=['protocol.tempo=100', 'protocol.kapa=0.5', 'subnet.text.protocol.bonds_penalty=1.5', 'subnet.text.market.owner_sells=1', 'subnet.test.protocol.kappa=0.5', 'kappa']",
        "governance.proposals.owners-first.set=['protocol.split.owner=0.5', 'protocol']",
        "governance.proposals.recycling.set=[]",
    ]);
    for part in [
        "`tempo` cannot change within a run",
        "did you mean `kappa`?",
        "`bonds_penalty` must be a number in [0, 1], got 1.5",
        "must sum to 1",
        "`subnet.text.market.owner_sells` cannot change by a vote",
        "no subnet is named `test`",
        "`kappa` is not KEY=VALUE",
        "`protocol` is not KEY=VALUE",
        "a proposal changes something",
    ] {
        assert!(many.contains(part), "{part}\n{many}");
    }
    let without = told(&["governance.proposals.recycling.set=['network.rules.fee=0.01']"]);
    assert!(without.contains("there are no such rules without a network"), "{without}");
    let text = std::fs::read_to_string(crate::tools::root().join("scenarios/consumers.toml"));
    let told_of = |set: &str| {
        let edit = format!("governance.proposals=[{{ name = 'a', epoch = 1, set = [{set}] }}]");
        let edits = [edit.parse().expect("an edit")];
        let text = text.as_ref().expect("a scenario of the tree");
        Scenario::load("s.toml", text, &edits).expect_err("a wrong text").to_string()
    };
    for (set, part) in [
        ("'network.rules.pool=stable'", "`pool` cannot change by a vote"),
        ("'network.rules.fees=0.01'", "did you mean `fee`?"),
        ("'protocol.kappa=0.6'", "write `subnet.NAME.protocol.…`"),
        ("'network.rules.fee=0.01', 'subnet.dull.protocol.kappa=0.6'", "make two proposals of it"),
    ] {
        let told = told_of(set);
        assert!(told.contains(part), "{part}\n{told}");
    }
    let many = told(&[
        "governance.voters=[{ group = 'copiers', strategy = 'never' }]",
        "governance.proposals.owners-first.name=recycling",
    ]);
    for part in [
        "no group of validators of subnet `text` is named `copiers`",
        "a second proposal is named `recycling`",
    ] {
        assert!(many.contains(part), "{part}\n{many}");
    }
}

/// Root is paid more where its TAO counts for more, and does not care for a fee.
#[test]
fn root_votes_on_the_rules_of_the_network() {
    let votes = "governance={ period = 2, proposals = [\
        { name = 'weight', epoch = 10, set = ['network.rules.root.tao_weight=0.5'] }, \
        { name = 'fee', epoch = 10, set = ['network.rules.fee=0.01'] }] }";
    let paid = "network.rules.root.threshold=0";
    let (minutes, ..) = of(&scenario("consumers.toml", &["epochs=14", votes, paid]));
    assert!(minutes.vote("weight").starts_with("passed: 1.000000"), "{:?}", minutes.events);
    assert!(minutes.vote("fee").starts_with("no quorum"), "{:?}", minutes.events);
    assert_eq!((minutes.tao_weight[10], minutes.tao_weight[11]), (0.18, 0.5));
    // Where root is not paid, it has no interest in it.
    let (minutes, ..) = of(&scenario("consumers.toml", &["epochs=14", votes]));
    assert!(minutes.vote("weight").starts_with("no quorum"), "{:?}", minutes.events);
    let never = "governance.voters=[{ role = 'root', group = 'root', strategy = 'never' }]";
    let (minutes, ..) = of(&scenario("consumers.toml", &["epochs=14", votes, paid, never]));
    assert!(minutes.vote("weight").starts_with("rejected: 0.000000"), "{:?}", minutes.events);
}

/// A change that fits the text can have lost its footing when it has passed: `alpha_low` of 0.85
/// would be above an `alpha_high` that has been lowered to 0.8.
#[test]
fn a_change_that_no_longer_fits_is_void() {
    let (minutes, ..) = minutes(&[
        "epochs=210",
        "governance.strategy=always",
        "governance.proposals.no-penalty.set=['protocol.alpha_high=0.8']",
        "governance.proposals.owners-first.set=['protocol.alpha_low=0.85']",
    ]);
    assert!(minutes.vote("owners-first").starts_with("void"), "{:?}", minutes.events);
    let params = &minutes.rules[209].params;
    assert_eq!((params.alpha_low, params.alpha_high), (0.7, 0.8));
}

//! What the chain does around an epoch, in a running scenario: refusals, the owner's hotkey, child
//! keys, views behind commit–reveal, and the blocks of epochs.

use std::sync::Mutex;
use std::sync::atomic::AtomicBool;

use taosim::fields::Fields;
use taosim::record::{Frame, Observer, RecordError};
use taosim::scenario::{Edit, Scenario};
use taosim::simulation::Simulation;
use taosim::strategy::{Behaviour, Catalogue, Conduct, Decision, Validator, ValidatorTurn};
use taosim::units::{Alpha, Epoch};

/// Votes evenly for the miners from `first` on, and for others from epoch `turn` on.
struct Even {
    first: usize,
    turn: Epoch,
}

impl Validator for Even {
    fn set_weights(&mut self, turn: &mut ValidatorTurn<'_>, row: &mut [f64]) -> Decision {
        let first = if turn.epoch >= self.turn { self.first + 1 } else { self.first };
        row[first..].fill(1.0);
        Decision::Submit
    }
}

fn even(t: &mut Fields<'_>) -> Box<dyn Validator> {
    let first = t.whole("first", "its first miner").default(4_u64);
    let turn = t.whole("turn", "when it changes its mind").default(1_000_u64);
    Box::new(Even { first: first.try_into().unwrap(), turn: turn.try_into().unwrap() })
}

/// All that the watchers of hidden commits have seen, by the name of their run.
static SEEN: Mutex<Vec<(u64, Epoch, String)>> = Mutex::new(Vec::new());

/// Votes as it likes and writes down everything that it is shown.
struct Watcher {
    run: u64,
}

impl Validator for Watcher {
    fn set_weights(&mut self, turn: &mut ValidatorTurn<'_>, row: &mut [f64]) -> Decision {
        let shown = format!("{:?} {:?} {:?}", turn.public, turn.own_weights, turn.partners);
        SEEN.lock().unwrap().push((self.run, turn.epoch, shown));
        row.copy_from_slice(turn.public.consensus);
        row[4] += 0.5;
        Decision::Submit
    }
}

fn watcher(t: &mut Fields<'_>) -> Box<dyn Validator> {
    Box::new(Watcher { run: t.whole("run", "name of the run").required() })
}

/// Votes only for itself.
struct Vain;

impl Validator for Vain {
    fn set_weights(&mut self, turn: &mut ValidatorTurn<'_>, row: &mut [f64]) -> Decision {
        row[turn.uid] = 1.0;
        Decision::Submit
    }
}

/// Votes for one miner in each of the first mechanisms, and not at all in the others.
struct Split {
    mechanisms: usize,
}

impl Validator for Split {
    fn set_weights(&mut self, turn: &mut ValidatorTurn<'_>, row: &mut [f64]) -> Decision {
        if turn.mechanism >= self.mechanisms {
            return Decision::Keep;
        }
        row[4 + turn.mechanism] = 1.0;
        Decision::Submit
    }
}

fn split(t: &mut Fields<'_>) -> Box<dyn Validator> {
    let mechanisms = t.whole("mechanisms", "in how many it votes").required();
    Box::new(Split { mechanisms: mechanisms.try_into().unwrap() })
}

const TEXT: &str = r#"schema = 1
seed = 1
epochs = 12
[[subnet.a.validators]]
name = "three"
count = 3
stake = [300.0, 200.0, 100.0]
strategy = "even"
[[subnet.a.validators]]
name = "fourth"
count = 1
stake = 50.0
strategy = "even"
[[subnet.a.miners]]
name = "miners"
count = 8
"#;

fn simulation_of(text: &str, edits: &[&str]) -> Simulation {
    let behaviour = |name, read: fn(&mut Fields<'_>) -> Box<dyn Validator>| Behaviour {
        name,
        about: "For this test.",
        source: "This test.",
        conduct: Conduct::Honest,
        read,
    };
    let catalogue = Catalogue::builtin()
        .with_validator(behaviour("even", even))
        .with_validator(behaviour("watcher", watcher))
        .with_validator(behaviour("split", split))
        .with_validator(behaviour("vain", |_| Box::new(Vain)));
    let edits: Vec<Edit> = edits.iter().map(|edit| edit.parse().expect("an edit")).collect();
    let scenario = Scenario::load_with("t.toml", text, &edits, &catalogue);
    Simulation::new(&scenario.unwrap_or_else(|error| panic!("{error}")))
}

fn simulation(edits: &[&str]) -> Simulation {
    simulation_of(TEXT, edits)
}

/// Keeps what happened, and when the first validator's weights came in.
#[derive(Default)]
struct Log {
    events: Vec<String>,
    updates: Vec<u64>,
}

impl Observer for Log {
    fn observe(&mut self, frame: &Frame<'_>) -> Result<(), RecordError> {
        let told =
            |e: &taosim::record::Event| format!("{} {} {} ({})", e.epoch, e.kind, e.who, e.detail);
        self.events.extend(frame.events.iter().map(told));
        let last = frame.world.subnets[0].neurons.last_update[0];
        if self.updates.last() != Some(&last) {
            self.updates.push(last);
        }
        Ok(())
    }
}

fn log(edits: &[&str]) -> (Log, Simulation) {
    let (mut log, mut simulation) = (Log::default(), simulation(edits));
    simulation.run(&mut [&mut log], &AtomicBool::new(false)).expect("it runs");
    (log, simulation)
}

#[test]
fn an_old_version_is_refused_and_told_once() {
    let edits = ["protocol.weights_version=2", "subnet.a.validators.three.weights_version=2"];
    for period in [0, 1, 3] {
        let period = format!("protocol.reveal_period={period}");
        let (log, simulation) = log(&[edits[0], edits[1], &period]);
        let [event] = log.events.as_slice() else { panic!("{:?}", log.events) };
        let rest = "weights-refused subnet.a uid 3 (fourth) (old-version: version of the \
                    validator's code below the subnet's)";
        assert!(event.ends_with(rest), "{event}");
        let subnet = &simulation.world().subnets[0];
        let row = |row: usize| &subnet.weights[row * subnet.uids()..][..subnet.uids()];
        assert!(row(3).iter().all(Option::is_none), "its weights are not in force");
        assert!(row(2).iter().any(Option::is_some));
    }
}

/// At a tempo of 40, weights 100 blocks apart are every third epoch's: a commit or setting in
/// between is refused.
#[test]
fn weights_that_come_too_soon_are_refused() {
    for period in ["protocol.reveal_period=0", "protocol.reveal_period=1"] {
        let (log, _) = log(&["protocol.tempo=40", period]);
        assert_eq!(log.events.len(), 4, "one for each validator: {:?}", log.events);
        assert!(log.events.iter().all(|event| event.contains("too-soon")), "{:?}", log.events);
        let apart: Vec<u64> = log.updates.array_windows().map(|[a, b]| b - a).collect();
        assert_eq!(apart, [118, 120, 120, 120], "{:?}", log.updates);
    }
    let (log, _) = log(&["protocol.tempo=40", "protocol.weights_rate_limit=0"]);
    assert!(log.events.is_empty());
    assert_eq!(log.updates.len(), 12);
}

#[test]
fn a_row_must_be_as_the_subnet_asks() {
    let (full, _) = log(&["protocol.min_allowed_weights=8"]);
    assert!(full.events.is_empty(), "all eight miners are listed");
    let (short, _) = log(&["protocol.min_allowed_weights=9"]);
    assert_eq!(short.events.len(), 4);
    assert!(short.events[0].contains("too-short"), "{:?}", short.events);
    let (even, _) = log(&["protocol.max_weight_limit=0.126"]);
    assert!(even.events.is_empty(), "each miner has an eighth");
    let (uneven, _) = log(&["protocol.max_weight_limit=0.12"]);
    assert!(uneven.events[0].contains("too-much-on-one"), "{:?}", uneven.events);
}

/// A key without a permit may commit; its weights are refused when they are opened.
#[test]
fn a_permit_is_asked_for_when_weights_are_opened() {
    for (period, epoch) in [(0, 0), (1, 0), (3, 2)] {
        let period = format!("protocol.reveal_period={period}");
        let (log, _) = log(&["protocol.max_allowed_validators=3", &period]);
        let expected =
            format!("{epoch} weights-refused subnet.a uid 3 (fourth) (no-permit: no permit)");
        assert_eq!(log.events, [expected]);
    }
}

#[test]
fn the_owner_needs_neither_stake_nor_permit_and_may_weigh_itself() {
    let edits = [
        "protocol.max_allowed_validators=2",
        "protocol.stake_threshold=99",
        "subnet.a.validators.fourth.stake=60",
        "subnet.a.validators.fourth.strategy=vain",
        "protocol.kappa=0.05",
    ];
    let mut plain = simulation(&edits);
    let owned: Vec<&str> = edits.into_iter().chain(["subnet.a.owner=fourth"]).collect();
    let mut owned = simulation(&owned);
    plain.step().expect("it runs");
    owned.step().expect("it runs");
    let (plain, owned) = (&plain.world().subnets[0], &owned.world().subnets[0]);
    assert_eq!(plain.neurons.permits[..4], [true, true, false, false]);
    assert_eq!(owned.neurons.permits[..4], [true, true, false, true]);
    assert_eq!(plain.outcome.stake_share[3], 0.0);
    assert!((owned.outcome.stake_share[3] - 60.0 / 660.0).abs() < 1e-12);
    let on_itself = 3 * owned.uids() + 3;
    assert_eq!(plain.outcome.weights[on_itself], 0.0);
    assert_eq!(owned.outcome.weights[on_itself], 1.0);
    assert!(owned.outcome.incentive[3] > 0.0, "its weight on itself counts");
    assert_eq!(owned.flows.incentive[3], Alpha::ZERO, "but is not paid out");
}

/// By hand: the owner's miner is one of eight that get equal incentive, and the cut is 18 % less
/// what 65535ths leave.
#[test]
fn incentive_of_the_owners_keys_is_disposed_of_and_its_cut_is_staked() {
    for (rule, burns) in [("burn", true), ("recycle", false)] {
        let rule = format!("protocol.owner_incentive={rule}");
        let mut simulation = simulation(&[
            "subnet.a.owner=fourth",
            "subnet.a.validators.fourth.entity=firm",
            "subnet.a.miners.miners.entity=firm",
            &rule,
        ]);
        let mut others = simulation_of(TEXT, &["subnet.a.owner=fourth", &rule]);
        simulation.step().expect("it runs");
        others.step().expect("it runs");
        let subnet = &simulation.world().subnets[0];
        let (ledger, flows) = (&subnet.ledger, &subnet.flows);
        assert!(flows.incentive.iter().all(|paid| *paid == Alpha::ZERO));
        let others = &others.world().subnets[0];
        let paid: Alpha = others.flows.incentive.iter().copied().sum();
        assert_eq!((others.flows.burned, others.flows.recycled), (Alpha::ZERO, Alpha::ZERO));
        let expected = if burns { [paid, Alpha::ZERO] } else { [Alpha::ZERO, paid] };
        assert!(paid > Alpha(147_000_000_000), "{paid}");
        assert_eq!([ledger.burned, ledger.recycled], expected);
        assert_eq!([flows.burned, flows.recycled], expected);
        ledger.audit("a", Alpha::ZERO).expect("the books balance");
        // 360 blocks of 0.179995422 alpha.
        assert_eq!(flows.owner, Alpha(360 * 179_995_422));
        assert_eq!(ledger.owner, Alpha::ZERO, "nothing is set aside");
        let dividends = flows.dividends[3].0;
        let grown = ledger.stake[3].0 - 50_000_000_000;
        assert_eq!(grown, flows.owner.0 + dividends);
        assert_eq!(flows.earned[3], Alpha(grown));
        assert_eq!(ledger.outstanding(), Alpha(ledger.issued.0 - ledger.recycled.0));
    }
}

/// By hand: the first of three lends half of its 300 to the fourth, which has 50 of its own.
#[test]
fn stake_that_is_lent_votes_and_earns_for_its_owner() {
    let link = "subnet.a.child_keys=[{ parent = 'three', parent_member = 0, child = 'fourth', \
                proportion = 0.5 }]";
    let take = "subnet.a.validators.fourth.child_take=0.1";
    let mut simulation = simulation(&[link, take, "protocol.kappa=0.1"]);
    simulation.step().expect("it runs");
    let subnet = &simulation.world().subnets[0];
    let shares = [150.0, 200.0, 100.0, 200.0].map(|stake| stake / 650.0);
    for (found, expected) in subnet.outcome.stake_share.iter().zip(shares) {
        assert!((found - expected).abs() < 1e-9, "{found} against {expected}");
    }
    // Votes are alike, so dividends follow the stake that votes. Of the fourth's, three quarters
    // are the first's, which leaves it a tenth of them.
    let whole: Alpha = subnet.flows.dividends.iter().copied().sum();
    let fourth = whole.tokens() * shares[3];
    let expected = [
        whole.tokens() * shares[0] + fourth * 0.75 * 0.9,
        whole.tokens() * shares[1],
        whole.tokens() * shares[2],
        fourth * (0.25 + 0.75 * 0.1),
    ];
    for (found, expected) in subnet.flows.dividends.iter().zip(expected) {
        assert!((found.tokens() - expected).abs() < 1e-3, "{found} against {expected}");
    }
    assert!(whole > Alpha(147_000_000_000), "{whole}");
    assert!(subnet.ledger.own_stake(0).tokens() > 300.0 + 0.99 * expected[0]);
}

/// Members of a group that all lend everything leave only their child with a vote.
#[test]
fn a_whole_group_may_lend() {
    let link = "subnet.a.child_keys=[{ parent = 'three', child = 'fourth', proportion = 1.0 }]";
    let mut simulation = simulation(&[link]);
    simulation.step().expect("it runs");
    let subnet = &simulation.world().subnets[0];
    assert_eq!(subnet.outcome.stake_share[..4], [0.0, 0.0, 0.0, 1.0]);
    assert_eq!(subnet.neurons.permits[..4], [false, false, false, true]);
    assert_eq!(subnet.flows.dividends[3].0 / 1_000_000_000, 147 * 50 / 650);
    assert_eq!(subnet.flows.dividends[0].0 / 1_000_000_000, 68);
}

/// Two runs that differ only in what the others commit from epoch 5 on: until that is opened, the
/// watcher is shown the same and does the same.
#[test]
fn hidden_commits_change_nothing_that_is_shown() {
    for period in [1_u64, 2, 4] {
        let run = |turn: u32| {
            let name = u64::from(turn) * 100 + period;
            let edits = [
                format!("protocol.reveal_period={period}"),
                format!("subnet.a.validators.three.strategy={{ kind = 'even', turn = {turn} }}"),
                format!("subnet.a.validators.fourth.strategy={{ kind = 'watcher', run = {name} }}"),
            ];
            let edits: Vec<&str> = edits.iter().map(String::as_str).collect();
            let mut simulation = simulation(&edits);
            let mut acts = Vec::new();
            for _ in 0..16 {
                simulation.step().expect("it runs");
                let subnet = &simulation.world().subnets[0];
                acts.push(subnet.outcome.weights[3 * subnet.uids()..].to_vec());
            }
            let seen = SEEN.lock().unwrap();
            let shown: Vec<String> =
                seen.iter().filter(|seen| seen.0 == name).map(|seen| seen.2.clone()).collect();
            assert_eq!(shown.len(), 16);
            (shown, acts)
        };
        let ((shown, acts), (otherwise, other_acts)) = (run(1_000), run(5));
        // Committed in epoch 5, it counts in epoch 4 + period and is read in the one after.
        let read = 5 + usize::try_from(period).unwrap();
        assert_eq!(shown[..read], otherwise[..read], "period {period}");
        assert_ne!(shown[read], otherwise[read], "period {period}: it is read at last");
        // What it does on it comes into force one period later.
        let acted = read + usize::try_from(period).unwrap() - 1;
        assert_eq!(acts[..acted], other_acts[..acted], "period {period}");
        assert_ne!(acts[acted], other_acts[acted], "period {period}");
    }
}

/// Subnets are numbered from 1 and spread over the tempo; where they meet, two run in a block.
#[test]
fn epochs_of_several_subnets_are_spread_over_blocks() {
    let subnet = |name: &str| {
        TEXT.split_once("[[").unwrap().1.replace("subnet.a.", &format!("subnet.{name}."))
    };
    let head = TEXT.split_once("[[").unwrap().0;
    let text = format!("{head}[[{}[[{}[[{}", subnet("a"), subnet("b"), subnet("c"));
    let blocks = |edits: &[&str]| -> Vec<u64> {
        let mut simulation = simulation_of(&text, edits);
        simulation.step().expect("it runs");
        simulation.world().subnets.iter().map(|subnet| subnet.block).collect()
    };
    assert_eq!(blocks(&[]), [1_000_359, 1_000_358, 1_000_357]);
    assert_eq!(blocks(&["protocol.tempo=1"]), [1_000_001, 1_000_001, 1_000_002]);
    let one = "protocol.max_epochs_per_block=1";
    assert_eq!(blocks(&["protocol.tempo=1", one]), [1_000_001, 1_000_002, 1_000_003]);
}

/// Runs one epoch with all validators voting as `Split` does.
fn split_votes(mechanisms: &str, voting: usize) -> Simulation {
    let strategy = |group| {
        format!("subnet.a.validators.{group}.strategy={{ kind = 'split', mechanisms = {voting} }}")
    };
    let count = format!("protocol.mechanisms={mechanisms}");
    let mut simulation = simulation(&[&strategy("three"), &strategy("fourth"), &count]);
    simulation.step().expect("it runs");
    simulation
}

/// By hand: of the miners' 147.6 alpha three quarters go to the miner of the first mechanism, in
/// parts of 65535 and to the rao that floors leave.
#[test]
fn mechanisms_are_paid_by_their_parts() {
    let simulation = split_votes("{ count = 2, split = [0.75, 0.25] }", 2);
    let subnet = &simulation.world().subnets[0];
    let pot = 360.0 * 0.410_002_288;
    let shares = [49_152.0 / 65_535.0, 16_383.0 / 65_535.0];
    for (uid, share) in (4..).zip(shares) {
        assert!((subnet.outcome.incentive[uid] - share).abs() < 1e-9, "{uid}");
        let paid = subnet.flows.incentive[uid].tokens();
        assert!((paid - pot * share).abs() < 1e-6, "{uid}: {paid}");
    }
    assert!(subnet.flows.orphaned < Alpha(10_000));
    let even = split_votes("{ count = 2 }", 2);
    let even = &even.world().subnets[0].flows.incentive;
    assert!(even[4].0.abs_diff(even[5].0) <= 2, "{even:?}");
}

/// Validators get their own pot and no more, so half of the miners' pot is left.
#[test]
fn a_mechanism_that_pays_no_miner_leaves_their_part() {
    let simulation = split_votes("{ count = 2 }", 1);
    let subnet = &simulation.world().subnets[0];
    let (flows, pot) = (&subnet.flows, 360.0 * 0.410_002_288);
    let dividends: Alpha = flows.dividends.iter().copied().sum();
    assert!((flows.incentive[4].tokens() - pot / 2.0).abs() < 1e-6);
    assert!((dividends.tokens() - pot).abs() < 1e-6, "{dividends}");
    assert!((flows.orphaned.tokens() - pot / 2.0).abs() < 1e-5, "{}", flows.orphaned);
    subnet.ledger.audit("a", Alpha::ZERO).expect("the books balance");
}

/// Where all mechanisms see the same votes, they pay what one would, to the rao of floors.
#[test]
fn mechanisms_that_agree_pay_as_one() {
    let run = |count: &str| {
        // Minds that change leave bonds behind, so that each epoch rests on the one before.
        let mut simulation = simulation(&[
            &format!("protocol.mechanisms={count}"),
            "subnet.a.validators.three.strategy={ kind = 'even', turn = 3 }",
            "subnet.a.validators.fourth.strategy={ kind = 'even', first = 6, turn = 2 }",
        ]);
        for _ in 0..6 {
            simulation.step().expect("it runs");
        }
        simulation.world().subnets[0].ledger.clone()
    };
    let (one, three) = (run("{ count = 1 }"), run("{ count = 3, split = [0.5, 0.25, 0.25] }"));
    for (uid, (one, three)) in one.stake.iter().zip(&three.stake).enumerate() {
        assert!(one.0.abs_diff(three.0) < 1_000, "uid {uid}: {one} against {three}");
    }
    assert_eq!(one.issued, three.issued);
}

/// Each mechanism has draws of its own; those of the first are as they are alone.
#[test]
fn validators_look_again_for_each_mechanism() {
    let rows = |count: &str| {
        let count = format!("protocol.mechanisms={{ count = {count} }}");
        let scenario = crate::tools::scenario("quickstart.toml", &[&count]);
        let mut simulation = Simulation::new(&scenario);
        simulation.step().expect("it runs");
        let subnet = &simulation.world().subnets[0];
        let rows: Vec<Vec<f64>> = subnet
            .each_mechanism()
            .map(|(_, outcome)| outcome.weights[..subnet.uids()].to_vec())
            .collect();
        (rows, subnet.flows.cost[0])
    };
    let ((one, cost), (two, costs)) = (rows("1"), rows("2"));
    assert_eq!(one[0], two[0]);
    assert_ne!(two[0], two[1]);
    assert!(cost > Alpha::ZERO && costs == cost + cost, "{cost} and {costs}");
}

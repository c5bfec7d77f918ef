//! What validators and coalitions do, and what they cannot know.

use std::sync::atomic::AtomicBool;

use taosim::record::{Digest, Event, Frame, InMemory, Observer, RecordError};
use taosim::rng::{Agent, Streams};
use taosim::scenario::{Edit, Scenario};
use taosim::simulation::Simulation;
use taosim::strategy::coalition::{Spell, Turncoat};
use taosim::strategy::validator::Work;
use taosim::strategy::{Bribe, Catalogue, Decision, Own, Public, Validator, ValidatorTurn};
use taosim::units::{Alpha, Uid};

use crate::tools::{mean, run, scenario};

/// The counterfactual of an attack: the same owners and groups on the same draws, without it.
#[test]
fn a_coalition_that_does_not_act_is_one_that_never_turns() {
    let digest = |edits: &[&str]| run(&scenario("cabal.toml", edits)).0;
    let never = digest(&["epochs=70", "coalitions.cabal.from=10000"]);
    assert_eq!(digest(&["epochs=70", "coalitions.cabal.acts=false"]), never);
    assert_ne!(digest(&["epochs=70"]), never);
    let (_, memory) = run(&scenario("cabal.toml", &["epochs=5", "coalitions.cabal.acts=false"]));
    assert_eq!(memory.group("cabal-miners", "members")[4], 4.0);
}

/// All that happened in a run, with the money of side payments checked after every epoch.
#[derive(Default)]
struct Watcher {
    events: Vec<Event>,
    /// What was paid on the side in all `[rao]`.
    paid: u64,
    /// The subnet owner's account `[rao]`.
    owner: u64,
}

impl Watcher {
    fn told(&self, kind: &str) -> Vec<u32> {
        self.events.iter().filter(|event| event.kind == kind).map(|event| event.epoch).collect()
    }
}

impl Observer for Watcher {
    fn observe(&mut self, frame: &Frame<'_>) -> Result<(), RecordError> {
        self.events.extend_from_slice(frame.events);
        for subnet in &frame.world.subnets {
            let sum = |side: &[Alpha]| side.iter().copied().sum::<Alpha>().0;
            let (paid, received) = (sum(&subnet.flows.paid), sum(&subnet.flows.received));
            let fined = frame.events.iter().any(|event| event.kind == "attack-punished");
            assert!(paid == received || (fined && paid > received), "{paid} paid, {received} got");
            self.paid += paid;
            self.owner = subnet.ledger.owner.0;
        }
        Ok(())
    }
}

/// Runs with every law audited; gives what happened and the metrics of the first subnet.
fn watched(scenario: &Scenario) -> (Watcher, InMemory, String) {
    let (mut watcher, mut memory) = (Watcher::default(), InMemory::of(0));
    let mut digest = Digest::new();
    Simulation::new(scenario)
        .audited()
        .run(&mut [&mut watcher, &mut memory, &mut digest], &AtomicBool::new(false))
        .unwrap_or_else(|error| panic!("{error}"));
    (watcher, memory, digest.text())
}

#[test]
fn an_attack_ends_with_its_last_epoch() {
    let edits = ["epochs=80", "coalitions.cabal.from=20", "coalitions.cabal.until=29"];
    let (watcher, memory, _) = watched(&scenario("cabal.toml", &edits));
    let told: Vec<(u32, &str)> = watcher.events.iter().map(|e| (e.epoch, e.kind)).collect();
    assert_eq!(told, [(20, "attack-start"), (29, "attack-end")]);
    // Weights come into force an epoch after they were committed.
    let vtrust = memory.group("cabal", "vtrust");
    assert!(vtrust[25] < 0.2 && vtrust[60] > 0.9, "{} {}", vtrust[25], vtrust[60]);
}

#[test]
fn any_number_of_threads_gives_the_same_digest() {
    for name in ["validators.toml", "layered-validation.toml", "bribery.toml"] {
        let edits = ["epochs=60", "protocol.reveal_period=0"];
        let digest = |threads| {
            let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build();
            pool.expect("a pool").install(|| watched(&scenario(name, &edits)).2)
        };
        assert_eq!(digest(1), digest(3), "{name}");
    }
}

/// Of the last hundred epochs.
fn late(memory: &InMemory, group: &str, metric: &str) -> f64 {
    let values = memory.group(group, metric);
    mean(&values, values.len().saturating_sub(100))
}

fn rate(memory: &InMemory, group: &str) -> f64 {
    late(memory, group, "relative_dividend_rate")
}

#[test]
fn who_lives_off_others_work_earns_more_until_it_is_old() {
    let (_, memory, _) = watched(&scenario("validators.toml", &[]));
    for group in ["predictors", "swing"] {
        assert!(rate(&memory, group) > 1.03, "{group}: {}", rate(&memory, group));
    }
    for group in ["explorers", "revealers"] {
        assert!((rate(&memory, group) - 1.0).abs() < 0.03, "{group}: {}", rate(&memory, group));
    }
    assert!(rate(&memory, "private") < 0.99, "{}", rate(&memory, "private"));
    let each = |group| late(&memory, group, "profit_alpha") / late(&memory, group, "members");
    assert!(each("lenders") > 1.1 * each("explorers"), "{}", each("lenders"));

    let old = ["protocol.reveal_period=9", "subnet.text.miners.0.drift=0.15"];
    let (_, memory, _) = watched(&scenario("validators.toml", &old));
    for group in ["predictors", "swing"] {
        assert!(rate(&memory, group) < 0.97, "{group}: {}", rate(&memory, group));
    }
}

/// Validators that smooth their scores follow quality with a delay, so that the consensus has a
/// trend: who carries it on is nearer to what comes.
#[test]
fn a_copier_that_predicts_is_nearer_to_a_consensus_with_a_trend() {
    let vtrust = |prediction: &str| {
        let edits = [
            "protocol.reveal_period=6",
            "subnet.text.validators.honest.strategy.score_ema=0.1",
            &format!(
                "subnet.text.validators.copier.strategy={{ kind = 'weight-copier', {prediction} }}"
            ),
        ];
        let (_, memory, _) = watched(&scenario("weight-copying.toml", &edits));
        late(&memory, "copier", "vtrust")
    };
    let (plain, ahead) = (vtrust("prediction = 0.0"), vtrust("prediction = 6.0"));
    assert!(ahead > plain + 0.002, "{plain} to {ahead}");
}

#[test]
fn a_swing_lifts_its_friends_and_is_not_clipped() {
    let [still, swung] = ["0.0", "1.0"].map(|reach| {
        let edit = format!("subnet.text.validators.swing.strategy.reach={reach}");
        let edits = ["subnet.text.validators.swing.stake=60000", &edit];
        let (_, memory, _) = watched(&scenario("validators.toml", &edits));
        assert!(late(&memory, "swing", "vtrust") > 0.99);
        late(&memory, "friends", "incentive_share")
    });
    assert!(swung > 1.08 * still, "{still} to {swung}");
}

#[test]
fn private_evaluation_takes_the_copiers_edge_where_nothing_else_hides_weights() {
    let [open, private] = ["false", "true"].map(|private| {
        let edits = [
            "protocol.reveal_period=0",
            &format!("subnet.text.validators.honest.private_evaluation={private}"),
            "subnet.text.validators.honest.private_noise=1.0",
        ];
        let (_, memory, _) = watched(&scenario("weight-copying.toml", &edits));
        (rate(&memory, "copier"), late(&memory, "honest", "cost_alpha"))
    });
    assert!(open.0 > 1.05 && private.0 < open.0 - 0.02, "{open:?} {private:?}");
    assert!((private.1 - 1.5 * open.1).abs() < 1e-6, "the cost of privacy");
}

#[test]
fn auditors_correct_primaries_who_listen() {
    let [deaf, listening] = ["0.0", "0.5"].map(|learn| {
        let edit = format!("subnet.text.validators.primaries.strategy.learn={learn}");
        let (_, memory, _) = watched(&scenario("layered-validation.toml", &[&edit]));
        assert!(rate(&memory, "auditors") > 1.0, "{}", rate(&memory, "auditors"));
        // A tenth of the miners are looked at, and a tenth is paid.
        let cost = late(&memory, "auditors", "cost_alpha");
        assert!((cost - 2.0).abs() < 0.3, "{cost}");
        mean(&memory.subnet("quality_incentive_spearman"), 100)
    });
    assert!(listening > deaf, "{deaf} to {listening}");
}

#[test]
fn a_bribe_pays_only_where_it_makes_a_majority() {
    let (watcher, bought, _) = watched(&scenario("bribery.toml", &[]));
    let (_, honest, _) = watched(&scenario("bribery.toml", &["coalitions.ring.acts=false"]));
    let minority = "subnet.text.validators.for-sale.stake=8000";
    let (_, clipped, _) = watched(&scenario("bribery.toml", &[minority]));
    let low = "coalitions.ring.payments.0.amount=1.9";
    let (_, refused, _) = watched(&scenario("bribery.toml", &[low]));

    let share = |memory: &InMemory| late(memory, "ring-miners", "incentive_share");
    assert!(share(&honest) < 0.04 && share(&bought) > 0.18, "{}", share(&bought));
    assert!(
        rate(&bought, "ring") > 1.2 && rate(&clipped, "ring") < 0.9,
        "{}",
        rate(&clipped, "ring")
    );
    assert_eq!(share(&refused).to_bits(), share(&honest).to_bits(), "nobody turns");
    let profit = |memory: &InMemory| late(memory, "ring-miners", "profit_alpha");
    assert!(profit(&bought) > profit(&honest) && profit(&clipped) < profit(&honest));
    // Five bribes of 2 alpha, and a tenth of the income.
    let paid = bought.group("ring-miners", "side_paid_alpha");
    let income = bought.group("ring-miners", "earned_alpha");
    assert!((paid[120] - 10.0 - 0.1 * income[120]).abs() < 1e-6, "{}", paid[120]);
    assert_eq!(paid[..50], [0.0; 50]);
    let received = bought.group("ring", "side_received_alpha");
    assert!((paid[120] - received[120]).abs() < 1e-9);
    assert!(watcher.paid > 0 && watcher.told("payment-failed").is_empty());
}

#[test]
fn a_payment_without_funds_fails_and_is_told_once() {
    let edits = ["epochs=80", "coalitions.ring.payments.0.amount=1e6"];
    let (watcher, memory, _) = watched(&scenario("bribery.toml", &edits));
    assert_eq!(watcher.told("payment-failed"), [50]);
    let paid = memory.group("ring-miners", "side_paid_alpha")[60];
    assert!(paid > 0.0 && paid < 10.0, "the share of income is paid all the same: {paid}");
}

#[test]
fn what_is_detected_has_consequences() {
    let punished = |consequence: &str, more: &[&str]| {
        let detection = format!("{{ chance = 1.0, delay = 30, {consequence} }}");
        let detection = format!("coalitions.ring.detection={detection}");
        let mut edits = vec!["epochs=150", &detection];
        edits.extend(more);
        let (watcher, memory, _) = watched(&scenario("bribery.toml", &edits));
        assert_eq!(watcher.told("attack-detected")[0], 50, "{consequence}");
        assert_eq!(watcher.told("attack-punished")[0], 80, "{consequence}");
        (watcher, memory)
    };
    let (_, exposed) = punished("consequence = 'expose'", &[]);
    let share = exposed.group("ring-miners", "incentive_share");
    assert!(share[70] > 0.15 && share[140] < 0.04, "{} {}", share[70], share[140]);
    assert_eq!(exposed.group("ring-miners", "side_paid_alpha")[81], 0.0);

    let minority = "subnet.text.validators.for-sale.stake=8000";
    let (_, listed) = punished("consequence = 'blacklist'", &[minority]);
    let share = listed.group("ring-miners", "incentive_share");
    assert!(share[70] > 0.02 && share[149] < 1e-4, "{} {}", share[70], share[149]);

    let stakers = "subnet.text.stakers=[{ name = 'crowd', count = 40, stake = 100.0 }]";
    let lends =
        "subnet.text.child_keys=[{ parent = 'honest', child = 'for-sale', proportion = 1.0 }]";
    let (_, left) = punished("consequence = 'unstake'", &[stakers, lends]);
    let moved = left.subnet("moved_stake_alpha");
    assert!(moved[81] > 1000.0 && moved[79] == 0.0, "{}", moved[81]);
    let lent = |epoch: usize| {
        let of = |metric| left.group("ring", metric)[epoch];
        of("stake_alpha") - of("own_stake_alpha")
    };
    assert!(lent(79) > 1000.0 && lent(82) < 1.0, "{} {}", lent(79), lent(82));
    let voting = left.subnet("active_validators");
    assert!(voting[79] < 10.0 && voting[140] == 15.0, "child keys are taken back");

    let (watcher, _) = punished(
        "consequence = 'fine', fine = 3.0",
        &["protocol.split={ owner = 0.0, miners = 0.5, validators = 0.5 }"],
    );
    // Nine members each time, and the attack can be detected again at once.
    let times = watcher.told("attack-punished");
    assert_eq!(times, [80, 111, 142]);
    assert_eq!(watcher.owner, 3 * 9 * 3_000_000_000);
}

#[test]
fn scores_that_are_shared_are_better_and_cost_less() {
    let sharing = |edits: &[&str]| {
        let text = "schema = 1\nseed = 5\nepochs = 120\n\
            [[subnet.a.validators]]\nname = 'v'\ncount = 6\nstake = 100.0\ncost = 1.0\n\
            strategy = { kind = 'honest', noise = 0.4 }\n\
            [[subnet.a.validators]]\nname = 'w'\ncount = 6\nstake = 100.0\ncost = 1.0\n\
            strategy = { kind = 'honest', noise = 0.4 }\n\
            [[subnet.a.miners]]\nname = 'm'\ncount = 40\n\
            quality = { kind = 'log-normal', mu = 0.0, sigma = 0.3 }\n\
            [[coalitions]]\nname = 'pool'\nvalidators = { kind = 'group', name = 'w' }\n";
        let edits: Vec<Edit> = edits.iter().map(|edit| edit.parse().expect("an edit")).collect();
        let scenario = Scenario::load("s.toml", text, &edits).unwrap_or_else(|e| panic!("{e}"));
        let (_, memory, _) = watched(&scenario);
        (late(&memory, "pool", "vtrust"), late(&memory, "pool", "cost_alpha"))
    };
    let alone = sharing(&[]);
    let all = sharing(&["coalitions.pool.shares_scores=true"]);
    let one = ["coalitions.pool.shares_scores=true", "coalitions.pool.evaluators=1"];
    let one = sharing(&one);
    assert!(all.0 > alone.0 + 0.02, "{alone:?} {all:?}");
    assert_eq!([alone.1, all.1, one.1], [6.0, 6.0, 1.0]);
}

/// Members pay in TAO where alpha has a market, and no TAO is made or lost.
#[test]
fn side_payments_in_a_network_are_in_tao() {
    let text = "schema = 1\nseed = 1\nepochs = 40\n[network]\nera = 'price-burn-2026-06'\n\
        [[network.root]]\nname = 'root'\ncount = 1\nstake = 10000.0\n\
        [subnet.a]\nmarket = { tao = 1000.0, alpha = 20000.0 }\n\
        [[subnet.a.validators]]\nname = 'v'\ncount = 3\nstake = 1000.0\n\
        [[subnet.a.miners]]\nname = 'm'\ncount = 4\nentity = 'rich'\n\
        [[coalitions]]\nname = 'ring'\nfrom = 5\nvalidators = { kind = 'group', name = 'v', count = 2 }\n\
        miners = { kind = 'top-quality', count = 1 }\nstrategy = 'bribed'\n\
        payments = [{ from = 'rich', to = 'validators', kind = 'profit-share', share = 0.5 }]\n";
    let scenario = Scenario::load("s.toml", text, &[]).unwrap_or_else(|error| panic!("{error}"));
    let mut simulation = Simulation::new(&scenario);
    for epoch in 0..40 {
        let before = simulation.world().before();
        simulation.step().expect("it runs");
        let breaches = simulation.world().audit(&before);
        assert!(breaches.is_empty(), "{epoch}: {breaches:?}");
        let world = simulation.world();
        world.network.as_ref().expect("a network").audit().expect("TAO balances");
    }
    let world = simulation.world();
    let cash = &world.network.as_ref().expect("a network").markets[0].cash;
    assert!(cash[0].0 > 0 && cash[1] == cash[0] && cash[2].0 == 0, "{cash:?}");
}

/// Weights that are not revealed change nobody else's: those of a cabal that turns in epoch 10 are
/// in force at the end of epoch 14, others can see them in epoch 15, and what they then commit is
/// in force at the end of epoch 19.
#[test]
fn nobody_sees_weights_before_they_are_revealed() {
    let rows = |acts: bool| {
        let text = "schema = 1\nseed = 2\nepochs = 30\nprotocol = { reveal_period = 5 }\n\
               [[subnet.a.validators]]\nname = 'h'\ncount = 4\nstake = 100.0\ncompound = 0.0\n\
               [[subnet.a.validators]]\nname = 'traitors'\ncount = 3\nstake = 100.0\ncompound = 0.0\n\
               [[subnet.a.validators]]\nname = 'copier'\ncount = 1\nstake = 60.0\ncompound = 0.0\n\
               strategy = { kind = 'weight-copier', prediction = 2.0 }\n\
               [[subnet.a.validators]]\nname = 'swing'\ncount = 1\nstake = 60.0\ncompound = 0.0\n\
               entity = 'friends'\nstrategy = 'swing'\n\
               [[subnet.a.validators]]\nname = 'revealer'\ncount = 1\nstake = 60.0\ncompound = 0.0\n\
               strategy = { kind = 'selective-revealer', distance = 0.06 }\n\
               [[subnet.a.validators]]\nname = 'explorer'\ncount = 1\nstake = 60.0\ncompound = 0.0\n\
               strategy = 'explorer'\n\
               [[subnet.a.validators]]\nname = 'primary'\ncount = 1\nstake = 60.0\ncompound = 0.0\n\
               strategy = 'primary'\n\
               [[subnet.a.validators]]\nname = 'auditor'\ncount = 1\nstake = 60.0\ncompound = 0.0\n\
               strategy = 'auditor'\n\
               [[subnet.a.miners]]\nname = 'm'\ncount = 12\ndrift = 0.1\n\
               [[subnet.a.miners]]\nname = 'f'\ncount = 2\nentity = 'friends'\n\
               [[coalitions]]\nname = 'cabal'\nfrom = 10\nuntil = 14\n\
               validators = { kind = 'group', name = 'traitors' }\n\
               miners = { kind = 'bottom-quality', count = 2 }\n";
        let edit = format!("coalitions.cabal.acts={acts}").parse().expect("an edit");
        let scenario = Scenario::load("s.toml", text, &[edit]).unwrap_or_else(|e| panic!("{e}"));
        let mut simulation = Simulation::new(&scenario);
        let mut rows: Vec<Vec<Vec<f64>>> = Vec::new();
        for _ in 0..30 {
            simulation.step().expect("it runs");
            let subnet = &simulation.world().subnets[0];
            let uids = subnet.uids();
            rows.push(subnet.outcome.weights.chunks(uids).map(<[f64]>::to_vec).collect());
        }
        rows
    };
    let (with, without) = (rows(true), rows(false));
    let others = |row: usize| !(4..7).contains(&row);
    for epoch in 0..19 {
        for row in (0..13).filter(|row| others(*row)) {
            assert_eq!(with[epoch][row], without[epoch][row], "epoch {epoch}, row {row}");
        }
    }
    assert_ne!(with[14][4], without[14][4], "the cabal's weights are in force");
    assert_ne!(with[19][7], without[19][7], "the copier has seen them");
    assert_ne!(with[19][8], without[19][8], "so has the swing");
}

/// A behaviour of the catalogue, from `name` or `name|parameters`.
fn behaviour(kind: &str) -> Box<dyn Validator> {
    let (name, table) = kind.split_once('|').unwrap_or((kind, ""));
    let table: toml::Table = toml::from_str(table).unwrap_or_else(|error| panic!("{error}"));
    let catalogue = Catalogue::builtin();
    let mut found = catalogue.validators().iter().filter(|behaviour| behaviour.name == name);
    let behaviour = *found.next().expect("a behaviour");
    taosim::fields::read(&table, |t| (behaviour.read)(t)).0
}

/// What it does in one turn where hidden quality is `output`, and the part of its evaluation cost
/// that it owes.
fn turn(validator: &mut dyn Validator, output: &[f64], bribe: f64) -> (Decision, Vec<f64>, f64) {
    let revealed = [[0.0, 0.0, 0.5, 0.3, 0.2], [0.0, 0.0, 0.2, 0.3, 0.5]].concat();
    let public = Public {
        consensus: &[0.0, 0.0, 0.2, 0.3, 0.2],
        incentive: &[0.0, 0.0, 0.3, 0.4, 0.3],
        dividends: &[0.5, 0.5, 0.0, 0.0, 0.0],
        stake_share: &[0.5, 0.5, 0.0, 0.0, 0.0],
        owner: None,
        asked_burn: 0.0,
        revealed: &revealed,
        setters: &[0, 1],
        active_stake: &[0.3, 0.7, 0.0, 0.0, 0.0],
        kappa: 0.5,
        audits: &[],
    };
    let partners: [Uid; 1] = [4];
    let own = Own {
        weights: &revealed[..5],
        partners: &partners,
        bribe: Bribe { amount: bribe, miners: &partners },
        exposed: false,
        judges: &[],
        pays: true,
        noise_factor: 1.0,
    };
    let agent = Agent::new("v", 0);
    let groups = [(Agent::new("m", 0), vec![2, 3, 4])];
    let work = Work { output, groups: &groups };
    let mut turn = ValidatorTurn::new((7, 0, 0, agent), public, own, work, Streams::new(1));
    let mut row = vec![0.0; 5];
    let decision = validator.set_weights(&mut turn, &mut row);
    (decision, row, turn.effort())
}

/// The same, of a member of a coalition whose own part is to copy.
fn turned(kind: &str, output: &[f64], bribe: f64) -> (Decision, Vec<f64>, f64) {
    let (inner, spell) = (behaviour("weight-copier"), Some(Spell { from: 0, until: None }));
    turn(&mut Turncoat { inner, attack: behaviour(kind), spell }, output, bribe)
}

#[test]
fn who_does_not_evaluate_does_not_see_quality() {
    for kind in [
        "weight-copier",
        "weight-copier|prediction = 2.0",
        "swing",
        "bribed|price = 1.0",
        "child-key-delegator",
        "ghost",
        "selective-revealer",
    ] {
        let one = turned(kind, &[0.0, 0.0, 1.0, 2.0, 3.0], 2.0);
        assert_eq!(one, turned(kind, &[0.0, 0.0, 9.0, 0.5, 0.0], 2.0), "{kind}");
        assert_eq!(one.2, 0.0, "{kind} evaluates");
    }
    // The bribe moves half of the vote, if it is enough.
    let (_, row, _) = turned("bribed|price = 1.0", &[0.0; 5], 2.0);
    assert!((row[4] - (0.5 + 0.5 * 0.2 / 0.7)).abs() < 1e-12, "{row:?}");
    let (_, row, _) = turned("bribed|price = 3.0", &[0.0; 5], 2.0);
    assert_eq!(row[4], 0.2, "below its price it plays its own part");
    // The other one alone gives uid 2 a weight of 0.2, and uid 4 one of 0.5.
    let (_, row, _) = turned("swing", &[0.0; 5], 0.0);
    for (found, expected) in row.iter().zip([0.0, 0.0, 0.2, 0.3, 0.5]) {
        assert!((found - expected).abs() < 1e-12, "{row:?}");
    }
}

#[test]
fn who_evaluates_answers_to_what_it_finds() {
    // Consensus gives the three miners 2/7, 3/7 and 2/7.
    let (as_all, rising) = ([0.0, 0.0, 2.0, 3.0, 2.0], [0.0, 0.0, 6.0, 1.0, 1.0]);
    let of = |kind: &str, output: &[f64; 5]| turn(&mut *behaviour(kind), output, 0.0);
    let share = |(_, row, _): (Decision, Vec<f64>, f64)| row[2] / row.iter().sum::<f64>();
    let honest = share(of("honest|noise = 0.0", &rising));
    let ahead = share(of("explorer|noise = 0.0", &rising));
    assert!((honest - 0.75).abs() < 1e-12 && ahead > 0.85, "{honest} {ahead}");
    let plain = share(of("explorer|noise = 0.0", &as_all));
    assert!((plain - 2.0 / 7.0).abs() < 1e-9, "nobody is ahead: {plain}");

    let revealer = "selective-revealer|noise = 0.0\npatience = 2";
    assert_eq!(of(revealer, &as_all).0, Decision::Submit);
    let mut revealer = behaviour(revealer);
    let decisions = [0; 4].map(|_| turn(&mut *revealer, &rising, 0.0).0);
    let (shows, hides) = (Decision::Submit, Decision::Keep);
    assert_eq!(decisions, [hides, hides, shows, hides], "its patience ends");

    let (_, row, effort) = of("auditor|sample = 1.0\nnoise = 0.0\npenalty = 0.0", &rising);
    assert!((row[2] / (row[3] + row[4]) - 3.0).abs() < 1e-12 && effort == 1.0, "{row:?}");
    let (_, row, effort) = of("auditor|sample = 0.0", &rising);
    assert_eq!((row[2], row[3], effort), (0.2, 0.3, 0.0), "what it has not seen it copies");
}

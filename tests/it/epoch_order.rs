//! What happens when: commit–reveal, permits, activity, and the order of payments.

use taosim::fields::Fields;
use taosim::scenario::{Edit, Scenario};
use taosim::simulation::Simulation;
use taosim::strategy::{Behaviour, Catalogue, Conduct, Decision, Validator, ValidatorTurn};
use taosim::world::Subnet;

/// Votes for one miner after the other, so that a row tells the epoch it was committed in.
struct Clock;

impl Validator for Clock {
    fn set_weights(&mut self, turn: &mut ValidatorTurn<'_>, row: &mut [f64]) -> Decision {
        let miners = row.len() - 4;
        row[4 + turn.epoch as usize % miners] = 1.0;
        Decision::Submit
    }
}

/// Votes in its first epoch and never again.
struct Once;

impl Validator for Once {
    fn set_weights(&mut self, turn: &mut ValidatorTurn<'_>, row: &mut [f64]) -> Decision {
        row[4] = 1.0;
        if turn.epoch == 0 { Decision::Submit } else { Decision::Keep }
    }
}

const TEXT: &str = r#"schema = 1
seed = 1
epochs = 40
[[subnet.a.validators]]
name = "three"
count = 3
stake = [300.0, 200.0, 100.0]
compound = 0.0
strategy = "clock"
[[subnet.a.validators]]
name = "fourth"
count = 1
stake = 50.0
compound = 0.0
strategy = "weight-copier"
[[subnet.a.miners]]
name = "miners"
count = 12
"#;

fn simulation(edits: &[&str]) -> Simulation {
    let behaviour = |name, read: fn(&mut Fields<'_>) -> Box<dyn Validator>| Behaviour {
        name,
        about: "For this test.",
        source: "This test.",
        conduct: Conduct::Honest,
        read,
    };
    let catalogue = Catalogue::builtin()
        .with_validator(behaviour("clock", |_| Box::new(Clock)))
        .with_validator(behaviour("once", |_| Box::new(Once)));
    let edits: Vec<Edit> = edits.iter().map(|edit| edit.parse().expect("an edit")).collect();
    let scenario = Scenario::load_with("t.toml", TEXT, &edits, &catalogue);
    Simulation::new(&scenario.unwrap_or_else(|error| panic!("{error}")))
}

/// The miner that a validator's weights in force are on, if any.
fn vote(subnet: &Subnet, row: usize) -> Option<usize> {
    let uids = subnet.uids();
    subnet.outcome.weights[row * uids..(row + 1) * uids].iter().position(|w| *w > 0.0)
}

#[test]
fn weights_count_when_they_are_revealed() {
    for period in [0_usize, 1, 2, 5] {
        let mut simulation = simulation(&[&format!("protocol.reveal_period={period}")]);
        for epoch in 0..12_usize {
            simulation.step().expect("it runs");
            let subnet = &simulation.world().subnets[0];
            let committed = (epoch + 1).checked_sub(period.max(1));
            let expected = committed.map(|epoch| 4 + epoch % 12);
            assert_eq!(vote(subnet, 0), expected, "period {period}, epoch {epoch}");
        }
    }
}

#[test]
fn a_copier_sees_only_what_is_revealed() {
    for period in [0_usize, 1, 2, 5] {
        let mut simulation = simulation(&[&format!("protocol.reveal_period={period}")]);
        let mut consensus: Vec<Option<usize>> = Vec::new();
        for epoch in 0..12_usize {
            simulation.step().expect("it runs");
            let subnet = &simulation.world().subnets[0];
            let now = subnet.outcome.consensus.iter().position(|c| *c > 0.0);
            consensus.push(now);
            // What counts now was committed `period - 1` epochs ago, and was then what could be
            // read: this epoch's consensus without commit-reveal, else that of the epoch before.
            let seen = if period == 0 {
                now
            } else {
                epoch.checked_sub(period).and_then(|at| consensus[at])
            };
            assert_eq!(vote(subnet, 3), seen, "period {period}, epoch {epoch}");
        }
    }
}

#[test]
fn only_those_with_a_permit_vote() {
    let mut simulation = simulation(&["protocol.max_allowed_validators=2"]);
    for _ in 0..3 {
        simulation.step().expect("it runs");
    }
    let subnet = &simulation.world().subnets[0];
    assert_eq!(subnet.neurons.permits[..4], [true, true, false, false]);
    assert_eq!(vote(subnet, 2), None);
    assert_eq!(subnet.outcome.dividends[2], 0.0);
}

/// The cutoff is 13.889 tempos: weights of epoch 0 are committed one block before its epoch.
#[test]
fn who_stops_voting_stops_earning() {
    let mut simulation = simulation(&["subnet.a.validators.three.strategy=once"]);
    for epoch in 0..20 {
        simulation.step().expect("it runs");
        let active = simulation.world().subnets[0].outcome.active_stake[0];
        assert_eq!(active > 0.0, epoch <= 13, "epoch {epoch}: {active}");
    }
}

/// By hand: the first validator has 300 of its own and 100 of a staker, and a take of 18 %. Of a
/// dividend D the owner first gets 0.18 D as stake, and the rest is shared by stake, the owner's
/// new stake included: the staker gets 0.82 D x 100 / (400 + 0.18 D).
#[test]
fn the_take_comes_before_the_rest() {
    let staker =
        "subnet.a.stakers=[{ name = 's', count = 1, stake = 100, delegate_to = ['lone'] }]";
    let lone = "subnet.a.validators=[{ name = 'lone', count = 1, stake = 300 }]";
    let mut simulation = simulation(&[lone, staker]);
    simulation.step().expect("it runs");
    let subnet = &simulation.world().subnets[0];
    let dividend = subnet.flows.dividends[0].tokens();
    assert!((dividend - 147.6).abs() < 0.01, "{dividend}");
    let expected = 0.82 * dividend * 100.0 / (400.0 + 0.18 * dividend);
    let found = subnet.flows.staker_earned[0].tokens();
    assert!((found / expected - 1.0).abs() < 1e-5, "{found} against {expected}");
}

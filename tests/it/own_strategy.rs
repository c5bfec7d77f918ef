//! A library user's own strategy works in a scenario by its registered name.

use std::sync::atomic::AtomicBool;

use taosim::fields::Fields;
use taosim::record::InMemory;
use taosim::scenario::Scenario;
use taosim::simulation::{RunError, Simulation};
use taosim::strategy::{Behaviour, Catalogue, Conduct, Decision, Validator, ValidatorTurn};

/// Votes for the best miner alone.
struct WinnerTakesAll {
    noise: f64,
}

impl Validator for WinnerTakesAll {
    fn set_weights(&mut self, turn: &mut ValidatorTurn<'_>, row: &mut [f64]) -> Decision {
        turn.evaluate(self.noise, row);
        let best = row.iter().copied().fold(0.0, f64::max);
        for score in row.iter_mut() {
            *score = if *score == best { 1.0 } else { 0.0 };
        }
        Decision::Submit
    }
}

/// Gives weights that mean nothing.
struct Broken;

impl Validator for Broken {
    fn set_weights(&mut self, _: &mut ValidatorTurn<'_>, row: &mut [f64]) -> Decision {
        row.fill(f64::NAN);
        Decision::Submit
    }
}

fn catalogue() -> Catalogue {
    Catalogue::builtin()
        .with_validator(Behaviour {
            name: "winner-takes-all",
            about: "Votes for the best miner alone.",
            source: "This test.",
            conduct: Conduct::Honest,
            read: |t: &mut Fields<'_>| {
                let noise = t.number("noise", "relative error of a score").share().default(0.0);
                Box::new(WinnerTakesAll { noise })
            },
        })
        .with_validator(Behaviour {
            name: "broken",
            about: "Gives NaN.",
            source: "This test.",
            conduct: Conduct::Deviant,
            read: |_| Box::new(Broken),
        })
}

fn text(strategy: &str) -> String {
    format!(
        "schema = 1\nseed = 3\nepochs = 10\n\
         [[subnet.a.validators]]\nname = 'v'\ncount = 3\nstake = 100\nstrategy = {strategy}\n\
         [[subnet.a.miners]]\nname = 'm'\ncount = 4\nquality = [1, 2, 4, 3]\n"
    )
}

#[test]
fn a_registered_strategy_plays() {
    let text = text("{ kind = 'winner-takes-all', noise = 0.0 }");
    let scenario = Scenario::load_with("own.toml", &text, &[], &catalogue());
    let scenario = scenario.unwrap_or_else(|error| panic!("{error}"));
    let mut memory = InMemory::of(0);
    let mut simulation = Simulation::new(&scenario);
    simulation.run(&mut [&mut memory], &AtomicBool::new(false)).expect("it runs");
    let incentive = &simulation.world().subnets[0].outcome.incentive;
    assert_eq!(incentive[3..], [0.0, 0.0, 1.0, 0.0]);
    assert_eq!(memory.subnet("emission_efficiency")[9], 1.0);
}

#[test]
fn its_parameters_are_checked_like_any_other() {
    let text = text("{ kind = 'winner-takes-all', nois = 2 }");
    let error = Scenario::load_with("own.toml", &text, &[], &catalogue()).expect_err("a slip");
    assert_eq!(error.messages().collect::<Vec<_>>(), ["unknown key `nois`"]);
    assert!(error.to_string().contains("did you mean `noise`?"), "{error}");
}

#[test]
fn weights_that_mean_nothing_end_the_run() {
    let scenario = Scenario::load_with("own.toml", &text("'broken'"), &[], &catalogue());
    let mut simulation = Simulation::new(&scenario.expect("a good scenario"));
    let error = simulation.step().expect_err("NaN");
    assert!(matches!(&error, RunError::Strategy { epoch: 0, .. }));
    assert_eq!(
        error.to_string(),
        "epoch 0: subnet.a uid 0 (v) (broken) gave a weight of NaN, which is not a finite \
         number from 0 up"
    );
}

//! A library user's own strategy works in a scenario by its registered name.

use taosim::scenario::Scenario;
use taosim::simulation::{RunError, Simulation};
use taosim::strategy::{Behaviour, Catalogue, Conduct, Decision, Validator, ValidatorTurn};

#[path = "../../examples/own_strategy.rs"]
#[expect(dead_code, reason = "its main is for who runs it as an example")]
mod example;

/// Gives weights that mean nothing.
struct Broken;

impl Validator for Broken {
    fn set_weights(&mut self, _: &mut ValidatorTurn<'_>, row: &mut [f64]) -> Decision {
        row.fill(f64::NAN);
        Decision::Submit
    }
}

fn catalogue() -> Catalogue {
    example::catalogue().with_validator(Behaviour {
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
    let efficiency = example::efficiency().expect("the example runs");
    assert!(efficiency > 0.9, "{efficiency}");
    // In proportion to quality the same people pay for much less.
    let text = text("'honest'");
    let scenario = Scenario::load("own.toml", &text, &[]).expect("a good scenario");
    let (_, memory) = crate::tools::run(&scenario);
    assert!(memory.subnet("emission_efficiency")[9] < 0.9);
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

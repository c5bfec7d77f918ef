//! A strategy of one's own in a scenario: `cargo run --release --example own_strategy`.
//!
//! A validator that votes for the best miner alone is registered under the name
//! `winner-takes-all`, and a scenario uses it by that name.

use std::sync::atomic::AtomicBool;

use taosim::record::InMemory;
use taosim::scenario::Scenario;
use taosim::simulation::Simulation;
use taosim::strategy::{Behaviour, Catalogue, Conduct, Decision, Validator, ValidatorTurn};

/// Knows its own scores; decides to pay only the best.
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

const SCENARIO: &str = r#"
    schema = 1
    seed = 1
    epochs = 100

    [[subnet.text.validators]]
    name = "judges"
    count = 15
    stake = 1000.0
    strategy = { kind = "winner-takes-all", noise = 0.1 }

    [[subnet.text.miners]]
    name = "miners"
    count = 40
    quality = { kind = "log-normal", mu = 0.0, sigma = 0.3 }
    drift = 0.02
"#;

/// The behaviours of the crate, and this one.
#[must_use]
pub(crate) fn catalogue() -> Catalogue {
    Catalogue::builtin().with_validator(Behaviour {
        name: "winner-takes-all",
        about: "Votes for the best miner alone.",
        source: "Pay in winner-takes-all subnets.",
        conduct: Conduct::Honest,
        read: |t| {
            let noise = t.number("noise", "relative error of a score").at_least(0.0).default(0.0);
            Box::new(WinnerTakesAll { noise })
        },
    })
}

/// Quality that the emission of the last 50 epochs paid for, over the best there was, in `[0, 1]`.
///
/// # Errors
/// The scenario is wrong, or a strategy in it is.
pub(crate) fn efficiency() -> Result<f64, Box<dyn std::error::Error>> {
    let scenario = Scenario::load_with("own_strategy.toml", SCENARIO, &[], &catalogue())?;
    let mut memory = InMemory::of(0);
    Simulation::new(&scenario).run(&mut [&mut memory], &AtomicBool::new(false))?;
    let efficiency = memory.subnet("emission_efficiency");
    Ok(efficiency[50..].iter().fold(0.0, |sum, x| sum + x) / 50.0)
}

fn main() -> Result<(), Box<dyn std::error::Error>> {
    println!("emission goes to miners of {:.0} % of the best quality", efficiency()? * 100.0);
    Ok(())
}

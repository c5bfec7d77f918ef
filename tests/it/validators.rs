//! What validators and coalitions do, and what they cannot know.

use taosim::simulation::Simulation;

use crate::tools::{run, scenario};

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

#[test]
fn an_attack_ends_with_its_last_epoch() {
    let edits = ["epochs=80", "coalitions.cabal.from=20", "coalitions.cabal.until=29"];
    let scenario = scenario("cabal.toml", &edits);
    let mut simulation = Simulation::new(&scenario);
    let mut told = Vec::new();
    for _ in 0..80 {
        simulation.step().expect("it runs");
        told.extend(simulation.events().iter().map(|event| (event.epoch, event.kind)));
    }
    assert_eq!(told, [(20, "attack-start"), (29, "attack-end")]);
}

//! The audit sees what it is there to see.

use std::fs;

use taosim::scenario::Scenario;
use taosim::simulation::{RunError, Simulation};
use taosim::units::{Alpha, Tao};
use taosim::world::{Breach, Law, World};
use tempfile::tempdir;

use crate::tools::taosim;

const TEXT: &str = r#"
schema = 1
seed = 1
epochs = 9
protocol = { tempo = 50 }
[network]
substeps = 5
[[network.root]]
name = "root"
count = 1
stake = 100000.0
[[network.traders]]
name = "holders"
count = 2
tao = 10.0
root = 5.0
alpha = 20.0
[subnet.a]
market = { elsewhere = 4000.0 }
validators = [{ name = "validators", count = 2, stake = 100.0 }]
miners = [{ name = "miners", count = 2 }]
[subnet.b]
market = { elsewhere = 4000.0, emission_enabled = false }
validators = [{ name = "validators", count = 2, stake = 100.0 }]
miners = [{ name = "miners", count = 2 }]
"#;

/// The laws that an epoch breaks whose end state is tampered with.
fn broken(tamper: impl Fn(&mut World)) -> Vec<Law> {
    let scenario = Scenario::load("a.toml", TEXT, &[]).unwrap_or_else(|error| panic!("{error}"));
    let mut simulation = Simulation::new(&scenario);
    for _ in 0..3 {
        simulation.step().expect("it runs");
    }
    let before = simulation.world().before();
    simulation.step().expect("it runs");
    let mut world = simulation.world().clone();
    tamper(&mut world);
    let breaches = world.audit(&before);
    for breach in &breaches {
        assert!(breach.by > 0.0 || breach.by.is_nan(), "{breach}");
    }
    breaches.into_iter().map(|breach| breach.law).collect()
}

#[test]
fn an_honest_epoch_breaks_no_law() {
    assert_eq!(broken(|_| ()), []);
}

#[test]
fn each_law_is_seen_to_be_broken() {
    let network = |world: &mut World, tamper: fn(&mut taosim::world::Network)| {
        tamper(world.network.as_mut().expect("a network"));
    };
    let seen =
        |tamper: fn(&mut taosim::world::Network)| broken(move |world| network(world, tamper));
    assert_eq!(seen(|n| n.issued += Tao(1)), [Law::TaoIssued]);
    assert_eq!(seen(|n| n.flows.unplaced += Tao(1)), [Law::Placed]);
    assert!(seen(|n| n.flows.minted += Tao(1)).contains(&Law::Minted));
    assert!(seen(|n| n.block += 1).contains(&Law::Blocks));
    assert_eq!(seen(|n| n.traders.root_shares[0] += 1e15), [Law::RootHeld]);
    assert!(seen(|n| n.issued = Tao(u64::MAX)).contains(&Law::SupplyCap));
    assert!(seen(|n| n.markets[0].flows.share += 0.1).contains(&Law::SubnetTao));
    assert!(seen(|n| n.markets[1].flows.share += 0.1).contains(&Law::SwitchedOff));
    assert!(seen(|n| n.markets[0].flows.share = -0.1).contains(&Law::Shares));
    assert_eq!(seen(|n| n.markets[0].ema = f64::NAN), [Law::Range]);
    assert_eq!(seen(|n| n.markets[0].miner_burned = 1.1), [Law::Range]);
    assert_eq!(seen(|n| n.markets[0].pots.server += Alpha(1)), [Law::Pots]);
    assert!(
        seen(|n| n.markets[0].flows.alpha_injected += Alpha(60_000_000_000))
            .contains(&Law::InjectionCap)
    );
    assert_eq!(broken(|w| w.subnets[0].ledger.issued += Alpha(1)), [Law::AlphaIssued]);
    assert_eq!(broken(|w| w.subnets[0].ledger.recycled += Alpha(1)), [Law::AlphaRecycled]);
    assert_eq!(broken(|w| w.subnets[0].ledger.burned += Alpha(1)), [Law::NobodysAlpha]);
    assert_eq!(broken(|w| w.subnets[0].flows.incentive[2] += Alpha(50)), [Law::Paid]);
    assert_eq!(broken(|w| w.subnets[0].ledger.own_shares[0] *= 1.5), [Law::StakeHeld]);
    assert!(broken(|w| w.subnets[0].ledger.issued = Alpha(u64::MAX)).contains(&Law::AlphaCap));
}

/// Where the token is TAO itself, every token stands for one.
#[test]
fn stake_in_tao_is_backed() {
    let text = TEXT.replace("substeps = 5", "substeps = 5\nera = \"root-2024\"");
    let scenario = Scenario::load("a.toml", &text, &[]).unwrap_or_else(|error| panic!("{error}"));
    let mut simulation = Simulation::new(&scenario);
    let before = simulation.world().before();
    simulation.step().expect("it runs");
    let mut world = simulation.world().clone();
    assert_eq!(world.audit(&before), []);
    let network = world.network.as_mut().expect("a network");
    network.markets[0].pool.tao -= Tao(1);
    let laws: Vec<Law> = world.audit(&before).into_iter().map(|breach| breach.law).collect();
    assert_eq!(laws, [Law::Backed]);
}

#[test]
fn a_breach_is_told_with_its_epoch_its_place_and_its_size() {
    let breach = |law, place: &str, by| Breach { law, place: place.into(), by };
    let breaches = vec![breach(Law::Placed, "network", 3.0), breach(Law::Paid, "subnet `a`", 0.5)];
    let told = RunError::Audit { epoch: 7, breaches }.to_string();
    let lines: Vec<&str> = told.lines().collect();
    assert_eq!(lines[0], "the audit found 2 breaches after epoch 7:");
    assert_eq!(
        lines[1],
        "  network: TAO that was minted is neither in pools nor given back (by 3)"
    );
    assert!(lines[2].starts_with("  subnet `a`: ") && lines.len() == 3);
}

#[test]
fn the_program_audits_when_asked_to() {
    let dir = tempdir().expect("a folder");
    let path = dir.path().join("a.toml");
    fs::write(&path, TEXT).expect("it can be written");
    let digest = |audit: &[&str], out: &str| {
        let mut run = taosim();
        run.arg("run").arg(&path).args(["--no-plots", "--quiet", "--out"]);
        run.arg(dir.path().join(out)).args(audit).assert().success().get_output().stdout.clone()
    };
    assert_eq!(digest(&["--audit"], "audited"), digest(&[], "not"));
}

//! The same whole blocks, run by the engine: an epoch of one block in one step.

use std::fmt::Write;

use serde_json::Value;
use taosim::scenario::Scenario;
use taosim::simulation::Simulation;
use taosim::units::{Alpha, RAO, SUPPLY_CAP};
use taosim::world::World;

use super::{near_rao, number, whole};

/// Runs a case; every subnet has a validator with one rao of stake, and root as much stake as makes
/// its part of each subnet what the case says.
pub(super) fn end_to_end(case: &Value) {
    let subnets = case["subnets"].as_array().unwrap();
    let scenario = Scenario::load("case.toml", &text(case, subnets), &[]);
    let scenario = scenario.unwrap_or_else(|error| panic!("{error}"));
    let mut simulation = Simulation::new(&scenario);
    let before = simulation.world().clone();
    let was = before.before();
    simulation.step().expect("it runs");
    let after = simulation.world();
    assert_eq!(after.audit(&was), []);
    let (old, new) = (before.network.as_ref().unwrap(), after.network.as_ref().unwrap());
    let pools = || old.markets.iter().zip(&new.markets);
    for (key, expected) in case.as_object().unwrap() {
        let each = || expected.as_array().unwrap().iter();
        match key.as_str() {
            "expected_subnet_tao_delta" => {
                each().zip(pools()).for_each(|(expected, (old, new))| {
                    near_rao((new.pool.tao - old.pool.tao).0, expected, case);
                });
            }
            "expected_subnet_tao_after" => each().zip(pools()).for_each(|(expected, (_, new))| {
                near_rao(new.pool.tao.0, expected, case);
            }),
            "expected_alpha_in_after" => each().zip(pools()).for_each(|(expected, (_, new))| {
                near_rao(new.pool.alpha.0, expected, case);
            }),
            "expected_alpha_in_after_less_than" => {
                each().zip(pools()).for_each(|(expected, (_, new))| {
                    assert!(new.pool.alpha < Alpha(whole(expected)));
                });
            }
            "expected_alpha_out_emission" => {
                each().zip(pools()).for_each(|(expected, (_, new))| {
                    assert_eq!(new.flows.alpha_minted.0, whole(expected));
                });
            }
            "expected_total_issuance_delta" | "expected_total_issuance" => {
                near_rao((new.issued - old.issued).0, expected, case);
            }
            "expected" => only_bought(&before, after, case),
            _ => {}
        }
    }
}

/// Tokens of an amount in rao.
fn tokens(rao: u64) -> String {
    format!("{}.{:09}", rao / RAO, rao % RAO)
}

fn text(case: &Value, subnets: &[Value]) -> String {
    let amount = |subnet: &Value, key: &str| subnet.get(key).map_or(0, whole);
    // Where all trade at a fixed price of 1 and have no pool, their token is TAO itself.
    let stable = subnets.iter().all(|subnet| subnet.get("tao").is_none());
    let era = if stable { "root-2024" } else { "price-burn-2026-06" };
    let rooted = subnets.iter().any(|subnet| subnet.get("root_prop").is_some());
    let root = if rooted { 10_000_000 } else { 0 };
    let mut text = format!(
        "schema = 1\nseed = 1\nepochs = 1\nprotocol = {{ tempo = 1 }}\n\
         [network]\nera = \"{era}\"\nsubsteps = 1\n\
         rules = {{ issuance = {{ kind = \"by-height\", first = {} }} }}\n\
         [[network.root]]\nname = \"root\"\ncount = 1\nstake = {root}.0\n",
        tokens(whole(&case["emission"]))
    );
    for (at, subnet) in subnets.iter().enumerate() {
        let ema = subnet.get("ema").map_or(1.0, number);
        // A smoothed price is at most 1, and only the proportions count.
        let ema = ema / 2.0;
        let market = if stable {
            String::new()
        } else {
            let (tao, alpha) = (amount(subnet, "tao"), amount(subnet, "alpha"));
            // All that can be issued is out, but for less than a block could issue.
            let left = SUPPLY_CAP - alpha - RAO / 100;
            let out = amount(subnet, "alpha_out").min(left);
            let (tao, alpha, out) = (tokens(tao), tokens(alpha), tokens(out));
            format!(
                "market = {{ tao = {tao}, alpha = {alpha}, elsewhere = {out}, ema_price = {ema} }}\n"
            )
        };
        let _ = write!(
            text,
            "[subnet.s{at}]\n{market}validators = [{{ name = \"v\", count = 1, stake = 1e-9 }}]\n\
             miners = [{{ name = \"m\", count = 1 }}]\n"
        );
    }
    text
}

/// As the case of pure functions: no alpha is issued, and all TAO buys.
fn only_bought(before: &World, after: &World, case: &Value) {
    let (old, new) = (before.network.as_ref().unwrap(), after.network.as_ref().unwrap());
    assert!((new.issued - old.issued).0.abs_diff(whole(&case["emission"])) <= 2);
    for (old, new) in old.markets.iter().zip(&new.markets) {
        assert_eq!(new.flows.alpha_minted, Alpha::ZERO);
        assert!(new.protocol > Alpha::ZERO);
        assert_eq!(old.pool.alpha - new.pool.alpha, new.protocol);
        assert!(new.pool.price() > old.pool.price());
    }
}

/// Half of the incentive is the owner's own, and is withheld.
pub(super) fn owner_is_withheld(case: &Value) {
    let text = "schema = 1\nseed = 1\nepochs = 1\n\
        protocol = { tempo = 10, reveal_period = 0, weights_rate_limit = 0 }\nnetwork = {}\n\
        [subnet.a]\nowner = \"owner\"\n\
        validators = [{ name = \"v\", count = 1, stake = 100.0, \
        strategy = { kind = \"honest\", noise = 0.0 } }]\n\
        miners = [{ name = \"owner\", count = 1 }, { name = \"other\", count = 1 }]\n";
    let scenario = Scenario::load("case.toml", text, &[]).unwrap_or_else(|e| panic!("{e}"));
    let mut simulation = Simulation::new(&scenario);
    simulation.step().expect("it runs");
    let World { subnets, network, .. } = simulation.world();
    let burned = network.as_ref().unwrap().markets[0].miner_burned;
    assert!((burned - number(&case["expected"]["miner_burned"])).abs() < 1e-4, "{burned}");
    assert_eq!(subnets[0].flows.incentive[1], Alpha::ZERO);
    let paid = subnets[0].flows.incentive[2];
    assert!(paid > Alpha::ZERO && paid.0.abs_diff(subnets[0].flows.burned.0) < paid.0 / 1_000);
}

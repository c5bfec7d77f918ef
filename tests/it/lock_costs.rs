//! What places for subnets really cost, one after the other.

use std::fs;

use taosim::protocol::subnet_life::{LastLock, LockPricing, lock_cost};
use taosim::units::{RAO, Tao};

use crate::tools::root;

/// The last block of the first interval.
const FIRST_INTERVAL: u64 = 5_048_438;

/// From February to June 2025 subnets 65 to 128 were registered in turn, so that each cost follows
/// from the one before. The chain's interval was 28800 blocks and then 14400. What does not follow
/// are two registrations: the first after the cost was reset, and one after a subnet that is not
/// in the list.
#[test]
fn recorded_costs_follow_from_each_other() {
    let path = root().join("../shared/data/subnet_registration_costs.csv");
    let Ok(text) = fs::read_to_string(path) else {
        eprintln!("skipped: the chain data are not at hand");
        return;
    };
    let rows: Vec<LastLock> = text.lines().filter_map(registration).collect();
    assert_eq!(rows.len(), 64);
    let follows = |[last, next]: &&[LastLock; 2]| {
        let interval = if next.block <= FIRST_INTERVAL { 28_800 } else { 14_400 };
        let pricing = LockPricing { least: Tao(RAO), interval };
        let cost = lock_cost(&pricing, last, next.block, RAO);
        cost.0.abs_diff(next.cost.0) <= RAO / 20
    };
    let (steps, followed) = (rows.len() - 1, rows.array_windows().filter(follows).count());
    println!("{followed} of {steps} steps within 0.05 TAO");
    assert!(100 * followed >= 95 * steps, "{followed} of {steps}");
}

fn registration(line: &str) -> Option<LastLock> {
    let mut fields = line.split(',').skip(1);
    let (block, cost, regime) = (fields.next()?, fields.next()?, fields.next()?);
    let sequential = regime == "dtao_sequential";
    let row = LastLock { cost: Tao::from_tokens(cost.parse().ok()?), block: block.parse().ok()? };
    sequential.then_some(row)
}

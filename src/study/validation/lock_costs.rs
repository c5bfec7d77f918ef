//! What each new subnet of spring 2025 paid for its place, from what the one before it paid.

use super::Comparison;
use crate::protocol::subnet_life::{LastLock, LockPricing, lock_cost};
use crate::record::chain::{Chain, Lock};
use crate::units::{RAO, Tao};

/// The regime whose registrations follow each other; those of netuids that were taken again later
/// are known by their block alone.
const REGIME: &str = "dtao_sequential";

/// The last block with the first interval; by what was paid, the change lies between it and block
/// 5064327.
const LAST_OF_FIRST: u64 = 5_048_438;
/// Blocks in which a doubled cost fell back, before and after.
const INTERVALS: [u64; 2] = [28_800, 14_400];

/// How far a step may be from the record `[TAO]`.
const NEAR: f64 = 0.05;

/// One registration after another.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Step {
    /// Who paid.
    pub netuid: u16,
    /// When `[block]`.
    pub block: u64,
    /// What was paid `[TAO]`.
    pub recorded: f64,
    /// What the rule asks `[TAO]`.
    pub computed: f64,
}

/// Recomputes each cost from the one before, by way of registrations of which only the block is
/// recorded.
#[must_use]
pub fn steps(chain: &Chain) -> Vec<Step> {
    let mut course: Vec<&Lock> = chain.locks.iter().filter(|lock| lock.regime == REGIME).collect();
    course.sort_by_key(|lock| lock.block);
    let mut others: Vec<u64> = chain
        .snapshots
        .iter()
        .flat_map(|snapshot| &snapshot.subnets)
        .filter_map(|subnet| subnet.registered_at)
        .collect();
    others.sort_unstable();
    others.dedup();
    let step = |pair: &[&Lock]| {
        let (last, now) = (pair[0], pair[1]);
        let mut known = LastLock { cost: Tao::from_tokens(last.cost), block: last.block };
        for &block in others.iter().filter(|block| (last.block + 1..now.block).contains(block)) {
            known = LastLock { cost: asked(&known, block), block };
        }
        let computed = asked(&known, now.block).tokens();
        Step { netuid: now.netuid, block: now.block, recorded: now.cost, computed }
    };
    course.windows(2).map(step).collect()
}

/// What the rule asks in a block of the time.
fn asked(last: &LastLock, block: u64) -> Tao {
    let interval = INTERVALS[usize::from(block > LAST_OF_FIRST)];
    // All of it was before the first halving.
    lock_cost(&LockPricing { least: Tao(RAO), interval }, last, block, RAO)
}

/// The line of the result.
pub(super) fn comparison(steps: &[Step]) -> Option<Comparison> {
    let far = steps.iter().filter(|step| (step.computed - step.recorded).abs() > NEAR).count();
    (!steps.is_empty()).then(|| Comparison {
        name: "cost of a place, Feb. to June 2025",
        rule: "doubled, back within 28800, then 14400 blocks",
        cases: steps.len(),
        measure: "part of steps off by more than 0.05 TAO",
        error: far as f64 / steps.len() as f64,
        bound: Some(0.05),
    })
}

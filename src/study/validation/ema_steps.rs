//! The moving price over a few blocks: it was recorded twice, six blocks apart, beside the pools.

use super::{Comparison, Pair, median};
use crate::protocol::price_ema::PriceEma;
use crate::record::chain::Snapshot;

/// Blocks between the two reads of 7 August 2026.
pub const BLOCKS: u64 = 6;

/// Half of the last of the nine decimals in which the earlier price is told `[TAO per alpha]`,
/// and as much again for trades in between.
const BOUND: f64 = 1e-9;

/// By how much each moving price moved `[TAO per alpha]`.
#[must_use]
pub fn moves(snapshot: &Snapshot) -> Vec<Pair> {
    let rule = PriceEma::default();
    let mut pairs = Vec::new();
    for subnet in &snapshot.subnets {
        let Some(start) = subnet.first_emission else { continue };
        let spot = subnet.tao_pool / subnet.alpha_pool;
        let after = rule.steps(subnet.ema, spot, snapshot.block + 1, BLOCKS, start);
        let (recorded, computed) = (subnet.later_ema - subnet.ema, after - subnet.ema);
        if recorded.is_finite() && computed.is_finite() {
            pairs.push(Pair { netuid: subnet.netuid, recorded, computed });
        }
    }
    pairs
}

/// The line of the result.
pub(super) fn comparison(pairs: &[Pair]) -> Option<Comparison> {
    let errors: Vec<f64> = pairs.iter().map(Pair::error).collect();
    (!errors.is_empty()).then(|| Comparison {
        name: "moving price over 6 blocks, 7 Aug. 2026",
        rule: "rate 3e-4 x age / (age + 201600)",
        cases: pairs.len(),
        measure: "median error [TAO per alpha]",
        error: median(&errors),
        bound: Some(BOUND),
    })
}

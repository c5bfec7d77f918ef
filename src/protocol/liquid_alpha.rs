//! Liquid alpha: each pair of validator and miner has its own rate of the moving average.
//!
//! The further a validator stands from the consensus when it buys, or from its own bond when it
//! sells, the faster its bond follows.

use crate::num;

/// Bound of the steepness, so that the curve's argument stays where the logistic function is
/// known; the chain stores at most 327.67.
const STEEPEST: f64 = 1_000.0;

/// The curve of rates.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct LiquidAlpha {
    low: f64,
    /// From the lowest rate to the highest.
    span: f64,
    /// For a logistic function of base 2.
    steepness: f64,
}

impl LiquidAlpha {
    /// The curve from `low` to `high`, rates (weights of the new bond) in `[0, 1]`; where `low` is
    /// above `high`, every rate is `high`. `steepness` is that of its middle, kept to
    /// [-1000, 1000], and negative turns it around.
    #[must_use]
    pub fn new(low: f64, high: f64, steepness: f64) -> Self {
        let low = if low < high { low } else { high };
        let steepness = num::within(-STEEPEST, STEEPEST, steepness) * std::f64::consts::LOG2_E;
        Self { low, span: high - low, steepness }
    }

    /// The rate of a pair at `distance` in `[0, 1]`, in [low, high].
    ///
    /// Source: `epoch/run_epoch.rs::alpha_sigmoid`.
    #[must_use]
    pub fn rate(&self, distance: f64) -> f64 {
        self.between(num::logistic_base_2(self.argument(distance)))
    }

    /// Where on the logistic curve of base 2 a `distance` in `[0, 1]` lies, in [-722, 722].
    #[inline(always)]
    #[must_use]
    pub fn argument(&self, distance: f64) -> f64 {
        self.steepness * (distance - 0.5)
    }

    /// The rate at a `height` of the logistic curve in `[0, 1]`, in [low, high].
    #[inline(always)]
    #[must_use]
    pub fn between(&self, height: f64) -> f64 {
        self.low + height * self.span
    }
}

/// How far a validator that buys stands above the consensus, or one that sells below its own
/// bond, in `[0, 1]`.
///
/// All in `[0, 1]`: its weight for bonds, its old bond, and the consensus on the miner in this
/// epoch.
///
/// Source: `epoch/run_epoch.rs::alpha_sigmoid`.
#[inline(always)]
#[must_use]
pub fn distance(weight: f64, bond: f64, consensus: f64) -> f64 {
    let distance = if weight >= bond { weight - consensus } else { bond - weight };
    num::within(0.0, 1.0, distance)
}

/// One step of the moving average of a bond, in `[0, 1]`.
///
/// Source: `epoch/math.rs::mat_ema_alpha_sparse`.
#[inline(always)]
#[must_use]
pub fn moving_average(rate: f64, weight: f64, bond: f64) -> f64 {
    let average = bond + rate * (weight - bond);
    if average < 1.0 { average } else { 1.0 }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rate(weight: f64, bond: f64, consensus: f64) -> f64 {
        LiquidAlpha::new(0.1, 0.3, 10.0).rate(distance(weight, bond, consensus))
    }

    /// 1 / (1 + e^5) = 0.006693 of the way from 0.1 to 0.3, and the same from the other end.
    #[test]
    fn distance_sets_the_rate() {
        assert!((rate(0.5, 0.0, 0.5) - 0.101_338_570).abs() < 1e-9);
        assert!((rate(1.0, 0.0, 0.0) - 0.298_661_430).abs() < 1e-9);
        assert!((rate(0.5, 0.0, 0.0) - 0.2).abs() < 1e-15);
    }

    #[test]
    fn selling_counts_from_the_bond_and_buying_from_the_consensus() {
        assert_eq!(rate(0.25, 0.75, 0.0).to_bits(), rate(0.5, 0.0, 0.0).to_bits());
        assert_eq!(rate(0.25, 0.25, 0.9).to_bits(), rate(0.0, 0.0, 0.0).to_bits());
    }

    #[test]
    fn an_extreme_curve_stays_within_its_bounds() {
        for steepness in [-1e9, 0.0, 1e9] {
            let rate = LiquidAlpha::new(0.1, 0.3, steepness).rate(1.0);
            assert!((0.1..=0.3).contains(&rate), "{steepness}: {rate}");
        }
    }

    #[test]
    fn a_bond_is_at_most_whole() {
        assert_eq!(moving_average(0.5, 1.0, 0.5), 0.75);
        assert_eq!(moving_average(0.5, 2.0, 1.5), 1.0);
    }
}

//! Issuance that answers to use: more where the network is busy, less where it idles.

use crate::num;

/// How the emission answers to use.
///
/// The halving curve is multiplied by a factor. Use at its target asks for a factor of 1; use of
/// twice the target for `2^elasticity`. The factor follows what is asked in bounded steps, as the
/// base fee of Ethereum follows the fullness of blocks: so that no single busy epoch, honest or
/// feigned, can move the emission by more than an eighth.
///
/// Source: the controller is that of EIP-1559 (Buterin, Conner, Dudley, Slipper, Norden and
/// Bakhta, 2019), whose step is at most 1/8; here it moves an emission and not a price. A research
/// option; the chain has no such rule.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Demand {
    /// Power of use over target that the factor follows, at least 0: 0 ignores use, 1 is in
    /// proportion.
    pub elasticity: f64,
    /// Use at which the halving curve is left as it is, above 0, in the unit of use.
    pub target: f64,
    /// Least factor, in `[0, 1]`.
    pub least: f64,
    /// Greatest factor, at least 1.
    pub most: f64,
    /// Part of the way to what is asked that one adjustment goes, in `[0, 1]`.
    pub smoothing: f64,
}

/// Most that one adjustment moves the factor by, as a part of it.
///
/// Source: EIP-1559 (`BASE_FEE_MAX_CHANGE_DENOMINATOR` of 8).
pub const MOST_CHANGE: f64 = 1.0 / 8.0;

impl Default for Demand {
    fn default() -> Self {
        Self { elasticity: 0.5, target: 1.0, least: 0.5, most: 2.0, smoothing: 0.1 }
    }
}

impl Demand {
    /// The factor that `use_` asks for, in `[least, most]`.
    ///
    /// Use that is not a number, or not above 0, asks for the least.
    #[must_use]
    pub fn asked(&self, use_: f64) -> f64 {
        let part = use_ / self.target;
        let asked = if part > 0.0 { num::pow(part, self.elasticity) } else { 0.0 };
        num::within(self.least, self.most, asked)
    }

    /// The factor after one adjustment, in `[least, most]`, from what it was.
    #[must_use]
    pub fn adjusted(&self, factor: f64, use_: f64) -> f64 {
        let toward = factor + self.smoothing * (self.asked(use_) - factor);
        let bounded =
            num::within(factor * (1.0 - MOST_CHANGE), factor * (1.0 + MOST_CHANGE), toward);
        num::within(self.least, self.most, bounded)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Four times the target asks for sqrt(4).
    #[test]
    fn use_asks_by_its_elasticity_within_bounds() {
        let demand = Demand { target: 10.0, most: 3.0, ..Demand::default() };
        assert_eq!([demand.asked(10.0), demand.asked(40.0)], [1.0, 2.0]);
        assert_eq!([demand.asked(1e9), demand.asked(f64::INFINITY)], [3.0, 3.0]);
        assert_eq!([demand.asked(0.0), demand.asked(-1.0), demand.asked(f64::NAN)], [0.5; 3]);
        let deaf = Demand { elasticity: 0.0, ..demand };
        assert_eq!(deaf.asked(1e9), 1.0);
    }

    /// A tenth of the way from 1 to 2; an eighth of 1 where the way is longer.
    #[test]
    fn the_factor_moves_in_bounded_steps() {
        let demand = Demand { most: 8.0, ..Demand::default() };
        assert!((demand.adjusted(1.0, 4.0) - 1.1).abs() < 1e-15);
        assert_eq!(demand.adjusted(1.0, 64.0), 1.125);
        assert_eq!(Demand { smoothing: 1.0, ..demand }.adjusted(1.0, 0.0), 0.875);
        let settled = (0..200).fold(1.0, |factor, _| demand.adjusted(factor, 4.0));
        assert!((settled - 2.0).abs() < 1e-8);
    }
}

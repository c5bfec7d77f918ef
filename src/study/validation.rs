//! The token economy against the recorded chain: what the rules of [`crate::protocol`] give for the
//! states that were recorded, beside what was recorded of their outcome.
//!
//! ```text
//! prices ─► moving prices ─► shares ─► terms ─► TAO of each pool      against  recorded TAO
//! pools ──► quotes            lock ─► next lock            issued ─► issued later
//! ```
//!
//! Rows in, rows out: files are read by [`crate::record::chain`], and shown by
//! [`crate::report::validation`].

pub mod course;
pub mod ema_steps;
pub mod emission_2025;
pub mod issuance;
pub mod lock_costs;
pub mod quotes;
pub mod shares_2026;

use crate::protocol::price_ema::PriceEma;
use crate::record::chain::Chain;

/// A number that was recorded, and what the rules give for it.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Pair {
    /// Of which subnet.
    pub netuid: u16,
    /// What was recorded.
    pub recorded: f64,
    /// What the rules give.
    pub computed: f64,
}

impl Pair {
    /// How far the two are apart, at least 0.
    #[must_use]
    pub fn error(&self) -> f64 {
        (self.computed - self.recorded).abs()
    }

    /// The same as a part of what was recorded; NaN where that is 0.
    #[must_use]
    pub fn relative(&self) -> f64 {
        if self.recorded == 0.0 { f64::NAN } else { self.error() / self.recorded.abs() }
    }
}

/// The sum of all errors.
#[must_use]
pub fn l1(pairs: &[Pair]) -> f64 {
    pairs.iter().fold(0.0, |sum, pair| sum + pair.error())
}

/// The greatest of some errors, 0 for none.
fn worst(errors: impl Iterator<Item = f64>) -> f64 {
    errors.fold(0.0, f64::max)
}

/// How far the sums are apart, as a part of the recorded one; NaN where that is 0.
fn of_sums(pairs: &[Pair]) -> f64 {
    let sum = |of: fn(&Pair) -> f64| pairs.iter().fold(0.0, |sum, pair| sum + of(pair));
    let whole = Pair {
        netuid: 0,
        recorded: sum(|pair| pair.recorded),
        computed: sum(|pair| pair.computed),
    };
    whole.relative()
}

/// The median; NaN for nothing.
#[must_use]
pub fn median(values: &[f64]) -> f64 {
    let mut sorted = values.to_vec();
    sorted.sort_unstable_by(f64::total_cmp);
    match sorted.len() {
        0 => f64::NAN,
        odd if odd % 2 == 1 => sorted[odd / 2],
        even => f64::midpoint(sorted[even / 2 - 1], sorted[even / 2]),
    }
}

/// One line of the result: how far the rules are from a record.
#[derive(Clone, Debug, PartialEq)]
pub struct Comparison {
    /// What is compared, and when it was.
    pub name: &'static str,
    /// Which rule computed it.
    pub rule: &'static str,
    /// How many numbers were compared.
    pub cases: usize,
    /// What the error is.
    pub measure: &'static str,
    /// The error, in the unit that `measure` tells, at least 0.
    pub error: f64,
    /// The greatest error with which the rule counts as met; none where the line only explains.
    pub bound: Option<f64>,
}

impl Comparison {
    /// Whether the error is within its bound.
    #[must_use]
    pub fn met(&self) -> Option<bool> {
        self.bound.map(|bound| self.error <= bound)
    }
}

/// Everything that was compared; what there was no record of is empty.
#[derive(Clone, Debug, Default)]
pub struct Validation {
    /// TAO of the pools in autumn 2025, read by read.
    pub emission: Vec<emission_2025::Read>,
    /// What sparse samples of the price cost, from the sparsest.
    pub sampling: Vec<emission_2025::Sampling>,
    /// Moves of the moving price over a few blocks of August 2026.
    pub ema: Vec<Pair>,
    /// Shares by moving price in July 2026.
    pub shares: Vec<Pair>,
    /// The gate and the injection, date by date.
    pub gate: Vec<shares_2026::Gated>,
    /// Offers for trades.
    pub quotes: Vec<quotes::Quoted>,
    /// Costs of places.
    pub locks: Vec<lock_costs::Step>,
    /// The course of issuance.
    pub issuance: Vec<issuance::Point>,
}

impl Validation {
    /// Compares all that there is a record of.
    #[must_use]
    pub fn of(chain: &Chain) -> Self {
        let august = chain.snapshot(shares_2026::AUGUST);
        Self {
            emission: emission_2025::reads(chain, &PriceEma::default()),
            sampling: emission_2025::sampling(&chain.hourly),
            ema: august.map(ema_steps::moves).unwrap_or_default(),
            shares: chain.snapshot("2026-07-09").map(shares_2026::plain).unwrap_or_default(),
            gate: shares_2026::gated(chain),
            quotes: quotes::quoted(&chain.quotes, chain.quoted_pool.as_ref()),
            locks: lock_costs::steps(chain),
            issuance: issuance::course(&chain.issuance),
        }
    }

    /// The result, a line for each comparison.
    #[must_use]
    pub fn comparisons(&self) -> Vec<Comparison> {
        let mut lines = emission_2025::comparisons(&self.emission, &self.sampling);
        lines.extend(ema_steps::comparison(&self.ema));
        lines.extend(shares_2026::comparisons(&self.shares, &self.gate));
        lines.extend(quotes::comparison(&self.quotes));
        lines.extend(lock_costs::comparison(&self.locks));
        lines.extend(issuance::comparison(&self.issuance));
        lines
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_median_lies_between_the_middle_two() {
        assert_eq!(median(&[3.0, 1.0, 2.0]), 2.0);
        assert_eq!(median(&[4.0, 1.0, 2.0, 3.0]), 2.5);
        assert!(median(&[]).is_nan());
    }

    #[test]
    fn errors_are_sums_of_what_is_between() {
        let pair = |recorded, computed| Pair { netuid: 1, recorded, computed };
        let pairs = [pair(1.0, 1.5), pair(3.0, 2.5)];
        assert_eq!((l1(&pairs), of_sums(&pairs)), (1.0, 0.0));
        assert_eq!(pairs[1].relative(), 0.5 / 3.0);
    }
}

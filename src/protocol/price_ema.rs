//! The moving price of a subnet, which decides its share of the TAO and who is pruned.
//!
//! A block moves it toward the spot price by a rate that grows with the subnet's age, so that a
//! young subnet cannot buy its share in a day; and a spot price above one TAO counts as one.

use crate::num;

/// Greatest spot price that counts where the average is capped `[TAO per alpha]`.
///
/// Source: `staking/stake_utils.rs::update_moving_price`.
pub const CAP: f64 = 1.0;

/// Ages up to which [`PriceEma::steps`] goes block by block; beyond, the sum over blocks is smooth
/// enough for its closed form.
const SMOOTH: f64 = 64.0;

/// Blocks that it goes singly in any case: the closed form of so few would lose digits.
const FEW: u64 = 8;

/// How the moving price follows the spot price.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct PriceEma {
    /// Rate per block of an old subnet, in `[0, 1]`: 3e-6 in the chain's code, 3e-4 by what the
    /// chain has recorded.
    pub base: f64,
    /// Age at which half of the rate is reached `[blocks]`.
    pub halving_blocks: u64,
    /// Whether the spot price counts as at most [`CAP`].
    pub capped: bool,
    /// Whether the rate grows with age; otherwise it is `base` from the start.
    pub aged: bool,
}

impl Default for PriceEma {
    fn default() -> Self {
        Self { base: 3e-4, halving_blocks: 201_600, capped: true, aged: true }
    }
}

impl PriceEma {
    /// The rate at an age in blocks, in `[0, base]`: `base * age / (age + halving_blocks)`.
    ///
    /// Source: `staking/stake_utils.rs::update_moving_price`.
    #[must_use]
    pub fn rate(&self, age: u64) -> f64 {
        if !self.aged {
            return self.base;
        }
        if age == 0 {
            return 0.0;
        }
        let age = age as f64;
        self.base * (age / (age + self.halving_blocks as f64))
    }

    /// The average after one block at a `spot` price `[TAO per alpha]`.
    ///
    /// The age counts from the block before `first_emission`, where a subnet that was never
    /// started has 0.
    ///
    /// Source: `staking/stake_utils.rs::update_moving_price`.
    #[must_use]
    pub fn step(&self, ema: f64, spot: f64, block: u64, first_emission: u64) -> f64 {
        let rate = self.rate(age(block, first_emission));
        rate * self.counted(spot) + (1.0 - rate) * ema
    }

    /// The average after `blocks` blocks at the same `spot` price, the first of them `block`.
    ///
    /// What is left of the old average is the product of `1 - rate` over the blocks. With
    /// `d = base / (1 - base) * halving_blocks`, its logarithm is `ln(1 - base)` for each block, plus
    /// the sum of `ln(1 + d / u)` over `u = age + halving_blocks`, for which the formula of Euler
    /// and Maclaurin is exact far below the last digit.
    #[must_use]
    pub fn steps(&self, ema: f64, spot: f64, block: u64, blocks: u64, first_emission: u64) -> f64 {
        let left = if self.aged {
            let birth = first_emission.saturating_sub(1);
            // Before its birth a subnet has the age 0, and with it the rate 0.
            let unborn = birth.saturating_sub(block).min(blocks);
            let age = age(block, first_emission);
            self.left(age, (blocks - unborn).min(u64::MAX - age))
        } else {
            blocks as f64 * num::log1p(-self.base)
        };
        ema + (ema - self.counted(spot)) * num::expm1(left)
    }

    /// The logarithm of what `blocks` blocks leave of the old average, starting at `age`; minus
    /// infinity where nothing is left.
    fn left(&self, age: u64, blocks: u64) -> f64 {
        let halving = self.halving_blocks as f64;
        let (mut logarithm, mut single) = (0.0, 0);
        while single < blocks && (single < FEW || (age + single) as f64 + halving < SMOOTH) {
            logarithm += num::log1p(-self.rate(age + single));
            single += 1;
        }
        if single == blocks {
            return logarithm;
        }
        // A rate of a whole leaves a billionth here, so that the quotient below exists.
        let base = self.base.min(1.0 - 1e-9);
        let from = (age + single) as f64 + halving;
        let blocks = (blocks - single) as f64;
        let d = base / (1.0 - base) * halving;
        logarithm + blocks * num::log1p(-base) + sum_of_logarithms(d, from, from + blocks)
    }

    /// The spot price that counts.
    fn counted(&self, spot: f64) -> f64 {
        if self.capped { spot.min(CAP) } else { spot }
    }
}

/// The age of a subnet at a block `[blocks]`.
fn age(block: u64, first_emission: u64) -> u64 {
    block.saturating_sub(first_emission.saturating_sub(1))
}

/// The sum of `ln(1 + d / u)` over `u = from, from + 1, ..., to - 1`, for `from` of 64 at least.
fn sum_of_logarithms(d: f64, from: f64, to: f64) -> f64 {
    let term = |u: f64| num::log1p(d / u);
    let slope = |u: f64| 1.0 / (u + d) - 1.0 / u;
    let third = |u: f64| 2.0 / ((u + d) * (u + d) * (u + d)) - 2.0 / (u * u * u);
    // The integral of the term is u ln(1 + d/u) + d ln(u + d). The d that u ln(1 + d/u) approaches
    // cancels between its two ends, and is left out before it costs digits.
    let part = |u: f64| u * log1p_less(d / u);
    let integral = part(to) - part(from) + d * num::log1p((to - from) / (from + d));
    integral - (term(to) - term(from)) / 2.0 + (slope(to) - slope(from)) / 12.0
        - (third(to) - third(from)) / 720.0
}

/// `ln(1 + x) - x`, which keeps its digits where `x` is small; `x` is not negative.
fn log1p_less(x: f64) -> f64 {
    if x > 0.01 {
        return num::log1p(x) - x;
    }
    // The series to x^9; what is left out is below 1e-20.
    let tail = (3..=9).rev().fold(0.0, |tail, n: i32| 1.0 / f64::from(n) - x * tail);
    x * x * (x * tail - 0.5)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn half_of_the_rate_is_reached_at_the_halving_age() {
        let ema = PriceEma::default();
        assert_eq!(ema.rate(201_600), 1.5e-4);
        assert_eq!(ema.rate(0), 0.0);
        assert_eq!(PriceEma { aged: false, ..ema }.rate(0), 3e-4);
        assert_eq!(PriceEma { halving_blocks: 0, ..ema }.rate(1), 3e-4);
        assert_eq!(PriceEma { halving_blocks: 0, ..ema }.rate(0), 0.0);
    }

    /// An age of 3 beside a halving age of 1 gives 3/4 of the base of 0.4: 0.3 of the way to 1.
    #[test]
    fn a_price_above_one_counts_as_one() {
        let ema = PriceEma { base: 0.4, halving_blocks: 1, capped: true, aged: true };
        assert!((ema.step(0.0, 7.0, 12, 10) - 0.3).abs() < 1e-15);
        assert!((PriceEma { capped: false, ..ema }.step(0.0, 7.0, 12, 10) - 2.1).abs() < 1e-15);
        assert_eq!(ema.step(0.5, f64::INFINITY, 5, 10), 0.5);
    }

    #[test]
    fn many_blocks_at_once_are_as_one_after_another() {
        let blocks = 3_000;
        for (base, halving_blocks) in [(3e-4, 201_600), (3e-6, 1), (0.5, 0), (0.3, 40), (1.0, 500)]
        {
            for (aged, block) in [(true, 1_000), (true, 990), (true, 900_000), (false, 7)] {
                let ema = PriceEma { base, halving_blocks, capped: true, aged };
                let single = (block..block + blocks)
                    .fold(0.02, |moved, block| ema.step(moved, 0.7, block, 1_000));
                let closed = ema.steps(0.02, 0.7, block, blocks, 1_000);
                let error = (closed / single - 1.0).abs();
                assert!(error < 1e-12, "{ema:?} from {block}: {closed} against {single}");
            }
        }
    }

    /// A subnet that has just started has moved by little, and that little has its digits too.
    #[test]
    fn the_first_blocks_of_a_subnet_keep_their_digits() {
        let ema = PriceEma::default();
        for blocks in [1, 2, 40, 360] {
            let single = (1_000..1_000 + blocks)
                .fold(0.0, |moved, block| ema.step(moved, 0.7, block, 1_000));
            let closed = ema.steps(0.0, 0.7, 1_000, blocks, 1_000);
            assert!((closed / single - 1.0).abs() < 1e-10, "{blocks}: {closed} against {single}");
        }
    }

    #[test]
    fn no_blocks_change_nothing() {
        assert_eq!(PriceEma::default().steps(0.02, 0.7, 5, 0, 1), 0.02);
        assert_eq!(PriceEma::default().steps(0.02, 0.7, 5, 10, u64::MAX), 0.02);
    }
}

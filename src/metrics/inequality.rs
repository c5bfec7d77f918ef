//! How unequally something is held. Holders of nothing do not count, since their number is a
//! matter of how many keys someone cared to make.

use crate::num;

/// The amounts above 0, ascending.
fn held(amounts: &[f64]) -> Vec<f64> {
    let mut held: Vec<f64> = amounts.iter().copied().filter(|amount| *amount > 0.0).collect();
    held.sort_unstable_by(f64::total_cmp);
    held
}

/// The Gini coefficient, in [0, 1): 0 if all hold the same; NaN if nobody holds anything.
///
/// `sum_i (2 i - n - 1) x_(i) / (n sum x)` over the amounts in ascending order, `i` from 1.
///
/// Source: C. Gini (1912), in the form of A. Sen, "On Economic Inequality" (1973).
#[must_use]
pub fn gini(amounts: &[f64]) -> f64 {
    let held = held(amounts);
    let n = held.len() as f64;
    let ranked = held.iter().enumerate();
    let weighted = ranked.fold(0.0, |sum, (i, x)| sum + (2.0 * (i as f64 + 1.0) - n - 1.0) * x);
    weighted / (n * num::sum(&held))
}

/// The Herfindahl–Hirschman index: the sum of squared shares, in (0, 1]; NaN if nobody holds
/// anything.
#[must_use]
pub fn hhi(amounts: &[f64]) -> f64 {
    let total = amounts.iter().filter(|x| **x > 0.0).fold(0.0, |sum, x| sum + x);
    let squares =
        amounts.iter().filter(|x| **x > 0.0).fold(0.0, |sum, x| sum + (x / total) * (x / total));
    if total > 0.0 { squares } else { f64::NAN }
}

/// The Nakamoto coefficient: the fewest holders that together hold more than `threshold` of all;
/// NaN if nobody holds anything.
///
/// Source: B. Srinivasan and L. Lee, "Quantifying Decentralization" (2017).
#[must_use]
pub fn nakamoto(amounts: &[f64], threshold: f64) -> f64 {
    let held = held(amounts);
    let needed = threshold * num::sum(&held);
    let mut sum = 0.0;
    let reached = held.iter().rev().position(|amount| {
        sum += amount;
        sum > needed
    });
    reached.map_or(f64::NAN, |at| at as f64 + 1.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// One of four holds all but crumbs: by hand, gini = (-3·1 - 1·1 + 1·1 + 3·7) / (4·10).
    #[test]
    fn by_hand() {
        let amounts = [1.0, 7.0, 1.0, 1.0, 0.0];
        assert!((gini(&amounts) - 18.0 / 40.0).abs() < 1e-15);
        assert!((hhi(&amounts) - 0.52).abs() < 1e-15);
        assert_eq!(nakamoto(&amounts, 0.5), 1.0);
        assert_eq!(nakamoto(&amounts, 0.75), 2.0);
    }

    #[test]
    fn equal_holders() {
        let amounts = [2.0; 10];
        assert!(gini(&amounts).abs() < 1e-15);
        assert!((hhi(&amounts) - 0.1).abs() < 1e-15);
        // Half is not more than half.
        assert_eq!(nakamoto(&amounts, 0.5), 6.0);
    }

    #[test]
    fn nobody() {
        assert!(gini(&[]).is_nan() && hhi(&[0.0]).is_nan() && nakamoto(&[], 0.5).is_nan());
    }
}

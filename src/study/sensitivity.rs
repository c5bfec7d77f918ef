//! Which parameter moves a number: points to try, and what their values say.
//!
//! Each method has a `design`, points of the unit cube in an order that its `estimate` knows, so
//! that between the two there are only values. A value that is not finite is a point that failed;
//! what it belongs to is left out of the estimate and counted.
//!
//! The methods are written here, a page of sums each over the points of [`cube`](super::cube). The
//! one crate that was found to have both, `salib` 0.2 of 2026, calls the model itself for Morris
//! and gives that no intervals; it knows no points that failed; and its Sobol indices are of values
//! that are not centred, so that numbers far from 0 lose them in rounding and noise.

pub mod morris;
pub mod sobol;

/// A number and how sure it is.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Estimate {
    /// The number; NaN where nothing tells it.
    pub value: f64,
    /// Lower end of its 95 % confidence interval; NaN where nothing tells it.
    pub low: f64,
    /// Its upper end.
    pub high: f64,
}

impl Estimate {
    /// What nothing tells.
    const UNKNOWN: Self = Self { value: f64::NAN, low: f64::NAN, high: f64::NAN };
}

/// What the values of a design say.
#[derive(Clone, Debug, PartialEq)]
pub struct Findings<T> {
    /// For each dimension, in order.
    pub dims: Vec<T>,
    /// Groups of points that were used: trajectories of Morris, rows of Sobol.
    pub used: usize,
    /// Groups that were left out, since a point of them failed or is missing.
    pub dropped: usize,
}

/// The groups of `size` values that are all there, and how many are not.
fn whole(values: &[f64], size: usize) -> (Vec<(usize, &[f64])>, usize) {
    let groups = values.chunks(size).enumerate();
    let whole: Vec<(usize, &[f64])> = groups
        .filter(|(_, group)| group.len() == size && group.iter().all(|value| value.is_finite()))
        .collect();
    let dropped = values.len().div_ceil(size) - whole.len();
    (whole, dropped)
}

#[cfg(test)]
mod functions {
    //! Functions whose indices are known.

    use std::f64::consts::PI;

    /// Ishigami's function of three uniform numbers, a = 7 and b = 0.1.
    ///
    /// Source: T. Ishigami, T. Homma, "An Importance Quantification Technique in Uncertainty
    /// Analysis for Computer Models" (1990).
    pub(super) fn ishigami(x: &[f64]) -> f64 {
        let at = |x: f64| PI * (2.0 * x - 1.0);
        let (one, two, three) = (at(x[0]), libm::sin(at(x[1])), at(x[2]));
        libm::sin(one) * (1.0 + 0.1 * three * three * three * three) + 7.0 * two * two
    }

    /// Its indices: of the variance, D = a^2/8 + b pi^4/5 + b^2 pi^8/18 + 1/2.
    pub(super) const ISHIGAMI: [(f64, f64); 3] =
        [(0.3139, 0.5576), (0.4424, 0.4424), (0.0, 0.2437)];

    /// The parameters of [`g`]: the first matters most.
    pub(super) const A: [f64; 8] = [0.0, 1.0, 4.5, 9.0, 99.0, 99.0, 99.0, 99.0];

    /// Sobol's g-function.
    pub(super) fn g(x: &[f64]) -> f64 {
        x.iter().zip(A).map(|(x, a)| ((4.0 * x - 2.0).abs() + a) / (1.0 + a)).product()
    }

    /// Its first and total indices. The part of each is v = 1 / (3 (1 + a)^2); the variance is the
    /// product of all 1 + v, less 1; the total effect is v times 1 + v of all others.
    pub(super) fn of_g() -> Vec<(f64, f64)> {
        let parts = A.map(|a| 1.0 / (3.0 * (1.0 + a) * (1.0 + a)));
        let all: f64 = parts.iter().map(|part| 1.0 + part).product();
        parts.iter().map(|v| (v / (all - 1.0), v * all / (1.0 + v) / (all - 1.0))).collect()
    }
}

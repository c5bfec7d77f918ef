//! Keys of the price of a TAO in dollars, and the process that they describe.

use crate::fields::{Fields, Kind, Part};
use crate::num;
use crate::rng::Draws;
use crate::units::Epoch;

/// How the price of a TAO in dollars goes on.
#[derive(Clone, Debug, PartialEq)]
pub enum TaoUsd {
    /// Always the same.
    Constant {
        /// That price `[USD]`.
        value: f64,
    },
    /// From a list, the last of which holds on.
    List {
        /// Prices `[USD]`, at least one.
        values: Vec<f64>,
        /// Epochs between two of them, at least 1.
        every: Epoch,
        /// Whether it moves in a straight line from one to the next, instead of at once.
        linear: bool,
    },
    /// Geometric Brownian motion with jumps.
    Geometric {
        /// Price before the first epoch `[USD]`.
        start: f64,
        /// The rest of it.
        motion: Motion,
    },
}

/// How a price moves at random.
///
/// The logarithm of the price gains `(drift - volatility^2 / 2 - jumps_per_year k) t` and
/// `volatility sqrt(t)` times a normal in `t` years, and a normal of `jump_mean` and `jump_sd` at
/// each jump. `k = exp(jump_mean + jump_sd^2 / 2) - 1` is what a jump brings on average, so that
/// the expected price grows by `drift` whatever the jumps.
///
/// Source: R. C. Merton, "Option pricing when underlying stock returns are discontinuous", Journal
/// of Financial Economics 3 (1976) 125–144, <https://doi.org/10.1016/0304-405X(76)90022-2>.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Motion {
    /// Growth of the expected price, in logarithms `[per year]`.
    pub drift: f64,
    /// Standard deviation of the logarithm without jumps `[per square root of a year]`.
    pub volatility: f64,
    /// Expected number of jumps `[per year]`.
    pub jumps_per_year: f64,
    /// Mean of the logarithm of a jump.
    pub jump_mean: f64,
    /// Standard deviation of the logarithm of a jump.
    pub jump_sd: f64,
}

impl Default for Motion {
    /// Fitted to the 790 daily log returns of TAO/USDT from 2024-04-11 to 2026-06-10: their
    /// standard deviation is 0.0556 (1.062 a year), their excess kurtosis 1.16; these parameters
    /// give 1.058 a year and 1.05. Likelihood does not fix how many jumps there are (it rises up to
    /// 487 a year, when they are no longer rare), so that it is set to one a month. The mean
    /// log return, -0.52 a year with a standard error of 0.72, is what no growth of the expected
    /// price gives (-0.56).
    fn default() -> Self {
        Self { drift: 0.0, volatility: 1.0, jumps_per_year: 12.0, jump_mean: 0.0, jump_sd: 0.1 }
    }
}

/// Close of the last day of the fit, 2026-06-10 `[USD]`.
const LAST_CLOSE: f64 = 204.4;

/// Days in one year, leap years in the mean.
const DAYS_PER_YEAR: f64 = 365.25;

/// Least price, so that a price never vanishes or overflows `[USD]`.
const LEAST: f64 = 1e-9;

/// Greatest price `[USD]`.
const MOST: f64 = 1e12;

impl TaoUsd {
    /// Price before the first epoch `[USD]`.
    #[must_use]
    pub fn start(&self) -> f64 {
        match self {
            Self::Constant { value } => *value,
            Self::List { values, .. } => values.first().copied().unwrap_or(LAST_CLOSE),
            Self::Geometric { start, .. } => *start,
        }
    }

    /// Price in `epoch`, `days` after it was `price` `[USD]`: above 0 and finite for a `price`
    /// that is. Only the geometric kind draws, and it takes the same number of draws each time.
    #[must_use]
    pub fn next(&self, price: f64, epoch: Epoch, days: f64, draws: &mut Draws) -> f64 {
        match self {
            Self::Constant { value } => *value,
            Self::List { values, every, linear } => {
                listed(values, *every, *linear, epoch).unwrap_or(price)
            }
            Self::Geometric { motion, .. } => {
                let log_return = motion.log_return(days / DAYS_PER_YEAR, draws);
                num::within(LEAST, MOST, price * num::exp(log_return))
            }
        }
    }
}

impl Motion {
    /// Change of the logarithm of the price in `years`.
    fn log_return(&self, years: f64, draws: &mut Draws) -> f64 {
        let variance = self.volatility * self.volatility;
        let mean_jump = num::exp(self.jump_mean + self.jump_sd * self.jump_sd / 2.0) - 1.0;
        let trend = self.drift - variance / 2.0 - self.jumps_per_year * mean_jump;
        let surprise = self.volatility * years.sqrt() * draws.normal();
        // The sum of so many normals is a normal: one draw for all jumps.
        let jumps = draws.poisson(self.jumps_per_year * years) as f64;
        let jump = jumps * self.jump_mean + jumps.sqrt() * self.jump_sd * draws.normal();
        trend * years + surprise + jump
    }
}

fn listed(values: &[f64], every: Epoch, linear: bool, epoch: Epoch) -> Option<f64> {
    let every = every.max(1);
    let at = usize::try_from(epoch / every).unwrap_or(usize::MAX);
    let last = values.last()?;
    let value = values.get(at).unwrap_or(last);
    let next = values.get(at.saturating_add(1)).unwrap_or(last);
    let part = f64::from(epoch % every) / f64::from(every);
    Some(if linear { value + (next - value) * part } else { *value })
}

/// Reads the price of a TAO in dollars.
pub(super) fn tao_usd(t: &mut Fields<'_>) -> TaoUsd {
    t.kinded("tao_usd", "price of a TAO in dollars", KINDS, Some("constant"))
        .unwrap_or(TaoUsd::Constant { value: LAST_CLOSE })
}

const KINDS: &[Kind<TaoUsd>] = &[
    Kind {
        name: "constant",
        about: "always the same",
        read: |t| TaoUsd::Constant { value: price(t, "value", "the price") },
    },
    Kind { name: "list", about: "from a list, the last of which holds on", read: list },
    Kind { name: "geometric", about: "geometric Brownian motion with jumps", read: geometric },
];

fn price(t: &mut Fields<'_>, key: &'static str, about: &'static str) -> f64 {
    t.number(key, about).unit("USD").at_least(LEAST).at_most(MOST).default(LAST_CLOSE)
}

fn list(t: &mut Fields<'_>) -> TaoUsd {
    let values = t
        .numbers("values", "prices, from the first epoch on")
        .unit("USD")
        .at_least(LEAST)
        .at_most(MOST)
        .required();
    if t.sound() && values.is_empty() {
        let message = "`values` must have at least one price".into();
        t.problem("values", Part::Value, message, None);
    }
    let every = t
        .whole("every", "time between two prices of the list")
        .unit("epochs")
        .at_least(1.0)
        .at_most(10_000_000.0)
        .default(1_u64);
    let every = Epoch::try_from(every).unwrap_or(Epoch::MAX);
    let about = "how it gets from one price to the next";
    let linear = t.choice("between", about, &[("line", true), ("step", false)], true);
    TaoUsd::List { values, every, linear }
}

fn geometric(t: &mut Fields<'_>) -> TaoUsd {
    let was = Motion::default();
    let start = price(t, "start", "price before the first epoch");
    let drift = t
        .number("drift", "growth of the expected price, in logarithms")
        .unit("per year")
        .at_least(-100.0)
        .at_most(100.0)
        .default(was.drift);
    let volatility = t
        .number("volatility", "standard deviation of the logarithm, without jumps")
        .unit("per square root of a year")
        .at_least(0.0)
        .at_most(20.0)
        .default(was.volatility);
    let jumps_per_year = t
        .number("jumps_per_year", "expected number of jumps")
        .unit("per year")
        .at_least(0.0)
        .at_most(1e5)
        .default(was.jumps_per_year);
    let jump_mean = t
        .number("jump_mean", "mean of the logarithm of a jump")
        .at_least(-10.0)
        .at_most(10.0)
        .default(was.jump_mean);
    let jump_sd = t
        .number("jump_sd", "standard deviation of the logarithm of a jump")
        .at_least(0.0)
        .at_most(10.0)
        .default(was.jump_sd);
    let motion = Motion { drift, volatility, jumps_per_year, jump_mean, jump_sd };
    TaoUsd::Geometric { start, motion }
}

#[cfg(test)]
mod tests;

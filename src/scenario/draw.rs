//! Amounts: a number, a list, or a distribution to draw from.

use toml::Value;

use crate::fields::{Bound, Fields, Kind, Part, Range, Scalar};
use crate::num;
use crate::rng::Draws;

/// What each member of a group has of something.
#[derive(Clone, Debug, PartialEq)]
pub enum Amounts {
    /// The same for each.
    Constant {
        /// That amount.
        value: f64,
    },
    /// One for each, in group order.
    List(Vec<f64>),
    /// Uniform on [`min`, `max`).
    Uniform {
        /// Least.
        min: f64,
        /// Most.
        max: f64,
    },
    /// Normal; what falls below 0 counts as 0.
    Normal {
        /// Mean.
        mean: f64,
        /// Standard deviation.
        sd: f64,
    },
    /// Log-normal: e to the power of a normal.
    LogNormal {
        /// Mean of the logarithm; the median is `exp(mu)`.
        mu: f64,
        /// Standard deviation of the logarithm.
        sigma: f64,
    },
    /// Pareto (type I).
    Pareto {
        /// Least.
        scale: f64,
        /// Tail index; the mean is infinite up to 1.
        shape: f64,
    },
}

const KINDS: &[Kind<Amounts>] = &[
    Kind {
        name: "constant",
        about: "the same for each",
        read: |t| Amounts::Constant {
            value: t.number("value", "the amount").at_least(0.0).at_most(1e15).required(),
        },
    },
    Kind {
        name: "uniform",
        about: "uniform on [min, max)",
        read: |t| {
            let min = t.number("min", "least amount").at_least(0.0).at_most(1e15).required();
            let max = t.number("max", "greatest amount").at_least(0.0).at_most(1e15).required();
            if t.sound() && min > max {
                let message = format!("`min` must not be above `max`, got {min} and {max}");
                t.problem("min", Part::Value, message, None);
            }
            Amounts::Uniform { min, max }
        },
    },
    Kind {
        name: "normal",
        about: "normal, with what falls below 0 counted as 0",
        read: |t| Amounts::Normal {
            mean: t.number("mean", "mean").at_least(0.0).at_most(1e15).required(),
            sd: t.number("sd", "standard deviation").at_least(0.0).at_most(1e15).required(),
        },
    },
    Kind {
        name: "log-normal",
        about: "e to the power of a normal",
        read: |t| Amounts::LogNormal {
            mu: t
                .number("mu", "mean of the logarithm (the median is exp(mu))")
                .at_least(-40.0)
                .at_most(30.0)
                .required(),
            sigma: t
                .number("sigma", "standard deviation of the logarithm")
                .at_least(0.0)
                .at_most(5.0)
                .required(),
        },
    },
    Kind {
        name: "pareto",
        about: "Pareto (type I)",
        read: |t| Amounts::Pareto {
            scale: t.number("scale", "least amount").above(0.0).at_most(1e12).required(),
            shape: t.number("shape", "tail index").at_least(0.3).at_most(1e6).required(),
        },
    },
];

impl Amounts {
    /// Reads the value under `key`. `default` stands where the text has none; without it the key
    /// is required.
    pub fn read(
        fields: &mut Fields<'_>,
        key: &'static str,
        about: &'static str,
        unit: &'static str,
        default: Option<f64>,
    ) -> Self {
        match fields.value(key) {
            Some(Value::Array(_)) => {
                let list = fields.numbers(key, about).unit(unit).at_least(0.0).at_most(1e15);
                Self::List(list.required())
            }
            Some(Value::Table(_)) => fields
                .kinded(key, about, KINDS, None)
                .unwrap_or(Self::Constant { value: default.unwrap_or_default() }),
            Some(_) => Self::number(fields, key, about, unit, default),
            None => {
                fields.kinds_of(key, KINDS);
                Self::number(fields, key, about, unit, default)
            }
        }
    }

    fn number(
        fields: &mut Fields<'_>,
        key: &'static str,
        about: &'static str,
        unit: &'static str,
        default: Option<f64>,
    ) -> Self {
        let number = fields.number(key, about).unit(unit).at_least(0.0).at_most(1e15);
        let bound = |at| Some(Bound { at, included: true });
        let range = Range { least: bound(0.0), most: bound(1e15) };
        let number = number.or(Vec::<f64>::shape(range)).or(Kind::shape(KINDS));
        let value = match default {
            Some(default) => number.default(default),
            None => number.required(),
        };
        Self::Constant { value }
    }

    /// How many members a list is for; `None` where any number will do.
    #[must_use]
    pub fn len(&self) -> Option<usize> {
        if let Self::List(list) = self { Some(list.len()) } else { None }
    }

    /// Whether it is a list without members.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == Some(0)
    }

    /// The amount of the `index`-th member, drawn from its own `draws`.
    #[must_use]
    pub fn of(&self, index: usize, draws: &mut Draws) -> f64 {
        match self {
            Self::Constant { value } => *value,
            Self::List(list) => list.get(index).copied().unwrap_or_default(),
            Self::Uniform { min, max } => min + (max - min) * draws.uniform(),
            Self::Normal { mean, sd } => (mean + sd * draws.normal()).max(0.0),
            Self::LogNormal { mu, sigma } => num::exp(mu + sigma * draws.normal()),
            Self::Pareto { scale, shape } => scale * num::pow(draws.uniform(), -1.0 / shape),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rng::{Agent, Domain, Streams};

    /// Each distribution's mean over many members against its formula.
    #[test]
    fn distributions_have_their_means() {
        for (amounts, mean, tolerance) in [
            (Amounts::Constant { value: 3.0 }, 3.0, 0.0),
            (Amounts::Uniform { min: 1.0, max: 4.0 }, 2.5, 0.02),
            (Amounts::Normal { mean: 5.0, sd: 0.5 }, 5.0, 0.01),
            (Amounts::LogNormal { mu: 0.0, sigma: 0.5 }, num::exp(0.125), 0.02),
            (Amounts::Pareto { scale: 2.0, shape: 5.0 }, 2.5, 0.02),
        ] {
            let draw = |index| {
                let agent = Agent::new("moments", index);
                amounts.of(index, &mut Streams::new(3).at(Domain::Stake, agent, 0))
            };
            let found = (0..20_000).map(draw).fold(0.0, |sum, x| sum + x) / 20_000.0;
            assert!((found - mean).abs() <= tolerance, "{amounts:?}: {found} against {mean}");
        }
    }
}

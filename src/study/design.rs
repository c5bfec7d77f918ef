//! Which settings a study looks at: axes of key paths with values, and their grid.

use crate::fields::{Fields, Part};
use crate::num;
use crate::scenario::Edit;

/// One thing that is varied.
#[derive(Clone, Debug)]
pub struct Axis {
    /// Its name in tables and figures.
    pub name: String,
    /// The key paths that get its value.
    pub keys: Vec<String>,
    /// Its unit; may be empty.
    pub unit: String,
    /// Its values.
    pub values: Levels,
    /// Whether only the attack has it, and not what it is compared with.
    pub attack_only: bool,
}

/// The values of an axis.
#[derive(Clone, Debug, PartialEq)]
pub enum Levels {
    /// Numbers, in ascending order.
    Numbers(Vec<f64>),
    /// Anything else, as it is written in a text.
    Names(Vec<String>),
}

/// One value of an axis.
#[derive(Clone, Debug, PartialEq)]
pub enum Level {
    /// A number.
    Number(f64),
    /// Anything else, as it is written in a text.
    Name(String),
}

/// One setting: a value for each axis.
pub type Point = Vec<Level>;

impl Level {
    /// As it is told.
    #[must_use]
    pub fn shown(&self) -> String {
        match self {
            Self::Number(value) => number(*value),
            Self::Name(name) => name.clone(),
        }
    }

    /// The number; NaN for a name.
    #[must_use]
    pub fn number(&self) -> f64 {
        match self {
            Self::Number(value) => *value,
            Self::Name(_) => f64::NAN,
        }
    }
}

/// A number as short as it can be said, at most seven digits of it.
#[must_use]
pub fn number(value: f64) -> String {
    let rounded: f64 = format!("{value:.6e}").parse().unwrap_or(value);
    rounded.to_string()
}

impl Levels {
    /// Each value.
    #[must_use]
    pub fn each(&self) -> Vec<Level> {
        match self {
            Self::Numbers(values) => values.iter().map(|value| Level::Number(*value)).collect(),
            Self::Names(names) => names.iter().map(|name| Level::Name(name.clone())).collect(),
        }
    }

    /// How many there are.
    #[must_use]
    pub fn len(&self) -> usize {
        match self {
            Self::Numbers(values) => values.len(),
            Self::Names(names) => names.len(),
        }
    }

    /// Whether there are none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }
}

impl Axis {
    /// The edits that give its keys a value. A whole number is written as one.
    #[must_use]
    pub fn edits(&self, level: &Level) -> Vec<Edit> {
        let value: toml_edit::Value = match level {
            Level::Number(value) if value.fract() == 0.0 && value.abs() < 1e15 => {
                whole(*value).into()
            }
            Level::Number(value) => (*value).into(),
            Level::Name(name) => name.parse().unwrap_or_else(|_| name.as_str().into()),
        };
        self.keys.iter().map(|path| Edit { path: path.clone(), value: value.clone() }).collect()
    }

    /// Its name with the unit.
    #[must_use]
    pub fn label(&self) -> String {
        if self.unit.is_empty() {
            self.name.clone()
        } else {
            format!("{} [{}]", self.name, self.unit)
        }
    }
}

#[expect(clippy::cast_possible_truncation, reason = "only asked of whole numbers below 1e15")]
fn whole(value: f64) -> i64 {
    value as i64
}

/// Every combination of the axes' values, the last axis running fastest; of no axes the one empty
/// point.
#[must_use]
pub fn grid(axes: &[Axis]) -> Vec<Point> {
    axes.iter().fold(vec![Vec::new()], |points: Vec<Point>, axis| {
        let longer = |point: Point| {
            axis.values.each().into_iter().map(move |level| {
                let mut longer = point.clone();
                longer.push(level);
                longer
            })
        };
        points.into_iter().flat_map(longer).collect()
    })
}

/// A point as it is told, such as `stake = 0.5, kappa = 0.6`.
#[must_use]
pub fn shown(axes: &[Axis], point: &[Level]) -> String {
    let each =
        axes.iter().zip(point).map(|(axis, level)| format!("{} = {}", axis.name, level.shown()));
    each.collect::<Vec<_>>().join(", ")
}

/// Reads an axis.
pub(super) fn axis(t: &mut Fields<'_>) -> Axis {
    let name = t.text("name", "name of the axis in tables and figures").name().required();
    let keys = t.texts("keys", "key paths that get its value").required();
    let unit = t.text("unit", "unit of its values").default("");
    let numbers = t.numbers("values", "its values, ascending").optional();
    let names =
        t.texts("names", "its values where they are no numbers, each as in a text").optional();
    let range = t.table_if_given("range", "its values, evenly spaced", range);
    let about = "whether only the attack has it, and not what it is compared with";
    let attack_only = t.flag("attack_only", about).default(false);
    let values = match (numbers, names, range) {
        (Some(values), None, None) | (None, None, Some(values)) => Levels::Numbers(values),
        (None, Some(names), None) => Levels::Names(names),
        _ => {
            if t.sound() {
                t.problem_here("give one of `values`, `names` or `range`".into(), None);
            }
            Levels::Numbers(vec![0.0])
        }
    };
    if t.sound() {
        if values.is_empty() {
            t.problem("values", Part::Value, "an axis needs at least one value".into(), None);
        }
        if let Levels::Numbers(numbers) = &values
            && numbers.windows(2).any(|pair| pair[0] >= pair[1])
        {
            let message = "`values` must ascend, none of them twice".into();
            t.problem("values", Part::Value, message, None);
        }
        if keys.is_empty() || keys.iter().any(|key| key.split('.').any(str::is_empty)) {
            let help = "such as [\"protocol.kappa\"]; see `taosim list parameters`";
            let message = "`keys` must be key paths, at least one".into();
            t.problem("keys", Part::Value, message, Some(help.into()));
        }
    }
    Axis { name, keys, unit, values, attack_only }
}

fn range(t: &mut Fields<'_>) -> Vec<f64> {
    let from = t.number("from", "first value").required();
    let to = t.number("to", "last value").required();
    let count = t.whole("count", "how many values").at_least(2.0).at_most(10_000.0).required();
    let log = t.choice("scale", "how they are spaced", &[("linear", false), ("log", true)], false);
    if t.sound() && from >= to {
        t.problem("to", Part::Value, format!("`to` must be above `from` = {from}, got {to}"), None);
    }
    if t.sound() && log && from <= 0.0 {
        let message = format!("`from` must be above 0 on a log scale, got {from}");
        t.problem("from", Part::Value, message, None);
    }
    if !t.sound() {
        return vec![0.0];
    }
    spaced(from, to, usize::try_from(count).unwrap_or(2), log)
}

/// So many values from one to the other, both included.
fn spaced(from: f64, to: f64, count: usize, log: bool) -> Vec<f64> {
    let (low, high) = if log { (num::ln(from), num::ln(to)) } else { (from, to) };
    let at = |step: usize| {
        let part = step as f64 / (count - 1).max(1) as f64;
        // Exact at both ends, whatever the steps between them round to.
        match step {
            0 => from,
            step if step + 1 == count => to,
            _ if log => num::exp(low + (high - low) * part),
            _ => low + (high - low) * part,
        }
    };
    (0..count).map(at).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn named(name: &str, values: Levels) -> Axis {
        let (keys, unit) = (vec!["protocol.kappa".into()], String::new());
        Axis { name: name.into(), keys, unit, values, attack_only: false }
    }

    #[test]
    fn the_last_axis_runs_fastest() {
        let axes = [
            named("a", Levels::Numbers(vec![1.0, 2.5])),
            named("b", Levels::Names(vec!["x".into(), "y".into()])),
        ];
        let told: Vec<String> = grid(&axes).iter().map(|point| shown(&axes, point)).collect();
        assert_eq!(told, ["a = 1, b = x", "a = 1, b = y", "a = 2.5, b = x", "a = 2.5, b = y"]);
        assert_eq!(grid(&[]), [Vec::new()]);
    }

    #[test]
    fn whole_numbers_are_written_whole() {
        let axis = named("a", Levels::Numbers(vec![1.0]));
        assert_eq!(axis.edits(&Level::Number(3.0))[0].shown(), "protocol.kappa=3");
        assert_eq!(axis.edits(&Level::Number(0.25))[0].shown(), "protocol.kappa=0.25");
        assert_eq!(axis.edits(&Level::Name("\"x\"".into()))[0].shown(), "protocol.kappa=\"x\"");
    }

    #[test]
    fn ranges_end_where_they_should() {
        assert_eq!(spaced(0.1, 0.3, 3, false), [0.1, 0.2, 0.3]);
        let log = spaced(1.0, 100.0, 3, true);
        assert!((log[1] - 10.0).abs() < 1e-12 && log[2] == 100.0);
    }
}

//! Which settings a study looks at: axes of key paths with values, and the points that a design
//! takes from them.

mod formula;
mod kind;

pub use formula::{Derived, Formulas, check as check_derived, derived, formulas};
pub use kind::{Design, Kind, design};

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
    /// Its values; empty where only its range is given.
    pub values: Levels,
    /// Its range, of which designs that fill space may take any value.
    pub span: Option<Span>,
    /// Its value while others are varied one at a time; the first where none is given.
    pub base: Option<Level>,
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

/// A range of numbers.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Span {
    /// Its lower end.
    pub low: f64,
    /// Its upper end.
    pub high: f64,
    /// Whether equal steps are equal ratios.
    pub log: bool,
    /// Whether only whole numbers count.
    pub whole: bool,
}

impl Span {
    /// The number at `place` in `[0, 1]` of the range.
    #[must_use]
    pub fn at(&self, place: f64) -> f64 {
        let place = place.clamp(0.0, 1.0);
        let value = if self.log {
            let (low, high) = (num::ln(self.low), num::ln(self.high));
            num::exp(low + (high - low) * place)
        } else {
            self.low + (self.high - self.low) * place
        };
        let value = if self.whole { value.round() } else { value };
        value.clamp(self.low, self.high)
    }

    /// Where in the range a number lies, in `[0, 1]`.
    #[must_use]
    pub fn place(&self, value: f64) -> f64 {
        let place = if self.log {
            let (low, high) = (num::ln(self.low), num::ln(self.high));
            (num::ln(value.max(self.low)) - low) / (high - low)
        } else {
            (value - self.low) / (self.high - self.low)
        };
        place.clamp(0.0, 1.0)
    }
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
    /// The value at `place` in `[0, 1]`: a number of its range, or one of its values, which have
    /// equal parts.
    #[must_use]
    pub fn at(&self, place: f64) -> Level {
        if let Some(span) = &self.span {
            return Level::Number(span.at(place));
        }
        let each = self.values.each();
        let last = each.len().saturating_sub(1);
        let at = num::floor(place.clamp(0.0, 1.0) * each.len() as f64);
        let at = usize::try_from(at).unwrap_or(0).min(last);
        each.get(at).cloned().unwrap_or(Level::Number(f64::NAN))
    }

    /// The edits that give its keys a value.
    #[must_use]
    pub fn edits(&self, level: &Level) -> Vec<Edit> {
        edits_of(&self.keys, level)
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

/// The edits that give keys a value. A whole number is written as one.
fn edits_of(keys: &[String], level: &Level) -> Vec<Edit> {
    let value: toml_edit::Value = match level {
        Level::Number(value) if value.fract() == 0.0 && value.abs() < 1e15 => whole(*value).into(),
        Level::Number(value) => (*value).into(),
        Level::Name(name) => name.parse().unwrap_or_else(|_| name.as_str().into()),
    };
    keys.iter().map(|path| Edit { path: path.clone(), value: value.clone() }).collect()
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
    let about = "key paths that get its value; none where only others are derived from it";
    let keys = t.texts("keys", about).default(Vec::new());
    let unit = t.text("unit", "unit of its values").default("");
    let numbers = t.numbers("values", "its values, ascending").optional();
    let names =
        t.texts("names", "its values where they are no numbers, each as in a text").optional();
    let range = t.table_if_given("range", "its values, evenly spaced", range);
    let about = "its value while others are varied one at a time, as in a text; else the first";
    let base = t.text("base", about).optional().map(|text| level(&text));
    let about = "whether only the attack has it, and not what it is compared with";
    let attack_only = t.flag("attack_only", about).default(false);
    let (values, span) = match (numbers, names, range) {
        (Some(values), None, None) => (Levels::Numbers(values), None),
        (None, None, Some((span, values))) => (Levels::Numbers(values), Some(span)),
        (None, Some(names), None) => (Levels::Names(names), None),
        _ => {
            if t.sound() {
                t.problem_here("give one of `values`, `names` or `range`".into(), None);
            }
            (Levels::Numbers(vec![0.0]), None)
        }
    };
    if t.sound() {
        if values.is_empty() && span.is_none() {
            t.problem("values", Part::Value, "an axis needs at least one value".into(), None);
        }
        if let Levels::Numbers(numbers) = &values
            && numbers.windows(2).any(|pair| pair[0] >= pair[1])
        {
            let message = "`values` must ascend, none of them twice".into();
            t.problem("values", Part::Value, message, None);
        }
        if !keys.is_empty() {
            check_keys(t, &keys);
        }
    }
    Axis { name, keys, unit, values, span, base, attack_only }
}

/// Key paths must have steps.
pub(super) fn check_keys(t: &mut Fields<'_>, keys: &[String]) {
    if keys.is_empty() || keys.iter().any(|key| key.split('.').any(str::is_empty)) {
        let help = "such as [\"protocol.kappa\"]; see `taosim list parameters`";
        let message = "`keys` must be key paths, at least one".into();
        t.problem("keys", Part::Value, message, Some(help.into()));
    }
}

/// A value as it is written in a text.
pub(super) fn level(text: &str) -> Level {
    text.parse().map_or_else(|_| Level::Name(text.to_owned()), Level::Number)
}

fn range(t: &mut Fields<'_>) -> (Span, Vec<f64>) {
    let low = t.number("from", "first value").required();
    let high = t.number("to", "last value").required();
    let about = "how many values; designs that fill space need none";
    let count = t.whole("count", about).at_least(2.0).at_most(10_000.0).optional();
    let log = t.choice("scale", "how they are spaced", &[("linear", false), ("log", true)], false);
    let whole = t.flag("whole", "whether only whole numbers count").default(false);
    check_ends(t, ["from", "to"], [low, high], log);
    if !t.sound() {
        return (Span { low: 0.0, high: 1.0, log: false, whole: false }, vec![0.0]);
    }
    let span = Span { low, high, log, whole };
    let mut values = count
        .map_or(Vec::new(), |count| spaced(low, high, usize::try_from(count).unwrap_or(2), log));
    if whole {
        for value in &mut values {
            *value = value.round();
        }
        values.dedup();
    }
    (span, values)
}

/// A range must go up, and be above 0 on a log scale.
pub(super) fn check_ends(t: &mut Fields<'_>, keys: [&'static str; 2], ends: [f64; 2], log: bool) {
    let ([from, to], [low, high]) = (keys, ends);
    if t.sound() && low >= high {
        let message = format!("`{to}` must be above `{from}` = {low}, got {high}");
        t.problem(to, Part::Value, message, None);
    }
    if t.sound() && log && low <= 0.0 {
        let message = format!("`{from}` must be above 0 on a log scale, got {low}");
        t.problem(from, Part::Value, message, None);
    }
}

/// No two axes have one name, and a grid of them is not too long.
pub(super) fn check_axes(t: &mut Fields<'_>, axes: &[Axis]) {
    if !t.sound() {
        return;
    }
    for (at, axis) in axes.iter().enumerate() {
        if axes[..at].iter().any(|other| other.name == axis.name) {
            let message = format!("a second axis is named `{}`", axis.name);
            t.problem("axes", Part::Value, message, None);
        }
    }
}

/// Every axis must have values of its own, and their combinations must not be too many.
pub(super) fn check_grid(t: &mut Fields<'_>, axes: &[Axis]) {
    if !t.sound() {
        return;
    }
    if let Some(axis) = axes.iter().find(|axis| axis.values.is_empty()) {
        let message = format!("axis `{}` has a range and no `count`", axis.name);
        t.problem("axes", Part::Value, message, Some("add `count` to its `range`".into()));
    }
    let points = axes.iter().fold(1_usize, |sum, axis| sum.saturating_mul(axis.values.len()));
    if points > MOST_POINTS {
        let message = format!("a study may have {MOST_POINTS} settings, got {points}");
        t.problem("axes", Part::Value, message, Some("take values from the axes".into()));
    }
}

/// The most settings that a study may have.
pub(super) const MOST_POINTS: usize = 1_000_000;

/// So many values from one to the other, both included.
fn spaced(from: f64, to: f64, count: usize, log: bool) -> Vec<f64> {
    let (low, high) = if log { (num::ln(from), num::ln(to)) } else { (from, to) };
    let at = |step: usize| {
        let part = step as f64 / (count - 1).max(1) as f64;
        // Exact at both ends, whatever the steps between them round to.
        match step {
            0 => from,
            step if step + 1 == count => to,
            _ if log => rounded(num::exp(low + (high - low) * part)),
            _ => rounded(low + (high - low) * part),
        }
    };
    (0..count).map(at).collect()
}

/// Without the dust of binary fractions: 0.4, where steps of 0.05 come to 0.39999999999999997.
fn rounded(value: f64) -> f64 {
    format!("{value:.11e}").parse().unwrap_or(value)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn named(name: &str, values: Levels) -> Axis {
        let (keys, unit) = (vec!["protocol.kappa".into()], String::new());
        Axis { name: name.into(), keys, unit, values, span: None, base: None, attack_only: false }
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
        assert_eq!(spaced(0.3, 0.7, 9, false)[1..4], [0.35, 0.4, 0.45]);
        let log = spaced(1.0, 100.0, 3, true);
        assert!((log[1] - 10.0).abs() < 1e-12 && log[2] == 100.0);
    }
}

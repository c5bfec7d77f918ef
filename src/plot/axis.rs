//! An axis: what it is called, how it is divided, and which part of the numbers it shows.

use serde::{Deserialize, Serialize};

use super::gaps;
use super::number::Ticks;

/// Values beyond this are gaps: differences of larger ones would not be finite.
const LARGEST: f64 = 1e300;
/// Values nearer to zero than this count as zero: their inverses would not be finite.
const SMALLEST: f64 = 1e-300;

/// One axis of a chart, or the colour scale of a heat map.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct Axis {
    /// What is measured, such as "price"; may be empty.
    pub label: String,
    /// The unit, shown in brackets after the label, such as "TAO per alpha"; may be empty.
    pub unit: String,
    /// How values become places.
    pub scale: Scale,
    /// How values are written.
    pub ticks: Ticks,
    /// Which values the axis spans.
    pub range: Range,
}

/// How values become places on an axis.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub enum Scale {
    /// In proportion to the value.
    #[default]
    Linear,
    /// In proportion to the square root, with its sign: opens up the small among skewed values.
    Sqrt,
    /// In proportion to the logarithm; values that are not positive cannot be shown and are gaps.
    Log,
}

/// Which values an axis spans.
#[derive(Debug, Clone, Copy, PartialEq, Default, Serialize, Deserialize)]
pub enum Range {
    /// Those of the data.
    #[default]
    Data,
    /// Those of the data and zero; a logarithmic axis takes it as [`Range::Data`].
    FromZero,
    /// These, whatever the data; data beyond is cut off. Bounds that are not finite, not in order, or
    /// not positive on a logarithmic axis, are taken as [`Range::Data`].
    Fixed {
        /// The value at the lower or left end.
        #[serde(with = "gaps")]
        low: f64,
        /// The value at the upper or right end, above `low`.
        #[serde(with = "gaps")]
        high: f64,
    },
}

impl Axis {
    /// A linear axis over its data with a label and a unit.
    #[must_use]
    pub fn new(label: &str, unit: &str) -> Self {
        Self { label: label.to_owned(), unit: unit.to_owned(), ..Self::default() }
    }

    /// The label with its unit.
    #[must_use]
    pub fn title(&self) -> String {
        match (self.label.trim(), self.unit.trim()) {
            ("", unit) => unit.to_owned(),
            (label, "") => label.to_owned(),
            (label, unit) => format!("{label} [{unit}]"),
        }
    }

    /// The span of the axis for `data`, widened by `pad` of its length at both ends (but never across
    /// zero).
    pub(super) fn limits(&self, data: impl Iterator<Item = f64>, pad: f64) -> Limits {
        let mut low = f64::INFINITY;
        let mut high = f64::NEG_INFINITY;
        for value in data.filter_map(|value| self.scale.clean(value)) {
            low = low.min(value);
            high = high.max(value);
        }
        let empty = low > high;
        if let Range::Fixed { low: fixed_low, high: fixed_high } = self.range
            && let (Some(low), Some(high)) =
                (self.scale.clean(fixed_low), self.scale.clean(fixed_high))
            && !alike(low, high)
            && low < high
        {
            return Limits::new(low, high, self.scale, empty);
        }
        if empty {
            let low = if self.scale == Scale::Log { 0.1 } else { 0.0 };
            return Limits::new(low, 1.0, self.scale, true);
        }
        let from_zero = self.range == Range::FromZero && self.scale != Scale::Log;
        if from_zero {
            low = low.min(0.0);
            high = high.max(0.0);
        }
        if alike(low, high) {
            (low, high) = self.around(low);
        }
        let (from, to) = (self.scale.forward(low), self.scale.forward(high));
        let more = (to - from) * pad;
        let bounded = |value: f64, edge: f64| {
            // A quantity that is never negative keeps zero as its floor, and the other way round.
            if self.scale != Scale::Log && edge * value <= 0.0 { 0.0 } else { value }
        };
        Limits::new(
            bounded(self.scale.backward(from - more), low),
            bounded(self.scale.backward(to + more), high),
            self.scale,
            false,
        )
    }

    /// A span around a value that is alone.
    fn around(&self, value: f64) -> (f64, f64) {
        match (self.scale, self.ticks) {
            (Scale::Log, _) => (value / 2.0, value * 2.0),
            (_, Ticks::Whole) if value.abs() < 1e9 => (value - 1.0, value + 1.0),
            _ if value.abs() < SMALLEST => (0.0, 1.0),
            _ => (value - 0.1 * value.abs(), value + 0.1 * value.abs()),
        }
    }
}

/// Whether two values are too near each other, for their size, to lie apart on an axis.
fn alike(low: f64, high: f64) -> bool {
    high - low <= 1e-11 * low.abs().max(high.abs()) || high - low < SMALLEST
}

impl Scale {
    /// The value if the scale can show it.
    pub(super) fn clean(self, value: f64) -> Option<f64> {
        let value = if value.abs() < SMALLEST { 0.0 } else { value };
        (value.abs() <= LARGEST && (self != Self::Log || value > 0.0)).then_some(value)
    }

    fn forward(self, value: f64) -> f64 {
        match self {
            Self::Linear => value,
            Self::Sqrt => value.abs().sqrt().copysign(value),
            Self::Log => libm::log10(value),
        }
    }

    fn backward(self, place: f64) -> f64 {
        match self {
            Self::Linear => place,
            Self::Sqrt => place * place.abs(),
            Self::Log => libm::pow(10.0, place),
        }
    }
}

/// The span that an axis shows: finite, `low < high`, and positive on a logarithmic scale.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Limits {
    pub(super) low: f64,
    pub(super) high: f64,
    pub(super) scale: Scale,
    /// Whether there was no value to show.
    pub(super) empty: bool,
    from: f64,
    to: f64,
}

impl Limits {
    fn new(low: f64, high: f64, scale: Scale, empty: bool) -> Self {
        Self { low, high, scale, empty, from: scale.forward(low), to: scale.forward(high) }
    }

    /// Where `value` lies: 0 at the low end, 1 at the high end, a little beyond if it lies beyond; none
    /// for a value that the scale cannot show.
    pub(super) fn place(&self, value: f64) -> Option<f64> {
        let value = self.scale.clean(value)?;
        let place = (self.scale.forward(value) - self.from) / (self.to - self.from);
        // Far beyond is as good as further beyond, and stays in the reach of pixel arithmetic.
        Some(place.clamp(-100.0, 100.0))
    }

    /// The length of the span in powers of ten, for a logarithmic scale.
    pub(super) fn decades(&self) -> f64 {
        self.to - self.from
    }

    /// The value at a place from 0 to 1.
    pub(super) fn value(&self, place: f64) -> f64 {
        self.scale.backward(self.from + (self.to - self.from) * place)
    }
}

//! The two sides of a heat map: what its rows and columns are.

use serde::{Deserialize, Serialize};

use super::axis::{Axis, Range};
use super::font;
use super::number::Ticks;
use super::scene::Type;
use super::ticks::{Tick, divide};

/// What the rows or the columns of a heat map are.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct Side {
    /// What they are together, such as "miner".
    pub label: String,
    /// The unit, shown in brackets after the label; may be empty.
    pub unit: String,
    /// The name of each row or column; empty numbers them from 0.
    pub names: Vec<String>,
    /// Groups of neighbours, from the first row or column on; may be empty, and may leave a rest.
    pub groups: Vec<Group>,
    /// The values at the outer edges of the first and the last row or column, if they lie on a
    /// numeric axis. Rows then run upwards, as on any axis; otherwise the first row is on top.
    pub extent: Option<(f64, f64)>,
    /// How the values of a numeric axis are written.
    pub ticks: Ticks,
}

/// Neighbouring rows or columns that belong together.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Group {
    /// The name, shown beside them.
    pub name: String,
    /// How many they are.
    pub count: usize,
}

/// A group on its side: where it begins and ends (0 to 1), and its name.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Span {
    pub(super) from: f64,
    pub(super) to: f64,
    pub(super) name: String,
}

impl Side {
    /// A side that is numbered from 0.
    #[must_use]
    pub fn new(label: &str) -> Self {
        Self { label: label.to_owned(), ..Self::default() }
    }

    /// The label with its unit.
    #[must_use]
    pub fn title(&self) -> String {
        Axis::new(&self.label, &self.unit).title()
    }

    /// Whether the side is a numeric axis.
    #[must_use]
    pub fn is_numeric(&self) -> bool {
        self.extent.is_some_and(|(low, high)| low.is_finite() && high.is_finite() && low < high)
    }

    /// Whether each row or column has a name of its own.
    #[must_use]
    pub fn is_named(&self) -> bool {
        !self.names.is_empty() && !self.is_numeric()
    }

    /// The divisions of a side of `count` cells, at least `spacing` of its length apart. Names are cut
    /// to `room` [em].
    pub(super) fn divide(&self, count: usize, spacing: f64, room: f64) -> Vec<Tick> {
        let cells = f64::from(u32::try_from(count.max(1)).unwrap_or(u32::MAX));
        if self.is_named() {
            let stride = (1..=count.max(1))
                .find(|stride| whole(*stride) / cells >= spacing)
                .unwrap_or(count.max(1));
            return (0..count)
                .zip(&self.names)
                .step_by(stride)
                .map(|(index, name)| Tick {
                    place: (whole(index) + 0.5) / cells,
                    label: font::shorten(name, Type::TICK.weight, room),
                })
                .collect();
        }
        let (low, high, ticks) = match self.extent {
            Some((low, high)) if self.is_numeric() => (low, high, self.ticks),
            _ => (-0.5, cells - 0.5, Ticks::Whole),
        };
        let axis = Axis { range: Range::Fixed { low, high }, ticks, ..Axis::default() };
        divide(&axis.limits(std::iter::empty(), 0.0), ticks, spacing)
    }

    /// The groups of a side of `count` cells; what lies beyond the last cell is cut off.
    pub(super) fn spans(&self, count: usize) -> Vec<Span> {
        let mut begin = 0_usize;
        let mut spans = Vec::new();
        for group in &self.groups {
            let end = begin.saturating_add(group.count).min(count);
            if end > begin {
                spans.push(Span {
                    from: whole(begin) / whole(count),
                    to: whole(end) / whole(count),
                    name: group.name.clone(),
                });
            }
            begin = end;
        }
        spans
    }
}

/// A count as a number to reckon lengths with.
pub(super) fn whole(count: usize) -> f64 {
    f64::from(u32::try_from(count).unwrap_or(u32::MAX))
}

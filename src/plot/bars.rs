//! Bars across, one for each name, with the error of each.

use serde::{Deserialize, Serialize};

use super::axis::{Axis, Limits};
use super::colour::Colour;
use super::font;
use super::frame::draw_no_data;
use super::gaps;
use super::heat_sides::whole;
use super::scene::{Anchor, Area, Scene, Type};
use super::ticks::divide;

/// The most that a bar is high [logical pixels].
const THICK: f64 = 22.0;

/// Values by name, such as what each group gains.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct Bars {
    /// What the values are.
    pub value: Axis,
    /// The bars, from the top.
    pub bars: Vec<Bar>,
}

/// One bar.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct Bar {
    /// Whose it is.
    pub name: String,
    /// Its value; one that cannot be shown leaves its row empty.
    #[serde(with = "gaps")]
    pub value: f64,
    /// The ends of its error bar; NaN for none.
    #[serde(with = "gaps")]
    pub low: f64,
    /// The upper end.
    #[serde(with = "gaps")]
    pub high: f64,
    /// Its colour.
    pub colour: Colour,
}

impl Bars {
    /// What the axis spans, low to high: all values, their error bars, and 0.
    #[must_use]
    pub fn span(&self) -> (f64, f64) {
        let limits = self.limits();
        (limits.low, limits.high)
    }

    fn limits(&self) -> Limits {
        let values = self.bars.iter().flat_map(|bar| [bar.value, bar.low, bar.high]);
        // A bar begins at 0, so 0 must be on the axis.
        self.value.limits(values.chain([0.0]), 0.04)
    }

    pub(super) fn draw(&self, scene: &mut Scene, area: Area) {
        let names = self.bars.iter().map(|bar| Type::TICK.width(&bar.name)).fold(0.0, f64::max);
        let room = names.min(area.width() * 0.4);
        let title = self.value.title();
        let below = if title.is_empty() { 20.0 } else { 39.0 };
        let inner = Area {
            left: area.left + room + 9.0,
            top: area.top + 6.0,
            right: (area.right - 14.0).max(area.left + room + 20.0),
            bottom: (area.bottom - below).max(area.top + 16.0),
        };
        let limits = self.limits();
        for tick in divide(&limits, self.value.ticks, 74.0 / inner.width()) {
            let x = inner.left + tick.place * inner.width();
            scene.line(vec![(x, inner.top), (x, inner.bottom)], 1.0, Colour::GRID);
            scene.text(&tick.label, (x, inner.bottom + 16.0), Anchor::Middle, Type::TICK);
        }
        let at = (inner.centre().0, inner.bottom + 35.0);
        scene.text(&title, at, Anchor::Middle, Type::LABEL);
        let at = |value: f64| {
            limits.place(value).map(|place| inner.left + place.clamp(0.0, 1.0) * inner.width())
        };
        let zero = at(0.0).unwrap_or(inner.left);
        let row = inner.height() / whole(self.bars.len().max(1));
        for (index, bar) in self.bars.iter().enumerate() {
            let middle = inner.top + row * (whole(index) + 0.5);
            let name = font::shorten(&bar.name, Type::TICK.weight, room / Type::TICK.size);
            let place = (inner.left - 7.0, middle + Type::TICK.drop());
            scene.text(&name, place, Anchor::End, Type::TICK);
            let Some(end) = at(bar.value).filter(|_| bar.value.is_finite()) else { continue };
            let half = (row * 0.36).min(THICK / 2.0);
            let (left, right) = (zero.min(end), zero.max(end));
            let body = Area { left, top: middle - half, right, bottom: middle + half };
            scene.rect(body, bar.colour);
            if let (Some(low), Some(high)) = (at(bar.low), at(bar.high))
                && bar.low.is_finite()
                && bar.high.is_finite()
            {
                scene.line(vec![(low, middle), (high, middle)], 1.4, Colour::INK);
                for end in [low, high] {
                    let tall = half * 0.5;
                    scene.line(vec![(end, middle - tall), (end, middle + tall)], 1.4, Colour::INK);
                }
            }
        }
        scene.line(vec![(zero, inner.top), (zero, inner.bottom)], 1.0, Colour::SOFT);
        if self.bars.is_empty() {
            draw_no_data(scene, inner);
        }
    }
}

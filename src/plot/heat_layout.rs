//! Where the parts of a heat map lie, and what is drawn around the cells.

use super::axis::Limits;
use super::colour::{Colour, SHADES, shade_colour};
use super::font;
use super::frame::Margins;
use super::heat_map::{Cell, HeatMap, draw_cell};
use super::heat_sides::{Span, whole};
use super::labels::{self, Wish};
use super::scene::{Anchor, Area, Scene, Type};
use super::ticks::{Tick, divide};

/// The width of the colour bar [logical pixels].
const BAR: f64 = 14.0;
/// The height of a row of labels [logical pixels].
const ROW: f64 = 16.0;

/// Where the parts of a heat map lie.
pub(super) struct Layout<'a> {
    heat: &'a HeatMap,
    /// The cells.
    pub(super) map: Area,
    x_ticks: Vec<Tick>,
    x_upwards: bool,
    y_ticks: Vec<Tick>,
    /// The room of the row names, and of the group names left of them [logical pixels].
    y_widths: (f64, f64),
    bar_ticks: Vec<Tick>,
}

impl<'a> Layout<'a> {
    /// Lays out `heat` in `area`, its colours spanning `limits`.
    pub(super) fn plan(heat: &'a HeatMap, limits: &Limits, area: Area) -> Self {
        let widest = |ticks: &[Tick]| {
            ticks.iter().map(|tick| Type::TICK.width(&tick.label)).fold(0.0, f64::max)
        };
        let height = (area.height() - 60.0).max(20.0);
        let apart = if heat.y.is_named() { 16.0 } else { 30.0 };
        // Names of rows may take a part of a wide picture [em].
        let room = (0.18 * area.width() / Type::TICK.size).max(9.0);
        let y_ticks = heat.y.divide(heat.rows(), apart / height, room);
        let bar_ticks = divide(limits, heat.value.ticks, 34.0 / height);
        let groups = heat
            .y
            .spans(heat.rows())
            .iter()
            .map(|span| Type::TICK.width(&group_name(&span.name)) + 8.0)
            .fold(0.0, f64::max);
        let y_widths = (widest(&y_ticks) + 7.0, groups);
        let titled = |title: String, room: f64| if title.is_empty() { 0.0 } else { room };
        let mut margins = Margins {
            left: y_widths.0 + y_widths.1 + titled(heat.y.title(), 20.0),
            right: 16.0
                + BAR
                + 6.0
                + widest(&bar_ticks).max(52.0)
                + titled(heat.value.title(), 20.0),
            top: 6.0,
            bottom: 20.0 + titled(heat.x.title(), 19.0),
        };
        let width = margins.inside(area).width();
        let mut x_upwards = false;
        let mut x_ticks = fitting_x_ticks(heat, width);
        if heat.x.is_named() && x_ticks.len() < heat.columns {
            // Names that do not fit side by side are turned.
            x_ticks = heat.x.divide(heat.columns, 15.0 / width, 8.0);
            x_upwards = true;
            margins.bottom += widest(&x_ticks) - 10.0;
        }
        let rows = x_seats(heat, margins.inside(area))
            .iter()
            .flatten()
            .map(|(_, seat)| seat.row + 1)
            .max();
        margins.top += ROW * whole(rows.unwrap_or(0));
        let map = margins.inside(area);
        Self {
            heat,
            // Whole pixels, so that cells and frame meet.
            map: Area {
                left: map.left.round(),
                top: map.top.round(),
                right: map.right.round(),
                bottom: map.bottom.round(),
            },
            x_ticks,
            x_upwards,
            y_ticks,
            y_widths,
            bar_ticks,
        }
    }

    /// Draws what is written at the four sides of the cells.
    pub(super) fn draw_sides(&self, scene: &mut Scene) {
        let map = self.map;
        let mut below = map.bottom + 35.0;
        for tick in &self.x_ticks {
            let x = map.left + tick.place * map.width();
            if self.x_upwards {
                let at = (x + Type::TICK.drop(), map.bottom + 6.0);
                scene.text_up(&tick.label, at, Anchor::End, Type::TICK);
                below = below.max(map.bottom + Type::TICK.width(&tick.label) + 25.0);
            } else {
                let at = (x, map.bottom + 16.0);
                scene.text(&tick.label, at, Anchor::Middle, Type::TICK);
            }
        }
        for tick in &self.y_ticks {
            let at = (map.left - 6.0, self.y_at(tick.place) + Type::TICK.drop());
            scene.text(&tick.label, at, Anchor::End, Type::TICK);
        }
        self.draw_x_groups(scene);
        self.draw_y_groups(scene);
        let (across, upwards) = map.centre();
        let fit = |title: &str, room: f64| {
            font::shorten(title, Type::LABEL.weight, room / Type::LABEL.size)
        };
        let x_title = fit(&self.heat.x.title(), map.width() + 60.0);
        scene.text(&x_title, (across, below), Anchor::Middle, Type::LABEL);
        let y_title = fit(&self.heat.y.title(), map.height() + 40.0);
        let beside = map.left - self.y_widths.0 - self.y_widths.1 - 7.0;
        scene.text_up(&y_title, (beside, upwards), Anchor::Middle, Type::LABEL);
    }

    fn y_at(&self, place: f64) -> f64 {
        if self.heat.y.is_numeric() {
            self.map.bottom - place * self.map.height()
        } else {
            self.map.top + place * self.map.height()
        }
    }

    fn draw_x_groups(&self, scene: &mut Scene) {
        let map = self.map;
        for span in self.heat.x.spans(self.heat.columns) {
            if span.to < 1.0 {
                let x = map.left + span.to * map.width();
                let ends = [(x, map.top - 5.0), (x, map.bottom)];
                scene.line(ends.to_vec(), 2.6, Colour::WHITE);
                scene.line(ends.to_vec(), 1.0, Colour::INK);
            }
        }
        for (name, seat) in x_seats(self.heat, map).into_iter().flatten() {
            let at = (seat.middle, map.top - 6.0 - ROW * whole(seat.row));
            scene.text(&name, at, Anchor::Middle, Type::TICK);
        }
    }

    fn draw_y_groups(&self, scene: &mut Scene) {
        let map = self.map;
        let spans = self.heat.y.spans(self.heat.rows());
        let right = map.left - self.y_widths.0;
        for span in spans.iter().filter(|span| span.to < 1.0) {
            let y = self.y_at(span.to);
            let ends = [(map.left - 5.0, y), (map.right, y)];
            scene.line(ends.to_vec(), 2.6, Colour::WHITE);
            scene.line(ends.to_vec(), 1.0, Colour::INK);
        }
        let middles: Vec<f64> = spans.iter().map(|span| self.y_at(middle(span))).collect();
        let places = labels::apart(&middles, ROW, map.top + 6.0, map.bottom - 6.0);
        for (span, place) in spans.iter().zip(places) {
            if let Some(y) = place {
                let at = (right - 4.0, y + Type::TICK.drop());
                scene.text(&group_name(&span.name), at, Anchor::End, Type::TICK);
            }
        }
    }

    /// Draws the colour bar, and under it what is not on the scale.
    pub(super) fn draw_bar(&self, scene: &mut Scene, limits: &Limits, zero: bool, missing: bool) {
        let left = self.map.right + 16.0;
        let keys: Vec<(Cell, &str)> =
            [(zero, Cell::Zero, "zero"), (missing, Cell::Missing, "no value")]
                .into_iter()
                .filter_map(|(has, cell, name)| has.then_some((cell, name)))
                .collect();
        let mut y = self.map.bottom - 6.0;
        for (cell, name) in keys.iter().rev() {
            let key = Area { left, top: y - 6.0, right: left + BAR, bottom: y + 6.0 };
            draw_cell(scene, key, *cell);
            let corners = key.corners();
            let outline = corners.iter().chain(corners.first()).copied().collect();
            scene.line(outline, 0.8, Colour::SOFT);
            let at = (key.right + 6.0, y + Type::TICK.drop());
            scene.text(name, at, Anchor::Start, Type::TICK);
            y -= 19.0;
        }
        if limits.empty {
            return;
        }
        let bar = Area {
            left,
            top: self.map.top,
            right: left + BAR,
            bottom: if keys.is_empty() { self.map.bottom } else { y },
        };
        for shade in 0..SHADES {
            let at = |shade: u8| bar.bottom - bar.height() * f64::from(shade) / f64::from(SHADES);
            let step = Area {
                top: at(shade + 1),
                // Reaches under the next, so that no paper shines through.
                bottom: (at(shade) + 0.6).min(bar.bottom),
                ..bar
            };
            scene.rect(step, shade_colour(shade));
        }
        let mut right = bar.right;
        for tick in &self.bar_ticks {
            let y = bar.bottom - tick.place * bar.height();
            scene.line(vec![(bar.right, y), (bar.right + 3.0, y)], 1.0, Colour::SOFT);
            let at = (bar.right + 6.0, y + Type::TICK.drop());
            scene.text(&tick.label, at, Anchor::Start, Type::TICK);
            right = right.max(at.0 + Type::TICK.width(&tick.label));
        }
        let title = font::shorten(
            &self.heat.value.title(),
            Type::LABEL.weight,
            (self.map.height() + 30.0) / Type::LABEL.size,
        );
        let at = (right + 17.0, self.map.centre().1);
        scene.text_up(&title, at, Anchor::Middle, Type::LABEL);
    }
}

/// The divisions below the map, so far apart that their labels do not touch.
fn fitting_x_ticks(heat: &HeatMap, width: f64) -> Vec<Tick> {
    let mut apart = 50.0;
    let mut ticks = Vec::new();
    for _ in 0..4 {
        ticks = heat.x.divide(heat.columns, apart / width, 20.0);
        let widest = ticks.iter().map(|tick| Type::TICK.width(&tick.label)).fold(0.0, f64::max);
        if widest + 12.0 <= apart {
            break;
        }
        apart = widest + 12.0;
    }
    ticks
}

/// The names of the column groups and where they go above the map.
fn x_seats(heat: &HeatMap, map: Area) -> Vec<Option<(String, labels::Seat)>> {
    let spans = heat.x.spans(heat.columns);
    let names: Vec<String> = spans.iter().map(|span| group_name(&span.name)).collect();
    let wishes: Vec<Wish> = spans
        .iter()
        .zip(&names)
        .map(|(span, name)| Wish {
            middle: map.left + middle(span) * map.width(),
            length: Type::TICK.width(name),
        })
        .collect();
    labels::seat(&wishes, map.left, map.right, 3)
        .into_iter()
        .zip(names)
        .map(|(seat, name)| Some((name, seat?)))
        .collect()
}

fn group_name(name: &str) -> String {
    font::shorten(name, Type::TICK.weight, 9.0)
}

fn middle(span: &Span) -> f64 {
    f64::midpoint(span.from, span.to)
}

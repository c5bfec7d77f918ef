//! The frame of a chart with two axes: margins, grid, ticks, labels, marks.

use super::axis::{Axis, Limits};
use super::colour::Colour;
use super::font;
use super::labels::{self, Wish};
use super::lines::Mark;
use super::look::Dash;
use super::path;
use super::scene::{Anchor, Area, Point, Scene, Type};
use super::ticks::{Tick, divide};

/// The height of a row of labels [logical pixels].
const ROW: f64 = 16.0;
/// How wide the label of a vertical and of a horizontal mark may become [logical pixels].
const MARK_ROOM: (f64, f64) = (240.0, 130.0);

/// Room around the data [logical pixels].
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Margins {
    pub(super) left: f64,
    pub(super) right: f64,
    pub(super) top: f64,
    pub(super) bottom: f64,
}

impl Margins {
    /// What remains of `area` inside the margins, never less than a few pixels.
    pub(super) fn inside(self, area: Area) -> Area {
        let (left, top) = (area.left + self.left, area.top + self.top);
        Area {
            left,
            top,
            right: (area.right - self.right).max(left + 10.0),
            bottom: (area.bottom - self.bottom).max(top + 10.0),
        }
    }
}

/// The two axes of a chart with their spans and marks.
#[derive(Debug)]
pub(super) struct Axes<'a> {
    pub(super) x: &'a Axis,
    pub(super) y: &'a Axis,
    pub(super) x_limits: Limits,
    pub(super) y_limits: Limits,
    pub(super) x_marks: &'a [Mark],
    pub(super) y_marks: &'a [Mark],
}

impl Axes<'_> {
    /// The room that labels and ticks need around the data of a chart in `area`.
    pub(super) fn margins(&self, area: Area) -> Margins {
        let y_ticks = self.y_ticks(area.height() - 40.0);
        let widest = |labels: &mut dyn Iterator<Item = f64>| labels.fold(0.0, f64::max);
        let ticks = widest(&mut y_ticks.iter().map(|tick| Type::TICK.width(&tick.label)));
        let y_label = if self.y.title().is_empty() { 0.0 } else { 20.0 };
        let x_label = if self.x.title().is_empty() { 0.0 } else { 19.0 };
        let marks = widest(
            &mut self.y_marks.iter().map(|mark| Type::TICK.width(&mark_label(mark, MARK_ROOM.1))),
        );
        let mut margins = Margins {
            left: ticks + 9.0 + y_label,
            right: if marks > 0.0 { marks + 8.0 } else { 12.0 },
            top: 6.0,
            bottom: 20.0 + x_label,
        };
        let inner = margins.inside(area);
        let rows = self.seats(inner, 3).into_iter().flatten().map(|(_, seat)| seat.row + 1).max();
        if let Some(rows) = rows {
            margins.top += ROW * f64::from(u8::try_from(rows).unwrap_or(3));
        }
        // The last label of the x axis reaches beyond the frame by half its width.
        if let Some(last) = self.x_ticks(inner.width()).last() {
            let beyond = Type::TICK.width(&last.label) / 2.0 - (1.0 - last.place) * inner.width();
            margins.right = margins.right.max(beyond + 2.0);
        }
        margins
    }

    /// The frame with the data inside `area`.
    pub(super) fn frame(&self, area: Area) -> Frame {
        Frame { area, x: self.x_limits, y: self.y_limits }
    }

    /// Draws what lies behind the data: the grid, the ticks and the labels.
    pub(super) fn draw_back(&self, scene: &mut Scene, frame: &Frame) {
        let area = frame.area;
        for tick in self.x_ticks(area.width()) {
            let x = area.left + tick.place * area.width();
            scene.line(vec![(x, area.top), (x, area.bottom)], 1.0, Colour::GRID);
            let at = (x, area.bottom + 16.0);
            scene.text(&tick.label, at, Anchor::Middle, Type::TICK);
        }
        let mut ticks_left = area.left;
        for tick in self.y_ticks(area.height()) {
            let y = area.bottom - tick.place * area.height();
            scene.line(vec![(area.left, y), (area.right, y)], 1.0, Colour::GRID);
            let at = (area.left - 7.0, y + Type::TICK.drop());
            scene.text(&tick.label, at, Anchor::End, Type::TICK);
            ticks_left = ticks_left.min(at.0 - Type::TICK.width(&tick.label));
        }
        let (across, upwards) = area.centre();
        let fit = |title: &str, room: f64| {
            font::shorten(title, Type::LABEL.weight, room / Type::LABEL.size)
        };
        let x_title = fit(&self.x.title(), area.width() + 60.0);
        let below = (across, area.bottom + 35.0);
        scene.text(&x_title, below, Anchor::Middle, Type::LABEL);
        let y_title = fit(&self.y.title(), area.height() + 40.0);
        let beside = (ticks_left - 9.0, upwards);
        scene.text_up(&y_title, beside, Anchor::Middle, Type::LABEL);
    }

    /// Draws what lies before the data: the marks, the frame, and a note if there is no data.
    pub(super) fn draw_front(&self, scene: &mut Scene, frame: &Frame, room_above: f64) {
        let area = frame.area;
        self.draw_x_marks(scene, area, room_above);
        self.draw_y_marks(scene, area);
        let (left, bottom) = (area.left, area.bottom);
        scene.line(vec![(left, area.top), (left, bottom), (area.right, bottom)], 1.0, Colour::SOFT);
        if self.x_limits.empty || self.y_limits.empty {
            draw_no_data(scene, area);
        }
    }

    fn draw_x_marks(&self, scene: &mut Scene, area: Area, room_above: f64) {
        let rows = (1..=3_u8).take_while(|rows| f64::from(*rows) * ROW <= room_above + 0.5).count();
        let seats = self.seats(area, rows);
        // A line up to a label in a higher row must not run through a label in a lower one.
        let is_free = |x: f64, row: usize| {
            !seats.iter().flatten().any(|(label, seat)| {
                let reach = Type::TICK.width(label) / 2.0 + 3.0;
                seat.row < row && (seat.middle - x).abs() < reach
            })
        };
        for (mark, seat) in self.x_marks.iter().zip(&seats) {
            let Some(place) = within(self.x_limits.place(mark.at)) else {
                continue;
            };
            let x = area.left + place * area.width();
            let mut top = area.top;
            if let Some((label, seat)) = seat {
                let rise = ROW * f64::from(u8::try_from(seat.row).unwrap_or(3));
                let at = (seat.middle, area.top - 6.0 - rise);
                scene.text(label, at, Anchor::Middle, Type::TICK);
                if is_free(x, seat.row) {
                    top = at.1 + 3.0;
                }
            }
            draw_mark(scene, (x, top), (x, area.bottom));
        }
    }

    fn draw_y_marks(&self, scene: &mut Scene, area: Area) {
        let shown: Vec<(&Mark, f64)> = self
            .y_marks
            .iter()
            .filter_map(|mark| Some((mark, within(self.y_limits.place(mark.at))?)))
            .map(|(mark, place)| (mark, area.bottom - place * area.height()))
            .collect();
        let wanted: Vec<f64> = shown.iter().map(|(_, y)| *y).collect();
        let places = labels::apart(&wanted, ROW, area.top, area.bottom);
        for ((mark, y), place) in shown.into_iter().zip(places) {
            draw_mark(scene, (area.left, y), (area.right, y));
            if let Some(place) = place {
                let at = (area.right + 5.0, place + Type::TICK.drop());
                scene.text(&mark_label(mark, MARK_ROOM.1), at, Anchor::Start, Type::TICK);
            }
        }
    }

    /// The labels of the vertical marks and where they go above the frame.
    fn seats(&self, area: Area, rows: usize) -> Vec<Option<(String, labels::Seat)>> {
        let shown: Vec<Option<(String, Wish)>> = self
            .x_marks
            .iter()
            .map(|mark| {
                let place = within(self.x_limits.place(mark.at))?;
                let label = mark_label(mark, MARK_ROOM.0);
                let wish = Wish {
                    middle: area.left + place * area.width(),
                    length: Type::TICK.width(&label),
                };
                (!label.is_empty()).then_some((label, wish))
            })
            .collect();
        let wishes: Vec<Wish> = shown.iter().flatten().map(|(_, wish)| *wish).collect();
        let mut seats = labels::seat(&wishes, area.left, area.right, rows).into_iter();
        shown
            .into_iter()
            .map(|label| {
                let (label, _) = label?;
                Some((label, seats.next().flatten()?))
            })
            .collect()
    }

    fn x_ticks(&self, width: f64) -> Vec<Tick> {
        let mut apart = 60.0;
        let mut ticks = Vec::new();
        // Fewer ticks may have shorter labels or longer ones, so a few tries are needed.
        for _ in 0..4 {
            ticks = divide(&self.x_limits, self.x.ticks, apart / width);
            let widest = ticks.iter().map(|tick| Type::TICK.width(&tick.label)).fold(0.0, f64::max);
            if widest + 14.0 <= apart {
                break;
            }
            apart = widest + 14.0;
        }
        ticks
    }

    fn y_ticks(&self, height: f64) -> Vec<Tick> {
        let apart = if height < 220.0 { 28.0 } else { 42.0 };
        divide(&self.y_limits, self.y.ticks, apart / height.max(20.0))
    }
}

/// Where the values of a chart lie in the picture.
#[derive(Debug, Clone, Copy)]
pub(super) struct Frame {
    pub(super) area: Area,
    pub(super) x: Limits,
    pub(super) y: Limits,
}

impl Frame {
    /// The place of a value pair, perhaps outside the frame; none if an axis cannot show it.
    pub(super) fn at(&self, (x, y): (f64, f64)) -> Option<Point> {
        Some((self.x_at(x)?, self.y_at(y)?))
    }

    pub(super) fn x_at(&self, x: f64) -> Option<f64> {
        Some(self.area.left + self.x.place(x)? * self.area.width())
    }

    pub(super) fn y_at(&self, y: f64) -> Option<f64> {
        Some(self.area.bottom - self.y.place(y)? * self.area.height())
    }
}

/// Says in the middle of `area` that there is nothing to show.
pub(super) fn draw_no_data(scene: &mut Scene, area: Area) {
    scene.text("no data", area.centre(), Anchor::Middle, Type::LABEL);
}

fn draw_mark(scene: &mut Scene, from: Point, to: Point) {
    // Light between the dashes, so that the mark shows on dark areas too.
    scene.line(vec![from, to], 1.2, Colour::WHITE);
    for piece in path::dash(&[from, to], Dash::Dashed) {
        scene.line(piece, 1.2, Colour::SOFT);
    }
}

fn mark_label(mark: &Mark, room: f64) -> String {
    font::shorten(&mark.label, Type::TICK.weight, room / Type::TICK.size)
}

/// The place if it lies on the axis.
fn within(place: Option<f64>) -> Option<f64> {
    place.filter(|place| (-1e-9..=1.0 + 1e-9).contains(place))
}

//! Lines over an x axis, with bands around them and marks across them.

use serde::{Deserialize, Serialize};

use super::axis::Axis;
use super::colour::Colour;
use super::frame::{Axes, Frame};
use super::gaps;
use super::line_labels::{self, Labelled};
use super::look::{Emphasis, Kind, Look, Looks, Style};
use super::path;
use super::scene::{Point, Scene};

/// The radius of a dot over the lines [logical pixels].
const DOT: f64 = 1.6;

/// Lines over an x axis, such as prices over epochs.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct Lines {
    /// The axis across.
    pub x: Axis,
    /// The axis upwards.
    pub y: Axis,
    /// The lines, in the order of the legend.
    pub series: Vec<Series>,
    /// Vertical marks, labelled above the frame, such as the epoch in which an attack begins.
    pub x_marks: Vec<Mark>,
    /// Horizontal marks, labelled at the right of the frame, such as a threshold. The y axis reaches
    /// them unless its range is fixed.
    pub y_marks: Vec<Mark>,
}

/// One line.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct Series {
    /// The name in the legend; an empty name has no entry there. Lines of one name look alike.
    pub name: String,
    /// The points (x, y) in the order of the line. A y that cannot be shown leaves a gap.
    #[serde(with = "gaps")]
    pub points: Vec<(f64, f64)>,
    /// A band behind the line, such as the spread over seeds, in the order of x; may be empty.
    pub band: Vec<Band>,
    /// A band behind a line that rises more than it runs, such as the spread of a contour, in the
    /// order of y; may be empty.
    pub side_band: Vec<SideBand>,
    /// What is written at the line itself, which then has neither an entry in the legend nor
    /// markers; may be empty. Where there is no room for it, it is left out.
    pub label: String,
    /// Whether the points are not joined but stand as dots over all lines, such as what the lines
    /// are held against.
    pub dots: bool,
    /// How it looks.
    pub style: Style,
}

/// One place of a band.
#[derive(Debug, Clone, Copy, PartialEq, Default, Serialize, Deserialize)]
pub struct Band {
    /// Where it lies on the x axis.
    #[serde(with = "gaps")]
    pub x: f64,
    /// Its lower edge.
    #[serde(with = "gaps")]
    pub low: f64,
    /// Its upper edge.
    #[serde(with = "gaps")]
    pub high: f64,
}

/// One place of a band beside a line.
#[derive(Debug, Clone, Copy, PartialEq, Default, Serialize, Deserialize)]
pub struct SideBand {
    /// Where it lies on the y axis.
    #[serde(with = "gaps")]
    pub y: f64,
    /// Its left edge.
    #[serde(with = "gaps")]
    pub low: f64,
    /// Its right edge.
    #[serde(with = "gaps")]
    pub high: f64,
}

/// A line across the chart at one value of an axis.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct Mark {
    /// The value.
    #[serde(with = "gaps")]
    pub at: f64,
    /// What happens there; may be empty.
    pub label: String,
}

impl Series {
    /// A line of `points` under `name`, without a band.
    #[must_use]
    pub fn new(name: &str, points: Vec<(f64, f64)>) -> Self {
        Self { name: name.to_owned(), points, ..Self::default() }
    }
}

impl Lines {
    pub(super) fn things(&self) -> impl Iterator<Item = (&str, Style, Kind)> {
        self.series.iter().map(|series| {
            let kind = match (series.dots, series.label.is_empty()) {
                (true, _) => Kind::Cloud,
                (false, true) => Kind::Line,
                (false, false) => Kind::LabelledLine,
            };
            (series.name.as_str(), series.style, kind)
        })
    }

    pub(super) fn axes(&self) -> Axes<'_> {
        let shown =
            |x: f64, y: f64| self.x.scale.clean(x).is_some() && self.y.scale.clean(y).is_some();
        let points = || {
            self.series.iter().flat_map(|series| {
                let band = series.band.iter();
                let band = band.flat_map(|band| [(band.x, band.low), (band.x, band.high)]);
                let side = series.side_band.iter();
                let side = side.flat_map(|band| [(band.low, band.y), (band.high, band.y)]);
                series.points.iter().copied().chain(band).chain(side)
            })
        };
        let drawn = || points().filter(|(x, y)| shown(*x, *y));
        let marks = self.y_marks.iter().map(|mark| mark.at);
        let mut y_limits = self.y.limits(drawn().map(|(_, y)| y).chain(marks), 0.04);
        y_limits.empty = drawn().next().is_none();
        Axes {
            x: &self.x,
            y: &self.y,
            x_limits: self.x.limits(drawn().map(|(x, _)| x), 0.0),
            y_limits,
            x_marks: &self.x_marks,
            y_marks: &self.y_marks,
        }
    }

    pub(super) fn draw(&self, scene: &mut Scene, frame: &Frame, looks: &Looks) {
        for series in &self.series {
            let look = looks.of(&series.name);
            let band = series.band.iter().map(|band| ((band.x, band.low), (band.x, band.high)));
            draw_band(scene, frame, band, look);
            let side = series.side_band.iter();
            let side = side.map(|band| ((band.low, band.y), (band.high, band.y)));
            draw_band(scene, frame, side, look);
        }
        // What stands out is drawn last.
        for emphasis in [Emphasis::Faint, Emphasis::Normal, Emphasis::Strong] {
            for series in &self.series {
                let look = looks.of(&series.name);
                if look.emphasis == emphasis && !series.dots {
                    draw_series(scene, frame, series, look);
                }
            }
        }
        for series in self.series.iter().filter(|series| series.dots) {
            let look = looks.of(&series.name);
            for at in series.points.iter().filter_map(|point| frame.at(*point)) {
                draw_sign(scene, frame, at, look, DOT);
            }
        }
        self.draw_labels(scene, frame);
    }

    fn draw_labels(&self, scene: &mut Scene, frame: &Frame) {
        if self.series.iter().all(|series| series.label.is_empty()) {
            return;
        }
        let pieces = |series: &Series| {
            let places: Vec<Option<Point>> =
                series.points.iter().map(|point| frame.at(*point)).collect();
            let runs = places.split(Option::is_none);
            runs.flat_map(|run| {
                let run: Vec<Point> = run.iter().flatten().copied().collect();
                path::clip_line(&path::thin(run), frame.area)
            })
            .collect()
        };
        let joined = self.series.iter().filter(|series| !series.dots);
        let lines: Vec<Labelled<'_>> = joined
            .map(|series| Labelled { label: &series.label, pieces: pieces(series) })
            .collect();
        for (line, placed) in lines.iter().zip(line_labels::place(&lines, frame.area)) {
            if let Some(placed) = placed {
                placed.draw(scene, line.label);
            }
        }
    }
}

/// Draws a line with its gaps and its markers.
pub(super) fn draw_series(scene: &mut Scene, frame: &Frame, series: &Series, look: Look) {
    let places: Vec<Option<Point>> = series.points.iter().map(|point| frame.at(*point)).collect();
    let few = places.len() <= 15;
    for run in places.split(Option::is_none) {
        let run: Vec<Point> = run.iter().flatten().copied().collect();
        if let [alone] = run[..] {
            draw_sign(scene, frame, alone, look, look.width().max(2.2));
            continue;
        }
        let signs = if look.marker.is_none() {
            Vec::new()
        } else if few {
            run.clone()
        } else {
            let phase = 0.2 + 0.6 * fraction(look.index);
            path::marker_places(&run, marker_count(&run, frame), phase)
        };
        for piece in path::clip_line(&path::thin(run), frame.area) {
            if look.kind == Kind::Overlay {
                scene.line(piece.clone(), look.width() + 2.4, Colour::WHITE);
            }
            for dash in path::dash(&piece, look.dash) {
                scene.line(dash, look.width(), look.colour);
            }
        }
        for sign in signs {
            draw_sign(scene, frame, sign, look, look.width() + 1.9);
        }
    }
}

/// Draws the sign of a line at a place, if that place is inside the frame.
fn draw_sign(scene: &mut Scene, frame: &Frame, at: Point, look: Look, radius: f64) {
    let area = frame.area;
    let inside = (area.left - 0.5..=area.right + 0.5).contains(&at.0)
        && (area.top - 0.5..=area.bottom + 0.5).contains(&at.1);
    if inside {
        draw_marker(scene, at, look, radius, 1.0);
    }
}

/// Draws the marker of a look, or a disc if it has none.
pub(super) fn draw_marker(scene: &mut Scene, at: Point, look: Look, radius: f64, alpha: f64) {
    let outline = look.marker.map(|marker| path::marker_outline(marker, at, radius));
    match outline {
        Some(outline) if !outline.is_empty() => scene.fill(outline, look.colour, alpha),
        _ => scene.disc(at, radius, look.colour, alpha),
    }
}

/// About one marker for each ninth of the frame.
fn marker_count(run: &[Point], frame: &Frame) -> u32 {
    let width = match run {
        [first, .., last] => (last.0 - first.0) / frame.area.width(),
        _ => 0.0,
    };
    (1..=9_u32).rev().find(|count| f64::from(*count) <= width * 8.0 + 0.5).unwrap_or(1)
}

/// A number between 0 and 1 for an index, far from those of its neighbours (the golden section).
fn fraction(index: usize) -> f64 {
    let index = f64::from(u32::try_from(index).unwrap_or(0));
    (index * 0.618_033_988_749_895).fract()
}

/// Draws the area between two edges, whose points lie opposite each other.
fn draw_band(
    scene: &mut Scene,
    frame: &Frame,
    band: impl Iterator<Item = ((f64, f64), (f64, f64))>,
    look: Look,
) {
    let edges: Vec<Option<(Point, Point)>> =
        band.map(|(low, high)| Some((frame.at(low)?, frame.at(high)?))).collect();
    for run in edges.split(Option::is_none) {
        let run = || run.iter().flatten();
        let mut outline = path::thin(run().map(|(low, _)| *low).collect());
        let upper = path::thin(run().map(|(_, high)| *high).collect());
        outline.extend(upper.into_iter().rev());
        scene.fill(path::clip_polygon(outline, frame.area), look.colour, 0.18);
    }
}

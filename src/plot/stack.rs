//! Areas on top of each other: shares or amounts that add up.

use serde::{Deserialize, Serialize};

use super::axis::{Axis, Range, Scale};
use super::colour::Colour;
use super::frame::{Axes, Frame};
use super::gaps;
use super::lines::{Mark, Series, draw_series};
use super::look::{Kind, Looks, Style};
use super::path;
use super::scene::{Area, Point, Scene};

/// Areas on top of each other over an x axis, such as the shares of emission by group.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct Stack {
    /// The axis across.
    pub x: Axis,
    /// The axis upwards; it always includes zero unless its range is fixed.
    pub y: Axis,
    /// Where on the x axis the amounts of the layers lie, in order.
    #[serde(with = "gaps")]
    pub places: Vec<f64>,
    /// The layers, from the lowest to the highest.
    pub layers: Vec<Layer>,
    /// Lines above the areas, black unless their style says otherwise.
    pub lines: Vec<Series>,
    /// Vertical marks, labelled above the frame.
    pub x_marks: Vec<Mark>,
}

/// One area of a stack.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct Layer {
    /// The name in the legend.
    pub name: String,
    /// The height at each of the stack's places. A missing or negative one counts as none; where all
    /// layers miss theirs, there is a gap.
    #[serde(with = "gaps")]
    pub amounts: Vec<f64>,
    /// How it looks.
    pub style: Style,
}

/// A place of the stack on the way into the picture: its x, and the upper edge of each layer.
struct Column {
    x: f64,
    edges: Vec<f64>,
}

impl Stack {
    pub(super) fn things(&self) -> impl Iterator<Item = (&str, Style, Kind)> {
        let layers =
            self.layers.iter().map(|layer| (layer.name.as_str(), layer.style, Kind::Layer));
        let lines = self.lines.iter().map(|line| (line.name.as_str(), line.style, Kind::Overlay));
        layers.chain(lines)
    }

    pub(super) fn axes(&self) -> Axes<'_> {
        let columns = self.columns();
        let points =
            || self.lines.iter().flat_map(|line| line.points.iter()).filter(|(_, y)| y.is_finite());
        let tops = columns.iter().flatten().filter_map(|column| column.edges.last().copied());
        let base = if self.y.range == Range::Data && self.y.scale != Scale::Log {
            Range::FromZero
        } else {
            self.y.range
        };
        let axis = Axis { range: base, ..self.y.clone() };
        let xs = columns.iter().flatten().map(|column| column.x);
        let totals: Vec<f64> = tops.chain(points().map(|(_, y)| *y)).collect();
        // Shares fill the frame; amounts get a little air above.
        let full = totals.iter().all(|total| *total <= 1.0 + 1e-9)
            && totals.iter().any(|total| *total > 1.0 - 1e-6);
        let pad = if full { 0.0 } else { 0.04 };
        Axes {
            x: &self.x,
            y: &self.y,
            x_limits: self.x.limits(xs.chain(points().map(|(x, _)| *x)), 0.0),
            y_limits: axis.limits(totals.into_iter(), pad),
            x_marks: &self.x_marks,
            y_marks: &[],
        }
    }

    /// The edges of the layers at each place; none where there is a gap.
    fn columns(&self) -> Vec<Option<Column>> {
        self.places
            .iter()
            .enumerate()
            .map(|(index, &x)| {
                let amounts: Vec<f64> = self
                    .layers
                    .iter()
                    .map(|layer| layer.amounts.get(index).copied().unwrap_or(f64::NAN))
                    .collect();
                let clean = |amount: f64| Scale::Linear.clean(amount);
                if self.x.scale.clean(x).is_none() || !amounts.iter().any(|a| clean(*a).is_some()) {
                    return None;
                }
                let mut top = 0.0;
                let edges = amounts
                    .into_iter()
                    .map(|amount| {
                        top += clean(amount).unwrap_or(0.0).max(0.0);
                        top
                    })
                    .collect();
                Some(Column { x, edges })
            })
            .collect()
    }

    pub(super) fn draw(&self, scene: &mut Scene, frame: &Frame, looks: &Looks) {
        for run in self.columns().split(Option::is_none) {
            let run = merge(run.iter().flatten(), frame);
            // From the highest layer to the lowest, each down to the base, so that no paper shines
            // through between neighbours.
            for (index, layer) in self.layers.iter().enumerate().rev() {
                let edge: Vec<Point> = run
                    .iter()
                    .map(|column| {
                        let y = frame.y_at(column.edges[index]);
                        (column.x, y.unwrap_or(frame.area.bottom))
                    })
                    .collect();
                draw_layer(scene, frame.area, &edge, looks.of(&layer.name).colour);
            }
        }
        for line in &self.lines {
            draw_series(scene, frame, line, looks.of(&line.name));
        }
    }
}

/// Fills from `edge` down to the base, with a fine light line on the edge.
fn draw_layer(scene: &mut Scene, area: Area, edge: &[Point], colour: Colour) {
    let (Some(&first), Some(&last)) = (edge.first(), edge.last()) else {
        return;
    };
    let mut outline = edge.to_vec();
    outline.extend([(last.0, area.bottom), (first.0, area.bottom)]);
    scene.fill(path::clip_polygon(outline, area), colour, 1.0);
    for piece in path::clip_line(edge, area) {
        scene.line(piece, 0.7, Colour::WHITE);
    }
}

/// Moves a run of columns into the picture (`x` becomes pixels). Of the columns that share a pixel
/// the mean remains, so that layers still add up; one column alone becomes a narrow bar.
fn merge<'a>(run: impl Iterator<Item = &'a Column>, frame: &Frame) -> Vec<Column> {
    let mut merged: Vec<(Column, f64)> = Vec::new();
    for column in run {
        let Some(x) = frame.x_at(column.x) else {
            continue;
        };
        match merged.last_mut() {
            Some((last, count)) if x >= last.x && x < last.x + 1.0 => {
                *count += 1.0;
                for (mean, edge) in last.edges.iter_mut().zip(&column.edges) {
                    *mean += (edge - *mean) / *count;
                }
            }
            _ => merged.push((Column { x, edges: column.edges.clone() }, 1.0)),
        }
    }
    let mut columns: Vec<Column> = merged.into_iter().map(|(column, _)| column).collect();
    if let [alone] = &mut columns[..] {
        let right = Column { x: alone.x + 4.0, edges: alone.edges.clone() };
        alone.x -= 4.0;
        columns.push(right);
    }
    columns
}

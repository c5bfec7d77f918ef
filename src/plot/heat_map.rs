//! A matrix in colours.

use serde::{Deserialize, Serialize};

use super::axis::{Axis, Limits, Scale};
use super::colour::{Colour, shade, shade_colour};
use super::frame::draw_no_data;
use super::gaps;
use super::heat_layout::Layout;
use super::heat_sides::{Side, whole};
use super::scene::{Area, Scene};

/// A matrix in colours, such as the weights of validators on miners.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct HeatMap {
    /// What the columns are.
    pub x: Side,
    /// What the rows are.
    pub y: Side,
    /// What the values are, and their scale: square root and logarithm open up skewed values.
    pub value: Axis,
    /// How many columns there are; the rows follow from the number of values.
    pub columns: usize,
    /// The values, row by row [rows, columns]; one that cannot be shown is a cell without value. If
    /// there are more cells than pixels, a pixel shows the greatest of its cells.
    #[serde(with = "gaps")]
    pub values: Vec<f64>,
    /// How cells are shown that are exactly zero.
    pub zero: ZeroCells,
    /// Lines over the cells, such as where a value is 0, as columns and rows from the lower left
    /// corner if rows run upwards: (0.5, 0.5) is the middle of the first cell.
    #[serde(with = "gaps")]
    pub outlines: Vec<Vec<(f64, f64)>>,
}

/// How the cells of a heat map are shown that are exactly zero.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub enum ZeroCells {
    /// Grey, as nothing.
    #[default]
    Apart,
    /// In the colour of their place on the scale, as a value like others.
    OnScale,
}

/// What a cell shows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Cell {
    Missing,
    Zero,
    Shade(u8),
}

impl Cell {
    fn colour(self) -> Colour {
        match self {
            Self::Missing => Colour::MISSING,
            Self::Zero => Colour::ZERO,
            Self::Shade(shade) => shade_colour(shade),
        }
    }
}

impl HeatMap {
    /// How many whole rows there are.
    #[must_use]
    pub fn rows(&self) -> usize {
        self.values.len().checked_div(self.columns).unwrap_or(0)
    }

    /// The values at the dark and at the bright end of the scale; none where no cell has a colour.
    #[must_use]
    pub fn span(&self) -> Option<(f64, f64)> {
        let limits = self.limits();
        (!limits.empty).then_some((limits.low, limits.high))
    }

    fn limits(&self) -> Limits {
        let coloured = self
            .values
            .iter()
            .copied()
            .filter(|value| self.zero == ZeroCells::OnScale || *value != 0.0);
        self.value.limits(coloured, 0.0)
    }

    fn cell(&self, value: f64, limits: &Limits) -> Cell {
        if value == 0.0 && (self.zero == ZeroCells::Apart || self.value.scale == Scale::Log) {
            return Cell::Zero;
        }
        limits.place(value).map_or(Cell::Missing, |place| Cell::Shade(shade(place)))
    }

    pub(super) fn draw(&self, scene: &mut Scene, area: Area) {
        let limits = self.limits();
        let layout = Layout::plan(self, &limits, area);
        let map = layout.map;
        let cells = self.shown(&limits, map);
        for row in cells.chunk_by(|a, b| a.0.top.total_cmp(&b.0.top).is_eq()) {
            for (area, cell) in merge(row, map) {
                draw_cell(scene, area, cell);
            }
        }
        self.draw_outlines(scene, map);
        layout.draw_sides(scene);
        let corners = map.corners();
        let outline = corners.iter().chain(corners.first()).copied().collect();
        scene.line(outline, 1.0, Colour::SOFT);
        if cells.is_empty() {
            draw_no_data(scene, map);
            return;
        }
        let has = |wanted: Cell| cells.iter().any(|(_, cell)| *cell == wanted);
        layout.draw_bar(scene, &limits, has(Cell::Zero), has(Cell::Missing));
    }

    fn draw_outlines(&self, scene: &mut Scene, map: Area) {
        let (columns, rows) = (whole(self.columns.max(1)), whole(self.rows().max(1)));
        for outline in &self.outlines {
            let place = |&(column, row): &(f64, f64)| {
                let up = map.height() * (row / rows).clamp(0.0, 1.0);
                let y = if self.y.is_numeric() { map.bottom - up } else { map.top + up };
                (map.left + map.width() * (column / columns).clamp(0.0, 1.0), y)
            };
            let points: Vec<_> = outline.iter().map(place).collect();
            // Dark on light, so that it shows on any colour.
            scene.line(points.clone(), 4.0, Colour::WHITE);
            scene.line(points, 2.0, Colour::INK);
        }
    }

    /// The cells that the map has pixels for, row by row from the top, with their places.
    fn shown(&self, limits: &Limits, map: Area) -> Vec<(Area, Cell)> {
        let across = stretches(self.columns, map.left, map.right);
        let down = stretches(self.rows(), map.top, map.bottom);
        let mut cells = Vec::with_capacity(across.len() * down.len());
        for (index, (_, top, bottom)) in down.iter().enumerate() {
            // Rows on a numeric axis run upwards.
            let source = if self.y.is_numeric() { down.len() - 1 - index } else { index };
            let rows = down[source].0.clone();
            for (columns, left, right) in &across {
                let greatest = rows
                    .clone()
                    .flat_map(|row| columns.clone().map(move |column| (row, column)))
                    .map(|(row, column)| self.values[row * self.columns + column])
                    .fold(f64::NAN, f64::max);
                let area = Area { left: *left, top: *top, right: *right, bottom: *bottom };
                cells.push((area, self.cell(greatest, limits)));
            }
        }
        cells
    }
}

/// Fills a cell; one without value is struck through.
pub(super) fn draw_cell(scene: &mut Scene, area: Area, cell: Cell) {
    scene.rect(area, cell.colour());
    if cell == Cell::Missing {
        let (x, y) = area.centre();
        let ends = if area.width() > 4.0 * area.height() {
            [(area.left, y), (area.right, y)]
        } else if area.height() > 4.0 * area.width() {
            [(x, area.top), (x, area.bottom)]
        } else {
            [(area.left, area.bottom), (area.right, area.top)]
        };
        scene.line(ends.to_vec(), 0.8, Colour::FAINT);
    }
}

/// Divides the pixels from `low` to `high` among `count` cells: the cells of each stretch (one, if
/// there are pixels enough), and where it begins and ends.
fn stretches(count: usize, low: f64, high: f64) -> Vec<(std::ops::Range<usize>, f64, f64)> {
    let pixels = (1..=4000_usize).rev().find(|pixels| whole(*pixels) <= high - low).unwrap_or(1);
    let parts = count.min(pixels);
    let edge = |index: usize| (low + (high - low) * whole(index) / whole(parts)).round();
    (0..parts)
        .map(|index| {
            let cells = index * count / parts..(index + 1) * count / parts;
            (cells, edge(index), edge(index + 1))
        })
        .collect()
}

/// Joins neighbours of one colour. Each reaches a little under what is drawn after it, so that no
/// paper shines through where a viewer scales the picture.
fn merge(row: &[(Area, Cell)], map: Area) -> Vec<(Area, Cell)> {
    row.chunk_by(|a, b| a.1 == b.1)
        .map(|run| {
            let (first, last) = (run[0], run[run.len() - 1]);
            let area = Area {
                right: (last.0.right + 0.6).min(map.right),
                bottom: (last.0.bottom + 0.6).min(map.bottom),
                ..first.0
            };
            (area, first.1)
        })
        .collect()
}

//! A figure: a title, one or more charts, one legend for all.

use serde::{Deserialize, Serialize};

use super::Size;
use super::bars::Bars;
use super::colour::Colour;
use super::font;
use super::frame::Axes;
use super::frame::Margins;
use super::heat_map::HeatMap;
use super::heat_sides::whole;
use super::legend::Legend;
use super::lines::Lines;
use super::look::{Kind, Looks, Style};
use super::scatter::Scatter;
use super::scene::{Anchor, Area, Scene, Type};
use super::stack::Stack;

/// The space at the edges of the picture [logical pixels].
const EDGE: f64 = 14.0;
/// The space between panels [logical pixels].
const GUTTER: f64 = 22.0;

/// A picture: what it shows, and its charts.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct Figure {
    /// What is seen, at the upper left; long ones take two lines.
    pub title: String,
    /// How it came about, in grey under the title; may be empty.
    pub subtitle: String,
    /// The charts, row by row. Things of one name look alike in all of them.
    pub panels: Vec<Panel>,
    /// How many panels stand side by side; 0 leaves it to the figure.
    pub columns: usize,
    /// Where the legend goes.
    pub legend: LegendPlace,
}

/// One chart of a figure, under a title of its own.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Panel {
    /// What this chart shows; may be empty, above all if it is the only one.
    pub title: String,
    /// The chart.
    pub chart: Chart,
}

/// What a panel shows.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub enum Chart {
    /// Lines over an x axis.
    Lines(Lines),
    /// Areas on top of each other.
    Stack(Stack),
    /// Clouds of points.
    Scatter(Scatter),
    /// A matrix in colours.
    HeatMap(HeatMap),
    /// Bars across.
    Bars(Bars),
}

/// Where the legend goes; never over the data.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub enum LegendPlace {
    /// Below if two rows hold it, else at the right.
    #[default]
    Auto,
    /// At the right, names wrapped.
    Right,
    /// Below, in rows.
    Below,
    /// Nowhere.
    Hidden,
}

impl Figure {
    /// A figure of one chart.
    #[must_use]
    pub fn of(title: &str, subtitle: &str, chart: Chart) -> Self {
        Self {
            title: title.to_owned(),
            subtitle: subtitle.to_owned(),
            panels: vec![Panel { title: String::new(), chart }],
            ..Self::default()
        }
    }

    /// How each named thing of the figure looks.
    #[must_use]
    pub fn looks(&self) -> Looks {
        Looks::decide(self.panels.iter().flat_map(|panel| panel.chart.things()))
    }

    /// Lays the figure out and draws it.
    pub(super) fn draw(&self, size: Size) -> Scene {
        let mut scene = Scene { width: size.width, height: size.height, shapes: Vec::new() };
        let page = Area {
            left: 0.0,
            top: 0.0,
            right: f64::from(size.width),
            bottom: f64::from(size.height),
        };
        scene.rect(page, Colour::WHITE);
        let mut area =
            Margins { left: EDGE, right: EDGE, top: EDGE - 2.0, bottom: EDGE - 2.0 }.inside(page);
        area.top = self.draw_titles(&mut scene, area);

        let looks = self.looks();
        let is_stack = |panel: &Panel| matches!(panel.chart, Chart::Stack(_));
        let stacks = self.panels.iter().all(is_stack);
        let legend = Legend::plan(&looks, self.legend, area, stacks);
        legend.draw(&mut scene, area);
        area.right -= legend.right;
        area.bottom -= legend.below;

        self.draw_panels(&mut scene, area, &looks);
        scene
    }

    /// Draws title and subtitle; returns where they end.
    fn draw_titles(&self, scene: &mut Scene, area: Area) -> f64 {
        let mut y = area.top;
        for (text, font, most) in
            [(&self.title, Type::TITLE, 2), (&self.subtitle, Type::SUBTITLE, 3)]
        {
            let room = area.width() / font.size;
            for line in font::wrap(text, font.weight, room, most) {
                y += font.size * 1.3;
                let at = (area.left, y - font.size * 0.25);
                scene.text(&line, at, Anchor::Start, font);
            }
        }
        y + 8.0
    }

    fn draw_panels(&self, scene: &mut Scene, area: Area, looks: &Looks) {
        let cells = self.cells(area);
        let axes: Vec<Option<Axes<'_>>> =
            self.panels.iter().map(|panel| panel.chart.axes()).collect();
        let wanted: Vec<Margins> = axes
            .iter()
            .zip(&cells)
            .map(|(axes, cell)| axes.as_ref().map(|axes| axes.margins(*cell)))
            .map(Option::unwrap_or_default)
            .collect();
        for (index, ((panel, axes), mut cell)) in
            self.panels.iter().zip(axes).zip(cells).enumerate()
        {
            let margins = self.aligned(&wanted, index);
            cell.top = panel.draw_title(scene, cell);
            match (&panel.chart, axes) {
                (Chart::HeatMap(map), _) => map.draw(scene, cell),
                (Chart::Bars(bars), _) => bars.draw(scene, cell),
                (chart, Some(axes)) => {
                    let frame = axes.frame(margins.inside(cell));
                    axes.draw_back(scene, &frame);
                    match chart {
                        Chart::Lines(lines) => lines.draw(scene, &frame, looks),
                        Chart::Stack(stack) => stack.draw(scene, &frame, looks),
                        Chart::Scatter(scatter) => scatter.draw(scene, &frame, looks),
                        Chart::HeatMap(_) | Chart::Bars(_) => {}
                    }
                    axes.draw_front(scene, &frame, margins.top - 6.0);
                }
                (_, None) => {}
            }
        }
    }

    /// How many panels stand side by side, at least 1.
    #[must_use]
    pub fn across(&self) -> usize {
        match (self.columns, self.panels.len()) {
            (0, 0..=1) => 1,
            (0, 2 | 4) => 2,
            (0, _) => 3,
            (columns, count) => columns.min(count.max(1)),
        }
    }

    /// The margins of a panel: the largest at the sides in its column and above and below in its row,
    /// so that frames line up.
    fn aligned(&self, wanted: &[Margins], index: usize) -> Margins {
        let columns = self.across();
        let mut margins = Margins::default();
        for (other, wanted) in wanted.iter().enumerate() {
            if other % columns == index % columns {
                margins.left = margins.left.max(wanted.left);
                margins.right = margins.right.max(wanted.right);
            }
            if other / columns == index / columns {
                margins.top = margins.top.max(wanted.top);
                margins.bottom = margins.bottom.max(wanted.bottom);
            }
        }
        margins
    }

    /// The place of each panel in the grid.
    fn cells(&self, area: Area) -> Vec<Area> {
        let count = self.panels.len();
        let columns = self.across();
        let rows = count.div_ceil(columns);
        let side = |low: f64, high: f64, parts: usize, index: usize| {
            let (parts, index) = (whole(parts), whole(index));
            let length = ((high - low - GUTTER * (parts - 1.0)) / parts).max(10.0);
            let start = low + index * (length + GUTTER);
            (start, start + length)
        };
        (0..count)
            .map(|index| {
                let (left, right) = side(area.left, area.right, columns, index % columns);
                let (top, bottom) = side(area.top, area.bottom, rows, index / columns);
                Area { left, top, right, bottom }
            })
            .collect()
    }
}

impl Panel {
    /// Draws the title; returns where it ends.
    fn draw_title(&self, scene: &mut Scene, cell: Area) -> f64 {
        let mut y = cell.top;
        let font = Type::PANEL;
        for line in font::wrap(&self.title, font.weight, cell.width() / font.size, 2) {
            y += font.size * 1.3;
            let at = (cell.left, y - font.size * 0.25);
            scene.text(&line, at, Anchor::Start, font);
        }
        if y > cell.top { y + 2.0 } else { y }
    }
}

impl Chart {
    /// What the axes across and upwards span, low to high; none for a chart without the two.
    #[must_use]
    pub fn spans(&self) -> Option<[(f64, f64); 2]> {
        let axes = self.axes()?;
        Some([&axes.x_limits, &axes.y_limits].map(|limits| (limits.low, limits.high)))
    }

    /// The named things of the chart.
    fn things(&self) -> Box<dyn Iterator<Item = (&str, Style, Kind)> + '_> {
        match self {
            Self::Lines(lines) => Box::new(lines.things()),
            Self::Stack(stack) => Box::new(stack.things()),
            Self::Scatter(scatter) => Box::new(scatter.things()),
            Self::HeatMap(_) | Self::Bars(_) => Box::new(std::iter::empty()),
        }
    }

    /// The axes, of a chart whose panels can line up.
    fn axes(&self) -> Option<Axes<'_>> {
        match self {
            Self::Lines(lines) => Some(lines.axes()),
            Self::Stack(stack) => Some(stack.axes()),
            Self::Scatter(scatter) => Some(scatter.axes()),
            Self::HeatMap(_) | Self::Bars(_) => None,
        }
    }
}

//! Clouds of points, with lines to compare them to.

use serde::{Deserialize, Serialize};

use super::gaps;
use std::collections::BTreeSet;

use super::axis::{Axis, Limits};
use super::colour::Colour;
use super::frame::{Axes, Frame};
use super::lines::{Series, draw_marker, draw_series};
use super::look::{Dash, Emphasis, Kind, Look, Looks, Style};
use super::scene::Scene;

/// Clouds of points over two axes.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct Scatter {
    /// The axis across.
    pub x: Axis,
    /// The axis upwards.
    pub y: Axis,
    /// The clouds, the later above the earlier, and what stands out above the rest.
    pub clouds: Vec<Cloud>,
    /// Lines above the points; faint ones lie below them.
    pub guides: Vec<Guide>,
}

/// A cloud of points.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct Cloud {
    /// The name in the legend; an empty name has no entry there.
    pub name: String,
    /// The points (x, y) in any order.
    #[serde(with = "gaps")]
    pub points: Vec<(f64, f64)>,
    /// How it looks.
    pub style: Style,
}

/// A line to compare points to.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub enum Guide {
    /// y = x.
    Identity {
        /// The name in the legend; may be empty.
        name: String,
    },
    /// y = `intercept` + `slope` · x, such as a fit.
    Straight {
        /// The name in the legend; may be empty.
        name: String,
        /// The y at x = 0.
        #[serde(with = "gaps")]
        intercept: f64,
        /// The rise of y for each unit of x.
        #[serde(with = "gaps")]
        slope: f64,
    },
    /// Any other line.
    Curve(Series),
}

impl Guide {
    fn name(&self) -> &str {
        match self {
            Self::Identity { name } | Self::Straight { name, .. } => name,
            Self::Curve(series) => &series.name,
        }
    }

    fn style(&self) -> Style {
        match self {
            Self::Identity { .. } => {
                Style { colour: Some(Colour::SOFT), emphasis: Emphasis::Faint, dash: Dash::Dashed }
            }
            Self::Straight { .. } => Style::default(),
            Self::Curve(series) => series.style,
        }
    }

    /// The line to draw; straight ones are sampled, because on other than linear axes they bend.
    fn series(&self, across: &Limits) -> Series {
        let sampled = |line: &dyn Fn(f64) -> f64| {
            let points = (0..=200_u32)
                .map(|step| across.value(f64::from(step) / 200.0))
                .map(|x| (x, line(x)))
                .collect();
            Series::new(self.name(), points)
        };
        match self {
            Self::Identity { .. } => sampled(&|x| x),
            Self::Straight { intercept, slope, .. } => sampled(&|x| intercept + slope * x),
            Self::Curve(series) => series.clone(),
        }
    }
}

impl Scatter {
    pub(super) fn things(&self) -> impl Iterator<Item = (&str, Style, Kind)> {
        let clouds =
            self.clouds.iter().map(|cloud| (cloud.name.as_str(), cloud.style, Kind::Cloud));
        let guides = self.guides.iter().map(|guide| (guide.name(), guide.style(), Kind::Overlay));
        clouds.chain(guides)
    }

    /// The guides as lines over the span of the axis across.
    #[must_use]
    pub fn lines(&self) -> Vec<Series> {
        let across = self.axes().x_limits;
        self.guides.iter().map(|guide| guide.series(&across)).collect()
    }

    pub(super) fn axes(&self) -> Axes<'_> {
        let shown = || {
            let curves = self.guides.iter().filter_map(|guide| match guide {
                Guide::Curve(series) => Some(&series.points),
                _ => None,
            });
            let clouds = self.clouds.iter().map(|cloud| &cloud.points);
            clouds.chain(curves).flatten().filter(|(x, y)| {
                self.x.scale.clean(*x).is_some() && self.y.scale.clean(*y).is_some()
            })
        };
        Axes {
            x: &self.x,
            y: &self.y,
            x_limits: self.x.limits(shown().map(|(x, _)| *x), 0.03),
            y_limits: self.y.limits(shown().map(|(_, y)| *y), 0.04),
            x_marks: &[],
            y_marks: &[],
        }
    }

    pub(super) fn draw(&self, scene: &mut Scene, frame: &Frame, looks: &Looks) {
        self.draw_guides(scene, frame, looks, true);
        for emphasis in [Emphasis::Faint, Emphasis::Normal, Emphasis::Strong] {
            for cloud in &self.clouds {
                let look = looks.of(&cloud.name);
                if look.emphasis == emphasis {
                    draw_cloud(scene, frame, &cloud.points, look);
                }
            }
        }
        self.draw_guides(scene, frame, looks, false);
    }

    /// Draws the guides that are faint, or the others.
    fn draw_guides(&self, scene: &mut Scene, frame: &Frame, looks: &Looks, faint: bool) {
        for guide in &self.guides {
            if (guide.style().emphasis == Emphasis::Faint) != faint {
                continue;
            }
            let look = Look {
                // Overlays are drawn alike whatever else has their name.
                kind: Kind::Overlay,
                marker: None,
                ..looks.of(guide.name())
            };
            draw_series(scene, frame, &guide.series(&frame.x), look);
        }
    }
}

/// Draws the points inside the frame; of those on one pixel, one.
fn draw_cloud(scene: &mut Scene, frame: &Frame, points: &[(f64, f64)], look: Look) {
    let alpha = match (look.emphasis, points.len()) {
        (Emphasis::Faint, _) => 0.35,
        (_, 0..=200) => 0.85,
        _ => 0.5,
    };
    let mut taken = BTreeSet::new();
    for point in points {
        let Some((x, y)) = frame.at(*point) else {
            continue;
        };
        let inside = (frame.area.left..=frame.area.right).contains(&x)
            && (frame.area.top..=frame.area.bottom).contains(&y);
        if inside && taken.insert((pixel(x), pixel(y))) {
            draw_marker(scene, (x, y), look, look.radius(), alpha);
        }
    }
}

#[expect(clippy::cast_possible_truncation, reason = "the point lies inside the picture")]
fn pixel(place: f64) -> i32 {
    place.round() as i32
}

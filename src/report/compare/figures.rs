//! The figures of a comparison.

use std::path::Path;

use super::told::name;
use super::{Comparison, Metric};
use crate::plot::{Axis, Chart, Figure, Lines, Panel, Series, Ticks};
use crate::report::figures::Named;
use crate::report::{ReportError, eras};

/// Most charts side by side.
const PANELS: usize = 8;

/// Every figure: the numbers that differ most through time, and for networks those of several eras.
///
/// # Errors
/// A table cannot be read.
pub fn figures(comparison: &Comparison) -> Result<Vec<Named>, ReportError> {
    let mut figures = vec![Named { name: "courses".into(), figure: courses(comparison) }];
    let first = comparison.seeds.first();
    let folders: Vec<(&str, &Path)> = comparison
        .sides
        .iter()
        .filter_map(|side| Some((side.name.as_str(), side.runs.get(first?)?.as_path())))
        .collect();
    let is_network = comparison.metrics.iter().any(|metric| metric.table == "markets");
    if is_network {
        figures.extend(eras::compare(&folders)?);
    }
    Ok(figures)
}

/// The numbers that differ most, through time.
fn courses(comparison: &Comparison) -> Figure {
    let panel = |metric: &Metric| {
        let series = comparison.sides.iter().zip(&metric.courses);
        let series = series.map(|(side, course)| Series::new(&side.name, course.clone())).collect();
        let chart = Chart::Lines(Lines {
            x: Axis { ticks: Ticks::Whole, ..Axis::new("epoch", "") },
            y: Axis::default(),
            series,
            ..Lines::default()
        });
        Panel { title: name(metric), chart }
    };
    let differing = comparison.metrics.iter().filter(|metric| metric.distance() > 0.0);
    let shown = differing.take(PANELS);
    let seeds = comparison.seeds.len();
    Figure {
        title: "What differs most".into(),
        subtitle: if seeds == 1 { "one seed".into() } else { format!("mean of {seeds} seeds") },
        panels: shown.map(panel).collect(),
        columns: 2,
        ..Figure::default()
    }
}

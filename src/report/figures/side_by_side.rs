//! The same chart of every subnet, panel by panel.

use super::Named;
use crate::plot::{Axis, Chart, Figure, Panel};

/// Most subnets that a figure can show and still be read.
const MOST: usize = 12;

/// One figure for each chart that all subnets have, with a panel for each subnet.
///
/// `figures` holds each subnet's name and its figures, in the same order for all; `run` says what
/// run it is. Figures of several panels and matrices stay single, and so does everything where
/// there is one subnet or more than can be read.
pub(super) fn figures(figures: &[(&str, Vec<Named>)], run: &str) -> Vec<Named> {
    let [(_, first), others @ ..] = figures else { return Vec::new() };
    if others.is_empty() || figures.len() > MOST {
        return Vec::new();
    }
    let panel = |(subnet, figures): &(&str, Vec<Named>), at: usize| {
        let [Panel { chart, .. }] = figures.get(at)?.figure.panels.as_slice() else { return None };
        let mut chart = chart.clone();
        // Small panels have no room for it; the subtitle says it once for all.
        vertical(&mut chart)?.label = String::new();
        vertical(&mut chart)?.unit = String::new();
        Some(Panel { title: (*subnet).to_owned(), chart })
    };
    let together = |(at, one): (usize, &Named)| {
        let panels: Option<Vec<Panel>> = figures.iter().map(|subnet| panel(subnet, at)).collect();
        let mut chart = one.figure.panels.first()?.chart.clone();
        let Axis { label, unit, .. } = vertical(&mut chart)?;
        let unit = if unit.is_empty() { String::new() } else { format!(" [{unit}]") };
        let figure = Figure {
            title: one.figure.title.clone(),
            subtitle: format!("{label}{unit}; {run}"),
            panels: panels?,
            ..Figure::default()
        };
        Some(Named { name: one.name.clone(), figure })
    };
    first.iter().enumerate().filter_map(together).collect()
}

/// The vertical axis of a chart whose panels can be compared.
fn vertical(chart: &mut Chart) -> Option<&mut Axis> {
    match chart {
        Chart::Lines(lines) => Some(&mut lines.y),
        Chart::Stack(stack) => Some(&mut stack.y),
        Chart::Scatter(scatter) => Some(&mut scatter.y),
        Chart::HeatMap(_) => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::plot::{Lines, Series};

    fn lines(name: &str) -> Named {
        let chart = Chart::Lines(Lines {
            x: Axis::new("epoch", ""),
            y: Axis::new("profit", "alpha"),
            series: vec![Series::new("miners", vec![(0.0, 1.0)])],
            x_marks: Vec::new(),
            y_marks: Vec::new(),
        });
        Named { name: name.into(), figure: Figure::of("Who gains", "subnet a", chart) }
    }

    #[test]
    fn charts_of_one_panel_stand_side_by_side() {
        let mut many = lines("three panels");
        let panel = many.figure.panels[0].clone();
        many.figure.panels.extend([panel.clone(), panel]);
        let each = [("a", vec![lines("profit"), many.clone()]), ("b", vec![lines("profit"), many])];
        let found = figures(&each, "two subnets");
        let [Named { name, figure }] = found.as_slice() else { panic!("{found:?}") };
        assert_eq!(
            (name.as_str(), figure.subtitle.as_str()),
            ("profit", "profit [alpha]; two subnets")
        );
        let titles: Vec<&str> = figure.panels.iter().map(|panel| panel.title.as_str()).collect();
        assert_eq!(titles, ["a", "b"]);
        assert!(figures(&each[..1], "one subnet").is_empty());
        assert!(figures(&[], "no subnet").is_empty());
    }
}

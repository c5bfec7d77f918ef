//! The same chart of every subnet, panel by panel.

use std::sync::Arc;

use super::Named;
use crate::plot::{Axis, Chart, Figure, Panel};
use crate::report::economy::Economy;

/// Most subnets that a figure can show and still be read.
const MOST: usize = 12;

/// The subnets to show, and how a subtitle calls them: all of them, or of many those with the
/// largest share of the emission; the first ones where there is no emission to share.
pub(super) fn choose(all: &[Arc<str>], economy: Option<&Economy>) -> (Vec<Arc<str>>, String) {
    if all.len() <= MOST {
        return (all.to_vec(), "each subnet".into());
    }
    match economy {
        Some(economy) => {
            let largest = economy.largest(MOST);
            let shown = largest.into_iter().filter_map(|at| economy.subnets.get(at).cloned());
            (shown.collect(), format!("the {MOST} most paid of {} subnets", all.len()))
        }
        None => (all[..MOST].to_vec(), format!("the first {MOST} of {} subnets", all.len())),
    }
}

/// One figure for each chart that all subnets have, with a panel for each subnet.
///
/// `figures` holds each subnet's name and its figures, in the same order for all; `run` says what
/// run it is. Figures of several panels and matrices stay single, and so does everything where
/// there is one subnet.
pub(super) fn figures(figures: &[(&str, Vec<Named>)], run: &str) -> Vec<Named> {
    let [(_, first), others @ ..] = figures else { return Vec::new() };
    if others.is_empty() {
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
        Chart::HeatMap(_) | Chart::Bars(_) => None,
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
    fn of_many_subnets_the_first_are_shown() {
        let names = |count: usize| (0..count).map(|at| format!("s{at}").into()).collect();
        let (few, many): (Vec<Arc<str>>, Vec<Arc<str>>) = (names(MOST), names(MOST + 1));
        assert_eq!(choose(&few, None), (few.clone(), "each subnet".into()));
        assert_eq!(choose(&many, None), (few, "the first 12 of 13 subnets".into()));
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

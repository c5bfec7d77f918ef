//! The figures of a tuning study.

use crate::plot::{
    Axis, Bar, Bars, Chart, Cloud, Colour, Emphasis, Figure, Lines, Panel, Range, Scatter, Series,
    Style, Ticks,
};
use crate::report::figures::Named;
use crate::report::told::digits;
use crate::study::design::Level;
use crate::study::optimise::pareto;
use crate::study::statistics::mean;
use crate::study::tune::{Finalist, Findings, Tried, Tuning};

/// Most settings that a chart can hold apart.
const LINES: usize = 60;

/// Every figure of the study.
#[must_use]
pub fn figures(tuning: &Tuning, findings: &Findings) -> Vec<Named> {
    let named = |name: &str, figure: Option<Figure>| {
        figure.map(|figure| Named { name: name.into(), figure })
    };
    [
        named("chosen", chosen(tuning, findings)),
        named("front", front(tuning, findings)),
        named("parallel", parallel(tuning, findings)),
        named("progress", progress(tuning, findings)),
        named("worlds", worlds(tuning, findings)),
    ]
    .into_iter()
    .flatten()
    .collect()
}

fn is_fit(tried: &Tried) -> bool {
    tried.violation == 0.0 && tried.objectives.iter().all(|value| value.is_finite())
}

/// A finalist by the values of its axes, in their order.
fn name(findings: &Findings, at: usize) -> String {
    let Some(setting) = findings.finalists.get(at).and_then(|f| f.setting.as_ref()) else {
        return "default".into();
    };
    let told = setting.iter().map(|level| match level {
        Level::Number(value) => digits(*value),
        Level::Name(name) => name.clone(),
    });
    let told = told.collect::<Vec<_>>().join(", ");
    if findings.chosen == Some(at) { format!("{told} (chosen)") } else { told }
}

/// What each finalist has more than the default.
fn chosen(tuning: &Tuning, findings: &Findings) -> Option<Figure> {
    if findings.finalists.len() < 2 {
        return None;
    }
    let panel = |at: usize| {
        let objective = &tuning.plan.objectives[at];
        let bar = |(place, finalist): (usize, &Finalist)| {
            let difference = finalist.differences[at];
            let colour = match findings.chosen {
                Some(chosen) if chosen == place => Colour::nth(1),
                _ if difference.is_apart_from_zero() => Colour::nth(0),
                _ => Colour::SOFT,
            };
            Bar {
                name: name(findings, place),
                value: difference.value,
                low: difference.low,
                high: difference.high,
                colour,
            }
        };
        let bars = findings.finalists.iter().enumerate().skip(1).map(bar).collect();
        let wanted = if objective.maximise { "more is wanted" } else { "less is wanted" };
        let value = Axis::new(&format!("difference, {wanted}"), "");
        Panel { title: objective.name.clone(), chart: Chart::Bars(Bars { value, bars }) }
    };
    let axes: Vec<&str> = tuning.plan.axes.iter().map(|axis| axis.name.as_str()).collect();
    Some(Figure {
        title: "What the best settings have more than the default".into(),
        subtitle: format!(
            "by {}; {} seeds that no choice has seen, in pairs; lines: 95 % confidence; grey: cannot be \
             told apart",
            axes.join(", "),
            tuning.plan.header.replicates
        ),
        panels: (0..tuning.plan.objectives.len()).map(panel).collect(),
        columns: 1,
        ..Figure::default()
    })
}

/// Every setting over the first two objectives.
fn front(tuning: &Tuning, findings: &Findings) -> Option<Figure> {
    let [x, y, ..] = tuning.plan.objectives.as_slice() else { return None };
    let tried: Vec<&Tried> = findings.tried.iter().filter(|tried| is_fit(tried)).collect();
    let at = |tried: &&&Tried| (tried.objectives[0], tried.objectives[1]);
    let mut edge: Vec<(f64, f64)> =
        tried.iter().filter(|tried| tried.on_front).map(|tried| at(&tried)).collect();
    edge.sort_by(|one, other| one.0.total_cmp(&other.0));
    let others = tried.iter().filter(|tried| !tried.on_front).map(|tried| at(&tried)).collect();
    let cloud = |name: &str, points: Vec<(f64, f64)>, style: Style| Cloud {
        name: name.into(),
        points,
        style,
    };
    let finalist =
        |finalist: &Finalist| (finalist.objectives[0].value, finalist.objectives[1].value);
    let faint = Style { emphasis: Emphasis::Faint, ..Style::default() };
    let mut clouds = vec![
        cloud("tried", others, faint),
        cloud("no other is better in all", edge, Style::default()),
    ];
    if let Some(default) = findings.finalists.first() {
        clouds.push(cloud("default, fresh seeds", vec![finalist(default)], Style::default()));
    }
    if let Some(chosen) = findings.chosen.and_then(|at| findings.finalists.get(at)) {
        clouds.push(cloud("chosen, fresh seeds", vec![finalist(chosen)], Style::default()));
    }
    let wanted = |maximise: bool| if maximise { "more is wanted" } else { "less is wanted" };
    let chart = Chart::Scatter(Scatter {
        x: Axis::new(&format!("{}: {}", x.name, wanted(x.maximise)), ""),
        y: Axis::new(&format!("{}: {}", y.name, wanted(y.maximise)), ""),
        clouds,
        guides: Vec::new(),
    });
    let subtitle = format!(
        "settings that keep all constraints, under the {} seeds of the search",
        tuning.plan.search.replicates
    );
    Some(Figure::of("What one costs in the other", &subtitle, chart))
}

/// Each axis and objective as an upright line, each setting as a line across.
fn parallel(tuning: &Tuning, findings: &Findings) -> Option<Figure> {
    let axes = &tuning.plan.axes;
    let objectives = &tuning.plan.objectives;
    let fit: Vec<&Tried> = findings.tried.iter().filter(|tried| is_fit(tried)).collect();
    if fit.len() < 3 || axes.len() + objectives.len() < 3 {
        return None;
    }
    let place = |at: usize, level: &Level| match (&axes[at].span, level) {
        (Some(span), Level::Number(value)) => span.place(*value),
        (_, level) => {
            let each = axes[at].values.each();
            let found = each.iter().position(|other| other == level);
            found.map_or(f64::NAN, |found| found as f64 / (each.len() - 1).max(1) as f64)
        }
    };
    let range = |at: usize| {
        let values = || fit.iter().map(|tried| tried.objectives[at]);
        (values().fold(f64::INFINITY, f64::min), values().fold(f64::NEG_INFINITY, f64::max))
    };
    let ranges: Vec<(f64, f64)> = (0..objectives.len()).map(range).collect();
    // Better is up, whatever is wanted.
    let height = |at: usize, value: f64| {
        let (low, high) = ranges[at];
        let part = (value - low) / (high - low).max(f64::MIN_POSITIVE);
        if objectives[at].maximise { part } else { 1.0 - part }
    };
    let line = |tried: &Tried| -> Vec<(f64, f64)> {
        let of_axes = tried.setting.iter().enumerate().map(|(at, level)| place(at, level));
        let of_goals = tried.objectives.iter().enumerate().map(|(at, value)| height(at, *value));
        of_axes.chain(of_goals).enumerate().map(|(at, y)| (at as f64, y)).collect()
    };
    let mut order = fit.clone();
    order.sort_by(|one, other| {
        let worth = |tried: &Tried| {
            let each = tried.objectives.iter().enumerate().map(|(at, value)| height(at, *value));
            each.fold(f64::INFINITY, f64::min)
        };
        worth(other).total_cmp(&worth(one))
    });
    let best = (order.len() / 10).clamp(1, 12);
    let step = (order.len() / LINES).max(1);
    let mut series = Vec::new();
    let faint = Style { colour: Some(Colour::GRID), emphasis: Emphasis::Faint, ..Style::default() };
    for (at, tried) in order.iter().enumerate().skip(best).step_by(step) {
        let name = if at == best { "others" } else { "" };
        series.push(Series { style: faint, ..Series::new(name, line(tried)) });
    }
    let strong = Style { colour: Some(Colour::nth(0)), ..Style::default() };
    for (at, tried) in order.iter().take(best).enumerate().rev() {
        let name = if at == 0 { "best tenth" } else { "" };
        series.push(Series { style: strong, ..Series::new(name, line(tried)) });
    }
    let mut names: Vec<String> = axes
        .iter()
        .map(|axis| {
            let ends = axis.span.map(|span| (digits(span.low), digits(span.high)));
            ends.map_or(axis.name.clone(), |(low, high)| format!("{} {low}–{high}", axis.name))
        })
        .collect();
    names.extend(objectives.iter().zip(&ranges).map(|(objective, (low, high))| {
        let (low, high) = if objective.maximise { (low, high) } else { (high, low) };
        format!("{} {}–{}", objective.name, digits(*low), digits(*high))
    }));
    let marks = names
        .iter()
        .enumerate()
        .map(|(at, name)| crate::plot::Mark { at: at as f64, label: name.clone() });
    let chart = Chart::Lines(Lines {
        x: Axis {
            ticks: Ticks::Hidden,
            ..Axis::new("from left to right: what is chosen, then what it brings", "")
        },
        y: Axis {
            range: Range::FromZero,
            ..Axis::new("place in its range; of objectives, up is better", "")
        },
        x_marks: marks.collect(),
        series,
        ..Lines::default()
    });
    let subtitle = format!(
        "{} of {} settings that keep all constraints",
        best + (order.len() - best).div_ceil(step),
        order.len()
    );
    Some(Figure::of("Which values go with which results", &subtitle, chart))
}

/// How the search went on.
fn progress(tuning: &Tuning, findings: &Findings) -> Option<Figure> {
    let last = findings.tried.iter().map(|tried| tried.round).max()?;
    let of_round = |round: usize| {
        findings.tried.iter().filter(move |tried| tried.round == round && is_fit(tried))
    };
    let subtitle = format!(
        "under the {} seeds of the search, on which the best is too good",
        tuning.plan.search.replicates
    );
    let x = Axis { ticks: Ticks::Whole, ..Axis::new("round", "") };
    if let [objective] = tuning.plan.objectives.as_slice() {
        let better =
            |one: f64, other: f64| if objective.maximise { one.max(other) } else { one.min(other) };
        let (mut best, mut middle) = (Vec::new(), Vec::new());
        let mut so_far: Option<f64> = None;
        for round in 1..=last {
            let values: Vec<f64> = of_round(round).map(|tried| tried.objectives[0]).collect();
            for value in &values {
                so_far = Some(so_far.map_or(*value, |so_far| better(so_far, *value)));
            }
            if let Some(so_far) = so_far {
                best.push((round as f64, so_far));
            }
            if !values.is_empty() {
                middle.push((round as f64, mean(&values)));
            }
        }
        let y = Axis::new(&objective.name, "");
        let series =
            vec![Series::new("best so far", best), Series::new("mean of the round", middle)];
        let chart = Chart::Lines(Lines { x, y, series, ..Lines::default() });
        return Some(Figure::of("How the search went on", &subtitle, chart));
    }
    // Costs in parts of what was seen, so that no objective counts for more than another.
    let objectives = &tuning.plan.objectives;
    let fit: Vec<&Tried> = findings.tried.iter().filter(|tried| is_fit(tried)).collect();
    let range = |at: usize| {
        let values = || fit.iter().map(|tried| tried.objectives[at]);
        (values().fold(f64::INFINITY, f64::min), values().fold(f64::NEG_INFINITY, f64::max))
    };
    let ranges: Vec<(f64, f64)> = (0..objectives.len()).map(range).collect();
    let cost = |tried: &Tried| -> Vec<f64> {
        let each = tried.objectives.iter().zip(&ranges).zip(objectives);
        each.map(|((value, (low, high)), objective)| {
            let part = (value - low) / (high - low).max(f64::MIN_POSITIVE);
            if objective.maximise { 1.0 - part } else { part }
        })
        .collect()
    };
    let reference = vec![1.0; objectives.len()];
    let mut seen: Vec<Vec<f64>> = Vec::new();
    let mut volume = Vec::new();
    for round in 1..=last {
        seen.extend(of_round(round).map(cost));
        let front: Vec<Vec<f64>> =
            pareto::non_dominated(&seen).into_iter().map(|at| seen[at].clone()).collect();
        seen.clone_from(&front);
        volume.push((round as f64, pareto::hypervolume(&front, &reference)));
    }
    let y = Axis {
        range: Range::FromZero,
        ..Axis::new("part of the box of all results that is beaten", "")
    };
    let chart = Chart::Lines(Lines {
        x,
        y,
        series: vec![Series::new("hypervolume", volume)],
        ..Lines::default()
    });
    Some(Figure::of("How the front moved", &subtitle, chart))
}

/// The chosen setting and the default in every world.
fn worlds(tuning: &Tuning, findings: &Findings) -> Option<Figure> {
    if tuning.plan.attacks.is_empty() {
        return None;
    }
    let default = findings.finalists.first()?;
    let chosen = findings.chosen.and_then(|at| findings.finalists.get(at));
    let panel = |at: usize| {
        let mut bars = Vec::new();
        for (world, name) in tuning.plan.worlds().enumerate() {
            for (who, finalist, colour) in
                [("default", Some(default), Colour::SOFT), ("chosen", chosen, Colour::nth(1))]
            {
                let Some(finalist) = finalist else { continue };
                let value = finalist.worlds[at][world];
                if value.is_finite() {
                    bars.push(Bar {
                        name: format!("{name}, {who}"),
                        value,
                        low: value,
                        high: value,
                        colour,
                    });
                }
            }
        }
        let value = Axis::new(&tuning.plan.objectives[at].name, "");
        Panel {
            title: tuning.plan.objectives[at].name.clone(),
            chart: Chart::Bars(Bars { value, bars }),
        }
    };
    Some(Figure {
        title: "In each world".into(),
        subtitle: format!("{} seeds that no choice has seen", tuning.plan.header.replicates),
        panels: (0..tuning.plan.objectives.len()).map(panel).collect(),
        columns: 2,
        ..Figure::default()
    })
}

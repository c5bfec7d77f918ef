//! The figures of a sweep.

use crate::plot::{
    Axis, Band, Bar, Bars, Chart, Cloud, Colour, Figure, HeatMap, Lines, Panel, Range, Scale,
    Scatter, Series, Side, Style, ZeroCells,
};
use crate::report::figures::Named;
use crate::study::design::{self, Kind, Level, Point};
use crate::study::statistics::Mean;
use crate::study::sweep::{Findings, Sweep, Tried};

/// Most lines that one chart can hold apart, and most charts side by side.
const LINES: usize = 8;
const PANELS: usize = 6;

/// Most points that have a bar.
const BARS: usize = 24;

/// Every figure of the sweep.
#[must_use]
pub fn figures(sweep: &Sweep, findings: &Findings) -> Vec<Named> {
    let named = |name: &str, figure: Option<Figure>| {
        figure.map(|figure| Named { name: name.into(), figure })
    };
    let kind = sweep.plan.design.kind;
    let each = if kind.is_sensitivity() {
        vec![
            named("indices", Some(indices(sweep, findings))),
            named("screening", screening(sweep, findings)),
        ]
    } else if kind.fills() {
        vec![named("clouds", clouds(sweep, findings))]
    } else {
        vec![
            named("metrics", metrics(sweep, findings)),
            named("map", map(sweep, findings)),
            named("differences", differences(sweep, findings)),
        ]
    };
    each.into_iter().flatten().collect()
}

fn replicates(sweep: &Sweep) -> String {
    let most = if sweep.plan.until.is_some() { "at most " } else { "" };
    format!("{most}{} seeds, the same at every point", sweep.seeds().len())
}

fn is_numeric(axis: &design::Axis) -> bool {
    axis.values.are_numbers()
}

/// The combinations of all axes but the first, in order.
fn cells(sweep: &Sweep, findings: &Findings) -> Vec<Point> {
    let mut cells: Vec<Point> = Vec::new();
    if sweep.plan.design.kind != Kind::Grid {
        return vec![Vec::new()];
    }
    for tried in &findings.tried {
        let cell = tried.point[1..].to_vec();
        if !cells.contains(&cell) {
            cells.push(cell);
        }
    }
    cells
}

/// Each number over the first axis, a line for each combination of the others.
fn metrics(sweep: &Sweep, findings: &Findings) -> Option<Figure> {
    let axis = sweep.plan.axes.first()?;
    let kind = sweep.plan.design.kind;
    if !is_numeric(axis) || !matches!(kind, Kind::Grid | Kind::Zip) {
        return bars(sweep, findings);
    }
    let cells = cells(sweep, findings);
    let scale =
        axis.span.map_or(Scale::Linear, |span| if span.log { Scale::Log } else { Scale::Linear });
    let panel = |at: usize| {
        let mut series = Vec::new();
        for cell in cells.iter().take(LINES) {
            let name = design::shown(&sweep.plan.axes[1..], cell);
            let is_of_it = |tried: &&Tried| kind == Kind::Zip || tried.point[1..] == **cell;
            let of_it = findings.tried.iter().filter(is_of_it);
            let curve: Vec<(f64, Mean)> =
                of_it.map(|tried| (tried.point[0].number(), tried.numbers[at].mean)).collect();
            let points = curve.iter().map(|(x, mean)| (*x, mean.mean)).collect();
            let band = curve.iter().map(|(x, mean)| Band { x: *x, low: mean.low, high: mean.high });
            series.push(Series { band: band.collect(), ..Series::new(&name, points) });
        }
        let chart = Chart::Lines(Lines {
            x: Axis { scale, ..Axis::new(&axis.name, &axis.unit) },
            y: Axis::default(),
            series,
            ..Lines::default()
        });
        Panel { title: sweep.reading.names[at].clone(), chart }
    };
    let panels = (0..sweep.reading.names.len().min(PANELS)).map(panel);
    let more = cells.len().saturating_sub(LINES);
    let cut =
        if more > 0 { format!("; {more} more lines are in the tables") } else { String::new() };
    Some(Figure {
        title: format!("What {} does", axis.name),
        subtitle: format!("mean of {}; bands: 95 % confidence{cut}", replicates(sweep)),
        panels: panels.collect(),
        columns: 2,
        ..Figure::default()
    })
}

/// The first number at each point.
fn bars(sweep: &Sweep, findings: &Findings) -> Option<Figure> {
    let name = sweep.reading.names.first()?;
    let bar = |tried: &Tried| {
        let mean = tried.numbers.first()?.mean;
        let told = design::shown(&sweep.plan.axes, &tried.point);
        Some(Bar {
            name: told,
            value: mean.mean,
            low: mean.low,
            high: mean.high,
            colour: Colour::nth(0),
        })
    };
    let bars: Vec<Bar> = findings.tried.iter().take(BARS).filter_map(bar).collect();
    let chart = Chart::Bars(Bars { value: Axis::new(name, ""), bars });
    let subtitle =
        format!("mean of {}; lines: 95 % confidence{}", replicates(sweep), cut(findings, BARS));
    Some(Figure::of(&format!("{name} at each point"), &subtitle, chart))
}

fn cut(findings: &Findings, at: usize) -> String {
    let more = findings.tried.len().saturating_sub(at);
    if more > 0 { format!("; {more} more points are in the tables") } else { String::new() }
}

/// The first number over the first two axes of a grid.
fn map(sweep: &Sweep, findings: &Findings) -> Option<Figure> {
    let [x, y, rest @ ..] = sweep.plan.axes.as_slice() else { return None };
    let name = sweep.reading.names.first()?;
    let (columns, rows) = (x.values.each(), y.values.each());
    if sweep.plan.design.kind != Kind::Grid || columns.len() < 3 || rows.len() < 2 {
        return None;
    }
    let rests: Vec<Point> = design::grid(rest);
    let panel = |others: &Point| {
        let value = |row: &Level, column: &Level| {
            let mut point = vec![column.clone(), row.clone()];
            point.extend(others.iter().cloned());
            let found = findings.tried.iter().find(|tried| tried.point == point);
            found.map_or(f64::NAN, |tried| tried.numbers[0].mean.mean)
        };
        // Values run upwards, as on any axis; names run downwards.
        let rows: Vec<&Level> =
            if is_numeric(y) { rows.iter().rev().collect() } else { rows.iter().collect() };
        let values = rows.iter().flat_map(|row| columns.iter().map(|column| value(row, column)));
        let values: Vec<f64> = values.collect();
        let side = |axis: &design::Axis, names: Vec<String>| Side {
            label: axis.name.clone(),
            unit: axis.unit.clone(),
            names,
            ..Side::default()
        };
        let chart = Chart::HeatMap(HeatMap {
            x: side(x, columns.iter().map(Level::shown).collect()),
            y: side(y, rows.iter().map(|level| level.shown()).collect()),
            value: Axis::new(name, ""),
            columns: columns.len(),
            values,
            zero: ZeroCells::OnScale,
            ..HeatMap::default()
        });
        Panel { title: design::shown(rest, others), chart }
    };
    Some(Figure {
        title: format!("{name} over {} and {}", x.name, y.name),
        subtitle: format!("mean of {}", replicates(sweep)),
        panels: rests.iter().take(PANELS).map(panel).collect(),
        ..Figure::default()
    })
}

/// What the first number is more than at the reference point.
fn differences(sweep: &Sweep, findings: &Findings) -> Option<Figure> {
    let name = sweep.reading.names.first()?;
    let bar = |tried: &Tried| {
        let paired = tried.against.first()?;
        let colour = if paired.is_apart() { Colour::nth(0) } else { Colour::SOFT };
        let name = design::shown(&sweep.plan.axes, &tried.point);
        Some(Bar { name, value: paired.mean, low: paired.low, high: paired.high, colour })
    };
    let others = findings.tried.iter().filter(|tried| !tried.is_reference);
    let bars: Vec<Bar> = others.take(BARS).filter_map(bar).collect();
    if bars.is_empty() {
        return None;
    }
    let told = sweep.reference_told();
    let value = Axis::new(&format!("difference of {name}"), "");
    let subtitle = format!(
        "pairs of runs under the same seed; lines: 95 % confidence (bootstrap); grey: cannot be told \
         apart{}",
        cut(findings, BARS + 1)
    );
    let chart = Chart::Bars(Bars { value, bars });
    Some(Figure::of(&format!("What differs from {told}"), &subtitle, chart))
}

/// The first number of every point over each axis.
fn clouds(sweep: &Sweep, findings: &Findings) -> Option<Figure> {
    let name = sweep.reading.names.first()?;
    let panel = |(at, axis): (usize, &design::Axis)| {
        let place = |level: &Level| match level {
            Level::Number(value) => *value,
            Level::Name(_) => {
                let found = axis.values.each().iter().position(|other| other == level);
                found.map_or(f64::NAN, |at| at as f64)
            }
        };
        let point = |tried: &Tried| (place(&tried.point[at]), tried.numbers[0].mean.mean);
        let cloud = Cloud {
            name: String::new(),
            points: findings.tried.iter().map(point).collect(),
            style: Style::default(),
        };
        let scale = axis
            .span
            .map_or(Scale::Linear, |span| if span.log { Scale::Log } else { Scale::Linear });
        let chart = Chart::Scatter(Scatter {
            x: Axis { scale, ..Axis::new(&axis.name, &axis.unit) },
            y: Axis::new(name, ""),
            clouds: vec![cloud],
            guides: Vec::new(),
        });
        Panel { title: axis.name.clone(), chart }
    };
    Some(Figure {
        title: format!("{name} over each axis"),
        subtitle: format!("a dot for each point, mean of {}", replicates(sweep)),
        panels: sweep.plan.axes.iter().enumerate().take(PANELS).map(panel).collect(),
        columns: 2,
        ..Figure::default()
    })
}

/// What each axis is worth to each number.
fn indices(sweep: &Sweep, findings: &Findings) -> Figure {
    let (shown, title, value): (&[&str], _, _) = match sweep.plan.design.kind {
        Kind::Morris => (&["mu_star"], "What moves each number", "mean size of an effect"),
        _ => (&["first", "total"], "What each axis is worth", "part of the variance"),
    };
    let panel = |number: usize| {
        let mut bars = Vec::new();
        for index in findings.indices.iter().filter(|index| index.number == number) {
            let Some(kind) = shown.iter().position(|name| *name == index.name) else { continue };
            let axis = &sweep.plan.axes[index.axis].name;
            let name =
                if shown.len() > 1 { format!("{axis}, {}", index.name) } else { axis.clone() };
            let (value, low, high) = (index.value, index.low, index.high);
            bars.push(Bar { name, value, low, high, colour: Colour::nth(kind) });
        }
        let chart = Chart::Bars(Bars { value: Axis::new(value, ""), bars });
        Panel { title: sweep.reading.names[number].clone(), chart }
    };
    Figure {
        title: title.into(),
        subtitle: format!("from {} points; lines: 95 % confidence", findings.tried.len()),
        panels: (0..sweep.reading.names.len().min(PANELS)).map(panel).collect(),
        columns: 2,
        ..Figure::default()
    }
}

/// Morris's plane: how much an axis moves the first number, and how unevenly.
fn screening(sweep: &Sweep, findings: &Findings) -> Option<Figure> {
    if sweep.plan.design.kind != Kind::Morris {
        return None;
    }
    let name = sweep.reading.names.first()?;
    let of = |axis: usize, index: &str| {
        let found = findings
            .indices
            .iter()
            .find(|found| found.axis == axis && found.number == 0 && found.name == index);
        found.map_or(f64::NAN, |found| found.value)
    };
    let cloud = |(at, axis): (usize, &design::Axis)| Cloud {
        name: axis.name.clone(),
        points: vec![(of(at, "mu_star"), of(at, "sigma"))],
        style: Style::default(),
    };
    let chart = Chart::Scatter(Scatter {
        x: Axis { range: Range::FromZero, ..Axis::new("mean size of an effect", "") },
        y: Axis { range: Range::FromZero, ..Axis::new("standard deviation of an effect", "") },
        clouds: sweep.plan.axes.iter().enumerate().map(cloud).collect(),
        guides: Vec::new(),
    });
    let subtitle =
        "right: it matters; above: its effect depends on the others, or is no straight line";
    Some(Figure::of(&format!("What moves {name}, and how"), subtitle, chart))
}

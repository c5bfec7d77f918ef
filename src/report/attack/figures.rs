//! The figures of an attack study.

use super::tables::mean_course;
use super::{along, cells, grid, shown};
use crate::plot::{
    Axis, Band, Bar, Bars, Chart, Colour, Figure, HeatMap, Lines, Mark, Panel, Range, Scale,
    Series, Side, Style, Ticks, ZeroCells,
};
use crate::report::figures::Named;
use crate::study::attack::{Findings, Study, Tried, Which};
use crate::study::design::{self, Level, Levels, Point};
use crate::study::statistics::{Mean, quantile};

/// Most lines that one chart can hold apart.
const LINES: usize = 8;

/// Most purses that have a bar.
const PURSES: usize = 16;

/// Every figure of the study.
#[must_use]
pub fn figures(study: &Study, findings: &Findings) -> Vec<Named> {
    let named = |name: &str, figure: Option<Figure>| {
        figure.map(|figure| Named { name: name.into(), figure })
    };
    [
        named("profit", profit(study, findings)),
        named("map", map(study, findings)),
        named("gains", gains(study, findings)),
        named("course", course(study, findings)),
        named("returns", returns(study, findings)),
        named("headline", headline(study, findings)),
    ]
    .into_iter()
    .flatten()
    .collect()
}

fn replicates(study: &Study) -> String {
    format!("{} seeds, the same in both worlds", study.seeds().len())
}

/// Profit over the first axis, a line for each combination of the others, with its confidence band
/// and the break-even.
fn profit(study: &Study, findings: &Findings) -> Option<Figure> {
    let axis = study.plan.axes.first()?;
    let Levels::Numbers(_) = axis.values else { return bars(study, findings) };
    let cells = cells(&findings.tried);
    let mut series = Vec::new();
    for cell in cells.iter().take(LINES) {
        let name = design::shown(&study.plan.axes[1..], cell);
        let name = if name.is_empty() { "profit".into() } else { name };
        let curve: Vec<(f64, Mean)> = along(&findings.tried, cell)
            .into_iter()
            .map(|tried| (tried.point[0].number(), Mean::of(&study.profits(tried))))
            .collect();
        let points = curve.iter().map(|(x, mean)| (*x, mean.mean)).collect();
        let band = curve.iter().map(|(x, mean)| Band { x: *x, low: mean.low, high: mean.high });
        series.push(Series { band: band.collect(), ..Series::new(&name, points) });
    }
    let marks = findings.crossings.iter().take(LINES).filter_map(|crossing| {
        let at = crossing.at?;
        let label = if cells.len() == 1 {
            let ends = [crossing.low, crossing.high].map(design_number);
            format!("breaks even at {} ({} to {})", design_number(at), ends[0], ends[1])
        } else {
            String::new()
        };
        Some(Mark { at, label })
    });
    let chart = Chart::Lines(Lines {
        x: Axis::new(&axis.name, &axis.unit),
        y: Axis { range: Range::FromZero, ..Axis::new("profit of the attackers", study.unit) },
        x_marks: marks.collect(),
        y_marks: vec![Mark { at: 0.0, label: String::new() }],
        series,
    });
    let more = cells.len().saturating_sub(LINES);
    let cut =
        if more > 0 { format!("; {more} more lines are in the tables") } else { String::new() };
    let subtitle = format!(
        "mean of {}; bands: 95 % confidence; dashed upright lines: break-even{cut}",
        replicates(study)
    );
    Some(Figure::of("What the attack earns", &subtitle, chart))
}

fn design_number(value: f64) -> String {
    super::digits(value)
}

/// Profit of each setting, where the first axis is no number.
fn bars(study: &Study, findings: &Findings) -> Option<Figure> {
    let bars: Vec<Bar> = grid(&findings.tried)
        .take(PURSES)
        .map(|tried| {
            let mean = Mean::of(&study.profits(tried));
            bar(design::shown(&study.plan.axes, &tried.point), &mean)
        })
        .collect();
    if bars.is_empty() {
        return None;
    }
    let value = Axis::new("profit of the attackers", study.unit);
    let subtitle = format!("mean of {}; lines: 95 % confidence", replicates(study));
    Some(Figure::of("What the attack earns", &subtitle, Chart::Bars(Bars { value, bars })))
}

fn bar(name: String, mean: &Mean) -> Bar {
    let colour = if mean.mean < 0.0 { Colour::nth(3) } else { Colour::nth(0) };
    Bar { name, value: mean.mean, low: mean.low, high: mean.high, colour }
}

/// Profit over the first two axes, with the line on which it is 0.
fn map(study: &Study, findings: &Findings) -> Option<Figure> {
    let [x, y, rest @ ..] = study.plan.axes.as_slice() else { return None };
    let (columns, rows) = (x.values.each(), y.values.each());
    if columns.len() < 2 || rows.len() < 2 {
        return None;
    }
    let mut panels = Vec::new();
    let rests: Vec<Point> = design::grid(rest);
    for others in rests.iter().take(LINES) {
        let value = |row: &Level, column: &Level| {
            let mut point = vec![column.clone(), row.clone()];
            point.extend(others.iter().cloned());
            let found = findings.tried.iter().find(|tried| tried.point == point);
            found.map_or(f64::NAN, |tried| Mean::of(&study.profits(tried)).mean)
        };
        // Values run upwards, as on any axis; names run downwards.
        let upwards = matches!(y.values, Levels::Numbers(_));
        let rows: Vec<&Level> =
            if upwards { rows.iter().rev().collect() } else { rows.iter().collect() };
        let values: Vec<Vec<f64>> = rows
            .iter()
            .map(|row| columns.iter().map(|column| value(row, column)).collect())
            .collect();
        let side = |axis: &design::Axis, names: Vec<String>| Side {
            label: axis.name.clone(),
            unit: axis.unit.clone(),
            names,
            ..Side::default()
        };
        let chart = Chart::HeatMap(HeatMap {
            x: side(x, columns.iter().map(Level::shown).collect()),
            y: side(y, rows.iter().map(|level| level.shown()).collect()),
            value: Axis::new("profit", study.unit),
            columns: columns.len(),
            outlines: zero_lines(&values),
            values: values.concat(),
            zero: ZeroCells::OnScale,
        });
        panels.push(Panel { title: design::shown(rest, others), chart });
    }
    Some(Figure {
        title: "Where the attack pays".into(),
        subtitle: format!("mean profit over {}; dark line: profit 0", replicates(study)),
        panels,
        ..Figure::default()
    })
}

/// The lines between cells of different sign, between the middles of the cells: for each row the
/// places at which the profit crosses 0, joined from row to row.
fn zero_lines(values: &[Vec<f64>]) -> Vec<Vec<(f64, f64)>> {
    let mut lines = Vec::new();
    let pays = |value: f64| value > 0.0;
    for (row, line) in values.iter().enumerate() {
        for (column, value) in line.iter().enumerate() {
            let (x, y) = (column as f64, row as f64);
            if line.get(column + 1).is_some_and(|next| pays(*next) != pays(*value)) {
                lines.push(vec![(x + 1.0, y), (x + 1.0, y + 1.0)]);
            }
            let below = values.get(row + 1).and_then(|next| next.get(column));
            if below.is_some_and(|next| pays(*next) != pays(*value)) {
                lines.push(vec![(x, y + 1.0), (x + 1.0, y + 1.0)]);
            }
        }
    }
    lines
}

/// What every purse gains and loses by the attack in one setting.
fn gains(study: &Study, findings: &Findings) -> Option<Figure> {
    let tried = shown(study, &findings.tried)?;
    let mut rows = purse_gains(tried);
    rows.retain(|(_, mean)| mean.mean.is_finite() && mean.mean != 0.0);
    rows.sort_by(|one, other| other.1.mean.total_cmp(&one.1.mean));
    if rows.len() > PURSES {
        // The middle is what hardly changes.
        rows.drain(PURSES / 2..rows.len() - PURSES / 2);
    }
    let bars = rows.into_iter().map(|(name, mean)| {
        let attacks = study.focus.attackers.contains(&name);
        bar(if attacks { format!("{name} (attacks)") } else { name }, &mean)
    });
    let value = Axis::new("worth with the attack less worth without it", study.unit);
    let chart = Chart::Bars(Bars { value, bars: bars.collect() });
    let subtitle = format!(
        "{}, at pool prices; lines: 95 % confidence, {}",
        place(study, tried),
        replicates(study)
    );
    Some(Figure::of("Who gains and who loses", &subtitle, chart))
}

/// The gain of each purse by the attack.
pub(super) fn purse_gains(tried: &Tried) -> Vec<(String, Mean)> {
    let pairs: Vec<_> = tried.trials.iter().filter_map(|trial| trial.arms.as_ref().ok()).collect();
    let Some((first, _)) = pairs.first() else { return Vec::new() };
    let gain = |name: &str| {
        let differences: Vec<f64> = pairs
            .iter()
            .map(|(attack, honest)| {
                attack.group_metric(name, "gain") - honest.group_metric(name, "gain")
            })
            .collect();
        Mean::of(&differences)
    };
    first.purses.iter().map(|purse| (purse.name.clone(), gain(&purse.name))).collect()
}

/// What each purse gained of what it put in, in the world with the attack: the middle of the seeds, and
/// where nine tenths of them lie.
fn returns(study: &Study, findings: &Findings) -> Option<Figure> {
    let tried = shown(study, &findings.tried)?;
    let mut bars = Vec::new();
    for (name, mut returns) in purse_returns(tried) {
        returns.retain(|value| value.is_finite());
        returns.sort_unstable_by(f64::total_cmp);
        let at = |p| quantile(&returns, p);
        let colour = if at(0.5) < 0.0 { Colour::nth(3) } else { Colour::nth(0) };
        if !returns.is_empty() && returns.iter().any(|value| *value != 0.0) {
            bars.push(Bar { name, value: at(0.5), low: at(0.05), high: at(0.95), colour });
        }
    }
    bars.truncate(PURSES);
    let value = Axis {
        ticks: Ticks::Percent,
        // One that began with next to nothing would press all others together.
        scale: Scale::Sqrt,
        ..Axis::new("gain of what it put in", "")
    };
    let subtitle = format!(
        "{}, with the attack; bar: median of {}; line: nine tenths of them",
        place(study, tried),
        replicates(study)
    );
    if bars.is_empty() {
        return None;
    }
    Some(Figure::of("What a stake returns", &subtitle, Chart::Bars(Bars { value, bars })))
}

/// The return of each purse in the world with the attack, a value for each seed: its gain over what it
/// had and paid at the start, and what it paid in the run.
pub(super) fn purse_returns(tried: &Tried) -> Vec<(String, Vec<f64>)> {
    let arms: Vec<_> = tried.trials.iter().filter_map(|trial| trial.arms.as_ref().ok()).collect();
    let Some((first, _)) = arms.first() else { return Vec::new() };
    let return_of = |name: &str| {
        let of = |(arm, _): &&(crate::study::attack::Arm, crate::study::attack::Arm)| {
            let start = arm.group_metric(name, "start");
            let invested = start + arm.group_metric(name, "paid");
            if invested > 0.0 { arm.group_metric(name, "gain") / invested } else { f64::NAN }
        };
        arms.iter().map(of).collect()
    };
    first.purses.iter().map(|purse| (purse.name.clone(), return_of(&purse.name))).collect()
}

/// Where a picture of one setting was taken.
fn place(study: &Study, tried: &Tried) -> String {
    let shown = design::shown(&study.plan.axes, &tried.point);
    if shown.is_empty() { "the scenario as it is".into() } else { format!("at {shown}") }
}

/// How both worlds go on through time in one setting.
fn course(study: &Study, findings: &Findings) -> Option<Figure> {
    let tried = shown(study, &findings.tried)?;
    let attack = mean_course(tried, Which::Attack);
    let honest = mean_course(tried, Which::Honest);
    let line = |name: &str, rows: &[Vec<f64>], at: usize| {
        Series::new(name, rows.iter().map(|row| (row[0], row[at])).collect())
    };
    let panel = |title: &str, y: Axis, at: usize| {
        let series = vec![line("with the attack", &attack, at), line("without it", &honest, at)];
        let chart = Chart::Lines(Lines {
            x: Axis { ticks: Ticks::Whole, ..Axis::new("epoch", "") },
            y,
            series,
            x_marks: vec![Mark { at: f64::from(study.focus.from), label: "attack".into() }],
            ..Lines::default()
        });
        Panel { title: title.into(), chart }
    };
    let share = || Axis {
        ticks: Ticks::Percent,
        range: Range::FromZero,
        ..Axis::new("share of emission", "")
    };
    let efficiency = || Axis {
        ticks: Ticks::Percent,
        range: Range::FromZero,
        ..Axis::new("of the best there is", "")
    };
    let panels = vec![
        panel("What the attackers have gained", Axis::new("gain", study.unit), 1),
        panel("The attackers' share of emission", share(), 2),
        panel("Honest keys' share of emission", share(), 3),
        panel("Quality that is paid for", efficiency(), 4),
    ];
    Some(Figure {
        title: "How the attack goes on".into(),
        subtitle: format!("{}; mean of {}", place(study, tried), replicates(study)),
        panels,
        columns: 2,
        ..Figure::default()
    })
}

/// The headline's metric over the first axis, where it is not the profit.
fn headline(study: &Study, findings: &Findings) -> Option<Figure> {
    let headline = &study.plan.headline;
    if ["profit", "break_even"].contains(&headline.metric.as_str()) {
        return None;
    }
    let axis = study.plan.axes.first()?;
    let more = cells(&findings.tried).len().saturating_sub(LINES);
    let cut =
        if more > 0 { format!("; {more} more lines are in the tables") } else { String::new() };
    let subtitle = format!("mean of {}; bands and lines: 95 % confidence{cut}", replicates(study));
    let title = format!("{} over {}", headline.metric, axis.name);
    let means = |tried: &Tried, arm: Which| Mean::of(&study.numbers(tried, &headline.metric, arm));
    let Levels::Numbers(_) = axis.values else {
        let bars = grid(&findings.tried).take(PURSES).map(|tried| {
            bar(design::shown(&study.plan.axes, &tried.point), &means(tried, headline.arm))
        });
        let chart =
            Chart::Bars(Bars { value: Axis::new(&headline.metric, ""), bars: bars.collect() });
        return Some(Figure::of(&title, &subtitle, chart));
    };
    let arms: &[(Which, &str)] = match headline.arm {
        Which::Difference => &[(Which::Difference, "with less without")],
        _ => &[(Which::Attack, "with the attack"), (Which::Honest, "without it")],
    };
    let cells = cells(&findings.tried);
    let mut series = Vec::new();
    for cell in cells.iter().take(LINES) {
        for (arm, world) in arms {
            if cells.len() > 1 && *arm == Which::Honest && headline.arm != Which::Honest {
                continue;
            }
            let told = design::shown(&study.plan.axes[1..], cell);
            let name = if told.is_empty() { (*world).to_owned() } else { told };
            let curve: Vec<(f64, Mean)> = along(&findings.tried, cell)
                .into_iter()
                .map(|tried| (tried.point[0].number(), means(tried, *arm)))
                .collect();
            let points = curve.iter().map(|(x, mean)| (*x, mean.mean)).collect();
            let band = curve.iter().map(|(x, mean)| Band { x: *x, low: mean.low, high: mean.high });
            let style = Style::default();
            series.push(Series { band: band.collect(), style, ..Series::new(&name, points) });
        }
    }
    let chart = Chart::Lines(Lines {
        x: Axis::new(&axis.name, &axis.unit),
        y: Axis::new(&headline.metric, ""),
        series,
        ..Lines::default()
    });
    Some(Figure::of(&title, &subtitle, chart))
}

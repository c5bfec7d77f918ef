//! Sweeps: tables, figures, the verdict.

mod figures;
mod verdict;

pub use figures::figures;
pub use verdict::{short, verdict};

use crate::record::table::Table;
use crate::report::growing::Growing;
use crate::report::study::Number;
use crate::study::design::Level;
use crate::study::statistics::{Paired, Summary};
use crate::study::sweep::{Findings, Index, Sweep, Tried};

/// Most points that are told as numbers.
const NUMBERS: usize = 24;

/// What the ranges of the numbers are.
#[must_use]
pub fn ranges(sweep: &Sweep) -> String {
    format!(
        "Ranges are of 95 % confidence, {} seeds, the same at every point.",
        sweep.seeds().len()
    )
}

/// The numbers that answer the question: the first metric at each point, or what each axis is worth
/// to it.
#[must_use]
pub fn numbers(sweep: &Sweep, findings: &Findings) -> Vec<Number> {
    let Some(metric) = sweep.reading.names.first() else { return Vec::new() };
    if sweep.plan.design.kind.is_sensitivity() {
        let of_first = findings.indices.iter().filter(|index| index.number == 0);
        let told = |index: &Index| {
            let name = format!("{metric}: {} of {}", index.name, sweep.plan.axes[index.axis].name);
            Number::new(&name, index.value, (index.low, index.high), "")
        };
        return of_first.take(NUMBERS).map(told).collect();
    }
    let told = |tried: &Tried| {
        let mean = tried.numbers[0].mean;
        let place = crate::study::design::shown(&sweep.plan.axes, &tried.point);
        Number::new(&format!("{metric} at {place}"), mean.mean, (mean.low, mean.high), "")
    };
    findings.tried.iter().take(NUMBERS).map(told).collect()
}

/// The tables beside that of the runs, each under the name of its file.
#[must_use]
pub fn tables(sweep: &Sweep, findings: &Findings) -> Vec<(&'static str, Table)> {
    let mut tables = vec![("points", points(sweep, findings))];
    if !findings.indices.is_empty() {
        tables.push(("indices", indices(sweep, findings)));
    }
    tables
}

/// A row for each point and number.
fn points(sweep: &Sweep, findings: &Findings) -> Table {
    let many = sweep.reading.names.len();
    let rows: Vec<(usize, &Tried, usize)> = findings
        .tried
        .iter()
        .enumerate()
        .flat_map(|(at, tried)| (0..many).map(move |number| (at, tried, number)))
        .collect();
    let levels: Vec<&[Level]> = rows.iter().map(|row| row.1.point.as_slice()).collect();
    let of = |read: fn(&Summary) -> f64| -> Vec<f64> {
        rows.iter().map(|(_, tried, number)| read(&tried.numbers[*number])).collect()
    };
    let against = |read: fn(&Paired) -> f64| -> Vec<f64> {
        rows.iter().map(|(_, tried, number)| read(&tried.against[*number])).collect()
    };
    let mut table = Growing::default();
    table.whole("point", rows.iter().map(|row| row.0));
    table.axes(&sweep.plan.axes, &levels);
    table.text("metric", rows.iter().map(|row| sweep.reading.names[row.2].clone()));
    table.whole("runs", rows.iter().map(|row| row.1.runs));
    table.whole("failed", rows.iter().map(|row| row.1.failed.0));
    table.number("mean", of(|summary| summary.mean.mean));
    table.number("standard_error", of(|summary| summary.mean.standard_error));
    table.number("low", of(|summary| summary.mean.low));
    table.number("high", of(|summary| summary.mean.high));
    table.number("p05", of(|summary| summary.quantiles[0]));
    table.number("median", of(|summary| summary.quantiles[1]));
    table.number("p95", of(|summary| summary.quantiles[2]));
    table.number("difference_mean", against(|paired| paired.mean));
    table.number("difference_low", against(|paired| paired.low));
    table.number("difference_high", against(|paired| paired.high));
    let apart = rows.iter().map(|(_, tried, number)| tried.against[*number].is_apart());
    table.flag("differs_from_reference", apart.collect());
    table.done()
}

/// A row for each axis, number and index.
fn indices(sweep: &Sweep, findings: &Findings) -> Table {
    let rows = &findings.indices;
    let mut table = Growing::default();
    table.text("axis", rows.iter().map(|row| sweep.plan.axes[row.axis].name.clone()));
    table.text("metric", rows.iter().map(|row| sweep.reading.names[row.number].clone()));
    table.text("index", rows.iter().map(|row| row.name.to_owned()));
    table.number("value", rows.iter().map(|row| row.value).collect());
    table.number("low", rows.iter().map(|row| row.low).collect());
    table.number("high", rows.iter().map(|row| row.high).collect());
    table.done()
}

//! Tuning studies: tables, figures, the verdict.

mod figures;
mod verdict;

pub use figures::figures;
pub use verdict::{short, verdict};

use crate::record::table::Table;
use crate::report::growing::Growing;
use crate::report::study::Number;
use crate::study::design::{Level, Point};
use crate::study::tune::{Finalist, Findings, Measured, Tuning};

/// What the ranges of the numbers are.
#[must_use]
pub fn ranges(tuning: &Tuning) -> String {
    format!(
        "Ranges are of 95 % confidence, {} seeds that neither search nor choice has seen.",
        tuning.plan.header.replicates
    )
}

/// The numbers that answer the question: each objective of the chosen setting, of the default, and
/// what is between them.
#[must_use]
pub fn numbers(tuning: &Tuning, findings: &Findings) -> Vec<Number> {
    let chosen = findings.chosen.and_then(|at| findings.finalists.get(at));
    let mut numbers = Vec::new();
    for (at, objective) in tuning.plan.objectives.iter().enumerate() {
        let mut tell = |what: &str, measured: Measured| {
            let name = format!("{}: {what}", objective.name);
            numbers.push(Number::new(&name, measured.value, (measured.low, measured.high), ""));
        };
        if let Some(chosen) = chosen {
            tell("chosen less default", chosen.differences[at]);
            tell("chosen", chosen.objectives[at]);
        }
        if let Some(default) = findings.finalists.first() {
            tell("default", default.objectives[at]);
        }
    }
    numbers
}

/// The tables, each under the name of its file.
#[must_use]
pub fn tables(tuning: &Tuning, findings: &Findings) -> Vec<(&'static str, Table)> {
    vec![
        ("tried", tried(tuning, findings)),
        ("finalists", finalists(tuning, findings)),
        ("worlds", worlds(tuning, findings)),
    ]
}

/// A row for each setting that the search tried.
fn tried(tuning: &Tuning, findings: &Findings) -> Table {
    let all = &findings.tried;
    let settings: Vec<&[Level]> = all.iter().map(|tried| tried.setting.as_slice()).collect();
    let mut table = Growing::default();
    table.whole("round", all.iter().map(|tried| tried.round));
    table.axes(&tuning.plan.axes, &settings);
    for (at, objective) in tuning.plan.objectives.iter().enumerate() {
        table.number(&objective.name, all.iter().map(|tried| tried.objectives[at]).collect());
    }
    table.number("violation", all.iter().map(|tried| tried.violation).collect());
    table.flag("on_front", all.iter().map(|tried| tried.on_front).collect());
    table.done()
}

/// A finalist's setting; of the default the base of each axis where it is told.
fn levels(tuning: &Tuning, finalist: &Finalist) -> Point {
    finalist.setting.clone().unwrap_or_else(|| {
        let base = |axis: &crate::study::design::Axis| {
            axis.base.clone().unwrap_or(Level::Number(f64::NAN))
        };
        tuning.plan.axes.iter().map(base).collect()
    })
}

/// A row for the default and for each setting that was tried again.
fn finalists(tuning: &Tuning, findings: &Findings) -> Table {
    let all = &findings.finalists;
    let settings: Vec<Point> = all.iter().map(|finalist| levels(tuning, finalist)).collect();
    let settings: Vec<&[Level]> = settings.iter().map(Vec::as_slice).collect();
    let mut table = Growing::default();
    table.flag("default", all.iter().map(|finalist| finalist.setting.is_none()).collect());
    table.flag("chosen", (0..all.len()).map(|at| findings.chosen == Some(at)).collect());
    table.axes(&tuning.plan.axes, &settings);
    for (at, objective) in tuning.plan.objectives.iter().enumerate() {
        let name = &objective.name;
        let mut measured = |what: &str, of: &dyn Fn(&Finalist) -> Measured| {
            let column = |read: fn(&Measured) -> f64| -> Vec<f64> {
                all.iter().map(|finalist| read(&of(finalist))).collect()
            };
            table.number(&format!("{name}{what}"), column(|measured| measured.value));
            table.number(&format!("{name}{what}_low"), column(|measured| measured.low));
            table.number(&format!("{name}{what}_high"), column(|measured| measured.high));
        };
        measured("", &|finalist| finalist.objectives[at]);
        measured("_difference", &|finalist| finalist.differences[at]);
        let choice = all.iter().map(|finalist| finalist.at_choice[at]).collect();
        table.number(&format!("{name}_at_choice"), choice);
    }
    table.number("violation", all.iter().map(|finalist| finalist.violation).collect());
    table.done()
}

/// A row for each finalist, objective and world.
fn worlds(tuning: &Tuning, findings: &Findings) -> Table {
    let mut rows = Vec::new();
    for (at, finalist) in findings.finalists.iter().enumerate() {
        for (objective, values) in tuning.plan.objectives.iter().zip(&finalist.worlds) {
            for (world, value) in tuning.plan.worlds().zip(values) {
                rows.push((at, objective.name.clone(), world.to_owned(), *value));
            }
        }
    }
    let mut table = Growing::default();
    table.whole("finalist", rows.iter().map(|row| row.0));
    table.text("objective", rows.iter().map(|row| row.1.clone()));
    table.text("world", rows.iter().map(|row| row.2.clone()));
    table.number("value", rows.iter().map(|row| row.3).collect());
    table.done()
}

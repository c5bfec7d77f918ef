//! The table and the figures of the comparison with the recorded chain.

mod figures;

use comfy_table::{CellAlignment, Table, presets};

pub use figures::figures;

use crate::study::validation::{Comparison, Validation};

/// A line for each comparison: what, by which rule, how many cases, the error and its bound.
#[must_use]
pub fn table(validation: &Validation) -> String {
    let mut table = Table::new();
    table.load_style(presets::NOTHING);
    table.set_header(["comparison", "rule", "cases", "error", "", "bound", "met"]);
    for line in validation.comparisons() {
        table.add_row(row(&line));
    }
    for column in [2, 4, 5] {
        if let Some(column) = table.column_mut(column) {
            column.set_cell_alignment(CellAlignment::Right);
        }
    }
    let lines: Vec<String> = table.lines().map(|line| line.trim_end().to_owned()).collect();
    format!("the rules against the recorded chain\n{}", lines.join("\n"))
}

fn row(line: &Comparison) -> [String; 7] {
    [
        line.name.into(),
        line.rule.into(),
        line.cases.to_string(),
        line.measure.into(),
        format!("{:.1e}", line.error),
        line.bound.map_or("–".into(), |bound| format!("{bound:.0e}")),
        match line.met() {
            None => "–".into(),
            Some(true) => "yes".into(),
            Some(false) => "no".into(),
        },
    ]
}

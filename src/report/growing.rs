//! Tables that reports put together column by column.

use std::sync::Arc;

use crate::record::table::{Column, Table};
use crate::study::design::{Axis, Level, Levels};

/// A table that grows by columns of one length.
#[derive(Default)]
pub(in crate::report) struct Growing(Table);

impl Growing {
    pub(in crate::report) fn number(&mut self, name: &str, values: Vec<f64>) {
        self.0.names.push(name.to_owned());
        self.0.columns.push(Column::Number(values));
    }

    pub(in crate::report) fn whole(&mut self, name: &str, values: impl Iterator<Item = usize>) {
        let values = values.map(|value| u32::try_from(value).unwrap_or(u32::MAX)).collect();
        self.0.names.push(name.to_owned());
        self.0.columns.push(Column::Whole(values));
    }

    pub(in crate::report) fn flag(&mut self, name: &str, values: Vec<bool>) {
        self.0.names.push(name.to_owned());
        self.0.columns.push(Column::Flag(values));
    }

    pub(in crate::report) fn text(&mut self, name: &str, values: impl Iterator<Item = String>) {
        self.0.names.push(name.to_owned());
        self.0.columns.push(Column::Text(values.map(Arc::from).collect()));
    }

    /// A column for each axis, with its value in each row.
    pub(in crate::report) fn axes(&mut self, axes: &[Axis], rows: &[&[Level]]) {
        for (at, axis) in axes.iter().enumerate() {
            let level = |row: &&[Level]| row.get(at).cloned().unwrap_or(Level::Number(f64::NAN));
            match axis.values {
                Levels::Numbers(_) => {
                    self.number(&axis.name, rows.iter().map(|row| level(row).number()).collect());
                }
                Levels::Names(_) => {
                    self.text(&axis.name, rows.iter().map(|row| level(row).shown()));
                }
            }
        }
    }

    pub(in crate::report) fn done(self) -> Table {
        self.0
    }
}

//! Tables as plain columns, and what each column means.

use std::sync::Arc;

/// One column of values.
#[derive(Clone, Debug, PartialEq)]
pub enum Column {
    /// Whole numbers.
    Whole(Vec<u32>),
    /// Numbers; NaN is not defined.
    Number(Vec<f64>),
    /// True or false.
    Flag(Vec<bool>),
    /// Names.
    Text(Vec<Arc<str>>),
}

impl Column {
    /// How many values there are.
    #[must_use]
    pub fn len(&self) -> usize {
        match self {
            Self::Whole(values) => values.len(),
            Self::Number(values) => values.len(),
            Self::Flag(values) => values.len(),
            Self::Text(values) => values.len(),
        }
    }

    /// Whether there are none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The values for which `keep` says so.
    #[must_use]
    pub fn only(&self, keep: &[bool]) -> Self {
        fn kept<T: Clone>(values: &[T], keep: &[bool]) -> Vec<T> {
            let kept = values.iter().zip(keep).filter(|(_, keep)| **keep);
            kept.map(|(value, _)| value.clone()).collect()
        }
        match self {
            Self::Whole(values) => Self::Whole(kept(values, keep)),
            Self::Number(values) => Self::Number(kept(values, keep)),
            Self::Flag(values) => Self::Flag(kept(values, keep)),
            Self::Text(values) => Self::Text(kept(values, keep)),
        }
    }

    /// An empty column of the same type.
    #[must_use]
    pub fn emptied(&self) -> Self {
        match self {
            Self::Whole(_) => Self::Whole(Vec::new()),
            Self::Number(_) => Self::Number(Vec::new()),
            Self::Flag(_) => Self::Flag(Vec::new()),
            Self::Text(_) => Self::Text(Vec::new()),
        }
    }
}

/// What a column holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Type {
    /// [`Column::Whole`].
    Whole,
    /// [`Column::Number`].
    Number,
    /// [`Column::Flag`].
    Flag,
    /// [`Column::Text`].
    Text,
}

impl Type {
    /// An empty column of this type.
    #[must_use]
    pub fn column(self) -> Column {
        match self {
            Self::Whole => Column::Whole(Vec::new()),
            Self::Number => Column::Number(Vec::new()),
            Self::Flag => Column::Flag(Vec::new()),
            Self::Text => Column::Text(Vec::new()),
        }
    }

    /// Its name in listings: that of the Parquet type.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Whole => "u32",
            Self::Number => "f64",
            Self::Flag => "bool",
            Self::Text => "string",
        }
    }
}

/// One value of a row.
#[derive(Clone, Debug)]
pub enum Cell<'a> {
    /// A whole number.
    Whole(u32),
    /// A number.
    Number(f64),
    /// True or false.
    Flag(bool),
    /// A name.
    Text(&'a Arc<str>),
}

/// What a column of a table means.
#[derive(Clone, Copy, Debug)]
pub struct ColumnDoc {
    /// Its name, with the unit in it.
    pub name: &'static str,
    /// Its type.
    pub kind: Type,
    /// Meaning and range.
    pub about: &'static str,
}

/// What a table holds.
#[derive(Clone, Debug)]
pub struct TableDoc {
    /// Its name, also that of its file.
    pub name: &'static str,
    /// What one row is.
    pub about: &'static str,
    /// Its columns.
    pub columns: Vec<ColumnDoc>,
}

/// A table in memory.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Table {
    /// Names of the columns.
    pub names: Vec<String>,
    /// Their values, all of one length.
    pub columns: Vec<Column>,
}

impl Table {
    /// How many rows there are.
    #[must_use]
    pub fn rows(&self) -> usize {
        self.columns.first().map_or(0, Column::len)
    }

    /// Adds a column, as long as the others.
    pub fn push(&mut self, name: &str, column: Column) {
        self.names.push(name.to_owned());
        self.columns.push(column);
    }

    /// The numbers of a column, whole or not; empty where there is no such column.
    #[must_use]
    pub fn numbers(&self, name: &str) -> Vec<f64> {
        match self.column(name) {
            Some(Column::Number(values)) => values.clone(),
            Some(Column::Whole(values)) => values.iter().map(|value| f64::from(*value)).collect(),
            _ => Vec::new(),
        }
    }

    /// The names in a column; empty where there is no such column.
    #[must_use]
    pub fn texts(&self, name: &str) -> Vec<Arc<str>> {
        match self.column(name) {
            Some(Column::Text(values)) => values.clone(),
            _ => Vec::new(),
        }
    }

    /// The flags in a column; empty where there is no such column.
    #[must_use]
    pub fn flags(&self, name: &str) -> Vec<bool> {
        match self.column(name) {
            Some(Column::Flag(values)) => values.clone(),
            _ => Vec::new(),
        }
    }

    /// The rows for which `keep` says so; it is as long as the table.
    #[must_use]
    pub fn only(&self, keep: &[bool]) -> Self {
        let columns = self.columns.iter().map(|column| column.only(keep)).collect();
        Self { names: self.names.clone(), columns }
    }

    fn column(&self, name: &str) -> Option<&Column> {
        let at = self.names.iter().position(|other| other == name)?;
        self.columns.get(at)
    }
}

//! A CSV file with a header, plain or packed, whose cells are asked for by the name of their column.

use std::fs::File;
use std::io::{self, BufReader, Read};
use std::path::{Path, PathBuf};

use csv::StringRecord;
use flate2::read::GzDecoder;

use crate::record::RecordError;

/// A CSV file in memory.
pub(super) struct Sheet {
    path: PathBuf,
    columns: Vec<String>,
    rows: Vec<StringRecord>,
}

/// One row of a [`Sheet`].
#[derive(Clone, Copy)]
pub(super) struct Row<'s> {
    sheet: &'s Sheet,
    cells: &'s StringRecord,
}

/// A file that says something which it cannot mean.
pub(super) fn wrong(path: &Path, why: &str) -> RecordError {
    RecordError::Table { doing: "cannot read", path: path.to_owned(), why: why.to_owned() }
}

impl Sheet {
    /// The file of this name, or of this name with `.gz` after it; none where neither is there.
    ///
    /// # Errors
    /// It cannot be read, or is no CSV.
    pub(super) fn open(folder: &Path, name: &str) -> Result<Option<Self>, RecordError> {
        let (plain, packed) = (folder.join(name), folder.join(format!("{name}.gz")));
        let open = |path: &Path| {
            File::open(path).map(BufReader::new).map_err(|source| RecordError::Io {
                doing: "cannot open",
                path: path.to_owned(),
                source,
            })
        };
        if plain.exists() {
            let file = open(&plain)?;
            Self::parse(&plain, file).map(Some)
        } else if packed.exists() {
            let file = GzDecoder::new(open(&packed)?);
            Self::parse(&packed, file).map(Some)
        } else {
            Ok(None)
        }
    }

    fn parse(path: &Path, source: impl Read) -> Result<Self, RecordError> {
        let failed = |error: csv::Error| match error.into_kind() {
            csv::ErrorKind::Io(source) => not_read(path, source),
            csv::ErrorKind::UnequalLengths { pos, expected_len, len } => {
                let line = pos.map_or(0, |at| at.line());
                wrong(path, &format!("line {line}: {len} cells where {expected_len} are due"))
            }
            _ => wrong(path, "it is not UTF-8"),
        };
        let mut reader = csv::Reader::from_reader(source);
        let header = reader.headers().map_err(failed)?;
        let columns = header.iter().map(str::to_owned).collect();
        let rows = reader.records().collect::<Result<_, _>>().map_err(failed)?;
        Ok(Self { path: path.to_owned(), columns, rows })
    }

    /// The names of the columns.
    pub(super) fn columns(&self) -> &[String] {
        &self.columns
    }

    /// The rows, in the order of the file.
    pub(super) fn rows(&self) -> impl Iterator<Item = Row<'_>> {
        self.rows.iter().map(|cells| Row { sheet: self, cells })
    }
}

fn not_read(path: &Path, source: io::Error) -> RecordError {
    RecordError::Io { doing: "cannot read", path: path.to_owned(), source }
}

impl<'s> Row<'s> {
    /// A cell as it stands.
    ///
    /// # Errors
    /// There is no such column.
    pub(super) fn text(&self, column: &str) -> Result<&'s str, RecordError> {
        let at = self.sheet.columns.iter().position(|name| name == column);
        at.and_then(|at| self.cells.get(at))
            .ok_or_else(|| wrong(&self.sheet.path, &format!("there is no column `{column}`")))
    }

    /// A finite number.
    ///
    /// # Errors
    /// There is no such column, or no such number in it.
    pub(super) fn number(&self, column: &str) -> Result<f64, RecordError> {
        let number = self.optional(column)?;
        if number.is_finite() { Ok(number) } else { Err(self.unfit(column, "a number")) }
    }

    /// A number, or NaN where the cell is empty.
    ///
    /// # Errors
    /// There is no such column, or something else in it.
    pub(super) fn optional(&self, column: &str) -> Result<f64, RecordError> {
        match self.text(column)? {
            "" => Ok(f64::NAN),
            text => match text.parse() {
                Ok(number) if f64::is_finite(number) => Ok(number),
                _ => Err(self.unfit(column, "a number or nothing")),
            },
        }
    }

    /// A whole number below 2^53, which may be written as `7.0`.
    ///
    /// # Errors
    /// There is no such column, or no such number in it.
    pub(super) fn whole(&self, column: &str) -> Result<u64, RecordError> {
        let text = self.text(column)?;
        let text = text.strip_suffix(".0").unwrap_or(text);
        let number = text.parse().ok().filter(|number| *number < 1 << f64::MANTISSA_DIGITS);
        number.ok_or_else(|| self.unfit(column, "a whole number"))
    }

    /// The number of a subnet.
    ///
    /// # Errors
    /// There is no such column, or no such number in it.
    pub(super) fn netuid(&self, column: &str) -> Result<u16, RecordError> {
        self.text(column)?.parse().map_err(|_| self.unfit(column, "a netuid"))
    }

    /// A yes or no: `1` or `True`, `0` or `False`.
    ///
    /// # Errors
    /// There is no such column, or something else in it.
    pub(super) fn flag(&self, column: &str) -> Result<bool, RecordError> {
        match self.text(column)? {
            "1" | "True" | "true" => Ok(true),
            "0" | "False" | "false" => Ok(false),
            _ => Err(self.unfit(column, "a yes or no")),
        }
    }

    /// The day of a time such as `2025-09-14T16:53:21Z`.
    ///
    /// # Errors
    /// There is no such column, or no day in it.
    pub(super) fn date(&self, column: &str) -> Result<String, RecordError> {
        let day = self.text(column)?.get(..10);
        day.map(str::to_owned).ok_or_else(|| self.unfit(column, "a date"))
    }

    fn unfit(&self, column: &str, due: &str) -> RecordError {
        let line = self.cells.position().map_or(0, csv::Position::line);
        let found = self.text(column).unwrap_or_default();
        let found: String = found.chars().take(40).collect();
        let why = format!("line {line}: `{column}` must be {due}, got `{found}`");
        wrong(&self.sheet.path, &why)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sheet(text: &str) -> Result<Sheet, RecordError> {
        Sheet::parse(Path::new("t.csv"), text.as_bytes())
    }

    #[test]
    fn cells_are_read_by_the_name_of_their_column() {
        let sheet = sheet("a,b,c\n7.0,,True\n").expect("a table");
        let row = sheet.rows().next().expect("a row");
        assert_eq!((row.whole("a").ok(), row.flag("c").ok()), (Some(7), Some(true)));
        assert!(row.optional("b").expect("an empty cell").is_nan());
    }

    #[test]
    fn what_does_not_fit_is_told_with_its_line() {
        let sheet = sheet("a,b\n1,2\nx,inf\n").expect("a table");
        let row = sheet.rows().last().expect("a row");
        let told = |error: Option<RecordError>| error.expect("an error").to_string();
        let bad = told(row.whole("a").err());
        assert!(bad.ends_with("line 3: `a` must be a whole number, got `x`"), "{bad}");
        assert!(told(row.number("b").err()).contains("must be a number"));
        assert!(told(row.text("c").err()).contains("no column `c`"));
    }

    #[test]
    fn a_short_row_is_told() {
        let error = sheet("a,b\n1\n").err().expect("an error").to_string();
        assert!(error.ends_with("line 2: 1 cells where 2 are due"), "{error}");
    }
}

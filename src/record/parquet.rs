//! Tables as Parquet files: the only room, with its reader, that knows polars.

use std::fs::File;
use std::io::BufWriter;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use polars::io::parquet::write::BatchedWriter;
use polars::prelude::{
    Column as Series, DataFrame, DataType, Field, Float64Chunked, IntoColumn, IntoSeries,
    NamedFrom, ParquetCompression, ParquetReader, ParquetWriter, PlSmallStr, PolarsError, Schema,
    SerReader, UInt32Chunked,
};

use super::RecordError;
use super::table::{Cell, Column, Table, TableDoc, Type};

/// Rows in a row group: about 10 MiB of a table of twenty columns.
const ROW_GROUP: usize = 1 << 16;

/// A Parquet file that grows by rows and is written by row groups.
pub struct Sink {
    doc: TableDoc,
    path: PathBuf,
    columns: Vec<Column>,
    writer: BatchedWriter<BufWriter<File>>,
    rows: u64,
}

impl Sink {
    /// Creates the file of a table in a folder.
    ///
    /// # Errors
    /// The file cannot be created or written.
    pub fn create(folder: &Path, doc: TableDoc) -> Result<Self, RecordError> {
        let path = folder.join(format!("{}.parquet", doc.name));
        let file = File::create(&path).map_err(|source| RecordError::Io {
            doing: "cannot create",
            path: path.clone(),
            source,
        })?;
        let columns: Vec<Column> = doc.columns.iter().map(|c| c.kind.column()).collect();
        let field =
            |name: &str, kind: Type| Field::new(PlSmallStr::from_str(name), data_type(kind));
        let schema: Schema = doc.columns.iter().map(|c| field(c.name, c.kind)).collect();
        let writer = ParquetWriter::new(BufWriter::new(file))
            .with_compression(ParquetCompression::Zstd(None))
            .batched(&schema)
            .map_err(|error| failed("cannot write", &path, &error))?;
        Ok(Self { doc, path, columns, writer, rows: 0 })
    }

    /// Adds a row: a cell for each column, of its type.
    ///
    /// # Errors
    /// A row group was full and could not be written.
    pub fn push<'c>(&mut self, row: impl Iterator<Item = Cell<'c>>) -> Result<(), RecordError> {
        for (column, cell) in self.columns.iter_mut().zip(row) {
            match (column, cell) {
                (Column::Whole(values), Cell::Whole(value)) => values.push(value),
                (Column::Number(values), Cell::Number(value)) => values.push(value),
                (Column::Flag(values), Cell::Flag(value)) => values.push(value),
                (Column::Text(values), Cell::Text(value)) => values.push(Arc::clone(value)),
                (column, cell) => debug_assert!(false, "{cell:?} in {column:?}"),
            }
        }
        if self.columns.first().map_or(0, Column::len) >= ROW_GROUP {
            self.flush()?;
        }
        Ok(())
    }

    /// Writes what is left and ends the file; gives the number of rows.
    ///
    /// # Errors
    /// The file cannot be written.
    pub fn finish(&mut self) -> Result<u64, RecordError> {
        self.flush()?;
        self.writer.finish().map_err(|error| failed("cannot write", &self.path, &error))?;
        Ok(self.rows)
    }

    /// What the table holds.
    #[must_use]
    pub fn doc(&self) -> &TableDoc {
        &self.doc
    }

    fn flush(&mut self) -> Result<(), RecordError> {
        let rows = self.columns.first().map_or(0, Column::len);
        if rows == 0 {
            return Ok(());
        }
        let emptied: Vec<Column> = self.columns.iter().map(Column::emptied).collect();
        let columns = std::mem::replace(&mut self.columns, emptied);
        let named = self.doc.columns.iter().zip(columns);
        let series: Vec<Series> = named.map(|(doc, column)| to_polars(doc.name, column)).collect();
        let mut write = |series| self.writer.write_batch(&DataFrame::new(rows, series)?);
        write(series).map_err(|error| failed("cannot write", &self.path, &error))?;
        self.rows += rows as u64;
        Ok(())
    }
}

/// Writes a table that is in memory as a file of a folder; gives the number of rows.
///
/// # Errors
/// The file cannot be created or written.
pub fn write(folder: &Path, name: &str, table: &Table) -> Result<u64, RecordError> {
    let path = folder.join(format!("{name}.parquet"));
    let create = |source| RecordError::Io { doing: "cannot create", path: path.clone(), source };
    let file = File::create(&path).map_err(create)?;
    let named = table.names.iter().zip(&table.columns);
    let series: Vec<Series> = named.map(|(name, column)| to_polars(name, column.clone())).collect();
    let rows = table.rows();
    let write = |series| -> Result<u64, PolarsError> {
        let mut frame = DataFrame::new(rows, series)?;
        ParquetWriter::new(BufWriter::new(file))
            .with_compression(ParquetCompression::Zstd(None))
            .finish(&mut frame)
    };
    write(series).map_err(|error| failed("cannot write", &path, &error))?;
    Ok(rows as u64)
}

/// Reads a table of a folder of results.
///
/// # Errors
/// The file cannot be opened, or is no Parquet of the types that this program knows.
pub fn read(folder: &Path, table: &str) -> Result<Table, RecordError> {
    read_columns(folder, table, None)
}

/// The names of the columns of a table.
///
/// # Errors
/// As [`read`].
pub fn column_names(folder: &Path, table: &str) -> Result<Vec<String>, RecordError> {
    let path = folder.join(format!("{table}.parquet"));
    let mut reader = ParquetReader::new(open(&path)?);
    let schema = reader.schema().map_err(|error| failed("cannot read", &path, &error))?;
    Ok(schema.iter_names().map(PlSmallStr::to_string).collect())
}

/// As [`read`], but only these columns: of a long table that is a fraction of the memory.
///
/// # Errors
/// As [`read`]; also where there is no column of that name.
pub fn read_columns(
    folder: &Path,
    table: &str,
    columns: Option<&[&str]>,
) -> Result<Table, RecordError> {
    read_part(folder, table, columns, None)
}

/// As [`read_columns`], but only the last `rows` rows, or all where there are fewer.
///
/// # Errors
/// As [`read_columns`].
pub fn read_last(
    folder: &Path,
    table: &str,
    columns: &[&str],
    rows: usize,
) -> Result<Table, RecordError> {
    read_part(folder, table, Some(columns), Some(rows))
}

fn read_part(
    folder: &Path,
    table: &str,
    columns: Option<&[&str]>,
    last: Option<usize>,
) -> Result<Table, RecordError> {
    let path = folder.join(format!("{table}.parquet"));
    let file = open(&path)?;
    let unreadable = |error: PolarsError| failed("cannot read", &path, &error);
    let columns = columns.map(|names| names.iter().map(|name| (*name).to_owned()).collect());
    let mut reader = ParquetReader::new(file).with_columns(columns);
    if let Some(rows) = last {
        let all = reader.num_rows().map_err(unreadable)?;
        reader = reader.with_slice(Some((all.saturating_sub(rows), rows)));
    }
    let frame = reader.finish().map_err(unreadable)?;
    let mut read = Table::default();
    for series in frame.columns() {
        let column = from_polars(series).map_err(unreadable)?;
        read.names.push(series.name().to_string());
        read.columns.push(column);
    }
    Ok(read)
}

fn open(path: &Path) -> Result<File, RecordError> {
    File::open(path).map_err(|source| RecordError::Io {
        doing: "cannot open",
        path: path.to_owned(),
        source,
    })
}

fn failed(doing: &'static str, path: &Path, error: &PolarsError) -> RecordError {
    RecordError::Table { doing, path: path.to_owned(), why: error.to_string() }
}

fn data_type(kind: Type) -> DataType {
    match kind {
        Type::Whole => DataType::UInt32,
        Type::Number => DataType::Float64,
        Type::Flag => DataType::Boolean,
        Type::Text => DataType::String,
    }
}

fn to_polars(name: &str, column: Column) -> Series {
    let name = PlSmallStr::from_str(name);
    match column {
        Column::Whole(values) => UInt32Chunked::from_vec(name, values).into_series().into_column(),
        Column::Number(values) => {
            Float64Chunked::from_vec(name, values).into_series().into_column()
        }
        Column::Flag(values) => polars::prelude::Series::new(name, values).into_column(),
        Column::Text(values) => {
            let texts: Vec<&str> = values.iter().map(|text| &**text).collect();
            polars::prelude::Series::new(name, texts).into_column()
        }
    }
}

fn from_polars(series: &Series) -> Result<Column, PolarsError> {
    Ok(match series.dtype() {
        DataType::UInt32 => {
            Column::Whole(series.u32()?.iter().map(Option::unwrap_or_default).collect())
        }
        DataType::Boolean => {
            Column::Flag(series.bool()?.iter().map(|flag| flag == Some(true)).collect())
        }
        DataType::String => {
            // Names repeat; one allocation for each run of equals is enough.
            let mut texts: Vec<Arc<str>> = Vec::with_capacity(series.len());
            for text in series.str()?.iter() {
                let text = text.unwrap_or_default();
                match texts.last() {
                    Some(last) if **last == *text => texts.push(Arc::clone(last)),
                    _ => texts.push(text.into()),
                }
            }
            Column::Text(texts)
        }
        DataType::Int32 => {
            Column::Number(series.i32()?.iter().map(|x| x.map_or(f64::NAN, f64::from)).collect())
        }
        DataType::Float32 => {
            Column::Number(series.f32()?.iter().map(|x| x.map_or(f64::NAN, f64::from)).collect())
        }
        _ => Column::Number(series.f64()?.iter().map(|x| x.unwrap_or(f64::NAN)).collect()),
    })
}

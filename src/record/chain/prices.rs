//! Spot prices of all subnets through time.

use std::fs;
use std::path::Path;

use super::Prices;
use super::sheet::{Sheet, wrong};
use crate::record::RecordError;
use crate::record::parquet;

/// What the names of files with hourly prices start with.
const HOURLY: &str = "alpha_price_2025_hourly";

/// The first sample of each day.
pub(super) fn daily(folder: &Path) -> Result<Vec<Prices>, RecordError> {
    let Some(sheet) = Sheet::open(folder, "alpha_price_2025_daily.csv")? else {
        return Ok(Vec::new());
    };
    let netuids = netuids(sheet.columns());
    let mut samples = Vec::new();
    for row in sheet.rows() {
        let mut price = Vec::with_capacity(netuids.len());
        for netuid in &netuids {
            price.push(row.optional(netuid)?);
        }
        samples.push(Prices { block: row.whole("block")?, price });
    }
    Ok(in_order(samples))
}

/// A sample each hour, from every file of hourly prices.
pub(super) fn hourly(folder: &Path) -> Result<Vec<Prices>, RecordError> {
    let failed = |source| RecordError::Io { doing: "cannot list", path: folder.to_owned(), source };
    let mut names = Vec::new();
    for entry in fs::read_dir(folder).map_err(failed)? {
        let name = entry.map_err(failed)?.file_name().to_string_lossy().into_owned();
        names.extend(name.strip_suffix(".parquet").map(str::to_owned));
    }
    names.retain(|name| name.starts_with(HOURLY));
    names.sort();
    let mut samples = Vec::new();
    for name in &names {
        samples.extend(hourly_file(folder, name)?);
    }
    Ok(in_order(samples))
}

fn hourly_file(folder: &Path, name: &str) -> Result<Vec<Prices>, RecordError> {
    // Without the column of clock times, whose type is no number.
    let netuids = netuids(&parquet::column_names(folder, name)?);
    let wanted: Vec<&str> =
        ["block"].into_iter().chain(netuids.iter().map(String::as_str)).collect();
    let table = parquet::read_columns(folder, name, Some(&wanted))?;
    let path = folder.join(format!("{name}.parquet"));
    let columns: Vec<Vec<f64>> = netuids.iter().map(|netuid| table.numbers(netuid)).collect();
    let sample = |(at, block): (usize, f64)| {
        let block = whole(block)?;
        let price = columns.iter().map(|column| column.get(at).copied().unwrap_or(f64::NAN));
        Some(Prices { block, price: price.collect() })
    };
    let samples: Option<Vec<Prices>> =
        table.numbers("block").into_iter().enumerate().map(sample).collect();
    samples.ok_or_else(|| wrong(&path, "`block` must be whole numbers"))
}

/// The columns that are called after a subnet: `1`, `2` and so on, without a gap.
fn netuids(columns: &[String]) -> Vec<String> {
    let names = (1..=columns.len()).map(|netuid| netuid.to_string());
    names.take_while(|name| columns.contains(name)).collect()
}

#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "checked before")]
fn whole(number: f64) -> Option<u64> {
    ((0.0..9e15).contains(&number) && number.fract() == 0.0).then_some(number as u64)
}

/// The samples in the order of their blocks, of one block the first.
fn in_order(mut samples: Vec<Prices>) -> Vec<Prices> {
    samples.sort_by_key(|sample| sample.block);
    samples.dedup_by_key(|sample| sample.block);
    samples
}

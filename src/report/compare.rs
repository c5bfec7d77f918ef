//! Runs side by side: what differs in their texts, in their metrics, and in pictures.

mod figures;
mod texts;
mod told;

pub use figures::figures;
pub use texts::TextDifference;
pub use told::{tables, verdict};

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::ReportError;
use crate::record::table::{Column, Table};
use crate::record::{Manifest, RecordError, parquet};
use crate::study::statistics::{Paired, Resamples, mean};
use crate::units::Epoch;

/// Resamples of the seeds for an interval.
const RESAMPLES: usize = 2_000;

/// The tables whose numbers are compared.
const TABLES: &[&str] = &["epochs", "markets", "network"];

/// Runs of one text under one seed or several.
#[derive(Clone, Debug)]
pub struct Side {
    /// Its name in tables and figures.
    pub name: String,
    /// The folder of each run, by its seed.
    pub runs: BTreeMap<u64, PathBuf>,
    /// The resolved text of the first.
    pub text: String,
}

/// Two or more sides, compared with the first of them.
#[derive(Clone, Debug)]
pub struct Comparison {
    /// The sides, in the order in which they were named.
    pub sides: Vec<Side>,
    /// Keys whose values differ.
    pub texts: Vec<TextDifference>,
    /// Numbers, those that differ most first.
    pub metrics: Vec<Metric>,
    /// The first epoch that counts.
    pub from: Epoch,
    /// Seeds that all sides have.
    pub seeds: Vec<u64>,
}

/// One number of every side.
#[derive(Clone, Debug)]
pub struct Metric {
    /// Whose: the name of a subnet, or empty for the network.
    pub subnet: Arc<str>,
    /// Its table.
    pub table: &'static str,
    /// Its column.
    pub name: String,
    /// Its mean over epochs and seeds, of each side.
    pub means: Vec<f64>,
    /// What each side has more than the first, under the same seeds.
    pub differences: Vec<Paired>,
    /// Its mean over seeds in each epoch, of each side.
    pub courses: Vec<Vec<(f64, f64)>>,
}

impl Metric {
    /// How far the sides are apart, in parts of the greatest of them.
    #[must_use]
    pub fn distance(&self) -> f64 {
        let largest = self.means.iter().fold(0.0_f64, |most, mean| most.max(mean.abs()));
        let apart = self.differences.iter().fold(0.0_f64, |most, paired| {
            if paired.mean.is_finite() { most.max(paired.mean.abs()) } else { most }
        });
        if largest > 0.0 { apart / largest } else { 0.0 }
    }
}

/// A number of one side: for each seed its mean and its course.
type Courses = BTreeMap<(Arc<str>, &'static str, String), Vec<Option<(f64, Vec<(f64, f64)>)>>>;

/// Reads the sides in these folders, each a run or a folder of runs of one text under several
/// seeds; epochs before `from` do not count.
///
/// # Errors
/// A folder holds no run, or no two sides have a seed in common.
pub fn compare(folders: &[PathBuf], from: Epoch) -> Result<Comparison, ReportError> {
    let sides: Vec<Side> =
        folders.iter().map(|folder| side(folder)).collect::<Result<_, ReportError>>()?;
    let in_all = |seed: &u64| sides.iter().all(|side| side.runs.contains_key(seed));
    let first = sides.first().map(|side| side.runs.keys().copied().collect::<Vec<u64>>());
    let seeds: Vec<u64> = first.unwrap_or_default().into_iter().filter(in_all).collect();
    if seeds.is_empty() {
        return Err(ReportError::NoSeedInCommon);
    }
    let courses: Vec<Courses> =
        sides.iter().map(|side| courses(side, &seeds, from)).collect::<Result<_, RecordError>>()?;
    let mut resamples = Resamples::new(1, RESAMPLES);
    let mut metrics = Vec::new();
    for key in courses[0].keys() {
        if !courses.iter().all(|side| side.contains_key(key)) {
            continue;
        }
        let values = |side: &Courses| -> Vec<f64> {
            side[key].iter().map(|run| run.as_ref().map_or(f64::NAN, |run| run.0)).collect()
        };
        let own = values(&courses[0]);
        let (subnet, table, name) = key.clone();
        metrics.push(Metric {
            subnet,
            table,
            name,
            means: courses.iter().map(|side| defined_mean(&values(side))).collect(),
            differences: courses
                .iter()
                .map(|side| Paired::of(&values(side), &own, &mut resamples))
                .collect(),
            courses: courses.iter().map(|side| mean_course(&side[key])).collect(),
        });
    }
    metrics.sort_by(|one, other| other.distance().total_cmp(&one.distance()));
    let texts = texts::differences(&sides);
    Ok(Comparison { sides, texts, metrics, from, seeds })
}

fn defined_mean(values: &[f64]) -> f64 {
    mean(&values.iter().copied().filter(|value| value.is_finite()).collect::<Vec<_>>())
}

/// One run, or the runs in a folder.
fn side(folder: &Path) -> Result<Side, ReportError> {
    let mut runs = BTreeMap::new();
    if let Ok(manifest) = Manifest::read(folder) {
        runs.insert(manifest.seed, folder.to_owned());
    } else {
        let read =
            |source| RecordError::Io { doing: "cannot read", path: folder.to_owned(), source };
        for entry in fs::read_dir(folder).map_err(read)? {
            let path = entry.map_err(read)?.path();
            if let Ok(manifest) = Manifest::read(&path) {
                runs.insert(manifest.seed, path);
            }
        }
    }
    let Some(first) = runs.values().next() else {
        return Err(ReportError::NoRun(folder.to_owned()));
    };
    let path = first.join("scenario.toml");
    let read = |source| RecordError::Io { doing: "cannot read", path: path.clone(), source };
    let text = fs::read_to_string(&path).map_err(read)?;
    Ok(Side { name: folder.display().to_string(), runs, text })
}

/// Every number of a side, for each of the seeds.
fn courses(side: &Side, seeds: &[u64], from: Epoch) -> Result<Courses, RecordError> {
    let mut all = Courses::new();
    for (at, seed) in seeds.iter().enumerate() {
        let Some(folder) = side.runs.get(seed) else { continue };
        for table in TABLES {
            if !folder.join(format!("{table}.parquet")).exists() {
                continue;
            }
            let rows = parquet::read(folder, table)?;
            for (key, course) in of_table(table, &rows) {
                let counted = course.iter().filter(|(epoch, _)| *epoch >= f64::from(from));
                let mean = defined_mean(&counted.map(|(_, value)| *value).collect::<Vec<_>>());
                let runs = all.entry(key).or_insert_with(|| vec![None; seeds.len()]);
                runs[at] = Some((mean, course));
            }
        }
    }
    Ok(all)
}

/// The course of every number of a table, by subnet where it has one.
fn of_table(
    table: &'static str,
    rows: &Table,
) -> BTreeMap<(Arc<str>, &'static str, String), Vec<(f64, f64)>> {
    let epochs = rows.numbers("epoch");
    let subnets = rows.texts("subnet");
    let nobody: Arc<str> = Arc::from("");
    let mut found = BTreeMap::new();
    for (name, column) in rows.names.iter().zip(&rows.columns) {
        let is_number = matches!(column, Column::Number(_) | Column::Whole(_));
        // Where a run is in time is no result.
        if !is_number || ["epoch", "block", "day"].contains(&name.as_str()) {
            continue;
        }
        for (row, value) in rows.numbers(name).into_iter().enumerate() {
            let subnet = subnets.get(row).unwrap_or(&nobody);
            let key = (Arc::clone(subnet), table, name.clone());
            let course: &mut Vec<(f64, f64)> = found.entry(key).or_default();
            course.push((epochs.get(row).copied().unwrap_or(f64::NAN), value));
        }
    }
    found
}

/// The mean over runs in each epoch that all of them have.
fn mean_course(runs: &[Option<(f64, Vec<(f64, f64)>)>]) -> Vec<(f64, f64)> {
    let courses: Vec<&Vec<(f64, f64)>> = runs.iter().flatten().map(|run| &run.1).collect();
    let Some(shortest) = courses.iter().map(|course| course.len()).min() else {
        return Vec::new();
    };
    let at = |row: usize| {
        let values: Vec<f64> = courses.iter().map(|course| course[row].1).collect();
        (courses[0][row].0, defined_mean(&values))
    };
    (0..shortest).map(at).collect()
}

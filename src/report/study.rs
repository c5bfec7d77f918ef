//! What a study shows of itself, as data in its folder: whatever reads the folder later draws the
//! same figures and tells the same numbers without running anything.

use std::fs;
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use super::ReportError;
use super::figures::{self, Named};
use crate::plot::Format;
use crate::record::RecordError;

/// The name of the file.
pub const FILE: &str = "figures.json";

/// What a study shows, besides its tables and its verdict.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Shown {
    /// The command that repeats it.
    pub command: String,
    /// The numbers that answer its question, the most important first.
    pub numbers: Vec<Number>,
    /// What the ranges of the numbers are, such as `95 % confidence, 20 seeds`.
    pub ranges: String,
    /// Its figures, in the order in which they are shown.
    pub figures: Vec<Named>,
}

/// A number that answers a question, and how well it is known.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Number {
    /// What it is.
    pub name: String,
    /// Its value; none where it is not defined.
    pub value: Option<f64>,
    /// The lower and the upper end of where it may lie; none where that is not known.
    pub range: Option<(f64, f64)>,
    /// Its unit; empty for a bare number, `%` for a share, which is told as a percentage.
    pub unit: String,
}

impl Number {
    /// A number of which all but finite values are left out.
    #[must_use]
    pub fn new(name: &str, value: f64, range: (f64, f64), unit: &str) -> Self {
        let known = range.0.is_finite() && range.1.is_finite();
        Self {
            name: name.to_owned(),
            value: value.is_finite().then_some(value),
            range: known.then_some(range),
            unit: unit.to_owned(),
        }
    }
}

/// Writes what a study shows into its folder, and draws its figures into `plots` where a format
/// is asked for; gives the pictures' files.
///
/// # Errors
/// A file cannot be written, or a figure not be drawn.
pub fn write(
    folder: &Path,
    shown: &Shown,
    formats: &[Format],
) -> Result<Vec<PathBuf>, ReportError> {
    let path = folder.join(FILE);
    let text = serde_json::to_string(shown).map_err(|error| RecordError::Table {
        doing: "cannot write",
        path: path.clone(),
        why: error.to_string(),
    })?;
    fs::write(&path, text + "\n").map_err(|source| ReportError::Write { path, source })?;
    if formats.is_empty() {
        return Ok(Vec::new());
    }
    figures::write(&folder.join("plots"), &shown.figures, formats)
}

/// Reads what a study shows; none where the folder is not a study's.
///
/// # Errors
/// The file cannot be read, or says something else.
pub fn read(folder: &Path) -> Result<Option<Shown>, ReportError> {
    let path = folder.join(FILE);
    if !path.is_file() {
        return Ok(None);
    }
    let text = fs::read_to_string(&path).map_err(|source| RecordError::Io {
        doing: "cannot read",
        path: path.clone(),
        source,
    })?;
    let shown = serde_json::from_str(&text).map_err(|error| RecordError::Table {
        doing: "cannot read",
        path,
        why: error.to_string(),
    })?;
    Ok(Some(shown))
}

//! The manifest: what a folder of results is, without a clock.

use std::path::Path;

use serde::{Deserialize, Serialize};

use super::RecordError;
use crate::units::Epoch;

/// The version of the tables' layout.
pub const TABLES_SCHEMA: u64 = 1;

/// What a folder of results is.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Manifest {
    /// Version of the tables' layout.
    pub schema: u64,
    /// Name and version of the program that wrote it.
    pub program: String,
    /// Name of the scenario.
    pub scenario: String,
    /// Digest of its resolved text.
    pub scenario_digest: String,
    /// Its seed.
    pub seed: u64,
    /// How the run ended.
    pub status: Status,
    /// Epochs that the scenario asks for.
    pub epochs: Epoch,
    /// Epochs that were run.
    pub epochs_run: Epoch,
    /// Digest of the state after every epoch.
    pub result_digest: String,
    /// Rows of each table.
    pub rows: toml::Table,
}

/// How a run ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Status {
    /// All its epochs were run.
    Complete,
    /// It was stopped between two epochs.
    Interrupted,
}

/// The name of the file.
pub const FILE: &str = "manifest.toml";

impl Manifest {
    /// Writes it into a folder.
    ///
    /// # Errors
    /// The file cannot be written.
    pub fn write(&self, folder: &Path) -> Result<(), RecordError> {
        let path = folder.join(FILE);
        let text = toml::to_string(self).map_err(|error| RecordError::Table {
            doing: "cannot write",
            path: path.clone(),
            why: error.to_string(),
        })?;
        std::fs::write(&path, text).map_err(|source| RecordError::Io {
            doing: "cannot write",
            path,
            source,
        })
    }

    /// Reads that of a folder.
    ///
    /// # Errors
    /// There is none, or it is no manifest.
    pub fn read(folder: &Path) -> Result<Self, RecordError> {
        let path = folder.join(FILE);
        let text = std::fs::read_to_string(&path).map_err(|source| RecordError::Io {
            doing: "cannot read",
            path: path.clone(),
            source,
        })?;
        toml::from_str(&text).map_err(|error| RecordError::Table {
            doing: "cannot read",
            path,
            why: error.message().to_owned(),
        })
    }
}

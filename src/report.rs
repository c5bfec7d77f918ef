//! Reading results again: figures and a summary, from the Parquet tables alone.

pub mod attack;
pub mod catalogue;
pub mod compare;
mod economy;
pub mod eras;
pub mod figures;
mod growing;
pub mod page;
pub mod replay;
pub mod retention;
mod series;
mod shape;
pub mod study;
pub mod summary;
pub mod sweep;
mod told;
pub mod tune;
pub mod validation;

use std::io;
use std::path::PathBuf;

use thiserror::Error;

use crate::plot::PlotError;
use crate::record::RecordError;

/// Why results could not be shown.
#[derive(Debug, Error)]
pub enum ReportError {
    /// A table could not be read.
    #[error(transparent)]
    Record(#[from] RecordError),
    /// A run that was to be compared has no token economy, or no epoch.
    #[error("nothing to compare in {}: the run has no network", .0.display())]
    NoNetwork(PathBuf),
    /// A folder in which no run is.
    #[error("no run is in {}", .0.display())]
    NoRun(PathBuf),
    /// Runs that were to be compared share no seed.
    #[error("the runs have no seed in common: run them under the same seeds (--seed)")]
    NoSeedInCommon,
    /// A figure could not be drawn.
    #[error("cannot draw {name}: {source}")]
    Plot {
        /// Which figure.
        name: String,
        /// Why not.
        source: PlotError,
    },
    /// A figure could not be written.
    #[error("cannot write {}: {source}", path.display())]
    Write {
        /// Where.
        path: PathBuf,
        /// Why not.
        source: io::Error,
    },
}

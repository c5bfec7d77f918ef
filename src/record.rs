//! Recording: what watches a run, and what it leaves behind.
//!
//! The simulation shows each epoch to its observers and knows nothing of what they do with it.

pub mod blocks;
pub mod chain;
pub mod digest;
pub mod events;
pub mod folder;
pub mod journal;
pub mod manifest;
pub mod memory;
pub mod parquet;
pub mod scripts;
pub mod table;
pub mod tables;

pub use blocks::Blocks;
pub use digest::Digest;
pub use events::Event;
pub use folder::{Folder, FolderError, Published};
pub use journal::Journal;
pub use manifest::{Manifest, Status};
pub use memory::InMemory;
pub use scripts::{keep_scripts, read_script};
pub use tables::Tables;

use std::io;
use std::path::PathBuf;

use thiserror::Error;

use crate::units::Epoch;
use crate::world::World;

/// One epoch, as it ended.
#[derive(Clone, Copy, Debug)]
pub struct Frame<'a> {
    /// Which epoch, from 0.
    pub epoch: Epoch,
    /// The state after it.
    pub world: &'a World,
    /// What happened in it.
    pub events: &'a [Event],
}

/// Something that watches a run.
pub trait Observer: Send {
    /// Is shown an epoch that has just ended.
    ///
    /// # Errors
    /// What it was to keep cannot be kept; the run then ends.
    fn observe(&mut self, frame: &Frame<'_>) -> Result<(), RecordError>;

    /// Is told that no more epochs will come, with the last one again, if there was any.
    ///
    /// # Errors
    /// What it was to keep cannot be kept.
    fn finish(&mut self, last: Option<&Frame<'_>>) -> Result<(), RecordError> {
        let _ = last;
        Ok(())
    }
}

/// Why results could not be kept or read.
#[derive(Debug, Error)]
pub enum RecordError {
    /// A file or folder could not be written, read, moved or removed.
    #[error("{doing} {}: {source}", path.display())]
    Io {
        /// What was tried.
        doing: &'static str,
        /// Where.
        path: PathBuf,
        /// Why not.
        source: io::Error,
    },
    /// A table could not be written or read as Parquet.
    #[error("{doing} the table {}: {why}", path.display())]
    Table {
        /// What was tried.
        doing: &'static str,
        /// Where.
        path: PathBuf,
        /// Why not.
        why: String,
    },
}

//! Scenarios from chain snapshots, as CSV: one subnet's stakes and weights, or the whole network.

mod metagraph;
mod network;
mod sheet;

pub use metagraph::metagraph;
pub use network::{Economy, NetworkFiles, network};

use thiserror::Error;

/// What the scenario around a snapshot is to be.
#[derive(Clone, Debug)]
pub struct Options {
    /// Name of the scenario and of its subnet.
    pub name: String,
    /// Its seed.
    pub seed: u64,
    /// Its length.
    pub epochs: u64,
    /// Where the snapshot is from, for the head of the text.
    pub source: String,
}

/// All that is wrong with the files of a snapshot.
#[derive(Clone, Debug, Error, PartialEq, Eq)]
#[error("{}", .0.join("\n"))]
pub struct ImportError(pub Vec<String>);

/// A CSV file: the name it has on disk, and its text.
#[derive(Clone, Copy, Debug)]
pub struct Csv<'t> {
    /// Its name, for messages.
    pub name: &'t str,
    /// Its text.
    pub text: &'t str,
}

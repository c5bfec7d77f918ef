//! The whole network becomes a scenario: every subnet's market and owner, its validators with
//! their stake, and root.

mod seats;
mod snapshot;
mod text;

use super::{Csv, ImportError, Options};
use snapshot::Snapshot;

/// The files of a snapshot of the network.
#[derive(Clone, Debug)]
pub struct NetworkFiles<'t> {
    /// A row for each subnet, root among them as netuid 0: its pool, its uids, its flags.
    pub economics: Csv<'t>,
    /// A row for each place of a validator: its hotkey, its subnet, its stake there.
    pub positions: Csv<'t>,
    /// A row for each of those hotkeys: its owner, its take, its stake on root.
    pub validators: Csv<'t>,
    /// Parameters of subnets, with the block of each file; later files go before earlier ones.
    pub hyperparams: Vec<(Csv<'t>, u64)>,
}

/// What a snapshot of subnets does not say.
#[derive(Clone, Debug)]
pub struct Economy {
    /// TAO that counts as issued.
    pub tao_issued: f64,
    /// Price of a TAO in dollars.
    pub tao_usd: f64,
    /// Name of the era.
    pub era: String,
    /// What shares of the TAO emission follow, where that is not what the era says.
    pub shares: Option<String>,
}

/// The text of a scenario that starts from this state.
///
/// Stakes in the record are *stake weights*: alpha, and TAO on root at 0.18. Both are told apart by
/// each hotkey's stake on root, and that of hotkeys which validate on root alone is taken to be lent
/// to the subnet owner's key. How, and how what the record lacks is filled in, is told in the head
/// of the text.
///
/// # Errors
/// Every row that cannot be used, with file, line and column.
pub fn network(
    files: &NetworkFiles<'_>,
    economy: &Economy,
    options: &Options,
) -> Result<String, ImportError> {
    let snapshot = Snapshot::read(files).map_err(ImportError)?;
    let seated = seats::seat(&snapshot);
    Ok(text::text(&snapshot, &seated, economy, options))
}

#[cfg(test)]
mod tests;

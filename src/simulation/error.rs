//! Why a run did not reach its end.

use thiserror::Error;

use crate::record::RecordError;
use crate::units::Epoch;
use crate::world::{Breach, Imbalance, TaoImbalance};

/// Why a run did not reach its end.
#[derive(Debug, Error)]
pub enum RunError {
    /// A strategy gave an answer that means nothing.
    #[error("epoch {epoch}: {who} ({strategy}) {did}")]
    Strategy {
        /// When.
        epoch: Epoch,
        /// Which agent.
        who: String,
        /// What it plays.
        strategy: String,
        /// What it did.
        did: String,
    },
    /// Alpha was lost or made.
    #[error("the books do not balance after epoch {epoch}: {source}")]
    Books {
        /// When.
        epoch: Epoch,
        /// Where and by how much.
        source: Imbalance,
    },
    /// TAO was lost or made.
    #[error("the books do not balance after epoch {epoch}: {source}")]
    TaoBooks {
        /// When.
        epoch: Epoch,
        /// By how much.
        source: TaoImbalance,
    },
    /// A law of the token economy does not hold.
    #[error("the audit found {} after epoch {epoch}:{}", count(.breaches), lines(.breaches))]
    Audit {
        /// When.
        epoch: Epoch,
        /// What, at least one.
        breaches: Vec<Breach>,
    },
    /// The results could not be kept.
    #[error(transparent)]
    Record(#[from] RecordError),
}

fn count(breaches: &[Breach]) -> String {
    let plural = if breaches.len() == 1 { "" } else { "es" };
    format!("{} breach{plural}", breaches.len())
}

/// A line for each breach.
fn lines(breaches: &[Breach]) -> String {
    let lines: Vec<String> = breaches.iter().map(|breach| format!("\n  {breach}")).collect();
    lines.concat()
}

//! The state of the network at one moment, as columns.
//!
//! The world knows neither texts nor behaviours. Genesis makes it from a scenario, the
//! simulation moves it forward, and observers read it.

pub mod ledger;
pub mod subnet;

pub use ledger::{Imbalance, Ledger};
pub use subnet::{Disposal, Flows, Mechanism, Member, Neurons, Role, Rules, Submission, Subnet};

use crate::units::Epoch;

/// All subnets, and the time.
#[derive(Clone, Debug)]
pub struct World {
    /// Epochs that have been run.
    pub epoch: Epoch,
    /// The subnets, in scenario order.
    pub subnets: Vec<Subnet>,
}

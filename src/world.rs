//! The state of the network at one moment, as columns.
//!
//! The world knows neither texts nor behaviours. Genesis makes it from a scenario, the
//! simulation moves it forward, and observers read it.

pub mod audit;
pub mod consumers;
pub mod ledger;
pub mod locks;
pub mod market;
pub mod models;
pub mod network;
pub mod providers;
pub mod root;
pub mod subnet;
pub mod traders;

pub use audit::{Before, Breach, Law};
pub use consumers::{ConsumerGroup, Consumers, Purse, Service, ServicePays};
pub use ledger::{Imbalance, Ledger};
pub use locks::{Coldkey, Locked, Locks};
pub use market::{Market, MarketFlows};
pub use models::Models;
pub use network::{Network, NetworkFlows, TaoImbalance};
pub use providers::Providers;
pub use root::Root;
pub use subnet::{Disposal, Flows, Mechanism, Member, Neurons, Role, Rules, Submission, Subnet};
pub use traders::{Stake, TraderGroup, Traders};

use crate::units::Epoch;

/// All subnets, and the time.
#[derive(Clone, Debug)]
pub struct World {
    /// Epochs that have been run.
    pub epoch: Epoch,
    /// The subnets, in scenario order.
    pub subnets: Vec<Subnet>,
    /// The token economy around them; `None` where alpha has no market.
    pub network: Option<Network>,
}

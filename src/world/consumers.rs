//! Those who pay for what subnets do, and what subnets ask for it.

use crate::rng::Agent;
use crate::units::Tao;

/// Columns over the consumers of a network.
#[derive(Clone, Debug, Default)]
pub struct Consumers {
    /// Groups, in text order.
    pub groups: Vec<ConsumerGroup>,
    /// Group of each, an index into [`Consumers::groups`] `[consumers]`.
    pub group: Vec<usize>,
    /// The key of each one's draws `[consumers]`.
    pub agent: Vec<Agent>,
    /// The trader whose cash each spends, where its purse is a group of traders' `[consumers]`.
    pub payer: Vec<Option<usize>>,
    /// The key of the miner whose cash each spends, where its purse is a group of miners'
    /// `[consumers]`.
    pub key: Vec<Option<Agent>>,
    /// TAO that each has of its own to spend `[consumers]` `[rao]`.
    pub cash: Vec<Tao>,
    /// The part of each one's budget for a day that is a sum of TAO `[consumers]` `[TAO]`.
    pub budget_tao: Vec<f64>,
    /// The part of it that is a sum of money `[consumers]` `[USD]`.
    pub budget_usd: Vec<f64>,
}

impl Consumers {
    /// How many there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.group.len()
    }

    /// Whether there are none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.group.is_empty()
    }
}

/// A group of consumers.
#[derive(Clone, Debug, PartialEq)]
pub struct ConsumerGroup {
    /// Its name.
    pub name: String,
    /// What its members play.
    pub strategy: String,
    /// Whether they want what they pay for.
    pub honest: bool,
    /// Whose money they spend.
    pub purse: Purse,
    /// The subnet that they belong to, if they belong to one.
    pub own: Option<usize>,
    /// Standard deviation of the logarithm of the quality that each finds.
    pub noise: f64,
    /// TAO that they paid in the last epoch, fees included `[rao]`.
    pub spent: Tao,
    /// Of it, what came back into the purse that they spend, alpha at the spot price `[rao]`.
    pub returned: Tao,
    /// TAO that came to them from those who are not modelled in the last epoch `[rao]`.
    pub filled: Tao,
    /// What the service that they got in the last epoch is worth to them `[TAO]`.
    pub value: f64,
    /// Units that they got in the last epoch.
    pub units: f64,
    /// Payments that were taken in the last epoch.
    pub payments: u32,
    /// Payments that were refused in the last epoch.
    pub refused: u32,
}

/// Whose money consumers spend.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Purse {
    /// That of those who are not modelled: it fills their own up to their budget in each epoch.
    Elsewhere,
    /// The cash of the owner of the subnet that they belong to.
    Owner,
    /// The cash of traders.
    Traders,
    /// The cash of miners of the subnet that they belong to, as long as those have their slots.
    Miners,
}

/// What a subnet asks for its service.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Service {
    /// The part of the price of a unit that is a sum of money `[USD]`.
    pub price_usd: f64,
    /// The part of it that is a sum of TAO `[TAO]`.
    pub price_tao: f64,
    /// Units that the subnet can serve in a day, at least 0; infinite for any number.
    pub capacity: f64,
    /// What becomes of a payment.
    pub pays: ServicePays,
}

impl Service {
    /// The price of a unit when a TAO is so many dollars `[TAO]`.
    #[must_use]
    pub fn price(&self, tao_usd: f64) -> f64 {
        self.price_tao + self.price_usd / tao_usd
    }
}

/// What becomes of a payment for service.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ServicePays {
    /// It is the subnet owner's, in TAO and without a fee.
    Owner,
    /// It is the miners', in TAO and without a fee, by their incentive in the last epoch.
    Miners,
    /// It buys alpha in the pool, which becomes the owner's as its cut does.
    AlphaToOwner,
    /// It buys alpha, which goes back to what is still to be issued.
    AlphaRecycled,
    /// It buys alpha, which stays issued and which nobody holds.
    AlphaBurned,
}

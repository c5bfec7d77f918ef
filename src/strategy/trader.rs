//! Traders: who holds TAO, root stake, and alpha of any subnet.

mod desk;
mod mean_reverter;
mod momentum;
mod passive;
mod rebalancer;
mod whale;
mod yield_chaser;

use super::Behaviour;
use crate::rng::Draws;
use crate::units::{Alpha, Epoch, Tao};

/// Every trader behaviour of this crate.
pub const BEHAVIOURS: &[Behaviour<dyn Trader>] = &[
    passive::BEHAVIOUR,
    yield_chaser::BEHAVIOUR,
    momentum::BEHAVIOUR,
    mean_reverter::BEHAVIOUR,
    whale::BEHAVIOUR,
    rebalancer::BEHAVIOUR,
];

/// How a trader places its money.
pub trait Trader: Send {
    /// Adds the orders that it places for the next epoch to `orders`, which is empty on entry.
    /// Each is executed in a block of that epoch that is drawn for it, in an order that is drawn
    /// too. What the chain would refuse is refused then.
    fn trade(&mut self, turn: &mut TraderTurn<'_>, orders: &mut Vec<TradeOrder>);
}

/// Something that a trader wants done. Amounts beyond what it has mean all of it.
#[derive(Clone, Copy, Debug, PartialEq)]
#[non_exhaustive]
pub enum TradeOrder {
    /// Buys alpha of a subnet, and stakes it there.
    Buy {
        /// Place of the subnet among [`TraderTurn::quotes`].
        subnet: usize,
        /// TAO to spend, the fee included `[rao]`.
        amount: Tao,
        /// Highest price that it pays `[TAO per alpha]`; infinite for any.
        limit: f64,
    },
    /// Sells alpha of a subnet.
    Sell {
        /// Place of the subnet.
        subnet: usize,
        /// Alpha to sell, the fee included `[rao]`.
        amount: Alpha,
        /// Lowest price that it takes `[TAO per alpha]`; 0 for any.
        limit: f64,
    },
    /// Sells alpha of one subnet and buys another's for what it got.
    Move {
        /// Place of the subnet that it leaves.
        from: usize,
        /// Place of the subnet that it goes to.
        to: usize,
        /// Alpha to sell `[rao]`.
        amount: Alpha,
    },
    /// Stakes TAO on root.
    StakeRoot {
        /// How much `[rao]`.
        amount: Tao,
    },
    /// Takes TAO back from root.
    UnstakeRoot {
        /// How much `[rao]`.
        amount: Tao,
    },
}

/// What everyone can read of a subnet's market.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Quote {
    /// Whether it can be traded.
    pub open: bool,
    /// Price in the pool `[TAO per alpha]`.
    pub price: f64,
    /// Smoothed price `[TAO per alpha]`.
    pub ema: f64,
    /// TAO in the pool `[TAO]`.
    pub tao: f64,
    /// Alpha in the pool `[alpha]`.
    pub alpha: f64,
    /// The subnet's share of the TAO emission in the last epoch, in `[0, 1]`.
    pub share: f64,
    /// Return of a staker on the validator of most stake in the last epoch, after take, in alpha
    /// for each alpha.
    pub epoch_yield: f64,
}

/// Alpha that a trader holds in one subnet.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Holding {
    /// Place of the subnet among [`TraderTurn::quotes`].
    pub subnet: usize,
    /// What it is worth `[rao]`.
    pub alpha: Alpha,
}

/// All that a trader may know when it decides.
#[derive(Debug)]
pub struct TraderTurn<'a> {
    /// The epoch that has just been paid.
    pub epoch: Epoch,
    /// TAO that it can spend `[rao]`.
    pub cash: Tao,
    /// TAO that it has on root `[rao]`.
    pub root: Tao,
    /// Its alpha, in subnet order.
    pub holdings: &'a [Holding],
    /// The markets of all subnets.
    pub quotes: &'a [Quote],
    /// Return of root stake in the last epoch, in TAO for each TAO.
    pub root_yield: f64,
    /// Price of a TAO `[USD]`.
    pub tao_usd: f64,
    /// Part of a trade that goes to the block's author, in `[0, 1]`.
    pub fee: f64,
    /// Epochs between two of its decisions.
    pub review: Epoch,
    /// Draws for its own choices in this epoch.
    pub draws: Draws,
}

#[cfg(test)]
mod tests;

//! Traders: who holds TAO, root stake, and alpha of any subnet.

mod conqueror;
mod desk;
mod epoch_sniper;
mod flow_recycler;
mod herd;
mod loyal;
mod mean_reverter;
mod momentum;
mod passive;
mod pumper;
mod rebalancer;
mod root_staker;
mod sandwich;
mod target;
mod whale;
mod yield_chaser;

pub(super) use desk::{LEAST, impact, speed};

use super::Behaviour;
use crate::protocol::pool::Pool;
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
    loyal::BEHAVIOUR,
    herd::BEHAVIOUR,
    root_staker::BEHAVIOUR,
    epoch_sniper::BEHAVIOUR,
    sandwich::BEHAVIOUR,
    pumper::BEHAVIOUR,
    flow_recycler::BEHAVIOUR,
    conqueror::BEHAVIOUR,
];

/// How a trader places its money.
pub trait Trader: Send {
    /// Adds the orders that it places for the next epoch to `orders`, which is empty on entry.
    /// Each is executed in a block of that epoch that is drawn for it, in an order that is drawn
    /// too, unless [`Trader::timing`] says otherwise. What the chain would refuse is refused then.
    fn trade(&mut self, turn: &mut TraderTurn<'_>, orders: &mut Vec<TradeOrder>);

    /// When in the epoch one of its orders is executed.
    fn timing(&self, _: &TradeOrder) -> Timing {
        Timing::Drawn
    }

    /// Whether it watches the orders that wait to be executed; only then it is asked to surround
    /// any.
    fn watches(&self) -> bool {
        false
    }

    /// For how much TAO it buys just before a waiting purchase of another, to sell just after it
    /// what that brought `[rao]`; 0 for not at all. It is never asked where a shield hides what
    /// waits.
    fn surround(&mut self, _: &Waiting<'_>) -> Tao {
        Tao::ZERO
    }
}

/// When in an epoch an order is executed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Timing {
    /// In a step, and at a place in it, that are drawn.
    #[default]
    Drawn,
    /// In the first step, before all others.
    Early,
    /// In the last step, after all others: just before the epoch pays.
    Late,
    /// In this step, counted from 0, at a place in it that is drawn; the last one where there are
    /// not so many.
    Step(u64),
}

/// A purchase of another that waits to be executed, as all can read it who watch.
#[derive(Clone, Copy, Debug)]
pub struct Waiting<'a> {
    /// Place of the subnet.
    pub subnet: usize,
    /// TAO that it will spend, the fee included `[rao]`.
    pub amount: Tao,
    /// Highest price that it pays `[TAO per alpha]`; infinite for any.
    pub limit: f64,
    /// The pool as it is now.
    pub pool: &'a Pool,
    /// Part of a trade that is its fee, in `[0, 1]`.
    pub fee: f64,
    /// What the one who is asked can spend `[rao]`.
    pub cash: Tao,
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
    /// Locks alpha of a subnet towards the trader's own hotkey, beside what it has locked there.
    Lock {
        /// Place of the subnet.
        subnet: usize,
        /// Alpha to lock `[rao]`.
        amount: Alpha,
    },
    /// Lets the trader's lock on a subnet decay, so that its alpha comes free bit by bit.
    Unlock {
        /// Place of the subnet.
        subnet: usize,
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
    /// TAO that people put in in the last epoch less what they took out `[TAO]`.
    pub flow: f64,
    /// Alpha outside the pool `[alpha]`.
    pub outside: f64,
}

/// Alpha that a trader holds in one subnet.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Holding {
    /// Place of the subnet among [`TraderTurn::quotes`].
    pub subnet: usize,
    /// What it is worth `[rao]`.
    pub alpha: Alpha,
    /// Of it, what a lock holds `[rao]`.
    pub locked: Alpha,
}

impl Holding {
    /// What can be sold or moved `[rao]`.
    #[must_use]
    pub fn free(&self) -> Alpha {
        self.alpha.saturating_sub(self.locked)
    }
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
    /// Places of the subnets that it owns, ascending.
    pub owned: &'a [usize],
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

//! Staking: which purchases, sales and moves of alpha the chain takes, and for what amounts.
//!
//! Nothing is traded here. Each call is checked against plain numbers of the pool and of who
//! asks; the answer is the amounts to trade, or why not. The trades are those of
//! [`crate::protocol::pool`].

mod limit_order;
mod moves;

pub use limit_order::{Limit, executable_buy, executable_sale};
pub use moves::{FeeSide, Move, fee_side, move_across, move_within, second_leg};

use thiserror::Error;

use crate::protocol::pool::{Guards, Pool, Refused, fee};
use crate::units::{Alpha, RAO, Tao};

/// What bounds every call.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Bounds {
    /// Least value of a call `[rao]`: 0.002 TAO.
    pub min_stake: Tao,
    /// How large a trade may be, and how small a reserve.
    pub guards: Guards,
    /// What a nominator must keep, in millionths of [`Bounds::min_stake`]; 0 lets it keep
    /// anything.
    pub nominator_factor: u64,
}

impl Default for Bounds {
    fn default() -> Self {
        Self { min_stake: Tao(RAO / 500), guards: Guards::CHAIN, nominator_factor: 0 }
    }
}

/// A pool as a check sees it.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Reserves {
    /// TAO in the pool `[rao]`.
    pub tao: Tao,
    /// Alpha in the pool `[rao]`.
    pub alpha: Alpha,
    /// TAO's weight in the pool, in `[0, 1]`; alpha has the rest.
    pub tao_weight: f64,
    /// The fee, in 65535ths of what is paid in (33 by default).
    pub fee_rate: u16,
}

impl Reserves {
    /// The spot price `[TAO per alpha]`; 0 without alpha.
    #[must_use]
    pub fn price(&self) -> f64 {
        self.pool().price()
    }

    fn pool(&self) -> Pool {
        Pool { tao: self.tao, alpha: self.alpha, weight: self.tao_weight }
    }
}

/// Why a call is not taken.
#[derive(Clone, Copy, Debug, Error, PartialEq)]
pub enum Refusal {
    /// The subnet has not been started.
    #[error("alpha cannot be staked before the subnet's owner has started it")]
    NotStarted,
    /// Nobody has that hotkey.
    #[error("no such hotkey")]
    NoHotkey,
    /// Too little to be worth a call.
    #[error("{value} TAO are too little: {least} TAO are the least")]
    TooLittle {
        /// What the amount is worth.
        value: Tao,
        /// What it must be worth.
        least: Tao,
    },
    /// Nothing at all.
    #[error("there is nothing to trade")]
    Nothing,
    /// Too much for the pool, or too little in it.
    #[error(transparent)]
    Pool(#[from] Refused),
    /// The price is beyond the limit already.
    #[error("the price is {price} TAO, which is not within the limit of {limit} TAO")]
    BeyondLimit {
        /// The spot price `[TAO per alpha]`.
        price: f64,
        /// The limit `[TAO per alpha]`.
        limit: f64,
    },
    /// The whole amount would move the price beyond its limit.
    #[error("only {executable} of {asked} rao can be traded within the limit")]
    Slippage {
        /// What was asked `[rao]`.
        asked: u64,
        /// What could be traded `[rao]`.
        executable: u64,
    },
    /// More than there is.
    #[error("{asked} rao are asked for, and {held} rao are there")]
    NotEnough {
        /// What was asked `[rao]`.
        asked: u64,
        /// What is there `[rao]`.
        held: u64,
    },
    /// More than a lock leaves free.
    #[error("{asked} alpha are asked for, and {free} alpha are not locked")]
    Locked {
        /// What was asked.
        asked: Alpha,
        /// What is free.
        free: Alpha,
    },
    /// The receiver takes no locked alpha.
    #[error("the receiver does not take locked alpha")]
    LockRejected,
    /// A subnet whose alpha cannot be given to others.
    #[error("alpha of this subnet cannot be given to another coldkey")]
    TransfersOff,
    /// From a place to itself.
    #[error("nothing would move")]
    SamePlace,
}

/// An order to buy alpha and stake it.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Purchase {
    /// What to spend, the fee included `[rao]`.
    pub amount: Tao,
    /// What the coldkey can spend `[rao]`.
    pub balance: Tao,
    /// Whether the subnet has been started.
    pub started: bool,
    /// Whether the hotkey exists.
    pub hotkey: bool,
    /// What a limit price allows, for an order that has one.
    pub limit: Option<Limit>,
}

/// What a purchase spends; the two parts sum to `spent`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Spent {
    /// What leaves the coldkey `[rao]`.
    pub spent: Tao,
    /// What of it the block's author gets `[rao]`.
    pub fee: Tao,
    /// What of it enters the pool `[rao]`.
    pub traded: Tao,
}

/// Checks a purchase of alpha, and gives its amounts.
///
/// # Errors
/// The first rule that stands against it.
///
/// Source: `staking/stake_utils.rs::validate_add_stake`, `staking/add_stake.rs`.
pub fn add_stake(bounds: &Bounds, pool: &Reserves, purchase: &Purchase) -> Result<Spent, Refusal> {
    if !purchase.started {
        return Err(Refusal::NotStarted);
    }
    let fee_on_least = fee(bounds.min_stake.0, pool.fee_rate);
    let least = Tao(bounds.min_stake.0.saturating_add(fee_on_least));
    worth(purchase.amount, least)?;
    let spent = Tao(match purchase.limit {
        Some(limit) => limit.of(purchase.amount.0)?,
        None => purchase.amount.0,
    });
    if spent > purchase.balance {
        return Err(Refusal::NotEnough { asked: spent.0, held: purchase.balance.0 });
    }
    if !purchase.hotkey {
        return Err(Refusal::NoHotkey);
    }
    let fee = Tao(fee(spent.0, pool.fee_rate));
    let traded = spent - fee;
    // A limit may have left less than was asked for.
    worth(traded, bounds.min_stake)?;
    bounds.guards.admit(spent.0, pool.tao.0, pool.alpha.0)?;
    Ok(Spent { spent, fee, traded })
}

/// Checks a stake of TAO on root, which is one for one and without a fee, and gives its amount.
///
/// # Errors
/// The first rule that stands against it.
pub fn add_root_stake(bounds: &Bounds, purchase: &Purchase) -> Result<Tao, Refusal> {
    worth(purchase.amount, bounds.min_stake)?;
    if purchase.amount > purchase.balance {
        return Err(Refusal::NotEnough { asked: purchase.amount.0, held: purchase.balance.0 });
    }
    if purchase.hotkey { Ok(purchase.amount) } else { Err(Refusal::NoHotkey) }
}

/// How a sale is called, which decides what is checked.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum SaleCall {
    /// The plain call: the only one that needs the subnet to be started.
    Plain,
    /// With a limit price.
    Limit(Limit),
    /// As one of all positions of a hotkey.
    All,
}

/// An order to sell staked alpha.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Sale {
    /// What to sell, the fee included `[rao]`.
    pub amount: Alpha,
    /// What the coldkey has on that hotkey `[rao]`.
    pub held: Alpha,
    /// What of its alpha on the subnet, over all hotkeys, is not locked `[rao]`; see
    /// [`crate::protocol::conviction::free`].
    pub free: Alpha,
    /// What the pool would pay for the amount `[rao]`.
    pub proceeds: Tao,
    /// Whether the subnet has been started.
    pub started: bool,
    /// Whether the hotkey exists.
    pub hotkey: bool,
    /// How it is called.
    pub call: SaleCall,
}

/// What a sale sells; `fee` and `traded` sum to `sold`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Sold {
    /// What leaves the position `[rao]`.
    pub sold: Alpha,
    /// What of it is sold for the block's author, after the rest and without a fee `[rao]`.
    pub fee: Alpha,
    /// What of it is sold for the coldkey `[rao]`.
    pub traded: Alpha,
}

/// Checks a sale of staked alpha, and gives its amounts.
///
/// A whole position may be sold however little it is worth.
///
/// # Errors
/// The first rule that stands against it.
///
/// Source: `staking/stake_utils.rs::validate_remove_stake`, `staking/remove_stake.rs`.
pub fn remove_stake(bounds: &Bounds, pool: &Reserves, sale: &Sale) -> Result<Sold, Refusal> {
    if sale.call == SaleCall::Plain && !sale.started {
        return Err(Refusal::NotStarted);
    }
    if sale.amount == Alpha::ZERO {
        return Err(Refusal::Nothing);
    }
    if sale.amount > sale.held {
        return Err(Refusal::NotEnough { asked: sale.amount.0, held: sale.held.0 });
    }
    bounds.guards.admit(sale.amount.0, pool.alpha.0, pool.tao.0)?;
    if sale.amount < sale.held {
        worth(sale.proceeds, bounds.min_stake)?;
    }
    let sold = Alpha(match sale.call {
        SaleCall::Limit(limit) => limit.of(sale.amount.0)?,
        SaleCall::Plain | SaleCall::All => sale.amount.0,
    });
    if !sale.hotkey {
        return Err(Refusal::NoHotkey);
    }
    // What is asked must be free, even if a limit sells less of it.
    if sale.amount > sale.free {
        return Err(Refusal::Locked { asked: sale.amount, free: sale.free });
    }
    let fee = Alpha(fee(sold.0, pool.fee_rate));
    Ok(Sold { sold, fee, traded: sold - fee })
}

impl Bounds {
    /// Whether what a partial sale has left of a nomination is so little that the chain sells it
    /// too. `price` is the spot price `[TAO per alpha]`; a hotkey's own coldkey keeps anything.
    ///
    /// Source: `staking/helpers.rs::clear_small_nomination_if_required`.
    #[must_use]
    pub fn clears(&self, left: Alpha, price: f64, own_hotkey: bool) -> bool {
        let least = u128::from(self.min_stake.0) * u128::from(self.nominator_factor) / 1_000_000;
        !own_hotkey && left > Alpha::ZERO && left.0 as f64 * price < least as f64
    }
}

/// Whether a value is enough.
fn worth(value: Tao, least: Tao) -> Result<(), Refusal> {
    if value < least { Err(Refusal::TooLittle { value, least }) } else { Ok(()) }
}

#[cfg(test)]
mod tests;

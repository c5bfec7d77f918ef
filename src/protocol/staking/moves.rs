//! Moves of staked alpha between hotkeys, coldkeys and subnets.

use super::{Bounds, Refusal, worth};
use crate::protocol::conviction;
use crate::units::{Alpha, Tao};

/// A move of staked alpha.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Move {
    /// What to move `[rao]`.
    pub amount: Alpha,
    /// What the coldkey has on the hotkey it leaves `[rao]`.
    pub held: Alpha,
    /// What the coldkey has on the subnet it leaves, over all hotkeys `[rao]`.
    pub held_in_all: Alpha,
    /// What of that is locked `[rao]`.
    pub locked: Alpha,
    /// What the amount is worth `[rao]`: at spot within a subnet, and what the pool would pay
    /// for it across subnets.
    pub value: Tao,
    /// Whether the subnets it leaves and reaches have been started.
    pub started: [bool; 2],
    /// Whether the hotkeys it leaves and reaches exist.
    pub hotkeys: [bool; 2],
    /// For a gift to another coldkey, whether the two subnets let alpha be given.
    pub gift: Option<[bool; 2]>,
    /// Whether it goes to another coldkey that takes locked alpha.
    pub takes_locked: bool,
    /// Whether it ends where it began: same hotkey, coldkey and subnet.
    pub same_place: bool,
}

/// Checks a move within a subnet, and gives what of a lock goes along `[rao]`.
///
/// There is no trade and no fee; a gift carries what is locked beyond what is free.
///
/// # Errors
/// The first rule that stands against it.
///
/// Source: `staking/stake_utils.rs::validate_stake_transition`, `staking/lock.rs::transfer_lock`.
pub fn move_within(bounds: &Bounds, step: &Move) -> Result<Alpha, Refusal> {
    allowed(step)?;
    worth(step.value, bounds.min_stake)?;
    transferable(step)?;
    if step.gift.is_none() {
        return Ok(Alpha::ZERO);
    }
    let carried = conviction::carried(step.held_in_all, step.locked, step.amount);
    if carried > Alpha::ZERO && !step.takes_locked {
        return Err(Refusal::LockRejected);
    }
    Ok(carried)
}

/// Checks a move to another subnet, which is a sale and a purchase of the proceeds.
///
/// The value must be more than the least, and no locked alpha may leave. Whether the second
/// leg follows is known after the first: see [`second_leg`].
///
/// # Errors
/// The first rule that stands against it.
///
/// Source: `staking/stake_utils.rs::validate_stake_transition`.
pub fn move_across(bounds: &Bounds, step: &Move) -> Result<(), Refusal> {
    allowed(step)?;
    if step.value <= bounds.min_stake {
        let least = Tao(bounds.min_stake.0.saturating_add(1));
        return Err(Refusal::TooLittle { value: step.value, least });
    }
    transferable(step)?;
    let free = conviction::free(step.held_in_all, step.locked);
    if step.amount > free {
        return Err(Refusal::Locked { asked: step.amount, free });
    }
    Ok(())
}

/// Which trade of a move pays the fee; it is paid once.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FeeSide {
    /// The sale.
    Origin,
    /// The purchase.
    Destination,
}

/// Where a move across subnets pays its fee: on the sale, unless it comes from root, where
/// nothing is traded.
#[must_use]
pub fn fee_side(from_root: bool) -> FeeSide {
    if from_root { FeeSide::Destination } else { FeeSide::Origin }
}

/// What a move across subnets buys with the `proceeds` of its sale `[rao]`: nothing where they are
/// below the least, and then they stay with the coldkey as TAO.
///
/// Source: `staking/move_stake.rs::transition_stake_internal`.
#[must_use]
pub fn second_leg(bounds: &Bounds, proceeds: Tao) -> Option<Tao> {
    (proceeds >= bounds.min_stake).then_some(proceeds)
}

/// What every move is checked for first.
fn allowed(step: &Move) -> Result<(), Refusal> {
    if step.same_place {
        return Err(Refusal::SamePlace);
    }
    if step.started.contains(&false) {
        return Err(Refusal::NotStarted);
    }
    if step.hotkeys.contains(&false) {
        return Err(Refusal::NoHotkey);
    }
    if step.amount > step.held {
        return Err(Refusal::NotEnough { asked: step.amount.0, held: step.held.0 });
    }
    Ok(())
}

/// Whether a gift may be given.
fn transferable(step: &Move) -> Result<(), Refusal> {
    let off = step.gift.is_some_and(|allowed| allowed.contains(&false));
    if off { Err(Refusal::TransfersOff) } else { Ok(()) }
}

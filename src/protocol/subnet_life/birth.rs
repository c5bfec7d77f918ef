//! What a new subnet starts with, and when it begins to earn.

use thiserror::Error;

use super::seed::Seed;
use crate::protocol::registration;
use crate::protocol::schedule::Slot;
use crate::units::{Alpha, Tao};

/// A subnet in the block of its registration.
#[derive(Clone, Debug, PartialEq)]
pub struct NewSubnet {
    /// What its pool starts with.
    pub pool: Seed,
    /// What was paid for it `[rao]`.
    pub locked: Tao,
    /// When it was registered `[block]`.
    pub registered: u64,
    /// TAO's weight in the pool, in `[0, 1]`.
    pub tao_weight: f64,
    /// Smoothed price `[TAO per alpha]`: it grows from nothing once the subnet has started.
    pub moving_price: f64,
    /// Alpha outside the pool `[rao]`: none, since the owner gets none.
    pub outstanding: Alpha,
    /// Part of its miners' pay that was withheld last, in `[0, 1]`.
    pub miner_burned: f64,
    /// Whether it takes part in the emission of TAO; the chain's root switches that on.
    pub emission_enabled: bool,
    /// The first block of its emission, once its owner has started it `[block]`.
    pub first_emission: Option<u64>,
    /// Whether its owner gets a cut.
    pub owner_cut_enabled: bool,
    /// Its place in the schedule of epochs.
    pub slot: Slot,
    /// Slots for neurons; the owner's hotkey has the first.
    pub max_uids: usize,
    /// Slots that may validate.
    pub max_validators: usize,
    /// Blocks in which a new neuron is not pruned `[blocks]`.
    pub immunity_period: u64,
    /// Least weights in a row.
    pub min_weights: usize,
    /// Price of a slot for a neuron `[rao]`.
    pub burn_price: Tao,
}

impl NewSubnet {
    /// Blocks from one epoch of a new subnet to the next `[blocks]`.
    pub const TEMPO: u64 = 360;

    /// The subnet number `netuid`, registered in the block `now` for `locked` `[rao]`.
    ///
    /// Source: `subnets/subnet.rs::init_new_network`.
    #[must_use]
    pub fn new(netuid: u16, now: u64, locked: Tao, pool: Seed) -> Self {
        Self {
            pool,
            locked,
            registered: now,
            tao_weight: 0.5,
            moving_price: 0.0,
            outstanding: Alpha::ZERO,
            miner_burned: 0.0,
            emission_enabled: false,
            first_emission: None,
            owner_cut_enabled: true,
            slot: Slot::new(now, u64::from(netuid), Self::TEMPO),
            max_uids: 256,
            max_validators: 64,
            immunity_period: 5_000,
            min_weights: 1,
            burn_price: registration::FIRST_PRICE,
        }
    }
}

/// Why a subnet may not be started.
#[derive(Clone, Copy, Debug, Error, PartialEq, Eq)]
pub enum StartRefusal {
    /// Somebody else's subnet.
    #[error("only its owner starts a subnet")]
    NotOwner,
    /// It has been started.
    #[error("the subnet has been started, and emits from block {from} on")]
    Started {
        /// Its first block of emission `[block]`.
        from: u64,
    },
    /// Too soon after its registration.
    #[error("the subnet may be started in block {from}")]
    TooSoon {
        /// From when on `[block]`.
        from: u64,
    },
}

/// The first block of emission of a subnet that is started in the block `now` `[block]`; from
/// then on its alpha can be staked.
///
/// `registered` `[block]` is when it was registered, `delay` `[blocks]` how long it must wait (0
/// by default), and `first_emission` `[block]` what an earlier call has given.
///
/// # Errors
/// The first rule that stands against it.
///
/// Source: `subnets/subnet.rs::do_start_call`.
pub fn start_call(
    owner: bool,
    first_emission: Option<u64>,
    registered: u64,
    delay: u64,
    now: u64,
) -> Result<u64, StartRefusal> {
    if !owner {
        return Err(StartRefusal::NotOwner);
    }
    if let Some(from) = first_emission {
        return Err(StartRefusal::Started { from });
    }
    let from = registered.saturating_add(delay);
    if now < from {
        return Err(StartRefusal::TooSoon { from });
    }
    Ok(now.saturating_add(1))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::protocol::subnet_life::SeedRule;
    use crate::units::RAO;

    #[test]
    fn a_new_subnet_waits_for_two_switches() {
        let pool = SeedRule::Median.seed(Tao(100 * RAO), Tao(RAO), 0.5);
        let subnet = NewSubnet::new(7, 1_000, Tao(100 * RAO), pool);
        assert_eq!((subnet.emission_enabled, subnet.first_emission), (false, None));
        assert_eq!((subnet.pool.alpha, subnet.outstanding), (Alpha(200 * RAO), Alpha(0)));
        assert_eq!((subnet.slot.anchor, subnet.slot.tempo), (993, 360));
        assert_eq!(subnet.burn_price, Tao(RAO));
    }

    #[test]
    fn an_owner_starts_it_once() {
        assert_eq!(start_call(true, None, 1_000, 0, 1_000), Ok(1_001));
        assert_eq!(start_call(false, None, 1_000, 0, 1_000), Err(StartRefusal::NotOwner));
        let started = Err(StartRefusal::Started { from: 1_001 });
        assert_eq!(start_call(true, Some(1_001), 1_000, 0, 1_200), started);
        let soon = Err(StartRefusal::TooSoon { from: 1_050 });
        assert_eq!(start_call(true, None, 1_000, 50, 1_049), soon);
        assert_eq!(start_call(true, None, 0, 0, u64::MAX), Ok(u64::MAX));
    }
}

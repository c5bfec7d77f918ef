//! Keys and subnets come and go: newcomers buy slots, and new subnets take the place of old ones.

mod entry;
mod slots;
mod subnets;
mod takeover;

pub(super) use slots::{arrivals, decay, register};
pub(super) use subnets::renew;
pub(super) use takeover::{contend, hand_over};

use crate::protocol::pruning::Protection;
use crate::protocol::registration::Pricing;
use crate::protocol::subnet_life::{LastLock, Registry, SeedRule};
use crate::scenario::{CoalitionPlan, Entry, Newcomers, SubnetPlan};
use crate::units::Epoch;

/// What is needed to bring new keys and subnets into the world.
pub(super) struct Nursery {
    /// The subnets as the text describes them; those that come later are of the same kind.
    pub(super) plans: Vec<SubnetPlan>,
    pub(super) coalitions: Vec<CoalitionPlan>,
    /// The price of slots in each subnet `[subnets]`.
    pub(super) slots: Vec<Slots>,
    /// Those who want a subnet of their own.
    pub(super) founders: Newcomers,
    /// The rules for new subnets.
    pub(super) registry: Registry,
    pub(super) seed_rule: SeedRule,
    /// Epochs until root switches a new subnet's emission on.
    pub(super) enabled_after: Epoch,
    /// The last registration of a subnet.
    pub(super) last_lock: LastLock,
    /// How often each place has been taken anew, and when it was last `[subnets]`.
    pub(super) births: Vec<(u64, Option<Epoch>)>,
}

/// The slots of one subnet.
pub(super) struct Slots {
    pub(super) pricing: Pricing,
    /// What one block leaves of the price, see [`Pricing::decay`].
    pub(super) decay: u64,
    pub(super) newcomers: Newcomers,
    pub(super) entry: Entry,
    /// The group of miners that newcomers belong to; `None` for that of whom they replace.
    pub(super) recruits: Option<String>,
    pub(super) protection: Protection,
}

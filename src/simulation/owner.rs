//! What the subnet owner's own hotkey gets, and does not get.

use crate::protocol::payout::Payout;
use crate::units::{Alpha, Uid};
use crate::world::{Disposal, Subnet};

/// Takes the incentive of the owner's uid, and of all uids of its entity, out of the payout, and
/// burns or recycles it.
///
/// Source: `coinbase/run_coinbase.rs::distribute_emission` (incentive of owner hotkeys).
pub(super) fn dispose(subnet: &mut Subnet, payout: &mut Payout) {
    (subnet.flows.burned, subnet.flows.recycled) = (Alpha::ZERO, Alpha::ZERO);
    let Some(owner) = subnet.owner else { return };
    let entity = subnet.neurons.entity[owner];
    let mut disposed = Alpha::ZERO;
    for (uid, incentive) in payout.incentive.iter_mut().enumerate() {
        if subnet.neurons.entity[uid] == entity {
            disposed += std::mem::take(incentive);
        }
    }
    let (flow, account) = match subnet.rules.submission.owner_incentive {
        Disposal::Burn => (&mut subnet.flows.burned, &mut subnet.ledger.burned),
        Disposal::Recycle => (&mut subnet.flows.recycled, &mut subnet.ledger.recycled),
    };
    *flow = disposed;
    *account += disposed;
}

/// Books the owner's cut: as stake on its hotkey, or in an account of its own where it has none.
/// Gives whose stake it became.
pub(super) fn pay_cut(subnet: &mut Subnet, cut: Alpha) -> Option<(Uid, Alpha)> {
    match subnet.owner {
        Some(owner) => subnet.ledger.deposit_own(owner, cut),
        None => subnet.ledger.owner += cut,
    }
    subnet.owner.map(|owner| (owner, cut))
}

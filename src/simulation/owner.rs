//! What the subnet owner's own hotkey gets, and does not get.

use crate::protocol::payout::Payout;
use crate::protocol::withheld::{Withheld, withhold};
use crate::units::{Alpha, Uid};
use crate::world::{Disposal, Subnet};

/// Takes the incentive of the owner's uid, and of all uids that are known to be of its entity, out of the payout, and
/// burns or recycles it. Gives its part of all incentive, in `[0, 1]`.
pub(super) fn dispose(subnet: &mut Subnet, payout: &mut Payout) -> f64 {
    (subnet.flows.burned, subnet.flows.recycled) = (Alpha::ZERO, Alpha::ZERO);
    let Some(owner) = subnet.owner else { return 0.0 };
    let (entity, hidden) = (&subnet.neurons.entity, &subnet.neurons.hidden);
    let known = |uid: &Uid| entity[*uid] == entity[owner] && (!hidden[*uid] || *uid == owner);
    let owned: Vec<Uid> = (0..entity.len()).filter(known).collect();
    let Withheld { amount, share } = withhold(&mut payout.incentive, &owned);
    let (flow, account) = match subnet.rules.submission.owner_incentive {
        Disposal::Burn => (&mut subnet.flows.burned, &mut subnet.ledger.burned),
        Disposal::Recycle => (&mut subnet.flows.recycled, &mut subnet.ledger.recycled),
    };
    *flow = amount;
    *account += amount;
    share
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

//! How the mechanisms of a subnet weigh against each other.

use crate::protocol::{Outcome, mechanisms, split};
use crate::world::Subnet;

/// Puts the outcomes of several mechanisms together; with one there is nothing to do.
pub(super) fn combine(subnet: &mut Subnet) {
    if subnet.mechanisms.is_empty() {
        return;
    }
    let mut outcome = std::mem::take(&mut subnet.outcome);
    mechanisms::combine(&weighted(subnet), &mut outcome);
    subnet.outcome = outcome;
}

/// The part of the miners' pot that nobody gets, in `[0, 1]`.
pub(super) fn idle(subnet: &Subnet) -> f64 {
    if subnet.mechanisms.is_empty() { 0.0 } else { mechanisms::idle(&weighted(subnet)) }
}

/// The outcome of each mechanism with its part of the epoch's emission, divided as on chain.
fn weighted(subnet: &Subnet) -> Vec<(f64, &Outcome)> {
    let (rules, params) = (&subnet.rules, &subnet.rules.params);
    let issued = subnet.ledger.outstanding();
    let emission = split::tempo_emission(issued, params.tempo, &params.split, 0.0).earned();
    let parts = Some(rules.mechanism_split.as_slice()).filter(|parts| !parts.is_empty());
    let split = mechanisms::split(emission, subnet.mechanisms.len(), parts);
    let outcomes = subnet.mechanisms.iter().map(|mechanism| &mechanism.outcome);
    mechanisms::weights(&split).into_iter().zip(outcomes).collect()
}

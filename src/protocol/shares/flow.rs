//! Shares by moving flow ("Taoflow").

use crate::num;
use crate::protocol::shares::{Demand, at};

/// How much of the protocol's flow counts against a subnet, in `[0, 1]`: as much as makes the sum
/// of what the protocol put in no more than what people put in, over subnets where either is
/// above 0.
///
/// Source: `coinbase/subnet_emissions.rs::get_shares_flow` (normalisation factor).
#[must_use]
pub fn protocol_part(user: impl Iterator<Item = f64>, protocol: impl Iterator<Item = f64>) -> f64 {
    let positive = |sum: f64, flow: f64| sum + flow.max(0.0);
    let (user, protocol) = (user.fold(0.0, positive), protocol.fold(0.0, positive));
    if protocol > 0.0 { (user / protocol).min(1.0) } else { 0.0 }
}

/// What counts of a subnet's flow `[rao per block]`: people's, less `part` of what the protocol put
/// in, or plus all of what the protocol took out.
#[must_use]
pub fn net(user: f64, protocol: f64, part: f64) -> f64 {
    if protocol > 0.0 { user - part * protocol } else { user - protocol }
}

/// The flow at or below which a subnet gets nothing `[rao per block]`.
///
/// That is the cutoff, or the lowest flow where all of them and the cutoff are below 0.
///
/// Source: `coinbase/subnet_emissions.rs::get_lower_limit`.
#[must_use]
pub fn lower_limit(flows: impl Iterator<Item = f64>, cutoff: f64) -> f64 {
    flows.fold(0.0_f64, f64::min).max(cutoff)
}

/// Raises each value to `exponent` and divides by the sum, or leaves zeros where there is no sum.
/// Values are not negative.
///
/// Source: `coinbase/subnet_emissions.rs::inplace_pow_normalize`.
pub fn pow_normalise(values: &mut [f64], exponent: f64) {
    let most = values.iter().copied().fold(0.0, f64::max);
    if most > 0.0 {
        for value in values.iter_mut() {
            // Beside the largest, so that no power leaves the range; 0 stays 0 at any exponent.
            let part = *value / most;
            *value = if part > 0.0 { num::pow(part, exponent) } else { 0.0 };
        }
        num::normalise(values);
    }
}

/// Writes each subnet's share by its flow, of shape `[subnets]`; all 0 where no flow is above the
/// limit. `flows` is scratch.
pub(super) fn shares(
    demand: &Demand<'_>,
    subtracts_protocol: bool,
    cutoff: f64,
    exponent: f64,
    flows: &mut Vec<f64>,
    out: &mut [f64],
) {
    let finite = |flow: f64| if flow.is_finite() { flow } else { 0.0 };
    let counted = |index: &usize| demand.takes_part(*index);
    let eligible = || (0..out.len()).filter(counted);
    let user = |index| finite(at(demand.user_flow, index));
    let protocol = |index| finite(at(demand.protocol_flow, index));
    flows.clear();
    if subtracts_protocol {
        let part = protocol_part(eligible().map(user), eligible().map(protocol));
        flows.extend(eligible().map(|index| net(user(index), protocol(index), part)));
    } else {
        flows.extend(eligible().map(user));
    }
    let limit = lower_limit(flows.iter().copied(), cutoff);
    let mut flows = flows.iter();
    for (index, share) in out.iter_mut().enumerate() {
        let flow = if demand.takes_part(index) { flows.next() } else { None };
        *share = flow.map_or(0.0, |flow| (flow - limit).max(0.0));
    }
    pow_normalise(out, exponent);
}

#[cfg(test)]
mod tests {
    use super::*;

    /// People put 300 in and the protocol 600: half of the protocol's counts.
    #[test]
    fn the_protocols_flow_is_scaled_to_the_peoples() {
        let part = |user: [f64; 2], protocol: [f64; 2]| {
            protocol_part(user.into_iter(), protocol.into_iter())
        };
        assert_eq!(part([100.0, 200.0], [300.0, 300.0]), 0.5);
        assert_eq!(part([100.0, -900.0], [50.0, -7.0]), 1.0);
        assert_eq!(part([100.0, 200.0], [0.0, -1.0]), 0.0);
        assert_eq!([net(100.0, 300.0, 0.5), net(100.0, -300.0, 0.5)], [-50.0, 400.0]);
    }

    #[test]
    fn the_limit_is_the_cutoff_or_the_lowest_flow() {
        let limit = |cutoff| lower_limit([-100.0, 500.0].into_iter(), cutoff);
        assert_eq!([limit(0.0), limit(7.0), limit(-5.0), limit(-500.0)], [0.0, 7.0, -5.0, -100.0]);
        assert_eq!(lower_limit([3.0, 5.0].into_iter(), -2.0), 0.0);
    }

    /// 4 : 9 in squares of 2 : 3, at any scale.
    #[test]
    fn powers_do_not_leave_the_range() {
        for scale in [1e-300, 1.0, 1e300] {
            let mut values = [2.0 * scale, 3.0 * scale, 0.0];
            pow_normalise(&mut values, 2.0);
            assert!((values[0] - 4.0 / 13.0).abs() < 1e-15);
            assert!((values[1] - 9.0 / 13.0).abs() < 1e-15);
            assert_eq!(values[2], 0.0);
        }
        let mut nothing = [0.0; 3];
        pow_normalise(&mut nothing, 0.0);
        assert_eq!(nothing, [0.0; 3]);
    }
}

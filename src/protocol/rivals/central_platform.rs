//! A central platform: an operator who knows all, and takes a fee for it.

use super::in_proportion;

/// Writes incentive `[uids]`: each uid's part of the true quality of all output `[uids]`.
///
/// The operator needs no judges, so nobody earns dividends. Its fee is taken from the pots
/// before they are paid out, see [`crate::protocol::split::Pots::charge`].
///
/// Source: the first-best benchmark of mechanism design, payment by a known contribution, with
/// the operator's rent as it is found in marketplaces.
pub fn central_platform(output: &[f64], incentive: &mut [f64]) {
    in_proportion(output, incentive);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn output_is_paid_in_proportion() {
        let mut incentive = [9.0; 3];
        central_platform(&[0.0, 0.5, 1.5], &mut incentive);
        assert_eq!(incentive, [0.0, 0.25, 0.75]);
    }
}

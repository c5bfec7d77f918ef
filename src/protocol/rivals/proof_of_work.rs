//! Proof of work: pay by hash power, whatever is done with it.

use super::in_proportion;

/// Writes incentive `[uids]`: each uid's part of all hashes `[uids]`, which is its chance to find
/// a block. Nobody judges, so nobody earns dividends.
///
/// Source: S. Nakamoto, "Bitcoin: A Peer-to-Peer Electronic Cash System" (2008), sections 4 and 6.
/// Rewards here are the expected ones, without the luck of single blocks.
pub fn proof_of_work(hashes: &[f64], incentive: &mut [f64]) {
    in_proportion(hashes, incentive);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hashes_are_paid_and_nothing_else() {
        let mut incentive = [9.0; 3];
        proof_of_work(&[0.0, 6.0, 2.0], &mut incentive);
        assert_eq!(incentive, [0.0, 0.75, 0.25]);
        proof_of_work(&[0.0; 3], &mut incentive);
        assert_eq!(incentive, [0.0; 3]);
    }
}

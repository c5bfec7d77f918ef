//! Who may set weights and hold bonds: the uids of greatest stake.

use crate::units::Uid;

/// Marks the `k` greatest of `shares`; a share of 0 is never marked.
///
/// `shares` and `permits` are of shape `[uids]`; `order` is scratch. Where shares are equal the
/// lower uid loses: the chain sorts upwards, keeping the order of equals, and drops from the
/// front.
///
/// Source: `epoch/math.rs::is_topk_nonzero`.
pub fn top_k(shares: &[f64], k: usize, order: &mut Vec<Uid>, permits: &mut [bool]) {
    for (permit, &share) in permits.iter_mut().zip(shares) {
        *permit = share != 0.0;
    }
    let surplus = shares.len().saturating_sub(k);
    if surplus == 0 {
        return;
    }
    order.clear();
    order.extend(0..shares.len());
    let least_first = |&a: &Uid, &b: &Uid| shares[a].total_cmp(&shares[b]).then(a.cmp(&b));
    // Only who is dropped matters, not in which order.
    if surplus < order.len() {
        order.select_nth_unstable_by(surplus, least_first);
    }
    for &uid in &order[..surplus] {
        permits[uid] = false;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn marked(shares: &[f64], k: usize) -> Vec<Uid> {
        let mut permits = vec![true; shares.len()];
        top_k(shares, k, &mut Vec::new(), &mut permits);
        (0..shares.len()).filter(|&uid| permits[uid]).collect()
    }

    #[test]
    fn of_equals_the_lower_uid_loses() {
        assert_eq!(marked(&[0.25, 0.25, 0.25, 0.25], 2), [2, 3]);
        assert_eq!(marked(&[0.1, 0.4, 0.1, 0.4], 3), [1, 2, 3]);
    }

    #[test]
    fn no_stake_earns_no_permit() {
        assert_eq!(marked(&[0.0, 1.0, 0.0], 3), [1]);
        assert_eq!(marked(&[0.0, 1.0, 0.0], 9), [1]);
        assert!(marked(&[0.0, 1.0, 0.0], 0).is_empty());
        assert!(marked(&[], 0).is_empty());
    }
}

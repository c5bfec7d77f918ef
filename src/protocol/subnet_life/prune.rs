//! Which subnet makes room for a new one.

/// A subnet as pruning sees it; root is never among them.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Standing {
    /// Its smoothed price `[TAO per alpha]`: 0 for one that was never started.
    pub moving_price: f64,
    /// When it was registered `[block]`.
    pub registered: u64,
}

/// The subnet that makes room in the block `now`: of those that were registered `immunity`
/// `[blocks]` ago or longer, the one of lowest smoothed price; of equals the longest registered,
/// then the first. `None` where all are immune.
///
/// `subnets` is in the order of subnet numbers; a place in it comes back.
///
/// Source: `coinbase/root.rs::get_network_to_prune`.
#[must_use]
pub fn to_prune(subnets: &[Standing], now: u64, immunity: u64) -> Option<usize> {
    let mortal = |subnet: &Standing| now >= subnet.registered.saturating_add(immunity);
    let candidates = subnets.iter().enumerate().filter(|(_, subnet)| mortal(subnet));
    let worst = candidates.min_by(|(_, a), (_, b)| {
        let dearer = a.moving_price.total_cmp(&b.moving_price);
        dearer.then(a.registered.cmp(&b.registered))
    });
    worst.map(|(place, _)| place)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pruned(subnets: &[(f64, u64)], now: u64) -> Option<usize> {
        let standing =
            |&(moving_price, registered): &(f64, u64)| Standing { moving_price, registered };
        let subnets: Vec<Standing> = subnets.iter().map(standing).collect();
        to_prune(&subnets, now, 100)
    }

    #[test]
    fn the_cheapest_goes_then_the_oldest_then_the_first() {
        assert_eq!(pruned(&[(0.3, 0), (0.1, 0), (0.2, 0)], 500), Some(1));
        assert_eq!(pruned(&[(0.1, 9), (0.1, 7), (0.1, 7)], 500), Some(1));
        assert_eq!(pruned(&[(0.1, 9), (0.0, 11)], 500), Some(1), "one that never started");
    }

    #[test]
    fn the_immune_stay() {
        assert_eq!(pruned(&[(0.3, 400), (0.1, 401)], 500), Some(0));
        assert_eq!(pruned(&[(0.3, 401)], 500), None);
        assert_eq!(pruned(&[(0.3, u64::MAX)], 500), None);
        assert_eq!(pruned(&[], 500), None);
    }
}

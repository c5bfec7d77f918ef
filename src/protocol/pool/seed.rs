//! The first reserves of a new pool.

use crate::protocol::pool::{Pool, WEIGHTS};
use crate::units::{Alpha, Tao};

/// The price that a new pool opens at `[TAO per alpha]`: the median of the prices above 0, or the
/// mean of the two in the middle; 1 where there are none.
///
/// `prices` are the spot prices of all subnets but root, in any order; they are sorted.
///
/// Source: `staking/stake_utils.rs::get_median_subnet_alpha_price`.
#[must_use]
pub fn seed_price(prices: &mut [f64]) -> f64 {
    prices.sort_unstable_by(f64::total_cmp);
    let priced = |price: &f64| *price > 0.0 && price.is_finite();
    let count = prices.iter().filter(|price| priced(price)).count();
    let mut middle = prices.iter().copied().filter(priced).skip(count.saturating_sub(1) / 2);
    match (middle.next(), middle.next()) {
        (Some(low), Some(high)) if count.is_multiple_of(2) => f64::midpoint(low, high),
        (Some(median), _) => median,
        (None, _) => 1.0,
    }
}

impl Pool {
    /// A pool of `tao` and as much alpha as `price` makes it, truncated, at equal weights.
    ///
    /// Source: `subnets/subnet.rs::do_register_network`.
    #[must_use]
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "`as` saturates")]
    pub fn seeded(tao: Tao, price: f64) -> Self {
        Self::new(tao, Alpha((tao.0 as f64 / price) as u64))
    }

    /// A pool of given reserves that opens at `price`, if a weight within [`WEIGHTS`] does it.
    ///
    /// Source: `pallets/swap/src/pallet/impls.rs` (first use of a pool with a price given).
    #[must_use]
    pub fn priced(tao: Tao, alpha: Alpha, price: f64) -> Option<Self> {
        let [least, most] = WEIGHTS;
        let weight = tao.0 as f64 / (price * alpha.0 as f64 + tao.0 as f64);
        (least..=most).contains(&weight).then_some(Self { tao, alpha, weight })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_median_ignores_what_has_no_price() {
        assert_eq!(seed_price(&mut []), 1.0);
        assert_eq!(seed_price(&mut [0.0, f64::NAN, f64::INFINITY]), 1.0);
        assert_eq!(seed_price(&mut [8.0, 0.0, 2.0, f64::NAN]), 5.0);
        assert_eq!(seed_price(&mut [8.0, 0.0, 2.0, 3.0]), 3.0);
    }

    #[test]
    fn a_pool_opens_at_its_price() {
        let pool = Pool::seeded(Tao(1_000), 0.3);
        assert_eq!(pool, Pool::new(Tao(1_000), Alpha(3_333)));
        assert_eq!(Pool::seeded(Tao(1_000), 0.0).alpha, Alpha(u64::MAX));
        let pool = Pool::priced(Tao(300), Alpha(100), 1.0).expect("a weight of 3/4");
        assert_eq!((pool.weight, pool.price()), (0.75, 1.0));
        assert_eq!(Pool::priced(Tao(300), Alpha(1), 1.0), None);
        assert_eq!(Pool::priced(Tao(0), Alpha(0), 1.0), None);
    }
}

//! The pool that a new subnet starts with.

use crate::units::{Alpha, RAO, Tao};

/// The price at which a new pool starts `[TAO per alpha]`: the median of the spot `prices` of all
/// subnets that have one, the mean of the two in the middle where their number is even, and 1
/// where there is none.
///
/// Source: `staking/stake_utils.rs::get_median_subnet_alpha_price`.
#[must_use]
pub fn seed_price(prices: &[f64]) -> f64 {
    let mut prices: Vec<f64> = prices.iter().copied().filter(|price| *price > 0.0).collect();
    prices.sort_unstable_by(f64::total_cmp);
    let (lower, upper) = (prices.len().saturating_sub(1) / 2, prices.len() / 2);
    match (prices.get(lower), prices.get(upper)) {
        (Some(lower), Some(upper)) => lower.midpoint(*upper),
        _ => 1.0,
    }
}

/// How much of a registration's cost a new pool gets, and at what price.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum SeedRule {
    /// All of it, at the median price of the others (from April 2026; the whole lock from May).
    #[default]
    Median,
    /// 1 TAO against 1 alpha; the rest is taken out of circulation (before).
    OneToOne,
}

/// What a new pool starts with.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Seed {
    /// TAO in the pool `[rao]`.
    pub tao: Tao,
    /// Alpha in the pool `[rao]`. None is outside: the owner gets none.
    pub alpha: Alpha,
    /// What of the cost does not go into the pool `[rao]`.
    pub excess: Tao,
}

impl SeedRule {
    /// The pool of a subnet that was registered for `lock` `[rao]`, with at least `least` `[rao]`
    /// of TAO, at the [`seed_price`] `price` `[TAO per alpha]`.
    ///
    /// Source: `subnets/subnet.rs::do_register_network`.
    #[must_use]
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "`as` saturates, and no price gives no alpha"
    )]
    pub fn seed(self, lock: Tao, least: Tao, price: f64) -> Seed {
        match self {
            Self::Median => {
                let tao = lock.max(least);
                let alpha = if price > 0.0 { (tao.0 as f64 / price) as u64 } else { 0 };
                Seed { tao, alpha: Alpha(alpha), excess: Tao::ZERO }
            }
            Self::OneToOne => {
                let (tao, alpha) = (Tao(RAO), Alpha(RAO));
                Seed { tao, alpha, excess: lock.saturating_sub(tao) }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_price_is_the_median_of_those_that_have_one() {
        assert_eq!(seed_price(&[]), 1.0);
        assert_eq!(seed_price(&[0.0, -1.0, f64::NAN]), 1.0);
        assert_eq!(seed_price(&[8.0, 0.0, 2.0]), 5.0);
        assert_eq!(seed_price(&[8.0, 3.0, 2.0]), 3.0);
        assert_eq!(seed_price(&[f64::MAX; 2]), f64::MAX);
        assert_eq!(seed_price(&[5e-324]), 5e-324);
    }

    #[test]
    fn the_pool_gets_the_lock() {
        let seed = SeedRule::Median.seed(Tao(700), Tao(100), 3.5);
        assert_eq!(seed, Seed { tao: Tao(700), alpha: Alpha(200), excess: Tao(0) });
        assert_eq!(SeedRule::Median.seed(Tao(7), Tao(100), 2.0).tao, Tao(100));
        assert_eq!(SeedRule::Median.seed(Tao(7), Tao(100), 0.0).alpha, Alpha(0));
        assert_eq!(SeedRule::Median.seed(Tao(7), Tao(0), 1e-300).alpha, Alpha(u64::MAX));
    }

    #[test]
    fn pools_once_started_with_a_token_of_each() {
        let seed = SeedRule::OneToOne.seed(Tao(5 * RAO), Tao(RAO), 0.02);
        assert_eq!(seed, Seed { tao: Tao(RAO), alpha: Alpha(RAO), excess: Tao(4 * RAO) });
    }
}

//! The price of a slot: it falls every block and rises with every registration.

use crate::units::{RAO, Tao};

/// One in 32 fractional bits.
const ONE: u64 = 1 << 32;

/// How the price of a subnet's slots moves.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Pricing {
    /// Least price `[rao]`.
    pub least: Tao,
    /// Greatest price `[rao]`.
    pub most: Tao,
    /// Blocks in which the price halves while nobody registers `[blocks]`, 1 to 36100.
    pub half_life: u16,
    /// What a registration multiplies the price by, in `[1, 3]`.
    pub bump: f64,
}

impl Default for Pricing {
    fn default() -> Self {
        Self { least: Tao(RAO / 2_000), most: Tao(100 * RAO), half_life: 360, bump: 1.26 }
    }
}

/// The price of a new subnet `[rao]`.
pub const FIRST_PRICE: Tao = Tao(RAO);

impl Pricing {
    /// What one block leaves of the price, in parts of 2^32: the greatest fraction whose power
    /// [`Pricing::half_life`] is at most one half. Powers are truncated, as the chain takes them.
    ///
    /// Source: `subnets/registration.rs` (decay factor of the burn price).
    #[must_use]
    pub fn decay(&self) -> u64 {
        let (mut least, mut most) = (0, ONE);
        while least + 1 < most {
            let middle = u64::midpoint(least, most);
            if power(middle, self.half_life) > ONE / 2 {
                most = middle;
            } else {
                least = middle;
            }
        }
        least
    }

    /// The price one block later, given [`Pricing::decay`].
    #[must_use]
    pub fn after_block(&self, price: Tao, decay: u64) -> Tao {
        let product = u128::from(price.0) * u128::from(decay);
        self.clamp(product >> 32)
    }

    /// The price after a registration; the next one in the same block pays it.
    #[must_use]
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "`as` saturates, and a negative factor is none"
    )]
    pub fn after_registration(&self, price: Tao) -> Tao {
        // The factor's own fraction has no more than 52 bits, so that this loses nothing.
        let factor = (self.bump * (1_u64 << 52) as f64) as u128;
        self.clamp((u128::from(price.0) * factor) >> 52)
    }

    fn clamp(&self, price: u128) -> Tao {
        let price = u64::try_from(price).unwrap_or(u64::MAX);
        Tao(price.min(self.most.0).max(self.least.0))
    }
}

/// `base^exponent` in 32 fractional bits, each product truncated.
fn power(base: u64, exponent: u16) -> u64 {
    let times =
        |a: u64, b: u64| u64::try_from((u128::from(a) * u128::from(b)) >> 32).unwrap_or(u64::MAX);
    let (mut result, mut square) = (ONE, base);
    let mut left = exponent;
    while left > 0 {
        if left & 1 == 1 {
            result = times(result, square);
        }
        square = times(square, square);
        left >>= 1;
    }
    result
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_price_halves_in_its_half_life() {
        let pricing = Pricing::default();
        let decay = pricing.decay();
        let mut price = Tao(64 * RAO);
        for _ in 0..360 {
            price = pricing.after_block(price, decay);
        }
        assert!(price.0.abs_diff(32 * RAO) < 10_000, "{price}");
        assert_eq!(Pricing { half_life: 1, ..pricing }.decay(), ONE / 2);
    }

    /// A registration every 120 blocks keeps the price: 360 log2(1.26) = 120.03.
    #[test]
    fn the_stationary_rate_is_the_chains() {
        let pricing = Pricing::default();
        let (decay, mut price) = (pricing.decay(), FIRST_PRICE);
        for block in 0..12_000 {
            if block % 120 == 0 {
                price = pricing.after_registration(price);
            }
            price = pricing.after_block(price, decay);
        }
        assert!(price.0.abs_diff(RAO) < RAO / 50, "{price}");
    }

    #[test]
    fn the_price_stays_in_its_bounds() {
        let pricing = Pricing::default();
        assert_eq!(pricing.after_block(pricing.least, pricing.decay()), pricing.least);
        assert_eq!(pricing.after_registration(pricing.most), pricing.most);
        assert_eq!(pricing.after_registration(Tao(u64::MAX)), pricing.most);
        assert_eq!(pricing.after_registration(Tao(RAO)), Tao(1_260_000_000));
    }
}

//! Units of the network: money in rao, uids, epochs and blocks.
//!
//! Money is a whole number of rao, so that every sum is exact. [`Alpha`] and [`Tao`] cannot be
//! mixed; turning one into the other needs a price. Conversions from and to `f64` happen only
//! where a text is read or a table is written.

use std::fmt;
use std::iter::Sum;
use std::ops::{Add, AddAssign, Sub, SubAssign};

/// Rao in one TAO and in one alpha `[rao]`.
pub const RAO: u64 = 1_000_000_000;

/// Most TAO, and most alpha of one subnet, that can ever be issued `[rao]`.
pub const SUPPLY_CAP: u64 = 21_000_000 * RAO;

/// Blocks in one day, at 12 seconds a block.
pub const BLOCKS_PER_DAY: u64 = 7_200;

/// Place of a neuron in its subnet, dense from 0.
pub type Uid = usize;

/// Number of an epoch in a run, from 0.
pub type Epoch = u32;

macro_rules! money {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $name(
            /// Amount `[rao]`.
            pub u64,
        );

        impl $name {
            /// Nothing.
            pub const ZERO: Self = Self(0);

            /// From whole tokens, rounded to the nearest rao; negative and NaN give 0, and what
            /// does not fit saturates.
            #[must_use]
            #[expect(
                clippy::cast_possible_truncation,
                clippy::cast_sign_loss,
                reason = "`as` saturates, which is the documented behaviour"
            )]
            pub fn from_tokens(tokens: f64) -> Self {
                Self((tokens * RAO as f64).round() as u64)
            }

            /// In whole tokens, for tables and figures.
            #[must_use]
            pub fn tokens(self) -> f64 {
                self.0 as f64 / RAO as f64
            }

            /// The difference, or nothing where `other` is more.
            #[must_use]
            pub fn saturating_sub(self, other: Self) -> Self {
                Self(self.0.saturating_sub(other.0))
            }

            /// The floor of this amount times `share`, at least 0 and at most the amount itself.
            #[must_use]
            #[expect(
                clippy::cast_possible_truncation,
                clippy::cast_sign_loss,
                reason = "`as` saturates, and the minimum bounds it from above"
            )]
            pub fn part(self, share: f64) -> Self {
                Self(((self.0 as f64 * share) as u64).min(self.0))
            }
        }

        impl Add for $name {
            type Output = Self;
            fn add(self, other: Self) -> Self {
                Self(self.0 + other.0)
            }
        }

        impl AddAssign for $name {
            fn add_assign(&mut self, other: Self) {
                self.0 += other.0;
            }
        }

        impl Sub for $name {
            type Output = Self;
            fn sub(self, other: Self) -> Self {
                Self(self.0 - other.0)
            }
        }

        impl SubAssign for $name {
            fn sub_assign(&mut self, other: Self) {
                self.0 -= other.0;
            }
        }

        impl Sum for $name {
            fn sum<I: Iterator<Item = Self>>(amounts: I) -> Self {
                amounts.fold(Self::ZERO, Add::add)
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(f, "{}.{:09}", self.0 / RAO, self.0 % RAO)
            }
        }
    };
}

money! {
    /// An amount of TAO `[rao]`.
    Tao
}

money! {
    /// An amount of one subnet's alpha `[rao]`.
    Alpha
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tokens_and_rao_agree() {
        assert_eq!(Alpha::from_tokens(1.5), Alpha(1_500_000_000));
        assert_eq!(Alpha::from_tokens(-1.0), Alpha::ZERO);
        assert_eq!(Alpha::from_tokens(f64::NAN), Alpha::ZERO);
        assert_eq!(Tao(1_000_000_001).to_string(), "1.000000001");
    }

    #[test]
    fn a_part_never_exceeds_the_whole() {
        assert_eq!(Alpha(10).part(0.25), Alpha(2));
        assert_eq!(Alpha(10).part(7.0), Alpha(10));
        assert_eq!(Alpha(10).part(-1.0), Alpha::ZERO);
        assert_eq!(Alpha(u64::MAX).part(1.0), Alpha(u64::MAX));
    }
}

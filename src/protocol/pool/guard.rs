//! What the chain refuses to trade, so that no trade can drain a pool or overflow its arithmetic.

use thiserror::Error;

/// Least price that a trade may lead to `[TAO per alpha]`.
///
/// Source: `pallets/swap/src/pallet/impls.rs` (minimum price).
pub const LEAST_PRICE: f64 = 1e-6;

/// Greatest price that a trade may lead to `[TAO per alpha]`.
///
/// Source: `pallets/swap/src/pallet/impls.rs` (maximum price).
pub const MOST_PRICE: f64 = 1e6;

/// Why a trade does not take place; it then changes nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub enum Refused {
    /// Too much is put in at once.
    #[error("more than the pool can take in one trade, which is a multiple of its reserve")]
    InputTooLarge,
    /// The side that would pay out is nearly empty.
    #[error("the reserve that would pay is below its minimum")]
    ReserveTooLow,
    /// The price is already at the limit, or the trade would take it past the chain's own.
    #[error("the price is at its limit")]
    PriceLimit,
    /// What would come out is less than one rao.
    #[error("the trade would get nothing")]
    NothingOut,
}

/// How large a trade may be, and how small a reserve.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Guards {
    /// Most that may be put in, as a multiple of the reserve of its own side.
    pub most_times: u64,
    /// Least reserve of the side that pays `[rao]`.
    pub least_reserve: u64,
}

impl Guards {
    /// The chain's guards: 1000 times the reserve, and a million rao.
    ///
    /// Source: `pallets/swap/src/pallet/swap_step.rs` (since v3.4.9), `runtime/src/lib.rs`
    /// (`SwapMinimumReserve`).
    pub const CHAIN: Self = Self { most_times: 1_000, least_reserve: 1_000_000 };

    /// Whether a trade of `input` may start between two reserves, all in rao.
    ///
    /// # Errors
    /// Refuses an input above its multiple of `reserve_in`, or that would not fit into it, and a
    /// `reserve_out` below its minimum.
    pub fn admit(&self, input: u64, reserve_in: u64, reserve_out: u64) -> Result<(), Refused> {
        let fits = reserve_in.checked_add(input).is_some();
        if input > reserve_in.saturating_mul(self.most_times) || !fits {
            return Err(Refused::InputTooLarge);
        }
        if reserve_out < self.least_reserve { Err(Refused::ReserveTooLow) } else { Ok(()) }
    }
}

/// What comes out of a trade, which must not be nothing.
///
/// # Errors
/// Refuses 0.
pub(super) fn not_nothing(output: u64) -> Result<u64, Refused> {
    if output == 0 { Err(Refused::NothingOut) } else { Ok(output) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_chains_guards_stand_where_it_says() {
        let guards = Guards::CHAIN;
        assert_eq!(guards.admit(1_000_000, 1_000, 1_000_000), Ok(()));
        assert_eq!(guards.admit(1_000_001, 1_000, 1_000_000), Err(Refused::InputTooLarge));
        assert_eq!(guards.admit(1, 1_000, 999_999), Err(Refused::ReserveTooLow));
        assert_eq!(guards.admit(1, 0, 1_000_000), Err(Refused::InputTooLarge));
        assert_eq!(guards.admit(1, u64::MAX, 1_000_000), Err(Refused::InputTooLarge));
        assert_eq!(guards.admit(0, u64::MAX, 1_000_000), Ok(()));
    }
}

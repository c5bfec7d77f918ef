//! The pay of the subnet owner's own miners, which is withheld.

use crate::units::{Alpha, Uid};

/// What was withheld in one epoch.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Withheld {
    /// The amount `[rao]`.
    pub amount: Alpha,
    /// Its part of what all miners earned, in `[0, 1]`; 0 where they earned nothing. The rules that
    /// share out TAO by price times what reaches miners read this until the next epoch.
    pub share: f64,
}

/// Takes away the incentive of every uid that the owner's coldkey holds.
///
/// `incentive` is each uid's `[rao]`, of shape `[uids]`; `owned` are uids in any order, each once.
///
/// Source: `coinbase/run_coinbase.rs::distribute_dividends_and_incentives` (`MinerBurned`).
#[must_use]
pub fn withhold(incentive: &mut [Alpha], owned: &[Uid]) -> Withheld {
    let all: Alpha = incentive.iter().copied().sum();
    let taken = owned.iter().filter_map(|uid| incentive.get_mut(*uid).map(std::mem::take));
    let amount: Alpha = taken.sum();
    let share = if all > Alpha::ZERO { amount.0 as f64 / all.0 as f64 } else { 0.0 };
    Withheld { amount, share }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_owners_miners_get_nothing() {
        let mut incentive = [Alpha(30), Alpha(60), Alpha(10)];
        let withheld = withhold(&mut incentive, &[2, 0, 9]);
        assert_eq!(withheld, Withheld { amount: Alpha(40), share: 0.4 });
        assert_eq!(incentive, [Alpha(0), Alpha(60), Alpha(0)]);
        assert_eq!(withhold(&mut [Alpha(0)], &[0]), Withheld::default());
    }
}

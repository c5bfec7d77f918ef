//! Payout: an epoch's pots become amounts for each uid, and a validator's amount its take.

use crate::num;
use crate::protocol::split::Pots;
use crate::protocol::{dividends, proportion};
use crate::units::Alpha;

/// What each uid is paid for one epoch.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Payout {
    /// Paid to each uid for its incentive, `[uids]`.
    pub incentive: Vec<Alpha>,
    /// Paid to each uid for its dividends, `[uids]`; take and stakers share it.
    pub dividends: Vec<Alpha>,
    /// What truncation left over, or everything where there is nobody to pay.
    pub unallocated: Alpha,
}

/// Divides the server and validator pots among uids.
///
/// `servers` and `validators` are the epoch's shares of its emission, of shape `[uids]`. The three
/// parts of `payout` sum exactly to the two pots.
///
/// Miners are paid their share of both pots together; validators' shares only say how what is
/// left for them is divided. On the chain the pots are equal and so are the two sums of shares,
/// so that each side gets its own pot. Where a scenario weighs them unequally, each side gets
/// the product of its pot and its sum of shares, scaled to use up both pots: either of the two
/// settings acts on its own while the other stays at one half. Without incentive the validators
/// get the server pot, and without dividends the miners get the validator pot. The root pot is
/// not divided here: see [`dividends::totals`].
///
/// Source: `coinbase/run_coinbase.rs::distribute_emission`.
pub fn distribute(pots: &Pots, servers: &[f64], validators: &[f64], payout: &mut Payout) {
    let (for_servers, for_validators) = (num::sum(servers), num::sum(validators));
    let (server, validator) = (pots.server.0 as f64, pots.validator.0 as f64);
    let (server, validator) = (server * for_servers, validator * for_validators);
    // A side without a pot must not lose what the other side leaves it.
    let (server, validator) =
        if server + validator > 0.0 { (server, validator) } else { (for_servers, for_validators) };
    let pots = Pots { root: Alpha::ZERO, ..*pots };
    let totals = dividends::totals(&pots, server, validator);
    let left = divide(totals.server, servers, &mut payout.incentive);
    // What the chain would orphan is the validators' where sides are weighed unequally.
    let rest = divide(totals.validator + totals.orphaned, validators, &mut payout.dividends);
    payout.unallocated = left + rest;
}

/// Divides `pot` in proportion to `shares`, truncating; returns what is left.
///
/// `shares` and `amounts` `[rao]` are of one shape, and shares need not sum to 1. Where they sum
/// to nothing, or to no number, everything is left.
pub fn divide(pot: Alpha, shares: &[f64], amounts: &mut Vec<Alpha>) -> Alpha {
    let total = num::sum(shares);
    let mut left = pot;
    amounts.clear();
    amounts.extend(shares.iter().map(|share| {
        // Rounding in the quotient must not hand out a rao that is not there.
        let amount = pot.part(if total > 0.0 { share / total } else { 0.0 }).min(left);
        left -= amount;
        amount
    }));
    left
}

/// Divides a payout between who runs the key and who stakes on it: the take, then the rest.
///
/// `take` is in 65535ths (11796 by default); the part is truncated and both sum to `payout`.
///
/// Source: `coinbase/run_coinbase.rs::distribute_dividends_and_incentives`.
#[must_use]
pub fn take(payout: Alpha, take: u16) -> (Alpha, Alpha) {
    let taken = Alpha(proportion::part(payout.0, take));
    (taken, payout - taken)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pots(server: u64, validator: u64) -> Pots {
        Pots { server: Alpha(server), validator: Alpha(validator), ..Pots::default() }
    }

    fn paid(pots: &Pots, servers: [f64; 2], validators: [f64; 2]) -> ([u64; 2], [u64; 2], u64) {
        let mut payout = Payout::default();
        distribute(pots, &servers, &validators, &mut payout);
        let amounts = |paid: &[Alpha]| [paid[0].0, paid[1].0];
        (amounts(&payout.incentive), amounts(&payout.dividends), payout.unallocated.0)
    }

    #[test]
    fn each_side_gets_its_pot() {
        let pots = pots(100, 100);
        assert_eq!(paid(&pots, [0.0, 0.5], [0.5, 0.0]), ([0, 100], [100, 0], 0));
        assert_eq!(paid(&pots, [0.25, 0.25], [0.5, 0.0]), ([50, 50], [100, 0], 0));
        assert_eq!(paid(&pots, [0.5 / 3.0, 1.0 / 3.0], [0.5, 0.0]), ([33, 66], [100, 0], 1));
    }

    #[test]
    fn either_setting_acts_alone() {
        assert_eq!(paid(&pots(150, 50), [0.0, 0.5], [0.5, 0.0]), ([0, 150], [50, 0], 0));
        assert_eq!(paid(&pots(100, 100), [0.0, 0.75], [0.25, 0.0]), ([0, 150], [50, 0], 0));
        assert_eq!(paid(&pots(100, 100), [0.0, 0.25], [0.75, 0.0]), ([0, 50], [150, 0], 0));
    }

    #[test]
    fn an_idle_side_leaves_its_pot_to_the_other() {
        assert_eq!(paid(&pots(100, 100), [0.0; 2], [0.25, 0.75]), ([0; 2], [50, 150], 0));
        assert_eq!(paid(&pots(100, 100), [0.0, 1.0], [0.0; 2]), ([0, 200], [0; 2], 0));
        assert_eq!(paid(&pots(0, 100), [0.0, 1.0], [0.0; 2]), ([0, 100], [0; 2], 0));
        assert_eq!(paid(&pots(100, 0), [0.0; 2], [0.25, 0.75]), ([0; 2], [25, 75], 0));
        assert_eq!(paid(&pots(100, 100), [0.0; 2], [0.0; 2]), ([0; 2], [0; 2], 200));
    }

    #[test]
    fn the_take_is_truncated() {
        assert_eq!(take(Alpha(1_000_000_000), 11_796), (Alpha(179_995_422), Alpha(820_004_578)));
        assert_eq!(take(Alpha(u64::MAX), u16::MAX), (Alpha(u64::MAX), Alpha(0)));
        assert_eq!(take(Alpha(3), 0), (Alpha(0), Alpha(3)));
    }
}

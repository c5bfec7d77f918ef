//! Dividends: what the two sides and root get of an epoch's pots, and who gets root's part.
//!
//! ```text
//! pots ──► totals ──► servers, by incentive
//!            ├──────► validators ─┐
//!            └──────► root ───────┴─► shares_of_kinds: alpha and root payout of each key
//! ```

use crate::num;
use crate::protocol::child_keys::Holdings;
use crate::protocol::payout;
use crate::protocol::split::Pots;
use crate::units::Alpha;

/// What each side gets of an epoch's pots; the four parts sum exactly to the server, validator
/// and root pots.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Totals {
    /// All miners together `[rao]`.
    pub server: Alpha,
    /// All validators and their alpha stakers together `[rao]`.
    pub validator: Alpha,
    /// Root stakers of all validators together `[rao]`.
    pub root: Alpha,
    /// What nobody gets: it stays outstanding and has no owner `[rao]`.
    pub orphaned: Alpha,
}

/// Divides an epoch's pots between miners, validators and root.
///
/// `sum_incentive` and `sum_dividends` are the sums of the epoch's shares of its emission. On
/// chain both are 1 or 0; a scenario that favours one side weighs them (see
/// [`payout::distribute`]). Miners are paid their share of all three pots together, validators
/// and root what is in their own.
///
/// The pots of a block are `server = rest / 2` and `validator + root = rest / 2`, so that all is
/// paid. Where root's part was recycled block by block (the root-sell flag was off, and
/// `pots.root` is smaller for it), miners get half of what remains, and half of the recycled
/// amount is orphaned out of the server pot besides.
///
/// Without incentive the validators get the server pot; without dividends the miners get all.
/// Where weighed sums leave validators and root less than their pots, both shrink alike.
///
/// Source: `coinbase/run_coinbase.rs::distribute_emission`.
#[must_use]
pub fn totals(pots: &Pots, sum_incentive: f64, sum_dividends: f64) -> Totals {
    let [server, validator, root] = [pots.server, pots.validator, pots.root].map(wide);
    // No subnet has as much alpha as would not fit.
    let total = rao(server + validator + root);
    let share = match (sum_incentive > 0.0, sum_dividends > 0.0) {
        (true, false) => return Totals { server: total, ..Totals::default() },
        (true, true) => sum_incentive / (sum_incentive + sum_dividends),
        (false, _) => 0.0,
    };
    let server = nearest(total, share);
    let left = total - server;
    let idle = if server == Alpha::ZERO { wide(pots.server) } else { 0 };
    let validators = wide(rao(validator + idle));
    let asked = validators + root;
    let (validator, root) = if asked > wide(left) {
        let validator = rao(wide(left) * validators / asked);
        // A rao that the floor leaves over is root's, if root is there to get it.
        let rest = left - validator;
        if pots.root > Alpha::ZERO { (validator, rest) } else { (left, Alpha::ZERO) }
    } else {
        (rao(validators), pots.root)
    };
    Totals { server, validator, root, orphaned: left - validator - root }
}

/// What each key's stakers get of an epoch, by the kind of their stake.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Kinds {
    /// To those who stake alpha on each key, take included `[rao]` `[keys]`.
    pub alpha: Vec<Alpha>,
    /// To those who stake on each key on root, take included `[rao]` `[keys]`.
    pub root: Vec<Alpha>,
    /// What nobody gets, of validators' and of root's: dust, or all where no earner has stake of
    /// that kind `[rao]`.
    pub orphaned: [Alpha; 2],
}

/// Divides what validators and root get among keys.
///
/// `dividends` `[rao]` `[keys]` are what each key has earned after child keys had their part; they
/// count as proportions only. A key's dividends are root's by the root part of its own stake,
/// `w g / (a + w g)`, and alpha's for the rest. Each kind's amount is then divided in proportion
/// to what all keys have earned for that kind, truncated. `holdings` gives the stakes; its owners
/// and child takes are not read.
///
/// Source: `coinbase/run_coinbase.rs::calculate_dividend_distribution`.
pub fn shares_of_kinds(
    [validator, root]: [Alpha; 2],
    dividends: &[Alpha],
    holdings: &Holdings<'_>,
    kinds: &mut Kinds,
) {
    let stakes = holdings.alpha.iter().zip(holdings.root);
    let scores = dividends.iter().zip(stakes).map(|(earned, (alpha, root))| {
        let (earned, root) = (earned.0 as f64, holdings.tao_weight * root.0 as f64);
        // Without any stake this is 0/0, which counts as alpha's.
        let for_root = earned * num::within(0.0, 1.0, root / (alpha.0 as f64 + root));
        (earned - for_root, for_root)
    });
    let (for_alpha, for_root): (Vec<f64>, Vec<f64>) = scores.unzip();
    kinds.orphaned = [
        payout::divide(validator, &for_alpha, &mut kinds.alpha),
        payout::divide(root, &for_root, &mut kinds.root),
    ];
}

/// The nearest whole number of rao to a share of an amount; NaN gives nothing.
#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "`as` saturates, and the minimum bounds it from above"
)]
fn nearest(amount: Alpha, share: f64) -> Alpha {
    Alpha(((amount.0 as f64 * share).round() as u64).min(amount.0))
}

fn wide(amount: Alpha) -> u128 {
    u128::from(amount.0)
}

fn rao(amount: u128) -> Alpha {
    Alpha(u64::try_from(amount).unwrap_or(u64::MAX))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::units::Tao;

    fn paid([server, validator, root]: [u64; 3], sums: [f64; 2]) -> [u64; 4] {
        let [server, validator, root] = [server, validator, root].map(Alpha);
        let pots = Pots { server, validator, root, ..Pots::default() };
        let totals = totals(&pots, sums[0], sums[1]);
        [totals.server, totals.validator, totals.root, totals.orphaned].map(|part| part.0)
    }

    /// Rest 1000, root's proportion a quarter: 500 to servers, 375 and 125 to the others.
    #[test]
    fn with_the_flag_on_each_gets_its_pot() {
        assert_eq!(paid([500, 375, 125], [1.0, 1.0]), [500, 375, 125, 0]);
        assert_eq!(paid([500, 375, 125], [0.5, 0.5]), [500, 375, 125, 0]);
    }

    /// The 125 of root were recycled before; miners get half of 875.
    #[test]
    fn with_the_flag_off_half_as_much_again_is_orphaned() {
        assert_eq!(paid([500, 374, 0], [1.0, 1.0]), [437, 374, 0, 63]);
    }

    #[test]
    fn an_idle_side_leaves_its_pot_to_the_other() {
        assert_eq!(paid([500, 375, 125], [0.0, 1.0]), [0, 875, 125, 0]);
        assert_eq!(paid([500, 375, 125], [1.0, 0.0]), [1_000, 0, 0, 0]);
        // Nobody has earned anything: stake is paid, as a validator.
        assert_eq!(paid([500, 375, 125], [0.0, 0.0]), [0, 875, 125, 0]);
    }

    /// Three quarters of 1000 go to miners; 250 are shared 3 : 1 in place of 500.
    #[test]
    fn weighed_sums_shrink_validators_and_root_alike() {
        assert_eq!(paid([500, 375, 125], [3.0, 1.0]), [750, 187, 63, 0]);
        assert_eq!(paid([500, 500, 0], [3.0, 1.0]), [750, 250, 0, 0]);
    }

    fn kinds(validator: u64, root: u64, stakes: [[u64; 2]; 2], dividends: [u64; 2]) -> Kinds {
        let holdings = Holdings {
            alpha: &stakes.map(|[alpha, _]| Alpha(alpha)),
            root: &stakes.map(|[_, root]| Tao(root)),
            tao_weight: 0.25,
            entity: &[],
            child_take: &[],
            burn: 0.0,
        };
        let mut kinds = Kinds::default();
        let amounts = [Alpha(validator), Alpha(root)];
        shares_of_kinds(amounts, &dividends.map(Alpha), &holdings, &mut kinds);
        kinds
    }

    /// Root counts 100 of 200 for the first key and nothing for the second: alpha scores are 30
    /// and 30, root scores 30 and 0.
    #[test]
    fn stake_is_paid_by_its_kind() {
        let found = kinds(1_000, 500, [[100, 400], [100, 0]], [60, 30]);
        assert_eq!(found.alpha, [Alpha(500), Alpha(500)]);
        assert_eq!(found.root, [Alpha(500), Alpha(0)]);
        assert_eq!(found.orphaned, [Alpha::ZERO; 2]);
    }

    #[test]
    fn a_kind_that_no_earner_has_is_orphaned() {
        let found = kinds(1_000, 500, [[100, 0], [0, 0]], [60, 30]);
        assert_eq!(found.alpha, [Alpha(666), Alpha(333)]);
        assert_eq!(found.orphaned, [Alpha(1), Alpha(500)]);
        let found = kinds(1_000, 500, [[0, 400], [0, 1]], [60, 30]);
        assert_eq!(found.orphaned, [Alpha(1_000), Alpha(1)]);
        let found = kinds(1_000, 500, [[100, 400], [100, 0]], [0, 0]);
        assert_eq!(found.orphaned, [Alpha(1_000), Alpha(500)]);
    }
}

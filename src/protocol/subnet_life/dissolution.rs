//! What is left of a subnet that goes: the TAO of its pool, for those who hold its alpha.

use std::cmp::Reverse;

use crate::protocol::proportion;
use crate::units::{Alpha, Tao};

/// A subnet whose pool is to be divided. Unclaimed root dividends, pending and burned alpha get
/// nothing.
#[derive(Clone, Copy, Debug)]
pub struct Estate<'a> {
    /// TAO in the pool `[rao]`.
    pub pot: Tao,
    /// Alpha of each position, by hotkey and coldkey `[rao]` `[positions]`.
    pub stakes: &'a [Alpha],
    /// Outstanding alpha that the chain has bought itself `[rao]`.
    pub protocol: Alpha,
    /// Alpha in the pool `[rao]`.
    pub pooled: Alpha,
    /// Whether the pool's alpha counts as the protocol's: so for subnets that were registered
    /// after that rule came.
    pub pool_counts: bool,
}

/// Who gets what of a pool; the payouts and the protocol's part sum exactly to the pot.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Dissolved {
    /// To the coldkey of each position `[rao]` `[positions]`.
    pub payouts: Vec<Tao>,
    /// To the protocol, which recycles it `[rao]`.
    pub protocol: Tao,
}

/// Divides the pot in proportion to alpha.
///
/// Each gets the floor of its part; what the floors leave over goes, a rao each, to those who
/// lost most by them, the first of equals first and the protocol last. Without any alpha the
/// protocol gets all.
///
/// Source: `staking/remove_stake.rs::destroy_alpha_in_out_stakes`.
pub fn dissolve(estate: &Estate<'_>, dissolved: &mut Dissolved) {
    let pooled = if estate.pool_counts { estate.pooled.0 } else { 0 };
    let protocol = Alpha(estate.protocol.0.saturating_add(pooled));
    let weights = || estate.stakes.iter().chain([&protocol]).map(|alpha| u128::from(alpha.0));
    let (pot, total): (u128, u128) = (u128::from(estate.pot.0), weights().sum());
    let Dissolved { payouts, protocol } = dissolved;
    payouts.clear();
    if total == 0 {
        payouts.resize(estate.stakes.len(), Tao::ZERO);
        *protocol = estate.pot;
        return;
    }
    let mut left = estate.pot;
    let mut lost: Vec<(u128, usize)> = Vec::with_capacity(estate.stakes.len() + 1);
    for (place, weight) in weights().enumerate() {
        let floor = Tao(u64::try_from(pot * weight / total).unwrap_or(u64::MAX));
        payouts.push(floor);
        left -= floor;
        lost.push((pot * weight % total, place));
    }
    lost.sort_by_key(|(remainder, _)| Reverse(*remainder));
    for (_, place) in lost {
        if left > Tao::ZERO {
            payouts[place] += Tao(1);
            left -= Tao(1);
        }
    }
    *protocol = payouts.pop().unwrap_or(Tao::ZERO);
}

/// What the owner of an old subnet gets back of what it locked `[rao]`.
///
/// Only subnets that were registered before registrations reopened have this right. It is what
/// was `locked` `[rao]` less the value of the owner's cut of all alpha: `owner_cut` in 65535ths
/// of `issued` `[rao]` at `price` `[TAO per alpha]`, both truncated to whole rao. It is limited to
/// what the subnet's account holds beyond its payouts, `available` `[rao]`.
///
/// Source: `staking/remove_stake.rs::destroy_alpha_in_out_stakes`.
#[must_use]
#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "`as` saturates, and no price means that the cut was worth nothing"
)]
pub fn owner_refund(locked: Tao, issued: Alpha, owner_cut: u16, price: f64, available: Tao) -> Tao {
    let earned = proportion::part(issued.0, owner_cut) as f64 * price;
    locked.saturating_sub(Tao(earned as u64)).min(available)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn paid(
        pot: u64,
        stakes: &[u64],
        [protocol, pooled]: [u64; 2],
        counts: bool,
    ) -> (Vec<u64>, u64) {
        let stakes: Vec<Alpha> = stakes.iter().map(|alpha| Alpha(*alpha)).collect();
        let (protocol, pooled) = (Alpha(protocol), Alpha(pooled));
        let estate =
            Estate { pot: Tao(pot), stakes: &stakes, protocol, pooled, pool_counts: counts };
        let mut dissolved = Dissolved { payouts: vec![Tao(9); 9], protocol: Tao(9) };
        dissolve(&estate, &mut dissolved);
        (dissolved.payouts.iter().map(|paid| paid.0).collect(), dissolved.protocol.0)
    }

    /// 10 by 3 : 2 : 1 are 5, 3 and 1 with remainders 0, 2 and 4 of 6: the last gets the rao.
    #[test]
    fn what_floors_leave_goes_to_the_largest_remainders() {
        assert_eq!(paid(10, &[3, 2, 1], [0, 0], false), (vec![5, 3, 2], 0));
        assert_eq!(paid(2, &[1, 1, 1], [0, 0], false), (vec![1, 1, 0], 0));
        assert_eq!(paid(1, &[1], [1, 0], false), (vec![1], 0), "the protocol comes last");
    }

    #[test]
    fn the_protocol_has_its_part() {
        assert_eq!(paid(200, &[50], [50, 100], false), (vec![100], 100));
        assert_eq!(paid(200, &[50], [50, 100], true), (vec![50], 150));
        assert_eq!(paid(200, &[0, 0], [0, 100], false), (vec![0, 0], 200), "nobody holds any");
        assert_eq!(paid(200, &[], [0, 0], true), (vec![], 200));
    }

    #[test]
    fn extremes_neither_panic_nor_wrap() {
        let (paid, protocol) = paid(u64::MAX, &[u64::MAX; 3], [u64::MAX; 2], true);
        let sum: u128 = paid.iter().map(|paid| u128::from(*paid)).sum();
        assert_eq!(sum + u128::from(protocol), u128::from(u64::MAX));
        assert!(paid.iter().all(|paid| paid.abs_diff(u64::MAX / 4) <= 1));
    }

    /// A cut of 18 % of 1000 at 2 TAO each was worth 358 or so.
    #[test]
    fn an_old_owner_gets_back_what_its_cut_was_not_worth() {
        assert_eq!(owner_refund(Tao(500), Alpha(1_000), 11_796, 2.0, Tao(900)), Tao(142));
        assert_eq!(owner_refund(Tao(500), Alpha(1_000), 11_796, 2.0, Tao(100)), Tao(100));
        assert_eq!(owner_refund(Tao(500), Alpha(1_000), 11_796, 9.0, Tao(900)), Tao(0));
        assert_eq!(owner_refund(Tao(500), Alpha(u64::MAX), 11_796, f64::NAN, Tao(900)), Tao(500));
    }
}

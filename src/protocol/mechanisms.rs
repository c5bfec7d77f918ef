//! Several mechanisms in one subnet: each judges the same uids by weights of its own.
//!
//! Uids, stake, permits and rules are shared; weights, bonds and commits are each mechanism's.
//! The subnet's emission is divided among them, each runs an epoch with the old permits, and
//! what they decide is put together.

use crate::num;
use crate::protocol::{Outcome, proportion};
use crate::units::{Alpha, Uid};

/// Divides an emission among mechanisms: evenly, or by parts of 65535.
///
/// `parts` sums to 65535 and may be shorter than `count`; what it does not name gets nothing.
/// Each part is floored and the rest goes to the first mechanism, so that the parts sum exactly
/// to `emission`.
///
/// Source: `subnets/mechanism.rs::split_emissions`.
#[must_use]
pub fn split(emission: Alpha, count: usize, parts: Option<&[u16]>) -> Vec<Alpha> {
    let whole = u128::from(u16::MAX);
    let part = |mechanism: usize| {
        let (numerator, denominator) = match parts {
            Some(parts) => (parts.get(mechanism).copied().map_or(0, u128::from), whole),
            None => (1, count as u128),
        };
        let part = u128::from(emission.0) * numerator / denominator;
        Alpha(u64::try_from(part).unwrap_or(u64::MAX))
    };
    let mut split: Vec<Alpha> = (0..count).map(part).collect();
    let given: Alpha = split.iter().copied().sum();
    if let Some(first) = split.first_mut() {
        *first += emission.saturating_sub(given);
    }
    split
}

/// The weight of each mechanism in what is put together: its part of the emission, in `[0, 1]`.
/// Without emission the first has all.
#[must_use]
pub fn weights(split: &[Alpha]) -> Vec<f64> {
    let total: Alpha = split.iter().copied().sum();
    let weight = |(mechanism, part): (usize, &Alpha)| match total {
        Alpha::ZERO => f64::from(u8::from(mechanism == 0)),
        total => part.0 as f64 / total.0 as f64,
    };
    split.iter().enumerate().map(weight).collect()
}

/// Parts of 65535 that sum to it, from shares that sum to 1: floors, and the rest to the first.
#[must_use]
pub fn parts(shares: &[f64]) -> Vec<u16> {
    let mut parts: Vec<u16> = shares.iter().map(|share| proportion::parameter(*share)).collect();
    let rest = parts.iter().fold(u16::MAX, |rest, part| rest.saturating_sub(*part));
    if let Some(first) = parts.first_mut() {
        *first += rest;
    }
    parts
}

/// The part of the emission, in `[0, 1]`, of mechanisms that pay no incentive while another does.
///
/// Validators are paid from their own pot alone as soon as any mechanism pays incentive, so that
/// nobody gets this part of the miners' pot.
#[must_use]
pub fn idle(outcomes: &[(f64, &Outcome)]) -> f64 {
    let pays = |outcome: &Outcome| num::sum(&outcome.incentive_emission) > 0.0;
    if outcomes.iter().any(|(_, outcome)| pays(outcome)) {
        let idle = outcomes.iter().filter(|(_, outcome)| !pays(outcome));
        idle.fold(0.0, |sum, (weight, _)| sum + weight)
    } else {
        0.0
    }
}

/// Puts the outcomes of mechanisms together.
///
/// `outcomes` are of the same uids, each with its weight, which sum to 1. Emissions are sums of
/// what each mechanism pays, in parts of the whole subnet's emission; those of validators are
/// scaled down where part of it is [`idle`], for they are paid no more for that. Stake, consensus, dividends
/// and validator trust are sums by weight, and a uid may set weights where any mechanism says so.
/// Incentive is put together in the same way; the chain keeps it apart. Matrices are each
/// mechanism's own and are left empty. The chain floors what is shown to 65535ths; nothing reads
/// that back.
///
/// Source: `subnets/mechanism.rs::epoch_with_mechanisms`.
pub fn combine(outcomes: &[(f64, &Outcome)], out: &mut Outcome) {
    let uids = outcomes.first().map_or(0, |(_, outcome)| outcome.permits.len());
    let sum = |of: fn(&Outcome) -> &Vec<f64>, out: &mut Vec<f64>| {
        out.clear();
        out.resize(uids, 0.0);
        for (weight, outcome) in outcomes {
            for (sum, number) in out.iter_mut().zip(of(outcome)) {
                *sum += weight * number;
            }
        }
    };
    sum(|o| &o.stake_share, &mut out.stake_share);
    sum(|o| &o.active_stake, &mut out.active_stake);
    sum(|o| &o.consensus, &mut out.consensus);
    sum(|o| &o.incentive, &mut out.incentive);
    sum(|o| &o.dividends, &mut out.dividends);
    sum(|o| &o.vtrust, &mut out.vtrust);
    sum(|o| &o.incentive_emission, &mut out.incentive_emission);
    sum(|o| &o.dividend_emission, &mut out.dividend_emission);
    let (idle, validators) = (idle(outcomes), num::sum(&out.dividend_emission));
    if idle > 0.0 && validators > idle {
        let scale = (validators - idle) / validators;
        out.dividend_emission.iter_mut().for_each(|part| *part *= scale);
    }
    out.permits.clear();
    out.permits.resize(uids, false);
    for (_, outcome) in outcomes {
        for (permit, also) in out.permits.iter_mut().zip(&outcome.permits) {
            *permit |= *also;
        }
    }
    out.weights.clear();
    out.bonds.clear();
}

/// The emission of a uid as the chain stores it for pruning `[rao]`.
///
/// `paid` `[rao]` is what each mechanism pays the uid on both sides. Each amount is weighted by
/// the mechanism's part once more, although it has been scaled by it already, so that two equal
/// mechanisms store half of what they pay. Only the order of pruning depends on it.
#[must_use]
pub fn stored_emission(paid: &[Alpha], weights: &[f64]) -> Alpha {
    paid.iter().zip(weights).map(|(paid, weight)| paid.part(*weight)).sum()
}

/// Each uid's [`stored_emission`] `[uids]`, from the outcomes and the emission of each mechanism.
#[must_use]
pub fn stored_emissions(outcomes: &[(f64, &Outcome)], split: &[Alpha]) -> Vec<Alpha> {
    let uids = outcomes.first().map_or(0, |(_, outcome)| outcome.permits.len());
    let weights: Vec<f64> = outcomes.iter().map(|(weight, _)| *weight).collect();
    let stored = |uid: Uid| {
        let paid = outcomes.iter().zip(split).map(|((_, outcome), emission)| {
            emission.part(outcome.incentive_emission[uid] + outcome.dividend_emission[uid])
        });
        stored_emission(&paid.collect::<Vec<_>>(), &weights)
    };
    (0..uids).map(stored).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_rest_goes_to_the_first() {
        assert_eq!(split(Alpha(11), 3, None), [Alpha(5), Alpha(3), Alpha(3)]);
        let parts = Some([16_384, 49_151].as_slice());
        assert_eq!(split(Alpha(100), 3, parts), [Alpha(26), Alpha(74), Alpha(0)]);
        assert_eq!(split(Alpha(u64::MAX), 1, None), [Alpha(u64::MAX)]);
        assert!(split(Alpha(5), 0, None).is_empty());
    }

    #[test]
    fn without_emission_the_first_has_the_word() {
        assert_eq!(weights(&[Alpha(1), Alpha(3)]), [0.25, 0.75]);
        assert_eq!(weights(&[Alpha(0), Alpha(0)]), [1.0, 0.0]);
    }

    fn outcome(servers: [f64; 2], permits: [bool; 2]) -> Outcome {
        Outcome {
            stake_share: vec![0.5; 2],
            active_stake: vec![0.5; 2],
            permits: permits.to_vec(),
            consensus: servers.to_vec(),
            incentive: servers.to_vec(),
            dividends: vec![1.0, 0.0],
            vtrust: vec![1.0, 0.0],
            incentive_emission: servers.map(|s| s / 2.0).to_vec(),
            dividend_emission: vec![0.5, 0.0],
            ..Outcome::default()
        }
    }

    #[test]
    fn outcomes_are_weighed_by_emission() {
        let (one, two) = (outcome([1.0, 0.0], [true, false]), outcome([0.0, 1.0], [false, true]));
        let mut all = Outcome::default();
        combine(&[(0.25, &one), (0.75, &two)], &mut all);
        assert_eq!(all.incentive, [0.25, 0.75]);
        assert_eq!(all.incentive_emission, [0.125, 0.375]);
        assert_eq!(all.dividend_emission, [0.5, 0.0]);
        assert_eq!(all.permits, [true, true]);
        assert_eq!(all.vtrust, [1.0, 0.0]);
    }

    /// The second, of a quarter, falls back to stake: its quarter earns validators nothing more.
    #[test]
    fn a_mechanism_without_miners_leaves_their_part() {
        let one = outcome([1.0, 0.0], [true, false]);
        let fallback = Outcome {
            incentive_emission: vec![0.0; 2],
            dividend_emission: vec![0.5; 2],
            ..one.clone()
        };
        let outcomes = [(0.75, &one), (0.25, &fallback)];
        assert_eq!(idle(&outcomes), 0.25);
        assert_eq!(idle(&[(0.5, &fallback), (0.5, &fallback)]), 0.0);
        let mut all = Outcome::default();
        combine(&outcomes, &mut all);
        assert_eq!(all.incentive_emission, [0.375, 0.0]);
        // 0.75 x 0.5 + 0.25 x 0.5 and 0.25 x 0.5, of which three fifths are left.
        for (found, expected) in all.dividend_emission.iter().zip([0.3, 0.075]) {
            assert!((found - expected).abs() < 1e-15, "{found} against {expected}");
        }
    }

    #[test]
    fn shares_become_parts_of_the_whole() {
        assert_eq!(parts(&[0.5, 0.5]), [32_768, 32_767]);
        assert_eq!(parts(&[1.0]), [65_535]);
        assert!(parts(&[]).is_empty());
    }

    /// Two equal mechanisms pay 100 in all and store 50.
    #[test]
    fn stored_emission_is_weighted_twice() {
        let one = outcome([1.0, 0.0], [true, false]);
        let outcomes = [(0.5, &one), (0.5, &one)];
        let stored = stored_emissions(&outcomes, &[Alpha(50), Alpha(50)]);
        assert_eq!(stored, [Alpha(50), Alpha(0)]);
        assert_eq!(stored_emissions(&[(1.0, &one)], &[Alpha(100)]), [Alpha(100), Alpha(0)]);
    }
}

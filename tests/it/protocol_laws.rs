//! Laws that every epoch and every payout keeps, whatever goes in.

use proptest::collection::vec as column;
use proptest::prelude::*;
use taosim::protocol::payout::{Payout, distribute, take};
use taosim::protocol::split::{Pots, block, tempo_emission};
use taosim::protocol::weights::max_upscale_listed;
use taosim::protocol::{Input, Outcome, Params, RewardRule, Scratch, Split, epoch};
use taosim::units::{Alpha, SUPPLY_CAP, Uid};

/// A subnet in which every uid has a row.
#[derive(Clone, Debug)]
struct Subnet {
    stake: Vec<f64>,
    permits: Vec<bool>,
    last_update: Vec<u64>,
    registered: Vec<u64>,
    owner: Option<Uid>,
    weights: Vec<Option<u16>>,
    bonds: Vec<u16>,
}

impl Subnet {
    fn outcome(&self, params: &Params) -> Outcome {
        let mut out = Outcome::default();
        self.run(params, &mut Scratch::default(), &mut out);
        out
    }

    fn run(&self, params: &Params, scratch: &mut Scratch, out: &mut Outcome) {
        let setters: Vec<Uid> = (0..self.stake.len()).collect();
        let input = Input {
            block: 10_000,
            last_epoch: Some(9_000),
            stake: &self.stake,
            permits: &self.permits,
            last_update: &self.last_update,
            registered: &self.registered,
            owner: self.owner,
            setters: &setters,
            weights: &self.weights,
            bonds: &self.bonds,
            committed: None,
        };
        epoch(params, &input, scratch, out);
    }

    /// The same subnet with uid `i` moved to `to[i]`.
    fn permuted(&self, to: &[Uid]) -> Self {
        Self {
            stake: moved(&self.stake, to),
            permits: moved(&self.permits, to),
            last_update: moved(&self.last_update, to),
            registered: moved(&self.registered, to),
            owner: self.owner.map(|owner| to[owner]),
            weights: moved_both_ways(&self.weights, to),
            bonds: moved_both_ways(&self.bonds, to),
        }
    }
}

fn moved<T: Copy>(column: &[T], to: &[Uid]) -> Vec<T> {
    let mut out = column.to_vec();
    for (uid, &to) in to.iter().enumerate() {
        out[to] = column[uid];
    }
    out
}

fn moved_both_ways<T: Copy>(matrix: &[T], to: &[Uid]) -> Vec<T> {
    let n = to.len();
    let mut out = matrix.to_vec();
    for row in 0..n {
        for uid in 0..n {
            out[to[row] * n + to[uid]] = matrix[row * n + uid];
        }
    }
    out
}

fn params() -> impl Strategy<Value = Params> {
    let rule = prop_oneof![Just(RewardRule::ChainClassic), Just(RewardRule::ChainYuma3)];
    let part = prop_oneof![Just(0.0), Just(0.5), Just(1.0), 0.0..1.0_f64];
    let parts = (part.clone(), part.clone(), part);
    (rule, parts, any::<bool>(), 1..8_usize, -20.0..20.0_f64).prop_map(
        |(reward_rule, (kappa, bonds_penalty, validator_share), liquid_alpha, k, steepness)| {
            Params {
                reward_rule,
                kappa,
                bonds_penalty,
                liquid_alpha,
                alpha_sigmoid_steepness: steepness,
                max_allowed_validators: k,
                validator_share,
                ..Params::default()
            }
        },
    )
}

/// Subnets of 1 to 9 uids with the stake that `stake` draws, and every kind of mask.
fn subnets(stake: impl Strategy<Value = f64> + Clone) -> impl Strategy<Value = Subnet> {
    (1..10_usize).prop_flat_map(move |n| {
        let entry = prop_oneof![
            2 => Just(None),
            1 => Just(Some(0)),
            4 => (1..=u16::MAX).prop_map(Some),
            // A few levels only, so that votes tie.
            3 => (1..4_u16).prop_map(Some),
        ];
        (
            column(stake.clone(), n),
            column(prop::bool::weighted(0.8), n),
            column(4_000..10_000_u64, n),
            column(prop_oneof![Just(0), 0..10_000_u64], n),
            prop::option::of(0..n),
            column(entry, n * n),
            column(any::<u16>(), n * n),
        )
            .prop_map(
                move |(stake, permits, last_update, registered, owner, weights, bonds)| {
                    let mut weights = weights;
                    weights.chunks_exact_mut(n).for_each(max_upscale_listed);
                    Subnet { stake, permits, last_update, registered, owner, weights, bonds }
                },
            )
    })
}

fn ordinary() -> impl Strategy<Value = Subnet> {
    subnets(prop_oneof![1 => Just(0.0), 4 => 1e6..1e15_f64])
}

/// Stakes no chain would hold: none, the smallest numbers there are, and sums beyond the largest.
fn extreme() -> impl Strategy<Value = Subnet> {
    let some = [0.0, 5e-324, 1e-310, 1.0, 1e18, f64::MAX];
    subnets(prop::sample::select(some.to_vec()))
}

fn total(values: &[f64]) -> f64 {
    values.iter().fold(0.0, |sum, value| sum + value)
}

fn is_whole_or_nothing(values: &[f64]) -> bool {
    let sum = total(values);
    sum == 0.0 || (sum - 1.0).abs() < 1e-9
}

fn every_share(out: &Outcome) -> [&[f64]; 8] {
    [
        &out.stake_share,
        &out.active_stake,
        &out.consensus,
        &out.incentive,
        &out.dividends,
        &out.vtrust,
        &out.incentive_emission,
        &out.dividend_emission,
    ]
}

fn check_shares(out: &Outcome) -> Result<(), TestCaseError> {
    for shares in every_share(out) {
        prop_assert!(shares.iter().all(|share| (0.0..=1.0 + 1e-9).contains(share)), "{shares:?}");
    }
    for shares in [&out.stake_share, &out.active_stake, &out.incentive, &out.dividends] {
        prop_assert!(is_whole_or_nothing(shares), "{shares:?}");
    }
    for row in out.weights.chunks_exact(out.stake_share.len()) {
        prop_assert!(is_whole_or_nothing(row), "{row:?}");
    }
    let emission = total(&out.incentive_emission) + total(&out.dividend_emission);
    let someone_holds = total(&out.stake_share) > 0.0;
    prop_assert!((emission - f64::from(u8::from(someone_holds))).abs() < 1e-9, "{emission}");
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn shares_sum_to_one_or_nothing(subnet in ordinary(), params in params()) {
        check_shares(&subnet.outcome(&params))?;
    }

    #[test]
    fn extreme_stakes_neither_panic_nor_poison(subnet in extreme(), params in params()) {
        check_shares(&subnet.outcome(&params))?;
    }

    #[test]
    fn used_buffers_change_nothing(first in ordinary(), then in ordinary(), params in params()) {
        let fresh = then.outcome(&params);
        let (mut scratch, mut out) = (Scratch::default(), Outcome::default());
        first.run(&params, &mut scratch, &mut out);
        then.run(&params, &mut scratch, &mut out);
        prop_assert_eq!(out, fresh);
    }

    #[test]
    fn the_unit_of_stake_does_not_matter(
        subnet in ordinary(), params in params(), power in -30..30_i32,
    ) {
        let mut scaled = subnet.clone();
        for stake in &mut scaled.stake {
            *stake *= f64::from_bits(u64::try_from(1_023 + power).unwrap() << 52);
        }
        prop_assert_eq!(scaled.outcome(&params), subnet.outcome(&params));
    }

    #[test]
    fn consensus_is_one_of_the_weights_given(subnet in ordinary(), params in params()) {
        let out = subnet.outcome(&params);
        let n = subnet.stake.len();
        for (uid, level) in out.consensus.iter().enumerate() {
            let mut column = out.weights.iter().skip(uid).step_by(n);
            prop_assert!(*level == 0.0 || column.any(|weight| weight.to_bits() == level.to_bits()));
        }
    }

    /// Numbers have no privilege. Equal stakes are kept apart, since the permit of the last place
    /// goes by uid.
    #[test]
    fn renumbering_uids_renumbers_the_outcome(
        subnet in ordinary(),
        params in params(),
        keys in column(any::<u32>(), 9),
    ) {
        let mut subnet = subnet;
        for (uid, stake) in subnet.stake.iter_mut().enumerate().filter(|(_, stake)| **stake > 0.0) {
            *stake += uid as f64;
        }
        let n = subnet.stake.len();
        let mut to: Vec<Uid> = (0..n).collect();
        to.sort_by_key(|&uid| keys[uid]);
        let (out, renumbered) = (subnet.outcome(&params), subnet.permuted(&to).outcome(&params));
        prop_assert_eq!(&moved(&out.permits, &to), &renumbered.permits);
        for (out, renumbered) in every_share(&out).into_iter().zip(every_share(&renumbered)) {
            for (a, b) in moved(out, &to).iter().zip(renumbered) {
                prop_assert!((a - b).abs() < 1e-12, "{} against {}", a, b);
            }
        }
        for (a, b) in moved_both_ways(&out.bonds, &to).iter().zip(&renumbered.bonds) {
            prop_assert!(a.abs_diff(*b) <= 1, "{} against {}", a, b);
        }
    }

    #[test]
    fn pots_hold_what_was_issued(
        issued in 0..SUPPLY_CAP, blocks in 0..400_u64, split in splits(), root in 0.0..=1.0_f64,
    ) {
        let pots = tempo_emission(Alpha(issued), blocks, &split, root);
        let mut expected = 0;
        for _ in 0..blocks {
            expected += taosim::protocol::issuance::block_emission(issued + expected);
        }
        prop_assert_eq!(pots.total(), Alpha(expected));
        prop_assert!(pots.unallocated.0 <= 3 * blocks);
        prop_assert_eq!(block(Alpha(issued), &split, root).total(), Alpha(issued));
    }

    #[test]
    fn payouts_hold_what_the_pots_held(
        subnet in ordinary(),
        params in params(),
        server in 0..SUPPLY_CAP,
        validator in 0..SUPPLY_CAP,
    ) {
        let out = subnet.outcome(&params);
        let pots =
            Pots { server: Alpha(server), validator: Alpha(validator), ..Pots::default() };
        let mut payout = Payout::default();
        distribute(&pots, &out.incentive_emission, &out.dividend_emission, &mut payout);
        let paid: Alpha = payout.incentive.iter().chain(&payout.dividends).copied().sum();
        prop_assert_eq!(paid + payout.unallocated, pots.earned());
        if total(&out.stake_share) > 0.0 {
            prop_assert!(payout.unallocated.0 < 100, "{:?}", payout.unallocated);
        }
    }

    #[test]
    fn take_and_rest_are_the_payout(payout in any::<u64>(), part in any::<u16>()) {
        let (taken, rest) = take(Alpha(payout), part);
        prop_assert_eq!(taken + rest, Alpha(payout));
    }
}

fn splits() -> impl Strategy<Value = Split> {
    let split = |(owner, miners, validators)| Split { owner, miners, validators };
    prop_oneof![
        Just(Split::default()),
        (0.0..=1.0_f64, 0.0..=1.0_f64, 0.0..=1.0_f64).prop_map(split),
        Just(Split { owner: 0.0, miners: 0.0, validators: 0.0 }),
    ]
}

//! Laws that every epoch and every payout keeps, whatever goes in.

use std::ops::Range;

use proptest::collection::vec as column;
use proptest::prelude::*;
use taosim::protocol::payout::{Payout, distribute, take};
use taosim::protocol::research::ConsensusMode;
use taosim::protocol::reward::{self, Carried, RULES, Reward, Rule, Scratch, Work};
use taosim::protocol::split::{Pots, block, tempo_emission};
use taosim::protocol::weights::max_upscale_listed;
use taosim::protocol::{Input, Outcome, Params, RewardRule, Split};
use taosim::units::{Alpha, SUPPLY_CAP, Uid};

/// A subnet in which every uid has a row.
#[derive(Clone, Debug)]
pub(crate) struct Subnet {
    pub(crate) stake: Vec<f64>,
    pub(crate) permits: Vec<bool>,
    pub(crate) last_update: Vec<u64>,
    pub(crate) registered: Vec<u64>,
    pub(crate) owner: Option<Uid>,
    pub(crate) weights: Vec<Option<u16>>,
    pub(crate) bonds: Vec<u16>,
    pub(crate) hashes: Vec<f64>,
    pub(crate) output: Vec<f64>,
}

/// Any rule, with any parameters.
#[derive(Clone, Debug)]
pub(crate) struct Terms {
    params: Params,
    reward: Reward,
}

impl Terms {
    /// Whether stake is paid where nobody has earned anything.
    fn pays_idle_stake(&self) -> bool {
        use Rule::{CentralPlatform, PeerPrediction, ProofOfWork};
        !matches!(self.reward.rule, CentralPlatform | PeerPrediction | ProofOfWork)
    }
}

impl Subnet {
    fn outcome(&self, terms: &Terms) -> Outcome {
        let mut out = Outcome::default();
        self.run(terms, &mut Scratch::default(), &mut out);
        out
    }

    /// Two epochs, so that a rule that carries something has something to carry.
    fn run(&self, terms: &Terms, scratch: &mut Scratch, out: &mut Outcome) {
        let setters: Vec<Uid> = (0..self.stake.len()).collect();
        let work = Work { hashes: &self.hashes, output: &self.output };
        let mut carried = Carried::default();
        for _ in 0..2 {
            let Terms { params, reward } = terms;
            let input = self.input(&setters);
            reward::epoch(params, reward, &input, &work, &mut carried, scratch, out);
        }
    }

    /// What an epoch reads in which the first `setters` uids have a row.
    pub(crate) fn input<'a>(&'a self, setters: &'a [Uid]) -> Input<'a> {
        let entries = setters.len() * self.stake.len();
        Input {
            block: 10_000,
            last_epoch: Some(9_000),
            stake: &self.stake,
            permits: &self.permits,
            last_update: &self.last_update,
            registered: &self.registered,
            owner: self.owner,
            setters,
            weights: &self.weights[..entries],
            bonds: &self.bonds[..entries],
            committed: None,
        }
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
            hashes: moved(&self.hashes, to),
            output: moved(&self.output, to),
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

fn terms() -> impl Strategy<Value = Terms> {
    let rule = (0..RULES.len()).prop_map(|at| RULES[at].1);
    let mode = prop::sample::select(ConsensusMode::ALL.to_vec());
    let rates = (0.0..=1.0_f64, 0.0..=1.0_f64);
    (params(), rule, mode, rates).prop_map(
        |(params, rule, consensus_mode, (decay_rate, capacity_alpha))| Terms {
            params,
            reward: Reward {
                rule,
                consensus_mode,
                decay_rate,
                capacity_alpha,
                ..Reward::default()
            },
        },
    )
}

pub(crate) fn params() -> impl Strategy<Value = Params> {
    let part = prop_oneof![Just(0.0), Just(0.5), Just(1.0), 0.0..1.0_f64];
    let parts = (part.clone(), part.clone(), part);
    let flags = (any::<bool>(), prop::bool::weighted(0.2));
    (parts, flags, 1..8_usize, -20.0..20.0_f64).prop_map(
        |((kappa, bonds_penalty, validator_share), flags, k, steepness)| {
            let (liquid_alpha, winner_takes_all) = flags;
            Params {
                kappa,
                bonds_penalty,
                liquid_alpha,
                alpha_sigmoid_steepness: steepness,
                winner_takes_all,
                max_allowed_validators: k,
                validator_share,
                ..Params::default()
            }
        },
    )
}

/// Subnets with the stake that `stake` draws, and every kind of mask.
pub(crate) fn subnets(
    uids: Range<usize>,
    stake: impl Strategy<Value = f64> + Clone,
) -> impl Strategy<Value = Subnet> {
    uids.prop_flat_map(move |n| {
        let entry = prop_oneof![
            2 => Just(None),
            1 => Just(Some(0)),
            4 => (1..=u16::MAX).prop_map(Some),
            // A few levels only, so that votes tie.
            3 => (1..4_u16).prop_map(Some),
        ];
        let work = prop_oneof![1 => Just(0.0), 1 => Just(5e-324), 4 => 0.0..1e15_f64];
        (
            column(stake.clone(), n),
            column(prop::bool::weighted(0.8), n),
            column(4_000..10_000_u64, n),
            column(prop_oneof![Just(0), 0..10_000_u64], n),
            prop::option::of(0..n),
            column(entry, n * n),
            column(any::<u16>(), n * n),
            [column(work.clone(), n), column(work.clone(), n)],
        )
            .prop_map(
                move |(stake, permits, last_update, registered, owner, weights, bonds, work)| {
                    let mut weights = weights;
                    weights.chunks_exact_mut(n).for_each(max_upscale_listed);
                    let [hashes, output] = work;
                    Subnet {
                        stake,
                        permits,
                        last_update,
                        registered,
                        owner,
                        weights,
                        bonds,
                        hashes,
                        output,
                    }
                },
            )
    })
}

pub(crate) fn ordinary() -> impl Strategy<Value = Subnet> {
    subnets(1..10, prop_oneof![1 => Just(0.0), 4 => 1e6..1e15_f64])
}

/// Stakes no chain would hold: none, the smallest numbers there are, and sums beyond the largest.
pub(crate) fn extreme() -> impl Strategy<Value = Subnet> {
    let some = [0.0, 5e-324, 1e-310, 1.0, 1e18, f64::MAX];
    subnets(1..10, prop::sample::select(some.to_vec()))
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

fn check_shares(out: &Outcome, terms: &Terms) -> Result<(), TestCaseError> {
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
    let someone_earns = if terms.pays_idle_stake() {
        total(&out.stake_share) > 0.0
    } else {
        total(&out.incentive) > 0.0
    };
    prop_assert!((emission - f64::from(u8::from(someone_earns))).abs() < 1e-9, "{emission}");
    if matches!(terms.reward.rule, Rule::ProofOfWork | Rule::CentralPlatform) {
        prop_assert_eq!(total(&out.dividends) + total(&out.dividend_emission), 0.0);
    }
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn shares_sum_to_one_or_nothing(subnet in ordinary(), terms in terms()) {
        check_shares(&subnet.outcome(&terms), &terms)?;
    }

    #[test]
    fn extreme_stakes_neither_panic_nor_poison(subnet in extreme(), terms in terms()) {
        check_shares(&subnet.outcome(&terms), &terms)?;
    }

    #[test]
    fn used_buffers_change_nothing(first in ordinary(), then in ordinary(), terms in terms()) {
        let fresh = then.outcome(&terms);
        let (mut scratch, mut out) = (Scratch::default(), Outcome::default());
        first.run(&terms, &mut scratch, &mut out);
        then.run(&terms, &mut scratch, &mut out);
        prop_assert_eq!(out, fresh);
    }

    #[test]
    fn the_unit_of_stake_does_not_matter(
        subnet in ordinary(), terms in terms(), power in -30..30_i32,
    ) {
        let mut scaled = subnet.clone();
        for stake in &mut scaled.stake {
            *stake *= f64::from_bits(u64::try_from(1_023 + power).unwrap() << 52);
        }
        prop_assert_eq!(scaled.outcome(&terms), subnet.outcome(&terms));
    }

    #[test]
    fn the_chains_consensus_is_one_of_the_weights_given(
        subnet in ordinary(), terms in terms(), classic in any::<bool>(),
    ) {
        let mut terms = terms;
        let rule = if classic { RewardRule::ChainClassic } else { RewardRule::ChainYuma3 };
        terms.reward.rule = Rule::Chain(rule);
        let out = subnet.outcome(&terms);
        let n = subnet.stake.len();
        for (uid, level) in out.consensus.iter().enumerate() {
            let mut column = out.weights.iter().skip(uid).step_by(n);
            prop_assert!(*level == 0.0 || column.any(|weight| weight.to_bits() == level.to_bits()));
        }
    }

    /// Uid 0 holds less than half and moves one of its weights anywhere: the consensus on that uid
    /// stays within what the others give.
    #[test]
    fn a_minority_cannot_lift_the_consensus(
        subnet in subnets(2..10, 1e6..1e15_f64), lifted in any::<prop::sample::Index>(), liquid in any::<bool>(),
    ) {
        let mut subnet = subnet;
        let n = subnet.stake.len();
        subnet.owner = None;
        subnet.permits.fill(true);
        subnet.last_update.fill(9_999);
        subnet.registered.fill(0);
        subnet.stake[0] = 0.9 * total(&subnet.stake[1..]);
        let params = Params { liquid_alpha: liquid, ..Params::default() };
        let uid = lifted.index(n);
        subnet.weights[uid] = Some(u16::MAX);
        let out = subnet.outcome(&Terms { params, reward: Reward::default() });
        let greatest = out.weights.iter().skip(uid).step_by(n).skip(1).fold(0.0, |a: f64, b| a.max(*b));
        prop_assert!(out.consensus[uid] <= greatest, "{} above {greatest}", out.consensus[uid]);
    }

    /// Numbers have no privilege. Equal stakes are kept apart, since the permit of the last place
    /// goes by uid. Sums run in uid order, so that their last bit may differ: ties for the winner
    /// are left out, and a research version's consensus may step by one 65535th.
    #[test]
    fn renumbering_uids_renumbers_the_outcome(
        subnet in ordinary(),
        terms in terms(),
        keys in column(any::<u32>(), 9),
    ) {
        let (mut subnet, mut terms) = (subnet, terms);
        terms.params.winner_takes_all = false;
        let steps = matches!(terms.reward.rule, Rule::Research(_));
        let close = if steps { 1e-3 } else { 1e-12 };
        for (uid, stake) in subnet.stake.iter_mut().enumerate().filter(|(_, stake)| **stake > 0.0) {
            *stake += uid as f64;
        }
        let n = subnet.stake.len();
        let mut to: Vec<Uid> = (0..n).collect();
        to.sort_by_key(|&uid| keys[uid]);
        let (out, renumbered) = (subnet.outcome(&terms), subnet.permuted(&to).outcome(&terms));
        prop_assert_eq!(&moved(&out.permits, &to), &renumbered.permits);
        for (out, renumbered) in every_share(&out).into_iter().zip(every_share(&renumbered)) {
            for (a, b) in moved(out, &to).iter().zip(renumbered) {
                prop_assert!((a - b).abs() < close, "{} against {}", a, b);
            }
        }
        for (a, b) in moved_both_ways(&out.bonds, &to).iter().zip(&renumbered.bonds) {
            prop_assert!(steps || a.abs_diff(*b) <= 1, "{} against {}", a, b);
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
        terms in terms(),
        server in 0..SUPPLY_CAP,
        validator in 0..SUPPLY_CAP,
    ) {
        let out = subnet.outcome(&terms);
        let pots =
            Pots { server: Alpha(server), validator: Alpha(validator), ..Pots::default() };
        let mut payout = Payout::default();
        distribute(&pots, &out.incentive_emission, &out.dividend_emission, &mut payout);
        let paid: Alpha = payout.incentive.iter().chain(&payout.dividends).copied().sum();
        prop_assert_eq!(paid + payout.unallocated, pots.earned());
        let emission = total(&out.incentive_emission) + total(&out.dividend_emission);
        if emission > 0.0 {
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

//! The fast epoch and the readable one give the same numbers, and the fast one asks for no memory.

use proptest::collection::vec as column;
use proptest::prelude::*;
use taosim::protocol::weights::max_upscale_listed;
use taosim::protocol::{Input, Outcome, Params, RewardRule, consensus, kernel};
use taosim::units::Uid;

use crate::protocol_laws::{Subnet, extreme, ordinary, subnets};

/// Parameters of either rule.
fn params() -> impl Strategy<Value = Params> {
    let rule = prop_oneof![Just(RewardRule::ChainClassic), Just(RewardRule::ChainYuma3)];
    (crate::protocol_laws::params(), rule)
        .prop_map(|(params, reward_rule)| Params { reward_rule, ..params })
}

/// Exactly the same but for sums along a row, which may differ by 1e-12.
fn assert_same(params: &Params, input: &Input<'_>) {
    let (mut fast, mut readable) = (Outcome::default(), Outcome::default());
    kernel::epoch(params, input, &mut kernel::Scratch::default(), &mut fast);
    consensus::epoch(params, input, &mut consensus::Scratch::default(), &mut readable);
    assert_eq!(fast.stake_share, readable.stake_share);
    assert_eq!(fast.active_stake, readable.active_stake);
    assert_eq!(fast.permits, readable.permits);
    assert_eq!(fast.weights, readable.weights);
    assert_eq!(fast.consensus, readable.consensus);
    assert_eq!(fast.incentive, readable.incentive);
    assert_eq!(fast.bonds, readable.bonds);
    for (fast, readable) in [
        (&fast.vtrust, &readable.vtrust),
        (&fast.dividends, &readable.dividends),
        (&fast.incentive_emission, &readable.incentive_emission),
        (&fast.dividend_emission, &readable.dividend_emission),
    ] {
        for (fast, readable) in fast.iter().zip(readable) {
            assert!((fast - readable).abs() < 1e-12, "{fast} against {readable}");
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn small_subnets(subnet in ordinary(), params in params()) {
        let setters: Vec<Uid> = (0..subnet.stake.len()).collect();
        assert_same(&params, &subnet.input(&setters));
    }

    #[test]
    fn stakes_no_chain_would_hold(subnet in extreme(), params in params()) {
        let setters: Vec<Uid> = (0..subnet.stake.len()).collect();
        assert_same(&params, &subnet.input(&setters));
    }

}

proptest! {
    // Large matrices take long to draw.
    #![proptest_config(ProptestConfig {
        cases: 48,
        failure_persistence: None,
        ..ProptestConfig::default()
    })]

    /// Beyond one vector and one block of uids, with voters that have no row, and hidden commits.
    #[test]
    fn wide_subnets(
        subnet in subnets(10..80, prop_oneof![1 => Just(0.0), 4 => 1e6..1e15_f64]),
        params in params(),
        rows in any::<prop::sample::Index>(),
        committed in column(prop_oneof![Just(u64::MAX), 0..10_000_u64], 80),
    ) {
        let params = Params { max_allowed_validators: 40, ..params };
        let setters: Vec<Uid> = (0..=rows.index(subnet.stake.len())).collect();
        let committed = Some(&committed[..setters.len()]);
        assert_same(&params, &Input { committed, ..subnet.input(&setters) });
    }
}

fn units(number: usize) -> u16 {
    u16::try_from(number).unwrap()
}

/// Matrices that a search by value finds hard: every entry is made from its row and uid.
#[test]
fn votes_made_to_mislead() {
    const SHAPES: [(&str, fn(usize, usize) -> u16); 8] = [
        ("all equal", |_, _| 7),
        ("two camps", |row, uid| if (row + uid) % 2 == 0 { 1 } else { u16::MAX }),
        ("each twice the last", |row, uid| 1 << ((row + uid) % 16)),
        ("one far above the rest", |row, _| if row == 5 { u16::MAX } else { 1 }),
        ("one far below the rest", |row, _| if row == 5 { 1 } else { u16::MAX }),
        ("all but neighbours in the last place", |row, uid| 65_000 + units((row * 7 + uid) % 3)),
        ("a staircase", |row, uid| units(1 + (row * 31 + uid * 17) % 97)),
        ("nearly nobody", |row, uid| u16::from(row == uid % 11)),
    ];
    let stakes: [(&str, fn(usize) -> f64); 4] = [
        ("equal", |_| 1e9),
        ("halving", |row| 1e15 / f64::from(1_u32 << row.min(30))),
        ("a bare majority", |row| if row == 0 { 15_001.0 } else { 1_000.0 }),
        ("exactly half", |row| if row == 0 { 15_000.0 } else { 1_000.0 }),
    ];
    for (shape, entry) in SHAPES {
        for (name, stake) in stakes {
            for kappa in [0.0, 0.25, 0.5, 0.6, 1.0] {
                // More uids than a tile of the fast form holds, and fewer.
                for (liquid_alpha, uids) in [(false, 37), (true, 37), (false, 150), (true, 150)] {
                    let rows = 16;
                    let mut weights = vec![None; rows * uids];
                    for (row, weights) in weights.chunks_exact_mut(uids).enumerate() {
                        for (uid, weight) in weights.iter_mut().enumerate() {
                            *weight = Some(entry(row, uid)).filter(|_| row % 5 != uid % 7);
                            if row % 2 == 0 && uid % 11 == 3 {
                                *weight = Some(0);
                            }
                        }
                        max_upscale_listed(weights);
                    }
                    let bonds = (0..rows * uids).map(|at| units(at * 7_919 % 65_536)).collect();
                    let subnet = Subnet {
                        stake: (0..uids).map(|u| if u < rows { stake(u) } else { 0.0 }).collect(),
                        permits: (0..uids).map(|uid| uid < rows).collect(),
                        last_update: vec![9_900; uids],
                        registered: (0..uids)
                            .map(|uid| if uid % 13 == 7 { 9_500 } else { 0 })
                            .collect(),
                        owner: None,
                        weights,
                        bonds,
                        hashes: Vec::new(),
                        output: Vec::new(),
                    };
                    let params = Params { kappa, liquid_alpha, ..Params::default() };
                    let setters: Vec<Uid> = (0..rows).collect();
                    println!(
                        "{shape}, {name} stakes, kappa {kappa}, liquid {liquid_alpha}, {uids}"
                    );
                    assert_same(&params, &subnet.input(&setters));
                }
            }
        }
    }
}

#[test]
fn the_second_epoch_allocates_nothing() {
    let uids = 64;
    let subnet = Subnet {
        stake: (0..uids).map(|uid| if uid < 16 { 1e9 + uid as f64 } else { 0.0 }).collect(),
        permits: (0..uids).map(|uid| uid < 16).collect(),
        last_update: vec![9_900; uids],
        registered: vec![0; uids],
        owner: None,
        weights: (0..16 * uids).map(|at| Some(units(1 + at * 31 % 977))).collect(),
        bonds: vec![9_000; 16 * uids],
        hashes: Vec::new(),
        output: Vec::new(),
    };
    let setters: Vec<Uid> = (0..16).collect();
    for reward_rule in [RewardRule::ChainClassic, RewardRule::ChainYuma3] {
        for liquid_alpha in [false, true] {
            let params = Params {
                reward_rule,
                liquid_alpha,
                max_allowed_validators: 12,
                ..Params::default()
            };
            let (mut scratch, mut out) = (kernel::Scratch::default(), Outcome::default());
            let mut run = || {
                let input = subnet.input(&setters);
                allocation_counter::measure(|| {
                    kernel::epoch(&params, &input, &mut scratch, &mut out);
                })
            };
            assert!(run().count_total > 0, "the first epoch has to make room");
            assert_eq!(run().count_total, 0);
        }
    }
}

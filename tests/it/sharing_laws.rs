//! Laws of issuance, shares, terms and averages, whatever goes in.

use proptest::collection::vec as column;
use proptest::prelude::*;
use taosim::protocol::flow::FlowEma;
use taosim::protocol::injection::{self, Cap, Emission, Excess, terms};
use taosim::protocol::issuance::{self, Demand as Controller, IssuancePolicy};
use taosim::protocol::price_ema::PriceEma;
use taosim::protocol::shares::{
    Bar, Demand, Gate, MODELS, Rule, Scratch, ShareModel, SwitchedOff, bar, root_weights, shares,
};
use taosim::units::{Alpha, SUPPLY_CAP, Tao};

use crate::pool_laws::amount;

/// One subnet's columns: eligible, enabled, price, burned, root, user flow, protocol flow, voted.
type Columns = (bool, bool, f64, f64, f64, f64, f64, f64);

fn columns() -> impl Strategy<Value = Vec<Columns>> {
    let wild = || prop_oneof![8 => 0.0..2.0_f64, 1 => Just(0.0), 1 => any::<f64>()];
    let flow = || prop_oneof![8 => -1e9..1e9_f64, 1 => Just(0.0), 1 => any::<f64>()];
    let part = || prop_oneof![4 => 0.0..=1.0_f64, 1 => Just(1.0)];
    let subnet =
        (any::<bool>(), prop::bool::weighted(0.8), wild(), wild(), wild(), flow(), flow(), part());
    column(subnet, 0..40)
}

fn rule() -> impl Strategy<Value = Rule> {
    let bar = prop_oneof![
        (0.0..0.3_f64).prop_map(Bar::Given),
        (0.0..1.2_f64).prop_map(Bar::Mass),
        (0..50_usize).prop_map(Bar::Rank),
    ];
    let gate =
        prop::option::of((1.0..8.0_f64, bar).prop_map(|(exponent, bar)| Gate { exponent, bar }));
    let off = prop_oneof![Just(SwitchedOff::Redistributed), Just(SwitchedOff::Withheld)];
    (0..MODELS.len(), gate, off, -1e9..1e9_f64, 1.0..2.0_f64).prop_map(
        |(model, gate, switched_off, flow_cutoff, flow_exponent)| Rule {
            model: MODELS[model].1,
            gate,
            switched_off,
            flow_cutoff,
            flow_exponent,
        },
    )
}

proptest! {
    #[test]
    fn shares_sum_to_one_or_to_nothing(columns in columns(), rule in rule()) {
        let eligible: Vec<bool> = columns.iter().map(|subnet| subnet.0).collect();
        let enabled: Vec<bool> = columns.iter().map(|subnet| subnet.1).collect();
        let number = |read: fn(&Columns) -> f64| columns.iter().map(read).collect::<Vec<f64>>();
        let total: f64 = columns.iter().map(|subnet| subnet.7).fold(0.0, |sum, voted| sum + voted);
        let voted: Vec<f64> = columns.iter().map(|subnet| subnet.7 / total.max(1.0)).collect();
        let demand = Demand {
            eligible: &eligible,
            enabled: &enabled,
            price: &number(|subnet| subnet.2),
            miner_burned: &number(|subnet| subnet.3),
            root_proportion: &number(|subnet| subnet.4),
            user_flow: &number(|subnet| subnet.5),
            protocol_flow: &number(|subnet| subnet.6),
            voted: &voted,
        };
        let mut scratch = Scratch::default();
        let theta = bar(&rule, &demand, &mut scratch);
        prop_assert!((0.0..=1.0).contains(&theta));
        let mut out = vec![7.0; columns.len()];
        shares(&rule, &demand, theta, &mut scratch, &mut out);
        let mut sum = 0.0;
        for ((share, eligible), enabled) in out.iter().zip(&eligible).zip(&enabled) {
            prop_assert!((0.0..=1.0).contains(share), "{share}");
            prop_assert!((*eligible && *enabled) || *share == 0.0);
            sum += share;
        }
        let whole = rule.switched_off == SwitchedOff::Redistributed;
        if whole && rule.model != ShareModel::RootWeights {
            prop_assert!(sum == 0.0 || (sum - 1.0).abs() < 1e-12, "{sum}");
        }
        prop_assert!(sum < 1.0 + 1e-12);
    }

    #[test]
    fn a_vote_of_root_sums_to_one_or_to_nothing(
        stake in column(0.0..1e6_f64, 0..8),
        votes in column(prop_oneof![Just(0.0), 0.0..1.0_f64], 48),
    ) {
        let mut out = [0.5; 6];
        if root_weights::shares(&stake, &votes, &mut out) {
            let sum = out.iter().fold(0.0, |sum, share| sum + share);
            prop_assert!(sum == 0.0 || (sum - 1.0).abs() < 1e-12);
            prop_assert!(out.iter().all(|share| (0.0..=1.0).contains(share)));
        } else {
            prop_assert_eq!(out, [0.5; 6]);
        }
    }

    #[test]
    fn terms_divide_all_tao_and_keep_the_cap(
        tao in 0.0..1e10_f64,
        rest in 0.0..1e10_f64,
        alpha in 0.0..1e9_f64,
        price in prop_oneof![Just(0.0), 1e-6..2.0_f64, 1e-300..1e300_f64],
        root_proportion in 0.0..=1.0_f64,
    ) {
        let block_tao = tao + rest;
        let share = if block_tao > 0.0 { tao / block_tao } else { 0.0 };
        let subnet = Emission { tao, block_tao, alpha, price, share, root_proportion };
        for cap in [Cap::NoneClipAlpha, Cap::AlphaEmission, Cap::MinAlphaTao, Cap::RootProportion] {
            let all = [Excess::None, Excess::BuyRecycle, Excess::BuyProtocol, Excess::Subsidised];
            for excess in all {
                let found = terms(cap, excess, &subnet);
                prop_assert!(found.tao_in >= 0.0 && found.alpha_in >= 0.0 && found.excess >= 0.0);
                prop_assert!((found.tao_in + found.excess - tao).abs() <= 1e-9 * tao);
                if excess == Excess::Subsidised {
                    prop_assert!(found.alpha_in <= alpha.max(block_tao * (1.0 + 1e-9)) + 1.0);
                } else {
                    prop_assert!(found.alpha_in <= cap.alpha(&subnet) + 1.0);
                    prop_assert!(cap != Cap::NoneClipAlpha || found.excess == 0.0);
                    // What is injected is at the price, unless the alpha alone is clipped.
                    let off = (found.tao_in - price * found.alpha_in).abs();
                    let close = off <= 1e-9 * tao + f64::MIN_POSITIVE;
                    prop_assert!(cap == Cap::NoneClipAlpha || price == 0.0 || close);
                }
            }
        }
    }

    #[test]
    fn root_weighs_less_the_more_alpha_there_is(
        root in amount(),
        weight in 0.0..=1.0_f64,
        alpha in amount(),
    ) {
        let proportion = |alpha| injection::root_proportion(Tao(root), weight, Alpha(alpha));
        prop_assert!((0.0..=1.0).contains(&proportion(alpha)));
        prop_assert!(proportion(alpha.saturating_add(1_000_000)) <= proportion(alpha));
    }

    #[test]
    fn many_blocks_of_an_average_are_as_one_after_another(
        base in prop_oneof![Just(3e-4), Just(3e-6), 1e-9..0.9_f64],
        halving_blocks in prop_oneof![Just(0_u64), Just(201_600), 1..2_000_000_u64],
        flags in any::<[bool; 2]>(),
        ema in prop_oneof![Just(0.0), 0.0..1.0_f64],
        spot in 0.0..2.0_f64,
        block in 0..3_000_000_u64,
        first in 0..3_000_000_u64,
        blocks in 0..2_000_u64,
    ) {
        let [capped, aged] = flags;
        let average = PriceEma { base, halving_blocks, capped, aged };
        let single = (block..block + blocks)
            .fold(ema, |ema, block| average.step(ema, spot, block, first));
        let closed = average.steps(ema, spot, block, blocks, first);
        prop_assert!((closed - single).abs() <= 1e-9 * single.abs(), "{closed} against {single}");
        let flow = FlowEma { smoothing: base };
        let single = (0..blocks).fold(ema, |ema, _| flow.step(ema, spot));
        prop_assert!((flow.steps(ema, spot, blocks) - single).abs() <= 1e-9 * single.abs());
    }

    #[test]
    fn no_average_leaves_its_range(
        rate in (0.0..=1.0_f64, any::<u64>(), any::<bool>()),
        ema in 0.0..=1.0_f64,
        spot in prop_oneof![0.0..2.0_f64, 0.0..f64::MAX],
        times in [any::<u64>(), any::<u64>(), any::<u64>()],
    ) {
        let [block, blocks, first] = times;
        let (base, halving_blocks, aged) = rate;
        let average = PriceEma { base, halving_blocks, aged, capped: true };
        let one = average.step(ema, spot, block, first);
        let many = average.steps(ema, spot, block, blocks, first);
        for moved in [one, many] {
            prop_assert!((-1e-12..=1.0 + 1e-12).contains(&moved), "{moved}");
        }
    }

    #[test]
    fn no_policy_issues_beyond_its_cap(
        issued in amount(),
        amount in amount(),
        height in any::<u64>(),
        used in any::<f64>(),
        factor in 0.0..4.0_f64,
        elasticity in 0.0..4.0_f64,
        yearly in -1.0..2.0_f64,
    ) {
        let controller = Controller { elasticity, ..Controller::default() };
        let policies = [
            IssuancePolicy::Halving,
            IssuancePolicy::ByHeight { interval: amount, first: Tao(amount) },
            IssuancePolicy::ConstantInflation { yearly },
            IssuancePolicy::Tail { floor: Tao(amount) },
            IssuancePolicy::Demand(controller),
        ];
        for policy in policies {
            let at_once = policy.emission(Tao(issued), height, used);
            let carried = policy.scaled(Tao(issued), height, factor);
            for emission in [at_once, carried] {
                prop_assert!(issued.checked_add(emission.0).is_some());
            }
            let adjusted = policy.adjusted(1.0, used);
            prop_assert!((0.875..=1.125).contains(&adjusted), "{adjusted}");
        }
        for policy in [policies[0], policies[4]] {
            let emission = policy.emission(Tao(issued), height, used);
            prop_assert!(emission.0 <= SUPPLY_CAP.saturating_sub(issued));
        }
        if let Some(blocks) = issuance::blocks_until_halving(issued, amount) {
            let emission = issuance::block_emission(issued);
            let after = |blocks: u64| issued.saturating_add(amount.saturating_mul(blocks));
            prop_assert!(issuance::block_emission(after(blocks)) < emission);
            prop_assert_eq!(issuance::block_emission(after(blocks - 1)), emission);
        }
    }
}

/// The market's columns are read in place: once its buffers have grown, nothing is allocated.
#[test]
fn shares_allocate_nothing_after_the_first_time() {
    let price: Vec<f64> = (1..=128_u32).map(|subnet| f64::from(subnet) * 1e-3).collect();
    let all = [true; 128];
    let flow: Vec<f64> = price.iter().map(|price| price - 0.05).collect();
    let demand = Demand {
        eligible: &all,
        enabled: &all,
        price: &price,
        user_flow: &flow,
        protocol_flow: &price,
        ..Demand::default()
    };
    let (mut scratch, mut out) = (Scratch::default(), [0.0; 128]);
    let mut all_models = |scratch: &mut Scratch| {
        for (_, model) in MODELS {
            let rule = Rule { model: *model, gate: Some(Gate::default()), ..Rule::default() };
            let theta = bar(&rule, &demand, scratch);
            shares(&rule, &demand, theta, scratch, &mut out);
        }
    };
    all_models(&mut scratch);
    let counted = allocation_counter::measure(|| all_models(&mut scratch));
    assert_eq!(counted.count_total, 0);
}

//! Laws of the token side, whatever goes in: pools, shares, terms, averages, issuance.

use proptest::collection::vec as column;
use proptest::prelude::*;
use serde_json::Value;
use taosim::protocol::flow::FlowEma;
use taosim::protocol::injection::{self, Cap, Emission, Excess, terms};
use taosim::protocol::issuance::{self, Demand as Controller, IssuancePolicy};
use taosim::protocol::pool::{Guards, Pool, fee};
use taosim::protocol::price_ema::PriceEma;
use taosim::protocol::shares::{
    Bar, Demand, Gate, MODELS, Rule, Scratch, ShareModel, SwitchedOff, bar, root_weights, shares,
};
use taosim::units::{Alpha, SUPPLY_CAP, Tao};

const EXACT: &str = include_str!("../vectors/weighted_pool.json");

/// Guards that let any trade through that fits.
const OPEN: Guards = Guards { most_times: u64::MAX, least_reserve: 0 };

/// Amounts of every size, with both ends.
fn amount() -> impl Strategy<Value = u64> {
    prop_oneof![
        1 => Just(0_u64),
        1 => Just(1),
        1 => Just(u64::MAX),
        1 => any::<u64>(),
        12 => (0.0..16.5_f64).prop_map(|power| num_of(10.0_f64.powf(power))),
    ]
}

fn num_of(value: f64) -> u64 {
    format!("{value:.0}").parse().expect("an amount of rao")
}

/// A reserve of a pool that trades.
fn reserve() -> impl Strategy<Value = u64> {
    (6.0..16.3_f64).prop_map(|power| num_of(10.0_f64.powf(power)))
}

fn weight() -> impl Strategy<Value = f64> {
    prop_oneof![Just(0.5), 0.499_999..0.500_001, 0.4..0.6, 0.01..0.99]
}

fn pool(reserve: impl Strategy<Value = u64> + Clone) -> impl Strategy<Value = Pool> {
    (reserve.clone(), reserve, weight()).prop_map(|(tao, alpha, weight)| Pool {
        tao: Tao(tao),
        alpha: Alpha(alpha),
        weight,
    })
}

fn clonable(reserve: fn() -> BoxedStrategy<u64>) -> impl Strategy<Value = Pool> {
    pool(reserve())
}

fn any_pool() -> impl Strategy<Value = Pool> {
    clonable(|| amount().boxed())
}

fn live_pool() -> impl Strategy<Value = Pool> {
    clonable(|| reserve().boxed())
}

proptest! {
    /// A trade moves exactly what it says, so that issuance, pool and outside together, stays.
    #[test]
    fn a_trade_takes_from_one_side_what_it_gives_the_other(pool in any_pool(), input in amount()) {
        let mut bought = pool;
        match bought.buy(Tao(input)) {
            Ok(out) => {
                prop_assert_eq!(bought.tao, pool.tao + Tao(input));
                prop_assert_eq!(bought.alpha + out, pool.alpha);
                prop_assert!(out > Alpha::ZERO && bought.alpha > Alpha::ZERO);
                prop_assert!(bought.price() >= pool.price());
            }
            Err(_) => prop_assert_eq!(bought, pool),
        }
        let mut sold = pool;
        match sold.sell(Alpha(input)) {
            Ok(out) => {
                prop_assert_eq!(sold.alpha, pool.alpha + Alpha(input));
                prop_assert_eq!(sold.tao + out, pool.tao);
                prop_assert!(out > Tao::ZERO && sold.price() <= pool.price());
            }
            Err(_) => prop_assert_eq!(sold, pool),
        }
    }

    #[test]
    fn a_round_trip_never_profits(pool in live_pool(), part in 1e-9..900.0_f64) {
        let input = Tao(num_of(pool.tao.0 as f64 * part));
        let mut traded = pool;
        if let Ok(out) = traded.buy(input) {
            let between = traded.price();
            if let Ok(back) = traded.sell(out) {
                prop_assert!(back <= input, "{:?} came back from {:?}", back, input);
                // What is missing is a rao of either side, and the rounding of what moved.
                let rao = 2.0 + 2.0 * between;
                let rounding = 1e-13 * (1.0 + part) * pool.tao.0 as f64 / pool.weight;
                prop_assert!((input.0 - back.0) as f64 <= rao + rounding);
            }
        }
        let input = Alpha(num_of(pool.alpha.0 as f64 * part));
        let mut traded = pool;
        if let Ok(out) = traded.sell(input) {
            if let Ok(back) = traded.buy(out) {
                prop_assert!(back <= input, "{:?} came back from {:?}", back, input);
            }
        }
    }

    /// Two trades in a row get no more than one of both amounts, but for a rao.
    #[test]
    fn splitting_a_trade_gains_nothing(pool in live_pool(), parts in [1e-6..100.0_f64, 1e-6..100.0]) {
        let [first, second] = parts.map(|part| Tao(num_of(pool.tao.0 as f64 * part)));
        let mut split = pool;
        if let (Ok(one), Ok(two)) = (split.buy(first), split.buy(second)) {
            let whole = pool.quote_buy_under(&OPEN, first + second);
            if let Ok(whole) = whole {
                prop_assert!((one + two).0 as f64 <= whole.0 as f64 * (1.0 + 1e-14) + 1.0);
            }
        }
    }

    #[test]
    fn more_in_is_more_out(pool in live_pool(), input in amount(), more in amount()) {
        let more = input.saturating_add(more);
        if let (Ok(less), Ok(out)) = (
            pool.quote_buy_under(&OPEN, Tao(input)),
            pool.quote_buy_under(&OPEN, Tao(more)),
        ) {
            prop_assert!(out.0 as f64 >= less.0 as f64 * (1.0 - 1e-14) - 1.0);
        }
    }

    #[test]
    fn an_injection_keeps_the_price(pool in live_pool(), tao in amount(), alpha in amount()) {
        let mut injected = pool;
        let price = pool.price();
        if injected.inject(Tao(tao), Alpha(alpha)) {
            prop_assert!((injected.price() / price - 1.0).abs() < 1e-12);
            prop_assert!((0.01..=0.99).contains(&injected.weight));
        } else {
            prop_assert_eq!(injected, pool);
        }
    }

    #[test]
    fn a_limit_is_kept(pool in live_pool(), offer in amount(), times in 0.01..100.0_f64, rate in 0..=10_000_u16) {
        let limit = pool.price() * times;
        let mut traded = pool;
        if let Ok(fill) = traded.limited_buy(Tao(offer), limit, rate) {
            prop_assert!(times > 1.0 && fill.traded.0 + fill.fee.0 <= offer);
            prop_assert!(traded.price() <= limit * (1.0 + 1e-9));
            let taken = fill.traded + fill.fee;
            prop_assert!(fee(taken.0, rate).abs_diff(fill.fee.0) <= 1);
        }
        let mut traded = pool;
        if let Ok(fill) = traded.limited_sell(Alpha(offer), limit, rate) {
            prop_assert!(times < 1.0 && fill.traded.0 + fill.fee.0 <= offer);
            // A rao of TAO may be much of a poor pool.
            prop_assert!(traded.price() >= limit * (1.0 - 1e-5));
        }
    }

    /// Emission leaves every rao accounted for, and all but refused buys enter.
    #[test]
    fn a_pool_absorbs_what_it_says(pool in any_pool(), amounts in [amount(), amount(), amount()]) {
        let [tao, alpha, excess] = amounts.map(|amount| amount / 4);
        let mut after = pool;
        let absorbed = after.absorb(Tao(tao), Alpha(alpha), Tao(excess));
        prop_assert_eq!(absorbed.spent + absorbed.stranded, Tao(excess));
        let whole = [absorbed.tao_in.0, absorbed.alpha_in.0];
        prop_assert!(whole == [tao, alpha] || whole == [0, 0]);
        let fits = pool.tao.0.checked_add(tao).and_then(|sum| sum.checked_add(excess)).is_some();
        if fits && pool.alpha.0.checked_add(alpha).is_some() {
            prop_assert_eq!(after.tao, pool.tao + absorbed.tao_in + absorbed.spent);
            prop_assert_eq!(after.alpha + absorbed.bought, pool.alpha + absorbed.alpha_in);
        }
        prop_assert!((0.01..=0.99).contains(&after.weight));
    }

    /// No reserve, amount or price makes any of this panic or come to no number.
    #[test]
    fn any_pool_answers(pool in any_pool(), input in amount(), target in any::<f64>(), rate in any::<u16>()) {
        prop_assert!(pool.price().is_finite() && pool.price() >= 0.0);
        let _ = pool.tao_to_price(target);
        let _ = pool.alpha_to_price(target);
        let _ = pool.alpha_needed(Tao(input));
        let _ = pool.worth(Alpha(input));
        let _ = pool.quote_limited_buy(Tao(input), target, rate);
        let _ = pool.quote_limited_sell(Alpha(input), target, rate);
        let _ = pool.quote_buy_under(&OPEN, Tao(input));
        let _ = pool.quote_sell_under(&OPEN, Alpha(input));
        if let Some(priced) = Pool::priced(pool.tao, pool.alpha, target) {
            prop_assert!(priced.price().is_finite());
        }
        let mut added = pool;
        added.add(Tao(input), Alpha(input));
        prop_assert!(added.tao >= pool.tao && added.alpha >= pool.alpha);
    }
}

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
            for excess in [Excess::None, Excess::BuyRecycle, Excess::BuyProtocol, Excess::Subsidised] {
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
                    prop_assert!(
                        cap == Cap::NoneClipAlpha || price == 0.0 || off <= 1e-9 * tao + f64::MIN_POSITIVE
                    );
                }
            }
        }
    }

    #[test]
    fn root_weighs_less_the_more_alpha_there_is(root in amount(), weight in 0.0..=1.0_f64, alpha in amount()) {
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
        average in (0.0..=1.0_f64, any::<u64>(), any::<bool>())
            .prop_map(|(base, halving_blocks, aged)| PriceEma { base, halving_blocks, aged, capped: true }),
        ema in 0.0..=1.0_f64,
        spot in prop_oneof![0.0..2.0_f64, 0.0..f64::MAX],
        times in [any::<u64>(), any::<u64>(), any::<u64>()],
    ) {
        let [block, blocks, first] = times;
        for moved in [average.step(ema, spot, block, first), average.steps(ema, spot, block, blocks, first)] {
            prop_assert!((-1e-12..=1.0 + 1e-12).contains(&moved), "{moved}");
        }
    }

    #[test]
    fn no_policy_issues_beyond_its_cap(
        issued in amount(), height in any::<u64>(), used in any::<f64>(), factor in 0.0..4.0_f64,
        elasticity in 0.0..4.0_f64, yearly in -1.0..2.0_f64, amount in amount(),
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
            for emission in [policy.emission(Tao(issued), height, used), policy.scaled(Tao(issued), height, factor)] {
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

/// Exact floors from 60-digit decimals: equal weights give them all, and no weight gives more.
#[test]
fn trades_are_exact_floors_in_nearly_all_cases() {
    let file: Value = serde_json::from_str(EXACT).expect("the vectors are JSON");
    let (mut exact, mut small, mut near) = (0, [0; 2], [0; 2]);
    let cases = file["cases"].as_array().expect("cases");
    for case in cases {
        let amount = |index: usize| case[index].as_u64().expect("an amount");
        let weight = case[1].as_f64().expect("a weight");
        let pool = Pool { tao: Tao(amount(2)), alpha: Alpha(amount(3)), weight };
        let found = match case[0].as_str().expect("a side") {
            "buy" => pool.quote_buy_under(&OPEN, Tao(amount(4))).map(|out| out.0),
            _ => pool.quote_sell_under(&OPEN, Alpha(amount(4))).map(|out| out.0),
        };
        let Ok(found) = found else { continue };
        let expected = amount(5);
        let short = expected.checked_sub(found).unwrap_or_else(|| panic!("too much in {case}"));
        assert!(short as f64 <= 1.0 + 8e-15 * expected as f64, "{short} short in {case}");
        exact += usize::from(short == 0);
        let count = |band: &mut [usize; 2]| {
            band[0] += usize::from(short == 0);
            band[1] += 1;
        };
        if (weight - 0.5).abs() <= 1e-6 {
            count(&mut near);
        }
        if expected < 1_000_000_000_000 {
            count(&mut small);
        }
    }
    println!("exact: {exact} of {}, near {near:?}, small {small:?}", cases.len());
    assert_eq!(near[0], near[1], "weights that a chain has");
    assert!(small[0] * 100 >= small[1] * 99, "{small:?}");
    assert!(exact * 10 >= cases.len() * 8, "{exact}");
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

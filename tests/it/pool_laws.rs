//! Laws of a pool, whatever goes in.

use proptest::prelude::*;
use serde_json::Value;
use taosim::num;
use taosim::protocol::pool::{Guards, Pool, fee};
use taosim::units::{Alpha, Tao};

const EXACT: &str = include_str!("../vectors/weighted_pool.json");

/// Guards that let any trade through that fits.
const OPEN: Guards = Guards { most_times: u64::MAX, least_reserve: 0 };

/// Amounts of every size, with both ends.
pub(crate) fn amount() -> impl Strategy<Value = u64> {
    prop_oneof![
        1 => Just(0_u64),
        1 => Just(1),
        1 => Just(u64::MAX),
        1 => any::<u64>(),
        12 => (0.0..16.5_f64).prop_map(|power| num_of(num::pow(10.0, power))),
    ]
}

fn num_of(value: f64) -> u64 {
    format!("{value:.0}").parse().expect("an amount of rao")
}

/// A reserve of a pool that trades.
fn reserve() -> impl Strategy<Value = u64> {
    (6.0..16.3_f64).prop_map(|power| num_of(num::pow(10.0, power)))
}

fn weight() -> impl Strategy<Value = f64> {
    prop_oneof![Just(0.5), 0.499_999..0.500_001, 0.4..0.6, 0.01..0.99]
}

fn pool(reserve: BoxedStrategy<u64>) -> impl Strategy<Value = Pool> {
    (reserve.clone(), reserve, weight()).prop_map(|(tao, alpha, weight)| Pool {
        tao: Tao(tao),
        alpha: Alpha(alpha),
        weight,
    })
}

fn any_pool() -> impl Strategy<Value = Pool> {
    pool(amount().boxed())
}

fn live_pool() -> impl Strategy<Value = Pool> {
    pool(reserve().boxed())
}

proptest! {
    /// A trade moves exactly what it says, so that issuance, pool and outside together, stays.
    #[test]
    fn a_trade_takes_from_one_side_what_it_gives_the_other(pool in any_pool(), input in amount()) {
        let mut bought = pool;
        if let Ok(out) = bought.buy(Tao(input)) {
            prop_assert_eq!(bought.tao, pool.tao + Tao(input));
            prop_assert_eq!(bought.alpha + out, pool.alpha);
            prop_assert!(out > Alpha::ZERO && bought.alpha > Alpha::ZERO);
            prop_assert!(bought.price() >= pool.price());
        } else {
            prop_assert_eq!(bought, pool);
        }
        let mut sold = pool;
        if let Ok(out) = sold.sell(Alpha(input)) {
            prop_assert_eq!(sold.alpha, pool.alpha + Alpha(input));
            prop_assert_eq!(sold.tao + out, pool.tao);
            prop_assert!(out > Tao::ZERO && sold.price() <= pool.price());
        } else {
            prop_assert_eq!(sold, pool);
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
        if let Ok(out) = traded.sell(input)
            && let Ok(back) = traded.buy(out)
        {
            prop_assert!(back <= input, "{:?} came back from {:?}", back, input);
        }
    }

    /// Two trades in a row get no more than one of both amounts, but for a rao.
    #[test]
    fn splitting_a_trade_gains_nothing(
        pool in live_pool(),
        parts in [1e-6..100.0_f64, 1e-6..100.0],
    ) {
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
    fn a_limit_is_kept(
        pool in live_pool(),
        offer in amount(),
        times in 0.01..100.0_f64,
        rate in 0..=10_000_u16,
    ) {
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
    fn any_pool_answers(
        pool in any_pool(),
        input in amount(),
        target in any::<f64>(),
        rate in any::<u16>(),
    ) {
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

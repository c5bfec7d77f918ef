//! The pool: swaps, fees, limits, weights, guards, and the price of a new pool.

use serde_json::Value;
use taosim::protocol::pool::guard::{LEAST_PRICE, MOST_PRICE};
use taosim::protocol::pool::{Fill, Guards, Pool, Refused, curve};
use taosim::protocol::subnet_life::{SeedRule, seed_price};
use taosim::units::{Alpha, Tao};

use super::{near, near_rao, near_relative, number, numbers, whole};

/// The guards of the swap tests: the chain's, but for the least reserve.
const GUARDS: Guards = Guards { least_reserve: 1, ..Guards::CHAIN };

fn pool(case: &Value) -> Pool {
    let reserve = |key: &str| whole(&case[key]);
    let weight = case.get("w_quote").or(case.get("w_quote_before")).map_or(0.5, number);
    Pool { weight, ..Pool::new(Tao(reserve("tao_reserve")), Alpha(reserve("alpha_reserve"))) }
}

/// A trade as the case asks for it, in rao, at the loosest limit.
fn traded(pool: &Pool, case: &Value, rate: u16) -> Result<Fill<u64, u64>, Refused> {
    let amount = whole(&case["amount"]);
    match case["side"].as_str().unwrap() {
        "buy" => pool.limited_buy_under(&GUARDS, Tao(amount), MOST_PRICE, rate).map(|fill| Fill {
            traded: fill.traded.0,
            fee: fill.fee.0,
            out: fill.out.0,
        }),
        "sell" => pool
            .limited_sell_under(&GUARDS, Alpha(amount), LEAST_PRICE, rate)
            .map(|fill| Fill { traded: fill.traded.0, fee: fill.fee.0, out: fill.out.0 }),
        side => panic!("unknown side {side}"),
    }
}

pub(super) fn swap_basic(case: &Value) {
    let rate = u16::try_from(whole(&case["fee_rate_u16"])).unwrap();
    let fill = traded(&pool(case), case, rate).expect("a trade");
    near_rao(fill.fee, &case["expected_fee"], case);
    near_rao(fill.traded, &case["expected_paid_in"], case);
    near_rao(fill.out, &case["expected_out"], case);
    assert_eq!(fill.traded + fill.fee, whole(&case["amount"]));
}

pub(super) fn convert_deltas(case: &Value) {
    let pool = pool(case);
    let input = whole(&case["delta_in"]);
    let weight = pool.weight;
    let [buy, sell] = [weight / (1.0 - weight) - 1.0, (1.0 - weight) / weight - 1.0];
    let sold = curve::output(input, pool.alpha.0, pool.tao.0, sell);
    near_rao(sold, &case["expected_sell_out"], case);
    let bought = curve::output(input, pool.tao.0, pool.alpha.0, buy);
    near_rao(bought, &case["expected_buy_out"], case);
}

pub(super) fn balancer_math(case: &Value) {
    let weight = number(&case["w_quote"]);
    let expected = &case["expected"];
    let [price, target] = ["price", "target"].map(|key| case.get(key).map_or(0.0, number));
    match case["kind"].as_str().unwrap() {
        "quote_delta_to_limit" => {
            let reserve = whole(&case["reserve"]);
            near_rao(curve::input_to_price(reserve, 1.0 - weight, price, target), expected, case);
        }
        "base_delta_to_limit" => {
            let reserve = whole(&case["reserve"]);
            near_rao(curve::input_to_price(reserve, weight, target, price), expected, case);
        }
        "base_needed_for_quote" => {
            let needed = pool(case).alpha_needed(Tao(whole(&case["quote"]))).expect("enough");
            near_rao(needed.0, expected, case);
        }
        "price" => {
            let pool =
                Pool { weight, tao: Tao(whole(&case["y"])), alpha: Alpha(whole(&case["x"])) };
            near(pool.price(), expected, case);
        }
        "power_ratio" => {
            let exponent = match case["exponent"].as_str().unwrap() {
                "w_base/w_quote" => (1.0 - weight) / weight,
                "w_quote/w_base" => weight / (1.0 - weight),
                exponent => panic!("unknown exponent {exponent}"),
            };
            let (reserve, delta) = (whole(&case["reserve"]), whole(&case["delta"]));
            near(curve::kept(reserve, delta, exponent), expected, case);
        }
        kind => panic!("unknown kind {kind}"),
    }
}

pub(super) fn inject_liquidity(case: &Value) {
    let mut pool = pool(case);
    let before = pool;
    let (tao, alpha) = (Tao(whole(&case["tao_delta"])), Alpha(whole(&case["alpha_delta"])));
    assert!(pool.inject(tao, alpha));
    assert_eq!([pool.tao, Tao(pool.alpha.0)], [before.tao + tao, Tao(before.alpha.0 + alpha.0)]);
    near_relative(pool.price(), number(&case["expected_price_after"]), case);
    near_relative(pool.weight, number(&case["expected_w_quote_after"]), case);
}

pub(super) fn guards_and_init(case: &Value) {
    let pool = pool(case);
    if case.get("kind").is_some_and(|kind| kind == "init") {
        assert_eq!(pool.weight, number(&case["expected_w_quote"]));
        assert_eq!(pool.price(), number(&case["expected_price"]));
        return;
    }
    let found = traded(&pool, case, 0);
    match case["expected"].as_str().unwrap() {
        "ok" => assert!(found.is_ok(), "{found:?}"),
        "SwapInputTooLarge" => assert_eq!(found, Err(Refused::InputTooLarge)),
        expected => panic!("unknown result {expected}"),
    }
}

pub(super) fn median_seed_price(case: &Value) {
    let price = seed_price(&numbers(&case["prices"]));
    if let Some(lock) = case.get("lock_rao") {
        let seed = SeedRule::Median.seed(Tao(whole(lock)), Tao::ZERO, price);
        assert_eq!(seed.tao, Tao(whole(&case["expected_pool_tao"])));
        assert_eq!(seed.alpha, Alpha(whole(&case["expected_pool_alpha"])));
    } else {
        assert_eq!(price, number(&case["expected"]));
    }
}

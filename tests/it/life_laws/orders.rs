//! Laws of orders and moves that are taken.

use proptest::prelude::*;
use taosim::num;
use taosim::protocol::pool::Guards;
use taosim::protocol::staking::{
    Bounds, Limit, Move, Purchase, Reserves, Sale, SaleCall, add_root_stake, add_stake,
    executable_buy, executable_sale, move_across, move_within, remove_stake,
};
use taosim::units::{Alpha, RAO, SUPPLY_CAP, Tao};

use super::{any_amount, any_number};

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    /// What is taken is within its bounds, whatever is asked.
    #[test]
    fn orders_that_are_taken_keep_the_bounds(
        bounds in bounds(),
        pool in pools(),
        (amount, there, free) in (any_amount(), any_amount(), any_amount()),
        value in any_amount(),
        flags in (likely(), likely(), any::<bool>()),
        (limited, executable) in (any::<bool>(), any_amount()),
    ) {
        let (started, hotkey, partial) = flags;
        let limit = Limit { executable, partial };
        let purchase = Purchase {
            amount: Tao(amount),
            balance: Tao(there),
            started,
            hotkey,
            limit: limited.then_some(limit),
        };
        if let Ok(spent) = add_stake(&bounds, &pool, &purchase) {
            prop_assert_eq!(spent.fee + spent.traded, spent.spent);
            prop_assert!(started && hotkey && spent.spent.0 <= amount.min(there));
            prop_assert!(spent.traded >= bounds.min_stake);
            prop_assert!(!limited || spent.spent.0 <= executable);
            prop_assert!(pool.alpha.0 >= bounds.guards.least_reserve);
        }
        if let Ok(staked) = add_root_stake(&bounds, &purchase) {
            prop_assert!(staked.0 == amount && amount <= there && hotkey);
        }
        let sale = Sale {
            amount: Alpha(amount),
            held: Alpha(there),
            free: Alpha(free),
            proceeds: Tao(value),
            started,
            hotkey,
            call: if limited { SaleCall::Limit(limit) } else { SaleCall::Plain },
        };
        if let Ok(sold) = remove_stake(&bounds, &pool, &sale) {
            prop_assert_eq!(sold.fee + sold.traded, sold.sold);
            prop_assert!(hotkey && amount > 0 && sold.sold.0 <= amount);
            prop_assert!(amount <= there.min(free));
            prop_assert!(amount == there || value >= bounds.min_stake.0);
            prop_assert!(pool.tao.0 >= bounds.guards.least_reserve);
        }
        let _ = bounds.clears(Alpha(there), pool.price(), partial);
    }

    /// A move leaves what is locked where it is, or takes the lock along.
    #[test]
    fn moves_keep_what_is_locked(
        bounds in bounds(),
        (amount, held, held_in_all) in (any_amount(), any_amount(), any_amount()),
        (locked, value) in (any_amount(), any_amount()),
        started in [likely(), likely()],
        hotkeys in [likely(), likely()],
        gift in prop::option::of([likely(), likely()]),
        (takes_locked, elsewhere) in (likely(), likely()),
    ) {
        let step = Move {
            amount: Alpha(amount),
            held: Alpha(held),
            held_in_all: Alpha(held_in_all),
            locked: Alpha(locked),
            value: Tao(value),
            started,
            hotkeys,
            gift,
            takes_locked,
            same_place: !elsewhere,
        };
        if let Ok(carried) = move_within(&bounds, &step) {
            prop_assert!(carried.0 <= locked.min(amount));
            prop_assert!(carried == Alpha::ZERO || (takes_locked && gift.is_some()));
            let left = held_in_all.saturating_sub(amount);
            if gift.is_some() && locked <= held_in_all && amount <= held_in_all {
                prop_assert!(left >= locked - carried.0);
            }
        }
        if move_across(&bounds, &step).is_ok() {
            prop_assert!(amount <= held_in_all.saturating_sub(locked).min(held));
            prop_assert!(value > bounds.min_stake.0);
        }
    }

    /// What a limit lets through moves the price to it and not beyond.
    #[test]
    fn a_limit_order_reaches_its_price(
        (tao, alpha) in (1e12..1e16_f64, 1e12..1e16_f64),
        tao_weight in 0.01..=0.99_f64,
        fee_rate in 0..=10_000_u16,
        factor in 1.01..3.0_f64,
    ) {
        let (tao, alpha) = (Alpha::from_tokens(tao / 1e9).0, Alpha::from_tokens(alpha / 1e9).0);
        let pool = Reserves { tao: Tao(tao), alpha: Alpha(alpha), tao_weight, fee_rate };
        let price = pool.price();
        prop_assume!(price > 1e-5 && price < 1e5);
        let kept = 1.0 - f64::from(fee_rate) / 65_535.0;
        let (y, x, w) = (tao as f64, alpha as f64, tao_weight);
        let bought = executable_buy(&pool, price * factor).unwrap().0 as f64 * kept;
        let x_left = x * num::pow(y / (y + bought), w / (1.0 - w));
        let reached = (1.0 - w) / w * (y + bought) / x_left;
        prop_assert!((reached / (price * factor) - 1.0).abs() < 1e-6, "{reached}");
        let sold = executable_sale(&pool, price / factor).unwrap().0 as f64 * kept;
        let y_left = y * num::pow(x / (x + sold), (1.0 - w) / w);
        let reached = (1.0 - w) / w * y_left / (x + sold);
        prop_assert!((reached / (price / factor) - 1.0).abs() < 1e-6, "{reached}");
    }
}

/// Mostly true, so that a call that is taken is not rare.
fn likely() -> impl Strategy<Value = bool> + Clone {
    prop::bool::weighted(0.9)
}

fn bounds() -> impl Strategy<Value = Bounds> {
    let of = |(min_stake, most_times, least_reserve, nominator_factor)| Bounds {
        min_stake: Tao(min_stake),
        guards: Guards { most_times, least_reserve },
        nominator_factor,
    };
    let drawn = (any_amount(), any_amount(), any_amount(), any_amount()).prop_map(of);
    prop_oneof![Just(of((0, u64::MAX, 0, 1))), Just(Bounds::default()), drawn]
}

fn pools() -> impl Strategy<Value = Reserves> {
    let reserve = prop_oneof![any_amount(), RAO..SUPPLY_CAP];
    (reserve.clone(), reserve, any_number(), any::<u16>()).prop_map(
        |(tao, alpha, tao_weight, fee_rate)| Reserves {
            tao: Tao(tao),
            alpha: Alpha(alpha),
            tao_weight,
            fee_rate,
        },
    )
}

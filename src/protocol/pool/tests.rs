//! Small pools worked by hand.

use super::*;
use crate::units::RAO;

fn pool() -> Pool {
    Pool::new(Tao(100 * RAO), Alpha(400 * RAO))
}

/// 100 into 100 is half of the 400; 400 into 400 half of the 100.
#[test]
fn a_trade_moves_both_reserves() {
    let mut bought = pool();
    assert_eq!(bought.price(), 0.25);
    assert_eq!(bought.buy(Tao(100 * RAO)), Ok(Alpha(200 * RAO)));
    assert_eq!(bought, Pool::new(Tao(200 * RAO), Alpha(200 * RAO)));
    assert_eq!(bought.sell(Alpha(200 * RAO)), Ok(Tao(100 * RAO)));
    assert_eq!(bought, pool());
}

/// At a weight of 3/4 a buy has the exponent 3: a doubled reserve leaves an eighth. A sale has the
/// exponent 1/3: where an eighth is left of one side, half is left of the other. Both come to half a
/// rao more than a whole. One alpha costs (1/4)/(3/4) * 100/400.
#[test]
fn weights_bend_the_curve() {
    let [tao, alpha] = [100 * RAO + 1, 400 * RAO + 4];
    let pool = Pool { tao: Tao(tao), alpha: Alpha(alpha), weight: 0.75 };
    assert!((pool.price() - 1.0 / 12.0).abs() < 1e-11);
    assert_eq!(pool.quote_buy(Tao(tao)), Ok(Alpha(350 * RAO + 3)));
    assert_eq!(pool.quote_sell(Alpha(7 * alpha)), Ok(Tao(50 * RAO)));
}

/// From 0.25 to 1 is twice as far from one side as from the other: sqrt(4) = 2.
#[test]
fn what_a_price_takes() {
    assert_eq!(pool().tao_to_price(1.0), Tao(100 * RAO));
    assert_eq!(pool().alpha_to_price(0.0625), Alpha(400 * RAO));
    assert_eq!(pool().tao_to_price(0.25), Tao(0));
    assert_eq!(pool().alpha_to_price(0.5), Alpha(0));
    assert_eq!(pool().alpha_needed(Tao(50 * RAO)), Some(Alpha(400 * RAO)));
    assert_eq!(pool().alpha_needed(Tao(100 * RAO)), None);
    assert_eq!(pool().worth(Alpha(RAO + 1)), Tao(RAO / 4));
}

/// 100 TAO more, and no alpha, at the same price of 1/4: 200 / (400/4 + 200) is 2/3.
#[test]
fn an_injection_moves_the_weight_and_not_the_price() {
    let mut injected = pool();
    assert!(injected.inject(Tao(100 * RAO), Alpha(0)));
    assert!((injected.weight - 2.0 / 3.0).abs() < 1e-15);
    assert!((injected.price() - 0.25).abs() < 1e-15);
    let mut even = pool();
    assert!(even.inject(Tao(RAO), Alpha(4 * RAO)));
    assert_eq!(even.weight, 0.5);
    let mut plain = pool();
    plain.add(Tao(100 * RAO), Alpha(0));
    assert_eq!(plain.price(), 0.5);
}

#[test]
fn an_injection_that_bends_too_far_is_dropped() {
    let mut kept = pool();
    assert!(!kept.inject(Tao(9_901 * RAO), Alpha(0)));
    assert!(!kept.inject(Tao(u64::MAX), Alpha(0)));
    assert_eq!(kept, pool());
    let mut dead = Pool::new(Tao(0), Alpha(400));
    assert!(!dead.inject(Tao(1), Alpha(4)));
    let mut new = Pool { weight: 0.3, ..Pool::new(Tao(0), Alpha(0)) };
    assert!(new.inject(Tao(1), Alpha(4)));
    assert_eq!(new, Pool::new(Tao(1), Alpha(4)));
}

#[test]
fn what_the_chain_refuses_changes_nothing() {
    let mut kept = pool();
    assert_eq!(kept.buy(Tao(100_001 * RAO)), Err(Refused::InputTooLarge));
    assert_eq!(kept.sell(Alpha(0)), Err(Refused::NothingOut));
    assert_eq!(kept, pool());
    let mut thin = Pool::new(Tao(999_999), Alpha(RAO));
    assert_eq!(thin.sell(Alpha(RAO)), Err(Refused::ReserveTooLow));
    // The price of 1000 rises to 1000 * 1001^2, above a million.
    let mut steep = Pool::new(Tao(1_000 * RAO), Alpha(RAO));
    assert_eq!(steep.buy(Tao(1_000_000 * RAO)), Err(Refused::PriceLimit));
}

/// 300 TAO against 100 alpha at a price of 1: a weight of 3/4.
#[test]
fn a_pool_may_open_at_a_given_price() {
    let pool = Pool::priced(Tao(300), Alpha(100), 1.0).expect("a weight of 3/4");
    assert_eq!((pool.weight, pool.price()), (0.75, 1.0));
    assert_eq!(Pool::priced(Tao(300), Alpha(1), 1.0), None);
    assert_eq!(Pool::priced(Tao(0), Alpha(0), 1.0), None);
}
